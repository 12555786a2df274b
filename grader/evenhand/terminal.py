"""What is shown in the terminal: lines about notebooks, progress, and tables of points."""

import contextlib
import itertools
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    track,
)
from rich.table import Table
from rich.text import Text

from evenhand.class_summary import ClassSummary, Column
from evenhand.jobs import Done
from evenhand.pages import points
from evenhand.quoting import one_line, quoted
from evenhand.results import STOPPED, ExerciseResult, FlagKind, NotebookResult, Status

_Item = TypeVar("_Item")

WORTH_A_LINE = (*STOPPED, Status.NOT_JUDGED, Status.REPAIRED, Status.TAMPERING)


def say(console: Console, style: str, *sentences: str) -> None:
    """Print sentences that may have parts from a hand-in, each as one line."""
    for sentence in sentences:
        console.print(Text(one_line(sentence), style), soft_wrap=True)


def lines(done: Done, shown: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each thing that is worth knowing about a graded notebook.

    `shown` has the label of each student.
    """
    where = f"{shown[done.job.student]} · {done.job.part}/{done.job.notebook}"
    if done.job.note:
        yield f"{where}: {done.job.note}"
    if done.result is None:
        yield f"{where}: {done.failure}"
        return
    handed_in = done.job.submission is not None  # if not, the table says it
    for sentence in done.result.for_instructor if handed_in else ():
        yield f"{where}: {sentence}"
    for flag in done.result.flags:
        if flag.kind is FlagKind.NOTICED:  # the report and --json have it
            continue
        about = f" · {flag.exercise}" if flag.exercise else ""
        yield f"{where}{about}: {flag.kind}: {flag.evidence}"
    for exercise in done.result.exercises if handed_in else ():
        flagged = any(flag.kind is not FlagKind.NOTICED for flag in exercise.flags)
        if exercise.status in WORTH_A_LINE and not flagged:
            told = f" {quoted(exercise.messages[0], 500)}" if exercise.messages else ""
            yield f"{where} · {exercise.name}: {exercise.status}.{told}"


def near(path: Path) -> str:
    """Return a path as seen from here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def followed(items: Sequence[_Item], what: str, console: Console) -> Iterable[_Item]:
    """Return the items, with a bar in a terminal for how far through them one is."""
    return track(items, what, console=console, transient=True, disable=not console.is_terminal)


def confirmed(question: str, yes: bool, console: Console) -> bool:
    """Ask a person, where there is one, before something is written; `yes` answers for them."""
    if yes:
        return True
    if sys.stdin.isatty() and input(f"{question} [y/N] ").strip().casefold() in ("y", "yes"):
        return True
    console.print("Nothing was written. To write it, run it again with --yes.")
    return False


@contextlib.contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar with the time left or, without a terminal, a line now and then."""
    if console.is_terminal:
        columns = (
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("notebooks"),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("grading", total=total)
            yield lambda count: bar.advance(task, count)
        return
    began = told = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, told
        if not count:
            return
        done += count
        now = time.monotonic()
        if now - told < 5 and done < total:
            return
        told = now
        left = (now - began) / done * (total - done)
        # The first few say nothing about the rest: the graders were starting.
        guess = f", about {left:.0f} s left" if total / 20 < done < total else ""
        console.print(f"Graded {done} of {total} notebooks{guess}.")

    yield advance


def one_by_one(batches: Iterable[list[Done]], total: int, console: Console) -> Iterator[Done]:
    """Yield what is finished, and show the progress."""
    with progress(console, total) as advance:
        for batch in batches:
            yield from batch
            advance(len(batch))


def class_table(summary: ClassSummary, console: Console) -> None:
    """Print students by exercises, part by part, in as many columns as fit."""
    shown = summary.labels
    for part, columns in summary.parts.items():
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
        return Text(status.mark, "dim")
    return Text(points(earned) + mark, style)


def own_table(results: Sequence[NotebookResult], console: Console) -> None:
    """Print the points of one's own notebooks, and for each exercise what is to be mended first."""
    for name, group in itertools.groupby(results, key=lambda result: result.part):
        grid = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD)
        for heading in ("notebook", "exercise"):
            grid.add_column(heading)
        grid.add_column("points", justify="right")
        grid.add_column("", ratio=1)
        later = 0
        for result in group:
            tried = [e for e in result.exercises if e.status is not Status.NOT_ATTEMPTED]
            later += len(result.exercises) - len(tried)
            for number, exercise in enumerate(tried):
                full = exercise.points >= exercise.max_points
                style = "green" if full else "yellow" if exercise.points else ""
                grid.add_row(
                    result.notebook if number == 0 else "",
                    exercise.name,
                    Text(f"{points(exercise.points)} / {points(exercise.max_points)}", style),
                    Text(_first_said(exercise)),
                )
        if grid.row_count:
            console.print(grid)
        if later:
            plural = "" if later == 1 else "s"
            console.print(f"{name}: {later} exercise{plural} not attempted yet", style="dim")


def _first_said(exercise: ExerciseResult) -> str:
    """Return what the first test says that is not passed, after its title where it is hidden.

    The page has all of them.
    """
    missed = [test for test in exercise.tests if test.points < test.max_points and test.message]
    if not missed:
        return str(exercise.status)
    first = missed[0].message.removeprefix(f"{exercise.name}: ")
    if missed[0].title != "check":
        first = f"{missed[0].title}: {first}"
    others = len({test.message for test in missed}) - 1
    return f"{first} (The page says {others} more.)" if others else first
