"""A figure that crosses comes out showing the same."""

from __future__ import annotations

import numpy as np
import pytest
from evenhand.sandboxed.codec import ProtocolError
from evenhand.sandboxed.figures import describe, locate, part_of, redraw
from matplotlib import colors, pyplot
from matplotlib.patches import Circle, Rectangle, Wedge

from .test_codec import through


@pytest.fixture
def figure():
    figure, (left, right) = pyplot.subplots(1, 2)
    figure.suptitle("both")
    figure.text(0.5, 0.5, "between")
    left.plot([1, 2, 3], [4.0, 5.0, np.nan], "r--o", label="cost", linewidth=2, markersize=9)
    left.set(title="Cost", xlabel="step", ylabel="value", yscale="log", xlim=(0, 4))
    left.axhline(4.5, color="c", alpha=0.25)
    left.legend(title="Curves")
    right.scatter([0, 1], [1, 0], c=[0.25, 0.75], s=[9, 16], label="points")
    right.scatter([0, 1], [0, 1], color=["m", "c"], alpha=0.75)
    right.bar([0, 1], [2, 3], color="g", edgecolor="k", linewidth=3, alpha=0.5)
    right.imshow(np.arange(6.0).reshape(2, 3))
    right.text(0.5, 0.25, "here")
    right.add_patch(Wedge((0, 0), 1, 10, 80, color="r"))
    right.add_patch(Circle((0.5, 0.5), 0.25, color="b"))
    right.boxplot([1, 2, 5], patch_artist=True)
    right.set_xticks([0, 1], ["low", "high"])
    right.set_yticks([])
    figure.set_size_inches(5, 3)
    yield figure
    pyplot.close("all")


AXES = "title xticks xlabel ylabel xlim ylim xscale yscale"
#: The artists of axes -> what is to be seen of each.
ARTISTS = {
    "lines": "xdata ydata label color linestyle linewidth marker markersize alpha",
    "collections": "offsets array sizes label facecolor alpha",
    "patches": "label facecolor edgecolor linewidth alpha",
    "images": "array cmap",
    "texts": "position text",
}


def seen(figure):
    """Return what a figure shows, as matplotlib itself says it, and not `describe`."""
    found = [[text.get_text() for text in figure.texts], figure.get_size_inches()]
    for axes in figure.axes:
        found.append([pyplot.getp(axes, name) for name in AXES.split()])
        legend = axes.get_legend()
        if legend:
            found.append([text.get_text() for text in [legend.get_title(), *legend.get_texts()]])
            found.append([line.get_color() for line in legend.get_lines()])
        found += [
            [t.get_text() for t in axis.get_ticklabels()] for axis in (axes.xaxis, axes.yaxis)
        ]
        for patch in axes.patches:
            if isinstance(patch, Rectangle):
                found.append([patch.get_bbox().bounds])
            elif isinstance(patch, Wedge):
                found.append([patch.center, patch.r, patch.theta1, patch.theta2])
            else:
                found.append(patch.get_path().transformed(patch.get_patch_transform()).vertices)
        for kind, names in ARTISTS.items():
            for artist in getattr(axes, kind):
                shown = {name: pyplot.getp(artist, name) for name in names.split()}
                for name in {"color", "facecolor"} & set(shown):
                    shown[name] = colors.to_rgba_array(shown[name])
                found.append(shown)
    return found


def test_it_shows_the_same(figure):
    before, description = seen(figure), describe(figure)
    pyplot.close(figure)
    again = redraw(through(description))
    np.testing.assert_equal(seen(again), before)
    np.testing.assert_equal(describe(again), description)


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
    with pytest.raises(ProtocolError):
        part_of(figure, part)
