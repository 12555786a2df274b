"""The one style of the course's figures: colours and markers; `course.mplstyle` has the rest."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
# The first two tints differ in lightness; further ones need a pattern to be told apart in grey.
HATCHES = (None, None, "//", "..", "\\\\", "xx", "++", "oo")
INK = "#1A1A1A"


@cache
def pyplot() -> Any:
    """Return matplotlib.pyplot, with the course's style set when it is first asked for."""
    # On a new machine matplotlib builds a font cache, and would say so below the first figure.
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        import matplotlib.pyplot as plt
    finally:
        log.setLevel(level)
    plt.style.use(Path(__file__).with_name("course.mplstyle"))
    return plt


def own_axes(ax: Axes | None, figsize: tuple[float, float]) -> Axes:
    """Return the given Axes, or those of a new figure of this size in inches."""
    plt = pyplot()
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


def tint(colour: str, share: float = 0.3) -> tuple[float, ...]:
    """Return a colour mixed with white, ``share`` of it being the colour."""
    from matplotlib.colors import to_rgb

    return tuple(1 - share * (1 - channel) for channel in to_rgb(colour))
