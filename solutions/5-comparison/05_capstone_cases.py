"""Cases of 05_capstone.

one_hot has labels that do not begin at 0. train_epoch gets its mini-batches given, in a
fixed order, since any random order is right; Adam's means are not zero, so that losing them shows.
fit meets the early stop with held-out samples that are given: their labels are wrong, so their loss
soon rises. All samples fit into one mini-batch there, so that no order decides.
predict_proba is one line; its misconceptions are what such a line gets wrong.
"""

import numpy as np

from authoring import Example, Exercise, Instance

rng = np.random.default_rng(55)


def parameters(sizes, prefix="", draw=rng.standard_normal):
    """Arrays of the shapes of these parameters."""
    made = {}
    for k in range(1, len(sizes)):
        made[f"{prefix}W{k}"] = draw((sizes[k - 1], sizes[k])).round(2)
        made[f"{prefix}b{k}"] = draw((1, sizes[k])).round(2)
    return made


def rows(m, n_x):
    return rng.standard_normal((m, n_x)).round(2)


def table(m, n_y):
    return np.eye(n_y)[np.arange(m) * 2 % n_y]


def trained(sizes, activation="relu"):
    """A network that has been trained."""
    return Instance(
        "DeepClassifier",
        (tuple(sizes[1:-1]), activation),
        {
            "parameters_": parameters(sizes),
            "classes_": np.arange(sizes[-1]),
            "n_features_in_": sizes[0],
        },
    )


# one_hot

one_hot = Exercise(
    "one_hot",
    examples=[
        Example(Instance("DeepClassifier"), np.array([1, 0, 2, 2, 0]), read=("classes_",)),
        Example(Instance("DeepClassifier"), np.array([9, 4, 4, 6]), read=("classes_",)),
        Example(Instance("DeepClassifier"), np.array([-1, 1, 1]), read=("classes_",)),
    ],
    hints=[
        "np.unique with return_inverse=True gives two arrays. Which of them is to be kept in the network?",
        "np.eye(n) is a table with ones on the diagonal. Which of its rows belongs to class number 2?",
        "Index the rows of np.eye(number of classes) with the numbers of the labels, all at once.",
    ],
)
_eye = "return np.eye(len(self.classes_))[numbers]"
one_hot.misconception(
    "The numbers of the classes come back. One column for each class is asked for.",
    (_eye, "return numbers"),
)
one_hot.misconception(
    "The table is transposed: samples belong in the rows, classes in the columns.",
    (_eye, "return np.eye(len(self.classes_))[numbers].T"),
)
one_hot.misconception(
    "The zeros and ones are exchanged.",
    (_eye, "return 1 - np.eye(len(self.classes_))[numbers]"),
)
one_hot.misconception(
    "There is a column for each sample. There should be one for each class.",
    (_eye, "return np.eye(len(y))[numbers]"),
)
one_hot.misconception(
    "The classes are not kept: self.classes_ should hold them.",
    ("self.classes_, numbers", "classes, numbers"),
    ("len(self.classes_)", "len(classes)"),
)
one_hot.misconception(
    "self.classes_ holds the number of each label. The sorted classes belong there.",
    (_eye, _eye.replace("return", "found =") + "\n    self.classes_ = numbers\n    return found"),
)
one_hot.misconception(
    "The columns come in the reverse order: column k is classes_[k].",
    (_eye, "return np.eye(len(self.classes_))[numbers][:, ::-1]"),
)
one_hot.variant((_eye, "return (y.reshape(-1, 1) == self.classes_).astype(float)"))


@one_hot.variant()
def _(self, y):
    self.classes_ = np.array(sorted(set(y.tolist())))
    Y = np.zeros((len(y), len(self.classes_)))
    for i, label in enumerate(y.tolist()):
        Y[i, self.classes_.tolist().index(label)] = 1
    return Y


# train_epoch


def epoch_example(sizes, m, size, rate, steps, activation="tanh"):
    X, Y = rows(m, sizes[0]), table(m, sizes[-1])
    attributes = {
        "parameters_": parameters(sizes),
        "v_": parameters(sizes, "d"),
        "s_": parameters(sizes, "d", lambda shape: 0.1 + rng.random(shape)),
        "t_": steps,
    }
    return Example(
        Instance("DeepClassifier", (tuple(sizes[1:-1]), activation, rate, 5, size, 0.5), attributes),
        X,
        Y,
        given={
            "random_mini_batches": [(X[k : k + size].T, Y[k : k + size].T) for k in range(0, m, size)]
        },
        read=("parameters_", "v_", "s_", "t_"),
    )


train_epoch = Exercise(
    "train_epoch",
    examples=[
        epoch_example((2, 4, 3), 6, 2, 0.1, 0),
        epoch_example((3, 4, 5, 2), 7, 3, 0.05, 6),
        epoch_example((2, 3, 2), 5, 5, 0.2, 3),
    ],
    hints=[
        "It is the inner loop of training: for each mini-batch forward, gradients, a step.",
        "A mini-batch has its samples in columns. self.forward and self.gradients want them in rows.",
        "Count self.t_ up before the step. adam_step returns three dictionaries; put them into the three "
        "attributes.",
    ],
)
_count = "        self.t_ += 1\n"
train_epoch.misconception(
    "self.t_ is counted after the step. Adam's first step has the number 1.",
    (_count, ""),
    (
        "self.t_, self.learning_rate\n        )",
        "self.t_, self.learning_rate\n        )\n        self.t_ += 1",
    ),
)
train_epoch.misconception(
    "The steps are not counted: self.t_ stays as it was.",
    (_count, ""),
    ("self.s_, self.t_, self.learning_rate", "self.s_, self.t_ + 1, self.learning_rate"),
)
train_epoch.misconception(
    "The number of the step begins again at 1 in each epoch. Adam's correction needs all steps so far.",
    ("    for mini_X", "    self.t_ = 0\n    for mini_X"),
)
train_epoch.misconception(
    "The learning rate of the network is not used: adam_step takes its default of 0.01.",
    ("self.t_, self.learning_rate", "self.t_"),
)
train_epoch.misconception(
    "The running means are not kept, so that each mini-batch begins with the old ones.",
    ("self.parameters_, self.v_, self.s_ = adam_step", "self.parameters_, _, _ = adam_step"),
)
train_epoch.misconception(
    "The new running means are exchanged: adam_step returns v before s.",
    ("self.parameters_, self.v_, self.s_ = adam_step", "self.parameters_, self.s_, self.v_ = adam_step"),
)
train_epoch.misconception(
    "All samples are used in every step, and not the mini-batch.",
    ("self.forward(mini_X.T)", "self.forward(X)"),
    ("self.gradients(activations, mini_Y.T)", "self.gradients(activations, Y)"),
)
train_epoch.misconception(
    "The step of Adam is exchanged for a plain one.",
    (
        "self.parameters_, self.v_, self.s_ = adam_step(\n"
        "            self.parameters_, grads, self.v_, self.s_, self.t_, self.learning_rate\n        )",
        'self.parameters_ = {\n            name: array - self.learning_rate * grads["d" + name]\n'
        "            for name, array in self.parameters_.items()\n        }",
    ),
)
train_epoch.misconception(
    "Only the first mini-batch is used.",
    ("self.t_, self.learning_rate\n        )", "self.t_, self.learning_rate\n        )\n        break"),
)
train_epoch.variant(
    (
        "for mini_X, mini_Y in random_mini_batches(X.T, Y.T, self.batch_size, self.t_):",
        "for pair in random_mini_batches(X.T, Y.T, self.batch_size, seed=self.t_):",
    ),
    ("self.forward(mini_X.T)", "self.forward(pair[0].T)"),
    ("mini_Y.T)", "np.transpose(pair[1]))"),
)
train_epoch.variant(("self.t_ += 1", "self.t_ = self.t_ + 1"))


# fit

FITTED = ("loss_curve_", "best_epoch_", "parameters_")


def fit_example(seed, sizes, m, patience, rate):
    """Validated and split beforehand; the seeds are such that the losses rise and fall as on paper."""
    own = np.random.default_rng(seed)
    X, labels = own.standard_normal((m, sizes[0])).round(2), np.arange(m) % sizes[-1]
    Y, held = np.eye(sizes[-1])[labels], m // 3
    net = Instance("DeepClassifier", (tuple(sizes[1:-1]), "tanh", rate, 30, 50, 0.1, patience, seed))
    given = {
        "DeepClassifier.validated": (X, labels),
        "DeepClassifier.hold_out": (X[held:], Y[held:], X[:held], Y[:held]),
    }
    return Example(net, X, labels, given=given, read=FITTED)


def fit_to_the_end(seed, lists=False, **more):
    """Nothing is given, and no patience runs out."""
    X = np.random.default_rng(seed).standard_normal((20, 2)).round(2)
    net = Instance("DeepClassifier", ((3, 3), "tanh", 0.3, 4, 50, 0.1, 9, seed))
    return Example(net, X.tolist() if lists else X, np.arange(20) % 2, read=FITTED, **more)


fit = Exercise(
    "fit",
    examples=[
        fit_example(43, (2, 4, 2), 12, 2, 0.58),
        fit_example(163, (3, 4, 3), 15, 5, 0.43),
        fit_to_the_end(246),
        fit_to_the_end(246, lists=True, beyond="samples in lists, which validated makes arrays"),
    ],
    hints=[
        "The docstring names the methods in their order. What has to be remembered from epoch to epoch?",
        "Before the loop: validated, one_hot, hold_out, start, and an empty list of losses. hold_out wants the "
        "labels one-hot.",
        "Remember the lowest held-out loss so far, the parameters after that epoch, and its number. "
        "A lower loss replaces all three.",
        "Where the loss is no new low, look how far the epoch is behind the best one: at self.patience "
        "or more, break. After the loop, put the remembered parameters back, and return self.",
    ],
)
_held = "self.loss(self.forward(X_held)[-1], Y_held)"
_noted = "        self.loss_curve_.append(held)\n"
_trained = "        self.train_epoch(X, Y)\n"
_back = "    self.parameters_ = best"
_split = "X, Y, X_held, Y_held = self.hold_out(X, self.one_hot(y))"
fit.misconception(
    "The loss is that of the training samples. Early stopping watches the samples held out.",
    (_held, "self.loss(self.forward(X)[-1], Y)"),
)
fit.misconception(
    "The parameters of the last epoch stay. Those of the best one belong in self.parameters_.",
    (_back, "    pass"),
)
fit.misconception(
    "Training stops one epoch too late: patience or more behind the best is enough.",
    (">= self.patience", "> self.patience"),
)
fit.misconception(
    "Training never stops early. When patience has run out, end the loop with break.",
    ("            break\n", "            pass\n"),
)
fit.misconception(
    "Training stops at the first epoch without a new low. It should go on while patience lasts.",
    (">= self.patience", "< self.patience"),
)
fit.misconception(
    "A loss counts as the best where it is lower than that of the epoch before. Compare it with the lowest so far.",
    ("            break\n", "            break\n        lowest = held\n"),
)
fit.misconception(
    "Only the losses that were a new low are noted. Note every epoch's.",
    (_noted, ""),
    ("            lowest, best", "            self.loss_curve_.append(held)\n            lowest, best"),
)
fit.misconception(
    "The epochs are counted from 1. best_epoch_ counts from 0.",
    (_back, f"{_back}\n    self.best_epoch_ += 1"),
)
fit.misconception(
    "The patience is fixed at 10. Take self.patience.",
    (">= self.patience", ">= 10"),
)
fit.misconception(
    "The number of epochs is fixed at 100. Take self.epochs.",
    ("range(self.epochs)", "range(100)"),
)
fit.misconception(
    "How far an epoch is behind the best one is their difference: epoch - self.best_epoch_.",
    ("epoch - self.best_epoch_", "epoch"),
)
fit.misconception(
    "How far an epoch is behind the best one is a difference and no quotient: epoch - self.best_epoch_.",
    ("epoch - self.best_epoch_", "epoch / self.best_epoch_"),
)


@fit.misconception(
    "All epochs without a new low are counted together. After each new low the count begins again at 0.",
)
def _(self, X, y):
    X, y = self.validated(X, y)
    X, Y, X_held, Y_held = self.hold_out(X, self.one_hot(y))
    self.start(X, Y)
    self.loss_curve_, lowest, behind = [], np.inf, 0
    for epoch in range(self.epochs):
        self.train_epoch(X, Y)
        held = self.loss(self.forward(X_held)[-1], Y_held)
        self.loss_curve_.append(held)
        if held < lowest:
            lowest, best, self.best_epoch_ = held, self.parameters_, epoch
        else:
            behind += 1
            if behind >= self.patience:
                break
    self.parameters_ = best
    return self


fit.misconception(
    "The lowest loss is never replaced, so that every epoch counts as the best. Remember each new low.",
    ("lowest, best, self.best_epoch_ = held,", "best, self.best_epoch_ ="),
)
fit.misconception(
    "The highest loss is taken for the best one.",
    ("np.inf", "-np.inf"),
    ("if held < lowest", "if held > lowest"),
)
fit.misconception(
    "The best parameters are put back only where training stops early. Put them back in any case, after the loop.",
    (f"            break\n{_back}", "            self.parameters_ = best\n            break"),
)
fit.misconception(
    "best_epoch_ is the last epoch. It should be the one with the lowest loss.",
    (_back, "    self.parameters_, self.best_epoch_ = best, epoch"),
)
fit.misconception(
    "The loss is noted before the epoch. Note it after each round of training.",
    (f"{_trained}        held = {_held}\n", f"        held = {_held}\n{_trained}"),
)
fit.misconception(
    "The loss of the epoch that ends the training is missing. Note it before you look whether to stop.",
    (_noted, ""),
    ("            break\n", f"            break\n{_noted}"),
)
fit.misconception(
    "No loss is noted: self.loss_curve_ stays empty.",
    (_noted, ""),
)
fit.misconception(
    "The losses stay in a name of the function's own. They belong in self.loss_curve_.",
    ("self.loss_curve_", "losses"),
)
fit.misconception(
    "The best epoch stays in a name of the function's own. It belongs in self.best_epoch_.",
    ("self.best_epoch_", "best_epoch"),
)
fit.misconception(
    "The network is not trained: each epoch begins with self.train_epoch(X, Y).",
    (_trained, ""),
)
fit.misconception(
    "The network begins anew in every epoch, so nothing that was learnt is kept.",
    (_trained, f"        self.start(X, Y)\n{_trained}"),
)
fit.misconception(
    "Training uses all samples, also those held out. Train on the X and Y that self.hold_out returns.",
    (_split, "Y = self.one_hot(y)\n    _, _, X_held, Y_held = self.hold_out(X, Y)"),
)
fit.misconception(
    "The network is trained on the samples held out. They only judge it: train on X and Y.",
    ("self.train_epoch(X, Y)", "self.train_epoch(X_held, Y_held)"),
)
fit.misconception(
    "The two parts are exchanged. self.hold_out returns first X and Y to train on, then what is held out.",
    (_split, "X_held, Y_held, X, Y = self.hold_out(X, self.one_hot(y))"),
)
fit.misconception(
    "self.hold_out returns X, Y, X_held, Y_held. Here they are taken in the order of train_test_split.",
    (_split, "X, X_held, Y, Y_held = self.hold_out(X, self.one_hot(y))"),
)
fit.misconception(
    "Samples are held out anew in every epoch, and fewer and fewer are left. Hold out once, before the loop.",
    (_trained, f"        X, Y, X_held, Y_held = self.hold_out(X, Y)\n{_trained}"),
)
fit.misconception(
    "hold_out gets the labels as they came. It should get them one-hot: self.one_hot(y).",
    ("self.hold_out(X, self.one_hot(y))", "self.hold_out(X, y)"),
)
fit.misconception(
    "self.hold_out takes X first, then the labels, one-hot.",
    ("self.hold_out(X, self.one_hot(y))", "self.hold_out(self.one_hot(y), X)"),
)
fit.misconception("self.validated takes X first, then y.", ("self.validated(X, y)", "self.validated(y, X)"))
fit.misconception(
    "What self.validated returns is not used: X, y = self.validated(X, y) comes first.",
    ("    X, y = self.validated(X, y)\n", ""),
)
fit.misconception(
    "self.loss gets all activations. It takes the probabilities, the last entry of what self.forward returns.",
    ("self.forward(X_held)[-1]", "self.forward(X_held)"),
)
fit.misconception(
    "The first entry of what self.forward returns are the samples. The probabilities are the last.",
    ("self.forward(X_held)[-1]", "self.forward(X_held)[0]"),
)
fit.misconception(
    "This is the output of a hidden layer. The probabilities are the last entry of what self.forward returns.",
    ("self.forward(X_held)[-1]", "self.forward(X_held)[1]"),
)
fit.misconception(
    "The training never starts: self.start(X, Y) is not called, so there are no parameters yet.",
    ("    self.start(X, Y)\n    self.loss", "    self.loss"),
)
fit.misconception(
    "The network is trained, but nothing is returned. End with return self.",
    ("    return self\n", ""),
)
fit.misconception(
    "The parameters are returned. Return the network itself: self.",
    ("return self", "return self.parameters_"),
)
fit.variant(
    (
        "if held < lowest:",
        "if held == min(self.loss_curve_) and self.loss_curve_.count(held) == 1:",
    )
)


@fit.variant()
def _(self, X, y):
    X, y = self.validated(X, y)
    X, Y, X_held, Y_held = self.hold_out(X, self.one_hot(y))
    self.start(X, Y)
    self.loss_curve_ = []
    history = []
    for _ in range(self.epochs):
        self.train_epoch(X, Y)
        history.append({name: array.copy() for name, array in self.parameters_.items()})
        self.loss_curve_.append(self.loss(self.forward(X_held)[-1], Y_held))
        self.best_epoch_ = int(np.argmin(self.loss_curve_))
        if len(history) - 1 - self.best_epoch_ >= self.patience:
            break
    self.parameters_ = history[self.best_epoch_]
    return self


@fit.variant()
def _(self, X, y):
    # With a count of the epochs that brought nothing.
    Y = self.one_hot(self.validated(X, y)[1])
    rows, Y, held_rows, held_Y = self.hold_out(np.asarray(X, dtype=float), Y)
    self.start(rows, Y)
    self.loss_curve_, behind, best = [], 0, None
    while len(self.loss_curve_) < self.epochs and behind < self.patience:
        self.train_epoch(rows, Y)
        probabilities = self.forward(held_rows)[-1]
        loss = self.loss(probabilities, held_Y)
        if best is None or loss < self.loss_curve_[self.best_epoch_]:
            best, self.best_epoch_, behind = self.parameters_, len(self.loss_curve_), 0
        else:
            behind += 1
        self.loss_curve_.append(loss)
    self.parameters_ = best
    return self


# predict_proba

predict_proba = Exercise(
    "predict_proba",
    examples=[
        Example(trained((2, 4, 2)), rows(5, 2)),
        Example(trained((3, 4, 5, 3), "tanh"), rows(6, 3)),
    ],
    hints=[
        "The probabilities are already there after a forward pass.",
        "self.forward returns a list. Which of its entries are the probabilities?",
        "First X = self.checked(X), then the last entry of self.forward(X).",
    ],
)
PROBA = "self.forward(self.checked(X))[-1]"
predict_proba.misconception(
    "The whole list of activations comes back. The probabilities are its last entry.",
    (PROBA, "self.forward(self.checked(X))"),
)
predict_proba.misconception(
    "These are the samples themselves, the first entry of the list. The probabilities are the last.",
    (PROBA, "self.forward(self.checked(X))[0]"),
)
predict_proba.misconception(
    "This is the output of the first layer. The probabilities are the last entry of the list, "
    "whatever the depth.",
    (PROBA, "self.forward(self.checked(X))[1]"),
)
predict_proba.misconception(
    "Only the probability of class 1 comes back. There is one column for each class.",
    (PROBA, "self.forward(self.checked(X))[-1][:, 1]"),
)
predict_proba.misconception(
    "Only the largest probability of each sample comes back. Return those of all classes.",
    (PROBA, "self.forward(self.checked(X))[-1].max(axis=1)"),
)
predict_proba.misconception(
    "These are classes. The decision is made in predict.",
    (PROBA, "np.argmax(self.forward(self.checked(X))[-1], axis=1)"),
)
predict_proba.misconception(
    "The table is transposed: samples belong in the rows, classes in the columns.",
    (PROBA, "self.forward(self.checked(X))[-1].T"),
)
predict_proba.misconception(
    "These are logarithms of the probabilities.",
    (PROBA, "np.log(self.forward(self.checked(X))[-1])"),
)
predict_proba.misconception(
    "The probabilities are rounded. Return them with all their digits.",
    (PROBA, "np.round(self.forward(self.checked(X))[-1])"),
)
predict_proba.variant((PROBA, "self.forward(X=self.checked(X))[len(self.layers) + 1]"))
predict_proba.variant(
    (f"return {PROBA}", "X = self.checked(X)\n    *_, last = self.forward(X)\n    return last"),
)
predict_proba.variant(
    (
        f"return {PROBA}",
        "from sklearn.utils.validation import check_is_fitted\n\n    check_is_fitted(self)\n"
        "    X = np.asarray(X, dtype=float)\n    return self.forward(X)[-1]",
    ),
)
