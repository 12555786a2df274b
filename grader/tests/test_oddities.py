"""No honest oddity loses a point, or is called odd."""

from __future__ import annotations

import copy

import pytest

from . import course
from .harness import cases, points

ODDITIES = cases("oddities")


def test_there_are_enough():
    assert len(ODDITIES) >= 20


@pytest.mark.parametrize("case", ODDITIES, ids=lambda case: case.name)
def test_oddity(case, classroom):
    result = classroom.grade_case(case)
    for exercise, (got, of) in points(result).items():
        assert got == of, (exercise, result.tests)
    assert not {flag.kind for flag in result.flags} & {"tampering", "odd"}, result.flags


def _edit(change):
    made = copy.deepcopy(course.answers("01_words"))
    change(made["cells"])
    return made


def _code(text, **metadata):
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": text,
        "outputs": [],
        "execution_count": None,
    }


def _find(cells, name):
    return next(
        i for i, c in enumerate(cells) if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def extra_cells(cells):
    for i in range(len(cells), 0, -1):
        cells.insert(i, _code(f"scratch_{i} = {i}\nprint(scratch_{i})"))


def helper_in_a_cell_below(cells):
    i = _find(cells, "word_count")
    cells[i]["source"] = "def word_count(text):\n    return helper(text)\n"
    cells.append(_code("def helper(text):\n    return Counter(text.split())"))


def solution_split_over_two_cells(cells):
    i = _find(cells, "word_count")
    text = cells[i]["source"]
    cells[i]["source"] = "# my attempt is below\n"
    cells.insert(i + 1, _code(text))


def solution_in_a_cell_at_the_end(cells):
    i = _find(cells, "word_count")
    text = cells[i]["source"]
    cells[i]["source"] = "def word_count(text):\n    raise NotImplementedError"
    cells.append(_code(text))


def notes_everywhere(cells):
    for i in range(len(cells), 0, -1):
        note = {"cell_type": "markdown", "metadata": {}, "source": "my *notes*: a < b > c"}
        cells.insert(i, note)


def old_outputs(cells):
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 77
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": ["old\n", "output"]},
                {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["t"]},
            ]


def sources_as_lists(cells):
    for cell in cells:
        cell["source"] = cell["source"].splitlines(keepends=True)


def comment_in_a_test_cell(cells):
    i = _find(cells, "word_count--counts-of-a-short-text")
    cells[i]["source"] += "\n# passed!\n"


def import_in_the_setup_cell(cells):
    cells[0]["source"] = "import math\n" + cells[0]["source"]
    i = _find(cells, "mean")
    cells[i]["source"] = "def mean(numbers):\n    return math.fsum(numbers) / len(numbers)"


def answer_in_an_empty_test_cell(cells):
    i = _find(cells, "word_count")
    text = cells[i]["source"]
    cells[i]["source"] = "def word_count(text):\n    raise NotImplementedError"
    i = _find(cells, "word_count--counts-of-a-short-text")
    cells[i]["source"] += "\n" + text


@pytest.mark.parametrize(
    "change",
    [
        *(extra_cells, helper_in_a_cell_below, solution_split_over_two_cells),
        *(solution_in_a_cell_at_the_end, notes_everywhere, old_outputs, sources_as_lists),
        *(comment_in_a_test_cell, import_in_the_setup_cell, answer_in_an_empty_test_cell),
    ],
    ids=lambda f: f.__name__,
)
def test_odd_notebook(change, classroom):
    result = classroom.grade("01_words", _edit(change))
    for exercise, (got, of) in points(result).items():
        assert got == of, (exercise, result.tests)
    assert not {flag.kind for flag in result.flags} & {"tampering", "odd"}, result.flags
