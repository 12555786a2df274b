"""Part 5: the learner's network, scikit-learn's and Keras's are one and the same.

What is compared are the very functions that stand in the lesson, with the course's own versions of
the steps that it carries over.
"""

import contextlib
import io
import logging.config
import subprocess
import sys
import tomllib

import numpy as np
import pytest

import nnlib
from authoring.source import SOLUTIONS, read_lesson
from nnlib import carrying, datasets

ITERATIONS = 1000
CLOSE = 1e-6


@pytest.fixture(scope="module")
def lesson():
    """The names of the lesson, with Keras loaded in 64 bits, as its cells do it."""
    name = "5-comparison/01_same_network"
    names = carrying.namespace_of(name, SOLUTIONS)
    demonstrations = (cell.text for cell in read_lesson(name).cells if cell.kind == "demo")
    exec(next(text for text in demonstrations if "def scikit_learn_costs(" in text), names)
    # Absl, which Keras imports, keeps the stderr of that moment. Whoever sets up logging anew, as
    # nbgrader does, has it closed, unless it is sys.stderr then; pytest's own must not be it.
    with contextlib.redirect_stderr(io.StringIO()):
        names["keras"], names["jax"] = names["load_keras"]("float64")
    return names


@pytest.fixture(scope="module")
def flower(lesson):
    X, Y = datasets.load_planar_dataset()
    np.random.seed(2)
    start = lesson["initialize_parameters"](2, 4, 1)
    rows = np.ascontiguousarray(X.T)
    yours = lesson["your_costs"](X, Y, start, 1.2, ITERATIONS)
    return yours, (rows, Y[0], lesson["library_weights"](start), 1.2, ITERATIONS)


@pytest.fixture(scope="module")
def moons(lesson):
    rows, classes = datasets.load_moons()
    model, epsilon, reg_lambda = lesson["moons_start"](), 0.002, 0.01
    weights = [model["W1"], model["b1"][0], model["W2"], model["b2"][0]]
    yours = lesson["your_softmax_costs"](rows, classes, model, epsilon, ITERATIONS, reg_lambda)
    return yours, (rows, classes, weights, epsilon * len(rows), ITERATIONS, reg_lambda)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["scikit_learn_costs", "keras_costs"])
@pytest.mark.parametrize("data", ["flower", "moons"])
def test_the_cost_curves_lie_on_one_another(lesson, library, data, request):
    yours, arguments = request.getfixturevalue(data)
    theirs = lesson[library](*arguments)
    assert len(theirs) == len(yours) == ITERATIONS
    assert np.ptp(yours) > 0.1 * yours[0], "nothing was trained, so there is nothing to compare"
    assert lesson["relative_difference"](theirs, yours) < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("library", ["scikit_learn_costs", "keras_costs"])
def test_the_comparison_would_see_another_penalty(lesson, library, moons):
    yours, (rows, classes, weights, rate, _, reg_lambda) = moons
    theirs = lesson[library](rows, classes, weights, rate, 5, 2 * reg_lambda)
    assert lesson["relative_difference"](theirs, yours[:5]) > CLOSE


def adam_gradients():
    rng = np.random.default_rng(1)
    shapes = {"W": (3, 2), "b": (3, 1)}
    start = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    steps = [
        {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
        for _ in range(50)
    ]
    return start, steps


def adam_of_the_course(start, steps, epsilon):
    step = carrying.namespace_of("5-comparison/02_what_libraries_add", SOLUTIONS)["adam_step"]
    parameters = start
    v = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    s = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    for t, grads in enumerate(steps, 1):
        parameters, v, s = step(parameters, grads, v, s, t, 0.05, 0.9, 0.999, epsilon)
    return parameters


def test_the_adam_of_the_course_is_that_of_scikit_learn():
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

    start, steps = adam_gradients()
    arrays = [array.copy() for array in start.values()]
    optimizer = AdamOptimizer(arrays, learning_rate_init=0.05, epsilon=1e-16)
    for grads in steps:
        optimizer.update_params(arrays, list(grads.values()))
    ours = adam_of_the_course(start, steps, 1e-16)
    for one, other in zip(ours.values(), arrays, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_the_adam_of_the_course_is_that_of_keras(lesson):
    keras = lesson["keras"]
    start, steps = adam_gradients()
    variables = [keras.Variable(array, dtype="float64") for array in start.values()]
    optimizer = keras.optimizers.Adam(0.05, epsilon=1e-16)
    for grads in steps:
        optimizer.apply(list(grads.values()), variables)
    ours = adam_of_the_course(start, steps, 1e-16)
    for one, other in zip(ours.values(), variables, strict=True):
        np.testing.assert_allclose(one, np.asarray(other.value), rtol=1e-6)


LOAD = """
import sys
{before}
from nnlib import carrying
from authoring.source import SOLUTIONS
names = carrying.namespace_of("5-comparison/01_same_network", SOLUTIONS)
assert sys.modules.get("keras") is None, "the lesson loads Keras before it is asked to"
try:
    keras, jax = names["load_keras"]("float64")
    print(keras.backend.backend(), keras.config.floatx())
except ImportError as error:
    print(error)
"""


def loaded(before=""):
    command = [sys.executable, "-c", LOAD.format(before=before)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_tests_after_keras_have_a_stderr(lesson):
    kept = sys.stderr
    assert "absl.logging" in sys.modules
    with contextlib.redirect_stderr(io.StringIO()):
        logging.config.dictConfig({"version": 1})
    assert not kept.closed


def test_keras_loads_on_jax_without_a_word_on_stderr():
    done = loaded()
    assert done.stderr == ""
    assert done.stdout.split() == ["jax", "float64"]


@pytest.mark.parametrize("missing", ["keras", "jax"])
def test_a_missing_library_is_said_in_one_sentence(missing):
    done = loaded(before=f"sys.modules[{missing!r}] = None")
    assert done.stderr == ""
    assert done.stdout.startswith(f"{missing} is not installed.")
    extra = tomllib.loads((SOLUTIONS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    versions = " ".join(extra["optional-dependencies"]["keras"])
    assert f"`%pip install {versions}` in a cell" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def test_a_browser_is_told_that_keras_is_for_elsewhere(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "emscripten")
    [line] = nnlib.NotInstalled("keras")._render_traceback_()
    assert line.startswith("Keras is for the course on a machine of your own")
    assert "i Note: Keras is for" in capsys.readouterr().out


def test_random_mini_batches_and_a_folds_interval_need_no_keras():
    for name in ("02_what_libraries_add", "03_fair_race"):
        text = (SOLUTIONS / "5-comparison" / f"{name}.py").read_text("utf-8")
        for cell in text.split("# %%")[1:]:
            if not cell.startswith((" demo=true", " [markdown]")):
                assert "keras." not in cell and "jax." not in cell
