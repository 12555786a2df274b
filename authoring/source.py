"""Read a lesson's source text as a list of cells, each with its purpose."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from pathlib import Path

from authoring.cases import AuthorError
from nnlib.statements import BEGIN, END, HIDDEN

_ROOT = Path(__file__).parents[1]
SOLUTIONS = _ROOT / "solutions"

#: Kinds of cells that are not run when a notebook is graded.
UNGRADED = ("markdown", "demo", "claim", "manual")

_PROPERTY = re.compile(r"judge\.(keeps|beyond)\(")
# Titles of other tests that judge one property.
_PROPERTY_TITLES = {
    "a single number, for one sample too",
    "answers of exactly 0 or 1",
    "the cost is a single number",
    "training starts from what initialize_parameters gives",
    "with print_cost=True the result is the same",
    "print_loss changes nothing but the print",
    "the penalty on the weights",
    "the training data in the object stay as they are",
}


@dataclass(frozen=True)
class LessonCell:
    """One cell.

    Attributes
    ----------
    kind : str
        ``"markdown"``, ``"setup"``, ``"carry"``, ``"plain"``, ``"demo"``, ``"claim"``,
        ``"exercise"``, ``"check"``, ``"test"`` or ``"manual"``.
    exercise : str
        The exercise that an exercise, check or test cell belongs to.
    title : str
        The property that a test tests; the name of a manual cell.
    points : float
        Of a check or a test.
    by_hand : float
        The points of a manual cell, which a person gives.
    """

    kind: str
    text: str
    exercise: str = ""
    title: str = ""
    points: float = 0
    by_hand: float = 0


@dataclass(frozen=True)
class LessonSource:
    """A lesson as its author wrote it."""

    name: str
    title: str
    summary: str
    cells: tuple[LessonCell, ...]

    @property
    def path(self) -> Path:
        return SOLUTIONS / f"{self.name}.py"

    @property
    def cases_path(self) -> Path:
        return SOLUTIONS / f"{self.name}_cases.py"

    @property
    def minutes(self) -> int:
        """An estimate of how long a learner takes, rounded up to five minutes.

        It counts 120 words a minute; a minute for each displayed formula; 45 s to run a cell and
        look at its output; 90 s to unfold a box; 5 minutes for an exercise and one more for each
        line of its solution; and 10 minutes to write an answer that a person grades.
        """
        text = "\n".join(cell.text for cell in self.cells if cell.kind in ("markdown", "manual"))
        formulas = re.findall(r"\$\$.*?\$\$", text, re.S)
        prose = re.sub(r"<[^>]+>|\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.S)
        took = len(re.findall(r"[^\W\d_]{2,}", prose)) / 120 + len(formulas)
        took += 1.5 * text.count("<details>")
        for cell in self.cells:
            if cell.kind in ("setup", "carry", "plain", "demo"):
                took += 0.75
            elif cell.kind == "exercise":
                lines = solution_in(cell.text).splitlines()
                took += 5 + sum(bool(line.strip()) for line in lines)
            elif cell.kind == "manual":
                took += 10
        return 5 * math.ceil(took / 5)

    @property
    def exercises(self) -> dict[str, float]:
        """The exercises in order, with their points."""
        found: dict[str, float] = {}
        for cell in self.cells:
            if cell.kind == "exercise":
                found[cell.exercise] = 0
            elif cell.points:
                found[cell.exercise] = found.get(cell.exercise, 0) + cell.points
        return found

    @property
    def points(self) -> float:
        """All points, including those that a person gives."""
        return sum(self.exercises.values()) + sum(cell.by_hand for cell in self.cells)

    def properties(self, exercise: str) -> set[str]:
        """Return the titles of the hidden tests of an exercise that judge one property."""
        return {
            cell.title
            for cell in self.cells
            if cell.kind == "test"
            and cell.exercise == exercise
            and (_PROPERTY.search(cell.text) or cell.title in _PROPERTY_TITLES)
        }


def solution_in(text: str) -> str:
    """Return the lines between the markers in a cell's text."""
    return "".join(re.findall(rf"{BEGIN}\n(.*?)^ *{END}", text, re.M | re.S))


def all_lessons() -> list[str]:
    """Return the names of all lessons in order, such as ``"1-one-neuron/01_neuron"``."""
    found = sorted(SOLUTIONS.glob("[0-9]-*/[0-9][0-9]_*.py"))
    return [f"{p.parent.name}/{p.stem}" for p in found if not p.stem.endswith("_cases")]


def read_lesson(name: str) -> LessonSource:
    """Read a lesson's text source.

    Raises
    ------
    AuthorError
        If there is no such lesson, or a cell's header makes no sense.
    """
    path = SOLUTIONS / f"{name}.py"
    if not path.is_file():
        raise AuthorError(f"There is no lesson {name}: the lessons are {', '.join(all_lessons())}.")
    return _read(name, path.read_text("utf-8"))


@functools.lru_cache(maxsize=128)
def _read(name: str, text: str) -> LessonSource:
    header = dict(re.findall(r"^# (title|summary): (.+)$", text, re.M))
    missing = {"title", "summary"} - set(header)
    if missing:
        raise AuthorError(f"{name}.py: its first lines say no {', '.join(sorted(missing))}.")
    body = text[text.index("# %%") :]
    import jupytext  # only authors have it; `make grade` does without

    notebook = jupytext.reads(body, fmt="py:percent")
    cells: list[LessonCell] = []
    for raw in notebook.cells:
        cells.append(_cell(name, raw, cells))
    return LessonSource(name, header["title"], header["summary"], tuple(cells))


def _cell(lesson: str, raw: dict, before: list[LessonCell]) -> LessonCell:
    meta = dict(raw.metadata)
    where = f"{lesson}.py, the cell that begins {raw.source[:40]!r}"
    if "manual" in meta:
        return _manual(where, raw.source, meta)
    if raw.cell_type != "code":
        return LessonCell("markdown", raw.source)
    meta.pop("lines_to_next_cell", None)  # jupytext's own bookkeeping
    unknown = set(meta) - {"exercise", "check", "test", "points", "demo", "claim"}
    if unknown:
        raise AuthorError(f"{where}: its header has {', '.join(sorted(unknown))}.")
    last = next((c.exercise for c in reversed(before) if c.kind == "exercise"), "")
    if "exercise" in meta:
        if BEGIN not in raw.source:
            raise AuthorError(f"{where}: an exercise has its solution between the markers.")
        return LessonCell("exercise", raw.source, meta["exercise"])
    if "check" in meta:
        return LessonCell("check", raw.source, meta["check"], "check", meta["points"])
    if "test" in meta:
        if not last or not HIDDEN.search(raw.source):
            raise AuthorError(f"{where}: a test stands below its exercise, between the markers.")
        return LessonCell("test", raw.source, last, meta["test"], meta["points"])
    for kind in ("demo", "claim"):
        if meta.get(kind):
            return LessonCell(kind, raw.source)
    if not any(c.kind != "markdown" for c in before):
        return LessonCell("setup", raw.source)
    if re.match(r"[\w, ()\n]+= lesson\.carry\(", raw.source):
        return LessonCell("carry", raw.source)
    return LessonCell("plain", raw.source)


def _manual(where: str, text: str, meta: dict) -> LessonCell:
    """Return a cell that a person grades: its rubric, and the solution between the markers."""
    rubric, solution, _ = text.partition(BEGIN)
    lines = [float(points) for points in re.findall(r"^- \*\*(\d+)\*\* ", rubric, re.M)]
    if not solution or not lines or sum(lines) != meta.get("points"):
        raise AuthorError(
            f"{where}: a manual cell has a rubric, whose lines begin with `- **points** ` and add "
            "up to its points, and below it a solution between the markers."
        )
    return LessonCell("manual", text, title=meta["manual"], by_hand=meta["points"])
