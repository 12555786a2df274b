# title: The data
# summary: The flower, its shapes, and the straight line that a network has to beat.

# %% [markdown]
# # 01 · The data
#
# By the end you will be able to
#
# - load the flower data set and say what its rows and columns mean;
# - read the number of samples from the shape of an array;
# - say what a straight line can and cannot do on these data;
# - name the accuracy that the network of this part has to beat.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run this cell first. It says which lesson this is; the later notebooks of this part begin in the
# same way.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/01_data")

# %% [markdown]
# ## Where we are
#
# In this part you build a neural network with one hidden layer, one step a notebook. Every network
# begins with data. Where do they enter?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="data")
plotting.show(
    "The 2-4-1 network with the data highlighted: samples X enter the two inputs at the left, and "
    "the classes Y go past the network to the cost at its right end. The rest is grey."
)

# %% [markdown]
# At the left: each input of the network takes one number of a sample. The labels go past the
# network to its right end, where the output will be compared with them.

# %% [markdown]
# ## The mathematics
#
# A *sample* is one point of the data set. It has $n_x$ numbers, called its *features*, and a
# *label* that says which class it belongs to. The network is to predict the label from the
# features. Sample number $i$ is a column of features and a column of labels:
#
# $$x^{(i)} = \begin{pmatrix} x_1^{(i)} \\ \vdots \\ x_{n_x}^{(i)} \end{pmatrix}, \qquad
# y^{(i)} \in \{0, 1\}$$
#
# All $m$ samples stand side by side, one a column:
#
# $$X = \begin{pmatrix} x^{(1)} & x^{(2)} & \cdots & x^{(m)} \end{pmatrix}, \qquad
# Y = \begin{pmatrix} y^{(1)} & y^{(2)} & \cdots & y^{(m)} \end{pmatrix}$$
#
# Many libraries, scikit-learn among them, stand the samples in rows instead. This part of the
# course keeps them in columns, since then a layer reads $WX + b$, as in the textbooks.

# %% [markdown]
# ### Shapes
#
# The same letters stand for the same sizes through the whole course.
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `n_x` | number of features of a sample | a number | `2` |
# | `n_y` | number of outputs | a number | `1` |
# | `m` | number of samples | a number | `400` |
# | `X` | features, one sample a column | `(n_x, m)` | `(2, 400)` |
# | `Y` | labels, 0 or 1 | `(n_y, m)` | `(1, 400)` |

# %% [markdown]
# ## A worked example on paper
#
# Two samples: the point $(1, 2)$ of class 1, and the point $(-1, 0)$ of class 0. Each becomes a
# column:
#
# $$X = \begin{pmatrix} 1 & -1 \\ 2 & 0 \end{pmatrix}, \qquad Y = \begin{pmatrix} 1 & 0
# \end{pmatrix}$$
#
# $X$ has two rows, since a point has two coordinates, and two columns, since there are two points:
# its shape is `(2, 2)`. $Y$ has one row and two columns: `(1, 2)`. There are $m = 2$ samples.
#
# Here both sizes of $X$ are 2, so the shape alone does not say which of them counts the samples.
# With a third point $(0, 3)$ of class 1 it does:
#
# $$X = \begin{pmatrix} 1 & -1 & 0 \\ 2 & 0 & 3 \end{pmatrix}, \qquad
# Y = \begin{pmatrix} 1 & 0 & 1 \end{pmatrix}$$
#
# Now $X$ is `(2, 3)`, $Y$ is `(1, 3)` and $m = 3$. The rows stayed two: more data add columns.

# %% [markdown]
# ## Exercise: `dataset_shape`
#
# Return the shape of `X`, the shape of `Y` and the number of samples. A NumPy array knows its
# shape. For the three points above the result should be `((2, 3), (1, 3), 3)`.

# %% exercise="dataset_shape"
def dataset_shape(X, Y):
    """Say how large a data set is.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The features, one sample a column.
    Y : array of shape (n_y, m)
        The labels, one sample a column.

    Returns
    -------
    shape_X : tuple of two int
        The shape of X.
    shape_Y : tuple of two int
        The shape of Y.
    m : int
        The number of samples.
    """
    ### BEGIN SOLUTION
    shape_X = X.shape
    shape_Y = Y.shape
    m = X.shape[1]
    return shape_X, shape_Y, m
    ### END SOLUTION

# %% check="dataset_shape" points=1
lesson.check(dataset_shape)

# %% test="the shapes of X and Y, for data of many sizes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2101)
for features, outputs, samples in [(2, 1, 400), (5, 1, 12), (3, 1, 1), (7, 1, 3), (1, 1, 6)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    judge.same(dataset_shape, X_test, Y_test, parts=("shape_X", "shape_Y"))
### END HIDDEN TESTS

# %% test="the number of samples, for data of many sizes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2102)
for features, outputs, samples in [(2, 1, 400), (6, 1, 11), (4, 1, 1), (9, 1, 2)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    judge.same(dataset_shape, X_test, Y_test, parts=("m",))
### END HIDDEN TESTS

# %% test="more than one row of labels" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2103)
for features, outputs, samples in [(2, 3, 8), (5, 2, 4)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    judge.beyond(
        dataset_shape,
        X_test,
        Y_test,
        plain=[(X_test, Y_test[:1]), (X_test[:, 1:], Y_test[:1, 1:])],
        follows=lambda own, _, rows=outputs: (own[0], (rows, *own[1][1:]), own[2]),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does your function agree with the paper?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
X_three = np.array([[1.0, -1.0, 0.0], [2.0, 0.0, 3.0]])
Y_three = np.array([[1, 0, 1]])
print("two points:  ", dataset_shape(X_paper, Y_paper))
print("three points:", dataset_shape(X_three, Y_three))
print("agrees with paper:", dataset_shape(X_three, Y_three) == ((2, 3), (1, 3), 3))

# %% [markdown]
# Now the data of this part. How many samples are there, and how many of each class?

# %%
X, Y = datasets.load_planar_dataset()
shape_X, shape_Y, m = dataset_shape(X, Y)
print("shape of X:", shape_X)
print("shape of Y:", shape_Y)
print("number of samples m:", m)
print("samples of class 0:", np.sum(Y == 0))
print("samples of class 1:", np.sum(Y == 1))
print("the first sample:", np.round(X[:, 0], 2), "with label", Y[0, 0])

# %% [markdown]
# As many of one class as of the other. Each sample has two features, so that the whole data set
# can be drawn in the plane. What does it look like?

# %% demo=true
plotting.plot_data(X, Y, title="The flower")
plotting.show(
    "Scatter plot of 400 points that form a flower of eight petals around the origin: four petals "
    "of class 0, blue circles, and four of class 1, orange triangles, in mixed order."
)

# %% [markdown]
# A flower of eight petals, four of each class, in mixed order. The task: given a point of the
# plane, say which class it belongs to.

# %% [markdown]
# ### The baseline: a straight line
#
# Before building anything, try the plainest method. Logistic regression looks for the best
# straight line between two classes; in part 1 you built it as a network of one neuron. Here
# scikit-learn's `LogisticRegression` does it. It wants samples in rows, hence the transposes.
#
# The *accuracy* is the share of samples whose class comes out right. What would you expect, if a
# coin reaches about one half?

# %% demo=true
from sklearn.linear_model import LogisticRegression

baseline = LogisticRegression()
baseline.fit(X.T, Y.ravel())


def straight_line(points):
    """The baseline's classes for points of shape (2, number of points)."""
    return baseline.predict(points.T)


baseline_accuracy = np.mean(straight_line(X) == Y.ravel())
print(f"accuracy of the straight line: {baseline_accuracy:.0%}")

# %% demo=true
title = f"Logistic regression: {baseline_accuracy:.0%} right"
plotting.plot_decision_boundary(straight_line, X, Y, title=title)
plotting.show(
    "The flower cut by one straight, almost horizontal line. Petals of both classes lie on both "
    "sides of it, so that about half of the points are on the wrong side."
)

# %% [markdown]
# The line does no better than a coin. Was logistic regression unlucky with its line? It looks for
# good probabilities, not for the highest accuracy. So let us try lines of all directions, each
# moved across all the data, and keep the best accuracy. What is the most that a straight line can
# do?

# %% demo=true
best_accuracy = 0.0
for angle in np.linspace(0, np.pi, 181):
    # How far each point lies in this direction, and for a line across it through each of the
    # points, a row each: which points lie beyond the line?
    along = np.cos(angle) * X[0] + np.sin(angle) * X[1]
    beyond = along > along[:, np.newaxis]
    shares = np.mean(beyond == Y[0], axis=1)
    best_accuracy = max(best_accuracy, shares.max(), 1 - shares.min())
print(f"logistic regression's line: {baseline_accuracy:.0%}")
print(f"the best line of all:       {best_accuracy:.0%}")

# %% [markdown]
# The best line gets seven points out of ten. Better, but far from good: whichever line is taken,
# petals of both classes lie on each side of it.
# The flower asks for a border that bends. These two numbers are what the network of this part has
# to beat; notebook 08 will train it.

# %% [markdown]
# ## An experiment to play with
#
# The course has five other data sets in the plane. For each, guess first: can a straight line do
# it? Then change `name` and run the cell.

# %% demo=true
name = "noisy_moons"  # or "noisy_circles", "blobs", "gaussian_quantiles", "no_structure"

X_other, Y_other = datasets.load_extra_datasets()[name]
baseline.fit(X_other.T, Y_other.ravel())
accuracy = np.mean(straight_line(X_other) == Y_other.ravel())
plotting.plot_decision_boundary(
    straight_line, X_other, Y_other, title=f"{name}: {accuracy:.0%} right"
)
plotting.show(
    f"The data set {name} with the straight border that logistic regression finds, coloured by the "
    "class that it predicts on each side."
)

# %% [markdown]
# The two moons are nearly separated by a line, but their tips reach across it. Which data sets suit
# the line worst, and is there one on which no method can do well?
#
# <details><summary>Answer</summary>
#
# The circles, the quantiles, the blobs and `no_structure`: on each of them the line is right for hardly
# more than half of the points. But on the first three another border would do well. On `no_structure`
# none would: there the labels have nothing to do with the places, so that nothing about a new point
# can be told from where it lies.
#
# </details>

# %% claim=true
baseline.fit(X.T, Y.ravel())
assert np.mean(straight_line(X) == Y.ravel()) < 0.5
assert 0.68 < best_accuracy < 0.71
sector = np.floor(np.arctan2(X[1], X[0]) / (np.pi / 4)).astype(int) % 8
shares = np.sort([np.mean((straight_line(X) == Y[0])[sector == k]) for k in range(8)])
assert shares[3] <= 0.25 and shares[4] > 0.8
assert round(np.mean(straight_line(X) == Y[0]), 2) == 0.47
for name, (X_other, Y_other) in datasets.load_extra_datasets().items():
    share = LogisticRegression().fit(X_other.T, Y_other[0]).score(X_other.T, Y_other[0])
    assert 0.8 < share < 0.9 if name == "noisy_moons" else 0.5 < share < 0.6, name

# %% [markdown]
# ## Three questions to think about
#
# **1.** How can the accuracy of logistic regression be *below* one half on the very data that it
# was fitted to?
#
# <details><summary>Answer</summary>
#
# Logistic regression does not maximise the accuracy. It minimises the cross-entropy, the cost of
# notebook 05, which looks at probabilities and not at classes. Cut the flower into eight sectors of
# 45°: in four of them its line is right for more than 80 % of the points, in the other four for
# 25 % or less. Together that comes to 47 %. Another line gets more points right, at a higher cost.
#
# </details>
#
# **2.** A data set has `X` of shape `(13, 270)`. What do you know about it? And what if somebody
# else's `X` has the shape `(270, 13)`?
#
# <details><summary>Answer</summary>
#
# With samples in columns it has 270 samples of 13 features each. The second array may hold the same
# data with samples in rows, but the shape cannot say so by itself: one has to know the convention.
# Part 4 of the course uses that second layout.
#
# </details>
#
# **3.** On data where 95 % of the samples belong to class 0, a method reaches an accuracy of 95 %.
# Is it good?
#
# <details><summary>Answer</summary>
#
# Not necessarily: always answering "class 0" reaches the same. An accuracy means something only
# beside a baseline. For the flower, with equal classes, always answering the same class gives one
# half.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The flower is made of two noisy polar curves, $r = 4 \sin 4t$, one for each class;
#   `datasets.load_planar_dataset` states the formula.
# - `LogisticRegression`: the scikit-learn user guide, section *Linear models*.
