"""What other courses' tests ask is graded as stock nbgrader grades it, cell by cell.

How each test is judged is written down in ``exercises/ways.json``, what stock nbgrader gave in
``exercises/stock.json``, and where the two differ in ``exercises/differences.toml``. In the folder
above this one, ``python -m tests.test_exercises ways`` and ``… stock`` write the first two anew.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from evenhand.course import Course
from evenhand.grader import close, grade_notebook, rehearse_notebook
from evenhand.jobs import find_jobs
from evenhand.options import Options
from evenhand.results import NO_RESPONSE, Status
from evenhand.stock import grade_as_stock

from .exercise_course import (
    FOLDER,
    HAND_INS,
    PRELOAD,
    Exercise,
    by_kind,
    exercises,
    write_course,
)

EXERCISES = exercises()
SOME = random.Random(19).sample(EXERCISES, 12)
"""Of several kinds, to be in one notebook."""

Marks = dict[str, list[float | None]]
"""grade_id -> points of each of `HAND_INS`; None where a person is asked."""


def no_marks(notebooks: Mapping[str, list[Exercise]]) -> Marks:
    """Return the marks before anything is graded."""
    cells = [cell for some in notebooks.values() for one in some for cell in one.graded]
    return {cell: [None] * len(HAND_INS) for cell in cells}


def by_stock(folder: Path, notebooks: Mapping[str, list[Exercise]]) -> Marks:
    """Return what stock nbgrader gives."""
    root, scratch = folder / "course", folder / "copy"
    write_course(root, notebooks)
    scratch.mkdir()
    course = Course.open(root)
    options = Options.from_config(course.config)
    result = grade_as_stock(course, options, course.submissions(), scratch)
    assert not result.problems
    marks = no_marks(notebooks)
    for (student, _, _, cell), mark in result.marks.items():
        marks[cell][HAND_INS.index(student)] = mark.points
    return marks


def by_us(folder: Path, notebooks: Mapping[str, list[Exercise]]) -> tuple[Marks, dict[str, str]]:
    """Return what we give, and how each test is judged."""
    root = folder / "course"
    write_course(root, notebooks, PRELOAD)
    course = Course.open(root)
    marks = no_marks(notebooks)
    ways = {}
    jobs, problems = find_jobs(course.submissions(), course.sources())
    assert not problems
    for job in jobs:
        rehearsal = rehearse_notebook(job.source)
        ways |= {test.name: str(test.way) for test in rehearsal.tests}
        for test in grade_notebook(job.submission, job.source).tests:
            asked = test.manual and test.status not in NO_RESPONSE
            points = None if asked or test.status is Status.NOT_JUDGED else test.points
            marks[test.name][HAND_INS.index(job.student)] = points
    return marks, ways


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return by_us(tmp_path_factory.mktemp("exercises"), apart_and_beside())


def apart_and_beside() -> dict[str, list[Exercise]]:
    """Return all exercises, in notebooks that take little time to grade."""
    beside = [cell for cell, way in stored("ways.json").items() if way == "beside"]
    return by_kind(EXERCISES, beside)


def stored(name: str) -> dict:
    found = json.loads((FOLDER / name).read_text("utf-8"))
    return {cell: found[cell] for one in EXERCISES for cell in one.graded if cell in found}


def test_there_are_enough_and_each_has_its_own_name():
    counts = Counter(one.name for one in EXERCISES)
    assert len(counts) >= 150 and max(counts.values()) == 1
    assert {one.kind for one in EXERCISES} == {path.stem for path in FOLDER.glob("*.txt")}


def test_each_cell_gets_what_stock_nbgrader_gives(ours):
    marks, _ = ours
    stock = stored("stock.json")
    assert stock.keys() == marks.keys()
    differ = {
        f"{cell} {how}": f"stock {theirs}, ours {mine}"
        for cell in marks
        for how, theirs, mine in zip(HAND_INS, stock[cell], marks[cell], strict=True)
        if theirs != mine
    }
    known = tomllib.loads((FOLDER / "differences.toml").read_text("utf-8"))
    assert differ.keys() == known.keys(), differ


def test_how_each_is_judged_is_written_down(ours):
    _, ways = ours
    assert ways == stored("ways.json")


def test_what_is_stored_is_what_stock_nbgrader_gives(tmp_path):
    stock = stored("stock.json")
    marks = by_stock(tmp_path, {"together": SOME})
    assert marks == {cell: stock[cell] for cell in marks}


def test_exercises_of_several_kinds_do_not_disturb_each_other(ours, tmp_path):
    assert len(by_kind(SOME)) > 5
    marks, ways = by_us(tmp_path, {"together": SOME})
    apart_from_each_other, their_ways = ours
    assert marks == {cell: apart_from_each_other[cell] for cell in marks}
    assert ways == {cell: their_ways[cell] for cell in ways}


def main(what: str) -> None:
    """Write ``ways.json`` or ``stock.json``."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        notebooks = apart_and_beside()
        _write(what, by_us(folder, notebooks)[1] if what == "ways" else by_stock(folder, notebooks))
    close()


def _write(name: str, values: dict) -> None:
    lines = [f"{json.dumps(cell)}: {json.dumps(value)}" for cell, value in values.items()]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
