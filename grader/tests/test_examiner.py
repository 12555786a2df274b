"""What a test cell can do with what the learner wrote, and what it cannot give away."""

from __future__ import annotations

import textwrap

import pytest
from evenhand.bridge import Bridge
from evenhand.examiner import Examiner
from evenhand.learner_process import LearnerProcess
from evenhand.sandbox import WarmProcess
from evenhand.source_names import SourceNames

from .harness import OPTIONS


@pytest.fixture(scope="module")
def warm():
    process = WarmProcess(OPTIONS)
    yield process
    process.close()


NAMES = SourceNames(
    exercises={
        "first": ("first",),
        "second": ("second",),
        "third": ("third",),
        "Thing": ("Thing", "grow"),
    },
    bound=frozenset({"first", "second", "third", "Thing", "grow", "data", "answer", "carried"}),
    imports={"np": ("numpy", None), "sqrt": ("math", "sqrt")},
    classes={"Thing": frozenset({"__add__", "__eq__"}), "Bag": frozenset({"__contains__"})},
    reads=frozenset({"first"}),
)


@pytest.fixture
def examine(warm):
    """Return a function that runs a cell of the learner's and then test cells."""
    kernels = []

    def run(learner, *tests, exercise="second", keep=()):
        for kernel in kernels:
            kernel.stop()  # a warm process serves one notebook at a time
        kernel = LearnerProcess(
            warm.control,
            warm.pid,
            {"folder": warm.folder, "environment": {}, "imports": OPTIONS.libraries},
            {},
            900,
        )
        kernels.append(kernel)
        examiner = Examiner(Bridge(kernel, NAMES, OPTIONS), OPTIONS)
        kernel.start()
        kernel.ask(
            {"op": "cell", "index": 1, "source": textwrap.dedent(learner), "seconds": 3}, seconds=3
        )
        examiner.setup("import numpy as np")
        verdicts = [
            examiner.run(textwrap.dedent(test), f"test {i}", exercise, frozenset(keep))
            for i, test in enumerate(tests)
        ]
        return verdicts[0] if len(verdicts) == 1 else verdicts

    yield run
    for kernel in kernels:
        kernel.stop()


def right(verdict):
    assert (verdict.points, verdict.status) == (1, "full"), verdict
    return True


def test_names_behave_as_in_a_dictionary(examine):
    assert right(
        examine(
            "data = {'a': 1}\ndef first(x): return x",
            """
            here = globals()
            assert "first" in here and "data" in here and "nothing" not in here
            assert here.get("nothing") is None and here.get("nothing", 5) == 5
            assert here["first"] is first and here.get("first") is first
            assert "first" in list(here) and "first" in dict(here)
            assert data == {"a": 1} and data is not data
            assert first.__name__ == "first" and callable(first)
            """,
        )
    )


def test_each_name_has_a_stand_in_of_its_own(examine):
    assert right(
        examine(
            "def first(x): return x\nsecond = first",
            "assert first is not second and first is first and first(1) == second(1) == 1",
        )
    )


def test_replaced_function_reaches_the_learner_and_goes_back(examine):
    assert right(
        examine(
            "def first(x): return 0\ndef second(x): return first(x) + 1",
            """
            here = globals()
            mine = first
            assert second(5) == 1
            calls = []
            def better(x):
                calls.append(x)
                return 10 * x
            here["first"] = better
            assert here["first"] is better and second(5) == 51 and calls == [5]
            assert mine(5) == 0
            here["first"] = mine
            assert here["first"] is mine and second(5) == 1
            """,
        )
    )


def test_the_tested_and_later_steps_are_not_given_away(examine):
    assert right(
        examine(
            """
            def first(x): return 0
            def second(x):
                try:
                    return third(x) - 1
                except Exception:
                    return None
            def third(x): return -1
            """,
            """
            here = globals()
            here["third"] = lambda x: x + 2
            assert second(1) == -2
            here["second"] = lambda x: x + 1
            here["Thing"] = lambda x: 1
            """,
        )
    )


def test_data_of_a_test_is_not_given_away(examine):
    assert right(
        examine(
            "data = answer = carried = 0\ndef second(): return (data, answer, carried)",
            "data = answer = carried = secret = 42\nassert second() == (0, 0, 0)",
        )
    )


def test_callbacks_end_with_their_test(examine):
    one, two = examine(
        """
        kept = []
        def second(f):
            kept.append(f)
            return f(1)
        """,
        "assert second(lambda x: x + 1) == 2",
        "assert second(lambda x: x + 5) == 6",
    )
    assert right(one) and right(two)


def test_methods_and_self(examine):
    assert right(
        examine(
            """
            class Thing:
                def __init__(self, size):
                    self.size = size
                    self.parts = {"w": np.zeros(2)}
                def grow(self, by):
                    self.size += self.step() * by
                    return self.size
                def step(self):
                    return 0
                def __getitem__(self, i):
                    return [1, 2, 3][i]
                def __add__(self, other):
                    return Thing(self.size + other.size)
            """.replace("class", "import numpy as np\n            class", 1),
            """
            thing = Thing(3)
            assert thing.grow(2) == 3
            old = Thing.step
            seen = []
            def step(self):
                seen.append(self.size)
                self.parts = {"w": np.ones(2)}
                return 7
            Thing.step = step
            assert thing.grow(2) == 17 and seen == [3] and thing.parts["w"].tolist() == [1, 1]
            Thing.step = old
            assert thing.grow(1) == 17
            thing.size = 1
            assert (thing + thing).size == 2 and thing[1] == 2 and list(thing) == [1, 2, 3]
            assert isinstance(thing, Thing) and not isinstance(3, Thing)
            assert hasattr(thing, "size") and not hasattr(thing, "colour")
            thing.colour = "red"
            assert thing.colour == "red"
            """,
            exercise="third",
        )
    )


def test_attributes_of_any_name_are_the_learners(examine):
    assert right(
        examine(
            """
            class Thing:
                def __init__(self):
                    self._name = self._number = self._bridge = self.more = self._made = 7
                    self._returned = self.name = self.number = 7
            """,
            """
            thing = Thing()
            for name in ("_name", "_number", "_bridge", "more", "_made", "_returned", "name"):
                assert getattr(thing, name) == 7, name
                setattr(thing, name, 8)
                assert getattr(thing, name) == 8, name
            thing._name = "new"
            assert thing._name == "new"
            """,
        )
    )


def test_exceptions_keep_their_kind_and_line(examine):
    assert right(
        examine(
            """
            class Mine(KeyError): pass
            class Other(Exception): pass
            def first(x):
                y = int(x)
                return y
            def second(): raise Mine("m")
            def third(): raise Other("o")
            """,
            """
            try:
                first("abc")
            except ValueError as error:
                assert type(error) is ValueError
                assert error.learner_line == "y = int(x)", error.learner_line
                assert "abc" in str(error)
            else:
                assert False
            try:
                second()
            except Mine as error:
                assert isinstance(error, KeyError)
            try:
                third()
            except Exception as error:
                assert type(error).__name__ == "Other"
            """,
        )
    )


def test_arguments_changed_in_place(examine):
    assert right(
        examine(
            """
            def second(table, array):
                table["new"] = array
                array += 1
                return table
            """,
            """
            table, array = {"old": [1]}, np.zeros(3)
            assert second(table, array) is table
            assert table["new"] is array and array.tolist() == [1, 1, 1]
            """,
        )
    )


def test_generators_both_ways(examine):
    assert right(
        examine(
            """
            def second(stream):
                for item in stream:
                    got = yield item * 2
                    if got:
                        yield got
                return "end"
            """,
            """
            import types
            def source():
                yield from (1, 2)
            result = second(source())
            assert isinstance(result, types.GeneratorType)
            assert next(result) == 2 and result.send(9) == 9
            assert list(result) == [4]
            """,
        )
    )


def test_generators_of_random_numbers_are_shared_and_seeded(examine):
    assert right(
        examine(
            "import numpy as np, random\ndef second(): return np.random.rand(3), random.random()",
            """
            np.random.seed(4)
            expected = np.random.rand(3)
            np.random.seed(4)
            assert np.allclose(second()[0], expected)
            assert not np.allclose(second()[0], expected)
            """,
        )
    )
    code = "import numpy as np\ndef second(): return float(np.random.rand())"
    first, again = (examine(code, "second()") for _ in range(2))
    assert first == again and first.status == "number"


DRAWING = """
import numpy as np, os, random
seen = []
def first(n):
    return [*np.random.rand(n).tolist(), random.random()]
def second(n):
    seen.append(n)
    return first(n)
def third(n):
    os._exit(n)
"""
DRAWN = """
import random
def seed(n):
    np.random.seed(n)
    random.seed(n)
for n in (1, 1, 2, 1, 1):
    seed(n)
    expected = [*np.random.rand(2).tolist(), random.random()]
    seed(n)
    assert CALLED(2) == expected, n
"""


def test_a_state_that_the_process_has_is_not_sent_again(examine, monkeypatch):
    """A process that has gone back to a checkpoint, or was started anew, may not have it."""
    sent = []
    ask, begin = LearnerProcess.ask, Bridge.begin

    def noting(process, message, *args, **kwargs):
        if message["op"] == "call" and isinstance(message["state"], list):
            sent[-1] += message["state"][0] != "again"
        return ask(process, message, *args, **kwargs)

    def beginning(bridge, *args):
        sent.append(0)
        return begin(bridge, *args)

    monkeypatch.setattr(LearnerProcess, "ask", noting)
    monkeypatch.setattr(Bridge, "begin", beginning)
    pure, impure = DRAWN.replace("CALLED", "first"), DRAWN.replace("CALLED", "second")
    lost = f"try:\n    third(1)\nexcept Exception: pass\n{pure}"
    tests = [pure, pure, impure, impure, lost, pure]
    verdicts = examine(DRAWING, *tests, exercise="third")
    assert [verdict.points for verdict in verdicts] == [1] * len(tests), verdicts
    # Each test asks with 1, 1, 2, 1, 1. Only `third` is called before its generators are set.
    assert sent == [3, 2, 2, 3, 3, 3]


@pytest.mark.parametrize(
    "test",
    [
        # What makes a checkpoint right away takes the state there.
        "assert Thing.made == 5 and CALLED",
        # A call within one sends a state of its own.
        "def inner(n):\n    seed(7)\n    return second(n)\nseed(1)\nsecond(inner)\nassert CALLED",
    ],
)
def test_a_state_is_not_taken_for_one_that_the_process_has(examine, test):
    learner = """
        import numpy as np, random
        seen = []
        class Thing:
            made = 5
        def first(n):
            return np.random.rand(n).tolist()
        def second(n):
            seen.append(n)
            return n(2) if callable(n) else first(n)
        """
    seeded = "import random\ndef seed(n):\n    np.random.seed(n)\n    random.seed(n)\n"
    seeded += "def drawn():\n    seed(1)\n    found = np.random.rand(2).tolist()\n    seed(1)\n"
    seeded += "    return first(2) == found\nseed(1)\n"
    tests = [seeded + test.replace("CALLED", "drawn()"), seeded + "assert drawn()"]
    verdicts = examine(learner, *tests, exercise="third")
    assert [verdict.points for verdict in verdicts] == [1, 1], verdicts


def test_tests_leave_no_trace(examine):
    one, two = examine(
        "count = 0\ndef second():\n    global count\n    count += 1\n    return count",
        "assert second() == 1 and second() == 2 and count == 2",
        "assert second() == 1",
    )
    assert right(one) and right(two)


def test_objects_that_later_tests_use_stay(examine):
    one, two = examine(
        "class Thing:\n    size = 1",
        "shared = Thing()\nshared.size = 5",
        "assert shared.size == 5",
        keep=["shared"],
    )
    assert right(one) and right(two)


def test_objects_of_the_learner_judge_nothing(examine):
    for comparison in (
        "second() == 4",
        "4 == second()",
        "second() < 4",
        "4 in second()",
        "np.allclose(second(), 4)",
        "abs(second() - 4) < 1e-9",
    ):
        verdict = examine(
            """
            class Sly:
                def __eq__(self, other): return True
                def __lt__(self, other): return True
                def __contains__(self, other): return True
                def __sub__(self, other): return self
                def __abs__(self): return self
                def __array__(self, *a, **k):
                    import numpy as np
                    return np.array(4)
            def second(): return Sly()
            """,
            f"assert {comparison}",
        )
        assert verdict.points == 0, comparison


VECTOR = """
class Thing:
    def __init__(self, *xs): self.xs = xs
    def __eq__(self, other):
        if not isinstance(other, Thing):
            return NotImplemented
        return self.xs == other.xs
    def __hash__(self): return hash(self.xs)
    def __add__(self, other): return Thing(*(a + b for a, b in zip(self.xs, other.xs)))
    def __mul__(self, k): return Thing(*(k * a for a in self.xs))
    __rmul__ = __mul__
    def __matmul__(self, other): return sum(a * b for a, b in zip(self.xs, other.xs))
    def __iadd__(self, other):
        self.xs = (self + other).xs
        return self
    def __lt__(self, other): return self.xs < other.xs
    def __bool__(self): return any(self.xs)
    def __float__(self): return float(self.xs[0])
    def itself(self): return self
    def __enter__(self): return self
    def __exit__(self, *_): return None
class Bag:
    def __init__(self): self.inside = []
    def put(self, x):
        self.inside.append(x)
        return self
    def __contains__(self, x): return x in self.inside
def second(*xs): return Thing(*xs)
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert Thing(1, 2) == Thing(1, 2) and Thing(1, 2) != Thing(2, 1)",
        "assert Thing(1, 2) != 'x' and not Thing(1) == 1 and Thing(1) != None",
        "assert (Thing(1, 2) + Thing(3, 4)).xs == (4, 6)",
        "assert Thing(1, 2) + Thing(3, 4) == Thing(4, 6) == second(4, 6)",
        "assert second(1) + second(2) == second(3) and second(1) < second(2)",
        "assert (Thing(1, 2) * 2).xs == (2, 4) and (2 * Thing(1, 2)).xs == (2, 4)",
        "assert Thing(1, 2) @ Thing(3, 4) == 11 and abs(Thing(1, 2) @ Thing(3, 4) - 11) < 1e-9",
        "t = Thing(1)\nt += Thing(2)\nassert t.xs == (3,)\nt += Thing(1)\nassert not t == 4",
        "with Thing(1) as t:\n    assert t != 1",
        "assert Thing(1) and not Thing(0) and second(1) and not second(0)",
        "assert len({Thing(1), Thing(1), second(1), Thing(2)}) == 2",
        "assert max([Thing(1), second(3), Thing(2)]).xs == (3,) and float(second(2)) == 2.0",
        "bag = Bag()\nbag.put(3)\nassert 3 in bag and 4 not in bag and 3 in bag.put(4)",
        "t = Thing(1)\nassert t.itself() is t and t.itself() == t",
    ],
)
def test_objects_of_a_class_that_the_source_has(examine, test):
    assert right(examine(VECTOR, test))


@pytest.mark.parametrize(
    "test",
    [
        "assert not second(1) == 2",
        "second(1) * 2",
        "2 * second(1)",
        "assert Thing(1).itself() != 2",
        "assert [Thing(1).itself()] != [2]",
        "t = Thing(1)\nt.itself()\nassert t != 2",
        "assert 2 not in second(1)",
    ],
)
def test_what_came_back_is_not_asked_about_plain_values(examine, test):
    verdict = examine(VECTOR, test)
    assert verdict.points == 0 and verdict.status in ("wrong", "error")


def test_only_a_class_of_the_source_is_asked(examine):
    sly = """
    class Sly:
        def __init__(self, *_): pass
        def __eq__(self, other): return True
        def __ne__(self, other): return True
        def __sub__(self, other): return 0.0
        __rsub__ = __sub__
        def __lt__(self, other): return True
    class Thing:
        def __eq__(self, other): return False
    second = Sly
    def first(*xs): return Sly()
    """
    for test in (
        "second(1) == 3",
        "first(1) == first(2)",
        "first(1) == Thing()",
        "Thing() == first(1)",
        "abs(second(1) - 3) < 1e-9",
        "abs(first(1) - first(2)) < 1e-9",
        "first(1) < first(2)",
    ):
        assert examine(sly, f"assert {test}").points == 0, test


def test_points_that_do_not_add_up_to_a_number(examine):
    for value, points in (
        *(("np.array([-1, 2])", 0), ("1 + 1j", 0), ("np.complex64(3)", 0), ("np.array([])", 0)),
        *(("np.array([3])", 3), ("np.float32(3)", 3), ("float('nan')", 0)),
        ("__import__('decimal').Decimal('1.5')", 1.5),
        ("10**400", 0),
        ("__import__('decimal').Decimal('sNaN')", 0),
    ):
        learner = f"import numpy as np\ndef second(): return {value}"
        assert examine(learner, "total = second()\ntotal").points == points, value


def test_what_ends_in_no_number_is_not_decided_here(examine):
    for value, status in (("'words'", "other"), ("[2]", "other"), ("False", "false")):
        assert examine(f"def second(): return {value}", "second()").status == status, value
    for value in ("None", "True"):
        assert examine(f"def second(): return {value}", "second()").status == "full", value


def test_an_object_that_was_handed_out_before_is_not_the_tests_own(examine):
    learner = """
        class {name}:
            kept = None
            def __new__(cls):
                return cls.kept or object.__new__(cls)
            def {method}(self, other): return True
        def first():
            {name}.kept = {name}.kept or {name}()
            return {name}.kept
        """
    for name, method, judged in (
        ("Thing", "__eq__", "{} == 3"),
        ("Bag", "__contains__", "3 in {}"),
    ):
        made = learner.format(name=name, method=method)
        assert examine(made, f"assert {judged.format(name + '()')}").points == 1
        later = f"x = first()\nmine = {name}()\nassert {judged.format('x')}"
        assert examine(made, later).points == 0


def test_a_call_does_not_end_a_loop_of_the_test(examine):
    verdict = examine(
        "def second(x): raise StopIteration",
        "assert list(map(second, [1, 2])) == []",
    )
    assert verdict.points == 0 and "StopIteration" in verdict.message


def test_warnings_are_advice(examine):
    verdict = examine(
        "import numpy as np\ndef second(): return np.log(np.zeros(1))",
        "assert second()[0] == -np.inf\nassert 'divide by zero' in second.learner_warnings[0]",
    )
    assert verdict.points == 1 and "divide by zero" in verdict.message


def test_a_hang_in_a_call_can_be_survived_by_the_test(examine):
    verdict = examine(
        """
        def first(x):
            while True: pass
        def second(x): return first(x) + 1
        """,
        """
        mine = first
        try:
            second(1)
        except TimeoutError as error:
            assert error.learner_line == "while True: pass"
        globals()["first"] = lambda x: 5
        assert second(1) == 6
        """,
    )
    assert right(verdict)


def test_a_learner_process_cannot_name_its_status(examine):
    verdict = examine(
        """
        import sys
        def second(x):
            frame = sys._getframe()
            while "error_record" not in frame.f_globals:
                frame = frame.f_back
            frame.f_globals["error_record"] = lambda error: {"text": "forged", "kind": "full"}
            raise ValueError("mine")
        """,
        "assert second(1) == 6",
    )
    assert "forged" in verdict.message
    assert (verdict.points, verdict.status) == (0, "error")


FORGING = """
import gc
from evenhand.sandboxed import codec
def figures(**changed):
    return codec.Encoder().encode([dict(number=1, texts=[], axes=[]) | changed])
def axes(**changed):
    none = dict.fromkeys(("lines", "collections", "patches", "images", "texts"), [])
    words = dict.fromkeys(("title", "xlabel", "ylabel", "xscale", "yscale"), "linear")
    return figures(axes=[none | words | dict(xlim=[0, 1], ylim=[0, 1], legend=None) | changed])
def second(): pass
[session] = [one for one in gc.get_objects() if type(one).__name__ == "Session"]
type(session)._on_{} = lambda *_: {}
"""
FORGED_SIGNATURES = ["5", "[[]]", "[['x', 99, None]]", "[['x y', 1, None]]", "[['x', 1, ['h']]]"]
FORGED_FIGURES = [
    *("5", "['l', 5]", "figures(number=[])", "figures(axes=[5])", "axes(legend=5)"),
    *("axes(xlim=[float('nan'), 1])", "axes(xlim=[10**400, 1])", "axes(images=['x'])"),
]


@pytest.mark.parametrize("forged", FORGED_SIGNATURES)
def test_a_forged_signature_is_an_error_of_the_learners(examine, forged):
    code = FORGING.format("signature", f"{{'parameters': {forged}}}")
    verdict = examine(code, "import inspect\ninspect.signature(second)")
    assert (verdict.points, verdict.status) == (0, "error")
    assert "what came back cannot be read" in verdict.message


@pytest.mark.parametrize("forged", FORGED_FIGURES)
def test_a_forged_figure_is_an_error_of_the_learners(examine, forged):
    assert right(examine(FORGING.format("call", "{'figures': axes()}"), "second()"))
    verdict = examine(FORGING.format("call", f"{{'figures': {forged}}}"), "second()")
    assert (verdict.points, verdict.status) == (0, "error")
    assert "what came back cannot be read" in verdict.message


def test_forged_warnings_are_no_more_than_advice(examine):
    code = FORGING.format("call", "{'warnings': [5, None, {}, *'abcd', 'x' * 1000]}")
    assert examine(code, "second()").message == "Advice: a. Advice: b. Advice: c."
    code = FORGING.format("call", "{'warnings': ['x' * 1000]}")
    assert len(examine(code, "second()").message) < 600
    assert right(examine(FORGING.format("call", "{'warnings': 5}"), "second()"))


def test_a_crash_in_a_call_can_be_survived_by_the_test(examine):
    verdict = examine(
        """
        import os
        def first(x): os._exit(3)
        def second(x): return first(x) + 1
        """,
        """
        try:
            second(1)
        except Exception as error:
            assert error.learner_kind == "crashed"
        globals()["first"] = lambda x: 5
        assert second(1) == 6
        """,
    )
    assert right(verdict)


def test_objects_of_a_test_survive_a_crash(examine):
    verdict = examine(
        """
        import os
        class Thing:
            def __init__(self, size):
                self.size = size
            def grow(self, by):
                return self.step() * by + self.size
            def step(self):
                os._exit(3)
        """,
        """
        thing = Thing(3)
        thing.size = 4
        mine = Thing.step
        try:
            thing.grow(2)
        except Exception as error:
            assert error.learner_kind == "crashed"
        Thing.step = lambda self: 7
        assert thing.grow(2) == 18 and thing.size == 4
        Thing.step = mine
        try:
            thing.step()
        except Exception as error:
            assert error.learner_kind == "crashed"
        else:
            assert False, "the original was not put back"
        """,
        exercise="third",
    )
    assert right(verdict)


def test_messages_show_no_values_and_no_paths(examine):
    verdict = examine(
        "def second(): return 1",
        "np.testing.assert_allclose(second(), 123.456)",
    )
    assert "123" not in verdict.message and verdict.status == "wrong"
    verdict = examine(
        "def second(): raise ValueError('/secret/folder/of/grader.py')",
        "second()",
    )
    assert "/secret" not in verdict.message


def test_what_cannot_cross_is_named(examine):
    verdict = examine("import numpy as np\ndef second(): return np", "second()")
    assert "module" in verdict.message and verdict.points == 0
    verdict = examine("def second(x): return x", "second(object())")
    assert verdict.points == 0


def test_signature_and_doc(examine):
    assert right(
        examine(
            'def second(x, y=2, *, z="a"):\n    """Words."""',
            """
            import inspect
            parameters = inspect.signature(second).parameters
            assert list(parameters) == ["x", "y", "z"] and parameters["y"].default == 2
            assert second.__doc__ == "Words."
            """,
        )
    )


def test_learner_error_is_an_exception(examine):
    """What has no built-in exception of its own is caught where a test expects any."""
    learner = """
        class Other(BaseException): pass
        def second(): raise Other("o")
        """
    caught = """
        try:
            second()
        except Exception as error:
            assert type(error).__name__ == "LearnerError" and str(error) == "Other: o"
        else:
            assert False
        """
    assert right(examine(learner, caught))
    verdict = examine(learner, "second()")
    assert verdict.status == "error" and verdict.message.startswith("Your code stops in the line")
