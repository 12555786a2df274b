# title: Capstone: a network of any depth
# summary: Assemble DeepNeuralNet, an estimator that passes scikit-learn's own checks, and see what they miss.

# %% [markdown]
# # 05 · Capstone: a network of any depth
#
# By the end you will be able to
#
# - write one network for any number of layers, with a loop in each direction;
# - hold its gradients against numerical ones, layer by layer;
# - make it an estimator in which scikit-learn's own `check_estimator` finds no fault, and say what
#   that does not show;
# - put it into a `Pipeline` and let `GridSearchCV` choose its depth.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. Of the earlier notebooks only the encoding of the labels is needed;
# the network is built anew.

# %%
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/05_capstone")

# %%
encode_labels = lesson.carry("encode_labels")

# %% [markdown]
# ## Where we are
#
# `NeuralNet` has one hidden layer, one output, and two classes. Everything in it was written twice,
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
# dW_l = A_{l-1}^\top dZ_l + \tfrac{\lambda}{m} W_l, \qquad
# db_l = \sum_i dZ_l^{(i)}$$
#
# $$dZ_{l-1} = \big( dZ_l W_l^\top \big) \odot g'(Z_{l-1})$$
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
# **Forward.** The hidden layer is that of notebook 02. $W_2$ changes nothing, so the scores are $A_1$:
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
# scikit-learn expects four things of an estimator:
#
# - `__init__` stores its arguments under their own names and does nothing else;
# - `fit(X, y)` does the work, returns `self`, and puts what it learnt into attributes whose names end
#   in an underscore, such as `classes_`;
# - the same `random_state` gives the same result;
# - strange input is refused with a clear error.
#
# The two classes it inherits from bring `score` (the accuracy) and what scikit-learn needs to know
# about a classifier. The frame below checks the input, turns any labels into a one-hot `Y`, and
# leaves the network to you. Read it: it says which of your methods is called where.


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


class DeepNeuralNet(ClassifierMixin, BaseEstimator):
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
    classes_ : array of shape (n_y,)
        The labels, sorted. Column k of a probability belongs to classes_[k].
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

    def fit(self, X, y):
        """Train on samples X of shape (m, n_x) and labels y of shape (m,); return self."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self.train(X, np.eye(len(self.classes_))[numbers])
        return self

    def predict(self, X):
        """Return the most probable class of each sample, shape (m,)."""
        probabilities = self.predict_proba(X)
        return self.classes_[np.argmax(probabilities, axis=1)]

    def checked(self, X):
        """Return X as an array, once it is clear that the network is trained and X fits it."""
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=np.float64)

    def loss(self, probabilities, Y):
        """Return the loss J of these probabilities, with the penalty of self.parameters_."""
        data = -np.sum(Y * np.log(np.maximum(probabilities, 1e-10)))
        weights = [array for name, array in self.parameters_.items() if name[0] == "W"]
        penalty = self.reg_lambda / 2 * sum(np.sum(W**2) for W in weights)
        return float(data + penalty) / len(Y)

    def set_params(self, **params):
        """Change settings by name and return self, as scikit-learn wants it."""
        for name, value in params.items():
            self.set_parameter(name, value)
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
# ## Exercise: `train`
#
# The loop. It uses all of your methods, and `self.loss` from the frame for the number that is written
# down. After the two samples of the worked example, two iterations and a learning rate of 1, the
# losses are 0.2573 and then something smaller.


# %% exercise="train"
@lesson.method(DeepNeuralNet)
def train(self, X, Y):
    """Train the network from new parameters.

    Puts the parameters of self.initialize_parameters(self.layer_sizes(X, Y)) into
    self.parameters_, then repeats self.iterations times: self.forward(X), note the loss of its
    probabilities, self.gradients(activations, Y), and a step of every parameter,
    minus self.learning_rate times its gradient.

    Parameters
    ----------
    X : array of shape (m, n_x)
        The samples.
    Y : array of shape (m, n_y)
        Their classes, one-hot.

    Notes
    -----
    self.loss_curve_ becomes a list with the loss of each iteration, taken before its step:
    self.loss(probabilities, Y).
    """
    ### BEGIN SOLUTION
    self.parameters_ = self.initialize_parameters(self.layer_sizes(X, Y))
    losses = []
    for _ in range(self.iterations):
        activations = self.forward(X)
        losses.append(self.loss(activations[-1], Y))
        grads = self.gradients(activations, Y)
        self.parameters_ = {
            name: array - self.learning_rate * grads[f"d{name}"]
            for name, array in self.parameters_.items()
        }
    self.loss_curve_ = losses
    ### END SOLUTION


# %% check="train" points=1
lesson.check(train)

# %% test="the trained parameters are those of a loop of single steps" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4531)
for sizes, m, rate, iterations in (
    ((3, 4, 2), 9, 0.2, 6),
    ((2, 3, 4, 3), 7, 0.5, 1),
    ((4, 5, 2), 8, 0.1, 11),
):
    start = {}
    for layer in range(1, len(sizes)):
        start[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        start[f"b{layer}"] = 0.1 * rng.standard_normal((1, sizes[layer]))
    net = lesson.instance("DeepNeuralNet", sizes[1:-1], "tanh", rate, iterations, 0.3)
    judge.same(
        train, net, rng.standard_normal((m, sizes[0])), np.eye(sizes[-1])[np.arange(m) % sizes[-1]],
        given={"DeepNeuralNet.initialize_parameters": start}, read=("parameters_",),
    )  # fmt: skip
# Once with the sizes and the draw that the network makes itself.
net = lesson.instance("DeepNeuralNet", (4, 5), "tanh", 0.2, 3, 0.1, 8)
judge.same(
    train, net, rng.standard_normal((9, 3)), np.eye(2)[np.arange(9) % 2], read=("parameters_",)
)
### END HIDDEN TESTS

# %% test="loss_curve_ has the loss of each iteration, taken before its step" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4532)
for sizes, m, rate, iterations in (((3, 4, 2), 9, 0.2, 6), ((2, 3, 4, 3), 7, 0.5, 3)):
    start = {}
    for layer in range(1, len(sizes)):
        start[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        start[f"b{layer}"] = 0.1 * rng.standard_normal((1, sizes[layer]))
    net = lesson.instance("DeepNeuralNet", sizes[1:-1], "tanh", rate, iterations, 0.3)
    judge.same(
        train, net, rng.standard_normal((m, sizes[0])), np.eye(sizes[-1])[np.arange(m) % sizes[-1]],
        given={"DeepNeuralNet.initialize_parameters": start}, read=("loss_curve_",),
    )  # fmt: skip
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `predict_proba`
#
# A probability for each sample and each class. `self.checked(X)` comes first: it refuses to answer
# before training and for rows with another number of columns. `predict` in the frame builds on this
# method.


# %% exercise="predict_proba"
@lesson.method(DeepNeuralNet)
def predict_proba(self, X):
    """Return the probability of each class for each sample.

    X goes through self.checked(X) first, which raises an error where the network has not been
    trained or X does not fit it.

    Parameters
    ----------
    X : array of shape (m, n_x)
        The samples.

    Returns
    -------
    array of shape (m, n_y)
        Column k belongs to self.classes_[k]. Each row sums to 1.
    """
    ### BEGIN SOLUTION
    return self.forward(self.checked(X))[-1]
    ### END SOLUTION


# %% check="predict_proba" points=1
lesson.check(predict_proba)

# %% test="the probabilities of two and of more classes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4541)
for sizes, m in (((3, 4, 2), 7), ((2, 5, 4, 3), 1), ((4, 6, 5), 9)):
    parameters_test = {}
    for layer in range(1, len(sizes)):
        parameters_test[f"W{layer}"] = rng.standard_normal((sizes[layer - 1], sizes[layer]))
        parameters_test[f"b{layer}"] = rng.standard_normal((1, sizes[layer]))
    net = lesson.instance(
        "DeepNeuralNet", sizes[1:-1], "tanh", parameters_=parameters_test,
        classes_=np.arange(sizes[-1]), n_features_in_=sizes[0],
    )  # fmt: skip
    judge.same(predict_proba, net, rng.standard_normal((m, sizes[0])))
### END HIDDEN TESTS

# %% test="an untrained network does not answer" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

refused = False
try:
    judge.call(predict_proba, lesson.instance("DeepNeuralNet", (4,)), np.ones((3, 2)))
except AssertionError as error:
    refused = type(error.__cause__).__name__ == "NotFittedError"
assert refused, "Before training, predict_proba does not end in the error that self.checked raises."
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `get_params`
#
# scikit-learn copies an estimator by asking it for its settings. The answer is a dictionary of the
# six arguments of `__init__`. Settings only: nothing that was learnt. `BaseEstimator` brings a
# `get_params` that reads the names from `__init__`; yours takes its place, so that nothing in this
# class is magic.


# %% exercise="get_params"
@lesson.method(DeepNeuralNet)
def get_params(self, deep=True):
    """Return the settings by name.

    Parameters
    ----------
    deep : bool
        Whether settings of estimators inside this one are wanted too. There are none inside.

    Returns
    -------
    dict
        "layers", "activation", "learning_rate", "iterations", "reg_lambda" and "random_state",
        with the values they have now. No other keys: what was learnt is no setting.
    """
    ### BEGIN SOLUTION
    names = "layers activation learning_rate iterations reg_lambda random_state".split()
    return {name: getattr(self, name) for name in names}
    ### END SOLUTION


# %% check="get_params" points=1
lesson.check(get_params)

# %% test="the values that the settings have now" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.same(get_params, lesson.instance("DeepNeuralNet", (5, 4), "tanh", 0.07, 12, 0.6, 3))
changed = lesson.instance("DeepNeuralNet", (2,), "relu", 0.1, 5, learning_rate=0.9, iterations=77)
judge.same(get_params, changed)
judge.same(get_params, lesson.instance("DeepNeuralNet", (), random_state=11), False)
### END HIDDEN TESTS

# %% test="settings only, nothing that was learnt" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

net = lesson.instance(
    "DeepNeuralNet", (4,), parameters_={"W1": np.ones((2, 4))}, loss_curve_=[0.5], n_features_in_=2
)
found = judge.call(get_params, net)
settings = {"layers", "activation", "learning_rate", "iterations", "reg_lambda", "random_state"}
# Which settings are there, and their values, is judged above.
assert found and found != judge.call(get_params, lesson.instance("DeepNeuralNet", (5,), "tanh", 0.1)), (
    "get_params does not return the settings of its network."
)
assert set(found) <= settings, "get_params returns something that is no setting."
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `set_parameter`
#
# The counterpart: change one setting by its name. `GridSearchCV` calls `set_params(iterations=500)`,
# and the frame hands each pair of name and value to you. An unknown name is a `ValueError`, or a
# mistyped setting would be tried out in silence. (`BaseEstimator` would do this for us, too.)


# %% exercise="set_parameter"
@lesson.method(DeepNeuralNet)
def set_parameter(self, name, value):
    """Change one setting.

    Parameters
    ----------
    name : str
        One of the names in get_params.
    value : object
        Its new value, stored as it is.

    Raises
    ------
    ValueError
        If there is no setting of this name.
    """
    ### BEGIN SOLUTION
    known = self.get_params()
    if name not in known:
        raise ValueError(f"There is no setting {name!r}. The settings are {', '.join(known)}.")
    setattr(self, name, value)
    ### END SOLUTION


# %% check="set_parameter" points=1
lesson.check(set_parameter)

# %% test="each of the settings, and no other with it" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

names = ("layers", "activation", "learning_rate", "iterations", "reg_lambda", "random_state")
for name, value in zip(names, ((7, 5), "tanh", 0.125, 40, 2.5, 9)):
    net = lesson.instance("DeepNeuralNet", (3,), "relu", 0.2, 10, 0.1, 1)
    judge.same(set_parameter, net, name, value, read=names)
### END HIDDEN TESTS

# %% test="an unknown name is a ValueError" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

refused = False
try:
    judge.call(set_parameter, lesson.instance("DeepNeuralNet", (3,)), "momentum", 0.9)
except AssertionError as error:
    refused = isinstance(error.__cause__, ValueError)
assert refused, "set_parameter accepts a name that is no setting, or fails in another way."
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
# ### scikit-learn's own examination
#
# `check_estimator` puts an estimator through some fifty tests: labels that are strings, a single
# feature, NaN in the data, fitting twice, copying, pickling, and more. Which of them might a network
# fail that gets the mathematics right?

# %% demo=true
# NBVAL_IGNORE_OUTPUT
# With pandas installed, one check fewer is skipped.
import warnings

from sklearn.utils.estimator_checks import check_estimator


def examine(estimator):
    """Put an estimator through scikit-learn's tests, and print how they ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, on_fail=None, on_skip=None)
    counts = {s: sum(r["status"] == s for r in results) for s in ("passed", "failed", "skipped")}
    print(", ".join(f"{count} {status}" for status, count in counts.items()))
    for result in results:
        if result["status"] != "passed":
            print(f"  {result['check_name']}: {result['exception']}")
    return counts


yours_examined = examine(DeepNeuralNet())

# %% [markdown]
# No check failed, and the few that were skipped need a package or a setting that this course does not
# use; the lines say which. If one had failed, its name would stand there with the reason.
#
# Does that show that the network learns as it should? Here is one that does not. Its gradients are
# yours in the last layer and zero in all others, so its hidden layers stay as they were drawn. What
# will the fifty tests say?


# %% demo=true
# NBVAL_IGNORE_OUTPUT
# With pandas installed, one check fewer is skipped.
class BrokenNet(DeepNeuralNet):
    """A network whose hidden layers never learn."""

    def gradients(self, activations, Y):
        """Return the gradients, with zeros in all layers but the last."""
        grads = super().gradients(activations, Y)
        last = len(activations) - 1
        return {n: g if int(n[2:]) == last else np.zeros_like(g) for n, g in grads.items()}


broken_examined = examine(BrokenNet())
broken = BrokenNet((6, 5), "tanh", reg_lambda=0.5, random_state=1)
broken.parameters_ = broken.initialize_parameters(broken.layer_sizes(rows, classes))
first = broken.parameters_["W1"]
step = np.zeros_like(first)
step[0, 0] = 1e-5
moved = []
for sign in (1, -1):
    broken.parameters_ = {**broken.parameters_, "W1": first + sign * step}
    moved.append(broken.loss(broken.forward(rows)[-1], classes))
broken.parameters_ = {**broken.parameters_, "W1": first}
broken_slope = (moved[0] - moved[1]) / 2e-5
print(f"one weight of W1: numerical gradient {broken_slope:.4f}, "
      f"its own {broken.gradients(broken.forward(rows), classes)['dW1'][0, 0]:.4f}")  # fmt: skip

# %% [markdown]
# The very same checks pass. They test how an estimator behaves, and that an easy problem is learnt
# well enough; the last layer alone can do that. A single numerical gradient finds the fault at once.

# %% claim=true
assert yours_examined["failed"] == broken_examined["failed"] == 0
assert yours_examined == broken_examined and yours_examined["passed"] > 45
assert abs(broken_slope) > 1e-3

# %% [markdown]
# ### In a pipeline, with a search over depth
#
# An estimator of this kind fits wherever scikit-learn expects one. The pipeline scales inside each
# fold, which is the rule of notebook 01 for free. The search tries depths and penalties with 5-fold
# cross-validation on the training rows, dealt out three times. Will deeper be better?
#
# The 54 test rows take no part. They are not new, though: notebook 03 drew their loss after every
# step. So we leave them alone, and call nothing that follows a test.

# %% demo=true
from scipy.stats import t as student
from sklearn.model_selection import RepeatedStratifiedKFold

X, stored_labels = datasets.load_heart_disease()
y = encode_labels(stored_labels).ravel().astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=2)
depths = [(), (8,), (8, 8), (8, 8, 8)]
penalties = [0.01, 1.0, 10.0, 50.0]
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)
search = GridSearchCV(
    make_pipeline(StandardScaler(), DeepNeuralNet(random_state=0)),
    {"deepneuralnet__layers": depths, "deepneuralnet__reg_lambda": penalties},
    cv=folds,
)
search.fit(X_train, y_train)
scores = 100 * np.array(
    [search.cv_results_[f"split{k}_test_score"] for k in range(folds.get_n_splits())]
)
scores = scores.reshape(-1, len(depths), len(penalties))
table, spread = scores.mean(axis=0), scores.std(axis=0, ddof=1)
fig, ax = plotting.subplots(1, 1, figsize=(6.6, 3.6))
image = ax.imshow(table, cmap="cividis", aspect="auto")
middle = (table.min() + table.max()) / 2
for i, j in np.ndindex(table.shape):
    ax.text(
        j, i, f"{table[i, j]:.1f} ± {spread[i, j]:.1f}", ha="center", va="center",
        color="black" if table[i, j] > middle else "white",
    )  # fmt: skip
ax.set_xticks(range(len(penalties)), [f"{p:g}" for p in penalties])
ax.set_yticks(range(len(depths)), [str(depth) for depth in depths])
ax.set(xlabel="reg_lambda", ylabel="hidden layers", title="Accuracy (%), mean ± spread of 15 folds")
plotting.show(
    "A table of cross-validated accuracies, four depths by four penalties, each with its standard "
    "deviation over 15 folds, about five points. Without a hidden layer all cells are near 85 per cent. "
    "With one and more hidden layers small penalties give less than 80 and a penalty of 10 about as much "
    "as without; with the largest penalty the two deepest networks fall to 56 per cent."
)
print("best in the search:", {k.split("__")[1]: v for k, v in search.best_params_.items()})

# %% [markdown]
# The spread over the folds is as large as most differences between the cells. It is mostly the
# patients' doing: some folds are hard for every network. So compare on the same folds, with no hidden
# layer, which is logistic regression: once with the smallest penalty, and once each depth with its own
# best one. (The interval allows for folds that share patients; part 5 explains the formula.)

# %% demo=true
k, share = len(scores), 0.2 / 0.8
reach = student.ppf(0.975, k - 1) * np.sqrt(1 / k + share)
own_best = scores[:, np.arange(len(depths)), table.argmax(axis=1)]
depth_gaps = {}
for kind, of in (("smallest penalty", scores[:, :, 0]), ("own best penalty", own_best)):
    for depth, column in zip(depths[1:], of.T[1:]):
        d = column - of[:, 0]
        low, high = d.mean() + np.array([-1, 1]) * reach * d.std(ddof=1)
        depth_gaps[kind, depth] = low, high
        print(f"{kind}: {depth!s:9} minus no hidden layer {d.mean():+.1f} points "
              f"({low:+.1f} to {high:+.1f})")  # fmt: skip

# %% [markdown]
# With little penalty all deeper networks are behind, by intervals that leave out 0. With its own best
# penalty each of them comes level: those three intervals contain 0, so the search shows neither a gain
# from depth nor a loss. And a penalty can be too strong: with 50, two and three hidden layers say the
# same for everyone.

# %% claim=true
for (kind, _), (low, high) in depth_gaps.items():
    assert high < 0 if kind == "smallest penalty" else low < 0 < high
assert (table[2:, -1] < 57).all() and (table[0] > 83).all()
assert (table[1:, :2] < 81).all() and (table[1:, 2] > 83).all()

# %% [markdown]
# ### A border that is more intricate
#
# Is there a task on which depth shows? Below are two spirals that wind one and a half times around
# each other, and three networks with about the same number of parameters: one wide layer, two, or
# three narrow ones. Which of them will follow the arms?
#
# A learning rate that suits one network may not suit another. So each gets three rates, on five pairs
# of spirals, with a seed for each, and is judged on new points of the same spirals.


# %% demo=true
# NBVAL_IGNORE_OUTPUT
def two_spirals(m=300, turns=1.5, noise=0.02, seed=0):
    """Return points (m, 2) on two arms that wind around each other, and their classes (m,)."""
    rng = np.random.default_rng(seed)
    radius = np.linspace(0.1, 1, m // 2)
    arms = []
    for arm in (0, 1):
        angle = 2 * np.pi * turns * radius + np.pi * arm
        arms.append(2 * np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    return np.vstack(arms) + noise * rng.standard_normal((m, 2)), np.repeat([0, 1], m // 2)


shapes, rates, seeds = ((40,), (12, 12), (9, 9, 9)), (0.1, 0.3, 1.0), range(5)
nets, on_new = {}, {}
for layers in shapes:
    for learning_rate in rates:
        for seed in seeds:
            net = DeepNeuralNet(layers, "tanh", learning_rate, 1500, 0.0, random_state=seed)
            nets[layers, learning_rate, seed] = net.fit(*two_spirals(seed=seed))
            right = 100 * net.score(*two_spirals(seed=100 + seed))
            on_new.setdefault((layers, learning_rate), []).append(right)
print("accuracy on new points, mean of five (lowest)")
print(f"{'':10}{'parameters':>11}" + "".join(f"{f'rate {rate}':>15}" for rate in rates))
for layers in shapes:
    parameters = sum(array.size for array in nets[layers, 0.1, 0].parameters_.values())
    cells = [on_new[layers, rate] for rate in rates]
    print(f"{layers!s:10}{parameters:11}"
          + "".join(f"{f'{np.mean(c):.0f} % ({min(c):.0f})':>15}" for c in cells))  # fmt: skip

best_rate = {n: max(rates, key=lambda rate, n=n: np.mean(on_new[n, rate])) for n in shapes}
spiral_gaps = {}
for name, chosen in (("rate 0.1 for all", dict.fromkeys(shapes, 0.1)), ("own best rate", best_rate)):
    for layers in shapes[1:]:
        d = np.subtract(on_new[layers, chosen[layers]], on_new[(40,), chosen[(40,)]])
        span = student.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
        spiral_gaps[name, layers] = d.mean(), d.mean() - span, d.mean() + span
        print(f"{name:17} {layers!s:9} minus (40,): {d.mean():+5.1f} "
              f"({d.mean() - span:+.1f} to {d.mean() + span:+.1f})")  # fmt: skip

# %% demo=true
points, kinds = two_spirals()
fig, axes = plotting.subplots(2, 3, figsize=(11, 7.4))
for row, chosen in zip(axes, (dict.fromkeys(shapes, 0.1), best_rate)):
    for ax, layers in zip(row, shapes):
        net = nets[layers, chosen[layers], 0]
        title = f"{layers}, rate {chosen[layers]}"
        plotting.plot_decision_boundary(net.predict, points, kinds, ax=ax, title=title)
plotting.show(
    "Two spirals and the decision boundaries of three networks. Top, with the learning rate 0.1: one "
    "layer of 40 units cuts across the arms, two layers of 12 and three of 9 follow them. Bottom, each "
    "with its own best rate: all three follow the arms from end to end."
)

# %% [markdown]
# With the rate 0.1 for all, the deeper networks get there and the wide one does not. A tempting story:
# a second layer bends what the first has bent already. But the figure's lower row has the same three
# networks and the same number of steps. With its own best rate the single layer follows the arms as
# well, and the differences are gone. What we saw at 0.1 was the learning rate. These deeper networks
# are less choosy about it, and that is all these runs show.

# %% claim=true
for layers in shapes[1:]:
    assert spiral_gaps["rate 0.1 for all", layers][1] > 5
    mean, low, high = spiral_gaps["own best rate", layers]
    assert low <= 0 <= high and abs(mean) < 1
assert best_rate[40,] > 0.1
assert nets[(40,), 0.1, 0].score(points, kinds) < 0.9
assert all(nets[n, best_rate[n], 0].score(points, kinds) > 0.98 for n in shapes)

# %% [markdown]
# ## An experiment to play with
#
# - In the spirals, exchange "tanh" for "relu". What do the borders look like now, and why?
# - In the cell below, make the network deeper still, or the learning rate smaller. When does the loss
#   become smooth?
# - In your `initialize_parameters`, use the standard deviation 0.01 in every layer and train the cell
#   below again. What has become of the gradients? (Put it back afterwards.)

# %% demo=true
mine = DeepNeuralNet((12,) * 6, "tanh", 0.2, 600, 0.0, random_state=0).fit(points, kinds)
plotting.plot_cost(mine.loss_curve_).set(ylabel="loss", title="six hidden layers")
plotting.show("The loss of a network with six hidden layers on the spirals, against the iteration.")
print(
    "a copy with other settings:", clone(mine).set_params(iterations=10).get_params()["iterations"]
)

# %% [markdown]
# ## Three questions to think about
#
# **1.** The checks passed for a network whose hidden layers never learn. What are they good for?
#
# <details><summary>Answer</summary>
#
# They show that it behaves as a pipeline or a search expects: a copy is a copy, the same seed gives
# the same result, strange input is refused. A network with perfect gradients can fail all of that.
# Each kind of test sees what the other does not, and a test is worth as much as the fault that it has
# been seen to find. That is why we broke the network on purpose.
#
# </details>
#
# **2.** Why does `__init__` store `layers` as it is, and not as `tuple(layers)`?
#
# <details><summary>Answer</summary>
#
# Copying works by reading the settings with `get_params` and handing them to a new object. The copy
# must hold the very things that were handed in, and scikit-learn tests that. Anything that is
# computed from a setting belongs in `fit`.
#
# </details>
#
# **3.** How many parameters has a network with sizes `(13, 8, 8, 2)`, and how does that compare with
# 216 patients?
#
# <details><summary>Answer</summary>
#
# $13 \cdot 8 + 8 + 8 \cdot 8 + 8 + 8 \cdot 2 + 2 = 202$: nearly one for each patient. Such a network
# can come close to learning its training rows by heart. Penalty, early stopping or fewer units keep
# it from doing so.
#
# </details>

# %% [markdown]
# ## Sources
#
# - What an estimator has to do: the scikit-learn developers' guide,
#   [Developing scikit-learn estimators](https://scikit-learn.org/stable/developers/develop.html).
# - The initialisation: K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, ICCV 2015.
# - Backpropagation through any number of layers: D. Rumelhart, G. Hinton, R. Williams, *Learning
#   representations by back-propagating errors*, Nature 323 (1986).
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
