"""A policy for late work: some hours are free, then each day costs points, down to a floor.

In ``nbgrader_config.py``::

    c.AssignLatePenalties.plugin_class = "evenhand.late.LatePolicy"
    c.LatePolicy.free_hours = 2
    c.LatePolicy.percent_a_day = 10
    c.LatePolicy.floor = 50

Somebody who hands in 27 hours late is 25 hours beyond the free ones: two days have begun, so 20 %
of the earned points are taken off. From the fifth day on it is half.
"""

import math
from datetime import timedelta

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

from evenhand.course import Course, CourseError
from evenhand.quoting import quoted
from evenhand.roster import read_table

EXTENSIONS = "extensions.csv"
"""Student, part and hours, in the course folder."""


class LatePolicy(LateSubmissionPlugin):
    """The plugin for nbgrader."""

    free_hours = Float(0, min=0, help="hours that cost nothing").tag(config=True)
    percent_a_day = Float(
        10, min=0, max=100, help="of the points that were earned, for each day that has begun"
    ).tag(config=True)
    floor = Float(
        0, min=0, max=100, help="percent of the earned points that stay, however late"
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that are taken off; None if there are none."""
        beyond = total_seconds_late - 3600 * self.free_hours
        if beyond <= 0:
            return None
        taken = min(math.ceil(beyond / 86_400) * self.percent_a_day, 100 - self.floor)
        return score * taken / 100 or None


def extensions_of(course: Course) -> dict[tuple[str, str], timedelta]:
    """Return the extension of the deadline for each pair of student and part.

    Raises
    ------
    CourseError
        If the file is not a table of extensions.
    """
    path = course.root / EXTENSIONS
    if not path.is_file():
        return {}
    heading, rows = read_table(path)
    columns = [name.strip().casefold() for name in heading]
    if not {"student", "part", "hours"} <= set(columns):
        raise CourseError(f"{path} needs the columns student, part and hours.")
    found = {}
    for row in rows:
        said = dict(zip(columns, map(str.strip, row), strict=False))
        try:
            found[said["student"], said["part"]] = timedelta(hours=float(said["hours"]))
        except (ValueError, OverflowError):
            raise CourseError(f"{path}: {quoted(said['hours'])} is no number of hours.") from None
    return found
