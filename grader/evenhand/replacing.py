"""Replace a file as a whole: whoever reads it sees the old one or the new one."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a new file beside another, in its folder, and put it in its place.

    Raises
    ------
    OSError
        If that is not possible; the old file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(new)
        new.replace(path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink()
