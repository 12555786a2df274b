"""Make the zip that students get: the notebooks and the helper package, without any answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from evenhand.variants import MARK

from authoring import launch
from authoring.cases import AuthorError
from authoring.source import SOLUTIONS, all_lessons

ROOT = SOLUTIONS.parent
_PACKAGES = ("nnlib", "mistakes", "nntools")
_FOLDER = "neural-network-from-scratch"

_README = """# Build a neural network from scratch

A course in notebooks. You need Python 3.11 or newer.

On Linux and macOS, in this folder:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/jupyter lab notebooks/index.ipynb

On Windows:

    py -m venv .venv
    .venv\\Scripts\\pip install -r requirements.txt
    .venv\\Scripts\\jupyter lab notebooks\\index.ipynb

Work through the notebooks in order. Leave their names and their folders as they are: later
notebooks use the functions that you wrote in earlier ones. `lesson.check(...)` tells you at once
whether a function is right, and `lesson.hint(...)` gives you a hint. To hand in a part, hand in its
folder of notebooks.
"""


def bundle_files(part: str = "") -> dict[str, Path]:
    """Return what goes into the bundle, of one part or of all: path in the bundle to file."""
    found = {"notebooks/flower.png": ROOT / "notebooks" / "flower.png"}
    for name in ["index", *all_lessons()]:
        if part and name.partition("/")[0] not in ("index", part):
            continue
        found[f"notebooks/{name}.ipynb"] = ROOT / "notebooks" / f"{name}.ipynb"
    for path in sorted(p for name in _PACKAGES for p in (ROOT / name).rglob("*")):
        relative = path.relative_to(ROOT)
        if path.is_file() and "__pycache__" not in relative.parts:
            found[relative.as_posix()] = path
    for name in ("Dockerfile", "LICENSE", "LICENSE-TEXT.md"):
        found[name] = ROOT / name
    return found


def make_bundle(target: Path, part: str = "") -> Path:
    """Write the bundle, of one part or of all, to `target` and return it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in bundle_files(part).items():
            archive.write(path, f"{_FOLDER}/{name}")
        archive.writestr(f"{_FOLDER}/README.md", _README)
        archive.writestr(f"{_FOLDER}/pyproject.toml", _project())
        archive.writestr(f"{_FOLDER}/requirements.txt", _requirements())
    return target


def make_variant(made: Path, target: Path, part: str, variant: str) -> None:
    """Write a copy of a part's bundle that is one variant, to `target`."""
    new = target.with_name(f".{target.name}.new")
    try:
        with (
            zipfile.ZipFile(made) as archive,
            zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as copy,
        ):
            for name in archive.namelist():
                data = archive.read(name)
                if name.endswith(".ipynb"):
                    notebook = json.loads(data)
                    notebook["metadata"]["variant"] = variant
                    data = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
                copy.writestr(name, data)
            copy.writestr(f"{_FOLDER}/notebooks/{part}/{MARK}", variant)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def make_wheel(folder: Path) -> Path:
    """Write the bundle's package as a wheel into `folder`, and return it."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.unpack_archive(make_bundle(Path(temporary, "course.zip")), temporary)
        source = Path(temporary, _FOLDER)
        # In isolation, pip would first install setuptools anew.
        options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
        run_module("pip", "wheel", *options, source)
    return folder / launch.WHEEL


def run_module(module: str, *arguments: object, path: Path | None = None) -> None:
    """Run a module of Python's; in the folder `path` it finds more packages, and leaves its own.

    Raises
    ------
    AuthorError
        If it fails; with all that it printed.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=path)
    if done.returncode:
        raise AuthorError(f"`{module} {arguments[0]}` fails:\n{done.stdout}{done.stderr}")


def _requirements() -> str:
    """Return requirements.txt without the grader."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return text.replace("# The grader and nnlib", "# nnlib").replace("-e ./grader\n", "")


def _project() -> str:
    """Return pyproject.toml without what only instructors and developers need."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    kept, skip = [], False
    for line in text.splitlines():
        if line.startswith("["):
            skip = line.startswith(("[tool.", "[project.optional"))
            skip = skip and not line.startswith("[tool.setuptools")
        if not skip:
            kept.append(line)
    return "\n".join(kept) + "\n"
