"""No fault of a submission costs more than its own exercise, and each gets its sentences."""

from __future__ import annotations

import copy
import dataclasses
import json
import sys
from pathlib import Path

import evenhand
import pytest
from evenhand.grader import grade_notebook

from . import course
from .harness import OPTIONS, points

WORDS = ("word_count", "running_total", "unit", "mean", "sort_rows", "apply_twice", "marks")


def _answers():
    return copy.deepcopy(course.answers("01_words"))


def _text():
    return json.dumps(_answers())


def _cell(made, name):
    return next(
        c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


# Files: what is in the file is the function's result.


def bom():
    return b"\xef\xbb\xbf" + _text().encode()


def utf16():
    return _text().encode("utf-16")


def utf16_without_bom():
    return _text().encode("utf-16-le")


def utf32():
    return _text().encode("utf-32")


def latin_1():
    made = _answers()
    made["cells"][1]["source"] += "\ncafé = 'Ä'"
    return json.dumps(made, ensure_ascii=False).encode("cp1252")


def windows_line_ends():
    return json.dumps(_answers(), indent=1).replace("\n", "\r\n").replace("\\n", "\\r\\n").encode()


def lone_surrogate():
    made = _answers()
    made["cells"].append(_extra("# \ud83d alone"))
    return json.dumps(made).encode()


def null_characters():
    made = _answers()
    made["cells"].append(_extra("x = 'a\x00b'"))
    return json.dumps(made).encode()


def trailing_garbage():
    return _text().encode() + b"\n<<<<<<< HEAD\n"


def trailing_comma():
    return json.dumps(_answers(), indent=1).replace("\n }\n ],", "\n },\n ],").encode()


def format_3():
    cells = []
    for cell in _answers()["cells"]:
        old = {**cell, "input": cell["source"], "language": "python", "collapsed": False}
        del old["source"]
        cells.append(old)
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    ).encode()


def no_format():
    made = _answers()
    del made["nbformat"], made["nbformat_minor"], made["metadata"]
    return json.dumps(made).encode()


def future_format():
    return json.dumps({**_answers(), "nbformat": 9, "nbformat_minor": "x"}).encode()


def fifty_megabytes_of_outputs():
    made = _answers()
    made["cells"][0]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    ]
    return json.dumps(made).encode()


# Notebooks: what the function does to a solved one.


def _extra(text):
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}


def test_cell_deleted(made):
    made["cells"] = [
        c
        for c in made["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") != "unit--length-and-direction"
    ]


def all_test_cells_deleted(made):
    made["cells"] = [c for c in made["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]


def test_cell_duplicated(made):
    made["cells"].append(copy.deepcopy(_cell(made, "unit--length-and-direction")))


def solution_cell_duplicated(made):
    i = made["cells"].index(_cell(made, "unit"))
    made["cells"].insert(i, copy.deepcopy(made["cells"][i]))


def whole_notebook_duplicated(made):
    made["cells"] += copy.deepcopy(made["cells"])


def cells_reversed(made):
    made["cells"].reverse()


def tests_moved_to_the_top(made):
    made["cells"].sort(key=lambda c: not c["metadata"].get("nbgrader", {}).get("grade"))


def test_cell_retyped_as_markdown(made):
    _cell(made, "unit--length-and-direction")["cell_type"] = "markdown"


def solution_cell_retyped_as_raw(made):
    _cell(made, "unit")["cell_type"] = "raw"


def all_metadata_lost(made):
    for cell in made["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def metadata_is_nonsense(made):
    for i, cell in enumerate(made["cells"]):
        cell["metadata"] = [None, 3, "x", {"nbgrader": 5}, {"nbgrader": {"grade_id": [1]}}][i % 5]


def ids_twice(made):
    for cell in made["cells"]:
        cell["id"] = "same"


def old_schema(made):
    for cell in made["cells"]:
        about = cell["metadata"].get("nbgrader")
        if about:
            about["schema_version"] = 1
            about.pop("task", None)


def cells_that_are_no_cells(made):
    strange = [None, 5, "x", [], {}, {"cell_type": "code"}, {"cell_type": 7, "source": 3}]
    made["cells"][3:3] = strange


def setup_cell_deleted(made):
    del made["cells"][0]


def setup_cell_changed(made):
    made["cells"][0]["source"] = "import nothing_at_all"


def kernelspec_of_another_language(made):
    made["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}


def widget_state(made):
    made["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": "broken"}}


def output_of_unknown_kind(made):
    made["cells"][0]["outputs"] = [{"output_type": "surprise"}, 5, None]


def attachments(made):
    made["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "x", "attachments": {"a": {"b": 1}}}
    )


FILES = [
    *(bom, utf16, utf16_without_bom, utf32, latin_1, windows_line_ends, lone_surrogate),
    *(null_characters, trailing_garbage, trailing_comma, format_3, no_format, future_format),
    fifty_megabytes_of_outputs,
]
CHANGES = [
    *(test_cell_deleted, all_test_cells_deleted, test_cell_duplicated, solution_cell_duplicated),
    *(whole_notebook_duplicated, cells_reversed, tests_moved_to_the_top),
    *(test_cell_retyped_as_markdown, solution_cell_retyped_as_raw, all_metadata_lost),
    *(metadata_is_nonsense, ids_twice, old_schema, cells_that_are_no_cells, setup_cell_deleted),
    *(setup_cell_changed, kernelspec_of_another_language, widget_state, output_of_unknown_kind),
    attachments,
]
for one in CHANGES:
    one.__test__ = False


@pytest.mark.parametrize("fault", FILES, ids=lambda f: f.__name__)
def test_file(fault, classroom):
    result = classroom.grade("01_words", fault())
    assert all(got == of for got, of in points(result).values()), result.tests
    assert not {flag.kind for flag in result.flags} & {"tampering", "odd"}, result.flags


@pytest.mark.parametrize("fault", CHANGES, ids=lambda f: f.__name__)
def test_change(fault, classroom):
    made = _answers()
    fault(made)
    result = classroom.grade("01_words", made)
    assert all(got == of for got, of in points(result).values()), result.tests


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"{",
        b"null",
        b"[]",
        b"\x89PNG\r\n\x1a\n" * 50,
        b"PK\x03\x04" + bytes(range(256)),
        b'{"cells": 5}',
        b'"text"',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"cells": []}',
    ],
)
def test_unreadable(data, classroom):
    result = classroom.grade("01_words", data)
    assert {test.status for test in result.tests} == {"missing"}
    assert len(result.tests) == 12 and result.max_points == 22
    assert len(result.for_instructor) == len(result.for_learner) == 1
    assert result.document


def test_missing(classroom):
    result = classroom.grade("01_words", None)
    assert {test.status for test in result.tests} == {"missing"} and not result.document


@pytest.mark.parametrize("share", [0.5, 0.75, 0.9, 0.99])
def test_truncated(share, classroom):
    text = _text()
    result = classroom.grade("01_words", text[: int(len(text) * share)].encode())
    lost = [name for name, (got, of) in points(result).items() if got < of]
    # A prefix is there, so only exercises after it are lost.
    assert tuple(lost) == WORDS[len(WORDS) - len(lost) :]
    assert len(lost) < len(WORDS)
    assert result.for_instructor and result.for_learner


COSTS = {
    "syntax_error": ("def word_count(text:\n    return {}", "error"),
    "indentation_error": ("def word_count(text):\nreturn {}", "error"),
    "renamed_function": ("def count_words(text):\n    return {}", "error"),
    "name_error": ("def word_count(text):\n    return undefined", "error"),
    "wrong_signature": ("def word_count():\n    return {}", "error"),
    "endless_loop_in_cell": ("while True:\n    pass", "timeout"),
    "endless_loop_in_call": ("def word_count(text):\n    while True:\n        pass", "timeout"),
    "uninterruptible_in_cell": ("sum(range(10**13))", "timeout"),
    "uninterruptible_in_call": (
        "def word_count(text):\n    return sum(range(10**13))",
        "timeout",
    ),
    "endless_recursion": ("def word_count(text):\n    return word_count(text)", "error"),
    "crash_in_cell": ("import os\nos.abort()", "crashed"),
    "crash_in_call": ("import os\ndef word_count(text):\n    os.abort()", "crashed"),
    "segmentation_fault": (
        "import ctypes\ndef word_count(text):\n    ctypes.string_at(0)",
        "crashed",
    ),
    "exit_in_cell": ("import os\nos._exit(1)", "crashed"),
    "memory_in_cell": ("hoard = [0] * 10**12", "memory"),
    "memory_in_call": ("def word_count(text):\n    return bytearray(10**11)", "memory"),
    "shared_memory_in_cell": (
        "import mmap, os, time\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        shared = mmap.mmap(-1, 200 * 2**20)\n"
        "        for at in range(0, len(shared), 4096): shared[at] = 1\n"
        "        time.sleep(2)\n"
        "        os._exit(0)\n"
        "for _ in range(3): os.wait()",
        "memory",
    ),
    "output_in_call": (
        "def word_count(text):\n    while True:\n        print('x' * 100)",
        "timeout",
    ),
    "sleeps": ("import time\ndef word_count(text):\n    time.sleep(1000)", "timeout"),
    "returns_none": ("def word_count(text):\n    pass", "wrong"),
    "returns_a_module": ("def word_count(text):\n    return np", "wrong"),
    "deleted_text": ("", "not attempted"),
    "stub": ("def word_count(text):\n    raise NotImplementedError", "not attempted"),
    "null_byte": ("x = 'a\0b'\ndef word_count(text):\n    return {}", "wrong"),
    "magic_that_is_none": ("%no_such_magic\ndef word_count(text):\n    return {}", "wrong"),
    "restarts_the_kernel": ("exit()\nquit()\ndef word_count(text):\n    return {}", "wrong"),
}


@pytest.mark.parametrize("name", COSTS)
def test_costs_its_own_exercise(name, classroom):
    code, status = COSTS[name]
    made = _answers()
    _cell(made, "word_count")["source"] = code
    result = classroom.grade("01_words", made)
    earned = points(result)
    assert earned["word_count"][0] < 3
    assert all(got == of for n, (got, of) in earned.items() if n != "word_count"), result.tests
    failed = [t for t in result.tests if t.exercise == "word_count" and t.points == 0]
    assert failed[0].status == status, failed
    assert all(test.message for test in failed)


STUB = "raise NotImplementedError"
UNWRITTEN = {
    f"def word_count(text):\n    return helper(text)\ndef helper(text):\n    {STUB}()":
        ("error", "word_count calls helper, which is not written yet: write helper first."),
    f"def word_count(text, *rest, **more):\n    '''Count.'''\n    {STUB}('to do')":
        ("not attempted", "word_count is not written yet."),
    f"def word_count(text):\n    words = text.split()\n    {STUB}":
        ("error", "Your code stops in the line `raise NotImplementedError` with"),
    "def word_count(text):\n    return input('text: ')":
        ("error", "input() has nobody to ask"),
}  # fmt: skip


@pytest.mark.parametrize("code", UNWRITTEN)
def test_only_what_is_as_it_was_handed_out_is_called_unwritten(code, classroom):
    made = course.release("01_words")
    _cell(made, "word_count")["source"] = code
    [test] = [t for t in classroom.grade("01_words", made).tests if "short-text" in t.name]
    status, said = UNWRITTEN[code]
    assert test.status == status and said in test.message, test


def test_added_cells_that_end_the_process_leave_the_exercises_alone(classroom):
    made = _answers()
    for number in range(14):
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        made["cells"].insert(1, {**cell, "source": f"import os\nos._exit({number})"})
    result = classroom.grade("01_words", made)
    assert all(got == of for got, of in points(result).values()), result.tests


COUNT = "def word_count(text):\n    return Counter(text.split())\n"
FAILS_ABOVE = {
    "library": "import pandas_of_another_machine as pd\nfrom nowhere import thing\n" + COUNT,
    "library_in_one_line": "import nothing_here; from collections import Counter as C\n"
    + COUNT.replace("Counter", "C"),
    "empty_lines": "\n\n  \nimport nothing_here\n\nfrom nowhere import x\n" + COUNT,
    "undefined": "print(undefined)\nimport collections\n" + COUNT,
    "magic": "%no_such_magic\n%load_ext nothing\n%matplotlib nonsense\n" + COUNT,
    "shell": "files = !no_such_command\nfiles[0][99]\n" + COUNT,
    "file": "notes = open('notes.txt').read()\nprint(notes)\n" + COUNT,
    "figure": "import matplotlib.pyplot as plt\nplt.show(1, 2, 3)\n" + COUNT,
    "input": "name = input()\nfor letter in name:\n    print(letter)\n" + COUNT,
    "assertion": "assert word_count('a') == {'a': 1}\n" + COUNT,
    "computed": "1 / 0\nSPLIT = str.split\nby = lambda text: SPLIT(text)\n"
    "def word_count(text):\n    return Counter(by(text))",
    "decorated": "1 / 0\ndef same(f):\n    return f\n\n@same\n" + COUNT,
    "optional": "undefined\ntry:\n    import nothing_here\nexcept ImportError:\n    pass\n"
    "if True:\n    " + COUNT.replace("\n", "\n    "),
    "many": "undefined\n" * 30 + COUNT,
    "exits": "import sys\nsys.exit()\n" + COUNT,
    "loops": "while True:\n    pass\n" + COUNT,
    "crashes": "import os\n" + COUNT + "os._exit(1)",
    "memory": COUNT + "hoard = bytearray(10**12)",
    "timed": "%%time\nprint(undefined)\n" + COUNT,
}


@pytest.mark.parametrize("name", FAILS_ABOVE)
def test_a_line_that_fails_does_not_cost_the_function_in_its_cell(name, classroom):
    made = _answers()
    _cell(made, "word_count")["source"] = FAILS_ABOVE[name]
    result = classroom.grade("01_words", made)
    assert result.points == result.max_points, result.tests
    if name not in ("memory", "decorated", "optional", "computed"):
        assert "The rest of the cell was run" in str(result.for_learner), result.for_learner
        assert "The rest of the cell was run" in str(result.flags)
        assert {flag.kind for flag in result.flags} == {"repaired"}


def test_a_line_that_fails_in_a_cell_of_ones_own_does_not_cost_what_stands_below(classroom):
    made = _answers()
    made["cells"].insert(1, _extra("import nothing_here\nfrom collections import Counter as C"))
    _cell(made, "word_count")["source"] = COUNT.replace("Counter", "C")
    result = classroom.grade("01_words", made)
    assert result.points == result.max_points, result.tests
    assert "nothing_here" in result.document


def test_a_wrong_function_below_a_line_that_fails_is_told_both(classroom):
    made = _answers()
    text = "import nothing_here as pd\ndef word_count(text):\n    return pd.Series(text)"
    _cell(made, "word_count")["source"] = text
    result = classroom.grade("01_words", made)
    assert points(result)["word_count"][0] == 0
    assert "`return pd.Series(text)` with NameError" in result.tests[0].message
    assert "`import nothing_here as pd`: ModuleNotFoundError" in result.tests[0].message


REBOUND = {
    "result": "word_count = word_count('a b')",
    "loop": "for word_count in range(3):\n    pass",
    "number": "word_count = 5",
    "deleted": "del word_count",
    "unpacked": "first, *word_count = 1, 2, 3",
    "class": "Account = 3\nword_count = None",
}


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("name", REBOUND)
def test_a_name_that_is_used_again_is_tested_as_the_function(name, own, classroom):
    made = _answers()
    cell = _cell(made, "word_count")
    if own:
        cell["source"] += "\n" + REBOUND[name]
    else:
        made["cells"].insert(made["cells"].index(cell) + 1, _extra(REBOUND[name]))
    made["cells"].append(_extra("print('STILL', 'word_count' in globals() and word_count)"))
    result = classroom.grade("01_words", made)
    assert result.points == result.max_points, result.tests
    assert "A line below your function word_count gives its name" in str(result.for_learner)
    assert {flag.exercise for flag in result.flags} == {"word_count"}
    if not own:
        assert "STILL <function" not in result.document, "later cells find what the learner made"


def test_a_name_that_never_was_a_function_is_tested_as_it_is(classroom):
    made = _answers()
    _cell(made, "word_count")["source"] = "word_count = {'a': 1}"
    result = classroom.grade("01_words", made)
    assert points(result)["word_count"][0] == 0 and not result.for_learner


def test_what_came_before_input_is_still_shown(classroom):
    made = _answers()
    cell = _cell(made, "mean")
    cell["source"] = "print('before')\nn = input()\n" + cell["source"]
    result = classroom.grade("01_words", made)
    assert points(result)["mean"][0] == 3
    assert '"before' in result.document and "nobody to ask" in result.document


def test_messages_do_not_hang_on_where_things_lie_in_memory(classroom):
    made = _answers()
    _cell(made, "word_count")["source"] = (
        "class Thing:\n    pass\n"
        "print(Thing())\n"
        "def word_count(text):\n    raise ValueError(f'bad {Thing()}')"
    )
    results = [classroom.grade("01_words", made) for _ in range(2)]
    assert results[0].tests == results[1].tests and "bad <__main__.Thing object>" in str(results[0])
    assert results[0].document == results[1].document and "object at" not in results[0].document


def test_paths_of_the_grader_are_not_shown(classroom):
    made = _answers()
    made["cells"].insert(
        1,
        {
            **{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None},
            "source": "print(open('/proc/self/mountinfo').read())",
        },
    )
    document = classroom.grade("01_words", made).document
    for place in (Path(evenhand.__file__).parents[1], sys.prefix):
        assert str(place) not in document


#: Text of a visible test cell, first as it was released -> the flag that it gets.
VISIBLE_TEST = {
    "import sys, math\nimport json\nearned = marks('ab', 'ab') == 2\nearned * 4": "",
    "import sys, math\nimport json\n\n# Checked.\nearned = marks( 'ab','ab' )==2\nearned*4": "",
    "import json\nimport math\nimport sys\nearned = marks('ab', 'ab') == 2\nearned * 4": "repaired",
    "import json, sys, math\nearned = marks('ab', 'ab') == 2\n# earned * 4": "repaired",
    "": "repaired",
    "import sys, math\nimport json\nearned = True\nearned * 4": "tampering",
    "4": "tampering",
    "assert True": "tampering",
}


def test_code_added_to_a_visible_test_is_no_tampering(classroom):
    made = _answers()
    source = classroom.source / "01_words.ipynb"
    kept = source.read_bytes()
    visible = json.loads(kept)
    for cells in (visible["cells"], made["cells"]):
        test = next(c for c in cells if "marks--" in str(c["metadata"]))
        test["source"] = next(iter(VISIBLE_TEST))
    test["source"] = "print('looking')\n" + test["source"]
    try:
        source.write_text(json.dumps(visible))
        result = classroom.grade("01_words", made)
        assert {flag.kind for flag in result.flags} == {"repaired"}, result.flags
        for text, kind in VISIBLE_TEST.items():
            test["source"] = text
            result = classroom.grade("01_words", made)
            assert [flag.kind for flag in result.flags] == ([kind] if kind else []), text
            assert result.points == result.max_points, text
        assert "in the line 'assert True'" in result.flags[0].evidence
    finally:
        source.write_bytes(kept)


def test_messages_name_the_line(classroom):
    made = _answers()
    _cell(made, "word_count")["source"] = "def word_count(text):\n    n = 1 / 0\n    return {}"
    result = classroom.grade("01_words", made)
    assert "`n = 1 / 0`" in result.tests[0].message
    assert "ZeroDivisionError" in result.tests[0].message


def test_partial_points(classroom):
    made = _answers()
    _cell(made, "marks")["source"] = "def marks(answers, key):\n    return 0"
    [test] = [t for t in classroom.grade("01_words", made).tests if t.exercise == "marks"]
    assert (test.points, test.status) == (2, "partial")


def test_slow_cells_of_no_exercise_leave_time_to_the_tests(classroom):
    made = _answers()
    slow = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    slow |= {"source": "import time\ntime.sleep(0.6)"}
    made["cells"][1:1] = [copy.deepcopy(slow) for _ in range(10)]
    options = dataclasses.replace(OPTIONS, exercise_seconds=2)
    result = classroom.grade("01_words", made, options)
    assert result.points == result.max_points, result.tests


def test_repeats(classroom):
    for name in course.NOTEBOOKS:
        first, second = (classroom.grade(name, course.answers(name)) for _ in range(2))
        assert first.tests == second.tests and first.document == second.document


def test_renamed_part_and_odd_file_names(classroom, tmp_path):
    from evenhand.grader import grade_notebook

    path = tmp_path / "Müller, Ann (1) – copy" / "01_words (2).ipynb"
    path.parent.mkdir()
    path.write_text(_text())
    source = classroom.source / "01_words.ipynb"
    assert grade_notebook(path, source, options=OPTIONS).points == 22


def test_link_to_the_work_of_others(classroom):
    from evenhand.grader import grade_notebook

    path = classroom.mine / "02_account.ipynb"
    path.unlink(missing_ok=True)
    path.symlink_to(classroom.folder / "submitted" / "other" / course.PART / "02_account.ipynb")
    result = grade_notebook(path, classroom.source / "02_account.ipynb", options=OPTIONS)
    path.unlink()
    assert result.points == 0 and "link" in result.for_learner[0]


def test_points_changed_and_tagged(classroom):
    made = _answers()
    cell = _cell(made, "unit--length-and-direction")
    cell["metadata"]["nbgrader"]["points"] = 1000
    cell["metadata"]["tags"] = ["skip-execution"]
    _cell(made, "unit")["source"] = "def unit(v):\n    return v"
    result = classroom.grade("01_words", made)
    assert points(result)["unit"] == (0, 4)
    [exercise] = [e for e in result.exercises if e.name == "unit"]
    assert exercise.status == "tampering"
    assert [flag.kind for flag in exercise.flags] == ["tampering", "odd"]
    cell["metadata"]["nbgrader"]["points"] = 3
    cell["metadata"]["tags"] = ["raises-exception"]  # so that all cells run although one fails
    [flag] = classroom.grade("01_words", made).flags
    assert flag.kind == "noticed"


@pytest.mark.parametrize(
    ("last", "answer", "earned"),
    [
        ("marks('abcd', 'abcd')", "3", 3),
        ("marks('abcd', 'abcd')", "'three'", 0),
        ("marks('abcd', 'abcd')", "[4]", 0),
        ("marks('abcd', 'abcd')", "False", 0),
        ("marks('abc', 'abc') == 3", "3", 4),
        ("marks('abc', 'abc') == 3", "4", 0),
        ("str(marks('abc', 'abc'))", "4", 4),
        ("marks('abc', 'abc') != 3", "3", 4),
    ],
)
def test_a_test_that_ends_in_no_number_is_held_against_the_source(tmp_path, last, answer, earned):
    source = course.notebook("01_words")
    source["cells"][-1]["source"] = last
    mine = course.answers("01_words")
    _cell(mine, "marks")["source"] = f"def marks(answers, key):\n    return {answer}"
    for name, made in (("source", source), ("mine", mine)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "01_words.ipynb").write_text(json.dumps(made), "utf-8")
    paths = [tmp_path / name / "01_words.ipynb" for name in ("mine", "source")]
    assert points(grade_notebook(*paths, options=OPTIONS))["marks"][0] == earned
