"""The page that a learner gets back: each test by name, its points, its sentence.

In: a graded notebook. Out: one HTML page that needs nothing else. Everything that the learner's
code wrote is shown as text, pictures as PNG alone, so that nothing of it runs in a browser.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from evenhand.by_hand import NOTHING, ByHand
from evenhand.cells import joined
from evenhand.pages import points, render
from evenhand.quoting import labels, stripped
from evenhand.results import ExerciseResult, NotebookResult, Status, TestResult

LONGEST = 10_000
"""Characters of one output that are shown."""

LARGEST = 3_000_000
"""Bytes of a learner's cells that are shown, with their outputs."""


@dataclass(frozen=True)
class ShownTests:
    """What the page shows of tests: titles and calls or not, and the code of some, by name."""

    titles: bool = True
    tests: Mapping[str, str] = field(default_factory=dict)


TITLES = ShownTests()


def page(
    result: NotebookResult,
    document: str = "",
    by_hand: ByHand = NOTHING,
    seen: ShownTests = TITLES,
    solutions: Mapping[str, str] | None = None,
) -> str:
    """Write the feedback page of one notebook.

    Parameters
    ----------
    result : NotebookResult
        With final points.
    document : str, optional
        The graded notebook as JSON; what is the learner's own in it is shown below the points.
    by_hand : ByHand, optional
        What a person gave; its points are in the result already.
    seen : ShownTests, optional
        What may be seen of the tests.
    solutions : mapping, optional
        The course's code of each exercise; it is set beside what a learner has tried.
    """
    [student] = labels([result.student]).values()
    graded = json.loads(document).get("cells", []) if document else []
    cells, more = _cells(graded)
    pairs = _beside(result, graded, solutions or {})
    comments = dict(by_hand.comments)
    exercises = []
    for exercise in result.exercises:
        names = dict.fromkeys([exercise.name, *(test.name for test in exercise.tests)])
        said = [comments.pop(name) for name in names if name in comments]
        exercises.append((exercise, _status(exercise), said, _rows(exercise, by_hand)))
    return render(
        "feedback.html",
        stripped,
        title=f"{result.part} / {result.notebook}: {_earned(result)}",
        digest=_digest(result, by_hand, seen),
        seen=seen,
        result=result,
        earned=_earned(result),
        student=student,
        exercises=exercises,
        comments=comments,
        cells=cells,
        pairs=pairs,
        more=more,
    )


def _beside(
    result: NotebookResult, cells: Iterable[dict], solutions: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return the learner's code and the course's, of each exercise that was tried."""
    own = {}
    for cell in cells:
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        own[name] = joined(cell.get("source", ""))[:LONGEST]
    return {
        exercise.name: (own[exercise.name], solutions[exercise.name])
        for exercise in result.exercises
        if exercise.status is not Status.NOT_ATTEMPTED
        and exercise.name in own.keys() & solutions.keys()
    }


def shows(text: str, result: NotebookResult, by_hand: ByHand, seen: ShownTests) -> bool:
    """Say whether the beginning of a page tells that it shows all this."""
    return _digest(result, by_hand, seen) in text


def _digest(result: NotebookResult, by_hand: ByHand, seen: ShownTests) -> str:
    told = [replace(result, document="", seconds=0, tries=0), by_hand, seen]
    return hashlib.sha256(json.dumps(told, default=vars, sort_keys=True).encode()).hexdigest()


def _earned(result: NotebookResult) -> str:
    return f"{points(result.points)} of {points(result.max_points)} points"


def _status(exercise: ExerciseResult) -> str:
    if exercise.status is not Status.TAMPERING:
        return exercise.status
    # For a person to judge, not for this page to tell.
    return Status.FULL if exercise.points == exercise.max_points else "not full"


def _rows(exercise: ExerciseResult, by_hand: ByHand) -> Iterator[tuple[TestResult, list[str], str]]:
    """Yield a test, what a person gave for it, and what it says itself.

    Beside a test that says what is wrong, one that gives all points has only advice to say, such as
    on a warning that comes from the same mistake. It says nothing.
    """
    said: set[str] = set()
    wrong = any(test.status is not Status.FULL and test.message for test in exercise.tests)
    for test in exercise.tests:
        message = "The same." if test.message in said else test.message
        if wrong and test.status is Status.FULL:
            message = ""
        said |= {test.message} - {""}
        given = by_hand.points.get(test.name)
        notes = []
        if given and given.points is not None:
            notes.append(f"Your instructor gave {points(given.points)}.")
        if given and given.extra:
            notes.append(f"Your instructor gave {points(given.extra)} as extra credit.")
        if notes and given.test is None:
            message = ""  # that a person will look at it
        elif notes:
            notes.append(f"The test gave {points(given.test)}{' and says:' if message else '.'}")
        yield test, notes, message


def _cells(cells: Iterable[dict]) -> tuple[list[Markup], bool]:
    """Return the learner's cells as far as there is room, and whether there are more."""
    shown = []
    room = LARGEST
    for cell in cells:
        if _is_shown(cell):
            is_code = cell.get("cell_type") == "code"
            outputs = [_output(output) for output in cell.get("outputs", []) if is_code]
            source = joined(cell.get("source", ""))
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
        text = joined(output.get("text", ""))
        css = "advice" if output.get("name") == "stderr" else ""
    elif kind == "error":
        text = "\n".join(output.get("traceback") or []) or str(output.get("evalue", ""))
        css = "error"
    else:
        text = joined(data.get("text/plain", ""))
        picture = re.sub(r"\s", "", joined(data.get("image/png", "")))
        if not re.fullmatch(r"[A-Za-z0-9+/=]+", picture):
            picture = ""
    most = 500 if picture else LONGEST
    if len(text) > most:
        text = text[:most] + ("" if picture else "\n… (cut here)")
    return {"kind": css, "picture": picture, "text": text}
