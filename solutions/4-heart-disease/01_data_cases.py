"""Cases of 01_data.

`encode_labels` is one line; what it asks is which class becomes 1 and the shape of a column, which
keeps the broadcasting trap of `(m,)` against `(m, 1)` out of the following notebooks. The examples
hold unequal numbers of both classes, so that swapped classes show.

`standardize` asks for one idea: every number comes from the training rows. The test rows of the
examples are shifted, so that a scaler fitted on them, or on all rows, gives other values. It leaves
out sparse and missing values.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(41)

encode_labels = Exercise(
    "encode_labels",
    examples=[
        Example(np.array([2.0, 1.0, 1.0, 2.0, 1.0])),
        Example(np.array([1.0, 1.0, 2.0])),
    ],
    hints=[
        "Two things change: the values 1 and 2, and the shape. Do one, then the other.",
        "A comparison such as y == 2 gives True and False for all patients at once, and NumPy "
        "counts True as 1. Subtracting 1 works as well.",
        "reshape(-1, 1) turns m values into a column of m rows; the -1 lets NumPy work out m.",
    ],
)

encode_labels.misconception(
    "The classes are the wrong way round: 1 should stand for disease present, which is stored as 2.",
    ("y == 2", "y == 1"),
)
encode_labels.misconception(
    "The values are right, and the shape is (m,). The network's output is a column (m, 1), so the "
    "labels must be one too.",
    (".reshape(len(y), 1)", ""),
)
encode_labels.misconception(
    "The labels stand in one row (1, m). Samples are rows in this part: make it a column (m, 1).",
    (".reshape(len(y), 1)", ".reshape(1, -1)"),
)
encode_labels.misconception(
    "The labels are still 1 and 2. The shape is right; the values have to become 0 and 1.",
    ("(y == 2).astype(float)", "y"),
)
encode_labels.misconception(
    "Your labels are -1 and 1. The cross-entropy needs 0 and 1.",
    ("(y == 2).astype(float)", "(2 * y - 3)"),
)
encode_labels.misconception(
    "You have divided by 2: the labels are 0.5 and 1. Shift them, so that absent becomes 0.",
    ("(y == 2).astype(float)", "(y / 2)"),
)
encode_labels.misconception(
    "You have encoded the labels one-hot, with two columns. This network has one output, so one "
    "column is enough.",
    (
        "(y == 2).astype(float).reshape(len(y), 1)",
        "np.stack([y == 1, y == 2], axis=1).astype(float)",
    ),
)
encode_labels.misconception(
    "The labels are 0 and -1: the difference is taken in the wrong direction. Present has to become "
    "1.",
    ("(y == 2).astype(float)", "(1 - y)"),
)
encode_labels.misconception(
    "Every patient comes out as 1. Your condition holds for both codes: look at where it divides 1 "
    "from 2.",
    ("y == 2", "y >= 1"),
)
encode_labels.misconception(
    "You add 1 where 1 should be taken away: the labels are 2 and 3.",
    ("(y == 2).astype(float)", "(y + 1)"),
)


@encode_labels.misconception(
    "You write the new labels into the caller's array. Build a new array, so that running the cell "
    "twice does not spoil the data."
)
def _(y):
    y[y == 1] = 0
    y[y == 2] = 1
    return y.reshape(-1, 1)


@encode_labels.misconception(
    "You replace 2 by 1 first, and then every 1 by 0, the new ones too: all patients come out as 0. "
    "Mind the order of the two steps."
)
def _(y):
    y = y.copy()
    y[y == 2] = 1
    y[y == 1] = 0
    return y.reshape(-1, 1)


encode_labels.variant(("(y == 2).astype(float)", "(y - 1)"))
encode_labels.variant(("(y == 2).astype(float).reshape(len(y), 1)", "(y > 1.5)[:, np.newaxis]"))
encode_labels.variant(("(y == 2).astype(float)", "np.where(y == 2, 1, 0)"))
encode_labels.variant(
    ("(y == 2).astype(float).reshape(len(y), 1)", "np.array([[int(label) - 1] for label in y])")
)


@encode_labels.variant()
def _(y):
    labels = y.copy()
    labels[labels == 1] = 0
    labels[labels == 2] = 1
    return labels.reshape(len(labels), 1)


@encode_labels.variant()
def _(y):
    codes = {1: 0, 2: 1}
    return np.expand_dims(np.array([codes[int(label)] for label in y]), axis=1)


def rows(m_train, m_test, n_x):
    """Training rows, and test rows that lie elsewhere."""
    centre, spread = rng.uniform(0, 50, n_x).round(), rng.uniform(1, 9, n_x).round()
    train = rng.normal(centre, spread, (m_train, n_x)).round(1)
    test = rng.normal(centre + 4, 2 * spread, (m_test, n_x)).round(1)
    return train, test


with_constant = rows(5, 3, 2)
with_constant[0][:, 1] = 6.0

standardize = Exercise(
    "standardize",
    examples=[
        Example(*rows(5, 3, 2)),
        Example(*rows(4, 6, 3)),
        Example(*rows(4, 4, 4)),
        Example(*with_constant, beyond="a feature that is constant in the training rows"),
    ],
    parts=("Z_train", "Z_test"),
    hints=[
        "You need two numbers for every feature, its mean and its standard deviation. From which "
        "rows may they come?",
        "X_train.mean(axis=0) gives one mean for every column; std works alike. NumPy then subtracts "
        "and divides row by row.",
        "Use the same mean and the same standard deviation for X_train and for X_test, and return "
        "both results. Where the standard deviation is 0, put 1 in its place: np.where does that.",
    ],
)

MEAN = "mean = X_train.mean(axis=0)"
SPREAD = "spread = X_train.std(axis=0)"
TEST = "(X_test - mean) / spread"
standardize.misconception(
    "The test rows are scaled by their own mean and standard deviation. Both numbers have to come "
    "from the training rows.",
    (
        TEST,
        "(X_test - X_test.mean(axis=0)) / np.where(X_test.std(axis=0) == 0, 1.0, "
        "X_test.std(axis=0))",
    ),
)
standardize.misconception(
    "Mean and standard deviation come from all rows, training and test together. That is the leak "
    "of this notebook: use the training rows alone.",
    (MEAN, "both = np.vstack([X_train, X_test])\n    mean = both.mean(axis=0)"),
    (SPREAD, "spread = both.std(axis=0)"),
)
standardize.misconception(
    "The mean comes from all rows, training and test together. Use the training rows alone.",
    (MEAN, "mean = np.vstack([X_train, X_test]).mean(axis=0)"),
)
standardize.misconception(
    "The mean is taken along each row, over one patient's features. Each feature needs its own "
    "mean: look at the axis.",
    (MEAN, "mean = X_train.mean(axis=1)"),
    (SPREAD, "spread = X_train.std(axis=1)"),
)
standardize.misconception(
    "There is one mean and one standard deviation for the whole table. Each feature needs its own: "
    "look at the axis.",
    (MEAN, "mean = X_train.mean()"),
    (SPREAD, "spread = X_train.std()"),
)
standardize.misconception(
    "The columns are divided by the variance. Divide by the standard deviation, its square root.",
    (SPREAD, "spread = X_train.var(axis=0)"),
)
standardize.misconception(
    "The standard deviation divides by m - 1. Here it is the one with 1/m, as np.std and "
    "StandardScaler have it.",
    ("X_train.std(axis=0)", "X_train.std(axis=0, ddof=1)"),
)
standardize.misconception(
    "The mean is subtracted, and the division by the standard deviation is missing.",
    ("(X_train - mean) / spread, (X_test - mean) / spread", "X_train - mean, X_test - mean"),
)
standardize.misconception(
    "The columns are divided by the standard deviation, and their mean is not subtracted.",
    ("(X_train - mean) / spread, (X_test - mean) / spread", "X_train / spread, X_test / spread"),
)
standardize.misconception(
    "The parentheses are missing: only the mean is divided, not the difference.",
    (
        "(X_train - mean) / spread, (X_test - mean) / spread",
        "X_train - mean / spread, X_test - mean / spread",
    ),
)
standardize.misconception(
    "The features are scaled to the range from 0 to 1. Standardising gives mean 0 and standard "
    "deviation 1 instead.",
    (MEAN, "mean = X_train.min(axis=0)"),
    (SPREAD, "spread = X_train.max(axis=0) - X_train.min(axis=0)"),
)
standardize.misconception(
    "The test rows come back as they were. They need the same shift and the same scale as the "
    "training rows.",
    (TEST, "X_test"),
)
standardize.misconception(
    "A feature that is constant in the training rows is divided by 0. Divide it by 1.",
    ("spread = np.where(spread == 0, 1.0, spread)", ""),
)
standardize.misconception(
    "The two results are in the wrong order: the training rows come first.",
    (
        "(X_train - mean) / spread, (X_test - mean) / spread",
        "(X_test - mean) / spread, (X_train - mean) / spread",
    ),
)
standardize.misconception(
    "Only the training rows come back. Return both, the training rows first.",
    ("(X_train - mean) / spread, (X_test - mean) / spread", "(X_train - mean) / spread"),
)


@standardize.misconception(
    "You scale the caller's arrays in place. Compute new arrays, so that the data stay as they were."
)
def _(X_train, X_test):
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    spread[spread == 0] = 1.0
    X_train -= mean
    X_train /= spread
    X_test -= mean
    X_test /= spread
    return X_train, X_test


@standardize.variant()
def _(X_train, X_test):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_test)


@standardize.variant()
def _(X_train, X_test):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    return scaler.fit_transform(X_train), scaler.transform(X_test)


standardize.variant(
    (MEAN, "mean = np.sum(X_train, axis=0) / len(X_train)"),
    (SPREAD, "spread = np.sqrt(np.mean((X_train - mean) ** 2, axis=0))"),
)
standardize.variant(
    (MEAN, "mean = X_train.mean(axis=0, keepdims=True)"),
    (SPREAD, "spread = np.sqrt(X_train.var(axis=0, keepdims=True))"),
)


@standardize.variant()
def _(X_train, X_test):
    Z_train, Z_test = np.array(X_train, dtype=float), np.array(X_test, dtype=float)
    for j in range(X_train.shape[1]):
        column = X_train[:, j]
        scale = column.std() or 1.0
        Z_train[:, j] = (X_train[:, j] - column.mean()) / scale
        Z_test[:, j] = (X_test[:, j] - column.mean()) / scale
    return Z_train, Z_test


@standardize.variant()
def _(X_train, X_test):
    mean, spread = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    spread[spread == 0] = 1
    return [(part - mean) / spread for part in (X_train, X_test)]
