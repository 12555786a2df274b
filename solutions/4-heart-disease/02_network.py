# title: The network as a class
# summary: Write NeuralNet method by method: weights, ReLU, sigmoid, loss, forward, backward.

# %% [markdown]
# # 02 · The network as a class
#
# By the end you will be able to
#
# - put a network into a class whose methods share its weights through `self`;
# - use ReLU in the hidden layer, and say what its slope is;
# - keep a loss finite when a probability reaches 0 or 1;
# - run one forward and one backward pass with samples in rows;
# - tell a gradient that is a sum over the patients from one that is a mean, and say what that does
#   to the learning rate.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in what you wrote in notebook 01.

# %%
import numpy as np
from sklearn.model_selection import train_test_split

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
# All that you know from part 2: initialise, forward, loss, backward, update. This notebook writes
# them. The next one puts them in a loop.

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
# Going back, the gradients are those of the **sum** over the patients, $m L$, and not of the mean
# $L$. There is no $1/m$ in them:
#
# $$dZ_2 = \hat y - y, \qquad dW_2 = A_1^\top dZ_2, \qquad db_2 = \sum_i dZ_2^{(i)}$$
#
# $$dZ_1 = \big(dZ_2\, W_2^\top\big) \odot \mathrm{ReLU}'(Z_1), \qquad
# dW_1 = X^\top dZ_1, \qquad db_1 = \sum_i dZ_1^{(i)}$$
#
# and each parameter takes a step, $W_1 \leftarrow W_1 - \alpha\, dW_1$ and so on. $\odot$ multiplies
# element by element.
#
# | In code | Meaning | Shape | Here |
# | --- | --- | --- | --- |
# | `X` | features, one patient a row | `(m, n_x)` | `(216, 13)` |
# | `y` | labels 0 and 1, a column | `(m, n_y)` | `(216, 1)` |
# | `W1`, `b1` | weights and biases of the hidden layer | `(n_x, n_h)`, `(1, n_h)` | `(13, 8)`, `(1, 8)` |
# | `Z1`, `A1` | hidden layer, before and after ReLU | `(m, n_h)` | `(216, 8)` |
# | `W2`, `b2` | weights and bias of the output | `(n_h, n_y)`, `(1, n_y)` | `(8, 1)`, `(1, 1)` |
# | `Z2`, `yhat` | output, before and after the sigmoid | `(m, n_y)` | `(216, 1)` |
# | `dW1`, `db1`, … | gradients, each with the shape of its parameter | | |
#
# In part 2 the samples were columns and `W1` was `(n_h, n_x)`. Here it is the transpose of that.

# %% [markdown]
# ## Sums, means and the learning rate
#
# Parts 1 and 2 divided the gradients by $m$. This class follows articles in which they are left as
# sums, while the loss that is written down is a mean. Both are right, as long as one knows which
# it is:
#
# - A sum is $m$ times as large as a mean. With 216 patients a learning rate of 0.001 here moves the
#   weights as far as $0.001 \cdot 216 = 0.216$ would with means.
# - With sums, the right learning rate depends on the number of patients. Twice as many patients,
#   twice the step. A rate that worked for 216 may be far too large for 20,000.
# - Two learning rates can only be compared if both belong to sums or both to means.
#
# You will see all three below, once the methods work.

# %% [markdown]
# ## A worked example on paper
#
# Two patients, two features, two hidden units, learning rate 0.1:
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
#
# **Back.** $dZ_2 = \hat y - y$ is $-0.3775$ and $0.1192$. Then
#
# $$dW_2 = \begin{pmatrix} 1 \cdot (-0.3775) + 1 \cdot 0.1192 \\ 0 + 2.5 \cdot 0.1192 \end{pmatrix}
# \approx \begin{pmatrix} -0.2583 \\ 0.2980 \end{pmatrix},\qquad db_2 \approx -0.2583$$
#
# Each row of $dZ_2 W_2^\top$ is $dZ_2$ times $(1, -1)$. The slope of ReLU is 0 where $Z_1$ is
# negative, which wipes out one entry:
#
# $$dZ_1 \approx \begin{pmatrix} -0.3775 & 0 \\ 0.1192 & -0.1192 \end{pmatrix},\qquad
# dW_1 \approx \begin{pmatrix} -0.3775 & 0 \\ 0.2384 & -0.2384 \end{pmatrix},\qquad
# db_1 \approx \begin{pmatrix} -0.2583 & -0.1192 \end{pmatrix}$$
#
# **Step.** Each parameter minus 0.1 times its gradient:
#
# $$W_1 \approx \begin{pmatrix} 1.0378 & -1 \\ 0.4762 & 1.0238 \end{pmatrix},\;
# b_1 \approx \begin{pmatrix} 0.0258 & 0.5119 \end{pmatrix},\;
# W_2 \approx \begin{pmatrix} 1.0258 \\ -1.0298 \end{pmatrix},\;
# b_2 \approx -0.4742$$

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
# ReLU, the *rectified linear unit*, lets positive values pass and turns negative ones into 0. Its
# slope is 1 on the right and 0 on the left. At 0 itself there is a corner and no slope; any value
# between 0 and 1 will do there, and no test asks.
#
# How do the two activations and their slopes compare?

# %% demo=true
z = np.linspace(-4, 4, 401)
s = 1 / (1 + np.exp(-z))
fig, (left, right) = plotting.subplots(1, 2, figsize=(9, 3.2))
left.plot(z, np.maximum(0, z), label="ReLU")
left.plot(z, s, linestyle="--", label="sigmoid")
left.set(title="Activation", xlabel="z", ylabel="a")
left.legend()
right.plot(z[z < 0], np.zeros((z < 0).sum()), color=plotting.COLOURS[0], label="slope of ReLU")
right.plot(z[z > 0], np.ones((z > 0).sum()), color=plotting.COLOURS[0], linestyle="-")
right.plot(z, s * (1 - s), color=plotting.COLOURS[5], linestyle="--", label="slope of the sigmoid")
right.set(title="Slope", xlabel="z", ylabel="da/dz")
right.legend()
plotting.show(
    "Left: ReLU is flat at 0 for negative z and rises along the diagonal for positive z; the "
    "sigmoid rises from 0 to 1. Right: the slope of ReLU jumps from 0 to 1 at z = 0, the slope of "
    "the sigmoid is a low bell."
)

# %% [markdown]
# Where a hidden unit is active, ReLU passes the gradient on at full strength. Where it is not, it
# passes nothing.

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
# ## Exercise: `d_relu`
#
# The slope of ReLU at each value of `Z`. For `[[-2, 3], [0.5, -1]]` it is `[[0, 1], [1, 0]]`.


# %% exercise="d_relu"
@lesson.method(NeuralNet)
def d_relu(self, Z):
    """Return the slope of ReLU at each value of Z: 1 where Z is positive, 0 where it is negative.

    Parameters
    ----------
    Z : array of any shape

    Returns
    -------
    array of the same shape

    Notes
    -----
    Z is left unchanged.
    """
    ### BEGIN SOLUTION
    return (Z > 0).astype(float)
    ### END SOLUTION


# %% check="d_relu" points=1
lesson.check(d_relu)

# %% test="values on many shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4212)
net = lesson.instance("NeuralNet", (3, 2, 1))
for shape in ((4, 3), (1, 5), (7,), (2, 3, 4)):
    judge.same(d_relu, net, 5 * rng.standard_normal(shape))
judge.same(d_relu, net, np.array([[-700.0, 700.0, 0.25], [-1e-3, 1e-3, 1e6]]))
### END HIDDEN TESTS

# %% test="the argument is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.keeps(d_relu, lesson.instance("NeuralNet"), np.array([[-1.5, 2.0], [0.5, -3.0]]))
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
# ## Exercise: `back_propagation`
#
# Compute the four gradients, as sums over the patients, and take one step with each parameter. All
# four gradients belong to the *old* parameters: compute them all before you change any.
#
# For the worked example the new `W2` is `[[1.0258], [-1.0298]]` to four decimals.


# %% exercise="back_propagation"
@lesson.method(NeuralNet)
def back_propagation(self, yhat):
    """Take one step of gradient descent.

    Reads self.X, self.y, self.learning_rate and self.params, which holds "Z1" and "A1" of the
    forward pass that gave yhat. Replaces "W1", "b1", "W2" and "b2" in self.params. Returns nothing.

    The gradients are those of the cross-entropy summed over the m patients; they are not divided
    by m. Several outputs (n_y > 1) work in the same way.

    Parameters
    ----------
    yhat : array of shape (m, n_y)
        The probabilities of that forward pass.
    """
    ### BEGIN SOLUTION
    params, rate = self.params, self.learning_rate
    dZ2 = yhat - self.y
    dW2 = params["A1"].T @ dZ2
    db2 = np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = (dZ2 @ params["W2"].T) * self.d_relu(params["Z1"])
    dW1 = self.X.T @ dZ1
    db1 = np.sum(dZ1, axis=0, keepdims=True)
    self.params = {
        "W1": params["W1"] - rate * dW1,
        "b1": params["b1"] - rate * db1,
        "W2": params["W2"] - rate * dW2,
        "b2": params["b2"] - rate * db2,
    }
    ### END SOLUTION


# %% check="back_propagation" points=1
lesson.check(back_propagation)

# %% test="one step of the output layer, with several learning rates" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

# With W2 = 0 nothing flows back to the hidden layer: this looks at the output layer alone.
rng = np.random.default_rng(4231)
for n_x, n_h, m, rate in ((3, 4, 7, 0.1), (2, 5, 1, 0.03), (6, 2, 4, 1.0), (13, 8, 20, 0.01)):
    params_test = {
        "W1": rng.standard_normal((n_x, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": np.zeros((n_h, 1)),
        "b2": rng.standard_normal((1, 1)),
    }
    X_test_rows = rng.standard_normal((m, n_x))
    Z1 = X_test_rows @ params_test["W1"] + params_test["b1"]
    A1 = np.maximum(Z1, 0)
    yhat_test = 1 / (1 + np.exp(-(A1 @ params_test["W2"] + params_test["b2"])))
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, 1),
        rate,
        X=X_test_rows,
        y=(rng.random((m, 1)) < 0.5).astype(float),
        params={**params_test, "Z1": Z1, "A1": A1},
    )
    judge.same(back_propagation, net, yhat_test, read=("params",))
### END HIDDEN TESTS

# %% test="one step of both layers, with several learning rates" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4232)
for n_x, n_h, m, rate in ((3, 4, 7, 0.1), (2, 5, 1, 0.03), (6, 2, 4, 1.0), (13, 8, 20, 0.01)):
    params_test = {
        "W1": rng.standard_normal((n_x, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, 1)),
        "b2": rng.standard_normal((1, 1)),
    }
    X_test_rows = rng.standard_normal((m, n_x))
    Z1 = X_test_rows @ params_test["W1"] + params_test["b1"]
    A1 = np.maximum(Z1, 0)
    yhat_test = 1 / (1 + np.exp(-(A1 @ params_test["W2"] + params_test["b2"])))
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, 1),
        rate,
        X=X_test_rows,
        y=(rng.random((m, 1)) < 0.5).astype(float),
        params={**params_test, "Z1": Z1, "A1": A1},
    )
    judge.same(back_propagation, net, yhat_test, read=("params",))
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4233)
for n_x, n_h, n_y, m, rate in ((3, 4, 2, 6, 0.2), (2, 3, 5, 4, 0.05)):
    params_test = {
        "W1": rng.standard_normal((n_x, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_y)),
        "b2": rng.standard_normal((1, n_y)),
    }
    X_test_rows = rng.standard_normal((m, n_x))
    Z1 = X_test_rows @ params_test["W1"] + params_test["b1"]
    A1 = np.maximum(Z1, 0)
    yhat_test = 1 / (1 + np.exp(-(A1 @ params_test["W2"] + params_test["b2"])))
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, n_y),
        rate,
        X=X_test_rows,
        y=(rng.random((m, n_y)) < 0.5).astype(float),
        params={**params_test, "Z1": Z1, "A1": A1},
    )
    single = []
    for k in range(n_y):
        one = dict(net.attributes)
        column = {name: one["params"][name][:, k : k + 1] for name in ("W2", "b2")}
        one |= {"y": one["y"][:, k : k + 1], "params": {**one["params"], **column}}
        part = lesson.instance("NeuralNet", (n_x, n_h, 1), rate, **one)
        single.append((part, yhat_test[:, k : k + 1]))

    def follows(*own, params_test=params_test):
        own = [one["params"] for one in own]
        # The steps of the hidden layer add up.
        first = {
            name: params_test[name] + sum(one[name] - params_test[name] for one in own)
            for name in ("W1", "b1")
        }
        last = {name: np.hstack([one[name] for one in own]) for name in ("W2", "b2")}
        return {"params": {**first, **last}}

    judge.beyond(
        back_propagation, net, yhat_test, plain=single, follows=follows, read=("params",)
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, step by step, by hand and by your class:


# %%
def paper_network():
    """Return the network of the worked example."""
    net = NeuralNet((2, 2, 1), learning_rate=0.1)
    net.X = np.array([[1.0, 0.0], [0.0, 2.0]])
    net.y = np.array([[1.0], [0.0]])
    net.params = {
        "W1": np.array([[1.0, -1.0], [0.5, 1.0]]),
        "b1": np.array([[0.0, 0.5]]),
        "W2": np.array([[1.0], [-1.0]]),
        "b2": np.array([[-0.5]]),
    }
    return net


net = paper_network()
yhat, loss = net.forward_propagation()
net.back_propagation(yhat)
by_hand = {
    "W1": [[1.0378, -1.0], [0.4762, 1.0238]],
    "b1": [[0.0258, 0.5119]],
    "W2": [[1.0258], [-1.0298]],
    "b2": [[-0.4742]],
}
print("yhat", np.round(yhat.ravel(), 4).tolist(), " on paper [0.6225, 0.1192]")
print("loss", round(float(loss), 4), " on paper 0.3005")
for name, values in by_hand.items():
    agrees = np.allclose(net.params[name], values, atol=1e-4)
    print(f"{name} after the step: {np.round(net.params[name], 4).tolist()}  agrees: {agrees}")

# %% [markdown]
# Now the patients, with the split and the scaling of notebook 01. What will an untrained network
# say about them, and will one step lower the loss?

# %%
X, y = datasets.load_heart_disease()
labels = encode_labels(y)
X_train, X_test, y_train, y_test = train_test_split(
    X, labels, test_size=0.2, stratify=labels, random_state=2
)
Z_train, Z_test = standardize(X_train, X_test)
np.random.seed(1)
net = NeuralNet((13, 8, 1), learning_rate=0.001)
net.X, net.y = Z_train, y_train
net.init_weights()
yhat, loss_before = net.forward_propagation()
print("parameters:", sum(array.size for name, array in net.params.items() if name[0] in "Wb"))
print("probabilities from", f"{yhat.min():.4f} to {yhat.max():.4f}")
net.back_propagation(yhat)
_, loss_after = net.forward_propagation()
print(f"loss before the step {loss_before:.4f}, after it {loss_after:.4f}")

# %% [markdown]
# Weights of standard deviation 1 make large sums over 13 inputs, so the untrained network is very
# sure of itself, without any reason. The loss is high, and one step lowers it.

# %% [markdown]
# ### The gradients against numerical ones
#
# Your step contains the gradients: old parameter minus new parameter, divided by the learning rate.
# Below, each one is held against a numerical gradient of the *mean* loss, which moves one parameter
# a little to either side and looks at the difference. What slope should the points have?


# %% demo=true
def numerical_gradient(net, name, step=1e-6):
    """Return the slope of net's loss in each entry of one parameter."""
    slopes = np.zeros_like(net.params[name])
    for index in np.ndindex(slopes.shape):
        moved = []
        for sign in (1, -1):
            array = net.params[name].copy()
            array[index] += sign * step
            other = NeuralNet(net.layers)
            other.X, other.y = net.X, net.y
            other.params = {**net.params, name: array}
            moved.append(other.forward_propagation()[1])
        slopes[index] = (moved[0] - moved[1]) / (2 * step)
    return slopes


np.random.seed(3)
net = NeuralNet((13, 8, 1), learning_rate=0.001)
net.X, net.y = Z_train, y_train
net.init_weights()
yhat, _ = net.forward_propagation()
old = dict(net.params)
numerical = {name: numerical_gradient(net, name) for name in ("W1", "b1", "W2", "b2")}
net.back_propagation(yhat)
mine = {name: (old[name] - net.params[name]) / net.learning_rate for name in numerical}

fig, ax = plotting.subplots(1, 1, figsize=(5.2, 4))
for name, marker, colour in zip(numerical, "o^sD", ("#0072B2", "#E69F00", "#009E73", "#CC79A7")):
    ax.plot(
        numerical[name].ravel(), mine[name].ravel(), marker, color=colour, label=name,
        markersize=5, markeredgecolor="black", markeredgewidth=0.4,
    )  # fmt: skip
ends = np.array(
    [min(a.min() for a in numerical.values()), max(a.max() for a in numerical.values())]
)
ax.plot(ends, len(y_train) * ends, "--", color="#333333", linewidth=1, label="m times")
ax.set(xlabel="numerical gradient of the mean loss", ylabel="gradient in your step")
ax.legend(fontsize=9)
plotting.show(
    "Scatter plot of the gradients in the step against numerical gradients of the mean loss for "
    "W1, b1, W2 and b2: all points lie on a dashed line through the origin whose slope is m."
)
largest = np.argmax(np.abs(numerical["W1"]))
ratio = mine["W1"].ravel()[largest] / numerical["W1"].ravel()[largest]
apart = max(np.max(np.abs(mine[n] - len(y_train) * numerical[n])) for n in numerical)
print(f"your gradient divided by the numerical one: {ratio:.3f}, and m = {len(y_train)}")
print("yours and m times the numerical ones agree to within 1e-3:", bool(apart < 1e-3))

# %% [markdown]
# They lie on a line, and its slope is $m$, not 1. That is the honest statement of what this class
# does: it writes down the mean loss and walks along the gradient of the summed loss. The direction
# is the same. The length is $m$ times as large.

# %% [markdown]
# ### What sums do to the learning rate
#
# Now the same patients, written down once, four times and sixteen times. Nothing new is in the
# longer tables, and the mean loss of any network is the same on each of them. All three start from
# the same weights and use the same learning rate. Will they learn equally fast?

# %% demo=true
fig, (left, right) = plotting.subplots(1, 2, figsize=(9.5, 3.4), sharey=True)
for copies, style in ((1, "-"), (4, "--"), (16, ":")):
    for ax, divide in ((left, 1), (right, copies)):
        np.random.seed(5)
        net = NeuralNet((13, 8, 1), learning_rate=0.001 / divide)
        net.X, net.y = np.tile(Z_train, (copies, 1)), np.tile(y_train, (copies, 1))
        net.init_weights()
        losses = []
        for _ in range(60):
            yhat, loss = net.forward_propagation()
            losses.append(loss)
            net.back_propagation(yhat)
        plotting.plot_cost(losses, ax=ax)
        ax.lines[-1].set(linestyle=style, label=f"{copies} x {len(y_train)} rows")
left.set(title="learning rate 0.001", ylabel="loss")
right.set(title="learning rate 0.001 / copies", ylabel="")
left.legend(fontsize=9)
right.legend(fontsize=9)
plotting.show(
    "Left: with the same learning rate the loss falls at different speeds for the patients repeated "
    "once, 4 and 16 times; with 16 copies it jumps up before it falls furthest. Right: with the "
    "learning rate divided by the number of copies the three curves lie on one another."
)

# %% [markdown]
# With sums, copying the patients acts like a larger learning rate. With 16 copies the steps are so
# long that the loss jumps up on its way. Divide the rate by the number of copies and the curves
# coincide. A mean would have done that by itself. Whenever you read a learning
# rate in an article, ask which of the two it belongs to.

# %% [markdown]
# ## An experiment to play with
#
# Go back to the last cell and change one thing at a time:
#
# - the rate 0.001 to 0.003, to 0.01 and to 0.03. With 16 copies, when does the loss stop falling
#   smoothly?
# - after `net.init_weights()` multiply both weight matrices by 0.1. Where does the loss start now,
#   and why is that number close to $\log 2$?
# - give the network 50 hidden units.

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
# **2.** A hidden unit has a negative weighted sum for every patient. What happens to its weights?
#
# <details><summary>Answer</summary>
#
# Nothing, ever. The slope of ReLU is 0 for all patients, so its gradients, its column of $dW_1$ and
# its entry of $db_1$, are 0 and no step changes it. It is called a dead unit. A learning rate that is too large can kill units, because one
# long step can push a bias far below zero.
#
# </details>
#
# **3.** The loss is clipped at `1e-10`, but `back_propagation` uses $\hat y - y$ without clipping.
# Is that a contradiction?
#
# <details><summary>Answer</summary>
#
# Hardly one that matters. $\hat y - y$ is the exact gradient of the unclipped loss and needs no
# logarithm and no division, so there is nothing to protect. Only the number that is written down is
# clipped. The two differ where $\hat y$ is within `1e-10` of 0 or 1, and there the unclipped gradient
# is the more useful one: it still says which way to go.
#
# </details>

# %% [markdown]
# ## Sources
#
# - ReLU in neural networks: X. Glorot, A. Bordes, Y. Bengio, *Deep sparse rectifier neural
#   networks*, AISTATS 2011.
# - The gradient of the cross-entropy with a sigmoid output: C. Bishop, *Pattern Recognition and
#   Machine Learning* (Springer, 2006), section 4.3.2.
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
