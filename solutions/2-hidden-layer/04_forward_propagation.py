# title: Forward propagation
# summary: From the inputs to a probability: two layers, each a weighted sum and an activation.

# %% [markdown]
# # 04 · Forward propagation
#
# By the end you will be able to
#
# - follow one sample through the network by hand, from its coordinates to a probability;
# - write both layers as matrix products that treat all samples at once;
# - say what each of the two activation functions, tanh and the sigmoid, does and how steep it is;
# - keep the intermediate values that learning will need later;
# - set the weights of a small network by hand.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in the functions that you wrote in the
# earlier notebooks.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/04_forward_propagation")

# %%
layer_sizes, initialize_parameters = lesson.carry("layer_sizes", "initialize_parameters")

# %% [markdown]
# ## Where we are
#
# The network has its shape and its first weights. So far it computes nothing. This notebook sends
# the data through it from left to right. That is why the step is called *forward* propagation.
#
# Which parts of the network take part in it?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="forward", labels=("", "tanh", "sigmoid"))
plotting.show(
    "The 2-4-1 network with forward propagation highlighted: two inputs, four tanh units and "
    "one sigmoid unit, with the values flowing from left to right."
)

# %% [markdown]
# All of them: every input feeds every hidden unit, and every hidden unit feeds the output, drawn as
# $\hat y$. The words below the layers say how each unit answers; we come to that now.

# %% [markdown]
# ## The mathematics
#
# A layer does two things. It first takes a weighted sum of what comes in and adds a bias, then it
# bends the result with an activation function. For one sample $x$, a column of $n_x$ numbers:
#
# $$z_1 = W_1 x + b_1, \qquad a_1 = \tanh\big(z_1\big)$$
#
# $$z_2 = W_2 a_1 + b_2, \qquad a_2 = \sigma\big(z_2\big)$$
#
# The small number is the layer. The output $a_2$ lies between 0 and 1 and is
# read as the probability that the sample belongs to class 1.
#
# The samples stand side by side as the columns of $X$, so the same four equations in capital
# letters treat all of them at once:
#
# $$Z_1 = W_1 X + b_1, \quad A_1 = \tanh\big(Z_1\big), \quad
# Z_2 = W_2 A_1 + b_2, \quad A_2 = \sigma\big(Z_2\big)$$
#
# The biases have one column. NumPy adds that column to each of the $m$ columns of the product;
# this is called broadcasting.

# %% [markdown]
# ### Shapes
#
# In a matrix product the inner sizes must agree: `(n_h, n_x) @ (n_x, m)` gives `(n_h, m)`. The last
# column of the table is for the flower, with $m = 400$.
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `X` | inputs, one sample a column | `(n_x, m)` | `(2, 400)` |
# | `W1` | weights into the hidden layer, one unit a row | `(n_h, n_x)` | `(4, 2)` |
# | `b1` | biases of the hidden units | `(n_h, 1)` | `(4, 1)` |
# | `Z1` | weighted sums of the hidden units | `(n_h, m)` | `(4, 400)` |
# | `A1` | outputs of the hidden units, `tanh` of `Z1` | `(n_h, m)` | `(4, 400)` |
# | `W2` | weights into the output layer | `(n_y, n_h)` | `(1, 4)` |
# | `b2` | bias of the output | `(n_y, 1)` | `(1, 1)` |
# | `Z2` | weighted sum of the output | `(n_y, m)` | `(1, 400)` |
# | `A2` | probabilities, the sigmoid of `Z2` | `(n_y, m)` | `(1, 400)` |

# %% [markdown]
# ### Two activation functions
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}, \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# NumPy has `np.tanh`. It has no sigmoid, so you will write that formula with `np.exp`; if you did
# part 1, it is the one that you wrote there.
#
# The slope of an activation function says how much its output moves when its input moves a
# little. It decides later how fast a unit can learn. Where is each curve steepest, and what happens
# to the slope far from zero?

# %% demo=true
z = np.linspace(-6, 6, 241)
tanh_curve = np.tanh(z)
sigmoid_curve = (1 + np.tanh(z / 2)) / 2  # the sigmoid is a tanh, squeezed and shifted
fig, (left, right) = plotting.subplots(1, 2)
left.plot(z, tanh_curve, label="tanh")
left.plot(z, sigmoid_curve, linestyle="--", label="sigmoid")
left.set(title="Activation", xlabel="z", ylabel="a")
left.legend()
right.plot(z, 1 - tanh_curve**2, label="tanh")
right.plot(z, sigmoid_curve * (1 - sigmoid_curve), linestyle="--", label="sigmoid")
right.set(title="Slope", xlabel="z", ylabel="da/dz")
right.legend()
plotting.show(
    "Left: tanh rises from -1 to 1 and the sigmoid from 0 to 1, both S-shaped. Right: their slopes "
    "are bells around z = 0 with height 1 for tanh and 0.25 for the sigmoid, and nearly 0 beyond 5."
)

# %% [markdown]
# Both are steepest at $z = 0$, where tanh has slope 1 and the sigmoid slope one quarter. Both
# become flat far out: such a unit is called *saturated*. The outputs of tanh lie around 0, which
# suits a layer that feeds another layer. The outputs of the sigmoid lie between 0 and 1, which
# suits a probability. Hence tanh inside and the sigmoid at the end.

# %% [markdown]
# ## A worked example on paper
#
# Take a pencil. The network is 2-2-1 and there are two samples, $(1, 2)$ and $(-1, 0)$:
#
# $$X = \begin{pmatrix} 1 & -1 \\ 2 & 0 \end{pmatrix},\quad
# W_1 = \begin{pmatrix} 0.5 & 0.25 \\ -1 & 0.5 \end{pmatrix},\quad
# b_1 = \begin{pmatrix} 0.25 \\ 0.5 \end{pmatrix},\quad
# W_2 = \begin{pmatrix} 1 & 2 \end{pmatrix},\quad
# b_2 = \begin{pmatrix} -1 \end{pmatrix}$$
#
# **Hidden layer, weighted sums.** The first unit sees the first sample as
# $0.5 \cdot 1 + 0.25 \cdot 2 = 1$ and adds its bias: $1.25$. The second unit sees it as
# $-1 \cdot 1 + 0.5 \cdot 2 = 0$ and gets $0.5$. The second sample gives $-0.5 + 0.25 = -0.25$ and
# $1 + 0.5 = 1.5$:
#
# $$Z_1 = \begin{pmatrix} 1.25 & -0.25 \\ 0.5 & 1.5 \end{pmatrix}$$
#
# **Hidden layer, activation.** The tanh of each number:
#
# $$A_1 \approx \begin{pmatrix} 0.8483 & -0.2449 \\ 0.4621 & 0.9051 \end{pmatrix}$$
#
# **Output, weighted sums.** For the first sample $1 \cdot 0.8483 + 2 \cdot 0.4621 - 1 = 0.7725$,
# for the second $-0.2449 + 1.8103 - 1 \approx 0.5654$:
#
# $$Z_2 \approx \begin{pmatrix} 0.7725 & 0.5654 \end{pmatrix}$$
#
# **Output, activation.** The sigmoid of each number:
#
# $$A_2 \approx \begin{pmatrix} 0.6841 & 0.6377 \end{pmatrix}$$
#
# The network puts both samples in class 1, and is not very sure of either.

# %% [markdown]
# ## Exercise: `forward_propagation`
#
# Write the four equations for all samples at once. Return the probabilities, and beside them a
# dictionary called the *cache*. The cache keeps what was computed on the way, since
# backpropagation needs it and should not compute it again.
#
# For the worked example `A2` should come out as `[[0.6841, 0.6377]]` to four decimals; the shapes
# are those of the table above.

# %% exercise="forward_propagation"
def forward_propagation(X, parameters):
    """Send all samples through the network, from the inputs to the probabilities.

    The hidden layer uses tanh, the output layer the sigmoid.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The inputs, one sample a column.
    parameters : dict
        "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).

    Returns
    -------
    A2 : array of shape (n_y, m)
        The output of the network: the probability of class 1 for each sample.
        There may be more than one output (n_y > 1); each is a sigmoid of its own.
    cache : dict
        "Z1" and "A1" of shape (n_h, m), "Z2" and "A2" of shape (n_y, m).

    Notes
    -----
    X and parameters are left unchanged.
    """
    ### BEGIN SOLUTION
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache
    ### END SOLUTION

# %% check="forward_propagation" points=1
lesson.check(forward_propagation)

# %% test="the probabilities, on networks and data of many sizes" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2404)
for n_x, n_h, n_y, m in [(2, 4, 1, 9), (3, 5, 1, 1), (5, 3, 1, 7), (4, 1, 1, 6), (1, 6, 1, 8)]:
    X_test = rng.standard_normal((n_x, m))
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((n_y, n_h)),
        "b2": rng.standard_normal((n_y, 1)),
    }
    judge.same(forward_propagation, X_test, parameters_test, parts=("A2",))
### END HIDDEN TESTS

# %% test="the cache holds Z1, A1, Z2 and A2 of this very call" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2405)
for n_x, n_h, n_y, m in [(3, 4, 1, 6), (2, 5, 1, 3), (4, 2, 1, 1)]:
    X_test = rng.standard_normal((n_x, m))
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((n_y, n_h)),
        "b2": rng.standard_normal((n_y, 1)),
    }
    judge.same(forward_propagation, X_test, parameters_test, parts=("cache",))
### END HIDDEN TESTS

# %% test="several outputs, each a sigmoid of its own" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2406)
for n_x, n_h, n_y, m in [(2, 4, 3, 5), (3, 4, 2, 6)]:
    X_test = rng.standard_normal((n_x, m))
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((n_y, n_h)),
        "b2": rng.standard_normal((n_y, 1)),
    }
    single = [
        {**parameters_test, **{name: parameters_test[name][k : k + 1] for name in ("W2", "b2")}}
        for k in range(n_y)
    ]
    judge.beyond(
        forward_propagation,
        X_test,
        parameters_test,
        plain=[(X_test, one) for one in single],
        follows=lambda *own: (np.vstack([A2 for A2, _ in own]), {}),
        parts=("A2",),
    )
### END HIDDEN TESTS

# %% test="X and the parameters are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2407)
for n_x, n_h, n_y, m in [(2, 4, 1, 5), (3, 2, 1, 4)]:
    X_test = rng.standard_normal((n_x, m))
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((n_y, n_h)),
        "b2": rng.standard_normal((n_y, 1)),
    }
    judge.keeps(forward_propagation, X_test, parameters_test)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does the code agree with the pencil? The numbers of the worked example once more, by hand and by
# your function:

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
parameters_paper = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
by_hand = {
    "Z1": [[1.25, -0.25], [0.5, 1.5]],
    "A1": [[0.8483, -0.2449], [0.4621, 0.9051]],
    "Z2": [[0.7725, 0.5654]],
    "A2": [[0.6841, 0.6377]],
}
A2_paper, cache_paper = forward_propagation(X_paper, parameters_paper)
for name, values in by_hand.items():
    agrees = np.allclose(cache_paper[name], values, atol=1e-4)
    print(f"{name}: {np.round(cache_paper[name], 4).tolist()}  agrees with paper: {agrees}")

# %% [markdown]
# Now the flower: 400 samples, four hidden units, and the small random weights of your
# `initialize_parameters`. What will an untrained network say about the samples?

# %%
X, Y = datasets.load_planar_dataset(random_state=datasets.own_seed(1))
n_x, n_h, n_y = layer_sizes(X, Y)
np.random.seed(2)
parameters = initialize_parameters(n_x, n_h, n_y)
A2, cache = forward_propagation(X, parameters)
for name, values in cache.items():
    print(f"{name}: shape {str(values.shape):9}  from {values.min():8.5f} to {values.max():8.5f}")

# %% [markdown]
# Every probability is close to one half. The weights are tiny, so `Z2` is close to 0, and
# $\sigma(0) = \tfrac12$. The network has no opinion yet. That is a good place to start from.

# %% claim=true
assert np.abs(A2 - 0.5).max() < 0.001

# %% [markdown]
# ### What each hidden unit sees
#
# A hidden unit gives a number for every point of the plane. To see something, we take larger
# weights. What pattern can a single tanh unit draw, and what can the output draw that none of its
# units can?

# %% demo=true
scale = 1.5
seed = 20

rng = np.random.default_rng(seed)
large = {
    "W1": scale * rng.standard_normal((4, 2)),
    "b1": scale * rng.standard_normal((4, 1)),
    "W2": scale * rng.standard_normal((1, 4)),
    "b2": scale * rng.standard_normal((1, 1)),
}
line = np.linspace(-4, 4, 121)
first, second = np.meshgrid(line, line)
plane = np.vstack([first.ravel(), second.ravel()])
A2_plane, cache_plane = forward_propagation(plane, large)

fig, axes = plotting.subplots(1, 5, figsize=(12.5, 3), sharex=True, sharey=True)
pictures = [*cache_plane["A1"], A2_plane[0]]
titles = ["hidden unit 1", "hidden unit 2", "hidden unit 3", "hidden unit 4", "output A2"]
lowest = [-1, -1, -1, -1, 0]
for ax, picture, title, low in zip(axes, pictures, titles, lowest, strict=True):
    levels = np.linspace(low, 1, 21)
    ax.contourf(first, second, picture.reshape(first.shape), levels=levels, cmap="cividis")
    middle = (low + 1) / 2
    ax.contour(first, second, picture.reshape(first.shape), levels=[middle], colors="white")
    ax.set(title=title, xlabel="$x_1$", aspect="equal")
axes[0].set_ylabel("$x_2$")
plotting.show(
    "Five maps of the plane. Each of the four hidden units is dark on one side of a straight white "
    "line and light on the other. The output combines them into regions with a bent border."
)

# %% [markdown]
# Dark is the low end (−1 for tanh, 0 for the sigmoid), light is 1, and the white line is the middle
# value. Each hidden unit cuts the plane with a straight line; its weights turn the line and its
# bias shifts it. The output adds the four pictures, weighted, and its border can bend. Training
# will have to find weights whose border follows the flower.

# %% [markdown]
# ## Weights by hand
#
# Training will find the weights. But with so few of them you can set them yourself, and then you know
# what there is to be found. Four samples lie at the corners of a square, and opposite corners belong
# to the same class. Logicians call it *exclusive or*, XOR: class 1 where one of the two inputs is
# positive, and not both. No straight line separates these classes. Two hidden units draw two lines.
#
# Turn and shift the lines until all four are right. One number at a time; guess first what it does.

# %% demo=true
own = {
    "W1": np.array([[1.0, 0.0], [0.0, 1.0]]),  # a row for each hidden unit
    "b1": np.array([[0.0], [0.0]]),
    "W2": np.array([[1.0, 1.0]]),
    "b2": np.array([[0.5]]),
}
X_xor = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
Y_xor = np.array([[0, 1, 1, 0]])


def plot_xor(parameters, ax, title):
    """The four corners, over the areas that a network with these parameters gives to each class."""
    answers = forward_propagation(X_xor, parameters)[0]
    right = np.sum((answers > 0.5) == Y_xor)
    plotting.plot_decision_boundary(
        lambda points: forward_propagation(points, parameters)[0], X_xor, Y_xor, ax=ax
    )
    ax.set_title(f"{title}: {right} of 4 right")


fig, ax = plotting.subplots(figsize=(4.6, 4.2))
plot_xor(own, ax, "your weights")
plotting.show(
    "Four samples at the corners of a square, those of class 1 at the upper left and the lower right, "
    "over the two areas of a network with weights set by hand. A bent border cuts off the lower left corner; "
    "the upper right one is wrong."
)

# %% [markdown]
# If you cannot get it right, think in two steps.
#
# **A unit is a line.** With the weights $(k, k)$ and the bias $-k c$, a unit sums up to
# $k\,(x_1 + x_2 - c)$. That is zero on the line $x_1 + x_2 = c$. On its upper right side the output
# is close to 1, on its lower left side close to $-1$, and the larger $k$, the steeper the change.
#
# **Two lines make a strip.** Let $c$ be a low number for the first unit and a high one for the second.
# Between the lines the outputs are $1$ and $-1$, so $a_1 - a_2$ is about 2. Outside they are equal, and
# it is about 0. The middle is 1: so $z_2 = k\,(a_1 - a_2 - 1)$ is positive in the strip only.
#
# **On paper**, for the strip between $-1$ and $1$ with $k = 4$:
#
# $$W_1 = \begin{pmatrix} 4 & 4 \\ 4 & 4 \end{pmatrix},\quad
# b_1 = \begin{pmatrix} 4 \\ -4 \end{pmatrix},\quad
# W_2 = \begin{pmatrix} 4 & -4 \end{pmatrix},\quad
# b_2 = \begin{pmatrix} -4 \end{pmatrix}$$
#
# At the corner $(1, -1)$ the sums are $4$ and $-4$, the outputs $0.999$ and $-0.999$, so
# $z_2 = 4 \cdot 0.999 + 4 \cdot 0.999 - 4 \approx 3.99$ and $A_2 \approx 0.982$: class 1.

# %% [markdown]
# ### Exercise: `strip_parameters`
#
# Write down the nine numbers for any strip. For the call `strip_parameters(-1, 1, 4)` they are those on
# paper.


# %% exercise="strip_parameters"
def strip_parameters(low, high, steepness):
    """Set the weights of a 2-2-1 network by hand: class 1 is a strip of the plane.

    The first hidden unit changes its sign on the line x1 + x2 = low, the second on x1 + x2 = high.
    Both rise to the upper right.

    Parameters
    ----------
    low, high : float
        The strip holds the points with low < x1 + x2 < high.
    steepness : float
        The k of the text: the size of each weight.

    Returns
    -------
    parameters : dict
        "W1" of shape (2, 2), "b1" of shape (2, 1), "W2" of shape (1, 2) and "b2" of shape (1, 1).
    """
    ### BEGIN SOLUTION
    W1 = np.full((2, 2), steepness)
    b1 = np.array([[-steepness * low], [-steepness * high]])
    W2 = np.array([[steepness, -steepness]])
    b2 = np.array([[-steepness]])
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    ### END SOLUTION


# %% check="strip_parameters" points=1
lesson.check(strip_parameters)

# %% test="the lines of the hidden units" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for low, high, steepness in [(-0.5, 2.5, 3.0), (1.25, 1.75, 8.0), (-3.5, -0.5, 1.5)]:
    judge.same(strip_parameters, low, high, steepness, parts=("W1", "b1"))
### END HIDDEN TESTS

# %% test="the output joins them to a strip" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for low, high, steepness in [(-0.25, 2.25, 5.0), (-2.5, 0.5, 2.5)]:
    judge.same(strip_parameters, low, high, steepness, parts=("W2", "b2"))
### END HIDDEN TESTS

# %% [markdown]
# Do your weights solve it? And what does the steepness change?

# %% demo=true
fig, axes = plotting.subplots(1, 3, figsize=(12.5, 4), sharex=True, sharey=True)
for ax, steepness in zip(axes, (1, 2, 8), strict=True):
    parameters_strip = strip_parameters(-1, 1, steepness)
    plot_xor(parameters_strip, ax, f"steepness {steepness}")
    shown = np.round(forward_propagation(X_xor, parameters_strip)[0], 3)
    print(f"steepness {steepness}: answers {shown.tolist()[0]}")
plotting.show(
    "Three panels with the four corners, for the steepness 1, 2 and 8. They look much alike: a strip from "
    "the upper left to the lower right is class 1, and it holds two of the corners."
)

# %% [markdown]
# All four are right each time, and the borders hardly differ. What the steepness changes is how sure the
# network is: in the strip its answers rise from 0.63 to 1. Nothing was learnt here. In notebook 10 a
# network finds such a strip by itself.

# %% claim=true
along = np.linspace(0, 2, 2001)
sure = []
for steepness in (1, 2, 8):
    strip = strip_parameters(-1, 1, steepness)
    answers = forward_propagation(np.vstack([along, along]) / 2, strip)[0][0]
    assert abs(along[np.argmax(answers < 0.5)] - 1) < 0.05
    answers = forward_propagation(X_xor, strip)[0]
    assert np.array_equal(answers > 0.5, Y_xor == 1)
    sure.append(answers[0, 1])
assert np.allclose(sure, [0.628, 0.865, 1], atol=1e-3)
assert np.sum((forward_propagation(X_xor, own)[0] > 0.5) == Y_xor) == 3

# %% [markdown]
# ## An experiment to play with
#
# Go back to the picture of the four hidden units and run it again with other values, one change at a
# time:
#
# - `scale = 0.1`, then `scale = 10`. When do the units act like straight ramps, when like
#   switches?
# - other seeds: how many bends can the border of the output have?
# - copy your `forward_propagation` into a new cell below this one, under the name `without_tanh`,
#   replace tanh by the identity, `A1 = Z1`, and draw the picture with it. What happens to the border?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Without an activation in the hidden layer, could two layers draw anything that logistic
# regression cannot?
#
# <details><summary>Answer</summary>
#
# No. With $A_1 = Z_1$ the output is
# $\sigma\big(W_2(W_1 X + b_1) + b_2\big)
# = \sigma\big((W_2 W_1)X + (W_2 b_1 + b_2)\big)$: a single weight matrix and a
# single bias. The border is a straight line again, however many hidden units there are.
#
# </details>
#
# **2.** Why does `b1` have the shape `(n_h, 1)` and not `(n_h, m)`?
#
# <details><summary>Answer</summary>
#
# A bias belongs to a unit, not to a sample. All samples meet the same bias, and broadcasting
# repeats the column. The number of parameters must not depend on how many samples there happen to
# be: the trained network has to work on one new sample as well.
#
# </details>
#
# **3.** The function returns `A2` twice, once by itself and once in the cache. What is the cache
# for, and which of its entries could be computed again from the others?
#
# <details><summary>Answer</summary>
#
# The cache is for backpropagation, which needs the outputs of each layer to compute the slopes.
# `A1` is `np.tanh(Z1)` and `A2` is the sigmoid of `Z2`, so each could be computed again. Keeping
# them costs memory and saves time; with large networks this trade is a real decision.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The four equations of this notebook: any textbook of neural networks, for example
#   I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (MIT Press, 2016), chapter 6.
# - On outputs around zero in hidden layers: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient
#   BackProp*, in *Neural Networks: Tricks of the Trade* (Springer, 1998), section 4.4.
