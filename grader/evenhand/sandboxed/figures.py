"""Figures as plain data: described in the sandbox, redrawn for the tests.

A description has the figure's ``number`` in pyplot (None once it is closed), ``suptitle``,
``texts`` and ``axes``: for each its title, labels, limits and scales, and the data of its lines,
collections, patches, images, texts and legend. A part of a figure is ``["axes", number]`` or
``["artist", number of the axes, list of the axes, number in it]``.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from evenhand.sandboxed.codec import ProtocolError, position

#: The lists of artists that a part may come from.
_LISTS = ("lines", "collections", "patches", "texts")


def describe(figure: Any) -> dict:
    """Return a figure as plain data."""
    number = getattr(figure, "number", None)
    manager = _managers().get(number)
    # matplotlib lists the suptitle among the texts.
    texts = [text for text in figure.texts if text is not getattr(figure, "_suptitle", None)]
    is_open = manager is not None and manager.canvas.figure is figure
    return {
        "number": number if is_open else None,  # its number may be another figure's by now
        "suptitle": figure.get_suptitle() if hasattr(figure, "get_suptitle") else "",
        "size": [float(v) for v in figure.get_size_inches()],
        "axes": [_describe_axes(axes) for axes in figure.axes[:50]],
        "texts": [text.get_text() for text in texts[:100]],
    }


def _describe_axes(axes: Any) -> dict:
    """Return axes as plain data: labels, limits, and the artists with their data."""
    from matplotlib import colors
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D

    def numbers(values: Any) -> Any:
        values = np.ma.filled(np.ma.asarray(values), np.nan)
        if values.dtype.kind == "O":
            values = values.astype(float)
        return np.array(values)

    def drawn(line: Any, name: str) -> Any:
        """Return the data of a line; dates and the like as the numbers that matplotlib uses."""
        read = getattr(line, f"get_{name}data")
        try:
            values = np.asarray(read())
            return numbers(values) if values.dtype.kind not in "mM" else numbers(read(orig=False))
        except (TypeError, ValueError):
            return numbers(read(orig=False))

    def place(text: Any) -> tuple[float, float]:
        x, y = text.get_position()
        try:
            return float(text.convert_xunits(x)), float(text.convert_yunits(y))
        except (TypeError, ValueError):
            return 0.0, 0.0

    def named(value: Any) -> Any:
        """Return a colour as it was given, which is what tests look at."""
        return value if type(value) is str and len(value) < 50 else colour(value)

    def colour(value: Any) -> tuple[float, ...] | None:
        with contextlib.suppress(ValueError, TypeError):
            return tuple(float(part) for part in colors.to_rgba(value))
        return None

    def look(line: Any) -> dict:
        return {
            "label": str(line.get_label()),
            "color": named(line.get_color()),
            "linestyle": str(line.get_linestyle()),
            "linewidth": float(line.get_linewidth()),
            "marker": str(line.get_marker()),
            "markersize": float(line.get_markersize()),
            "alpha": _alpha_of(line),
        }

    lines = [{"x": drawn(one, "x"), "y": drawn(one, "y"), **look(one)} for one in axes.lines[:500]]
    collections = []
    for item in axes.collections[:500]:
        entry = {
            "kind": type(item).__name__,
            "label": str(item.get_label()),
            "offsets": numbers(item.get_offsets()) if isinstance(item, PathCollection) else None,
            "values": None if item.get_array() is None else numbers(item.get_array()),
            "facecolors": numbers(item.get_facecolor()) if item.get_array() is None else None,
            "sizes": numbers(item.get_sizes()) if isinstance(item, PathCollection) else None,
            "alpha": _alpha_of(item),
        }
        collections.append(entry)
    patches = [
        {
            **_shape_of(patch),
            "label": str(patch.get_label()),
            "color": colour(patch.get_facecolor()),
            "edgecolor": colour(patch.get_edgecolor()),
            "linewidth": float(patch.get_linewidth()),
            "alpha": _alpha_of(patch),
        }
        for patch in axes.patches[:5000]
    ]
    images = [
        {"array": numbers(image.get_array()), "cmap": str(image.get_cmap().name)}
        for image in axes.images[:20]
    ]
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "xlim": [float(v) for v in axes.get_xlim()],
        "ylim": [float(v) for v in axes.get_ylim()],
        "xscale": axes.get_xscale(),
        "yscale": axes.get_yscale(),
        "xticks": _ticks_of(axes.xaxis),
        "yticks": _ticks_of(axes.yaxis),
        "lines": lines,
        "collections": collections,
        "patches": patches,
        "images": images,
        "texts": [
            {"x": place(t)[0], "y": place(t)[1], "s": t.get_text()} for t in axes.texts[:500]
        ],
        "legend": None
        if legend is None
        else {
            "title": legend.get_title().get_text(),
            "labels": [text.get_text() for text in legend.get_texts()],
            "lines": [
                look(handle) if isinstance(handle, Line2D) else None
                for handle in legend.legend_handles
            ],
        },
    }


def _alpha_of(artist: Any) -> float | None:
    alpha = artist.get_alpha()
    return float(alpha) if isinstance(alpha, (int, float)) else None


def _ticks_of(axis: Any) -> dict | None:
    """Return the places and labels of ticks that somebody has set; None for automatic ones."""
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    own = type(locator).__name__ in ("FixedLocator", "NullLocator", "StrCategoryLocator")
    if not own and type(formatter).__name__ != "FixedFormatter":
        return None
    places = [float(place) for place in axis.get_majorticklocs()[:1000]]
    return {"places": places, "labels": [t.get_text() for t in axis.get_majorticklabels()[:1000]]}


def _shape_of(patch: Any) -> dict[str, Any]:
    """Return what a patch is, in the coordinates of the data: a rectangle, a wedge, or any path."""
    from matplotlib.patches import Rectangle, Wedge

    if isinstance(patch, Rectangle):
        return {
            "x": float(patch.get_x()),
            "y": float(patch.get_y()),
            "width": float(patch.get_width()),
            "height": float(patch.get_height()),
        }
    if isinstance(patch, Wedge):
        names = ("r", "theta1", "theta2")
        wedge = {name: float(getattr(patch, name)) for name in names}
        return {"wedge": {**wedge, "center": [float(v) for v in patch.center]}}
    path = patch.get_patch_transform().transform_path(patch.get_path())
    codes = None if path.codes is None else path.codes[:10_000].tolist()
    return {"path": np.array(path.vertices[:10_000], float), "codes": codes}


def _patch(shape: dict) -> Any:
    """Return the patch that `_shape_of` described."""
    from matplotlib.patches import PathPatch, Rectangle, Wedge
    from matplotlib.path import Path

    look = {"label": str(shape["label"]), "facecolor": shape["color"]}
    look |= {name: shape[name] for name in ("edgecolor", "linewidth", "alpha")}
    if "wedge" in shape:
        return Wedge(**shape["wedge"], **look)
    if "path" in shape:
        return PathPatch(Path(shape["path"], shape["codes"]), **look)
    return Rectangle((shape["x"], shape["y"]), shape["width"], shape["height"], **look)


def _look(line: dict) -> dict[str, Any]:
    """Return what a line looks like, apart from its data."""
    names = ("label", "color", "linestyle", "linewidth", "marker", "markersize", "alpha")
    return {name: line[name] for name in names}


def redraw(description: dict) -> Any:
    """Return a real figure made from a description, for tests to look at as at any other."""
    from matplotlib import pyplot
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        number = description["number"]
        figure = pyplot.figure(num=number if isinstance(number, int) else None, clear=True)
        if description.get("size"):
            figure.set_size_inches(description["size"])
        if description.get("suptitle"):
            figure.suptitle(str(description["suptitle"]))
        entries = description["axes"]
        for index, entry in enumerate(entries[:50]):
            axes = figure.add_subplot(1, max(1, len(entries)), index + 1)
            for line in entry["lines"]:
                with contextlib.suppress(ValueError, TypeError):
                    axes.plot(line["x"], line["y"], label=str(line["label"]))
                    with contextlib.suppress(ValueError, TypeError):
                        # Some styles have no name; the data are what counts.
                        axes.lines[-1].set(**_look(line))
            for item in entry["collections"]:
                if item["offsets"] is not None and item["kind"] == "PathCollection":
                    points = np.asarray(item["offsets"], float).reshape(-1, 2)
                    drawn = axes.scatter(
                        *(points[:, 0], points[:, 1]),
                        c=item["values"],
                        label=str(item["label"]),
                        s=item["sizes"] if np.size(item["sizes"]) else None,
                        alpha=item["alpha"],
                    )
                    if item["facecolors"] is not None and np.size(item["facecolors"]):
                        drawn.set_facecolor(item["facecolors"])
                else:
                    other = PathCollection([], label=str(item["label"]))
                    if item["values"] is not None:
                        other.set_array(item["values"])
                    axes.add_collection(other)
            for patch in entry["patches"]:
                axes.add_patch(_patch(patch))
            for image in entry["images"]:
                shown = axes.imshow(image["array"])
                with contextlib.suppress(ValueError):  # a colour map that is not known here
                    shown.set_cmap(str(image["cmap"]))
            for text in entry["texts"]:
                axes.text(text["x"], text["y"], str(text["s"]))
            with contextlib.suppress(ValueError, TypeError):
                axes.set_xscale(str(entry["xscale"]))
                axes.set_yscale(str(entry["yscale"]))
            for name in ("x", "y"):
                ticks = entry.get(f"{name}ticks")
                if ticks is not None:
                    labels = (
                        ticks["labels"] if len(ticks["labels"]) == len(ticks["places"]) else None
                    )
                    getattr(axes, f"{name}axis").set_ticks(ticks["places"], labels)
            axes.set(
                title=str(entry["title"]),
                xlabel=str(entry["xlabel"]),
                ylabel=str(entry["ylabel"]),
                xlim=entry["xlim"],
                ylim=entry["ylim"],
            )
            if entry["legend"] is not None:
                legend = entry["legend"]
                handles = [
                    Line2D([], [], **_look(line)) if line else Rectangle((0, 0), 1, 1)
                    for line in legend["lines"]
                ]
                axes.legend(handles, map(str, legend["labels"]), title=str(legend["title"]) or None)
        for text in description.get("texts", ()):
            figure.text(0, 0, str(text))
    return figure


def locate(thing: Any) -> tuple[Any, list | None]:
    """Return the figure that contains a matplotlib object, and which part of it that is.

    Returns
    -------
    figure
        None if there is none, or tests cannot look at such a part.
    part
        None for the figure itself.
    """
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(thing, Figure):
        return thing, None
    axes = getattr(thing, "axes", None)
    if not isinstance(thing, Artist) or not isinstance(axes, Axes):
        return None, None
    figure = axes
    while figure.figure is not figure:  # a subfigure belongs to the figure
        figure = figure.figure
    number = figure.axes.index(axes)
    if thing is axes:
        return figure, ["axes", number]
    for name in _LISTS:
        artists = list(getattr(axes, name))
        if thing in artists:
            return figure, ["artist", number, name, artists.index(thing)]
    return None, None


def part_of(figure: Any, part: Any) -> Any:
    """Return the part of a figure that `locate` found.

    Raises
    ------
    ProtocolError
        If there is none.
    """
    if part is None:
        return figure
    axes = figure.axes[position(part[1])]
    if part[0] == "axes":
        return axes
    if part[2] not in _LISTS:
        raise ProtocolError("no such artist")
    return getattr(axes, part[2])[position(part[3])]


class OpenFigures:
    """The figures that a call shows or leaves open."""

    def __init__(self) -> None:
        self._shown: dict[Any, dict] = {}

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Describe figures when they are shown, since showing closes them."""
        self._shown = {}
        module = sys.modules.get("matplotlib_inline.backend_inline")
        pyplot = sys.modules.get("matplotlib.pyplot")
        if module is None or pyplot is None:
            yield
            return
        # pyplot calls the show of a class of its own.
        places = [module, pyplot._get_backend_mod()]
        before = [place.show for place in places]

        def show(*_: Any, **__: Any) -> None:
            self._shown |= self._open()

        vars(show).update(vars(before[0]))
        for place in places:
            place.show = show
        try:
            yield
        finally:
            for place, original in zip(places, before, strict=True):
                place.show = original

    def descriptions(self) -> list[dict]:
        """Return the descriptions of all of them, the current figure last."""
        now = self._open()
        return [one for number, one in self._shown.items() if number not in now] + [*now.values()]

    @staticmethod
    def _open() -> dict[Any, dict]:
        managers = list(_managers().values())[-20:]
        return {one.num: describe(one.canvas.figure) for one in managers}


def _managers() -> dict[Any, Any]:
    """Return pyplot's open figures by number, the current one last."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return {} if helpers is None else helpers.Gcf.figs
