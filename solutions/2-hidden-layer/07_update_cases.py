"""Cases of 07_update.

Goal: one step of gradient descent in all parameters, whatever their names, with the learning rate that
is given, as new arrays. It needs nothing but the two dictionaries. Left out: the default of the learning rate,
which every example and test sets, and other ways to step (momentum, Adam).

In the third example the shapes of W1 and W2 agree, so that parameters of the wrong layer give a
value there and not an error.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(27)


def step(n_x, n_h, n_y):
    """Parameters and gradients of one network."""
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1)}
    parameters = {name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    grads = {"d" + name: rng.standard_normal(shape).round(2) for name, shape in shapes.items()}
    return parameters, grads


update_parameters = Exercise(
    "update_parameters",
    examples=[
        Example(*step(2, 4, 1), 0.5),
        Example(*step(3, 2, 1), 1.2),
        Example(*step(3, 3, 3), 0.1),
        Example(
            {"W1": np.array([[0.5, -1.5]]), "W3": np.array([[2.0], [0.25]]), "scale": np.array([1.5])},
            {"dW1": np.array([[1.0, 0.5]]), "dW3": np.array([[-0.5], [2.0]]), "dscale": np.array([0.75])},
            0.2,
            beyond="other names",
        ),
    ],
    hints=[
        "Four lines would all look alike. What differs between them, and could a loop supply it?",
        "The cost rises in the direction of the gradient. In which direction, then, does a "
        "parameter have to go?",
        "A loop over a dictionary gives its names. The gradient of 'W1' stands in grads under 'dW1', so the "
        "gradient of name stands under 'd' + name.",
        "Begin with an empty dictionary. In the loop, put the old array minus the rate times its own gradient "
        "into it, under the same name. Do not use `-=`: it writes into the caller's arrays.",
    ],
)

STEP = 'parameters[name] - learning_rate * grads["d" + name]'
LOOP = "for name in parameters:"
END = "return updated"

update_parameters.misconception(
    "The step goes up the gradient, towards a higher cost. Look at the sign.",
    ("- learning_rate", "+ learning_rate"),
)
update_parameters.misconception(
    "The learning rate is not used: the step is the whole gradient.",
    ("learning_rate * ", ""),
)
update_parameters.misconception(
    "The learning rate is fixed to 1.2. The caller may give another one.",
    ("learning_rate * ", "1.2 * "),
)
update_parameters.misconception(
    "The step is divided by the learning rate. A larger learning rate means a longer step.",
    ("learning_rate * grads", "1 / learning_rate * grads"),
)
update_parameters.misconception(
    "The names of this network are written into your function. The dictionary may hold others: take all that "
    "are in it.",
    (LOOP, 'for name in ("W1", "b1", "W2", "b2"):'),
)
update_parameters.misconception(
    "Parameters and gradients are exchanged: the new value starts from the old parameter, and the "
    "gradient is what is scaled.",
    (STEP, 'grads["d" + name] - learning_rate * parameters[name]'),
)
update_parameters.misconception(
    "The learning rate scales the old parameter as well. Only the gradient is scaled.",
    (STEP, 'learning_rate * (parameters[name] - grads["d" + name])'),
)
update_parameters.misconception(
    "The old parameters are missing: what is returned is only the step.",
    (STEP, '-learning_rate * grads["d" + name]'),
)
update_parameters.misconception(
    "Parameters and gradients are multiplied. A step is subtracted.",
    ("] - learning_rate * grads", "] * learning_rate * grads"),
)
update_parameters.misconception(
    "The step depends on the sign of the gradient only. A steep slope should make a long step.",
    ('grads["d" + name]', 'np.sign(grads["d" + name])'),
)
update_parameters.misconception(
    "The gradient is taken as an absolute value, so that every parameter goes down. Its sign says "
    "in which direction to go.",
    ('grads["d" + name]', 'np.abs(grads["d" + name])'),
)
update_parameters.misconception(
    "The gradients are averaged again, along each row. The mean over the samples is in them already, and "
    "every entry has its own slope.",
    ('grads["d" + name]', 'np.mean(grads["d" + name], axis=-1, keepdims=True)'),
)
update_parameters.misconception(
    "The gradients are divided by the number of entries once more. The mean over the samples is in "
    "them already.",
    ('grads["d" + name]', 'grads["d" + name] / grads["d" + name].size'),
)
update_parameters.misconception(
    "The new values are computed, but the old parameters are returned.",
    (END, "return parameters"),
)
update_parameters.misconception(
    "The gradients are returned. Return the new parameters.",
    (END, "return grads"),
)
update_parameters.misconception(
    "The keys of the result are those of the gradients. Return the new parameters by their own "
    "names.",
    ("updated[name] =", 'updated["d" + name] ='),
)
update_parameters.misconception(
    "The result is a tuple. It should be a dictionary, so that each parameter can be found by its "
    "name.",
    (END, "return tuple(updated.values())"),
)
update_parameters.misconception(
    "Only the parameter that comes last is returned: the dictionary is made anew in each turn of the loop.",
    (f"    updated = {{}}\n    {LOOP}\n", f"    {LOOP}\n        updated = {{}}\n"),
)
update_parameters.misconception(
    "Only the first parameter is updated: the return stands inside the loop.",
    ("    return updated", "        return updated"),
)
update_parameters.misconception(
    "Only the weights are returned. The biases belong to the parameters too.",
    (END, 'return {name: value for name, value in updated.items() if name[0] != "b"}'),
)
update_parameters.misconception(
    "The biases are not updated. They take part in the step like the weights.",
    (STEP, f'{STEP} * (name[0] != "b")'),
)
update_parameters.misconception(
    "The weights are not updated. They take part in the step like the biases.",
    (STEP, f'{STEP} * (name[0] != "W")'),
)


@update_parameters.misconception(
    "The values are right, but they are written into what the caller gave: `-=` writes into the "
    "array itself. Compute new arrays, for a new dictionary."
)
def _(parameters, grads, learning_rate=1.2):
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters


# A copy of the dictionary shares its arrays, so a `-=` on them ends as above: one sentence, one
# result. Filling the caller's dictionary with new arrays does as well, for another reason.


@update_parameters.misconception(
    "The values are right, but the new arrays are put into the caller's dictionary, which is changed "
    "by that. Build a new dictionary."
)
def _(parameters, grads, learning_rate=1.2):
    for name in parameters:
        parameters[name] = parameters[name] - learning_rate * grads["d" + name]
    return parameters


update_parameters.variant((" - learning_rate * grads", " + -learning_rate * grads"))
update_parameters.variant((STEP, 'np.subtract(parameters[name], np.multiply(grads["d" + name], learning_rate))'))
update_parameters.variant((END, "return dict(updated, learning_rate=learning_rate)"))


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    return {name: parameters[name] - learning_rate * grads["d" + name] for name in parameters}


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    import copy

    new = copy.deepcopy(parameters)
    for name in new:
        new[name] -= learning_rate * grads[f"d{name}"]
    return new


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    # From the names of the slopes.
    new = {}
    for name, slope in grads.items():
        new[name[1:]] = parameters[name[1:]] - learning_rate * slope
    return new


@update_parameters.variant()
def _(parameters, grads, learning_rate=1.2):
    # An object that steps.
    class Descent:
        def __init__(self, rate):
            self.rate = rate

        def __call__(self, value, slope):
            return value - self.rate * slope

    step = Descent(learning_rate)
    return {key: step(value, grads["d" + key]) for key, value in parameters.items()}


promised_change = Exercise(
    "promised_change",
    examples=[
        Example(step(2, 3, 1)[1], 0.5),
        Example(step(3, 2, 1)[1], 1.5),
        Example(
            {"dW": np.array([[0.5, -1.5, 2.0]]), "scale": np.array([0.25])},
            0.2,
            beyond="other names",
        ),
    ],
    hints=[
        "Square every slope, add all squares of all arrays, multiply. Which sign has a change that makes the "
        "cost smaller?",
        "grads.values() gives the arrays one after the other, whatever they are called.",
        "Begin with a sum of 0, add np.sum of each array's squares to it in a loop, and multiply by minus the "
        "learning rate at the end.",
    ],
)

promised_change.misconception(
    "The sign is turned. A step against the slopes makes the cost smaller: the change is negative.",
    ("-learning_rate", "learning_rate"),
)
promised_change.misconception(
    "The slopes are added and not their squares. A negative slope promises a fall as much as a positive one.",
    ("slopes**2", "slopes"),
)
promised_change.misconception(
    "The sizes of the slopes are added and not their squares. The step itself is as long as the slope, so the "
    "slope counts twice.",
    ("slopes**2", "np.abs(slopes)"),
)
promised_change.misconception(
    "The learning rate is missing.",
    ("-learning_rate * steepness", "-steepness"),
)
promised_change.misconception(
    "The learning rate is squared. The step has it as a factor once.",
    ("-learning_rate * steepness", "-(learning_rate**2) * steepness"),
)
promised_change.misconception(
    "The squares of each array are averaged. Every single slope adds its own part: sum them.",
    ("np.sum(slopes**2)", "np.mean(slopes**2)"),
)
promised_change.misconception(
    "This is the length of the gradient, a square root. The change holds its square.",
    ("learning_rate * steepness", "learning_rate * np.sqrt(steepness)"),
)
promised_change.misconception(
    "Only one array is counted: each turn of the loop replaces the sum. Add to it.",
    ("steepness += ", "steepness = "),
)
promised_change.misconception(
    "Only the slopes of the weights are counted. Those of the biases promise something too.",
    (
        "for slopes in grads.values():",
        'for slopes in (grads[name] for name in grads if not name.startswith("db")):',
    ),
)
promised_change.misconception(
    "The names of this network are written into your function. The dictionary may hold others: take all that "
    "are in it.",
    ("grads.values()", '(grads[name] for name in ("dW1", "db1", "dW2", "db2"))'),
)

promised_change.variant(
    (
        "    steepness = 0.0\n    for slopes in grads.values():\n        steepness += np.sum(slopes**2)\n",
        "    steepness = sum(np.sum(slopes * slopes) for slopes in grads.values())\n",
    ),
)


@promised_change.variant()
def _(grads, learning_rate):
    # All slopes in one long row.
    every = np.concatenate([np.ravel(grads[name]) for name in grads])
    return -learning_rate * (every @ every)


@promised_change.variant()
def _(grads, learning_rate):
    # Step times slope, array by array.
    change = 0
    for name, slope in grads.items():
        step = -learning_rate * slope
        change = change + np.sum(step * grads[name])
    return change
