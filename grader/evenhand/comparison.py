"""Grade a class with stock nbgrader and with evenhand, and report each difference and its cause.

Nothing is recorded: stock nbgrader works in a copy that is deleted.
"""

import argparse
import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from evenhand.arguments import chosen, graders_of, opened, wanted
from evenhand.course import CourseError
from evenhand.jobs import Done, find_jobs, of_python
from evenhand.pages import points as written
from evenhand.quoting import labels, quoted
from evenhand.rehearsal import Way
from evenhand.rehearsing import rehearse
from evenhand.results import (
    NO_RESPONSE,
    STOPPED,
    FlagKind,
    NotebookResult,
    Status,
    TestResult,
)
from evenhand.stock import Mark, StockResult, grade_as_stock
from evenhand.terminal import one_by_one, progress, say

OURS = "evenhand is right"
THEIRS = "nbgrader is right"
UNKNOWN = "look at the cell: which is right is not known"

_HOW = {
    Way.APART: "apart from the learner's code",
    Way.BESIDE: "beside the learner's code",
    Way.PERSON: "by a person",
}


@dataclass(frozen=True)
class Disagreement:
    """One grade cell, or one notebook, on which the two graders disagree.

    Attributes
    ----------
    student, part, notebook
        Where it is.
    cell
        Its grade_id; empty for a whole notebook.
    stock, ours
        Points in words; "a person" if one is asked, "nothing" if nothing was graded.
    cause
        A sentence on why, as far as is known.
    right
        `OURS`, `THEIRS` or `UNKNOWN`.
    """

    student: str
    part: str
    notebook: str
    cell: str
    stock: str
    ours: str
    cause: str
    right: str


def compare_with_stock(arguments: argparse.Namespace, console: Console) -> int:
    """Compare, and list every difference; return 1 where there is any, 0 where there is none."""
    course, options, sources = opened(arguments)
    student, part = wanted(arguments.student), wanted(arguments.part)
    here = {name: folders for name, folders in course.submissions().items() if name in sources}
    hand_ins = chosen(here, student, part)
    jobs, problems = find_jobs(hand_ins, sources, options)
    jobs, others = of_python([job for job in jobs if job.submission])
    say(console, "yellow", *problems, *others)
    if not jobs:
        raise CourseError("There is nothing to compare: no notebook was handed in.")
    console.print(f"Stock nbgrader grades {len(jobs)} notebooks in a copy …")
    with (
        tempfile.TemporaryDirectory(
            prefix="evenhand-stock-", ignore_cleanup_errors=True
        ) as scratch,
        progress(console, len(jobs)) as advance,
    ):
        stock = grade_as_stock(course, options, hand_ins, Path(scratch).resolve(), advance)
    console.print(f"evenhand grades the same {len(jobs)} notebooks …")
    graders = graders_of(arguments, options, sources, jobs)
    with contextlib.closing(graders):
        came = rehearse(graders, jobs, console)
        todo = came.ready(jobs)
        done = list(one_by_one(graders.grade(todo), len(todo), console))
    found = list(disagreements(stock, sorted(done, key=lambda one: one.job.key)))
    say(console, "yellow", *_lines(found, labels(job.student for job in jobs)))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([asdict(one) for one in found]), "utf-8")
    cells = sum(len(one.result.tests) for one in done if one.result)
    console.print(
        f"{cells} cells of {len(done)} notebooks compared, {len(found) or 'no'} "
        f"difference{'s' * (len(found) != 1)}."
    )
    return 1 if found or came.broken else 0


def disagreements(stock: StockResult, done: Sequence[Done]) -> Iterator[Disagreement]:
    """Yield where stock nbgrader and we differ, notebook by notebook."""
    for one in done:
        student, part, notebook = key = one.job.key
        tests = one.result.tests if one.result else ()
        marks = {test.name: stock.marks.get((*key, test.name)) for test in tests}
        if one.result is None:
            if (student, part) not in stock.problems:
                cause = f"evenhand came to no certain result: {one.failure}."
                yield Disagreement(*key, "", "points", "nothing", cause, UNKNOWN)
        elif tests and not any(marks.values()):
            why = stock.problems.get((student, part), "it takes none under this file name")
            cause = f"Stock nbgrader graded nothing of the hand-in: {quoted(why, 300)}."
            yield Disagreement(*key, "", "nothing", "points", cause, OURS)
        for test in tests if any(marks.values()) else ():
            mark = marks[test.name]
            if mark is None:
                cause = "Stock nbgrader has no such cell."
                yield Disagreement(*key, test.name, "nothing", _ours(test), cause, UNKNOWN)
            elif _stock(mark) != _ours(test):
                cause, right = _cause(mark, test, one.result)
                if right == UNKNOWN and one.rehearsal:
                    cause += f" It is judged {_HOW[one.rehearsal.ways[test.name]]}."
                yield Disagreement(*key, test.name, _stock(mark), _ours(test), cause, right)


def _stock(mark: Mark) -> str:
    return "a person" if mark.points is None else written(mark.points)


def _ours(test: TestResult) -> str:
    asked = test.manual and test.status not in NO_RESPONSE
    return "a person" if asked or test.status is Status.NOT_JUDGED else written(test.points)


def _cause(mark: Mark, test: TestResult, result: NotebookResult) -> tuple[str, str]:
    """Say why two graders differ on a cell, and which of them is right."""
    told = quoted(test.message, 300) if test.message else ""
    error = quoted(mark.error, 300)
    flags = [flag for flag in result.flags if flag.exercise in ("", test.exercise)]
    weightiest = {flag.kind: flag for flag in reversed(flags)}
    if test.status is Status.NOT_JUDGED:
        return f"evenhand cannot judge this and leaves it to a person. {told}".strip(), UNKNOWN
    if mark.points is None or _ours(test) == "a person":
        return "One asks a person for points, the other does not.", THEIRS
    if mark.points < test.points:
        if mark.wrote and not mark.error:
            return (
                "Something was written to standard error during the test, such as a warning. "
                "nbgrader takes that for a failure.",
                OURS,
            )
        if FlagKind.REPAIRED in weightiest:
            evidence = quoted(weightiest[FlagKind.REPAIRED].evidence, 300)
            return f"evenhand repaired something first: {evidence}", OURS
        if mark.error.startswith(("DeadKernelError", "CellTimeoutError")):
            return f"Stock nbgrader's kernel ended ({error}).", OURS
        return f"With stock nbgrader the test fails: {error or 'it shows fewer points'}.", UNKNOWN
    if FlagKind.TAMPERING in weightiest:
        evidence = quoted(weightiest[FlagKind.TAMPERING].evidence, 300)
        return f"The hand-in reaches for the tests: {evidence}", OURS
    if test.status in STOPPED:
        return f"evenhand stopped the code ({test.status}). {told}".strip(), UNKNOWN
    if mark.shown and not _number(mark.shown):
        return (
            f"The test cell shows {quoted(mark.shown, 100)}, which is no number of points. "
            "nbgrader gives all of them.",
            OURS,
        )
    return f"Here the test says: {told or test.status}.", UNKNOWN


def _number(text: str) -> bool:
    with contextlib.suppress(ValueError):
        float(text)
        return True
    return False


def _lines(found: Sequence[Disagreement], shown: Mapping[str, str]) -> Iterator[str]:
    """Say each difference once, with all whom it concerns."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in found:
        key = (one.part, one.notebook, one.cell, one.stock, one.ours, one.cause, one.right)
        groups.setdefault(key, []).append(shown[one.student])
    for (part, notebook, cell, stock, ours, cause, right), students in groups.items():
        who = ", ".join(students[:5]) + (f" and {len(students) - 5} more" * (len(students) > 5))
        where = f"{part}/{notebook}" + (f" · {cell}" if cell else "")
        yield f"{where}: nbgrader {stock}, evenhand {ours} ({who}). {cause} So {right}."
