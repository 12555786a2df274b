"""Stand-ins, in the tests' process, for what the learner's process keeps to itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.bridge import Bridge

__all__ = ["LearnerClass", "LearnerFunction", "LearnerInstance", "StandIn", "instance_type"]


@dataclass(eq=False)
class Remote:
    """What a stand-in knows of its original.

    Attributes
    ----------
    bridge
        What carries calls to it.
    number
        Its handle in the learner's process.
    name
        Of the function or class; of an object, that of its class.
    more
        What else the learner's process says of it; not trusted.
    made
        Whether the test made it itself, by calling a class that the source has too.
    returned
        Whether the learner's code has given it back since.
    """

    bridge: Bridge
    number: str
    name: str
    more: dict[str, Any]
    made: bool = False
    returned: bool = False

    def move_to(self, other: Remote) -> None:
        """Stand for another original from now on."""
        self.number, self.more = other.number, other.more


class StandIn:
    """Something of the learner's that stays in the learner's process.

    But for ``learner_warnings``, its own attributes have names that no class of a learner's has.
    """

    def __init__(self, bridge: Bridge, number: str, name: str, more: dict[str, Any]) -> None:
        object.__setattr__(self, "__remote__", Remote(bridge, number, name, more))
        object.__setattr__(self, "learner_warnings", [])

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":
            return self.__remote__.name
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__remote__.bridge.call(self, (name,), {}, "getattr")

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "learner_warnings":
            object.__setattr__(self, name, value)
        else:
            self.__remote__.bridge.set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        self.__remote__.bridge.call(self, (name,), {}, "delattr")

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self.__remote__.bridge.call(self, (), {}, "dir")]

    def __reduce__(self) -> Any:
        raise TypeError("an object of the learner's stays in the learner's process")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self


class LearnerCallable(StandIn):
    """What functions and classes of the learner's have in common."""

    @property
    def __name__(self) -> str:
        return self.__remote__.name

    @property
    def __signature__(self) -> inspect.Signature:
        return self.__remote__.bridge.signature(self)


# Each class has a `__doc__` of its own, and inherits none.
_DOC = property(lambda self: self.__remote__.more.get("doc") or None)


class LearnerFunction(LearnerCallable):
    """A function, method or other callable of the learner's."""

    __doc__ = _DOC

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LearnerFunction) and self.__remote__.number == other.__remote__.number
        )

    def __hash__(self) -> int:
        return hash(LearnerFunction)  # the number may change

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__remote__.bridge.call(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self.__remote__.name} of the learner>"


class LearnerClass(LearnerCallable):
    """A class that the learner wrote."""

    __doc__ = _DOC

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        thing = self.__remote__.bridge.call(self, args, kwargs)
        # What something else has handed out before is known, and marked so.
        new = isinstance(thing, LearnerInstance) and not thing.__remote__.returned
        if new and self.__remote__.bridge.names.is_of_source(self):
            thing.__remote__.made = True
        return thing

    def __instancecheck__(self, thing: Any) -> bool:
        if not isinstance(thing, StandIn):
            return False
        return self.__remote__.bridge.call(self, (thing,), {}, "isinstance") is True

    def __subclasscheck__(self, thing: Any) -> bool:
        if not isinstance(thing, StandIn):
            return False
        return self.__remote__.bridge.call(self, (thing,), {}, "issubclass") is True

    def __repr__(self) -> str:
        return f"<class {self.__remote__.name} of the learner>"


class LearnerInstance(StandIn):
    """An object of a class that the learner wrote."""

    @property
    def __class__(self) -> Any:
        return type(self)

    def __repr__(self) -> str:
        return f"<{self.__remote__.name} object of the learner>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise self.__remote__.bridge.not_plain(self)


_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod".split()
_FORWARDED = frozenset(
    f"__{name}__"
    for name in (
        "len getitem setitem delitem iter next call neg pos abs invert float int complex index str "
        "repr round trunc floor ceil enter exit reversed bytes format missing bool hash"
    ).split()
)
#: Methods that may decide a test; see `_judging`.
_JUDGING = frozenset(
    [f"__{way}{name}__" for way in ("", "r", "i") for name in _ARITHMETIC]
    + [f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge", "contains")]
)
#: A class with one of these may say itself what it contains.
_CONTAINER = {"__contains__", "__iter__", "__getitem__", "*"}
#: Methods that usually return the object itself, which tells nothing about it.
_KEEPS = frozenset(f"__i{name}__" for name in _ARITHMETIC) | {"__enter__", "__iter__"}


def _asked(thing: LearnerInstance, name: str, args: tuple) -> Any:
    """Call a special method. If it returns the object itself, keep its flags."""
    returned = thing.__remote__.returned
    value = thing.__remote__.bridge.call(thing, args, {}, name)
    if name in _KEEPS and value is thing:
        thing.__remote__.returned = returned
    return value


def _forward(name: str) -> Callable:
    def method(self: LearnerInstance, *args: Any) -> Any:
        if name == "__exit__":
            args = (None, None, None)  # a trace of the grader's frames stays here
        return _asked(self, name, args)

    method.__name__ = name
    return method


def _judging(name: str) -> Callable:
    """Forward an operator only where the learner's object cannot decide the test or learn from it.

    Its result may be the verdict, and its operand may be the expected value. So with a plain
    operand, the object must be one that the test made itself, by calling a class that the source
    notebook has too, and that the learner's code has not returned since: ``account == 15`` is about
    the class, while ``account.deposit(5) == 15`` expects a number. With objects on both sides, the
    class must be one that the source has.
    """

    def method(self: LearnerInstance, *others: Any) -> Any:
        bridge = self.__remote__.bridge
        if all(isinstance(other, LearnerInstance) for other in others):
            if not bridge.names.is_of_source_class(self):
                return NotImplemented
        elif not (self.__remote__.made and not self.__remote__.returned):
            container = name == "__contains__" and self.__remote__.made
            if not (container and bridge.names.special_of(self) & _CONTAINER):
                if name in ("__eq__", "__ne__") and others[0] is None:
                    return name == "__ne__"
                raise bridge.not_plain(self)
        return _asked(self, name, others)

    method.__name__ = name
    return method


def _hash(self: LearnerInstance) -> int:
    if self.__remote__.bridge.names.is_of_source_class(self):
        value = self.__remote__.bridge.call(self, (), {}, "__hash__")
        if type(value) is int:
            return hash(value)
    return object.__hash__(self)


def _truth(own: bool) -> Callable:
    def method(self: LearnerInstance) -> bool:
        if not self.__remote__.bridge.names.is_of_source_class(self):
            return True
        if own:
            return self.__remote__.bridge.call(self, (), {}, "__bool__") is True
        return self.__remote__.bridge.call(self, (), {}, "__len__") != 0

    return method


def instance_type(special: Iterable[str]) -> type[LearnerInstance]:
    """Return the type of stand-in for an object whose class defines these special methods."""
    return _instance_type(frozenset(special) & (_FORWARDED | _JUDGING))


@cache
def _instance_type(special: frozenset[str]) -> type[LearnerInstance]:
    body: dict[str, Any] = {
        name: _judging(name) if name in _JUDGING else _forward(name) for name in special
    }
    body["__hash__"] = _hash if "__hash__" in special else object.__hash__
    if "__bool__" in body or "__len__" in body:
        body["__bool__"] = _truth("__bool__" in special)
    return type("LearnerInstance", (LearnerInstance,), body)
