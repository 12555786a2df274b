# title: Real data: 270 patients
# summary: Look at real measurements, encode, split and scale them, and see what leaking does.

# %% [markdown]
# # 01 · Real data: 270 patients
#
# By the end you will be able to
#
# - look at a data set before modelling it: classes, units, distributions;
# - say what the label means and whose rows these are, and check what is written about them;
# - turn stored labels into the 0 and 1 that the cross-entropy needs;
# - split patients so that both parts have the same share of the ill;
# - scale features with numbers that come from the training rows alone;
# - say what happens to an accuracy when the test rows leak into the preparation.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next cell first.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/01_data")

# %% [markdown]
# ## Where we are
#
# The data of parts 1 to 3 were mostly points in a plane that a formula had made. Now the data are
# real, small, and measured on people. In this part you build a network as a class, 13 inputs, 8
# hidden units and one output, and then find out how far it can be trusted.
#
# The network comes in the next notebook. Which end of it do we work on today?

# %% demo=true
plotting.draw_network((13, 8, 1), highlight="data")
plotting.show(
    "The 13-8-1 network with its 13 inputs highlighted: what enters the network is the subject of "
    "this notebook."
)

# %% [markdown]
# On the left end: the 13 numbers that are known of each patient.

# %% [markdown]
# ## The data
#
# The Statlog heart data set has 270 patients who were examined for heart disease. For each there
# are 13 features and a label. **The samples are the rows here**, as in part 3: `X` is `(m, n_x)`.
#
# | Column | Feature | Unit or code |
# | --- | --- | --- |
# | 0 | age | years |
# | 1 | sex | 1 male, 0 female |
# | 2 | chest pain | 1 typical angina, 2 atypical angina, 3 non-anginal pain, 4 asymptomatic |
# | 3 | resting blood pressure | mm Hg |
# | 4 | serum cholesterol | mg/dl |
# | 5 | fasting blood sugar | 1 if above 120 mg/dl, else 0 |
# | 6 | resting ECG | 0 normal, 1 ST-T wave abnormality, 2 left ventricular hypertrophy |
# | 7 | maximum heart rate | beats a minute |
# | 8 | angina during exercise | 1 yes, 0 no |
# | 9 | ST depression by exercise, relative to rest | as stored (an ECG is read in mm) |
# | 10 | slope of the ST segment at peak exercise | 1 up, 2 flat, 3 down |
# | 11 | major vessels coloured by fluoroscopy | 0 to 3 |
# | 12 | thallium scan | 3 normal, 6 fixed defect, 7 reversible defect |
#
# The label is stored as 1 (disease absent) or 2 (disease present).
#
# **What "disease" means here.** All these patients underwent *coronary angiography*: dye is brought into the
# vessels of the heart, and an X-ray shows them. In the data's documentation, disease is present where a
# major vessel has lost more than half of its diameter. So the label is a narrowing that was seen on a
# picture. It is not pain, not a heart attack, and not what became of the patient later. A vessel that is
# narrowed by 49 % counts as healthy.
#
# How large are the numbers, column by column, and how many patients are ill?

# %%
X, y = datasets.load_heart_disease()
names = datasets.heart_feature_names
print("X", X.shape, " y", y.shape, " labels", np.unique(y))
print("patients without disease:", np.sum(y == 1), "  with disease:", np.sum(y == 2))
print()
print(f"{'feature':22}{'smallest':>9}{'mean':>9}{'largest':>9}")
for j, name in enumerate(names):
    print(f"{name:22}{X[:, j].min():9.1f}{X[:, j].mean():9.2f}{X[:, j].max():9.1f}")

# %% [markdown]
# Nothing is missing. The scales differ a lot: cholesterol runs into the hundreds, while several
# features are 0 or 1. More patients are well than ill, but not by far. A rule that calls everyone
# well would already be right for the larger class, so that is the number to beat first.
#
# Which features look different for the two groups? Guess before you run the cell.

# %% demo=true
ill = y == 2
fig, axes = plotting.subplots(3, 5, figsize=(11.5, 7.4))
for j, ax in enumerate(axes.flat):
    if j >= len(names):
        ax.axis("off")
        continue
    values = np.unique(X[:, j])
    if len(values) <= 8:
        groups = [ill[X[:, j] == value] for value in values]
        bars = ax.bar(range(len(values)), [100 * g.mean() for g in groups], color="#56B4E9")
        ax.bar_label(bars, [f"of {len(g)}" for g in groups], fontsize=6.5)
        ax.axhline(100 * ill.mean(), color="#333333", linestyle=":", linewidth=1)
        ax.set_xticks(range(len(values)), [f"{value:g}" for value in values])
        ax.set_ylim(0, 115)
        ax.set_ylabel("% with disease", fontsize=7)
    else:
        bins = np.linspace(values[0], values[-1], 13)
        for group, colour, line in ((~ill, "#0072B2", "-"), (ill, "#D55E00", "--")):
            ax.hist(
                X[group, j], bins=bins, density=True, histtype="step", color=colour, linewidth=1.8,
                linestyle=line, label="disease present" if line == "--" else "disease absent",
            )  # fmt: skip
        ax.set_yticks([])
        ax.set_ylabel("density", fontsize=7)
    ax.set_title(names[j].replace("_", " "), fontsize=9)
    ax.tick_params(labelsize=7)
handles, labels = axes.flat[0].get_legend_handles_labels()
axes.flat[-1].legend(handles, labels, loc="center", fontsize=9)
plotting.show(
    "Thirteen panels, one a feature. For features with few values a bar shows what share of the "
    "patients with that value has the disease, beside a dotted line at the share of all; for the "
    "others two outlines show how the values spread without and with disease. Chest pain, maximum "
    "heart rate, exercise angina, ST depression, vessels and thallium differ clearly; cholesterol, "
    "blood sugar and blood pressure differ little."
)

# %% [markdown]
# No feature separates the groups alone. Chest pain of type 4, a low maximum heart rate, angina
# during exercise, coloured vessels and a reversible defect go with disease *in these patients*.
# Chest pain type 4 is called asymptomatic, which sounds like the healthier answer. Keep that oddity
# in mind: these patients were not drawn from the street, they were sent to a heart clinic. We come
# back to it at the end of notebook 05.

# %% claim=true
of = dict(zip(names, X.T, strict=True))
for name, value in (("chest_pain", 4), ("exercise_angina", 1), ("thallium", 7)):
    assert name in of, names
    assert ill[of[name] == value].mean() > 0.65 > ill[of[name] != value].mean() + 0.2, name
slow = of["max_heart_rate"] < np.median(of["max_heart_rate"])
assert ill[slow].mean() > ill[~slow].mean() + 0.2
assert ill[of["major_vessels"] > 0].mean() > ill[of["major_vessels"] == 0].mean() + 0.2

# %% [markdown]
# ## Whose rows are these?
#
# The repository describes this data set as a slightly different form of another that it holds. Which one,
# and how different? The candidate is the *Heart Disease* data set, whose Cleveland part has 303 patients
# with the same features. Its label is 1 where a
# vessel is narrowed by more than half, and it has missing values. Both come with this course, so look for
# each of the 270 rows among the 303. How many will you find?

# %% demo=true
X_cleveland, narrowed = datasets.load_cleveland()
theirs = {tuple(row): label for row, label in zip(X_cleveland.tolist(), narrowed.tolist())}
found = [tuple(row) in theirs for row in X.tolist()]
agree = [theirs.get(tuple(row)) == label - 1 for row, label in zip(X.tolist(), y.tolist())]
ours = {tuple(row) for row in X.tolist()}
left_out = np.array([tuple(row) not in ours for row in X_cleveland.tolist()])
incomplete = np.isnan(X_cleveland).any(axis=1)
print(f"{sum(found)} of {len(X)} rows are Cleveland's, feature by feature; {sum(agree)} with the same label")
print(f"different rows: {len(ours)} here, {len(theirs)} there")
print(f"left out of Cleveland's 303: {left_out.sum()}, of whom {(left_out & incomplete).sum()} are incomplete")
print(f"ill: {100 * np.mean(y == 2):.0f} % here, {100 * narrowed.mean():.0f} % in Cleveland, "
      f"{100 * narrowed[left_out].mean():.0f} % of those left out")  # fmt: skip

# %% [markdown]
# All of them. So this is no second data set: it is the Cleveland one without 33 patients. Six of these had
# a missing value. We found no explanation of why the other 27 are gone.
#
# Three things follow. A model that is trained on the one must not be tested on the other: that would be a
# leak of 270 patients. What is known of Cleveland's patients holds for ours: in one hospital, before July
# 1988, 303 people underwent angiography, so somebody had suspected something. And the request that comes
# with those data holds, too: name the investigators who collected them. They stand at the end.

# %% claim=true
assert all(found) and all(agree) and len(ours) == 270 and len(theirs) == 303
assert left_out.sum() == 33 and (left_out & incomplete).sum() == incomplete.sum() == 6

# %% [markdown]
# ## The mathematics
#
# Two small transformations prepare the data.
#
# **Labels.** The cross-entropy $-\big(y \log \hat y + (1 - y)\log(1 - \hat y)\big)$ needs
# $y \in \{0, 1\}$. With $y = 2$ it would not be a loss at all: the factor $1 - y$ becomes $-1$.
# The labels also become a **column**, `(m, 1)`, the same shape as the network's output. If one is
# `(m,)` and the other `(m, 1)`, then NumPy broadcasts `y - yhat` to an `(m, m)` table, without a
# word of warning.
#
# **Features.** Each column $j$ is standardised with mean and standard deviation *of the training
# rows*, and the test rows are treated with the same two numbers:
#
# $$\mu_j = \frac{1}{m}\sum_{i} x_{ij}, \qquad
# \sigma_j = \sqrt{\frac{1}{m}\sum_i (x_{ij} - \mu_j)^2}, \qquad
# z_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}$$
#
# A test row stands for a patient who has not come yet. Nothing that we compute before that day may
# depend on them.
#
# | In code | Meaning | Shape | Here |
# | --- | --- | --- | --- |
# | `X` | features, one patient a row | `(m, n_x)` | `(270, 13)` |
# | `y` as stored | labels 1 and 2 | `(m,)` | `(270,)` |
# | `encode_labels(y)` | labels 0 and 1, a column | `(m, 1)` | `(270, 1)` |
# | `X_train`, `X_test` | rows to learn from, rows to judge by | `(m_train, n_x)`, `(m_test, n_x)` | `(216, 13)`, `(54, 13)` |
# | mean, standard deviation | one number a feature | `(n_x,)` | `(13,)` |

# %% [markdown]
# ## A worked example on paper
#
# Two training patients and one test patient, with two features:
#
# $$X_{\text{train}} = \begin{pmatrix} 50 & 1 \\ 60 & 5 \end{pmatrix},\qquad
# X_{\text{test}} = \begin{pmatrix} 70 & 2 \end{pmatrix},\qquad
# y = \begin{pmatrix} 2 & 1 \end{pmatrix}$$
#
# **Labels.** 2 becomes 1 and 1 becomes 0: the column $\begin{pmatrix} 1 \\ 0 \end{pmatrix}$.
#
# **First feature.** The training mean is $(50 + 60)/2 = 55$. Both rows are 5 away from it, so the
# standard deviation is 5. The training rows become $-1$ and $1$; the test row becomes
# $(70 - 55)/5 = 3$.
#
# **Second feature.** Mean 3, standard deviation 2. The training rows become $-1$ and $1$; the test
# row becomes $(2 - 3)/2 = -0.5$.
#
# $$Z_{\text{train}} = \begin{pmatrix} -1 & -1 \\ 1 & 1 \end{pmatrix},\qquad
# Z_{\text{test}} = \begin{pmatrix} 3 & -0.5 \end{pmatrix}$$
#
# The test row has neither mean 0 nor standard deviation 1, and need not have.

# %% [markdown]
# ## Exercise: `encode_labels`
#
# Turn the stored labels into a column of 0 and 1, where 1 is *disease present*. For the worked
# example the result is `[[1], [0]]`.


# %% exercise="encode_labels"
def encode_labels(y):
    """Turn the labels 1 and 2 into a column of 0 and 1.

    Parameters
    ----------
    y : array of shape (m,)
        The labels as stored: 1 disease absent, 2 disease present.

    Returns
    -------
    array of shape (m, 1)
        0 where the disease is absent, 1 where it is present.

    Notes
    -----
    The array y is left unchanged.
    """
    ### BEGIN SOLUTION
    return (y == 2).astype(float).reshape(len(y), 1)
    ### END SOLUTION


# %% check="encode_labels" points=1
lesson.check(encode_labels)

# %% test="a column of 0 and 1, for any number of patients" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4101)
for m in (9, 2, 30):
    judge.same(encode_labels, rng.permutation(np.arange(m) % 2 + 1).astype(float))
### END HIDDEN TESTS

# %% test="one patient alone, and patients of one class only" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for labels in ([2.0], [1.0], [1.0, 1.0, 1.0], [2.0, 2.0]):
    more = np.array([*labels, 1.0, 2.0])
    judge.beyond(
        encode_labels,
        np.array(labels),
        plain=[(more,)],
        follows=lambda own, labels=labels: own[: len(labels)],
    )
### END HIDDEN TESTS

# %% test="the stored labels are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

judge.keeps(encode_labels, np.array([1.0, 2.0, 2.0, 1.0, 2.0]))
### END HIDDEN TESTS

# %% [markdown]
# ## A stratified split
#
# One part of the patients is for learning, the other for judging. Drawn by chance alone, the two
# parts can hold different shares of ill patients, most of all when the data set is small.
# A *stratified* split draws from each class separately.
#
# How much does the share of ill patients in the test rows vary over 300 random splits?

# %% demo=true
from sklearn.model_selection import train_test_split

shares = {"by chance alone": [], "stratified": []}
labels = encode_labels(y).ravel()
for seed in range(300):
    for kind, stratify in (("by chance alone", None), ("stratified", labels)):
        _, test_labels = train_test_split(
            labels, test_size=0.2, random_state=seed, stratify=stratify
        )
        shares[kind].append(100 * test_labels.mean())
fig, ax = plotting.subplots(1, 1, figsize=(6.5, 3))
bins = 100 * (np.arange(15, 35) - 0.5) / 54  # one bar for each possible number of ill patients
ax.hist(shares["by chance alone"], bins=bins, color="#0072B2", alpha=0.7, label="by chance alone")
ax.axvline(shares["stratified"][0], color="#D55E00", linestyle="--", label="stratified")
ax.set(xlabel="ill patients among the test rows (%)", ylabel="splits out of 300")
ax.legend()
plotting.show(
    "Histogram of the share of ill patients in 300 random test sets, spread widely around the "
    "share in the whole data set; the stratified splits all stand on one dashed line in its middle."
)
print("share of ill patients in the whole data set:", f"{100 * labels.mean():.1f} %")
print(
    "by chance alone:",
    f"{min(shares['by chance alone']):.1f} to {max(shares['by chance alone']):.1f} %",
)
print("stratified:     ", f"{min(shares['stratified']):.1f} to {max(shares['stratified']):.1f} %")

# %% [markdown]
# The stratified splits hold the share of the whole data set, every time. Splits by chance alone
# can be far off, and an accuracy measured on such rows is an accuracy for other patients.

# %% claim=true
assert min(shares["by chance alone"]) < 30 and max(shares["by chance alone"]) > 58
assert max(shares["stratified"]) - min(shares["stratified"]) < 0.1

# %% [markdown]
# This is the split that the next notebooks use. `random_state` makes it the same for everyone:

# %% demo=true
labels = encode_labels(y)
X_train, X_test, y_train, y_test = train_test_split(
    X, labels, test_size=0.2, stratify=labels, random_state=2
)
print("train", X_train.shape, y_train.shape, f" ill: {100 * y_train.mean():.1f} %")
print("test ", X_test.shape, y_test.shape, f" ill: {100 * y_test.mean():.1f} %")

# %% [markdown]
# ## Exercise: `standardize`
#
# Scale both sets of rows with the means and standard deviations of the training rows. NumPy is enough.
# You may also use scikit-learn's `StandardScaler`; import it from `sklearn.preprocessing` in your cell.
# For the worked example the result is `[[-1, -1], [1, 1]]` and `[[3, -0.5]]`.
#
# A feature that has the same value in every training row has standard deviation 0. Divide by 1
# then, as `StandardScaler` does: the training rows become 0, and nothing becomes NaN.


# %% exercise="standardize"
def standardize(X_train, X_test):
    """Scale features to mean 0 and standard deviation 1, measured on the training rows alone.

    Parameters
    ----------
    X_train : array of shape (m_train, n_x)
        The rows to learn from.
    X_test : array of shape (m_test, n_x)
        The rows to judge by. They are scaled with the numbers of the training rows.

    Returns
    -------
    Z_train : array of shape (m_train, n_x)
        The training rows, each column with mean 0 and standard deviation 1.
    Z_test : array of shape (m_test, n_x)
        The test rows, with the same shift and the same scale.

    Notes
    -----
    The standard deviation is the one with 1/m, `np.std` as it is.
    A column that is constant in X_train is shifted, and divided by 1.
    X_train and X_test are left unchanged.
    """
    ### BEGIN SOLUTION
    mean = X_train.mean(axis=0)
    spread = X_train.std(axis=0)
    spread = np.where(spread == 0, 1.0, spread)
    return (X_train - mean) / spread, (X_test - mean) / spread
    ### END SOLUTION


# %% check="standardize" points=1
lesson.check(standardize)

# %% test="the training rows come out with mean 0 and standard deviation 1" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4111)
for m_train, m_test, n_x in ((12, 5, 3), (7, 9, 4), (40, 3, 13)):
    rows = rng.normal(
        rng.uniform(-50, 200, n_x), rng.uniform(0.5, 40, n_x), (m_train + m_test, n_x)
    )
    judge.same(standardize, rows[:m_train], rows[m_train:], parts=("Z_train",))
### END HIDDEN TESTS

# %% test="the test rows are scaled with the numbers of the training rows" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4112)
for m_train, m_test, n_x in ((10, 6, 2), (5, 1, 3), (8, 15, 6)):
    rows = rng.normal(rng.uniform(-5, 90, n_x), rng.uniform(0.5, 20, n_x), (m_train + m_test, n_x))
    judge.same(standardize, rows[:m_train], rows[m_train:] + 3, parts=("Z_test",))
### END HIDDEN TESTS

# %% test="a feature that is constant in the training rows" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4113)
rows = rng.normal(3, 2, (11, 3))
rows[:, 1] = 4.0
later = rng.normal(3, 2, (4, 3))
rest = np.delete(rows, 1, axis=1)
judge.beyond(
    standardize,
    rows,
    later,
    plain=[(rest, np.delete(later, 1, axis=1))],
    follows=lambda own: (
        np.insert(own[0], 1, rows[:, 1] - 4.0, axis=1),
        np.insert(own[1], 1, later[:, 1] - 4.0, axis=1),
    ),
)
### END HIDDEN TESTS

# %% test="the caller's rows are left unchanged" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

rng = np.random.default_rng(4114)
judge.keeps(standardize, rng.normal(9, 3, (6, 2)), rng.normal(9, 3, (3, 2)))
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# The worked example, by hand and by your functions:

# %%
y_paper = np.array([2.0, 1.0])
X_train_paper = np.array([[50.0, 1.0], [60.0, 5.0]])
X_test_paper = np.array([[70.0, 2.0]])
Z_train_paper, Z_test_paper = standardize(X_train_paper, X_test_paper)
print("labels  ", encode_labels(y_paper).tolist(), " on paper [[1], [0]]")
print("training", Z_train_paper.tolist(), " on paper [[-1, -1], [1, 1]]")
print("test    ", Z_test_paper.tolist(), " on paper [[3, -0.5]]")

# %% [markdown]
# And the patients. Before scaling, two features dwarf the rest. What do all 13 look like
# afterwards, for the training rows and for the test rows?

# %% demo=true
Z_train, Z_test = standardize(X_train, X_test)
fig, (left, right) = plotting.subplots(1, 2, figsize=(10.5, 3.8))
left.boxplot(X_train, orientation="horizontal", widths=0.6)
left.set(title="Training rows as stored", xlabel="value")
left.set_yticks(range(1, 14), [name.replace("_", " ") for name in names], fontsize=8)
places = np.arange(13)
right.errorbar(
    Z_train.mean(axis=0), places + 0.15, xerr=Z_train.std(axis=0), fmt="o", color="#0072B2",
    capsize=2, label="training rows",
)  # fmt: skip
right.errorbar(
    Z_test.mean(axis=0), places - 0.15, xerr=Z_test.std(axis=0), fmt="^", color="#E69F00",
    capsize=2, label="test rows",
)  # fmt: skip
right.set(title="Standardised: mean ± standard deviation", xlabel="z")
right.set_yticks(places, [])
right.set_xlim(-1.6, 2.6)
right.legend(fontsize=9, loc="upper right")
plotting.show(
    "Left: box plots of the 13 raw features; cholesterol, blood pressure and heart rate reach into "
    "the hundreds and the rest are squeezed near zero. Right: after scaling the training rows have "
    "mean 0 and spread 1 in every feature; the test rows nearly so."
)

# %% [markdown]
# The training rows have mean 0 and standard deviation 1 exactly. The test rows come close, and the
# small differences are real: they are other people. If your test rows showed exactly 0 and 1 as
# well, the scaler would have looked at them.

# %% [markdown]
# ## What leaking does
#
# *Leaking* means that something learnt from the test rows reaches the model. The measured accuracy
# is then about patients whom the model has met in some way, and tells less about new ones.
#
# **First leak: the scaler.** Below, logistic regression is judged by 5-fold cross-validation, 20
# times. Once the scaler is fitted on all rows beforehand, once inside each fold on the training
# rows alone. How large do you think the difference is?

# %% demo=true
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

targets = labels.ravel()
differences = []
for repeat in range(20):
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=repeat)
    leaked = cross_val_score(
        LogisticRegression(), StandardScaler().fit_transform(X), targets, cv=folds
    )
    honest = cross_val_score(
        make_pipeline(StandardScaler(), LogisticRegression()), X, targets, cv=folds
    )
    differences.append(100 * (leaked.mean() - honest.mean()))
print(f"leaked minus honest, mean of 20 repeats: {np.mean(differences):+.2f} percentage points")
print(f"from {min(differences):+.2f} to {max(differences):+.2f}")

# %% [markdown]
# Here this leak changes next to nothing: the mean of 270 rows and the mean of 216 of them are
# nearly the same number, and no label was looked at. It is still wrong, since nobody can tell
# beforehand how much it will change, and the clean way costs one line.
#
# **Second leak: choosing features.** This one looks at the labels. To see its size we need a case
# where we know the truth. So we throw all 13 features away and give every patient 1,000 columns of
# random numbers. No model can know anything: the honest accuracy cannot be better than always
# naming the larger class. Then we keep the 20 columns that correlate best with the label. Once the
# choice is made on all rows before cross-validation, once inside each fold.
#
# Each of the ten rounds has random numbers of its own, and both ways meet the same folds.


# %% demo=true
def best_columns(features, classes, count=20):
    """Return the columns that correlate most with the classes."""
    centred = features - features.mean(axis=0)
    correlation = centred.T @ (classes - classes.mean()) / features.std(axis=0)
    return np.argsort(-np.abs(correlation))[:count]


noise_accuracy = {"chosen on all rows": [], "chosen in the training rows": []}
for repeat in range(10):
    noise = np.random.default_rng(repeat).standard_normal((len(targets), 1000))
    chosen_on_all = best_columns(noise, targets)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=repeat).split(noise, targets):
        for kind, columns in (
            ("chosen on all rows", chosen_on_all),
            ("chosen in the training rows", best_columns(noise[train], targets[train])),
        ):
            model = LogisticRegression().fit(noise[train][:, columns], targets[train])
            noise_accuracy[kind].append(100 * model.score(noise[test][:, columns], targets[test]))
fig, ax = plotting.subplots(1, 1, figsize=(6.5, 3))
ax.boxplot(list(noise_accuracy.values()), orientation="horizontal", widths=0.6)
ax.set_yticks([1, 2], list(noise_accuracy))
ax.axvline(
    100 * (1 - targets.mean()), color="#D55E00", linestyle="--", label="always the larger class"
)
ax.set(xlabel="accuracy on the held-out fold (%)", title="1,000 features of pure noise")
ax.legend(fontsize=8)
plotting.show(
    "Box plots of accuracy on pure noise. With features chosen on all rows the accuracy lies far "
    "above the dashed line of always naming the larger class; chosen within the training rows it "
    "lies at or below that line."
)
for kind, values in noise_accuracy.items():
    print(f"{kind:28} {np.mean(values):5.1f} % ± {np.std(values):.1f}")
print(f"{'always the larger class':28} {100 * (1 - targets.mean()):5.1f} %")

# %% [markdown]
# On columns that contain nothing, the leaking procedure reports an accuracy that many would
# publish. The columns were chosen *because* they happen to agree with the labels of the test rows
# too. Chosen within the training rows, the same model is exposed: it does no better than the
# simplest rule.

# %% claim=true
assert max(map(abs, differences)) < 1
on_all, inside = (np.reshape(values, (10, 5)).mean(axis=1) for values in noise_accuracy.values())
assert on_all.min() > 65 and (on_all - inside).min() > 10
assert inside.mean() < 100 * (1 - targets.mean())

# %% [markdown]
# The remedy is a rule: **whatever is estimated from data belongs behind the split**, inside the
# fold, in one pipeline with the model.

# %% [markdown]
# ## An experiment to play with
#
# Go back to the last figure and change one thing at a time:
#
# - the number of noise columns: 20, 100, 5,000. With 20 columns nothing is chosen; what does the
#   leak do then?
# - `count=20` to 5 and to 100;
# - keep only the first 40 patients (`targets[:40]`, and as many rows of noise). Does the leak get
#   worse with fewer patients?

# %% [markdown]
# ## Three questions to think about
#
# **1.** Why is it wrong to call `fit_transform` on the test rows as well?
#
# <details><summary>Answer</summary>
#
# It scales the test rows by their own mean and spread. The same patient would then get different
# numbers depending on who else is being tested that day, and a patient who comes alone would always
# become 0. The network learnt weights for one fixed scale, that of the training rows.
#
# </details>
#
# **2.** The thallium code is 3, 6 or 7, and we treat it as a number. What does that assume, and
# what else could one do?
#
# <details><summary>Answer</summary>
#
# It assumes an order and distances: that a reversible defect is just beyond a fixed defect, and
# both far from normal. The alternative is one column of 0 and 1 for each code (one-hot encoding).
# The network then can weigh each code by itself, at the price of more columns for the same 270
# patients. The same holds for chest pain and resting ECG. The slope of the ST segment
# (up, flat, down) does have an order; there only the equal distances are assumed.
#
# </details>
#
# **3.** Someone drops the patients with odd cholesterol values after looking at the whole data set,
# then splits. Is that a leak?
#
# <details><summary>Answer</summary>
#
# Yes, of a quiet kind. The test rows have been tidied with a rule that was found with their help,
# and new patients will not be tidied. If a rule for odd values is needed, it should be found on
# the training rows and then applied to every later patient, including what to do with those whom it
# rejects.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The data: *Statlog (Heart)*, UCI Machine Learning Repository,
#   [doi:10.24432/C57303](https://doi.org/10.24432/C57303), licence
#   [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). The columns were given readable
#   names; the values are those of the repository.
# - The Cleveland data: *Heart Disease*, UCI Machine Learning Repository,
#   [doi:10.24432/C52P4X](https://doi.org/10.24432/C52P4X), CC BY 4.0, with its documentation by D. Aha
#   (July 1988), which says what the label means. It asks for the names of the investigators who collected
#   the data: Robert Detrano, M.D., Ph.D. (V.A. Medical Center, Long Beach, and Cleveland Clinic Foundation),
#   and for its other parts, which we do not use, Andras Janosi, M.D. (Hungarian Institute of Cardiology,
#   Budapest), William Steinbrunn, M.D. (University Hospital, Zurich), and Matthias Pfisterer, M.D.
#   (University Hospital, Basel).
# - Choosing features on all rows, and why it misleads: T. Hastie, R. Tibshirani, J. Friedman, *The
#   Elements of Statistical Learning* (2nd ed., Springer, 2009), section 7.10.2. The experiment with
#   noise columns follows their idea.
# - How leaks spoil results in many fields: S. Kapoor, A. Narayanan, *Leakage and the
#   reproducibility crisis in machine-learning-based science*, Patterns 4 (2023).
