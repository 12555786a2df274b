"""Encode pictures that learners' code made again: nothing but their pixels is kept.

A file of 200 kB may hold 40,000 by 40,000 pixels, which take six gigabytes to open.
"""

import base64
import io
import struct

from PIL import Image

PIXELS = 25_000_000
"""The most pixels of a picture that is decoded."""

SIDE = 1600
"""The most pixels of the longer side of a picture that is kept."""

BYTES = 500_000
"""The most bytes of a picture that is kept."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


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
