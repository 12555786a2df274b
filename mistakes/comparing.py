"""Compare what a function returned with what it should have returned, and say how they differ.

A difference has a summary without values, for a hidden test, and a detail with values, for a check
that shows its example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from mistakes.values import Figure, Raised, Random


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be.

    Attributes
    ----------
    part : str
        Which part of the result, such as ``"A2"`` or ``"cache['Z1']"``; empty for the whole.
    kind : str
        ``"type"``, ``"missing"``, ``"shape"``, ``"dtype"``, ``"finite"`` or ``"value"``.
    summary : str
        What is wrong, without a value of the example.
    detail : str
        The first place that differs, with both values.
    """

    part: str
    kind: str
    summary: str
    detail: str = ""


def compare(
    got: Any,
    want: Any,
    *,
    part: str = "",
    names: Sequence[str] = (),
    m: int | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    words: bool = True,
) -> list[Difference]:
    """List how `got` differs from `want`, part by part.

    A list passes for a tuple, any number for a float of the same value, booleans and floats for
    classes, extra keys and extra attributes do no harm.

    Parameters
    ----------
    got, want : plain values
        `want` may hold `Random` in the place of a random array.
    part : str
        The name of the whole, for the sentences.
    names : sequence of str
        The names of the items of a tuple.
    m : int, optional
        The number of examples, to be named where a result is wrong by this factor.
    rtol, atol : float
        As in `numpy.isclose`.
    words : bool
        Whether to say how values differ, which takes time.
    """
    tolerance = {"m": m, "rtol": rtol, "atol": atol, "words": words}
    it = part or "the result"
    if isinstance(want, Raised):
        if isinstance(got, Raised) and got.error == want.error:
            return []
        return [Difference(part, "type", f"{it} should be a {want.error}")]
    if isinstance(got, Raised):
        return [Difference(part, "type", f"the call ended in {with_article(got.error)}")]
    if isinstance(want, Figure):
        return _compare_figures(got, want, part, tolerance)
    if isinstance(want, Random):
        return _compare_random(got, want, part)
    if want is None:
        return []
    if got is None:
        said = f"is None, not {kind_of(want)}" if part else "is None: is a `return` missing?"
        return [Difference(part, "type", f"{it} {said}")]
    if isinstance(want, np.ndarray):
        return _compare_arrays(got, want, part, tolerance)
    if isinstance(want, Mapping):
        return _compare_mappings(got, want, part, tolerance)
    if isinstance(want, str):
        if isinstance(got, str) and got == want:
            return []
        values = f"you returned {describe(got)}, expected {describe(want)}"
        return [Difference(part, "value", f"{it} is not the value that it should be", values)]
    if isinstance(want, (tuple, list)):
        return _compare_sequences(got, want, part, names, tolerance)
    return _compare_numbers(got, want, part, tolerance)


def wrong_parts(got: Any, want: Any, part: str = "", names: Sequence[str] = ()) -> frozenset[str]:
    """Return the parts that are not as `compare` wants them, without a word on how."""
    found = compare(got, want, part=part, names=names, words=False)
    return frozenset(d.part or "the result" for d in found)


def describe(value: Any, length: int = 60) -> str:
    """Return a value in a few words: numbers as they are, arrays by shape and first values."""
    try:
        return _described(value, length)
    except Exception:  # noqa: BLE001 - a number too long to be written, a `__repr__` that fails
        return with_article(type(value).__name__)


def _described(value: Any, length: int) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 8:
            return _listed(value.tolist())
        return f"array of shape {value.shape}"
    if isinstance(value, (bool, np.bool_, Integral)):
        return str(value)
    if isinstance(value, Real):
        return f"{float(value):.6g}"
    if isinstance(value, Mapping):
        pairs = (f"{key!r}: {describe(item, 20)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(describe(item, 20) for item in value) + ")"
    text = getattr(value, "__name__", None) or repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def _listed(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_listed, value)) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _compare_mappings(got, want, part, tolerance):
    it = part or "the result"
    if not isinstance(got, Mapping):
        return [Difference(part, "type", f"{it} should be a dictionary, not {kind_of(got)}")]
    found = []
    for key, item in want.items():
        name = f"{part}[{key!r}]" if part else str(key)
        if key not in got:
            have = f"it has {', '.join(map(repr, got)) or 'nothing'}"
            found.append(Difference(name, "missing", f"the key {key!r} is missing from {it}", have))
        else:
            found += compare(got[key], item, part=name, **tolerance)
    return found


def _compare_sequences(got, want, part, names, tolerance):
    it = part or "the result"
    if isinstance(got, np.ndarray) and got.ndim == 1:
        got = tuple(got)
    if not isinstance(got, (tuple, list)):
        wanted = f"{len(want)} things" + (f" ({', '.join(names)})" if names else "")
        return [Difference(part, "type", f"{it} should be {wanted}, not {kind_of(got)}")]
    if len(got) != len(want):
        return [Difference(part, "type", f"{it} should have {len(want)} parts, not {len(got)}")]
    found = []
    for i, (one, other) in enumerate(zip(got, want, strict=True)):
        name = names[i] if i < len(names) else f"{part or 'result'}[{i}]"
        found += compare(one, other, part=name, **tolerance)
    return found


def _compare_numbers(got, want, part, tolerance):
    it = part or "the result"
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got[()]
    if isinstance(got, (np.ndarray, list, tuple)):
        return [Difference(part, "type", f"{it} should be one number, not {kind_of(got)}")]
    if not isinstance(got, (Real, np.bool_)):
        return [Difference(part, "type", f"{it} should be a number, not {kind_of(got)}")]
    whole = isinstance(want, Integral) and not isinstance(want, (bool, np.bool_))
    if whole and not isinstance(got, (Integral, np.bool_)):
        return [Difference(part, "type", f"{it} should be a whole number, not {kind_of(got)}")]
    return _compare_values(_float(got), np.asarray(want, dtype=float), part, tolerance)


def _float(number):
    try:
        return np.asarray(float(number))
    except OverflowError:  # Python's whole numbers have no limit
        return np.asarray(np.inf if number > 0 else -np.inf)


def _compare_arrays(got, want, part, tolerance):
    if not want.ndim and isinstance(got, (Real, np.bool_)):
        got = _float(got)
    return _not_of_shape(got, want.shape, part) or _compare_values(
        _floats(got), want.astype(float), part, tolerance
    )


def _not_of_shape(got, shape, part):
    """Return what is wrong with an array of numbers apart from its values."""
    it = part or "the result"
    if not isinstance(got, np.ndarray):
        return [Difference(part, "type", f"{it} should be an array, not {kind_of(got)}")]
    if got.dtype.kind not in "biuf":
        said = f"{it} holds {got.dtype} values, where numbers should stand"
        return [Difference(part, "dtype", said)]
    if got.shape == shape:
        return []
    also = ""
    if got.ndim == 2 and got.T.shape == shape:
        also = ": rows and columns are the other way round"
    elif got.size == np.prod(shape):
        also = ": the same number of values, in another shape"
    return [Difference(part, "shape", f"{it} has the shape {got.shape}, not {shape}{also}")]


def _floats(got):
    return np.asarray(np.ma.filled(got.astype(float), np.nan))


def _compare_values(got, want, part, tolerance):
    it = part or "the result"
    with np.errstate(all="ignore"):
        # As np.isclose, which takes ten times as long.
        near = abs(got - want) <= tolerance["atol"] + tolerance["rtol"] * abs(want)
    finite = np.isfinite(want).all()
    if finite and near.all():
        return []
    if finite and not tolerance["words"]:
        return [Difference(part, "value", "")]
    wrong = ~np.isclose(got, want, rtol=tolerance["rtol"], atol=tolerance["atol"], equal_nan=True)
    if not wrong.any():
        return []
    if not tolerance["words"]:
        return [Difference(part, "value", "")]
    bad = ~np.isfinite(got) & np.isfinite(want)
    if bad.any():
        what = "NaN" if np.isnan(got[bad]).any() else "infinity"
        return [Difference(part, "finite", f"{it} contains {what}", _first(got, want, bad))]
    said = _relation(got, want, part, tolerance["m"])
    if not said and got.ndim:
        count = int(wrong.sum())
        verb = "differs" if count == 1 else "differ"
        said = f"{count} of {wrong.size} values of {it} {verb} from what they should be"
    said = said or f"{it} is not the value that it should be"
    return [Difference(part, "value", said, _first(got, want, wrong))]


def _relation(got, want, part, m):
    """Say the one relation that holds between all values, where there is one."""
    it = part or "the result"
    every = f"every value of {it}" if got.size > 1 else it
    if not np.isfinite(got).all() or not np.isfinite(want).all() or not np.any(want):
        return ""
    if not np.any(got):
        return f"{every} is 0"
    close = {"rtol": 1e-6, "atol": 1e-12}
    if np.allclose(got, -want, **close):
        return f"{every} has the wrong sign"
    if got.ndim == 2 and got.shape[0] == got.shape[1] and np.allclose(got, want.T, **close):
        return f"{it} is transposed: rows and columns are the other way round"
    largest = np.unravel_index(np.argmax(np.abs(want)), want.shape)
    factor = got[largest] / want[largest]
    size = abs(factor)

    def is_by(number):
        return min(abs(size / number - 1), abs(size * number - 1)) < 1e-6

    by_m = m and m > 1 and is_by(m)
    # One number alone is always "some factor" of another: only a telling factor is worth saying.
    telling = got.size > 1 or by_m or any(map(is_by, (2, np.log(2), np.log(10))))
    if factor and telling and np.allclose(got, factor * want, **close):
        times = f"{size:.4g} times too large" if size >= 1 else f"{1 / size:.4g} times too small"
        examples = f", and there are m = {m} examples" if by_m else ""
        sign = ", and has the wrong sign" if factor < 0 else ""
        return f"{every} is {times}{examples}{sign}"
    offset = got[largest] - want[largest]
    if got.size > 2 and np.allclose(got, want + offset, **close):
        return f"{every} is off by the same amount, {offset:.4g}"
    return ""


def _compare_random(got, want, part):
    it = part or "the result"
    if isinstance(got, Random):
        # Of a few numbers, nobody can tell how they were drawn.
        few = np.prod(want.shape) < 50
        alike = got.shape == want.shape and (few or np.allclose(got.std, want.std, rtol=0.2))
        return [] if alike else [Difference(part, "value", f"{it} is drawn in another way")]
    if found := _not_of_shape(got, want.shape, part):
        return found
    got = _floats(got)
    if not np.isfinite(got).all():
        return [Difference(part, "finite", f"{it} contains NaN or infinity")]
    if not want.std:
        exact = {"rtol": 0, "atol": 0, "m": None, "words": True}
        return _compare_values(got, np.full(want.shape, want.mean), part, exact)
    # Six standard errors on each side: a right answer does not fail by chance.
    slack = 1 + 6 / np.sqrt(2 * got.size)
    detail = ""
    if not got.any():
        said = f"every value of {it} is 0"
    elif got.size > 1 and np.ptp(got) == 0:
        said = f"all values of {it} are the same number"
    elif got.size < 50:
        return []
    elif not want.std / slack <= got.std() <= want.std * slack:
        said = f"the random values of {it} are too {'large' if got.std() > want.std else 'small'}"
        detail = f"their standard deviation is {got.std():.3g}, and should be about {want.std:.3g}"
    elif abs(got.mean() - want.mean) > want.std * (6 / np.sqrt(got.size) + 0.2):
        said = f"the random values of {it} are not centred where they should be"
    else:
        return []
    return [Difference(part, "value", said, detail)]


def _compare_figures(got, want, part, tolerance):
    if not isinstance(got, Figure):
        return [Difference(part, "type", f"the result should be the Axes, not {kind_of(got)}")]
    if len(got.lines) != len(want.lines):
        said = f"the plot shows {len(got.lines)} lines, not {len(want.lines)}"
        return [Difference(part, "value", said)]
    found = [
        Difference(part, "missing", f"the plot has no {name}")
        for name in ("xlabel", "ylabel")
        if getattr(want, name) and not getattr(got, name).strip()
    ]
    for one, other in zip(got.lines, want.lines, strict=True):
        found += _compare_arrays(one, other, "the line", tolerance)
    return found


def _first(got, want, wrong):
    if not got.ndim:
        return "you returned {}, expected {}".format(*_told_apart(float(got), float(want)))
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    at = ", ".join(map(str, where))
    return f"at [{at}] you have {{}}, expected {{}}".format(*_told_apart(got[where], want[where]))


def _told_apart(got, want):
    """Write two numbers with as many digits as it takes to see that they differ."""
    for digits in range(6, 18):
        one, other = f"{got:.{digits}g}", f"{want:.{digits}g}"
        if one != other:
            break
    return one, other


def kind_of(value: Any) -> str:
    """Return what a value is, in a few words: an array of shape (2, 3), a tuple of 2."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (np.bool_, bool)):
        return "a boolean"
    if isinstance(value, Integral):
        return "a whole number"
    if isinstance(value, Real):
        return "a number"
    if value is None:
        return "None"
    if isinstance(value, (list, tuple)):
        return f"a {'tuple' if isinstance(value, tuple) else 'list'} of {len(value)}"
    names = {"dict": "dictionary", "str": "string", "complex": "complex number"}
    return with_article(names.get(type(value).__name__, type(value).__name__))


def with_article(noun: str) -> str:
    """Return a noun with `a` or `an` before it."""
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"
