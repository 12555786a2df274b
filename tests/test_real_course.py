"""The course that this project is about, through the real pipeline: all points, or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from evenhand import grader
from evenhand.contract import annotate
from evenhand.grader import Options, grade_notebook, rehearse_notebook
from evenhand.planning import plan
from evenhand.rehearsal import Way, in_a_line
from evenhand.source import read_source
from evenhand.stand_ins import LearnerFunction
from evenhand.submission import read_submission

from authoring.source import SOLUTIONS, read_lesson
from mistakes import remote
from nnlib.contract import VARIABLE

ROOT = Path(__file__).parents[1]
SOURCES = sorted(ROOT.glob("solutions/*/*.ipynb"))
#: Where the learner's class is one of scikit-learn's estimators. No other lesson is graded with
#: scikit-learn, which takes a second to import.
ESTIMATORS = {f"5-comparison/{one}" for one in ("04_deep_network", "05_capstone", "07_recap")}


@pytest.fixture(scope="module", autouse=True)
def _end_warm_processes():
    yield
    grader.close()


def test_the_package_reads_what_the_grader_says():
    error = NotImplementedError()
    assert remote.line_of(error) is None and remote.unwritten_of(error) is None
    annotate(error, learner_line="x = f()", learner_unwritten="f")
    assert (remote.line_of(error), remote.unwritten_of(error)) == ("x = f()", "f")
    function = LearnerFunction(None, "1.1", "f", {})
    assert remote.warnings_of(function) == ()
    function.learner_warnings = ["RuntimeWarning: overflow"]
    assert remote.warnings_of(function) == ("RuntimeWarning: overflow",)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_demonstration_is_needed(source):
    """They may take long; only what a learner added may need one."""
    options = Options.of_course(SOLUTIONS.parent)
    read = read_source(source, options)
    for path in (source, ROOT / "notebooks" / source.relative_to(SOLUTIONS)):
        steps = plan(read, read_submission(path), options).steps
        run = [step.text for step in steps if step.kind == "cell" and step.cell]
        assert not {cell.text for cell in read.cells if "demo" in cell.tags} & {*run}


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_solution_and_release(source):
    name = f"{source.parent.name}/{source.stem}"
    rehearsal = rehearse_notebook(source)
    exercises = read_lesson(name).exercises
    ways = {Way.APART} if exercises else set()
    assert {test.way for test in rehearsal.tests} == ways, in_a_line([rehearsal])
    assert not [test.problem for test in rehearsal.tests if test.problem]
    used = [name for name in rehearsal.imports if name.startswith("sklearn")]
    assert bool(used) == (name in ESTIMATORS), used
    result = grade_notebook(source, source)
    waiting = sum(test.max_points for test in result.tests if test.manual)
    assert result.points == result.max_points - waiting, result.tests
    assert not result.flags and not result.for_instructor
    released = ROOT / "notebooks" / source.parent.name / source.name
    result = grade_notebook(released, source)
    assert result.points == 0
    assert {test.status for test in result.tests} <= {"not attempted"}


RUN = """
import sys, time, warnings
import sklearn.base
from authoring.source import all_lessons, read_lesson

warnings.simplefilter("ignore")
for name in all_lessons():
    names, began = {"__name__": "__main__"}, time.process_time()
    for cell in read_lesson(name).cells:
        if cell.kind in ("setup", "carry", "plain", "exercise"):
            exec(cell.text, names)
    print(name, time.process_time() - began, file=sys.stderr)
"""


def test_no_cell_that_grading_runs_trains_for_long():
    """So one's own notebook is graded while one waits."""
    said = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env={**os.environ, VARIABLE: str(ROOT / "solutions"), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-3000:]
    took = dict(line.split() for line in said.stderr.splitlines())
    assert len(took) == len(SOURCES)
    assert not {name: seconds for name, seconds in took.items() if float(seconds) > 1}


LOOK_AROUND = """
import os, nnlib
root = os.path.dirname(os.path.dirname(nnlib.__file__))
seen = [os.path.join(a, f) for a, _, files in os.walk(root) for f in files]
print("ANSWERS", [p for p in seen if "/cases/" in p and not p.endswith("course.json")])
ours = ("/authoring/", "/evenhand/")
print("HIDDEN", [p for p in seen if any(o in p for o in ours) and "/evenhand/sandboxed/" not in p])
print("COURSE", [p for _, _, files in os.walk(os.environ["NNLIB_GRADING"]) for p in files])
"""


def test_answers_are_out_of_sight(tmp_path):
    source = ROOT / "solutions" / "1-one-neuron" / "01_neuron.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": LOOK_AROUND, "outputs": []}
    )
    path = tmp_path / "01_neuron.ipynb"
    path.write_text(json.dumps(notebook))
    cells = json.loads(grade_notebook(path, source).document)["cells"]
    [shown] = [o["text"] for o in cells[-1]["outputs"]]
    assert shown == "ANSWERS []\nHIDDEN []\nCOURSE ['.course']\n"


PRINT_SOLUTIONS = """
import inspect, linecache, traceback
for function in (layer_sizes, initialize_parameters):
    print("DOC", function.__doc__)
    try:
        print(inspect.getsource(function))
    except OSError:
        print("NO SOURCE")
try:
    layer_sizes(None, None)
except AttributeError:
    print(traceback.format_exc())
for folder, _, names in os.walk(os.environ["NNLIB_GRADING"]):
    for name in names:
        print(open(os.path.join(folder, name), "rb").read().decode("latin-1"))
print(linecache.cache.keys())
"""


def test_the_courses_earlier_solutions_are_not_to_be_read(tmp_path):
    part = ROOT / "solutions" / "2-hidden-layer"
    source = part / "04_forward_propagation.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    notebook["cells"].append({**code, "source": "import os" + PRINT_SOLUTIONS})
    path = tmp_path / source.name
    path.write_text(json.dumps(notebook))
    result = grade_notebook(path, source)
    assert result.points == result.max_points
    [shown] = [o["text"] for o in json.loads(result.document)["cells"][-1]["outputs"]]
    assert shown.count("NO SOURCE") == shown.count("DOC None") == 2 and "Traceback" in shown
    assert "rng" in shown or "random" in shown, "the functions themselves are in these files"
    for earlier in ("02_architecture", "03_initialization"):
        lines = (part / f"{earlier}.py").read_text("utf-8").splitlines()
        assert not [line for line in lines if len(line.strip()) > 25 and line.strip() in shown]


def test_a_later_step_is_no_oracle(tmp_path):
    source = ROOT / "solutions" / "1-one-neuron" / "01_neuron.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    cheat = (
        "def sigmoid(z):\n"
        "    z = np.asarray(z, float)\n"
        "    one = {'W': np.ones((1, 1)), 'b': np.zeros((1, 1))}\n"
        "    return forward_propagation(z.reshape(1, -1), one).reshape(z.shape)\n"
    )
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "sigmoid":
            cell["source"] = cheat
        elif name == "forward_propagation":
            cell["source"] = "def forward_propagation(X, parameters):\n    return None\n"
    path = tmp_path / "01_neuron.ipynb"
    path.write_text(json.dumps(notebook))
    earned = {e.name: e.points for e in grade_notebook(path, source).exercises}
    assert earned["sigmoid"] == 0 and earned["forward_propagation"] == 0


SIZES = "def layer_sizes(X, Y):\n    return X.shape[0], 4, Y.shape[0]\n"


@pytest.mark.parametrize(
    ("text", "below"),
    [
        (SIZES, "layer_sizes = layer_sizes(np.ones((2, 5)), np.ones((1, 5)))"),
        (SIZES + "layer_sizes = layer_sizes(np.ones((2, 5)), np.ones((1, 5)))", ""),
        ("import no_such_library as pd\n" + SIZES, ""),
        ("%no_such_magic\nprint(undefined)\n" + SIZES + "layer_sizes(3)", ""),
        (
            "class Sizes:\n    def __call__(self, X, Y):\n        return len(X), 4, len(Y)\n"
            "layer_sizes = Sizes()",
            "",
        ),
    ],
)
def test_what_surrounds_a_right_function_costs_nothing(text, below, tmp_path):
    source = ROOT / "solutions" / "2-hidden-layer" / "02_architecture.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "source": below}
    for place, cell in enumerate(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "layer_sizes":
            cell["source"] = text
            notebook["cells"].insert(place + 1, code)
            break
    path = tmp_path / source.name
    path.write_text(json.dumps(notebook))
    result = grade_notebook(path, source)
    assert result.points == result.max_points, result.tests


NOTES = """
import pickle

_FILE = "/tmp/notes"
_NAMES = [
    *("sigmoid", "layer_sizes", "initialize_parameters", "forward_propagation"),
    *("compute_cost", "backward_propagation", "update_parameters"),
]


def _read():
    try:
        with open(_FILE, "rb") as file:
            return pickle.load(file)
    except OSError:
        return {"asked": {}, "known": {}}


def _make(name):
    def mine(*args):
        notes = _read()
        for other in _NAMES:
            function = globals().get(other)
            if callable(function) and function is not _OWN.get(other):
                for key in notes["asked"].get(other, ()):
                    if (other, key) not in notes["known"]:
                        try:
                            notes["known"][other, key] = function(*pickle.loads(key))
                        except Exception:
                            pass
        key = pickle.dumps(args)
        notes["asked"].setdefault(name, {})[key] = key
        with open(_FILE, "wb") as file:
            pickle.dump(notes, file)
        return notes["known"][name, key]

    mine.__name__ = name
    return mine


_OWN = {name: _make(name) for name in _NAMES}
"""


def test_a_second_round_has_learnt_nothing_from_the_first(tmp_path):
    source = ROOT / "solutions" / "1-one-neuron" / "01_neuron.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    first = NOTES
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and cell["cell_type"] == "code":
            cell["source"] = f'{first}{about["grade_id"]} = _OWN["{about["grade_id"]}"]\n'
            first = ""
    # Something below all tests, so that each of them has a second try.
    end = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "def end():\n    pass\n"}
    notebook["cells"].append(end)
    path = tmp_path / "01_neuron.ipynb"
    path.write_text(json.dumps(notebook))
    result = grade_notebook(path, source)
    assert result.points == 0, result.exercises
