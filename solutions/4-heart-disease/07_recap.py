# title: Recap
# summary: The whole part on one page with your own class on it, and a quiz.

# %% [markdown]
# # 07 · Recap
#
# All of part 4 once more, in short: the equations, the numbers that judge a model, your class, a page to
# print, and eight questions. One thing is to be handed in: the sentences of your model card.
#
# By the end you will be able to
#
# - say of each line of your class which equation it is;
# - say which number answers which question about a model, and what each of them leaves out.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("4-heart-disease/07_recap")

# %%
NeuralNet = lesson.carry("NeuralNet")

# %%
encode_labels, standardize = lesson.carry("encode_labels", "standardize")

# %% [markdown]
# ## The equations
#
# | step | equations |
# | --- | --- |
# | scale | $x' = (x - \text{mean}) / \text{standard deviation}$, both of the **training** rows |
# | forward | $Z_1 = X W_1 + b_1 \quad A_1 = \max(0, Z_1) \quad Z_2 = A_1 W_2 + b_2 \quad \hat y = \sigma(Z_2)$ |
# | loss | $L = -\frac1m \sum_i \big( y_i \log \hat y_i + (1 - y_i) \log (1 - \hat y_i) \big)$ |
# | backward, output | $dZ_2 = \hat y - y \quad dW_2 = A_1^T dZ_2 \quad db_2 = \sum_i dZ_2^{(i)}$ |
# | backward, hidden | $dZ_1 = dZ_2 W_2^T \odot [Z_1 > 0] \quad dW_1 = X^T dZ_1 \quad db_1 = \sum_i dZ_1^{(i)}$ |
# | update | each parameter minus $\alpha$ times its slope, which is a **sum** over the patients |
#
# | array | shape | why |
# | --- | --- | --- |
# | $X$ and $y$ | $(m, n_x)$ and $(m, n_y)$ | a patient is a row |
# | $Z_1$, $A_1$, $dZ_1$ | $(m, n_h)$ | a column for each hidden unit |
# | $W_1$ and $W_2$ | $(n_x, n_h)$ and $(n_h, n_y)$ | from the layer before, to the layer after |
# | $b_1$ and $b_2$ | $(1, n_h)$ and $(1, n_y)$ | a row that is added to every patient |
#
# ## The numbers that judge a model
#
# | number | what it answers | what it leaves out |
# | --- | --- | --- |
# | accuracy | how many answers are right | which mistakes, and how sure |
# | sensitivity | how many of the ill are found | the false alarms |
# | specificity | how many of the healthy are called healthy | the ill who are missed |
# | log loss | how good the probabilities are | what is done with them |
# | calibration | whether 80 % means 80 % | whether the ill and the healthy are told apart |
# | net benefit | whether using the model at a threshold is better than treating all or none | everything at other thresholds |
#
# Each of them needs an interval over patients. Two models are compared by their differences on the same folds.

# %% [markdown]
# ## Your class, once more
#
# Here is what you wrote, forward and back, without the docstrings. Write the equation beside each line.


# %% demo=true
code = lesson.code_of(NeuralNet.forward_propagation, NeuralNet.back_propagation)
print(code)

# %% [markdown]
# And its shapes? Say each of them first: 216 patients to train on, 13 features, 8 hidden units.

# %% demo=true
X, y = datasets.load_heart_disease()
y = encode_labels(y)
order = np.random.default_rng(7).permutation(len(X))
train, test = order[:216], order[216:]
Z_train, Z_test = standardize(X[train], X[test])
np.random.seed(3)
net = NeuralNet()
net.fit(Z_train, y[train])
for name, array in {"X": net.X, "y": net.y, **net.params}.items():
    print(f"{name:3} {array.shape}")
answers, truth = np.ravel(net.predict(Z_test)), np.ravel(y[test])
print(f"accuracy    {np.mean(answers == truth):.2f} of {len(truth)} patients held out")
print(f"sensitivity {np.mean(answers[truth == 1]):.2f} of the {np.sum(truth == 1)} ill")
print(f"specificity {np.mean(1 - answers[truth == 0]):.2f} of the {np.sum(truth == 0)} healthy")

# %% [markdown]
# Three numbers from one split and one start. Notebooks 05 and 06 showed how far such numbers scatter.

# %% claim=true
assert net.X.shape == (216, 13) and net.params["W1"].shape == (13, 8)
assert 0.5 < np.mean(answers == truth) < 1

# %% [markdown]
# ## The sentences of your model card
#
# The numbers of the card in notebook 05 came from cells. Its five sentences came from you. Write them down
# here, so that somebody who has never seen this course understands them. A person grades them, by the rubric;
# if you study alone, that person is you.

# %% [markdown] manual="model-card" points=5
# **Rubric**, a point for each sentence:
#
# - **1** Intended use: who would use it, for which decision, at which point of the examination.
# - **1** Outcome: what "ill" means here, and how it was found out.
# - **1** Participants: where they were from, when, and who was left out.
# - **1** Not to be used for: at least two uses, each with its reason.
# - **1** What is missing: what one would have to know before it comes near a patient.
#
# ### BEGIN SOLUTION
# Intended for a heart specialist who weighs, after the exercise test, whether a patient should have an
# angiography. "Ill" means that an angiography showed a major vessel narrowed by more than half; someone with
# 49 % counts as healthy. The patients are 270 of the 303 who were examined in one hospital in Cleveland before
# July 1988, all of them because somebody suspected something; 33 were left out, and it is not said why. It must
# not be used to screen people whom nobody suspects, since the data hold none, nor to send women home: only 20
# of the ill are women, so the sensitivity for them is hardly known. What is missing is a test in another
# hospital and in our time, and a look at what the advice changes for patients.
# ### END SOLUTION

# %% [markdown]
# ## One page to print
#
# The part on a sheet of A4, with **your** code in it. To print it, give `file` a name and run the cell
# again: the page is then saved beside this notebook.

# %% demo=true
file = ""  # such as "part-4.pdf"

equations = [
    ("forward", r"$Z_1 = X W_1 + b_1 \quad A_1 = \max(0, Z_1) \quad Z_2 = A_1 W_2 + b_2 \quad \hat{y} = \sigma(Z_2)$"),
    ("loss", r"$L = -\frac{1}{m}\,\sum_i\ (\,y_i\,\log\,\hat{y}_i + (1 - y_i)\,\log\,(1 - \hat{y}_i)\,)$"),
    ("output", r"$dZ_2 = \hat{y} - y \qquad dW_2 = A_1^T\,dZ_2 \qquad db_2 = \sum_i\,dZ_2^{(i)}$"),
    ("hidden", r"$dZ_1 = dZ_2\,W_2^T \odot [Z_1 > 0] \quad dW_1 = X^T\,dZ_1 \quad db_1 = \sum_i\,dZ_1^{(i)}$"),
    ("update", r"each parameter minus $\alpha$ times its slope, a sum over the patients"),
]
shapes = [
    ("$X$ and $y$", r"$(m,\ n_x)$ and $(m,\ n_y)$", "a patient is a row"),
    ("$Z_1,\\ A_1,\\ dZ_1$", r"$(m,\ n_h)$", "a column for each hidden unit"),
    ("$W_1$ and $W_2$", r"$(n_x,\ n_h)$ and $(n_h,\ n_y)$", "from the layer before, to the layer after"),
    ("$b_1$ and $b_2$", r"$(1,\ n_h)$ and $(1,\ n_y)$", "a row, added to every patient"),
]
sentences = [
    "Whatever is learnt from data, a mean or a threshold too, is learnt from the training rows alone.",
    "Compare with the plainest model and with no model: all ill, none ill, logistic regression.",
    "Accuracy hides which mistakes are made. Probabilities are judged by log loss and calibration.",
    "An interval over patients says what new patients may bring. One over reshuffles does not.",
    "A claim is reproduced first, then paired, then explained.",
]
plotting.draw_page("Part 4 · Patients", (5, 4, 1), equations, shapes, sentences, code, file)
plotting.show(
    "A page to print: the drawing of a small network with one output, the equations of forward, loss, backward and "
    "update, the shapes of all arrays, five sentences, and your forward_propagation and back_propagation. The sentences: learn from "
    "training rows alone; compare with the plainest model and with none; accuracy hides which mistakes are "
    "made; intervals are over patients; a claim is reproduced, paired, explained."
)

# %% [markdown]
# ## A mixed quiz
#
# Write your letters into the cell below, and run it. It says which are right, and where to look if one
# is not. Do it on paper first.
#
# **1.** Of 40 ill patients 30 are found; of 60 healthy ones 54 are called healthy. What is the sensitivity?
# **a** 30/36 · **b** 54/60 · **c** 30/40
#
# **2.** The features are scaled by the mean of all patients, and then some are held out. What is that? **a** a
# data leak · **b** sound, since no label is used · **c** sound, if there are many patients
#
# **3.** A ReLU unit has the sums −2, 0.5 and 3 for three patients. For how many of them does a slope pass through
# it? **a** 1 · **b** 2 · **c** 3
#
# **4.** Slopes are sums here. The number of patients doubles, the rate stays. Each step becomes about **a** half as
# long · **b** as long as before · **c** twice as long
#
# **5.** A model gives 80 % to each of 100 patients, and 60 of them are ill. It is **a** too sure · **b** well
# calibrated · **c** not sure enough
#
# **6.** What is the net benefit of telling nobody that they are ill? **a** minus the share of the ill · **b** 0 ·
# **c** it depends on the threshold
#
# **7.** 54 patients are held out. By how much does one patient move the accuracy? **a** 0.5 points · **b** 5.4
# points · **c** 1.9 points
#
# **8.** Somebody held out is exactly as old as the training patients are on average. What does `standardize` make
# of this age? **a** 0 · **b** 1 · **c** that depends on the others who were held out

# %% demo=true
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}

# What your letters are compared with, and where to look.
keys = [282, 325, 158, 999, 170, 115, 236, 487]
places = ["05, sensitivity", "01, what leaking does", "03, the slope of ReLU", "03, sums and means"]
places += ["05, calibration", "05, the decision curve", "06, the claim, reproduced", "01, `standardize`"]
lesson.quiz(mine, keys, places)

# %% claim=true
assert keys == lesson.quiz_keys("cabcabca")

# %% [markdown]
# ## An experiment to play with
#
# Train the network on the features as they are, without `standardize`. At which loss does it stay, and what does
# it then answer for every patient? Go back to the scaled features, and divide each slope by the number of
# patients. Which learning rate brings the old losses back?

# %% [markdown]
# ## Three questions to think about
#
# **1.** All probabilities of a model are squared. Which of the six numbers in the table may change? Which number,
# known from notebook 05 and not in the table, cannot?
#
# <details><summary>Answer</summary>
#
# All six may: fewer probabilities lie above a threshold, and none says what it said before. The area under the ROC
# curve cannot, as it only asks who is put before whom, and squaring keeps the order.
#
# </details>
#
# **2.** Your class keeps its training data in `self.X` and `self.y`. Somebody saves the trained object in a file
# and hands it on. What goes with it?
#
# <details><summary>Answer</summary>
#
# The records of all the patients it was trained on. A prediction needs only the four parameters, and the means
# and standard deviations with which `standardize` scaled the features. Remove the data before you hand a model on.
#
# </details>
#
# **3.** Another laboratory writes cholesterol in other units: its numbers are 39 times smaller. The model takes
# them without an error. What does it see, and how would you find out?
#
# <details><summary>Answer</summary>
#
# Patients whose cholesterol lies far below everybody's in the training rows: `standardize` subtracts a mean of about
# 250. Each answer is shifted by the same wrong amount or more. Compare the range of each feature with that of the
# training rows before you believe any answer.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The equations and what was measured are those of notebooks 01 to 06; their last lines name the sources.
