# title: One neuron
# summary: Four steps from numbers to a probability: sigmoid, sizes, a start, and forward.

# %% [markdown]
# # 01 · One neuron
#
# A neuron takes a few numbers in and gives one number out: a probability. It takes seven small
# functions to build one that learns. You write four of them here and three in the next notebook;
# in the third one you let it learn.
#
# By the end you will be able to
# - say what a neuron is made of, and draw it;
# - compute what it answers for many samples at once, with one matrix product;
# - read from its weights where its straight line lies, and which way it faces.
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
# - **Shift + Enter** runs a cell. Run the cell above first, then go on from top to bottom. Do so again
#   whenever you open a notebook or restart its kernel: until then, a check fails with
#   `name 'lesson' is not defined`.
# - **An exercise** is one cell that ends in `raise NotImplementedError`. Put your own code in place
#   of that line, and run the cell each time you have changed it: a check sees what ran last.
# - **A check** stands below each exercise. It tells you at once whether you are right, and if not,
#   what to look at. Run it as often as you like: nothing is lost by a wrong try.
# - **A hint** comes from `lesson.hint(sigmoid)`, in a new cell of your own: a nudge first, more at
#   each further call.
# - **Hidden tests** stand below the check, a line each. They run when your notebook is graded, and
#   earn most of the points.
#
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
# Learning from samples whose class is known is called *supervised learning*. With two classes to tell
# apart, it is *binary classification*.
#
# You would draw a straight line between the two clouds, and look on which side the new point lies.
# A neuron does the same, and it finds the line by itself. Near the line it says "I am not sure" (a
# probability near one half), far from it "I am sure".
#
# ### By hand first
#
# Here is a neuron to play with. It multiplies the two numbers of a point by two **weights**, adds a
# **bias**, and looks whether the sum $z$ is above 0. Move the sliders. What do the weights do to the
# line, and what does the bias do? What happens when all three change their sign?
#
# The **cost** says in one number how wrong the neuron is. How small can you make it? Can you get all
# 200 points right? Some people need five tries, some thirty.

# %% demo=true
plotting.show_neuron(
    X_blobs,
    Y_blobs,
    "The two clouds with a straight line, and sliders for two weights and a bias. The side of the line "
    "where the sum is above 0 is orange, the other side is blue.",
)

# %% claim=true
costs = []
for factor in (0.5, 1):
    sums = factor * (3 * X_blobs[0] + 2 * X_blobs[1])
    assert np.array_equal(sums > 0, Y_blobs[0] == 1)
    costs.append(np.mean(np.logaddexp(0, sums) - sums * Y_blobs[0]))
assert costs[1] < costs[0]

# %% [markdown]
# The weights turn the line, the bias moves it away from the middle. And once every point is on its
# side, larger weights make the cost smaller still: the line stays, the neuron is surer of it.
#
# A neuron that learns does what you have just done: it changes the numbers a little, looks whether
# things got better, and goes on. The next notebook gives it a way to know beforehand which change is
# good. In this one you build the neuron.
#
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
# Number 1 of the picture is step 4 below; 2 to 4 are steps 5 to 7, in the next notebook. Before them
# you need three small things: the sigmoid, the sizes, and weights to start from.

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

# %% claim=true
assert abs(many.mean()) < 0.0005 and 0.0095 < many.std() < 0.0105
assert np.mean(np.abs(many) < 0.03) > 0.99

# %% [markdown]
# ## Step 4 · Forward
#
# **Why.** With weights at hand the neuron can answer: what is the probability that a sample belongs
# to class 1? Look inside it while the first sample goes through.

# %% demo=true
x1, x2 = X_paper[:, 0]
w1, w2 = parameters_paper["W"][0]
bias = parameters_paper["b"].item()
z_inside = w1 * x1 + w2 * x2 + bias

fig, ax = plotting.subplots(figsize=(9, 3.4))
ax.set(xlim=(-0.6, 12), ylim=(-0.6, 4.2))
ax.axis("off")
ax.fill_between([1.9, 9.3], -0.4, 4.1, color="#E4F0F8", zorder=-2)
ax.text(2.1, 3.75, "the neuron", style="italic", va="center")
for start, end in [((0, 3), (5, 1.5)), ((0, 0), (5, 1.5)), ((5, 3.4), (5, 1.5)), ((5, 1.5), (11.4, 1.5))]:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "0.4"}, zorder=-1)
for across, up, name in [(0, 3, f"$x_1$\n{x1:g}"), (0, 0, f"$x_2$\n{x2:g}"), (5, 1.5, "Σ"), (7.9, 1.5, "σ")]:
    ax.plot(across, up, "o", markersize=38, color="white", markeredgecolor="black")
    ax.text(across, up, name, ha="center", va="center", fontsize=13)
for across, up, text in [
    (3.5, 2.5, f"$w_1 x_1 = {w1:g} \\cdot {x1:g} = {w1 * x1:g}$"),
    (3.5, 0.5, f"$w_2 x_2 = {w2:g} \\cdot {x2:g} = {w2 * x2:g}$"),
    (5, 3.7, f"$b = {bias:g}$"),
    (6.5, 1.85, f"$z = {z_inside:g}$"),
    (10.4, 1.85, rf"$\hat y = {sigmoid(z_inside):.3f}$"),
]:
    ax.text(across, up, text, ha="center", va="center", fontsize=13)
plotting.show(
    "The inside of the neuron, with the first sample on paper. The inputs 2 and 1 are multiplied by "
    "the weights 1 and -1. A circle with a sigma adds the products 2 and -1 and the bias 0 to z = 1. A "
    "second circle, the sigmoid, turns 1 into the answer 0.731."
)

# %% [markdown]
# Multiply, add, bend. There is nothing else in a neuron, and all it can learn is $w_1$, $w_2$ and $b$.
#
# <details><summary>And the neurons in a head?</summary>
#
# They gave the name. A nerve cell, too, gathers signals from many others, and answers if enough of them
# arrive; in 1943 McCulloch and Pitts made a formula of that. The likeness ends there. A nerve cell
# answers with a train of pulses, and when they come matters. How its connections learn is not fully
# known, and nobody has found the method of the next notebook, as it is written there, in a brain. So
# take the word as a name.
#
# </details>
#
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
# ## An experiment: your own neuron
#
# Back to the 200 points. Now the neuron is your own. Put the weights and the bias that you found with
# the sliders into the first line, in place of these. Does your function draw the same line?

# %% demo=true
w1, w2, b = 1.0, -1.0, 0.0

by_hand = {"W": np.array([[w1, w2]]), "b": np.array([[b]])}
answers = forward_propagation(X_blobs, by_hand)
hits = np.mean((answers > 0.5) == Y_blobs)
plotting.plot_decision_boundary(
    lambda points: forward_propagation(points, by_hand),
    X_blobs,
    Y_blobs,
    title=f"w₁ = {w1}, w₂ = {w2}, b = {b}: {hits:.0%} right",
)
plotting.show(
    "The 200 points over the two areas of a neuron with weights chosen by hand. The straight line "
    "between the areas does not lie between the two clouds yet."
)

# %% claim=true
assert hits < 0.9
found = {"W": np.array([[1.0, 1.0]]), "b": np.array([[0.0]])}
assert np.all((forward_propagation(X_blobs, found) > 0.5) == Y_blobs)

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
# **2.** Both weights are 0 and the bias is 2. Which probability comes out for which sample, and where is
# the border between the classes?
#
# <details><summary>Answer</summary>
#
# It answers $\sigma(2) = 0.881$ for every sample: the inputs are multiplied by zero. Its answer is one
# half nowhere, so there is no border at all.
#
# </details>
#
# **3.** A neuron has the bias 0. Name a point at which it answers one half, whatever its weights are.
#
# <details><summary>Answer</summary>
#
# The origin. There all inputs are 0, so $z = 0$ and $\sigma(0) = \tfrac12$. Without a bias each line of
# the neuron goes through the origin. The bias is what lets it lie elsewhere.
#
# </details>

# %% [markdown]
# ## Where this comes from
#
# - The model is *logistic regression*: D. R. Cox, "The regression analysis of binary sequences",
#   *Journal of the Royal Statistical Society B* 20 (1958), 215–242.
# - The neuron as a weighted sum with a threshold: F. Rosenblatt, "The perceptron", *Psychological
#   Review* 65 (1958), 386–408.
# - The formula of 1943: W. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous
#   activity", *Bulletin of Mathematical Biophysics* 5 (1943), 115–133. What it has to do with a brain:
#   F. Crick, "The recent excitement about neural networks", *Nature* 337 (1989), 129–132.
# - The points are made by `nnlib.datasets.load_blobs`.
