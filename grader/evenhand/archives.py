"""Archives that were handed in, unpacked in the course's cache: what was given stays as it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz")

FILES, BYTES = 100_000, 4 * 2**30
"""Files, and bytes of them together, beyond which an archive is not unpacked."""


class Unfit(Exception):
    """An archive cannot be unpacked; the message says why, as the end of a sentence."""


def unpacked(archive: Path, cache: Path, most: int = BYTES) -> Path:
    """Return a folder with the files of an archive, made where there is none of it.

    Links, absolute paths and ``..`` lead nowhere. Files keep the time that the archive has.

    Parameters
    ----------
    archive : Path
        Its name ends in one of `ENDINGS`.
    cache : Path
        The course's folder for what may be deleted at any time.
    most : int
        Bytes that its files may have together.

    Raises
    ------
    Unfit
        If it is damaged, locked by a password or too large.
    OSError
        If it cannot be read, or the cache not be written.
    """
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    place = cache / "unpacked" / digest
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        made = Path(scratch, "files")
        made.mkdir()
        room, count = most, 0
        try:
            for name, size, when, content in _members(archive):
                room -= size
                count += 1
                if room < 0 or count > FILES:
                    raise Unfit(f"holds more than {most / 2**20:.0f} MB or {FILES} files")
                target = made.joinpath(*_parts(name))
                # Where a name is none, or one is a file and a folder, the others are still there.
                with contextlib.suppress(OSError, ValueError):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as copy:
                        shutil.copyfileobj(content, copy)
                    os.utime(target, (when, when))
        except (Unfit, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is in it, there are many kinds
            told = "is locked by a password" if "password" in str(error) else "is damaged"
            raise Unfit(told) from error
        with contextlib.suppress(OSError):  # another program was faster
            made.rename(place)
    return place


def _members(archive: Path) -> Iterator[tuple[str, int, float, IO[bytes]]]:
    """Yield name, size, time and content of each file in an archive."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as made:
            for info in made.infolist():
                if not info.is_dir():
                    # The time has no zone: it is this machine's.
                    when = time.mktime((*info.date_time, 0, 0, -1))
                    with made.open(info) as content:
                        yield info.filename, info.file_size, max(when, 0.0), content
        return
    with tarfile.open(archive) as made:
        for member in made:
            content = made.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, member.size, float(max(member.mtime, 0)), content


def _parts(name: str) -> list[str]:
    """Return the folders and the file that a name in an archive stands for."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return [part.replace(":", "_") for part in parts]
