# title: A project of your own
# summary: Draw your own data, predict how many units they need, beat a baseline fairly, and report it.

# %% [markdown]
# # 13 · A project of your own
#
# By the end you will be able to
#
# - make a data set of your own, by drawing or from a file;
# - predict how many hidden units it needs, and test the prediction;
# - choose a size on validation data and judge it once on test data, beside a tuned baseline;
# - report what you found in five sentences that claim no more than was shown.
#
# **Time:** about {minutes} minutes · **Points:** {points}, of which a person gives 5

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in the functions that you wrote in the
# earlier notebooks.

# %%
import numpy as np

import nnlib
from nnlib import plotting

lesson = nnlib.lesson("2-hidden-layer/13_project")

# %%
(
    initialize_parameters,
    forward_propagation,
    backward_propagation,
    update_parameters,
    predict,
    accuracy,
    split_columns,
) = lesson.carry(
    "initialize_parameters",
    "forward_propagation",
    "backward_propagation",
    "update_parameters",
    "predict",
    "accuracy",
    "split_columns",
)

# %% [markdown]
# ## Where we are
#
# So far the data were ours. A flower was chosen because it shows what a hidden layer can do. Now it is
# your turn: your data, your question, your network. What can the network below do with a shape that
# nobody has tried?

# %% demo=true
plotting.draw_network((2, 3, 1), highlight="boundary")
plotting.show(
    "A 2-3-1 network with its decision boundary emphasised. In this notebook the data and the number of "
    "hidden units are yours to choose."
)

# %% [markdown]
# You find out by prediction and measurement. The prediction comes first, in writing. If you see the
# result first, it will always seem that it had to come out that way.

# %% [markdown]
# ## The mathematics
#
# ### A picture as data
#
# You draw with letters: `x` is a sample of class 1, `o` one of class 0, every other character is empty paper.
# $x_1$ is the column of a letter, counted from 0 at the left. $x_2$ is its height, counted from 0 at the
# *bottom* line.
#
# ### Choosing a size
#
# Each size of the hidden layer gets a mean accuracy over $k$ splits, on the validation sets. The best mean
# is partly luck. So we ask which sizes are as good as the best, up to the *standard error* of its mean:
#
# $$e = \frac{s}{\sqrt{k}}, \qquad s = \sqrt{\frac{\sum (a_i - \bar a)^2}{k - 1}}$$
#
# Here $a_i$ are the accuracies of the best size and $\bar a$ is their mean. Of all sizes whose mean is at
# least $\bar a - e$ we take the *smallest*. This is the *one-standard-error rule*: a smaller network that is
# as good costs less and has less room for overfitting.
#
# ### Shapes
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `picture` | lines of text, the top one first | a list of strings |
# | `X`, `Y` | points and labels | `(2, m)`, `(1, m)` |
# | `sizes` | numbers of hidden units that were tried | a list |
# | `accuracies` | a row for each size, a column for each split | `(len(sizes), k)` |

# %% [markdown]
# ## A worked example on paper
#
# **A picture** of two lines: `x.o` above `.x.`. The top line has height 1. So there are three samples, read
# line by line: $(0, 1)$ of class 1, $(2, 1)$ of class 0, $(1, 0)$ of class 1:
#
# $$X = \begin{pmatrix} 0 & 2 & 1 \\ 1 & 1 & 0 \end{pmatrix}, \qquad
# Y = \begin{pmatrix} 1 & 0 & 1 \end{pmatrix}$$
#
# **A choice.** Four splits gave these validation accuracies:
#
# | units | accuracies | mean |
# | --- | --- | --- |
# | 2 | 70, 72, 71, 71 | 71 |
# | 3 | 88, 90, 87, 91 | 89 |
# | 4 | 90, 92, 86, 92 | 90 |
#
# The best size is 4, with deviations 0, 2, −4, 2 from its mean. So $s = \sqrt{24 / 3} \approx 2.83$ and
# $e \approx 2.83 / 2 \approx 1.41$. Three units reach $89 \geq 90 - 1.41$. We take 3.

# %% [markdown]
# ## Exercise: `picture_points`
#
# For the picture on paper, `X` should be `[[0, 2, 1], [1, 1, 0]]` and `Y` `[[1, 0, 1]]`.


# %% exercise="picture_points"
def picture_points(picture):
    """Turn a picture of letters into samples.

    Parameters
    ----------
    picture : list of str
        The lines, the top one first, all of the same length. "x" is a sample of class 1, "o" one of
        class 0, and every other sign is empty.

    Returns
    -------
    X : array of shape (2, m)
        Column (from 0 at the left) and height (from 0 at the bottom line) of each sample. The samples
        are in reading order: line by line from the top, and each line from the left.
    Y : array of shape (1, m)
        The labels, 0 or 1, in the same order.
    """
    ### BEGIN SOLUTION
    points, labels = [], []
    for number, line in enumerate(picture):
        for column, letter in enumerate(line):
            if letter in "ox":
                points.append([column, len(picture) - 1 - number])
                labels.append(int(letter == "x"))
    return np.array(points).T, np.array([labels])
    ### END SOLUTION


# %% check="picture_points" points=1
lesson.check(picture_points)

# %% test="the points of several pictures" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for picture_test in [
    ["oox", "x.o"],
    ["....", ".xo.", "#o x", "oooo", "x--x"],
    ["x" * 7],
    ["Oo0.Xx", "ooo.xx"],
]:
    judge.same(picture_points, picture_test, parts=("X",))
### END HIDDEN TESTS

# %% test="their labels" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for picture_test in [
    ["oox", "x.o", "xo-"],
    ["o", "x", ".", "x", "o", "o"],
    ["Oo0.Xx", "oxo.xx"],
]:
    judge.same(picture_points, picture_test, parts=("Y",))
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `choose_units`
#
# For the table on paper the answer should be 3.


# %% exercise="choose_units"
def choose_units(sizes, accuracies):
    """Choose the number of hidden units by the one-standard-error rule.

    Parameters
    ----------
    sizes : list of int
        The sizes that were tried, in any order.
    accuracies : array of shape (len(sizes), k)
        Validation accuracies in per cent: row i belongs to sizes[i], each column to one of k splits,
        k at least 2.

    Returns
    -------
    units : int
        The smallest size whose mean is at least the best mean minus the standard error of the best
        size.
    """
    ### BEGIN SOLUTION
    means = np.mean(accuracies, axis=1)
    best = np.argmax(means)
    error = np.std(accuracies[best], ddof=1) / np.sqrt(accuracies.shape[1])
    return min(n for n, mean in zip(sizes, means, strict=True) if mean >= means[best] - error)
    ### END SOLUTION


# %% check="choose_units" points=1
lesson.check(choose_units)

# %% test="sizes in rising order" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for sizes_test, rows_test in [
    (
        [2, 4, 6, 10],
        [
            [92.0, 92.1, 88.8, 88.9, 90.3, 87.2],
            [90.5, 87.0, 88.0, 87.0, 85.9, 87.0],
            [89.0, 89.0, 94.0, 89.4, 88.4, 90.5],
            [89.2, 92.2, 93.7, 90.1, 88.5, 90.9],
        ],
    ),
    (
        [2, 3, 4, 6],
        [
            [89.6, 91.2, 89.2, 89.1],
            [91.3, 92.3, 89.0, 90.4],
            [90.0, 89.2, 90.9, 91.5],
            [88.1, 93.7, 90.1, 92.2],
        ],
    ),
    ([1, 3], [[60, 61, 59], [93, 95, 94.2]]),
]:
    judge.same(choose_units, sizes_test, np.array(rows_test, dtype=float))
### END HIDDEN TESTS

# %% test="sizes in any order" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for sizes_test, rows_test in [
    (
        [4, 15, 8, 10],
        [
            [88.3, 89.5, 89.6, 89.4, 88.1, 88.8],
            [90.8, 88.7, 88.0, 92.3, 86.9, 91.2],
            [89.8, 86.7, 88.4, 88.4, 91.5, 90.8],
            [90.8, 89.2, 88.3, 91.0, 88.8, 91.1],
        ],
    ),
    (
        [10, 1, 6, 2],
        [[87.0, 87.7, 85.9], [90.5, 91.9, 93.5], [86.5, 88.0, 95.8], [93.2, 91.5, 92.5]],
    ),
    ([7, 5], [[93, 95, 94.1], [70, 72, 73]]),
]:
    judge.same(choose_units, sizes_test, np.array(rows_test, dtype=float))
### END HIDDEN TESTS

# %% [markdown]
# ## Step 1: your data
#
# Replace the picture by one of your own: a letter, a face, a coastline. Both letters should occur at
# least fifteen times. Each letter becomes six samples, with some noise.


# %% demo=true
PICTURE = [
    "..ooooooooo..",
    ".oo.......oo.",
    "oo..xxxxx..oo",
    "oo.xxxxxxx.oo",
    "oo..xxxxx..oo",
    ".oo.......oo.",
    "..ooooooooo..",
]
NOISE = 0.6

X, Y = picture_points(PICTURE)
X, Y = np.repeat(X, 6, axis=1), np.repeat(Y, 6, axis=1)
X = X + NOISE * np.random.default_rng(0).standard_normal(X.shape)
m = X.shape[1]
print(m, "samples,", int(Y.sum()), "of them of class 1")

plotting.plot_data(X, Y, title="your data")
plotting.show(
    "The samples of the picture: those of class 1 in the middle, a ring of class 0 around them."
)

# %% [markdown]
# Or bring data from a file, with the label (0 or 1) in the last column. Two features can be drawn; more
# work as well.
#
# ```python
# table = np.loadtxt("my_data.csv", delimiter=",", skiprows=1)
# X, Y = table[:, :-1].T, table[:, -1:].T.astype(int)
# m = X.shape[1]
# ```
#
# The file lies beside this notebook. If its rows are people, ask whether you may use it.

# %% [markdown]
# ## Step 2: your prediction
#
# A hidden unit draws one line, and the output layer combines them. How many straight cuts does your
# picture need? Write the number down now, and why. For the ring: an area is closed by three lines.

# %% demo=true
PREDICTION = 3

# %% [markdown]
# ## Step 3: measure
#
# The samples are dealt out eight times: half for training, a quarter for validation, a quarter for the test.
# Each set is standardised with the mean and the standard deviation of the *training* set, so nothing of the
# others leaks in.
#
# The baseline is logistic regression. It is tuned as well: its penalty is chosen on the same validation
# sets. The test accuracies are written down and not looked at.

# %% demo=true
from sklearn.linear_model import LogisticRegression

SPLITS = 8
SIZES = [1, 2, 3, 4, 6, 10]
STRENGTHS = [0.01, 0.1, 1, 10]


def deal(number):
    """Training, validation and test set of one split, each a pair of inputs and labels."""
    order = np.random.default_rng(number).permutation(m)
    X_train, Y_train, X_rest, Y_rest = split_columns(X, Y, order, m // 2)
    rest = np.arange(X_rest.shape[1])
    X_valid, Y_valid, X_test, Y_test = split_columns(X_rest, Y_rest, rest, len(rest) // 2)
    mean, spread = X_train.mean(axis=1, keepdims=True), X_train.std(axis=1, keepdims=True)
    pairs = [(X_train, Y_train), (X_valid, Y_valid), (X_test, Y_test)]
    return [((inputs - mean) / spread, labels) for inputs, labels in pairs]


def train(inputs, labels, n_h, seed, num_iterations=1500, learning_rate=0.6):
    """A network trained from larger first weights, as in notebook 11."""
    np.random.seed(seed)
    values = initialize_parameters(inputs.shape[0], n_h, 1)
    parameters = {name: 50 * value for name, value in values.items()}
    for _ in range(num_iterations):
        _, cache = forward_propagation(inputs, parameters)
        grads = backward_propagation(parameters, cache, inputs, labels)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters


valid, test = np.zeros((len(SIZES), SPLITS)), np.zeros((len(SIZES), SPLITS))
valid_line, test_line = np.zeros((len(STRENGTHS), SPLITS)), np.zeros((len(STRENGTHS), SPLITS))
for number in range(SPLITS):
    (X_train, Y_train), (X_valid, Y_valid), (X_test, Y_test) = deal(number)
    for row, n_h in enumerate(SIZES):
        trained = train(X_train, Y_train, n_h, number)
        valid[row, number] = accuracy(predict(trained, X_valid), Y_valid)
        test[row, number] = accuracy(predict(trained, X_test), Y_test)
    for row, strength in enumerate(STRENGTHS):
        line = LogisticRegression(C=strength).fit(X_train.T, Y_train[0])
        valid_line[row, number] = 100 * line.score(X_valid.T, Y_valid[0])
        test_line[row, number] = 100 * line.score(X_test.T, Y_test[0])

units = choose_units(SIZES, valid)
print("predicted:", PREDICTION, "units; chosen on the validation sets:", units)

# %% demo=true
fig, (left, right) = plotting.subplots(1, 2, figsize=(10.5, 4))
for column in range(SPLITS):
    left.plot(range(len(SIZES)), valid[:, column], "o", color=plotting.COLOURS[0], alpha=0.4)
left.plot(range(len(SIZES)), valid.mean(axis=1), "s-", color="black", label="mean of the splits")
left.axhline(
    valid_line.mean(axis=1).max(), color=plotting.COLOURS[1], linestyle="--", label="baseline"
)
left.set(
    xticks=range(len(SIZES)),
    xticklabels=SIZES,
    xlabel="hidden units",
    ylabel="validation accuracy in per cent",
)
left.legend()
trained = train(*deal(0)[0], units, 0)
plotting.plot_decision_boundary(
    lambda points: predict(trained, points), *deal(0)[2], ax=right, title=f"{units} units, test set"
)
plotting.show(
    "Left: validation accuracy against the number of hidden units, a dot for each split and a line "
    "through the means. It is below 75 per cent with one and two units, jumps to 93 with three, and "
    "rises to 95 with six. The baseline is a dashed line below 70. Right: the border of the chosen "
    "network closes around class 1."
)

# %% claim=true
means = valid.mean(axis=1)
assert means[:2].max() < 80 and 90 < means[2] < 95 and means[4] > 94
assert 65 < valid_line.mean(axis=1).max() < 70
class_0 = [100 * np.mean(deal(number)[1][1] == 0) for number in range(SPLITS)]
assert valid_line.mean(axis=1).max() < np.mean(class_0) + 0.5
assert units == 6

# %% [markdown]
# Three units do close the area, and they reach 93 %. The rule chose six, so the prediction did not hold:
# more lines can follow the curve of the picture more closely. The baseline does no better than answering
# class 0 for everything.

# %% [markdown]
# ## Step 4: open the test sets, once
#
# Both sides have made their choice. Now, and only now, the test accuracies are compared, split by split.

# %% demo=true
chosen_line = np.argmax(valid_line.mean(axis=1))
d = test[SIZES.index(units)] - test_line[chosen_line]
reach = 2.365 * d.std(ddof=1) / np.sqrt(SPLITS)  # Student's t for 8 numbers and 95 %
print(
    f"network {test[SIZES.index(units)].mean():.0f} %, baseline {test_line[chosen_line].mean():.0f} %"
)
print(
    f"difference {d.mean():.0f} points, interval {d.mean() - reach:.0f} to {d.mean() + reach:.0f}"
)

# %% [markdown]
# The eight splits share their samples, so the interval speaks of *this* data set. With a new drawing
# or new samples the difference can lie outside of it.

# %% claim=true
assert abs(d.mean() - 23) < 1 and abs(d.mean() - reach - 21) < 1 and abs(d.mean() + reach - 25) < 1
assert d.min() > 0 and (int(Y.sum()), m) == (102, 330)

# %% [markdown]
# ## Your report
#
# Write five sentences about *your* data. The rubric says what each should hold. If you learn alone, leave
# your report for a day, then read it as a stranger and give each point only if the sentence is there. In a
# class, a person grades it: until then its points wait.

# %% [markdown] manual="report" points=5
# **Rubric**, a point for each sentence:
#
# - **1** The data: what they are, how many samples of each class, and where they come from.
# - **1** The prediction: how many units, and the reason, as written down before the measurement.
# - **1** The comparison: which baseline, and how both sides were tuned on the same validation sets.
# - **1** The result: the difference on the test sets with its interval, and whether the prediction held.
# - **1** The limits: what was *not* shown, or what could make the result look better than it is.
#
# ### BEGIN SOLUTION
# The data are an ellipse of class 1 (102 samples) inside a ring of class 0 (228 samples), drawn with letters
# and blurred with noise. I predicted three hidden units, because three lines close an area. The baseline was
# logistic regression; its penalty and the size of the hidden layer were both chosen on the same eight
# validation sets. Six units were chosen, so the prediction did not hold, and on the test sets they were 23
# points ahead (21 to 25). All splits share the samples of one drawing, so this says nothing of other shapes,
# and a baseline with squared features was not tried.
# ### END SOLUTION

# %% [markdown]
# ## An experiment to play with
#
# - Draw two islands of `x`. Does the number of units double?
# - Raise `NOISE` to 1.5. Which falls faster, the network or the baseline?
# - Give the baseline the features $x_1, x_2, x_1^2, x_2^2, x_1 x_2$. How much of the difference is left on your
#   picture? What does that say about the sentence "neural networks are better"?

# %% [markdown]
# ## Three questions to think about
#
# **1.** You look at the test accuracies of all six sizes and report the best. What have you done to the test
# set?
#
# <details><summary>Answer</summary>
#
# You have made it a second validation set. The best of six is partly the luckiest of six. The number no longer
# says what to expect of new samples.
#
# </details>
#
# **2.** Somebody compares a network, tuned for a week, with logistic regression as it comes. Why is the
# result worth little?
#
# <details><summary>Answer</summary>
#
# The difference mixes two things: the method and the week. Give both sides the same care. Only then is what
# remains due to the method.
#
# </details>
#
# **3.** Your prediction was wrong. Is the project a failure?
#
# <details><summary>Answer</summary>
#
# No. A prediction that can fail is what makes a measurement worth something. Ask which step of the reasoning was
# wrong: the number of lines, whether training finds them, or whether the noise hides them.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The one-standard-error rule: L. Breiman, J. Friedman, R. Olshen, C. Stone, *Classification and Regression
#   Trees* (Wadsworth, 1984), section 3.4.
# - On baselines and how results look better than they are: Z. Lipton, J. Steinhardt, *Troubling Trends in
#   Machine Learning Scholarship*, Queue 17 (2019).
