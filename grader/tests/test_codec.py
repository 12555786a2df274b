"""What goes through the codec comes out equal and plain; what is no message does no harm."""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import fractions
import io
import json
import math
import pathlib
import random
import re
import socket
import sys
import types
import zoneinfo

import numpy as np
import pytest
from evenhand.sandboxed import codec
from evenhand.sandboxed.changes import changes, merge, snapshot
from evenhand.sandboxed.channel import Channel, ChannelClosed, ChannelTimeout
from evenhand.sandboxed.codec import Decoder, Encoder, NotPlain, ProtocolError
from evenhand.sandboxed.standard import Attributes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**64, max_value=2**200)
    | st.floats()
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(codec=None, exclude_categories=()))
    | st.binary()
    | st.fractions()
    | st.decimals(allow_nan=False)
)
HASHABLE = st.integers() | st.text() | st.booleans() | st.none() | st.tuples(st.integers())
ARRAYS = hnp.arrays(
    st.one_of(
        *(hnp.floating_dtypes(), hnp.integer_dtypes(), hnp.boolean_dtypes()),
        *(hnp.complex_number_dtypes(), hnp.unicode_string_dtypes(), hnp.byte_string_dtypes()),
    ),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
PLAIN = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.lists(inner, max_size=4).map(lambda items: collections.deque(items, 9))
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)


def through(value):
    encoder = Encoder()
    tree = json.loads(json.dumps(encoder.encode(value)))
    return Decoder(encoder.buffers).decode(tree)


def same(one, other):
    """Whether two values are alike, types and NaNs included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and (one.tobytes() == other.tobytes())
        )
    if isinstance(one, collections.deque):
        return one.maxlen == other.maxlen and same(list(one), list(other))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other) or one != one
    return one == other


@given(PLAIN)
@settings(max_examples=300, deadline=None)
def test_round_trip(value):
    assert same(value, through(value))


ONE_OF_EACH = {
    **{"l": [1], "t": (1,), "s": {1}, "z": frozenset({1}), "d": {"a": 1}, "k": {"a": 1}.keys()},
    **{"q": collections.deque([1], 3), "a": np.arange(3), "n": np.float32(0.5), "b": b"x"},
    **{"B": bytearray(b"x"), "i": 2**70, "c": 1 + 2j, "T": np.int8},
    **{"F": fractions.Fraction(1, 3), "D": decimal.Decimal("1.50"), "r": range(1, 9, 2)},
    **{"S": slice(None, 3), "E": ..., "N": NotImplemented, "L": [*range(2000)]},
    **{"tn": collections.namedtuple("P", "x y")(1, [2]), "dc": collections.Counter("aab")},
    **{"do": collections.OrderedDict(b=1, a=2), "dd": collections.defaultdict(list, a=[1])},
    **{"Td": datetime.date(2026, 2, 3), "Tl": datetime.timedelta(1, 2, 3)},
    "Tm": datetime.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    **{"Tt": datetime.time(1, 2, 3, 4), "Tz": datetime.timezone(datetime.timedelta(hours=2))},
    **{"P": pathlib.Path("a") / "b", "x": re.compile("a+", re.I), "G": dict[str, list[int]]},
    **{"ns": types.SimpleNamespace(a=[1]), "y": np.dtype([("a", "<i4"), ("b", "<U3")])},
}
RECORDS = np.array([(1, "x"), (2, "y")], dtype=[("a", "<i4"), ("b", "<U3")])
#: Tag -> a value whose equality says too little, and what is to be the same.
ODD_ONES = {
    "o": (np.array([None, "x"]), np.ndarray.tolist),
    "v": (RECORDS, lambda one: (one.dtype, one.tolist())),
    "m": (np.ma.masked_array([1, 2], [0, 1]), lambda one: (one.tolist(), one.fill_value)),
    "g": (np.random.default_rng(3), lambda one: one.random()),
    "ra": (random.Random(3), lambda one: one.random()),
    "f": (io.StringIO("a\nb"), lambda one: (one.readline(), one.getvalue())),
    "fb": (io.BytesIO(b"ab"), lambda one: (one.read(1), one.getvalue())),
    "da": (type("Result", (dict,), {"__getattr__": dict.get})(x=3), lambda one: (one.x, {**one})),
    "mp": (property(None), lambda one: (one.fget, one.fset)),
    **{"ms": (staticmethod(3), lambda one: one.__func__)},
    **{"mc": (classmethod(3), lambda one: one.__func__)},
}
OF_TABLES = {"pf", "ps", "pi", "pa", "pt", "pd", "pp", "pv", "pn", "pN"}


def test_every_tag_crosses():
    for tag, value in ONE_OF_EACH.items():
        back = through(value)
        assert Encoder().encode(value)[0] == tag
        assert tag == "tn" or type(back) is type(value)
        assert back == value if tag == "tn" else same(value, back)
    point = through(ONE_OF_EACH["tn"])
    assert (point.x, point.y, type(point).__name__) == (1, [2], "P")
    assert through(ONE_OF_EACH["dd"])["new"] == []
    tags = {form.tag for form in codec.TABLE}
    assert tags == {*ONE_OF_EACH, *ODD_ONES, *OF_TABLES, "R", "O", "h"}


@pytest.mark.parametrize("tag", ODD_ONES)
def test_every_odd_tag_crosses(tag):
    value, seen = ODD_ONES[tag]
    assert Encoder().encode(value)[0] == tag
    back = through(value)
    assert tag == "da" or type(back) is type(value)
    assert seen(back) == seen(value)


def test_one_record_and_nothing():
    assert through(RECORDS[1]) == RECORDS[1]
    assert through(RECORDS.view(np.recarray)).a.tolist() == [1, 2]
    assert through(np.ma.masked) is np.ma.masked


def test_nothing_but_plain_factories_cross():
    counted = collections.defaultdict(lambda: 1, a=2)
    back = through(counted)
    assert back == {"a": 2} and back.default_factory is None


@given(ARRAYS)
def test_what_comes_out_is_plain(array):
    class Sub(np.ndarray):
        def __eq__(self, other):
            return True

        __hash__ = None

    back = through(array.view(Sub))
    assert type(back) is np.ndarray and same(array, back)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (type("C", (collections.Counter,), {})("aab"), collections.Counter("aab")),
        (type("T", (tuple,), {"x": 1})((1, 2)), (1, 2)),
        (type("N", (int,), {"__eq__": lambda *_: True})(3), 3),
        (type("F", (float,), {"__float__": lambda _: 9.0})(3.5), 3.5),
        (type("S", (str,), {"__str__": lambda _: "no"})("yes"), "yes"),
        ({1: 2}.values(), [2]),
        (type("Z", (float,), {})(-0.0), -0.0),
    ],
)
def test_subclasses_become_plain(value, plain):
    back = through(value)
    assert type(back) is type(plain) and same(back, plain)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *((object(), "object"), (json, "module"), (lambda: 0, "function")),
        *(
            (open, "builtin_function_or_method"),
            (np.zeros(1, "V8"), "dtype"),
            (json.JSONDecoder, "type"),
        ),
        ([[[object()]]], "object"),
    ],
)
def test_anything_else_is_named(value, name):
    with pytest.raises(NotPlain, match=name):
        through(value)


def test_too_much_is_refused(monkeypatch):
    deep = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(NotPlain, match="deeply"):
        through(deep)
    with pytest.raises(NotPlain, match="MB"):
        through(np.broadcast_to(np.float64(0), (10**5, 10**5)))
    with pytest.raises(NotPlain, match="parts"):
        through([()] * (codec.Limits.items + 1))
    for large in (10**200_000, [1, -(10**200_000)], (10**200_000, 1)):
        with pytest.raises(NotPlain, match="digits"):
            through(large)
    with pytest.raises(NotPlain, match="MB"):
        through(["x" * 2**20] * 257)


def test_identity_within_a_message():
    array, table = np.zeros(2), {}
    value = [array, array, table]
    table["self"] = value
    back = through(value)
    assert back[0] is back[1] and back[2]["self"] is back


def test_changes_in_place():
    given_values = [[3, 1, 2], {"a": np.zeros(2)}, {1, 2}, bytearray(b"x"), np.arange(3.0)]
    question = Encoder()
    tree = question.encode(given_values)
    asked = Decoder(question.buffers)
    theirs = asked.decode(tree)
    before = snapshot(asked.containers)
    theirs[0].sort()
    theirs[1]["a"] += 1
    theirs[2].add(9)
    theirs[3].extend(b"y")
    theirs[4][0] = np.nan
    theirs.append(theirs[1])
    answer = Encoder(originals=asked.containers)
    reply = answer.encode(theirs[1]["a"])
    changed = changes(answer, asked.containers, before)
    decoder = Decoder(answer.buffers, originals=question.containers)
    inner = given_values[1]["a"]
    assert decoder.decode(reply) is inner
    for number, content in changed:
        merge(question.containers[number], decoder.decode(content))
    assert given_values[0] == [1, 2, 3] and inner.tolist() == [1, 1]
    assert given_values[2] == {1, 2, 9} and given_values[3] == b"xy"
    assert np.isnan(given_values[4][0]) and given_values[5] is given_values[1]


@contextlib.contextmanager
def changing(values):
    """Give copies to change, as a learner's process has them, and a list for what has changed."""
    question = Encoder()
    tree = question.encode(values)
    asked = Decoder(question.buffers)
    theirs, changed = asked.decode(tree), []
    before = snapshot(asked.containers)
    yield theirs, changed
    answer = Encoder(originals=asked.containers)
    changed += changes(answer, asked.containers, before)
    decoder = Decoder(answer.buffers, originals=question.containers)
    for number, content in changed:
        merge(question.containers[number], decoder.decode(content))


def test_changes_in_place_of_what_is_no_plain_container():
    given_values = [np.random.default_rng(1), random.Random(1), np.random.RandomState(1)]
    given_values += [io.StringIO("a"), types.SimpleNamespace(x=1), collections.Counter("ab")]
    with changing(given_values) as (theirs, _):
        drawn = [theirs[0].random(), theirs[1].random(), theirs[2].random()]
        theirs[3].write("xyz")
        theirs[4].y = 2
        theirs[5]["a"] = 7
    again = [np.random.default_rng(1), random.Random(1), np.random.RandomState(1)]
    assert drawn == [one.random() for one in again]
    assert [one.random() for one in given_values[:3]] == [one.random() for one in again]
    assert given_values[3].getvalue() == "xyz" and vars(given_values[4]) == {"x": 1, "y": 2}
    assert given_values[5] == {"a": 7, "b": 1}


def test_nothing_changed():
    encoder = Encoder()
    encoder.encode([np.array([np.nan, 1]), {"a": [float("nan")]}, np.array([None, "x"])])
    before = snapshot(encoder.containers)
    assert changes(Encoder(originals=encoder.containers), encoder.containers, before) == []


def test_fixed_arrays_stay_fixed():
    array = np.zeros(3)
    array.flags.writeable = False
    assert not through(array).flags.writeable


TAGS = [form.tag for form in codec.TABLE]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*TAGS, "<f8", "<U1", "|b1", "float", "1.5"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)
TREES = st.recursive(
    JSON,
    lambda inner: st.builds(
        lambda tag, rest: [tag, *rest],
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(TREES, st.lists(st.binary(max_size=40), max_size=3))
@settings(max_examples=600, deadline=None)
def test_any_tree_is_decoded_or_refused(tree, buffers):
    try:
        value = Decoder(buffers).decode(tree)
    except ProtocolError:
        return
    module = type(value).__module__.partition(".")[0]
    known = {"numpy", "pandas", "__main__", "zoneinfo"}  # a named tuple says it is of __main__
    assert module in sys.stdlib_module_names | known or type(value) is Attributes


@pytest.mark.parametrize(
    "tree",
    [
        *(["a", "O", [1], 0], ["a", "V8", [1], 0], ["a", "<f8", [2], 0], ["a", "<f8", [-1], 0]),
        *(["a", "<f8", [2**62, 2**62], 0], ["a", "<U0", [10**9], 0], ["a", "<f8", 1, 0]),
        *(["a", "<f8,<f8", [1], 0], ["n", "<f8", 7], ["R", 0], ["R", -1], ["O", 0], ["b", "x"]),
        *(["i", "f" * 200_000], ["i", "__"], ["T", "numpy.load"], ["T", "os.system"], ["h", 1]),
        *(["z", ["l"]], ["d", ["l"], 1], ["d", 1], ["?"], [], {}, ["r", 1, 2, 0], ["r", "x"]),
        *(["o", [3], 1], ["F", 1, 0], ["F", 0.5, 1], ["D", "1e999999"], ["D", 5], ["D", "x"]),
        *(["q", -1], ["q", "3", 1], ["L", "<i8", 9], ["L", "O", 0], ["tn", "P", ["x y"], 1]),
        *(["tn", "P", ["__import__('os')"], 1], ["Tm", "2026-01-01", 0, "../../etc/passwd"]),
        *(["Tm", "2026-01-01", 0, "/etc/passwd"], ["x", "(", 0], ["x", ["l"], 0], ["P", "real", 5]),
        *(
            ["g", False, "os", 1],
            ["g", False, "PCG64", ["d"]],
            ["ra", 5],
            ["y", "V8"],
            ["y", ["l"]],
        ),
        *(["v", "ndarray", [2], ["a"], ["l", 1]], ["v", "ndarray", [], [5], 1], ["f", 5, 0]),
        *(["ns", 5, 1], ["ns", "a"], ["m", 1], ["pf", 1, 2]),
    ],
)
def test_refused(tree):
    with pytest.raises(ProtocolError):
        Decoder([bytes(8)]).decode(tree)


def test_bytes_that_are_no_truth_values():
    array = Decoder([bytes([0, 1, 2, 255])]).decode(["a", "|b1", [4], 0])
    assert array.tolist() == [False, True, True, True] and array.tobytes() == b"\0\1\1\1"


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_on_the_channel(data):
    one, other = socket.socketpair()
    channel = Channel(one)
    other.send(data or b"x")
    other.close()
    with pytest.raises((ProtocolError, ChannelClosed)):
        while True:
            channel.receive(1)
    channel.close()


def test_channel_carries_large_messages():
    import threading

    one, other = socket.socketpair()
    sender, receiver = Channel(one), Channel(other)
    body = [bytes(5_000_000), b"", b"end"]
    thread = threading.Thread(target=sender.send, args=({"op": "x" * 100_000}, body))
    thread.start()
    message, buffers = receiver.receive(10)
    thread.join()
    assert len(message["op"]) == 100_000 and buffers == body
    with pytest.raises(ChannelTimeout):
        receiver.receive(0.01)
