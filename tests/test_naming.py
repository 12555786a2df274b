"""What a check names on functions that no list of mistakes foresaw; and what it leaves unnamed."""

import pytest
from test_errors import examined
from test_runner import cells_of

from authoring.cases import read_cases
from authoring.source import read_lesson
from authoring.trial import examine_version
from nnlib.course import lessons

FORWARD = "2-hidden-layer/04_forward_propagation", "forward_propagation"
COST = "1-one-neuron/02_downhill", "compute_cost"
BACK = "2-hidden-layer/06_backpropagation", "backward_propagation"
UPDATE = "2-hidden-layer/07_update", "update_parameters"
MODEL = "2-hidden-layer/08_model", "nn_model"
PREDICT = "2-hidden-layer/09_predict", "predict"
SIZES = "2-hidden-layer/02_architecture", "layer_sizes"
INIT = "2-hidden-layer/03_initialization", "initialize_parameters"
SOFTMAX = "3-softmax/01_softmax", "softmax"
GRADIENTS = "2-hidden-layer/12_clinic", "compare_gradients"
UNITS = "2-hidden-layer/13_project", "choose_units"
RECAP = "2-hidden-layer/15_recap", "train_network"
CLASSES = "4-heart-disease/04_training", "predict"
FIT = "5-comparison/05_capstone", "fit"
WALK = "5-comparison/06_autograd", "backward"

# The step written out for the four arrays, as many do.
FOUR = (
    """    updated = {}
    for name in parameters:
        updated[name] = parameters[name] - learning_rate * grads["d" + name]
    return updated
""",
    """    W1 = parameters["W1"] - learning_rate * grads["dW1"]
    b1 = parameters["b1"] - learning_rate * grads["db1"]
    W2 = parameters["W2"] - learning_rate * grads["dW2"]
    b2 = parameters["b2"] - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
""",
)


def verdict_of(where, *edits, code=""):
    code = code or cells_of(where[0])[where[1]]
    for old, new in edits:
        assert old in code
        code = code.replace(old, new)
    return examine_version(read_lesson(where[0]), where[1], code)


@pytest.mark.parametrize(
    ("where", "edits", "said"),
    [
        (
            BACK,
            [("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)")],
            ["`axis=1, keepdims=True`"],
        ),
        (BACK, [("m = X.shape[1]", "m = Y.shape[0]")], ["counts the rows of `Y`", "samples"]),
        (BACK, [("np.sum(dZ1, axis=1", "np.sum(dW1, axis=1")], ["`dW1` stands where `dZ1`"]),
        (BACK, [("A1**2", "np.power(A1, -1)")], ["`-1` stands where `2`"]),
        (BACK, [("dZ2 @ A1.T", "dZ2 @ A1")], ["`A1` should be transposed"]),
        # Its arguments are lists of different lengths.
        (WALK, [("slopes[k] * slope", "slopes[k] / slope")], ["`/` stands where `*` belongs"]),
        # It returns itself: what it did stands in its attributes.
        (
            FIT,
            [("self.train_epoch(X, Y)", "self.train_epoch(Y, X)")],
            ["`Y` and `X` of `train_epoch`"],
        ),
        (FORWARD, [("np.tanh(Z1)", "(Z1 > 0) * 1.0")], ["tanh of `Z1`", "is the slope of ReLU of"]),
        (
            FORWARD,
            [("np.tanh(Z1)", "np.maximum(0, Z1)"), ('"Z1": Z1, ', "")],
            ["tanh of `Z1` belongs", "which is ReLU of `Z1`"],
        ),
        (
            FORWARD,
            [("W2 @ A1 + b2", "W2 @ A1 + b1"), ("np.exp(-Z2)", "np.exp(Z2)")],
            ["`b1` stands where `b2` belongs", "the minus sign is missing before `Z2`"],
        ),
        (
            FORWARD,
            [("1 / (1 + np.exp(-Z2))", "1 / 1 + np.exp(-Z2)")],
            ["`1 + np.exp(-Z2)` belongs"],
        ),
        (MODEL, [("(n_x, n_h, n_y)", "(n_x, 5, n_y)")], ["the number `5` is fixed; `n_h`"]),
        (MODEL, [("grads, 1.2", "grads, 0.05")], ["`0.05` stands where `1.2` belongs"]),
        (SIZES, [("n_y = Y.shape[0]", "n_y = 2")], ["the number `2` is fixed"]),
        (BACK, [("dZ2 = A2 - Y", "dZ2 = Y - A2"), ("A1**2", "A1**3")], ["or a sign is turned"]),
        (UPDATE, [FOUR, ('grads["db1"]', 'grads["db2"]')], ["grads['db1']"]),
        (UPDATE, [("learning_rate *", "learning_rate / 2 *")], ["`/ 2` should not be there"]),
        (PREDICT, [("0.5", "0.2")], ["`0.2` stands where `0.5` belongs"]),
        (INIT, [("randn(n_h, n_x) * 0.01", "randn(n_h, n_x) * 0.014")], ["`0.014`", "`0.01`"]),
        (
            SOFTMAX,
            [("np.sum(exponentials, axis=1, keepdims=True)", "exponentials.sum()")],
            ["one for each row, not one for the array"],
        ),
        (
            COST,
            [
                ("np.clip(A, 1e-15, 1 - 1e-15)", "A"),
                ("np.sum(losses) / Y.shape[1]", "np.sum(losses)"),
            ],
            ["not divided"],
        ),
        (
            COST,
            [("Y * np.log(A) + (1 - Y) *", "Y * np.log(A) + 1 - Y *")],
            ["a bracket is misplaced"],
        ),
        (
            COST,
            [
                ("np.clip(A, 1e-15, 1 - 1e-15)", "A"),
                ("np.log(A)", "np.log(A + 1e-5)"),
                ("np.log(1 - A)", "np.log(1 - A + 1e-5)"),
            ],
            ["1e-05"],
        ),
        (COST, [("np.clip(A, 1e-15, 1 - 1e-15)", "A + 1e-5")], ["1e-05"]),
        (
            UPDATE,
            [FOUR, ('["W1"] - learning', '["W1"] * learning')],
            ["`*` stands where `-` belongs, be"],
        ),
        (
            UPDATE,
            [FOUR, (' - learning_rate * grads["dW1"]', "")],
            ["`- learning_rate * grads['dW1']` is missing after"],
        ),
        (
            UPDATE,
            [FOUR, ('- learning_rate * grads["db2"]', "- learning_rate")],
            ["`learning_rate` is not multiplied by `grads['db2']`"],
        ),
        (BACK, [("dZ2 @ A1.T", "np.multiply(dZ2, A1)")], ["`dZ2 @ A1.T` belongs"]),
        (
            SOFTMAX,
            [("np.sum(exponentials, axis=1, keepdims=True)", "scores.shape[1]")],
            ["`scores.shape[1]` stands where `np.sum(exponentials, axis=1, keepdims=True)`"],
        ),
        # One of its two results is called `error`, and is right.
        (GRADIENTS, [("q**2", "q + 2")], ["the square of `q` belongs"]),
        (UNITS, [("means[best] - error", "means[best] * error")], ["`*` stands where `-` belongs"]),
    ],
)
def test_a_mistake_that_no_list_foresaw_is_named(where, edits, said):
    named = " ".join(verdict_of(where, *edits).named)
    assert all(words in named for words in said), named


@pytest.mark.parametrize(
    ("where", "edit", "told"),
    [
        (FORWARD, ("W1 @ X + b1", "W1 @ X * b1"), True),
        (FORWARD, ("W1 @ X + b1", "(W1 @ X) * b1"), True),
        (CLASSES, ('["W2"] + self', '["W2"] ** self'), True),
        # In brackets of its own, `+` would not be the change that was tried.
        (FORWARD, ("W2 @ A1 + b2", "W2 @ (A1 ** b2)"), False),
    ],
)
def test_an_operator_is_told_as_it_reads_in_the_line(where, edit, told):
    named = " ".join(verdict_of(where, edit).named)
    assert ("stands where `+` belongs" in named) == told, named


@pytest.mark.parametrize(
    ("where", "edit", "never"),
    [
        # What gives the same here gives another thing elsewhere.
        (RECAP, ("np.sum(losses) / m", "np.sum(losses) % m"), "sums over the samples"),
        (UNITS, ("np.mean(accuracies, axis=1)", "np.sum(accuracies, axis=1)"), "ddof=0"),
        (UNITS, (">= means[best] - error", ">= error"), "whatever its accuracy"),
        (UNITS, ("ddof=1) / np", "ddof=1) ** np"), "standard deviation is used"),
    ],
)
def test_a_known_mistake_is_not_named_where_the_code_does_what_it_leaves_out(where, edit, never):
    named = " ".join(verdict_of(where, edit).named)
    assert never not in named, named


def test_what_nothing_explains_is_not_named():
    verdict = verdict_of(
        BACK,
        code="def backward_propagation(parameters, cache, X, Y):\n"
        "    return {k: np.cos(v) for k, v in parameters.items()}",
    )
    assert verdict.status == "wrong" and verdict.named == ()


def test_a_dictionary_that_is_filled_is_not_told_as_an_array_that_is_changed():
    verdict = verdict_of(
        UPDATE,
        code="def update_parameters(parameters, grads, learning_rate=1.2):\n"
        "    for k in parameters:\n"
        "        parameters[k] = parameters[k] - learning_rate * grads['d' + k]\n"
        "    return parameters",
    )
    assert "put into the caller's dictionary" in verdict.named[0] and len(verdict.named) == 1


@pytest.mark.parametrize(
    ("where", "body", "said"),
    [
        (SIZES, "print(X.shape[0], 4, Y.shape[0])", "no `return`"),
        (SIZES, "n_x = X.shape[0]\nn_y = None\nreturn n_x, 4, n_y", "left: `n_y = None`"),
        (COST, "return -np.sum(np.log(A)) / samples", "`samples` is not made in this function"),
        (COST, "Y = np.ones((1, 5))\nreturn np.mean(Y * np.log(A))", "`Y` is overwritten"),
        (INIT, "W = np.random.randn(4, 2)\nreturn {'W1': W}", "argument `n_h`. Numbers are fixed"),
        (MODEL, "return {}", "does not call `initialize_parameters`"),
        (UPDATE, "return {'W1': 1, 'W1': 2}", "The key 'W1' stands twice"),
    ],
)
def test_what_the_code_shows_by_itself_is_said(where, body, said):
    verdict = examined(*where, body, samples=400)
    assert any(said in sentence for sentence in verdict.seen), verdict.seen


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return np.mean(np.log(P))", ("It never uses its argument `labels`.",)),
        ("Y = labels.T\nreturn np.mean(Y * np.log(P))", ()),
        ("labels = P > 0.5\nreturn np.mean(labels * P)", ("`labels` is overwritten",)),
    ],
)
def test_arguments_have_the_names_that_the_learner_gave_them(body, said):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    verdict = verdict_of(COST, code=f"def compute_cost(P, labels):\n{lines}")
    told = [sentence for sentence in verdict.seen if "argument" in sentence]
    assert len(told) == len(said) and all(a in b for a, b in zip(said, told, strict=True)), told


def test_a_right_function_that_reads_the_notebook_is_told_so():
    verdict = examined(*SIZES, "n_x = X.shape[0] + nothing\nreturn n_x, 4, Y.shape[0]", nothing=0)
    assert verdict.status == "right"
    assert any("`nothing` is not made in this function" in text for text in verdict.advice)


@pytest.mark.parametrize("name", [info.name for info in lessons() if info.exercises])
def test_of_a_right_version_nothing_is_said(name):
    lesson = read_lesson(name)
    solutions = cells_of(name)
    for exercise, of in read_cases(lesson.cases_path).items():
        text = solutions[exercise]
        for code in (text, *(right.code(exercise, text) for right in of.variants)):
            verdict = examine_version(lesson, exercise, code)
            assert (verdict.status, verdict.named, verdict.seen) == ("right", (), ()), code
            assert not any("notebook" in text for text in verdict.advice), code


def test_an_error_after_the_end_is_not_named_as_one_inside():
    # The attribute is missing in both; only the first of them gave its value to another name.
    other_name = verdict_of(FIT, ("self.best_epoch_", "best_epoch"))
    assert any("of the function's own" in sentence for sentence in other_name.named)
    never_set = verdict_of(FIT, ("if held < lowest", "if held > lowest"))
    assert never_set.status == "wrong" and not never_set.named


def test_a_condition_is_changed_only_where_that_puts_all_right():
    # With `<` in the place of `>=`, only the best epoch would be right by chance.
    verdict = verdict_of(FIT, ("epoch - self.best_epoch_", "epoch // self.best_epoch_"))
    assert verdict.status == "wrong" and verdict.change is None
