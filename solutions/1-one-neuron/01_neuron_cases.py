"""Cases of 01_neuron: the first four of the seven steps of one neuron.

Goal: each step once, small enough to be held in the head, so that part 2 only has to repeat them
for two layers. They need array shapes and the matrix product. Left out: how wrong the answers are,
and what to do about it (02_downhill), hidden units (part 2).

The examples have no two dimensions equal, so that a transposed or forgotten product shows in the
shape; one example of each exercise has several outputs or another demand beyond the plain case.
`layer_sizes` is so small that some of its misconceptions are about what n_x and n_y mean.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(1)


# ---------------------------------------------------------------------------------------- sigmoid

sigmoid = Exercise(
    "sigmoid",
    examples=[
        Example(np.array([[-2.0, 0.5, 3.0], [1.0, -0.3, 0.0]])),
        Example(np.array([1.5, -2.5, 0.25, 4.0])),
        Example(0.7),
        Example(
            np.array([[-1000.0, -40.0, 0.4, 40.0, 1000.0]]), beyond="very large and very negative z"
        ),
    ],
    hints=[
        "NumPy has the exponential function for whole arrays: np.exp works on every element by "
        "itself.",
        "Write the formula 1 / (1 + e^(-z)) with np.exp. Mind the sign in the exponent and the "
        "parentheses around the denominator.",
        "One line is enough: 1, divided by the sum of 1 and np.exp of minus z. For very negative z"
        " NumPy may warn of an overflow, and the result 0 is right all the same.",
    ],
)

sigmoid.variant(("decay = np.exp(-np.abs(z))", "decay = np.exp(-abs(z))"))


@sigmoid.variant()
def _(z):
    return 1 / (1 + np.exp(-z))


@sigmoid.variant()
def _(z):
    return np.divide(1.0, np.add(1.0, np.exp(np.negative(z))))


@sigmoid.variant()
def _(z):
    return 0.5 * (1 + np.tanh(z / 2))


@sigmoid.variant()
def _(z):
    z = np.clip(z, -500, 500)
    return (1 + np.exp(-z)) ** -1.0


@sigmoid.variant()
def _(z):
    values = np.asarray(z, dtype=float)
    result = np.empty(values.shape)
    for place, value in np.ndenumerate(values):
        result[place] = (
            1 / (1 + np.exp(-value)) if value >= 0 else np.exp(value) / (1 + np.exp(value))
        )
    return result


@sigmoid.variant()
def _(z):
    return np.exp(-np.logaddexp(0, -z))


@sigmoid.variant()
class _Sigmoid:
    def __call__(self, z):
        return 1.0 / (1.0 + np.exp(-1.0 * z))


@sigmoid.misconception(
    "The sign in the exponent is turned: your function falls where the sigmoid rises. Look at what"
    " it gives for a large z."
)
def _(z):
    return 1 / (1 + np.exp(z))


@sigmoid.misconception(
    "This is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1 and is one half at z = 0."
)
def _(z):
    return np.tanh(z)


@sigmoid.misconception(
    "Python divides before it adds, so the 1 is divided by 1 alone. Look at the parentheses around"
    " the denominator."
)
def _(z):
    return 1 / 1 + np.exp(-z)


@sigmoid.misconception(
    "The 1 in the denominator is missing: your values can grow beyond 1, which no probability can."
)
def _(z):
    return 1 / np.exp(-z)


@sigmoid.misconception(
    "The denominator is 1 minus the exponential; it should be a sum. At z = 0 yours is a division "
    "by zero."
)
def _(z):
    with np.errstate(divide="ignore"):
        return 1 / (1 - np.exp(-z))


@sigmoid.misconception(
    "This is the slope of the sigmoid, which is highest at z = 0 and falls to both sides. The "
    "function itself is asked for."
)
def _(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@sigmoid.misconception(
    "math.exp takes a single number and z may be an array. Look for the exponential function of "
    "NumPy, which takes both."
)
def _(z):
    import math

    return 1 / (1 + math.exp(-z))


@sigmoid.misconception(
    "For a large z both the numerator and the denominator become infinite, and infinity divided by"
    " infinity is NaN. Look for a form of the fraction in which only one of the two can grow."
)
def _(z):
    return np.exp(z) / (1 + np.exp(z))


@sigmoid.misconception(
    "This is the softmax, which shares out 1 among all elements. The sigmoid looks at each element"
    " by itself."
)
def _(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@sigmoid.misconception(
    "These are classes, 0 or 1. The sigmoid gives the probability itself; rounding comes much "
    "later, in predict."
)
def _(z):
    return np.round(1 / (1 + np.exp(-z)))


@sigmoid.misconception(
    "This is the rectified linear unit (ReLU). It has no upper limit, and the sigmoid never "
    "exceeds 1."
)
def _(z):
    return np.maximum(z, 0)


@sigmoid.misconception("The base of the power is 10. In the sigmoid it is Euler's number e, 2.718…")
def _(z):
    return 1 / (1 + 10.0 ** (-z))


@sigmoid.misconception("The base of the power is 2. In the sigmoid it is Euler's number e, 2.718…")
def _(z):
    return 1 / (1 + 2.0 ** (-z))


@sigmoid.misconception(
    "The elements of z are added up first, so that one number comes back. The sigmoid gives one "
    "value for each element."
)
def _(z):
    return 1 / (1 + np.exp(-np.sum(z)))


@sigmoid.misconception(
    "This is the logarithm of the sigmoid. It is negative, and a probability is not."
)
def _(z):
    return -np.log(1 + np.exp(-z))


# ------------------------------------------------------------------------------------ layer_sizes

layer_sizes = Exercise(
    "layer_sizes",
    examples=[
        Example(np.ones((3, 5)), np.array([[0.0, 1.0, 0.0, 0.0, 1.0]])),
        Example(np.ones((4, 7)), np.array([[1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]])),
        Example(np.ones((6, 1)), np.array([[1.0]])),
        Example(np.ones((4, 6)), np.zeros((3, 6)), beyond="several outputs"),
    ],
    parts=("n_x", "n_y"),
    hints=[
        "An array knows its own sizes. How many rows has X, and what does one row of X mean?",
        "X.shape is a tuple: the number of rows, then the number of columns. Samples are columns.",
        "Take the first entry of X.shape and the first entry of Y.shape, and return both, "
        "separated by a comma.",
    ],
)

layer_sizes.variant(("X.shape[0], Y.shape[0]", "(len(X), len(Y))"))
layer_sizes.variant(("X.shape[0], Y.shape[0]", "[X.shape[0], Y.shape[0]]"))
layer_sizes.variant(("X.shape[0], Y.shape[0]", "np.shape(X)[0], np.shape(Y)[0]"))
layer_sizes.variant(("X.shape[0], Y.shape[0]", "X.shape[-2], Y.shape[-2]"))


@layer_sizes.variant()
def _(X, Y):
    (n_x, _), (n_y, _) = X.shape, Y.shape
    return n_x, n_y


@layer_sizes.variant()
def _(X, Y):
    m = X.shape[1]
    return X.size // m, Y.size // m


layer_sizes.misconception(
    "You return the numbers of columns, and a column is a sample. The sizes of the layers are the "
    "numbers of rows.",
    ("X.shape[0], Y.shape[0]", "X.shape[1], Y.shape[1]"),
)
layer_sizes.misconception(
    "The two sizes are in the wrong order: the input's size n_x comes first.",
    ("X.shape[0], Y.shape[0]", "Y.shape[0], X.shape[0]"),
)
layer_sizes.misconception(
    "You return the whole shapes. Asked for is one number of each: its number of rows.",
    ("X.shape[0], Y.shape[0]", "X.shape, Y.shape"),
)
layer_sizes.misconception(
    "The second number is m, how many samples there are. The network's output size n_y is the "
    "number of rows of Y.",
    ("X.shape[0], Y.shape[0]", "X.shape"),
)
layer_sizes.misconception(
    "The first number is m, how many samples there are. The network's input size n_x is the number"
    " of rows of X.",
    ("X.shape[0], Y.shape[0]", "X.shape[1], Y.shape[0]"),
)
layer_sizes.misconception(
    "You count all values of the arrays. One sample is one column: count the values in a column.",
    ("X.shape[0], Y.shape[0]", "X.size, Y.size"),
)
layer_sizes.misconception(
    "The sizes are fixed at (2, 1), as in the picture. The function must find them in X and Y, "
    "whatever these are.",
    ("X.shape[0], Y.shape[0]", "2, 1"),
)
layer_sizes.misconception(
    "You count the different classes in Y. The output size n_y is the number of rows of Y: one "
    "neuron answers for two classes.",
    ("Y.shape[0]", "len(np.unique(Y))"),
)
layer_sizes.misconception(
    "You return the number of dimensions of the arrays, which is 2 for every matrix. Look at the "
    "shape instead.",
    ("X.shape[0], Y.shape[0]", "X.ndim, Y.ndim"),
)
layer_sizes.misconception(
    "A bias is counted as an input. It has its own parameter b; n_x counts the rows of X only.",
    ("X.shape[0], Y.shape[0]", "X.shape[0] + 1, Y.shape[0]"),
)
layer_sizes.misconception(
    "You return a dictionary. Two numbers are asked for, n_x and n_y, in this order.",
    ("X.shape[0], Y.shape[0]", '{"n_x": X.shape[0], "n_y": Y.shape[0]}'),
)
layer_sizes.misconception(
    "Only n_x is returned. The size of the output, n_y, is asked for as well.",
    ("X.shape[0], Y.shape[0]", "X.shape[0]"),
)

# -------------------------------------------------------------------------- initialize_parameters

_DRAWN = "np.random.randn(n_y, n_x) * 0.01"

initialize_parameters = Exercise(
    "initialize_parameters",
    examples=[
        Example(3, 1),
        Example(600, 1),
        Example(40, 30, beyond="several outputs"),
    ],
    random=("W",),
    hints=[
        "Two arrays are asked for: one of small random numbers, one of zeros. Write down their "
        "shapes first.",
        "np.random.randn(rows, columns) draws normal random numbers; np.zeros((rows, columns)) "
        "takes the shape as one tuple.",
        "W has one row for each output and one column for each input; scale it by 0.01. Return a "
        'dict with the keys "W" and "b".',
    ],
)

initialize_parameters.variant(
    ("np.random.randn(n_y, n_x)", "np.random.standard_normal((n_y, n_x))")
)
initialize_parameters.variant((_DRAWN, "np.random.normal(0, 0.01, size=(n_y, n_x))"))
initialize_parameters.variant(
    (_DRAWN, ("np.random.default_rng().normal(scale=0.01, size=(n_y, n_x))"))
)
initialize_parameters.variant((_DRAWN, "0.01 * np.random.randn(n_x, n_y).T"))
initialize_parameters.variant(("np.zeros((n_y, 1))", "np.full((n_y, 1), 0.0)"))


@initialize_parameters.variant()
def _(n_x, n_y):
    np.random.seed(2)
    W = np.random.randn(n_y, n_x)
    W *= 0.01
    b = np.zeros(shape=(n_y, 1))
    assert W.shape == (n_y, n_x)
    return dict(W=W, b=b)


initialize_parameters.misconception(
    "The weights are all zero. They should be small random numbers.",
    (_DRAWN, "np.zeros((n_y, n_x))"),
)
initialize_parameters.misconception(
    "The weights are not scaled down: normal random numbers times 0.01 are asked for.",
    (_DRAWN, "np.random.randn(n_y, n_x)"),
)
initialize_parameters.misconception(
    "The weights are scaled up: look at whether you multiply or divide by 0.01.",
    (_DRAWN, "np.random.randn(n_y, n_x) / 0.01"),
)
initialize_parameters.misconception(
    "The shape of W is turned round: it has one row for each output and one column for each input.",
    ("np.random.randn(n_y, n_x)", "np.random.randn(n_x, n_y)"),
)
initialize_parameters.misconception(
    "The bias is random. It starts at zero; only the weights are random.",
    ("np.zeros((n_y, 1))", "np.random.randn(n_y, 1) * 0.01"),
)
initialize_parameters.misconception(
    "np.random.rand draws between 0 and 1, so all your weights are positive. Normal random numbers"
    " lie on both sides of zero.",
    ("np.random.randn", "np.random.rand"),
)
initialize_parameters.misconception(
    "All weights are the same number. They should be drawn at random.",
    (_DRAWN, "np.ones((n_y, n_x)) * 0.01"),
)
initialize_parameters.misconception(
    "b has one column for each output. Its shape is (n_y, 1): one row for each output.",
    ("np.zeros((n_y, 1))", "np.zeros((1, n_y))"),
)
initialize_parameters.misconception(
    "b has one dimension only. Its shape is (n_y, 1), a column, so that NumPy can add it to every "
    "column.",
    ("np.zeros((n_y, 1))", "np.zeros(n_y)"),
)
initialize_parameters.misconception(
    "b is a plain number. It should be an array of the shape (n_y, 1).",
    ("np.zeros((n_y, 1))", "0.0"),
)
initialize_parameters.misconception(
    "b starts at one. It should start at zero.",
    ("np.zeros((n_y, 1))", "np.ones((n_y, 1))"),
)
initialize_parameters.misconception(
    "There is one bias for each input. A neuron has one bias, so there is one for each output.",
    ("np.zeros((n_y, 1))", "np.zeros((n_x, 1))"),
)
initialize_parameters.misconception(
    'You return a tuple. A dictionary with the keys "W" and "b" is asked for.',
    (
        '{"W": np.random.randn(n_y, n_x) * 0.01, "b": np.zeros((n_y, 1))}',
        ("np.random.randn(n_y, n_x) * 0.01, np.zeros((n_y, 1))"),
    ),
)
initialize_parameters.misconception(
    'The keys are "W1" and "b1". There is one layer here, and its parameters are called "W" and '
    '"b".',
    ('"W"', '"W1"'),
    ('"b"', '"b1"'),
)
initialize_parameters.misconception(
    "A shape was given in a form that the NumPy function does not take: np.zeros wants the shape "
    "as one tuple, np.random.randn wants its sizes one by one.",
    ("np.zeros((n_y, 1))", "np.zeros(n_y, 1)"),
)
initialize_parameters.misconception(
    "W has one dimension only. Its shape is (n_y, n_x), with a row for each output, even if there "
    "is one output.",
    ("np.random.randn(n_y, n_x)", "np.random.randn(n_x)"),
)

# ---------------------------------------------------------------------------- forward_propagation

_X = rng.normal(size=(3, 5))
_P = {"W": rng.normal(size=(1, 3)), "b": np.array([[0.6]])}
_X2 = rng.normal(size=(2, 4))
_P2 = {"W": rng.normal(size=(1, 2)), "b": np.array([[-1.1]])}
_X3 = rng.normal(size=(3, 5))
_P3 = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=(2, 1))}

forward_propagation = Exercise(
    "forward_propagation",
    examples=[
        Example(_X, _P),
        Example(_X2, _P2),
        Example(
            np.array([[0.5], [-1.0], [2.0], [0.3]]),
            {"W": np.array([[0.4, 1.2, -0.7, 0.2]]), "b": np.array([[0.9]])},
        ),
        Example(_X3, _P3, beyond="several outputs"),
    ],
    hints=[
        "Two lines: first the weighted sums Z for all samples, then the sigmoid of Z. You have "
        "written the second one already.",
        "A weighted sum for every column of X is a matrix product. In NumPy it is written @; the "
        "shapes (n_y, n_x) and (n_x, m) tell which matrix comes first.",
        'Z is parameters["W"] @ X plus parameters["b"]; return your sigmoid of it.',
    ],
)

forward_propagation.variant(('parameters["W"] @ X', 'np.dot(parameters["W"], X)'))
forward_propagation.variant(('parameters["W"] @ X', 'np.einsum("ij,jk->ik", parameters["W"], X)'))
forward_propagation.variant(("sigmoid(Z)", "1 / (1 + np.exp(-Z))"))


@forward_propagation.variant()
def _(X, parameters):
    W, b = parameters["W"], parameters["b"]
    Z = np.matmul(W, X)
    Z += b
    return 0.5 * (1 + np.tanh(Z / 2))


@forward_propagation.variant()
def _(X, parameters):
    W, b = parameters["W"], parameters["b"]
    A = np.zeros((W.shape[0], X.shape[1]))
    for j in range(W.shape[0]):
        for i in range(X.shape[1]):
            z = b[j, 0]
            for k in range(X.shape[0]):
                z += W[j, k] * X[k, i]
            A[j, i] = sigmoid(z)
    return A


@forward_propagation.variant()
def _(X, parameters):
    with_bias = np.hstack([parameters["W"], parameters["b"]])
    return sigmoid(with_bias @ np.vstack([X, np.ones((1, X.shape[1]))]))


@forward_propagation.variant()
def _(X, parameters):
    return sigmoid(X.T @ parameters["W"].T + parameters["b"].T).T


@forward_propagation.variant()
def _(X, parameters):
    return np.hstack(
        [sigmoid(parameters["W"] @ X[:, i : i + 1] + parameters["b"]) for i in range(X.shape[1])]
    )


forward_propagation.misconception(
    "The bias is missing from the weighted sum.",
    ('parameters["W"] @ X + parameters["b"]', 'parameters["W"] @ X'),
)
forward_propagation.misconception(
    "The bias is added after the sigmoid. It belongs to the weighted sum Z, inside the sigmoid.",
    ('parameters["W"] @ X + parameters["b"]', 'parameters["W"] @ X'),
    ("sigmoid(Z)", 'sigmoid(Z) + parameters["b"]'),
)
forward_propagation.misconception(
    "You return the weighted sums Z, which can be any number. The answers are their sigmoid.",
    ("sigmoid(Z)", "Z"),
)
forward_propagation.misconception(
    "The activation is tanh. The output of this neuron is a probability, so it needs the sigmoid.",
    ("sigmoid(Z)", "np.tanh(Z)"),
)
forward_propagation.misconception(
    "The sigmoid is applied twice. Once is enough: from Z to A.",
    ("sigmoid(Z)", "1 / (1 + np.exp(-1 / (1 + np.exp(-Z))))"),
)
forward_propagation.misconception(
    "The bias is subtracted. It is added to the weighted sum.",
    ('@ X + parameters["b"]', '@ X - parameters["b"]'),
)
forward_propagation.misconception(
    "The shapes of the two matrices do not fit one another. Neither W, (n_y, n_x), nor X, (n_x, "
    "m), needs to be transposed; look at which comes first and whether the product is a matrix "
    "product.",
    ('parameters["W"] @ X', 'parameters["W"] @ X.T'),
)
forward_propagation.misconception(
    "This is not the matrix product of W and X in this order: either the two are exchanged, or * "
    "stands where @ belongs.",
    ('parameters["W"] @ X', 'X @ parameters["W"]'),
)
forward_propagation.misconception(
    "The inputs are multiplied by the weights one by one and never added up. A weighted sum is a "
    "matrix product.",
    ('parameters["W"] @ X', 'parameters["W"].T * X'),
)
forward_propagation.misconception(
    "A is lying on its side: it has one row for each sample. In this course a sample is a column, "
    "in A too.",
    ("sigmoid(Z)", "sigmoid(Z).T"),
)
forward_propagation.misconception(
    "You return two things. Here the answers A alone are asked for; a cache comes in part 2.",
    ("sigmoid(Z)", 'sigmoid(Z), {"Z": Z}'),
)
forward_propagation.misconception(
    "You return classes. The answers are probabilities; making classes of them comes in the next "
    "notebook.",
    ("sigmoid(Z)", "(sigmoid(Z) > 0.5).astype(int)"),
)
forward_propagation.misconception(
    "A has lost a dimension. Its shape is (n_y, m), two dimensions even if there is one output.",
    ("sigmoid(Z)", "np.squeeze(sigmoid(Z))"),
)
forward_propagation.misconception(
    "This is the softmax over the outputs; with a single output it is 1 for every sample. Each "
    "output has its own sigmoid here.",
    ("sigmoid(Z)", "np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)"),
)
forward_propagation.misconception(
    "The sign of Z is turned before the sigmoid, so these are the probabilities of class 0.",
    ("sigmoid(Z)", "sigmoid(-Z)"),
)
forward_propagation.misconception(
    "The weighted sum is divided by the number of inputs. A neuron adds up; it takes no mean.",
    ('parameters["W"] @ X', 'parameters["W"] @ X / X.shape[0]'),
)
forward_propagation.misconception(
    "The weights are left out: the inputs are added up as they are. Each input counts with its own"
    " weight.",
    ('parameters["W"] @ X', "np.sum(X, axis=0, keepdims=True)"),
)
forward_propagation.misconception(
    "The ReLU stands at the output. A probability needs the sigmoid.",
    ("sigmoid(Z)", "np.maximum(Z, 0)"),
)
