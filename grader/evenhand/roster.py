"""Who is in the class: ``roster.csv`` in the course folder, and the lists that LMSs export.

The file has the columns that ``nbgrader db student import`` reads, and some that it ignores.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path

from evenhand.course import Course, CourseError
from evenhand.quoting import alphabetical, quoted

FILE = "roster.csv"


@dataclass(frozen=True)
class Person:
    """One student; the fields are named as in nbgrader, where it has them.

    Attributes
    ----------
    id
        The name of the student's folders, and the id in the gradebook.
    lms_user_id
        The LMS's number for the person. Empty for Moodle, whose numbers change from assignment to
        assignment.
    login, number
        The name that the person logs in with, and the institution's number for the person.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    login: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


def same_name(name: str) -> str:
    """Return a key that ignores a name's order, case, accents and punctuation."""
    if name.count(",") == 1:
        name = " ".join(reversed(name.split(",")))
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in folded if c.isalnum())


class Roster:
    """The people of a class; `find` looks them up by any id, address or name."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self.people = {person.id: person for person in people}

    @classmethod
    def of(cls, course: Course) -> "Roster":
        """Read a course's roster; return an empty one if there is no file.

        Raises
        ------
        CourseError
            If the file is not a roster.
        """
        path = course.root / FILE
        return cls(people_in(path)) if path.is_file() else cls()

    @property
    def names(self) -> dict[str, str]:
        """The name of each person, by id."""
        return {person.id: person.name for person in self.people.values()}

    def find(self, name: str = "", *marks: str) -> Person | None:
        """Return the one person with one of the ids or addresses, or else with the name.

        Return nobody if two people have the name.
        """
        for mark in filter(None, marks):
            wanted = mark.casefold()
            found = [
                person
                for person in self.people.values()
                if wanted in (one.casefold() for one in _marks(person))
            ]
            if len(found) == 1:
                return found[0]
        wanted = same_name(name)
        found = [
            person
            for person in self.people.values()
            if wanted
            and wanted in (same_name(person.name), same_name(person.last_name + person.first_name))
        ]
        return found[0] if len(found) == 1 else None

    def merged(self, people: Iterable[Person]) -> "Roster":
        """Return the roster with what another list adds; an empty field overwrites nothing."""
        made = Roster(self.people.values())
        for person in people:
            known = made.find("", *_marks(person)) or made.find(person.name) or person
            if any(
                getattr(known, mark) and getattr(person, mark) not in ("", getattr(known, mark))
                for mark in ("lms_user_id", "login", "number")
            ):
                known = person  # a namesake
            news = {k: v for k, v in asdict(person).items() if v and k != "id"}
            made.people[known.id] = replace(known, **news)
        return made

    def rows(self) -> list[Sequence[str]]:
        """Return the rows of the roster's file, the heading first."""
        people = sorted(self.people.values(), key=lambda person: alphabetical(person.id))
        return [[field.name for field in fields(Person)], *map(astuple, people)]


def _marks(person: Person) -> list[str]:
    marks = (person.id, person.lms_user_id, person.email, person.login, person.number)
    return [mark for mark in marks if mark]


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the heading and the rows of an LMS's CSV file, of any encoding and separator.

    Raises
    ------
    CourseError
        If it is not a CSV file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise CourseError(f"{path} is no CSV file: {error}.") from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise CourseError(f"{path} is empty. Export it once more.")
    return rows[0], [row + [""] * (len(rows[0]) - len(row)) for row in rows[1:]]


_OURS = {field.name: field.name for field in fields(Person)}
# Canvas's gradebook export, then Moodle's lists of participants, grades and submissions.
_COLUMNS = {
    "id": "lms_user_id",
    "sis user id": "number",
    "sis login id": "login",
    "firstname": "first_name",
    "lastname": "last_name",
    "first name": "first_name",
    "surname": "last_name",
    "last name": "last_name",
    "id number": "number",
    "username": "login",
    "email address": "email",
    "email": "email",
}


def people_in(path: Path) -> list[Person]:
    """Return the people in a roster, or in a file that Canvas or Moodle exports.

    In an LMS's file, a person's id is the first known of login, number, address and LMS number.

    Raises
    ------
    CourseError
        If the file names nobody, or gives two people the same id.
    """
    heading, rows = read_table(path)
    names = [name.strip().strip("\ufeff") for name in heading]
    ours = {"id", "first_name"} <= set(names) or {"id", "email"} <= set(names)
    columns = _OURS if ours else _COLUMNS
    keys = [columns.get(name if ours else name.casefold(), "") for name in names]
    full = next((i for i, n in enumerate(names) if n in ("Student", "Full name")), None)
    people: dict[str, Person] = {}
    for row in rows:
        known = {key: cell.strip() for key, cell in zip(keys, row, strict=False) if key}
        if full is not None:
            if "Points Possible" in row[full] or not row[full].strip():
                continue
            if row[full] == "Student, Test":  # Canvas's student for trying things
                continue
            known |= _split(row[full])
        ids = ("id",) if ours else ("id", "login", "number", "email", "lms_user_id")
        known["id"] = next(filter(None, map(known.get, ids)), "")
        if not known["id"]:
            continue
        person = Person(**known)
        check_folder(person.id, f"{path}: ")
        if person.id in people:
            raise CourseError(f"{path}: {quoted(person.id)} stands there twice.")
        people[person.id] = person
    if not people:
        raise CourseError(
            f"{path} names nobody. It should be Canvas's gradebook export, Moodle's list of "
            "participants or grades, or have the columns id, first_name, last_name, email."
        )
    return list(people.values())


def check_folder(name: str, where: str = "") -> None:
    """Raise `CourseError` if a student's folder cannot have this name."""
    if not re.fullmatch(r"(?!\.)[^/\\\x00-\x1f]+", name):
        raise CourseError(f"{where}{quoted(name)} cannot be the name of a folder.")


def _split(name: str) -> Mapping[str, str]:
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return {"first_name": first.strip(), "last_name": last.strip()}
