"""Make the pictures in `docs/`: every panel that a learner can get, and the README's figure."""

from __future__ import annotations

import html
import shutil
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient

from nnlib.authoring.cases import read_cases
from nnlib.authoring.source import SOLUTIONS, read_lesson
from nnlib.authoring.trial import stub

__all__ = ["make_gallery", "make_picture"]

ROOT = SOLUTIONS.parent
_LESSON = "2-hidden-layer/05_cost"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The panels of the course</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 62em; padding: 0 1em }}
h2 {{ font-size: 1.1em; margin: 2em 0 .5em }}
pre {{ font-size: .85em; white-space: pre-wrap }}
.both {{ display: flex; flex-wrap: wrap; gap: 1em }}
.both > div {{ flex: 1 1 24em; padding: .8em; border: 1px solid #999 }}
.dark {{ background: #111; color: #eee }} .light {{ background: #fff; color: #111 }}
</style></head><body>
<h1>The panels of the course</h1>
<p>Made by <code>make gallery</code>: each panel below came out of a kernel that ran the code above
it, in the lesson <em>{lesson}</em>. Left on a light page, right on a dark one.</p>
{body}
</body></html>
"""


def make_gallery() -> Path:
    """Run a call for each kind of panel in a kernel and write the page."""
    shown = _run(_steps())
    body = "\n".join(
        f"<h2>{html.escape(title)}</h2><pre><code>{html.escape(code.strip())}</code></pre>"
        f"<div class='both'><div class='light'>{out}</div><div class='dark'>{out}</div></div>"
        for title, code, out in shown
    )
    target = ROOT / "docs" / "panels.html"
    target.write_text(_PAGE.format(lesson=_LESSON, body=body), "utf-8")
    return target


def make_picture() -> Path:
    """Train the course's own network on the flower and draw it beside its border."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from nnlib import carrying, datasets, plotting

    model = carrying.namespace_of("2-hidden-layer/09_predict", SOLUTIONS)
    train = carrying.namespace_of("2-hidden-layer/08_model", SOLUTIONS)["nn_model"]
    X, Y = datasets.load_planar_dataset()
    np.random.seed(3)
    parameters = train(X, Y, 4)
    figure, axes = plotting.subplots(1, 2, figsize=(11, 4.2))
    plotting.draw_network((2, 4, 1), ax=axes[0])
    plotting.plot_decision_boundary(
        lambda points: model["predict"](parameters, points), X, Y, ax=axes[1]
    )
    target = ROOT / "docs" / "flower.png"
    figure.savefig(target, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
    return target


def _steps() -> list[tuple[str, str]]:
    lesson = read_lesson(_LESSON)
    cell = next(c.text for c in lesson.cells if c.exercise == "compute_cost")
    right = cell.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION", "").strip()
    mistake = read_cases(lesson.cases_path)["compute_cost"].misconceptions[0]
    named = mistake.code("compute_cost", cell)
    check = "lesson.check(compute_cost)"

    def short(body: str) -> str:
        return f"def compute_cost(A2, Y):\n    {body}\n\n{check}"

    return [
        ("Not attempted", f"{stub(cell)}\n\n{check}"),
        ("Hint 1", "lesson.hint(compute_cost)"),
        ("Hint 2", "lesson.hint(compute_cost)"),
        ("Hint 3", "lesson.hint(compute_cost)"),
        ("An exception in your own line", short("return A2 @ Y")),
        ("Wrong, and nothing is known of it", short("return float(np.max(np.abs(A2 - Y)))")),
        ("Wrong in kind", short("return A2 - Y")),
        ("Wrong by a mistake with a name", f"{named}\n\n{check}"),
        (
            "A warning is advice",
            f"{right}\n\nhonest = compute_cost\n\n"
            "def compute_cost(A2, Y):\n    np.log(np.zeros(1))\n    return honest(A2, Y)\n\n"
            f"{check}",
        ),
        ("Right", f"{right}\n\n{check}"),
        ("Progress", "lesson.progress()"),
    ]


def _run(steps: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    setup = next(c.text for c in read_lesson(_LESSON).cells if c.kind == "setup")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in [setup, *(c for _, c in steps)]]
    )
    part = _LESSON.partition("/")[0]
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(ROOT / "notebooks" / part, f"{scratch}/{part}")
        NotebookClient(
            notebook,
            allow_errors=True,
            resources={"metadata": {"path": f"{scratch}/{part}"}},
            extra_arguments=["--log-level=ERROR"],
        ).execute()
    found = []
    for (title, code), cell in zip(steps, notebook.cells[1:], strict=True):
        out = ""
        for output in cell.outputs:
            if "data" in output:
                out += output.data.get("text/html") or html.escape(output.data["text/plain"])
            elif output.output_type == "error":
                out += f"<pre>{html.escape(chr(10).join(output.traceback))}</pre>"
        found.append((title, code, out))
    return found
