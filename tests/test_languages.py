"""Panels in German: whole sentences or none, and nothing of a lesson's."""

from __future__ import annotations

import json
import re
import string
import sys
from pathlib import Path

import numpy as np
import pytest

import nnlib
from authoring.source import all_lessons
from nnlib import course, languages
from nnlib.lesson import CheckFailed
from nnlib.panels import Panel
from nnlib.statements import CarryError

LESSON = "2-hidden-layer/04_forward_propagation"
ENGLISH = re.compile(r"\b(the|is|not|your|of|which|should|stands?|belongs?|has|with|and)\b")
TABLES = json.loads((languages.FOLDER / "de.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def german(monkeypatch, tmp_path):
    monkeypatch.setattr(nnlib, "language", "de")
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    folder = tmp_path / "2-hidden-layer"
    folder.mkdir()
    monkeypatch.chdir(folder)


def words(text):
    """Return a text without code, and without what a lesson's own words are put into."""
    return re.sub(r"`[^`]*`|\((?:a|an|several|very) [^)]*\)", "", text)


@pytest.mark.parametrize("table", TABLES)
def test_an_entry_keeps_its_places(table):
    for english, said in TABLES[table].items():
        places, others = (
            {n for _, n, _, _ in string.Formatter().parse(t) if n} for t in (english, said)
        )
        assert places == others, english
        kinds = {name.rstrip("0123456789") for name in places}
        assert kinds <= languages._PIECES.keys() | TABLES.keys(), english


def sentences():
    for name in all_lessons():
        for exercise in course.lesson_info(name).exercises:
            cases = course.cases(name, exercise)
            yield from cases.hints
            for mistake in cases.mistakes:
                yield from mistake.sentences


def test_what_lessons_say_stays_as_it_is():
    changed = {text: languages.local(text) for text in {*sentences()}}
    assert len(changed) > 300
    assert not {text: said for text, said in changed.items() if text != said}


WRONG = {
    "None": "return None",
    "another type": "return [1], {}",
    "no tuple": "return X",
    "a missing key": "return X[:1], {'A2': X[:1]}",
    "an error": "return X @ parameters['W1']",
    "broadcasting": "return X + np.ones((7, 3))",
    "a name": "return nothing",
    "a key": "return parameters['W3']",
    "an index": "return X[9]",
    "unpacking": "a, b, c = 1, 2\n    return a",
    "no function": "return X(1)",
    "NaN": "return X * np.nan, {}",
    "a sign": "A2 = -right(X, parameters)[0]\n    return A2, right(X, parameters)[1]",
    "a factor": "A2 = 3 * right(X, parameters)[0]\n    return A2, right(X, parameters)[1]",
    "an argument": "X = np.ones((3, 3))\n    return right(X, parameters)",
    "a change": "X[0] = 0\n    return right(X, parameters)",
    "a shape": "A2, cache = right(X, parameters)\n    return A2.T, cache",
    "an operator": "Z1 = parameters['W1'] @ X - parameters['b1']\n    A1 = np.tanh(Z1)\n"
    "    Z2 = parameters['W2'] @ A1 + parameters['b2']\n    A2 = 1 / (1 + np.exp(-Z2))\n"
    "    return A2, {'Z1': Z1, 'A1': A1, 'Z2': Z2, 'A2': A2}",
    "empty": "raise NotImplementedError",
}
RIGHT = """def right(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
"""


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.filterwarnings("ignore")
def test_a_panel_is_german_but_for_what_the_lesson_says(kind, capsys):
    import linecache

    body = f"def forward_propagation(X, parameters):\n    {WRONG[kind]}\n"
    linecache.cache["<cell>"] = (len(body), None, body.splitlines(True), "<cell>")
    lesson = nnlib.lesson(LESSON)
    names = {"np": np, "lesson": lesson}
    exec(RIGHT, names)
    exec(compile(body, "<cell>", "exec"), names)
    with pytest.raises(CheckFailed):
        lesson.check(names["forward_propagation"])
    said = capsys.readouterr().out
    for text in {*sentences()}:
        said = said.replace(text, "")
    assert not ENGLISH.search(words(said)), said


def test_every_other_panel_is_german(capsys, monkeypatch):
    lesson = nnlib.lesson(LESSON)
    exec(RIGHT, names := {"np": np})
    lesson.check(lambda_named(names["right"]))
    for word in ("hint", "hint", "hint", "progress", "doctor"):
        getattr(lesson, word)()
    for call in (lambda: lesson.carry("layer_sizes"), lambda: lesson.carry(3)):
        with pytest.raises(Exception) as caught:
            call()
        caught.value._render_traceback_()
    monkeypatch.chdir("..")
    Path("2-hidden-layer").rmdir()
    for place in ("google", "google.colab"):  # where a notebook lies in no folder
        monkeypatch.setitem(sys.modules, place, sys)
        with pytest.raises(CarryError) as caught:
            lesson.carry("layer_sizes")
        caught.value._render_traceback_()
    said = capsys.readouterr().out
    for text in course.cases("2-hidden-layer", "forward_propagation").hints:
        said = said.replace(text, "")
    told = [line for line in said.splitlines() if " von " not in line]
    assert len(told) > 5
    assert not [line for line in told if ENGLISH.search(words(line))], said


def lambda_named(function):
    function.__name__ = "forward_propagation"
    return function


def test_the_environment_is_asked_and_the_course_goes_first(monkeypatch):
    right = Panel("right", "f passes its check.")
    monkeypatch.setattr(nnlib, "language", "")
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert str(right) == "✔ Right: f passes its check."
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert str(right) == "✔ Richtig: f besteht die Prüfung."
    assert "<strong><span aria-hidden='true'>✔</span> Richtig:" in right._repr_html_()
    monkeypatch.setenv("LANGUAGE", "fr:de")
    assert str(right) == "✔ Right: f passes its check."  # there is no such file
    monkeypatch.setattr(nnlib, "language", "de")
    assert str(right) == "✔ Richtig: f besteht die Prüfung."
    monkeypatch.setenv("NNLIB_GRADING", "somewhere")
    assert str(right) == "✔ Right: f passes its check."  # what a grader writes is English
