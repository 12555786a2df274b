"""The figures of the course: data, boundaries, costs, the network, and training as an animation.

Each plot function draws on the given Axes, or on a figure of its own, and returns the Axes.
`show` puts every open figure below the cell with the text for those who cannot see it.

Data come in either layout, ``X`` ``(2, m)`` with ``Y`` ``(1, m)``, or ``X`` ``(m, 2)`` with ``y``
``(m,)``. Colours are Okabe and Ito's, and no meaning rests on a colour alone: classes differ in
their markers and in how light their areas are, lines in their dashes.

matplotlib and scikit-learn load on first use; the style below is then set once for all figures.
"""

from __future__ import annotations

import base64
import html
import io
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "MARKERS",
    "animate_training",
    "draw_network",
    "plot_cost",
    "plot_data",
    "plot_decision_boundary",
    "show",
    "show_animation",
    "subplots",
]

# Okabe and Ito's palette, in the order of the classes.
COLOURS = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#56B4E9",  # sky blue
    "#D55E00",  # vermilion
    "#F0E442",  # yellow
    "#000000",  # black
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

Model = Callable[[np.ndarray], np.ndarray]

_STYLE = {
    "figure.dpi": 80,
    "figure.figsize": (6.0, 4.5),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.axisbelow": True,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "hatch.linewidth": 0.8,
    "mathtext.fontset": "dejavusans",
}
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
# The first two tints differ in lightness; further ones need a pattern to be told apart in grey.
_HATCHES = (None, None, "//", "..", "\\\\", "xx", "++", "oo")
_GRID = 200
_STEPS = {
    "data": "The data",
    "architecture": "The architecture",
    "initialization": "Initial weights and biases",
    "forward": "Forward propagation: from the inputs to the output",
    "cost": "The cost: how far the output is from the true class",
    "backward": "Backpropagation: from the cost back to every weight",
    "update": "The update: a step against the gradient",
    "model": "The model: forward, cost, backward, update, and again",
    "predict": "Prediction: from the output to a class",
    "boundary": "The decision boundary: a class for each point of the plane",
}
_INK, _PALE, _PALE_TEXT = "#1A1A1A", "#C4C4C4", "#767676"
_SHOWN = 6  # Nodes drawn of one layer; of a wider layer the first, dots, and the last.
_STYLED = False


def _pyplot() -> Any:
    """Return matplotlib.pyplot, with the course's style set when it is first asked for."""
    global _STYLED
    if not _STYLED:
        import logging

        # A first start on a machine builds a font cache and would say so below the figure.
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib.pyplot as plt

    if not _STYLED:
        from cycler import cycler

        plt.rcParams.update(_STYLE)
        order = [0, 5, 2, 3, 1]
        plt.rcParams["axes.prop_cycle"] = cycler(color=[COLOURS[k] for k in order]) + cycler(
            linestyle=_LINES
        )
        _STYLED = True
    return plt


def subplots(rows: int = 1, cols: int = 1, **settings: Any) -> tuple[Figure, Any]:
    """Return a new figure and its Axes in the course's style.

    Parameters
    ----------
    rows, cols : int
        Number of Axes down and across.
    **settings
        Passed to ``matplotlib.pyplot.subplots``. Unless ``figsize`` is given, the figure is as
        large as fits into a notebook.

    Returns
    -------
    fig : matplotlib Figure
    axes : Axes, or array of Axes of shape (rows,), (cols,) or (rows, cols)
    """
    plt = _pyplot()
    if "figsize" not in settings and (rows, cols) != (1, 1):
        width = min(4.6 * cols, 11.0)
        settings["figsize"] = (width, width / cols * 0.85 * rows)
    return plt.subplots(rows, cols, **settings)


def plot_data(X: np.ndarray, Y: np.ndarray, ax: Axes | None = None, title: str | None = None):
    """Draw points of the plane, one colour and one marker a class.

    In a figure of several Axes, the first alone gets a legend.

    Parameters
    ----------
    X : array of shape (2, m) or (m, 2)
        The points.
    Y : array of shape (1, m) or (m,)
        Their classes.
    ax : Axes, optional
        Where to draw; a new figure where none is given.
    title : str, optional
        The title of the Axes.

    Returns
    -------
    Axes
    """
    points, labels, _ = _as_rows(X, Y)
    ax = _own_axes(ax, (5.6, 4.8))
    classes = np.unique(labels)
    for label in classes:
        k = _style_of(label, classes)
        chosen = points[labels == label]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=28,
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


def plot_decision_boundary(
    model: Model,
    X: np.ndarray,
    Y: np.ndarray,
    ax: Axes | None = None,
    title: str | None = None,
):
    """Draw the areas that a model gives to each class, the border between them, and the data.

    Parameters
    ----------
    model : function
        Takes points in the layout of ``X`` and returns a class for each, shape (1, m) or (m,); or
        the probability of class 1; or the probability of each class, (K, m) or (m, K).
    X : array of shape (2, m) or (m, 2)
        The points.
    Y : array of shape (1, m) or (m,)
        Their classes.
    ax : Axes, optional
        Where to draw; a new figure where none is given.
    title : str, optional
        The title of the Axes.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the model does not return one class, or one row of probabilities, for each point.
    """
    points, labels, in_columns = _as_rows(X, Y)
    ax = _own_axes(ax, (5.6, 4.8))
    display = _boundary(model, points, labels, in_columns, _GRID)
    _draw_areas(ax, display, labels)
    return plot_data(X, Y, ax=ax, title=title)


def _boundary(model: Model, points: np.ndarray, labels: np.ndarray, in_columns: bool, grid: int):
    """Return scikit-learn's DecisionBoundaryDisplay of a model, its response being the classes."""
    from sklearn.base import BaseEstimator, RegressorMixin
    from sklearn.inspection import DecisionBoundaryDisplay

    plt = _pyplot()

    class Classes(RegressorMixin, BaseEstimator):
        """The model as an estimator.

        A regressor, so that scikit-learn passes our class labels through and needs no list of them:
        which classes a model knows can only be seen from what it returns.
        """

        def fit(self, X, y=None):
            return self

        def __sklearn_is_fitted__(self):
            return True

        def predict(self, X):
            answer = model(X.T.copy() if in_columns else X)
            return _as_classes(answer, len(X), in_columns).astype(float)

    figure = plt.figure()
    try:
        display = DecisionBoundaryDisplay.from_estimator(
            Classes(),
            points,
            response_method="predict",
            grid_resolution=grid,
            plot_method="pcolormesh",
            eps=0.08 * float(np.ptp(points, axis=0).max() or 1.0),
            ax=figure.add_subplot(),
        )
    finally:
        plt.close(figure)
    return display


def _draw_areas(ax: Axes, display, labels: np.ndarray) -> None:
    """Fill each class's area with its tint and hatch, and draw the border."""
    response = display.response
    found = np.unique(np.concatenate([np.unique(response), np.unique(labels)]))
    for label in np.unique(response):
        k = _style_of(label, found)
        inside = (response == label).astype(float)
        area = ax.contourf(
            display.xx0,
            display.xx1,
            inside,
            levels=[0.5, 1.5],
            colors=[_tint(COLOURS[k])],
            hatches=[_HATCHES[k]],
            zorder=-2,
        )
        area.set_edgecolor(_tint(COLOURS[k], 0.75))
        if 0 < inside.mean() < 1:
            ax.contour(
                display.xx0,
                display.xx1,
                inside,
                levels=[0.5],
                colors="black",
                linewidths=1.4,
                zorder=-1,
            )
    ax.set_xlim(display.xx0.min(), display.xx0.max())
    ax.set_ylim(display.xx1.min(), display.xx1.max())


def plot_cost(
    costs: Sequence[float],
    ax: Axes | None = None,
    label: str | None = None,
    every: int = 1,
    logy: bool = False,
):
    """Draw the cost against the iteration.

    Parameters
    ----------
    costs : sequence of float
        The cost of iteration 0, ``every``, ``2 * every``, …
    ax : Axes, optional
        Where to draw; call again with the same Axes to compare runs.
    label : str, optional
        Name of the run, for the legend.
    every : int
        Number of iterations from one entry of ``costs`` to the next.
    logy : bool
        Whether the cost axis is logarithmic.

    Returns
    -------
    Axes
    """
    ax = _own_axes(ax, (6.0, 4.0))
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
):
    """Draw the network and what surrounds it, with one step of its training emphasised.

    Parameters
    ----------
    layers : sequence of int
        Number of units in each layer, input first: ``(2, 4, 1)``.
    ax : Axes, optional
        Where to draw, about 700 by 340 pixels; a new figure of that size where none is given.
    highlight : str, optional
        The step at hand; it is drawn dark and coloured, the rest grey. One of ``"data"``,
        ``"architecture"``, ``"initialization"``, ``"forward"``, ``"cost"``, ``"backward"``,
        ``"update"``, ``"model"``, ``"predict"``, ``"boundary"``. Where none is given, the network
        alone is drawn, nothing of it grey.
    labels : sequence of str, optional
        A second line under each layer, such as ``("", "tanh", "sigmoid")``.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there are fewer than two layers, an unknown step, or not one label for each layer.
    """
    layers = tuple(int(n) for n in layers)
    if len(layers) < 2 or min(layers) < 1:
        raise ValueError(
            f"draw_network needs at least two layers of at least one unit; layers is {layers}."
        )
    if highlight is not None and highlight not in _STEPS:
        raise ValueError(
            f"draw_network knows no step {highlight!r}. Its steps: {', '.join(_STEPS)}."
        )
    if labels is not None and len(labels) != len(layers):
        raise ValueError(
            f"draw_network needs one label for each of the {len(layers)} layers, "
            f"but labels has {len(labels)}."
        )
    ax = _own_axes(ax, (8.75, 4.5) if highlight else (5.4, 4.5))
    _Diagram(ax, layers, highlight).draw(labels)
    return ax


class _Diagram:
    """The picture of `draw_network`, in units of 40 pixels of a figure 700 pixels wide."""

    LEFT, RIGHT = 4.7, 11.6  # where the input and the output layer stand
    MIDDLE, TOP = 3.6, 6.75  # heights of the network's axis and of the weights' names

    def __init__(self, ax: Axes, layers: tuple[int, ...], step: str | None):
        self.ax = ax
        self.layers = layers
        self.step = step
        self.xs = np.linspace(self.LEFT, self.RIGHT, len(layers))
        self.rows = [self._rows(n) for n in layers]

    def draw(self, labels: Sequence[str] | None) -> None:
        xlim = (0, 17.5) if self.step else (3, 13.3)
        self.ax.set(xlim=xlim, ylim=(-0.75, 7.85), aspect="equal")
        self.ax.set_axis_off()
        if self.step:
            self.ax.set_title(_STEPS[self.step], loc="left", fontweight="bold")
            self._surroundings()
        self._edges()
        self._nodes()
        self._weights()
        self._layer_names(labels)
        if self.step in ("backward", "model"):
            self._way_back()
        if self.step == "model":
            self._list_of_steps()

    def _on(self, *steps: str) -> bool:
        """Whether something belongs to the step at hand (in the plain picture, all does)."""
        return self.step is None or self.step in steps

    # The network.

    def _rows(self, n: int) -> list[tuple[int | None, float]]:
        """Return (number of the unit, height) of what is drawn of a layer; None is the dots."""
        units = list(range(1, n + 1))
        if n > _SHOWN:
            units = [*units[: _SHOWN - 2], None, n]
        gap = min(1.4, 4.4 / max(len(units) - 1, 1))
        return [(u, self.MIDDLE + gap * ((len(units) - 1) / 2 - k)) for k, u in enumerate(units)]

    def _radius(self) -> float:
        return 0.54 if max(len(rows) for rows in self.rows) <= 4 else 0.4

    def _edges(self) -> None:
        rng = np.random.RandomState(4)
        forward = self._on("forward", "model", "predict")
        for layer in range(len(self.layers) - 1):
            for i, start in self.rows[layer]:
                for j, end in self.rows[layer + 1]:
                    if i is None or j is None:
                        continue
                    size = rng.randn()
                    if self.step is None:
                        look = {"color": "#555555", "lw": 1.1}
                    elif self.step == "initialization":
                        look = {
                            "color": COLOURS[0] if size > 0 else COLOURS[5],
                            "ls": "-" if size > 0 else "--",
                            "lw": 0.7 + 1.5 * abs(size),
                        }
                    elif forward:
                        look = {"color": COLOURS[0], "lw": 1.4, "arrowstyle": "-|>"}
                    elif self.step == "backward":
                        look = {"color": COLOURS[5], "lw": 1.4, "arrowstyle": "<|-"}
                    elif self.step == "update":
                        look = {"color": COLOURS[2], "lw": 2.4}
                    elif self.step == "architecture":
                        look = {"color": "#808080", "lw": 1.1}
                    else:
                        look = {"color": _PALE, "lw": 1.0}
                    self._arrow(
                        (self.xs[layer], start), (self.xs[layer + 1], end), self._radius(), **look
                    )

    def _nodes(self) -> None:
        from matplotlib.patches import Circle

        active = self._on("architecture", "forward", "model", "predict")
        for layer, rows in enumerate(self.rows):
            last = layer == len(self.layers) - 1
            for unit, y in rows:
                x = self.xs[layer]
                if unit is None:
                    for shift in (-0.22, 0, 0.22):
                        self.ax.add_patch(
                            Circle((x, y + shift), 0.06, color=_INK if active else _PALE_TEXT)
                        )
                    continue
                on = (
                    active
                    or (layer == 0 and self.step == "data")
                    or (last and self.step in ("cost", "backward"))
                )
                self.ax.add_patch(
                    Circle(
                        (x, y),
                        self._radius(),
                        facecolor=self._fill(layer) if on else "white",
                        edgecolor=_INK if on else _PALE,
                        linewidth=1.8 if on else 1.2,
                        zorder=3,
                    )
                )
                self.ax.text(
                    x,
                    y,
                    self._name(layer, unit),
                    ha="center",
                    va="center_baseline",
                    fontsize=12 if self._radius() > 0.5 else 10,
                    color=_INK if on else _PALE_TEXT,
                    zorder=4,
                )

    def _fill(self, layer: int) -> str:
        if layer == 0:
            return "#F2F2F2"
        return "#FFE3A3" if layer == len(self.layers) - 1 else "#CFE6F5"

    def _name(self, layer: int, unit: int) -> str:
        if layer == 0:
            return f"$x_{{{unit}}}$"
        if layer == len(self.layers) - 1:
            return r"$\hat{y}$" if self.layers[-1] == 1 else rf"$\hat{{y}}_{{{unit}}}$"
        if len(self.layers) == 3:
            return f"$a_{{{unit}}}$"
        return f"$a^{{[{layer}]}}_{{{unit}}}$"

    def _weights(self) -> None:
        deep = len(self.layers) > 2
        room = self.xs[1] - self.xs[0] - 0.35
        for layer in range(len(self.layers) - 1):
            W, b = (f"W_{layer + 1}", f"b_{layer + 1}") if deep else ("W", "b")
            width, height, colour = min(2.0, room), 0.8, _INK
            text = f"${W},\\ {b}$"
            if self.step == "backward":
                text, colour = f"$d{W},\\ d{b}$", COLOURS[5]
            elif self.step == "update":
                parts = [f"{v} - \\alpha\\,d{v}" for v in (W, b)]
                if room > 3:
                    parts = [f"{v} \\leftarrow {p}" for v, p in zip((W, b), parts, strict=True)]
                text, colour = "\n".join(f"${p}$" for p in parts), COLOURS[2]
                width, height = min(3.1, room), 1.15
            self._box(
                ((self.xs[layer] + self.xs[layer + 1]) / 2, self.TOP),
                text,
                self._on("initialization", "forward", "backward", "update", "model", "predict"),
                colour,
                strong=self.step in ("initialization", "backward", "update"),
                width=width,
                height=height,
            )

    def _layer_names(self, labels: Sequence[str] | None) -> None:
        on = self._on("architecture")
        last = len(self.layers) - 1
        sizes = {0: "n_x", last: "n_y"}
        if last == 2:
            sizes[1] = "n_h"
        for layer, n in enumerate(self.layers):
            name = "input" if layer == 0 else "output" if layer == last else "hidden"
            if last > 2 and name == "hidden":
                name = f"hidden {layer}"
            lines = [name]
            if on:
                lines.append(f"${sizes[layer]} = {n}$" if layer in sizes else f"{n} units")
            if labels is not None and labels[layer]:
                lines.append(labels[layer])
            self.ax.text(
                self.xs[layer],
                0.55,
                "\n".join(lines),
                ha="center",
                va="top",
                fontsize=11,
                linespacing=1.25,
                color=_INK if on or self._on("forward", "model", "predict") else _PALE_TEXT,
            )

    # What stands around it: the data, the cost, and the classes.

    def _surroundings(self) -> None:
        x, bubble = 1.75, 15.0
        self._plane((x, self.MIDDLE), "samples $X$", points=self._on("data", "model"))
        look = self._look("forward", "data", "model", "predict")
        self._arrow((x + 1.4, self.MIDDLE), (self.LEFT - 0.7, self.MIDDLE), **look)
        # The true classes go from the data to the cost, above the network.
        look = self._look("cost", "data", "model", colour=_INK)
        across = {"color": look["color"], "lw": look["lw"], "ls": "-"}
        self.ax.plot([x, x, bubble], [self.MIDDLE + 1.4, 7.6, 7.6], **across)
        self._arrow((bubble, 7.6), (bubble, 6.7), **look)
        self._text((x + 0.2, 6.2), "classes $Y$", self._on("cost", "data", "model"), ha="left")

        output = np.array([self.RIGHT, self.MIDDLE])
        if self.step == "backward":
            look = {"color": COLOURS[5], "lw": 2.2, "arrowstyle": "<|-"}
        else:
            look = self._look("cost", "model")
        self._arrow(output + (0.55, 0.45), (13.75, 5.4), **look)
        self._box(
            (bubble, 6.05),
            r"cost of $\hat{y}$ against $y$",
            self._on("cost", "backward", "model"),
            COLOURS[5] if self.step == "backward" else _INK,
            strong=self.step in ("cost", "backward"),
            fill="#FBE3D3" if self._on("cost", "backward", "model") else "white",
            width=4.3,
            height=1.2,
        )
        if self.step == "model":
            return
        on = self._on("predict", "boundary")
        rule = r"$\hat{y} > 0.5\,?$" if self.layers[-1] == 1 else r"largest $\hat{y}_k\,?$"
        self._arrow(output + (0.6, -0.25), (14.15, 2.45), **self._look("predict", "boundary"))
        self._text((13.1, 3.75), rule, on, ha="left", va="center")
        self._plane((15.6, 1.9), "predicted classes", points=on, areas=self._on("boundary"))

    def _way_back(self) -> None:
        """Draw the arrows from the cost to the gradients of each layer, last layer first."""
        middles = (self.xs[:-1] + self.xs[1:]) / 2
        half = min(2.0, self.xs[1] - self.xs[0] - 0.35) / 2
        look = {"color": COLOURS[5], "lw": 2.2, "arrowstyle": "-|>"}
        starts = [*(middles[1:] - half), 12.85]
        for start, middle in zip(starts, middles, strict=True):
            drop = 6.4 if start == 12.85 else self.TOP
            self._arrow((start, drop), (middle + half + 0.05, self.TOP), **look)

    def _list_of_steps(self) -> None:
        """Number the four steps of training in the picture, and name them beside it."""
        first = (self.xs[0] + self.xs[1]) / 2
        places = [(3.55, 4.15), (17.15, 6.65), (12.1, 7.05), (first - 1.0, 7.15)]
        names = ["forward propagation", "cost", "backpropagation", "update", "… and again"]
        for k, name in enumerate(names):
            y = 4.05 - 0.8 * k
            self._text((13.55, y), name, True, ha="left", va="center")
            if k < len(places):
                self._number((13.1, y), k + 1)
                self._number(places[k], k + 1)

    def _number(self, place: tuple[float, float], number: int) -> None:
        self.ax.text(
            *place,
            str(number),
            ha="center",
            va="center_baseline",
            fontsize=9,
            fontweight="bold",
            color="white",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": _INK, "edgecolor": "white"},
            zorder=6,
        )

    def _plane(
        self, centre: tuple[float, float], name: str, points: bool, areas: bool = False
    ) -> None:
        from matplotlib.patches import FancyBboxPatch

        x, y = centre
        half = 1.3
        frame = FancyBboxPatch(
            (x - half, y - half),
            2 * half,
            2 * half,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="white",
            edgecolor=_INK if points else _PALE,
            linewidth=1.8 if points else 1.2,
        )
        self.ax.add_patch(frame)
        up = np.linspace(-half, half, 60)
        curve = 0.5 * np.sin(2.4 * up)
        if areas:
            for side, colour in ((-half, COLOURS[0]), (half, COLOURS[1])):
                area = self.ax.fill_betweenx(y + up, x + curve, x + side, color=_tint(colour))
                area.set_clip_path(frame)
            self.ax.plot(x + curve, y + up, color=_INK, lw=1.8, ls="-")
        spread = np.array([[-0.85, 0.8], [-0.35, 0.35], [-0.9, 0.05], [-0.95, -0.75], [-0.75, 0.4]])
        spread = np.vstack([spread, [[-0.05, 0.95], [-0.75, -0.35]]])
        for k, dots in ((0, spread), (1, -spread)):
            self.ax.scatter(
                x + dots[:, 0],
                y + dots[:, 1],
                s=32,
                marker=MARKERS[k],
                facecolor=COLOURS[k] if points else "#E4E4E4",
                edgecolor=_INK if points else _PALE,
                linewidth=0.7,
                zorder=3,
            )
        self._text((x, y - half - 0.2), name, points, ha="center", va="top")

    # Pieces.

    def _look(self, *steps: str, colour: str = COLOURS[0]) -> dict[str, Any]:
        on = self._on(*steps)
        return {
            "color": colour if on else _PALE,
            "lw": 2.2 if on else 1.2,
            "arrowstyle": "-|>",
        }

    def _text(self, place: tuple[float, float], text: str, on: bool, **settings: Any) -> None:
        self.ax.text(*place, text, fontsize=11, color=_INK if on else _PALE_TEXT, **settings)

    def _arrow(
        self, start, end, gap: float = 0, arrowstyle: str = "-", ls: Any = "-", **look: Any
    ) -> None:
        """Draw an arrow that keeps a distance from both its ends."""
        from matplotlib.patches import FancyArrowPatch

        start, end = np.array(start, float), np.array(end, float)
        along = gap * (end - start) / np.hypot(*(end - start))
        self.ax.add_patch(
            FancyArrowPatch(
                start + along,
                end - along,
                arrowstyle=arrowstyle,
                linestyle=ls,
                mutation_scale=11 if arrowstyle != "-" else 1,
                shrinkA=0,
                shrinkB=0,
                zorder=2 if look["color"] != _PALE else 1,
                **look,
            )
        )

    def _box(
        self,
        place: tuple[float, float],
        text: str,
        on: bool,
        edge: str,
        strong: bool = False,
        fill: str = "white",
        width: float = 2.4,
        height: float = 1.05,
    ) -> None:
        from matplotlib.patches import FancyBboxPatch

        x, y = place
        self.ax.add_patch(
            FancyBboxPatch(
                (x - width / 2, y - height / 2),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.3",
                facecolor=fill,
                edgecolor=edge if on else _PALE,
                linewidth=2.4 if strong else 1.3,
                zorder=3,
            )
        )
        self.ax.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            fontsize=11,
            linespacing=1.3,
            color=_INK if on else _PALE_TEXT,
            zorder=4,
        )


def animate_training(
    models: Sequence[Model],
    X: np.ndarray,
    Y: np.ndarray,
    titles: Sequence[str],
    costs: Sequence[float] | None = None,
) -> FuncAnimation:
    """Return an animation of the decision boundary, one frame a model.

    Parameters
    ----------
    models : sequence of functions
        The model at each moment of its training, as `plot_decision_boundary` takes it.
    X : array of shape (2, m) or (m, 2)
        The points.
    Y : array of shape (1, m) or (m,)
        Their classes.
    titles : sequence of str
        The title of each frame.
    costs : sequence of float, optional
        The cost at each frame; then a second panel shows it, with a dot at the frame's.

    Returns
    -------
    matplotlib.animation.FuncAnimation
        Give it to `show_animation`.

    Raises
    ------
    ValueError
        If there is no model, or not one title (and cost) for each.
    """
    from matplotlib.animation import FuncAnimation

    count = len(models)
    if count == 0:
        raise ValueError("animate_training needs at least one model; models is empty.")
    for name, given in (("titles", titles), ("costs", costs)):
        if given is not None and len(given) != count:
            raise ValueError(
                f"animate_training needs one entry of {name} for each of the {count} models, "
                f"but {name} has {len(given)}."
            )
    points, labels, in_columns = _as_rows(X, Y)
    displays = [_boundary(model, points, labels, in_columns, 120) for model in models]
    if costs is None:
        figure, ax = subplots(figsize=(4.8, 4.4))
        axes = [ax]
    else:
        figure, axes = subplots(1, 2, figsize=(8.6, 4.2))

    def draw(k: int):
        for ax in axes:
            ax.clear()
        _draw_areas(axes[0], displays[k], labels)
        plot_data(X, Y, ax=axes[0], title=titles[k])
        if costs is not None:
            plot_cost(costs, ax=axes[1])
            axes[1].plot(k, costs[k], marker="o", markersize=9, color=COLOURS[5], linestyle="")
            axes[1].set(xlabel="frame", title=f"cost {float(costs[k]):.3f}")
        return []

    animation = FuncAnimation(figure, draw, frames=count, interval=300, repeat=False)
    # An animation that nobody shows (in a test, say) is no reason for matplotlib to warn.
    animation._draw_was_started = True
    return animation


def show(*alt: str) -> None:
    """Show every open figure below the cell, in the order of their making, and close them.

    Outside IPython the figures are closed and nothing is shown.

    Parameters
    ----------
    *alt : str
        What is seen, for readers who cannot see the figure: one text, or one for each figure.

    Raises
    ------
    ValueError
        If a text is missing or empty, or there are several but not one for each figure.
    """
    _require(alt)
    plt = _pyplot()
    numbers = plt.get_fignums()
    if len(alt) == 1 and len(numbers) > 1:
        alt = tuple(f"{alt[0]} (figure {k} of {len(numbers)})" for k in range(1, len(numbers) + 1))
    try:
        if len(alt) != len(numbers) and len(alt) > 1:
            raise ValueError(
                f"show got {len(alt)} alternative texts, but {len(numbers)} figures are open: "
                "give one text, or one for each figure."
            )
        if _in_ipython():
            for number, text in zip(numbers, alt, strict=False):
                figure = plt.figure(number)
                buffer = io.BytesIO()
                figure.savefig(buffer, format="png", dpi=figure.dpi)
                _display_image(buffer.getvalue(), text)
    finally:
        plt.close("all")


def show_animation(animation: FuncAnimation, alt: str) -> None:
    """Show an animation below the cell, and close its figure.

    Parameters
    ----------
    animation : FuncAnimation
        From `animate_training`.
    alt : str
        What is seen, for readers who cannot see it.
    """
    _require((alt,))
    plt = _pyplot()
    figure = animation._fig
    try:
        if _in_ipython():
            _display({"text/html": animation.to_jshtml(), "text/plain": f"Animation: {alt}"})
    finally:
        plt.close(figure)


def _require(alt: tuple) -> None:
    if not alt or not all(isinstance(text, str) and text.strip() for text in alt):
        raise ValueError(
            "A figure needs an alternative text: say in a sentence what is seen in it, "
            'as in show("400 points in two classes, arranged like a flower").'
        )


def _in_ipython() -> bool:
    """Whether this runs in an IPython shell (never imports IPython: outside it is not loaded)."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _display(bundle: dict[str, str]) -> None:
    from IPython.display import display

    display(bundle, raw=True)


def _display_image(png: bytes, alt: str) -> None:
    """Display a PNG as HTML: JupyterLab gives an image/png output no alt attribute."""
    data = base64.b64encode(png).decode("ascii")
    source = f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}">'
    _display({"text/html": source, "text/plain": f"Figure: {alt}"})


def _own_axes(ax: Axes | None, figsize: tuple[float, float]) -> Axes:
    plt = _pyplot()
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


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
    """Return the place of a class in COLOURS: the class itself where they are 0, 1, 2, …"""
    if np.all(classes == np.round(classes)) and 0 <= classes.min():
        first = 0 if len(classes) == 1 or classes.min() == 0 else int(classes.min())
        return int(label - first) % len(COLOURS)
    return int(np.searchsorted(classes, label)) % len(COLOURS)


def _tint(colour: str, share: float = 0.3) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return tuple(1 - share * (1 - channel) for channel in to_rgb(colour))
