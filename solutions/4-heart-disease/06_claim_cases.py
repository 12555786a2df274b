"""Cases of 06_claim.

Two short functions that the examination uses. The sizes of `count_updates` divide evenly once and leave
a rest otherwise, so that rounding down, up and to the nearest differ. The layers of `one_layer` have
different sizes, and once equal ones, where a wrong order of the factors gives a value.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(46)


def layers(n_x, n_h, n_y):
    shapes = ((n_x, n_h), (1, n_h), (n_h, n_y), (1, n_y))
    return [rng.standard_normal(shape).round(2) for shape in shapes]


# count_updates

count_updates = Exercise(
    "count_updates",
    examples=[
        Example(10, 4, 5),
        Example(24, 8, 3),
        Example(17, 5, 6),
        Example(13, 4, 2),
        Example(7, 20, 9),
    ],
    hints=[
        "How many batches are in one pass? The last one may be smaller, and still counts.",
        "The quotient of m and batch_size, rounded up, is the number of batches.",
        "np.ceil rounds up and gives a float; turn it into an int, then think of all passes.",
    ],
)
BATCHES = "int(np.ceil(m / batch_size))"
count_updates.misconception(
    "The last, smaller batch of each pass is not counted. It is an update too.",
    (BATCHES, "m // batch_size"),
)
count_updates.misconception(
    "The quotient is rounded to the nearest number. Any rest makes one more batch: round up.",
    (BATCHES, "int(round(m / batch_size))"),
)
count_updates.misconception(
    "One batch too many where the batches divide the samples evenly. Round the quotient up.",
    (BATCHES, "m // batch_size + 1"),
)
count_updates.misconception(
    "The quotient is not rounded: the number of updates is a whole number.",
    (BATCHES, "m / batch_size"),
)
count_updates.misconception(
    "These are the updates of one pass. There are epochs passes.",
    ("epochs * batches", "batches"),
)
count_updates.misconception(
    "Each sample is counted as an update. An update looks at a whole batch.",
    (BATCHES, "m"),
)
count_updates.misconception(
    "The quotient is upside down: m samples are divided into batches of batch_size.",
    (BATCHES, "int(np.ceil(batch_size / m))"),
)
count_updates.misconception(
    "The rest is rounded up once at the end. Each pass has its own smaller batch.",
    ("epochs * batches", "int(np.ceil(epochs * m / batch_size))"),
)
count_updates.variant((BATCHES, "-(-m // batch_size)"))
count_updates.variant((BATCHES, "(m + batch_size - 1) // batch_size"))
count_updates.variant((BATCHES, "len(range(0, m, batch_size))"))
count_updates.variant((BATCHES, "m // batch_size + (m % batch_size > 0)"))


# one_layer

one_layer = Exercise(
    "one_layer",
    parts=("W", "b"),
    examples=[
        Example(*layers(3, 2, 1)),
        Example(*layers(4, 5, 2)),
        Example(*layers(3, 3, 3)),
    ],
    hints=[
        "Multiply (X W1 + b1) W2 + b2 out on paper. What stands beside X, and what is left?",
        "The weights are a product of two matrices; which order do their shapes allow?",
        "The bias of the first layer goes through the second: b1 @ W2. One more bias is to be added.",
    ],
)
one_layer.misconception(
    "The bias of the second layer is missing.",
    ("b1 @ W2 + b2", "b1 @ W2"),
)
one_layer.misconception(
    "The bias of the first layer is missing: it goes through the second layer.",
    ("b1 @ W2 + b2", "b2"),
)
one_layer.misconception(
    "The two biases are added as they are. That of the first layer goes through the second first.",
    ("b1 @ W2 + b2", "b1 + b2"),
)
one_layer.misconception(
    "The factors of the weights are in the wrong order. The samples meet W1 first.",
    ("W1 @ W2", "W2 @ W1"),
)
one_layer.misconception(
    "The weights are transposed. W has a row for each input.",
    ("W1 @ W2", "(W1 @ W2).T"),
)
one_layer.misconception(
    "The bias comes first and the weights second. The order is W, then b.",
    ("return W, b", "return b, W"),
)
one_layer.misconception(
    "Only the weights come back. Return the bias as well.",
    ("return W, b", "return W"),
)
one_layer.misconception(
    "An activation is applied between the layers. These two have none.",
    ("W1 @ W2", "np.maximum(W1, 0) @ W2"),
)
one_layer.variant(("W1 @ W2", "np.dot(W1, W2)"), ("b1 @ W2 + b2", "b2 + b1.dot(W2)"))
one_layer.variant(("W1 @ W2", "(W2.T @ W1.T).T"))
one_layer.variant(
    (
        "    W = W1 @ W2\n    b = b1 @ W2 + b2\n",
        "    n_x = len(W1)\n    b = (np.zeros((1, n_x)) @ W1 + b1) @ W2 + b2\n"
        "    W = (np.eye(n_x) @ W1 + b1) @ W2 + b2 - b\n",
    ),
)
one_layer.variant(("return W, b", "return [W, b]"))
