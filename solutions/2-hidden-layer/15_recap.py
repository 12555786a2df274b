# title: Recap
# summary: The whole part on one page, the network once more from memory, and a quiz.

# %% [markdown]
# # 15 · Recap
#
# All of part 2 once more, in short. You write the network again, in one piece of about twenty lines.
# Then you get a page to print, and eight questions.
#
# By the end you will be able to
#
# - write down a network with a hidden layer, and its training, without looking anything up;
# - say of each array which shape it has, and why;
# - say which of several ways to train, to measure or to compare is the sound one, and why.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/15_recap")

# %% [markdown]
# ## The equations
#
# | step | equations |
# | --- | --- |
# | start | $W_1, W_2$ random and small, $b_1 = 0$, $b_2 = 0$ |
# | forward | $Z_1 = W_1 X + b_1 \quad A_1 = \tanh(Z_1) \quad Z_2 = W_2 A_1 + b_2 \quad A_2 = \sigma(Z_2)$ |
# | cost | $J = -\frac1m \sum_i \big(y^{(i)} \log a_2^{(i)} + (1 - y^{(i)}) \log(1 - a_2^{(i)})\big)$ |
# | backward, output | $dZ_2 = A_2 - Y \quad dW_2 = \frac1m\, dZ_2\, A_1^T \quad db_2 = \frac1m \sum_i dZ_2^{(i)}$ |
# | backward, hidden | $dZ_1 = W_2^T dZ_2 \odot (1 - A_1 \odot A_1) \quad dW_1 = \frac1m\, dZ_1\, X^T \quad db_1 = \frac1m \sum_i dZ_1^{(i)}$ |
# | update | each parameter minus $\alpha$ times its slope |
#
# ## The shapes
#
# | array | shape | why |
# | --- | --- | --- |
# | $X$ | $(n_x, m)$ | a sample is a column |
# | $Z_1$, $A_1$, $dZ_1$ | $(n_h, m)$ | a row for each hidden unit |
# | $Y$, $Z_2$, $A_2$, $dZ_2$ | $(n_y, m)$ | a row for each output |
# | $W_1$, $dW_1$ | $(n_h, n_x)$ | to the hidden units, from the inputs |
# | $W_2$, $dW_2$ | $(n_y, n_h)$ | to the outputs, from the hidden units |
# | $b_1$, $db_1$ and $b_2$, $db_2$ | $(n_h, 1)$ and $(n_y, 1)$ | one for each unit |

# %% [markdown]
# ## The network in one piece
#
# Close the other notebooks, cover the tables above, and write all of it: forward, cost, backward,
# update, in a loop. One thing to think about: at which moment may $W_2$ change?
#
# ### Exercise: `train_network`
#
# For the two samples and the 2-2-1 network that you have followed on paper since notebook 04, one iteration
# with the learning rate 1 gives `W2` of `[[1.212, 1.784]]` and `costs` of `[0.697]`, to three decimals.


# %% exercise="train_network"
def train_network(X, Y, parameters, num_iterations, learning_rate):
    """Train a network with one hidden layer, without any other function of yours.

    Parameters
    ----------
    X : array of shape (n_x, m)
        The inputs, one sample a column.
    Y : array of shape (n_y, m)
        The labels, 0 or 1.
    parameters : dict
        Those to start from: "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).
    num_iterations : int
        How often to go forward, backward, and update.
    learning_rate : float
        How far each step goes against the slope.

    Returns
    -------
    trained : dict
        The four parameters after the training, of the same shapes.
    costs : list of num_iterations floats
        The cost in each iteration, before its update.
        With several outputs (n_y > 1) the losses of a sample's outputs are added up.

    Notes
    -----
    X, Y, and the parameters that were handed in, are left unchanged.
    """
    ### BEGIN SOLUTION
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    costs, m = [], X.shape[1]
    for _ in range(num_iterations):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        losses = -Y * np.log(A2) - (1 - Y) * np.log(1 - A2)
        costs.append(np.sum(losses) / m)
        dZ2 = A2 - Y
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2 = W2 - learning_rate * dZ2 @ A1.T / m
        b2 = b2 - learning_rate * np.sum(dZ2, axis=1, keepdims=True) / m
        W1 = W1 - learning_rate * dZ1 @ X.T / m
        b1 = b1 - learning_rate * np.sum(dZ1, axis=1, keepdims=True) / m
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, costs
    ### END SOLUTION


# %% check="train_network" points=1
lesson.check(train_network)

# %% test="the parameters after one iteration" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21401)
for n_x, n_h, m in [(2, 4, 6), (4, 3, 5), (1, 2, 7)]:
    X_test, Y_test = rng.standard_normal((n_x, m)), rng.integers(0, 2, (1, m))
    start_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(train_network, X_test, Y_test, start_test, 1, 0.6, parts=("trained",))
### END HIDDEN TESTS

# %% test="the parameters after several iterations" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21402)
for n_x, n_h, m, iterations, rate in [(2, 3, 6, 4, 0.5), (3, 5, 4, 7, 0.2)]:
    X_test, Y_test = rng.standard_normal((n_x, m)), rng.integers(0, 2, (1, m))
    start_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(train_network, X_test, Y_test, start_test, iterations, rate, parts=("trained",))
### END HIDDEN TESTS

# %% test="the costs on the way" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21403)
for n_x, n_h, m, iterations in [(2, 3, 5, 1), (3, 2, 6, 5)]:
    X_test, Y_test = rng.standard_normal((n_x, m)), rng.integers(0, 2, (1, m))
    start_test = {
        "W1": rng.standard_normal((n_h, n_x)),
        "b1": rng.standard_normal((n_h, 1)),
        "W2": rng.standard_normal((1, n_h)),
        "b2": rng.standard_normal((1, 1)),
    }
    judge.same(train_network, X_test, Y_test, start_test, iterations, 0.4, parts=("costs",))
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21405)
for outputs in (2, 3):
    X_test, Y_test = rng.standard_normal((2, 6)), rng.integers(0, 2, (outputs, 6))
    start_test = {
        "W1": rng.standard_normal((4, 2)),
        "b1": rng.standard_normal((4, 1)),
        "W2": rng.standard_normal((outputs, 4)),
        "b2": rng.standard_normal((outputs, 1)),
    }

    def joined(*own, start=start_test):
        """One step of the whole network, from those with one of its outputs each."""
        first = {n: start[n] + sum(one[n] - start[n] for one, _ in own) for n in ("W1", "b1")}
        second = {n: np.vstack([one[n] for one, _ in own]) for n in ("W2", "b2")}
        return {**first, **second}, [sum(costs[0] for _, costs in own)]

    single = [
        {**start_test, **{name: start_test[name][k : k + 1] for name in ("W2", "b2")}}
        for k in range(outputs)
    ]
    judge.beyond(
        train_network, X_test, Y_test, start_test, 1, 0.5,
        plain=[(X_test, Y_test[k : k + 1], single[k], 1, 0.5) for k in range(outputs)],
        follows=joined,
    )  # fmt: skip
### END HIDDEN TESTS

# %% test="X, Y and the parameters are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21404)
X_test, Y_test = rng.standard_normal((2, 6)), rng.integers(0, 2, (1, 6)).astype(float)
start_test = {
    "W1": rng.standard_normal((3, 2)),
    "b1": rng.standard_normal((3, 1)),
    "W2": rng.standard_normal((1, 3)),
    "b2": rng.standard_normal((1, 1)),
}
judge.keeps(train_network, X_test, Y_test, start_test, 3, 0.5)
### END HIDDEN TESTS

# %% [markdown]
# Does it give the numbers on paper? And does your one function do on the flower what all your functions
# did together in notebook 08? There the cost began with 0.693048, and was 0.288083 after 1,000 steps.

# %% demo=true
X_paper, Y_paper = np.array([[1.0, -1.0], [2.0, 0.0]]), np.array([[1, 0]])
paper = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
trained, costs = train_network(X_paper, Y_paper, paper, 1, 1.0)
print("on paper: W2 [[1.212, 1.784]]  cost 0.697")
print(f"in code:  W2 {np.round(trained['W2'], 3).tolist()}  cost {costs[0]:.3f}")

X, Y = datasets.load_planar_dataset()
np.random.seed(2)
start = {"W1": np.random.randn(4, 2) * 0.01, "b1": np.zeros((4, 1))}
start |= {"W2": np.random.randn(1, 4) * 0.01, "b2": np.zeros((1, 1))}
trained, costs = train_network(X, Y, start, 1001, 1.2)
print(f"the flower: cost {costs[0]:.6f} at the start, {costs[1000]:.6f} after 1000 iterations")

# %% claim=true
assert (f"{costs[0]:.6f}", f"{costs[1000]:.6f}") == ("0.693048", "0.288083")

# %% [markdown]
# ## One page to print
#
# The cell draws the part on a sheet of A4, with **your** code in it. To print it, give `file` a name and
# run the cell again: the page is then saved beside this notebook.

# %% demo=true
file = ""  # such as "part-2.pdf"

equations = [
    ("forward", r"$Z_1 = W_1 X + b_1 \quad A_1 = \tanh(Z_1) \quad Z_2 = W_2 A_1 + b_2 \quad A_2 = \sigma(Z_2)$"),
    ("cost", r"$J = -\frac{1}{m}\,\sum_i\ (\,y^{(i)}\,\log\,a_2^{(i)} + (1 - y^{(i)})\,\log\,(1 - a_2^{(i)})\,)$"),
    ("output", r"$dZ_2 = A_2 - Y \qquad dW_2 = \frac{1}{m}\,dZ_2\,A_1^T \qquad db_2 = \frac{1}{m}\,\sum_i\,dZ_2^{(i)}$"),
    ("hidden", r"$dZ_1 = W_2^T\,dZ_2 \odot (1 - A_1 \odot A_1) \quad dW_1 = \frac{1}{m}\,dZ_1\,X^T \quad db_1 = \frac{1}{m}\,\sum_i\,dZ_1^{(i)}$"),
    ("update", r"each parameter minus $\alpha$ times its slope"),
]
shapes = [
    ("$X$", r"$(n_x,\ m)$", "a sample is a column"),
    ("$Z_1,\\ A_1,\\ dZ_1$", r"$(n_h,\ m)$", "a row for each hidden unit"),
    ("$Y,\\ Z_2,\\ A_2,\\ dZ_2$", r"$(n_y,\ m)$", "a row for each output"),
    ("$W_1,\\ dW_1$", r"$(n_h,\ n_x)$", "to the hidden units, from the inputs"),
    ("$W_2,\\ dW_2$", r"$(n_y,\ n_h)$", "to the outputs, from the hidden units"),
    ("$b_1,\\ b_2$", r"$(n_h,\ 1),\ (n_y,\ 1)$", "one for each unit"),
]
sentences = [
    "A hidden layer gives each sample new coordinates, in which a straight line is enough.",
    "Without an activation two layers are no more than one, and equal units no more than one unit.",
    "Backward: the slope that has come back, times the slope of one more piece. Then check it by nudging.",
    "Training data to learn from, validation data to choose with, test data to look at once.",
    "Compare in pairs, over several seeds, each side tuned, with the interval of the difference.",
]
plotting.draw_page("Part 2 · A hidden layer", (2, 4, 1), equations, shapes, sentences, lesson.code_of(train_network), file)
plotting.show(
    "A page to print: the drawing of a 2-4-1 network, the equations of forward, cost, backward and "
    "update, the shapes of all arrays, five sentences, and your train_network. The sentences: a hidden "
    "layer gives new coordinates; without an activation two layers are no more than one, and equal units "
    "no more than one unit; backward is the slope that came back, times one more; training, validation and "
    "test data; compare in pairs, with an interval."
)

# %% [markdown]
# ## A mixed quiz
#
# Write your letters into the cell below, and run it. It says which are right, and where to look if one
# is not. Do it on paper first.
#
# **1.** For a sample the two hidden units give 0.5 and −1. $W_2$ is $(2\ \ 1)$, and $b_2$ is 0.3. What is
# $z_2$? **a** 1 · **b** 0 · **c** 0.3
#
# **2.** A hidden unit gives 0.9 for a sample. How steep is its tanh there? **a** 0.19 · **b** 0.9 · **c** 0.1
#
# **3.** All weights of both layers start from 0.5, and all biases from 0. What do the hidden units do after
# the training? **a** all the same · **b** each something else · **c** nothing
#
# **4.** A hidden unit gives 0, its weight in $W_2$ is 2, and the slope along $z_2$ is −0.5. What is the slope
# along the weighted sum of this unit? **a** 0 · **b** −1 · **c** −0.5
#
# **5.** There are two samples. A gradient check measures twice what the formulas give, for each parameter.
# What is the likeliest mistake? **a** a wrong sign · **b** the learning rate is too large · **c** a division by
# $m$ too many
#
# **6.** A weight is 4, $\lambda$ is 0.5, and there are 100 samples. What does the penalty add to its slope?
# **a** 2 · **b** 0.04 · **c** 0.02
#
# **7.** 50 units: 99 % right on the training data, 80 % on held-out data. 4 units: 90 % and 88 %. Which
# network would you use for new flowers? **a** that with 50 · **b** that with 4 · **c** the lower training
# cost decides
#
# **8.** The paired differences of two ideas have the mean 0.4, with the interval from −0.9 to 1.7. What do
# you write? **a** no difference that we can show · **b** the first is better · **c** they are equal

# %% demo=true
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}

# What your letters are compared with, and where to look.
keys = [586, 421, 956, 545, 286, 509, 442, 399]
places = ["04", "06", "03", "06, the graph", "06, the gradient check", "11", "11", "11"]
lesson.quiz(mine, keys, places)

# %% claim=true
assert keys == lesson.quiz_keys("caabccba")

# %% [markdown]
# ## An experiment to play with
#
# Copy `train_network` into a new cell under another name, and leave something out: the slope of tanh, the
# division by $m$, the random start. Guess what each costs on the flower after 1,000 iterations, then run it
# from the same start. Which of them is missed most, and which hardly at all?

# %% [markdown]
# ## Three questions to think about
#
# **1.** A friend wants a second hidden layer in `train_network`. Which lines have to be added?
#
# <details><summary>Answer</summary>
#
# Forward, one weighted sum with its tanh. Backward, one error: that of the layer after it, sent back through
# the weights between them, times the slope of tanh. And two updates. All new lines look like those of the
# first hidden layer, with other numbers in the names.
#
# </details>
#
# **2.** At how many places is `A1` used after it is computed?
#
# <details><summary>Answer</summary>
#
# At three: forward in $Z_2$, backward in $dW_2$ as what came in, and in $dZ_1$ as the slope of tanh. That is
# what the cache was for.
#
# </details>
#
# **3.** All inputs are multiplied by ten. With which parameters are all answers as before? And why does
# training from small weights go another way all the same?
#
# <details><summary>Answer</summary>
#
# With a tenth of $W_1$: then $W_1 X$ is what it was. But training does not know that. The slopes along $W_1$
# are products with the inputs, so they are ten times as long, and each of them moves the sums by ten times
# as much again. The same learning rate is a hundred times as large for $W_1$. So inputs are standardised.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The equations and what was measured are those of notebooks 01 to 11; their last lines name the
#   sources.
