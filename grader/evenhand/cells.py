"""Read the cells of any notebook, however malformed, from its JSON."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evenhand.syntax import parse

#: The most characters of a cell that is run.
LARGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Cell:
    """One cell of any notebook.

    Attributes
    ----------
    kind
        ``code``, ``markdown`` or ``raw``.
    text
        Its source.
    name
        nbgrader's ``grade_id``, or empty.
    mark
        nbformat's cell id, or empty.
    about
        nbgrader's metadata.
    tags
        Cell tags. Those of a submission are never trusted.
    shown
        Kind and text of its stored outputs that are text; not trusted either.
    size
        The number of characters that it had, if it was too large. Then `text` lacks its comments
        or, if that was not enough, is empty.
    bound
        Names that it seems to define, if its source is left out.
    """

    kind: str
    text: str
    name: str = ""
    mark: str = ""
    about: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    tags: tuple[str, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    size: int = 0
    bound: tuple[str, ...] = ()

    @property
    def visible(self) -> str:
        """What the graded notebook shows of it."""
        return f"# {self.size} characters: too large to be graded" if self.left_out else self.text

    @property
    def left_out(self) -> bool:
        """Whether it is too large to be graded."""
        return self.size > 0 and not self.text

    @property
    def solution(self) -> bool:
        """Whether the learner writes here."""
        return self.about.get("solution") is True

    @property
    def graded(self) -> bool:
        """Whether it has points."""
        return self.about.get("grade") is True or self.about.get("task") is True

    @property
    def locked(self) -> bool:
        """Whether the learner is not to change it."""
        return self.about.get("locked") is True

    def sets_up(self, tag: str) -> bool:
        """Whether it is the course's own, with the tag of the cells that set up."""
        return self.locked and tag in self.tags

    @property
    def manual(self) -> bool:
        """Whether a person grades it."""
        return self.graded and (self.solution or self.kind != "code" or self.about.get("task"))

    @property
    def test(self) -> bool:
        """Whether it is an autograder test."""
        return self.graded and not self.manual

    @property
    def points(self) -> float:
        """The points it gives."""
        points = self.about.get("points", 0)
        return float(points) if isinstance(points, (int, float)) else 0.0


def raw_cells(notebook: Any) -> list[Any]:
    """Return a notebook's raw cells, whatever its version of the format."""
    if isinstance(notebook, list):
        return notebook
    if not isinstance(notebook, dict):
        return []
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        return [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    return []


def joined(text: Any) -> str:
    """Return text that a notebook may hold as a list of its lines; an empty one for all else."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return _of_kind(str, text)


def _of_kind(kind: type, value: Any) -> Any:
    """Return a value of this kind; an empty one where it is of another."""
    return value if isinstance(value, kind) else kind()


def cells_of(raw: list[Any]) -> Iterator[Cell]:
    """Yield a `Cell` for each raw cell; skip what is none."""
    for entry in raw:
        if not isinstance(entry, dict):
            continue
        kind = entry.get("cell_type")
        text = joined(entry.get("source", entry.get("input")))
        size, bound = 0, ()
        match entry.get("too large"):
            case [int(size), *names] if all(isinstance(name, str) for name in names):
                bound = tuple(names)
        if len(text) > LARGEST_CELL:
            size = len(text)
            text, bound = without_comments(text)
        if kind not in ("code", "markdown", "raw"):
            kind = "markdown" if kind == "heading" else "raw"
        metadata = _of_kind(dict, entry.get("metadata"))
        about = _of_kind(dict, metadata.get("nbgrader"))
        yield Cell(
            kind,
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""),
            _of_kind(str, about.get("grade_id")),
            _of_kind(str, entry.get("id")),
            about,
            tuple(tag for tag in _of_kind(list, metadata.get("tags")) if isinstance(tag, str)),
            tuple(_shown(entry.get("outputs"))),
            size,
            bound,
        )


def _shown(outputs: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of the first few stored outputs, cut short."""
    for output in _of_kind(list, outputs)[:20]:
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        text = data.get("text/plain") if isinstance(data, dict) else output.get("text")
        if isinstance(text, (str, list)):
            some = text[:20] if isinstance(text, list) else text
            yield str(output.get("output_type")), joined(some)[:200].strip()


_COMMENTS = re.compile(
    r"""("{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
    r"""|(?:^[ \t]*+(?:\#[^\n]*+)?\n)++|[ \t]*+\#[^\n]*+""",
    re.S | re.M,
)


def without_comments(text: str) -> tuple[str, tuple[str, ...]]:
    """Return oversized code without its comments.

    If it is still too large, return an empty text and the names that it defines.
    """
    stripped = _COMMENTS.sub(r"\1", text)
    if len(stripped) <= LARGEST_CELL and parse(stripped) is not None:
        return stripped, ()
    bound = re.findall(r"^(?:def |class )?([^\W\d]\w{0,99})\s*[=(:,]", text, re.M)
    return "", tuple(dict.fromkeys(bound))[:200]
