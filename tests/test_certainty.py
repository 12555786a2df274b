"""The proof finds out a check that names what is not so."""

from dataclasses import replace

import pytest
from test_runner import cells_of

from authoring import naming
from authoring.cases import read_cases
from authoring.source import read_lesson
from authoring.trial import examine_version

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


def careless(monkeypatch, sentence):
    """Let the check name one mistake whatever is wrong."""

    def examine(*args):
        verdict = examine_version(*args)
        return replace(verdict, named=(sentence,)) if verdict.status == "wrong" else verdict

    monkeypatch.setattr(naming, "examine_version", examine)
    return naming.Witness(read_lesson(LESSON), "predict")


@pytest.mark.filterwarnings("ignore")
def test_a_name_given_for_any_error_of_a_type_is_found_out(predict, monkeypatch):
    changed, known = predict
    witness = careless(monkeypatch, PAIR)
    assert witness.confirms(known[PAIR], [PAIR])
    for other in ("int(A2 > 0.5)", "(A2 > None)", "(A2 > 0.5).astype(int)()"):
        code = changed("(A2 > 0.5).astype(int)", other)
        assert witness.seen(code).named == (PAIR,)
        assert not witness.confirms(code, [PAIR]), other


@pytest.mark.filterwarnings("ignore")
def test_a_name_given_for_other_values_is_found_out(predict, monkeypatch):
    changed, known = predict
    (sentence,) = [sentence for sentence in known if sentence.startswith(TURNED)]
    witness = careless(monkeypatch, sentence)
    assert witness.confirms(known[sentence], [sentence])
    assert witness.confirms(changed("(A2 > 0.5)", "(0.5 > A2)"), [sentence])
    assert not witness.confirms(changed("A2 > 0.5", "A2 > 0.4"), [sentence])


@pytest.mark.filterwarnings("ignore")
def test_a_name_that_comes_by_chance_is_found_out(predict):
    changed, _ = predict
    witness = naming.Witness(read_lesson(LESSON), "predict")
    assert not witness.confirms(changed("A2 > 0.5", "A2 < 0.5"), ["Something else is said here."])
    assert not witness.confirms(changed("A2 > 0.5", "A2 >= 0.5"), [PAIR])
