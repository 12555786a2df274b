# title: Gradients and training
# summary: The backward pass in rows, compared with the numerical gradient; then training.

# %% [markdown]
# # 02 · Gradients and training
#
# By the end you will be able to
#
# - derive and write the backward pass of a softmax network on row samples;
# - say of which function a gradient is the gradient, the sum or the mean, and prove it with
#   numbers;
# - train the network by gradient descent;
# - turn probabilities into classes, and draw a boundary that no line can follow.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("3-softmax/02_gradients")

# %% [markdown]
# Your forward pass and your loss come over from the last notebook.

# %%
forward_propagation, calculate_loss = lesson.carry("forward_propagation", "calculate_loss")

# %% demo=true
X, y = datasets.load_moons(n_samples=200, noise=0.20, random_state=0)

# %% [markdown]
# ## The picture
#
# The loss is known at the right end. Its slope is carried backwards, from the scores to the hidden
# layer, and gives a gradient for every weight and bias on the way.

# %% demo=true
plotting.draw_network((2, 3, 2), highlight="backward")
plotting.show(
    "Diagram of a network with two inputs, three hidden units and two outputs; the backward "
    "direction is highlighted."
)

# %% [markdown]
# ## The slope at the scores
#
# Softmax and cross-entropy look complicated together, but their common slope is as short as it
# could be. For one sample with true class $y$,
#
# $$
# -\ln p_y = -s_y + \ln \sum_j e^{s_j}
# \qquad\Longrightarrow\qquad \frac{\partial(-\ln p_y)}{\partial s_k} = p_k - [k = y]
# $$
#
# Look at the two terms on the left. The first is $-s_y$: its slope is $-1$ at the score of the true
# class, and 0 at all others. The second is the logarithm of a sum, so its slope is one over the sum,
# times the slope of the sum. Of the sum only one term contains $s_k$, and $e^{s_k}$ is its own slope:
#
# $$
# \frac{\partial}{\partial s_k} \ln \sum_j e^{s_j} = \frac{1}{\sum_j e^{s_j}} \cdot e^{s_k} = p_k
# $$
#
# which is softmax itself. Here $[k = y]$ is 1 for the true class and 0 for the others. In words: **the probabilities, with
# 1 taken off at the true class**. What the network said, minus what it should have said.
#
# Your `softmax_jacobian` leads to the same place in two stages. The slope of $-\ln p_y$ along $p_y$ is
# $-1/p_y$, and row $y$ of the Jacobian is $[k = y]\, p_y - p_y p_k$. In their product $p_y$ cancels, and
# with it every danger of dividing by 0.
#
# From there on it is part 2 again, each matrix transposed:
#
# $$
# \delta_2 = P - [\,k = y\,]
# \qquad \frac{\partial J}{\partial W_2} = a_1^T \delta_2
# \qquad \frac{\partial J}{\partial b_2} = \sum_i \delta_{2,i}
# $$
#
# $$
# \delta_1 = \delta_2 W_2^T \odot (1 - a_1^2)
# \qquad \frac{\partial J}{\partial W_1} = X^T \delta_1
# \qquad \frac{\partial J}{\partial b_1} = \sum_i \delta_{1,i}
# $$
#
# The ⊙ is the product element by element, and $1 - a_1^2$ is the slope of tanh. The penalty
# $\frac{\lambda}{2} W^2$ adds its own slope, $\lambda W$, to the gradients of the two weight
# matrices.
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `delta2` | `(m, n_classes)` | slope at the scores |
# | `delta1` | `(m, n_h)` | slope at $z_1$ |
# | `dW2` | `(n_h, n_classes)` | like `W2` |
# | `db2` | `(1, n_classes)` | like `b2`: summed over the samples |
# | `dW1` | `(n, n_h)` | like `W1` |
# | `db1` | `(1, n_h)` | like `b1`: summed over the samples |

# %% [markdown]
# ## Sum or mean?
#
# A gradient is always the gradient **of something**. There are two candidates here:
#
# $$
# J = -\sum_{i=1}^{m} \ln p_{i,y_i} + \frac{\lambda}{2}\left(\sum W_1^2 + \sum W_2^2\right)
# \qquad\text{and}\qquad L = \frac{1}{m} J
# $$
#
# $L$ is what `calculate_loss` returns. The formulas above have no $1/m$ in them: they are the
# gradient of $J$, the **sum** over the samples plus the penalty, which is `m *
# calculate_loss(...)`.
#
# The article that this part follows does it this way: it prints the mean $L$ and steps along the gradient
# of the sum $J$. We keep its convention, so `gradients` returns the gradient of $J$. Part 2 used
# the mean throughout.
#
# | | sum: gradient of $J$ (here) | mean: gradient of $L$ (part 2) |
# | --- | --- | --- |
# | `dW2` | $a_1^T \delta_2 + \lambda W_2$ | $(a_1^T \delta_2 + \lambda W_2) / m$ |
# | the same step needs | learning rate $\varepsilon$ | learning rate $m\,\varepsilon$ |
# | twice the data | twice the gradient | the same gradient |
#
# The two point in the same direction, and $J$ and $L$ have the same minima. They differ in length,
# by the
# factor `m`. So a learning rate belongs to its convention: 0.01 on the sum over 200 samples is the
# same as 2 on their mean, and it is too much for 2,000 samples. We shall see this happen.

# %% [markdown]
# ## On paper
#
# The small network of the last notebook: one input, one hidden unit, two classes, two samples with
# true classes 0 and 1. There we had $a_1 = (0, \; 0.5)$ and the probabilities below. With $\lambda
# = 0.1$:
#
# | | probabilities | true class | $\delta_2$ | $\delta_2 W_2^T$ | $1 - a_1^2$ | $\delta_1$ |
# | --- | --- | --- | --- | --- | --- | --- |
# | sample 1 | 0.5, 0.5 | 0 | −0.5, 0.5 | 1.0986 | 1 | 1.0986 |
# | sample 2 | 0.25, 0.75 | 1 | 0.25, −0.25 | −0.5493 | 0.75 | −0.4120 |
#
# - `dW2`: $0 \cdot (-0.5, 0.5) + 0.5 \cdot (0.25, -0.25) = (0.125, -0.125)$, plus $0.1 \cdot (0,
#   2.1972)$: $(0.125, \; 0.0947)$
# - `db2`: $(-0.25, \; 0.25)$
# - `dW1`: $0 \cdot 1.0986 + 0.5493 \cdot (-0.4120) = -0.2263$, plus $0.1 \cdot 1$: $-0.1263$
# - `db1`: $1.0986 - 0.4120 = 0.6866$

# %% [markdown]
# ## Exercise: `gradients`
#
# For the network on paper it returns `dW1` of `[[-0.1263]]`, `db1` of `[[0.6866]]`, `dW2` of
# `[[0.125, 0.0947]]` and `db2` of `[[-0.25, 0.25]]`.


# %% exercise="gradients"
def gradients(model, X, y, reg_lambda=0.01):
    """Gradient of the summed loss, m * calculate_loss(model, X, y, reg_lambda).

    That is the cross-entropy summed over the samples (no division by m) plus
    reg_lambda / 2 * (sum of W1 squared + sum of W2 squared). Biases are not
    penalised.

    Parameters
    ----------
    model : dict
        "W1" (n, n_h), "b1" (1, n_h), "W2" (n_h, n_classes), "b2" (1, n_classes).
    X : array of shape (m, n)
        One sample a row.
    y : array of shape (m,), whole numbers
        The true class of each sample, from 0 to n_classes - 1.
    reg_lambda : float
        Strength of the penalty.

    Returns
    -------
    dict
        "dW1" (n, n_h), "db1" (1, n_h), "dW2" (n_h, n_classes),
        "db2" (1, n_classes): each of the shape of its parameter.

    Notes
    -----
    `model`, `X` and `y` are left unchanged.
    """
    ### BEGIN SOLUTION
    m = X.shape[0]
    probs, a1 = forward_propagation(model, X)
    delta2 = probs.copy()
    delta2[np.arange(m), y] -= 1
    dW2 = a1.T @ delta2 + reg_lambda * model["W2"]
    db2 = np.sum(delta2, axis=0, keepdims=True)
    delta1 = delta2 @ model["W2"].T * (1 - a1**2)
    dW1 = X.T @ delta1 + reg_lambda * model["W1"]
    db1 = np.sum(delta1, axis=0, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    ### END SOLUTION


# %% check="gradients" points=1
lesson.check(gradients)

# %% test="weights of the output layer" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3201)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (4, 2, 1, 3), (7, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    y_true = rng.integers(0, n_classes, m)
    judge.same(gradients, model, rng.standard_normal((m, n)), y_true, 0.0, parts=("dW2",))
### END HIDDEN TESTS

# %% test="weights of the hidden layer" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3202)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (4, 2, 1, 3), (7, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    y_true = rng.integers(0, n_classes, m)
    judge.same(gradients, model, rng.standard_normal((m, n)), y_true, 0.0, parts=("dW1",))
### END HIDDEN TESTS

# %% test="biases, each of the shape of its parameter" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3203)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (7, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    y_true = rng.integers(0, n_classes, m)
    judge.same(gradients, model, rng.standard_normal((m, n)), y_true, 0.4, parts=("db1", "db2"))
### END HIDDEN TESTS

# %% test="the penalty on the weights" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3204)
for m, n, n_h, n_classes, reg_lambda in [(5, 3, 4, 2, 0.3), (4, 2, 6, 3, 1.7), (1, 2, 3, 2, 0.08)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    rows, y_true = rng.standard_normal((m, n)), rng.integers(0, n_classes, m)
    with_penalty = judge.call(gradients, model, rows, y_true, reg_lambda)
    without = judge.call(gradients, model, rows, y_true, 0.0)
    for name in ("W1", "W2"):
        added = np.asarray(with_penalty["d" + name]) - np.asarray(without["d" + name])
        assert added.shape == model[name].shape and np.allclose(
            added, reg_lambda * model[name], rtol=1e-6, atol=1e-8
        ), f"What reg_lambda adds to d{name} is not the slope of the penalty on {name}."
### END HIDDEN TESTS

# %% test="model and data are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3205)
model = {
    "W1": rng.standard_normal((3, 4)),
    "b1": rng.standard_normal((1, 4)),
    "W2": rng.standard_normal((4, 2)),
    "b2": rng.standard_normal((1, 2)),
}
judge.keeps(gradients, model, rng.standard_normal((5, 3)), np.array([0, 1, 1, 0, 1]), 0.2)
### END HIDDEN TESTS

# %% [markdown]
# Do the numbers on paper come out?

# %% demo=true
paper_model = {
    "W1": np.array([[1.0]]),
    "b1": np.array([[0.0]]),
    "W2": np.array([[0.0, 2 * np.log(3)]]),
    "b2": np.array([[0.0, 0.0]]),
}
paper_X, paper_y = np.array([[0.0], [np.arctanh(0.5)]]), np.array([0, 1])

for name, array in gradients(paper_model, paper_X, paper_y, 0.1).items():
    print(name, np.round(array, 4).tolist())

# %% [markdown]
# ## Held against the numerical gradient
#
# A formula that gives the numbers of one small example may still be wrong. The numerical gradient
# knows nothing of backpropagation: it moves one weight at a time by a little to both sides and
# looks at what the loss does.
#
# The question that matters here is also whether the **sum** is what we have. So the cell below
# differentiates `m * calculate_loss` on the moons, and for comparison `calculate_loss` itself.


# %% demo=true
def numerical_gradient_of(function, model, h=1e-5):
    """Central differences of function(model), one entry of the model at a time."""
    found = {}
    for name, array in model.items():
        slope = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            moved = {key: value.copy() for key, value in model.items()}
            moved[name][index] += h
            above = function(moved)
            moved[name][index] -= 2 * h
            slope[index] = (above - function(moved)) / (2 * h)
        found["d" + name] = slope
    return found


generator = np.random.default_rng(1)
some_model = {
    "W1": generator.standard_normal((2, 5)),
    "b1": generator.standard_normal((1, 5)),
    "W2": generator.standard_normal((5, 2)),
    "b2": generator.standard_normal((1, 2)),
}
by_formula = gradients(some_model, X, y, 0.5)
of_the_sum = numerical_gradient_of(
    lambda model: len(X) * calculate_loss(model, X, y, 0.5), some_model
)
of_the_mean = numerical_gradient_of(lambda model: calculate_loss(model, X, y, 0.5), some_model)

for name in by_formula:
    size = np.max(np.abs(of_the_sum[name]))
    difference = np.max(np.abs(by_formula[name] - of_the_sum[name])) / size
    ratio = np.median(by_formula[name] / of_the_mean[name])
    print(f"{name}: equal to the gradient of the sum: {difference < 1e-6}")
    print(f"     divided by the gradient of the mean: {ratio:.3f}")

# %% demo=true
formula = np.concatenate([by_formula[name].ravel() for name in by_formula])
figure, axes = plotting.subplots(1, 1, figsize=(5.6, 4.4))
for found, name, marker in [
    (of_the_sum, "of the sum, m * loss", "o"),
    (of_the_mean, "of the mean, the loss itself", "^"),
]:
    axes.plot(
        formula,
        np.concatenate([found[key].ravel() for key in by_formula]),
        marker,
        label=name,
        alpha=0.8,
        markeredgecolor="black",
    )
ends = [formula.min(), formula.max()]
axes.plot(ends, ends, "--", color="black", linewidth=1, label="equal")
axes.set(
    xlabel="gradient by your formula", ylabel="numerical gradient", title="27 gradients, two ways"
)
axes.legend()
plotting.show(
    "Numerical gradient against the gradient by formula, one point for each of 27 parameters. The "
    "gradients of the sum lie on the diagonal; those of the mean lie on a nearly flat line, 200 "
    "times shallower."
)

# %% [markdown]
# Every gradient of the sum lies on the diagonal. Those of the mean lie on a line too, but `m` times
# shallower. The formula is right, and now we know **of what**.

# %% [markdown]
# ## Training
#
# Gradient descent on row samples is the loop that you know. Start somewhere; then, again and again,
# take every parameter a small step against its gradient:
#
# $$
# W_1 \leftarrow W_1 - \varepsilon\, dW_1
# \qquad b_1 \leftarrow b_1 - \varepsilon\, db_1
# \qquad W_2 \leftarrow W_2 - \varepsilon\, dW_2
# \qquad b_2 \leftarrow b_2 - \varepsilon\, db_2
# $$
#
# | name | meaning |
# | --- | --- |
# | `nn_hdim` | number of hidden units, `n_h` |
# | `num_passes` | how many steps; each uses all samples |
# | `epsilon` | the learning rate $\varepsilon$, on the gradient of the sum |
# | `reg_lambda` | strength of the penalty $\lambda$ |
#
# **Where to start?** The helper below is given. It draws the weights at random, so that the hidden
# units differ from the beginning, and divides them by the square root of the number of inputs of
# their layer. The sum of many inputs then stays about as large as one of them, whatever the size of
# the layer.


# %%
def initialize_model(n, n_h, n_classes):
    """A model with random weights, scaled by the inputs of each layer, and biases of 0.

    Returns
    -------
    dict
        "W1" (n, n_h), "b1" (1, n_h), "W2" (n_h, n_classes), "b2" (1, n_classes).
    """
    return {
        "W1": np.random.randn(n, n_h) / np.sqrt(n),
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_classes) / np.sqrt(n_h),
        "b2": np.zeros((1, n_classes)),
    }


# %% [markdown]
# ### On paper
#
# One step for the small network, with $\varepsilon = 0.1$ and the gradients from above:
#
# - `W1`: $1 - 0.1 \cdot (-0.1263) = 1.0126$
# - `b1`: $0 - 0.1 \cdot 0.6866 = -0.0687$
# - `W2`: $(0, \; 2.1972) - 0.1 \cdot (0.125, \; 0.0947) = (-0.0125, \; 2.1878)$
# - `b2`: $(0, 0) - 0.1 \cdot (-0.25, \; 0.25) = (0.025, \; -0.025)$
#
# The loss was 0.6361. Will it be smaller after this step?

# %% demo=true
step = gradients(paper_model, paper_X, paper_y, 0.1)
after_one_step = {name: paper_model[name] - 0.1 * step["d" + name] for name in paper_model}
for name, array in after_one_step.items():
    print(name, np.round(array, 4).tolist())

print(f"loss before: {calculate_loss(paper_model, paper_X, paper_y, 0.1):.4f}")
print(f"loss after:  {calculate_loss(after_one_step, paper_X, paper_y, 0.1):.4f}")

# %% [markdown]
# ## Exercise: `build_model`
#
# Put it together. `build_model(X, y, 3, print_loss=True)` on the moons prints a loss that soon
# falls below 0.1.


# %% exercise="build_model"
def build_model(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01, print_loss=False):
    """Train a network with one hidden layer by gradient descent.

    The start is what initialize_model(n, nn_hdim, n_classes) returns. Each
    pass takes every parameter one step of length epsilon against its entry of
    gradients(model, X, y, reg_lambda), all four from the same model.

    Parameters
    ----------
    X : array of shape (m, n)
        One sample a row.
    y : array of shape (m,), whole numbers
        The true classes. They are 0, 1, ..., n_classes - 1, each occurs, and
        there may be more than two.
    nn_hdim : int
        Number of hidden units.
    num_passes : int
        Number of steps.
    epsilon : float
        Learning rate, for the gradient of the summed loss.
    reg_lambda : float
        Strength of the L2 penalty.
    print_loss : bool
        Whether to print the loss at pass 0, 1000, 2000, ...; in which words is
        up to you.

    Returns
    -------
    dict
        The trained model: "W1" (n, nn_hdim), "b1" (1, nn_hdim),
        "W2" (nn_hdim, n_classes), "b2" (1, n_classes).
    """
    ### BEGIN SOLUTION
    n_classes = int(np.max(y)) + 1
    model = initialize_model(X.shape[1], nn_hdim, n_classes)
    for i in range(num_passes):
        grads = gradients(model, X, y, reg_lambda)
        model = {name: model[name] - epsilon * grads["d" + name] for name in model}
        if print_loss and i % 1000 == 0:
            print(f"Loss after pass {i}: {calculate_loss(model, X, y, reg_lambda):.3f}")
    return model
    ### END SOLUTION


# %% check="build_model" points=1
lesson.check(build_model)


# %% test="parameters after a few passes" points=5
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge


def start(n, n_h, n_classes):
    fixed = np.random.default_rng([3211, n, n_h, n_classes])
    return {
        "W1": fixed.standard_normal((n, n_h)),
        "b1": fixed.standard_normal((1, n_h)),
        "W2": fixed.standard_normal((n_h, n_classes)),
        "b2": fixed.standard_normal((1, n_classes)),
    }


def steps_from_its_own_start(*arguments):
    """Whether a build_model that draws its start itself goes on from there as it should."""
    rows, classes, n_h, passes, epsilon, reg_lambda = arguments
    model = judge.call(build_model, rows, classes, n_h, 1, 0.0, reg_lambda)
    found = judge.call(build_model, *arguments)
    if not all(
        isinstance(one, dict) and {"W1", "b1", "W2", "b2"} <= set(one) for one in (model, found)
    ):
        return False
    shapes = {"W1": (rows.shape[1], n_h), "b1": (1, n_h), "W2": (n_h, 2), "b2": (1, 2)}
    model = {name: np.asarray(model[name], dtype=float) for name in shapes}
    if any(model[name].shape != shapes[name] for name in shapes) or any(
        np.ptp(model[name]) < 1e-4 for name in ("W1", "W2")
    ):
        return False
    for _ in range(passes):
        grads = lesson.course.gradients(model, rows, classes, reg_lambda)
        model = {name: model[name] - epsilon * grads["d" + name] for name in model}
    return all(
        np.shape(found[name]) == shapes[name]
        and np.allclose(found[name], model[name], rtol=1e-6, atol=1e-8)
        for name in shapes
    )


rng = np.random.default_rng(3212)
for m, n, n_h, passes, epsilon, reg_lambda in [
    (6, 2, 3, 1, 0.05, 0.0),
    (7, 3, 4, 5, 0.02, 0.6),
    (9, 2, 5, 3, 0.1, 0.2),
]:
    rows = rng.standard_normal((m, n))
    classes = rng.permutation(np.arange(m) % 2)
    try:
        judge.same(
            build_model,
            rows,
            classes,
            n_h,
            passes,
            epsilon,
            reg_lambda,
            given={"initialize_model": start},
        )
    except AssertionError:
        if not steps_from_its_own_start(rows, classes, n_h, passes, epsilon, reg_lambda):
            raise
### END HIDDEN TESTS

# %% test="training settles where the gradient is zero" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3213)
rows = rng.standard_normal((10, 2))
classes = (rows.sum(axis=1) > 0).astype(int)
first = {
    "W1": rng.standard_normal((2, 3)),
    "b1": np.zeros((1, 3)),
    "W2": rng.standard_normal((3, 2)),
    "b2": np.zeros((1, 2)),
}
given = {"initialize_model": first}
try:
    judge.same(build_model, rows, classes, 3, 200, 0.2, 1.0, given=given, rtol=1e-4, atol=1e-6)
except AssertionError:
    model = judge.call(build_model, rows, classes, 3, 200, 0.2, 1.0, given=given)
    assert isinstance(model, dict) and {"W1", "b1", "W2", "b2"} <= set(model), (
        "build_model does not return a dictionary with W1, b1, W2 and b2."
    )
    shapes = {"W1": (2, 3), "b1": (1, 3), "W2": (3, 2), "b2": (1, 2)}
    model = {name: np.asarray(model[name], dtype=float) for name in shapes}
    assert all(model[name].shape == shapes[name] for name in shapes), (
        "A parameter has the wrong shape."
    )
    left = lesson.course.gradients(model, rows, classes, 1.0)
    size = max(float(np.max(np.abs(array))) for array in left.values())
    assert size < 1e-3, (
        "After many passes the gradient of the penalised loss is still far from zero: "
        "the training does not settle at a minimum."
    )
    assert np.ptp(model["W1"]) > 1e-3, "After many passes the first layer is next to nothing."
### END HIDDEN TESTS

# %% test="print_loss changes nothing but the print" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3214)
rows = rng.standard_normal((6, 2))
classes = np.array([0, 1, 1, 0, 1, 0])
given = {
    "initialize_model": {
        "W1": rng.standard_normal((2, 3)),
        "b1": np.zeros((1, 3)),
        "W2": rng.standard_normal((3, 2)),
        "b2": np.zeros((1, 2)),
    }
}
try:
    judge.same(build_model, rows, classes, 3, 4, 0.05, 0.1, True, given=given)
except AssertionError:
    silent = judge.call(build_model, rows, classes, 3, 4, 0.05, 0.1, False, given=given)
    printed = judge.call(build_model, rows, classes, 3, 4, 0.05, 0.1, True, given=given)
    start = judge.call(build_model, rows, classes, 3, 1, 0.0, 0.1, given=given)
    assert isinstance(printed, dict) and isinstance(silent, dict) and set(printed) == set(silent), (
        "With print_loss=True something else comes back than without."
    )
    assert all(np.allclose(printed[name], silent[name]) for name in silent), (
        "With print_loss=True the trained parameters are others than without."
    )
    assert any(not np.allclose(printed[name], start[name]) for name in start), (
        "Nothing was trained."
    )
### END HIDDEN TESTS

# %% test="more than two classes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3215)
for m, n, n_h, n_classes in [(8, 2, 4, 3), (11, 3, 2, 5)]:
    rows = rng.standard_normal((m, n))
    classes = rng.permutation(np.arange(m) % n_classes)
    model = judge.call(build_model, rows, classes, n_h, 1, 0.01, 0.1)
    assert isinstance(model, dict) and {"W1", "b1", "W2", "b2"} <= set(model), (
        "With more than two classes, no dictionary with W1, b1, W2 and b2 comes back."
    )
    assert np.shape(model["W2"]) == (n_h, n_classes) and np.shape(model["b2"]) == (1, n_classes), (
        "With more than two classes, W2 and b2 do not have one column for each class of y."
    )
    assert np.shape(model["W1"]) == (n, n_h) and np.shape(model["b1"]) == (1, n_h), (
        "With more than two classes, W1 or b1 has the wrong shape."
    )
    assert all(np.all(np.isfinite(model[name])) for name in ("W1", "b1", "W2", "b2")), (
        "With more than two classes, the parameters are not finite after one step."
    )
first = {name: rng.standard_normal(np.shape(model[name])) for name in ("W1", "b1", "W2", "b2")}
other = (rows, (classes + 1) % n_classes, n_h, 1, 0.01, 0.1)
given = {"initialize_model": first}
judge.answers(build_model, rows, classes, n_h, 1, 0.01, 0.1, other=other, given=given)
### END HIDDEN TESTS

# %% [markdown]
# How does the loss fall on the moons with three hidden units? First the run of the article, with its
# settings: seed 0, 20,000 passes, learning rate 0.01. It prints a loss of 0.432387 at the start and
# 0.068947 after 1,000 passes. Look closely at what comes after.

# %% demo=true
np.random.seed(0)
as_in_the_article = build_model(X, y, 3, print_loss=True)

# %% [markdown]
# Most of the way is made in the first thousand passes. But after that the loss does not go on
# falling, it even rises a little, and stays there for the 17,000 passes that follow. The steps are too
# long: where the valley of the loss is narrow, each step lands on the opposite slope, and the parameters
# go back and forth.
#
# If this explanation is right, half the step should do better with a quarter of the passes. Does it?

# %% demo=true
np.random.seed(0)
trained = build_model(X, y, 3, num_passes=5000, epsilon=0.005)
for name, one in (("0.010, 20,000 passes", as_in_the_article), ("0.005,  5,000 passes", trained)):
    print(f"epsilon {name}: loss {calculate_loss(one, X, y):.3f}")

# %% [markdown]
# It does, with this start and with the four others that we tried. We keep this model.

# %% claim=true
article_losses = []
for length in (1, 1001):
    np.random.seed(0)
    article_losses.append(calculate_loss(build_model(X, y, 3, length), X, y))
assert abs(article_losses[0] - 0.432387) < 1e-5 and abs(article_losses[1] - 0.068947) < 1e-5
last_loss = calculate_loss(as_in_the_article, X, y)
assert article_losses[1] < last_loss - 0.001 and calculate_loss(trained, X, y) < last_loss - 0.001
for seed in range(1, 5):
    np.random.seed(seed)
    long = calculate_loss(build_model(X, y, 3, 20000), X, y)
    np.random.seed(seed)
    assert calculate_loss(build_model(X, y, 3, 5000, 0.005), X, y) < long - 0.001, seed

# %% [markdown]
# ## From probabilities to classes
#
# One step is left: say which class it is. With a probability for each class no threshold is needed.
# The class with the largest probability wins, and a tie has no rule: any of the largest will do.
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `probs` | `(m, n_classes)` | from the forward pass |
# | result | `(m,)` | for each row the number of the column with the largest probability |
#
# ### On paper
#
# Before its step the small network gave 0.5 and 0.5 for sample 1: a tie. After the step `b1` is
# −0.0687 and `b2` is (0.025, −0.025). Sample 1 has the input 0, so $a_1 = \tanh(-0.0687) =
# -0.0686$, and its scores are
#
# $$
# -0.0686 \cdot (-0.0125) + 0.025 = 0.0259
# \qquad\text{and}\qquad -0.0686 \cdot 2.1878 - 0.025 = -0.1750
# $$
#
# Class 0 has the larger score, and so the larger probability. Sample 2 stays with class 1. So the
# result is `[0, 1]`, and both are right.

# %% [markdown]
# ## Exercise: `predict`


# %% exercise="predict"
def predict(model, X):
    """The most probable class of each row of X.

    Parameters
    ----------
    model : dict
        "W1" (n, n_h), "b1" (1, n_h), "W2" (n_h, n_classes), "b2" (1, n_classes).
    X : array of shape (m, n)
        One sample a row.

    Returns
    -------
    array of shape (m,)
        Classes from 0 to n_classes - 1.
    """
    ### BEGIN SOLUTION
    probs, _ = forward_propagation(model, X)
    return np.argmax(probs, axis=1)
    ### END SOLUTION


# %% check="predict" points=1
lesson.check(predict)

# %% test="two classes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3221)
for m, n, n_h in [(1, 2, 3), (9, 3, 4), (6, 2, 1)]:
    model = {
        "W1": 2 * rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": 2 * rng.standard_normal((n_h, 2)),
        "b2": 0.1 * rng.standard_normal((1, 2)),
    }
    judge.same(predict, model, rng.standard_normal((m, n)))
### END HIDDEN TESTS

# %% test="more than two classes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3222)
for m, n, n_h, n_classes in [(12, 2, 6, 3), (9, 4, 5, 5), (1, 3, 4, 4)]:
    model = {
        "W1": 2 * rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": 2 * rng.standard_normal((n_h, n_classes)),
        "b2": 0.1 * rng.standard_normal((1, n_classes)),
    }
    rows = rng.standard_normal((m, n))
    pairs = [[j, k] for k in range(n_classes) for j in range(k)]

    def winners(*own, m=m, pairs=pairs):
        """The class of each row that is preferred to every other one."""
        lowest = min(np.min(one) for one in own)
        won = [np.where(one > lowest, k, j) for (j, k), one in zip(pairs, own)]
        return np.array([np.argmax(np.bincount(row)) for row in np.transpose(won)]) + lowest

    judge.beyond(
        predict,
        model,
        rows,
        plain=[
            ({**model, **{name: model[name][:, pair] for name in ("W2", "b2")}}, rows)
            for pair in pairs
        ],
        follows=winners,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# First the two samples on paper, then the moons. In the first notebook the best line left the two
# tips on the wrong side. What does the network with three hidden units draw?

# %% demo=true
print("on paper, after one step:", predict(after_one_step, paper_X).tolist())
print(f"right on the training points: {np.mean(predict(trained, X) == y):.1%}")

plotting.plot_decision_boundary(
    lambda points: predict(trained, points), X, y, title="Three hidden units"
)
plotting.show(
    "The two moons with a curved boundary that runs between them like an S; nearly all points lie "
    "on the side of their class."
)

# %% [markdown]
# The boundary bends around both tips. Each hidden unit is tanh of a linear function, so how does a
# curve come about? The next figure shows what each of the three units answers, and what the output
# makes of them.

# %% demo=true
across, up = np.meshgrid(np.linspace(-1.8, 2.8, 120), np.linspace(-1.5, 1.9, 120))
plane = np.column_stack([across.ravel(), up.ravel()])
probs, a1 = forward_propagation(trained, plane)

figure, axes = plotting.subplots(1, 4, figsize=(11, 3.0), sharey=True)
for unit in range(3):
    axes[unit].contourf(
        across,
        up,
        a1[:, unit].reshape(across.shape),
        levels=np.linspace(-1.01, 1.01, 9),
        cmap="cividis",
    )
    axes[unit].set_title(f"hidden unit {unit + 1}")
axes[3].contourf(
    across,
    up,
    probs[:, 1].reshape(across.shape),
    levels=np.linspace(-0.01, 1.01, 9),
    cmap="cividis",
)
axes[3].set_title("probability of class 1")
for panel in axes:
    panel.plot(
        X[y == 0, 0], X[y == 0, 1], "o", color="white", markeredgecolor="black", markersize=3
    )
    panel.plot(
        X[y == 1, 0], X[y == 1, 1], "^", color="black", markeredgecolor="white", markersize=4
    )
    panel.set_xlabel("$x_1$")
axes[0].set_ylabel("$x_2$")
plotting.show(
    "Four panels over the plane, dark is low and bright is high. Each of the three hidden units "
    "changes from low to high across one straight line of its own; the last panel, the "
    "probability of class 1, follows the bend between the moons."
)

# %% [markdown]
# Each unit divides the plane by one line, softly. The output layer adds three such steps with
# different signs, and three lines are enough for one bend to the right and one to the left.
#
# How does the boundary get there during training? Here are four moments of the same training.

# %% demo=true
from functools import partial

figure, axes = plotting.subplots(1, 4, figsize=(11, 3.2), sharey=True)
right_after = {}
for panel, passes in zip(axes, [0, 50, 300, 3000], strict=True):
    np.random.seed(0)
    early = build_model(X, y, 3, num_passes=passes, epsilon=0.005)
    right_after[passes] = np.mean(predict(early, X) == y)
    title = f"{passes} passes, {right_after[passes]:.0%}"
    plotting.plot_decision_boundary(partial(predict, early), X, y, ax=panel, title=title)
plotting.show(
    "Four panels with the boundary after 0, 50, 300 and 3000 passes. It starts as a curve that the "
    "random weights happen to draw, becomes a slanted and nearly straight line, and then bends around the "
    "tips of the moons."
)

# %% [markdown]
# Early in training the network has found little more than the straight line, whatever curve it started from.
# The bends come later. Most points are right with a line, and the bends concern the few at the tips. The
# other four starts that we tried went the same way.

# %% claim=true
from sklearn.linear_model import LogisticRegression

line_classes = LogisticRegression(C=100).fit(X, y).predict(X)
for seed in range(5):
    as_the_line = []
    for passes in (50, 3000):
        np.random.seed(seed)
        as_the_line.append(np.mean(predict(build_model(X, y, 3, passes, 0.005), X) == line_classes))
    assert as_the_line[0] > 0.94 and as_the_line[1] < 0.9, (seed, as_the_line)
assert right_after[50] < 0.9 < 0.96 < right_after[3000]

# %% [markdown]
# ### In the plane of the hidden layer
#
# The output layer never sees $x_1$ and $x_2$. It sees the hidden activations, and what it can draw
# *there* is a straight line. With two hidden units we can look at that plane: each of the 200 points
# stands at its two activations. What must the hidden layer do to the moons, so that a line is enough?
# Move the slider, or press play.

# %% demo=true
passes = [0, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2300, 2600, 3000]
moments = []
for count in passes:
    np.random.seed(1)
    moments.append(build_model(X, y, 2, num_passes=count, epsilon=0.001))
figure, (left, right) = plotting.subplots(1, 2, figsize=(8.8, 4.3))


def draw_moment(k):
    """The border among the inputs, and the same border in the plane of the hidden layer."""
    model = moments[k]
    left.clear()
    right.clear()
    title = f"{passes[k]} passes, {np.mean(predict(model, X) == y):.0%} right"
    plotting.plot_decision_boundary(partial(predict, model), X, y, ax=left, title=title)
    grid = np.linspace(-1.1, 1.1, 60)
    a, b = np.meshgrid(grid, grid)
    scores = np.stack([a, b], axis=-1) @ model["W2"] + model["b2"]
    right.contour(a, b, scores[..., 1] - scores[..., 0], levels=[0], colors="black")
    plotting.plot_data(forward_propagation(model, X)[1], y, ax=right, title="as the output layer sees it")
    right.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xlabel="hidden unit 1", ylabel="hidden unit 2")


draw_moment(0)
figure.draw_without_rendering()
figure.set_layout_engine("none")
plotting.show_animation(
    plotting.Animation(figure, draw_moment, len(moments)),
    "Training in twenty moments, seen twice. Left, among the inputs: the border begins as a nearly "
    "straight line and bends into an S between the moons. Right, the same points at their two hidden "
    "activations: one moon is pressed against the left and the lower edge of the square, the other against "
    "the upper and the right edge, and the border between them is a straight line in every moment.",
)

# %% [markdown]
# On the right the border is straight from the first moment to the last. What training changes is where
# the points are. Each unit presses the points towards $-1$ or $1$. In the end one class stands along the
# left and the lower edge, and the other along the upper and the right edge. "Bending the border" and
# "bending the plane so that a line will do" are two ways to say the same thing.

# %% claim=true
lines_right = []
for moment in (moments[0], moments[-1]):
    corners = forward_propagation(moment, X)[1]
    lines_right.append(LogisticRegression(C=100).fit(corners, y).score(corners, y))
assert lines_right[0] < 0.92 and lines_right[1] > 0.94
assert np.mean(predict(moments[-1], X) == y) > 0.94

# %% [markdown]
# ## An experiment to play with
#
# The claim was that a learning rate belongs to its convention. Here is the test. The moons are
# taken once, and then every point ten times over. The mean loss is the same function in both cases,
# but the sum is ten times steeper. The third run divides `epsilon` by ten in return.
#
# What do you expect of the three curves? Afterwards, change `copies` and `epsilon`.

# %% demo=true
copies, epsilon = 10, 0.01


def losses(X, y, epsilon, reg_lambda):
    """Loss after 0, 5, 10, ... 300 passes of your build_model, each time from the same start."""
    found = []
    for passes in range(0, 301, 5):
        np.random.seed(3)
        trained = build_model(X, y, 3, passes, epsilon, reg_lambda)
        found.append(calculate_loss(trained, X, y, reg_lambda))
    return found


many_X, many_y = np.tile(X, (copies, 1)), np.tile(y, copies)
figure, axes = plotting.subplots(1, 1, figsize=(6.5, 3.6))
once = losses(X, y, epsilon, 0.01)
jumping = losses(many_X, many_y, epsilon, 0.01 * copies)
divided = losses(many_X, many_y, epsilon / copies, 0.01 * copies)
plotting.plot_cost(
    once,
    ax=axes,
    label=f"200 points, epsilon {epsilon:g}",
    every=5,
    logy=True,
)
plotting.plot_cost(
    jumping,
    ax=axes,
    label=f"{copies} times the points, epsilon {epsilon:g}",
    every=5,
)
plotting.plot_cost(
    divided,
    ax=axes,
    label=f"{copies} times the points, epsilon {epsilon / copies:g}",
    every=5,
)
axes.set(xlabel="pass", ylabel="loss", title="The same data, once and several times over")
plotting.show(
    "Three loss curves over 300 passes. The first and the third, with epsilon divided by ten, lie "
    "on one another and fall; the second, with ten times the points and the same epsilon, jumps "
    "up and down far above them."
)

# %% [markdown]
# The first and the third curve are the same: ten times the sum and a tenth of the step cancel. The
# second run takes steps that are ten times as long and jumps about. With the mean and one learning
# rate, the number of copies would have made no difference, which is why most libraries use the
# mean.
#
# With `copies = 5` you can see that a long step is not always bad: the run jumps at first, then
# lands beyond the plateau on which the first run still sits.

# %% claim=true
fivefold = losses(np.tile(X, (5, 1)), np.tile(y, 5), 0.01, 0.05)
assert np.allclose(once, divided)
assert min(max(np.diff(jumping)), max(np.diff(fivefold))) > 1 + max(np.diff(once))
assert np.median(jumping) > 2 * np.median(once) and fivefold[30] < once[30] - 0.1

# %% [markdown]
# ## Three questions to think about
#
# **1.** How large can an entry of $\delta_2$ become, for one sample? When is it that large?
#
# <details><summary>Answer</summary>
#
# It lies between −1 and 1. At the true class it is close to −1 where the network gives that class a
# probability near 0, and at a wrong class close to 1 where it is sure of it. So even the worst mistake
# pulls at a score with no more than a slope of 1.
#
# </details>
#
# **2.** Each row of $\delta_2$ adds up to 0. Why, and what does it mean for `db2`?
#
# <details><summary>Answer</summary>
#
# The probabilities of a row add up to 1, and 1 is taken off at the true class. So the entries of
# `db2` add up to 0 as well, and a step never changes the sum of the output biases. This is the
# surplus of the softmax again: adding the same number to all scores changes nothing, and the
# gradient has no interest in that direction.
#
# </details>
#
# **3.** The rows of `X` are shuffled, and the entries of `y` with them. Which of the four gradients
# change?
#
# <details><summary>Answer</summary>
#
# None. Each of them is a sum over the samples, and a sum does not ask for the order. Only the last
# digit may differ, because a computer rounds after each addition. The rows of $\delta_1$ and $\delta_2$
# are shuffled like those of `X`.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The training loop, its defaults and the convention (mean in the print, sum in the step) are
#   those of Denny Britz, *Implementing a Neural Network from Scratch in Python* (2015), code at
#   <https://github.com/dennybritz/nn-from-scratch>. There the gradients are computed inside the
#   loop; here they are an exercise of their own. Its printed losses stand in the notebook of that
#   repository.
# - The slope of softmax with cross-entropy: Goodfellow, Bengio and Courville, *Deep Learning*
#   (2016), sections 6.2 and 6.5, <https://www.deeplearningbook.org>.
