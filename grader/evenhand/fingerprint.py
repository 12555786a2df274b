"""Fingerprints: what a grade depends on, in 64 characters that change when it does."""

import contextlib
import functools
import hashlib
import importlib
import importlib.util
import site
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from evenhand.handins import beside
from evenhand.nbgrader_steps import files_of
from evenhand.options import Options
from evenhand.releases import root_of
from evenhand.results import Flag

Digests = list[tuple[str, str]]


def of_hand_in(submission: Path | None, others: Digests, flags: Sequence[Flag]) -> str:
    """Return the first half of a fingerprint: what a student handed in.

    Parameters
    ----------
    submission : Path or None
        The notebook; None where it was left out.
    others : list
        What `of_files_beside` says of its folder.
    flags : sequence of Flag
        Evidence about what else was handed in.

    Raises
    ------
    OSError
        If the notebook cannot be read.
    """
    seen = [_digest(submission), others] if submission else None
    return _half([seen, tuple(flags)] if flags else seen)


def of_files_beside(folder: Path) -> Digests:
    """Return the name and digest of each file that a notebook in a folder gets to see."""
    return _digests(beside(folder, ("*.pyc",))[0])


def of_tests(source: Path, options: Options, versions: object) -> str:
    """Return the second half: the tests, the course's files, the settings and the grader.

    Parameters
    ----------
    source : Path
        The instructor's notebook.
    options : Options
        How it will be graded.
    versions : list or None
        The versions of it that were released, as `releases.load` gives them.
    """
    return _half([_digest(source), _course_files(source, options), _grader(options), versions])


def of_variant(tests: str, variant: str | None) -> str:
    """Return the second half for a student of some variant; None where the course has none."""
    return tests if variant is None else _half([tests, variant])


def _half(data: object) -> str:
    """Return half of the digest of plain data and bytes."""
    return hashlib.sha256(repr(data).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digests(files: Mapping[str, bytes]) -> Digests:
    return sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())


def installed() -> list[str]:
    """Return name and version of each installed package.

    What a package brings along for itself does not count: setuptools puts it on the path when
    something imports it, and that must change no fingerprint.
    """
    paths = (path for place in site.getsitepackages() for path in Path(place).glob("*.*-info"))
    return sorted({path.stem for path in paths})  # to read what is in them takes longer


@functools.lru_cache(maxsize=4)
def _grader(options: Options) -> list[object]:
    """Return what a grade depends on besides files of the course: settings, programs, versions."""
    settings = asdict(options)
    for name in ("sandbox", "root", "layout"):
        del settings[name]
    packages: dict[str, str] = {}
    # Companions come from a package of the course's, which tests may import from, too.
    given = {"evenhand", *options.packages, options.companions.partition(":")[0]} - {""}
    for name in sorted({name.partition(".")[0] for name in given}):
        found = importlib.util.find_spec(name)
        for place in (found.submodule_search_locations or ()) if found else ():
            packages |= {
                f"{name}/{path.relative_to(place)}": _digest(path)
                for path in sorted(Path(place).rglob("*"))
                if path.is_file() and path.suffix != ".pyc"
            }
    return [sys.version, settings, installed(), packages]


def _course_files(source: Path, options: Options) -> list[object]:
    """Return what the course gives a notebook besides its own cells."""
    files, _ = beside(source.parent, options.ignore)
    made_with = files_of(root_of(source, options), options.release)
    files |= {f"../{file.name}": file.read_bytes() for file in made_with}
    given: dict[str, bytes] = {}
    with contextlib.suppress(Exception):  # grading says what is wrong with it
        given = options.companions_of()(source)
    return [_digests(files), _digests(given)]
