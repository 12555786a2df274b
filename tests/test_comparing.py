"""Differences are found, and said in the right words."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mistakes.comparing import compare
from mistakes.values import Raised, Random

finite = st.floats(-100, 100).map(lambda x: round(x, 3))
matrices = arrays.arrays(
    np.float64, arrays.array_shapes(min_dims=2, max_dims=2, max_side=5), elements=finite
)


def said(got, want, **options):
    return [d.summary for d in compare(got, want, **options)]


@given(matrices)
def test_equal_arrays_do_not_differ(array):
    assert compare(array.copy(), array) == []
    assert compare({"A": array, "more": 1}, {"A": array}) == []
    assert compare([array, 1], (array, 1)) == []


@given(matrices, st.data())
def test_any_one_changed_value_is_found_where_it_is(array, data):
    where = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    other = array.copy()
    other[where] += 1
    (found,) = compare(other, array, part="A")
    assert found.kind == "value"
    assert f"[{where[0]}, {where[1]}]" in found.detail


@given(matrices, st.integers(2, 9))
def test_a_factor_m_is_named_with_m(array, m):
    assume(array.size > 1 and np.abs(array).max() > 0.1)
    (found,) = said(array * m, array, part="dW1", m=m)
    assert found == f"every value of dW1 is {m} times too large, and there are m = {m} examples"
    (found,) = said(array / m, array, part="dW1", m=m)
    assert found == f"every value of dW1 is {m} times too small, and there are m = {m} examples"


@given(matrices)
def test_a_turned_sign_is_named(array):
    assume(np.abs(array).max() > 0.1)
    (found,) = said(-array, array, part="dZ2")
    assert found.endswith("dZ2 has the wrong sign")


def test_a_transpose_is_named_by_shape_and_by_value():
    array = np.arange(6.0).reshape(2, 3)
    assert "the other way round" in said(array.T, array)[0]
    square = np.arange(9.0).reshape(3, 3)
    assert "transposed" in said(square.T, square)[0]


def test_an_offset_is_named():
    array = np.array([[1.0, -2.0, 5.0]])
    assert said(array + 3, array, part="A") == ["every value of A is off by the same amount, 3"]


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (None, 1.0, "is a `return` missing"),
        ("a", 1.0, "should be a number"),
        (np.ones((1, 1)), 1.0, "one number, not an array of shape (1, 1)"),
        ((1.0, np.ones((2, 3))), 1.0, "one number, not a tuple of 2"),
        ([[1.0], [2.0, 3.0]], 1.0, "one number, not a list of 2"),
        (1j, 1.0, "a number, not a complex number"),
        (10**400, 1.0, "contains infinity"),
        (np.ma.masked_array([1.0, 2.0], mask=[True, False]), np.ones(2), "contains NaN"),
        (2.5, 2, "a whole number"),
        ((1, 2), (1, 2, 3), "3 parts, not 2"),
        (1.0, (1, 2), "should be 2 things"),
        ({"W": 1}, {"W": 1, "b": 2}, "the key 'b' is missing"),
        ([1], {"W": 1}, "a dictionary, not a list"),
        ([1.0], np.ones(1), "an array, not a list"),
        (np.array(["x"]), np.ones(1), "where numbers should stand"),
        (np.ones((2, 3)), np.ones(6), "has the shape (2, 3), not (6,)"),
        (np.array([np.nan, 1]), np.ones(2), "contains NaN"),
        (np.array([np.inf, 1]), np.ones(2), "contains infinity"),
        (np.zeros(3), np.ones(3), "every value of the result is 0"),
        (Raised("ValueError"), 1.0, "ended in a ValueError"),
    ],
)
def test_each_kind_of_difference_has_its_words(got, want, words):
    assert words in said(got, want)[0]


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.float64(1.5), 1.5),
        (np.array(1.5), 1.5),
        (1, 1.0),
        (np.int64(3), 3),
        (np.array([[True, False]]), np.array([[1, 0]])),
        (np.array([[1.0, 0.0]]), np.array([[True, False]])),
        ([1, 2], (1, 2)),
        (np.ones((2, 1), dtype=int), np.ones((2, 1))),
        ("anything", None),
    ],
)
def test_what_only_looks_different_passes(got, want):
    assert compare(got, want) == []


def test_every_wrong_part_is_listed():
    want = {"dW1": np.ones((2, 2)), "db1": np.ones((2, 1)), "dW2": np.ones((1, 2))}
    got = {"dW1": 2 * np.ones((2, 2)), "db1": np.ones(2), "dW2": np.ones((1, 2))}
    assert [d.part for d in compare(got, want)] == ["dW1", "db1"]


def test_random_parts_are_held_to_shape_and_spread():
    rng = np.random.default_rng(0)
    want = Random((40, 30), 0.0, 0.01)
    assert compare(rng.normal(0, 0.01, (40, 30)), want) == []
    assert compare(rng.uniform(-0.0173, 0.0173, (40, 30)), want) == []
    assert "too large" in said(rng.normal(0, 1, (40, 30)), want)[0]
    assert "too small" in said(rng.normal(0, 0.001, (40, 30)), want)[0]
    assert "is 0" in said(np.zeros((40, 30)), want)[0]
    assert "the same number" in said(np.full((40, 30), 0.01), want)[0]
    assert "not centred" in said(rng.uniform(0, 0.035, (40, 30)), want)[0]
    assert "shape" in said(rng.normal(0, 0.01, (30, 40)), want)[0]


@pytest.mark.parametrize(("got", "want"), [(0.2168752, 0.2168751), (1e-9, 1.1e-9 + 1e-7)])
def test_digits_are_shown_until_two_numbers_differ(got, want):
    (difference,) = compare(got, want, atol=0, rtol=1e-12)
    shown = re.findall(r"[\d.e-]+(?=,|$)", difference.detail)
    assert len(shown) == 2 and shown[0] != shown[1]


@pytest.mark.parametrize("want", [np.inf, np.array([1.0, -np.inf])])
def test_a_finite_value_is_not_infinity(want):
    assert compare(np.where(np.isinf(want), 1.5, want), want)
    assert compare(want, want) == []
