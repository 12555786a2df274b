"""Cases of 08_capstone.

`train` is the loop inside the given `fit`; it starts from parameters that are given, so that no random
draw decides. All sizes of an example differ.

`predict_proba`, `get_params` and `set_parameter` are one or two lines; their misconceptions are what
such lines get wrong, and there are fewer variants. That an unknown setting is refused, and that nothing
learnt is returned as a setting, are tested by hidden tests alone, because a check compares results and
lets extra keys pass.
"""

import numpy as np

from authoring import Example, Exercise, Instance

rng = np.random.default_rng(45)
SETTINGS = ("layers", "activation", "learning_rate", "iterations", "reg_lambda", "random_state")


def parameters(sizes):
    """Parameters with visible biases."""
    made = {}
    for k in range(1, len(sizes)):
        made[f"W{k}"] = rng.standard_normal((sizes[k - 1], sizes[k])).round(2)
        made[f"b{k}"] = rng.standard_normal((1, sizes[k])).round(2)
    return made


def rows(m, n_x):
    return rng.standard_normal((m, n_x)).round(2)


def one_hot(m, n_y):
    return np.eye(n_y)[np.arange(m) * 2 % n_y]


def network(sizes, activation="relu", reg_lambda=0.0, **attributes):
    """A trained network of these sizes."""
    return Instance(
        "DeepNeuralNet",
        (tuple(sizes[1:-1]), activation, 0.3, 300, reg_lambda),
        {"parameters_": parameters(sizes), **attributes},
    )


# train


def train_example(sizes, m, rate, iterations, activation="relu", reg_lambda=0.5):
    return Example(
        Instance("DeepNeuralNet", (tuple(sizes[1:-1]), activation, rate, iterations, reg_lambda)),
        rows(m, sizes[0]),
        one_hot(m, sizes[-1]),
        given={"DeepNeuralNet.initialize_parameters": parameters(sizes)},
        read=("parameters_", "loss_curve_"),
    )


train = Exercise(
    "train",
    examples=[
        train_example((2, 4, 3), 5, 0.2, 3),
        train_example((3, 4, 5, 2), 6, 0.1, 7, "tanh"),
        train_example((2, 3, 2), 7, 0.4, 1),
    ],
    hints=[
        "It is the fit of notebook 04 with other names: parameters once, then a loop of forward, "
        "loss, gradients, step.",
        "activations = self.forward(X), and the probabilities are its last entry. self.loss wants "
        "them and Y.",
        "The step of all parameters in one line: a dictionary with, for each name and array of "
        'self.parameters_.items(), the array minus self.learning_rate * grads[f"d{name}"].',
    ],
)
TRAIN_LOOP = """    for _ in range(self.iterations):
        activations = self.forward(X)
        losses.append(self.loss(activations[-1], Y))
        grads = self.gradients(activations, Y)
        self.parameters_ = {
            name: array - self.learning_rate * grads[f"d{name}"]
            for name, array in self.parameters_.items()
        }
"""
train.misconception(
    "There is one iteration too few.",
    ("range(self.iterations)", "range(1, self.iterations)"),
)
train.misconception(
    "There is one iteration too many.",
    ("range(self.iterations)", "range(self.iterations + 1)"),
)
train.misconception(
    "The number of iterations is fixed at 300. Take self.iterations.",
    ("range(self.iterations)", "range(300)"),
)
train.misconception(
    "The step goes uphill: subtract the learning rate times the gradient.",
    ("array - self.learning_rate", "array + self.learning_rate"),
)
train.misconception(
    "The learning rate is ignored.",
    ("self.learning_rate * ", ""),
)
train.misconception(
    "The learning rate is fixed at 0.3. Take self.learning_rate.",
    ("self.learning_rate * ", "0.3 * "),
)
train.misconception(
    "The parameters are drawn anew in every iteration, so nothing that was learnt is kept.",
    (
        "        activations = self.forward(X)\n",
        "        self.parameters_ = self.initialize_parameters(self.layer_sizes(X, Y))\n"
        "        activations = self.forward(X)\n",
    ),
)
train.misconception(
    "The new parameters are computed and not stored in self.parameters_, so every iteration starts "
    "from the same ones.",
    ("        self.parameters_ = {\n", "        new = {\n"),
)
train.misconception(
    "The parameters hold the gradients now. Each is its old value minus a step.",
    ("array - self.learning_rate * grads", "grads"),
)
train.misconception(
    "Only the weights take a step. The biases learn too.",
    (
        'array - self.learning_rate * grads[f"d{name}"]',
        'array - self.learning_rate * grads[f"d{name}"] * (name[0] == "W")',
    ),
)
train.misconception(
    "The losses are noted after the step, so the one of the first parameters is missing.",
    (
        TRAIN_LOOP,
        TRAIN_LOOP.replace("        losses.append(self.loss(activations[-1], Y))\n", "")
        + "        losses.append(self.loss(self.forward(X)[-1], Y))\n",
    ),
)
train.misconception(
    "Only the last loss is kept. loss_curve_ is a list with one loss for each iteration.",
    ("self.loss_curve_ = losses", "self.loss_curve_ = losses[-1:]"),
)
train.misconception(
    "The losses are summed up. loss_curve_ is a list with one loss for each iteration.",
    ("self.loss_curve_ = losses", "self.loss_curve_ = sum(losses)"),
)
train.misconception(
    "loss_curve_ begins with the loss of the second iteration. Keep the first one too.",
    ("self.loss_curve_ = losses", "self.loss_curve_ = losses[1:]"),
)
train.misconception(
    "The forward pass is done once, before the loop, so every step uses the same old activations.",
    ("        activations = self.forward(X)\n", ""),
    ("    losses = []\n", "    losses = []\n    activations = self.forward(X)\n"),
)
train.variant(
    (
        '            name: array - self.learning_rate * grads[f"d{name}"]\n'
        "            for name, array in self.parameters_.items()\n",
        "            key[1:]: self.parameters_[key[1:]] - self.learning_rate * grads[key] for key in grads\n",
    ),
)
train.variant(
    ("losses = []", "self.loss_curve_ = []"),
    ("losses.append", "self.loss_curve_.append"),
    ("    self.loss_curve_ = losses\n", ""),
)
train.variant(
    ("    self.loss_curve_ = losses\n", "    self.loss_curve_ = losses\n    return self\n")
)
train.variant(
    (
        """        self.parameters_ = {
            name: array - self.learning_rate * grads[f"d{name}"]
            for name, array in self.parameters_.items()
        }
""",
        """        for name in self.parameters_:
            self.parameters_[name] = self.parameters_[name] - self.learning_rate * grads["d" + name]
""",
    ),
)
train.variant(
    (
        """        self.parameters_ = {
            name: array - self.learning_rate * grads[f"d{name}"]
            for name, array in self.parameters_.items()
        }
""",
        """        for layer in range(1, len(activations)):
            self.parameters_[f"W{layer}"] -= self.learning_rate * grads[f"dW{layer}"]
            self.parameters_[f"b{layer}"] -= self.learning_rate * grads[f"db{layer}"]
""",
    ),
)

# predict_proba


def trained(sizes, activation="relu"):
    return network(sizes, activation, classes_=np.arange(sizes[-1]), n_features_in_=sizes[0])


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

# get_params

get_params = Exercise(
    "get_params",
    examples=[
        Example(Instance("DeepNeuralNet", ((5, 4), "tanh", 0.25, 12, 0.5, 3))),
        Example(Instance("DeepNeuralNet", ((7,),))),
        Example(Instance("DeepNeuralNet", ((2, 2, 2), "relu", 1.5), {"iterations": 77})),
    ],
    hints=[
        "Six names, six values. __init__ in the frame lists the names.",
        "The values are attributes of self under the same names. The present values count, not the "
        "defaults.",
        "A dictionary with getattr(self, name) for each of the six names, or written out with "
        "self.layers and so on.",
    ],
)
GETTING = "{name: getattr(self, name) for name in names}"
get_params.misconception(
    "Only the names come back. Return a dictionary with the value of each.",
    (GETTING, "names"),
)
get_params.misconception(
    "Only the values come back. Return a dictionary, so that each can be found by its name.",
    (GETTING, "tuple(getattr(self, name) for name in names)"),
)
get_params.misconception(
    "These are the defaults of __init__. Return the values that the object has now.",
    (
        GETTING,
        'dict(layers=(8,), activation="relu", learning_rate=0.3, iterations=300, reg_lambda=0.01, '
        "random_state=None)",
    ),
)
get_params.misconception(
    "random_state is missing. A copy of the network has to know it too.",
    (GETTING, "{name: getattr(self, name) for name in names[:-1]}"),
)
get_params.misconception(
    "layers is missing. It is a setting like the others.",
    (GETTING, "{name: getattr(self, name) for name in names[1:]}"),
)
get_params.misconception(
    "activation is missing. It is a setting like the others.",
    (GETTING, '{name: getattr(self, name) for name in names if name != "activation"}'),
)
get_params.misconception(
    "The keys and the values are swapped: the names are the keys.",
    (GETTING, "{getattr(self, name): name for name in names}"),
)
get_params.misconception(
    "The values have been turned into text. Return them as they are.",
    (GETTING, "{name: str(getattr(self, name)) for name in names}"),
)
get_params.misconception(
    "layers is counted: the tuple itself is the setting.",
    (GETTING, '{**{name: getattr(self, name) for name in names}, "layers": len(self.layers)}'),
)
get_params.variant(
    (
        GETTING,
        '{"layers": self.layers, "activation": self.activation, '
        '"learning_rate": self.learning_rate, "iterations": self.iterations, '
        '"reg_lambda": self.reg_lambda, "random_state": self.random_state}',
    ),
)
get_params.variant((GETTING, "dict(zip(names, [getattr(self, name) for name in names]))"))
get_params.variant((GETTING, "{name: vars(self)[name] for name in names}"))
get_params.variant(
    (
        f"return {GETTING}",
        "import inspect\n\n    names = list(inspect.signature(type(self).__init__).parameters)[1:]\n"
        f"    return {GETTING}",
    ),
)
get_params.variant(
    (f"return {GETTING}", "return super(DeepNeuralNet, self).get_params(deep)"),
)

# set_parameter

set_parameter = Exercise(
    "set_parameter",
    examples=[
        Example(Instance("DeepNeuralNet", ((3,),)), "learning_rate", 0.125, read=SETTINGS),
        Example(Instance("DeepNeuralNet", ((3,), "tanh")), "layers", (7, 5), read=SETTINGS),
        Example(Instance("DeepNeuralNet", ((3,),)), "activation", "tanh", read=SETTINGS),
        Example(Instance("DeepNeuralNet", ((3,), "relu", 0.2, 9)), "iterations", 40, read=SETTINGS),
    ],
    hints=[
        "Two steps: is the name known, and then store the value under it.",
        "self.name = value would make an attribute that is called name. Which built-in function sets "
        "an attribute whose name stands in a variable?",
        "if name not in self.get_params(): raise ValueError(…). Then setattr(self, name, value).",
    ],
)
SETTING = "setattr(self, name, value)"
set_parameter.misconception(
    "The setting keeps its old value. Either an attribute that is called 'name' was made, or the "
    "value went into the dictionary that get_params returned, which is a copy. The name stands in a "
    "variable: there is a function that sets such an attribute.",
    (SETTING, "self.name = value"),
)
set_parameter.misconception(
    "Nothing is stored: the value is handed back and forgotten.",
    (SETTING, "return value"),
)
set_parameter.misconception(
    "Every setting gets the new value. Change the one that was named.",
    (SETTING, "[setattr(self, key, value) for key in known]"),
)
set_parameter.misconception(
    "The value has been turned into text. Store it as it is.",
    (SETTING, "setattr(self, name, str(value))"),
)
set_parameter.misconception(
    "Only numbers are stored. layers and activation can be changed as well.",
    (
        SETTING,
        "setattr(self, name, value if isinstance(value, (int, float)) else getattr(self, name))",
    ),
)
set_parameter.misconception(
    "The other settings go back to their defaults. Leave them as they are.",
    (SETTING, "self.__init__(**{name: value})"),
)
set_parameter.misconception(
    "Known names are refused. The error is for names that are not among the settings.",
    ("name not in known", "name in known"),
)
set_parameter.variant((SETTING, "self.__dict__[name] = value"))
set_parameter.variant((SETTING, "vars(self).update({name: value})\n    return self"))
set_parameter.variant((SETTING, "self.__init__(**{**known, name: value})"))
set_parameter.variant(
    ("known = self.get_params()", f"known = {SETTINGS!r}"),
)
set_parameter.variant(
    (
        "    known = self.get_params()\n    if name not in known:\n",
        "    known = [key for key in vars(self) if not key.endswith('_')]\n"
        "    if not hasattr(self, name):\n",
    ),
)
