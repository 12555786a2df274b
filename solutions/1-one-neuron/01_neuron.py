# title: One neuron
# summary: The seven steps of a single neuron, from numbers to a probability to better weights.

# %% [markdown]
# # 01 · One neuron
#
# A neuron takes a few numbers in and gives one number out: a probability. In this notebook you
# write all of it, in seven small functions. In the next one you let it learn.
#
# By the end you will be able to
# - compute what a neuron answers for many samples at once, with one matrix product;
# - say in one number how wrong these answers are;
# - find out which way each weight has to move, and move it.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("1-one-neuron/01_neuron")

# %% [markdown]
# ## How to work here
#
# - **Shift + Enter** runs a cell. Run the cell above first, then go on from top to bottom.
# - **An exercise** is one cell that ends in `raise NotImplementedError`. Put your own code in place
#   of that line, and run the cell each time you have changed it: a check sees what ran last.
# - **A check** stands below each exercise. It tells you at once whether you are right, and if not,
#   what to look at. Run it as often as you like: nothing is lost by a wrong try.
# - **A hint** comes from `lesson.hint(sigmoid)`, in a new cell of your own: a nudge first, more at
#   each further call.
# - **Hidden tests** stand below the check, a line each. They run when your notebook is graded, and
#   earn most of the points.

# %% [markdown]
# ## The task
#
# Here are 200 points. Each has two numbers (its place on the page) and a class, 0 or 1. Someone
# draws a new point without telling you its class. How would you guess it?

# %% demo=true
X_blobs, Y_blobs = datasets.load_blobs()
plotting.plot_data(X_blobs, Y_blobs, title="Two classes")
plotting.show(
    "Scatter plot of 200 points in two separate clouds: blue circles are class 0, "
    "orange triangles are class 1. A straight line would fit between them."
)

# %% [markdown]
# You would draw a straight line between the two clouds, and look on which side the new point lies.
# A neuron does the same, and it finds the line by itself. Near the line it says "I am not sure" (a
# probability near one half), far from it "I am sure".

# %% [markdown]
# ## The picture
#
# What has to be done, and in which order?

# %% demo=true
plotting.draw_network((2, 1), highlight="model")
plotting.show(
    "Drawing of one neuron with two inputs, and of the loop around it: 1, forward from the samples "
    "through the neuron to its answer; 2, the cost of the answer against the true class; 3, from "
    "the cost back to the weights; 4, the update of the weights; and again."
)

# %% [markdown]
# A sample's numbers come in on the left. Each is multiplied by a weight, and the neuron makes one
# answer of them, $\hat y$. It is compared with the true class, and the weights are corrected.
#
# The steps 1 to 4 of the picture are steps 4 to 7 below. Before them you will need three small
# things: the sigmoid, the sizes, and weights to start from.

# %% [markdown]
# ## The notation
#
# One sample is a **column**. Many samples stand side by side, so that one matrix product deals with
# all of them.
#
# | symbol | meaning | shape |
# | --- | --- | --- |
# | $m$ | number of samples | a number |
# | $n_x$ | number of inputs (features) of a sample | a number |
# | $n_y$ | number of outputs; one neuron has $n_y = 1$ | a number |
# | $X$ | the inputs, one column a sample | $(n_x, m)$ |
# | $Y$ | the labels, 0 or 1 | $(n_y, m)$ |
# | $W$ | the weights, one for each input | $(n_y, n_x)$ |
# | $b$ | the bias | $(n_y, 1)$ |
# | $Z = W X + b$ | the weighted sums | $(n_y, m)$ |
# | $A = \sigma(Z)$ | the answers, every $\hat y$, between 0 and 1 | $(n_y, m)$ |
# | $J$ | the cost, one number for all samples | a number |
# | $dW$, $db$ | slopes of the cost along $W$ and $b$ | as $W$, as $b$ |
#
# Whenever something fails, look at the shapes first: a wrong shape is the mistake that is easiest to
# find.

# %% [markdown]
# ## Two samples for paper
#
# The same two samples go with us through all seven steps. Take a pencil and follow them. The page
# shows three digits and goes on with unrounded numbers, so your last digit may differ by one.
#
# | | first sample | second sample |
# | --- | --- | --- |
# | inputs $x$ | $(2,\ 1)$ | $(1,\ 3)$ |
# | class $y$ | 1 | 0 |
#
# As columns: $X = \begin{pmatrix} 2 & 1 \\ 1 & 3 \end{pmatrix}$ and
# $Y = \begin{pmatrix} 1 & 0 \end{pmatrix}$. The neuron's weights are
# $W = \begin{pmatrix} 1 & -1 \end{pmatrix}$, its bias is $b = 0$.

# %%
X_paper = np.array([[2.0, 1.0], [1.0, 3.0]])
Y_paper = np.array([[1.0, 0.0]])
parameters_paper = {"W": np.array([[1.0, -1.0]]), "b": np.array([[0.0]])}

# %% [markdown]
# ## Step 1 · The sigmoid
#
# **Why.** The neuron adds up its inputs, and such a sum can be any number, −40 or 7000. A
# probability lies between 0 and 1. So something has to bend the whole line of numbers into that
# range, and keep their order.
#
# **The mathematics.** The sigmoid function does it:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It is $\tfrac12$ at $z = 0$, near 1 for large $z$, near 0 for very negative $z$, and symmetric:
# $\sigma(-z) = 1 - \sigma(z)$.
#
# **On paper.** Our two samples will turn out to have $z = 1$ and $z = -2$:
#
# $$\sigma(1) = \frac{1}{1 + 0.368} = 0.731 \qquad \sigma(-2) = \frac{1}{1 + 7.389} = 0.119$$

# %% [markdown]
# ### Exercise: `sigmoid`
#
# What should come out:
#
# | z | −2 | −1 | 0 | 1 | 2 |
# | --- | --- | --- | --- | --- | --- |
# | σ(z) | 0.119 | 0.269 | 0.5 | 0.731 | 0.881 |


# %% exercise="sigmoid"
def sigmoid(z):
    """Sigmoid function, element by element.

    Parameters
    ----------
    z : number or array of any shape

    Returns
    -------
    number or array of the shape of z
        1 / (1 + exp(-z)), between 0 and 1.

    Beyond the plain case, with points of their own:
    - very large and very negative z, such as 1000 and -1000, give 1 and 0, and never NaN;
    - z itself is left unchanged.
    """
    ### BEGIN SOLUTION
    decay = np.exp(-np.abs(z))  # between 0 and 1, so that nothing can overflow
    return np.where(z >= 0, 1, decay) / (1 + decay)
    ### END SOLUTION


# %% check="sigmoid" points=1
lesson.check(sigmoid)

# %% test="values of numbers and arrays" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(101)
judge.same(sigmoid, 0.0)
judge.same(sigmoid, -1.7)
judge.same(sigmoid, rng.normal(size=(2, 5)))
judge.same(sigmoid, 4 * rng.normal(size=6))
judge.same(sigmoid, np.array([[-2, 0, 3]]))
### END HIDDEN TESTS

# %% test="the shape of z is kept" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(102)
for shape in [(1, 1), (3, 1), (1, 4), (2, 3, 4), (5,)]:
    z = rng.normal(size=shape)
    result = judge.call(sigmoid, z)
    assert np.shape(result) == shape, (
        "sigmoid must give one value for each value of z: the result does not have the shape of z."
    )
    judge.beyond(
        sigmoid, z, plain=[(z.ravel(),)], follows=lambda own, shape=shape: own.reshape(shape)
    )
### END HIDDEN TESTS

# %% test="very large and very negative z" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

z = np.array([[-1000.0, -720.0, 0.5, 720.0, 1000.0]])
result = np.asarray(judge.call(sigmoid, z), dtype=float)
assert np.all(np.isfinite(result)), (
    "For very large or very negative z the result is NaN or infinite; it should be close to 1 or 0."
)
judge.beyond(sigmoid, z, plain=[(np.clip(z, -40, 40),)])
judge.beyond(sigmoid, -z, plain=[(np.clip(-z, -40, 40),)])
### END HIDDEN TESTS

# %% test="z is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(103)
judge.keeps(sigmoid, rng.normal(size=(3, 4)))
### END HIDDEN TESTS

# %% [markdown]
# Does your function agree with the pencil?

# %% demo=true
print("on paper: 0.731 and 0.119")
print(f"in code:  {sigmoid(1.0):.3f} and {sigmoid(-2.0):.3f}")

# %% [markdown]
# What does the function look like, and how steep is it? Its slope is
# $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$; you will meet it again in step 6.

# %% demo=true
z_axis = np.linspace(-8, 8, 201)
height = sigmoid(z_axis)
steepness = height * (1 - height)
fig, ax = plotting.subplots(figsize=(6.5, 3.6))
ax.plot(z_axis, height, color="#0072B2", label="σ(z)")
ax.plot(z_axis, steepness, color="#D55E00", linestyle="--", label="its slope, σ(z)(1 − σ(z))")
ax.axhline(0.5, color="0.7", linewidth=0.8)
ax.axvline(0, color="0.7", linewidth=0.8)
ax.set(xlabel="z", ylabel="value", title="The sigmoid and its slope")
ax.legend()
plotting.show(
    "Line plot over z from -8 to 8. The sigmoid rises in an S from 0 to 1 and passes one half at z"
    " = 0. Its slope, dashed, is a hill: highest, one quarter, at z = 0, and nearly zero beyond z "
    "= 6 on both sides."
)

# %% [markdown]
# The S is steepest in the middle, where the neuron is unsure, and flat at both ends, where it is
# sure. A small change of $z$ moves the answer only where the slope is not zero. Keep this hill in
# mind: step 6 multiplies by its height.

# %% [markdown]
# ## Step 2 · The sizes
#
# **Why.** The neuron needs one weight for each input. The data say how many inputs there are.

# %% demo=true
plotting.draw_network((2, 1), highlight="architecture")
plotting.show(
    "Drawing of the neuron: its two inputs and its output stand out, with their sizes, n_x = 2 and"
    " n_y = 1."
)

# %% [markdown]
# **The mathematics.** $X$ has the shape $(n_x, m)$ and $Y$ has the shape $(n_y, m)$: one column for
# each sample.
#
# **On paper.** Our $X$ has two rows and $Y$ has one: $n_x = 2$, $n_y = 1$.

# %% [markdown]
# ### Exercise: `layer_sizes`
#
# For the 200 points of the picture above the answer is `(2, 1)`.


# %% exercise="layer_sizes"
def layer_sizes(X, Y):
    """Sizes of the input and the output of the network.

    Parameters
    ----------
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    Y : array of shape (n_y, m)
        Classes, one column a sample.

    Returns
    -------
    tuple of two integers, (n_x, n_y)

    Beyond the plain case, with points of its own:
    - Y with several rows (several outputs).
    """
    ### BEGIN SOLUTION
    return X.shape[0], Y.shape[0]
    ### END SOLUTION


# %% check="layer_sizes" points=1
lesson.check(layer_sizes)

# %% test="several shapes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, m in [(2, 9), (4, 3), (7, 30), (1, 5)]:
    judge.same(layer_sizes, np.ones((n_x, m)), np.zeros((1, m)))
### END HIDDEN TESTS

# %% test="one sample" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, other in [(3, 6), (6, 3)]:
    several = [(np.ones((n, 5)), np.ones((1, 5))) for n in (n_x, other)]
    judge.beyond(
        layer_sizes, np.ones((n_x, 1)), np.ones((1, 1)), plain=several, follows=lambda own, _: own
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_y, m in [(5, 3, 8), (2, 4, 7)]:
    single = [(np.ones((n, m)), np.ones((1, m))) for n in (n_x, n_x + 1)]
    judge.beyond(
        layer_sizes,
        np.ones((n_x, m)),
        np.ones((n_y, m)),
        plain=single,
        follows=lambda own, _, n_y=n_y: own[:1] + (n_y,) if own.index(1) else (n_y,) + own[1:],
    )
### END HIDDEN TESTS

# %% [markdown]
# What sizes does the network need for the points in the picture?

# %% demo=true
print("on paper:", (2, 1))
print("the two samples:", layer_sizes(X_paper, Y_paper))
print("the 200 points: ", layer_sizes(X_blobs, Y_blobs))

# %% [markdown]
# Both give the same sizes. The number of samples does not matter for the network: it can meet 2
# samples or 200 with the same weights.

# %% [markdown]
# ## Step 3 · The start
#
# **Why.** Learning means to improve weights, so there must be some to begin with.

# %% demo=true
plotting.draw_network((2, 1), highlight="initialization")
plotting.show(
    "Drawing of the neuron: the box of W and b and the lines of the weights stand out; they get "
    "their first values."
)

# %% [markdown]
# **The mathematics.** The weights are drawn at random, near zero: normal random numbers times 0.01.
# The bias is zero. *Near zero*, because then every answer is near one half: the neuron favours no
# class before it has seen one. *At random*, because in a network of several neurons equal weights
# would make all of them do the same.
#
# A single neuron is not choosy. It learns from zeros, and from large weights too. The hidden units
# of part 2 do not, and there you will measure it; so the habit is good.
#
# | | shape |
# | --- | --- |
# | $W$ | $(n_y, n_x)$: one row for each output, one column for each input |
# | $b$ | $(n_y, 1)$ |
#
# **On paper** we skip the dice: $W = (1\ \ {-1})$ and $b = 0$ are given.

# %% [markdown]
# ### Exercise: `initialize_parameters`
#
# What should come out for `n_x = 3`, `n_y = 1` (your random numbers may be others):
#
#     {"W": array([[ 0.016, -0.006, -0.005]]), "b": array([[0.]])}


# %% exercise="initialize_parameters"
def initialize_parameters(n_x, n_y):
    """Parameters to start from.

    Parameters
    ----------
    n_x : int
        Number of inputs.
    n_y : int
        Number of outputs.

    Returns
    -------
    dict with two arrays
        "W" : shape (n_y, n_x), normal random numbers (mean 0) times 0.01.
        "b" : shape (n_y, 1), zeros.

    Beyond the plain case, with points of its own:
    - n_y larger than 1 (several outputs).
    """
    ### BEGIN SOLUTION
    return {"W": np.random.randn(n_y, n_x) * 0.01, "b": np.zeros((n_y, 1))}
    ### END SOLUTION


# %% check="initialize_parameters" points=1
lesson.check(initialize_parameters)

# %% test="shapes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x in [1, 2, 5, 9]:
    result = judge.call(initialize_parameters, n_x, 1)
    assert isinstance(result, dict) and {"W", "b"} <= set(result), (
        'initialize_parameters must return a dict with the keys "W" and "b".'
    )
    assert np.shape(result["W"]) == (1, n_x), (
        "W must have one row for each output and one column for each input: shape (n_y, n_x)."
    )
    assert np.shape(result["b"]) == (1, 1), "b must have the shape (n_y, 1)."
    assert np.all(np.isfinite(result["W"])), "W holds values that are not numbers."
### END HIDDEN TESTS

# %% test="W is random and small" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x in [300, 1000]:
    W = np.asarray(judge.call(initialize_parameters, n_x, 1)["W"], dtype=float)
    assert np.all(np.isfinite(W)), "W holds values that are not finite."
    assert np.unique(W).size > n_x // 2, (
        "The weights are equal to one another; they should be random."
    )
    spread = np.std(W)
    assert spread > 0.002, "The weights are much smaller than normal random numbers times 0.01."
    assert spread < 0.05, "The weights are much larger than normal random numbers times 0.01."
    assert abs(np.mean(W)) < 0.3 * spread, (
        "The weights lie mostly on one side of zero; normal random numbers lie on both sides."
    )
### END HIDDEN TESTS

# %% test="b is zero" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x in [3, 8]:
    b = np.asarray(judge.call(initialize_parameters, n_x, 1)["b"], dtype=float)
    assert b.size == 1 and np.all(b == 0), "The bias must be one number that starts at zero."
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_y in [(5, 3), (2, 4)]:
    result, single = (judge.call(initialize_parameters, n_x, n) for n in (n_y, 1))
    for name, columns in {"W": n_x, "b": 1}.items():
        # An array that lies the wrong way round with one output, too, loses the points of shapes.
        turned = np.shape(single[name]) != (1, columns) and np.size(single[name]) == columns
        assert np.shape(result[name]) == (n_y, columns) or (
            turned and np.size(result[name]) == n_y * columns
        ), f"With several outputs {name} must have a row for each output."
    assert np.all(np.isfinite(result["W"])), "W holds values that are not numbers."
### END HIDDEN TESTS

# %% [markdown]
# Are many such weights really centred on zero, with a spread of about 0.01? Ask for a neuron with
# 5000 inputs, and count.

# %% demo=true
np.random.seed(1)
many = initialize_parameters(5000, 1)["W"].ravel()
fig, ax = plotting.subplots(figsize=(6.5, 3))
ax.hist(many, bins=40, color="#56B4E9", edgecolor="white")
ax.set(xlabel="weight", ylabel="how many", title="5000 weights to start from")
plotting.show(
    "Histogram of 5000 initial weights: a bell around zero, nearly all of it between -0.03 and "
    "0.03."
)
print(f"mean {many.mean():.4f}, spread {many.std():.4f}")

# %% [markdown]
# A bell around zero, about 0.01 wide. No weight is favoured and none is far away.

# %% [markdown]
# ## Step 4 · Forward
#
# **Why.** With weights at hand the neuron can answer: what is the probability that a sample belongs
# to class 1?

# %% demo=true
plotting.draw_network((2, 1), highlight="forward")
plotting.show(
    "Drawing of the neuron: the arrows from the samples through the inputs to the output stand out."
)

# %% [markdown]
# **The mathematics.** First the weighted sum, then the sigmoid, for all samples in one go:
#
# $$Z = W X + b \qquad A = \sigma(Z)$$
#
# | $W$ | $X$ | $WX$ | $b$ | $Z$, $A$ |
# | --- | --- | --- | --- | --- |
# | $(n_y, n_x)$ | $(n_x, m)$ | $(n_y, m)$ | $(n_y, 1)$ | $(n_y, m)$ |
#
# $b$ has a single column; NumPy adds it to every column of $WX$ (this is called *broadcasting*).
#
# **On paper.**
#
# $$Z = \begin{pmatrix} 1 & -1 \end{pmatrix} \begin{pmatrix} 2 & 1 \\ 1 & 3 \end{pmatrix} + 0
#    = \begin{pmatrix} 2 - 1 & 1 - 3 \end{pmatrix} = \begin{pmatrix} 1 & -2 \end{pmatrix}
#    \qquad A = \begin{pmatrix} 0.731 & 0.119 \end{pmatrix}$$
#
# The neuron gives class 1 a chance of 73 % for the first sample, and of 12 % for the second. It
# leans the right way both times.

# %% [markdown]
# ### Exercise: `forward_propagation`
#
# For the two samples it should return `[[0.731 0.119]]` (rounded): one row, one column for each
# sample.


# %% exercise="forward_propagation"
def forward_propagation(X, parameters):
    """Answers of the neuron for all samples.

    Parameters
    ----------
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    parameters : dict
        "W" of shape (n_y, n_x) and "b" of shape (n_y, 1).

    Returns
    -------
    A : array of shape (n_y, m)
        sigmoid(W X + b): the probability of class 1 for each sample.

    Beyond the plain case, with points of their own:
    - several outputs (n_y larger than 1);
    - X and parameters are left unchanged.
    """
    ### BEGIN SOLUTION
    Z = parameters["W"] @ X + parameters["b"]
    return sigmoid(Z)
    ### END SOLUTION


# %% check="forward_propagation" points=1
lesson.check(forward_propagation)

# %% test="values on several shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(104)
for n_x, m in [(2, 5), (4, 3), (1, 6), (7, 30)]:
    X = rng.normal(size=(n_x, m))
    parameters = {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    judge.same(forward_propagation, X, parameters)
### END HIDDEN TESTS

# %% test="one sample" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(105)
for n_x in [2, 5]:
    X = rng.normal(size=(n_x, 4))
    parameters = {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    judge.beyond(
        forward_propagation,
        X[:, :1],
        parameters,
        plain=[(X, parameters)],
        follows=lambda own: own[:, :1],
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(106)
for n_x, n_y, m in [(3, 2, 5), (2, 4, 7)]:
    X = rng.normal(size=(n_x, m))
    W, b = rng.normal(size=(n_y, n_x)), rng.normal(size=(n_y, 1))
    judge.beyond(
        forward_propagation,
        X,
        {"W": W, "b": b},
        plain=[(X, {"W": W[k : k + 1], "b": b[k : k + 1]}) for k in range(n_y)],
        follows=lambda *rows: np.vstack(rows),
    )
### END HIDDEN TESTS

# %% test="X and parameters are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(107)
X = rng.normal(size=(3, 4))
parameters = {"W": rng.normal(size=(1, 3)), "b": rng.normal(size=(1, 1))}
judge.keeps(forward_propagation, X, parameters)
### END HIDDEN TESTS

# %% [markdown]
# Does it give the numbers on paper?

# %% demo=true
print("on paper: [[0.731 0.119]]")
print("in code: ", np.round(forward_propagation(X_paper, parameters_paper), 3))

# %% [markdown]
# What does this neuron answer at every other place of the plane? The two samples are drawn over its
# answers.

# %% demo=true
fig, ax = plotting.subplots(figsize=(6, 4))
across, up = np.meshgrid(np.linspace(-1, 5, 121), np.linspace(-1, 5, 121))
everywhere = np.vstack([across.ravel(), up.ravel()])
shades = forward_propagation(everywhere, parameters_paper).reshape(across.shape)
filled = ax.contourf(across, up, shades, levels=np.linspace(0, 1, 11), cmap="cividis")
ax.contour(across, up, shades, levels=[0.5], colors="white", linewidths=2)
ax.plot(1, 3, "o", color="#0072B2", markeredgecolor="white", markersize=12, label="class 0")
ax.plot(2, 1, "^", color="#E69F00", markeredgecolor="white", markersize=12, label="class 1")
fig.colorbar(filled, ax=ax, label="answer A")
ax.set(xlabel="first input", ylabel="second input", title="The answers of one neuron")
ax.legend(loc="upper left", frameon=True, framealpha=1)
plotting.show(
    "Filled contours of the neuron's answer over the plane: dark, near 0, at the upper left and "
    "bright, near 1, at the lower right, in straight parallel stripes. A white line marks one "
    "half. The sample of class 0 lies on the dark side, the sample of class 1 on the bright side."
)

# %% [markdown]
# All stripes are straight and parallel: a neuron can only draw a straight line (white, where the
# answer is one half). The weights say which way the line faces and how sharp the change is; the
# bias shifts it.

# %% [markdown]
# ## Step 5 · The cost
#
# **Why.** To improve the weights we must be able to say which of two sets of weights is better: in
# one number. Counting the wrong answers will not do. A tiny change of a weight leaves the count as
# it is, so the count never says which way is better.

# %% demo=true
plotting.draw_network((2, 1), highlight="cost")
plotting.show(
    "Drawing of the neuron: the answer and the labels meet in the box of the cost, which "
    "stands out."
)

# %% [markdown]
# **The mathematics.** The *cross-entropy* looks at the probability that the neuron gave to the
# **right** class, and takes minus its logarithm:
#
# $$J = -\frac{1}{m} \sum_{i=1}^{m}
#   \Big( y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log (1 - a^{(i)}) \Big)$$
#
# $y$ is 0 or 1, so in each sample one of the two terms vanishes. The logarithm is the natural one.
# With several outputs the sum runs over the outputs too; it is still divided by $m$, the number of
# samples.
#
# **On paper.** First sample ($y = 1$): $-\log 0.731 = 0.313$. Second sample ($y = 0$):
# $-\log (1 - 0.119) = 0.127$.
#
# $$J = \frac{0.313 + 0.127}{2} = 0.220$$

# %% [markdown]
# What does a single answer cost? Look at it before you write it: the two curves are the two terms
# of the sum.

# %% demo=true
chance = np.linspace(0.005, 0.995, 199)
fig, ax = plotting.subplots(figsize=(6.5, 3.6))
ax.plot(chance, -np.log(chance), color="#E69F00", label="label 1: −log a")
ax.plot(
    chance,
    -np.log1p(-chance),
    color="#0072B2",
    linestyle="--",
    label="label 0: −log(1 − a)",
)
ax.set(xlabel="answer a", ylabel="cost of this answer", title="What an answer costs")
ax.legend()
plotting.show(
    "Line plot of the cost of one answer a. Where the label is 1 the cost falls from above 5"
    " near a = 0 to zero at a = 1. Where the label is 0, dashed, it is the mirror image. "
    "They cross at a = 0.5."
)

# %% [markdown]
# To be sure and right costs nearly nothing. To be sure and **wrong** costs without limit: $\log 0$
# is minus infinity. A computer reaches that limit, since a probability such as $10^{-400}$ is
# stored as exactly 0. So keep $A$ a tiny distance away from 0 and 1 before you take logarithms.

# %% [markdown]
# ### Exercise: `compute_cost`
#
# For the two samples: 0.220. For a neuron that always answers one half: $-\log 0.5 = 0.693$,
# whatever the classes.


# %% exercise="compute_cost"
def compute_cost(A, Y):
    """Mean cross-entropy of the answers.

    Parameters
    ----------
    A : array of shape (n_y, m)
        Answers, between 0 and 1.
    Y : array of shape (n_y, m)
        Labels, 0 or 1.

    Returns
    -------
    float
        -1/m times the sum of Y log(A) + (1 - Y) log(1 - A), with the natural logarithm:
        a single number, no array.

    Beyond the plain case, with points of their own:
    - answers of exactly 0 or 1 give a finite cost (move them by no more than 1e-8);
    - several outputs (n_y larger than 1): the sum over everything, divided by m;
    - A and Y are left unchanged.
    """
    ### BEGIN SOLUTION
    A = np.clip(A, 1e-15, 1 - 1e-15)
    losses = Y * np.log(A) + (1 - Y) * np.log(1 - A)
    return -np.sum(losses) / Y.shape[1]
    ### END SOLUTION


# %% check="compute_cost" points=1
lesson.check(compute_cost)

# %% test="values on several sizes" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(108)
for m in [2, 5, 17, 60]:
    A = rng.uniform(0.02, 0.98, size=(1, m))
    Y = rng.integers(0, 2, size=(1, m))
    Y[0, :2] = [0, 1]
    result = judge.call(compute_cost, A, Y)
    # An array of one value loses the points of the next test, not these.
    if np.shape(result) in [(1,), (1, 1)]:
        assert np.allclose(result, lesson.course.compute_cost(A, Y), rtol=1e-6), (
            "The cost differs from the mean cross-entropy of the samples."
        )
    else:
        judge.same(compute_cost, A, Y)
### END HIDDEN TESTS

# %% test="a single number, for one sample too" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(109)
for m in [1, 4]:
    A = rng.uniform(0.1, 0.9, size=(1, m))
    Y = np.ones((1, m))
    result = judge.call(compute_cost, A, Y)
    assert result is not None and np.shape(result) == () and np.isfinite(result), (
        "The cost must be a single number, not an array with a shape."
    )
    others = [judge.call(compute_cost, A, 1 - Y), judge.call(compute_cost, A / 2, Y)]
    assert any(abs(result - other) > 1e-9 for other in others), (
        "The cost must depend on the answers and the classes."
    )
### END HIDDEN TESTS

# %% test="answers of exactly 0 or 1" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

Y = np.array([[1.0, 0.0, 1.0, 0.0]])
certain = np.array([[1.0, 0.0, 0.75, 0.25]])
nearly = np.clip(certain, 1e-7, 1 - 1e-7)
right = float(np.squeeze(judge.call(compute_cost, certain, Y)))
assert np.isfinite(right), (
    "With an answer of exactly 0 or 1 that is right, the cost is NaN or infinite."
)
# Where the plain case is wrong, by this factor, an answer of 0 or 1 costs what a near one does.
near = float(np.squeeze(judge.call(compute_cost, nearly, Y)))
factor = near / lesson.course.compute_cost(nearly, Y)
assert abs(near) > 0.01 and abs(right - near) < 1e-5, (
    "An answer of exactly 0 or 1 that is right should cost nearly nothing."
)
wrong = float(np.squeeze(judge.call(compute_cost, np.array([[0.0, 1.0, 0.75, 0.25]]), Y)))
assert np.isfinite(wrong), (
    "With an answer of exactly 0 or 1 that is wrong, the cost is NaN or infinite."
)
assert wrong / factor > 3, "An answer of exactly 0 or 1 that is wrong should cost a lot."
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(110)
for n_y, m in [(2, 5), (3, 8)]:
    A = rng.uniform(0.05, 0.95, size=(n_y, m))
    Y = rng.integers(0, 2, size=(n_y, m))
    judge.beyond(
        compute_cost,
        A,
        Y,
        plain=[(A[k : k + 1], Y[k : k + 1]) for k in range(n_y)],
        follows=lambda *costs: sum(costs),
    )
### END HIDDEN TESTS

# %% test="A and Y are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(111)
judge.keeps(compute_cost, rng.uniform(0.1, 0.9, size=(1, 6)), rng.integers(0, 2, size=(1, 6)))
### END HIDDEN TESTS

# %% [markdown]
# Does it give the number on paper? And what do the untrained, tiny weights of step 3 cost on the
# 200 points?

# %% demo=true
print("on paper: 0.220")
print(f"in code:  {compute_cost(forward_propagation(X_paper, parameters_paper), Y_paper):.3f}")
np.random.seed(12)
untrained = initialize_parameters(2, 1)
print(
    "untrained, on the 200 points: "
    f"{compute_cost(forward_propagation(X_blobs, untrained), Y_blobs):.3f}"
)
print(f"always one half:              {-np.log(0.5):.3f}")

# %% [markdown]
# An untrained neuron costs about as much as one that always answers one half: it knows nothing yet.
# What comes out well below 0.693 has been learnt.

# %% [markdown]
# ## Step 6 · Backward
#
# **Why.** The cost depends on the weights. If we knew its *slope* along each weight, we would know
# which way is down.

# %% demo=true
plotting.draw_network((2, 1), highlight="backward")
plotting.show(
    "Drawing of the neuron: arrows run from the cost back through the output to the inputs, and to"
    " a box with dW and db."
)

# %% [markdown]
# What does such a slope look like? Take six people who studied between one hour and five hours, and
# whether they passed. With one input there is one weight, and the cost can be drawn over it.

# %% demo=true
hours = np.array([[-2.0, -1.2, -0.4, 0.5, 1.1, 2.0]])  # hours studied, counted from their mean
passed = np.array([[0, 0, 1, 0, 1, 1]])


def cost_of(w):
    """Cost of the weight w, the bias being zero."""
    return compute_cost(
        forward_propagation(hours, {"W": np.array([[w]]), "b": np.zeros((1, 1))}), passed
    )


weights = np.linspace(-1.5, 6, 151)
fig, ax = plotting.subplots(figsize=(6.5, 3.8))
ax.plot(weights, [cost_of(w) for w in weights], color="#0072B2")
for w, word in [(-1.0, "which way is down?"), (4.5, "and here?")]:
    ax.plot(w, cost_of(w), "o", color="#D55E00")
    ax.annotate(word, (w, cost_of(w)), xytext=(10, -2), textcoords="offset points", va="top")
ax.set(xlabel="the weight w", ylabel="cost", title="The cost over one weight")
plotting.show(
    "The cost over one weight is a bowl with its lowest point between 1 and 2. Two points are marked "
    "on it: one far to the left, where the curve falls steeply, and one to the right, where it rises."
)

# %% [markdown]
# A bowl. You see which way is down. A computer sees one place only, and has to find it out there.
#
# ### Nudge the weight
#
# **It can try.** Move a weight by a tiny amount, compute the cost again, and see how much it changed.
# Take the first sample on paper, $x = (2, 1)$ of class 1, with $W = (1\ \ {-1})$ and $b = 0$, and
# move $w_1$ from 1 to 1.001. What changes on the way from the weight to the cost?

# %% demo=true
nudge = 0.001
table = []
for w1 in (1.0, 1.0 + nudge):
    z = w1 * 2.0 + -1.0 * 1.0 + 0.0
    a = sigmoid(z)
    table.append([w1, z, a, -np.log(a)])
before, after = np.array(table)
change = after - before
print("          before     after    change   change ÷ the change above it")
for k, name in enumerate(["w1", "z", "a", "cost"]):
    ratio = f"{change[k] / change[k - 1]:10.4f}" if k else ""
    print(f"{name:6}{before[k]:10.6f}{after[k]:10.6f}{change[k]:10.6f}{ratio}")
print(f"all in one: {change[3]:.6f} ÷ {nudge} = {change[3] / nudge:.3f}")

# %% [markdown]
# The nudge travels like a push along a chain. The sum $z$ moves **2** times as far as the weight, as
# the input is 2. The answer $a$ moves about **0.197** times as far as $z$: the height of the
# sigmoid's hill at $z = 1$. The cost moves about **−1.37** times as far as $a$.
#
# The three ratios multiply to $-0.537$. The smaller the nudge, the closer this comes to the *slope*
# of the cost along $w_1$, also called its *derivative*: how far the cost moves for each unit that the
# weight moves. That the ratios along a chain multiply is called the **chain rule**, and
# *backpropagation* is this rule, used from the cost back to the weights.

# %% claim=true
assert np.allclose(change[1:] / change[:-1], [2, 0.1965, -1.3676], atol=2e-4)
assert round(change[3] / nudge, 3) == -0.537

# %% [markdown]
# **The mathematics.** Each ratio has a formula, so that nothing has to be nudged. For one sample:
#
# $$\underbrace{\frac{\partial J}{\partial a} = -\frac{y}{a} + \frac{1-y}{1-a}}_{\text{cost}}
# \qquad \underbrace{\frac{\partial a}{\partial z} = a\,(1-a)}_{\text{sigmoid}}
# \qquad \underbrace{\frac{\partial z}{\partial w_k} = x_k
# \qquad \frac{\partial z}{\partial b} = 1}_{\text{weighted sum}}$$
#
# <details><summary>Where do the first two come from?</summary>
#
# **The cost.** The slope of $\log a$ is $1/a$, and that of $\log(1 - a)$ is $-1/(1 - a)$. So the
# slope of $-y \log a - (1 - y) \log(1 - a)$ is $-\frac{y}{a} + \frac{1-y}{1-a}$. For our sample,
# $y = 1$, it is $-1/0.731 = -1.368$.
#
# **The sigmoid.** Write $a = 1/u$ with $u = 1 + e^{-z}$. The slope of $1/u$ along $u$ is $-1/u^2$, and
# that of $u$ along $z$ is $-e^{-z}$. Their product is
# $\frac{e^{-z}}{u^2} = \frac1u \cdot \frac{u - 1}{u} = a\,(1 - a)$. For our sample it is
# $0.731 \cdot 0.269 = 0.197$.
#
# </details>
#
# Multiply the first two, and the denominators cancel:
#
# $$\left(-\frac{y}{a} + \frac{1-y}{1-a}\right) a\,(1-a) = -y\,(1-a) + (1-y)\,a = a - y$$
#
# So $\dfrac{\partial J}{\partial z} = a - y$, the answer minus the label. For our sample
# $(0.731 - 1) \cdot 2 = -0.538$; the nudge came within 0.001 of it. Over all samples, with the mean:
#
# $$dZ = A - Y \qquad dW = \frac{1}{m}\, dZ\, X^{T}
# \qquad db = \frac{1}{m} \sum_{i=1}^{m} dZ^{(i)}$$
#
# | $dZ$ | $X^T$ | $dW$ | $db$ |
# | --- | --- | --- | --- |
# | $(n_y, m)$ | $(m, n_x)$ | $(n_y, n_x)$, as $W$ | $(n_y, 1)$, as $b$ |
#
# **On paper.** $dZ = (0.731 - 1 \quad 0.119 - 0) = (-0.269 \quad 0.119)$, and
#
# $$dW = \tfrac12 \begin{pmatrix} -0.269 \cdot 2 + 0.119 \cdot 1
#        & \ -0.269 \cdot 1 + 0.119 \cdot 3 \end{pmatrix}
#      = \begin{pmatrix} -0.209 & 0.044 \end{pmatrix}$$
#
# $$db = \tfrac12 (-0.269 + 0.119) = -0.075$$

# %% [markdown]
# ### Exercise: `backward_propagation`
#
# For the two samples (rounded): `dW` is `[[-0.209 0.044]]`, `db` is `[[-0.075]]`. A slope always
# has the shape of what it is the slope of.


# %% exercise="backward_propagation"
def backward_propagation(A, X, Y):
    """Slopes of the cost along the weights and the bias.

    Parameters
    ----------
    A : array of shape (n_y, m)
        Answers of the neuron for X.
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    Y : array of shape (n_y, m)
        Labels, 0 or 1.

    Returns
    -------
    dict with two arrays
        "dW" : shape (n_y, n_x), slope of the cost along W, mean over the m samples.
        "db" : shape (n_y, 1), slope of the cost along b, mean over the m samples.

    Beyond the plain case, with points of their own:
    - several outputs (n_y larger than 1);
    - A, X and Y are left unchanged.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    dZ = A - Y
    dW = dZ @ X.T / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return {"dW": dW, "db": db}
    ### END SOLUTION


# %% check="backward_propagation" points=1
lesson.check(backward_propagation)

# %% test="dW on several shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(112)
for n_x, m in [(2, 5), (4, 3), (1, 6), (3, 20), (3, 1)]:
    X = rng.normal(size=(n_x, m))
    Y = rng.integers(0, 2, size=(1, m))
    A = lesson.course.forward_propagation(
        X, {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    )
    judge.same(backward_propagation, A, X, Y, parts=("dW",))
### END HIDDEN TESTS

# %% test="db on several shapes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(113)
for n_x, m in [(2, 6), (5, 3), (3, 21), (2, 1)]:
    X = rng.normal(size=(n_x, m))
    Y = rng.integers(0, 2, size=(1, m))
    A = lesson.course.forward_propagation(
        X, {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    )
    judge.same(backward_propagation, A, X, Y, parts=("db",))
### END HIDDEN TESTS

# %% test="the slopes are those of the cost" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(114)
X = rng.normal(size=(3, 8))
Y = rng.integers(0, 2, size=(1, 8))
W, b = rng.normal(size=(1, 3)), rng.normal(size=(1, 1))
grads = judge.call(
    backward_propagation, lesson.course.forward_propagation(X, {"W": W, "b": b}), X, Y
)
for k in range(3):
    nudge = np.zeros((1, 3))
    nudge[0, k] = 1e-5
    up, down = (
        lesson.course.compute_cost(lesson.course.forward_propagation(X, {"W": moved, "b": b}), Y)
        for moved in (W + nudge, W - nudge)
    )
    assert abs(np.ravel(grads["dW"])[k] - (up - down) / 2e-5) < 1e-5, (
        "dW is not the slope of the cost: moving a weight a little changes the cost by another "
        "amount than dW says."
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(115)
for n_x, n_y, m in [(3, 2, 5), (2, 4, 7)]:
    X = rng.normal(size=(n_x, m))
    Y = rng.integers(0, 2, size=(n_y, m))
    A = rng.uniform(0.1, 0.9, size=(n_y, m))
    judge.beyond(
        backward_propagation,
        A,
        X,
        Y,
        plain=[(A[k : k + 1], X, Y[k : k + 1]) for k in range(n_y)],
        follows=lambda *own: {name: np.vstack([one[name] for one in own]) for name in own[0]},
    )
### END HIDDEN TESTS

# %% test="A, X and Y are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(116)
judge.keeps(
    backward_propagation,
    rng.uniform(0.1, 0.9, size=(1, 5)),
    rng.normal(size=(3, 5)),
    rng.integers(0, 2, size=(1, 5)).astype(float),
)
### END HIDDEN TESTS

# %% [markdown]
# Does it give the numbers on paper?

# %% demo=true
slopes_paper = backward_propagation(
    forward_propagation(X_paper, parameters_paper), X_paper, Y_paper
)
print("on paper: dW [[-0.209  0.044]]  db [[-0.075]]")
print("in code:  dW", np.round(slopes_paper["dW"], 3), " db", np.round(slopes_paper["db"], 3))

# %% [markdown]
# Is it really the slope? Back to the bowl of the six people. The short lines have the slope that
# **your** function gives.


# %% demo=true
def slope_of(w):
    """Slope of the cost at the weight w, as backward_propagation gives it."""
    answers = forward_propagation(hours, {"W": np.array([[w]]), "b": np.zeros((1, 1))})
    return backward_propagation(answers, hours, passed)["dW"].item()


fig, ax = plotting.subplots(figsize=(6.5, 3.8))
ax.plot(weights, [cost_of(w) for w in weights], color="#0072B2", label="cost")
for w in (-1.0, 0.2, 1.6, 4.5):
    around = np.array([w - 0.6, w + 0.6])
    ax.plot(
        around, cost_of(w) + slope_of(w) * (around - w), color="#D55E00", linestyle="-", linewidth=3
    )
    ax.plot(w, cost_of(w), "o", color="#D55E00")
    ax.annotate(
        f"slope {slope_of(w):+.2f}",
        (w, cost_of(w)),
        xytext=(8, 8 if w < 1 else 12),
        ha="left" if w < 1 else "right",
        textcoords="offset points",
    )
ax.set(xlabel="the weight w", ylabel="cost", title="The cost over one weight, and its slope")
plotting.show(
    "The cost over one weight is a bowl with its lowest point between 1 and 2. Four short tangents"
    " touch the curve: steeply falling on the left, flat near the lowest point, rising on the "
    "right. Their slopes come from backward_propagation."
)

# %% [markdown]
# The lines touch the curve: the slopes are right. Left of the lowest point the slope is negative,
# and the weight has to grow; right of it the slope is positive, and the weight has to shrink. In
# short: **go against the slope.**

# %% [markdown]
# ## Step 7 · The update
#
# **Why.** Now we know which way is down. One step that way makes the neuron a little better.

# %% demo=true
plotting.draw_network((2, 1), highlight="update")
plotting.show(
    "Drawing of the neuron: the weights stand out, and a box says that a step against the gradient"
    " changes W and b."
)

# %% [markdown]
# **The mathematics.** Each parameter moves against its slope; the *learning rate* $\alpha$ says how
# far:
#
# $$W \leftarrow W - \alpha\, dW \qquad b \leftarrow b - \alpha\, db$$
#
# | $W$, $dW$ | $b$, $db$ | $\alpha$ |
# | --- | --- | --- |
# | $(n_y, n_x)$ | $(n_y, 1)$ | a number |
#
# **On paper**, with $\alpha = 1$:
#
# $$W = \begin{pmatrix} 1 + 0.209 & -1 - 0.044 \end{pmatrix}
#     = \begin{pmatrix} 1.209 & -1.044 \end{pmatrix} \qquad b = 0 + 0.075 = 0.075$$

# %% [markdown]
# ### Exercise: `update_parameters`
#
# Return **new** parameters. Whoever calls the function may still need the old ones, to compare the
# two for instance.


# %% exercise="update_parameters"
def update_parameters(parameters, grads, learning_rate=1.2):
    """One step of gradient descent.

    Parameters
    ----------
    parameters : dict
        "W" of shape (n_y, n_x) and "b" of shape (n_y, 1).
    grads : dict
        "dW" and "db", of the shapes of W and b.
    learning_rate : float
        How far to go against the slope.

    Returns
    -------
    dict
        "W" and "b" after the step, of the same shapes.

    Beyond the plain case, with points of its own:
    - the old parameters and grads are left unchanged.
    """
    ### BEGIN SOLUTION
    W = parameters["W"] - learning_rate * grads["dW"]
    b = parameters["b"] - learning_rate * grads["db"]
    return {"W": W, "b": b}
    ### END SOLUTION


# %% check="update_parameters" points=1
lesson.check(update_parameters)

# %% test="values on several shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(117)
for n_x, n_y in [(2, 1), (5, 1), (1, 1), (3, 2)]:
    parameters = {"W": rng.normal(size=(n_y, n_x)), "b": rng.normal(size=(n_y, 1))}
    grads = {"dW": rng.normal(size=(n_y, n_x)), "db": rng.normal(size=(n_y, 1))}
    judge.same(update_parameters, parameters, grads, 1.2)
### END HIDDEN TESTS

# %% test="the learning rate is used" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(118)
parameters = {"W": rng.normal(size=(1, 4)), "b": rng.normal(size=(1, 1))}
grads = {"dW": rng.normal(size=(1, 4)), "db": rng.normal(size=(1, 1))}
for rate in [0.003, 0.5, 1.0, 7.0]:

    def in_proportion(one, half, rate=rate):
        fixed = [name for name in one if np.allclose(one[name], half[name], rtol=1e-9, atol=1e-12)]
        still = [name for name in fixed if np.shape(one[name]) == np.shape(parameters[name])]
        still = [name for name in still if np.allclose(one[name], parameters[name])]
        if not one or fixed != still:
            raise ValueError("the rate is not used")
        return {name: half[name] + (rate / 0.6 - 1) * (one[name] - half[name]) for name in one}

    judge.beyond(
        update_parameters,
        parameters,
        grads,
        rate,
        plain=[(parameters, grads, 1.2), (parameters, grads, 0.6)],
        follows=in_proportion,
    )
### END HIDDEN TESTS

# %% test="the old parameters are left unchanged" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(119)
parameters = {"W": rng.normal(size=(1, 3)), "b": rng.normal(size=(1, 1))}
grads = {"dW": rng.normal(size=(1, 3)), "db": rng.normal(size=(1, 1))}
judge.keeps(update_parameters, parameters, grads, 0.4)
### END HIDDEN TESTS

# %% [markdown]
# Does it give the numbers on paper, and is the neuron better after the step than before?

# %% demo=true
after_paper = update_parameters(parameters_paper, slopes_paper, 1.0)
print("on paper: W [[ 1.209 -1.044]]  b [[0.075]]")
print("in code:  W", np.round(after_paper["W"], 3), " b", np.round(after_paper["b"], 3))
for name, values in {"before": parameters_paper, "after": after_paper}.items():
    print(f"cost {name}: {compute_cost(forward_propagation(X_paper, values), Y_paper):.3f}")

# %% [markdown]
# The cost has fallen. All seven steps work together.

# %% [markdown]
# ## What you should now see
#
# Back to the 200 points. The neuron starts with tiny random weights and knows nothing. How far does
# **one** step bring it? The black line is where its answer is one half.

# %% demo=true
np.random.seed(12)
first = initialize_parameters(*layer_sizes(X_blobs, Y_blobs))
first_slopes = backward_propagation(forward_propagation(X_blobs, first), X_blobs, Y_blobs)
second = update_parameters(first, first_slopes, 0.1)

fig, axes = plotting.subplots(1, 2, figsize=(11, 4.4))
for ax, name, values in zip(axes, ["before", "after one step"], [first, second], strict=True):
    cost_now = compute_cost(forward_propagation(X_blobs, values), Y_blobs)
    plotting.plot_decision_boundary(
        lambda points, values=values: forward_propagation(points, values),
        X_blobs,
        Y_blobs,
        ax=ax,
        title=name,
    )
    print(f"{name:15s} cost {cost_now:.3f}")
plotting.show(
    "Two panels with the 200 points and the areas that the neuron gives to each class. Before the "
    "step the line between the areas runs right through both clouds. After one step it lies "
    "between them."
)

# %% [markdown]
# Before the step the line lies wherever chance has put it. One step turns it between the two
# clouds. The cost is still high, since the neuron is far from sure of this line. What is missing is
# to repeat the step until the cost hardly falls any more: that is the next notebook.

# %% [markdown]
# ## An experiment: how far is a good step?
#
# The slope says which way is down, but not how long it stays downhill. What do you expect from a
# step that is far too long? Change the list of rates, and look for the best one.

# %% demo=true
rates = [0.01, 0.1, 1, 3, 10, 30, 100]
start = {"W": np.array([[3.0]]), "b": np.array([[1.0]])}
start_answers = forward_propagation(hours, start)
start_slopes = backward_propagation(start_answers, hours, passed)
print(f"cost before the step: {compute_cost(start_answers, passed):.3f}")
for rate in rates:
    moved = update_parameters(start, start_slopes, rate)
    reached = compute_cost(forward_propagation(hours, moved), passed)
    print(f"learning rate {rate:6.2f}: cost after one step {reached:.3f}")

# %% [markdown]
# With a tiny rate next to nothing happens. With a larger one the cost falls. With a rate that is
# too large the step leaps over the valley and lands higher than it started. The slope holds only
# near the place where it was measured.

# %% [markdown]
# ## Three questions to think about
#
# **1.** Double all weights and the bias of a neuron. Does the line where it answers one half move?
#
# <details><summary>Answer</summary>
#
# No. The answer is one half where $WX + b = 0$, and that stays so when both sides are doubled. What
# changes is how sharp the change from 0 to 1 is: the neuron becomes surer of the same line.
#
# </details>
#
# **2.** A neuron answers 0.999 for a sample of class 0. The slope of the sigmoid is nearly zero
# there. Can it still learn from this sample?
#
# <details><summary>Answer</summary>
#
# Yes. The slope of the cost along $z$ is $a - y = 0.999$, about as large as it can be: the steep
# logarithm of the cross-entropy makes up for the flat sigmoid. With the squared error $(a - y)^2$
# the factor $a(1 - a)$ would remain, and the neuron would hardly learn from its worst mistakes.
#
# </details>
#
# **3.** Why is the cost divided by $m$? Would the neuron not learn the same without it?
#
# <details><summary>Answer</summary>
#
# The lowest point would be the same, but the slopes would be $m$ times as long. A learning rate
# that works for 200 samples would be far too large for 20,000. With the mean, a good rate stays
# good when the data grow.
#
# </details>

# %% [markdown]
# ## Where this comes from
#
# - The model is *logistic regression*: D. R. Cox, "The regression analysis of binary sequences",
#   *Journal of the Royal Statistical Society B* 20 (1958), 215–242.
# - The neuron as a weighted sum with a threshold: F. Rosenblatt, "The perceptron", *Psychological
#   Review* 65 (1958), 386–408.
# - Cross-entropy, the sigmoid and why they suit one another: C. M. Bishop, *Pattern Recognition and
#   Machine Learning* (Springer, 2006), section 4.3.
# - The points are made by `nnlib.datasets.load_blobs`; the six study times are invented for this
#   page.
