"""What learners were given: every version of a notebook's locked cells that was released.

A test that is amended after its release makes every learner's copy differ from the source. So each
version is kept, in ``released.json`` beside the gradebook, whenever grading or a build sees one.
Nothing hidden is in it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
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
    "texts_of",
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
    cells = tuple(cells_of(raw_cells(json.loads(path.read_text("utf-8-sig")))))
    return {
        cell.name: {
            "kind": cell.kind,
            "text": text,
            "about": {key: cell.about.get(key) for key in _ABOUT},
        }
        for cell, text in zip(cells, as_released(cells, options), strict=True)
        if cell.name and cell.locked and not cell.solution
    }


_ABOUT = ("grade", "solution", "points", "locked", "task")


def as_released(cells: Iterable[Cell], options: Options) -> tuple[str, ...]:
    """Return the text of each of a source's cells as nbgrader releases it.

    Raises
    ------
    ValueError
        If nbgrader could not: a region is not closed, or another begins in it.
    """
    # Two seconds and 80 MB: the examiner's process is given the texts, and does without.
    from nbformat import from_dict
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    clearers = (
        ClearSolutions(
            begin_solution_delimeter=options.begin_solution,
            end_solution_delimeter=options.end_solution,
            code_stub={"python": options.stub},
            text_stub=options.text_stub,
            enforce_metadata=False,
        ),
        ClearHiddenTests(
            begin_test_delimeter=options.begin_hidden,
            end_test_delimeter=options.end_hidden,
            enforce_metadata=False,
        ),
        ClearMarkScheme(
            begin_mark_scheme_delimeter=options.begin_scheme,
            end_mark_scheme_delimeter=options.end_scheme,
            check_attachment_leakage=False,
            enforce_metadata=False,
        ),
    )
    texts = []
    for cell in cells:
        node = from_dict(
            {"cell_type": cell.kind, "source": cell.text, "metadata": {"nbgrader": cell.about}}
        )
        try:
            for clearer in clearers:
                clearer.preprocess_cell(node, {"language": "python"}, 0)
        except RuntimeError as error:
            raise ValueError(f"the cell {cell.name or cell.text[:40]!r}: {error}") from None
        texts.append(node.source)
    return tuple(texts)


@lru_cache(maxsize=64)
def texts_of(path: Path, _: int, options: Options) -> tuple[str, ...]:
    """Return the texts of a source's cells as nbgrader releases them.

    Parameters
    ----------
    path, options
        The source, and the course's options.
    _
        When it was written.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, or nbgrader could not release it.
    """
    try:
        return as_released(cells_of(raw_cells(json.loads(path.read_text("utf-8-sig")))), options)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from None
