"""The command ``roster``: read an LMS's lists into ``roster.csv`` and the gradebook."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from evenhand.course import Course
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import replace_table
from evenhand.record import Recorder
from evenhand.roster import FILE, Person, Roster, people_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "lists",
        nargs="*",
        type=Path,
        metavar="CSV",
        help="Canvas's gradebook export, or Moodle's list of participants or grades; without one, "
        f"the gradebook is told what {FILE} says",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read who is in the class from what Canvas or Moodle exports, into roster.csv and the
    gradebook.
    """
    course = Course.open(arguments.course)
    with course.lock(), in_sentences(course):
        people = [person for path in arguments.lists for person in people_in(path)]
        return merge(course, people, console)


def merge(course: Course, people: Iterable[Person], console: Console) -> int:
    """Merge people into the roster and the gradebook; return the exit status."""
    before = Roster.of(course)
    roster = before.merged(people)
    if roster.people != before.people:
        replace_table(course.root / FILE, roster.rows())
    with console.status("Telling the gradebook …"), Recorder(course) as recorder:
        recorder.introduce(roster.people.values())
    new = len(roster.people.keys() - before.people.keys())
    console.print(f"{FILE}: {len(roster.people)} students, {new} new. The gradebook knows them.")
    return 0
