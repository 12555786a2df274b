"""Release a part: its zip, and nbgrader's exchange, after looking that no answer is in it."""

from __future__ import annotations

import functools
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from authoring import bundle
from authoring.build import ROOT, stale
from authoring.cases import AuthorError, read_cases
from authoring.source import all_lessons, read_lesson, solution_in
from authoring.trial import stub


def release(part: str, target: Path, variants: int | None = None) -> list[str]:
    """Write a part's zip, and hand it to nbgrader's exchange where there is one.

    With variants, write a zip for each student of the roster instead, into a folder of the part's
    name. The exchange gives all the same, so that it gets none of them.

    Parameters
    ----------
    part
        Such as ``2-hidden-layer``.
    target
        The folder for the zip.
    variants
        How many variants of the data there are; 0 for one of each student's own; None for none.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    AuthorError
        If the part is not there or not built, an answer is in what students would get, the
        exchange refuses it, or nobody is known to have a variant.
    """
    lessons = [name for name in all_lessons() if name.partition("/")[0] == part]
    if not lessons:
        parts = dict.fromkeys(name.partition("/")[0] for name in all_lessons())
        raise AuthorError(f"There is no part {part!r}. There are {', '.join(parts)}.")
    if found := stale(lessons):
        raise AuthorError("\n".join([*found, "Build it first; nothing was released."]))
    target.mkdir(parents=True, exist_ok=True)
    path, new = target / f"{part}.zip", target / f".{part}.zip.new"
    try:
        bundle.make_bundle(new, part)
        with zipfile.ZipFile(new) as made:
            content = {name: made.read(name) for name in made.namelist()}
        if found := leaks(lessons, content):
            raise AuthorError("\n".join([*found, "Nothing was released."]))
        new.replace(path)  # nobody finds a zip here that was not looked at
    finally:
        new.unlink(missing_ok=True)
    told = f"{path}: {path.stat().st_size / 1e6:.1f} MB, with nnlib; no answer is in it."
    if variants is None:
        return [told, _to_exchange(part)]
    return [told, _write_variants(path, part, variants)]


def leaks(lessons: Iterable[str], content: Mapping[str, bytes]) -> list[str]:
    """Return a sentence for each line of a solution or hidden test that is in some files."""
    shown: dict[str, str] = {}
    for name, data in content.items():
        if name.endswith(".ipynb"):
            texts = ["".join(cell["source"]) for cell in json.loads(data)["cells"]]
            text = "\n".join(texts)
        elif name.endswith((".csv", ".png")):
            continue
        else:
            text = data.decode()
        for line in text.splitlines():
            shown.setdefault(line.strip(), name)
    return [
        f"{shown[line]} has a line of {name} that gives an answer away: {line}"
        for name in lessons
        for line in sorted((_secrets(name) & shown.keys()) - _given())
    ]


@functools.cache
def _given() -> set[str]:
    """Return every line that all may see: of worked examples, of figures, of what is to be done."""
    return {
        line.strip()
        for name in all_lessons()
        for cell in read_lesson(name).cells
        if cell.kind != "test"
        for line in stub(cell.text).splitlines()
    }


def _secrets(name: str) -> set[str]:
    """Return the lines of a lesson's hidden tests, solutions, misconceptions and variants."""
    lesson = read_lesson(name)
    secret = set()
    solutions = {}
    for cell in lesson.cells:
        if cell.kind == "test":
            secret |= _telling(cell.text)
        if cell.kind in ("exercise", "manual"):
            secret |= _telling(solution_in(cell.text)) - _telling(stub(cell.text))
            solutions[cell.exercise] = cell.text
    for exercise in read_cases(lesson.cases_path).values():
        for version in [*exercise.misconceptions, *exercise.variants]:
            secret |= _telling(version.code(exercise.name, solutions[exercise.name]))
    return secret


def _telling(text: str) -> set[str]:
    """Return the lines of code that give something away: not `return`, not `else:`."""
    return {
        line.strip()
        for line in text.splitlines()
        if len(line.strip()) >= 18
        and not line.strip().startswith(("#", "import ", "from ", "def "))
    }


def _write_variants(path: Path, part: str, kinds: int) -> str:
    """Write the zip of each student beside a part's, and return what was done."""
    from evenhand.course import Course, CourseError
    from evenhand.options import OptionsError
    from evenhand.roster import FILE, Roster
    from evenhand.variants import FILE as TABLE
    from evenhand.variants import deal

    try:
        people = Roster.of(Course.open(ROOT)).people
        if not people:
            raise AuthorError(f"Variants need {FILE}: `nnlib roster` makes it. None was written.")
        table = deal(ROOT, people, kinds)
    except (CourseError, OptionsError) as error:
        raise AuthorError(str(error)) from error
    folder = path.with_name(part)
    folder.mkdir(exist_ok=True)
    for student in people:
        bundle.make_variant(path, folder / f"{student}.zip", part, table[student])
    return f"{folder}: {len(people)} zips, one for each student; {TABLE} says who has which."


def _to_exchange(part: str) -> str:
    """Hand a part to nbgrader's exchange; return what came of it."""
    from evenhand.course import Course
    from nbgrader.auth import Authenticator
    from nbgrader.exchange import ExchangeError
    from nbgrader.exchange.default import ExchangeReleaseAssignment

    course = Course.open(ROOT)
    made = ExchangeReleaseAssignment(
        coursedir=course.coursedir, authenticator=Authenticator(), config=course.config, force=True
    )
    if not Path(made.root).is_dir():
        return f"There is no exchange at {made.root}: the zip is all."
    course.coursedir.assignment_id = part
    try:
        made.start()
    except ExchangeError as error:
        raise AuthorError(f"The exchange at {made.root} refused it: {error}.") from error
    return f"Released to the exchange at {made.root}. Students need nnlib installed there."
