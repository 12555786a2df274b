"""What lies in a folder that was handed in: files, notebooks under any name, and when.

Anything may be in such a folder. Nothing here raises for it, follows a link, or reads without
bound; what is left out is said by name.
"""

import contextlib
import fnmatch
import json
import os
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from evenhand.archives import ENDINGS, Unfit, unpacked
from evenhand.cells import Cell
from evenhand.options import Options
from evenhand.quoting import quoted
from evenhand.results import Flag, FlagKind
from evenhand.source import read_source
from evenhand.submission import parse_submission

DEEPEST = 30
"""The deepest folder, counted from the hand-in's own, that is looked into."""

MOST = 20_000
"""The most files and folders of one hand-in that are looked at."""

FILES, BYTES, LARGEST_FILE = 2000, 30 * 2**20, 10 * 2**20
"""The most files that a notebook finds beside it, and the most bytes of all and of each."""

STRAY, LARGEST_STRAY = 4 * 2**20, 300 * 2**20
"""The most bytes that are parsed, and searched, to find out which notebook a file is."""

PACKAGES = ("site-packages", "dist-packages", "node_modules", "conda-meta")
"""Folders of packages that somebody installed; nobody wrote what is in them for a hand-in."""

LARGEST_ARCHIVE = 500 * 2**20
"""The most bytes that the files of an archive may have together to be unpacked."""

ARCHIVES = r"zip|rar|7z|tar|t?gz"
OTHER_FORMATS = rf"\.({ARCHIVES}|html?|py|pdf|docx?|txt|md|json|url|webloc)"


@dataclass
class Folder:
    """The files of a folder and of those in it, nearest first, and what was left out.

    Attributes
    ----------
    files : dict
        Relative path, with ``/`` -> bytes of the file.
    left_out : dict
        Relative path -> why, such as ``is a link and was not followed``.
    """

    files: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def look_into(folder: Path) -> Folder:
    """List a folder, without its hidden files, caches and installed packages."""
    found = Folder()
    level, seen = [""], 0
    for depth in range(DEEPEST + 1):
        below: list[str] = []
        for inside in level:
            if depth == DEEPEST:
                found.left_out[inside] = f"lies {DEEPEST} folders deep and was not looked into"
                continue
            entries: list[os.DirEntry[str]] = []
            try:
                with os.scandir(folder / inside) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                found.left_out[inside] = f"cannot be looked into ({error.strerror})"
            if any(entry.name == "pyvenv.cfg" for entry in entries) and inside:
                found.left_out[inside] = "is a virtual environment"
                continue
            for entry in entries:
                name = f"{inside}/{entry.name}".lstrip("/")
                seen += 1
                if entry.name.startswith(".") or entry.name in ("__pycache__", "__MACOSX"):
                    continue
                try:
                    if entry.is_symlink():
                        found.left_out[name] = "is a link and was not followed"
                    elif entry.is_dir(follow_symlinks=False):
                        if entry.name in PACKAGES:
                            found.left_out[name] = "holds installed packages"
                        else:
                            below.append(name)
                    elif entry.is_file(follow_symlinks=False):
                        found.files[name] = entry.stat(follow_symlinks=False).st_size
                    else:
                        found.left_out[name] = "is no ordinary file"
                except OSError as error:
                    found.left_out[name] = f"cannot be read ({error.strerror})"
                if seen == MOST:
                    found.left_out[name] = f"and what comes after it is left out: over {MOST} files"
                    return found
        level = below
    return found


def beside(folder: Path, ignore: Iterable[str] = ()) -> tuple[dict[str, bytes], list[str]]:
    """Read the files beside a notebook: what its cells may want to open or import.

    Parameters
    ----------
    folder : Path
        Where the notebook lies.
    ignore : iterable of str
        Patterns of names of files and folders to leave out without a word.

    Returns
    -------
    files : dict
        Relative path -> content, nearest and smallest first, as many as there is room for.
    lines : list of str
        A sentence about what was left out, if anything was.
    """
    found = look_into(folder)
    files: dict[str, bytes] = {}
    left_out = dict(found.left_out)
    room = BYTES
    ignore = ("timestamp.txt", *ignore)
    for name, size in sorted(found.files.items(), key=lambda item: (item[0].count("/"), item[1])):
        if name.endswith(".ipynb") or any(
            fnmatch.fnmatch(part, pattern) for part in name.split("/") for pattern in ignore
        ):
            continue
        if size > min(room, LARGEST_FILE) or len(files) == FILES:
            left_out[name] = "is too large" if size > LARGEST_FILE else "is one too many"
            continue
        try:
            files[name] = (folder / name).read_bytes()
            room -= size
        except OSError as error:
            left_out[name] = f"cannot be read ({error.strerror})"
    left_out = {name: why for name, why in left_out.items() if not name.endswith(".ipynb")}
    if not left_out:
        return files, []
    some = [f"{quoted(name, 80)} {why}" for name, why in list(left_out.items())[:5]]
    more = f"; and {len(left_out) - 5} more" if len(left_out) > 5 else ""
    return files, [f"Files left out when it was graded: {'; '.join(some)}{more}."]


def links(folder: Path, student: str, course: Path) -> dict[str, Flag]:
    """Return the links in a hand-in that a person should know of: relative path -> why.

    Links of other kinds, such as those of a virtual environment, are left out without a word.

    Parameters
    ----------
    folder : Path
        One student's folder of one part.
    student : str
        Whose.
    course : Path
        The course folder.
    """
    found: dict[str, Flag] = {}
    own = os.path.realpath(folder.parent if folder.parent.name == student else folder)
    foreign = [os.path.realpath(path) for path in (course, *folder.parents[1:2])]
    for name, why in look_into(folder).left_out.items():
        if not why.startswith("is a link"):
            continue
        try:
            target = os.readlink(folder / name)
        except OSError:
            continue
        ends = os.path.realpath(folder / name)
        told = f"The hand-in's {quoted(name)} is a link to {quoted(target)}"
        if f"{ends}/".startswith(f"{own}/"):
            if _suffix(name) == ".ipynb":
                found[name] = Flag(FlagKind.NOTICED, f"{told}; links are not followed.")
        elif any(f"{ends}/".startswith(f"{place}/") for place in foreign):
            found[name] = Flag(
                FlagKind.TAMPERING, f"{told}, which is the course's or another student's."
            )
        elif _suffix(name) == ".ipynb":
            found[name] = Flag(FlagKind.ODD, f"{told}, outside of it; links are not followed.")
    return found


# When


OFFSETS = {"": 0, "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2}
"""Time zones whose names have only one meaning -> hours from UTC."""


def submitted_at(folder: Path) -> tuple[datetime | None, list[str]]:
    """Read when a folder was handed in, from its ``timestamp.txt``.

    ``2026-12-01 14:30[:00[.000000]]`` or with a ``T``, then nothing (UTC), an offset such as
    ``+0200`` or ``+02:00``, or a time zone: UTC, CET, ``Europe/Berlin``. Nothing is guessed.

    Returns
    -------
    timestamp : datetime or None
        In UTC, without a time zone; None if there is none that can be read.
    problems : list of str
        A line if there is one that cannot be read.
    """
    path = folder / "timestamp.txt"
    late = "taken as handed in on time"
    try:
        if not os.path.lexists(path):
            return None, []
        if path.is_symlink() or not path.is_file():
            return None, [f"timestamp.txt is no ordinary file; {late}"]
        with path.open("rb") as file:
            data = file.read(400)
    except OSError as error:
        return None, [f"timestamp.txt cannot be read ({error.strerror}); {late}"]
    text = data.decode(json.detect_encoding(data), "replace").strip()
    if not text:
        return None, []
    # The last two: no such zone.
    with contextlib.suppress(ValueError, OverflowError, LookupError, OSError):
        return _time(text), []
    return None, [
        f"timestamp.txt says {quoted(text, 60)}, which is no date and time of one meaning; {late}. "
        "Write it like 2026-12-01 14:30:00 +0100"
    ]


def secret_of(folder: Path) -> str:
    """Return the secret with which a student fetches feedback from nbgrader's exchange, if any."""
    path = folder / "submission_secret.txt"
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(1000).decode("utf-8", "replace")
    except OSError:
        return ""


def _time(text: str) -> datetime:
    """Return a time in UTC; an exception of one of four kinds if it has no meaning, or several."""
    parts = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[T ] *(\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(\S*)", text
    )
    if parts is None:
        raise ValueError(text)
    date, clock, zone = parts.groups()
    offset = zone if re.fullmatch(r"[+-](0\d|1[0-4])(:?[0-5]\d)?", zone) else ""
    time = datetime.fromisoformat(f"{date} {clock}{offset}")
    if zone.upper() in OFFSETS:
        time = time.replace(tzinfo=timezone(timedelta(hours=OFFSETS[zone.upper()])))
    elif "/" in zone:
        time = time.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    elif not offset:
        raise ValueError(text)
    return time.astimezone(UTC).replace(tzinfo=None)


# Which notebook


def matched(
    folder: Path, sources: Mapping[str, Path], cache: Path
) -> tuple[dict[str, tuple[Path, str]], list[str]]:
    """Find the file of each notebook: by its name, else by what is in it.

    If notebooks are missing, archives are looked into.

    Parameters
    ----------
    folder : Path
        What was handed in.
    sources : mapping
        notebook -> the instructor's.
    cache : Path
        The course's folder for what may be deleted at any time.

    Returns
    -------
    files : dict
        notebook -> (file, note for the instructor).
    problems : list of str
        A line for each file left over, and for each that should have been a notebook.
    """
    inside = look_into(folder)
    problems = [
        f"{quoted(name) if name else 'the folder'} {why}; not graded"
        for name, why in inside.left_out.items()
        if _suffix(name) == ".ipynb" or why.startswith(("cannot", "lies", "and what"))
    ]
    paths = {name: folder / name for name in inside.files}
    files = {
        name.removesuffix(".ipynb"): (path, "")
        for name, path in paths.items()
        if name.endswith(".ipynb") and name.removesuffix(".ipynb") in sources
    }
    missing = [name for name in sources if name not in files]
    archives: dict[str, str] = {}
    if missing:
        found, archives = _of_archives(folder, inside, cache)
        paths |= found
    left = [
        name
        for name in paths
        if _suffix(name) == ".ipynb" and name.removesuffix(".ipynb") not in files
    ]
    if not (left or missing and inside.files):
        return files, problems
    lookalikes = [name for name in paths if missing and _suffix(name) in (".json", ".txt")]
    left += lookalikes
    sought = {}
    for name, path in sources.items() if left and missing else ():
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        sought[name] = _traces_of_source(path, stamp)
    # What several notebooks have identifies none of them.
    count = Counter(one for traces in sought.values() for some in traces for one in some)
    wanted = {
        name: [{one for one in some if count[one] == 1} for some in traces]
        for name, traces in sought.items()
    }
    claims = []
    for name in left if missing else ():
        readable, traces = _traces_of(paths[name])
        if name in lookalikes and not readable:
            continue
        for notebook in missing:
            shared = max(
                len(mine & theirs) / len(theirs) if theirs else 0.0
                for mine, theirs in zip(traces, wanted[notebook], strict=True)
            )
            named = _plain(name) == _plain(notebook)
            if named or shared >= 0.5:
                claims.append((named, shared, paths[name].stat().st_size, name, notebook))
    taken = set()
    for *_, name, notebook in sorted(claims, reverse=True):
        if notebook not in files and name not in taken:
            files[notebook] = (paths[name], f"handed in as {quoted(name)}, taken for {notebook}")
            taken.add(name)
    problems += [
        f"{quoted(name)} is no notebook of this part, or one too many; not graded"
        for name in left
        if name not in taken and name not in lookalikes
    ]
    absent = [notebook for notebook in missing if notebook not in files]
    for name in paths.keys() - taken:
        for notebook in absent if name not in archives else ():
            if re.search(rf"{OTHER_FORMATS}$", name.lower()) and _plain(name) == _plain(notebook):
                problems.append(
                    f"{notebook} was not handed in, but {quoted(name)} was, which is no notebook; "
                    f"ask for the file {notebook}.ipynb itself"
                )
    if absent:
        problems += [
            f"notebooks are missing, and {quoted(name)} {why}; ask for the notebooks themselves"
            for name, why in archives.items()
        ]
    if not files and not problems:
        some = ", ".join(quoted(name, 80) for name in sorted(paths)[:3])
        more = " and more" if len(paths) > 3 else ""
        problems.append(f"holds {some}{more}, and no notebook of this part; nothing to grade")
    return files, sorted(problems)


def _of_archives(
    folder: Path, inside: Folder, cache: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Look into the archives of a folder, and those in them.

    Returns
    -------
    files : dict
        Name, as in ``homework.zip/01.ipynb`` -> where it is now.
    archives : dict
        Archive -> what to say about it if notebooks are missing.
    """
    files: dict[str, Path] = {}
    archives: dict[str, str] = {}
    waiting = {name: folder / name for name in inside.files}
    for _ in range(3):  # no hand-in has more of them in one another
        level, waiting = waiting, {}
        for name, path in level.items():
            if not re.search(rf"\.({ARCHIVES})$", name.lower()):
                continue
            if not name.lower().endswith(ENDINGS):
                archives[name] = "was handed in, which is not unpacked here"
                continue
            try:
                place = unpacked(path, cache, LARGEST_ARCHIVE)
            except (OSError, Unfit) as error:
                archives[name] = f"cannot be unpacked: it {error}"
                if isinstance(error, OSError):
                    archives[name] = f"cannot be unpacked ({error.strerror})"
                continue
            archives[name] = "has none of them"
            for inner in look_into(place).files:
                waiting[f"{name}/{inner}"] = place / inner
        files |= waiting
    return files, archives


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _plain(name: str) -> str:
    """Strip what copying and downloading add to a name, as in `05 cost-Copy2 (1).ipynb.txt`."""
    name = name.rpartition("/")[2].strip().lower()
    name = re.sub(rf"(\.ipynb|{OTHER_FORMATS})+$", "", name)
    name = re.sub(r"(\s*\(\d+\)|[-_ ]*copy[-_ ]*\d*|[-_ ]*final)+$", "", name)
    return re.sub(r"[\W_]+", "_", name)


_GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"\\]{1,200})"')
_DEFINED = re.compile(r"^def \w+", re.M)


def _texts(texts: Iterable[str]) -> set[str]:
    """Return the longer texts of cells without white space, and the functions that they define."""
    found: set[str] = set()
    for text in texts:
        found.update(_DEFINED.findall(text))
        squeezed = "".join(text.split())
        if len(squeezed) >= 15:
            found.add(squeezed)
    return found


_Traces = tuple[frozenset, frozenset, frozenset]
"""What identifies a notebook, whatever its file is called: names, ids and texts of its cells."""


def _traces(cells: Iterable[Cell], texts: set[str], more: Iterable[str] = ()) -> _Traces:
    names = {cell.name for cell in cells if cell.name}
    marks = {cell.mark for cell in cells if cell.mark}
    # A name may be another cell's id.
    kinds = names.union(more), marks, texts
    return tuple(frozenset((n, one) for one in some) for n, some in enumerate(kinds))


def _traces_of(path: Path) -> tuple[bool, _Traces]:
    """Read the beginning of a file, in any encoding, however damaged it is.

    The first value says whether it is a notebook.
    """
    names = set()
    try:
        with path.open("rb") as file:
            read = parse_submission(file.read(STRAY))
            tail = b""
            while file.tell() < LARGEST_STRAY and (block := file.read(STRAY)):
                block = tail + block.replace(b"\0", b"")  # which UTF-16 has between letters
                names |= {m[1].decode("utf-8", "replace") for m in _GRADE_ID.finditer(block)}
                tail = block[-400:]
    except OSError:
        return False, _traces((), set())
    texts = _texts(cell.text for cell in read.cells)
    return read.readable, _traces(read.cells, texts, names)


@lru_cache(maxsize=500)
def _traces_of_source(path: Path, stamp: int) -> _Traces:
    """Read the instructor's notebook as it is released; grading says where it is broken."""
    try:
        source = read_source(path, Options.of_course(path.parents[2]))
    except (OSError, ValueError):
        return _traces((), set())
    cells = list(zip(source.cells, source.released, strict=True))
    texts = _texts(released for cell, released in cells if not cell.solution)
    solved = "\n".join(cell.text for cell in source.cells if cell.solution)
    return _traces(source.cells, texts.union(_DEFINED.findall(solved)))
