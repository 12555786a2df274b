"""Make a lesson's notebooks: the executed solution, and the one that nbgrader releases."""

from __future__ import annotations

import copy
import logging
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from authoring import launch
from authoring.cases import AuthorError
from authoring.source import SOLUTIONS, LessonCell, LessonSource
from nnlib import contract, course
from nnlib.statements import grade_id

ROOT = SOLUTIONS.parent


def solution(lesson: LessonSource) -> nbformat.NotebookNode:
    """Return a lesson as a source notebook in nbgrader's sense, not yet executed."""
    cells = []
    for number, cell in enumerate(lesson.cells):
        if cell.kind == "markdown":
            text = cell.text.replace("{minutes}", str(lesson.minutes))
            text = text.replace("{points}", f"{lesson.points:g}")
            cells.append(new_markdown_cell(text, id=f"cell-{number:02d}"))
        else:
            cells.append(_code_cell(cell, number))
    cells.append(new_markdown_cell(_navigation(lesson.name), id="navigation"))
    return new(cells)


def _code_cell(cell: LessonCell, number: int) -> nbformat.NotebookNode:
    text = cell.text
    slug = re.sub(r"[^a-z0-9]+", "-", cell.title.lower()).strip("-")
    grade_id = {
        "exercise": cell.exercise,
        "check": f"{cell.exercise}--check",
        "test": f"{cell.exercise}--{slug}",
        "manual": cell.title,
    }.get(cell.kind, f"cell-{number:02d}")
    if cell.kind == "test":
        plural = "" if cell.points == 1 else "s"
        text = f"# Hidden test: {cell.title} ({cell.points:g} point{plural}).\n{text}"
    make = new_markdown_cell if cell.kind == "manual" else new_code_cell
    made = make(text, id=re.sub(r"[^A-Za-z0-9_-]", "-", grade_id)[:64])
    if cell.kind in ("setup", "demo", "carry"):
        made.metadata["tags"] = [cell.kind]
    if cell.kind == "claim":
        made.source = f"# Asserts what the text above says. Learners do not get this cell.\n{text}"
        # It may need what a demonstration made, so it does not run where those do not.
        made.metadata["tags"] = ["demo", "claim"]
    if cell.kind not in ("plain", "demo", "claim"):
        points = cell.points or cell.by_hand
        made.metadata["nbgrader"] = {
            "grade": bool(points),
            "grade_id": grade_id,
            "locked": cell.kind not in ("exercise", "manual"),
            "schema_version": 3,
            "solution": cell.kind in ("exercise", "manual"),
            "task": False,
        }
        if points:
            made.metadata["nbgrader"]["points"] = points
    return made


# As seen from a solution; for a release notebook it is in the parent folder.
_MAP_LINK = "../../notebooks/index.ipynb"


def _navigation(name: str) -> str:
    names = [info.name for info in course.lessons()]
    here = names.index(name)
    links = []
    if here:
        before = course.lessons()[here - 1]
        links.append(f"[← {before.title}](../{before.name}.ipynb)")
    links.append(f"[Map of the course]({_MAP_LINK})")
    if here + 1 < len(names):
        after = course.lessons()[here + 1]
        links.append(f"[{after.title} →](../{after.name}.ipynb)")
    return "---\n\n" + " · ".join(links)


def new(cells: list) -> nbformat.NotebookNode:
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )


def executed(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run a solution in a fresh kernel, in a copy of solutions/.

    Raises
    ------
    AuthorError
        If a cell fails, or writes to stderr.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(
            SOLUTIONS, f"{scratch}/course", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__")
        )
        folder = f"{scratch}/course/{lesson.name.partition('/')[0]}"
        client = NotebookClient(
            notebook,
            timeout=600,
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
        )
        try:
            client.execute(env={k: v for k, v in os.environ.items() if k != contract.VARIABLE})
        except CellExecutionError as error:
            raise AuthorError(f"{lesson.name}: {error}") from None
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)  # useless without a kernel, and named at random
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.execution_count:
            raise AuthorError(f"{lesson.name}: the kernel did not run {cell.source[:40]!r}.")
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
            if output.get("name") == "stderr":
                raise AuthorError(f"{lesson.name}: a cell writes to stderr: {output['text'][:300]}")
    return notebook


def released(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return what nbgrader releases to students."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    part, _, short = lesson.name.partition("/")
    with tempfile.TemporaryDirectory() as scratch:
        config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config())
        config.CourseDirectory.root = scratch
        config.CourseDirectory.source_directory = "source"
        config.CourseDirectory.release_directory = "release"
        # Making a gradebook would take longer than everything else.
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        folder = Path(scratch, "source", part)
        folder.mkdir(parents=True)
        write(folder / f"{short}.ipynb", _without_claims(notebook))
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        result = api.generate_assignment(part)
        released = Path(scratch, "release", part, f"{short}.ipynb")
        if not result["success"] or not released.is_file():
            raise AuthorError(f"{lesson.name}: nbgrader could not release it: {result}")
        notebook = read(released)
    return _for_learners(notebook)


# One line, for whoever has come to the end.
_DOCTOR = "lesson.doctor()  # Saved? Then this says what would go wrong when it is graded."


def _for_learners(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Add what only learners get: where this runs, and what is to be looked at in the end."""
    *cells, navigation = notebook.cells
    links = navigation.source.replace(_MAP_LINK, "../index.ipynb")
    if cells[-1].cell_type == "markdown" and "nbgrader" not in cells[-1].metadata:
        cells[-1].source += f"\n\n{links}"
    else:
        cells.append(new_markdown_cell(links, id=navigation.id))
    if code := launch.getting_cell():
        cells.insert(1, new_code_cell(code, id=launch.CELL))
    runs = any(cell.cell_type == "code" for cell in cells)  # a page to read has nothing to look at
    notebook.cells = [*cells, new_code_cell(_DOCTOR, id="doctor")] if runs else cells
    return notebook


def _without_claims(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    cells = [c for c in notebook.cells if "claim" not in c.metadata.get("tags", ())]
    return new(cells)


# What nbgrader puts in place of a solution: code, as nbgrader_config.py says, or text.
_STUBS = ("raise NotImplementedError", "YOUR ANSWER HERE")


def keep_work(path: Path, release: nbformat.NotebookNode) -> str:
    """Set aside a notebook in which somebody has worked; return what to say about it."""
    if not path.is_file():
        return ""
    ours = {*map(grade_id, release.cells)} - {""}
    for cell in read(path).cells:
        if grade_id(cell) in ours and not any(stub in cell.source for stub in _STUBS):
            aside = path.with_name(f"{path.stem}.mine-{time.strftime('%Y%m%d-%H%M%S')}.ipynb")
            shutil.copy(path, aside)
            return f" (the work in it is kept as {aside.name})"
    return ""


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    return bare


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def write(path: Path, notebook: nbformat.NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
