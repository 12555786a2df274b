# title: A clinic for networks
# summary: Five broken networks: cost curve, gradient check and boundary say what is wrong. You mend it.

# %% [markdown]
# # 12 · A clinic for networks
#
# By the end you will be able to
#
# - put a gradient check into two numbers;
# - say from the cost curve, the gradient check and the decision boundary what is wrong with a network;
# - find and mend the faults in a program that somebody else wrote.
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

lesson = nnlib.lesson("2-hidden-layer/12_clinic")

# %%
(
    initialize_parameters,
    forward_propagation,
    compute_cost,
    numerical_gradient,
    backward_propagation,
    update_parameters,
    predict,
    accuracy,
    split_columns,
) = lesson.carry(
    "initialize_parameters",
    "forward_propagation",
    "1-one-neuron/compute_cost",
    "numerical_gradient",
    "backward_propagation",
    "update_parameters",
    "predict",
    "accuracy",
    "split_columns",
)

# %% [markdown]
# ## Where we are
#
# Your network works. The next one that you write will not, at first. A broken network seldom stops
# with an error: it runs, and gives numbers. In this notebook you learn to see what is wrong with it.
#
# Five networks are waiting. Each has one fault in the loop below. Which of its steps can go wrong in
# such a way that nothing stops?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="model")
plotting.show(
    "The training loop around a 2-4-1 network: data, forward propagation, cost, backpropagation and "
    "update. Each of these steps can hold a fault that raises no error."
)

# %% [markdown]
# Every one of them. The list of this clinic:
#
# | fault | what happened |
# | --- | --- |
# | `"sign"` | the gradient has the wrong sign, so each step goes uphill |
# | `"forgotten m"` | the slopes of the samples are added up and not divided by $m$ |
# | `"learning rate"` | the learning rate is far too high |
# | `"start"` | all weights start at zero |
# | `"leak"` | some samples that the network learns from are also in the validation set |

# %% [markdown]
# ## The mathematics
#
# ### A gradient check in two numbers
#
# Write all slopes that backpropagation computes in one long row $c$, and those that
# `numerical_gradient` measures in another, $q$. The length of a row is
# $\lVert c \rVert = \sqrt{\sum c_i^2}$. The *relative error* compares the difference with the rows
# themselves:
#
# $$\text{error} = \frac{\lVert c - q \rVert}{\lVert c \rVert + \lVert q \rVert}$$
#
# It has no unit and lies between 0 and 1. Below $10^{-6}$ the formulas are right. Above $10^{-4}$ they
# are wrong.
#
# The second number says *how* they are wrong. Which factor makes $q$ most like $c$?
#
# $$\text{factor} = \frac{\sum c_i\, q_i}{\sum q_i^2}$$
#
# A factor of 1 belongs to a right gradient, −1 to a wrong sign, and $m$ to a mean that was not taken.
#
# <details><summary>Why is this the best factor?</summary>
#
# The factor $k$ should make $\sum (c_i - k q_i)^2$ small. Its slope in $k$ is
# $-2 \sum q_i (c_i - k q_i)$. At the lowest point it is zero, so $\sum c_i q_i = k \sum q_i^2$.
#
# </details>
#
# ### Shapes
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `computed`, `measured` | two gradients with the keys `dW1`, `db1`, `dW2`, `db2` | as the parameters |
# | `error`, `factor` | relative error, best factor | numbers |
# | `costs` | the cost before each update | `(num_iterations,)` |
# | `shared` | validation samples that are also training samples | a whole number |

# %% [markdown]
# ## A worked example on paper
#
# A network with only two slopes. Backpropagation says $c = (6, -8)$, the measurement says
# $q = (3, -4)$.
#
# - The difference is $(3, -4)$, and its length is $\sqrt{9 + 16} = 5$. The lengths of the two rows are
#   10 and 5. So the error is $5 / 15 \approx 0.333$: wrong.
# - The factor is $(6 \cdot 3 + 8 \cdot 4) / (9 + 16) = 50 / 25 = 2$. The formulas give exactly twice the
#   slope. With $m = 2$ samples, that is a forgotten $m$.

# %% [markdown]
# ## Exercise: `compare_gradients`
#
# With `computed = {"dW1": [[6.0]], "db1": [[-8.0]]}` and `measured = {"dW1": [[3.0]], "db1": [[-4.0]]}`
# (as arrays) the answer is `(0.3333, 2.0)`, as on paper. All entries of all arrays count
# together: there is one error for the whole gradient.


# %% exercise="compare_gradients"
def compare_gradients(computed, measured):
    """Compare a computed gradient with a measured one.

    Parameters
    ----------
    computed : dict
        The slopes that backpropagation gives: arrays, by name.
    measured : dict
        The measured slopes: arrays of the same shapes, under the same names. The names may come in
        another order.

    Returns
    -------
    error : float
        Length of the difference, divided by the sum of the two lengths. All entries count together.
    factor : float
        The number by which to multiply the measured gradient so that it is most like the computed.

    Notes
    -----
    The caller's arrays are left unchanged. Neither gradient is zero.
    """
    ### BEGIN SOLUTION
    c = np.concatenate([computed[name].ravel() for name in computed])
    q = np.concatenate([measured[name].ravel() for name in computed])
    error = np.linalg.norm(c - q) / (np.linalg.norm(c) + np.linalg.norm(q))
    factor = np.sum(c * q) / np.sum(q**2)
    return error, factor
    ### END SOLUTION


# %% check="compare_gradients" points=1
lesson.check(compare_gradients)

# %% test="error and factor of several gradients" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21201)
for inputs, units, scale, spread in [(2, 4, 1, 0.1), (3, 2, -1, 0.01), (1, 3, 7, 1), (4, 1, 1, 3)]:
    shapes_test = {"dW1": (units, inputs), "db1": (units, 1), "dW2": (1, units), "db2": (1, 1)}
    measured_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    computed_test = {
        name: scale * measured_test[name] + spread * rng.standard_normal(shapes_test[name])
        for name in ("dW2", "db2", "dW1", "db1")
    }
    judge.same(compare_gradients, computed_test, measured_test)
### END HIDDEN TESTS

# %% test="both gradients are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21202)
one_test = {name: rng.standard_normal((3, 2)) for name in ("dW1", "dW2")}
two_test = {name: rng.standard_normal((3, 2)) for name in ("dW1", "dW2")}
judge.keeps(compare_gradients, one_test, two_test)
### END HIDDEN TESTS

# %% [markdown]
# ## The waiting room
#
# The cell below trains five networks with 20 hidden units on a hundred samples of the flower. Which
# network has which fault is drawn at random, so reading the code does not tell. In a class, the letters
# may stand for other faults in your neighbour's copy. `examine` writes down what one can see of a network
# from outside.

# %% demo=true
FAULTS = ("sign", "forgotten m", "learning rate", "start", "leak")
SEED = datasets.own_seed(5)

X, Y = datasets.load_planar_dataset()
order = np.random.default_rng(0).permutation(X.shape[1])
X_train, Y_train, X_valid, Y_valid = split_columns(X, Y, order, 100)
m_train = X_train.shape[1]


def cost_of(parameters):
    """The cost of these parameters on the training set."""
    return compute_cost(forward_propagation(X_train, parameters)[0], Y_train)


def slopes(fault, parameters):
    """The gradient as backpropagation gives it, with a network's fault in it."""
    _, cache = forward_propagation(X_train, parameters)
    grads = backward_propagation(parameters, cache, X_train, Y_train)
    wrong = {"sign": -1, "forgotten m": m_train}.get(fault, 1)
    return {name: wrong * slope for name, slope in grads.items()}


def examine(fault, num_iterations=3000):
    """Train a network that has this fault, and write down what can be seen of it."""
    np.random.seed(0)
    larger = 0 if fault == "start" else 50
    start = initialize_parameters(2, 20, 1)
    start = {name: larger * value for name, value in start.items()}
    learning_rate = 20 if fault == "learning rate" else 0.6
    parameters, costs = start, []
    with np.errstate(over="ignore"):  # a network that goes uphill ends in very large sums
        for _ in range(num_iterations):
            costs.append(cost_of(parameters))
            grads = slopes(fault, parameters)
            parameters = update_parameters(parameters, grads, learning_rate)
    judged = order[:300] if fault == "leak" else order[100:]
    measured = {
        "d" + name: numerical_gradient(lambda v, n=name: cost_of({**start, n: v}), start[name])
        for name in start
    }
    error, factor = compare_gradients(slopes(fault, start), measured)
    return {
        "parameters": parameters,
        "costs": np.array(costs),
        "error": error,
        "factor": factor,
        "judged": judged,
        "shared": len(set(judged) & set(order[:100])),
    }


secret = dict(zip("ABCDE", np.random.default_rng(SEED).permutation(FAULTS), strict=True))
records = {letter: examine(fault) for letter, fault in secret.items()}
healthy = examine("none")

# %% [markdown]
# ### First look: cost curves and boundaries
#
# Above the costs, below the border that each network ends with. Write down a first guess for each.
# Two of the five look alike. Which two?

# %% demo=true
fig, axes = plotting.subplots(2, 6, figsize=(13, 5))
for place, (letter, record) in enumerate({**records, "healthy": healthy}.items()):
    ax = plotting.plot_cost(record["costs"], ax=axes[0, place])
    ax.set(title=letter, ylabel="cost" if place == 0 else "", xscale="log", ylim=(0, None))
    ax = axes[1, place]
    shown = record["judged"]
    with np.errstate(over="ignore"):
        plotting.plot_decision_boundary(
            lambda points, record=record: predict(record["parameters"], points),
            X[:, shown],
            Y[:, shown],
            ax=ax,
        )
    ax.set(xlabel="", ylabel="")
plotting.show(
    "Cost curves on a logarithmic axis of iterations, and the final borders over the validation samples, "
    "for the networks A to E and a healthy one. One cost stays flat near 0.7, with a single class "
    "everywhere. One climbs above 20, and its areas are mostly of the wrong class. Two jump up and "
    "down, far above where they began. One falls smoothly like that of the healthy network."
)

# %% [markdown]
# ### Second look: the gradient check
#
# The check is made at the start, before any step. Does it tell the two apart that look alike?

# %% demo=true
for letter, record in records.items():
    error, factor = record["error"], record["factor"]
    verdict = "right" if error < 1e-6 else "wrong"
    print(f"{letter}: gradient {verdict}, factor {factor:6.1f}, shared samples {record['shared']}")

# %% [markdown]
# It does: the gradient of one is a hundred times too large, that of the other is right.
#
# Now you have seen all the evidence. Settle your five diagnoses before you open the answers.
#
# <details><summary>The diagnoses</summary>
#
# - The cost climbs and the factor is −1: the **sign**.
# - The cost jumps and the factor is 100, which is $m$: the **forgotten m**. A gradient that is a hundred
#   times too large takes steps a hundred times too long.
# - The cost jumps and the gradient is right: the **learning rate**.
# - The cost hardly falls, the gradient is right, and one class is everywhere: the **start**. All hidden
#   units give 0, so no weight ever gets a slope. The check cannot see it: zero is the right slope there.
# - The cost falls and the gradient is right. Only the count of shared samples shows it: the **leak**.
#   Nothing in the training is wrong. What is wrong is what we believe of the result.
#
# </details>

# %% claim=true
found = {fault: records[letter] for letter, fault in secret.items()}
first = {fault: record["costs"][0] for fault, record in found.items()}
peak = {fault: record["costs"].max() for fault, record in found.items()}
last = {fault: record["costs"][-1] for fault, record in found.items()}
assert peak["forgotten m"] > 3 and peak["learning rate"] > 3
assert last["sign"] > 20 and 0.65 < last["start"] < 0.7
assert np.all(np.diff(healthy["costs"]) < 0) and np.all(np.diff(found["leak"]["costs"]) < 0)
assert abs(found["sign"]["factor"] + 1) < 1e-4
assert abs(found["forgotten m"]["factor"] - 100) < 1e-2
for fault in ("learning rate", "start", "leak"):
    assert found[fault]["error"] < 1e-6 and abs(found[fault]["factor"] - 1) < 1e-4
grid = np.random.default_rng(1).uniform(-4, 4, (2, 500))
assert len(np.unique(predict(found["start"]["parameters"], grid))) == 1
wrong = found["sign"]
with np.errstate(over="ignore"):
    assert accuracy(predict(wrong["parameters"], X_valid), Y_valid) < 45
assert [record["shared"] for record in found.values()].count(100) == 1
assert found["leak"]["shared"] == 100

# %% [markdown]
# ### How much does the leak flatter?
#
# The leak changes no weight. So judge the *same* networks twice: on 300 samples that hold the 100 of the
# training, and on 300 that were never seen. Ten different splits, and the paired differences.

# %% demo=true
gains = []
for number in range(10):
    dealt = np.random.default_rng(100 + number).permutation(X.shape[1])
    X_train, Y_train, X_new, Y_new = split_columns(X, Y, dealt, 100)
    trained = examine("none")["parameters"]
    X_leak, Y_leak = X[:, dealt[:300]], Y[:, dealt[:300]]
    gains.append(
        accuracy(predict(trained, X_leak), Y_leak) - accuracy(predict(trained, X_new), Y_new)
    )
X_train, Y_train, X_valid, Y_valid = split_columns(X, Y, order, 100)
gains = np.array(gains)
reach = 2.262 * gains.std(ddof=1) / np.sqrt(len(gains))  # Student's t for 10 numbers and 95 %
print(
    f"the leak adds {gains.mean():.0f} points ({gains.mean() - reach:.0f} to {gains.mean() + reach:.0f})"
)

# %% [markdown]
# The interval lies well above 0. A leak does not look like a fault: it looks like success. That is the
# danger in it.

# %% claim=true
assert gains.mean() - reach > 2

# %% [markdown]
# ## Exercise: `diagnose`
#
# Put what you have learnt into a rule. It asks the questions in the order in which you would treat the
# network: what is wrong with the gradient spoils everything after it, so it comes first.
#
# | question | diagnosis |
# | --- | --- |
# | 1. Is the error above $10^{-4}$? Then: | |
# | is the factor within 0.01 of −1? | `"sign"` |
# | is the factor within $0.01\,m$ of $m$? | `"forgotten m"` |
# | neither? | `"formula"` |
# | 2. Is the highest cost more than 1.5 times the first? | `"learning rate"` |
# | 3. Is the last cost more than 0.95 times the first? | `"start"` |
# | 4. Are there shared samples? | `"leak"` |
# | none of all this? | `"healthy"` |
#
# On paper: costs 0.7, 0.6, 0.5, error 0.33, factor 2, $m = 2$, no shared samples. Question 1 stops the
# rule: it is `"forgotten m"`.


# %% exercise="diagnose"
def diagnose(costs, error, factor, m, shared):
    """Name the fault of a network from what can be seen of it.

    Parameters
    ----------
    costs : array of shape (num_iterations,)
        The cost before each update.
    error, factor : float
        Relative error and best factor of the gradient check.
    m : int
        Number of training samples, 2 or more.
    shared : int
        Number of validation samples that are also training samples, 0 or more.

    Returns
    -------
    fault : str
        "sign", "forgotten m", "formula", "learning rate", "start", "leak" or "healthy": the first one
        that fits, in the order of the table.

    Notes
    -----
    A number exactly at a limit may be taken either way.
    """
    ### BEGIN SOLUTION
    if error > 1e-4:
        if abs(factor + 1) < 0.01:
            return "sign"
        if abs(factor - m) < 0.01 * m:
            return "forgotten m"
        return "formula"
    if max(costs) > 1.5 * costs[0]:
        return "learning rate"
    if costs[-1] > 0.95 * costs[0]:
        return "start"
    if shared > 0:
        return "leak"
    return "healthy"
    ### END SOLUTION


# %% check="diagnose" points=1
lesson.check(diagnose)

# %% test="a wrong gradient: sign, forgotten m, formula" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

falling = np.array([0.71, 0.62, 0.44, 0.37])
rising = np.array([0.71, 1.62, 4.44, 9.37])
for costs_test, error_test, factor_test, m_test, shared_test in [
    (rising, 0.99, -1.0003, 40, 0),
    (rising, 0.93, 39.98, 40, 0),
    (falling, 0.41, 0.83, 40, 0),
    (rising, 0.002, 1.004, 12, 5),
    (falling, 0.86, 12.03, 12, 3),
    (falling, 0.77, -0.71, 12, 0),
    (rising, 0.5, 9.5, 12, 0),
]:
    judge.same(diagnose, costs_test, error_test, factor_test, m_test, shared_test)
### END HIDDEN TESTS

# %% test="a right gradient: learning rate, start, leak, healthy" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for costs_test, error_test, factor_test, m_test, shared_test in [
    (np.array([0.7, 0.65, 1.4, 0.3]), 3e-9, 1.0, 30, 0),
    (np.array([0.7, 2.65, 1.4, 1.3]), 3e-9, 1.0, 30, 9),
    (np.array([0.7, 0.69, 0.69, 0.68]), 3e-9, 1.0, 30, 0),
    (np.array([0.7, 0.69, 0.69, 0.69]), 3e-9, 1.0, 30, 1),
    (np.array([0.7, 0.95, 0.5, 0.4]), 3e-9, 1.0, 30, 2),
    (np.array([0.7, 0.95, 0.5, 0.4]), 3e-9, 1.0, 30, 0),
    (np.array([0.7, 0.6, 1.2, 0.3]), 3e-9, 1.0, 30, 0),
    (np.array([0.7, 0.6, 0.69, 0.5]), 3e-9, 1.0, 30, 0),
    (np.array([0.7, 0.5, 0.49, 0.49]), 3e-9, 1.0, 30, 1),
    (np.array([1.9, 1.8, 1.5, 1.3]), 3e-5, 1.0, 25, 0),
]:
    judge.same(diagnose, costs_test, error_test, factor_test, m_test, shared_test)
### END HIDDEN TESTS

# %% [markdown]
# Does your rule find what the networks really have?

# %% demo=true
for letter, record in records.items():
    said = diagnose(record["costs"], record["error"], record["factor"], m_train, record["shared"])
    print(f"{letter}: {said:14} agrees with what was drawn: {said == secret[letter]}")

# %% claim=true
for letter, record in records.items():
    evidence = (record["costs"], record["error"], record["factor"], m_train, record["shared"])
    assert diagnose(*evidence) == secret[letter]

# %% [markdown]
# ## Now mend it
#
# A sixth network comes as a program: a whole network on one page. It has all five faults, each
# in one line. It runs without an error.


# %% demo=true
def sick_run(X, Y, order, m_train, start, learning_rate, num_iterations):
    known, others = order[:m_train], order
    inputs, labels = X[:, known], Y[:, known]
    W1, W2 = np.zeros_like(start["W1"]), np.zeros_like(start["W2"])
    b1, b2 = start["b1"].copy(), start["b2"].copy()
    learning_rate = 20
    step = learning_rate
    costs = np.zeros(num_iterations)
    for i in range(num_iterations):
        hidden = np.tanh(W1 @ inputs + b1)
        output = 1 / (1 + np.exp(-(W2 @ hidden + b2)))
        costs[i] = -np.mean(labels * np.log(output) + (1 - labels) * np.log(1 - output))
        error = labels - output
        back = W2.T @ error * (1 - hidden**2)
        W2 = W2 - step * error @ hidden.T
        b2 = b2 - step * error.sum(axis=1, keepdims=True)
        W1 = W1 - step * back @ inputs.T
        b1 = b1 - step * back.sum(axis=1, keepdims=True)
    score = W2 @ np.tanh(W1 @ X[:, others] + b1) + b2
    return costs, 1 / (1 + np.exp(-score))


# %% [markdown]
# ## Exercise: `mended_run`
#
# Copy the program into the cell below and mend it, line by line. Here `step` does the division by
# $m$: the slopes are sums, and the step is $\alpha / m$.
#
# On paper: with $W_1 = W_2 = 0$ and $b_2 = 0$ every output is 0.5, so the first cost is
# $\log 2 \approx 0.693$, whatever weights `start` holds. In the mended program it depends on them.


# %% exercise="mended_run"
def mended_run(X, Y, order, m_train, start, learning_rate, num_iterations):
    """Train a network with one hidden layer of tanh units, and ask it about unseen samples.

    Parameters
    ----------
    X, Y : arrays of shape (n_x, m) and (1, m)
        The inputs, one sample a column, and their labels, 0 or 1.
    order : array of m whole numbers
        The numbers of all samples, in the order in which to deal them out.
    m_train : int
        The first m_train samples of the order are to train on, all others are for validation.
    start : dict
        "W1", "b1", "W2" and "b2" to start from.
    learning_rate : float
    num_iterations : int

    Returns
    -------
    costs : array of shape (num_iterations,)
        The mean cross-entropy on the training set before each update.
    A2_valid : array of shape (1, m - m_train)
        The outputs for the validation samples in the end, in their order.

    Notes
    -----
    The caller's arrays are left unchanged.
    """
    ### BEGIN SOLUTION
    train, valid = order[:m_train], order[m_train:]
    X_train, Y_train = X[:, train], Y[:, train]
    W1, W2 = start["W1"], start["W2"]
    b1, b2 = start["b1"], start["b2"]
    costs = []
    step = learning_rate / m_train
    for _ in range(num_iterations):
        A1 = np.tanh(W1 @ X_train + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        costs.append(-np.mean(Y_train * np.log(A2) + (1 - Y_train) * np.log(1 - A2)))
        dZ2 = A2 - Y_train
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2 = W2 - step * dZ2 @ A1.T
        b2 = b2 - step * np.sum(dZ2, axis=1, keepdims=True)
        W1 = W1 - step * dZ1 @ X_train.T
        b1 = b1 - step * np.sum(dZ1, axis=1, keepdims=True)
    Z2 = W2 @ np.tanh(W1 @ X[:, valid] + b1) + b2
    return np.array(costs), 1 / (1 + np.exp(-Z2))
    ### END SOLUTION


# %% check="mended_run" points=1
lesson.check(mended_run)

# %% test="training starts from the start that is given" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21205)
for inputs, units, samples, first in [(2, 3, 11, 6), (3, 2, 9, 5)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = np.arange(samples).reshape(1, samples) % 2
    shapes_test = {"W1": (units, inputs), "b1": (units, 1), "W2": (1, units), "b2": (1, 1)}
    start_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    order_test = rng.permutation(samples)
    judge.same(mended_run, X_test, Y_test, order_test, first, start_test, 0.3, 1, parts=("costs",))
### END HIDDEN TESTS

# %% test="the costs of the training" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21206)
for inputs, units, samples, first, rate in [
    (2, 4, 12, 7, 0.5),
    (3, 2, 10, 4, 1.2),
    (1, 5, 8, 6, 0.1),
]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = np.arange(samples).reshape(1, samples) % 2
    shapes_test = {"W1": (units, inputs), "b1": (units, 1), "W2": (1, units), "b2": (1, 1)}
    start_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    order_test = rng.permutation(samples)
    judge.same(mended_run, X_test, Y_test, order_test, first, start_test, rate, 8, parts=("costs",))
### END HIDDEN TESTS

# %% test="the outputs for the samples that it did not learn from" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21207)
for inputs, units, samples, first in [(2, 4, 15, 4), (3, 3, 12, 5), (2, 2, 31, 8)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (1, samples))
    shapes_test = {"W1": (units, inputs), "b1": (units, 1), "W2": (1, units), "b2": (1, 1)}
    start_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
    order_test = rng.permutation(samples)
    judge.same(
        mended_run, X_test, Y_test, order_test, first, start_test, 0.5, 0, parts=("A2_valid",)
    )
### END HIDDEN TESTS

# %% test="start is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21208)
shapes_test = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
start_test = {name: rng.standard_normal(size) for name, size in shapes_test.items()}
X_test, Y_test = rng.standard_normal((2, 9)), np.arange(9).reshape(1, 9) % 2
judge.keeps(mended_run, X_test, Y_test, rng.permutation(9), 5, start_test, 0.4, 2)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The sick program and the mended one, from the same start. What does the mended network look like from
# outside?

# %% demo=true
np.random.seed(0)
begin = {name: 50 * value for name, value in initialize_parameters(2, 4, 1).items()}
arguments = (X, Y, order, 100, begin, 0.6, 1000)
with np.errstate(all="ignore"):
    sick_costs, _ = sick_run(*arguments)
costs, A2_valid = mended_run(*arguments)
right = accuracy((A2_valid > 0.5).astype(int), Y_valid)
print(f"mended: cost {costs[0]:.3f} to {costs[-1]:.3f}, {right:.0f} % of the validation set right")

fig, (left, second) = plotting.subplots(1, 2, figsize=(10, 3.6))
plotting.plot_cost(sick_costs[:30], ax=left).set_title("sick")
left.lines[0].set_marker("o")
plotting.plot_cost(costs, ax=second).set_title("mended")
plotting.show(
    "Two cost curves. That of the sick program leaves 0.69 and is gone after a few iterations, where it "
    "is no number any more. That of the mended program falls smoothly from about 0.7 to about 0.3."
)

# %% claim=true
assert not np.isfinite(sick_costs[-1])
assert costs[0] > 0.6 and costs[-1] < 0.35 and np.all(np.diff(costs) < 0)
assert right > 80

# %% [markdown]
# ## An experiment to play with
#
# - Set `SEED` to another number and run the waiting room again: five networks in another order. How many
#   do you name at the first look?
# - Give a network a fault of your own: let `slopes` multiply `dW1` alone by 3. Which question of your
#   rule finds it? What is the factor?
# - Lower the sick learning rate from 20 to 3. Does the cost curve still give it away?

# %% [markdown]
# ## Three questions to think about
#
# **1.** A gradient check passes, yet the network learns nothing. Name two causes that the check cannot
# see, and say why.
#
# <details><summary>Answer</summary>
#
# A start at zero and a learning rate that does not fit. The check compares the slopes at one point with
# the cost at that point. Where one starts and how far one goes are not part of the formulas.
#
# </details>
#
# **2.** Why is the difference divided by the sum of the two lengths, and not looked at as it is?
#
# <details><summary>Answer</summary>
#
# Slopes can be of any size. A difference of 0.001 is nothing beside slopes of 1000, and everything beside
# slopes of 0.002. The relative error has no unit, so one limit serves all networks.
#
# </details>
#
# **3.** Your validation accuracy jumps from 84 to 97 % after a colleague has rewritten the loading of the
# data. What do you look at first?
#
# <details><summary>Answer</summary>
#
# Whether samples of the training set have come into the validation set, also as duplicates. Good
# news that nobody can explain deserves the closest look.
#
# </details>

# %% [markdown]
# ## Sources
#
# - On the relative error in gradient checks: A. Karpathy et al., *CS231n: Convolutional Neural Networks for
#   Visual Recognition*, lecture notes "Learning", Stanford University.
# - On debugging networks: I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (MIT Press, 2016),
#   section 11.5.
