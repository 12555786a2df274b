# %% setup
import numpy as np
from collections import Counter

# %% given
sentence = "the cat and the dog and the bird"
shelf = [
    {"title": "Emma", "year": 1815, "pages": 474},
    {"title": "Ulysses", "year": 1922, "pages": 730},
    {"title": "Dracula", "year": 1897, "pages": 418},
]

# %% solution="word_count"
def word_count(text):
    """Return how often each word occurs, as a dictionary."""
    ### BEGIN SOLUTION
    found = {}
    for word in text.split():
        found[word] = found.get(word, 0) + 1
    return found
    ### END SOLUTION

# %% test="counts of a short text" points=2
### BEGIN HIDDEN TESTS
secret = {"a": 2, "b": 1}
assert word_count("a b a") == secret, "The counts of a short text are wrong."
### END HIDDEN TESTS

# %% test="an empty text" points=1
### BEGIN HIDDEN TESTS
assert word_count("") == {}, "An empty text has no words."
assert word_count(sentence)["the"] == 3, "The counts of the sentence above are wrong."
### END HIDDEN TESTS

# %% solution="running_total"
def running_total(numbers):
    """Yield the sum so far after each number. A generator."""
    ### BEGIN SOLUTION
    total = 0
    for number in numbers:
        total += number
        yield total
    ### END SOLUTION

# %% test="totals of a list" points=2
### BEGIN HIDDEN TESTS
# Neither line that begins with a sign is a magic.
expected = [1, 3, (
    13
    % 7
)]
text = """
!ls
"""
assert len(text) == 5
assert list(running_total([1, 2, 3])) == expected, "The totals are wrong."
### END HIDDEN TESTS

# %% test="it takes no more than it is asked for" points=1
### BEGIN HIDDEN TESTS
def endless():
    n = 0
    while True:
        n += 1
        yield n

stream = running_total(endless())
assert [next(stream) for _ in range(4)] == [1, 3, 6, 10], "The first totals are wrong."
### END HIDDEN TESTS

# %% solution="unit"
def unit(vector):
    """Return the vector at length 1, as an array; the argument stays as it is."""
    ### BEGIN SOLUTION
    return vector / np.linalg.norm(vector)
    ### END SOLUTION

# %% test="length and direction" points=3
### BEGIN HIDDEN TESTS
for seed in range(3):
    expected_vector = np.random.default_rng(seed).normal(size=5)
    expected = expected_vector / np.linalg.norm(expected_vector)
    result = unit(expected_vector)
    assert isinstance(result, np.ndarray), "The result is no array."
    assert np.allclose(result, expected), "Not the unit vector."
### END HIDDEN TESTS

# %% test="the argument is left unchanged" points=1
### BEGIN HIDDEN TESTS
given = np.array([3.0, 4.0])
assert np.allclose(unit(given), [0.6, 0.8]), "Not the unit vector."
assert given.tolist() == [3.0, 4.0], "The argument was changed."
### END HIDDEN TESTS

# %% solution="mean"
def mean(numbers):
    """Return the arithmetic mean of a list of numbers."""
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION

# %% test="means of short lists" points=2
### BEGIN HIDDEN TESTS
assert abs(mean([1, 2, 4]) - 7 / 3) < 1e-9, "The mean of 1, 2 and 4 is wrong."
assert abs(0.25 - mean([0.25])) < 1e-9, "The mean of one number is that number."
assert mean([2, 4]) == mean([4, 2]), "The order counts."
### END HIDDEN TESTS

# %% test="as a rule of the list" points=1
### BEGIN HIDDEN TESTS
lists = [[1, 5], [2, 2, 8], [-3]]
found = [float(a) for a in map(mean, lists)]
assert all(abs(a - e) < 1e-9 for a, e in zip(found, [3, 4, -3])), "A mean is wrong."
### END HIDDEN TESTS

# %% solution="sort_rows"
def sort_rows(rows, key):
    """Sort a list of dictionaries in place by one of their keys; return None."""
    ### BEGIN SOLUTION
    rows.sort(key=lambda row: row[key])
    ### END SOLUTION

# %% test="rows in order" points=2
### BEGIN HIDDEN TESTS
table = [{"n": 3}, {"n": 1}, {"n": 2}]
first = table[0]
assert sort_rows(table, "n") is None, "It returns something."
assert [row["n"] for row in table] == [1, 2, 3], "The rows are not in order."
assert table[2] is first, "The rows were replaced and not moved."
### END HIDDEN TESTS

# %% test="the shelf" points=1
### BEGIN HIDDEN TESTS
books = [dict(book) for book in shelf]
sort_rows(books, "year")
assert [book["title"] for book in books] == ["Emma", "Dracula", "Ulysses"], "Not in order of years."
### END HIDDEN TESTS

# %% solution="apply_twice"
def apply_twice(f, x):
    """Return f(f(x))."""
    ### BEGIN SOLUTION
    return f(f(x))
    ### END SOLUTION

# %% test="functions of numbers" points=2
### BEGIN HIDDEN TESTS
seen = []
def double(x):
    seen.append(x)
    return 2 * x

assert apply_twice(double, 3) == 12, "f(f(3)) is wrong."
assert seen == [3, 6], "f was not called twice."
assert apply_twice(np.sqrt, 16.0) == 2.0, "The square root of the square root of 16 is 2."
### END HIDDEN TESTS

# %% solution="marks"
def marks(answers, key):
    """Return how many answers agree with the key."""
    ### BEGIN SOLUTION
    return sum(a == b for a, b in zip(answers, key))
    ### END SOLUTION

# %% test="partial marks" points=4
### BEGIN HIDDEN TESTS
earned = 0
earned += marks("abc", "abc") == 3
earned += marks("abc", "xyz") == 0
earned += marks("", "") == 0
earned += marks("ab", "xb") == 1
np.float64(earned)
### END HIDDEN TESTS
