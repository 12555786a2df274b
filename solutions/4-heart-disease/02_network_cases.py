"""Cases of 02_network.

The class is graded method by method. Each example makes a fresh object, sets the attributes that
the method reads, and looks at the result and at `self.params` afterwards, so that a method can be
right while the methods it calls are still missing.

`relu` is one line and leaves room for fewer mistakes than the others; what is listed is what such a
line gets wrong. The last plain example has n_x = n_h = m, where a transposed array does give a value.
"""

import numpy as np

from authoring import Example, Exercise, Instance

rng = np.random.default_rng(42)


def network(n_x, n_h, n_y, m):
    """A network with data, and biases that show when they are missing."""
    params = {
        "W1": rng.standard_normal((n_x, n_h)).round(2),
        "b1": rng.standard_normal((1, n_h)).round(2),
        "W2": rng.standard_normal((n_h, n_y)).round(2),
        "b2": rng.standard_normal((1, n_y)).round(2),
    }
    X = rng.standard_normal((m, n_x)).round(2)
    y = (np.arange(m * n_y).reshape(m, n_y) % 3 == 0).astype(float)
    return Instance("NeuralNet", ((n_x, n_h, n_y), 0.1), {"X": X, "y": y, "params": params})


# init_weights

init_weights = Exercise(
    "init_weights",
    examples=[
        Example(Instance("NeuralNet", ((13, 8, 1),)), read=("params",)),
        Example(Instance("NeuralNet", ((20, 30, 40),)), read=("params",)),
        Example(Instance("NeuralNet", ((3, 5, 2),)), read=("params",)),
    ],
    random=("W1", "W2"),
    hints=[
        "self.layers holds three numbers. W1 leads from the first layer to the second, W2 from the "
        "second to the third.",
        "np.random.randn(rows, columns) draws from the standard normal distribution; np.zeros((1, "
        "columns)) makes a row of zeros. Mind the double parentheses.",
        "Unpack n_x, n_h, n_y = self.layers, and assign to self.params a dictionary with the keys "
        "'W1' (n_x, n_h), 'b1' (1, n_h), 'W2' (n_h, n_y) and 'b2' (1, n_y).",
    ],
)
init_weights.misconception(
    "The weights are all zero. Then all hidden units compute the same, and always will: draw them at "
    "random.",
    ("np.random.randn(n_x, n_h)", "np.zeros((n_x, n_h))"),
    ("np.random.randn(n_h, n_y)", "np.zeros((n_h, n_y))"),
)
init_weights.misconception(
    "W1 is all zero. Its columns, one a hidden unit, can then never become different.",
    ("np.random.randn(n_x, n_h)", "np.zeros((n_x, n_h))"),
)
init_weights.misconception(
    "W2 is all zero. Both weight matrices are drawn at random here.",
    ("np.random.randn(n_h, n_y)", "np.zeros((n_h, n_y))"),
)
init_weights.misconception(
    "The shapes of W1 and W2 are transposed. Samples are rows in this part: W1 has one row per input "
    "and one column per hidden unit.",
    ("np.random.randn(n_x, n_h)", "np.random.randn(n_h, n_x)"),
    ("np.random.randn(n_h, n_y)", "np.random.randn(n_y, n_h)"),
)
init_weights.misconception(
    "The shape of W1 is transposed: it has one row per input and one column per hidden unit.",
    ("np.random.randn(n_x, n_h)", "np.random.randn(n_h, n_x)"),
)
init_weights.misconception(
    "The biases are columns. With samples in rows a bias is one row, which is added to every "
    "sample's row.",
    ("np.zeros((1, n_h))", "np.zeros((n_h, 1))"),
    ("np.zeros((1, n_y))", "np.zeros((n_y, 1))"),
)
init_weights.misconception(
    "The biases are random. Only the weights have to be: biases start at 0.",
    ("np.zeros((1, n_h))", "np.random.randn(1, n_h)"),
    ("np.zeros((1, n_y))", "np.random.randn(1, n_y)"),
)
init_weights.misconception(
    "The biases start at 1. They start at 0 here.",
    ("np.zeros((1, n_h))", "np.ones((1, n_h))"),
    ("np.zeros((1, n_y))", "np.ones((1, n_y))"),
)
init_weights.misconception(
    "The weights are drawn from between 0 and 1. np.random.rand is uniform; the standard normal "
    "distribution also has negative values.",
    ("np.random.randn", "np.random.rand"),
)
init_weights.misconception(
    "The weights are 100 times too small. The factor 0.01 belongs to part 2; here their standard "
    "deviation is 1.",
    ("np.random.randn(n_x, n_h)", "np.random.randn(n_x, n_h) * 0.01"),
    ("np.random.randn(n_h, n_y)", "np.random.randn(n_h, n_y) * 0.01"),
)
init_weights.misconception(
    "b1 has a column for every input. A bias belongs to a hidden unit.",
    ("np.zeros((1, n_h))", "np.zeros((1, n_x))"),
)
init_weights.misconception(
    "The biases are single numbers. Each unit has a bias of its own: one row, a column for each unit.",
    ("np.zeros((1, n_h))", "0.0"),
    ("np.zeros((1, n_y))", "0.0"),
)
init_weights.misconception(
    "The layer sizes are fixed at 13, 8 and 1. Take them from self.layers.",
    ("n_x, n_h, n_y = self.layers", "n_x, n_h, n_y = 13, 8, 1"),
)
init_weights.misconception(
    "The dictionary is built and returned, and self.params stays empty. Assign it to self.params.",
    ("self.params = {", "return {"),
)
init_weights.variant(
    ("np.random.randn(n_x, n_h)", "np.random.normal(0, 1, (n_x, n_h))"),
    ("np.random.randn(n_h, n_y)", "np.random.normal(size=(n_h, n_y))"),
)
init_weights.variant(
    ("n_x, n_h, n_y = self.layers", "n_x, n_h, n_y = self.layers\n    np.random.seed(1)"),
)
init_weights.variant(
    (
        "n_x, n_h, n_y = self.layers",
        "n_x, n_h, n_y = self.layers\n    draw = np.random.default_rng().standard_normal",
    ),
    ("np.random.randn(n_x, n_h)", "draw((n_x, n_h))"),
    ("np.random.randn(n_h, n_y)", "draw((n_h, n_y))"),
)
init_weights.variant(
    (
        """    self.params = {
        "W1": np.random.randn(n_x, n_h),
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_y),
        "b2": np.zeros((1, n_y)),
    }
""",
        """    self.params["W1"] = np.random.randn(n_x, n_h)
    self.params["b1"] = np.zeros((1, n_h))
    self.params["W2"] = np.random.randn(n_h, n_y)
    self.params["b2"] = np.zeros((1, n_y))
""",
    ),
)
init_weights.variant(
    (
        """    self.params = {
        "W1": np.random.randn(n_x, n_h),
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_y),
        "b2": np.zeros((1, n_y)),
    }
""",
        """    params = {}
    for layer, (n_in, n_out) in enumerate([(n_x, n_h), (n_h, n_y)], start=1):
        params[f"W{layer}"] = np.random.standard_normal((n_in, n_out))
        params[f"b{layer}"] = np.zeros((1, n_out))
    self.params = params
    return self
""",
    ),
)

# relu

Z = np.array([[-2.0, 3.0, 0.5], [1.5, -1.0, -0.25]])
relu = Exercise(
    "relu",
    examples=[
        Example(Instance("NeuralNet"), Z),
        Example(Instance("NeuralNet"), np.array([[4.0], [-3.0], [0.75], [-0.1]])),
    ],
    hints=[
        "Each value of Z is compared with 0, and the larger of the two is kept.",
        "np.max gives one number for the whole array. Which function compares two arrays, or an "
        "array and a number, element by element?",
        "np.maximum takes 0 and Z and returns a new array of the shape of Z.",
    ],
)
BODY = "np.maximum(0, Z)"
relu.misconception(
    "This is the largest value of the whole array. ReLU compares each value with 0 by itself.",
    (BODY, "np.max(Z)"),
)
relu.misconception(
    "This is the slope of ReLU, 0 or 1. ReLU itself keeps the positive values.",
    (BODY, "(Z > 0).astype(float)"),
)
relu.misconception(
    "The negative values are kept and the positive ones set to 0. It is the other way round.",
    (BODY, "np.minimum(0, Z)"),
)
relu.misconception(
    "This is the absolute value: negative values become positive. ReLU turns them into 0.",
    (BODY, "np.abs(Z)"),
)
relu.misconception(
    "The values come back as they were. Where Z is negative, ReLU is 0.",
    (BODY, "Z"),
)
relu.misconception(
    "Positive values are cut off at 1. ReLU has no upper end.",
    (BODY, "np.clip(Z, 0, 1)"),
)
relu.misconception(
    "This is a leaky ReLU: negative values come out small, not 0.",
    (BODY, "np.where(Z > 0, Z, 0.01 * Z)"),
)
relu.misconception(
    "The negative values were removed, which changes the shape. Put 0 in their place.",
    (BODY, "Z[Z > 0]"),
)
relu.misconception(
    "This is tanh, the hidden activation of part 2. Here it is ReLU.",
    (BODY, "np.tanh(Z)"),
)
relu.misconception(
    "The caller's array is changed in place: the backward pass would no longer find the Z that it "
    "needs. Return a new array.",
    ("return np.maximum(0, Z)", "Z[Z < 0] = 0\n    return Z"),
)
relu.variant((BODY, "np.where(Z > 0, Z, 0)"))
relu.variant((BODY, "Z * (Z > 0)"))
relu.variant((BODY, "(Z + np.abs(Z)) / 2"))
relu.variant((BODY, "np.clip(Z, 0, None)"))
relu.variant(("return np.maximum(0, Z)", "A = Z.copy()\n    A[A < 0] = 0\n    return A"))
relu.variant((BODY, "np.vectorize(lambda z: max(0.0, z))(Z)"))

# sigmoid

sigmoid = Exercise(
    "sigmoid",
    examples=[
        Example(Instance("NeuralNet"), np.array([[0.0, 2.0, 4.0], [-1.0, 0.5, -3.0]])),
        Example(Instance("NeuralNet"), np.array([[-2.0], [1.0], [0.25], [3.0]])),
        Example(Instance("NeuralNet"), np.array([[-1000.0, 1000.0]]), beyond="values far from 0"),
    ],
    hints=[
        "The formula stands in the mathematics of this notebook, for the output.",
        "np.exp works on a whole array. Mind the minus sign in the exponent, and the parentheses "
        "around the sum below the fraction bar.",
        "Both the exponential and the division work on whole arrays: np.exp of minus Z first, "
        "and the fraction of it after that.",
    ],
)
SIGMOID = "0.5 * (1 + np.tanh(0.5 * Z))"
sigmoid.misconception(
    "The exponent has the wrong sign: your values fall where Z rises.",
    (SIGMOID, "1 / (1 + np.exp(Z))"),
)
sigmoid.misconception(
    "The parentheses are missing: 1 / 1 + np.exp(-Z) divides first. The sum belongs below the "
    "fraction bar.",
    (SIGMOID, "1 / 1 + np.exp(-Z)"),
)
sigmoid.misconception(
    "This is tanh, which runs from -1 to 1. A probability needs the sigmoid.",
    (SIGMOID, "np.tanh(Z)"),
)
sigmoid.misconception(
    "This is the slope of the sigmoid. Return the sigmoid itself.",
    (SIGMOID, "0.25 * (1 - np.tanh(0.5 * Z) ** 2)"),
)
sigmoid.misconception(
    "The sum below the fraction bar has a minus: 1 - exp(-Z). It is a plus.",
    (SIGMOID, "1 / (1 - np.exp(-Z) + 1e-12)"),
)
sigmoid.misconception(
    "Only the exponential comes back. It has to be put into the fraction.",
    (SIGMOID, "np.exp(-Z)"),
)
sigmoid.misconception(
    "Your formula divides infinity by infinity where Z is large and gives nan. Rewrite it so that "
    "the exponential stands in one place only.",
    (SIGMOID, "np.exp(Z) / (1 + np.exp(Z))"),
)
sigmoid.misconception(
    "The probabilities are rounded to classes. The decision comes later, in predict.",
    (SIGMOID, "np.round(0.5 * (1 + np.tanh(0.5 * Z)))"),
)
sigmoid.misconception(
    "This is ReLU. The output unit needs the sigmoid.",
    (SIGMOID, "np.maximum(0, Z)"),
)
sigmoid.misconception(
    "The base is 10 or 2, not e. Use np.exp.",
    (SIGMOID, "1 / (1 + 2.0 ** (-Z))"),
)
sigmoid.variant((SIGMOID, "1 / (1 + np.exp(-Z))"))
sigmoid.variant((SIGMOID, "(1 + np.exp(-Z)) ** -1"))
sigmoid.variant((SIGMOID, "np.exp(-np.logaddexp(0, -Z))"))
sigmoid.variant((SIGMOID, "1 / (1 + np.exp(-np.clip(Z, -500, 500)))"))
sigmoid.variant(
    (
        "return 0.5 * (1 + np.tanh(0.5 * Z))",
        "small = np.exp(-np.abs(Z))\n    return np.where(Z > 0, 1, small) / (1 + small)",
    )
)
sigmoid.variant(
    (
        "return 0.5 * (1 + np.tanh(0.5 * Z))",
        "from scipy.special import expit\n\n    return expit(Z)",
    )
)

# entropy_loss


def labels_and_probabilities(m, n_y=1):
    """Labels with both classes in unequal numbers, and probabilities inside (0, 1)."""
    y = (np.arange(m * n_y).reshape(m, n_y) % 3 == 0).astype(float)
    return y, rng.uniform(0.05, 0.95, (m, n_y)).round(2)


entropy_loss = Exercise(
    "entropy_loss",
    examples=[
        Example(Instance("NeuralNet"), *labels_and_probabilities(5)),
        Example(Instance("NeuralNet"), *labels_and_probabilities(7)),
        Example(
            Instance("NeuralNet"),
            np.array([[1.0], [0.0], [1.0]]),
            np.array([[0.05], [0.9], [0.15]]),
        ),
        Example(Instance("NeuralNet"), *labels_and_probabilities(4, 3), beyond="several outputs"),
        Example(
            Instance("NeuralNet"),
            np.array([[1.0], [0.0], [1.0], [0.0], [1.0]]),
            np.array([[0.0], [0.5], [0.75], [0.0], [0.25]]),
            beyond="a probability of exactly 0",
        ),
        Example(
            Instance("NeuralNet"),
            np.array([[1.0], [0.0], [1.0]]),
            np.array([[0.75], [1.0], [1.0]]),
            beyond="a probability of exactly 1",
        ),
    ],
    hints=[
        "For a patient with y = 1 only log(yhat) counts, for one with y = 0 only log(1 - yhat). The "
        "formula multiplies each by y or 1 - y, so that it works for all at once.",
        "The mean over the patients is the sum divided by len(y). The sign is negative, because "
        "logarithms of probabilities are.",
        "Before you take a logarithm, replace its argument by np.maximum(argument, 1e-10): once for "
        "yhat and once for 1 - yhat.",
    ],
)
TOTAL = "float(-np.sum(y * log_1 + (1 - y) * log_0) / len(y))"
entropy_loss.misconception(
    "The loss is the sum over the patients. Divide by their number m.",
    (" / len(y)", ""),
)
entropy_loss.misconception(
    "The sign is turned: your loss is negative. Logarithms of probabilities are negative, and the "
    "loss is minus their mean.",
    ("-np.sum", "np.sum"),
)
entropy_loss.misconception(
    "The second term is missing: patients without the disease, y = 0, cost nothing in your loss.",
    (" + (1 - y) * log_0", ""),
)
entropy_loss.misconception(
    "The first term is missing: patients with the disease, y = 1, cost nothing in your loss.",
    ("y * log_1 + (1 - y) * log_0", "(1 - y) * log_0"),
)
entropy_loss.misconception(
    "The two logarithms are swapped: log(yhat) belongs to y, and log(1 - yhat) to 1 - y.",
    ("y * log_1 + (1 - y) * log_0", "y * log_0 + (1 - y) * log_1"),
)
entropy_loss.misconception(
    "The logarithm has base 10. The cross-entropy uses the natural logarithm, np.log.",
    ("np.log(", "np.log10("),
)
entropy_loss.misconception(
    "The logarithm has base 2. The cross-entropy uses the natural logarithm, np.log.",
    ("np.log(", "np.log2("),
)
entropy_loss.misconception(
    "This is the mean squared error. The cross-entropy has logarithms.",
    (TOTAL, "float(np.mean((y - yhat) ** 2))"),
)
entropy_loss.misconception(
    "Minus in place of plus between the two terms.",
    ("y * log_1 + (1 - y)", "y * log_1 - (1 - y)"),
)
entropy_loss.misconception(
    "One loss for each patient. Add them up and divide by m, so that one number comes back.",
    (TOTAL, "-(y * log_1 + (1 - y) * log_0)"),
)
entropy_loss.misconception(
    "The sum is divided by the number of all entries. With several outputs, divide by the number of "
    "rows.",
    ("len(y)", "y.size"),
)
entropy_loss.misconception(
    "A logarithm of 0 was taken: the loss is not finite where a probability is exactly 0 or 1. Clip "
    "both arguments at 1e-10.",
    ("np.maximum(yhat, 1e-10)", "yhat"),
    ("np.maximum(1 - yhat, 1e-10)", "1 - yhat"),
)
entropy_loss.misconception(
    "Only yhat is clipped. The second logarithm needs it too, where yhat is exactly 1.",
    ("np.maximum(1 - yhat, 1e-10)", "1 - yhat"),
)
entropy_loss.misconception(
    "Only 1 - yhat is clipped. The first logarithm needs it too, where yhat is exactly 0.",
    ("np.maximum(yhat, 1e-10)", "yhat"),
)
entropy_loss.misconception(
    "A small number is added to every probability, also where none would be too small: a loss that "
    "should be exactly 0 comes out a little negative, and one that is clipped is off. Use 1e-10 as a "
    "lower bound.",
    ("np.maximum(yhat, 1e-10)", "yhat + 1e-3"),
    ("np.maximum(1 - yhat, 1e-10)", "1 - yhat + 1e-3"),
)
entropy_loss.misconception(
    "The clipping reaches too far in: ordinary probabilities are changed by it. Only values below "
    "1e-10 should be.",
    ("np.maximum(yhat, 1e-10)", "np.clip(yhat, 0.1, 0.9)"),
    ("np.maximum(1 - yhat, 1e-10)", "1 - np.clip(yhat, 0.1, 0.9)"),
)
entropy_loss.variant(
    ("np.maximum(yhat, 1e-10)", "np.clip(yhat, 1e-10, 1 - 1e-10)"),
    ("np.maximum(1 - yhat, 1e-10)", "1 - np.clip(yhat, 1e-10, 1 - 1e-10)"),
)
entropy_loss.variant(
    (TOTAL, "-1 / len(y) * np.sum(np.multiply(log_1, y) + np.multiply(1 - y, log_0))")
)
entropy_loss.variant((TOTAL, "-(y * log_1 + (1 - y) * log_0).sum(axis=1).mean()"))
entropy_loss.variant((TOTAL, "-np.sum(np.where(y == 1, log_1, log_0)) / y.shape[0]"))
entropy_loss.variant(
    (TOTAL, "-(np.trace(y.T @ log_1) + np.trace((1 - y).T @ log_0)) / y.shape[0]"),
)
entropy_loss.variant(
    (
        "    return float(-np.sum(y * log_1 + (1 - y) * log_0) / len(y))",
        """    total = 0.0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            total -= log_1[i, j] if y[i, j] == 1 else log_0[i, j]
    return total / y.shape[0]""",
    ),
)

# forward_propagation

forward_propagation = Exercise(
    "forward_propagation",
    examples=[
        Example(network(2, 4, 1, 5), read=("params",)),
        Example(network(3, 2, 1, 6), read=("params",)),
        Example(network(3, 3, 1, 3), read=("params",)),
        Example(network(2, 4, 3, 5), read=("params",), beyond="several outputs"),
    ],
    parts=("yhat", "loss"),
    hints=[
        "Four lines of mathematics are four lines of code: Z1, A1, Z2, yhat. The data are self.X, "
        "the weights are in self.params.",
        "With samples in rows the data stand on the left: self.X @ W1. The activations are methods: "
        "self.relu(…) and self.sigmoid(…).",
        "Before you return yhat and self.entropy_loss(self.y, yhat), store Z1 and A1 in self.params "
        "under the keys 'Z1' and 'A1'.",
    ],
)
forward_propagation.misconception(
    "The hidden layer uses the sigmoid. Its activation is ReLU; the sigmoid stands at the output.",
    ("self.relu(Z1)", "self.sigmoid(Z1)"),
)
forward_propagation.misconception(
    "The hidden layer uses tanh, as in part 2. Here its activation is ReLU.",
    ("self.relu(Z1)", "np.tanh(Z1)"),
)
forward_propagation.misconception(
    "The hidden layer has no activation: A1 is the same as Z1.",
    ("self.relu(Z1)", "Z1"),
)
forward_propagation.misconception(
    "The hidden layer uses the slope of ReLU. It needs ReLU itself.",
    ("self.relu(Z1)", "(Z1 > 0).astype(float)"),
)
forward_propagation.misconception(
    "The output has no activation. yhat is a probability: it needs the sigmoid.",
    ("self.sigmoid(Z2)", "Z2"),
)
forward_propagation.misconception(
    "The output uses ReLU. yhat is a probability: it needs the sigmoid.",
    ("self.sigmoid(Z2)", "self.relu(Z2)"),
)
forward_propagation.misconception(
    "The bias b1 is missing from the weighted sum Z1.",
    (' + params["b1"]', ""),
)
forward_propagation.misconception(
    "The bias b2 is missing from the weighted sum Z2.",
    (' + params["b2"]', ""),
)
forward_propagation.misconception(
    "The bias b1 is added after the activation. It belongs to the weighted sum Z1.",
    (' + params["b1"]', ""),
    ("self.relu(Z1)", 'self.relu(Z1) + params["b1"]'),
)
forward_propagation.misconception(
    "The output layer works on Z1. What reaches it has been through the activation.",
    ('A1 @ params["W2"]', 'Z1 @ params["W2"]'),
)
forward_propagation.misconception(
    "X is transposed. Its samples stand in the rows already.",
    ("self.X @", "self.X.T @"),
)
forward_propagation.misconception(
    "W1 is transposed. With samples in rows, W1 has one row per input already.",
    ('@ params["W1"]', '@ params["W1"].T'),
)
forward_propagation.misconception(
    "The product has its factors in the order of part 2, weights first. With samples in rows the "
    "data come first.",
    ('self.X @ params["W1"]', 'params["W1"] @ self.X'),
)
forward_propagation.misconception(
    "The arguments of entropy_loss are swapped: the labels come first.",
    ("self.entropy_loss(self.y, yhat)", "self.entropy_loss(yhat, self.y)"),
)
forward_propagation.misconception(
    "Only yhat comes back. Return the loss as well.",
    ("return yhat, self.entropy_loss(self.y, yhat)", "return yhat"),
)
forward_propagation.misconception(
    "The loss comes first and yhat second. The order is yhat, then the loss.",
    (
        "return yhat, self.entropy_loss(self.y, yhat)",
        "return self.entropy_loss(self.y, yhat), yhat",
    ),
)
forward_propagation.misconception(
    "'Z1' holds A1. Z1 is the weighted sum before the activation.",
    ('"Z1": Z1', '"Z1": A1'),
)
forward_propagation.misconception(
    "'A1' holds Z1. A1 is what comes out of the activation.",
    ('"A1": A1', '"A1": Z1'),
)
forward_propagation.misconception(
    "self.params now holds Z1 and A1 only: the weights and biases are gone. Add to the dictionary "
    "and keep what is in it.",
    ('{**params, "Z1": Z1, "A1": A1}', '{"Z1": Z1, "A1": A1}'),
)
forward_propagation.misconception(
    "yhat holds classes, not probabilities. The decision comes later, in predict.",
    ("self.sigmoid(Z2)", "np.round(self.sigmoid(Z2))"),
)
forward_propagation.misconception(
    "Z1 and A1 are not kept. The backward pass will look for them in self.params.",
    ('    self.params = {**params, "Z1": Z1, "A1": A1}\n', ""),
)
forward_propagation.variant(
    (
        '    self.params = {**params, "Z1": Z1, "A1": A1}\n',
        '    self.params["Z1"] = Z1\n    self.params["A1"] = A1\n    self.params["Z2"] = Z2\n',
    ),
)
forward_propagation.variant(
    ('self.X @ params["W1"]', 'self.X.dot(params["W1"])'),
    ('A1 @ params["W2"]', 'np.matmul(A1, params["W2"])'),
)
forward_propagation.variant(
    ('self.X @ params["W1"]', '(params["W1"].T @ self.X.T).T'),
)
forward_propagation.variant(
    ("self.relu(Z1)", "np.maximum(Z1, 0)"),
    ("self.sigmoid(Z2)", "1 / (1 + np.exp(-Z2))"),
)
forward_propagation.variant(
    (
        "    return yhat, self.entropy_loss(self.y, yhat)",
        "    loss = self.entropy_loss(yhat=yhat, y=self.y)\n    return [yhat, loss]",
    ),
)
forward_propagation.variant(
    (
        '    Z1 = self.X @ params["W1"] + params["b1"]\n',
        '    Z1 = np.array([x @ params["W1"] for x in self.X]) + params["b1"].ravel()\n',
    ),
)
