# title: The network as a class
# summary: Write NeuralNet method by method, up to its answer and its loss: weights, ReLU, sigmoid, forward.

# %% [markdown]
# # 02 · The network as a class
#
# By the end you will be able to
#
# - put a network into a class whose methods share its weights through `self`;
# - use ReLU in the hidden layer;
# - keep a loss finite when a probability reaches 0 or 1;
# - run a forward pass with samples in rows;
# - say why an untrained network can be very sure of itself.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in what you wrote in notebook 01.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/02_network")

# %%
encode_labels, standardize = lesson.carry("encode_labels", "standardize")

# %% [markdown]
# ## Where we are
#
# The data are ready. In parts 2 and 3 the network was a set of functions that handed a dictionary
# of parameters to one another. Here it becomes one object that keeps its parameters itself. That is
# how libraries do it: an object with `fit` and `predict`.
#
# Which steps of the network have to find a place in the class?

# %% demo=true
plotting.draw_network((13, 8, 1), highlight="model")
plotting.show(
    "The 13-8-1 network with the whole model highlighted: 13 inputs, 8 hidden units, one output, "
    "and the weights between them."
)

# %% [markdown]
# Those that lead to an answer: initialise, forward, loss. This notebook writes them. The next one goes
# back and takes a step, and the one after that puts all of it in a loop.

# %% [markdown]
# ## The class
#
# This is the frame. `__init__` stores the settings and makes room for what will come. A function
# defined inside a class is a *method*; its first argument, `self`, is the object that it is called
# on. `self.params` is a dictionary that every method can reach, so it need not be handed around.
#
# To give each method a cell and a check of its own, the methods are written below the class and
# attached by the line `@lesson.method(NeuralNet)`. Outside this course you would indent them under
# the class.


# %%
class NeuralNet:
    """A network with one hidden layer for two classes. Samples are rows.

    Parameters
    ----------
    layers : tuple of three int
        Number of inputs, hidden units and outputs: (n_x, n_h, n_y).
    learning_rate : float
        Size of a step, multiplied with gradients that are summed over the samples.
    iterations : int
        Number of steps.

    Attributes
    ----------
    params : dict
        "W1", "b1", "W2", "b2"; after a forward pass also "Z1" and "A1".
    loss : list of float
        The loss of each iteration.
    X, y : arrays of shape (m, n_x) and (m, n_y)
        The training data.
    """

    def __init__(self, layers=(13, 8, 1), learning_rate=0.001, iterations=100):
        self.layers = layers
        self.learning_rate = learning_rate
        self.iterations = iterations
        self.params = {}
        self.loss = []
        self.X = None
        self.y = None


# %% [markdown]
# ## The mathematics
#
# Samples are rows, so the data stand on the left of the weights. For all $m$ patients at once:
#
# $$Z_1 = X W_1 + b_1, \qquad A_1 = \mathrm{ReLU}(Z_1) = \max(0, Z_1)$$
#
# $$Z_2 = A_1 W_2 + b_2, \qquad \hat y = \sigma(Z_2) = \frac{1}{1 + e^{-Z_2}}$$
#
# $$L = -\frac{1}{m} \sum_{i=1}^{m} \Big( y_i \log \hat y_i + (1 - y_i) \log (1 - \hat y_i) \Big)$$
#
# | In code | Meaning | Shape | Here |
# | --- | --- | --- | --- |
# | `X` | features, one patient a row | `(m, n_x)` | `(216, 13)` |
# | `y` | labels 0 and 1, a column | `(m, n_y)` | `(216, 1)` |
# | `W1`, `b1` | weights and biases of the hidden layer | `(n_x, n_h)`, `(1, n_h)` | `(13, 8)`, `(1, 8)` |
# | `Z1`, `A1` | hidden layer, before and after ReLU | `(m, n_h)` | `(216, 8)` |
# | `W2`, `b2` | weights and bias of the output | `(n_h, n_y)`, `(1, n_y)` | `(8, 1)`, `(1, 1)` |
# | `Z2`, `yhat` | output, before and after the sigmoid | `(m, n_y)` | `(216, 1)` |
#
# In part 2 the samples were columns and `W1` was `(n_h, n_x)`. Here it is the transpose of that.

# %% [markdown]
# ## A worked example on paper
#
# Two patients, two features, two hidden units:
#
# $$X = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix},\;
# y = \begin{pmatrix} 1 \\ 0 \end{pmatrix},\;
# W_1 = \begin{pmatrix} 1 & -1 \\ 0.5 & 1 \end{pmatrix},\;
# b_1 = \begin{pmatrix} 0 & 0.5 \end{pmatrix},\;
# W_2 = \begin{pmatrix} 1 \\ -1 \end{pmatrix},\;
# b_2 = \begin{pmatrix} -0.5 \end{pmatrix}$$
#
# **Hidden layer.** The first patient has the weighted sums $1$ and $-1 + 0.5 = -0.5$; ReLU turns
# them into $1$ and $0$. The second has $0.5 \cdot 2 = 1$ and $1 \cdot 2 + 0.5 = 2.5$; both stay.
#
# $$Z_1 = \begin{pmatrix} 1 & -0.5 \\ 1 & 2.5 \end{pmatrix},\qquad
# A_1 = \begin{pmatrix} 1 & 0 \\ 1 & 2.5 \end{pmatrix}$$
#
# **Output.** $1 - 0 - 0.5 = 0.5$ and $1 - 2.5 - 0.5 = -2$, so $\hat y \approx 0.6225$ and
# $0.1192$. The loss is $\tfrac12(-\log 0.6225 - \log 0.8808) \approx \tfrac12 (0.4741 + 0.1269)
# \approx 0.3005$.

# %% [markdown]
# ## Exercise: `init_weights`
#
# The units of the hidden layer must start out different from one another, so the weights are
# random. Here they are drawn from the standard normal distribution, mean 0 and standard deviation
# 1. The biases start at 0.
#
# For the layers `(13, 8, 1)` there should be 8 · 13 + 8 + 8 + 1 = 121 numbers in `self.params`.


# %% exercise="init_weights"
@lesson.method(NeuralNet)
def init_weights(self):
    """Put new random weights, and biases of 0, into self.params.

    Uses self.layers = (n_x, n_h, n_y). Returns nothing.

    self.params becomes a dict with
        "W1": array of shape (n_x, n_h), drawn from the standard normal distribution,
        "b1": array of shape (1, n_h), zeros,
        "W2": array of shape (n_h, n_y), drawn from the standard normal distribution,
        "b2": array of shape (1, n_y), zeros.
    """
    ### BEGIN SOLUTION
    n_x, n_h, n_y = self.layers
    self.params = {
        "W1": np.random.randn(n_x, n_h),
        "b1": np.zeros((1, n_h)),
        "W2": np.random.randn(n_h, n_y),
        "b2": np.zeros((1, n_y)),
    }
    ### END SOLUTION


# %% check="init_weights" points=1
lesson.check(init_weights)

# %% test="W1 and W2 have the right shapes" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in ((5, 3, 1), (13, 8, 1), (2, 7, 1), (1, 1, 1)):
    net = lesson.instance("NeuralNet", (n_x, n_h, n_y))
    _, after = judge.call(init_weights, net, read=("params",))
    for name, shape in (("W1", (n_x, n_h)), ("W2", (n_h, n_y))):
        assert name in after["params"], f"self.params has no {name} after init_weights."
        found = np.shape(after["params"][name])
        assert found == shape, f"{name} has another shape than its row in the table of shapes."
### END HIDDEN TESTS

# %% test="the weights are random: centred at 0, standard deviation 1, no two rows alike" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

net = lesson.instance("NeuralNet", (40, 50, 30))
_, after = judge.call(init_weights, net, read=("params",))
for name in ("W1", "W2"):
    W = np.asarray(after["params"][name], dtype=float)
    assert np.isfinite(W).all(), f"{name} has values that are not finite."
    assert W.std() > 0, f"All values of {name} are equal: the hidden units can never differ."
    assert abs(W.mean()) < 0.2, f"{name} is not centred at 0: the normal distribution is."
    assert 0.8 < W.std() < 1.2, f"The standard deviation of {name} is not 1."
    assert len(np.unique(W)) > 0.9 * W.size, f"Values of {name} repeat: draw each one by itself."
    assert np.mean(np.abs(W) > 2) > 0.01, f"{name} has no values far out, so it is not normal."
assert not np.allclose(
    np.ravel(after["params"]["W1"])[:100], np.ravel(after["params"]["W2"])[:100]
), "W1 and W2 hold the same numbers: draw them one after the other."
### END HIDDEN TESTS

# %% test="the biases are rows of zeros" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in ((5, 3, 1), (4, 6, 2)):
    net = lesson.instance("NeuralNet", (n_x, n_h, n_y))
    _, after = judge.call(init_weights, net, read=("params",))
    for name, n in (("b1", n_h), ("b2", n_y)):
        assert name in after["params"], f"self.params has no {name} after init_weights."
        b = np.asarray(after["params"][name], dtype=float)
        assert b.shape == (1, n), f"{name} is not one row with a column for each unit."
        assert np.all(b == 0), f"{name} does not start at 0."
### END HIDDEN TESTS

# %% [markdown]
# ## Two activations
#
# ReLU, the *rectified linear unit*, lets positive values pass and turns negative ones into 0.
# The output unit keeps the sigmoid. How do the two compare?

# %% demo=true
z = np.linspace(-4, 4, 401)
fig, ax = plotting.subplots(1, 1, figsize=(5.4, 3.2))
ax.plot(z, np.maximum(0, z), label="ReLU, in the hidden layer")
ax.plot(z, 1 / (1 + np.exp(-z)), linestyle="--", label="sigmoid, at the output")
ax.set(xlabel="z", ylabel="a")
ax.legend()
plotting.show(
    "ReLU is flat at 0 for negative z and rises along the diagonal for positive z; the sigmoid rises "
    "from 0 to 1 and is flat at both ends."
)

# %% [markdown]
# ReLU has no upper end: an active unit hands on its sum as it is. The sigmoid stays between 0 and 1, as
# a probability must.

# %% [markdown]
# ## Exercise: `relu`
#
# For `[[-2, 3], [0.5, -1]]` the result is `[[0, 3], [0.5, 0]]`.


# %% exercise="relu"
@lesson.method(NeuralNet)
def relu(self, Z):
    """Return Z with its negative values replaced by 0.

    Parameters
    ----------
    Z : array of any shape

    Returns
    -------
    array of the same shape

    Notes
    -----
    Z is left unchanged: the backward pass needs it as it was.
    """
    ### BEGIN SOLUTION
    return np.maximum(0, Z)
    ### END SOLUTION


# %% check="relu" points=1
lesson.check(relu)

# %% test="values on many shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4211)
net = lesson.instance("NeuralNet", (3, 2, 1))
for shape in ((4, 3), (1, 5), (7,), (2, 3, 4)):
    judge.same(relu, net, 5 * rng.standard_normal(shape))
judge.same(relu, net, np.array([[-700.0, 700.0, 0.25], [-1e-3, 1e-3, 1e6]]))
### END HIDDEN TESTS

# %% test="the argument is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.keeps(relu, lesson.instance("NeuralNet"), np.array([[-1.5, 2.0], [0.5, -3.0]]))
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `sigmoid`
#
# The output unit turns its weighted sum into a probability. For `[[0, 2], [-1, 0.5]]` the result is
# `[[0.5, 0.8808], [0.2689, 0.6225]]` to four decimals.
#
# The formula with `np.exp(-Z)` overflows for $Z = -1000$ with a warning, and the result is right all
# the same. A formula that gives `nan` there is not.


# %% exercise="sigmoid"
@lesson.method(NeuralNet)
def sigmoid(self, Z):
    """Return the sigmoid of Z.

    Parameters
    ----------
    Z : array of any shape

    Returns
    -------
    array of the same shape
        Values between 0 and 1; finite also for Z far from 0, such as 1000 and -1000.
    """
    ### BEGIN SOLUTION
    return 0.5 * (1 + np.tanh(0.5 * Z))
    ### END SOLUTION


# %% check="sigmoid" points=1
lesson.check(sigmoid)

# %% test="values on many shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4213)
net = lesson.instance("NeuralNet", (3, 2, 1))
for shape in ((4, 3), (1, 5), (7,), (2, 3, 4)):
    judge.same(sigmoid, net, 3 * rng.standard_normal(shape))
### END HIDDEN TESTS

# %% test="finite for Z far from 0" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

net = lesson.instance("NeuralNet")
far = np.array([[-1000.0, 1000.0, 0.5], [-800.0, 750.0, -2.0]])
judge.beyond(sigmoid, net, far, plain=[(net, np.clip(far, -40, 40))])
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `entropy_loss`
#
# The mean cross-entropy over the patients. If the network is certain and wrong, $\hat y$ is exactly
# 0 or 1, a logarithm becomes $-\infty$, and $0 \cdot \infty$ is `nan`. So the values that go into
# the two logarithms are kept at least `1e-10`. This is called *clipping*.
#
# For `y = [[1], [0]]` and `yhat = [[0.6225], [0.1192]]` the loss is 0.3005 to four decimals.


# %% exercise="entropy_loss"
@lesson.method(NeuralNet)
def entropy_loss(self, y, yhat):
    """Return the mean cross-entropy.

    Parameters
    ----------
    y : array of shape (m, n_y)
        Labels, 0 or 1.
    yhat : array of shape (m, n_y)
        Probabilities of class 1.

    Returns
    -------
    float
        The sum over all entries, divided by the number of rows m
        (with several outputs too: divide by m, not by the number of entries).
        Finite also where yhat is exactly 0 or 1: a logarithm is never taken of less than 1e-10.
    """
    ### BEGIN SOLUTION
    log_1 = np.log(np.maximum(yhat, 1e-10))
    log_0 = np.log(np.maximum(1 - yhat, 1e-10))
    return float(-np.sum(y * log_1 + (1 - y) * log_0) / len(y))
    ### END SOLUTION


# %% check="entropy_loss" points=1
lesson.check(entropy_loss)

# %% test="values for one output, any number of patients" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4214)
net = lesson.instance("NeuralNet", (3, 2, 1))
for m in (8, 1, 5, 60):
    y_test = (rng.random((m, 1)) < 0.4).astype(float)
    judge.same(entropy_loss, net, y_test, rng.uniform(0.02, 0.98, (m, 1)))
### END HIDDEN TESTS

# %% test="several outputs: divided by the number of rows" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4215)
net = lesson.instance("NeuralNet", (3, 2, 4))
for m in (6, 3):
    y_test = (rng.random((m, 4)) < 0.5).astype(float)
    yhat_test = rng.uniform(0.02, 0.98, (m, 4))
    judge.beyond(
        entropy_loss,
        net,
        y_test,
        yhat_test,
        plain=[(net, y_test[:, k : k + 1], yhat_test[:, k : k + 1]) for k in range(4)],
        follows=lambda *losses: sum(losses),
    )
### END HIDDEN TESTS

# %% test="finite where a probability is exactly 0 or 1" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

net = lesson.instance("NeuralNet", (3, 2, 1))
certain = np.array([[0.0], [1.0], [0.0], [1.0], [0.3]])
for labels in ([0, 1, 0, 1, 1], [1, 0, 0, 1, 1], [1, 1, 0, 1, 0], [0, 0, 0, 1, 0]):
    y_test = np.array(labels, dtype=float).reshape(-1, 1)
    nearly = np.clip(certain, 1e-10, 1 - 1e-10)
    judge.beyond(entropy_loss, net, y_test, certain, plain=[(net, y_test, nearly)], rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `forward_propagation`
#
# From `self.X` to the probabilities, using `self.relu` and `self.sigmoid`, and then to the loss with
# `self.entropy_loss`. Keep `Z1` and `A1` in `self.params`: the way back needs them.
#
# For the worked example `yhat` is `[[0.6225], [0.1192]]` and the loss 0.3005.


# %% exercise="forward_propagation"
@lesson.method(NeuralNet)
def forward_propagation(self):
    """Send the patients self.X through the network.

    Reads self.X, of shape (m, n_x), self.y, of shape (m, n_y), and the four parameters in
    self.params, which stay as they are.
    Writes "Z1" and "A1", both of shape (m, n_h), into self.params for the backward pass.

    Returns
    -------
    yhat : array of shape (m, n_y)
        The probability of class 1 for each patient.
    loss : float
        The loss between self.y and yhat.
    """
    ### BEGIN SOLUTION
    params = self.params
    Z1 = self.X @ params["W1"] + params["b1"]
    A1 = self.relu(Z1)
    Z2 = A1 @ params["W2"] + params["b2"]
    yhat = self.sigmoid(Z2)
    self.params = {**params, "Z1": Z1, "A1": A1}
    return yhat, self.entropy_loss(self.y, yhat)
    ### END SOLUTION


# %% check="forward_propagation" points=1
lesson.check(forward_propagation)

# %% test="probabilities and loss, on networks and data of many sizes" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4221)
for n_x, n_h, m in ((3, 4, 7), (2, 5, 1), (6, 2, 4), (13, 8, 20), (1, 1, 3)):
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, 1),
        X=rng.standard_normal((m, n_x)),
        y=(rng.random((m, 1)) < 0.5).astype(float),
        params={
            "W1": rng.standard_normal((n_x, n_h)),
            "b1": rng.standard_normal((1, n_h)),
            "W2": rng.standard_normal((n_h, 1)),
            "b2": rng.standard_normal((1, 1)),
        },
    )
    judge.same(forward_propagation, net)
### END HIDDEN TESTS

# %% test="Z1 and A1 of this pass are kept, and the parameters stay" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4222)
for n_x, n_h, m in ((3, 4, 6), (4, 2, 3)):
    params_test = {
        "W1": rng.standard_normal((n_x, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, 1)),
        "b2": rng.standard_normal((1, 1)),
    }
    y_test_rows = (rng.random((m, 1)) < 0.5).astype(float)
    X_test_rows = rng.standard_normal((m, n_x))
    before = {**params_test, "Z1": np.zeros((m, n_h)), "A1": np.ones((m, n_h))}
    net, other = (
        lesson.instance("NeuralNet", (n_x, n_h, 1), X=rows, y=y_test_rows, params=before)
        for rows in (X_test_rows, 2 * X_test_rows)
    )
    try:
        judge.same(forward_propagation, net, read=("params",))
    except AssertionError as error:
        try:
            judge.same(forward_propagation, net)
        except AssertionError:
            pass
        else:
            raise error
        # Where the pass is wrong, which other tests judge, what it came to is still kept.
        kept, others = (
            judge.call(forward_propagation, one, read=("params",))[1]["params"]
            for one in (net, other)
        )
        if not all(np.allclose(kept[name], params_test[name]) for name in params_test):
            raise
        for name in ("Z1", "A1"):
            if (
                np.shape(kept[name]) != (m, n_h)
                or not np.all(np.isfinite(kept[name]))
                or np.allclose(kept[name], others[name])
            ):
                raise
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4223)
for n_x, n_h, n_y, m in ((3, 4, 2, 5), (2, 3, 5, 4)):
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, n_y),
        X=rng.standard_normal((m, n_x)),
        y=(rng.random((m, n_y)) < 0.5).astype(float),
        params={
            "W1": rng.standard_normal((n_x, n_h)),
            "b1": rng.standard_normal((1, n_h)),
            "W2": rng.standard_normal((n_h, n_y)),
            "b2": rng.standard_normal((1, n_y)),
        },
    )
    single = []
    for k in range(n_y):
        one = dict(net.attributes)
        column = {name: one["params"][name][:, k : k + 1] for name in ("W2", "b2")}
        one |= {"y": one["y"][:, k : k + 1], "params": {**one["params"], **column}}
        single.append((lesson.instance("NeuralNet", (n_x, n_h, 1), **one),))
    judge.beyond(
        forward_propagation,
        net,
        plain=single,
        follows=lambda *own: (np.hstack([one[0] for one in own]), sum(one[1] for one in own)),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, by hand and by your class:

# %%
net = NeuralNet((2, 2, 1))
net.X = np.array([[1.0, 0.0], [0.0, 2.0]])
net.y = np.array([[1.0], [0.0]])
net.params = {
    "W1": np.array([[1.0, -1.0], [0.5, 1.0]]),
    "b1": np.array([[0.0, 0.5]]),
    "W2": np.array([[1.0], [-1.0]]),
    "b2": np.array([[-0.5]]),
}
yhat, loss = net.forward_propagation()
print("Z1  ", np.round(net.params["Z1"], 4).tolist(), " on paper [[1, -0.5], [1, 2.5]]")
print("A1  ", np.round(net.params["A1"], 4).tolist(), " on paper [[1, 0], [1, 2.5]]")
print("yhat", np.round(yhat.ravel(), 4).tolist(), " on paper [0.6225, 0.1192]")
print("loss", round(float(loss), 4), " on paper 0.3005")

# %% [markdown]
# ### An untrained network on patients
#
# Now the patients, with the split and the scaling of notebook 01. The network has learnt nothing yet,
# so it would be honest to say one half to everyone: a loss of $\log 2 \approx 0.69$. What will it
# say? And what if its weights are smaller? Twenty draws of the weights for each size.

# %% demo=true
from sklearn.model_selection import train_test_split

X, y = datasets.load_heart_disease()
labels = encode_labels(y)
X_train, X_test, y_train, y_test = train_test_split(
    X, labels, test_size=0.2, stratify=labels, random_state=2
)
Z_train, Z_test = standardize(X_train, X_test)

# %% demo=true
sizes = {"as drawn": 1.0, "times 0.3": 0.3, "times 0.1": 0.1}
first_loss = {name: [] for name in sizes}
sure = {name: [] for name in sizes}
fig, axes = plotting.subplots(1, 3, figsize=(10, 3), sharey=True)
for seed in range(20):
    for ax, (name, size) in zip(axes, sizes.items()):
        np.random.seed(seed)
        net = NeuralNet((13, 8, 1))
        net.X, net.y = Z_train, y_train
        net.init_weights()
        net.params["W1"], net.params["W2"] = size * net.params["W1"], size * net.params["W2"]
        yhat, loss = net.forward_propagation()
        first_loss[name].append(float(loss))
        sure[name].append(float(np.mean(np.abs(yhat - 0.5) > 0.4)))
        if seed == 1:
            ax.hist(yhat.ravel(), bins=20, range=(0, 1), color=plotting.COLOURS[0])
            ax.set(title=f"weights {name}", xlabel="probability of disease")
axes[0].set_ylabel("patients")
plotting.show(
    "Probabilities of an untrained network for the training patients, for one draw of the weights. As "
    "drawn nearly half of them lie at 0, and the others reach up to 1. With weights times 0.3 they "
    "gather around the middle, and with weights times 0.1 all of them lie close to one half."
)
for name in sizes:
    print(f"weights {name:9}: loss {np.mean(first_loss[name]):.2f} on average "
          f"({min(first_loss[name]):.2f} to {max(first_loss[name]):.2f}), "
          f"below 0.1 or above 0.9 are {100 * np.mean(sure[name]):2.0f} % of the answers")  # fmt: skip

# %% [markdown]
# Weights of standard deviation 1 make large sums over 13 inputs, so the untrained network is very sure
# of itself, without any reason. Its loss is far above $\log 2$, at every draw: the first steps
# of training will be spent on unlearning that. With weights a tenth as large it says close to one half
# to everyone, and starts at $\log 2$. The class keeps the large weights, as the articles that it follows
# do. Notebook 05 measures what that costs.

# %% claim=true
half = np.log(2)
assert min(first_loss["as drawn"]) > 1.2 * half
assert np.mean(sure["as drawn"]) > 0.5 and np.mean(sure["times 0.1"]) == 0
assert max(abs(loss - half) for loss in first_loss["times 0.1"]) < 0.1

# %% [markdown]
# ## An experiment to play with
#
# - Give the network 50 hidden units, then 500. How sure is it now, as drawn? By what would you have to
#   multiply `W2` to keep the size of the last sum?
# - Use `X_train` in place of `Z_train`: features as they were measured. What do the probabilities look
#   like, even with small weights?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Why must `relu` not change `Z` in place?
#
# <details><summary>Answer</summary>
#
# `forward_propagation` stores `Z1` for the way back. If `relu` overwrote its argument, `Z1` and `A1`
# would be one and the same array. With ReLU the slope would still come out right by luck, since
# both are positive in the same places; with tanh it would not, and the bug would be hard to find.
#
# </details>
#
# **2.** The network has $8 \cdot 13 + 8 + 8 + 1 = 121$ parameters. How many would it have with 8 inputs
# more, and how many with 8 hidden units more?
#
# <details><summary>Answer</summary>
#
# Each input adds one weight for each hidden unit, so 8 inputs more add 64: 185. Each hidden unit adds
# 13 weights, a bias, and a weight to the output, so 8 units more add 120: 241. There are 216 training
# patients.
#
# </details>
#
# **3.** Why does `forward_propagation` return the loss, although the answer does not need it?
#
# <details><summary>Answer</summary>
#
# For the record alone: `fit` writes it down at each iteration, and we look at the curve. The step back
# uses $\hat y - y$ and never the loss itself. When the network answers for new patients there is no `y`,
# and no loss can be computed.
#
# </details>

# %% [markdown]
# ## Sources
#
# - ReLU in neural networks: X. Glorot, A. Bordes, Y. Bengio, *Deep sparse rectifier neural
#   networks*, AISTATS 2011.
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
