"""The example class gets what a fair person would give: each student, exercise by exercise."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from evenhand.commands import main
from nbgrader.api import Gradebook
from rehearsed import share

from authoring import example_class
from authoring.cases import AuthorError
from authoring.source import SOLUTIONS, read_lesson
from nnlib.__main__ import main as nnlib
from nnlib.course import lesson_info, lessons

PART = "2-hidden-layer"
SANDBOX = [] if shutil.which("bwrap") else ["--without-sandbox"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "example"
    assert example_class.main(["example-class", str(folder)]) == 0
    share(folder)
    json_file = folder / "results.json"
    options = ["--course", str(folder), "--json", str(json_file), "--workers", "1", *SANDBOX]
    assert main(["grade", *options]) == 0
    return folder


@pytest.fixture(scope="module")
def results(folder) -> dict:
    return json.loads((folder / "results.json").read_text())


def expected(student_work: dict[str, dict | str]) -> dict[str, dict[str, tuple]]:
    """Spell out part 2: notebook -> exercise -> (points, status).

    What is not mentioned is "missing". A notebook is "full", "not attempted", or tells the
    exercises that differ from full.
    """
    spelled = {}
    for info in lessons():
        if info.part != PART:
            continue
        notebook = info.name.partition("/")[2]
        said = student_work.get(notebook, "missing")
        spelled[notebook] = {}
        by_hand = {"report": 0} if notebook == "13_project" else {}
        for exercise, points in {**info.exercises, **by_hand}.items():
            word = said if isinstance(said, str) else said.get(exercise, "full")
            if not isinstance(word, tuple):
                word = (points if word in ("full", "repaired") else 0, word)
            spelled[notebook][exercise] = word
    return spelled


def earned(results: dict, student: str) -> dict[str, dict[str, tuple]]:
    return {
        notebook: {name: (e["points"], e["status"]) for name, e in exercises.items()}
        for notebook, exercises in results[student][PART].items()
    }


def test_it_needs_no_more_than_requirements(tmp_path):
    """`make grade` is one of README's two commands; it installs requirements.txt alone."""
    project = tomllib.loads((SOLUTIONS.parent / "pyproject.toml").read_text())
    extras = [*itertools.chain(*project["project"]["optional-dependencies"].values())]
    names = [re.match(r"[\w-]+", extra)[0].replace("-", "_") for extra in extras]
    assert "jupytext" in names
    # pytest comes with nbval, setuptools with Python, and "nnlib[site]" names the other extra; the
    # others are kept out, as if not installed.
    kept_out = [name for name in names if name not in ("pytest", "setuptools", "nnlib")]
    script = (
        f"import pathlib, sys; sys.modules.update(dict.fromkeys({kept_out!r}))\n"
        "from nnlib.__main__ import main\n"
        "from rehearsed import share\n"
        "status = main(['example-class', sys.argv[1]])\n"
        "share(pathlib.Path(sys.argv[1]))\n"
        "sys.exit(status or main(['grade', '--course', sys.argv[1], '--student', 'ada-*', "
        f"'--part', '1-*', '--workers', '1', *{SANDBOX!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "class")],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_all_right(results):
    for info in lessons():
        part, _, notebook = info.name.partition("/")
        if part not in ("1-one-neuron", PART):
            continue
        for name, points in info.exercises.items():
            exercise = results["ada-all-right"][part][notebook][name]
            assert (exercise["points"], exercise["status"]) == (points, "full"), (info.name, name)
            assert exercise["messages"] == exercise["flags"] == []


def test_untouched(results):
    work = dict.fromkeys(
        ["01_data", "02_architecture", "03_initialization", "04_forward_propagation"],
        "not attempted",
    )
    assert earned(results, "bo-untouched") == expected(work)


def test_half_way(results):
    work = {
        "01_data": "full",
        "02_architecture": "full",
        "03_initialization": "full",
        "04_forward_propagation": "full",
        "05_cost": "full",
        "06_backpropagation": "full",
        "07_update": "full",
        "08_model": "full",
        "09_predict": "not attempted",
        "10_decision_boundary": "not attempted",
        "11_experiment": "not attempted",
        "12_clinic": "not attempted",
        "13_project": "not attempted",
        "14_playground": "not attempted",
        "15_recap": "not attempted",
    }
    assert earned(results, "cleo-half-way") == expected(work)


def test_syntax_error(results):
    work = {
        "02_architecture": {"layer_sizes": "error"},
        "05_cost": "full",
        "06_backpropagation": "full",
    }
    assert earned(results, "dev-syntax-error") == expected(work)
    exercise = results["dev-syntax-error"][PART]["02_architecture"]["layer_sizes"]
    assert "SyntaxError" in exercise["messages"][0]


def test_infinite_loop(results):
    work = {
        "04_forward_propagation": {"strip_parameters": "timeout"},
        "05_cost": "full",
        "06_backpropagation": "full",
    }
    assert earned(results, "eve-infinite-loop") == expected(work)


def test_deleted_test_cell(results):
    work = {
        "07_update": {"update_parameters": "repaired"},
        "08_model": "full",
        "09_predict": "full",
    }
    assert earned(results, "finn-deleted-test") == expected(work)


def test_renamed_function(results):
    work = {
        "03_initialization": "full",
        "04_forward_propagation": {"forward_propagation": "error"},
        "05_cost": "full",
    }
    assert earned(results, "gita-renamed") == expected(work)
    exercise = results["gita-renamed"][PART]["04_forward_propagation"]["forward_propagation"]
    assert exercise["messages"] == [
        "There is no forward_propagation in the notebook: the name must be exactly this."
    ]


def test_three_typical_mistakes(folder, results):
    work = {
        # The biases are not counted.
        "02_architecture": {"count_parameters": (1, "partial")},
        "03_initialization": "full",
        "04_forward_propagation": "full",
        # Added and not averaged: the plain case is lost, and nothing beyond it.
        "05_cost": {"cost_from_sums": (2, "partial")},
        "06_backpropagation": "full",
        "07_update": "full",
        # As many hidden units as layer_sizes says: it learns from the given start, and printing
        # changes nothing.
        "08_model": {"nn_model": (3, "partial")},
        "09_predict": "full",
    }
    assert earned(results, "hugo-mistakes") == expected(work)
    for notebook, exercise, word in (
        ("02_architecture", "count_parameters", "biases"),
        ("05_cost", "cost_from_sums", "mean"),
        ("08_model", "nn_model", "n_h"),
    ):
        messages = results["hugo-mistakes"][PART][notebook][exercise]["messages"]
        assert word in messages[0], "the mistake is named first"
    page = (folder / "feedback" / "hugo-mistakes" / PART / "05_cost.html").read_text("utf-8")
    assert "The call: <code>cost_from_sums(array of shape (" in page


def test_copies_with_other_names(results):
    work = dict.fromkeys(["01_data", "02_architecture", "03_initialization"], "full")
    assert earned(results, "O'Neill, Ines") == expected(work)


def test_the_sheet_for_the_lms_adds_up(folder, results):
    with (folder / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows.keys() == example_class.STORIES.keys()
    for student, parts in results.items():
        total = sum(
            exercise["points"]
            for notebooks in parts.values()
            for exercises in notebooks.values()
            for exercise in exercises.values()
        )
        assert float(rows[student]["total"]) == total


def test_the_class_is_the_same_every_time(folder, tmp_path):
    example_class.write_class(tmp_path / "again")
    for path in (tmp_path / "again" / "submitted").rglob("*.ipynb"):
        first = folder / path.relative_to(tmp_path / "again")
        assert path.read_bytes() == first.read_bytes()
        nbformat.validate(nbformat.read(path, as_version=4))


def test_a_copy_that_a_learner_made_is_no_notebook_of_the_class(tmp_path, monkeypatch):
    notebooks = shutil.copytree(example_class.NOTEBOOKS, tmp_path / "notebooks")
    for name in ("01_neuron-Copy1.ipynb", ".ipynb_checkpoints/01_neuron-checkpoint.ipynb"):
        copy = notebooks / "1-one-neuron" / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(notebooks / "1-one-neuron" / "01_neuron.ipynb", copy)
    monkeypatch.setattr(example_class, "NOTEBOOKS", notebooks)
    example_class.write_class(tmp_path / "class")
    handed_in = {path.stem for path in (tmp_path / "class" / "submitted").rglob("*.ipynb")}
    assert "01_neuron" in handed_in
    assert not [name for name in handed_in if "Copy" in name or "checkpoint" in name]


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(AuthorError, match="not empty"):
        example_class.write_class(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_stories_are_those_of_this_part():
    # The selections above name its notebooks.
    assert len([info for info in lessons() if info.part == PART]) == 15
    assert lesson_info(f"{PART}/02_architecture").exercises.keys() == {
        "layer_sizes",
        "count_parameters",
    }


def test_a_report_waits_for_a_person_and_then_has_their_points(folder, results):
    """The last test: it changes the gradebook."""
    report = results["ada-all-right"][PART]["13_project"]["report"]
    assert (report["points"], report["status"]) == (0, "not judged")
    page = folder / "feedback" / "ada-all-right" / PART / "13_project.html"
    assert "A person will look at this." in page.read_text()
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        untouched = gradebook.find_grade("report", "13_project", PART, "cleo-half-way")
        assert (untouched.auto_score, untouched.needs_manual_grade) == (0, False)
        grade = gradebook.find_grade("report", "13_project", PART, "ada-all-right")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    json_file = folder / "again.json"
    assert main(["grade", "--course", str(folder), "--json", str(json_file), *SANDBOX]) == 0
    notebook = json.loads(json_file.read_text())["ada-all-right"][PART]["13_project"]
    points = read_lesson(f"{PART}/13_project").points
    assert sum(exercise["points"] for exercise in notebook.values()) == points
    assert {exercise["status"] for exercise in notebook.values()} == {"full"}
    assert "Your instructor gave 5." in page.read_text()
    assert "A person will look at this." not in page.read_text()


def test_every_command_of_the_instructors_week(folder, tmp_path, monkeypatch, capsys):
    text = (SOLUTIONS.parent / "docs" / "instructor.md").read_text("utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, re.S | re.M)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert all(command[0] == "nnlib" for command in commands)
    shutil.copytree(folder, tmp_path / "class-example")
    monkeypatch.chdir(tmp_path)
    said = {}
    for _, *words in commands:
        box = SANDBOX if words[0] in ("rehearse", "grade", "regrade", "check-in") else []
        assert nnlib([*words, *box]) == 0, words
        said[" ".join(words[:4])] = capsys.readouterr().out
    course = tmp_path / "class-example"
    assert "10 students" in said["roster class-example/lms/gradebook.csv --course class-example"]
    given = "collect class-example/lms/submissions.zip --part 2-hidden-layer"
    assert "late, as the LMS says" in said[given]
    renamed = "my_forward_propagation has the signature of forward_propagation"
    assert renamed in said["check-in 2-hidden-layer --course class-example"]
    assert "2 to grade, of" in said["grade --course class-example --dry-run"]
    assert "2 to grade" in said["grade --course class-example"]
    assert (tmp_path / "dist" / "1-one-neuron.zip").is_file()
    with (course / "report" / "canvas.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["SIS Login ID"]: row for row in csv.DictReader(file)}
    [column] = [name for name in rows["ida-late"] if name.startswith("Hidden layer")]
    assert float(rows["ida-late"][column]) > 0
    assert "Berg" in (course / "report" / "index.html").read_text("utf-8")
    with zipfile.ZipFile(course / "report" / f"feedback-canvas-{PART}.zip") as made:
        assert [name.partition("_9")[0] for name in made.namelist()] == ["bergida_LATE_110"] * 2
