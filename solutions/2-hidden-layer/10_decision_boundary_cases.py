"""Cases of 10_decision_boundary.

Goal: the way from a grid to a list of points and back, which every picture of a decision boundary
takes. It needs a model as a function, and nothing from earlier exercises. The first example's
model is a tilted plane, on which no two grid points look alike, so that a misplaced answer shows.
The ranges of the two coordinates differ, and no range is a whole number of steps, so that rounding
does not decide whether the last point belongs to the grid.
"""

import numpy as np

from authoring import Example, Exercise
from nnlib import functions

decision_grid = Exercise(
    "decision_grid",
    examples=[
        Example(functions.tilted_plane, np.array([[-1.0, 0.5, 1.2], [0.3, -0.4, 2.05]]), 0.75),
        Example(functions.disc, np.array([[2.0, 0.1, -0.8, 0.4], [0.2, 0.93, 0.5, -0.1]]), 0.55),
        Example(functions.diagonal, np.array([[4.1, 5.3], [-3.0, -1.7]]), 0.61),
    ],
    parts=("xx", "yy", "Z"),
    hints=[
        "Three stages: the values of each coordinate, the grid of all their pairs, and the model's "
        "answers folded into the shape of the grid.",
        "X[0] holds all first coordinates, X[1] all second ones. np.arange(X[0].min() - 1, "
        "X[0].max() + 1, h) gives the values of the first coordinate.",
        "np.meshgrid(first_values, second_values) gives xx and yy. Flatten each with ravel() and "
        "lay one above the other with np.vstack: that is a list of points, one a column.",
        "Call the model once, with that array of shape (2, k), and give its answer the shape of "
        "xx with reshape. Return xx, yy and Z in this order.",
    ],
)

decision_grid.misconception(
    "There is no margin: the grid ends where the data end. Leave one unit on each side.",
    (".min() - 1", ".min()"),
    (".max() + 1", ".max()"),
)
decision_grid.misconception(
    "The margin is missing at the upper end of both coordinates.",
    (".max() + 1", ".max()"),
)
decision_grid.misconception(
    "The margin is missing at the lower end of both coordinates.",
    (".min() - 1", ".min()"),
)
decision_grid.misconception(
    "The margin is half a unit. The docstring asks for one unit on each side.",
    (".min() - 1", ".min() - 0.5"),
    (".max() + 1", ".max() + 0.5"),
)
decision_grid.misconception(
    "The margin is one step of the grid. The docstring asks for one unit on each side.",
    (".min() - 1", ".min() - h"),
    (".max() + 1", ".max() + h"),
)
decision_grid.misconception(
    "The margin goes inwards: the grid is smaller than the data. Look at the signs.",
    (".min() - 1", ".min()"),
    ("X[0].max() + 1", "X[0].max() - 0.5"),
    ("X[1].max() + 1", "X[1].max() - 0.5"),
)
decision_grid.misconception(
    "Both coordinates have the range of the first one. The second has a range of its own.",
    ("X[1].min()", "X[0].min()"),
    ("X[1].max()", "X[0].max()"),
)
decision_grid.misconception(
    "The smallest and the largest value are taken over all of X. Each coordinate has a range of its "
    "own.",
    ("X[0].min()", "X.min()"),
    ("X[0].max()", "X.max()"),
    ("X[1].min()", "X.min()"),
    ("X[1].max()", "X.max()"),
)
decision_grid.misconception(
    "The ranges are those of the first two samples. A sample is a column of X; a coordinate is a "
    "row.",
    ("X[0]", "X[:, 0]"),
    ("X[1]", "X[:, 1]"),
)
decision_grid.misconception(
    "The step h is not used.",
    ("x_max, h", "x_max, 0.5"),
    ("y_max, h", "y_max, 0.5"),
)
decision_grid.misconception(
    "The step is not given to np.arange, which then takes steps of 1.",
    ("x_max, h", "x_max"),
    ("y_max, h", "y_max"),
)
decision_grid.misconception(
    "The values are stretched to reach the upper end exactly, so their distance is not h. Use "
    "np.arange, which keeps the step.",
    ("np.arange(x_min, x_max, h)", "np.linspace(x_min, x_max, int((x_max - x_min) / h) + 1)"),
    ("np.arange(y_min, y_max, h)", "np.linspace(y_min, y_max, int((y_max - y_min) / h) + 1)"),
)
decision_grid.misconception(
    "The grid goes on beyond the margin by one step.",
    ("x_max, h", "x_max + h, h"),
    ("y_max, h", "y_max + h, h"),
)
decision_grid.misconception(
    "The coordinates of the points are exchanged before the model gets them: it takes the first "
    "coordinate in the first row.",
    ("np.vstack([xx.ravel(), yy.ravel()])", "np.vstack([yy.ravel(), xx.ravel()])"),
)
decision_grid.misconception(
    "Rows and columns of the grid are exchanged. In xx the values should grow from column to "
    "column, as np.meshgrid does it by default.",
    ("np.arange(y_min, y_max, h))", 'np.arange(y_min, y_max, h), indexing="ij")'),
)
decision_grid.misconception(
    "The values of the two coordinates go into np.meshgrid the wrong way round: the first one is "
    "that which runs along the columns.",
    (
        "np.meshgrid(np.arange(x_min, x_max, h), np.arange(y_min, y_max, h))",
        "np.meshgrid(np.arange(y_min, y_max, h), np.arange(x_min, x_max, h))",
    ),
)
decision_grid.misconception(
    "The second coordinate runs downwards. It should grow with the row number.",
    ("np.arange(y_min, y_max, h)", "np.arange(y_min, y_max, h)[::-1]"),
)
decision_grid.misconception(
    "Z is folded column by column, but the points were listed row by row, so the answers stand in "
    "the wrong places.",
    (".reshape(xx.shape)", '.reshape(xx.shape, order="F")'),
)
decision_grid.misconception(
    "Z has rows and columns exchanged. It should have the shape of xx.",
    (".reshape(xx.shape)", ".reshape(xx.shape).T"),
)
decision_grid.misconception(
    "Z is still a list of answers. Give it the shape of xx, so that each answer stands at the place "
    "of its point.",
    (".reshape(xx.shape)", ""),
)
decision_grid.misconception(
    "Z is flattened. Give it the shape of xx, so that each answer stands at the place of its point.",
    (".reshape(xx.shape)", ".ravel()"),
)
decision_grid.misconception(
    "The model gets the points as rows, or something else than the points of the grid. It takes an "
    "array of shape (2, k), one point a column.",
    ("model(points)", "model(points.T)"),
)
decision_grid.misconception(
    "The answers are turned into 0 and 1. Return them as the model gives them.",
    ("model(points).reshape(xx.shape)", "(model(points).reshape(xx.shape) > 0.5).astype(int)"),
)
decision_grid.misconception(
    "Z comes first. The order is xx, yy, Z.",
    ("return xx, yy, Z", "return Z, xx, yy"),
)
decision_grid.misconception(
    "xx and yy are exchanged in the result.",
    ("return xx, yy, Z", "return yy, xx, Z"),
)
decision_grid.misconception(
    "Only Z is returned. A plot needs xx and yy as well.",
    ("return xx, yy, Z", "return Z"),
)
decision_grid.misconception(
    "Only the grid is returned. The model's answers Z are missing.",
    ("return xx, yy, Z", "return xx, yy"),
)
decision_grid.misconception(
    "The values of the two coordinates are returned in place of the grid. xx and yy have the shape "
    "of Z.",
    ("return xx, yy, Z", "return xx[0], yy[:, 0], Z"),
)

decision_grid.variant(
    ("np.vstack([xx.ravel(), yy.ravel()])", "np.c_[xx.ravel(), yy.ravel()].T"),
)
decision_grid.variant(
    ("np.vstack([xx.ravel(), yy.ravel()])", "np.array([xx.flatten(), yy.flatten()])"),
    (".reshape(xx.shape)", ".reshape(len(yy), -1)"),
)
decision_grid.variant(
    ("X[0].min() - 1, X[0].max() + 1", "np.min(X[0, :]) - 1, np.max(X[0, :]) + 1"),
    ("X[1].min() - 1, X[1].max() + 1", "np.min(X[1, :]) - 1, np.max(X[1, :]) + 1"),
)
decision_grid.variant(
    (
        "np.meshgrid(np.arange(x_min, x_max, h), np.arange(y_min, y_max, h))",
        "np.meshgrid(\n"
        "        x_min + h * np.arange(np.ceil((x_max - x_min) / h)),\n"
        "        y_min + h * np.arange(np.ceil((y_max - y_min) / h)),\n"
        "    )",
    ),
)
decision_grid.variant(
    ("model(points).reshape(xx.shape)", "np.array(model(points), dtype=float).reshape(xx.shape)"),
    ("return xx, yy, Z", "return [xx, yy, Z]"),
)


@decision_grid.variant()
def _(model, X, h):
    # The model is asked row by row.
    low, high = X.min(axis=1) - 1, X.max(axis=1) + 1
    first, second = np.arange(low[0], high[0], h), np.arange(low[1], high[1], h)
    xx = np.tile(first, (second.size, 1))
    yy = np.repeat(second[:, np.newaxis], first.size, axis=1)
    Z = np.array([np.ravel(model(np.array([a, b]))) for a, b in zip(xx, yy, strict=True)])
    return xx, yy, Z
