"""Cases of 05_evaluation.

Small functions that the figures of the notebook use. Their examples have unequal numbers of ill
and healthy patients and of both kinds of error, so that a swapped class, a swapped rate or the wrong
denominator shows. `sensitivity_specificity` takes both shapes of labels, since mixing them is the
commonest way to a wrong rate. `mean_cost` gets two costs that differ. Both leave out the case in which
a rate is not defined. No probability lies at a threshold, and no example has only the threshold one half.
"""

import numpy as np

from authoring import Example, Exercise

LABELS = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]).reshape(-1, 1)
CALLED = np.array([1, 1, 1, 0, 0, 0, 1, 0]).reshape(-1, 1)
LABELS_2 = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]).reshape(-1, 1)
CALLED_2 = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1]).reshape(-1, 1)

sensitivity_specificity = Exercise(
    "sensitivity_specificity",
    examples=[
        Example(LABELS, CALLED),
        Example(LABELS_2, CALLED_2),
        Example(LABELS.ravel(), CALLED, beyond="labels (m,) with classes (m, 1)"),
    ],
    parts=("sensitivity", "specificity"),
    hints=[
        "Sensitivity is about the ill patients only. Which rows of yhat belong to them?",
        "yhat[y == 1] picks the answers for the ill. What share of these is 1? Then the same for the "
        "healthy, where the right answer is 0.",
        "With both arrays made flat by np.ravel: np.mean(yhat[y == 1] == 1), and the like with 0.",
    ],
)
FLAT = "y, yhat = np.ravel(y), np.ravel(yhat)"
SENS = "float(np.sum(y * yhat) / np.sum(y))"
SPEC = "float(np.sum((1 - y) * (1 - yhat)) / np.sum(1 - y))"
sensitivity_specificity.misconception(
    "The two are swapped: sensitivity, about the ill, comes first.",
    ("return sensitivity, specificity", "return specificity, sensitivity"),
)
sensitivity_specificity.misconception(
    "The first number is the share of the ill among those who are called ill (the precision). "
    "Sensitivity is the share of those called ill among the ill.",
    (SENS, "float(np.mean(y[yhat == 1] == 1))"),
)
sensitivity_specificity.misconception(
    "Both rates start from the answer: they are shares among those called ill and among those called "
    "healthy. Start from the label instead.",
    (SENS, "float(np.mean(y[yhat == 1] == 1))"),
    (SPEC, "float(np.mean(y[yhat == 0] == 0))"),
)
sensitivity_specificity.misconception(
    "The first number is the share of the ill who are missed. Sensitivity counts those who are found.",
    (SENS, "float(np.mean(yhat[y == 1] == 0))"),
)
sensitivity_specificity.misconception(
    "The second number is the share of false alarms. Specificity counts the healthy who are called "
    "healthy.",
    (SPEC, "float(np.mean(yhat[y == 0] == 1))"),
)
sensitivity_specificity.misconception(
    "The right answers are divided by the number of all patients. Divide by the number of the ill, and "
    "of the healthy.",
    (SENS, "float(np.sum((y == 1) & (yhat == 1)) / len(y))"),
    (SPEC, "float(np.sum((y == 0) & (yhat == 0)) / len(y))"),
)
sensitivity_specificity.misconception(
    "These are counts. Divide by the number of the ill, and of the healthy.",
    (SENS, "float(np.sum(yhat[y == 1] == 1))"),
    (SPEC, "float(np.sum(yhat[y == 0] == 0))"),
)
sensitivity_specificity.misconception(
    "Both numbers are the accuracy. Each rate looks at one group of patients only.",
    (SENS, "float(np.mean(y == yhat))"),
    (SPEC, "float(np.mean(y == yhat))"),
)
sensitivity_specificity.misconception(
    "The rates are in percent. Return shares between 0 and 1.",
    (SENS, "100 * float(np.mean(yhat[y == 1] == 1))"),
    (SPEC, "100 * float(np.mean(yhat[y == 0] == 0))"),
)
sensitivity_specificity.misconception(
    "Labels (m,) and classes (m, 1) meet as they are, and NumPy compares each with each. Bring both "
    "to one shape first.",
    (FLAT, ""),
    (SENS, "float(np.sum((y == 1) & (yhat == 1)) / np.sum(y == 1))"),
    (SPEC, "float(np.sum((y == 0) & (yhat == 0)) / np.sum(y == 0))"),
)
sensitivity_specificity.misconception(
    "Only the sensitivity comes back. Return both numbers.",
    ("return sensitivity, specificity", "return sensitivity"),
)
sensitivity_specificity.misconception(
    "The denominators are swapped: the ill who are found are divided by the number of the healthy.",
    (SENS, "float(np.sum((y == 1) & (yhat == 1)) / np.sum(y == 0))"),
    (SPEC, "float(np.sum((y == 0) & (yhat == 0)) / np.sum(y == 1))"),
)
sensitivity_specificity.variant(
    (SENS, "np.sum((y == 1) & (yhat == 1)) / np.sum(y == 1)"),
    (SPEC, "np.sum((y == 0) & (yhat == 0)) / np.sum(y == 0)"),
)
sensitivity_specificity.variant(
    (SENS, "float(np.mean(yhat[y == 1] == 1))"), (SPEC, "np.mean(yhat[y == 0] == 0)")
)
sensitivity_specificity.variant((SPEC, "1 - yhat[y == 0].mean()"))
sensitivity_specificity.variant(
    (
        f"sensitivity = {SENS}\n    specificity = {SPEC}\n",
        "from sklearn.metrics import recall_score\n\n"
        "    y, yhat = y.astype(int), yhat.astype(int)\n"
        "    sensitivity = recall_score(y, yhat)\n"
        "    specificity = recall_score(y, yhat, pos_label=0)\n",
    ),
)
sensitivity_specificity.variant(
    (
        f"sensitivity = {SENS}\n    specificity = {SPEC}\n",
        """tp = fn = tn = fp = 0
    for truth, answer in zip(y, yhat):
        if truth == 1:
            tp, fn = (tp + 1, fn) if answer == 1 else (tp, fn + 1)
        else:
            tn, fp = (tn + 1, fp) if answer == 0 else (tn, fp + 1)
    sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
""",
    ),
)

mean_cost = Exercise(
    "mean_cost",
    examples=[
        Example(LABELS, CALLED, 5.0, 1.0),
        Example(LABELS_2, CALLED_2, 3.0, 2.0),
        Example(LABELS_2, 1 - CALLED_2, 7.0, 0.5),
    ],
    hints=[
        "Count the two kinds of error apart from each other, then weigh each with its cost.",
        "An ill patient who is missed has y == 1 and yhat == 0. Two such conditions are joined with & "
        "and parentheses around each.",
        "np.sum of the joined condition counts them. Add up cost times number for both kinds and "
        "divide by len(y).",
    ],
)
MISSED = "np.sum(y * (1 - yhat))"
ALARMS = "np.sum((1 - y) * yhat)"
COST = "float(cost_missed * missed + cost_alarm * alarms) / len(y)"
mean_cost.misconception(
    "The two costs are swapped: cost_missed belongs to the ill who are called healthy.",
    (COST, "float(cost_alarm * missed + cost_missed * alarms) / len(y)"),
)
mean_cost.misconception(
    "This is the sum over all patients. Divide by their number.",
    (" / len(y)", ""),
)
mean_cost.misconception(
    "The false alarms are left out. They cost something too.",
    (" + cost_alarm * alarms", ""),
)
mean_cost.misconception(
    "The missed patients are left out.",
    ("cost_missed * missed + ", ""),
)
mean_cost.misconception(
    "This is the share of errors: both kinds count the same. Weigh each with its cost.",
    (COST, "float(missed + alarms) / len(y)"),
)
mean_cost.misconception(
    "The ill who are found cost something in your sum, and not the ill who are missed. A right answer "
    "costs nothing.",
    (MISSED, "np.sum(y * yhat)"),
)
mean_cost.misconception(
    "The healthy who are called healthy cost something in your sum, and not the false alarms.",
    (ALARMS, "np.sum((1 - y) * (1 - yhat))"),
)
mean_cost.misconception(
    "Each kind of error is divided by the size of its group. The mean cost divides by the number of "
    "all patients.",
    (
        COST,
        "float(cost_missed * missed / np.sum(y == 1) + cost_alarm * alarms / np.sum(y == 0))",
    ),
)
mean_cost.misconception(
    "The sum is divided by the number of errors. Divide by the number of all patients.",
    ("/ len(y)", "/ (missed + alarms)"),
)
mean_cost.misconception(
    "The costs are fixed at 5 and 1. Use the two arguments.",
    (COST, "float(5 * missed + 1 * alarms) / len(y)"),
)
mean_cost.misconception(
    "The false alarms are subtracted. Both kinds of error cost something.",
    (" + cost_alarm", " - cost_alarm"),
)
mean_cost.misconception(
    "One cost for each patient. Return their mean.",
    (COST, "cost_missed * ((y == 1) & (yhat == 0)) + cost_alarm * ((y == 0) & (yhat == 1))"),
)
mean_cost.variant(
    (COST, "np.mean(np.where(y == yhat, 0, np.where(y == 1, cost_missed, cost_alarm)))"),
)
mean_cost.variant(
    (MISSED, "np.sum((y == 1) & (yhat == 0))"),
    (ALARMS, "np.sum((y == 0) & (yhat == 1))"),
)
mean_cost.variant(
    (MISSED, "np.sum(y > yhat)"),
    (ALARMS, "np.sum(y < yhat)"),
)
mean_cost.variant(
    (COST, "(cost_missed * missed + cost_alarm * alarms) / y.shape[0]"),
)
mean_cost.variant(
    (
        f"    return {COST}",
        """    total = 0.0
    for truth, answer in zip(y.ravel(), yhat.ravel()):
        if truth == 1 and answer == 0:
            total += cost_missed
        elif truth == 0 and answer == 1:
            total += cost_alarm
    return total / y.size""",
    ),
)

SAYS = np.array([0.9, 0.7, 0.35, 0.15, 0.6, 0.3, 0.8, 0.1]).reshape(-1, 1)
SAYS_2 = np.array([0.4, 0.1, 0.2, 0.7, 0.9, 0.05, 0.65, 0.3, 0.12, 0.55, 0.85]).reshape(-1, 1)

net_benefit = Exercise(
    "net_benefit",
    examples=[
        Example(LABELS, SAYS, 0.25),
        Example(LABELS_2, SAYS_2, 0.5),
        Example(LABELS_2, SAYS_2, 0.15),
        Example(LABELS, SAYS, 0.75),
    ],
    hints=[
        "First decide who is called ill. Then count the ill and the healthy among them.",
        "An ill patient found counts 1. What does a false alarm count, by the formula?",
        "found - alarms * threshold / (1 - threshold), and that divided by the number of all patients.",
    ],
)
BENEFIT = "float(found - alarms * threshold / (1 - threshold)) / len(y)"
net_benefit.misconception(
    "A false alarm counts as much as an ill patient found. Its weight is threshold / (1 - threshold).",
    ("alarms * threshold / (1 - threshold)", "alarms"),
)
net_benefit.misconception(
    "The weight of the false alarms is upside down: it is threshold / (1 - threshold).",
    ("threshold / (1 - threshold)", "(1 - threshold) / threshold"),
)
net_benefit.misconception(
    "The weight of the false alarms is the threshold alone. Divide it by one minus the threshold.",
    ("alarms * threshold / (1 - threshold)", "alarms * threshold"),
)
net_benefit.misconception(
    "This is a sum over all patients. Divide by their number.",
    (" / len(y)", ""),
)
net_benefit.misconception(
    "The false alarms are added. They are what has to be paid: subtract them.",
    ("found - alarms", "found + alarms"),
)
net_benefit.misconception(
    "The false alarms are left out.",
    (BENEFIT, "float(found) / len(y)"),
)
net_benefit.misconception(
    "The threshold is fixed at one half for the decision. Use the argument.",
    ("probability > threshold", "probability > 0.5"),
)
net_benefit.misconception(
    "Those below the threshold are called ill. It is those above it.",
    ("probability > threshold", "probability < threshold"),
)
net_benefit.misconception(
    "The sum is divided by the number of those who are called ill. Divide by all patients.",
    ("/ len(y)", "/ np.sum(called)"),
)
net_benefit.misconception(
    "The sum is divided by the number of the ill. Divide by all patients.",
    ("/ len(y)", "/ np.sum(y)"),
)
net_benefit.variant((BENEFIT, "float(np.mean(y * called - (1 - y) * called * threshold / (1 - threshold)))"))
net_benefit.variant(
    ("np.sum(y * called)", "np.sum((y == 1) & called)"),
    ("np.sum((1 - y) * called)", "np.sum((y == 0) & called)"),
)
net_benefit.variant((BENEFIT, "(found / len(y) - alarms / len(y) * (threshold / (1 - threshold)))"))
net_benefit.variant(
    ("np.sum(y * called)", "y[called].sum()"), ("np.sum((1 - y) * called)", "called.sum() - found")
)

card_numbers = Exercise(
    "card_numbers",
    examples=[
        Example(LABELS, SAYS, 0.25),
        Example(LABELS_2, SAYS_2, 0.5),
        Example(LABELS_2, SAYS_2, 0.15),
    ],
    parts=("patients", "ill", "log_loss", "sensitivity", "specificity", "net_benefit"),
    hints=[
        "Six numbers, and for three of them you have functions already. Which of those wants classes, and "
        "which wants probabilities?",
        "The log loss is minus the mean of y log p + (1 - y) log(1 - p), over all patients.",
        "classes = (probability > threshold).astype(int) goes into sensitivity_specificity; probability "
        "and threshold go into net_benefit. Put all six into one dictionary.",
    ],
)
card_numbers.misconception(
    "ill is a share here. Return how many are ill.",
    ("int(np.sum(y))", "float(np.mean(y))"),
)
card_numbers.misconception(
    "ill counts those who are called ill. Count the labels.",
    ("int(np.sum(y))", "int(np.sum(classes))"),
)
card_numbers.misconception(
    "patients counts the healthy alone.",
    ("len(y)", "int(np.sum(1 - y))"),
)
card_numbers.misconception(
    "The log loss is a sum. Take the mean over the patients.",
    ("-np.mean(losses)", "-np.sum(losses)"),
)
card_numbers.misconception(
    "The log loss has the wrong sign. Logarithms of probabilities are negative; the loss is not.",
    ("-np.mean(losses)", "np.mean(losses)"),
)
card_numbers.misconception(
    "The log loss looks at the ill only. The healthy have a part of their own, with log(1 - p).",
    (" + (1 - y) * np.log(1 - probability)", ""),
)
card_numbers.misconception(
    "Sensitivity and specificity are swapped.",
    ("sensitivity, specificity = sens", "specificity, sensitivity = sens"),
)
card_numbers.misconception(
    "The classes are made with one half. Use the threshold.",
    ("probability > threshold", "probability > 0.5"),
)
card_numbers.misconception(
    "The net benefit is computed from the classes at one half. Hand on the probabilities and the "
    "threshold.",
    ("net_benefit(y, probability, threshold)", "net_benefit(y, probability, 0.5)"),
)
card_numbers.variant(("-np.mean(losses)", "-losses.sum() / len(y)"))
card_numbers.variant(
    (
        "    losses = y * np.log(probability) + (1 - y) * np.log(1 - probability)\n",
        "    losses = np.log(np.where(y == 1, probability, 1 - probability))\n",
    ),
)
card_numbers.variant(("len(y)", "y.size"), ("int(np.sum(y))", "np.sum(y == 1)"))
card_numbers.variant(
    (
        '"net_benefit": net_benefit(y, probability, threshold),',
        '"net_benefit": float(\n'
        "            (np.sum(y * classes) - np.sum((1 - y) * classes) * threshold / (1 - threshold)) / len(y)\n"
        "        ),",
    ),
)
