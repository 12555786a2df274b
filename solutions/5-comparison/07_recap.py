# title: Recap
# summary: The whole part on one page with your own network on it, and a quiz.

# %% [markdown]
# # 07 · Recap
#
# All of part 5 once more, in short: the equations, your network of any depth, what a fair comparison needs, a
# page to print, and eight questions. There is nothing to hand in.
#
# By the end you will be able to
#
# - say what a library does beyond your own code, and which part of it you have written yourself;
# - say which of several comparisons is fair, and why.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %%
import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("5-comparison/07_recap")

# %%
DeepClassifier = lesson.carry("DeepClassifier")

# %% [markdown]
# ## The equations
#
# | step | equations |
# | --- | --- |
# | forward | $A_0 = X \quad Z_l = A_{l-1} W_l + b_l \quad A_l = g(Z_l)$, at last softmax |
# | backward | $dZ_L = \frac1m (A_L - Y) \quad dW_l = A_{l-1}^T dZ_l + \frac{\lambda}{m} W_l \quad db_l = \sum_i dZ_l^{(i)} \quad dZ_{l-1} = dZ_l W_l^T \odot g'(Z_{l-1})$ |
# | start | weights normal with standard deviation $\sqrt{2 / n_{\text{in}}}$, biases 0 |
# | Adam | $v \leftarrow \beta_1 v + (1 - \beta_1) g \quad s \leftarrow \beta_2 s + (1 - \beta_2) g^2 \quad \theta \leftarrow \theta - \alpha\, \hat v / (\sqrt{\hat s} + \epsilon)$ |
# | correction | $\hat v = v / (1 - \beta_1^t) \quad \hat s = s / (1 - \beta_2^t)$ |
# | early stopping | stop `patience` epochs after the lowest held-out loss; keep the parameters of that epoch |
# | any formula | record the steps, walk back through them, add up each value's shares of the slope |
#
# | array | shape | why |
# | --- | --- | --- |
# | $A_l$, $dZ_l$ | $(m, n_l)$ | a sample is a row, a unit a column |
# | $W_l$, $dW_l$ | $(n_{l-1}, n_l)$ | from the layer before, to this one |
# | $b_l$, $db_l$ | $(1, n_l)$ | a row that is added to every sample |
#
# ## A fair comparison
#
# | it needs | or else |
# | --- | --- |
# | the same folds for all, and differences fold by fold | a hard fold is taken for a bad method |
# | settings chosen inside the training part, for each side | the side that was tuned with more care wins |
# | whole groups held out (writers, patients) | what was seen before is taken for skill |
# | an interval of the differences, corrected for training sets that overlap | chance is taken for an effect |
# | the plainest model, and no model, among the entries | nobody asks whether it was worth the effort |

# %% [markdown]
# ## Your network, once more
#
# Forward and back for any depth, as you wrote them, without the docstrings. Write the equation beside each line.


# %% demo=true
code = lesson.code_of(DeepClassifier.forward, DeepClassifier.gradients)
print(code)

# %% [markdown]
# How many layers has it? As many as you say. Three hidden layers on three spirals; say all shapes first.

# %% demo=true
X, y = datasets.load_spirals()
net = DeepClassifier((16, 8, 4), "tanh", learning_rate=0.01, epochs=60, random_state=1).fit(X, y)
for name, array in net.parameters_.items():
    print(f"{name} {array.shape}")
print([A.shape for A in net.forward(X)])
print(f"best epoch {net.best_epoch_} of {len(net.loss_curve_)}, right: {net.score(X, y):.0%} of the points")

# %% claim=true
assert [A.shape[1] for A in net.forward(X)] == [2, 16, 8, 4, 3]
assert net.score(X, y) > 0.5

# %% [markdown]
# ## One page to print
#
# The part on a sheet of A4, with **your** code in it. To print it, give `file` a name and run the cell
# again: the page is then saved beside this notebook.

# %% demo=true
file = ""  # such as "part-5.pdf"

equations = [
    ("forward", r"$A_0 = X \qquad Z_l = A_{l-1} W_l + b_l \qquad A_l = g(Z_l)$, at last softmax"),
    ("backward", r"$dZ_L = \frac{1}{m}\,(A_L - Y) \qquad dW_l = A_{l-1}^T\,dZ_l + \frac{\lambda}{m}\,W_l \qquad db_l = \sum_i\,dZ_l^{(i)}$"),
    ("", r"$dZ_{l-1} = dZ_l\,W_l^T \odot g\,'(Z_{l-1})$"),
    ("start", r"weights normal with standard deviation $\sqrt{2\,/\,n_{in}}$, biases 0"),
    ("Adam", r"$v \leftarrow \beta_1\,v + (1 - \beta_1)\,g \qquad s \leftarrow \beta_2\,s + (1 - \beta_2)\,g^2$"),
    ("", r"$\theta \leftarrow \theta - \alpha\,\hat{v}\,/\,(\sqrt{\hat{s}} + \epsilon) \qquad \hat{v} = v\,/\,(1 - \beta_1^t) \qquad \hat{s} = s\,/\,(1 - \beta_2^t)$"),
]
shapes = [
    ("$A_l,\\ dZ_l$", r"$(m,\ n_l)$", "a sample is a row, a unit a column"),
    ("$W_l,\\ dW_l$", r"$(n_{l-1},\ n_l)$", "from the layer before, to this one"),
    ("$b_l,\\ db_l$", r"$(1,\ n_l)$", "a row, added to every sample"),
]
sentences = [
    "The same first weights and the same rule give the same costs, in any library, up to rounding.",
    "Adam divides by the size of the slopes: its first steps are about as long as the learning rate.",
    "Tests of how an estimator behaves do not see a wrong gradient; a numerical gradient does.",
    "Choose settings inside the training part. A choice made on test data looks better than it is.",
    "Record the forward steps, and the way back comes by itself.",
]
plotting.draw_page("Part 5 · Libraries and depth", (4, 4, 3, 2), equations, shapes, sentences, code, file)
plotting.show(
    "A page to print: the drawing of a network with two hidden layers, the equations of forward, backward, start and "
    "Adam, the shapes of all arrays, five sentences, and your forward and gradients. The sentences: the same "
    "weights and rule give the same costs; Adam's first steps are as long as the rate; tests of behaviour "
    "do not see a wrong gradient; choose inside the training part; the way back comes from the record."
)

# %% [markdown]
# ## A mixed quiz
#
# Write your letters into the cell below, and run it. It says which are right, and where to look if one
# is not. Do it on paper first.
#
# **1.** Two weights have the slopes 1000 and 0.001. Adam makes its first step with the rate 0.01. How far do they
# move? **a** a million times as far the one as the other · **b** both about 0.01 · **c** both not at all
#
# **2.** 1,000 samples in batches of 64, for 10 epochs. How many updates? **a** 160 · **b** 156 · **c** 150
#
# **3.** A network was trained with dropout. Which hidden units are switched off when it predicts? **a** half of
# them · **b** others each time · **c** none
#
# **4.** Your $W_1$ of part 2 has the shape (8, 13). What shape has the kernel that Keras wants? **a** (13, 8) · **b**
# (8, 13) · **c** (8, 8)
#
# **5.** The patience is 3, and the held-out losses of the epochs would be 5, 4, 4.5, 4.2, 4.1, 3. The parameters of
# which epoch are kept? **a** the sixth · **b** the fifth · **c** the second
#
# **6.** Six settings are tried on the judged block, and the accuracy of the best one there is reported. It is
# **a** fair · **b** too high · **c** too low
#
# **7.** Why must the interval over folds be wider than the plain standard error says? **a** the training sets
# overlap · **b** the folds are small · **c** networks start at random
#
# **8.** An engine records $y = x \cdot x + x$ at $x = 3$. Every use of $x$ adds its share to the slope. What is their
# sum? **a** 3 · **b** 6 · **c** 7

# %% demo=true
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}

# What your letters are compared with, and where to look.
keys = [764, 701, 560, 131, 718, 731, 456, 771]
places = ["02, Adam", "02, mini-batches", "02, dropout", "01, the mathematics"]
places += ["05, the plan", "05, digits of unseen writers", "03, the mathematics", "06, the example on paper"]
lesson.quiz(mine, keys, places)

# %% claim=true
assert keys == lesson.quiz_keys("bacacbac")

# %% [markdown]
# ## An experiment to play with
#
# Give the network on the spirals six hidden layers of 4 units. Does it still learn, with `"tanh"` and with
# `"relu"`? Try five random states of each before you say which is better.

# %% [markdown]
# ## Three questions to think about
#
# **1.** Your trained classifier is to run on a phone. What has to go there, and what may stay behind?
#
# <details><summary>Answer</summary>
#
# The parameters, the activation, the classes, and the means and standard deviations that scale the inputs. The
# gradients, Adam's running means, the loss curve and the data may stay.
#
# </details>
#
# **2.** Layers, learning rate, penalty, patience, seed: which of these must not be chosen by the result that it
# gives, not even on validation data?
#
# <details><summary>Answer</summary>
#
# The seed. The others can make a network better on new samples; a lucky start is not a property that the next
# training inherits. Several seeds are there to show how far results scatter.
#
# </details>
#
# **3.** Keras has `fit` in one line, and so have you. What happens inside either, in an epoch?
#
# <details><summary>Answer</summary>
#
# The samples are shuffled and cut into mini-batches. For each of them: forward, loss, backward, update. At the
# end of the epoch yours notes the held-out loss and decides whether to go on. Keras does that, too, if you give
# it validation data and the callback `EarlyStopping`.
#
# </details>

# %% [markdown]
# ## Sources
#
# - The equations and what was measured are those of notebooks 01 to 06; their last lines name the sources.
