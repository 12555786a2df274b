"""Cases of 12_clinic.

Goal: a gradient check in two numbers, a rule that names a fault from the evidence, and a program with
five faults mended. Each fault that is left in the program is a misconception of `mended_run`. Left out:
a gradient of zeros, and costs that are no numbers.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(212)


def gradients(n_x, n_h, scale, spread):
    """Two gradients that are alike up to a factor and some noise; their names in two orders."""
    shapes = {"dW1": (n_h, n_x), "db1": (n_h, 1), "dW2": (1, n_h), "db2": (1, 1)}
    measured = {name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    computed = {
        name: (scale * measured[name] + spread * rng.standard_normal(shapes[name])).round(2)
        for name in ("dW2", "db1", "dW1", "db2")
    }
    return computed, measured


compare_gradients = Exercise(
    "compare_gradients",
    examples=[
        Example(*gradients(2, 3, 1, 0.2)),
        Example(*gradients(3, 1, -2, 0.4)),
        Example(*gradients(1, 2, 5, 1.5)),
    ],
    parts=("error", "factor"),
    hints=[
        "Both formulas take all entries of all arrays together. How do you get them into one long row?",
        "`ravel` makes a row of an array, and `np.concatenate` joins a list of rows. Take the names of "
        "one dictionary for both, so that the entries meet their partners.",
        "With the two rows in hand, `np.linalg.norm` is the length of a row. Error: the length of the "
        "difference over the sum of the lengths. Factor: the sum of the products over the sum of the "
        "squares of the measured row.",
    ],
)

ERROR = "np.linalg.norm(c - q) / (np.linalg.norm(c) + np.linalg.norm(q))"
FACTOR = "np.sum(c * q) / np.sum(q**2)"

compare_gradients.misconception(
    "The factor has the computed gradient below. It asks how many times the measured one fits, so the "
    "measured one stands below.",
    (FACTOR, "np.sum(c * q) / np.sum(c**2)"),
)
compare_gradients.misconception(
    "The error is not relative: divide the length of the difference by the sum of the two lengths.",
    (ERROR, "np.linalg.norm(c - q)"),
)
compare_gradients.misconception(
    "The error is divided by the length of the sum. It is the sum of the two lengths.",
    ("(np.linalg.norm(c) + np.linalg.norm(q))", "np.linalg.norm(c + q)"),
)
compare_gradients.misconception(
    "The error is divided by the measured length alone. Below stands the sum of both lengths.",
    ("(np.linalg.norm(c) + np.linalg.norm(q))", "np.linalg.norm(q)"),
)
compare_gradients.misconception(
    "The error is divided by the computed length alone. Below stands the sum of both lengths.",
    ("(np.linalg.norm(c) + np.linalg.norm(q))", "np.linalg.norm(c)"),
)
compare_gradients.misconception(
    "The difference of the lengths is taken. Two rows can be equally long and yet point elsewhere: take "
    "the length of the difference.",
    ("np.linalg.norm(c - q)", "abs(np.linalg.norm(c) - np.linalg.norm(q))"),
)
compare_gradients.misconception(
    "The two gradients are added where their difference belongs.",
    ("np.linalg.norm(c - q)", "np.linalg.norm(c + q)"),
)
compare_gradients.misconception(
    "The error is made of squares: the roots are missing.",
    (ERROR, "np.sum((c - q) ** 2) / (np.sum(c**2) + np.sum(q**2))"),
)
compare_gradients.misconception(
    "The error is made of means of absolute values. A length is the root of a sum of squares.",
    (ERROR, "np.abs(c - q).mean() / (np.abs(c).mean() + np.abs(q).mean())"),
)
compare_gradients.misconception(
    "The factor is the mean of the ratios, in which small slopes count as much as large ones.",
    (FACTOR, "np.mean(c / q)"),
)
compare_gradients.misconception(
    "The factor is the ratio of the lengths. A length has no sign, so it would never be negative.",
    (FACTOR, "np.linalg.norm(c) / np.linalg.norm(q)"),
)
compare_gradients.misconception(
    "The factor is divided by the length of the measured row. Its square, the sum of the squares, "
    "belongs there.",
    (FACTOR, "np.sum(c * q) / np.linalg.norm(q)"),
)
compare_gradients.misconception(
    "The factor is divided by both lengths: that is the cosine of the angle between the two rows.",
    (FACTOR, "np.sum(c * q) / (np.linalg.norm(c) * np.linalg.norm(q))"),
)
compare_gradients.misconception(
    "The factor is not divided by anything: the sum of the squares belongs below.",
    (FACTOR, "np.sum(c * q)"),
)
compare_gradients.misconception(
    "The entries do not meet their partners: the two dictionaries hold their names in different orders.",
    ("measured[name].ravel() for name in computed", "measured[name].ravel() for name in measured"),
)
compare_gradients.misconception(
    "Only the weights are compared. The slopes of the biases count too.",
    ("for name in computed", "for name in computed if 'W' in name"),
)
compare_gradients.misconception(
    "Error and factor are exchanged.",
    ("return error, factor", "return factor, error"),
)
compare_gradients.misconception(
    "Only the error is returned. The factor belongs to the answer too.",
    ("return error, factor", "return error"),
)


@compare_gradients.misconception(
    "The errors of the single arrays are averaged. All entries of all arrays count together."
)
def _(computed, measured):
    errors, above, below = [], 0.0, 0.0
    for name in computed:
        c, q = computed[name], measured[name]
        errors.append(np.linalg.norm(c - q) / (np.linalg.norm(c) + np.linalg.norm(q)))
        above += np.sum(c * q)
        below += np.sum(q**2)
    return np.mean(errors), above / below


@compare_gradients.misconception(
    "What is returned is a dictionary with a pair for each name. Two numbers for all of them are wanted."
)
def _(computed, measured):
    found = {}
    for name in computed:
        c, q = computed[name], measured[name]
        error = np.linalg.norm(c - q) / (np.linalg.norm(c) + np.linalg.norm(q))
        found[name] = (error, np.sum(c * q) / np.sum(q**2))
    return found


compare_gradients.variant((FACTOR, "c @ q / (q @ q)"))
compare_gradients.variant((ERROR, "np.sqrt(((c - q) ** 2).sum()) / (np.sqrt((c**2).sum()) + np.sqrt((q**2).sum()))"))  # fmt: skip


@compare_gradients.variant()
def _(computed, measured):
    difference = own = other = product = 0.0
    for name, slopes in computed.items():
        difference += np.sum((slopes - measured[name]) ** 2)
        own += np.sum(slopes**2)
        other += np.sum(measured[name] ** 2)
        product += np.sum(slopes * measured[name])
    return difference**0.5 / (own**0.5 + other**0.5), product / other


@compare_gradients.variant()
def _(computed, measured):
    names = sorted(measured)
    c = np.hstack([computed[name].flatten() for name in names])
    q = np.hstack([measured[name].flatten() for name in names])
    norm = np.linalg.norm
    return norm(c - q) / (norm(c) + norm(q)), np.dot(c, q) / np.dot(q, q)


spread = np.random.default_rng(2121)


def near(value, by):
    """A number at most `by` away. What is drawn anew stays on the same side of all limits."""
    return float(f"{value + by * spread.uniform(-1, 1):.5g}")


def wrong(factor=0, of_m=0, by=0.008, error=0.5, shared=0, costs=(0.7, 0.6, 0.4)):
    """The evidence of a wrong gradient: its factor is `factor`, or `of_m` times m."""
    m = int(spread.integers(25, 40))
    factor = near(of_m * m, by * m) if of_m else near(factor, by)
    return Example(curve(costs), near(error, error / 4), factor, m, shared)


def right(*costs, error=1e-8, shared=0):
    """The evidence of a right gradient."""
    m = int(spread.integers(25, 40))
    return Example(curve(costs), near(error, error / 4), near(1, 1e-6), m, shared)


def curve(costs):
    return np.array([near(cost, cost / 200) for cost in costs])


diagnose = Exercise(
    "diagnose",
    examples=[
        wrong(-1, costs=(0.7, 1.9, 3.2)),
        wrong(of_m=1, costs=(0.7, 5.9, 3.2)),
        wrong(0.8, shared=4),
        right(0.7, 0.6, 3.1, 0.4, shared=3),
        right(0.7, 0.69, 0.69, 0.68, shared=3),
        right(0.7, 0.6, 0.5, 0.4, shared=3),
        right(0.7, 0.6, 0.5, 0.4),
        # Factors that are close to another number than −1 and m
        wrong(-1, by=0.005),
        wrong(of_m=1.005, by=0.002, error=2e-3),
        wrong(1, error=2e-3),
        wrong(0.5),
        wrong(-0.4),
        wrong(-1.4),
        wrong(0, by=0.005),
        wrong(of_m=0.5),
        wrong(of_m=1.5),
        wrong(of_m=1.02, by=0.001, error=2e-3),
        wrong(of_m=-1),
        # Costs between the limits that one might take for the right ones
        right(0.7, 0.75, 0.5, 0.4),
        right(0.7, 0.95, 0.5, 0.4, shared=1),
        right(0.7, 0.6, 1.2, 0.4),
        right(0.7, 0.6, 1.42, 0.4),
        right(0.7, 1.8, 0.5, 0.4),
        right(0.7, 3.1, 2.8, 2.4),
        right(2.0, 1.5, 1.3, 1.2),
        right(2.0, 2.6, 1.3, 1.2),
        right(2.0, 3.2, 1.3, 1.2),
        right(0.7, 0.72, 0.76, 0.8),
        right(0.7, 0.72, 0.9, 0.985),
        right(0.7, 0.69, 0.69, 0.4),
        right(0.7, 0.55, 0.56, 0.56),
        right(2.0, 1.5, 0.8, 0.6),
        right(3.0, 2.0, 1.0, 0.9),
        right(0.8, 0.76, 0.74, 0.7, error=1e-5),
    ],
    hints=[
        "Ask the questions in the order of the table. `return` ends the function, so each question is "
        "asked only if those before it did not fit.",
        "The first question has three answers inside. How far a number is from another one is the "
        "absolute value of their difference.",
        "The highest cost is `max(costs)`, the first `costs[0]`, the last `costs[-1]`. A chain of seven "
        "`if … return …`, three of them inside the first, and `healthy` at the end.",
    ],
)

RATE = 'if max(costs) > 1.5 * costs[0]:\n        return "learning rate"'
START = 'if costs[-1] > 0.95 * costs[0]:\n        return "start"'
LEAK = 'if shared > 0:\n        return "leak"'

diagnose.misconception(
    "The cost curve is looked at before the gradient. A wrong gradient spoils the curve, so the check "
    "comes first.",
    ("    if error > 1e-4:", f"    {RATE}\n    if error > 1e-4:"),
)
diagnose.misconception(
    "The shared samples are asked about first. They come last in the table.",
    ("    if error > 1e-4:", f"    {LEAK}\n    if error > 1e-4:"),
)
diagnose.misconception(
    "The shared samples are asked about before the cost curve. They come last in the table.",
    (f"    {RATE}", f"    {LEAK}\n    {RATE}"),
)
diagnose.misconception(
    "Every negative factor is taken for a wrong sign. Only a factor close to −1 is one.",
    ("abs(factor + 1) < 0.01", "factor < 0"),
)
diagnose.misconception(
    "Every factor above 1 is taken for a forgotten m. Only a factor close to m is one.",
    ("abs(factor - m) < 0.01 * m", "factor > 1"),
)
diagnose.misconception(
    "For a wrong sign, the factor is close to −1, not to 1.",
    ("abs(factor + 1)", "abs(factor - 1)"),
)
diagnose.misconception(
    "The distance from m has no absolute value: every factor below m counts as close to m.",
    ("abs(factor - m)", "(factor - m)"),
)
diagnose.misconception(
    "A factor close to −1 is not found: ask whether its distance from −1 is below 0.01.",
    ("abs(factor + 1) < 0.01", "factor == -1"),
)
diagnose.misconception(
    "A factor close to m is not found: ask whether its distance from m is below 0.01 m.",
    ("abs(factor - m) < 0.01 * m", "factor == m"),
)
diagnose.misconception(
    "The limit of the error has the wrong direction: a small error means a right gradient.",
    ("error > 1e-4", "error < 1e-4"),
)
diagnose.misconception(
    "The limit of the error is 1e-6. Between 1e-6 and 1e-4 the gradient is not wrong yet.",
    ("1e-4", "1e-6"),
)
diagnose.misconception(
    "The last cost is compared for the learning rate. A cost that jumps may end low: take the highest.",
    ("max(costs)", "costs[-1]"),
)
diagnose.misconception(
    "Every cost that rises at all counts as a learning rate that is too high. Only 1.5 times the first "
    "cost is enough.",
    ("max(costs) > 1.5 * costs[0]", "max(costs) > costs[0]"),
)
diagnose.misconception(
    "The highest cost is compared with 1.5. It is compared with 1.5 times the first cost.",
    ("1.5 * costs[0]", "1.5"),
)
diagnose.misconception(
    "The last cost is compared with 0.95 where 0.95 times the first cost is meant.",
    ("0.95 * costs[0]", "0.95"),
)
diagnose.misconception(
    "Where the last cost lies below 0.95 of the first, the network has learnt. It is the start that is "
    "at fault where it lies above.",
    ("costs[-1] > 0.95", "costs[-1] < 0.95"),
)
diagnose.misconception(
    "The case of a wrong gradient that is neither a sign nor a forgotten m is missing: a formula is wrong.",
    ('        return "formula"\n', ""),
)
diagnose.misconception(
    "The question about the start is missing.",
    (f"    {START}\n", ""),
)
diagnose.misconception(
    "The question about shared samples is missing.",
    (f"    {LEAK}\n", ""),
)
diagnose.misconception(
    "The question about the learning rate is missing.",
    (f"    {RATE}\n", ""),
)
diagnose.variant(("max(costs)", "np.max(costs)"))


@diagnose.variant()
def _(costs, error, factor, m, shared):
    if error > 1e-4:
        if np.isclose(factor, -1, rtol=0, atol=0.01):
            fault = "sign"
        elif abs(factor / m - 1) < 0.01:
            fault = "forgotten m"
        else:
            fault = "formula"
    elif np.max(costs) / costs[0] > 1.5:
        fault = "learning rate"
    elif costs[-1] / costs[0] > 0.95:
        fault = "start"
    elif shared:
        fault = "leak"
    else:
        fault = "healthy"
    return fault


@diagnose.variant()
def _(costs, error, factor, m, shared):
    wrong = error > 1e-4
    questions = {
        "sign": wrong and -1.01 < factor < -0.99,
        "forgotten m": wrong and 0.99 * m < factor < 1.01 * m,
        "formula": wrong,
        "learning rate": costs.max() > 1.5 * costs[0],
        "start": costs[-1] > 0.95 * costs[0],
        "leak": shared > 0,
        "healthy": True,
    }
    return next(fault for fault, fits in questions.items() if fits)


def case(n_x, n_h, m, m_train, rate, count):
    """Samples, an order and a start."""
    X = rng.standard_normal((n_x, m)).round(2)
    Y = np.arange(m).reshape(1, m) % 2
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (1, n_h), "b2": (1, 1)}
    start = {name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    return X, Y, rng.permutation(m), m_train, start, rate, count


mended_run = Exercise(
    "mended_run",
    examples=[
        Example(*case(2, 3, 15, 6, 0.5, 3)),
        Example(*case(3, 2, 18, 5, 1.1, 4)),
        Example(*case(2, 4, 39, 8, 0.2, 6)),
    ],
    parts=("costs", "A2_valid"),
    hints=[
        "Take the five faults of the list one after the other. Where in the program would each of them "
        "stand?",
        "Which samples may be judged? Which numbers should W1 and W2 begin with? Whose learning rate is "
        "used? The slopes are sums: where are they divided by m? And what is the error at the output?",
        "The lines to look at are: the first one, the one with np.zeros_like, the one that sets "
        "learning_rate, the one that sets step, and the one that sets error. One of them has to go.",
    ],
)

mended_run.misconception(
    "The leak is left: the validation set holds all samples, also those that it learnt from.",
    ("order[:m_train], order[m_train:]", "order[:m_train], order"),
)
mended_run.misconception(
    "The outputs are those for the training set. They are asked for on the validation set.",
    ("order[:m_train], order[m_train:]", "order[:m_train], order[:m_train]"),
)
mended_run.misconception(
    "The start is left out: both weight matrices begin at zero.",
    ('W1, W2 = start["W1"], start["W2"]', 'W1, W2 = np.zeros_like(start["W1"]), np.zeros_like(start["W2"])'),
)  # fmt: skip
mended_run.misconception(
    "W2 still begins at zero.",
    ('start["W1"], start["W2"]', 'start["W1"], np.zeros_like(start["W2"])'),
)
mended_run.misconception(
    "W1 still begins at zero.",
    ('start["W1"], start["W2"]', 'np.zeros_like(start["W1"]), start["W2"]'),
)
mended_run.misconception(
    "The biases begin at zero. They begin as start says.",
    ('start["b1"], start["b2"]', 'np.zeros_like(start["b1"]), np.zeros_like(start["b2"])'),
)
mended_run.misconception(
    "The learning rate is set to 20, whatever it is called with.",
    ("step = learning_rate / m_train", "learning_rate = 20\n    step = learning_rate / m_train"),
)
mended_run.misconception(
    "The slopes are sums that nothing divides by m: the step is too long.",
    ("learning_rate / m_train", "learning_rate"),
)
mended_run.misconception(
    "The step is divided by the number of all samples. The sums run over the training set only.",
    ("learning_rate / m_train", "learning_rate / X.shape[1]"),
)
mended_run.misconception(
    "The sign at the output is wrong, so each step goes uphill.",
    ("A2 - Y_train", "Y_train - A2"),
)
mended_run.misconception(
    "The learning rate is not used: the step is 1 / m.",
    ("learning_rate / m_train", "1 / m_train"),
)
mended_run.misconception(
    "It trains on all samples. The first m_train of the order are the training set.",
    ("order[:m_train], order[m_train:]", "order, order[m_train:]"),
)
mended_run.misconception(
    "Training and validation set are exchanged.",
    ("order[:m_train], order[m_train:]", "order[m_train:], order[:m_train]"),
)
mended_run.misconception(
    "The order is not used: the samples are dealt out as they stand.",
    ("order[:m_train], order[m_train:]", "np.arange(len(order))[:m_train], np.arange(len(order))[m_train:]"),
)  # fmt: skip
mended_run.misconception(
    "W1 is updated with a W2 that was updated before. All slopes belong to the same parameters.",
    ("        dZ1 = W2.T @ dZ2 * (1 - A1**2)\n", ""),
    ("        W1 = W1", "        dZ1 = W2.T @ dZ2 * (1 - A1**2)\n        W1 = W1"),
)
mended_run.misconception(
    "What is returned is not yet an output: it still has to go through the sigmoid.",
    ("np.array(costs), 1 / (1 + np.exp(-Z2))", "np.array(costs), Z2"),
)
mended_run.misconception(
    "The predictions, zeros and ones, are returned. The outputs themselves are asked for.",
    ("np.array(costs), 1 / (1 + np.exp(-Z2))", "np.array(costs), (Z2 > 0).astype(int)"),
)
mended_run.misconception(
    "Only the last cost is returned. All of them are asked for.",
    ("np.array(costs), 1", "costs[-1], 1"),
)


@mended_run.variant()
def _(X, Y, order, m_train, start, learning_rate, num_iterations):
    known, others = order[:m_train], order[m_train:]
    inputs, labels = X[:, known], Y[:, known]
    W1, W2 = start["W1"].copy(), start["W2"].copy()
    b1, b2 = start["b1"].copy(), start["b2"].copy()
    step = learning_rate / m_train
    costs = np.zeros(num_iterations)
    for i in range(num_iterations):
        hidden = np.tanh(W1 @ inputs + b1)
        output = 1 / (1 + np.exp(-(W2 @ hidden + b2)))
        costs[i] = -np.mean(labels * np.log(output) + (1 - labels) * np.log(1 - output))
        error = output - labels
        back = W2.T @ error * (1 - hidden**2)
        W2 = W2 - step * error @ hidden.T
        b2 = b2 - step * error.sum(axis=1, keepdims=True)
        W1 = W1 - step * back @ inputs.T
        b1 = b1 - step * back.sum(axis=1, keepdims=True)
    score = W2 @ np.tanh(W1 @ X[:, others] + b1) + b2
    return costs, 1 / (1 + np.exp(-score))


mended_run.variant(
    ("step = learning_rate / m_train", "m = len(train)"),
    ("- step * dZ2 @ A1.T", "- learning_rate * (dZ2 @ A1.T / m)"),
    (
        "- step * np.sum(dZ2, axis=1, keepdims=True)",
        "- learning_rate * dZ2.mean(axis=1, keepdims=True)",
    ),
    ("- step * dZ1 @ X_train.T", "- learning_rate * (dZ1 @ X_train.T / m)"),
    (
        "- step * np.sum(dZ1, axis=1, keepdims=True)",
        "- learning_rate * dZ1.mean(axis=1, keepdims=True)",
    ),
)
mended_run.variant(
    ("dZ2 = A2 - Y_train", "dZ2 = Y_train - A2"),
    ("W2 - step", "W2 + step"),
    ("b2 - step", "b2 + step"),
    ("W1 - step", "W1 + step"),
    ("b1 - step", "b1 + step"),
)


@mended_run.variant()
def _(X, Y, order, m_train, start, learning_rate, num_iterations):
    X_train, Y_train, X_valid, _ = split_columns(X, Y, order, m_train)
    parameters, costs = start, []
    for _ in range(num_iterations):
        A2, cache = forward_propagation(X_train, parameters)
        costs.append(compute_cost(A2, Y_train))
        grads = backward_propagation(parameters, cache, X_train, Y_train)
        parameters = update_parameters(parameters, grads, learning_rate)
    return np.array(costs), forward_propagation(X_valid, parameters)[0]


@mended_run.variant()
def _(X, Y, order, m_train, start, learning_rate, num_iterations):
    deal = np.split(order, [m_train])
    X_train, Y_train = np.take(X, deal[0], axis=1), np.take(Y, deal[0], axis=1)
    values = {name: value.copy() for name, value in start.items()}
    costs = np.zeros(num_iterations)
    for i in range(num_iterations):
        A1 = np.tanh(values["W1"] @ X_train + values["b1"])
        A2 = 1 / (1 + np.exp(-values["W2"] @ A1 - values["b2"]))
        costs[i] = -np.log(np.where(Y_train == 1, A2, 1 - A2)).mean()
        dZ2 = (A2 - Y_train) / m_train
        dZ1 = values["W2"].T @ dZ2 * (1 - A1**2)
        values["W2"] -= learning_rate * dZ2 @ A1.T
        values["b2"] -= learning_rate * dZ2.sum(axis=1, keepdims=True)
        values["W1"] -= learning_rate * dZ1 @ X_train.T
        values["b1"] -= learning_rate * dZ1.sum(axis=1, keepdims=True)
    A1 = np.tanh(values["W1"] @ X[:, deal[1]] + values["b1"])
    return costs, 1 / (1 + np.exp(-values["W2"] @ A1 - values["b2"]))
