"""Bad input, on the command line and in a notebook: one clear sentence, which says what to do."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_runner import cells_of

import nnlib
from authoring import hidden_tests
from authoring.source import SOLUTIONS
from authoring.trial import stub
from nnlib import course, datasets
from nnlib.__main__ import main
from nnlib.lesson import CheckFailed

# Runs a line of Python in which one package, and all in it, cannot be found.
WITHOUT = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if f"{name}.".startswith(f"{sys.argv[1]}."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
exec(sys.argv[2])
"""


def python(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, **options
    )


def one_sentence(text: str) -> str:
    """Return the text, which is one line and no traceback."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].endswith("."), text
    return lines[0]


# Commands


def test_no_such_command(capsys):
    assert main(["grad"]) == 2
    said = capsys.readouterr()
    assert said.err.strip() == "nnlib has no command 'grad'. It has:"
    assert all(f"  nnlib {name} " in said.out for name in ("grade", "build", "try", "prove"))


def test_no_command_lists_them(capsys):
    assert main([]) == 2
    assert main(["--help"]) == 0
    assert "nnlib grade" in capsys.readouterr().out


def test_every_commands_help_has_an_example_of_what_it_takes(capsys):
    assert main(["--help"]) == 0
    commands = re.findall(r"^  nnlib (\S+)", capsys.readouterr().out, re.M)
    assert {"grade", "check-in", "prove", "bench-grade"} <= set(commands)
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        said = " ".join(capsys.readouterr().out.split())
        example = re.search(rf"Example: (?:nnlib|evenhand) {command}\b(.*)$", said)
        assert example, command
        for option in re.findall(r"--[\w-]+", example[1]):
            assert option in said.partition("Example:")[0], command


@pytest.mark.parametrize("command", ["build", "try"])
def test_no_such_lesson(command, capsys):
    assert main([command, "2-hidden-layer/04_forwards"]) == 1
    said = one_sentence(capsys.readouterr().err)
    assert "There is no lesson 2-hidden-layer/04_forwards" in said
    assert "2-hidden-layer/04_forward_propagation" in said


def test_nothing_was_handed_in(tmp_path, capsys):
    shutil.copytree(SOLUTIONS, tmp_path / "source")
    assert main(["grade", "--course", str(tmp_path)]) == 2
    said = one_sentence(capsys.readouterr().err)
    assert "Nothing to grade" in said and "submitted" in said


@pytest.mark.parametrize(
    "package, command",
    [("rich", "grade"), ("nbgrader", "grade"), ("jupytext", "try"), ("nbformat", "build")],
)
def test_a_package_is_missing(package, command):
    line = f"from nnlib.__main__ import main; sys.exit(main([{command!r}]))"
    done = python("-c", WITHOUT, package, line)
    assert done.returncode == 2
    assert f"The package {package} is missing." in one_sentence(done.stderr)
    assert "pip install" in done.stderr


def test_the_bundle_has_no_grader():
    line = "from nnlib.__main__ import main; sys.exit(main(['grade']))"
    done = python("-c", WITHOUT, "evenhand", line)
    assert done.returncode == 2
    assert one_sentence(done.stderr) == "nnlib grade is not part of the student's bundle."


# The environment


def test_an_old_python():
    line = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.version = '3.9.2 (main)'; "
        "import nnlib"
    )
    done = python("-c", line)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "This course needs Python 3.11 or newer; this is 3.9.2." in last
    assert "README.md" in last


@pytest.mark.parametrize("package", ["numpy", "mistakes"])
def test_what_the_package_needs_is_missing(package):
    done = python("-c", WITHOUT, package, "import nnlib")
    last = done.stderr.strip().splitlines()[-1]
    assert f"The package {package} is missing." in last and "pip install" in last


@pytest.mark.parametrize(
    "package, line",
    [
        ("matplotlib", "nnlib.plotting.draw_network((2, 1))"),
        ("sklearn", "nnlib.datasets.load_moons(10)"),
    ],
)
def test_a_package_that_loads_later_is_missing(package, line):
    done = python("-c", WITHOUT, package, f"import nnlib; print('there'); {line}")
    assert done.stdout == "there\n", "what does not need it works without it"
    assert f"No module named {package!r}" in done.stderr.strip().splitlines()[-1]


# In a notebook


def test_no_such_lesson_in_a_notebook():
    with pytest.raises(ValueError) as caught:
        nnlib.lesson("2-hidden-layer/04_forwards")
    said = one_sentence(str(caught.value))
    assert "There is no lesson '2-hidden-layer/04_forwards'." in said
    assert "2-hidden-layer/04_forward_propagation" in said


@pytest.mark.parametrize("call", ["check", "hint"])
def test_not_an_exercise(call):
    def forward_prop(X, parameters):
        return X

    lesson = nnlib.lesson("2-hidden-layer/04_forward_propagation")
    with pytest.raises(ValueError) as caught:
        getattr(lesson, call)(forward_prop)
    said = one_sentence(str(caught.value))
    assert said == (
        "forward_prop is not an exercise of this notebook. "
        "Its exercises are: forward_propagation, strip_parameters."
    )


def test_not_a_function():
    lesson = nnlib.lesson("2-hidden-layer/04_forward_propagation")
    with pytest.raises(ValueError, match="a tuple of 2 is not an exercise of this notebook"):
        lesson.check((1, 2))


@pytest.mark.parametrize(
    ("rebound", "kind"),
    [("layer_sizes(X, Y)", "a tuple of 3"), ("5", "a whole number"), ("5.0", "a number")],
)
def test_a_name_that_is_no_function_any_more(rebound, kind, capsys):
    names = {"lesson": nnlib.lesson("2-hidden-layer/02_architecture"), "X": [1], "Y": [2]}
    text = "def layer_sizes(X, Y):\n    return 1, 4, 1\n"
    with pytest.raises(CheckFailed) as caught:
        exec(f"{text}layer_sizes = {rebound}\nlesson.check(layer_sizes)", names)
    said = one_sentence(str(caught.value))
    assert said.startswith(f"layer_sizes is {kind} now, not a function: a line gives its name")
    assert said.endswith("run the cell of layer_sizes again, and then this one.")
    assert said in one_sentence(capsys.readouterr().out.replace("\n", " "))
    for call in ("same(layer_sizes, 1, 2)", "call(layer_sizes, 1)", "keeps(layer_sizes, 1)"):
        with pytest.raises(AssertionError, match=f"layer_sizes is {kind} now, not a function"):
            exec(f"hidden_tests.{call}", {**names, "hidden_tests": hidden_tests})


# Files of the course


@pytest.fixture
def own_data(tmp_path, monkeypatch) -> Path:
    """A copy of the data that may be damaged."""
    folder = Path(shutil.copytree(datasets.DATA, tmp_path / "data"))
    monkeypatch.setattr(datasets, "DATA", folder)
    return folder


def test_damaged_data(own_data):
    path = own_data / "heart_statlog.csv"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError) as caught:
        datasets.load_heart_disease()
    said = str(caught.value)
    assert "nnlib/data/heart_statlog.csv is damaged" in said and "Restore it with" in said


def test_missing_data(own_data):
    (own_data / "heart_statlog.csv").unlink()
    with pytest.raises(FileNotFoundError, match="nnlib/data/heart_statlog.csv is missing"):
        datasets.load_heart_disease()


@pytest.fixture
def own_cases(tmp_path, monkeypatch):
    """A copy of the cases that may be damaged."""
    folder = Path(shutil.copytree(course.CASES, tmp_path / "cases"))
    monkeypatch.setattr(course, "CASES", folder)
    for cached in (course.cases, course.lessons):
        cached.cache_clear()
    yield folder
    for cached in (course.cases, course.lessons):
        cached.cache_clear()


def test_damaged_cases(own_cases):
    path = own_cases / "2-hidden-layer" / "layer_sizes.json"
    path.write_text(path.read_text("utf-8")[:100], "utf-8")
    with pytest.raises(ValueError) as caught:
        course.cases("2-hidden-layer", "layer_sizes")
    said = str(caught.value)
    assert "nnlib/cases/2-hidden-layer/layer_sizes.json is damaged" in said
    assert "fresh copy" in said


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_damaged_map(own_cases, damage):
    path = own_cases / "course.json"
    if damage == "cut":
        path.write_text(path.read_text("utf-8")[:100], "utf-8")
    else:
        path.unlink()
    with pytest.raises(ValueError, match="nnlib/cases/course.json is (damaged|missing)"):
        nnlib.lesson("2-hidden-layer/02_architecture")


# The page of panels


def test_the_gallery_gives_no_answer_away():
    page = html.unescape((SOLUTIONS.parent / "docs" / "panels.html").read_text("utf-8"))
    answers = cells_of("1-one-neuron/02_downhill").values()
    lines = [line.strip() for text in answers for line in text.splitlines()]
    given = {line.strip() for text in answers for line in stub(text).splitlines()}
    assert not [line for line in lines if line not in given and line in page]
