"""Cases of 05_cost.

Goal: the mean cross-entropy from the weighted sums, finite and exact however large they are. It needs
nothing from earlier exercises. The cost from probabilities is carried over from part 1.
"""

import numpy as np

from authoring import Example, Exercise

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
