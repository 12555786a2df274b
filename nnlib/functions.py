"""Small known functions that checks and lessons hand to exercises as arguments.

Case files refer to these functions by name, so never rename one; add new ones at the end of their
group. A classifier "of the plane" takes points with two coordinates.
"""

import numpy as np

# Functions of an array of any shape, for numerical derivatives. x is left unchanged.


def sum_of_squares(x: np.ndarray) -> float:
    """Return the sum of ``x_i ** 2``; its gradient is ``2 x``. Any shape."""
    return float(np.sum(np.asarray(x, dtype=float) ** 2))


def weighted_cubes(x: np.ndarray) -> float:
    """Return the sum of ``w_i x_i ** 3``, weights 1, 2, 3, …; the gradient is ``3 w_i x_i ** 2``.

    Any shape; the weights follow the elements in row order, so every element counts differently.
    """
    x = np.asarray(x, dtype=float).ravel()
    return float(np.sum(np.arange(1, x.size + 1) * x**3))


def smooth_product(x: np.ndarray) -> float:
    """Return the product of ``1.5 + sin(x_i)``. Any shape.

    Its partial derivative is ``cos(x_i)`` times the other factors: each element affects all others'
    derivatives, which a sum of separate terms does not show.
    """
    return float(np.prod(1.5 + np.sin(np.asarray(x, dtype=float))))


def sum_of_positive_parts(x: np.ndarray) -> float:
    """Return the sum of ``max(x_i, 0)``, which has a kink at 0. Any shape.

    At 0 the slope is 0 to the left and 1 to the right, so a difference shows which side it took.
    """
    return float(np.sum(np.maximum(np.asarray(x, dtype=float), 0)))


# Classifiers of the plane, one point a column: X of shape (2, m) gives (1, m) of 0 and 1.


def diagonal(X: np.ndarray) -> np.ndarray:
    """Return 1 where the second coordinate exceeds the first. X (2, m) gives (1, m)."""
    return (X[1:2] > X[:1]).astype(int)


def disc(X: np.ndarray) -> np.ndarray:
    """Return 1 inside the circle of radius 1 around (0.5, -0.25). X (2, m) gives (1, m)."""
    return ((X[:1] - 0.5) ** 2 + (X[1:2] + 0.25) ** 2 < 1).astype(int)


def tilted_plane(X: np.ndarray) -> np.ndarray:
    """Return ``2 x_1 - 3 x_2 + 1``, no class but a height. X (2, m) gives (1, m).

    No two points of a grid have the same height, so that a misplaced point shows.
    """
    return 2 * X[:1] - 3 * X[1:2] + 1


# A stand-in for random first parameters, so that what is trained from them can be compared.


def patterned_parameters(n_x: int, n_h: int, n_y: int) -> dict[str, np.ndarray]:
    """Return weights and biases between -1 and 1 that depend on the three sizes alone."""
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1)}
    return {
        name: np.cos(np.arange(rows * cols) * 1.7 + k).reshape(rows, cols)
        for k, (name, (rows, cols)) in enumerate(shapes.items())
    }


# Methods: functions of an object of the learner's.


def set_fixed_weights(net) -> None:
    """Put known weights into ``net.params``, in the place of random ones.

    Reads ``net.layers`` = (n_x, n_h, n_y); "W1" is (n_x, n_h), "b1" (1, n_h), "W2" (n_h, n_y) and
    "b2" (1, n_y). The values are different sines, so no two units are alike.
    """
    n_x, n_h, n_y = net.layers
    net.params = {
        "W1": np.sin(1.0 + np.arange(n_x * n_h)).reshape(n_x, n_h),
        "b1": 0.1 * np.cos(np.arange(float(n_h))).reshape(1, n_h),
        "W2": np.sin(2.0 + 1.7 * np.arange(n_h * n_y)).reshape(n_h, n_y),
        "b2": 0.1 * np.ones((1, n_y)),
    }
