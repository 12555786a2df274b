"""Figures as plain data, drawn anew for tests."""

from __future__ import annotations

import base64
import contextlib
import warnings
from typing import Any

import numpy as np

from evenhand.sandboxed import codec

__all__ = ["Figures", "redraw"]


class Figures:
    """The figures that the learner's code drew in a test, drawn anew, by their numbers."""

    def __init__(self) -> None:
        self._figures: dict[Any, Any] = {}
        self._drawn: set[Any] = set()

    def clear(self) -> None:
        """Forget all of them."""
        self._figures.clear()

    def drawn_by_call(self, descriptions: Any) -> None:
        """Draw what a call drew, and nothing else: the result may be a part of it."""
        self._drawn = set()
        for description in descriptions:
            self._draw(description)

    def part(self, where: Any) -> Any:
        """Return a figure, axes or an artist that the learner's code gives back.

        Raises
        ------
        ValueError, TypeError, LookupError, AttributeError
            If `where` names none.
        """
        number = where.get("number")
        if number is not None and number in self._drawn:
            figure = self._figures[number]
        else:
            buffers = [base64.b64decode(text) for text in where["buffers"]]
            description = codec.Decoder(buffers).decode(where["figure"])
            figure = self._draw({**description, "number": number})
        part = where.get("part")
        if part is None:
            return figure
        axes = figure.axes[part[1]]
        if part[0] == "axes":
            return axes
        if part[2] not in ("lines", "collections", "patches", "texts"):
            raise ValueError("no such artist")
        return getattr(axes, part[2])[part[3]]

    def _draw(self, description: dict) -> Any:
        number = description.get("number")
        figure = redraw(description, number if isinstance(number, int) else None)
        self._figures[number] = figure
        self._drawn.add(number)
        return figure


def redraw(description: dict, number: int | None = None) -> Any:
    """Return a real figure that shows what a description says.

    Tests look at it as they would at the learner's own.
    """
    from matplotlib import pyplot
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Rectangle

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = pyplot.figure(num=number, clear=True)
        if description.get("suptitle"):
            figure.suptitle(str(description["suptitle"]))
        entries = description["axes"]
        for index, entry in enumerate(entries[:50]):
            axes = figure.add_subplot(1, max(1, len(entries)), index + 1)
            for line in entry["lines"]:
                shown = {"label": str(line["label"])}
                try:
                    axes.plot(
                        *(line["x"], line["y"]),
                        **shown,
                        color=line["color"] or None,
                        linestyle=str(line["linestyle"]),
                        linewidth=float(line["linewidth"]),
                        marker=str(line["marker"]),
                    )
                except (ValueError, TypeError):
                    # Some styles have no name; the line is what counts.
                    with contextlib.suppress(ValueError, TypeError):
                        axes.plot(line["x"], line["y"], **shown)
            for item in entry["collections"]:
                if item["offsets"] is not None and item["kind"] == "PathCollection":
                    points = np.asarray(item["offsets"], float).reshape(-1, 2)
                    drawn = axes.scatter(
                        *(points[:, 0], points[:, 1]),
                        c=item["values"],
                        label=str(item["label"]),
                        s=item["sizes"] if np.size(item["sizes"]) else None,
                    )
                    if item["facecolors"] is not None and np.size(item["facecolors"]):
                        drawn.set_facecolor(item["facecolors"])
                else:
                    other = PathCollection([], label=str(item["label"]))
                    if item["values"] is not None:
                        other.set_array(item["values"])
                    axes.add_collection(other)
            for patch in entry["patches"]:
                axes.add_patch(
                    Rectangle(
                        (patch["x"], patch["y"]),
                        *(patch["width"], patch["height"]),
                        label=str(patch["label"]),
                        facecolor=patch["color"] or None,
                    )
                )
            for image in entry["images"]:
                axes.imshow(image)
            for text in entry["texts"]:
                axes.text(text["x"], text["y"], str(text["s"]))
            with contextlib.suppress(ValueError, TypeError):
                axes.set_xscale(str(entry["xscale"]))
                axes.set_yscale(str(entry["yscale"]))
            axes.set(
                title=str(entry["title"]),
                xlabel=str(entry["xlabel"]),
                ylabel=str(entry["ylabel"]),
                xlim=entry["xlim"],
                ylim=entry["ylim"],
            )
            if entry["legend"] is not None:
                labels = [str(label) for label in entry["legend"]]
                handles = [Rectangle((0, 0), 1, 1) for _ in labels]
                axes.legend(handles, labels)
        for text in description.get("texts", ()):
            figure.text(0, 0, str(text))
    return figure
