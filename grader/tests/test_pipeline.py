"""The whole way through nbgrader, and the ways around the sandbox."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from evenhand import grader, sandbox
from evenhand.grader import Options, grade_notebook
from evenhand.rehearsal import Rehearsal

from . import course
from .harness import OPTIONS, nbgrader

CONFIG = """
from evenhand.preprocessors import tolerate_submissions
tolerate_submissions()
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.py"]
c.GradeNotebook.preload = ["numpy", "matplotlib.pyplot"]
c.GradeNotebook.cell_seconds = 1.0
c.GradeNotebook.call_seconds = 0.7
c.Autograde.exporter_class = "evenhand.preprocessors.TolerantExporter"
c.Autograde.sanitize_preprocessors = ["evenhand.preprocessors.GradeNotebook"]
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
c.GenerateFeedback.preprocessors = [
    "evenhand.preprocessors.HideTests",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of four, graded with nbgrader's own commands."""
    folder = tmp_path_factory.mktemp("nbgrader")
    course.write_course(folder)
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(folder)))
    nbgrader(folder, "generate_assignment", course.PART)

    def hand_in(student, name, data):
        path = folder / "submitted" / student / course.PART / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    for name in course.NOTEBOOKS:
        released = (folder / "release" / course.PART / f"{name}.ipynb").read_bytes()
        hand_in("untouched", name, released)
        hand_in("right", name, json.dumps(course.answers(name)).encode())
    hand_in("broken", "01_words", b"\xff\xfe no notebook")
    mixed = course.answers("01_words")
    for cell in mixed["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id") == "marks":
            cell["source"] = "def marks(answers, key):\n    return 0"
        if about.get("grade_id") == "word_count":
            cell["source"] = (
                "from IPython.display import HTML, display\n"
                "display(HTML('<script>alert(1)</script>'))\n"
                "def word_count(text):\n    return 7"
            )
    mixed["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "<script>alert(2)</script> hello"}
    )
    hand_in("mixed", "01_words", json.dumps(mixed).encode())
    (folder / "submitted" / "mixed" / course.PART / "timestamp.txt").write_text("last Tuesday")
    heavy = course.answers("02_account")
    heavy["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    ]
    hand_in("mixed", "02_account", json.dumps(heavy).encode())
    hand_in("renamed", "words (1)", json.dumps(course.answers("01_words")).encode())
    hand_in("mixed", "notes, and ideas", json.dumps(heavy | {"cells": []}).encode())
    handed_in = _files(folder / "submitted")
    said = nbgrader(folder, "autograde", course.PART)
    nbgrader(folder, "generate_feedback", course.PART)
    assert _files(folder / "submitted") == handed_in
    return folder, said


def _files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_scores(graded):
    from nbgrader.api import Gradebook

    folder, _ = graded
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        scores = {
            (row["student"], name): (row["score"], row["needs_manual_grade"])
            for name in course.NOTEBOOKS
            for row in gradebook.notebook_submission_dicts(name, course.PART)
        }
    assert scores[("right", "01_words")] == (22, False)
    assert scores[("right", "02_account")] == (15, True)
    assert scores[("untouched", "01_words")] == (0, False)
    assert scores[("mixed", "01_words")] == (17, False)
    assert scores[("mixed", "02_account")] == (15, True)
    assert scores[("broken", "01_words")] == (0, False)
    assert scores[("renamed", "01_words")] == (22, False)


def test_sentences_for_the_instructor(graded):
    assert "broken, basics/01_words: " in graded[1]
    said = "timestamp.txt says 'last Tuesday', which is no date and time of one meaning; taken as"
    assert f"{said} handed in on time" in graded[1]
    assert "handed in as 'words (1).ipynb', taken for 01_words" in graded[1]
    assert "not recognized" not in graded[1]


def test_feedback(graded):
    folder, _ = graded
    pages = {p.parts[-3]: p.read_text("utf-8") for p in folder.glob("feedback/*/*/01_words.html")}
    assert set(pages) == {"untouched", "right", "mixed", "broken", "renamed"}
    for page in pages.values():
        assert 'are wrong."' not in page and "BEGIN HIDDEN" not in page and "secret" not in page
        assert "<script>alert" not in page
    assert "The counts of a short text are wrong." in pages["mixed"]
    assert "word_count is not written yet" in pages["untouched"]
    assert "cannot be read as a notebook" in pages["broken"]


def test_submissions_stay(graded):
    folder, _ = graded
    path = folder / "submitted" / "broken" / course.PART / "01_words.ipynb"
    assert path.read_bytes() == b"\xff\xfe no notebook"


def test_a_manual_grade_stands_when_nbgrader_grades_again(graded, tmp_path):
    from nbgrader.api import Gradebook

    folder = Path(shutil.copytree(graded[0], tmp_path / "again"))
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(folder)))
    where = ("discuss", "02_account", course.PART, "right")
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        gradebook.find_grade(*where).manual_score = 3.5
        gradebook.find_grade(*where).needs_manual_grade = False
        gradebook.db.commit()
    nbgrader(folder, "autograde", course.PART, "--student", "right", "--force")
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        assert gradebook.find_grade(*where).manual_score == 3.5


def test_the_same_tests_run_in_an_ordinary_kernel(tmp_path):
    folder = course.write_course(tmp_path)
    assert "Success!" in nbgrader(folder, "validate", "01_words.ipynb")
    wrong = json.loads((folder / "01_words.ipynb").read_text())
    for cell in wrong["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "unit":
            cell["source"] = "def unit(vector):\n    return vector"
    (tmp_path / "wrong.ipynb").write_text(json.dumps(wrong))
    assert "Not the unit vector" in nbgrader(tmp_path, "validate", "wrong.ipynb")


def test_without_sandbox(tmp_path):
    source = course.write_course(tmp_path)
    made = course.answers("01_words")
    for cell in made["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "unit":
            cell["source"] = "import os\ndef unit(v):\n    os._exit(1)"
    path = tmp_path / "01_words.ipynb"
    path.write_text(json.dumps(made))
    try:
        result = grade_notebook(
            path, source / "01_words.ipynb", options=Options(sandbox=False, call_seconds=0.7)
        )
    finally:
        grader.close()
    assert result.points == 18
    assert {t.status for t in result.tests if t.exercise == "unit"} == {"crashed"}


def test_refuses_without_bubblewrap(monkeypatch, tmp_path):
    source = course.write_course(tmp_path)
    sandbox.bubblewrap.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    grader.close()
    with pytest.raises(sandbox.SandboxMissing, match="--without-sandbox") as caught:
        grade_notebook(None, source / "01_words.ipynb", options=OPTIONS)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    sandbox.bubblewrap.cache_clear()


def test_warm_process_that_dies_is_replaced(classroom):
    made = course.answers("01_words")
    classroom.grade("01_words", made)
    for one in grader._GRADERS.values():
        os.kill(one.processes.sandbox.pid, signal.SIGKILL)
    assert classroom.grade("01_words", made).points == 22
    for one in grader._GRADERS.values():
        one.processes.examiner.kill()
    assert classroom.grade("01_words", made).points == 22


def test_a_notebook_that_is_missing_costs_no_process(classroom):
    """A class that hands in one notebook of a part leaves out all the others."""
    made = course.answers("01_words")
    classroom.grade("01_words", made)
    [one] = grader._GRADERS.values()

    def of_children():
        """Page faults of the processes that the examiner's forked, once they have ended."""
        for name in course.NOTEBOOKS:
            result = one.grade(None, classroom.source / f"{name}.ipynb", Rehearsal())
            assert {test.status for test in result.tests} == {"missing"}
        about = Path(f"/proc/{one.processes.examiner.pid}/stat").read_text()
        return int(about.rpartition(")")[2].split()[8])

    before = of_children()
    assert of_children() == before
    classroom.grade("01_words", made)
    assert of_children() > before


@pytest.mark.parametrize("sandboxed", [True, False])
def test_a_run_leaves_nothing_in_the_temporary_folder(tmp_path, monkeypatch, sandboxed):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    processes = grader.Processes(replace(OPTIONS, sandbox=sandboxed))
    assert list(tmp_path.iterdir())
    processes.close()
    assert not list(tmp_path.iterdir())


def test_source_that_cannot_be_read(tmp_path):
    folder = tmp_path / "source" / "part"
    folder.mkdir(parents=True)
    (folder / "x.ipynb").write_text("{")
    with pytest.raises(ValueError, match="x.ipynb"):
        grade_notebook(None, folder / "x.ipynb", options=OPTIONS)
    with pytest.raises(FileNotFoundError):
        grade_notebook(None, folder / "y.ipynb", options=OPTIONS)
