# title: Recap
# summary: The whole part on one page with your own network on it, and a quiz.

# %% [markdown]
# # 04 · Recap
#
# All of part 3 once more, in short: the equations, the shapes, your network, a page to print, and eight
# questions. There is nothing to hand in.
#
# By the end you will be able to
#
# - say of each line of your softmax network which equation it is;
# - say of each array which shape it has, now that samples are rows.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("3-softmax/04_recap")

# %%
forward_propagation, gradients, build_model = lesson.carry(
    "forward_propagation", "gradients", "build_model"
)

# %% [markdown]
# ## The equations
#
# | step | equations |
# | --- | --- |
# | forward | $z_1 = X W_1 + b_1 \quad a_1 = \tanh(z_1) \quad z_2 = a_1 W_2 + b_2 \quad P = \mathrm{softmax}(z_2)$ |
# | softmax | $p_k = e^{z_k} \big/ \sum_j e^{z_j}$, after the largest score of the row is subtracted |
# | loss | $J = -\sum_i \ln p_{i,y_i} + \frac{\lambda}{2} \big( \sum W_1^2 + \sum W_2^2 \big)$, printed as $J / m$ |
# | backward, output | $\delta_2 = P - [k = y] \quad dW_2 = a_1^T \delta_2 + \lambda W_2 \quad db_2 = \sum_i \delta_2^{(i)}$ |
# | backward, hidden | $\delta_1 = \delta_2 W_2^T \odot (1 - a_1^2) \quad dW_1 = X^T \delta_1 + \lambda W_1 \quad db_1 = \sum_i \delta_1^{(i)}$ |
# | update | each parameter minus $\varepsilon$ times its slope, which is a **sum** over the samples |
# | class | the column with the largest probability |
#
# ## The shapes
#
# | array | shape | why |
# | --- | --- | --- |
# | $X$ | $(m, n_x)$ | a sample is a row |
# | $y$ | $(m,)$ | a whole number for each sample |
# | $z_1$, $a_1$, $\delta_1$ | $(m, n_h)$ | a column for each hidden unit |
# | $z_2$, $P$, $\delta_2$ | $(m, n_y)$ | a column for each class |
# | $W_1$, $W_2$ | $(n_x, n_h)$, $(n_h, n_y)$ | from the layer before, to the layer after |
# | $b_1$, $b_2$ | $(1, n_h)$, $(1, n_y)$ | a row that broadcasting adds to every sample |

# %% [markdown]
# ## Your network, once more
#
# Here is what you wrote, forward and back, without the docstrings. On paper: write the equation beside each
# line, and mark the lines that would differ from part 2 even if samples were columns.


# %% demo=true
code = lesson.code_of(forward_propagation, gradients)
print(code)

# %% [markdown]
# And the shapes? Cover the table above, say each of them, then run the cell: 300 points on three spirals, 16
# hidden units.

# %% demo=true
X, y = datasets.load_spirals()
np.random.seed(4)
model = build_model(X, y, 16, 400, 0.002, 0.01)
probs, a1 = forward_propagation(model, X)
arrays = {"X": X, "y": y, "a1": a1, "P": probs, **model, **gradients(model, X, y, 0.01)}
for name, array in arrays.items():
    print(f"{name:4} {array.shape}")
print(f"each row of P adds up to 1: {np.allclose(probs.sum(axis=1), 1)}")
print(f"right: {np.mean(probs.argmax(axis=1) == y):.0%} of the points")

# %% claim=true
assert probs.shape == (300, 3) and a1.shape == (300, 16) and model["b1"].shape == (1, 16)
assert np.mean(probs.argmax(axis=1) == y) > 0.5

# %% [markdown]
# ## One page to print
#
# The part on a sheet of A4, with **your** code in it. To print it, give `file` a name and run the cell
# again: the page is then saved beside this notebook.

# %% demo=true
file = ""  # such as "part-3.pdf"

equations = [
    ("forward", r"$z_1 = X W_1 + b_1 \quad a_1 = \tanh(z_1) \quad z_2 = a_1 W_2 + b_2 \quad P = \mathrm{softmax}(z_2)$"),
    ("softmax", r"$p_k = e^{z_k}\,/\,\sum_j\,e^{z_j}$, after the largest score of the row is subtracted"),
    ("loss", r"$J = -\sum_i\,\ln\,p_{i,y_i} + \frac{\lambda}{2}\,(\,\sum\,W_1^2 + \sum\,W_2^2\,)$"),
    ("output", r"$\delta_2 = P - [k = y] \quad dW_2 = a_1^T\,\delta_2 + \lambda\,W_2 \quad db_2 = \sum_i\,\delta_2^{(i)}$"),
    ("hidden", r"$\delta_1 = \delta_2\,W_2^T \odot (1 - a_1^2) \quad dW_1 = X^T\,\delta_1 + \lambda\,W_1 \quad db_1 = \sum_i\,\delta_1^{(i)}$"),
    ("update", r"each parameter minus $\varepsilon$ times its slope, a sum over the samples"),
]
shapes = [
    ("$X$ and $y$", r"$(m,\ n_x)$ and $(m,)$", "a sample is a row"),
    ("$z_1,\\ a_1,\\ \\delta_1$", r"$(m,\ n_h)$", "a column for each hidden unit"),
    ("$z_2,\\ P,\\ \\delta_2$", r"$(m,\ n_y)$", "a column for each class"),
    ("$W_1$ and $W_2$", r"$(n_x,\ n_h)$ and $(n_h,\ n_y)$", "from the layer before, to the layer after"),
    ("$b_1$ and $b_2$", r"$(1,\ n_h)$ and $(1,\ n_y)$", "a row, added to every sample"),
]
sentences = [
    "Softmax turns scores into probabilities that add up to 1. Only differences of scores count.",
    "Softmax and cross-entropy together have the slope: probabilities minus the one-hot label.",
    "A gradient is that of a sum or of a mean. The learning rate belongs to one of the two.",
    "A penalty adds its own slope, and pulls every weight towards 0.",
    "Hold out what will be new: whole writers, where new writers will come.",
]
plotting.draw_page("Part 3 · Softmax", (2, 4, 3), equations, shapes, sentences, code, file)
plotting.show(
    "A page to print: the drawing of a 2-4-3 network, the equations of forward, softmax, loss, backward and "
    "update, the shapes of all arrays, five sentences, and your forward_propagation and gradients. The sentences: only "
    "differences of scores count; the slope is probabilities minus the one-hot label; the learning rate "
    "belongs to a sum or to a mean; a penalty pulls weights towards 0; hold out whole writers."
)

# %% [markdown]
# ## A mixed quiz
#
# Write your letters into the cell below, and run it. It says which are right, and where to look if one
# is not. Do it on paper first.
#
# **1.** A sample has the scores 2, 2 and 2. What does softmax make of them? **a** 2, 2, 2 · **b** one third
# each · **c** 0, 0, 1
#
# **2.** The number 5 is added to all scores of a sample. Its probabilities **a** stay · **b** grow · **c** come
# closer to one another
#
# **3.** $X$ has the shape $(200, 2)$; there are 3 hidden units and 4 classes. What is the shape of $W_2$? **a**
# $(4, 3)$ · **b** $(200, 4)$ · **c** $(3, 4)$
#
# **4.** The probabilities are 0.2, 0.5 and 0.3, and class 1 is true; classes count from 0. What are the slopes
# along the scores? **a** 0.2, −0.5, 0.3 · **b** −0.8, 0.5, 0.3 · **c** 0.2, 0.5, −0.7
#
# **5.** Gradients of the sum over 200 samples went with the rate 0.01. Now you take those of the mean. Which
# rate gives the same steps? **a** 0.01 · **b** 0.00005 · **c** 2
#
# **6.** A network gives each of ten classes 0.1. What is the loss of a sample, without the penalty? **a** 0.1 ·
# **b** $\ln 10 \approx 2.30$ · **c** 1
#
# **7.** Digits stand in a file writer by writer, and are shuffled before they are split. The accuracy on the
# held-out ones, taken for that on new writers, is **a** too high · **b** too low · **c** right
#
# **8.** Logistic regression on features of degree 3 draws the moons as well as the network does. What follows?
# **a** one of the results is wrong · **b** networks are of no use · **c** features made by hand can bend a border
# too

# %% demo=true
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}

# What your letters are compared with, and where to look.
keys = [228, 69, 688, 595, 670, 835, 224, 971]
places = ["01, softmax", "01, softmax", "01, rows or columns", "02, the slope at the scores"]
places += ["02, sum or mean", "01, the loss", "03, who wrote them", "03, an honest rival"]
lesson.quiz(mine, keys, places)

# %% claim=true
assert keys == lesson.quiz_keys("bacacbac")

# %% [markdown]
# ## An experiment to play with
#
# Write the training of a softmax network once more in one piece, as you did in part 2, without looking. Twenty
# lines are enough. From the same first model, its losses and those of your `build_model` should be equal.

# %% [markdown]
# ## Three questions to think about
#
# **1.** Every sample is written down twice. Which arrays in your `gradients` get twice as long, and what becomes
# of the others?
#
# <details><summary>Answer</summary>
#
# $X$, $y$, $a_1$, $P$, $\delta_1$ and $\delta_2$: they have an entry or a row for each sample. The gradients keep
# their shapes. Their values double, since they are sums, apart from what the penalty adds.
#
# </details>
#
# **2.** A network has an output for the digit 7, but no 7 was in its training set. What does it say of a 7?
#
# <details><summary>Answer</summary>
#
# That it is another digit. Each training sample pushed the probability of class 7 down, so it is near 0
# everywhere, and softmax shares nearly all of the 1 out among the other classes. The network may be very
# sure: it has no way to say "none of these".
#
# </details>
#
# **3.** While training goes on, the training loss falls, and the accuracy on writers held out falls too. What is
# going on, and which curve would you look at next?
#
# <details><summary>Answer</summary>
#
# The network learns what is special about the hands that it sees. The loss on the held-out writers shows when
# that began: it rises again after its lowest point.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The equations and what was measured are those of notebooks 01 to 03; their last lines name the sources.
