"""The class at a glance: one HTML page with scores, the hardest exercises, and what went wrong.

What went wrong are the sentences that learners were told, misconceptions mostly.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

from evenhand.class_summary import LATE, ClassSummary, Column
from evenhand.pages import points, render
from evenhand.quoting import one_line
from evenhand.results import Status

__all__ = ["html_page"]

# Colours that colour-blind people tell apart; each comes with a word or a number.
BLUE, ORANGE = "#0072B2", "#E69F00"


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


def _scores(summary: ClassSummary) -> dict[str, str] | None:
    """Draw how the points of each part are spread over the class; nothing where there are none."""
    from matplotlib.figure import Figure

    parts = {
        part: columns
        for part, columns in summary.parts.items()
        if any(summary.maximum[column] for column in columns)
    }
    if not parts:
        return None
    figure = Figure(figsize=(8, 1 + 1.1 * len(parts)), layout="constrained")
    axes = figure.subplots(len(parts), 1, sharex=True, squeeze=False)[:, 0]
    said = []
    for axis, part in zip(axes, parts, strict=True):
        best = sum(summary.maximum[column] for column in parts[part])
        shares = [  # with extra credit, a person may have more than all points
            min(100 * summary.total(student, part) / best, 100)
            for student, row in summary.cells.items()
            if any(column in row for column in parts[part])
        ]
        axis.hist(shares, bins=range(0, 101, 10), color=BLUE, edgecolor="white")
        axis.set_ylabel("students")
        axis.set_title(part, loc="left", fontsize=10)
        axis.yaxis.get_major_locator().set_params(integer=True)
        middle = sorted(shares)[len(shares) // 2]
        said.append(f"{part}: {len(shares)} students, half of them at {middle:.0f} % or above")
    axes[-1].set_xlabel("share of the part's points, in %")
    return _image(figure, "Histograms of the students' points. " + "; ".join(said) + ".")


def _hardest(summary: ClassSummary, most: int = 15) -> dict[str, str] | None:
    """Draw the exercises, of those with points, that the class earned the smallest share of."""
    from matplotlib.figure import Figure

    tried = [c for c, points in summary.maximum.items() if points and summary.tried(c)]
    if not tried:
        return None
    hardest = sorted(tried, key=summary.share)[:most]
    figure = Figure(figsize=(8, 1 + 0.32 * len(hardest)), layout="constrained")
    axis = figure.subplots()
    names = [f"{column[1]} · {column[2]}" for column in hardest]
    if len({column[0] for column in hardest}) > 1:
        names = [f"{column[0]} / {name}" for column, name in zip(hardest, names, strict=True)]
    shares = [100 * summary.share(column) for column in hardest]
    bars = axis.barh(names, shares, color=ORANGE, edgecolor="black", linewidth=0.5)
    axis.bar_label(bars, fmt="%.0f %%", padding=3, fontsize=8)
    axis.set_xlim(0, 118)
    axis.invert_yaxis()
    axis.set_xlabel("mean share of the points, in %")
    said = ", ".join(f"{name} {share:.0f} %" for name, share in zip(names, shares, strict=True))
    return _image(figure, f"Bars of the mean share of points, hardest exercise first: {said}.")


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


def _image(figure, alt: str) -> dict[str, str]:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    return {"picture": base64.b64encode(buffer.getvalue()).decode(), "text": alt}
