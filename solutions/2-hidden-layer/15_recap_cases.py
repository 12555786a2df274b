"""Cases of 15_recap: the training of a network in one piece.

The exercise needs nothing from earlier ones. Single slips of forward and backward propagation have
their sentences in notebooks 04 to 07; here are the common ones, and those that only the whole can make.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(214)


def task(n_x, n_h, m, n_y=1):
    """Inputs, labels and parameters to start from."""
    X, Y = rng.standard_normal((n_x, m)).round(2), rng.integers(0, 2, (n_y, m))
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1)}
    return X, Y, {name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}


train_network = Exercise(
    "train_network",
    examples=[
        Example(*task(2, 4, 5), 1, 0.5),
        Example(*task(3, 2, 6), 3, 0.4),
        Example(*task(2, 5, 6, n_y=3), 2, 0.3, beyond="several outputs"),
    ],
    parts=("trained", "costs"),
    hints=[
        "Before the loop: the four parameters out of the dictionary, the number of samples, an empty list. "
        "In the loop: the equations of the table, from forward to update.",
        "Work out dZ2 and dZ1 before anything is updated: both belong to the place where the forward step "
        "was made.",
        "dZ1 is W2 transposed times dZ2, multiplied element by element by 1 - A1**2. Each slope of a weight "
        "is an error times what came in, transposed, divided by m.",
        "Each update has the form W2 = W2 - learning_rate * (its slope), four times; -= would change the "
        "arrays that were handed in. Return a new dictionary and the list.",
    ],
)

train_network.misconception(
    "dZ1 is worked out with the W2 after its update. All slopes belong to the same place: first dZ2 and dZ1, "
    "then the four updates.",
    ("        dZ1 = W2.T @ dZ2 * (1 - A1**2)\n", ""),
    ("        W1 = W1 -", "        dZ1 = W2.T @ dZ2 * (1 - A1**2)\n        W1 = W1 -"),
)
train_network.misconception(
    "The cost is that after the update. It belongs to the answers before it.",
    ("        costs.append(np.sum(losses) / m)\n", ""),
    (
        "    return {",
        "        A2 = 1 / (1 + np.exp(-(W2 @ np.tanh(W1 @ X + b1) + b2)))\n"
        "        costs.append(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m)\n    return {",
    ),
)
train_network.misconception(
    "There is no loop: only one iteration is made, whatever num_iterations says.",
    ("range(num_iterations)", "range(1)"),
)
train_network.misconception(
    "The costs are sums over the samples. Divide them by m.",
    ("np.sum(losses) / m", "np.sum(losses)"),
)
train_network.misconception(
    "The sign of the cost is turned: the logarithm of a probability is negative, and a cost is not.",
    ("np.sum(losses) / m", "-np.sum(losses) / m"),
)
train_network.misconception(
    "Only the last cost is returned. One for each iteration is asked for.",
    ("}, costs", "}, costs[-1:]"),
)
train_network.misconception(
    "The slope of tanh is missing in dZ1. The error that arrives is multiplied by 1 - A1**2.",
    (" * (1 - A1**2)", ""),
)
train_network.misconception(
    "The slope of the sigmoid stands where that of tanh belongs: in dZ1 it is 1 - A1**2.",
    ("(1 - A1**2)", "A1 * (1 - A1)"),
)
train_network.misconception(
    "The hidden layer uses the sigmoid. Its activation is tanh.",
    ("np.tanh(W1 @ X + b1)", "1 / (1 + np.exp(-(W1 @ X + b1)))"),
)
train_network.misconception(
    "The slopes are sums over the samples. Divide all four by m.",
    ("@ A1.T / m", "@ A1.T"),
    ("@ X.T / m", "@ X.T"),
    ("keepdims=True) / m", "keepdims=True)"),
)
train_network.misconception(
    "The updates are added. Learning goes against the slope.",
    ("W1 - learning", "W1 + learning"),
    ("b1 - learning", "b1 + learning"),
    ("W2 - learning", "W2 + learning"),
    ("b2 - learning", "b2 + learning"),
)
train_network.misconception(
    "The hidden layer never learns: W1 and b1 stay as they were.",
    ("        W1 = W1 - learning_rate * dZ1 @ X.T / m\n", ""),
    ("        b1 = b1 - learning_rate * np.sum(dZ1, axis=1, keepdims=True) / m\n", ""),
)
train_network.misconception(
    "The biases are never updated.",
    ("        b2 = b2 - learning_rate * np.sum(dZ2, axis=1, keepdims=True) / m\n", ""),
    ("        b1 = b1 - learning_rate * np.sum(dZ1, axis=1, keepdims=True) / m\n", ""),
)
train_network.misconception(
    "All hidden units share one bias in your update. Sum along each row of dZ1, with its shape kept.",
    ("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)"),
)
train_network.misconception(
    "The parameters that were handed in are changed in place. Write W1 = W1 - … in place of W1 -= ….",
    ("W1 = W1 - learning_rate * dZ1 @ X.T / m", "W1 -= learning_rate * dZ1 @ X.T / m"),
    ("W2 = W2 - learning_rate * dZ2 @ A1.T / m", "W2 -= learning_rate * dZ2 @ A1.T / m"),
)

train_network.variant(
    ("np.sum(losses) / m", "losses.sum(axis=0).mean()"),
    ("np.sum(dZ1, axis=1, keepdims=True) / m", "dZ1.mean(axis=1, keepdims=True)"),
)


@train_network.variant()
def _(X, Y, parameters, num_iterations, learning_rate):
    # With a dictionary of slopes, and a new one of parameters for each iteration.
    P, m, costs = parameters, X.shape[1], []
    for _ in range(num_iterations):
        A1 = np.tanh(P["W1"] @ X + P["b1"])
        A2 = 1 / (1 + np.exp(-(P["W2"] @ A1 + P["b2"])))
        costs.append(float(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m))
        E2 = (A2 - Y) / m
        E1 = (P["W2"].T @ E2) * (1 - A1 * A1)
        slopes = {"W1": E1 @ X.T, "b1": E1.sum(1, keepdims=True)}
        slopes |= {"W2": E2 @ A1.T, "b2": E2.sum(1, keepdims=True)}
        P = {name: P[name] - learning_rate * slopes[name] for name in P}
    return P, costs


@train_network.variant()
def _(X, Y, parameters, num_iterations, learning_rate):
    # In place, on copies; the costs in an array.
    W1, b1, W2, b2 = (parameters[name].copy() for name in ("W1", "b1", "W2", "b2"))
    costs = np.zeros(num_iterations)
    for k in range(num_iterations):
        A1 = np.tanh(np.dot(W1, X) + b1)
        A2 = 1 / (1 + np.exp(-np.dot(W2, A1) - b2))
        costs[k] = -np.mean(np.where(Y == 1, np.log(A2), np.log(1 - A2)).sum(axis=0))
        dZ2 = (A2 - Y) / Y.shape[1]
        dZ1 = np.dot(W2.T, dZ2) * (1 - np.square(A1))
        W2 -= learning_rate * np.dot(dZ2, A1.T)
        b2 -= learning_rate * dZ2.sum(axis=1, keepdims=True)
        W1 -= learning_rate * np.dot(dZ1, X.T)
        b1 -= learning_rate * dZ1.sum(axis=1, keepdims=True)
    return {"W1": W1, "W2": W2, "b1": b1, "b2": b2}, list(costs)
