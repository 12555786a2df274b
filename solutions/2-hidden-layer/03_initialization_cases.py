"""Cases of 03_initialization.

Goal: four arrays in their right shapes, random where they must be and small. It needs nothing from
earlier exercises. It leaves out other scales (Xavier, He), which a hidden layer of four units does
not need, and the choice of the generator: any is right, so results are judged by their shape, mean
and standard deviation. One example is large, to make the standard deviation sharp.

Not here, since an example cannot tell them from a right answer by shape and spread: a generator
that is started again before each matrix, and rows that repeat. A hidden test looks for both. Nor is
one random number for a whole matrix: that number differs from learner to learner, and the check
says by itself that all values are the same. `np.zeros(n_h, 1)` and `np.random.randn((n_h, n_x))`
raise the same error and share a sentence.
"""

import numpy as np

from authoring import Example, Exercise

initialize_parameters = Exercise(
    "initialize_parameters",
    examples=[
        Example(2, 4, 1),
        Example(5, 3, 1),
        Example(20, 300, 1),
        Example(3, 5, 2, beyond="several outputs"),
    ],
    random=("W1", "b1", "W2", "b2"),
    hints=[
        "Write down the four shapes from the table first. Each weight matrix has a row for each "
        "unit of its own layer.",
        "np.random.randn(rows, columns) draws normal random numbers with standard deviation 1; "
        "np.zeros((rows, columns)) makes zeros. Mind the number of brackets.",
        "W1 has n_h rows and n_x columns, W2 has n_y rows and n_h columns. Multiply the random "
        "numbers by 0.01. b1 and b2 have as many rows as their W, and one column.",
        "At the end return a dictionary with the keys 'W1', 'b1', 'W2' and 'b2'.",
    ],
)

wrong = initialize_parameters.misconception

# The weights
wrong(
    "All weights are zero. Then all hidden units are the same, and stay the same; draw random "
    "numbers.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.zeros((n_h, n_x))"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.zeros((n_y, n_h))"),
)
wrong(
    "W1 is zero. Then all hidden units start the same; draw random numbers.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.zeros((n_h, n_x))"),
)
wrong(
    "W2 is zero. It should hold small random numbers, as W1 does.",
    ("np.random.randn(n_y, n_h) * 0.01", "np.zeros((n_y, n_h))"),
)
wrong(
    "The weights are ones. Then all hidden units start the same; draw random numbers.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.ones((n_h, n_x))"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.ones((n_y, n_h))"),
)
wrong(
    "All weights are 0.01. The factor 0.01 makes random numbers small; it does not replace them.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.ones((n_h, n_x)) * 0.01"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.ones((n_y, n_h)) * 0.01"),
)
wrong(
    "The weights are not small: the factor 0.01 is missing.",
    ("* 0.01", ""),
)
wrong(
    "The factor 0.01 is missing from W1.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.random.randn(n_h, n_x)"),
)
wrong(
    "The factor 0.01 is missing from W2.",
    ("np.random.randn(n_y, n_h) * 0.01", "np.random.randn(n_y, n_h)"),
)
wrong(
    "The weights are ten times too large: the factor is 0.01, not 0.1.",
    ("* 0.01", "* 0.1"),
)
wrong(
    "The weights are ten times too small: the factor is 0.01, not 0.001.",
    ("* 0.01", "* 0.001"),
)
wrong(
    "The weights are divided by 0.01, which makes them large. Multiply.",
    ("* 0.01", "/ 0.01"),
)
wrong(
    "The weights are scaled by the number of units in the layer before. That is a good recipe for "
    "wide layers; here the factor is 0.01.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.random.randn(n_h, n_x) / np.sqrt(n_x)"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.random.randn(n_y, n_h) / np.sqrt(n_h)"),
)
wrong(
    "The weights are all positive: uniform random numbers lie between 0 and 1. Normal ones lie "
    "around 0.",
    ("np.random.randn", "np.random.rand"),
)
wrong(
    "The weights are uniform between -0.01 and 0.01. Their standard deviation is less than 0.01; "
    "draw normal random numbers.",
    ("np.random.randn(n_h, n_x) * 0.01", "np.random.uniform(-0.01, 0.01, (n_h, n_x))"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.random.uniform(-0.01, 0.01, (n_y, n_h))"),
)

# The shapes
wrong(
    "W1 and W2 have rows and columns swapped. A weight matrix has a row for each unit of its own "
    "layer and a column for each unit of the layer before.",
    ("np.random.randn(n_h, n_x)", "np.random.randn(n_x, n_h)"),
    ("np.random.randn(n_y, n_h)", "np.random.randn(n_h, n_y)"),
)
wrong(
    "W1 has rows and columns swapped. It has a row for each hidden unit and a column for each "
    "input.",
    ("np.random.randn(n_h, n_x)", "np.random.randn(n_x, n_h)"),
)
wrong(
    "W2 has rows and columns swapped. It has a row for each output and a column for each hidden "
    "unit.",
    ("np.random.randn(n_y, n_h)", "np.random.randn(n_h, n_y)"),
)
wrong(
    "W2 is the same matrix as W1. Each layer has weights of its own, with its own shape.",
    ("W2 = np.random.randn(n_y, n_h) * 0.01", "W2 = W1"),
)
wrong(
    "W2 joins the output to the inputs. It has a column for each hidden unit.",
    ("np.random.randn(n_y, n_h)", "np.random.randn(n_y, n_x)"),
)
wrong(
    "The hidden layer always has 4 units in your arrays. Its size is the argument n_h.",
    ("n_h, n_x) *", "4, n_x) *"),
    ("((n_h, 1))", "((4, 1))"),
    ("n_y, n_h) *", "n_y, 4) *"),
)
wrong(
    "The network always has one output in your arrays. Their number is the argument n_y.",
    ("np.random.randn(n_y, n_h)", "np.random.randn(1, n_h)"),
    ("np.zeros((n_y, 1))", "np.zeros((1, 1))"),
)
wrong(
    "np.zeros takes the whole shape as one tuple, and np.random.randn takes the sizes one by one. "
    "Look at the brackets.",
    ("np.zeros((n_h, 1))", "np.zeros(n_h, 1)"),
    ("np.zeros((n_y, 1))", "np.zeros(n_y, 1)"),
)

# The biases
wrong(
    "The biases are random. They start at zero.",
    ("np.zeros((n_h, 1))", "np.random.randn(n_h, 1) * 0.01"),
    ("np.zeros((n_y, 1))", "np.random.randn(n_y, 1) * 0.01"),
)
wrong(
    "The biases are ones. They start at zero.",
    ("np.zeros((n_h, 1))", "np.ones((n_h, 1))"),
    ("np.zeros((n_y, 1))", "np.ones((n_y, 1))"),
)
wrong(
    "The biases are flat arrays with one axis. They should be columns, with two axes.",
    ("np.zeros((n_h, 1))", "np.zeros(n_h)"),
    ("np.zeros((n_y, 1))", "np.zeros(n_y)"),
)
wrong(
    "The biases are rows. They should be columns: one row for each unit.",
    ("np.zeros((n_h, 1))", "np.zeros((1, n_h))"),
    ("np.zeros((n_y, 1))", "np.zeros((1, n_y))"),
)
wrong(
    "The biases are single numbers. Each unit has a bias of its own.",
    ("np.zeros((n_h, 1))", "0.0"),
    ("np.zeros((n_y, 1))", "0.0"),
)
wrong(
    "b1 has one entry for each input. A layer has one bias for each of its own units.",
    ("np.zeros((n_h, 1))", "np.zeros((n_x, 1))"),
)
wrong(
    "b2 has one entry for each hidden unit. A layer has one bias for each of its own units.",
    ("np.zeros((n_y, 1))", "np.zeros((n_h, 1))"),
)
wrong(
    "The biases are as large as the weight matrices. A bias belongs to a unit, not to a line "
    "between two units.",
    ("np.zeros((n_h, 1))", "np.zeros((n_h, n_x))"),
    ("np.zeros((n_y, 1))", "np.zeros((n_y, n_h))"),
)

# What is returned
wrong(
    "The four arrays are returned side by side. Put them into a dictionary, so that each can be "
    "found by its name.",
    ('{"W1": W1, "b1": b1, "W2": W2, "b2": b2}', "W1, b1, W2, b2"),
)
wrong(
    "The biases are missing from the dictionary.",
    ('{"W1": W1, "b1": b1, "W2": W2, "b2": b2}', '{"W1": W1, "W2": W2}'),
)
wrong(
    "The keys are written in small letters. The table writes the weights with a capital W.",
    ('"W1"', '"w1"'),
    ('"W2"', '"w2"'),
)
wrong(
    "The two layers are swapped in the dictionary: 'W1' holds the weights of the output.",
    ('{"W1": W1, "b1": b1, "W2": W2, "b2": b2}', '{"W1": W2, "b1": b2, "W2": W1, "b2": b1}'),
)
wrong(
    "Nothing is returned. End with return and the dictionary.",
    ('return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}', "dict(W1=W1, b1=b1, W2=W2, b2=b2)"),
)

right = initialize_parameters.variant
right(
    ("np.random.randn(n_h, n_x) * 0.01", "np.random.normal(0, 0.01, (n_h, n_x))"),
    ("np.random.randn(n_y, n_h) * 0.01", "np.random.normal(0, 0.01, (n_y, n_h))"),
)
right(
    ("np.random.randn(n_h, n_x)", "np.random.standard_normal((n_h, n_x))"),
    ("np.random.randn(n_y, n_h)", "np.random.standard_normal((n_y, n_h))"),
    ("* 0.01", "/ 100"),
)
right(("W1 = np.random.randn(n_h, n_x)", "np.random.seed(2)\n    W1 = np.random.randn(n_h, n_x)"))
right(
    ("np.zeros((n_h, 1))", "np.full([n_h, 1], 0.0)"),
    ("np.zeros((n_y, 1))", "np.zeros(n_y).reshape(-1, 1)"),
)
right(('"b2": b2}', '"b2": b2, "n_h": n_h}'))


@initialize_parameters.variant()
def _(n_x, n_h, n_y):
    # A generator of its own, the output layer first.
    rng = np.random.default_rng()
    W2 = rng.normal(scale=0.01, size=(n_y, n_h))
    W1 = rng.normal(scale=0.01, size=(n_h, n_x))
    return dict(W1=W1, b1=np.zeros((n_h, 1)), W2=W2, b2=np.zeros((n_y, 1)))


@initialize_parameters.variant()
def _(n_x, n_h, n_y):
    # One loop over the layers.
    parameters = {}
    sizes = [n_x, n_h, n_y]
    for layer in (1, 2):
        before, own = sizes[layer - 1], sizes[layer]
        parameters[f"W{layer}"] = 0.01 * np.random.randn(own, before)
        parameters[f"b{layer}"] = np.zeros((own, 1))
    return parameters


@initialize_parameters.variant()
def _(n_x, n_h, n_y):
    # Number by number, with Python's own generator.
    import random

    def matrix(rows, columns):
        return np.array([[random.gauss(0, 0.01) for _ in range(columns)] for _ in range(rows)])

    W1, W2 = matrix(n_h, n_x), matrix(n_y, n_h)
    return {"W1": W1, "b1": 0 * W1[:, :1], "W2": W2, "b2": 0 * W2[:, :1]}


@initialize_parameters.variant()
def _(n_x, n_h, n_y):
    # A generator with a fixed start.
    draw = np.random.RandomState(3).randn
    return {
        "W1": draw(n_h, n_x) * 0.01,
        "b1": np.zeros((n_h, 1)),
        "W2": draw(n_y, n_h) * 0.01,
        "b2": np.zeros((n_y, 1)),
    }
