"""An error is told by what it means for the learner's line, and never named by its type alone."""

import copy
import linecache
import textwrap

import numpy as np
import pytest
from evenhand import grader
from test_runner import cells_of

from authoring.cases import read_cases
from authoring.source import SOLUTIONS, read_lesson
from authoring.trial import examine_version
from mistakes.calling import run
from mistakes.checking import examine
from mistakes.errors import is_learners
from nnlib import carrying, course

W1, X, Y = np.ones((4, 2)), np.ones((2, 5)), np.ones((1, 5))
PARAMETERS = {"W1": W1, "b1": np.zeros((4, 1)), "W2": np.ones((1, 4)), "b2": np.zeros((1, 1))}


def made(source, namespace, name="<a learner's cell>"):
    """Define a function as a notebook does: its source can be read."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), namespace)
    return namespace


def examined(lesson, exercise, body, **more):
    """Examine a function with this body, in a notebook that has `more` names than the course's."""
    cases = course.cases(lesson, exercise)
    names = carrying.namespace_of(cases.lesson, SOLUTIONS) | more
    head = f"def {exercise}({', '.join(cases.arguments)}):\n"
    made(head + textwrap.indent(body, "    ") + "\n", names, f"<{body}>")
    return examine(names[exercise], cases, names)


def meaning_of(*lines):
    names = {"np": np, "PARAMETERS": PARAMETERS, "W1": W1, "X": X, "Y": Y}
    made("def forward(X, parameters):\n    return X, {'A2': X}\n", names, "<helper>")
    made("def f(W1, X, parameters):\n" + "".join(f"    {line}\n" for line in lines), names)
    return run(names["f"], (W1, X, PARAMETERS), names).meaning


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["return W1 @ X.T"], "(4, 2) by (5, 2): the 2 and the 5 do not fit"),
        (["return np.dot(X, W1) + 1"], "`np.dot(X, W1)` multiplies shapes (2, 5) by (4, 2)"),
        (["Z = W1 @ X", "return Z + np.ones(4)"], "`Z + np.ones(4)` puts shapes (4, 5) and (4,)"),
        (["return max(0, X)"], "np.maximum compares entry by entry"),
        (["if X > 0:", "    return 1"], "`X > 0` has 10 answers, and `if`"),
        (["return np.ones(3) * None"], "`None` is a placeholder in `np.ones(3) * None`."),
        (["return np.random.randn(3) * None"], "`None` is a placeholder in `np.random.randn(3)"),
        (["return np.copy(X) + print()"], "`print()` gave None"),
        (["A = None", "return A + X"], "`A` is None here"),
        (["A2, cache = None"], "The right side is None, so there is nothing to put into"),
        (["A = print()", "return A.shape"], "`A` is None here"),
        (["for i in X.shape[1]:", "    pass"], "`X.shape[1]` is the number 5. `range(X.shape[1])`"),
        (["c = (X, parameters)", "return c['A2']"], "`c` holds a tuple of 2: an array of shape (2"),
        (["return parameters['W3']"], "has no key 'W3'; it has 'W1', 'b1', 'W2', 'b2'"),
        (["return np.tanh(Z1)"], "No line gives `Z1` a value here."),
        (["return numpy.tanh(X)"], "No line gives `numpy` a value here. NumPy is `np` here."),
        (["return tanh(X)"], "No line gives `tanh` a value here. NumPy has `np.tanh`."),
        (["return X^2"], "`^` compares bits; a power is written `**`."),
        (["return 2.0^-X[0, 0]"], "`^` compares bits; a power is written `**`."),
        (["return X + W2"], "There is `parameters['W2']`"),
        (["s = s + 1", "s = 0"], "`s` is used before a line of this function"),
        (
            ["return forward(X)"],
            "does not give forward the arguments that it needs. It takes (X, p",
        ),
        (["a, b, c = forward(X, parameters)"], "does not have 3 parts for `(a, b, c)`."),
        (["return X[:, 5]"], "axis 1 has 5 places, numbered from 0; there is no place 5"),
        (["return X[0, 0, 0]"], "`X` has the shape (2, 5): its axes are 2"),
        (["return X[0].shape[1]"], "`X[0].shape` is (5,): it has 1 parts, numbered from 0"),
        (["return np.sum(X, axis=2)"], "asks for axis 2; the array has 2, numbered from 0"),
        (
            ["return int(X > 0.5)"],
            "holds an array of shape (2, 5), and `int(X > 0.5)` takes one number. `.ast",
        ),
        (
            ["return (W1 @ X).reshape(7, 7)"],
            "There are 20 values, which do not fill the shape (7,7)",
        ),
        (["return np.mat(X)"], "NumPy has no `np.mat` any more. Today: np.array."),
        (["return np.asscalar(X[0, 0])"], "`x.item()`"),
        (["return parameters.W1"], "`parameters` is a dictionary, which has no `.W1`"),
        (
            ["return parameters - X"],
            "`parameters` is a dictionary and `X` is an array of shape (2, 5)",
        ),
        (["return parameters('W1')"], "`parameters` is not a function"),
        (
            ["cost = np.array(0.5)", "assert isinstance(cost, float)"],
            "`cost` is an array of shape (): float(…)",
        ),
        (['raise ValueError("not yet")'], "That is your own `raise`."),
    ],
)
def test_an_error_is_told_in_plain_words_for_its_line(lines, said):
    assert said in meaning_of(*lines)


@pytest.mark.parametrize("line", ["Z1 = np.dot(W1,", "X)", "elif X > 0:"])
def test_a_line_of_a_longer_statement_that_another_process_tells_is_a_result(line):
    def graded():
        error = ValueError("no")
        error.learner_line = line
        raise error

    one = run(graded, (), {})
    assert one.line == line and one.outcome.result.error == "ValueError"


def test_what_failed_is_the_line_that_another_process_tells():
    def elsewhere(A, B):
        error = ValueError("shapes (2,3) and (2,3) not aligned")
        error.learner_line = "Z = A @ B"
        raise error

    result = run(elsewhere, [1, 2], {}).outcome.result
    assert result.done == {"MatMultOp", "A", "B"}


@pytest.mark.parametrize("file", [grader.__file__, copy.__file__, np.__file__, course.__file__])
def test_a_file_of_a_package_or_of_python_is_not_the_learners(file):
    assert not is_learners(file)


@pytest.mark.parametrize("name", ["<ipython-input-3-0a>", "<cell 3>", "helper.py"])
def test_a_cell_or_a_file_beside_the_notebook_is_the_learners(name, tmp_path):
    assert is_learners(name) and is_learners(str(tmp_path / name))


def test_what_has_effects_is_not_worked_out_again():
    calls = []
    names = {"calls": calls, "X": X}
    made(
        "def g():\n    calls.append(1)\n    return 3\ndef f():\n    for i in g():\n        pass\n",
        names,
    )
    assert "nothing to go through" not in run(names["f"], (), names).meaning
    assert calls == [1]


@pytest.mark.parametrize(
    ("part", "exercise", "body"),
    [
        (
            "2-hidden-layer",
            "predict",
            "A2, _ = forward_propagation(X, parameters)\nreturn int(A2 > 0.5)",
        ),
        (
            "2-hidden-layer",
            "predict",
            "A2, _ = forward_propagation(X, parameters)\nfor i in A2.shape[1]:\n pass",
        ),
        ("2-hidden-layer", "predict", "return forward_propagation(X) > 0.5"),
        ("2-hidden-layer", "predict", "return forward_propagation(X, parameters)[0][9, 9]"),
        (
            "1-one-neuron",
            "forward_propagation",
            "return sigmoid(parameters['W'] @ X).reshape(7, 7)",
        ),
        ("1-one-neuron", "backward_propagation", "dZ = A - Y\nif dZ > 0:\n return 1"),
        ("2-hidden-layer", "initialize_parameters", "return np.random.randn(n_y, n_x) * None"),
        ("1-one-neuron", "initialize_parameters", "return np.random.randn(n_y, n_x) * None"),
        ("2-hidden-layer", "decision_grid", "raise ValueError('not yet')"),
        ("4-heart-disease", "fit", "raise ValueError('not yet')"),
        ("4-heart-disease", "fit", "return {}['loss']"),
        ("5-comparison", "forward", "raise ValueError('not yet')"),
    ],
)
def test_an_error_that_another_mistake_raised_is_not_named(part, exercise, body):
    verdict = examined(part, exercise, body)
    assert verdict.status == "wrong" and verdict.named == ()
    assert all(problem.run.meaning for problem in verdict.problems)


def test_an_error_that_the_misconception_raises_itself_is_named():
    lesson, raising = read_lesson("2-hidden-layer/09_predict"), 0
    text = cells_of(lesson.name)["predict"]
    for wrong in read_cases(lesson.cases_path)["predict"].misconceptions:
        verdict = examine_version(lesson, "predict", wrong.code("predict", text))
        if all(problem.run.error is not None for problem in verdict.problems):
            raising += 1
            assert verdict.named == (wrong.sentence,)
    assert raising
