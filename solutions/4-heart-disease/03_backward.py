# title: One step back
# summary: d_relu and back_propagation; what gradients that are sums do to the learning rate.

# %% [markdown]
# # 03 · One step back
#
# By the end you will be able to
#
# - say what the slope of ReLU is, and what it does on the way back;
# - run one backward pass with samples in rows, and take a step with every parameter;
# - compare your gradients with numerical ones;
# - tell a gradient that is a sum over the patients from one that is a mean, and say what that does
#   to the learning rate.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. They bring in what you wrote in notebook 01, and your class of
# notebook 02 with its methods.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/03_backward")

# %%
encode_labels, standardize = lesson.carry("encode_labels", "standardize")

# %%
NeuralNet = lesson.carry("NeuralNet")

# %% [markdown]
# ## Where we are
#
# The class draws its weights and answers. It cannot learn yet. Which part of the network is missing?

# %% demo=true
plotting.draw_network((13, 8, 1), highlight="backward")
plotting.show(
    "The 13-8-1 network with the way back highlighted: the slopes go from the output over the hidden "
    "layer to the weights of the inputs."
)

# %% [markdown]
# The way back: from the error at the output to a slope for each of the 121 parameters, and one step
# against all of them.

# %% [markdown]
# ## The mathematics
#
# The forward pass of notebook 02 has left $Z_1$, $A_1$ and $\hat y$. Going back, the gradients are those
# of the **sum** over the patients, $m L$, and not of the mean $L$. There is no $1/m$ in them:
#
# $$dZ_2 = \hat y - y, \qquad dW_2 = A_1^T dZ_2, \qquad db_2 = \sum_i dZ_2^{(i)}$$
#
# $$dZ_1 = \big(dZ_2\, W_2^T\big) \odot \mathrm{ReLU}'(Z_1), \qquad
# dW_1 = X^T dZ_1, \qquad db_1 = \sum_i dZ_1^{(i)}$$
#
# and each parameter takes a step, $W_1 \leftarrow W_1 - \alpha\, dW_1$ and so on. $\odot$ multiplies
# element by element.
#
# | In code | Meaning | Shape | Here |
# | --- | --- | --- | --- |
# | `self.X`, `self.y` | features and labels | `(m, n_x)`, `(m, n_y)` | `(216, 13)`, `(216, 1)` |
# | `Z1`, `A1`, `yhat` | what the forward pass left | `(m, n_h)`, `(m, n_h)`, `(m, n_y)` | `(216, 8)`, `(216, 8)`, `(216, 1)` |
# | `dZ1`, `dZ2` | slopes along the weighted sums | as `Z1`, `yhat` | |
# | `dW1`, `db1`, `dW2`, `db2` | gradients, each with the shape of its parameter | `(n_x, n_h)`, `(1, n_h)`, `(n_h, n_y)`, `(1, n_y)` | `(13, 8)`, `(1, 8)`, `(8, 1)`, `(1, 1)` |

# %% [markdown]
# ## Sums, means and the learning rate
#
# Parts 1 and 2 divided the gradients by $m$. This class follows articles in which they are left as
# sums, while the loss that is written down is a mean. Both are right, as long as you know which
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
# The two patients of notebook 02, with a learning rate of 0.1:
#
# $$X = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix},\;
# y = \begin{pmatrix} 1 \\ 0 \end{pmatrix},\;
# W_1 = \begin{pmatrix} 1 & -1 \\ 0.5 & 1 \end{pmatrix},\;
# b_1 = \begin{pmatrix} 0 & 0.5 \end{pmatrix},\;
# W_2 = \begin{pmatrix} 1 \\ -1 \end{pmatrix},\;
# b_2 = \begin{pmatrix} -0.5 \end{pmatrix}$$
#
# The forward pass gave
#
# $$Z_1 = \begin{pmatrix} 1 & -0.5 \\ 1 & 2.5 \end{pmatrix},\qquad
# A_1 = \begin{pmatrix} 1 & 0 \\ 1 & 2.5 \end{pmatrix},\qquad
# \hat y \approx \begin{pmatrix} 0.6225 \\ 0.1192 \end{pmatrix}$$
#
# **Back.** $dZ_2 = \hat y - y$ is $-0.3775$ and $0.1192$. Then
#
# $$dW_2 = \begin{pmatrix} 1 \cdot (-0.3775) + 1 \cdot 0.1192 \\ 0 + 2.5 \cdot 0.1192 \end{pmatrix}
# \approx \begin{pmatrix} -0.2583 \\ 0.2980 \end{pmatrix},\qquad db_2 \approx -0.2583$$
#
# Each row of $dZ_2 W_2^T$ is $dZ_2$ times $(1, -1)$. The slope of ReLU is 0 where $Z_1$ is
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
# ## The slope of ReLU
#
# It is 1 on the right and 0 on the left. At 0 itself there is a corner and no slope; any value between
# 0 and 1 will do there, and no test asks for it. How does it compare with the slope of the sigmoid?

# %% demo=true
z = np.linspace(-4, 4, 401)
s = 1 / (1 + np.exp(-z))
fig, ax = plotting.subplots(1, 1, figsize=(5.4, 3.2))
ax.plot(z[z < 0], np.zeros((z < 0).sum()), color=plotting.COLOURS[0], label="slope of ReLU")
ax.plot(z[z > 0], np.ones((z > 0).sum()), color=plotting.COLOURS[0], linestyle="-")
ax.plot(z, s * (1 - s), color=plotting.COLOURS[5], linestyle="--", label="slope of the sigmoid")
ax.set(xlabel="z", ylabel="da/dz")
ax.legend()
plotting.show(
    "The slope of ReLU jumps from 0 to 1 at z = 0; the slope of the sigmoid is a low bell that never "
    "exceeds a quarter."
)

# %% [markdown]
# Where a hidden unit is active, ReLU passes the gradient on at full strength. Where it is not, it
# passes nothing.

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
# Now the patients, with the split and the scaling of notebook 01. Will one step lower the loss? Ten
# draws of the weights, a step each.

# %% demo=true
from sklearn.model_selection import train_test_split

X, y = datasets.load_heart_disease()
labels = encode_labels(y)
X_train, X_test, y_train, y_test = train_test_split(
    X, labels, test_size=0.2, stratify=labels, random_state=2
)
Z_train, Z_test = standardize(X_train, X_test)
first_steps = []
for seed in range(10):
    np.random.seed(seed)
    net = NeuralNet((13, 8, 1), learning_rate=0.001)
    net.X, net.y = Z_train, y_train
    net.init_weights()
    yhat, before = net.forward_propagation()
    net.back_propagation(yhat)
    _, after = net.forward_propagation()
    first_steps.append((before, after))
    print(f"draw {seed}: loss before the step {before:.4f}, after it {after:.4f}")

# %% [markdown]
# It falls each time. So the direction is right, at least roughly. Whether each single slope is right, the
# next cell shows.

# %% claim=true
assert all(after < before for before, after in first_steps)

# %% [markdown]
# ### The gradients against numerical ones
#
# Your step contains the gradients: old parameter minus new parameter, divided by the learning rate.
# Below, each one is compared with a numerical gradient of the *mean* loss, which moves one parameter
# a little to either side and looks at the difference. What slope should the line of points have?


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
curves = {}
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
        curves[copies, divide] = losses
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
# coincide. A mean would have done that by itself. Whenever you read a learning rate in an article, ask
# which of the two it belongs to.

# %% claim=true
for copies in (4, 16):
    assert np.allclose(curves[copies, copies], curves[1, 1])
assert np.max(np.diff(curves[16, 1])) > 0 > np.max(np.diff(curves[1, 1]))
assert curves[16, 1][-1] < curves[4, 1][-1] < curves[1, 1][-1]

# %% [markdown]
# ## An experiment to play with
#
# Go back to the last cell and change one thing at a time:
#
# - the rate 0.001 to 0.003, to 0.01 and to 0.03. With 16 copies, when does the loss stop falling
#   smoothly?
# - after `net.init_weights()` multiply both weight matrices by 0.1. Where does the loss start now, and
#   do the first steps still bring as much?
# - give the network 50 hidden units. Does the rate still suit it?

# %% [markdown]
# ## Three questions to think about
#
# **1.** A hidden unit has a negative weighted sum for every patient. What happens to its weights?
#
# <details><summary>Answer</summary>
#
# Nothing, ever. The slope of ReLU is 0 for all patients, so its gradients, its column of $dW_1$ and
# its entry of $db_1$, are 0 and no step changes it. It is called a dead unit. A learning rate that is
# too large can kill units, because one long step can push a bias far below zero.
#
# </details>
#
# **2.** The loss is clipped at `1e-10`, but `back_propagation` uses $\hat y - y$ without clipping.
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
#
# **3.** You want the class to use means, without touching `back_propagation`. What do you change where it
# is used?
#
# <details><summary>Answer</summary>
#
# The learning rate: hand over `learning_rate=rate / len(X_train)`. A step is the rate times the gradient,
# so it does not matter which of the two is divided by $m$. But you have to think of it each time that the
# number of patients changes.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The gradient of the cross-entropy with a sigmoid output: C. Bishop, *Pattern Recognition and
#   Machine Learning* (Springer, 2006), section 4.3.2.
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0.
