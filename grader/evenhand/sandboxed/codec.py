"""Plain values across a boundary that one side does not trust.

A message is one JSON text and a run of raw buffers. Values become JSON trees: scalars stand for
themselves, everything else is a list that begins with a tag. Nothing is ever evaluated, imported
or unpickled, and what comes out is made of exact built-in types and plain arrays, whatever
subclass went in.

The module needs only NumPy and the standard library: it is also what the learner's process runs,
inside the sandbox.

===================== ==========================================================================
tag                   value
===================== ==========================================================================
``l t s z d``         list, tuple, set, frozenset, dict (keys and values in turn)
``a`` ``o`` ``n``     array (dtype, shape, buffer), object array, NumPy scalar
``c b B i r S E T``   complex, bytes, bytearray, big int, range, slice, Ellipsis, known type
``F D q k``           Fraction, Decimal, deque, the keys of a dict
``N``                 NotImplemented, with which an operator passes the question on
``R`` ``O``           the container met as number n in this message, or in the question before
``h``                 a thing that stays where it is, under a handle
===================== ==========================================================================
"""

from __future__ import annotations

import math
import re
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = [
    "Decoder",
    "Encoder",
    "Limits",
    "NotPlain",
    "ProtocolError",
    "changes",
    "merge",
    "position",
    "snapshot",
]


class NotPlain(TypeError):
    """A value that cannot cross; the text names its type."""


class ProtocolError(ValueError):
    """What came from the other side is not a message."""


class Limits:
    """How much may cross in one message.

    Attributes
    ----------
    depth
        Containers within containers.
    items
        Values of all kinds, array elements not counted.
    size
        Bytes of all buffers together.
    text
        Bytes of the JSON text.
    """

    depth = 60
    items = 500_000
    size = 64 * 2**20
    text = 16 * 2**20


# Types that a message may name: the only ones a tree can bring to life.
_TYPES: dict[str, type] = {
    **{t.__name__: t for t in (bool, int, float, complex, str, bytes, bytearray)},
    **{t.__name__: t for t in (list, tuple, dict, set, frozenset, range, object, type(None))},
    **{
        f"numpy.{t.__name__}": t
        for t in (
            *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
            *(np.float16, np.float32, np.float64, np.complex64, np.complex128, np.bool_),
            np.ndarray,
        )
    },
}
_TYPE_NAMES = {t: name for name, t in _TYPES.items()}
_DTYPE = re.compile(r"[<>|=][biufcSUmM]\d{1,8}(\[\d{0,6}[A-Za-z]{1,2}\])?")
_SMALL = 2**63


class Encoder:
    """Turn values into one message's trees and buffers.

    Parameters
    ----------
    handle
        Called with what is not plain; returns its ``["h", …]`` tree, or raises `NotPlain`.
    originals
        Containers that the other side knows by number; met again, they are named and not sent.
    """

    def __init__(
        self,
        handle: Callable[[Any], list] | None = None,
        originals: list[Any] | None = None,
    ) -> None:
        self.buffers: list[bytes] = []
        self.containers: list[Any] = []
        self._handle = handle
        self._known: dict[int, list] = {}
        for number, container in enumerate(originals or ()):
            self._known[id(container)] = ["O", number]
        self._items = 0
        self._size = 0

    def encode(self, value: Any) -> Any:
        """Return the tree of `value`.

        Raises
        ------
        NotPlain
            If it, or a part of it, is not plain, or there is too much of it.
        """
        try:
            return self._encode(value, 0)
        except RecursionError:
            raise NotPlain("a value that is nested too deeply") from None

    def content(self, container: Any) -> Any:
        """Return the tree of a container that the other side knows, with what is in it now."""
        known = self._known.pop(id(container), None)
        try:
            return self.encode(container)
        finally:
            if known is not None:
                self._known[id(container)] = known

    def _encode(self, value: Any, depth: int) -> Any:
        kind = type(value)
        self._items += 1
        if value is None or kind is bool or kind is str or kind is float:
            if kind is str:
                self._size += len(value)
                self._check()
            return value
        if kind is int:
            return value if -_SMALL < value < _SMALL else self._big(value)
        if self._items > Limits.items:
            raise NotPlain(f"a value with more than {Limits.items} parts")
        if depth > Limits.depth:
            raise NotPlain("a value that is nested too deeply")
        known = self._known.get(id(value))
        if known is not None:
            return known
        encode = _ENCODERS.get(kind)
        if encode is not None:
            return encode(self, value, depth + 1)
        return self._other(value, kind, depth)

    def _other(self, value: Any, kind: type, depth: int) -> Any:
        if isinstance(value, np.generic):
            return self._scalar(value)
        if kind is type and value in _TYPE_NAMES:
            return ["T", _TYPE_NAMES[value]]
        if self._handle is not None:
            try:
                return self._handle(value)
            except NotPlain:
                pass
        # Subclasses of plain types become plain: the base class reads them, not their methods.
        for base, make in _BASES:
            if isinstance(value, base):
                plain = make(value)
                return self._encode(plain, depth)
        raise NotPlain(f"an object of type {_name(kind)}")

    def _remember(self, value: Any) -> None:
        self._known[id(value)] = ["R", len(self.containers)]
        self.containers.append(value)

    def _check(self) -> None:
        if self._size > Limits.size:
            raise NotPlain(f"a value of more than {Limits.size // 2**20} MB")

    def _buffer(self, data: bytes) -> int:
        self._size += len(data)
        self._check()
        self.buffers.append(data)
        return len(self.buffers) - 1

    @staticmethod
    def _big(value: int) -> list:
        if value.bit_length() > 400_000:
            raise NotPlain("an int of more than 100 000 digits")
        return ["i", format(value, "x")]

    def _list(self, value: list, depth: int) -> list:
        self._remember(value)
        return ["l", *[self._encode(item, depth) for item in value]]

    def _tuple(self, value: tuple, depth: int) -> list:
        return ["t", *[self._encode(item, depth) for item in value]]

    def _set(self, value: set, depth: int) -> list:
        self._remember(value)
        return ["s", *[self._encode(item, depth) for item in value]]

    def _frozenset(self, value: frozenset, depth: int) -> list:
        return ["z", *[self._encode(item, depth) for item in value]]

    def _dict(self, value: dict, depth: int) -> list:
        self._remember(value)
        tree: list[Any] = ["d"]
        for key, item in value.items():
            tree.append(self._encode(key, depth))
            tree.append(self._encode(item, depth))
        return tree

    def _array(self, value: np.ndarray, depth: int) -> list:
        self._remember(value)
        if value.dtype.kind == "O":
            items = [self._encode(item, depth) for item in value.ravel().tolist()]
            return ["o", list(value.shape), *items]
        if value.dtype.kind not in "biufcSUmM":
            raise NotPlain(f"an array of dtype {value.dtype}")
        if value.nbytes > Limits.size:
            raise NotPlain(f"an array of more than {Limits.size // 2**20} MB")
        tree = ["a", value.dtype.str, list(value.shape), self._buffer(value.tobytes())]
        return tree if value.flags.writeable else [*tree, "fixed"]

    def _scalar(self, value: np.generic) -> list:
        if value.dtype.kind not in "biufcSUmM":
            raise NotPlain(f"a value of dtype {value.dtype}")
        return ["n", value.dtype.str, self._buffer(value.tobytes())]

    def _deque(self, value: deque, depth: int) -> list:
        self._remember(value)
        return ["q", value.maxlen, *[self._encode(item, depth) for item in value]]

    def _decimal(self, value: Decimal, depth: int) -> list:
        text = str(value)
        self._size += len(text)
        self._check()
        return ["D", text]

    def _bytearray(self, value: bytearray, depth: int) -> list:
        self._remember(value)
        return ["B", self._buffer(bytes(value))]


_ENCODERS: dict[type, Callable[[Encoder, Any, int], Any]] = {
    list: Encoder._list,
    tuple: Encoder._tuple,
    set: Encoder._set,
    frozenset: Encoder._frozenset,
    dict: Encoder._dict,
    np.ndarray: Encoder._array,
    bytearray: Encoder._bytearray,
    deque: Encoder._deque,
    Decimal: Encoder._decimal,
    Fraction: lambda self, value, depth: [
        "F",
        *[self._encode(item, depth) for item in (value.numerator, value.denominator)],
    ],
    bytes: lambda self, value, depth: ["b", self._buffer(value)],
    complex: lambda self, value, depth: ["c", value.real, value.imag],
    range: lambda self, value, depth: [
        "r",
        *[self._encode(item, depth) for item in (value.start, value.stop, value.step)],
    ],
    slice: lambda self, value, depth: [
        "S",
        *[self._encode(item, depth) for item in (value.start, value.stop, value.step)],
    ],
    type(...): lambda self, value, depth: ["E"],
    type({}.keys()): lambda self, value, depth: [
        "k",
        *[self._encode(item, depth) for item in value],
    ],
    type(NotImplemented): lambda self, value, depth: ["N"],
}
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (np.ndarray, lambda value: np.array(np.ndarray.view(value, np.ndarray))),
    (dict, lambda value: dict(dict.items(value))),
    (list, lambda value: list(list.__iter__(value))),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
    (
        str,
        lambda value: (
            str.__str__(value)[:]
            if type(value) is str
            else "".join(str.__getitem__(value, slice(i, i + 1)) for i in range(str.__len__(value)))
        ),
    ),
    (bytes, lambda value: bytes(bytes.__iter__(value))),
    (bytearray, lambda value: bytearray(bytearray.__iter__(value))),
    (int, lambda value: int.__add__(value, 0)),
    (float, lambda value: float.__add__(value, 0.0)),
    (complex, lambda value: complex.__add__(value, 0j)),
    *((kind, dict) for kind in (MappingProxyType, ChainMap, UserDict)),
    (UserList, list),
    (type({}.values()), list),
    (type({}.items()), list),
)


def _name(kind: type) -> str:
    name = getattr(kind, "__qualname__", "?")
    module = getattr(kind, "__module__", "")
    return f"{module}.{name}" if module not in ("builtins", "__main__", "") else name


class Decoder:
    """Turn one message's trees back into values. Takes nothing on trust.

    Parameters
    ----------
    buffers
        The message's buffers.
    handle
        Called with an ``["h", …]`` tree; returns what is to stand in its place.
    originals
        The containers that ``["O", n]`` names.
    """

    def __init__(
        self,
        buffers: list[bytes],
        handle: Callable[[list], Any] | None = None,
        originals: list[Any] | None = None,
    ) -> None:
        self.containers: list[Any] = []
        self._buffers = buffers
        self._handle = handle
        self._originals = originals or []

    def decode(self, tree: Any) -> Any:
        """Return the value of a tree.

        Raises
        ------
        ProtocolError
            If it is not one.
        """
        try:
            return self._decode(tree, 0)
        except ProtocolError:
            raise
        except (
            *(TypeError, ValueError, IndexError, KeyError, AttributeError),
            *(ArithmeticError, RecursionError, MemoryError),
        ) as error:
            raise ProtocolError(f"not a value: {type(error).__name__}") from None

    def _decode(self, tree: Any, depth: int) -> Any:
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise ProtocolError("not a value: a bare object")
            return tree
        if depth > Limits.depth + 2:
            raise ProtocolError("nested too deeply")
        tag = tree[0]
        depth += 1
        if tag == "l":
            items: list[Any] = []
            self.containers.append(items)
            items.extend([self._decode(item, depth) for item in tree[1:]])
            return items
        if tag == "t":
            return tuple([self._decode(item, depth) for item in tree[1:]])
        if tag == "d":
            mapping: dict[Any, Any] = {}
            self.containers.append(mapping)
            if len(tree) % 2 == 0:
                raise ProtocolError("a key without a value")
            for i in range(1, len(tree), 2):
                key = self._decode(tree[i], depth)
                mapping[key] = self._decode(tree[i + 1], depth)
            return mapping
        if tag == "a":
            array = self._array(tree[1], tree[2], self._bytes(tree[3]))
            if len(tree) > 4:
                array.flags.writeable = False
            self.containers.append(array)
            return array
        if tag == "n":
            array = self._array(tree[1], [], self._bytes(tree[2]))
            return array[()]
        if tag == "h":
            if self._handle is None:
                raise ProtocolError("a handle where none may be")
            return self._handle(tree)
        if tag == "R":
            return self.containers[position(tree[1])]
        if tag == "O":
            return self._originals[position(tree[1])]
        if tag in ("s", "z"):
            members: set[Any] = set()
            if tag == "s":
                self.containers.append(members)
            for item in tree[1:]:  # not in one call: what collides must be able to be stopped
                members.add(self._decode(item, depth))
            return members if tag == "s" else frozenset(members)
        if tag == "o":
            return self._object_array(tree, depth)
        if tag == "b":
            return bytes(self._bytes(tree[1]))
        if tag == "B":
            buffer = bytearray(self._bytes(tree[1]))
            self.containers.append(buffer)
            return buffer
        if tag == "c":
            return complex(float(tree[1]), float(tree[2]))
        if tag == "i":
            text = tree[1]
            if not isinstance(text, str) or len(text) > 100_001:
                raise ProtocolError("not an int")
            return int(text, 16)
        if tag == "r":
            return range(*[_integer(self._decode(item, depth)) for item in tree[1:4]])
        if tag == "S":
            return slice(*[self._decode(item, depth) for item in tree[1:4]])
        if tag == "F":
            return Fraction(*[_integer(self._decode(item, depth)) for item in tree[1:3]])
        if tag == "D":
            return _decimal(tree[1])
        if tag == "q":
            line: deque[Any] = deque(maxlen=None if tree[1] is None else position(tree[1]))
            self.containers.append(line)
            line.extend([self._decode(item, depth) for item in tree[2:]])
            return line
        if tag == "k":
            return dict.fromkeys([self._decode(item, depth) for item in tree[1:]]).keys()
        if tag == "E":
            return ...
        if tag == "N":
            return NotImplemented
        if tag == "T":
            return _TYPES[tree[1]]
        raise ProtocolError("an unknown tag")

    def _bytes(self, number: Any) -> bytes:
        return self._buffers[position(number)]

    def _object_array(self, tree: list, depth: int) -> np.ndarray:
        shape = _shape(tree[1])
        if math.prod(shape) != len(tree) - 2:
            raise ProtocolError("an array of another size")
        flat = np.empty(len(tree) - 2, dtype=object)
        array = flat.reshape(shape)
        self.containers.append(array)
        for i, item in enumerate(tree[2:]):
            flat[i] = self._decode(item, depth)
        return array

    @staticmethod
    def _array(dtype: Any, shape: Any, data: bytes) -> np.ndarray:
        if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
            raise ProtocolError("not a dtype")
        kind = np.dtype(dtype)
        shape = _shape(shape)
        if math.prod(shape) * kind.itemsize != len(data) or not kind.itemsize and data != b"":
            raise ProtocolError("an array of another size")
        if kind.itemsize == 0:
            if math.prod(shape) > Limits.items:
                raise ProtocolError("an array too large")
            return np.zeros(shape, kind)
        array = np.frombuffer(data, kind).reshape(shape).copy()
        if kind.kind == "b":
            # A byte that is neither 0 nor 1 would be a truth value of a third kind.
            array = np.asarray(array.view(np.uint8) != 0)
        elif kind.kind == "U" and array.size:
            points = np.frombuffer(data, kind.byteorder.replace("|", "=") + "u4")
            if points.max(initial=0) > 0x10FFFF:
                raise ProtocolError("not text")
        return array


def position(number: Any) -> int:
    """Return a number in a list, if it is one.

    Raises
    ------
    ProtocolError
        If it is none, or negative.
    """
    if type(number) is not int or number < 0:
        raise ProtocolError("not a number of something")
    return number


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise ProtocolError("not an int")
    return value


def _decimal(text: Any) -> Decimal:
    # A huge exponent is a few characters, and gigabytes as an integer.
    if not isinstance(text, str) or not re.fullmatch(r"[-+.\w]{1,100000}", text):
        raise ProtocolError("not a decimal number")
    value = Decimal(text)
    if value.is_finite() and abs(value.adjusted()) > 100_000:
        raise ProtocolError("a decimal number that is too large")
    return value


def _shape(shape: Any) -> tuple[int, ...]:
    if not isinstance(shape, list) or len(shape) > 32:
        raise ProtocolError("not a shape")
    return tuple(position(n) for n in shape)


def snapshot(containers: list[Any]) -> list[Any]:
    """Note what is in each container now, for `changes`."""
    return [_contents(container) for container in containers]


def changes(encoder: Encoder, containers: list[Any], before: list[Any]) -> list:
    """Return the trees of those containers whose contents are no longer what they were."""
    return [
        [number, encoder.content(container)]
        for number, container in enumerate(containers)
        if not _as_before(_contents(container), before[number])
    ]


def merge(container: Any, value: Any) -> None:
    """Give a container the contents of another of its kind, in place.

    Raises
    ------
    ProtocolError
        If the two are of different kinds.
    """
    if type(container) is not type(value):
        raise ProtocolError("a change of kind")
    if isinstance(container, np.ndarray):
        if container.size == value.size and container.dtype == value.dtype:
            if container.shape != value.shape:
                container.shape = value.shape
            if container.flags.writeable:
                container[...] = value
        # An array that changed its size or its type in place is left alone: NumPy does not allow
        # it for an array that others hold.
    elif isinstance(container, (list, bytearray)):
        container[:] = value
    elif isinstance(container, deque):
        container.clear()
        container.extend(value)
    else:
        container.clear()
        container.update(value)


def _contents(container: Any) -> Any:
    if isinstance(container, np.ndarray):
        if container.dtype.kind == "O":
            return container.shape, container.ravel().tolist()
        return container.shape, container.dtype.str, container.tobytes()
    if isinstance(container, dict):
        return list(container.items())
    if isinstance(container, set):
        return set(container)
    return list(container)


def _as_before(now: Any, before: Any) -> bool:
    """Compare by identity: equality is for the learner's objects to define, identity is not."""
    if now is before:
        return True
    kind = type(now)
    if kind is not type(before):
        return False
    if kind in (list, tuple):
        return len(now) == len(before) and all(map(_as_before, now, before))
    if kind in (int, str, bytes, float, bool):
        return now == before or now != now
    if kind is set:
        return len(now) == len(before) and all(any(a is b for b in before) for a in now)
    return False
