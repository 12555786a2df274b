"""Read what a learner handed in: any bytes at all, as far as a patient person could."""

import codecs
import io
import json
import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.decoder import scanstring
from pathlib import Path
from typing import Any

from evenhand.cells import LARGEST_CELL, Cell, cells_of, raw_cells, without_comments

# The most bytes of a file that is read at all, of one that is read with its outputs, and of what is
# left of a larger one without them.
_LARGEST = 2**30
_LARGE = 8 * 2**20
_MOST_TEXT = 2**28
#: Beyond so many cells, those without a name of the course's are left out.
_MOST_CELLS = 2000


@dataclass(frozen=True)
class Submission:
    """What was handed in, as far as it can be read.

    Attributes
    ----------
    cells
        Its cells; empty if nothing can be read.
    for_instructor, for_learner
        What had to be put right, a sentence each.
    readable
        Whether it is a notebook at all.
    variant
        Of the course's copy that it says it comes from, see `evenhand.variants`; mostly empty.
    """

    cells: tuple[Cell, ...]
    for_instructor: tuple[str, ...] = ()
    for_learner: tuple[str, ...] = ()
    readable: bool = True
    variant: str = ""


def read_submission(path: Path) -> Submission:
    """Read what was handed in, as far as a patient person could.

    Never raises for what is in the file, only `OSError` if the file itself cannot be read.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        return _unreadable(
            f"The file is larger than {_LARGEST // 2**20} MB and was not read.",
            "Your file is far too large: clear all outputs, save it and hand it in again.",
        )
    with path.open("rb") as file:
        if size < _LARGE:
            return parse_submission(file.read())
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return parse_submission(data)


def parse_submission(data: bytes | mmap.mmap) -> Submission:
    """Read a submission from its bytes; see `read_submission`."""
    instructor: list[str] = []
    learner: list[str] = []
    cut = False
    variant = ""
    if len(data) >= _LARGE:
        data = _lightened(data, instructor)
        cut = len(data) > _MOST_TEXT
        del data[_MOST_TEXT:]
    text = _decoded(data, instructor)
    del data
    if not text.strip("\ufeff\x00 \t\r\n"):
        return _unreadable(
            "The file is empty.",
            "The file that you handed in is empty: save your notebook and hand it in again.",
        )
    try:
        notebook = json.loads(text, object_hook=_few_cells())
    except (ValueError, RecursionError, MemoryError):
        raw = _salvaged(text)
        if raw:
            why = "is too large" if cut else "breaks off or is damaged"
            what = "take out what is not needed" if cut else "save your notebook"
            instructor.append(f"The file {why}: {len(raw)} cells could be read and are graded.")
            learner.append(
                f"The file that you handed in {why}, so only its first {len(raw)} cells could be "
                f"read: {what} and hand it in again."
            )
    else:
        raw = raw_cells(notebook)
        notebook = notebook if isinstance(notebook, dict) else {}
        about, version = notebook.get("metadata"), notebook.get("nbformat")
        variant = str(about.get("variant", "")) if isinstance(about, dict) else ""
        if isinstance(version, int) and version < 4:
            instructor.append(f"The notebook has the old format {version}; it was read.")
    if not raw:
        return _unreadable(
            "The file is not a notebook, or has no cells.",
            "What you handed in cannot be read as a notebook: open it in Jupyter, save it "
            "and hand it in again.",
        )
    cells: list[Cell] = []
    names: set[str] = set()
    left = raw.count(_SURPLUS)
    for number, entry in enumerate(raw, 1):
        cell = next(cells_of([entry]), None)
        if cell is None:
            continue
        if len(cells) >= _MOST_CELLS and (not cell.name or cell.name in names):
            left += 1
            continue
        names.add(cell.name)
        cells.append(cell)
        if cell.size:
            which = f"Cell {number}{f' ({cell.name})' if cell.name else ''}"
            much = f"is too large ({cell.size / 1e6:.1f} million characters)"
            what = "it was" if cell.left_out else "its comments were"
            instructor.append(f"{which} {much}; {what} left out.")
            learner.append(f"{which} of your notebook {much}; {what} left out.")
    if left:
        text = f"{left} cells beyond {_MOST_CELLS} were left out."
        instructor.append(text)
        learner.append(text)
    return Submission(tuple(cells), tuple(instructor), tuple(learner), bool(cells), variant)


def _unreadable(for_instructor: str, for_learner: str) -> Submission:
    return Submission((), (for_instructor,), (for_learner,), False)


_SURPLUS = object()


def _few_cells() -> Callable[[dict], Any]:
    """Return a hook for reading JSON which drops the cells beyond those that are graded.

    As objects they would take ten times as much memory as their text.
    """
    names: set[str] = set()
    count = 0

    def kept(made: dict) -> Any:
        nonlocal count
        if "cell_type" not in made or not made.keys() & {"source", "input"}:
            return made  # such as nbgrader's metadata, which also have the type
        count += 1
        if count <= _MOST_CELLS:
            return made
        name = next((cell.name for cell in cells_of([made])), "")
        if not name or name in names or len(names) >= _MOST_CELLS:
            return _SURPLUS
        names.add(name)
        return made

    return kept


_HEAVY = re.compile(rb'"(attachments|outputs|widgets|source|input)"\s*:\s*(?=[\[{"])')
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_TO_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING.pattern + rb'[^"\[\]{}]*+)*+', re.S)


def _lightened(data: bytes | mmap.mmap, notes: list[str]) -> bytearray:
    """Return a large file's text without what is not graded: outputs, pictures, long comments.

    Nothing of it is made into objects, which would take ten times as much memory.
    """
    size = len(data)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or data[:200].count(0) > 50:
        data = _decoded(data[:], notes).encode("utf-8", "replace")
    made = bytearray()
    done = at = kept = 0
    while len(made) <= _MOST_TEXT and (found := _HEAVY.search(data, at)):
        at = _end_of_value(data, found.end())
        value = b"null"
        if found[1] in (b"source", b"input"):
            if at - found.end() <= LARGEST_CELL:
                continue
            value = _smaller(data, found.end(), at)
        elif at - found.end() <= 50_000 and kept < _LARGE:
            kept += at - found.end()
            continue
        made += data[done : found.end()]
        made += value
        done = at
    made += data[done : done + _MOST_TEXT + 1]
    notes.append(f"The file has {size // 10**6} MB; large outputs stored in it were not read.")
    return made


def _end_of_value(data: bytes | mmap.mmap, at: int) -> int:
    """Return where the JSON value that begins here ends; the end of the data if it breaks off."""
    depth = 0
    for _ in range(3_000_000):
        if not depth and data[at : at + 1] == b'"':
            found = _STRING.match(data, at)
            return found.end() if found else len(data)
        at = _TO_BRACKET.match(data, at).end()
        sign = data[at : at + 1]
        if sign not in (b"[", b"]", b"{", b"}"):
            break
        depth += 1 if sign in b"[{" else -1
        at += 1
        if depth <= 0:
            return at
    return len(data)


def _smaller(data: bytes | mmap.mmap, start: int, end: int) -> bytes:
    """Return a cell's source as JSON text: without comments, or else only how large it was."""
    size = end - start
    bound: tuple[str, ...] = ()
    if size <= 2**28:
        with memoryview(data) as view, view[start:end] as part:
            raw = str(part, "utf-8", "replace")
        text = io.StringIO()
        at = raw.find('"')
        try:
            while at >= 0:
                piece, at = scanstring(raw, at + 1, False)
                text.write(piece)
                at = raw.find('"', at)
        except ValueError:  # it breaks off
            return b"null"
        size = text.tell()
        stripped, bound = without_comments(text.getvalue())
        if stripped:
            return b'%b, "too large": [%d]' % (json.dumps(stripped).encode(), size)
    return b'"", "too large": %b' % json.dumps([size, *bound]).encode()


def _decoded(data: bytes | bytearray, notes: list[str]) -> str:
    name = json.detect_encoding(data)
    if name != "utf-8":
        notes.append(f"The file is stored as {name}; it was read as such.")
        return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" or data.count(b"\xc3") > 3:
            return data.decode("utf-8", "replace")
        notes.append("The file is not stored as UTF-8; it was read as Windows-1252.")
        return data.decode("cp1252", "replace")


def _salvaged(text: str) -> list[Any]:
    """Return the complete cells at the beginning of a broken file."""
    start = re.search(r'"cells"\s*:\s*\[', text)
    if start is None:
        return []
    decoder = json.JSONDecoder(object_hook=_few_cells())
    cells: list[Any] = []
    at = start.end()
    while True:
        gap = re.compile(r"[\s,]*").match(text, at)
        at = gap.end()
        if at >= len(text) or text[at] != "{":
            break
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError, MemoryError):
            half = _half_cell(text[at:])
            if half is not None:
                cells.append(half)
            break
        cells.append(cell)
    return cells


def _half_cell(text: str) -> dict | None:
    """Return a cell that breaks off, if all of its source is there."""
    found = re.search(r'"source"\s*:\s*', text)
    kind = re.search(r'"cell_type"\s*:\s*"(\w+)"', text)
    if found is None or kind is None:
        return None
    try:
        source, _ = json.JSONDecoder().raw_decode(text, found.end())
        about = re.search(r'"nbgrader"\s*:\s*', text)
        metadata = {}
        if about is not None:
            metadata = {"nbgrader": json.JSONDecoder().raw_decode(text, about.end())[0]}
    except (ValueError, RecursionError, MemoryError):
        return None
    return {"cell_type": kind[1], "source": source, "metadata": metadata}
