"""The files of a folder that have changed since it was last looked at."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping

#: Where temporary files of a test are, in its working folder.
TEMPORARY = ".tmp"

_DEPTH, _ENTRIES = 6, 1000
_LARGEST, _TOGETHER, _MOST = 8 * 2**20, 32 * 2**20, 200  # of what goes over at once


class MirroredFolder:
    """A folder on one side, whose changes are repeated on the other.

    Folders within it are listed under names that end in a slash. Links, names that begin with a
    dot, and what lies too deep are left out.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._seen: dict[str, tuple] = {}

    def look(self) -> None:
        """Remember everything as it is now."""
        self._seen = dict(self._entries())

    def changed(self) -> dict[str, bytes | None]:
        """Return what is new or has changed since the last look, and None for what is gone."""
        before, self._seen = self._seen, dict(self._entries())
        found: dict[str, bytes | None] = {name: None for name in before.keys() - self._seen.keys()}
        left = _TOGETHER
        for name, sign in self._seen.items():
            if before.get(name) == sign:
                continue
            size = 0 if name.endswith("/") else sign[1]
            if size > min(_LARGEST, left) or len(found) >= _MOST:
                continue
            left -= size
            found[name] = b"" if name.endswith("/") else self._read(name)
        return found

    def take(self, files: Mapping[str, bytes | None]) -> None:
        """Repeat what has changed on the other side."""
        for name, content in files.items():
            path = os.path.join(self.path, name.rstrip("/"))
            try:
                if content is None:
                    (os.rmdir if name.endswith("/") else os.remove)(path)
                elif name.endswith("/"):
                    os.makedirs(path, exist_ok=True)
                else:
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    with open(path, "wb") as file:
                        file.write(content)
            except OSError:
                continue  # a folder in the place of a file, or the other way round
        self.look()

    def _read(self, name: str) -> bytes | None:
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                return file.read(_LARGEST)
        except OSError:
            return None

    def _entries(self, inner: str = "", depth: int = 0) -> Iterator[tuple[str, tuple]]:
        try:
            entries = sorted(os.scandir(os.path.join(self.path, inner)), key=lambda e: e.name)
        except OSError:
            return
        for entry in entries[:_ENTRIES]:
            if (
                entry.name.startswith(".")
                and entry.name != TEMPORARY
                or entry.name == "__pycache__"
            ):
                continue
            try:
                about = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            name = inner + entry.name
            if stat.S_ISREG(about.st_mode):
                yield name, (about.st_mtime_ns, about.st_size, about.st_ino)
            elif stat.S_ISDIR(about.st_mode):
                yield f"{name}/", ()
                if depth < _DEPTH:
                    yield from self._entries(f"{name}/", depth + 1)
