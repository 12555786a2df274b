"""What makes the course run elsewhere, and what cites it: each looked at by a linter of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from authoring import launch, notebooks
from authoring.bundle import make_bundle, make_wheel
from authoring.site import make_front
from authoring.source import SOLUTIONS, read_lesson

ROOT = SOLUTIONS.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PROGRAMS = Path(sys.executable).parent
SCHEMA = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.citation-file-format"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return make_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.mark.parametrize(
    ("linter", "file", "spoil"),
    [
        ([PROGRAMS / "hadolint"], "Dockerfile", ("--no-cache-dir ", "")),
        (SCHEMA, "CITATION.cff", ("authors:", "writers:")),
    ],
)
def test_a_file_is_linted(linter, file, spoil, tmp_path):
    good, spoilt = ROOT / file, tmp_path / file
    spoilt.write_text(good.read_text("utf-8").replace(*spoil), "utf-8")
    done = subprocess.run([*linter, good, spoilt], capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode and str(spoilt) in said  # the linter does look
    assert str(good) not in said, said


def test_every_way_has_the_same_version_and_files():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == PROJECT["version"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, packages = environment["dependencies"]
    devcontainer = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    docker = (ROOT / "Dockerfile").read_text("utf-8")
    version = python.removeprefix("python=")
    assert pip == "pip" and packages == {"pip": ["-r requirements.txt"]}
    assert f"\nFROM python:{version}-" in docker and "-r requirements.txt" in docker
    assert devcontainer["image"].endswith(f":{version}")
    assert devcontainer["postCreateCommand"] == "make env"
    least = tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
    assert tuple(map(int, version.split("."))) >= least
    assert all((ROOT / name).is_file() for name in re.findall(r"[\w/]+\.(?:txt|ipynb)", docker))


def test_the_dockerfile_comes_with_the_bundle(tmp_path):
    with zipfile.ZipFile(make_bundle(tmp_path / "course.zip")) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"Dockerfile", "requirements.txt", "notebooks/index.ipynb"} <= names


def test_while_there_is_no_public_repository_nothing_leads_to_it():
    assert launch.REPOSITORY == ""
    assert launch.binder() == launch.colab("1-one-neuron/01_neuron") == launch.getting_cell() == ""
    assert "mybinder" not in make_front(lite=False) and "colab" not in make_front(lite=False)


def test_one_setting_makes_links_and_the_first_cell(monkeypatch, wheel):
    monkeypatch.setattr(launch, "REPOSITORY", "someone/course")
    assert "](https://mybinder.org/v2/gh/someone/course/HEAD?labpath=" in make_front(lite=False)
    where = "colab.research.google.com/github/someone/course/blob/HEAD/notebooks/"
    assert f"{where}1-one-neuron/01_neuron.ipynb)" in launch.colab("1-one-neuron/01_neuron")
    lesson = read_lesson("1-one-neuron/04_recap")
    title, cell, setup, *_ = notebooks.released(lesson, notebooks.solution(lesson)).cells
    assert title.cell_type == "markdown" and setup.source.startswith("import")
    got = re.search(r"%pip install --quiet (https://github.com/someone/course/\S+)", cell.source)
    # A release's file, by the name that the wheel has.
    assert wheel.is_file() and got[1].endswith(f"/releases/latest/download/{wheel.name}")


def test_the_wheel_is_the_package_that_notebooks_need(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for name in ("nnlib/lesson.py", "nnlib/cases/course.json", "nnlib/languages/de.json"):
        assert name in names
    assert "nntools/doctor.py" in names
    assert not [n for n in names if n.startswith(("authoring/", "evenhand/", "solutions/"))]


# What a notebook does that came alone, in the words of its cells.
ALONE = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
cells = ["".join(c["source"]) for c in json.load(open("01_neuron.ipynb"))["cells"]]
setup, check, doctor = (
    next(c for c in cells if c.startswith(start))
    for start in ("import", "lesson.check(sigmoid)", "lesson.doctor()")
)
sigmoid = "def sigmoid(z):\\n    return 1 / (1 + np.exp({}z))"
for text in (setup, sigmoid.format(""), check, "lesson.hint()", sigmoid.format("-"), check, doctor):
    shell.run_cell(text, store_history=True)
import nnlib; print(nnlib.__file__)
"""


# The same in Colab, whose notebooks lie in no folder, with a stand-in for its own package.
CARRY = """
import json, os, shutil, sys, types
from IPython.core.interactiveshell import InteractiveShell
sys.modules["google.colab"] = types.ModuleType("google.colab")
shell = InteractiveShell.instance()
cells = ["".join(c["source"]) for c in json.load(open(sys.argv[1]))["cells"]]
setup, carry = (next(c for c in cells if start in c) for start in ("import nnlib", "lesson.carry"))
shell.run_cell(setup)
shell.run_cell(carry)
os.mkdir("2-hidden-layer")
shell.run_cell(carry)
shutil.copy(sys.argv[2], "2-hidden-layer")
shell.run_cell(carry)
shell.run_cell("print(layer_sizes(np.ones((2, 5)), np.ones((1, 5))))")
"""


def run_alone(wheel, tmp_path, code, notebook, *arguments):
    """Run code in a folder with a notebook and the wheel's package; return what it says."""
    package, alone = tmp_path / "package", tmp_path / "alone"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)
    alone.mkdir()
    shutil.copy(ROOT / "notebooks" / notebook, alone)
    done = subprocess.run(
        [sys.executable, "-c", code, Path(notebook).name, *arguments],
        cwd=alone,
        env={**os.environ, "PYTHONPATH": str(package), "IPYTHONDIR": str(tmp_path / "ipython")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, package


def test_a_notebook_alone_needs_the_wheel_and_nothing_else(wheel, tmp_path):
    said, package = run_alone(wheel, tmp_path, ALONE, "1-one-neuron/01_neuron.ipynb")
    assert str(package) in said.splitlines()[-1], said
    for sentence in (
        "The sign in the exponent is turned",
        "Hint: sigmoid, 1 of",
        "Right: sigmoid passes its check.",
        "A grader looks for this notebook in the folder 1-one-neuron, and it lies in another.",
    ):
        assert sentence in said, said


def test_colab_is_told_where_earlier_notebooks_go_and_finds_them_there(wheel, tmp_path):
    earlier = SOLUTIONS / "2-hidden-layer" / "02_architecture.ipynb"
    said, _ = run_alone(wheel, tmp_path, CARRY, "2-hidden-layer/03_initialization.ipynb", earlier)
    for sentence in (
        "Make a folder 2-hidden-layer with `!mkdir 2-hidden-layer`, upload them into it",
        "mount your Drive there, and go to where your folders of parts lie with `%cd`",
        "The notebook 2-hidden-layer/02_architecture.ipynb is not beside this one. Put it there",
    ):
        assert sentence in said, said
    assert said.splitlines()[-1] == "(2, 4, 1)", said
