"""What is graded, and who is asked: as stock nbgrader has it, in the same course."""

from __future__ import annotations

import copy
import io
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import nbgrader as stock
import pytest
from evenhand.class_summary import ClassSummary
from evenhand.commands import main
from evenhand.course import Course
from evenhand.options import Options
from evenhand.record import Recorder
from evenhand.releases import prepared
from evenhand.report import html_page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from .harness import SANDBOX, named, nbgrader

PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
PART, NAME = "übung 1", "alle regeln"

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "rules"
c.CourseDirectory.db_url = "sqlite:///points.db"
c.CourseDirectory.release_directory = "handed out"
c.ClearSolutions.begin_solution_delimeter = "ANSWER FROM HERE"
c.ClearSolutions.end_solution_delimeter = "ANSWER TO HERE"
c.ClearSolutions.text_stub = "*Write here.*"
c.IncludeHeaderFooter.header = "header.ipynb"
c.IncludeHeaderFooter.footer = "footer.ipynb"
"""


def cell(source, name="", *, markdown=False, **flags):
    """Return a cell with nbgrader's metadata, if it has a name."""
    made = (new_markdown_cell if markdown else new_code_cell)(source)
    return named(made, name, **flags) if name else made


def solution(source, name):
    return cell(f"### ANSWER FROM HERE\n{source}\n### ANSWER TO HERE", name, solution=True)


def test(source, name, points=1):
    return cell(source, name, grade=True, locked=True, points=points)


test.__test__ = False


def manual(source, name, points=2, **flags):
    return cell(source, name, grade=True, solution=True, points=points, **flags)


CELLS = [
    # Generated tests, in the clear and hashed.
    solution("total = 5\n\ndef double(x):\n    return 2 * x", "double"),
    test("### AUTOTEST total\n### HASHED AUTOTEST double(4)", "generated", 2.5),
    # Written answers: with a region, without one, and code that a person reads.
    manual("Why?\n\n### ANSWER FROM HERE\nBecause.\n### ANSWER TO HERE", "why", markdown=True),
    manual("A model answer without any marks.", "essay", markdown=True),
    manual("def sketch():\n    return 'as I would do it'", "sketch"),
    cell(
        "Draw it.\n\n=== BEGIN MARK SCHEME ===\nOne point a line.\n=== END MARK SCHEME ===",
        "draw",
        markdown=True,
        task=True,
        locked=True,
        points=3,
    ),
    # The exercise is an import.
    solution("import statistics as st", "imports"),
    test("assert st.mean([1, 3]) == 2", "imported", 0.5),
    test(
        "### BEGIN HIDDEN TESTS\nassert st.median([1, 2, 9]) == 2\n### END HIDDEN TESTS",
        "imported-hidden",
    ),
    # Setting an item of a thing binds no name.
    cell("import collections\nsettings = collections.OrderedDict(size=1)", "given", locked=True),
    solution("settings['size'] = 7", "settings"),
    test("assert settings['size'] == 7", "set"),
    test("assert collections.Counter('aab')['a'] == 2", "module"),
    # A line that begins with % is no magic where an expression goes on.
    solution("percent = 13", "percent"),
    test(
        'told = ("%s of 100"\n     % percent)\nassert told == "13 of 100"\n'
        'text = """\n%matplotlib inline\n!ls\n"""\nassert "%mat" in text',
        "told",
    ),
    # What IPython alone understands.
    solution(
        "listed = !echo one two\ntimes = %timeit -n 2 -r 1 -q -o 1 + 1\nloops = times.loops",
        "shell",
    ),
    test("assert listed == ['one two'] and loops == 2", "listed"),
    solution("async def one():\n    return 1\n\nwaited = await one()", "waits"),
    test("assert waited == 1", "waited"),
    cell("%%time\ntimed = 3", "times", solution=True),
    test("%%time\n### BEGIN HIDDEN TESTS\nassert timed == 3\n### END HIDDEN TESTS", "timed"),
    cell("%%capture shown\nprint('word')", "shows", solution=True),
    test("%matplotlib inline\nassert shown.stdout == 'word\\n'", "shown"),
    cell("%%writefile made_here.py\nvalue = 3", "writes", solution=True),
    cell("%%bash\necho hello > made_here.txt", "shouts", solution=True),
    solution("from made_here import value\ntext = open('made_here.txt').read()", "reads"),
    test("assert value == 3", "written", 1.5),
    test("assert text == 'hello\\n'", "shouted"),
    # … and in tests.
    test("said = !echo {listed[0]}\nassert said == ['one two']", "shell-asked"),
    test("%%bash\ngrep -q hello made_here.txt", "bash-asked"),
    test("assert await one() == 1", "awaited"),
    test(
        "### BEGIN HIDDEN TESTS\nlines = %sx cat made_here.txt\nassert lines == ['hello']\n"
        "### END HIDDEN TESTS",
        "hidden-magic",
    ),
    # A number at the end is points, and what is written to standard error is no verdict.
    test("percent / 13", "number"),
    test("import sys\nprint('a log', file=sys.stderr)\nassert percent == 13", "logs"),
]
HAND_INS = ("blank", "right", "verbatim", "spaced", "emptied", "gone")
WRITTEN = ("why", "essay", "sketch")


def about(one):
    return one.metadata.get("nbgrader", {})


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The course as stock nbgrader grades it: gradebook, release, hand-ins made of it."""
    root = tmp_path_factory.mktemp("stock")
    folder = root / "source" / PART
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    tests = Path(stock.__file__).parent / "docs/source/user_guide/autotests.yml"
    shutil.copy(tests, root / "autotests.yml")
    for name in ("header", "footer"):
        extra = new_notebook(cells=[cell(f"{name} = 1", name, locked=True)])
        nbformat.write(extra, root / f"{name}.ipynb")
    source = new_notebook(cells=CELLS, metadata={"kernelspec": PYTHON})
    nbformat.write(source, folder / f"{NAME}.ipynb")
    nbgrader(root, "generate_assignment", PART)
    released = nbformat.read(root / "handed out" / PART / f"{NAME}.ipynb", 4)
    for student in HAND_INS:
        made = copy.deepcopy(released)
        for one in made.cells:
            name = about(one).get("grade_id")
            theirs = next((c for c in CELLS if name and about(c).get("grade_id") == name), None)
            if theirs is None or not about(one)["solution"]:
                continue
            if student in ("right", "verbatim") and not (student == "right" and name in WRITTEN):
                one.source = theirs.source
            elif name in WRITTEN and student != "blank":
                texts = {"right": "An answer of my own.", "spaced": f"{one.source}\n"}
                one.source = texts.get(student, "")
        if student == "gone":
            made.cells = [c for c in made.cells if about(c).get("grade_id") not in WRITTEN]
        path = root / "submitted" / student / PART / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(made, path)
    nbgrader(root, "autograde", PART)
    return root


@pytest.fixture(scope="module")
def ours(course, tmp_path_factory) -> Path:
    """The same course, graded by `evenhand grade`."""
    root = tmp_path_factory.mktemp("ours") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("autograded", "points.db"))
    assert main(["grade", "--course", str(root), "--workers", "1", *SANDBOX]) == 0
    assert (root / "points.db").is_file()
    return root


def grades(root):
    """Return student, cell -> score, whether a person is asked."""
    with Gradebook(f"sqlite:///{root}/points.db", "rules") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions(PART)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def stored(root):
    with Gradebook(f"sqlite:///{root}/points.db", "rules") as gradebook:
        notebook = gradebook.find_notebook(NAME, PART)
        return {one.name: (one.source, one.checksum) for one in notebook.source_cells}


def test_points_and_who_is_asked_are_stocks(course, ours):
    wanted, found = grades(course), grades(ours)
    # The two differences on purpose that are in this course: see docs/differences.md.
    wanted |= {("gone", name): (0.0, False) for name in WRITTEN}
    wanted |= {(student, "logs"): (1.0, False) for student in ("right", "verbatim")}
    assert found == wanted
    # Stock itself does what this test is about.
    assert wanted["blank", "essay"] == (0.0, False) and wanted["verbatim", "essay"] == (0.0, True)
    assert wanted["right", "generated"] == (2.5, False) and wanted["blank", "generated"][0] == 0
    assert wanted["blank", "draw"] == (0.0, True)


def test_what_is_graded_is_what_is_released_and_stored(course, ours):
    assert stored(ours) == stored(course)
    path = ours / "source" / PART / f"{NAME}.ipynb"
    from evenhand.course import Course

    opened = Course.open(ours)
    made = json.loads(prepared(path, Options.from_config(opened.config, root=str(opened.root))))
    released = nbformat.read(course / "handed out" / PART / f"{NAME}.ipynb", 4)
    assert made["released"] == [one.source for one in released.cells]
    names = [one["metadata"].get("nbgrader", {}).get("grade_id") for one in made["cells"]]
    assert names[0] == "header" and names[-1] == "footer"
    texts = {name: text for name, text in zip(names, made["stored"], strict=True) if name}
    assert texts == {name: text for name, (text, _) in stored(course).items()}
    assert "AUTOTEST" not in texts["generated"] and "sha1" in texts["generated"]


# Sources of every kind

RIGHT = cell("def double(x):\n    return 2 * x", "double", solution=True)
GOOD = [RIGHT, test("assert double(2) == 4", "doubled", 2.25)]


def as_text(cells, *, minor=5, ids=True, kernel=PYTHON, version=3):
    """Return a notebook as JSON text, as older programs have written it."""
    made = new_notebook(cells=copy.deepcopy(cells), metadata={"kernelspec": kernel})
    for one in made.cells:
        if about(one):
            about(one)["schema_version"] = version
        if not ids:
            del one["id"]
    return json.dumps({**made, "nbformat_minor": minor})


R = {"name": "ir", "display_name": "R", "language": "R"}
TAKEN = {
    "plain": {"a": as_text(GOOD)},
    "Größen und Maße": {f"notebook {number}": as_text(GOOD) for number in range(50)},
    "format 4.0": {"a": as_text(GOOD, minor=0, ids=False)},
    "without ids": {"a": as_text(GOOD, ids=False)},
    "with R": {"a": as_text(GOOD), "analysis": as_text(GOOD, kernel=R)},
    "no points": {"a": as_text([RIGHT, test("assert double(2) == 4", "doubled", 0)])},
    "no tests": {"a": as_text([RIGHT])},
    "nothing to do": {"a": as_text([cell("# Read this.", markdown=True)])},
}
REFUSED = {
    "schema 1": (as_text(GOOD, version=1), "version 1, which is outdated.*nbgrader update '"),
    "schema 2": (as_text(GOOD, version=2), "version 2, which is outdated.*nbgrader update '"),
    "schema 9": (as_text(GOOD, version=9), "version 9, which this nbgrader does not know yet"),
    "twice": (
        as_text([*GOOD, test("assert double(0) == 0", "doubled")]),
        "Duplicate grade id: doubled",
    ),
    "not JSON": ('{"cells": [', "no notebook, or its file is damaged"),
    "no notebook": ("[]", "no notebook, or its file is damaged"),
    "empty": ("", "no notebook, or its file is damaged"),
    "not closed": (
        as_text([cell("### BEGIN SOLUTION\n1", "one", solution=True)]),
        "the cell 'one': no end solution statement found",
    ),
    "no name": (as_text([cell("1", " ", solution=True)]), "grade_id: ' ' does not match"),
    "points in words": (as_text([test("1", "one", "two")]), "points: 'two' is not"),
    "unknown tests": (
        as_text([RIGHT, test("### AUTOTEST double(1)", "one")]),
        "autotests.yml: No such file",
    ),
    "wrong tests": (
        as_text([RIGHT, test("### AUTOTEST halve(1)", "one")]),
        "the cell 'one': .* stops with NameError: name 'halve' is not defined",
    ),
}


@pytest.fixture(scope="module")
def many_kinds(tmp_path_factory):
    """A course with every kind of source, all handed in; and what grading it said."""
    root = tmp_path_factory.mktemp("kinds")
    (root / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'rules'")
    tests = Path(stock.__file__).parent / "docs/source/user_guide/autotests.yml"
    sources = {**TAKEN, **{part: {"a": text} for part, (text, _) in REFUSED.items()}}
    for part, notebooks in sources.items():
        for name, text in notebooks.items():
            for step in ("source", "submitted/me"):
                path = root / step / part / f"{name}.ipynb"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    shutil.copy(tests, root / "source" / "wrong tests")
    with pytest.MonkeyPatch.context() as patch:
        shown = io.StringIO()
        for stream in ("stdout", "stderr"):
            patch.setattr(sys, stream, shown)
        status = main(["grade", "--course", str(root), "--workers", "1", *SANDBOX])
    return root, status, shown.getvalue()


def test_what_can_be_graded_is(many_kinds):
    root, status, said = many_kinds
    assert status == 1 and "Traceback" not in said
    with Gradebook(f"sqlite:///{root}/gradebook.db", "rules") as gradebook:
        points = {
            (submission.assignment.name, notebook.name): (notebook.score, notebook.max_score)
            for part in TAKEN
            for submission in gradebook.assignment_submissions(part)
            for notebook in submission.notebooks
        }
    full = (2.25, 2.25)
    assert points == {
        ("plain", "a"): full,
        **{("Größen und Maße", f"notebook {number}"): full for number in range(50)},
        ("format 4.0", "a"): full,
        ("without ids", "a"): full,
        ("with R", "a"): full,
        ("with R", "analysis"): (0.0, 2.25),
        ("no points", "a"): (0.0, 0.0),
        ("no tests", "a"): (0.0, 0.0),
        ("nothing to do", "a"): (0.0, 0.0),
    }
    assert "with R/analysis: its kernel is ir (language: R)" in said
    assert "format 4.0" in (root / "report" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("part", REFUSED)
def test_what_nbgrader_would_not_release_is_said_in_a_sentence(many_kinds, part):
    _, _, said = many_kinds
    [line] = [line for line in said.splitlines() if f" sources of {part}: " in line]
    assert re.search(REFUSED[part][1], line), line


@pytest.mark.parametrize("part", ["no points", "no tests", "nothing to do"])
def test_a_class_without_points_has_a_report(many_kinds, part):
    root, _, _ = many_kinds
    assert main(["grade", "--course", str(root), "--part", part, *SANDBOX]) == 0
    with Recorder(Course.open(root)) as recorder:
        stored = [one.result for one in recorder.stored() if one.result.part == part]
    page = html_page(ClassSummary.of(stored), "t")
    assert "1 students" in page and "Scores" not in page and "<h2>Exercises" not in page


def test_rehearsing_says_the_same(many_kinds, capsys):
    root, _, _ = many_kinds
    parts = ("with R", "schema 2", "not JSON", "no tests")
    assert main(["rehearse", "--course", str(root), *parts, *SANDBOX]) == 1
    said = "".join(capsys.readouterr())
    assert "Traceback" not in said and "the grader failed" not in said
    assert "with R/analysis: its kernel is ir (language: R)" in said
    for part in ("schema 2", "not JSON"):
        assert re.search(f"^{part}/a: nbgrader would not release .*{REFUSED[part][1]}", said, re.M)
    assert "with R/a\n    doubled: apart" in said


# Where everything lies

PLACES = """
c = get_config()
c.CourseDirectory.course_id = "rules"
c.CourseDirectory.directory_structure = "{assignment_id}/{nbgrader_step}/{student_id}"
c.CourseDirectory.source_directory = "mine"
c.CourseDirectory.submitted_directory = "theirs"
c.CourseDirectory.autograded_directory = "done"
c.CourseDirectory.feedback_directory = "said"
c.CourseDirectory.db_url = "sqlite:///grades of all.db"
"""


def test_folders_lie_where_the_course_says(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(PLACES)
    for part in ("week 1", "week 2"):
        for step in ("mine", "theirs/me"):
            path = tmp_path / part / step / "a.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(as_text(GOOD))
    assert main(["grade", "--course", str(tmp_path), "--workers", "1", *SANDBOX]) == 0
    with Gradebook(f"sqlite:///{tmp_path}/grades of all.db", "rules") as gradebook:
        scores = [gradebook.find_submission(part, "me").score for part in ("week 1", "week 2")]
    assert scores == [2.25, 2.25]
    assert (tmp_path / "week 2" / "said" / "me" / "a.html").is_file()
    assert (tmp_path / "week 2" / "done" / "me" / "a.ipynb").is_file()
    known = json.loads((tmp_path / "released.json").read_text())
    assert sorted(known) == ["week 1/a", "week 2/a"]
    kept = tmp_path / ".evenhand" / "rehearsed"
    assert sorted(path.name for path in kept.iterdir()) == ["week 1", "week 2"]
