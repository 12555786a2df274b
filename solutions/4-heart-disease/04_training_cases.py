"""Cases of 04_training.

`fit` is judged against a loop of the course's own steps, started from weights that are known:
`init_weights` is replaced by a function that sets them. So a random draw never decides, and a mistake
in notebook 03 costs nothing here. The numbers of iterations differ from one another and from the
default.

`predict` gets rows whose number differs from that of the training rows in the object, and once the
same number, where the training rows could be taken for the new ones unnoticed. No probability lies
at one half. `acc` has whole percentages in its plain cases, so that an accuracy cut to a whole
number, as some articles have it, keeps the points of the plain case. `plot_loss` leaves the look of
the plot free; there is little to get wrong, hence fewer misconceptions.
"""

import numpy as np

from authoring import Example, Exercise, Instance
from nnlib import functions

rng = np.random.default_rng(43)
KNOWN = {"NeuralNet.init_weights": functions.set_fixed_weights}


def rows(m, n_x):
    """Training rows and a column of labels with both classes in unequal numbers."""
    X = rng.standard_normal((m, n_x)).round(2)
    return X, (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)


def flat(X, y):
    """The same with labels of the shape (m,)."""
    return X, y.ravel()


# fit

fit = Exercise(
    "fit",
    examples=[
        Example(
            Instance("NeuralNet", ((2, 4, 1), 0.1, 3)), *rows(5, 2), given=KNOWN,
            read=("params", "loss"),
        ),
        Example(
            Instance("NeuralNet", ((3, 2, 1), 0.05, 7)), *rows(6, 3), given=KNOWN,
            read=("params", "loss"),
        ),
        Example(
            Instance("NeuralNet", ((2, 4, 1), 0.1, 3)), *flat(*rows(5, 2)), given=KNOWN,
            read=("params", "loss"), beyond="labels of the shape (m,)",
        ),
        Example(
            Instance("NeuralNet", ((2, 3, 1), 0.1, 2), {"loss": [0.75, 0.5]}), *rows(4, 2),
            given=KNOWN, read=("params", "loss"), beyond="a second fit",
        ),
    ],
    hints=[
        "Before the loop: the data into self.X and self.y, and new weights. In the loop: forward, "
        "note the loss, back.",
        "self.forward_propagation() returns two things, yhat and the loss. self.back_propagation "
        "wants yhat. Where should the list of losses be started, so that a second fit has its own?",
        "np.reshape(y, (-1, 1)) makes a column of either shape. Then self.init_weights(), an empty "
        "list in self.loss, and a for loop over range(self.iterations).",
    ],
)  # fmt: skip
LOOP = """    for _ in range(self.iterations):
        yhat, loss = self.forward_propagation()
        losses.append(loss)
        self.back_propagation(yhat)
    self.loss = losses
"""
fit.misconception(
    "The weights are drawn anew in every iteration, so nothing that was learnt is kept. Draw them "
    "once, before the loop.",
    ("    self.init_weights()\n    losses", "    losses"),
    (
        "        yhat, loss = self.forward",
        "        self.init_weights()\n        yhat, loss = self.forward",
    ),
)
fit.misconception(
    "The weights are never drawn: self.init_weights() is not called.",
    ("    self.init_weights()\n    losses", "    losses"),
)
fit.misconception(
    "The loop ends after its first iteration. Look at how far the last line of fit is indented.",
    (
        LOOP,
        LOOP.replace(
            "    self.loss = losses\n", "        self.loss = list(losses)\n        return\n"
        ),
    ),
)
fit.misconception(
    "There is one iteration too few.",
    ("range(self.iterations)", "range(1, self.iterations)"),
)
fit.misconception(
    "There is one iteration too many.",
    ("range(self.iterations)", "range(self.iterations + 1)"),
)
fit.misconception(
    "The number of iterations is fixed at 100. Take self.iterations.",
    ("range(self.iterations)", "range(100)"),
)
fit.misconception(
    "The parameters never change: back_propagation is not called.",
    ("        self.back_propagation(yhat)\n", ""),
)
fit.misconception(
    "The losses are not kept: self.loss has to hold the loss of every iteration.",
    ("    self.loss = losses\n", ""),
)
fit.misconception(
    "Only the last loss is kept. self.loss is a list with one loss for each iteration.",
    ("self.loss = losses", "self.loss = [loss]"),
)
fit.misconception(
    "self.loss is a single number. It should be a list with one loss for each iteration.",
    ("self.loss = losses", "self.loss = loss"),
)
fit.misconception(
    "The losses are noted after the step, so the first one, of the weights that were drawn, is "
    "missing. Note what the forward pass gave.",
    (
        LOOP,
        """    for _ in range(self.iterations):
        yhat, loss = self.forward_propagation()
        self.back_propagation(yhat)
        losses.append(self.forward_propagation()[1])
    self.loss = losses
""",
    ),
)
fit.misconception(
    "The list holds the probabilities. forward_propagation returns yhat first and the loss second.",
    ("losses.append(loss)", "losses.append(yhat)"),
)
fit.misconception(
    "The backward pass gets the labels. It wants yhat, the probabilities of this forward pass.",
    ("self.back_propagation(yhat)", "self.back_propagation(self.y)"),
)
fit.misconception(
    "The backward pass gets the loss. It wants yhat, the probabilities of this forward pass.",
    ("self.back_propagation(yhat)", "self.back_propagation(loss)"),
)
fit.misconception(
    "Labels of the shape (m,) are kept as they came. In the backward pass they broadcast against the "
    "column of probabilities: make a column of them first.",
    ("np.reshape(y, (len(X), self.layers[-1]))", "y"),
)
fit.misconception(
    "A second fit adds its losses to those of the first. Start a new list.",
    ("losses = []", "losses = self.loss"),
)
fit.misconception(
    "The data are not stored in the object, so the forward pass has nothing to work on.",
    ("    self.X = X\n", ""),
)
fit.variant(
    ("losses = []", "self.loss = []"),
    ("losses.append(loss)", "self.loss.append(loss)"),
    ("    self.loss = losses\n", ""),
)
fit.variant(
    (LOOP, LOOP + "    return self\n"),
)
fit.variant(
    (
        LOOP,
        """    while len(losses) < self.iterations:
        yhat, loss = self.forward_propagation()
        losses += [loss]
        self.back_propagation(yhat)
        if len(losses) % 2 == 0:
            print(len(losses), loss)
    self.loss = list(losses)
""",
    ),
)
fit.variant(
    ("np.reshape(y, (len(X), self.layers[-1]))", "y if y.ndim == 2 else y[:, np.newaxis]"),
)
fit.variant(
    (
        "    self.init_weights()\n    losses = []\n" + LOOP,
        """    self.init_weights()

    def one_iteration():
        yhat, loss = self.forward_propagation()
        self.back_propagation(yhat)
        return loss

    self.loss = [one_iteration() for _ in range(self.iterations)]
""",
    ),
)
fit.variant(
    (
        "    self.X = X\n    self.y = np.reshape(y, (len(X), self.layers[-1]))\n",
        "    self.X, self.y = np.array(X), np.array(y).reshape(-1, 1)\n    np.random.seed(0)\n",
    ),
)

# predict


def trained(n_x, n_h, m):
    """A network that holds m training rows, and whose output has both signs."""
    X, y = rows(m, n_x)
    params = {
        "W1": rng.standard_normal((n_x, n_h)).round(2),
        "b1": rng.standard_normal((1, n_h)).round(2),
        "W2": rng.standard_normal((n_h, 1)).round(2),
        "b2": np.array([[-0.35]]),
    }
    return Instance(
        "NeuralNet", ((n_x, n_h, 1),), {"X": X, "y": y, "params": params, "loss": [0.75, 0.5]}
    )


predict = Exercise(
    "predict",
    examples=[
        Example(trained(2, 4, 5), rng.normal(0, 1.5, (8, 2)).round(2)),
        Example(trained(3, 5, 6), rng.normal(0, 1.5, (9, 3)).round(2)),
        Example(
            trained(3, 5, 6), rng.normal(0, 1.5, (6, 3)).round(2), read=("X", "y", "loss"),
            beyond="the training data in the object stay as they are",
        ),
    ],
    hints=[
        "It is a forward pass for the rows X of the argument, up to the probabilities. Then comes "
        "the decision.",
        "self.forward_propagation() works on self.X and wants labels for the loss, so it does not "
        "fit here. Write the two layers again with X, self.relu and self.sigmoid.",
        "Compare the probabilities with 0.5: the comparison gives True and False, and "
        ".astype(int) turns them into 1 and 0.",
    ],
)  # fmt: skip
CLASSES = "(yhat > 0.5).astype(int)"
predict.misconception(
    "These are probabilities. Decide: 1 where the probability exceeds one half, else 0.",
    (CLASSES, "yhat"),
)
predict.misconception(
    "The classes are the wrong way round: 1 belongs where the probability is above one half.",
    (CLASSES, "(yhat < 0.5).astype(int)"),
)
predict.misconception(
    "The border is 0, so every patient is class 1: a probability is never below 0.",
    (CLASSES, "(yhat > 0).astype(int)"),
)
predict.misconception(
    "The border is the mean probability of these rows. A patient's class must not depend on the "
    "other rows: the border is one half.",
    (CLASSES, "(yhat > yhat.mean()).astype(int)"),
)
predict.misconception(
    "The sigmoid is missing: a weighted sum is compared with one half.",
    ("yhat = self.sigmoid(", "yhat = ("),
)
predict.misconception(
    "ReLU is missing from the hidden layer.",
    ("self.relu(", "("),
)
predict.misconception(
    "The hidden layer uses the sigmoid. It was trained with ReLU.",
    ("self.relu(", "self.sigmoid("),
)
predict.misconception(
    "The bias b1 is missing.",
    (' + self.params["b1"]', ""),
)
predict.misconception(
    "The bias b2 is missing.",
    (' + self.params["b2"]', ""),
)
predict.misconception(
    "The classes come back as (m,). They should be a column (m, 1), like the labels.",
    (CLASSES, "(yhat > 0.5).astype(int).ravel()"),
)
predict.misconception(
    "You predict for self.X, the training rows. Predict for the rows X that were handed in.",
    ("self.relu(X @", "self.relu(self.X @"),
)
predict.misconception(
    "The classes are 1 and 2, as the data set stores them. The network works with 0 and 1.",
    (CLASSES, "1 + (yhat > 0.5).astype(int)"),
)
predict.misconception(
    "The classes are -1 and 1. The network works with 0 and 1.",
    (CLASSES, "np.where(yhat > 0.5, 1, -1)"),
)
predict.misconception(
    "The probabilities are cut off after the decimal point, which makes every class 0.",
    (CLASSES, "yhat.astype(int)"),
)
predict.misconception(
    "self.X is overwritten by the new rows. Leave the training data in the object as they are.",
    ("    A1 = self.relu(X @", "    self.X = X\n    A1 = self.relu(self.X @"),
)
predict.variant((CLASSES, "np.round(yhat)"))
predict.variant((CLASSES, "yhat >= 0.5"))
predict.variant((CLASSES, "np.where(yhat > 0.5, 1.0, 0.0)"))
predict.variant(
    (
        'yhat = self.sigmoid(A1 @ self.params["W2"] + self.params["b2"])\n'
        "    return (yhat > 0.5).astype(int)",
        'return 1 * (A1 @ self.params["W2"] + self.params["b2"] > 0)',
    ),
)
predict.variant(
    (CLASSES, "np.array([[1 if p > 0.5 else 0] for p in yhat.ravel()])"),
)
predict.variant(
    ("self.relu(", "np.maximum(0, "),
    ("self.sigmoid(", "(lambda z: 1 / (1 + np.exp(-z)))("),
)

# acc

acc = Exercise(
    "acc",
    examples=[
        Example(
            Instance("NeuralNet"),
            np.array([[1.0], [0.0], [1.0], [1.0], [0.0]]),
            np.array([[1], [0], [0], [1], [0]]),
        ),
        Example(
            Instance("NeuralNet"),
            np.array([[0.0], [0.0], [1.0], [1.0], [0.0], [1.0], [0.0], [0.0], [0.0], [0.0]]),
            np.array([[1], [0], [1], [1], [1], [0], [0], [0], [0], [0]]),
        ),
        Example(
            Instance("NeuralNet"),
            np.array([[1.0], [0.0], [1.0]]),
            np.array([[1], [0], [0]]),
            beyond="a percentage with decimals",
        ),
        Example(
            Instance("NeuralNet"),
            np.array([1.0, 0.0, 1.0, 1.0, 0.0]),
            np.array([[1], [0], [0], [1], [0]]),
            beyond="labels (m,) with classes (m, 1)",
        ),
    ],
    hints=[
        "Compare patient by patient, count how often the two agree, and divide by the number of "
        "patients.",
        "np.mean of a comparison is the share of True. Mind that the result is asked for in percent.",
        "np.ravel makes both arrays (m,), whatever they were. Then 100 * np.mean(… == …).",
    ],
)
SHARE = "100 * float(np.mean(np.ravel(y) == np.ravel(yhat)))"
acc.misconception(
    "This is a share between 0 and 1. Return it in percent.",
    ("100 * ", ""),
)
acc.misconception(
    "This is the percentage of wrong classes. Count where the two agree.",
    ("==", "!="),
)
acc.misconception(
    "This is the number of patients classed right. Divide by the number of patients.",
    (SHARE, "float(np.sum(np.ravel(y) == np.ravel(yhat)))"),
)
acc.misconception(
    "The percentage is cut to a whole number. Keep its decimals.",
    (SHARE, "int(np.mean(np.ravel(y) == np.ravel(yhat)) * 100 + 1e-9)"),
)
acc.misconception(
    "The percentage is rounded to a whole number. Keep its decimals.",
    (SHARE, "round(100 * float(np.mean(np.ravel(y) == np.ravel(yhat))))"),
)
acc.misconception(
    "Where labels are (m,) and classes (m, 1), each is compared with each: (m, m) comparisons. Bring "
    "both to one shape first.",
    ("np.ravel(y) == np.ravel(yhat)", "y == yhat"),
)
acc.misconception(
    "Only the ill patients are counted: this is the sensitivity. The accuracy is about all patients.",
    (SHARE, "100 * float(np.mean(np.ravel(yhat)[np.ravel(y) == 1] == 1))"),
)
acc.misconception(
    "Only the healthy patients are counted: this is the specificity. The accuracy is about all "
    "patients.",
    (SHARE, "100 * float(np.mean(np.ravel(yhat)[np.ravel(y) == 0] == 0))"),
)
acc.misconception(
    "Only patients who are ill and were found are counted as right. A healthy patient who is called "
    "healthy is right as well.",
    (SHARE, "100 * float(np.mean(np.ravel(y) * np.ravel(yhat)))"),
)
acc.misconception(
    "This is the percentage of patients who are called ill. Compare the classes with the labels.",
    (SHARE, "100 * float(np.mean(yhat))"),
)
acc.misconception(
    "One True or False for each patient. Return one number: the mean of them, in percent.",
    (SHARE, "np.ravel(y) == np.ravel(yhat)"),
)
acc.misconception(
    "The answer says whether all classes are right. Count how many are.",
    (SHARE, "100.0 * np.array_equal(np.ravel(y), np.ravel(yhat))"),
)
acc.variant((SHARE, "100 * np.sum(np.ravel(y) == np.ravel(yhat)) / len(y)"))
acc.variant((SHARE, "np.mean(y.reshape(-1) == yhat.reshape(-1)) * 100"))
acc.variant((SHARE, "100 - 100 * np.abs(np.ravel(y) - np.ravel(yhat)).mean()"))
acc.variant((SHARE, "100 * sum(a == b for a, b in zip(np.ravel(y), np.ravel(yhat))) / np.size(y)"))
acc.variant(
    (
        f"return {SHARE}",
        "from sklearn.metrics import accuracy_score\n\n"
        "    return 100 * accuracy_score(np.ravel(y).astype(int), np.ravel(yhat).astype(int))",
    ),
)

# plot_loss

plot_loss = Exercise(
    "plot_loss",
    examples=[
        Example(Instance("NeuralNet", (), {"loss": [0.9, 0.7, 0.55, 0.5]})),
        Example(Instance("NeuralNet", (), {"loss": [1.5, 0.25, 0.375]})),
    ],
    hints=[
        "Three things: an Axes, a line on it, and two labels.",
        "plotting.subplots() returns a figure and an Axes. The Axes has the methods plot, "
        "set_xlabel and set_ylabel.",
        "ax.plot(self.loss) puts the iteration along x by itself. Return ax at the end.",
    ],
)
LINE = "ax.plot(range(len(self.loss)), self.loss)"
plot_loss.misconception(
    "Nothing is returned. Return the Axes, so that a caller can add to the plot.",
    ("    return ax\n", ""),
)
plot_loss.misconception(
    "The y axis has no label. Say that it is the loss.",
    ('ax.set(xlabel="iteration", ylabel="loss")', 'ax.set(xlabel="iteration")'),
)
plot_loss.misconception(
    "The x axis has no label. Say that it is the iteration.",
    ('ax.set(xlabel="iteration", ylabel="loss")', 'ax.set(ylabel="loss")'),
)
plot_loss.misconception(
    "The axes have no labels. Say what runs along x and what along y.",
    ('    ax.set(xlabel="iteration", ylabel="loss")\n', ""),
)
plot_loss.misconception(
    "The first loss is left out. Draw the whole list.",
    (LINE, "ax.plot(range(1, len(self.loss)), self.loss[1:])"),
)
plot_loss.misconception(
    "The last loss is left out. Draw the whole list.",
    (LINE, "ax.plot(self.loss[:-1])"),
)
plot_loss.misconception(
    "Iteration and loss are swapped: the loss belongs along y.",
    (LINE, "ax.plot(self.loss, range(len(self.loss)))"),
)
plot_loss.misconception(
    "The losses are drawn as separate points, not as a line: use plot.",
    (LINE, "ax.scatter(range(len(self.loss)), self.loss)"),
)
plot_loss.misconception(
    "The logarithm of the loss is drawn. Draw the loss itself; a logarithmic axis is a matter of "
    "set_yscale.",
    (LINE, "ax.plot(np.log(self.loss))"),
)
plot_loss.variant((LINE, "ax.plot(self.loss)"))
plot_loss.variant(
    (
        '    ax.set(xlabel="iteration", ylabel="loss")\n',
        '    ax.set_xlabel("Iteration")\n    ax.set_ylabel("Cross-entropy")\n    ax.set_title("Loss")\n',
    ),
)
plot_loss.variant(
    (
        """    _, ax = plotting.subplots()
    ax.plot(range(len(self.loss)), self.loss)
    ax.set(xlabel="iteration", ylabel="loss")
    return ax
""",
        """    import matplotlib.pyplot as plt

    plt.figure()
    plt.plot(self.loss, color="black")
    plt.xlabel("Iteration")
    plt.ylabel("logloss")
    plt.title("Loss curve for training")
    return plt.gca()
""",
    ),
)
plot_loss.variant(
    (
        """    _, ax = plotting.subplots()
    ax.plot(range(len(self.loss)), self.loss)
    ax.set(xlabel="iteration", ylabel="loss")
    return ax
""",
        "    return plotting.plot_cost(self.loss)\n",
    ),
)
plot_loss.variant((LINE, 'ax.plot(np.arange(len(self.loss)), self.loss, ".-", label="training")'))
