"""What a person gave by hand in formgrader: points, extra credit, comments."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from evenhand.results import NotebookResult, Status, TestResult


@dataclass(frozen=True)
class Given:
    """What a person gave for one grade cell.

    Attributes
    ----------
    points
        Points in place of the test's; None to keep the test's.
    extra
        Extra credit, on top of either.
    test
        Points that the test gave; None where it left them to a person.
    """

    points: float | None = None
    extra: float = 0.0
    test: float | None = None


@dataclass(frozen=True)
class ByHand:
    """What a person gave for one notebook.

    Attributes
    ----------
    points
        Grade cell -> what was given.
    comments
        Solution or task cell -> comment.
    """

    points: Mapping[str, Given] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)

    def applied_to(self, result: NotebookResult) -> NotebookResult:
        """Return a result with these points in the place of the tests'."""
        if not self.points:
            return result
        return replace(result, tests=tuple(self._final(test) for test in result.tests))

    def _final(self, test: TestResult) -> TestResult:
        given = self.points.get(test.name)
        if given is None:
            return test
        by_points = (Status.FULL, Status.PARTIAL, Status.NOT_JUDGED)
        judged = given.points is not None and test.status in by_points
        # As in nbgrader, there is no extra credit for what nobody has judged.
        if given.points is None and given.test is None:
            score = 0.0
        else:
            score = (test.points if given.points is None else given.points) + given.extra
        status = Status.of(score, test.max_points, Status.WRONG if judged else test.status)
        # A person has looked, so the note that one will is out of date.
        message = "" if judged and test.status is Status.NOT_JUDGED else test.message
        return replace(test, points=score, status=status, message=message)


NOTHING = ByHand()
