# title: How good is it, and for whom?
# summary: Paired comparisons with intervals, calibration, decision curves, subgroups, and a model card to fill in.

# %% [markdown]
# # 05 · How good is it, and for whom?
#
# By the end you will be able to
#
# - compare models on the same patients, and give each difference an interval;
# - compute sensitivity and specificity, and read a ROC curve;
# - check with a calibration curve whether a probability means what it says;
# - choose a threshold by what the two kinds of error cost, and say what a doctor gains and loses;
# - draw a decision curve with "all ill" and "none ill" beside the models;
# - fill in a model card, and name what such a model must not be used for.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next three cells first.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/05_evaluation")

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
# and training happen inside each fold, from nothing. Here are twenty patients, dealt into five groups
# twice.

# %% demo=true
from sklearn.model_selection import RepeatedStratifiedKFold

dealings = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
ill_first = np.repeat([1, 0], [10, 10])
fig, ax = plotting.subplots(1, 1, figsize=(7.5, 3.2))
for row, (learn, judged) in enumerate(dealings.split(ill_first, ill_first)):
    height = -(row + row // 5)  # a gap between the dealings
    ax.plot(learn, np.full(len(learn), height), "o", color="#999999", fillstyle="none", markersize=6)
    ax.plot(judged, np.full(len(judged), height), "s", color="#0072B2", markersize=9)
ax.axvline(9.5, color="#333333", linestyle=":")
ax.set_xticks([4.5, 14.5], ["10 ill patients", "10 healthy patients"])
ax.set_yticks([-2, -8], ["first dealing", "second dealing"])
ax.tick_params(length=0)
ax.plot([], [], "s", color="#0072B2", markersize=9, label="test")
ax.plot([], [], "o", color="#999999", fillstyle="none", label="training")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plotting.show(
    "Two dealings of twenty patients, one row for each fold. In each fold two ill and two healthy "
    "patients are the test set, and the others are trained on. Within a dealing each patient is in the "
    "test set once."
)

# %% [markdown]
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
# **Net benefit.** Read the other way, a threshold $t$ says what a false alarm is worth to the one who
# chose it: $t / (1 - t)$ of an ill patient found. With it,
#
# $$\text{net benefit} = \frac{TP}{m} - \frac{FP}{m} \cdot \frac{t}{1 - t}$$
#
# is the share of patients who are rightly treated, after the price of the false alarms. Calling no one
# ill has the net benefit 0.
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
#
# **Net benefit at 0.2.** $TP = 3$, $FP = 1$ and $0.2 / 0.8 = 0.25$, so it is
# $3/5 - 1/5 \cdot 0.25 = 0.55$.

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
# ## Exercise: `net_benefit`
#
# For the worked example at the threshold 0.2 the result is 0.55, and at 0.5 it is 0.4.


# %% exercise="net_benefit"
def net_benefit(y, probability, threshold):
    """Return the net benefit of calling everyone ill whose probability exceeds the threshold.

    Parameters
    ----------
    y : array of shape (m, 1)
        Labels, 1 ill and 0 healthy.
    probability : array of shape (m, 1)
        What the model says; none is equal to the threshold.
    threshold : float
        Between 0 and 1, both excluded.

    Returns
    -------
    float
        TP / m minus FP / m times threshold / (1 - threshold).
    """
    ### BEGIN SOLUTION
    called = probability > threshold
    found = np.sum(y * called)
    alarms = np.sum((1 - y) * called)
    return float(found - alarms * threshold / (1 - threshold)) / len(y)
    ### END SOLUTION


# %% check="net_benefit" points=1
lesson.check(net_benefit)

# %% test="the net benefit at many thresholds" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4421)
for m, threshold in ((12, 0.5), (9, 0.2), (40, 1 / 6), (25, 0.75)):
    truth = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    judge.same(net_benefit, truth, rng.beta(1 + truth, 2 - truth), threshold)
### END HIDDEN TESTS

# %% test="everyone called ill, and no one" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4422)
for m, threshold in ((10, 0.3), (7, 0.6)):
    truth = (np.arange(m) % 4 == 0).astype(float).reshape(-1, 1)
    for low, high in ((threshold + 0.01, 0.99), (0.01, threshold - 0.01)):
        judge.same(net_benefit, truth, rng.uniform(low, high, (m, 1)), threshold)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise: `card_numbers`
#
# At the end you fill in a model card: a page that says what a model is and how well it does. These are its
# numbers. For the worked example at the threshold 0.2 they are 5 patients, 3 ill, the log loss 0.4676,
# the sensitivity 1, the specificity 0.5 and the net benefit 0.55. Use your own functions.


# %% exercise="card_numbers"
def card_numbers(y, probability, threshold):
    """Return the numbers of a model card.

    Parameters
    ----------
    y : array of shape (m, 1)
        Labels, 1 ill and 0 healthy. Both occur.
    probability : array of shape (m, 1)
        What the model says, for patients whom it was not trained on: above 0 and below 1, and none
        is equal to the threshold.
    threshold : float
        Above it a patient is called ill.

    Returns
    -------
    dict
        "patients" and "ill": how many there are; "log_loss": the mean cross-entropy of the
        probabilities; "sensitivity", "specificity" and "net_benefit": at the threshold.
    """
    ### BEGIN SOLUTION
    classes = (probability > threshold).astype(int)
    sensitivity, specificity = sensitivity_specificity(y, classes)
    losses = y * np.log(probability) + (1 - y) * np.log(1 - probability)
    return {
        "patients": len(y),
        "ill": int(np.sum(y)),
        "log_loss": float(-np.mean(losses)),
        "sensitivity": sensitivity,
        "specificity": specificity,
        "net_benefit": net_benefit(y, probability, threshold),
    }
    ### END SOLUTION


# %% check="card_numbers" points=1
lesson.check(card_numbers)

# %% test="how many patients, and the log loss" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4431)
for m, threshold in ((12, 0.5), (9, 0.2), (40, 1 / 6)):
    truth = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    probability = np.clip(rng.beta(1 + truth, 2 - truth), 0.02, 0.98)
    parts = ("patients", "ill", "log_loss")
    judge.same(card_numbers, truth, probability, threshold, parts=parts)
### END HIDDEN TESTS

# %% test="what the threshold decides" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4432)
for m, threshold in ((12, 0.5), (9, 0.2), (40, 1 / 6), (25, 0.7)):
    truth = (np.arange(m) % 3 == 0).astype(float).reshape(-1, 1)
    probability = np.clip(rng.beta(1 + truth, 2 - truth), 0.02, 0.98)
    parts = ("sensitivity", "specificity", "net_benefit")
    judge.same(card_numbers, truth, probability, threshold, parts=parts)
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, by hand and by your functions:

# %%
y_paper = np.array([[1.0], [1.0], [1.0], [0.0], [0.0]])
p_paper = np.array([[0.9], [0.6], [0.3], [0.4], [0.1]])
for threshold, on_paper in (
    (0.5, "(0.6667, 1), cost 1, net benefit 0.4"),
    (0.2, "(1, 0.5), cost 0.2, net benefit 0.55"),
):
    classes = (p_paper > threshold).astype(int)
    found, peace = sensitivity_specificity(y_paper, classes)
    cost = mean_cost(y_paper, classes, 5.0, 1.0)
    print(
        f"threshold {threshold}: ({found:.4f}, {peace:.4f}), cost {cost:.2f}, "
        f"net benefit {net_benefit(y_paper, p_paper, threshold):.2f}\n     on paper {on_paper}"
    )

# %% [markdown]
# ### Four models over repeated folds
#
# Now the patients: 5 folds, dealt 5 times, which makes 25 trainings for each model. Two settings of
# your network take part, and two more models to compare them with. One is the small setting once
# more, with its first weights divided by the square root of the number of inputs of the layer: part 2
# found that the size of the start matters. The other is logistic regression, a straight border with
# 14 parameters. Inside each fold the scaling is learnt from the training rows.
#
# The probabilities that a model gives to patients *outside* its training rows are kept. So each
# patient gets five of them from each model, one for each dealing.


# %%
def probabilities(net, rows):
    """Return the probability of disease for each row, shape (m, 1)."""
    A1 = net.relu(rows @ net.params["W1"] + net.params["b1"])
    return net.sigmoid(A1 @ net.params["W2"] + net.params["b2"])


class SmallerStart(NeuralNet):
    """Your network, with first weights that suit the number of inputs of their layer."""

    def init_weights(self):
        super().init_weights()
        for name, n_in in (("W1", self.layers[0]), ("W2", self.layers[1])):
            self.params[name] = self.params[name] / np.sqrt(n_in)


X, stored_labels = datasets.load_heart_disease()
y = encode_labels(stored_labels)
settings = {
    "13-8-1, 0.001, 100": (NeuralNet, (13, 8, 1), 0.001, 100),
    "13-10-1, 0.01, 500": (NeuralNet, (13, 10, 1), 0.01, 500),
    "13-8-1, smaller start": (SmallerStart, (13, 8, 1), 0.001, 100),
}
small, large, smaller_start = settings
logistic = "logistic regression"

# %% demo=true
from sklearn.linear_model import LogisticRegression

repeats = 5
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=0)
models = [*settings, logistic]
on_training = {name: [] for name in models}  # (accuracy, log loss) of each training
held_out = {name: np.zeros((repeats, len(y))) for name in models}


def log_loss(truth, probability):
    """Mean cross-entropy, with probabilities kept away from 0 and 1."""
    p = np.clip(probability, 1e-10, 1 - 1e-10)
    return -np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p))


def accuracy(truth, probability):
    """Share of the patients on the right side of one half, in per cent."""
    return 100 * np.mean((probability > 0.5) == truth)


for number, (train, test) in enumerate(folds.split(X, y.ravel())):
    Z_train, Z_test = standardize(X[train], X[test])
    for name in models:
        if name in settings:
            np.random.seed(number)
            kind, *options = settings[name]
            net = kind(*options)
            net.fit(Z_train, y[train])
            known, new = probabilities(net, Z_train), probabilities(net, Z_test)
        else:
            line = LogisticRegression().fit(Z_train, y[train].ravel())
            known, new = line.predict_proba(Z_train)[:, 1:], line.predict_proba(Z_test)[:, 1:]
        on_training[name].append((accuracy(y[train], known), log_loss(y[train], known)))
        held_out[name][number // 5, test] = new.ravel()

truth = y.ravel()
print(f"{'':24}{'training rows':>22}{'held-out rows':>22}")
print(f"{'':24}{'accuracy':>13}{'log loss':>9}{'accuracy':>13}{'log loss':>9}")
for name in models:
    known = np.mean(on_training[name], axis=0)
    new = [f(truth, held_out[name]) for f in (accuracy, log_loss)]
    print(f"{name:24}{known[0]:11.1f} %{known[1]:9.2f}{new[0]:11.1f} %{new[1]:9.2f}")
healthy = 100 * np.mean(y == 0)
print(f"{'everyone healthy':24}{healthy:11.1f} %{'':9}{healthy:11.1f} %")

# %% [markdown]
# Read the log loss first. On its training rows the large setting is nearly perfect. On others its
# log loss is more than four times that of logistic regression: it is sure, and it is wrong. That is
# **overfitting**, and the accuracy alone shows little of it.
#
# How certain is a difference? Dealing the same 270 patients again adds no patient. What could have
# been otherwise is *which patients are in the table*. So draw 270 patients from the table, with
# replacement, and compute the difference for them; do that a thousand times. The middle 95 % of these
# differences are an interval over patients. This is called the *bootstrap*. Both models answer for
# the same patients each time, so the comparison is paired.


# %% demo=true
draws = np.random.default_rng(0).integers(0, len(y), (1000, len(y)))


def over_patients(statistic):
    """Return statistic(patients) for all patients, and the ends of its interval over patients."""
    values = [statistic(patients) for patients in draws]
    return statistic(np.arange(len(y))), *np.quantile(values, [0.025, 0.975])


def difference(measure, first, second):
    """Mean difference of a measure over the dealings, with its interval."""

    def of(patients):
        rows = zip(held_out[first][:, patients], held_out[second][:, patients], strict=True)
        return np.mean([measure(truth[patients], a) - measure(truth[patients], b) for a, b in rows])

    return over_patients(of)


pairs = [(small, large), (logistic, small), (smaller_start, small), (logistic, smaller_start)]
gains = {}
for first, second in pairs:
    gains[first, second] = difference(accuracy, first, second), difference(log_loss, first, second)
    (a, a_low, a_high), (b, b_low, b_high) = gains[first, second]
    print(f"{first} minus {second}:")
    print(f"    accuracy {a:+.1f} points ({a_low:+.1f} to {a_high:+.1f}), "
          f"log loss {b:+.2f} ({b_low:+.2f} to {b_high:+.2f})")  # fmt: skip

# %% demo=true
fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 3.2), sharey=True)
for ax, k, label in [(left, 0, "accuracy, points"), (right, 1, "log loss")]:
    for place, pair in enumerate(pairs[::-1]):
        middle, low, high = gains[pair][k]
        ax.plot([low, high], [place, place], color="black", linestyle="-", linewidth=2)
        ax.plot(middle, place, "D", color="#0072B2")
    ax.axvline(0, color="#333333", linestyle=":")
    ax.set(xlabel=f"difference of the {label}", ylim=(-0.6, 3.6))
left.set_yticks(range(4), [f"{a}\nminus {b}" for a, b in pairs[::-1]], fontsize=8)
plotting.show(
    "Four paired differences with their intervals over patients, in accuracy and in log loss. Three "
    "of the four intervals lie clear of zero on both sides of the figure; that of logistic regression "
    "minus the network with the smaller start contains it."
)

# %% [markdown]
# - **The two settings.** The large one is worse: a little in accuracy, and by far in log loss.
# - **Logistic regression** is ahead of both, in accuracy and in log loss.
# - **The start.** With smaller first weights the same network, with the same steps, comes level with
#   logistic regression: the interval of their difference contains zero. So most of the gap was not due to
#   the hidden layer. It was due to weights that began too large.
#
# On 270 patients a bent border is not shown to find more than a straight one. Saying so is part of the job.
#
# One thing these intervals leave out: with other patients to *train* on, each model would be a
# different one. So they are somewhat too narrow. Part 5 has an interval that allows for it.

# %% claim=true
losses = {name: log_loss(truth, held_out[name]) for name in models}
assert losses[large] > 4 * losses[logistic]
assert np.mean(on_training[large], axis=0)[1] < 0.1
assert gains[small, large][0][1] > 0
assert gains[small, large][1][2] < 0
assert gains[logistic, small][0][1] > 0 and gains[logistic, small][1][2] < 0
assert gains[smaller_start, small][0][1] > 0 and gains[smaller_start, small][1][2] < 0
for low, high in (gains[logistic, smaller_start][k][1:] for k in (0, 1)):
    assert low < 0 < high

# %% [markdown]
# ### Does a probability mean what it says?
#
# If the network says 0.8 for a group of patients, then about 80 % of them should be ill. If that holds,
# the model is *calibrated*. The calibration curve sorts the held-out patients by their probability,
# cuts them into groups, and compares. Which of the models do you expect to be furthest from the
# diagonal?
#
# Even perfect probabilities would not lie on it, with eight groups of some 34 patients. How far off is
# chance? Take a model's probabilities for true, draw labels by them, and compute the distance; many
# times. What comes out is the noise that a measured distance has to exceed.


# %% demo=true
from sklearn.calibration import calibration_curve


def calibration_error(labels, probability, bins=8):
    """Return the mean distance between probability and share of ill, over equally large groups."""
    share, mean = calibration_curve(labels, probability, n_bins=bins, strategy="quantile")
    return np.mean(np.abs(share - mean))


def calibration_slope(labels, probability):
    """Slope of the true log odds along those of the model: 1 is right, less is too extreme."""
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p)).reshape(-1, 1)
    return LogisticRegression(C=1e6).fit(odds, labels).coef_.item()


rng = np.random.default_rng(0)
measured, noise, slopes, slope_noise = {}, {}, {}, {}
for name in models:
    measured[name] = np.mean([calibration_error(truth, p) for p in held_out[name]])
    slopes[name] = np.mean([calibration_slope(truth, p) for p in held_out[name]])
    p = held_out[name][0]
    drawn = (rng.random((200, len(p))) < p).astype(int)
    noise[name] = np.quantile([calibration_error(labels, p) for labels in drawn], [0.025, 0.975])
    slope_noise[name] = np.quantile([calibration_slope(labels, p) for labels in drawn], [0.025, 0.975])
print(f"{'':24}{'distance (by chance alone)':>30}{'slope (by chance alone)':>30}")
for name in models:
    cells = (
        f"{value[name]:.{digits}f} ({band[name][0]:.{digits}f} to {band[name][1]:.{digits}f})"
        for value, band, digits in ((measured, noise, 3), (slopes, slope_noise, 2))
    )
    print(f"{name:24}" + "".join(f"{cell:>30}" for cell in cells))

fig, (left, right) = plotting.subplots(1, 2, figsize=(10, 3.8))
left.plot([0, 1], [0, 1], color="#333333", linestyle=":", linewidth=1.2, label="calibrated")
looks = dict(zip(models, [("#0072B2", "o"), ("#D55E00", "^"), ("#56B4E9", "s"), ("#009E73", "v")]))
repeated = np.tile(truth, repeats)
for name in (small, large, logistic):
    colour, marker = looks[name]
    probability = held_out[name].ravel()
    share, mean = calibration_curve(repeated, probability, n_bins=8, strategy="quantile")
    left.plot(mean, share, color=colour, marker=marker, linestyle="-", label=name)
    right.hist(
        probability, bins=20, range=(0, 1), histtype="step", color=colour, label=name,
        linestyle={small: "-", large: "--", logistic: "-."}[name],
    )  # fmt: skip
left.set(xlabel="probability that the model says", ylabel="share of ill patients", title="Calibration")
left.legend(fontsize=8)
right.set(xlabel="probability that the model says", ylabel="patients x repeats", title="How sure it is")
right.legend(fontsize=8)
plotting.show(
    "Left: calibration curves. Logistic regression stays near the diagonal, the small setting a "
    "little less so; the large setting is far too extreme, with many ill patients among those whom "
    "it calls healthy with near certainty. Right: histograms of the probabilities; the large setting "
    "piles them up at 0 and 1."
)

# %% [markdown]
# The large setting is certain nearly always, and often wrong when it is. Its probabilities cannot be
# used as probabilities: a doctor who reads "3 %" there is misled. Logistic regression stays within
# what chance would do. The slope says the same in one number: below 1, a model is too extreme. Chance
# alone moves it as well, by the band in brackets: both settings with the large start lie clearly below theirs,
# the other two models near its lower end.

# %% claim=true
assert measured[large] > 2 * noise[large][1]
assert noise[logistic][0] < measured[logistic] < noise[logistic][1]
assert slopes[large] < 0.3 < slopes[small] < slopes[smaller_start] < 1
assert slope_noise[small][0] - slopes[small] > 0.1 and slope_noise[large][0] - slopes[large] > 0.1
for name in (logistic, smaller_start):
    assert abs(slopes[name] - slope_noise[name][0]) < 0.05

# %% [markdown]
# ### The ROC curve
#
# Every threshold gives a pair of sensitivity and specificity. The ROC curve draws all of them:
# the share of false alarms along x, the share of ill patients found along y. A coin would lie on the
# diagonal. The area below the curve, AUC, is the probability that a random ill patient gets a higher
# number than a random healthy one. So it can be counted: in how many pairs of an ill and a healthy
# patient is the ill one's number higher? A tie counts one half.

# %% demo=true
from sklearn.metrics import roc_curve

fig, ax = plotting.subplots(1, 1, figsize=(5.4, 4.6))
areas = {}
for name, style in zip(models, ("-", "--", ":", "-.")):
    false_alarms, found, _ = roc_curve(repeated, held_out[name].ravel())
    ax.plot(false_alarms, found, color=looks[name][0], linestyle=style, label=name)
    one, other = held_out[name][:, :, np.newaxis], held_out[name][:, np.newaxis]
    wins = np.mean((one > other) + (one == other) / 2, axis=0)  # of each patient over each other one
    areas[name] = over_patients(
        lambda rows, wins=wins: wins[np.ix_(rows[truth[rows] == 1], rows[truth[rows] == 0])].mean()
    )
    print(f"{name:24} AUC {areas[name][0]:.3f} ({areas[name][1]:.3f} to {areas[name][2]:.3f})")
for threshold, marker in ((0.5, "s"), (1 / 6, "D")):
    found, peace = sensitivity_specificity(repeated, held_out[small].ravel() > threshold)
    ax.plot(
        1 - peace, found, marker, color="black", markersize=8, label=f"{small} at {threshold:.2f}"
    )
ax.plot([0, 1], [0, 1], color="#333333", linestyle=":", linewidth=1)
ax.set(xlabel="false alarms: 1 - specificity", ylabel="ill patients found: sensitivity")
ax.legend(fontsize=8, loc="lower right")
plotting.show(
    "ROC curves of the four models, all far above the diagonal. Logistic regression and the network "
    "with the smaller start lie highest, the small setting below them and the large one lowest. "
    "Two marks on the curve of the small setting show the thresholds 0.50 and 0.17: the second finds "
    "more ill patients and gives more false alarms."
)

# %% [markdown]
# The intervals are over patients, and they are wide: 270 patients fix an AUC to about four hundredths
# on each side. An interval of the mean over the five dealings would be some five times narrower, and would
# say nothing about other patients.

# %% claim=true
from sklearn.metrics import roc_auc_score

for _, low, high in areas.values():
    assert 0.06 < high - low < 0.1
again = [roc_auc_score(truth, p) for p in held_out[small]]
assert np.isclose(np.mean(again), areas[small][0])  # counted by scikit-learn
over_dealings = 2.776 * np.std(again, ddof=1) / np.sqrt(5)  # Student's quantile for five dealings
assert 4 < (areas[small][2] - areas[small][1]) / 2 / over_dealings < 7

# %% [markdown]
# ### A decision, and what it costs
#
# The people who put this data set together also said what errors cost in it: a missed patient 5, a
# false alarm 1. By the formula above the best threshold is then $1/6$, if the probabilities are right.
#
# A model is only worth something if it beats decisions that need no model. There are two: call
# **everyone ill**, which costs a false alarm for each healthy patient, and call **everyone healthy**,
# which costs a missed one for each who is ill. Which models beat both, and at which thresholds?

# %%
cost_missed, cost_alarm = 5.0, 1.0

# %% demo=true
best_threshold = cost_alarm / (cost_alarm + cost_missed)
everyone_ill = mean_cost(y, np.ones_like(y), cost_missed, cost_alarm)
everyone_healthy = mean_cost(y, np.zeros_like(y), cost_missed, cost_alarm)
grid = np.linspace(0.01, 0.99, 99)
fig, ax = plotting.subplots(1, 1, figsize=(7, 4))
cost_at = {}
for name, style in zip(models, ("-", "--", ":", "-.")):
    probability = held_out[name].ravel()
    costs = np.array(
        [mean_cost(repeated, (probability > t).astype(int), cost_missed, cost_alarm) for t in grid]
    )
    ax.plot(grid, costs, color=looks[name][0], linestyle=style, label=name)
    at_formula = mean_cost(
        repeated, (probability > best_threshold).astype(int), cost_missed, cost_alarm
    )
    cost_at[name] = at_formula, costs[49], costs
    print(f"{name:24} cost at 1/6 {at_formula:.3f}, at 0.50 {costs[49]:.3f}, "
          f"cheaper than everyone ill at {np.sum(costs < everyone_ill):2} of 99 thresholds")  # fmt: skip
print(f"{'everyone ill':24} {everyone_ill:.3f}")
print(f"{'everyone healthy':24} {everyone_healthy:.3f}")
ax.axhline(everyone_ill, color="black", linestyle="-", linewidth=1)
ax.text(0.99, everyone_ill + 0.02, "everyone ill", ha="right", fontsize=9)
ax.axvline(best_threshold, color="#333333", linestyle=":", label="by the formula: 1/6")
ax.set(xlabel="threshold", ylabel="mean cost per patient", ylim=(0, None))
ax.legend(fontsize=8)
plotting.show(
    "Mean cost per patient against the threshold. A level line marks the cost of calling everyone "
    "ill. Logistic regression and the network with the smaller start lie well below it at low "
    "thresholds. The small setting is below it only there; the large setting lies above it "
    "everywhere."
)

# %% [markdown]
# The large setting is dearer than calling everyone ill, **at every threshold**: with these costs it is
# worse than no model. The small one is, too, if one decides at one half. At $1/6$ the calibrated
# models are clearly cheaper. So the formula came out right where the probabilities are right, and it
# cannot help where they are not.

# %% claim=true
assert np.all(cost_at[large][2] > everyone_ill)
assert cost_at[small][1] > everyone_ill > cost_at[small][0]
for name in (logistic, smaller_start):
    assert cost_at[name][0] < 0.75 * everyone_ill

# %% [markdown]
# ### The decision curve
#
# 5 to 1 is one opinion. Somebody else would choose another threshold. A decision curve draws the net
# benefit for all of them: at each threshold the false alarms weigh what that threshold says they weigh.
# Beside the models stand the two decisions that need none. Where is a model worth having?

# %% demo=true
thresholds = np.arange(0.055, 0.8, 0.01)
fig, ax = plotting.subplots(1, 1, figsize=(7, 4))
benefit = {}
for name, style in zip(models, ("-", "--", ":", "-.")):
    probability = held_out[name].reshape(-1, 1)
    benefit[name] = np.array([net_benefit(repeated.reshape(-1, 1), probability, t) for t in thresholds])
    ax.plot(thresholds, benefit[name], color=looks[name][0], linestyle=style, label=name)
all_ill = np.array([net_benefit(y, np.ones_like(y), t) for t in thresholds])
ax.plot(thresholds, all_ill, color="black", linewidth=1, label="all ill")
ax.axhline(0, color="#333333", linestyle=":", linewidth=1, label="none ill")
ax.set(xlabel="threshold", ylabel="net benefit", ylim=(-0.1, 0.46))
ax.legend(fontsize=8)
plotting.show(
    "Net benefit against the threshold. All ill falls from 0.41 through zero near the share of the ill, "
    "0.44; none ill is the zero line. Logistic regression and the network with the smaller start lie "
    "above both nearly everywhere. At low thresholds the small setting falls a little below all ill, under "
    "0.08, and the large one clearly, under 0.2."
)
worth = {}
for t in (0.1, 1 / 6, 0.5):
    for name in models:
        worth[name, t] = gain, low, high = over_patients(
            lambda rows, name=name, t=t: np.mean(
                [net_benefit(y[rows], p[rows].reshape(-1, 1), t) for p in held_out[name]]
            )
            - max(0, net_benefit(y[rows], np.ones((len(rows), 1)), t))
        )
        print(f"threshold {t:.2f}: {name:21} minus the better of all and none "
              f"{gain:+.3f} ({low:+.3f} to {high:+.3f})")  # fmt: skip

# %% [markdown]
# At one half every model helps: it sorts. At 0.10, where nobody wants to miss anyone, "all ill" is hard to
# beat. No model here is shown to be better, and the large setting, which is too sure of itself, is worse:
# its interval lies below 0. At $1/6$, the threshold of 5 to 1, logistic regression and the network with the
# smaller start are worth having, and for the small setting these patients do not show it.

# %% claim=true
middle = np.abs(thresholds - 0.5).argmin()
for name in models:
    assert benefit[name][middle] > max(0, all_ill[middle]) + 0.1
assert (benefit[large] < all_ill)[thresholds < 0.19].all()
assert (benefit[small] < all_ill)[thresholds < 0.07].all()
assert (benefit[logistic] > all_ill)[thresholds > 0.1].all()
for name in (logistic, smaller_start, small):
    assert worth[name, 0.1][1] < 0 < worth[name, 0.1][2]
assert worth[large, 0.1][2] < 0
assert worth[logistic, 1 / 6][1] > 0 > worth[small, 1 / 6][1] and worth[smaller_start, 1 / 6][1] > 0
assert all(worth[name, 0.5][1] > 0.1 for name in models)

# %% demo=true
print("logistic regression, per 100 patients:")
print(f"{'threshold':>10}{'ill found':>11}{'ill missed':>12}{'false alarms':>14}{'accuracy':>10}")
probability = held_out[logistic].ravel()
for threshold in (0.7, 0.5, 0.3, 1 / 6, 0.1):
    classes = probability > threshold
    found = 100 * np.mean(classes & (repeated == 1))
    missed = 100 * np.mean(~classes & (repeated == 1))
    alarms = 100 * np.mean(classes & (repeated == 0))
    right = 100 * np.mean(classes == repeated)
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
#   specialists because something was suspected. Of the 129 without chest pain 71 % are ill. Selection
#   is a likely reason: others without pain were never sent. Taken to the street, the network would
#   read a missing pain as a warning.
# - **Not in place of an examination.** The coloured vessels and the thallium scan come from
#   examinations late in the process. Such results often come after the decision that the network
#   should help with.
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
# How many men and women are in the data, and does logistic regression at one half serve both equally?
# Each share comes with an interval for that number of patients (Wilson's). Whether two groups differ is asked
# of the difference of their shares, with its own interval over patients.


# %% demo=true
def wilson(share, count, z=1.96):
    """Return the ends of Wilson's 95 % interval of a share of `count` patients."""
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return middle - reach, middle + reach


sex = X[:, datasets.heart_feature_names.index("sex")]
age = X[:, datasets.heart_feature_names.index("age")]
print(f"{'group':14}{'patients':>9}{'ill':>5}{'sensitivity':>24}{'specificity':>24}")
reach = {}
for group, inside in (
    ("women", sex == 0), ("men", sex == 1), ("under 45", age < 45), ("45 to 60", (age >= 45) & (age < 60)),
    ("60 and older", age >= 60),
):  # fmt: skip
    classes = held_out[logistic][:, inside] > 0.5
    found, peace = sensitivity_specificity(np.tile(truth[inside], repeats), classes.ravel())
    ill, patients = int(truth[inside].sum()), int(inside.sum())
    a, b = wilson(found, ill), wilson(peace, patients - ill)
    reach[group] = a
    print(f"{group:14}{patients:9d}{ill:5d}{found:9.2f} ({a[0]:.2f} to {a[1]:.2f}){peace:9.2f} "
          f"({b[0]:.2f} to {b[1]:.2f})")  # fmt: skip


def women_minus_men(state):
    """Difference of the shares of right answers among the ill (1) or the healthy (0), with its interval."""

    def of(rows):
        groups = [rows[(sex[rows] == s) & (truth[rows] == state)] for s in (0, 1)]
        women, men = (np.mean((held_out[logistic][:, g] > 0.5) == state) for g in groups)
        return 100 * (women - men)

    return over_patients(of)


by_sex = {name: women_minus_men(state) for name, state in (("sensitivity", 1), ("specificity", 0))}
for name, (middle, low, high) in by_sex.items():
    print(f"{name}, women minus men: {middle:+.0f} points ({low:+.0f} to {high:+.0f})")

# %% [markdown]
# There are far fewer women than men, and only 20 of them are ill. Their sensitivity could be anything in an
# interval nearly forty points wide. It is lower than that of men, but the interval of the difference contains
# 0: these data do not show that ill women are served worse, nor that they are served alike. The specificity
# does differ, by an interval that leaves out 0. Healthy men get a false alarm more often than healthy women. In
# this table few women and most men are ill, and the model is told the sex of each patient.

# %% claim=true
no_pain = X[:, datasets.heart_feature_names.index("chest_pain")] == 4
assert no_pain.sum() == 129 and round(100 * truth[no_pain].mean()) == 71
assert int(truth[sex == 0].sum()) == 20
assert 0.35 < reach["women"][1] - reach["women"][0] < 0.4
assert by_sex["sensitivity"][0] < -5 and by_sex["sensitivity"][1] < 0 < by_sex["sensitivity"][2]
assert by_sex["specificity"][1] > 5
assert truth[sex == 0].mean() < 0.25 and truth[sex == 1].mean() > 0.5

# %% [markdown]
# ## A model card
#
# If you hand a model on, hand on a page that says what it is: what it was made from, what it is for, how
# well it does, and for whom it was not tried. For prediction models in medicine there is a list of
# what belongs in a report, TRIPOD+AI (2024), with 27 items. The card below takes the few that fit on a page.
#
# Its numbers come from your `card_numbers`, with intervals over patients. The sentences come from you.
# Write one for each entry below; the notes say what is asked. A card with an empty line says so. In the recap
# of this part you hand the sentences in.

# %%
statements = {
    "intended use": "",  # who would use it, for which decision, at which point of the examination?
    "outcome": "",  # what does "ill" mean here, and how was it found out? (notebook 01)
    "participants": "",  # where were they from, when, and who was left out? (notebook 01)
    "not to be used for": "",  # at least two of the reasons above
    "what is missing": "",  # what would you need to know before you let it near a patient?
}

# %% demo=true
shown, threshold = logistic, 1 / 6
average = {
    name: over_patients(
        lambda rows, name=name: np.mean(
            [card_numbers(y[rows], p[rows].reshape(-1, 1), threshold)[name] for p in held_out[shown]]
        )
    )
    for name in ("log_loss", "sensitivity", "specificity", "net_benefit")
}
counts = card_numbers(y, held_out[shown][0].reshape(-1, 1), threshold)
events_each = counts["ill"] * 4 / 5 / 14
print(f"MODEL CARD: {shown}, 13 features, 14 parameters")
print("data                 Statlog (Heart), UCI, doi:10.24432/C57303; no missing values")
print(f"patients             {counts['patients']}, of whom {counts['ill']} ill")
print(f"ill per parameter    {events_each:.1f} in each training")
print("evaluation           5 folds, dealt 5 times; intervals over patients; no other hospital")
for name, (value, low, high) in average.items():
    at = "" if name == "log_loss" else f"  at the threshold {threshold:.2f}"
    print(f"{name.replace('_', ' '):20} {value:.2f} ({low:.2f} to {high:.2f}){at}")
low, high = slope_noise[shown]
print(f"calibration slope    {slopes[shown]:.2f} (by chance alone {low:.2f} to {high:.2f})")
print(f"sensitivity at 0.50  women {reach['women'][0]:.2f} to {reach['women'][1]:.2f}, "
      f"men {reach['men'][0]:.2f} to {reach['men'][1]:.2f}")  # fmt: skip
for name, sentence in statements.items():
    print(f"{name:20} {sentence or '--- still to be written ---'}")

# %% [markdown]
# Would you want a doctor to use it for you, on the strength of this page? If a line makes you hesitate, the
# card has done its work.

# %% claim=true
assert counts["patients"] == 270 and counts["ill"] == 120 and 6 < events_each < 7
assert average["sensitivity"][1] > 0.85 and average["net_benefit"][1] > 0.25

# %% [markdown]
# ## An experiment to play with
#
# - Make a card for the large setting: `shown = large`. Which line would warn a reader first?
# - Set `cost_missed, cost_alarm = 1.0, 1.0` above and run the cells again. Where is the lowest cost
#   now? Then try 50 to 1. What does the network advise in the extreme?
# - Add another setting to `settings`, such as `(NeuralNet, (13, 3, 1), 0.001, 200)`, and run the folds
#   again. How often must you try before one setting looks best by luck?
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
# **3.** Could an overfitted network have the higher AUC, although it is badly calibrated?
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
# - On the patients, who underwent coronary angiography in Cleveland (notebook 01 shows that they are the
#   same): R. Detrano et al., *International application of a new probability algorithm for the diagnosis
#   of coronary artery disease*, American Journal of Cardiology 64 (1989).
# - Thresholds from costs: C. Elkan, *The foundations of cost-sensitive learning*, IJCAI 2001.
# - The bootstrap: B. Efron, *Bootstrap methods: another look at the jackknife*, Annals of Statistics 7
#   (1979). The interval of a share: E. B. Wilson, Journal of the American Statistical Association 22
#   (1927).
# - Net benefit, and decisions against "everyone" and "no one": A. Vickers, E. Elkin, *Decision curve
#   analysis*, Medical Decision Making 26 (2006).
# - What belongs in a report: G. Collins, K. Moons, P. Dhiman et al., *TRIPOD+AI statement: updated guidance
#   for reporting clinical prediction models that use regression or machine learning methods*, BMJ 385
#   (2024), e078378. The form of a card: M. Mitchell et al., *Model cards for model reporting*, FAT* 2019.
# - Folds are not independent: Y. Bengio, Y. Grandvalet, *No unbiased estimator of the variance of
#   k-fold cross-validation*, Journal of Machine Learning Research 5 (2004).
