"""The page that a learner gets back: each test by name, its points, its sentence.

In: a graded notebook. Out: one HTML page that needs nothing else. Everything that the learner's
code wrote is shown as text, pictures as PNG alone, so that nothing of it runs in a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from evenhand.pages import points, render
from evenhand.quoting import labels, stripped
from evenhand.results import ExerciseResult, NotebookResult, Status, TestResult

__all__ = ["page", "shows"]

LONGEST = 10_000
"""Characters of one output that are shown."""

LARGEST = 3_000_000
"""Bytes of a learner's cells that are shown, with their outputs."""


def page(result: NotebookResult, document: str = "") -> str:
    """Write the feedback page of one notebook.

    Parameters
    ----------
    result : NotebookResult
        With final points.
    document : str, optional
        The graded notebook as JSON; what is the learner's own in it is shown below the points.
    """
    [student] = labels([result.student]).values()
    cells, more = _cells(document)
    return render(
        "feedback.html",
        stripped,
        title=_title(result),
        result=result,
        earned=_earned(result),
        student=student,
        exercises=[(e, _status(e), _rows(e)) for e in result.exercises],
        cells=cells,
        more=more,
    )


def shows(text: str, result: NotebookResult) -> bool:
    """Say whether the beginning of a page tells that it shows the points of a result."""
    return f"<title>{escape(stripped(_title(result)))}</title>" in text


def _title(result: NotebookResult) -> str:
    return f"{result.part} / {result.notebook}: {_earned(result)}"


def _earned(result: NotebookResult) -> str:
    return f"{points(result.points)} of {points(result.max_points)} points"


def _status(exercise: ExerciseResult) -> str:
    if exercise.status is not Status.TAMPERING:
        return exercise.status
    # For a person to judge, not for this page to tell.
    return Status.FULL if exercise.points == exercise.max_points else "not full"


def _rows(exercise: ExerciseResult) -> Iterator[tuple[TestResult, str]]:
    said: set[str] = set()
    for test in exercise.tests:
        yield test, "The same." if test.message in said else test.message
        said |= {test.message} - {""}


def _cells(document: str) -> tuple[list[Markup], bool]:
    """Return the learner's cells as far as there is room, and whether there are more."""
    shown = []
    room = LARGEST
    for cell in json.loads(document).get("cells", []) if document else ():
        if _is_shown(cell):
            is_code = cell.get("cell_type") == "code"
            outputs = [_output(output) for output in cell.get("outputs", []) if is_code]
            source = _joined(cell.get("source", ""))
            text = render("cell.html", stripped, is_code=is_code, source=source, outputs=outputs)
            room -= len(text.encode())
            if room < 0:
                return shown, True
            shown.append(text)
    return shown, False


def _is_shown(cell: dict) -> bool:
    """Say whether a cell is the learner's answer, or something in it went wrong."""
    about = cell.get("metadata", {}).get("nbgrader", {})
    if about.get("solution"):
        return True
    return not about.get("grade") and any(
        output.get("output_type") == "error" or output.get("name") == "stderr"
        for output in cell.get("outputs", [])
    )


def _output(output: dict) -> dict[str, str]:
    kind, data = output.get("output_type"), output.get("data", {})
    css = picture = ""
    if kind == "stream":
        text = _joined(output.get("text", ""))
        css = "advice" if output.get("name") == "stderr" else ""
    elif kind == "error":
        text = "\n".join(output.get("traceback") or []) or str(output.get("evalue", ""))
        css = "error"
    else:
        text = _joined(data.get("text/plain", ""))
        picture = re.sub(r"\s", "", _joined(data.get("image/png", "")))
        if not re.fullmatch(r"[A-Za-z0-9+/=]+", picture):
            picture = ""
    most = 500 if picture else LONGEST
    if len(text) > most:
        text = text[:most] + ("" if picture else "\n… (cut here)")
    return {"kind": css, "picture": picture, "text": text}


def _joined(text: str | list[str]) -> str:
    return "".join(text) if isinstance(text, list) else str(text)
