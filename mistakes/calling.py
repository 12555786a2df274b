"""Call a learner's function on an example, always under the same conditions, and keep a record."""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import random
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np

from mistakes import errors, remote
from mistakes.cases import Outcome
from mistakes.values import Figure, Instance, Raised, copied

# Every call starts from this seed, so that checks and grades can be repeated.
SEED = 20
#: The result of a method that ends in `return self`; what it did stands in the attributes.
ITSELF = "self"

#: Seconds of processor time that a check may take.
MOST_SECONDS = 60

#: How many characters of what a call prints are kept.
MOST_PRINTED = 4000


@dataclass(frozen=True)
class Run:
    """One call: its outcome, and what else is known about it.

    Attributes
    ----------
    error : BaseException, optional
        What it raised.
    line, meaning : str
        The learner's line that raised it, and what that means in plain words; empty if unknown.
    advice : tuple of str
        The warnings that it gave.
    printed : str
        What it printed, up to `MOST_PRINTED` characters.
    """

    outcome: Outcome
    error: BaseException | None = None
    line: str = ""
    meaning: str = ""
    advice: tuple[str, ...] = ()
    printed: str = ""


def run(
    function: Callable,
    args: Sequence[Any],
    namespace: MutableMapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    read: Sequence[str] = (),
    arguments: Sequence[str] = (),
    restore: Callable[[], None] | None = None,
) -> Run:
    """Call `function` on copies of `args` and record what comes of it.

    Parameters
    ----------
    given : mapping, optional
        Names of `namespace` that are replaced during the call: by the function given, or by one
        that returns the value given.
    read : sequence of str
        The attributes of the first argument to be read after the call.
    arguments : sequence of str
        The names of the arguments, to say which of them changed.
    restore : callable, optional
        From `generators_kept`, if nothing has drawn random numbers since.
    """
    error, line, meaning, result, attributes = None, "", "", None, {}
    actual: list[Any] = []
    printed = io.StringIO()
    with (
        undisturbed(restore),
        warnings.catch_warnings(record=True) as caught,
        replaced(namespace, stand_ins(given or {})),
    ):
        warnings.simplefilter("always")
        try:
            actual = [made(value, namespace) for value in args]
            # Its prints would appear above the panel, once for every example.
            with contextlib.redirect_stdout(printed):
                result, attributes = called(function, actual, read)
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - what it raises is a result
            error, line = raised, remote.line_of(raised)
            failed: Any = line
            if line is None:
                line, meaning = errors.line_of(raised), errors.meaning(raised)
                failed = errors.place(raised)[0] or line
            done = errors.operation(failed)
            result = Raised(type(raised).__name__, _words(raised), done)
    changed = tuple(
        arguments[i] if i < len(arguments) else f"argument {i + 1}"
        for i, (before, after) in enumerate(zip(args, actual, strict=False))
        if not isinstance(before, Instance) and not _unchanged(before, after)
    )
    advice = tuple(dict.fromkeys(_advice(item) for item in caught))
    advice += remote.warnings_of(function)
    if actual and result is actual[0] and isinstance(args[0], Instance):
        result = ITSELF
    if not isinstance(result, Figure):
        # What cannot be read as one, such as a legend, is a result of another kind.
        with contextlib.suppress(Exception):
            result = Figure.of(result)
    outcome = Outcome(result, attributes, changed)
    return Run(outcome, error, line, meaning, advice, printed.getvalue()[:MOST_PRINTED])


def called(function: Callable, args: Sequence[Any], read: Sequence[str]) -> tuple[Any, dict]:
    """Call a function from the fixed seed; return its result and the attributes to be read."""
    np.random.seed(SEED)
    random.seed(SEED)
    return function(*args), {name: getattr(args[0], name) for name in read}


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Interrupt code that takes more than `MOST_SECONDS` of processor time, on Linux and macOS.

    Code that catches the interrupt is interrupted again every second.
    """
    if threading.current_thread() is not threading.main_thread() or not _HAS_CLOCK:
        yield
        return
    before = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


_HAS_CLOCK = sys.platform in ("linux", "darwin")


def unwritten(error: BaseException | None) -> str:
    """Return the name of the unwritten function that ended a call; empty if none did.

    A function of the learner's is unwritten if all it does is raise NotImplementedError. It need
    not be the one that was called.
    """
    if not isinstance(error, NotImplementedError):
        return ""
    known = remote.unwritten_of(error)
    if known is not None:
        return known
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not codes or not errors.is_learners(codes[-1].co_filename):
        return ""
    code = codes[-1]
    arguments = code.co_argcount + code.co_kwonlyargcount
    arguments += bool(code.co_flags & inspect.CO_VARARGS)
    arguments += bool(code.co_flags & inspect.CO_VARKEYWORDS)
    bare = code.co_names == ("NotImplementedError",) and code.co_nlocals == arguments
    return code.co_name if bare else ""


def _advice(item: warnings.WarningMessage) -> str:
    line = linecache.getline(item.filename, item.lineno).strip()
    where = f" in the line `{line}`" if line and errors.is_learners(item.filename) else ""
    grew = "A number grew beyond what fits and became infinity. "
    also = grew if "overflow" in str(item.message) else ""
    return f"Python warns{where}: {item.message}. {also}A warning costs no points."


def said_of(error: BaseException) -> str:
    """Return an error's type and message, or the type alone if it has no message."""
    return f"{type(error).__name__}: {_words(error)}".rstrip(": ")


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a learner's exception may have a `__str__` that fails
        return ""


@contextlib.contextmanager
def undisturbed(restore: Callable[[], None] | None = None) -> Iterator[None]:
    """Run code without using up the notebook's random numbers or leaving figures open.

    Reading where they are takes longer than most calls: several in a row share a `restore`.
    """
    restore, figures = restore or generators_kept(), _open_figures()
    try:
        yield
    finally:
        restore()
        for number in _open_figures() - figures:
            sys.modules["matplotlib.pyplot"].close(number)


def generators_kept() -> Callable[[], None]:
    """Return a function that puts the global random generators back to where they are now."""
    pythons, (name, keys, *rest) = random.getstate(), np.random.get_state()
    # NumPy takes the numbers of a list ten times as fast as those of an array.
    numpys = (name, keys.tolist(), *rest)

    def restore() -> None:
        random.setstate(pythons)
        np.random.set_state(numpys)

    return restore


def _open_figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


@contextlib.contextmanager
def replaced(namespace: MutableMapping[str, Any], functions: Mapping[str, Any]) -> Iterator[None]:
    """Bind names of `namespace` to other functions for a while.

    A name such as ``"NeuralNet.relu"`` replaces the method of a class, if there is such a class.
    Afterwards everything is as before: a name that was absent is absent again, and a method that
    was inherited is inherited again.
    """
    before: list[tuple[Any, str, Any]] = []
    try:
        for name, function in functions.items():
            owner, _, method = name.rpartition(".")
            if not owner:
                before.append((namespace, name, namespace.get(name, _ABSENT)))
                namespace[name] = function
            elif owner in namespace:
                cls = namespace[owner]
                before.append((cls, method, _own(cls, method)))
                setattr(cls, method, function)
        yield
    finally:
        for owner, name, value in reversed(before):
            if owner is namespace:
                if value is _ABSENT:
                    namespace.pop(name, None)
                else:
                    namespace[name] = value
            elif value is not _ABSENT:
                setattr(owner, name, value)
            else:
                with contextlib.suppress(AttributeError):
                    delattr(owner, name)


_ABSENT = object()


def _own(cls: Any, name: str) -> Any:
    """Return what a class itself holds under a name, a static method as such."""
    if isinstance(cls, type):
        return vars(cls).get(name, _ABSENT)
    return getattr(cls, name, _ABSENT)  # a class in the learner's process


def made(value: Any, namespace: Mapping[str, Any]) -> Any:
    """Return a copy of an argument, or the object that an `Instance` describes."""
    if not isinstance(value, Instance):
        return copied(value)
    thing = namespace[value.of](*[copied(item) for item in value.init])
    for name, item in value.attributes.items():
        setattr(thing, name, copied(item))
    return thing


def stand_ins(given: Mapping[str, Any]) -> dict[str, Callable]:
    """Return functions to bind for an example; a plain value becomes a function that returns it."""
    return {k: v if callable(v) else _returning(v) for k, v in given.items()}


def _returning(value: Any) -> Callable:
    return lambda *_args, **_kwargs: copied(value)


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.shape != after.shape:
            return False
        numbers = {before.dtype.kind, after.dtype.kind} <= {*"biuf"}
        return np.array_equal(before, after, equal_nan=numbers)
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and before.keys() == after.keys()
            and all(_unchanged(before[key], after[key]) for key in before)
        )
    if isinstance(before, (list, tuple)):
        return (
            isinstance(after, (list, tuple))
            and len(before) == len(after)
            and all(map(_unchanged, before, after))
        )
    if isinstance(before, (Number, str)):
        return type(after) is type(before) and (before == after or before != before)
    return True
