"""Stand-ins, in the tests' process, for objects that stay in the learner's process."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.bridge import Bridge

#: Attributes with such names that are passed on; all others are the stand-in's own.
_FACTS = frozenset(
    f"__{name}__"
    for name in (
        "annotations bases closure defaults dict func kwdefaults module self slots wrapped "
        "abstractmethods version"
    ).split()
)


@dataclass(eq=False)
class Remote:
    """What a stand-in knows about its original.

    Attributes
    ----------
    bridge
        What carries calls to it.
    number
        Its handle in the learner's process.
    name
        The name of the function or class; for an object, of its class.
    more
        What else the learner's process says about it; not trusted.
    made
        Whether the test made it itself, by calling a class that the source has too; for a class,
        whether the test derived it from such a class.
    derived
        Whether an operator made it from such objects.
    told
        Whether an operator made it from such an object and a plain value.
    returned
        Whether the learner's code has returned it since.
    """

    bridge: Bridge
    number: str
    name: str
    more: dict[str, Any]
    made: bool = False
    derived: bool = False
    told: bool = False
    returned: bool = False

    def move_to(self, other: Remote) -> None:
        """Stand for another original from now on."""
        self.number, self.more = other.number, other.more


class StandIn:
    """Something of the learner's that stays in the learner's process.

    Apart from ``learner_warnings``, its own attributes have names that no learner's class has.
    """

    def __init__(self, bridge: Bridge, number: str, name: str, more: dict[str, Any]) -> None:
        _remember(self, Remote(bridge, number, name, more))

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":
            return self.__remote__.name
        if name.startswith("__") and name not in _FACTS:
            raise AttributeError(name)
        return self.__remote__.bridge.call(self, (name,), {}, "getattr")

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "learner_warnings":
            _set(self, name, value)
        else:
            self.__remote__.bridge.set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        self.__remote__.bridge.call(self, (name,), {}, "delattr")

    def __dir__(self) -> list[str]:
        own = (type if isinstance(self, type) else object).__dir__(self)
        return [*own, *self.__remote__.bridge.call(self, (), {}, "dir")]

    def __reduce__(self) -> Any:
        raise TypeError("an object of the learner's stays in the learner's process")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self


def _set(thing: StandIn, name: str, value: Any) -> None:
    (type if isinstance(thing, type) else object).__setattr__(thing, name, value)


def _remember(thing: StandIn, remote: Remote) -> None:
    _set(thing, "__remote__", remote)
    _set(thing, "learner_warnings", [])


def _told(name: str) -> property:
    """Return a property for what Python would take from the stand-in: ask the learner's object."""
    return property(lambda self: self.__remote__.bridge.call(self, (name,), {}, "getattr"))


class LearnerCallable(StandIn):
    """What functions and classes of the learner's have in common."""

    @property
    def __name__(self) -> str:
        return self.__remote__.name

    @property
    def __signature__(self) -> inspect.Signature:
        return self.__remote__.bridge.facts.signature(self)


# Each class has a `__doc__` of its own, and inherits none.
_DOC = property(lambda self: self.__remote__.more.get("doc") or None)


class LearnerFunction(LearnerCallable):
    """A function, method or other callable of the learner's."""

    __doc__ = _DOC
    __annotations__ = _told("__annotations__")
    __module__ = _told("__module__")

    @property
    def __class__(self) -> type:
        return _FUNCTIONS.get(self.__remote__.more.get("type"), LearnerFunction)

    @property
    def __code__(self) -> types.CodeType:
        return self.__remote__.bridge.facts.code(self)

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


_FUNCTIONS = {"function": types.FunctionType, "method": types.MethodType}


class LearnerClass(LearnerCallable, type):
    """A class that the learner wrote: the type of the stand-ins for its objects."""

    __doc__ = _DOC
    __annotations__ = _told("__annotations__")
    __bases__ = _told("__bases__")
    __dict__ = property(lambda self: self.__remote__.bridge.call(self, (), {}, "members"))
    __abstractmethods__ = _told("__abstractmethods__")

    def __new__(mcs, name: str, bases: tuple, body: dict, **_: Any) -> Any:
        """Derive a class from the learner's: what a ``class`` statement of a test does."""
        cell = body.pop("__classcell__", None)
        body = {key: value for key, value in body.items() if key not in _OF_A_BODY}
        base = next(one for one in bases if isinstance(one, LearnerClass))
        bridge = base.__remote__.bridge
        made = bridge.call(base, (name, bases, body), {}, "derive")
        made.__remote__.made = base.__remote__.made or bridge.names.is_of_source(base)
        if cell is not None:
            cell.cell_contents = made
        return made

    def __init__(cls, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        thing = self.__remote__.bridge.call(self, args, kwargs)
        # An object that was returned before is known, and marked as such.
        new = isinstance(thing, LearnerInstance) and not thing.__remote__.returned
        if new and (self.__remote__.made or self.__remote__.bridge.names.is_of_source(self)):
            thing.__remote__.made = True
        return thing

    def mro(cls) -> list:
        """Return the classes that it derives from, itself first."""
        try:
            type.__getattribute__(cls, "__remote__")
        except AttributeError:
            return super().mro()  # Python asks while it makes the stand-in
        return cls.__remote__.bridge.call(cls, (), {}, "mro")

    # Of an enumeration, say.

    def __iter__(self) -> Any:
        return iter(self.__remote__.bridge.call(self, (), {}, "list"))

    def __len__(self) -> int:
        return len(self.__remote__.bridge.call(self, (), {}, "list"))

    def __getitem__(self, key: Any) -> Any:
        return self.__remote__.bridge.call(self, (key,), {}, "getitem")

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LearnerClass):
            return isinstance(other, type) and _library_class(self.__remote__.more) is other
        return self.__remote__.number == other.__remote__.number  # two names for one class

    def __hash__(self) -> int:
        return hash(LearnerClass)  # the number may change

    def __instancecheck__(self, thing: Any) -> bool:
        if isinstance(thing, tuple) and hasattr(thing, "_fields"):
            return type(thing).__name__ == self.__remote__.name
        if not isinstance(thing, StandIn):
            return False
        return self.__remote__.bridge.call(self, (thing,), {}, "isinstance") is True

    def __subclasscheck__(self, thing: Any) -> bool:
        if not isinstance(thing, StandIn):
            return False
        return self.__remote__.bridge.call(self, (thing,), {}, "issubclass") is True

    def __repr__(self) -> str:
        return f"<class {self.__remote__.name} of the learner>"


_OF_A_BODY = {"__module__", "__qualname__", "__firstlineno__", "__static_attributes__"}


class LearnerInstance(StandIn):
    """An object of a class that the learner wrote, or of a library's that no test gets as it is."""

    @property
    def __class__(self) -> Any:
        return _library_class(self.__remote__.more) or type(self)

    @property
    def __dict__(self) -> dict:
        return self.__remote__.bridge.call(self, ("__dict__",), {}, "getattr")

    def __copy__(self) -> Any:
        return self.__remote__.bridge.copied(self, "copy")

    def __deepcopy__(self, _: Any) -> Any:
        return self.__remote__.bridge.copied(self, "deepcopy")

    def __repr__(self) -> str:
        return f"<{self.__remote__.name} object of the learner>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise self.__remote__.bridge.not_plain(self)


def _library_class(more: dict) -> type | None:
    """Return the class that an object says it is of, if the tests' process has it in a library."""
    module, name = more.get("module"), more.get("type")
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    found = vars(sys.modules.get(module, object)).get(name)
    own = module.partition(".")[0] in ("__main__", "evenhand", "numpy", "pandas")
    if not isinstance(found, type) or isinstance(found, LearnerClass) or own:
        return None
    plain = module == "builtins" and not issubclass(found, BaseException)
    return None if plain else found


def class_stand_in(
    bridge: Bridge, number: str, name: str, more: dict, special: Iterable[str]
) -> LearnerClass:
    """Return the stand-in for a class whose objects have these special methods."""
    body = {"__module__": "__main__", "__doc__": more.get("doc")}
    made = type.__new__(LearnerClass, name, (_instance_type(_known(special)),), body)
    _remember(made, Remote(bridge, number, name, more))
    return made


def instance_of(
    kind: Any, bridge: Bridge, number: str, name: str, more: dict, special: Iterable[str]
) -> LearnerInstance:
    """Return the stand-in for an object of a class, or of a library's class if `kind` is None."""
    if not isinstance(kind, LearnerClass):
        kind = _instance_type(_known(special))
    thing = object.__new__(kind)
    _remember(thing, Remote(bridge, number, name, more))
    return thing


_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod".split()
_FORWARDED = frozenset(
    f"__{name}__"
    for name in (
        "len getitem setitem delitem iter next call neg pos abs invert float int complex index str "
        "repr round trunc floor ceil enter exit reversed bytes format missing bool hash"
    ).split()
)
#: Methods that may decide a test; see `_judging`.
_COMPARING = frozenset(f"__{name}__" for name in "eq ne lt le gt ge contains".split())
_JUDGING = _COMPARING | {f"__{way}{name}__" for way in ("", "r", "i") for name in _ARITHMETIC}
#: Methods that make a number of an object.
_NUMBERS = frozenset(
    f"__{name}__" for name in "abs float int complex index round trunc floor ceil".split()
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


def _own(thing: Any) -> bool:
    """Whether a test made an object, or an operator gave it for such objects."""
    if not isinstance(thing, LearnerInstance):
        return True
    remote = thing.__remote__
    return (remote.made or remote.derived) and not remote.returned


def _operated(thing: LearnerInstance, name: str, others: tuple) -> Any:
    """Call an operator, and mark the object that it makes from those that the test made."""
    own = all(map(_own, (thing, *others)))
    plain = not all(isinstance(other, LearnerInstance) for other in others)
    told = thing.__remote__.told or plain and thing.__remote__.derived
    value = _asked(thing, name, others)
    if isinstance(value, LearnerInstance):
        value.__remote__.told |= told
        if own and not value.__remote__.returned:
            value.__remote__.derived = thing.__remote__.bridge.names.is_of_source_class(value)
    return value


def _forward(name: str) -> Callable:
    def method(self: LearnerInstance, *args: Any) -> Any:
        if name == "__exit__":
            return self.__remote__.bridge.leave(self, args[1])
        if name in _NUMBERS and self.__remote__.told:
            raise self.__remote__.bridge.not_plain(self)  # its operand may be what is expected
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
        calculates = name not in _COMPARING
        if all(isinstance(other, LearnerInstance) for other in others):
            if not bridge.names.is_of_source_class(self):
                return NotImplemented
        elif not (self.__remote__.made and not self.__remote__.returned):
            if calculates and _own(self):
                # One more step of a calculation: only an object may come of it, and no verdict.
                value = _operated(self, name, others)
                if isinstance(value, LearnerInstance) or value is NotImplemented:
                    return value
                raise bridge.not_plain(self)
            container = name == "__contains__" and self.__remote__.made
            if not (container and bridge.names.special_of(self) & _CONTAINER):
                if name in ("__eq__", "__ne__") and others[0] is None:
                    return name == "__ne__"
                raise bridge.not_plain(self)
        return (_operated if calculates else _asked)(self, name, others)

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


def _known(special: Iterable[str]) -> frozenset[str]:
    return frozenset(special) & (_FORWARDED | _JUDGING)


@cache
def _instance_type(special: frozenset[str]) -> type[LearnerInstance]:
    body: dict[str, Any] = {
        name: _judging(name) if name in _JUDGING else _forward(name) for name in special
    }
    body["__hash__"] = _hash if "__hash__" in special else object.__hash__
    if "__bool__" in body or "__len__" in body:
        body["__bool__"] = _truth("__bool__" in special)
    return type("LearnerInstance", (LearnerInstance,), body)
