# title: The architecture
# summary: How many units each layer has, and how many numbers there are to learn.

# %% [markdown]
# # 02 · The architecture
#
# By the end you will be able to
#
# - say what the input, hidden and output layers of a network are;
# - read the sizes of the input and output layers from the data;
# - count the weights and biases that training will have to find;
# - say which size the data decide and which one you choose.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in your `dataset_shape` of notebook 01.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/02_architecture")

# %%
dataset_shape = lesson.carry("dataset_shape")

# %% [markdown]
# ## Where we are
#
# A straight line fails on the flower. The remedy is a *hidden layer*: units between the inputs and
# the output, each of which may draw a line of its own. What is there to decide before such a
# network can be built?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="architecture")
plotting.show(
    "The 2-4-1 network with its architecture highlighted: a column of two inputs, a column of four "
    "hidden units and one output, with a line from every unit to every unit of the next column."
)

# %% [markdown]
# The number of units in each of the three columns: the *architecture*. Every unit of a column is
# joined to every unit of the next, and each line of the drawing is one weight.

# %% [markdown]
# ## The mathematics
#
# The layers are numbered from the left. The input layer computes nothing and has the number 0.
#
# - **Input layer**, $n_x$ units: one for each feature of a sample. The data decide.
# - **Hidden layer** (number 1), $n_h$ units: your choice. This part uses 4; notebook 10 tries
# others.
# - **Output layer** (number 2), $n_y$ units: one for each row of $Y$. The data decide.
#
# A unit has one weight for each unit of the layer before it, and one bias. The weights of a layer
# form a matrix with one row for each of its units. The network has this many numbers to learn:
#
# $$\underbrace{n_h \cdot n_x}_{W_1} + \underbrace{n_h}_{b_1} +
# \underbrace{n_y \cdot n_h}_{W_2} + \underbrace{n_y}_{b_2}$$
#
# They are called its *parameters*. The sizes $n_x$, $n_h$, $n_y$ are not learnt: they are fixed
# before training starts, and such choices are called *hyperparameters*.

# %% [markdown]
# ### Shapes
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `X` | features, one sample a column | `(n_x, m)` | `(2, 400)` |
# | `Y` | labels | `(n_y, m)` | `(1, 400)` |
# | `W1` | weights into the hidden layer, one unit a row | `(n_h, n_x)` | `(4, 2)` |
# | `b1` | biases of the hidden units | `(n_h, 1)` | `(4, 1)` |
# | `W2` | weights into the output layer, one unit a row | `(n_y, n_h)` | `(1, 4)` |
# | `b2` | biases of the outputs | `(n_y, 1)` | `(1, 1)` |
#
# The number of samples $m$ does not occur in the last four rows. A network does not grow with the
# data.

# %% [markdown]
# ## A worked example on paper
#
# Our two samples, $(1, 2)$ with label 1 and $(-1, 0)$ with label 0:
#
# $$X = \begin{pmatrix} 1 & -1 \\ 2 & 0 \end{pmatrix}, \qquad Y = \begin{pmatrix} 1 & 0
# \end{pmatrix}$$
#
# $X$ has two rows, so $n_x = 2$. $Y$ has one row, so $n_y = 1$. To keep the paper small we choose
# $n_h = 2$ hidden units for the worked examples. Draw the network: two circles, two circles, one
# circle, and all the lines between neighbouring columns.
#
# | | Lines or circles | Count |
# | --- | --- | --- |
# | `W1` | lines from 2 inputs to 2 hidden units | 2 · 2 = 4 |
# | `b1` | hidden units | 2 |
# | `W2` | lines from 2 hidden units to 1 output | 1 · 2 = 2 |
# | `b2` | outputs | 1 |
# | | together | 9 |
#
# Nine numbers. Notebook 04 will give them values and follow the two samples through the network.

# %% [markdown]
# ## Exercise: `layer_sizes`
#
# Return the sizes of the three layers. Two of them come from the data, the hidden layer always has
# 4 units here. For the two samples on paper the result should be `(2, 4, 1)`.

# %% exercise="layer_sizes"
def layer_sizes(X, Y):
    """Say how many units each layer of the network has.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The features, one sample a column.
    Y : array of shape (n_y, m)
        The labels, one sample a column. There may be more than one row (n_y > 1).

    Returns
    -------
    n_x : int
        Size of the input layer.
    n_h : int
        Size of the hidden layer: 4, whatever the data.
    n_y : int
        Size of the output layer.
    """
    ### BEGIN SOLUTION
    n_x = X.shape[0]
    n_h = 4
    n_y = Y.shape[0]
    return n_x, n_h, n_y
    ### END SOLUTION

# %% check="layer_sizes" points=1
lesson.check(layer_sizes)

# %% test="the input layer fits the data" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2201)
for features, samples in [(2, 400), (5, 11), (3, 1), (1, 8), (13, 6)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    judge.same(layer_sizes, X_test, Y_test, parts=("n_x",))
### END HIDDEN TESTS

# %% test="four hidden units and one output, whatever the number of samples and features" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2202)
for features, samples in [(6, 9), (3, 2), (7, 1)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    judge.same(layer_sizes, X_test, Y_test, parts=("n_h", "n_y"))
### END HIDDEN TESTS

# %% test="the output layer fits labels of several rows" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2203)
for features, outputs, samples in [(2, 3, 7), (4, 2, 5), (3, 5, 9)]:
    X_test = rng.standard_normal((features, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    judge.beyond(
        layer_sizes,
        X_test,
        Y_test,
        plain=[(X_test, Y_test[:1]), (X_test[1:], Y_test[:1])],
        follows=lambda own, _, rows=outputs: tuple(rows if n == 1 else n for n in own),
        parts=("n_y",),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `count_parameters`
#
# Count the weights and biases of a network with given sizes. For the 2-2-1 network on paper the
# result should be `9`.

# %% exercise="count_parameters"
def count_parameters(n_x, n_h, n_y):
    """Count the numbers that a network with one hidden layer has to learn.

    Parameters
    ----------
    n_x, n_h, n_y : int
        Sizes of the input, hidden and output layers.

    Returns
    -------
    int
        The number of weights and biases of both layers together.
    """
    ### BEGIN SOLUTION
    hidden = n_h * n_x + n_h
    output = n_y * n_h + n_y
    return hidden + output
    ### END SOLUTION

# %% check="count_parameters" points=1
lesson.check(count_parameters)

# %% test="weights and biases of networks with one output" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(2, 4, 1), (2, 50, 1), (13, 8, 1), (1, 1, 1), (7, 3, 1)]:
    judge.same(count_parameters, n_x, n_h, n_y)
### END HIDDEN TESTS

# %% test="networks with several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(64, 30, 10), (2, 5, 3), (3, 2, 7)]:
    # Each further output has a weight for each hidden unit, and a bias if the first output has one.
    judge.beyond(
        count_parameters,
        n_x,
        n_h,
        n_y,
        plain=[(n_x, n_h, 1), (n_x, 0, 1)],
        follows=lambda own, bias, n_h=n_h, n_y=n_y: own + (n_y - 1) * (n_h + bias),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Do both functions agree with the paper?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
print("sizes for the data on paper:", layer_sizes(X_paper, Y_paper))
print("parameters of 2-2-1:", count_parameters(2, 2, 1), "(on paper: 9)")

# %% [markdown]
# Now the flower. How many numbers will training have to find, and how many samples are there to
# find them from?

# %%
X, Y = datasets.load_planar_dataset()
n_x, n_h, n_y = layer_sizes(X, Y)
m = dataset_shape(X, Y)[2]
print(f"the network for the flower: {n_x}-{n_h}-{n_y}")
print("parameters:", count_parameters(n_x, n_h, n_y))
print("samples:", m)

# %% [markdown]
# There are far more samples than parameters. That is a comfortable place to be: a network with many
# more parameters than samples can learn them by heart, even if their labels are drawn by lot.
#
# How does the number of parameters grow with the hidden layer? Notebook 10 draws seven sizes.
# Before you run the cell: is the curve straight or bent?

# %% demo=true
hidden_sizes = [1, 2, 3, 4, 5, 20, 50]
counts = [count_parameters(n_x, size, n_y) for size in hidden_sizes]

fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 3.8))
plotting.draw_network((2, 2, 1), ax=left)
left.set_title(f"2-2-1, as on paper: {count_parameters(2, 2, 1)} parameters")
right.plot(hidden_sizes, counts, marker="o")
right.axhline(m, color="grey", linestyle="--", label=f"number of samples, {m}")
right.set(title="Size of the network for the flower")
right.set(xlabel="hidden units $n_h$", ylabel="parameters")
right.legend()
plotting.show(
    "Left: the small 2-2-1 network of the worked example. Right: the number of parameters rises in "
    "a straight line with the number of hidden units and stays below the number of samples, 400."
)
for size, count in zip(hidden_sizes, counts, strict=True):
    print(f"{size:3} hidden units: {count:4} parameters")

# %% [markdown]
# Straight: each further hidden unit brings the same number of parameters, its weights from the
# inputs, its bias, and its weight to each output.

# %% claim=true
assert m / count_parameters(n_x, n_h, n_y) > 20 and max(counts) < m
assert {count_parameters(n_x, size + 1, n_y) - count_parameters(n_x, size, n_y) for size in range(1, 50)} == {4}

# %% [markdown]
# ## An experiment to play with
#
# A photograph is a sample with very many features: one for each point of the picture, three if it
# is in colour. Change the numbers and watch the count. With 60,000 pictures to learn from, how wide
# may the hidden layer be if there are to be no more parameters than samples?

# %% demo=true
width, height, colours = 64, 64, 3
hidden_units = 100
classes = 10

features = width * height * colours
total = count_parameters(features, hidden_units, classes)
first_layer = hidden_units * features
print(f"features of a picture: {features:,}")
print(f"parameters: {total:,}")
print(f"of these, weights of the first layer: {first_layer / total:.1%}")

# %% [markdown]
# Nearly everything sits in the first layer. This is one reason why networks for pictures join each
# unit to a small patch of the picture only, and use the same weights for every patch.
#
# <details><summary>How wide may it be?</summary>
#
# Four units wide. Each unit brings 12,288 weights, its bias and ten weights to the outputs, 12,299
# numbers in all. Four of them and the ten biases of the outputs are 49,206 parameters, five would be
# more than 60,000.
#
# </details>

# %% claim=true
assert first_layer / total > 0.99
assert count_parameters(64 * 64 * 3, 4, 10) == 49206 and count_parameters(64 * 64 * 3, 5, 10) > 60000

# %% [markdown]
# ## Three questions to think about
#
# **1.** You get 1,000 more samples of the flower. Which sizes change, and how many more parameters
# does the network have?
#
# <details><summary>Answer</summary>
#
# Only $m$ changes. The sizes of the layers stay, since a sample still has two features and one
# label; the number of parameters does not depend on $m$.
#
# </details>
#
# **2.** The labels of the flower have two classes. Why is there one output and not two?
#
# <details><summary>Answer</summary>
#
# One number is enough: the output is the probability of class 1, and that of class 0 is one minus
# it. With three or more classes one output a class is needed; part 3 does that.
#
# </details>
#
# **3.** A network without a hidden layer, two inputs joined to one output: how many parameters has
# it, and where have you met it?
#
# <details><summary>Answer</summary>
#
# Three: two weights and one bias. It is logistic regression, the straight line of notebook 01. The
# three numbers describe the line.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The words layer, unit, parameter and hyperparameter are used as in I. Goodfellow, Y. Bengio,
#   A. Courville, *Deep Learning* (MIT Press, 2016), chapters 5 and 6.
# - On networks that learn labels drawn by lot: C. Zhang and others, *Understanding Deep Learning Requires
#   Rethinking Generalization* (ICLR 2017).
