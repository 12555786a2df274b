"""One mistake costs once: who is wrong in the plain case keeps the points for what is right beyond.

Tests of one property are those that call `judge.keeps` or `judge.beyond`, and a few more. Some
mistakes cost such a property, too: `lost_properties.json` lists them, and
``python tests/test_one_mistake.py`` writes it anew.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

import nnlib
from authoring.cases import read_cases
from authoring.source import all_lessons, read_lesson
from authoring.trial import grade, grading_of, quiet, solved_names
from mistakes.checking import examine
from nnlib import course

LISTED = Path(__file__).with_name("lost_properties.json")

# For versions that change what the course's function gives.
LEAVES = """
def _leaves(value, change):
    if isinstance(value, dict):
        return {key: _leaves(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_leaves(item, change) for item in value])
    return value if value is None or isinstance(value, (bool, str)) else change(value)

"""

AUTOMATIC = """

import functools as _functools
import numpy as _np


def _spoil(value):
    for item in value.values() if isinstance(value, dict) else ():
        _spoil(item)
    if isinstance(value, _np.ndarray) and value.dtype.kind == "f":
        value += 1


def _wrapped(solve):
    @_functools.wraps(solve)
    def answer(*args, **kwargs):
        found = _leaves(solve(*args, **kwargs), lambda leaf: CHANGE)
        for value in args if SPOILT else ():
            _spoil(value)
        return found

    return answer


NAME = _wrapped(NAME)
"""


def automatic(name: str, cell: str, change: str, spoilt: bool = False) -> str:
    code = AUTOMATIC.replace("CHANGE", change).replace("SPOILT", str(spoilt))
    return cell + LEAVES + code.replace("NAME", name)


def versions(lesson, cell):
    """Yield the wrong versions of an exercise, each with what it does."""
    for wrong in read_cases(lesson.cases_path)[cell.exercise].misconceptions:
        yield wrong.sentence, wrong.code(cell.exercise, cell.text)
    yield "Every number is twice too large.", automatic(cell.exercise, cell.text, "leaf * 2")


grading = functools.cache(grading_of)


@functools.cache
def graded_alone(lesson, exercise, code):
    """Return what the tests of an exercise say of a version of it."""
    return grading(lesson, exercise)(code, alone=True).tests[exercise]


def exercises(lesson):
    return [cell for cell in lesson.cells if cell.kind == "exercise"]


def lost(lesson) -> dict[str, dict[str, list[str]]]:
    """For each property, the mistakes of the plain case that cost it; and what costs two."""
    found: dict[str, dict[str, list[str]]] = {}
    for cell in exercises(lesson):
        judged = lesson.properties(cell.exercise)
        for sentence, code in versions(lesson, cell):
            rows = graded_alone(lesson, cell.exercise, code)
            failed = [title for title, _, message in rows if message]
            if failed and "check" not in failed:
                # Right in the plain case: a mistake beyond it costs one test.
                failed = failed if len(failed) > 1 else []
            for title in failed:
                if title in judged:
                    found.setdefault(f"{cell.exercise}: {title}", []).append(sentence)
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", all_lessons())
def test_a_mistake_of_the_plain_case_costs_no_property_that_holds(name):
    assert lost(read_lesson(name)) == json.loads(LISTED.read_text("utf-8"))[name]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", all_lessons())
def test_changing_the_arguments_costs_the_test_of_that_alone(name):
    lesson = read_lesson(name)
    for cell in exercises(lesson):
        code = automatic(cell.exercise, cell.text, "_np.copy(leaf)[()]", spoilt=True)
        rows = graded_alone(lesson, cell.exercise, code)
        keeping = {
            c.title
            for c in lesson.cells
            if c.exercise == cell.exercise and "judge.keeps(" in c.text
        }
        assert {title for title, _, message in rows if message} == keeping, cell.exercise


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", all_lessons())
def test_most_points_are_for_the_plain_case(name):
    lesson = read_lesson(name)
    for cell in exercises(lesson):
        tests = [c for c in lesson.cells if c.exercise == cell.exercise and c.points]
        beyond = {c.title for c in tests if "judge.keeps(" in c.text}
        for _, code in versions(lesson, cell):
            rows = graded_alone(lesson, cell.exercise, code)
            failed = [title for title, _, message in rows if message]
            # Right in the plain case: a mistake beyond it costs one test.
            if len(failed) == 1 and failed != ["check"]:
                beyond.add(failed[0])
        plain = sum(c.points for c in tests if c.title not in beyond)
        assert plain >= 0.6 * lesson.exercises[cell.exercise], (cell.exercise, beyond)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", all_lessons())
def test_what_an_exercise_spoils_in_another_is_told_of_the_first_alone(name):
    lesson, cases = read_lesson(name), read_cases(read_lesson(name).cases_path)
    cells = {cell.exercise: cell.text for cell in exercises(lesson)}
    for exercise, text in cells.items():
        for wrong in cases[exercise].misconceptions:
            names = solved_names(lesson)
            with quiet():
                exec(compile(wrong.code(exercise, text), "<wrong>", "exec"), names)
                for other in cells.keys() - {exercise}:
                    verdict = examine(names[other], course.cases(name, other), names)
                    if verdict.status == "right":
                        continue
                    panel = nnlib.lesson(name)._panel(other, verdict, names)
                    # Of the one that it calls, that is, which may call the first in turn.
                    assert panel.lines[0].startswith("It calls your "), wrong.sentence
                    assert not {*panel.lines} & {m.sentence for m in cases[other].misconceptions}


def test_a_missing_mean_or_clip_costs_what_it_is():
    lesson = read_lesson("1-one-neuron/02_downhill")
    (cell,) = [c for c in exercises(lesson) if c.exercise == "compute_cost"]
    for old, new, points in [
        ("np.sum(losses) / Y.shape[1]", "np.sum(losses)", {"check", "values on several sizes"}),
        ("A = np.clip(A, 1e-15, 1 - 1e-15)", "pass", {"answers of exactly 0 or 1"}),
    ]:
        assert old in cell.text
        trial = grade(lesson, {"compute_cost": cell.text.replace(old, new)})
        rows = trial.tests["compute_cost"]
        assert {title for title, _, message in rows if message} == points


if __name__ == "__main__":
    import warnings
    from multiprocessing import Pool

    warnings.simplefilter("ignore")
    with Pool(2) as pool:
        rows = pool.map(lost, map(read_lesson, all_lessons()), chunksize=1)
    text = json.dumps(dict(zip(all_lessons(), rows, strict=True)), indent=1, ensure_ascii=False)
    LISTED.write_text(text + "\n", "utf-8")
