"""Clean what the learner's process printed and drew: data for people to read, nothing that runs.

Of pictures, which are encoded again, only the pixels are kept. A file of 200 kB may hold 40,000 by
40,000 pixels, which take six gigabytes to open.
"""

import base64
import io
import json
import struct
from typing import Any

from PIL import Image

from evenhand.quoting import printed

#: The most characters of JSON that outputs may take in a graded notebook.
OUTPUTS = 2_000_000

PIXELS = 25_000_000
"""The most pixels of a picture that is decoded."""

SIDE = 1600
"""The most pixels of the longer side of a picture that is kept."""

BYTES = 500_000
"""The most bytes of a picture that is kept."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def clean_outputs(outputs: Any, room: int, pixels: int) -> tuple[list[dict], int]:
    """Return outputs of at most `room` characters of JSON, and how many pixels were decoded."""
    cleaned: list[dict] = []
    decoded = 0
    for output in outputs[:300] if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        made, more = _clean_output(output, pixels - decoded)
        decoded += more
        size = len(json.dumps(made)) if made else 0
        if size > room:
            cleaned.append(_stream("[the rest of the output was left out]\n"))
            break
        if made is not None:
            cleaned.append(made)
            room -= size
    return cleaned, decoded


def _stream(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def _clean_output(output: dict, pixels: int) -> tuple[dict | None, int]:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _stream(printed(output.get("text")), name), 0
    if kind == "error":
        trace = output.get("traceback")
        trace = trace if isinstance(trace, list) else []
        return {
            "output_type": "error",
            "ename": printed(output.get("ename"))[:200],
            "evalue": printed(output.get("evalue")),
            "traceback": [printed(line) for line in trace[:40]],
        }, 0
    if kind in ("display_data", "execute_result"):
        data = output.get("data")
        data = data if isinstance(data, dict) else {}
        kept: dict[str, str] = {}
        image = data.get("image/png")
        decoded = 0
        if isinstance(image, str):
            try:
                kept["image/png"], decoded = redrawn(image, pixels)
            except PictureError as error:
                kept["text/plain"] = str(error)
        for mime in ("text/plain", "text/markdown", "text/latex", "text/html"):
            if isinstance(data.get(mime), str) and "text/plain" not in kept:
                kept["text/plain"] = printed(data[mime])
        made: dict[str, Any] = {"output_type": "display_data", "data": kept, "metadata": {}}
        if kind == "execute_result":
            made |= {"output_type": kind, "execution_count": None}
        return (made if kept else None), decoded
    return None, 0


class PictureError(ValueError):
    """The picture is not shown; the message says why."""


def redrawn(encoded: str, room: int = PIXELS) -> tuple[str, int]:
    """Return a PNG in base64, encoded again and not too large, and how many pixels were decoded.

    Raises
    ------
    PictureError
        If it is none, or has more than `room` pixels.
    """
    try:
        data = base64.b64decode(encoded.strip(), validate=True)
        if data[:8] != _SIGNATURE:
            raise ValueError
        width, height = struct.unpack(">II", data[16:24])
    except (ValueError, struct.error):
        raise PictureError("A picture was left out: it is no PNG.") from None
    if width * height > min(room, PIXELS):
        raise PictureError(f"A picture of {width} × {height} pixels was left out: it is too large.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Exception:  # a damaged file may raise anything in the decoder
        raise PictureError("A picture was left out: it is damaged.") from None
    side = SIDE
    while True:
        picture.thumbnail((side, side))
        file = io.BytesIO()
        picture.save(file, "png")
        if file.tell() <= BYTES:
            return base64.b64encode(file.getvalue()).decode("ascii"), width * height
        side = max(picture.size) * 2 // 3
