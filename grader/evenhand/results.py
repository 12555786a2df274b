"""The results of one graded notebook: small frozen records that pass between modules.

``one_notebook`` makes them, in the examiner's process; ``record`` writes them to the gradebook;
``report`` sums them up. They are plain data: see ``to_dict`` and ``from_dict``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from evenhand.sandboxed import errors


class Status(StrEnum):
    """What a test, an exercise or a penalty came to.

    Each has a mark to show beside the points where a word is too long; it is empty where the points
    say enough.
    """

    mark: str

    FULL = "full"  # every point
    # Less than every point, from mildest to worst: an exercise has the worst of its tests.
    PARTIAL = "partial"  # some points
    NOT_ATTEMPTED = "not attempted", "·"  # the stub is as it was released
    WRONG = "wrong"  # a test said no
    ERROR = "error", "E"  # the learner's code raised an exception, or could not be compiled
    MEMORY = errors.MEMORY, "M"  # stopped: it wanted more memory than allowed
    TIMEOUT = errors.TIMEOUT, "T"  # stopped: it took longer than allowed
    CRASHED = "crashed", "C"  # the learner's process died
    MISSING = "missing", "–"  # there is no submitted notebook, or nothing in it can be read
    NOT_JUDGED = "not judged", "N"  # the grader could not: for a person to look at
    # Of an exercise alone. Whatever it earned, it keeps.
    REPAIRED = "repaired", "R"  # full, after a cell was put back, or put back into its place
    TAMPERING = "tampering", "?"  # reached for tests, verdicts or others: see the flags
    # Of what is taken off for handing in late.
    LATE = "late penalty"

    def __new__(cls, word: str, mark: str = "") -> "Status":
        status = str.__new__(cls, word)
        status._value_ = word
        status.mark = mark
        return status

    @classmethod
    def of(cls, points: float, most: float, nothing: "Status") -> "Status":
        """Return the status for some points, and `nothing` for none."""
        return cls.FULL if points >= most else cls.PARTIAL if points > 0 else nothing


FAILURES = (
    *(Status.PARTIAL, Status.NOT_ATTEMPTED, Status.WRONG, Status.ERROR, Status.MEMORY),
    *(Status.TIMEOUT, Status.CRASHED, Status.MISSING, Status.NOT_JUDGED),
)
"""The statuses of a test that earned less than its points, from mildest to worst."""

STOPPED = (Status.MEMORY, Status.TIMEOUT, Status.CRASHED)
"""The learner's process ended, or had to be ended."""

NO_RESPONSE = (Status.NOT_ATTEMPTED, Status.MISSING)
"""The learner gave no answer."""


class FlagKind(StrEnum):
    """Kinds of evidence, the weightiest first."""

    TAMPERING = "tampering"  # reached for tests, verdicts or others; no honest notebook does this
    ODD = "odd"  # unusual in a course's notebook: worth a look
    REPAIRED = "repaired"  # a cell was put back, or put back into its place
    REQUEST = "regrade request"  # the learner's own: a person is asked to look again
    NOTICED = "noticed"  # honest notebooks do this; said in the instructor's details alone


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
        ``full``, or one of ``FAILURES``.
    message
        One or a few sentences for the learner; empty where there is nothing to say. Never hidden
        code or paths of the grader.
    manual
        True for a cell that nbgrader has a person grade (a written answer): its points are not
        ours to give, and ``status`` says only whether something was handed in.
    call
        The call on which the test failed, by the shapes of its arguments; empty where that is not
        certain.
    """

    __test__ = False  # not a pytest class

    name: str
    exercise: str
    title: str
    points: float
    max_points: float
    status: Status
    message: str = ""
    manual: bool = False
    call: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", Status(self.status))


@dataclass(frozen=True)
class Flag:
    """Evidence for a person to judge; it takes no points by itself.

    Attributes
    ----------
    kind
        How much it weighs.
    evidence
        One sentence: what was seen and where, with the learner's own line if there is one.
    exercise
        The exercise that it concerns; empty for the notebook as a whole.
    """

    kind: FlagKind
    evidence: str
    exercise: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", FlagKind(self.kind))


def weightiest_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Sort flags by kind; within a kind they keep their order."""
    return tuple(sorted(flags, key=lambda flag: list(FlagKind).index(flag.kind)))


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
        What the worst of its tests came to, or what its flags say.
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
    status: Status
    messages: tuple[str, ...]
    flags: tuple[Flag, ...]
    tests: tuple[TestResult, ...]

    @classmethod
    def of(cls, name: str, tests: Iterable[TestResult], flags: Iterable[Flag]) -> "ExerciseResult":
        """Sum up ``tests`` (at least one); ``flags`` are those of this exercise alone."""
        tests, flags = tuple(tests), tuple(flags)
        points = sum(test.points for test in tests)
        max_points = sum(test.max_points for test in tests)
        kinds = {flag.kind for flag in flags}
        failures = [test.status for test in tests if test.status in FAILURES]
        if FlagKind.TAMPERING in kinds:
            status = Status.TAMPERING
        elif not failures:
            status = Status.REPAIRED if FlagKind.REPAIRED in kinds else Status.FULL
        else:
            status = max(failures, key=FAILURES.index)
            if points > 0 and status is Status.WRONG:
                status = Status.PARTIAL
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
    def from_dict(cls, data: dict[str, Any]) -> "NotebookResult":
        """The result that ``to_dict`` was called on."""
        data = dict(data)
        data["tests"] = tuple(TestResult(**test) for test in data["tests"])
        # An older gradebook has a kind that said nothing of weight.
        kinds = set(FlagKind)
        known = ({**f, "kind": f["kind"] if f["kind"] in kinds else "odd"} for f in data["flags"])
        data["flags"] = tuple(Flag(**flag) for flag in known)
        data["for_instructor"] = tuple(data["for_instructor"])
        data["for_learner"] = tuple(data["for_learner"])
        return cls(**data)
