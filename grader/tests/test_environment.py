"""A verdict hangs on the notebook and its tests, and on nothing around the grader."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from evenhand import grader
from evenhand.options import Options
from evenhand.sandbox import SandboxMissing, WarmProcess, bubblewrap

from . import course
from .harness import Classroom

HOSTILE = {
    "PYTHONOPTIMIZE": "1",
    "PYTHONINSPECT": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONWARNINGS": "error",
    "PYTHONHASHSEED": "5",
    "PYTHONIOENCODING": "ascii",
    "PYTHONINTMAXSTRDIGITS": "640",
    "MPLBACKEND": "module://nowhere",
    "LANG": "C",
    "LC_ALL": "POSIX",
    "OMP_NUM_THREADS": "7",
    "OPENBLAS_NUM_THREADS": "7",
    "NNLIB_GRADING": "/nowhere",
}


def _graded(classroom):
    """Return what the examiner says of blank, wrong and right work."""
    grader.close()
    found = []
    for name in course.NOTEBOOKS:
        right = course.answers(name)
        blank = {**right, "cells": [c for c in right["cells"] if not _is_solution(c)]}
        for made in (right, blank):
            result = classroom.grade(name, made)
            found.append([(t.name, t.points, t.status, t.message) for t in result.tests])
    grader.close()
    return found


def _is_solution(cell):
    about = cell["metadata"].get("nbgrader", {})
    return about.get("solution") and not about.get("grade")


def test_the_examiners_environment_is_its_own(tmp_path, monkeypatch):
    classroom = Classroom(tmp_path / "course")
    before = _graded(classroom)
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    for name in ("numpy", "json", "matplotlib", "sitecustomize"):
        (hostile / f"{name}.py").write_text("import os; os._exit(3)")
    (hostile / "matplotlibrc").write_text("lines.linewidth: 40\naxes.grid: True\n")
    start = hostile / "start.py"
    start.write_text("import os; os._exit(3)")
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", str(hostile))
    monkeypatch.setenv("PYTHONSTARTUP", str(start))
    monkeypatch.setenv("MATPLOTLIBRC", str(hostile))
    monkeypatch.chdir(hostile)
    assert _graded(classroom) == before
    points = [sum(points for _, points, *_ in tests) for tests in before]
    assert points == [22, 0, 15, 0]


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_flags_of_the_interpreter_are_not_passed_on(flag, tmp_path):
    said = subprocess.run(
        [
            *(sys.executable, flag, "-c"),
            "import subprocess\nfrom evenhand.grader import environment, python\n"
            "command = python('print(sys.flags.optimize, __debug__)')\n"
            "print(subprocess.check_output(command, env=environment(), text=True))",
        ],
        env={**os.environ, "PYTHONOPTIMIZE": "2"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "0 True"


@pytest.mark.parametrize("umask", [0o077, 0o027])
def test_packages_installed_under_a_narrow_umask(umask, tmp_path, monkeypatch):
    before = os.umask(umask)
    try:
        package = tmp_path / "site" / "narrow"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("x = 1\n")
    finally:
        os.umask(before)
    monkeypatch.syspath_prepend(str(package.parent))
    options = Options(preload=(), packages=("narrow",))
    if os.getuid():
        WarmProcess(options).close()  # it is the grader's own user who reads them
        return
    with pytest.raises(SandboxMissing) as caught:
        WarmProcess(options)
    assert f"with: chmod -R go+rX {package} (or" in str(caught.value)
    assert "\n" not in str(caught.value)
    # What the sentence says to do is enough.
    subprocess.run(["chmod", "-R", "go+rX", str(package)], check=True)
    WarmProcess(options).close()


def test_a_narrow_umask_while_grading(tmp_path, monkeypatch):
    classroom = Classroom(tmp_path / "course")
    before = os.umask(0o077)
    try:
        assert classroom.grade("01_words", course.answers("01_words")).points == 22
    finally:
        os.umask(before)
        grader.close()


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("bwrap: setting up uid map: Permission denied", "apparmor_restrict_unprivileged_userns=0"),
        ("bwrap: No permissions to create new namespace", "to make user namespaces."),
    ],
)
def test_bubblewrap_that_the_system_refuses(said, way, tmp_path, monkeypatch):
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    bubblewrap.cache_clear()
    try:
        with pytest.raises(SandboxMissing) as caught:
            bubblewrap()
    finally:
        bubblewrap.cache_clear()
    assert said in str(caught.value) and way in str(caught.value)
    assert "--without-sandbox" in str(caught.value)


def test_a_python_reached_through_dots(tmp_path):
    # Not below /tmp, which is another one in the sandbox.
    packages = Path(grader.__file__).parents[1]
    base = Path(sys.base_prefix)
    place = Path("/var/tmp") / f"evenhand-dots-{os.getpid()}"
    try:
        (place / "aside").mkdir(parents=True)
        (place / "venv" / "bin").mkdir(parents=True)
        up = f"{place}/aside/../../../..{base}/bin/../bin"
        (place / "venv" / "bin" / "python").symlink_to(
            f"{up}/{Path(sys.executable).resolve().name}"
        )
        (place / "venv" / "pyvenv.cfg").write_text(f"home = {up}\n")
        site = Path(pytest.__file__).parents[1]
        script = (
            "import sys\n"
            "from evenhand import sandbox; from evenhand.options import Options\n"
            "command = sandbox._command(Options())\n"
            "import subprocess; print(sys.base_prefix, flush=True)\n"
            "subprocess.run([*command, sys.executable, '-c', 'import json; print(json.dumps(1))'],"
            "check=True)\n"
        )
        done = subprocess.run(
            [place / "venv" / "bin" / "python", "-c", script],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{packages}:{site}"},
            capture_output=True,
            text=True,
        )
    finally:
        shutil.rmtree(place)
    assert done.returncode == 0, done.stderr
    assert ".." in done.stdout.splitlines()[0] and done.stdout.splitlines()[1] == "1"
