"""Run test cells in the grader's process, with stand-ins for what the learner wrote.

A test cell is executed as it is, in a namespace where each name that neither the test nor the
trusted setup cell defines is looked up in the learner's process: functions and classes become
stand-ins that send their arguments there and bring the result back, data comes as copies. Tests,
expected values and verdicts never leave this process.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import copy
import importlib
import inspect
import io
import math
import numbers
import random
import re
import signal
import sys
import time
import types
import warnings
import weakref
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from evenhand import codec
from evenhand.kernels import Kernel, KernelLost
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.quoting import one_line, stripped

__all__ = ["Course", "Examiner", "LearnerError", "Verdict"]


class LearnerError(Exception):
    """Something in the learner's code that has no built-in exception of its own.

    Attributes
    ----------
    learner_line : str
        The learner's own line that failed, where there is one.
    learner_warnings : list of str
        The warnings that the call gave.
    learner_kind : str
        ``""``, or ``timeout``, ``memory``, ``crashed``, ``not plain``.
    """

    learner_line = ""
    learner_warnings: list[str] = []
    learner_kind = ""


class _TestOvertime(BaseException):
    """The test as a whole takes too long. Not an Exception: no test may go on after it."""


@dataclass(frozen=True)
class Course:
    """What the source notebook says about names; see `evenhand.reading`.

    Attributes
    ----------
    exercises
        exercise -> names that its solution cell binds, in order.
    names
        Names that any cell other than a test binds.
    imports
        Names that the source's cells import -> (module, attribute or None).
    classes
        Names of classes that the source's cells make -> the special methods that they define,
        as far as the source shows it.
    mentioned
        Names that stand anywhere in a solution cell.
    functions
        Names of functions and classes that solution cells define.
    """

    exercises: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    @property
    def solved(self) -> frozenset[str]:
        """The names that solution cells bind."""
        return frozenset(name for names in self.exercises.values() for name in names)

    def not_before(self, exercise: str) -> frozenset[str]:
        """The names that this exercise and those after it bind.

        While an exercise is tested, the learner's process must not get the course's versions of
        these: from a later step, what an earlier one should give can be read off.
        """
        if exercise not in self.exercises:
            return frozenset()
        order = list(self.exercises)
        later = order[order.index(exercise) :]
        return frozenset(name for one in later for name in self.exercises[one])


@dataclass(frozen=True)
class Verdict:
    """What one test came to: a share of its points from 0 to 1, a status, a sentence."""

    points: float
    status: str
    message: str = ""


# Stand-ins


class StandIn:
    """Something of the learner's that stays in the learner's process."""

    _own = ("_bridge", "_number", "_name", "_more", "_made", "_returned", "learner_warnings")

    def __init__(self, bridge: Bridge, number: str, name: str, more: Any) -> None:
        for key, value in (
            *(("_bridge", bridge), ("_number", number), ("_name", name), ("_more", more)),
            *(("_made", False), ("_returned", False), ("learner_warnings", [])),
        ):
            object.__setattr__(self, key, value)

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":
            return self._name
        if name.startswith("__") or name in StandIn._own:
            raise AttributeError(name)
        return self._bridge.call(self, (name,), {}, "getattr")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in StandIn._own:
            object.__setattr__(self, name, value)
        else:
            self._bridge.set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._bridge.call(self, (name,), {}, "delattr")

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self._bridge.call(self, (), {}, "dir")]

    def __reduce__(self) -> Any:
        raise TypeError("an object of the learner's stays in the learner's process")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self


class LearnerFunction(StandIn):
    """A function, method or other callable of the learner's."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LearnerFunction) and self._number == other._number

    def __hash__(self) -> int:
        return hash(LearnerFunction)  # the number may change

    @property
    def __name__(self) -> str:
        return self._name

    @property
    def __doc__(self) -> str | None:
        return (self._more or {}).get("doc") or None

    @property
    def __signature__(self) -> inspect.Signature:
        return self._bridge.signature(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._bridge.call(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self._name} of the learner>"


class LearnerClass(StandIn):
    """A class that the learner wrote."""

    @property
    def __name__(self) -> str:
        return self._name

    @property
    def __doc__(self) -> str | None:
        return (self._more or {}).get("doc") or None

    @property
    def __signature__(self) -> inspect.Signature:
        return self._bridge.signature(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        thing = self._bridge.call(self, args, kwargs)
        # What something else has handed out before is known, and marked so.
        new = isinstance(thing, LearnerInstance) and not thing._returned
        if new and self._bridge.is_of_source(self):
            object.__setattr__(thing, "_made", True)
        return thing

    def __instancecheck__(self, thing: Any) -> bool:
        if not isinstance(thing, StandIn):
            return False
        return self._bridge.call(self, (thing,), {}, "isinstance") is True

    def __subclasscheck__(self, thing: Any) -> bool:
        if not isinstance(thing, StandIn):
            return False
        return self._bridge.call(self, (thing,), {}, "issubclass") is True

    def __repr__(self) -> str:
        return f"<class {self._name} of the learner>"


class LearnerInstance(StandIn):
    """An object of a class that the learner wrote."""

    @property
    def __class__(self) -> Any:
        return type(self)

    def __repr__(self) -> str:
        return f"<{self._name} object of the learner>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise self._bridge.not_plain(self)


_ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"),
    *("lshift", "rshift", "divmod"),
)
_FORWARDED = frozenset(
    f"__{name}__"
    for name in (
        *("len", "getitem", "setitem", "delitem", "iter", "next", "call", "neg", "pos", "abs"),
        *("invert", "float", "int", "complex", "index", "str", "repr", "round", "trunc", "floor"),
        *("ceil", "enter", "exit", "reversed", "bytes", "format", "missing", "bool", "hash"),
    )
)
_COMPARED = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_OPERATORS = frozenset(f"__{way}{name}__" for way in ("", "r", "i") for name in _ARITHMETIC)
#: A class that has one of these answers for what is in it.
_CONTAINER = {"__contains__", "__iter__", "__getitem__", "*"}
#: These give the object itself back, and say nothing by it.
_KEEPS = frozenset(f"__i{name}__" for name in _ARITHMETIC) | {"__enter__", "__iter__"}


def _asked(thing: LearnerInstance, name: str, args: tuple) -> Any:
    """Call a special method; what gives the object itself back leaves its marks as they were."""
    returned = thing._returned
    value = thing._bridge.call(thing, args, {}, name)
    if name in _KEEPS and value is thing:
        object.__setattr__(thing, "_returned", returned)
    return value


def _forward(name: str) -> Callable:
    def method(self: LearnerInstance, *args: Any) -> Any:
        if name == "__exit__":
            args = (None, None, None)  # a trace of the grader's frames stays here
        return _asked(self, name, args)

    method.__name__ = name
    return method


def _judging(name: str) -> Callable:
    """Return an operator whose result may be the verdict, or that is told an expected value.

    With a plain operand it is asked only of an object that the test made itself, by calling a
    class that the source notebook has too, and that nothing of the learner's has given back since:
    `account == 15` asks the class, `account.deposit(5) == 15` asks for a number. With objects on
    both sides it is asked of one whose class the source has.
    """

    def method(self: LearnerInstance, *others: Any) -> Any:
        bridge = self._bridge
        if all(isinstance(other, LearnerInstance) for other in others):
            if not bridge.is_of_source_class(self):
                return NotImplemented
        elif not (self._made and not self._returned):
            container = name == "__contains__" and self._made
            if not (container and bridge.special_of(self) & _CONTAINER):
                if name in ("__eq__", "__ne__") and others[0] is None:
                    return name == "__ne__"
                raise bridge.not_plain(self)
        return _asked(self, name, others)

    method.__name__ = name
    return method


def _hash(self: LearnerInstance) -> int:
    if self._bridge.is_of_source_class(self):
        value = self._bridge.call(self, (), {}, "__hash__")
        if type(value) is int:
            return hash(value)
    return object.__hash__(self)


def _truth(own: bool) -> Callable:
    def method(self: LearnerInstance) -> bool:
        if not self._bridge.is_of_source_class(self):
            return True
        if own:
            return self._bridge.call(self, (), {}, "__bool__") is True
        return self._bridge.call(self, (), {}, "__len__") != 0

    return method


# Names


class Namespace(dict):
    """The globals of the test cells: their own names first, the learner's where there are none."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._bridge = bridge

    def __missing__(self, name: str) -> Any:
        course = self._bridge.course
        if name not in course.solved:
            if name in course.imports:
                value = _import(*course.imports[name])
                dict.__setitem__(self, name, value)
                return value
            if hasattr(builtins, name):
                raise KeyError(name)
        return self._bridge.look(name)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self._bridge.names()

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __setitem__(self, name: str, value: Any) -> None:
        bridge = self._bridge
        stands_for = bridge.stands_for(name, value) if bridge.testing else frozenset()
        if stands_for:
            if isinstance(value, StandIn) and bridge.is_learners(name, value):
                bridge.bind(name, value)
                dict.pop(self, name, None)
                return
            mine = callable(value) and not stands_for & bridge.withheld
            if mine or (name in bridge.course.solved and not callable(value)):
                with contextlib.suppress(codec.NotPlain):
                    bridge.bind(name, value)
        dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            dict.__delitem__(self, name)
            if name in self._bridge.bound:
                self._bridge.unbind(name)
        else:
            raise KeyError(name)

    def pop(self, name: Any, *default: Any) -> Any:
        value = dict.pop(self, name, *default)
        if name in self._bridge.bound:
            self._bridge.unbind(name)
        return value

    def keys(self) -> Any:
        return dict.fromkeys([*dict.keys(self), *self._bridge.names()]).keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def items(self) -> Any:
        return [(name, self[name]) for name in self.keys() if name in self]

    def values(self) -> Any:
        return [value for _, value in self.items()]


def _import(module: str, attribute: str | None) -> Any:
    found = importlib.import_module(module)
    if attribute is None:
        return found
    if hasattr(found, attribute):
        return getattr(found, attribute)
    return importlib.import_module(f"{module}.{attribute}")


# The bridge


class Bridge:
    """Carries calls to the learner's process and callbacks from it."""

    def __init__(self, kernel: Kernel, course: Course, options: Options) -> None:
        self.kernel = kernel
        self.course = course
        self.testing = False
        self.withheld: frozenset[str] = frozenset()
        self.bound: dict[str, Any] = {}
        self.trouble = ""
        self.last_error: BaseException | None = None
        self.advice: list[str] = []
        self.hangers: list[str] = []
        self.rebound: frozenset[str] = frozenset()  # names of functions that are none any more
        self.revive: Callable[[], None] = lambda: None
        self._options = options
        self._standins: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()
        self._by_name: dict[str, StandIn] = {}
        self._fresh: set[str] = set()
        self._names: frozenset[str] | None = None
        self._callbacks: dict[int, Any] = {}
        self._callback_of: dict[int, int] = {}
        self._keys: dict[frozenset, type] = {}
        self._errors: dict[str, type] = {}
        self._count = 0
        self._lost = 0
        self._salt = ""
        self._left: Any = None
        self._figures: dict[Any, Any] = {}
        self._drawn: set[Any] = set()
        self._steps: list[tuple] = []
        self._repeating = False
        kernel.answer = self._answer

    # One test

    def begin(self, name: str, exercise: str, waiting: frozenset[str]) -> None:
        """Start a test: remember the learner's state, seed the generators."""
        self.kernel.checkpoint()
        self._restore()
        self.testing = True
        # A file outlives the test: what it says of an exercise that waits would be its answer.
        others = (self.course.exercises.get(one, ()) for one in waiting)
        self.withheld = self.course.not_before(exercise).union(*others)
        self.bound, self.trouble, self.last_error, self.advice = {}, "", None, []
        self._count, self._lost, self._salt = 0, 0, name
        self._steps = []
        random.seed(zlib.crc32(name.encode()))
        np.random.seed(zlib.crc32(name.encode()))
        self._left = _state()

    def _restore(self) -> None:
        """Let names that stood for functions stand for them again, until the test ends."""
        if self.rebound:
            self._ask({"op": "restore", "names": sorted(self.rebound)}, (), 5)
            self.changed()

    def end(self, keep: bool) -> None:
        """End a test: what it did to the learner's state is undone, unless `keep`."""
        self.testing = False
        self._callbacks.clear()
        self._callback_of.clear()
        self._figures.clear()
        if keep:
            self.kernel.commit()
        else:
            self.changed()
            self.kernel.rollback()

    def changed(self) -> None:
        """Note that names may stand for something else now."""
        self._names = None
        self._fresh.clear()

    # Questions

    def names(self) -> frozenset[str]:
        """The names that the learner's notebook has defined so far."""
        if self._names is None:
            reply, _ = self._ask({"op": "names"}, (), 5)
            found = reply.get("names", [])
            self._names = frozenset(name for name in found if isinstance(name, str))
        return self._names

    def look(self, name: str) -> Any:
        """Return what a name of the learner's stands for. Raises KeyError if it is not defined."""
        if name in self._fresh:
            return self._by_name[name]
        if name not in self.names():
            raise KeyError(name)
        reply, buffers = self._ask({"op": "look", "name": name}, (), 5)
        if reply.get("missing"):
            raise KeyError(name)
        if "module" in reply:
            raise LearnerError(f"{name} is a module, and no value of the learner's")
        if "error" in reply:
            self._raise(reply["error"], buffers, name)
        value = self._decode(reply["value"], buffers)
        if isinstance(value, (LearnerFunction, LearnerClass)):
            known = self._by_name.get(name)
            if known is not None and type(known) is type(value) and known is not value:
                # The same stand-in for the same name, whatever stands behind it now.
                object.__setattr__(known, "_number", value._number)
                object.__setattr__(known, "_more", value._more)
                value = known
            elif any(one is value for other, one in self._by_name.items() if other != name):
                # Each name has a stand-in of its own, also where two names are for one function.
                value = type(value)(self, value._number, value._name, value._more)
            self._by_name[name] = value
            self._fresh.add(name)
        return value

    def is_learners(self, name: str, value: StandIn) -> bool:
        """Whether a stand-in is what the name stood for in the learner's notebook."""
        return self._by_name.get(name) is value or name in self.bound

    def stands_for(self, name: str, value: Any) -> frozenset[str]:
        """Return the names of the source that a name is of: itself, or those it is a second for."""
        if name in self.course.names:
            return frozenset({name})
        if not callable(value) or name not in self.names():
            return frozenset()
        with contextlib.suppress(KeyError, LearnerError):
            mine = self.look(name)
            if isinstance(mine, LearnerFunction):
                return frozenset(
                    other for other in self.course.solved & self.names() if self.look(other) == mine
                )
        return frozenset()

    def signature(self, thing: StandIn) -> inspect.Signature:
        """Ask for the parameters of a callable."""
        reply, buffers = self._ask({"op": "signature", "target": self._own(thing)}, (), 5)
        if "error" in reply:
            raise ValueError("no signature found")
        decoder = codec.Decoder(buffers)
        parameters = []
        for name, kind, default in reply["parameters"]:
            value = inspect.Parameter.empty if default is None else decoder.decode(default)[0]
            parameters.append(
                inspect.Parameter(str(name), inspect._ParameterKind(kind), default=value)
            )
        return inspect.Signature(parameters)

    def bind(self, name: str, value: Any) -> None:
        """Make a name of the learner's stand for something of the grader's, until the test ends."""
        self.bound[name] = value
        encoder = codec.Encoder(self._handle)
        tree = encoder.encode(value)
        self._ask({"op": "bind", "name": name, "value": tree}, encoder.buffers, 5)
        if self._by_name.get(name) is not value:
            self._fresh.discard(name)
        if self._names is not None:
            self._names |= {name}

    def unbind(self, name: str) -> None:
        """Remove a name that `bind` made."""
        self.bound.pop(name, None)
        self._ask({"op": "unbind", "name": name}, (), 5)
        self.changed()

    def set_attribute(self, thing: StandIn, name: str, value: Any) -> None:
        """Set an attribute in the learner's process."""
        foreign = callable(value) and not isinstance(value, StandIn)
        if isinstance(thing, LearnerClass) and foreign and name in self.withheld:
            return
        self.call(thing, (name, value), {}, "setattr")

    def is_of_source(self, thing: LearnerClass) -> bool:
        """Whether a class is what a name of a class in the source notebook stands for."""
        return any(self._by_name.get(name) is thing for name in self.course.classes)

    def is_of_source_class(self, thing: LearnerInstance) -> bool:
        """Whether an object is of such a class."""
        return thing._made or self._source_name(self._class_of(thing)) is not None

    def special_of(self, thing: LearnerInstance) -> frozenset[str]:
        """Return the special methods that the source gives an object's class."""
        return self.course.classes.get(self._source_name(self._class_of(thing)), frozenset())

    def not_plain(self, thing: LearnerInstance) -> LearnerError:
        """Return the error for an object that stands where a test works with plain values."""
        error = LearnerError(
            f"an object of your class {thing._name} came back where a plain value is expected"
        )
        error.learner_kind = "not plain"
        return self._noted(error)

    @staticmethod
    def _class_of(thing: LearnerInstance) -> Any:
        tree = thing._more.get("class")
        return tree[1] if isinstance(tree, list) and len(tree) > 1 else None

    def _source_name(self, number: Any) -> str | None:
        for name in self.course.classes:
            with contextlib.suppress(KeyError, LearnerError):
                found = self.look(name)
                if isinstance(found, LearnerClass) and found._number == number:
                    return name
        return None

    def call(
        self,
        thing: StandIn,
        args: tuple,
        kwargs: dict[str, Any],
        method: str | None = None,
    ) -> Any:
        """Call something of the learner's and return what comes back.

        An object that comes back and that the test knows already is marked as returned.

        Raises
        ------
        Exception
            What the learner's code raised: the built-in exception of the same name, or
            `LearnerError`.
        """
        encoder = codec.Encoder(self._handle)
        self._count += 1
        self.last_error = None
        seconds = self._options.call_seconds
        if thing._name in self.hangers:
            seconds = min(seconds, 1.0)
        message = {
            "op": "call",
            "target": self._own(thing),
            "method": method,
            "args": encoder.encode(tuple(args)),
            "kwargs": encoder.encode(dict(kwargs)),
            "state": self._random(encoder),
            "seconds": seconds,
            "hangers": self.hangers,
        }
        known = len(encoder.containers)
        try:
            reply, buffers = self._ask(message, encoder.buffers, seconds)
        except TimeoutError:
            self._hangs(thing._name)
            raise
        said = [str(text)[:500] for text in reply.get("warnings") or () if isinstance(text, str)]
        thing.learner_warnings = said
        self.advice += said
        if "error" in reply:
            try:
                self._raise(reply["error"], buffers, thing._name)
            except StopIteration:
                if method in ("next", "send", "__next__"):
                    raise
                # From anything else, it would end a loop of the test's.
                raise self._noted(LearnerError("StopIteration")) from None
        originals = encoder.containers[:known]
        decoder = codec.Decoder(buffers, self._standin, originals)
        try:
            self._drawn = set()
            if reply.get("figures"):
                for figure in decoder.decode(reply["figures"]):
                    self._figure(figure)
            value = decoder.decode(reply.get("value"))
            for index, tree in reply.get("changed") or ():
                codec.merge(originals[index], decoder.decode(tree))
        except (codec.ProtocolError, TypeError, ValueError, IndexError) as error:
            raise self._noted(LearnerError(f"what came back cannot be read: {error}")) from None
        if self.testing and not self._repeating:
            if method == "setattr" or isinstance(value, StandIn):
                self._note(thing, args, kwargs, method, value)
        return value

    def _ask(self, message: dict, buffers: Any, seconds: float) -> tuple[dict, list[bytes]]:
        try:
            reply, out = self.kernel.ask(message, buffers, seconds=seconds)
        except KernelLost as lost:
            self._recover(lost)
            raise AssertionError("unreachable") from None
        if not isinstance(reply.get("error", {}), dict):
            reply["error"] = {}
        return reply, out

    def _hangs(self, *names: str) -> None:
        """Note functions that took too long once: they get less time from now on."""
        self.hangers = list(dict.fromkeys([*self.hangers, *names]))[:20]

    def _recover(self, lost: KernelLost) -> None:
        """Bring the learner's state back after its process was lost, and raise in the test."""
        # A crash is mended in no time; what has to be waited for is not tried as often.
        self._lost += 15 if lost.kind == "timeout" or not lost.restored else 1
        self.trouble = lost.kind
        if self.testing:
            if not lost.restored:
                self.revive()
            self.kernel.checkpoint()
            self._restore()
            self.changed()
            again, self.bound = self.bound, {}
            for name, value in again.items():
                with contextlib.suppress(codec.NotPlain):
                    self.bind(name, value)
            self._repeat()
        if self._lost > 60:
            raise _TestOvertime
        sentence = {
            "timeout": "it took longer than allowed and had to be ended",
            "memory": "it wanted more memory than allowed",
        }.get(lost.kind, f"the process of your notebook ended ({lost.detail})")
        error: Exception = LearnerError(sentence)
        if lost.kind == "timeout":
            error = TimeoutError(sentence)
        elif lost.kind == "memory":
            error = MemoryError(sentence)
        error.learner_kind = lost.kind
        raise self._noted(error)

    def _note(self, *step: Any) -> None:
        """Remember a step of the test that made or changed an object of the learner's."""
        with contextlib.suppress(Exception):
            thing, args, kwargs, method, value = step
            self._steps.append((thing, copy.deepcopy(args), dict(kwargs), method, value))

    def _repeat(self) -> None:
        """Make the objects again that the test had, after the process that held them was lost."""
        steps, self._steps = self._steps, []
        self._repeating = True
        try:
            for thing, args, kwargs, method, old in steps:
                with contextlib.suppress(Exception):
                    new = self.call(thing, args, kwargs, method)
                    if isinstance(old, StandIn) and type(new) is type(old):
                        object.__setattr__(old, "_number", new._number)
                        object.__setattr__(old, "_more", new._more)
                        self._standins[new._number] = old
                    self._steps.append((thing, args, kwargs, method, old))
        finally:
            self._repeating = False

    def _random(self, encoder: codec.Encoder) -> Any:
        """Say how the learner's generators are to be set: as the test has left its own, or new."""
        if not self.testing:
            return 0
        now = _state()
        seeded = not _same_state(now, self._left)
        # A call may draw numbers: a test that seeds in the same way again is seen to have done so.
        np.random.random()
        random.random()
        self._left = _state()
        if seeded:
            return encoder.encode(now)
        return zlib.crc32(f"{self._salt} {self._count}".encode())

    # What comes back

    def _decode(self, tree: Any, buffers: list[bytes]) -> Any:
        try:
            return codec.Decoder(buffers, self._standin).decode(tree)
        except codec.ProtocolError as error:
            raise self._noted(LearnerError(f"what came back cannot be read: {error}")) from None

    def _standin(self, tree: list) -> Any:
        number, kind, name, more = tree[1:5]
        if kind == "callback":
            return self._callbacks[number]
        if not isinstance(number, str) or not re.fullmatch(r"\d{1,9}\.\d{1,12}", number):
            raise codec.ProtocolError("not a handle")
        if kind == "figure":
            return self._part_of_figure(more)
        known = self._standins.get(number)
        if known is not None:
            if isinstance(known, LearnerInstance):
                object.__setattr__(known, "_returned", True)
            return known
        name = str(name)[:100]
        if not isinstance(more, dict):
            more = {}
        if kind == "class":
            standin = self._class(number, name, more)
        elif kind == "instance":
            standin = self._instance_type(more)(self, number, name, more)
        elif kind == "generator":
            inner = StandIn(self, number, name, more)
            return self._generator(inner)
        elif kind == "function":
            standin = LearnerFunction(self, number, name, more)
        else:
            raise codec.ProtocolError("an unknown handle")
        with contextlib.suppress(TypeError):
            self._standins[number] = standin
        return standin

    def _class(self, number: str, name: str, more: dict) -> Any:
        if "BaseException" in (more.get("bases") or ()):
            return self._exception_type(name, more["bases"])
        return LearnerClass(self, number, name, more)

    def _exception_type(self, name: str, bases: Any) -> type:
        """Return a class of the grader's own for an exception class of the learner's."""
        if name not in self._errors:
            known = [_EXCEPTIONS[b] for b in bases if b in _EXCEPTIONS and b != "Exception"]
            own = [b for b in known if not any(o is not b and issubclass(o, b) for o in known)]
            self._errors[name] = type(name, (LearnerError,), {})
            for parents in ((LearnerError, *own), (LearnerError, *own[:1])):
                with contextlib.suppress(TypeError):
                    self._errors[name] = type(name, parents, {})
                    break
        return self._errors[name]

    def _instance_type(self, more: dict) -> type:
        special = {n for n in more.get("special") or () if isinstance(n, str)}
        judging = _OPERATORS | {*_COMPARED, "__contains__"}
        special = frozenset(special & (_FORWARDED | judging))
        if special not in self._keys:
            body: dict[str, Any] = {
                name: _judging(name) if name in judging else _forward(name) for name in special
            }
            body["__hash__"] = _hash if "__hash__" in special else object.__hash__
            if "__bool__" in body or "__len__" in body:
                body["__bool__"] = _truth("__bool__" in special)
            self._keys[special] = type("LearnerInstance", (LearnerInstance,), body)
        return self._keys[special]

    def _generator(self, inner: StandIn) -> Any:
        def values() -> Any:
            sent = None
            try:
                while True:
                    try:
                        if sent is None:
                            item = self.call(inner, (), {}, "next")
                        else:
                            item = self.call(inner, (sent,), {}, "send")
                    except StopIteration as stop:
                        return stop.value
                    sent = yield item
            finally:
                pass

        generator = values()
        generator.__name__ = inner._name
        return generator

    def _raise(self, record: dict, buffers: list[bytes], name: str) -> None:
        """Raise in the test what the learner's code raised."""
        kind, text = str(record.get("type", "")), str(record.get("text", ""))[:2000]
        line = str(record.get("line", ""))[:300]
        trouble = record.get("kind")
        error: BaseException
        if trouble == "not plain":
            error = LearnerError(f"{name} gives back {text}, which no test can look into")
        elif trouble == "timeout":
            error = TimeoutError(f"{name} {text}")
            self.trouble = "timeout"
            functions = [f for f in record.get("functions") or () if isinstance(f, str)]
            self._hangs(*functions[-1:])
        elif trouble == "memory":
            error = MemoryError(f"{name} wanted more memory than allowed")
            self.trouble = "memory"
        elif kind == "StopIteration":
            value = None
            if "value" in record:
                value = self._decode(record["value"], buffers)
            error = StopIteration(value)
        elif kind in _EXCEPTIONS:
            try:
                error = _EXCEPTIONS[kind](text) if text else _EXCEPTIONS[kind]()
            except TypeError:
                error = LearnerError(f"{kind}: {text}")
        elif kind in self._errors or any(b in _EXCEPTIONS for b in record.get("bases") or ()):
            made = self._exception_type(kind, record.get("bases") or ())
            try:
                error = made(text)
            except TypeError:
                error = LearnerError(f"{kind}: {text}")
        else:
            error = LearnerError(f"{kind}: {text}")
        error.learner_line = line
        error.learner_unwritten = one_line(str(record.get("unwritten", "")))[:100]
        called = record.get("functions")
        called = str(called[0]) if isinstance(called, list) and called else ""
        error.learner_called = one_line(called)[:100]
        error.learner_kind = trouble if isinstance(trouble, str) else ""
        error.learner_warnings = [
            str(w)[:500] for w in record.get("warnings") or () if isinstance(w, str)
        ]
        raise self._noted(error)

    def _noted(self, error: BaseException) -> BaseException:
        for name, value in (
            *(("learner_line", ""), ("learner_kind", ""), ("learner_warnings", [])),
            *(("learner_unwritten", ""), ("learner_called", "")),
        ):
            if name not in vars(error):
                setattr(error, name, value)
        error.from_learner = True
        if not isinstance(error, StopIteration):
            self.last_error = error
        return error

    # What goes there

    def _own(self, thing: StandIn) -> list:
        number = thing._number
        if not self.kernel.holds(number):
            if self._by_name.get(thing._name) is thing:
                self._fresh.discard(thing._name)
                with contextlib.suppress(KeyError):
                    if self.look(thing._name) is thing:
                        return ["h", thing._number, "own", "", None]
            raise self._noted(
                LearnerError("this object was lost when the learner's process had to be ended")
            )
        return ["h", number, "own", "", None]

    def _handle(self, value: Any) -> list:
        if isinstance(value, StandIn):
            return self._own(value)
        if isinstance(value, Iterator):
            return self._offer(lambda: _next_of(value), "stream", "stream", keep=value)
        if callable(value):
            name = getattr(value, "__name__", "") or type(value).__name__
            return self._offer(value, "callback", str(name), keep=value)
        raise codec.NotPlain(f"an object of type {type(value).__name__}")

    def _offer(self, function: Callable, kind: str, name: str, keep: Any) -> list:
        number = self._callback_of.get(id(keep))
        if number is None:
            number = len(self._callbacks) + 1
            self._callback_of[id(keep)] = number
            self._callbacks[number] = function if kind == "stream" else keep
            # Both stay alive as long as the number means something.
            self._callbacks[-number] = keep
        return ["h", number, kind, name, None]

    def _answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, list[bytes]]:
        """Call one of the grader's functions for the learner's code."""
        try:
            function = self._callbacks.get(message.get("number"))
            if function is None:
                raise LookupError("this function is no longer there")
            decoder = codec.Decoder(buffers, self._standin)
            args = decoder.decode(message["args"])
            kwargs = decoder.decode(message["kwargs"])
            before = codec.snapshot(decoder.containers)
            result = function(*args, **kwargs)
            encoder = codec.Encoder(self._handle, decoder.containers)
            reply = {"value": encoder.encode(result)}
            changed = codec.changes(encoder, decoder.containers, before)
            if changed:
                reply["changed"] = changed
            return reply, encoder.buffers
        except _TestOvertime:
            raise
        except Exception as error:  # noqa: BLE001
            kinds = [base.__name__ for base in type(error).__mro__]
            kind = next((name for name in kinds if name in _EXCEPTIONS), "RuntimeError")
            return {"raise": kind, "text": str(error)[:2000]}, []

    # Figures

    def _figure(self, description: dict) -> Any:
        number = description.get("number")
        figure = redraw(description, number if isinstance(number, int) else None)
        self._figures[number] = figure
        self._drawn.add(number)
        return figure

    def _part_of_figure(self, more: Any) -> Any:
        number = more.get("number")
        if number is not None and number in self._drawn:
            figure = self._figures[number]
        else:
            buffers = [base64.b64decode(text) for text in more["buffers"]]
            description = codec.Decoder(buffers).decode(more["figure"])
            figure = self._figure({**description, "number": number})
        part = more.get("part")
        if part is None:
            return figure
        axes = figure.axes[codec._index(part[1])]
        if part[0] == "axes":
            return axes
        if part[2] not in ("lines", "collections", "patches", "texts"):
            raise codec.ProtocolError("no such artist")
        return getattr(axes, part[2])[codec._index(part[3])]


def _next_of(iterator: Iterator) -> tuple | None:
    try:
        return (next(iterator),)
    except StopIteration:
        return None


def _state() -> tuple:
    return np.random.get_state(), random.getstate()


def _same_state(one: tuple, other: tuple) -> bool:
    if other is None:
        return False
    (a, b), (c, d) = one, other
    return a[2:] == c[2:] and b == d and np.array_equal(a[1], c[1])


#: Built-in exceptions that learners' code may raise in a test; not those that end a program.
_EXCEPTIONS: dict[str, type[Exception]] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}


def redraw(description: dict, number: int | None = None) -> Any:
    """Return a real figure that shows what a description says.

    Tests look at it as they would at the learner's own.
    """
    from matplotlib import pyplot
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Rectangle

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = pyplot.figure(num=number, clear=True)
        if description.get("suptitle"):
            figure.suptitle(str(description["suptitle"]))
        entries = description["axes"]
        for index, entry in enumerate(entries[:50]):
            axes = figure.add_subplot(1, max(1, len(entries)), index + 1)
            for line in entry["lines"]:
                shown = {"label": str(line["label"])}
                try:
                    axes.plot(
                        *(line["x"], line["y"]),
                        **shown,
                        color=line["color"] or None,
                        linestyle=str(line["linestyle"]),
                        linewidth=float(line["linewidth"]),
                        marker=str(line["marker"]),
                    )
                except (ValueError, TypeError):
                    # Some styles have no name; the line is what counts.
                    with contextlib.suppress(ValueError, TypeError):
                        axes.plot(line["x"], line["y"], **shown)
            for item in entry["collections"]:
                if item["offsets"] is not None and item["kind"] == "PathCollection":
                    points = np.asarray(item["offsets"], float).reshape(-1, 2)
                    drawn = axes.scatter(
                        *(points[:, 0], points[:, 1]),
                        c=item["values"],
                        label=str(item["label"]),
                        s=item["sizes"] if np.size(item["sizes"]) else None,
                    )
                    if item["facecolors"] is not None and np.size(item["facecolors"]):
                        drawn.set_facecolor(item["facecolors"])
                else:
                    other = PathCollection([], label=str(item["label"]))
                    if item["values"] is not None:
                        other.set_array(item["values"])
                    axes.add_collection(other)
            for patch in entry["patches"]:
                axes.add_patch(
                    Rectangle(
                        (patch["x"], patch["y"]),
                        *(patch["width"], patch["height"]),
                        label=str(patch["label"]),
                        facecolor=patch["color"] or None,
                    )
                )
            for image in entry["images"]:
                axes.imshow(image)
            for text in entry["texts"]:
                axes.text(text["x"], text["y"], str(text["s"]))
            with contextlib.suppress(ValueError, TypeError):
                axes.set_xscale(str(entry["xscale"]))
                axes.set_yscale(str(entry["yscale"]))
            axes.set(
                title=str(entry["title"]),
                xlabel=str(entry["xlabel"]),
                ylabel=str(entry["ylabel"]),
                xlim=entry["xlim"],
                ylim=entry["ylim"],
            )
            if entry["legend"] is not None:
                labels = [str(label) for label in entry["legend"]]
                handles = [Rectangle((0, 0), 1, 1) for _ in labels]
                axes.legend(handles, labels)
        for text in description.get("texts", ()):
            figure.text(0, 0, str(text))
    return figure


# Running a test


class Examiner:
    """Runs the test cells of one notebook against one learner's process.

    Parameters
    ----------
    kernel
        The learner's process.
    course
        What the source notebook says about names.
    options
        The limits.
    """

    def __init__(self, kernel: Kernel, course: Course, options: Options) -> None:
        self.bridge = Bridge(kernel, course, options)
        self.namespace = Namespace(self.bridge)
        self._options = options
        self._given: dict[str, Any] = {}
        self._course: dict[str, Any] = {"__name__": "__main__"}

    def costs(self) -> tuple[float, float]:
        """Return the processor time, and what it cost in all, of the tests and of their calls."""
        mine = time.process_time()
        return self.bridge.kernel.busy + mine, self.bridge.kernel.spent + mine

    def setup(self, source: str) -> None:
        """Run a trusted cell of the source notebook in the tests' namespace."""
        exec(compile(plain_python(source), "<setup>", "exec"), self.namespace)

    def give(self, source: str, names: frozenset[str], folder: Path) -> None:
        """Run a locked cell of the source: tests get its names from here, not from the learner.

        Where it cannot be run here, or gives what solutions may change or what cannot cross, the
        learner's stay in place.

        Parameters
        ----------
        source
            The cell.
        names
            Those that tests use.
        folder
            Of the source notebook.
        """
        course = self.bridge.course
        for name in course.imports.keys() - self._course.keys():
            with contextlib.suppress(ImportError):
                self._course[name] = _import(*course.imports[name])
        for name in dict.keys(self.namespace) - self._course.keys():
            self._course[name] = dict.__getitem__(self.namespace, name)
        shown = io.StringIO()
        signal.signal(signal.SIGPROF, _overtime)
        signal.setitimer(signal.ITIMER_PROF, self._options.cell_seconds)  # of processor time
        try:
            with (
                contextlib.chdir(folder),
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                exec(compile(plain_python(source), "<given>", "exec"), self._course)
        except BaseException:  # noqa: BLE001
            return
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            _close_figures()
        for name in names & self._course.keys():
            value = self._course[name]
            with contextlib.suppress(codec.NotPlain):
                if not isinstance(value, types.FunctionType):
                    codec.Encoder().encode(value)
                    if name in course.mentioned and not _is_constant(value):
                        continue
                self._given[name] = value

    def run(
        self,
        source: str,
        name: str,
        exercise: str,
        keep: frozenset[str],
        waiting: frozenset[str] = frozenset(),
        seconds: float = math.inf,
    ) -> Verdict:
        """Run one test cell.

        Parameters
        ----------
        source
            The cell.
        name
            Of the test; seeds the generators.
        exercise
            That it tests.
        keep
            Names that later test cells use: if one of them stands for something that lives in
            the learner's process, the process is left as the test has left it.
        waiting
            Exercises that have a test to come: the learner's process must not get the course's
            versions of them.
        seconds
            What it may cost, if that is less than the limit of a test.

        Returns
        -------
        Verdict
            With ``points`` the share that was earned; a number at the end of the cell counts as
            points, and is returned as such with the status ``number``. Where the cell ends in
            something else, the status is ``other``, or ``false``: what that means depends on what
            the source's own answers give there.
        """
        bridge = self.bridge
        for one, value in self._given.items():
            dict.__setitem__(self.namespace, one, copy.deepcopy(value))
        bridge.begin(name, exercise, waiting)
        verdict = None
        try:
            seconds = min(seconds, self._options.test_seconds)
            verdict = self._verdict(source, name, exercise, seconds)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            _close_figures()
            live = verdict is not None and verdict.status != "timeout"
            live = live and any(
                isinstance(dict.get(self.namespace, one), (StandIn, types.GeneratorType))
                for one in keep
            )
            with contextlib.suppress(KernelLost):
                bridge.end(keep=live)
        return verdict

    def _verdict(self, source: str, name: str, exercise: str, seconds: float) -> Verdict:
        bridge = self.bridge
        shown = io.StringIO()
        busy, spent = self.costs()

        def look(*_: Any) -> None:
            if self.costs()[1] - spent > seconds + 1:
                bridge.kernel.interrupt(_TestOvertime())

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
        try:
            with (
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                value = execute(source, test_file(name), self.namespace)
                if isinstance(value, np.ndarray) and value.size == 1:
                    value = value.item()
        except _TestOvertime:
            if self.costs()[0] - busy < seconds and not bridge.trouble:
                bridge.kernel.doubts.append(f"the test {name} waited for too long")
            return Verdict(0, bridge.trouble or "timeout", "The test took longer than allowed.")
        except KernelLost as lost:
            return Verdict(0, lost.kind, "The process of your notebook ended.")
        except BaseException as error:  # noqa: BLE001
            return self._failed(error, exercise)
        advice = list(dict.fromkeys(bridge.advice))[:3]
        message = " ".join(f"Advice: {text}." for text in advice)
        real = isinstance(value, (numbers.Real, Decimal))
        if real and not isinstance(value, (bool, np.bool_)):
            number = float(value)
            return Verdict(number if math.isfinite(number) else 0.0, "number", message)
        if isinstance(value, (complex, np.generic, np.ndarray)) and not isinstance(value, np.bool_):
            return Verdict(0, "wrong", NO_TOTAL)
        if value is None or value is True or (isinstance(value, np.bool_) and value):
            return Verdict(1, "full", message)
        return Verdict(1, "false" if isinstance(value, (bool, np.bool_)) else "other", message)

    def _failed(self, error: BaseException, exercise: str) -> Verdict:
        bridge = self.bridge
        last = bridge.last_error
        missing = getattr(last, "learner_unwritten", "")
        if missing:
            if last.learner_called != missing:
                told = f"{last.learner_called} calls {missing}, which is not written yet"
                return Verdict(0, "error", f"{told}: write {missing} first.")
            own = missing in bridge.course.exercises.get(exercise, ())
            status = "not attempted" if own else "error"
            return Verdict(0, status, f"{missing} is not written yet.")
        status = bridge.trouble or ("error" if bridge.last_error is not None else "wrong")
        if isinstance(error, NameError) and not getattr(error, "from_learner", False):
            name = error.name or ""
            return Verdict(
                0, "error", f"There is no {name} in the notebook: the name must be exactly this."
            )
        if getattr(error, "from_learner", False):
            kind = type(error).__name__
            text = str(error)
            where = f" in the line `{error.learner_line}`" if error.learner_line else ""
            if error.learner_kind:
                status = {"not plain": "wrong"}.get(error.learner_kind, error.learner_kind)
                return Verdict(0, status, _sentence(f"{text}{where}"))
            shown = f"{kind}: {text}" if text and kind != "LearnerError" else text or kind
            return Verdict(0, "error", _sentence(f"Your code stops{where} with {shown}"))
        if isinstance(error, AssertionError):
            text = str(error).strip()
            if not text or _raised_by_library(error):
                text = "This property does not hold yet."
            return Verdict(0, status, _sentence(text))
        if isinstance(error, MemoryError):
            return Verdict(
                0, "memory", "The test needs too much memory for what your code gives back."
            )
        told = f"{type(error).__name__}"
        if isinstance(error, (KeyError, AttributeError, TypeError, IndexError)):
            told += f": {str(error)[:200]}"
        return Verdict(
            0,
            status,
            _sentence(f"The test cannot work with what your code gives back ({told})"),
        )


def _is_constant(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(map(_is_constant, value))
    return value is None or isinstance(value, (numbers.Number, str, bytes))


def test_file(name: str) -> str:
    """Return what stands in the place of a file name in a test's code."""
    return f"<test {name}>"


def execute(source: str, file: str, namespace: dict) -> Any:
    """Run a cell; return the value of its last line where that is an expression."""
    body, last = compiled(source, file)
    exec(body, namespace)
    return None if last is None else eval(last, namespace)


@lru_cache(maxsize=1024)
def compiled(source: str, file: str) -> tuple[types.CodeType, types.CodeType | None]:
    """Return the code of a trusted cell, and that of its last line if it is an expression."""
    tree = ast.parse(plain_python(source), file)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return compile(tree, file, "exec"), None
    tree.body.pop()
    return compile(tree, file, "exec"), compile(ast.Expression(last.value), file, "eval")


def _overtime(*_: Any) -> None:
    raise _TestOvertime


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def _raised_by_library(error: BaseException) -> bool:
    """Whether the sentence is a library's own: NumPy's shows the values that the test expects."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    module = trace.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in ("numpy", "unittest", "pandas", "scipy", "pytest")


#: Where an object lies in memory: another place in every run.
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{8,}")
NO_TOTAL = "The points of this test do not add up to a number."
_PATH = re.compile(r"(?<![\w.])(?:/[\w.@+-]+){2,}/?|[A-Za-z]:\\[^\s'\"]+")


def _sentence(text: str) -> str:
    """Return a message fit for a learner: no control characters, no paths, not too long."""
    text = ADDRESS.sub("", stripped(text))
    text = _PATH.sub(lambda match: match[0].rstrip("/").rpartition("/")[2], text).strip()
    if len(text) > 1500:
        text = text[:1500] + " …"
    return text if text.endswith((".", "!", "?", "…", "`")) else f"{text}."
