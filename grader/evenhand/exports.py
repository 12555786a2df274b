"""The class in files for other programs: JSON with everything, CSV for an LMS."""

import csv
import itertools
import json
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from evenhand.class_summary import LATE, ClassSummary
from evenhand.pages import points
from evenhand.quoting import csv_cell, labels
from evenhand.results import ExerciseResult, Flag, NotebookResult, Status, weightiest_first


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

    What was not handed in is empty; what was wrong is 0.

    Text is quoted and no formula: see `evenhand.quoting.csv_cell`. Numbers are numbers.
    """
    parts = summary.parts
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    headings = ["student", *("/".join(c) for c in summary.maximum), *parts, "total"]
    writer.writerow([csv_cell(heading) for heading in headings])
    shown = labels(summary.cells, odd=csv_cell)
    for student, row in summary.cells.items():
        given = {c: earned for c, (earned, status) in row.items() if status is not Status.MISSING}
        earned = [given.get(c) for c in summary.maximum]
        handed_in = [part for part in parts if summary.handed_in(student, part)]
        earned += [summary.total(student, p) if p in handed_in else None for p in parts]
        earned.append(summary.total(student) if handed_in else None)
        writer.writerow(
            [csv_cell(shown[student]), *("" if x is None else _Number(x) for x in earned)]
        )


class _Number(float):
    """Points, which the CSV file writes as people do."""

    def __str__(self) -> str:
        return points(self)

    __repr__ = __str__
