"""How hard an exercise was, and how well it separates strong students from weak ones."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from evenhand.class_summary import LATE, ClassSummary, Column
from evenhand.quoting import alphabetical
from evenhand.results import Status

FEWEST = 10
"""With fewer students than this, no discrimination is given: it would be chance."""

SOME = 5
"""A variant of fewer students than this has no statistics of its own."""

_NO_TRY = (Status.MISSING, Status.NOT_ATTEMPTED, Status.NOT_JUDGED)


@dataclass(frozen=True)
class ItemStatistics:
    """Statistics of one exercise.

    Attributes
    ----------
    tried, not_attempted, missing, not_judged
        Numbers of students, among those who handed in anything of the part.
    difficulty
        Mean share of the points among those who tried; small is hard. None if nobody did.
    discrimination
        Correlation of that share with the points for the rest of the part. None if too few tried,
        or all got the same.
    """

    tried: int
    not_attempted: int
    missing: int
    not_judged: int
    difficulty: float | None
    discrimination: float | None


def item_statistics(summary: ClassSummary) -> dict[Column, ItemStatistics]:
    """Return the statistics of each exercise that has points, in the course's order."""
    found = {}
    for columns in summary.parts.values():
        items = [c for c in columns if summary.maximum[c] and c[2] != LATE]
        for column in items:
            cells = [row[column] for row in summary.cells.values() if column in row]
            rows = [
                row
                for row in summary.cells.values()
                if column in row and row[column][1] not in _NO_TRY
            ]
            shares = [row[column][0] / summary.maximum[column] for row in rows]
            rest = [sum(row[c][0] for c in items if c != column and c in row) for row in rows]
            statuses = [status for _, status in cells]
            found[column] = ItemStatistics(
                tried=len(rows),
                not_attempted=statuses.count(Status.NOT_ATTEMPTED),
                missing=statuses.count(Status.MISSING),
                not_judged=statuses.count(Status.NOT_JUDGED),
                difficulty=statistics.fmean(shares) if shares else None,
                discrimination=_correlation(shares, rest) if len(rows) >= FEWEST else None,
            )
    return found


def by_variant(
    summary: ClassSummary, variants: Mapping[str, str]
) -> dict[str, dict[Column, ItemStatistics]]:
    """Return the statistics of each variant's students, where at least `SOME` of them handed in."""
    groups: dict[str, set[str]] = {}
    for student in summary.cells:
        groups.setdefault(variants.get(student, ""), set()).add(student)
    return {
        name: item_statistics(summary.only(students.__contains__, lambda part: True))
        for name, students in sorted(groups.items(), key=lambda group: alphabetical(group[0]))
        if name and len(students) >= SOME
    }


def _correlation(some: list[float], others: list[float]) -> float | None:
    try:
        return statistics.correlation(some, others)
    except statistics.StatisticsError:  # one of them does not vary
        return None
