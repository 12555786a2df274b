"""A small course of another subject, for the tests: words and accounts.

Two notebooks in ``py:percent`` text; `write_course` makes nbgrader source notebooks of them, and
`release` what learners get. It shares nothing with the course that this project is about.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["NOTEBOOKS", "PART", "answers", "notebook", "release", "write_course"]

PART = "basics"
NOTEBOOKS = ("01_words", "02_account")
_HERE = Path(__file__).parent


def notebook(name: str) -> dict:
    """Return a source notebook as JSON data: solutions, hidden tests, nbgrader's metadata."""
    cells = []
    exercise = ""
    text = (_HERE / f"{name}.py").read_text("utf-8")
    for number, part in enumerate(re.split(r"^# %%", text, flags=re.M)[1:]):
        head, _, body = part.partition("\n")
        about = dict(re.findall(r'(\w+)="?([^"\s][^"]*?)"?(?=\s\w+=|\s*$)', head))
        body = body.strip("\n")
        kind = "code"
        meta: dict = {}
        named: dict = {}
        if "setup" in head:
            named = _about(f"setup-{number}", locked=True)
            meta["tags"] = ["setup"]
        elif "given" in head:
            named = _about(f"given-{number}", locked=True)
        elif "solution" in about:
            exercise = about["solution"]
            named = _about(exercise, solution=True)
        elif "test" in about:
            slug = re.sub(r"\W+", "-", about["test"])
            named = _about(f"{exercise}--{slug}", locked=True, grade=True, points=about["points"])
            body = f"# Hidden test: {about['test']} ({about['points']} points).\n{body}"
        elif "manual" in about:
            kind = "markdown"
            named = _about(about["manual"], solution=True, grade=True, points=about["points"])
        if named:
            meta["nbgrader"] = named
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": meta, "source": body}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _about(name: str, *, grade=False, solution=False, locked=False, points=None) -> dict:
    about = {
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        about["points"] = float(points)
    return about


def release(name: str) -> dict:
    """Return what learners get: stubs, and tests without their hidden code."""
    made = notebook(name)
    for cell in made["cells"]:
        text = re.sub(
            r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS$",
            "",
            cell["source"],
            flags=re.M | re.S,
        )
        cell["source"] = re.sub(
            r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$",
            r"\1raise NotImplementedError",
            text,
            flags=re.M | re.S,
        )
    return made


def answers(name: str) -> dict:
    """Return the release with every exercise solved: what a perfect learner hands in."""
    made = release(name)
    for cell, solved in zip(made["cells"], notebook(name)["cells"], strict=True):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = re.sub(r"\n?[ \t]*### (BEGIN|END) SOLUTION", "", solved["source"])
    return made


def write_course(folder: Path) -> Path:
    """Write the source notebooks into ``folder/source/basics``; return that folder."""
    target = folder / "source" / PART
    target.mkdir(parents=True, exist_ok=True)
    for name in NOTEBOOKS:
        (target / f"{name}.ipynb").write_text(json.dumps(notebook(name)), "utf-8")
    return target
