# title: How good is it, and for whom?
# summary: Repeated folds with their spread, calibration, ROC, the threshold, and what not to use it for.

# %% [markdown]
# # 04 · How good is it, and for whom?
#
# By the end you will be able to
#
# - compare two settings over repeated stratified folds, and report the spread with the mean;
# - compute sensitivity and specificity, and read a ROC curve;
# - check with a calibration curve whether a probability means what it says;
# - choose a threshold by what the two kinds of error cost, and say what a doctor gains and loses;
# - name what such a model must not be used for.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first.

# %%
import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import RepeatedStratifiedKFold

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/04_evaluation")

# %%
encode_labels, standardize = lesson.carry("encode_labels", "standardize")

# %%
NeuralNet = lesson.carry("NeuralNet")

# %% [markdown]
# ## Where we are
#
# The network trains and predicts. One split could not say which of two settings is better. What
# part of the network does this notebook look at?

# %% demo=true
plotting.draw_network((13, 8, 1), highlight="predict")
plotting.show(
    "The 13-8-1 network with prediction highlighted: this notebook is about the number that comes "
    "out, and about the decision that is made with it."
)

# %% [markdown]
# At its output: a probability, and a decision that somebody makes with it.

# %% [markdown]
# ## The mathematics
#
# **Folds.** In 5-fold cross-validation the patients are dealt into five groups. Each group is the
# test set once, while the other four are trained on. *Stratified* means that every group has the
# same share of ill patients. *Repeated* means that the cards are shuffled and dealt again. Scaling
# and training happen inside each fold, from nothing.
#
# **Four kinds of answer.** Let *TP* be the ill patients who are called ill, *FN* the ill who are
# missed, *TN* the healthy who are called healthy and *FP* the healthy who are called ill (false
# alarms).
#
# $$\text{sensitivity} = \frac{TP}{TP + FN} \qquad\qquad \text{specificity} = \frac{TN}{TN + FP}$$
#
# Sensitivity is the share of the *ill* who are found, specificity the share of the *healthy* who are
# left in peace. Each looks at one group only, so neither depends on how many ill patients there are.
#
# **Cost.** If a missed patient costs $c_{\text{missed}}$ and a false alarm $c_{\text{alarm}}$, the
# mean cost per patient is
#
# $$C = \frac{c_{\text{missed}} \cdot FN + c_{\text{alarm}} \cdot FP}{m}$$
#
# **Threshold.** Calling a patient ill who has the disease with probability $p$ costs
# $c_{\text{alarm}} (1 - p)$ on average; calling them healthy costs $c_{\text{missed}} \, p$. The two
# are equal at
#
# $$p^\ast = \frac{c_{\text{alarm}}}{c_{\text{alarm}} + c_{\text{missed}}}$$
#
# Above $p^\ast$ it is cheaper to call the patient ill. One half is the right threshold only where
# both errors cost the same, and only if the probabilities can be believed.
#
# | In code | Meaning | Shape |
# | --- | --- | --- |
# | `y` | labels 0 and 1, a column | `(m, 1)` |
# | `probability` | the output of the network | `(m, 1)` |
# | `yhat` | classes 0 and 1 at some threshold | `(m, 1)` |
# | sensitivity, specificity, mean cost | | one number each |

# %% [markdown]
# ## A worked example on paper
#
# Five patients, three of them ill:
#
# | patient | 1 | 2 | 3 | 4 | 5 |
# | --- | --- | --- | --- | --- | --- |
# | label | 1 | 1 | 1 | 0 | 0 |
# | probability | 0.9 | 0.6 | 0.3 | 0.4 | 0.1 |
# | class at 0.5 | 1 | 1 | 0 | 0 | 0 |
# | class at 0.2 | 1 | 1 | 1 | 1 | 0 |
#
# **At 0.5** two of the three ill are found: sensitivity $2/3$. Both healthy ones are left in peace:
# specificity $1$. One patient is missed. If that costs 5 and a false alarm 1, the mean cost is
# $(5 \cdot 1 + 1 \cdot 0) / 5 = 1$.
#
# **At 0.2** all three are found: sensitivity $1$. One of the two healthy gets a false alarm:
# specificity $1/2$. The mean cost is $(5 \cdot 0 + 1 \cdot 1) / 5 = 0.2$.
#
# Four of five answers are right both times. The accuracy is the same, and the cost is not.

# %% [markdown]
# ## Exercise: `sensitivity_specificity`
#
# For the worked example at the threshold 0.5 the result is `(0.6667, 1.0)`, and at 0.2 it is
# `(1.0, 0.5)`.


# %% exercise="sensitivity_specificity"
def sensitivity_specificity(y, yhat):
    """Return the share of the ill who are found, and of the healthy who are left in peace.

    Parameters
    ----------
    y : array of shape (m, 1), or (m,)
        Labels, 1 ill and 0 healthy. Both occur.
    yhat : array of shape (m, 1), or (m,)
        Classes, 1 called ill and 0 called healthy.

    Returns
    -------
    sensitivity : float
        From 0 to 1.
    specificity : float
        From 0 to 1.

    Notes
    -----
    The two shapes need not be equal: (m, 1) with (m,) compares patient by patient as well.
    """
    ### BEGIN SOLUTION
    y, yhat = np.ravel(y), np.ravel(yhat)
    sensitivity = float(np.sum(y * yhat) / np.sum(y))
    specificity = float(np.sum((1 - y) * (1 - yhat)) / np.sum(1 - y))
    return sensitivity, specificity
    ### END SOLUTION


# %% check="sensitivity_specificity" points=1
lesson.check(sensitivity_specificity)

# %% test="sensitivity, for many shares of ill patients" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4401)
for m, ill in ((12, 5), (9, 1), (40, 31), (7, 6)):
    truth = (np.arange(m) < ill).astype(float).reshape(-1, 1)
    classes = (rng.random((m, 1)) < 0.3 + 0.4 * truth).astype(int)
    judge.same(sensitivity_specificity, truth, classes, parts=("sensitivity",))
### END HIDDEN TESTS

# %% test="specificity, for many shares of ill patients" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4402)
for m, ill in ((12, 5), (9, 8), (40, 7), (6, 4)):
    truth = (np.arange(m) < ill).astype(float).reshape(-1, 1)
    classes = (rng.random((m, 1)) < 0.3 + 0.4 * truth).astype(int)
    judge.same(sensitivity_specificity, truth, classes, parts=("specificity",))
### END HIDDEN TESTS

# %% test="labels (m,) with classes (m, 1), and the other way round" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

truth = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0])
classes = np.array([1, 0, 1, 0, 1, 0, 1])
columns = [(truth.reshape(-1, 1), classes.reshape(-1, 1))]
judge.beyond(sensitivity_specificity, truth, classes.reshape(-1, 1), plain=columns)
judge.beyond(sensitivity_specificity, truth.reshape(-1, 1), classes, plain=columns)
judge.beyond(sensitivity_specificity, truth, classes, plain=columns)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `mean_cost`
#
# What the errors cost, per patient. For the worked example with the costs 5 and 1 the result is 1.0
# at the threshold 0.5, and 0.2 at the threshold 0.2.


# %% exercise="mean_cost"
def mean_cost(y, yhat, cost_missed, cost_alarm):
    """Return the mean cost of the errors per patient.

    Parameters
    ----------
    y : array of shape (m, 1)
        Labels, 1 ill and 0 healthy.
    yhat : array of shape (m, 1)
        Classes, 1 called ill and 0 called healthy.
    cost_missed : float
        Cost of an ill patient who is called healthy.
    cost_alarm : float
        Cost of a healthy patient who is called ill.

    Returns
    -------
    float
        The sum of all costs divided by the number of patients m. Right answers cost nothing.
    """
    ### BEGIN SOLUTION
    missed = np.sum(y * (1 - yhat))
    alarms = np.sum((1 - y) * yhat)
    return float(cost_missed * missed + cost_alarm * alarms) / len(y)
    ### END SOLUTION


# %% check="mean_cost" points=1
lesson.check(mean_cost)

# %% test="the mean cost, with costs of many sizes" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4411)
for m, cost_missed, cost_alarm in (
    (12, 5.0, 1.0),
    (9, 1.0, 3.0),
    (25, 100.0, 7.5),
    (30, 0.5, 0.25),
):
    truth = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    classes = (rng.random((m, 1)) < 0.3 + 0.4 * truth).astype(int)
    judge.same(mean_cost, truth, classes, cost_missed, cost_alarm)
### END HIDDEN TESTS

# %% test="an error of one kind only, or none at all, and patients of one class" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

mixed, ill = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]]), np.ones((5, 1))
plain = [
    (mixed, np.array(classes).reshape(-1, 1), 5.0, 2.0)
    for classes in ([0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0])
]
for truth, classes in (
    (mixed, [0, 0, 0, 0, 0]),
    (mixed, [1, 1, 1, 1, 1]),
    (mixed, [1, 1, 0, 0, 0]),
    (mixed, [0, 0, 1, 1, 1]),
    (ill, [0, 1, 1, 0, 1]),
    (1 - ill, [0, 1, 0, 1, 0]),
):
    classes = np.array(classes).reshape(-1, 1)
    missed, alarms = np.sum(truth > classes), np.sum(truth < classes)

    def adds_up(one_each, two_missed, two_alarms, missed=missed, alarms=alarms):
        """Each error adds what it adds beside one of each kind."""
        return (
            one_each + (missed - 1) * (two_missed - one_each) + (alarms - 1) * (two_alarms - one_each)
        )

    judge.beyond(mean_cost, truth, classes, 5.0, 2.0, plain=plain, follows=adds_up)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, by hand and by your functions:

# %%
y_paper = np.array([[1.0], [1.0], [1.0], [0.0], [0.0]])
p_paper = np.array([[0.9], [0.6], [0.3], [0.4], [0.1]])
for threshold, on_paper in ((0.5, "(0.6667, 1), cost 1"), (0.2, "(1, 0.5), cost 0.2")):
    classes = (p_paper > threshold).astype(int)
    found, peace = sensitivity_specificity(y_paper, classes)
    cost = mean_cost(y_paper, classes, 5.0, 1.0)
    print(
        f"threshold {threshold}: ({found:.4f}, {peace:.4f}), cost {cost:.2f}   on paper {on_paper}"
    )

# %% [markdown]
# ### Two settings over repeated folds
#
# Now the patients: 5 folds, dealt 5 times, which makes 25 trainings for each setting. Logistic
# regression runs along as the baseline, and so does the rule that calls everyone healthy. Inside
# each fold the scaling is learnt from the training rows. The probabilities that a model gives to
# patients *outside* its training rows are kept for later.


# %%
def probabilities(net, rows):
    """Return the probability of disease for each row, shape (m, 1)."""
    A1 = net.relu(rows @ net.params["W1"] + net.params["b1"])
    return net.sigmoid(A1 @ net.params["W2"] + net.params["b2"])


X, stored_labels = datasets.load_heart_disease()
y = encode_labels(stored_labels)
settings = {
    "13-8-1, 0.001, 100": ((13, 8, 1), 0.001, 100),
    "13-10-1, 0.01, 500": ((13, 10, 1), 0.01, 500),
}

# %% demo=true
repeats = 5
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=0)
models = [*settings, "logistic regression"]
train_accuracy = {name: [] for name in models}
test_accuracy = {name: [] for name in models}
held_out = {name: np.zeros((repeats, len(y))) for name in models}
for number, (train, test) in enumerate(folds.split(X, y.ravel())):
    Z_train, Z_test = standardize(X[train], X[test])
    for name in models:
        if name in settings:
            np.random.seed(number)
            net = NeuralNet(*settings[name])
            net.fit(Z_train, y[train])
            on_train, on_test = probabilities(net, Z_train), probabilities(net, Z_test)
        else:
            line = LogisticRegression().fit(Z_train, y[train].ravel())
            on_train, on_test = (
                line.predict_proba(Z_train)[:, 1:],
                line.predict_proba(Z_test)[:, 1:],
            )
        train_accuracy[name].append(100 * np.mean((on_train > 0.5) == y[train]))
        test_accuracy[name].append(100 * np.mean((on_test > 0.5) == y[test]))
        held_out[name][number // 5, test] = on_test.ravel()

print(f"{'':22}{'training rows':>18}{'held-out rows':>18}")
for name in models:
    a, b = train_accuracy[name], test_accuracy[name]
    print(f"{name:22}{np.mean(a):9.1f} ± {np.std(a):3.1f} %{np.mean(b):10.1f} ± {np.std(b):3.1f} %")
print(f"{'everyone healthy':22}{100 * np.mean(y == 0):9.1f}        {100 * np.mean(y == 0):10.1f}")

# %% [markdown]
# The number behind ± is the standard deviation over the 25 folds: how much the result moves from
# one set of patients to another. The table answers three questions. Which setting fits the training
# rows better? Which one does better on others? And does either of them beat a straight line?
#
# Both settings met the same folds, so we may also compare them fold by fold.

# %% demo=true
first, second = (np.array(test_accuracy[name]) for name in settings)
fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 3.4))
left.boxplot(
    [test_accuracy[name] for name in reversed(models)], orientation="horizontal", widths=0.55
)
left.set_yticks([1, 2, 3], list(reversed(models)))
left.set(xlabel="accuracy on the held-out fold (%)", title="25 folds")
right.hist(first - second, bins=np.arange(-12, 22, 2), color="#0072B2", edgecolor="white")
right.axvline(0, color="#333333", linestyle="--")
right.set(xlabel="first setting minus second (percentage points)", ylabel="folds",
          title="Fold by fold")  # fmt: skip
plotting.show(
    "Left: box plots of the held-out accuracy over 25 folds for the two settings and logistic "
    "regression; the boxes overlap, that of the large setting lies lowest. Right: histogram of the "
    "fold-by-fold difference between the two settings, most of it to the right of zero."
)
print(f"the first setting is ahead in {np.sum(first > second)} folds, "
      f"behind in {np.sum(first < second)}, level in {np.sum(first == second)}")  # fmt: skip
print(f"mean difference {np.mean(first - second):+.1f} percentage points")

# %% [markdown]
# The large setting knows its training rows nearly by heart and does worse on others: overfitting,
# now measured. And logistic regression, a straight border with 14 parameters, is not beaten by either
# of them. On 270 patients a more flexible border finds little that is there to be found. Saying so is
# part of the job.
#
# A warning about the ±: the folds share patients, so the 25 numbers are not independent, and dividing
# the spread by √25 would promise more certainty than there is.

# %% [markdown]
# ### Does a probability mean what it says?
#
# If the network says 0.8 for a group of patients, then about 80 % of them should be ill. A model of
# which that is true is *calibrated*. The calibration curve sorts the held-out patients by their
# probability, cuts them into groups, and compares. Which of the two settings do you expect to be
# further from the diagonal?


# %% demo=true
def calibration_error(truth, probability, bins=8):
    """Return the mean distance between probability and share of ill, over equally large groups."""
    share, mean = calibration_curve(truth, probability, n_bins=bins, strategy="quantile")
    return np.mean(np.abs(share - mean))


truth = np.tile(y.ravel(), repeats)
fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 3.8))
left.plot([0, 1], [0, 1], color="#333333", linestyle=":", linewidth=1.2, label="calibrated")
for name, colour, marker in zip(settings, ("#0072B2", "#D55E00"), "o^"):
    probability = held_out[name].ravel()
    share, mean = calibration_curve(truth, probability, n_bins=8, strategy="quantile")
    left.plot(mean, share, color=colour, marker=marker, linestyle="-", label=name)
    right.hist(
        probability, bins=20, range=(0, 1), histtype="step", color=colour, label=name,
        linestyle="-" if marker == "o" else "--",
    )  # fmt: skip
    print(f"{name}: mean distance from the diagonal {calibration_error(truth, probability):.3f}, "
          f"said below 0.05 or above 0.95 for {100 * np.mean(np.abs(probability - 0.5) > 0.45):.0f} %")  # fmt: skip
left.set(
    xlabel="probability that the network says", ylabel="share of ill patients", title="Calibration"
)
left.legend(fontsize=9)
right.set(
    xlabel="probability that the network says", ylabel="patients x repeats", title="How sure it is"
)
right.legend(fontsize=9)
plotting.show(
    "Left: calibration curves. The small setting stays near the diagonal; the large setting is far "
    "too extreme, with many ill patients among those whom it calls healthy with near certainty. "
    "Right: histograms of the probabilities; the large setting piles them up at 0 and 1."
)

# %% [markdown]
# The overfitted network is certain nearly always, and often wrong when it is. Its probabilities
# cannot be used as probabilities. A doctor who reads "3 %" there is misled, even though the accuracy
# is only a few points worse. The small network stays closer to the diagonal.

# %% [markdown]
# ### The ROC curve
#
# Every threshold gives a pair of sensitivity and specificity. The ROC curve draws all of them:
# the share of false alarms along x, the share of ill patients found along y. A coin would lie on the
# diagonal. The area below the curve, AUC, is the probability that a random ill patient gets a higher
# number than a random healthy one.

# %% demo=true
fig, ax = plotting.subplots(1, 1, figsize=(5.4, 4.6))
for name, colour, style in zip(models, ("#0072B2", "#D55E00", "#009E73"), ("-", "--", "-.")):
    false_alarms, found, _ = roc_curve(truth, held_out[name].ravel())
    areas = [roc_auc_score(y.ravel(), held_out[name][k]) for k in range(repeats)]
    ax.plot(false_alarms, found, color=colour, linestyle=style, label=name)
    print(f"{name:22} AUC {np.mean(areas):.3f} ± {np.std(areas):.3f} over the repeats")
best = next(iter(settings))
for threshold, marker in ((0.5, "s"), (1 / 6, "D")):
    classes = (held_out[best].ravel() > threshold).astype(int)
    found, peace = sensitivity_specificity(truth, classes)
    ax.plot(
        1 - peace, found, marker, color="black", markersize=8, label=f"{best} at {threshold:.2f}"
    )
ax.plot([0, 1], [0, 1], color="#333333", linestyle=":", linewidth=1)
ax.set(xlabel="false alarms: 1 - specificity", ylabel="ill patients found: sensitivity")
ax.legend(fontsize=8, loc="lower right")
plotting.show(
    "ROC curves of the two networks and of logistic regression, all far above the diagonal. Logistic "
    "regression lies highest, the small network below it and the large network lowest. "
    "Two marks on the curve of the small network show the thresholds 0.50 and 0.17: the second finds "
    "more ill patients and gives more false alarms."
)

# %% [markdown]
# ### What a doctor gains and loses by moving the threshold
#
# The people who put this data set together also said what errors cost in it: a missed patient 5, a
# false alarm 1. By the formula above the best threshold would then be $1/6$. Does it come out that
# way? Per 100 patients like these, in numbers:

# %%
cost_missed, cost_alarm = 5.0, 1.0

# %% demo=true
best_threshold = cost_alarm / (cost_alarm + cost_missed)
fig, ax = plotting.subplots(1, 1, figsize=(6.5, 3.6))
grid = np.linspace(0.01, 0.99, 99)
for name, colour, style in zip(settings, ("#0072B2", "#D55E00"), ("-", "--")):
    probability = held_out[name].ravel()
    costs = [mean_cost(truth, (probability > t).astype(int), cost_missed, cost_alarm) for t in grid]
    ax.plot(grid, costs, color=colour, linestyle=style, label=name)
    print(f"{name}: cheapest threshold here {grid[np.argmin(costs)]:.2f}, "
          f"mean cost {min(costs):.3f}; at 0.50 it is {costs[49]:.3f}")  # fmt: skip
ax.axvline(
    best_threshold, color="#333333", linestyle=":", label=f"by the formula: {best_threshold:.2f}"
)
ax.set(xlabel="threshold", ylabel="mean cost per patient", ylim=(0, None))
ax.legend(fontsize=9)
plotting.show(
    "Mean cost per patient against the threshold for both settings. The curve of the small setting "
    "has its lowest part at small thresholds, near the dotted line of the formula, and rises towards "
    "large ones. The curve of the large setting is flatter and lies higher at the low thresholds."
)
print()
probability = held_out[next(iter(settings))].ravel()
print("small setting, per 100 patients:")
print(f"{'threshold':>10}{'ill found':>11}{'ill missed':>12}{'false alarms':>14}{'accuracy':>10}")
for threshold in (0.7, 0.5, 0.3, 1 / 6, 0.1):
    classes = probability > threshold
    found = 100 * np.mean(classes & (truth == 1))
    missed = 100 * np.mean(~classes & (truth == 1))
    alarms = 100 * np.mean(classes & (truth == 0))
    right = 100 * np.mean(classes == truth)
    print(f"{threshold:10.2f}{found:11.1f}{missed:12.1f}{alarms:14.1f}{right:9.1f}%")

# %% [markdown]
# Read the table downwards. With a lower threshold fewer ill patients are missed, and more healthy
# people are sent on to a further examination, which frightens them, costs money and carries some risk
# itself. The accuracy says nothing about this trade, and it can fall while the decision gets better.
#
# No formula says what a missed disease is worth in false alarms. 5 to 1 is an assumption. Those who
# bear the consequences should have a say in it: patients and doctors, not the person who trains the
# network.

# %% [markdown]
# ## What such a model must not be used for
#
# An accuracy above 80 % sounds useful. Here is what stands against using this network on anybody.
#
# - **Not for people outside a heart clinic.** The patients of such data sets had been sent to
#   specialists because something was suspected. That is why patients *without* chest pain are mostly
#   ill in this table: others without pain were never sent. Taken to the street, the network would
#   read a missing pain as a warning.
# - **Not in place of an examination.** Two of the strongest features, the coloured vessels and the
#   thallium scan, come from examinations late in the process. When they are known, a doctor hardly
#   needs the guess.
# - **Not for groups that hardly occur in it.** The next cell counts. An average over all patients can
#   hide that a group is served badly, and with few patients nobody can even tell.
# - **Not as a cause.** The network found what goes together in a table. It does not say that a lower
#   cholesterol, or any other changed number, would change a patient's fate.
# - **Not today.** Such data were collected decades ago. Treatments, instruments and people have
#   changed; a model has to be measured again where and when it is used.
# - **Not by itself.** A number without a reason, from 270 patients, is no basis for a decision about a
#   person. Software for medical decisions is regulated as a medical device in many countries, for
#   good reasons.
#
# How many men and women are in the data, and does the small network serve both equally?

# %% demo=true
sex = np.tile(X[:, datasets.heart_feature_names.index("sex")], repeats)
age = np.tile(X[:, datasets.heart_feature_names.index("age")], repeats)
classes = (probability > 0.5).astype(int)
print(f"{'group':16}{'patients':>9}{'ill':>6}{'sensitivity':>13}{'specificity':>13}")
for group, inside in (
    ("women", sex == 0), ("men", sex == 1), ("under 45", age < 45), ("45 to 60", (age >= 45) & (age < 60)),
    ("60 and older", age >= 60),
):  # fmt: skip
    found, peace = sensitivity_specificity(truth[inside], classes[inside])
    patients, ill = inside.sum() // repeats, int(truth[inside].sum()) // repeats
    print(f"{group:16}{patients:9d}{ill:6d}{found:13.2f}{peace:13.2f}")

# %% [markdown]
# There are far fewer women than men, and fewer still who are ill. Their sensitivity rests on a
# handful of patients, so it could be quite different elsewhere; and the two error rates differ
# between the groups. One accuracy for everyone shows none of this.

# %% [markdown]
# ## An experiment to play with
#
# - Set `cost_missed, cost_alarm = 1.0, 1.0` above and run the cells again. Where is the lowest cost
#   now? Then try 50 to 1. What does the network advise in the extreme?
# - Add a third setting to `settings`, such as `((13, 3, 1), 0.001, 200)`, and run the folds again.
#   How often must you try before one setting looks best by luck?
# - Change `random_state` of the folds. How much do the means in the table move?

# %% [markdown]
# ## Three questions to think about
#
# **1.** A test for a rare disease has sensitivity 0.9 and specificity 0.9. One in a thousand people
# has the disease. Somebody is tested positive: how likely are they to be ill?
#
# <details><summary>Answer</summary>
#
# Of 10,000 people 10 are ill, and 9 of these are found. Of the 9,990 healthy ones, 999 get a false
# alarm. So 9 of 1,008 positives are ill, less than 1 %. Sensitivity and specificity do not depend on
# how common the disease is; what a positive answer is worth does. In our data 44 % are ill, which no
# screening will ever see.
#
# </details>
#
# **2.** You choose the threshold with the lowest cost on the held-out patients, and report that cost.
# What is wrong with the report?
#
# <details><summary>Answer</summary>
#
# The threshold was fitted to the same patients on whom the cost was measured, so the reported cost is
# too low. The choice belongs inside the fold: pick the threshold on training rows, measure on the held
# out ones. The threshold of the formula needs no fitting, but it relies on calibration.
#
# </details>
#
# **3.** Could the overfitted network have the higher AUC, although it is badly calibrated?
#
# <details><summary>Answer</summary>
#
# Yes. The AUC looks only at the order of the patients. Any rising function of the probabilities, such
# as pushing them all towards 0 and 1, leaves the ROC curve as it is and ruins the calibration. They
# are two different questions: who is at higher risk, and how high the risk is.
#
# </details>

# %% [markdown]
# ## Sources
#
# - Costs of 5 and 1: the data set's own documentation, *Statlog (Heart)*, UCI Machine Learning
#   Repository, [doi:10.24432/C57303](https://doi.org/10.24432/C57303), CC BY 4.0; used in D. Michie,
#   D. Spiegelhalter, C. Taylor (eds.), *Machine Learning, Neural and Statistical Classification*
#   (Ellis Horwood, 1994).
# - The repository describes the data as a slightly different form of its *Heart Disease* databases.
#   On the patients of those, who had been referred for coronary angiography: R. Detrano et al.,
#   *International application of a new probability algorithm for the diagnosis of coronary artery
#   disease*, American Journal of Cardiology 64 (1989).
# - Thresholds from costs: C. Elkan, *The foundations of cost-sensitive learning*, IJCAI 2001.
# - Folds are not independent: Y. Bengio, Y. Grandvalet, *No unbiased estimator of the variance of
#   k-fold cross-validation*, Journal of Machine Learning Research 5 (2004).
