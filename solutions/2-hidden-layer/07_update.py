# title: The update
# summary: One step of gradient descent, and what the learning rate does to it.

# %% [markdown]
# # 07 · The update
#
# By the end you will be able to
#
# - take one step of gradient descent in every parameter of any network, with one line for all of them;
# - say what the learning rate does, and what happens when it is too small or too large;
# - say beforehand how far a short step lowers the cost;
# - return new parameters without changing the old ones.
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

lesson = nnlib.lesson("2-hidden-layer/07_update")

# %%
initialize_parameters, forward_propagation, compute_cost, backward_propagation = lesson.carry(
    "initialize_parameters", "forward_propagation", "1-one-neuron/compute_cost", "backward_propagation"
)

# %% [markdown]
# ## Where we are
#
# The gradient says how fast the cost rises when a parameter grows. To make the cost fall, each
# parameter takes a small step the other way. This is the one moment at which the network changes.
#
# What in the picture is new after this step?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="update")
plotting.show(
    "The 2-4-1 network with the update highlighted: the weights and biases between the layers "
    "change, the units and the data do not."
)

# %% [markdown]
# Only the weights and biases. The data stay, the architecture stays, and the outputs will be new
# when the data are sent through the network again.

# %% [markdown]
# ## The mathematics
#
# Let $\alpha$ be the *learning rate*, a positive number that we choose. Each parameter moves
# against its slope:
#
# $$W_1 \leftarrow W_1 - \alpha\, dW_1, \qquad
# b_1 \leftarrow b_1 - \alpha\, db_1$$
#
# $$W_2 \leftarrow W_2 - \alpha\, dW_2, \qquad
# b_2 \leftarrow b_2 - \alpha\, db_2$$
#
# Where the slope is positive, the cost rises with the parameter, so the parameter goes down. Where
# it is negative, the parameter goes up. Where the slope is steep, the step is long.
#
# Why should this lower the cost? For a short step, the cost changes by the sum of slope times step
# over all parameters. Each step is $-\alpha$ times its slope, so the change is about
#
# $$\Delta J \approx -\alpha \sum_k \left(\frac{\partial J}{\partial \theta_k}\right)^2$$
#
# where $\theta_k$ runs through all weights and biases. This is never positive. But it holds for
# *short* steps only.

# %% [markdown]
# ### Shapes
#
# A gradient has the shape of its parameter, so the subtraction needs no broadcasting and no
# transpose.
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `W1`, `dW1` | weights of the hidden layer and their slopes | `(n_h, n_x)` | `(4, 2)` |
# | `b1`, `db1` | biases of the hidden layer and their slopes | `(n_h, 1)` | `(4, 1)` |
# | `W2`, `dW2` | weights of the output layer and their slopes | `(n_y, n_h)` | `(1, 4)` |
# | `b2`, `db2` | biases of the output layer and their slopes | `(n_y, 1)` | `(1, 1)` |
# | `learning_rate` | $\alpha$, one positive number for all | | `1.2` |

# %% [markdown]
# ## A worked example on paper
#
# The network 2-2-1 of the notebooks before this one. Backpropagation gave
#
# $$dW_1 \approx \begin{pmatrix} -0.3440 & -0.0886 \\ -0.3637 & -0.4969 \end{pmatrix},\quad
# db_1 \approx \begin{pmatrix} 0.2554 \\ -0.1332 \end{pmatrix},\quad
# dW_2 \approx \begin{pmatrix} -0.2121 & 0.2156 \end{pmatrix},\quad
# db_2 \approx 0.1609$$
#
# With $\alpha = 1.2$ the first weight becomes $0.5 - 1.2 \cdot (-0.3440) = 0.9128$. Its slope is
# negative, so it grows. The bias of the output becomes $-1 - 1.2 \cdot 0.1609 = -1.1931$. All
# together:
#
# $$W_1 \approx \begin{pmatrix} 0.9128 & 0.3563 \\ -0.5636 & 1.0963 \end{pmatrix},\quad
# b_1 \approx \begin{pmatrix} -0.0565 \\ 0.6599 \end{pmatrix},\quad
# W_2 \approx \begin{pmatrix} 1.2545 & 1.7413 \end{pmatrix},\quad
# b_2 \approx -1.1931$$
#
# Was it worth it? Send the two samples through the network with these new parameters. The outputs
# change from $(0.6841\;\;0.6377)$ to $(0.8406\;\;0.3389)$, where $(1\;\;0)$ is wanted. The cost
# falls from $0.6975$ to $0.2937$. After one step both samples are on the right side of ½.

# %% [markdown]
# ## Exercise: `update_parameters`
#
# In part 1 you wrote a line for $W$ and a line for $b$. Here it would be four lines that look alike, and
# with one more layer six. The step is the same for every parameter, so write it once, for a dictionary
# with any names in it. The slope of a parameter has its name with a `d` in front.
#
# Return a new dictionary of new arrays. The caller keeps the old parameters, for instance to compare the
# cost before and after; so they must not change. Mind the difference between `W = W - step`, which makes
# a new array, and `W -= step`, which writes into the old one, to which the caller's name also points.
#
# For the worked example, the new `b2` should come out as `[[-1.1931]]`, to four decimals.


# %% exercise="update_parameters"
def update_parameters(parameters, grads, learning_rate=1.2):
    """Take one step of gradient descent.

    Parameters
    ----------
    parameters : dict
        The arrays of the network. In this part "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).
    grads : dict
        The gradient of the cost in each of them, of the same shapes: "dW1" for "W1", and so on.
    learning_rate : float
        How far to go, as a multiple of the gradient.

    Returns
    -------
    parameters : dict
        The new arrays, under the names of the old ones, of the same shapes.

    Beyond the plain case, with points of their own:
    - other names, and another number of arrays, than those of the network of this part;
    - the old parameters and grads are left unchanged: the result is a new dictionary of new arrays.
    """
    ### BEGIN SOLUTION
    updated = {}
    for name in parameters:
        updated[name] = parameters[name] - learning_rate * grads["d" + name]
    return updated
    ### END SOLUTION


# %% check="update_parameters" points=1
lesson.check(update_parameters)

# %% test="one step, on networks of many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2701)
for inputs, units, outputs in [(2, 4, 1), (3, 5, 1), (5, 1, 1), (1, 3, 2)]:
    shapes_test = {
        "W1": (units, inputs),
        "b1": (units, 1),
        "W2": (outputs, units),
        "b2": (outputs, 1),
    }
    parameters_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    grads_test = {"d" + name: rng.standard_normal(size) for name, size in shapes_test.items()}
    judge.same(update_parameters, parameters_test, grads_test, 1.2)
### END HIDDEN TESTS

# %% test="the learning rate that is given is the one that is used" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2702)
for rate_test in (0.003, 0.4, 1.0, 2.5):
    shapes_test = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
    parameters_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    grads_test = {"d" + name: rng.standard_normal(size) for name, size in shapes_test.items()}

    def in_proportion(one, half, rate=rate_test, old=parameters_test):
        fixed = [name for name in one if np.allclose(one[name], half[name], rtol=1e-9, atol=1e-12)]
        still = [name for name in fixed if np.shape(one[name]) == np.shape(old[name])]
        still = [name for name in still if np.allclose(one[name], old[name])]
        if not one or fixed != still:
            raise ValueError("the rate is not used")
        return {name: half[name] + (rate / 0.6 - 1) * (one[name] - half[name]) for name in one}

    judge.beyond(
        update_parameters,
        parameters_test,
        grads_test,
        rate_test,
        plain=[(parameters_test, grads_test, 1.2), (parameters_test, grads_test, 0.6)],
        follows=in_proportion,
    )
### END HIDDEN TESTS

# %% test="other names, and more of them" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2706)
names_test = ["W1", "b1", "W2", "b2"]
more_test = ["W3", "b3", "scale", "shift"]
values_test = {name: rng.standard_normal((2, 3)) for name in names_test + more_test}
slopes_test = {"d" + name: rng.standard_normal((2, 3)) for name in names_test + more_test}
for wanted in (names_test + more_test[:2], more_test):
    # The step of each array is the one that the function makes under the names of this part.
    parts = [wanted[k : k + 4] for k in range(0, len(wanted), 4)]
    parts[-1] = wanted[-4:]
    judge.beyond(
        update_parameters,
        {name: values_test[name] for name in wanted},
        {"d" + name: slopes_test["d" + name] for name in wanted},
        0.7,
        plain=[
            (
                dict(zip(names_test, [values_test[name] for name in part], strict=True)),
                {"d" + n: slopes_test["d" + name] for n, name in zip(names_test, part, strict=True)},
                0.7,
            )
            for part in parts
        ],
        follows=lambda *own, parts=parts: {
            name: step[n]
            for step, part in zip(own, parts, strict=True)
            for n, name in zip(names_test, part, strict=True)
        },
    )
### END HIDDEN TESTS

# %% test="the old parameters and grads are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2703)
for inputs, units, outputs in [(2, 4, 1), (3, 2, 1)]:
    shapes_test = {
        "W1": (units, inputs),
        "b1": (units, 1),
        "W2": (outputs, units),
        "b2": (outputs, 1),
    }
    parameters_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    grads_test = {"d" + name: rng.standard_normal(size) for name, size in shapes_test.items()}
    judge.keeps(update_parameters, parameters_test, grads_test, 0.7)
### END HIDDEN TESTS

# %% [markdown]
# ## What a step promises
#
# The formula $\Delta J \approx -\alpha \sum_k \big(\partial J / \partial \theta_k\big)^2$ says beforehand how far the
# cost will fall. On paper, for the slopes of the example:
#
# | | sum of the squared slopes |
# | --- | --- |
# | $dW_1$ | $0.1183 + 0.0078 + 0.1323 + 0.2469 \approx 0.5054$ |
# | $db_1$ | $0.0652 + 0.0178 = 0.0830$ |
# | $dW_2$ | $0.0450 + 0.0465 = 0.0915$ |
# | $db_2$ | $0.0259$ |
# | together | $0.7058$ |
#
# With $\alpha = 0.1$ the cost should fall by $0.0706$. With $\alpha = 1.2$ by $0.8469$, which is more than
# the whole cost: so long a step cannot keep its promise.
#
# ### Exercise: `promised_change`
#
# Work it out for any dictionary of slopes, whatever their names are, as in your update. For the example and
# the learning rate 0.1 it is $-0.0706$, to four decimals.


# %% exercise="promised_change"
def promised_change(grads, learning_rate):
    """How much the cost changes in one step of gradient descent, if the slopes stayed as they are.

    Parameters
    ----------
    grads : dict
        The slopes of the cost: arrays of any shapes, under any names ("dW1", "db1", "dW2", "db2" for
        the network of this part).
    learning_rate : float
        How far to go, as a multiple of the gradient.

    Returns
    -------
    float
        Minus the learning rate times the sum of all squared slopes: never positive.

    Beyond the plain case, with points of their own:
    - other names, and another number of arrays, than those of the network of this part.
    """
    ### BEGIN SOLUTION
    steepness = 0.0
    for slopes in grads.values():
        steepness += np.sum(slopes**2)
    return float(-learning_rate * steepness)
    ### END SOLUTION


# %% check="promised_change" points=1
lesson.check(promised_change)

# %% test="the change, for networks of many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2704)
for inputs, units, rate_test in [(2, 4, 0.7), (3, 2, 0.05), (1, 5, 2.5)]:
    shapes_test = {
        "dW1": (units, inputs),
        "db1": (units, 1),
        "dW2": (1, units),
        "db2": (1, 1),
    }
    grads_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    judge.same(promised_change, grads_test, rate_test)
### END HIDDEN TESTS

# %% test="other names, and more arrays" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2705)
names_test = ["dW1", "db1", "dW2", "db2"]
more_test = ["dW3", "db3", "scale"]
values_test = {name: rng.standard_normal((2, 3)) for name in names_test + more_test}
nothing = np.zeros((2, 3))
four = {name: values_test[name] for name in names_test}
rest = dict(zip(names_test, [*(values_test[name] for name in more_test), nothing], strict=True))
judge.beyond(
    promised_change,
    values_test,
    0.3,
    plain=[(four, 0.3), (rest, 0.3)],
    follows=lambda one, other: one + other,
)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does the code agree with the pencil, and does the cost fall as it did there?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
parameters_paper = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
by_hand = {
    "W1": [[0.9128, 0.3563], [-0.5636, 1.0963]],
    "b1": [[-0.0565], [0.6599]],
    "W2": [[1.2545, 1.7413]],
    "b2": [[-1.1931]],
}
A2_before, cache_paper = forward_propagation(X_paper, parameters_paper)
grads_paper = backward_propagation(parameters_paper, cache_paper, X_paper, Y_paper)
updated = update_parameters(parameters_paper, grads_paper, 1.2)
A2_after = forward_propagation(X_paper, updated)[0]
for name, values in by_hand.items():
    agrees = np.allclose(updated[name], values, atol=1e-4)
    print(f"{name}: {np.round(updated[name], 4).tolist()}  agrees with paper: {agrees}")
print(f"cost before the step: {compute_cost(A2_before, Y_paper):.4f}")
print(f"cost after the step:  {compute_cost(A2_after, Y_paper):.4f}")

# %% [markdown]
# And does a short step keep its promise?

# %% demo=true
for rate in (0.001, 0.01, 0.1, 1.2):
    A2_short = forward_propagation(X_paper, update_parameters(parameters_paper, grads_paper, rate))[0]
    came = compute_cost(A2_short, Y_paper) - compute_cost(A2_before, Y_paper)
    print(f"rate {rate:5}: promised {promised_change(grads_paper, rate):8.4f}, came {came:8.4f}")

# %% [markdown]
# The shorter the step, the better it keeps its promise. The slope is that of the place where it was
# measured, and on the way the ground bends.

# %% claim=true
kept = []
for rate in (0.001, 0.01, 0.1, 1.2):
    A2_short = forward_propagation(X_paper, update_parameters(parameters_paper, grads_paper, rate))[0]
    came = compute_cost(A2_short, Y_paper) - compute_cost(A2_before, Y_paper)
    kept.append(came / promised_change(grads_paper, rate))
assert kept[0] > kept[1] > kept[2] > kept[3] and kept[0] > 0.99 and kept[3] < 0.5
assert np.isclose(promised_change(grads_paper, 0.1), -0.0706, atol=5e-5)
assert np.isclose(promised_change(grads_paper, 1.2), -0.8469, atol=5e-5)

# %% [markdown]
# ### How long should the step be?
#
# The direction is settled by the gradient; its length is our choice. Here is the cost on the flower
# after *one* step from the same start, for every learning rate from 0 to 20. The dotted line is
# what the formula for short steps promises. Where does the promise end?

# %% demo=true
X, Y = datasets.load_planar_dataset()
rng = np.random.default_rng(5)
start = {
    "W1": rng.standard_normal((4, 2)),
    "b1": rng.standard_normal((4, 1)),
    "W2": rng.standard_normal((1, 4)),
    "b2": rng.standard_normal((1, 1)),
}


def cost_of(parameters):
    return float(compute_cost(forward_propagation(X, parameters)[0], Y))


slopes = backward_propagation(start, forward_propagation(X, start)[1], X, Y)
rates = np.linspace(0, 20, 201)
after = [cost_of(update_parameters(start, slopes, rate)) for rate in rates]
best = int(np.argmin(after))

fig, ax = plotting.subplots(1, 1, figsize=(7, 4))
ax.plot(rates, after, label="cost after one step")
promise = after[0] + promised_change(slopes, 1) * rates
ax.plot(
    rates[promise > min(after) - 0.05],
    promise[promise > min(after) - 0.05],
    ":",
    label="promise of the slope",
)
ax.plot(rates[best], after[best], "o", label=f"best: learning rate {rates[best]:.1f}")
ax.axhline(after[0], color="black", linewidth=0.8)
ax.set(title="One step of many lengths", xlabel="learning rate", ylabel="cost")
ax.legend()
plotting.show(
    "The cost after one step against the learning rate. It first falls along the straight dotted "
    "line of the slope, leaves it, reaches a lowest point that is marked, and rises again for "
    "larger learning rates."
)

# %% [markdown]
# For a short step the cost follows the line. Then it bends away, reaches a lowest point and rises:
# the step has jumped over the valley. The best length of *this* step is good for this place only,
# and finding it took 200 forward passes. In practice one chooses a rate that is safe everywhere and
# takes many steps.

# %% claim=true
fallen, promised = after[0] - np.array(after), after[0] - promise
assert 0.95 < fallen[1] / promised[1] < 1 and fallen[20] < 0.8 * promised[20]
assert 0 < best < 60 and after[best] < after[0] / 2 and after[-1] > 2 * after[0]

# %% [markdown]
# ### Many steps
#
# Now many steps in a row, on a cost that can be drawn: two parameters, and a valley that is five
# times steeper across than along. Each panel takes 15 steps of your `update_parameters` from the
# same place. Which learning rate would you choose?

# %% demo=true
learning_rates = [0.03, 0.3, 0.38, 0.41]


def valley(u, v):
    """A cost of two parameters whose slopes are u and 5 v."""
    return 0.5 * (u**2 + 5 * v**2)


def walk(learning_rate, steps=15):
    """The places that gradient descent visits, with W1 and W2 as the two parameters."""
    none = np.zeros((1, 1))
    place = {"W1": np.array([[-2.5]]), "b1": none, "W2": np.array([[1.0]]), "b2": none}
    visited = [place]
    for _ in range(steps):
        uphill = {"dW1": place["W1"], "db1": none, "dW2": 5 * place["W2"], "db2": none}
        place = update_parameters(place, uphill, learning_rate)
        visited.append(place)
    return np.array([[p["W1"].item(), p["W2"].item()] for p in visited])


u, v = np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-1.8, 1.8, 121))
fig, axes = plotting.subplots(1, 4, figsize=(12.5, 3.2), sharex=True, sharey=True)
for ax, learning_rate in zip(axes, learning_rates, strict=True):
    path = walk(learning_rate)
    ax.contourf(u, v, valley(u, v), levels=14, cmap="Greys")
    ax.plot(*path.T, "o-", color=plotting.COLOURS[5], markersize=4, linewidth=1.2)
    ax.plot(0, 0, "*", color=plotting.COLOURS[0], markersize=14)
    ax.set(
        title=f"rate {learning_rate}: cost {valley(*path[-1]):.3f}",
        xlabel="first parameter",
        xlim=(-3, 3),
        ylim=(-1.8, 1.8),
    )
axes[0].set_ylabel("second parameter")
plotting.show(
    "Four maps of the same oval valley with the path of gradient descent and a star at its lowest "
    "point. With rate 0.03 the path is smooth and ends far from the star. With 0.3 it reaches the "
    "star. With 0.38 it zigzags across the valley. With 0.41 the zigzag grows and leaves the map."
)

# %% [markdown]
# The smallest rate is safe and slow. The second one arrives. The third overshoots the bottom at
# every step and lands on the opposite slope, only a little lower. With the last one it lands higher
# each time, and the cost grows without end. Between *fast* and *never* there is not much room.
#
# The steepest direction sets the limit: here its slope grows by 5 for each unit, and steps are
# stable as long as the rate is below 2/5. Along the valley, where the slope is gentle, that limit
# makes progress slow.

# %% claim=true
heights = {rate: [valley(*place) for place in walk(rate)] for rate in (0.03, 0.3, 0.38, 0.41)}
assert heights[0.3][-1] < 0.001 < heights[0.38][-1] < heights[0.03][-1]
assert np.all(np.diff(heights[0.38]) < 0)
for rate in (0.38, 0.41):
    across = walk(rate)[:, 1]
    assert np.all(across[1:] * across[:-1] < 0)
assert np.all(np.diff(heights[0.41][4:]) > 0)

# %% [markdown]
# ## An experiment to play with
#
# - In the last cell, find the largest learning rate with which the path still arrives. Compare it
#   with $2/5$.
# - Make the valley rounder: replace both fives by 2. Which learning rates work now?
# - In the cell before it, take other seeds for `start`, or the small weights of
#   `initialize_parameters(2, 4, 1)`. How does the best length of a single step change?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Why is the new value $W - \alpha\, dW$ and not $W - \alpha$ times the sign of $dW$?
#
# <details><summary>Answer</summary>
#
# Steps in proportion to the slope get shorter by themselves as the ground gets flat, so the path
# settles at a minimum. Steps of a fixed length would jump to and fro around it for ever. (Methods
# that use the sign exist; they let the step length shrink in another way.)
#
# </details>
#
# **2.** Does every step lower the cost?
#
# <details><summary>Answer</summary>
#
# No. The slope promises a fall for short steps only; a longer step can land on the other side of
# the valley, higher than it began. For a small enough learning rate every step lowers the cost,
# unless the gradient is 0 already.
#
# </details>
#
# **3.** What could go wrong if `update_parameters` changed the arrays of its caller?
#
# <details><summary>Answer</summary>
#
# Every name that points to those arrays would see new numbers. A start that was kept for comparison
# would no longer be the start, the cost *before* the step could not be computed any more, and a
# second run from the same parameters would begin where the first one ended. Such mistakes are hard
# to find, since nothing raises an error.
#
# </details>

# %% [markdown]
# ## Sources
#
# - A. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, Comptes
#   rendus de l'Académie des Sciences 25 (1847), pages 536–538: the first description of gradient
#   descent.
# - On step lengths and narrow valleys: S. Boyd, L. Vandenberghe, *Convex Optimization* (Cambridge
#   University Press, 2004), section 9.3.
