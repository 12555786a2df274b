# title: Capstone: a network that scikit-learn accepts
# summary: Make DeepNeuralNet an estimator that passes scikit-learn's own checks, and see what they miss.

# %% [markdown]
# # 08 · Capstone: a network that scikit-learn accepts
#
# By the end you will be able to
#
# - train a network of any depth, and ask it for probabilities;
# - make it an estimator in which scikit-learn's own `check_estimator` finds no fault, and say what
#   that does not show;
# - put it into a `Pipeline` and let `GridSearchCV` choose its depth.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. They bring in the encoding of the labels from notebook 01, and your
# class of notebook 07 with its methods.

# %%
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/08_capstone")

# %%
encode_labels = lesson.carry("encode_labels")

# %%
DeepNeuralNet = lesson.carry("DeepNeuralNet")

# %% [markdown]
# ## Where we are
#
# `DeepNeuralNet` runs forward and backward through any number of layers. What is missing until a search
# can try a hundred settings of it?

# %% demo=true
plotting.draw_network((13, 8, 8, 2), highlight="model")
plotting.show(
    "A network with 13 inputs, two hidden layers of 8 units and two outputs, with the loop of its "
    "training highlighted: forward, cost, backward, update, and again."
)

# %% [markdown]
# The loop (`train`), an answer (`predict_proba`), and a way to read and change its settings. The frame in
# notebook 07 calls the first in `fit` and the second in `predict`.

# %% [markdown]
# ## The mathematics
#
# For $t = 0, 1, \dots, T - 1$, with the gradients of notebook 07 for every parameter $\theta$:
#
# $$\theta^{(t + 1)} = \theta^{(t)} - \alpha\, d\theta^{(t)}$$
#
# The gradients are means here, so $\alpha$ does not depend on the number of samples. $J^{(t)}$ is the loss
# *before* step $t$: `loss_curve_[0]` belongs to the weights that were drawn.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `X`, `Y` in `train` | samples, and their classes one-hot | `(m, n_x)`, `(m, n_y)` |
# | `self.loss_curve_` | loss of each iteration | list of `iterations` floats |
# | what `predict_proba` returns | a probability for each class | `(m, n_y)` |
#
# The worked example is that of notebook 07, with a learning rate of 1. The first loss is 0.2573 and the
# first step takes $W_2$ from the identity to
#
# $$W_2 - dW_2 \approx \begin{pmatrix} 1.0433 & -0.0433 \\ -0.2280 & 1.2280 \end{pmatrix}$$

# %% [markdown]
# ## Exercise: `train`
#
# The loop. It uses all of your methods, and `self.loss` from the frame for the number that is written
# down. For the two samples of the worked example, two iterations and a learning rate of 1, the
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
X_paper, Y_paper = np.array([[1.0, 0.0], [0.0, 2.0]]), np.eye(2)


class PaperNet(DeepNeuralNet):
    """Your network, which starts from the parameters of the worked example."""

    def initialize_parameters(self, sizes):
        return {
            "W1": np.array([[1.0, -1.0], [0.5, 1.0]]),
            "b1": np.array([[0.0, 0.5]]),
            "W2": np.eye(2),
            "b2": np.zeros((1, 2)),
        }


net = PaperNet(layers=(2,), learning_rate=1.0, iterations=1, reg_lambda=0.0)
net.fit(X_paper, [0, 1])
print("loss before the step", round(net.loss_curve_[0], 4), " on paper 0.2573")
print("loss after it       ", round(net.loss(net.predict_proba(X_paper), Y_paper), 4))
print("W2 after it         ", np.round(net.parameters_["W2"], 4).tolist())

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
rows = np.random.default_rng(0).standard_normal((12, 5))
classes = np.eye(3)[np.arange(12) % 3]
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
# The 54 test rows take no part. They are not new, though: notebook 04 drew their loss after every
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
# - Use `PaperNet` as a pattern: a class whose `initialize_parameters` divides your weights by 20. Train
#   the cell below with it. Does the loss fall?

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
# **3.** The search tried 16 settings and reports the accuracy of the best one. Is that what new patients
# will get?
#
# <details><summary>Answer</summary>
#
# On average a little less. The best of 16 is best partly by luck on these folds, the more so the more
# settings were tried. An honest number comes from patients who took no part in the choice: an outer set of
# folds, with the whole search inside each of them.
#
# </details>

# %% [markdown]
# ## Sources
#
# - What an estimator has to do: the scikit-learn developers' guide,
#   [Developing scikit-learn estimators](https://scikit-learn.org/stable/developers/develop.html).
# - The best of many is too good: G. Cawley, N. Talbot, *On over-fitting in model selection and
#   subsequent selection bias in performance evaluation*, Journal of Machine Learning Research 11 (2010).
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
