"""Cases of 04_recap: the training of a neuron in one piece.

The exercise needs nothing from earlier ones. Mistakes of forward, backward and update meet here in a
loop; those that only a loop can make (the order, a start that is drawn anew) come first.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(14)


def task(n_x, n_y, m):
    """Inputs, labels, weights and bias."""
    X, Y = rng.standard_normal((n_x, m)).round(2), rng.integers(0, 2, (n_y, m))
    return X, Y, rng.standard_normal((n_y, n_x)).round(2), rng.standard_normal((n_y, 1)).round(2)


train_neuron = Exercise(
    "train_neuron",
    examples=[
        Example(*task(2, 1, 5), 1, 0.5),
        Example(*task(3, 1, 4), 3, 0.8),
        Example(*task(2, 2, 6), 2, 0.7, beyond="several outputs"),
    ],
    parts=("W", "b"),
    hints=[
        "Five lines in a loop: the answers, their error, then a step for W and one for b. What do you need "
        "before the loop?",
        "The number of samples m is the number of columns of X. The error is the answers minus the labels, "
        "and both steps use the same one.",
        "dW is the error times X transposed, divided by m. db is the sum of the error along each row, with "
        "its shape kept, divided by m.",
        "Write W = W - …, not W -= …: the second form changes the array that was handed in.",
    ],
)

train_neuron.misconception(
    "b is worked out from answers that already belong to the new W. Both slopes belong to the same place: "
    "compute the error once, then update.",
    ("    b = b -", "    dZ = 1 / (1 + np.exp(-(W @ X + b))) - Y\n        b = b -"),
)
train_neuron.misconception(
    "There is no loop: only one iteration is made, whatever num_iterations says.",
    ("range(num_iterations)", "range(1)"),
)
train_neuron.misconception(
    "One iteration is missing.",
    ("range(num_iterations)", "range(1, num_iterations)"),
)
train_neuron.misconception(
    "The answers are computed once, before the training. They have to be computed anew in each iteration.",
    ("    for _", "    A = 1 / (1 + np.exp(-(W @ X + b)))\n    for _"),
    ("        A = 1 / (1 + np.exp(-(W @ X + b)))\n        dZ", "        dZ"),
)
train_neuron.misconception(
    "The weights start from zero in your function, not from the W that is handed in.",
    ("    m = X.shape[1]", "    m = X.shape[1]\n    W = np.zeros(W.shape)"),
)
train_neuron.misconception(
    "Every step goes uphill: a sign is turned. The error is the answers minus the labels, and learning "
    "goes against the slope.",
    ("dZ = A - Y", "dZ = Y - A"),
)
train_neuron.misconception(
    "The slopes are sums over the samples. Divide both by m to make them means.",
    ("@ X.T / m", "@ X.T"),
    ("keepdims=True) / m", "keepdims=True)"),
)
train_neuron.misconception(
    "The slope of the bias is a sum over the samples. Divide it by m.",
    ("keepdims=True) / m", "keepdims=True)"),
)
train_neuron.misconception(
    "The slope of the weights is a sum over the samples. Divide it by m.",
    ("@ X.T / m", "@ X.T"),
)
train_neuron.misconception(
    "The learning rate is not used.",
    ("learning_rate * dZ", "dZ"),
    ("learning_rate * np.sum", "np.sum"),
)
train_neuron.misconception(
    "The slope of the sigmoid is multiplied in. It has cancelled against the logarithm: dZ is A - Y.",
    ("dZ = A - Y", "dZ = (A - Y) * A * (1 - A)"),
)
train_neuron.misconception(
    "The bias is missing in the weighted sum.",
    ("W @ X + b", "W @ X"),
)
train_neuron.misconception(
    "The sigmoid is missing: the error is that of the weighted sum.",
    ("A = 1 / (1 + np.exp(-(W @ X + b)))", "A = W @ X + b"),
)
train_neuron.misconception(
    "The exponent has the wrong sign, so the answers fall where Z rises.",
    ("np.exp(-(W @ X + b))", "np.exp(W @ X + b)"),
)
train_neuron.misconception(
    "The bias is never updated.",
    ("        b = b - learning_rate * np.sum(dZ, axis=1, keepdims=True) / m\n", ""),
)
train_neuron.misconception(
    "The weights are never updated.",
    ("        W = W - learning_rate * dZ @ X.T / m\n", ""),
)
train_neuron.misconception(
    "All outputs share one bias in your function. Sum along each row, with its shape kept.",
    ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)"),
)
train_neuron.misconception(
    "W and b are changed in place, and so are those of whoever called. Write W = W - … in place of W -= ….",
    ("W = W - learning_rate * dZ @ X.T / m", "W -= learning_rate * dZ @ X.T / m"),
    ("b = b - learning_rate * np.sum", "b -= learning_rate * np.sum"),
)

train_neuron.variant(("np.sum(dZ, axis=1, keepdims=True) / m", "dZ.mean(axis=1, keepdims=True)"))
train_neuron.variant(
    ("1 / (1 + np.exp(-(W @ X + b)))", "(1 + np.tanh((W @ X + b) / 2)) / 2"),
    ("dZ @ X.T / m", "(dZ / m) @ X.T"),
)


@train_neuron.variant()
def _(X, Y, W, b, num_iterations, learning_rate):
    # With copies, in place.
    W, b = W.copy(), b.copy()
    for _ in range(num_iterations):
        error = (1 / (1 + np.exp(-(np.dot(W, X) + b))) - Y) / Y.shape[1]
        W -= learning_rate * np.dot(error, X.T)
        b -= learning_rate * error.sum(axis=1, keepdims=True)
    return W, b


@train_neuron.variant()
def _(X, Y, W, b, num_iterations, learning_rate):
    # The bias as one more weight, of an input that is always 1.
    inputs = np.vstack([X, np.ones((1, X.shape[1]))])
    weights = np.hstack([W, b])
    done = 0
    while done < num_iterations:
        answers = 1 / (1 + np.exp(-weights @ inputs))
        weights = weights - learning_rate / X.shape[1] * (answers - Y) @ inputs.T
        done += 1
    return weights[:, :-1], weights[:, -1:]
