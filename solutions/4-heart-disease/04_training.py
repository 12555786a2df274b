# title: Training, and the loss of every iteration
# summary: fit, predict, acc and plot_loss; two settings compared on one split, and overfitting seen.

# %% [markdown]
# # 04 · Training, and the loss of every iteration
#
# By the end you will be able to
#
# - train the network with a `fit` that keeps the loss of every iteration;
# - predict classes for patients whom it has not seen, and measure the accuracy;
# - read a loss curve, and tell learning from overfitting;
# - say why one split is not enough to choose between two settings.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. They bring in your functions of notebook 01 and your class of
# notebooks 02 and 03, with all of its methods.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/04_training")

# %%
encode_labels, standardize = lesson.carry("encode_labels", "standardize")

# %%
NeuralNet = lesson.carry("NeuralNet")

# %% [markdown]
# ## Where we are
#
# The class can go forward and take one step back. What is still missing until one can use it like
# an estimator of scikit-learn?

# %% demo=true
plotting.draw_network((13, 8, 1), highlight="update")
plotting.show(
    "The 13-8-1 network with the update of its parameters highlighted: training repeats forward, "
    "backward and update."
)

# %% [markdown]
# A loop around these steps (`fit`), an answer for new patients (`predict`), a number that says how
# good the answers are (`acc`), and a look at how the loss fell (`plot_loss`).

# %% [markdown]
# ## The mathematics
#
# `fit` draws new weights and then repeats, for $t = 0, 1, \dots, T - 1$:
#
# $$\hat y^{(t)}, L^{(t)} = \text{forward}\big(\theta^{(t)}\big), \qquad
# \theta^{(t + 1)} = \theta^{(t)} - \alpha \, \nabla_\theta \big( m L^{(t)} \big)$$
#
# where $\theta$ stands for all four parameters. $L^{(t)}$ is the loss *before* step $t$, so
# `loss[0]` belongs to the weights that were drawn. After $T$ iterations the list has $T$ entries.
#
# For a patient the class is 1 where the probability exceeds one half:
#
# $$\hat c_i = \begin{cases} 1 & \hat y_i > 0.5 \\ 0 & \hat y_i < 0.5 \end{cases}
# \qquad\qquad
# \text{accuracy in percent} = \frac{100}{m} \sum_i [\hat c_i = y_i]$$
#
# The square bracket is 1 where its statement is true, and 0 elsewhere.
#
# | In code | Meaning | Shape | Here |
# | --- | --- | --- | --- |
# | `X`, `y` in `fit` | training rows and labels | `(m, n_x)`, `(m, 1)` | `(216, 13)`, `(216, 1)` |
# | `self.loss` | loss of each iteration | list of `iterations` floats | 100 of them |
# | `X` in `predict` | any rows | `(m, n_x)` | `(54, 13)` |
# | what `predict` returns | classes 0 and 1, a column | `(m, 1)` | `(54, 1)` |
# | what `acc` returns | percentage | one number | |

# %% [markdown]
# ## A worked example on paper
#
# The network of the example in notebooks 02 and 03: two patients, learning rate 0.1. Its first forward
# pass gave the loss 0.3005, and its first step the parameters
#
# $$W_1 \approx \begin{pmatrix} 1.0378 & -1 \\ 0.4762 & 1.0238 \end{pmatrix},\;
# b_1 \approx \begin{pmatrix} 0.0258 & 0.5119 \end{pmatrix},\;
# W_2 \approx \begin{pmatrix} 1.0258 \\ -1.0298 \end{pmatrix},\;
# b_2 \approx -0.4742$$
#
# **Second iteration, forward.** The first patient $(1, 0)$ has the hidden sums $1.0636$ and
# $-0.4881$, after ReLU $1.0636$ and $0$, and the output sum $1.0636 \cdot 1.0258 - 0.4742 = 0.6168$.
# The second patient $(0, 2)$ has $0.9782$ and $2.5596$, and
# $0.9782 \cdot 1.0258 - 2.5596 \cdot 1.0298 - 0.4742 = -2.1066$. So
# $\hat y \approx 0.6495$ and $0.1085$, and the loss is
# $\tfrac12(-\log 0.6495 - \log 0.8915) \approx 0.2732$.
#
# After two iterations `loss` is `[0.3005, 0.2732]`. The classes are 1 and 0, both right.
#
# **Accuracy.** With the labels $(1, 0, 1, 1)$ and the classes $(1, 0, 0, 1)$ three of four agree:
# $75\,\%$.

# %% [markdown]
# ## Exercise: `fit`
#
# Store the data in the object, draw the weights with `self.init_weights()`, and run the loop.
#
# Labels may come as a column `(m, 1)` or as `(m,)`. Turn them into a column at the start, or the
# subtraction in the backward pass will broadcast to `(m, m)`. And someone may call `fit` twice on the
# same object: then the second training counts, and so does its list of losses alone.
#
# For the worked example `loss` is `[0.3005, 0.2732]` after two iterations.


# %% exercise="fit"
@lesson.method(NeuralNet)
def fit(self, X, y):
    """Train the network from new weights.

    Stores X and y (as a column) in self.X and self.y, calls self.init_weights(), and then repeats
    self.iterations times: self.forward_propagation(), note the loss, self.back_propagation(yhat).

    Parameters
    ----------
    X : array of shape (m, n_x)
        The training rows.
    y : array of shape (m, 1), or (m,)
        Their labels, 0 or 1.

    Notes
    -----
    self.loss is a list with the loss of each iteration, as its forward pass gave it.
    A second call starts a new list.
    """
    ### BEGIN SOLUTION
    self.X = X
    self.y = np.reshape(y, (len(X), self.layers[-1]))
    self.init_weights()
    losses = []
    for _ in range(self.iterations):
        yhat, loss = self.forward_propagation()
        losses.append(loss)
        self.back_propagation(yhat)
    self.loss = losses
    ### END SOLUTION


# %% check="fit" points=1
lesson.check(fit)

# %% test="the trained parameters are those of a loop of single steps" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4301)
given = {"NeuralNet.init_weights": nnlib.functions.set_fixed_weights}
for n_x, n_h, m, rate, iterations in ((3, 4, 9, 0.05, 6), (2, 5, 7, 0.1, 1), (4, 3, 5, 0.02, 13)):
    net = lesson.instance("NeuralNet", (n_x, n_h, 1), rate, iterations)
    X_test_rows = rng.standard_normal((m, n_x))
    y_test_rows = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    judge.same(fit, net, X_test_rows, y_test_rows, given=given, read=("params",))
### END HIDDEN TESTS

# %% test="self.loss has the loss of each iteration, as its forward pass gave it" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4302)
given = {"NeuralNet.init_weights": nnlib.functions.set_fixed_weights}
for n_x, n_h, m, rate, iterations in ((3, 4, 8, 0.05, 5), (2, 3, 6, 0.1, 9)):
    net = lesson.instance("NeuralNet", (n_x, n_h, 1), rate, iterations)
    X_test_rows = rng.standard_normal((m, n_x))
    y_test_rows = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    judge.same(fit, net, X_test_rows, y_test_rows, given=given, read=("loss",))
### END HIDDEN TESTS

# %% test="labels of the shape (m,)" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4303)
given = {"NeuralNet.init_weights": nnlib.functions.set_fixed_weights}
net = lesson.instance("NeuralNet", (3, 4, 1), 0.05, 5)
X_test_rows = rng.standard_normal((8, 3))
y_test_rows = (np.arange(8) % 3 == 0).astype(float)
judge.beyond(
    fit, net, X_test_rows, y_test_rows, given=given, read=("params", "loss"),
    plain=[(net, X_test_rows, y_test_rows.reshape(-1, 1))],
)  # fmt: skip
### END HIDDEN TESTS

# %% test="a second fit starts a new list of losses" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4304)
given = {"NeuralNet.init_weights": nnlib.functions.set_fixed_weights}
net = lesson.instance("NeuralNet", (3, 4, 1), 0.05, 4, loss=[0.9, 0.8, 0.7])
X_test_rows = rng.standard_normal((8, 3))
y_test_rows = (np.arange(8) % 3 == 0).astype(float).reshape(-1, 1)
new = lesson.instance("NeuralNet", (3, 4, 1), 0.05, 4)
judge.beyond(
    fit, net, X_test_rows, y_test_rows, given=given, read=("loss",),
    plain=[(new, X_test_rows, y_test_rows)],
)  # fmt: skip
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `predict`
#
# Classes for any rows, not for `self.X`. The new patients have no label, so there is no loss to
# compute, and the training data in the object must stay what they are.
#
# For the two patients of the worked example, after training, the result is `[[1], [0]]`.


# %% exercise="predict"
@lesson.method(NeuralNet)
def predict(self, X):
    """Return a class for each row of X: 1 where its probability exceeds one half, else 0.

    Parameters
    ----------
    X : array of shape (m, n_x)
        Any rows, scaled like the training rows.

    Returns
    -------
    array of shape (m, 1)
        The classes, 0 or 1.

    Notes
    -----
    self.X, self.y and self.loss stay as they are.
    """
    ### BEGIN SOLUTION
    A1 = self.relu(X @ self.params["W1"] + self.params["b1"])
    yhat = self.sigmoid(A1 @ self.params["W2"] + self.params["b2"])
    return (yhat > 0.5).astype(int)
    ### END SOLUTION


# %% check="predict" points=1
lesson.check(predict)

# %% test="classes for new rows, one patient alone among them" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4311)
for n_x, n_h, m in ((3, 4, 40), (2, 5, 1), (13, 8, 25), (5, 2, 30), (4, 6, 33)):
    params_test = {
        "W1": rng.standard_normal((n_x, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, 1)),
        "b2": rng.standard_normal((1, 1)),
    }
    rows = rng.standard_normal((m, n_x))
    # In the middle of the outputs, so that both classes occur; never on the border.
    hidden = np.maximum(rows @ params_test["W1"] + params_test["b1"], 0)
    sums = np.sort((hidden @ params_test["W2"]).ravel())
    params_test["b2"] = np.array([[0.0137 - (sums[m // 2] + sums[m // 2 - 1]) / 2]])
    net = lesson.instance(
        "NeuralNet",
        (n_x, n_h, 1),
        X=rng.standard_normal((7, n_x)),
        y=np.ones((7, 1)),
        params=params_test,
    )
    judge.same(predict, net, rows)
### END HIDDEN TESTS

# %% test="the border is one half, for very unequal classes too" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4312)
for shift in (3.0, -3.0, 0.4, -0.4):
    params_test = {
        "W1": rng.standard_normal((3, 4)),
        "b1": np.zeros((1, 4)),
        "W2": 0.2 * rng.standard_normal((4, 1)),
        "b2": np.array([[shift]]),
    }
    net = lesson.instance(
        "NeuralNet", (3, 4, 1), X=np.ones((6, 3)), y=np.ones((6, 1)), params=params_test
    )
    judge.same(predict, net, 0.3 * rng.standard_normal((11, 3)))
### END HIDDEN TESTS

# %% test="the training data in the object stay as they are" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4313)
net = lesson.instance(
    "NeuralNet",
    (3, 4, 1),
    X=rng.standard_normal((6, 3)),
    y=(np.arange(6) % 2.0).reshape(-1, 1),
    loss=[0.75, 0.5],
    params={
        "W1": rng.standard_normal((3, 4)),
        "b1": rng.standard_normal((1, 4)),
        "W2": rng.standard_normal((4, 1)),
        "b2": rng.standard_normal((1, 1)),
    },
)
rows = rng.standard_normal((6, 3))
# The classes are judged elsewhere; but some have to come back, and not the same for all rows.
found, after = judge.call(predict, net, rows, read=("X", "y", "loss"))
other = judge.call(predict, net, 5 * rng.standard_normal((40, 3)))
assert np.size(found) and np.size(other) and np.ptp(np.asarray(other, dtype=float)) > 0, (
    "predict does not give a class for each row."
)
assert np.all(np.isfinite(np.asarray(found, dtype=float))), "A class is not a number."
for name, before in net.attributes.items():
    if name != "params":
        same = np.shape(after[name]) == np.shape(before) and np.allclose(after[name], before, 1e-9)
        assert same, f"predict changes self.{name}."
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `acc`
#
# The percentage of classes that agree with the labels. For the worked example it is 75.
#
# If the labels are `(m,)` and the classes `(m, 1)`, then `y == yhat` compares each with each, and
# the number that comes out looks like an accuracy and is none. Make sure that both have one shape
# before you compare.


# %% exercise="acc"
@lesson.method(NeuralNet)
def acc(self, y, yhat):
    """Return the percentage of classes that equal their labels.

    Parameters
    ----------
    y : array of shape (m, 1), or (m,)
        Labels, 0 or 1.
    yhat : array of shape (m, 1), or (m,)
        Classes from predict, 0 or 1.

    Returns
    -------
    float
        From 0 to 100, with its decimals (not rounded to a whole number).
        The two shapes need not be equal: (m, 1) with (m,) compares patient by patient as well.
    """
    ### BEGIN SOLUTION
    return 100 * float(np.mean(np.ravel(y) == np.ravel(yhat)))
    ### END SOLUTION


# %% check="acc" points=1
lesson.check(acc)

# %% test="the percentage of patients classed right" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4321)
net = lesson.instance("NeuralNet")
for m, wrong in ((10, 3), (5, 1), (20, 13), (4, 4), (8, 0), (50, 9)):
    truth = (rng.random((m, 1)) < 0.4).astype(float)
    truth[0] = 1.0
    classes = truth.astype(int)
    classes[rng.permutation(m)[:wrong]] ^= 1
    judge.same(acc, net, truth, classes)
### END HIDDEN TESTS

# %% test="with its decimals" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

truth = np.array([[1.0], [0.0], [0.0], [1.0], [1.0], [0.0], [1.0]])
classes = np.array([[1], [0], [1], [0], [1], [0], [1]])
judge.same(acc, lesson.instance("NeuralNet"), truth, classes)
judge.same(acc, lesson.instance("NeuralNet"), truth[:3], classes[:3])
### END HIDDEN TESTS

# %% test="labels (m,) with classes (m, 1), and the other way round" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

truth = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
classes = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0, 1])
net = lesson.instance("NeuralNet")
columns = [(net, truth.reshape(-1, 1), classes.reshape(-1, 1))]
judge.beyond(acc, net, truth, classes.reshape(-1, 1), plain=columns)
judge.beyond(acc, net, truth.reshape(-1, 1), classes, plain=columns)
judge.beyond(acc, net, truth, classes, plain=columns)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `plot_loss`
#
# Draw `self.loss` against the iteration, label both axes, and return the Axes, so that the caller can
# add to the plot. `plotting.subplots()` gives you a figure and its Axes;
# `matplotlib.pyplot` works as well. Do not call `plt.show()`: the caller decides when to show.


# %% exercise="plot_loss"
@lesson.method(NeuralNet)
def plot_loss(self):
    """Draw the loss of every iteration as one line.

    The iteration runs along x, from 0; the loss along y. Both axes have a label.

    Returns
    -------
    matplotlib Axes
    """
    ### BEGIN SOLUTION
    _, ax = plotting.subplots()
    ax.plot(range(len(self.loss)), self.loss)
    ax.set(xlabel="iteration", ylabel="loss")
    return ax
    ### END SOLUTION


# %% check="plot_loss" points=1
lesson.check(plot_loss)

# %% test="the line shows the loss of every iteration" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for losses in ([0.9, 0.7, 0.4, 0.35], [1.5, 0.25, 0.125], [0.5 / (1 + t) for t in range(40)]):
    net = lesson.instance("NeuralNet", loss=losses)
    judge.same(plot_loss, net, parts=("the line",))
### END HIDDEN TESTS

# %% test="both axes have a label" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

net = lesson.instance("NeuralNet", loss=[0.8, 0.6, 0.5])
judge.same(plot_loss, net, parts=("xlabel", "ylabel"))
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example once more. To start from its weights, this one object gets an `init_weights`
# that does nothing:

# %%
net = NeuralNet((2, 2, 1), learning_rate=0.1, iterations=2)
net.params = {
    "W1": np.array([[1.0, -1.0], [0.5, 1.0]]),
    "b1": np.array([[0.0, 0.5]]),
    "W2": np.array([[1.0], [-1.0]]),
    "b2": np.array([[-0.5]]),
}
net.init_weights = lambda: None
X_paper, y_paper = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0], [0.0]])
net.fit(X_paper, y_paper)
print("loss    ", np.round(net.loss, 4).tolist(), " on paper [0.3005, 0.2732]")
print("classes ", net.predict(X_paper).astype(int).ravel().tolist(), " on paper [1, 0]")
four = net.acc(np.array([1.0, 0.0, 1.0, 1.0]), np.array([1, 0, 0, 1]))
print("accuracy", four, " on paper 75")

# %% [markdown]
# Now the patients. The split and the scaling are those of notebook 01. How far does the
# loss fall in 100 iterations?

# %% demo=true
from sklearn.model_selection import train_test_split

X, y = datasets.load_heart_disease()
labels = encode_labels(y)
X_train, X_test, y_train, y_test = train_test_split(
    X, labels, test_size=0.2, stratify=labels, random_state=2
)
Z_train, Z_test = standardize(X_train, X_test)

np.random.seed(1)
small = NeuralNet((13, 8, 1), learning_rate=0.001, iterations=100)
small.fit(Z_train, y_train)
print(f"loss from {small.loss[0]:.3f} to {small.loss[-1]:.3f} in {len(small.loss)} iterations")
print(f"accuracy, training rows: {small.acc(y_train, small.predict(Z_train)):.1f} %")
print(f"accuracy, test rows:     {small.acc(y_test, small.predict(Z_test)):.1f} %")

# %% demo=true
ax = small.plot_loss()
ax.set_title("13-8-1, learning rate 0.001, 100 iterations")
plotting.show(
    "The loss against the iteration: it falls steeply in the first iterations, then ever more "
    "slowly, and is still falling at the end."
)

# %% [markdown]
# The curve falls fast and then flattens, but it has not come to rest. More iterations, a larger
# learning rate and more hidden units would bring it further down. Is that what we want?

# %% [markdown]
# ### A second setting
#
# 10 hidden units, learning rate 0.01, 500 iterations: ten times the step, five times as many of
# them. The dashed curves are the loss on the *test* rows, which the training never sees. What will
# they do?


# %% demo=true
def loss_curves(settings, seed=1):
    """Train a network step by step; return it with its losses on training and on test rows."""
    np.random.seed(seed)
    net = NeuralNet(*settings)
    net.X, net.y = Z_train, y_train
    net.init_weights()
    on_train, on_test = [], []
    for _ in range(net.iterations):
        held_out = NeuralNet(*settings)
        held_out.X, held_out.y, held_out.params = Z_test, y_test, dict(net.params)
        on_test.append(held_out.forward_propagation()[1])
        yhat, loss = net.forward_propagation()
        on_train.append(loss)
        net.back_propagation(yhat)
    return net, on_train, on_test


settings = {
    "13-8-1, 0.001, 100": ((13, 8, 1), 0.001, 100),
    "13-10-1, 0.01, 500": ((13, 10, 1), 0.01, 500),
}
curves = {}
fig, axes = plotting.subplots(1, 2, figsize=(9.5, 3.5), sharey=True)
for ax, (name, setting) in zip(axes, settings.items()):
    net, on_train, on_test = curves[name] = loss_curves(setting)
    ax.plot(on_train, color="#0072B2", linestyle="-", label="training rows")
    ax.plot(on_test, color="#D55E00", linestyle="--", label="test rows")
    ax.set(title=name, xlabel="iteration")
    ax.legend(fontsize=9)
    print(f"{name}")
    print(f"  loss at the end: training {on_train[-1]:.3f}, test {on_test[-1]:.3f}")
    print(f"  lowest test loss {min(on_test):.3f}, in iteration {int(np.argmin(on_test))}")
    print(
        f"  accuracy: training {net.acc(y_train, net.predict(Z_train)):.1f} %, "
        f"test {net.acc(y_test, net.predict(Z_test)):.1f} %"
    )
axes[0].set(ylabel="loss", ylim=(0, 2.5))
plotting.show(
    "Two loss plots. Left, the small setting: the test loss follows the training loss down and levels off above it. Right, the "
    "large setting: the training loss goes down to nearly 0, while the test loss falls at first and "
    "then rises again, far above the training loss."
)

# %% [markdown]
# On the left the test loss follows the training loss down, then levels off. On the right the first
# steps are so long that the loss jumps up; then the training loss keeps falling, and the test loss
# turns round and climbs. From there on the network learns the training patients by heart: it becomes
# surer of itself, and no better for others. This is *overfitting*. The training curve alone would
# never have told us.
#
# Notice what the accuracy makes of it. A network that is certain and wrong has the same accuracy as
# one that is doubtful and wrong. The loss tells them apart.

# %% claim=true
for seed in range(1, 6):
    (_, *short), (_, *long) = (loss_curves(setting, seed) for setting in settings.values())
    assert short[1][-1] < min(short[1]) + 0.05 and short[1][0] > short[1][-1] + 0.3, seed
    assert long[0][-1] < 0.1 and long[1][-1] > 2 * min(long[1]) and np.argmin(long[1]) < 100, seed
_, on_train, on_test = curves["13-10-1, 0.01, 500"]
assert max(np.diff(on_train[:10])) > 0.1

# %% [markdown]
# ### Is it luck?
#
# One split, one seed. Would another draw of the weights, or another split, say the same? Each dot
# below is one training; we let chance choose the weights and the split 30 times.

# %% demo=true
fig, ax = plotting.subplots(1, 1, figsize=(7, 3.2))
of_setting = {}
for row, (name, setting) in enumerate(settings.items()):
    results = of_setting[name] = {"training rows": [], "test rows": []}
    for seed in range(30):
        A_train, A_test, b_train, b_test = train_test_split(
            X, labels, test_size=0.2, stratify=labels, random_state=seed
        )
        A_train, A_test = standardize(A_train, A_test)
        np.random.seed(seed)
        net = NeuralNet(*setting)
        net.fit(A_train, b_train)
        results["training rows"].append(net.acc(b_train, net.predict(A_train)))
        results["test rows"].append(net.acc(b_test, net.predict(A_test)))
    for part, offset, marker, colour in (
        ("training rows", 0.14, "o", "#0072B2"), ("test rows", -0.14, "^", "#E69F00"),
    ):  # fmt: skip
        values = results[part]
        ax.plot(
            values, np.full(30, row + offset), marker, color=colour, alpha=0.55, markersize=6,
            label=part if row == 0 else None,
        )  # fmt: skip
        print(f"{name}, {part:13}: mean {np.mean(values):5.1f} %, "
              f"from {min(values):.1f} to {max(values):.1f}")  # fmt: skip
first_minus_second = np.subtract(*(of_setting[name]["test rows"] for name in settings))
ahead, behind = np.sum(first_minus_second > 0), np.sum(first_minus_second < 0)
print(f"on the test rows the first setting is ahead in {ahead} of 30 splits, behind in {behind}; "
      f"first minus second from {first_minus_second.min():+.1f} to {first_minus_second.max():+.1f} points")  # fmt: skip
ax.set_yticks([0, 1], list(settings))
ax.set(xlabel="accuracy (%)", ylim=(-0.5, 1.5))
ax.legend(loc="upper left", fontsize=9)
plotting.show(
    "Dot plot of 30 trainings of each setting. The small setting has training and test accuracies "
    "close together; the large setting has training accuracies near 100 % and test accuracies that "
    "are lower and widely spread. The test accuracies of both settings overlap."
)

# %% [markdown]
# The training accuracies of the two settings are far apart. On the test rows the first setting is ahead in
# most splits and behind in a few, and the difference between them runs from several points below 0 to many
# above. So a single split could have told nearly any story. If you publish the best of 30 splits, you publish
# luck. The next notebook measures it properly.

# %% claim=true
small_fits, large_fits = (of_setting[name]["training rows"] for name in settings)
assert min(large_fits) > max(small_fits) + 5
assert ahead > 15 and behind > 1
assert first_minus_second.min() < -3 and first_minus_second.max() > 10

# %% [markdown]
# ## An experiment to play with
#
# Train networks of your own on the same split, one change at a time, with `plot_loss` to look at:
#
# - `NeuralNet((13, 8, 1), 0.1, 100)`: what does a learning rate that is too large look like in the
#   loss? Remember that the gradients are sums over 216 patients.
# - `NeuralNet((13, 8, 1), 0.001, 3000)`: the small step, but many of them. Does it overfit as well?
# - `NeuralNet((13, 1, 1), 0.001, 100)`: one hidden unit. How much is lost?

# %% demo=true
np.random.seed(1)
mine = NeuralNet((13, 8, 1), learning_rate=0.001, iterations=300)
mine.fit(Z_train, y_train)
print(f"training {mine.acc(y_train, mine.predict(Z_train)):.1f} %, "
      f"test {mine.acc(y_test, mine.predict(Z_test)):.1f} %")  # fmt: skip

# %% [markdown]
# ## Three questions to think about
#
# **1.** After 100 iterations `loss` has 100 entries. Is the last one the loss of the network that you now
# have?
#
# <details><summary>Answer</summary>
#
# No. It belongs to the parameters before the last step. The network after that step has a loss of its
# own, which nobody has written down; one more forward pass would give it. With small steps the two
# hardly differ.
#
# </details>
#
# **2.** Could we use the test loss to stop training where it is lowest?
#
# <details><summary>Answer</summary>
#
# Then the test rows would have helped to choose the network, and the accuracy on them would be too
# good: a leak. What works is a third group of patients, called validation rows, taken out of the
# training rows. One stops where their loss is lowest, and looks at the test rows once, at the end.
# This is early stopping; part 5 switches it on.
#
# </details>
#
# **3.** Two networks have 80 % accuracy on the same test rows. Are they equally good?
#
# <details><summary>Answer</summary>
#
# Not necessarily. They can be wrong about different patients: one may miss the ill, the other send
# the healthy to further tests. They can also differ in how sure they are. The next notebook looks at
# both.
#
# </details>

# %% [markdown]
# ## Sources
#
# - Overfitting and early stopping: I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (MIT
#   Press, 2016), sections 5.2 and 7.8.
# - Why one split misleads with small data sets: T. Hastie, R. Tibshirani, J. Friedman, *The Elements
#   of Statistical Learning* (2nd ed., Springer, 2009), chapter 7.
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
