"""The class at a glance: a table in the terminal, JSON, CSV for an LMS, and an HTML page.

In: what the gradebook holds, one notebook after another. Out: files and text. The page shows
scores, which exercises are hardest, and which sentences (misconceptions, mostly) were needed how
often.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .feedback import STYLE, points
from .quoting import csv_cell, labels, one_line
from .results import (
    NO_RESPONSE,
    ExerciseResult,
    Flag,
    FlagKind,
    NotebookResult,
    Status,
    weightiest_first,
)

__all__ = ["ClassSummary", "html_page", "table", "write_csv", "write_json"]

# Colours that colour-blind people tell apart; each comes with a word or a number.
BLUE, ORANGE = "#0072B2", "#E69F00"

Column = tuple[str, str, str]
"""Part, notebook, exercise."""

LATE = str(Status.LATE)
"""Stands in an exercise's place for what is taken off: with it, columns add up to the points."""


@dataclass
class ClassSummary:
    """Points and sentences of a whole class, without anything that grows with the notebooks' size.

    Attributes
    ----------
    maximum : dict
        Column -> points, in the course's order; 0 for what is taken off for handing in late.
    cells : dict
        Student -> column -> (points, status).
    sentences : dict
        Column -> sentence -> number of students who needed it.
    flags : dict
        Kind of evidence -> a line for each piece of it.
    """

    maximum: dict[Column, float] = field(default_factory=dict)
    cells: dict[str, dict[Column, tuple[float, Status]]] = field(default_factory=dict)
    sentences: dict[Column, Counter[str]] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, results: Iterable[NotebookResult]) -> ClassSummary:
        """Sum up the results of a class."""
        summary = cls()
        flags: list[tuple[str, str, str]] = []
        for result in results:
            row = summary.cells.setdefault(result.student, {})
            for exercise in result.exercises:
                column = (result.part, result.notebook, exercise.name)
                summary.maximum[column] = exercise.max_points
                row[column] = (exercise.points, exercise.status)
                said = summary.sentences.setdefault(column, Counter())
                if exercise.status not in NO_RESPONSE:
                    said.update({_general(message) for message in exercise.messages})
            for flag in result.flags:
                about = f" · {flag.exercise}" if flag.exercise else ""
                line = f"{result.part}/{result.notebook}{about}: {flag.evidence}"
                flags.append((flag.kind, result.student, line))
            if result.penalty:
                column = (result.part, result.notebook, LATE)
                summary.maximum[column] = 0.0
                row[column] = (-result.penalty, Status.LATE)
        shown = summary.labels
        for kind, student, line in flags:
            summary.flags.setdefault(kind, []).append(one_line(f"{shown[student]} · {line}"))
        # Notebooks sort by name; exercises keep the order in which the notebook has them.
        order = sorted(summary.maximum, key=lambda column: column[:2])
        summary.maximum = {column: summary.maximum[column] for column in order}
        return summary

    @property
    def labels(self) -> dict[str, str]:
        """How to show each student's name."""
        return labels(self.cells)

    def total(self, student: str, part: str | None = None) -> float:
        """Return a student's points, of one part or of all."""
        return sum(
            earned
            for column, (earned, _) in self.cells[student].items()
            if part is None or column[0] == part
        )

    def share(self, column: Column) -> float:
        """Return the share of an exercise's points that those earned who handed it in."""
        tried = [row[column][0] for row in self.tried(column)]
        return sum(tried) / (len(tried) * self.maximum[column] or 1)

    def tried(self, column: Column) -> list[dict[Column, tuple[float, Status]]]:
        """Return the rows of those students who handed in an exercise."""
        return [
            row
            for row in self.cells.values()
            if column in row and row[column][1] is not Status.MISSING
        ]


def _general(sentence: str) -> str:
    """Leave out what differs from student to student, so that equal mistakes count as one."""
    return re.sub(r"-?\b\d+\.\d+(e[-+]?\d+)?\b", "…", sentence.strip())


def table(summary: ClassSummary, console: Console) -> None:
    """Print students by exercises, part by part, in as many columns as fit."""
    shown = summary.labels
    for part, group in itertools.groupby(summary.maximum, key=lambda column: column[0]):
        columns = list(group)
        students = [s for s, row in summary.cells.items() if any(c in row for c in columns)]
        widest = max(len(shown[s]) for s in students)
        room = console.width - min(widest, 24) - 12
        for number, some in enumerate(_fitting(columns, room)):
            last = some[-1] == columns[-1]
            grid = Table(
                title=part if number == 0 else f"{part}, continued",
                title_justify="left",
                box=box.SIMPLE_HEAD,
                padding=(0, 1, 0, 0),
            )
            grid.add_column("", overflow="fold", max_width=24)
            headings = [_heading(column, some) for column in some]
            tallest = max(heading.count("\n") for heading in headings)
            for heading in headings:
                below = "\n" * (tallest - heading.count("\n"))
                grid.add_column(heading + below, justify="right", no_wrap=True)
            if last:
                grid.add_column("total", justify="right", no_wrap=True)
            for student in students:
                row = summary.cells[student]
                cells = [_shown(row.get(c), summary.maximum[c]) for c in some]
                total = [Text(points(summary.total(student, part)), "bold")] if last else []
                grid.add_row(Text(shown[student]), *cells, *total)
            grid.add_section()
            best = [points(summary.maximum[c]) for c in some]
            total = [points(sum(summary.maximum[c] for c in columns))] if last else []
            grid.add_row("of", *best, *total, style="dim")
            console.print(grid)
    used = {status for row in summary.cells.values() for _, status in row.values()}
    marks = [f"{status.mark} {status}" for status in Status if status in used and status.mark]
    if marks:
        console.print("   ".join(marks), style="dim", highlight=False)


def _fitting(columns: list[Column], room: int) -> Iterator[list[Column]]:
    """Cut columns into runs that fit the terminal's width."""
    some: list[Column] = []
    width = 0
    for column in columns:
        wide = max(len(line) for line in _heading(column, []).split("\n")) + 1
        if some and width + wide > room:
            yield some
            some, width = [], 0
        some.append(column)
        width += wide
    yield some


def _heading(column: Column, shown: list[Column]) -> str:
    """Break an exercise's name at its underscores, below the notebook's number."""
    _, notebook, exercise = column
    first = not shown or next(c for c in shown if c[1] == notebook) == column
    lines = [""]
    for word in re.findall(r"[^_]*_?", exercise):
        if lines[-1] and len(lines[-1]) + len(word) > 11:
            lines.append("")
        lines[-1] += word
    return "\n".join([notebook[:2] if first else "", *lines])


def _shown(cell: tuple[float, Status] | None, maximum: float) -> Text:
    if cell is None:
        return Text("")
    earned, status = cell
    mark = f" {status.mark}" if status.mark else ""
    style = "green" if earned >= maximum else "yellow" if earned else "red"
    if status is Status.MISSING:
        style = "dim"
    return Text(points(earned) + mark, style)


def write_json(results: Iterable[NotebookResult], file: TextIO) -> None:
    """Write ``{student: {part: {notebook: {exercise: …}}}}``, one student in memory at a time."""
    file.write("{")
    separator = "\n"
    for student, group in itertools.groupby(results, key=lambda result: result.student):
        parts: dict[str, dict] = {}
        for result in group:
            about_all = [flag for flag in result.flags if not flag.exercise]
            parts.setdefault(result.part, {})[result.notebook] = {
                exercise.name: {**_exercise(exercise), "flags": _flags(about_all, exercise)}
                for exercise in result.exercises
            }
            if result.penalty:
                late = ExerciseResult(LATE, -result.penalty, 0.0, Status.LATE, (), (), ())
                parts[result.part][result.notebook][LATE] = _exercise(late)
        file.write(f"{separator}{json.dumps(student)}: {json.dumps(parts, indent=1)}")
        separator = ",\n"
    file.write("\n}\n")


def _exercise(exercise: ExerciseResult) -> dict:
    titles = Counter(test.title for test in exercise.tests)
    return {
        "points": exercise.points,
        "max": exercise.max_points,
        "status": exercise.status,
        "messages": list(exercise.messages),
        "flags": [],
        "tests": {
            test.title if titles[test.title] == 1 else f"{test.title} ({test.name})": {
                "points": test.points,
                "max": test.max_points,
            }
            for test in exercise.tests
        },
    }


def _flags(about_all: Iterable[Flag], exercise: ExerciseResult) -> list[dict]:
    flags = weightiest_first([*about_all, *exercise.flags])
    return [{"kind": flag.kind, "evidence": flag.evidence} for flag in flags]


def write_csv(summary: ClassSummary, file: TextIO) -> None:
    """Write a line a student: each exercise, each part, the total. Open the file with newline=''.

    Text is quoted and no formula: see `evenhand.quoting.csv_cell`. Numbers are numbers.
    """
    parts = list(dict.fromkeys(column[0] for column in summary.maximum))
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    headings = ["student", *("/".join(c) for c in summary.maximum), *parts, "total"]
    writer.writerow([csv_cell(heading) for heading in headings])
    shown = labels(summary.cells, odd=csv_cell)
    for student, row in summary.cells.items():
        earned = [row[c][0] if c in row else None for c in summary.maximum]
        earned += [summary.total(student, part) for part in parts]
        earned.append(summary.total(student))
        writer.writerow(
            [csv_cell(shown[student]), *("" if x is None else _Number(x) for x in earned)]
        )


class _Number(float):
    """Points, which the CSV file writes as people do."""

    def __str__(self) -> str:
        return points(self)

    __repr__ = __str__


def html_page(summary: ClassSummary, title: str) -> str:
    """Write the class report: one page that needs nothing else."""
    sections = [
        f"<h1>{_text(title)}</h1>",
        f"<p>{len(summary.cells)} students, "
        f"{sum(column[2] != LATE for column in summary.maximum)} exercises.</p>",
    ]
    if summary.cells:
        sections += [
            "<h2>Scores</h2>",
            _scores(summary),
            "<h2>Hardest exercises</h2>",
            "<p>Of those who handed in the notebook.</p>",
            _hardest(summary),
            "<h2>What went wrong, and how often</h2>",
            _sentences(summary),
        ]
        sections += _evidence(summary)
        sections += ["<h2>Students by exercises</h2>", *_tables(summary)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}\nbody {{ max-width: 80rem; }}\n"
        ".wide { overflow-x: auto; }\n</style></head>\n<body>\n"
        + "\n".join(sections)
        + "\n</body></html>\n"
    )


def _evidence(summary: ClassSummary, most: int = 500) -> Iterator[str]:
    """List what a person should judge or look at, and, folded up, what was only noticed."""

    def lines(kind: str) -> str:
        found = summary.flags[kind]
        more = len(found) - most
        shown = [*found[:most], *([f"… and {more} more; --json has them all"] if more > 0 else [])]
        return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in shown)}</ul>"

    if FlagKind.TAMPERING in summary.flags:
        yield "<h2>For a person to judge</h2>"
        yield "<p>No honest notebook does this. It took no points by itself.</p>"
        yield lines(FlagKind.TAMPERING)
    if FlagKind.ODD in summary.flags:
        yield "<h2>Worth a look</h2>"
        yield "<p>Unusual, and perhaps quite all right. It took no points.</p>"
        yield lines(FlagKind.ODD)
    if FlagKind.NOTICED in summary.flags:
        yield "<details><summary>Noticed besides, as honest notebooks have it, too</summary>"
        yield f"{lines(FlagKind.NOTICED)}</details>"


def _scores(summary: ClassSummary) -> str:
    """Draw how the points of each part are spread over the class."""
    from matplotlib.figure import Figure

    parts = list(dict.fromkeys(column[0] for column in summary.maximum))
    figure = Figure(figsize=(8, 1 + 1.1 * len(parts)), layout="constrained")
    axes = figure.subplots(len(parts), 1, sharex=True, squeeze=False)[:, 0]
    said = []
    for axis, part in zip(axes, parts, strict=True):
        best = sum(v for c, v in summary.maximum.items() if c[0] == part) or 1
        shares = [
            100 * summary.total(student, part) / best
            for student, row in summary.cells.items()
            if any(column[0] == part for column in row)
        ]
        axis.hist(shares, bins=range(0, 101, 10), color=BLUE, edgecolor="white")
        axis.set_ylabel("students")
        axis.set_title(part, loc="left", fontsize=10)
        axis.yaxis.get_major_locator().set_params(integer=True)
        middle = sorted(shares)[len(shares) // 2]
        said.append(f"{part}: {len(shares)} students, half of them at {middle:.0f} % or above")
    axes[-1].set_xlabel("share of the part's points, in %")
    return _image(figure, "Histograms of the students' points. " + "; ".join(said) + ".")


def _hardest(summary: ClassSummary, most: int = 15) -> str:
    """Draw the exercises that the class earned the smallest share of."""
    from matplotlib.figure import Figure

    tried = [c for c in summary.maximum if c[2] != LATE and summary.tried(c)]
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


def _sentences(summary: ClassSummary, most: int = 5) -> str:
    rows = []
    for column, counter in summary.sentences.items():
        handed_in = len(summary.tried(column))
        for sentence, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:most]:
            rows.append((count, column, handed_in, sentence))
    if not rows:
        return "<p>Nothing did.</p>"
    rows.sort(key=lambda row: (-row[0], row[1]))
    body = "\n".join(
        f'<tr><td class="number">{count} of {handed_in}</td>'
        f"<td>{_text(column[1])} · {_text(column[2])}</td><td>{_text(sentence)}</td></tr>"
        for count, column, handed_in, sentence in rows
    )
    return (
        '<table><thead><tr><th scope="col" class="number">Students</th>'
        '<th scope="col">Exercise</th><th scope="col">What they were told</th></tr></thead>\n'
        f"<tbody>{body}</tbody></table>"
    )


def _tables(summary: ClassSummary) -> Iterator[str]:
    shown = summary.labels
    for part, group in itertools.groupby(summary.maximum, key=lambda column: column[0]):
        columns = list(group)
        head = "".join(
            f'<th scope="col">{_text(c[1])}<br>{_text(c[2])}<br>'
            f"<small>of {points(summary.maximum[c])}</small></th>"
            for c in columns
        )
        rows = []
        for student, row in summary.cells.items():
            if not any(c in row for c in columns):
                continue
            cells = "".join(_td(row.get(c), summary.maximum[c]) for c in columns)
            total = points(summary.total(student, part))
            rows.append(
                f'<tr><th scope="row">{_text(shown[student])}</th>{cells}<td class="number">'
                f"<strong>{total}</strong></td></tr>"
            )
        yield (
            f'<h3>{_text(part)}</h3>\n<div class="wide"><table><thead><tr><th scope="col">Student'
            f'</th>{head}<th scope="col">Total</th></tr></thead>\n<tbody>'
            + "\n".join(rows)
            + "</tbody></table></div>"
        )


def _td(cell: tuple[float, Status] | None, maximum: float) -> str:
    if cell is None:
        return "<td></td>"
    earned, status = cell
    share = earned / maximum if maximum else 1
    # Darker is less; the number beside it says the same.
    colour = f"rgb({255 - 25 * (1 - share):.0f}, {255 - 60 * (1 - share):.0f}, 255)"
    word = f"<br><small>{_text(status)}</small>" if status.mark or status is Status.LATE else ""
    return f'<td class="number" style="background: {colour}">{points(earned)}{word}</td>'


def _image(figure, alt: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{_text(alt)}" src="data:image/png;base64,{data}">'


def _text(text: str) -> str:
    return html.escape(one_line(text))
