# title: The cost
# summary: One number that says how wrong the network is: the mean cross-entropy.

# %% [markdown]
# # 05 · The cost
#
# By the end you will be able to
#
# - say what the cross-entropy charges for a single prediction, and why a confident mistake costs so
#   much;
# - use the cost of part 1 for a network with a hidden layer;
# - compute it from the weighted sums, so that it is right however sure and wrong the network is;
# - picture the cost as a landscape over the weights, in which training will look for a valley.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in your functions of notebooks 02 to 04, and the
# `compute_cost` that you wrote in part 1. (Did you begin with part 2? That exercise stands by itself:
# [part 1, notebook 02](../1-one-neuron/02_downhill.ipynb).)

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/05_cost")

# %%
layer_sizes, initialize_parameters, forward_propagation, compute_cost = lesson.carry(
    "layer_sizes", "initialize_parameters", "forward_propagation", "1-one-neuron/compute_cost"
)

# %% [markdown]
# ## Where we are
#
# The network gives a probability for every sample. To improve it, we need to say how good these
# probabilities are, in one number. Where in the network is that number found?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="cost")
plotting.show(
    "The 2-4-1 network with the cost highlighted: a box at the right end, where the output meets "
    "the classes Y."
)

# %% [markdown]
# At the right end. The cost compares the output with the labels, and knows nothing of the layers
# before it.

# %% [markdown]
# ## The mathematics
#
# Why not count the mistakes? Because the count does not move when the weights move a little: a
# probability that goes from 0.1 to 0.4 for a sample of class 1 is a mistake before and after. We
# want a number that notices every improvement.
#
# The *cross-entropy loss* looks at the probability that the network gave to what is true. For a
# sample with label $y$ and output $a$ that is $a$ if $y = 1$, and $1 - a$ if $y = 0$. The loss is
# minus the natural logarithm of it. Libraries call it *log loss*:
#
# $$L(a, y) = -\big( y \log a + (1 - y) \log(1 - a) \big)$$
#
# One of the two terms is always zero, since $y$ is 0 or 1. The *cost* is the mean of the losses of
# all $m$ samples. With several outputs, the losses of a sample's $n_y$ outputs are added first:
#
# $$J = -\frac{1}{m} \sum_{i=1}^{m} \sum_{k=1}^{n_y}
# \Big( y_k^{(i)} \log a_k^{(i)} + \big(1 - y_k^{(i)}\big) \log\big(1 - a_k^{(i)}\big) \Big)$$
#
# Here $a_k^{(i)}$ is output $k$ for sample $i$: the entry of $A_2$ in row $k$ and column $i$.
#
# The mean, and not the sum, so that costs on data sets of different sizes can be compared.

# %% [markdown]
# ### Shapes
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `A2` | outputs of the network, probabilities | `(n_y, m)` | `(1, 400)` |
# | `Y` | labels, 0 or 1 | `(n_y, m)` | `(1, 400)` |
# | `np.log(A2)` | logarithms, element by element | `(n_y, m)` | `(1, 400)` |
# | `cost` | the mean cross-entropy | a number | a number |

# %% [markdown]
# ### The price of an opinion
#
# What does the loss charge for a probability that is nearly right, for one half, and for one that
# is entirely wrong?

# %% demo=true
a = np.linspace(0.002, 0.998, 400)
fig, ax = plotting.subplots(figsize=(6, 3.8))
ax.plot(a, -np.log(a), label="label 1")
ax.plot(a, -np.log(1 - a), linestyle="--", label="label 0")
ax.plot(0.5, np.log(2), "o", color="black", label="undecided")
ax.set(title="Loss of one sample", xlabel="output $a$", ylabel="loss")
ax.legend()
plotting.show(
    "Two curves of the loss against the output a. For label 1 it falls from far above 6 near a = 0 "
    "to zero at a = 1; for label 0 it is the mirror image. They cross at a = 0.5, marked by a dot."
)
for output in (0.99, 0.9, 0.5, 0.1, 0.01):
    print(f"label 1, output {output:4}: loss {-np.log(output):.4f}")

# %% [markdown]
# Sure and right costs almost nothing. Undecided costs $\log 2$. Sure and wrong costs without limit:
# at an output of exactly 0 for a sample of class 1 the logarithm is $-\infty$.
#
# That last case does happen. A sigmoid of a large number is rounded to exactly 1, and then
# `0 * np.log(0)` is not 0 in floating-point arithmetic but `nan`, not a number, and the whole cost
# is lost. The remedy: before taking the logarithm, keep the probabilities a tiny distance away from
# 0 and 1. The distance has to be so small, $10^{-8}$ or less, that probabilities further away stay what
# they are.

# %% [markdown]
# ## A worked example on paper
#
# In notebook 04 the 2-2-1 network gave the two samples $(1, 2)$ and $(-1, 0)$ these probabilities;
# their labels are 1 and 0:
#
# $$A_2 \approx \begin{pmatrix} 0.6841 & 0.6377 \end{pmatrix}, \qquad
# Y = \begin{pmatrix} 1 & 0 \end{pmatrix}$$
#
# | | first sample | second sample |
# | --- | --- | --- |
# | label $y$ | 1 | 0 |
# | output $a$ | 0.6841 | 0.6377 |
# | probability given to the truth | $a = 0.6841$ | $1 - a = 0.3623$ |
# | loss | $-\log 0.6841 \approx 0.3797$ | $-\log 0.3623 \approx 1.0153$ |
#
# The first prediction is on the right side of one half and costs little. The second is on the wrong
# side and costs more. The cost is their mean:
#
# $$J \approx \frac{0.3797 + 1.0153}{2} = 0.6975$$

# %% [markdown]
# ## Your `compute_cost`, again
#
# The cost only looks at outputs and labels, so the function that you wrote for a single neuron serves this
# network as it is. Where it says `A`, it now gets `A2`. Does it agree with the pencil? The forward step is
# yours of notebook 04.

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
parameters_paper = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
A2_paper, cache_paper = forward_propagation(X_paper, parameters_paper)
cost_paper = compute_cost(A2_paper, Y_paper)
print("probabilities:", np.round(A2_paper, 4).tolist())
print(f"cost: {cost_paper:.4f}  agrees with paper: {np.isclose(cost_paper, 0.6975, atol=1e-4)}")

# %% [markdown]
# Now the flower, with the small random weights of an untrained network. What cost do you expect,
# when all probabilities are near one half?

# %%
X, Y = datasets.load_planar_dataset()
n_x, n_h, n_y = layer_sizes(X, Y)
np.random.seed(2)
parameters = initialize_parameters(n_x, n_h, n_y)
A2, cache = forward_propagation(X, parameters)
print(f"cost of the untrained network: {compute_cost(A2, Y):.6f}")
print(f"log 2:                         {np.log(2):.6f}")

# %% [markdown]
# Nearly $\log 2$, the price of having no opinion. Remember this number: a network whose cost on two
# classes of the same size stays there has learnt nothing.

# %% claim=true
assert abs(compute_cost(A2, Y) - np.log(2)) < 1e-3

# %% [markdown]
# ## Without the probabilities
#
# To clip is to tell a small lie. Say that a sample of class 1 has the weighted sum $z_2 = -50$. Its
# probability is $2 \cdot 10^{-22}$, its true loss is 50. Clipped at $10^{-15}$, the loss is 34.5, the
# same as for $-60$: the cost no longer notices any improvement there. The sum still knew how wrong the
# sample is, the clipped probability does not. So leave the probability out. For a sample of class 1 the
# loss is
#
# $$-\log \sigma(z) = \log\big(1 + e^{-z}\big) = \log\big(1 + e^{z}\big) - z$$
#
# and for one of class 0 it is $-\log(1 - \sigma(z)) = \log(1 + e^{z})$. Both in one:
#
# $$L = \log\big(1 + e^{z}\big) - y\,z$$
#
# <details><summary>Why are the first two the same?</summary>
#
# $1 + e^{-z} = e^{-z}\,(e^{z} + 1)$, and the logarithm of a product is the sum of the logarithms:
# $\log(1 + e^{-z}) = -z + \log(1 + e^{z})$. For class 0, $1 - \sigma(z) = \frac{1}{1 + e^{z}}$.
#
# </details>
#
# One trap is left: $e^{1000}$ is too large for any floating-point number, while $\log(1 + e^{1000})$ is 1000,
# to all digits.
#
# **On paper.** The sums were $0.7725$ and $0.5654$: $\log(1 + e^{0.7725}) - 0.7725 = 0.3797$ and
# $\log(1 + e^{0.5654}) = 1.0153$, the losses of the table.
#
# ### Exercise: `cost_from_sums`
#
# For the two samples on paper, 0.6975 again.


# %% exercise="cost_from_sums"
def cost_from_sums(Z2, Y):
    """The mean cross-entropy, from the weighted sums of the output and not from its probabilities.

    Parameters
    ----------
    Z2 : array of shape (n_y, m)
        The weighted sums of the output.
    Y : array of shape (n_y, m)
        The labels, 0 or 1.

    Returns
    -------
    float
        The sum over outputs, and the mean over the m samples, of log(1 + exp(z)) - y z.

    Beyond the plain case, with points of their own:
    - sums of any size, such as 1000 and -1000: the cost is finite and right, and no sum is clipped;
    - several outputs (n_y > 1).
    """
    ### BEGIN SOLUTION
    m = Y.shape[1]
    losses = np.logaddexp(0, Z2) - Y * Z2
    return float(np.sum(losses) / m)
    ### END SOLUTION


# %% check="cost_from_sums" points=1
lesson.check(cost_from_sums)

# %% test="the cost for sums of common size" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2504)
for samples in (1, 3, 8, 40):
    Z2_test = 2 * rng.standard_normal((1, samples))
    judge.same(cost_from_sums, Z2_test, (rng.random((1, samples)) < 0.5).astype(int))
### END HIDDEN TESTS

# %% test="sums of any size" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge


def task_of(large, label):
    """Two common samples, one that is wrong and as sure as this, and one that is right."""
    wrong = large if label == 0 else -large
    return np.array([[0.5, -1.25, wrong, -wrong]]), np.array([[1, 0, label, label]])


# Far out the cost grows with the sum by the same amount each time.
for large in (60.0, 1000.0):
    for label in (0, 1):
        judge.beyond(
            cost_from_sums,
            *task_of(large, label),
            plain=[task_of(20.0, label), task_of(30.0, label)],
            follows=lambda near, far, large=large: far + (far - near) * (large - 30) / 10,
        )
### END HIDDEN TESTS

# %% test="several outputs of sums" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2505)
for outputs, samples in [(2, 5), (3, 4)]:
    Z2_test = rng.standard_normal((outputs, samples))
    Y_test = (rng.random((outputs, samples)) < 0.5).astype(int)
    judge.beyond(
        cost_from_sums,
        Z2_test,
        Y_test,
        plain=[(Z2_test[k : k + 1], Y_test[k : k + 1]) for k in range(outputs)],
        follows=lambda *costs: sum(costs),
    )
### END HIDDEN TESTS

# %% [markdown]
# Do the two functions agree, and where do they part?

# %% demo=true
print(f"on paper: {compute_cost(A2_paper, Y_paper):.4f} and {cost_from_sums(cache_paper['Z2'], Y_paper):.4f}")
print("a sample of class 1:")
for z in (2, -2, -20, -30, -40, -60, -1000):
    probability = np.array([[np.exp(min(z, 0)) / (1 + np.exp(-abs(z)))]])
    by_probability = compute_cost(probability, np.array([[1]]))
    by_sum = cost_from_sums(np.array([[float(z)]]), np.array([[1]]))
    print(f"z2 = {z:5}: {by_probability:7.3f} from the probability, {by_sum:8.3f} from the sum")

# %% [markdown]
# They agree as long as the probability is further from 0 than the clip keeps it. After that only the sum
# still knows how wrong the sample is. Libraries therefore take the sums, and call them *logits*. For the
# flower the difference does not matter: its sums stay small. We go on with `compute_cost`.

# %% claim=true
assert abs(-np.log(1e-15) - 34.5) < 0.05
for z in (2.0, -2.0, -20.0, -30.0):
    probability = np.array([[1 / (1 + np.exp(-z))]])
    assert np.isclose(compute_cost(probability, np.array([[1]])), cost_from_sums(np.array([[z]]), np.array([[1]])))
assert np.isclose(cost_from_sums(np.array([[-1000.0]]), np.array([[1]])), 1000)
assert np.max(np.abs(forward_propagation(X, parameters)[1]["Z2"])) < 1

# %% [markdown]
# ### The cost surface
#
# The cost is a function of all 17 parameters. We cannot draw 17 directions, but we can hold 15
# parameters fixed, vary two of them, and draw the cost as a height. The fixed values below are
# those of a trained network, rounded. How many valleys do you expect?

# %% demo=true
trained = {
    "W1": np.array([[-0.24, -1.26], [-6.07, -7.22], [-0.03, -5.72], [-6.71, 8.65]]),
    "b1": np.array([[-2.41], [-0.10], [-0.08], [-0.06]]),
    "W2": np.array([[0.74, 4.99, -8.68, -5.07]]),
    "b2": np.array([[0.32]]),
}


def cost_with(first_weight, second_weight):
    """The cost on the flower where two of the weights from x1 have other values."""
    W1 = trained["W1"].copy()
    W1[1, 0], W1[3, 0] = first_weight, second_weight
    return compute_cost(forward_propagation(X, {**trained, "W1": W1})[0], Y)


weights = np.linspace(-15, 15, 41)
surface = np.array([[cost_with(u, v) for u in weights] for v in weights])
U, V = np.meshgrid(weights, weights)

fig, (left, right) = plotting.subplots(1, 2, figsize=(10.5, 4.4))
left.remove()  # in its place stands one with three axes
left = fig.add_subplot(1, 2, 1, projection="3d")
left.plot_surface(U, V, surface, cmap="cividis", linewidth=0)
left.set(xlabel="weight to unit 2", ylabel="weight to unit 4", title="the cost as a height")
left.set(xticks=[-15, 0, 15], yticks=[-15, 0, 15], zticks=[0.5, 1.5, 2.5])
left.view_init(elev=40, azim=-65)
levels = right.contourf(U, V, surface, levels=20, cmap="cividis")
right.plot(trained["W1"][1, 0], trained["W1"][3, 0], "*", color="white", markersize=14)
right.set(xlabel="weight from $x_1$ to unit 2", ylabel="weight from $x_1$ to unit 4")
right.set_title("seen from above; star: trained")
fig.colorbar(levels, label="cost")
plotting.show(
    "The cost over two weights, as a landscape and as a map. There are two dark valleys, at the "
    "lower left, where a star marks the trained network, and at the upper right; between them lies "
    "a higher pass, and the far corners rise."
)
print(f"cost at the star: {cost_with(-6.07, -6.71):.3f}")
print(f"lowest cost on the map: {surface.min():.3f}, highest: {surface.max():.3f}")

# %% [markdown]
# Two valleys, and a pass between them. From the outer slopes the way down may lead into either of
# them. Logistic regression has a single valley; a hidden layer makes the landscape hilly. Training
# will start somewhere on it and walk downhill. Which way is down? That is the question of notebook
# 06.

# %% claim=true
lowest = [
    (weights[j], weights[i], surface[i, j])
    for i in range(1, 40)
    for j in range(1, 40)
    if surface[i, j] == surface[i - 1 : i + 2, j - 1 : j + 2].min()
]
assert len(lowest) == 2 and max(height for _, _, height in lowest) < 0.3
assert lowest[0][0] < 0 and lowest[0][1] < 0 and lowest[1][0] > 0 and lowest[1][1] > 0
assert cost_with(0, 0) > 0.5 and min(surface[0, 0], surface[-1, -1]) > 1.5

# %% [markdown]
# ## An experiment to play with
#
# Multiply the output weights of the trained network by a factor. Every `Z2` grows by it, so the
# probabilities move closer to 0 and 1, while the border between the classes, where `Z2` is 0,
# stays. What will happen to the accuracy, and what to the cost? Try other factors as well.

# %% demo=true
factors = [0.01, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 4.0, 8.0]

costs, accuracies = [], []
for factor in factors:
    sharper = {**trained, "W2": factor * trained["W2"], "b2": factor * trained["b2"]}
    output = forward_propagation(X, sharper)[0]
    costs.append(compute_cost(output, Y))
    accuracies.append(np.mean((output > 0.5) == Y))

fig, ax = plotting.subplots(figsize=(6, 3.8))
ax.semilogx(factors, costs, marker="o", label="cost")
ax.semilogx(factors, accuracies, marker="s", linestyle="--", label="accuracy")
ax.axvline(1, color="grey", linewidth=1)
ax.set(title="The same border, more or less sure", xlabel="factor", ylim=(0, None))
ax.legend()
plotting.show(
    "Cost and accuracy against the factor, on a logarithmic axis. The accuracy is a flat line. The "
    "cost falls to its lowest value near factor 1 and rises on both sides, most for large factors."
)
for factor, cost, accuracy in zip(factors, costs, accuracies, strict=True):
    print(f"factor {factor:5}: cost {cost:.3f}, accuracy {accuracy:.1%}")

# %% [markdown]
# The accuracy does not move at all; the cost does. It is lowest close to where training left the
# weights: a network that is less sure gives away what it knows, and one that is more sure pays for
# its mistakes.

# %% claim=true
assert np.ptp(accuracies) == 0
assert factors[int(np.argmin(costs))] == 1.0
assert np.all(np.diff(costs[:5]) < 0) and np.all(np.diff(costs[4:]) > 0)

# %% [markdown]
# ## Three questions to think about
#
# **1.** A network gives 0.9 to the true class of 99 samples, and 0.001 to that of the hundredth. How
# much of the cost comes from this one sample?
#
# <details><summary>Answer</summary>
#
# The 99 cost $-\log 0.9 \approx 0.105$ each, 10.43 together. The one costs $-\log 0.001 \approx
# 6.91$. So one sample of a hundred makes 40 % of the cost. Training will look after it first.
#
# </details>
#
# **2.** A network has three outputs and says one half at each of them, for every sample. What does it
# cost?
#
# <details><summary>Answer</summary>
#
# Each output costs $\log 2$, the losses of a sample's outputs are added, and the mean over the
# samples changes nothing: $3 \log 2 \approx 2.079$. Divide by the number of entries of $Y$ and you
# would get $\log 2$, a cost of another function, whose gradients would be a third as long.
#
# </details>
#
# **3.** Some people use the logarithm to base 2. What changes?
#
# <details><summary>Answer</summary>
#
# Every loss becomes $1 / \log 2 \approx 1.44$ times as large, and so do all slopes. The lowest point
# stays where it is. The unit has a name: with base 2 the cost counts *bits*, and having no opinion
# costs exactly one.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The cross-entropy as the cost of a sigmoid output: I. Goodfellow, Y. Bengio, A. Courville, *Deep
#   Learning* (MIT Press, 2016), sections 6.2.2 and 8.2.
# - The fixed weights of the cost surface come from the third network of notebook 03, trained for
#   3,000 steps.
