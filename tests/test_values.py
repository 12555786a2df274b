"""Values survive the way to JSON and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from authoring.case_files import encode
from mistakes.values import Instance, Raised, Random, copied, decode
from nnlib import functions

numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
some_arrays = arrays.arrays(
    st.sampled_from([np.float64, np.int64, np.bool_, np.float32]),
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
plain = st.recursive(
    numbers | some_arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def alike(one, other):
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    return one == other or (one != one and other != other)


@given(plain)
def test_a_plain_value_comes_back_as_it_was(value):
    assert alike(decode(json.loads(json.dumps(encode(value)))), value)


@given(plain)
def test_a_copy_is_alike_and_shares_no_array(value):
    again = copied(value)
    assert alike(again, value)
    if isinstance(value, np.ndarray):
        assert not np.shares_memory(again, value)


def test_marks_and_known_functions_come_back():
    for mark in (
        Instance("NeuralNet", ((3, 1),), {"loss": [0.5]}),
        Raised("ValueError"),
        Random((4, 2), 0.0, 0.01),
    ):
        assert decode(json.loads(json.dumps(encode(mark)))) == mark
    assert decode(encode(functions.sum_of_squares)) is functions.sum_of_squares


@pytest.mark.parametrize("value", [object(), lambda x: x, np.array(["a"]), 1j])
def test_what_is_not_plain_is_refused_by_its_type(value):
    with pytest.raises(TypeError, match="cannot stand in a case|not a plain value"):
        encode(value)
