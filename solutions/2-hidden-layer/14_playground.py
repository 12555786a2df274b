# title: A playground
# summary: Sliders on weights, learning rate, units and noise, and buttons that train your own network.

# %% [markdown]
# # 14 · A playground
#
# By the end you will be able to
#
# - say what each of a neuron's three numbers does to its line and to its cost;
# - recognise a learning rate from the path that training takes;
# - go through one step of training by hand: forward, backward, update, with buttons.
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

lesson = nnlib.lesson("2-hidden-layer/14_playground")

# %%
(
    initialize_parameters,
    forward_propagation,
    compute_cost,
    backward_propagation,
    update_parameters,
    predict,
    accuracy,
    split_columns,
    l2_gradients,
) = lesson.carry(
    "initialize_parameters",
    "forward_propagation",
    "1-one-neuron/compute_cost",
    "backward_propagation",
    "update_parameters",
    "predict",
    "accuracy",
    "split_columns",
    "l2_gradients",
)

# %% [markdown]
# ## Where we are
#
# You have built every part of the network below. Now play with it. Before you move a slider, say what
# will happen: a surprise is worth more than a nod.

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="model")
plotting.show(
    "A 2-4-1 network with its training loop. In this notebook its weights, its learning rate, its number "
    "of units and its data are moved by sliders."
)

# %% [markdown]
# ### How the sliders work
#
# The frames are made when the cell runs, and stored with the notebook. So the sliders also work where no
# kernel runs. Below each slider stand some of its frames, for paper.


# %% demo=true
def slider(draw, labels, alt, stills):
    """Show draw(left, right, k) for each k with a slider, and some of the frames in a row."""
    fig, axes = plotting.subplots(1, 2, figsize=(7.4, 3.3))

    def frame(k):
        for ax in axes:
            ax.clear()
        draw(*axes, k)

    frame(0)
    fig.draw_without_rendering()
    fig.set_layout_engine("none")  # laid out once, so that the frames keep still
    plotting.show_animation(plotting.Animation(fig, frame, len(labels), labels), alt)
    fig, grid = plotting.subplots(2, len(stills), figsize=(2.8 * len(stills), 5.2))
    for (left, right), k in zip(grid.T, stills, strict=True):
        draw(left, right, k)
    plotting.show("Stills. " + alt)


# %% [markdown]
# ## A neuron's three numbers
#
# One neuron, two clouds of points. Its line is where $w_1 x_1 + w_2 x_2 + b = 0$. On the right stands the
# cost against the number that you move, with a dot at the current value. What does $w_1$ do to the line?

# %% demo=true
X_clouds, Y_clouds = datasets.load_blobs(40)
HOME = {"w1": 1.5, "w2": 1.5, "b": 0.0}
VALUES = np.linspace(-3, 3, 13)


def neuron_cost(w1, w2, b):
    """The cost of one sigmoid neuron on the clouds."""
    A = 1 / (1 + np.exp(-(w1 * X_clouds[:1] + w2 * X_clouds[1:] + b)))
    return compute_cost(A, Y_clouds)


def move(name, shown):
    """A slider for one of the neuron's three numbers."""
    costs = [neuron_cost(**{**HOME, name: value}) for value in VALUES]

    def draw(left, right, k):
        now = {**HOME, name: VALUES[k]}
        plotting.plot_data(X_clouds, Y_clouds, ax=left)
        ends = np.array([-4.0, 4.0])
        if now["w2"]:
            left.plot(
                ends, -(now["w1"] * ends + now["b"]) / now["w2"], color="black", linestyle="-"
            )
        elif now["w1"]:
            left.axvline(-now["b"] / now["w1"], color="black", linestyle="-")
        left.set(xlim=(-3, 3), ylim=(-3, 3))
        right.plot(VALUES, costs)
        right.plot(VALUES[k], costs[k], "o", color="black", markersize=9)
        right.set(xlabel=shown, ylabel="cost", title=f"cost {costs[k]:.2f}")

    labels = [
        f"{name} = {value:.1f}, cost {cost:.2f}" for value, cost in zip(VALUES, costs, strict=True)
    ]
    what = "shifts without turning" if name == "b" else "turns about the origin"
    slider(
        draw,
        labels,
        f"Left: two clouds of points and the neuron's line, which {what} as {name} goes from -3 to 3. Right: "
        f"the cost against {name}, with a dot at the current value.",
        (0, 4, 8, 12),
    )
    return costs


costs_w1 = move("w1", "$w_1$")

# %% [markdown]
# It turns the line about the origin, since $b = 0$. The cost falls as the line turns between the clouds, and
# goes on falling: larger weights make the neuron surer, and here it is right to be sure. Now $w_2$:

# %% demo=true
costs_w2 = move("w2", "$w_2$")

# %% [markdown]
# And the bias?

# %% demo=true
costs_b = move("b", "$b$")

# %% [markdown]
# The bias shifts the line and does not turn it. Its cost has a lowest point near 0: the clouds lie on
# opposite sides of the origin.

# %% claim=true
assert np.all(np.diff(costs_w1) < 0) and np.all(np.diff(costs_w2) < 0)
assert abs(VALUES[np.argmin(costs_b)]) <= 0.5

# %% [markdown]
# ## The learning rate, seen from above
#
# The same neuron without its bias, so that the cost is a surface over $w_1$ and $w_2$. Four labels are
# wrong, so that being too sure costs something and there is a lowest point. Each path takes twenty steps
# from the same start. Which rate would you choose?

# %% demo=true
RATES = [0.1, 0.3, 1, 2, 4, 8, 16, 32]
Y_false = Y_clouds.copy()
Y_false[:, :4] = 1 - Y_false[:, :4]


def cost_and_slope(w):
    """Cost and gradient of the neuron without bias, on the clouds with four false labels."""
    A = 1 / (1 + np.exp(-(w @ X_clouds)))
    return compute_cost(A, Y_false), (A - Y_false) @ X_clouds.T / X_clouds.shape[1]


paths, falls = [], []
for rate in RATES:
    w, places, costs = np.array([[-2.0, 3.0]]), [], []
    for _ in range(21):
        cost, slope = cost_and_slope(w)
        places.append(w[0])
        costs.append(cost)
        w = w - rate * slope
    paths.append(np.array(places))
    falls.append(costs)
axis = np.linspace(-6, 6, 41)
surface = np.array([[cost_and_slope(np.array([[p, q]]))[0] for p in axis] for q in axis])


def draw_rate(left, right, k):
    left.contour(axis, axis, surface, levels=15, colors="grey", linewidths=0.8)
    left.plot(paths[k][:, 0], paths[k][:, 1], "o-", color=plotting.COLOURS[5], markersize=4)
    left.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(-6, 6), ylim=(-6, 6), title=f"rate {RATES[k]}")
    plotting.plot_cost(falls[k], ax=right).set(ylim=(0, 2.5), title=f"last cost {falls[k][-1]:.2f}")


slider(
    draw_rate,
    [
        f"learning rate {rate}, last cost {costs[-1]:.2f}"
        for rate, costs in zip(RATES, falls, strict=True)
    ],
    "Left: contour lines of the cost over both weights, and the path of twenty steps. Right: the cost of each "
    "step. With small rates the path creeps and does not arrive. With middle rates it arrives at the "
    "lowest point. With the largest it leaps across the valley.",
    (0, 3, 5, 7),
)

# %% [markdown]
# Small rates do not arrive in twenty steps. Middle rates do. With 32 the steps leap over the lowest point
# and the cost goes up again and again.

# %% claim=true
lasts = [costs[-1] for costs in falls]
assert lasts[0] > min(lasts) + 0.05 and min(lasts) == min(lasts[2:6])
assert np.sum(np.diff(falls[-1]) > 0) >= 3 and np.all(np.diff(falls[1]) < 0)

# %% [markdown]
# ## Hidden units and their borders
#
# Your own network on the flower, with one to eight hidden units. Dashed: the line of each unit. How many
# lines does the flower need?


# %% demo=true
def train(X, Y, n_h, seed=0, num_iterations=1500, learning_rate=0.6):
    """A network trained from larger first weights, with the cost of each iteration."""
    np.random.seed(seed)
    values = initialize_parameters(X.shape[0], n_h, 1)
    trained, history = {name: 50 * value for name, value in values.items()}, []
    for _ in range(num_iterations):
        A2, cache = forward_propagation(X, trained)
        history.append(compute_cost(A2, Y))
        slopes = backward_propagation(trained, cache, X, Y)
        trained = update_parameters(trained, slopes, learning_rate)
    return trained, history


X_flower, Y_flower = datasets.load_planar_dataset()
flowers = [train(X_flower, Y_flower, n_h) for n_h in range(1, 9)]


def draw_units(left, right, k):
    trained, history = flowers[k]
    plotting.plot_decision_boundary(lambda Z: predict(trained, Z), X_flower, Y_flower, ax=left)
    ends = np.array([-6.0, 6.0])
    for (w1, w2), b in zip(trained["W1"], trained["b1"][:, 0], strict=True):
        left.plot(ends, -(w1 * ends + b) / w2, color="black", linestyle="--", linewidth=1)
    left.set(xlim=(-4.5, 4.5), ylim=(-4.5, 4.5), title=f"{k + 1} hidden")
    plotting.plot_cost(history, ax=right).set(ylim=(0.2, 0.75), title=f"cost {history[-1]:.2f}")


slider(
    draw_units,
    [f"{k + 1} hidden, cost {history[-1]:.2f}" for k, (_, history) in enumerate(flowers)],
    "Left: the flower with the border of the network and a dashed line for each hidden unit. Right: the cost. "
    "With one unit the border is a straight line. With more units it folds along their lines, and from "
    "about four it follows the petals.",
    (0, 1, 3, 7),
)

# %% claim=true
ends_of = [history[-1] for _, history in flowers]
assert ends_of[0] > 0.55 and min(ends_of[3:]) < 0.35 and ends_of[3] < ends_of[0] - 0.1

# %% [markdown]
# ## Noise
#
# Two moons of 200 samples, 100 to train on and 100 for validation, a network with six units, and more and
# more noise. On the right the mean accuracies of ten data sets. Do both lines fall in the same way?

# %% demo=true
NOISES = [0.05, 0.15, 0.25, 0.35, 0.45, 0.6]
moons, shares = [], np.zeros((2, len(NOISES), 10))
for place, noise in enumerate(NOISES):
    for seed in range(10):
        rows, labels = datasets.load_moons(200, noise, random_state=seed)
        sets = split_columns(rows.T, labels.reshape(1, -1), np.arange(200), 100)
        trained, _ = train(sets[0], sets[1], 6, seed)
        shares[0, place, seed] = accuracy(predict(trained, sets[0]), sets[1])
        shares[1, place, seed] = accuracy(predict(trained, sets[2]), sets[3])
        if seed == 0:
            moons.append((trained, sets))


def draw_noise(left, right, k):
    trained, sets = moons[k]
    plotting.plot_decision_boundary(lambda Z: predict(trained, Z), sets[2], sets[3], ax=left)
    left.set_title(f"noise {NOISES[k]}")
    for values, label, marker in zip(shares, ("training", "validation"), "os", strict=True):
        right.plot(NOISES, values.mean(axis=1), marker + "-", label=label)
    right.axvline(NOISES[k], color="black", linestyle=":")
    right.set(xlabel="noise", ylabel="accuracy in per cent", ylim=(60, 101))
    right.legend(loc="lower left")


slider(
    draw_noise,
    [
        f"noise {noise}, validation {row.mean():.0f} %"
        for noise, row in zip(NOISES, shares[1], strict=True)
    ],
    "Left: the validation samples of two moons and the border of the network. Right: training and validation "
    "accuracy against the noise, with a dotted line at the current one. Both are near 100 per cent with "
    "little noise and fall with more. The validation line falls faster.",
    (0, 2, 4, 5),
)

# %% [markdown]
# Both fall, because the moons come to overlap. The validation accuracy falls faster: what the network follows
# in the noise of the training set is not there in the other set. At the largest noise the paired difference
# of the ten data sets is clear of zero.

# %% claim=true
gap = shares[0, -1] - shares[1, -1]
reach = 2.262 * gap.std(ddof=1) / np.sqrt(10)  # Student's t for 10 numbers and 95 %
assert gap.mean() - reach > 0
assert shares[:, 0].min() > 97 and shares[1, -1].mean() < 85

# %% [markdown]
# ## The mathematics
#
# For the live playground one number is missing: the cost *with* the penalty of notebook 11, whose slopes
# `l2_gradients` gives.
#
# $$J_\lambda = J + \frac{\lambda}{2m} \Big( \sum \big(W_1\big)^2 + \sum \big(W_2\big)^2 \Big)$$
#
# ### Shapes
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `A2`, `Y` | outputs and labels | `(n_y, m)` |
# | `parameters` | `W1`, `b1`, `W2`, `b2` | as in notebook 03 |
# | `reg_lambda` | $\lambda$ | a number |

# %% [markdown]
# ## A worked example on paper
#
# The paper network has $W_1 = \begin{pmatrix} 0.5 & 0.25 \\ -1 & 0.5 \end{pmatrix}$ and
# $W_2 = (1 \;\; 2)$. The squares add up to $0.25 + 0.0625 + 1 + 0.25 + 1 + 4 = 6.5625$. With
# $\lambda = 0.5$ and $m = 2$ the penalty is $\frac{0.5}{4} \cdot 6.5625 \approx 0.8203$. It is added to the cost
# of notebook 05.

# %% [markdown]
# ## Exercise: `penalised_cost`
#
# Use your own `compute_cost`. The biases are not penalised.


# %% exercise="penalised_cost"
def penalised_cost(A2, Y, parameters, reg_lambda):
    """Return the cross-entropy with an L2 penalty on the weights.

    Parameters
    ----------
    A2 : array of shape (n_y, m)
        The outputs, between 0 and 1.
    Y : array of shape (n_y, m)
        The labels, 0 or 1.
    parameters : dict
        "W1", "b1", "W2" and "b2".
    reg_lambda : float
        Strength of the penalty, 0 or more.

    Returns
    -------
    cost : float
        compute_cost(A2, Y), plus reg_lambda / (2 m) times the sum of the squares of all weights.
    """
    ### BEGIN SOLUTION
    squares = np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2)
    penalty = reg_lambda / (2 * Y.shape[1]) * squares
    return compute_cost(A2, Y) + penalty
    ### END SOLUTION


# %% check="penalised_cost" points=1
lesson.check(penalised_cost)

# %% test="values for several networks and strengths" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21401)
for inputs, units, samples, strength in [(2, 4, 9, 0.3), (3, 2, 5, 2.0), (1, 5, 30, 0.05)]:
    shapes_test = {"W1": (units, inputs), "b1": (units, 1), "W2": (1, units), "b2": (1, 1)}
    parameters_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    A2_test = rng.uniform(0.05, 0.95, (1, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    judge.same(penalised_cost, A2_test, Y_test, parameters_test, strength)
### END HIDDEN TESTS

# %% test="the parameters are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21402)
shapes_test = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
parameters_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
A2_test, Y_test = rng.uniform(0.1, 0.9, (1, 6)), rng.integers(0, 2, (1, 6))
judge.keeps(penalised_cost, A2_test, Y_test, parameters_test, 0.4)
### END HIDDEN TESTS

# %% [markdown]
# ## The live playground
#
# It trains with your own functions. ReLU needs another way forward. On the way back only the slopes of the
# hidden layer change: 1 where a unit is above zero, 0 elsewhere.


# %% demo=true
from nnlib.playground import Playground


def relu_forward(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    hidden = np.maximum(Z1, 0)
    Z2 = parameters["W2"] @ hidden + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": hidden, "Z2": Z2, "A2": A2}


def relu_backward(parameters, cache, X, Y):
    grads = backward_propagation(parameters, cache, X, Y)
    arrives = parameters["W2"].T @ (cache["A2"] - Y) * (cache["Z1"] > 0)
    grads["dW1"] = arrives @ X.T / X.shape[1]
    grads["db1"] = arrives.mean(axis=1, keepdims=True)
    return grads


playground = Playground(
    data={"flower": (X_flower, Y_flower), **datasets.load_extra_datasets()},
    networks={
        "tanh": (forward_propagation, backward_propagation),
        "ReLU": (relu_forward, relu_backward),
    },
    initialize_parameters=initialize_parameters,
    update_parameters=update_parameters,
    l2_gradients=l2_gradients,
    penalised_cost=penalised_cost,
)

# %% [markdown]
# The next cell shows it. **Forward** gives the cost, **Backward** the slopes, **Update** new parameters; go
# through one step in this way before you press **100 steps**. The last line holds the state as a line of
# code: copy it into a cell and run it, and the playground is as you left it.

# %% demo=true
# NBVAL_IGNORE_OUTPUT
# The playground itself needs a running kernel.
playground.show()

# %% [markdown]
# ## What you should now see
#
# The same without buttons: each button is also a method. Does a line of code bring a state back?

# %% demo=true
playground.choose(data="noisy_moons", units=4, learning_rate=1.0, steps=200)
line, cost = playground.line, playground.costs[-1]
print(line)
playground.forward()
print(playground.told.partition("0.")[0])
playground.choose()
exec(line)
print("the same cost again:", playground.costs[-1] == cost)

# %% claim=true
assert playground.costs[-1] == cost and cost < playground.costs[0]

# %% [markdown]
# ## An experiment to play with
#
# - Find the smallest number of units that gets `noisy_circles` below a cost of 0.4. Which seed fails?
# - Take 20 units and raise `reg_lambda` step by step. What happens to the folds of the border?
# - Raise the learning rate until the cost jumps. Is it the same rate for tanh and ReLU?

# %% [markdown]
# ## Three questions to think about
#
# **1.** With the bias 0, a change of $w_1$ turned the line about the origin. About which point does it turn
# if the bias is 1 and $w_2$ is 2?
#
# <details><summary>Answer</summary>
#
# About $(0, -\tfrac12)$. Where $x_1 = 0$, the weight $w_1$ is multiplied by 0, so it cannot move the place at
# which the line crosses the $x_2$-axis. There $2\, x_2 + 1 = 0$.
#
# </details>
#
# **2.** In the playground you press Forward three times, and Backward three times. What has changed?
#
# <details><summary>Answer</summary>
#
# Nothing in the network. Both only compute, the cost and the slopes for the parameters as they are, and get the
# same numbers each time. Update alone moves the parameters.
#
# </details>
#
# **3.** Why is a slider over stored frames a picture and not an experiment?
#
# <details><summary>Answer</summary>
#
# It shows what its author chose to compute, with the settings that the author liked. In an experiment you choose,
# and it can come out otherwise.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The idea of a network to be played with in the browser: D. Smilkov, S. Carter, *TensorFlow Playground*.
# - The documentation of ipywidgets.
