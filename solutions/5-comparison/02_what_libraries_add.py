# title: What the libraries add
# summary: Mini-batches, momentum, Adam, a falling rate, first weights, early stopping, dropout: each switched on by itself.

# %% [markdown]
# # 02 · What the libraries add
#
# By the end you will be able to
#
# - cut a data set into random mini-batches, and say what they change;
# - explain momentum and Adam, and write a step of Adam that agrees with the libraries' own;
# - choose first weights by the size of their layer, as Glorot and He do;
# - stop training when data held out from it say so, and say what dropout is and what it is worth here.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. Keras is needed for one figure only; the cell that loads it says so
# if it is missing.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("5-comparison/02_what_libraries_add")

# %%
(
    initialize_parameters,
    forward_propagation,
    compute_cost,
    backward_propagation,
    update_parameters,
) = lesson.carry(
    "2-hidden-layer/initialize_parameters",
    "2-hidden-layer/forward_propagation",
    "1-one-neuron/compute_cost",
    "2-hidden-layer/backward_propagation",
    "2-hidden-layer/update_parameters",
)

# %%
library_weights, load_keras = lesson.carry("library_weights", "load_keras")

# %% [markdown]
# ## Where we are
#
# Plain gradient descent gives the same curve in your code and in both libraries. Nobody uses the
# libraries that way, though. They come with additions, most of them switched on without being asked
# for. This notebook switches them on one at a time. Which step of the loop do they change?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="update", labels=("", "tanh", "sigmoid"))
plotting.show(
    "The 2-4-1 network with the update of the parameters highlighted, where momentum and Adam come "
    "in. The alpha in the picture is the learning rate."
)

# %% [markdown]
# Momentum and Adam change the update. Mini-batches change which samples an update looks at. The
# choice of first weights comes before the loop, early stopping ends it. Dropout changes the network itself
# in each step; everything else leaves it as it is.

# %% [markdown]
# ## The mathematics
#
# **Mini-batches.** The gradient of the cost is a mean over $m$ samples. A mean over a few of them,
# drawn at random, points in nearly the same direction and costs a fraction of the work. So the
# samples are put in random order and cut into batches of, say, 32; each batch gives one update. One
# round through all samples is an *epoch*, and the next epoch draws a new order.
#
# **Momentum.** With gradient $g_t$ and learning rate $\alpha$, the step keeps a part $\beta$ of the
# step before: $\;u_t = \beta u_{t-1} - \alpha g_t, \quad \theta_t = \theta_{t-1} + u_t$.
#
# **Adam** keeps two running means for every parameter, of its gradient and of its square:
#
# $$v_t = \beta_1 v_{t-1} + (1 - \beta_1)\, g_t, \qquad s_t = \beta_2 s_{t-1} + (1 - \beta_2)\, g_t^2$$
#
# Both start at 0, so at first they are too small. Dividing by $1 - \beta^t$ corrects that:
#
# $$\hat v_t = \frac{v_t}{1 - \beta_1^t}, \qquad \hat s_t = \frac{s_t}{1 - \beta_2^t}, \qquad
# \theta_t = \theta_{t-1} - \alpha \frac{\hat v_t}{\sqrt{\hat s_t} + \epsilon}$$
#
# The squares, roots and divisions are taken element by element. $\hat v / \sqrt{\hat s}$ is about 1
# in size where the gradients of a parameter agree, however large or small they are. So every
# parameter gets a step length of its own.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `X`, `Y` | inputs and classes | `(n_x, m)`, `(n_y, m)` |
# | `mini_batch_X`, `mini_batch_Y` | a mini-batch, $k$ samples | `(n_x, k)`, `(n_y, k)` |
# | `parameters["W1"]`, … | parameters $\theta$ | as always |
# | `grads["dW1"]`, … | gradients $g_t$ | as the parameters |
# | `v["dW1"]`, `s["dW1"]`, … | running means $v_t$, $s_t$ | as the parameters |
# | `t` | number of the step, from 1 | one number |

# %% [markdown]
# ## A worked example on paper
#
# **Mini-batches.** Five samples $x_0 \dots x_4$, batches of 2, and the random order $3, 0, 4, 1, 2$.
# The batches are $(x_3, x_0)$, $(x_4, x_1)$ and $(x_2)$. The last one is smaller. Each class goes
# with its sample.
#
# **Adam.** One parameter, $w = 1$, and $\alpha = 0.1$, $\beta_1 = 0.9$, $\beta_2 = 0.99$;
# $\epsilon$ is too small to matter. The first gradient is $0.5$:
#
# - $v = 0.1 \cdot 0.5 = 0.05$ and $s = 0.01 \cdot 0.25 = 0.0025$;
# - corrected: $0.05 / 0.1 = 0.5$ and $0.0025 / 0.01 = 0.25$;
# - the step is $0.1 \cdot 0.5 / \sqrt{0.25} = 0.1$, so $w = 0.9$.
#
# The second gradient is $-0.2$:
#
# - $v = 0.9 \cdot 0.05 - 0.1 \cdot 0.2 = 0.025$ and
#   $s = 0.99 \cdot 0.0025 + 0.01 \cdot 0.04 = 0.002875$;
# - corrected: $0.025 / 0.19 \approx 0.1316$ and $0.002875 / 0.0199 \approx 0.1445$;
# - the step is $0.1 \cdot 0.1316 / 0.3801 \approx 0.0346$, so $w \approx 0.8654$.
#
# The gradient has changed its sign, and the step has not yet: the running mean still remembers the
# first one. And the first step was exactly the learning rate; would it have been another with a first
# gradient of $500$?

# %% [markdown]
# ## Exercise: `random_mini_batches`
#
# The helper below draws a random order. It is given; use it, or draw an order of your own from the
# seed.


# %%
def random_order(m, seed):
    """The numbers 0, 1, ..., m - 1 in random order; the same order for the same seed."""
    return np.random.default_rng(seed).permutation(m)


# %% [markdown]
# With five samples and batches of 2 there should be three batches, of 2, 2 and 1 samples.


# %% exercise="random_mini_batches"
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    """Cut the samples into mini-batches, in a random order.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The inputs, one sample a column.
    Y : array of shape (n_y, m)
        Their classes.
    mini_batch_size : int
        Number of samples in a mini-batch.
    seed : int
        The random order depends on it: the same seed gives the same mini-batches, another seed
        other ones. random_order(m, seed) gives such an order; any other random order is right too.

    Returns
    -------
    list of pairs (mini_batch_X, mini_batch_Y)
        Arrays of shape (n_x, k) and (n_y, k). All mini-batches have k = mini_batch_size samples,
        except the last one, which has what is left. No mini-batch is empty. Every sample is in
        exactly one mini-batch, together with its own class.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    order = random_order(m, seed)
    mini_batches = []
    for start in range(0, m, mini_batch_size):
        batch = order[start : start + mini_batch_size]
        mini_batches.append((X[:, batch], Y[:, batch]))
    return mini_batches
    ### END SOLUTION


# %% check="random_mini_batches" points=1
lesson.check(random_mini_batches)

# %% test="number, sizes and shapes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge


def as_pairs(result):
    """The mini-batches as pairs of arrays, whatever kind of sequence they came in."""
    assert isinstance(result, (list, tuple)) and len(result) > 0, (
        "random_mini_batches should return a list of pairs."
    )
    for pair in result:
        assert isinstance(pair, (list, tuple)) and len(pair) == 2, (
            "Each mini-batch should be a pair: its part of X, and its part of Y."
        )
    return [(np.asarray(one), np.asarray(other)) for one, other in result]


sizes_test = [(2, 1, 10, 4), (3, 1, 12, 4), (2, 1, 5, 8), (4, 1, 7, 1), (2, 1, 9, 9), (3, 1, 9, 4)]
for n_x, n_y, n_samples, size in sizes_test:
    X_test, Y_test = np.arange(n_x * n_samples, dtype=float).reshape(n_x, n_samples), np.ones((n_y, n_samples))
    pairs = as_pairs(judge.call(random_mini_batches, X_test, Y_test, size, 3))
    sizes = [size] * (n_samples // size) + ([n_samples % size] if n_samples % size else [])
    assert len(pairs) == len(sizes), (
        "The number of mini-batches is wrong. Think of the samples that are left at the end, and "
        "of the case in which none are left."
    )
    for (one, other), k in zip(pairs, sizes, strict=True):
        assert one.shape == (n_x, k) and other.shape == (n_y, k), (
            "A mini-batch has the wrong shape: its samples are columns, mini_batch_size of them, "
            "and fewer in the last one only."
        )
        assert np.all(np.isfinite(one)) and np.all(np.isfinite(other)), (
            "A mini-batch holds values that are not finite, and the data has none."
        )
    assert np.ptp(np.concatenate([np.ravel(one) for one, _ in pairs])) > 0, (
        "All numbers in the mini-batches are equal: they do not come from X."
    )
### END HIDDEN TESTS

# %% test="every sample exactly once, whole" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_samples, size, seed in [(2, 11, 4, 0), (3, 12, 5, 1), (1, 6, 2, 7), (2, 30, 8, 2)]:
    X_test = np.arange(n_x * n_samples, dtype=float).reshape(n_x, n_samples)
    pairs = judge.call(random_mini_batches, X_test, np.zeros((1, n_samples)), size, seed)
    seen = np.concatenate([np.asarray(one) for one, _ in pairs], axis=1)
    assert seen.shape == X_test.shape and np.array_equal(np.sort(seen[0]), X_test[0]), (
        "Together, the mini-batches should hold every sample exactly once."
    )
    columns = seen[0].astype(int)
    assert np.array_equal(seen, X_test[:, columns]), (
        "A sample is a column: its numbers should stay together and in their order."
    )
### END HIDDEN TESTS

# %% test="each sample keeps its own class" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5201)
for n_samples, n_y, size, seed in [(40, 1, 8, 0), (33, 1, 10, 4), (50, 1, 64, 5)]:
    X_test = np.vstack([np.arange(n_samples), rng.standard_normal(n_samples)])
    Y_test = rng.integers(0, 2, (n_y, n_samples))
    pairs = list(judge.call(random_mini_batches, X_test.copy(), Y_test.copy(), size, seed))
    assert pairs, "There are no mini-batches."
    for one, other in pairs:
        columns = np.asarray(one)[0].astype(int)
        assert np.array_equal(np.asarray(other), Y_test[:, columns]), (
            "Samples and classes no longer belong together: both need the same order."
        )
### END HIDDEN TESTS

# %% test="a random order that depends on the seed" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

n_samples = 30
X_test, Y_test = np.arange(n_samples, dtype=float).reshape(1, n_samples), np.zeros((1, n_samples))


def order_of(seed):
    pairs = judge.call(random_mini_batches, X_test, Y_test, 7, seed)
    return np.concatenate([np.asarray(one)[0] for one, _ in pairs])


assert np.array_equal(order_of(1), order_of(1)), "The same seed should give the same mini-batches."
assert not np.array_equal(order_of(1), order_of(2)), (
    "Another seed should give other mini-batches. Is the argument seed used?"
)
for seed in (1, 2, 3):
    steps = np.diff(order_of(seed))
    assert np.mean(np.abs(steps) == 1) < 0.5, (
        "The samples stand in the mini-batches in the order in which they came, or nearly so."
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5202)
n_samples = 17
X_test, Y_test = np.arange(2.0 * n_samples).reshape(2, n_samples), rng.standard_normal((3, n_samples))


def together(Y):
    """Whether each sample has its own column of Y in every mini-batch."""
    pairs = list(judge.call(random_mini_batches, X_test, Y, 5, 6))
    assert pairs, "There are no mini-batches."
    return all(
        np.shape(other) == (len(Y), np.shape(one)[1])
        and np.allclose(other, Y[:, np.asarray(one)[0].astype(int)])
        for one, other in pairs
    )


if not together(Y_test):
    # Where one output is parted from its sample, too, which another test judges, columns stay whole.
    pairs = judge.call(random_mini_batches, X_test, Y_test, 5, 6)
    assert not together(Y_test[:1]) and all(
        np.ndim(other) == 2 and any(np.allclose(column, own) for own in Y_test.T)
        for _, other in pairs
        for column in np.transpose(other)
    ), "With several outputs, each sample should keep its whole column of Y."
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `adam_step`
#
# For the worked example it gives $w = 0.9$ after the first step and $0.8654$ after the second.


# %% exercise="adam_step"
def adam_step(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """One update by Adam.

    Parameters
    ----------
    parameters : dict
        Such as "W1", "b1", "W2", "b2": arrays of any shape, as many as there are.
    grads : dict
        Their gradients "dW1", "db1", ..., of the same shapes.
    v, s : dict
        The running means of the gradients and of their squares after step t - 1, with the keys of
        grads. Before the first step they are arrays of zeros.
    t : int
        The number of this step: 1, 2, ...
    learning_rate, beta1, beta2 : float
        As in the formulas.
    epsilon : float
        Added to the square root of the corrected s, outside the root.

    Returns
    -------
    parameters, v, s : three dicts
        The parameters after the step, and the running means after it, not corrected.

    Notes
    -----
    The arrays and dictionaries of the caller are left unchanged.
    """
    ### BEGIN SOLUTION
    new_parameters, new_v, new_s = {}, {}, {}
    for name, theta in parameters.items():
        g = grads["d" + name]
        mean = beta1 * v["d" + name] + (1 - beta1) * g
        square = beta2 * s["d" + name] + (1 - beta2) * g**2
        mean_hat = mean / (1 - beta1**t)
        square_hat = square / (1 - beta2**t)
        step = learning_rate * mean_hat / (np.sqrt(square_hat) + epsilon)
        new_parameters[name] = theta - step
        new_v["d" + name], new_s["d" + name] = mean, square
    return new_parameters, new_v, new_s
    ### END SOLUTION


# %% check="adam_step" points=1
lesson.check(adam_step)

# %% test="the first step, from running means of zero" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5211)
shapes = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
for learning_rate, beta1, beta2 in [(0.01, 0.9, 0.999), (0.3, 0.8, 0.95)]:
    parameters_test = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    grads_test = {"d" + name: 1 + rng.random(shape) for name, shape in shapes.items()}
    grads_test["dW1"] *= -1
    zeros = {"d" + name: np.zeros(shape) for name, shape in shapes.items()}
    judge.same(
        adam_step, parameters_test, grads_test, zeros, zeros, 1, learning_rate, beta1, beta2, 1e-10
    )
### END HIDDEN TESTS

# %% test="the parameters after later steps" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5212)
for t, learning_rate, beta1, beta2 in [(2, 0.1, 0.9, 0.999), (7, 0.4, 0.7, 0.9), (40, 0.2, 0.5, 0.99)]:
    shapes = {"W1": (4, 3), "b1": (4, 1), "W2": (1, 4), "b2": (1, 1)}
    parameters_test = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    grads_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
    v_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
    s_test = {"d" + name: 0.5 + rng.random(shape) for name, shape in shapes.items()}
    arguments = (parameters_test, grads_test, v_test, s_test, t, learning_rate, beta1, beta2, 1e-10)
    judge.same(adam_step, *arguments, parts=("parameters",))
### END HIDDEN TESTS

# %% test="the running means that it returns" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5213)
for t, beta1, beta2 in [(1, 0.9, 0.999), (3, 0.6, 0.8), (12, 0.95, 0.7), (4, 0.4, 0.3)]:
    shapes = {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)}
    parameters_test = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    grads_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
    v_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
    s_test = {"d" + name: 0.5 + rng.random(shape) for name, shape in shapes.items()}
    arguments = (parameters_test, grads_test, v_test, s_test, t, 0.1, beta1, beta2, 1e-10)
    judge.same(adam_step, *arguments, parts=("v", "s"))
### END HIDDEN TESTS

# %% test="epsilon stands outside the root, beside the corrected mean" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5214)
for t, epsilon in [(1, 0.1), (4, 0.5), (9, 0.02)]:
    parameters_test, *running = (
        {first + "W1": rng.standard_normal((2, 3)), first + "b1": rng.standard_normal((2, 1))}
        for first in ("", "d", "d")
    )
    running.append({"dW1": rng.random((2, 3)), "db1": rng.random((2, 1))})

    def arguments(scale, epsilon, parameters=parameters_test, running=running, t=t):
        """The same step, with gradients in another unit."""
        scaled = [
            {name: factor * of[name] for name in of}
            for of, factor in zip(running, (scale, scale, scale**2))
        ]
        return (parameters, *scaled, t, 0.1, 0.9, 0.99, scale * epsilon)

    try:
        judge.same(adam_step, *arguments(1, epsilon), parts=("parameters",))
    except AssertionError as error:
        first = error
        try:
            judge.same(adam_step, *arguments(1, 1e-12), parts=("parameters",))
        except AssertionError:
            # Wrong without epsilon, too, which other tests judge. The unit of the gradients still
            # changes nothing if epsilon has that unit, too.
            one, other, without = (
                judge.call(adam_step, *of)[0]
                for of in (arguments(1, epsilon), arguments(0.5, epsilon), arguments(1, 1e-12))
            )
            for name in parameters_test:
                if not np.allclose(one[name], other[name], rtol=1e-9) or np.allclose(
                    one[name], without[name]
                ):
                    raise first from None
        else:
            raise first from None
### END HIDDEN TESTS

# %% test="parameters of any number and shape" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5215)
shapes = {"W1": (2, 3), "b1": (2, 1), "W2": (4, 2), "b2": (4, 1), "W3": (1, 4), "b3": (1, 1)}
parameters_test = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
grads_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
v_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
s_test = {"d" + name: 0.5 + rng.random(shape) for name, shape in shapes.items()}
single = []
for layer in "123":
    names = [f"W{layer}", f"b{layer}"]
    single.append((
        {name: parameters_test[name] for name in names},
        *({"d" + name: of["d" + name] for name in names} for of in (grads_test, v_test, s_test)),
        5, 0.1, 0.9, 0.99, 1e-10,
    ))  # fmt: skip
judge.beyond(
    adam_step, parameters_test, grads_test, v_test, s_test, 5, 0.1, 0.9, 0.99, 1e-10,
    plain=single,
    follows=lambda one, two, three: tuple({**a, **b, **c} for a, b, c in zip(one, two, three)),
)  # fmt: skip
### END HIDDEN TESTS

# %% test="what belongs to the caller is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5216)
shapes = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
parameters_test = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
grads_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
v_test = {"d" + name: rng.standard_normal(shape) for name, shape in shapes.items()}
s_test = {"d" + name: 0.5 + rng.random(shape) for name, shape in shapes.items()}
judge.keeps(adam_step, parameters_test, grads_test, v_test, s_test, 2, 0.1, 0.9, 0.99, 1e-10)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The two examples on paper:

# %%
X_paper, Y_paper = np.array([[0.0, 1.0, 2.0, 3.0, 4.0]]), np.array([[0, 1, 0, 1, 0]])
batches = random_mini_batches(X_paper, Y_paper, 2, seed=1)
print("sizes", [one.shape[1] for one, _ in batches], " on paper [2, 2, 1]")
together = all(np.array_equal(one % 2, other) for one, other in batches)
print("each sample with its own class:", together)

w, v, s = {"w": np.array(1.0)}, {"dw": np.array(0.0)}, {"dw": np.array(0.0)}
for t, gradient, by_hand in [(1, 0.5, 0.9), (2, -0.2, 0.8654)]:
    w, v, s = adam_step(w, {"dw": np.array(gradient)}, v, s, t, 0.1, 0.9, 0.99)
    print(f"Adam, step {t}: w = {w['w']:.4f}, on paper {by_hand}")

# %% [markdown]
# ### Held against the libraries
#
# Is it the Adam of the libraries? Your `adam_step`, scikit-learn's and Keras's make 300 steps each,
# on all samples of the flower, from the same weights. In one detail the libraries differ from the
# formula above: they add $\epsilon$ before they correct $s$. The original paper mentions this
# variant. How much does it matter? Each run is made twice, with $\epsilon = 10^{-16}$, which looks like
# nothing, and with $10^{-25}$.

# %% demo=true
from sklearn.neural_network import MLPClassifier

X, Y = datasets.load_planar_dataset()
rows, classes = np.ascontiguousarray(X.T), Y[0]
keras, jax = load_keras("float64")


def your_adam(start, rate, count, epsilon=1e-16):
    """The cost at the start of each of `count` steps of your adam_step, on all samples."""
    parameters, costs = start, []
    v = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    s = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    for t in range(1, count + 1):
        A2, cache = forward_propagation(X, parameters)
        costs.append(compute_cost(A2, Y))
        grads = backward_propagation(parameters, cache, X, Y)
        parameters, v, s = adam_step(parameters, grads, v, s, t, rate, 0.9, 0.999, epsilon)
    return np.array(costs, dtype=float)


def scikit_learn_adam(weights, rate, count, epsilon=1e-16):
    """The same by MLPClassifier."""
    network = MLPClassifier(
        (weights[0].shape[1],), activation="tanh", solver="adam", learning_rate_init=rate,
        epsilon=epsilon, alpha=0, batch_size=len(rows), shuffle=False,
    )  # fmt: skip
    # A first call creates the arrays; its step is undone by starting Adam's means anew.
    network.partial_fit(rows, classes, classes=[0, 1])
    del network._optimizer
    arrays = [*network.coefs_, *network.intercepts_]
    for array, values in zip(arrays, [weights[i] for i in (0, 2, 1, 3)], strict=True):
        array[...] = values
    costs = []
    for _ in range(count):
        network.partial_fit(rows, classes)
        costs.append(network.loss_)
    return np.array(costs)


def keras_adam(weights, rate, count, epsilon=1e-16):
    """The same by Keras, in 64 bits throughout."""
    network = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(weights[0].shape[1], activation=jax.numpy.tanh),
            keras.layers.Dense(1),
        ]
    )

    def one_by_one(y, z):
        return keras.ops.binary_crossentropy(y, z, from_logits=True)[:, 0]

    network.compile(optimizer=keras.optimizers.Adam(rate, epsilon=epsilon), loss=one_by_one)
    network.set_weights(weights)
    costs = []
    for _ in range(count):
        costs.append(float(network.train_on_batch(rows, classes.reshape(-1, 1).astype(float))))
        network.reset_metrics()
    return np.array(costs)


np.random.seed(2)
first = initialize_parameters(2, 4, 1)
weights = library_weights(first)
largest = {}
fig, (left, right) = plotting.subplots(1, 2, figsize=(11, 3.8))
for epsilon, fill in ((1e-16, "full"), (1e-25, "none")):
    yours = your_adam(first, 0.01, 300, epsilon)
    if fill == "full":
        left.plot(yours, color="black", ls="-", label="your adam_step")
    for name, run, mark, colour, shift in (
        ("scikit-learn", scikit_learn_adam, "o", "#0072B2", 0),
        ("Keras", keras_adam, "^", "#E69F00", 15),
    ):
        costs = run(weights, 0.01, 300, epsilon)
        off = np.abs(costs - yours) / yours
        largest[name, epsilon] = off.max()
        within = ", ".join(f"1e-{k}: {off.max() < 10.0**-k}" for k in (9, 10, 12))
        print(f"{name:13} epsilon {epsilon:.0e}   within {within}")
        if fill == "full":
            at = np.arange(shift, 300, 30)
            left.plot(at, costs[at], mark, ls="", color=colour, label=name)
        at = np.arange(5 + shift // 3, 300, 10)
        right.plot(
            at, np.maximum(off[at], 1e-17), mark, ls="", color=colour, markersize=5, fillstyle=fill,
            label=f"{name}, {epsilon:.0e}",
        )  # fmt: skip
left.set(xlabel="step", ylabel="cost", title="Adam on the flower")
right.set(xlabel="step", ylabel="relative difference from yours", yscale="log", ylim=(3e-18, 1e-5))
left.legend(fontsize=9)
right.legend(fontsize=8, ncols=2, title="epsilon", title_fontsize=8)
plotting.show(
    "Left: the cost curve of your Adam as a line, with the marks of scikit-learn's and Keras's Adam "
    "on it. Right: relative differences from yours on a logarithmic axis. With an epsilon of 1e-16, "
    "filled marks, both rise to some 1e-10; with 1e-25, open marks, they stay below 1e-12."
)

# %% [markdown]
# All stay far within one millionth, and what is left with $10^{-16}$ is nearly all the work of
# $\epsilon$: both libraries are off by the same $5 \cdot 10^{-10}$, since they put it in the same other
# place. With $10^{-25}$ only rounding remains. In the first steps the gradients are tiny, and so is
# $\sqrt{s}$ before its correction; there even $10^{-16}$ counts. With the libraries' own $10^{-7}$ and
# $10^{-8}$ the curves differ by per cents. It is the same Adam only if $\epsilon$ is small enough.

# %% claim=true
for name in ("scikit-learn", "Keras"):
    assert 3e-10 < largest[name, 1e-16] < 8e-10
    assert largest[name, 1e-25] < 1e-12
for epsilon in (1e-7, 1e-8):
    yours = your_adam(first, 0.01, 300, epsilon)
    theirs = scikit_learn_adam(weights, 0.01, 300, epsilon)
    assert np.max(np.abs(theirs - yours) / yours) > 0.01

# %% [markdown]
# From here on your own code stands for all three, and we can see what each
# addition does by itself.

# %% [markdown]
# ## Each switched on by itself
#
# One training loop with six switches. Everything that is not named stays as in part 2: all samples,
# plain steps, small random first weights.


# %%
def train(
    X, Y, start, epochs, rate, batch_size=None, rule="plain", seed=0, watch=None, schedule=None, dropout=0.0
):
    """Train the network of part 2, and note the cost on all samples after each epoch.

    rule is "plain", "momentum" or "adam". watch(parameters) is called after each epoch, if given.
    schedule(share) multiplies the rate; share is the part of the epochs that is over. dropout is the
    probability that a hidden unit is off for a step.
    """
    parameters, costs, t = start, [], 0
    v = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    s = {"d" + name: np.zeros_like(array) for name, array in start.items()}
    masks = np.random.default_rng(seed)
    for epoch in range(epochs):
        now = rate * schedule(epoch / epochs) if schedule else rate
        batches = [(X, Y)]
        if batch_size:
            batches = random_mini_batches(X, Y, batch_size, seed + epoch)
        for mini_X, mini_Y in batches:
            t += 1
            used = parameters
            if dropout:
                # A unit that is off has no weights to the output; the others weigh more in return.
                on = (masks.random(used["W2"].shape[1]) >= dropout) / (1 - dropout)
                used = {**parameters, "W2": parameters["W2"] * on}
            cache = forward_propagation(mini_X, used)[1]
            grads = backward_propagation(used, cache, mini_X, mini_Y)
            if dropout:
                grads = {**grads, "dW2": grads["dW2"] * on}
            if rule == "adam":
                parameters, v, s = adam_step(parameters, grads, v, s, t, now)
            elif rule == "momentum":
                v = {name: 0.9 * v[name] - now * grads[name] for name in v}
                parameters = {name: parameters[name] + v["d" + name] for name in parameters}
            else:
                parameters = update_parameters(parameters, grads, now)
        costs.append(compute_cost(forward_propagation(X, parameters)[0], Y))
        if watch is not None:
            watch(parameters)
    return parameters, np.array(costs, dtype=float)


def draw_costs(curves, title, alt, xlabel="epoch"):
    """One panel of cost curves, told apart by colour and line."""
    fig, ax = plotting.subplots(1, 1, figsize=(7.5, 4))
    for name, costs in curves.items():
        ax.plot(np.arange(1, len(costs) + 1), costs, label=name)
    ax.set(xlabel=xlabel, ylabel="cost on all samples", title=title)
    ax.legend()
    plotting.show(alt)
    for name, costs in curves.items():
        print(f"{name:28} lowest {np.min(costs):.3f}, last {costs[-1]:.3f}")


# %% [markdown]
# ### Mini-batches
#
# With all 400 samples, an epoch is one step. With batches of 32 it is 13 steps, each on fewer samples.
# After the same number of epochs, so with every sample looked at equally often, who is ahead?

# %%
epochs, rate = 200, 0.3

# %% demo=true
curves = {}
for name, size in (("all 400 samples", None), ("mini-batches of 64", 64), ("mini-batches of 8", 8)):
    curves[name] = train(X, Y, first, epochs, rate, size)[1]
draw_costs(
    curves,
    "Mini-batches, each with the same learning rate",
    "Cost against epoch for three batch sizes. With all samples at once the cost falls slowly; with "
    "mini-batches it falls within few epochs, and with the smallest batches it trembles.",
)

# %% [markdown]
# At this rate mini-batches make more steps from the same work, so the cost falls much earlier. The
# price is a tremble: each small batch points in a slightly wrong direction, and the smaller the batch,
# the more. Part of the lead is the rate's: all samples at once bear a longer step.

# %% claim=true
everything, medium, small = curves.values()
assert small[20] < medium[20] < everything[20] - 0.02
longer = train(X, Y, first, epochs, 2.4)[1]
assert longer[-1] < everything[-1] - 0.2 and longer[20] > small[20] + 0.05


def tremble(costs):
    """How far the cost jumps from epoch to epoch at the end, as a standard deviation."""
    return np.diff(costs[-50:]).std()


assert tremble(small) > tremble(medium) > tremble(everything)

# %% [markdown]
# ### Momentum and Adam
#
# All samples again, so one step an epoch, 600 steps. A learning rate does not mean the same to the
# three rules: to Adam it is about the length of a step, and momentum adds up to ten steps to one. So
# equal rates would be no fair comparison, and one rate for each that somebody liked would be none
# either. Each rule gets five rates, and each rate five draws of the first weights.

# %% demo=true
from scipy.stats import t as student


def interval(d):
    """The ends of the 95 % interval of the mean of paired differences."""
    span = student.ppf(0.975, len(d) - 1) * np.std(d, ddof=1) / np.sqrt(len(d))
    return np.mean(d) - span, np.mean(d) + span


def told(d):
    """Their mean with its interval, in words."""
    low, high = interval(d)
    return f"{np.mean(d):+.3f} ({low:+.3f} to {high:+.3f})"


tried = {
    "plain": (0.3, 1.2, 2.4, 5.0, 10.0),
    "momentum": (0.12, 0.3, 0.6, 1.2, 2.4),
    "adam": (0.001, 0.01, 0.05, 0.2, 0.4),
}
seeds = range(2, 7)
runs = {}
for seed in seeds:
    np.random.seed(seed)
    start = initialize_parameters(2, 4, 1)
    for rule, rates in tried.items():
        for one in rates:
            costs = train(X, Y, start, 600, one, rule=rule)[1]
            runs.setdefault((rule, one), []).append(costs)
last = {name: np.array([costs[-1] for costs in curves]) for name, curves in runs.items()}
best_of = {rule: min(tried[rule], key=lambda r, rule=rule: last[rule, r].mean()) for rule in tried}
for rule, rates in tried.items():
    cells = "   ".join(f"{one:g}: {last[rule, one].mean():.2f}" for one in rates)
    print(f"{rule:9} cost after 600 steps, mean of five, by rate   {cells}")
rule_gaps = {}
for rule, other in (("momentum", "plain"), ("adam", "plain"), ("adam", "momentum")):
    d = last[rule, best_of[rule]] - last[other, best_of[other]]
    rule_gaps[rule, other] = interval(d)
    print(f"{rule} minus {other}, each at its best rate: {told(d)}")

# %% demo=true
fig, (left, right) = plotting.subplots(1, 2, figsize=(11, 4))
looks = {"plain": ("#0072B2", "-", "o"), "momentum": ("#E69F00", "--", "s"), "adam": ("black", ":", "^")}
for rule, (colour, line, mark) in looks.items():
    for number, costs in enumerate(runs[rule, best_of[rule]]):
        label = f"{rule}, rate {best_of[rule]:g}" if number == 0 else None
        left.plot(costs, color=colour, ls=line, lw=1.2, label=label)
    rates = tried[rule]
    right.plot(rates, [last[rule, one].mean() for one in rates], mark, ls=line, color=colour, label=rule)
    for one in rates:
        right.plot(np.full(len(seeds), one), last[rule, one], mark, ls="", color=colour, alpha=0.35, ms=4)
left.set(xlabel="step", ylabel="cost on all samples", title="Each at the best of its five rates")
right.set(xscale="log", xlabel="learning rate", ylabel="cost after 600 steps", title="All rates")
left.legend()
right.legend()
plotting.show(
    "Left: five cost curves for each rule at its best rate. Momentum and Adam end below the plain rule. "
    "Right: the cost after 600 steps against the learning rate, a small mark for each run and a line "
    "through the means. Each rule has its own range of good rates, plain the largest and Adam the "
    "smallest, and Adam at 0.001 has hardly left the start."
)

# %% [markdown]
# With the best of its rates each, momentum and Adam end lower than the plain rule. Between the two,
# five runs show no difference. Look at the right panel as well: every rule is bad at some rate. Adam at
# 0.001, which the libraries take if nobody says otherwise, is far behind a plain rule that was given a
# good rate. A figure with one rate for each rule can be made to show nearly any ranking.
#
# Why do they end lower? Momentum gathers speed as long as the gradients agree: a step, nine tenths of
# it again, and so on, up to ten times a plain step. Look at the first steps of Adam, too. With tiny
# first weights the gradients are tiny, so plain steps are tiny too. Adam divides by their size, so its
# steps have their full length from the start.

# %% claim=true
assert rule_gaps["momentum", "plain"][1] < -0.03
assert rule_gaps["adam", "plain"][1] < 0
assert rule_gaps["adam", "momentum"][0] < 0 < rule_gaps["adam", "momentum"][1]
assert last["adam", 0.001].min() > 0.6
assert last["plain", best_of["plain"]].max() < 0.35
for rule in tried:
    means = [last[rule, one].mean() for one in tried[rule]]
    assert max(means) > min(means) + 0.05, rule
    assert best_of[rule] not in (tried[rule][0], tried[rule][-1]), rule

# %% [markdown]
# ### A learning rate that falls
#
# A long step is good at the beginning and trembles at the end. A *schedule* makes the rate smaller while
# training goes on. A usual one is half a wave of the cosine, from 1 down to 0. Mini-batches of 32, 60
# epochs, plain steps: once with a constant rate, once with the schedule, each at the best of five rates, from
# five starts.

# %% demo=true
# NBVAL_IGNORE_OUTPUT
# At the largest rates rounding decides where a run lands.
def cosine(share):
    """From 1 at the beginning down to 0 at the end."""
    return 0.5 * (1 + np.cos(np.pi * share))


its_rates = {"constant": (0.15, 0.3, 0.6, 1.2, 2.4), "cosine": (2.4, 4.8, 9.6, 19.2, 38.4)}
falling = {}
for seed in seeds:
    np.random.seed(seed)
    start = initialize_parameters(2, 4, 1)
    for kind, schedule in (("constant", None), ("cosine", cosine)):
        for one in its_rates[kind]:
            costs = train(X, Y, start, 60, one, 32, seed=100 * seed, schedule=schedule)[1]
            falling.setdefault((kind, one), []).append(costs)
ends = {name: np.array([costs[-1] for costs in curves]) for name, curves in falling.items()}
best_kind = {k: min(its_rates[k], key=lambda r, k=k: ends[k, r].mean()) for k in its_rates}
for kind in best_kind:
    cells = "   ".join(f"{one:g}: {ends[kind, one].mean():.3f}" for one in its_rates[kind])
    print(f"{kind:9} cost after 60 epochs, mean of five, by rate   {cells}")
falling_gap = ends["cosine", best_kind["cosine"]] - ends["constant", best_kind["constant"]]
print("cosine minus constant, each at its best rate:", told(falling_gap))
fig, ax = plotting.subplots(1, 1, figsize=(7.5, 3.8))
for kind, colour, line in (("constant", "#0072B2", "-"), ("cosine", "#D55E00", "--")):
    for number, costs in enumerate(falling[kind, best_kind[kind]]):
        label = f"{kind}, rate {best_kind[kind]:g}" if number == 0 else None
        ax.plot(np.arange(1, 61), costs, color=colour, ls=line, lw=1.2, label=label)
ax.set(xlabel="epoch", ylabel="cost on all samples", title="Five starts each")
ax.legend()
plotting.show(
    "Cost against epoch, five curves with a constant rate of 0.6 and five with a cosine schedule from 9.6. "
    "Those with the schedule jump up and down at first, up to 2.8. Then they become smooth and end below the "
    "others, which fall without jumps."
)

# %% [markdown]
# With the schedule the cost ends lower, by an interval that leaves out 0. Look at the rates, too. The best
# one with the schedule is far larger than the best constant one. At first the cost jumps about; but the rate
# does not stay so large. Keras has this as `CosineDecay`. `MLPClassifier` has schedules of its own for its plain
# rule, `learning_rate="invscaling"` and `"adaptive"`.

# %% claim=true
assert interval(falling_gap)[1] < -0.02
assert best_kind["cosine"] > 2 * best_kind["constant"]
for kind, tried_rates in its_rates.items():
    assert best_kind[kind] not in (tried_rates[0], tried_rates[-1]), kind
# %% [markdown]
# ### The first weights
#
# Your `initialize_parameters` draws weights of size 0.01. Two rules take the size from the layer.
# For $n_{in}$ inputs and $n_{out}$ units of a layer
#
# - **Glorot**: standard deviation $\sqrt{2 / (n_{in} + n_{out})}$, made for tanh; it is what Keras and
#   scikit-learn use;
# - **He**: standard deviation $\sqrt{2 / n_{in}}$, made for ReLU, which lets only half of the values
#   through.
#
# Which start gets away soonest, and what becomes of zeros? Five draws of each, all with the rate 0.6. Then a
# second question: how much of a lead is left after 300 steps, if each start may choose the best of five rates?


# %% demo=true
def starting_weights(kind, n_x, n_h, n_y, seed=3):
    """First parameters of one of four kinds; biases are 0."""
    rng = np.random.default_rng(seed)

    def draw(n_out, n_in):
        scale = {
            "zeros": 0.0,
            "0.01": 0.01,
            "Glorot": np.sqrt(2 / (n_in + n_out)),
            "He": np.sqrt(2 / n_in),
        }[kind]
        return scale * rng.standard_normal((n_out, n_in))

    return {
        "W1": draw(n_h, n_x),
        "b1": np.zeros((n_h, 1)),
        "W2": draw(n_y, n_h),
        "b2": np.zeros((n_y, 1)),
    }


kinds, start_rates = ("zeros", "0.01", "Glorot", "He"), (0.6, 1.2, 2.4, 5.0, 10.0)
from_start = {
    (kind, one): [train(X, Y, starting_weights(kind, 2, 8, 1, seed), 300, one)[1] for seed in range(3, 8)]
    for kind in kinds
    for one in start_rates
}
fig, ax = plotting.subplots(1, 1, figsize=(7.5, 4))
for kind, colour, line in zip(kinds, ("black", "#D55E00", "#009E73", "#0072B2"), ("-", "--", "-.", ":"), strict=True):
    for number, costs in enumerate(from_start[kind, 0.6]):
        ax.plot(np.arange(1, 301), costs, color=colour, ls=line, lw=1.2, label=None if number else kind)
ax.set(xlabel="step", ylabel="cost on all samples", title="First weights: plain steps, rate 0.6, five draws of each")
ax.legend()
plotting.show(
    "Cost against step, five curves for each of four kinds of first weights. Zeros stay flat at the cost of a "
    "coin; weights of size 0.01 stay nearly flat for about a hundred steps and then fall; Glorot and He fall "
    "from the start."
)
away, at_end, best_of_start = {}, {}, {}
for kind in kinds:
    away[kind] = [int(np.sum(costs > 0.6)) for costs in from_start[kind, 0.6]]
    ends_at = {one: np.array([costs[-1] for costs in from_start[kind, one]]) for one in start_rates}
    best_of_start[kind] = min(start_rates, key=lambda one, ends_at=ends_at: ends_at[one].mean())
    at_end[kind] = ends_at[best_of_start[kind]]
    print(f"{kind:7} steps above a cost of 0.6: {min(away[kind]):3} to {max(away[kind]):3}   "
          f"cost after 300 at the best rate, {best_of_start[kind]:g}: {at_end[kind].mean():.3f}")  # fmt: skip
for kind in ("Glorot", "He"):
    print(f"{kind} minus 0.01, each at its best rate: {told(at_end[kind] - at_end['0.01'])}")
glorot = np.asarray(keras.initializers.GlorotNormal(seed=1)((200, 100)))
print(f"Keras, 200 inputs and 100 units: standard deviation {glorot.std():.4f}, "
      f"by the formula {np.sqrt(2 / 300):.4f}")  # fmt: skip

# %% [markdown]
# With zeros the network never leaves the start, for the reason that you saw in part 2: the hidden
# units get no gradient, and would all be alike if they did. 0.01 needs some patience on the flat
# start, in all five draws. The other two begin where there is a slope. With one hidden layer a longer step
# makes up for most of it: after 300 steps, each at its best rate, Glorot is not shown to be ahead of 0.01, and
# the interval of He reaches up to about 0. In a network with many layers it is more than patience, since every
# layer multiplies the size of what passes through it; notebook 04 shows that.

# %% claim=true
assert np.allclose(from_start["zeros", 0.6], np.log(2), atol=1e-6)
assert min(away["0.01"]) > 100 and max(away["Glorot"] + away["He"]) < 40
for kind in ("0.01", "Glorot", "He"):
    assert best_of_start[kind] == 5.0
low, high = interval(at_end["Glorot"] - at_end["0.01"])
assert low < 0 < high
low, high = interval(at_end["He"] - at_end["0.01"])
assert -0.04 < low < -0.01 and abs(high) < 0.005

# %% [markdown]
# ### Early stopping
#
# The cost on the training samples can go on falling while the network gets worse on new ones. So a
# part of the samples is held out as a *validation set*. After each epoch the cost on it is noted. When
# it has not fallen for some epochs, the *patience*, training stops, and the parameters of the best
# epoch are taken.
#
# Few noisy samples and many hidden units: where would you stop?

# %% demo=true
from sklearn.model_selection import train_test_split

noisy, noisy_classes = datasets.load_moons(n_samples=120, noise=0.35, random_state=4)
fit_rows, held_rows, fit_classes, held_classes = train_test_split(
    noisy, noisy_classes, test_size=0.5, stratify=noisy_classes, random_state=0
)
fit_X, fit_Y = fit_rows.T, fit_classes.reshape(1, -1)
held_X, held_Y = held_rows.T, held_classes.reshape(1, -1)

held_costs = []
history = train(
    fit_X, fit_Y, starting_weights("Glorot", 2, 50, 1), 400, 0.02, 16, "adam",
    watch=lambda p: held_costs.append(float(compute_cost(forward_propagation(held_X, p)[0], held_Y))),
)[1]  # fmt: skip

patience = 20
best, stopped = 0, len(held_costs)
for epoch, cost in enumerate(held_costs):
    if cost < held_costs[best]:
        best = epoch
    elif epoch - best >= patience:
        stopped = epoch
        break

fig, ax = plotting.subplots(1, 1, figsize=(7.5, 4))
ax.plot(np.arange(1, 401), history, ls="-", label="training samples")
ax.plot(np.arange(1, 401), held_costs, ls="--", label="held-out samples")
ax.axvline(stopped + 1, color="#333333", ls=":", label="training would stop here")
ax.plot(best + 1, held_costs[best], "o", color="black", label="best epoch so far")
ax.set(xlabel="epoch", ylabel="cost", title="50 hidden units on 60 noisy samples")
ax.legend()
plotting.show(
    "Cost against epoch. On the training samples it keeps falling. On the held-out samples it falls "
    "at first, reaches a lowest point early, marked by a dot, and rises again; a dotted line soon "
    "after it marks where training would stop."
)
print(f"best epoch {best + 1}, stopped after epoch {stopped + 1}")
print(f"held-out cost there {held_costs[best]:.3f}, after 400 epochs {held_costs[-1]:.3f}")

# %% [markdown]
# Stopping saves most of the work. Does it give the better network, too? This was one draw of the points.

# %% claim=true
assert stopped < 100 and held_costs[-1] > held_costs[best] + 0.05 and history[-1] < history[best] - 0.1

# %% [markdown]
# ### Dropout
#
# There is another answer to a network that is too large. **Dropout** switches each hidden unit off with
# some probability in every step, at random, and lets the others weigh more in return. No unit can rely on a
# certain other one. For predictions all units are on. In `train` it is a switch of four lines: a unit that
# is off has no weights to the output, and your own functions do the rest. (Libraries draw the units anew
# for each sample; we draw them once for each mini-batch.)
#
# Ten draws of the points, with a validation set each, and 2,000 new points to judge. On each draw four
# ways: training to the end, early stopping, dropout to the end, and both. Dropout may choose its
# probability of three by the validation set. What do you expect?

# %% demo=true
def points_of(m, seed):
    """Noisy moons, in columns."""
    rows, classes = datasets.load_moons(n_samples=m, noise=0.35, random_state=seed)
    return rows.T, classes.reshape(1, -1)


def cost_on(parameters, samples):
    """The cost on these samples."""
    return float(compute_cost(forward_propagation(samples[0], parameters)[0], samples[1]))


def stop_at(held, patience=20):
    """The best epoch at which training with this patience would stop."""
    best = 0
    for epoch, cost in enumerate(held):
        if cost < held[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


on_new = {way: [] for way in ("to the end", "early stopping", "dropout", "both")}
for draw in range(10):
    fit_on, held_on, new_on = points_of(60, 10 + draw), points_of(60, 110 + draw), points_of(2000, 210 + draw)
    tried_p = {}
    for p in (0.0, 0.2, 0.5, 0.8):
        after = []  # the parameters after each epoch
        train(
            *fit_on, starting_weights("Glorot", 2, 50, 1, seed=draw), 250, 0.02, 16, "adam", seed=draw, dropout=p,
            watch=after.append,
        )  # fmt: skip
        held = [cost_on(parameters, held_on) for parameters in after]
        tried_p[p] = [(held[k], cost_on(after[k], new_on)) for k in (len(held) - 1, stop_at(held))]
    on_new["to the end"].append(tried_p[0.0][0][1])
    on_new["early stopping"].append(tried_p[0.0][1][1])
    on_new["dropout"].append(min(tried_p[p][0] for p in (0.2, 0.5, 0.8))[1])
    on_new["both"].append(min(tried_p[p][1] for p in (0.2, 0.5, 0.8))[1])
ways = {way: np.array(costs) for way, costs in on_new.items()}
for way, costs in ways.items():
    print(f"{way:15} cost on new points, mean of ten {costs.mean():.3f}, highest {costs.max():.3f}")
for one, other in (
    ("early stopping", "to the end"), ("dropout", "to the end"), ("dropout", "early stopping"), ("both", "early stopping"),
):  # fmt: skip
    print(f"{one} minus {other}: {told(ways[one] - ways[other])}")

# %% [markdown]
# On average early stopping is ahead of training to the end, but its interval contains 0: on some draws the
# last epoch does no harm. What it does is to prevent the worst, and it saves most of the work. Dropout is
# ahead of training to the end by an interval that leaves out 0. Against early stopping its interval reaches
# up to about 0, and both together are not shown to be better than early stopping alone.
#
# The validation samples have taken part in a decision. How good a network is must be measured on others
# still, as we did. `MLPClassifier` has `early_stopping=True` and no dropout. Keras has the callback
# `EarlyStopping` and the layer `Dropout`.

# %% claim=true
stopping, off = ways["early stopping"], ways["dropout"]
full = ways["to the end"]
assert interval(stopping - full)[0] < 0 < interval(stopping - full)[1] and stopping.mean() < full.mean()
assert stopping.max() < full.max() - 0.1
assert interval(off - full)[1] < 0
assert interval(off - stopping)[0] < -0.02 and abs(interval(off - stopping)[1]) < 0.01
assert interval(ways["both"] - stopping)[0] < 0 < interval(ways["both"] - stopping)[1]
# %% [markdown]
# ## An experiment to play with
#
# - Go back to the cell with `epochs, rate` and set `rate` to 1.2, then to 0.03, and run the mini-batches
#   again. Which batch size bears which rate?
# - In *Momentum and Adam*, make it 2,000 steps in place of 600. Which rates catch up, and does the
#   ranking of the rules stay?
# - In your `adam_step`, leave out the two corrections for a moment, and run the comparison with the
#   libraries. At which steps is the difference largest? (Put them back and run the check when you are
#   done.)
# - Set `patience = 2` in the cell of early stopping. What goes wrong when one is too impatient?

# %% [markdown]
# ## Three questions to think about
#
# **1.** The first step of Adam has the length of the learning rate, whatever the gradient. Why?
#
# <details><summary>Answer</summary>
#
# After the first step $v = (1-\beta_1) g$ and $s = (1-\beta_2) g^2$. The corrections divide by exactly
# these factors, so $\hat v = g$ and $\hat s = g^2$. Then $\hat v / \sqrt{\hat s} = g / |g|$, which is
# $1$ or $-1$ (as long as $\epsilon$ is small against $|g|$). A first gradient of 500 makes the same step
# as one of 0.5.
#
# </details>
#
# **2.** Why is a new order drawn in each epoch? What if the samples were left in the order in which
# they are stored?
#
# <details><summary>Answer</summary>
#
# Data are often stored class by class; the flower is. Then a mini-batch holds one class only, and its
# gradient says "always answer this class". The next batches undo it. A random order gives every batch
# about the mixture of the whole. Drawing it anew keeps the same samples from always sitting together,
# so that the errors of the batches do not add up over the epochs.
#
# </details>
#
# **3.** Adam at its best rate ended below the plain rule. Is it therefore always the better choice?
#
# <details><summary>Answer</summary>
#
# No. We tried five rates for each; with the library's 0.001 Adam would have lost. And this was the
# training cost, on one data set. Which rule ends at the better network on new data depends on the
# problem, and plain steps with momentum and a well-chosen rate often do as well. Only a comparison on
# held-out data can tell, such as the one in the next notebook.
#
# </details>

# %% [markdown]
# ## Sources
#
# - Adam, its correction, and the variant of where $\epsilon$ stands: D. Kingma, J. Ba, *Adam: a method
#   for stochastic optimization*, ICLR 2015, algorithm 1 and the remark at the end of section 2.
# - First weights: X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward
#   neural networks*, AISTATS 2010; K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*,
#   ICCV 2015.
# - Dropout: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, *Dropout: a simple way
#   to prevent neural networks from overfitting*, Journal of Machine Learning Research 15 (2014). The cosine:
#   I. Loshchilov, F. Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017.
# - Mini-batches, momentum and early stopping: I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*
#   (MIT Press, 2016), sections 7.8, 8.1 and 8.3.
# - The names `random_mini_batches`, `v` and `s`: A. Ng, K. Katanforoosh, Y. Bensouda Mourri, *Improving
#   Deep Neural Networks* (deeplearning.ai on Coursera), second week.
