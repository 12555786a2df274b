"""How the tables, series and indexes of pandas are sent: as arrays, and built again.

pandas is not imported here: unless somebody has imported it, there is nothing of it to send.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from evenhand.sandboxed.forms import Form, NotPlain, ProtocolError, integers, texts
from evenhand.sandboxed.standard import zone_of

if TYPE_CHECKING:
    from evenhand.sandboxed.codec import Decoder, Encoder


def _pandas() -> Any:
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        raise ProtocolError("a table, and no pandas that could read it")
    return pandas


#: The dtypes of pandas' own that hold an array of plain values and a mask.
_MASKED = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64") + (
    *("Float32", "Float64", "boolean"),
)


def _write_values(encoder: Encoder, values: Any) -> list:
    """Return the tree of a column's values, or an index's: what they are, and their arrays."""
    pandas = _pandas()
    dtype = values.dtype
    name = str(dtype)
    if isinstance(dtype, np.dtype):
        return ["numpy", encoder.part(np.array(values))]
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = np.array(values.codes)
        return ["category", *encoder.parts((codes, pandas.Index(dtype.categories), dtype.ordered))]
    if isinstance(dtype, pandas.DatetimeTZDtype):
        bare = np.array(values.tz_convert("UTC").tz_localize(None))
        return ["zone", encoder.part(bare), str(dtype.tz)]
    if name in _MASKED:
        mask = np.array(values.isna())
        plain = values.to_numpy(dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return ["masked", name, *encoder.parts((np.array(plain), mask))]
    if isinstance(dtype, pandas.StringDtype):
        missing = dtype.na_value is not pandas.NA
        mask = np.array(values.isna())
        plain = ["" if gone else str(text) for text, gone in zip(values, mask, strict=True)]
        return ["string", missing, *encoder.parts((plain, mask))]
    if isinstance(dtype, pandas.PeriodDtype):
        return ["period", name[len("period[") : -1], encoder.part(np.array(values.asi8))]
    if isinstance(dtype, pandas.IntervalDtype):
        ends = pandas.Index(values.left), pandas.Index(values.right)
        return ["interval", str(values.closed), *encoder.parts(ends)]
    raise NotPlain(f"values of pandas' dtype {name}")


def _read_values(decoder: Decoder, tree: list) -> Any:
    pandas = _pandas()
    kind, *rest = tree
    if kind == "numpy":
        return _flat(decoder, rest[0])
    if kind == "category":
        codes, categories, ordered = decoder.parts(rest)
        return pandas.Categorical.from_codes(codes, categories=categories, ordered=bool(ordered))
    if kind == "zone":
        return (
            pandas.DatetimeIndex(_flat(decoder, rest[0]))
            .tz_localize("UTC")
            .tz_convert(_zone(rest[1]))
        )
    if kind == "masked":
        if rest[0] not in _MASKED:
            raise ProtocolError("not a dtype")
        plain, mask = _flat(decoder, rest[1]), _flat(decoder, rest[2])
        array = pandas.array(plain, dtype=rest[0])
        array[mask] = pandas.NA
        return array
    if kind == "string":
        plain, mask = texts(decoder, rest[1][1:]), _flat(decoder, rest[2])
        dtype = pandas.StringDtype(na_value=np.nan) if rest[0] else pandas.StringDtype()
        array = pandas.array(plain, dtype=dtype)
        array[mask] = dtype.na_value
        return array
    if kind == "period":
        (freq,) = texts(decoder, rest[:1])
        return pandas.arrays.PeriodArray(_flat(decoder, rest[1]), dtype=pandas.PeriodDtype(freq))
    if kind == "interval":
        left, right = decoder.parts(rest[1:])
        return pandas.arrays.IntervalArray.from_arrays(left, right, closed=str(rest[0]))
    raise ProtocolError("not a column")


def _flat(decoder: Decoder, tree: Any) -> np.ndarray:
    array = decoder.part(tree)
    if type(array) is not np.ndarray or array.ndim != 1:
        raise ProtocolError("not a column")
    return array


def _zone(name: Any) -> str:
    if not isinstance(name, str):
        raise ProtocolError("not a time zone")
    if not name.startswith("UTC"):
        zone_of(name)
    return name  # each version of pandas makes its own kind of time zone of it


def _write_index(encoder: Encoder, value: Any) -> list:
    pandas = _pandas()
    names = [encoder.part(name) for name in value.names]
    if isinstance(value, pandas.MultiIndex):
        levels = [encoder.part(pandas.Index(level)) for level in value.levels]
        codes = [encoder.part(np.array(code)) for code in value.codes]
        return ["levels", names, levels, codes]
    if isinstance(value, pandas.RangeIndex):
        return ["range", names, *encoder.parts((value.start, value.stop, value.step))]
    freq = getattr(value, "freqstr", None) if value.dtype.kind in "mM" else None
    return ["values", names, _write_values(encoder, value._values), freq]


def _read_index(decoder: Decoder, rest: list) -> Any:
    pandas = _pandas()
    kind, trees, *rest = rest
    names = list(decoder.parts(trees))
    if kind == "levels":
        levels, codes = (list(decoder.parts(part)) for part in rest)
        return pandas.MultiIndex(levels=levels, codes=codes, names=names)
    (name,) = names
    if kind == "range":
        return pandas.RangeIndex(*integers(decoder, rest), name=name)
    values = _read_values(decoder, rest[0])
    dtype = object if getattr(values, "dtype", None) == np.dtype(object) else None
    index = pandas.Index(values, dtype=dtype, name=name)
    if isinstance(rest[1], str) and index.dtype.kind in "mM":
        index.freq = rest[1]
    return index


def _write_series(encoder: Encoder, value: Any) -> list:
    value = _pandas().Series(value)
    index, name = encoder.parts((value.index, value.name))
    return [index, name, _write_values(encoder, value._values)]


def _read_series(decoder: Decoder, rest: list) -> Any:
    pandas = _pandas()
    index, name = decoder.parts(rest[:2])
    values = _read_values(decoder, rest[2])
    return pandas.Series(values, index=index, name=name, dtype=values.dtype)


def _write_frame(encoder: Encoder, value: Any) -> list:
    value = _pandas().DataFrame(value)  # a subclass may say of itself what it likes
    index, columns = encoder.parts((value.index, value.columns))
    return [
        *(index, columns),
        *(_write_values(encoder, value.iloc[:, i]._values) for i in range(len(value.columns))),
    ]


def _read_frame(decoder: Decoder, rest: list) -> Any:
    pandas = _pandas()
    index, columns = decoder.parts(rest[:2])
    columns_of = [_read_values(decoder, tree) for tree in rest[2:]]
    if len(columns_of) != len(columns):
        raise ProtocolError("a table of another width")
    series = {i: pandas.Series(v, index=index, dtype=v.dtype) for i, v in enumerate(columns_of)}
    frame = pandas.DataFrame(series, index=index, columns=range(len(columns_of)))
    frame.columns = columns
    return frame


def _write_moment(encoder: Encoder, value: Any) -> list:
    if value.tz is None:
        return [encoder.part(value.to_datetime64()), None]
    return [encoder.part(value.tz_convert("UTC").tz_localize(None).to_datetime64()), str(value.tz)]


def _read_moment(decoder: Decoder, rest: list) -> Any:
    moment = _pandas().Timestamp(decoder.part(rest[0]))
    return moment if rest[1] is None else moment.tz_localize("UTC").tz_convert(_zone(rest[1]))


TABLES = (
    Form("pf", None, _write_frame, _read_frame, True, True),
    Form("ps", None, _write_series, _read_series, True, True),
    Form("pi", None, _write_index, _read_index, whole=True),
    Form("pa", None, _write_values, _read_values, whole=True),
    Form("pt", None, _write_moment, _read_moment),
    Form(
        *("pd", None, lambda e, value: [e.part(value.to_timedelta64())]),
        lambda d, rest: _pandas().Timedelta(d.part(rest[0])),
    ),
    Form(
        *("pp", None, lambda e, value: [value.ordinal, value.freqstr]),
        lambda d, rest: _pandas().Period(
            ordinal=integers(d, rest[:1])[0], freq=texts(d, rest[1:])[0]
        ),
    ),
    Form(
        *("pv", None, lambda e, value: [value.closed, *e.parts((value.left, value.right))]),
        lambda d, rest: _pandas().Interval(*d.parts(rest[1:]), closed=str(rest[0])),
    ),
    Form("pn", None, lambda e, value: [], lambda d, rest: _pandas().NA),
    Form("pN", None, lambda e, value: [], lambda d, rest: _pandas().NaT),
)
_BY_TAG = {form.tag: form for form in TABLES}


@lru_cache(maxsize=1)
def _kinds(pandas: Any) -> dict[type, Form]:
    arrays = pandas.api.extensions.ExtensionArray
    return {
        pandas.DataFrame: _BY_TAG["pf"],
        pandas.Series: _BY_TAG["ps"],
        pandas.Index: _BY_TAG["pi"],
        arrays: _BY_TAG["pa"],
        type(pandas.NaT): _BY_TAG["pN"],
        type(pandas.NA): _BY_TAG["pn"],
        pandas.Timestamp: _BY_TAG["pt"],
        pandas.Timedelta: _BY_TAG["pd"],
        pandas.Period: _BY_TAG["pp"],
        pandas.Interval: _BY_TAG["pv"],
    }


def form_of_table(value: Any) -> Form | None:
    """Return the form of a value of pandas'; None for anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "Interval"):
        return None
    kinds = _kinds(pandas)
    return next((kinds[base] for base in type(value).__mro__ if base in kinds), None)


def is_table(value: Any) -> bool:
    """Whether a value is a table or a series, which can change in place."""
    form = form_of_table(value)
    return form is not None and form.shared
