"""The fast runner in this process gives the points that real grading gives, test by test."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from evenhand import grader
from nbgrader.api import Gradebook

from authoring.cases import read_cases
from authoring.source import SOLUTIONS, read_lesson
from authoring.trial import grade, stub
from nnlib import contract

LESSONS = [
    "1-one-neuron/01_neuron",
    "2-hidden-layer/04_forward_propagation",
    "2-hidden-layer/06_backpropagation",
    "2-hidden-layer/08_model",
    "3-softmax/02_gradients",
    "4-heart-disease/02_network",
]
# That an untouched notebook earns nothing, `test_real_course` sees in a class and the proof here.
VERSIONS = ["solved", "misconception", "syntax error", "exception"]
# nbgrader as it comes starts a new kernel for each notebook, so it gets a few of them.
STOCK = {
    "1-one-neuron/01_neuron": ["solved", "untouched", "syntax error"],
    "2-hidden-layer/06_backpropagation": ["misconception"],
    "3-softmax/02_gradients": ["exception"],
}
# Each in a process of its own; to import nbgrader takes seconds, and so does what it would ask
# for the version of its tables.
BOTH_COMMANDS = """
import os, sys
import evenhand.quick_imports
from evenhand.gradebook_database import no_program_asked
from nbgrader.apps import NbGraderApp

for command in ("generate_assignment", "autograde"):
    child = os.fork()
    if not child:
        with no_program_asked():
            sys.exit(NbGraderApp.launch_instance([command, sys.argv[1]]))
    if status := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit(status)
"""
OPTIONS = grader.Options.of_course(SOLUTIONS.parent, sandbox=shutil.which("bwrap") is not None)


def cells_of(name: str) -> dict[str, str]:
    return {c.exercise: c.text for c in read_lesson(name).cells if c.kind == "exercise"}


def version(name: str, kind: str) -> dict[str, str]:
    """Return the exercises of a lesson that differ from the solution, in such a version."""
    cells = cells_of(name)
    if kind == "untouched":
        return {exercise: stub(text) for exercise, text in cells.items()}
    # One exercise in the middle, so that others stand before and behind it.
    exercise = list(cells)[len(cells) // 2]
    text = cells[exercise]
    if kind == "misconception":
        wrong = read_cases(read_lesson(name).cases_path)[exercise].misconceptions[0]
        return {exercise: wrong.code(exercise, text)}
    if kind == "syntax error":
        return {exercise: re.sub(r"^(def .*?\)):", r"\1", text, count=1, flags=re.M | re.S)}
    if kind == "exception":
        return {exercise: stub(text).replace("NotImplementedError", 'ValueError("out of ideas")')}
    return {}


def hand_in(folder: Path, name: str, changed: dict[str, str]) -> Path:
    """Write a release notebook with the course's answers, some of them changed."""
    notebook = json.loads((SOLUTIONS.parent / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    answers = {**cells_of(name), **changed}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and not about["grade"]:  # and no answer that a person grades
            text = answers.pop(about["grade_id"])
            cell["source"] = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.M)
    assert not answers
    path = folder / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")
    return path


@cache
def fast(name: str, kind: str) -> dict[str, list[float]]:
    """Points of each test by the runner of `nnlib try`: exercise to points, in order."""
    trial = grade(read_lesson(name), version(name, kind))
    return {
        exercise: [0 if message else points for _, points, message in rows]
        for exercise, rows in trial.tests.items()
    }


def by_exercise(tests) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for grade_id, points in tests:
        found.setdefault(grade_id.partition("--")[0], []).append(points)
    return found


def real(path: Path, name: str) -> dict[str, list[float]]:
    """Points of each test by the pipeline that grades a class."""
    result = grader.grade_notebook(path, SOLUTIONS / f"{name}.ipynb", options=OPTIONS)
    # Shown where a test fails.
    print(*(f"{test.name}: {test.status}. {test.message}" for test in result.tests), sep="\n")
    return by_exercise((test.name, test.points) for test in result.tests)


@pytest.fixture(scope="module", autouse=True)
def warm_processes():
    yield
    grader.close()


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """Points of each test by nbgrader as it comes: (lesson, version) to exercise to points."""
    root = tmp_path_factory.mktemp("stock")
    part = "all"
    for name, kinds in STOCK.items():
        file = name.replace("/", "-") + ".ipynb"
        (root / "source" / part).mkdir(parents=True, exist_ok=True)
        shutil.copy(SOLUTIONS / f"{name}.ipynb", root / "source" / part / file)
        for kind in kinds:
            written = hand_in(root / "written", name, version(name, kind))
            place = root / "submitted" / kind.replace(" ", "-") / part / file
            place.parent.mkdir(parents=True, exist_ok=True)
            written.rename(place)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'stock'\n"
        "c.ClearSolutions.code_stub = {'python': 'raise NotImplementedError'}\n"
        # Cells for looking at are not run when the course is graded either.
        "c.Execute.skip_cells_with_tag = 'demo'\n"
    )
    environment = {
        **os.environ,
        contract.VARIABLE: str(SOLUTIONS),
        "MPLBACKEND": "agg",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        [sys.executable, "-c", BOTH_COMMANDS, part],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    points = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db", "stock") as gradebook:
        for name, kinds in STOCK.items():
            for kind in kinds:
                graded = gradebook.find_submission_notebook(
                    name.replace("/", "-"), part, kind.replace(" ", "-")
                )
                earned = {grade.name: grade.auto_score for grade in graded.grades}
                order = (cell.name for cell in graded.notebook.grade_cells)
                points[name, kind] = by_exercise((cell, earned[cell]) for cell in order)
    return points


@pytest.mark.parametrize("kind", VERSIONS)
@pytest.mark.parametrize("name", LESSONS)
def test_equals_the_grading_of_a_class(name, kind, tmp_path):
    changed = version(name, kind)
    expected = fast(name, kind)
    assert real(hand_in(tmp_path, name, changed), name) == expected
    lost = {exercise for exercise, points in expected.items() if 0 in points}
    assert lost == set(changed), "each version costs its own exercises something, and no other"


def test_equals_nbgrader_as_it_comes(stock):
    for (name, kind), points in stock.items():
        expected = fast(name, kind)
        ordered = {exercise: sorted(earned) for exercise, earned in points.items()}
        assert ordered == {exercise: sorted(earned) for exercise, earned in expected.items()}, (
            name,
            kind,
        )


def test_a_wrong_exercise_costs_nothing_in_later_notebooks(tmp_path):
    earlier, later = "2-hidden-layer/04_forward_propagation", "2-hidden-layer/08_model"
    wrong = hand_in(tmp_path, earlier, version(earlier, "misconception"))
    right = hand_in(tmp_path, later, {})
    assert real(wrong, earlier) != fast(earlier, "solved")
    assert real(right, later) == fast(later, "solved")
