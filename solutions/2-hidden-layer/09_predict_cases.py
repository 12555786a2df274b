"""Cases of 09_predict.

`predict`: forward propagation and one comparison. The examples hold networks that lean to one
class, so that a threshold other than one half shows. Ties (a probability of exactly one half) never
occur, so `>` and `>=` and rounding are all right.

`accuracy`: a share in per cent. The predictions and the classes of the examples have different
numbers of ones, so that precision, recall and the share of ones all differ from the accuracy. It
does not use `predict`.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(29)


def network(n_x, n_h, n_y, lean=0.0):
    """Parameters whose outputs lean to class 0 or class 1, and no output is a tie."""
    return {
        "W1": rng.standard_normal((n_h, n_x)).round(2),
        "b1": rng.standard_normal((n_h, 1)).round(2),
        "W2": rng.standard_normal((n_y, n_h)).round(2),
        "b2": (rng.standard_normal((n_y, 1)) + lean).round(2),
    }


def samples(n_x, m):
    """Inputs, one sample a column."""
    return rng.standard_normal((n_x, m)).round(2)


predict = Exercise(
    "predict",
    examples=[
        Example(network(2, 4, 1), samples(2, 9)),
        Example(network(3, 2, 1, -1.0), samples(3, 12)),
        Example(network(2, 5, 1, 1.0), samples(2, 12)),
        Example(network(3, 4, 2), samples(3, 6), beyond="several outputs"),
        Example(network(2, 6, 1), samples(2, 40)),
        Example(network(2, 3, 1), samples(2, 1)),
    ],
    hints=[
        "Which of your functions gives the probabilities? Look at what it takes and what it "
        "returns.",
        "forward_propagation(X, parameters) returns two things. The first is A2; the second is not "
        "needed here.",
        "Comparing an array with a number, as in `A2 > 0.5`, gives an array of True and False of "
        "the same shape. That is a good answer already.",
    ],
)

predict.misconception(
    "The result holds probabilities. Decide: which of them mean class 1?",
    ("(A2 > 0.5).astype(int)", "A2"),
)
predict.misconception(
    "Everything becomes class 1. A probability is always above 0, and the sigmoid of a "
    "probability is always above one half.",
    ("A2 > 0.5", "A2 > 0"),
)
predict.misconception(
    "Everything becomes class 0. A probability is never above 1; and turning it into a whole "
    "number with int cuts off its digits.",
    ("A2 > 0.5", "A2 > 1"),
)
predict.misconception(
    "The threshold is the mean of the outputs. At one half both classes are equally probable, "
    "whatever the other samples are.",
    ("A2 > 0.5", "A2 > A2.mean()"),
)
predict.misconception(
    "The classes are turned over: class 1 stands where the probability of class 1 is below one "
    "half.",
    ("A2 > 0.5", "A2 < 0.5"),
)
predict.misconception(
    "The weighted sum Z2 is compared with one half. The probability is A2.",
    ("A2, _ = forward_propagation(X, parameters)", "_, cache = forward_propagation(X, parameters)"),
    ("A2 > 0.5", "cache['Z2'] > 0.5"),
)
predict.misconception(
    "The hidden layer's output A1 is compared. The probability of the class is A2.",
    ("A2, _ = forward_propagation(X, parameters)", "_, cache = forward_propagation(X, parameters)"),
    ("A2 > 0.5", "cache['A1'] > 0.5"),
)
predict.misconception(
    "The classes are 1 and -1. They should be 1 and 0.",
    ("(A2 > 0.5).astype(int)", "np.where(A2 > 0.5, 1, -1)"),
)
predict.misconception(
    "The classes are 2 and 1. They should be 1 and 0.",
    ("(A2 > 0.5).astype(int)", "np.where(A2 > 0.5, 2, 1)"),
)
predict.misconception(
    "The result has lost its first axis. It should have the shape of the outputs, (n_y, m).",
    ("(A2 > 0.5).astype(int)", "(A2 > 0.5).astype(int).ravel()"),
)
predict.misconception(
    "The result is transposed. It should have the shape of the outputs, (n_y, m), one sample a "
    "column.",
    ("(A2 > 0.5).astype(int)", "(A2 > 0.5).astype(int).T"),
)
predict.misconception(
    "The largest output of each sample is looked for. With one output its place is always 0; "
    "compare each output with one half.",
    ("(A2 > 0.5).astype(int)", "np.argmax(A2, axis=0).reshape(1, -1)"),
)
predict.misconception(
    "The classes come with the probabilities in a tuple. Return the classes alone.",
    ("return (A2 > 0.5).astype(int)", "return (A2 > 0.5).astype(int), A2"),
)
predict.misconception(
    "Only the decision on the first sample is returned. Decide on all of them.",
    ("(A2 > 0.5).astype(int)", "int(A2[0, 0] > 0.5)"),
)
predict.misconception(
    "The list of those samples is returned that are of class 1. Return a class for every sample.",
    ("(A2 > 0.5).astype(int)", "np.flatnonzero(A2 > 0.5)"),
)
predict.misconception(
    "The number of samples in class 1 is returned. Return a class for every sample.",
    ("(A2 > 0.5).astype(int)", "int(np.sum(A2 > 0.5))"),
)
predict.misconception(
    "The arguments of forward_propagation are exchanged: it takes X first and the parameters "
    "second.",
    ("forward_propagation(X, parameters)", "forward_propagation(parameters, X)"),
)
predict.misconception(
    "The pair of probabilities and cache is compared as a whole. Take A2 out of it first.",
    ("A2, _ = forward", "A2 = forward"),
)

predict.variant(("A2 > 0.5", "A2 >= 0.5"))
predict.variant(("(A2 > 0.5).astype(int)", "A2 > 0.5"))
predict.variant(("(A2 > 0.5).astype(int)", "np.round(A2)"))
predict.variant(("(A2 > 0.5).astype(int)", "np.where(A2 > 0.5, 1.0, 0.0)"))
predict.variant(
    ("A2, _ = forward_propagation(X, parameters)", "cache = forward_propagation(X, parameters)[1]"),
    ("A2 > 0.5", 'cache["Z2"] > 0'),
)
predict.variant(
    ("(A2 > 0.5).astype(int)", "np.array([[1 if a > 0.5 else 0 for a in row] for row in A2])"),
)
predict.variant(("(A2 > 0.5).astype(int)", "np.heaviside(A2 - 0.5, 1)"))


accuracy = Exercise(
    "accuracy",
    examples=[
        Example(np.array([[1, 0, 1, 1, 0]]), np.array([[1, 1, 0, 1, 1]])),
        Example(np.array([[0, 0, 1, 0, 1, 0, 0, 1]]), np.array([[0, 1, 1, 0, 0, 0, 0, 0]])),
        Example(np.array([[1, 1, 1]]), np.array([[1, 1, 1]])),
        Example(
            np.array([[True, False, False, True, True, False, True]]),
            np.array([[1, 1, 0, 0, 1, 0, 1]]),
            beyond="predictions that are booleans",
        ),
    ],
    hints=[
        "Compare the two arrays: what does `predictions == Y` give?",
        "True counts as 1 and False as 0, so the mean of that comparison is the share that is "
        "right.",
        "A share of 1 is 100 per cent. `float(...)` makes a plain number of it.",
    ],
)

accuracy.misconception(
    "The share is a fraction between 0 and 1. The docstring asks for per cent.",
    ("100 * ", ""),
)
accuracy.misconception(
    "The result is the share of mistakes. Count what is right.",
    ("predictions == Y", "predictions != Y"),
)
accuracy.misconception(
    "The share of mistakes is returned as a fraction. Count what is right, in per cent.",
    ("100 * np.mean(predictions == Y)", "np.mean(np.abs(predictions * 1 - Y))"),
)
accuracy.misconception(
    "The result is a count. Divide by the number of samples.",
    ("100 * np.mean(predictions == Y)", "np.sum(predictions == Y)"),
)
accuracy.misconception(
    "The count is divided by the number of rows, which is 1. The samples are the columns.",
    ("np.mean(predictions == Y)", "np.sum(predictions == Y) / len(Y)"),
)
accuracy.misconception(
    "The count is divided by 400. The number of samples is that of the data at hand.",
    ("np.mean(predictions == Y)", "np.sum(predictions == Y) / 400"),
)
accuracy.misconception(
    "Only samples of class 1 are counted as right. A 0 where 0 is true is right as well.",
    ("np.mean(predictions == Y)", "np.mean(predictions * Y)"),
)
accuracy.misconception(
    "Only samples of class 0 are counted as right. A 1 where 1 is true is right as well.",
    ("np.mean(predictions == Y)", "np.mean((1 - predictions) * (1 - Y))"),
)
accuracy.misconception(
    "This is the share of the true ones that were found (the recall). Accuracy counts both "
    "classes.",
    ("np.mean(predictions == Y)", "np.sum(predictions * Y) / np.sum(Y)"),
)
accuracy.misconception(
    "This is the share of right ones among those called 1 (the precision). Accuracy counts both "
    "classes.",
    ("np.mean(predictions == Y)", "np.sum(predictions * Y) / np.sum(predictions)"),
)
accuracy.misconception(
    "The result is the share of ones among the predictions; the true classes play no part.",
    ("np.mean(predictions == Y)", "np.mean(predictions)"),
)
accuracy.misconception(
    "The shares of ones in both arrays are compared. Compare sample by sample.",
    (
        "100 * np.mean(predictions == Y)",
        "100 * (1 - abs(np.mean(predictions) - np.mean(Y)))",
    ),
)
accuracy.misconception(
    "The result is 100 only if everything is right, and else 0. Count sample by sample.",
    ("np.mean(predictions == Y)", "np.all(predictions == Y)"),
)
accuracy.misconception(
    "The result has one entry a sample. Take the mean over them.",
    ("float(100 * np.mean(predictions == Y))", "100 * (predictions == Y)"),
)
accuracy.misconception(
    "The mean runs over the wrong axis: there is one entry a sample, and nothing has been averaged "
    "over the samples.",
    ("float(100 * np.mean(predictions == Y))", "100 * np.mean(predictions == Y, axis=0)"),
)
accuracy.misconception(
    "The share is rounded before it becomes per cent. Return it with all its digits.",
    ("np.mean(predictions == Y)", "np.round(np.mean(predictions == Y), 1)"),
)
accuracy.misconception(
    "The result is a text. Return a number; formatting comes when it is printed.",
    ("float(100 * np.mean(predictions == Y))", 'f"{100 * np.mean(predictions == Y):.1f}%"'),
)
accuracy.misconception(
    "`is` asks whether both names belong to the same array. `==` compares the values.",
    ("predictions == Y", "predictions is Y"),
)

accuracy.variant(("float(100 * np.mean(predictions == Y))", "np.mean(predictions == Y) * 100"))
accuracy.variant(("np.mean(predictions == Y)", "np.sum(predictions == Y) / Y.size"))
accuracy.variant(("np.mean(predictions == Y)", "(1 - np.mean(np.abs(predictions - Y)))"))
accuracy.variant(("np.mean(predictions == Y)", "np.count_nonzero(predictions == Y) / Y.shape[1]"))
accuracy.variant(
    (
        "float(100 * np.mean(predictions == Y))",
        "(np.dot(Y, predictions.T) + np.dot(1 - Y, 1 - predictions.T)).item() / Y.size * 100",
    ),
)


@accuracy.variant()
def _(predictions, Y):
    right = 0
    for said, true in zip(predictions.ravel(), Y.ravel(), strict=True):
        if said == true:
            right += 1
    return right / Y.shape[1] * 100
