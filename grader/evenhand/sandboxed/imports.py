"""Which libraries a notebook imports."""

from __future__ import annotations

import builtins
import mmap
from collections.abc import Sequence
from typing import Any


class NotedImports:
    """Notes which of some libraries are imported from now on.

    They may have been imported before. What a call in a test imports is noted, too, though that
    process is gone after the test: the notes are in shared memory.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._roots = [name.partition(".")[0] for name in names]
        self._names = names
        self._seen = mmap.mmap(-1, max(1, len(names)))
        original = builtins.__import__

        def noted(name: str, *more: Any, **options: Any) -> Any:
            root = name.partition(".")[0]
            for index, one in enumerate(self._roots):
                if one == root:
                    self._seen[index] = 1
            return original(name, *more, **options)

        builtins.__import__ = noted

    def names(self) -> list[str]:
        """Return those of which something was imported."""
        return [name for index, name in enumerate(self._names) if self._seen[index]]
