"""The exercises' tests with random statements more: what holds elsewhere holds here."""

from __future__ import annotations

import contextlib
import io
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from evenhand.grader import grade_notebook, rehearse_notebook
from evenhand.syntax import bindings, parse

from .exercise_course import PART, Exercise, exercises, write_course

SEED = 19
HOW_MANY = 40
STATEMENTS = 4
PLAIN = ("numbers", "functions", "classes", "arrays", "library")
"""Kinds whose cells are Python and need no file."""
ENDLESS = r"\bwhile\b|Thread|random"
"""In a solution that some arguments keep for ever, or that is another every time."""
INEXACT = r"\d\.\d{5}|e-\d| at 0x"
"""In what differs from processor to processor, or from run to run."""

#: What a statement does with an expression `x` that has a value.
SHAPES = (
    *("repr({x})", "str({x})", "len({x})", "list({x})", "sorted({x})", "bool({x})", "[{x}, 1][0]"),
    *("type({x}).__name__", "isinstance({x}, (int, float, str))", "({x}) == ({x})", "{x} is None"),
    *("({x})[0]", "({x})[-1:]", "{x} in [1, 2, 'a']", "f'{{{x}}}'", "dict(k={x})", "({x}) + ({x})"),
    *("({x}) * 2", "-({x})", "sum({x})", "max({x})", "hasattr({x}, 'append')", "callable({x})"),
    *("[item for item in {x}]", "({x}, 2)", "not {x}", "{x} if {x} else 0", "tuple({x})[:2]"),
    *("(lambda value: value)({x})", "hash({x}) == hash({x})", "__import__('copy').copy({x})"),
    *("__import__('json').dumps({x})", "__import__('numpy').asarray({x}).shape", "{x}.__class__"),
)
ARGUMENTS = ("0", "1", "-2", "3.5", "''", "'ab c'", "[]", "[3, 1, 2]", "(1, 2)", "{'a': 1}", "None")


def expressions(chance: random.Random, names: dict[str, Any]) -> Iterator[str]:
    """Yield random expressions with names that a solution binds; many have no value."""
    while names:
        text = chance.choice(sorted(names))
        if callable(names[text]) and chance.random() < 0.9:
            text += f"({', '.join(chance.choices(ARGUMENTS, k=chance.randrange(3)))})"
        for _ in range(chance.choice((0, 1, 1, 2))):
            text = chance.choice(SHAPES).format(x=text)
        yield text


def evaluated(text: str, names: dict[str, Any]) -> str | None:
    """Return what an expression comes to, in words; None where that is nothing to hold on to."""
    with contextlib.suppress(BaseException), contextlib.redirect_stdout(io.StringIO()):
        told = repr(eval(text, names))
        if told == repr(eval(text, names)) and len(told) < 300 and not re.search(INEXACT, told):
            return told
    return None


def with_more(exercise: Exercise, chance: random.Random) -> Exercise | None:
    """Return an exercise whose first test has statements more, or nothing where it is not plain."""
    right = exercise.part("right")
    if exercise.kind not in PLAIN or not exercise.tests or re.search(ENDLESS, right):
        return None
    label, test = next(part for part in exercise.parts if part[0].split()[0] == "test")
    if re.search(r"\bawait\b|HIDDEN TESTS|^\w+$", test, re.M) or parse(test) is None:
        return None
    names: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for cell in (exercise.part("open"), exercise.part("locked"), right):
            exec(cell, names)
        bound = {name: names[name] for name in bindings(parse(right)) if name in names}
        found = []
        for text, _ in zip(expressions(chance, bound), range(60), strict=False):
            told = evaluated(text, names)
            if told is not None:
                found.append(f"assert repr({text}) == {told!r}, {text!r}")
            if len(found) == STATEMENTS:
                break
    if not found:
        return None
    text = "\n".join([*found, test])
    parts = tuple((label, text) if part == (label, test) else part for part in exercise.parts)
    return replace(exercise, parts=parts)


def test_right_stays_right(tmp_path):
    chance = random.Random(SEED)
    some = exercises()
    chance.shuffle(some)
    made = [one for one in (with_more(exercise, chance) for exercise in some) if one][:HOW_MANY]
    assert len(made) == HOW_MANY
    write_course(tmp_path, {"random": made})
    source = tmp_path / "source" / PART / "random.ipynb"
    ways = Counter(test.way for test in rehearse_notebook(source).tests)
    result = grade_notebook(tmp_path / "submitted" / "right" / PART / "random.ipynb", source)
    lost = {test.name: test.message for test in result.tests if test.points != test.max_points}
    tests = {cell: text for one in made for cell, (text, _) in one.tests.items()}
    assert not lost, [(cell, message, tests[cell]) for cell, message in lost.items()]
    assert ways["apart"] > 0.5 * ways.total(), ways
