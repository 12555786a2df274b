"""Cases of 02_downhill: the last three of the seven steps of one neuron.

Goal: the cost, its slopes, and one step against them, each small enough to be held in the head. They
need the matrix product and a first idea of a derivative. Left out: the loop that joins them
(03_learning), hidden units (part 2).

The examples have no two dimensions equal, so that a transposed or forgotten product shows in the
shape; one example of each exercise has several outputs or another demand beyond the plain case.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(12)


def _forward(X, parameters):
    return 1 / (1 + np.exp(-(parameters["W"] @ X + parameters["b"])))


# ----------------------------------------------------------------------------------- compute_cost

_A = np.array([[0.9, 0.35, 0.6, 0.15, 0.55]])
_Y = np.array([[1, 0, 0, 0, 1]])
_A2 = np.array([[0.2, 0.7, 0.45]])
_Y2 = np.array([[0, 1, 1]])

compute_cost = Exercise(
    "compute_cost",
    examples=[
        Example(_A, _Y),
        Example(_A2, _Y2),
        Example(np.array([[0.3]]), np.array([[1]])),
        Example(
            np.array([[1.0, 0.0, 0.8, 0.4]]),
            np.array([[1, 0, 1, 0]]),
            beyond="answers of exactly 0 or 1",
        ),
        Example(
            np.array([[0.7, 0.0, 0.4]]), np.array([[1, 0, 1]]), beyond="an answer of exactly 0"
        ),
        Example(
            np.array([[1.0, 0.2, 0.9]]), np.array([[1, 0, 1]]), beyond="an answer of exactly 1"
        ),
        Example(
            np.array([[0.7, 0.2, 0.9], [0.4, 0.6, 0.3]]),
            np.array([[1, 0, 1], [0, 1, 1]]),
            beyond="several outputs",
        ),
    ],
    hints=[
        "Start with the cost of each sample by itself: an array of the shape of A. np.log works on"
        " whole arrays.",
        "Y * np.log(A) is the first of the two terms; the second has 1 - Y and 1 - A in their "
        "places. Add all up, divide by m, and turn the sign. How does Y tell you m?",
        "np.sum of both terms together is one number; divide it by -Y.shape[1]. For answers of "
        "exactly 0 or 1, np.clip(A, 1e-15, 1 - 1e-15) gives a copy of A that keeps its distance.",
    ],
)

_SUM = "-np.sum(losses) / Y.shape[1]"
_LOSSES = "Y * np.log(A) + (1 - Y) * np.log(1 - A)"
_CLIP = "A = np.clip(A, 1e-15, 1 - 1e-15)"

compute_cost.variant((_SUM, "float(np.squeeze(-np.sum(losses) / Y.shape[1]))"))
compute_cost.variant((_SUM, "np.array(-np.sum(losses) / Y.shape[1])"))
compute_cost.variant((_SUM, "np.mean(-np.sum(losses, axis=0))"))
compute_cost.variant(("1e-15, 1 - 1e-15", "1e-9, 1 - 1e-9"))
compute_cost.variant((_CLIP, "A = np.minimum(np.maximum(A, 1e-12), 1 - 1e-12)"))
compute_cost.variant(("np.log(1 - A)", "np.log1p(-A)"))


@compute_cost.variant()
def _(A, Y):
    m = A.shape[1]
    return -(np.sum(Y * np.log(A + 1e-10)) + np.sum((1 - Y) * np.log(1 - A + 1e-10))) / m


@compute_cost.variant()
def _(A, Y):
    right = np.where(Y == 1, A, 1 - A)
    return np.sum(-np.log(np.maximum(right, 1e-14))) / A.shape[1]


@compute_cost.variant()
def _(A, Y):
    total = 0.0
    for a, y in zip(A.ravel(), Y.ravel(), strict=True):
        a = min(max(a, 1e-13), 1 - 1e-13)
        total -= y * np.log(a) + (1 - y) * np.log(1 - a)
    return total / Y.shape[1]


@compute_cost.variant()
def _(A, Y):
    A = np.clip(A, 1e-15, 1 - 1e-15)
    logs = np.einsum("ij,ij->", Y, np.log(A)) + np.einsum("ij,ij->", 1 - Y, np.log(1 - A))
    return np.float64(-logs / A.shape[1])


compute_cost.misconception(
    "The sum is not divided by the number of samples. m is the number of columns of Y; its number "
    "of rows is n_y.",
    (_SUM, "-np.sum(losses)"),
)
compute_cost.misconception(
    "The minus sign is missing: logarithms of probabilities are negative, a cost is not.",
    (_SUM, "np.sum(losses) / Y.shape[1]"),
)
compute_cost.misconception(
    "The second term is missing: samples of class 0 cost nothing, whatever the answer.",
    (_LOSSES, "Y * np.log(A)"),
)
compute_cost.misconception(
    "The first term is missing: samples of class 1 cost nothing, whatever the answer.",
    (_LOSSES, "(1 - Y) * np.log(1 - A)"),
)
compute_cost.misconception(
    "The logarithm has base 10. The natural logarithm is asked for.",
    ("np.log(", "np.log10("),
)
compute_cost.misconception(
    "The logarithm has base 2. The natural logarithm is asked for.",
    ("np.log(", "np.log2("),
)


@compute_cost.misconception(
    "You take the logarithm of the classes Y, and log 0 is not finite. The logarithm belongs to "
    "the answers A."
)
def _(A, Y):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(A * np.log(Y) + (1 - A) * np.log(1 - Y)) / Y.shape[1]


compute_cost.misconception(
    "This is the mean squared error. The cross-entropy is asked for, with logarithms.",
    (_SUM, "np.sum((A - Y) ** 2) / Y.shape[1]"),
)
compute_cost.misconception(
    "This is half the mean squared error. The cross-entropy is asked for, with logarithms.",
    (_SUM, "np.sum((A - Y) ** 2) / (2 * Y.shape[1])"),
)
compute_cost.misconception(
    "This is the mean distance of the answers from the classes. The cross-entropy is asked for, "
    "with logarithms.",
    (_SUM, "np.sum(np.abs(A - Y)) / Y.shape[1]"),
)
compute_cost.misconception(
    "The classes are exchanged: where Y is 1 you look at 1 - A, and where Y is 0 at A.",
    (_LOSSES, "(1 - Y) * np.log(A) + Y * np.log(1 - A)"),
)
compute_cost.misconception(
    "You return the cost of each sample. One number for all samples together is asked for.",
    (_SUM, "-losses"),
)
compute_cost.misconception(
    "The cost of each sample is divided by m, but they are never added up.",
    (_SUM, "-losses / Y.shape[1]"),
)
compute_cost.misconception(
    "The value may be right, but it comes in an array with two dimensions. The cost is a single "
    "number.",
    (_SUM, "-np.sum(losses, keepdims=True) / Y.shape[1]"),
)
compute_cost.misconception(
    "The sum runs along one axis only, so an array comes back. Add up everything to a single "
    "number.",
    (_SUM, "-np.sum(losses, axis=1) / Y.shape[1]"),
)


@compute_cost.misconception(
    "The value is right, but a matrix product of (1, m) and (m, 1) is an array of shape (1, 1). "
    "The cost is a single number. And where an answer is exactly 0 or 1, yours is NaN."
)
def _(A, Y):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)) / Y.shape[1]


@compute_cost.misconception(
    "With one output the matrix product is right. With several it is a table of every output "
    "against every other; and where an answer is exactly 0 or 1, it is NaN. Multiply element by "
    "element, then add up."
)
def _(A, Y):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.squeeze(-(np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)) / Y.shape[1])


compute_cost.misconception(
    "With several outputs the mean over all values divides by n_y as well. The sum over everything"
    " is divided by m only.",
    (_SUM, "-np.mean(losses)"),
)
compute_cost.misconception(
    "You divide by m twice: a mean is already divided by m.",
    (_SUM, "-np.sum(losses) / Y.shape[1] ** 2"),
)
compute_cost.misconception(
    "m is fixed at 200, the number of points in the picture. The function must find it in Y or A.",
    (_SUM, "-np.sum(losses) / 200"),
)
compute_cost.misconception(
    "This is the share of wrong answers. It does not tell a narrow miss from a bad one, so the "
    "cross-entropy is asked for.",
    (_SUM, "np.mean((A > 0.5) != Y)"),
)
compute_cost.misconception(
    "Where an answer is exactly 0 or 1, log 0 is minus infinity, and 0 times infinity is NaN. Keep"
    " A a tiny distance away from 0 and 1.",
    (_CLIP, ""),
)
compute_cost.misconception(
    "The two terms are subtracted from one another. They are added, and one minus sign stands in "
    "front of both.",
    ("+ (1 - Y)", "- (1 - Y)"),
)
compute_cost.misconception(
    "The second factor of the second term is the logarithm of A again. It should be that of 1 - A.",
    ("np.log(1 - A)", "np.log(A)"),
)
compute_cost.misconception(
    "In the second term 1 is subtracted from the logarithm; it is the answer that has to be "
    "subtracted from 1, inside the logarithm.",
    ("np.log(1 - A)", "(1 - np.log(A))"),
)

# --------------------------------------------------------------------------- backward_propagation

_X = rng.normal(size=(3, 5))
_P = {"W": rng.normal(size=(1, 3)), "b": np.array([[0.6]])}
_X2 = rng.normal(size=(2, 4))
_P2 = {"W": rng.normal(size=(1, 2)), "b": np.array([[-1.1]])}
_X3 = rng.normal(size=(3, 5))
_P3 = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=(2, 1))}
_Yb, _Yb2 = np.array([[1, 0, 0, 1, 0]]), np.array([[0, 1, 1, 0]])

backward_propagation = Exercise(
    "backward_propagation",
    examples=[
        Example(_forward(_X, _P), _X, _Yb),
        Example(_forward(_X2, _P2), _X2, _Yb2),
        Example(
            _forward(_X3, _P3),
            _X3,
            np.array([[1, 0, 0, 1, 0], [0, 0, 1, 1, 1]]),
            beyond="several outputs",
        ),
    ],
    hints=[
        "Begin with dZ, the difference between the answers and the labels, for all samples "
        "at once.",
        "The table of shapes leads the way: dW has the shape (n_y, n_x), so dZ, (n_y, m), must "
        "meet a matrix of the shape (m, n_x). db adds up dZ along the samples.",
        "dW is dZ @ X.T divided by m. db is np.sum of dZ with axis=1 and keepdims=True, divided by"
        " m too, where m is X.shape[1].",
    ],
)

backward_propagation.variant(("dZ @ X.T / m", "np.dot(dZ, X.T) / m"))
backward_propagation.variant(("dZ @ X.T / m", 'np.einsum("im,jm->ij", dZ, X) / m'))
backward_propagation.variant(
    ("np.sum(dZ, axis=1, keepdims=True) / m", "np.mean(dZ, axis=1).reshape(-1, 1)")
)
backward_propagation.variant(("np.sum(dZ, axis=1, keepdims=True) / m", "dZ @ np.ones((m, 1)) / m"))


@backward_propagation.variant()
def _(A, X, Y):
    dA = -(Y / A) + (1 - Y) / (1 - A)
    dZ = dA * A * (1 - A)
    m = float(Y.shape[1])
    return {
        "dZ": dZ,
        "dW": (1 / m) * np.matmul(dZ, X.transpose()),
        "db": (1 / m) * dZ.sum(axis=1)[:, None],
    }


@backward_propagation.variant()
def _(A, X, Y):
    m = A.shape[1]
    dW = np.zeros((Y.shape[0], X.shape[0]))
    db = np.zeros((Y.shape[0], 1))
    for i in range(m):
        error = A[:, i : i + 1] - Y[:, i : i + 1]
        dW += error * X[:, i] / m
        db += error / m
    return {"dW": dW, "db": db}


@backward_propagation.variant()
def _(A, X, Y):
    return {
        "dW": (X @ (A - Y).T).T / X.shape[1],
        "db": np.average(A - Y, axis=-1)[:, np.newaxis],
    }


backward_propagation.misconception(
    "dW is the sum over the samples; it should be the mean. Look at the factor in front of the "
    "product.",
    ("dZ @ X.T / m", "dZ @ X.T"),
)
backward_propagation.misconception(
    "db is the sum over the samples; it should be the mean, as for dW.",
    ("keepdims=True) / m", "keepdims=True)"),
)
backward_propagation.misconception(
    "dW and db are sums over the samples; the mean over the m samples is asked for.",
    ("dZ @ X.T / m", "dZ @ X.T"),
    ("keepdims=True) / m", "keepdims=True)"),
)
backward_propagation.misconception(
    "You divide by m twice, once in dZ and once more in dW and db.",
    ("A - Y", "(A - Y) / m"),
)
backward_propagation.misconception(
    "The sign of dZ is turned: it is the answer minus the label. With yours the update would"
    " climb.",
    ("A - Y", "Y - A"),
)
backward_propagation.misconception(
    "The factor A(1 - A) is there once too often: with the cross-entropy it cancels, and dZ is the"
    " plain difference.",
    ("A - Y", "(A - Y) * A * (1 - A)"),
)
backward_propagation.misconception(
    "You stop at the slope of the cost along A. To reach dZ, the slope of the sigmoid is still "
    "missing as a factor.",
    ("A - Y", "-(Y / A) + (1 - Y) / (1 - A)"),
)
backward_propagation.misconception(
    "db has lost a dimension in the sum. Its shape must be that of b, (n_y, 1).",
    ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ, axis=1)"),
)
backward_propagation.misconception(
    "db is a single number: everything is added up. Its shape must be that of b, (n_y, 1), with "
    "one sum for each output.",
    ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)"),
)
backward_propagation.misconception(
    "db adds up along the wrong axis, so one value for each sample is left. Add up along the "
    "samples.",
    ("axis=1", "axis=0"),
)
backward_propagation.misconception(
    "db is dZ itself. There is one bias for all samples, so their values have to be added up.",
    ("np.sum(dZ, axis=1, keepdims=True) / m", "dZ"),
)
backward_propagation.misconception(
    "dW is transposed. It must have the shape of W, (n_y, n_x).",
    ("dZ @ X.T / m", "X @ dZ.T / m"),
)
backward_propagation.misconception(
    "dZ and X are multiplied element by element and never added up over the samples. A matrix "
    "product does both.",
    ("dZ @ X.T / m", "dZ * X / m"),
)
backward_propagation.misconception(
    "dW has lost a dimension in the sum. Its shape must be that of W, (n_y, n_x); a matrix product "
    "keeps both.",
    ("dZ @ X.T / m", "np.sum(dZ * X, axis=1) / m"),
)
backward_propagation.misconception(
    "The labels do not enter dZ. It is the difference between the answers and the labels.",
    ("A - Y", "A"),
)
backward_propagation.misconception(
    "You divide by the number of inputs. m, the number of samples, is the number of columns of X.",
    ("X.shape[1]", "X.shape[0]"),
)
backward_propagation.misconception(
    'The keys are "W" and "b". Slopes are asked for under the keys "dW" and "db".',
    ('"dW"', '"W"'),
    ('"db"', '"b"'),
)
backward_propagation.misconception(
    'You return a tuple. A dictionary with the keys "dW" and "db" is asked for.',
    ('{"dW": dW, "db": db}', "dW, db"),
)
backward_propagation.misconception(
    "The difference is squared. This squares the errors and loses their signs; dZ is the "
    "difference itself.",
    ("A - Y", "(A - Y) ** 2"),
)
backward_propagation.misconception(
    "The shapes of dZ and X do not fit one another as they stand: dZ is (n_y, m) and X is (n_x, "
    "m). Which of them has to be transposed?",
    ("dZ @ X.T", "dZ @ X"),
)
backward_propagation.misconception(
    "Both slopes are right, and stored under one another's key.",
    ('{"dW": dW, "db": db}', '{"dW": db, "db": dW}'),
)
backward_propagation.misconception(
    "A is changed in place: the subtraction writes into the caller's array. Make a new one for dZ.",
    ("dZ = A - Y", "dZ = A\n    dZ -= Y"),
)

# ------------------------------------------------------------------------------ update_parameters

_Q = {"W": np.array([[0.5, -1.5, 2.0]]), "b": np.array([[0.3]])}
_G = {"dW": np.array([[0.2, 0.4, -0.6]]), "db": np.array([[-0.25]])}
_Q2 = {"W": np.array([[1.1, -0.4]]), "b": np.array([[-0.7]])}
_G2 = {"dW": np.array([[-0.9, 0.3]]), "db": np.array([[0.15]])}
_Q3 = {"W": np.array([[1.0, 0.5, -0.2], [0.3, -0.8, 0.6]]), "b": np.array([[0.1], [-0.4]])}
_G3 = {"dW": np.array([[0.4, -0.1, 0.3], [-0.5, 0.2, 0.7]]), "db": np.array([[0.6], [-0.2]])}

update_parameters = Exercise(
    "update_parameters",
    examples=[
        Example(_Q, _G, 0.5),
        Example(_Q2, _G2, 1.2),
        Example(_Q3, _G3, 0.05),
    ],
    hints=[
        "Each parameter moves against its own slope, and the learning rate says how far.",
        "From the parameter subtract its slope times learning_rate, once for W and once for b.",
        "Compute two new arrays, each the old one minus the rate times its own slope, and put "
        "both into a new dict with the keys \"W\" and \"b\". -= would change the caller's arrays.",
    ],
)


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    return {name: value - learning_rate * grads["d" + name] for name, value in parameters.items()}


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    new = {name: value.copy() for name, value in parameters.items()}
    for name in new:
        new[name] -= learning_rate * grads["d" + name]
    return new


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    import copy

    parameters = copy.deepcopy(parameters)
    parameters["W"] = np.subtract(parameters["W"], np.multiply(learning_rate, grads["dW"]))
    parameters["b"] = np.subtract(parameters["b"], np.multiply(learning_rate, grads["db"]))
    return parameters


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    step = {name: -learning_rate * np.asarray(grads[name]) for name in ("dW", "db")}
    return {**parameters, "W": parameters["W"] + step["dW"], "b": parameters["b"] + step["db"]}


update_parameters.variant(('return {"W": W, "b": b}', "return dict(W=W, b=b, rate=learning_rate)"))
update_parameters.variant(("learning_rate * grads", "float(learning_rate) * grads"))

update_parameters.misconception(
    "You add the slope, which climbs. Going down means to move against the slope.",
    ("- learning_rate", "+ learning_rate"),
)
update_parameters.misconception(
    "The learning rate is not used: each step is as long as the slope itself.",
    ("learning_rate * ", ""),
)
update_parameters.misconception(
    "The learning rate is fixed at 1.2. That is only what the argument is when nobody gives it; "
    "use the argument.",
    ("learning_rate * ", "1.2 * "),
)
update_parameters.misconception(
    "The learning rate is fixed at 0.01. Use the argument learning_rate.",
    ("learning_rate * ", "0.01 * "),
)
update_parameters.misconception(
    "Parameters and slopes are exchanged: start from the parameter, and subtract its slope times "
    "the learning rate.",
    (
        'parameters["W"] - learning_rate * grads["dW"]',
        ('grads["dW"] - learning_rate * parameters["W"]'),
    ),
    (
        'parameters["b"] - learning_rate * grads["db"]',
        ('grads["db"] - learning_rate * parameters["b"]'),
    ),
)
update_parameters.misconception(
    "The bias is not updated. It moves against its own slope, db.",
    ('parameters["b"] - learning_rate * grads["db"]', 'parameters["b"]'),
)
update_parameters.misconception(
    "The weights are not updated. They move against their own slopes, dW.",
    ('parameters["W"] - learning_rate * grads["dW"]', 'parameters["W"]'),
)
update_parameters.misconception(
    "W moves by the slope of b. Each parameter has a slope of its own.",
    ('grads["dW"]', 'grads["db"]'),
)
update_parameters.misconception(
    "You return the step alone. It has to be subtracted from the old parameters.",
    ('parameters["W"] - learning', "learning"),
    ('parameters["b"] - learning', "learning"),
)
update_parameters.misconception(
    "You return minus the step alone. The old parameters have to be in it, too.",
    ('parameters["W"] - learning', "-learning"),
    ('parameters["b"] - learning', "-learning"),
)
update_parameters.misconception(
    "You divide by the learning rate. A small rate must make a small step, so it multiplies the "
    "slope.",
    ('learning_rate * grads["dW"]', 'grads["dW"] / learning_rate'),
    ('learning_rate * grads["db"]', 'grads["db"] / learning_rate'),
)
update_parameters.misconception(
    "The learning rate multiplies the whole difference. It belongs to the slope only.",
    (
        'parameters["W"] - learning_rate * grads["dW"]',
        ('learning_rate * (parameters["W"] - grads["dW"])'),
    ),
    (
        'parameters["b"] - learning_rate * grads["db"]',
        ('learning_rate * (parameters["b"] - grads["db"])'),
    ),
)
update_parameters.misconception(
    "The step is made twice. One call makes one step.",
    ("learning_rate * ", "2 * learning_rate * "),
)
update_parameters.misconception(
    'You return a tuple. A dictionary with the keys "W" and "b" is asked for.',
    ('{"W": W, "b": b}', "W, b"),
)
update_parameters.misconception(
    'The keys are "dW" and "db". The result holds parameters, under the keys "W" and "b".',
    ('{"W": W, "b": b}', '{"dW": W, "db": b}'),
)
update_parameters.misconception(
    "The old parameters come back unchanged. The new ones were computed, or should be, and are "
    "what to return.",
    ('{"W": W, "b": b}', "parameters"),
)
update_parameters.misconception(
    "The new values are right, but the caller's own arrays were changed in place. Make new arrays:"
    " -= writes into the old ones.",
    (
        'W = parameters["W"] - learning_rate * grads["dW"]',
        'W = parameters["W"]\n    W -= learning_rate * grads["dW"]',
    ),
    (
        'b = parameters["b"] - learning_rate * grads["db"]',
        'b = parameters["b"]\n    b -= learning_rate * grads["db"]',
    ),
)
update_parameters.misconception(
    "The slope is multiplied by the parameter before it is subtracted. The step is the slope times"
    " the learning rate, nothing else.",
    ('grads["dW"]', 'grads["dW"] * parameters["W"]'),
    ('grads["db"]', 'grads["db"] * parameters["b"]'),
)
