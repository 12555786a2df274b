"""Functions come over from a learner's own notebooks, and nothing else of them is run."""

import ast
import shutil

import nbformat
import numpy as np
import pytest

import nnlib
from nnlib import carrying
from nnlib.authoring.source import SOLUTIONS
from nnlib.carrying import CarryError, companions, definitions

NOTEBOOKS = SOLUTIONS.parent / "notebooks"
PART = "2-hidden-layer"
SIZES = "def layer_sizes(X, Y):\n    return X.shape[0], 4, Y.shape[0]"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's folder with release notebooks, the kernel's folder set to part 2."""
    here = tmp_path / "notebooks" / PART
    shutil.copytree(NOTEBOOKS / PART, here)
    monkeypatch.chdir(here)
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    return here


def write(path, grade_id, text, more=()):
    """Put `text` into the exercise's cell, and cells `more` behind it."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.source = text
    for extra in more:
        notebook.cells.append(nbformat.v4.new_code_cell(extra))
    nbformat.write(notebook, path)


def carry(*names, **options):
    return nnlib.lesson(f"{PART}/03_initialization").carry(*names, **options)


def test_a_function_that_passes_its_check_comes_over(folder):
    write(folder / "02_architecture.ipynb", "layer_sizes", SIZES)
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)


def test_definitions_alone_are_run(folder, capsys):
    write(
        folder / "02_architecture.ipynb",
        "layer_sizes",
        SIZES,
        more=["print('run!')", "open('trace', 'w')", "%matplotlib inline", "!ls", "x = ["],
    )
    carry("layer_sizes")
    assert "run!" not in capsys.readouterr().out
    assert not (folder / "trace").exists()


@pytest.mark.parametrize(
    "text",
    [
        "def helper(A):\n    return A.shape[0]\n\ndef layer_sizes(X, Y):\n"
        "    return helper(X), N_H, helper(Y)\n\nN_H = 4",
        "layer_sizes = lambda X, Y: (X.shape[0], 4, Y.shape[0])",
        "class Sizes:\n    def __call__(self, X, Y):\n        return len(X), 4, len(Y)\n\n"
        "layer_sizes = Sizes()",
        "from numpy import shape\n\ndef layer_sizes(X, Y):\n    return shape(X)[0], 4, shape(Y)[0]",
    ],
)
def test_helpers_constants_lambdas_and_callable_objects_come_along(folder, text):
    write(folder / "02_architecture.ipynb", "layer_sizes", text)
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"Your layer_sizes in 2-hidden-layer/02_architecture.ipynb is not written yet"),
        ("def layer_sizes(X, Y):\n    return 1, 2, 3", "does not pass its check. Go back"),
        ("def sizes(X, Y):\n    return 1", r"There is no layer_sizes in .*must be called layer_si"),
        ("from nowhere import x\n" + SIZES, "cannot be carried over: ModuleNotFoundError"),
        ("def layer_sizes(X, Y)\n    return", "There is no layer_sizes in"),
    ],
)
def test_what_cannot_come_over_names_the_notebook_to_go_back_to(folder, text, words):
    if text:
        write(folder / "02_architecture.ipynb", "layer_sizes", text)
    with pytest.raises(CarryError, match=words):
        carry("layer_sizes")


def test_a_function_carried_through_another_notebook_is_checked_at_its_home(folder):
    with pytest.raises(CarryError, match=r"layer_sizes in .*/02_architecture.ipynb is not written"):
        nnlib.lesson(f"{PART}/04_forward_propagation").carry("layer_sizes")


def test_a_missing_or_broken_notebook_is_said_in_one_sentence(folder):
    (folder / "02_architecture.ipynb").write_text("{", "utf-8")
    with pytest.raises(CarryError, match="cannot be read as a notebook"):
        carry("layer_sizes")
    (folder / "02_architecture.ipynb").unlink()
    with pytest.raises(CarryError, match="is not beside this one. Open the notebooks inside"):
        carry("layer_sizes")


def test_a_notebook_outside_the_course_folder_is_told_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CarryError, match="does not lie in the course's folder 2-hidden-layer"):
        carry("layer_sizes")


def test_a_name_that_no_notebook_has_is_said(folder):
    with pytest.raises(CarryError, match="No notebook before .* defines nonsense"):
        carry("nonsense")


def test_the_courses_version_comes_on_request_with_a_note(folder, capsys):
    function = carry("layer_sizes", use="course")
    assert function(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert "The course's version of layer_sizes, not yours" in capsys.readouterr().out


def test_without_solutions_the_request_is_refused_in_one_sentence(folder, monkeypatch):
    monkeypatch.setattr(carrying, "course_folder", lambda: None)
    with pytest.raises(CarryError, match="There are no solutions/ here"):
        carry("layer_sizes", use="course")


def test_while_grading_the_courses_version_comes_without_a_note(folder, monkeypatch, capsys):
    write(folder / "02_architecture.ipynb", "layer_sizes", "def layer_sizes(X, Y):\n    return 0")
    monkeypatch.setenv("NNLIB_GRADING", str(SOLUTIONS))
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert capsys.readouterr().out == ""


def test_companions_hold_the_earlier_exercises_and_no_other(tmp_path, monkeypatch):
    lesson = f"{PART}/04_forward_propagation"
    files = companions(SOLUTIONS / f"{lesson}.ipynb")
    assert f"{PART}/02_architecture.py" in files and f"{lesson}.py" not in files
    text = b"\n".join(files.values()).decode()
    assert "assert" not in text and "HIDDEN" not in text and "def forward_propagation" not in text
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("NNLIB_GRADING", str(tmp_path))
    initialize = nnlib.lesson(lesson).carry("initialize_parameters")
    assert initialize(2, 4, 1)["W1"].shape == (4, 2)


def test_only_statements_that_define_are_kept():
    source = "import os\nx = 1\ny = f()\nz = {'a': [1]}\nprint(x)\nfor i in y: pass\ndef g(): pass"
    kept = [ast.unparse(node) for node in definitions(source)]
    assert kept == ["import os", "x = 1", "z = {'a': [1]}", "def g():\n    pass"]
