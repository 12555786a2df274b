"""On which call a test failed is told by shapes, and only where it is certain."""

from __future__ import annotations

import textwrap
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pandas
import pytest
from evenhand.failing_call import Calls
from evenhand.stand_ins import LearnerFunction, LearnerInstance

FILE = "<test t>"
in_thread = ThreadPoolExecutor(1).submit
calls = Calls()


def failed(test: str) -> str:
    """Run a test in which `f` returns its first argument, or raises where that is None."""
    calls.begin(FILE)

    def f(*args, **kwargs):
        calls.note("f", args, kwargs)
        if args and args[0] is None:
            raise ValueError("none")
        return args[0] if args else None

    def same(function, *args, more=()):
        for one in (args, *more):
            function(*one)
        assert args[0] is True, "not the same"

    test = textwrap.dedent(test)
    names = {"f": f, "np": np, "judge": SimpleNamespace(same=same), "in_thread": in_thread}
    try:
        exec(compile(test, FILE, "exec"), names)
    except Exception as error:  # noqa: BLE001
        return calls.told(error, test)
    raise AssertionError("it did not fail")


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("assert f(np.ones((2, 5)), rate=0.1) is None", "f(array of shape (2, 5), rate=a number)"),
        ("assert f({'a': 1}, [1, 2], 'secret') == 3", "f(dict of 1, list of 2, a text)"),
        ("assert f(len, True) is None", "f(a function, a truth value)"),
        ("f([1, 2])\nf(None)\nf('a')", "f(None)"),
        ("a = f(1)\nb = f('a')\nassert a == 2, 'a'\nassert b", "f(a number)"),
        ("a = f(1)\nb = f('a')\nc = [b]\nassert c == 2", "f(a text)"),
        ("a = f(1)\nb = f('a')\nassert a == b", ""),
        ("assert f(1) == f('a')", ""),
        ("assert f(1) == f(2) + 5", "f(a number)"),
        ("for one in (1, 'a', [1]):\n    assert f(one) != 'a'", "f(a text)"),
        ("for one in (1, 'a', [1]):\n    got = f(one)\n    assert got != 'a'", "f(a text)"),
        ("assert [f(one) for one in (1, 'a')] == []", ""),
        ("assert [f(one) for one in (1, 2)] == []", "f(a number)"),
        ("assert all(f(one) == 1 for one in (1, 2))", "f(a number)"),
        ("judge.same(f, 'a')", "f(a text)"),
        ("for one in (True, 'a'):\n    judge.same(f, one)", "f(a text)"),
        ("judge.same(f, 'a', more=[('b',), ('c',)])", "f(a text)"),
        ("judge.same(f, 'a', more=[([1],)])", ""),
        ("judge.same(lambda x: f(x, 1), 'a')", "f(a text, a number)"),
        ("def ask(x):\n    got = f(x)\n    assert got == 1\nask(1)\nask('a')", "f(a text)"),
        ("def ask(x):\n    return f(x)\nask(1)\nassert ask('a') == 1", ""),
        ("f(1)\nassert False", ""),
        ("f(1)\nassert undefined == 1", ""),
        ("assert False", ""),
        ("[f(one) for one in ('a', None)]", "f(None)"),
        ("a = f('a')\na = f(1)\nassert a == 2", "f(a number)"),
        ("a = f(1)\nassert f([a]) == 2", "f(list of 1)"),
        ("def ask(x):\n    assert f(1) if x else f('a') == 1\nask(1)\nask(0)", "f(a text)"),
        ("for x in (1, 0):\n    f([1])\n    assert f(1) if x else f('a') == 1", "f(a text)"),
        ("def ask(x):\n    got = f(x)\n    x and ask('')\n    assert got == ''\nask(1)", ""),
        ("n = 0\nwhile 1 / (1 - n):\n    n += 1\n    f(1)", ""),
        ("f(1)\nin_thread(f, None).result()", ""),
        ("f(\n    [1],\n)\nassert (\n    f(1)\n    == 2\n)", "f(a number)"),
        # What a name holds is not always what the last line above gave it.
        ("a = f('a')\nfor a in (1, 2):\n    assert a == 1", ""),
        ("a = f('a')\nfor i in (1, 2):\n    assert a == 'a'\n    a = f(1)", ""),
        ("a = f('a')\nif True:\n    a = 1\nassert a == 2", ""),
        ("a = f(1)\nif a == 1:\n    a = f('a')\nassert a == 2", ""),
        ("a = f('a')\ntry:\n    1 / 0\nexcept ZeroDivisionError as a:\n    assert a == 1", ""),
        ("a = f(1)\ndef ask(a):\n    b = f('a')\n    assert a == b\nask(a)", ""),
        ("def ask(a):\n    b = f('a')\n    assert a == b\nask(1)", "f(a text)"),
        ("a = [f(1)]\na.append(f('a'))\nassert a[1] == 2", ""),
        ("a = {1: f(1)}\na[1] = f('a')\nassert a[1] == 2", ""),
        ("a = f(1)\na += 1\nassert a == 3", "f(a number)"),
        ("a = f(1)\na += f([1])[0]\nassert a == 3", ""),
        ("x = f('a')\nassert all(x == 2 for x in (1, 2))", ""),
        ("for a in f([1, 2]):\n    b = f('a')\n    assert a == b", ""),
        ("for a in f([1, 2]):\n    assert a == 1", "f(list of 2)"),
        # What is compared with a call's result may come from another call.
        ("a = f(1)\nassert f('a') == a", ""),
        ("a = f(1)\nassert np.equal(f('a'), a)", ""),
        ("a = f(1)\nassert np.equal(f('a', a), 2)", "f(a text, a number)"),
        # The head of a block, and two statements in one line.
        ("a = f(1)\nfor b in a:\n    f('a')", ""),
        ("a = f('a')\nif a > 1:\n    b = f(1)", ""),
        ("for b in (1, 2): assert f('a') == b", "f(a text)"),
        ("a = f('a'); b = f(1); assert a == 2", "f(a text)"),
        ("import math\na = f(1)\nmath.floor(a)\nassert a == math.pi", "f(a number)"),
        # Calls that are no longer remembered.
        ("a = f('a')\nb = f([a])\nfor i in range(300): f(i)\nassert b == 1", ""),
    ],
)
def test_the_call_is_the_one_that_the_test_failed_on(test, told):
    assert failed(test) == told


def test_a_package_that_judges_says_which_call_it_means():
    calls.begin(FILE)
    calls.note("f", (1,), {})
    error = AssertionError("no")
    error.learner_call = LearnerFunction(None, "1.1", "g", {}), (np.ones(3), 2)
    assert calls.told(error, "") == "g(array of shape (3,), a number)"
    for name, value, shown in (
        ("<b>", {1}, "…(set of 1)"),
        ("g", LearnerInstance(None, "1.2", "A", {}), "g(object of A)"),
        ("g", LearnerInstance(None, "1.2", "<b>", {}), "g(object of a class)"),
    ):
        error.learner_call = LearnerFunction(None, "1.1", name, {}), (value,)
        assert calls.told(error, "") == shown
    for other in (("g", (1,)), (len, (1,)), None, (LearnerFunction(None, "1.1", "g", {}), "x")):
        error.learner_call = other
        assert calls.told(error, "") == ""


def test_what_the_arguments_hold_is_not_told():
    told = failed("assert f(np.array([1234.5]), 1234.5, '1234', {'k1234': [1234]}) == 0")
    assert told == "f(array of shape (1,), a number, a text, dict of 1)"


def test_a_data_frame_is_told_by_its_shape():
    frame = pandas.DataFrame({"a": [1234]})
    calls.begin(FILE)
    error = AssertionError("no")
    error.learner_call = LearnerFunction(None, "1.1", "g", {}), (frame,)
    assert calls.told(error, "") == "g(DataFrame of shape (1, 1))"
