"""The proof finds out a check that names what is not so."""

from dataclasses import replace

import numpy as np
import pytest
from test_runner import cells_of

from authoring import naming
from authoring.cases import read_cases
from authoring.source import read_lesson
from authoring.trial import examine_version
from nnlib import course

LESSON = "2-hidden-layer/09_predict"
PAIR = "The pair of probabilities and cache is compared as a whole. Take A2 out of it first."
TURNED = "The classes are turned over"


@pytest.fixture
def predict():
    """A function that gives the solution with an edit, and the known mistakes by their sentence."""
    lesson = read_lesson(LESSON)
    text = cells_of(LESSON)["predict"]
    mistakes = read_cases(lesson.cases_path)["predict"].misconceptions
    known = {m.sentence: m.code("predict", text) for m in mistakes}
    return lambda *edit: text.replace(*edit), known


def told(verdict, sentence):
    return replace(verdict, named=(sentence,), change=None)


def confirms(witness, code):
    return witness.confirms(code, witness.seen(code))


def careless(monkeypatch, sentence):
    """Let the check name one mistake whatever is wrong."""

    def examine(*args):
        verdict = examine_version(*args)
        return told(verdict, sentence) if verdict.status == "wrong" else verdict

    monkeypatch.setattr(naming, "examine_version", examine)
    return naming.Witness(read_lesson(LESSON), "predict")


@pytest.mark.filterwarnings("ignore")
def test_a_name_given_for_any_error_of_a_type_is_found_out(predict, monkeypatch):
    changed, known = predict
    witness = careless(monkeypatch, PAIR)
    assert confirms(witness, known[PAIR])
    for other in ("int(A2 > 0.5)", "(A2 > None)", "(A2 > 0.5).astype(int)()"):
        code = changed("(A2 > 0.5).astype(int)", other)
        assert witness.seen(code).named == (PAIR,)
        assert not confirms(witness, code), other


@pytest.mark.filterwarnings("ignore")
def test_a_name_given_for_other_values_is_found_out(predict, monkeypatch):
    changed, known = predict
    (sentence,) = [sentence for sentence in known if sentence.startswith(TURNED)]
    witness = careless(monkeypatch, sentence)
    assert confirms(witness, known[sentence])
    assert confirms(witness, changed("(A2 > 0.5)", "(0.5 > A2)"))
    assert not confirms(witness, changed("A2 > 0.5", "A2 > 0.4"))


@pytest.mark.filterwarnings("ignore")
def test_a_name_that_comes_by_chance_is_found_out(predict):
    changed, _ = predict
    witness = naming.Witness(read_lesson(LESSON), "predict")
    for edit, sentence in (("A2 < 0.5", "Something else is said here."), ("A2 >= 0.5", PAIR)):
        code = changed("A2 > 0.5", edit)
        assert not witness.confirms(code, told(witness.seen(code), sentence))


@pytest.mark.filterwarnings("ignore")
def test_a_change_that_helps_on_the_stored_examples_alone_is_found_out(predict):
    changed, _ = predict
    witness = naming.Witness(read_lesson(LESSON), "predict")
    code = changed("A2 > 0.5", "A2 > 0.2")
    verdict = witness.seen(code)
    assert verdict.change and witness.confirms(code, verdict)
    (number,) = verdict.change.acts
    stored = [example.args[1] for example in course.cases(LESSON, "predict").examples]
    verdict.change.acts[number] = lambda operands, keywords, names: (
        0.5 if any(np.array_equal(names["X"], X) for X in stored) else 0.2
    )
    assert not witness.confirms(code, verdict)
