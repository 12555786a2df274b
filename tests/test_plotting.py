"""The figures: what they draw, what they refuse, and how they reach a notebook."""

import base64
import io
import json
import re
import subprocess
import sys
import warnings

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

matplotlib.use("agg")

import matplotlib.pyplot as plt

from nnlib import displaying, functions, plotting
from nnlib.diagram import STEPS


@pytest.fixture(autouse=True)
def no_warnings_and_no_figures_left():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")


@pytest.fixture
def displayed(monkeypatch):
    """What a notebook would get, as a list of (HTML, plain text)."""
    outputs = []
    monkeypatch.setattr(displaying, "in_ipython", lambda: True)
    monkeypatch.setattr(displaying, "_display", lambda *output: outputs.append(output))
    return outputs


def points(m=40, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2, m))
    return X, functions.diagonal(X)


def picture(source):

    data = re.search(r'src="data:image/png;base64,([^"]+)"', source).group(1)
    return Image.open(io.BytesIO(base64.b64decode(data)))


def texts(ax):
    return [text.get_text() for text in ax.texts]


# Data and boundaries


@given(m=st.integers(4, 60), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_both_layouts_draw_the_same_points(m, seed):
    X, Y = points(m, seed)
    columns, rows = plotting.plot_data(X, Y), plotting.plot_data(X.T, Y[0])
    for one, other in zip(columns.collections, rows.collections, strict=True):
        assert np.array_equal(one.get_offsets(), other.get_offsets())
    assert sum(len(c.get_offsets()) for c in columns.collections) == m
    plt.close("all")


def test_classes_differ_in_colour_and_in_marker_and_keep_them():
    X, Y = points()
    ax = plotting.plot_data(X, Y, title="two classes")
    zero, one = ax.collections
    assert matplotlib.colors.to_hex(zero.get_facecolor()[0]) == "#0072b2"
    assert matplotlib.colors.to_hex(one.get_facecolor()[0]) == "#e69f00"
    assert len(zero.get_paths()[0].vertices) != len(one.get_paths()[0].vertices)
    alone = plotting.plot_data(X[:, Y[0] == 1], Y[:, Y[0] == 1]).collections[0]
    assert np.array_equal(alone.get_facecolor(), one.get_facecolor())
    assert ax.get_title() == "two classes"
    assert ax.get_xlabel() and ax.get_ylabel()


def test_labels_1_and_2_look_like_0_and_1():
    X, Y = points()
    one_two = plotting.plot_data(X, Y + 1).collections
    zero_one = plotting.plot_data(X, Y).collections
    for ours, theirs in zip(one_two, zero_one, strict=True):
        assert np.array_equal(ours.get_facecolor(), theirs.get_facecolor())


@pytest.mark.parametrize(
    ("X", "Y"),
    [(np.ones((3, 8)), np.ones((1, 8))), (np.ones((2, 8)), np.ones((1, 7)))],
)
def test_points_that_are_not_of_the_plane_are_refused(X, Y):
    with pytest.raises(ValueError, match=r"shape \(2, m\)"):
        plotting.plot_data(X, Y)


@pytest.mark.parametrize(
    "model",
    [
        functions.disc,
        lambda X: functions.disc(X).astype(bool),
        lambda X: functions.disc(X)[0],
        lambda X: 0.1 + 0.8 * functions.disc(X),
        lambda X: np.vstack([1 - functions.disc(X), functions.disc(X)]) * 0.8 + 0.1,
    ],
    ids=["classes", "booleans", "flat", "probability of class 1", "probability of each class"],
)
def test_any_form_of_answer_gives_the_same_areas(model, monkeypatch):
    seen = []
    monkeypatch.setattr(plotting, "_draw_areas", lambda ax, *areas: seen.append(areas))
    X, Y = points()
    plotting.plot_decision_boundary(model, X, Y)
    ((x, y, classes, _),) = seen
    grid = np.stack([x.ravel(), y.ravel()])
    assert np.array_equal(classes.ravel(), functions.disc(grid)[0])


def quarters(X):
    return (X[:, 0] > 0).astype(int) + 2 * (X[:, 1] > 0)


def test_rows_are_given_to_the_model_as_rows():
    X, Y = points()
    shapes = set()

    def model(Z):
        shapes.add(Z.shape[1])
        return quarters(Z)

    plotting.plot_decision_boundary(model, X.T, quarters(X.T))
    assert shapes == {2}


def test_the_border_is_where_the_classes_meet():
    X, Y = points()
    ax = plotting.plot_decision_boundary(functions.diagonal, X, Y)
    lines = [c for c in ax.collections if c.get_zorder() == -1]
    # Both classes' areas end at the same line, the diagonal (half a cell of the grid aside).
    assert len(lines) == 2
    for line in lines:
        vertices = line.get_paths()[0].vertices
        assert np.abs(vertices[:, 0] - vertices[:, 1]).max() < 0.05


def test_areas_differ_in_lightness():
    X, Y = points()
    ax = plotting.plot_decision_boundary(functions.diagonal, X, Y)
    light = [
        float(np.dot(c.get_facecolor()[0][:3], [0.2126, 0.7152, 0.0722]))
        for c in ax.collections
        if c.get_zorder() == -2
    ]
    assert len(light) == 2 and abs(light[0] - light[1]) > 0.08


def test_a_model_that_knows_one_class_only_is_drawn():
    X, Y = points()
    ax = plotting.plot_decision_boundary(lambda Z: np.zeros((1, Z.shape[1])), X, Y)
    assert not [c for c in ax.collections if c.get_zorder() == -1]


def test_a_model_with_another_number_of_answers_is_refused():
    X, Y = points()
    with pytest.raises(ValueError, match="one class for each point"):
        plotting.plot_decision_boundary(lambda Z: np.zeros(3), X, Y)


def test_only_the_first_panel_has_a_legend():
    X, Y = points()
    _, axes = plotting.subplots(1, 3)
    for ax in axes:
        assert plotting.plot_decision_boundary(functions.disc, X, Y, ax=ax) is ax
    assert [ax.get_legend() is not None for ax in axes] == [True, False, False]


# Costs


@given(costs=st.lists(st.floats(0.01, 10), min_size=1, max_size=30), every=st.integers(1, 1000))
@settings(max_examples=10, deadline=None)
def test_costs_stand_at_their_iterations(costs, every):
    ax = plotting.plot_cost(costs, every=every)
    x, y = ax.lines[0].get_data()
    assert np.array_equal(y, costs)
    assert np.array_equal(x, np.arange(len(costs)) * every)
    plt.close("all")


def test_runs_are_told_apart_by_their_dashes_and_named():
    ax = plotting.plot_cost([3, 2, 1], label="a", logy=True)
    plotting.plot_cost([4, 3, 2], ax=ax, label="b")
    assert ax.get_yscale() == "log"
    assert len({line.get_linestyle() for line in ax.lines}) == 2
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


# The network


@pytest.mark.parametrize("step", [None, *STEPS])
@pytest.mark.parametrize("layers", [(2, 1), (2, 4, 1), (13, 8, 1), (64, 32, 16, 10)])
def test_every_step_of_every_network_can_be_drawn(layers, step):
    ax = plotting.draw_network(layers, highlight=step)
    assert ax.get_title(loc="left") == (STEPS[step][0] if step else "")
    ax.figure.draw_without_rendering()


@pytest.mark.parametrize("layers", [(2, 1), (2, 4, 1), (13, 8, 8, 2)])
def test_the_way_back_ends_at_the_weights(layers):
    """Not at the inputs: these are not learnt."""
    ax = plotting.draw_network(layers, highlight="backward")
    inputs = next(t.get_position()[0] for t in ax.texts if t.get_text() == "$x_{1}$")
    ax.figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    red = {}
    for side, limits in {"inputs": (inputs, inputs + 0.9), "weights": (inputs + 1, 9)}.items():
        ax.set(xlim=limits, ylim=(0.5, 5), aspect="auto")
        ax.figure.canvas.draw()
        seen = np.asarray(ax.figure.canvas.buffer_rgba()).astype(int)
        red[side] = np.any((seen[..., 0] > 180) & (seen[..., 1] < 120) & (seen[..., 2] < 60))
    assert red == {"inputs": False, "weights": True}


def test_each_step_looks_different():
    seen = set()
    for step in [None, *STEPS]:
        figure = plotting.draw_network((2, 4, 1), highlight=step).figure
        figure.axes[0].set_title("", loc="left")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        seen.add(buffer.getvalue())
    assert len(seen) == len(STEPS) + 1


@given(layers=st.lists(st.integers(1, 30), min_size=2, max_size=5))
@settings(max_examples=15, deadline=None)
def test_units_are_drawn_up_to_six_a_layer_and_numbered(layers):
    ax = plotting.draw_network(layers)
    names = [text for text in texts(ax) if text.startswith("$x_")]
    assert len(names) == (layers[0] if layers[0] <= 6 else 5)
    assert names[-1] == f"$x_{{{layers[0]}}}$"
    plt.close("all")


def test_names_of_weights_follow_the_part_of_the_course():
    assert r"$\mathit{W},\ \mathit{b}$" in texts(plotting.draw_network((2, 1)))
    two = set(texts(plotting.draw_network((2, 4, 1))))
    assert {r"$\mathit{W1},\ \mathit{b1}$", r"$\mathit{W2},\ \mathit{b2}$"} <= two


def test_second_lines_of_the_layers_are_written():
    ax = plotting.draw_network((2, 4, 1), labels=("", "tanh", "sigmoid"))
    assert {"tanh", "sigmoid", "$n_h = 4$"} <= set(texts(ax))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": (3,)}, "at least two layers"),
        ({"layers": (3, 0)}, "at least one unit"),
        ({"layers": (2, 1), "highlight": "backprop"}, "knows no step 'backprop'"),
        ({"layers": (2, 1), "labels": ("one",)}, "one label for each of the 2 layers"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_a_figure_is_made(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.draw_network(**arguments)
    assert plt.get_fignums() == []


# Showing


def test_figures_are_shown_in_order_with_their_texts_and_closed(displayed):
    plotting.plot_cost([2, 1])
    plotting.draw_network((2, 4, 1))
    plotting.show("a falling line", 'a "network" of < 8 units')
    (first, plain), (second, _) = displayed
    assert 'alt="a falling line"' in first and plain == "Figure: a falling line"
    assert 'alt="a &quot;network&quot; of &lt; 8 units"' in second
    assert picture(first).size == (960, 640)
    assert 'width="480"' in first
    assert plt.get_fignums() == []


def test_one_text_serves_several_figures(displayed):
    plotting.plot_cost([2, 1])
    plotting.plot_cost([3, 1])
    plotting.show("a falling line")
    assert [plain for _, plain in displayed] == [
        "Figure: a falling line (figure 1 of 2)",
        "Figure: a falling line (figure 2 of 2)",
    ]


@pytest.mark.parametrize("alt", [(), ("",), ("  ",), (None,), ("good", "")])
def test_a_missing_text_is_refused_everywhere_and_the_figure_closed(alt):
    plotting.plot_cost([2, 1])
    with pytest.raises(ValueError, match="needs an alternative text"):
        plotting.show(*alt)
    assert plt.get_fignums() == []


def test_texts_that_do_not_fit_the_figures_are_refused(displayed):
    with pytest.raises(ValueError, match="No figure is open"):
        plotting.show("nothing")
    plotting.plot_cost([2, 1])
    with pytest.raises(ValueError, match="number of open figures is 1"):
        plotting.show("one", "two")
    assert displayed == []


def test_outside_ipython_nothing_is_shown(capfd):
    plotting.plot_cost([2, 1])
    plotting.show("a falling line")
    plotting.show("nothing is open, and nobody is told")
    assert plt.get_fignums() == []
    assert capfd.readouterr() == ("", "")


def test_colours_survive_the_small_picture(displayed):
    _, ax = plotting.subplots(figsize=(4, 3))
    ax.imshow(np.linspace(0, 1, 600).reshape(20, 30), cmap="viridis")
    ax.plot(3, 3, marker="o", color=plotting.COLOURS[5])

    ax.figure.draw_without_rendering()
    ax.figure.set_layout_engine("none")
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, format="png", dpi=160)
    exact = np.asarray(Image.open(buffer).convert("RGB")).astype(int)
    plotting.show("a gradient")
    small = np.asarray(picture(displayed[0][0]).convert("RGB")).astype(int)
    assert np.abs(exact - small).max() < 20
    assert (small[0, 0] == 255).all()


# Animations


def animation(count=4, **more):
    X, Y = points()
    models = [lambda Z, k=k: (Z[:1] > k - 1).astype(int) for k in range(count)]
    return plotting.animate_training(models, X, Y, [f"iteration {k}" for k in range(count)], **more)


def test_an_animation_holds_every_frame(displayed):
    """What the script in the notebook does, done here: each frame is drawn over those before."""
    made = animation(4, costs=[4, 3, 2, 1])
    exact = [np.asarray(frame).astype(int) for frame in displaying._frames_of(made)]
    plotting.show_animation(made, "the border moves")
    source, plain = displayed[0]
    assert plain == "Animation: the border moves" and 'alt="the border moves"' in source
    stored = json.loads(re.search(r"const stored = (\[.*?\]);", source).group(1))
    assert len(stored) == 4
    drawn = Image.new("RGBA", exact[0].shape[1::-1])
    for data, frame in zip(stored, exact, strict=True):
        picture_of = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
        drawn.alpha_composite(picture_of)
        assert np.abs(np.asarray(drawn.convert("RGB")).astype(int) - frame).mean() < 2
    assert np.abs(exact[0] - exact[1]).mean() > 2
    last = np.asarray(picture(source).convert("RGB")).astype(int)
    assert np.abs(last - exact[-1]).mean() < 2
    assert plt.get_fignums() == []


def test_a_second_run_gives_the_same_output_and_it_is_small(displayed):
    for _ in range(2):
        plotting.show_animation(animation(3), "the border moves")
    assert displayed[0] == displayed[1]
    assert len(displayed[0][0]) < 100_000


@pytest.mark.parametrize(
    ("count", "more", "message"),
    [
        (0, {}, "at least one model"),
        (3, {"costs": [1, 2]}, "costs has 2"),
        (3, {"costs": [3, 2, 1], "iterations": [1, 2]}, "iterations has 2"),
    ],
)
def test_an_animation_needs_as_many_of_everything(count, more, message):
    with pytest.raises(ValueError, match=message):
        animation(count, **more)


def test_the_axis_of_an_animation_counts_iterations():
    made = animation(3, costs=[3, 2, 1], iterations=[1, 40, 7000])
    ax = made.figure.axes[1]
    assert ax.get_xlabel() == "iteration"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "40", "7,000"]


def test_an_animation_is_closed_quietly_outside_ipython(capfd):
    plotting.show_animation(animation(2), "the border moves")
    with pytest.raises(ValueError, match="needs an alternative text"):
        plotting.show_animation(animation(2), "")
    assert plt.get_fignums() == []
    assert capfd.readouterr() == ("", "")


def test_matplotlib_and_scikit_learn_wait_until_they_are_needed():
    code = (
        "import sys, nnlib; "
        "loaded = {'matplotlib', 'sklearn', 'PIL', 'IPython', 'scipy'} & set(sys.modules); "
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_page_of_a_recap_is_saved_where_a_file_is_named(tmp_path):
    rows = (
        [("forward", "$Z = W X + b$")],
        [("$X$", "$(n_x, m)$", "a sample is a column")],
        ["Short."],
    )
    for file in ("", tmp_path / "part-1.pdf"):
        plotting.draw_page("Part 1", (2, 1), *rows, "def f(x):\n    return x", file)
        plt.close("all")
    assert [path.read_bytes()[:5] for path in tmp_path.iterdir()] == [b"%PDF-"]
