"""What would go wrong in grading is said beforehand; its form is mended, its words are not."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from importlib.machinery import PathFinder

import pytest
from test_runner import cells_of

from authoring.source import SOLUTIONS, all_lessons
from nnlib import course
from nnlib.__main__ import main
from nnlib.statements import grade_id
from nntools import doctor, machine

LESSON = "1-one-neuron/01_neuron"
NOTEBOOKS = SOLUTIONS.parent / "notebooks"


def solved(lesson=LESSON):
    """Return a released notebook with the solution in its exercises' cells."""
    notebook = json.loads((NOTEBOOKS / f"{lesson}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and cell["cell_type"] == "code":
            cell["source"] = cells_of(lesson)[about["grade_id"]]
    return notebook


@pytest.fixture
def path(tmp_path):
    """A solved notebook in its folder."""
    path = tmp_path / f"{LESSON}.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(solved()), "utf-8")
    return path


def exercise(notebook, name="sigmoid"):
    return next(c for c in notebook["cells"] if grade_id(c) == name)


@pytest.mark.parametrize("lesson", all_lessons())
def test_nothing_is_said_of_what_is_right(lesson, tmp_path):
    path = tmp_path / f"{lesson}.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(solved(lesson)), "utf-8")
    assert doctor.examine(path) == doctor.Findings((), (), json.loads(path.read_text()))
    found = doctor.examine(NOTEBOOKS / f"{lesson}.ipynb")
    assert found.faults == ()
    assert found.unwritten == tuple(course.lesson_info(lesson).exercises)


def text_cell(notebook):
    exercise(notebook)["cell_type"] = "markdown"


def lost_mark(notebook):
    del exercise(notebook)["metadata"]["nbgrader"]


def twice(notebook):
    notebook["cells"].append(copy.deepcopy(exercise(notebook)))


MENDED = [
    (text_cell, "The cell of sigmoid is a cell of text, so its code does not run."),
    (lost_mark, "The cell of sigmoid has lost the mark by which a grader knows it."),
    (twice, "The cell of sigmoid is there more than once: the last one counts."),
]


@pytest.mark.parametrize(("harm", "said"), MENDED)
def test_the_form_is_mended_and_no_word_changes(path, capsys, harm, said):
    notebook = json.loads(path.read_text("utf-8"))
    harm(notebook)
    before = json.dumps(notebook)
    path.write_text(before, "utf-8")
    assert [fault.said for fault in doctor.examine(path).faults] == [said]
    assert main(["doctor", str(path)]) == 0
    out = capsys.readouterr().out
    assert f"mended. {said}" in out and f"kept in {path.name}.bak" in out
    assert path.with_name(f"{path.name}.bak").read_text("utf-8") == before
    after = json.loads(path.read_text("utf-8"))
    assert doctor.examine(path).faults == ()
    assert [c["source"] for c in after["cells"]] == [c["source"] for c in notebook["cells"]]
    assert main(["doctor", str(path)]) == 0 and capsys.readouterr().out == ""


def says(text):
    def harm(notebook):
        exercise(notebook)["source"] = text

    return harm


RIGHT = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (says("def sigmoid(z:\n    return z"), "Python cannot read the cell of sigmoid ("),
        (says("def sigma(z):\n    return z"), "No cell defines sigmoid: write `def sigmoid`"),
        (
            says("def sigmoid(z):\n    return helper(z)"),
            "sigmoid uses `helper`, which no cell of the saved notebook makes",
        ),
        (says(f"{RIGHT.replace('-z', '-z * float(input())')}"), "sigmoid asks with `input()`"),
        (says(f"import torch\n{RIGHT}"), "It imports `torch`, which is not among"),
        (lambda notebook: notebook["cells"].clear(), "No cell defines sigmoid"),
    ],
)
def test_what_only_the_learner_can_mend_is_said(path, capsys, harm, said):
    notebook = json.loads(path.read_text("utf-8"))
    harm(notebook)
    path.write_text(json.dumps(notebook), "utf-8")
    assert main(["doctor", str(path)]) == 1
    out = capsys.readouterr().out
    assert said in out and "mended" not in out
    assert not path.with_name(f"{path.name}.bak").exists()


def test_a_file_of_the_learners_beside_it_may_be_imported(path):
    notebook = json.loads(path.read_text("utf-8"))
    says(f"import helpers\n{RIGHT}")(notebook)
    path.write_text(json.dumps(notebook), "utf-8")
    path.with_name("helpers.py").write_text("")
    assert doctor.examine(path).faults == ()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [3]}', "\x00"])
def test_what_is_no_notebook_is_said(path, text):
    path.write_text(text)
    [fault] = doctor.examine(path).faults
    assert fault.said == "The file cannot be read as a notebook: save it anew from Jupyter."
    kept = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    kept.parent.mkdir()
    kept.write_text(json.dumps(solved()))
    [fault] = doctor.examine(path).faults
    assert f"Jupyter kept an earlier copy: {kept}." in fault.said


def test_another_name_or_folder_is_said(path, tmp_path, capsys):
    other = path.with_name("01_neuron-Copy1.ipynb")
    path.rename(other)
    [fault] = doctor.examine(other).faults
    assert fault.said.startswith("A grader looks for 01_neuron.ipynb, and this file is 01_neuron-C")
    moved = tmp_path / path.name
    shutil.move(other, moved)
    [fault] = doctor.examine(moved).faults
    assert "looks for this notebook in the folder 1-one-neuron" in fault.said
    (tmp_path / "mine.ipynb").write_text('{"cells": []}')
    [fault] = doctor.examine(tmp_path / "mine.ipynb").faults
    assert fault.said == "This is no notebook of the course: it names none of its lessons."
    assert main(["doctor", str(path)]) == 1
    assert "there is no such file." in capsys.readouterr().out


def test_the_last_cell_tells_what_is_not_saved(path, monkeypatch, capsys):
    """As it is run in a notebook: with the kernel's history, in the notebook's folder."""
    [last] = [c for c in solved()["cells"] if c["id"] == "doctor"]
    assert solved()["cells"][-1] == last
    monkeypatch.chdir(path.parent)
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    import nnlib

    names = {"lesson": nnlib.lesson(LESSON), "In": [cells_of(LESSON)["sigmoid"]]}
    exec("".join(last["source"]), names)
    assert capsys.readouterr().out.startswith("✔ Right: Nothing stands in the way of grading")
    names["In"].append(RIGHT)
    exec("".join(last["source"]), names)
    said = capsys.readouterr().out
    assert "The sigmoid that ran last is not what is saved: save with Ctrl + S." in said
    monkeypatch.setenv("JPY_SESSION_NAME", "1-one-neuron/01_neuron-Copy1.ipynb")
    path.rename(path.with_name("01_neuron-Copy1.ipynb"))
    exec("".join(last["source"]), names)
    assert "this file is 01_neuron-Copy1.ipynb: rename it." in capsys.readouterr().out
    monkeypatch.setenv("NNLIB_GRADING", str(SOLUTIONS))
    exec("".join(last["source"]), names)
    assert capsys.readouterr().out == ""  # it is for the learner, not for a grader


@pytest.mark.parametrize("language, told", [("en", "The course has grown"), ("de", "Der Kurs")])
def test_an_environment_from_before_the_doctor(language, told, monkeypatch, capsys):
    """A course that is fetched anew brings folders that pip has not installed yet."""
    import nnlib

    for name in [name for name in sys.modules if name.partition(".")[0] == "nntools"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    monkeypatch.setattr(nnlib, "language", language)
    nnlib.lesson(LESSON).doctor()
    said = capsys.readouterr().out
    assert told in said and "`pip install -r requirements.txt`" in said


# The machine


def test_this_machine_is_well(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for line in ("✔ Python 3", "✔ All", "✔ The kernel python3", "✔ Notebooks and progress can be"):
        assert f"\n{line}" in f"\n{said}"


def test_what_a_machine_lacks_is_said(monkeypatch, capsys, tmp_path):
    version = machine._version
    gone = {"scikit-learn": "", "numpy": "1.0", "keras": ""}
    monkeypatch.setattr(machine, "_version", lambda name: gone.get(name, version(name)))
    monkeypatch.setattr(machine.shutil, "which", lambda program: None)
    shutil.copy(machine.ROOT / "requirements.txt", tmp_path)
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "✘ scikit-learn is missing: " in said and "pip install -r" in said
    assert "i numpy is 1.0; the course was made with" in said
    assert "i Keras and JAX are not there." in said
    assert "✘ The kernel python3 starts " in said
    assert "i There is no bubblewrap" in said
    assert "✘ Nothing can be saved in " in said


def test_a_walled_sandbox_is_no_reason_not_to_learn(monkeypatch):
    refused = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(machine.subprocess, "run", lambda *_, **__: refused)
    monkeypatch.setattr(machine.shutil, "which", lambda program: sys.executable)
    assert machine._sandbox()[0] == "i"
