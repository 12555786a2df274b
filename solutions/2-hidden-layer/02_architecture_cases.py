"""Cases of 02_architecture.

Goal: tell what the data decide (n_x, n_y) from what is chosen (n_h), and see that the number of
parameters does not depend on the number of samples. Both exercises need nothing from earlier ones.
They leave out a choice of n_h: it is fixed to 4 as in the run that the course reproduces, and the
model notebook makes it an argument. In every example all sizes differ, from one another and from 4.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(22)


def data(n_x, n_y, m):
    """Features and labels, one sample a column."""
    Y = np.arange(n_y * m).reshape(n_y, m) % 2
    return rng.standard_normal((n_x, m)).round(2), Y


layer_sizes = Exercise(
    "layer_sizes",
    examples=[
        Example(*data(2, 1, 5)),
        Example(*data(6, 1, 7)),
        Example(*data(3, 1, 8)),
        Example(*data(2, 3, 9), beyond="several rows of labels"),
    ],
    parts=("n_x", "n_h", "n_y"),
    hints=[
        "The input layer has one unit for each feature of a sample. Which axis of X counts the "
        "features: the rows or the columns?",
        "The shape of an array is a tuple: `X.shape[0]` is its number of rows, `X.shape[1]` its "
        "number of columns.",
        "The output layer has as many units as Y has rows, found in the same way as for X. The "
        "hidden layer is the number 4.",
    ],
)

layer_sizes.misconception(
    "n_x is the number of samples. The input layer has one unit for each feature, and the features "
    "are the rows of X.",
    ("n_x = X.shape[0]", "n_x = X.shape[1]"),
)
layer_sizes.misconception(
    "n_y is the number of samples. The output layer has one unit for each row of Y.",
    ("n_y = Y.shape[0]", "n_y = Y.shape[1]"),
)
layer_sizes.misconception(
    "n_x and n_y are both the number of samples. In this part samples are columns; the layers fit "
    "the rows.",
    ("n_x = X.shape[0]", "n_x = X.shape[1]"),
    ("n_y = Y.shape[0]", "n_y = Y.shape[1]"),
)
layer_sizes.misconception(
    "n_y is the number of classes that occur in Y. The network has one output for each row of Y, "
    "and one output serves two classes.",
    ("n_y = Y.shape[0]", "n_y = len(np.unique(Y))"),
)
layer_sizes.misconception(
    "n_y is fixed to 1. Read it from Y, which may have more rows than one.",
    ("n_y = Y.shape[0]", "n_y = 1"),
)
layer_sizes.misconception(
    "n_x is fixed to the 2 features of the flower. Read it from X.",
    ("n_x = X.shape[0]", "n_x = 2"),
)
layer_sizes.misconception(
    "n_y is read from X. The output layer fits the labels.",
    ("n_y = Y.shape[0]", "n_y = X.shape[0]"),
)
layer_sizes.misconception(
    "n_x is read from Y. The input layer fits the features.",
    ("n_x = X.shape[0]", "n_x = Y.shape[0]"),
)
layer_sizes.misconception(
    "The hidden layer is as large as the input layer. In this part it has 4 units, whatever the "
    "data.",
    ("n_h = 4", "n_h = X.shape[0]"),
)
layer_sizes.misconception(
    "The hidden layer is as large as the number of samples. In this part it has 4 units, whatever "
    "the data.",
    ("n_h = 4", "n_h = X.shape[1]"),
)
layer_sizes.misconception(
    "The size of the hidden layer is a guess from the other two. In this part it has 4 units, "
    "whatever the data.",
    ("n_h = 4", "n_h = (X.shape[0] + Y.shape[0]) // 2"),
)
layer_sizes.misconception(
    "n_x counts every number in X. A unit of the input layer stands for a feature, not for one "
    "number of one sample.",
    ("n_x = X.shape[0]", "n_x = X.size"),
)
layer_sizes.misconception(
    "n_x and n_y are whole shapes. Each size is a single number out of the shape.",
    ("n_x = X.shape[0]", "n_x = X.shape"),
    ("n_y = Y.shape[0]", "n_y = Y.shape"),
)
layer_sizes.misconception(
    "The hidden layer is missing. Three sizes are asked for: input, hidden, output.",
    ("return n_x, n_h, n_y", "return n_x, n_y"),
)
layer_sizes.misconception(
    "The sizes of the hidden and the output layer have changed places. The order is from left to "
    "right through the network.",
    ("return n_x, n_h, n_y", "return n_x, n_y, n_h"),
)
layer_sizes.misconception(
    "The sizes come in the order from output to input. Give them from left to right through the "
    "network.",
    ("return n_x, n_h, n_y", "return n_y, n_h, n_x"),
)

layer_sizes.variant(("X.shape[0]", "len(X)"), ("Y.shape[0]", "len(Y)"))
layer_sizes.variant(("X.shape[0]", "np.size(X, 0)"), ("Y.shape[0]", "np.size(Y, 0)"))
layer_sizes.variant(("n_h = 4", "n_h = np.int64(4)"))
layer_sizes.variant(("X.shape[0]", "X.T.shape[1]"), ("Y.shape[0]", "Y.T.shape[-1]"))
layer_sizes.variant(("X.shape[0]", "X.size // X.shape[1]"), ("Y.shape[0]", "Y.size // Y.shape[1]"))


@layer_sizes.variant()
def _(X, Y):
    (n_x, _m), (n_y, _) = X.shape, Y.shape
    return n_x, 4, n_y


@layer_sizes.variant()
def _(X, Y, n_h=4):
    # The hidden size as a default argument.
    return np.shape(X)[0], n_h, np.shape(Y)[0]


count_parameters = Exercise(
    "count_parameters",
    examples=[
        Example(2, 4, 1),
        Example(3, 7, 1),
        Example(13, 8, 1),
        Example(5, 6, 3, beyond="several outputs"),
    ],
    hints=[
        "Draw a small network and count: a weight for each line, a bias for each circle that is "
        "not an input.",
        "A matrix with r rows and c columns holds r times c numbers. The shapes of W1, b1, W2 and "
        "b2 are in the table.",
        "Add four numbers: the entries of W1 (n_h by n_x), of b1 (n_h), of W2 (n_y by n_h) and of "
        "b2 (n_y).",
    ],
)

count_parameters.misconception(
    "The biases are missing. Each hidden unit and each output has one.",
    ("n_h * n_x + n_h", "n_h * n_x"),
    ("n_y * n_h + n_y", "n_y * n_h"),
)
count_parameters.misconception(
    "The biases of the hidden layer are missing.",
    ("n_h * n_x + n_h", "n_h * n_x"),
)
count_parameters.misconception(
    "The biases of the output layer are missing.",
    ("n_y * n_h + n_y", "n_y * n_h"),
)
count_parameters.misconception(
    "Only the biases are counted. Each line between two units is a weight, and has to be learnt too.",
    ("n_h * n_x + n_h", "n_h"),
    ("n_y * n_h + n_y", "n_y"),
)
count_parameters.misconception(
    "The output layer is missing. It has weights and biases of its own.",
    ("return hidden + output", "return hidden"),
)
count_parameters.misconception(
    "The hidden layer is missing: only the weights and biases of the output are counted.",
    ("return hidden + output", "return output"),
)
count_parameters.misconception(
    "The units are counted, not the weights and biases.",
    ("return hidden + output", "return n_x + n_h + n_y"),
)
count_parameters.misconception(
    "The sizes of all layers are multiplied. Inputs are joined to hidden units and hidden units to "
    "outputs: that makes two matrices, whose entries are added.",
    ("return hidden + output", "return n_x * n_h * n_y"),
)
count_parameters.misconception(
    "There is one bias a layer in your count. Each unit of a layer has a bias of its own.",
    ("n_h * n_x + n_h", "n_h * n_x + 1"),
    ("n_y * n_h + n_y", "n_y * n_h + 1"),
)
count_parameters.misconception(
    "The inputs have biases in your count. The input layer computes nothing and has none.",
    ("return hidden + output", "return hidden + output + n_x"),
)
count_parameters.misconception(
    "The output is joined to the inputs in your count. It is joined to the hidden units only.",
    ("n_y * n_h + n_y", "n_y * n_x + n_y"),
)
count_parameters.misconception(
    "There are extra weights straight from the inputs to the outputs in your count. In this "
    "network all goes through the hidden layer.",
    ("return hidden + output", "return hidden + output + n_x * n_y"),
)
count_parameters.misconception(
    "The number of biases of the hidden layer is the number of inputs in your count. A layer has "
    "one bias for each of its own units.",
    ("n_h * n_x + n_h", "n_h * n_x + n_x"),
)
count_parameters.misconception(
    "The two layers are multiplied. Their numbers of parameters are added.",
    ("return hidden + output", "return hidden * output"),
)
count_parameters.misconception(
    "The sizes are added where a matrix has rows times columns.",
    ("n_h * n_x + n_h", "n_h + n_x + n_h"),
    ("n_y * n_h + n_y", "n_y + n_h + n_y"),
)
count_parameters.misconception(
    "The number is fixed to that of the flower's network. Compute it from the three sizes.",
    ("return hidden + output", "return 17"),
)
count_parameters.misconception(
    "The network of your count has one output, whatever n_y is.",
    ("n_y * n_h + n_y", "n_h + 1"),
)
count_parameters.misconception(
    "The parameters of both layers are given one beside the other. One number is asked for, their "
    "sum.",
    ("return hidden + output", "return hidden, output"),
)

count_parameters.variant(
    ("n_h * n_x + n_h", "n_h * (n_x + 1)"), ("n_y * n_h + n_y", "n_y * (n_h + 1)")
)
count_parameters.variant(("return hidden + output", "return (n_x + n_y + 1) * n_h + n_y"))
count_parameters.variant(("return hidden + output", "return np.int64(hidden + output)"))
count_parameters.variant(("return hidden + output", "return sum([hidden, output])"))


@count_parameters.variant()
def _(n_x, n_h, n_y):
    # By the shapes of the arrays.
    shapes = [(n_h, n_x), (n_h, 1), (n_y, n_h), (n_y, 1)]
    return int(sum(np.prod(shape) for shape in shapes))


@count_parameters.variant()
def _(n_x, n_h, n_y):
    # By making the arrays.
    arrays = [np.zeros((n_h, n_x)), np.zeros((n_h, 1)), np.zeros((n_y, n_h)), np.zeros((n_y, 1))]
    return sum(array.size for array in arrays)


@count_parameters.variant()
def _(n_x, n_h, n_y):
    # Line by line and circle by circle.
    count = 0
    sizes = [n_x, n_h, n_y]
    for before, after in zip(sizes, sizes[1:], strict=False):
        for _unit in range(after):
            count += before
            count += 1
    return count
