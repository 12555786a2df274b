"""Cases of 05_cost.

Goal: the mean cross-entropy as one number that stays finite. It needs nothing from earlier
exercises. It leaves out regularisation, which notebook 10 adds to the cost.

How much a certain and wrong prediction costs depends on the tiny distance that a learner keeps from
0 and 1, so the example with such probabilities has certain predictions that are right, and cost
nothing whatever the distance. A hidden test looks at the wrong ones. One example has probabilities
near 0 and 1, to show a distance that is too large, and one has a single sample.
"""

import numpy as np

from authoring import Example, Exercise

compute_cost = Exercise(
    "compute_cost",
    examples=[
        Example(np.array([[0.7, 0.4, 0.9, 0.2, 0.65]]), np.array([[1, 0, 1, 1, 0]])),
        Example(
            np.array([[0.31, 0.62, 0.03, 0.88, 0.45, 0.75, 0.98]]),
            np.array([[0, 1, 0, 0, 1, 1, 1]]),
        ),
        Example(np.array([[0.35]]), np.array([[1]])),
        Example(
            np.array([[1.0, 0.0, 0.6, 0.3]]),
            np.array([[1, 0, 1, 0]]),
            beyond="probabilities of exactly 0 and 1",
        ),
        Example(
            np.array([[0.7, 0.0, 0.45]]), np.array([[1, 0, 1]]), beyond="a probability of exactly 0"
        ),
        Example(
            np.array([[1.0, 0.2, 0.85]]), np.array([[1, 0, 1]]), beyond="a probability of exactly 1"
        ),
        Example(
            np.array([[0.7, 0.4, 0.9, 0.2, 0.55], [0.15, 0.8, 0.35, 0.6, 0.25]]),
            np.array([[1, 0, 1, 0, 0], [0, 1, 1, 1, 0]]),
            beyond="several outputs",
        ),
    ],
    hints=[
        "Begin with the loss of each sample: an array of the same shape as Y. Then make one number "
        "of it.",
        "Y * np.log(A2) is the first term for all samples at once. The second term is the same "
        "with 1 - Y and 1 - A2. Do not forget the minus sign.",
        "np.sum adds all losses; divide by the number of samples, the second entry of Y.shape.",
        "For probabilities of exactly 0 or 1: np.clip(A2, small, 1 - small), with a small number "
        "such as 1e-15, gives a copy of A2 that stays a little inside.",
    ],
)

wrong = compute_cost.misconception

wrong(
    "The mean is missing: you add the losses, but do not divide by the number of samples m.",
    ("np.sum(losses) / m", "np.sum(losses)"),
)
wrong(
    "The minus sign is missing. Logarithms of probabilities are negative, and the cost is "
    "positive.",
    ("losses = -(", "losses = ("),
)
wrong(
    "The second term is missing, that of the samples with label 0.",
    (" + (1 - Y) * np.log(1 - safe)", ""),
)
wrong(
    "The first term is missing, that of the samples with label 1.",
    ("Y * np.log(safe) + ", ""),
)
wrong(
    "The two terms are subtracted. Look at the sign between them.",
    (" + (1 - Y)", " - (1 - Y)"),
)
wrong(
    "The logarithms belong to the wrong labels: label 1 asks for the logarithm of A2, label 0 for "
    "that of 1 - A2.",
    ("(Y * np.log(safe) + (1 - Y)", "((1 - Y) * np.log(safe) + Y"),
)
wrong(
    "The factor 1 - Y is missing from the second term, so that it counts samples of both labels.",
    ("(1 - Y) * np.log(1 - safe)", "np.log(1 - safe)"),
)
wrong(
    "The logarithm has base 10. The cross-entropy takes the natural logarithm.",
    ("np.log(", "np.log10("),
)
wrong(
    "The logarithm has base 2. The cross-entropy takes the natural logarithm.",
    ("np.log(", "np.log2("),
)
wrong(
    "The cost is half of what it should be. There is no factor one half in the cross-entropy.",
    ("np.sum(losses) / m", "np.sum(losses) / (2 * m)"),
)
wrong(
    "You divide by m twice.",
    ("np.sum(losses) / m", "np.mean(losses) / m"),
)
wrong(
    "This is the mean squared error. The cost of this notebook is the cross-entropy, made of "
    "logarithms.",
    ("-(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))", "(A2 - Y) ** 2"),
)
wrong(
    "This is half the mean squared error. The cost of this notebook is the cross-entropy, made of "
    "logarithms.",
    ("-(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))", "(A2 - Y) ** 2 / 2"),
)
wrong(
    "This is the mean absolute difference. The cost of this notebook is the cross-entropy, made of "
    "logarithms.",
    ("-(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))", "np.abs(A2 - Y)"),
)
wrong(
    "This is the share of wrong classes. The cost looks at probabilities, so that it notices every "
    "small improvement.",
    ("-(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))", "((A2 > 0.5) != Y)"),
)
wrong(
    "The number of samples is fixed to the 400 of the flower. Read it from Y.",
    ("m = Y.shape[1]", "m = 400"),
)
wrong(
    "m is the number of rows of Y, which is the number of outputs. The samples are the columns.",
    ("m = Y.shape[1]", "m = Y.shape[0]"),
)
wrong(
    "With several outputs you divide by the number of all entries. The cost is the sum over "
    "outputs and the mean over samples.",
    ("m = Y.shape[1]", "m = Y.size"),
)
wrong(
    "With several outputs only the first counts. Add the losses of all outputs.",
    ("np.sum(losses) / m", "np.sum(losses[0]) / m"),
)
wrong(
    "The cost is an array with one loss a sample. Make one number of them.",
    ("float(np.sum(losses) / m)", "losses"),
)
wrong(
    "The sum runs over the outputs only, so that a number for each sample is left. Add over the "
    "samples too.",
    ("float(np.sum(losses) / m)", "np.sum(losses, axis=0) / m"),
)
wrong(
    "The sum runs over the samples only, so that an array with a number for each output is left. "
    "The cost is one number.",
    ("float(np.sum(losses) / m)", "np.sum(losses, axis=1) / m"),
)
wrong(
    "The cost is an array of shape (1, 1). Make a plain number of it.",
    ("float(np.sum(losses) / m)", "np.sum(losses, keepdims=True) / m"),
)
wrong(
    "The matrix product of labels and logarithms leaves an array with two axes. Make a plain "
    "number of it; and mind that with several outputs it also pairs labels with the logarithms of "
    "other outputs.",
    (
        "float(np.sum(losses) / m)",
        "-(Y @ np.log(safe).T + (1 - Y) @ np.log(1 - safe).T) / m",
    ),
)
wrong(
    "With several outputs the matrix product pairs the labels of one output with the logarithms of "
    "another. Multiply element by element.",
    (
        "float(np.sum(losses) / m)",
        "float(-np.sum(Y @ np.log(safe).T + (1 - Y) @ np.log(1 - safe).T) / m)",
    ),
)
wrong(
    "The cost is not a number (nan) where a probability is exactly 0 or 1: zero times the "
    "logarithm of zero. Keep the probabilities a tiny distance inside before taking the logarithm.",
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "A2"),
)
wrong(
    "The probabilities are cut off too far from 0 and 1: ordinary ones are changed as well. The "
    "distance should be tiny.",
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "np.clip(A2, 0.1, 0.9)"),
)
wrong(
    "What you add before taking the logarithm is so large that it changes the cost. It should be "
    "tiny.",
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "A2"),
    ("np.log(safe)", "np.log(safe + 0.01)"),
    ("np.log(1 - safe)", "np.log(1 - safe + 0.01)"),
)
wrong(
    "You change the caller's A2 in place to keep it away from 0 and 1. Work on a copy.",
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "np.clip(A2, 1e-15, 1 - 1e-15, out=A2)"),
)
wrong(
    "A2 is rounded to classes before the logarithm. The cost needs the probabilities.",
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "np.clip(np.round(A2), 1e-15, 1 - 1e-15)"),
)
wrong(
    "The cost is rounded. Return it with all its digits.",
    ("float(np.sum(losses) / m)", "round(float(np.sum(losses) / m), 2)"),
)
wrong(
    "Nothing is returned. End with return and the cost.",
    ("return float(np.sum(losses) / m)", "cost = float(np.sum(losses) / m)"),
)

right = compute_cost.variant

right(("float(np.sum(losses) / m)", "np.sum(losses) / m"))
right(("float(np.sum(losses) / m)", "np.array(np.sum(losses) / m)"))
right(("float(np.sum(losses) / m)", "np.mean(np.sum(losses, axis=0))"))
right(("float(np.sum(losses) / m)", "np.squeeze(np.sum(losses, keepdims=True)) / m"))
right(
    ("np.clip(A2, 1e-15, 1 - 1e-15)", "A2"),
    ("np.log(safe)", "np.log(safe + 1e-8)"),
    ("np.log(1 - safe)", "np.log(1 - safe + 1e-8)"),
)
right(("1e-15", "1e-7"))
right(("np.log(1 - safe)", "np.log1p(-safe)"), ("m = Y.shape[1]", "m = A2.shape[1]"))
right(
    (
        "(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))",
        "np.log(np.where(Y == 1, safe, 1 - safe))",
    ),
)
right(
    (
        "float(np.sum(losses) / m)",
        "-(np.einsum('ki,ki', Y, np.log(safe)) + np.vdot(1 - Y, np.log(1 - safe))) / m",
    ),
)
right(("return float", "print('cost', np.sum(losses) / m)\n    return float"))


@compute_cost.variant()
def _(A2, Y):
    # Sample by sample, with the logarithm of Python's own library.
    import math

    total = 0.0
    for i in range(Y.shape[1]):
        for k in range(Y.shape[0]):
            truth = A2[k, i] if Y[k, i] == 1 else 1 - A2[k, i]
            total -= math.log(max(truth, 1e-12))
    return total / Y.shape[1]


@compute_cost.variant()
def _(A2, Y):
    # The two classes apart.
    tiny = np.finfo(float).eps
    ones = np.log(np.maximum(A2[Y == 1], tiny)).sum()
    zeros = np.log(np.maximum(1 - A2[Y == 0], tiny)).sum()
    return -(ones + zeros) / np.shape(Y)[-1]


@compute_cost.variant()
class Cost:
    # An object that is called like a function.
    def __call__(self, A2, Y):
        truth = np.clip(np.abs(1 - Y - A2), 1e-14, 1)
        return -np.log(truth).sum() / Y.shape[1]


cost_from_sums = Exercise(
    "cost_from_sums",
    examples=[
        Example(np.array([[0.7, -1.4, 2.5, -0.3]]), np.array([[1, 0, 0, 1]])),
        Example(np.array([[-2.2, 0.9, 1.6]]), np.array([[1, 1, 0]])),
        Example(np.array([[0.45]]), np.array([[1]])),
        Example(
            np.array([[0.5, 1000.0, -1000.0]]), np.array([[1, 0, 1]]), beyond="very large sums"
        ),
        Example(np.array([[0.5, 60.0, -45.0]]), np.array([[1, 0, 1]]), beyond="large sums"),
        Example(
            np.array([[0.7, -1.4, 2.5], [-0.6, 1.1, 0.2]]),
            np.array([[1, 0, 0], [0, 1, 1]]),
            beyond="several outputs",
        ),
    ],
    hints=[
        "The formula is one line for all samples at once, and the sum over everything is divided by m.",
        "Where z is large, exp(z) overflows. But log(1 + exp(z)) is also z + log(1 + exp(-z)): choose the "
        "form in which the exponent is negative.",
        "np.logaddexp(a, b) is log(exp(a) + exp(b)), worked out so that nothing overflows. Which a makes the "
        "1 of the formula?",
    ],
)

wrong = cost_from_sums.misconception

wrong(
    "The mean is missing: the losses are added, but not divided by the number of samples m.",
    ("np.sum(losses) / m", "np.sum(losses)"),
)
wrong(
    "The labels are not used: each sample is charged as one of class 0. Subtract y z.",
    ("np.logaddexp(0, Z2) - Y * Z2", "np.logaddexp(0, Z2) + 0 * Y"),
)
wrong("The second term has the wrong sign: y z is subtracted.", ("- Y * Z2", "+ Y * Z2"))
wrong(
    "The classes are the other way round: samples of class 0 are charged as those of class 1.",
    ("- Y * Z2", "- (1 - Y) * Z2"),
)
wrong(
    "The exponent has the wrong sign: with y z subtracted, it is log(1 + exp(z)).",
    ("np.logaddexp(0, Z2)", "np.logaddexp(0, -Z2)"),
)
wrong(
    "exp(z) overflows where z is large. log(1 + exp(z)) is also z + log(1 + exp(-z)).",
    ("np.logaddexp(0, Z2)", "np.log(1 + np.exp(Z2))"),
)
wrong(
    "The probability has come back, and with it the clip: sums beyond it all cost the same.",
    (
        "losses = np.logaddexp(0, Z2) - Y * Z2",
        "safe = np.clip(1 / (1 + np.exp(-np.clip(Z2, -500, 500))), 1e-15, 1 - 1e-15)\n"
        "    losses = -(Y * np.log(safe) + (1 - Y) * np.log(1 - safe))",
    ),
)
wrong(
    "The sums are clipped before the cost: a sample that is more wrong than that costs no more.",
    (
        "np.logaddexp(0, Z2) - Y * Z2",
        "np.logaddexp(0, np.clip(Z2, -30, 30)) - Y * np.clip(Z2, -30, 30)",
    ),
)
wrong(
    "You divide by the number of entries. The losses of a sample's outputs are added; only the samples are "
    "averaged.",
    ("np.sum(losses) / m", "np.mean(losses)"),
)
wrong(
    "You divide by the number of outputs. It is the samples that are averaged.",
    ("Y.shape[1]", "Y.shape[0]"),
)
wrong("The whole has the wrong sign: a cost is never negative.", ("float(np.sum", "float(-np.sum"))
wrong(
    "One cost for each sample is returned. A single number is asked for.",
    ("float(np.sum(losses) / m)", "losses"),
)

cost_from_sums.variant(
    ("np.logaddexp(0, Z2)", "np.maximum(Z2, 0) + np.log1p(np.exp(-np.abs(Z2)))"),
    ("float(np.sum(losses) / m)", "losses.sum(axis=0).mean()"),
)
cost_from_sums.variant(
    ("np.logaddexp(0, Z2) - Y * Z2", "np.logaddexp(0, np.where(Y == 1, -Z2, Z2))"),
)


@cost_from_sums.variant()
def _(Z2, Y):
    # The two classes one after the other.
    loss_of_1 = np.logaddexp(0.0, -Z2)
    loss_of_0 = np.logaddexp(0.0, Z2)
    return float((Y * loss_of_1 + (1 - Y) * loss_of_0).sum()) / Z2.shape[1]
