"""How values of Python and its standard library are sent."""

from __future__ import annotations

import builtins
import io
import re
import sys
import types
import zoneinfo
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections import namedtuple as make_namedtuple
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from types import EllipsisType, MappingProxyType, NotImplementedType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from evenhand.sandboxed.forms import Form, NotPlain, ProtocolError, integers, position, texts

if TYPE_CHECKING:
    from evenhand.sandboxed.codec import Decoder, Encoder

#: The only types that a message may name.
_TYPES: dict[str, type] = {
    **{name: kind for name, kind in vars(builtins).items() if type(kind) is type},
    **{kind.__name__: kind for kind in (Counter, OrderedDict, defaultdict, deque)},
    **{kind.__name__: kind for kind in (date, datetime, time, timedelta, Decimal, Path)},
    **{kind.__name__: kind for kind in (type(None), types.FunctionType, types.GeneratorType)},
    **{
        f"numpy.{kind.__name__}": kind
        for kind in (
            *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
            *(np.float16, np.float32, np.float64, np.complex64, np.complex128, np.bool_),
            *(np.ndarray, np.integer, np.floating, np.number),
        )
    },
}
TYPE_NAMES = {kind: name for name, kind in _TYPES.items()}
_FACTORIES = (list, dict, set, int, float, str, bool, tuple)
_MOST_FIELDS = 500  # of a named tuple
_LONG = 1000


def _write_int(encoder: Encoder, value: int) -> list:
    if value.bit_length() > 400_000:
        raise NotPlain("an int of more than 100 000 digits")
    return [format(value, "x")]


def _read_int(decoder: Decoder, rest: list) -> int:
    if not isinstance(rest[0], str) or len(rest[0]) > 100_001:
        raise ProtocolError("not an int")
    return int(rest[0], 16)


def _write_text(encoder: Encoder, value: Any) -> list:
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


def _write_numbers(encoder: Encoder, value: list) -> list:
    kind = "<i8" if type(value[0]) is int else "<f8"
    return [kind, encoder.buffer(np.array(value, kind).tobytes())]


def _read_numbers(decoder: Decoder, rest: list) -> list:
    if rest[0] not in ("<i8", "<f8"):
        raise ProtocolError("not numbers")
    return decoder.keep(np.frombuffer(decoder.buffer(rest[1]), rest[0]).tolist())


def _read_deque(decoder: Decoder, rest: list) -> deque:
    line = decoder.keep(deque(maxlen=None if rest[0] is None else position(rest[0])))
    line.extend(decoder.parts(rest[1:]))
    return line


def _fill(members: set, values: Iterator) -> set:
    for value in values:  # one by one: with colliding hashes, a signal must be able to stop it
        members.add(value)
    return members


def _write_dict(encoder: Encoder, value: dict) -> list:
    return [encoder.part(part) for pair in dict.items(value) for part in pair]


def _read_into(make: Callable[[], dict], decoder: Decoder, rest: list) -> dict:
    mapping = decoder.keep(make())
    if len(rest) % 2:
        raise ProtocolError("a key without a value")
    parts = decoder.parts(rest)
    for key in parts:
        mapping[key] = next(parts)
    return mapping


def _write_defaultdict(encoder: Encoder, value: defaultdict) -> list:
    # Any other factory would be code that looking up a missing key runs.
    factory = value.default_factory if value.default_factory in _FACTORIES else None
    return [factory and factory.__name__, *_write_dict(encoder, value)]


def _read_defaultdict(decoder: Decoder, rest: list) -> dict:
    factory = next((kind for kind in _FACTORIES if kind.__name__ == rest[0]), None)
    return _read_into(lambda: defaultdict(factory), decoder, rest[1:])


class Attributes(dict):
    """A dictionary whose items are attributes, too, as SciPy's and scikit-learn's results are."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _write_namedtuple(encoder: Encoder, value: Any) -> list:
    kind, names = type(value), list(type(value)._fields)
    return [kind.__name__, names, *encoder.parts(tuple.__iter__(value))]


def _read_namedtuple(decoder: Decoder, rest: list) -> tuple:
    names = tuple(texts(decoder, rest[1]))
    values = list(decoder.parts(rest[2:]))
    if len(names) > _MOST_FIELDS or sum(map(len, names)) > 100 * _MOST_FIELDS:
        raise ProtocolError("too many fields")
    (name,) = texts(decoder, rest[:1])
    known = vars(sys.modules.get("__main__", object)).get(name)
    if isinstance(known, type) and getattr(known, "_fields", None) == names:
        return tuple.__new__(known, values)
    return _namedtuple(name, names)._make(values)


@lru_cache(maxsize=100)
def _namedtuple(name: str, names: tuple[str, ...]) -> Any:
    return make_namedtuple(name, names, module="__main__")


def _write_date(encoder: Encoder, value: date) -> list:
    return [value.isoformat()]


def _write_datetime(encoder: Encoder, value: datetime | time) -> list:
    zone = value.tzinfo
    key = getattr(zone, "key", None)
    if zone is not None and not isinstance(key, str):
        zone = value.utcoffset()
        if zone is None:
            raise NotPlain("a time of day in a time zone that changes")
    bare = value.replace(tzinfo=None, fold=0).isoformat()
    return [bare, value.fold, key if isinstance(key, str) else encoder.part(zone)]


def _read_datetime(kind: type, decoder: Decoder, rest: list) -> Any:
    zone = rest[2]
    if isinstance(zone, str):
        zone = zone_of(zone)
    elif zone is not None:
        zone = timezone(decoder.part(zone))
    return kind.fromisoformat(rest[0]).replace(tzinfo=zone, fold=rest[1])


def zone_of(key: Any) -> zoneinfo.ZoneInfo:
    """Return the time zone of a name, such as Europe/Berlin."""
    try:
        return zoneinfo.ZoneInfo(key)
    except OSError:
        raise ProtocolError("not a time zone") from None


def _write_timedelta(encoder: Encoder, value: timedelta) -> list:
    return [value.days, value.seconds, value.microseconds]


def _read_zone(decoder: Decoder, rest: list) -> timezone:
    return timezone(decoder.part(rest[0]))


def _write_path(encoder: Encoder, value: PurePath) -> list:
    kind = "real" if isinstance(value, Path) else type(value).__name__
    return [kind, str(value)]


def _read_path(decoder: Decoder, rest: list) -> PurePath:
    kinds = {"real": Path, "PureWindowsPath": PureWindowsPath}
    return kinds.get(rest[0], PurePosixPath)(*texts(decoder, rest[1:2]))


def _write_pattern(encoder: Encoder, value: re.Pattern) -> list:
    return [encoder.part(value.pattern), value.flags & ~re.DEBUG]


def _read_pattern(decoder: Decoder, rest: list) -> re.Pattern:
    text = decoder.part(rest[0])
    if type(text) not in (str, bytes) or type(rest[1]) is not int:
        raise ProtocolError("not a pattern")
    try:
        return re.compile(text, rest[1] & ~re.DEBUG)
    except re.error:
        raise ProtocolError("not a pattern") from None


def _write_stream(encoder: Encoder, value: io.StringIO | io.BytesIO) -> list:
    return [encoder.part(value.getvalue()), value.tell()]


def _read_stream(decoder: Decoder, rest: list) -> Any:
    content = decoder.part(rest[0])
    stream = io.StringIO() if type(content) is str else io.BytesIO()
    stream.write(content)
    stream.seek(position(rest[1]))
    return stream


def _write_namespace(encoder: Encoder, value: SimpleNamespace) -> list:
    return _write_dict(encoder, vars(value))


def _read_namespace(decoder: Decoder, rest: list) -> SimpleNamespace:
    space = decoder.keep(SimpleNamespace())
    vars(space).update(zip(texts(decoder, rest[::2]), decoder.parts(rest[1::2]), strict=True))
    return space


def _write_alias(encoder: Encoder, value: types.GenericAlias) -> list:
    return encoder.parts((value.__origin__, *value.__args__))


STANDARD = (
    Form("l", list, lambda e, value: e.parts(value), _read_list, shared=True),
    Form("L", None, _write_numbers, _read_numbers, shared=True),  # a long list of numbers
    Form("t", tuple, lambda e, value: e.parts(value), lambda d, rest: tuple(d.parts(rest))),
    Form("tn", None, _write_namedtuple, _read_namedtuple),
    Form(
        *("s", set, lambda e, value: e.parts(value)),
        lambda d, rest: _fill(d.keep(set()), d.parts(rest)),
        shared=True,
    ),
    Form(
        *("z", frozenset, lambda e, value: e.parts(value)),
        lambda d, rest: frozenset(_fill(set(), d.parts(rest))),
    ),
    Form("d", dict, _write_dict, partial(_read_into, dict), shared=True),
    Form("dc", Counter, _write_dict, partial(_read_into, Counter), shared=True),
    Form("do", OrderedDict, _write_dict, partial(_read_into, OrderedDict), shared=True),
    Form("da", None, _write_dict, partial(_read_into, Attributes), shared=True),
    Form("dd", defaultdict, _write_defaultdict, _read_defaultdict, shared=True),
    Form(
        *("k", type({}.keys()), lambda e, value: e.parts(value)),
        lambda d, rest: dict.fromkeys(d.parts(rest)).keys(),
    ),
    Form("q", deque, lambda e, value: [value.maxlen, *e.parts(value)], _read_deque, shared=True),
    Form("b", bytes, _write_bytes, lambda d, rest: bytes(d.buffer(rest[0]))),
    Form("B", bytearray, _write_bytes, lambda d, rest: d.keep(bytearray(d.buffer(rest[0]))), True),
    Form("i", int, _write_int, _read_int),  # of more than 64 bits
    Form("c", complex, lambda e, value: [value.real, value.imag], _read_complex),
    Form("F", Fraction, _write_fraction, lambda d, rest: Fraction(*integers(d, rest))),
    Form("D", Decimal, _write_text, _read_decimal),
    Form("r", range, _write_bounds, lambda d, rest: range(*integers(d, rest))),
    Form("S", slice, _write_bounds, lambda d, rest: slice(*d.parts(rest))),
    Form("E", EllipsisType, lambda e, value: [], lambda d, rest: ...),
    Form("N", NotImplementedType, lambda e, value: [], lambda d, rest: NotImplemented),
    Form("T", type, lambda e, value: [TYPE_NAMES[value]], lambda d, rest: _TYPES[rest[0]]),
    Form(
        *("G", types.GenericAlias, _write_alias),
        lambda d, rest: types.GenericAlias(d.part(rest[0]), tuple(d.parts(rest[1:]))),
    ),
    Form("Td", date, _write_date, lambda d, rest: date.fromisoformat(rest[0])),
    Form("Tm", datetime, _write_datetime, partial(_read_datetime, datetime)),
    Form("Tt", time, _write_datetime, partial(_read_datetime, time)),
    Form("Tl", timedelta, _write_timedelta, lambda d, rest: timedelta(*integers(d, rest))),
    Form("Tz", timezone, lambda e, v: [e.part(v.utcoffset(None))], _read_zone),
    Form("P", None, _write_path, _read_path),
    Form("x", re.Pattern, _write_pattern, _read_pattern),
    Form("f", io.StringIO, _write_stream, _read_stream, True, True),
    Form("fb", io.BytesIO, _write_stream, _read_stream, True, True),
    Form("ns", SimpleNamespace, _write_namespace, _read_namespace, shared=True),
    # Members of a class, which are told apart by what they are.
    Form(
        *("mp", property, lambda e, value: e.parts((value.fget, value.fset, value.fdel))),
        lambda d, rest: property(*d.parts(rest[:3])),
    ),
    Form(
        *("ms", staticmethod, lambda e, value: [e.part(value.__func__)]),
        lambda d, rest: staticmethod(d.part(rest[0])),
    ),
    Form(
        *("mc", classmethod, lambda e, value: [e.part(value.__func__)]),
        lambda d, rest: classmethod(d.part(rest[0])),
    ),
)
_BY_TAG = {form.tag: form for form in STANDARD}


def form_of_standard(value: Any) -> Form | None:
    """Return the form of a value whose type does not say it alone; else None.

    Numbers of one type go as bytes where a list has many.
    """
    if type(value) is list:
        kinds = set(map(type, value)) if len(value) >= _LONG else ()
        if kinds == {float} or kinds == {int} and -(2**63) <= min(value) <= max(value) < 2**63:
            return _BY_TAG["L"]
        return _BY_TAG["l"]
    return _BY_TAG["P"] if isinstance(value, PurePath) else None


def form_of_subclass(value: Any) -> Form | None:
    """Return the form of a value whose class adds names to a plain type; else None."""
    if isinstance(value, tuple):
        names = getattr(type(value), "_fields", None)
        if type(names) is tuple and len(names) == tuple.__len__(value):
            return _BY_TAG["tn"]
    if isinstance(value, dict) and hasattr(type(value), "__getattr__"):
        return _BY_TAG["da"]
    return None


def _exact(base: type, value: Any) -> Any:
    return base(base.__iter__(value))


def _counter(value: Counter) -> Counter:
    plain = Counter()
    dict.update(plain, dict.items(value))
    return plain


#: Other types that are sent as plain ones, and how to convert them.
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (np.ma.MaskedArray, lambda value: np.ma.MaskedArray(np.asarray(value.data), value.mask)),
    (np.ndarray, lambda value: np.array(np.ndarray.view(value, np.ndarray))),
    (Counter, _counter),
    (dict, lambda value: dict(dict.items(value))),
    *((base, partial(_exact, base)) for base in (list, tuple, set, frozenset, bytes, bytearray)),
    (str, str.__str__),
    *((number, number.__pos__) for number in (int, float, complex)),
    *((kind, dict) for kind in (MappingProxyType, ChainMap, UserDict)),
    *((kind, list) for kind in (UserList, type({}.values()), type({}.items()))),
)


def plainer(value: Any) -> tuple[Any] | None:
    """Return a value as one of a plain type, in a tuple of one; None where it is of none."""
    for base, make in _BASES:
        if isinstance(value, base):
            return (make(value),)
    return None
