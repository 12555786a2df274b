"""A test beside the learner's code can be fooled: what leaves evidence, and what cannot leak."""

from __future__ import annotations

import json

import nbformat
import pytest
from evenhand.grader import grade_notebook, rehearse_notebook
from evenhand.rehearsal import Way
from evenhand.results import FlagKind, Status
from nbformat.v4 import new_code_cell

from .beside_course import OPTIONS, hand_in, write_source

SECRET = "the hidden secret"
EXERCISES = {
    "first": ("def first():\n    return 1", "assert first() == 1"),
    "double": (
        "def double(x):\n    return 2 * x",
        "import inspect, numpy as np\nassert get_ipython().user_ns['double'] is double\n"
        f"assert inspect.getsource(double), '{SECRET}'\n"
        f"word = '{SECRET}'\n"
        "assert double(2) == 4 and isinstance(double(2), int), f'Twice 2 is 4, not {double(2)}.'\n"
        "assert all(np.allclose(double(np.ones(n)), 2) for n in (1, 2))",
    ),
    "last": ("def last():\n    return 3", "assert last() == 3"),
}
RIGHT = {name: solution for name, (solution, _) in EXERCISES.items()}

#: What a hostile learner writes above a wrong ``double``: -> what it earns, and what it leaves.
FORGED = {
    "an object that equals everything": (
        "class Any(int):\n    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return __import__('numpy').array([2.0, 2.0])\n"
        "def double(x): return Any()",
        2,
        ("odd", "has a class whose objects equal anything: 'Any'"),
    ),
    "one that is hidden from the collector": (
        "class Any(int):\n    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return __import__('numpy').array([2.0, 2.0])\n"
        "import gc\ngc.freeze()\ndef double(x): return Any()",
        2,
        ("odd", "has a class whose objects equal anything: 'Any'"),
    ),
    "builtins": (
        "import builtins\nbuiltins.all = lambda *_: True\ndef double(x): return 4",
        2,
        ("tampering", "replaces what results are compared with"),
    ),
    "sys.modules": (
        "import functools, inspect, operator, sys, types\nfake = types.ModuleType('inspect')\n"
        "fake.__dict__.update({**vars(inspect), '__file__': '', 'getsource': lambda f: 'yes'})\n"
        "sys.modules['inspect'] = fake\ndouble = functools.partial(operator.mul, 2)",
        2,
        ("odd", "puts something else in the place of a module: 'inspect'"),
    ),
    "a transformer that drops assertions": (
        "import ast\nclass Drop(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())\ndef double(x): return 5",
        2,
        ("tampering", "keeps an assertion that does not hold from failing"),
    ),
    "a trace": (
        "import sys\ndef look(frame, event, argument): return look\nsys.settrace(look)\n"
        "def double(x): return 5",
        0,
        ("odd", "has a trace or profile function set while it is tested"),
    ),
    "a profile": (
        "import sys\nsys.setprofile(lambda *_: None)\ndef double(x): return 5",
        0,
        ("odd", "has a trace or profile function set while it is tested"),
    ),
    "answers of its own": (
        "import sys\nsession = sys.modules['evenhand.sandboxed.session']\n"
        "session.Session._on_test = lambda self, message, *_: {'outputs': [], 'error': None}\n"
        "def double(x): return 5",
        0,
        ("tampering", "answers in the place of a test that runs beside it"),
    ),
    "an end of the process": (
        "import atexit, os\natexit.register(print, 'full points')\n"
        "def double(x): os._exit(0)",
        0,
        ("odd", "ends its process in a test that runs beside it"),
    ),
    "an object that ends the process when it is deleted": (
        "import os\nclass Last:\n    def __del__(self): os._exit(0)\n"
        "def double(x):\n    Last()\n    return 5",
        0,
        ("odd", "ends its process in a test that runs beside it"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    write_source(folder, EXERCISES)
    return folder


def graded(folder, answer):
    path = hand_in(folder, EXERCISES, {**RIGHT, "double": answer})
    source = folder / "source" / "made-up" / "notebook.ipynb"
    return grade_notebook(path, source, options=OPTIONS)


@pytest.mark.parametrize("name", FORGED)
def test_what_forges_a_verdict_leaves_evidence(folder, name):
    answer, earned, (kind, evidence) = FORGED[name]
    result = graded(folder, answer)
    first, double, last = result.tests
    assert double.points == earned, double
    assert any(flag.kind == kind and evidence in flag.evidence for flag in result.flags), result
    # Apart, nothing of it helps or harms.
    assert first.status == last.status == Status.FULL


def test_an_honest_answer_leaves_none(folder):
    answers = [
        RIGHT["double"],
        "from dataclasses import dataclass\n@dataclass(order=True)\nclass P:\n    x: int = 0\n"
        "class Q:\n    def __eq__(self, other): return type(other) is Q\n"
        "def double(x): return 2 * x",
    ]
    for answer in answers:
        result = graded(folder, answer)
        assert result.points == 6
        assert not [flag for flag in result.flags if flag.kind != FlagKind.NOTICED], result.flags


@pytest.mark.parametrize(("ends", "comes"), [(6, True), (7, False)])
def test_cells_that_end_the_process_again_and_again_cost_no_other_exercise(tmp_path, ends, comes):
    made = {
        name: (
            f"def {name}(x):\n    return 2 * x",
            f"assert get_ipython().user_ns['{name}'](2) == 4",
        )
        for name in ("one", "two")
    }
    source = write_source(tmp_path, made)
    ways = rehearse_notebook(source, options=OPTIONS).ways
    assert set(ways.values()) == {Way.BESIDE}
    # What stands in a cell of one's own below them is there only while they have restarts left.
    answers = {"one": "def one(x):\n    return factor * x", "two": made["two"][0]}
    path = hand_in(tmp_path, made, answers)
    notebook = nbformat.read(path, 4)
    texts = [*["import os\nos._exit(0)"] * ends, "factor = 2"]
    notebook.cells[:0] = [new_code_cell(text) for text in texts]
    nbformat.write(notebook, path)
    one, two = grade_notebook(path, source, options=OPTIONS).tests
    assert two.status == Status.FULL, two
    assert one.status == (Status.FULL if comes else Status.ERROR), one


#: How learner's code may try to have the text of a hidden test shown.
LEAKS = {
    "in a message": "import sys\ndef double(x):\n"
    "    raise AssertionError(str(sys._getframe(1).f_globals['In'][-1]))",
    "in a name": "def double(x):\n    at = In[-1].index('the hid' + 'den')\n"
    "    raise type(In[-1][at : at + 17], (Exception,), {})()",
    "in a later cell": "def double(x): return 2 * x",
    "printed": "def double(x):\n    print(In[-1])\n    return 5",
    "in a file": "import os\nif os.path.exists('/tmp/it'): print(open('/tmp/it').read())\n"
    "def double(x):\n    open('/tmp/it', 'w').write(In[-1])\n    return 5",
}


@pytest.mark.parametrize("name", LEAKS)
def test_no_learner_is_shown_a_hidden_test(folder, name):
    answers = {**RIGHT, "double": LEAKS[name], "last": "print(In)\ndef last(): return 3"}
    path = hand_in(folder, EXERCISES, answers)
    source = folder / "source" / "made-up" / "notebook.ipynb"
    result = grade_notebook(path, source, options=OPTIONS)
    shown = result.document + json.dumps([test.message for test in result.tests])
    assert SECRET not in shown and "getsource" not in shown
    assert result.tests[-1].status == Status.FULL


def test_what_a_test_says_itself_is_said(folder):
    result = graded(folder, "def double(x): return 5")
    assert result.tests[1].message == "Twice 2 is 4, not …."
    result = graded(folder, "def double(x): return x / 0")
    told = "Your code stops in the line `def double(x): return x / 0` with ZeroDivisionError."
    assert result.tests[1].message == told
