"""Cases of 01_neuron: the seven steps of one neuron.

Goal: each step once, small enough to be held in the head, so that part 2 only has to repeat them
for two layers. They need array shapes, the matrix product and a first idea of a derivative. Left
out: the loop that joins them (02_learning), hidden units (part 2).

The examples have no two dimensions equal, so that a transposed or forgotten product shows in the
shape; one example of each exercise has several outputs or another demand beyond the plain case.
`layer_sizes` is so small that some of its misconceptions are about what n_x and n_y mean.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(1)


def _forward(X, parameters):
    return 1 / (1 + np.exp(-(parameters["W"] @ X + parameters["b"])))


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
        "Begin with dZ, the difference between the answers and the right classes, for all samples "
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
    "The sign of dZ is turned: it is the answer minus the right class. With yours the update would"
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
    "The right classes do not enter dZ. It is the difference between the answers and the classes.",
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
