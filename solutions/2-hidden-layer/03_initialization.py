# title: Initialisation
# summary: Small random weights to start from, and why zeros will not do.

# %% [markdown]
# # 03 · Initialisation
#
# By the end you will be able to
#
# - make the four parameter arrays of a network in their right shapes;
# - say why the weights start at random, why small, and why the biases may start at zero;
# - recognise a network whose hidden units are all the same.
#
# **Time:** about {minutes} minutes · **Points:** {points}

# %% [markdown]
# ## Setup
#
# Run the next two cells first. The second one brings in your functions of notebook 02.

# %%
import numpy as np

import nnlib
from nnlib import datasets, plotting

lesson = nnlib.lesson("2-hidden-layer/03_initialization")

# %%
layer_sizes, count_parameters = lesson.carry("layer_sizes", "count_parameters")

# %% [markdown]
# ## Where we are
#
# The architecture says how many weights and biases there are. Training will change them step by
# step, so it needs values to start from. Which parts of the drawing get a value now?

# %% demo=true
plotting.draw_network((2, 4, 1), highlight="initialization")
plotting.show(
    "The 2-4-1 network with its parameters highlighted: the boxes W1, b1 and W2, b2, and the lines "
    "between the columns, thick or thin and solid or dashed as their weights differ."
)

# %% [markdown]
# Each line gets a weight, each hidden unit and the output a bias. In the drawing a line is thick
# where its weight is far from zero, and dashed where it is negative.

# %% [markdown]
# ## The mathematics
#
# For every entry of the two weight matrices a random number is drawn from the normal distribution
# with mean 0 and standard deviation 1, and multiplied by 0.01:
#
# $$W_{1,jk} = 0.01\, g_{jk}, \quad W_{2,lj} = 0.01\, g'_{lj}, \qquad
# g_{jk},\, g'_{lj} \sim \mathcal{N}(0, 1), \qquad b_1 = 0, \quad b_2 = 0$$
#
# - **Why random?** Two hidden units with the same weights, coming in and going out, give the same output
#   for every sample and get the same correction in each step of training. They stay the same for
#   ever. Random numbers make each unit different from the start. This is called *breaking the
#   symmetry*.
# - **Why small?** A weighted sum far from zero lands where tanh is flat. A unit that sits there
#   hardly notices a change of its weights, and learns slowly. How large is too large? The
#   experiment at the end counts such units, and notebook 08 measures what they do to training.
# - **Why zero biases?** The random weights break the symmetry already.

# %% [markdown]
# ### Shapes
#
# A layer's weight matrix has one row for each unit of that layer, and one column for each unit of
# the layer before it.
#
# | In code | Meaning | Shape | Flower | Values |
# | --- | --- | --- | --- | --- |
# | `W1` | weights into the hidden layer | `(n_h, n_x)` | `(4, 2)` | random, times 0.01 |
# | `b1` | biases of the hidden units | `(n_h, 1)` | `(4, 1)` | 0 |
# | `W2` | weights into the output layer | `(n_y, n_h)` | `(1, 4)` | random, times 0.01 |
# | `b2` | biases of the outputs | `(n_y, 1)` | `(1, 1)` | 0 |
#
# A bias is a column with one entry a unit, and not a plain list of numbers: `(4, 1)`, not `(4,)`.
# In notebook 04 NumPy will add that column to each sample.

# %% [markdown]
# ## A worked example on paper
#
# The network is 2-2-1, with the samples $(1, 2)$ and $(-1, 0)$. What if we do not use random
# numbers? A hidden unit with the weights $w_1, w_2$ and the bias $b$ gives
# $\tanh(w_1 x_1 + w_2 x_2 + b)$.
#
# **All zeros.** Each hidden unit gives $\tanh(0) = 0$ for both samples. The output sees nothing but
# zeros.
#
# **All rows the same.** Give both hidden units the weights $0.5$ and $0.25$ and the bias 0:
#
# $$W_1 = \begin{pmatrix} 0.5 & 0.25 \\ 0.5 & 0.25 \end{pmatrix}$$
#
# | | first sample, $(1, 2)$ | second sample, $(-1, 0)$ |
# | --- | --- | --- |
# | unit 1 | $\tanh(0.5 + 0.5) = \tanh(1) \approx 0.7616$ | $\tanh(-0.5) \approx -0.4621$ |
# | unit 2 | $\tanh(0.5 + 0.5) = \tanh(1) \approx 0.7616$ | $\tanh(-0.5) \approx -0.4621$ |
#
# The second unit adds nothing that the first has not said. Two units, but the network can do no
# more than with one.
#
# **Different rows.** Take the weights of the example that runs through the next notebooks:
#
# $$W_1 = \begin{pmatrix} 0.5 & 0.25 \\ -1 & 0.5 \end{pmatrix}$$
#
# With zero biases the first unit gives the same as before, and the second unit gives
# $\tanh(-1 + 1) = 0$ and $\tanh(1) \approx 0.7616$. Now there are two opinions.

# %% [markdown]
# ## Exercise: `initialize_parameters`
#
# Make the four arrays and return them in a dictionary. For the sizes 2, 4, 1 the result should have
# these shapes, with weights that look like 0.004 or −0.017, different at each call:
#
# | `W1` | `b1` | `W2` | `b2` |
# | --- | --- | --- | --- |
# | `(4, 2)` | `(4, 1)` | `(1, 4)` | `(1, 1)` |
#
# The course itself draws first `W1`, then `W2`, with `np.random.randn`. If you do the same, the
# numbers that this course prints will be yours as well. Other generators are right too.

# %% exercise="initialize_parameters"
def initialize_parameters(n_x, n_h, n_y):
    """Make the weights and biases that training starts from.

    Parameters
    ----------
    n_x, n_h, n_y : int
        Sizes of the input, hidden and output layers. There may be more than one output (n_y > 1).

    Returns
    -------
    dict
        "W1" : array of shape (n_h, n_x), small random numbers
        "b1" : array of shape (n_h, 1), zeros
        "W2" : array of shape (n_y, n_h), small random numbers
        "b2" : array of shape (n_y, 1), zeros

    Notes
    -----
    The random numbers are normal, with mean 0 and standard deviation 0.01, each entry drawn by
    itself.
    """
    ### BEGIN SOLUTION
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    ### END SOLUTION

# %% check="initialize_parameters" points=1
lesson.check(initialize_parameters)

# %% test="the weight matrices fit the sizes of the layers" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(2, 4, 1), (5, 3, 1), (1, 6, 1), (3, 1, 1)]:
    result = judge.call(initialize_parameters, n_x, n_h, n_y)
    assert isinstance(result, dict), "initialize_parameters should return a dictionary."
    for name, shape in {"W1": (n_h, n_x), "W2": (n_y, n_h)}.items():
        assert name in result, f"The dictionary has no entry {name!r}."
        assert np.shape(result[name]) == shape, (
            f"The shape of {name} does not fit the sizes: one row for each unit of its own layer, "
            "one column for each unit of the layer before."
        )
        assert np.all(np.isfinite(result[name])), f"{name} contains values that are not finite."
### END HIDDEN TESTS

# %% test="the weights are normal random numbers around 0, times 0.01" points=3
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(60, 400, 1), (25, 900, 1)]:
    result = judge.call(initialize_parameters, n_x, n_h, n_y)
    assert isinstance(result, dict), "initialize_parameters should return a dictionary."
    for name in ("W1", "W2"):
        assert name in result, f"The dictionary has no entry {name!r}."
        values = np.asarray(result[name], dtype=float)
        assert np.all(np.isfinite(values)), f"{name} contains values that are not finite."
        assert np.unique(values).size > values.size / 2, (
            f"Many entries of {name} are equal; each should be a random number of its own."
        )
        # Six standard errors on each side: a right answer does not fail by chance.
        assert abs(np.mean(values)) < 6 * 0.01 / np.sqrt(values.size), (
            f"The entries of {name} do not lie around 0."
        )
        slack = 1 + 6 / np.sqrt(2 * values.size)
        assert np.std(values) < 0.01 * slack, f"The entries of {name} are too large."
        assert np.std(values) > 0.01 / slack, f"The entries of {name} are too small."
        far = np.mean(np.abs(values) > 0.02)
        assert 0.005 < far < 0.12, f"The entries of {name} are not normally distributed."
### END HIDDEN TESTS

# %% test="the biases are columns of zeros" points=2
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(2, 4, 1), (5, 3, 1), (7, 6, 1)]:
    result = judge.call(initialize_parameters, n_x, n_h, n_y)
    assert isinstance(result, dict), "initialize_parameters should return a dictionary."
    for name, shape in {"b1": (n_h, 1), "b2": (n_y, 1)}.items():
        assert name in result, f"The dictionary has no entry {name!r}."
        assert np.shape(result[name]) == shape, (
            f"{name} should be a column with one entry for each unit of its own layer."
        )
        assert not np.any(result[name]), f"{name} should start at zero."
### END HIDDEN TESTS

# %% test="no two units start with the same weights" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(8, 8, 1), (3, 9, 1)]:
    result = judge.call(initialize_parameters, n_x, n_h, n_y)
    assert isinstance(result, dict), "initialize_parameters should return a dictionary."
    assert {"W1", "W2"} <= set(result), "The dictionary should have the entries 'W1' and 'W2'."
    W1, W2 = np.asarray(result["W1"], dtype=float), np.asarray(result["W2"], dtype=float)
    assert W1.size and np.all(np.isfinite(W1)), "W1 has no weights, or some that are not finite."
    assert np.unique(W1, axis=0).shape == W1.shape, (
        "Two hidden units start with the same weights, and will stay the same for ever."
    )
    assert not np.isin(np.round(W2, 12), np.round(W1, 12)).any(), (
        "W2 repeats numbers of W1; draw the two matrices one after the other, without starting "
        "the generator again in between."
    )
### END HIDDEN TESTS

# %% test="several outputs" points=1
### BEGIN HIDDEN TESTS
from authoring import hidden_tests as judge

for n_x, n_h, n_y in [(2, 4, 3), (6, 5, 2)]:
    result, single = (judge.call(initialize_parameters, n_x, n_h, n) for n in (n_y, 1))
    assert isinstance(result, dict), "initialize_parameters should return a dictionary."
    for name, columns in {"W2": n_h, "b2": 1}.items():
        assert name in result, f"The dictionary has no entry {name!r}."
        # An array that lies the wrong way round with one output, too, is judged there.
        turned = np.shape(single[name]) != (1, columns) and np.size(single[name]) == columns
        assert np.shape(result[name]) == (n_y, columns) or (
            turned and np.size(result[name]) == n_y * columns
        ), f"{name} does not fit several outputs."
        assert np.all(np.isfinite(result[name])), f"{name} contains values that are not finite."
### END HIDDEN TESTS

# %% [markdown]
# ## What you should now see
#
# First the paper once more. Do the hidden units give the numbers that we found by hand?

# %%
X_paper = np.array([[1.0, -1.0], [2.0, 0.0]])


def one_unit(weights, bias, sample):
    """The output of one hidden unit for a sample, given by its two coordinates."""
    return np.tanh(weights[0] * sample[0] + weights[1] * sample[1] + bias)


rows = {"zeros": (0.0, 0.0), "first row": (0.5, 0.25), "second row": (-1.0, 0.5)}
by_hand = {"zeros": (0.0, 0.0), "first row": (0.7616, -0.4621), "second row": (0.0, 0.7616)}
for name, weights in rows.items():
    outputs = [one_unit(weights, 0.0, sample) for sample in X_paper.T]
    agrees = np.allclose(outputs, by_hand[name], atol=1e-4)
    print(f"{name:10} {np.round(outputs, 4).tolist()}  agrees with paper: {agrees}")

# %% [markdown]
# Next your own parameters, for the flower. A *seed* makes the generator start from the same place
# each time, so that a run can be repeated. How many numbers are there together?

# %%
X, Y = datasets.load_planar_dataset()
n_x, n_h, n_y = layer_sizes(X, Y)
np.random.seed(2)
parameters = initialize_parameters(n_x, n_h, n_y)
for name, values in parameters.items():
    print(f"{name}, shape {values.shape}:")
    print(np.round(values, 4))
print("entries together:", sum(values.size for values in parameters.values()))
print("count_parameters:", count_parameters(n_x, n_h, n_y))

# %% [markdown]
# The entries are as many as `count_parameters` said. Eight or four random numbers do not show
# their distribution. What does it look like for a large network?

# %% demo=true
large = initialize_parameters(50, 200, 1)["W1"].ravel()
fig, ax = plotting.subplots(figsize=(6, 3.4))
ax.hist(large, bins=50, color="#0072B2", edgecolor="white")
for spread in (-0.01, 0.01):
    ax.axvline(spread, color="black", linestyle="--")
ax.set(title="Weights at the start", xlabel="weight", ylabel="how many")
plotting.show(
    "Histogram of 10,000 initial weights: a bell around zero. Two dashed lines mark the standard "
    "deviation, 0.01 on each side."
)
print(f"mean {large.mean():.5f}, standard deviation {large.std():.5f}")

# %% [markdown]
# A bell around zero, about 0.01 wide on each side.

# %% claim=true
assert abs(large.mean()) < 0.0005 and 0.0095 < large.std() < 0.0105

# %% [markdown]
# ### What zero weights do
#
# Words such as "stay the same for ever" are worth a test. You cannot train yet, so we borrow
# scikit-learn's network: the same 2-4-1 network, the same steps of gradient descent. We train it on
# the flower from three starts:
#
# 1. all weights zero;
# 2. all weights equal to 0.3;
# 3. the small random weights of your `initialize_parameters`.
#
# What will the four hidden units look like after training, in each of the three cases?

# %% demo=true
from sklearn.neural_network import MLPClassifier


def trained_from(start, steps=1000):
    """scikit-learn's 2-4-1 network after some steps of gradient descent from given parameters."""
    network = MLPClassifier(
        hidden_layer_sizes=(4,),
        activation="tanh",
        solver="sgd",
        learning_rate_init=1.2,
        momentum=0,
        alpha=0,
        batch_size=X.shape[1],
        shuffle=False,
        random_state=0,
    )
    # The first step makes scikit-learn's arrays; then they get our values.
    network.partial_fit(X.T, Y.ravel(), classes=[0, 1])
    arrays = [*network.coefs_, *network.intercepts_]
    for array, name in zip(arrays, ("W1", "W2", "b1", "b2"), strict=True):
        array[...] = np.reshape(start[name].T, array.shape)
    for _ in range(steps):
        network.partial_fit(X.T, Y.ravel())
    return network


def constant(value):
    """Parameters whose weights all have the same value."""
    return {
        "W1": np.full((4, 2), value),
        "b1": np.zeros((4, 1)),
        "W2": np.full((1, 4), value),
        "b2": np.zeros((1, 1)),
    }


starts = {"zeros": constant(0.0), "all equal": constant(0.3), "small random": parameters}
networks = {name: trained_from(start) for name, start in starts.items()}
for name, network in networks.items():
    print(f"start from {name:12}: accuracy {network.score(X.T, Y.ravel()):.0%}")

# %% demo=true
line = np.linspace(-4.5, 4.5, 91)
first, second = np.meshgrid(line, line)
points = np.column_stack([first.ravel(), second.ravel()])

fig, axes = plotting.subplots(3, 5, figsize=(10.5, 6.6), sharex=True, sharey=True)
for row, (name, network) in zip(axes, networks.items(), strict=True):
    weights, biases = network.coefs_[0].T, network.intercepts_[0]
    maps = [one_unit(weights[k], biases[k], points.T) for k in range(4)]
    maps.append(network.predict_proba(points)[:, 1])
    for k, (ax, values) in enumerate(zip(row, maps, strict=True)):
        low = -1 if k < 4 else 0
        image = values.reshape(first.shape)
        ax.imshow(image, origin="lower", vmin=low, vmax=1, cmap="cividis")
        ax.set(xticks=[], yticks=[])
        if ax in axes[0]:
            ax.set_title(f"hidden unit {k + 1}" if k < 4 else "output")
    row[0].set_ylabel(name)
plotting.show(
    "Three rows of five maps of the plane: the four hidden units and the output after training. "
    "From zeros: all five are one flat colour. From equal weights: the four units show the very "
    "same slope. From small random weights: four different units, and an output with petals."
)

# %% [markdown]
# A row shows one trained network: what its four hidden units give in each point of the plane, and
# its output; dark is low and light is high.
#
# - **Zeros** (top): nothing has happened. Every hidden unit gives 0 everywhere, and the output is
#   one half. No weight can move, since each correction of a weight is a product with a zero in it.
# - **All equal** (middle): the weights have moved, but all units by the same amount. The four
#   pictures are one picture, and the output is no richer than that of one unit.
# - **Small random** (bottom): four different units, and an output that follows the petals.

# %% claim=true
hidden = {
    name: np.tanh(network.coefs_[0].T @ X + network.intercepts_[0][:, np.newaxis])
    for name, network in networks.items()
}
assert np.allclose(hidden["zeros"], 0)
assert np.allclose(networks["zeros"].predict_proba(X.T), 0.5)
assert np.allclose(hidden["all equal"], hidden["all equal"][0])
assert np.abs(networks["all equal"].coefs_[0] - 0.3).max() > 0.05
assert np.abs(np.corrcoef(hidden["small random"])[np.triu_indices(4, 1)]).max() < 0.99

# %% [markdown]
# ## An experiment to play with
#
# A unit whose output is beyond ±0.99 is called *saturated*: it sits on a flat end of tanh. The cell
# multiplies your weights by a factor, from a hundredth to ten thousand, and counts how many of the
# outputs of the four units are saturated. From which factor on do you expect some? Then try seeds of
# your own.

# %% demo=true
factors = [0.01, 1, 20, 50, 100, 300, 1000, 10000]

for factor in factors:
    outputs = np.array([one_unit(factor * weights, 0, X) for weights in parameters["W1"]])
    saturated = np.mean(np.abs(outputs) > 0.99)
    print(f"standard deviation {0.01 * factor:8g}: {saturated:4.0%} of the outputs are saturated")

# %% [markdown]
# Up to a standard deviation of about 0.2 no output is saturated. At 0.5 it is one in seven, and from
# 3 on most are. Does such a network still learn? Keep the question: notebook 08 trains it, many
# times.

# %% claim=true
shares = {
    factor: np.mean(np.abs(np.tanh(factor * parameters["W1"] @ X)) > 0.99)
    for factor in (20, 50, 300)
}
assert shares[20] == 0 and 0.13 < shares[50] < 0.17 and shares[300] > 0.5, shares

# %% [markdown]
# ## Three questions to think about
#
# **1.** Two of the four hidden units start with the same weights, the other two with weights of their
# own. How many units does the network have in effect?
#
# <details><summary>Answer</summary>
#
# Three, if the two are also weighted alike in `W2`. They give the same output and get the same
# corrections, so they stay twins for ever and act like one unit with twice the weight in `W2`. If
# their weights in `W2` differ, the corrections differ, and the twins part company.
#
# </details>
#
# **2.** Logistic regression, a network without a hidden layer, may start with zero weights. Why?
#
# <details><summary>Answer</summary>
#
# There is one unit only, so there is nobody to be the same as. Its weights belong to different
# features, and the features make the corrections different.
#
# </details>
#
# **3.** With 1,000 inputs, is a standard deviation of 0.01 still small?
#
# <details><summary>Answer</summary>
#
# A weighted sum of many random terms grows with the square root of their number: with 1,000 inputs
# of size one its standard deviation is $0.01 \cdot \sqrt{1000} \approx 0.3$. That is still in the
# steep part of tanh, but for wider layers it would not be. Common recipes therefore divide by the
# square root of the number of inputs.
#
# </details>

# %% [markdown]
# ## Sources
#
# - On weights scaled by the number of inputs: X. Glorot, Y. Bengio, *Understanding the difficulty
# of
#   training deep feedforward neural networks* (AISTATS 2010).
# - On symmetry between hidden units: I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (MIT
#   Press, 2016), section 8.4.
# - scikit-learn's network is its class `MLPClassifier`.
