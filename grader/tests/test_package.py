"""The package stands by itself: what it imports, what its wheel holds, what it says of itself."""

from __future__ import annotations

import ast
import contextlib
import importlib.metadata
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
from nbgrader.api import Gradebook
from packaging.requirements import Requirement

from .exercise_course import PART, exercises, write_course

GRADER = Path(__file__).parents[1]


@pytest.mark.parametrize("first", ["", "from setuptools.archive_util import UnrecognizedFormat"])
def test_nbgrader_is_imported_without_setuptools_and_unpacks_with_it(first, tmp_path):
    shutil.make_archive(tmp_path / "given", "zip", Path(__file__).parent, "course")
    code = f"""
import sys
import evenhand.quick_imports
from nbgrader.utils import unzip

assert "setuptools" not in sys.modules
assert not any(hasattr(module, "__nothing__") for module in sys.modules.values())
{first}
unzip(sys.argv[1], sys.argv[2])
import setuptools.archive_util as real
assert real.unpack_directory
"""
    arguments = [str(tmp_path / "given.zip"), str(tmp_path)]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["course"]


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


def test_what_a_command_imported_is_not_looked_through_again():
    """Not while it imports, after that, or when it ends: together half a second of 1.2."""
    program = (
        "import gc; looked = []\n"
        "gc.callbacks.append(lambda *about: looked.append(len(gc.get_objects(generation=0))))\n"
        "from evenhand.__main__ import main\n"
        "main(['grade', '--course', 'nowhere'])\n"
        "print(len(looked), max(looked), gc.get_freeze_count(), gc.isenabled())"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
    looked, most, left_alone, on = said.split()
    assert int(looked) < 100 and int(most) < 5_000
    assert int(left_alone) > 50_000 and on == "True"


@pytest.mark.parametrize("package", [evenhand, sandboxed], ids=lambda package: package.__name__)
def test_every_module_is_listed(package):
    listed = re.findall(r"^`(\w+)` {2,}\S", package.__doc__, re.M)
    folder = Path(package.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }
    assert sorted(listed) == sorted(modules - {"__init__"} - ({"__main__"} - set(listed)))


def test_five_commands_make_a_plain_course_safe(tmp_path):
    """Those of the page, with a wheel, in a folder that has an nbgrader course and nothing else."""
    wheel = _wheel(tmp_path)
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    root = tmp_path / "course"
    names = ("squares_sum", "shell_asked", "file_written_by_a_cell", "stderr_in_a_test")
    write_course(root, {"first": [one for one in exercises() if one.name in names]})
    page = (GRADER.parent / "docs" / "own-course.md").read_text("utf-8")
    section = page.partition("## Five commands")[2]
    install, *commands = section.split("```")[1].strip().splitlines()
    assert install == "pip install ./grader" and len(commands) == 4

    options = ("--no-deps", "--no-index", "--no-compile")
    _run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    _link_dependencies(wheel, environment)
    told = "import evenhand, importlib.util as u; print(evenhand.__file__)"
    told += "; print(*map(u.find_spec, ('nnlib', 'authoring', 'pandas')))"
    file, beside = _run(python, "-c", told, cwd=tmp_path).splitlines()
    assert Path(file).is_relative_to(environment) and beside == "None None None"

    def run(line: str, status: int = 0) -> str:
        path = f"PATH={environment / 'bin'}:$PATH; "
        return _run("bash", "-c", path + line, cwd=root, status=status)

    rehearsed, compared, graded, _ = map(run, commands, (0, 1, 0, 0))
    assert "shell_asked--1: beside" in rehearsed and "squares_sum--1: apart" in rehearsed
    # What a test writes to stderr is no failure, which is on purpose.
    assert "12 cells of 3 notebooks compared, 1 difference." in compared
    assert "stderr_in_a_test--1: nbgrader 0, evenhand 1 (right)" in compared
    assert "squares_sum" not in compared
    assert (root / "report" / "index.html").is_file(), graded

    def points() -> dict[str, float]:
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
            return {s.student.id: s.score for s in gradebook.assignment_submissions(PART)}

    assert points() == {"right": 4, "wrong": 0, "blank": 0}
    run(f"nbgrader autograde {PART} --student right --force")
    assert points() == {"right": 4, "wrong": 0, "blank": 0}


def _run(*command: object, cwd: Path | None = None, status: int = 0) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd=cwd, env=environment
    )
    assert done.returncode == status, done.stdout + done.stderr
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
