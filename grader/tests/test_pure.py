"""A test that calls pure functions forks no process; whatever else it does is undone all the same.

`evenhand.sandboxed.pure` says what a pure function is.
"""

from __future__ import annotations

import random
import textwrap

import numpy as np
import pytest
from evenhand.bridge import Bridge
from evenhand.examiner import Examiner
from evenhand.learner_process import LearnerProcess
from evenhand.sandboxed.pure import is_pure

from .harness import OPTIONS
from .test_examiner import NAMES, examine, warm  # noqa: F401

PURE = {
    "arithmetic": "def f(Z):\n    return 1 / (1 + np.exp(-Z))",
    "what it calls": "def g(Z):\n    return Z * 2\ndef f(Z):\n    return g(Z) + 1",
    "itself": "def f(n):\n    return 1 if n < 1 else n * f(n - 1)",
    "comprehensions": "def f(layers):\n    return {i: [n + 1 for n in range(i)] for i in layers}",
    "a lambda": "def f(x):\n    return sorted(x, key=lambda one: -one)",
    "what it is given": "def f(p):\n    p['W'] -= 1\n    p['b'].sort()\n    return p",
    "random numbers": "def f(n):\n    np.random.seed(3)\n    return np.random.randn(n)",
    "an error": "def f(x):\n    raise ValueError(f'no {x}')",
    "a constant": "SIZE = (2, 'a', np.float64(3))\ndef f(x):\n    return SIZE",
    "a ufunc": "from numpy import tanh\ndef f(x):\n    return tanh(x)",
    "the grader's function": "def f(x):\n    return theirs(x)",
    "a name that is nowhere": "def f(x):\n    return nowhere(x)",
}
IMPURE = {
    "a global": "count = 0\ndef f(x):\n    global count\n    count += 1\n    return x",
    "a global list": "seen = []\ndef f(x):\n    seen.append(x)\n    return x",
    "a global array": "A = np.zeros(2)\ndef f(x):\n    A[0] += x\n    return A",
    "a default": "def f(x, seen=[]):\n    seen.append(x)\n    return seen",
    "a keyword's default": "def f(x, *, seen={}):\n    seen[x] = 1\n    return seen",
    "a closure": (
        "def make():\n    n = 0\n    def f(x):\n        nonlocal n\n        n += 1\n"
        "        return n\n    return f\nf = make()"
    ),
    "its own attribute": "def f(x):\n    f.n = getattr(f, 'n', 0) + 1\n    return f.n",
    "what an attribute holds": "def f(x):\n    f.seen.append(x)\n    return f.seen\nf.seen = []",
    "an import": "def f(x):\n    import os\n    return os.getpid()",
    "a module": "import sys\ndef f(x):\n    return sys.path.append(x)",
    "settings": "def f(x):\n    np.set_printoptions(precision=2)\n    return x",
    "what NumPy holds": "def f(x):\n    np.typecodes['a'] = x",
    "a file": "def f(x):\n    return open(x)",
    "names by text": "def f(x):\n    globals()['g'] = x",
    "underscores": "def f(x):\n    return x.__class__.__mro__",
    "what it calls": "seen = []\ndef g(x):\n    seen.append(x)\ndef f(x):\n    return map(g, x)",
    "a class inside": "def f(x):\n    class A:\n        pass\n    return A",
    "a class": "class A:\n    n = 0\ndef f(x):\n    return A()",
    "a generator": "def f(x):\n    yield x",
    "no function": "f = print",
    "a number that holds more": (
        "class N(int):\n    pass\nn = N(1)\nn.seen = []\ndef f(x):\n    n.seen.append(x)"
    ),
    "one that keeps": "import functools\n@functools.lru_cache\ndef f(x):\n    return x",
}


def _made(code):
    space = {"np": np, "random": random, "theirs": theirs}
    exec(code, space)
    return space["f"]


def theirs(x):
    return theirs.count.append(x)


@pytest.mark.parametrize("code", PURE.values(), ids=PURE)
def test_is_pure(code):
    assert is_pure(_made(code), lambda function: function is theirs)


@pytest.mark.parametrize("code", IMPURE.values(), ids=IMPURE)
def test_is_not(code):
    assert not is_pure(_made(code), lambda function: function is theirs)


@pytest.fixture
def forks(monkeypatch):
    """Return a list that grows with each checkpoint."""
    made = []
    real = LearnerProcess.checkpoint

    def checkpoint(process):
        made.append(process)
        real(process)

    monkeypatch.setattr(LearnerProcess, "checkpoint", checkpoint)
    return made


LEARNER = """
    seen = []
    def first(x):
        return x + 1
    def second(x):
        return first(x) * 2
    def third(x):
        seen.append(x)
        return len(seen)
    def calls(f, x):
        return f(x)
    """
COUNTS = "assert third(0) == 1"  # were it not undone, it would be 2


@pytest.mark.parametrize(
    ("tests", "count"),
    [
        (["assert second(1) == 4", "assert second(2) == 6"], 0),
        (["first = lambda x: 0\nassert second(1) == 0", "assert second(1) == 4"], 0),
        (["own = first\nfirst = lambda x: 0\nfirst = own\nassert second(1) == 4", COUNTS], 1),
        (["del first\ntry:\n    second(1)\nexcept NameError: pass", "assert second(1) == 4"], 0),
        (["assert calls(lambda x: x * 3, 2) == 6", "assert calls(first, 2) == 3"], 0),
        ([COUNTS, COUNTS], 2),
        (["assert second(1) == 4\nassert third(0) == 1\nassert third(0) == 2", COUNTS], 2),
        (["first = lambda x: 7\nassert third(0) == 1", "assert second(1) == 4\n" + COUNTS], 2),
    ],
)
def test_only_what_may_leave_something_behind_costs_a_checkpoint(examine, forks, tests, count):  # noqa: F811
    verdicts = examine(LEARNER, *tests, exercise="third")
    assert [verdict.points for verdict in verdicts] == [1] * len(tests), verdicts
    assert len(forks) == count


@pytest.fixture
def looks(monkeypatch):
    """Return a list of the names that were asked for."""
    asked = []
    real = LearnerProcess.ask

    def ask(process, message, *args, **kwargs):
        if message["op"] == "look":
            asked.append(message["name"])
        return real(process, message, *args, **kwargs)

    monkeypatch.setattr(LearnerProcess, "ask", ask)
    return asked


NOWHERE = "try:\n    nowhere\nexcept NameError:\n    pass\nelse:\n    raise AssertionError"


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (["assert second(1) == 4", "assert second(2) == 6"], "second"),
        (["first = lambda x: 0\nassert second(1) == 0", "assert second(1) == 4"], "second"),
        (["first = lambda x: 0\nassert second(1) == 0\ndel first", "assert first(1) == 2"], ...),
        (
            [
                "first = lambda x: 0\nfirst = calls\nassert first(abs, -3) == 3",
                "assert first(1) == 2",
            ],
            ...,
        ),
        (["own = first\nfirst = second\nfirst = own", "assert second(first(1)) == 6"], ...),
        ([f"{NOWHERE}\nassert first(1) == 2\n{NOWHERE}", NOWHERE], "nowhere first"),
        ([f"{NOWHERE}\nassert third(1) == 1\n{NOWHERE}"], "nowhere third nowhere"),
        ([f"{NOWHERE}\ndefine(5)\nassert nowhere == 5", NOWHERE], ...),
        ([f"{NOWHERE}\nnowhere = 5\nassert nowhere == 5\ndel nowhere", NOWHERE], ...),
        (["del first\n" + NOWHERE.replace("nowhere", "first"), "assert first(1) == 2"], ...),
        (["assert second(1) == 4\nassert In", "assert second(1) == 4 and 'In' not in dir()"], ...),
        (["assert 'first' in globals() and In and first(1) == 2 and In"], ...),
    ],
)
def test_what_stands_for_the_same_is_not_asked_for_again(examine, looks, tests, expected):  # noqa: F811
    learner = textwrap.dedent(LEARNER) + "def define(x):\n    global nowhere\n    nowhere = x\n"
    verdicts = examine(learner, *tests, exercise="third")
    verdicts = verdicts if isinstance(verdicts, list) else [verdicts]
    assert [verdict.points for verdict in verdicts] == [1] * len(tests), verdicts
    assert expected is ... or looks == expected.split()


def test_a_call_from_a_call_is_undone_by_starting_anew(warm, forks):  # noqa: F811
    """There can be no checkpoint in the middle of the first one."""
    settings = {"folder": warm.folder, "environment": {}, "imports": OPTIONS.libraries}
    kernel = LearnerProcess(warm.control, warm.pid, settings, {}, 900)
    bridge = Bridge(kernel, NAMES, OPTIONS)

    def start():
        kernel.start()
        bridge.run_cell(1, textwrap.dedent(LEARNER))

    examiner = Examiner(bridge, OPTIONS)
    start()
    test = "assert calls(lambda x: third(x), 2) == 1"
    assert examiner.run(test, "one", "third", frozenset()).points == 1
    assert not kernel.running and not kernel.doubts
    start()
    assert examiner.run(test, "two", "third", frozenset()).points == 1
    assert len(forks) == 1  # from now on there is always one
    kernel.stop()


def test_names_are_put_back_though_the_process_is_lost_meanwhile(examine):  # noqa: F811
    learner = textwrap.dedent(LEARNER) + "def leave(x):\n    import os\n    os._exit(x)\n"
    lost = "first = lambda x: 7\ntry:\n    leave(3)\nexcept Exception: pass\nassert second(1) == 14"
    verdicts = examine(learner, lost, "assert second(1) == 4", exercise="third")
    assert [verdict.points for verdict in verdicts] == [1, 1], verdicts


def test_a_pure_function_that_never_ends_is_no_doubt(examine, forks):  # noqa: F811
    learner = "def first(x):\n    while True: pass\ndef second(x):\n    return 5"
    slow, right = examine(learner, "first(1)", "assert second(1) == 5", exercise="second")
    assert (slow.points, slow.status, right.points) == (0, "timeout", 1)
    assert not forks


def test_a_process_that_ends_in_a_pure_call_is_started_anew(examine, forks):  # noqa: F811
    learner = """
        def first(n):
            return np.zeros(n).sum()
        def second(x):
            return 5
        """
    tests = ["first(10**9)", "assert second(1) == 5", "first(10**9)", "assert second(1) == 5"]
    verdicts = examine("import numpy as np\n" + textwrap.dedent(learner), *tests)
    assert [verdict.points for verdict in verdicts] == [0, 1, 0, 1]
    assert verdicts[0].status == verdicts[2].status == "memory"
