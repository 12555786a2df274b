"""Cases of 11_experiment.

Goal: samples dealt out by columns, labels with them, and the slope of an L2 penalty. The order is an
argument, so that nothing is random. Left out: choosing the order, and the training loop, which the
notebook gives.

In the third example of each exercise the sizes agree, so that what is taken the wrong way gives a
value there and not an error.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(211)


def dealt(n_x, n_y, m, m_train):
    """Samples with labels that tell them apart, and an order."""
    X = rng.integers(-9, 10, (n_x, m)) + np.arange(m) / 100
    Y = rng.integers(0, 2, (n_y, m))
    return X, Y, rng.permutation(m), m_train


split_columns = Exercise(
    "split_columns",
    examples=[
        Example(*dealt(2, 1, 7, 4)),
        Example(*dealt(3, 1, 9, 2)),
        Example(*dealt(6, 6, 6, 4)),
    ],
    parts=("X_train", "Y_train", "X_valid", "Y_valid"),
    hints=[
        "The order holds the numbers of the samples. Which of its entries belong to the training set?",
        "Cut the order in two: up to m_train, and from there on. Each piece is a list of columns.",
        "An array of numbers in the second place of the brackets picks columns: `X[:, [3, 0]]`."
        " Use the first piece of the order in this way for X and for Y, and then the second "
        "piece.",
    ],
)

RESULT = "X[:, train], Y[:, train], X[:, valid], Y[:, valid]"

split_columns.misconception(
    "The order is not used: the samples are dealt out as they stand.",
    ("order[:m_train], order[m_train:]", "np.arange(len(order))[:m_train], np.arange(len(order))[m_train:]"),
)  # fmt: skip
split_columns.misconception(
    "The labels do not go with their samples: they are dealt out as they stand.",
    (RESULT, "X[:, train], Y[:, :m_train], X[:, valid], Y[:, m_train:]"),
)
split_columns.misconception(
    "The validation set holds all the samples. It must share none with the training set.",
    (RESULT, "X[:, train], Y[:, train], X[:, order], Y[:, order]"),
)
split_columns.misconception(
    "Training and validation set are exchanged.",
    (RESULT, "X[:, valid], Y[:, valid], X[:, train], Y[:, train]"),
)
split_columns.misconception(
    "The four arrays come in another order: X_train, Y_train, X_valid, Y_valid are wanted.",
    (RESULT, "X[:, train], X[:, valid], Y[:, train], Y[:, valid]"),
)
split_columns.misconception(
    "The training set takes the last samples of the order, not the first.",
    ("order[:m_train], order[m_train:]", "order[-m_train:], order[:-m_train]"),
)
split_columns.misconception(
    "One sample is in neither set: the validation set begins at m_train.",
    ("order[m_train:]", "order[m_train + 1 :]"),
)
split_columns.misconception(
    "One sample is in both sets: the training set ends before m_train.",
    ("order[:m_train]", "order[: m_train + 1]"),
)
split_columns.misconception(
    "The training set is one sample short: `order[:m_train]` leaves out m_train itself already.",
    ("order[:m_train]", "order[: m_train - 1]"),
)
split_columns.misconception(
    "The samples of each set are sorted. They should keep the order that is given.",
    ("order[:m_train], order[m_train:]", "np.sort(order[:m_train]), np.sort(order[m_train:])"),
)
split_columns.misconception(
    "Rows are dealt out. A sample is a column.",
    (RESULT, "X[train], Y[train], X[valid], Y[valid]"),
)
split_columns.misconception(
    "The arrays are transposed: a sample should stay a column.",
    (RESULT, "X[:, train].T, Y[:, train].T, X[:, valid].T, Y[:, valid].T"),
)
split_columns.misconception(
    "The labels of the validation set are those of the training set.",
    (RESULT, "X[:, train], Y[:, train], X[:, valid], Y[:, train]"),
)
split_columns.misconception(
    "The inputs stand where the labels should be.",
    (RESULT, "X[:, train], X[:, train], X[:, valid], X[:, valid]"),
)
split_columns.misconception(
    "The numbers of the samples are returned. Return the samples themselves, and their labels.",
    (RESULT, "train, train, valid, valid"),
)
split_columns.misconception(
    "Only the training set is returned. The other samples are the validation set.",
    (RESULT, "X[:, train], Y[:, train]"),
)
split_columns.misconception(
    "Half of the samples are taken for training. How many is said by m_train.",
    ("order[:m_train], order[m_train:]", "order[: len(order) // 2], order[len(order) // 2 :]"),
)
split_columns.variant(("X[:, train], Y[:, train]", "np.take(X, train, axis=1), np.take(Y, train, 1)"))
split_columns.variant(("order[:m_train], order[m_train:]", "np.split(order, [m_train])"))


@split_columns.variant()
def _(X, Y, order, m_train):
    X, Y = X[:, order], Y[:, order]
    return X[:, :m_train], Y[:, :m_train], X[:, m_train:], Y[:, m_train:]


@split_columns.variant()
def _(X, Y, order, m_train):
    pieces = []
    for part in (list(order)[:m_train], list(order)[m_train:]):
        for array in (X, Y):
            pieces.append(np.stack([array[:, number] for number in part], axis=1))
    return tuple(pieces)


@split_columns.variant()
def _(X, Y, order, m_train):
    X_train, X_valid = np.hsplit(X.T[order].T, [m_train])
    Y_train, Y_valid = np.hsplit(Y.T[order].T, [m_train])
    return X_train, Y_train, X_valid, Y_valid


def network(n_x, n_h, n_y, reg_lambda, m):
    """Gradients, parameters, a strength and a number of samples."""
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1)}
    parameters = {name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    grads = {"d" + name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    return grads, parameters, reg_lambda, m


l2_gradients = Exercise(
    "l2_gradients",
    examples=[
        Example(*network(2, 4, 1, 0.3, 5)),
        Example(*network(3, 2, 2, 4.0, 10)),
        Example(*network(3, 3, 3, 0.7, 3)),
    ],
    hints=[
        "Two of the four gradients change. Which two?",
        "The penalty of one weight is lambda / (2 m) times its square. What is the slope of that?",
        "The term of a weight matrix is the whole matrix, scaled by lambda over m. Make new "
        "arrays for dW1 and dW2, take db1 and db2 as they are, and put all four into a new "
        "dictionary.",
    ],
)

TERM_1, TERM_2 = 'factor * parameters["W1"]', 'factor * parameters["W2"]'
GRADS = '{"dW1": dW1, "db1": grads["db1"], "dW2": dW2, "db2": grads["db2"]}'

l2_gradients.misconception(
    "The biases are penalised too. The penalty is on the weights only.",
    (
        GRADS,
        '{"dW1": dW1, "db1": grads["db1"] + factor * parameters["b1"], "dW2": dW2, '
        '"db2": grads["db2"] + factor * parameters["b2"]}',
    ),
)
l2_gradients.misconception(
    "The term is not divided by m.",
    ("reg_lambda / m", "reg_lambda"),
)
l2_gradients.misconception(
    "The term is multiplied by m. It is divided by it.",
    ("reg_lambda / m", "reg_lambda * m"),
)
l2_gradients.misconception(
    "The term is half as large as it should be: the slope of w² is 2w, and the 2 cancels.",
    ("reg_lambda / m", "reg_lambda / (2 * m)"),
)
l2_gradients.misconception(
    "The term is twice as large as it should be: the penalty has a 2 below, which cancels.",
    ("reg_lambda / m", "2 * reg_lambda / m"),
)
l2_gradients.misconception(
    "The term has the wrong sign: this would reward large weights.",
    ("reg_lambda / m", "-reg_lambda / m"),
)
l2_gradients.misconception(
    "Only the hidden layer is penalised. Both weight matrices are.",
    ('grads["dW2"] + factor * parameters["W2"]', 'grads["dW2"]'),
)
l2_gradients.misconception(
    "Only the output layer is penalised. Both weight matrices are.",
    ('grads["dW1"] + factor * parameters["W1"]', 'grads["dW1"]'),
)
l2_gradients.misconception(
    "The gradients of the cost are missing: what is returned for the weights is the penalty's slope.",
    ('grads["dW1"] + ', ""),
    ('grads["dW2"] + ', ""),
)
l2_gradients.misconception(
    "The penalty is not added at all.",
    ('grads["dW1"] + factor * parameters["W1"]', 'grads["dW1"]'),
    ('grads["dW2"] + factor * parameters["W2"]', 'grads["dW2"]'),
)
l2_gradients.misconception(
    "The weights are squared. That is the penalty; its slope is in proportion to the weight.",
    (TERM_1, TERM_1 + " ** 2"),
    (TERM_2, TERM_2 + " ** 2"),
)
l2_gradients.misconception(
    "The term has the size of the sign of each weight: that is the slope of an L1 penalty.",
    (TERM_1, 'factor * np.sign(parameters["W1"])'),
    (TERM_2, 'factor * np.sign(parameters["W2"])'),
)
l2_gradients.misconception(
    "The sum of all squares is added to every slope. Each slope gets the term of its own weight.",
    (TERM_1, 'factor * np.sum(parameters["W1"] ** 2)'),
    (TERM_2, 'factor * np.sum(parameters["W2"] ** 2)'),
)
l2_gradients.misconception(
    "The gradients are what is scaled. The term is in proportion to the weights.",
    (TERM_1, 'factor * grads["dW1"]'),
    (TERM_2, 'factor * grads["dW2"]'),
)
l2_gradients.misconception(
    "reg_lambda is not used: the term is the weight divided by m.",
    ("reg_lambda / m", "1 / m"),
)
l2_gradients.misconception(
    "The result holds only the weights' gradients. The update needs those of the biases too.",
    (GRADS, '{"dW1": dW1, "dW2": dW2}'),
)
l2_gradients.misconception(
    "The keys are those of the parameters. A gradient's key has a d in front.",
    (GRADS, '{"W1": dW1, "b1": grads["db1"], "W2": dW2, "b2": grads["db2"]}'),
)
@l2_gradients.misconception(
    "The values are right, but the caller's arrays are changed: `+=` writes into the array itself. "
    "Compute new arrays."
)
def _(grads, parameters, reg_lambda, m):
    for name in ("W1", "W2"):
        grads["d" + name] += reg_lambda / m * parameters[name]
    return grads


l2_gradients.variant((GRADS, "{**grads, 'dW1': dW1, 'dW2': dW2}"))
l2_gradients.variant(("reg_lambda / m", "reg_lambda * 2 / (2 * m)"))


@l2_gradients.variant()
def _(grads, parameters, reg_lambda, m):
    new = {name: slope.copy() for name, slope in grads.items()}
    for name in ("W1", "W2"):
        new["d" + name] += reg_lambda / m * parameters[name]
    return new


@l2_gradients.variant()
def _(grads, parameters, reg_lambda, m):
    def term(name):
        return np.multiply(parameters[name], reg_lambda) / m if name.startswith("W") else 0

    return {key: np.add(slope, term(key[1:])) for key, slope in grads.items()}


@l2_gradients.variant()
def _(grads, parameters, reg_lambda, m):
    import copy

    found = copy.deepcopy(grads)
    found.update(
        dW1=grads["dW1"] + parameters["W1"] / (m / reg_lambda) if reg_lambda else grads["dW1"],
        dW2=grads["dW2"] + parameters["W2"] / (m / reg_lambda) if reg_lambda else grads["dW2"],
    )
    return found
