"""Every lesson is complete. How good its tests are is measured by `make prove`."""

import ast
import json
import re

import numpy as np
import pytest
from evenhand.syntax import bindings, names_in, parse

import nnlib
from authoring.case_files import CASES
from authoring.source import SOLUTIONS, all_lessons, read_lesson
from nnlib import course


def exercises():
    return [(info.name, name) for info in course.lessons() for name in info.exercises]


@pytest.mark.parametrize(("lesson", "name"), exercises())
def test_no_two_mistakes_of_an_exercise_look_alike(lesson, name):
    cases = course.cases(lesson.partition("/")[0], name)
    right = json.loads((CASES / lesson.partition("/")[0] / f"{name}.json").read_text("utf-8"))
    # Those with the same results are told apart by what the code does.
    looks = [
        json.dumps([row[k] for k in ("outcomes", "done", "undone")]) for row in right["mistakes"]
    ]
    assert len({*looks}) == len(looks)
    assert len({m.sentences for m in cases.mistakes}) == len(cases.mistakes)


@pytest.mark.parametrize("name", all_lessons())
def test_every_exercise_has_points_and_a_plain_example(name):
    lesson = read_lesson(name)
    for exercise, points in lesson.exercises.items():
        beyond = {e.beyond for e in course.cases(lesson.name.partition("/")[0], exercise).examples}
        assert points > 0
        assert "" in beyond, f"{exercise} has no plain example"


def test_no_hidden_test_reads_what_a_notebook_loads():
    """So a variant changes no grade; docs/changing.md says so."""
    tests = 0
    for name in all_lessons():
        cells = read_lesson(name).cells

        def of(*kinds, cells=cells):
            texts = [cell.text for cell in cells if cell.kind in kinds]
            return {one for text in texts for one in bindings(parse(text))}

        data = of("carry", "demo", "plain", "setup") - of("exercise")
        for cell in cells:
            if cell.kind == "test":
                tests += 1
                bound, used = names_in(cell.text)
                bound |= {node.arg for node in ast.walk(parse(cell.text)) if hasattr(node, "arg")}
                assert (used - bound) & data <= {"lesson"}, (name, cell.title)
                assert "datasets" not in used, (name, cell.title)
    assert tests > 200


def test_names_of_files_hold_together():
    for name in all_lessons():
        assert (SOLUTIONS / f"{name}_cases.py").is_file()
        assert (SOLUTIONS / f"{name}.ipynb").is_file()
        assert (SOLUTIONS.parent / "notebooks" / f"{name}.ipynb").is_file()


def test_the_map_knows_every_lesson():
    assert [info.name for info in course.lessons()] == all_lessons()


def test_the_map_says_how_long_all_of_it_takes():
    cells = json.loads((SOLUTIONS.parent / "notebooks" / "index.ipynb").read_text("utf-8"))["cells"]
    first, *others = ("".join(cell["source"]) for cell in cells)
    (hours,) = re.findall(r"The whole course takes about\s(\d+) hours", first)
    assert any(re.search(r"In all \d+ points\.", text) for text in others)
    assert abs(60 * int(hours) - sum(info.minutes for info in course.lessons())) <= 30


# A learner's evening: what a notebook takes, and what there is to scroll through.
MOST_MINUTES, MOST_CELLS = 90, 70


@pytest.mark.parametrize("name", all_lessons())
def test_a_notebook_fits_an_evening(name):
    notebook = json.loads((SOLUTIONS.parent / f"notebooks/{name}.ipynb").read_text("utf-8"))
    assert read_lesson(name).minutes <= MOST_MINUTES
    assert len(notebook["cells"]) <= MOST_CELLS


@pytest.mark.parametrize("name", all_lessons())
def test_a_notebook_has_one_title(name):
    """A second one would be a page of its own in the site's table of contents."""
    texts = [cell.text for cell in read_lesson(name).cells if cell.kind == "markdown"]
    assert [text.startswith("# ") for text in texts].index(True) == 0
    assert sum(len(re.findall(r"^# ", text, re.M)) for text in texts) == 1


# One word and one symbol for a thing, as in the glossary and the notation of solutions/index.py.
INSTEAD = {
    r"\blearned\b": "learnt",
    r"\bright\W+class(es)?\b(?! *\")": "label, or true class",
    r"\^\{\[": "W_1, as in the notation",
    r"\^\{?\\top": "A^T",
    r"\\circ\b|^# .*\$[^$`]*[^\\] \* [^$`]*\$": r"\odot for a product element by element",
    r"\bgroundtruth\b|\bground truth\b": "label",
    r"\bnormali[sz]e[ds]?\b": "standardise",
}


@pytest.mark.parametrize("name", [*all_lessons(), "index"])
@pytest.mark.parametrize("word", INSTEAD)
def test_lessons_keep_to_the_vocabulary(name, word):
    """In prose, docstrings, figures, hints and the sentences for mistakes alike."""
    found = []
    for path in SOLUTIONS.glob(f"{name}*.py"):
        found += [line for line in path.read_text("utf-8").splitlines() if re.search(word, line)]
    assert not found, f"write {INSTEAD[word]}: {found}"


def section(title):
    """A section of the index, from its title to the next cell."""
    return (SOLUTIONS / "index.py").read_text("utf-8").partition(title)[2].partition("# %%")[0]


def prose(name):
    return "\n".join(cell.text for cell in read_lesson(name).cells if cell.kind == "markdown")


def test_the_glossary_is_in_order_and_says_each_word_once():
    words = re.findall(r"^# - \*\*(.+?)\*\*:", section("## Glossary"), re.M)
    assert len(words) > 50 and words == sorted(words, key=str.casefold)
    each = [word for entry in words for word in entry.split(", ")]
    assert len({*each}) == len(each)
    lessons = " ".join("\n".join(map(prose, all_lessons())).casefold().split())
    for entry in words:
        assert any(word.casefold() in lessons for word in entry.split(", ")), entry


def symbols(text):
    """The letters of all formulas, without what stands in their indices and exponents."""
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)
    formulas = " ".join(re.findall(r"\$\$?([^$]+)\$\$?", text))
    words = r"\\(text|mathrm|mathcal|operatorname) *(\{[^}]*\}|\w)|\\(begin|end)\{[^}]*\}"
    formulas = re.sub(words, " ", formulas)
    greek = (
        r"\\(?:var)?(?:alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|sigma|phi|nabla|Delta)\b"
    )
    rest = re.sub(r"[_^](\{[^{}]*\}|\w)", " ", re.sub(r"\\[a-zA-Z]+", " ", formulas))
    return {*re.findall(greek, formulas), *re.findall(r"[A-Za-z]", rest)}


@pytest.mark.parametrize("name", all_lessons())
def test_every_symbol_stands_in_the_notation(name):
    assert symbols(prose(name)) <= symbols(section("## The notation"))


def questions():
    """Each question with its answer, and those of the quizzes without what there is to choose."""
    ends = r"(?=\*\*a\*\*|</details>)"
    for name in all_lessons():
        for cell in read_lesson(name).cells:
            if cell.kind == "markdown" and re.search(r"^\*\*1\.\*\* ", cell.text, re.M):
                for text in re.findall(r"^\*\*\d\.\*\* (.+?)" + ends, cell.text, re.M | re.S):
                    yield name, " ".join(text.replace("<summary>Answer</summary>", "").split())


def test_no_question_is_asked_twice():
    """Two that ask the same share words, or their answers do."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    names, texts = zip(*questions(), strict=True)
    assert len(texts) > 140
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 5), sublinear_tf=True)
    alike = np.triu((vectors.fit_transform(texts) @ vectors.transform(texts).T).toarray(), 1)
    first, second = np.unravel_index(alike.argmax(), alike.shape)
    said = f"{names[first]}: {texts[first]!r} is like {texts[second]!r} in {names[second]}"
    assert alike.max() < 0.37, said


@pytest.mark.parametrize("name", [name for name in all_lessons() if name.endswith("_recap")])
def test_a_quiz_asks_anew_and_tells_no_letter(name):
    """Where to look is a place that explains, not a question with its answer."""
    texts = [cell.text for cell in read_lesson(name).cells]
    (quiz,) = [text for text in texts if "lesson.quiz(" in text]
    assert not re.search(r"places.*question \d", quiz)
    asked = {}
    exec(quiz.replace("lesson.quiz(mine, keys, places)", ""), asked)
    assert [*asked["mine"]] == [*range(1, 9)] and len(asked["places"]) == 8
    of = {letter: nnlib.lesson(name).quiz_keys(letter * 8) for letter in "abc"}
    right = ["".join(one for one in of if of[one][k] == asked["keys"][k]) for k in range(8)]
    assert all(len(letters) == 1 for letters in right)
    (stems,) = [text for text in texts if "## A mixed quiz" in text]
    assert re.findall(r"\*\*([abc])\*\*", stems) == [*"abc"] * 8
