"""Cases of 14_playground: the cost with its penalty, from the cost that the learner has.

Left out: several outputs, which compute_cost has in its own notebook.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(214)


def network(n_x, n_h, m, reg_lambda, scale=1):
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (1, n_h), "b2": (1, 1)}
    parameters = {n: (scale * rng.standard_normal(s)).round(2) for n, s in shapes.items()}
    A2 = rng.uniform(0.1, 0.9, (1, m)).round(2)
    return A2, rng.integers(0, 2, (1, m)), parameters, reg_lambda


penalised_cost = Exercise(
    "penalised_cost",
    examples=[
        Example(*network(2, 3, 5, 0.5)),
        Example(*network(3, 2, 8, 2.0)),
        Example(*network(4, 4, 6, 1.3)),
        # Small weights: a sum of squares below 1
        Example(*network(2, 3, 4, 6.0, scale=0.2)),
    ],
    hints=[
        "The cost without penalty is there already. Which function gives it?",
        "`W**2` squares every entry of a matrix, and `np.sum` adds up what comes. Which matrices count?",
        "Add the sums of both weight matrices, multiply by the strength, divide by twice the number of "
        "columns of Y, and add compute_cost.",
    ],
)

SQUARES = 'np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2)'

penalised_cost.misconception(
    "The biases are penalised too. The penalty is on the weights only.",
    (SQUARES, "sum(np.sum(value ** 2) for value in parameters.values())"),
)
penalised_cost.misconception(
    "The penalty is not divided by m.",
    ("(2 * Y.shape[1])", "2"),
)
penalised_cost.misconception(
    "The penalty is twice as large as it should be: the 2 below is missing.",
    ("(2 * Y.shape[1])", "Y.shape[1]"),
)
penalised_cost.misconception(
    "The brackets around 2 m are missing: this divides by 2 and multiplies by m.",
    ("(2 * Y.shape[1])", "2 * Y.shape[1]"),
)
penalised_cost.misconception(
    "The penalty is taken off the cost: this would reward large weights.",
    ("+ penalty", "- penalty"),
)
penalised_cost.misconception(
    "Only the penalty is returned. It is added to the cost.",
    ("compute_cost(A2, Y) + penalty", "penalty"),
)
penalised_cost.misconception(
    "The penalty is missing.",
    (" + penalty", ""),
)
penalised_cost.misconception(
    "Only the hidden layer is penalised. Both weight matrices are.",
    (SQUARES, 'np.sum(parameters["W1"] ** 2)'),
)
penalised_cost.misconception(
    "Only the output layer is penalised. Both weight matrices are.",
    (SQUARES, 'np.sum(parameters["W2"] ** 2)'),
)
penalised_cost.misconception(
    "The weights are not squared, so negative ones lower the cost.",
    ('"W1"] ** 2', '"W1"]'),
    ('"W2"] ** 2', '"W2"]'),
)
penalised_cost.misconception(
    "The sums of the weights are squared. Each weight is squared, then they are added.",
    (SQUARES, 'np.sum(parameters["W1"]) ** 2 + np.sum(parameters["W2"]) ** 2'),
)
penalised_cost.misconception(
    "The sizes of the weights are added and not their squares: that is an L1 penalty.",
    (SQUARES, 'np.sum(np.abs(parameters["W1"])) + np.sum(np.abs(parameters["W2"]))'),
)
penalised_cost.misconception(
    "The roots of the sums are taken. The penalty is made of the squares themselves.",
    (SQUARES, 'np.linalg.norm(parameters["W1"]) + np.linalg.norm(parameters["W2"])'),
)
penalised_cost.misconception(
    "The mean of the squares is taken. The penalty is made of their sum.",
    (SQUARES, 'np.mean(parameters["W1"] ** 2) + np.mean(parameters["W2"] ** 2)'),
)
penalised_cost.misconception(
    "reg_lambda is not used: the penalty has the strength 1.",
    ("reg_lambda / (2", "1 / (2"),
)


@penalised_cost.misconception(
    "The value is right, but the caller's weights are squared: `**=` writes into the array itself."
)
def _(A2, Y, parameters, reg_lambda):
    total = 0.0
    for name in ("W1", "W2"):
        parameters[name] **= 2
        total += parameters[name].sum()
    return compute_cost(A2, Y) + reg_lambda / (2 * Y.shape[1]) * total


penalised_cost.variant(("reg_lambda / (2 * Y.shape[1]) * squares", "0.5 * reg_lambda * squares / A2.shape[1]"))  # fmt: skip


@penalised_cost.variant()
def _(A2, Y, parameters, reg_lambda):
    norms = [np.linalg.norm(parameters[name]) for name in ("W1", "W2")]
    return compute_cost(A2, Y) + reg_lambda * np.dot(norms, norms) / 2 / Y.size


@penalised_cost.variant()
def _(A2, Y, parameters, reg_lambda):
    m = Y.shape[1]
    right = np.where(Y == 1, A2, 1 - A2)
    cost = -np.log(right).sum() / m
    for key, value in parameters.items():
        if key.startswith("W"):
            cost += reg_lambda * (value * value).sum() / (2 * m)
    return cost
