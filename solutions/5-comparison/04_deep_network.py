# title: A network of any depth
# summary: DeepNeuralNet with a loop in each direction, its gradients beside numerical ones, and what depth gains.

# %% [markdown]
# # 04 · A network of any depth
#
# By the end you will be able to
#
# - write one network for any number of layers, with a loop in each direction;
# - say why the size of the first weights matters more, the more layers there are;
# - compare its gradients with numerical ones, layer by layer;
# - tell what depth gains from what a learning rate does.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next cell first. The network is built anew, so nothing has to be carried over.

# %%
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

import nnlib
from nnlib import plotting

lesson = nnlib.lesson("5-comparison/04_deep_network")

# %% [markdown]
# ## Where we are
#
# `NeuralNet` of part 4 has one hidden layer, one output, and two classes. Everything in it was written twice,
# once for each layer. What has to change so that the number of layers is a setting?

# %% demo=true
plotting.draw_network((13, 8, 8, 2), highlight="architecture")
plotting.show(
    "A network with 13 inputs, two hidden layers of 8 units and two outputs, its architecture "
    "highlighted."
)

# %% [markdown]
# The parameters get numbered names, `W1`, `W2`, `W3`, …, and a loop runs through the layers: forward
# from the first, backward from the last. At the output stands a softmax with one unit for each class,
# as in part 3, so that two classes and ten are the same case.

# %% [markdown]
# ## The mathematics
#
# Let there be $L$ layers of weights. With $A_0 = X$, for $l = 1, \dots, L$:
#
# $$Z_l = A_{l-1} W_l + b_l, \qquad
# A_l = \begin{cases} g(Z_l) & l < L \\ \mathrm{softmax}(Z_l) & l = L \end{cases}$$
#
# where $g$ is ReLU or tanh. The loss is the mean cross-entropy with a penalty on the weights, as in
# part 3:
#
# $$J = \frac{1}{m}\Big( -\sum_{i,k} y_{ik} \log a_{L,ik}
# + \frac{\lambda}{2} \sum_l \lVert W_l \rVert^2 \Big)$$
#
# **The gradients are means here**, with $1/m$, and not sums as in `NeuralNet`. A learning rate then
# means the same for 100 patients and for 100,000. Going back, for $l = L, \dots, 1$:
#
# $$dZ_L = \tfrac{1}{m}(A_L - Y), \qquad
# dW_l = A_{l-1}^T dZ_l + \tfrac{\lambda}{m} W_l, \qquad
# db_l = \sum_i dZ_l^{(i)}$$
#
# $$dZ_{l-1} = \big( dZ_l W_l^T \big) \odot g'(Z_{l-1})$$
#
# For both activations the slope can be read off the output: it is $[A > 0]$ for ReLU and $1 - A^2$
# for tanh. So the forward pass keeps the $A_l$ and nothing else.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `X` | samples in rows | `(m, n_x)` |
# | `Y` | classes, one-hot: a 1 in the column of the class | `(m, n_y)` |
# | `sizes` | all layer sizes, inputs and outputs included | tuple of `L + 1` numbers |
# | `parameters_["Wl"]`, `["bl"]` | weights and biases of layer `l`, from 1 to `L` | `(sizes[l-1], sizes[l])`, `(1, sizes[l])` |
# | `activations[l]` | $A_l$, from `activations[0]`, which is `X` | `(m, sizes[l])` |
# | `grads["dWl"]`, `["dbl"]` | gradients | those of the parameters |

# %% [markdown]
# ## A worked example on paper
#
# Two samples, two inputs, one hidden layer of two ReLU units, two classes, $\lambda = 0$:
#
# $$X = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix},\;
# Y = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix},\;
# W_1 = \begin{pmatrix} 1 & -1 \\ 0.5 & 1 \end{pmatrix},\;
# b_1 = \begin{pmatrix} 0 & 0.5 \end{pmatrix},\;
# W_2 = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix},\;
# b_2 = \begin{pmatrix} 0 & 0 \end{pmatrix}$$
#
# **Forward.** The hidden layer is that of part 4. $W_2$ changes nothing, so the scores are $A_1$:
#
# $$A_1 = Z_2 = \begin{pmatrix} 1 & 0 \\ 1 & 2.5 \end{pmatrix}$$
#
# The softmax of $(1, 0)$ is $e / (e + 1) \approx 0.7311$ and $0.2689$. Of $(1, 2.5)$ it is
# $1 / (1 + e^{1.5}) \approx 0.1824$ and $0.8176$. The loss is
# $\tfrac12 (-\log 0.7311 - \log 0.8176) \approx 0.2573$.
#
# **Back.** $dZ_2 = \tfrac12 (A_2 - Y)$, and from there
#
# $$dZ_2 \approx \begin{pmatrix} -0.1345 & 0.1345 \\ 0.0912 & -0.0912 \end{pmatrix},\quad
# dW_2 \approx \begin{pmatrix} -0.0433 & 0.0433 \\ 0.2280 & -0.2280 \end{pmatrix},\quad
# db_2 \approx \begin{pmatrix} -0.0433 & 0.0433 \end{pmatrix}$$
#
# The second hidden unit was off for the first sample, so that entry of $dZ_1$ is 0:
#
# $$dZ_1 \approx \begin{pmatrix} -0.1345 & 0 \\ 0.0912 & -0.0912 \end{pmatrix},\quad
# dW_1 \approx \begin{pmatrix} -0.1345 & 0 \\ 0.1824 & -0.1824 \end{pmatrix},\quad
# db_1 \approx \begin{pmatrix} -0.0433 & -0.0912 \end{pmatrix}$$

# %% [markdown]
# ## The frame
#
# Four methods are yours: the sizes, the first weights, the way there and the way back. The frame below
# keeps the settings, and gives the loss and the loop of plain gradient descent, which you have written
# in four parts. `BaseEstimator` comes from scikit-learn. The next notebook needs it.


# %%
def activate(Z, activation):
    """Return relu(Z) or tanh(Z)."""
    if activation == "relu":
        return np.where(Z > 0, Z, 0.0)
    if activation == "tanh":
        return np.tanh(Z)
    raise ValueError(f"activation is 'relu' or 'tanh', not {activation!r}")


def slope(A, activation):
    """Return the slope of the activation where its output is A."""
    return (A > 0).astype(float) if activation == "relu" else 1 - A**2


class DeepNeuralNet(BaseEstimator):
    """A network with any number of hidden layers, trained by plain gradient descent.

    Parameters
    ----------
    layers : tuple of int
        The sizes of the *hidden* layers. Inputs and outputs are counted from the data.
    activation : str
        "relu" or "tanh", of all hidden layers.
    learning_rate : float
        Size of a step, multiplied with gradients that are means over the samples.
    iterations : int
        Number of steps.
    reg_lambda : float
        Strength of the penalty on the weights.
    random_state : None, int or RandomState
        Where the first weights come from.

    Attributes
    ----------
    parameters_ : dict
        "W1", "b1", "W2", "b2", … of the trained network.
    loss_curve_ : list of float
        The loss of each iteration.
    """

    def __init__(
        self,
        layers=(8,),
        activation="relu",
        learning_rate=0.3,
        iterations=300,
        reg_lambda=0.01,
        random_state=None,
    ):
        self.layers = layers
        self.activation = activation
        self.learning_rate = learning_rate
        self.iterations = iterations
        self.reg_lambda = reg_lambda
        self.random_state = random_state

    def loss(self, probabilities, Y):
        """Return the loss J of these probabilities, with the penalty of self.parameters_."""
        data = -np.sum(Y * np.log(np.maximum(probabilities, 1e-10)))
        weights = [array for name, array in self.parameters_.items() if name[0] == "W"]
        penalty = self.reg_lambda / 2 * sum(np.sum(W**2) for W in weights)
        return float(data + penalty) / len(Y)

    def train(self, X, Y):
        """Train on samples X (m, n_x) and one-hot classes Y (m, n_y) by plain steps; return self."""
        self.parameters_ = self.initialize_parameters(self.layer_sizes(X, Y))
        self.loss_curve_ = []
        for _ in range(self.iterations):
            activations = self.forward(X)
            self.loss_curve_.append(self.loss(activations[-1], Y))
            grads = self.gradients(activations, Y)
            self.parameters_ = {
                name: array - self.learning_rate * grads[f"d{name}"]
                for name, array in self.parameters_.items()
            }
        return self


# %% [markdown]
# ## Exercise: `layer_sizes`
#
# In `DeepNeuralNet`, `layers` names the hidden layers only. The number of inputs and outputs follows
# from the data. For the worked example, with `layers=(2,)`, the result is `(2, 2, 2)`.


# %% exercise="layer_sizes"
@lesson.method(DeepNeuralNet)
def layer_sizes(self, X, Y):
    """Return the sizes of all layers.

    Parameters
    ----------
    X : array of shape (m, n_x)
        The samples.
    Y : array of shape (m, n_y)
        Their classes, one-hot.

    Returns
    -------
    tuple of int
        (n_x, the hidden layers of self.layers in order, n_y).
        There may be any number of hidden layers, none included.
    """
    ### BEGIN SOLUTION
    return (X.shape[1], *self.layers, Y.shape[1])
    ### END SOLUTION


# %% check="layer_sizes" points=1
lesson.check(layer_sizes)

# %% test="one and more hidden layers" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for layers, n_x, n_y, m in (((8,), 13, 2, 30), ((5, 3), 4, 3, 7), ((6, 7, 9, 2), 5, 10, 11)):
    net = lesson.instance("DeepNeuralNet", layers)
    judge.same(layer_sizes, net, np.ones((m, n_x)), np.ones((m, n_y)))
### END HIDDEN TESTS

# %% test="no hidden layer" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_y, m in ((4, 3, 7), (6, 2, 5)):
    one_layer = lesson.instance("DeepNeuralNet", (5,))
    judge.beyond(
        layer_sizes,
        lesson.instance("DeepNeuralNet", ()),
        np.ones((m, n_x)),
        np.ones((m, n_y)),
        plain=[(one_layer, np.ones((m, n)), np.ones((m, n_y))) for n in (n_x, n_x + 1)],
        follows=lambda own, _: (own[0], own[2]),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `initialize_parameters`
#
# A loop over neighbouring sizes. The more inputs a unit has, the smaller its weights must be, or the
# sums grow from layer to layer. For ReLU a standard deviation of $\sqrt{2 / n_{\text{in}}}$ keeps
# them at the same size (He's initialisation).
#
# `check_random_state(self.random_state)` gives a generator with the methods `normal` and `randn`: a
# fixed one for a number, so that a run can be repeated.


# %% exercise="initialize_parameters"
@lesson.method(DeepNeuralNet)
def initialize_parameters(self, sizes):
    """Return new parameters for all layers.

    The numbers are drawn with check_random_state(self.random_state), so that the same number in
    random_state gives the same parameters.

    Parameters
    ----------
    sizes : tuple of int
        The sizes of all layers, from the inputs to the outputs.

    Returns
    -------
    dict
        For l = 1, 2, …, len(sizes) - 1:
        "Wl" of shape (sizes[l-1], sizes[l]), normal with mean 0 and standard deviation
        sqrt(2 / sizes[l-1]), and "bl" of shape (1, sizes[l]), zeros.
    """
    ### BEGIN SOLUTION
    rng = check_random_state(self.random_state)
    parameters = {}
    for layer in range(1, len(sizes)):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        parameters[f"W{layer}"] = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        parameters[f"b{layer}"] = np.zeros((1, n_out))
    return parameters
    ### END SOLUTION


# %% check="initialize_parameters" points=1
lesson.check(initialize_parameters)

# %% test="names and shapes, for any depth" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for sizes in ((3, 4, 2), (2, 5, 3, 4), (6, 3), (4, 2, 3, 5, 7, 2)):
    made = judge.call(initialize_parameters, lesson.instance("DeepNeuralNet"), sizes)
    assert isinstance(made, dict), "initialize_parameters does not return a dictionary."
    names = {f"{kind}{layer}" for layer in range(1, len(sizes)) for kind in "Wb"}
    assert names == set(made), "The names are not W1, b1, … up to the last layer of weights."
    for layer in range(1, len(sizes)):
        shape = np.shape(made[f"W{layer}"])
        assert shape == (sizes[layer - 1], sizes[layer]), "A W has not the sizes of its two layers."
        assert np.shape(made[f"b{layer}"]) == (1, sizes[layer]), (
            "A b is not one row, a column for each unit."
        )
        assert not np.any(made[f"b{layer}"]), "The biases do not start at 0."
### END HIDDEN TESTS

# %% test="the spread of the weights follows the number of inputs" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

sizes = (20, 60, 45, 80)
made = judge.call(initialize_parameters, lesson.instance("DeepNeuralNet", random_state=7), sizes)
assert isinstance(made, dict), "initialize_parameters does not return a dictionary."
for layer in range(1, len(sizes)):
    W = np.asarray(made[f"W{layer}"], dtype=float)
    wanted = np.sqrt(2 / sizes[layer - 1])
    assert np.isfinite(W).all(), "A weight is not finite."
    assert 0.88 < W.std() / wanted < 1.12, "The spread of the weights is not sqrt(2 / n_in)."
    assert abs(W.mean()) < 0.15 * wanted, "The weights are not centred at 0."
    assert np.mean(np.abs(W) > 2 * wanted) > 0.01, "The weights are not drawn from a normal."
    assert len(np.unique(W)) > 0.9 * W.size, "Weights repeat: draw each one by itself."
### END HIDDEN TESTS

# %% test="random_state decides the draw" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

draws = [
    judge.call(
        initialize_parameters, lesson.instance("DeepNeuralNet", random_state=seed), (4, 5, 3)
    )
    for seed in (3, 3, 4)
]
assert all(isinstance(made, dict) for made in draws), "initialize_parameters returns no dictionary."
for name in ("W1", "W2"):
    assert np.array_equal(draws[0][name], draws[1][name]), (
        "The same random_state gives other weights the second time."
    )
    assert not np.allclose(draws[0][name], draws[2][name]), (
        "Another random_state gives the same weights."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `forward`
#
# From the samples to the probabilities, through any number of layers. Return the list of all
# activations, the samples first and the probabilities last. For the worked example the last entry is
# `[[0.7311, 0.2689], [0.1824, 0.8176]]` to four decimals.
#
# The softmax has to be the stable one of part 3: subtract each row's largest score before you take
# the exponential.


# %% exercise="forward"
@lesson.method(DeepNeuralNet)
def forward(self, X):
    """Send samples through the network.

    Uses self.parameters_ and activate(Z, self.activation).

    Parameters
    ----------
    X : array of shape (m, n_x)
        The samples.

    Returns
    -------
    list of arrays
        A_0, A_1, …, A_L: first X itself, then the output of each hidden layer, at last the
        softmax probabilities of shape (m, n_y), whose rows sum to 1.

    Notes
    -----
    There may be no hidden layer at all. Scores of ±1000 give finite probabilities.
    """
    ### BEGIN SOLUTION
    last = len(self.parameters_) // 2
    activations = [X]
    for layer in range(1, last + 1):
        Z = activations[-1] @ self.parameters_[f"W{layer}"] + self.parameters_[f"b{layer}"]
        if layer < last:
            activations.append(activate(Z, self.activation))
    powers = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    activations.append(powers / np.sum(powers, axis=1, keepdims=True))
    return activations
    ### END SOLUTION


# %% check="forward" points=1
lesson.check(forward)

# %% test="one hidden layer" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4511)
for sizes, m in (((3, 4, 2), 7), ((2, 5, 3), 1), ((6, 2, 4), 5)):
    parameters_test = {}
    for layer in range(1, len(sizes)):
        parameters_test[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        parameters_test[f"b{layer}"] = rng.standard_normal((1, sizes[layer]))
    net = lesson.instance("DeepNeuralNet", sizes[1:-1], parameters_=parameters_test)
    judge.same(forward, net, rng.standard_normal((m, sizes[0])))
### END HIDDEN TESTS

# %% test="any depth, and both activations" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4512)
for sizes, m, kind in (
    ((3, 4, 5, 2), 6, "tanh"),
    ((2, 3, 4, 5, 3), 4, "relu"),
    ((4, 3), 5, "tanh"),
):
    parameters_test = {}
    for layer in range(1, len(sizes)):
        parameters_test[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        parameters_test[f"b{layer}"] = rng.standard_normal((1, sizes[layer]))
    net = lesson.instance("DeepNeuralNet", sizes[1:-1], kind, parameters_=parameters_test)
    judge.same(forward, net, rng.standard_normal((m, sizes[0])))
### END HIDDEN TESTS

# %% test="finite for very large scores" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4513)
rows = rng.standard_normal((6, 3))
rows[:, 0] = [0, 400, 900, 1200, 2000, 3000]
parameters_test = {
    "W1": rng.standard_normal((3, 4)),
    "b1": rng.standard_normal((1, 4)),
    "W2": rng.standard_normal((4, 3)),
    "b2": rng.standard_normal((1, 3)),
}
# The first hidden unit is the first feature, and no other unit sees it.
parameters_test["W1"][0], parameters_test["W1"][:, 0] = 0, [1, 0, 0]
parameters_test["b1"][0, 0], parameters_test["W2"][0] = 0, 0
# What all scores of a row have in common changes no probability.
shifted = {**parameters_test, "W2": parameters_test["W2"].copy(), "b2": parameters_test["b2"] - 900}
shifted["W2"][0] = 1
# Nor does it matter how far a score is behind that is far behind.
behind, far = ({**parameters_test, "b2": np.array([[0.0, k, -k]])} for k in (60.0, 900.0))
for large, near in ((shifted, parameters_test), (far, behind)):
    judge.beyond(
        forward,
        lesson.instance("DeepNeuralNet", (4,), parameters_=large),
        rows,
        plain=[(lesson.instance("DeepNeuralNet", (4,), parameters_=near), rows)],
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `gradients`
#
# A loop from the last layer to the first. Each round makes `dW` and `db` from the `dZ` of its layer,
# and then the `dZ` of the layer before (which is not needed in the last round). For the worked example `dW2`
# is `[[-0.0433, 0.0433], [0.2280, -0.2280]]`.


# %% exercise="gradients"
@lesson.method(DeepNeuralNet)
def gradients(self, activations, Y):
    """Return the gradients of the loss J for all parameters.

    Uses self.parameters_, self.reg_lambda and slope(A, self.activation).
    The gradients are means over the samples, with 1/m.

    Parameters
    ----------
    activations : list of arrays
        A_0, A_1, …, A_L, as forward returned them.
    Y : array of shape (m, n_y)
        The classes, one-hot.

    Returns
    -------
    dict
        "dW1", "db1", "dW2", "db2", …, each with the shape of its parameter.
        The weights' gradients include the penalty; the biases are not penalised.

    Notes
    -----
    activations and Y are left unchanged.
    """
    ### BEGIN SOLUTION
    m = len(Y)
    grads = {}
    dZ = (activations[-1] - Y) / m
    for layer in range(len(activations) - 1, 0, -1):
        A, W = activations[layer - 1], self.parameters_[f"W{layer}"]
        grads[f"dW{layer}"] = A.T @ dZ + self.reg_lambda / m * W
        grads[f"db{layer}"] = np.sum(dZ, axis=0, keepdims=True)
        dZ = (dZ @ W.T) * slope(A, self.activation)
    return grads
    ### END SOLUTION


# %% check="gradients" points=1
lesson.check(gradients)

# %% test="one hidden layer, no penalty" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4521)
for sizes, m in (((3, 4, 2), 7), ((2, 5, 3), 1), ((6, 2, 4), 5)):
    parameters_test, A = {}, [rng.standard_normal((m, sizes[0]))]
    for layer in range(1, len(sizes)):
        W, b = (
            rng.standard_normal((sizes[layer - 1], sizes[layer])),
            rng.standard_normal((1, sizes[layer])),
        )
        parameters_test |= {f"W{layer}": W, f"b{layer}": b}
        Z = A[-1] @ W + b
        A.append(
            np.maximum(Z, 0)
            if layer < len(sizes) - 1
            else np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
        )
    Y_test = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    net = lesson.instance(
        "DeepNeuralNet", sizes[1:-1], "relu", 0.3, 300, 0.0, parameters_=parameters_test
    )
    judge.same(gradients, net, A, Y_test)
### END HIDDEN TESTS


# %% test="any depth and tanh, against numerical gradients, with the penalty" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge


def loss_at(parameters, rows, Y, penalty):
    A, last = rows, len(parameters) // 2
    for layer in range(1, last + 1):
        Z = A @ parameters[f"W{layer}"] + parameters[f"b{layer}"]
        A = np.tanh(Z)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    squares = sum(np.sum(parameters[f"W{layer}"] ** 2) for layer in range(1, last + 1))
    return (-np.sum(Y * np.log(P)) + penalty / 2 * squares) / len(Y)


rng = np.random.default_rng(4522)
for sizes, m, penalty in (((3, 4, 2), 6, 0.0), ((2, 3, 4, 3), 5, 1.5), ((4, 3), 7, 0.8)):
    parameters_test, A = {}, [rng.standard_normal((m, sizes[0]))]
    for layer in range(1, len(sizes)):
        W, b = (
            rng.standard_normal((sizes[layer - 1], sizes[layer])),
            rng.standard_normal((1, sizes[layer])),
        )
        parameters_test |= {f"W{layer}": W, f"b{layer}": b}
        Z = A[-1] @ W + b
        A.append(
            np.tanh(Z) if layer < len(sizes) - 1 else np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
        )
    Y_test = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    net = lesson.instance(
        "DeepNeuralNet", sizes[1:-1], "tanh", 0.3, 300, penalty, parameters_=parameters_test
    )
    mine = judge.call(gradients, net, A, Y_test)
    assert isinstance(mine, dict), "gradients does not return a dictionary."
    for name, array in parameters_test.items():
        assert f"d{name}" in mine, "A parameter has no gradient under its name with a d before it."
        assert np.shape(mine[f"d{name}"]) == array.shape, (
            "A gradient has not the shape of its parameter."
        )
        for index in np.ndindex(array.shape):
            moved = []
            for step in (1e-5, -1e-5):
                other = array.copy()
                other[index] += step
                moved.append(loss_at({**parameters_test, name: other}, A[0], Y_test, penalty))
            numerical = (moved[0] - moved[1]) / 2e-5
            assert abs(mine[f"d{name}"][index] - numerical) < 1e-6, (
                f"The gradient of {'a weight' if name[0] == 'W' else 'a bias'} does not agree with "
                f"the numerical gradient of the loss "
                f"({'with' if penalty else 'without'} penalty, {len(sizes) - 2} hidden layers)."
            )
### END HIDDEN TESTS

# %% test="relu in more than one hidden layer" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4523)
for sizes in ((3, 4, 5, 2), (2, 6, 3, 3)):
    parameters_test = {}
    for layer in range(1, len(sizes)):
        parameters_test[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        parameters_test[f"b{layer}"] = rng.standard_normal((1, sizes[layer]))
    upper = {name[0] + str(int(name[1]) - 1): parameters_test[name] for name in parameters_test}
    net, above = (
        lesson.instance("DeepNeuralNet", layers, "relu", 0.3, 300, 0.0, parameters_=own)
        for layers, own in (
            (sizes[1:-1], parameters_test),
            (sizes[2:-1], {name: upper[name] for name in ("W1", "b1", "W2", "b2")}),
        )
    )
    # One sample at a time: db1 of the layers above is what flows back into the first layer.
    for k in range(4):
        A = [rng.standard_normal((1, sizes[0]))]
        for layer in (1, 2):
            A.append(np.maximum(A[-1] @ parameters_test[f"W{layer}"] + parameters_test[f"b{layer}"], 0))
        scores = np.exp(A[-1] @ parameters_test["W3"] + parameters_test["b3"])
        A.append(scores / scores.sum(axis=1, keepdims=True))
        Y_test = np.eye(sizes[-1])[[k % sizes[-1]]]

        def follows(own, A=A, W2=parameters_test["W2"]):
            db1 = (own["db1"] @ W2.T) * (A[1] > 0)
            rest = {f"d{kind}{layer + 1}": own[f"d{kind}{layer}"] for kind in "Wb" for layer in (1, 2)}
            return {"dW1": A[0].T @ db1, "db1": db1, **rest}

        judge.beyond(gradients, net, A, Y_test, plain=[(above, A[1:], Y_test)], follows=follows)
### END HIDDEN TESTS

# %% test="the activations and Y are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4524)
W1, W2 = rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
rows = rng.standard_normal((5, 3))
hidden = np.tanh(rows @ W1)
scores = np.exp(hidden @ W2)
net = lesson.instance(
    "DeepNeuralNet", (4,), "tanh",
    parameters_={"W1": W1, "b1": np.zeros((1, 4)), "W2": W2, "b2": np.zeros((1, 2))},
)  # fmt: skip
judge.keeps(
    gradients, net, [rows, hidden, scores / scores.sum(axis=1, keepdims=True)],
    np.eye(2)[[0, 1, 1, 0, 1]],
)  # fmt: skip
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, by hand and by your class:

# %%
net = DeepNeuralNet(layers=(2,), reg_lambda=0.0)
net.parameters_ = {
    "W1": np.array([[1.0, -1.0], [0.5, 1.0]]),
    "b1": np.array([[0.0, 0.5]]),
    "W2": np.eye(2),
    "b2": np.zeros((1, 2)),
}
X_paper, Y_paper = np.array([[1.0, 0.0], [0.0, 2.0]]), np.eye(2)
activations = net.forward(X_paper)
by_hand = {
    "dW1": [[-0.1345, 0], [0.1824, -0.1824]],
    "db1": [[-0.0433, -0.0912]],
    "dW2": [[-0.0433, 0.0433], [0.2280, -0.2280]],
    "db2": [[-0.0433, 0.0433]],
}
print("sizes        ", tuple(net.layer_sizes(X_paper, Y_paper)))
print("probabilities", np.round(activations[-1], 4).tolist())
print("loss         ", round(net.loss(activations[-1], Y_paper), 4), " on paper 0.2573")
grads = net.gradients(activations, Y_paper)
for name, values in by_hand.items():
    agrees = np.allclose(grads[name], values, atol=1e-4)
    print(f"{name} {np.round(grads[name], 4).tolist()}  agrees: {agrees}")

# %% [markdown]
# ### The gradients of a deep network
#
# Four hidden layers, both activations, and a numerical gradient for every single parameter. How
# small should the differences be?

# %% demo=true
fig, axes = plotting.subplots(1, 2, figsize=(9.5, 3.4), sharey=True)
rows = np.random.default_rng(0).standard_normal((12, 5))
classes = np.eye(3)[np.arange(12) % 3]
for ax, activation in zip(axes, ("relu", "tanh")):
    net = DeepNeuralNet((6, 5, 4, 3), activation, reg_lambda=0.5, random_state=1)
    drawn = net.initialize_parameters(net.layer_sizes(rows, classes))
    # Biases other than 0, or a sample with all units off would sit on the corner of the next relu.
    moved_off = np.random.default_rng(2)
    net.parameters_ = {n: a + 0.1 * moved_off.standard_normal(a.shape) for n, a in drawn.items()}
    grads = net.gradients(net.forward(rows), classes)
    start, groups = dict(net.parameters_), {}
    for name, array in start.items():
        errors = []
        for index in np.ndindex(array.shape):
            moved = []
            for step in (1e-5, -1e-5):
                other = array.copy()
                other[index] += step
                net.parameters_ = {**start, name: other}
                moved.append(net.loss(net.forward(rows)[-1], classes))
            numerical = (moved[0] - moved[1]) / 2e-5
            errors.append(abs(numerical - grads[f"d{name}"][index]))
        groups.setdefault(name[1:], []).extend(errors)
    for layer, errors in groups.items():
        ax.plot(
            np.full(len(errors), int(layer)), np.maximum(errors, 1e-16), "o", color="#0072B2",
            markersize=4, alpha=0.4,
        )  # fmt: skip
    ax.set(yscale="log", title=activation, xlabel="layer", ylim=(1e-17, 1), xticks=range(1, 6))
    largest = max(max(errors) for errors in groups.values())
    print(f"{activation}: all differences are below 1e-8: {largest < 1e-8}")
axes[0].set_ylabel("|yours - numerical|")
plotting.show(
    "Differences between the gradients and numerical ones for every parameter of five layers, on a "
    "logarithmic axis, for relu and for tanh: all of them are many orders of magnitude below 1."
)

# %% [markdown]
# The differences have the size of rounding errors in every layer. A wrong factor in one layer would
# show in it and in all layers before it, since the gradient comes from the back.

# %% [markdown]
# ### Why the first weights need their size
#
# Six hidden layers of 50 ReLU units, before any training. In each layer, how large are the activations,
# and how large are the gradients that come back? Three starts: yours, the standard deviation 0.01 in
# every layer, and the standard deviation 1. Five draws of each; the lines show the middle one.

# %% demo=true
rows = np.random.default_rng(0).standard_normal((100, 13))
classes = np.eye(2)[np.arange(100) % 2]
starts = {"yours": None, "0.01": 0.01, "1": 1.0}
forward_sizes, backward_sizes = {}, {}
for name, size in starts.items():
    there, back = [], []
    for seed in range(5):
        net = DeepNeuralNet((50,) * 6, "relu", reg_lambda=0.0, random_state=seed)
        sizes = net.layer_sizes(rows, classes)
        made = net.initialize_parameters(sizes)
        if size is not None:
            made |= {k: W / W.std() * size for k, W in made.items() if k[0] == "W"}
        net.parameters_ = made
        activations = net.forward(rows)
        grads = net.gradients(activations, classes)
        there.append([A.std() for A in activations[1:-1]])
        back.append([np.std(grads[f"dW{layer}"]) for layer in range(1, 8)])
    forward_sizes[name], backward_sizes[name] = np.median(there, axis=0), np.median(back, axis=0)
fig, (left, right) = plotting.subplots(1, 2, figsize=(9.5, 3.4))
for (name, a), marker, style in zip(forward_sizes.items(), "o^s", ("-", "--", ":")):
    left.plot(range(1, 7), a, marker=marker, linestyle=style, label=name)
    right.plot(range(1, 8), backward_sizes[name], marker=marker, linestyle=style, label=name)
left.set(yscale="log", xlabel="hidden layer", ylabel="spread of the activations", title="There")
right.set(yscale="log", xlabel="layer of weights", ylabel="spread of the gradients", title="And back")
left.legend(title="standard deviation")
plotting.show(
    "Left: from the first hidden layer to the sixth the activations keep their size with your start, "
    "shrink by many orders of magnitude with 0.01 and grow with 1. Right: the gradients of all layers "
    "have similar sizes with your start, are tiny with 0.01, and huge with 1."
)
for name, a in forward_sizes.items():
    print(f"{name:6}: spread in layer 1 {a[0]:8.2g}, in layer 6 {a[-1]:8.2g}")

# %% [markdown]
# Each layer multiplies the size of what it gets by about the same factor. With 0.01 the factor is far
# below 1, and after six layers nothing is left: all samples get nearly the same answer, and no layer gets a
# gradient to speak of. With 1 the factor is about five, and the activations grow into the thousands.
# $\sqrt{2 / n_{\text{in}}}$ is the size at which the factor is near 1. With one hidden layer the factor
# counts once; here it counts six times over.

# %% claim=true
assert 0.3 < forward_sizes["yours"][-1] / forward_sizes["yours"][0] < 3
assert forward_sizes["0.01"][-1] < 1e-5 * forward_sizes["0.01"][0]
assert forward_sizes["1"][-1] > 1e3 * forward_sizes["1"][0]
assert backward_sizes["yours"].max() < 30 * backward_sizes["yours"].min()
assert backward_sizes["0.01"].max() < 1e-3 * backward_sizes["yours"].min()

# %% [markdown]
# ### A border that is more intricate
#
# Is there a task on which depth shows? Below are two spirals that wind one and a half times around
# each other, and three networks with about the same number of parameters: one wide layer, two, or
# three narrow ones. Which of them will follow the arms?
#
# A learning rate that suits one network may not suit another. So each gets three rates, on five pairs
# of spirals, with a seed for each. Its best rate is chosen on new points of the same spirals, and judged on
# others.


# %% demo=true
# NBVAL_IGNORE_OUTPUT
from scipy.stats import t as student


def two_spirals(m=200, turns=1.5, noise=0.02, seed=0):
    """Return points (m, 2) on two arms that wind around each other, and their classes (m,)."""
    rng = np.random.default_rng(seed)
    radius = np.linspace(0.1, 1, m // 2)
    arms = []
    for arm in (0, 1):
        angle = 2 * np.pi * turns * radius + np.pi * arm
        arms.append(2 * np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    return np.vstack(arms) + noise * rng.standard_normal((m, 2)), np.repeat([0, 1], m // 2)


def classes_of(net, points):
    """The most probable class of each point."""
    return np.argmax(net.forward(points)[-1], axis=1)


shapes, rates, seeds = ((40,), (12, 12), (9, 9, 9)), (0.1, 0.3, 1.0), range(5)
nets, to_choose, on_new = {}, {}, {}
for layers in shapes:
    for learning_rate in rates:
        for seed in seeds:
            net = DeepNeuralNet(layers, "tanh", learning_rate, 1500, 0.0, random_state=seed)
            points, kinds = two_spirals(seed=seed)
            nets[layers, learning_rate, seed] = net.train(points, np.eye(2)[kinds])
            for found, first in ((to_choose, 200), (on_new, 100)):
                points, kinds = two_spirals(seed=first + seed)
                right = 100 * np.mean(classes_of(net, points) == kinds)
                found.setdefault((layers, learning_rate), []).append(right)
print("accuracy on the judged points, mean of five (lowest)")
print(f"{'':10}{'parameters':>11}" + "".join(f"{f'rate {rate}':>15}" for rate in rates))
for layers in shapes:
    parameters = sum(array.size for array in nets[layers, 0.1, 0].parameters_.values())
    cells = [on_new[layers, rate] for rate in rates]
    print(f"{layers!s:10}{parameters:11}"
          + "".join(f"{f'{np.mean(c):.0f} % ({min(c):.0f})':>15}" for c in cells))  # fmt: skip

best_rate = {n: max(rates, key=lambda rate, n=n: np.mean(to_choose[n, rate])) for n in shapes}
spiral_gaps = {}
for name, chosen in (("rate 0.1 for all", dict.fromkeys(shapes, 0.1)), ("own best rate", best_rate)):
    for layers in shapes[1:]:
        d = np.subtract(on_new[layers, chosen[layers]], on_new[(40,), chosen[(40,)]])
        span = student.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
        spiral_gaps[name, layers] = d.mean(), d.mean() - span, d.mean() + span
        print(f"{name:17} {layers!s:9} minus (40,): {d.mean():+5.1f} "
              f"({d.mean() - span:+.1f} to {d.mean() + span:+.1f})")  # fmt: skip

# %% demo=true
from functools import partial

points, kinds = two_spirals()
fig, axes = plotting.subplots(2, 3, figsize=(11, 7.4))
for row, chosen in zip(axes, (dict.fromkeys(shapes, 0.1), best_rate)):
    for ax, layers in zip(row, shapes):
        net = nets[layers, chosen[layers], 0]
        title = f"{layers}, rate {chosen[layers]}"
        plotting.plot_decision_boundary(partial(classes_of, net), points, kinds, ax=ax, title=title)
plotting.show(
    "Two spirals and the decision boundaries of three networks. Top, with the learning rate 0.1: one "
    "layer of 40 units cuts across the arms, two layers of 12 and three of 9 follow them. Bottom, each "
    "with its own best rate: all three follow the arms from end to end."
)

# %% [markdown]
# With the rate 0.1 for all, the deeper networks get there and the wide one does not. A tempting story:
# a second layer bends what the first has bent already. But the figure's lower row has the same three
# networks and the same number of steps. With its own best rate the single layer follows the arms as
# well, and the differences are gone. What we saw at 0.1 was the learning rate. Of these three rates the
# deeper networks bear each, and that is all these runs show.

# %% claim=true
for layers in shapes[1:]:
    assert spiral_gaps["rate 0.1 for all", layers][1] > 5
    mean, low, high = spiral_gaps["own best rate", layers]
    assert low <= 0 <= high and abs(mean) < 1
    assert min(np.mean(on_new[layers, rate]) for rate in rates) > 95
assert best_rate[40,] > 0.1
assert np.mean(classes_of(nets[(40,), 0.1, 0], points) == kinds) < 0.9
for n in shapes:
    assert np.mean(classes_of(nets[n, best_rate[n], 0], points) == kinds) > 0.98, n

# %% [markdown]
# ## An experiment to play with
#
# - In the cell with the three starts, exchange "relu" for "tanh". Which of the three starts behaves
#   differently now, and why?
# - In the spirals, exchange "tanh" for "relu". What do the borders look like?
# - Make the layers of the starts 5 units wide, then 500. For which start does the width matter?
# - Change one sign in your `gradients` and run the cell with the numerical gradients again. In which
#   layers does the error show? (Put it back afterwards.)

# %% [markdown]
# ## Three questions to think about
#
# **1.** Into a network with one hidden layer of ReLU units, a second one of the same size is put behind
# the first. Its weights are 1 on the diagonal and 0 elsewhere, its biases 0. What changes in the
# answers?
#
# <details><summary>Answer</summary>
#
# Nothing: what comes out of the first layer is never negative, and ReLU leaves it as it is. So a deeper
# network can do all that the smaller one can. Whether training finds it is another question.
#
# </details>
#
# **2.** The loop of `gradients` reads the slope of the activation from $A_l$, not from $Z_l$. Could one do
# that with any activation?
#
# <details><summary>Answer</summary>
#
# Only where the output alone tells the slope. With ReLU, tanh and the sigmoid it does: they never fall.
# An activation that falls and then rises takes the same value at two places with different slopes; there
# the forward pass would have to keep $Z_l$.
#
# </details>
#
# **3.** For ReLU the spread of the first weights is $\sqrt{2 / n_{\text{in}}}$. Where does the 2 come from?
#
# <details><summary>Answer</summary>
#
# With $1 / n_{\text{in}}$ a sum would have about the mean square of what comes in. But ReLU sets every sum
# below 0 to 0. The sums lie on both sides of 0 alike, so half of the mean square is lost in each layer. The
# 2 makes up for it.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The initialisation: K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, ICCV 2015.
# - Backpropagation through any number of layers: D. Rumelhart, G. Hinton, R. Williams, *Learning
#   representations by back-propagating errors*, Nature 323 (1986).
