"""What learners were given: every version of a notebook's locked cells that was released.

A test that is amended after its release makes every learner's copy differ from the source. So each
version is kept, in ``released.json`` beside the gradebook, whenever grading or a build sees one.
Nothing hidden is in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["FILE", "Version", "load", "remember"]

FILE = "released.json"

Version = dict[str, dict[str, Any]]
"""Name of a locked cell -> its ``kind``, ``text`` and ``about`` (nbgrader's metadata)."""


def load(root: Path) -> dict[str, list[Version]]:
    """Return ``part/notebook`` -> its versions, the oldest first; nothing where none are known."""
    try:
        found = json.loads((root / FILE).read_text("utf-8"))
        return {
            notebook: [
                {
                    name: {"kind": str(cell["kind"]), "text": str(cell["text"]),
                           "about": dict(cell["about"])}
                    for name, cell in version.items()
                }
                for version in versions
            ]
            for notebook, versions in found.items()
        }  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # damaged: it is made anew


def remember(root: Path, seen: Mapping[str, list[Version]]) -> None:
    """Add versions of notebooks to those that are known.

    Parameters
    ----------
    root
        The course folder.
    seen
        ``part/notebook`` -> the versions that are there now.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    known = load(root)
    before = json.dumps(known)
    for notebook, versions in seen.items():
        mine = known.setdefault(notebook, [])
        mine += [v for i, v in enumerate(versions) if v not in mine and v not in versions[:i]]
    text = json.dumps(known)
    if text != before:
        new = root / f".{FILE}.{os.getpid()}"
        new.write_text(text, "utf-8")
        new.replace(root / FILE)
