"""Three hundred functions through the fast runner and through real grading: the same points.

Statuses are not compared: the fast runner has none, only a message where a test failed.
"""

from __future__ import annotations

import ast
import itertools
import random
from functools import cache

import pytest
from evenhand import grader
from test_one_mistake import LEAVES
from test_runner import OPTIONS, cells_of, hand_in

from authoring.cases import read_cases
from authoring.mutants import mutants
from authoring.source import SOLUTIONS, all_lessons, read_lesson
from authoring.trial import grade, stub, unmended

ROUNDS = 5

# What a function may do wrong besides being wrong. `solve` is the course's.
WRAPPED = """
import functools as _functools


def _wrapped(solve):
    _calls = []

    @_functools.wraps(solve)
    def answer(*args, **kwargs):
        _calls.append(1)
        import numpy as np
BODY

    return answer


NAME = _wrapped(NAME)
"""
LEAF = "_leaves(solve(*args, **kwargs), lambda v: {})"
ODD = {
    "reads global m": "m; return solve(*args, **kwargs)",
    "reads global X and Y": "X, Y; return solve(*args, **kwargs)",
    "reads the tests' names": "rng, result; return solve(*args, **kwargs)",
    "works on global X": "global X; X = args[0]; return solve(X, *args[1:], **kwargs)",
    "seeds for itself": "np.random.seed(7); return solve(*args, **kwargs)",
    "gives a value and an array": "return solve(*args, **kwargs), np.ones((2, 3))",
    "gives a ragged list": "return [[1.0, 2.0], [3.0]]",
    "gives a text": "return str(solve(*args, **kwargs))",
    "gives a set": "return {1.0, 2.0}",
    "gives a generator": "return (v for v in [solve(*args, **kwargs)])",
    "gives a function": "return lambda: solve(*args, **kwargs)",
    "gives a dictionary": "return {'result': solve(*args, **kwargs)}",
    "gives lists for arrays": "return " + LEAF.format("np.asarray(v).tolist()"),
    "gives matrices": "return " + LEAF.format("np.asmatrix(v) if np.ndim(v) == 2 else v"),
    "gives masked arrays": "return " + LEAF.format("np.ma.masked_array(v)"),
    "gives arrays of objects": "return " + LEAF.format("np.asarray(v).astype(object)"),
    "gives complex numbers": "return " + LEAF.format("v + 0j"),
    "gives huge numbers": "return " + LEAF.format("10 ** 400"),
    "gives decimals": (
        "import decimal; return " + LEAF.format("decimal.Decimal(1) if np.ndim(v) == 0 else v")
    ),
    "gives single precision": "return " + LEAF.format("np.asarray(v, dtype=np.float32)"),
    "gives twice as much": "return " + LEAF.format("v * 2"),
    "loses axes": "return " + LEAF.format("np.squeeze(v)"),
    "changes its arguments": (
        "found = solve(*args, **kwargs); "
        "[v.__iadd__(1) for v in args if isinstance(v, np.ndarray) and v.dtype.kind == 'f']; "
        "return found"
    ),
    "empties its dictionaries": (
        "found = solve(*args, **kwargs); "
        "[v.clear() for v in args if isinstance(v, (dict, list))]; return found"
    ),
    "raises": "raise ValueError('out of ideas')",
    "raises an error of its own": (
        "class Oops(Exception): pass\n        raise Oops(solve(*args, **kwargs))"
    ),
    "is not written": "raise NotImplementedError",
    "exits": "raise SystemExit(1)",
    "works twice": "assert len(_calls) < 3; return solve(*args, **kwargs)",
    "prints": "print(*args); return solve(*args, **kwargs)",
    "warns": "import warnings; warnings.warn('hm'); return solve(*args, **kwargs)",
    "divides by zero": "np.ones(1) / 0; return solve(*args, **kwargs)",
    "raises where NumPy warns": ("np.seterr(all='raise'); return solve(*args, **kwargs)"),
}


def wrapped(name: str, cell: str, body: str) -> str:
    if body.startswith("class"):
        lines = "        " + body
    else:
        lines = "\n".join("        " + part for part in body.split("; "))
    return cell + LEAVES + WRAPPED.replace("BODY", lines).replace("NAME", name)


# A right loop that starts from weights of its own.
STARTS = {
    "numpy": "np.random.randn({0}, {1})",
    "scaled": "0.01 * np.random.randn({0}, {1})",
    "the same each time": "np.random.RandomState(3).randn({0}, {1})",
    "python": "np.array([[random.gauss(0, 1) for _ in range({1})] for _ in range({0})])",
}
OWN_START = {
    ("1-one-neuron/03_learning", "nn_model"): (
        "initialize_parameters(n_x, n_y)",
        '{{"W": {0}, "b": np.zeros((n_y, 1))}}',
        [("n_y", "n_x")],
    ),
    ("2-hidden-layer/08_model", "nn_model"): (
        "initialize_parameters(n_x, n_h, n_y)",
        '{{"W1": {0}, "b1": np.zeros((n_h, 1)), "W2": {1}, "b2": np.zeros((n_y, 1))}}',
        [("n_h", "n_x"), ("n_y", "n_h")],
    ),
    ("3-softmax/02_gradients", "build_model"): (
        "initialize_model(X.shape[1], nn_hdim, n_classes)",
        '{{"W1": {0}, "b1": np.zeros((1, nn_hdim)), "W2": {1}, "b2": np.zeros((1, n_classes))}}',
        [("X.shape[1]", "nn_hdim"), ("nn_hdim", "n_classes")],
    ),
}


def own_starts(lesson: str) -> dict[str, dict[str, str]]:
    """Versions of a lesson whose training draws its first weights itself, by how."""
    cells = cells_of(lesson)
    found = {}
    for (name, exercise), (old, new, shapes) in OWN_START.items():
        if name == lesson:
            assert old in cells[exercise]
            for how, draw in STARTS.items():
                start = new.format(*(draw.format(*shape) for shape in shapes))
                text = "import random\n\n" + cells[exercise].replace(old, start)
                found[how] = {exercise: text}
    return found


@cache
def sample(lesson: str) -> list[dict[str, tuple[str, str]]]:
    """Rounds of versions: exercise to what it is and its cell, a new draw for each exercise."""
    source = read_lesson(lesson)
    cases = read_cases(source.cases_path)
    pick = random.Random(lesson)
    kinds = itertools.cycle(sorted(ODD, key=lambda kind: random.Random(lesson + kind).random()))
    rounds: list[dict[str, tuple[str, str]]] = [{} for _ in range(ROUNDS)]
    for cell in source.cells:
        if cell.kind != "exercise":
            continue
        name, text = cell.exercise, cell.text
        wrong = [m.code(name, text) for m in cases[name].misconceptions]
        right = [v.code(name, text) for v in cases[name].variants]
        broken = [m.code for m in mutants(text)]
        odd = [next(kinds) for _ in range(ROUNDS - 3)]
        drawn = [
            ("misconception", pick.choice(wrong)),
            ("variant", pick.choice(right) if right else text),
            ("mutant", pick.choice(broken) if broken else stub(text)),
            *((kind, wrapped(name, text, ODD[kind])) for kind in odd),
        ]
        pick.shuffle(drawn)
        for one, version in zip(rounds, drawn, strict=True):
            one[name] = version
    for how, versions in own_starts(lesson).items():
        rounds.append({name: (f"own start, {how}", text) for name, text in versions.items()})
    return rounds


def real(path, name: str) -> dict[str, list[tuple[float, str]]]:
    found: dict[str, list[tuple[float, str]]] = {}
    result = grader.grade_notebook(path, SOLUTIONS / f"{name}.ipynb", options=OPTIONS)
    for test in result.tests:
        exercise = test.name.partition("--")[0]
        found.setdefault(exercise, []).append((test.points, test.message))
    return found


@pytest.fixture(scope="module", autouse=True)
def warm_processes():
    yield
    grader.close()


def test_there_are_three_hundred():
    assert sum(len(one) for name in all_lessons() for one in sample(name)) >= 300
    everything = {
        kind for name in all_lessons() for one in sample(name) for kind, _ in one.values()
    }
    assert everything >= {*ODD, *(f"own start, {how}" for how in STARTS)}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", all_lessons())
def test_both_give_the_same_points(name, tmp_path):
    lesson = read_lesson(name)
    differ = []
    for number, versions in enumerate(sample(name)):
        texts = {exercise: text for exercise, (_, text) in versions.items()}
        for text in texts.values():
            ast.parse(text)
        with unmended():  # only points are compared
            trial = grade(lesson, texts)
        graded = real(hand_in(tmp_path / str(number), name, texts), name)
        for exercise, rows in trial.tests.items():
            kind = versions.get(exercise, ("solution",))[0]
            for (title, points, said), (earned, message) in zip(
                rows, graded[exercise], strict=True
            ):
                fast = 0 if said else points
                if fast != earned:
                    differ.append(
                        f"{exercise}, {kind}: {title}: {fast:g} ({said}) fast, "
                        f"{earned:g} ({message}) graded"
                    )
    assert not differ, "\n" + "\n".join(differ)


@pytest.mark.parametrize("lesson", sorted({lesson for lesson, _ in OWN_START}))
def test_a_right_loop_from_a_start_of_its_own_loses_only_the_test_of_the_start(lesson):
    for how, versions in own_starts(lesson).items():
        ((name, _),) = versions.items()
        with unmended():
            rows = grade(read_lesson(lesson), versions).tests[name]
        lost = [title for title, _, message in rows if message and title != "check"]
        assert len(lost) <= 1 and all("start" in title for title in lost), (how, lost)
