"""Cases of 02_what_libraries_add.

Goal of `random_mini_batches`: order, cut, keep pairs together. Its result is random, and any random
order is right. So the plain examples have samples that are all alike: there only sizes and shapes can
be seen, and no order is wrong. What an order must do (every sample once, with its class) is seen on
examples in which the helper `random_order` gives a known one; work that draws an order of its own
differs there, so they count as beyond the plain case and cost nothing. The hidden tests judge the
properties on any order.

Goal of `adam_step`: the running means, their corrections and the step, for any parameters. The plain
examples have a tiny epsilon, so that where it stands does not matter; that is asked beyond.
"""

import numpy as np

from authoring import Example, Exercise


def alike(n_x, n_y, m):
    """m times the same sample."""
    return np.tile(np.arange(1.0, n_x + 1).reshape(-1, 1), m), np.ones((n_y, m))


X_five, Y_five = np.arange(10.0).reshape(2, 5), np.array([[1, 0, 0, 1, 1]])
X_eight, Y_eight = np.arange(24.0).reshape(3, 8) ** 2, np.array([[0, 1, 1, 0, 1, 0, 0, 0]])

known = "the order that random_order gives"
random_mini_batches = Exercise(
    "random_mini_batches",
    examples=[
        Example(*alike(2, 1, 7), 3, 1),
        Example(*alike(3, 1, 8), 4, 2),
        Example(*alike(2, 1, 4), 6, 3),
        Example(
            X_five, Y_five, 2, 1, given={"random_order": np.array([3, 0, 4, 1, 2])}, beyond=known
        ),
        Example(
            X_eight,
            Y_eight,
            3,
            5,
            given={"random_order": np.array([6, 1, 7, 4, 0, 3, 5, 2])},
            beyond=known,
        ),
        Example(*alike(2, 3, 5), 2, 4, beyond="several outputs"),
    ],
    hints=[
        "Two steps: draw the order of all m samples once, then cut that order into pieces. The number "
        "of samples is X.shape[1].",
        "`range(0, m, mini_batch_size)` gives the places where the mini-batches start. A slice that "
        "reaches beyond the end stops at the end, so the last piece needs nothing special.",
        "With order = random_order(m, seed) and batch = order[start : start + mini_batch_size], the "
        "columns of a mini-batch are X[:, batch] and Y[:, batch]. Append the pair of them to a list.",
    ],
)
_pair = "mini_batches.append((X[:, batch], Y[:, batch]))"
_slice = "order[start : start + mini_batch_size]"
random_mini_batches.misconception(
    "The inputs are shuffled and the classes are not, so samples get the classes of others. Both "
    "need the same order.",
    ("Y[:, batch]", "Y[:, start : start + mini_batch_size]"),
)
random_mini_batches.misconception(
    "The classes are shuffled and the inputs are not, so samples get the classes of others. Both "
    "need the same order.",
    ("X[:, batch]", "X[:, start : start + mini_batch_size]"),
)
random_mini_batches.misconception(
    "The samples stay in the order in which they came. The order should be random.",
    ("random_order(m, seed)", "np.arange(m)"),
)
random_mini_batches.misconception(
    "The samples that are left at the end are dropped. They form a last, smaller mini-batch.",
    ("range(0, m, mini_batch_size)", "range(0, m - mini_batch_size + 1, mini_batch_size)"),
)
random_mini_batches.misconception(
    "The last mini-batch is missing even where the samples divide evenly. Where does the last one "
    "start?",
    ("range(0, m, mini_batch_size)", "range(0, m - mini_batch_size, mini_batch_size)"),
)
random_mini_batches.misconception(
    "Where the samples divide evenly, an empty mini-batch comes last. Every mini-batch needs at "
    "least one sample.",
    ("range(0, m, mini_batch_size)", "range(0, m + 1, mini_batch_size)"),
)
random_mini_batches.misconception(
    "Each mini-batch is one sample short: the end of a slice is not part of it.",
    (_slice, "order[start : start + mini_batch_size - 1]"),
)
random_mini_batches.misconception(
    "The mini-batches overlap: they start at every sample. The next one begins where the last one "
    "ended.",
    ("range(0, m, mini_batch_size)", "range(m)"),
)
random_mini_batches.misconception(
    "mini_batch_size is taken for the number of mini-batches. It is the number of samples in each.",
    ("range(0, m, mini_batch_size)", "range(0, m, max(1, m // mini_batch_size))"),
    (_slice, "order[start : start + max(1, m // mini_batch_size)]"),
)
random_mini_batches.misconception(
    "The samples are shared out evenly. All mini-batches but the last have exactly mini_batch_size "
    "samples.",
    (
        "for start in range(0, m, mini_batch_size):",
        "for batch in np.array_split(order, -(-m // mini_batch_size)):",
    ),
    (f"        batch = {_slice}\n", ""),
)
random_mini_batches.misconception(
    "The last mini-batch is filled up with samples that were used before. It has what is left, and "
    "every sample occurs once.",
    (_slice, "np.resize(order, m + mini_batch_size)[start : start + mini_batch_size]"),
)
random_mini_batches.misconception(
    "Each pair has the classes first. The order is inputs, then classes.",
    (_pair, "mini_batches.append((Y[:, batch], X[:, batch]))"),
)
random_mini_batches.misconception(
    "The mini-batches hold the inputs only. Their classes belong to them.",
    (_pair, "mini_batches.append(X[:, batch])"),
)
random_mini_batches.misconception(
    "There are two lists, one of inputs and one of classes. A mini-batch is a pair, and the result "
    "is one list of them.",
    (
        "return mini_batches",
        "return [pair[0] for pair in mini_batches], [pair[1] for pair in mini_batches]",
    ),
)
random_mini_batches.misconception(
    "The samples of the mini-batches stand in rows. They are columns here, as in X and Y.",
    (_pair, "mini_batches.append((X[:, batch].T, Y[:, batch].T))"),
)
random_mini_batches.misconception(
    "The classes have lost an axis. With one output too, a mini-batch of Y has the shape (1, k).",
    ("Y[:, batch]", "Y[0, batch]"),
)
random_mini_batches.misconception(
    "Only the first mini-batch comes back. Does the return stand inside the loop?",
    ("    return mini_batches", "        return mini_batches"),
)
random_mini_batches.misconception(
    "The result holds the numbers of the samples, and not the samples.",
    (_pair, "mini_batches.append((batch, batch))"),
)
random_mini_batches.misconception(
    "m is taken from the rows of X. The samples are its columns.",
    ("X.shape[1]", "X.shape[0]"),
)

random_mini_batches.variant(
    (_pair, "mini_batches.append((X.take(batch, axis=1), Y.take(batch, axis=1)))")
)
random_mini_batches.variant(
    ("return mini_batches", "return tuple(mini_batches)"),
    (_pair, "mini_batches.append([X[:, list(batch)], Y[:, list(batch)]])"),
)


@random_mini_batches.variant()
def _(X, Y, mini_batch_size=64, seed=0):
    # Shuffle everything first, complete batches, then the rest.
    m = X.shape[1]
    order = list(random_order(m, seed))
    X_shuffled, Y_shuffled = X[:, order], Y[:, order].reshape((-1, m))
    complete = m // mini_batch_size
    batches = []
    for k in range(complete):
        a, b = k * mini_batch_size, (k + 1) * mini_batch_size
        batches.append((X_shuffled[:, a:b], Y_shuffled[:, a:b]))
    if m % mini_batch_size != 0:
        a = complete * mini_batch_size
        batches.append((X_shuffled[:, a:], Y_shuffled[:, a:]))
    return batches


@random_mini_batches.variant()
def _(X, Y, mini_batch_size=64, seed=0):
    order = random_order(X.shape[1], seed)
    cuts = np.arange(mini_batch_size, len(order), mini_batch_size)
    return [(X[:, part], Y[:, part]) for part in np.split(order, cuts)]


@random_mini_batches.variant()
def _(X, Y, mini_batch_size=64, seed=0):
    # Inputs and classes in one array, so that they cannot part.
    n_x = len(X)
    both = np.vstack([X, Y])[:, random_order(X.shape[1], seed)]
    batches = []
    while both.shape[1]:
        batches.append((both[:n_x, :mini_batch_size], both[n_x:, :mini_batch_size]))
        both = both[:, mini_batch_size:]
    return batches


rng = np.random.default_rng(52)


def arrays(shapes, low=None):
    """A dictionary of arrays; positive ones where `low` is given."""
    found = {}
    for name, shape in shapes.items():
        values = rng.standard_normal(shape) if low is None else low + rng.random(shape)
        found[name] = values.round(2)
    return found


two = {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1)}
d_two = {"d" + name: shape for name, shape in two.items()}
zeros = {name: np.zeros(shape) for name, shape in d_two.items()}
one = {"W1": (2, 2), "b1": (2, 1)}
d_one = {"dW1": (2, 2), "db1": (2, 1)}

adam_step = Exercise(
    "adam_step",
    examples=[
        Example(arrays(two), arrays(d_two, 0.5), zeros, zeros, 1, 0.1, 0.9, 0.99, 1e-10),
        Example(
            arrays(two), arrays(d_two), arrays(d_two), arrays(d_two, 0.5), 3, 0.2, 0.8, 0.95, 1e-10
        ),
        Example(
            arrays(two), arrays(d_two), arrays(d_two), arrays(d_two, 0.5), 7, 0.05, 0.6, 0.9, 1e-10
        ),
        Example(
            arrays(one), arrays(d_one), arrays(d_one), arrays(d_one, 0.1), 2, 0.1, 0.9, 0.99, 0.25,
            beyond="a large epsilon",
        ),
    ],  # fmt: skip
    parts=("parameters", "v", "s"),
    hints=[
        "Go through the parameters one by one, and write the formulas for each: two running means, "
        "two corrections, one step. All of it is element by element.",
        "The gradient, v and s of the parameter name are under the key 'd' + name. The correction "
        "divides by 1 - beta1**t, with the number of the step as the power. What you return as v and "
        "s are the running means before this correction.",
        "mean = beta1 * v + (1 - beta1) * g, square = beta2 * s + (1 - beta2) * g**2; then theta - "
        "learning_rate * mean_hat / (np.sqrt(square_hat) + epsilon). Put the results into three new "
        "dictionaries.",
    ],
)
_mean_hat = "mean / (1 - beta1**t)"
_square_hat = "square / (1 - beta2**t)"
_step = "learning_rate * mean_hat / (np.sqrt(square_hat) + epsilon)"
adam_step.misconception(
    "Neither of the two running means is corrected. Both start at zero, and need the division by "
    "1 - beta**t.",
    (_mean_hat, "mean"),
    (_square_hat, "square"),
)
adam_step.misconception(
    "The running mean of the gradients is not corrected for its start at zero.",
    (_mean_hat, "mean"),
)
adam_step.misconception(
    "The running mean of the squares is not corrected for its start at zero.",
    (_square_hat, "square"),
)
adam_step.misconception(
    "In the corrections, beta is multiplied by t. It is beta to the power t.",
    ("beta1**t", "beta1 * t"),
    ("beta2**t", "beta2 * t"),
)
adam_step.misconception(
    "The corrections divide by 1 - beta in every step. The power t is missing.",
    ("beta1**t", "beta1"),
    ("beta2**t", "beta2"),
)
adam_step.misconception(
    "The corrections are one step ahead: the first step has t = 1, and t is used as it is.",
    ("beta1**t", "beta1 ** (t + 1)"),
    ("beta2**t", "beta2 ** (t + 1)"),
)
adam_step.misconception(
    "beta1 and beta2 are exchanged. beta1 belongs to the mean of the gradients, beta2 to that of "
    "their squares.",
    ("mean = beta1 * v[\"d\" + name] + (1 - beta1) * g", "mean = beta2 * v[\"d\" + name] + (1 - beta2) * g"),
    ("square = beta2 * s[\"d\" + name] + (1 - beta2) * g**2", "square = beta1 * s[\"d\" + name] + (1 - beta1) * g**2"),
    (_mean_hat, "mean / (1 - beta2**t)"),
    (_square_hat, "square / (1 - beta1**t)"),
)  # fmt: skip
adam_step.misconception(
    "The corrections use the wrong beta each: v is corrected with beta1, s with beta2.",
    (_mean_hat, "mean / (1 - beta2**t)"),
    (_square_hat, "square / (1 - beta1**t)"),
)
adam_step.misconception(
    "s is a running mean of the gradients. It should be one of their squares.",
    ("g**2", "g"),
)
adam_step.misconception(
    "s is a running mean of the sizes of the gradients. It should be one of their squares.",
    ("g**2", "np.abs(g)"),
)
adam_step.misconception(
    "The square root is missing from the denominator of the step.",
    ("np.sqrt(square_hat)", "square_hat"),
)
adam_step.misconception(
    "epsilon stands inside the square root. It is added outside.",
    ("(np.sqrt(square_hat) + epsilon)", "np.sqrt(square_hat + epsilon)"),
)
adam_step.misconception(
    "epsilon is missing. It keeps the step finite where s is 0.",
    ("(np.sqrt(square_hat) + epsilon)", "np.sqrt(square_hat)"),
)
adam_step.misconception(
    "epsilon is added before s is corrected, as the libraries do it. Here it stands beside the root "
    "of the corrected s.",
    (
        _step,
        "learning_rate * mean_hat * np.sqrt(1 - beta2**t) / (np.sqrt(square) + epsilon)",
    ),
)
adam_step.misconception(
    "The step goes uphill. Look at the sign with which it is added to the parameter.",
    ("theta - step", "theta + step"),
)
adam_step.misconception(
    "The learning rate is missing from the step.",
    ("learning_rate * mean_hat", "mean_hat"),
)
adam_step.misconception(
    "The learning rate is fixed. It is an argument.",
    ("learning_rate * mean_hat", "0.01 * mean_hat"),
)
adam_step.misconception(
    "The step follows the gradient itself. It should follow the corrected running mean of the "
    "gradients.",
    ("learning_rate * mean_hat", "learning_rate * g"),
)
adam_step.misconception(
    "The step is made with the running means of the step before. This step's gradient has to enter "
    "them first.",
    (_mean_hat, 'v["d" + name] / (1 - beta1**t)'),
    (_square_hat, 's["d" + name] / (1 - beta2**t)'),
)
adam_step.misconception(
    "The corrected means are returned as v and s. The next step needs them uncorrected.",
    ('new_v["d" + name], new_s["d" + name] = mean, square', 'new_v["d" + name], new_s["d" + name] = mean_hat, square_hat'),
)  # fmt: skip
adam_step.misconception(
    "The new gradient enters the running mean of the gradients in full. Its weight is 1 - beta1.",
    ("(1 - beta1) * g", "g"),
)
adam_step.misconception(
    "The new square enters its running mean in full. Its weight is 1 - beta2.",
    ("(1 - beta2) * g**2", "g**2"),
)
adam_step.misconception(
    "The weights of old and new are exchanged: the old mean keeps the share beta.",
    ('beta1 * v["d" + name] + (1 - beta1) * g', '(1 - beta1) * v["d" + name] + beta1 * g'),
    ('beta2 * s["d" + name] + (1 - beta2) * g**2', '(1 - beta2) * s["d" + name] + beta2 * g**2'),
)
adam_step.misconception(
    "The running means start from zero in every step. They carry on from v and s.",
    ('beta1 * v["d" + name] + (1 - beta1) * g', "(1 - beta1) * g"),
    ('beta2 * s["d" + name] + (1 - beta2) * g**2', "(1 - beta2) * g**2"),
)
adam_step.misconception(
    "Only the parameters are returned. The next step needs v and s as well.",
    ("return new_parameters, new_v, new_s", "return new_parameters"),
)
adam_step.misconception(
    "v and s come back as they were given. The new running means have to be returned.",
    ("return new_parameters, new_v, new_s", "return new_parameters, v, s"),
)
adam_step.misconception(
    "v and s come back in the wrong order.",
    ("return new_parameters, new_v, new_s", "return new_parameters, new_s, new_v"),
)
adam_step.misconception(
    "The keys of v and s have lost their d. They have the keys of grads.",
    ('new_v["d" + name], new_s["d" + name]', "new_v[name], new_s[name]"),
)
adam_step.misconception(
    "The caller's parameters are changed in place. Put the new ones into a new dictionary.",
    ("new_parameters, new_v, new_s = {}, {}, {}", "new_parameters, new_v, new_s = parameters, {}, {}"),
)  # fmt: skip
adam_step.misconception(
    "The caller's v and s are changed in place. Put the new running means into new dictionaries.",
    ("new_parameters, new_v, new_s = {}, {}, {}", "new_parameters, new_v, new_s = {}, v, s"),
)

adam_step.variant((_step, "learning_rate / (np.sqrt(square_hat) + epsilon) * mean_hat"))
adam_step.variant(
    ('beta1 * v["d" + name] + (1 - beta1) * g', 'v["d" + name] + (1 - beta1) * (g - v["d" + name])'),
    ("g**2", "np.square(g)"),
)  # fmt: skip
adam_step.variant(
    ("np.sqrt(square_hat)", "square_hat**0.5"),
    ("beta1**t", "np.power(beta1, t)"),
    ("beta2**t", "np.power(beta2, t)"),
    ("g**2", "g * g"),
)


@adam_step.variant()
def _(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    # Comprehensions, one dictionary after the other.
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in grads}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in grads}
    a, b = 1 - beta1**t, 1 - beta2**t
    new = {
        k: p - learning_rate * (v["d" + k] / a) / (np.sqrt(s["d" + k] / b) + epsilon)
        for k, p in parameters.items()
    }
    return new, v, s


@adam_step.variant()
def _(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    # On deep copies, layer by layer, as it is often written.
    import copy

    parameters, v, s = copy.deepcopy(parameters), copy.deepcopy(v), copy.deepcopy(s)
    v_corrected, s_corrected = {}, {}
    for layer in range(1, len(parameters) // 2 + 1):
        for kind in ("W", "b"):
            name = kind + str(layer)
            v["d" + name] = beta1 * v["d" + name] + (1 - beta1) * grads["d" + name]
            v_corrected["d" + name] = v["d" + name] / (1 - np.power(beta1, t))
            s["d" + name] = beta2 * s["d" + name] + (1 - beta2) * np.power(grads["d" + name], 2)
            s_corrected["d" + name] = s["d" + name] / (1 - np.power(beta2, t))
            parameters[name] = parameters[name] - learning_rate * v_corrected["d" + name] / (
                np.sqrt(s_corrected["d" + name]) + epsilon
            )
    return parameters, v, s


@adam_step.variant()
def _(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    # A helper for one array; the rate of the step with the corrections in it.
    def move(theta, g, v, s):
        v = beta1 * v + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        root = np.sqrt(1 - beta2**t)
        rate = learning_rate * root / (1 - beta1**t)
        return theta - rate * v / (np.sqrt(s) + epsilon * root), v, s

    moved = {n: move(p, grads["d" + n], v["d" + n], s["d" + n]) for n, p in parameters.items()}
    return (
        {n: new[0] for n, new in moved.items()},
        {"d" + n: new[1] for n, new in moved.items()},
        {"d" + n: new[2] for n, new in moved.items()},
    )
