"""Sort an LMS's download of hand-ins into ``submitted/``: by student, notebook and attempt.

The download is not changed. What a newer attempt replaces is moved to ``attempts/``.
"""

import argparse
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from evenhand.archives import ENDINGS, Unfit, unpacked
from evenhand.arguments import add_part, wanted
from evenhand.attempts import BEFORE_REPAIR, FOLDER, kept_under
from evenhand.course import Course, CourseError
from evenhand.graded_files import copy_file, replace_file, replace_table
from evenhand.handins import look_into, matched, submitted_at
from evenhand.lms_layouts import METADATA, Origin, given_by, gradescope_people
from evenhand.quoting import alphabetical, called, labels, quoted
from evenhand.roster import FILE, Roster, read_table
from evenhand.terminal import followed, say

COLLECTED = "collected.csv"
"""Of what each hand-in is made, in the course folder: feedback finds its way back by it."""

_Files = dict[str, tuple[Path, Origin]]
"""Of one person: path as the person handed it in -> file, and how it came."""

_NBGRADERS = ("timestamp.txt", "submission_secret.txt")


@dataclass(frozen=True)
class Collected:
    """A line of `COLLECTED`: how one notebook was handed in."""

    student: str
    part: str
    notebook: str
    lms: str
    prefix: str
    given: str
    late: str
    when: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.student, self.part, self.notebook)


_COLUMNS = [one.name for one in fields(Collected)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "given",
        nargs="+",
        type=Path,
        metavar="FOLDER|ZIP|CSV",
        help="what Moodle, Canvas, Gradescope or Google Classroom gives, or folders of students; "
        "with Moodle's zip also its grading worksheet (CSV), which knows addresses and times",
    )
    add_part(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and write nothing"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Bring what an LMS gives into submitted/. Nothing that was given is changed."""
    course = Course.open(arguments.course)
    part = wanted(arguments.part)
    known = course.sources()
    sources = {name: books for name, books in known.items() if part(name)}
    if not sources:
        raise CourseError("No part of the course has that name.")
    roster = Roster.of(course)
    with course.lock():
        hand_ins, lines = _read(arguments.given, roster, set(known), course.cache)
        waiting = followed(sorted(hand_ins, key=alphabetical), "Collecting", console)
        done, more = _distribute(course, hand_ins, waiting, sources, not arguments.dry_run)
        if done and not arguments.dry_run:
            _remember(course, done)
    say(console, "yellow", *lines, *more)
    _summary(done, course.submissions(), roster, arguments.dry_run, console)
    return 1 if lines or not done else 0


# In


def _read(
    given: Sequence[Path], roster: Roster, parts: set[str], cache: Path
) -> tuple[dict[str, _Files], list[str]]:
    """Return the hand-ins by student's id, and a line for each file without a known student."""
    tables = [path for path in given if path.suffix.lower() == ".csv"]
    worksheet = {who: told for path in tables for who, told in _worksheet(path).items()}
    hand_ins: dict[str, _Files] = defaultdict(dict)
    lines: list[str] = []
    for path in given:
        if path in tables:
            continue
        folder, names, trouble = _listed(path, cache)
        lines += trouble
        # A single folder that holds all the others belongs to no student.
        top = {name.partition("/")[0] for name in names}
        wrapped = len(top) == 1 and all(
            name.count("/") > 1 for name in names if not name.endswith(f"/{METADATA}")
        )
        # Deeper folders come from the student, who could name them after somebody else.
        about = f"{min(top)}/{METADATA}" if wrapped else METADATA
        gradescope: dict[str, list[Origin]] = {}
        if about in names:
            names.remove(about)
            text = (folder / about).read_text("utf-8", errors="replace")
            gradescope = gradescope_people(text)
        for name in names:
            found = given_by(_inner(name, wrapped, parts), gradescope)
            if not found:
                found = _by_mark(name, roster)
            if not found:
                if _matters(name):
                    lines.append(f"{quoted(name)}: whose it is cannot be told; not collected")
                continue
            for one in found:
                one = _with_worksheet(one, worksheet)
                hand_ins[_id_of(one, roster)][one.rest] = (folder / name, one)
    return dict(hand_ins), lines


def _listed(path: Path, cache: Path) -> tuple[Path, list[str], list[str]]:
    """Return a folder, the names of the files in it, and what to report about it."""
    if not path.exists():
        raise CourseError(f"There is no {path}.")
    if path.is_file():
        if not path.name.lower().endswith(ENDINGS):
            return path.parent, [path.name], []
        try:
            path = unpacked(path, cache)
        except Unfit as error:
            raise CourseError(f"{path} cannot be unpacked: it {error}.") from error
    inside = look_into(path)
    lines = [
        f"{quoted(name)} {why}; not collected"
        for name, why in inside.left_out.items()
        if _matters(name) or why.startswith(("cannot", "lies", "and what"))
    ]
    return path, list(inside.files), lines


def _inner(name: str, wrapped: bool, parts: set[str]) -> str:
    """Return a path below the student's folder."""
    first, _, inner = name.partition("/")
    second = inner.partition("/")[0]
    if inner.count("/") and (first in parts or (wrapped and second not in parts)):
        return _inner(inner, False, parts)
    return name


def _matters(name: str) -> bool:
    return name.lower().endswith((".ipynb", *ENDINGS))


def _by_mark(name: str, roster: Roster) -> list[Origin]:
    """Return whose a loose file is: the one person whose id or address its name contains."""
    stem = name.rpartition("/")[2].casefold()
    found = {
        person.id
        for person in roster.people.values()
        for mark in (person.id, person.login, person.number, person.email)
        if len(mark) > 2 and re.search(rf"(?<![^\W_]){re.escape(mark.casefold())}(?![^\W_])", stem)
    }
    return [Origin("folder", "", tuple(found), "", name)] if len(found) == 1 else []


def _worksheet(path: Path) -> dict[str, list[str]]:
    """Return the address and time of handing in for each of Moodle's participant numbers."""
    heading, rows = read_table(path)
    names = [name.strip() for name in heading]
    if "Identifier" not in names:
        raise CourseError(
            f"{path} is no grading worksheet of Moodle's: it has no column Identifier. "
            f"For a list of people, use the command roster."
        )
    known = [dict(zip(names, map(str.strip, row), strict=False)) for row in rows]
    told = ("Email address", "Last modified (submission)")
    return {
        re.sub(r"\D", "", row["Identifier"]): [row.get(name, "") for name in told] for row in known
    }


def _with_worksheet(given: Origin, worksheet: Mapping[str, list[str]]) -> Origin:
    if given.lms != "moodle":
        return given
    email, when = worksheet.get(given.marks[0].removeprefix("moodle:"), ["", ""])
    time = None
    for form in ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%Y-%m-%d %H:%M"):
        try:
            # Moodle writes the instructor's local time.
            time = datetime.strptime(when, form).astimezone(UTC).replace(tzinfo=None)
            break
        except ValueError:
            continue
    return replace(given, marks=(email, *given.marks), when=time)


def _id_of(given: Origin, roster: Roster) -> str:
    """Return the student's id from the roster, or else one made from the name and its number."""
    marks = [mark for mark in given.marks if not mark.startswith("moodle:")]
    known = roster.find(given.name, *marks)
    if known:
        return known.id
    if given.lms == "canvas":
        name = f"{given.name}_{given.marks[0]}" if given.name else given.marks[0]
    elif given.lms == "moodle":
        name = marks[0] if marks and marks[0] else re.sub(r"_assign.*", "", given.prefix)
    else:
        name = next(iter(marks), "") or given.name
    return re.sub(r"[/\\\x00-\x1f]", "_", name).strip().lstrip(".") or "unknown"


# Which notebook, which attempt


def _distribute(
    course: Course,
    hand_ins: Mapping[str, _Files],
    students: Iterable[str],
    sources: Mapping[str, Mapping[str, Path]],
    write: bool,
) -> tuple[list[Collected], list[str]]:
    """Put each hand-in into its folder; return what was found, and what to report."""
    known = {
        f"{part}/{name}": path for part, books in sources.items() for name, path in books.items()
    }
    only = next(iter(sources)) if len(sources) == 1 else ""
    done: list[Collected] = []
    lines: list[str] = []
    for student in students:
        [shown] = labels([student]).values()
        with tempfile.TemporaryDirectory(dir=course.cache) as scratch:
            staged, older = _newest(hand_ins[student], Path(scratch))
            lines += [f"{shown}: {line}" for line in older]
            files, problems = matched(Path(scratch), known, course.cache)
            if not files:
                some = ", ".join(quoted(name, 80) for name in sorted(staged)[:3])
                lines.append(f"{shown}: gave {some}, and no notebook of this course")
                lines += [f"{shown}: {line}" for line in problems if "unpacked" in line]
                continue
            parts: dict[str, _Files] = defaultdict(dict)
            for key, (path, _) in files.items():
                part, _, name = key.partition("/")
                origin, given = _origin(path, staged)
                parts[part][f"{name}.ipynb"] = (path, given)
                if Path(origin).stem != name:
                    lines.append(f"{shown}: {quoted(origin)} is {part}/{name}")
                late = "LATE" if given.late else ""
                when = f"{given.when} UTC" if given.when else ""
                done.append(
                    Collected(student, part, name, given.lms, given.prefix, origin, late, when)
                )
                if not path.is_relative_to(scratch):  # it was unpacked, with others beside it
                    for inner in look_into(path.parent).files:
                        if not _matters(inner) and inner.lower() not in _NBGRADERS:
                            parts[part].setdefault(inner, (path.parent / inner, given))
            used = {path for path, _ in files.values()}
            main = only or max(parts, key=lambda part: len(parts[part]))
            for name, (path, given) in staged.items():
                if path in used or name.lower().endswith(ENDINGS):
                    continue
                place = name.removeprefix(f"{main}/")
                if place.lower() in _NBGRADERS and given.lms != "folder":
                    continue  # students could write this file themselves
                if name.endswith(".ipynb"):
                    lines.append(f"{shown}: {quoted(name)} is no notebook of this course")
                else:  # what its cells may open
                    parts[main].setdefault(place, (path, given))
            for part, found in parts.items():
                lines += [f"{shown}: {line}" for line in _put(course, student, part, found, write)]
    return done, lines


def _newest(hand_in: _Files, scratch: Path) -> tuple[_Files, list[str]]:
    """Copy the newest attempt of each file into a new folder; report which have others.

    LMSs and browsers count attempts in the name: ``01-1.ipynb``, ``01 (2).ipynb``.
    """
    attempts: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for name, (path, _) in hand_in.items():
        stem, dot, ending = name.rpartition(".")
        number = re.search(r"(?:-(\d{1,2})|\s*\((\d+)\))$", stem)
        if number:
            stem = stem[: number.start()]
        count = int(number[1] or number[2]) if number else 0
        attempts[f"{stem}{dot}{ending}"].append((count, path.stat().st_mtime, name))
    staged: _Files = {}
    told: list[str] = []
    for plain, found in attempts.items():
        *others, (_, _, newest) = sorted(found)
        target = scratch / plain
        target.parent.mkdir(parents=True, exist_ok=True)
        path, given = hand_in[newest]
        shutil.copyfile(path, target)
        staged[plain] = (target, given)
        if others:
            told.append(
                f"{quoted(newest)} is the newest of {len(found)} attempts; the others stay where "
                "they are"
            )
    return staged, told


def _origin(path: Path, staged: _Files) -> tuple[str, Origin]:
    """Return the name under which a notebook was handed in, and how it came."""
    for name, (where, given) in staged.items():
        if where == path:
            return name, given
    # It was in an archive; all archives of a person came in the same way.
    archive = next(name for name in staged if name.lower().endswith(ENDINGS))
    return f"{archive}/{path.name}", staged[archive][1]


def _put(
    course: Course,
    student: str,
    part: str,
    found: _Files,
    write: bool,
) -> Iterator[str]:
    """Write one student's part; yield what to report."""
    folder = course.submitted(student, part)
    when = max((given.when for _, given in found.values() if given.when), default=None)
    kept = course.root / FOLDER / student / part
    repaired = [place for place in kept.glob(f"* {BEFORE_REPAIR}") if place.is_dir()]
    changed = [
        name
        for name, (path, _) in found.items()
        if not any(
            (place / name).is_file() and (place / name).read_bytes() == path.read_bytes()
            for place in (folder, *repaired)
        )
    ]
    replaced = [name for name in changed if (folder / name).is_file()]
    before, _ = submitted_at(folder) if folder.is_dir() else (None, [])
    if replaced and when and before and when < before:
        yield f"{part}: what is there already is newer ({before} UTC); left as it is"
        return
    if replaced:
        yield f"{part}: replaces {len(replaced)} earlier files, which are kept in attempts/"
    if not write:
        return
    if replaced:
        kept /= kept_under(before)
        stale = ["timestamp.txt"] if before and not when else []
        for name in [*replaced, *stale]:
            copy_file(folder / name, kept / name)
        for name in stale:
            (folder / name).unlink()
    for name in changed:
        copy_file(found[name][0], folder / name)
    if when:
        replace_file(folder / "timestamp.txt", f"{when} UTC\n", 0o644)


# Out


def collected(course: Course) -> list[Collected]:
    """Return what is known about how hand-ins came; nothing if none were collected."""
    path = course.root / COLLECTED
    if not path.is_file():
        return []
    heading, rows = read_table(path)
    if heading != _COLUMNS:
        raise CourseError(
            f"{path} has other columns than it was given. Delete it, and collect again."
        )
    return [Collected(**dict(zip(heading, row, strict=False))) for row in rows]


def _remember(course: Course, done: Iterable[Collected]) -> None:
    known = {one.key: one for one in [*collected(course), *done]}
    rows = [astuple(known[key]) for key in sorted(known)]
    replace_table(course.root / COLLECTED, [_COLUMNS, *rows])


def _summary(
    done: Sequence[Collected],
    there: Mapping[str, Mapping[str, Path]],
    roster: Roster,
    dry: bool,
    console: Console,
) -> None:

    def told(students: Iterable[str]) -> str:
        return ", ".join(called(sorted(students, key=alphabetical), roster.names).values())

    parts: dict[str, set[str]] = defaultdict(set)
    late: dict[str, set[str]] = defaultdict(set)
    for one in done:
        parts[one.part].add(one.student)
        if one.late:
            late[one.part].add(one.student)
    for part, students in sorted(parts.items()):
        books = sum(one.part == part for one in done)
        console.print(f"{part}: {books} notebooks of {len(students)} students", soft_wrap=True)
        handed_in = students | there.get(part, {}).keys()
        if missing := set(roster.people) - handed_in:
            console.print(f"  nothing from {told(missing)}", soft_wrap=True)
        if late[part]:
            console.print(
                f"  late, as the LMS says, which does not say how much: {told(late[part])}. Write "
                "timestamp.txt beside their notebooks where it counts.",
                soft_wrap=True,
            )
    strangers = {one.student for one in done} - set(roster.people)
    if roster.people and strangers:
        console.print(f"Not in {FILE}: {told(strangers)}", soft_wrap=True)
    if not done:
        console.print("No notebook of this course is in it.")
    elif dry:
        console.print("Nothing was written (--dry-run).")
