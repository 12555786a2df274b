"""Cases of 01_same_network.

Goal: the lesson is a comparison, so its exercises are the two things that a comparison needs: the
same weights on both sides, and a number for how far apart two curves are. Neither needs a library,
so both can be checked and graded without Keras.

In the examples of `library_weights` no two sizes are equal at first, so that a forgotten transpose
shows in the shape; in the third all sizes are, so that it shows in the values. One output is the
plain case, and the place where `squeeze` takes away one axis too many.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(51)


def network(n_x, n_h, n_y):
    """Parameters in the layout of part 2."""
    return {
        "W1": rng.standard_normal((n_h, n_x)).round(2),
        "b1": rng.standard_normal((n_h, 1)).round(2),
        "W2": rng.standard_normal((n_y, n_h)).round(2),
        "b2": rng.standard_normal((n_y, 1)).round(2),
    }


library_weights = Exercise(
    "library_weights",
    examples=[
        Example(network(2, 4, 1)),
        Example(network(5, 3, 1)),
        Example(network(3, 3, 1)),
        Example(network(3, 2, 4), beyond="several outputs"),
        Example(network(3, 3, 3), beyond="several outputs"),
    ],
    parts=("kernel1", "bias1", "kernel2", "bias2"),
    hints=[
        "Nothing has to be computed. Compare the two columns of shapes in the table: which step "
        "turns (n_h, n_x) into (n_x, n_h), and which turns (n_h, 1) into (n_h,)?",
        "A kernel is the transpose of your weight matrix. A bias has the same numbers as yours, "
        "along a single axis: look at the array method `ravel`.",
        "The weights have to be transposed (.T), the biases flattened (.ravel()). Return four "
        "arrays in one list, layer by layer.",
    ],
)

_returned = "return [kernel1, bias1, kernel2, bias2]"
library_weights.misconception(
    "The kernels are your weight matrices as they are. The libraries have the inputs of a layer "
    "along the rows and its units along the columns: compare the shapes in the table.",
    ('parameters["W1"].T', 'parameters["W1"]'),
    ('parameters["W2"].T', 'parameters["W2"]'),
)
library_weights.misconception(
    "Kernel 1 still has its units in the rows. Compare its shape with the table.",
    ('parameters["W1"].T', 'parameters["W1"]'),
)
library_weights.misconception(
    "Kernel 2 still has its units in the rows. Compare its shape with the table.",
    ('parameters["W2"].T', 'parameters["W2"]'),
)
library_weights.misconception(
    "The kernels have the right shape, but `reshape` has put the weights in other places. Follow "
    "one weight of the worked example: from which input to which unit does it lead?",
    ('parameters["W1"].T', 'parameters["W1"].reshape(parameters["W1"].shape[::-1])'),
    ('parameters["W2"].T', 'parameters["W2"].reshape(parameters["W2"].shape[::-1])'),
)
library_weights.misconception(
    "The biases still have two axes. In the libraries a bias is a plain row of numbers with one "
    "axis.",
    ('parameters["b1"].ravel()', 'parameters["b1"]'),
    ('parameters["b2"].ravel()', 'parameters["b2"]'),
)
library_weights.misconception(
    "The biases are transposed and so still have two axes. In the libraries a bias has one.",
    ('parameters["b1"].ravel()', 'parameters["b1"].T'),
    ('parameters["b2"].ravel()', 'parameters["b2"].T'),
)
library_weights.misconception(
    "Bias 1 still has two axes, unlike bias 2.",
    ('parameters["b1"].ravel()', 'parameters["b1"]'),
)
library_weights.misconception(
    "Bias 2 still has two axes, unlike bias 1.",
    ('parameters["b2"].ravel()', 'parameters["b2"]'),
)
library_weights.misconception(
    "`squeeze` removes every axis of length 1, so with one unit the bias is no array of one number "
    "any more but a number.",
    ('parameters["b1"].ravel()', 'np.squeeze(parameters["b1"])'),
    ('parameters["b2"].ravel()', 'np.squeeze(parameters["b2"])'),
)
library_weights.misconception(
    "First come both kernels and then both biases. That is the order of scikit-learn's two lists; "
    "here it goes layer by layer.",
    (_returned, "return [kernel1, kernel2, bias1, bias2]"),
)
library_weights.misconception(
    "Each bias comes before its kernel. The order is kernel, bias, kernel, bias.",
    (_returned, "return [bias1, kernel1, bias2, kernel2]"),
)
library_weights.misconception(
    "The layers are the wrong way round: the hidden layer comes first.",
    (_returned, "return [kernel2, bias2, kernel1, bias1]"),
)
library_weights.misconception(
    "The biases of the two layers are exchanged. Each layer has biases of its own.",
    (_returned, "return [kernel1, bias2, kernel2, bias1]"),
)
library_weights.misconception(
    "The result is a dictionary. The libraries take a list of four arrays.",
    (_returned, 'return {"W1": kernel1, "b1": bias1, "W2": kernel2, "b2": bias2}'),
)
library_weights.misconception(
    "The result is two lists, one of kernels and one of biases. Here all four arrays stand in one "
    "list, layer by layer.",
    (_returned, "return [[kernel1, kernel2], [bias1, bias2]]"),
)
library_weights.misconception(
    "The biases are missing. A layer has a kernel and a bias.",
    (_returned, "return [kernel1, kernel2]"),
)
library_weights.misconception(
    "All weights stand in one long row. Each of the four arrays keeps its own shape.",
    (_returned, "return np.concatenate([a.ravel() for a in (kernel1, bias1, kernel2, bias2)])"),
)
library_weights.misconception(
    "The transposed arrays are written back into the caller's dictionary, so your own network has "
    "lost its weights. Build new names for them.",
    (_returned, 'parameters["W1"] = kernel1\n    ' + _returned),
)

library_weights.variant(
    ('parameters["W1"].T', 'np.transpose(parameters["W1"])'),
    ('parameters["W2"].T', 'np.transpose(parameters["W2"])'),
)
library_weights.variant(
    ('parameters["b1"].ravel()', 'parameters["b1"][:, 0]'),
    ('parameters["b2"].ravel()', 'parameters["b2"][:, 0]'),
)
library_weights.variant(
    ('parameters["b1"].ravel()', 'parameters["b1"].reshape(-1)'),
    ('parameters["b2"].ravel()', 'np.squeeze(parameters["b2"], axis=1)'),
    (_returned, "return kernel1, bias1, kernel2, bias2"),
)
library_weights.variant(
    ('parameters["W1"].T', 'np.swapaxes(parameters["W1"], 0, 1).copy()'),
    ('parameters["b1"].ravel()', 'parameters["b1"].flatten()'),
)


@library_weights.variant()
def _(parameters):
    # Layer by layer.
    found = []
    for layer in ("1", "2"):
        found.append(np.array([list(column) for column in zip(*parameters["W" + layer])]))
        found.append(np.array([float(row[0]) for row in parameters["b" + layer]]))
    return found


@library_weights.variant()
def _(parameters):
    # By einsum, and by the transposed row.
    return [
        np.einsum("ij->ji", parameters["W1"]),
        parameters["b1"].T[0],
        np.einsum("ij->ji", parameters["W2"]),
        parameters["b2"].T[0],
    ]


relative_difference = Exercise(
    "relative_difference",
    examples=[
        Example(np.array([0.5, 0.39, 0.204]), np.array([0.5, 0.4, 0.2])),
        Example(np.array([2.0, 0.9, 0.7, 0.1, 0.35]), np.array([1.6, 1.0, 0.4, 0.3, 0.3])),
        Example(np.array([0.8, 0.3, 0.1, 0.06]), np.array([0.4, 0.3, 0.2, 0.05])),
        Example(
            np.array([-1.0, 0.5, -2.5]),
            np.array([-1.5, 0.4, -2.0]),
            beyond="a reference with negative entries",
        ),
    ],
    hints=[
        "Work on whole arrays: the difference at every iteration, then its size, then in proportion "
        "to the reference, then the largest.",
        "The size of a difference is its absolute value, `np.abs`. Divide before you take the "
        "largest: each difference is held against its own entry of the reference.",
        "Divide the size of each difference by the size of the reference, entry by entry. The "
        "largest of these is the answer, as a float.",
    ],
)
_solution = "np.max(np.abs(costs - reference) / np.abs(reference))"
relative_difference.misconception(
    "The sign of the difference is kept, so a curve that lies below never counts. Look at the size "
    "of the difference.",
    (_solution, "np.max((costs - reference) / np.abs(reference))"),
)
relative_difference.misconception(
    "This is the mean of the relative differences. The question is how far apart the curves are at "
    "the worst.",
    ("np.max(", "np.mean("),
)
relative_difference.misconception(
    "The difference is absolute: it is not yet in proportion to the reference.",
    (_solution, "np.max(np.abs(costs - reference))"),
)
relative_difference.misconception(
    "The difference is in proportion to the wrong curve. The reference stands in the denominator.",
    ("/ np.abs(reference)", "/ np.abs(costs)"),
)
relative_difference.misconception(
    "All differences are divided by the largest value of the reference. Each belongs to its own "
    "entry.",
    ("/ np.abs(reference)", "/ np.max(np.abs(reference))"),
)
relative_difference.misconception(
    "All differences are divided by the first cost. Each belongs to its own entry of the reference.",
    ("/ np.abs(reference)", "/ np.abs(reference[0])"),
)
relative_difference.misconception(
    "The largest difference is divided by the mean of the reference. Each difference belongs to its "
    "own entry.",
    (_solution, "np.max(np.abs(costs - reference)) / np.mean(np.abs(reference))"),
)
relative_difference.misconception(
    "Only the last iteration is compared. The largest difference may stand anywhere.",
    (_solution, "(np.abs(costs - reference) / np.abs(reference))[-1]"),
)
relative_difference.misconception(
    "The two largest costs are compared with one another. Compare iteration by iteration first.",
    (_solution, "np.abs(np.max(costs) - np.max(reference)) / np.abs(np.max(reference))"),
)
relative_difference.misconception(
    "The relative differences are added up. The largest of them is asked for.",
    ("np.max(", "np.sum("),
)
relative_difference.misconception(
    "This is the smallest relative difference. How far apart are the curves at the worst?",
    ("np.max(", "np.min("),
)
relative_difference.misconception(
    "The differences are squared. The size of a difference is its absolute value.",
    ("np.abs(costs - reference)", "(costs - reference) ** 2"),
)
relative_difference.misconception(
    "The result is an array with a difference for each iteration. One number is asked for.",
    ("float(" + _solution + ")", "np.abs(costs - reference) / np.abs(reference)"),
)
relative_difference.misconception(
    "The result is the iteration at which the curves differ most, not how much they differ there.",
    ("np.max(", "np.argmax("),
)
relative_difference.misconception(
    "The result is in percent. Return the proportion itself.",
    (_solution, "100 * " + _solution),
)
relative_difference.misconception(
    "The absolute value is taken of the difference alone. Where the reference is negative, the "
    "quotient is too.",
    ("/ np.abs(reference)", "/ reference"),
)
relative_difference.misconception(
    "The absolute values of the costs are subtracted in place of the costs themselves.",
    ("np.abs(costs - reference)", "np.abs(costs - np.abs(reference))"),
)

relative_difference.variant((_solution, "np.max(np.abs((costs - reference) / reference))"))
relative_difference.variant((_solution, "np.abs(costs / reference - 1).max()"))
relative_difference.variant(
    (_solution, "np.linalg.norm((costs - reference) / reference, ord=np.inf)")
)
relative_difference.variant(
    ("float(" + _solution + ")", "np.abs((reference - costs) / reference).max()"),
)


@relative_difference.variant()
def _(costs, reference):
    # A loop that keeps the largest.
    largest = 0.0
    for one, other in zip(costs, reference):
        largest = max(largest, abs(one - other) / abs(other))
    return largest


@relative_difference.variant()
def _(costs, reference):
    return sorted(abs(a - b) / abs(b) for a, b in zip(costs.tolist(), reference.tolist()))[-1]
