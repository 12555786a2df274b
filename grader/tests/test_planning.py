"""The reader takes whatever comes: it never raises, and it never loses a test of the source's."""

from __future__ import annotations

import copy
import json

import pytest
from evenhand.options import Options
from evenhand.planning import plan
from evenhand.source import read_source
from evenhand.submission import parse_submission
from hypothesis import given, settings
from hypothesis import strategies as st

from . import course

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5)
    ),
    max_leaves=20,
)
NAMES = [
    cell["metadata"]["nbgrader"]["grade_id"]
    for cell in course.notebook("01_words")["cells"]
    if "nbgrader" in cell["metadata"]
]
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "?"]) | JSON,
        "source": st.text(max_size=60)
        | st.lists(st.text(max_size=20), max_size=3)
        | st.sampled_from(["def word_count(x):\n  return 1", "%%bash\nls", "!x", "unit = 3"])
        | JSON,
        "metadata": JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "tags": JSON,
                "nbgrader": JSON
                | st.fixed_dictionaries(
                    {"grade_id": st.sampled_from(NAMES) | JSON},
                    optional={"grade": JSON, "solution": JSON, "points": JSON, "locked": JSON},
                ),
            },
        ),
        "id": st.sampled_from(["cell-1", "cell-4"]) | JSON,
    },
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = course.write_course(tmp_path_factory.mktemp("reading"))
    return read_source(folder / "01_words.ipynb", Options(stub="raise NotImplementedError"))


def _holds(source, submission):
    made = plan(source, submission, Options())
    tests = [step.source for step in made.steps if step.kind == "test"]
    assert sorted(tests) == [i for i, cell in enumerate(source.cells) if cell.test]
    for step in made.steps:
        if step.kind == "test":
            assert step.text == source.cells[step.source].text
            assert "BEGIN HIDDEN" not in step.shown
        if step.kind == "cell":
            assert "BEGIN HIDDEN" not in step.text


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(source, data):
    submission = parse_submission(data)
    assert submission.readable or (submission.for_instructor and submission.for_learner)
    _holds(source, submission)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_any_json(source, data):
    _holds(source, parse_submission(json.dumps(data).encode()))


@given(st.lists(CELLS, max_size=8))
@settings(max_examples=400, deadline=None)
def test_any_cells(source, cells):
    _holds(source, parse_submission(json.dumps({"cells": cells, "nbformat": 4}).encode()))


@given(st.permutations(range(len(course.release("01_words")["cells"]))), st.data())
@settings(max_examples=150, deadline=None)
def test_any_order_with_losses(source, order, data):
    cells = course.answers("01_words")["cells"]
    kept = [copy.deepcopy(cells[i]) for i in order if data.draw(st.integers(0, 4))]
    _holds(source, parse_submission(json.dumps({"cells": kept, "nbformat": 4}).encode()))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage(source, data):
    text = bytearray(json.dumps(course.answers("01_words")).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    _holds(source, parse_submission(bytes(text)))


def test_untouched_release(source):
    submission = parse_submission(json.dumps(course.release("01_words")).encode())
    made = plan(source, submission, Options())
    assert len(made.untouched) == 7 and not made.flags and not made.again


def test_titles(source):
    titles = [source.title(i) for i, cell in enumerate(source.cells) if cell.test]
    assert titles[:2] == ["counts of a short text", "an empty text"]
