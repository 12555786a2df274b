"""The graded notebook: the learner's cells and outputs, and verdicts in nbgrader's form.

Nothing that a learner wrote in Markdown can run in the browser of whoever reads it.
"""

import html
import json
import re
from typing import Any

from evenhand.planning import Step
from evenhand.quoting import stripped
from evenhand.results import TestResult
from evenhand.source import Source

#: Key in a test cell's metadata: a person gives its points.
FOR_A_PERSON = "evenhand_for_a_person"

#: The most characters of JSON that the learner's cells may take in a graded notebook.
TEXT = 1_000_000

# The metadata of a cell that nbgrader needs.
_ABOUT = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task")


def graded_document(
    source: Source, steps: tuple[Step, ...], outputs: dict[int, list[dict]], tests: list[TestResult]
) -> str:
    """Return the graded notebook as JSON text.

    Parameters
    ----------
    source
        The instructor's notebook.
    steps
        What was run, in order.
    outputs
        Index of a step -> the outputs of its cell.
    tests
        The results of all grade cells.
    """
    results = {test.name: test for test in tests}
    cells = []
    room = TEXT
    skipped = {step.source for step in steps if step.kind == "skip"}
    not_run = {name for name, cells in source.demonstrated.items() if cells & skipped}
    for index, step in enumerate(steps):
        shown = outputs.get(index)
        if shown and step.kind == "cell" and not step.exercise:
            shown = shown + _why_missing(shown, not_run)
        cell = _document_cell(source, step, index, shown, results)
        if step.cell is not None:
            cell["source"] = _cut(cell["source"], min(room, TEXT // 4))
            room -= len(json.dumps(cell["source"])) + 100
            if room < 0 and step.source < 0 and not cell.get("outputs"):
                continue
        cells.append(cell)
    return _notebook_text(source, cells)


def blank_document(source: Source, tests: list[TestResult], notes: tuple[str, ...]) -> str:
    """Return the released notebook with a notice, in place of one that cannot be read."""
    results = {test.name: test for test in tests}
    cells: list[dict] = [
        {"cell_type": "markdown", "id": "notice", "metadata": {}, "source": "\n\n".join(notes)}
    ]
    for j, cell in enumerate(source.cells):
        kind = "test" if cell.test else "manual" if cell.manual else "text"
        step = Step(kind, "", source.released[j], j)
        cells.append(_document_cell(source, step, j, None, results))
    return _notebook_text(source, cells)


def _notebook_text(source: Source, cells: list[dict]) -> str:
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    spec = source.metadata.get("kernelspec")
    if isinstance(spec, dict):
        metadata["kernelspec"] = spec
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook)


def _cut(text: str, room: int) -> str:
    """Return a cell's text, or its beginning if all of it takes more than `room` as JSON."""
    whole = len(text)
    while len(json.dumps(text)) > max(room, 2):
        text = text[: len(text) // 2]
    return text if len(text) == whole else f"{text}\n\n# … (cut here)"


def _why_missing(outputs: list[dict], not_run: set[str]) -> list[dict]:
    """Say of the names that a cell misses which ones cells make that were not run."""
    said = "\n".join(o.get("evalue", "") for o in outputs if o.get("ename") == "NameError")
    missing = dict.fromkeys(re.findall(r"name '(\w+)' is not defined", said))
    names = [name for name in missing if name in not_run]
    if not names:
        return []
    told = (
        f"{' and '.join(names)}: made by a cell that is left out when a notebook is graded, since "
        "nothing that is graded needs it. That costs no points.\n"
    )
    return [{"output_type": "stream", "name": "stdout", "text": told}]


def _document_cell(
    source: Source, step: Step, index: int, outputs: list[dict] | None, results: dict
) -> dict[str, Any]:
    mine = source.cells[step.source] if step.source >= 0 else None
    kind = step.cell.kind if step.cell is not None else "code"
    if mine is not None and (step.kind == "test" or step.cell is None or mine.solution):
        kind = mine.kind
    if step.kind == "cell":
        kind = "code"
    text = step.shown
    cell: dict[str, Any] = {"cell_type": kind, "id": f"graded-{index}", "metadata": {}}
    if mine is not None and mine.about:
        about = {key: mine.about[key] for key in _ABOUT if key in mine.about}
        cell["metadata"]["nbgrader"] = {**about, "cell_type": mine.kind}
        if step.kind == "test" and results[mine.name].manual:
            cell["metadata"][FOR_A_PERSON] = True
    if kind == "code":
        shown = outputs or []
        if step.kind == "test" and mine is not None:
            shown = _verdict_outputs(results[mine.name])
        elif step.kind == "skip":
            shown = []
        cell |= {"execution_count": None, "outputs": shown}
    else:
        text = clean_markdown(text)
    cell["source"] = text
    return cell


def _verdict_outputs(test: TestResult) -> list[dict]:
    """Return outputs from which nbgrader reads the points of the test."""
    said = [{"output_type": "stream", "name": "stdout", "text": test.message}]
    outputs = said if test.message else []
    if test.points >= test.max_points:
        return outputs
    if test.points > 0:
        points = {"text/plain": repr(float(test.points))}
        result = {"output_type": "execute_result", "execution_count": None}
        return [*outputs, {**result, "metadata": {}, "data": points}]
    return [
        {
            "output_type": "error",
            "ename": test.status.capitalize(),
            "evalue": test.message,
            "traceback": [f"{test.title}: {test.status}.", *test.message.splitlines()],
        }
    ]


# Markup that may stay: it has no attributes except for an address on the web.
_SAFE = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|ins|kbd|"
    r"li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|"
    r"u|ul|var)\s*/?>|<a href=\"https?://[^\"<>\s]*\">|<https?://[^<>\s\"'`=]*>",
    re.I,
)
_OPENING = re.compile(r"<(?=[a-z/!?])", re.I)
_SCHEME = re.compile(r"(javascript|vbscript|data(?=[\s\\]*:[\w\\]*[/;,]))[\s\\]*:", re.I)
_LINKING = re.compile(r"\\(?=href|html|require|csname|cssId|class|style)", re.I)


def clean_markdown(text: str) -> str:
    """Return Markdown in which nothing can run in the browser of whoever reads it.

    A ``<`` that opens anything but plain markup gets a space after it, which makes it text. So
    does the scheme of a link that would run code.
    """
    text = stripped(text.encode("utf-8", "replace").decode("utf-8"))
    plain = text
    for _ in range(5):
        plain = html.unescape(plain)
    plain = stripped(plain)
    if _SCHEME.search(re.sub(r"[\s\\]", "", plain)):
        text = plain = _SCHEME.sub(r"\1 :", plain.replace("\t", " "))
    if _LINKING.search(plain):
        # MathJax would make links and styles of these.
        text = _LINKING.sub(r"\\ ", plain)
    return _OPENING.sub(
        lambda found: "<" if _SAFE.match(text, found.start()) else "< ",
        text,
    )
