"""Cases of 04_forward_propagation.

Goal: two layers as matrix products over all samples, and a cache that belongs to the call. The
exercise needs nothing from earlier exercises, and the sigmoid is part of it. It leaves out the
range in which `np.exp` overflows: part 1 has that, and with weights such as a network learns the
plain formula is right.

The sizes of the first examples are all different, so that a transposed matrix cannot pass. In the
last plain example n_x = n_h = m, where a transposed or flattened array does give a value; there
the mistakes that elsewhere only raise an error can be told from one another.

`strip_parameters` is the network before it learns: lines, and what the output makes of them. Any nine
numbers that solve XOR would do, but no check could say which of them is off; so the text fixes them.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(24)


def network(n_x, n_h, n_y):
    """Parameters with visible biases, so that a forgotten bias shows."""
    return {
        "W1": rng.standard_normal((n_h, n_x)).round(2),
        "b1": rng.standard_normal((n_h, 1)).round(2),
        "W2": rng.standard_normal((n_y, n_h)).round(2),
        "b2": rng.standard_normal((n_y, 1)).round(2),
    }


def samples(n_x, m):
    """Inputs, one sample a column."""
    return rng.standard_normal((n_x, m)).round(2)


forward_propagation = Exercise(
    "forward_propagation",
    examples=[
        Example(samples(2, 5), network(2, 4, 1)),
        Example(samples(3, 6), network(3, 2, 1)),
        Example(samples(3, 3), network(3, 3, 1)),
        Example(samples(2, 5), network(2, 4, 3), beyond="several outputs"),
    ],
    parts=("A2", "cache"),
    hints=[
        "The four equations of the notebook are four lines of code, in the same order. Take W1, "
        "b1, W2 and b2 out of the dictionary first.",
        "`@` is the matrix product. With W1 of shape (n_h, n_x) and X of shape (n_x, m), which "
        "order of the two has equal inner sizes? The bias is added before the activation.",
        "Z1 is the product of W1 and X plus b1, and A1 is np.tanh of it. The second layer is the "
        "same with W2, A1 and b2, but its activation is 1 / (1 + np.exp(-Z2)).",
        "At the end return two things: A2, and a dictionary with the keys 'Z1', 'A1', 'Z2' and "
        "'A2', each with the array of that name.",
    ],
)

# The hidden layer
forward_propagation.misconception(
    "The hidden layer uses the sigmoid. In this network the hidden units use tanh; the sigmoid "
    "stands at the output only.",
    ("np.tanh(Z1)", "1 / (1 + np.exp(-Z1))"),
)
forward_propagation.misconception(
    "The hidden layer uses ReLU. In this network the hidden units use tanh.",
    ("np.tanh(Z1)", "np.maximum(0, Z1)"),
)
forward_propagation.misconception(
    "The hidden layer has no activation: A1 is the same as Z1. Without one, two layers are no more "
    "than one.",
    ("np.tanh(Z1)", "Z1"),
)
forward_propagation.misconception(
    "The bias b1 is missing from the hidden layer. Look at the weighted sum Z1.",
    ("W1 @ X + b1", "W1 @ X"),
)
forward_propagation.misconception(
    "The bias b1 is added after tanh. It belongs to the weighted sum Z1, before the activation.",
    ("W1 @ X + b1", "W1 @ X"),
    ("np.tanh(Z1)", "np.tanh(Z1) + b1"),
)
forward_propagation.misconception(
    "The bias b1 is subtracted. Look at its sign in the weighted sum Z1.",
    ("W1 @ X + b1", "W1 @ X - b1"),
)
forward_propagation.misconception(
    "W1 is transposed in the hidden layer. W1 has one row per hidden unit and one column per "
    "input: compare the inner sizes of the product with the table of shapes.",
    ("W1 @ X", "W1.T @ X"),
)
forward_propagation.misconception(
    "X is transposed. Its samples stand in the columns already: compare the inner sizes of the "
    "product with the table of shapes.",
    ("W1 @ X", "W1 @ X.T"),
)
forward_propagation.misconception(
    "The product of the hidden layer has its factors in the wrong order. A matrix product is not "
    "commutative: compare the inner sizes with the table of shapes.",
    ("W1 @ X", "X @ W1"),
)
forward_propagation.misconception(
    "W1 and X are multiplied element by element. `*` pairs up single entries; a layer sums over "
    "its inputs, which is the matrix product.",
    ("W1 @ X", "W1 * X"),
)
forward_propagation.misconception(
    "b1 is flattened, so that its entries run along the samples and not along the hidden units. "
    "Its shape (n_h, 1) is what makes broadcasting go the right way.",
    ("W1 @ X + b1", "W1 @ X + b1.ravel()"),
)

# The output layer
forward_propagation.misconception(
    "The output uses tanh. A probability lies between 0 and 1: the output unit needs the sigmoid.",
    ("1 / (1 + np.exp(-Z2))", "np.tanh(Z2)"),
)
forward_propagation.misconception(
    "The output has no activation: A2 is the same as Z2. A probability lies between 0 and 1.",
    ("1 / (1 + np.exp(-Z2))", "Z2"),
)
forward_propagation.misconception(
    "The two activations are swapped: the hidden layer has the sigmoid and the output has tanh.",
    ("np.tanh(Z1)", "1 / (1 + np.exp(-Z1))"),
    ("A2 = 1 / (1 + np.exp(-Z2))", "A2 = np.tanh(Z2)"),
)
forward_propagation.misconception(
    "The exponent of the sigmoid has the wrong sign: your output falls where Z2 rises.",
    ("np.exp(-Z2)", "np.exp(Z2)"),
)
forward_propagation.misconception(
    "The output is a softmax over the outputs. With one output that is always 1; each output of "
    "this network has a sigmoid of its own.",
    ("1 / (1 + np.exp(-Z2))", "np.exp(Z2) / np.exp(Z2).sum(axis=0, keepdims=True)"),
)
forward_propagation.misconception(
    "The bias b2 is missing from the output layer. Look at the weighted sum Z2.",
    ("W2 @ A1 + b2", "W2 @ A1"),
)
forward_propagation.misconception(
    "The bias b2 is added after the sigmoid. It belongs to the weighted sum Z2, before the "
    "activation.",
    ("W2 @ A1 + b2", "W2 @ A1"),
    ("1 / (1 + np.exp(-Z2))", "1 / (1 + np.exp(-Z2)) + b2"),
)
forward_propagation.misconception(
    "Both biases are missing. Each layer adds its bias to the weighted sum.",
    ("W1 @ X + b1", "W1 @ X"),
    ("W2 @ A1 + b2", "W2 @ A1"),
)
forward_propagation.misconception(
    "The output layer works on Z1. What reaches it are the outputs of the hidden units, after "
    "their activation.",
    ("W2 @ A1", "W2 @ Z1"),
)
forward_propagation.misconception(
    "The output layer works on the inputs X. It should work on the outputs of the hidden layer.",
    ("W2 @ A1", "W2 @ X"),
)
forward_propagation.misconception(
    "The output layer uses the weights of the hidden layer. Each layer has weights of its own.",
    ("W2 @ A1", "W1 @ A1"),
)
forward_propagation.misconception(
    "The output layer uses the bias b1. Each layer has a bias of its own.",
    ("W2 @ A1 + b2", "W2 @ A1 + b1"),
)
forward_propagation.misconception(
    "W2 and A1 are multiplied element by element. `*` pairs up single entries; the output sums "
    "over the hidden units, which is the matrix product.",
    ("W2 @ A1", "W2 * A1"),
)

# What is returned
forward_propagation.misconception(
    "In the cache, 'Z1' holds A1. Z1 is the weighted sum before the activation.",
    ('"Z1": Z1', '"Z1": A1'),
)
forward_propagation.misconception(
    "In the cache, 'A1' holds Z1. A1 is what comes out of the activation.",
    ('"A1": A1', '"A1": Z1'),
)
forward_propagation.misconception(
    "In the cache, 'Z2' holds A2. Z2 is the weighted sum before the sigmoid.",
    ('"Z2": Z2', '"Z2": A2'),
)
forward_propagation.misconception(
    "In the cache, 'A2' holds Z2. A2 is what comes out of the sigmoid.",
    ('"A2": A2', '"A2": Z2'),
)
forward_propagation.misconception(
    "The cache holds the outputs of the layers only. Backpropagation may ask for the weighted sums "
    "Z1 and Z2 as well.",
    ('{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', '{"A1": A1, "A2": A2}'),
)
forward_propagation.misconception(
    "The cache is a tuple. The table of what is returned asks for a dictionary, so that each array "
    "can be found by its name.",
    ('{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', "(Z1, A1, Z2, A2)"),
)
forward_propagation.misconception(
    "Only A2 is returned. The cache has to come with it.",
    ("return A2, cache", "return A2"),
)
forward_propagation.misconception(
    "Only the cache is returned. A2 has to come first, by itself.",
    ("return A2, cache", "return cache"),
)
forward_propagation.misconception(
    "The cache comes first and A2 second. The order is A2, then the cache.",
    ("return A2, cache", "return cache, A2"),
)
forward_propagation.misconception(
    "The output is a class, not a probability. The decision at one half comes later, in predict.",
    ("A2 = 1 / (1 + np.exp(-Z2))", "A2 = (1 / (1 + np.exp(-Z2)) > 0.5).astype(float)"),
)
forward_propagation.misconception(
    "A2 is rounded. Return the probabilities with all their digits.",
    ("A2 = 1 / (1 + np.exp(-Z2))", "A2 = np.round(1 / (1 + np.exp(-Z2)), 4)"),
)
forward_propagation.misconception(
    "The cache is the caller's dictionary of parameters, with the new arrays written into it. "
    "Build a dictionary of its own, so that the parameters stay as they were.",
    (
        'cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}',
        'cache = parameters\n    cache.update({"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2})',
    ),
)

# Other right ways
forward_propagation.variant(
    ("W1 @ X", "np.dot(W1, X)"),
    ("W2 @ A1", "np.dot(W2, A1)"),
)
forward_propagation.variant(
    ("W1 @ X", "np.einsum('hx,xm->hm', W1, X)"),
    ("W2 @ A1", "np.einsum('yh,hm->ym', W2, A1)"),
)
forward_propagation.variant(
    ("np.tanh(Z1)", "(np.exp(Z1) - np.exp(-Z1)) / (np.exp(Z1) + np.exp(-Z1))"),
    ("1 / (1 + np.exp(-Z2))", "np.exp(Z2) / (1 + np.exp(Z2))"),
)
forward_propagation.variant(
    ("np.tanh(Z1)", "2 / (1 + np.exp(-2 * Z1)) - 1"),
    ("1 / (1 + np.exp(-Z2))", "0.5 * (1 + np.tanh(Z2 / 2))"),
)
forward_propagation.variant(
    ('"A2": A2}', '"A2": A2, "X": X, "parameters": parameters}'),
)
forward_propagation.variant(
    ('{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', "dict(Z1=Z1, A1=A1, Z2=Z2, A2=A2)"),
    ("return A2, cache", "print(A2.shape)\n    return A2, cache"),
)


@forward_propagation.variant()
def _(X, parameters):
    # One sample at a time.
    n_h, m = parameters["W1"].shape[0], X.shape[1]
    n_y = parameters["W2"].shape[0]
    cache = {
        "Z1": np.zeros((n_h, m)),
        "A1": np.zeros((n_h, m)),
        "Z2": np.zeros((n_y, m)),
        "A2": np.zeros((n_y, m)),
    }
    for i in range(m):
        z1 = parameters["W1"] @ X[:, i] + parameters["b1"][:, 0]
        a1 = np.tanh(z1)
        z2 = parameters["W2"] @ a1 + parameters["b2"][:, 0]
        cache["Z1"][:, i], cache["A1"][:, i] = z1, a1
        cache["Z2"][:, i], cache["A2"][:, i] = z2, 1 / (1 + np.exp(-z2))
    return cache["A2"], cache


@forward_propagation.variant()
def _(X, parameters):
    # Samples in rows inside, columns outside.
    rows = X.T @ parameters["W1"].T + parameters["b1"].T
    active = np.tanh(rows)
    out = active @ parameters["W2"].T + parameters["b2"].T
    return 1 / (1 + np.exp(-out.T)), {
        "Z1": rows.T,
        "A1": active.T,
        "Z2": out.T,
        "A2": 1 / (1 + np.exp(-out.T)),
    }


@forward_propagation.variant()
def _(X, parameters):
    # The bias as one more column of weights, for an input that is always 1.
    def weighted_sum(W, b, A):
        ones = np.ones((1, A.shape[1]))
        return np.hstack([W, b]) @ np.vstack([A, ones])

    class Sigmoid:
        def __call__(self, z):
            return 1 / (1 + np.exp(-z))

    Z1 = weighted_sum(parameters["W1"], parameters["b1"], X)
    A1 = np.tanh(Z1)
    Z2 = weighted_sum(parameters["W2"], parameters["b2"], A1)
    A2 = Sigmoid()(Z2)
    return A2, {"A2": A2, "Z2": Z2, "A1": A1, "Z1": Z1}


@forward_propagation.variant()
def _(X, parameters):
    # Four plain loops, lists until the end.
    def layer(W, b, A, activation):
        Z = [
            [
                float(b[j, 0]) + sum(float(W[j, k]) * float(A[k, i]) for k in range(W.shape[1]))
                for i in range(A.shape[1])
            ]
            for j in range(W.shape[0])
        ]
        return np.array(Z), activation(np.array(Z))

    Z1, A1 = layer(parameters["W1"], parameters["b1"], X, np.tanh)
    Z2, A2 = layer(parameters["W2"], parameters["b2"], A1, lambda z: 1 / (1 + np.exp(-z)))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


strip_parameters = Exercise(
    "strip_parameters",
    examples=[Example(-1.5, 0.5, 4.0), Example(0.75, 3.0, 2.5), Example(-2.25, -0.25, 7.0)],
    hints=[
        "Compare the matrices on paper with low = -1, high = 1 and steepness = 4. Which of their numbers "
        "stay the same for another strip?",
        "W1 holds the steepness four times. A unit with these weights and the bias b sums up to zero where "
        "k(x1 + x2) + b = 0: solve for b with x1 + x2 = low, then with high.",
        "b1 has two rows, one for each unit: minus steepness times its own line. W2 is one row with the "
        "steepness and its negative.",
        "z2 is to be k times (a1 - a2 - 1). Multiply it out: what stands there without a1 and a2 is b2.",
    ],
)

strip_parameters.misconception(
    "The biases have the wrong sign, so both lines lie on the other side of the origin. A unit changes "
    "its sign where k(x1 + x2) + b = 0.",
    ("[[-steepness * low], [-steepness * high]]", "[[steepness * low], [steepness * high]]"),
)
strip_parameters.misconception(
    "The biases of the hidden units leave out the steepness. With steep weights the bias has to grow too, "
    "or the line moves.",
    ("[[-steepness * low], [-steepness * high]]", "[[-low], [-high]]"),
)
strip_parameters.misconception(
    "The hidden units have changed places: the first one belongs to low, the second to high.",
    ("[[-steepness * low], [-steepness * high]]", "[[-steepness * high], [-steepness * low]]"),
)
strip_parameters.misconception(
    "Both hidden units have the line of low. The second one belongs to high.",
    ("[-steepness * high]", "[-steepness * low]"),
)
strip_parameters.misconception(
    "The hidden units have no bias: both lines go through the origin.",
    ("[[-steepness * low], [-steepness * high]]", "[[0.0], [0.0]]"),
)
strip_parameters.misconception(
    "The weights of the hidden units are 1. Their size is the steepness.",
    ("np.full((2, 2), steepness)", "np.ones((2, 2))"),
)
strip_parameters.misconception(
    "Each hidden unit looks at one input only, so its line is upright or level. Both inputs have the same "
    "weight here.",
    ("np.full((2, 2), steepness)", "steepness * np.eye(2)"),
)
strip_parameters.misconception(
    "The second hidden unit falls to the upper right. Both are to rise there; it is W2 that subtracts.",
    ("np.full((2, 2), steepness)", "np.array([[steepness] * 2, [-steepness] * 2])"),
)
strip_parameters.misconception(
    "The output adds the two units. Added up, they are the same on both sides but for the sign, and never a "
    "strip.",
    ("[[steepness, -steepness]]", "[[steepness, steepness]]"),
)
strip_parameters.misconception(
    "The output subtracts the first unit from the second. In the strip the first is 1 and the second -1.",
    ("[[steepness, -steepness]]", "[[-steepness, steepness]]"),
)
strip_parameters.misconception(
    "The weights of the output are 1 and -1. They have the steepness as a factor too.",
    ("[[steepness, -steepness]]", "[[1.0, -1.0]]"),
)
strip_parameters.misconception(
    "The output has no bias. Outside the strip a1 - a2 is about 0, and the answer would be one half.",
    ("b2 = np.array([[-steepness]])", "b2 = np.zeros((1, 1))"),
)
strip_parameters.misconception(
    "The bias of the output is -1. In z2 = k(a1 - a2 - 1) the steepness is a factor of the 1 too.",
    ("b2 = np.array([[-steepness]])", "b2 = np.array([[-1.0]])"),
)
strip_parameters.misconception(
    "The bias of the output has the wrong sign: every point would be class 1.",
    ("b2 = np.array([[-steepness]])", "b2 = np.array([[steepness]])"),
)
strip_parameters.misconception(
    "The bias of the output is twice what it should be. In the strip a1 - a2 is about 2, so the middle "
    "between 0 and 2 is 1.",
    ("b2 = np.array([[-steepness]])", "b2 = np.array([[-2 * steepness]])"),
)
strip_parameters.misconception(
    "b1 is a row. It has one row for each hidden unit: shape (2, 1).",
    ("[[-steepness * low], [-steepness * high]]", "[[-steepness * low, -steepness * high]]"),
)
strip_parameters.misconception(
    "W2 is a column. It has one row for the output and one column for each hidden unit: shape (1, 2).",
    ("[[steepness, -steepness]]", "[[steepness], [-steepness]]"),
)

strip_parameters.variant(
    ("np.full((2, 2), steepness)", "steepness * np.ones((2, 2))"),
    ("[[-steepness * low], [-steepness * high]]", "[[low], [high]]"),
    ("b2 =", "b1 = -steepness * b1\n    b2 ="),
)
strip_parameters.variant(
    ("np.full((2, 2), steepness)", "np.array([[steepness, steepness], [steepness, steepness]])"),
    ("np.array([[-steepness]])", "np.full((1, 1), -steepness)"),
)


@strip_parameters.variant()
def _(low, high, steepness):
    # The paper's numbers, scaled.
    return {
        "b2": steepness * np.array([[-1.0]]),
        "W2": steepness * np.array([[1.0, -1.0]]),
        "b1": -(steepness * np.array([[low, high]])).T,
        "W1": np.array([[1.0, 1.0]] * 2) * steepness,
    }
