"""Wrong functions such as learners write, and what the check says of each.

`wrong_functions/` holds them, a file a part; each begins with ``%% exercise: what is wrong``.
What is said names the mistake rightly if it meets every pattern after ``says:``, and wrongly if it
meets the one after ``not:``, or if a sentence of it that names a mistake meets none of the first.
``python tests/test_wrong_functions.py`` lists what is not named rightly.
"""

from __future__ import annotations

import collections
import contextlib
import io
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from test_runner import cells_of

import nnlib
from authoring.source import read_lesson
from authoring.trial import solved_names, stub
from mistakes import checking
from nnlib import course

FOLDER = Path(__file__).with_name("wrong_functions")
# Named rightly, at least: it may only rise.
NAMED = 0.9


@dataclass
class Wrong:
    """A wrong function: for which exercise, what is wrong, what is true of it, and its text."""

    part: str
    exercise: str
    label: str
    says: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    code: str = ""

    def __str__(self) -> str:
        return f"{self.part} {self.exercise}: {self.label}"


def wrong_functions(folder: Path = FOLDER) -> Iterator[Wrong]:
    for path in sorted(folder.glob("*.txt")):
        for text in re.split(r"^%% ", path.read_text("utf-8"), flags=re.M)[1:]:
            head, *lines = text.rstrip().split("\n")
            exercise, _, label = head.partition(": ")
            found = Wrong(path.stem, exercise, label)
            while lines[0].startswith(("says:", "not:")):
                kind, _, pattern = lines.pop(0).partition(":")
                (found.says if kind == "says" else found.never).append(pattern.strip())
            found.code = "\n".join(lines) + "\n"
            yield found


@contextlib.contextmanager
def shell():
    """An IPython as a notebook runs in."""
    from IPython.core.interactiveshell import InteractiveShell

    ipython = InteractiveShell.instance()
    try:
        yield ipython
    finally:
        InteractiveShell.clear_instance()


def told(wrong: Wrong, ipython) -> tuple[str, str]:
    """Return ``"rightly"``, ``"unnamed"`` or ``"wrongly"``, and the panel."""
    cases = course.cases(wrong.part, wrong.exercise)
    names = solved_names(read_lesson(cases.lesson))
    kept = {k: v for k, v in ipython.user_ns.items() if k.startswith("_") or k in _OF_IPYTHON}
    ipython.user_ns.clear()
    ipython.user_ns.update(names | kept, lesson=nnlib.lesson(cases.lesson))
    panels, verdicts, lessons = [], [], sys.modules["nnlib.lesson"]

    def examined(*given):
        verdicts.append(checking.examine(*given))
        return verdicts[-1]

    with (
        mock.patch.object(lessons, "show", panels.append),
        mock.patch.object(lessons, "examine", examined),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        cells = cells_of(cases.lesson)
        for name, cell in cells.items():
            # What it calls is of the same notebook: an example may replace what that calls.
            if name != wrong.exercise and re.search(rf"\b{name}\(", wrong.code):
                ipython.run_cell(cell, store_history=True)
        ipython.run_cell(stub(cells[wrong.exercise]), store_history=True)
        ipython.run_cell(wrong.code, store_history=True)
        ipython.run_cell(f"lesson.check({wrong.exercise})", store_history=True)
    (panel,), named = panels, verdicts[0].named  # after it, what the function calls is examined
    # That a word stands in the learner's own line says nothing.
    lines = [re.sub(r"in your line `[^`]*`", "", line) for line in panel.lines]
    said = " ".join([panel.title, *lines, *panel.advice])
    if any(_meets(pattern, said) for pattern in wrong.never) or not all(
        any(_meets(pattern, sentence) for pattern in wrong.says) for sentence in named
    ):
        return "wrongly", str(panel)
    rightly = all(_meets(pattern, said) for pattern in wrong.says)
    return "rightly" if rightly else "unnamed", str(panel)


_OF_IPYTHON = ("In", "Out", "get_ipython", "exit", "quit", "open")


def _meets(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.I | re.S) is not None


@pytest.mark.filterwarnings("ignore")
def test_none_is_named_wrongly_and_most_are_named():
    found: dict[str, list[str]] = {"rightly": [], "unnamed": [], "wrongly": []}
    with shell() as ipython:
        for wrong in wrong_functions():
            verdict, panel = told(wrong, ipython)
            found[verdict].append(f"{wrong}\n{panel}")
    every = sum(map(len, found.values()))
    assert not found["wrongly"], "\n\n".join(found["wrongly"])
    assert len(found["rightly"]) >= NAMED * every, "\n\n".join(found["unnamed"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    count: collections.Counter = collections.Counter()
    with shell() as ipython:
        for wrong in wrong_functions(Path(sys.argv[1]) if sys.argv[1:] else FOLDER):
            verdict, panel = told(wrong, ipython)
            count[verdict] += 1
            if verdict != "rightly":
                print(f"\n{verdict.upper()} {wrong}\n{wrong.code}{panel}", flush=True)
    print(dict(count))
