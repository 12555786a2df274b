"""The page that a learner gets back: each test by name, its points, its sentence.

In: a graded notebook. Out: one HTML page that needs nothing else. Everything that the learner's
code wrote is shown as text, pictures as PNG alone, so that nothing of it runs in a browser.
"""

from __future__ import annotations

import html
import json
import re

from .quoting import labels, stripped
from .results import ExerciseResult, NotebookResult, Status

__all__ = ["STYLE", "page", "points", "title"]

LONGEST = 10_000
"""Characters of one output that are shown."""

LARGEST = 3_000_000
"""Characters of a learner's cells that are shown, with their outputs."""

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #ccc; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { background: #f5f5f5; padding: .6rem .8rem; overflow-x: auto; font-size: .85rem; }
pre.output { background: #fff; border-left: 3px solid #ccc; }
pre.advice { border-left: 3px solid #E69F00; }
pre.error { border-left: 3px solid #D55E00; }
.status { display: inline-block; padding: 0 .5rem; border-radius: .3rem; border: 1px solid #555;
  font-size: .85rem; font-weight: 600; }
.status.full, .status.repaired { background: #cfe9df; }
.status.partial { background: #fbe5b8; }
img { max-width: 100%; }
""".strip()


def points(value: float) -> str:
    """Write points as people do: 3, 2.5, 0.33."""
    return f"{round(value, 2):g}"


def page(result: NotebookResult, document: str = "") -> str:
    """Write the feedback page of one notebook.

    Parameters
    ----------
    result : NotebookResult
        With final points.
    document : str, optional
        The graded notebook as JSON; what is the learner's own in it is shown below the points.
    """
    parts = [f"<h1>{_text(result.part)} / {_text(result.notebook)}</h1>"]
    [student] = labels([result.student]).values()
    parts.append(f"<p><strong>{_earned(result)}</strong> · {_text(student)}</p>")
    if result.penalty:
        parts.append(
            f"<p>You handed in late: {points(result.penalty)} points are taken off, from "
            f"{points(result.points + result.penalty)}.</p>"
        )
    parts += [f"<p>{_text(sentence)}</p>" for sentence in result.for_learner]
    parts += [_exercise(exercise) for exercise in result.exercises]
    if document:
        shown = []
        room = LARGEST
        for cell in json.loads(document).get("cells", []):
            if _is_shown(cell):
                text = _cell(cell)
                room -= len(text.encode())
                if room < 0:
                    shown.append("<p>The rest is not shown here: it is too much.</p>")
                    break
                shown.append(text)
        if shown:
            parts += ["<h2>Your code, and what it showed when it was graded</h2>", *shown]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Nothing may load or run, whatever slipped through.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">\n"
        f"{title(result)}\n<style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def title(result: NotebookResult) -> str:
    """Return the element of a page that tells which it is, and which points it shows."""
    return f"<title>{_text(f'{result.part} / {result.notebook}: {_earned(result)}')}</title>"


def _earned(result: NotebookResult) -> str:
    return f"{points(result.points)} of {points(result.max_points)} points"


def _exercise(exercise: ExerciseResult) -> str:
    status: str = exercise.status
    if status is Status.TAMPERING:  # for a person to judge, not for this page to tell
        status = Status.FULL if exercise.points == exercise.max_points else "not full"
    rows = []
    said: set[str] = set()
    for test in exercise.tests:
        message = "The same." if test.message in said else test.message
        said |= {test.message} - {""}
        rows.append(
            f"<tr><td>{_text(test.title)}</td>"
            f'<td class="number">{points(test.points)} / {points(test.max_points)}</td>'
            f"<td>{_text(message)}</td></tr>"
        )
    return (
        f'<h2>{_text(exercise.name)} <span class="status {_text(status.split()[0])}">'
        f"{_text(status)}</span></h2>\n"
        f"<p>{points(exercise.points)} of {points(exercise.max_points)} points</p>\n"
        '<table><thead><tr><th scope="col">Test</th><th scope="col" class="number">Points</th>'
        f'<th scope="col">What it says</th></tr></thead>\n<tbody>{"".join(rows)}</tbody></table>'
    )


def _is_shown(cell: dict) -> bool:
    """Say whether a cell is the learner's answer, or something in it went wrong."""
    about = cell.get("metadata", {}).get("nbgrader", {})
    if about.get("solution"):
        return True
    return not about.get("grade") and any(
        output.get("output_type") == "error" or output.get("name") == "stderr"
        for output in cell.get("outputs", [])
    )


def _cell(cell: dict) -> str:
    source = _joined(cell.get("source", ""))
    if cell.get("cell_type") != "code":
        return f'<div style="white-space: pre-wrap">{_text(source)}</div>'
    shown = [f"<pre>{_text(source)}</pre>"]
    for output in cell.get("outputs", []):
        kind = output.get("output_type")
        if kind == "stream":
            css = "advice" if output.get("name") == "stderr" else ""
            shown.append(_output(_joined(output.get("text", "")), css))
        elif kind == "error":
            text = "\n".join(output.get("traceback") or []) or str(output.get("evalue", ""))
            shown.append(_output(text, "error"))
        else:
            data = output.get("data", {})
            picture = re.sub(r"\s", "", _joined(data.get("image/png", "")))
            if picture and re.fullmatch(r"[A-Za-z0-9+/=]+", picture):
                alt = _text(_joined(data.get("text/plain", "")))[:500]
                shown.append(f'<img alt="{alt}" src="data:image/png;base64,{picture}">')
            elif data.get("text/plain"):
                shown.append(_output(_joined(data["text/plain"]), ""))
    return "\n".join(shown)


def _output(text: str, css: str) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n… (cut here)"
    return f'<pre class="output {css}">{_text(text)}</pre>'


def _joined(text: str | list[str]) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _text(text: str) -> str:
    return html.escape(stripped(text))
