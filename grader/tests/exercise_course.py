"""A course of small exercises, such as other people's courses ask, handed in three times.

Each file of ``exercises/`` holds the exercises of one kind. An exercise begins with a line
``=== name``; its sections begin with ``--- label``:

``right``, ``wrong``
    What two learners write into the solution cell. The source has the right one, all of it as its
    solution where it does not say what is.
``test POINTS``
    A test cell; one point where no number stands.
``open``, ``locked``, ``between``, ``after``
    A cell before the solution that is anybody's or locked, and after it the same.
``markdown``, ``manual``
    The solution cell of the source, as text or as code, for a person to grade.
``task``
    A task for a person to grade; what is right and wrong stands in an ordinary cell.
``file NAME``
    A file beside the notebook.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from .harness import named

FOLDER = Path(__file__).parent / "exercises"
HAND_INS = ("right", "wrong", "blank")
PART = "exercises"
PRELOAD = """
c.GradeNotebook.preload = ["numpy", "pandas", "matplotlib.pyplot", "scipy", "sklearn.linear_model",
                           "sklearn.model_selection", "sklearn.pipeline", "sklearn.svm"]
"""
LIBRARIES = ("arrays", "plots", "tables")
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@dataclass(frozen=True)
class Exercise:
    """One exercise; `parts` are its sections in order, as (label, text)."""

    name: str
    kind: str
    parts: tuple[tuple[str, str], ...]

    def part(self, label: str) -> str:
        """Return the text of the only section with a label, or nothing."""
        return next((text for name, text in self.parts if name == label), "")

    @property
    def tests(self) -> dict[str, tuple[str, float]]:
        """grade_id -> text and points of each test cell."""
        found = [(text, name) for name, text in self.parts if name.split()[0] == "test"]
        return {
            f"{self.name}--{number}": (text, float(name.partition(" ")[2] or 1))
            for number, (text, name) in enumerate(found, 1)
        }

    @property
    def graded(self) -> list[str]:
        """The grade_id of each cell that has points."""
        return list(self.tests) or [self.name]

    @property
    def source(self) -> str:
        """The solution cell in the instructor's notebook."""
        for label in ("markdown", "manual"):
            if text := self.part(label):
                return text
        right = self.part("right")
        if BEGIN in right or self.part("task"):
            return right
        first, _, rest = right.partition("\n")
        if first.startswith(("def ", "async def ")) and not re.search(r"^\S", rest, re.M) and rest:
            return f"{first}\n    {BEGIN}\n{rest}\n    {END}"
        # nbgrader looks for regions; a cell magic has to stand first in its cell.
        magic = first + "\n" if first.startswith("%%") else ""
        return f"{magic}{BEGIN}\n{right.removeprefix(magic)}\n{END}"

    def handed_in(self, how: str) -> str:
        """Return what a learner has in the solution cell; see `HAND_INS`."""
        if self.part("task") and how == "blank":
            return ""
        if how != "blank":
            return re.sub(rf"^ *({BEGIN}|{END})\n?", "", self.part(how), flags=re.M)
        stub = TEXT_STUB if self.part("markdown") else STUB
        whole = self.source
        if BEGIN not in whole:
            return stub
        indent = re.search(rf"^( *){BEGIN}", whole, re.M)[1]
        region = rf"^ *{BEGIN}\n.*?^ *{END}$"
        filled = textwrap.indent(stub, indent)
        return re.sub(region, lambda _: filled, whole, flags=re.M | re.S)


def exercises() -> list[Exercise]:
    """Read them all."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        _, *rest = re.split(r"^=== (\w+)$\n", path.read_text("utf-8"), flags=re.M)
        for name, text in zip(rest[::2], rest[1::2], strict=True):
            _, *sections = re.split(r"^--- (.+)$\n", text, flags=re.M)
            parts = tuple(
                (label, body.strip("\n"))
                for label, body in zip(sections[::2], sections[1::2], strict=True)
            )
            found.append(Exercise(name, path.stem, parts))
    return found


def by_kind(some: Iterable[Exercise], beside: Collection[str] = ()) -> dict[str, list[Exercise]]:
    """Put exercises into a notebook for each kind, and those of which a test is `beside` into two.

    Together they would take twice as long: each checkpoint would copy the libraries that only some
    kinds need. And a notebook in which a test is judged beside the learner's code is run twice.
    """
    found: dict[str, list[Exercise]] = {}
    for exercise in some:
        name = exercise.kind
        if not exercise.tests.keys().isdisjoint(beside):
            name = "beside, with libraries" if name in LIBRARIES else "beside"
        found.setdefault(name, []).append(exercise)
    return found


def write_course(root: Path, notebooks: Mapping[str, Sequence[Exercise]], config: str = "") -> None:
    """Write the course, and what was handed in."""
    source = root / "source" / PART
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{config}")
    for name, some in notebooks.items():
        _write(source / f"{name}.ipynb", some, "source")
        for how in HAND_INS:
            _write(root / "submitted" / how / PART / f"{name}.ipynb", some, how)
        for exercise in some:
            for label, text in exercise.parts:
                if label.startswith("file "):
                    path = source / label.removeprefix("file ")
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text + "\n", "utf-8")


def _write(path: Path, some: Sequence[Exercise], how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [new_markdown_cell("# Exercises", id="title")]
    cells += [cell for exercise in some for cell in _cells(exercise, how)]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    path.write_text(nbformat.writes(notebook) + "\n", "utf-8")


def _cells(exercise: Exercise, how: str) -> Iterator[nbformat.NotebookNode]:
    tests = iter(exercise.tests.items())
    manual = bool(exercise.part("markdown") or exercise.part("manual"))
    for number, (label, text) in enumerate(exercise.parts):
        if label == "right":
            text = exercise.source if how == "source" else exercise.handed_in(how)
            if exercise.part("task"):
                yield new_code_cell(text, id=f"{exercise.name}-{number}")
                continue
            flags = {"grade": True, "points": 1.0} if manual else {}
            make = new_markdown_cell if exercise.part("markdown") else new_code_cell
            yield _cell(make, text, exercise.name, solution=True, **flags)
        elif label == "task":
            text = text if how == "source" else text.partition("\n\n###")[0]
            yield _cell(new_markdown_cell, text, exercise.name, locked=True, task=True, points=1.0)
        elif label in ("open", "between"):
            yield new_code_cell(text, id=f"{exercise.name}-{number}")
        elif label in ("locked", "after"):
            yield _cell(new_code_cell, text, f"{exercise.name}-{number}", locked=True)
        elif label.split()[0] == "test":
            name, (text, points) = next(tests)
            if how != "source":
                hidden = r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS\n?"
                text = re.sub(hidden, "", text, flags=re.M | re.S).rstrip("\n")
            yield _cell(new_code_cell, text, name, grade=True, locked=True, points=points)


def _cell(make, text: str, grade_id: str, **flags) -> nbformat.NotebookNode:
    return named(make(text, id=grade_id), grade_id, **flags)
