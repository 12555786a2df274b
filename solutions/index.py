# %% [markdown]
# # A neural network from scratch
#
# ![{alt}](flower.png)
#
# In this course you build a neural network from nothing but NumPy, one step a notebook. You begin
# with a single neuron, give it a hidden layer, teach it more classes, try it on real patients, and
# at last put it beside the libraries that everybody uses.
#
# You need Python (functions, loops, dictionaries), a little NumPy (arrays, shapes) and school
# mathematics. What a derivative is good for, you will see on the way. The whole course takes about
# {hours} hours, a notebook at most an hour and a half.
#
# ## [▶ Start here: 01 · One neuron](1-one-neuron/01_neuron.ipynb)

# %% [markdown]
# ## Where were you?
#
# Click into the next cell and press Shift + Enter. It says where you were last and what comes next, and
# shows which exercises have passed their check.

# %%
import nnlib

nnlib.lesson("1-one-neuron/01_neuron").progress()

# %% [markdown]
# ## How a notebook works
#
# **Run** the cells from top to bottom with Shift + Enter. Figures and experiments are yours to
# change: nothing that you change there costs points.
#
# **An exercise** is one cell with a function that ends in `raise NotImplementedError`. Its text
# says what comes in and what goes out. Put your own code in place of that last line.
#
# **Four words** do the rest. In a cell:
#
# - `lesson.check(sigmoid)` tries your function and says whether it is right. If it is not, it says
#   what differs, and where it can it names the mistake. Run it as often as you like.
# - `lesson.hint(sigmoid)` gives a hint: a nudge first, then closer, then nearly there.
# - `lesson.carry("sigmoid")` brings your own function over from an earlier notebook, so that the
#   network which you train later is your own.
# - `lesson.progress()` shows which exercises of the whole course have passed their check.
#
# **Save** a notebook (Ctrl + S) before you go on to the next one: `carry` reads the saved file.
#
# **Points.** A check earns a little. Hidden tests earn the rest; they run when your work is graded.
# Where an exercise asks for something beyond the plain case, its text says so, and that has points
# of its own. One mistake costs its points once: later exercises are graded as if the earlier ones
# were right.

# %% [markdown]
# ## The map
#
# Go from top to bottom. Within a part each notebook builds on the code of those before it; from one
# part to the next you take the ideas along.
#
# {map}

# %% [markdown]
# ## The notation
#
# One set of symbols goes through the whole course. In parts 1 and 2 a sample is a **column**; in
# parts 3 to 5 it is a **row**, as in scikit-learn. What changes with it stands in the last column.
#
# | symbol | meaning | columns (parts 1, 2) | rows (parts 3 to 5) |
# | --- | --- | --- | --- |
# | $m$ | number of samples | a number | a number |
# | $n_x$, $n_h$, $n_y$ | sizes: inputs, hidden units, outputs | | `n_classes` is $n_y$ |
# | $X$ | inputs | $(n_x, m)$ | $(m, n_x)$ |
# | $Y$ or $y$ | labels: the classes that are true | $(n_y, m)$ | $(m,)$ |
# | $x^{(i)}$, $y^{(i)}$ | sample number $i$, its class | column $i$ | row $i$ |
# | $W$, $b$ | weights, bias of a single layer | $(n_y, n_x)$, $(n_y, 1)$ | |
# | $W_1$, $b_1$ | those of the hidden layer | $(n_h, n_x)$, $(n_h, 1)$ | $(n_x, n_h)$, $(1, n_h)$ |
# | $W_2$, $b_2$ | those of the output layer | $(n_y, n_h)$, $(n_y, 1)$ | $(n_h, n_y)$, $(1, n_y)$ |
# | $Z$, $Z_1$, $Z_2$ | weighted sums of $n$ units | $(n, m)$ | $(m, n)$ |
# | $A$, $A_1$, $A_2$ | activations of $n$ units | $(n, m)$ | $(m, n)$ |
# | $w$, $z$, $a$ | one entry of $W$, $Z$, $A$, or those of one sample | | also for all samples |
# | $P$, $p$ | probabilities of the classes, one of them | | $(m, n_y)$ |
# | $\hat y$ | the answer for one sample | | |
# | $\sigma$ | the sigmoid, element by element | | |
# | $J$ | the cost of all samples | a number | a number |
# | $L$ | the loss of one sample | a number | parts 3, 4: the mean of all |
# | $dW$, $db$ | slope of the cost along $W$, $b$ | as $W$, $b$ | as $W$, $b$ |
# | $dZ$ | slope of each sample's loss along its weighted sums | as $Z$ | as $Z$; $\delta$ in part 3 |
# | $\theta$, $\nabla J$ | all parameters together, or one of them; the slopes along them | | |
# | $\alpha$ | learning rate | `learning_rate` | the same; $\varepsilon$, `epsilon` in part 3 |
# | $\lambda$ | strength of the regularisation | a number | `reg_lambda` |
# | $i$, $j$, $k$, $l$, $t$ | numbers of a sample, a unit, a class, a layer, an iteration | | |
# | $h$, $\Delta$ | a small step, a change | | |
# | $\bar x$, $\mu$, $s$, $e$ | mean, standard deviation, standard error; $e$ is also 2.718… | | |
# | $\log$, $\ln$ | the natural logarithm | | |
# | $A B$, $A^T$ | matrix product, transpose | `A @ B`, `A.T` | `A @ B`, `A.T` |
# | $A \odot B$ | product element by element | `A * B` | `A * B` |
#
# Other letters, such as $c$, $f$, $g$, $q$, $r$, $u$, $v$, $C$, $E$, $F$, $K$, $N$, $S$, $T$, $\beta$ and
# $\epsilon$, mean what their page says.

# %% [markdown]
# ## Glossary
#
# - **accuracy**: share of samples whose predicted class is the true one
# - **activation**: what a unit hands on: a function of its weighted sum. Also that function:
#   sigmoid, tanh, ReLU
# - **Adam**: a way to update that gives each weight a step length of its own, from the slopes seen
#   so far
# - **architecture**: which layers a network has and how many units are in each
# - **automatic differentiation**: finding gradients by recording each step of a calculation and
#   applying the chain rule to the record, as libraries do
# - **backpropagation**: computing the slopes of the cost along all parameters, from the output back
#   to the input, by the chain rule
# - **baseline**: a plain method that is tried first, so that one knows what the better one gains
# - **batch, mini-batch**: the samples that one update looks at: all of them, or a small part
# - **bias**: a number that is added to a unit's weighted sum
# - **binary classification**: telling two classes apart
# - **bootstrap**: drawing the samples anew with replacement, many times, to see how far a result moves
# - **broadcasting**: NumPy's way to combine arrays of different shapes, such as adding one column
#   to every column
# - **cache**: what the forward step keeps because the backward step needs it
# - **calibration**: whether about 80 % of those to whom a model gives 80 % are ill
# - **central difference**: a measured slope: the function a little above a place minus that a little
#   below it, divided by the distance
# - **chain rule**: the slope of a function of a function is the product of the two slopes
# - **class, label**: the group that a sample belongs to, as a number
# - **confusion matrix**: a table that counts, for each true class, how often each class was predicted
# - **cost, loss**: how wrong the answers are, in one number; the loss belongs to one sample, the
#   cost to all
# - **cross-entropy, log loss**: the cost used here: minus the mean logarithm of the probability given
#   to the true class
# - **cross-validation, fold**: training and testing several times, each time with another part
#   (fold) held out for the test
# - **data leak**: something of the test data enters the training, and the test looks better than it
#   is
# - **decision boundary**: the border between the areas that a model gives to different classes
# - **dropout**: switching each hidden unit off at random in a training step, so that none relies on another
# - **early stopping**: ending the training when the cost on held-out data stops falling
# - **epoch, pass**: one round of training through all samples
# - **feature, input**: one of the numbers that describe a sample
# - **forward propagation**: computing the answer from the inputs, layer by layer
# - **gradient**: all slopes of the cost together, one for each parameter
# - **gradient check**: comparing the gradient with a numerical one, from tiny changes of each
#   parameter
# - **gradient descent**: going against the gradient, step by step
# - **hidden layer, hidden unit**: a layer between input and output; one of its neurons
# - **hyperparameter**: a setting that is chosen and not learnt, such as the learning rate
# - **initialisation**: drawing the parameters to start from
# - **interval, confidence interval**: the ends between which a mean would lie if one measured for ever,
#   in 95 of 100 such experiments
# - **iteration**: one step of training: forward, backward, update
# - **Jacobian**: the table of all slopes of several outputs along several inputs
# - **layer**: units that stand side by side and take the same inputs
# - **learning rate**: how far an update goes against the slope
# - **logistic regression**: a single sigmoid neuron, as statisticians call it
# - **logit**: the weighted sum of an output, before the sigmoid or softmax bends it
# - **model card**: a page that says what a model is made from, what it is for and how well it does
# - **moons, flower, blobs**: data sets of points in the plane that come with this course
# - **nested search, nested cross-validation**: settings are chosen by folds inside the training part of
#   each outer fold
# - **net benefit**: the ill who are found, minus the false alarms at the price that a threshold puts on
#   them, divided by the number of all patients
# - **neuron, unit**: a weighted sum followed by an activation
# - **one-hot**: a class as a row of zeros with a single one
# - **overfitting**: being good on the training data and worse on new data
# - **paired difference**: the difference of two methods on the same samples
# - **parameters**: what is learnt: the weights and the biases
# - **prediction**: the class that a model gives to a sample
# - **regularisation**: a price on large weights, which keeps a network from overfitting; with
#   squared weights it is called L2
# - **relative error**: the length of a difference, divided by the sum of the two lengths
# - **ReLU**: the activation max(0, z)
# - **sample, example**: one thing to be classified: its inputs and its class
# - **saturated**: far out on an activation, where it is flat and its slope nearly 0
# - **schedule**: a rule that changes the learning rate while training goes on
# - **seed**: the number that random numbers start from, so that a run can be repeated
# - **shape**: the size of an array along each axis
# - **sigmoid**: the activation 1 / (1 + e⁻ᶻ), between 0 and 1
# - **skip connection**: adding the input of a layer to its output
# - **slope, derivative**: how much a value changes when something it depends on changes a little
# - **softmax**: turns a sample's scores into probabilities that add up to 1, one for each class
# - **standard error**: how far a mean of measurements would scatter: their standard deviation, divided
#   by the root of their number
# - **standardise**: shift and scale each feature to mean 0 and standard deviation 1
# - **stratified**: split so that every part has the same shares of the classes
# - **supervised learning**: learning from samples whose labels are known, as in this whole course
# - **tanh**: the activation between −1 and 1 that is used in hidden layers
# - **threshold**: the value at which the answer changes from one class to the other
# - **training set, test set**: the samples to learn from, and those that are held out to judge the
#   result
# - **underfitting**: being too simple for the data, so that even the training data are not learnt
# - **update**: the step that changes the parameters against their slopes
# - **validation set**: samples that are held out to decide between ideas
# - **weight**: the number by which a unit multiplies an input
# - **XOR**: exclusive or: class 1 where one of two inputs is positive, and not both; no straight line
#   separates the classes

# %% [markdown]
# ## If something does not work
#
# - `name 'lesson' is not defined`, or another name that should be there: a kernel that has just started
#   knows nothing yet. Run the first cell of the notebook, then the cells above the one that fails.
# - `No module named 'nnlib'`: the notebook runs with another Python. Start JupyterLab as the README
#   says, and choose Kernel → Change Kernel → Python 3.
# - A message from `carry` that names a notebook: go back to it, finish and **save** it, then run
#   the cell again.
# - Results that do not fit the code on the page: Kernel → Restart Kernel and Run All Cells.
# - You would like to begin a notebook anew: take the original file again from where you got the
#   course.
