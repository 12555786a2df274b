"""Each attack does what it says where no walls are, so that one that has gone stale is seen.

The very notebook that `test_attacks` grades runs as stock nbgrader would run it, and a line of the
attack names what comes of it. All of several such lines must come true:

``# control: earns 3``
    That many points of its exercise: more than from the grader.
``# control: prints STOLEN``
    In the output of a cell, which includes the text of its error.
``# control: raises MemoryError``
    A cell fails with that error.
``# control: displays text/html``
    A cell shows something of that type.
``# control: changes gradebook.db``
    A file is changed or written whose path ends so.
``# control: leaves sleep 4242``
    A process of that command is there after the notebook's end.
``# control: never ends``
    A cell of its exercise takes the processor until it is stopped.
``# control: ignores the interrupt``
    And does not stop when it is told to.
``# control: ends the process`` / ``kills its parent`` / ``closes the socket`` /
``writes to the socket`` / ``forks without end`` / ``takes memory`` / ``fills the disk`` /
``prints without end``
    The notebook's process, the one that started it, an open socket, the whole machine.
``# control: none, because``
    None is possible.

``prints`` and ``raises`` may end in "in `code`": one more cell, which does what a grader would.
"""

from __future__ import annotations

import contextlib
import re
import shutil

import pytest

from . import course
from .harness import Classroom, cases
from .unwalled import COURSE, Unwalled

ATTACKS = cases("attacks")


@pytest.fixture(scope="module")
def unwalled(tmp_path_factory):
    if not shutil.which("bwrap"):
        pytest.skip("there is no bubblewrap")
    folder = tmp_path_factory.mktemp("course")
    classroom = Classroom(folder)
    with contextlib.closing(Unwalled(folder, classroom.mine.relative_to(folder))) as started:
        yield started


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: case.name)
def test_control(case, unwalled):
    assert case.controls, "no line '# control:' says what it does without walls"
    if case.controls[0].startswith("none, "):
        return
    controls = [re.fullmatch(r"(.+?)(?: in `(.+)`)?", line).groups() for line in case.controls]
    cells = stock_notebook(case) + [("control", code) for _, code in controls if code]
    hangs = any(claim in ("never ends", "ignores the interrupt") for claim, _ in controls)
    run = unwalled.run(cells, 0.5 if hangs else 30)
    for claim, _ in controls:
        assert comes_true(claim, case, run), run


def test_few_have_no_control():
    # Those that patch the grader's own process say there that they found what they patch.
    without = [case for case in ATTACKS if "".join(case.controls).startswith("none, ")]
    assert [case.name for case in without if "shows" not in case.keys] == ["setuid_programs"]


def stock_notebook(case):
    """Return the cells, (name, code), of the notebook that is handed in, with the hidden tests."""
    found = []
    handed_in, source = case.notebook_in(COURSE), course.notebook(case.notebook)
    for cell, original in zip(handed_in["cells"], source["cells"], strict=True):
        about = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code":
            text = original["source"] if about.get("locked") else cell["source"]
            found.append((about.get("grade_id", cell["id"]), text))
    return found


def comes_true(claim, case, run):
    """Return whether a claim of a control holds for what happened."""
    if claim in ("never ends", "ends the process"):
        return claim in run["effects"] and run["at"].partition("--")[0] == case.cell
    if claim in run["effects"]:
        return True
    verb, _, what = claim.partition(" ")
    if verb == "earns":
        return float(what) == earned(case, run) > float(case.keys.get("earns", 0))
    if verb == "prints":
        return any(what in text for _, _, text, _, _ in run["cells"])
    if verb == "raises":
        return any(what in names for _, names, _, _, _ in run["cells"])
    if verb == "displays":
        return any(what in types for _, _, _, types, _ in run["cells"])
    if verb in ("changes", "leaves"):
        return any(e.startswith(verb) and e.strip().endswith(what) for e in run["effects"])
    return False


def earned(case, run):
    """Return the points of the attack's exercise, as nbgrader gives them."""
    points = 0.0
    for cell in course.notebook(case.notebook)["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade") and about["grade_id"].partition("--")[0] == case.cell:
            for name, error, _, _, value in run["cells"]:
                if name == about["grade_id"] and not error:
                    points += about["points"] if value is None else value
    return points
