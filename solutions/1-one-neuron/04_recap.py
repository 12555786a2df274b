# title: Recap
# summary: The whole part on one page, the neuron once more from memory, and a quiz.

# %% [markdown]
# # 04 · Recap
#
# All of part 1 once more, in short. You write the neuron again, this time in one piece. Then you get a
# page to print, and eight questions.
#
# By the end you will be able to
# - write down a neuron and its training without looking anything up;
# - say of each array which shape it has, and why.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("1-one-neuron/04_recap")

# %% [markdown]
# ## The equations
#
# | step | equation | your function |
# | --- | --- | --- |
# | start | $W$ small and random, $b = 0$ | `initialize_parameters` |
# | forward | $Z = W X + b \qquad A = \sigma(Z)$ | `forward_propagation` |
# | cost | $J = -\frac1m \sum_i \big(y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log(1 - a^{(i)})\big)$ | `compute_cost` |
# | backward | $dZ = A - Y \qquad dW = \frac1m\, dZ\, X^T \qquad db = \frac1m \sum_i dZ^{(i)}$ | `backward_propagation` |
# | update | $W \leftarrow W - \alpha\, dW \qquad b \leftarrow b - \alpha\, db$ | `update_parameters` |
# | class | 1 where $a > 0.5$, else 0 | `predict` |
#
# ## The shapes
#
# | array | shape | why |
# | --- | --- | --- |
# | $X$ | $(n_x, m)$ | a sample is a column |
# | $Y$, $Z$, $A$, $dZ$ | $(n_y, m)$ | one answer for each sample |
# | $W$, $dW$ | $(n_y, n_x)$ | one weight for each input |
# | $b$, $db$ | $(n_y, 1)$ | one bias for each output; broadcasting adds it to every column |

# %% [markdown]
# ## The neuron in one piece
#
# Small functions were good for learning: each could be checked by itself. Written in one piece, the
# training of a neuron is a loop of five lines. Close the other notebooks, cover the tables above, and
# write it.
#
# ### Exercise: `train_neuron`
#
# On paper: the samples $(2, 1)$ of class 1 and $(1, 3)$ of class 0, which you know from notebook 01. From
# $W = (1\ \ {-1})$ and $b = 0$, two iterations with the learning rate 1 lead to `W` of `[[1.331 -1.153]]`
# and `b` of `[[0.102]]`, to three decimals.


# %% exercise="train_neuron"
def train_neuron(X, Y, W, b, num_iterations, learning_rate):
    """Train one neuron, or several side by side, without any other function of yours.

    Parameters
    ----------
    X : array of shape (n_x, m)
        Inputs, one column a sample.
    Y : array of shape (n_y, m)
        Labels, 0 or 1.
    W : array of shape (n_y, n_x)
        Weights to start from.
    b : array of shape (n_y, 1)
        Bias to start from.
    num_iterations : int
        How often to go forward, backward, and update.
    learning_rate : float
        How far each step goes against the slope.

    Returns
    -------
    W, b : arrays of the same shapes, after the training.

    Beyond the plain case, with points of their own:
    - several outputs (n_y larger than 1);
    - X, Y, and the W and b that were handed in, are left unchanged.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    for _ in range(num_iterations):
        A = 1 / (1 + np.exp(-(W @ X + b)))
        dZ = A - Y
        W = W - learning_rate * dZ @ X.T / m
        b = b - learning_rate * np.sum(dZ, axis=1, keepdims=True) / m
    return W, b
    ### END SOLUTION


# %% check="train_neuron" points=1
lesson.check(train_neuron)

# %% test="one iteration" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(141)
for n_x, m in [(2, 6), (4, 3), (1, 5)]:
    X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m))
    judge.same(train_neuron, X, Y, rng.normal(size=(1, n_x)), rng.normal(size=(1, 1)), 1, 0.8)
### END HIDDEN TESTS

# %% test="several iterations" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(142)
for n_x, m, iterations, rate in [(2, 7, 4, 0.6), (3, 5, 9, 0.2)]:
    X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m))
    W, b = rng.normal(size=(1, n_x)), rng.normal(size=(1, 1))
    judge.same(train_neuron, X, Y, W, b, iterations, rate)
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(143)
X, Y = rng.normal(size=(3, 7)), rng.integers(0, 2, size=(2, 7))
W, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 1))
judge.beyond(
    train_neuron, X, Y, W, b, 3, 0.7,
    plain=[(X, Y[k : k + 1], W[k : k + 1], b[k : k + 1], 3, 0.7) for k in range(2)],
    follows=lambda *own: tuple(np.vstack(parts) for parts in zip(*own, strict=True)),
)  # fmt: skip
### END HIDDEN TESTS

# %% test="X, Y, W and b are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(144)
X, Y = rng.normal(size=(2, 6)), rng.integers(0, 2, size=(1, 6)).astype(float)
judge.keeps(train_neuron, X, Y, rng.normal(size=(1, 2)), rng.normal(size=(1, 1)), 3, 0.8)
### END HIDDEN TESTS

# %% [markdown]
# Does it give the numbers on paper? And does it separate the two clouds?

# %% demo=true
X_paper, Y_paper = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[1.0, 0.0]])
W, b = train_neuron(X_paper, Y_paper, np.array([[1.0, -1.0]]), np.zeros((1, 1)), 2, 1.0)
print("on paper: W [[ 1.331 -1.153]]  b [[0.102]]")
print("in code:  W", np.round(W, 3), " b", np.round(b, 3))
X_blobs, Y_blobs = datasets.load_blobs()
W, b = train_neuron(X_blobs, Y_blobs, np.zeros((1, 2)), np.zeros((1, 1)), 60, 0.1)
print(f"two clouds: {np.mean((W @ X_blobs + b > 0) == Y_blobs):.1%} right")

# %% [markdown]
# The last line decides without a sigmoid: $a > 0.5$ exactly where $z > 0$.

# %% claim=true
carried = lesson.carry("nn_model", use="course")
np.random.seed(12)
start = {"W": np.random.randn(1, 2) * 0.01, "b": np.zeros((1, 1))}
np.random.seed(12)
by_functions = carried(X_blobs, Y_blobs, 60, 0.1)
in_one = train_neuron(X_blobs, Y_blobs, start["W"], start["b"], 60, 0.1)
assert np.allclose(by_functions["W"], in_one[0]) and np.allclose(by_functions["b"], in_one[1])
assert np.all((W @ X_blobs + b > 0) == Y_blobs)

# %% [markdown]
# ## One page to print
#
# The cell draws the part on a sheet of A4, with **your** code in it. To print it, give `file` a name and
# run the cell again: the page is then saved beside this notebook.

# %% demo=true
file = ""  # such as "part-1.pdf"

equations = [
    ("forward", r"$Z = W X + b \qquad A = \sigma(Z) = 1\,/\,(1 + e^{-Z})$"),
    ("cost", r"$J = -\frac{1}{m}\,\sum_i\ (\,y^{(i)}\,\log\,a^{(i)} + (1 - y^{(i)})\,\log\,(1 - a^{(i)})\,)$"),
    ("backward", r"$dZ = A - Y \qquad dW = \frac{1}{m}\,dZ\,X^T \qquad db = \frac{1}{m}\,\sum_i\,dZ^{(i)}$"),
    ("update", r"$W \leftarrow W - \alpha\,dW \qquad b \leftarrow b - \alpha\,db$"),
    ("class", r"1 where $a > 0.5$, which is where $z > 0$; else 0"),
]
shapes = [
    ("$X$", r"$(n_x,\ m)$", "a sample is a column"),
    ("$Y,\\ Z,\\ A,\\ dZ$", r"$(n_y,\ m)$", "one answer for each sample"),
    ("$W,\\ dW$", r"$(n_y,\ n_x)$", "one weight for each input"),
    ("$b,\\ db$", r"$(n_y,\ 1)$", "one bias for each output"),
]
sentences = [
    "A neuron multiplies, adds and bends. Its boundary is a straight line.",
    "The cost is one number; it is large where the answer is sure and wrong.",
    "A slope says how far the cost moves when a weight is nudged. Slopes along a chain multiply.",
    "A gradient has the shape of what it belongs to. Learning goes against it, step by step.",
    "Cost jumps: smaller rate. Cost creeps: larger rate. Cost flat and high: the model is too simple.",
]
plotting.draw_page("Part 1 · One neuron", (2, 1), equations, shapes, sentences, lesson.code_of(train_neuron), file)
plotting.show(
    "A page to print: the drawing of a neuron, the equations of forward, cost, backward, update and "
    "class, the shapes of all arrays, your train_neuron, and five sentences: a neuron multiplies, adds "
    "and bends; the cost is large where the answer is sure and wrong; slopes along a chain multiply; a "
    "gradient has the shape of what it belongs to; what a jumping, creeping or flat cost means."
)

# %% [markdown]
# ## A mixed quiz
#
# Write your letters into the cell below, and run it. It says which are right, and where to look if one
# is not. Do it on paper first.
#
# **1.** $W$ has the shape $(1, 5)$. How many inputs has a sample? **a** 1 · **b** 5 · **c** that cannot be
# known
#
# **2.** $X$ has the shape $(3, 50)$, and there is one neuron. What is the shape of $A$? **a** $(3, 50)$ ·
# **b** $(50, 1)$ · **c** $(1, 50)$
#
# **3.** The weighted sum is 0. What does the neuron answer? **a** 0 · **b** one half · **c** 1
#
# **4.** For a sample of class 1 the answer is 0.8. What is the slope of its loss along $z$? **a** $-0.2$ ·
# **b** $0.2$ · **c** $0.8$
#
# **5.** The inputs of that sample are $(5, 0)$. What is the slope along the second weight? **a** $-0.2$ ·
# **b** $-1$ · **c** 0
#
# **6.** A weight is 3, the slope of the cost along it is 2, the learning rate 0.1. What is the weight after
# the update? **a** 2.8 · **b** 3.2 · **c** 1
#
# **7.** Two neurons give each of three samples the same class. The first has the cost 0.2, the second 0.6.
# Which has more samples right? **a** the first · **b** neither · **c** the second
#
# **8.** All labels are swapped, 0 for 1 and 1 for 0, and the neuron is trained again, from weights of 0 as
# before. What happens to the weights that it learns? **a** they stay · **b** they change their signs · **c**
# they become 0

# %% demo=true
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}

# What your letters are compared with, and where to look.
keys = [308, 41, 886, 51, 662, 457, 578, 581]
places = ["01, step 2", "01, step 4", "01, step 1", "02, step 6"]
places += ["02, step 6", "02, step 7", "02, step 5", "01, by hand first"]
lesson.quiz(mine, keys, places)

# %% claim=true
assert keys == lesson.quiz_keys("bcbacabb")

# %% [markdown]
# ## An experiment: what can be left out?
#
# Copy `train_neuron` into a new cell under another name, and leave something out: the bias, the division by
# $m$, the sigmoid. Guess first what becomes of the two clouds, then try it.

# %% [markdown]
# ## Three questions to think about
#
# **1.** Samples get a third input. Which of the equations change?
#
# <details><summary>Answer</summary>
#
# None. $X$ has three rows then and $W$ three columns, and every product still fits. That is what matrices are
# good for here.
#
# </details>
#
# **2.** `train_neuron` never computes a cost. How can it learn?
#
# <details><summary>Answer</summary>
#
# The update needs slopes only, and for those there is a formula. The cost is for us: to see how the training
# goes, and to check the slopes by nudging.
#
# </details>
#
# **3.** You have $W$ and $b$ on paper, and a ruler. How do you draw the line?
#
# <details><summary>Answer</summary>
#
# The answer is one half where $w_1 x_1 + w_2 x_2 + b = 0$. Choose two values of $x_1$, work out
# $x_2 = -(w_1 x_1 + b) / w_2$ for both, and join the two points.
#
# </details>

# %% [markdown]
# ## Where this comes from
#
# - The equations are those of notebooks 01 to 03, whose last lines name their sources.
