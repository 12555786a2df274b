"""What a course says in its configuration is followed, or refused in a sentence."""

from __future__ import annotations

import json

import pytest
from evenhand.commands import main
from evenhand.grader import grade_notebook
from evenhand.options import Options, OptionsError
from traitlets.config.loader import PyFileConfigLoader

from . import course
from .harness import OPTIONS, SANDBOX


def load(folder, text):
    path = folder / "nbgrader_config.py"
    path.write_text(f"c = get_config()\n{text}\n")
    return PyFileConfigLoader(path.name, path=str(folder)).load_config()


def test_what_is_given_wins_over_the_course(tmp_path):
    load(tmp_path, "c.GradeNotebook.sandbox = False\nc.GradeNotebook.cell_seconds = 30")
    for given in ({"sandbox": True}, {"cell_seconds": 10.0}, {"sandbox": True, "memory": 9}):
        options = Options.of_course(tmp_path, **given)
        expected = {"sandbox": False, "cell_seconds": 30, **given}
        assert {name: getattr(options, name) for name in expected} == expected


def test_without_a_course_folder_the_defaults_hold(tmp_path):
    assert Options.of_course(tmp_path) == Options()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("c.GradeNotebook.cell_second = 3.0", "no setting cell_second. Did you mean cell_seconds?"),
        ("c.GradNotebook.cell_seconds = 3.0", "no section GradNotebook. Did you mean GradeNoteb"),
        ("c.GradeNotebook.cell_seconds = '3'", "cell_seconds is '3'; it should be a number"),
        ("c.GradeNotebook.memory = 1.5", "memory is 1.5; it should be a whole number above 0"),
        ("c.GradeNotebook.sandbox = 0", "sandbox is 0; it should be True or False"),
        ("c.GradeNotebook.preload = 'numpy'", "preload is 'numpy'; it should be a list of texts"),
        ("c.GradeNotebook.exercise_seconds = 0", "exercise_seconds is 0; it should be a number"),
        (
            "c.ClearSolutions.begin_solution_delimiter = 'X'",
            "no setting begin_solution_delimiter. Did you mean begin_solution_delimeter?",
        ),
        ("c.ClearHiddenTests.begin_delimeter = 'X'", "Did you mean begin_test_delimeter?"),
    ],
)
def test_a_misspelt_setting_is_refused(tmp_path, line, sentence):
    with pytest.raises(OptionsError) as raised:
        Options.from_config(load(tmp_path, line))
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"companions": "json.decodr:scanstring"}, "Did you mean json.decoder?"),
        ({"companions": "json.decoder:scanstrin"}, "Did you mean scanstring?"),
        ({"companions": "json.decoder"}, "has no function ''"),
        ({"preload": ("numpi",)}, "nothing named 'numpi' is installed"),
        ({"packages": ("nbgradr",)}, "Did you mean nbgrader?"),
        ({"packages": ("nbgrader",), "hidden": ("nbgrader/gradin",)}, "nothing would be hidden"),
    ],
)
def test_what_is_not_there_is_refused(given, sentence):
    with pytest.raises(OptionsError) as raised:
        Options(**given).check()
    assert sentence in str(raised.value)


def test_settings_of_nbgrader_and_lists_that_are_appended_to(tmp_path):
    config = load(
        tmp_path,
        "c.GradeNotebook.preload.append('decimal')\n"
        "c.GradeNotebook.enabled = True\n"
        "c.CourseDirectory.ignore.append('*.md')\n"
        "c.ClearSolutions.code_stub = 'pass'\n"
        "c.Exchange.root = '/tmp'",
    )
    options = Options.from_config(config)
    assert options.preload == (*Options.preload, "decimal")
    assert options.ignore == (*Options.ignore, "*.md")
    assert options.stub == "pass"
    options.check()


def test_nobody_is_graded_with_a_misspelt_setting(tmp_path, capsys):
    course.write_course(tmp_path)
    folder = tmp_path / "submitted" / "me" / course.PART
    folder.mkdir(parents=True)
    (folder / "01_words.ipynb").write_text(json.dumps(course.answers("01_words")))
    for line in ("GradeNotebook.cell_second = 3.0", "GradeNotebook.companions = 'json.decodr:x'"):
        load(tmp_path, f"c.{line}")
        assert main(["grade", "--course", str(tmp_path), *SANDBOX]) == 2
        said = capsys.readouterr().err
        assert "Did you mean" in said and said.count("\n") == 1
    assert not (tmp_path / "gradebook.db").exists() and not (tmp_path / "feedback").exists()


OWN = {
    "BEGIN SOLUTION": "(((",
    "END SOLUTION": ")))",
    "BEGIN HIDDEN TESTS": "SECRET",
    "END HIDDEN TESTS": "OPEN",
}


def test_a_course_with_its_own_delimiters_leaks_nothing(tmp_path):
    load(
        tmp_path,
        "c.ClearSolutions.begin_solution_delimeter = '((('\n"
        "c.ClearSolutions.end_solution_delimeter = ')))'\n"
        "c.ClearHiddenTests.begin_test_delimeter = 'SECRET'\n"
        "c.ClearHiddenTests.end_test_delimeter = 'OPEN'\n"
        "c.ClearMarkScheme.begin_mark_scheme_delimeter = 'SCHEME'\n"
        "c.ClearMarkScheme.end_mark_scheme_delimeter = 'OVER'\n"
        "c.ClearSolutions.code_stub = {'python': 'raise NotImplementedError'}",
    )
    source = course.write_course(tmp_path) / "01_words.ipynb"
    text = source.read_text()
    for ours, theirs in OWN.items():
        text = text.replace(ours, theirs)
    made = json.loads(text)
    about = {"grade": False, "solution": False, "locked": True, "task": True, "points": 1.0}
    for name, task in (("task", True), ("essay", False)):
        flags = about if task else {**about, "grade": True, "solution": True, "task": False}
        body = "Plot it.\nSCHEME\nModel 1.\nOVER" if task else "Model 2."
        metadata = {"nbgrader": {**flags, "grade_id": name, "schema_version": 3}}
        made["cells"].append(
            {"cell_type": "markdown", "id": name, "metadata": metadata, "source": body}
        )
    source.write_text(json.dumps(made))
    handed_in = tmp_path / "01_words.ipynb"
    handed_in.write_text(json.dumps(course.answers("01_words")))
    options = Options.of_course(tmp_path, preload=OPTIONS.preload, memory=OPTIONS.memory)
    right = grade_notebook(handed_in, source, options=options)
    handed_in.write_text("nothing")
    empty = grade_notebook(handed_in, source, options=options)
    assert right.points == sum(t.max_points for t in right.tests if not t.manual)
    # The two added cells are not in it.
    assert {flag.kind for flag in right.flags} == set()
    for result in (right, empty):
        for secret in ("SECRET", "secret = ", "SCHEME", "Model 1.", "Model 2.", "((("):
            assert secret not in result.document
        assert "YOUR ANSWER HERE" in result.document and "Plot it." in result.document
