"""How figures and animations reach a notebook: as small HTML images with an alternative text."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib.panels import in_ipython
from nnlib.style import pyplot

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image


def show(*alt: str) -> None:
    """Show every open figure below the cell, in the order they were made, and close them.

    Outside IPython (in a test, or while a notebook is graded) figures are only closed.

    Parameters
    ----------
    *alt : str
        What is seen, for readers who cannot see the figure: one text, or one for each figure.

    Raises
    ------
    ValueError
        If a text is missing or empty, or there are several but not one for each figure.
    """
    plt = pyplot()
    try:
        _require(alt)
        if in_ipython():
            numbers = plt.get_fignums()
            for number, text in zip(numbers, _one_each(alt, len(numbers)), strict=True):
                figure = plt.figure(number)
                image = _image(_few_colours(_drawn(figure, 2), 256), text, figure)
                _display(image, f"Figure: {text}")
    finally:
        plt.close("all")


@dataclass(frozen=True)
class Animation:
    """A figure, and a function that draws frame 0, 1, … of `count` on it.

    Frames with `labels` are steps to go through with the slider: they do not play by themselves.
    """

    figure: Figure
    draw: Callable[[int], None]
    count: int
    labels: Sequence[str] = ()


def show_animation(animation: Animation, alt: str) -> None:
    """Show an animation below the cell, with a button and a slider, and close its figure.

    It needs no server and no video player: a short script draws one small PNG after another. Where
    a notebook is not trusted, scripts do not run, and the last frame is shown.

    Parameters
    ----------
    animation : Animation
        From `animate_training`, or of your own; of at most about 30 frames.
    alt : str
        What is seen, for readers who cannot see it.

    Raises
    ------
    ValueError
        If the text is empty.
    """
    figure = animation.figure
    try:
        _require((alt,))
        if in_ipython():
            frames = _frames_of(animation)
            stored = _stored(frames)
            image = _image(_few_colours(frames[-1], 128), alt, figure)
            encoded = [base64.b64encode(png).decode("ascii") for png in stored]
            source = _scripted("player.js", image, LABELS=[*animation.labels], FRAMES=encoded)
            _display(source, f"Animation: {alt}")
    finally:
        pyplot().close(figure)


def show_scripted(figure: Figure, script: str, alt: str, **given: Any) -> None:
    """Show a figure in whose place a script of this package puts something live, and close it.

    Parameters
    ----------
    script : str
        The name of its file.
    given : plain values
        What stands in the script in place of these names.
    """
    try:
        _require((alt,))
        if in_ipython():
            image = _image(_few_colours(_drawn(figure, 2), 256), alt, figure)
            _display(_scripted(script, image, **given), f"Figure: {alt}")
    finally:
        pyplot().close(figure)


def _scripted(file: str, image: str, **given: Any) -> str:
    """Return an image's HTML, with a script to take its place."""
    script = Path(__file__).with_name(file).read_text("utf-8")
    # Named by its content, so that a second run gives the same output.
    name = f"nnlib-{hashlib.sha256((script + json.dumps(given)).encode()).hexdigest()[:12]}"
    script = script.replace("NAME", name)
    for word, value in given.items():
        script = script.replace(word, json.dumps(value).replace("<", "\\u003c"))
    return f'<div class="{name}">{image}</div><script>\n{script}</script>'


def _require(alt: tuple) -> None:
    if not alt or not all(isinstance(text, str) and text.strip() for text in alt):
        raise ValueError(
            "A figure needs an alternative text: say in a sentence what is seen in it, "
            'as in show("400 points in two classes, arranged like a flower").'
        )


def _one_each(alt: tuple[str, ...], figures: int) -> list[str]:
    """Return one text for each figure."""
    if figures == 0:
        raise ValueError("No figure is open: draw one in the same cell, before it is shown.")
    if len(alt) == 1 and figures > 1:
        return [f"{alt[0]} (figure {k} of {figures})" for k in range(1, figures + 1)]
    if len(alt) != figures:
        raise ValueError(
            f"show was given {len(alt)} alternative texts, but the number of open figures is "
            f"{figures}: give one text, or one for each figure."
        )
    return list(alt)


def _display(source: str, text: str) -> None:
    from IPython.display import display

    display({"text/html": source, "text/plain": text}, raw=True)


def _image(picture: Image.Image, alt: str, figure: Figure) -> str:
    """Return an HTML image: JupyterLab gives an image/png output no alt attribute."""
    data = base64.b64encode(_png(picture)).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" '
        f'width="{round(figure.get_figwidth() * figure.dpi)}" '
        'style="max-width: 100%; height: auto">'
    )


def _drawn(figure: Figure, scale: float) -> Image.Image:
    """Return a picture of the figure at `scale` times its resolution."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=scale * figure.dpi)
    return Image.open(buffer).convert("RGB")


def _png(picture: Image.Image, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="png", optimize=True, **settings)
    return buffer.getvalue()


def _few_colours(picture: Image.Image, colours: int) -> Image.Image:
    """Return a picture with a palette that comes close to every colour, even a rare one.

    With 256 colours, a figure at twice its resolution, sharp on any screen, takes less space than
    one with 16 million colours at its own resolution.
    """
    from PIL.Image import Dither, Quantize

    return picture.quantize(colours, method=Quantize.MAXCOVERAGE, dither=Dither.NONE)


def _frames_of(animation: Animation) -> list[Image.Image]:
    frames = []
    for k in range(animation.count):
        animation.draw(k)
        frames.append(_drawn(animation.figure, 1.5))
    return frames


def _stored(frames: list[Image.Image]) -> list[bytes]:
    """Return the frames as PNGs with one palette, transparent where nothing changed.

    That takes a fifth of the space.
    """
    from PIL import Image

    transparent = 127
    side_by_side = np.hstack([frames[0], frames[len(frames) // 2], frames[-1]])
    palette = _few_colours(Image.fromarray(side_by_side), transparent)
    stored, seen = [], None
    for frame in frames:
        indices = np.asarray(frame.quantize(palette=palette, dither=Image.Dither.NONE))
        changed = indices if seen is None else np.where(indices == seen, transparent, indices)
        seen = indices
        picture = Image.fromarray(changed.astype(np.uint8), "P")
        picture.putpalette(palette.getpalette()[: 3 * transparent] + [0, 0, 0])
        stored.append(_png(picture, transparency=transparent))
    return stored
