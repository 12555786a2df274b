"""A lesson is two new files, as CONTRIBUTING.md says; what is wrong with one is said plainly."""

import random
import re
import shutil
import time

import numpy as np
import pytest

from authoring import build, case_files, notebooks, source, trial
from authoring.cases import AuthorError, Example, Exercise
from authoring.moving import MOVES, moved
from authoring.mutants import mutants
from authoring.shortfalls import shortfalls
from mistakes.values import Instance
from nnlib import course

ROOT = source.SOLUTIONS.parent
NAME = "2-hidden-layer/16_leaky_relu"


@pytest.fixture
def course_copy(tmp_path, monkeypatch):
    """A copy of the sources, with the cases beside it: what a test writes stays there."""
    solutions = tmp_path / "solutions"
    shutil.copytree(
        source.SOLUTIONS, solutions, ignore=shutil.ignore_patterns("*.ipynb", "[1345]-*")
    )
    shutil.copytree(course.CASES, tmp_path / "cases")
    for module in (source, build, case_files, notebooks, trial):
        monkeypatch.setattr(module, "SOLUTIONS", solutions)
    monkeypatch.setattr(case_files, "CASES", tmp_path / "cases")
    monkeypatch.setattr(course, "CASES", tmp_path / "cases")
    yield solutions
    course.lessons.cache_clear()
    course.cases.cache_clear()


def add(solutions, name, text, cases):
    (solutions / f"{name}.py").write_text(text, "utf-8")
    (solutions / f"{name}_cases.py").write_text(cases, "utf-8")
    build.write_map()
    lesson = source.read_lesson(name)
    case_files.write_cases(lesson)
    return lesson


def example():
    """The two files of the example in CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)


def test_the_example_of_contributing_is_a_lesson_with_no_shortfall(course_copy):
    lesson = add(course_copy, NAME, *example())
    assert lesson.exercises == {"leaky_relu": 5}
    assert list(shortfalls(lesson)) == []


def test_an_instructors_changes_are_those_of_the_page(course_copy):
    """Other points, a cell for a person, an exercise shown and not asked for: docs/changing.md."""
    page = (ROOT / "docs" / "changing.md").read_text("utf-8")
    [manual] = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    text, cases = example()
    lesson = add(course_copy, NAME, f"{text.replace('points=3', 'points=6')}\n{manual}", cases)
    assert lesson.exercises == {"leaky_relu": 8} and lesson.points == 12
    assert list(shortfalls(lesson)) == []

    name = "2-hidden-layer/02_architecture"
    path = course_copy / f"{name}.py"
    cells = re.split(r"^(?=# %%)", path.read_text("utf-8"), flags=re.M)
    at = [cell.startswith('# %% exercise="count_parameters"') for cell in cells].index(True)
    shown = re.sub(r"^# %% .*", "# %%", cells[at])
    cells[at] = re.sub(r"^ *### (BEGIN|END) SOLUTION\n", "", shown, flags=re.M)
    following = [cell.startswith(('# %% check="', '# %% test="')) for cell in cells[at + 1 :]]
    del cells[at + 1 : at + 1 + [*following, False].index(False)]
    path.write_text("".join(cells), "utf-8")
    about = path.with_name("02_architecture_cases.py")
    blocks = re.split(r"\n(?=\S)", about.read_text("utf-8"))
    kept, gone = [], False
    for block in blocks:
        begins = re.match(r"@?count_parameters\b", block)
        gone = bool(begins) or (gone and block.startswith(("def ", ")", "]", "}")))
        kept += [] if gone else [block]
    about.write_text("\n".join(kept), "utf-8")
    build.write_map()
    lesson = source.read_lesson(name)
    assert lesson.exercises == {"layer_sizes": 5}
    case_files.write_cases(lesson)
    assert list(shortfalls(lesson)) == []
    later = source.read_lesson("2-hidden-layer/03_initialization")  # which carries it over
    assert list(shortfalls(later)) == []


def test_a_claim_is_tried_with_the_solution_and_not_released(course_copy):
    name = "2-hidden-layer/01_data"
    path = course_copy / f"{name}.py"
    path.write_text(path.read_text("utf-8") + "\n# %% claim=true\nassert m == 401\n", "utf-8")
    lesson = source.read_lesson(name)
    solution = notebooks.solution(lesson)
    assert "assert m == 401" in solution.cells[-2].source
    given = notebooks.released(lesson, solution)
    assert not [cell for cell in given.cells if "assert m == 401" in cell.source]
    with pytest.raises(AuthorError, match="AssertionError"):
        notebooks.executed(lesson, solution)


def test_a_shortfall_of_each_kind_is_found(course_copy):
    text, cases = example()
    weak = text.replace("judge.same(leaky_relu, rng.standard_normal(shape))", "pass")
    weak = weak.replace("judge.keeps(leaky_relu, np.array([[-1.0, 2.0]]))", "pass")
    strict = cases.replace("np.maximum(Z, 0.01 * Z)", "np.maximum(Z, 0.02 * Z)")
    alike = strict + 'leaky_relu.misconception("Another name for it.", ("0.01 * Z", "0.0 * Z"))\n'
    found = "\n".join(shortfalls(add(course_copy, NAME, weak, alike)))
    assert "an untouched notebook earns 4 points" in found
    assert "passes the hidden tests" in found
    assert "fails the check" in found
    assert "the check says no sentence" in found or "the check says (" in found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# title: Leaky ReLU\n", "", "its first lines say no title"),
        ("points=3", "points=3 rubric=2", "its header has rubric"),
        ("    ### BEGIN SOLUTION\n", "", "between the markers"),
        (
            "### BEGIN HIDDEN TESTS\nfrom authoring import hidden_tests as judge\n\nrng",
            "rng",
            "a test stands below its exercise",
        ),
        ('exercise="leaky_relu"', 'exercise="relu"', "stands in only one of the lesson"),
    ],
)
def test_a_mistake_in_a_lesson_is_said_plainly(course_copy, old, new, words):
    text, cases = example()
    assert old in text
    with pytest.raises(AuthorError, match=words):
        add(course_copy, NAME, text.replace(old, new), cases)


def test_an_edit_that_does_not_apply_is_said_with_its_line(course_copy):
    text, cases = example()
    with pytest.raises(AuthorError, match=r"no '0\.05 \* Z' to replace \(line \d+ of the cases\)"):
        add(course_copy, NAME, text, cases.replace('("0.01 * Z", "0 * Z")', '("0.05 * Z", "Z")'))


def test_an_unknown_lesson_is_said_with_those_there_are():
    with pytest.raises(AuthorError, match="no lesson 9-x/01_y: the lessons are 1-one-neuron/01_"):
        source.read_lesson("9-x/01_y")


def test_work_in_a_release_notebook_is_kept_when_it_is_built_anew(course_copy, tmp_path):
    import nbformat

    path = tmp_path / "02_architecture.ipynb"
    shutil.copy(ROOT / "notebooks" / "2-hidden-layer" / "02_architecture.ipynb", path)
    release = nbformat.read(path, as_version=4)
    assert notebooks.keep_work(path, release) == ""
    mine = nbformat.read(path, as_version=4)
    for cell in mine.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = cell.source.replace("raise NotImplementedError", "return 1")
    nbformat.write(mine, path)
    assert "is kept as 02_architecture.mine-" in notebooks.keep_work(path, release)
    assert len(list(tmp_path.glob("*.mine-*.ipynb"))) == 1


WRITTEN = """
# %% [markdown] manual="why" points=2
# - **1** What happens below zero.
# - **1** Why a slope of zero stays zero.
#
# ### BEGIN SOLUTION
# Nothing arrives there, so nothing changes.
# ### END SOLUTION
"""


def test_a_written_answer_waits_for_a_person(course_copy, tmp_path):
    text, cases = example()
    lesson = add(course_copy, NAME, text + WRITTEN, cases)
    assert lesson.points == 7 and lesson.exercises == {"leaky_relu": 5}
    assert trial.grade(lesson, {}).lost() == {}, "what the machine cannot judge costs nothing"
    solution = notebooks.solution(lesson)
    assert "Points:** 7" in solution.cells[0].source
    release = notebooks.released(lesson, solution)
    [given] = [c for c in release.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "why"]
    assert given.cell_type == "markdown" and not given.metadata.nbgrader.locked
    assert given.source.endswith("YOUR ANSWER HERE") and "Nothing arrives" not in given.source
    assert "**1** Why a slope" in given.source, "who learns alone needs the rubric, too"
    path = tmp_path / "16_leaky_relu.ipynb"
    notebooks.write(path, release)
    assert notebooks.keep_work(path, release) == ""
    given.source = "Because."
    notebooks.write(path, release)
    assert "is kept as" in notebooks.keep_work(path, release)


@pytest.mark.parametrize(
    ("old", "new"),
    [("points=2", "points=3"), ("# ### BEGIN SOLUTION\n", ""), ("- **1** ", "- 1 ")],
)
def test_a_written_answer_needs_a_rubric_that_adds_up(course_copy, old, new):
    text, cases = example()
    with pytest.raises(AuthorError, match="manual cell has a rubric"):
        add(course_copy, NAME, text + WRITTEN.replace(old, new), cases)


BORDER = "np.array([[0.3, -0.6]])"


@pytest.mark.parametrize("change", ["0.01 * Z + (Z == -0.6)", "np.sin(1e9 * Z)"])
def test_an_example_and_a_misconception_that_hang_on_rounding_are_refused(course_copy, change):
    text, cases = example()
    cases = cases.replace("examples=[", f"examples=[Example({BORDER}), ")
    add(course_copy, NAME, text, cases)
    with pytest.raises(AuthorError, match="what the solution gives on example 1 depends on round"):
        add(course_copy, NAME, text.replace("0.01 * Z)", f"{change})"), cases)
    wrong = f'leaky_relu.misconception("No.", ("0.01 * Z", "{change}"))'
    line = cases.count("\n") + 1
    with pytest.raises(AuthorError, match=f"the misconception in line {line} gives on example 1"):
        add(course_copy, NAME, text, f"{cases}{wrong}\n")


@pytest.mark.parametrize(
    "test",
    [
        f"assert judge.call(leaky_relu, {BORDER})[0, 0] == 0.3, 'Not 0.3.'",
        f"judge.same(leaky_relu, {BORDER}, rtol=1e-13, atol=0)",
    ],
)
def test_a_hidden_test_that_hangs_on_rounding_is_a_shortfall(course_copy, test):
    text, cases = example()
    kept = "judge.keeps(leaky_relu, np.array([[-1.0, 2.0]]))"
    found = list(shortfalls(add(course_copy, NAME, text.replace(kept, test), cases)))
    assert any("the solution: the test" in s and "depends on rounding" in s for s in found), found


def test_a_hidden_test_of_a_part_that_no_result_has_is_a_shortfall(course_copy):
    text, cases = example()
    kept = "judge.same(leaky_relu, rng.standard_normal(shape))"
    named = text.replace(kept, kept[:-1] + ', parts=("A",))')
    found = list(shortfalls(add(course_copy, NAME, named, cases)))
    assert any("The result has no part A" in sentence for sentence in found), found


@pytest.mark.parametrize(
    "draw", ["np.random.rand()", "np.random.default_rng().random()", "random.random()"]
)
def test_a_hidden_test_that_draws_is_graded_under_each_seed(course_copy, draw):
    text, cases = example()
    kept = "judge.keeps(leaky_relu, np.array([[-1.0, 2.0]]))"
    assert kept in text
    test = f"import random\nassert {draw} < 0.5"
    lesson = add(course_copy, NAME, text.replace(kept, test), cases)

    def seed(number):
        random.seed(number)
        np.random.seed(number)

    lost = [one.lost() for one in trial.regrade(lesson, 40, seed)]
    assert {} in lost and {"leaky_relu": 1} in lost


RESTING = """
# %%
def slope(function):
    return float(function(np.array([[-1.0]]))[0, 0])


below = slope(leaky_relu)

# %% exercise="twice"
def twice(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% test="twice as much" points=1
### BEGIN HIDDEN TESTS
assert twice(RESTS) == -0.02
### END HIDDEN TESTS
"""
TWICE = """
twice = Exercise("twice", examples=[Example(1.0)], hints=[])
"""


@pytest.mark.parametrize("test", ["slope(leaky_relu)", "below", "-0.01"])
def test_a_test_that_rests_on_another_exercise_is_run_for_its_versions(course_copy, test):
    text, cases = example()
    text += RESTING.replace("RESTS", test)
    lesson = add(course_copy, NAME, text, cases + TWICE)
    graded = trial.grading_of(lesson, "leaky_relu")
    solution = next(c.text for c in lesson.cells if c.exercise == "leaky_relu")
    for code in (solution, solution.replace("0.01 * Z)", "0.02 * Z)"), trial.stub(solution)):
        lost = trial.grade(lesson, {"leaky_relu": code}).lost()
        assert ("twice" in lost) == (code != solution and test != "-0.01")
        assert graded(code).lost() == lost
        assert graded(code, brief=True).lost().keys() == lost.keys()


def test_a_variant_that_hangs_on_rounding_is_a_shortfall(course_copy):
    text, cases = example()
    cases = cases.replace("examples=[", f"examples=[Example({BORDER}), ")
    near = "0.01 * Z) + (abs(Z + 0.6) < 1e-11) * (Z != -0.6)"
    cases += f'leaky_relu.variant(("0.01 * Z)", "{near}"))\n'
    found = list(shortfalls(add(course_copy, NAME, text, cases)))
    assert len(found) == 1 and "the check says about it depends on rounding" in found[0], found


def test_a_build_on_another_processor_changes_no_last_digits(course_copy, tmp_path):
    add(course_copy, NAME, *example())
    path = tmp_path / "cases" / "2-hidden-layer" / "leaky_relu.json"
    stored = path.read_text("utf-8")
    path.write_text(stored.replace("-0.005,", "-0.005000000000001,"), "utf-8")
    elsewhere = path.read_text("utf-8")
    add(course_copy, NAME, *example())
    assert path.read_text("utf-8") == elsewhere != stored
    path.write_text(stored.replace("-0.005,", "-0.00501,"), "utf-8")
    add(course_copy, NAME, *example())
    assert path.read_text("utf-8") == stored


def test_numbers_move_by_a_part_in_ten_to_the_twelve_and_labels_stay():
    array = np.array([0.3, -2.0, 0.0, 0.3, 1e-5, np.inf, 7.25])
    thing = Instance("A", (0.1,), {"b": array})
    given = [array, np.array([1, 2]), True, "0.3", {"rate": 1.0}, thing]
    for move in MOVES:
        got, ints, yes, text, rate, thing = moved(given, move)
        assert got[0] == got[3] != 0.3 and np.array_equal(got[[1, 2, 5]], array[[1, 2, 5]])
        assert np.allclose(got, array, rtol=1e-12, atol=0) and got[4] != 1e-5 and got[6] != 7.25
        assert (ints is given[1], yes, text) == (True, True, "0.3") and rate["rate"] != 1
        assert thing.init != (0.1,) and np.array_equal(thing.attributes["b"], got)
    assert (moved(0.3, MOVES[0]) - 0.3) * (moved(0.3, MOVES[1]) - 0.3) < 0


def test_mutants_change_the_solution_only_and_each_is_another():
    cell = (
        "def f(A, B):\n    '''Add 1 + 1.'''\n    ### BEGIN SOLUTION\n"
        "    return np.sum(A.T @ B, axis=1, keepdims=True) / 2\n    ### END SOLUTION"
    )
    found = list(mutants(cell))
    assert len({m.code for m in found}) == len(found) > 10
    assert all("Add 1 + 1." in m.code and "def f(A, B):" in m.code for m in found)
    operators = {m.operator for m in found}
    assert {"axis changed", "keepdims dropped", "transpose dropped", "@ → *"} <= operators
    assert "divisor dropped" in operators and "sum → mean" in operators


def test_a_case_keeps_what_it_was_given():
    exercise = Exercise("f", examples=[Example(1, beyond="more")], hints=["a"])
    exercise.misconception("No.", ("1", "2"))
    assert exercise.misconceptions[0].code("f", "return 1") == "return 2"
    assert exercise.examples[0].args == (1,) and exercise.examples[0].beyond == "more"


def test_a_constant_does_not_pass_for_a_step_with_ones_own_functions():
    lesson = source.read_lesson("1-one-neuron/01_neuron")
    nothing = {
        "sigmoid": "def sigmoid(z):\n    return np.asarray(z) * 0.0",
        "forward_propagation": (
            "def forward_propagation(X, parameters):\n"
            "    return np.zeros((parameters['W'].shape[0], X.shape[1]))"
        ),
    }
    assert trial.grade(lesson, nothing).points("forward_propagation") == 0


def test_functions_that_come_to_nothing_make_no_other_step_right():
    lesson = source.read_lesson("3-softmax/02_gradients")
    idle = {
        "gradients": (
            "def gradients(model, X, y, reg_lambda):\n"
            "    return {'d' + name: np.zeros_like(array) for name, array in model.items()}"
        ),
        "build_model": (
            "def build_model(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01,\n"
            "                print_loss=False):\n"
            "    return initialize_model(X.shape[1], nn_hdim, int(np.max(y)) + 1)"
        ),
    }
    passed = [
        title for title, _, message in trial.grade(lesson, idle).tests["build_model"] if not message
    ]
    assert passed == ["more than two classes"]  # which asks for shapes


#: Wrong functions that fit each other: lesson, cells, exercise -> points earned all the same.
CONSPIRACIES = {
    "a helper that ignores its values": (
        "1-one-neuron/01_neuron",
        {
            "sigmoid": (
                "def sigmoid(z):\n    return np.linspace(0.1, 0.9, np.size(z)).reshape(np.shape(z))"
            ),
            "forward_propagation": (
                "def forward_propagation(X, parameters):\n"
                "    return sigmoid(np.zeros((parameters['W'].shape[0], X.shape[1])))"
            ),
        },
        {"forward_propagation": 0},
    ),
    "a helper that does nothing, left out": (
        "1-one-neuron/01_neuron",
        {
            "sigmoid": "def sigmoid(z):\n    return z",
            "forward_propagation": (
                "def forward_propagation(X, parameters):\n"
                "    return parameters['W'] @ X + parameters['b']"
            ),
        },
        {"forward_propagation": 4},  # one sample, several outputs, unchanged arguments: as they are
    ),
    "gradients too small to matter": (
        "3-softmax/02_gradients",
        {
            "gradients": (
                "def gradients(model, X, y, reg_lambda=0.01):\n"
                "    return {'d' + k: 1e-30 * np.arange(v.size).reshape(v.shape)\n"
                "            for k, v in model.items()}"
            ),
            "build_model": (
                "def build_model(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01,\n"
                "                print_loss=False):\n"
                "    return initialize_model(X.shape[1], nn_hdim, int(np.max(y)) + 1)"
            ),
        },
        {"build_model": 2},  # for its shapes
    ),
    "a network that looks at no input": (
        "3-softmax/02_gradients",
        {
            "build_model": (
                "def build_model(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01,\n"
                "                print_loss=False):\n"
                "    k, n = int(np.max(y)) + 1, X.shape[1]\n"
                "    b2 = np.zeros((1, k))\n"
                "    b2[0, 0] = 1.0\n"
                "    for _ in range(num_passes):\n"
                "        p = np.exp(b2) / np.exp(b2).sum()\n"
                "        b2 = b2 - epsilon * (len(y) * p - np.bincount(y, minlength=k))\n"
                "    W1 = 1e-30 * np.arange(1.0 * n * nn_hdim).reshape(n, nn_hdim)\n"
                "    return {'W1': W1, 'b1': np.zeros((1, nn_hdim)),\n"
                "            'W2': np.zeros((nn_hdim, k)), 'b2': b2}"
            )
        },
        {"build_model": 3},  # for its shapes, and for printing
    ),
    "a start from which only the last bias is trained": (
        "2-hidden-layer/08_model",
        {
            "nn_model": (
                "def nn_model(X, Y, n_h, num_iterations=10000, print_cost=False):\n"
                "    b2 = np.zeros((len(Y), 1))\n"
                "    for _ in range(num_iterations):\n"
                "        error = 1 / (1 + np.exp(-b2)) - Y\n"
                "        b2 = b2 - 1.2 * np.mean(error, axis=1, keepdims=True)\n"
                "    return {'W1': np.zeros((n_h, len(X))), 'b1': np.zeros((n_h, 1)),\n"
                "            'W2': np.zeros((len(Y), n_h)), 'b2': b2}"
            )
        },
        {"nn_model": 3},  # for its shapes, and for printing
    ),
}


@pytest.mark.parametrize("name", CONSPIRACIES)
def test_functions_that_fit_each_other_do_not_make_each_other_right(name):
    lesson, cells, earned = CONSPIRACIES[name]
    found = trial.grade(source.read_lesson(lesson), cells)
    for exercise, points in earned.items():
        assert found.points(exercise) == points, found.tests[exercise]


def test_only_the_processors_own_time_counts():
    with trial.limit(0.5):
        time.sleep(0.8)
    with pytest.raises(trial.Overdue, match="longer than 0.2 s"), trial.limit(0.2):
        while True:
            pass


def test_what_kind_of_error_it_is_counts_and_not_its_text():
    lesson = source.read_lesson("5-comparison/05_capstone")
    for raised, points in (
        ("class Untrained(NotFittedError): pass\n    raise Untrained('not yet')", 5),
        ("raise NotFittedError('not yet')", 5),
        ("raise RuntimeError('NotFittedError')", 4),
    ):
        cell = (
            "@lesson.method(DeepClassifier)\ndef predict_proba(self, X):\n"
            "    from sklearn.exceptions import NotFittedError\n\n"
            "    if hasattr(self, 'parameters_'):\n        return self.forward(X)[-1]\n"
            f"    {raised}"
        )
        found = trial.grade(lesson, {"predict_proba": cell})
        assert found.points("predict_proba") == points, found.tests["predict_proba"]


def test_a_right_step_keeps_its_points_among_ones_own_wrong_functions():
    lesson = source.read_lesson("1-one-neuron/01_neuron")
    shared = {
        "sigmoid": "def squash(z):\n    return 1 / (1 + np.exp(-2 * z))\n\nsigmoid = squash",
        "forward_propagation": (
            "def forward_propagation(X, parameters):\n"
            "    return squash(parameters['W'] @ X + parameters['b'])"
        ),
    }
    found = trial.grade(lesson, shared).lost()
    assert found.get("forward_propagation", 0) <= 1 and "sigmoid" in found
