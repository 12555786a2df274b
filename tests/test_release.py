"""What students get gives no answer away."""

import json
import zipfile

import pytest
from evenhand.course import Course

from authoring.build import ROOT
from authoring.bundle import make_bundle
from authoring.cases import AuthorError
from authoring.release import leaks, release
from authoring.source import SOLUTIONS, all_lessons, read_lesson, solution_in


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The bundle's files: name to bytes."""
    path = make_bundle(tmp_path_factory.mktemp("bundle") / "course.zip")
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_holds_the_notebooks_the_package_and_the_way_to_install_it(bundle):
    assert {"README.md", "requirements.txt", "pyproject.toml", "LICENSE"} <= bundle.keys()
    assert {f"notebooks/{name}.ipynb" for name in all_lessons()} <= bundle.keys()
    assert "mistakes/checking.py" in bundle
    assert not [n for n in bundle if n.startswith(("grader", "authoring", "solution"))]
    assert not [n for n in bundle if n.endswith("_cases.py")]


def test_no_solution_test_or_misconception_is_in_it(bundle):
    assert leaks(all_lessons(), bundle) == []


@pytest.mark.parametrize("name", all_lessons())
def test_no_author_gives_a_solution_away_elsewhere(name, bundle):
    """No notebook shows a whole solution, or two lines of one in a row."""
    shown = [
        [line.strip() for line in "".join(cell["source"]).splitlines() if line.strip()]
        for path, content in bundle.items()
        if path.endswith(".ipynb")
        for cell in json.loads(content)["cells"]
    ]
    pairs = {pair for lines in shown for pair in zip(lines, lines[1:], strict=False)}
    single = {line for lines in shown for line in lines}
    for cell in read_lesson(name).cells:
        if cell.kind != "exercise":
            continue
        lines = [line.strip() for line in solution_in(cell.text).splitlines() if line.strip()]
        if len(lines) == 1:
            assert lines[0] not in single, f"{cell.exercise}: {lines[0]}"
        for pair in zip(lines, lines[1:], strict=False):
            # Two short lines in a row, such as `n = 3` and `else:`, tell nothing.
            if len("".join(pair)) >= 40:
                assert pair not in pairs, f"{cell.exercise}: {pair}"


def test_no_output_and_no_marker_is_in_it(bundle):
    for name, content in bundle.items():
        if name.endswith(".ipynb"):
            for cell in json.loads(content)["cells"]:
                assert not cell.get("outputs") and not cell.get("execution_count"), name
        elif name.endswith(".py"):
            continue
        text = content.decode("utf-8", "replace")
        assert "BEGIN SOLUTION" not in text and "BEGIN HIDDEN" not in text, name
        assert "END SOLUTION" not in text and "END HIDDEN" not in text, name


def test_the_bundled_package_needs_nothing_that_was_left_out(bundle, tmp_path):
    import subprocess
    import sys

    for name, content in bundle.items():
        if name.startswith(("nnlib/", "mistakes/")):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    code = (
        "import nnlib, pathlib, sys;"
        "assert pathlib.Path(nnlib.__file__).is_relative_to(sys.argv[1]);"
        "import mistakes.checking, nnlib.carrying, nnlib.plotting, nnlib.datasets;"
        "assert nnlib.carrying.course_folder() is None"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=tmp_path, check=True, timeout=60
    )


def test_students_see_stubs_for_every_exercise():
    for name in all_lessons():
        path = SOLUTIONS.parent / "notebooks" / f"{name}.ipynb"
        cells = json.loads(path.read_text("utf-8"))["cells"]
        answers = [c for c in cells if c["metadata"].get("nbgrader", {}).get("solution")]
        lesson = read_lesson(name)
        by_hand = [cell for cell in lesson.cells if cell.kind == "manual"]
        assert len(answers) == len(lesson.exercises) + len(by_hand)
        for cell in answers:
            stub = {"code": "raise NotImplementedError", "markdown": "YOUR ANSWER HERE"}
            assert stub[cell["cell_type"]] in "".join(cell["source"])


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """Where nbgrader looks for its exchange."""
    opened = Course.open(ROOT)
    opened.config.Exchange.root = str(tmp_path / "exchange")
    monkeypatch.setattr(Course, "open", classmethod(lambda cls, folder: opened))
    return tmp_path / "exchange"


def test_a_part_is_released_where_nothing_leaks(tmp_path, exchange):
    part = "1-one-neuron"
    told = release(part, tmp_path)
    with zipfile.ZipFile(tmp_path / f"{part}.zip") as made:
        names = {name.partition("/")[2] for name in made.namelist()}
    lessons = {f"notebooks/{name}.ipynb" for name in all_lessons() if name.startswith(part)}
    assert {name for name in names if name.endswith(".ipynb")} == {
        "notebooks/index.ipynb",
        *lessons,
    }
    assert "mistakes/checking.py" in names and "no answer is in it" in told[0]
    assert told[1] == f"There is no exchange at {exchange}: the zip is all."
    with pytest.raises(AuthorError, match="There is no part '9'"):
        release("9", tmp_path)


def test_nothing_is_released_of_what_is_stale(tmp_path, monkeypatch):
    monkeypatch.setattr("authoring.release.stale", lambda names: [f"{names[0]} is stale"])
    with pytest.raises(AuthorError, match="01_neuron is stale\nBuild it first; nothing was rel"):
        release("1-one-neuron", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ends", [AuthorError, KeyboardInterrupt])
def test_what_is_kept_back_or_stopped_leaves_the_zip_that_was_there(tmp_path, monkeypatch, ends):
    part = "1-one-neuron"
    (tmp_path / f"{part}.zip").write_bytes(b"the one before")

    def found(*_):
        if ends is KeyboardInterrupt:
            raise KeyboardInterrupt
        return ["A line gives an answer away."]

    monkeypatch.setattr("authoring.release.leaks", found)
    with pytest.raises(ends):
        release(part, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{part}.zip"]
    assert (tmp_path / f"{part}.zip").read_bytes() == b"the one before"


NEURON, PROJECT = "1-one-neuron/01_neuron", "2-hidden-layer/13_project"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (NEURON, "return np.where(z >= 0, 1, decay) / (1 + decay)"),
        (PROJECT, "and a baseline with squared features was not tried."),
        (NEURON, "judge.keeps(sigmoid, rng.normal(size=(3, 4)))"),
        (NEURON, "return 1 / (1 + np.exp(z))"),
        (NEURON, "return np.divide(1.0, np.add(1.0, np.exp(np.negative(z))))"),
    ],
    ids=["solution", "written answer", "hidden test", "misconception", "variant"],
)
def test_a_line_of_an_answer_keeps_a_part_back(name, line):
    notebook = json.dumps({"cells": [{"source": ["z = 1\n", line]}]})
    for path, text in (("notebooks/a.ipynb", notebook), ("nnlib/a.py", f"if z:\n    {line}\n")):
        said = f"{path} has a line of {name} that gives an answer away: {line}"
        assert leaks([name], {path: text.encode()}) == [said]


def test_nbgraders_exchange_has_what_was_released(tmp_path, exchange):
    part = "1-one-neuron"
    exchange.mkdir()
    exchange.chmod(0o777)
    assert "Released to the exchange" in release(part, tmp_path)[1]
    there = {path.stem for path in exchange.rglob("*.ipynb")}
    assert {f"{part}/{name}" for name in there} == {n for n in all_lessons() if n.startswith(part)}
