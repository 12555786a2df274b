# title: Backpropagation
# summary: How the cost changes with each weight, by the chain rule, and proven by measuring.

# %% [markdown]
# # 06 · Backpropagation
#
# By the end you will be able to
#
# - measure the slope of any function with central differences;
# - follow the chain rule backwards through the network, by hand and in code;
# - say which shape every gradient has, and why the mean over the samples appears in it;
# - prove your gradients right by holding them against the measured slopes.
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

lesson = nnlib.lesson("2-hidden-layer/06_backpropagation")

# %%
initialize_parameters, forward_propagation, compute_cost = lesson.carry(
    "initialize_parameters", "forward_propagation", "1-one-neuron/compute_cost"
)

# %% [markdown]
# ## Where we are
#
# The cost says how wrong the network is. To improve it we must know, for each weight and each
# bias, whether the cost rises or falls when that one number grows a little, and how fast. These
# slopes together are the *gradient*.
#
# In which direction does this information travel through the network?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="backward")
plotting.show(
    "The 2-4-1 network with backpropagation highlighted: the error starts at the output unit and "
    "travels back to the four hidden units and their weights."
)

# %% [markdown]
# From right to left. The cost depends on the output, the output on the hidden layer, the hidden
# layer on its weights. The chain rule takes this path backwards, and at each layer it uses what the
# layer to its right has passed on. Hence the name.

# %% [markdown]
# ## First a way to measure
#
# A derivative can be wrong by a sign, by a factor $m$ or by a transpose, and the network may still
# learn something. So before we derive anything, we build an instrument that measures slopes and
# knows nothing about networks.
#
# Change one number of $x$ by a small step $h$ to either side, see how much $f$ changes, and divide
# by the distance:
#
# $$\frac{\partial f}{\partial x_k} \approx \frac{f(x + h\,e_k) - f(x - h\,e_k)}{2h}$$
#
# Here $e_k$ is 1 at place $k$ and 0 elsewhere. This is called a *central difference*. Why go to
# both sides? Look at the straight line through the two points.


# %% demo=true
def curve(t):
    return np.exp(t)


x0, h = 0.5, 0.7
t = np.linspace(-1, 2, 200)
fig, (left, right) = plotting.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, (a, b), title in [
    (left, (x0, x0 + h), "one side"),
    (right, (x0 - h, x0 + h), "both sides"),
]:
    slope = (curve(b) - curve(a)) / (b - a)
    ax.plot(t, curve(t), label="f")
    ax.plot(t, curve(x0) + curve(x0) * (t - x0), linestyle=":", label="tangent")
    ax.plot(t, curve(a) + slope * (t - a), linestyle="--", label="line through two points")
    ax.plot([a, b], [curve(a), curve(b)], "o")
    ax.set(title=f"{title}: slope {slope:.2f}, wanted {curve(x0):.2f}", xlabel="x")
    ax.legend()
left.set_ylabel("f(x)")
plotting.show(
    "Two plots of an exponential curve with its tangent at 0.5. On the left the line through "
    "the point and one neighbour is clearly steeper than the dotted tangent. On the right the line "
    "through a neighbour on each side runs nearly parallel to the tangent."
)

# %% [markdown]
# The line through both neighbours is nearly parallel to the tangent, even with a step as large as
# this one. The errors of the two sides have opposite signs, and what is left shrinks with $h^2$ and
# not with $h$.
#
# ### On paper
#
# Take $f(x_1, x_2) = x_1^2 + x_2^2$ at the point $(1, -2)$ and, to keep the numbers friendly,
# $h = 0.5$.
#
# - First number: $f(1.5, -2) = 6.25$ and $f(0.5, -2) = 4.25$, so the slope is
#   $(6.25 - 4.25) / 1 = 2$.
# - Second number: $f(1, -1.5) = 3.25$ and $f(1, -2.5) = 7.25$, so the slope is
#   $(3.25 - 7.25) / 1 = -4$.
#
# The gradient is $(2, -4)$, as the rule $2x$ says. Note that each time *one* number moved and the
# other kept its own value.

# %% [markdown]
# ## Exercise: `numerical_gradient`
#
# `f` may be any function that takes an array and returns one number. `x` may have any shape, since
# we shall use it for matrices of weights. The result has the shape of `x`: at each place the slope
# for the number at that place.
#
# A step of `1e-5` is a good choice. At the end of this notebook you can see why neither a much
# larger nor a much smaller one is.


# %% exercise="numerical_gradient"
def numerical_gradient(f, x):
    """Measure the gradient of f at x with central differences.

    Each number of x is moved by a small step (1e-5 is a good size) to either side, while all the
    others keep their values. At a kink of f this gives the mean of the slopes on both sides.

    Parameters
    ----------
    f : function
        Takes an array of the shape of x and returns one float.
    x : array of floats, of any shape: a vector, a matrix, or with more axes
        The place at which to measure.

    Returns
    -------
    gradient : array of the shape of x
        The slope of f in each number of x.

    Notes
    -----
    x has the same values afterwards as before, to the last digit. Move a copy of it, or put the old
    value back: adding h and subtracting it again leaves a rounding error.
    """
    ### BEGIN SOLUTION
    step = 1e-5
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += step
        below[index] -= step
        gradient[index] = (f(above) - f(below)) / (2 * step)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient" points=1
lesson.check(numerical_gradient)

# %% test="slopes in each number of a vector" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2601)
for size_test in (1, 3, 6):
    weights_test = rng.standard_normal((size_test, size_test))
    x_test = rng.uniform(0.5, 1.5, size_test)
    judge.same(
        numerical_gradient, lambda v, w=weights_test: float(v @ w @ v), x_test, rtol=1e-5, atol=1e-6
    )
    judge.same(
        numerical_gradient, lambda v: float(np.sum(np.sin(v) * v[0])), x_test, rtol=1e-5, atol=1e-6
    )
### END HIDDEN TESTS

# %% test="slopes in each number of a matrix" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2602)
for size_test in [(2, 3), (4, 1), (1, 5), (3, 2)]:
    factors_test = rng.standard_normal(size_test)
    x_test = rng.uniform(0.5, 1.5, size_test)
    judge.same(
        numerical_gradient,
        lambda v, w=factors_test: float(np.sum(w * v**2) * v[0, -1]),
        x_test,
        rtol=1e-5,
        atol=1e-6,
    )
### END HIDDEN TESTS

# %% test="differences to both sides of x, by a small step" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2603)
factors_test = rng.uniform(1, 2, (3, 2))
places_test = rng.uniform(0.5, 1.5, (3, 2))
for f_test, x_test, share in [
    # At a kink, the mean of both slopes.
    (
        lambda v: float(np.sum(factors_test * np.maximum(v, 0))),
        np.array([[0.0, 1.0], [-1.0, 0.0], [2.0, -2.0]]),
        np.array([[0.5, 1.0], [0.0, 0.5], [1.0, 0.0]]),
    ),
    (lambda v: float(np.sum(factors_test * v**3)), places_test, 3 * places_test**2),
]:
    judge.beyond(
        numerical_gradient,
        f_test,
        x_test,
        plain=[(lambda v: float(np.sum(factors_test * v**2) / 2), np.ones((3, 2)))],
        follows=lambda own, share=share: own * share,
        rtol=1e-5,
        atol=1e-6,
    )
### END HIDDEN TESTS

# %% test="an array with three axes" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2604)
factors_test = rng.standard_normal((2, 3, 4))
x_test = rng.uniform(0.5, 1.5, (2, 3, 4))
judge.beyond(
    numerical_gradient,
    lambda v: float(np.sum(factors_test * v**2)),
    x_test,
    plain=[(lambda v: float(np.sum(factors_test.ravel() * v**2)), x_test.ravel())],
    follows=lambda own: own.reshape(2, 3, 4),
    rtol=1e-5,
    atol=1e-6,
)
### END HIDDEN TESTS

# %% test="x has its old values afterwards" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2605)
for size_test in [(4,), (2, 3)]:
    judge.keeps(
        numerical_gradient,
        lambda v: float(np.sum(v**2)),
        rng.uniform(0.5, 1.5, size_test),
    )
### END HIDDEN TESTS

# %% [markdown]
# Does your instrument agree with the pencil?


# %%
def square_sum(x):
    return float(np.sum(x**2))


measured = numerical_gradient(square_sum, np.array([1.0, -2.0]))
print("measured:", np.round(measured, 6).tolist(), " on paper: [2, -4]")

# %% [markdown]
# It does, and nobody had to tell it the rule $2x$.

# %% [markdown]
# ## The mathematics
#
# Measuring needs two forward passes for each parameter. The chain rule gives all slopes at once, for
# about the price of two more passes. We follow one sample, from the loss backwards:
#
# $$L = -\big(y \log a_2 + (1 - y) \log(1 - a_2)\big), \quad a_2 = \sigma(z_2),
# \quad z_2 = W_2 a_1 + b_2, \quad a_1 = \tanh(z_1), \quad
# z_1 = W_1 x + b_1$$
#
# We write $dz_2$ for the slope of the loss in $z_2$, and so on.
#
# **The output.** Two slopes meet here, that of the loss and that of the sigmoid:
#
# $$dz_2 = \frac{\partial L}{\partial a_2} \cdot \sigma'(z_2)
# = \left(-\frac{y}{a_2} + \frac{1 - y}{1 - a_2}\right) \cdot a_2 (1 - a_2)
# = a_2 - y$$
#
# The denominators cancel: $-y\,(1 - a_2) + (1 - y)\,a_2 = a_2 - y$. What is left is the
# error of the prediction, with its sign.
#
# <details><summary>Where do the slopes of the loss and of the sigmoid come from?</summary>
#
# The slope of $\log a$ is $1/a$, and that of $\log(1 - a)$ is $-1/(1 - a)$; the loss is minus the
# one or the other. For the sigmoid write $a = 1/u$ with $u = 1 + e^{-z}$. The slope of $1/u$ along
# $u$ is $-1/u^2$, that of $u$ along $z$ is $-e^{-z} = -(u - 1)$. Their product is
# $\frac{u - 1}{u^2} = \frac1u \big(1 - \frac1u\big) = a\,(1 - a)$.
#
# </details>
#
# **The weights of the output layer.** A weight acts in proportion to what comes in through it, so
# the error is multiplied by that input. The bias has input 1:
# $\;dW_2 = dz_2\, a_1^T$ and $db_2 = dz_2$.
#
# **Back to the hidden layer.** The error travels through the same weights by which the signal came,
# in the other direction. Then it passes through the activation, whose slope is
# $\tanh'(z) = 1 - \tanh^2(z) = 1 - a^2$:
#
# $$dz_1 = \big(W_2^T dz_2\big) \odot \big(1 - a_1 \odot a_1\big)$$
#
# <details><summary>Where does the slope of tanh come from?</summary>
#
# Write $\tanh z = s/c$ with $s = e^z - e^{-z}$ and $c = e^z + e^{-z}$. The slope of $s$ is $c$, and
# that of $c$ is $s$. By the rule for quotients the slope of $s/c$ is
# $\frac{c \cdot c - s \cdot s}{c^2} = 1 - \frac{s^2}{c^2} = 1 - \tanh^2 z$.
#
# </details>
#
# **The weights of the hidden layer** are like those of the output layer, with the input $x$:
# $\;dW_1 = dz_1\, x^T$ and $db_1 = dz_1$.

# %% [markdown]
# ### The graph, edge by edge
#
# Here is this walk with numbers: the network on paper, and its first sample, $(1, 2)$ of class 1. Each
# line of the code is one piece. Those under *Backward* take the slope that has come back so far, and
# multiply it by the slope of one more piece.

# %% demo=true
x, y = [1, 2], 1  # the first sample on paper
w1, b1 = [[0.5, 0.25], [-1, 0.5]], [0.25, 0.5]
w2, b2 = [1, 2], -1

# Forward, piece by piece.
z1 = [w1[k][0] * x[0] + w1[k][1] * x[1] + b1[k] for k in (0, 1)]
a1 = [np.tanh(z) for z in z1]
z2 = w2[0] * a1[0] + w2[1] * a1[1] + b2
a2 = 1 / (1 + np.exp(-z2))
loss = -np.log(a2)

# Backward: the slope that has come back so far, times the slope of the next piece.
da2 = -1 / a2
dz2 = da2 * a2 * (1 - a2)
dw2 = [dz2 * a1[k] for k in (0, 1)]
da1 = [dz2 * w2[k] for k in (0, 1)]
dz1 = [da1[k] * (1 - a1[k] ** 2) for k in (0, 1)]
dw1 = [[dz1[k] * x[j] for j in (0, 1)] for k in (0, 1)]
print(f"the loss: {loss:.3f}   the slopes along W1: {np.round(dw1, 3).tolist()}")

# %% [markdown]
# The same as a picture. Above an edge stands the number that went forward, below it the slope that
# comes back. Move the slider: one step, one number. Before each step back, work it out yourself.

# %% demo=true
# Each step of the picture: what is found, where it is written, and the text.
rows, tips = (3.6, 0.0), (3.35, 0.25)  # heights of the two hidden units, and of their outputs
at_w1, at_b1 = [[(1.9, 3.6), (0.95, 0.95)], [(0.95, 2.65), (1.9, 0)]], [(3.6, 5.0), (3.6, 1.4)]
at_w2, at_b2 = [(8.9, 2.5), (8.9, 1.1)], (10.1, 3.2)
given, forward, back = [(at_b2, f"b {b2}")], [], []
back.append((f"a₂: −1 ÷ {a2:.3f}", (13.7, 1.8), da2))
back.append((f"z₂: {da2:.3f} · {a2 * (1 - a2):.3f}, the slope of σ", (11.3, 1.8), dz2))
back.append(("b₂: as along z₂", at_b2, dz2))
for k, unit in enumerate(["first hidden unit", "second hidden unit"]):
    total = f"{w1[k][0]} · 1 + {w1[k][1]} · 2 + {b1[k]}"
    forward.append((f"z₁ of the {unit}: {total}", (4.9, rows[k]), f"z {z1[k]}"))
    forward.append((f"a₁ of the {unit}: tanh({z1[k]})", (7.3, tips[k]), f"a {a1[k]:.3f}"))
    bend = f"{da1[k]:.3f} · {1 - a1[k] ** 2:.3f}, the slope of tanh"
    back.append((f"the weight W₂ of the {unit}: {dz2:.3f} · {a1[k]:.3f}", at_w2[k], dw2[k]))
    back.append((f"a₁ of the {unit}: {dz2:.3f} · {w2[k]}", (7.3, tips[k]), da1[k]))
    back.append((f"z₁ of the {unit}: {bend}", (4.9, rows[k]), dz1[k]))
    back.append((f"b₁ of the {unit}: as along z₁", at_b1[k], dz1[k]))
    for j in (0, 1):
        back.append((f"its weight W₁ of x{'₁₂'[j]}: {dz1[k]:.3f} · {x[j]}", at_w1[k][j], dw1[k][j]))
        given.append((at_w1[k][j], f"w {w1[k][j]}"))
    given += [(at_w2[k], f"w {w2[k]}"), (at_b1[k], f"b {b1[k]}")]
forward.append((f"z₂: 1 · {a1[0]:.3f} + 2 · {a1[1]:.3f} − 1", (11.3, 1.8), f"z {z2:.3f}"))
forward.append((f"a₂: σ({z2:.3f})", (13.7, 1.8), f"a {a2:.3f}"))
forward.append((f"the loss: −log {a2:.3f}", (16.1, 1.8), f"{loss:.3f}"))

circles = [(0, 3.6, "1"), (0, 0, "2"), (3.6, 3.6, "Σ"), (3.6, 0, "Σ"), (6.1, 3.6, "tanh")]
circles += [(6.1, 0, "tanh"), (10.1, 1.8, "Σ"), (12.5, 1.8, "σ"), (14.9, 1.8, "loss")]
edges = [(0, 2), (0, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 6), (6, 7), (7, 8)]
fig, ax = plotting.subplots(figsize=(11, 4.4))
ax.set(xlim=(-0.6, 16.8), ylim=(-0.9, 5.7))
ax.axis("off")
lines = [[circles[one][:2], circles[other][:2]] for one, other in edges]
lines += [[place, (place[0], place[1] - 1)] for place in (*at_b1, at_b2)] + [[(14.9, 1.8), (16.8, 1.8)]]
for ends in lines:
    ax.plot(*np.transpose(ends), color="0.65", linewidth=1.2, linestyle="-", zorder=0)
for across, up, name in circles:
    ax.plot(across, up, "o", markersize=33, color="white", markeredgecolor="black")
    ax.text(across, up, name, ha="center", va="center_baseline")


def write(place, text, colour, above):
    text = text.replace("-", "−")
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    shift, side = (0.08, "bottom") if above else (-0.1, "top")
    look = {"ha": "center", "va": side, "color": colour, "bbox": box}
    return ax.text(place[0], place[1] + shift, text, **look)


for place, text in given:
    write(place, text, "black", above=True)
found = [write(place, text, "#0063A0", above=True) for _, place, text in forward]
found += [write(place, f"{slope:+.3f}", "#B84300", above=False) for _, place, slope in back]


def draw(step):
    for k, text in enumerate(found, 1):
        text.set(visible=k <= step, fontweight="bold" if k == step else "normal")


labels = ["The first sample, (1, 2), of class 1. The weights and biases are given."]
labels += [f"Forward: {what}" for what, _, _ in forward]
labels += [f"Back: slope along {what}" for what, _, _ in back]
steps = plotting.Animation(fig, draw, len(labels), [label.replace("-", "−") for label in labels])
plotting.show_animation(
    steps,
    "The 2-2-1 network as a graph, with a slider. Above the edges stand the numbers of the way "
    "forward, from the inputs 1 and 2 to the loss 0.380. Below them stand the slopes of the loss, "
    "which appear from right to left: −1.462 along the output, −0.316 along its weighted sum, then "
    "those along all nine weights and biases.",
)

# %% [markdown]
# Every step back looked at two numbers only: the slope that had arrived, and one that stood beside it
# since the way forward. No piece has to know the whole network. That is why the same few rules train a
# network of any size, and why forward propagation keeps its $Z$ and $A$.
#
# The walk ends at the weights and biases. The inputs are not learnt, so nobody asks for slopes there.

# %% claim=true
assert np.allclose([loss, da2, dz2], [0.380, -1.462, -0.316], atol=5e-4)
assert np.allclose(dw1, [[-0.089, -0.177], [-0.497, -0.994]], atol=5e-4)
on_paper = {"W1": w1, "b1": np.transpose([b1]), "W2": [w2], "b2": [[b2]]}
on_paper = {one: np.array(numbers, float) for one, numbers in on_paper.items()}
walked = {"W1": dw1, "b1": np.transpose([dz1]), "W2": [dw2], "b2": [[dz2]]}
for one, numbers in on_paper.items():
    nudged = numerical_gradient(
        lambda moved, one=one: compute_cost(
            forward_propagation(np.transpose([x]), {**on_paper, one: moved})[0], np.array([[y]])
        ),
        numbers,
    )
    assert np.allclose(nudged, walked[one], atol=1e-6)

# %% [markdown]
# ### All samples at once
#
# The cost is the mean of the losses, so its gradient is the mean of the samples' gradients. A
# product such as $dZ_2 A_1^T$ already *sums* over the samples, since the samples are the
# columns on the left and the rows on the right. Dividing by $m$ makes it a mean. For the biases we
# sum the columns ourselves.
#
# $$dZ_2 = A_2 - Y$$
#
# $$dW_2 = \frac{1}{m}\, dZ_2 A_1^T, \qquad
# db_2 = \frac{1}{m} \sum_{i=1}^{m} dZ_2^{(i)}$$
#
# $$dZ_1 = \big(W_2^T dZ_2\big) \odot \big(1 - A_1 \odot A_1\big)$$
#
# $$dW_1 = \frac{1}{m}\, dZ_1 X^T, \qquad
# db_1 = \frac{1}{m} \sum_{i=1}^{m} dZ_1^{(i)}$$
#
# ⊙ multiplies element by element. The slope of the cost in a parameter is called by the name of the
# parameter with a `d` in front.

# %% [markdown]
# ### Shapes
#
# One rule settles every doubt about transposes: a gradient has the shape of what it belongs to.
# The last column is for the flower, with $m = 400$.
#
# | In code | Meaning | Shape | Flower |
# | --- | --- | --- | --- |
# | `dZ2` | error at the output, one column a sample | `(n_y, m)` | `(1, 400)` |
# | `dW2` | slopes of the cost in `W2` | `(n_y, n_h)` | `(1, 4)` |
# | `db2` | slopes in `b2` | `(n_y, 1)` | `(1, 1)` |
# | `dZ1` | error that arrives at the hidden units | `(n_h, m)` | `(4, 400)` |
# | `dW1` | slopes in `W1` | `(n_h, n_x)` | `(4, 2)` |
# | `db1` | slopes in `b1` | `(n_h, 1)` | `(4, 1)` |

# %% [markdown]
# ## A worked example on paper
#
# The network 2-2-1 and the two samples of notebooks 04 and 05, with $Y = (1\;\;0)$. Forward
# propagation gave
#
# $$A_1 \approx \begin{pmatrix} 0.8483 & -0.2449 \\ 0.4621 & 0.9051 \end{pmatrix},\qquad
# A_2 \approx \begin{pmatrix} 0.6841 & 0.6377 \end{pmatrix}$$
#
# **Error at the output.** $A_2 - Y$: the first output is too small, the second too large.
#
# $$dZ_2 \approx \begin{pmatrix} -0.3159 & 0.6377 \end{pmatrix}$$
#
# **Output layer.** The first weight gets
# $\tfrac12 (-0.3159 \cdot 0.8483 + 0.6377 \cdot (-0.2449)) \approx -0.2121$, the second
# $\tfrac12 (-0.3159 \cdot 0.4621 + 0.6377 \cdot 0.9051) \approx 0.2156$, the bias
# $\tfrac12 (-0.3159 + 0.6377) = 0.1609$:
#
# $$dW_2 \approx \begin{pmatrix} -0.2121 & 0.2156 \end{pmatrix},\qquad db_2 \approx 0.1609$$
#
# **Back through $W_2 = (1\;\;2)$.** Each hidden unit gets the error, times its weight:
#
# $$W_2^T dZ_2 \approx \begin{pmatrix} -0.3159 & 0.6377 \\ -0.6319 & 1.2754 \end{pmatrix}$$
#
# **Through the activation.** The slopes of tanh are $1 - 0.8483^2 \approx 0.2804$ and so on.
# Multiply element by element:
#
# $$1 - A_1 \odot A_1 \approx
# \begin{pmatrix} 0.2804 & 0.9400 \\ 0.7864 & 0.1807 \end{pmatrix},\qquad
# dZ_1 \approx \begin{pmatrix} -0.0886 & 0.5994 \\ -0.4969 & 0.2305 \end{pmatrix}$$
#
# **Hidden layer.** With the inputs $(1, 2)$ and $(-1, 0)$ the first weight gets
# $\tfrac12 (-0.0886 \cdot 1 + 0.5994 \cdot (-1)) = -0.3440$, and the others in the same way:
#
# $$dW_1 \approx \begin{pmatrix} -0.3440 & -0.0886 \\ -0.3637 & -0.4969 \end{pmatrix},\qquad
# db_1 \approx \begin{pmatrix} 0.2554 \\ -0.1332 \end{pmatrix}$$
#
# The largest slope is that of the second unit's second weight, about $-0.5$: the cost falls when
# this weight grows.

# %% [markdown]
# ## Exercise: `backward_propagation`
#
# Write the six equations. The cache holds what forward propagation has computed, so no activation
# has to be computed again. For the worked example, `dW2` should come out as
# `[[-0.2121, 0.2156]]` and `db1` as `[[0.2554], [-0.1332]]`, to four decimals.


# %% exercise="backward_propagation"
def backward_propagation(parameters, cache, X, Y):
    """Compute the gradient of the cost in every weight and bias.

    The cost is the cross-entropy of the outputs, averaged over the m samples. The hidden layer
    uses tanh, the output layer the sigmoid.

    Parameters
    ----------
    parameters : dict
        "W1" of shape (n_h, n_x), "b1" of shape (n_h, 1),
        "W2" of shape (n_y, n_h) and "b2" of shape (n_y, 1).
    cache : dict
        What forward propagation with these parameters has kept:
        "Z1" and "A1" of shape (n_h, m), "Z2" and "A2" of shape (n_y, m).
    X : array of shape (n_x, m)
        The inputs, one sample a column.
    Y : array of shape (n_y, m)
        The labels, 0 or 1.

    Returns
    -------
    grads : dict
        "dW1" of shape (n_h, n_x), "db1" of shape (n_h, 1),
        "dW2" of shape (n_y, n_h) and "db2" of shape (n_y, 1).
        With several outputs (n_y > 1) the losses of a sample's outputs are added up.

    Notes
    -----
    parameters, cache, X and Y are left unchanged.
    """
    ### BEGIN SOLUTION
    m = X.shape[1]
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    ### END SOLUTION


# %% check="backward_propagation" points=1
lesson.check(backward_propagation)

# %% test="the gradients of the output layer, dW2 and db2" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2611)
for inputs, units, outputs, samples in [
    (2, 4, 1, 9),
    (3, 5, 1, 1),
    (5, 3, 1, 7),
    (4, 1, 1, 6),
    (1, 6, 1, 8),
]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    parameters_test = {
        "W1": rng.standard_normal((units, inputs)),
        "b1": rng.standard_normal((units, 1)),
        "W2": rng.standard_normal((outputs, units)),
        "b2": rng.standard_normal((outputs, 1)),
    }
    _, cache_test = lesson.course.forward_propagation(X_test, parameters_test)
    judge.same(
        backward_propagation, parameters_test, cache_test, X_test, Y_test, parts=("dW2", "db2")
    )
### END HIDDEN TESTS

# %% test="the gradients of the hidden layer, dW1 and db1" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2612)
for inputs, units, outputs, samples in [
    (2, 4, 1, 7),
    (3, 5, 1, 1),
    (5, 3, 1, 8),
    (4, 1, 1, 6),
    (1, 6, 1, 9),
]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    parameters_test = {
        "W1": rng.standard_normal((units, inputs)),
        "b1": rng.standard_normal((units, 1)),
        "W2": rng.standard_normal((outputs, units)),
        "b2": rng.standard_normal((outputs, 1)),
    }
    _, cache_test = lesson.course.forward_propagation(X_test, parameters_test)
    judge.same(
        backward_propagation, parameters_test, cache_test, X_test, Y_test, parts=("dW1", "db1")
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2613)
for inputs, units, outputs, samples in [(2, 4, 3, 6), (3, 5, 2, 7)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (outputs, samples))
    parameters_test = {
        "W1": rng.standard_normal((units, inputs)),
        "b1": rng.standard_normal((units, 1)),
        "W2": rng.standard_normal((outputs, units)),
        "b2": rng.standard_normal((outputs, 1)),
    }
    _, cache_test = lesson.course.forward_propagation(X_test, parameters_test)
    single = []
    for k in range(outputs):
        row = slice(k, k + 1)
        single.append((
            {**parameters_test, **{n: parameters_test[n][row] for n in ("W2", "b2")}},
            {**cache_test, **{n: cache_test[n][row] for n in ("Z2", "A2")}},
            X_test,
            Y_test[row],
        ))  # fmt: skip
    judge.beyond(
        backward_propagation,
        parameters_test,
        cache_test,
        X_test,
        Y_test,
        plain=single,
        follows=lambda *own: {
            **{name: sum(one[name] for one in own) for name in ("dW1", "db1")},
            **{name: np.vstack([one[name] for one in own]) for name in ("dW2", "db2")},
        },
    )
### END HIDDEN TESTS

# %% test="parameters, cache, X and Y are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(2614)
for inputs, units, outputs, samples in [(2, 4, 1, 5), (3, 2, 1, 7)]:
    X_test = rng.standard_normal((inputs, samples))
    Y_test = rng.integers(0, 2, (outputs, samples)).astype(float)
    parameters_test = {
        "W1": rng.standard_normal((units, inputs)),
        "b1": rng.standard_normal((units, 1)),
        "W2": rng.standard_normal((outputs, units)),
        "b2": rng.standard_normal((outputs, 1)),
    }
    _, cache_test = lesson.course.forward_propagation(X_test, parameters_test)
    judge.keeps(backward_propagation, parameters_test, cache_test, X_test, Y_test)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does the code agree with the pencil?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
Y_paper = np.array([[1, 0]])
parameters_paper = {
    "W1": np.array([[0.5, 0.25], [-1.0, 0.5]]),
    "b1": np.array([[0.25], [0.5]]),
    "W2": np.array([[1.0, 2.0]]),
    "b2": np.array([[-1.0]]),
}
by_hand = {
    "dW1": [[-0.3440, -0.0886], [-0.3637, -0.4969]],
    "db1": [[0.2554], [-0.1332]],
    "dW2": [[-0.2121, 0.2156]],
    "db2": [[0.1609]],
}
_, cache_paper = forward_propagation(X_paper, parameters_paper)
grads_paper = backward_propagation(parameters_paper, cache_paper, X_paper, Y_paper)
for name, values in by_hand.items():
    agrees = np.allclose(grads_paper[name], values, atol=1e-4)
    print(f"{name}: {np.round(grads_paper[name], 4).tolist()}  agrees with paper: {agrees}")

# %% [markdown]
# ### The gradient check
#
# Agreement on two samples could be luck, or a mistake made twice. Now your instrument comes in. For
# each of the 17 parameters of the network on the flower: is the slope from the chain rule the slope
# that is measured?
#
# We take larger weights than those of `initialize_parameters`, so that every unit has something to
# say.

# %% demo=true
X, Y = datasets.load_planar_dataset(random_state=datasets.own_seed(1))
rng = np.random.default_rng(6)
parameters = {
    "W1": rng.standard_normal((4, 2)),
    "b1": rng.standard_normal((4, 1)),
    "W2": rng.standard_normal((1, 4)),
    "b2": rng.standard_normal((1, 1)),
}
_, cache = forward_propagation(X, parameters)
grads = backward_propagation(parameters, cache, X, Y)


def measured_gradients(parameters):
    """The slope of the cost in every parameter, measured one number at a time."""
    found = {}
    for name in parameters:

        def cost_of(values, name=name):
            return float(compute_cost(forward_propagation(X, {**parameters, name: values})[0], Y))

        found["d" + name] = numerical_gradient(cost_of, parameters[name])
    return found


measured = measured_gradients(parameters)
for name in ("dW1", "db1", "dW2", "db2"):
    difference = np.abs(grads[name] - measured[name]).max()
    print(f"{name}: largest difference below 0.000001: {difference < 1e-6}")

# %% [markdown]
# What would this look like with a mistake in it? On the right, the same check with the sign of
# `dW2` turned.


# %% demo=true
def plot_check(ax, computed, title):
    markers = {"dW1": "o", "db1": "s", "dW2": "^", "db2": "D"}
    every = np.concatenate([measured[name].ravel() for name in markers])
    ends = np.array([every.min(), every.max()])
    ends = ends + np.array([-0.1, 0.1]) * (ends[1] - ends[0])
    ax.plot(ends, ends, color="black", linewidth=0.8, label="equal")
    for name, marker in markers.items():
        ax.plot(measured[name].ravel(), computed[name].ravel(), marker, label=name, alpha=0.8)
    ax.set(title=title, xlabel="measured slope", ylabel="slope from the chain rule")
    ax.legend()


fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 4.4))
plot_check(left, grads, "your gradients")
plot_check(right, {**grads, "dW2": -grads["dW2"]}, "with the sign of dW2 turned")
plotting.show(
    "Two scatter plots of the slope from the chain rule against the measured slope for 17 "
    "parameters. Left: all markers lie on the diagonal line. Right: the triangles of dW2 lie off "
    "it, mirrored, while all others stay on it."
)

# %% [markdown]
# On the left every marker lies on the line: seventeen slopes, two ways to get them, one result. On
# the right the check not only says that something is wrong, it says where: only the triangles have
# left the line.

# %% claim=true
assert all(np.abs(grads[name] - measured[name]).max() < 1e-6 for name in by_hand)
assert np.abs(grads["dW2"]).max() > 0.01

# %% [markdown]
# ### How small should the step be?
#
# A smaller step should be more exact. How far can we go? Here is the slope of tanh at one place,
# measured with steps from large to tiny. The true slope is known, so the error can be shown.

# %% demo=true
place = 0.7
true_slope = 1 / np.cosh(place) ** 2
steps = 10.0 ** np.arange(-1, -14, -0.5)
one_side = (np.tanh(place + steps) - np.tanh(place)) / steps
both_sides = (np.tanh(place + steps) - np.tanh(place - steps)) / (2 * steps)

fig, ax = plotting.subplots(1, 1, figsize=(6.5, 3.8))
ax.loglog(steps, np.abs(one_side - true_slope), "s--", label="one side")
ax.loglog(steps, np.abs(both_sides - true_slope), "o-", label="both sides")
ax.axvline(1e-5, color="black", linewidth=0.8, linestyle=":", label="step 1e-5")
ax.invert_xaxis()
ax.set(title="Error of a measured slope", xlabel="step h (smaller to the right)", ylabel="error")
ax.legend()
plotting.show(
    "Error of the measured slope against the step, both on logarithmic axes. From left to right "
    "both curves fall, the one for both sides twice as steeply down to about 1e-11 near h = 1e-5, "
    "then both rise again as the step gets smaller."
)

# %% [markdown]
# Each curve falls and then rises again. On the left the step is so large that the curve bends
# within it. On the right the two values of the function are so close that their difference is
# mostly rounding: a 64-bit float keeps about 16 digits, and subtracting two nearly equal numbers
# throws most of them away. A central difference is at its best near $h = 10^{-5}$.

# %% claim=true
errors = np.abs(both_sides - true_slope)
assert 1e-6 < steps[np.argmin(errors)] < 1e-4 and errors.min() < 1e-10
assert errors[0] > 1e6 * errors.min() and errors[-1] > 1e6 * errors.min()
assert np.median(errors[:8] / np.abs(one_side - true_slope)[:8]) < 0.1

# %% [markdown]
# ## An experiment to play with
#
# Copy your `backward_propagation` into a new cell, under the name `broken`, and put a mistake into
# the copy. Then draw `plot_check` with what it gives. Predict first which markers will leave the
# line:
#
# - use `A1` in place of the slope of tanh;
# - forget to divide `db1` by `m`;
# - divide `dZ2` by `m` and leave everything else as it is.
#
# How much slower is measuring? The next cell counts forward passes for networks of growing size;
# backpropagation needs one forward and one backward pass for each of them.

# %%
for n_h in (4, 50, 1000):
    count = n_h * 2 + n_h + n_h + 1
    print(f"{n_h:5} hidden units: {count:5} parameters, {2 * count:5} forward passes to measure")

# %% [markdown]
# ## Three questions to think about
#
# **1.** `dZ1` is computed with `W2`. Should that be `W2` before the update or after it?
#
# <details><summary>Answer</summary>
#
# Before. A gradient is the set of all slopes at *one* place: the parameters with which the forward
# step was made. Only when all of them are known does the update move the parameters, all at once. With
# an updated `W2` the cache would no longer fit, and `dW1` would be the slope of nothing.
#
# </details>
#
# **2.** A gradient check costs two forward passes for each parameter. Why not train with it?
#
# <details><summary>Answer</summary>
#
# It would work, and for our 17 parameters it would even be bearable. For a million parameters each
# step would need two million forward passes, where backpropagation needs one pass forward and one
# back. So one measures a few times on a small network, to be sure of the formulas, and trains with
# the formulas.
#
# </details>
#
# **3.** Suppose all weights in `W2` are 0. Which gradients are 0, and can the network still learn?
#
# <details><summary>Answer</summary>
#
# The error reaches the hidden layer through `W2`. With `W2 = 0` it does not arrive, so `dW1` and
# `db1` are 0. `dW2` is in general not 0, as long as `A1` is not. After one step `W2` has changed,
# and from then on the hidden layer learns too. If `W1` and `b1` are zero as well, `A1` is 0, so
# `dW2` is 0, and only `b2` will ever move.
#
# </details>

# %% [markdown]
# ## Sources
#
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating
#   errors*, Nature 323 (1986), pages 533–536.
# - On the error of a central difference and the best step: W. H. Press and others, *Numerical
#   Recipes* (Cambridge University Press, 3rd edition 2007), section 5.7.
# - On the cross-entropy and the sigmoid: C. M. Bishop, *Pattern Recognition and Machine Learning*
#   (Springer, 2006), section 5.3.
