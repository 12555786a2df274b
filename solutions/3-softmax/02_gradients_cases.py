"""Cases of 02_gradients.

Goal: the backward pass of the softmax network and the training loop, on row samples.

gradients is the gradient of m * calculate_loss, the summed convention of the article whose names
this part uses; the mean is a misconception here with a sentence of its own, because it is right
elsewhere. Weights, biases and penalty are told apart, so that a forgotten penalty costs only that.
build_model is told where to start (initialize_model, given in the notebook), so that a run of a few
passes can be compared by value. Two examples need no given start: with X of zeros, balanced
classes, epsilon 1 and reg_lambda 1, one pass takes every parameter to 0 wherever it started, which
shows the number of hidden units and of classes.
predict keeps away from ties. It is one line, so its misconceptions are mostly about
what comes back.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(32)


def draw_model(n, n_h, n_classes):
    """A model with random weights and biases (no bias is 0)."""
    return {
        "W1": rng.normal(size=(n, n_h)),
        "b1": rng.normal(size=(1, n_h)),
        "W2": rng.normal(size=(n_h, n_classes)),
        "b2": rng.normal(size=(1, n_classes)),
    }


# ---------------------------------------------------------------- gradients

model_a, X_a, y_a = draw_model(3, 4, 2), rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
model_b, X_b, y_b = draw_model(2, 3, 4), rng.normal(size=(7, 2)), np.array([2, 0, 3, 1, 1, 0, 3])

gradients = Exercise(
    "gradients",
    examples=[
        Example(model_a, X_a, y_a, 0.0),
        Example(model_a, X_a, y_a, 0.7),
        Example(model_b, X_b, y_b, 1.3),
    ],
    hints=[
        "Work backwards and write the shape beside every line. The slope at the scores is the "
        "probabilities with 1 taken off at the true class of each row.",
        "delta2 = probs.copy(), then delta2[np.arange(m), y] -= 1. Its product with a1, "
        "a1.T @ delta2, has the shape of W2. For the hidden layer carry delta2 back through W2 "
        "and multiply by the slope of tanh, 1 - a1**2.",
        "The bias gradients are np.sum(delta, axis=0, keepdims=True). The penalty adds "
        "reg_lambda * W to dW1 and dW2, nothing to the biases. Nothing is divided by m.",
    ],
)

DIVIDED = (
    'return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}',
    'return {"dW1": dW1 / m, "db1": db1 / m, "dW2": dW2 / m, "db2": db2 / m}',
)
NO_PENALTY = (
    (' + reg_lambda * model["W2"]', ""),
    (' + reg_lambda * model["W1"]', ""),
)

gradients.misconception(
    "This is the gradient of the mean, calculate_loss itself: everything is divided by m. Asked "
    "for is the gradient of the sum over the samples plus the penalty.",
    DIVIDED,
)
gradients.misconception(
    "The part of the data is divided by m, the penalty is not. Asked for is the gradient of the "
    "summed cross-entropy plus the penalty; nothing is divided.",
    ("probs.copy()", "probs / m"),
    ("delta2[np.arange(m), y] -= 1", "delta2[np.arange(m), y] -= 1 / m"),
)
gradients.misconception(
    "Only the weights' gradients are divided by m, the biases' are not. Asked for is the "
    "gradient of the sum; nothing is divided.",
    ("a1.T @ delta2", "a1.T @ delta2 / m"),
    ("X.T @ delta1", "X.T @ delta1 / m"),
)
gradients.misconception(
    "The penalty is missing. With reg_lambda above 0 its slope belongs to dW1 and dW2.",
    *NO_PENALTY,
)
gradients.misconception(
    "The penalty's slope is half as steep as it should be. In the loss there is a factor of one "
    "half before a square; differentiate the square as well.",
    ("reg_lambda * model", "reg_lambda / 2 * model"),
)
gradients.misconception(
    "The penalty's slope is twice as steep as it should be. The loss has a factor of one half "
    "before the squares.",
    ("reg_lambda * model", "2 * reg_lambda * model"),
)
gradients.misconception(
    "The biases are penalised too. The documented loss has no squares of biases.",
    (
        "db2 = np.sum(delta2, axis=0, keepdims=True)",
        'db2 = np.sum(delta2, axis=0, keepdims=True) + reg_lambda * model["b2"]',
    ),
    (
        "db1 = np.sum(delta1, axis=0, keepdims=True)",
        'db1 = np.sum(delta1, axis=0, keepdims=True) + reg_lambda * model["b1"]',
    ),
)
gradients.misconception(
    "dW2 lacks the slope of the penalty; dW1 has it.",
    (' + reg_lambda * model["W2"]', ""),
)
gradients.misconception(
    "dW1 lacks the slope of the penalty; dW2 has it.",
    (' + reg_lambda * model["W1"]', ""),
)
gradients.misconception(
    "The strength of the penalty is fixed at 0.01. Use the argument reg_lambda.",
    ("reg_lambda * model", "0.01 * model"),
)
gradients.misconception(
    "The penalty's slope is subtracted. It is added to the gradient; training then makes the "
    "weights smaller.",
    ("+ reg_lambda", "- reg_lambda"),
)
gradients.misconception(
    "The slope of the hidden units is the sigmoid's, a1 * (1 - a1). The hidden units are tanh.",
    ("(1 - a1**2)", "(a1 * (1 - a1))"),
)
gradients.misconception(
    "The slope of tanh lacks the square: 1 - a1.",
    ("(1 - a1**2)", "(1 - a1)"),
)
gradients.misconception(
    "The slope of tanh is computed from tanh(a1), as if a1 were the value before the activation. "
    "a1 is tanh already.",
    ("(1 - a1**2)", "(1 - np.tanh(a1) ** 2)"),
)
gradients.misconception(
    "The slope of tanh is missing: delta1 is only carried back through W2.",
    (" * (1 - a1**2)", ""),
)
gradients.misconception(
    "The probabilities are used as the slope at the scores. The 1 at the true class of each row "
    "has to be taken off.",
    ("    delta2[np.arange(m), y] -= 1\n", ""),
)
gradients.misconception(
    "The sign at the scores is turned, true class minus probabilities. The gradient points "
    "uphill: the probabilities minus what they should be.",
    ("delta2[np.arange(m), y] -= 1", "delta2[np.arange(m), y] -= 1; delta2 = -delta2"),
)
gradients.misconception(
    "delta2[:, y] -= 1 takes off 1 in whole columns, in every row. Each row loses 1 only at its "
    "own true class.",
    ("delta2[np.arange(m), y]", "delta2[:, y]"),
)
gradients.misconception(
    "The class number is subtracted from the probabilities. The true class says where to take "
    "off 1, not how much.",
    ("delta2[np.arange(m), y] -= 1", "delta2 -= y[:, None]"),
)
gradients.misconception(
    "1 is added at the true class instead of taken off.",
    ("delta2[np.arange(m), y] -= 1", "delta2[np.arange(m), y] += 1"),
)
gradients.misconception(
    "The slope at the scores has a further factor p * (1 - p), as for a squared error with a "
    "sigmoid. With cross-entropy this factor cancels.",
    (
        "delta2[np.arange(m), y] -= 1",
        "delta2[np.arange(m), y] -= 1; delta2 = delta2 * probs * (1 - probs)",
    ),
)
gradients.misconception(
    "The bias gradients are sums over all entries. Each unit has its own: sum over the samples "
    "only.",
    ("np.sum(delta2, axis=0, keepdims=True)", "np.sum(delta2, keepdims=True)"),
    ("np.sum(delta1, axis=0, keepdims=True)", "np.sum(delta1, keepdims=True)"),
)
gradients.misconception(
    "The bias gradients are summed over the units. Samples are in rows here: sum down the rows.",
    ("axis=0", "axis=1"),
)
gradients.misconception(
    "The bias gradients have lost an axis. db1 has the shape of b1, (1, n_h), and db2 that of b2.",
    (", keepdims=True", ""),
)
gradients.misconception(
    "The bias gradients are means over the samples. They belong to the sum, like the others.",
    ("np.sum(delta2,", "np.mean(delta2,"),
    ("np.sum(delta1,", "np.mean(delta1,"),
)
gradients.misconception(
    "The bias gradients keep one row for each sample. Sum them over the samples.",
    ("np.sum(delta2, axis=0, keepdims=True)", "delta2"),
    ("np.sum(delta1, axis=0, keepdims=True)", "delta1"),
)
gradients.misconception(
    "db1 is summed before the slope of tanh is multiplied in. It is the sum of delta1.",
    (
        "np.sum(delta1, axis=0, keepdims=True)",
        'np.sum(delta2 @ model["W2"].T, axis=0, keepdims=True)',
    ),
)
gradients.misconception(
    "The gradients come back transposed, as for samples in columns. Each has the shape of its "
    "parameter.",
    (
        'return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}',
        'return {"dW1": dW1.T, "db1": db1.T, "dW2": dW2.T, "db2": db2.T}',
    ),
)
gradients.misconception(
    "W1 and W2 are updated or scaled here, in the caller's model. This function only computes "
    "the gradients.",
    (
        'return {"dW1": dW1',
        'model["W1"] -= 0.01 * dW1; model["W2"] -= 0.01 * dW2\n    return {"dW1": dW1',
    ),
)

gradients.variant(("(1 - a1**2)", "(1 - np.power(a1, 2))"), ("probs.copy()", "probs"))
gradients.variant(
    (
        "    delta2 = probs.copy()\n    delta2[np.arange(m), y] -= 1\n",
        "    delta2 = probs - np.eye(probs.shape[1])[y]\n",
    ),
    ("a1.T @ delta2", "np.dot(a1.T, delta2)"),
)
gradients.variant(
    ("np.sum(delta2, axis=0, keepdims=True)", "delta2.sum(axis=0).reshape(1, -1)"),
    ("np.sum(delta1, axis=0, keepdims=True)", "np.ones((1, m)) @ delta1"),
)


@gradients.variant()
def _(model, X, y, reg_lambda=0.01):
    W1, b1, W2, b2 = model["W1"], model["b1"], model["W2"], model["b2"]
    num_examples = len(X)
    a1 = np.tanh(X.dot(W1) + b1)
    exp_scores = np.exp(a1.dot(W2) + b2)
    delta3 = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    delta3[range(num_examples), y] -= 1
    dW2 = (a1.T).dot(delta3)
    db2 = np.sum(delta3, axis=0, keepdims=True)
    delta2 = delta3.dot(W2.T) * (1 - np.power(a1, 2))
    dW1 = np.dot(X.T, delta2)
    db1 = np.sum(delta2, axis=0, keepdims=True)
    dW2 += reg_lambda * W2
    dW1 += reg_lambda * W1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "probs": delta3}


@gradients.variant()
def _(model, X, y, reg_lambda=0.01):
    probs, a1 = forward_propagation(model, X)
    found = {"d" + name: np.zeros_like(array, dtype=float) for name, array in model.items()}
    for i in range(len(X)):
        delta2 = np.array([p - (k == y[i]) for k, p in enumerate(probs[i])])
        delta1 = (1 - a1[i] * a1[i]) * (model["W2"] @ delta2)
        found["dW2"] += np.outer(a1[i], delta2)
        found["db2"] += delta2
        found["dW1"] += np.outer(X[i], delta1)
        found["db1"] += delta1
    for name in ("W1", "W2"):
        found["d" + name] = found["d" + name] + reg_lambda * model[name]
    return found


@gradients.variant()
def _(model, X, y, reg_lambda=0.01):
    # The gradient of the mean, multiplied by m at the end.
    m = len(y)
    probs, a1 = forward_propagation(model, X)
    delta2 = (probs - (y[:, None] == np.arange(probs.shape[1]))) / m
    delta1 = np.einsum("ik,jk->ij", delta2, model["W2"]) * (1 - np.square(a1))
    mean = {
        "dW1": np.einsum("ij,ik->jk", X, delta1) + reg_lambda / m * model["W1"],
        "db1": delta1.sum(axis=0, keepdims=True),
        "dW2": np.einsum("ij,ik->jk", a1, delta2) + reg_lambda / m * model["W2"],
        "db2": delta2.sum(axis=0, keepdims=True),
    }
    return {name: m * array for name, array in mean.items()}


# ---------------------------------------------------------------- build_model

X_c, y_c = rng.normal(size=(6, 2)), np.array([0, 1, 1, 0, 1, 0])
X_d, y_d = rng.normal(size=(7, 3)), np.array([1, 0, 0, 1, 1, 0, 1])
start_c = {"initialize_model": draw_model(2, 3, 2)}
start_d = {"initialize_model": draw_model(3, 4, 2)}

build_model = Exercise(
    "build_model",
    examples=[
        Example(X_c, y_c, 3, 1, 0.05, 0.0, given=start_c),
        Example(X_c, y_c, 3, 4, 0.03, 0.5, given=start_c),
        Example(X_d, y_d, 4, 3, 0.1, 0.8, given=start_d),
        Example(np.zeros((4, 3)), np.array([0, 1, 0, 1]), 5, 1, 1.0, 1.0),
        Example(
            np.zeros((6, 2)),
            np.array([0, 1, 2, 0, 1, 2]),
            5,
            1,
            1.0,
            1.0,
            beyond="more than two classes",
        ),
    ],
    hints=[
        "Before the loop: how many inputs, how many classes, and a start. In the loop: gradients, "
        "then a new model. After the loop: return it.",
        "initialize_model(n, nn_hdim, n_classes) gives the start; n is X.shape[1], and the "
        "largest class number in y tells how many classes there are. "
        "gradients(model, X, y, reg_lambda) gives all four gradients of a pass.",
        "In each of the num_passes passes: model[name] - epsilon * grads['d' + name] for each of "
        "W1, b1, W2, b2, into a new dictionary. The line with return stands after the loop, not "
        "in it.",
    ],
)

STEP = 'model = {name: model[name] - epsilon * grads["d" + name] for name in model}'

build_model.misconception(
    "The steps go uphill: the gradients are added. Subtract them.",
    ("model[name] - epsilon", "model[name] + epsilon"),
)
build_model.misconception(
    "The parameters never change: what comes back is the start. Keep the result of each step.",
    (STEP, "pass"),
)
build_model.misconception(
    "What comes back is the model after a single step, however large num_passes is. Does the "
    "return stand in the loop, or does every pass begin with a new start?",
    ("range(num_passes)", "range(1)"),
)
build_model.misconception(
    "One pass too few is made. range(num_passes) counts from 0 and gives num_passes passes.",
    ("range(num_passes)", "range(1, num_passes)"),
)
build_model.misconception(
    "One pass too many is made. range(num_passes) gives num_passes passes.",
    ("range(num_passes)", "range(num_passes + 1)"),
)
build_model.misconception(
    "The number of passes is fixed. Use the argument num_passes.",
    ("range(num_passes)", "range(10)"),
)
build_model.misconception(
    "The learning rate is fixed at 0.01. Use the argument epsilon.",
    ("- epsilon *", "- 0.01 *"),
)
build_model.misconception(
    "The learning rate is missing: each step is the whole gradient.",
    ("- epsilon * grads", "- grads"),
)
build_model.misconception(
    "reg_lambda is not passed on to gradients, which then takes its default of 0.01.",
    ("gradients(model, X, y, reg_lambda)", "gradients(model, X, y)"),
)
build_model.misconception(
    "The training has no penalty: gradients is called with a reg_lambda of 0.",
    ("gradients(model, X, y, reg_lambda)", "gradients(model, X, y, 0.0)"),
)
build_model.misconception(
    "The steps are m times too short: the gradients are divided by m. epsilon belongs to the "
    "gradient of the sum, as gradients returns it.",
    ("- epsilon * grads", "- epsilon / len(X) * grads"),
)
build_model.misconception(
    "The penalty is counted twice: gradients has its slope already, and here it is added again.",
    (
        STEP,
        'extra = {name: reg_lambda * (name[0] == "W") * model[name] for name in model}\n        '
        'model = {name: model[name] - epsilon * (grads["d" + name] + extra[name]) '
        "for name in model}",
    ),
)
build_model.misconception(
    "The biases stay at their start. All four parameters take part in every step.",
    ("- epsilon * grads", '- epsilon * (name[0] == "W") * grads'),
)
build_model.misconception(
    "Only the output layer is trained. W1 and b1 take part in every step as well.",
    ("- epsilon * grads", '- epsilon * (name[1] == "2") * grads'),
)
build_model.misconception(
    "The gradients are computed once, before the loop, and used for all steps. Each pass needs "
    "the gradients of the model as it is then.",
    (
        "    for i in range(num_passes):\n        grads = gradients(model, X, y, reg_lambda)\n",
        "    grads = gradients(model, X, y, reg_lambda)\n    for i in range(num_passes):\n",
    ),
)
build_model.misconception(
    "The gradients are computed anew between the updates of one pass, from a model that has "
    "moved in part. All four belong to one model.",
    (
        STEP,
        'model = dict(model)\n        for name in ("W1", "b1", "W2", "b2"):\n            '
        'model[name] = model[name] - epsilon * gradients(model, X, y, reg_lambda)["d" + name]',
    ),
)
build_model.misconception(
    "The number of hidden units is fixed at 3. Use the argument nn_hdim.",
    ("X.shape[1], nn_hdim,", "X.shape[1], 3,"),
)
build_model.misconception(
    "The number of inputs is fixed at 2. Take it from X.",
    ("X.shape[1], nn_hdim,", "2, nn_hdim,"),
)
build_model.misconception(
    "The number of inputs is taken from the rows of X. Samples are in rows here, so the inputs "
    "are the columns.",
    ("X.shape[1], nn_hdim,", "X.shape[0], nn_hdim,"),
)
build_model.misconception(
    "The model has two outputs whatever y holds. Take the number of classes from y.",
    ("int(np.max(y)) + 1", "2"),
)
build_model.misconception(
    "The number of classes is the largest class number. Classes are counted from 0, so there is "
    "one more.",
    ("int(np.max(y)) + 1", "int(np.max(y))"),
)
build_model.misconception(
    "The number of classes is taken as the number of samples.",
    ("int(np.max(y)) + 1", "len(y)"),
)
build_model.misconception(
    "Nothing comes back. Return the trained model after the loop.",
    ("    return model", "    return None"),
)
build_model.misconception(
    "The last gradients come back in place of the trained model.",
    ("    return model", "    return grads"),
)
build_model.misconception(
    "The loss comes back in place of the trained model.",
    ("    return model", "    return calculate_loss(model, X, y, reg_lambda)"),
)
build_model.misconception(
    "A pair comes back, the model and something else. Return the model alone.",
    ("    return model", "    return model, calculate_loss(model, X, y, reg_lambda)"),
)

build_model.variant(
    (
        STEP,
        'for name in model:\n            model[name] = model[name] - epsilon * grads["d" + name]',
    )
)
build_model.variant(
    ("int(np.max(y)) + 1", "len(np.unique(y))"),
    (
        STEP,
        'model["W1"] -= epsilon * grads["dW1"]; model["b1"] -= epsilon * grads["db1"]\n'
        '        model["W2"] -= epsilon * grads["dW2"]; model["b2"] -= epsilon * grads["db2"]',
    ),
)


@build_model.variant()
def _(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01, print_loss=False):
    start = initialize_model(n=X.shape[1], n_h=nn_hdim, n_classes=y.max() + 1)
    W1, b1, W2, b2 = start["W1"], start["b1"], start["W2"], start["b2"]
    model = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    for i in range(0, num_passes):
        a1 = np.tanh(X.dot(W1) + b1)
        exp_scores = np.exp(a1.dot(W2) + b2)
        delta3 = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        delta3[range(len(X)), y] -= 1
        dW2 = (a1.T).dot(delta3)
        db2 = np.sum(delta3, axis=0, keepdims=True)
        delta2 = delta3.dot(W2.T) * (1 - np.power(a1, 2))
        dW1 = np.dot(X.T, delta2)
        db1 = np.sum(delta2, axis=0)
        dW2 += reg_lambda * W2
        dW1 += reg_lambda * W1
        W1 = W1 - epsilon * dW1
        b1 = b1 - epsilon * db1
        W2 = W2 - epsilon * dW2
        b2 = b2 - epsilon * db2
        model = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        if print_loss and i % 1000 == 0:
            print("Loss after iteration", i, ":", calculate_loss(model, X, y, reg_lambda))
    return model


@build_model.variant()
def _(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01, print_loss=False):
    def step(model):
        grads = gradients(model, X, y, reg_lambda)
        return {key[1:]: model[key[1:]] - epsilon * grads[key] for key in grads}

    model = initialize_model(X.shape[-1], nn_hdim, len(set(y.tolist())))
    done = 0
    while done < num_passes:
        if print_loss and done % 1000 == 0:
            print(done, calculate_loss(model, X, y, reg_lambda))
        model = step(model)
        done += 1
    return model


@build_model.variant()
def _(X, y, nn_hdim, num_passes=20000, epsilon=0.01, reg_lambda=0.01, print_loss=False):
    model = initialize_model(X.shape[1], nn_hdim, 1 + max(y))
    model["losses"] = []
    for _ in range(num_passes):
        grads = gradients(model, X, y, reg_lambda=reg_lambda)
        for name in ("W1", "b1", "W2", "b2"):
            model[name] = model[name] + (-epsilon) * grads["d" + name]
        model["losses"].append(float(calculate_loss(model, X, y, reg_lambda)))
    return model


# ---------------------------------------------------------------- predict

model_e, X_e = draw_model(3, 4, 2), rng.normal(size=(8, 3))
model_f, X_f = draw_model(2, 6, 4), 2 * rng.normal(size=(9, 2))
model_e["b2"] *= 0.1
model_f["b2"] *= 0.1
model_g, X_g = draw_model(2, 5, 6), 2 * rng.normal(size=(30, 2))

predict = Exercise(
    "predict",
    examples=[
        Example(model_e, X_e),
        Example(model_f, X_f),
        Example(model_g, X_g),
        Example(model_g, X_g[:1]),
    ],
    hints=[
        "The forward pass gives the probabilities. For each row you want the place of the "
        "largest one, not its size.",
        "np.argmax gives the place of the largest entry. Which axis runs along a row?",
        "forward_propagation returns two things, and only the probabilities are needed. "
        "np.argmax with axis=1 looks along each row: one class for each sample, shape (m,).",
    ],
)

ARGMAX = "np.argmax(probs, axis=1)"

predict.misconception(
    "The probabilities come back. Asked for are the classes, one number for each row.",
    (ARGMAX, "probs"),
)
predict.misconception(
    "The largest probability of each row comes back. Asked for is where it stands: the class.",
    (ARGMAX, "np.max(probs, axis=1)"),
)
predict.misconception(
    "The largest entry is looked for down the columns, over the samples. Each row is a sample.",
    (ARGMAX, "np.argmax(probs, axis=0)"),
)
predict.misconception(
    "One number for the whole array comes back. Without an axis argmax looks at all entries as "
    "one long list.",
    (ARGMAX, "np.argmax(probs)"),
)
predict.misconception(
    "The least probable class is chosen.",
    (ARGMAX, "np.argmin(probs, axis=1)"),
)
predict.misconception(
    "The largest hidden activation is looked for. The classes belong to the probabilities.",
    ("probs, _ =", "_, probs ="),
)
predict.misconception(
    "The probability of class 1 is held against 0.5, which gives only classes 0 and 1. With more "
    "classes choose the largest.",
    (ARGMAX, "(probs[:, 1] > 0.5).astype(int)"),
)
predict.misconception(
    "The classes are counted from 1. The first column belongs to class 0.",
    (ARGMAX, "np.argmax(probs, axis=1) + 1"),
)
predict.misconception(
    "Rounded probabilities come back, one row of 0 and 1 for each sample. Asked for is the "
    "number of the class.",
    (ARGMAX, "np.round(probs)"),
)
predict.misconception(
    "The classes have the shape (m, 1). Asked for is a plain array of shape (m,).",
    (ARGMAX, "np.argmax(probs, axis=1).reshape(-1, 1)"),
)
predict.misconception(
    "The classes have the shape (1, m), as in part 2. Asked for is a plain array of shape (m,).",
    (ARGMAX, "np.argmax(probs, axis=1).reshape(1, -1)"),
)
predict.misconception(
    "A True or False for every class comes back. Asked for is the number of the class that is "
    "True.",
    (ARGMAX, "probs == np.max(probs, axis=1, keepdims=True)"),
)
predict.misconception(
    "Every sample gets the class that is most probable on average. Each row decides for itself.",
    (ARGMAX, "np.full(len(X), np.argmax(probs.mean(axis=0)))"),
)
predict.misconception(
    "Only the first sample is classified.",
    (ARGMAX, "np.argmax(probs[0])"),
)
predict.misconception(
    "The classes come back in the order of their certainty, not in the order of the rows of X.",
    (ARGMAX, "np.argmax(probs, axis=1)[np.argsort(np.max(probs, axis=1))]"),
)
predict.misconception(
    "The classes are sorted. The result keeps the order of the rows of X.",
    (ARGMAX, "np.sort(np.argmax(probs, axis=1))"),
)

predict.variant((ARGMAX, "probs.argmax(1)"))
predict.variant((ARGMAX, "np.array([int(np.argmax(row)) for row in probs])"))
predict.variant((ARGMAX, "np.argsort(probs, axis=1)[:, -1]"))
predict.variant((ARGMAX, "np.argmax(probs, axis=-1).astype(float)"))


@predict.variant()
def _(model, X):
    # The softmax keeps the order of the scores, so the scores are enough.
    scores = np.tanh(X @ model["W1"] + model["b1"]) @ model["W2"] + model["b2"]
    return np.argmax(scores, axis=1)


@predict.variant()
def _(model, X):
    probs = forward_propagation(model, X)[0]
    classes = np.zeros(len(X), dtype=int)
    for i, row in enumerate(probs):
        for k in range(len(row)):
            if row[k] > row[classes[i]]:
                classes[i] = k
    return classes
