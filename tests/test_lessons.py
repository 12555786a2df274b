"""Every lesson is complete. How good its tests are is measured by `make prove`."""

import json

import pytest

from authoring.case_files import CASES
from authoring.source import SOLUTIONS, all_lessons, read_lesson
from nnlib import course


def exercises():
    return [(info.name, name) for info in course.lessons() for name in info.exercises]


@pytest.mark.parametrize(("lesson", "name"), exercises())
def test_no_two_mistakes_of_an_exercise_look_alike(lesson, name):
    cases = course.cases(lesson.partition("/")[0], name)
    right = json.loads((CASES / lesson.partition("/")[0] / f"{name}.json").read_text("utf-8"))
    outcomes = [json.dumps(row["outcomes"]) for row in right["mistakes"]]
    assert len({*outcomes}) == len(outcomes)
    assert len({m.sentences for m in cases.mistakes}) == len(cases.mistakes)


@pytest.mark.parametrize("name", all_lessons())
def test_every_exercise_has_points_and_a_plain_example(name):
    lesson = read_lesson(name)
    for exercise, points in lesson.exercises.items():
        beyond = {e.beyond for e in course.cases(lesson.name.partition("/")[0], exercise).examples}
        assert points > 0
        assert "" in beyond, f"{exercise} has no plain example"


def test_names_of_files_hold_together():
    for name in all_lessons():
        assert (SOLUTIONS / f"{name}_cases.py").is_file()
        assert (SOLUTIONS / f"{name}.ipynb").is_file()
        assert (SOLUTIONS.parent / "notebooks" / f"{name}.ipynb").is_file()


def test_the_map_knows_every_lesson():
    assert [info.name for info in course.lessons()] == all_lessons()
