"""Cases of 01_softmax.

Goal: the forward half of a network with one output a class, on row samples. The notebook needs
parts 1 and 2 only for their ideas; nothing is carried into it.

softmax is built so that the plain case has scores near 0, where every correct formula agrees, and
the stability (a row at +1000, a row at -1000, both in one array) is a case of its own.
forward_propagation is a step of its own because three later functions need it.
calculate_loss meets the penalty with reg_lambda 0, where only the cross-entropy counts, and with
other values than the default 0.01. What the loss should be where a probability is rounded to 0 is
left open on purpose: clipping and the logarithm of the softmax give different numbers there.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(31)


def draw_model(n, n_h, n_classes):
    """A model with random weights and biases (no bias is 0)."""
    return {
        "W1": rng.normal(size=(n, n_h)),
        "b1": rng.normal(size=(1, n_h)),
        "W2": rng.normal(size=(n_h, n_classes)),
        "b2": rng.normal(size=(1, n_classes)),
    }


def draw_case(m, n, n_h, n_classes):
    """A model with samples and classes that belong to it."""
    return draw_model(n, n_h, n_classes), rng.normal(size=(m, n)), rng.integers(0, n_classes, m)


# ---------------------------------------------------------------- softmax

softmax = Exercise(
    "softmax",
    examples=[
        Example(1.5 * rng.normal(size=(4, 3))),
        Example(1.5 * rng.normal(size=(2, 5))),
        Example(1.5 * rng.normal(size=(1, 2))),
        Example(
            np.array(
                [
                    [1000.0, 999.0, 997.0],
                    [-1000.0, -1001.0, -999.0],
                    [1.0, 0.0, -1.0],
                    [1000.0, -1000.0, -1000.0],
                ]
            ),
            beyond="scores as large as 1000 and as small as -1000",
        ),
        Example(
            np.array([[400.0, 398.0, 401.0], [-500.0, 500.0, 499.0]]),
            beyond="scores as large as 500 and as small as -500",
        ),
    ],
    hints=[
        "Softmax is two steps: make every score positive, then divide each row by what it adds "
        "up to. Which axis runs along a row?",
        "np.exp makes the scores positive. Sum with axis=1 and keepdims=True, so that the sums "
        "have shape (m, 1) and broadcasting divides each row by its own.",
        "For large scores: subtract from each row its own largest score, np.max(scores, axis=1, "
        "keepdims=True), before the exponential. That changes nothing in the result and makes "
        "the largest exponent 0. Give the difference a new name, so that scores stays as it is.",
    ],
)

softmax.misconception(
    "The sums run down the columns, over the samples. Here each row is a sample, so each row "
    "must add up to 1; look at the axis of the sum.",
    ("np.sum(exponentials, axis=1, keepdims=True)", "np.sum(exponentials, axis=0, keepdims=True)"),
)
softmax.misconception(
    "All probabilities of the whole array add up to 1 together. Each sample is to have its own "
    "sum: one for each row, not one for the array.",
    ("np.sum(exponentials, axis=1, keepdims=True)", "np.sum(exponentials)"),
)
softmax.misconception(
    "This is the sigmoid of each score by itself. The rows do not add up to 1, because the "
    "classes of one sample do not share a sum.",
    (
        "return exponentials / np.sum(exponentials, axis=1, keepdims=True)",
        "return 1 / (1 + np.exp(-scores))",
    ),
)
softmax.misconception(
    "The scores are divided by their sum without the exponential. Negative scores then give "
    "negative probabilities; make the scores positive first.",
    ("np.exp(shifted)", "scores"),
)
softmax.misconception(
    "The exponentials are not divided by their sum, so a row does not add up to 1.",
    ("exponentials / np.sum(exponentials, axis=1, keepdims=True)", "exponentials"),
)
softmax.misconception(
    "The exponentials of the scores are returned as they are. Softmax also divides each row by "
    "its sum.",
    ("np.exp(shifted)", "np.exp(scores)"),
    ("exponentials / np.sum(exponentials, axis=1, keepdims=True)", "exponentials"),
)
softmax.misconception(
    "These are the logarithms of the probabilities. The function is to return the probabilities "
    "themselves.",
    (
        "exponentials / np.sum(exponentials, axis=1, keepdims=True)",
        "shifted - np.log(np.sum(exponentials, axis=1, keepdims=True))",
    ),
)
softmax.misconception(
    "The sign in the exponent is turned: the smallest score gets the largest probability.",
    (
        "scores - np.max(scores, axis=1, keepdims=True)",
        "np.min(scores, axis=1, keepdims=True) - scores",
    ),
)
softmax.misconception(
    "The exponential overflows, or a whole row is rounded to 0: large scores give nan. For "
    "scores near 0 the formula is right; look again at what may be subtracted from a row.",
    ("shifted = scores - np.max(scores, axis=1, keepdims=True)", "shifted = scores"),
)
softmax.misconception(
    "The largest score of the whole array is subtracted from every row. A row that lies far "
    "below it is rounded to 0 and gives nan; every row needs its own largest score.",
    ("np.max(scores, axis=1, keepdims=True)", "np.max(scores)"),
)
softmax.misconception(
    "The largest score of each column is subtracted. Within a row every class then loses a "
    "different amount, and that changes the probabilities; look at the axis of the maximum.",
    ("np.max(scores, axis=1, keepdims=True)", "np.max(scores, axis=0, keepdims=True)"),
)
softmax.misconception(
    "The mean of the row is subtracted. That leaves the probabilities as they are, but the "
    "largest exponent can still be too large for a float.",
    ("np.max(scores, axis=1, keepdims=True)", "np.mean(scores, axis=1, keepdims=True)"),
)
softmax.misconception(
    "The scores are clipped before the exponential. Scores beyond the limit become equal, and "
    "with them their probabilities; subtracting the same number from a row loses nothing.",
    (
        "shifted = scores - np.max(scores, axis=1, keepdims=True)",
        "shifted = np.clip(scores, -500, 500)",
    ),
)
softmax.misconception(
    "The base of the power is 2. Softmax uses the exponential function, base e.",
    ("np.exp(shifted)", "2.0 ** shifted"),
)
softmax.misconception(
    "The largest score gets probability 1 and all others 0. Softmax is the soft version: every "
    "class keeps a share.",
    (
        "np.exp(shifted)",
        "(shifted == 0).astype(float)",
    ),
)
softmax.misconception(
    "The squares of the scores are used to make them positive, so that a score of -2 counts as "
    "much as one of 2. Use a function that keeps the order of the scores.",
    ("np.exp(shifted)", "scores**2"),
)
softmax.misconception(
    "The right probabilities come back, but `scores` was changed on the way: `-=` works in the "
    "caller's array. Write the difference to a new array.",
    (
        "shifted = scores - np.max(scores, axis=1, keepdims=True)",
        "shifted = scores; shifted -= np.max(scores, axis=1, keepdims=True)",
    ),
)

softmax.variant(("np.max(scores, axis=1, keepdims=True)", "scores.max(axis=1)[:, np.newaxis]"))


@softmax.variant()
def _(scores):
    exponentials = np.exp(scores.T - scores.T.max(axis=0))
    return (exponentials / exponentials.sum(axis=0)).T


@softmax.variant()
def _(scores):
    shifted = scores - np.amax(scores, axis=-1, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


@softmax.variant()
def _(scores):
    rows = []
    for row in scores:
        exponentials = [np.exp(score - max(row)) for score in row]
        rows.append([exponential / sum(exponentials) for exponential in exponentials])
    return np.array(rows)


@softmax.variant()
def _(scores):
    def of_row(row):
        exponentials = np.exp(row - np.max(row))
        return exponentials / np.sum(exponentials)

    return np.apply_along_axis(of_row, 1, scores)


@softmax.variant()
def _(scores):
    # One class against each other class: 1 / sum over j of exp(s_j - s_k).
    differences = scores[:, np.newaxis, :] - scores[:, :, np.newaxis]
    return 1 / np.exp(np.clip(differences, -745, 709)).sum(axis=2)


# ---------------------------------------------------------------- softmax_jacobian

softmax_jacobian = Exercise(
    "softmax_jacobian",
    examples=[
        Example(np.array([0.6, 0.3, 0.1])),
        Example(np.array([0.15, 0.45, 0.3, 0.1])),
        Example(np.array([0.8, 0.2])),
    ],
    hints=[
        "There are two kinds of entries. What stands on the diagonal, and what beside it?",
        "Beside the diagonal stands minus the product of two probabilities. np.outer makes a table "
        "of all products. What does the diagonal have in addition?",
        "np.diag(probs) is a table with the probabilities on its diagonal and zeros elsewhere. "
        "Put it together with the table of products.",
    ],
)

softmax_jacobian.misconception(
    "Every class is treated as a sigmoid of its own: beside the diagonal all slopes are 0. The "
    "sum below the fraction contains every score, so each score moves every probability.",
    ("np.diag(probs) - np.outer(probs, probs)", "np.diag(probs * (1 - probs))"),
)
softmax_jacobian.misconception(
    "Only the sum below the fraction was differentiated. On the diagonal the numerator depends on "
    "the score as well, which adds the probability itself.",
    ("np.diag(probs) - np.outer(probs, probs)", "-np.outer(probs, probs)"),
)
softmax_jacobian.misconception(
    "The signs are turned round: a larger score makes its own class more probable and the others "
    "less.",
    ("np.diag(probs) - np.outer(probs, probs)", "np.outer(probs, probs) - np.diag(probs)"),
)
softmax_jacobian.misconception(
    "The products have the wrong sign: a larger score takes probability away from the other classes.",
    ("np.diag(probs) - np.outer(probs, probs)", "np.diag(probs) + np.outer(probs, probs)"),
)
softmax_jacobian.misconception(
    "On the diagonal stands 1 - p * p: what the numerator adds is the probability, not 1.",
    ("np.diag(probs)", "np.eye(len(probs))"),
)
softmax_jacobian.misconception(
    "np.dot of probs with itself is one number. A table of all products of two probabilities is "
    "needed.",
    ("np.outer(probs, probs)", "np.dot(probs, probs)"),
)
softmax_jacobian.misconception(
    "np.diag makes a table of the probabilities. Without it they are taken row by row, and each "
    "entry beside the diagonal gets one too.",
    ("np.diag(probs)", "probs"),
)
softmax_jacobian.misconception(
    "Beside the diagonal each entry is minus p_k * (1 - p_j). The slope there is minus the product "
    "of the two probabilities.",
    (
        "np.diag(probs) - np.outer(probs, probs)",
        "np.diag(2 * probs * (1 - probs)) - np.outer(probs, 1 - probs)",
    ),
)
softmax_jacobian.variant(
    ("np.diag(probs) - np.outer(probs, probs)", "(np.eye(len(probs)) - probs) * probs[:, None]")
)
softmax_jacobian.variant(
    (
        "np.diag(probs) - np.outer(probs, probs)",
        "np.diag(probs) - probs.reshape(-1, 1) @ probs.reshape(1, -1)",
    )
)


@softmax_jacobian.variant()
def _(probs):
    n = len(probs)
    slopes = np.zeros((n, n))
    for k in range(n):
        for j in range(n):
            if k == j:
                slopes[k, j] = probs[k] * (1 - probs[k])
            else:
                slopes[k, j] = -probs[k] * probs[j]
    return slopes


# ---------------------------------------------------------------- forward_propagation

model_a, X_a, y_a = draw_case(5, 3, 4, 2)
model_b, X_b, y_b = draw_case(6, 2, 3, 4)

forward_propagation = Exercise(
    "forward_propagation",
    examples=[
        Example(model_a, X_a),
        Example(model_b, X_b),
    ],
    parts=("probs", "a1"),
    hints=[
        "Four lines, one for each formula above the exercise. Check every product by its "
        "shapes: the samples stay in the rows from X to the end.",
        "The first layer is X @ W1 + b1 followed by np.tanh. The bias has shape (1, n_h), so "
        "adding it works for any number of rows. The second layer starts from a1.",
        "z2 = a1 @ model['W2'] + model['b2'], then softmax(z2) gives probs. Return the two "
        "arrays in the order of the docstring: probs, a1.",
    ],
)

forward_propagation.misconception(
    "The hidden layer uses the sigmoid. In this network the hidden units use tanh.",
    ("np.tanh(z1)", "1 / (1 + np.exp(-z1))"),
)
forward_propagation.misconception(
    "The hidden layer uses ReLU. In this network the hidden units use tanh.",
    ("np.tanh(z1)", "np.maximum(z1, 0)"),
)
forward_propagation.misconception(
    "The hidden layer has no activation. Without tanh the two layers are one linear map, and the "
    "boundary stays a straight line.",
    ("np.tanh(z1)", "z1"),
)
forward_propagation.misconception(
    "The second array is z1, the value before tanh. The backward pass needs the activation a1.",
    ("return probs, a1", "return probs, z1"),
)
forward_propagation.misconception(
    "The scores of the output layer come back. Turn them into probabilities, so that each row "
    "adds up to 1.",
    ("softmax(z2)", "z2"),
)
forward_propagation.misconception(
    "The output uses the sigmoid, so the classes of a sample do not share a sum of 1. With one "
    "output for each class the output layer is a softmax.",
    ("softmax(z2)", "1 / (1 + np.exp(-z2))"),
)
forward_propagation.misconception(
    "tanh is applied to the scores before the softmax. The softmax takes the scores as they are.",
    ("softmax(z2)", "softmax(np.tanh(z2))"),
)
forward_propagation.misconception(
    "The hidden layer is computed without its bias b1.",
    (' + model["b1"]', ""),
)
forward_propagation.misconception(
    "The output layer is computed without its bias b2.",
    (' + model["b2"]', ""),
)
forward_propagation.misconception(
    "Both biases are missing. A layer is product plus bias.",
    (' + model["b1"]', ""),
    (' + model["b2"]', ""),
)
forward_propagation.misconception(
    "The bias b1 is added after tanh. It belongs inside: tanh of the whole sum.",
    (' + model["b1"]', ""),
    ("np.tanh(z1)", 'np.tanh(z1) + model["b1"]'),
)
forward_propagation.misconception(
    "The bias b2 is added after the softmax, so the rows no longer add up to 1. It belongs to "
    "the scores.",
    (' + model["b2"]', ""),
    ("softmax(z2)", 'softmax(z2) + model["b2"]'),
)
forward_propagation.misconception(
    "The output layer starts from z1. What the hidden layer sends on is a1, the value after tanh.",
    ("a1 @ model", "z1 @ model"),
)
forward_propagation.misconception(
    "The two arrays come back in the other order. The docstring names probs first, then a1.",
    ("return probs, a1", "return a1, probs"),
)
forward_propagation.misconception(
    "Only one array comes back. The function returns two: probs and a1.",
    ("return probs, a1", "return probs"),
)
forward_propagation.misconception(
    "The probabilities have samples in columns. In this part every array keeps one sample a row.",
    ("return probs, a1", "return probs.T, a1.T"),
)
forward_propagation.misconception(
    "The scores are divided by their sum over the samples, down the columns. Each row is a "
    "sample and is to add up to 1.",
    ("softmax(z2)", "np.exp(z2) / np.sum(np.exp(z2), axis=0)"),
)
forward_propagation.misconception(
    "The class with the largest probability comes back, not the probabilities. Choosing a class "
    "is the business of predict, in the next notebook.",
    ("return probs, a1", "return np.argmax(probs, axis=1), a1"),
)
forward_propagation.variant(
    ('X @ model["W1"]', 'np.dot(X, model["W1"])'), ('a1 @ model["W2"]', 'a1.dot(model["W2"])')
)
forward_propagation.variant(
    ("np.tanh(z1)", "(np.exp(z1) - np.exp(-z1)) / (np.exp(z1) + np.exp(-z1))")
)


@forward_propagation.variant()
def _(model, X):
    W1, b1, W2, b2 = model["W1"], model["b1"], model["W2"], model["b2"]
    a1 = np.tanh(np.einsum("ij,jk->ik", X, W1) + b1)
    exp_scores = np.exp(np.einsum("ij,jk->ik", a1, W2) + b2)
    return exp_scores / exp_scores.sum(axis=1, keepdims=True), a1


@forward_propagation.variant()
def _(model, X):
    hidden = np.tanh(model["W1"].T @ X.T + model["b1"].T)
    return softmax((model["W2"].T @ hidden + model["b2"].T).T), hidden.T


@forward_propagation.variant()
def _(model, X):
    W1, b1, W2, b2 = (model[name] for name in ("W1", "b1", "W2", "b2"))
    a1 = np.vstack([np.tanh(row @ W1 + b1[0]) for row in X])
    return softmax(np.vstack([row @ W2 + b2[0] for row in a1])), a1


@forward_propagation.variant()
def _(model, X):
    def layer(values, number):
        return np.matmul(values, model[f"W{number}"]) + model[f"b{number}"]

    a1 = 2 / (1 + np.exp(-2 * layer(X, 1))) - 1
    return [softmax(layer(a1, 2)), a1]


# ---------------------------------------------------------------- calculate_loss

model_c, X_c, y_c = draw_case(5, 3, 4, 2)
model_d, X_d, y_d = draw_case(7, 2, 3, 4)
y_c = np.array([0, 1, 1, 0, 1])
y_d = np.array([2, 0, 3, 1, 1, 0, 3])

calculate_loss = Exercise(
    "calculate_loss",
    examples=[
        Example(model_c, X_c, y_c, 0.0),
        Example(model_c, X_c, y_c, 0.6),
        Example(model_d, X_d, y_d, 1.7),
        Example({**model_d, "W1": 2.5 * model_d["W1"]}, X_d, y_d, 1.1),
        Example({**model_d, "W2": 2.5 * model_d["W2"]}, X_d, y_d, 0.7),
    ],
    hints=[
        "Three things: the probabilities of the true classes, the penalty, and one division at "
        "the very end. Compute them one after the other and give each a name.",
        "probs, _ = forward_propagation(model, X). Then probs[np.arange(m), y] has shape (m,): "
        "from each row the probability of its true class. The cross-entropy of the data is minus "
        "the sum of its logarithms.",
        "The penalty is reg_lambda / 2 times the sum of np.sum(W1**2) and np.sum(W2**2), no "
        "biases. Add it to the summed cross-entropy and divide the total by m = X.shape[0].",
    ],
)

calculate_loss.misconception(
    "The total is not divided by the number of samples. The loss is the sum of cross-entropy and "
    "penalty, divided by m.",
    ("(data_loss + penalty) / m", "data_loss + penalty"),
)
calculate_loss.misconception(
    "The penalty is added after the division by m. As documented, it is added to the summed "
    "cross-entropy, and both are divided by m.",
    ("(data_loss + penalty) / m", "data_loss / m + penalty"),
)
calculate_loss.misconception(
    "The penalty is twice too large: it is half of reg_lambda that stands before the squares.",
    ("reg_lambda / 2", "reg_lambda"),
)
calculate_loss.misconception(
    "The biases are penalised too. Only the squares of W1 and W2 count.",
    (
        'np.sum(model["W2"] ** 2))',
        'np.sum(model["W2"] ** 2) + np.sum(model["b1"] ** 2) + np.sum(model["b2"] ** 2))',
    ),
)
calculate_loss.misconception(
    "The penalty is missing. With reg_lambda above 0 the squares of the weights count too.",
    (
        '    penalty = reg_lambda / 2 * (np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2))\n',
        "",
    ),
    ("(data_loss + penalty) / m", "data_loss / m"),
)
calculate_loss.misconception(
    "The strength of the penalty is fixed at 0.01. Use the argument reg_lambda.",
    ("reg_lambda / 2", "0.01 / 2"),
)
calculate_loss.misconception(
    "Only W1 is penalised. The squares of W2 count as well.",
    (' + np.sum(model["W2"] ** 2)', ""),
)
calculate_loss.misconception(
    "Only W2 is penalised. The squares of W1 count as well.",
    ('np.sum(model["W1"] ** 2) + ', ""),
)
calculate_loss.misconception(
    "The penalty is subtracted. Large weights are to make the loss larger.",
    ("data_loss + penalty", "data_loss - penalty"),
)
calculate_loss.misconception(
    "The penalty sums the weights themselves, without squaring them.",
    ('model["W1"] ** 2', 'model["W1"]'),
    ('model["W2"] ** 2', 'model["W2"]'),
)
calculate_loss.misconception(
    "The penalty sums the absolute values of the weights, which is L1 regularisation. This loss "
    "uses L2: the squares.",
    ('model["W1"] ** 2', 'np.abs(model["W1"])'),
    ('model["W2"] ** 2', 'np.abs(model["W2"])'),
)
calculate_loss.misconception(
    "The penalty uses the norms of the weights, the square roots of their sums of squares. The "
    "sums of squares themselves are asked for.",
    ('np.sum(model["W1"] ** 2)', 'np.linalg.norm(model["W1"])'),
    ('np.sum(model["W2"] ** 2)', 'np.linalg.norm(model["W2"])'),
)
calculate_loss.misconception(
    "The sign of the cross-entropy is turned. Logarithms of probabilities are negative; the "
    "cross-entropy is positive.",
    ("-np.sum(np.log", "np.sum(np.log"),
)
calculate_loss.misconception(
    "The logarithms of all classes are summed. Only the probability of the true class of each "
    "sample counts.",
    ("probs[np.arange(m), y]", "probs"),
)
calculate_loss.misconception(
    "probs[:, y] picks whole columns, m of them for every sample. You need one entry from each "
    "row, so both the row and the column must be listed.",
    ("probs[np.arange(m), y]", "probs[:, y]"),
)
calculate_loss.misconception(
    "probs[y] picks rows by their class numbers. You need one entry from each row: its "
    "probability of the true class.",
    ("probs[np.arange(m), y]", "probs[y]"),
)
calculate_loss.misconception(
    "The class with the largest probability is used in place of the true class. The loss has to "
    "look at y.",
    ("probs[np.arange(m), y]", "np.max(probs, axis=1)"),
)
calculate_loss.misconception(
    "The number of samples is fixed at 200, the size of the moons. Take it from X.",
    ("m = X.shape[0]", "m = 200"),
    ("np.arange(m)", "np.arange(X.shape[0])"),
)
calculate_loss.misconception(
    "The total is divided by the number of features. Samples are in rows here, so their number "
    "is the first length of X.",
    ("m = X.shape[0]", "m = X.shape[1]"),
    ("np.arange(m)", "np.arange(X.shape[0])"),
)
calculate_loss.misconception(
    "The cross-entropy is divided by samples times classes. The mean is over the samples only.",
    ("(data_loss + penalty) / m", "(data_loss / probs.shape[1] + penalty) / m"),
)
calculate_loss.misconception(
    "The logarithm has base 2. Cross-entropy here uses the natural logarithm.",
    ("np.log(", "np.log2("),
)
calculate_loss.misconception(
    "The logarithm has base 10. Cross-entropy here uses the natural logarithm.",
    ("np.log(", "np.log10("),
)
calculate_loss.misconception(
    "The logarithm is missing: the probabilities of the true classes are summed as they are.",
    ("np.log(probs[np.arange(m), y])", "probs[np.arange(m), y]"),
)
calculate_loss.misconception(
    "The logarithm is taken of one minus the probability of the true class.",
    ("np.log(probs[np.arange(m), y])", "np.log(1 - probs[np.arange(m), y])"),
)
calculate_loss.misconception(
    "The terms of the other classes, ln(1 - p), are added as for a sigmoid output. With a "
    "softmax only the true class of each sample enters.",
    (
        "-np.sum(np.log(probs[np.arange(m), y]))",
        "-np.sum(np.log(np.where(np.eye(probs.shape[1])[y] == 1, probs, 1 - probs)))",
    ),
)
calculate_loss.misconception(
    "This is the squared error. The loss of a softmax network is the cross-entropy, with a "
    "logarithm.",
    (
        "-np.sum(np.log(probs[np.arange(m), y]))",
        "np.sum((probs - np.eye(probs.shape[1])[y]) ** 2)",
    ),
)
calculate_loss.misconception(
    "One number for each sample comes back. The loss is a single number.",
    ("-np.sum(np.log(probs[np.arange(m), y]))", "-np.log(probs[np.arange(m), y])"),
)

calculate_loss.variant(
    ("np.sum(np.log(probs[np.arange(m), y]))", "np.log(probs[range(len(X)), y]).sum()")
)
calculate_loss.variant(
    ('np.sum(model["W1"] ** 2)', 'np.linalg.norm(model["W1"]) ** 2'),
    ('np.sum(model["W2"] ** 2)', 'np.vdot(model["W2"], model["W2"])'),
)


@calculate_loss.variant()
def _(model, X, y, reg_lambda=0.01):
    W1, b1, W2, b2 = model["W1"], model["b1"], model["W2"], model["b2"]
    z1 = X.dot(W1) + b1
    exp_scores = np.exp(np.tanh(z1).dot(W2) + b2)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(X.shape[0]), y])
    data_loss = np.sum(correct_logprobs)
    data_loss += reg_lambda / 2 * (np.sum(np.square(W1)) + np.sum(np.square(W2)))
    return 1.0 / X.shape[0] * data_loss


@calculate_loss.variant()
def _(model, X, y, reg_lambda=0.01):
    probs, _ = forward_propagation(model, X)
    one_hot = np.eye(probs.shape[1])[y]
    squares = sum(np.sum(np.square(model[name])) for name in ("W1", "W2"))
    return np.mean(-np.sum(one_hot * np.log(probs), axis=1)) + reg_lambda * squares / (2 * len(y))


@calculate_loss.variant()
def _(model, X, y, reg_lambda=0.01):
    probs, _ = forward_propagation(model, X)
    loss = 0.0
    for i in range(len(X)):
        loss -= float(np.log(probs[i, y[i]]))
    for name in ("W1", "W2"):
        for weight in model[name].ravel():
            loss += reg_lambda / 2 * float(weight) ** 2
    return loss / len(X)


@calculate_loss.variant()
def _(model, X, y, reg_lambda=0.01):
    scores = np.tanh(X @ model["W1"] + model["b1"]) @ model["W2"] + model["b2"]
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    data_loss = -np.take_along_axis(log_probs, y[:, None], axis=1).sum()
    penalty = 0.5 * reg_lambda * (np.square(model["W1"]).sum() + np.square(model["W2"]).sum())
    return np.array((data_loss + penalty) / X.shape[0])
