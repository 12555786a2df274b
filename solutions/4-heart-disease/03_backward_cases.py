"""Cases of 03_backward.

`d_relu` is one line; its examples hold no value at 0, where a slope is a choice. `back_propagation` is
one step and not a list of gradients, because the class keeps its parameters; its examples use visible
learning rates, so that a gradient that is too large or too small shows. Each object holds what a
forward pass has left in it, so that the forward pass is not needed. The last plain example has
n_x = n_h = m, where a transposed array does give a value.
"""

import numpy as np

from authoring import Example, Exercise, Instance

rng = np.random.default_rng(42)


def passed_network(n_x, n_h, n_y, m, rate):
    """A network after a forward pass, and the probabilities of that pass."""
    params = {
        "W1": rng.standard_normal((n_x, n_h)).round(2),
        "b1": rng.standard_normal((1, n_h)).round(2),
        "W2": rng.standard_normal((n_h, n_y)).round(2),
        "b2": rng.standard_normal((1, n_y)).round(2),
    }
    X = rng.standard_normal((m, n_x)).round(2)
    y = (np.arange(m * n_y).reshape(m, n_y) % 3 == 0).astype(float)
    Z1 = X @ params["W1"] + params["b1"]
    A1 = np.maximum(Z1, 0)
    yhat = 1 / (1 + np.exp(-(A1 @ params["W2"] + params["b2"])))
    attributes = {"X": X, "y": y, "params": {**params, "Z1": Z1, "A1": A1}}
    return Instance("NeuralNet", ((n_x, n_h, n_y), rate), attributes), yhat


# d_relu

Z = np.array([[-2.0, 3.0, 0.5], [1.5, -1.0, -0.25]])
d_relu = Exercise(
    "d_relu",
    examples=[
        Example(Instance("NeuralNet"), Z),
        Example(Instance("NeuralNet"), np.array([[4.0], [-3.0], [0.75], [-0.1]])),
    ],
    hints=[
        "Look at the picture of the slopes: there are two values only. What decides which one?",
        "A comparison Z > 0 gives True and False for every value at once.",
        "Return the comparison of Z with 0 as numbers, for example with .astype(float).",
    ],
)
SLOPE = "(Z > 0).astype(float)"
d_relu.misconception(
    "This is ReLU itself. Its slope is 1 wherever Z is positive, however large Z is.",
    (SLOPE, "np.maximum(0, Z)"),
)
d_relu.misconception(
    "The slope is 1 where Z is negative and 0 where it is positive. It is the other way round.",
    ("Z > 0", "Z < 0"),
)
d_relu.misconception(
    "The slope is -1 where Z is negative. ReLU is flat there.",
    (SLOPE, "np.sign(Z)"),
)
d_relu.misconception(
    "The slope is 1 everywhere. On the left ReLU is flat.",
    (SLOPE, "np.ones_like(Z)"),
)
d_relu.misconception(
    "This is the slope of the sigmoid. The hidden units use ReLU.",
    (SLOPE, "1 / (1 + np.exp(-Z)) * (1 - 1 / (1 + np.exp(-Z)))"),
)
d_relu.misconception(
    "This is the slope of tanh, from part 2. The hidden units use ReLU here.",
    (SLOPE, "1 - np.tanh(Z) ** 2"),
)
d_relu.misconception(
    "The slope of the leaky ReLU is small on the left. That of ReLU is 0 there.",
    (SLOPE, "np.where(Z > 0, 1, 0.01)"),
)
d_relu.misconception(
    "The border between the two slopes is at 1. ReLU bends at 0.",
    ("Z > 0", "Z > 1"),
)
d_relu.misconception(
    "One answer for the whole array. Each value of Z has a slope of its own.",
    (SLOPE, "float(np.all(Z > 0))"),
)
d_relu.misconception(
    "The caller's array is changed in place. Z still belongs to the forward pass: return a new array.",
    ("return (Z > 0).astype(float)", "Z[Z <= 0] = 0\n    Z[Z > 0] = 1\n    return Z"),
)
d_relu.variant((SLOPE, "Z > 0"))
d_relu.variant((SLOPE, "np.where(Z >= 0, 1, 0)"))
d_relu.variant((SLOPE, "np.heaviside(Z, 0.5)"))
d_relu.variant((SLOPE, "(np.sign(Z) + 1) / 2"))
d_relu.variant(
    (
        "return (Z > 0).astype(float)",
        "D = np.zeros_like(Z)\n    D[Z > 0] = 1\n    return D",
    )
)
d_relu.variant((SLOPE, "1.0 * (self.relu(Z) > 0)"))

# back_propagation

back_propagation = Exercise(
    "back_propagation",
    examples=[
        Example(*passed_network(2, 4, 1, 5, 0.1), read=("params",)),
        Example(*passed_network(3, 2, 1, 6, 0.05), read=("params",)),
        Example(*passed_network(3, 3, 1, 3, 0.2), read=("params",)),
        Example(*passed_network(2, 4, 3, 5, 0.1), read=("params",), beyond="several outputs"),
    ],
    hints=[
        "Start at the output: with the sigmoid and the cross-entropy together, dZ2 is a plain "
        "difference. Then dW2 and db2, then step back to the hidden layer.",
        "Every gradient has the shape of its parameter. Which of A1 and dZ2 must be transposed so "
        "that their product has the shape of W2? For the biases add up over the patients, axis=0.",
        "dZ1 is (dZ2 @ W2.T) times self.d_relu(Z1), element by element; dW1 is self.X.T @ dZ1.",
        "Compute all four gradients first. Then replace each parameter by itself minus "
        "self.learning_rate times its gradient. Nothing is divided by m.",
    ],
)
back_propagation.misconception(
    "The gradients are divided by m. In this class they are sums over the patients.",
    ("dZ2 = yhat - self.y", "dZ2 = (yhat - self.y) / len(self.y)"),
)
back_propagation.misconception(
    "The step goes uphill. Either dZ2 has its sign turned (it is yhat minus y), or the step is added "
    "where it should be subtracted.",
    ("- rate *", "+ rate *"),
)
back_propagation.misconception(
    "The learning rate is ignored: the whole gradient is subtracted.",
    ("rate * ", ""),
)
back_propagation.misconception(
    "The learning rate is fixed at 0.001. Take self.learning_rate.",
    ("self.params, self.learning_rate", "self.params, 0.001"),
)
back_propagation.misconception(
    "The slope of ReLU is missing from dZ1: units that were off must not learn from this patient.",
    (' * self.d_relu(params["Z1"])', ""),
)
back_propagation.misconception(
    "dZ1 is multiplied by ReLU of Z1, not by its slope.",
    ("self.d_relu(", "self.relu("),
)
back_propagation.misconception(
    "dZ1 is multiplied by the slope of the sigmoid. The hidden units use ReLU.",
    ('self.d_relu(params["Z1"])', 'params["A1"] * (1 - params["A1"])'),
)
back_propagation.misconception(
    "dZ1 is multiplied by the slope of tanh, as in part 2. The hidden units use ReLU here.",
    ('self.d_relu(params["Z1"])', '(1 - params["A1"] ** 2)'),
)
back_propagation.misconception(
    "dZ2 is the gradient of the squared error: it has the slope of the sigmoid in it. With the "
    "cross-entropy that slope cancels.",
    ("yhat - self.y", "(yhat - self.y) * yhat * (1 - yhat)"),
)
back_propagation.misconception(
    "dZ2 is the gradient with respect to yhat. The slope of the sigmoid, yhat (1 - yhat), is still "
    "missing.",
    ("yhat - self.y", "(yhat - self.y) / (yhat * (1 - yhat))"),
)
back_propagation.misconception(
    "W2 is changed before dZ1 is computed. All gradients belong to the old parameters.",
    ('(dZ2 @ params["W2"].T)', '(dZ2 @ (params["W2"] - rate * dW2).T)'),
)
back_propagation.misconception(
    "dW2 uses Z1. What reached the output layer is A1.",
    ('params["A1"].T @ dZ2', 'params["Z1"].T @ dZ2'),
)
back_propagation.misconception(
    "dW1 uses X as it is. X has to be transposed: each weight adds up over all samples, so the samples "
    "have to be what X.T and dZ1 share.",
    ("self.X.T @ dZ1", "self.X @ dZ1"),
)
back_propagation.misconception(
    "The gradient of a bias is the sum over the patients. You took the mean of it.",
    ("np.sum(dZ2, axis=0, keepdims=True)", "np.mean(dZ2, axis=0, keepdims=True)"),
    ("np.sum(dZ1, axis=0, keepdims=True)", "np.mean(dZ1, axis=0, keepdims=True)"),
)
back_propagation.misconception(
    "db1 is summed over all patients and all units. Each hidden unit has a bias of its own: look at "
    "the axis.",
    ("np.sum(dZ1, axis=0, keepdims=True)", "np.sum(dZ1)"),
)
back_propagation.misconception(
    "db1 is summed along the rows, over the hidden units. Sum over the patients, axis=0.",
    ("np.sum(dZ1, axis=0, keepdims=True)", "np.sum(dZ1, axis=1, keepdims=True)"),
)
back_propagation.misconception(
    "The biases stay as they were. They take a step too.",
    ('params["b1"] - rate * db1', 'params["b1"]'),
    ('params["b2"] - rate * db2', 'params["b2"]'),
)
back_propagation.misconception(
    "Only the output layer takes a step: W1 and b1 stay as they were.",
    ('params["W1"] - rate * dW1', 'params["W1"]'),
    ('params["b1"] - rate * db1', 'params["b1"]'),
)
back_propagation.misconception(
    "The error does not go back through W2: dZ1 has to weigh dZ2 with the weights that led to the "
    "output.",
    ('(dZ2 @ params["W2"].T)', "np.sum(dZ2, axis=1, keepdims=True)"),
)
back_propagation.misconception(
    "The gradients are returned, and self.params stays as it was. In this class back_propagation "
    "takes the step itself.",
    (
        """    self.params = {
        "W1": params["W1"] - rate * dW1,
        "b1": params["b1"] - rate * db1,
        "W2": params["W2"] - rate * dW2,
        "b2": params["b2"] - rate * db2,
    }
""",
        '    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}\n',
    ),
)
back_propagation.misconception(
    "self.params holds the gradients now. Each parameter should be its old value minus a step.",
    ('params["W1"] - rate * dW1', "dW1"),
    ('params["b1"] - rate * db1', "db1"),
    ('params["W2"] - rate * dW2', "dW2"),
    ('params["b2"] - rate * db2', "db2"),
)
back_propagation.variant(("np.sum(dZ1, axis=0, keepdims=True)", "dZ1.sum(axis=0)"))
back_propagation.variant(('self.d_relu(params["Z1"])', '(params["Z1"] > 0)'))
back_propagation.variant(('self.d_relu(params["Z1"])', 'self.d_relu(params["A1"])'))
back_propagation.variant(
    ('params["A1"].T @ dZ2', 'np.einsum("mh,my->hy", params["A1"], dZ2)'),
    ("self.X.T @ dZ1", "np.dot(dZ1.T, self.X).T"),
)
back_propagation.variant(
    (
        "dZ2 = yhat - self.y",
        "dyhat = (1 - self.y) / (1 - yhat) - self.y / yhat\n    dZ2 = dyhat * (yhat * (1 - yhat))",
    ),
)
back_propagation.variant(
    (
        """    self.params = {
        "W1": params["W1"] - rate * dW1,
        "b1": params["b1"] - rate * db1,
        "W2": params["W2"] - rate * dW2,
        "b2": params["b2"] - rate * db2,
    }
""",
        """    for name, gradient in (("W1", dW1), ("b1", db1), ("W2", dW2), ("b2", db2)):
        self.params[name] = self.params[name] - self.learning_rate * gradient
    return self
""",
    ),
)
back_propagation.variant(
    (
        """    self.params = {
        "W1": params["W1"] - rate * dW1,
        "b1": params["b1"] - rate * db1,
        "W2": params["W2"] - rate * dW2,
        "b2": params["b2"] - rate * db2,
    }
""",
        """    params["W1"] -= rate * dW1
    params["b1"] -= rate * db1
    params["W2"] -= rate * dW2
    params["b2"] -= rate * db2
""",
    ),
)
