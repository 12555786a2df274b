"""Cases of 04_deep_network.

The network of any depth, method by method. Names differ from those of `NeuralNet` where the method
does, since a name stands for one exercise within a part: `forward` returns activations, `gradients`
returns gradients and takes no step.

All sizes of an example differ, and most examples have two hidden layers, since a loop that is right
for one may be wrong for two. Gradients come from activations that belong to the parameters.

`layer_sizes` is one line; its misconceptions are what such a line gets wrong.
"""

import numpy as np

from authoring import Example, Exercise, Instance

rng = np.random.default_rng(45)


def parameters(sizes):
    """Parameters with visible biases."""
    made = {}
    for k in range(1, len(sizes)):
        made[f"W{k}"] = rng.standard_normal((sizes[k - 1], sizes[k])).round(2)
        made[f"b{k}"] = rng.standard_normal((1, sizes[k])).round(2)
    return made


def rows(m, n_x):
    return rng.standard_normal((m, n_x)).round(2)


def one_hot(m, n_y):
    return np.eye(n_y)[np.arange(m) * 2 % n_y]


def network(sizes, activation="relu", reg_lambda=0.0, **attributes):
    """A trained network of these sizes."""
    return Instance(
        "DeepNeuralNet",
        (tuple(sizes[1:-1]), activation, 0.3, 300, reg_lambda),
        {"parameters_": parameters(sizes), **attributes},
    )


def passed(net, X):
    """The activations of a network for samples X."""
    known, activation = net.attributes["parameters_"], net.init[1]
    last = len(known) // 2
    found = [X]
    for k in range(1, last):
        Z = found[-1] @ known[f"W{k}"] + known[f"b{k}"]
        found.append(np.maximum(Z, 0) if activation == "relu" else np.tanh(Z))
    powers = np.exp(found[-1] @ known[f"W{last}"] + known[f"b{last}"])
    return [*found, powers / powers.sum(axis=1, keepdims=True)]


# layer_sizes

layer_sizes = Exercise(
    "layer_sizes",
    examples=[
        Example(Instance("DeepNeuralNet", ((4,),)), rows(6, 3), one_hot(6, 2)),
        Example(Instance("DeepNeuralNet", ((5, 7),)), rows(4, 2), one_hot(4, 3)),
        Example(
            Instance("DeepNeuralNet", ((),)), rows(5, 3), one_hot(5, 2), beyond="no hidden layer"
        ),
    ],
    hints=[
        "Samples are rows. In which of the two shapes do you find the number of inputs, and in which "
        "the number of classes?",
        "self.layers is a tuple with the hidden sizes. It goes between the two other numbers.",
        "(a, *b, c) builds one tuple from a number, a tuple and a number.",
    ],
)
SIZES = "(X.shape[1], *self.layers, Y.shape[1])"
layer_sizes.misconception(
    "The first size is the number of samples. Inputs stand in the columns of X.",
    ("X.shape[1]", "X.shape[0]"),
)
layer_sizes.misconception(
    "The last size is the number of samples. Classes stand in the columns of Y.",
    ("Y.shape[1]", "Y.shape[0]"),
)
layer_sizes.misconception(
    "Only the hidden layers come back. The inputs and the outputs belong to the sizes too.",
    (SIZES, "tuple(self.layers)"),
)
layer_sizes.misconception(
    "The outputs are missing: the last size is the number of classes.",
    (SIZES, "(X.shape[1], *self.layers)"),
)
layer_sizes.misconception(
    "The inputs are missing: the first size is the number of columns of X.",
    (SIZES, "(*self.layers, Y.shape[1])"),
)
layer_sizes.misconception(
    "The hidden sizes stand in a tuple of their own inside the tuple. Unpack them.",
    (SIZES, "(X.shape[1], self.layers, Y.shape[1])"),
)
layer_sizes.misconception(
    "The hidden layers are counted: their number stands where their sizes should be.",
    (SIZES, "(X.shape[1], len(self.layers), Y.shape[1])"),
)
layer_sizes.misconception(
    "The output has one unit. With a softmax there is one for each class, a column of Y each.",
    ("Y.shape[1])", "1)"),
)
layer_sizes.misconception(
    "The sizes run from the outputs to the inputs. Begin with the inputs.",
    (SIZES, "(Y.shape[1], *self.layers[::-1], X.shape[1])"),
)
layer_sizes.misconception(
    "Only the first hidden layer is taken. There may be several.",
    ("*self.layers", "*self.layers[:1]"),
)
layer_sizes.variant((SIZES, "(X.shape[1],) + tuple(self.layers) + (Y.shape[1],)"))
layer_sizes.variant((SIZES, "[X.shape[1], *self.layers, Y.shape[1]]"))
layer_sizes.variant((SIZES, "(len(X[0]), *self.layers, len(Y[0]))"))
layer_sizes.variant(
    (
        f"return {SIZES}",
        "sizes = [np.shape(X)[-1]]\n    sizes.extend(self.layers)\n"
        "    sizes.append(np.shape(Y)[-1])\n    return tuple(sizes)",
    ),
)

# initialize_parameters

initialize_parameters = Exercise(
    "initialize_parameters",
    examples=[
        Example(Instance("DeepNeuralNet", (), {"random_state": 5}), (12, 10, 8)),
        Example(Instance("DeepNeuralNet", (), {"random_state": 5}), (3, 4, 5, 2)),
        Example(Instance("DeepNeuralNet", (), {"random_state": 6}), (9, 12, 10, 7)),
    ],
    random=("W1", "W2", "W3"),
    hints=[
        "Each layer of weights lies between two neighbouring sizes. With four sizes, how many layers "
        "of weights are there?",
        "Let layer run over range(1, len(sizes)): the layer's inputs are sizes[layer - 1], its outputs "
        'sizes[layer], and its names f"W{layer}" and f"b{layer}".',
        "rng = check_random_state(self.random_state) once, before the loop. Then "
        "rng.normal(0, spread, shape) for the weights, with the spread np.sqrt(2 / n_in), and zeros "
        "of shape (1, n_out).",
    ],
)
DRAW = "rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))"
initialize_parameters.misconception(
    "The weights are all zero: no two units of a layer can ever become different.",
    (DRAW, "np.zeros((n_in, n_out))"),
)
initialize_parameters.misconception(
    "The weights have standard deviation 1 in every layer. Scale them by the number of inputs.",
    ("np.sqrt(2 / n_in)", "1.0"),
)
initialize_parameters.misconception(
    "The weights have the spread 0.01 in every layer. Scale them by the number of inputs.",
    ("np.sqrt(2 / n_in)", "0.01"),
)
initialize_parameters.misconception(
    "2 / n_in is the variance. The standard deviation is its square root.",
    ("np.sqrt(2 / n_in)", "2 / n_in"),
)
initialize_parameters.misconception(
    "The weights are transposed. With samples in rows, W has a row for each input of its layer.",
    ('(n_in, n_out))\n        parameters[f"b', '(n_out, n_in))\n        parameters[f"b'),
)
initialize_parameters.misconception(
    "The biases are columns. With samples in rows a bias is one row.",
    ("np.zeros((1, n_out))", "np.zeros((n_out, 1))"),
)
initialize_parameters.misconception(
    "The biases have the shape (n_out,). Give them one row: (1, n_out).",
    ("np.zeros((1, n_out))", "np.zeros(n_out)"),
)
initialize_parameters.misconception(
    "The biases are random. They start at 0.",
    ("np.zeros((1, n_out))", "rng.normal(0, 1, (1, n_out))"),
)
initialize_parameters.misconception(
    "The biases start at 1. They start at 0.",
    ("np.zeros((1, n_out))", "np.ones((1, n_out))"),
)
initialize_parameters.misconception(
    "The last layer is missing. There is one layer of weights fewer than there are sizes, and no more "
    "than that one.",
    ("range(1, len(sizes))", "range(1, len(sizes) - 1)"),
)
initialize_parameters.misconception(
    "The names begin with W0. The first layer of weights is W1.",
    ('parameters[f"W{layer}"]', 'parameters[f"W{layer - 1}"]'),
    ('parameters[f"b{layer}"]', 'parameters[f"b{layer - 1}"]'),
)
initialize_parameters.misconception(
    "The weights are uniform between 0 and 1. They are normal, around 0.",
    (DRAW, "rng.uniform(0, 1, (n_in, n_out))"),
)
initialize_parameters.misconception(
    "A bias has as many columns as its layer has inputs. It belongs to the units: n_out columns.",
    ("np.zeros((1, n_out))", "np.zeros((1, n_in))"),
)
initialize_parameters.variant((DRAW, "rng.randn(n_in, n_out) * np.sqrt(2 / n_in)"))
initialize_parameters.variant((DRAW, "rng.standard_normal((n_in, n_out)) / (n_in / 2) ** 0.5"))
initialize_parameters.variant(
    (DRAW, "rng.normal(scale=np.sqrt(2.0) / np.sqrt(n_in), size=(n_in, n_out))")
)
initialize_parameters.variant(
    (
        "    for layer in range(1, len(sizes)):\n        n_in, n_out = sizes[layer - 1], sizes[layer]\n",
        "    for layer, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):\n",
    ),
)
initialize_parameters.variant(
    (
        "rng = check_random_state(self.random_state)",
        "rng = np.random.RandomState(self.random_state)",
    ),
)

# forward

deep = network((2, 4, 3, 2))
steep = network((2, 3, 2))
steep.attributes["parameters_"]["W1"] *= 5000

forward = Exercise(
    "forward",
    examples=[
        Example(network((2, 4, 3)), rows(5, 2)),
        Example(deep, rows(6, 2)),
        Example(network((3, 4, 5, 2), "tanh"), rows(4, 3)),
        Example(steep, rows(4, 2), beyond="very large scores"),
        Example(network((3, 2)), rows(4, 3), beyond="no hidden layer"),
    ],
    hints=[
        "Begin with a list that holds X. Each round takes the last entry of the list, makes the "
        "weighted sum of its layer, and appends what comes out.",
        "How many layers are there? self.parameters_ has two entries for each. The last layer is "
        "different: softmax instead of activate(Z, self.activation).",
        "Softmax: np.exp(Z minus the largest score of its row), divided by its sum over the row, "
        "axis=1, with keepdims=True both times.",
    ],
)
SUM = 'activations[-1] @ self.parameters_[f"W{layer}"] + self.parameters_[f"b{layer}"]'
SOFTMAX = "activations.append(powers / np.sum(powers, axis=1, keepdims=True))"
forward.misconception(
    "The activation is applied at the output as well. The last layer has the softmax alone.",
    ("    powers = np.exp(Z -", "    Z = activate(Z, self.activation)\n    powers = np.exp(Z -"),
)
forward.misconception(
    "The hidden layers have no activation.",
    ("activations.append(activate(Z, self.activation))", "activations.append(Z)"),
)
forward.misconception(
    "Every network uses ReLU in your version. Use self.activation.",
    ("activate(Z, self.activation)", 'activate(Z, "relu")'),
)
forward.misconception(
    "The biases are missing.",
    (' + self.parameters_[f"b{layer}"]', ""),
)
forward.misconception(
    "The softmax is missing: the last entry holds scores, not probabilities.",
    (SOFTMAX, "activations.append(Z)"),
)
forward.misconception(
    "The output is a sigmoid of each score. With several classes the rows would not sum to 1: use the "
    "softmax.",
    (SOFTMAX, "activations.append(0.5 * (1 + np.tanh(0.5 * Z)))"),
)
forward.misconception(
    "The softmax sums over the samples, down the columns. Each row has to sum to 1.",
    ("np.sum(powers, axis=1, keepdims=True)", "np.sum(powers, axis=0, keepdims=True)"),
)
forward.misconception(
    "The softmax divides by the sum over the whole table. Each row has to sum to 1.",
    ("np.sum(powers, axis=1, keepdims=True)", "np.sum(powers)"),
)
forward.misconception(
    "np.exp overflows for large scores and gives nan. Subtract each row's largest score first.",
    ("np.exp(Z - np.max(Z, axis=1, keepdims=True))", "np.exp(Z)"),
)
forward.misconception(
    "Every layer works on X. A layer works on the output of the layer before it.",
    ("Z = activations[-1] @", "Z = X @"),
)
forward.misconception(
    "Only the probabilities come back. gradients will need the whole list of activations.",
    ("return activations", "return activations[-1]"),
)
forward.misconception(
    "X itself is missing from the list: it is A_0.",
    ("return activations", "return activations[1:]"),
)
forward.misconception(
    "The probabilities are missing from the list.",
    (SOFTMAX, "pass"),
)
forward.misconception(
    "The list runs backward. A_0, which is X, comes first.",
    ("return activations", "return activations[::-1]"),
)
forward.misconception(
    "The number of layers is fixed at two. Take it from self.parameters_.",
    ("len(self.parameters_) // 2", "2"),
)
forward.misconception(
    "The list holds the weighted sums of the hidden layers. It should hold what comes out of their "
    "activation.",
    (
        "activations.append(activate(Z, self.activation))",
        "activations.append(Z)\n            hidden = activate(Z, self.activation)",
    ),
    ("Z = activations[-1] @", "Z = (hidden if layer > 1 else X) @"),
)
forward.variant(
    (
        SUM,
        'np.dot(activations[layer - 1], self.parameters_[f"W{layer}"]) + self.parameters_[f"b{layer}"]',
    )
)
forward.variant(
    ("np.max(Z, axis=1, keepdims=True)", "Z.max(axis=1)[:, np.newaxis]"),
    ("np.sum(powers, axis=1, keepdims=True)", "powers.sum(axis=1).reshape(-1, 1)"),
)
forward.variant(
    (
        f"    powers = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n    {SOFTMAX}\n",
        "    Z = Z - Z.max(axis=1, keepdims=True)\n"
        "    activations.append(np.exp(Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))))\n",
    ),
)
forward.variant(
    ("len(self.parameters_) // 2", 'sum(name.startswith("W") for name in self.parameters_)'),
    ("return activations", "return tuple(activations)"),
)
forward.variant(
    (
        f"    powers = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n    {SOFTMAX}\n",
        "    from scipy.special import softmax\n\n    activations.append(softmax(Z, axis=1))\n",
    ),
)

# gradients


def backward_example(sizes, m, activation="relu", reg_lambda=0.0, **how):
    net = network(sizes, activation, reg_lambda)
    return Example(net, passed(net, rows(m, sizes[0])), one_hot(m, sizes[-1]), **how)


gradients = Exercise(
    "gradients",
    examples=[
        backward_example((2, 4, 3), 5),
        backward_example((3, 4, 5, 2), 6, "tanh", 0.5),
        backward_example((2, 3, 4, 3), 5, "relu", 1.5),
        backward_example((3, 2), 4, "tanh", 0.4),
    ],
    hints=[
        "Start with dZ of the last layer, a difference divided by m. Then one loop, from the last "
        "layer to the first: range(L, 0, -1).",
        "In each round: dW from the activation of the layer *before* and dZ, db as the sum of dZ over "
        "the samples, and then dZ of the layer before, for the next round.",
        "dW is A.T @ dZ plus self.reg_lambda / m times W. The next dZ is (dZ @ W.T) times "
        "slope(A, self.activation), with the same A. The last round's is not needed.",
    ],
)
gradients.misconception(
    "The gradients are sums over the samples, as in NeuralNet. Here they are means: divide by m.",
    ("(activations[-1] - Y) / m", "activations[-1] - Y"),
    ("self.reg_lambda / m * W", "self.reg_lambda * W"),
)
gradients.misconception(
    "The cross-entropy's part is a sum over the samples. Divide it by m, like the penalty.",
    ("(activations[-1] - Y) / m", "activations[-1] - Y"),
)
gradients.misconception(
    "1/m is applied twice: once in dZ and once more in the gradients.",
    ("A.T @ dZ + ", "A.T @ dZ / m + "),
    ("np.sum(dZ, axis=0, keepdims=True)", "np.mean(dZ, axis=0, keepdims=True)"),
)
gradients.misconception(
    "The sign is turned: dZ of the last layer is the probabilities minus Y.",
    ("(activations[-1] - Y) / m", "(Y - activations[-1]) / m"),
)
gradients.misconception(
    "The penalty is missing from the gradients of the weights.",
    (" + self.reg_lambda / m * W", ""),
)
gradients.misconception(
    "The penalty is not divided by m. In this loss it is.",
    ("self.reg_lambda / m * W", "self.reg_lambda * W"),
)
gradients.misconception(
    "The penalty's gradient has a factor 2. The loss has lambda / 2, and the 2 of the square cancels.",
    ("self.reg_lambda / m * W", "2 * self.reg_lambda / m * W"),
)
gradients.misconception(
    "The penalty is subtracted. It is part of the loss, so its gradient is added.",
    ("+ self.reg_lambda / m * W", "- self.reg_lambda / m * W"),
)
gradients.misconception(
    "The slope of the activation is missing on the way back.",
    (" * slope(A, self.activation)", ""),
)
gradients.misconception(
    "The slope is always that of ReLU. Use self.activation.",
    ("slope(A, self.activation)", 'slope(A, "relu")'),
)
gradients.misconception(
    "The slope is always that of tanh. Use self.activation.",
    ("slope(A, self.activation)", 'slope(A, "tanh")'),
)
gradients.misconception(
    "You multiply by the activation, not by its slope.",
    ("slope(A, self.activation)", "activate(A, self.activation)"),
)
gradients.misconception(
    "The slope of the softmax is in dZ of the last layer. With the cross-entropy it cancels.",
    (
        "(activations[-1] - Y) / m",
        "(activations[-1] - Y) * activations[-1] * (1 - activations[-1]) / m",
    ),
)
gradients.misconception(
    "db is the mean of dZ. The 1/m is in dZ already, so sum over the samples.",
    ("np.sum(dZ, axis=0, keepdims=True)", "np.mean(dZ, axis=0, keepdims=True)"),
)
gradients.misconception(
    "db has the shape (n,). Keep the row: (1, n), the shape of b.",
    (", keepdims=True)", ")"),
)
gradients.misconception(
    "db is summed along the rows, over the units. Sum over the samples, axis=0.",
    ("axis=0", "axis=1"),
)
gradients.misconception(
    "dW is transposed. It has the shape of W.",
    ("A.T @ dZ + self.reg_lambda / m * W", "(A.T @ dZ + self.reg_lambda / m * W).T"),
)
gradients.misconception(
    "The first layer's gradients are missing: the loop stops one layer too early.",
    ("range(len(activations) - 1, 0, -1)", "range(len(activations) - 1, 1, -1)"),
)
gradients.misconception(
    "The keys are W1, b1, …. The gradients are asked for under dW1, db1, ….",
    ('grads[f"dW{layer}"]', 'grads[f"W{layer}"]'),
    ('grads[f"db{layer}"]', 'grads[f"b{layer}"]'),
)
gradients.variant(("A.T @ dZ", "np.dot(A.T, dZ)"), ("dZ @ W.T", "np.matmul(dZ, W.T)"))
gradients.variant(("A.T @ dZ", 'np.einsum("mi,mo->io", A, dZ)'))
gradients.variant(
    ("(activations[-1] - Y) / m", "activations[-1] - Y"),
    ("A.T @ dZ + self.reg_lambda / m * W", "(A.T @ dZ + self.reg_lambda * W) / m"),
    ("np.sum(dZ, axis=0, keepdims=True)", "np.mean(dZ, axis=0, keepdims=True)"),
)
gradients.variant(
    (
        "slope(A, self.activation)",
        '((A > 0) if self.activation == "relu" else (1 - np.square(A)))',
    ),
)
gradients.variant(
    (
        "        dZ = (dZ @ W.T) * slope(A, self.activation)\n",
        "        if layer > 1:\n            dZ = (dZ @ W.T) * slope(A, self.activation)\n",
    ),
)
