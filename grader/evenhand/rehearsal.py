"""How each test of a source is judged, decided before anyone is graded.

`evenhand.one_notebook.rehearse` grades the source's solution and its blank release; here is what
follows from that, and where it is kept: ``.evenhand/rehearsed/`` beside the gradebook, which may be
deleted at any time.
"""

import contextlib
import json
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from evenhand.cells import Cell
from evenhand.options import Options
from evenhand.replacing import replaced
from evenhand.results import STOPPED, Status
from evenhand.syntax import names_in
from evenhand.verdicts import Verdict


class Way(StrEnum):
    """How a test is judged, the same for every student."""

    APART = "apart"  # outside of the learner's process
    BESIDE = "beside"  # in the learner's process, as nbgrader does
    PERSON = "person"


@dataclass(frozen=True)
class RehearsedTest:
    """How one test is judged.

    Attributes
    ----------
    name
        The cell's ``grade_id``.
    way
        How it is judged.
    why
        Why it is not judged apart; empty if it is.
    change
        A sentence on what to change so that it would be.
    own, blank, points
        Points that the course's own solution and the blank release get, and the maximum.
    problem
        What the instructor has to know before grading: that the course's own solution fails, or
        that the blank release earns something. Else empty.
    """

    name: str
    way: Way
    why: str
    change: str
    own: float
    blank: float
    points: float
    problem: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "way", Way(self.way))


@dataclass(frozen=True)
class Rehearsal:
    """How the tests of one source are judged.

    Attributes
    ----------
    tests
        All of them, in its order.
    also
        Names of those that run beside the learner's code: the tests that are judged there, and
        those that define something for them.
    imports
        What the source uses of the settings' libraries.
    """

    tests: tuple[RehearsedTest, ...] = ()
    also: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()

    @property
    def ways(self) -> dict[str, Way]:
        """How each test is judged, by name."""
        return {test.name: test.way for test in self.tests}

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``json`` can write; ``from_dict`` is the way back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Rehearsal":
        """The rehearsal that ``to_dict`` was called on."""
        tests = tuple(RehearsedTest(**test) for test in data["tests"])
        return cls(tests, tuple(data["also"]), tuple(data["imports"]))

    def without_beside(self) -> "Rehearsal":
        """Leave to a person what would be judged beside."""
        return Rehearsal(
            tuple(
                replace(test, way=Way.PERSON) if test.way is Way.BESIDE else test
                for test in self.tests
            ),
            imports=self.imports,
        )


Verdicts = Mapping[Way, Mapping[str, Verdict]]
"""What each test came to, apart and beside."""


def is_apart(cell: Cell, own: Verdicts, blank: Verdicts) -> bool:
    """Whether a test can be judged apart.

    That is, the solution gets all points there, and the blank release the same as beside.
    """
    return _is_full(own[Way.APART][cell.name], cell.points) and _is_same(cell, blank)


def decided(cell: Cell, own: Verdicts, blank: Verdicts) -> RehearsedTest:
    """Decide how a test is judged.

    Parameters
    ----------
    cell
        The test.
    own, blank
        What the course's solution and its blank release came to. The solution was run beside only
        if that is needed.
    """
    name, points = cell.name, cell.points
    nothing = blank[Way.BESIDE][name].earned(points)[0]
    problem = ""
    if nothing > 0:
        problem = f"the blank notebook gets {nothing:g} of {points:g} points"
    if is_apart(cell, own, blank):
        return RehearsedTest(name, Way.APART, "", "", points, nothing, points, problem)
    there = own[Way.BESIDE][name]
    earned, status = there.earned(points)
    if not _is_full(there, points):
        lost = f"the course's own solution gets {earned:g} of {points:g} points"
        lost += f" ({there.detail or there.message or status})"
        problem = f"{lost}; {problem}" if problem else lost
        why = "the course's own solution fails beside the learner's code as well as apart"
        change = _LESS if status in STOPPED else "Mend the solution or the test."
    elif _is_same(cell, blank):
        said = own[Way.APART][name]
        why = f"apart, the solution fails: {said.detail or said.message or said.status}"
        change = next(change for pattern, change in _CHANGES.items() if re.search(pattern, why))
    else:
        got = blank[Way.APART][name].earned(points)[0]
        why = f"apart, the blank notebook gets {got:g} of {points:g} points, not {nothing:g}"
        change = "Have the test ask for something that only an answer gives."
    way = Way.PERSON if status in STOPPED else Way.BESIDE
    return RehearsedTest(name, way, why, change, earned, nothing, points, problem)


def _is_full(verdict: Verdict, points: float) -> bool:
    return verdict.earned(points)[1] == Status.FULL


def _is_same(cell: Cell, blank: Verdicts) -> bool:
    apart, beside = (
        blank[way][cell.name].earned(cell.points)[0] for way in (Way.APART, Way.BESIDE)
    )
    return math.isclose(apart, beside, abs_tol=1e-9)


def with_state_for(cells: Sequence[Cell], ways: Mapping[str, Way]) -> tuple[str, ...]:
    """Return the tests that are judged beside, and those that bind names which they may use."""
    found: list[str] = []
    used: set[str] = set()
    for cell in reversed(cells):
        bound, loaded = names_in(cell.text) if cell.kind == "code" else (set(), set())
        if cell.test:
            if ways[cell.name] is not Way.BESIDE and not bound & used:
                continue
            found.append(cell.name)
        used |= loaded if found else set()
    return tuple(found[::-1])


_LESS = "Have the test do less, or raise the limits in nbgrader_config.py."

#: A pattern in the reason -> what to change. The last one always matches.
_CHANGES = {
    r"get_ipython|InteractiveShell|'In'|'Out'": "Leave the shell out of the test, and look at what "
    "functions give back.",
    r"no test can look into|where a plain value is expected|NotPlain": "Have the test look at "
    "plain parts of it, such as numbers, texts, lists or arrays.",
    r"source code|getsource|__code__|LearnerFunction": "Test what the function does, not how it is "
    "written.",
    r"SyntaxError": "Write the test in plain Python, without `!` and `%` in expressions.",
    r"FileNotFoundError|No such file": "Have a function return what is written, and compare that.",
    r"NameError|There is no ": "Let the test use names that a solution cell, a locked cell or the "
    "test itself binds.",
    r"longer than allowed|TimeoutError|MemoryError|more memory": _LESS,
    r"": "Have the test call the learner's functions with plain values, such as numbers, texts, "
    "lists and arrays, and compare what they give back.",
}


def in_a_line(rehearsals: Iterable[Rehearsal]) -> str:
    """Say how many tests are judged in which way; nothing if all are judged apart."""
    ways = [test.way for one in rehearsals for test in one.tests]
    beside, person = ways.count(Way.BESIDE), ways.count(Way.PERSON)
    if not beside + person:
        return ""
    told = [f"{ways.count(Way.APART)} apart"] if Way.APART in ways else []
    if beside:
        told.append(
            f"{beside} beside the learner's code: a hostile learner can read or fool "
            f"{'these' if beside > 1 else 'it'}"
        )
    if person:
        told.append(f"{person} by a person")
    each = "them" if beside + person > 1 else "it"
    tests = f"{len(ways)} test{'s' * (len(ways) != 1)}"
    return f"{tests}: {', '.join(told)}; `rehearse` says why and how to change {each}."


# Where it is kept


def load(file: Path, fingerprint: str) -> Rehearsal | None:
    """Return the kept rehearsal of a source; None if there is none for this fingerprint."""
    try:
        data = json.loads(file.read_text("utf-8"))
        return Rehearsal.from_dict(data["rehearsal"]) if data["for"] == fingerprint else None
    except (OSError, ValueError, TypeError, KeyError):
        return None  # damaged: it is made anew


def keep(file: Path, fingerprint: str, rehearsal: Rehearsal) -> None:
    """Keep the rehearsal of a source, if it can be written."""
    _write(file, json.dumps({"for": fingerprint, "rehearsal": rehearsal.to_dict()}))


def is_checked(file: Path, fingerprint: str, sandbox: bool) -> bool:
    """Whether the source's own solution got its points on this machine since that started."""
    try:
        return file.with_suffix(".checked").read_text("utf-8") == _here(fingerprint, sandbox)
    except (OSError, ValueError):
        return False


def note_checked(file: Path, fingerprint: str, sandbox: bool) -> None:
    """Note that the source's own solution has got its points here, if it can be written."""
    with contextlib.suppress(OSError):
        _write(file.with_suffix(".checked"), _here(fingerprint, sandbox))


def note_job(file: Path, options: Options, job: Mapping[str, Any], seconds: float) -> None:
    """Note what a grader with these options did, and how long it took, if it can be written."""
    _write(file.with_suffix(".job"), json.dumps([asdict(options), job, seconds]))


def last_job(course: Path, notebook: Path) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Return the options, the job and the seconds that were noted for a notebook of a course.

    Raises
    ------
    OSError, ValueError
        If there are none.
    """
    noted = course / ".evenhand" / "rehearsed" / notebook.parent.name / f"{notebook.stem}.job"
    options, job, seconds = json.loads(noted.read_text("utf-8"))
    return options, job, seconds


def _here(fingerprint: str, sandbox: bool) -> str:
    started = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
    return f"{fingerprint} {sandbox} {os.getuid()} {started}"


def _write(file: Path, text: str) -> None:
    with contextlib.suppress(OSError), replaced(file) as new:
        new.write_text(text, "utf-8")
