"""A demonstration is run when a notebook is graded only if the learner changed or needs it."""

from __future__ import annotations

import json

import nbformat
import pytest
from evenhand.grader import grade_notebook
from nbformat.v4 import new_code_cell

from .beside_course import OPTIONS, hand_in, write_source

SHOWN = {
    "data": "from math import sqrt\nrows = [4, 9]\nprint('da' + 'ta')",
    "sum": "total = sum(rows)\nprint('to' + 'tal', total)",
    "other": "rows_squared = [row**2 for row in rows]\nprint('ot' + 'her')",
}
RIGHT = "def roots(x):\n    return [one**0.5 for one in x]"
EXERCISES = {"roots": (RIGHT, "assert roots([4]) == [2]")}


@pytest.fixture
def graded(tmp_path):
    """Return a function that grades an answer, among demonstrations and what else is given."""

    def grade(answer, added="", **changed):
        source = write_source(tmp_path, EXERCISES)
        mine = hand_in(tmp_path, EXERCISES, {"roots": answer})
        for path in (source, mine):
            notebook = nbformat.read(path, 4)
            notebook.cells[:0] = [
                new_code_cell(
                    changed.get(name, text) if path == mine else text,
                    id=name,
                    metadata={"tags": ["demo"]},
                )
                for name, text in SHOWN.items()
            ]
            if added and path == mine:
                notebook.cells.append(new_code_cell(added, id="added"))
            nbformat.write(notebook, path)
        result = grade_notebook(mine, source, options=OPTIONS)
        assert (result.points, result.flags) == (2, ())
        cells = json.loads(result.document)["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        errors = {output["output_type"] for output in outputs} & {"error"}
        assert not errors or changed
        return "".join(output.get("text", "") for output in outputs)

    return grade


def test_what_nobody_needs_is_not_run(graded):
    assert graded(RIGHT) == ""
    assert (
        graded("def roots(rows):\n    total = [one**0.5 for one in rows]\n    return total") == ""
    )
    assert graded(f"rows = [1]\n{RIGHT}\nprint(len(rows))") == "1\n"
    assert graded(f"from math import sqrt\n{RIGHT}", added="print(sqrt(4))") == "2.0\n"


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT.replace("one**0.5", "sqrt(one)"),
        f"{RIGHT}\nassert roots(rows) == [2, 3]",
        "def roots(x):\n    if x == rows: return [2, 3]\n    return [one**0.5 for one in x]",
    ],
)
def test_what_an_answer_uses_is_there(graded, answer):
    assert graded(answer) == "data\n"


def test_what_an_added_cell_uses_is_there_with_what_that_needs(graded):
    assert graded(RIGHT, added="print(total + 1)") == "data\ntotal 13\n14\n"


def test_what_a_changed_demonstration_needs_is_said(graded):
    said = graded(RIGHT, sum=SHOWN["sum"].replace("sum", "max"))
    assert said.startswith("rows: made by a cell that is left out when a notebook is graded")
    said = graded(RIGHT, sum="sqrt(4)")
    assert said.startswith("sqrt: made by a cell that is left out when a notebook is graded")
    assert graded(RIGHT, data=SHOWN["data"].replace("'da'", "'my da'")) == "my data\n"
