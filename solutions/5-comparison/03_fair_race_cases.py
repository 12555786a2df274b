"""Cases of 03_fair_race.

Goal: a mean with an interval that does not shrink by dealing the same samples again. The race itself is
no exercise: its outcome is time and luck, and neither can be graded. The exercise needs only NumPy; the
quantile is an argument, so that no table and no other library is asked for.

In the examples k, n_train and n_test differ, so that one taken for another shows.
"""

import numpy as np

from authoring import Example, Exercise

mean_interval = Exercise(
    "mean_interval",
    examples=[
        Example(np.array([0.8, 0.9, 0.7, 0.8]), 80, 20, 2.0),
        Example(np.array([0.61, 0.75, 0.7, 0.93, 0.66]), 120, 45, 2.5),
        Example(np.array([0.52, 0.95, 0.7]), 50, 10, 1.5),
    ],
    parts=("mean", "low", "high"),
    hints=[
        "Three steps: the mean, the standard error e, and the two ends. How many folds there are is "
        "the length of scores.",
        "NumPy's variance divides by k unless told otherwise: look at its argument ddof. The sum of "
        "1 / k and n_test / n_train multiplies it, and the root is taken at the end.",
        "The reach is quantile times the standard error. The interval goes from the mean minus "
        "the reach to the mean plus the reach; return the mean first, then the two ends.",
    ],
)
_error = "np.sqrt((1 / k + n_test / n_train) * np.var(scores, ddof=1))"
mean_interval.misconception(
    "This is the usual standard error. The correction n_test / n_train for the shared samples is "
    "missing.",
    ("(1 / k + n_test / n_train)", "(1 / k)"),
)
mean_interval.misconception(
    "The interval is built from the standard deviation of the folds: it says how much single folds "
    "differ, and not how well their mean is known.",
    (_error, "np.std(scores, ddof=1)"),
)
mean_interval.misconception(
    "The variance is divided by k. With the mean taken from the same scores, the divisor is k - 1.",
    ("ddof=1", "ddof=0"),
)
mean_interval.misconception(
    "n_train and n_test are exchanged in the correction.",
    ("n_test / n_train", "n_train / n_test"),
)
mean_interval.misconception(
    "The correction is the held-out share of all samples. It is the number held out for each one "
    "trained on.",
    ("n_test / n_train", "n_test / (n_train + n_test)"),
)
mean_interval.misconception(
    "1 / k is missing from the factor of the variance.",
    ("(1 / k + n_test / n_train)", "(n_test / n_train)"),
)
mean_interval.misconception(
    "The root is missing: the reach is in squared units.",
    ("np.sqrt((1 / k + n_test / n_train) * np.var(scores, ddof=1))", "(1 / k + n_test / n_train) * np.var(scores, ddof=1)"),
)  # fmt: skip
mean_interval.misconception(
    "The root is taken of the factor only; the variance stands beside it unrooted.",
    (_error, "np.sqrt(1 / k + n_test / n_train) * np.var(scores, ddof=1)"),
)
mean_interval.misconception(
    "The root is taken of the variance only; the factor stands beside it unrooted.",
    (_error, "(1 / k + n_test / n_train) * np.std(scores, ddof=1)"),
)
mean_interval.misconception(
    "The factors 1 / k and n_test / n_train are multiplied. They are added.",
    ("1 / k + n_test / n_train", "1 / k * n_test / n_train"),
)
mean_interval.misconception(
    "The variance is divided by k once more than it should be.",
    ("np.var(scores, ddof=1)", "np.var(scores, ddof=1) / k"),
)
mean_interval.misconception(
    "The root of k stands where k should: the outer root is already there.",
    ("1 / k", "1 / np.sqrt(k)"),
)
mean_interval.misconception(
    "The quantile is missing: the interval reaches one standard error to each side.",
    ("quantile * error", "error"),
)
mean_interval.misconception(
    "The quantile is fixed. It is an argument.",
    ("quantile * error", "1.96 * error"),
)
mean_interval.misconception(
    "The reach is halved. The interval goes quantile times e to each side.",
    ("quantile * error", "quantile * error / 2"),
)
mean_interval.misconception(
    "The centre is the median. The interval belongs to the mean.",
    ("np.mean(scores)", "np.median(scores)"),
)
mean_interval.misconception(
    "The ends are the lowest and the highest score.",
    (
        "return mean, mean - reach, mean + reach",
        "return mean, float(np.min(scores)), float(np.max(scores))",
    ),
)
mean_interval.misconception(
    "The upper end comes before the lower one. The order is mean, low, high.",
    ("return mean, mean - reach, mean + reach", "return mean, mean + reach, mean - reach"),
)
mean_interval.misconception(
    "The result is the mean and the reach. The two ends of the interval are asked for.",
    ("return mean, mean - reach, mean + reach", "return mean, reach"),
)
mean_interval.misconception(
    "The mean is missing from the result. It comes first.",
    ("return mean, mean - reach, mean + reach", "return mean - reach, mean + reach"),
)
mean_interval.misconception(
    "The ends are the reach without the mean. The interval lies around the mean.",
    ("return mean, mean - reach, mean + reach", "return mean, -reach, reach"),
)

mean_interval.variant(
    (_error, "np.std(scores, ddof=1) * np.sqrt(1 / k + n_test / n_train)"),
)
mean_interval.variant(
    ("np.var(scores, ddof=1)", "np.sum((scores - mean) ** 2) / (k - 1)"),
    ("np.sqrt(", "np.power("),
    ("/ (k - 1))", "/ (k - 1), 0.5)"),
)
mean_interval.variant(
    ("float(np.mean(scores))", "np.sum(scores) / k"),
    ("float(quantile * error)", "np.array(quantile * error)"),
)


@mean_interval.variant()
def _(scores, n_train, n_test, quantile=2.0):
    # Python's own statistics.
    import math
    import statistics

    values = [float(score) for score in scores]
    mean = statistics.mean(values)
    factor = 1 / len(values) + n_test / n_train
    reach = quantile * statistics.stdev(values) * math.sqrt(factor)
    return [mean, mean - reach, mean + reach]


@mean_interval.variant()
def _(scores, n_train, n_test, quantile=2.0):
    # Both ends in one array; the variance as the mean square minus the squared mean.
    k = len(scores)
    mean = np.mean(scores)
    deviations = np.asarray(scores) - mean
    variance = np.mean(deviations**2) * k / (k - 1)
    ends = mean + np.array([-1, 1]) * quantile * (variance * (n_train + k * n_test) / (k * n_train)) ** 0.5
    return mean, ends[0], ends[1]
