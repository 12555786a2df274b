"""What learners were given: every version of a notebook's locked cells that was released.

A test that is amended after its release makes every learner's copy differ from the source. So each
version is kept, in ``released.json`` beside the gradebook, whenever grading or a build sees one.
Nothing hidden is in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cells import Cell, cells_of, raw_cells
from evenhand.options import Options

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

__all__ = [
    "FILE",
    "Version",
    "as_released",
    "load",
    "remember",
    "remember_releases",
    "released_version",
]

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


def remember_releases(
    coursedir: CourseDirectory, sources: Mapping[str, Mapping[str, Path]], options: Options
) -> None:
    """Keep what learners were given of a course, as its sources and its release folder say.

    Parameters
    ----------
    coursedir
        nbgrader's description of the course's folders.
    sources
        part -> notebook -> source.
    options
        The course's.
    """
    seen: dict[str, list[Version]] = {}
    for part, notebooks in sources.items():
        folder = coursedir.format_path(coursedir.release_directory, ".", part)
        for name, source in notebooks.items():
            for path in (Path(folder, f"{name}.ipynb"), source):
                # What cannot be read is told where it is graded by.
                with contextlib.suppress(OSError, ValueError):
                    version = released_version(path, options)
                    seen.setdefault(f"{part}/{name}", []).append(version)
    remember(Path(coursedir.root), seen)


def released_version(path: Path, options: Options) -> Version:
    """Return the locked cells of a notebook, a source or a released one, as learners get them.

    Raises
    ------
    OSError, ValueError
        If it cannot be read.
    """
    return {
        cell.name: {
            "kind": cell.kind,
            "text": as_released(cell, options),
            "about": {key: cell.about.get(key) for key in _ABOUT},
        }
        for cell in cells_of(raw_cells(json.loads(path.read_text("utf-8-sig"))))
        if cell.name and cell.locked and not cell.solution
    }


_ABOUT = ("grade", "solution", "points", "locked", "task")


def as_released(cell: Cell, options: Options) -> str:
    """Return a source cell's text as nbgrader releases it."""
    ends = {
        options.begin_solution: options.end_solution,
        options.begin_hidden: options.end_hidden,
        options.begin_scheme: options.end_scheme,
    }
    stub = options.stub if cell.kind == "code" else options.text_stub
    lines: list[str] = []
    inside = ""
    replaced = False
    for line in cell.text.split("\n"):
        begin = next((marker for marker in ends if marker in line), "")
        if inside:
            inside = "" if inside in line else inside
        elif begin:
            inside = ends[begin]
            if begin == options.begin_solution:
                replaced = True
                indent = line[: len(line) - len(line.lstrip())]
                lines += textwrap.indent(stub, indent).split("\n")
        else:
            lines.append(line)
    if cell.solution and not replaced:
        return stub
    return "\n".join(lines)
