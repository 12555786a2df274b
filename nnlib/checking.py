"""Run a learner's function on the examples of its exercise, and find out what it got wrong."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import linecache
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np

from nnlib import contract, course, errors, mending, reading
from nnlib.comparing import Difference, compare, describe, with_article, wrong_parts
from nnlib.course import Cases, Outcome, StoredExample
from nnlib.recognising import poor, recognised
from nnlib.values import Figure, Instance, Raised, copied

# Every call starts from here, so that a check, and a grade, repeat.
SEED = 20


class CheckFailed(AssertionError):
    """A check did not pass. The panel above it has said why, so no traceback is shown."""

    def _render_traceback_(self) -> list[str]:
        return [str(self).partition("\n")[0]]


@dataclass(frozen=True)
class Run:
    """One call as it happened: its outcome, and what is worth telling besides."""

    outcome: Outcome
    error: BaseException | None = None
    line: str = ""
    meaning: str = ""
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """An example that did not come out right."""

    example: StoredExample
    call: str
    run: Run
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class CheckResult:
    """What `examine` found.

    Attributes
    ----------
    status : str
        ``"right"``, ``"wrong"`` or ``"not attempted"``.
    problems : tuple of Problem
        The examples that came out wrong, in order.
    named : tuple of str
        The sentences of the misconception that gives these very results, where one does.
    advice : tuple of str
        Warnings that the calls gave. They cost nothing.
    seen : tuple of str
        What the code of a wrong function shows by itself.
    left : frozenset of str
        The wrong parts of the result that `named` does not explain.
    """

    status: str
    problems: tuple[Problem, ...] = ()
    named: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    left: frozenset[str] = frozenset()

    @property
    def plain(self) -> bool:
        """Whether the plain case is right, whatever lies beyond it, as unchanged inputs do."""
        return self.status != "not attempted" and all(
            p.example.beyond or all(d.kind == "changed" for d in p.differences)
            for p in self.problems
        )


def examine(function: Callable, cases: Cases, namespace: MutableMapping[str, Any]) -> CheckResult:
    """Call `function` on every example and compare.

    Parameters
    ----------
    function : callable
        The learner's.
    cases : Cases
        Of the exercise that it is meant to solve.
    namespace : mutable mapping
        Where the learner's names live: examples may need a class from there, or replace a name.
    """
    runs = [
        run(
            function,
            example.args,
            namespace,
            given=example.given,
            read=example.read,
            arguments=cases.arguments,
        )
        for example in cases.examples
    ]
    advice = tuple(dict.fromkeys(text for one in runs for text in one.advice))
    own = (cases.exercise, getattr(function, "__name__", cases.exercise))
    if all(unwritten(one.error) in own for one in runs):
        return CheckResult("not attempted")
    problems = []
    for example, one in zip(cases.examples, runs, strict=True):
        found = differences(one, example.outcome, cases.parts, example.m)
        if found:
            call = _call(cases, example)
            problems.append(Problem(example, call, one, tuple(found)))
    tree = errors.definition(function)
    outside = tuple(reading.from_outside(function, tree)) if tree else ()
    if not problems:
        return CheckResult("right", advice=advice + outside)
    doing = errors.operation(tree) if tree else None
    named = () if outside else recognised([one.outcome for one in runs], cases, doing)
    if tree is None:
        return CheckResult("wrong", tuple(problems), named, advice)
    # An authored sentence may hold for the plain case alone; what is wrong beyond is told too.
    left = frozenset(
        d.part or "the result" for p in problems if p.example.beyond for d in p.differences
    )
    seen = reading.observed(function, tree, cases)
    # An `assert` or a `raise` of the learner's own says itself what it is about.
    if not named and not runs[0].line.startswith(("assert", "raise")):
        # An object of the learner's may fail at anything, even at being looked at.
        with contextlib.suppress(Exception):
            named, left = _mended(function, tree, cases, namespace, problems)
    return CheckResult("wrong", tuple(problems), named, advice, seen, left)


def run(
    function: Callable,
    args: Sequence[Any],
    namespace: MutableMapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    read: Sequence[str] = (),
    arguments: Sequence[str] = (),
) -> Run:
    """Call `function` on copies of `args` and note all that came of it.

    Parameters
    ----------
    given : mapping, optional
        Names of `namespace` that are replaced during the call: by the function given, or by one
        that returns the value given.
    read : sequence of str
        The attributes of the first argument to be read after the call.
    arguments : sequence of str
        The names of the arguments, for what is said of them.
    """
    stand_ins = _stand_ins(given or {})
    error, line, meaning, result, attributes = None, "", "", None, {}
    actual: list[Any] = []
    with (
        undisturbed(),
        warnings.catch_warnings(record=True) as caught,
        replaced(namespace, stand_ins),
    ):
        warnings.simplefilter("always")
        try:
            actual = [_made(value, namespace) for value in args]
            # What it prints would stand above the panel, once for every example.
            with contextlib.redirect_stdout(io.StringIO()):
                result, attributes = _called(function, actual, read)
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - what it raises is a result
            error, line = raised, contract.line_of(raised)
            if line is None:
                line, meaning = errors.line_of(raised), errors.meaning(raised)
            done = errors.operation(errors.place(raised)[0] or line)
            result = Raised(type(raised).__name__, _words(raised), done)
    changed = tuple(
        arguments[i] if i < len(arguments) else f"argument {i + 1}"
        for i, (before, after) in enumerate(zip(args, actual, strict=False))
        if not isinstance(before, Instance) and not _unchanged(before, after)
    )
    advice = tuple(dict.fromkeys(_advice(item) for item in caught))
    advice += contract.warnings_of(function)
    if not isinstance(result, Figure):
        # What cannot be read as one, such as a legend, is a result of another kind.
        with contextlib.suppress(Exception):
            result = Figure.of(result)
    return Run(Outcome(result, attributes, changed), error, line, meaning, advice)


def _called(function: Callable, args: Sequence[Any], read: Sequence[str]) -> tuple[Any, dict]:
    np.random.seed(SEED)
    random.seed(SEED)
    return function(*args), {name: getattr(args[0], name) for name in read}


def differences(
    one: Run, want: Outcome, parts: Sequence[str] = (), m: int | None = None, **tolerance: float
) -> list[Difference]:
    """List how a run differs from the right outcome: result, attributes, changed arguments."""
    if one.error is not None and not isinstance(want.result, Raised):
        return [Difference("", "error", "the call ended in an error", said_of(one.error))]
    found = []
    try:
        found += compare(one.outcome.result, want.result, names=parts, m=m, **tolerance)
        for name, value in want.attributes.items():
            found += compare(
                one.outcome.attributes.get(name), value, part=f"self.{name}", m=m, **tolerance
            )
    except Exception as error:  # noqa: BLE001 - an object of the learner's may fail at anything
        text = f"the result cannot be looked at: {said_of(error)}"
        found.append(Difference("", "type", text))
    for name in one.outcome.changed:
        if name not in want.changed:
            text = f"your function changes {name}, which belongs to the caller"
            found.append(Difference(name, "changed", text))
    return found


def said_of(error: BaseException) -> str:
    """Return the kind of an error and its words, which may be missing or fail themselves."""
    return f"{type(error).__name__}: {_words(error)}".rstrip(": ")


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error of the learner's may have no words
        return ""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let code run that draws no random number from the notebook and adds no figure to it."""
    state, figures = (random.getstate(), np.random.get_state()), _open_figures()
    try:
        yield
    finally:
        random.setstate(state[0])
        np.random.set_state(state[1])
        for number in _open_figures() - figures:
            sys.modules["matplotlib.pyplot"].close(number)


def _open_figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


@contextlib.contextmanager
def replaced(namespace: MutableMapping[str, Any], functions: Mapping[str, Any]) -> Iterator[None]:
    """Let names of `namespace` stand for other functions for a while.

    A name such as ``"NeuralNet.relu"`` replaces the method of a class, where there is that class.
    Afterwards all is as it was: what was absent is absent again, and what was inherited, inherited.
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


def _mended(
    function: Callable,
    tree: ast.FunctionDef,
    cases: Cases,
    namespace: MutableMapping,
    problems: Sequence[Problem],
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return what the learner's own code would have to do otherwise, and what stays wrong then."""
    # What ends beyond the plain case in an error or NaN has a mistake of its own.
    lost = [
        id(p.example)
        for p in problems
        if p.example.beyond and {d.kind for d in p.differences} & {"error", "finite"}
    ]
    kept = [e for e in cases.examples if id(e) not in lost or len(lost) == len(problems)]
    examples = sorted(kept, key=lambda example: bool(example.beyond))

    def wrong(made: Callable[[], Callable], number: int) -> frozenset[str]:
        example = examples[number]
        with replaced(namespace, _stand_ins(example.given)):
            try:
                actual = [_made(value, namespace) for value in example.args]
                result, attributes = _called(made(), actual, example.read)
            except (Exception, SystemExit):  # noqa: BLE001 - not the change, then
                return frozenset({"error"})
        want = example.outcome
        found = {*wrong_parts(result, want.result, names=cases.parts)}
        for name, value in want.attributes.items():
            found |= {*wrong_parts(attributes[name], value, f"self.{name}")}
        return frozenset(found)

    with undisturbed(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return mending.mended(
            function,
            tree,
            wrong,
            len(examples),
            sum(not example.beyond for example in examples),
            cases.numbers,
            examples[0].m,
            sure=not all(poor(e.outcome) or all(map(_whole, e.args)) for e in examples),
        )


def _call(cases: Cases, example: StoredExample) -> str:
    shown, shapes = [], []
    for i, value in enumerate(example.args):
        name = cases.arguments[i] if i < len(cases.arguments) else f"argument {i + 1}"
        if isinstance(value, Instance):
            continue
        if isinstance(value, np.ndarray) and value.size > 8:
            shown.append(name)
            shapes.append(f"{name} has the shape {value.shape}")
        elif isinstance(value, Mapping):
            shown.append(name)
        else:
            shown.append(describe(value))
    prefix = "self." if cases.method else ""
    where = f", where {' and '.join(shapes)}" if shapes else ""
    return f"`{prefix}{cases.exercise}({', '.join(shown)})`{where}"


def _made(value: Any, namespace: Mapping[str, Any]) -> Any:
    if not isinstance(value, Instance):
        return copied(value)
    thing = namespace[value.of](*[copied(item) for item in value.init])
    for name, item in value.attributes.items():
        setattr(thing, name, copied(item))
    return thing


def _whole(value: Any) -> bool:
    return not isinstance(value, (Mapping, Instance)) and bool(
        isinstance(value, str) or callable(value) or np.array_equal(value, np.rint(value))
    )


def _stand_ins(given: Mapping[str, Any]) -> dict[str, Callable]:
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


def unwritten(error: BaseException | None) -> str:
    """Return the name of the function that ended a call since it is as it was handed out.

    That is one of the learner's that does nothing but raise NotImplementedError. It need not be
    the one that was called. Empty where it was something else that failed, such as `input()`.
    """
    if not isinstance(error, NotImplementedError):
        return ""
    known = contract.unwritten_of(error)
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
    where = f" in the line `{line}`" if line and "site-packages" not in item.filename else ""
    return f"Python warns{where}: {item.message}. A warning costs no points."


def exercise_name(function: Any, names: Sequence[str], namespace: Mapping[str, Any]) -> str:
    """Return which exercise `function` solves: by the name it is bound to, else by its own name.

    Raises
    ------
    ValueError
        If it is none of `names`.
    """
    for name in names:
        if namespace.get(name) is function:
            return name
    own = function if isinstance(function, str) else getattr(function, "__name__", "")
    if own in names:
        return own
    # What a name of theirs stands for may cross to a grader as a copy.
    same = [n for n in names if described(namespace.get(n)) == described(function)]
    if len(same) == 1 and not callable(function) and not own:
        return same[0]
    shown = own or described(function)
    raise ValueError(
        f"{shown} is not an exercise of this notebook. Its exercises are: {', '.join(names)}."
    )


def no_function(name: str, thing: Any) -> str:
    """Say that the name of an exercise stands for something that cannot be called."""
    return (
        f"{name} is {described(thing)} now and no function: a line gives its name to something "
        f"else, as `{name} = {name}(…)` does. Take another name there, run the cell of {name} "
        "again, and then this one."
    )


def described(thing: Any) -> str:
    """Return the kind of a thing with its article: a tuple, an int."""
    return with_article(type(thing).__name__)


def cases_of(lesson: str, exercise: str) -> Cases:
    """Return the cases of an exercise of a lesson."""
    return course.cases(lesson.partition("/")[0], exercise)


def calls_unwritten(name: str, missing: str) -> str:
    """Say that an exercise calls another that is not written yet."""
    return f"{name} calls {missing}, which is not written yet: write {missing} first."
