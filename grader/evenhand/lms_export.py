"""Grades for an LMS: its own export file, with this course's points filled in.

Where nothing was handed in, the LMS's cell stays as it is, mostly empty; a wrong answer is 0.
"""

import argparse
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins.export import ExportPlugin
from rich.console import Console
from traitlets import Enum, Unicode

from evenhand.arguments import add_part, wanted
from evenhand.course import Course, CourseError
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import replace_table
from evenhand.pages import points
from evenhand.quoting import csv_cell, quoted
from evenhand.record import Recorder
from evenhand.results import Status
from evenhand.roster import Person, Roster, read_table, same_name
from evenhand.terminal import near, say


@dataclass(frozen=True)
class Grades:
    """The points of a class, by part.

    Attributes
    ----------
    earned
        Student -> part -> points; None where nothing was handed in.
    most
        Part -> its maximum points.
    waiting
        Part -> the number of cells that have no points yet because a person gives them.
    pending
        The pairs of student and part with such cells.
    """

    earned: dict[str, dict[str, float | None]]
    most: dict[str, float]
    waiting: dict[str, int]
    pending: set[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--lms", required=True, choices=("canvas", "moodle", "csv"))
    parser.add_argument(
        "table",
        nargs="?",
        type=Path,
        metavar="CSV",
        help="what the LMS exports: Canvas's gradebook, Moodle's gradebook or grading worksheet",
    )
    add_part(parser)
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="PART=HEADING",
        help="the LMS's column for a part, where its heading does not say so; repeatable",
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: report/LMS.csv")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write grades as Canvas or Moodle imports them, into a copy of what it exports."""
    course = Course.open(arguments.course)
    for pair in arguments.column:
        if "=" not in pair:
            raise CourseError(f"--column {quoted(pair)} should be like 2-letters='Letters (55)'.")
    columns = dict(pair.partition("=")[::2] for pair in arguments.column)
    to = arguments.to or course.root / "report" / f"{arguments.lms}.csv"
    with course.lock(), in_sentences(course), console.status("Reading the gradebook …"):
        waiting, problems = _write(
            course, arguments.lms, arguments.table, arguments.part, columns, to
        )
    say(console, "yellow", *waiting, *problems)
    console.print(f"For {arguments.lms.capitalize()}: {near(to)}", soft_wrap=True)
    return 1 if problems else 0


class LmsExport(ExportPlugin):
    """The same for ``nbgrader export --exporter evenhand.lms_export.LmsExport``."""

    lms = Enum(("canvas", "moodle", "csv"), "csv", help="the LMS").tag(config=True)
    table = Unicode("", help="what the LMS exports").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names."""
        course = Course(self.parent.coursedir, self.parent.config)
        table = Path(self.table) if self.table else None
        to = Path(self.to or f"{self.lms}.csv")
        parts = list(self.assignment) or None
        waiting, problems = _write(course, self.lms, table, parts, {}, to, list(self.student))
        for line in waiting + problems:
            self.log.warning(line)
        self.log.info("Exported grades to %s", to)


def _write(
    course: Course,
    lms: str,
    table: Path | None,
    parts: Sequence[str] | None,
    columns: Mapping[str, str],
    to: Path,
    students: Collection[str] = (),
) -> tuple[list[str], list[str]]:
    """Write the file; return a line for each part not fully graded and each entry left out."""
    roster = Roster.of(course)
    grades = grades_of(course, parts)
    if students:
        kept = {who: row for who, row in grades.earned.items() if who in students}
        grades = replace(grades, earned=kept)
    if unknown := columns.keys() - grades.most.keys():
        raise CourseError(f"--column: nothing is graded of a part {quoted(min(unknown))}.")
    problems: list[str] = []
    waiting = [
        f"{part}: {count} answers wait for a person's points and count as 0"
        for part, count in grades.waiting.items()
    ]
    if lms == "csv":
        rows = _plain(grades, roster)
    elif table is None:
        raise CourseError(
            "Give the file that the LMS exports, so that its ids fit: Canvas's Grades, Export; "
            "Moodle's grading worksheet of the assignment, or the export of its Grades."
        )
    else:
        rows, problems = _filled(table, lms, grades, columns, roster)
    replace_table(to, rows)
    return waiting, problems


def grades_of(course: Course, parts: Sequence[str] | None) -> Grades:
    """Return the gradebook's points for some parts.

    Raises
    ------
    CourseError
        If nothing of them is graded.
    """
    part = wanted(parts)
    grades = Grades({}, {}, {}, set())
    most: dict[str, dict[str, float]] = {}
    with Recorder(course) as recorder:
        for stored in recorder.stored():
            result = stored.result
            if not part(result.part):
                continue
            most.setdefault(result.part, {})[result.notebook] = result.max_points
            row = grades.earned.setdefault(result.student, {})
            if any(test.status is not Status.MISSING for test in result.tests):
                row[result.part] = (row.get(result.part) or 0.0) + result.points
            else:
                row.setdefault(result.part, None)
            waiting = sum(test.status is Status.NOT_JUDGED for test in result.tests)
            if waiting:
                grades.waiting[result.part] = grades.waiting.get(result.part, 0) + waiting
                grades.pending.add((result.student, result.part))
    if not most:
        raise CourseError("Nothing of such a part is graded. Run `grade` first.")
    grades.most.update({name: sum(most[name].values()) for name in sorted(most)})
    return grades


def _plain(grades: Grades, roster: Roster) -> list[list[str]]:
    rows = [["id", "last_name", "first_name", "email", *map(csv_cell, grades.most)]]
    students = dict.fromkeys([*roster.people, *grades.earned])
    for student in students:
        person = roster.people.get(student, Person(student))
        earned = grades.earned.get(student, {})
        told = [person.id, person.last_name, person.first_name, person.email]
        rows.append([*map(csv_cell, told), *(_cell(earned.get(part)) for part in grades.most)])
    return rows


def _cell(value: float | None) -> str:
    return "" if value is None else points(value)


def _harmless(cell: str) -> str:
    """Return a cell so that no spreadsheet takes it for a formula."""
    harmless = csv_cell(cell)
    return harmless if harmless.startswith("'") else cell


# An LMS's own file

# The columns that identify people, and those that name them.
_MARKS = ("id", "sis user id", "sis login id", "id number", "username", "email address", "email")
_NAMES = ("Student", "Full name", "First name", "Last name", "Surname")


def _filled(
    table: Path, lms: str, grades: Grades, columns: Mapping[str, str], roster: Roster
) -> tuple[list[list[str]], list[str]]:
    """Return the rows of an LMS's file with our points, and what to report."""
    heading, rows = read_table(table)
    worksheet = lms == "moodle" and "Identifier" in heading
    names = [name.strip("\ufeff ") for name in heading]
    # In the order in which the LMS uses them.
    known = [i for i, name in enumerate(names) if name.casefold() in _MARKS]
    named = [i for i, name in enumerate(names) if name in _NAMES]
    if not known or (lms == "canvas" and "Section" not in heading):
        raise CourseError(
            f"{table} is no export of {lms.capitalize()}'s grades: it has no column that tells "
            "people apart."
        )
    places = (
        _worksheets(heading, grades, table)
        if worksheet
        else _columns(heading, grades, columns, table)
    )
    if lms == "canvas":
        keep = [*range(heading.index("Section") + 1), *places.values()]
    else:
        keep = [*range(len(heading))] if worksheet else [*named, *known, *places.values()]
    lines: list[str] = []
    found: set[str] = set()
    for row in rows:
        if lms == "canvas" and "Points Possible" in row[0]:
            lines += _other_maximum(row, places, grades)
            continue
        marks = [row[i].strip() for i in known]
        person = roster.find(" ".join(row[i] for i in named), *marks)
        student = person.id if person else next((m for m in marks if m in grades.earned), "")
        if not student:
            continue
        found.add(student)
        for part, place in places.items():
            value = grades.earned.get(student, {}).get(part)
            if value is not None and row[place].strip() != "EX":  # excused, says Canvas
                row[place] = points(value)
    numbers = set(places.values())
    made = [
        [row[i] if i in numbers else _harmless(row[i]) for i in keep] for row in [heading, *rows]
    ]
    missing = sorted(set(grades.earned) - found)
    if missing:
        some = ", ".join(quoted(name, 60) for name in missing[:10])
        lines.append(f"{table.name} does not have {len(missing)} students: {some}; see roster.csv")
    return made, lines


def _columns(
    heading: Sequence[str], grades: Grades, columns: Mapping[str, str], table: Path
) -> dict[str, int]:
    """Return the index of each part's column, as given by the user or found by its heading."""
    places: dict[str, int] = {}
    plain = (re.sub(r"\s*\((?:\d+|Real)\)$|^Assignment:\s*", "", name) for name in heading)
    titles = list(map(same_name, plain))
    for part in grades.most:
        if part in columns:
            if columns[part] not in heading:
                raise CourseError(f"{table} has no column {quoted(columns[part])}.")
            places[part] = heading.index(columns[part])
            continue
        words = {same_name(part), same_name(re.sub(r"^\d+[\W_]*", "", part))} - {""}
        exact = [i for i, title in enumerate(titles) if title in words]
        loose = [i for i, title in enumerate(titles) if any(word in title for word in words)]
        fits = exact if len(exact) == 1 else loose
        if len(fits) == 1:
            places[part] = fits[0]
    if not places:
        some = ", ".join(quoted(name, 60) for name in heading[4:20])
        raise CourseError(
            f"{table} has no column that is clearly one of {', '.join(grades.most)}. Its columns: "
            f"{some}. Say which: --column '{next(iter(grades.most))}=HEADING'."
        )
    return places


def _worksheets(heading: Sequence[str], grades: Grades, table: Path) -> dict[str, int]:
    if len(grades.most) != 1 or "Grade" not in heading:
        raise CourseError(f"{table} is about one assignment: say which part it is with --part.")
    return {next(iter(grades.most)): heading.index("Grade")}


def _other_maximum(row: Sequence[str], places: Mapping[str, int], grades: Grades) -> list[str]:
    """Report parts for which Canvas has another maximum; points are not scaled."""
    lines = []
    for part, place in places.items():
        text = row[place].strip().replace(",", ".")
        if re.fullmatch(r"\d+(\.\d+)?", text) and float(text) != grades.most[part]:
            lines.append(
                f"{part} has {points(grades.most[part])} points, and {points(float(text))} in "
                "Canvas; points are sent as they are: change it in Canvas"
            )
    return lines
