"""Handles: how objects that stay in one process are named in the other."""

from __future__ import annotations

import base64
import sys
import types
from collections import namedtuple
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from evenhand.sandboxed import codec
from evenhand.sandboxed.figures import describe, locate

_PLAIN = (
    *(bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset),
    *(np.ndarray, np.generic),
)


class Handles:
    """The handles of the learner's objects, and callables for those of the grader's functions.

    Parameters
    ----------
    folder
        The notebook's folder: classes from files in it are the learner's own.
    epoch
        The prefix of each handle's number, so that a number from before a rollback is not taken
        for a later one.
    call
        Called with the number and the arguments of one of the grader's functions.
    """

    def __init__(self, folder: str, epoch: str, call: Callable[[int, tuple, dict], Any]) -> None:
        self._folder = folder
        self._call = call
        self._objects: dict[str, Any] = {}
        self._numbers: dict[int, str] = {}
        self._stubs: dict[int, tuple[Any, list]] = {}
        self.begin(epoch)

    def begin(self, epoch: str) -> None:
        """Start numbering afresh, after a fork."""
        self._epoch = epoch
        self._count = 0

    def resolve(self, tree: list) -> Any:
        """Return the object that a handle in a question stands for."""
        _, number, kind, name, _ = tree
        if kind == "own":
            if number not in self._objects:
                raise LookupError("this object belongs to an earlier state of the notebook")
            return self._objects[number]
        if kind == "callback":
            return self._stub(number, name)
        if kind == "stream":
            return _pull(self._stub(number, name))
        raise LookupError("an unknown handle")

    def is_stub(self, function: Any) -> bool:
        """Whether a function is one of the grader's."""
        return id(function) in self._stubs

    def _stub(self, number: int, name: Any) -> Any:
        for stub, tree in self._stubs.values():
            if tree[1] == number:
                return stub

        def stub(*args: Any, **kwargs: Any) -> Any:
            return self._call(number, args, kwargs)

        stub.__name__ = stub.__qualname__ = str(name)
        self._stubs[id(stub)] = (stub, ["h", number, "callback", name, None])
        return stub

    def handle(self, value: Any) -> list:
        """Return the handle of an object that is not plain.

        Raises
        ------
        NotPlain
            If it is a library's, which no test can look into.
        """
        return self._handle(value, made=False)

    def handle_made(self, value: Any) -> list:
        """Return the handle of what calling a class returned, or of what a name stands for.

        Only there does an object keep its class if that is the learner's and derives from a plain
        type; anywhere else it is sent as plain.
        """
        return self._handle(value, made=True)

    def _handle(self, value: Any, made: bool) -> list:
        stub = self._stubs.get(id(value))
        if stub is not None:
            return stub[1]
        kind, name, more = self._describe(value, made)
        number = self._numbers.get(id(value))
        if number is None:
            self._count += 1
            number = f"{self._epoch}.{self._count}"
            self._objects[number] = value
            self._numbers[id(value)] = number
        return ["h", number, kind, name, more]

    def _describe(self, value: Any, made: bool) -> tuple[str, str, Any]:
        kind = type(value)
        if kind.__module__.startswith(("matplotlib.", "mpl_toolkits.")):
            figure, part = locate(value)
            if figure is not None:
                return "figure", kind.__name__, _with_buffers(figure, part)
        if isinstance(value, type):
            bases = [b.__name__ for b in value.__mro__ if b.__module__ == "builtins"]
            more = {"bases": bases, "doc": _doc(value), "special": _special(value)}
            more |= {} if self._is_own(value) else _where(value)
            return "class", value.__name__, more
        own = self._is_own(kind)
        if isinstance(value, _PLAIN):
            if own and made and not _is_namedtuple(kind):
                return "instance", kind.__name__, self._class_of(kind)
            raise codec.NotPlain
        if isinstance(value, types.GeneratorType):
            return "generator", getattr(value, "__name__", "generator"), None
        if own:
            return "instance", kind.__name__, self._class_of(kind)
        if hasattr(kind, "__next__") and kind.__module__ in ("builtins", "itertools"):
            return "generator", kind.__name__, None
        if callable(value) and not hasattr(kind, "__enter__"):
            name = getattr(value, "__name__", "") or kind.__name__
            return "function", str(name)[:100], {"doc": _doc(value), "type": kind.__name__}
        if isinstance(value, types.ModuleType):
            raise codec.NotPlain
        return "instance", kind.__name__, _where(kind) | {"special": _special(kind)}

    def _is_own(self, kind: type) -> bool:
        """Whether a class comes from the notebook, a file beside it, or code carried into it."""
        name = kind.__module__
        module = sys.modules.get(name)
        if name == "__main__" or module is None:
            return True
        file = getattr(module, "__file__", None)
        return isinstance(file, str) and file.startswith(self._folder + "/")

    def _class_of(self, kind: type) -> dict:
        return {"class": self.handle(kind), "special": _special(kind)}


def _where(kind: type) -> dict[str, str]:
    return {"module": kind.__module__, "type": kind.__name__}


def _is_namedtuple(kind: type) -> bool:
    """Whether a class has what `collections.namedtuple` gives it, and no more."""
    names = getattr(kind, "_fields", None)
    if kind.__bases__ != (tuple,) or type(names) is not tuple:
        return False
    return vars(kind).keys() <= {*names, *vars(_Pair).keys(), "__orig_bases__", "__annotations__"}


_Pair = namedtuple("_Pair", "one other")


def _special(kind: type) -> list[str]:
    names = (name for name in dir(kind) if name.startswith("__"))
    return [name for name in names if callable(getattr(kind, name, None))][:200]


def _pull(stub: Any) -> Iterator[Any]:
    while True:
        item = stub()
        if item is None:
            return
        yield item[0]


def _with_buffers(figure: Any, part: Any) -> dict:
    """Return a figure with its buffers inside, since a handle has none."""
    encoder = codec.Encoder()
    tree = encoder.encode(describe(figure))
    buffers = [base64.b64encode(b).decode("ascii") for b in encoder.buffers]
    return {"figure": tree, "buffers": buffers, "part": part, "is": id(figure)}


def _doc(value: Any) -> str:
    doc = getattr(value, "__doc__", None)
    return doc[:5000] if type(doc) is str else ""
