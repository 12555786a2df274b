"""Cases of 01_data.

Goal: read the number of samples from a shape, with samples in columns. It needs nothing. It leaves
out one-dimensional labels, which do not occur in this part. No two sizes of an example are equal
but the number of samples of X and Y, so that the wrong axis shows; one example has a single sample,
one has more labels a sample than one.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(21)


def data(n_x, n_y, m):
    """Features and labels, one sample a column."""
    return rng.standard_normal((n_x, m)).round(2), rng.integers(0, 2, (n_y, m))


dataset_shape = Exercise(
    "dataset_shape",
    examples=[
        Example(*data(2, 1, 5)),
        Example(*data(4, 1, 6)),
        Example(*data(3, 1, 1)),
        Example(*data(2, 3, 4), beyond="several rows of labels"),
    ],
    parts=("shape_X", "shape_Y", "m"),
    hints=[
        "Every NumPy array has an attribute with its shape. Print it for an array that you know.",
        "The attribute is called `shape` and is a tuple: first the number of rows, then the number "
        "of columns. Which of the two counts the samples, if each sample is a column?",
        "Return three things, separated by commas: `X.shape`, `Y.shape`, and the second entry of "
        "one of them. Python counts from 0.",
    ],
)

dataset_shape.misconception(
    "m is the number of rows of X, which is the number of features. The samples are the columns.",
    ("m = X.shape[1]", "m = X.shape[0]"),
)
dataset_shape.misconception(
    "m is the number of rows of Y, which is the number of outputs. The samples are the columns.",
    ("m = X.shape[1]", "m = Y.shape[0]"),
)
dataset_shape.misconception(
    "m counts every number in X. A sample has several features, but it is one sample.",
    ("m = X.shape[1]", "m = X.size"),
)
dataset_shape.misconception(
    "m counts every number in Y. That is the number of samples only while a sample has one label.",
    ("m = X.shape[1]", "m = Y.size"),
)
dataset_shape.misconception(
    "m is the sum of the two sizes of X. The number of samples is one of them.",
    ("m = X.shape[1]", "m = sum(X.shape)"),
)
dataset_shape.misconception(
    "m is fixed to the 400 samples of the flower. Read it from the data that come in.",
    ("m = X.shape[1]", "m = 400"),
)
dataset_shape.misconception(
    "m is the number of axes of X, not its number of columns.",
    ("m = X.shape[1]", "m = X.ndim"),
)
dataset_shape.misconception(
    "m is the largest label, not the number of labels.",
    ("m = X.shape[1]", "m = int(Y.max())"),
)
dataset_shape.misconception(
    "m is the last index of a sample. Python counts from 0, so the number of samples is one more.",
    ("m = X.shape[1]", "m = X.shape[1] - 1"),
)
dataset_shape.misconception(
    "m is a tuple. `X.shape` holds two numbers; one of them is the number of samples.",
    ("m = X.shape[1]", "m = X.shape"),
)
dataset_shape.misconception(
    "The shapes of X and Y have changed places. The shape of X comes first.",
    ("return shape_X, shape_Y, m", "return shape_Y, shape_X, m"),
)
dataset_shape.misconception(
    "The shape of X is given twice. The second entry should be the shape of Y.",
    ("shape_Y = Y.shape", "shape_Y = X.shape"),
)
dataset_shape.misconception(
    "The shapes are those of the transposed arrays. In this part the samples stand in columns "
    "already.",
    ("X.shape\n", "X.T.shape\n"),
    ("Y.shape", "Y.T.shape"),
)
dataset_shape.misconception(
    "In place of the shapes you return how many numbers the arrays hold. A shape is a tuple of two "
    "numbers.",
    ("shape_X = X.shape", "shape_X = X.size"),
    ("shape_Y = Y.shape", "shape_Y = Y.size"),
)
dataset_shape.misconception(
    "In place of the shapes you return the numbers of rows alone, which is what `len` of an array "
    "gives. A shape is a tuple of two numbers.",
    ("shape_X = X.shape", "shape_X = len(X)"),
    ("shape_Y = Y.shape", "shape_Y = len(Y)"),
)
dataset_shape.misconception(
    "The arrays themselves are returned. What is asked for is their shapes.",
    ("shape_X = X.shape", "shape_X = X"),
    ("shape_Y = Y.shape", "shape_Y = Y"),
)
dataset_shape.misconception(
    "The number of samples is missing. It comes third, after the two shapes.",
    ("return shape_X, shape_Y, m", "return shape_X, shape_Y"),
)
dataset_shape.misconception(
    "The number of samples comes first. It should come third, after the two shapes.",
    ("return shape_X, shape_Y, m", "return m, shape_X, shape_Y"),
)

dataset_shape.variant(("m = X.shape[1]", "m = Y.shape[1]"))
dataset_shape.variant(("m = X.shape[1]", "m = X.shape[-1]"))
dataset_shape.variant(("m = X.shape[1]", "m = len(X.T)"))
dataset_shape.variant(("m = X.shape[1]", "m = np.size(X, axis=1)"))
dataset_shape.variant(("m = X.shape[1]", "m = X.size // X.shape[0]"))
dataset_shape.variant(("shape_X = X.shape", "shape_X = np.shape(X)"))
dataset_shape.variant(("shape_X = X.shape", "shape_X = (len(X), len(X[0]))"))


@dataset_shape.variant()
def _(X, Y):
    # Counting the columns.
    m = 0
    for _column in X.T:
        m += 1
    return tuple(X.shape), tuple(Y.shape), m


@dataset_shape.variant()
def _(X, Y):
    (n_x, m), n_y = X.shape, Y.shape[0]
    return (n_x, m), (n_y, m), np.int64(m)
