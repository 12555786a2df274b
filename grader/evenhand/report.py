"""The class at a glance: one HTML page with scores, the hardest exercises, and what went wrong.

What went wrong are the sentences that learners were told, misconceptions mostly.
"""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.class_summary import LATE, ClassSummary, Column
from evenhand.pages import points, render
from evenhand.quoting import one_line
from evenhand.results import Status

__all__ = ["html_page"]


def html_page(summary: ClassSummary, title: str) -> str:
    """Write the class report: one page that needs nothing else."""
    return render(
        "report.html",
        one_line,
        title=title,
        summary=summary,
        exercises=sum(column[2] != LATE for column in summary.maximum),
        scores=_scores(summary),
        hardest=_hardest(summary),
        sentences=_sentences(summary),
        parts=[(part, c, _rows(summary, part, c)) for part, c in summary.parts.items()],
    )


def _scores(summary: ClassSummary) -> list[tuple[str, list[int], str]]:
    """Return how the points of each part are spread over the class.

    Returns
    -------
    list of (part, counts, text)
        How many students have up to 10, 20, … 100 % of the part's points, and what that comes to.
    """
    found = []
    for part, columns in summary.parts.items():
        best = sum(summary.maximum[column] for column in columns)
        if not best:
            continue
        shares = sorted(
            100 * summary.total(student, part) / best
            for student, row in summary.cells.items()
            if any(column in row for column in columns)
        )
        counts = [0] * 10
        for share in shares:  # with extra credit, a person may have more than all points
            counts[max(0, min(int(share // 10), 9))] += 1
        middle = min(shares[len(shares) // 2], 100)
        text = f"{len(shares)} student{'s' * (len(shares) != 1)}"
        text += f", half of them at {middle:.0f} % or above" * (len(shares) > 1)
        found.append((part, counts, text))
    return found


def _hardest(summary: ClassSummary, most: int = 15) -> list[tuple[Column, float]]:
    """Return the exercises, of those with points, that the class earned the smallest share of."""
    tried = [c for c, points in summary.maximum.items() if points and summary.tried(c)]
    shares = {column: summary.share(column) for column in tried}
    return sorted(shares.items(), key=lambda item: item[1])[:most]


def _sentences(summary: ClassSummary, most: int = 5) -> list[tuple[int, int, Column, str]]:
    """Return how many needed a sentence, of how many, in which exercise; the commonest first."""
    rows = []
    for column, counter in summary.sentences.items():
        handed_in = len(summary.tried(column))
        for sentence, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:most]:
            rows.append((count, handed_in, column, sentence))
    return sorted(rows, key=lambda row: (-row[0], row[2]))


def _rows(
    summary: ClassSummary, part: str, columns: list[Column]
) -> Iterator[tuple[str, list[tuple[str, str, str]], float]]:
    """Yield a student's name, the cells of the table, and the sum."""
    for student, shown in summary.labels.items():
        row = summary.cells[student]
        if any(c in row for c in columns):
            cells = [_cell(row.get(c), summary.maximum[c]) for c in columns]
            yield shown, cells, summary.total(student, part)


def _cell(cell: tuple[float, Status] | None, maximum: float) -> tuple[str, str, str]:
    """Return a cell's points, word and colour."""
    if cell is None:
        return "", "", ""
    earned, status = cell
    share = earned / maximum if maximum else 1
    # Darker is less; the number beside it says the same.
    colour = f"rgb({255 - 25 * (1 - share):.0f}, {255 - 60 * (1 - share):.0f}, 255)"
    return points(earned), status if status.mark or status is Status.LATE else "", colour
