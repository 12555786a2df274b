"""Tables of pandas come out of the codec as they went in, and nothing else does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from evenhand.sandboxed.codec import Decoder, Encoder, NotPlain, ProtocolError

from .test_codec import changing, through

TABLE = pd.DataFrame(
    {
        "int": [1, 2],
        "text": ["x", None],
        "day": pd.to_datetime(["2020-01-01", None]),
        "kind": pd.Categorical(["u", "v"], ["v", "u"], ordered=True),
        "maybe": pd.array([1, None], dtype="Int64"),
        "zone": pd.date_range("2020", periods=2, tz="Europe/Berlin"),
        "utc": pd.date_range("2020", periods=2, tz="UTC"),
        "string": pd.array(["a", None], dtype="string"),
        "float": [1.5, np.nan],
        "month": pd.period_range("2020-01", periods=2, freq="M"),
        "cut": pd.cut([1, 5], [0, 2, 6]),
        "any": [[1], {"a": 2}],
        "bool": pd.array([True, None], dtype="boolean"),
        "long": pd.to_timedelta([1, 2], unit="h"),
    }
)
TABLES = [
    TABLE,
    TABLE.set_index(["int", "text"]),
    TABLE.groupby("kind", observed=True)["int"].sum(),
    TABLE.isna().sum(),
    *(TABLE.T, TABLE.describe(), TABLE[:0], pd.DataFrame()),
    *(pd.DataFrame([[1, 2]], columns=["a", "a"]), TABLE["cut"].value_counts()),
    pd.Series([1.0, 2.0], pd.date_range("2020", periods=2, freq="D"), name=("a", 1)),
]
INDEXES = [
    *(TABLE.index, TABLE.columns, pd.date_range("2020", periods=3, freq="D"), pd.Index([1.5])),
    pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["x", None]),
    *(pd.CategoricalIndex(["a", "b"]), pd.timedelta_range("1h", periods=3), pd.Index([], name="e")),
]
SINGLE = [
    *(pd.Timestamp("2020-01-01 10:00", tz="US/Eastern"), pd.Timestamp("2020"), pd.Timedelta("1h")),
    *(pd.Period("2020-01", "M"), pd.Interval(1, 2, "left")),
]


@pytest.mark.parametrize("value", TABLES)
def test_tables_and_series(value):
    frame = isinstance(value, pd.DataFrame)
    same = pd.testing.assert_frame_equal if frame else pd.testing.assert_series_equal
    same(value, through(value))


@pytest.mark.parametrize("value", INDEXES)
def test_indexes(value):
    pd.testing.assert_index_equal(value, through(value))
    assert type(through(value)) is type(value)


def test_single_values():
    for value in SINGLE:
        assert through(value) == value and type(through(value)) is type(value)
    assert through(pd.NaT) is pd.NaT and through(pd.NA) is pd.NA
    array = pd.array([1, None])
    assert through(array).isna().tolist() == [False, True] and type(through(array)) is type(array)


def test_a_subclass_comes_out_plain():
    class Sly(pd.DataFrame):
        @property
        def shape(self):
            return (9, 9)

        def __eq__(self, other):
            return True

    back = through(Sly({"a": [1]}))
    assert type(back) is pd.DataFrame and back.shape == (1, 1)


def test_changes_in_place():
    given = [TABLE.copy(), pd.Series([3, 1]), pd.DataFrame({"a": [1]})]
    with changing(given) as (theirs, changed):
        theirs[0]["new"] = 1
        theirs[0].pop("int")
        theirs[1].iloc[0] = 5
    assert "new" in given[0] and "int" not in given[0] and given[1].tolist() == [5, 1]
    assert given[2].a.tolist() == [1] and len(changed) == 2


def test_nothing_of_a_library_crosses_within_a_table():
    with pytest.raises(NotPlain):
        Encoder().encode(pd.DataFrame({"a": [object()]}))
    with pytest.raises(NotPlain):
        Encoder().encode(pd.DataFrame({"a": [1]}).groupby("a"))


@pytest.mark.parametrize(
    "tree",
    [
        ["pf", 1, 2],
        ["ps", None, None, ["numpy", ["l", 1]]],
        ["ps", None, None, ["masked", "object", ["l"], ["l"]]],
        ["ps", None, None, ["zone", ["a", "<M8[ns]", [1], 0], "/etc/passwd"]],
        ["pi", "values", [1, 2], ["numpy", 1], None],
        ["pi", "range", [None], 0, "9", 1],
        ["pa", "eval", "1"],
        ["pt", ["d"], None],
        ["pp", 1, 5],
        ["pp", 10**30, "M"],
        ["pv", "side", 1, 2],
    ],
)
def test_refused(tree):
    with pytest.raises(ProtocolError):
        Decoder([bytes(8)]).decode(tree)
