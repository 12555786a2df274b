"""The picture of a network and what surrounds it, with one step of its training emphasised.

It imports matplotlib, so `plotting` imports it on first use.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from nnlib.style import COLOURS, INK, MARKERS, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The title of each step, and the parts of the picture that it emphasises; the others are pale.
STEPS = {
    "data": ("The data", "samples feed classes inputs"),
    "architecture": ("The architecture", "units sizes"),
    "initialization": ("Initial weights and biases", "weights"),
    "forward": ("Forward propagation: from the inputs to the output", "feed units weights"),
    "cost": ("The cost: how far the output is from the true class", "classes outputs cost"),
    "backward": ("Backpropagation: from the cost back to every weight", "outputs weights cost"),
    "update": ("The update: a step against the gradient", "weights"),
    "model": (
        "The model: forward, cost, backward, update, and again",
        "samples feed classes units weights cost",
    ),
    "predict": ("Prediction: from the output to a class", "feed units weights prediction"),
    "boundary": ("The decision boundary: a class for each point of the plane", "prediction areas"),
}
_BLUE, _RED, _GREEN = COLOURS[0], COLOURS[5], COLOURS[2]
_PALE, _PALE_TEXT = "#C4C4C4", "#767676"
_FORWARD = {"color": _BLUE, "lw": 1.4, "arrowstyle": "-|>"}
_BACK = {"color": _RED, "lw": 2.2}
_EDGES: dict[str | None, dict[str, Any]] = {
    None: {"color": "#555555", "lw": 1.1},
    "architecture": {"color": "#808080", "lw": 1.1},
    **dict.fromkeys(("forward", "model", "predict"), _FORWARD),
    "backward": {"color": _RED, "lw": 1.4, "arrowstyle": "<|-"},
    "update": {"color": _GREEN, "lw": 2.4},
}
_SHOWN = 6  # Units drawn of one layer; of a wider layer the first, dots, and the last.

# In units of 40 pixels of a figure 700 pixels wide: where the input and the output layer stand,
# and the heights of the network's axis and of the weights' names.
_LEFT, _RIGHT = 4.7, 11.6
_MIDDLE, _TOP = 3.6, 6.75

# The dots of class 0 in a picture of the plane; those of class 1 mirror them.
_DOTS = np.array(
    [(-0.85, 0.8), (-0.35, 0.35), (-0.9, 0.05), (-0.95, -0.75)]
    + [(-0.75, 0.4), (-0.05, 0.95), (-0.75, -0.35)]
)


class Diagram:
    """The picture of `draw_network`."""

    def __init__(self, ax: Axes, layers: tuple[int, ...], step: str | None):
        self.ax, self.layers, self.step = ax, layers, step
        self.last = len(layers) - 1
        self.xs = np.linspace(_LEFT, _RIGHT, len(layers))
        self.middles = (self.xs[:-1] + self.xs[1:]) / 2
        self.room = self.xs[1] - self.xs[0] - 0.35
        self.rows = [_rows(n) for n in layers]
        self.radius = 0.54 if max(map(len, self.rows)) <= 4 else 0.4

    def draw(self, labels: Sequence[str] | None) -> None:
        xlim = (0, 17.5) if self.step else (3, 13.3)
        self.ax.set(xlim=xlim, ylim=(-0.95, 7.85), aspect="equal")
        self.ax.set_axis_off()
        if self.step:
            self.ax.set_title(STEPS[self.step][0], loc="left", fontweight="bold")
            self._data_and_cost()
            if self.step != "model":
                self._prediction()
        self._edges()
        self._nodes()
        self._weights()
        self._layer_names(labels)
        if self.step in ("backward", "model"):
            self._way_back()
        if self.step == "model":
            self._list_of_steps()

    def _on(self, part: str) -> bool:
        """Whether a part belongs to the current step; in the plain picture, every part does."""
        return self.step is None or part in STEPS[self.step][1].split()

    # The network.

    def _edges(self) -> None:
        rng = np.random.RandomState(4)
        look = _EDGES.get(self.step, {"color": _PALE, "lw": 1.0})
        for (x, rows), (next_x, next_rows) in itertools.pairwise(
            zip(self.xs, self.rows, strict=True)
        ):
            for (i, start), (j, end) in itertools.product(rows, next_rows):
                if i is None or j is None:
                    continue
                if self.step == "initialization":
                    size = rng.randn()
                    colour, dashes = (_BLUE, "-") if size > 0 else (_RED, "--")
                    look = {"color": colour, "ls": dashes, "lw": 0.7 + 1.5 * abs(size)}
                place = (x, start)
                if self.step == "backward" and x == self.xs[0]:
                    # The way back ends at the weights: no slope is wanted at the inputs.
                    self._arrow(place, (next_x, end), self.radius, color=_PALE, lw=1.0)
                    place = ((x + next_x) / 2, (start + end) / 2)
                self._arrow(place, (next_x, end), self.radius, **look)

    def _nodes(self) -> None:
        ends = {0: "inputs", self.last: "outputs"}
        fills = {0: "#F2F2F2", self.last: "#FFE3A3"}
        for layer, rows in enumerate(self.rows):
            x, on = self.xs[layer], self._on("units") or self._on(ends.get(layer, "units"))
            fill = fills.get(layer, "#CFE6F5") if on else "white"
            for unit, y in rows:
                if unit is None:
                    colour = INK if self._on("units") else _PALE_TEXT
                    for shift in (-0.22, 0, 0.22):
                        self.ax.add_patch(Circle((x, y + shift), 0.06, color=colour))
                    continue
                circle = Circle((x, y), self.radius, facecolor=fill, zorder=3, **_outline(on))
                self.ax.add_patch(circle)
                size = 12 if self.radius > 0.5 else 10
                name = self._name(layer, unit)
                self._text((x, y), name, on, va="center_baseline", fontsize=size, zorder=4)

    def _name(self, layer: int, unit: int) -> str:
        if layer == 0:
            return f"$x_{{{unit}}}$"
        if layer == self.last:
            return r"$\hat{y}$" if self.layers[-1] == 1 else rf"$\hat{{y}}_{{{unit}}}$"
        return f"$a_{{{unit}}}$" if self.last == 2 else f"$a^{{[{layer}]}}_{{{unit}}}$"

    def _weights(self) -> None:
        for layer, middle in enumerate(self.middles):
            # As they are called in code, which is how every lesson names them.
            number = layer + 1 if self.last > 1 else ""
            W, b, dW, db = (rf"\mathit{{{name}{number}}}" for name in ("W", "b", "dW", "db"))
            text, colour, width, height = rf"${W},\ {b}$", INK, 2.0, 0.8
            if self.step == "backward":
                text, colour = rf"${dW},\ {db}$", _RED
            elif self.step == "update":
                lines = [rf"{v} - \alpha\,{d}" for v, d in ((W, dW), (b, db))]
                if self.room > 3:
                    lines = [
                        rf"{v} \leftarrow {line}" for v, line in zip((W, b), lines, strict=True)
                    ]
                text, colour = "\n".join(f"${line}$" for line in lines), _GREEN
                width, height = 3.1, 1.15
            size = (min(width, self.room), height)
            strong = self.step in ("initialization", "backward", "update")
            self._box((middle, _TOP), size, text, self._on("weights"), colour, strong)

    def _layer_names(self, labels: Sequence[str] | None) -> None:
        sizes = {**({1: "n_h"} if self.last == 2 else {}), 0: "n_x", self.last: "n_y"}
        for layer, n in enumerate(self.layers):
            hidden = f"hidden {layer}" if self.last > 2 else "hidden"
            lines = [{0: "input", self.last: "output"}.get(layer, hidden)]
            if self._on("sizes"):
                lines.append(f"${sizes[layer]} = {n}$" if layer in sizes else f"{n} units")
            if labels is not None and labels[layer]:
                lines.append(labels[layer])
            for k, line in enumerate(lines):
                # Line by line: a text of several lines has no common baseline with its neighbours.
                place = (self.xs[layer], 0.2 - 0.48 * k)
                self._text(place, line, self._on("units"), va="baseline")

    # What stands around it: the data, the cost, and the classes.

    def _data_and_cost(self) -> None:
        x, bubble = 1.75, 15.0
        self._plane((x, _MIDDLE), "samples $X$", self._on("samples"))
        self._arrow((x + 1.4, _MIDDLE), (_LEFT - 0.7, _MIDDLE), **self._flow("feed"))
        # The true classes go from the data to the cost, above the network.
        look = self._flow("classes", INK)
        self.ax.plot(
            [x, x, bubble], [_MIDDLE + 1.4, 7.6, 7.6], color=look["color"], lw=look["lw"], ls="-"
        )
        self._arrow((bubble, 7.6), (bubble, 6.7), **look)
        self._text((x + 0.2, 6.2), "classes $Y$", self._on("classes"), ha="left", va="baseline")

        on, back = self._on("cost"), self.step == "backward"
        look = {**_BACK, "arrowstyle": "<|-"} if back else self._flow("cost")
        self._arrow((_RIGHT + 0.55, _MIDDLE + 0.45), (13.75, 5.4), **look)
        self._box(
            (bubble, 6.05),
            (4.3, 1.2),
            r"cost of $\hat{y}$ against $y$",
            on,
            _RED if back else INK,
            strong=self.step in ("cost", "backward"),
            fill="#FBE3D3" if on else "white",
        )

    def _prediction(self) -> None:
        on = self._on("prediction")
        rule = r"$\hat{y} > 0.5\,?$" if self.layers[-1] == 1 else r"largest $\hat{y}_k\,?$"
        self._arrow((_RIGHT + 0.6, _MIDDLE - 0.25), (14.15, 2.45), **self._flow("prediction"))
        self._text((13.1, 3.75), rule, on, ha="left")
        self._plane((15.6, 1.9), "predicted classes", on, areas=self._on("areas"))

    def _way_back(self) -> None:
        """Draw the arrows from the cost to the gradients of each layer, last layer first."""
        half = min(2.0, self.room) / 2
        starts = [*((middle - half, _TOP) for middle in self.middles[1:]), (12.85, 6.4)]
        for start, middle in zip(starts, self.middles, strict=True):
            self._arrow(start, (middle + half + 0.05, _TOP), arrowstyle="-|>", **_BACK)

    def _list_of_steps(self) -> None:
        """Number the four steps of training in the picture, and name them beside it."""
        places = [(3.55, 4.15), (17.15, 6.65), (12.1, 7.05), (self.middles[0] - 1.0, 7.15), None]
        names = ["forward propagation", "cost", "backpropagation", "update", "… and again"]
        for k, (name, place) in enumerate(zip(names, places, strict=True)):
            y = 4.05 - 0.8 * k
            self._text((13.55, y), name, True, ha="left")
            for one in ((13.1, y), place) if place else ():
                circle = {"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": "white"}
                bold = {"fontsize": 9, "fontweight": "bold", "color": "white"}
                self._text(
                    one, f"{k + 1}", True, va="center_baseline", bbox=circle, zorder=6, **bold
                )

    def _plane(self, centre: tuple[float, float], name: str, on: bool, areas: bool = False) -> None:
        (x, y), half = centre, 1.3
        frame = self._rounded(centre, (2 * half, 2 * half), 0.15, facecolor="white", **_outline(on))
        if areas:
            up = np.linspace(-half, half, 60)
            curve = 0.5 * np.sin(2.4 * up)
            for side, colour in ((-half, COLOURS[0]), (half, COLOURS[1])):
                area = self.ax.fill_betweenx(y + up, x + curve, x + side, color=tint(colour))
                area.set_clip_path(frame)
            self.ax.plot(x + curve, y + up, color=INK, lw=1.8, ls="-")
        for k, dots in enumerate((_DOTS, -_DOTS)):
            self.ax.scatter(
                *(centre + dots).T,
                s=32,
                marker=MARKERS[k],
                facecolor=COLOURS[k] if on else "#E4E4E4",
                zorder=3,
                **{**_outline(on), "linewidth": 0.7},
            )
        self._text((x, y - half - 0.2), name, on, va="top")

    # Pieces.

    def _flow(self, part: str, colour: str = _BLUE) -> dict[str, Any]:
        """Return the look of an arrow along which numbers go."""
        on = self._on(part)
        return {"color": colour if on else _PALE, "lw": 2.2 if on else 1.2, "arrowstyle": "-|>"}

    def _text(self, place: tuple[float, float], text: str, on: bool, **settings: Any) -> None:
        settings = {
            **{"ha": "center", "va": "center", "fontsize": 11, "color": INK if on else _PALE_TEXT},
            **settings,
        }
        self.ax.text(*place, text, **settings)

    def _arrow(
        self, start, end, gap: float = 0, arrowstyle: str = "-", ls: Any = "-", **look: Any
    ) -> None:
        """Draw an arrow that keeps a distance from both its ends."""
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

    def _rounded(
        self, centre: tuple[float, float], size: tuple[float, float], radius: float, **look: Any
    ) -> FancyBboxPatch:
        (x, y), (width, height) = centre, size
        style = f"round,pad=0,rounding_size={radius}"
        corner = (x - width / 2, y - height / 2)
        return self.ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, **look))

    def _box(
        self,
        centre: tuple[float, float],
        size: tuple[float, float],
        text: str,
        on: bool,
        edge: str,
        strong: bool = False,
        fill: str = "white",
    ) -> None:
        look = {"edgecolor": edge if on else _PALE, "linewidth": 2.4 if strong else 1.3}
        self._rounded(centre, size, 0.3, facecolor=fill, zorder=3, **look)
        self._text(centre, text, on, linespacing=1.3, zorder=4)


def _rows(n: int) -> list[tuple[int | None, float]]:
    """Return (number of the unit, height) of what is drawn of a layer; None is the dots."""
    units: list[int | None] = [*range(1, n + 1)]
    if n > _SHOWN:
        units[_SHOWN - 2 :] = [None, n]
    gap = min(1.4, 4.4 / max(len(units) - 1, 1))
    return [(u, _MIDDLE + gap * ((len(units) - 1) / 2 - k)) for k, u in enumerate(units)]


def _outline(on: bool) -> dict[str, Any]:
    return {"edgecolor": INK if on else _PALE, "linewidth": 1.8 if on else 1.2}
