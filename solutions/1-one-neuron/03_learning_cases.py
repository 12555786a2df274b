"""Cases of 03_learning: the steps in a loop, and from probabilities to classes.

Goal: gradient descent as a loop of the learner's own functions, which all of the course then keeps.
It needs 01_neuron. Left out: stopping rules, mini-batches, a history of costs (part 5).

Every example of `nn_model` gives the parameters to start from, so that the result is one number for
everybody, whatever generator draws them. Its examples make at least three steps with a rate other
than the default, so that a loop left too early and an argument ignored both show. None of the
answers that `predict` sees is near one half, and both classes occur.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(2)


def _start(n_x, n_y=1):
    return {
        "initialize_parameters": {"W": rng.normal(size=(n_y, n_x)), "b": rng.normal(size=(n_y, 1))}
    }


# --------------------------------------------------------------------------------------- nn_model

_X = rng.normal(size=(2, 6))
_Y = np.array([[1, 0, 0, 1, 0, 0]])
_X2 = rng.normal(size=(3, 5))
_Y2 = np.array([[0, 1, 1, 0, 1]])

nn_model = Exercise(
    "nn_model",
    examples=[
        Example(_X, _Y, 4, 0.5, False, given=_start(2)),
        Example(_X2, _Y2, 7, 0.9, False, given=_start(3)),
        Example(_X2, _Y2, 4, 0.3, True, given=_start(3)),
        Example(
            _X,
            np.array([[1, 0, 0, 1, 0, 1], [0, 0, 1, 1, 1, 0]]),
            5,
            0.6,
            False,
            given=_start(2, 2),
            beyond="several outputs",
        ),
    ],
    hints=[
        "Everything that happens once comes before the loop (sizes, first parameters); everything "
        "that is repeated stands inside it.",
        "Inside the loop, in this order: the answers of the present parameters, the slopes of "
        "these answers, the new parameters. Each is one call of a function of yours.",
        "for i in range(num_iterations): A from forward_propagation, grads from "
        "backward_propagation, and parameters becomes what update_parameters returns, called with "
        "learning_rate. The return stands after the loop, without indentation.",
    ],
)


@nn_model.variant()
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    sizes = layer_sizes(X, Y)
    parameters = initialize_parameters(*sizes)
    done = 0
    while done < num_iterations:
        done += 1
        A = forward_propagation(X, parameters)
        cost = compute_cost(A, Y)
        if print_cost and done % 5 == 0:
            print("cost", done, cost)
        parameters = update_parameters(
            parameters, backward_propagation(A, X, Y), learning_rate=learning_rate
        )
    return parameters


@nn_model.variant()
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    parameters = initialize_parameters(X.shape[0], Y.shape[0])
    W, b = parameters["W"], parameters["b"]
    m = X.shape[1]
    for _ in range(num_iterations):
        error = 1 / (1 + np.exp(-(W @ X + b))) - Y
        W = W - learning_rate * error @ X.T / m
        b = b - learning_rate * np.mean(error, axis=1, keepdims=True)
    return {"W": W, "b": b}


@nn_model.variant()
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    def train(parameters, left):
        if left == 0:
            return parameters
        A = forward_propagation(X, parameters)
        return train(
            update_parameters(parameters, backward_propagation(A, X, Y), learning_rate), left - 1
        )

    return train(initialize_parameters(n_x=X.shape[0], n_y=Y.shape[0]), num_iterations)


@nn_model.variant()
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    parameters = initialize_parameters(*layer_sizes(X, Y))
    costs = []
    for i in range(1, num_iterations + 1):
        A = forward_propagation(X=X, parameters=parameters)
        costs.append(compute_cost(A=A, Y=Y))
        grads = backward_propagation(A=A, X=X, Y=Y)
        parameters = update_parameters(
            parameters=parameters, grads=grads, learning_rate=learning_rate
        )
        if print_cost:
            print(f"{i}: {costs[-1]}")
    return {**parameters, "costs": costs}


nn_model.variant(("for i in range(num_iterations):", "for i in np.arange(num_iterations):"))
nn_model.variant(
    ("compute_cost(A, Y):.6f", ("float(compute_cost(forward_propagation(X, parameters), Y)):.3f"))
)


# Parameters drawn anew inside the loop give the same numbers as a loop left after one step, since
# the examples give the start: one sentence names both.
@nn_model.misconception(
    "Only one step has been made, however many iterations were asked for. Either `return` (or the "
    "update) stands at the wrong indentation, or the parameters are drawn anew in every pass of "
    "the loop."
)
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    parameters = initialize_parameters(*layer_sizes(X, Y))
    for _ in range(num_iterations):
        A = forward_propagation(X, parameters)
        parameters = update_parameters(parameters, backward_propagation(A, X, Y), learning_rate)
        return parameters


nn_model.misconception(
    "The parameters come back as they were drawn. What update_parameters returns has to become the"
    " new parameters.",
    ("parameters = update_parameters(", "new = update_parameters("),
)
nn_model.misconception(
    "One iteration too many is made. Look at the range of the loop, and at whether anything is "
    "updated outside it.",
    ("range(num_iterations)", "range(num_iterations + 1)"),
)
nn_model.misconception(
    "One iteration too few is made. Look at the range of the loop.",
    ("range(num_iterations)", "range(num_iterations - 1)"),
)
nn_model.misconception(
    "The learning rate is not handed on, so update_parameters takes its default, 1.2.",
    ("grads, learning_rate)", "grads)"),
)
nn_model.misconception(
    "The number of iterations is fixed at 10. Use the argument num_iterations.",
    ("range(num_iterations)", "range(10)"),
)


@nn_model.misconception(
    "The forward step stands before the loop, so every slope is computed from the answers of the "
    "first parameters. The answers change with the parameters."
)
def _(X, Y, num_iterations=10, learning_rate=1.2, print_cost=False):
    parameters = initialize_parameters(*layer_sizes(X, Y))
    A = forward_propagation(X, parameters)
    for _ in range(num_iterations):
        parameters = update_parameters(parameters, backward_propagation(A, X, Y), learning_rate)
    return parameters


nn_model.misconception(
    "With print_cost=True the function ends in an error. Look at the names that the print line "
    "uses: do they exist by then?",
    ("compute_cost(A, Y)", "cost"),
)
nn_model.misconception(
    "You return the parameters together with something else. The parameters alone are asked for.",
    ("return parameters", "return parameters, compute_cost(A, Y)"),
)
nn_model.misconception(
    "You return the cost. The trained parameters are asked for; the cost may be printed.",
    ("return parameters", "return compute_cost(A, Y)"),
)
nn_model.misconception(
    "You return the slopes of the last step. The trained parameters are asked for.",
    ("return parameters", "return grads"),
)
nn_model.misconception(
    "You return the answers A. The trained parameters are asked for; forward_propagation turns "
    "them into answers whenever needed.",
    ("return parameters", "return A"),
)
nn_model.misconception(
    "Nothing comes back: a function that ends without `return` gives None.",
    ("return parameters", "return None"),
)
nn_model.misconception(
    "The neuron is trained on the first sample only. Hand all of X and Y to the steps.",
    ("forward_propagation(X, parameters)", "forward_propagation(X[:, :1], parameters)"),
    ("backward_propagation(A, X, Y)", "backward_propagation(A, X[:, :1], Y[:, :1])"),
    ("compute_cost(A, Y)", "compute_cost(A, Y[:, :1])"),
)
nn_model.misconception(
    "The first parameters are drawn here once more. They should come from initialize_parameters, "
    "so that one place decides how a training starts.",
    (
        "initialize_parameters(n_x, n_y)",
        '{"W": np.random.randn(n_y, n_x) * 0.01, "b": np.zeros((n_y, 1))}',
    ),
)
nn_model.misconception(
    "The training starts from zeros. The first parameters should come from initialize_parameters.",
    ("initialize_parameters(n_x, n_y)", '{"W": np.zeros((n_y, n_x)), "b": np.zeros((n_y, 1))}'),
)
nn_model.misconception(
    "The step is made twice in each iteration.",
    (
        "parameters = update_parameters(parameters, grads, learning_rate)",
        "parameters = update_parameters(update_parameters(parameters, grads, learning_rate), "
        "grads, learning_rate)",
    ),
)
nn_model.misconception(
    "The parameters climb instead of descending: look at the sign with which the learning rate is "
    "handed on.",
    ("grads, learning_rate)", "grads, -learning_rate)"),
)

# ---------------------------------------------------------------------------------------- predict

_Xp = np.array(
    [[1.0, -2.0, 0.5, 3.0, 1.2], [0.4, 1.0, -1.5, 2.0, -0.3], [1.1, 0.2, 0.7, -0.8, 0.9]]
)
_Pp = {"W": np.array([[0.3, 0.25, 0.4]]), "b": np.array([[-0.5]])}
_Xp2 = np.array([[1.0, -1.0, 2.0, 0.5], [0.3, 0.8, -0.6, 2.0]])
_Pp2 = {"W": np.array([[-1.5, 0.6]]), "b": np.array([[0.9]])}

predict = Exercise(
    "predict",
    examples=[
        Example(_Xp, _Pp),
        Example(_Xp2, _Pp2),
        Example(np.array([[2.0], [-1.0]]), _Pp2),
        Example(
            _Xp,
            {"W": np.array([[0.9, -0.2, 0.4], [-0.5, 0.7, 0.8]]), "b": np.array([[0.3], [-0.4]])},
            beyond="several outputs",
        ),
    ],
    hints=[
        "First you need the neuron's answers for X. Which function gives them?",
        "Compare the answers with one half: A > 0.5 compares the whole array at once and gives "
        "True or False for each sample.",
        "NumPy compares a whole array with a number, entry by entry. True and False are classes "
        "as good as 1 and 0; .astype(int) on the comparison in parentheses turns them into "
        "numbers.",
    ],
)

predict.variant(("(A > 0.5).astype(int)", "A > 0.5"))
predict.variant(("(A > 0.5).astype(int)", "A >= 0.5"))
predict.variant(("(A > 0.5).astype(int)", "np.round(A)"))
predict.variant(("(A > 0.5).astype(int)", "np.where(A > 0.5, 1, 0)"))
predict.variant(("(A > 0.5).astype(int)", "(A > 0.5) * 1.0"))


@predict.variant()
def _(X, parameters):
    return (np.dot(parameters["W"], X) + parameters["b"] > 0).astype("uint8")


@predict.variant()
def _(X, parameters):
    A = forward_propagation(X, parameters)
    classes = np.zeros(A.shape)
    for j in range(A.shape[0]):
        for i in range(A.shape[1]):
            if A[j, i] > 0.5:
                classes[j, i] = 1
    return classes


predict.misconception(
    "You return probabilities. A class is 0 or 1: compare the answers with one half.",
    ("(A > 0.5).astype(int)", "A"),
)
predict.misconception(
    "The threshold is 0, and every probability is above it. The classes part at one half.",
    ("A > 0.5", "A > 0"),
)
predict.misconception(
    "The classes are exchanged: class 1 is where the answer is above one half.",
    ("A > 0.5", "A < 0.5"),
)
predict.misconception(
    "The threshold is the mean of the answers. A sample's class must not depend on the other "
    "samples: the threshold is one half.",
    ("A > 0.5", "A > np.mean(A)"),
)
predict.misconception(
    "Your classes are -1 and 1. In this course they are 0 and 1.",
    ("(A > 0.5).astype(int)", "np.where(A > 0.5, 1, -1)"),
)
predict.misconception(
    "The result has lost a dimension. Its shape is that of the answers, (n_y, m).",
    ("(A > 0.5).astype(int)", "np.squeeze(A > 0.5).astype(int)"),
)
predict.misconception(
    "The result is lying on its side: one column for each sample is asked for.",
    ("(A > 0.5).astype(int)", "(A > 0.5).astype(int).T"),
)
predict.misconception(
    "argmax compares the outputs of a sample with one another; there is a single one here, so it "
    "always finds 0. Compare with one half.",
    ("(A > 0.5).astype(int)", "np.argmax(A, axis=0)"),
)
predict.misconception(
    "One half is compared with the weighted sum Z. It belongs to the probability; Z itself would "
    "have to be compared with 0.",
    ("forward_propagation(X, parameters)", 'parameters["W"] @ X + parameters["b"]'),
)
predict.misconception(
    "The bias is missing from the answers. forward_propagation has it.",
    ("forward_propagation(X, parameters)", '1 / (1 + np.exp(-(parameters["W"] @ X)))'),
)
predict.misconception(
    "Turning a probability into a whole number cuts off what follows the point, so every class is "
    "0. Compare with one half first.",
    ("(A > 0.5).astype(int)", "A.astype(int)"),
)
predict.misconception(
    "One class is given for all samples together. Each sample has a class of its own.",
    ("(A > 0.5).astype(int)", "int(np.mean(A) > 0.5)"),
)
predict.misconception(
    "You return the places of the samples of class 1. Asked for is a class for every sample.",
    ("(A > 0.5).astype(int)", "np.where(A > 0.5)[1]"),
)
predict.misconception(
    "The mean over all samples is subtracted from X before the answer. The neuron was trained on X"
    " as it is.",
    (
        "forward_propagation(X, parameters)",
        ("forward_propagation(X - np.mean(X, axis=1, keepdims=True), parameters)"),
    ),
)
