"""What tests of other people's courses ask, apart from the learner's code: right, and wrong."""

from __future__ import annotations

import ast
import inspect
import os
import sys
import tempfile
import textwrap

import pytest
from evenhand.bridge import Bridge
from evenhand.examiner import Examiner
from evenhand.facts import show_sources
from evenhand.learner_process import LearnerProcess
from evenhand.results import Status
from evenhand.sandbox import WarmProcess
from evenhand.source_names import SourceNames
from evenhand.syntax import add_classes, bindings, global_reads, imported_names, parse
from evenhand.working_folder import WorkingFolder

from .harness import OPTIONS


@pytest.fixture(scope="module")
def warm():
    process = WarmProcess(OPTIONS)
    yield process
    process.close()


def names_of(text):
    """What a source whose solution is this says about names."""
    tree = parse(text)
    classes = {}
    add_classes(tree, classes)
    bound = tuple(dict.fromkeys(bindings(tree)))
    mentioned = frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
    return SourceNames(
        exercises={"it": bound},
        bound=frozenset(bound),
        imports={n: m for n, m in imported_names(tree) if n not in bound},
        modules=frozenset(module for _, (module, _) in imported_names(tree)),
        classes=classes,
        mentioned=mentioned,
        reads=frozenset(global_reads(text)),
        text=text,
    )


@pytest.fixture
def judged(warm, tmp_path, monkeypatch):
    """Return a function that runs a learner's cell and a test cell, by what the solution says."""
    for name in ("getsource", "getsourcelines"):
        monkeypatch.setattr(inspect, name, getattr(inspect, name))  # puts them back
    show_sources()

    def run(learner, test, solution=None, files=None):
        learner, test = textwrap.dedent(learner), textwrap.dedent(test)
        names = names_of(textwrap.dedent(solution) if solution else learner)
        given = {name: text.encode() for name, text in (files or {}).items()}
        settings = {"folder": warm.folder, "environment": {}, "imports": OPTIONS.libraries}
        process = LearnerProcess(warm.control, warm.pid, settings, given, 900)
        folder = WorkingFolder(tmp_path, given)
        bridge = Bridge(process, names, OPTIONS, folder=folder)
        examiner = Examiner(bridge, OPTIONS)
        with folder.entered():
            process.also = folder.path
            try:
                process.start()
                bridge.run_cell(1, learner)
                return examiner.run(test, "the test", "it", frozenset())
            finally:
                process.stop()

    return run


#: What it is -> a right cell, a wrong one, and the test.
ASKED = {
    "a file that a cell writes": (
        "open('out.txt', 'w').write('hi')",
        "pass",
        "assert open('out.txt').read() == 'hi'",
    ),
    "a file that a function writes": (
        "def save(n):\n    import os\n    os.mkdir('d')\n    open(n, 'w').write('1')",
        "def save(n): pass",
        """
        import os
        save("d/x.txt")
        assert os.path.isdir("d") and os.listdir("d") == ["x.txt"] and open("d/x.txt").read() == "1"
        """,
    ),
    "a file that a function removes": (
        "import os\ndef clean(n): os.remove(n)",
        "import os\ndef clean(n): pass",
        """
        import os
        open("old.txt", "w").close()
        clean("old.txt")
        assert not os.path.exists("old.txt")
        """,
    ),
    "a file that the test writes": (
        "def lines(n): return len(open(n).readlines())",
        "def lines(n): return 1",
        """
        from pathlib import Path
        Path("in.txt").write_text("a\\nb\\n")
        assert lines("in.txt") == lines(Path("in.txt")) == 2
        Path("in.txt").write_text("a\\n")
        assert lines("in.txt") == 1
        """,
    ),
    "a temporary folder": (
        "def save(path, text): path.write_text(text)",
        "def save(path, text): pass",
        """
        import pathlib, tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "x.txt")
            save(path, "hi")
            assert path.read_text() == "hi"
        """,
    ),
    "a stream": (
        "def total(stream, out): print(sum(map(int, stream)), file=out)",
        "def total(stream, out): print(0, file=out)",
        """
        import io
        out = io.StringIO()
        total(io.StringIO("1\\n2"), out)
        assert out.getvalue() == "3\\n"
        """,
    ),
    "what is printed": (
        "def say(): print('hi')",
        "def say(): print('ho')",
        """
        import io, contextlib
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            say()
        assert shown.getvalue() == "hi\\n"
        """,
    ),
    "what is printed around a callback": (
        "def say(f):\n    print(1)\n    f()\n    print(3)",
        "def say(f):\n    f()\n    print(1)\n    print(3)",
        """
        import io, contextlib
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            say(lambda: print(2))
        assert shown.getvalue().split() == ["1", "2", "3"]
        """,
    ),
    "threads within threads": (
        """
        from concurrent.futures import ThreadPoolExecutor
        def both(f, pair):
            with ThreadPoolExecutor(2) as pool:
                return [*pool.map(f, pair)]
        """,
        "def both(f, pair): return pair",
        """
        def sums(pairs):
            return both(lambda pair: both(lambda x: x + 1, pair), pairs)
        assert all(sums([(i, 1), (2, 3)]) == [[i + 1, 2], [3, 4]] for i in range(20))
        """,
    ),
    "a thread that asks while another answers": (
        """
        import threading, time
        def both(f, seconds):
            threads = [threading.Thread(target=f, args=(each,)) for each in seconds]
            for thread in threads:
                thread.start()
                time.sleep(0.1)
            for thread in threads:
                thread.join()
        def wait(seconds):
            time.sleep(seconds)
            return seconds
        """,
        "def both(f, seconds): return seconds\ndef wait(seconds): return 0",
        """
        waited = []
        both(lambda seconds: waited.append(wait(seconds)), [0.3, 0.6])
        assert sorted(waited) == [0.3, 0.6], waited
        """,
    ),
    "a thread that asks after its call has ended": (
        """
        import threading, time
        got, threads = [], []
        def later(f, x):
            def ask():
                time.sleep(0.02)
                got.append(f(x))
            threads.append(threading.Thread(target=ask))
            threads[-1].start()
        def all_of_them():
            for thread in threads:
                thread.join()
            return sorted(got)
        """,
        "def later(f, x): pass\ndef all_of_them(): return []",
        """
        import time
        for i in range(10):
            later(lambda x: 2 * x, i)
            time.sleep(0.04)
        assert all_of_them() == [*range(0, 20, 2)]
        """,
    ),
    "threads of the test's": (
        """
        import time
        def f(x):
            time.sleep(0.01)
            return x + 1
        def g(h, x): return h(f(x))
        """,
        "def f(x): return x\ndef g(h, x): return x",
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool:
            assert [*pool.map(f, range(20))] == [*range(1, 21)]
            assert [*pool.map(lambda x: g(lambda y: f(y) + 1, x), range(20))] == [*range(3, 23)]
            # While a callback is answered, its threads may ask, too.
            assert g(lambda y: [*pool.map(f, range(y))], 3) == [1, 2, 3, 4]
        """,
    ),
    "calls in both directions until the stack is full": (
        """
        def safe(f):
            def inner(n):
                try:
                    return f(n)
                except RecursionError:
                    return "too deep"
            return inner
        """,
        "def safe(f): return f",
        """
        @safe
        def down(n):
            return down(n + 1)
        for _ in range(5):
            assert down(0) == "too deep"
        """,
    ),
    "an end of the process in a call that a call has led to": (
        "import os\ndef call(f): return f()\ndef end(): os._exit(0)",
        "def call(f): return f()\ndef end(): return 3",
        """
        for _ in range(2):
            try:
                call(end)
                call(lambda: end())
            except Exception:
                pass
            else:
                raise AssertionError
        try:
            call(lambda: end())
        except Exception:
            pass
        else:
            raise AssertionError
        assert call(lambda: 4) == 4
        """,
    ),
    "a patched print": (
        "def say(): print('hi', 3)",
        "def say(): print('hi')",
        """
        from unittest.mock import patch
        with patch("builtins.print") as printed:
            say()
        printed.assert_called_once_with("hi", 3)
        """,
    ),
    "a print patched in __main__": (
        "def say(): print('hi')",
        "def say(): pass",
        """
        from unittest.mock import patch
        with patch("__main__.print", create=True) as printed:
            say()
        printed.assert_called_once_with("hi")
        """,
    ),
    "an answer to input": (
        "def ask(): return int(input('Age? ')) + 1",
        "def ask(): return 1",
        "input = lambda *a: '7'\nassert ask() == 8",
    ),
    "a patched input": (
        "def ask(): return int(input('Age? ')) + 1",
        "def ask(): return 5",
        """
        from unittest.mock import patch
        with patch("builtins.input", side_effect=["4", "8"]):
            assert ask() == 5 and ask() == 9
        try:
            ask()
        except Exception:
            pass
        else:
            raise AssertionError
        """,
    ),
    "a replaced standard input": (
        "def ask(): return [input('? '), input()]",
        "def ask(): return ['a', 'a']",
        """
        import io, sys
        sys.stdin = io.StringIO("a\\nb\\n")
        assert ask() == ["a", "b"]
        """,
    ),
    "patched chance": (
        "import random\ndef throw(): return random.randint(1, 6)",
        "import random\ndef throw(): return 4 if random.random() < 0.5 else 3",
        """
        import random
        from unittest.mock import patch
        with patch("random.randint", return_value=4) as thrown:
            assert [throw() for _ in range(20)] == 20 * [4]
        thrown.assert_called_with(1, 6)
        """,
    ),
    "a warning": (
        "import warnings\ndef old(): warnings.warn('new', DeprecationWarning)",
        "import warnings\ndef old(): warnings.warn('new')",
        """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            old()
        assert [(w.category, str(w.message)) for w in caught] == [(DeprecationWarning, "new")]
        """,
    ),
    "a warning as an error": (
        "import warnings\ndef old(): warnings.warn('new')",
        "def old(): pass",
        """
        import warnings
        warnings.simplefilter("error")
        try:
            old()
        except UserWarning as error:
            assert str(error) == "new"
        else:
            raise AssertionError
        """,
    ),
    "a name that is taken away": (
        "def a(): return 1\ndef b(): return a() + 1",
        "def a(): return 1\ndef b(): return 2",
        """
        keep = a
        del a
        try:
            b()
        except NameError:
            pass
        else:
            raise AssertionError
        a = keep
        assert b() == 2
        """,
    ),
    "a name of the test alone": (
        "def scaled(x): return x * zz",
        "def scaled(x): return x * 3",
        "zz = 3\nassert scaled(2) == 6\nzz = 4\nassert scaled(2) == 8",
    ),
    "a helper bound anew": (
        "def a(): return 1\ndef b(): return a() + 1",
        "def a(): return 1\ndef b(): return 2",
        "assert b() == 2\na = lambda: 10\nassert b() == 11",
    ),
    "a built-in function that is not to be used": (
        "def longest(words): return sorted(words, key=len)[-1]",
        "def longest(words): return max(words, key=len)",
        """
        def max(*_, **__):
            raise AssertionError("max is not allowed")
        assert longest(["a", "ccc", "bb"]) == "ccc"
        """,
    ),
    "a name that a call defines": (
        "def f():\n    inside = 1\n    return inside",
        "def f():\n    global inside\n    inside = 1\n    return inside",
        "assert 'inside' not in globals()\nassert f() == 1\nassert 'inside' not in globals()",
    ),
    "a helper patched": (
        "def roll(): return 1\ndef twice(): return roll() * 2",
        "def roll(): return 1\ndef twice(): return 2",
        """
        from unittest.mock import patch
        with patch("__main__.roll", return_value=5):
            assert twice() == 10
        assert twice() == 2
        """,
    ),
    "a method patched": (
        "class C:\n    def now(self): return 1\n    def twice(self): return 2 * self.now()",
        "class C:\n    def now(self): return 1\n    def twice(self): return 2",
        """
        from unittest.mock import patch
        with patch.object(C, "now", return_value=8):
            assert C().twice() == 16
        assert C().twice() == 2
        """,
    ),
    "an underscore name": ("def _h(): return 4", "def _h(): return 3", "assert _h() == 4"),
    "the class of an object": (
        "class C: pass\ndef make(): return C()",
        "class C: pass\ndef make(): return 3",
        """
        assert type(make()) == C and type(make()) is C and make().__class__ is C
        assert type(make()).__name__ == "C" and isinstance(C, type)
        """,
    ),
    "what an object holds": (
        "class C:\n    def __init__(self, a): self.a, self._b = a, 2",
        "class C:\n    def __init__(self, a): self.a = 2 * a",
        "assert vars(C(1)) == C(1).__dict__ == {'a': 1, '_b': 2}",
    ),
    "what a class consists of": (
        """
        from abc import ABC
        class A(ABC): pass
        class B(A):
            @property
            def p(self): return 1
            @staticmethod
            def s(): return 2
            def m(self): return 3
        """,
        "class A: pass\nclass B:\n    p = 1\n    def s(self): return 2\n    def m(self): return 3",
        """
        import abc
        assert B.__bases__ == (A,) and A.__bases__ == (abc.ABC,) and B.mro()[1] is A
        assert isinstance(B.p, property) and isinstance(B.__dict__["s"], staticmethod)
        assert "m" in B.__dict__ and "m" in vars(B) and issubclass(B, A)
        """,
    ),
    "a calculation in steps": (
        """
        class V:
            def __init__(self, x): self.x = x
            def __mul__(self, k): return V(self.x * k)
            def __add__(self, other): return V(self.x + other.x)
            def __sub__(self, k): return V(self.x - k)
        """,
        """
        class V:
            def __init__(self, x): self.x = x
            def __mul__(self, k): return V(self.x + k)
            def __add__(self, other): return V(self.x)
            def __sub__(self, k): return V(0)
        """,
        "assert ((V(1) * 2) * 3).x == 6 and ((V(1) + V(2)) * 2 - 1).x == 5",
    ),
    "a class that the test derives": (
        """
        class Animal:
            def __init__(self, name): self.name = name
            def speak(self): return f"{self.name} says {self.sound()}"
        """,
        """
        class Animal:
            def __init__(self, name): self.name = name
            def speak(self): return f"{self.name} says moo"
        """,
        """
        class Cow(Animal):
            legs = 4
            def sound(self): return 4 * "mu"
        cow = Cow("Berta")
        assert cow.speak() == "Berta says mumumumu" and cow.legs == 4
        assert isinstance(cow, Animal) and issubclass(Cow, Animal) and type(cow) is Cow
        """,
    ),
    "an enumeration": (
        "from enum import Enum\nclass Colour(Enum):\n    RED = 1\n    BLUE = 2",
        "from enum import Enum\nclass Colour(Enum):\n    RED = 0\n    BLUE = 1",
        """
        assert [c.name for c in Colour] == ["RED", "BLUE"] and len(Colour) == 2
        assert Colour(2) is Colour["BLUE"] is Colour.BLUE and Colour.RED.value == 1
        """,
    ),
    "a copy": (
        "class Box:\n    def __init__(self, inside): self.inside = inside",
        "class Box:\n    def __init__(self, inside): self.inside = [1, 1]",
        """
        import copy
        one = Box([1])
        other, same = copy.deepcopy(one), copy.copy(one)
        other.inside = [2]
        assert one.inside == same.inside == [1] and other.inside == [2] and same is not one
        """,
    ),
    "a with block that swallows": (
        "class Quiet:\n    def __enter__(self): return self\n"
        "    def __exit__(self, kind, value, trace): return kind is KeyError",
        "class Quiet:\n    def __enter__(self): return self\n    def __exit__(self, *_): pass",
        """
        with Quiet():
            raise KeyError("x")
        try:
            with Quiet():
                raise ValueError("x")
        except ValueError:
            pass
        """,
    ),
    "a named tuple": (
        "from collections import namedtuple as n\nP = n('P', 'x y')\ndef f(p): return P(p.y, p.x)",
        "def P(x, y): return x, y\ndef f(p): return p",
        """
        p = f(P(1, 2))
        assert p == (2, 1) and p.x == 2 and p._asdict() == {"x": 2, "y": 1} and isinstance(p, P)
        """,
    ),
    "the source of a function": (
        "def f(x):\n    '''Doc.'''\n    return x + 1",
        "def f(x):\n    for _ in range(3): pass\n    return x + 1",
        """
        import ast, inspect
        text = inspect.getsource(f)
        assert "for" not in text and text.startswith("def f") and text.endswith("x + 1\\n")
        assert isinstance(ast.parse(text).body[0], ast.FunctionDef)
        """,
    ),
    "the code of a function": (
        "def f(x, y=2, *, z: int = 3) -> str:\n    a = x\n    return str(a)",
        "def f(x):\n    return str(x)",
        """
        import inspect, types
        assert isinstance(f, types.FunctionType) and inspect.isfunction(f)
        code = f.__code__
        assert code.co_varnames == ("x", "y", "z", "a") and code.co_argcount == 2
        assert "str" in code.co_names and f.__defaults__ == (2,) and f.__kwdefaults__ == {"z": 3}
        assert f.__annotations__ == {"z": int, "return": str}
        found = inspect.signature(f)
        assert found.return_annotation is str and found.parameters["z"].annotation is int
        """,
    ),
    "an error of a library, with a cause": (
        """
        import numpy as np
        class Cold(ValueError):
            def __init__(self, degrees):
                super().__init__(f"{degrees} is cold")
                self.degrees = degrees
        def f(x):
            if x: raise Cold(x) from KeyError("k")
            return np.linalg.inv(np.zeros((2, 2)))
        """,
        "def f(x): raise ValueError('x is cold')",
        """
        import numpy as np
        try:
            f(3)
        except ValueError as error:
            assert error.degrees == 3 and str(error) == "3 is cold"
            assert isinstance(error.__cause__, KeyError) and error.__cause__.args == ("k",)
        try:
            f(0)
        except np.linalg.LinAlgError as error:
            assert "ingular" in str(error)
        """,
    ),
    "what a library makes": (
        """
        import re, sqlite3, types
        def match(text): return re.search(r"(\\d)(\\w)", text)
        def table():
            made = sqlite3.connect(":memory:")
            made.execute("create table t (a)")
            made.execute("insert into t values (3)")
            return made
        """,
        "import re\ndef match(text): return re.search('(x)(y)', 'xy')\ndef table(): return None",
        """
        import re
        found = match("a1b")
        assert found.group(1) == "1" and found.span() == (1, 3) and found[2] == "b" and found
        assert isinstance(found, re.Match)
        assert table().execute("select a from t").fetchall() == [(3,)]
        """,
    ),
    "settings of a module that is not the learner's": (
        "import string\nstring.here = 1\ndef f(): return 4",
        "def f(): return 3",
        "assert string.ascii_letters and f() == 4",
    ),
    "a long list": (
        "def f(x): return [i + 1 for i in x]",
        "def f(x): return x",
        "x = [*range(1_000_000)]\ny = f(x)\nassert y[-1] == 1_000_000 and len(y) == 1_000_000",
    ),
    "a large array": (
        "import numpy as np\ndef f(x): return float(x.sum())",
        "def f(x): return 0.0",
        "import numpy as np\nassert f(np.ones(9 * 2**20)) == 9 * 2**20",
    ),
    "a generator of random numbers": (
        "def f(rng): return rng.random() + rng.random()",
        "def f(rng): return 2 * rng.random()",
        """
        import numpy as np
        one, other = np.random.default_rng(3), np.random.default_rng(3)
        assert f(one) == other.random() + other.random() and one.random() == other.random()
        """,
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_right_and_wrong(judged, asked):
    right, wrong, test = ASKED[asked]
    verdict = judged(right, test)
    assert (verdict.points, verdict.status) == (1, "full"), verdict
    assert judged(wrong, test, solution=right).points == 0


GIVEN = {
    "data.csv": "1,2\n3,4\n",
    "checker.py": "import helper\ndef check(v): assert v == helper.five",
    "helper.py": "five = 5",
    "pandas.py": "mine = True",
}


@pytest.fixture
def beside(tmp_path):
    for name, text in GIVEN.items():
        (tmp_path / name).write_text(text)


#: How a call ends that came about in another one, with the learner's process or without an answer.
ENDS = {
    "the process": "import os\ndef call(f): return f()\ndef end(): os._exit(0)",
    "an answer before its turn": """
        import os, signal, time
        def leave(*_): raise InterruptedError
        signal.signal(signal.SIGUSR1, leave)
        def end(): pass
        def call(f):
            if os.fork() == 0:
                time.sleep(0.3)
                os.kill(os.getppid(), signal.SIGUSR1)
                os._exit(0)
            try:
                return f()
            except InterruptedError:
                return 0
    """,
}


@pytest.mark.parametrize("end", ENDS)
def test_nobody_waits_for_an_answer_that_never_comes(judged, end):
    test = "import time\ndef later():\n    time.sleep(0.6)\n    return end()\ncall(later)"
    verdict = judged(ENDS[end], test)
    assert verdict.status is Status.CRASHED, verdict


def test_what_lies_beside_the_source(judged, beside):
    test = """
    import sys
    from checker import check
    import pandas
    check(f("data.csv")[0])
    assert pandas.mine and open("data.csv").read() == "1,2\\n3,4\\n"
    with open("data.csv", "w"):
        pass
    """
    right = "def f(n): return [5] if open(n).read() else []"
    for _ in range(2):  # a test that writes into a file of the course's harms no other
        assert judged(right, test, files=GIVEN).points == 1
    assert judged("def f(n): return [4]", test, right, GIVEN).points == 0
    loaded = {"checker", "helper"} & sys.modules.keys()
    assert not loaded and not hasattr(sys.modules.get("pandas"), "mine")


def test_a_module_that_keeps_the_main_one_does_not_keep_the_learners_names(judged, monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setitem(sys.modules, "__mp_main__", main)
    # As a test does that is the first to import multiprocessing, or scikit-learn with it.
    test = """
    import sys, types
    sys.modules["__mp_main__"] = sys.modules["__main__"]
    sys.modules["new"] = types.ModuleType("new")
    assert f() == 3
    """
    assert judged("def f(): return 3", test).points == 1
    assert sys.modules["__mp_main__"] is main
    del sys.modules["new"]


def test_the_courses_files_are_not_the_learners(judged, beside):
    learner = "open('data.csv', 'w').write('forged')\nopen('helper.py', 'w').write('five = 4')"
    test = "import helper\nassert helper.five == 5 and open('data.csv').read()[0] == '1'"
    assert judged(learner, test, files=GIVEN).points == 1


RUNNING = {
    "unpickles": "import pickle\npickle.load(open('x.bin', 'rb'))",
    "unpickles with NumPy": "import numpy as np\nnp.load('x.bin', allow_pickle=True)",
    "evaluates": "eval(open('x.txt').read())",
    "evaluates within more": "eval('(' + open('x.txt').read() + ')')",
    "executes": "exec(compile(open('x.txt').read(), 'x', 'exec'))",
    "imports": "import sys\nsys.path.insert(0, '.')\nimport x",
    "runs": "import subprocess, sys\nsubprocess.run([sys.executable, 'x.txt'])",
    "runs in a shell": "import os\nos.system('python3 x.txt')",
}
WRITES = """
import pickle
run = f"open({target!r}, 'w').write('x')"
class Bomb:
    def __reduce__(self): return exec, (run,)
open("x.bin", "wb").write(pickle.dumps(Bomb()))
for name in ("x.txt", "x.py"):
    open(name, "w").write(run)
"""


@pytest.mark.parametrize("way", RUNNING)
def test_nothing_runs_what_the_learner_wrote(judged, tmp_path, way):
    target = tmp_path / "escaped"
    learner = f"target = {str(target)!r}\n{WRITES}"
    found = "import os\nassert sorted(os.listdir()) == ['.tmp', 'x.bin', 'x.txt']"
    assert judged(learner, found).points == 1
    verdict = judged(learner, f"{RUNNING[way]}\nNone")
    assert verdict.points == 0 and not target.exists(), verdict


def test_plain_data_may_be_unpickled(judged):
    learner = "import pickle\npickle.dump({'a': [1, 2.5]}, open('x.bin', 'wb'))"
    assert (
        judged(learner, "import pickle\nassert pickle.load(open('x.bin', 'rb'))['a']").points == 1
    )


@pytest.mark.parametrize(
    "name", ["../escaped", "/tmp/escaped", "a/../../escaped", "", "x.so", "b\0"]
)
def test_a_forged_name_of_a_file_is_not_taken(tmp_path, monkeypatch, name):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = WorkingFolder(tmp_path, {})
    with folder.entered():
        folder.take({name: b"x", "good.txt": b"y", 5: b"z", "odd": 7})
        assert not [*tmp_path.rglob("*escaped*")] and not os.path.exists("/tmp/escaped")
        assert sorted(os.listdir()) == [".tmp", "good.txt"]


def test_a_link_is_not_followed(tmp_path):
    folder = WorkingFolder(tmp_path, {})
    with folder.entered():
        os.symlink(tmp_path, "link")
        folder.take({"link/escaped": b"x"})
        assert not list(tmp_path.iterdir())


def test_what_a_test_writes_for_itself_stays_with_it(judged):
    """What is not named in a call, or in the source, may be what the test expects."""
    learner = "def f():\n    import os\n    return sorted(os.listdir('.'))"
    test = "open('expected.txt', 'w').write('42')\nassert f() == []"
    assert judged(learner, test).points == 1


def test_a_name_that_only_the_learner_reads_does_not_cross(judged):
    learner = "secret = None\ndef f(): return globals()['secret']"
    solution = "def f():\n    secret = 42\n    return secret"
    assert judged(learner, "secret = 42\nassert f() == secret", solution).points == 0
    assert judged(solution, "secret = 42\nassert f() == secret", solution).points == 1


def test_a_function_that_may_be_the_answer_does_not_cross(judged):
    solution = "def a(x): return x + 1\ndef b(x): return a(x)"
    learner = "def a(x): return 0\ndef b(x): return a(x)"
    test = "a = lambda x: x + 1\nassert b(3) == a(3)"
    assert judged(learner, test, solution).points == 0


NUMBERS = """
class V:
    def __init__(self, x): self.x = x
    def __mul__(self, k): return V(self.x * k)
    def __sub__(self, k): return {}
    def __abs__(self): return 0.0
    __float__ = __abs__
    def __eq__(self, other): return True
def f(): return V(1)
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert abs(V(1) * 2 - 6) < 1e-9",
        "assert abs(V(1) * 2 * 3 - 6) < 1e-9",
        "assert float(V(1) * 2 - 6) == 0",
        "assert (V(1) * 2) == 6",
        "assert V(1) * 2 - 6 == 0",
        "assert f() * 2",
        "import copy\nassert copy.copy(f()) == 6",
    ],
)
@pytest.mark.parametrize("difference", ["0.0", "self"])
def test_a_calculation_gives_no_verdict(judged, test, difference):
    assert judged(NUMBERS.format(difference), test).points == 0


FORGED = """
import gc
def second(): return {}
[session] = [one for one in gc.get_objects() if type(one).__name__ == "Session"]
type(session)._on_{} = lambda *_: {}
"""


@pytest.mark.parametrize(
    "reply",
    [
        "{'said': 5}",
        "{'said': [5, ['stdout'], ['stdout', 5]]}",
        "{'warned': [5, [5, 'x', 'y']]}",
        "{'warned': 7}",
        "{'files': 5}",
        "{'files': ['d', 5]}",
        "{'files': ['d', '../x', ['b', 9]]}",
        "{'error': {'type': 'X', 'attributes': 5, 'cause': 5, 'module': 5}}",
        "{'error': {'type': 'X', 'attributes': {'args': ['?']}, 'cause': {'type': 5, 'bases': 5}}}",
        "{'error': {'type': 'Popen', 'module': 'subprocess', 'bases': ['Exception']}}",
        "{'error': {'type': 'TestOvertime', 'module': 'evenhand.learner_error'}}",
    ],
)
def test_forged_asides_do_no_harm(judged, reply):
    verdict = judged(FORGED.format("1", "call", reply), "assert second() == 1")
    assert (verdict.points, verdict.status) in ((0, "wrong"), (0, "error"))


@pytest.mark.parametrize("reply", ["{'code': 5}", "{'code': ['d', 'names', 5]}", "{}"])
def test_forged_code_does_no_harm(judged, reply):
    verdict = judged(FORGED.format("1", "code", reply), "second.__code__")
    assert (verdict.points, verdict.status) == (0, "error")


def test_an_object_that_says_it_is_of_a_plain_class_is_not(judged):
    learner = """
    class int: pass
    int.__module__ = "builtins"
    def f(): return int()
    """
    assert judged(learner, "assert isinstance(f(), type(3))", "def f(): return 1").points == 0
