"""What learners were given: every version of a notebook's locked cells that was released.

If a test is amended after its release, every learner's copy differs from the source. So each
version is kept, in ``released.json`` beside the gradebook, whenever grading or a build sees one.
Nothing hidden is in that file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cells import Cell, cells_of, raw_cells
from evenhand.nbgrader_steps import AUTOTESTS, Refused, files_of, own_steps, run
from evenhand.options import Options
from evenhand.replacing import replaced

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

FILE = "released.json"

Version = dict[str, dict[str, Any]]
"""Name of a locked cell -> its ``kind``, ``text`` and ``about`` (nbgrader's metadata)."""


def load(root: Path) -> dict[str, list[Version]]:
    """Return the known versions of each ``part/notebook``, the oldest first."""
    try:
        found = json.loads((root / FILE).read_text("utf-8"))
        cells = [cell for known in found.values() for one in known for cell in one.values()]
        return found if all(cell.keys() >= {"kind", "text", "about"} for cell in cells) else {}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # damaged; `remember` rewrites it


def remember(root: Path, seen: Mapping[str, list[Version]]) -> None:
    """Add versions of notebooks to the known ones.

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
        with replaced(root / FILE) as new:
            new.write_text(text, "utf-8")


def remember_releases(
    coursedir: CourseDirectory, sources: Mapping[str, Mapping[str, Path]], options: Options
) -> None:
    """Record what learners were given, according to a course's sources and its release folder.

    Parameters
    ----------
    coursedir
        nbgrader's description of the course's folders.
    sources
        part -> notebook -> source.
    options
        The course's options.
    """
    root = Path(coursedir.root)
    noted = root / ".evenhand" / "remembered.json"
    before: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError, AttributeError):  # damaged
        found = json.loads(noted.read_text("utf-8"))
        if found.get(FILE) == _digest([root / FILE]):
            before = found
    states: dict[str, str] = {}
    seen: dict[str, list[Version]] = {}
    for part, notebooks in sources.items():
        folder = coursedir.format_path(coursedir.release_directory, ".", part)
        for name, source in notebooks.items():
            where, released = f"{part}/{name}", Path(folder, f"{name}.ipynb")
            state = _digest([released, *_made_with(source, options)], _settings(options))
            if before.get(where) == state:
                continue  # nothing has changed: to look into it again takes a second for a course
            versions = seen.setdefault(where, [])
            # What cannot be read is reported once it is used.
            with contextlib.suppress(OSError, ValueError):
                versions.append(released_version(released, options))
            with contextlib.suppress(OSError, ValueError):
                made = json.loads(prepared(source, options))
                versions.append(_version(cells_of(made["cells"]), made["released"]))
                states[where] = state  # if nbgrader refuses it, more may have to change
    if not seen:
        return
    remember(root, seen)
    states[FILE] = _digest([root / FILE])
    with contextlib.suppress(OSError), replaced(noted) as new:
        new.write_text(json.dumps(before | states), "utf-8")


def _digest(files: Iterable[Path], *more: object) -> str:
    """Return a digest of the contents of files, of which some may be missing, and of plain data."""
    found = hashlib.sha256(repr(more).encode())
    for file in files:
        content = b"-"
        with contextlib.suppress(OSError):
            content = file.read_bytes()
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()


def _made_with(source: Path, options: Options) -> list[Path]:
    """Return the files by which nbgrader releases a source, itself first; some may be missing."""
    files = [source, source.parent / AUTOTESTS]
    files += files_of(root_of(source, options), options.release)
    return files + own_steps(options.release)


def _settings(options: Options) -> object:
    """Return on what else it depends how a source is released."""
    return version("nbgrader"), options.release, options.nbgraders(), _ABOUT


def released_version(path: Path, options: Options) -> Version:
    """Return the locked cells of a released notebook, as learners get them.

    Raises
    ------
    OSError, ValueError
        If it cannot be read.
    """
    cells = tuple(cells_of(raw_cells(json.loads(path.read_text("utf-8-sig")))))
    return _version(cells, as_released(cells, options))


def _version(cells: Iterable[Cell], released: Iterable[str]) -> Version:
    return {
        cell.name: {
            "kind": cell.kind,
            "text": text,
            "about": {key: cell.about.get(key) for key in _ABOUT},
        }
        for cell, text in zip(cells, released, strict=True)
        if cell.name and cell.locked and not cell.solution
    }


_ABOUT = ("grade", "solution", "points", "locked", "task")


def root_of(source: Path, options: Options) -> Path:
    """Return the course folder that a source notebook belongs to."""
    return Path(options.root) if options.root else source.parents[2]


def other_kernel(path: Path) -> str:
    """Return the name of a source's kernel if it is not Python's, or else an empty text."""
    with contextlib.suppress(
        OSError, ValueError, LookupError, AttributeError, TypeError
    ):  # reported when it is prepared
        metadata = json.loads(path.read_text("utf-8-sig"))["metadata"]
        spec, about = metadata.get("kernelspec", {}), metadata.get("language_info", {})
        language = spec.get("language") or about.get("name") or "python"
        if language.lower() not in ("python", "ipython"):
            name = spec.get("name") or language
            return f"its kernel is {name} (language: {language}), and only Python is graded here"
    return ""


def prepared(path: Path, options: Options) -> str:
    """Return a source notebook as nbgrader would release it: see `nbgrader_steps.run`.

    Returns
    -------
    str
        The JSON text of it.

    Raises
    ------
    OSError, Refused
        If it cannot be read, or nbgrader would not release it.
    """
    files = (file for file in _made_with(path, options) if file.is_file())
    stamps = tuple((file, file.stat().st_mtime_ns) for file in files)
    with _ONE_AT_A_TIME:
        return _prepared(path, root_of(path, options), options, stamps)


_ONE_AT_A_TIME = threading.Lock()


@lru_cache(maxsize=256)
def _prepared(path: Path, root: Path, options: Options, stamps: tuple) -> str:
    if told := other_kernel(path):
        raise Refused(f"{path}: {told}")
    seen = _digest((file for file, _ in stamps), _settings(options))
    cache = root / ".evenhand" / "prepared" / part_of(path, options) / f"{path.stem}.json"
    with contextlib.suppress(OSError, ValueError):
        digest, _, text = cache.read_text("utf-8").partition("\n")
        if digest == seen:
            return text
    try:
        made = run(path, root, options.release, options.nbgraders())
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: {error}") from None
    text = json.dumps(made)
    with contextlib.suppress(OSError), replaced(cache) as new:
        new.write_text(f"{seen}\n{text}", "utf-8")
    return text


def part_of(source: Path, options: Options) -> str:
    """Return the part, nbgrader's assignment, that a source notebook belongs to."""
    found = re.fullmatch(options.layout, str(source.parent))
    return found["part"] if found else source.parent.name


def as_released(cells: Iterable[Cell], options: Options) -> tuple[str, ...]:
    """Return the texts of cells after nbgrader has removed what learners must not see.

    Raises
    ------
    ValueError
        If nbgrader cannot: a region is not closed, or another begins inside it.
    """
    # These take two seconds and 80 MB. The examiner's process is given the texts instead.
    from nbformat import from_dict
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
    from traitlets.config import Config

    config = Config(options.nbgraders())
    config.ClearMarkScheme.check_attachment_leakage = False
    clearers = [
        kind(config=config, enforce_metadata=False)
        for kind in (ClearSolutions, ClearHiddenTests, ClearMarkScheme)
    ]
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
