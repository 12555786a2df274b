# title: Bonus: autograd
# summary: An engine of about a hundred lines that finds every gradient by itself, compared with yours.

# %% [markdown]
# # 06 · Bonus: autograd
#
# By the end you will be able to
#
# - write a calculation down as a list of steps, and carry slopes back through it;
# - undo broadcasting in a gradient, and say why a bias sums over the samples;
# - let an engine of about a hundred lines find the gradients of any network, and compare them with your
#   own `gradients`.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first. Your `gradients` comes from part 3, `adam_step` from this part.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("5-comparison/06_autograd")

# %%
calculate_loss, gradients = lesson.carry("3-softmax/calculate_loss", "3-softmax/gradients")

# %%
adam_step = lesson.carry("adam_step")

# %% [markdown]
# ## Where we are
#
# You have derived the backward pass five times: for one neuron, for a hidden layer, for softmax, for a
# class, for any depth. Each change of the network asked for new formulas. PyTorch, JAX and TensorFlow ask
# for none. You write the forward pass, and they find the gradient. How can a program know calculus?

# %% demo=true
plotting.draw_network((2, 4, 2), highlight="backward")
plotting.show("A 2-4-2 network with the backward pass highlighted: the part that nobody will write today.")

# %% [markdown]
# It does not know much. It knows the slope of each *single* operation, such as a sum, a product or a
# tanh. And while it computes, it writes down which operation took which values. The chain rule does the
# rest.

# %% [markdown]
# ## The mathematics
#
# Take a calculation apart into steps. Step $k$ has a value $v_k$ that depends on the values of some
# earlier steps, its *parents*. Written in the order of computing, the steps make a list, the **tape**.
# Only the slope of each step along its own parents stands on it, $\partial v_k / \partial v_p$, and those
# are easy.
#
# We want the slope of the *last* value $J$ along every value. Call it $\bar v_p$. A value acts on $J$
# through every step that uses it, and the ways add up:
#
# $$\bar v_p = \sum_{k \text{ uses } p} \bar v_k \, \frac{\partial v_k}{\partial v_p}$$
#
# The last value has $\bar J = 1$. Read the tape **backwards**: when a step's turn comes, everything that
# uses it has had its turn, so its $\bar v_k$ is complete, and it hands its share to each parent. One
# walk gives the slopes along all values, however many inputs there are. That is backpropagation, for any
# calculation at all.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `tape` | for each step a list of pairs `(p, slope)` | list of `n` lists |
# | `slopes` | $\bar v_k$ of every step | `(n,)` |

# %% [markdown]
# ## A worked example on paper
#
# $y = x\,(x + w)$ with $x = 3$ and $w = 2$:
#
# | step | value | parents and slopes |
# | --- | --- | --- |
# | 0 | $x = 3$ | none |
# | 1 | $w = 2$ | none |
# | 2 | $s = x + w = 5$ | $(0, 1)$ and $(1, 1)$ |
# | 3 | $y = x \cdot s = 15$ | $(0, s) = (0, 5)$ and $(2, x) = (2, 3)$ |
#
# Backwards, from $\bar y = 1$. Step 3 hands $5$ to step 0 and $3$ to step 2. Step 2 has $\bar s = 3$ and
# hands $3 \cdot 1$ to step 0, which had 5 already, and 3 to step 1. So $\bar x = 8$ and $\bar w = 3$.
#
# By hand $y = x^2 + xw$ has the slopes $2x + w = 8$ and $x = 3$. They agree. What would $\bar x$ be if the
# second share took the place of the first?

# %% demo=true
fig, ax = plotting.subplots(1, 1, figsize=(6.6, 3.2))
places = {"x = 3": (0, 1.5), "w = 2": (0, 0), "x + w = 5": (1.6, 0.4), "y = 15": (3.2, 1.2)}
slopes_told = {"x = 3": "5 + 3 = 8", "w = 2": "3", "x + w = 5": "3", "y = 15": "1"}
for start, end, slope in (
    ("x = 3", "x + w = 5", "1"), ("w = 2", "x + w = 5", "1"),
    ("x = 3", "y = 15", "5"), ("x + w = 5", "y = 15", "3"),
):  # fmt: skip
    (x1, y1), (x2, y2) = places[start], places[end]
    ax.annotate(
        "", (x2, y2), (x1, y1), zorder=0,
        arrowprops={"arrowstyle": "->", "linewidth": 1.5, "shrinkA": 26, "shrinkB": 30},
    )
    ax.text((x1 + x2) / 2, (y1 + y2) / 2 + 0.09, slope, ha="center", color="#0072B2")
for name, (x, y) in places.items():
    ax.text(x, y, name, ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "white"})
    ax.text(x, y - 0.28, f"slope {slopes_told[name]}", ha="center", color="#B34700", fontsize=10)
ax.set(xlim=(-0.6, 3.8), ylim=(-0.5, 1.9))
ax.axis("off")
plotting.show(
    "The calculation as a graph: x = 3 and w = 2 lead to x + w = 5; x and that sum lead to y = 15. On each "
    "arrow stands the slope of that step, 1, 1, 5 and 3, and below each box the slope of y along it: 1 "
    "for y, 3 for the sum, 3 for w, and 5 + 3 = 8 for x."
)

# %% [markdown]
# ## Exercise: `backward`
#
# For the tape on paper, `[[], [], [(0, 1.0), (1, 1.0)], [(0, 5.0), (2, 3.0)]]`, it returns
# `[8, 3, 3, 1]`.


# %% exercise="backward"
def backward(tape):
    """The slope of the last step of a calculation along every step.

    Parameters
    ----------
    tape : list of lists
        The steps in the order of computing. Each is a list of pairs (p, slope): p is the number of an
        earlier step that it took its value from, and slope its slope along that value. Inputs have
        an empty list. The same p may stand in several steps, and several times in one.

    Returns
    -------
    array of shape (len(tape),)
        Entry k: the slope of the last value along the value of step k, 0 where it has no influence.
    """
    ### BEGIN SOLUTION
    slopes = np.zeros(len(tape))
    slopes[-1] = 1.0
    for k in range(len(tape) - 1, -1, -1):
        for p, slope in tape[k]:
            slopes[p] += slopes[k] * slope
    return slopes
    ### END SOLUTION


# %% check="backward" points=1
lesson.check(backward)

# %% test="a chain of steps" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5601)
for n in (2, 3, 6):
    judge.same(backward, [[], *([(k, float(rng.normal()))] for k in range(n - 1))])
### END HIDDEN TESTS

# %% test="values that several steps use" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5602)
for n_inputs, n in ((2, 5), (1, 6), (3, 9)):
    drawn = [[] for _ in range(n_inputs)]
    for k in range(n_inputs, n):
        parents = [k - 1, *rng.integers(0, k, 1 + k % 2).tolist()]
        drawn.append([(p, float(rng.normal())) for p in parents])
    judge.same(backward, drawn)
### END HIDDEN TESTS

# %% [markdown]
# ## From numbers to arrays
#
# A network would have a step for every single product. So the steps work on whole arrays, and
# $\bar v$ has the shape of its value. Two things need care.
#
# **Broadcasting.** In $Z = A + b$ with $Z$ and $A$ of shape `(m, n)` and $b$ of shape `(1, n)`, each entry of $b$ is used
# $m$ times. The ways add up, so its slope is the sum of those $m$ slopes. That is why `db` was a sum over
# the samples each time. In general: sum along every axis along which the value was repeated.
#
# **Matrix products.** For $C = A B$ and the slope $\bar C$ of its result:
#
# $$\bar A = \bar C\, B^T \qquad \bar B = A^T \bar C$$
#
# You have met both. $\bar B$ is $dW_2 = a_1^T \delta_2$, and $\bar A$ is $\delta_2 W_2^T$.
#
# ### On paper
#
# Let the slope of a result of shape `(2, 3)` be
#
# $$\bar Z = \begin{pmatrix} 1 & 2 & 3 \\ 10 & 20 & 30 \end{pmatrix}$$
#
# - A bias of shape `(1, 3)` was repeated along the rows: $(11 \;\; 22 \;\; 33)$.
# - A column of shape `(2, 1)` was repeated along the columns: $6$ and $60$.
# - One number of shape `(1, 1)` was repeated everywhere: $66$.
# - An array of shape `(2, 3)` was not repeated: its slope is $\bar Z$ itself.

# %% [markdown]
# ## Exercise: `unbroadcast`


# %% exercise="unbroadcast"
def unbroadcast(gradient, shape):
    """Sum a gradient over the axes along which a value was repeated by broadcasting.

    Parameters
    ----------
    gradient : array
        The gradient of a result, of the shape of the result.
    shape : tuple of int
        The shape of the value before it was broadcast to the shape of the result. An axis of size 1
        was repeated. It may also have fewer axes than the result, such as (n,) for a result of
        shape (m, n), or none at all: broadcasting adds the missing ones in front.

    Returns
    -------
    array of shape `shape`
        The gradient of the value.

    Notes
    -----
    `gradient` is left unchanged.
    """
    ### BEGIN SOLUTION
    missing = np.ndim(gradient) - len(shape)
    gradient = np.sum(gradient, axis=tuple(range(missing)))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return np.sum(gradient, axis=repeated, keepdims=True)
    ### END SOLUTION


# %% check="unbroadcast" points=1
lesson.check(unbroadcast)

# %% test="rows, columns and single numbers" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5611)
for result, shape in (((4, 3), (1, 3)), ((4, 3), (4, 1)), ((2, 5), (1, 1)), ((3, 3), (3, 3)), ((3, 3), (3, 1))):
    judge.same(unbroadcast, rng.standard_normal(result), shape)
### END HIDDEN TESTS

# %% test="fewer axes than the result" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5612)
for m, n in ((4, 3), (3, 3), (2, 5)):
    result = rng.standard_normal((m, n))
    for shape, full in (((n,), (1, n)), ((), (1, 1))):
        judge.beyond(
            unbroadcast, result, shape, plain=[(result, full)],
            follows=lambda own, shape=shape: np.reshape(own, shape) if np.size(own) == np.prod(shape) else own,
        )  # fmt: skip
### END HIDDEN TESTS

# %% test="the gradient is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.keeps(unbroadcast, np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (1, 3))
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `matmul_slopes`
#
# With $\bar C = (1 \;\; 2)$, $A = (3 \;\; 4)$ and $B$ the matrix with rows $(5, 6)$ and $(7, 8)$, on paper
# $\bar A = (1 \cdot 5 + 2 \cdot 6, \; 1 \cdot 7 + 2 \cdot 8) = (17, \; 23)$, and $\bar B$ has the rows
# $(3, 6)$ and $(4, 8)$.


# %% exercise="matmul_slopes"
def matmul_slopes(gradient, A, B):
    """Carry the gradient of C = A @ B back to both factors.

    Parameters
    ----------
    gradient : array of shape (m, k)
        The gradient of C.
    A : array of shape (m, n)
    B : array of shape (n, k)
        The factors.

    Returns
    -------
    gradient_A : array of shape (m, n)
    gradient_B : array of shape (n, k)
    """
    ### BEGIN SOLUTION
    gradient_A = gradient @ B.T
    gradient_B = A.T @ gradient
    return gradient_A, gradient_B
    ### END SOLUTION


# %% check="matmul_slopes" points=1
lesson.check(matmul_slopes)

# %% test="the gradient of the first factor" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5621)
for m, n, k in ((2, 3, 4), (1, 2, 2), (3, 3, 3), (5, 1, 2)):
    factors = rng.standard_normal((m, n)), rng.standard_normal((n, k))
    judge.same(matmul_slopes, rng.standard_normal((m, k)), *factors, parts=("gradient_A",))
### END HIDDEN TESTS

# %% test="the gradient of the second factor" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(5622)
for m, n, k in ((2, 3, 4), (1, 2, 2), (3, 3, 3), (5, 1, 2)):
    factors = rng.standard_normal((m, n)), rng.standard_normal((n, k))
    judge.same(matmul_slopes, rng.standard_normal((m, k)), *factors, parts=("gradient_B",))
### END HIDDEN TESTS

# %% [markdown]
# Do the examples on paper come out?

# %%
print(backward([[], [], [(0, 1.0), (1, 1.0)], [(0, 5.0), (2, 3.0)]]), " on paper 8, 3, 3, 1")
paper_slope = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
for shape in ((1, 3), (2, 1), (1, 1)):
    print(shape, unbroadcast(paper_slope, shape).tolist())
of_A, of_B = matmul_slopes(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]]))
print(of_A.tolist(), of_B.tolist())

# %% [markdown]
# ## The engine
#
# Here is the whole of it. A `Node` holds a value, the nodes that it came from, and `pull`, which turns its
# own gradient into those of its parents. Python calls `__add__` for `+` and `__matmul__` for `@`, so an
# ordinary formula builds the tape while it is computed.
#
# Nodes are numbered as they are made. So the tape is all nodes that took part, in the order of their
# numbers, and `backward` is your walk, with arrays. Read it once: where are your three functions?


# %%
class Node:
    """An array that remembers how it was computed."""

    made = 0

    def __init__(self, value, parents=(), pull=None):
        self.value = np.asarray(value, dtype=float)
        self.parents, self.pull, self.gradient = parents, pull, None
        Node.made += 1
        self.number = Node.made

    def __add__(self, other):
        other = as_node(other)
        return Node(self.value + other.value, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        other = as_node(other)
        pull = lambda g: (g * other.value, g * self.value)  # noqa: E731
        return Node(self.value * other.value, (self, other), pull)

    def __matmul__(self, other):
        other = as_node(other)
        pull = lambda g: matmul_slopes(g, self.value, other.value)  # noqa: E731
        return Node(self.value @ other.value, (self, other), pull)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -as_node(other)

    def tanh(self):
        A = np.tanh(self.value)
        return Node(A, (self,), lambda g: (g * (1 - A**2),))

    def exp(self):
        E = np.exp(self.value)
        return Node(E, (self,), lambda g: (g * E,))

    def log(self):
        return Node(np.log(self.value), (self,), lambda g: (g / self.value,))

    def sum(self, axis=None):
        total = np.sum(self.value, axis=axis, keepdims=True)
        return Node(total, (self,), lambda g: (g * np.ones_like(self.value),))

    def backward(self):
        """Set the gradient of every node that this one depends on, and of no other."""
        tape, waiting = {}, [self]
        while waiting:
            node = waiting.pop()
            if node.number not in tape:
                tape[node.number] = node
                node.gradient = np.zeros_like(node.value)
                waiting.extend(node.parents)
        self.gradient = np.ones_like(self.value)
        for number in sorted(tape, reverse=True):
            node = tape[number]
            if node.pull:
                for parent, share in zip(node.parents, node.pull(node.gradient), strict=True):
                    parent.gradient = parent.gradient + unbroadcast(share, parent.value.shape)


def as_node(value):
    """Return a Node as it is, and anything else as a Node without parents."""
    return value if isinstance(value, Node) else Node(value)


# %% [markdown]
# ## Compared with your own gradients
#
# The loss of part 3, written forward only: hidden layer, scores, the logarithm of the softmax,
# cross-entropy, penalty. It is the sum, as in `gradients`. There is no backward line in it.


# %%
def loss_node(model, X, y, reg_lambda):
    """The summed loss of part 3 as a Node; the model's arrays are Nodes."""
    a1 = (Node(X) @ model["W1"] + model["b1"]).tanh()
    scores = a1 @ model["W2"] + model["b2"]
    # Subtracting the largest score changes nothing in the result, so it may count as a constant.
    shifted = scores - np.max(scores.value, axis=1, keepdims=True)
    log_probs = shifted - shifted.exp().sum(axis=1).log()
    one_hot = np.eye(scores.value.shape[1])[y]
    squares = (model["W1"] * model["W1"]).sum() + (model["W2"] * model["W2"]).sum()
    return squares * (reg_lambda / 2) - (log_probs * one_hot).sum()


# %% demo=true
generator = np.random.default_rng(0)
worst = {}
for m, n, n_h, n_classes in ((200, 2, 3, 2), (50, 4, 6, 3), (30, 64, 10, 10), (7, 3, 2, 5), (1, 5, 4, 2)):
    shapes = {"W1": (n, n_h), "b1": (1, n_h), "W2": (n_h, n_classes), "b2": (1, n_classes)}
    model = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    X, y = generator.standard_normal((m, n)), generator.integers(0, n_classes, m)
    nodes = {name: Node(array) for name, array in model.items()}
    loss = loss_node(nodes, X, y, 0.5)
    loss.backward()
    yours = gradients(model, X, y, 0.5)
    off = max(
        np.max(np.abs(nodes[name].gradient - yours["d" + name])) / np.max(np.abs(yours["d" + name]))
        for name in model
    )
    same = np.allclose(loss.value, m * calculate_loss(model, X, y, 0.5))
    worst[n, n_h, n_classes] = off
    print(f"{m:4} samples, {n:2}-{n_h}-{n_classes:2}: same loss {same}, gradients within 1e-10: {off < 1e-10}")

# %% [markdown]
# The engine has found, by itself, what took you a notebook to derive. And your derivation was right: two
# independent ways lead to the same numbers.

# %% claim=true
assert max(worst.values()) < 1e-10

# %% [markdown]
# ## A network that nobody has derived
#
# Now change the network. Two hidden layers, with a bridge: the input of the second layer is added to its
# output, $A_2 = \tanh(A_1 W_2 + b_2) + A_1$. Such a bridge is called a *skip connection*. The values of
# $A_1$ are used twice. How much work is its backward pass?


# %% demo=true
def scores_with_a_bridge(model, X):
    """The scores of a network whose second hidden layer has a bridge around it."""
    a1 = (Node(X) @ model["W1"] + model["b1"]).tanh()
    a2 = (a1 @ model["W2"] + model["b2"]).tanh() + a1
    return a2 @ model["W3"] + model["b3"]


def mean_loss(model, X, y):
    """Mean cross-entropy of that network."""
    scores = scores_with_a_bridge(model, X)
    shifted = scores - np.max(scores.value, axis=1, keepdims=True)
    log_probs = shifted - shifted.exp().sum(axis=1).log()
    return (log_probs * np.eye(scores.value.shape[1])[y]).sum() * (-1 / len(y))


spiral_X, spiral_y = datasets.load_spirals()
shapes = {"W1": (2, 16), "b1": (1, 16), "W2": (16, 16), "b2": (1, 16), "W3": (16, 3), "b3": (1, 3)}
model = {
    name: generator.standard_normal(shape) / np.sqrt(shape[0]) * (name[0] == "W")
    for name, shape in shapes.items()
}
v = {"d" + name: np.zeros(shape) for name, shape in shapes.items()}
s = {"d" + name: np.zeros(shape) for name, shape in shapes.items()}
curve = []
for t in range(1, 401):
    nodes = {name: Node(array) for name, array in model.items()}
    loss = mean_loss(nodes, spiral_X, spiral_y)
    loss.backward()
    curve.append(float(loss.value[0, 0]))
    grads = {"d" + name: node.gradient for name, node in nodes.items()}
    if t == 1:
        moved = []
        for h in (1e-5, -1e-5):
            other = {name: array.copy() for name, array in model.items()}
            other["W1"][0, 0] += h
            moved.append(float(mean_loss({k: Node(a) for k, a in other.items()}, spiral_X, spiral_y).value[0, 0]))
        bridge_off = abs((moved[0] - moved[1]) / 2e-5 - grads["dW1"][0, 0])
    model, v, s = adam_step(model, grads, v, s, t, learning_rate=0.02)


def classify(points):
    """The class of each point by the trained network."""
    nodes = {name: Node(array) for name, array in model.items()}
    return scores_with_a_bridge(nodes, points).value.argmax(axis=1)


new_X, new_y = datasets.load_spirals(random_state=1)
bridge_right = np.mean(classify(new_X) == new_y)
print(f"numerical gradient of one weight agrees: {bridge_off < 1e-8}")
print(f"loss {curve[0]:.2f} at first, {curve[-1]:.3f} after 400 steps of your adam_step")
print(f"right on new points of the spirals: {bridge_right:.0%}")
fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 4.2))
plotting.plot_cost(curve, ax=left, logy=True).set(xlabel="step", ylabel="loss", title="Gradients by the engine")
plotting.plot_decision_boundary(classify, spiral_X, spiral_y, ax=right, title="Two layers and a bridge")
plotting.show(
    "Left: the loss falls from above 1 to below 0.05 within 400 steps, on a logarithmic axis. Right: three "
    "spirals, and three areas that wind along with them."
)

# %% [markdown]
# No work at all. One line of the forward pass was changed, and one numerical gradient says that the engine
# has followed. So people can try out layers as quickly as they can write them down.
#
# What a library adds to these hundred lines: hundreds of operations, number formats, graphics cards, and
# not keeping what is no longer needed. PyTorch's documentation describes the same plan: record the
# operations as they run, make the graph anew in each pass, walk back through it.

# %% claim=true
assert bridge_off < 1e-8 and curve[0] > 0.8 and curve[-1] < 0.05 and bridge_right > 0.97

# %% [markdown]
# ## An experiment to play with
#
# - Take the bridge away: `a2 = (a1 @ model["W2"] + model["b2"]).tanh()`. What changes in the loss curve?
# - Give `Node` a method `relu`, in two lines, and use it in place of `tanh`.
# - Add a penalty on the weights to `mean_loss`. Which part of the engine do you have to touch?
# - In `Node.backward`, write `unbroadcast(…)` in place of `parent.gradient + unbroadcast(…)`, so that the
#   last share wins. Which comparison above finds it? (Put it back afterwards.)

# %% [markdown]
# ## Three questions to think about
#
# **1.** Why backwards? One could also carry slopes forwards: from one input, along with the values.
#
# <details><summary>Answer</summary>
#
# That works, and it is called forward mode. One walk then gives the slope of *every* value along *one*
# input. A network has thousands of inputs that count, its weights, and one loss. Backwards, one walk gives
# the slopes of that one loss along all of them.
#
# </details>
#
# **2.** Is this the numerical gradient in disguise?
#
# <details><summary>Answer</summary>
#
# No. The numerical gradient moves each parameter a little and computes the loss anew, twice for each. It
# has an error from the size of the step. Here nothing is moved: each step has its exact slope, and the
# result is exact up to rounding. It is no symbolic algebra either. No formula for the whole is ever built,
# only numbers along one calculation.
#
# </details>
#
# **3.** What must the engine keep in memory that a plain forward pass may forget?
#
# <details><summary>Answer</summary>
#
# Every value that a `pull` needs: the factors of each product, the output of each tanh, for all layers,
# until the walk back has passed. It is the cache of part 2. In deep networks this memory, not the
# arithmetic, is often what limits the size of a batch.
#
# </details>

# %% [markdown]
# ## Sources
#
# - Reverse and forward mode, tapes, and what automatic differentiation is not: A. Baydin, B. Pearlmutter,
#   A. Radul, J. Siskind, *Automatic differentiation in machine learning: a survey*, Journal of Machine
#   Learning Research 18 (2018), <https://jmlr.org/papers/v18/17-468.html>.
# - The plan of a small engine whose operators build the graph: A. Karpathy, *micrograd*,
#   <https://github.com/karpathy/micrograd>. Its values are single numbers, and it sorts the graph in place
#   of numbering nodes.
# - How PyTorch records: *Autograd mechanics*, <https://docs.pytorch.org/docs/stable/notes/autograd.html>.
# - Skip connections: K. He, X. Zhang, S. Ren, J. Sun, *Deep residual learning for image recognition*, CVPR
#   2016.
