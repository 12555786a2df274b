"""Plain values across a boundary that one side does not trust.

A message is one JSON text and a run of raw buffers. Values become JSON trees: scalars stand for
themselves, everything else is a list that begins with a tag. Nothing is ever evaluated, imported
or unpickled, and what comes out is made of exact built-in types and plain arrays, whatever
subclass went in.

`TABLE` lists the tags.
"""

from __future__ import annotations

import math
import re
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import EllipsisType, MappingProxyType, NotImplementedType
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "TABLE",
    "Decoder",
    "Encoder",
    "Form",
    "Limits",
    "NotPlain",
    "ProtocolError",
    "position",
]


class NotPlain(TypeError):
    """A value that cannot be sent; the message names its type."""


class ProtocolError(ValueError):
    """What came from the other side is not a message."""


class Limits:
    """The most that one message may carry.

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


# The only types that a message may name.
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
        Called with a value that is not plain; returns its ``["h", …]`` tree or raises `NotPlain`.
    originals
        Containers that the other side already has: they are sent by number, without contents.
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
        self._depth = 0

    def encode(self, value: Any) -> Any:
        """Return the tree of `value`.

        Raises
        ------
        NotPlain
            If it, or a part of it, is not plain, or there is too much of it.
        """
        self._depth = 0
        try:
            return self.part(value)
        except RecursionError:
            raise NotPlain("a value that is nested too deeply") from None

    def content(self, container: Any) -> Any:
        """Return the full tree of a container that the other side has, as it is now."""
        known = self._known.pop(id(container), None)
        try:
            return self.encode(container)
        finally:
            if known is not None:
                self._known[id(container)] = known

    def part(self, value: Any) -> Any:
        """Return the tree of a value within the one being encoded."""
        kind = type(value)
        self._items += 1
        if value is None or kind is bool or kind is float:
            return value
        if kind is str:
            self.count(len(value))
            return value
        if kind is int and -_SMALL < value < _SMALL:
            return value
        if self._items > Limits.items:
            raise NotPlain(f"a value with more than {Limits.items} parts")
        if self._depth > Limits.depth:
            raise NotPlain("a value that is nested too deeply")
        known = self._known.get(id(value))
        if known is not None:
            return known
        form = _form_of(value)
        if form is None:
            return self._other(value)
        if form.shared:
            self._known[id(value)] = ["R", len(self.containers)]
            self.containers.append(value)
        self._depth += 1
        tree = [form.tag, *form.encode(self, value)]
        self._depth -= 1
        return tree

    def parts(self, values: Iterable) -> list:
        """Return the trees of several values within it."""
        return [self.part(value) for value in values]

    def buffer(self, data: bytes) -> int:
        """Add a buffer; return its number."""
        self.count(len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def count(self, size: int) -> None:
        """Count `size` bytes towards the limit of the message."""
        self._size += size
        if self._size > Limits.size:
            raise NotPlain(f"a value of more than {Limits.size // 2**20} MB")

    def _other(self, value: Any) -> Any:
        if self._handle is not None:
            try:
                return self._handle(value)
            except NotPlain:
                pass
        # A subclass of a plain type is read by the base class, never by its own methods.
        for base, make in _BASES:
            if isinstance(value, base):
                return self.part(make(value))
        raise NotPlain(f"an object of type {_name(type(value))}")


class Decoder:
    """Turn one message's trees back into values, trusting nothing in it.

    Parameters
    ----------
    buffers
        The message's buffers.
    handle
        Called with an ``["h", …]`` tree; returns the value it stands for.
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
        self.originals = originals or []
        self._buffers = buffers
        self._handle = handle
        self._depth = 0

    def decode(self, tree: Any) -> Any:
        """Return the value of a tree.

        Raises
        ------
        ProtocolError
            If it is not one.
        """
        self._depth = 0
        try:
            return self.part(tree)
        except ProtocolError:
            raise
        except (
            *(TypeError, ValueError, IndexError, KeyError, AttributeError),
            *(ArithmeticError, RecursionError, MemoryError),
        ) as error:
            raise ProtocolError(f"not a value: {type(error).__name__}") from None

    def part(self, tree: Any) -> Any:
        """Return the value of a tree within the one being decoded."""
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise ProtocolError("not a value: a bare object")
            return tree
        if self._depth > Limits.depth + 2:
            raise ProtocolError("nested too deeply")
        form = _BY_TAG.get(tree[0])
        if form is None:
            raise ProtocolError("an unknown tag")
        self._depth += 1
        value = form.decode(self, tree[1:])
        self._depth -= 1
        return value

    def parts(self, trees: list) -> Iterator[Any]:
        """Return the values of several trees within it."""
        return map(self.part, trees)

    def keep(self, container: Any) -> Any:
        """Number a container, before its contents are decoded: they may refer to it."""
        self.containers.append(container)
        return container

    def buffer(self, number: Any) -> bytes:
        """Return one of the message's buffers."""
        return self._buffers[position(number)]

    def handle(self, rest: list) -> Any:
        """Return the value that a handle stands for."""
        if self._handle is None:
            raise ProtocolError("a handle where none may be")
        return self._handle(["h", *rest])


def position(number: Any) -> int:
    """Return `number` if it can index a list.

    Raises
    ------
    ProtocolError
        If it is not an int, or is negative.
    """
    if type(number) is not int or number < 0:
        raise ProtocolError("not a number of something")
    return number


# How each kind of value is written and read


def _integers(decoder: Decoder, trees: list) -> list[int]:
    values = list(decoder.parts(trees))
    if any(type(value) is not int for value in values):
        raise ProtocolError("not an int")
    return values


def _write_int(encoder: Encoder, value: int) -> list:
    if value.bit_length() > 400_000:
        raise NotPlain("an int of more than 100 000 digits")
    return [format(value, "x")]


def _read_int(decoder: Decoder, rest: list) -> int:
    if not isinstance(rest[0], str) or len(rest[0]) > 100_001:
        raise ProtocolError("not an int")
    return int(rest[0], 16)


def _write_decimal(encoder: Encoder, value: Decimal) -> list:
    text = str(value)
    encoder.count(len(text))
    return [text]


def _read_decimal(decoder: Decoder, rest: list) -> Decimal:
    # A huge exponent takes a few characters here and gigabytes as an integer.
    if not isinstance(rest[0], str) or not re.fullmatch(r"[-+.\w]{1,100000}", rest[0]):
        raise ProtocolError("not a decimal number")
    value = Decimal(rest[0])
    if value.is_finite() and abs(value.adjusted()) > 100_000:
        raise ProtocolError("a decimal number that is too large")
    return value


def _write_fraction(encoder: Encoder, value: Fraction) -> list:
    return encoder.parts((value.numerator, value.denominator))


def _read_complex(decoder: Decoder, rest: list) -> complex:
    return complex(float(rest[0]), float(rest[1]))


def _write_bounds(encoder: Encoder, value: range | slice) -> list:
    return encoder.parts((value.start, value.stop, value.step))


def _write_bytes(encoder: Encoder, value: bytes | bytearray) -> list:
    return [encoder.buffer(bytes(value))]


def _read_list(decoder: Decoder, rest: list) -> list:
    items = decoder.keep([])
    items.extend(decoder.parts(rest))
    return items


def _read_deque(decoder: Decoder, rest: list) -> deque:
    line = decoder.keep(deque(maxlen=None if rest[0] is None else position(rest[0])))
    line.extend(decoder.parts(rest[1:]))
    return line


def _fill(members: set, values: Iterator) -> set:
    for value in values:  # one by one: with colliding hashes, a signal must be able to stop it
        members.add(value)
    return members


def _write_dict(encoder: Encoder, value: dict) -> list:
    return [encoder.part(part) for pair in value.items() for part in pair]


def _read_dict(decoder: Decoder, rest: list) -> dict:
    mapping = decoder.keep({})
    if len(rest) % 2:
        raise ProtocolError("a key without a value")
    parts = decoder.parts(rest)
    for key in parts:
        mapping[key] = next(parts)
    return mapping


def _check_dtype(value: np.ndarray | np.generic, what: str) -> None:
    if value.dtype.kind not in "biufcSUmM":
        raise NotPlain(f"{what} of dtype {value.dtype}")


def _write_array(encoder: Encoder, value: np.ndarray) -> list:
    _check_dtype(value, "an array")
    if value.nbytes > Limits.size:
        raise NotPlain(f"an array of more than {Limits.size // 2**20} MB")
    tree = [value.dtype.str, list(value.shape), encoder.buffer(value.tobytes())]
    return tree if value.flags.writeable else [*tree, "fixed"]


def _read_array(decoder: Decoder, rest: list) -> np.ndarray:
    array = decoder.keep(_array(rest[0], rest[1], decoder.buffer(rest[2])))
    if len(rest) > 3:
        array.flags.writeable = False
    return array


def _write_scalar(encoder: Encoder, value: np.generic) -> list:
    _check_dtype(value, "a value")
    return [value.dtype.str, encoder.buffer(value.tobytes())]


def _read_scalar(decoder: Decoder, rest: list) -> np.generic:
    return _array(rest[0], [], decoder.buffer(rest[1]))[()]


def _write_objects(encoder: Encoder, value: np.ndarray) -> list:
    return [list(value.shape), *encoder.parts(value.ravel().tolist())]


def _read_objects(decoder: Decoder, rest: list) -> np.ndarray:
    shape = _shape(rest[0])
    if math.prod(shape) != len(rest) - 1:
        raise ProtocolError("an array of another size")
    flat = np.empty(len(rest) - 1, dtype=object)
    array = decoder.keep(flat.reshape(shape))
    for i, value in enumerate(decoder.parts(rest[1:])):
        flat[i] = value
    return array


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
        # A byte other than 0 and 1 would be neither True nor False.
        array = np.asarray(array.view(np.uint8) != 0)
    elif kind.kind == "U" and array.size:
        points = np.frombuffer(data, kind.byteorder.replace("|", "=") + "u4")
        if points.max(initial=0) > 0x10FFFF:
            raise ProtocolError("not text")
    return array


def _shape(shape: Any) -> tuple[int, ...]:
    if not isinstance(shape, list) or len(shape) > 32:
        raise ProtocolError("not a shape")
    return tuple(position(n) for n in shape)


class Form(NamedTuple):
    """How values of one type are sent.

    ``encode`` returns what follows the tag, and ``decode`` takes it. A ``shared`` value keeps its
    identity within a message, and the other side may change it in place.
    """

    tag: str
    type: Any
    encode: Callable[[Encoder, Any], list] | None
    decode: Callable[[Decoder, list], Any]
    shared: bool = False


TABLE = (
    Form("l", list, Encoder.parts, _read_list, shared=True),
    Form("t", tuple, Encoder.parts, lambda d, rest: tuple(d.parts(rest))),
    Form("s", set, Encoder.parts, lambda d, rest: _fill(d.keep(set()), d.parts(rest)), True),
    Form("z", frozenset, Encoder.parts, lambda d, rest: frozenset(_fill(set(), d.parts(rest)))),
    Form("d", dict, _write_dict, _read_dict, shared=True),
    Form("k", type({}.keys()), Encoder.parts, lambda d, rest: dict.fromkeys(d.parts(rest)).keys()),
    Form("q", deque, lambda e, value: [value.maxlen, *e.parts(value)], _read_deque, shared=True),
    Form("a", np.ndarray, _write_array, _read_array, shared=True),
    Form("o", None, _write_objects, _read_objects, shared=True),  # an array of objects
    Form("n", np.generic, _write_scalar, _read_scalar),
    Form("b", bytes, _write_bytes, lambda d, rest: d.buffer(rest[0])),
    Form("B", bytearray, _write_bytes, lambda d, rest: d.keep(bytearray(d.buffer(rest[0]))), True),
    Form("i", int, _write_int, _read_int),  # of more than 64 bits
    Form("c", complex, lambda e, value: [value.real, value.imag], _read_complex),
    Form("F", Fraction, _write_fraction, lambda d, rest: Fraction(*_integers(d, rest))),
    Form("D", Decimal, _write_decimal, _read_decimal),
    Form("r", range, _write_bounds, lambda d, rest: range(*_integers(d, rest))),
    Form("S", slice, _write_bounds, lambda d, rest: slice(*d.parts(rest))),
    Form("E", EllipsisType, lambda e, value: [], lambda d, rest: ...),
    Form("N", NotImplementedType, lambda e, value: [], lambda d, rest: NotImplemented),
    Form("T", type, lambda e, value: [_TYPE_NAMES[value]], lambda d, rest: _TYPES[rest[0]]),
    # A container already in this message, or in the question that this one answers; a handle.
    Form("R", None, None, lambda d, rest: d.containers[position(rest[0])]),
    Form("O", None, None, lambda d, rest: d.originals[position(rest[0])]),
    Form("h", None, None, Decoder.handle),
)
_BY_TAG = {form.tag: form for form in TABLE}
_BY_TYPE = {form.type: form for form in TABLE if form.type is not None}


def _form_of(value: Any) -> Form | None:
    kind = type(value)
    if kind is np.ndarray and value.dtype.kind == "O":
        return _BY_TAG["o"]
    if kind is type and value not in _TYPE_NAMES:
        return None
    return _BY_TYPE.get(np.generic if isinstance(value, np.generic) else kind)


def _exact(base: type, value: Any) -> Any:
    return base(base.__iter__(value))


#: Other types that are sent as plain ones, and how to convert them.
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (np.ndarray, lambda value: np.array(np.ndarray.view(value, np.ndarray))),
    (dict, lambda value: dict(dict.items(value))),
    *((base, partial(_exact, base)) for base in (list, tuple, set, frozenset, bytes, bytearray)),
    (str, str.__str__),
    *((number, number.__pos__) for number in (int, float, complex)),
    *((kind, dict) for kind in (MappingProxyType, ChainMap, UserDict)),
    *((kind, list) for kind in (UserList, type({}.values()), type({}.items()))),
)


def _name(kind: type) -> str:
    name = getattr(kind, "__qualname__", "?")
    module = getattr(kind, "__module__", "")
    return f"{module}.{name}" if module not in ("builtins", "__main__", "") else name
