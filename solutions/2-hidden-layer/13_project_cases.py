"""Cases of 13_project.

Goal: a picture read as samples, and a size chosen by the one-standard-error rule. The report is graded by
a person. Left out: lines of different lengths, and a picture without samples.
"""

import numpy as np

from authoring import Example, Exercise

picture_points = Exercise(
    "picture_points",
    examples=[
        Example(["x.o", ".x."]),
        Example(["oxx.o", "..x.#", "x.oo.", "o...."]),
        Example(["oXx", "xO.", "o.x"]),
    ],
    parts=("X", "Y"),
    hints=[
        "Go through the lines, and in each line through its signs. What do you have to remember of a letter?",
        "`enumerate` gives the number with each line and each sign. The number of a line counts from the top. "
        "How high is the line with number 0 if there are four lines?",
        "Collect pairs of column and height in one list and labels in another, for `x` and `o` only. An array "
        "of the pairs has a sample in each row, so it has to be transposed. Y is one row.",
    ],
)

HEIGHT = "len(picture) - 1 - number"

picture_points.misconception(
    "The picture is upside down: heights count from the bottom line, and the first line is the top one.",
    (HEIGHT, "number"),
)
picture_points.misconception(
    "Every height is one too large: the bottom line has height 0.",
    (HEIGHT, "len(picture) - number"),
)
picture_points.misconception(
    "The width is taken for the height of the picture: the number of lines counts.",
    (HEIGHT, "len(line) - 1 - number"),
)
picture_points.misconception(
    "Column and height are exchanged: the column is the first feature.",
    (f"[column, {HEIGHT}]", f"[{HEIGHT}, column]"),
)
picture_points.misconception(
    "The classes are exchanged: x is class 1, o is class 0.",
    ('letter == "x"', 'letter == "o"'),
)
picture_points.misconception(
    "Empty paper became samples, too. Only x and o are samples.",
    ('            if letter in "ox":\n', "            if letter:\n"),
)
picture_points.misconception(
    "Only the samples of class 1 are there. An o is a sample of class 0.",
    ('letter in "ox"', 'letter in "x"'),
)
picture_points.misconception(
    "Large letters are read as samples. Only the small x and o are.",
    ('letter in "ox"', 'letter in "oxOX"'),
)
picture_points.misconception(
    "Only the full stop counts as empty. Every sign other than x and o is empty.",
    ('letter in "ox"', 'letter != "."'),
)
picture_points.misconception(
    "X has a sample in each row. A sample is a column.",
    ("np.array(points).T", "np.array(points)"),
)
picture_points.misconception(
    "Y is a plain list of labels. It needs the shape (1, m).",
    ("np.array([labels])", "np.array(labels)"),
)
picture_points.misconception(
    "Y is a column. It needs the shape (1, m).",
    ("np.array([labels])", "np.array([labels]).T"),
)
picture_points.misconception(
    "The columns count from 1. The first column is 0.",
    ("[column, ", "[column + 1, "),
)
picture_points.misconception(
    "Only the last line is read: the lists are emptied for each line.",
    ("    points, labels = [], []\n", ""),
    ("    for number, line in enumerate(picture):\n", "    for number, line in enumerate(picture):\n        points, labels = [], []\n"),
)  # fmt: skip
picture_points.misconception(
    "It returns after the first line: the return stands inside the loop.",
    ("    return np.array(points)", "        return np.array(points)"),
)
picture_points.misconception(
    "Only X is returned. The labels belong to the answer too.",
    ("np.array(points).T, np.array([labels])", "np.array(points).T"),
)


@picture_points.misconception(
    "The samples come sorted by class. They should come in reading order."
)
def _(picture):
    points, labels = [], []
    for wanted in "ox":
        for number, line in enumerate(picture):
            for column, letter in enumerate(line):
                if letter == wanted:
                    points.append([column, len(picture) - 1 - number])
                    labels.append(int(letter == "x"))
    return np.array(points).T, np.array([labels])


@picture_points.misconception(
    "The samples come from the bottom line upwards. In reading order the top line comes first."
)
def _(picture):
    points, labels = [], []
    for height, line in enumerate(picture[::-1]):
        for column, letter in enumerate(line):
            if letter in "ox":
                points.append([column, height])
                labels.append(int(letter == "x"))
    return np.array(points).T, np.array([labels])


@picture_points.misconception(
    "The samples come column by column. In reading order they come line by line."
)
def _(picture):
    points, labels = [], []
    for column in range(len(picture[0])):
        for number, line in enumerate(picture):
            if line[column] in "ox":
                points.append([column, len(picture) - 1 - number])
                labels.append(int(line[column] == "x"))
    return np.array(points).T, np.array([labels])


picture_points.variant(('int(letter == "x")', '1 if letter == "x" else 0'))
picture_points.variant(('letter in "ox"', 'letter == "o" or letter == "x"'))


@picture_points.variant()
def _(picture):
    letters = np.array([list(line) for line in picture])
    rows, columns = np.nonzero((letters == "x") | (letters == "o"))
    X = np.stack([columns, len(picture) - 1 - rows])
    return X, (letters[rows, columns] == "x").astype(int).reshape(1, -1)


@picture_points.variant()
def _(picture):
    found = [
        (column, height, sign == "x")
        for height, line in reversed(list(enumerate(reversed(picture))))
        for column, sign in enumerate(line)
        if sign in ("x", "o")
    ]
    table = np.array(found, dtype=int).T
    return table[:2], table[2:]


def table(*rows):
    return np.array(rows, dtype=float)


choose_units = Exercise(
    "choose_units",
    examples=[
        Example([2, 3, 4], table([70, 72, 71, 71], [88, 90, 87, 91], [90, 92, 86, 92])),
        Example(
            [4, 2, 1, 8, 3],
            table(
                [90.3, 89.8, 91.0],
                [90.9, 89.8, 88.4],
                [88.3, 88.1, 88.5],
                [89.3, 88.9, 92.0],
                [90.7, 89.9, 90.0],
            ),
        ),
        Example(
            [4, 15, 8, 10],
            table(
                [88.3, 89.5, 89.6, 89.4, 88.1, 88.9],
                [90.8, 88.7, 88.0, 92.3, 86.9, 91.2],
                [89.8, 86.7, 88.4, 88.4, 91.5, 90.8],
                [90.8, 89.2, 88.3, 91.0, 88.8, 91.0],
            ),
        ),
        Example(
            [2, 3, 4, 6],
            table(
                [89.7, 91.2, 89.2, 89.1],
                [91.3, 92.3, 89.0, 90.4],
                [90.0, 89.2, 90.9, 91.5],
                [88.0, 93.7, 90.1, 92.2],
            ),
        ),
    ],
    hints=[
        "First find the best size. Which axis of the table holds the splits?",
        "The standard error is that of the best row alone: its standard deviation with `ddof=1`, over the root "
        "of the number of splits.",
        "Lower the best mean by that error. Keep the sizes whose mean is not below this limit, and return the "
        "smallest of them; the sizes may come in any order.",
    ],
)

LIMIT = "means[best] - error"
FOUND = f"min(n for n, mean in zip(sizes, means, strict=True) if mean >= {LIMIT})"

choose_units.misconception(
    "The size with the best mean is returned. A smaller one that is as good, up to the error, is wanted.",
    (FOUND, "sizes[best]"),
)
choose_units.misconception(
    "The number of the row is returned. The size in that row is wanted.",
    (FOUND, "int(best)"),
)
choose_units.misconception(
    "The standard deviation is used. Divide it by the root of the number of splits.",
    (" / np.sqrt(accuracies.shape[1])", ""),
)
choose_units.misconception(
    "The standard deviation is divided by the number of splits. Divide it by the root of that number.",
    ("np.sqrt(accuracies.shape[1])", "accuracies.shape[1]"),
)
choose_units.misconception(
    "The standard deviation is divided by the root of the number of sizes. It is the number of splits.",
    ("accuracies.shape[1]", "accuracies.shape[0]"),
)
choose_units.misconception(
    "The standard error is made of the whole table. It is that of the best size alone.",
    ("np.std(accuracies[best], ddof=1)", "np.std(accuracies, ddof=1)"),
)
choose_units.misconception(
    "The standard deviation is taken with ddof=0. The formula divides by k − 1.",
    (", ddof=1)", ")"),
)
choose_units.misconception(
    "The error is added to the best mean, so the best size itself can fail. It is taken off.",
    ("means[best] - error", "means[best] + error"),
)
choose_units.misconception(
    "The largest of the good sizes is returned. The smallest is wanted.",
    ("return min(", "return max("),
)
choose_units.misconception(
    "The first of the good sizes in the list is returned. The smallest is wanted.",
    ("return min(", "return next("),
)
choose_units.misconception(
    "The means run over the sizes. Each size needs the mean over its splits.",
    ("np.mean(accuracies, axis=1)", "np.mean(accuracies, axis=0)"),
)
choose_units.misconception(
    "The single best accuracy decides which size is best. The mean over the splits should.",
    ("np.argmax(means)", "np.argmax(np.max(accuracies, axis=1))"),
)
choose_units.misconception(
    "The smallest size of all is returned, whatever its accuracy.",
    (FOUND, "min(sizes)"),
)
choose_units.misconception(
    "Every size within one point of the best counts. The standard error of the best size is the limit.",
    (LIMIT, "means[best] - 1"),
)
choose_units.variant((FOUND, f"int(np.min(np.array(sizes)[means >= {LIMIT}]))"))
choose_units.variant(("np.mean(accuracies, axis=1)", "accuracies.mean(1)"))


@choose_units.variant()
def _(sizes, accuracies):
    rows = sorted(zip(sizes, accuracies.tolist(), strict=True))
    k = len(rows[0][1])
    best = max(rows, key=lambda row: sum(row[1]))[1]
    mean = sum(best) / k
    error = (sum((a - mean) ** 2 for a in best) / (k - 1) / k) ** 0.5
    for size, row in rows:
        if sum(row) / k >= mean - error:
            return size


@choose_units.variant()
def _(sizes, accuracies):
    means = accuracies.mean(axis=1)
    best = accuracies[means == means.max()][0]
    limit = best.mean() - best.std(ddof=1) / len(best) ** 0.5
    answer = None
    for n, mean in sorted(zip(sizes, means, strict=True), reverse=True):
        if mean >= limit:
            answer = n
    return answer
