"""What honest notebooks do is no accusation; what reaches for verdicts is one, with its line."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from pathlib import Path

import pytest
from evenhand import beside, evidence, planning
from evenhand.options import Options
from evenhand.planning import plan
from evenhand.report import ClassSummary, html_page
from evenhand.results import Flag, FlagKind, NotebookResult, TestResult
from evenhand.sandboxed import watching
from evenhand.source import read_source
from evenhand.submission import parse_submission

from . import course

#: No sign at all.
NOTHING = {
    "a left-over of debugging": "import sys\nsys.settrace(None)\nsys.setprofile(None)",
    "a trace that was taken away": "import sys\nsys.settrace(print)\nsys.settrace(None)",
    "is it alive": "import os\nos.kill(os.getpid(), 0)\nos.kill(1, 0)",
    "a missing file": "for name in ('notes.txt', '/home/anna/release/notes.txt', '../source/a'):\n"
    "    try:\n        open(name)\n    except OSError:\n        pass",
    "data of one's own": "import os\nos.makedirs('source', exist_ok=True)\n"
    "open('source/x.ipynb', 'w').close()\nos.rename('source/x.ipynb', 'source/y.ipynb')",
    "the machine": "open('/proc/1/cgroup').close()\nopen('/proc/self/status').close()",
    "names of one's own": "from math import *\nsine = sin\nall = isclose = 1\ndel all, isclose",
    "a child of one's own": "import subprocess\np = subprocess.Popen(['sleep', '9'])\n"
    "p.terminate()\np.wait()",
    "a shell command": "!ls .. | head -1\nfiles = !ls ../source\n%matplotlib inline",
}
HONEST = {
    "code objects": "def f():\n    pass\nf.__code__ = f.__code__.replace(co_name='g')",
    "ctypes": "import ctypes\nprint(ctypes.CDLL(None).getpid(), ctypes.string_at(b'x'))",
    "its own name": "import sys\ndef me():\n    return sys._getframe().f_code.co_name\nme()",
    "memory": "import gc\ngc.collect()\nlen(gc.get_objects())",
    "degrees": "import math\nsin = math.sin\nmath.sin = lambda x: sin(math.radians(x))",
    "pickles": "np_load = np.load\nnp.load = lambda *a, **k: np_load(*a, allow_pickle=True, **k)",
    "data from afar": "import urllib.request\ntry:\n"
    "    urllib.request.urlopen('http://example.org/data.csv', timeout=1)\n"
    "except OSError:\n    pass",
    "a timer": "import time\ndef start(info):\n    global began\n    began = time.time()\n"
    "get_ipython().events.register('pre_run_cell', start)",
    "a debugger": "import sys\nsys.settrace(lambda *_: None)",
    "an interrupt": "import os, signal\nsignal.signal(signal.SIGUSR1, lambda *_: None)\n"
    "os.kill(os.getpid(), signal.SIGUSR1)",
    "a fork": "import os\nif os.fork() == 0:\n    os._exit(0)\nos.wait()",
}
#: Code -> the kind of flag, and a part of the line that it has to quote.
REACHING = {
    "sqlite": ("import sqlite3\nsqlite3.connect('/c/gradebook.db')", "sqlite3.connect"),
    "pathlib": ("import pathlib\npathlib.Path('../gradebook.db').write_text('x')", "write_text"),
    "bytes": ("open(b'/c/gradebook.db', 'ab')", "open(b"),
    "descriptors": ("import os\nos.open('/c/gradebook.db', os.O_RDWR)", "os.open"),
    "removing": ("import os\nos.remove('/c/gradebook.db')", "os.remove"),
    "renaming": ("import os\nos.rename('new', '/c/gradebook.db')", "os.rename"),
    "linking": ("import os\nos.symlink('/c/gradebook.db', 'mine')", "os.symlink"),
    "copying": ("import shutil\nopen('a', 'w').close()\n"
                "shutil.copy('a', '/c/gradebook.db')", "shutil.copy("),
    "others": ("open('/c/submitted/bob/p/01.ipynb', 'w')", "submitted"),
    "a shell": ("import os\nos.system('echo x > /c/gradebook.db')", "os.system"),
    "a shell line": ("!sqlite3 /c/gradebook.db 'update grade set auto_score = 9'", "update grade"),
    "a shell cell": ("%%bash\nrm -f ../../gradebook.db", "rm -f"),
    "ptrace": ("import ctypes\nctypes.CDLL(None).ptrace(16, 1, 0, 0)", ".ptrace("),
    "comparisons": ("np.isclose = lambda *a, **k: True", "np.isclose"),
    "types": ("import builtins\nis_a = isinstance\n"
              "builtins.isinstance = lambda *a: is_a(*a)", "builtins.isinstance"),
    "the shell's reading": ("get_ipython().ast_transformers.append(type('T', (), "
                            "{'visit': lambda self, node: node})())", "ast_transformers"),
    "the shell's running": ("shell = get_ipython()\nshell.run_code = shell.run_code", "run_code ="),
}  # fmt: skip


def _graded(classroom, *codes, text="def word_count(text):\n    return Counter(text.split())"):
    made = copy.deepcopy(course.answers("01_words"))
    cells = made["cells"]
    at = next(i for i, c in enumerate(cells) if "word_count" in str(c["metadata"]))
    cells[at]["source"] = text
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells[at:at] = [{**blank, "source": code} for code in codes]
    return classroom.grade("01_words", made)


def test_harmless_forms_are_no_evidence(classroom):
    result = _graded(classroom, *NOTHING.values())
    assert result.flags == () and result.points == result.max_points


def test_what_honest_notebooks_do_is_noticed_and_no_more(classroom):
    result = _graded(classroom, *HONEST.values())
    assert {flag.kind for flag in result.flags} == {"noticed"}, result.flags
    assert {e.status for e in result.exercises if not e.tests[0].manual} == {"full"}
    said = " ".join(flag.evidence for flag in result.flags)
    for code in HONEST.values():
        assert any(repr(line.strip())[1:-1] in said for line in code.splitlines()), code


@pytest.mark.parametrize("half", [0, 1])
def test_what_reaches_for_verdicts_is_tampering_and_quotes_its_line(classroom, half):
    some = dict(list(REACHING.items())[half::2])
    result = _graded(classroom, *(code for code, _ in some.values()))
    told = [flag.evidence for flag in result.flags if flag.kind == "tampering"]
    for name, (_, part) in some.items():
        assert any(repr(part)[1:-1] in text for text in told), (name, told)


def test_one_thing_that_matters_is_not_pushed_out(classroom):
    flood = "".join(f"np.ravel = lambda a, n={i}: a\nopen('/x/gradebook.db')\n" for i in range(3))
    tried = "import ctypes\ntry:\n    {}\nexcept OSError:\n    pass"
    notes = [tried.format(f"ctypes.CDLL('lib{i}.so')") for i in range(30)]
    reads = [tried.format(f"open('/c/{i}/gradebook.db')") for i in range(30)]
    result = _graded(classroom, *notes, flood, *reads, "open('/c/gradebook.db', 'w')")
    assert result.flags[0].kind == "tampering" and "gradebook.db', 'w'" in result.flags[0].evidence
    order = [list(FlagKind).index(flag.kind) for flag in result.flags]
    assert order == sorted(order) and len(order) <= 2 * evidence.MOST + 1 + 5


def test_a_function_is_told_apart_from_a_cell_above_it(classroom):
    text = "import gc\ndef word_count(text):\n    gc.get_objects()\n    return {}"
    [flag] = _graded(classroom, text=text).flags
    assert (flag.kind, flag.exercise) == ("odd", "word_count")
    assert "'gc.get_objects()'" in flag.evidence


def test_a_process_that_does_not_live_to_tell_is_told_of(classroom):
    forks = "import os\nif os.fork() == 0:\n    open('/c/gradebook.db', 'w')\nos.wait()"
    ends = "import os\nos.system(f'rm {1} /c/gradebook.db')\nos._exit(0)"
    result = _graded(classroom, forks, ends, "# gradebook.db is not mine")
    told = [flag.evidence for flag in result.flags if flag.kind == "odd"]
    assert len(told) == 2 and "open('/c/gradebook.db', 'w')" in told[0] and "rm {1}" in told[1]


def _stored(*texts, kind="execute_result"):
    if kind == "stream":
        return [{"output_type": kind, "name": "stdout", "text": list(texts)}]
    return [
        {"output_type": kind, "metadata": {}, "execution_count": 1, "data": {"text/plain": text}}
        for text in texts
    ]


@pytest.mark.parametrize(
    ("code", "outputs", "odd"),
    [
        ("", _stored("3.0"), True),
        ("# solved", _stored("Score: 3/3", kind="display_data"), True),
        ("", _stored("all tests ", "passed\x1b[2K\nbob: ...", kind="stream"), True),
        ("assert word_count('') == {}", _stored("2"), True),
        ("assert word_count('') == {}", _stored("passed", kind="stream"), False),
        ("len(word_count('a b'))", _stored("2"), False),
        ("%timeit word_count('')", _stored("3 points", kind="stream"), False),
        ("", _stored("{'a': 2}"), False),
        ("", [None, 5, {"output_type": 3, "text": {}}, {"data": {"text/plain": [1]}}], False),
    ],
)
def test_stored_outputs_that_imitate_verdicts_are_odd(code, outputs, odd):
    source = read_source_of(course.notebook("01_words"))
    made = copy.deepcopy(course.answers("01_words"))
    cell = next(c for c in made["cells"] if "counts-of-a-short-text" in str(c["metadata"]))
    cell["source"] += "\n" + code
    cell["outputs"] = outputs
    flags = plan(source, parse_submission(json.dumps(made).encode()), Options()).flags
    found = [flag.evidence for flag in flags if flag.kind == "odd"]
    assert len(found) == odd and all("stored output" in t and t.isprintable() for t in found)


def read_source_of(made):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "source", "basics", "01_words.ipynb")
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(made), "utf-8")
        return read_source(path, Options())


def test_the_process_chooses_no_words():
    heard = evidence.Evidence()
    forged = "x\nalice · 1-words: tampering \x1b[2K"
    signs = [
        *(["replaced", forged, forged], ["no such sign", "x", ""], ["writes", 5, ""], "writes"),
        *(None, ["writes", "{0.__class__}", ""], ["replaced", forged, forged], ["trace"]),
    ]
    flags = heard.flags(signs, "")
    assert [flag.kind for flag in flags] == ["noticed", "tampering"]
    for flag in flags:
        assert flag.evidence.isprintable() and flag.evidence.startswith("The notebook ")
    assert "replaces 'x\\nalice" in flags[0].evidence and "'{0.__class__}'" in flags[1].evidence
    assert heard.flags("writes", "") == heard.flags(None, "") == []


def test_every_sign_is_known():
    source = "".join(Path(m.__file__).read_text("utf-8") for m in (watching, planning, beside))
    literals = set(re.findall(r'"([a-z ]+)"', source))
    assert set(evidence.SIGNS) <= literals
    assert {kind for kind, _ in evidence.SIGNS.values()} == {"noticed", "odd", "tampering"}


def test_the_report_keeps_them_apart():
    flags = tuple(Flag(kind, f"This was {kind}.") for kind in FlagKind)
    tests = (TestResult("t", "t", "t", 1, 1, "full"),)
    page = html_page(ClassSummary.of([NotebookResult("p", "n", tests, flags, student="s")]), "t")
    assert "This was repaired" not in page
    parts = re.split('<h2>For a person to judge|<h2>Worth a look|<details class="noticed">', page)
    for part, kind in zip(parts[1:], ("tampering", "odd", "noticed"), strict=True):
        assert f"This was {kind}." in part


def test_the_report_draws_what_the_class_earned():
    earned = {"a": (0, 1), "b": (4, 0), "c": (4, 1)}
    results = [
        NotebookResult(
            "p",
            "n",
            tuple(
                TestResult(name, name, "t", points, most, "full")
                for name, points, most in zip("xy", some, (4, 1), strict=True)
            ),
            student=student,
        )
        for student, some in earned.items()
    ]
    page = html_page(ClassSummary.of(results), "t")
    assert "Histogram of p: 3 students: median 80 %" in page
    bars = re.findall(r'<rect class="bar" x="(\d+)" .*height="([\d.]+)"/>', page)
    assert [n for n, (_, height) in enumerate(bars) if height != "0.0"] == [2, 8, 9]
    shares = re.findall(r'· (.)</td>.*?bar hard" width="([\d.]+)".*?(\d+) %', page, re.S)
    assert shares == [("x", "66.7", "67"), ("y", "66.7", "67")]
