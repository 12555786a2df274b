# title: More hidden units, more classes
# summary: Hidden sizes and the penalty on held-out data; spirals, and handwritten digits.

# %% [markdown]
# # 03 · More hidden units, more classes
#
# By the end you will be able to
#
# - judge a network on data that it was not trained on, and recognise underfitting and overfitting;
# - say what `reg_lambda` does to a network that is too large for its data;
# - train the same network on three classes, and on ten;
# - find a leak between training and held-out images by measuring;
# - see with a confusion matrix which classes are taken for which, and find the mistakes that the
#   network is most certain of.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("3-softmax/03_more_classes")

# %%
forward_propagation, calculate_loss, build_model, predict = lesson.carry(
    "forward_propagation", "calculate_loss", "build_model", "predict"
)

# %% [markdown]
# ## The picture
#
# The network has kept its form. What changes in this notebook is its size: the number of hidden
# units in the middle, and the number of classes at the end. The last step chooses one class.

# %% demo=true
plotting.draw_network((2, 5, 3), highlight="predict")
plotting.show(
    "Diagram of a network with two inputs, five hidden units and three outputs; the prediction at "
    "the output is highlighted."
)

# %% [markdown]
# ## Held-out data
#
# Until now we have counted how many of the **training points** are right. That tells how well the
# network fits the points that it has seen. What we want to know is how well it does on points that
# it has not seen, so some points must be kept away from the training.
#
# The moons can be drawn anew as often as we like, so we take 1,000 fresh ones. With real data, such
# as the digits below, one puts a part of the data aside.

# %% demo=true
X, y = datasets.load_moons(n_samples=200, noise=0.20, random_state=0)
X_held, y_held = datasets.load_moons(n_samples=1000, noise=0.20, random_state=1)
print("training:", X.shape, "  held out:", X_held.shape)

# %% [markdown]
# ## How many hidden units?
#
# Seven networks, from 1 hidden unit to 50, all else equal. Which ones will be too small, and can
# one be too large? Beside each size stands what it means in numbers to learn. A hidden unit has two
# weights in, one bias and two weights out; with the two output biases that makes $5 n_h + 2$.

# %% demo=true
sizes = [1, 2, 3, 4, 5, 20, 50]
models = {}
for size in sizes:
    np.random.seed(0)
    models[size] = build_model(X, y, size, num_passes=3500, epsilon=0.003)


def right(model, X, y):
    """Share of the samples that the model gets right."""
    return np.mean(predict(model, X) == y)


print("                      share right          loss")
print("hidden  parameters    training  held out   training  held out")
for size, model in models.items():
    print(
        f"{size:6d}  {sum(array.size for array in model.values()):10d}"
        f"    {right(model, X, y):8.1%}  {right(model, X_held, y_held):8.1%}"
        f"   {calculate_loss(model, X, y, 0.0):8.2f}"
        f"  {calculate_loss(model, X_held, y_held, 0.0):8.2f}"
    )

# %% demo=true
from functools import partial

figure, axes = plotting.subplots(2, 4, figsize=(11, 5.6), sharex=True, sharey=True)
for panel, (size, model) in zip(axes.ravel(), models.items(), strict=False):
    plotting.plot_decision_boundary(partial(predict, model), X, y, ax=panel)
    panel.set_title(f"{size} hidden, {right(model, X_held, y_held):.1%} held out", fontsize=11)
axes.ravel()[-1].set_visible(False)
plotting.show(
    "Seven panels of the moons with the boundaries of networks with 1, 2, 3, 4, 5, 20 and 50 "
    "hidden units. One unit gives a straight line; two and more follow the moons in an S, and "
    "with five and more units the S has tighter bends near single points."
)

# %% [markdown]
# One hidden unit can draw one line, as logistic regression does. It gets many points wrong, and on
# both sets alike. This is **underfitting**. With this start, two units come close.
#
# But that is one start for each size. Another start gives another network, so let us draw seven more
# before we say anything about sizes. What will become of two units?

# %% demo=true
STARTS = 8
on_training, on_held_out, share_held_out = np.zeros((3, STARTS, len(sizes)))
for start in range(STARTS):
    for place, size in enumerate(sizes):
        if start == 0:
            model = models[size]
        else:
            np.random.seed(start)
            model = build_model(X, y, size, num_passes=3500, epsilon=0.003)
        on_training[start, place] = calculate_loss(model, X, y, 0.0)
        on_held_out[start, place] = calculate_loss(model, X_held, y_held, 0.0)
        share_held_out[start, place] = right(model, X_held, y_held)

figure, axes = plotting.subplots(1, 1, figsize=(7, 3.8))
places = np.arange(len(sizes))
for values, label, mark, colour, shift in (
    (on_training, "training", "o", "#0072B2", -0.08),
    (on_held_out, "held out", "^", "#D55E00", 0.08),
):
    axes.plot(places + shift, values.T, mark, color=colour, markersize=4, alpha=0.4)
    axes.plot(places + shift, np.median(values, axis=0), "-", color=colour)
    axes.plot([], [], mark + "-", color=colour, label=label)
axes.set_xticks(places, [str(size) for size in sizes])
axes.set(
    xlabel="hidden units", ylabel="cross-entropy", title="Eight starts for each size, and their median"
)
axes.legend()
plotting.show(
    "Cross-entropy against the number of hidden units, eight small marks for each size and a line "
    "through their medians. With two units the starts fall into two groups, far apart. From five units "
    "on the training marks lie near zero and the held-out marks clearly above them."
)
stuck = share_held_out[:, sizes.index(2)] < 0.9
gap_50 = on_held_out[:, sizes.index(50)] - on_held_out[:, sizes.index(3)]
print(f"starts in which two units stay below 90 %: {stuck.sum()} of {STARTS}")
print(f"held-out loss of 50 units minus that of 3, median {np.median(gap_50):+.3f}")

# %% [markdown]
# With two units it is a matter of luck: some starts find the S, others stay near a straight line. Two
# units can do it, and training does not always get them there. Our first start was a lucky one.
#
# Now look at the losses of the larger networks. On the training points they are lowest of all. On the
# held-out points they are higher, and in most starts higher than those of three units. The larger
# networks get about as many new points right, but they are too certain about those that they get
# wrong. This is **overfitting**: the network learns the noise of its 200 points. The accuracy alone
# shows little of it; the loss does.

# %% claim=true
assert 2 <= stuck.sum() <= 6 and not stuck[0]
assert (share_held_out[:, 0] < 0.9).all()
assert np.sum(gap_50 > 0) > STARTS / 2 and np.median(gap_50) > 0
for place in (sizes.index(5), sizes.index(20), sizes.index(50)):
    assert (on_held_out[:, place] > 1.5 * on_training[:, place]).all()

# %% [markdown]
# ## An honest rival
#
# A hidden layer is not the only way to bend a border. Logistic regression can, too, if it is given more
# features: $x_1^2$, $x_1 x_2$, $x_2^3$ and so on, up to some degree. Its border is then straight in the
# space of those features and curved in the plane. Nothing of that is learnt: somebody has to choose the
# features. Which of the two is better on the moons?
#
# Each may choose its settings: 6 degrees and 5 penalties for the rival, 3 sizes and 3 penalties for the
# network. On eight draws of the moons, both learn from the same 200 points, choose by the loss on the
# same 200 others, and are judged on the same 2,000 new ones.


# %% demo=true
def polynomial(degree, C):
    """Logistic regression on all products of the inputs up to this degree; a small C is a strong penalty."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    features = PolynomialFeatures(degree, include_bias=False)
    return make_pipeline(features, StandardScaler(), LogisticRegression(C=C, max_iter=5000))


def log_loss(probs, y):
    """Mean cross-entropy; a probability of 0 counts as 1e-15."""
    return -np.mean(np.log(np.maximum(probs[np.arange(len(y)), y], 1e-15)))


DRAWS = 8
chosen, rival_right, rival_loss = {}, np.zeros((2, DRAWS)), np.zeros((2, DRAWS))
for draw in range(DRAWS):
    learn, choose, judge_on = (
        datasets.load_moons(m, noise=0.20, random_state=seed + draw)
        for m, seed in ((200, 10), (200, 100), (2000, 200))
    )
    answers = ([], [])
    for degree in range(1, 7):
        for C in (0.1, 1, 10, 100, 1000):
            model = polynomial(degree, C).fit(*learn)
            answers[0].append(((degree, C), model.predict_proba(choose[0]), model.predict_proba(judge_on[0])))
    for size in (3, 10, 30):
        for strength in (0.01, 0.1, 1.0):
            np.random.seed(draw)
            model = build_model(*learn, size, num_passes=750, epsilon=0.003, reg_lambda=strength)
            probs = [forward_propagation(model, new[0])[0] for new in (choose, judge_on)]
            answers[1].append(((size, strength), *probs))
    for side, tried in enumerate(answers):
        best = min(tried, key=lambda one, y=choose[1]: log_loss(one[1], y))
        chosen[side, draw] = best[0]
        rival_right[side, draw] = 100 * np.mean(best[2].argmax(axis=1) == judge_on[1])
        rival_loss[side, draw] = log_loss(best[2], judge_on[1])

print("chosen by the rival (degree, C):        ", [chosen[0, draw] for draw in range(DRAWS)])
print("chosen for the network (units, lambda): ", [chosen[1, draw] for draw in range(DRAWS)])
rival_gaps = {}
for name, values in (("right, %", rival_right), ("loss", rival_loss)):
    d = values[1] - values[0]
    reach = 2.365 * d.std(ddof=1) / np.sqrt(DRAWS)  # 2.365: Student's t for eight numbers
    rival_gaps[name] = d.mean() - reach, d.mean() + reach
    print(f"{name:9} rival {values[0].mean():.3f}   network {values[1].mean():.3f}   network minus rival "
          f"{d.mean():+.3f} ({d.mean() - reach:+.3f} to {d.mean() + reach:+.3f})")  # fmt: skip

# %% [markdown]
# In the share right the interval contains 0: no difference that we can show. The network has no monopoly
# on curved borders, and for two inputs the rival needs few numbers: degree 3 has 9 features and one bias.
#
# In the loss the network is ahead on average, but the interval reaches up to about 0: too little to be sure.
# What is behind it stands in the list of choices. In the draws with the rival's largest losses it chose
# degree 5 or 6. Where there is no training point, such a polynomial shoots up, so it is certain there, and
# sometimes wrong. A hidden unit levels off.
#
# Why not always polynomials? Two inputs have 9 products up to degree 3. For the 64 pixels of a digit there
# are 47,904. A network need not list them: it learns the few features that it wants.

# %% claim=true
from math import comb

assert comb(2 + 3, 3) - 1 == 9 and comb(64 + 3, 3) - 1 == 47904
assert rival_gaps["right, %"][0] < 0 < rival_gaps["right, %"][1]
assert rival_gaps["loss"][0] < -0.02 and -0.01 < rival_gaps["loss"][1] < 0.01
steep = np.array([chosen[0, draw][0] > 4 for draw in range(DRAWS)])
assert rival_loss[0][steep].min() > rival_loss[0][~steep].max()

# %% [markdown]
# ## What the penalty does
#
# The answer to a network that is too large need not be a smaller network. The penalty on the
# weights is another. Fifty hidden units, five strengths of `reg_lambda`: which is best on held-out
# data?

# %% demo=true
strengths = [0.0, 0.01, 0.1, 1.0, 10.0]
penalised = {}
for strength in strengths:
    np.random.seed(0)
    penalised[strength] = build_model(
        X, y, 50, num_passes=1500, epsilon=0.008, reg_lambda=strength
    )

print("             size of      loss                 share right")
print("reg_lambda   weights      training  held out   held out")
for strength, model in penalised.items():
    size = np.sqrt(np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2))
    print(
        f"{strength:10g}   {size:7.1f}   {calculate_loss(model, X, y, 0.0):11.2f}"
        f"  {calculate_loss(model, X_held, y_held, 0.0):8.2f}   {right(model, X_held, y_held):8.1%}"
    )

figure, axes = plotting.subplots(1, 5, figsize=(11, 2.9), sharey=True)
for panel, (strength, model) in zip(axes, penalised.items(), strict=True):
    plotting.plot_decision_boundary(partial(predict, model), X, y, ax=panel)
    panel.set_title(f"reg_lambda = {strength:g}", fontsize=11)
plotting.show(
    "Five panels, all with 50 hidden units. With little or no penalty the boundary has a sharp "
    "corner near single points; at 0.1 it is a smoother S; at 1 the S is flatter; at 10 it is nearly a "
    "straight line."
)

# %% [markdown]
# Without a penalty the weights are large, and the network is certain even where the classes
# overlap. A moderate penalty gives the best loss on held-out data, with all fifty units in place. A
# strong one holds the weights so small that the network is back at the straight line: a penalty can
# cause underfitting too. So it was with each of five starts.

# %% claim=true
for start in range(5):
    on_new = {}
    for strength in (0.0, 0.1, 1.0):
        model = penalised[strength]
        if start:
            np.random.seed(start)
            model = build_model(X, y, 50, num_passes=1500, epsilon=0.008, reg_lambda=strength)
        on_new[strength] = calculate_loss(model, X_held, y_held, 0.0)
    assert on_new[0.1] < min(on_new[0.0], on_new[1.0]) - 0.01, (start, on_new)
norms = [np.sum(model["W1"] ** 2) + np.sum(model["W2"] ** 2) for model in penalised.values()]
assert np.all(np.diff(norms) < 0) and right(penalised[10.0], X_held, y_held) < 0.88

# %% [markdown]
# One caution. We chose `reg_lambda` by looking at the held-out points, so for the network chosen
# they are not quite unseen any more. Part 4 shows how to choose without looking.

# %% [markdown]
# ## Three classes
#
# Nothing in your functions says "two". `build_model` counts the classes, and the softmax shares out
# the probability among as many as there are. Here are three spirals, each turning around the
# others. First the best straight lines, as always.


# %% demo=true
def straight_lines(X, y):
    """Logistic regression, which separates the classes by straight cuts."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000).fit(X, y)


X_spiral, y_spiral = datasets.load_spirals(n_classes=3, n_per_class=100, random_state=0)
X_other, y_other = datasets.load_spirals(n_classes=3, n_per_class=100, random_state=1)

lines = straight_lines(X_spiral, y_spiral)
np.random.seed(0)
spiral_model = build_model(X_spiral, y_spiral, 20, num_passes=5000, epsilon=0.003)

print("shapes of the model:", {name: array.shape for name, array in spiral_model.items()})
print(
    f"straight lines, right on held-out points:  {np.mean(lines.predict(X_other) == y_other):.0%}"
)
print(f"20 hidden units, right on held-out points: {right(spiral_model, X_other, y_other):.0%}")

figure, axes = plotting.subplots(1, 2, figsize=(10, 4.6), sharey=True)
for panel, model, title in [
    (axes[0], lines.predict, "logistic regression"),
    (axes[1], partial(predict, spiral_model), "20 hidden units"),
]:
    plotting.plot_decision_boundary(model, X_spiral, y_spiral, ax=panel, title=title)
plotting.show(
    "Three interleaved spirals of points, twice. On the left logistic regression divides the "
    "plane into three wedges that cut across the spirals; on the right the network's three areas "
    "wind along with the spirals."
)

# %% [markdown]
# `W2` and `b2` have three columns now, one for each class. The rest is as before.

# %% claim=true
assert spiral_model["W2"].shape == (20, 3) and spiral_model["b2"].shape == (1, 3)
assert right(spiral_model, X_other, y_other) > 0.95 > 0.6 > np.mean(lines.predict(X_other) == y_other)

# %% [markdown]
# ## Which class for which?
#
# With two classes there is one way to be wrong about a point. With ten there are nine, and the
# accuracy says nothing about which. The **confusion matrix** counts them all:
#
# $$C_{jk} = \text{number of samples of class } j \text{ that were predicted as class } k$$
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `y_true` | `(m,)` | true classes |
# | `y_pred` | `(m,)` | predicted classes |
# | $C$ | `(n_classes, n_classes)` | row: the true class; column: the predicted class |
#
# What is right stands on the diagonal. From the matrix follow
#
# - the accuracy, $\sum_k C_{kk} \,/\, m$;
# - the **recall** of class $k$, the share of its samples that was found: $C_{kk}$ divided by the
#   sum of **row** $k$;
# - the **precision** of class $k$, the share of the samples so called that is right: $C_{kk}$
#   divided by the sum of **column** $k$.
#
# Rows for the true classes is scikit-learn's order. Other books turn it round, so say which one you
# use.

# %% [markdown]
# ### On paper
#
# Six samples:
#
# | sample | 0 | 1 | 2 | 3 | 4 | 5 |
# | --- | --- | --- | --- | --- | --- | --- |
# | true class | 0 | 0 | 1 | 1 | 2 | 2 |
# | predicted | 0 | 1 | 1 | 1 | 2 | 0 |
#
# Sample 1 is a 0 that was taken for a 1, so it counts in row 0, column 1. Sample 5 counts in row 2,
# column 0. The rest is right. So the matrix is
#
#     [[1 1 0]
#      [0 2 0]
#      [1 0 1]]
#
# with an accuracy of 4/6, a recall of class 1 of 2/2 and a precision of class 1 of 2/3.

# %% [markdown]
# ### Exercise: `confusion_matrix`


# %% exercise="confusion_matrix"
def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often each class was predicted as each class.

    Parameters
    ----------
    y_true : array of shape (m,), whole numbers
        The true classes, from 0 to n_classes - 1.
    y_pred : array of shape (m,), whole numbers
        The predicted classes, from 0 to n_classes - 1.
    n_classes : int
        Number of classes. A class that occurs in neither array still has its
        row and its column, of zeros.

    Returns
    -------
    array of shape (n_classes, n_classes)
        Row j, column k: the number of samples of class j predicted as class k.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(len(y_true)):
        matrix[y_true[i], y_pred[i]] += 1
    return matrix
    ### END SOLUTION


# %% check="confusion_matrix" points=1
lesson.check(confusion_matrix)

# %% test="counts on many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3301)
for m, n_classes in [(12, 2), (30, 3), (60, 5)]:
    true = rng.permutation(np.arange(m) % n_classes)
    predicted = np.where(rng.random(m) < 0.6, true, rng.permutation(true))
    judge.same(confusion_matrix, true, predicted, n_classes)
### END HIDDEN TESTS

# %% test="classes that do not occur" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for true, predicted, n_classes in [
    ([0, 2, 2, 3, 0], [0, 2, 3, 3, 2], 6),
    ([1], [2], 4),
    ([0, 1, 1], [3, 1, 0], 4),
]:
    every = np.arange(n_classes)
    judge.beyond(
        confusion_matrix,
        np.array(true),
        np.array(predicted),
        n_classes,
        plain=[(np.r_[true, every], np.r_[predicted, every], n_classes), (every, every, n_classes)],
        follows=lambda both, rest: both - rest,
    )
### END HIDDEN TESTS

# %% [markdown]
# Does it count the six samples as we did, and what does it say of the spirals?

# %% demo=true
paper_true, paper_pred = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 1, 2, 0])
print(confusion_matrix(paper_true, paper_pred, 3))
print("the spirals, held-out points, logistic regression:")
print(confusion_matrix(y_other, lines.predict(X_other), 3))
print("the spirals, held-out points, your network:")
print(confusion_matrix(y_other, predict(spiral_model, X_other), 3))

# %% [markdown]
# ## Handwritten digits
#
# scikit-learn ships with 1,797 images of handwritten digits, 8 by 8 pixels each. A row of `X` holds
# the 64 pixels of one image, from 0 (white) to 16 (black). We divide by 16, so that the inputs lie
# between 0 and 1, and put a third of the images aside.

# %% demo=true
X_digits, y_digits = datasets.load_digits()
X_digits = X_digits / 16

order = np.random.default_rng(0).permutation(len(y_digits))
train, held = order[:1200], order[1200:]
print("training:", X_digits[train].shape, "  held out:", X_digits[held].shape)

figure, axes = plotting.subplots(2, 10, figsize=(11, 2.7))
for panel, index in zip(axes.ravel(), train[:20], strict=True):
    panel.imshow(X_digits[index].reshape(8, 8), cmap="gray_r")
    panel.set_title(str(y_digits[index]))
    panel.set_axis_off()
plotting.show(
    "Twenty images of handwritten digits in grey, 8 by 8 pixels, each with its true class above."
)

# %% [markdown]
# ### The learning rate, once more
#
# `gradients` sums over the samples, and there are six times as many as in the moons. What does the
# default learning rate of 0.01 do here, and what does a tenth of it?

# %% demo=true
X_train, y_train = X_digits[train], y_digits[train]
X_new, y_new = X_digits[held], y_digits[held]

different = {}
for epsilon in [0.01, 0.001]:
    np.random.seed(0)
    digits_model = build_model(
        X_train, y_train, 32, num_passes=300, epsilon=epsilon, reg_lambda=1.0
    )
    different[epsilon] = len(np.unique(predict(digits_model, X_new)))
    print(f"epsilon {epsilon:<5}   different answers on the held-out images: {different[epsilon]}")

print(f"epsilon {epsilon}   training: {right(digits_model, X_train, y_train):.0%}", end="")
print(f"   held out: {right(digits_model, X_new, y_new):.0%}")

lines = straight_lines(X_train, y_train)
print(f"logistic regression             held out: {np.mean(lines.predict(X_new) == y_new):.0%}")

# %% [markdown]
# With 0.01 the steps are so long that the network says the same digit of every image. It might as
# well guess: about one image in ten is right. (Long steps magnify rounding, so the digit may differ
# on another computer.) With 0.001 the network reads nearly all digits.
#
# Logistic regression does about as well. With 64 inputs there are so many directions to cut in that
# straight cuts already separate these ten classes. Without the baseline we would have given the network
# the credit.

# %% claim=true
assert different == {0.01: 1, 0.001: 10} and right(digits_model, X_new, y_new) > 0.96
assert abs(right(digits_model, X_new, y_new) - np.mean(lines.predict(X_new) == y_new)) < 0.015

# %% [markdown]
# ### What the weights look like
#
# A column of `W1` has 64 weights, one for each pixel. So it can be drawn as a picture: where is ink for
# this unit, and where against it? Below are the weights of logistic regression, one picture for each
# digit, and those of ten of the hidden units. What do you recognise?

# %% demo=true
figure, axes = plotting.subplots(2, 10, figsize=(11, 2.9))
of_digits, of_units = lines.coef_, digits_model["W1"].T[:10]
for panel, weights, name in zip(
    axes.ravel(),
    [*of_digits, *of_units],
    [f"digit {k}" for k in range(10)] + [f"unit {k + 1}" for k in range(10)],
    strict=True,
):
    largest = np.abs(weights).max()
    panel.imshow(weights.reshape(8, 8), cmap="PuOr", vmin=-largest, vmax=largest)
    panel.set_title(name, fontsize=10)
    panel.set_axis_off()
plotting.show(
    "Two rows of ten pictures of 8 by 8 weights; purple counts for, orange against, white not at all. "
    "Above, logistic regression: for digit 0 a purple ring with an orange centre; the columns at the left "
    "and right edge are white. Below, hidden units: patches of both colours that resemble no digit, and "
    "specks at the edges."
)
np.random.seed(0)
drawn = np.random.randn(64, 32) / 8  # the first draw of build_model with this seed
blank = X_train.max(axis=0) == 0
print("pixels without ink in all training images:", np.flatnonzero(blank).tolist())
print("their weights in W1 are the first ones times", round(0.999**300, 4), end=": ")
print(np.allclose(digits_model["W1"][blank], 0.999**300 * drawn[blank]))

# %% [markdown]
# Above, the pictures can be read: a 0 is a ring without ink in the middle. A hidden unit need not resemble
# a digit. It is one of 32 questions whose answers are put together later.
#
# The specks at the edges mean nothing at all. Where no image has ink, the gradient of the data is 0. These
# weights are those of the first draw, and only the penalty has made them smaller, by one part in a thousand
# a pass. They do no harm until an image comes with ink there.

# %% claim=true
assert blank.sum() >= 2 and np.allclose(digits_model["W1"][blank], 0.999**300 * drawn[blank])
ring = of_digits[0].reshape(8, 8)
assert ring[3:5, 3:5].mean() < -0.5 < 0.2 < min(ring[3:5, 2].mean(), ring[3:5, 6].mean())

# %% [markdown]
# ### Who wrote them?
#
# 97 % of new images: is that what a stranger's handwriting would get? The file is an old one, and its
# images may stand in it in the order in which they were collected. That can be measured. For each image,
# find the most similar other image of the same digit. How far away in the file is it? If the order means
# nothing, 15 % of them lie within 140 places.

# %% demo=true
squares = np.sum(X_digits**2, axis=1)
distance = squares[:, None] + squares[None, :] - 2 * X_digits @ X_digits.T
distance[y_digits[:, None] != y_digits[None, :]] = np.inf
np.fill_diagonal(distance, np.inf)
place = np.arange(len(y_digits))
apart = np.abs(np.argmin(distance, axis=1) - place)
other = np.abs(place[:, None] - place)[np.isfinite(distance)]
near_share, chance = np.mean(apart <= 140), np.mean(other <= 140)
print(f"most similar image within 140 places: {near_share:.0%}   by chance: {chance:.0%}")

# %% [markdown]
# The most similar image is a neighbour four times as often as chance says. The documentation of the
# data says that thirteen people wrote these images, some 140 each; so it seems that each one's images
# stand together in the file. We shuffled, so the writers are on both sides, and the network has seen the
# very hands on which we judge it. That is a **leak**.
#
# What is it worth? Hold out a fifth of the file in one piece, so that its writers are new (but for those
# at its two ends), and do so with each fifth. Then deal the images into five random parts instead. Both
# times each image is held out once. So compare the *same* images, once with their writers known and
# once without.

# %% demo=true
fifths = np.array_split(np.arange(len(y_digits)), 5)
shuffled = np.array_split(order, 5)
correct = {}
for dealt, groups in (("shuffled", shuffled), ("in blocks", fifths)):
    for kind in ("network", "lines"):
        correct[dealt, kind] = np.zeros(len(y_digits), dtype=bool)
    for seed, group in enumerate(groups):
        rest = np.setdiff1d(order, group)
        np.random.seed(seed)
        model = build_model(
            X_digits[rest], y_digits[rest], 32, num_passes=300, epsilon=0.001, reg_lambda=1.0
        )
        correct[dealt, "network"][group] = predict(model, X_digits[group]) == y_digits[group]
        cuts = straight_lines(X_digits[rest], y_digits[rest])
        correct[dealt, "lines"][group] = cuts.predict(X_digits[group]) == y_digits[group]

share = {name: np.array([100 * hits[f].mean() for f in fifths]) for name, hits in correct.items()}


def paired(first, second):
    """Mean difference over the five blocks of images, and the ends of its interval of 95 %."""
    d = share[first] - share[second]
    reach = 2.776 * d.std(ddof=1) / np.sqrt(len(d))  # 2.776: Student's t for five numbers
    return d.mean(), d.mean() - reach, d.mean() + reach


for name, values in share.items():
    print(f"{name[0]:9} {name[1]:8} {values.mean():5.1f} %   lowest block {values.min():.1f} %")
for kind in ("network", "lines"):
    mean, low, high = paired(("in blocks", kind), ("shuffled", kind))
    print(f"{kind}: unseen writers minus shuffled {mean:+.1f} ({low:+.1f} to {high:+.1f})")
mean, low, high = paired(("in blocks", "network"), ("in blocks", "lines"))
print(f"unseen writers: network minus lines {mean:+.1f} ({low:+.1f} to {high:+.1f})")

# %% [markdown]
# On unseen writers the network is right for about 94 % and logistic regression for about 93 %, not 97 %.
# Both lose three to four points, and on some writers much more. The shuffle had made the error of the
# network less than half as large as it is for a new hand. Between the two models there is a point or
# less; neither of them was tuned, so this is no race.
#
# Which of the two numbers is right? Both are, for different questions: how well does it read *these*
# thirteen people, and how well somebody new. In what follows we look at single mistakes, and keep the
# shuffled images.

# %% claim=true
assert near_share > 3.5 * chance and 0.14 < chance < 0.16
for kind in ("network", "lines"):
    mean, low, high = paired(("in blocks", kind), ("shuffled", kind))
    assert -4 < mean < -3 and high < 0, kind
assert 93.5 < share["in blocks", "network"].mean() < 95
assert 92.5 < share["in blocks", "lines"].mean() < 94
assert share["shuffled", "network"].mean() > 97 and share["shuffled", "lines"].mean() > 96.5
assert share["in blocks", "network"].min() < 92
shown, unseen = (100 - share[dealt, "network"].mean() for dealt in ("shuffled", "in blocks"))
assert shown < unseen / 2
assert abs(paired(("in blocks", "network"), ("in blocks", "lines"))[0]) < 1

# %% [markdown]
# Which digits are taken for which?

# %% demo=true
digits_pred = predict(digits_model, X_new)
matrix = confusion_matrix(y_new, digits_pred, 10)
mistakes_only = matrix - np.diag(np.diag(matrix))

figure, axes = plotting.subplots(1, 1, figsize=(5.6, 5.0))
axes.imshow(mistakes_only, cmap="Oranges", vmin=0, vmax=2 * mistakes_only.max())
for row in range(10):
    for column in range(10):
        if matrix[row, column]:
            weight = "normal" if row == column else "bold"
            axes.text(column, row, matrix[row, column], ha="center", va="center", weight=weight)
axes.set_xticks(range(10))
axes.set_yticks(range(10))
axes.set(xlabel="predicted", ylabel="true", title="Held-out digits; mistakes are shaded")
plotting.show(
    "Confusion matrix of ten digits on held-out images, true classes in rows. Nearly all counts "
    "stand on the diagonal; a few shaded cells beside it hold the mistakes."
)

recall = np.diag(matrix) / matrix.sum(axis=1)
print("lowest recall: digit", int(np.argmin(recall)))

# %% [markdown]
# ## The mistakes that it is most certain of
#
# A network that is wrong and unsure has done what could be asked of it. More can be learnt from
# mistakes made with confidence: an image that is hard for people too, a label that is wrong, or
# something that the network has never seen. So we want the wrong samples, ordered by the
# probability that the network gave to its (wrong) answer.
#
# | name | shape | meaning |
# | --- | --- | --- |
# | `probs` | `(m, n_classes)` | probabilities of the classes |
# | `y` | `(m,)` | true classes |
# | result | `(number of mistakes,)` | rows of `probs`, most certain mistake first |
#
# ### On paper
#
# | row | probabilities | predicted | true | |
# | --- | --- | --- | --- | --- |
# | 0 | **0.6**, 0.3, 0.1 | 0 | 1 | wrong, certainty 0.6 |
# | 1 | 0.1, **0.8**, 0.1 | 1 | 1 | right |
# | 2 | 0.05, 0.05, **0.9** | 2 | 0 | wrong, certainty 0.9 |
# | 3 | **0.5**, 0.2, 0.3 | 0 | 2 | wrong, certainty 0.5 |
#
# The wrong rows are 0, 2 and 3, and ordered by certainty: `[2, 0, 3]`.

# %% [markdown]
# ### Exercise: `confident_mistakes`


# %% exercise="confident_mistakes"
def confident_mistakes(probs, y):
    """Rows whose most probable class is not the true one, most certain mistake first.

    Parameters
    ----------
    probs : array of shape (m, n_classes)
        Probabilities of the classes, one sample a row. The prediction is the
        most probable class of the row; its probability is the certainty.
    y : array of shape (m,), whole numbers
        The true classes.

    Returns
    -------
    array of whole numbers, one for each mistake
        Row numbers of `probs`, by decreasing certainty. If there is no
        mistake, an array of shape (0,).
    """
    ### BEGIN SOLUTION
    predictions = np.argmax(probs, axis=1)
    wrong = np.flatnonzero(predictions != y)
    certainty = np.max(probs[wrong], axis=1)
    return wrong[np.argsort(-certainty)]
    ### END SOLUTION


# %% check="confident_mistakes" points=1
lesson.check(confident_mistakes)

# %% test="mistakes in the right order" points=4
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3311)
for m, n_classes in [(15, 3), (25, 2), (20, 6)]:
    scores = np.exp(2 * rng.standard_normal((m, n_classes)))
    true = rng.permutation(np.arange(m) % n_classes)
    judge.same(confident_mistakes, scores / scores.sum(axis=1, keepdims=True), true)
### END HIDDEN TESTS

# %% test="no mistake at all" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(3312)
scores = np.exp(2 * rng.standard_normal((6, 3)))
probs = scores / scores.sum(axis=1, keepdims=True)
predicted = np.argmax(probs, axis=1)
found = judge.call(confident_mistakes, probs, predicted)
assert np.shape(found) == (0,), "Without a mistake the result is to be an array of shape (0,)."
assert np.size(judge.call(confident_mistakes, probs, (predicted + 1) % 3)) > 0, (
    "Nothing is found where there are mistakes, either."
)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# First the four rows on paper. Then the images: are the most certain mistakes hard to read for you
# too?

# %% demo=true
paper_probs = np.array([[0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.05, 0.05, 0.9], [0.5, 0.2, 0.3]])
print("on paper:", confident_mistakes(paper_probs, np.array([1, 1, 0, 2])).tolist())

digits_probs, _ = forward_propagation(digits_model, X_new)
mistakes = confident_mistakes(digits_probs, y_new)
print(f"the digits: {len(mistakes)} of {len(held)} held-out images are wrong")

figure, axes = plotting.subplots(2, 6, figsize=(11, 4.4))
for panel in axes.ravel():
    panel.set_axis_off()
for panel, row in zip(axes.ravel(), mistakes[:12], strict=False):
    panel.imshow(X_new[row].reshape(8, 8), cmap="gray_r")
    certainty = digits_probs[row].max()
    panel.set_title(
        f"true {y_new[row]}, said {digits_pred[row]}\n{certainty:.0%} certain", fontsize=11
    )
plotting.show(
    "Up to twelve images of digits that the network got wrong, the most certain mistake first, "
    "each with its true class, the predicted class and the probability given to it. Many are "
    "smudged or drawn in an unusual way."
)

# %% [markdown]
# Some of these eight-by-eight images are hard for people. Others look clear to us, and yet the
# network preferred something else: it has seen too few that were drawn in that way.

# %% [markdown]
# ## An experiment to play with
#
# How much does the network gain from more images? The cell trains on the first 50, 100, … of the
# training images. The learning rate is `1.2 / m`, so that the step is the same in terms of the
# mean. What do you expect of the two curves as `m` grows? Then change `reg_lambda` or the number of
# hidden units.

# %% demo=true
hidden_units, reg_lambda = 32, 1.0
amounts = [50, 100, 200, 400, 800, 1200]

on_training, on_held_out = [], []
for amount in amounts:
    some = train[:amount]
    np.random.seed(0)
    model = build_model(
        X_digits[some],
        y_digits[some],
        hidden_units,
        num_passes=300,
        epsilon=1.2 / amount,
        reg_lambda=reg_lambda,
    )
    on_training.append(right(model, X_digits[some], y_digits[some]))
    on_held_out.append(right(model, X_new, y_new))

figure, axes = plotting.subplots(1, 1, figsize=(6.5, 3.6))
axes.plot(amounts, on_training, "-o", label="training")
axes.plot(amounts, on_held_out, "--^", label="held out")
axes.set_xscale("log")
axes.set_xticks(amounts, [str(amount) for amount in amounts])
axes.minorticks_off()
axes.set(xlabel="training images", ylabel="share right", title="More images")
axes.legend()
plotting.show(
    "Share of digits that are right against the number of training images. On the training images "
    "it stays near 1; on held-out images it rises from about 0.8 towards the other curve."
)

# %% [markdown]
# The gap between the two curves is what the network has learnt of its training images and cannot
# use elsewhere. More data narrows it, as the penalty does, but without the cost of a stiffer
# network.

# %% claim=true
gaps = np.subtract(on_training, on_held_out)
assert min(on_training) > 0.98 and gaps[0] > 0.1 > 0.04 > gaps[-1]

# %% [markdown]
# ## Three questions to think about
#
# **1.** A network gets 99 % of its training points right and 95 % of the held-out points. Another
# gets 96 % and 95 %. Which one do you take?
#
# <details><summary>Answer</summary>
#
# By accuracy on held-out data they are equal, and the training accuracy says little about future
# points. So look further: at the loss on held-out data, which also judges how certain the network
# is when it is wrong; at the spread over several splits, since one split is partly luck; and at the
# size, because the smaller one is cheaper. Most often the second one wins.
#
# </details>
#
# **2.** All columns of a confusion matrix but one are nearly empty. What has happened?
#
# <details><summary>Answer</summary>
#
# The network says the same class for nearly every sample. Either it has not learnt (a learning
# rate far too large, or weights that all start at 0), or that one class is so frequent that saying
# it always is cheap. The sums of the rows tell which: they show how often each class really occurs.
#
# </details>
#
# **3.** `reg_lambda` was 0.01 for the moons and 1.0 for the digits. Is the penalty on the digits a
# hundred times as strong?
#
# <details><summary>Answer</summary>
#
# No. In our convention the penalty is added to the sum over the samples, so what counts is
# `reg_lambda` in relation to `m`. For the digits `m` is six times as large, so in terms of the mean
# the penalty is about seventeen times as strong, and it acts on 64 inputs that all lie between 0
# and 1, which ask for other weights than two coordinates do. Such strengths can only be compared
# within one problem and one convention.
#
# </details>

# %% [markdown]
# ## Sources
#
# - Digits: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine
#   Learning Repository (1998),
#   <https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits>; the test part
#   of that collection, as scikit-learn ships it with
#   [`load_digits`](https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html).
# - The comparison of hidden sizes from 1 to 50 on the moons follows Denny Britz, *Implementing a
#   Neural Network from Scratch in Python* (2015); held-out data and the penalty are added here.
# - Three spirals as an example for softmax: the notes of Stanford's course CS231n,
#   <https://cs231n.github.io/neural-networks-case-study/>.
