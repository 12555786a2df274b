"""How figures and animations reach a notebook: as small HTML images with an alternative text."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib.style import pyplot

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation
    from matplotlib.figure import Figure

__all__ = ["FRAME_MS", "show", "show_animation"]

FRAME_MS = 300


def show(*alt: str) -> None:
    """Show every open figure below the cell, in the order of their making, and close them.

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
        if _in_ipython():
            numbers = plt.get_fignums()
            for number, text in zip(numbers, _one_each(alt, len(numbers)), strict=True):
                figure = plt.figure(number)
                image = _image(_small_png(figure), text, figure.get_figwidth() * figure.dpi)
                _display(image, f"Figure: {text}")
    finally:
        plt.close("all")


def show_animation(animation: FuncAnimation, alt: str) -> None:
    """Show an animation below the cell, with a button and a slider, and close its figure.

    It needs no server and no video player: a short script draws one small PNG after another. Where
    a notebook is not trusted, scripts do not run, and the last frame is shown.

    Parameters
    ----------
    animation : FuncAnimation
        From `animate_training`, or any other of at most about 30 frames.
    alt : str
        What is seen, for readers who cannot see it.

    Raises
    ------
    ValueError
        If the text is empty.
    """
    figure = animation._fig
    try:
        _require((alt,))
        if _in_ipython():
            frames = _frames_of(animation)
            stored = _stored(frames)
            image = _image(
                _png(_few_colours(frames[-1], 128)), alt, figure.get_figwidth() * figure.dpi
            )
            # Named by what is in it, so that a second run gives the same output.
            name = f"nnlib-{hashlib.sha256(b''.join(stored)).hexdigest()[:12]}"
            script = _PLAYER.replace("NAME", name).replace("INTERVAL", str(FRAME_MS))
            encoded = [base64.b64encode(png).decode("ascii") for png in stored]
            script = script.replace("FRAMES", json.dumps(encoded))
            _display(
                f'<div class="{name}">{image}</div><script>{script}</script>', f"Animation: {alt}"
            )
    finally:
        pyplot().close(figure)


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


def _in_ipython() -> bool:
    """Whether this runs in an IPython shell; where IPython is not loaded, it does not."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _display(source: str, text: str) -> None:
    from IPython.display import display

    display({"text/html": source, "text/plain": text}, raw=True)


def _image(png: bytes, alt: str, width: float) -> str:
    """Return an HTML image: JupyterLab gives an image/png output no alt attribute."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" '
        f'width="{round(width)}" style="max-width: 100%; height: auto">'
    )


def _small_png(figure: Figure) -> bytes:
    """Return the figure at twice its resolution, sharp on any screen.

    With 256 colours instead of 16 million it is yet smaller than at its own resolution.
    """
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=2 * figure.dpi)
    return _png(_few_colours(Image.open(buffer).convert("RGB"), 256))


def _png(picture: Any, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="png", optimize=True, **settings)
    return buffer.getvalue()


def _few_colours(picture: Any, colours: int) -> Any:
    """Return a Pillow image with a palette that comes close to every colour, rare ones too."""
    from PIL import Image

    method = Image.Quantize.MAXCOVERAGE
    return picture.quantize(colours, method=method, dither=Image.Dither.NONE)


def _stored(frames: list) -> list[bytes]:
    """Return frames as PNGs of one palette, each clear where nothing changed since the one before.

    That is a fifth of the size of whole frames.
    """
    from PIL import Image

    clear = 127
    palette = _few_colours(_strip(frames), clear)
    stored, seen = [], None
    for frame in frames:
        indices = np.asarray(frame.quantize(palette=palette, dither=Image.Dither.NONE))
        changed = indices if seen is None else np.where(indices == seen, clear, indices)
        seen = indices
        picture = Image.fromarray(changed.astype(np.uint8), "P")
        picture.putpalette(palette.getpalette()[: 3 * clear] + [0, 0, 0])
        stored.append(_png(picture, transparency=clear))
    return stored


def _frames_of(animation: FuncAnimation) -> list:
    """Return the frames as Pillow images."""
    from matplotlib.animation import AbstractMovieWriter
    from matplotlib.backend_bases import FigureCanvasBase
    from PIL import Image

    frames = []

    class Frames(AbstractMovieWriter):
        """Keeps each frame in memory."""

        def setup(self, fig, outfile, dpi=None):
            self.fig, self.outfile, self.dpi = fig, outfile, dpi

        def grab_frame(self, **settings):
            buffer = io.BytesIO()
            self.fig.savefig(buffer, format="png", dpi=self.dpi, **settings)
            frames.append(Image.open(buffer).convert("RGB"))

        def finish(self):
            pass

    figure = animation._fig
    canvas = figure.canvas
    # matplotlib draws each frame on the figure's canvas before it is saved. This one draws nothing.
    FigureCanvasBase(figure)
    try:
        animation.save("", writer=Frames(), dpi=1.5 * figure.dpi)
    finally:
        figure.set_canvas(canvas)
    return frames


def _strip(frames: list) -> Any:
    """Return the first, the middle and the last frame side by side, to take a palette from."""
    from PIL import Image

    chosen = [frames[0], frames[len(frames) // 2], frames[-1]]
    width, height = frames[0].size
    strip = Image.new("RGB", (width * len(chosen), height))
    for k, frame in enumerate(chosen):
        strip.paste(frame, (k * width, 0))
    return strip


# Draws the frames in place of the last one, and puts a button and a slider below them.
_PLAYER = """
(() => {
  const stored = FRAMES;
  const load = async (data) => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    return image;
  };
  const play = async (box) => {
    const image = box.querySelector("img");
    const frames = await Promise.all(stored.map(load));
    const canvas = document.createElement("canvas");
    canvas.width = frames[0].width;
    canvas.height = frames[0].height;
    canvas.style.cssText = image.style.cssText + "; width: " + image.width + "px";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", image.alt);
    const button = document.createElement("button");
    button.type = "button";
    button.style.cssText = "min-width: 6em; margin: 0.3em 0.8em 0.3em 0";
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 1, max: frames.length, step: 1, value: 1 });
    slider.setAttribute("aria-label", "Frame of the animation");
    slider.style.cssText = "width: 50%; vertical-align: middle";
    const row = document.createElement("div");
    row.append(button, slider);
    const pen = canvas.getContext("2d");
    let drawn = 0;
    let timer = null;
    const last = () => Number(slider.value) === frames.length;
    const draw = () => {
      const wanted = Number(slider.value);
      if (wanted < drawn) drawn = 0;
      for (; drawn < wanted; drawn += 1) pen.drawImage(frames[drawn], 0, 0);
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    };
    const start = () => {
      if (last()) slider.value = 1;
      draw();
      button.textContent = "Pause";
      timer = setInterval(() => {
        if (last() || !box.isConnected) return stop();
        slider.value = Number(slider.value) + 1;
        draw();
      }, INTERVAL);
    };
    button.onclick = () => (timer === null ? start() : stop());
    slider.oninput = () => { stop(); draw(); };
    slider.value = frames.length;
    draw();
    stop();
    box.replaceChildren(canvas, row);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) start();
  };
  document.querySelectorAll("div.NAME").forEach(play);
})();
"""
