# title: One neuron learns
# summary: The steps in a loop: the neuron learns to tell two clouds apart, and fails at a flower.

# %% [markdown]
# # 03 · One neuron learns
#
# You have written the seven steps of a neuron. Here you put them into a loop, and watch it learn.
# Then you give it a task that it cannot do.
#
# By the end you will be able to
# - train a neuron by gradient descent, and read from its cost curve how the training goes;
# - turn its probabilities into classes, and measure how many are right;
# - choose a learning rate, and recognise one that is too small or too large;
# - say what a single neuron cannot learn, and why.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("1-one-neuron/03_learning")

# %% [markdown]
# The next cell brings your own functions from the first two notebooks. Each is checked on the way; if
# one is missing or not right yet, the message says where to go back to.

# %%
sigmoid, layer_sizes, initialize_parameters = lesson.carry(
    "sigmoid", "layer_sizes", "initialize_parameters"
)
forward_propagation, compute_cost = lesson.carry("forward_propagation", "compute_cost")
backward_propagation, update_parameters = lesson.carry("backward_propagation", "update_parameters")

# %% [markdown]
# ## The picture
#
# All the parts are written. Now run them together.

# %% demo=true
plotting.draw_network((2, 1), highlight="model")
plotting.show(
    "A network with two inputs and one output neuron; the whole of it is marked, since this step "
    "joins all the others."
)

# %% [markdown]
# ## The mathematics
#
# *Gradient descent* starts from small random parameters and repeats one step again and again:
#
# 1. **forward**: $A = \sigma(WX + b)$
# 2. **backward**: $dW = \frac1m (A - Y) X^T$ and $db = \frac1m \sum_i (a^{(i)} - y^{(i)})$
# 3. **update**: $W \leftarrow W - \alpha\, dW$ and $b \leftarrow b - \alpha\, db$
#
# Once through 1 to 3 is an *iteration*. Here it looks at all samples, so it is also an *epoch*: one
# round through the data. The cost is not needed for the step itself, but it tells how the training
# goes.
#
# | symbol | meaning | shape |
# | --- | --- | --- |
# | $X$ | inputs, one column a sample | $(n_x, m)$ |
# | $Y$, $A$ | labels, answers | $(n_y, m)$ |
# | $W$, $dW$ | weights and their slopes | $(n_y, n_x)$ |
# | $b$, $db$ | bias and its slope | $(n_y, 1)$ |
# | $\alpha$ | learning rate | a number |

# %% [markdown]
# ## On paper: two iterations
#
# The two samples of these notebooks again: $X = \begin{pmatrix} 2 & 1 \\ 1 & 3 \end{pmatrix}$,
# $Y = \begin{pmatrix} 1 & 0 \end{pmatrix}$, starting from $W = (1\ \ {-1})$, $b = 0$, with
# $\alpha = 1$.
#
# | after | $W$ | $b$ | $A$ | $J$ |
# | --- | --- | --- | --- | --- |
# | 0 iterations | $(1 \quad {-1})$ | $0$ | $(0.731 \quad 0.119)$ | 0.220 |
# | 1 iteration | $(1.209 \quad {-1.044})$ | $0.075$ | $(0.810 \quad 0.136)$ | 0.179 |
# | 2 iterations | $(1.331 \quad {-1.153})$ | $0.102$ | $(0.834 \quad 0.116)$ | 0.153 |
#
# The first line is your work from the last notebook. Try to get the second line from it, and the
# third from the second.

# %%
X_paper = np.array([[2.0, 1.0], [1.0, 3.0]])
Y_paper = np.array([[1.0, 0.0]])

# %% [markdown]
# ### Exercise: `nn_model`
#
# The order of work: find the sizes, draw the first parameters, then repeat forward, backward and
# update. Use your own functions for all of it, `initialize_parameters` for the start in particular.
#
# What should come out for the two clouds of points, after 100 iterations with the default learning
# rate: parameters whose cost is below 0.1, where it was near 0.693 at the start.


# %% exercise="nn_model"
def nn_model(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    """Train a neuron by gradient descent.

    Parameters
    ----------
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    Y : array of shape (n_y, m)
        Labels, 0 or 1.
    num_iterations : int
        How many steps (forward, backward, update) to make.
    learning_rate : float
        How far each step goes against the slope.
    print_cost : bool
        True: print the cost now and then, in any form you like. It changes nothing in the result.

    Returns
    -------
    dict
        The trained parameters, "W" of shape (n_y, n_x) and "b" of shape (n_y, 1).
        They start as initialize_parameters gives them.

    Beyond the plain case, with points of their own:
    - several outputs (n_y larger than 1);
    - X and Y are left unchanged.
    """
    ### BEGIN SOLUTION
    n_x, n_y = layer_sizes(X, Y)
    parameters = initialize_parameters(n_x, n_y)
    for i in range(num_iterations):
        A = forward_propagation(X, parameters)
        grads = backward_propagation(A, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
        if print_cost:
            print(f"cost before iteration {i + 1}: {compute_cost(A, Y):.6f}")
    return parameters
    ### END SOLUTION


# %% check="nn_model" points=1
lesson.check(nn_model)

# %% test="training starts from what initialize_parameters gives" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(212)
X = rng.normal(size=(2, 8))
Y = np.array([[0, 1, 1, 0, 1, 0, 0, 1]])
starts = [{"W": rng.normal(size=(1, 2)), "b": rng.normal(size=(1, 1))} for _ in range(2)]
for start in starts:
    try:
        judge.same(nn_model, X, Y, 4, 0.5, False, given={"initialize_parameters": start})
    except AssertionError as error:
        first = error
        # Where the steps are wrong, which other tests judge, another start still ends elsewhere.
        ends = [
            judge.call(nn_model, X, Y, 4, 0.5, False, given={"initialize_parameters": one})
            for one in starts
        ]
        moved = any(np.max(np.abs(ends[0][name] - ends[1][name])) > 1e-6 for name in ends[0])
        if not moved:
            raise first from None
### END HIDDEN TESTS

# %% test="the same as the steps in a loop" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(201)
for n_x, m, iterations in [(2, 9, 6), (3, 5, 11), (5, 4, 3)]:
    X = rng.normal(size=(n_x, m))
    Y = rng.integers(0, 2, size=(1, m))
    start = {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    judge.same(
        nn_model, X, Y, iterations, 1.2, False,
        given={"initialize_parameters": start}, start=(X, Y, 0, 1.2, False),
    )  # fmt: skip
### END HIDDEN TESTS

# %% test="the number of iterations is honoured" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(202)
X = rng.normal(size=(2, 7))
Y = np.array([[0, 1, 1, 0, 1, 0, 0]])
start = {"W": rng.normal(size=(1, 2)), "b": rng.normal(size=(1, 1))}


def trained(iterations, start):
    given = {"initialize_parameters": start}
    return judge.call(nn_model, X, Y, iterations, 0.9, False, given=given)


try:
    for iterations in [1, 2, 10, 35]:
        judge.same(
            nn_model, X, Y, iterations, 0.9, False,
            given={"initialize_parameters": start}, start=(X, Y, 0, 0.9, False),
        )  # fmt: skip
except AssertionError:
    # Where the steps are wrong, which other tests judge, 3 of them and then 4 are 7.
    three, seven = trained(3, start), trained(7, start)
    again = trained(4, three)
    if not all(np.allclose(again[name], seven[name]) for name in ("W", "b")) or all(
        np.allclose(three[name], seven[name]) for name in ("W", "b")
    ):
        raise
### END HIDDEN TESTS

# %% test="the learning rate is used" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(203)
X = rng.normal(size=(3, 8))
Y = np.array([[0, 1, 1, 0, 1, 0, 0, 1]])
start = {"W": rng.normal(size=(1, 3)), "b": rng.normal(size=(1, 1))}
given = {"initialize_parameters": start}
try:
    for rate in [0.01, 0.3, 2.5]:
        judge.same(
            nn_model, X, Y, 5, rate, False, given=given, start=(X, Y, 0, rate, False)
        )  # fmt: skip
except AssertionError:
    # Where the steps are wrong, which other tests judge, small ones are in proportion to the rate.
    still, small, twice = (
        judge.call(nn_model, X, Y, 5, rate, False, given=given)["W"] for rate in (0.0, 1e-5, 2e-5)
    )
    moved = np.max(np.abs(small - still))
    if not (1e-9 < moved and np.max(np.abs(twice - 2 * small + still)) < 0.01 * moved):
        raise
### END HIDDEN TESTS

# %% test="training reaches the lowest cost, whatever the start" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(204)
X = rng.normal(size=(2, 40))
Y = (X[:1] - 0.5 * X[1:] + 0.3 + 1.5 * rng.normal(size=(1, 40)) > 0).astype(int)
best = lesson.course.nn_model(X, Y, 3000, 1.0, False)
trained = judge.call(nn_model, X, Y, 600, 1.0, False)
assert isinstance(trained, dict) and {"W", "b"} <= set(trained), (
    'nn_model must return the trained parameters, a dict with the keys "W" and "b".'
)
lowest, reached = (
    lesson.course.compute_cost(lesson.course.forward_propagation(X, parameters), Y)
    for parameters in (best, trained)
)
assert reached < lowest + 1e-4, "After many iterations the cost is still far above the lowest one."
### END HIDDEN TESTS

# %% test="print_cost changes nothing" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(205)
X = rng.normal(size=(2, 6))
Y = np.array([[0, 1, 1, 0, 1, 0]])
start = {"W": rng.normal(size=(1, 2)), "b": rng.normal(size=(1, 1))}
judge.beyond(
    nn_model, X, Y, 3, 0.7, True,
    plain=[(X, Y, 3, 0.7, False)], given={"initialize_parameters": start},
)  # fmt: skip
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(206)
X = rng.normal(size=(3, 7))
Y = rng.integers(0, 2, size=(2, 7))
first = rng.normal(size=(1, 3))


def start(n_x, n_y):
    """The same weights for each output."""
    return {"W": np.repeat(first, n_y, axis=0), "b": np.full((n_y, 1), 0.3)}


given = {"initialize_parameters": start}
try:
    judge.same(nn_model, X, Y, 8, 0.8, False, given=given, start=(X, Y, 0, 0.8, False))
except AssertionError:
    judge.beyond(
        nn_model, X, Y, 8, 0.8, False,
        plain=[(X, Y[k : k + 1], 8, 0.8, False) for k in range(2)],
        follows=lambda *own: {name: np.vstack([one[name] for one in own]) for name in own[0]},
        given=given,
    )  # fmt: skip
### END HIDDEN TESTS

# %% test="X and Y are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(207)
X = rng.normal(size=(2, 6))
Y = np.array([[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]])
start = {"W": rng.normal(size=(1, 2)), "b": rng.normal(size=(1, 1))}
judge.keeps(nn_model, X, Y, 4, 0.8, False, given={"initialize_parameters": start})
### END HIDDEN TESTS

# %% [markdown]
# Do two iterations lead to the third line of the table? For this one cell the start is the one on
# paper instead of a random one.


# %% demo=true
def paper_start(n_x, n_y):
    """Parameters of the first line of the table, whatever the sizes."""
    return {"W": np.array([[1.0, -1.0]]), "b": np.array([[0.0]])}


random_start = initialize_parameters
initialize_parameters = paper_start
try:
    print("on paper: W [[ 1.331 -1.153]]  b [[0.102]]  cost 0.153")
    stepped = nn_model(X_paper, Y_paper, 2, 1.0)
finally:
    initialize_parameters = random_start
print("in code:  W", np.round(stepped["W"], 3), " b", np.round(stepped["b"], 3), end="  ")
print(f"cost {compute_cost(forward_propagation(X_paper, stepped), Y_paper):.3f}")

# %% [markdown]
# ## The neuron learns
#
# Now the 200 points. How does the cost fall? To find out, train again and again, each time a little
# longer, from the same start.

# %% demo=true
X_blobs, Y_blobs = datasets.load_blobs()
lengths = range(0, 61)
history = []
for length in lengths:
    np.random.seed(12)
    history.append(nn_model(X_blobs, Y_blobs, length, 0.1))
costs = [compute_cost(forward_propagation(X_blobs, values), Y_blobs) for values in history]
fig, ax = plotting.subplots(figsize=(6.5, 3.6))
plotting.plot_cost(costs, ax=ax)
plotting.show(
    "The cost over 60 iterations: it starts near 0.69, falls steeply at first and then ever more "
    "slowly towards zero."
)
print(f"cost at the start {costs[0]:.3f}, after 60 iterations {costs[-1]:.3f}")

# %% [markdown]
# The curve falls at every iteration, steeply at first. That is how a healthy cost curve looks:
# where there is much to learn, the slope is large, and so are the steps.

# %% [markdown]
# And what does the neuron answer meanwhile? Press play: one frame for each of the first iterations.

# %% demo=true
shown = range(16)
animation = plotting.animate_training(
    [lambda points, values=history[k]: forward_propagation(points, values) for k in shown],
    X_blobs,
    Y_blobs,
    titles=[f"after {k} iterations" for k in shown],
    costs=[costs[k] for k in shown],
)
plotting.show_animation(
    animation,
    "Animation: at first the line between the two classes runs right through both clouds of "
    "points. Within a few frames it turns and lies between them. The cost beside it goes on "
    "falling long after that.",
)

# %% [markdown]
# The line turns into its place within a few iterations. After that it hardly moves, and the cost
# goes on falling: the weights grow, and the neuron becomes surer of the same line.

# %% claim=true
angles = np.array([np.arctan2(*values["W"].ravel()) for values in history])
assert abs(angles[8] - angles[0]) > 0.5 and np.ptp(angles[8:]) < 0.2
assert np.all(np.diff([np.linalg.norm(values["W"]) for values in history[1:]]) > 0)
assert all(later < earlier for earlier, later in zip(costs, costs[1:], strict=False))

# %% [markdown]
# ## From probabilities to classes
#
# **Why.** People want a decision, "class 0" or "class 1", and not "0.83".
#
# **The mathematics.** The class with the higher probability wins: class 1 where $a > 0.5$, else
# class 0. (At exactly one half either is right.)
#
# **On paper.** After two iterations the answers for our two samples are $0.834$ and $0.116$. The
# classes are 1 and 0: both right.

# %% [markdown]
# ### Exercise: `predict`
#
# For the two samples and the parameters of the table it should return `[[1 0]]`; `[[ True False]]`
# says the same and is right too.


# %% exercise="predict"
def predict(X, parameters):
    """Class of each sample.

    Parameters
    ----------
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    parameters : dict
        "W" of shape (n_y, n_x) and "b" of shape (n_y, 1).

    Returns
    -------
    array of shape (n_y, m)
        1 where the neuron's answer is above 0.5, else 0 (integers, floats or booleans).

    Beyond the plain case, with points of their own:
    - several outputs (n_y larger than 1), each decided by itself;
    - X and parameters are left unchanged.
    """
    ### BEGIN SOLUTION
    A = forward_propagation(X, parameters)
    return (A > 0.5).astype(int)
    ### END SOLUTION


# %% check="predict" points=1
lesson.check(predict)

# %% test="classes of many samples" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(208)
for n_x, m in [(2, 30), (4, 50), (1, 20)]:
    X = rng.normal(size=(n_x, m))
    for b in [-1.0, 0.2, 1.5]:
        parameters = {"W": rng.normal(size=(1, n_x)), "b": np.array([[b]])}
        judge.same(predict, X, parameters)
### END HIDDEN TESTS

# %% test="one sample" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(209)
for n_x in [2, 3]:
    X = rng.normal(size=(n_x, 12))
    parameters = {"W": rng.normal(size=(1, n_x)), "b": rng.normal(size=(1, 1))}
    for k in (0, 1, 2, 3):
        judge.beyond(
            predict, X[:, k : k + 1], parameters,
            plain=[(X, parameters)], follows=lambda own, k=k: own[:, k : k + 1],
        )  # fmt: skip
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(210)
X = rng.normal(size=(3, 9))
W, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 1))
judge.beyond(
    predict,
    X,
    {"W": W, "b": b},
    plain=[(X, {"W": W[k : k + 1], "b": b[k : k + 1]}) for k in range(2)],
    follows=lambda *rows: np.vstack(rows),
)
### END HIDDEN TESTS

# %% test="X and parameters are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2111)
X = rng.normal(size=(2, 5))
parameters = {"W": rng.normal(size=(1, 2)), "b": rng.normal(size=(1, 1))}
judge.keeps(predict, X, parameters)
### END HIDDEN TESTS

# %% [markdown]
# Does it agree with the paper?

# %% demo=true
print("on paper: [[1 0]]")
print("in code: ", predict(X_paper, stepped).astype(int))

# %% [markdown]
# ## What you should now see
#
# The neuron has learnt the two clouds. On how many of the 200 points is it right?

# %% demo=true
learnt = history[-1]
hits = np.mean(predict(X_blobs, learnt) == Y_blobs)
fig, ax = plotting.subplots(figsize=(6, 4.2))
plotting.plot_decision_boundary(
    lambda points: predict(points, learnt),
    X_blobs,
    Y_blobs,
    ax=ax,
    title=f"Two clouds: {hits:.0%} right",
)
plotting.show(
    "The two clouds of points with the neuron's classes as background. A straight line separates "
    "them."
)
print(f"right: {hits:.1%}")

# %% [markdown]
# A straight line is enough here, and the neuron has found one.

# %% claim=true
assert hits == 1

# %% [markdown]
# ## The surface it walks on
#
# What has happened to the weights meanwhile? A neuron with two inputs has two weights. Draw the
# cost over both, as on a map with contour lines, and put every step of a training on it.
#
# For this take two clouds that overlap: then the surface is a closed valley with one lowest point.

# %% demo=true
rng = np.random.default_rng(5)
Y_overlap = np.repeat([[0, 1]], 60, axis=1)
X_overlap = rng.normal(size=(2, 120)) * np.array([[2.0], [0.8]]) + np.array([[1.0], [0.5]]) * (
    2 * Y_overlap - 1
)


def train_overlap(length, rate):
    """Parameters after some iterations, always from the same start."""
    np.random.seed(1)
    return nn_model(X_overlap, Y_overlap, length, rate)


def overlap_cost(values):
    """Cost of these parameters on the overlapping clouds."""
    return compute_cost(forward_propagation(X_overlap, values), Y_overlap)


def draw_surface(ax, paths):
    """Contour lines of the cost over the two weights, with the way that each training took."""
    bias = train_overlap(300, 1.0)["b"]
    w1, w2 = np.linspace(-1.2, 4, 61), np.linspace(-1.2, 3.6, 61)
    height = [[overlap_cost({"W": np.array([[u, v]]), "b": bias}) for u in w1] for v in w2]
    lines = ax.contour(w1, w2, height, levels=np.arange(0.3, 3.0, 0.1), cmap="cividis")
    ax.clabel(lines, lines.levels[::3], fontsize=8)
    for label, (path, colour, marker) in paths.items():
        ax.plot(
            *np.transpose([values["W"].ravel() for values in path]),
            color=colour,
            marker=marker,
            markersize=5,
            label=label,
        )
    ax.set(xlabel="first weight", ylabel="second weight", xlim=(-1.2, 4), ylim=(-1.2, 3.6))
    ax.set_aspect("equal")
    ax.legend(loc="lower right", frameon=True, framealpha=1)


walk = [train_overlap(length, 1.0) for length in range(0, 41)]
fig, axes = plotting.subplots(1, 2, figsize=(11, 4.4))
plotting.plot_data(X_overlap, Y_overlap, ax=axes[0], title="Two overlapping clouds")
draw_surface(axes[1], {"40 iterations": (walk, "#D55E00", "o")})
axes[1].set_title("The cost over the two weights")
plotting.show(
    "Left: two overlapping clouds of points. Right: contour lines of the cost over the first and "
    "the second weight, an oval valley. The path of the training starts at the origin, goes down "
    "the side of the valley and then, in ever shorter steps, along its floor to the lowest point."
)

# %% [markdown]
# Each step goes the steepest way down, at right angles to the contour line where it starts: first
# down the side of the valley, then along its floor. The steps grow shorter as the ground grows
# flatter.
#
# For one neuron there is a single valley. So every start leads to the same lowest point, if the steps
# are not too long. With hidden layers this is no longer so.

# %% claim=true
end_bias = train_overlap(300, 1.0)["b"]  # that of the contour lines
for here, there in zip(walk[:40], walk[1:], strict=True):
    step = there["W"] - here["W"]
    answers = forward_propagation(X_overlap, {"W": here["W"], "b": end_bias})
    steepest = -backward_propagation(answers, X_overlap, Y_overlap)["dW"]
    assert np.sum(step * steepest) > 0.99 * np.linalg.norm(step) * np.linalg.norm(steepest)
strides = [np.linalg.norm(there["W"] - here["W"]) for here, there in zip(walk, walk[1:], strict=False)]
assert all(after < before for before, after in zip(strides, strides[1:], strict=False))

# %% [markdown]
# ## An experiment: the learning rate
#
# How long should a step be? Guess first: which of these four will be lowest after 40 iterations?
# Then run the cell, and try rates of your own.

# %% demo=true
rates = [0.02, 0.2, 2, 8]
looks = [("#56B4E9", "s"), ("#0072B2", "^"), ("#009E73", "o"), ("#D55E00", "v")]
fig, axes = plotting.subplots(1, 2, figsize=(11, 4.4))
paths = {}
for rate, (colour, marker) in zip(rates, looks, strict=False):
    path = [train_overlap(length, rate) for length in range(0, 41)]
    falls = [overlap_cost(values) for values in path]
    paths[f"rate {rate}"] = (path, colour, marker)
    axes[0].plot(falls, color=colour, marker=marker, markersize=3, label=f"rate {rate}")
    print(f"learning rate {rate:5}: cost after 40 iterations {falls[-1]:.3f}")
axes[0].set(xlabel="iteration", ylabel="cost", title="Four learning rates", ylim=(0.3, 1.5))
axes[0].legend(loc="upper right")
draw_surface(axes[1], paths)
axes[1].set_title("The ways they took")
plotting.show(
    "Left: cost curves of four learning rates. 0.02 falls slowly, 0.2 faster, 2 falls quickly and "
    "levels out, 8 jumps up and down and stays high. Right: their paths on the contour map; that "
    "of rate 8 leaps across the valley from side to side."
)

# %% [markdown]
# Too small a rate is safe but slow. A larger one arrives sooner. One that is too large leaps from
# one side of the valley to the other and never settles: a cost curve that goes up and down says
# "smaller steps, please".

# %% claim=true
fallen = {rate: [overlap_cost(one) for one in paths[f"rate {rate}"][0]] for rate in rates}
assert fallen[2][-1] < fallen[0.2][-1] < fallen[0.02][-1] < 0.6
assert all(np.all(np.diff(fallen[rate]) < 0) for rate in (0.02, 0.2))
assert np.sum(np.diff(fallen[8]) > 0) >= 15 and fallen[8][-1] > fallen[2][-1] + 0.05

# %% [markdown]
# ## Why the logarithm, and not the squared error?
#
# $(a - y)^2$ also says how wrong an answer is, and needs no logarithm. Why not take its mean as the
# cost? Look at the slope along $z$. For the cross-entropy it is $a - y$. For the squared error it is
# $2\,(a - y)\,a\,(1 - a)$: the slope of the sigmoid stays in it, and that is nearly zero where the
# neuron is sure. Also where it is sure and wrong.
#
# Does it matter? Take 30 wrong starts: each takes most samples for the other class, and is sure of it.
# Both costs train from the same starts. How many iterations until at least 80 % of the points are right,
# and stay so? A rate that suits one cost may not suit the other, so each gets the best of eight rates:
# ten of the starts choose it, the other twenty measure.
#
# In the code each start is a row of $W$. They train side by side, as several outputs do.


# %% demo=true
def points_right(kind, rate, starts, num_iterations=600):
    """Share of the points that are right: a row for each iteration, a column for each start."""
    values = {"W": starts, "b": np.zeros((len(starts), 1))}
    labels = np.repeat(Y_overlap, len(starts), axis=0)
    shares = []
    for _ in range(num_iterations):
        A = forward_propagation(X_overlap, values)
        shares.append(np.mean((A > 0.5) == labels, axis=1))
        slope = A - labels
        if kind == "squared error":
            slope = 2 * slope * A * (1 - A)
        # backward_propagation takes A - Y for the slope along z: hand it one whose A - Y is our slope.
        grads = backward_propagation(labels + slope, X_overlap, labels)
        values = update_parameters(values, grads, rate)
    return np.array(shares)


def iterations_needed(shares):
    """For each start, the iteration from which on 80 % are right; their number if there is none."""
    return len(shares) - np.argmax(shares[::-1] < 0.8, axis=0)


wrong_starts = -5 + np.random.default_rng(8).normal(size=(30, 2))
same_rate, own_rate, best_rate = {}, {}, {}
fig, axes = plotting.subplots(1, 2, figsize=(11, 3.8), sharey=True)
for kind, colour, style in [("cross-entropy", "#0072B2", "-"), ("squared error", "#D55E00", "--")]:
    runs = {rate: points_right(kind, rate, wrong_starts) for rate in (0.1, 0.3, 1, 3, 10, 30, 100, 300)}
    counts = {rate: iterations_needed(shares) for rate, shares in runs.items()}
    best_rate[kind] = min(counts, key=lambda rate: counts[rate][:10].mean())
    same_rate[kind], own_rate[kind] = counts[1][10:], counts[best_rate[kind]][10:]
    for ax, rate in zip(axes, (1, best_rate[kind]), strict=True):
        shares = runs[rate][:, 10:]
        ax.plot(np.arange(1, 601), shares.mean(axis=1), color=colour, linestyle=style, label=f"{kind}, rate {rate}")
        ax.fill_between(np.arange(1, 601), shares.min(axis=1), shares.max(axis=1), color=colour, alpha=0.2)
    print(f"{kind}: {same_rate[kind].mean():.0f} iterations with rate 1, "
          f"{own_rate[kind].mean():.0f} with its own best rate, {best_rate[kind]}")  # fmt: skip
more = own_rate["squared error"] - own_rate["cross-entropy"]
half = 2.09 * more.std(ddof=1) / np.sqrt(len(more))  # 2.09: for 95 % and twenty differences
print(f"each with its own rate, from the same start: {more.mean():.0f} ± {half:.0f} more with squared error")
for ax, title in zip(axes, ("The same rate", "Each with its own best rate"), strict=True):
    ax.set(xscale="log", xlabel="iteration", title=title, ylim=(0.1, 1))
    ax.legend(loc="lower right")
axes[0].legend(loc="upper left")
axes[0].set_ylabel("share of the points right")
plotting.show(
    "Share of the points that are right against the iteration, on a logarithmic axis: the mean of twenty "
    "starts and a band from the lowest to the highest. Left, with rate 1, cross-entropy rises after about "
    "ten iterations, the squared error after several hundred. Right, each with its own best rate, "
    "cross-entropy rises within ten iterations, the squared error within a hundred or two."
)

# %% [markdown]
# With the same rate the squared error sits on its flat place for hundreds of iterations. A larger rate of
# its own helps it a lot. Still it needs more iterations from every one of the twenty starts, about fifty
# more on average: a rate that leaves the flat place at once is too large for the valley below. The
# cross-entropy is spared this choice. Its slope is large where the mistake is large.
#
# From small weights, where nothing is flat yet, both are there within a few iterations.

# %% claim=true
assert wrong_starts.shape == (30, 2) and (best_rate["cross-entropy"], best_rate["squared error"]) == (3, 10)
assert same_rate["cross-entropy"].max() < 25 and same_rate["squared error"].mean() > 300
assert own_rate["cross-entropy"].max() < 10 and 40 < more.mean() < 65 and 10 < half < 25
assert more.min() > 0
for kind in own_rate:
    small = points_right(kind, 1, np.random.default_rng(9).normal(size=(20, 2)) * 0.01, 100)
    assert iterations_needed(small).max() < 8
first_shares = points_right("squared error", 1, wrong_starts, 1)
assert first_shares.max() < 0.5

# %% [markdown]
# ## The flower
#
# One more data set: 400 points in the shape of a flower. Four of its eight petals belong to class 0,
# four to class 1, in mixed order. Before you train: where would you draw the straight line?

# %% demo=true
X_flower, Y_flower = datasets.load_planar_dataset()
np.random.seed(1)
tried = nn_model(X_flower, Y_flower, 2000, 0.1)
hits = np.mean(predict(X_flower, tried) == Y_flower)
fig, axes = plotting.subplots(1, 2, figsize=(11, 4.4))
plotting.plot_data(X_flower, Y_flower, ax=axes[0], title="The flower")
plotting.plot_decision_boundary(
    lambda points: predict(points, tried),
    X_flower,
    Y_flower,
    ax=axes[1],
    title=f"One neuron: {hits:.0%} right",
)
plotting.show(
    "Left: 400 points in the shape of a flower with petals of both classes. Right: the "
    "same points over the neuron's classes; one straight line cuts the flower in two, with points "
    "of both classes on either side."
)
print(f"right: {hits:.1%}")
cost_left = compute_cost(forward_propagation(X_flower, tried), Y_flower)
print(f"cost:  {cost_left:.3f}, against {np.log(2):.3f} for always answering one half")

# %% [markdown]
# About as good as tossing a coin, and more iterations would not help: the training has reached the
# lowest point there is. No straight line separates the petals, and a single neuron has nothing else
# to offer.
#
# What if several neurons each drew a line of their own, and another one joined them? That is a
# *hidden layer*, and part 2.

# %% claim=true
assert 0.4 < hits < 0.55
slopes = backward_propagation(forward_propagation(X_flower, tried), X_flower, Y_flower)
assert max(np.abs(slope).max() for slope in slopes.values()) < 1e-6

# %% [markdown]
# ## Three questions to think about
#
# **1.** The two clouds can be separated completely. Train ever longer: what happens to the weights,
# and to the cost?
#
# <details><summary>Answer</summary>
#
# The cost comes ever closer to zero and never reaches it, and the weights grow without end, ever
# more slowly. With every growth the neuron becomes surer of the same line. In part 2 you will meet
# *regularisation*, which stops this growth.
#
# </details>
#
# **2.** Your cost curve jumps up and down. A friend says: train longer. What do you say?
#
# <details><summary>Answer</summary>
#
# Jumps mean that the steps leap over the valley. Longer training only adds leaps. Try a learning
# rate ten times smaller first.
#
# </details>
#
# **3.** For the flower, could a third input help the neuron, computed from the two that are there?
#
# <details><summary>Answer</summary>
#
# Yes. In a space of more inputs a flat boundary can look curved when seen in the first two: with
# the squared distance from the centre as a third input, for instance, the neuron could draw a
# circle. Which input would help must be known beforehand, though. A hidden layer finds such inputs
# by itself; that is the idea of part 2.
#
# </details>

# %% [markdown]
# ## Where this comes from
#
# - The order of the functions, and the flower, are widely known from A. Ng's course *Neural
#   Networks and Deep Learning* (deeplearning.ai, 2017); text, code and figures here are our own.
# - That the cost of a single sigmoid neuron has one valley only (it is convex): S. Boyd and L.
#   Vandenberghe, *Convex Optimization* (Cambridge University Press, 2004), section 7.1.
# - What a single neuron cannot do: M. Minsky and S. Papert, *Perceptrons* (MIT Press, 1969).
# - The overlapping clouds are normal random numbers with a fixed seed, made in the cell above.
