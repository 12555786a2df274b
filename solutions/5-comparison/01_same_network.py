# title: The same network
# summary: Your network, scikit-learn's and Keras's, from the same weights: one and the same curve.

# %% [markdown]
# # 01 · The same network
#
# By the end you will be able to
#
# - carry the weights of your network over into scikit-learn and Keras;
# - switch off everything that a library adds, until plain gradient descent is left;
# - say how close two computations are, and how close they can be in 64-bit numbers;
# - recognise when a library quietly computes with fewer digits.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. This notebook uses Keras in its figures. If Keras is not
# installed, the cell that loads it says so, and the two exercises work all the same.

# %%
import os

import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("5-comparison/01_same_network")

# %% [markdown]
# The steps of your network from part 2, and those of the softmax network from part 3:

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
calculate_loss, gradients = lesson.carry("3-softmax/calculate_loss", "3-softmax/gradients")

# %% [markdown]
# ## Where we are
#
# You have built networks from nothing but NumPy. Most people do not: they call a library. Two
# libraries stand for all of them here. *scikit-learn* has `MLPClassifier`, a whole network in one
# object. *Keras* is a kit: one puts layers together and chooses a loss and an optimiser.
#
# Is what they train the same network as yours? If it is, the same first weights must give the same
# cost after every single iteration. Which part of the picture has to be equal for that?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="model", labels=("", "tanh", "sigmoid"))
plotting.show(
    "The 2-4-1 network with its whole training loop highlighted: forward propagation, cost, "
    "backpropagation and update."
)

# %% [markdown]
# All of it: the data, the architecture, the first weights, the cost, its gradient and the update. If
# one of them differs a little, the curves part.

# %% [markdown]
# ## The mathematics
#
# There is nothing new to compute. What differs is how the numbers are laid out. Your network of part
# 2 has its samples in columns; the libraries have them in rows. Transposing both sides of
# $Z_1 = W_1 X + b_1$ gives
#
# $$Z_1^T = X^T W_1^T + b_1^T$$
#
# So a library needs $X^T$ for the data and $W_1^T$ for the weights, which it calls the *kernel* of
# the layer. Its biases have one axis only.
#
# | Meaning | Yours | Shape | Library | Shape |
# | --- | --- | --- | --- | --- |
# | inputs | `X` | `(n_x, m)` | `X.T` | `(m, n_x)` |
# | classes | `Y` | `(1, m)` | `Y[0]` | `(m,)` |
# | weights, hidden layer | `W1` | `(n_h, n_x)` | `kernel1` | `(n_x, n_h)` |
# | biases, hidden layer | `b1` | `(n_h, 1)` | `bias1` | `(n_h,)` |
# | weights, output | `W2` | `(n_y, n_h)` | `kernel2` | `(n_h, n_y)` |
# | biases, output | `b2` | `(n_y, 1)` | `bias2` | `(n_y,)` |
#
# The order matters too. Keras goes layer by layer: `[kernel1, bias1, kernel2, bias2]`. scikit-learn
# keeps two lists, `coefs_` with the kernels and `intercepts_` with the biases.
#
# **How close is close?** A cost is known to about 16 digits in 64-bit numbers, and to about 7 in
# 32-bit ones. So differences are measured in proportion to the cost itself. With your costs $J_t$
# and a library's $K_t$, the largest relative difference is
#
# $$d = \max_t \frac{|K_t - J_t|}{|J_t|}$$

# %% [markdown]
# ## A worked example on paper
#
# Take two inputs, three hidden units and one output:
#
# $$W_1 = \begin{pmatrix} 1 & 2 \\ 3 & 4 \\ 5 & 6 \end{pmatrix},\quad
# b_1 = \begin{pmatrix} 7 \\ 8 \\ 9 \end{pmatrix},\quad
# W_2 = \begin{pmatrix} -1 & -2 & -3 \end{pmatrix},\quad b_2 = \begin{pmatrix} 0.5 \end{pmatrix}$$
#
# The first kernel has a row for each input and a column for each hidden unit. The weight from input
# 1 to unit 2 is 3, so it stands in row 1, column 2:
#
# $$\text{kernel}_1 = \begin{pmatrix} 1 & 3 & 5 \\ 2 & 4 & 6 \end{pmatrix},\quad
# \text{bias}_1 = (7, 8, 9),\quad
# \text{kernel}_2 = \begin{pmatrix} -1 \\ -2 \\ -3 \end{pmatrix},\quad \text{bias}_2 = (0.5)$$
#
# And two cost curves: yours is $(0.5, \; 0.4, \; 0.2)$, the other one $(0.5, \; 0.39, \; 0.204)$.
# The relative differences are $0$, $0.01/0.4 = 0.025$ and $0.004/0.2 = 0.02$, so the largest is
# $0.025$. On paper it is not the last one, although training has gone on.

# %% [markdown]
# ## Exercise: `library_weights`
#
# For the network on paper it returns `[[1, 3, 5], [2, 4, 6]]`, `[7, 8, 9]`, `[[-1], [-2], [-3]]` and
# `[0.5]`.


# %% exercise="library_weights"
def library_weights(parameters):
    """Lay the parameters of a network out as scikit-learn and Keras do.

    Parameters
    ----------
    parameters : dict
        "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).

    Returns
    -------
    list of four arrays
        kernel1 of shape (n_x, n_h), bias1 of shape (n_h,),
        kernel2 of shape (n_h, n_y), bias2 of shape (n_y,), in this order.
        A bias has one axis, of length 1 too: one unit gives the shape (1,).
        There may be several outputs (n_y > 1).

    Notes
    -----
    `parameters` is left unchanged.
    """
    ### BEGIN SOLUTION
    kernel1, bias1 = parameters["W1"].T, parameters["b1"].ravel()
    kernel2, bias2 = parameters["W2"].T, parameters["b2"].ravel()
    return [kernel1, bias1, kernel2, bias2]
    ### END SOLUTION


# %% check="library_weights" points=1
lesson.check(library_weights)

# %% test="the kernels" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5101)
for n_x, n_h in [(2, 4), (3, 5), (5, 3), (4, 1), (1, 6), (3, 3)]:
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(library_weights, parameters_test, parts=("kernel1", "kernel2"))
### END HIDDEN TESTS

# %% test="the biases have one axis" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5102)
for n_x, n_h in [(2, 4), (5, 3), (3, 1), (4, 4)]:
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(library_weights, parameters_test, parts=("bias1", "bias2"))
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5103)
for n_x, n_h, n_y in [(2, 4, 3), (3, 2, 5), (3, 3, 3)]:
    parameters_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((n_y, n_h)),
        "b2": rng.standard_normal((n_y, 1)),
    }
    single = [
        ({**parameters_test, **{name: parameters_test[name][k : k + 1] for name in ("W2", "b2")}},)
        for k in range(n_y)
    ]

    def columns(*own):
        return (*own[0][:2], *(np.hstack([one[i] for one in own]) for i in (2, 3)))

    def rows(*own, size=(n_h, n_y)):
        """The same where a kernel lies the wrong way round: one output after the other."""
        kernel2 = np.concatenate([np.ravel(one[2]) for one in own])
        return (*own[0][:2], kernel2.reshape(size), np.hstack([one[3] for one in own]))

    try:
        judge.beyond(library_weights, parameters_test, plain=single, follows=rows)
    except AssertionError:
        judge.beyond(library_weights, parameters_test, plain=single, follows=columns)
### END HIDDEN TESTS

# %% test="parameters is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5104)
parameters_test = {
    "W1": rng.standard_normal((4, 2)),
    "b1": rng.standard_normal((4, 1)),
    "W2": rng.standard_normal((1, 4)),
    "b2": rng.standard_normal((1, 1)),
}
judge.keeps(library_weights, parameters_test)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `relative_difference`
#
# For the two curves on paper it returns `0.025`.


# %% exercise="relative_difference"
def relative_difference(costs, reference):
    """Largest relative difference between two cost curves.

    Parameters
    ----------
    costs : array of shape (n,)
        The costs that are compared.
    reference : array of shape (n,), no entry 0
        The costs that they are held against. An entry may be negative: a difference is counted in
        proportion to its size.

    Returns
    -------
    float
        The largest of |costs - reference| / |reference| over all entries, 0 where both are equal.
    """
    ### BEGIN SOLUTION
    return float(np.max(np.abs(costs - reference) / np.abs(reference)))
    ### END SOLUTION


# %% check="relative_difference" points=1
lesson.check(relative_difference)

# %% test="the largest one, wherever it stands and whichever curve is above" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5111)
for n in (1, 2, 7, 30, 31):
    reference_test = 0.1 + rng.random(n)
    costs_test = reference_test * (1 + 0.1 * rng.standard_normal(n))
    judge.same(relative_difference, costs_test, reference_test)
    judge.same(relative_difference, 2 * reference_test - costs_test, reference_test)
judge.same(relative_difference, np.array([2.0, 0.5, 0.25]), np.array([2.0, 0.5, 0.25]))
### END HIDDEN TESTS

# %% test="in proportion to the reference, not to the other curve" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

# Curves of a single point, the reference below: which point counts, and its sign, is judged above.
judge.same(relative_difference, np.array([3.0]), np.array([2.0]))
judge.same(relative_difference, np.array([0.15]), np.array([0.1]))
judge.same(relative_difference, np.array([50.0]), np.array([49.0]))
### END HIDDEN TESTS

# %% test="a reference with negative entries" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5112)
for n in (3, 6):
    reference_test = -0.5 - rng.random(n)
    costs_test = reference_test + 0.2 * rng.standard_normal(n)
    judge.beyond(
        relative_difference, costs_test, reference_test, plain=[(-costs_test, -reference_test)]
    )
judge.beyond(
    relative_difference, np.array([1.0, -2.0]), np.array([1.1, -4.0]),
    plain=[(np.array([1.0, 2.0]), np.array([1.1, 4.0]))],
)  # fmt: skip
### END HIDDEN TESTS

# %% [markdown]
# Do your functions agree with the paper?

# %%
paper = {
    "W1": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    "b1": np.array([[7.0], [8.0], [9.0]]),
    "W2": np.array([[-1.0, -2.0, -3.0]]),
    "b2": np.array([[0.5]]),
}
by_hand = [[[1, 3, 5], [2, 4, 6]], [7, 8, 9], [[-1], [-2], [-3]], [0.5]]
names = ["kernel1", "bias1", "kernel2", "bias2"]
for name, array, wanted in zip(names, library_weights(paper), by_hand, strict=True):
    print(f"{name:8} {array.tolist()}  agrees with paper: {np.array_equal(array, wanted)}")
curves = np.array([0.5, 0.39, 0.204]), np.array([0.5, 0.4, 0.2])
print(f"largest relative difference {relative_difference(*curves):.3f}, on paper 0.025")

# %% [markdown]
# ## The three trainings
#
# **Yours** is the loop of part 2. It notes the cost at the start of every iteration.


# %%
def your_costs(X, Y, parameters, learning_rate, count):
    """The cost at the start of each of `count` iterations of your network of part 2."""
    costs = []
    for _ in range(count):
        A2, cache = forward_propagation(X, parameters)
        costs.append(compute_cost(A2, Y))
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
    return np.array(costs, dtype=float)


# %% [markdown]
# **scikit-learn.** `MLPClassifier` comes with much switched on: Adam, mini-batches of 200, a
# penalty on the weights, random first weights. The cell below switches all of it off. One call of
# `partial_fit` is then one iteration, and `loss_` is the cost at its start.
#
# There is no argument for the first weights. The first call of `partial_fit` creates the arrays; we
# then write into them.
#
# One thing more. With two classes `MLPClassifier` always has one sigmoid output. For the softmax
# network we therefore announce a third class that never occurs, and give it the score $-1000$. Its
# probability is $e^{-1000}$, which is 0 in any computer, so nothing else changes.


# %% demo=true
from sklearn.neural_network import MLPClassifier


def scikit_learn_costs(rows, classes, weights, learning_rate, count, reg_lambda=0.0):
    """The cost at the start of each iteration of MLPClassifier, as plain gradient descent."""
    kernel1, bias1, kernel2, bias2 = weights
    known = [0, 1]
    if kernel2.shape[1] == 2:
        kernel2 = np.column_stack([kernel2, np.zeros(len(kernel2))])
        bias2 = np.append(bias2, -1000.0)
        known = [0, 1, 2]
    network = MLPClassifier(
        hidden_layer_sizes=(kernel1.shape[1],),
        activation="tanh",
        solver="sgd",
        learning_rate="constant",
        learning_rate_init=learning_rate,
        momentum=0,
        nesterovs_momentum=False,
        alpha=reg_lambda,
        batch_size=len(rows),
        shuffle=False,
    )
    network.partial_fit(rows, classes, classes=known)
    arrays = [*network.coefs_, *network.intercepts_]
    for array, values in zip(arrays, [kernel1, kernel2, bias1, bias2], strict=True):
        array[...] = values
    costs = []
    for _ in range(count):
        network.partial_fit(rows, classes)
        costs.append(network.loss_)
    return np.array(costs)


# %% [markdown]
# **Keras** does not compute by itself. It hands the work to another library; here that is JAX, on
# the processor. Which one it is must be said before Keras is loaded. Keras computes with 32-bit
# numbers unless told otherwise.


# %%
def load_keras(floatx):
    """Keras on JAX, on the CPU, with numbers of the kind `floatx`: "float32" or "float64"."""
    os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")
    try:
        import jax
        import keras
    except ImportError as missing:
        raise nnlib.NotInstalled(missing.name) from None
    jax.config.update("jax_enable_x64", floatx == "float64")
    keras.config.set_floatx(floatx)
    return keras, jax


# %% demo=true
keras, jax = load_keras("float64")
print("Keras on", keras.backend.backend(), "with", keras.config.floatx())

# %% [markdown]
# `train_on_batch` is one iteration on all samples, and returns the cost at its start. The output
# layer gives the weighted sum, and the loss applies the sigmoid or softmax itself; that is the
# numerically safe way.
#
# The argument `exact` needs explaining. Even when told to use 64 bits, some functions of Keras on
# JAX round to 32 on the way; its `tanh` and its `mean` are among them. With `exact=True` the network
# gets JAX's own `tanh`, and a loss that leaves out the `mean`. We shall look at both.


# %%
def keras_costs(rows, classes, weights, learning_rate, count, reg_lambda=0.0, exact=True):
    """The cost at the start of each iteration of a Keras network, as plain gradient descent."""
    n_x, n_h = weights[0].shape
    n_y = weights[2].shape[1]
    # Keras adds l2 * sum(W ** 2) to the mean loss; the course adds reg_lambda / (2 m) of it.
    penalty = keras.regularizers.L2(reg_lambda / (2 * len(rows))) if reg_lambda else None
    tanh = jax.numpy.tanh if exact else "tanh"
    network = keras.Sequential(
        [
            keras.Input((n_x,)),
            keras.layers.Dense(n_h, activation=tanh, kernel_regularizer=penalty),
            keras.layers.Dense(n_y, kernel_regularizer=penalty),
        ]
    )

    def one_by_one(y, z):
        return keras.ops.binary_crossentropy(y, z, from_logits=True)[:, 0]

    if n_y > 1:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    elif exact:
        loss = one_by_one
    else:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=loss)
    network.set_weights(weights)
    classes = classes if n_y > 1 else classes.reshape(-1, 1).astype(float)
    costs = []
    for _ in range(count):
        costs.append(float(network.train_on_batch(rows, classes)))
        network.reset_metrics()
    return np.array(costs)


# %% [markdown]
# **PyTorch** is not part of this course. If you have installed it (`pip install torch`), the figures below
# get a fourth set of marks. Its networks are written much as yours: the forward pass in plain operations,
# with a `backward` that PyTorch finds by itself. Notebook 06 builds such an engine.


# %% demo=true
try:
    import torch
except ImportError:
    torch = None


def pytorch_costs(rows, classes, weights, learning_rate, count, reg_lambda=0.0):
    """The cost at the start of each iteration in PyTorch, as plain gradient descent."""
    X, y = torch.tensor(rows, dtype=torch.float64), torch.tensor(classes)
    arrays = [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in weights]
    kernel1, bias1, kernel2, bias2 = arrays
    rule = torch.optim.SGD(arrays, lr=learning_rate)
    costs = []
    for _ in range(count):
        Z2 = torch.tanh(X @ kernel1 + bias1) @ kernel2 + bias2
        if len(bias2) > 1:
            loss = torch.nn.functional.cross_entropy(Z2, y.long())
        else:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(Z2[:, 0], y.double())
        loss = loss + reg_lambda / (2 * len(X)) * ((kernel1**2).sum() + (kernel2**2).sum())
        costs.append(loss.item())
        rule.zero_grad()
        loss.backward()
        rule.step()
    return np.array(costs)


# %% [markdown]
# ## What you should now see: the flower
#
# All three start from the weights that your `initialize_parameters` draws. 1,000 iterations with
# learning rate 1.2 and all 400 samples at once. Will the curves lie on one another?

# %% demo=true
X, Y = datasets.load_planar_dataset()
rows, classes = np.ascontiguousarray(X.T), Y[0]
np.random.seed(2)
start = initialize_parameters(2, 4, 1)
weights = library_weights(start)

count = 1000
yours = your_costs(X, Y, start, 1.2, count)
theirs = {
    "scikit-learn": scikit_learn_costs(rows, classes, weights, 1.2, count),
    "Keras": keras_costs(rows, classes, weights, 1.2, count),
    "Keras, its own tanh and mean": keras_costs(rows, classes, weights, 1.2, count, exact=False),
}
if torch:
    theirs["PyTorch"] = pytorch_costs(rows, classes, weights, 1.2, count)
print(f"iteration{'yours':>20}{'scikit-learn':>20}{'Keras':>20}")
for i in (0, 10, 100, count - 1):
    values = (yours[i], theirs["scikit-learn"][i], theirs["Keras"][i])
    print(f"{i:9}" + "".join(f"{value:20.12f}" for value in values))

# %% [markdown]
# Twelve digits, and all of them equal. A picture shows every iteration. On the right is the relative
# difference from your costs, on a logarithmic axis; where it is exactly 0, which such an axis
# cannot show, it is drawn at $10^{-17}$.


# %% demo=true
# NBVAL_IGNORE_OUTPUT
def draw_race(yours, theirs, what):
    """Cost curves on one another, and their differences on a logarithmic axis."""
    fig, (left, right) = plotting.subplots(1, 2, figsize=(11, 4))
    left.plot(yours, color="black", linewidth=1.5, ls="-", label="yours")
    marks = [("o", "#0072B2"), ("^", "#E69F00"), ("s", "#CC79A7"), ("D", "#009E73")]
    step = len(yours) // 10
    for number, ((name, costs), (mark, colour)) in enumerate(
        zip(theirs.items(), marks, strict=False)
    ):
        where = np.arange(number * step // 4, len(costs), step)
        left.plot(where, costs[where], mark, ls="", color=colour, label=name)
        off = np.maximum(np.abs(costs - yours) / np.abs(yours), 1e-17)
        right.plot(off, color=colour, linewidth=0.8, ls="-")
        right.plot(where, off[where], mark, ls="", color=colour, label=name)
    right.axhline(1e-6, color="#333333", ls="--", linewidth=1)
    right.text(len(yours) * 0.02, 1.6e-6, "one millionth", fontsize=9)
    left.set(xlabel="iteration", ylabel="cost", title=what)
    right.set(xlabel="iteration", ylabel="relative difference from yours", yscale="log")
    right.set(ylim=(3e-18, 1e-4), title="How far apart")
    left.legend(fontsize=9)
    right.legend(fontsize=9)


draw_race(yours, theirs, "The flower, plain gradient descent")
plotting.show(
    "Left: your cost curve as a black line; the marks of scikit-learn and Keras lie on it "
    "everywhere. Right: relative differences from yours on a logarithmic axis. scikit-learn and "
    "Keras in 64 bits stay around the last digits of a 64-bit number; Keras with its own tanh and "
    "mean lies many powers of ten higher, and still below the dashed line at one millionth."
)
for name, costs in theirs.items():
    print(f"{name:30} largest relative difference {relative_difference(costs, yours):.0e}")

# %% [markdown]
# It is the same network. The differences of scikit-learn (of PyTorch too, where it is installed), and of Keras in 64 bits, sit in the last
# digits of a 64-bit number: the sums are added up in another order, and each addition rounds. With
# its own `tanh` and `mean`, Keras differs from the very first iteration at the size of a 32-bit
# rounding. For training that does no harm; for a comparison such as this one it matters to know.

# %% claim=true
off = {name: relative_difference(costs, yours) for name, costs in theirs.items()}
assert 1e-9 < off.pop("Keras, its own tanh and mean") < 1e-6
assert max(off.values()) < 1e-11, off

# %% [markdown]
# ## What you should now see: the moons, with softmax
#
# The network of part 3 has two outputs with softmax, and a penalty $\lambda$ on its weights. Three
# translations are needed, and each was hiding in a convention:
#
# | | yours, part 3 | scikit-learn | Keras |
# | --- | --- | --- | --- |
# | learning rate | $\varepsilon$, for the summed loss | $\varepsilon\, m$, for the mean | $\varepsilon\, m$ |
# | penalty | `reg_lambda` $= \lambda$ | `alpha` $= \lambda$ | `L2` $= \lambda / (2m)$ |
# | outputs | softmax of two | softmax of three, one impossible | softmax of two |
#
# scikit-learn's `alpha` is your `reg_lambda` without any factor: both add
# $\tfrac{\lambda}{2} \sum W^2$ to the summed loss and divide by $m$.


# %%
def your_softmax_costs(rows, classes, model, epsilon, count, reg_lambda):
    """The loss at the start of each pass of your softmax network of part 3."""
    losses = []
    for _ in range(count):
        losses.append(calculate_loss(model, rows, classes, reg_lambda))
        grads = gradients(model, rows, classes, reg_lambda)
        model = {name: model[name] - epsilon * grads["d" + name] for name in model}
    return np.array(losses, dtype=float)


def moons_start(n_h=3, seed=8):
    """A first model for two inputs, n_h hidden units and two classes."""
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.standard_normal((2, n_h)) / np.sqrt(2),
        "b1": np.zeros((1, n_h)),
        "W2": rng.standard_normal((n_h, 2)) / np.sqrt(n_h),
        "b2": np.zeros((1, 2)),
    }


# %%
epsilon, reg_lambda, count = 0.002, 0.01, 1000

# %% demo=true
# NBVAL_IGNORE_OUTPUT
moon_rows, moon_classes = datasets.load_moons()
m = len(moon_rows)
model = moons_start()
moon_weights = [model["W1"], model["b1"][0], model["W2"], model["b2"][0]]
rate = epsilon * m

yours = your_softmax_costs(moon_rows, moon_classes, model, epsilon, count, reg_lambda)
data = (moon_rows, moon_classes, moon_weights, rate, count, reg_lambda)
theirs = {
    "scikit-learn": scikit_learn_costs(*data),
    "Keras": keras_costs(*data),
    "Keras, its own tanh and mean": keras_costs(*data, exact=False),
}
if torch:
    theirs["PyTorch"] = pytorch_costs(*data)
draw_race(yours, theirs, "The moons, softmax with a penalty")
plotting.show(
    "The same two panels for the softmax network on the moons. The cost curves lie on one another. "
    "scikit-learn and Keras in 64 bits differ from yours by the last digits only; Keras with its "
    "own tanh and mean lies higher."
)
for name, costs in theirs.items():
    print(f"{name:30} largest relative difference {relative_difference(costs, yours):.0e}")

# %% [markdown]
# The penalty is in all of these costs, so `alpha`, `L2` and your `reg_lambda` were translated
# rightly. A factor of 2 in one of them would show at once.

# %% claim=true
off = {name: relative_difference(costs, yours) for name, costs in theirs.items()}
assert 1e-9 < off.pop("Keras, its own tanh and mean") < 1e-6
assert max(off.values()) < 1e-11, off

# %% [markdown]
# ## An experiment to play with
#
# Each of these is one change. Guess before you run.
#
# - Set `epsilon = 0.01`, the learning rate of part 3, and `count = 2000`. The steps are now so long that
#   training is no longer stable, and differences in the sixteenth digit grow from step to step. Where
#   do the curves part? Which of them is right?
# - In `scikit_learn_costs`, set `momentum=0.9`. From which iteration on do the curves differ? Why is
#   the first cost the same?
# - In `keras_costs`, leave the `2` out of `reg_lambda / (2 * len(rows))`. At which iteration does the
#   difference show first?
# - Restart the kernel, load Keras with `"float32"` in place of `"float64"`, and run the flower again.

# %% [markdown]
# ## Three questions to think about
#
# **1.** The curves differ by about $10^{-16}$ in places. Nobody made a mistake. Where does it come
# from?
#
# <details><summary>Answer</summary>
#
# Additions are rounded to 53 binary digits, and the order in which 400 numbers are added decides how
# the roundings fall. `(a + b) + c` and `a + (b + c)` may differ in the last digit. The libraries
# multiply transposed matrices, and hand them to other routines, so their order differs from yours.
#
# </details>
#
# **2.** A colleague says: "My network and scikit-learn's both reach 90 %, so my gradients are
# right." What do you answer?
#
# <details><summary>Answer</summary>
#
# Equal accuracy proves little. A gradient with a wrong factor, or one that is missing in one layer,
# often still goes downhill and ends at a similar accuracy. Equal costs to ten digits over a thousand
# iterations can hardly come about with a wrong gradient.
#
# </details>
#
# **3.** Why was it necessary to give both libraries the same first weights? Would many runs from
# random ones not do?
#
# <details><summary>Answer</summary>
#
# Many runs would compare averages, and averages agree within their spread even when small things
# differ, such as a penalty that is half as large. From the same weights there is nothing random left:
# any difference beyond rounding is a difference between the networks.
#
# </details>

# %% [markdown]
# ## Sources
#
# - `MLPClassifier`, its loss and its penalty: scikit-learn's User Guide, *Neural network models
#   (supervised)*, section *Mathematical formulation*.
# - Keras 3 and its backends: the documentation at keras.io, *Getting started with Keras*.
# - That 64-bit types are taken down to 32 bits in Keras's rules for mixed types, to follow the
#   default of JAX: a comment in its source, `keras/src/backend/common/dtypes.py`.
# - Rounding: D. Goldberg, *What every computer scientist should know about floating-point
#   arithmetic*, ACM Computing Surveys 23 (1991).
