"""Figures as plain data."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np


def describe_figure(figure: Any) -> dict:
    """Return a figure as plain data."""
    return {
        "suptitle": figure.get_suptitle() if hasattr(figure, "get_suptitle") else "",
        "size": [float(v) for v in figure.get_size_inches()],
        "axes": [describe_axes(axes) for axes in figure.axes[:50]],
        "texts": [text.get_text() for text in figure.texts[:100]],
    }


def describe_axes(axes: Any) -> dict:
    """Return axes as plain data: labels, limits, and artists with what they show."""
    from matplotlib import colors
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Rectangle

    def numbers(values: Any) -> Any:
        values = np.ma.filled(np.ma.asarray(values), np.nan)
        if values.dtype.kind == "O":
            values = values.astype(float)
        return np.array(values)

    def drawn(line: Any, name: str) -> Any:
        """What was given to be drawn; dates and the like as the numbers that they stand for."""
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

    def colour(value: Any) -> str:
        with contextlib.suppress(ValueError, TypeError):
            return colors.to_hex(value, keep_alpha=True)
        return ""

    lines = [
        {
            "x": drawn(line, "x"),
            "y": drawn(line, "y"),
            "label": str(line.get_label()),
            "color": colour(line.get_color()),
            "linestyle": str(line.get_linestyle()),
            "linewidth": float(line.get_linewidth()),
            "marker": str(line.get_marker()),
        }
        for line in axes.lines[:500]
    ]
    collections = []
    for item in axes.collections[:500]:
        entry = {
            "kind": type(item).__name__,
            "label": str(item.get_label()),
            "offsets": numbers(item.get_offsets()) if isinstance(item, PathCollection) else None,
            "values": None if item.get_array() is None else numbers(item.get_array()),
            "facecolors": numbers(item.get_facecolor()) if item.get_array() is None else None,
            "sizes": numbers(item.get_sizes()) if isinstance(item, PathCollection) else None,
        }
        collections.append(entry)
    patches = [
        {
            "x": float(patch.get_x()),
            "y": float(patch.get_y()),
            "width": float(patch.get_width()),
            "height": float(patch.get_height()),
            "label": str(patch.get_label()),
            "color": colour(patch.get_facecolor()),
        }
        for patch in axes.patches[:5000]
        if isinstance(patch, Rectangle)
    ]
    images = [numbers(image.get_array()) for image in axes.images[:20]]
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "xlim": [float(v) for v in axes.get_xlim()],
        "ylim": [float(v) for v in axes.get_ylim()],
        "xscale": axes.get_xscale(),
        "yscale": axes.get_yscale(),
        "xticks": [str(label.get_text()) for label in axes.get_xticklabels()[:200]]
        if axes.patches
        else [],
        "lines": lines,
        "collections": collections,
        "patches": patches,
        "images": images,
        "texts": [
            {"x": place(t)[0], "y": place(t)[1], "s": t.get_text()} for t in axes.texts[:500]
        ],
        "legend": None if legend is None else [text.get_text() for text in legend.get_texts()],
    }
