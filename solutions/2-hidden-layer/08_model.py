# title: The model
# summary: The four steps in a loop, and the network learns.

# %% [markdown]
# # 08 · The model
#
# By the end you will be able to
#
# - put the steps together into a loop that trains a network;
# - read a cost curve, and say when training has all but stopped;
# - repeat a run that somebody else has published.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in the functions that you wrote in the
# earlier notebooks: the network that you train here is your own, line by line.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/08_model")

# %%
(
    layer_sizes,
    initialize_parameters,
    forward_propagation,
    compute_cost,
    backward_propagation,
    update_parameters,
) = lesson.carry(
    "layer_sizes",
    "initialize_parameters",
    "forward_propagation",
    "1-one-neuron/compute_cost",
    "backward_propagation",
    "update_parameters",
)

# %% [markdown]
# ## Where we are
#
# All the parts are ready, each checked on its own. What is missing is the loop that runs them in
# the right order, again and again.
#
# In the picture, which arrows close the circle?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="model")
plotting.show(
    "The whole 2-4-1 network with its training loop: forward propagation, cost, backpropagation, "
    "update, and again from the start."
)

# %% [markdown]
# The update does. It gives new parameters, and with them forward propagation starts again. One turn
# of this circle is called an *iteration*. Since every iteration uses all samples, it is also an
# *epoch*, one round through the data, and the method is called *batch* gradient descent.

# %% [markdown]
# ## The mathematics
#
# Let $\theta$ stand for all parameters together and $J(\theta)$ for the cost. Training is a
# sequence
#
# $$\theta_0 \text{ small and random}, \qquad \theta_{t+1} = \theta_t - \alpha\, \nabla J(\theta_t),
# \qquad t = 0, 1, \dots, T - 1$$
#
# where $\nabla J$ is the gradient that backpropagation computes and $\alpha$ is the learning rate.
# After $T$ iterations we keep $\theta_T$. Given $\theta_0$, nothing in it is random.
#
# ### Shapes
#
# What goes round in the loop, and in which shape. The last column is for the flower.
#
# | In code | Made by | Shape | Flower |
# | --- | --- | --- | --- |
# | `X` | given | `(n_x, m)` | `(2, 400)` |
# | `Y` | given | `(n_y, m)` | `(1, 400)` |
# | `n_h` | given | one number | `4` |
# | `W1`, `dW1` | first, third and fourth step | `(n_h, n_x)` | `(4, 2)` |
# | `b1`, `db1` | first, third and fourth step | `(n_h, 1)` | `(4, 1)` |
# | `W2`, `dW2` | first, third and fourth step | `(n_y, n_h)` | `(1, 4)` |
# | `b2`, `db2` | first, third and fourth step | `(n_y, 1)` | `(1, 1)` |
# | `A2` | second step | `(n_y, m)` | `(1, 400)` |
#
# The steps are: *first* `initialize_parameters`; and in each iteration *second*
# `forward_propagation`, *third* `backward_propagation`, *fourth* `update_parameters`.
#
# The sizes $n_x$ and $n_y$ come from the data. The number of hidden units does not: here it is an
# argument, so that we can try several.

# %% [markdown]
# ## A worked example on paper
#
# The two samples and the network 2-2-1 of the notebooks before this one, with learning rate 1.2.
# You have computed every entry of the first two rows by hand.
#
# | after | $A_2$, where $(1\;\;0)$ is wanted | cost |
# | --- | --- | --- |
# | 0 iterations | $(0.6841\;\;0.6377)$ | $0.6975$ |
# | 1 iteration | $(0.8406\;\;0.3389)$ | $0.2937$ |
# | 2 iterations | to be computed below | ? |
#
# Before you go on: will the cost fall as much in the second iteration as in the first?

# %% [markdown]
# ## Exercise: `nn_model`
#
# Use your functions; each step is one line. Three things are easily missed:
#
# - Start from `initialize_parameters`, *once*, with the `n_h` that was given.
# - Every iteration works with the parameters of the one before it.
# - The result is what the last update gave.
#
# The learning rate is 1.2. For the worked example, one iteration should take the cost from 0.6975
# to 0.2937; the cell below the tests does that.


# %% exercise="nn_model"
def nn_model(X, Y, n_h, num_iterations=10000, print_cost=False):
    """Train a network with one hidden layer by batch gradient descent.

    Training starts from what initialize_parameters gives, and does exactly num_iterations updates
    with learning rate 1.2.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The inputs, one sample a column.
    Y : array of shape (n_y, m)
        The labels, 0 or 1.
    n_h : int
        Number of hidden units.
    num_iterations : int
        Number of updates, 1 or more.
    print_cost : bool
        Whether to print the cost at every 1000th iteration, 0 included. The result is the same
        either way.

    Returns
    -------
    parameters : dict
        The trained "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1), "W2" of shape (n_y, n_h) and
        "b2" of shape (n_y, 1).
    """
    ### BEGIN SOLUTION
    n_x, _, n_y = layer_sizes(X, Y)
    parameters = initialize_parameters(n_x, n_h, n_y)
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        if print_cost and i % 1000 == 0:
            print(f"Cost after iteration {i}: {compute_cost(A2, Y):.6f}")
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, 1.2)
    return parameters
    ### END SOLUTION


# %% check="nn_model" points=1
lesson.check(nn_model)

# %% test="exactly num_iterations of the course's own steps" points=5
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge
from nnlib.functions import patterned_parameters


def own_start(X_test, Y_test, units):
    """Where a model begins that draws its own first weights; None if that cannot be known."""
    try:
        start = judge.call(nn_model, X_test, Y_test, units, 0)
        again = judge.call(nn_model, X_test, Y_test, units, 0)
        repeats = all(np.array_equal(start[name], again[name]) for name in start)
        fresh = not np.any(start["b1"]) and not np.any(start["b2"])
        # From no or next to no weights, only the last bias would have to be trained.
        right = min(np.max(np.abs(start[name])) for name in ("W1", "W2")) > 1e-4 and all(
            np.shape(start[name]) == np.shape(value)
            for name, value in patterned_parameters(len(X_test), units, len(Y_test)).items()
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        return None
    return start if repeats and fresh and right else None


def compare_with_loop(X_test, Y_test, units, count):
    """Compare from a known start; where that is not taken up, from the model's own."""
    known = {"initialize_parameters": patterned_parameters}
    try:
        judge.same(nn_model, X_test, Y_test, units, count, given=known)
        return
    except AssertionError as error:
        first = error
    place = own_start(X_test, Y_test, units)
    if place is None:
        raise first
    for _ in range(count):
        _, between = lesson.course.forward_propagation(X_test, place)
        slopes = lesson.course.backward_propagation(place, between, X_test, Y_test)
        place = lesson.course.update_parameters(place, slopes, 1.2)
    got = judge.call(nn_model, X_test, Y_test, units, count)
    if not all(np.allclose(got[name], place[name], rtol=1e-6) for name in place):
        raise first


rng = np.random.default_rng(2801)
for inputs, samples, units, count in [
    (2, 9, 4, 1),
    (3, 7, 2, 2),
    (2, 8, 3, 3),
    (4, 6, 1, 11),
    (2, 6, 5, 30),
]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    Y_test[:, :5] = [0, 1, 1, 1, 1]
    compare_with_loop(X_test, Y_test, units, count)
### END HIDDEN TESTS

# %% test="n_h hidden units, and the other sizes from the data" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge
from nnlib.functions import patterned_parameters

rng = np.random.default_rng(2803)
for inputs, samples, units in [(2, 8, 3), (2, 8, 7), (5, 6, 1), (3, 4, 2)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    result = judge.call(nn_model, X_test, Y_test, units, 3)
    assert isinstance(result, dict), "nn_model should return the dictionary of parameters."
    for name, shape in {
        "W1": (units, inputs),
        "b1": (units, 1),
        "W2": (1, units),
        "b2": (1, 1),
    }.items():
        assert name in result, f"The parameters that nn_model returns should include {name}."
        assert np.shape(result[name]) == shape, (
            f"{name} has the wrong shape after training: n_h is given, n_x and n_y come from the "
            "data."
        )
        assert np.all(np.isfinite(result[name])), f"{name} is not finite after three iterations."
known = {"initialize_parameters": patterned_parameters}
other = (X_test, np.zeros_like(Y_test), units, 3)
judge.answers(nn_model, X_test, Y_test, units, 3, other=other, given=known)
### END HIDDEN TESTS

# %% test="the network learns two groups that lie apart" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2804)
for inputs, units in [(2, 4), (3, 2)]:
    Y_test = np.arange(40).reshape(1, 40) % 2
    X_test = rng.standard_normal((inputs, 40)) * 0.5 + 4.0 * Y_test - 1.5
    result = judge.call(nn_model, X_test, Y_test, units, 400)
    A2_test, _ = lesson.course.forward_propagation(X_test, result)
    assert lesson.course.compute_cost(A2_test, Y_test) < 0.3, (
        "After some hundred iterations on two groups that lie well apart the cost should be far "
        "below that of the start. Does every iteration begin with the parameters of the last one?"
    )
### END HIDDEN TESTS

# %% test="training starts from what initialize_parameters gives" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge
from nnlib.functions import patterned_parameters

rng = np.random.default_rng(2805)
for inputs, samples, units in [(2, 6, 3), (4, 5, 2)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    starts = [
        {name: scale * value for name, value in patterned_parameters(inputs, units, 1).items()}
        for scale in (1, 0.5)
    ]
    try:
        judge.same(nn_model, X_test, Y_test, units, 4, given={"initialize_parameters": starts[0]})
    except AssertionError as error:
        first = error
        # Where the steps are wrong, which other tests judge, another start still ends elsewhere.
        ends = [
            judge.call(nn_model, X_test, Y_test, units, 4, given={"initialize_parameters": start})
            for start in starts
        ]
        if not all(
            np.size(end[name]) and np.all(np.isfinite(end[name])) for end in ends for name in end
        ) or all(np.allclose(ends[0][name], ends[1][name]) for name in ends[0]):
            raise first from None
### END HIDDEN TESTS

# %% test="with print_cost=True the result is the same" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge
from nnlib.functions import patterned_parameters

rng = np.random.default_rng(2806)
X_test = rng.standard_normal((2, 6))
Y_test = np.array([[1, 0, 1, 1, 0, 1]])
known = {"initialize_parameters": patterned_parameters}
quiet = judge.call(nn_model, X_test, Y_test, 3, 6, given=known)
again = judge.call(nn_model, X_test, Y_test, 3, 6, given=known)
printing = judge.call(nn_model, X_test, Y_test, 3, 6, True, given=known)
assert isinstance(printing, dict), "With print_cost=True, nn_model should return the parameters."
for name in ("W1", "b1", "W2", "b2"):
    assert np.size(printing[name]) and np.all(np.isfinite(printing[name])), (
        f"With print_cost=True, {name} is empty or not finite."
    )
    # A model that draws its own first weights, and others each time, cannot be compared.
    repeats = np.allclose(quiet[name], again[name])
    assert not repeats or np.allclose(printing[name], quiet[name]), (
        "With print_cost=True the result differs. Printing should change nothing else."
    )
other = (X_test, np.zeros_like(Y_test), 3, 6)
judge.answers(nn_model, X_test, Y_test, 3, 6, other=other, given=known)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# First the two samples. The start is that of the worked example, so we lend the loop our own
# `initialize_parameters` for a moment. Does the table fill as expected?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])


def paper_start(n_x, n_h, n_y):
    return {
        "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
        "b1": np.array([[0.25], [0.5]]),
        "W2": np.array([[1.0, 2.0]]),
        "b2": np.array([[-1.0]]),
    }


your_start, initialize_parameters = initialize_parameters, paper_start
for count, by_hand in [(1, 0.2937), (2, None), (3, None)]:
    A2 = forward_propagation(X_paper, nn_model(X_paper, Y_paper, 2, count))[0]
    cost = compute_cost(A2, Y_paper)
    agrees = "" if by_hand is None else f"  agrees with paper: {abs(cost - by_hand) < 1e-4}"
    print(f"after iteration {count}: A2 {np.round(A2, 4).tolist()}, cost {cost:.4f}{agrees}")
initialize_parameters = your_start

# %% [markdown]
# The cost falls less with every iteration. The outputs approach their classes, so the errors, and
# with them the slopes, become small.

# %% [markdown]
# ### The flower
#
# Now the run for which all of this was built: 400 samples, 4 hidden units, 7,000 iterations. With
# seed 2 and first weights drawn as `np.random.randn(...) * 0.01`, `W1` before `W2`, this is a run
# that has been published many times. Its costs begin with 0.693048 and 0.288083, and after 7,000
# iterations stands 0.217504. Do you get them?

# %% demo=true
X, Y = datasets.load_planar_dataset()
np.random.seed(2)
parameters = nn_model(X, Y, 4, 7000, True)
print(f"Cost after iteration 7000: {compute_cost(forward_propagation(X, parameters)[0], Y):.6f}")

# %% claim=true
np.random.seed(2)
stages = [initialize_parameters(2, 4, 1)]
np.random.seed(2)
stages += [nn_model(X, Y, 4, 1000), parameters]
published = [f"{compute_cost(forward_propagation(X, stage)[0], Y):.6f}" for stage in stages]
assert published == ["0.693048", "0.288083", "0.217504"]

# %% [markdown]
# The first number is close to $\log 2 \approx 0.6931$. That is the cost of a network that says one
# half to everything, as yours does with its tiny first weights. If your numbers differ from the
# third digit on, your first weights were drawn in another way; that is no mistake.
#
# The published run goes on to 10,000 iterations, and there two computers part. Processors add up
# long sums in different orders, so the last of some sixteen digits can differ. For 7,000 iterations
# that does not matter. Soon after, a step of 1.2 becomes too long for the narrow valley that this
# run has come into: the cost leaps up and falls again. Such a leap enlarges the tiny differences
# until they reach the digits that are printed. The story remains the same, and the later digits are
# each computer's own.

# %% [markdown]
# ### The cost curve
#
# On one computer training is deterministic once the seed is set. So the state after $T$ iterations
# can be had by running it again for $T$ iterations. With spacings that grow, this costs little.
# Where on this curve does the learning happen?


# %% demo=true
def cost_after(count, n_h=4, seed=2):
    np.random.seed(seed)
    trained = nn_model(X, Y, n_h, count)
    return compute_cost(forward_propagation(X, trained)[0], Y)


counts = np.unique(np.geomspace(1, 10000, 40).astype(int))
costs = [cost_after(count) for count in counts]

fig, (left, right) = plotting.subplots(1, 2, figsize=(10.5, 3.8))
for ax in (left, right):
    ax.plot(counts, costs, "o-", markersize=3)
    ax.axhline(np.log(2), color="black", linewidth=0.8, linestyle=":", label="log 2")
    ax.set(xlabel="iterations", ylabel="cost")
    ax.legend()
left.set_title("evenly spaced iterations")
right.set_title("logarithmic axis")
right.set_xscale("log")
plotting.show(
    "The cost against the number of iterations, on an even axis and on a logarithmic one. The even "
    "axis shows a steep fall at the very left and then a long, nearly flat tail. The logarithmic "
    "axis shows a flat start at log 2 for some ten iterations, then the fall, then the tail."
)

# %% [markdown]
# On the left, nearly everything seems to happen at once. The right panel uses the same numbers and
# spreads out the beginning. For the first iterations nothing is to be seen: with tiny weights the
# error hardly gets through to the hidden layer. Then the hidden units come apart, and the cost drops
# from one level to the next. Towards the end the curve is nearly flat, and ever more iterations buy
# ever less.

# %% claim=true
by_count = dict(zip(counts.tolist(), costs, strict=True))
assert by_count[10] > 0.68 and by_count[88] > 0.6 and by_count[180] < 0.4 and by_count[942] < 0.3
assert by_count[942] - by_count[1911 if 1911 in by_count else 1914] < 0.03
assert by_count[4923] - by_count[6235] < 0.005

# %% [markdown]
# ### What has it learnt?
#
# The probability that the trained network gives for each point of the plane. Where is it certain?

# %% demo=true
line = np.linspace(-5, 5, 161)
first, second = np.meshgrid(line, line)
plane = np.vstack([first.ravel(), second.ravel()])
A2_plane = forward_propagation(plane, parameters)[0].reshape(first.shape)

fig, ax = plotting.subplots(1, 1, figsize=(6.4, 5))
areas = ax.contourf(first, second, A2_plane, levels=np.linspace(0, 1, 11), cmap="Greys", alpha=0.8)
ax.contour(first, second, A2_plane, levels=[0.5], colors="black", linewidths=2)
plotting.plot_data(X, Y, ax=ax, title="probability of class 1, after training")
fig.colorbar(areas, ax=ax, label="A2")
plotting.show(
    "The flower over a map of the probability of class 1. Dark and light areas follow the petals "
    "of the two classes, and the black line of one half runs between them."
)

# %% [markdown]
# The black line is where the network says one half. It follows the petals. Where the map is grey,
# the network is not certain: there the samples of both classes mix. In the next notebook we turn
# these probabilities into classes and count how many are right.

# %% [markdown]
# ## An experiment: does the start matter?
#
# Notebook 03 left a question: how large may the first weights be? Here is the answer of your own
# loop. One run may be lucky, so each size of the weights gets eight seeds, and each run 300
# iterations. In which panels do you expect all eight curves to come down?


# %% demo=true
def curve_from(spread, seed, num_iterations=300, learning_rate=1.2, bias_spread=0):
    """Costs of a training whose first weights have this standard deviation, and its accuracy."""
    np.random.seed(seed)
    values = initialize_parameters(2, 4, 1)
    values = {name: v * (spread / 0.01 if name[0] == "W" else 1) for name, v in values.items()}
    for name in ("b1", "b2"):
        values[name] = values[name] + bias_spread * np.random.standard_normal(values[name].shape)
    costs = []
    for _ in range(num_iterations):
        A2, cache = forward_propagation(X, values)
        costs.append(compute_cost(A2, Y))
        grads = backward_propagation(values, cache, X, Y)
        values = update_parameters(values, grads, learning_rate)
    A2, _ = forward_propagation(X, values)
    return costs, 100 * np.mean((A2 > 0.5) == Y)


spreads = [0.01, 0.1, 0.5, 3, 10]
seeds = range(8)
accuracies = {}
fig, axes = plotting.subplots(1, len(spreads), figsize=(13, 3.2), sharey=True)
for ax, spread in zip(axes, spreads, strict=True):
    runs = [curve_from(spread, seed) for seed in seeds]
    for costs_of_run, _ in runs:
        ax.plot(costs_of_run, color=plotting.COLOURS[0], linewidth=1, alpha=0.7)
    accuracies[spread] = sorted(percent for _, percent in runs)
    ax.set(title=f"standard deviation {spread}", xlabel="iteration", xscale="log", ylim=(0.2, 1.2))
    print(f"{spread:5}: right after 300 iterations:", [f"{p:.0f} %" for p in accuracies[spread]])
axes[0].set_ylabel("cost")
plotting.show(
    "Five panels of eight cost curves each, on a logarithmic axis of iterations. With 0.01 the curves "
    "stay flat for some fifty iterations and then fall. With 0.1 and 0.5 they fall sooner. With 3 and "
    "10 the curves spread apart: some fall lowest of all, others stay high."
)

# %% [markdown]
# Two things stand out. **Tiny** weights are not lost, they need time: with 0.01 it takes some sixty
# iterations to a cost of 0.6, with 0.5 about ten. **Large** weights are a gamble: some
# runs end lowest of all, others stick at about 70 % because their units are saturated. In the middle,
# at 0.5, all eight come down, and soon.
#
# One seed would not have told you. With seed 4, even a standard deviation of 3 looks like a good
# idea.

# %% claim=true
assert min(accuracies[0.01]) > 86 and min(accuracies[0.1]) > 86 and min(accuracies[0.5]) > 86
assert accuracies[3][0] < 75 and accuracies[3][-1] > 88
assert accuracies[10][0] < 75 and accuracies[10][-1] > 88
curves = {spread: np.array([curve_from(spread, s)[0] for s in seeds]) for spread in spreads}
first_below = {spread: np.median(np.argmax(curves[spread] < 0.6, axis=1)) for spread in (0.01, 0.5)}
assert 50 < first_below[0.01] < 80 and 5 < first_below[0.5] < 15
ends = {spread: curves[spread][:, -1] for spread in spreads}
assert max(min(ends[3]), min(ends[10])) < min(min(ends[spread]) for spread in (0.01, 0.1, 0.5))
assert max(ends[0.5]) < 0.6
assert curve_from(3, 4)[1] > 88

# %% [markdown]
# ### Two more suggestions
#
# Should the biases start at random, too? And would a smaller learning rate not be safer? Each is tried
# from the same eight seeds with weights of 0.5, so the runs can be compared in pairs. What do you expect?

# %% demo=true
def last_costs(**settings):
    """The cost after 300 iterations, for each of the eight seeds."""
    return np.array([curve_from(0.5, seed, **settings)[0][-1] for seed in seeds])


as_before = last_costs()
suggestions = {"random biases": {"bias_spread": 0.5}}
suggestions |= {f"learning rate {rate}": {"learning_rate": rate} for rate in (0.1, 0.01, 0.001)}
gains = {what: last_costs(**settings) - as_before for what, settings in suggestions.items()}
print(f"as before: cost {as_before.mean():.4f}")
for what, d in gains.items():
    reach = 2.365 * d.std(ddof=1) / np.sqrt(len(d))  # Student's t for 8 numbers and 95 %
    print(f"{what:20} {d.mean():+.4f} ({d.mean() - reach:+.4f} to {d.mean() + reach:+.4f})")

# %% [markdown]
# In brackets stands an interval for the mean difference; notebook 11 says where it comes from. **Random
# biases** make no difference that eight seeds can show: the weights have broken the symmetry already.
# **Smaller rates** end higher from every one of the eight seeds, the smaller the higher. They are not
# wrong, they are slow: 300 short steps do not lead far.

# %% claim=true
d = gains["random biases"]
reach = 2.365 * d.std(ddof=1) / np.sqrt(len(d))
assert d.mean() - reach < 0 < d.mean() + reach and reach < 0.01
slower = [gains[f"learning rate {rate}"] for rate in (0.1, 0.01, 0.001)]
assert np.all(slower[0] > 0) and np.all(slower[1] > slower[0]) and np.all(slower[2] > slower[1])

# %% [markdown]
# **Your turn.**
#
# - Try more iterations: do the runs that stick ever come down?
# - Run `nn_model(X, Y, 4, 10000, True)` with seed 2, and compare the last costs with those of
#   somebody who has another computer. Where is the leap?
# - Give `curve_from` a learning rate of 12. What happens to the curves?

# %% [markdown]
# ## Three questions to think about
#
# **1.** In the loop, why must the parameters be initialised before it and not inside it?
#
# <details><summary>Answer</summary>
#
# Inside, each iteration would throw away what the last one has learnt and make one step from a new
# random start. After 10,000 iterations the network would have learnt as much as after one.
#
# </details>
#
# **2.** The loop never asks whether the cost has fallen. How would you find out that it should have
# stopped earlier, or gone on?
#
# <details><summary>Answer</summary>
#
# From the cost curve: if it is still falling, go on; if it is flat, more iterations gain little on
# *these* samples. Whether they help on new samples is another question, and this curve cannot
# answer it. For that, some samples have to be held out; notebook 11 does so.
#
# </details>
#
# **3.** You interrupt a long run after 4,321 of its 10,000 iterations. What is lost? How would you
# write the loop so that less is?
#
# <details><summary>Answer</summary>
#
# All of it: the parameters live in a name inside the function, and go with it. A loop that puts a copy
# into a file now and then loses only what came after the last copy. One can go on from there: the loop
# carries nothing else from one iteration to the next.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The flower, and a run of this network with its costs: A. Ng, K. Katanforoosh, Y. Bensouda
#   Mourri, *Neural Networks and Deep Learning* (deeplearning.ai on Coursera), third week. The data
#   here are drawn by the same recipe.
# - On flat stretches and how training leaves them: I. Goodfellow, Y. Bengio, A. Courville, *Deep
#   Learning* (MIT Press, 2016), section 8.2.
