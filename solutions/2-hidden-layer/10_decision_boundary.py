# title: The decision boundary
# summary: See what the network has learnt, watch it grow, and try other sizes and other data.

# %% [markdown]
# # 10 · The decision boundary
#
# By the end you will be able to
#
# - draw the areas in which a model predicts each class, for any model of two inputs;
# - watch a boundary grow while a network learns;
# - say what a hidden layer does to the samples: it gives them new coordinates;
# - see what more hidden units do to it, and why that alone proves nothing;
# - guess from a picture of the data how many units they need.
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

lesson = nnlib.lesson("2-hidden-layer/10_decision_boundary")

# %%
(
    initialize_parameters,
    forward_propagation,
    compute_cost,
    backward_propagation,
    update_parameters,
    nn_model,
    predict,
    accuracy,
) = lesson.carry(
    "initialize_parameters",
    "forward_propagation",
    "1-one-neuron/compute_cost",
    "backward_propagation",
    "update_parameters",
    "nn_model",
    "predict",
    "accuracy",
)

# %% [markdown]
# ## Where we are
#
# The network is trained and its accuracy is known. But a number does not show *how* it decides.
# With two inputs we can look: every point of the plane is a possible sample, and the network has an
# opinion on each of them.
#
# What has to be sent through the network to see all of its opinions?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="boundary")
plotting.show(
    "The 2-4-1 network with the decision boundary highlighted: the trained network is asked for "
    "the class of every point of the plane."
)

# %% [markdown]
# Every point, or at least a fine net of points. The line along which the class changes is called
# the *decision boundary*.

# %% [markdown]
# ## The mathematics
#
# We lay a grid over the plane, with step $h$, a little larger than the data: from the smallest
# value of each coordinate minus 1 up to the largest plus 1.
#
# $$x_j = x_{\min} - 1 + j h, \qquad y_i = y_{\min} - 1 + i h, \qquad
# Z_{ij} = \text{model}(x_j, y_i)$$
#
# Here $x$ is the first coordinate of a sample and $y$ the second, as on paper; $y$ is not the class.
# A plot wants three matrices of the same shape: `xx` with the first coordinates, `yy` with the
# second ones, and `Z` with the model's answers. The model, on the other hand, wants a list of
# points, one a column. So we flatten the grid, ask the model, and fold the answers back.
#
# ### Shapes
#
# Let the grid have $r$ rows (values of $y$) and $c$ columns (values of $x$), and $k = r c$ points.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `X` | the data, one sample a column | `(2, m)` |
# | `xx` | first coordinate of each grid point; the same in each row | `(r, c)` |
# | `yy` | second coordinate of each grid point; the same in each column | `(r, c)` |
# | all points | what the model is asked | `(2, k)` |
# | the answers | what the model says | `(1, k)` |
# | `Z` | the answers, each at the place of its point | `(r, c)` |

# %% [markdown]
# ## A worked example on paper
#
# The two samples of the earlier notebooks, $(1, 2)$ and $(-1, 0)$, and a coarse step of $h = 1.5$.
#
# - First coordinates run from $-1 - 1 = -2$ to below $1 + 1 = 2$: $-2,\; -0.5,\; 1$.
# - Second coordinates run from $0 - 1 = -1$ to below $2 + 1 = 3$: $-1,\; 0.5,\; 2$.
#
# $$xx = \begin{pmatrix} -2 & -0.5 & 1 \\ -2 & -0.5 & 1 \\ -2 & -0.5 & 1 \end{pmatrix},\qquad
# yy = \begin{pmatrix} -1 & -1 & -1 \\ 0.5 & 0.5 & 0.5 \\ 2 & 2 & 2 \end{pmatrix}$$
#
# As a model take the rule "class 1 if the second coordinate is larger than the first". Point by
# point:
#
# $$Z = \begin{pmatrix} 1 & 0 & 0 \\ 1 & 1 & 0 \\ 1 & 1 & 1 \end{pmatrix}$$
#
# The first row belongs to the *lowest* $y$. In a plot it is at the bottom, so the matrix looks
# upside down beside the picture.

# %% [markdown]
# ## Exercise: `decision_grid`
#
# `np.arange(start, stop, step)` gives the values of one coordinate, `np.meshgrid` makes the two
# matrices from them, `ravel` flattens a matrix and `reshape` folds it back.


# %% exercise="decision_grid"
def decision_grid(model, X, h):
    """Ask a model for its answer at every point of a grid that covers the data.

    The values of each coordinate begin one unit below its smallest value in X and go up in steps
    of h, as long as they are below one unit above its largest: what
    np.arange(smallest - 1, largest + 1, h) gives.

    Parameters
    ----------
    model : function
        Takes points, an array of shape (2, k), one a column, and returns an array of shape (1, k):
        a class or any other number for each point.
    X : array of shape (2, m)
        The data, one sample a column.
    h : float
        The step of the grid, in both directions.

    Returns
    -------
    xx, yy, Z : three arrays of shape (r, c)
        r is the number of values of the second coordinate, c of the first. xx[i, j] is the first
        coordinate of a grid point, growing with j; yy[i, j] is the second, growing with i;
        Z[i, j] is the model's answer at that point, as the model gives it.
    """
    ### BEGIN SOLUTION
    x_min, x_max = X[0].min() - 1, X[0].max() + 1
    y_min, y_max = X[1].min() - 1, X[1].max() + 1
    xx, yy = np.meshgrid(np.arange(x_min, x_max, h), np.arange(y_min, y_max, h))
    points = np.vstack([xx.ravel(), yy.ravel()])
    Z = model(points).reshape(xx.shape)
    return xx, yy, Z
    ### END SOLUTION


# %% check="decision_grid" points=1
lesson.check(decision_grid)

# %% test="the grid covers the data with a margin of 1, in steps of h" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21001)
for samples, step_test in [(9, 0.37), (1, 0.3), (25, 0.83), (6, 1.1)]:
    X_test = rng.uniform(-2, 3, (2, samples)) * np.array([[1.0], [0.6]])
    judge.same(decision_grid, lambda P: P[:1] - 2 * P[1:], X_test, step_test, parts=("xx", "yy"))
### END HIDDEN TESTS

# %% test="Z holds the model's answer at each point of the grid" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21002)
for model_test, step_test in [
    (lambda P: (P[1:] > P[:1] ** 2).astype(int), 0.47),
    (lambda P: np.sin(P[:1]) + P[1:], 0.61),
    (lambda P: (P[:1] > 0.2) & (P[1:] < 0.1), 0.33),
]:
    X_test = rng.uniform(-2, 2, (2, 8)) * np.array([[0.7], [1.3]])
    judge.same(decision_grid, model_test, X_test, step_test, parts=("Z",))
### END HIDDEN TESTS

# %% test="data far from the origin, and ranges that differ" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(21003)
# The model repeats itself, so that the same data near the origin has the same answers.
for away, spread in [(12 * np.pi, (6.0, 0.3)), (-4 * np.pi, (0.1, 4.0))]:
    X_test = np.array(spread).reshape(2, 1) * rng.uniform(-1, 1, (2, 12))

    def model_test(P):
        return np.sin(P[:1]) * np.cos(P[1:])

    judge.beyond(
        decision_grid,
        model_test,
        X_test + away,
        0.41,
        plain=[(model_test, X_test, 0.41)],
        follows=lambda own, away=away: (own[0] + away, own[1] + away, own[2]),
    )
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# Does the code agree with the pencil?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])
xx, yy, Z = decision_grid(lambda points: (points[1:] > points[:1]).astype(int), X_paper, 1.5)
by_hand = {
    "xx": (xx, [[-2, -0.5, 1]] * 3),
    "yy": (yy, [[-1] * 3, [0.5] * 3, [2] * 3]),
    "Z": (Z, [[1, 0, 0], [1, 1, 0], [1, 1, 1]]),
}
for name, (values, expected) in by_hand.items():
    print(f"{name}: {values.tolist()}  agrees with paper: {np.allclose(values, expected)}")

# %% [markdown]
# Now your network on the flower, with your grid. How smooth does the border get with a finer step?

# %% demo=true
X, Y = datasets.load_planar_dataset()
np.random.seed(2)
parameters = nn_model(X, Y, 4, 5000)


def network(points):
    return predict(parameters, points)


fig, axes = plotting.subplots(1, 3, figsize=(12.5, 4), sharex=True, sharey=True)
for ax, h in zip(axes, (1.0, 0.3, 0.05), strict=True):
    xx, yy, Z = decision_grid(network, X, h)
    tints = ["#A6CDE5", "#FBE3B3"]
    ax.contourf(xx, yy, Z, levels=[-0.5, 0.5, 1.5], colors=tints, zorder=-2)
    ax.contour(xx, yy, Z, levels=[0.5], colors="black", zorder=-1)
    plotting.plot_data(X, Y, ax=ax, title=f"step {h}: {Z.size} points")
plotting.show(
    "The flower with the areas of the two classes, drawn with three steps. With step 1 the border "
    "is a coarse polygon, with 0.3 it is nearly smooth, with 0.05 it is smooth and follows the "
    "petals."
)

# %% [markdown]
# From here on `plotting.plot_decision_boundary` does this for us.

# %% [markdown]
# ## Watch it learn
#
# The same seed gives the same run. So training for 1, 2, 4, … iterations gives the states of one
# and the same network while it learns. When do the petals appear?

# %% demo=true
counts = np.unique(np.geomspace(1, 7000, 24).astype(int))
states = []
for count in counts:
    np.random.seed(2)
    states.append(nn_model(X, Y, 4, count))


def model_of(trained):
    return lambda points: predict(trained, points)


costs = [compute_cost(forward_propagation(X, state)[0], Y) for state in states]
percent = [accuracy(predict(state, X), Y) for state in states]
titles = [f"iteration {count}, {p:.0f} %" for count, p in zip(counts, percent, strict=True)]
animation = plotting.animate_training(
    [model_of(state) for state in states], X, Y, titles, costs=costs, iterations=counts
)
plotting.show_animation(
    animation,
    "The decision boundary on the flower while the network learns, beside its cost. It begins as a "
    "straight line, then one bend after the other appears, until the areas follow the petals.",
)

# %% [markdown]
# It begins as a straight line: with tiny weights every tanh is nearly linear, and the network is
# little more than logistic regression. Then the hidden units part company, one after the other, and
# each of them adds a bend. Each frame stands for about half as many iterations again as the one before.

# %% claim=true
anywhere = np.random.default_rng(0).uniform(-5, 5, (2, 400))
first_sums = forward_propagation(anywhere, states[0])[1]["Z1"]
assert np.abs(np.tanh(first_sums) - first_sums).max() < 0.01
assert percent[0] < 65 and percent[-1] > 90

# %% [markdown]
# ## How many hidden units?
#
# Four was a choice. Here are seven networks, each trained on 100 of the 400 samples for 8,000
# iterations.
#
# The learning rate of your `nn_model`, 1.2, is too high for the large ones among them: now and then
# the cost leaps up, and rounding decides where it comes down again, on each computer in another
# place (notebook 08). A measurement should not hang on that. So `train` is the same loop, made of
# your own functions, with a quarter of the rate.
#
# How many bends can a boundary have with one hidden unit, with two, with fifty?


# %% demo=true
def train(X, Y, n_h, num_iterations, learning_rate=0.3):
    """The loop of nn_model, with a learning rate to choose."""
    parameters = initialize_parameters(X.shape[0], n_h, Y.shape[0])
    for _ in range(num_iterations):
        _, cache = forward_propagation(X, parameters)
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters


sizes = [1, 2, 3, 4, 5, 20, 50]
chosen = np.random.default_rng(3).permutation(400)[:100]
X_few, Y_few = X[:, chosen], Y[:, chosen]
by_size = {}
for n_h in sizes:
    np.random.seed(3)
    by_size[n_h] = train(X_few, Y_few, n_h, 8000)
    right = accuracy(predict(by_size[n_h], X_few), Y_few)
    print(f"hidden units: {n_h:2}   right on the 100 samples: {right:.0f} %")

# %% demo=true
fig, axes = plotting.subplots(2, 4, figsize=(12.5, 6.2), sharex=True, sharey=True)
for ax, n_h in zip(axes.ravel(), sizes, strict=False):
    trained = by_size[n_h]
    plotting.plot_decision_boundary(model_of(trained), X_few, Y_few, ax=ax)
    units = "hidden unit" if n_h == 1 else "hidden units"
    ax.set_title(f"{n_h} {units}: {accuracy(predict(trained, X_few), Y_few):.0f} %")
axes[1, 3].set_axis_off()
plotting.show(
    "Seven decision boundaries on 100 samples of the flower. With one and two hidden units the "
    "border is a line that is straight or nearly so; with three and four, straight cuts through "
    "the middle separate the petals. From five units on the border has extra folds, which with 20 "
    "and 50 units are narrow tongues around single samples."
)

# %% [markdown]
# One unit draws one straight line, as logistic regression does, but not the same one: it gets more
# points right here. Two are not enough for the petals either; from three on they are found. With 20
# and 50 units the border folds around single samples. Is that knowledge about flowers, or about these
# 100 samples? The accuracy on samples that were learnt from cannot tell. Notebook 11 measures it.
#
# A published run of this comparison learns from all 400 samples. With seed 3 and 5,000 iterations of
# `nn_model`, one to five hidden units are right for 67.5, 67.25, 90.75, 90.5 and 91.25 %. Yours should
# be too, if your first weights are drawn like those of the course.

# %% claim=true
from sklearn.linear_model import LogisticRegression

percents = {n_h: accuracy(predict(by_size[n_h], X_few), Y_few) for n_h in sizes}
straight = 100 * LogisticRegression().fit(X_few.T, Y_few[0]).score(X_few.T, Y_few[0])
assert straight < percents[1] - 5
assert max(percents[1], percents[2]) < 80 and min(percents[n_h] for n_h in sizes[2:]) > 85
assert percents[1] > 55 and min(percents[20], percents[50]) > percents[4]
published = []
for n_h in (1, 2, 3, 4, 5):
    np.random.seed(3)
    published.append(accuracy(predict(nn_model(X, Y, n_h, 5000), X), Y))
assert published == [67.5, 67.25, 90.75, 90.5, 91.25]

# %% [markdown]
# ## The hidden layer as new coordinates
#
# What do hidden units do to the samples? Here are four clouds, and opposite ones belong to the same
# class. In the plane a straight line gets at most three of the four right. Now train a network with
# two hidden units. It gives each sample two new numbers, the outputs $a_1$ and $a_2$ of these units.
# Take them as a place in another plane, and move each sample from the old place to the new one.
#
# Before you move the slider: where do the clouds have to go, so that one straight line is enough?

# %% demo=true
rng = np.random.default_rng(0)
corners = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1]])
X_four = np.repeat(corners, 30, axis=1) + 0.25 * rng.standard_normal((2, 120))
Y_four = np.repeat([[0, 1, 1, 0]], 30, axis=1)
np.random.seed(3)
two_units = train(X_four, Y_four, 2, 500, learning_rate=1)


def hidden(points):
    """The new coordinates of these points: the outputs of the two hidden units."""
    return forward_propagation(points, two_units)[1]["A1"]


line = np.linspace(-2, 2, 81)
first, second = np.meshgrid(line, line)
plane = np.vstack([first.ravel(), second.ravel()])
chance = forward_propagation(plane, two_units)[0].reshape(first.shape)
fig, ax = plotting.subplots(figsize=(5.6, 5.2))
border = ax.contour(first, second, chance, levels=[0.5]).allsegs[0]
threads = [np.vstack([line, np.full(81, at)]) for at in np.linspace(-2, 2, 17)]
threads += [thread[::-1] for thread in threads]


def draw(step):
    ax.clear()

    def moved(points):
        return (1 - step / 12) * points + step / 12 * hidden(points)

    for thread in threads:
        ax.plot(*moved(thread), color="0.8", linewidth=0.8, linestyle="-", zorder=-3)
    for piece in border:
        ax.plot(*moved(piece.T), color="black", linestyle="-")
    if step == 12:  # where the output is one half: W2 a + b2 = 0
        (w1, w2), ends = two_units["W2"][0], np.array([-2, 2])
        ax.plot(ends, -(two_units["b2"].item() + w1 * ends) / w2, color="black", linestyle="--")
    plotting.plot_data(moved(X_four), Y_four, ax=ax)
    ax.legend(loc="upper right", frameon=True, framealpha=1)
    name = {0: "x", 12: "a"}.get(step)
    names = [f"${name}_{k}$" if name else "" for k in (1, 2)]
    ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), xlabel=names[0], ylabel=names[1])


draw(0)
fig.draw_without_rendering()
fig.set_layout_engine("none")
labels = ["The plane: the inputs x₁ and x₂"]
labels += [f"{step} of 12 steps on the way" for step in range(1, 12)]
labels += ["The new coordinates: the outputs a₁ and a₂ of the hidden units"]
plotting.show_animation(
    plotting.Animation(fig, draw, 13, labels),
    "Four clouds of points at the corners of a square, with a grid behind them and a slider. In the "
    "plane two parallel borders part them. Step by step the points move to new places, which the two "
    "hidden units give them: both clouds of class 0 meet in one corner, the clouds of class 1 lie at "
    "two others, and one straight line, dashed, runs between the classes.",
)

# %% [markdown]
# Both clouds of class 0 have come together, and the others lie away from them: one straight line
# separates the classes. The output unit draws it. It is the neuron of part 1, with $a_1$ and $a_2$ for its
# inputs. So a hidden layer looks for coordinates in which a straight line is enough. Drawn in the old
# plane, that line is the two borders with which you began.

# %% claim=true
straight = LogisticRegression().fit(X_four.T, Y_four[0]).score(X_four.T, Y_four[0])
new_places = hidden(X_four).T
assert straight <= 0.75 and LogisticRegression().fit(new_places, Y_four[0]).score(new_places, Y_four[0]) == 1
assert accuracy(predict(two_units, X_four), Y_four) == 100

# %% [markdown]
# ## Other data
#
# The same network, other pictures. Five more data sets of the plane, with 200 samples each. The blobs
# reach ten units far, the others about two. Large inputs make large steps, too large for our learning
# rate, so we measure the blobs in units that are ten times as long. What will the network do with
# data that have no structure at all?

# %% demo=true
others = datasets.load_extra_datasets()
others["blobs"] = (others["blobs"][0] / 10, others["blobs"][1])
units = 4
fig, axes = plotting.subplots(2, 3, figsize=(12.5, 7.6))
for ax, (name, (X_other, Y_other)) in zip(axes.ravel(), others.items(), strict=False):
    np.random.seed(3)
    trained = train(X_other, Y_other, units, 8000)
    plotting.plot_decision_boundary(model_of(trained), X_other, Y_other, ax=ax)
    right = accuracy(predict(trained, X_other), Y_other)
    ax.set_title(f"{name.replace('_', ' ')}: {right:.1f} %")
axes[1, 2].set_axis_off()
plotting.show(
    "Five data sets with the areas that a network with four hidden units learnt: a closed area "
    "inside the noisy circles and the Gaussian quantiles, a bent line between the moons, areas "
    "between the blobs, and an arbitrary border through the points without structure."
)

# %% [markdown]
# How many hidden units are enough depends on the border that the data need. And where there is
# nothing to learn, the network finds something all the same: its border follows the accidents of
# these 200 points. More than half of them are right, and that means nothing.

# %% claim=true
X_noise, Y_noise = others["no_structure"]
np.random.seed(3)
assert 50 < accuracy(predict(train(X_noise, Y_noise, 4, 8000), X_noise), Y_noise) < 75

# %% [markdown]
# ## An experiment to play with
#
# - Set `units` to 1, 2, 3 and 20 in the picture of the other data sets. Which sets need a closed
#   area, and from how many units on do they get one? Why not from two?
# - Put `datasets.load_extra_datasets()["noisy_moons"]` in place of the four clouds, and 5000 for 500.
#   Where do two new coordinates leave the tips of the moons?
# - `datasets.load_planar_dataset(random_state=5)` is another flower of the same kind. Draw the border
#   that you have just learnt over it. Which petals still fit?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Why can one tanh unit not draw a bent boundary, although tanh is bent?
#
# <details><summary>Answer</summary>
#
# The output is above ½ where $W_2 \tanh(w^T x + b) + b_2 > 0$. Since tanh rises everywhere,
# this is the same as $w^T x + b$ being above (or below) one certain number: a straight line. Bends
# come from adding up several units whose lines have different directions.
#
# </details>
#
# **2.** Far away from the data, the border of a network with four hidden units runs straight. Why?
#
# <details><summary>Answer</summary>
#
# Far out, each tanh unit gives nearly 1 or nearly −1, except close to its own line. So the output
# changes only where one crosses the line of a unit, and the border has to run along these lines.
#
# </details>
#
# **3.** The grid of step 0.05 had many thousand points. How many would a grid of the same kind have
# for ten inputs in place of two?
#
# <details><summary>Answer</summary>
#
# With 200 values for each coordinate, $200^2 = 40{,}000$ points for two inputs, and $200^{10}$, about
# $10^{23}$, for ten. That is hopeless, to compute and to draw. With more than two or three inputs
# one looks at sections, at projections, or at numbers such as an accuracy.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The flower and the five further data sets: A. Ng, K. Katanforoosh, Y. Bensouda Mourri, *Neural
#   Networks and Deep Learning* (deeplearning.ai on Coursera), third week. The data here are drawn by
#   the same recipes.
