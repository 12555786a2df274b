"""The package stands by itself: what it imports, what its wheel holds, what it says of itself."""

from __future__ import annotations

import ast
import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import evenhand
import pytest
from evenhand import sandboxed
from packaging.requirements import Requirement

from . import course

GRADER = Path(__file__).parents[1]


def test_it_imports_nothing_of_the_course_beside_it():
    found = {}
    for path in GRADER.rglob("*.py"):
        if path.name[0].isdigit():  # the text of a notebook
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                found.setdefault(name.partition(".")[0], str(path))
    assert {"evenhand", "nbgrader"} <= set(found)
    beside = {path.name for path in GRADER.parent.iterdir() if (path / "__init__.py").is_file()}
    assert {"nnlib", "authoring"} <= beside
    assert not {name: path for name, path in found.items() if name in {*beside, "tests"}}


@pytest.mark.parametrize("package", [evenhand, sandboxed], ids=lambda package: package.__name__)
def test_every_module_is_listed(package):
    listed = re.findall(r"^`(\w+)` {2,}\S", package.__doc__, re.M)
    folder = Path(package.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }
    assert sorted(listed) == sorted(modules - {"__init__"} - ({"__main__"} - set(listed)))


def test_a_wheel_grades_another_course(tmp_path):
    wheel = _wheel(tmp_path)
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    options = ("--no-deps", "--no-index", "--no-compile")
    _run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    _link_dependencies(wheel, environment)
    told = "import evenhand, importlib.util as u; print(evenhand.__file__)"
    told += "; print(u.find_spec('nnlib'), u.find_spec('authoring'))"
    file, beside = _run(python, "-c", told, cwd=tmp_path).splitlines()
    assert Path(file).is_relative_to(environment) and beside == "None None"

    sources = course.write_course(tmp_path / "course")
    (sources / "02_account.ipynb").unlink()
    handed_in = tmp_path / "course" / "submitted" / "ada" / course.PART
    handed_in.mkdir(parents=True)
    answers = json.dumps(course.answers("01_words"))
    (handed_in / "01_words.ipynb").write_text(answers, "utf-8")
    _run(environment / "bin" / "evenhand", "grade", "--json", "all.json", cwd=tmp_path / "course")
    graded = json.loads((tmp_path / "course" / "all.json").read_text("utf-8"))
    exercises = graded["ada"][course.PART]["01_words"]
    assert exercises and all(e["points"] == e["max"] > 0 for e in exercises.values()), exercises
    page = (tmp_path / "course" / "report" / "index.html").read_text("utf-8")
    assert "1 students" in page and "max-width: 80rem" in page


def _run(*command: object, cwd: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd=cwd, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _wheel(folder: Path) -> Path:
    """Build the wheel from a copy, so that nothing of it is left here."""
    copy = folder / "copy"
    shutil.copytree(
        GRADER, copy, ignore=shutil.ignore_patterns("tests", "build", "*.egg-info", "__pycache__")
    )
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", folder)
    _run(sys.executable, "-m", "pip", "wheel", *options, copy)
    [wheel] = folder.glob("evenhand-*.whl")
    return wheel


def _link_dependencies(wheel: Path, environment: Path) -> None:
    """Link into an environment what the wheel asks for, and what that asks for, and no more."""
    [here] = environment.glob("lib/python*/site-packages")
    [mine] = here.glob("evenhand-*.dist-info")
    todo = importlib.metadata.PathDistribution(mine).requires or []
    todo, known = [Requirement(one) for one in todo], set()
    while todo:
        wanted = todo.pop()
        extras = {"", *wanted.extras}
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        key = (re.sub(r"[-_.]+", "-", wanted.name).lower(), *sorted(extras))
        if key in known:
            continue
        known.add(key)
        package = importlib.metadata.distribution(wanted.name)
        for text in package.requires or ():
            one = Requirement(text)
            if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras):
                one.marker = None
                todo.append(one)
        for file in package.files or ():
            source, target = Path(package.locate_file(file)).resolve(), here / file
            if ".." in file.parts:
                target = environment / "bin" / file.name
                if file.parts[-2] != "bin" or not source.is_file():
                    continue
                target.write_text(
                    re.sub(r"\A#!.*", f"#!{environment}/bin/python", source.read_text("utf-8"))
                )
                target.chmod(0o755)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError, FileNotFoundError):
                try:
                    os.link(source, target)
                except OSError as error:
                    if isinstance(error, (FileExistsError, FileNotFoundError)):
                        raise
                    shutil.copy2(source, target)
