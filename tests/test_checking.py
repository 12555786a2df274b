"""A check finds what is wrong, says it in order, and never says what is not so."""

import contextlib
import json
import linecache
import signal
import warnings

import numpy as np
import pytest
from test_errors import made
from test_runner import cells_of

import nnlib
from authoring import hidden_tests
from authoring.source import SOLUTIONS
from mistakes import calling, checking
from mistakes.calling import generators_kept, replaced, run
from mistakes.checking import examine
from nnlib import carrying, course
from nnlib.lesson import CheckFailed, Misused

LESSON = "2-hidden-layer/04_forward_propagation"


def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def verdict_of(function):
    return examine(function, course.cases("2-hidden-layer", "forward_propagation"), {})


def test_a_right_function_is_right():
    assert verdict_of(forward_propagation) == checking.CheckResult("right")


def test_an_empty_function_is_not_attempted():
    def empty(X, parameters):
        raise NotImplementedError

    assert verdict_of(empty).status == "not attempted"


def unwritten_helper(Z):
    raise NotImplementedError


def calls_what_is_not_written(X, parameters):
    return forward_propagation(X, parameters)[0] + unwritten_helper(X)


def asks(X, parameters):
    """As Jupyter does where nobody can be asked."""
    from IPython.core.error import StdinNotImplementedError

    raise StdinNotImplementedError("no input()")


def half_written(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    Z1 += 1
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (
            calls_what_is_not_written,
            "calls unwritten_helper, which is not written yet: write unwritten_helper first.",
        ),
        (asks, 'in your line `raise StdinNotImplementedError("no input()")`'),
        (half_written, "in your line `raise NotImplementedError`"),
    ],
)
def test_a_written_function_is_not_called_empty(lesson, function, said):
    assert verdict_of(function).status == "wrong"
    name = "forward_propagation"
    panel = lesson._panel(name, verdict_of(function), {name: function})
    text = " ".join([panel.title, *panel.lines])
    assert said in text and "empty" not in text and text.count("not written yet") <= 1


def test_every_part_that_fails_is_listed():
    def halves(X, parameters):
        A2, cache = forward_propagation(X, parameters)
        return A2 * 0.7, {**cache, "Z1": cache["Z1"] * 0.3, "A1": cache["A1"].T}

    parts = [d.part for d in verdict_of(halves).problems[0].differences]
    assert parts == ["A2", "cache['Z1']", "cache['A1']"]


def test_a_changed_input_is_told():
    def spoils(X, parameters):
        result = forward_propagation(X, parameters)
        X *= 0
        return result

    kinds = {d.kind for d in verdict_of(spoils).problems[0].differences}
    assert kinds == {"changed"}


def test_an_exception_is_shown_with_the_call_and_the_learners_own_line():
    def fails(X, parameters):
        return np.zeros((2, 3)) @ np.zeros((2, 3))

    problem = verdict_of(fails).problems[0]
    assert problem.run.line == "return np.zeros((2, 3)) @ np.zeros((2, 3))"
    assert "forward_propagation(" in problem.call
    assert problem.differences[0].detail.startswith("ValueError: matmul")


def test_what_did_not_end_is_not_called_again():
    calls = []

    def endless(X, parameters):
        calls.append(X.shape)
        raise TimeoutError

    verdict = verdict_of(endless)
    assert not verdict.plain and len(verdict.problems) > 1 and len(calls) == 1

    names = carrying.namespace_of(LESSON, SOLUTIONS)
    names |= {"lesson": nnlib.lesson(LESSON), "hidden_tests": hidden_tests, "endless": endless}
    names["forward_propagation"] = endless
    for call, most in (("keeps(endless, X, p)", 6), ("beyond(endless, X, p, plain=[(X, p)])", 4)):
        calls.clear()
        X, parameters = course.cases("2-hidden-layer", "forward_propagation").examples[0].args
        with pytest.raises(AssertionError, match="TimeoutError"):
            exec(f"hidden_tests.{call}", {**names, "X": X, "p": parameters})
        assert len(calls) <= most, call


def test_what_did_not_end_beyond_the_plain_case_costs_no_more_than_that():
    names = carrying.namespace_of("2-hidden-layer/09_predict", SOLUTIONS)
    cases = course.cases("2-hidden-layer", "predict")
    first = next(i for i, example in enumerate(cases.examples) if example.beyond)
    assert not all(example.beyond for example in cases.examples[first:])
    calls = []

    def ends_but_once(*args):
        calls.append(args)
        if len(calls) == first + 1:
            raise TimeoutError
        return names["predict"](*args)

    verdict = examine(ends_but_once, cases, names)
    assert verdict.status == "wrong" and verdict.plain


def test_a_warning_is_advice_and_costs_nothing():
    def warns(X, parameters):
        np.log(np.zeros(1))
        return forward_propagation(X, parameters)

    verdict = verdict_of(warns)
    assert verdict.status == "right"
    assert "divide by zero" in verdict.advice[0] and "np.log(np.zeros(1))" in verdict.advice[0]


def test_a_misconception_is_named_by_its_own_sentence_only():
    cases = course.cases("2-hidden-layer", "forward_propagation")

    def sigmoid_inside(X, parameters):
        Z1 = parameters["W1"] @ X + parameters["b1"]
        A1 = 1 / (1 + np.exp(-Z1))
        Z2 = parameters["W2"] @ A1 + parameters["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    named = examine(sigmoid_inside, cases, {}).named
    assert len(named) == 1 and "sigmoid" in named[0].lower() and "hidden" in named[0].lower()

    def nobodys_mistake(X, parameters):
        A2, cache = sigmoid_inside(X, parameters)
        return A2 + 0.01, cache

    assert examine(nobodys_mistake, cases, {}).named == ()


def test_one_difference_shows_a_named_mistake_and_what_it_does_not_explain_follows(lesson):
    cases = course.cases("2-hidden-layer", "forward_propagation")
    text = cells_of(LESSON)["forward_propagation"]
    for edits in (
        [("np.tanh(Z1)", "np.cos(Z1)")],
        [("np.tanh(Z1)", "np.cos(Z1)"), ('"Z1": Z1', '"Z9": X')],
    ):
        code = text
        for old, new in edits:
            code = code.replace(old, new)
        names = made(code, carrying.namespace_of(LESSON, SOLUTIONS))
        verdict = examine(names["forward_propagation"], cases, names)
        assert "tanh of `Z1`" in verdict.named[0]
        lines = lesson._panel("forward_propagation", verdict, names).lines
        shown = [line for line in lines if line.startswith("`forward_propagation(")]
        assert len(shown) == len(edits), lines


def test_the_smallest_example_shows_a_mistake(lesson):
    cases = course.cases("2-hidden-layer", "forward_propagation")
    verdict = examine(lambda X, parameters: (X, {}), cases, {})
    smallest = min(e.size for e in cases.examples if not e.beyond)
    first = lesson._panel("forward_propagation", verdict, {}).lines[0]
    shape = next(e.args[0].shape for e in cases.examples if e.size == smallest)
    assert str(shape) in first


def test_a_cell_that_did_not_run_is_told(lesson, capsys):
    names = {
        **globals(),
        "lesson": lesson,
        "In": ["", "def forward_propagation(X, parameters:\n  pass"],
    }
    with contextlib.suppress(CheckFailed):
        exec("lesson.check(forward_propagation)", names)
    out = capsys.readouterr().out
    assert "The last cell with `def forward_propagation` did not run" in out
    assert "version before" in out
    names["In"].append("def forward_propagation(X, parameters):\n    return X")
    with contextlib.suppress(CheckFailed):
        exec("lesson.check(forward_propagation)", names)
    assert "did not run" not in capsys.readouterr().out


def test_the_learners_generator_and_figures_are_left_as_they_were():
    from matplotlib import pyplot as plt

    np.random.seed(3)
    before, figures = np.random.get_state()[1].copy(), plt.get_fignums()
    restore = generators_kept()
    for shared in (None, restore, restore):
        run(lambda: plt.figure().set_figwidth(np.random.rand()), (), {}, restore=shared)
    assert np.array_equal(np.random.get_state()[1], before)
    assert plt.get_fignums() == figures


def test_replaced_names_come_back_even_after_an_error():
    names = {"f": 1}
    with pytest.raises(KeyError), replaced(names, {"f": 2, "g": 3}):
        assert names == {"f": 2, "g": 3}
        raise KeyError
    assert names == {"f": 1}


def test_a_replaced_method_comes_back_and_an_absent_one_is_absent_again():
    class Base:
        def relu(self):
            return "inherited"

        @staticmethod
        def loss():
            return "static"

    class NeuralNet(Base):
        loss = vars(Base)["loss"]

    names = {"NeuralNet": NeuralNet}
    before = dict(vars(NeuralNet))
    stand_ins = {f"NeuralNet.{name}": None for name in ("relu", "loss", "fit")}
    with replaced(names, {**stand_ins, "Absent.fit": None}):
        assert NeuralNet.relu is NeuralNet.loss is NeuralNet.fit is None
        names["NeuralNet"] = None
    assert dict(vars(NeuralNet)) == before
    assert NeuralNet().relu() == "inherited" and NeuralNet().loss() == "static"
    assert not hasattr(NeuralNet, "fit") and "Absent" not in names


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """The lesson as a notebook in a learner's folder sees it."""
    folder = tmp_path / "notebooks" / "2-hidden-layer"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    return nnlib.lesson(LESSON)


def test_check_shows_a_panel_and_raises_with_no_traceback(lesson, capsys):
    def forward_propagation(X, parameters):
        return None

    with pytest.raises(CheckFailed) as caught:
        lesson.check(forward_propagation)
    # For those who see no panel, the first of what it says.
    assert caught.value._render_traceback_() == [
        "The check of forward_propagation has not passed yet. It never uses its argument `X`."
    ]
    assert "is a `return` missing" in capsys.readouterr().out


def test_check_writes_nothing_to_stderr_and_warns_of_nothing(lesson, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lesson.check(forward_propagation)
    assert capsys.readouterr().err == ""


def test_progress_counts_a_check_that_passed_and_forgets_one_that_fails(lesson, capsys):
    lesson.check(forward_propagation)
    saved = json.loads(open("../.progress.json", encoding="utf-8").read())
    assert saved == {LESSON: ["forward_propagation"], "last": LESSON}
    with pytest.raises(CheckFailed):
        lesson.check(type("Late", (), {"__name__": "forward_propagation"})())
    assert json.loads(open("../.progress.json", encoding="utf-8").read())[LESSON] == []
    capsys.readouterr()
    lesson.progress()
    assert "0 of 1" in capsys.readouterr().out


def test_hints_come_one_at_a_time_and_the_last_says_so(lesson, capsys):
    hints = course.cases("2-hidden-layer", "forward_propagation").hints
    for number, hint in enumerate(hints, 1):
        lesson.hint("forward_propagation")
        out = capsys.readouterr().out
        assert f"{number} of {len(hints)}" in out and hint in out
    assert "last hint" in out


def test_a_hint_needs_no_name_after_a_check(lesson, capsys):
    with pytest.raises(CheckFailed):
        lesson.check(type("Late", (), {"__name__": "strip_parameters"})())
    lesson.hint()
    assert "strip_parameters, 1 of" in capsys.readouterr().out


def test_what_is_printed_stands_in_the_panel(lesson, capsys):
    def forward_propagation(X, parameters):
        print("seen")
        return 0

    with pytest.raises(CheckFailed):
        lesson.check(forward_propagation)
    said = capsys.readouterr().out
    assert said.index("What it printed: `forward_propagation(X") < said.index("    seen\n")


def test_the_solution_waits_for_a_try(lesson, capsys):
    lesson.solution("forward_propagation")
    assert "Try forward_propagation first" in capsys.readouterr().out
    with pytest.raises(CheckFailed):
        lesson.check(type("Late", (), {"__name__": "forward_propagation"})())
    lesson.solution()
    said = capsys.readouterr().out
    assert "    def forward_propagation(X, parameters):" in said
    assert "SOLUTION" not in said and "exercise=" not in said


def test_a_quiz_says_which_letters_are_right_and_where_to_look(lesson, capsys):
    keys, places = lesson.quiz_keys("aca"), ["01, step 2", "02", "03, `steps`"]
    lesson.quiz({1: " A) ", 2: "b"}, keys, places)
    said = capsys.readouterr().out
    assert "1 of 3 answers are right." in said and "No answer yet: 3." in said
    assert "Question 2: not yet. Look at notebook 02." in said and "Question 1" not in said
    lesson.quiz({1: "a", 2: "c", 3: "a"}, keys, places)
    assert "✔ Right: 3 of 3 answers are right." in capsys.readouterr().out
    with pytest.raises(Misused, match="between the quotation marks"):
        lesson.quiz("aca", keys, places)


def test_code_is_shown_without_decorators_and_docstrings(lesson):
    class Net:
        """Has methods written below it, as in part 4."""

    @lesson.method(Net)
    def forward(self, X):
        """Not shown."""
        return X  # nor this

    def backward(dZ):
        return dZ

    shown = lesson.code_of(Net.forward, backward)
    assert shown == ("def forward(self, X):\n    return X\n\n\ndef backward(dZ):\n    return dZ")


def test_progress_says_where_to_go_on(lesson, capsys):
    lesson.check(forward_propagation)
    capsys.readouterr()
    lesson.progress()
    said = capsys.readouterr().out
    assert f"You were last in {LESSON} Forward propagation." in said
    assert "Next: sigmoid, in 1-one-neuron/01_neuron One neuron." in said


@pytest.mark.parametrize("stop", ["while True: pass", "raise KeyboardInterrupt"])
def test_a_check_that_never_ends_is_stopped_in_the_learners_line(lesson, capsys, monkeypatch, stop):
    monkeypatch.setattr(calling, "MOST_SECONDS", 0.2)
    names = {"lesson": lesson}
    text = f"def forward_propagation(X, parameters):\n    {stop}\n"
    linecache.cache["<cell>"] = (len(text), None, text.splitlines(True), "<cell>")
    exec(compile(text, "<cell>", "exec"), names)
    with pytest.raises(CheckFailed):
        lesson.check(names["forward_propagation"])
    assert f"was stopped, in your line `{stop}`." in capsys.readouterr().out
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda lesson: lesson.carry(np.mean), 'in quotation marks: lesson.carry("mean").'),
        (lambda lesson: lesson.carry(), 'in quotation marks: lesson.carry("name").'),
        (lambda lesson: lesson.carry("x", use="mine"), 'use is "own" or "course"'),
        (lambda lesson: lesson.check(), "the function itself: lesson.check(forward_propagation)."),
        (
            lambda lesson: lesson.check("forward_propagation"),
            "check takes the function itself: lesson.check(forward_propagation).",
        ),
        (lambda lesson: lesson.hint("x"), "x is not an exercise of this notebook."),
    ],
)
def test_a_slip_is_told_in_a_panel(lesson, capsys, call, said):
    with pytest.raises(ValueError) as caught:
        call(lesson)
    [line] = caught.value._render_traceback_()
    assert said in line and said in capsys.readouterr().out


def test_unknown_names_get_one_sentence_that_lists_the_known(lesson):
    with pytest.raises(ValueError, match="not an exercise of this notebook. Its exercises are"):
        lesson.check(np.mean)
    with pytest.raises(ValueError, match="There is no lesson '9-more/01_x'. The lessons are"):
        nnlib.lesson("9-more/01_x")


def test_a_damaged_case_file_gets_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "1-x").mkdir()
    (tmp_path / "1-x" / "f.json").write_text("{", "utf-8")
    monkeypatch.setattr(course, "CASES", tmp_path)
    with pytest.raises(ValueError, match="is damaged. Get a fresh copy"):
        course.cases("1-x", "f")
    with pytest.raises(ValueError, match="There is no exercise 'g' in 1-x. Its exercises are: f"):
        course.cases("1-x", "g")
