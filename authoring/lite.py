"""Make the course that runs in the browser: JupyterLite, with the notebooks that learners get."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from authoring.bundle import bundle_files, make_wheel, run_module
from authoring.cases import AuthorError
from authoring.source import SOLUTIONS

ROOT = SOLUTIONS.parent
_LOCK = "pyodide-lock.json"
_NEEDS = ("numpy", "matplotlib", "scikit-learn", "ipython", "ipywidgets")
# What the kernel itself asks for.
_KERNEL = ("micropip", "ipython", "jedi", "matplotlib", "sqlite3", "ssl", "packaging")
# Not in Pyodide, and not to be fetched by a learner's browser.
_COMM, _WIDGETS = "comm==0.2.3", "ipywidgets==8.1.9"
# Extensions of JupyterLite's. The first, in the environment, would disturb JupyterLab.
_EXTENSIONS = {
    "jupyterlite-pyodide-kernel==0.6.1": "@jupyterlite/pyodide-kernel-extension",
    "jupyterlab-widgets==3.0.17": "@jupyter-widgets/jupyterlab-manager",
}
_SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "A neural network from scratch",
        "exposeAppInBrowser": True,
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}
        },
    },
}

_KEEP = """## Download my work, and bring it back

What you write is kept by this browser alone. The next cell makes a file of all your notebooks that
you can keep, hand in, or take to another machine."""
_DOWNLOAD = """import base64, io, pathlib, zipfile

from IPython.display import HTML

kept = io.BytesIO()
with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
    for path in sorted(pathlib.Path(".").rglob("*.ipynb")):
        archive.write(path)
data = base64.b64encode(kept.getvalue()).decode()
link = "data:application/zip;base64," + data
HTML(f'<a download="my-work.zip" href="{link}">Download my-work.zip</a>')"""
_HOW_BACK = """To bring it back, here or in another browser, run the next cell and choose
`my-work.zip`. On a machine of your own, unpack it in the folder `notebooks` of the course."""
# Written by the page and not by the kernel: JupyterLite parses a notebook that a kernel writes
# while it is still empty, and then answers no more.
_BACK = """from IPython.display import HTML

HTML(
    '<p id="bring-back"><label>Bring my work back: <input type="file" accept=".zip"></label> '
    '<output></output></p><script src="../bring_back.js"></script>'
)"""


def make_lite(target: Path, pyodide: Path) -> None:
    """Write the site that runs the course into the folder `target`.

    Parameters
    ----------
    pyodide
        An unpacked release of Pyodide.

    Raises
    ------
    AuthorError
        If that folder is none, or JupyterLite cannot be built.
    """
    if not (pyodide / _LOCK).is_file():
        raise AuthorError(
            f"{pyodide} holds no {_LOCK}. Download pyodide-0.27.7.tar.bz2 from Pyodide's releases, "
            "unpack it, and give the folder `pyodide` that was in it."
        )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "jupyter-lite.json").write_text(json.dumps(_SETTINGS))
        _write_pyodide(folder / "static" / "pyodide", pyodide)
        for name, path in bundle_files().items():
            kind, _, inside = name.partition("/")
            if kind == "notebooks":
                made = folder / "files" / inside
                made.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, made)
        _add_ways_to_keep_work(folder / "files" / "index.ipynb")
        run_module("pip", "download", "--quiet", "--no-deps", "--dest", folder / "pypi", _COMM)
        extra = folder / "extra"
        run_module("pip", "install", "--quiet", "--no-deps", "--target", extra, *_EXTENSIONS)
        place = extra / "share" / "jupyter" / "labextensions"
        run_module(
            *("jupyter", "lite", "build", "--lite-dir", folder, "--output-dir", target),
            *(word for app in ("lab", "notebooks", "edit") for word in ("--apps", app)),
            *("--no-unused-shared-packages", "--no-sourcemaps", "--ignore-sys-prefix"),
            *(f"--LiteBuildConfig.federated_extensions={place / e}" for e in _EXTENSIONS.values()),
            path=extra,
        )
    shutil.copy(Path(__file__).with_name("bring_back.js"), target)


def _add_ways_to_keep_work(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for number, text in enumerate((_KEEP, _DOWNLOAD, _HOW_BACK, _BACK)):
        new = new_code_cell if number % 2 else new_markdown_cell
        notebook.cells.insert(number + 2, new(text, id=f"keep-{number}"))
    nbformat.write(notebook, path)


def _write_pyodide(target: Path, pyodide: Path) -> None:
    """Copy what the course needs of Pyodide, with `nnlib` and `ipywidgets` among its packages."""
    target.mkdir(parents=True)
    lock = json.loads((pyodide / _LOCK).read_text("utf-8"))
    packages = lock["packages"]
    wheels = {"nnlib": make_wheel(target), "ipywidgets": _widgets(target)}
    for name, needs in (("nnlib", _NEEDS), ("ipywidgets", ["ipython"])):
        wheel = wheels[name]
        packages[name] = {
            "name": name,
            "version": wheel.name.split("-")[1],
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": [name],
            "depends": list(needs),
            "unvendored_tests": False,
        }
    asked, needed = ["nnlib", *_KERNEL], set()
    while asked:
        name = asked.pop()
        needed.add(name)
        depends = {need.replace("_", "-") for need in packages[name]["depends"]}
        asked += depends - needed
    lock["packages"] = {name: packages[name] for name in sorted(needed)}
    (target / _LOCK).write_text(json.dumps(lock))
    core = [path for path in pyodide.iterdir() if path.name.startswith(("pyodide.", "python_st"))]
    for path in [*core, *(pyodide / packages[name]["file_name"] for name in needed)]:
        if not (target / path.name).exists():
            shutil.copy(path, target)


def _widgets(target: Path) -> Path:
    run_module("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", target, _WIDGETS)
    (wheel,) = target.glob("ipywidgets-*.whl")
    return wheel
