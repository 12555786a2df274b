"""One notebook of made-up exercises, each a solution and a test, for the tests of rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from .harness import OPTIONS as PLAIN
from .harness import named

PART = "made-up"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
OPTIONS = replace(PLAIN, stub=STUB, test_seconds=2)


def write_source(root: Path, exercises: Mapping[str, Sequence[str]]) -> Path:
    """Write a source: name -> solution and hidden test, two points each."""
    cells = []
    for name, (solution, test, *_) in exercises.items():
        text = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
        cells.append(_cell(text, name, solution=True))
        text = f"# Hidden test.\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
        cells.append(_cell(text, f"{name}--test", grade=True, locked=True, points=2))
    return _write(root / "source" / PART / "notebook.ipynb", cells)


def hand_in(root: Path, exercises: Mapping[str, Sequence[str]], answers: Mapping[str, str]) -> Path:
    """Hand in some answers, and the stub for each of the others."""
    cells = []
    for name in exercises:
        cells.append(_cell(answers.get(name, STUB), name, solution=True))
        cells.append(_cell("# Hidden test.", f"{name}--test", grade=True, locked=True, points=2))
    return _write(root / "submitted" / "me" / PART / "notebook.ipynb", cells)


def _write(path: Path, cells: list) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.write_text(nbformat.writes(notebook), "utf-8")
    return path


def _cell(source: str, grade_id: str, **flags):
    return named(new_code_cell(source, id=grade_id), grade_id, **flags)
