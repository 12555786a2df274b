"""What one graded notebook amounts to: small frozen records that pass between modules.

``one_notebook`` makes them, in the examiner's process; ``record`` writes them to the gradebook;
``report`` sums them up. They are plain data: see ``to_dict`` and ``from_dict``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = [
    "FAILURES",
    "KINDS",
    "STATUSES",
    "ExerciseResult",
    "Flag",
    "NotebookResult",
    "TestResult",
    "weightiest_first",
]

#: Every word that a status may be, from best to worst among those that tests have.
#:
#: ======================= ====================================================================
#: full                    every point
#: partial                 some points
#: not attempted           the stub is as it was released
#: wrong                   a test said no
#: error                   the learner's code raised an exception (or could not be compiled)
#: memory                  stopped: wanted more memory than allowed
#: timeout                 stopped: took longer than allowed
#: crashed                 the learner's process died
#: missing                 there is no submitted notebook (or nothing in it can be read)
#: not judged              the grader could not: for a person to look at
#: repaired                full, after a cell was put back, or put back into its place
#: tampering               reached for tests, verdicts or others; see the flags; points stand
#: ======================= ====================================================================
STATUSES = (
    "full",
    "partial",
    "not attempted",
    "wrong",
    "error",
    "memory",
    "timeout",
    "crashed",
    "missing",
    "not judged",
    "repaired",
    "tampering",
)

#: Statuses of a test that earned less than its points, from mildest to worst.
FAILURES = (
    "partial",
    "not attempted",
    "wrong",
    "error",
    "memory",
    "timeout",
    "crashed",
    "missing",
    "not judged",
)


@dataclass(frozen=True)
class TestResult:
    """One grade cell's outcome.

    Attributes
    ----------
    name
        The cell's ``grade_id`` in nbgrader.
    exercise
        The exercise it belongs to.
    title
        What it tests, in the instructor's words; shown to learners.
    points, max_points
        Earned, and to be earned.
    status
        One of ``full``, ``partial``, or a word of ``FAILURES``.
    message
        One or a few sentences for the learner; empty where there is nothing to say. Never hidden
        code or paths of the grader.
    manual
        True for a cell that nbgrader has a person grade (a written answer): its points are not
        ours to give, and ``status`` says only whether something was handed in.
    """

    __test__ = False  # not a pytest class

    name: str
    exercise: str
    title: str
    points: float
    max_points: float
    status: str
    message: str = ""
    manual: bool = False


#: Kinds of evidence, the weightiest first.
#:
#: ============== ===========================================================================
#: tampering      reached for tests, verdicts or others; no honest notebook does this
#: odd            unusual in a course's notebook: worth a look
#: repaired       a cell was put back, or put back into its place
#: noticed        honest notebooks do this; said in the instructor's details alone
#: ============== ===========================================================================
KINDS = ("tampering", "odd", "repaired", "noticed")


@dataclass(frozen=True)
class Flag:
    """Evidence for a person to judge; it takes no points by itself.

    Attributes
    ----------
    kind
        One word of ``KINDS``.
    evidence
        One sentence: what was seen and where, with the learner's own line if there is one.
    exercise
        The exercise that it concerns; empty for the notebook as a whole.
    """

    kind: str
    evidence: str
    exercise: str = ""


def weightiest_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Sort flags by kind; within a kind they keep their order."""
    return tuple(sorted(flags, key=lambda flag: KINDS.index(flag.kind)))


@dataclass(frozen=True)
class ExerciseResult:
    """The tests of one exercise, summed up: what reports and the JSON file show.

    Attributes
    ----------
    name
        The exercise.
    points, max_points
        Sums over its tests.
    status
        One word of ``STATUSES``.
    messages
        The tests' sentences, each once, in order.
    flags
        Evidence that concerns this exercise.
    tests
        Its tests, in order.
    """

    name: str
    points: float
    max_points: float
    status: str
    messages: tuple[str, ...]
    flags: tuple[Flag, ...]
    tests: tuple[TestResult, ...]

    @classmethod
    def of(cls, name: str, tests: Iterable[TestResult], flags: Iterable[Flag]) -> ExerciseResult:
        """Sum up ``tests`` (at least one); ``flags`` are those of this exercise alone."""
        tests, flags = tuple(tests), tuple(flags)
        points = sum(test.points for test in tests)
        max_points = sum(test.max_points for test in tests)
        kinds = {flag.kind for flag in flags}
        failures = [test.status for test in tests if test.status in FAILURES]
        if "tampering" in kinds:
            status = "tampering"
        elif not failures:
            status = "repaired" if "repaired" in kinds else "full"
        else:
            worst = max(failures, key=FAILURES.index)
            status = "partial" if points > 0 and worst in ("partial", "wrong") else worst
        messages = dict.fromkeys(test.message for test in tests if test.message)
        return cls(name, points, max_points, status, tuple(messages), flags, tests)


@dataclass(frozen=True)
class NotebookResult:
    """One graded notebook.

    Attributes
    ----------
    part, notebook
        nbgrader's assignment and notebook name, taken from the source's path.
    tests
        One per grade cell of the *source* notebook, in its order, whatever was submitted.
    flags
        Evidence and repairs, the weightiest first.
    for_instructor, for_learner
        Sentences about the notebook as a whole (truncated file, other encoding, …).
    document
        The notebook to write to ``autograded/`` as JSON text (nbformat 4): the learner's cells
        with what they printed here, grade cells from the source with trusted outputs and without
        hidden code. Empty where the submission is missing.
    seconds
        Wall time that grading took.
    tries
        How often it was graded until the result was certain.
    student
        Who handed it in; ``grade_notebook`` does not know and leaves it empty.
    penalty
        Points that the gradebook takes off for handing in late.
    """

    part: str
    notebook: str
    tests: tuple[TestResult, ...]
    flags: tuple[Flag, ...] = ()
    for_instructor: tuple[str, ...] = ()
    for_learner: tuple[str, ...] = ()
    document: str = field(default="", repr=False)
    seconds: float = 0.0
    tries: int = 1
    student: str = ""
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """Points earned by the tests, less what is taken off for handing in late."""
        return sum(test.points for test in self.tests) - self.penalty

    @property
    def max_points(self) -> float:
        """Points that the tests give at most."""
        return sum(test.max_points for test in self.tests)

    @property
    def exercises(self) -> tuple[ExerciseResult, ...]:
        """The tests grouped by exercise, in order of the source.

        Evidence about the notebook as a whole is listed in ``flags`` of the notebook only; it
        does not mark every exercise.
        """
        names = dict.fromkeys(test.exercise for test in self.tests)
        return tuple(
            ExerciseResult.of(
                name,
                [test for test in self.tests if test.exercise == name],
                [flag for flag in self.flags if flag.exercise == name],
            )
            for name in names
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``json`` can write; ``from_dict`` is the way back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> NotebookResult:
        """The result that ``to_dict`` was called on."""
        data = dict(data)
        data["tests"] = tuple(TestResult(**test) for test in data["tests"])
        # An older gradebook has a kind that said nothing of weight.
        known = ({**f, "kind": f["kind"] if f["kind"] in KINDS else "odd"} for f in data["flags"])
        data["flags"] = tuple(Flag(**flag) for flag in known)
        data["for_instructor"] = tuple(data["for_instructor"])
        data["for_learner"] = tuple(data["for_learner"])
        return cls(**data)
