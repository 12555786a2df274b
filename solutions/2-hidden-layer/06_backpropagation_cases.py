"""Cases of 06_backpropagation.

`numerical_gradient` comes first: it knows nothing of networks, so it is a witness for what the
second exercise derives. Its examples hold functions whose elements affect one another (a mistake
in what is moved shows), one with a kink at 0 (one side and both sides differ there whatever the
step), and cubes (too large a step shows). Left out: integer arrays, and the choice of the step.

`backward_propagation` needs a cache of a real forward pass, made below. The sizes of the first
examples are all different; in the third n_x = n_h = m, where a transposed array still gives a
value. The last one has several outputs, where some shortcuts that one output forgives come to
light.
"""

import numpy as np

from authoring import Example, Exercise
from nnlib import functions

rng = np.random.default_rng(26)


def numbers(*shape):
    """Numbers around 1, away from 0."""
    return rng.uniform(0.5, 1.5, shape).round(2)


def step(n_x, n_h, n_y, m):
    """Parameters, the cache of their forward pass, inputs and classes."""
    parameters = {
        "W1": rng.standard_normal((n_h, n_x)).round(2),
        "b1": rng.standard_normal((n_h, 1)).round(2),
        "W2": rng.standard_normal((n_y, n_h)).round(2),
        "b2": rng.standard_normal((n_y, 1)).round(2),
    }
    X = rng.standard_normal((n_x, m)).round(2)
    Y = rng.integers(0, 2, (n_y, m))
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": 1 / (1 + np.exp(-Z2))}
    return parameters, cache, X, Y


numerical_gradient = Exercise(
    "numerical_gradient",
    examples=[
        Example(functions.sum_of_squares, np.array([1.0, -2.0])),
        Example(functions.smooth_product, numbers(3)),
        Example(functions.weighted_cubes, numbers(2, 3)),
        Example(functions.sum_of_positive_parts, np.array([[0.0, 1.5, -0.5], [2.0, 0.0, -1.0]])),
        Example(functions.smooth_product, numbers(2, 1, 3), beyond="an array with three axes"),
    ],
    hints=[
        "Do it for one number first: which two values of f do you need, and what do you divide "
        "their difference by?",
        "Make an array of zeros of the shape of x for the slopes. `np.ndindex(x.shape)` gives one "
        "index after the other, whatever the shape; x[index] is the number there.",
        "For each index take two copies of x. Raise the number at the index in one of them by "
        "1e-5, lower it in the other, and call f with each whole copy.",
        "The slope at the index is the first value of f minus the second, divided by 2e-5, the "
        "distance between the two places.",
    ],
)

numerical_gradient.misconception(
    "The difference goes to one side only, from x upwards. A central difference compares a place "
    "above x with a place below it.",
    ("f(below)", "f(x)"),
    ("(2 * step)", "step"),
)
numerical_gradient.misconception(
    "The difference goes to one side only, from x downwards. A central difference compares a place "
    "above x with a place below it.",
    ("f(above)", "f(x)"),
    ("(2 * step)", "step"),
)
numerical_gradient.misconception(
    "The difference is divided by the step. How far apart are the two places at which f was "
    "called?",
    ("(2 * step)", "step"),
)
numerical_gradient.misconception(
    "One side is the place x itself, but the divisor is the distance between both sides.",
    ("f(below)", "f(x)"),
)
numerical_gradient.misconception(
    "The difference is not divided by anything. A slope is a change of f for each unit of change "
    "in x.",
    (" / (2 * step)", ""),
)
numerical_gradient.misconception(
    "Dividing by 2 and then multiplying by the step is not dividing by both: `a / 2 * h` is "
    "`(a / 2) * h`. Look at the brackets.",
    ("/ (2 * step)", "/ 2 * step"),
)
numerical_gradient.misconception(
    "The two values of f are subtracted the wrong way round, so each slope has the wrong sign.",
    ("f(above) - f(below)", "f(below) - f(above)"),
)
numerical_gradient.misconception(
    "The two values of f are added. A slope comes from their difference.",
    ("f(above) - f(below)", "f(above) + f(below)"),
)
numerical_gradient.misconception(
    "All numbers of x are moved together, so that each place gets the slope for all of them at "
    "once. Move one number at a time.",
    ("above[index] += step", "above += step"),
    ("below[index] -= step", "below -= step"),
)
numerical_gradient.misconception(
    "Earlier numbers stay moved while later ones are measured. Each time, start from x as it was "
    "given.",
    (
        "    for index in np.ndindex(x.shape):\n        above, below = x.copy(), x.copy()\n",
        "    above, below = x.copy(), x.copy()\n    for index in np.ndindex(x.shape):\n",
    ),
)
numerical_gradient.misconception(
    "The step is so large that f bends within it. Take the step that the docstring gives.",
    ("step = 1e-5", "step = 0.1"),
)
numerical_gradient.misconception(
    "The result is flat. It should have the shape of x, so that each slope stands in the place of "
    "its number.",
    ("return gradient", "return gradient.ravel()"),
)
numerical_gradient.misconception(
    "The result is returned after the first number. Look at how far the `return` is indented.",
    ("    return gradient", "        return gradient"),
)
numerical_gradient.misconception(
    "This is the sum of all slopes: either all numbers of x move at once, or their slopes are added "
    "up. Move one number at a time, and keep one slope for each.",
    ("return gradient", "return float(gradient.sum())"),
)
numerical_gradient.misconception(
    "The loop runs over the rows of x, so each row is moved as a whole. In a matrix, too, one "
    "number moves at a time.",
    ("np.ndindex(x.shape)", "range(len(x))"),
)


@numerical_gradient.misconception(
    "x is changed in place and the change is not taken back. Move a copy, or put the old value "
    "back after each number."
)
def _(f, x):
    step = 1e-5
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += step
        above = f(x)
        x[index] -= 2 * step
        below = f(x)
        gradient[index] = (above - below) / (2 * step)
    return gradient


@numerical_gradient.misconception(
    "f is called with the single number and not with the whole array. f needs all of x: the other "
    "numbers keep their values, but they take part."
)
def _(f, x):
    step = 1e-5
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = np.array([x[index] + step]), np.array([x[index] - step])
        gradient[index] = (f(above) - f(below)) / (2 * step)
    return gradient


@numerical_gradient.misconception(
    "All the other numbers of x are set to 0 while one is measured. They should keep their values."
)
def _(f, x):
    step = 1e-5
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = np.zeros_like(x), np.zeros_like(x)
        above[index] = x[index] + step
        below[index] = x[index] - step
        gradient[index] = (f(above) - f(below)) / (2 * step)
    return gradient


numerical_gradient.variant(("step = 1e-5", "step = 1e-6"))
numerical_gradient.variant(("step = 1e-5", "step = 1e-4"))
numerical_gradient.variant(
    (
        "gradient[index] = (f(above) - f(below)) / (2 * step)",
        "gradient[index] = 0.5 * (f(above) - f(below)) / step",
    ),
    ("np.zeros(x.shape)", "np.zeros_like(x)"),
)


@numerical_gradient.variant()
def _(f, x):
    # In place, with the old value put back.
    h = 1e-5
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        up = f(x)
        x[ix] = old - h
        down = f(x)
        x[ix] = old
        grad[ix] = (up - down) / (2 * h)
        it.iternext()
    return grad


@numerical_gradient.variant()
def _(f, x):
    # One direction a row of the identity.
    h = 1e-5
    directions = np.eye(x.size).reshape((x.size,) + x.shape)
    slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in directions]
    return np.array(slopes).reshape(x.shape)


@numerical_gradient.variant()
def _(f, x):
    # A finer formula with four points.
    h = 1e-3
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        gradient.flat[i] = (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
    return gradient


@numerical_gradient.variant()
def _(f, x):
    # The mean of the two one-sided slopes.
    h = 1e-5
    here = f(x)

    def slope(i):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        return ((f(x + e) - here) / h + (here - f(x - e)) / h) / 2

    return np.reshape([slope(i) for i in range(x.size)], x.shape)


backward_propagation = Exercise(
    "backward_propagation",
    examples=[
        Example(*step(2, 4, 1, 5)),
        Example(*step(3, 2, 1, 7)),
        Example(*step(3, 3, 1, 3)),
        Example(*step(2, 4, 3, 5), beyond="several outputs"),
    ],
    hints=[
        "Go from right to left: first dZ2, from it dW2 and db2, then dZ1, from it dW1 and db1. "
        "These are the six equations of the notebook, in their order.",
        "Let the shapes decide about transposes: dW2 has the shape (n_y, n_h), dZ2 is (n_y, m) and "
        "A1 is (n_h, m). For the biases, sum over the samples with axis=1 and keepdims=True.",
        "dZ2 is A2 minus Y. dW2 is dZ2 @ A1.T divided by m. The way back to the hidden layer is "
        "W2.T @ dZ2, times (element by element) the slope of tanh.",
        "The slope of tanh, from its output, is 1 - A1**2. dW1 is built like dW2, with dZ1 in "
        "place of dZ2 and X in place of A1; db1 is built like db2.",
    ],
)

# The mean over the samples
backward_propagation.misconception(
    "The mean over the m samples is missing: all four gradients are m times too large.",
    (" / m", ""),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in dW1 and dW2: both are m times too large. The biases "
    "are right.",
    ("A1.T / m", "A1.T"),
    ("X.T / m", "X.T"),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in db1 and db2: both are m times too large. The "
    "weights are right.",
    ("keepdims=True) / m", "keepdims=True)"),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in dW1 only.",
    ("X.T / m", "X.T"),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in db1 only.",
    ("np.sum(dZ1, axis=1, keepdims=True) / m", "np.sum(dZ1, axis=1, keepdims=True)"),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in dW2 only.",
    ("A1.T / m", "A1.T"),
)
backward_propagation.misconception(
    "The mean over the m samples is missing in db2 only.",
    ("np.sum(dZ2, axis=1, keepdims=True) / m", "np.sum(dZ2, axis=1, keepdims=True)"),
)
backward_propagation.misconception(
    "The gradients are divided by m twice, once in dZ2 and once more at the end.",
    ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m"),
)
backward_propagation.misconception(
    "The division is by the number of inputs. The mean goes over the m samples, which are the "
    "columns of X.",
    ("X.shape[1]", "X.shape[0]"),
)
backward_propagation.misconception(
    "The division is by 2m. That factor belongs to the squared error; this cost is the mean of the "
    "cross-entropy.",
    ("m = X.shape[1]", "m = 2 * X.shape[1]"),
)

# The error at the output
backward_propagation.misconception(
    "dZ2 has the wrong sign, and so has every gradient: an output that is too large needs a "
    "positive slope.",
    ("A2 - Y", "Y - A2"),
)
backward_propagation.misconception(
    "dZ2 still holds the slope of the sigmoid. With the cross-entropy it cancels; what you have "
    "belongs to the squared error.",
    ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)"),
)
backward_propagation.misconception(
    "dZ2 is the slope of the loss in A2. The step from A2 back to Z2, through the sigmoid, is "
    "missing.",
    ("dZ2 = A2 - Y", "dZ2 = -Y / A2 + (1 - Y) / (1 - A2)"),
)
backward_propagation.misconception(
    "The error is taken of Z2. The error of a prediction is the probability A2 against the class.",
    ("dZ2 = A2 - Y", "dZ2 = cache['Z2'] - Y"),
)
backward_propagation.misconception(
    "The error is taken as an absolute value. Its sign says in which direction to go.",
    ("dZ2 = A2 - Y", "dZ2 = np.abs(A2 - Y)"),
)
backward_propagation.misconception(
    "dZ2 is the output A2 alone. What are the outputs held against?",
    ("dZ2 = A2 - Y", "dZ2 = A2"),
)
backward_propagation.misconception(
    "The outputs are rounded to classes before the error is taken. The cost depends on the "
    "probabilities.",
    ("dZ2 = A2 - Y", "dZ2 = (A2 > 0.5) - Y"),
)

# The output layer
backward_propagation.misconception(
    "dW2 is built with Z1. What comes in through W2 is what the hidden units put out.",
    ("dZ2 @ A1.T", "dZ2 @ cache['Z1'].T"),
)
backward_propagation.misconception(
    "dW2 is built with the inputs X. What comes in through W2 is what the hidden units put out.",
    ("dZ2 @ A1.T", "dZ2 @ X.T"),
)
backward_propagation.misconception(
    "dW2 is transposed. A gradient has the shape of its parameter.",
    ("dZ2 @ A1.T", "A1 @ dZ2.T"),
)

# Back to the hidden layer
backward_propagation.misconception(
    "The slope in dZ1 is A1 (1 - A1). That is the sigmoid's; the hidden layer uses tanh.",
    ("(1 - A1**2)", "A1 * (1 - A1)"),
)
backward_propagation.misconception(
    "The slope in dZ1 lacks a square. Look up the slope of tanh, written with its output.",
    ("(1 - A1**2)", "(1 - A1)"),
)
backward_propagation.misconception(
    "The slope in dZ1 is written with Z1. The formula takes the output of tanh, not its input.",
    ("(1 - A1**2)", "(1 - cache['Z1'] ** 2)"),
)
backward_propagation.misconception(
    "The slope in dZ1 applies tanh once more to A1, which is already an output of tanh.",
    ("(1 - A1**2)", "(1 - np.tanh(A1) ** 2)"),
)
backward_propagation.misconception(
    "The slope in dZ1 is written with A2. The activation that is passed here is that of the hidden "
    "layer.",
    ("(1 - A1**2)", "(1 - A2**2)"),
)
backward_propagation.misconception(
    "The slope in dZ1 has a plus for a minus. Where tanh is flat, its slope is near 0.",
    ("(1 - A1**2)", "(1 + A1**2)"),
)
backward_propagation.misconception(
    "The slope in dZ1 has the wrong sign. tanh rises everywhere.",
    ("(1 - A1**2)", "(A1**2 - 1)"),
)
backward_propagation.misconception(
    "dZ1 lacks the slope of the activation: the error passes the hidden units as if they were "
    "linear.",
    ("W2.T @ dZ2 * (1 - A1**2)", "W2.T @ dZ2"),
)
backward_propagation.misconception(
    "dZ1 uses the slope of ReLU. The hidden layer of this network uses tanh.",
    ("(1 - A1**2)", "(cache['Z1'] > 0)"),
)
backward_propagation.misconception(
    "The weights W2 are missing in dZ1. The error comes back through the weights by which the "
    "signal went.",
    ("W2.T @ dZ2 * (1 - A1**2)", "dZ2.sum(axis=0) * (1 - A1**2)"),
)
backward_propagation.misconception(
    "The error dZ2 is missing in dZ1: only the weights and the slope are there.",
    ("W2.T @ dZ2 * (1 - A1**2)", "W2.T.sum(axis=1, keepdims=True) * (1 - A1**2)"),
)
backward_propagation.misconception(
    "W2 and dZ2 are multiplied element by element. With one output this happens to work; with "
    "several, each hidden unit has to sum over all of them, which is the matrix product.",
    ("W2.T @ dZ2", "W2.T * dZ2"),
)

# The hidden layer
backward_propagation.misconception(
    "dW1 is built with A1. What comes in through W1 are the inputs X.",
    ("dW1 = dZ1 @ X.T", "dW1 = dZ1 @ A1.T"),
)
backward_propagation.misconception(
    "dW1 is transposed. A gradient has the shape of its parameter.",
    ("dZ1 @ X.T", "X @ dZ1.T"),
)
backward_propagation.misconception(
    "A product does not fit: compare the inner sizes of each matrix product with the table of "
    "shapes. In dW1 the samples have to be the columns on the left and the rows on the right.",
    ("dZ1 @ X.T", "dZ1 @ X"),
)

# The biases
backward_propagation.misconception(
    "db1 and db2 have lost an axis: a sum over one axis takes it away unless told to keep it. A "
    "gradient has the shape of its parameter.",
    ("axis=1, keepdims=True", "axis=1"),
)
backward_propagation.misconception(
    "db1 and db2 are summed over the units. Each unit has its own bias; sum over the samples.",
    ("axis=1", "axis=0"),
)
backward_propagation.misconception(
    "db1 and db2 are summed over everything, to one number for all units. Each unit has a bias of "
    "its own; sum over the samples only.",
    ("axis=1, keepdims=True", ""),
    (", )", ")"),
)
backward_propagation.misconception(
    "db1 and db2 are not summed at all: they have one column a sample, where a bias has one.",
    ("np.sum(dZ2, axis=1, keepdims=True)", "dZ2"),
    ("np.sum(dZ1, axis=1, keepdims=True)", "dZ1"),
)
backward_propagation.misconception(
    "db1 is computed from dZ2. The biases of the hidden units get the error that arrives there.",
    ("np.sum(dZ1, axis=1", "np.sum(dZ2, axis=1"),
)
backward_propagation.misconception(
    "The biases get no gradient: db1 and db2 are 0.",
    ("np.sum(dZ2, axis=1, keepdims=True)", "np.zeros((dZ2.shape[0], 1))"),
    ("np.sum(dZ1, axis=1, keepdims=True)", "np.zeros((dZ1.shape[0], 1))"),
)

# What is returned, and what belongs to the caller
backward_propagation.misconception(
    "The gradients of the two layers are exchanged in the dictionary.",
    (
        '{"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}',
        '{"dW1": dW2, "db1": db2, "dW2": dW1, "db2": db1}',
    ),
)
backward_propagation.misconception(
    "The keys of the result are those of the parameters. A gradient is called by its parameter's "
    "name with a d in front.",
    (
        '{"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}',
        '{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}',
    ),
)
backward_propagation.misconception(
    "The result is a tuple. It should be a dictionary, so that each gradient can be found by its "
    "name.",
    ('{"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}', "(dW1, db1, dW2, db2)"),
)
backward_propagation.misconception(
    "A2 of the cache is changed in place. `-=` works on the caller's array; make a new one.",
    ("dZ2 = A2 - Y", "dZ2 = A2\n    dZ2 -= Y"),
)

# Other right ways
backward_propagation.variant(("A1**2", "np.power(A1, 2)"))
backward_propagation.variant(("A1**2", 'np.tanh(cache["Z1"]) ** 2'))
backward_propagation.variant(("(1 - A1**2)", 'np.cosh(cache["Z1"]) ** -2.0'))
backward_propagation.variant(("(1 - A1**2)", "(1 - A1) * (1 + A1)"))
backward_propagation.variant(
    ("dZ2 @ A1.T / m", "(1 / m) * np.dot(dZ2, A1.T)"),
    ("dZ1 @ X.T / m", "(1 / m) * np.dot(dZ1, X.T)"),
    ("W2.T @ dZ2 * (1 - A1**2)", "np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))"),
)
backward_propagation.variant(
    ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m"),
    ("A1.T / m", "A1.T"),
    ("X.T / m", "X.T"),
    ("keepdims=True) / m", "keepdims=True)"),
)
backward_propagation.variant(
    ("np.sum(dZ2, axis=1, keepdims=True) / m", "dZ2.mean(axis=1, keepdims=True)"),
    ("np.sum(dZ1, axis=1, keepdims=True) / m", "dZ1.mean(axis=1)[:, np.newaxis]"),
)
backward_propagation.variant(
    ("dZ2 @ A1.T / m", "np.einsum('ym,hm->yh', dZ2, A1) / m"),
    ("dZ1 @ X.T / m", "np.einsum('hm,xm->hx', dZ1, X) / m"),
    ("W2.T @ dZ2", "np.einsum('yh,ym->hm', W2, dZ2)"),
)
backward_propagation.variant(
    ("dZ2 = A2 - Y", "dA2 = -Y / A2 + (1 - Y) / (1 - A2)\n    dZ2 = dA2 * A2 * (1 - A2)"),
)
backward_propagation.variant(
    ('"db2": db2}', '"db2": db2, "dZ1": dZ1, "dZ2": dZ2}'),
)


@backward_propagation.variant()
def _(parameters, cache, X, Y):
    # One sample at a time.
    m = X.shape[1]
    grads = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    for i in range(m):
        x, a1 = X[:, [i]], cache["A1"][:, [i]]
        dz2 = cache["A2"][:, [i]] - Y[:, [i]]
        dz1 = np.dot(parameters["W2"].T, dz2) * (1 - a1 * a1)
        grads["dW2"] += np.outer(dz2, a1) / m
        grads["db2"] += dz2 / m
        grads["dW1"] += np.outer(dz1, x) / m
        grads["db1"] += dz1 / m
    return grads
