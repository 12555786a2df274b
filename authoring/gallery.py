"""Make the pictures in `docs/`: every panel that a learner can get, and the README's figure."""

from __future__ import annotations

import html
import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

from authoring.cases import read_cases
from authoring.source import SOLUTIONS, read_lesson
from authoring.trial import examine_version

ROOT = SOLUTIONS.parent
_LESSON = "1-one-neuron/02_downhill"
_EXERCISE = "compute_cost"

# Steps of training at which the flower is drawn. Less than five seconds: it has no button to stop.
_STEPS = (1, 50, 100, 150, 200, 250, 300, 350, 400, 600, 1000, 10000)
_FRAME = 350  # milliseconds

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
</style></head><body><main>
<h1>The panels of the course</h1>
<p>Made by <code>make gallery</code>: each panel below came out of a kernel, in the lesson
<em>{lesson}</em>, and the code above it says how. No answer to the exercise is shown. Left on a
light page, right on a dark one.</p>
{body}
</main></body></html>
"""


def make_gallery() -> Path:
    """Run a call for each kind of panel in a kernel and write the page."""
    steps = _steps()
    body = "\n".join(
        f"<h2>{html.escape(step.title)}</h2><pre><code>{html.escape(step.shown)}</code></pre>"
        f"<div class='both'><div class='light'>{out}</div><div class='dark'>{out}</div></div>"
        for step, out in zip(steps, _run(steps), strict=True)
    )
    target = ROOT / "docs" / "panels.html"
    target.write_text(_PAGE.format(lesson=_LESSON, body=body), "utf-8")
    return target


def make_picture() -> Path:
    """Train the course's own network on the flower, and draw how its border grows, once."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from nnlib import carrying, datasets, plotting

    model = carrying.namespace_of("2-hidden-layer/09_predict", SOLUTIONS)
    train = carrying.namespace_of("2-hidden-layer/08_model", SOLUTIONS)["nn_model"]
    X, Y = datasets.load_planar_dataset()
    frames = []
    for steps in _STEPS:
        np.random.seed(3)
        parameters = train(X, Y, 4, steps)
        figure, (left, right) = plotting.subplots(1, 2, figsize=(11, 4.2))
        plotting.draw_network((2, 4, 1), ax=left)
        plotting.plot_decision_boundary(
            lambda points, learnt=parameters: model["predict"](learnt, points), X, Y, ax=right
        )
        right.set_title(f"after {steps:,} step{'s' * (steps > 1)}")
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=110)
        pyplot.close(figure)
        frames.append(Image.open(drawn).convert("RGB"))
    palette = frames[-1].quantize(64)  # one for all: else each is stored in full
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    target = ROOT / "notebooks" / "flower.png"
    # What shows no animation, such as paper, shows the first picture, which is no part of it.
    frames[-1].save(
        target,
        save_all=True,
        default_image=True,
        append_images=frames,
        duration=_FRAME,
        loop=1,
        optimize=True,
    )
    return target


@dataclass(frozen=True)
class _Step:
    """A panel to show: its title, the code that makes it appear, and the code that readers see."""

    title: str
    code: str
    shown: str


def _steps() -> list[_Step]:
    lesson = read_lesson(_LESSON)
    cell = next(c.text for c in lesson.cells if c.exercise == _EXERCISE)
    mistakes = read_cases(lesson.cases_path)[_EXERCISE].misconceptions
    codes = [mistake.code(_EXERCISE, cell) for mistake in mistakes]
    verdicts = [examine_version(lesson, _EXERCISE, code) for code in codes]
    named = next(code for code, v in zip(codes, verdicts, strict=True) if not v.plain)
    plain = next(code for code, v in zip(codes, verdicts, strict=True) if v.plain)
    check = f"lesson.check({_EXERCISE})"
    hint = f"lesson.hint({_EXERCISE})"

    def short(title: str, body: str) -> _Step:
        code = f"def {_EXERCISE}(A, Y):\n    {body}\n\n{check}"
        return _Step(title, code, code)

    def hidden(title: str, code: str) -> _Step:
        # Answers to exercises stand only in solutions/.
        return _Step(title, f"{code}\n\n{check}", f"# (a {_EXERCISE} that is not shown)\n{check}")

    warned = (
        f"{cell}\n\nhonest = {_EXERCISE}\n\n"
        f"def {_EXERCISE}(A, Y):\n    np.log(np.zeros(1))\n    return honest(A, Y)"
    )
    carry = 'lesson.carry("forward_propagation")'
    progress, doctor = "lesson.progress()", "lesson.doctor()"
    asked = 'lesson.quiz({1: "a", 2: "b", 3: ""}, keys, ["01, step 2", "02", "03"])'
    german = f"nnlib.language = 'de'\n{check}\nlesson.progress()\nnnlib.language = ''"
    done = (
        "import json, pathlib\nfrom nnlib import course\n"
        "done = {info.name: sorted(info.exercises) for info in course.lessons()}\n"
        "pathlib.Path('../.progress.json').write_text(json.dumps(done))\n"
    )
    return [
        _Step("An earlier exercise is not written yet", carry, carry),
        _Step("Nothing would go wrong", doctor, doctor),
        short("Not attempted", "raise NotImplementedError"),
        *(_Step(f"Hint {number}", hint, hint) for number in (1, 2, 3)),
        short("An exception in your own line", "return A @ Y"),
        short("Wrong, and nothing is known of it", "return float(np.max(np.abs(A - Y)))"),
        short("Wrong in kind", "return A - Y"),
        short("What it prints is folded", "print(A.shape)\n    return 0.0"),
        short("A check that was stopped", "raise KeyboardInterrupt"),
        hidden("Wrong by a mistake with a name", named),
        hidden("Right for the plain case alone", plain),
        hidden("A warning is advice", warned),
        hidden("Right", cell),
        _Step("Progress", progress, progress),
        _Step("A quiz", f'keys = lesson.quiz_keys("aca")\n{asked}', asked),
        _Step("A word of the lesson's, used otherwise", "lesson.carry(3)", "lesson.carry(3)"),
        _Step("Something would go wrong", doctor, doctor),
        _Step("In another language", german, german),
        _Step("All done", f"{done}{progress}", progress),
    ]


def _run(steps: list[_Step]) -> list[str]:
    """Run the steps in a kernel, in order, and return what each showed."""
    setup = next(c.text for c in read_lesson(_LESSON).cells if c.kind == "setup")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in [setup, *(s.code for s in steps)]]
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
    return ["".join(map(_page_of, cell.outputs)) for cell in notebook.cells[1:]]


def _page_of(output: nbformat.NotebookNode) -> str:
    if "data" in output:
        return output.data.get("text/html") or html.escape(output.data["text/plain"])
    if output.output_type == "error":
        return f"<pre>{html.escape(chr(10).join(output.traceback))}</pre>"
    return ""
