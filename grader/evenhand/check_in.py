"""Look through submissions before the deadline: what is missing or unreadable, and small slips.

Nothing is recorded. If an exercise's function clearly has another name, the instructor is asked
whether to rename it.
"""

import argparse
import ast
import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from evenhand.arguments import add_graders, chosen, graders_of, opened, wanted
from evenhand.attempts import BEFORE_REPAIR, FOLDER, kept_under
from evenhand.cells import joined, raw_cells
from evenhand.course import Course, CourseError
from evenhand.graded_files import copy_file, replace_file
from evenhand.handins import submitted_at
from evenhand.jobs import Graders, Job, find_jobs, of_python
from evenhand.pages import points
from evenhand.quoting import alphabetical, called, labels
from evenhand.roster import Roster
from evenhand.source import Source, read_source
from evenhand.submission import read_submission
from evenhand.syntax import bindings, parse
from evenhand.terminal import confirmed, followed, one_by_one, say


@dataclass(frozen=True)
class Slip:
    """A function that is missing, and one with its signature under another name."""

    job: Job
    exercise: str
    wanted: str
    found: str

    def mended(self, text: str) -> str:
        """Return the notebook's text with the function under its right name.

        The learner's own name stays bound to it, for other code that uses it.
        """
        notebook = json.loads(text)
        for cell in raw_cells(notebook):
            lines = joined(cell.get("source")) if isinstance(cell, dict) else ""
            new, count = re.subn(rf"^def {self.found}\b", f"def {self.wanted}", lines, flags=re.M)
            if count == 1:
                note = "# renamed by your instructor"
                cell["source"] = f"{new.rstrip()}\n\n{self.found} = {self.wanted}  {note}\n"
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("part", nargs="?", help="only this, such as '2-*' (default: all)")
    parser.add_argument(
        "--yes", action="store_true", help="rename what is offered, without asking for each"
    )
    add_graders(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Before the deadline: say who handed in what, what cannot be read, and which function only has
    another name. Nothing is graded.
    """
    course, options, sources = opened(arguments)
    part = wanted([arguments.part] if arguments.part else None)
    submissions = chosen(course.submissions(), lambda name: True, part)
    if not submissions:
        raise CourseError("Nobody handed in such a part.")
    with course.lock(), contextlib.ExitStack() as stack:
        with console.status("Looking at what was handed in …"):
            jobs, problems = find_jobs(submissions, sources, options)
            jobs, others = of_python(jobs)
        say(console, "yellow", *course.refused(), *others, *problems)
        shown = labels(job.student for job in jobs)
        handed_in = [job for job in jobs if job.submission]
        count = len(problems)
        slips: list[Slip] = []
        for job in followed(handed_in, "Reading", console):
            told, slip = _look(job, read_source(job.source, options))
            slips += [slip] if slip else []
            for line in told:
                count += 1
                say(console, "yellow", f"{shown[job.student]} · {job.part}/{job.notebook}: {line}")
        _missing(course, submissions, jobs, console)
        if not slips:
            console.print(f"{len(handed_in)} notebooks, {count} lines about them. No small slips.")
            return 0
        graders = stack.enter_context(
            contextlib.closing(graders_of(arguments, options, sources, [s.job for s in slips]))
        )
        offered = list(_right(slips, graders, console))
        for slip, most in offered:
            _offer(course, slip, most, shown, arguments.yes, console)
        if not offered:
            console.print("No function under another name is right.")
    return 0


def _look(job: Job, source: Source) -> tuple[list[str], Slip | None]:
    """Return what to say about a notebook, and the one name in it that may be a slip."""
    assert job.submission is not None
    read = read_submission(job.submission)
    if not read.readable:
        return list(read.for_instructor), None
    released = {text.strip() for text in source.released}
    own = [c for c in read.cells if c.kind == "code" and c.text.strip() not in released]
    trees = [parse(cell.text) for cell in own]
    unread = [cell.name for cell, tree in zip(own, trees, strict=True) if tree is None]
    told = [f"Python cannot read the cell {name}" for name in unread if name]
    there = {name for tree in trees for name in bindings(tree)}
    untouched = {c.name for c in read.cells if c.solution and c.text.strip() in released}
    lost = [
        (exercise, name)
        for exercise, names in source.names.exercises.items()
        if exercise not in untouched.union(unread)
        for name in names
        if name in source.names.functions and name not in there
    ]
    told += [f"there is no function {name}" for _, name in lost]
    if len(lost) != 1:
        return told, None
    [(exercise, name)] = lost
    solutions = (parse(cell.text) for cell in source.cells if cell.name == exercise)
    right = next((node for node in _functions(solutions) if node.name == name), None)
    known = source.names.bound | source.names.solved
    alike = [
        node.name
        for node in _functions(trees)
        if right and node.name not in known and _signature(node) == _signature(right)
    ]
    return told, Slip(job, exercise, name, alike[0]) if len(alike) == 1 else None


def _functions(trees: Iterable[ast.Module | None]) -> Iterator[ast.FunctionDef]:
    for tree in trees:
        yield from (n for n in getattr(tree, "body", ()) if isinstance(n, ast.FunctionDef))


def _signature(node: ast.FunctionDef) -> tuple:
    a = node.args
    names = tuple(one.arg for one in [*a.posonlyargs, *a.args, *a.kwonlyargs])
    rest = [one and one.arg for one in (a.vararg, a.kwarg)]
    return names, rest, len(a.posonlyargs), len(a.defaults), [d is None for d in a.kw_defaults]


def _missing(
    course: Course,
    submissions: Mapping[str, Mapping[str, Path]],
    jobs: Sequence[Job],
    console: Console,
) -> None:
    """Say for each part who handed in nothing, and who only some notebooks."""
    names = Roster.of(course).names
    for part in submissions:
        mine = [job for job in jobs if job.part == part]
        some = {job.student for job in mine if job.submission}
        partly = sorted(
            {job.student for job in mine if not job.submission} & some, key=alphabetical
        )
        nobody = sorted({*names, *submissions[part]} - some, key=alphabetical)
        for students, what in ((nobody, "nothing from"), (partly, "not all notebooks from")):
            if students:
                told = ", ".join(called(students, names).values())
                console.print(f"{part}: {what} {told}", soft_wrap=True)


def _right(
    slips: Sequence[Slip], graders: Graders, console: Console
) -> Iterator[tuple[Slip, float]]:
    """Yield the slips that, once mended, earn all points of their exercise, and how many."""
    with tempfile.TemporaryDirectory() as scratch:
        todo: dict[tuple, Slip] = {}
        jobs = []
        for number, slip in enumerate(slips):
            path = slip.job.submission
            assert path is not None
            folder = Path(scratch, str(number))
            shutil.copytree(path.parent, folder, symlinks=True)
            try:
                text = slip.mended(path.read_text("utf-8-sig"))
            except ValueError:  # no JSON
                continue
            (folder / path.name).unlink()
            (folder / path.name).write_text(text, "utf-8")
            jobs.append(replace(slip.job, submission=folder / path.name))
            todo[slip.job.key] = slip
        for done in one_by_one(graders.grade(jobs), len(jobs), console):
            slip = todo[done.job.key]
            for exercise in done.result.exercises if done.result else ():
                full = exercise.points == exercise.max_points > 0
                if exercise.name == slip.exercise and full:
                    yield slip, exercise.points


def _offer(
    course: Course,
    slip: Slip,
    most: float,
    shown: Mapping[str, str],
    yes: bool,
    console: Console,
) -> None:
    """Offer to rename a function, and rename it if the instructor agrees."""
    job = slip.job
    where = f"{shown[job.student]} · {job.part}/{job.notebook}"
    told = f"{slip.found} has the signature of {slip.wanted}, and under that name all of its"
    say(console, "", f"{where}: {told} {points(most)} points")
    if not confirmed("Rename it?", yes, console):
        return
    folder = course.submitted(job.student, job.part)
    path = job.submission
    assert path is not None
    target = path if path.is_relative_to(folder) else folder / f"{job.notebook}.ipynb"
    text = slip.mended(path.read_text("utf-8-sig"))
    before, _ = submitted_at(folder)
    kept = course.root / FOLDER / job.student / job.part / kept_under(before, BEFORE_REPAIR)
    copy_file(path, kept / target.name)
    replace_file(target, text, 0o644)
    console.print(f"Renamed; what was handed in is kept in {FOLDER}/. Run `grade`.")
