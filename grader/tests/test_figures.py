"""A figure that crosses comes out showing the same."""

from __future__ import annotations

import numpy as np
import pytest
from evenhand.sandboxed import codec
from evenhand.sandboxed.figures import describe, locate, part_of, redraw
from matplotlib import pyplot


@pytest.fixture
def figure():
    figure, (left, right) = pyplot.subplots(1, 2)
    figure.suptitle("both")
    figure.text(0.5, 0.5, "between")
    left.plot([1, 2, 3], [4.0, 5.0, np.nan], "r--o", label="cost", linewidth=2)
    left.set(title="Cost", xlabel="step", ylabel="value", yscale="log", xlim=(0, 4))
    left.legend()
    right.scatter([0, 1], [1, 0], c=[0.25, 0.75], s=[9, 16], label="points")
    right.bar([0, 1], [2, 3], color="g")
    right.imshow(np.arange(6.0).reshape(2, 3))
    right.text(0.5, 0.25, "here")
    yield figure
    pyplot.close("all")


def through(description):
    encoder = codec.Encoder()
    tree = encoder.encode(description)
    return codec.Decoder(encoder.buffers).decode(tree)


def test_it_shows_the_same(figure):
    before = describe(figure)
    pyplot.close(figure)
    after = describe(redraw(through(before)))
    np.testing.assert_equal(after, before)
    assert before["axes"][0]["lines"][0]["color"] == "#ff0000ff"
    assert [text["s"] for text in before["axes"][1]["texts"]] == ["here"]


def test_its_parts_are_found_again(figure):
    left, right = figure.axes
    again = redraw(through(describe(figure)) | {"number": None})
    for thing in (figure, left, right, left.lines[0], right.collections[0], right.patches[1]):
        where, part = locate(thing)
        found = part_of(again, through(part))
        assert where is figure and type(found).__name__ == type(thing).__name__
        assert locate(found) == (again, part)
    assert locate(left.xaxis.label) == locate(pyplot) == (None, None)


def test_a_closed_figure_has_no_number(figure):
    number = describe(figure)["number"]
    pyplot.close(figure)
    other = pyplot.figure(num=number)
    assert describe(figure)["number"] is None
    assert describe(other)["number"] == number


@pytest.mark.parametrize("part", [["axes", -1], ["axes", "0"], ["artist", 0, "figure", 0]])
def test_no_other_part_is_given(figure, part):
    with pytest.raises(codec.ProtocolError):
        part_of(figure, part)
