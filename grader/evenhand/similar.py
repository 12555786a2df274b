"""Find hand-ins that share code which neither the course nor most of the class has.

It is a hint for a person to look. Tokens are compared, with all of the learner's names replaced by
one, by winnowing: a few of the hashes of every run of tokens (Schleimer, Wilkerson and Aiken 2003,
https://doi.org/10.1145/872757.872770).
"""

import argparse
import builtins
import io
import keyword
import tokenize
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from rich.console import Console

from evenhand.arguments import chosen, wanted
from evenhand.course import Course, CourseError
from evenhand.graded_files import replace_file
from evenhand.jobs import find_jobs, of_python
from evenhand.pages import render
from evenhand.quoting import alphabetical, labels, stripped
from evenhand.source import read_source
from evenhand.submission import read_submission
from evenhand.terminal import followed, near

RUN, WINDOW = 12, 4
"""Tokens that are compared at once; hashes of which one is kept."""

COMMON = 0.1
"""Share of the class that may have the same without its being worth a look; two may always."""

FEWEST, SHARE = 5, 0.5
"""A pair is shown from this many common runs on, if they are this share of the smaller hand-in."""

_KEPT = {*keyword.kwlist, *dir(builtins)}


@dataclass
class Work:
    """What one student wrote in a notebook: its lines, and the lines of each run of tokens."""

    lines: list[str] = field(default_factory=list)
    runs: dict[int, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """Two hand-ins, the share of the smaller one found in the other, and the lines alike."""

    where: str
    students: tuple[str, str]
    share: float
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("part", nargs="?", help="only this, such as '2-*' (default: all)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Show hand-ins that are alike in what is neither the course's nor the class's: a hint for a
    person.
    """
    course = Course.open(arguments.course)
    part = wanted([arguments.part] if arguments.part else None)
    sources = course.sources()
    submissions = chosen(course.submissions(), lambda name: True, part)
    if not submissions:
        raise CourseError("Nobody handed in such a part.")
    with course.lock():
        options = course.options()
        jobs, _ = of_python(find_jobs(submissions, sources, options)[0])
        books: dict[str, dict[str, Path]] = defaultdict(dict)
        for job in jobs:
            if job.submission:
                books[f"{job.part}/{job.notebook}"][job.student] = job.submission
        pairs: list[Pair] = []
        for where, files in followed(sorted(books.items()), "Comparing", console):
            name, _, notebook = where.partition("/")
            source = read_source(sources[name][notebook], options)
            given = {text.strip() for text in source.released}
            course_code = [cell.text for cell in source.cells if cell.kind == "code"]
            works = {}
            for student, file in files.items():
                cells = read_submission(file).cells
                own = [c.text for c in cells if c.kind == "code" and c.text.strip() not in given]
                works[student] = _work(own)
            pairs += alike(where, works, [*course_code, *source.released])
    path = course.root / "report" / "similar.html"
    pairs.sort(key=lambda pair: (-pair.share, pair.where, pair.students))
    shown = labels(student for pair in pairs for student in pair.students)
    title = f"Alike: {course.root.name}"
    replace_file(
        path, render("similar.html", stripped, title=title, pairs=pairs[:200], names=shown), 0o644
    )
    console.print(f"{len(pairs)} pairs are worth a look: {near(path)}", soft_wrap=True)
    return 0


def alike(where: str, works: dict[str, Work], course_code: Iterable[str]) -> Iterator[Pair]:
    """Yield the pairs of hand-ins of one notebook that a person should look at.

    Parameters
    ----------
    where
        Part and notebook.
    works
        Student -> what was written.
    course_code
        The code that the course gives to everybody.
    """
    ours = set(_work(course_code).runs)
    count = Counter(run for work in works.values() for run in work.runs)
    most = max(2, COMMON * len(works))
    rare = {
        student: {run for run in work.runs if run not in ours and count[run] <= most}
        for student, work in works.items()
    }
    together: Counter[tuple[str, str]] = Counter()
    owners: dict[int, list[str]] = defaultdict(list)
    for student in sorted(rare, key=alphabetical):
        for run in rare[student]:
            owners[run].append(student)
    for students in owners.values():
        together.update(combinations(students, 2))
    for (one, other), number in together.items():
        share = number / min(len(rare[one]), len(rare[other]))
        if number >= FEWEST and share >= SHARE:
            both = rare[one] & rare[other]
            sides = tuple(_marked(works[student], both) for student in (one, other))
            yield Pair(where, (one, other), share, sides)


def _marked(work: Work, runs: set[int]) -> list[tuple[str, bool]]:
    marked = {line for run in runs for line in work.runs[run]}
    return [(line, number in marked) for number, line in enumerate(work.lines)]


def _work(cells: Iterable[str]) -> Work:
    work = Work()
    for text in cells:
        start = len(work.lines)
        work.lines += [*text.splitlines(), ""]
        tokens = list(_tokens(text))
        hashes = [
            zlib.crc32(" ".join(word for word, _ in tokens[i : i + RUN]).encode())
            for i in range(len(tokens) - RUN + 1)
        ]
        for i in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
            window = hashes[i : i + WINDOW]
            at = i + window.index(min(window))
            lines = {start + line for _, line in tokens[at : at + RUN]}
            work.runs.setdefault(hashes[at], set()).update(lines)
    return work


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield a cell's tokens, all names replaced by one, with their lines, up to an error."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME:
                yield token.string if token.string in _KEPT else "name", token.start[0] - 1
            elif token.type in (tokenize.OP, tokenize.NUMBER):
                yield token.string, token.start[0] - 1
            elif token.type == tokenize.STRING and "\n" not in token.string:
                yield "text", token.start[0] - 1
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
