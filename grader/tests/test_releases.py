"""What the instructor amends after a release is no learner's doing."""

from __future__ import annotations

import copy
import json
import sys

import nbformat
import pytest
from evenhand import releases
from evenhand.grader import grade_notebook
from evenhand.options import Options
from evenhand.planning import plan
from evenhand.preprocessors import HideTests
from evenhand.releases import remember_releases
from evenhand.source import read_source
from evenhand.submission import parse_submission
from nbgrader.converters import GenerateAssignment
from traitlets.config import Config

from . import course

TEST = "marks--partial-marks"
VISIBLE = "# Marks.\nearned = marks('ab', 'ab') == 2\nearned * 4"


class Coursedir:
    """Stands for nbgrader's: where the course and its release folder are."""

    release_directory = "release"

    def __init__(self, root):
        self.root = str(root)

    def format_path(self, step, student, part):
        return f"{self.root}/{step}/{part}"


def _cell(made, name):
    named = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in made["cells"]}
    return named[name]


def _write(root, folder, made):
    path = root / folder / course.PART / "01_words.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), "utf-8")
    return path


def _visible(made):
    _cell(made, TEST)["source"] = VISIBLE
    return made


def _flags(root, handed_in):
    """Plan a submission as `evenhand grade` would, after it has seen the course as it is now."""
    source = root / "source" / course.PART / "01_words.ipynb"
    remember_releases(Coursedir(root), {course.PART: {"01_words": source}}, Options())
    read = read_source(source, Options())
    return plan(read, parse_submission(json.dumps(handed_in).encode()), Options()).flags


def points(made):
    _cell(made, TEST)["metadata"]["nbgrader"]["points"] = 2.0


def wording(made):
    _cell(made, TEST)["source"] = VISIBLE.replace("# Marks.", "# Marks, out of 4.\nprint('marks')")


def value(made):
    _cell(made, TEST)["source"] = VISIBLE.replace("== 2", "== 3")


def unlocked(made):
    _cell(made, TEST)["metadata"]["nbgrader"]["locked"] = False


def hidden_now(made):
    text = f"# Marks.\n### BEGIN HIDDEN TESTS\n{VISIBLE}\n### END HIDDEN TESTS"
    _cell(made, TEST)["source"] = text


def given_data(made):
    cell = next(c for c in made["cells"] if "shelf = [" in c["source"])
    cell["source"] = cell["source"].replace("1815", "1816")


def new_test(made):
    at = made["cells"].index(_cell(made, TEST))
    cell = copy.deepcopy(made["cells"][at])
    cell["metadata"]["nbgrader"]["grade_id"] = "marks--more"
    made["cells"].insert(at + 1, {**cell, "id": "more", "source": "assert marks('', '') == 0"})


@pytest.mark.parametrize("seen", ["in the release folder", "by an earlier run"])
@pytest.mark.parametrize(
    "amend",
    [points, wording, value, unlocked, hidden_now, given_data, new_test],
    ids=lambda f: f.__name__,
)
def test_what_was_amended_after_the_release_is_not_the_learners(tmp_path, amend, seen):
    source = _visible(course.notebook("01_words"))
    handed_in = _visible(course.answers("01_words"))
    _write(tmp_path, "source", source)
    if seen == "by an earlier run":
        assert _flags(tmp_path, handed_in) == ()
    else:
        _write(tmp_path, "release", _visible(course.release("01_words")))
    amend(source)
    _write(tmp_path, "source", source)
    assert _flags(tmp_path, handed_in) == ()
    # What the learner changed is told apart from it.
    about = _cell(handed_in, TEST)
    about["source"] = "4"
    about["metadata"]["nbgrader"]["points"] = 1000.0
    told = [flag for flag in _flags(tmp_path, handed_in) if flag.kind == "tampering"]
    kept = amend is hidden_now  # then it may stand where nothing was
    assert [("(points)" in f.evidence, "'4'" in f.evidence) for f in told] == [
        *([] if kept else [(False, True)]),
        (True, False),
    ]


def test_without_anything_known_an_old_copy_looks_changed(tmp_path):
    source = _visible(course.notebook("01_words"))
    value(source)
    _write(tmp_path, "source", source)
    assert [f.kind for f in _flags(tmp_path, _visible(course.answers("01_words")))] == ["tampering"]


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"basics/01_words": [5]}', '{"basics/01_words": [{"x": {"kind": 1}}]}']
)
def test_nothing_hidden_is_kept_and_damage_is_mended(tmp_path, damage):
    (tmp_path / releases.FILE).write_text(damage)
    _write(tmp_path, "source", course.notebook("01_words"))
    assert _flags(tmp_path, course.answers("01_words")) == ()
    text = (tmp_path / releases.FILE).read_text()
    assert "marks--partial-marks" in text and "are wrong" not in text and "secret" not in text
    before = (tmp_path / releases.FILE).stat()
    _flags(tmp_path, course.answers("01_words"))
    assert (tmp_path / releases.FILE).stat().st_ino == before.st_ino


def test_notebooks_are_looked_into_again_only_if_something_changed(tmp_path, monkeypatch):
    looked = []
    real = releases.released_version
    monkeypatch.setattr(
        releases, "released_version", lambda *given: looked.append(given) or real(*given)
    )
    (tmp_path / ".evenhand").mkdir()
    handed_in = _visible(course.answers("01_words"))

    def times():
        looked.clear()
        _flags(tmp_path, handed_in)
        return len(looked)

    source = _write(tmp_path, "source", _visible(course.notebook("01_words")))
    assert [times(), times()] == [1, 0]
    kept = tmp_path / releases.FILE
    before = kept.read_bytes()
    source.write_text(source.read_text("utf-8").replace("Marks.", "Points."), "utf-8")
    assert [times(), times()] == [1, 0]
    assert kept.read_bytes() != before
    _write(tmp_path, "release", json.loads(source.read_text("utf-8")))
    assert [times(), times()] == [1, 0]
    kept.unlink()
    assert [times(), times()] == [1, 0]
    assert "Points." in kept.read_text("utf-8")
    (tmp_path / ".evenhand" / "remembered.json").write_text("[]")
    assert [times(), times()] == [1, 0]
    with monkeypatch.context() as patch:
        patch.setattr(releases, "prepared", lambda *_: "no notebook")
        (source.parent / "autotests.yml").write_text("")
        sources = {course.PART: {"01_words": source}}
        remember_releases(Coursedir(tmp_path), sources, Options())
    assert [times(), times()] == [1, 0]


def test_an_earlier_version_of_a_test_is_not_run(tmp_path):
    source = _visible(course.notebook("01_words"))
    _write(tmp_path, "release", _visible(course.release("01_words")))
    value(source)
    path = _write(tmp_path, "source", source)
    _flags(tmp_path, course.answers("01_words"))
    old = json.dumps(_visible(course.answers("01_words"))).encode()
    steps = plan(read_source(path, Options()), parse_submission(old), Options()).steps
    assert VISIBLE not in [step.text for step in steps]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("### BEGIN HIDDEN TESTS\nassert secret", "No end hidden tests statement found"),
        ("### BEGIN SOLUTION\n1\n### BEGIN SOLUTION\n### END SOLUTION", "nested begin solution"),
    ],
)
def test_a_source_that_nbgrader_could_not_release_is_said_by_its_cell(tmp_path, text, told):
    source = course.notebook("01_words")
    _cell(source, TEST)["source"] = text
    path = _write(tmp_path, "source", source)
    with pytest.raises(ValueError, match=f"01_words.ipynb: the cell '{TEST}': .*{told}"):
        grade_notebook(None, path, options=Options(sandbox=False))


@pytest.mark.parametrize("end", ["# OVER", "# never over"])
def test_feedback_shows_no_hidden_test_between_the_courses_markers(end):
    config = Config()
    config.ClearHiddenTests.begin_test_delimeter = "SECRET"
    config.ClearHiddenTests.end_test_delimeter = "OVER"
    lines = ["# Shown.", "x = 1", "# SECRET", "assert x == 2", end]
    output = nbformat.v4.new_output("error", ename="E", evalue="e", traceback=["assert x == 2"])
    cell = nbformat.v4.new_code_cell("\n".join(lines), outputs=[output])
    other = nbformat.v4.new_code_cell("assert x == 1", outputs=[copy.deepcopy(output)])
    made = nbformat.v4.new_notebook(cells=[cell, other])
    HideTests(config=config).preprocess(made, {})
    assert cell.source == "# Shown.\nx = 1" and cell.outputs[0].traceback == ["E: e"]
    assert other.source == "assert x == 1" and other.outputs[0].traceback == ["assert x == 2"]


OWN = """
from nbgrader.preprocessors import NbGraderPreprocessor


class Sign(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        nb.cells[0].source += "\\n{}"
        return nb, resources
"""


def test_what_nbgraders_steps_make_is_kept_until_one_of_them_changes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    step = tmp_path / "own_step.py"
    config = Config()
    source = _write(tmp_path, "source", course.answers("01_words"))
    kept = tmp_path / ".evenhand" / "prepared" / course.PART / "01_words.json"
    step.write_text(OWN.format("first"))
    names = ["own_step.Sign", *GenerateAssignment().preprocessors]
    config.GenerateAssignment.preprocessors = names
    options = Options.from_config(config)
    made = releases.prepared(source, options)
    assert json.loads(made)["cells"][0]["source"].endswith("first")
    assert kept.read_text().endswith(made)
    kept.write_text(kept.read_text().replace("first", "as kept"))
    releases._prepared.cache_clear()
    assert json.loads(releases.prepared(source, options))["cells"][0]["source"].endswith("as kept")
    step.write_text(OWN.format("second"))
    sys.modules.pop("own_step")
    assert json.loads(releases.prepared(source, options))["cells"][0]["source"].endswith("second")
