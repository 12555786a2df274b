"""The figures of the course: data, boundaries, costs, the network, and training as an animation.

Each plot function draws on the Axes `ax`, or on a new figure where none is given, and returns the
Axes. `show` puts every open figure below the cell, with a text for readers who cannot see it.

Data come in either layout: ``X`` ``(2, m)`` with ``Y`` ``(1, m)``, or ``X`` ``(m, 2)`` with ``y``
``(m,)``. Colours are Okabe and Ito's, and no meaning rests on a colour alone: classes differ in
their markers and in how light their areas are, lines in their dashes.

matplotlib loads on first use; the course's style is then set once for all figures.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib.displaying import Animation, show, show_animation, show_scripted
from nnlib.style import COLOURS, HATCHES, MARKERS, own_axes, pyplot, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "MARKERS",
    "Animation",
    "animate_training",
    "draw_network",
    "draw_page",
    "plot_cost",
    "plot_data",
    "plot_decision_boundary",
    "show",
    "show_animation",
    "show_neuron",
    "subplots",
]

Model = Callable[[np.ndarray], np.ndarray]


def subplots(rows: int = 1, cols: int = 1, **settings: Any) -> tuple[Figure, Any]:
    """Return a new figure and its Axes in the course's style.

    This is ``matplotlib.pyplot.subplots``, which also gets `settings`. Unless these give
    ``figsize``, the figure is as large as fits into a notebook.
    """
    plt = pyplot()
    if "figsize" not in settings and (rows, cols) != (1, 1):
        width = min(4.6 * cols, 11.0)
        settings["figsize"] = (width, width / cols * 0.85 * rows)
    return plt.subplots(rows, cols, **settings)


def plot_data(
    X: np.ndarray, Y: np.ndarray, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the points X of the plane, with a colour and a marker for each of the classes Y.

    X and Y have the shapes (2, m) and (1, m), or (m, 2) and (m,). In a figure of several Axes, only
    the first gets a legend.
    """
    points, labels, _ = _as_rows(X, Y)
    ax = own_axes(ax, (5.6, 4.8))
    classes = np.unique(labels)
    for label in classes:
        k = _style_of(label, classes)
        chosen = points[labels == label]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=28 if len(ax.figure.axes) <= 2 else 14,
            marker=MARKERS[k],
            color=COLOURS[k],
            edgecolors="black",
            linewidths=0.6,
            label=f"class {label:g}",
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if title:
        ax.set_title(title)
    if len(classes) > 1 and ax is ax.figure.axes[0]:
        ax.legend(loc="best", frameon=True, framealpha=0.9, handletextpad=0.2, borderaxespad=0.3)
    return ax


def show_neuron(X: np.ndarray, Y: np.ndarray, alt: str) -> None:
    """Show one neuron below the cell, with sliders for its two weights and its bias.

    The line where its answer is one half, the cost, and the number of points on their side follow
    the sliders, with no kernel. X (2, m) holds the points, Y (1, m) their classes, 0 or 1; `alt`
    says what is seen. Where scripts do not run, the points are shown.

    Raises
    ------
    ValueError
        If the text is empty.
    """
    from matplotlib.colors import to_hex

    points = [[round(float(v), 3) for v in x] + [int(y)] for x, y in zip(X.T, Y[0], strict=True)]
    settings = {
        "points": points,
        "reach": float(np.ceil(np.abs(X).max())),
        "colours": COLOURS[:2],
        "areas": [to_hex(tint(colour)) for colour in COLOURS[:2]],
        "start": [-1, 1, 0.5],
    }
    show_scripted(plot_data(X, Y).figure, "neuron.js", alt, SETTINGS=settings)


def plot_decision_boundary(
    model: Model, X: np.ndarray, Y: np.ndarray, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the area that a model gives to each class, the border between them, and the data.

    Parameters
    ----------
    model : function
        Takes points in the layout of ``X`` and returns a class for each, shape (1, m) or (m,); or
        the probability of class 1; or the probability of each class, (K, m) or (m, K).
    X, Y : arrays of shape (2, m) and (1, m), or (m, 2) and (m,)
        The points and their classes.

    Raises
    ------
    ValueError
        If the model does not return one class, or one row of probabilities, for each point.
    """
    points, labels, in_columns = _as_rows(X, Y)
    ax = own_axes(ax, (5.6, 4.8))
    _draw_areas(ax, *_areas(model, points, in_columns, 200), labels)
    return plot_data(X, Y, ax=ax, title=title)


def _areas(
    model: Model, points: np.ndarray, in_columns: bool, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the coordinates of a grid around the points, and the model's class at each place."""
    margin = 0.08 * float(np.ptp(points, axis=0).max() or 1.0)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    x, y = np.meshgrid(*np.linspace(low, high, size).T)
    rows = np.column_stack([x.ravel(), y.ravel()])
    answer = model(rows.T.copy() if in_columns else rows)
    return x, y, _as_classes(answer, len(rows), in_columns).reshape(x.shape)


def _draw_areas(
    ax: Axes, x: np.ndarray, y: np.ndarray, classes: np.ndarray, labels: np.ndarray
) -> None:
    """Fill each class's area with its tint and hatch, and draw the border."""
    known = np.union1d(classes, labels)
    for label in np.unique(classes):
        k = _style_of(label, known)
        inside = (classes == label).astype(float)
        colours, hatches = [tint(COLOURS[k])], [HATCHES[k]]
        area = ax.contourf(
            x, y, inside, levels=[0.5, 1.5], colors=colours, hatches=hatches, zorder=-2
        )
        area.set(edgecolor=tint(COLOURS[k], 0.75), linewidth=0)
        if 0 < inside.mean() < 1:
            ax.contour(x, y, inside, levels=[0.5], colors="black", linewidths=1.4, zorder=-1)
    ax.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()))


def plot_cost(
    costs: Sequence[float],
    ax: Axes | None = None,
    label: str | None = None,
    every: int = 1,
    logy: bool = False,
) -> Axes:
    """Draw the costs of iterations 0, `every`, ``2 * every``, …, on a logarithmic axis with `logy`.

    To compare runs, call it again with the same Axes, and with a `label` for the legend.
    """
    ax = own_axes(ax, (6.0, 4.0))
    costs = np.asarray(costs, dtype=float).ravel()
    ax.plot(np.arange(costs.size) * every, costs, label=label)
    ax.set(xlabel="iteration", ylabel="cost")
    if logy:
        ax.set_yscale("log")
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.8)
    if label:
        ax.legend()
    return ax


def draw_network(
    layers: Sequence[int],
    ax: Axes | None = None,
    highlight: str | None = None,
    labels: Sequence[str] | None = None,
) -> Axes:
    """Draw the network and what surrounds it, with one step of its training emphasised.

    Parameters
    ----------
    layers : sequence of int
        Number of units in each layer, input first: ``(2, 4, 1)``.
    ax : Axes, optional
        Where to draw, about 700 by 340 pixels; a new figure of that size where none is given.
    highlight : str, optional
        The current step, drawn dark and coloured, with the rest grey. One of ``"data"``,
        ``"architecture"``, ``"initialization"``, ``"forward"``, ``"cost"``, ``"backward"``,
        ``"update"``, ``"model"``, ``"predict"``, ``"boundary"``. Without one, only the network is
        drawn, and nothing of it is grey.
    labels : sequence of str, optional
        A second line under each layer, such as ``("", "tanh", "sigmoid")``.

    Raises
    ------
    ValueError
        If there are fewer than two layers, an unknown step, or not one label for each layer.
    """
    from nnlib.diagram import STEPS, Diagram

    layers = tuple(int(n) for n in layers)
    if len(layers) < 2 or min(layers) < 1:
        raise ValueError(
            f"draw_network needs at least two layers of at least one unit; layers is {layers}."
        )
    if highlight is not None and highlight not in STEPS:
        raise ValueError(
            f"draw_network knows no step {highlight!r}. Its steps: {', '.join(STEPS)}."
        )
    if labels is not None and len(labels) != len(layers):
        raise ValueError(
            f"draw_network needs one label for each of the {len(layers)} layers, "
            f"but labels has {len(labels)}."
        )
    ax = own_axes(ax, (8.75, 4.5) if highlight else (5.4, 4.5))
    Diagram(ax, layers, highlight).draw(labels)
    return ax


def draw_page(
    title: str,
    layers: Sequence[int],
    equations: Sequence[tuple[str, str]],
    shapes: Sequence[tuple[str, str, str]],
    sentences: Sequence[str],
    code: str,
    file: str = "",
) -> None:
    """Draw a part of the course on a sheet of A4, to be printed.

    Parameters
    ----------
    title : str
        The heading.
    layers : sequence of int
        The network that is drawn below it, as for `draw_network`.
    equations, shapes, sentences
        Rows of text: a step and its equation; an array, its shape and the reason; a sentence.
    code : str
        What fills the rest of the page.
    file : str
        Where to save the page, such as ``"part-1.pdf"``; nowhere if it is empty.
    """
    page = subplots(figsize=(8.27, 11.69))[0]
    page.clear()
    page.set_layout_engine("none")
    page.text(0.08, 0.955, title, fontsize=18, fontweight="bold")
    drawing = draw_network(layers, ax=page.add_axes((0.2, 0.76, 0.6, 0.19)))
    for text in drawing.texts:
        text.set_fontsize(8)
    height = 0.725
    for step, equation in equations:
        page.text(0.08, height, step, fontweight="bold")
        page.text(0.19, height, equation, fontsize=10.5)
        height -= 0.033
    for row in shapes:
        height -= 0.025
        for across, text in zip((0.08, 0.29, 0.49), row, strict=True):
            page.text(across, height, text, fontsize=10.5)
    height -= 0.02
    for sentence in sentences:
        height -= 0.022
        page.text(0.08, height, sentence, fontsize=9.5)
    height -= 0.022
    lines = []
    for line in code.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 8)
        lines += textwrap.wrap(line, 92, subsequent_indent=indent) or [""]
    # As large as the space allows, in points; a line takes 1.3 times the size of its letters.
    size = min(9.0, (height - 0.03) * 842 / (1.3 * len(lines)))
    text = "\n".join(lines)
    page.text(0.08, height, text, family="monospace", fontsize=size, va="top", linespacing=1.3)
    if file:
        page.savefig(file)


def animate_training(
    models: Sequence[Model],
    X: np.ndarray,
    Y: np.ndarray,
    titles: Sequence[str],
    costs: Sequence[float] | None = None,
    iterations: Sequence[int] | None = None,
) -> Animation:
    """Return an animation of the decision boundary, one frame per model, for `show_animation`.

    Parameters
    ----------
    models : sequence of functions
        The model at successive moments of its training, as `plot_decision_boundary` takes it.
    X, Y : arrays of shape (2, m) and (1, m), or (m, 2) and (m,)
        The points and their classes.
    titles : sequence of str
        The title of each frame.
    costs : sequence of float, optional
        The cost at each frame. A second panel shows them, with a dot at the current one.
    iterations : sequence of int, optional
        After how many iterations each frame is; without them 0, 1, 2, …

    Raises
    ------
    ValueError
        If there is no model, or not one title (cost, iteration) per model.
    """
    count = len(models)
    if count == 0:
        raise ValueError("animate_training needs at least one model; models is empty.")
    for name, given in (("titles", titles), ("costs", costs), ("iterations", iterations)):
        if given is not None and len(given) != count:
            raise ValueError(
                f"animate_training needs one entry of {name} for each of the {count} models, "
                f"but {name} has {len(given)}."
            )
    points, labels, in_columns = _as_rows(X, Y)
    areas = [_areas(model, points, in_columns, 120) for model in models]
    size = (4.8, 4.4) if costs is None else (8.6, 4.2)
    figure, axes = subplots(1, 1 if costs is None else 2, figsize=size, squeeze=False)

    def draw(k: int) -> None:
        for ax in axes.flat:
            ax.clear()
        _draw_areas(axes[0, 0], *areas[k], labels)
        plot_data(X, Y, ax=axes[0, 0], title=titles[k])
        if costs is not None:
            ax = plot_cost(costs, ax=axes[0, 1])
            ax.plot(k, costs[k], marker="o", markersize=9, color=COLOURS[5], linestyle="")
            ax.set(title=f"cost {float(costs[k]):.3f}")
            if iterations is not None:  # a tick for a few of the frames
                ticks = range(0, count, max(1, count // 5))
                ax.set_xticks(ticks, [f"{iterations[tick]:,}" for tick in ticks])

    # Laid out once: the frames then keep still, and are drawn in half the time.
    draw(0)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return Animation(figure, draw, count)


def _as_rows(X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the points as (m, 2), the labels as (m,), and whether the layout was by columns."""
    X, Y = np.asarray(X), np.asarray(Y)
    m = Y.size
    in_columns = X.shape == (2, m) and (X.shape != (2, 2) or Y.ndim == 2)
    if not in_columns and X.shape != (m, 2):
        raise ValueError(
            "Points of the plane are needed: X of shape (2, m) with Y of shape (1, m), or X of "
            f"shape (m, 2) with y of shape (m,); here X has shape {X.shape} and Y {Y.shape}."
        )
    return (X.T if in_columns else X), Y.ravel(), in_columns


def _as_classes(answer: np.ndarray, m: int, in_columns: bool) -> np.ndarray:
    """Return what a model gave for m points as one class for each."""
    answer = np.asarray(answer)
    if answer.size == m:
        answer = answer.ravel()
        if answer.dtype.kind in "bui" or np.all(answer == np.round(answer)):
            return answer.astype(int)
        return (answer > 0.5).astype(int)
    if answer.ndim == 2 and answer.shape[1 if in_columns else 0] == m:
        return answer.argmax(axis=0 if in_columns else 1)
    raise ValueError(
        f"The model must return one class for each point, but for {m} points it returned an array "
        f"of shape {answer.shape}."
    )


def _style_of(label: float, classes: np.ndarray) -> int:
    """Return the index of a class's colour: the class itself where classes are 0, 1, 2, …"""
    if np.all(classes == np.round(classes)) and 0 <= classes.min():
        first = 0 if len(classes) == 1 or classes.min() == 0 else int(classes.min())
        return int(label - first) % len(COLOURS)
    return int(np.searchsorted(classes, label)) % len(COLOURS)
