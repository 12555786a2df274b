"""Cases of 06_autograd.

Goal: backpropagation as a walk along a list, for any calculation. backward works on single numbers,
so that accumulation and order can be seen by themselves: every tape but the chain has a value that
several steps use, and the last step never stands alone. unbroadcast has results in which no two sums
are equal, and square ones, where a wrong axis gives the right shape. matmul_slopes has a square case
for the same reason.
"""

import numpy as np

from authoring import Example, Exercise

rng = np.random.default_rng(56)

# ---------------------------------------------------------------- backward

backward = Exercise(
    "backward",
    examples=[
        Example([[], [], [(0, 1.0), (1, 1.0)], [(0, 5.0), (2, 3.0)]]),
        Example([[], [(0, 2.0)], [(1, -3.0)], [(2, 0.5)]]),
        Example([[], [], [(0, 1.5), (1, -0.5)], [(2, 2.0), (0, 0.25)], [(3, 4.0), (3, 1.0), (2, -2.0)]]),
        Example([[], [], [], [(0, 0.7), (2, 1.3)], [(3, -1.1)], [(0, 2.2), (4, 0.4), (3, 0.9)]]),
    ],
    hints=[
        "Begin with an array of zeros, one entry for each step. Which entry is known at once, and what "
        "is it?",
        "Walk from the last step to the first. At step k its own entry is complete. What does each "
        "parent p get from it?",
        "Each pair (p, slope) of step k adds slopes[k] times slope to entry p: another step may have "
        "added to it already.",
    ],
)
_walk = "for k in range(len(tape) - 1, -1, -1):"
_share = "slopes[p] += slopes[k] * slope"
backward.misconception(
    "The last share takes the place of the others. A value that several steps use gets one share from "
    "each, and they add up.",
    ("+=", "="),
)
backward.misconception(
    "The walk goes forwards. At that time a step's own slope is not known yet: begin at the last step.",
    (_walk, "for k in range(len(tape)):"),
)
backward.misconception(
    "Nothing starts the walk: the slope of the last value along itself is 1, and all entries are 0.",
    ("slopes[-1] = 1.0", "slopes[-1] = 0.0"),
)
backward.misconception(
    "Each parent gets the slope of its step alone. By the chain rule it is multiplied with the slope of "
    "what comes after.",
    (_share, "slopes[p] += slope"),
)
backward.misconception(
    "Each parent gets the slope of what comes after, but not multiplied with the slope of the step.",
    (_share, "slopes[p] += slopes[k]"),
)
backward.misconception(
    "The slope of the step is added where it should be multiplied: along a chain, slopes multiply.",
    (_share, "slopes[p] += slopes[k] + slope"),
)
backward.misconception(
    "The array starts with ones. A value without influence has the slope 0, and only the last one 1.",
    ("np.zeros(len(tape))", "np.ones(len(tape))"),
)
backward.misconception(
    "The last step is left out of the walk, and nothing reaches the others.",
    (_walk, "for k in range(len(tape) - 2, -1, -1):"),
)
backward.misconception(
    "Only the first parent of each step gets its share. Hand a share to every pair of the step.",
    ("for p, slope in tape[k]:", "for p, slope in tape[k][:1]:"),
)
backward.misconception(
    "The slopes come in the order of the walk, last step first. Entry k belongs to step k.",
    ("return slopes", "return slopes[::-1]"),
)
backward.misconception(
    "Only the slopes of the inputs come back. One entry for each step is asked for.",
    ("return slopes", "return np.array([slopes[k] for k in range(len(tape)) if not tape[k]])"),
)
backward.variant((_walk, "for k in reversed(range(len(tape))):"))
backward.variant((_share, "slopes[p] = slopes[p] + slope * slopes[k]"))


@backward.variant()
def _(tape):
    # From the formula: each value asks all later steps that use it.
    n = len(tape)
    slopes = np.zeros(n)
    for p in range(n - 1, -1, -1):
        slopes[p] = 1.0 if p == n - 1 else 0.0
        for k in range(p + 1, n):
            for parent, slope in tape[k]:
                if parent == p:
                    slopes[p] += slopes[k] * slope
    return slopes


@backward.variant()
def _(tape):
    found = [0.0] * len(tape)
    found[-1] = 1.0
    for own, step in zip(range(len(tape))[::-1], tape[::-1]):
        for parent, slope in step:
            found[parent] += found[own] * slope
    return np.array(found)


# ---------------------------------------------------------------- unbroadcast

table = np.array([[1.0, 2.5, -3.0], [10.0, 20.0, 31.0]])
square = rng.normal(size=(3, 3))
unbroadcast = Exercise(
    "unbroadcast",
    examples=[
        Example(table, (1, 3)),
        Example(table, (2, 1)),
        Example(table, (1, 1)),
        Example(square, (1, 3)),
        Example(square, (3, 1)),
        Example(square, (3, 3)),
        Example(table, (3,), beyond="fewer axes than the result"),
        Example(square, (3,), beyond="fewer axes than the result"),
        Example(square, (), beyond="a single number"),
    ],
    hints=[
        "Along which axes was the value repeated? There its size is 1, and the size of the result may "
        "be another.",
        "np.sum takes several axes at once, axis=(0, 1), and with keepdims=True a summed axis stays, with "
        "size 1.",
        "Collect the axes whose size in `shape` is 1 and sum over them with keepdims. Where `shape` "
        "has fewer axes, sum over the first ones before that, without keepdims.",
    ],
)
_sum = "return np.sum(gradient, axis=repeated, keepdims=True)"
unbroadcast.misconception(
    "The mean is taken over the repeated axes. Each repetition acts on the result, so they add up.",
    (_sum, "return np.mean(gradient, axis=repeated, keepdims=True)"),
)
unbroadcast.misconception(
    "The first row or column is taken in place of the sum. Every repetition counts.",
    (_sum, "return gradient[tuple(slice(0, size) for size in shape)]"),
)
unbroadcast.misconception(
    "The sum has lost its axis of size 1. With keepdims it stays, and the gradient has the shape of its "
    "value.",
    (", keepdims=True", ""),
)
unbroadcast.misconception(
    "The sum always runs over the samples, axis 0. A column was repeated along axis 1, and a whole array "
    "not at all.",
    ("repeated = tuple(axis for axis, size in enumerate(shape) if size == 1)", "repeated = (0,)"),
    (_sum, "return np.sum(gradient, axis=0, keepdims=True) if gradient.ndim else gradient"),
)
unbroadcast.misconception(
    "The sum runs over the axes that were not repeated. Look for size 1 in `shape`.",
    ("size == 1", "size != 1"),
)
unbroadcast.misconception(
    "The gradient comes back as it is. Where its value was repeated it has too many entries.",
    (_sum, "return gradient"),
)
unbroadcast.misconception(
    "Of several repeated axes only the first is summed.",
    ("axis=repeated", "axis=repeated[:1]"),
)
unbroadcast.misconception(
    "The missing axes are taken at the end. Broadcasting adds them in front.",
    ("axis=tuple(range(missing))", "axis=tuple(range(-missing, 0))"),
)
unbroadcast.misconception(
    "With as many axes the sums are right. Where `shape` has fewer axes than the result, the ones in "
    "front have to be summed away as well.",
    ("np.sum(gradient, axis=tuple(range(missing)))", "np.asarray(gradient)"),
)
unbroadcast.variant(
    (
        "gradient = np.sum(gradient, axis=tuple(range(missing)))",
        "gradient = np.sum(gradient, axis=tuple(k for k in range(missing)))",
    )
)


@unbroadcast.variant()
def _(gradient, shape):
    while np.ndim(gradient) > len(shape):
        gradient = gradient.sum(axis=0)
    for axis in range(len(shape)):
        if shape[axis] == 1 and gradient.shape[axis] != 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


@unbroadcast.variant()
def _(gradient, shape):
    full = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k in range(gradient.ndim) if full[k] == 1)
    return gradient.sum(axis=axes).reshape(shape)


# ---------------------------------------------------------------- matmul_slopes

matmul_slopes = Exercise(
    "matmul_slopes",
    parts=("gradient_A", "gradient_B"),
    examples=[
        Example(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])),
        Example(rng.normal(size=(3, 2)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))),
        Example(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))),
    ],
    hints=[
        "Both formulas stand above. Which factor is transposed in each, and on which side does it stand?",
        "Let the shapes check it: the gradient of A has the shape (m, n) of A, and there is one product of "
        "the gradient (m, k) with the transposed B, (k, n), that fits.",
        "The gradient of A is the gradient times B transposed; that of B is A transposed times the "
        "gradient. Return the two in this order.",
    ],
)
_of_A, _of_B = "gradient_A = gradient @ B.T", "gradient_B = A.T @ gradient"
matmul_slopes.misconception(
    "The two gradients are the wrong way round: that of A comes first.",
    ("return gradient_A, gradient_B", "return gradient_B, gradient_A"),
)
matmul_slopes.misconception(
    "B is not transposed. Follow one entry of A: it meets a row of B, and the gradients of its results "
    "stand in a row too.",
    (_of_A, "gradient_A = gradient @ B"),
)
matmul_slopes.misconception(
    "A is not transposed in the gradient of B.",
    (_of_B, "gradient_B = A @ gradient"),
)
matmul_slopes.misconception(
    "The factors of the first product stand in the wrong order: the gradient comes first.",
    (_of_A, "gradient_A = B.T @ gradient"),
)
matmul_slopes.misconception(
    "The factors of the second product stand in the wrong order: A transposed comes first.",
    (_of_B, "gradient_B = gradient @ A.T"),
)
matmul_slopes.misconception(
    "The gradient of B is transposed.",
    (_of_B, "gradient_B = gradient.T @ A"),
)
matmul_slopes.misconception(
    "The gradient of A is transposed.",
    (_of_A, "gradient_A = B @ gradient.T"),
)
matmul_slopes.misconception(
    "The gradients are divided by the number of rows. A mean, where there is one, is a step of its own "
    "on the tape.",
    (_of_A, "gradient_A = gradient @ B.T / len(gradient)"),
    (_of_B, "gradient_B = A.T @ gradient / len(gradient)"),
)
matmul_slopes.misconception(
    "The gradient of the result is left out: these are the factors themselves, transposed.",
    (_of_A, "gradient_A = B.T"),
    (_of_B, "gradient_B = A.T"),
)
matmul_slopes.variant(
    (_of_A, "gradient_A = (B @ gradient.T).T"),
    (_of_B, "gradient_B = (gradient.T @ A).T"),
)
matmul_slopes.variant(
    (_of_A, 'gradient_A = np.einsum("mk,nk->mn", gradient, B)'),
    (_of_B, 'gradient_B = np.einsum("mn,mk->nk", A, gradient)'),
)


@matmul_slopes.variant()
def _(gradient, A, B):
    gradient_A, gradient_B = np.zeros(A.shape), np.zeros(B.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            for k in range(B.shape[1]):
                gradient_A[i, j] += gradient[i, k] * B[j, k]
                gradient_B[j, k] += gradient[i, k] * A[i, j]
    return [gradient_A, gradient_B]
