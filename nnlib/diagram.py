"""The picture of a network and what surrounds it, with one step of its training emphasised."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib.style import COLOURS, INK, MARKERS, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["STEPS", "Diagram"]

STEPS = {
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
_PALE, _PALE_TEXT = "#C4C4C4", "#767676"
_FORWARD = {"color": COLOURS[0], "lw": 1.4, "arrowstyle": "-|>"}
_EDGES: dict[str | None, dict[str, Any]] = {
    None: {"color": "#555555", "lw": 1.1},
    "architecture": {"color": "#808080", "lw": 1.1},
    **dict.fromkeys(("forward", "model", "predict"), _FORWARD),
    "backward": {"color": COLOURS[5], "lw": 1.4, "arrowstyle": "<|-"},
    "update": {"color": COLOURS[2], "lw": 2.4},
}
_SHOWN = 6  # Units drawn of one layer; of a wider layer the first, dots, and the last.


class Diagram:
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
        self.ax.set(xlim=xlim, ylim=(-0.95, 7.85), aspect="equal")
        self.ax.set_axis_off()
        if self.step:
            self.ax.set_title(STEPS[self.step], loc="left", fontweight="bold")
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
        look = _EDGES.get(self.step, {"color": _PALE, "lw": 1.0})
        for layer, pair in enumerate(itertools.pairwise(self.rows)):
            for (i, start), (j, end) in itertools.product(*pair):
                if i is None or j is None:
                    continue
                if self.step == "initialization":
                    size = rng.randn()
                    colour, dashes = (COLOURS[0], "-") if size > 0 else (COLOURS[5], "--")
                    look = {"color": colour, "ls": dashes, "lw": 0.7 + 1.5 * abs(size)}
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
                            Circle((x, y + shift), 0.06, color=INK if active else _PALE_TEXT)
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
                        edgecolor=INK if on else _PALE,
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
                    color=INK if on else _PALE_TEXT,
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
            # As they are called in code, which is how every lesson names them.
            names = (f"W{layer + 1}", f"b{layer + 1}") if deep else ("W", "b")
            W, b = (rf"\mathit{{{name}}}" for name in names)
            dW, db = (rf"\mathit{{d{name}}}" for name in names)
            width, height, colour = min(2.0, room), 0.8, INK
            text = f"${W},\\ {b}$"
            if self.step == "backward":
                text, colour = f"${dW},\\ {db}$", COLOURS[5]
            elif self.step == "update":
                parts = [f"{v} - \\alpha\\,{d}" for v, d in ((W, dW), (b, db))]
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
            for k, line in enumerate(lines):
                # Line by line: a text of several lines has no common baseline with its neighbours.
                self._text(
                    (self.xs[layer], 0.2 - 0.48 * k),
                    line,
                    on or self._on("forward", "model", "predict"),
                    ha="center",
                    va="baseline",
                )

    # What stands around it: the data, the cost, and the classes.

    def _surroundings(self) -> None:
        x, bubble = 1.75, 15.0
        self._plane((x, self.MIDDLE), "samples $X$", points=self._on("data", "model"))
        look = self._look("forward", "data", "model", "predict")
        self._arrow((x + 1.4, self.MIDDLE), (self.LEFT - 0.7, self.MIDDLE), **look)
        # The true classes go from the data to the cost, above the network.
        look = self._look("cost", "data", "model", colour=INK)
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
            COLOURS[5] if self.step == "backward" else INK,
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
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": "white"},
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
            edgecolor=INK if points else _PALE,
            linewidth=1.8 if points else 1.2,
        )
        self.ax.add_patch(frame)
        up = np.linspace(-half, half, 60)
        curve = 0.5 * np.sin(2.4 * up)
        if areas:
            for side, colour in ((-half, COLOURS[0]), (half, COLOURS[1])):
                area = self.ax.fill_betweenx(y + up, x + curve, x + side, color=tint(colour))
                area.set_clip_path(frame)
            self.ax.plot(x + curve, y + up, color=INK, lw=1.8, ls="-")
        spread = np.array([[-0.85, 0.8], [-0.35, 0.35], [-0.9, 0.05], [-0.95, -0.75], [-0.75, 0.4]])
        spread = np.vstack([spread, [[-0.05, 0.95], [-0.75, -0.35]]])
        for k, dots in ((0, spread), (1, -spread)):
            self.ax.scatter(
                x + dots[:, 0],
                y + dots[:, 1],
                s=32,
                marker=MARKERS[k],
                facecolor=COLOURS[k] if points else "#E4E4E4",
                edgecolor=INK if points else _PALE,
                linewidth=0.7,
                zorder=3,
            )
        self._text((x, y - half - 0.2), name, points, ha="center", va="top")

    # Pieces.

    def _look(self, *steps: str, colour: str = COLOURS[0]) -> dict[str, Any]:
        on = self._on(*steps)
        return {"color": colour if on else _PALE, "lw": 2.2 if on else 1.2, "arrowstyle": "-|>"}

    def _text(self, place: tuple[float, float], text: str, on: bool, **settings: Any) -> None:
        self.ax.text(*place, text, fontsize=11, color=INK if on else _PALE_TEXT, **settings)

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
            color=INK if on else _PALE_TEXT,
            zorder=4,
        )
