"""How NumPy's values are sent: as a dtype, a shape and raw bytes."""

from __future__ import annotations

import math
import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from evenhand.sandboxed.forms import Form, Limits, NotPlain, ProtocolError, position

if TYPE_CHECKING:
    from evenhand.sandboxed.codec import Decoder, Encoder

_DTYPE = re.compile(r"[<>|=][biufcSUmM]\d{1,8}(\[\d{0,6}[A-Za-z]{1,2}\])?")
_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


def _dtype(text: Any) -> np.dtype:
    if not isinstance(text, str) or not _DTYPE.fullmatch(text):
        raise ProtocolError("not a dtype")
    return np.dtype(text)


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


def _write_fields(encoder: Encoder, value: np.ndarray | np.void) -> list:
    names = value.dtype.names
    if not names:
        raise NotPlain(f"a value of dtype {value.dtype}")
    kind = next(k for k in ("recarray", "ndarray", "void") if isinstance(value, getattr(np, k)))
    # A field is an array of its own, so that nothing is read from what lies between fields.
    columns = [np.array(np.asarray(value)[name]) for name in names]
    return [kind, list(np.shape(value)), list(names), *encoder.parts(columns)]


def _read_fields(decoder: Decoder, rest: list) -> Any:
    kind, shape, names = rest[0], _shape(rest[1]), rest[2]
    columns = list(decoder.parts(rest[3:]))
    if len(names) != len(columns) or not all(type(name) is str for name in names):
        raise ProtocolError("not fields")
    fields = []
    for name, column in zip(names, columns, strict=True):
        column = np.asarray(column)
        if column.shape[: len(shape)] != shape:
            raise ProtocolError("an array of another size")
        fields.append((name, column.dtype, column.shape[len(shape) :]))
    array = np.zeros(shape, fields)
    for name, column in zip(names, columns, strict=True):
        array[name] = column
    if kind == "void":
        return array[()]
    return array.view(np.recarray) if kind == "recarray" else array


def _write_masked(encoder: Encoder, value: np.ma.MaskedArray) -> list:
    if value is np.ma.masked:
        return []
    data, mask = np.asarray(value.data), np.ma.getmaskarray(value)
    return encoder.parts((data, mask, value.fill_value))


def _read_masked(decoder: Decoder, rest: list) -> Any:
    if not rest:
        return np.ma.masked
    data, mask, fill = decoder.parts(rest)
    return np.ma.MaskedArray(np.asarray(data), np.asarray(mask), fill_value=fill)


def _write_dtype(encoder: Encoder, value: np.dtype) -> list:
    if value.names:
        return [[[name, _write_dtype(encoder, value[name])[0]] for name in value.names]]
    if value.kind != "O" and not _DTYPE.fullmatch(value.str):
        raise NotPlain(f"the dtype {value}")
    return ["O" if value.kind == "O" else value.str]


def _read_dtype(decoder: Decoder, rest: list) -> np.dtype:
    if rest[0] == "O":
        return np.dtype(object)
    if isinstance(rest[0], list):
        return np.dtype([(str(name), _read_dtype(decoder, [of])) for name, of in rest[0]])
    return _dtype(rest[0])


def _write_generator(encoder: Encoder, value: Any) -> list:
    bits = value._bit_generator if isinstance(value, np.random.RandomState) else value.bit_generator
    name = type(bits).__name__
    if name not in _GENERATORS:
        raise NotPlain(f"a generator of random numbers of type {name}")
    old = isinstance(value, np.random.RandomState)
    return [old, name, encoder.part(value.get_state(False) if old else bits.state)]


def _read_generator(decoder: Decoder, rest: list) -> Any:
    if rest[1] not in _GENERATORS:
        raise ProtocolError("not a generator")
    bits = getattr(np.random, rest[1])(0)
    state = decoder.part(rest[2])
    if rest[0]:
        old = np.random.RandomState(bits)
        old.set_state(state)
        return old
    bits.state = state
    return np.random.Generator(bits)


def _read_random(decoder: Decoder, rest: list) -> random.Random:
    generator = random.Random(0)
    generator.setstate(decoder.part(rest[0]))
    return generator


def _array(dtype: Any, shape: Any, data: Any) -> np.ndarray:
    kind, shape = _dtype(dtype), _shape(shape)
    if math.prod(shape) * kind.itemsize != len(data) or not kind.itemsize and len(data):
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


ARRAYS = (
    Form("a", np.ndarray, _write_array, _read_array, shared=True),
    Form("o", None, _write_objects, _read_objects, shared=True),  # of objects
    Form("v", None, _write_fields, _read_fields, True, True),  # of records, and one of them
    Form("m", np.ma.MaskedArray, _write_masked, _read_masked, whole=True),
    Form("n", np.generic, _write_scalar, _read_scalar),
    Form("y", np.dtype, _write_dtype, _read_dtype),
    Form("g", np.random.Generator, _write_generator, _read_generator, True, True),
    Form(
        "ra", random.Random, lambda e, value: [e.part(value.getstate())], _read_random, True, True
    ),
)
_BY_TAG = {form.tag: form for form in ARRAYS}


def form_of_array(value: Any) -> Form | None:
    """Return the form of an array, one of its values, or a dtype; None for anything else."""
    kind = type(value)
    if kind in (np.ndarray, np.recarray):
        if value.dtype.kind == "V":
            return _BY_TAG["v"]
        return None if kind is np.recarray else _BY_TAG["o" if value.dtype.kind == "O" else "a"]
    if isinstance(value, np.generic):
        return _BY_TAG["v" if kind in (np.void, np.record) else "n"]
    if isinstance(value, np.dtype):
        return _BY_TAG["y"]
    if kind in (np.ma.MaskedArray, np.ma.core.MaskedConstant):
        return _BY_TAG["m"]
    if kind is np.random.RandomState:
        return _BY_TAG["g"]
    return None
