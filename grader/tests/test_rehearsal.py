"""Before anyone is graded: how each test of a source is judged, and what the instructor is told."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest
from evenhand.__main__ import main
from evenhand.beside import points_shown
from evenhand.grader import Grader, NotGraded, grade_notebook, rehearse_notebook
from evenhand.rehearsal import Rehearsal, Way, in_a_line, keep, load
from evenhand.releases import released_version, remember
from evenhand.results import Status
from evenhand.sandboxed.codec import NotPlain
from evenhand.verdicts import verdict_of_error
from nbformat import from_dict
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from .beside_course import OPTIONS, hand_in, write_source
from .exercise_course import PART, Exercise, write_course
from .harness import SANDBOX, nbgrader

# name -> solution, test, a wrong answer, how it is judged
EXERCISES = {
    "plain": ("def plain(x):\n    return x + 1", "assert plain(1) == 2", "plain = abs", "apart"),
    "source": (
        "def source(x):\n    return sum(x)",
        "kept = 5\nassert 'sum' in get_ipython().user_ns['source'].__code__.co_names",
        "def source(x):\n    return len(x)",
        "beside",
    ),
    "state": (
        "def state():\n    return get_ipython()",
        "assert kept == 5 and state().execution_count == get_ipython().execution_count",
        "def state():\n    pass",
        "beside",
    ),
    "inputs": (
        "answer = 5",
        "assert any('answer = ' + '5' in one for one in In) and 'kept' in globals()",
        "answer = 6",
        "beside",
    ),
    "shown": (
        "def shown():\n    return 4",
        "import sys\nassert 'shown' in get_ipython().user_ns\nprint('!', file=sys.stderr)\n"
        "2 if shown() == 4 else 0.5",
        "def shown():\n    return 5",
        "beside",
    ),
    "after": ("def after(x):\n    return 2 * x", "assert after(2) == 4", "after = abs", "apart"),
}  # fmt: skip
RIGHT = {name: solution for name, (solution, *_) in EXERCISES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made-up")
    write_source(folder, EXERCISES)
    return folder


@pytest.fixture(scope="module")
def source(folder):
    return folder / "source" / "made-up" / "notebook.ipynb"


def graded(folder, source, answers, options=OPTIONS):
    result = grade_notebook(hand_in(folder, EXERCISES, answers), source, options=options)
    return {test.exercise: test for test in result.tests}, result


def test_each_test_goes_the_safest_way_that_does_it_justice(source):
    rehearsal = rehearse_notebook(source, options=OPTIONS)
    assert [test.way for test in rehearsal.tests] == [way for *_, way in EXERCISES.values()]
    assert [(test.own, test.blank, test.problem) for test in rehearsal.tests] == [(2, 0, "")] * 6
    beside = {test.name: test for test in rehearsal.tests if test.way is Way.BESIDE}
    assert all(test.why.startswith("apart, ") and test.change for test in beside.values())
    assert in_a_line([rehearsal]) == (
        "6 tests: 2 apart, 4 beside the learner's code: a hostile learner can read or fool these; "
        "`rehearse` says why and how to change them."
    )


def test_right_answers_are_full_and_nothing_of_a_test_is_shown(folder, source):
    tests, result = graded(folder, source, RIGHT)
    assert {test.status for test in tests.values()} == {Status.FULL}, tests
    assert not result.flags and not result.for_instructor
    assert "user_ns" not in result.document and "kept" not in result.document


def test_wrong_answers_are_wrong(folder, source):
    wrong = {name: answer for name, (_, _, answer, _) in EXERCISES.items()}
    tests, result = graded(folder, source, wrong)
    assert {name: test.points for name, test in tests.items()} == {
        **dict.fromkeys(EXERCISES, 0.0),
        "shown": 0.5,
    }
    assert tests["source"].message == "This property does not hold yet."
    assert not any(test.manual for test in tests.values())


def test_a_blank_notebook_earns_nothing_and_asks_nobody(folder, source):
    tests, result = graded(folder, source, {})
    assert {test.status for test in tests.values()} == {Status.NOT_ATTEMPTED}
    assert result.points == 0 and not any(test.manual for test in tests.values())


@pytest.mark.parametrize(
    ("line", "status"), [("os._exit(0)", Status.CRASHED), ("while True: pass", Status.TIMEOUT)]
)
def test_a_crash_or_a_loop_costs_its_own_test_alone(folder, source, line, status):
    answer = f"import os\nclass Text(str):\n    def __contains__(self, one):\n        {line}\n"
    tests, _ = graded(folder, source, {**RIGHT, "inputs": f"{answer}In.append(Text())"})
    assert tests.pop("inputs").status == status
    assert {test.status for test in tests.values()} == {Status.FULL}, tests


def test_each_exercise_has_time_of_its_own_beside(folder, source):
    slow = "import time\ndef burn():\n    end = time.process_time() + 1\n"
    slow += "    while time.process_time() < end: pass\n"
    answer = f"{slow}burn()\ndef shown():\n    burn()\n    return 4"
    options = replace(OPTIONS, exercise_seconds=1.5)
    tests, _ = graded(folder, source, {**RIGHT, "shown": answer}, options)
    assert tests.pop("shown").status == Status.TIMEOUT
    assert {test.status for test in tests.values()} == {Status.FULL}, tests


def test_a_course_may_leave_it_to_a_person(folder, source):
    options = replace(OPTIONS, beside="person")
    rehearsal = rehearse_notebook(source, options=options)
    assert [way == Way.PERSON for way in rehearsal.ways.values()] == [
        way == "beside" for *_, way in EXERCISES.values()
    ]
    assert in_a_line([rehearsal]).startswith("6 tests: 2 apart, 4 by a person;")
    tests, _ = graded(
        folder, source, {**RIGHT, "state": EXERCISES["state"][0], "plain": ""}, options
    )
    assert tests["source"].manual and tests["source"].status == Status.NOT_JUDGED
    assert tests["after"].status == Status.FULL and not tests["plain"].manual
    blank, _ = graded(folder, source, {}, options)
    assert not any(test.manual for test in blank.values())


def test_what_a_visible_test_imports_is_there_for_the_cells_below(tmp_path):
    first = (("right", "first = 1"), ("test", "import json as tool\nassert first == 1"))
    second = (
        ("open", "text = tool.dumps([1])"),
        ("right", "second = tool.loads(text)"),
        ("test", "assert second == [1]"),
    )
    made = [Exercise("first", "", first), Exercise("second", "", second)]
    write_course(tmp_path, {"notebook": made})
    rehearsal = rehearse_notebook(tmp_path / "source" / PART / "notebook.ipynb", options=OPTIONS)
    assert [(test.way, test.own) for test in rehearsal.tests] == [(Way.APART, 1)] * 2


PROBLEMS = {
    "own": ("def own():\n    return 1", "assert own() == 2, 'It is two.'"),
    "earns": ("def earns():\n    return 1", "assert True"),
    "imports": ("import statistics as st", "assert st.mean([1, 3]) == 2"),
    "library": ("import re\ndef library():\n    return [1, 2]", "assert list(library()) == [1, 2]"),
}


def test_the_instructor_is_told_what_no_grader_could_judge(tmp_path):
    source = write_source(tmp_path, PROBLEMS)
    rehearsal = rehearse_notebook(source, options=OPTIONS)
    own, earns, imports, library = rehearsal.tests
    assert own.problem == (
        "the course's own solution gets 0 of 2 points (AssertionError: It is two.)"
    )
    assert own.way is Way.BESIDE and own.own == 0
    assert earns.problem == "the blank notebook gets 2 of 2 points" and earns.way is Way.APART
    assert not imports.problem and imports.own == 2 and imports.blank == 0
    assert library.way is Way.APART


def test_what_cannot_leave_a_learners_process_is_never_scored_as_wrong(tmp_path):
    source = write_source(tmp_path, PROBLEMS)

    def judged(answer):
        path = hand_in(tmp_path, PROBLEMS, {"library": answer})
        result = grade_notebook(path, source, options=OPTIONS)
        return result.tests[-1], result.for_instructor

    deep = "deep = []\nfor _ in range(10_000): deep = [deep]\ndef library():\n    return "
    right, told = judged(deep + "{1: 0, 2: deep}")
    assert right.manual and right.status == Status.NOT_JUDGED and right.points == 0
    assert right.message == "A person will look at this."
    assert "library--test passes beside the learner's code" in told[0]
    # What equals anything is no answer, and a library's object may be one.
    equal, told = judged("from unittest.mock import ANY\ndef library(): return ANY")
    assert equal.points == 0, equal
    wrong, told = judged(deep + "{1: 0, 3: deep}")
    assert not wrong.manual and wrong.status == Status.WRONG and not told
    assert wrong.message == "This property does not hold yet."


def test_a_package_that_the_sandbox_hides_is_held_against_nobody(tmp_path):
    hidden = {
        "hidden": (
            "import evenhand.grader as g\ndef hidden():\n    return g.TRIES",
            "assert hidden() == 3",
        )
    }
    source = write_source(tmp_path, hidden)
    with pytest.raises(NotGraded, match="evenhand is installed, but notebooks cannot import it"):
        rehearse_notebook(source, options=OPTIONS)
    missing = {
        "missing": (
            "import no_such as n\ndef missing():\n    return n.one",
            "assert missing() == 1",
        )
    }
    [test] = rehearse_notebook(write_source(tmp_path, missing), options=OPTIONS).tests
    assert "the course's own solution gets 0 of 2 points" in test.problem
    assert "No module named 'no_such'" in test.problem


def test_a_value_that_cannot_be_given_back_is_the_graders_limit():
    assert verdict_of_error(NotPlain("an object of type Thing"), None, "", ()).unseen
    assert verdict_of_error(TypeError("got LearnerInstance"), None, "", ()).unseen
    assert not verdict_of_error(TypeError("'NoneType' object is no list"), None, "", ()).unseen
    assert not verdict_of_error(AssertionError("LearnerClass"), None, "", ()).unseen


def test_it_is_kept_until_something_changes(tmp_path):
    source = write_source(tmp_path, PROBLEMS)
    rehearsal = rehearse_notebook(source, options=OPTIONS)
    kept = tmp_path / ".evenhand" / "rehearsed" / "made-up" / "notebook.json"
    mark = json.loads(kept.read_text())["for"]
    assert load(kept, mark) == rehearsal == Rehearsal.from_dict(rehearsal.to_dict())
    assert load(kept, "another") is None
    for damage in ("", "{}", '{"for": "x", "rehearsal": {"tests": [{}], "also": []}}'):
        kept.write_text(damage)
        assert load(kept, "x") is None
    # What is kept is what graders go by, whatever was released; no process of theirs is started.
    remember(tmp_path, {"made-up/notebook": [released_version(source, OPTIONS)]})
    other = replace(rehearsal, also=("earns--test",))
    keep(kept, mark, other)
    grader = Grader(OPTIONS)
    assert grader.rehearsal(source) == other and grader.processes is None
    source.write_text(source.read_text().replace("own() == 2", "own() == 3"))
    assert rehearse_notebook(source, options=OPTIONS).tests[0].problem.endswith("It is two.)")
    assert json.loads(kept.read_text())["for"] != mark


def test_the_libraries_that_a_source_uses_are_found_out(tmp_path):
    exercises = {
        "named": ("import wave\nnamed = wave.WAVE_FORMAT_PCM", "assert named == 1"),
        # What a function imports only when a test calls it is used, too.
        "hidden": (
            "def hidden():\n    return __import__('color' + 'sys').ONE_THIRD",
            "assert hidden() < 1",
        ),
        # Of a package, what the source imports, and not what the settings name.
        "inner": ("from email.errors import MessageError\ninner = 2", "assert inner == 2"),
        "spare": ("spare = 1", "assert spare == 1"),
    }
    preload = ("colorsys", "sched", "wave", "sndhdr", "email.mime.audio", "email.mime.text")
    options = replace(OPTIONS, preload=preload)
    answers = {name: answer for name, (answer, _) in exercises.items()}
    loaded = "import sys\nprint({'sch' 'ed', 'wa' 've'} & sys.modules.keys())"
    answers["spare"] += f"\n{loaded}"
    source, handed_in = write_source(tmp_path, exercises), hand_in(tmp_path, exercises, answers)
    demonstration = new_code_cell("import sched", metadata={"tags": ["demo"]})
    for path in (source, handed_in):
        notebook = nbformat.read(path, 4)
        notebook.cells.append(demonstration)
        nbformat.write(notebook, path)
    found = rehearse_notebook(source, options=options)
    assert found.imports == ("colorsys", "wave", "email.errors")
    assert all(test.way is Way.APART for test in found.tests)
    # A demonstration is run only if the learner has changed it.
    graded = grade_notebook(handed_in, source, options=options)
    assert graded.points == 8 and "{'wave'}" in graded.document
    notebook.cells[-1].source += "  # mine"
    nbformat.write(notebook, handed_in)
    graded = grade_notebook(handed_in, source, options=options)
    assert graded.points == 8 and "'sched'" in graded.document


def test_a_cell_that_needs_a_demonstration_says_why_it_failed(tmp_path):
    """It may be an experiment of one's own; a demonstration that nobody changed is not run."""
    exercises = {"one": ("one = 1", "assert one == 1")}
    source = write_source(tmp_path, exercises)
    handed_in = hand_in(tmp_path, exercises, {"one": "one = 1"})
    shown = ["rows, other = [1, 2], 3", "sum(rows)"]
    for path in (source, handed_in):
        notebook = nbformat.read(path, 4)
        notebook.cells += [new_code_cell(text, metadata={"tags": ["demo"]}) for text in shown]
        nbformat.write(notebook, path)
    notebook.cells[-1].source = "sum(rows) + other\nunknown"
    nbformat.write(notebook, handed_in)
    graded = grade_notebook(handed_in, source, options=OPTIONS)
    *_, last = json.loads(graded.document)["cells"]
    assert [one.get("ename") for one in last["outputs"]] == ["NameError", "NameError", None]
    told = last["outputs"][-1]["text"]
    assert told.startswith("rows: made by a cell that is left out") and "no points" in told
    assert graded.points == graded.max_points


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [("stream", "4"), ("execute_result", "1.5"), ("execute_result", "0")],
        [("execute_result", "array(1.0)")],
        [("execute_result", "0")],
        [("error", "")],
        [("execute_result", "1.0"), ("error", "")],
    ],
)
def test_points_are_read_as_nbgrader_reads_them(outputs):
    kinds = {
        "stream": lambda text: {"name": "stdout", "text": text},
        "execute_result": lambda text: {"data": {"text/plain": text}, "metadata": {}},
        "error": lambda text: {"ename": "", "evalue": text, "traceback": []},
    }
    made = [{"output_type": kind, **kinds[kind](text)} for kind, text in outputs]
    about = {"grade": True, "solution": False, "points": 2, "grade_id": "x"}
    cell = {"cell_type": "code", "metadata": {"nbgrader": about}, "outputs": made, "source": ""}
    assert (points_shown(made, 2.0) or 0) == determine_grade(from_dict(cell))[0]


ASKED = {
    "source": (EXERCISES["source"][0], EXERCISES["source"][1]),
    "own": PROBLEMS["own"],
    "plain": (EXERCISES["plain"][0], EXERCISES["plain"][1]),
}


def _config(folder, line=""):
    (folder / "nbgrader_config.py").write_text(
        "from evenhand.preprocessors import grade_with_evenhand\nc = get_config()\n"
        f"c.CourseDirectory.course_id = 'made-up'\n{line}\ngrade_with_evenhand(c)\n"
    )


def _scores(folder):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        notebook = gradebook.find_submission_notebook("notebook", "made-up", "me")
        return {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}


def test_the_command_says_how_each_test_is_judged_and_why(tmp_path, capsys):
    write_source(tmp_path, ASKED)
    _config(tmp_path)
    assert main(["rehearse", "made-*", "--course", str(tmp_path), "--workers", "1", *SANDBOX]) == 1
    said = capsys.readouterr().out
    assert (
        "made-up/notebook, own--test: the course's own solution gets 0 of 2 points "
        "(AssertionError: It is two.).\n"
        "3 tests: 1 apart, 2 beside the learner's code: a hostile learner can read or fool these; "
        "`rehearse` says why and how to change them.\n"
        "made-up/notebook\n"
        "    source--test: beside the learner's code. Apart, the solution fails: LearnerError: "
        "ZMQInteractiveShell gives back an object of type module, which no test can look into. "
        "Leave the shell out of the test, and look at what functions give back.\n"
    ) in said
    assert said.endswith(
        "    own--test: beside the learner's code. The course's own solution fails beside the "
        "learner's code as well as apart. Mend the solution or the test.\n"
        "    plain--test: apart\n"
    )
    assert main(["rehearse", "made", "--course", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "There is no assignment made; there are made-up.\n"


@pytest.mark.parametrize("command", ["evenhand", "nbgrader"])
def test_formgrader_asks_for_what_is_left_to_a_person(tmp_path, capsys, command):
    write_source(tmp_path, ASKED)
    hand_in(tmp_path, ASKED, {"source": ASKED["source"][0], "plain": ASKED["plain"][0]})
    _config(tmp_path, "c.GradeNotebook.beside = 'person'")
    if command == "evenhand":
        assert main(["grade", "--course", str(tmp_path), "--workers", "1", *SANDBOX]) == 1
        said = capsys.readouterr().out
        assert "3 tests: 1 apart, 2 by a person; `rehearse` says why" in said
    else:
        nbgrader(tmp_path, "generate_assignment", "made-up")
        said = nbgrader(tmp_path, "autograde", "made-up")
    assert "own--test: the course's own solution gets 0 of 2 points (AssertionError" in said
    # Nobody is asked about what is not written.
    assert _scores(tmp_path) == {
        "source--test": (None, True),
        "own--test": (0, False),
        "plain--test": (2, False),
    }


#: A name that the first test binds, and that it binds apart as well as beside, for the second.
HANDED_ON = {
    "first": ("import math\nmath.half = 0.5", "import math\nassert math.half == 0.5"),
    "second": ("second = 4", "assert math.sqrt(second) == 2"),
    "third": ("third = 4", "assert math.sqrt(4) == 2"),
}


def test_what_a_test_beside_leaves_to_others_is_not_to_be_had_apart(tmp_path):
    source = write_source(tmp_path, HANDED_ON)
    rehearsal = rehearse_notebook(source, options=OPTIONS)
    assert [test.blank for test in rehearsal.tests] == [0, 0, 2]
    right = {name: solution for name, (solution, _) in HANDED_ON.items()}
    for answers, expected in ((right, [2, 2, 2]), ({}, [0, 0, 2])):
        result = grade_notebook(hand_in(tmp_path, HANDED_ON, answers), source, options=OPTIONS)
        assert [test.points for test in result.tests] == expected, result.tests
