# title: Downhill
# summary: How wrong the neuron is, in one number; which way is down; and one step that way.

# %% [markdown]
# # 02 · Downhill
#
# Your neuron answers. It does not know yet how wrong it is, nor how to become better. In this notebook
# you write the last three of its seven functions.
#
# By the end you will be able to
# - say in one number how wrong the answers are;
# - explain what a slope is, measure one by nudging, and compute it by the chain rule;
# - move each weight downhill.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("1-one-neuron/02_downhill")

# %% [markdown]
# The next cell brings your own functions from the first notebook. Each is checked on the way; if one
# is missing or not right yet, the message says where to go back to.

# %%
sigmoid, layer_sizes, initialize_parameters, forward_propagation = lesson.carry(
    "sigmoid", "layer_sizes", "initialize_parameters", "forward_propagation"
)

# %% [markdown]
# ## Where we are
#
# The same two samples and the same weights go on with us. The neuron has answered
# $A = (0.731\ \ 0.119)$; the labels are $Y = (1\ \ 0)$.
#
# | symbol | meaning | shape |
# | --- | --- | --- |
# | $X$, $Y$ | the inputs and the labels, one column a sample | $(n_x, m)$, $(n_y, m)$ |
# | $A$ | the answers | $(n_y, m)$ |
# | $J$ | the cost, one number for all samples | a number |
# | $dW$, $db$ | slopes of the cost along $W$ and $b$ | as $W$, as $b$ |

# %%
X_paper = np.array([[2.0, 1.0], [1.0, 3.0]])
Y_paper = np.array([[1.0, 0.0]])
parameters_paper = {"W": np.array([[1.0, -1.0]]), "b": np.array([[0.0]])}
X_blobs, Y_blobs = datasets.load_blobs()

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
# **true** class, and takes minus its logarithm. For one sample that is its *loss*, also called *log
# loss*. The cost is the mean of all losses:
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
# What is the loss of a single answer? Look at it before you write it: the two curves are the two terms
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
ax.set(xlabel="answer a", ylabel="loss", title="The loss of one answer")
ax.legend()
plotting.show(
    "Line plot of the loss of one answer a. Where the label is 1 the loss falls from above 5"
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

# %% claim=true
cost_untrained = compute_cost(forward_propagation(X_blobs, untrained), Y_blobs)
assert abs(cost_untrained - np.log(2)) < 0.01

# %% [markdown]
# ## Step 6 · Backward
#
# **Why.** The cost depends on the weights. If we knew its *slope* along each weight, we would know
# which way is down.

# %% demo=true
plotting.draw_network((2, 1), highlight="backward")
plotting.show(
    "Drawing of the neuron: arrows run from the cost back through the output to the weights, and to"
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

# %% claim=true
lowest = weights[np.argmin([cost_of(w) for w in weights])]
assert 1 < lowest < 2
assert slope_of(-1.0) < slope_of(0.2) < 0 < slope_of(4.5) and abs(slope_of(lowest)) < 0.01

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
# Return **new** parameters. The caller may still need the old ones, for instance to
# compare the two.


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

# %% claim=true
shares = [np.mean((forward_propagation(X_blobs, one) > 0.5) == Y_blobs) for one in (first, second)]
assert shares[0] < 0.7 and shares[1] == 1
assert compute_cost(forward_propagation(X_blobs, second), Y_blobs) > 0.5

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

# %% claim=true
after_step = {}
for rate in (0.01, 1, 10, 30, 100):
    moved = update_parameters(start, start_slopes, rate)
    after_step[rate] = compute_cost(forward_propagation(hours, moved), passed)
cost_before = compute_cost(start_answers, passed)
assert 0 < cost_before - after_step[0.01] < 0.001
assert after_step[10] < after_step[1] < cost_before < after_step[30] < after_step[100]

# %% [markdown]
# ## Three questions to think about
#
# **1.** A neuron answers 0.999 for a sample of class 0. The slope of the sigmoid is nearly zero
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
# **2.** Why is the cost divided by $m$? Would the neuron not learn the same without it?
#
# <details><summary>Answer</summary>
#
# The lowest point would be the same, but the slopes would be $m$ times as long. A learning rate
# that works for 200 samples would be far too large for 20,000. With the mean, a good rate stays
# good when the data grow.
#
# </details>
#
# **3.** At the lowest point of the bowl, where does the update move the weight, and how could one tell
# from the gradient that one has arrived?
#
# <details><summary>Answer</summary>
#
# Nowhere: the slope is 0 there, so the step has the length 0. Close to the lowest point the slopes are
# tiny, and so are the steps. A gradient near 0 says that training has little left to do, at this
# place.
#
# </details>

# %% [markdown]
# ## Where this comes from
#
# - Cross-entropy, the sigmoid and why they suit one another: C. M. Bishop, *Pattern Recognition and
#   Machine Learning* (Springer, 2006), section 4.3.
# - The points are made by `nnlib.datasets.load_blobs`; the six study times are invented for this
#   page.
