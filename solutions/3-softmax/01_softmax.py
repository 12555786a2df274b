# title: Softmax
# summary: Two moons that no line separates, samples in rows, and a probability for each class.

# %% [markdown]
# # 01 · Softmax
#
# By the end you will be able to
#
# - say why a straight line cannot separate two moons, and how well the best line does;
# - read the same network in two layouts, samples in columns and samples in rows;
# - turn scores into probabilities with a softmax that does not overflow, and say how steep it is;
# - run a network with one hidden layer forwards on row samples;
# - compute the loss that training will lower: cross-entropy and a penalty on large weights.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("3-softmax/01_softmax")

# %% [markdown]
# ## Two moons
#
# The network of part 2 had one output: the probability of class 1. Many questions have more than
# two answers, and then one output is not enough. In this part the network gets one output **for
# each class**.
#
# We begin with two classes, so that you can compare with what you know. The data are two half
# circles, each reaching into the other, with some noise.
#
# What do they look like?

# %% demo=true
X, y = datasets.load_moons(n_samples=200, noise=0.20, random_state=0)
print("X:", X.shape, " y:", y.shape, " classes:", np.unique(y))

# %% demo=true
plotting.plot_data(X, y, title="Two moons, 200 points, noise 0.20")
plotting.show(
    "Scatter plot of two interleaved half moons: blue circles of class 0 form an arch, orange "
    "triangles of class 1 form a bowl that reaches into the arch; a few points of each class lie "
    "among the other."
)

# %% [markdown]
# Each **row** of `X` is one point, and `y` holds the class of each point as a whole number. `y` is
# a plain list of labels now, `(m,)`, no longer a row `(1, m)`. More on that in a moment.
#
# ## Baseline first
#
# Before a network, the best line. `LogisticRegressionCV` fits logistic regression and chooses the
# strength of its penalty by cross-validation. How good is a line here?


# %% demo=true
def best_line(X, y):
    """Logistic regression, the strength of its penalty chosen by cross-validation."""
    from sklearn.linear_model import LogisticRegressionCV

    # The three arguments are the defaults that later releases of scikit-learn will have.
    model = LogisticRegressionCV(
        l1_ratios=(0,), scoring="neg_log_loss", use_legacy_attributes=False
    )
    return model.fit(X, y)


line = best_line(X, y)
print(f"right on the training points: {np.mean(line.predict(X) == y):.1%}")

plotting.plot_decision_boundary(line.predict, X, y, title="Logistic regression: one straight line")
plotting.show(
    "The two moons with a straight boundary through the middle. The inner tip of each moon lies "
    "on the wrong side of the line."
)

# %% [markdown]
# The line gets the bulk of each moon right and cuts off the two inner tips. This is no accident of
# the fit. The tip of each moon lies inside the bend of the other, so every line that has one tip on
# its right side has other points on the wrong side.
#
# More data would not help, and neither would more training: a line is all that this model can draw.
# What helps is a hidden layer, which bends the plane before the line is drawn.

# %% [markdown]
# ## The picture
#
# Two inputs, three hidden units, and two outputs: one score a class. In this notebook you write
# everything that happens from left to right, and the loss at the end.
#
# The article that this part follows calls it a *3-layer* network and counts the inputs as a layer. Others
# count the layers of weights and call the very same network *2-layer*. We say: one hidden layer.

# %% demo=true
plotting.draw_network((2, 3, 2), highlight="forward")
plotting.show(
    "Diagram of a network with two inputs, three hidden units and two outputs; the forward "
    "direction is highlighted."
)

# %% [markdown]
# ## Rows or columns?
#
# In parts 1 and 2 each sample was a **column** of `X`. From here on each sample is a **row**.
# Nothing in the mathematics changes: every matrix is the transpose of what it was.
#
# | | samples in columns (parts 1, 2) | samples in rows (parts 3, 4) |
# | --- | --- | --- |
# | data | `X`: `(n_x, m)` | `X`: `(m, n)` |
# | labels | `Y`: `(1, m)` | `y`: `(m,)` |
# | first weights | `W1`: `(n_h, n_x)` | `W1`: `(n, n_h)` |
# | first bias | `b1`: `(n_h, 1)` | `b1`: `(1, n_h)` |
# | hidden layer | $A_1 = \tanh(W_1 X + b_1)$ | $a_1 = \tanh(X W_1 + b_1)$ |
# | output scores | $Z_2 = W_2 A_1 + b_2$ | $z_2 = a_1 W_2 + b_2$ |
# | sum over the samples | `axis=1` | `axis=0` |
# | sum over the units | `axis=0` | `axis=1` |
#
# Here `n` is what part 2 called `n_x`, and `n_classes` takes the place of `n_y`.
#
# The rule behind the table is $(AB)^T = B^T A^T$: transpose a product and its factors
# change places. So $W_1 X$ becomes $X W_1$, with both matrices transposed.

# %% [markdown]
# **Why do libraries put samples in rows?** Because data arrive that way. A line of a file, a record
# of a database, a row of a table is one sample. `X[i]` is then sample number `i`, `X[:100]` is the
# first hundred, and in NumPy's memory layout the numbers of one sample lie side by side.
# scikit-learn, pandas, Keras and PyTorch all expect rows.
#
# **Why do textbooks put them in columns?** Because a vector is a column in linear algebra, and a
# layer is then $Wx + b$, as it is written for a single sample.
#
# Neither is more right. What goes wrong in practice is mixing them, and `(m, n)` against `(n, m)`
# is often found out only when `m` and `n` differ. When in doubt, print the shapes.
#
# Is it really the same number either way? The next cell computes one hidden layer in both layouts.

# %% demo=true
generator = np.random.default_rng(0)
W1_columns, b1_columns = generator.standard_normal((3, 2)), generator.standard_normal((3, 1))

in_columns = np.tanh(W1_columns @ X.T + b1_columns)
in_rows = np.tanh(X @ W1_columns.T + b1_columns.T)

print("columns:", in_columns.shape, "  rows:", in_rows.shape)
print("one is the transpose of the other:", np.allclose(in_columns.T, in_rows))

# %% [markdown]
# ## Softmax: from scores to probabilities
#
# The output layer gives each class a score, any number at all. A probability must not be negative,
# and the probabilities of one sample must add up to 1. **Softmax** gets there in two steps: the
# exponential makes every score positive, and dividing by the sum of the row makes the row add up to
# 1.
#
# $$p_{ik} = \frac{e^{s_{ik}}}{\sum_{j} e^{s_{ij}}}$$
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `scores` | `(m, n_classes)` | row $i$: the scores of sample $i$ |
# | softmax of it | `(m, n_classes)` | row $i$: the probabilities of sample $i$, sum 1 |
#
# For two classes this is an old friend: divide above and below by $e^{s_0}$ and the probability of
# class 1 becomes $1 / (1 + e^{-(s_1 - s_0)})$, the sigmoid of the **difference** of the two scores.

# %% [markdown]
# ### The trouble with large scores
#
# $e^{1000}$ is far larger than the largest 64-bit float, which is about $1.8 \cdot 10^{308}$. NumPy
# gives `inf`, and `inf / inf` is `nan`. At the other end $e^{-1000}$ is rounded to 0, and a row of
# such scores gives `0 / 0`.
#
# The way out: add the same number $c$ to every score of a row, and its probabilities stay as they
# are.
#
# $$
# \frac{e^{s_k + c}}{\sum_j e^{s_j + c}}
# = \frac{e^{c}\, e^{s_k}}{e^{c} \sum_j e^{s_j}} = \frac{e^{s_k}}{\sum_j e^{s_j}}
# $$
#
# So we may choose $c$, row by row, such that no exponent is large. Which choice makes the largest
# exponent of a row exactly 0?

# %% [markdown]
# ### On paper
#
# Two samples, three classes:
#
# | | scores | $e^{s}$ | sum | probabilities |
# | --- | --- | --- | --- | --- |
# | sample 1 | 2, 1, 0 | 7.389, 2.718, 1 | 11.107 | 0.665, 0.245, 0.090 |
# | sample 2 | 5, 5, 5 | 148.4, 148.4, 148.4 | 445.2 | 0.333, 0.333, 0.333 |
#
# Equal scores give equal probabilities, however large the scores are. Now subtract 5 from the
# second row: the scores become 0, 0, 0, the exponentials 1, 1, 1, and the probabilities are the
# same.

# %% [markdown]
# ### Exercise: `softmax`
#
# For the two rows above your function returns
#
#     [[0.665  0.245  0.090]
#      [0.333  0.333  0.333]]


# %% exercise="softmax"
def softmax(scores):
    """Turn each row of scores into the probabilities of the classes.

    Parameters
    ----------
    scores : array of shape (m, n_classes)
        Row i holds the scores of sample i, one for each class. They may be as
        large as 1000 or as small as -1000, also in one and the same array.

    Returns
    -------
    array of shape (m, n_classes)
        Row i holds the probabilities of sample i; they sum to 1.

    Notes
    -----
    `scores` itself is left unchanged.
    """
    ### BEGIN SOLUTION
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / np.sum(exponentials, axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax" points=1
lesson.check(softmax)

# %% test="values on many shapes" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3101)
for m, n_classes in [(1, 2), (1, 5), (4, 3), (7, 2), (3, 10)]:
    judge.same(softmax, 2 * rng.standard_normal((m, n_classes)))
### END HIDDEN TESTS

# %% test="scores of plus and minus 1000" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3102)
scores = rng.standard_normal((4, 3)) + np.array([[1000.0], [-1000.0], [0.0], [700.0]])
probs = judge.call(softmax, scores)
assert np.all(np.isfinite(np.asarray(probs, dtype=float))), (
    "Large scores give nan or inf. An exponential overflowed, or a whole row was rounded to 0."
)
for large in (
    scores,
    np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [998.0, 1000.0]]),
    np.array([[-1000.0, -999.0, 1000.0, -1000.0, -998.0]]),
):
    # The same rows, near 0: only the differences within a row count.
    near = np.maximum(large - np.max(large, axis=1, keepdims=True), -40)
    judge.beyond(softmax, large, plain=[(near,)])
### END HIDDEN TESTS

# %% test="scores are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3103)
judge.keeps(softmax, rng.standard_normal((5, 4)))
### END HIDDEN TESTS

# %% [markdown]
# Does it reproduce the numbers on paper, and does it survive a score of 1000?

# %% demo=true
on_paper = np.array([[2.0, 1.0, 0.0], [5.0, 5.0, 5.0]])
print(np.round(softmax(on_paper), 3))
print(np.round(softmax(np.array([[1000.0, 999.0, 998.0], [-1000.0, -1001.0, -1002.0]])), 3))

# %% [markdown]
# The first two rows are those of the table. The last two rows are equal to the row for the scores
# 2, 1, 0: only differences within a row count.
#
# What does softmax look like? The next figure moves the score of one class and leaves the scores of
# the other two where they are.

# %% demo=true
moving = np.linspace(-6, 6, 121)
three_scores = np.column_stack([moving, np.full_like(moving, 1.0), np.full_like(moving, 0.0)])
three_probs = softmax(three_scores)

figure, axes = plotting.subplots(1, 1, figsize=(6.5, 3.4))
for column, (name, style) in enumerate(
    [("class 0, its score moves", "-"), ("class 1, score 1", "--"), ("class 2, score 0", ":")]
):
    axes.plot(moving, three_probs[:, column], style, linewidth=2, label=name)
axes.set(xlabel="score of class 0", ylabel="probability", title="Softmax of three scores")
axes.legend()
plotting.show(
    "Three curves over the score of class 0. The probability of class 0 rises in an S shape from "
    "0 to 1; those of classes 1 and 2 fall to 0, class 1 always above class 2 by the same factor."
)

# %% [markdown]
# As one class gains, the others lose together, and among themselves they keep their proportion:
# class 1 stays $e$ times as probable as class 2 all the way.

# %% [markdown]
# ## How steep is softmax?
#
# Training will ask how the probabilities respond to a small change of the scores. With $n_y$ scores and
# $n_y$ probabilities there are $n_y \times n_y$ slopes. Their table is called the **Jacobian** of
# softmax. Take paper and a pencil: it is three lines. Write $S = \sum_j e^{s_j}$, so that
# $p_k = e^{s_k} / S$.
#
# 1. The slope of $S$ along $s_j$ is $e^{s_j}$, since no other term contains $s_j$.
# 2. Where $k \ne j$, only $S$ depends on $s_j$. What is the slope of $p_k$ then?
# 3. Where $k = j$, the numerator depends on it, too. What does that add?
#
# <details><summary>The three lines</summary>
#
# By the rule for a quotient, with $[k = j]$ for 1 where $k$ is $j$ and 0 elsewhere:
#
# $$
# \frac{\partial p_k}{\partial s_j}
# = \frac{[k = j]\, e^{s_k} S - e^{s_k} e^{s_j}}{S^2}
# = [k = j]\, p_k - p_k p_j
# $$
#
# So a probability has the slope $p_k (1 - p_k)$ along its own score, which is the slope of the sigmoid,
# and $-p_k p_j$ along each other score.
#
# </details>
#
# For sample 1 of the table, $p = (0.665, \; 0.245, \; 0.090)$, the slope of $p_0$ along $s_0$ is
# $0.665 \cdot 0.335 = 0.223$, and along $s_1$ it is $-0.665 \cdot 0.245 = -0.163$.

# %% [markdown]
# ### Exercise: `softmax_jacobian`
#
# For these probabilities it returns, to three decimals,
#
#     [[ 0.223 -0.163 -0.060]
#      [-0.163  0.185 -0.022]
#      [-0.060 -0.022  0.082]]


# %% exercise="softmax_jacobian"
def softmax_jacobian(probs):
    """The slopes of the probabilities of one sample along its scores.

    Parameters
    ----------
    probs : array of shape (n_classes,)
        The probabilities that softmax gave to one sample.

    Returns
    -------
    array of shape (n_classes, n_classes)
        Row k, column j: the slope of probability k along score j.

    Notes
    -----
    `probs` itself is left unchanged.
    """
    ### BEGIN SOLUTION
    return np.diag(probs) - np.outer(probs, probs)
    ### END SOLUTION


# %% check="softmax_jacobian" points=1
lesson.check(softmax_jacobian)

# %% test="values for two and for more classes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3131)
for n_classes in (2, 3, 4, 7):
    powers = np.exp(rng.standard_normal(n_classes))
    judge.same(softmax_jacobian, powers / powers.sum())
### END HIDDEN TESTS

# %% test="probs is left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.keeps(softmax_jacobian, np.array([0.5, 0.3, 0.2]))
### END HIDDEN TESTS

# %% [markdown]
# Does the table agree with what your `softmax` does when one score is moved a little?

# %% demo=true
slopes = softmax_jacobian(softmax(on_paper)[0])
measured = np.column_stack(
    [(softmax(on_paper[:1] + h) - softmax(on_paper[:1] - h))[0] / 2e-6 for h in 1e-6 * np.eye(3)]
)
print(np.round(slopes, 3))
print("agrees with differences of softmax:", np.allclose(slopes, measured, atol=1e-8))
print("sums of the rows:", np.round(slopes.sum(axis=1), 6) + 0.0)

# %% [markdown]
# Each row adds up to 0: move all scores by the same amount, and no probability changes. The next
# notebook multiplies this table by the slope of the loss, and nearly all of it will cancel.

# %% claim=true
assert np.allclose(slopes, measured, atol=1e-8) and np.allclose(slopes.sum(axis=1), 0)

# %% [markdown]
# ## Forward propagation in rows
#
# Now the whole way from the inputs to the probabilities, with tanh in the hidden layer as in part
# 2:
#
# $$
# z_1 = X W_1 + b_1
# \qquad a_1 = \tanh(z_1)
# \qquad z_2 = a_1 W_2 + b_2
# \qquad P = \text{softmax}(z_2)
# $$
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `X` | `(m, n)` | `m` samples of `n` numbers |
# | `model["W1"]` | `(n, n_h)` | weights into the hidden layer |
# | `model["b1"]` | `(1, n_h)` | its biases |
# | `a1` | `(m, n_h)` | hidden activations |
# | `model["W2"]` | `(n_h, n_classes)` | weights into the output layer |
# | `model["b2"]` | `(1, n_classes)` | its biases |
# | `probs` | `(m, n_classes)` | probabilities, each row sums to 1 |
#
# The dictionary with the four arrays is called the **model** in this part. Check each product by
# its shapes: `(m, n) @ (n, n_h)` gives `(m, n_h)`, and the bias `(1, n_h)` is added to every row by
# broadcasting.

# %% [markdown]
# ### On paper
#
# One input, one hidden unit, two classes, two samples. To keep the numbers round, the second input
# is the number whose tanh is one half, and one weight is $2 \ln 3$:
#
# $$
# X = \begin{pmatrix} 0 \\ 0.5493 \end{pmatrix}
# \quad W_1 = (1)
# \quad b_1 = (0)
# \quad W_2 = (0 \;\; 2 \ln 3)
# \quad b_2 = (0 \;\; 0)
# $$
#
# | | $z_1$ | $a_1$ | scores | $e^{s}$ | probabilities |
# | --- | --- | --- | --- | --- | --- |
# | sample 1 | 0 | 0 | 0, 0 | 1, 1 | 0.5, 0.5 |
# | sample 2 | 0.5493 | 0.5 | 0, $\ln 3$ | 1, 3 | 0.25, 0.75 |
#
# We shall need this small network again for the loss, and in the next notebook for its gradients.

# %% [markdown]
# ### Exercise: `forward_propagation`
#
# The backward pass will need the hidden activations, so the function returns them too.
#
# For the network on paper it returns `probs` of `[[0.5, 0.5], [0.25, 0.75]]` and `a1` of `[[0.0],
# [0.5]]`.


# %% exercise="forward_propagation"
def forward_propagation(model, X):
    """Probabilities of the classes for each row of X.

    The hidden layer uses tanh, the output layer softmax.

    Parameters
    ----------
    model : dict
        "W1" (n, n_h), "b1" (1, n_h), "W2" (n_h, n_classes), "b2" (1, n_classes).
    X : array of shape (m, n)
        One sample a row.

    Returns
    -------
    probs : array of shape (m, n_classes)
        Row i holds the probabilities of sample i.
    a1 : array of shape (m, n_h)
        The activations of the hidden layer.

    Notes
    -----
    `model` and `X` are left unchanged.
    """
    ### BEGIN SOLUTION
    z1 = X @ model["W1"] + model["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ model["W2"] + model["b2"]
    probs = softmax(z2)
    return probs, a1
    ### END SOLUTION


# %% check="forward_propagation" points=1
lesson.check(forward_propagation)

# %% test="hidden activations" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3111)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (4, 2, 1, 3), (6, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    judge.same(forward_propagation, model, rng.standard_normal((m, n)), parts=("a1",))
### END HIDDEN TESTS

# %% test="probabilities on many shapes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3112)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (4, 2, 1, 3), (6, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    judge.same(forward_propagation, model, rng.standard_normal((m, n)), parts=("probs",))
### END HIDDEN TESTS

# %% test="model and data are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3113)
model = {
    "W1": rng.standard_normal((3, 4)),
    "b1": rng.standard_normal((1, 4)),
    "W2": rng.standard_normal((4, 2)),
    "b2": rng.standard_normal((1, 2)),
}
judge.keeps(forward_propagation, model, rng.standard_normal((5, 3)))
### END HIDDEN TESTS

# %% [markdown]
# First the network on paper. Then: what does a network with random weights believe about the moons,
# before any training?

# %% demo=true
paper_model = {
    "W1": np.array([[1.0]]),
    "b1": np.array([[0.0]]),
    "W2": np.array([[0.0, 2 * np.log(3)]]),
    "b2": np.array([[0.0, 0.0]]),
}
paper_X = np.array([[0.0], [np.arctanh(0.5)]])
probs, a1 = forward_propagation(paper_model, paper_X)
print("probs:", np.round(probs, 4).tolist())
print("a1:   ", np.round(a1, 4).tolist())

generator = np.random.default_rng(5)
untrained = {
    "W1": generator.standard_normal((2, 3)),
    "b1": np.zeros((1, 3)),
    "W2": generator.standard_normal((3, 2)),
    "b2": np.zeros((1, 2)),
}
probs, a1 = forward_propagation(untrained, X)
print("the first three points of the moons:")
for row, label in zip(probs[:3], y[:3], strict=True):
    print(
        "  probabilities",
        np.round(row, 3),
        " sum",
        round(float(row.sum()), 6),
        " true class",
        label,
    )

# %% [markdown]
# The numbers are those of the table. The untrained network has opinions too, although it has never
# seen a point. We need a number that says **how wrong** opinions are, all points taken together.

# %% [markdown]
# ## The loss
#
# For one sample with true class $y_i$ the **cross-entropy** is $-\ln p_{i,y_i}$, minus the
# logarithm of the probability that the network gave to the class that is right. Nothing else of the
# row counts directly; the other classes count through the softmax, which makes all of them share
# one total of 1.

# %% demo=true
right_class_probability = np.linspace(0.005, 1, 200)
figure, axes = plotting.subplots(1, 1, figsize=(6.0, 3.2))
axes.plot(right_class_probability, -np.log(right_class_probability), linewidth=2)
for guess, name in [(0.1, "ten classes, blind guess"), (0.5, "two classes, blind guess")]:
    axes.plot([guess], [-np.log(guess)], "s", color="black")
    axes.annotate(name, (guess, -np.log(guess)), xytext=(8, 4), textcoords="offset points")
axes.set(
    xlabel="probability given to the true class",
    ylabel="cross-entropy of the sample",
    title="The price of a wrong opinion",
)
plotting.show(
    "Curve of minus the logarithm of p: zero at p equal to 1, 0.69 at one half, 2.3 at one tenth, "
    "and steeply rising towards p equal to 0."
)

# %% [markdown]
# Being right with certainty costs nothing, a blind guess costs $\ln(\text{number of classes})$, and
# the price of being certain and wrong has no upper limit.
#
# ### A penalty on large weights
#
# Large weights let the boundary bend sharply around single points. To hold them down we add **L2
# regularisation**: half of `reg_lambda` times the sum of all squared weights. Biases only shift
# things and are not penalised.
#
# The loss of this part is
#
# $$
# L = \frac{1}{m}\left[\,-\sum_{i=1}^{m} \ln p_{i,y_i} \;+\;
# \frac{\lambda}{2}\left(\sum W_1^2 + \sum W_2^2\right)\right]
# $$
#
# Look at the brackets: the penalty is added to the **sum** over the samples, and then both are
# divided by `m`. With this convention a given `reg_lambda` counts for less when there is more data.
# Other texts add the penalty after dividing; then the same `reg_lambda` means something else.
# Neither is wrong, but a value of `reg_lambda` means little until you know which one it belongs to.
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `probs` | `(m, n_classes)` | what `forward_propagation` returns |
# | `y` | `(m,)` | true classes, whole numbers from 0 to `n_classes - 1` |
# | `reg_lambda` | number | strength $\lambda$ of the penalty |
# | the loss | number | mean cross-entropy plus penalty divided by `m` |

# %% [markdown]
# ### On paper
#
# The small network again, with true classes $y = (0, 1)$ and $\lambda = 0.1$:
#
# - cross-entropy: $-\ln 0.5 - \ln 0.75 = 0.6931 + 0.2877 = 0.9808$
# - penalty: $0.05 \cdot (1^2 + 0^2 + (2 \ln 3)^2) = 0.05 \cdot 5.8278 = 0.2914$
# - loss: $(0.9808 + 0.2914) / 2 = 0.6361$

# %% [markdown]
# ### Exercise: `calculate_loss`
#
# To pick from row $i$ the probability of class $y_i$ for all rows at once, index with two lists:
# `probs[[0, 1], [0, 1]]` picks row 0, column 0 and row 1, column 1. On paper that is 0.5 and 0.75.
#
# The expected result for the network on paper is `0.6361`.


# %% exercise="calculate_loss"
def calculate_loss(model, X, y, reg_lambda=0.01):
    """Mean cross-entropy with an L2 penalty on the weights.

    The penalty, reg_lambda / 2 * (sum of W1 squared + sum of W2 squared), is
    added to the cross-entropy summed over the samples; the total is divided
    by the number of samples m. Biases are not penalised.

    Parameters
    ----------
    model : dict
        "W1" (n, n_h), "b1" (1, n_h), "W2" (n_h, n_classes), "b2" (1, n_classes).
    X : array of shape (m, n)
        One sample a row.
    y : array of shape (m,), whole numbers
        The true class of each sample, from 0 to n_classes - 1.
    reg_lambda : float
        Strength of the penalty; 0 means none.

    Returns
    -------
    float
        The loss.

    Notes
    -----
    `model`, `X` and `y` are left unchanged.
    """
    ### BEGIN SOLUTION
    m = X.shape[0]
    probs, _ = forward_propagation(model, X)
    data_loss = -np.sum(np.log(probs[np.arange(m), y]))
    penalty = reg_lambda / 2 * (np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2))
    return (data_loss + penalty) / m
    ### END SOLUTION


# %% check="calculate_loss" points=1
lesson.check(calculate_loss)

# %% test="cross-entropy without penalty" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3121)
for m, n, n_h, n_classes in [(1, 2, 3, 2), (5, 3, 4, 2), (4, 2, 1, 3), (7, 5, 2, 4)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    y_true = rng.integers(0, n_classes, m)
    judge.same(calculate_loss, model, rng.standard_normal((m, n)), y_true, 0.0)
### END HIDDEN TESTS

# %% test="the penalty on the weights" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3122)
for m, n, n_h, n_classes, reg_lambda in [(5, 3, 4, 2, 0.3), (4, 2, 6, 3, 1.7), (1, 2, 3, 2, 0.08)]:
    model = {
        "W1": rng.standard_normal((n, n_h)),
        "b1": rng.standard_normal((1, n_h)),
        "W2": rng.standard_normal((n_h, n_classes)),
        "b2": rng.standard_normal((1, n_classes)),
    }
    rows, y_true = rng.standard_normal((m, n)), rng.integers(0, n_classes, m)
    with_penalty = judge.call(calculate_loss, model, rows, y_true, reg_lambda)
    without = judge.call(calculate_loss, model, rows, y_true, 0.0)
    expected = reg_lambda / 2 * (np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2)) / m
    assert np.size(with_penalty) == 1, "The loss is not a single number."
    assert np.allclose(with_penalty - without, expected, rtol=1e-6, atol=1e-8), (
        "The penalty is not as documented: reg_lambda / 2 times the squares of W1 and W2, "
        "without the biases, divided by the number of samples like the rest."
    )
### END HIDDEN TESTS

# %% test="model and data are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3123)
model = {
    "W1": rng.standard_normal((3, 4)),
    "b1": rng.standard_normal((1, 4)),
    "W2": rng.standard_normal((4, 2)),
    "b2": rng.standard_normal((1, 2)),
}
judge.keeps(calculate_loss, model, rng.standard_normal((5, 3)), np.array([0, 1, 1, 0, 1]), 0.2)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The loss of the network on paper, and then that of the untrained network on the moons, beside that
# of a network that gives every class the same probability. Which of the two is better?

# %% demo=true
paper_y = np.array([0, 1])
print(f"on paper:           {calculate_loss(paper_model, paper_X, paper_y, 0.1):.4f}")

undecided = {name: np.zeros_like(array) for name, array in untrained.items()}
print(f"untrained, moons:   {calculate_loss(untrained, X, y, 0.0):.4f}")
print(f"all weights 0:      {calculate_loss(undecided, X, y, 0.0):.4f}    ln 2 = {np.log(2):.4f}")

# %% [markdown]
# All weights zero means equal scores, probabilities of one half, and a loss of $\ln 2$ for two
# classes. This is a useful number to keep in mind: a network whose loss is above it would do better
# to know nothing.
#
# How does the penalty compare with the cross-entropy when the same weights are made larger? Nothing is
# trained here: the weights stay those of the untrained network, and all are multiplied by one factor.

# %% demo=true
factors = np.linspace(0.05, 6, 80)
cross_entropy, total = [], []
for factor in factors:
    scaled = {name: factor * array for name, array in untrained.items()}
    cross_entropy.append(calculate_loss(scaled, X, y, 0.0))
    total.append(calculate_loss(scaled, X, y, 1.0))

figure, axes = plotting.subplots(1, 1, figsize=(6.5, 3.4))
axes.plot(factors, cross_entropy, "-", linewidth=2, label="cross-entropy alone")
axes.plot(factors, total, "--", linewidth=2, label="with the penalty, reg_lambda = 1")
axes.set(
    xlabel="all weights times", ylabel="loss", title="The untrained network, its weights scaled"
)
axes.legend()
plotting.show(
    "Two curves over a factor on all weights. Both begin at about 0.69. Cross-entropy alone rises, "
    "dips and rises again, up to about 1; with the penalty the curve lies above it, and the gap "
    "between the two widens ever faster."
)

# %% [markdown]
# The gap between the curves is the penalty. It grows with the square of the factor and takes no
# interest in the data. Twice the weights cost four times as much, whether they fit the moons or not.
# Training with a penalty has to make a bargain between the two.

# %% [markdown]
# ## An experiment to play with
#
# Divide all scores by a number $T$ before the softmax. In other fields $T$ is called the
# **temperature**. Change the values of `temperatures` below: what do you expect for a very small
# $T$, and what for a very large one?

# %% demo=true
temperatures = [0.2, 1.0, 5.0]
some_scores = np.array([[2.0, 1.0, 0.0]])

figure, axes = plotting.subplots(1, len(temperatures), figsize=(8.0, 2.6), sharey=True)
for panel, temperature in zip(np.ravel(axes), temperatures, strict=True):
    panel.bar(["class 0", "class 1", "class 2"], softmax(some_scores / temperature)[0])
    panel.set(title=f"T = {temperature:g}", ylim=(0, 1))
np.ravel(axes)[0].set_ylabel("probability")
plotting.show(
    "Three bar charts of the probabilities for the scores 2, 1, 0. At temperature 0.2 nearly all "
    "probability is on class 0; at 1 it is spread 0.67, 0.24, 0.09; at 5 the three bars are "
    "nearly equal."
)

# %% [markdown]
# A small $T$ makes the largest score take everything, which is where the name *softmax* comes from:
# it is a soft version of "the largest one wins". A large $T$ makes all classes alike. The order of
# the classes never changes.

# %% [markdown]
# ## Three questions to think about
#
# **1.** A softmax over two classes has two sets of output weights where the sigmoid of part 2 had
# one. Is the second set of use?
#
# <details><summary>Answer</summary>
#
# Only the difference of the two scores matters, so the second set adds no new function: any softmax
# network with two classes can be written with one sigmoid output. What it adds is symmetry between
# the classes, and a form that goes on working for three classes and for ten.
#
# </details>
#
# **2.** With your `softmax`, can `calculate_loss` still become infinite?
#
# <details><summary>Answer</summary>
#
# Yes. If the score of the true class lies more than about 745 below the largest score, its
# probability is rounded to exactly 0, and $-\ln 0$ is infinite. Libraries avoid this by computing
# the logarithm of the softmax directly from the scores, $s_k - \max - \ln \sum_j e^{s_j - \max}$,
# without going through the probability. The networks of this part stay far away from such scores,
# unless the learning rate is much too large.
#
# </details>
#
# **3.** $\lambda$ is very large, and a network has been trained with it for long. Which probabilities does
# it give? The biases are not penalised.
#
# <details><summary>Answer</summary>
#
# The same for every sample: the shares of the classes in the training data. The penalty has pulled all
# weights to nearly 0, so the scores are the output biases, and those are free to learn how frequent
# each class is.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The network, the loss with its penalty, and the names of the functions follow Denny Britz,
#   *Implementing a Neural Network from Scratch in Python* (2015), whose code is at
#   <https://github.com/dennybritz/nn-from-scratch>. `forward_propagation` is a step of its own
#   here; there it is written out in each function.
# - The moons are drawn by scikit-learn's
#   [`make_moons`](https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_moons.html).
# - The shift by the largest score is treated in Blanchard, Higham and Higham, *Accurately
#   computing the log-sum-exp and softmax functions*, IMA Journal of Numerical Analysis 41 (2021).
