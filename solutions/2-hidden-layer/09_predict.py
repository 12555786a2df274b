# title: Prediction and accuracy
# summary: From probabilities to classes, and how many of them are right.

# %% [markdown]
# # 09 · Prediction and accuracy
#
# By the end you will be able to
#
# - turn the probabilities of a network into classes;
# - say in per cent how many of them are right, and which of the two classes is missed more often;
# - compare your network with logistic regression on the same data.
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

lesson = nnlib.lesson("2-hidden-layer/09_predict")

# %%
forward_propagation, nn_model = lesson.carry("forward_propagation", "nn_model")

# %% [markdown]
# ## Where we are
#
# The network is trained, and it gives a probability for each sample. But the question was: which
# class? And the answer that people want to hear is one number: how often is it right?
#
# Which part of the network do we need for a new sample?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="predict")
plotting.show(
    "The 2-4-1 network with prediction highlighted: forward propagation from the inputs to the "
    "output, and a class read from the output's probability."
)

# %% [markdown]
# Forward propagation, and one comparison at the end. Cost, backpropagation and update belong to
# learning; a trained network does without them.

# %% [markdown]
# ## The mathematics
#
# The network answers class 1 where it finds that class more probable:
#
# $$\hat y^{(i)} = \begin{cases} 1 & \text{if } a_2^{(i)} > \tfrac12 \\
# 0 & \text{otherwise} \end{cases}$$
#
# The hat marks a prediction. The *accuracy* is the share of samples whose predicted class is the
# true one, in per cent:
#
# $$\text{accuracy} = \frac{100}{m} \cdot \#\{\, i : \hat y^{(i)} = y^{(i)} \,\}$$
#
# The accuracy cannot replace the cost in training. It counts, so a small change of a weight mostly
# changes nothing in it: its slope is 0 almost everywhere, and gradient descent would stand still.
#
# ### Shapes
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `X` | inputs, one sample a column | `(n_x, m)` | `(2, 400)` |
# | `A2` | probabilities | `(n_y, m)` | `(1, 400)` |
# | `predictions` | predicted classes | `(n_y, m)` | `(1, 400)` |
# | `Y` | labels | `(n_y, m)` | `(1, 400)` |
# | accuracy | per cent, one number for all | | between 0 and 100 |

# %% [markdown]
# ## A worked example on paper
#
# The two samples of the earlier notebooks have the classes $Y = (1\;\;0)$.
#
# - Before the first update the outputs were $(0.6841\;\;0.6377)$. Both are above ½, so the
#   predictions are $(1\;\;1)$. The first is right, the second wrong: the accuracy is 50 %.
# - After it they were $(0.8406\;\;0.3389)$. The predictions are $(1\;\;0)$: 100 %.
#
# A second iteration changes the outputs and the cost, but not the accuracy any more.

# %% [markdown]
# ## Exercise: `predict`
#
# Mind the order of the arguments: the parameters come first here.
#
# For the worked example, the untrained network should give `[[1, 1]]` (or `[[True, True]]`, which
# is as good).


# %% exercise="predict"
def predict(parameters, X):
    """Predict the class of each sample.

    Parameters
    ----------
    parameters : dict
        "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).
    X : array of shape (n_x, m)
        The inputs, one sample a column.

    Returns
    -------
    predictions : array of shape (n_y, m)
        1 where the probability of class 1 is above one half, else 0; whole numbers, floats or
        booleans. Each of several outputs (n_y > 1) is decided by itself.
    """
    ### BEGIN SOLUTION
    A2, _ = forward_propagation(X, parameters)
    return (A2 > 0.5).astype(int)
    ### END SOLUTION


# %% check="predict" points=1
lesson.check(predict)

# %% test="the classes, on networks and data of many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2901)
for inputs, units, samples in [(2, 4, 30), (3, 5, 1), (5, 3, 20), (4, 1, 25)]:
    X_test = rng.standard_normal((inputs, samples))
    parameters_test = {
        "W1": rng.standard_normal((units, inputs)),
        "b1": rng.standard_normal((units, 1)),
        "W2": rng.standard_normal((1, units)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(predict, parameters_test, X_test)
### END HIDDEN TESTS

# %% test="the threshold is one half, also where most samples are of one class" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2902)
for shift in (-1.5, 1.5, -6.0, 6.0):
    X_test = rng.standard_normal((2, 40))
    parameters_test = {
        "W1": rng.standard_normal((4, 2)),
        "b1": rng.standard_normal((4, 1)),
        "W2": rng.standard_normal((1, 4)),
        "b2": np.array([[shift]]),
    }
    judge.same(predict, parameters_test, X_test)
### END HIDDEN TESTS

# %% test="several outputs, each decided by itself" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2903)
for outputs in (2, 3):
    X_test = rng.standard_normal((2, 15))
    parameters_test = {
        "W1": rng.standard_normal((4, 2)),
        "b1": rng.standard_normal((4, 1)),
        "W2": rng.standard_normal((outputs, 4)),
        "b2": rng.standard_normal((outputs, 1)),
    }
    single = [
        {**parameters_test, **{name: parameters_test[name][k : k + 1] for name in ("W2", "b2")}}
        for k in range(outputs)
    ]
    judge.beyond(
        predict,
        parameters_test,
        X_test,
        plain=[(one, X_test) for one in single],
        follows=lambda *rows: np.vstack(rows),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `accuracy`
#
# Return per cent as one number, a float between 0 and 100. For the worked example: 50.0 before the
# update and 100.0 after it.


# %% exercise="accuracy"
def accuracy(predictions, Y):
    """Say how many of the predictions are right, in per cent.

    Parameters
    ----------
    predictions : array of shape (1, m)
        Predicted classes, 0 or 1: whole numbers, floats or booleans.
    Y : array of shape (1, m)
        The labels, 0 or 1.

    Returns
    -------
    accuracy : float
        The share of predictions that are right, in per cent: between 0.0 and 100.0.
    """
    ### BEGIN SOLUTION
    return float(100 * np.mean(predictions == Y))
    ### END SOLUTION


# %% check="accuracy" points=1
lesson.check(accuracy)

# %% test="per cent right, on samples of many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2911)
for samples in (1, 7, 16, 250):
    predictions_test = rng.integers(0, 2, (1, samples))
    Y_test = (rng.uniform(size=(1, samples)) < 0.7).astype(int)
    judge.same(accuracy, predictions_test, Y_test)
### END HIDDEN TESTS

# %% test="all right, all wrong, and only one class in the data" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

ones, zeros = np.ones((1, 6), dtype=int), np.zeros((1, 6), dtype=int)
mixed = np.array([[1, 0, 0, 1, 0, 0]])
four, two = np.array([[1, 0, 0, 0, 1, 0]]), np.array([[0, 1, 1, 1, 1, 0]])
for predictions_test, Y_test in [
    (mixed, mixed),
    (1 - mixed, mixed),
    (ones, mixed),
    (zeros, mixed),
    (mixed, ones),
    (mixed, zeros),
    (zeros, zeros),
    (ones, zeros),
]:
    # Each right prediction adds what it adds from 2 right ones to 4.
    right = np.sum(predictions_test == Y_test)
    judge.beyond(
        accuracy,
        predictions_test,
        Y_test,
        plain=[(four, mixed), (two, mixed)],
        follows=lambda of_four, of_two, right=right: of_two + (right - 2) / 2 * (of_four - of_two),
    )
### END HIDDEN TESTS

# %% test="predictions that are booleans or floats" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2912)
for kind in (bool, float):
    predictions_test = rng.integers(0, 2, (1, 13))
    Y_test = rng.integers(0, 2, (1, 13))
    judge.beyond(
        accuracy, predictions_test.astype(kind), Y_test, plain=[(predictions_test, Y_test)]
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does the code agree with the pencil, before and after the update?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
before = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
after = {
    "W1": np.array([[0.9128, 0.3563], [-0.5636, 1.0963]]),
    "b1": np.array([[-0.0565], [0.6599]]),
    "W2": np.array([[1.2545, 1.7413]]),
    "b2": np.array([[-1.1931]]),
}
for when, parameters_paper, by_hand in [("before", before, 50.0), ("after", after, 100.0)]:
    classes = np.asarray(predict(parameters_paper, X_paper)).astype(int)
    percent = accuracy(classes, Y_paper)
    print(
        f"{when} the update: classes {classes.tolist()}, accuracy {percent:.1f} %, "
        f"agrees with paper: {percent == by_hand}"
    )

# %% [markdown]
# ### The flower: your network against logistic regression
#
# Notebook 01 drew logistic regression's straight line through the flower and counted. Here it is
# again beside your network, with 4 hidden units, 7,000 iterations, learning rate 1.2 and seed 2.
# How much do four hidden units gain?

# %% demo=true
from sklearn.linear_model import LogisticRegression

X, Y = datasets.load_planar_dataset()

line = LogisticRegression().fit(X.T, Y[0])


def straight(points):
    return line.predict(points.T).reshape(1, -1)


np.random.seed(2)
parameters = nn_model(X, Y, 4, 7000)


def network(points):
    return predict(parameters, points)


print(f"logistic regression: {accuracy(straight(X), Y):.1f} % right")
print(f"your network:        {accuracy(network(X), Y):.1f} % right")

# %% demo=true
fig, (left, right) = plotting.subplots(1, 2, figsize=(10.5, 4.6))
plotting.plot_decision_boundary(straight, X, Y, ax=left)
left.set_title(f"logistic regression: {accuracy(straight(X), Y):.1f} %")
plotting.plot_decision_boundary(network, X, Y, ax=right)
right.set_title(f"4 hidden units: {accuracy(network(X), Y):.1f} %")
plotting.show(
    "The flower twice with the areas of the two classes. Left, logistic regression: one straight "
    "line through the middle, with petals of both classes on either side. Right, the network: the "
    "border bends, and most petals lie in an area of their own class."
)

# %% [markdown]
# Logistic regression's line is right less often than a coin; the best of all lines, in notebook 01,
# was right for 69 %. The network follows the petals and leaves both far behind. What it still gets
# wrong are samples on a petal of the other class, and some in the crowd around the centre.
#
# Note that both were judged on the samples that they learnt from. Notebook 11 holds samples back.

# %% [markdown]
# ### Which mistakes?
#
# One number hides which way the mistakes go. A table of true against predicted classes, called the
# *confusion matrix*, shows it. Does the network miss one class more often than the other?

# %% demo=true
from sklearn.metrics import confusion_matrix

classes = np.asarray(network(X)).astype(int)
table = confusion_matrix(Y[0], classes[0])

fig, ax = plotting.subplots(1, 1, figsize=(4.4, 3.8))
ax.imshow(table, cmap="Greys", vmin=0, vmax=2 * table.max())
for true in (0, 1):
    for said in (0, 1):
        ax.text(said, true, str(table[true, said]), ha="center", va="center", fontsize=16)
ax.set(
    xticks=[0, 1],
    yticks=[0, 1],
    xlabel="predicted class",
    ylabel="true class",
    title="confusion matrix",
)
plotting.show(
    "A table of two by two counts. The two fields on the diagonal, where the predicted class is "
    "the true one, hold most samples; the two others hold few."
)
print(f"on the diagonal: {np.trace(table)} of {table.sum()} samples")

# %% claim=true
assert abs(table[0, 1] - table[1, 0]) <= 3
assert accuracy(straight(X), Y) < 50 and accuracy(network(X), Y) > 89
assert accuracy(network(X), Y) == 90.75 and accuracy(straight(X), Y) == 47
wrong, far = (network(X) != Y)[0], np.hypot(*X) > 1
petal = np.floor(np.arctan2(X[1], X[0]) / (np.pi / 4)).astype(int) % 8
usual = np.array([np.round(Y[0, far & (petal == k)].mean()) for k in range(8)])[petal]
assert np.all(usual[wrong & far] != Y[0, wrong & far]) and wrong[~far].mean() > 2 * wrong[far].mean()

# %% [markdown]
# The diagonal holds the right answers. The two other fields are the two kinds of mistakes, and the
# network makes about as many of one as of the other. On the flower they cost the same. Where a mistake
# of one kind is worse than one of the other, as in medicine, one looks at this table and not at the
# accuracy alone.

# %% [markdown]
# ## An experiment to play with
#
# The threshold of one half is a choice. What happens to the two kinds of mistakes when it moves?

# %% demo=true
thresholds = np.linspace(0.02, 0.98, 49)

A2 = forward_propagation(X, parameters)[0]
missed = [np.mean((A2 <= t)[Y == 1]) * 100 for t in thresholds]
false_alarms = [np.mean((A2 > t)[Y == 0]) * 100 for t in thresholds]
right = [accuracy((A2 > t).astype(int), Y) for t in thresholds]

fig, ax = plotting.subplots(1, 1, figsize=(7, 4))
ax.plot(thresholds, right, label="accuracy")
ax.plot(thresholds, missed, label="class 1 called class 0")
ax.plot(thresholds, false_alarms, label="class 0 called class 1")
ax.axvline(0.5, color="black", linewidth=0.8, linestyle=":")
ax.set(title="Moving the threshold", xlabel="threshold", ylabel="per cent")
ax.legend()
plotting.show(
    "Three curves against the threshold. The share of class 1 that is missed rises with the "
    "threshold, the share of false alarms falls, and the accuracy is highest and flat in the "
    "middle, around one half."
)

# %% [markdown]
# - At which threshold are both kinds of mistakes equally frequent?
# - Suppose that missing a sample of class 1 is ten times worse than a false alarm. Which threshold
#   would you take?
# - Train with 100 iterations only. How do the curves change?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Two networks have the same accuracy, but one has half the cost of the other. How can that
# be?
#
# <details><summary>Answer</summary>
#
# The accuracy sees only on which side of ½ a probability lies, the cost sees how far. A network
# that says 0.99 where it is right, and 0.51 where it is wrong, has a lower cost than one that says
# 0.51 and 0.99. Both have the same accuracy.
#
# </details>
#
# **2.** Your network is right for 363 of 400 samples. Another one is right for 365. Is it better?
#
# <details><summary>Answer</summary>
#
# One sample is a quarter of a per cent here, so two samples are half a per cent. With another flower
# of the same kind the order may well turn round. How large a difference must be before you believe it
# is the question of notebook 11.
#
# </details>
#
# **3.** `predict` could compare `Z2` with a number in place of `A2`. With which one?
#
# <details><summary>Answer</summary>
#
# With 0: the sigmoid rises everywhere and is ½ at 0, so $a > ½$ means the same as $z > 0$. The
# sigmoid of the output is needed for the cost, but not for the decision.
#
# </details>

# %% [markdown]
# ## Sources
#
# - On accuracy, confusion matrices and thresholds: T. Hastie, R. Tibshirani, J. Friedman, *The
#   Elements of Statistical Learning* (Springer, 2nd edition 2009), section 9.2.5.
# - scikit-learn's documentation of `LogisticRegression` and `confusion_matrix`.
