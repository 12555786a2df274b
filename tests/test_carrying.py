"""Functions come over from a learner's own notebooks, with what they need and nothing else."""

import ast
import dis
import inspect
import io
import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from evenhand.syntax import bindings, parse

import nnlib
from authoring.companions import companions
from authoring.source import SOLUTIONS, all_lessons
from nnlib import carrying, statements
from nnlib.carrying import CarryError

NOTEBOOKS = SOLUTIONS.parent / "notebooks"
PART = "2-hidden-layer"
SIZES = "def layer_sizes(X, Y):\n    return X.shape[0], 4, Y.shape[0]"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's folder with release notebooks, the kernel's folder set to part 2."""
    here = tmp_path / "notebooks" / PART
    shutil.copytree(NOTEBOOKS / PART, here)
    monkeypatch.chdir(here)
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    return here


def write(path, grade_id, text, more=(), above=()):
    """Put `text` into the exercise's cell, cells `above` it, and cells `more` at the end."""
    notebook = nbformat.read(path, as_version=4)
    for place, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.source = text
            notebook.cells[place:place] = [nbformat.v4.new_code_cell(one) for one in above]
            break
    for extra in more:
        notebook.cells.append(nbformat.v4.new_code_cell(extra))
    nbformat.write(notebook, path)


def carry(*names, **options):
    return nnlib.lesson(f"{PART}/03_initialization").carry(*names, **options)


def test_what_a_claim_asserts_does_not_run_with_what_is_carried():
    lesson = "2-hidden-layer/04_forward_propagation"
    written = (SOLUTIONS / f"{lesson}.py").read_text("utf-8")
    read = "".join(text for _, text in statements.cells_of(lesson, SOLUTIONS))
    assert "# %% claim=true" in written and "claim=true" not in read


def test_a_function_that_passes_its_check_comes_over(folder):
    write(folder / "02_architecture.ipynb", "layer_sizes", SIZES)
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)


def test_what_the_function_does_not_need_is_not_run(folder, capsys):
    write(
        folder / "02_architecture.ipynb",
        "layer_sizes",
        SIZES,
        more=[
            *("print('run!')", "open('trace', 'w')", "%matplotlib inline", "!ls", "x = ["),
            "X = open('trace', 'w')\nwhile True:\n    pass",
            "layer_sizes = layer_sizes(open('trace', 'w'), 1)",
            "layer_sizes(X, Y)\nfor row in X: print(layer_sizes(row, row))",
        ],
    )
    carry("layer_sizes")
    assert "run!" not in capsys.readouterr().out
    assert not (folder / "trace").exists()


N_H = "def layer_sizes(X, Y):\n    return X.shape[0], n_h(), Y.shape[0]\n"
WITH = "def layer_sizes(X, Y):\n    return first(X), 4, first(Y)"


def is_python(text):
    try:
        return bool(ast.parse(text))
    except SyntaxError:
        return False


FORMS = {
    "helper and constant": "def first(A):\n    return A.shape[ROWS]\n\n" + WITH + "\nROWS = 0",
    "lambda": "layer_sizes = lambda X, Y: (X.shape[0], 4, Y.shape[0])",
    "callable object": "class Sizes:\n    def __call__(self, X, Y):\n"
    "        return len(X), 4, len(Y)\n\nlayer_sizes = Sizes()",
    "import": "from numpy import shape\n\ndef first(A):\n    return shape(A)[0]\n" + WITH,
    "star import": "from numpy import *\nfirst = size\ndef first(A):\n    return shape(A)[0]\n"
    + WITH,
    "help": "np.tanh?\n" + SIZES + "\nlayer_sizes??",
    "shell": "files = !ls\n!ls | wc\n" + SIZES,
    "magic with a result": "t = %timeit -o sum([1])\n" + SIZES,
    "magic that is none": "%no_such_magic\n%load_ext nothing\n" + SIZES,
    "indented magic": "if True:\n    %matplotlib inline\n    pass\n" + SIZES,
    "magic for the cell": "%%time\n" + SIZES,
    "time of a statement": "%time N = 4\nn_h = lambda: N\n" + N_H,
    "time of no statement": "%time N = = 4\nN = %time M = 4\n" + SIZES,
    "helper as lambda": "first = lambda A: A.shape[0]\n" + WITH,
    "computed constant": "EPS = np.finfo(float).eps\nn_h = lambda: 4 + int(EPS)\n" + N_H,
    "annotated constant": "N: int = int('4')\ndef n_h():\n    return N\n" + N_H,
    "annotated function": "first: callable = lambda A: A.shape[0]\n" + WITH,
    "partial": "from functools import partial\nfirst = partial(np.size, axis=0)\n" + WITH,
    "vectorize": "four = np.vectorize(lambda x: 4)\nn_h = lambda: int(four(1))\n" + N_H,
    "other name": "first = len\n" + WITH,
    "try import": "try:\n    from numba import njit\nexcept ImportError:\n"
    "    njit = lambda f: f\n@njit\ndef first(A):\n    return A.shape[0]\n" + WITH,
    "if": "if True:\n    def first(A):\n        return A.shape[0]\nelse:\n    first = None\n"
    + WITH,
    "if main": "if __name__ == '__main__':\n    " + SIZES.replace("\n", "\n    "),
    "dictionary": "TOOLS = {'first': lambda A: A.shape[0]}\nTOOLS['n'] = 4\n"
    "def layer_sizes(X, Y):\n    return TOOLS['first'](X), TOOLS['n'], TOOLS['first'](Y)",
    "filled later": "TOOLS = []\nTOOLS.append(len)\nTOOLS += [4]\n"
    "def layer_sizes(X, Y):\n    return TOOLS[0](X), TOOLS[1], TOOLS[0](Y)",
    "filled in a loop": "TOOLS = {}\nfor i, tool in enumerate([len, 4]):\n    TOOLS[i] = tool\n"
    "def layer_sizes(X, Y):\n    return TOOLS[0](X), TOOLS[1], TOOLS[0](Y)",
    "registered": "TOOLS = {}\ndef tool(name):\n    def keep(f):\n        TOOLS[name] = f\n"
    "        return f\n    return keep\n@tool('first')\ndef _(A):\n    return A.shape[0]\n"
    "@(lambda f: f)\ndef first(A):\n    return TOOLS['first'](A)\n" + WITH,
    "dispatch": "from functools import singledispatch\n@singledispatch\ndef first(A):\n"
    "    return 0\n@first.register\ndef _(A: np.ndarray):\n    return A.shape[0]\n" + WITH,
    "cache": "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef n_h():\n"
    "    return 4\n" + N_H,
    "class attributes": "class Net:\n    n = 4\n    half = n // 2\n    @staticmethod\n"
    "    def first(A):\n        return A.shape[0]\nNet.n = 2 * Net.half\n"
    "def layer_sizes(X, Y):\n    return Net.first(X), Net.n, Net.first(Y)",
    "dataclass": "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    "@dataclass\nclass Net:\n    n: NotThereYet = 4\nn_h = lambda: Net().n\n" + N_H,
    "global": "calls = 0\ndef n_h():\n    global calls\n    calls += 1\n    return 4\n" + N_H,
    "walrus": "if (N := 4) > 3:\n    pass\nn_h = lambda: N\n" + N_H,
    "walrus in a comprehension": "_ = [N := n for n in range(5)]\nn_h = lambda: N\n" + N_H,
    "loop": "for N in range(5):\n    pass\nn_h = lambda: N\n" + N_H,
    "with": "import contextlib\nwith contextlib.nullcontext(4) as N:\n    pass\n"
    "n_h = lambda: N\n" + N_H,
    "match": "match (4, 5):\n    case (N, _):\n        pass\nn_h = lambda: N\n" + N_H,
    "unpacked": "(N, *rest), first = (4, 5), len\n" + WITH.replace("4", "N"),
    "async": "import asyncio\nasync def later(n):\n    return n\n"
    "def layer_sizes(X, Y):\n    return len(X), asyncio.run(later(4)), len(Y)",
    "annotations": "Sizes = tuple[int, int, int]\ndef layer_sizes(X: np.ndarray, Y) -> Sizes:\n"
    "    return X.shape[0], 4, Y.shape[0]",
    "decorator": "def checked(f):\n    def inner(*args):\n        return f(*args)\n"
    "    return inner\n\n@checked\n" + SIZES,
    "exec": "exec('def first(A): return A.shape[0]')\nglobals()['four'] = 4\n"
    + WITH.replace("4", "four"),
    "setattr": "class Net:\n    pass\nsetattr(Net, 'n', 4)\nn_h = lambda: Net.n\n" + N_H,
    "continued": "first = \\\n    len\n" + WITH,
    "semicolon": "first = len; N = 4;\n" + WITH + ";",
    "prompts": ">>> first = len\n>>> N = 4\n"
    + WITH.replace("def", ">>> def").replace("\n", "\n... "),
    "indented cell": "    first = len\n    " + WITH.replace("\n", "\n    "),
    "import that fails": "import no_such_library as pd\nfrom nowhere import x\n" + SIZES,
    "statement that fails": "print(undefined)\nopen('no file')\n" + SIZES + "\nlayer_sizes(1)",
    "input": "name = input('Your name? ')\nprint(name)\n" + SIZES,
    "result under its name": SIZES
    + "\nlayer_sizes = layer_sizes(np.ones((2, 2)), np.ones((1, 2)))",
    "loop under its name": SIZES + "\nfor layer_sizes in range(3):\n    pass",
    "wrapped under its name": SIZES.replace("4", "n") + "\nn = 3\nimport functools\n"
    "layer_sizes = functools.wraps(layer_sizes)(lambda X, Y: (X.shape[0], 4, Y.shape[0]))",
    "own module": "import my_tools\nfrom my_tools import first\n"
    "def layer_sizes(X, Y):\n    return first(X), my_tools.N, first(Y)",
    "own file": "N = int(open('size.txt').read())\nn_h = lambda: N\n" + N_H,
    "silent": "import matplotlib.pyplot as plt\nplt.plot([1])\nprint('!')\nN = print('!') or 4\n"
    "fig, ax = plt.subplots()\nn_h = lambda: N if fig else 0\n" + N_H,
}


@pytest.mark.parametrize("form", FORMS)
def test_what_the_cell_makes_is_carried(folder, form, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _="": pytest.fail("input() was asked"))
    (folder / "my_tools.py").write_text("N = 4\ndef first(A):\n    return A.shape[0]\n")
    (folder / "size.txt").write_text("4")
    sys.modules.pop("my_tools", None)
    import matplotlib.pyplot as plt

    figures, state = plt.get_fignums(), np.random.get_state()[1].tolist()
    write(folder / "02_architecture.ipynb", "layer_sizes", FORMS[form])
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert capsys.readouterr().out == ""
    assert (figures, state) == (plt.get_fignums(), np.random.get_state()[1].tolist())


# What is not Python, or can only be known by running the whole cell.
WHOLE = {"registered", "exec", "result under its name", "loop under its name", "if main"}
WHOLE |= {form for form in FORMS if not is_python(FORMS[form])}


@pytest.mark.parametrize("form", [form for form in FORMS if form not in WHOLE])
def test_what_other_cells_make_is_carried_with_it(folder, form):
    (folder / "my_tools.py").write_text("N = 4\ndef first(A):\n    return A.shape[0]\n")
    (folder / "size.txt").write_text("4")
    *above, text = [ast.unparse(node) for node in ast.parse(FORMS[form]).body]
    while "layer_sizes" not in text or text.startswith("layer_sizes("):
        text = above.pop()
    above += [] if "ROWS" not in FORMS[form] else ["ROWS = 0"]
    (folder / "trace").unlink(missing_ok=True)
    above.append("spoilt = open('trace', 'w')\nspoilt.write('!')")
    write(folder / "02_architecture.ipynb", "layer_sizes", text, above=above)
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert not (folder / "trace").exists()
    sys.modules.pop("my_tools", None)


@pytest.mark.parametrize(
    ("cell", "more"),
    [
        ("def layer_sizes(X, Y):\n    return rows(X), 4, rows(Y)", ["rows = len", "rows = 3"][:1]),
        (SIZES, ["layer_sizes = layer_sizes(X, Y)"]),
        (SIZES, ["n, layer_sizes = 3, layer_sizes(X, Y)[0]"]),
        (SIZES, ["layer_sizes = (3, 4, 2)", "for layer_sizes in range(4): pass"]),
        (SIZES, ["del layer_sizes"]),
        ("exec('layer_sizes = lambda X, Y: (len(X), 4, len(Y))')", []),
        ("# below\nlayer_sizes = 3", ["exec('n = 4')\n" + SIZES.replace("4", "n")]),
        ("N = 4\n" + SIZES.replace("4", "N"), ["N = 5"]),
        ("raise NotImplementedError", [SIZES]),
        ("def layer_sizes(X, Y):\n    raise NotImplementedError", ["n = 4", SIZES, "X = 3"]),
        ("def layer_sizes(X, Y):\n    return 1, 2, 3", ["# better\n" + SIZES]),
        ("def layer_sizes(X, Y):\n    return 1, 2, 3", [SIZES, "layer_sizes = layer_sizes(X, Y)"]),
    ],
)
def test_other_cells_help_and_do_no_harm(folder, cell, more):
    write(folder / "02_architecture.ipynb", "layer_sizes", cell, more=more)
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)


def test_each_folder_has_modules_of_its_own(folder, monkeypatch):
    text = "import my_tools\ndef layer_sizes(X, Y):\n    return len(X), my_tools.N, len(Y)"
    write(folder / "02_architecture.ipynb", "layer_sizes", text)
    (folder / "my_tools.py").write_text("N = 4\n")
    here = folder.parent / "5-comparison"
    here.mkdir()
    (here / "my_tools.py").write_text("N = 9\n")
    monkeypatch.chdir(here)
    monkeypatch.syspath_prepend(str(here))
    import my_tools

    lesson = nnlib.lesson("5-comparison/01_same_network")
    function = lesson.carry("2-hidden-layer/layer_sizes")
    assert function(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert my_tools.N == 9 and sys.modules.pop("my_tools") is my_tools


def test_a_class_comes_with_its_methods(tmp_path, monkeypatch):
    part = "4-heart-disease"
    here = tmp_path / part
    shutil.copytree(SOLUTIONS / part, here, ignore=shutil.ignore_patterns("*.py"))
    monkeypatch.chdir(here)
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    write(here / "04_training.ipynb", "", "", more=["NeuralNet = NeuralNet(layers=(3, 2, 1))"])
    network = nnlib.lesson(f"{part}/05_evaluation").carry("NeuralNet")
    assert isinstance(network, type) and network.relu and network.fit
    write(here / "02_network.ipynb", "relu", "@lesson.method(NeuralNet)\ndef relu(self, Z):\n    0")
    # Its methods are exercises of several notebooks; each of those that come later asks for all.
    for later in ("03_backward", "04_training", "05_evaluation"):
        with pytest.raises(CarryError, match="relu in .*02_network.ipynb does not pass its check"):
            nnlib.lesson(f"{part}/{later}").carry("NeuralNet")


def test_stopping_a_long_line_says_what_it_was(folder):
    text = "def raised():\n    raise KeyboardInterrupt\nN = raised()\n" + SIZES.replace("4", "N")
    write(folder / "02_architecture.ipynb", "layer_sizes", text)
    with pytest.raises(CarryError, match=r"stopped in the line `N = raised\(\)` of .*layer_sizes"):
        carry("layer_sizes")


def test_an_export_beside_the_notebook_is_not_carried(folder):
    write(folder / "02_architecture.ipynb", "layer_sizes", SIZES)
    (folder / "02_architecture.py").write_text("# %%\ndef layer_sizes(X, Y):\n    return 1, 2, 3\n")
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)


def test_solutions_are_built_from_text_alone(tmp_path, monkeypatch):
    shutil.copytree(SOLUTIONS, tmp_path / "a", ignore=shutil.ignore_patterns("*.ipynb"))
    monkeypatch.delenv("NNLIB_GRADING", raising=False)
    for lesson, names in (
        ("2-hidden-layer/09_predict", ("forward_propagation", "nn_model")),
        ("4-heart-disease/05_evaluation", ("NeuralNet", "standardize")),
        ("5-comparison/03_fair_race", ("3-softmax/predict", "4-heart-disease/NeuralNet")),
    ):
        monkeypatch.chdir(tmp_path / "a" / lesson.partition("/")[0])
        assert all(map(callable, nnlib.lesson(lesson).carry(*names)))


def test_a_check_names_the_line_of_the_earlier_notebook(folder):
    write(folder / "02_architecture.ipynb", "layer_sizes", SIZES)
    function = carry("layer_sizes")
    assert "return X.shape[0], 4, Y.shape[0]" in inspect.getsource(function)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"Your layer_sizes in 2-hidden-layer/02_architecture.ipynb is not written yet"),
        ("def layer_sizes(X, Y):\n    return 1, 2, 3", "does not pass its check. Go back"),
        ("def sizes(X, Y):\n    return 1", r"There is no layer_sizes in .*must be called layer_si"),
        (
            "from nowhere import x\ndef layer_sizes(X, Y):\n    return len(x)",
            "does not pass its check. In .* the line `from nowhere import x` stops with ModuleNot",
        ),
        ("from nowhere import layer_sizes", "cannot be carried over. In .* stops with ModuleNotF"),
        ("layer_sizes = partial(len)", "cannot be carried over. In .* stops with NameError: name"),
        ("N = int(input())\n" + SIZES.replace("4", "N"), "stops with EOFError: input.. asks"),
        ("layer_sizes = (2, 4, 1)", "layer_sizes in .* is a tuple of 3, not a function. Go back"),
        ("def layer_sizes(X, Y)\n    return", "There is no layer_sizes in .*cannot read its cell"),
    ],
)
def test_what_cannot_come_over_names_the_notebook_to_go_back_to(folder, text, words):
    if text:
        write(folder / "02_architecture.ipynb", "layer_sizes", text)
    with pytest.raises(CarryError, match=words):
        carry("layer_sizes")


def test_a_function_carried_through_another_notebook_is_checked_at_its_home(folder):
    with pytest.raises(CarryError, match=r"layer_sizes in .*/02_architecture.ipynb is not written"):
        nnlib.lesson(f"{PART}/04_forward_propagation").carry("layer_sizes")


def test_a_missing_or_broken_notebook_is_said_in_one_sentence(folder):
    (folder / "02_architecture.ipynb").write_text("{", "utf-8")
    with pytest.raises(CarryError, match="cannot be read as a notebook"):
        carry("layer_sizes")
    (folder / "02_architecture.ipynb").unlink()
    with pytest.raises(CarryError, match="is not beside this one. Put it there, or open the"):
        carry("layer_sizes")


def test_a_notebook_outside_the_course_folder_is_told_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        CarryError, match="does not lie in the course's folder 2-hidden-l"
    ) as caught:
        carry("layer_sizes")
    assert "Open it from notebooks/" in str(caught.value)
    assert caught.value._render_traceback_() == [str(caught.value)], "the sentence, no traceback"


def test_a_name_that_no_notebook_has_is_said(folder):
    with pytest.raises(CarryError, match="No notebook before .* defines nonsense"):
        carry("nonsense")
    with pytest.raises(ValueError, match='use is "own" or "course", not \'mine\'.'):
        carry("layer_sizes", use="mine")


def test_the_courses_version_comes_on_request_with_a_note(folder, capsys):
    function = carry("layer_sizes", use="course")
    assert function(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert "The course's version of layer_sizes, not yours" in capsys.readouterr().out


def test_without_solutions_the_request_is_refused_in_one_sentence(folder, monkeypatch):
    monkeypatch.setattr(carrying, "course_folder", lambda: None)
    with pytest.raises(CarryError, match="There are no solutions/ here"):
        carry("layer_sizes", use="course")


def test_while_grading_the_courses_version_comes_without_a_note(folder, monkeypatch, capsys):
    write(folder / "02_architecture.ipynb", "layer_sizes", "def layer_sizes(X, Y):\n    return 0")
    monkeypatch.setenv("NNLIB_GRADING", str(SOLUTIONS))
    assert carry("layer_sizes")(np.ones((3, 7)), np.ones((2, 7))) == (3, 4, 2)
    assert capsys.readouterr().out == ""


def test_companions_hold_the_earlier_exercises_and_no_other(tmp_path, monkeypatch):
    lesson = f"{PART}/04_forward_propagation"
    files = companions(SOLUTIONS / f"{lesson}.ipynb")
    assert f"{PART}/02_architecture.bin" in files and f"{lesson}.bin" not in files
    listing = io.StringIO()
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
        for code in marshal.loads(content):
            dis.dis(code, file=listing)
    assert "initialize_parameters" in listing.getvalue()
    assert "forward_propagation" not in listing.getvalue()
    monkeypatch.setenv("NNLIB_GRADING", str(tmp_path))
    initialize = nnlib.lesson(lesson).carry("initialize_parameters")
    assert initialize(2, 4, 1)["W1"].shape == (4, 2)


def parts_of(code):
    yield code
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from parts_of(constant)


@pytest.mark.parametrize("source", sorted(SOLUTIONS.glob("*/*.ipynb")), ids=lambda p: p.stem)
def test_companions_hold_no_source(source):
    files = companions(source)
    assert files == companions(source)
    for name, content in files.items():
        text = (SOLUTIONS / name).with_suffix(".py").read_text("utf-8")
        for line in text.splitlines():
            assert len(line.strip()) < 25 or line.strip().encode() not in content, line
        for code in marshal.loads(content):
            for part in parts_of(code):
                assert {line for _, _, line in part.co_lines()} <= {0, 1, None}
                assert not any(isinstance(c, str) and "\n" in c for c in part.co_consts)


def test_a_carried_function_of_the_course_shows_no_source(tmp_path, monkeypatch):
    lesson = "2-hidden-layer/09_predict"
    for name, content in companions(SOLUTIONS / f"{lesson}.ipynb").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("NNLIB_GRADING", str(tmp_path))
    for function in nnlib.lesson(lesson).carry("forward_propagation", "nn_model"):
        assert function.__doc__ is None
        with pytest.raises(OSError):
            inspect.getsource(function)


def test_companions_of_every_lesson_give_what_it_carries(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_GRADING", str(tmp_path))
    for source in sorted(SOLUTIONS.glob("*/*.ipynb")):
        lesson = f"{source.parent.name}/{source.stem}"
        shutil.rmtree(tmp_path)
        for name, content in companions(source).items():
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_bytes(content)
        tmp_path.mkdir(exist_ok=True)
        for statement in statements.statements_of(statements.cells_of(lesson, SOLUTIONS)):
            for name in statements.carried(statement.node):
                assert callable(nnlib.lesson(lesson).carry(name)), (lesson, name)


COMPANIONS = """
import hashlib, sys
from pathlib import Path
from authoring.companions import companions
paths = sorted(Path("solutions/2-hidden-layer").glob("*.ipynb"), reverse=sys.argv[1] == "1")
given = {path.stem: sorted(companions(path).items()) for path in paths}
print(hashlib.sha256(repr(sorted(given.items())).encode()).hexdigest())
print(sum(map(len, given.values())))
"""


def test_what_the_course_gives_is_the_same_in_every_run():
    said = []
    for seed in "01":
        done = subprocess.run(
            [sys.executable, "-c", COMPANIONS, seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
        )
        said.append(done.stdout)
    assert said[0] == said[1] and int(said[0].split()[1]) > 3, done.stderr


@pytest.mark.parametrize(
    "cell",
    [
        *("%time x = 1\n", "x = %time 1\n", "%time x = = 1\n", "x = %timeit -o 1\n"),
        *("%%time\nx = 1\n", "%%capture said\nx = 1\n", "%%prun\nx = 1\n", "%%bash\nx=1\n"),
        *("%matplotlib inline\nx = 1\n", "x = !ls\n", "x?\ny = 1\n", ">>> x = 1\n"),
        *("x = (13\n% 5)\n", "x = '''\n%time y = 1\n'''\n"),
    ],
)
def test_the_grader_reads_magics_in_the_same_way(cell):
    """Neither package imports the other, so each has rules for magics: the same ones."""
    ours = {name for s in statements.statements_of((("", cell),)) for name in s.binds}
    assert ours == {*bindings(parse(cell))}


def test_ipython_reads_only_the_cells_that_may_have_magics():
    """It reads slowly, and a grader asks for all that a lesson carries over."""
    from IPython.core.inputtransformer2 import TransformerManager

    def meaning(text):
        return ast.dump(ast.parse(text))

    plain = 0
    for lesson in all_lessons():
        for _, cell in statements.cells_of(lesson, SOLUTIONS):
            read = statements.as_ipython_runs(cell)
            assert meaning(read) == meaning(TransformerManager().transform_cell(cell))
            plain += read == cell
    assert plain > 500
