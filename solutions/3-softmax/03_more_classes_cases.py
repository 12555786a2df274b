"""Cases of 03_more_classes.

Goal: to look behind the accuracy. Both exercises are small; the notebook's weight is in its
experiments, which use what was carried over.

confusion_matrix: the examples hold pairs that occur more than once, since counting by fancy
indexing loses them, and all classes in the plain case; a class that does not occur is beyond it.
confident_mistakes: no two certainties are equal, so any kind of sorting gives the same order. The
order by certainty differs from the order by row number and from the order by the true class's
probability.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(33)

# ---------------------------------------------------------------- confusion_matrix

true_a = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 0, 2])
pred_a = np.array([0, 1, 1, 1, 1, 2, 0, 2, 2, 0, 1])
true_b = np.array([0, 1, 1, 0, 1, 1, 0, 1])
pred_b = np.array([0, 1, 0, 1, 1, 1, 0, 0])

confusion_matrix = Exercise(
    "confusion_matrix",
    examples=[
        Example(true_a, pred_a, 3),
        Example(true_b, pred_b, 2),
        Example(
            np.array([0, 3, 3, 1]),
            np.array([0, 3, 1, 1]),
            5,
            beyond="classes that do not occur",
        ),
    ],
    hints=[
        "Begin with a table of zeros that has room for every class, and go through the samples "
        "one by one.",
        "np.zeros((n_classes, n_classes), dtype=int) is the table. A sample of class j that was "
        "predicted as class k adds 1 to one of its entries: which index comes first?",
        "for true, predicted in zip(y_true, y_pred): add 1 to matrix[true, predicted]. Rows are "
        "the true classes.",
    ],
)

confusion_matrix.misconception(
    "Rows and columns are exchanged. Rows are the true classes, columns the predicted ones.",
    ("matrix[y_true[i], y_pred[i]]", "matrix[y_pred[i], y_true[i]]"),
)
confusion_matrix.misconception(
    "Each pair of classes is counted once at most. A pair that occurs several times counts "
    "several times: = 1 sets the count to 1, += 1 raises it.",
    ("matrix[y_true[i], y_pred[i]] += 1", "matrix[y_true[i], y_pred[i]] = 1"),
)
confusion_matrix.misconception(
    "Each pair of classes is counted once at most. A pair that occurs several times counts "
    "several times; matrix[y_true, y_pred] += 1 loses the repetitions.",
    ("    for i in range(len(y_true)):\n        matrix[y_true[i], y_pred[i]] += 1", "    matrix[y_true, y_pred] += 1"),
)  # fmt: skip
confusion_matrix.misconception(
    "Only the right predictions are counted. The mistakes belong beside the diagonal.",
    ("+= 1", "+= y_true[i] == y_pred[i]"),
)
confusion_matrix.misconception(
    "Only the mistakes are counted. What is right belongs on the diagonal.",
    ("+= 1", "+= y_true[i] != y_pred[i]"),
)
confusion_matrix.misconception(
    "The counts are divided by the number of samples. Asked for are the counts themselves.",
    ("return matrix", "return matrix / len(y_true)"),
)
confusion_matrix.misconception(
    "Each row is divided by its sum, which gives shares of the true class. Asked for are counts.",
    ("return matrix", "return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)"),
)
confusion_matrix.misconception(
    "Each column is divided by its sum, which gives shares of the predicted class. Asked for are "
    "counts.",
    ("return matrix", "return matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1)"),
)
confusion_matrix.misconception(
    "The matrix has rows only for the classes that occur. Use n_classes: a class that does not "
    "occur has its row and column too.",
    (
        "np.zeros((n_classes, n_classes), dtype=int)",
        "np.zeros((max(max(y_true), max(y_pred)) + 1,) * 2, dtype=int)",
    ),
)
confusion_matrix.misconception(
    "Classes that do not occur are left out, so the others move up. Row j belongs to class j, "
    "also where a class before it is missing.",
    (
        "    return matrix",
        "    seen = np.union1d(y_true, y_pred)\n    return matrix[np.ix_(seen, seen)]",
    ),
)
confusion_matrix.misconception(
    "The size is fixed at 10. Take it from n_classes.",
    ("np.zeros((n_classes, n_classes), dtype=int)", "np.zeros((10, 10), dtype=int)"),
)
confusion_matrix.misconception(
    "The table has one row and one column too many. Classes are counted from 0 to n_classes - 1.",
    (
        "np.zeros((n_classes, n_classes), dtype=int)",
        "np.zeros((n_classes + 1, n_classes + 1), dtype=int)",
    ),
)
confusion_matrix.misconception(
    "The counts begin at 1. Begin with a table of zeros.",
    ("np.zeros((n_classes, n_classes), dtype=int)", "np.ones((n_classes, n_classes), dtype=int)"),
)
confusion_matrix.misconception(
    "The first sample is not counted.",
    ("range(len(y_true))", "range(1, len(y_true))"),
)
confusion_matrix.misconception(
    "The last sample is not counted.",
    ("range(len(y_true))", "range(len(y_true) - 1)"),
)
confusion_matrix.misconception(
    "Only the numbers on the diagonal come back. Asked for is the whole matrix.",
    ("return matrix", "return np.diag(matrix)"),
)
confusion_matrix.misconception(
    "The accuracy comes back. Asked for is the whole matrix.",
    ("return matrix", "return np.trace(matrix) / matrix.sum()"),
)
confusion_matrix.misconception(
    "Each sample is counted at its place and at the mirrored place. A 0 taken for a 1 is not a 1 "
    "taken for a 0.",
    ("return matrix", "return matrix + matrix.T"),
)
confusion_matrix.misconception(
    "The return stands in the loop, so only the first sample is counted.",
    ("range(len(y_true))", "range(1)"),
)

confusion_matrix.variant((", dtype=int", ""))


@confusion_matrix.variant()
def _(y_true, y_pred, n_classes):
    matrix = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix


@confusion_matrix.variant()
def _(y_true, y_pred, n_classes):
    counts = np.bincount(n_classes * y_true + y_pred, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


@confusion_matrix.variant()
def _(y_true, y_pred, n_classes):
    return np.eye(n_classes)[y_true].T @ np.eye(n_classes)[y_pred]


@confusion_matrix.variant()
def _(y_true, y_pred, n_classes):
    return np.array(
        [
            [np.sum((y_true == j) & (y_pred == k)) for k in range(n_classes)]
            for j in range(n_classes)
        ]
    )


@confusion_matrix.variant()
def _(y_true, y_pred, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    return np.histogram2d(y_true, y_pred, bins=(edges, edges))[0]


# ---------------------------------------------------------------- confident_mistakes

probs_a = np.array(
    [
        [0.60, 0.30, 0.10],
        [0.11, 0.78, 0.11],
        [0.05, 0.04, 0.91],
        [0.50, 0.22, 0.28],
        [0.20, 0.71, 0.09],
        [0.12, 0.13, 0.75],
        [0.41, 0.39, 0.20],
    ]
)
y_a = np.array([1, 1, 0, 2, 2, 2, 1])
probs_b = np.array(
    [[0.30, 0.70], [0.55, 0.45], [0.98, 0.02], [0.17, 0.83], [0.64, 0.36], [0.08, 0.92]]
)
y_b = np.array([0, 1, 0, 0, 1, 1])
# The most certain row of all comes first, and is wrong.
probs_c = np.array(
    [[0.03, 0.94, 0.03], [0.15, 0.60, 0.25], [0.80, 0.15, 0.05], [0.20, 0.35, 0.45]]
)
y_c = np.array([0, 1, 1, 1])

confident_mistakes = Exercise(
    "confident_mistakes",
    examples=[
        Example(probs_a, y_a),
        Example(probs_b, y_b),
        Example(probs_c, y_c),
        Example(probs_b, np.argmax(probs_b, axis=1), beyond="no mistake at all"),
    ],
    hints=[
        "Three steps: which class does each row predict, which rows are wrong, and how certain "
        "was the network there? Sort last.",
        "np.flatnonzero(condition) gives the row numbers where a condition holds. np.argsort "
        "gives an order from small to large; sort the negative numbers to get large to small.",
        "wrong = np.flatnonzero(np.argmax(probs, axis=1) != y). The certainty of these rows is "
        "np.max(probs[wrong], axis=1). argsort gives places within wrong, so use it as an index "
        "into wrong.",
    ],
)

confident_mistakes.misconception(
    "The mistakes come in the order of certainty, but the least certain first. The most certain "
    "mistake comes first.",
    ("np.argsort(-certainty)", "np.argsort(certainty)"),
)
confident_mistakes.misconception(
    "The mistakes come in the order of the rows. They are to be sorted by certainty.",
    ("wrong[np.argsort(-certainty)]", "wrong"),
)
confident_mistakes.misconception(
    "These are places within the list of mistakes, not rows of probs. Use the order as an index "
    "into the row numbers of the mistakes.",
    ("wrong[np.argsort(-certainty)]", "np.argsort(-certainty)"),
)
confident_mistakes.misconception(
    "The rows that are right come back. Asked for are the wrong ones.",
    ("predictions != y", "predictions == y"),
)
confident_mistakes.misconception(
    "All rows come back, the right ones too. Keep only those whose prediction is wrong.",
    ("np.flatnonzero(predictions != y)", "np.arange(len(y))"),
)
confident_mistakes.misconception(
    "The certainties come back. Asked for are the row numbers.",
    ("wrong[np.argsort(-certainty)]", "np.sort(certainty)[::-1]"),
)
confident_mistakes.misconception(
    "A True or False for each row comes back. Asked for are the numbers of the wrong rows.",
    ("wrong[np.argsort(-certainty)]", "predictions != y"),
)
confident_mistakes.misconception(
    "The mistakes are sorted by the probability of the true class. The certainty is the "
    "probability of the class that was predicted.",
    ("np.max(probs[wrong], axis=1)", "-probs[wrong, y[wrong]]"),
    ("np.argsort(-certainty)", "np.argsort(-certainty, kind='stable')"),
)
confident_mistakes.misconception(
    "The mistakes are sorted by the probability of class 1. The certainty is the probability of "
    "the class that was predicted.",
    ("np.max(probs[wrong], axis=1)", "probs[wrong, 1]"),
)
confident_mistakes.misconception(
    "The mistakes are sorted by the number of the predicted class, not by its probability.",
    ("np.max(probs[wrong], axis=1)", "predictions[wrong]"),
    ("np.argsort(-certainty)", "np.argsort(-certainty, kind='stable')"),
)
confident_mistakes.misconception(
    "Only the most certain mistake comes back. Asked for are all of them, in order.",
    ("wrong[np.argsort(-certainty)]", "wrong[np.argsort(-certainty)][:1]"),
)
confident_mistakes.misconception(
    "The predicted classes of the mistakes come back. Asked for are their row numbers.",
    ("wrong[np.argsort(-certainty)]", "predictions[wrong[np.argsort(-certainty)]]"),
)
confident_mistakes.misconception(
    "The true classes of the mistakes come back. Asked for are their row numbers.",
    ("wrong[np.argsort(-certainty)]", "y[wrong[np.argsort(-certainty)]]"),
)
confident_mistakes.misconception(
    "The row numbers are counted from 1. The first row of probs has the number 0.",
    ("wrong[np.argsort(-certainty)]", "wrong[np.argsort(-certainty)] + 1"),
)
confident_mistakes.misconception(
    "The number of mistakes comes back. Asked for are their row numbers.",
    ("wrong[np.argsort(-certainty)]", "len(wrong)"),
)
confident_mistakes.misconception(
    "The rows of probs come back, sorted as asked. What is asked for are the row numbers.",
    ("wrong[np.argsort(-certainty)]", "probs[wrong[np.argsort(-certainty)]]"),
)
confident_mistakes.misconception(
    "The result has the shape (1, number of mistakes): np.where and np.nonzero return a tuple of "
    "arrays, and you need the array in it.",
    ("wrong[np.argsort(-certainty)]", "wrong[np.argsort(-certainty)][np.newaxis]"),
)
confident_mistakes.misconception(
    "The prediction is the least probable class here, so nearly every row counts as wrong.",
    ("np.argmax(probs, axis=1)", "np.argmin(probs, axis=1)"),
)

confident_mistakes.variant(("np.max(probs[wrong], axis=1)", "probs[wrong, predictions[wrong]]"))
confident_mistakes.variant(("np.argsort(-certainty)", "np.argsort(certainty)[::-1]"))
confident_mistakes.variant(
    ("np.flatnonzero(predictions != y)", "np.where(predictions != y)[0]"),
    ("np.argsort(-certainty)", "np.argsort(1 - certainty)"),
)


@confident_mistakes.variant()
def _(probs, y):
    order = np.argsort(-np.max(probs, axis=1))
    return order[np.argmax(probs[order], axis=1) != y[order]]


@confident_mistakes.variant()
def _(probs, y):
    wrong = [i for i in range(len(y)) if np.argmax(probs[i]) != y[i]]
    return np.array(sorted(wrong, key=lambda i: max(probs[i]), reverse=True), dtype=int)


@confident_mistakes.variant()
def _(probs, y):
    right = probs[np.arange(len(y)), y]
    top = probs.max(axis=1)
    wrong = np.nonzero(top > right)[0]
    return wrong[np.lexsort((-top[wrong],))]
