"""Unpack archives that were handed in, into the course's cache; they stay as they are."""

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
"""The most files, and bytes in all of them, of an archive that is unpacked."""


class Unfit(Exception):
    """An archive cannot be unpacked; the message says why, as the end of a sentence."""


def unpacked(archive: Path, cache: Path, most: int = BYTES) -> Path:
    """Return a folder with the files of an archive, unpacking it if that was not done before.

    Links are left out, and no path leads out of the folder. Files keep their times.

    Parameters
    ----------
    archive : Path
        Its name ends in one of `ENDINGS`.
    cache : Path
        The course's folder for what may be deleted at any time.
    most : int
        The most bytes that its files may have together.

    Raises
    ------
    Unfit
        If it is damaged, locked by a password or too large.
    OSError
        If it cannot be read, or the cache cannot be written.
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
                # A bad name, or one for both a file and a folder, costs that file alone.
                with contextlib.suppress(OSError, ValueError):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as copy:
                        shutil.copyfileobj(content, copy)
                    os.utime(target, (when, when))
        except (Unfit, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - each format has exceptions of its own
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
                    # It has no time zone: taken as local time.
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
