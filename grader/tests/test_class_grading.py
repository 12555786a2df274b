"""Grading a class: resumable, one writer, nbgrader's own gradebook, report and feedback."""

from __future__ import annotations

import contextlib
import csv
import glob
import json
import os
import pwd
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

import evenhand
import nbformat
import psutil
import pytest
import sqlalchemy as sa
from evenhand import fingerprint, grader, head_start, memory, releases
from evenhand.__main__ import main as evenhand_command
from evenhand.cells import Cell
from evenhand.commands import main
from evenhand.course import Course
from evenhand.jobs import find_jobs
from evenhand.late import LatePolicy
from evenhand.options import Options
from evenhand.pool import LocalGraders
from evenhand.record import Recorder
from evenhand.regrade_requests import regrade_requests
from nbgrader.api import Gradebook

from . import small_class
from .forked import Forked
from .harness import SANDBOX, nbgrader

STUDENTS = 8


def grade(folder: Path, *options: str) -> int:
    # One worker: most of these runs grade a notebook or two, and starting another takes longer.
    return main(["grade", "--course", str(folder), "--workers", "1", *SANDBOX, *options])


def start_grading(folder: Path, *options: str) -> Forked:
    return Forked(main, ["grade", "--course", str(folder), *SANDBOX, *options])


def gradebook_of(folder: Path) -> str:
    return f"sqlite:///{folder}/gradebook.db"


def grades(url: str) -> dict[tuple, tuple]:
    """Read nbgrader's gradebook: (student, part, notebook, cell) -> scores, and comments."""
    rows = {}
    with Gradebook(url, "words") as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                for notebook in submission.notebooks:
                    where = (submission.student.id, assignment.name, notebook.name)
                    for grade in notebook.grades:
                        scores = (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                        rows[*where, grade.name] = scores
                    for comment in notebook.comments:
                        rows[*where, f"comment {comment.name}"] = (comment.auto_comment,)
    return rows


def recorded(folder: Path) -> dict[tuple, tuple]:
    """Read when each notebook was graded, and what it came to."""
    path = folder / "gradebook.db"
    if not path.is_file():
        return {}
    with sqlite3.connect(path, timeout=60) as database:
        try:
            rows = database.execute(
                "SELECT student, part, notebook, graded_at FROM evenhand_result"
            )
        except sqlite3.OperationalError:  # not made yet
            return {}
        return {row[:3]: row[3] for row in rows}


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A course whose class was graded once without disturbance. Copy it to change it."""
    folder = tmp_path_factory.mktemp("course")
    small_class.write_sources(folder)
    small_class.write_class(folder, STUDENTS)
    assert grade(folder, "--workers", "2", "--json", str(folder / "results.json")) == 0
    return folder


@pytest.fixture
def course(graded, tmp_path) -> Path:
    """A copy of the graded course."""
    return Path(shutil.copytree(graded, tmp_path / "course"))


@pytest.fixture
def ungraded(graded, tmp_path) -> Path:
    """The same class, before it was graded."""
    folder = tmp_path / "course"
    for name in ("source", "submitted"):
        shutil.copytree(graded / name, folder / name)
    shutil.copy(graded / "nbgrader_config.py", folder)
    return folder


def test_points_are_what_the_answers_deserve(graded):
    scores = grades(gradebook_of(graded))
    seen = set()
    for path in (graded / "submitted").rglob("*.ipynb"):
        student, part = path.parts[-3:-1]
        cells = {cell["id"]: cell["source"] for cell in nbformat.read(path, 4)["cells"]}
        for exercise, (right, wrong, tests) in small_class.COURSE[part][path.stem].items():
            line = cells[exercise].partition("\n")[2].strip()
            key = (student, part, path.stem)
            for number, (_, test, points) in enumerate(tests, 1):
                deserved = points if _holds(cells[exercise], test) else 0
                assert scores[*key, f"{exercise}--{number}"] == (deserved, None, False), key
            seen.add({right: "right", wrong: "wrong", small_class.STUB: "untouched"}[line])
            said = "No response." if line == small_class.STUB else None
            assert scores[*key, f"comment {exercise}"] == (said,), key
    assert seen == {"right", "wrong", "untouched"}


def _holds(answer: str, test: str) -> bool:
    """Whether plain Python finds a test to hold."""
    names: dict = {}
    exec(answer, names)
    try:
        exec(test, names)
    except (AssertionError, NotImplementedError):
        return False
    return True


def test_a_notebook_that_was_not_handed_in_earns_nothing_and_waits_for_nobody(graded):
    scores = grades(gradebook_of(graded))
    assert scores["student-004", "1-words", "02_shout", "shout--1"] == (0, None, False)
    assert not any(key[:2] == ("student-003", "2-letters") for key in scores)


def test_a_second_run_grades_nothing(course, capsys):
    before = recorded(course)
    assert grade(course) == 0
    assert "0 to grade" in capsys.readouterr().out
    assert recorded(course) == before


def test_only_what_changed_is_graded_again(course):
    before = recorded(course)
    small_class.write_submission(course, "student-000", "1-words", "02_shout", "return 3")
    (course / "autograded" / "student-001" / "1-words" / "01_count.ipynb").unlink()
    small_class.write_submission(course, "newcomer", "2-letters", "01_vowels", "right")
    assert grade(course) == 0
    after = recorded(course)
    again = {key for key in after if after[key] != before.get(key)}
    assert again == {
        ("student-000", "1-words", "02_shout"),
        ("student-001", "1-words", "01_count"),
        ("newcomer", "2-letters", "01_vowels"),
    }
    scores = grades(gradebook_of(course))
    assert scores["student-000", "1-words", "02_shout", "shout--1"][0] == 0
    assert scores["newcomer", "2-letters", "01_vowels", "vowels--1"][0] == 4


def test_a_changed_test_grades_its_notebook_again(course):
    path = course / "source" / "2-letters" / "01_vowels.ipynb"
    text = path.read_text().replace("in 'aeiou' for", "in 'aeiouy' for")
    path.write_text(text.replace("'banana') == 3", "'bananay') == 4"))
    before = recorded(course)
    assert grade(course) == 0
    again = {key[2] for key, when in recorded(course).items() if when != before[key]}
    assert again == {"01_vowels"}
    scores = grades(gradebook_of(course))
    assert {s[0] for key, s in scores.items() if key[-1] == "vowels--1"} == {0}


def test_what_the_course_itself_fails_is_told_before_and_judged_as_nbgrader_does(course, capsys):
    path = course / "source" / "2-letters" / "01_vowels.ipynb"
    right = path.read_text()
    path.write_text(right.replace("== 3, 'Each", "== 4, 'Each"))
    small_class.write_submission(course, "new", "1-words", "02_shout", "right")
    small_class.write_submission(course, "new", "2-letters", "01_vowels", "right")
    assert grade(course) == 1
    said = capsys.readouterr().out
    assert (
        "2-letters/01_vowels, vowels--1: the course's own solution gets 0 of 4 points "
        "(AssertionError: Each vowel counts.).\n"
        "2 tests: 1 apart, 1 beside the learner's code: a hostile learner can read or fool it; "
        "`rehearse` says why and how to change it.\n" in said
    )
    assert said.index("own solution") < said.index("Graded ")
    assert grades(gradebook_of(course))["new", "2-letters", "01_vowels", "vowels--1"][0] == 0
    path.write_text(right)
    assert grade(course) == 0
    assert grades(gradebook_of(course))["new", "2-letters", "01_vowels", "vowels--1"][0] == 4
    assert "own solution" not in capsys.readouterr().out


def test_what_fails_for_no_fault_of_the_courses_is_held_against_nobody(course, monkeypatch, capsys):
    small_class.write_submission(course, "new", "1-words", "02_shout", "right")
    small_class.write_submission(course, "new", "2-letters", "01_vowels", "right")
    before = recorded(course), grades(gradebook_of(course))
    # As if a library could be read when the source was rehearsed, and not any more.
    kept = course / ".evenhand" / "rehearsed" / "2-letters" / "01_vowels.json"
    known = json.loads(kept.read_text())
    known["rehearsal"]["tests"][0]["own"] = 3.0
    kept.write_text(json.dumps(known))
    monkeypatch.setattr(grader, "_REHEARSED", {})
    assert grade(course) == 1
    said = capsys.readouterr().out
    assert (
        "2-letters/01_vowels: not graded: the course's own solution does not get here what it got "
        "when it was rehearsed: vowels--1; nothing is recorded" in said
    )
    assert "Nothing of 2-letters was graded." in said
    after = recorded(course), grades(gradebook_of(course))
    assert {key for key in after[0] if key not in before[0]} >= {("new", "1-words", "02_shout")}
    assert ("new", "2-letters", "01_vowels") not in after[0]
    assert before[0].items() <= after[0].items() and before[1].items() <= after[1].items()
    kept.unlink()
    monkeypatch.setattr(grader, "_REHEARSED", {})
    assert grade(course) == 0
    assert ("new", "2-letters", "01_vowels") in recorded(course)


#: Ends its process in another place each time it is graded, three times long.
UNSTEADY = """
import os
with open({file!r}, "a+") as file:
    file.seek(0)
    time = len(file.read())
    file.write("x")
def count_words(text):
    if time < 3 and (time == 2 or bool(text) == (time == 1)):
        os._exit(1)
    return len(text.split())
"""


def test_what_is_not_certain_is_no_grade(course, tmp_path, capsys):
    key = ("student-003", "1-words", "01_count")
    before = {k: v for k, v in grades(gradebook_of(course)).items() if k[:3] == key}
    assert before
    kinds = {"count_words": "right", "longest_word": "right"}
    path = small_class.write_submission(course, *key, kinds)
    made = json.loads(path.read_text())
    for cell in made["cells"]:
        if "def count_words" in "".join(cell["source"]):
            cell["source"] = UNSTEADY.format(file=str(tmp_path / "tries"))
    path.write_text(json.dumps(made))
    # Without walls, since in the sandbox nothing outlives a try.
    alone = ("--without-sandbox", "--student", key[0])
    assert grade(course, *alone) == 1
    said = capsys.readouterr().out
    assert (
        "student-003 · 1-words/01_count: not graded: its process was lost in each of 3 tries, and "
        "no two came to the same points (ended itself with status 1); nothing is recorded" in said
    )
    after = {k: v for k, v in grades(gradebook_of(course)).items() if k[:3] == key}
    assert after == before
    assert grade(course, *alone) == 0
    after = {k: v for k, v in grades(gradebook_of(course)).items() if k[:3] == key}
    assert [after[*key, f"count_words--{number}"][0] for number in (1, 2)] == [2, 1]


def test_parts_and_students_can_be_chosen(ungraded):
    assert grade(ungraded, "--part", "2-*", "--student", "student-000") == 0
    assert set(recorded(ungraded)) == {("student-000", "2-letters", "01_vowels")}
    # The other parts may have been given out, too: what of them is amended later is no learner's.
    notebooks = {f"{part}/{name}" for part, names in small_class.COURSE.items() for name in names}
    assert set(releases.load(ungraded)) == notebooks


@pytest.mark.slow
def test_twenty_kills_change_nothing(ungraded, graded):
    """Graders are killed at random moments; the next goes on, and the last run has it all."""
    generator = random.Random(20)
    kept: dict[tuple, tuple] = {}
    for _ in range(20):
        process = start_grading(ungraded, "--workers", "1")
        # From the moment on when it records, wait a little, so that kills fall everywhere.
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if len(recorded(ungraded)) > len(kept):
                break
            time.sleep(0.01)
        time.sleep(generator.uniform(0, 0.15))
        process.kill()
        now = recorded(ungraded)
        assert {key: now.get(key) for key in kept} == kept, "graded twice, or lost"
        kept = now
    assert grade(ungraded) == 0
    now = recorded(ungraded)
    assert {key: now[key] for key in kept} == kept, "graded twice, or lost"
    assert grades(gradebook_of(ungraded)) == grades(gradebook_of(graded))
    for name in ("autograded", "feedback"):
        there = {p.relative_to(graded) for p in (graded / name).rglob("*.*")}
        here = {p.relative_to(ungraded) for p in (ungraded / name).rglob("*[!0-9]")}
        assert there <= here


def test_two_graders_at_once(ungraded, graded):
    both = [start_grading(ungraded) for _ in range(2)]
    ended = [run.finish() for run in both]
    assert [status for status, _, _ in ended] == [0, 0], ended
    assert sorted("0 to grade" in said for _, said, _ in ended) == [False, True]
    assert any("Another grader is at work" in said for _, said, _ in ended)
    assert grades(gradebook_of(ungraded)) == grades(gradebook_of(graded))


def test_formgrader_can_read_and_write_meanwhile(ungraded):
    """A person grades by hand, with nbgrader's own API, while the class is being graded."""
    assert grade(ungraded, "--student", "student-000") == 0
    stop = threading.Event()
    problems: list[Exception] = []
    rounds = []

    def person() -> None:
        while not stop.is_set():
            try:
                with Gradebook(gradebook_of(ungraded), "words") as gradebook:
                    gradebook.submission_dicts("1-words")
                    grade = gradebook.find_grade("shout--1", "02_shout", "1-words", "student-000")
                    grade.manual_score = 1.5
                    gradebook.db.commit()
                rounds.append(1)
            except Exception as error:
                problems.append(error)

    thread = threading.Thread(target=person)
    thread.start()
    try:
        assert grade(ungraded) == 0
    finally:
        stop.set()
        thread.join()
    assert problems == []
    assert rounds
    scores = grades(gradebook_of(ungraded))
    assert scores["student-000", "1-words", "02_shout", "shout--1"][1] == 1.5


def test_a_manual_grade_stands(course):
    key = ("student-000", "1-words", "02_shout", "shout--1")
    with Gradebook(gradebook_of(course), "words") as gradebook:
        by_hand = gradebook.find_grade(key[3], key[2], key[1], key[0])
        by_hand.manual_score = 0.5
        gradebook.find_comment("shout", key[2], key[1], key[0]).manual_comment = "See me."
        gradebook.db.commit()
    small_class.write_submission(course, *key[:3], "return 'changed'")
    results = course / "results.json"
    assert grade(course, "--json", str(results)) == 0
    assert grades(gradebook_of(course))[key] == (0, 0.5, True)
    shout = json.loads(results.read_text())[key[0]][key[1]][key[2]]["shout"]
    assert shout["points"] == 0.5
    page = course / "feedback" / key[0] / key[1] / f"{key[2]}.html"
    assert "0.5 of 2 points" in page.read_text()


def _by_hand(course, key, comment=None, **values):
    """Give points, extra credit or a comment, as formgrader does."""
    student, part, notebook, cell = key
    with Gradebook(gradebook_of(course), "words") as gradebook:
        if comment is not None:
            gradebook.find_comment(cell, notebook, part, student).manual_comment = comment
        for name, value in values.items():
            setattr(gradebook.find_grade(cell, notebook, part, student), name, value)
        gradebook.db.commit()


def _rows(page: str) -> dict[str, str]:
    """Return the text of each test's row of a feedback page."""
    rows = re.findall(r"<tr><td>(.*?)</td>(.*?)</tr>", page, re.S)
    return {title: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for title, text in rows}


def test_what_a_person_gives_is_on_the_page_told_apart_from_what_a_test_said(course):
    where = ("student-000", "1-words", "01_count")
    path = course / "feedback" / "/".join(where[:2]) / f"{where[2]}.html"
    before = path.read_text()
    row = _rows(before)["no words"]
    assert row.startswith("0 / 1 ") and "instructor" not in before
    said = row.removeprefix("0 / 1 ")
    _by_hand(course, (*where, "count_words"), comment="Nearly: think of <b> & 'no words'.")
    assert grade(course) == 0
    page = path.read_text()
    assert "Nearly: think of &lt;b&gt; &amp; &#39;no words&#39;." in page
    assert _rows(page) == _rows(before)  # a comment gives no points
    _by_hand(course, (*where, "count_words--2"), manual_score=0.5, extra_credit=1)
    assert grade(course) == 0
    row = _rows(path.read_text())["no words"]
    assert row == (
        "1.5 / 1 Your instructor gave 0.5. Your instructor gave 1 as extra credit. "
        f"The test gave 0 and says: {said}"
    )
    stamp = path.stat().st_mtime_ns
    assert grade(course) == 0
    assert path.stat().st_mtime_ns == stamp  # nothing new, nothing written
    _by_hand(course, (*where, "count_words"), comment="")
    _by_hand(course, (*where, "count_words--2"), manual_score=None, extra_credit=None)
    assert grade(course) == 0
    assert path.read_text() == before


def test_what_is_seen_of_hidden_tests_is_set_for_each_part(course, capsys):
    config = course / "nbgrader_config.py"
    said = config.read_text()
    config.write_text(said + "c.FeedbackPages.tests = {'1-*': 'sentences', '2-*': 'tests'}\n")
    pages = course / "feedback" / "student-000"
    assert grade(course) == 0
    assert "0 to grade" in capsys.readouterr().out
    words = (pages / "1-words" / "01_count.html").read_text()
    assert "a sentence" not in words and list(_rows(words)) == ["1", "2"]
    assert "The call" not in words
    letters = (pages / "2-letters" / "01_vowels.html").read_text()
    assert _rows(letters)["a word"].endswith("Each vowel counts. The call: vowels(a text)")
    assert "assert" not in (pages / "2-letters" / "01_vowels.html").read_text()  # no due date
    for when, seen in (("2099-01-01", False), ("2026-01-01", True)):
        with Gradebook(gradebook_of(course), "words") as gradebook:
            gradebook.update_or_create_assignment("2-letters", duedate=f"{when} 00:00 UTC")
        assert grade(course) == 0
        page = (pages / "2-letters" / "01_vowels.html").read_text()
        assert ("assert vowels(&#39;banana&#39;) == 3" in page) == seen
    assert "assert" not in (pages / "1-words" / "01_count.html").read_text()
    with Gradebook(gradebook_of(course), "words") as gradebook:
        gradebook.grant_extension("2-letters", "student-000", weeks=52 * 50)
    assert grade(course) == 0
    assert "assert" not in (pages / "2-letters" / "01_vowels.html").read_text()
    config.write_text(said + "c.FeedbackPages.tests = {'1-*': 'all'}\n")
    assert grade(course) == 2
    assert capsys.readouterr().err == (
        "c.FeedbackPages.tests says 'all' of '1-*'; it may say sentences, titles, tests.\n"
    )


ASKED = {
    "# regrade request: Vowels: it counts y, too": ("vowels", "it counts y, too"),
    "**Regrade request:** vowels - a = b": ("vowels", "a = b"),
    "Regrade request: other: why not": ("", "why not"),
    "I would like a regrade request: please": None,
    "Regrade request: vowels": None,
}


@pytest.mark.parametrize("text", ASKED)
def test_a_request_is_a_line_of_the_last_cell(text):
    cells = [Cell("code", text), Cell("markdown", f"Hello.\n{text}\n"), Cell("code", " ")]
    found = regrade_requests(cells, {"vowels", ""})
    assert [(f.exercise, ASKED[text][1] in f.evidence) for f in found] == (
        [(ASKED[text][0], True)] if ASKED[text] else []
    )
    assert regrade_requests([*cells, Cell("code", "x = 1")], {"vowels"}) == []


def test_a_request_is_in_the_report_and_asked_for_in_formgrader(course, capsys):
    key = ("asker", "2-letters", "01_vowels")
    path = small_class.write_submission(course, *key, "wrong")
    made = json.loads(path.read_text())
    made["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "id": "x",
         "source": "Regrade request: vowels: <b>see</b> the \u202eslides"}
    )  # fmt: skip
    path.write_text(json.dumps(made))
    assert grade(course) == 0
    assert "asker · 2-letters/01_vowels · vowels: regrade request:" in capsys.readouterr().out
    page = (course / "report" / "index.html").read_text()
    asked = page[page.index("Asked to be looked at again") :]
    assert "asker · 2-letters/01_vowels · vowels: &#39;&lt;b&gt;see&lt;/b&gt; the" in asked
    assert grades(gradebook_of(course))[*key, "vowels--1"] == (0, None, True)
    with Gradebook(gradebook_of(course), "words") as gradebook:  # as formgrader saves points
        found = gradebook.find_grade("vowels--1", key[2], key[1], key[0])
        found.manual_score, found.needs_manual_grade = 3, False
        gradebook.db.commit()
    assert grade(course) == 0
    assert grades(gradebook_of(course))[*key, "vowels--1"] == (0, 3, False)
    # nbgrader's own command, and so formgrader's button, asks as well.
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("from evenhand.preprocessors import grade_with_evenhand\n")
        config.write("grade_with_evenhand(c)\n")
    other = ("other", *key[1:])
    shutil.copytree(path.parent, course / "submitted" / other[0] / key[1])
    nbgrader(course, "autograde", key[1], "--student", other[0])
    assert grades(gradebook_of(course))[*other, "vowels--1"] == (0, None, True)


def test_who_takes_points_away_by_hand_leaves_nothing_called_full(course):
    key = ("new", "2-letters", "01_vowels", "vowels--1")
    small_class.write_submission(course, *key[:3], "right")
    assert grade(course) == 0
    _by_hand(course, key, manual_score=0)
    results = course / "results.json"
    assert grade(course, "--json", str(results)) == 0
    vowels = json.loads(results.read_text())["new"]["2-letters"]["01_vowels"]["vowels"]
    assert (vowels["points"], vowels["status"]) == (0, "wrong")
    page = (course / "feedback" / "new" / "2-letters" / "01_vowels.html").read_text()
    assert _rows(page)["a word"] == "0 / 4 Your instructor gave 0. The test gave 4."


def test_who_grades_few_reports_all(course):
    assert grade(course) == 0
    files = [course / "report" / name for name in ("grades.csv", "index.html")]
    before = [path.read_text() for path in files]
    for chosen in (("--student", "student-001"), ("--part", "2-letters")):
        assert grade(course, *chosen, "--json", str(course / "few.json")) == 0
        assert [path.read_text() for path in files] == before
        assert (course / "few.json").read_text() == (course / "results.json").read_text()


def _all_files(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".evenhand" not in path.parts  # may be deleted at any time
    }


def test_a_dry_run_says_what_would_be_graded_and_writes_nothing(graded, ungraded, tmp_path, capsys):
    course = Path(shutil.copytree(graded, tmp_path / "graded"))
    for folder, told in (
        (ungraded, "1-words: 15 to grade, of 15 notebooks of 8 students\n"),
        (course, "1-words: 1 to grade, of 15 notebooks of 8 students\n"),
    ):
        if folder == course:
            small_class.write_submission(course, "student-000", "1-words", "02_shout", "right")
        before = _all_files(folder)
        assert grade(folder, "--dry-run") == 0
        said = capsys.readouterr().out
        assert told in said and "Nothing was written" in said
        assert _all_files(folder) == before
    (course / "submitted" / "a-link").symlink_to("student-000")
    assert grade(course, "--dry-run") == 1
    assert "is a link and was not followed" in capsys.readouterr().out


def test_what_was_not_handed_in_is_not_waited_for(ungraded, capsys):
    shutil.rmtree(ungraded / "submitted")
    small_class.write_submission(ungraded, "x", "1-words", "01_count", "right")
    (ungraded / "submitted" / "y" / "1-words").mkdir(parents=True)
    assert grade(ungraded) == 0
    said = capsys.readouterr().out
    assert "1 notebooks of 2 students, 3 more not handed in: 1 to grade, 0 as they were." in said
    assert re.findall(r"Graded \d+ of \d+ notebooks", said)[-1] == "Graded 1 of 1 notebooks"


def test_students_stand_as_people_sort_names(ungraded):
    shutil.rmtree(ungraded / "submitted")
    names = ["ada", "Cem", "Çelik", "José", "Łukasz", "Øystein", "Zoë", "student-9", "student-10"]
    for name in names:
        small_class.write_submission(ungraded, name, "2-letters", "01_vowels", "right")
    assert grade(ungraded) == 0
    with (ungraded / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
        shown = [row["student"] for row in csv.DictReader(file)]
    assert shown == ["ada", "Çelik", "Cem", "José", "Łukasz", "Øystein"] + names[-2:] + ["Zoë"]


def test_the_json_file_has_the_agreed_form(graded):
    statuses = {"full", "partial", "wrong", "not attempted", "error", "missing"}
    results = json.loads((graded / "results.json").read_text())
    assert len(results) == STUDENTS
    for parts in results.values():
        for part, notebooks in parts.items():
            assert notebooks.keys() == small_class.COURSE[part].keys()
            for notebook, exercises in notebooks.items():
                assert exercises.keys() == small_class.COURSE[part][notebook].keys()
                for exercise in exercises.values():
                    assert exercise.keys() == {
                        *("points", "max", "status", "messages", "flags", "tests")
                    }
                    assert exercise["status"] in statuses
                    assert exercise["points"] == sum(
                        test["points"] for test in exercise["tests"].values()
                    )


#: What a learner wrote in `vowels` -> its status in the JSON file.
STATUSES = {
    "full": "right",
    "wrong": "wrong",
    "not attempted": "untouched",
    "error": "return text.no_such_method()",
    "timeout": "while True: pass",
    "crashed": "import os; os._exit(3)",
    "memory": "return bytearray(10**12)",
}


def test_the_json_file_names_what_went_wrong(course):
    for status, line in STATUSES.items():
        small_class.write_submission(course, f"x {status}", "2-letters", "01_vowels", line)
    file = small_class.write_submission(course, "x repaired", "2-letters", "01_vowels", "right")
    made = json.loads(file.read_text())
    made["cells"] = [cell for cell in made["cells"] if "--" not in str(cell["metadata"])]
    file.write_text(json.dumps(made))
    file = small_class.write_submission(course, "x tampering", "2-letters", "01_vowels", "right")
    file.write_text(file.read_text().replace('"points": 4', '"points": 40'))
    (course / "submitted" / "x missing" / "2-letters").mkdir(parents=True)
    assert grade(course, "--part", "2-letters", "--json", str(course / "all.json")) == 0
    results = json.loads((course / "all.json").read_text())
    for status in (*STATUSES, "repaired", "tampering", "missing"):
        exercise = results[f"x {status}"]["2-letters"]["01_vowels"]["vowels"]
        assert exercise["status"] == status, exercise
        full = status in ("full", "repaired", "tampering")
        assert exercise["points"] == (4 if full else 0), exercise
        assert exercise["messages"] or exercise["flags"] or full, exercise


def test_the_csv_file_keeps_a_name_with_a_comma_in_one_field(course):
    student = 'Ó"Neill, Ines; =1+1'
    small_class.write_submission(course, student, "2-letters", "01_vowels", "right")
    assert grade(course) == 0
    with (course / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows[student]["total"] == rows[student]["2-letters/01_vowels/vowels"] == "4"
    assert rows[student]["1-words/02_shout/shout"] == ""
    assert len(rows) == STUDENTS + 1


class Images(HTMLParser):
    """Collect the alternative texts of a page, and check that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alts.append(dict(attributes)["alt"])
            return
        if ("role", "img") in attributes:
            self.alts.append(dict(attributes)["aria-label"])
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_names_what_went_wrong(graded):
    text = (graded / "report" / "index.html").read_text()
    page = Images()
    page.feed(text)
    assert page.open == []
    assert len(page.alts) == 2 and all(len(alt) > 40 for alt in page.alts)
    assert "Each vowel counts." in text


def test_feedback_shows_tests_by_name_and_no_hidden_code(graded):
    for path in (graded / "feedback").rglob("*.html"):
        text = path.read_text()
        Images().feed(text)
        assert "HIDDEN TESTS" not in text and "assert" not in text
        assert str(graded) not in text
    page = (graded / "feedback" / "student-000" / "1-words" / "01_count.html").read_text()
    assert "a sentence" in page and "no words" in page


def test_nbgraders_own_commands_go_on_working(course):
    shutil.rmtree(course / "feedback")
    nbgrader(course, "generate_feedback", "1-words")
    pages = list((course / "feedback").rglob("*.html"))
    assert len(pages) == len(list((course / "autograded").rglob("1-words/*.ipynb")))
    assert not any("HIDDEN" in page.read_text() for page in pages)
    assert "Skipping existing assignment" in nbgrader(course, "autograde", "1-words")


def test_the_release_version_is_never_touched(course):
    assert not (course / "release").exists()


def documents_of(course, student, notebook):
    """What the gradebook keeps of a result."""
    query = "SELECT document FROM evenhand_result WHERE student = ? AND notebook = ?"
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        return [row[0] for row in database.execute(query, (student, notebook))]


def test_files_that_are_not_what_they_should_be(course, capsys):
    small_class.write_submission(
        course, "copier", "1-words", "01_count", "right", file="01_count (1).ipynb"
    )
    small_class.write_submission(
        course, "copier", "1-words", "02_shout", "right", file="deeper/my homework.ipynb"
    )
    secret = course / "secret.ipynb"
    secret.write_text("{}")
    folder = course / "submitted" / "linker" / "1-words"
    folder.mkdir(parents=True)
    (folder / "02_shout.ipynb").symlink_to(secret)
    (folder / "timestamp.txt").write_text("yesterday evening, I think")
    (course / "submitted" / "linker" / "9-nothing").mkdir()
    assert grade(course) == 1
    said = capsys.readouterr().out
    assert "handed in as '01_count (1).ipynb', taken for 01_count" in said
    assert "handed in as 'deeper/my homework.ipynb', taken for 02_shout" in said
    assert "linker · 1-words: '02_shout.ipynb' is a link and was not followed; not graded" in said
    assert "linker · 1-words/02_shout: tampering: The hand-in's '02_shout.ipynb' is a link" in said
    [stored] = [json.loads(text) for text in documents_of(course, "linker", "02_shout")]
    assert [flag["kind"] for flag in stored["flags"]] == ["tampering"]
    assert "is a link" in (course / "report" / "index.html").read_text("utf-8")
    assert "linker · 1-words: timestamp.txt says 'yesterday evening, I think', which" in said
    assert "9-nothing: the course has no such part; 1 submission left alone" in said
    scores = grades(gradebook_of(course))
    assert scores["copier", "1-words", "01_count", "longest_word--1"][0] == 3
    assert scores["copier", "1-words", "02_shout", "shout--1"][0] == 2
    assert scores["linker", "1-words", "02_shout", "shout--1"][0] == 0


def test_names_and_files_that_no_one_expects(ungraded, capsys):
    shutil.rmtree(ungraded / "submitted")
    path = small_class.write_submission(ungraded, "x", "2-letters", "01_vowels", "right")
    odd = os.fsencode(ungraded / "submitted") + b"/caf\xe9"
    shutil.copytree(os.fsencode(ungraded / "submitted" / "x"), odd)
    os.mkfifo(path.with_name("pipe.ipynb"))
    assert grade(ungraded) == 1
    said = capsys.readouterr().out
    assert "'caf\\udce9' · 2-letters: the folder's name has characters that cannot be shown" in said
    assert "'pipe.ipynb' is no ordinary file; not graded" in said
    assert grades(gradebook_of(ungraded))["x", "2-letters", "01_vowels", "vowels--1"][0] == 4


@pytest.mark.skipif(bool(SANDBOX), reason="there is no bubblewrap")
def test_a_sandbox_that_the_system_refuses(ungraded, tmp_path, monkeypatch):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    status, _, refused = start_grading(ungraded).finish()
    assert status == 2
    assert "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in refused
    assert "Traceback" not in refused and refused.count("\n") == 1
    assert recorded(ungraded) == {}


def test_without_a_sandbox_nothing_is_run_unless_one_says_so(ungraded, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    command = [sys.executable, "-m", "evenhand", "grade", "--course", str(ungraded)]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "bubblewrap" in refused.stderr and "--without-sandbox" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert recorded(ungraded) == {}
    trusted = subprocess.run([*command, "--without-sandbox"], capture_output=True, text=True)
    assert trusted.returncode == 0, trusted.stderr
    assert recorded(ungraded)


def test_late_work_is_treated_as_the_course_says(ungraded):
    config = ungraded / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    assert grade(ungraded, "--part", "2-letters", "--student", "nobody") == 2
    assert grade(ungraded, "--part", "2-letters", "--student", "student-001") == 0
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        gradebook.update_or_create_assignment("2-letters", duedate="2026-01-01 00:00 UTC")
    small_class.write_submission(ungraded, "late", "2-letters", "01_vowels", "right")
    stamp = ungraded / "submitted" / "late" / "2-letters" / "timestamp.txt"
    stamp.write_text("2026-01-02 00:00 UTC")
    assert grade(ungraded, "--part", "2-letters") == 0
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        late = gradebook.find_submission("2-letters", "late")
        assert late.total_seconds_late == 24 * 3600
        assert late.late_submission_penalty == late.score == 4


LATE = """
c.AssignLatePenalties.plugin_class = "evenhand.late.LatePolicy"
c.LatePolicy.free_hours = 2
c.LatePolicy.percent_a_day = 10
c.LatePolicy.floor = 50
"""


@pytest.mark.parametrize(
    ("hours", "taken"),
    [(0.5, 0), (2, 0), (2.1, 10), (26, 10), (27, 20), (122, 50), (10_000, 50)],
)
def test_the_worked_example_of_late_work(hours, taken):
    policy = LatePolicy(free_hours=2, percent_a_day=10, floor=50)
    penalty = policy.late_submission_penalty("x", 20.0, hours * 3600) or 0
    assert penalty == pytest.approx(20 * taken / 100)
    assert not policy.late_submission_penalty("x", 0.0, hours * 3600)


def test_extensions_come_from_a_file(ungraded, capsys):
    config = ungraded / "nbgrader_config.py"
    config.write_text(config.read_text() + LATE)
    shutil.rmtree(ungraded / "submitted")
    for student in ("ann", "bo"):
        small_class.write_submission(ungraded, student, "2-letters", "01_vowels", "right")
        stamp = ungraded / "submitted" / student / "2-letters" / "timestamp.txt"
        stamp.write_text("2026-01-02 03:00 UTC")
    (ungraded / "extensions.csv").write_text("student,part,hours\nbo,2-letters,24.5\n")
    assert grade(ungraded) == 0
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        gradebook.update_or_create_assignment("2-letters", duedate="2026-01-01 00:00 UTC")
    assert grade(ungraded) == 0
    page = (ungraded / "feedback" / "ann" / "2-letters" / "01_vowels.html").read_text()
    assert "0.8 points are taken off, from\n4." in page
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        scores = {
            s.student.id: s.score - (s.late_submission_penalty or 0)
            for s in gradebook.assignment_submissions("2-letters")
        }
    assert scores == {"ann": pytest.approx(3.2), "bo": pytest.approx(3.6)}
    (ungraded / "extensions.csv").write_text("student,part,hours\nbo,2-letters,48\n")
    assert grade(ungraded) == 0
    page = (ungraded / "feedback" / "bo" / "2-letters" / "01_vowels.html").read_text()
    assert "taken off" not in page
    capsys.readouterr()
    (ungraded / "extensions.csv").write_text("student,part,hours\nbo,2-letters,two\n")
    assert grade(ungraded) == 2
    assert "'two' is no number of hours." in capsys.readouterr().err


PENALTY = """
import sys
sys.path.insert(0, {folder!r})
c.LateSubmissionPlugin.penalty_method = "none"
c.AssignLatePenalties.plugin_class = "half_off.HalfOff"
"""


def test_everything_that_shows_points_shows_the_gradebooks(ungraded, tmp_path, monkeypatch, capsys):
    """A moved due date, a mended timestamp and points by hand lead to another penalty."""
    monkeypatch.setattr("os.environ", {**os.environ, "COLUMNS": "200"})
    monkeypatch.syspath_prepend(str(ungraded))
    (ungraded / "half_off.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class HalfOff(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return score / 2\n"
    )
    config = ungraded / "nbgrader_config.py"
    config.write_text(config.read_text() + PENALTY.format(folder=str(ungraded)))
    shutil.rmtree(ungraded / "submitted")
    for student in ("early", "late"):
        for name in ("01_count", "02_shout"):
            small_class.write_submission(ungraded, student, "1-words", name, "right")
    stamp = ungraded / "submitted" / "late" / "1-words" / "timestamp.txt"
    stamp.write_text("2026-01-02 00:00:00 UTC")
    file = tmp_path / "results.json"

    def shown() -> dict[str, float]:
        """Grade; return what the gradebook, and everything else, says of the late student."""
        assert grade(ungraded, "--json", str(file)) == 0
        said = capsys.readouterr().out
        with Gradebook(gradebook_of(ungraded), "words") as gradebook:
            submission = gradebook.find_submission("1-words", "late")
            points = max(0, submission.score - submission.late_submission_penalty)
        with open(ungraded / "report" / "grades.csv", newline="") as sheet:
            [row] = [row for row in csv.DictReader(sheet) if row["student"] == "late"]
        assert float(row["1-words"]) == float(row["total"]) == points
        exercises = [float(v) for k, v in row.items() if k.count("/") == 2 and v]
        assert sum(exercises) == points
        line = next(line for line in said.splitlines() if line.startswith(" late"))
        assert float(line.split()[-1]) == points
        notebooks = json.loads(file.read_text())["late"]["1-words"].values()
        assert sum(e["points"] for one in notebooks for e in one.values()) == points
        pages = [p.read_text() for p in (ungraded / "feedback" / "late" / "1-words").glob("*.html")]
        told = [re.findall(r"<strong>([\d.]+) of [\d.]+ points</strong>", page) for page in pages]
        assert sum(float(number) for [number] in told) == points
        report = (ungraded / "report" / "index.html").read_text()
        row = re.search(
            r'class="student"><th scope="row"><span [^>]*>late<.*?<strong>([\d.]+)<', report, re.S
        )
        assert float(row[1]) == points
        assert ("late penalty" in report) == any("taken off" in page for page in pages)
        return points

    assert shown() == 8
    before = recorded(ungraded)
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        gradebook.update_or_create_assignment("1-words", duedate="2026-01-01 00:00 UTC")
    assert shown() == 4
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        found = gradebook.find_grade("count_words--1", "01_count", "1-words", "late")
        found.manual_score = 1
        found.extra_credit = 2
        gradebook.db.commit()
    assert shown() == 4.5
    stamp.write_text("2025-12-31 00:00:00 UTC")
    assert shown() == 9
    assert (ungraded / "autograded/late/1-words/timestamp.txt").read_text().startswith("2025-12-31")
    stamp.write_text("2026-01-01 00:00:01 UTC")
    assert shown() == 4.5
    with Gradebook(gradebook_of(ungraded), "words") as gradebook:
        gradebook.grant_extension("1-words", "late", days=1)
    assert shown() == 9
    assert grade(ungraded, "--student", "early") == 0
    assert recorded(ungraded).keys() == before.keys()


def test_a_withdrawn_notebook_leaves_nothing_to_look_at(course):
    name = "student-001/1-words/01_count"
    for withdrawn in (course / "submitted" / f"{name}.ipynb",):
        assert (course / "autograded" / f"{name}.ipynb").is_file()
        withdrawn.unlink()
    assert grade(course) == 0
    assert not (course / "autograded" / f"{name}.ipynb").exists()
    page = (course / "feedback" / f"{name}.html").read_text()
    assert "You have not handed in this notebook." in page and "0 of 6 points" in page
    assert "def count_words" not in page


def _as_text(path):
    path.write_text("My grades\nalice 3\n")


def _cut(path):
    path.write_bytes(path.read_bytes()[:9000])


def _folder(path):
    path.unlink()
    path.mkdir()


def _dangling(path):
    path.unlink()
    path.symlink_to("/nowhere/gradebook.db")


def _older(path):
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE submitted_assignment DROP COLUMN extension")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_as_text, "is not a gradebook. Move it away"),
        (_cut, "is damaged. Put a copy of it"),
        (_folder, "cannot be opened. There must be a file"),
        (_dangling, "cannot be opened. There must be a file"),
        (_older, "was made by another version of nbgrader. Make a copy"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_one_sentence(course, damage, words, capsys):
    damage(course / "gradebook.db")
    small_class.write_submission(course, "student-000", "1-words", "02_shout", "right")
    assert grade(course) == 2
    _, said = capsys.readouterr()
    assert said.count("\n") == 1
    assert said.startswith(f"The gradebook {course / 'gradebook.db'} {words}")


def _with_db(course: Path, url: str) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.CourseDirectory.db_url = {url!r}\n")


def test_a_locked_gradebook_is_one_sentence(course, capsys):
    _with_db(course, f"{gradebook_of(course)}?timeout=1")
    small_class.write_submission(course, "student-000", "1-words", "02_shout", "right")
    held = sqlite3.connect(course / "gradebook.db")
    try:
        held.execute("BEGIN EXCLUSIVE")
        assert grade(course) == 2
        assert "is being written by another program" in capsys.readouterr().err
        held.rollback()
        # Somebody reads: what is graded cannot be written.
        held.execute("BEGIN")
        held.execute("SELECT * FROM grade").fetchone()
        assert grade(course) == 2
        assert "is being written by another program" in capsys.readouterr().err
    finally:
        held.close()
    assert grade(course) == 0
    assert grades(gradebook_of(course))["student-000", "1-words", "02_shout", "shout--1"][0] == 2


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///file:{path}?mode=ro&uri=true", "may not be written"),
        ("postgresql+psycopg://someone:secret@127.0.0.1:1/grades", "cannot be used"),
        ("oracle+nothing://x/y", "cannot be used"),
        ("grades", "no database's address"),
    ],
)
def test_an_address_that_leads_to_no_gradebook_is_one_sentence(course, url, words, capsys):
    _with_db(course, url.format(path=course / "gradebook.db"))
    small_class.write_submission(course, "student-000", "1-words", "02_shout", "right")
    assert grade(course) == 2
    _, said = capsys.readouterr()
    assert words in said and said.count("\n") == 1 and "secret" not in said


def test_a_full_disk_is_one_sentence(course):
    small_class.write_submission(course, "student-000", "1-words", "02_shout", "right")
    before = grades(gradebook_of(course))
    for kilobytes in (1, 16):  # the feedback page; what the database writes beside itself
        command = ["prlimit", f"--fsize={kilobytes * 1024}"]
        command += [sys.executable, "-m", "evenhand", "grade"]
        done = subprocess.run(
            [*command, "--course", str(course), "--workers", "1", *SANDBOX],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert grades(gradebook_of(course)) == before
    assert grade(course) == 0


def test_a_refusal_of_nbgrader_is_one_sentence(course, capsys):
    source = course / "source" / "1-words" / "02_shout.ipynb"
    source.write_text(source.read_text().replace("shout--1", "shout--renamed"))
    assert grade(course) == 1
    assert re.search(r"nbgrader does not take the sources of 1-words: .+02_shout.+", _said(capsys))


def test_another_system_is_refused_in_a_sentence(ungraded, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "evenhand.commands", None)  # cannot be imported there
    monkeypatch.delattr(evenhand, "commands")
    assert evenhand_command(["grade", "--course", str(ungraded)]) == 2
    assert capsys.readouterr().err.startswith("Grading needs Linux")
    assert not (ungraded / "gradebook.db").exists()


def test_no_course_is_one_sentence(tmp_path, capsys):
    assert grade(tmp_path / "nowhere") == 2
    assert "There is no course folder" in capsys.readouterr().err
    assert grade(tmp_path) == 2
    assert "There are no source notebooks" in capsys.readouterr().err


def _said(capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_processes_that_are_killed_cost_nobody_anything(ungraded):
    """One process after another is killed, as a machine short of memory would do."""
    course = Course.open(ungraded)
    jobs, _ = find_jobs(course.submissions(), course.sources())
    options = Options.from_config(course.config, sandbox=not SANDBOX)
    finished, killed = [], []
    with contextlib.closing(LocalGraders(options, 2, [jobs[0].source])) as graders:
        for batch in graders.grade(jobs):
            finished += batch
            processes = graders.graders[len(finished) % 2].processes
            if processes is None or len(killed) == 4:
                continue
            top = (processes.examiner.pid, processes.sandbox.pid)[len(killed) % 2]
            victim = (min, max)[len(killed) // 2](memory.below(top))
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
    assert len(killed) == 4
    assert {done.job.key for done in finished} == {job.key for job in jobs}
    assert len(finished) == len(jobs)
    assert all(done.result for done in finished), [done.failure for done in finished]


ENDLESS = "import subprocess\n    subprocess.run(['sleep', '4243'])"


@pytest.mark.parametrize("victim", ["command", "examiner", "sandbox"])
def test_whatever_is_killed_leaves_nothing_running(victim, tmp_path):
    # Nothing ends by itself before the test gives up.
    small_class.write_sources(tmp_path, "c.GradeNotebook.call_seconds = 60\n")
    small_class.write_submission(tmp_path, "x", "2-letters", "01_vowels", ENDLESS)
    command = start_grading(tmp_path, "--workers", "1")
    try:
        deadline = time.monotonic() + 60
        while not any("4243" in said for said in _running(command.pid).values()):
            assert command.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        before = _running(command.pid)
        [examiner] = [p for p in _children(command.pid) if "examiner_process" in before[p]]
        [sandbox] = set(_children(command.pid)) - {examiner}
        assert len({examiner, *memory.below(examiner)}) == 2  # it has forked, for this notebook
        os.kill({"command": command.pid, "examiner": examiner}.get(victim, sandbox), signal.SIGKILL)
        deadline = time.monotonic() + 10
        gone = set(before) - (set() if victim == "command" else {command.pid})
        while left := [
            before[one] for one in gone if before[one] and before[one] == _arguments(one)
        ]:
            assert time.monotonic() < deadline, left
            time.sleep(0.05)
    finally:
        command.kill()


def _running(pid: int) -> dict[int, str]:
    """Return what runs below a process: its number -> its arguments."""
    return {one: _arguments(one) for one in memory.below(pid)}


def _children(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children()]


def _arguments(pid: int) -> str:
    """Return a process's arguments; nothing where it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def test_grades_equal_those_of_stock_nbgrader(tmp_path):
    """On honest work without accidents, nbgrader as it comes gives the same points."""
    small_class.write_sources(tmp_path)
    small_class.write_class(tmp_path, 3)
    for command in ("generate_assignment", "autograde"):
        for part in small_class.COURSE:
            nbgrader(tmp_path, command, part)
    stock = grades(gradebook_of(tmp_path))
    (tmp_path / "gradebook.db").rename(tmp_path / "stock.db")
    assert grade(tmp_path) == 0
    assert grades(gradebook_of(tmp_path)) == stock


def test_ones_own_notebooks(tmp_path, capsys, monkeypatch):
    small_class.write_sources(tmp_path)
    own = small_class.write_submission(
        tmp_path, ".", "1-words", "01_count", {"count_words": "wrong", "longest_word": "right"}
    )
    release = tmp_path / "release" / "1-words"
    release.mkdir(parents=True)
    before = own.read_bytes()
    shutil.copy(own, release)
    assert grade(tmp_path, "--mine") == 0
    said = capsys.readouterr().out
    told = " ".join(said.split())
    assert "no words: An empty text has no words." in told and "5 of 6 points" in told
    assert (release / "01_count.ipynb").read_bytes() == before
    assert not (tmp_path / "gradebook.db").exists()
    assert 'href="1-words/01_count.html"' in (tmp_path / "my-work" / "index.html").read_text()
    page = (tmp_path / "my-work" / "1-words" / "01_count.html").read_text()
    assert page.count("<summary>Your code beside the course") == 2  # of each that was tried
    assert "BEGIN SOLUTION" not in page

    own = small_class.write_submission(
        tmp_path, ".", "1-words", "01_count", {"count_words": "untouched", "longest_word": "right"}
    )
    shutil.copy(own, release)
    assert grade(tmp_path, "--mine") == 0
    capsys.readouterr()
    page = (tmp_path / "my-work" / "1-words" / "01_count.html").read_text()
    assert page.count("<summary>Your code beside the course") == 1

    shutil.copy(
        small_class.write_submission(tmp_path, ".", "1-words", "02_shout", "right"), release
    )
    read, look = [], fingerprint.of_tests
    monkeypatch.setattr(fingerprint, "of_tests", lambda *of: read.append(of[0].stem) or look(*of))
    assert grade(tmp_path, "--mine", str(release / "02_shout.ipynb")) == 0
    said = capsys.readouterr().out
    assert "2 of 2 points" in said and "count_words" not in said
    assert set(read) == {"02_shout"}  # who asks for one does not wait for all
    elsewhere = shutil.copytree(release, tmp_path / "elsewhere" / "1-words") / "02_shout.ipynb"
    for other in (release / "03_none.ipynb", elsewhere):
        assert grade(tmp_path, "--mine", str(other)) == 2
        said = "".join(capsys.readouterr())
        assert f"{other.name} is no notebook of this course. There are: 1-words/01_count" in said


def test_for_ones_own_notebook_the_solution_is_graded_once(tmp_path, capsys, monkeypatch):
    """Once since the machine started, that is; for a class, in each run."""
    monkeypatch.setattr(grader, "_REHEARSED", {})
    small_class.write_sources(tmp_path)
    own = small_class.write_submission(tmp_path, "one", "2-letters", "01_vowels", "right")
    release = tmp_path / "release" / "2-letters"
    release.mkdir(parents=True)
    shutil.copy(own, release)
    kept = tmp_path / ".evenhand" / "rehearsed" / "2-letters" / "01_vowels.json"
    noted = kept.with_suffix(".checked")

    def mine(*, lost):
        """Grade it, as if the solution had got its points, or had lost some since."""
        known = json.loads(kept.read_text())
        known["rehearsal"]["tests"][0]["own"] = 3.0 if lost else 4.0
        kept.write_text(json.dumps(known))
        grader._REHEARSED.clear()
        status = grade(tmp_path, "--mine")
        return status, "own solution does not get" in capsys.readouterr().out

    assert grade(tmp_path, "--mine") == 0
    assert noted.is_file()
    noted.unlink()
    assert mine(lost=True) == (1, True) and not noted.exists()
    assert mine(lost=False) == (0, False)
    assert mine(lost=True) == (0, False)
    *same, _ = noted.read_text().split()
    noted.write_text(" ".join([*same, "before-it-started-anew"]))
    assert mine(lost=True) == (1, True)
    assert mine(lost=False) == (0, False)
    assert mine(lost=True) == (0, False)
    assert grade(tmp_path) == 1
    assert "own solution does not get" in capsys.readouterr().out


def test_ones_own_notebook_is_graded_while_nbgrader_is_imported(tmp_path, capsys, monkeypatch):
    small_class.write_sources(tmp_path)
    own = small_class.write_submission(tmp_path, "one", "2-letters", "01_vowels", "right")
    release = tmp_path / "release" / "2-letters"
    release.mkdir(parents=True)
    shutil.copy(own, release)
    source = tmp_path / "source" / "2-letters" / "01_vowels.ipynb"
    noted = tmp_path / ".evenhand" / "rehearsed" / "2-letters" / "01_vowels.job"
    asked = ["--mine", str(release / "01_vowels.ipynb")]
    used, jobs, losses, ask = [], [], [], grader.Processes.ask

    def asks(here, job, *imported):
        used.append(here)
        jobs.append(job)
        if losses:
            raise losses.pop()
        return ask(here, job, *imported)

    monkeypatch.setattr(grader.Processes, "ask", asks)

    begin, started = head_start.begin, []

    def begun(argv):
        begin(argv)
        for _, one in head_start._begun:
            one._begun[1].exception()  # waits until it has ended
            started.append(one.processes)

    monkeypatch.setattr(head_start, "begin", begun)

    def mine():
        """Grade it; return its points, whose processes did, and those that began before."""
        for noted in (used, jobs, started):
            noted.clear()
        course = ["--course", str(tmp_path), "--workers", "1", *SANDBOX]
        assert evenhand_command(["grade", *course, *asked]) == 0
        assert not head_start._begun and not any(one.alive for one in started)
        assert not any(Path(job["submission"]).exists() for job in jobs if job["submission"])
        [points] = re.findall(r"(\d) of 4 points", capsys.readouterr().out)
        return int(points), set(used), set(started)

    assert mine()[::2] == (4, set())  # nothing is known of it
    points, graded, before = mine()
    assert points == 4 and graded == before != set() and len(jobs) == 1
    # Whatever has changed since is seen.
    wrong = small_class.write_submission(tmp_path, "two", "2-letters", "01_vowels", "wrong")
    shutil.copy(wrong, release)
    assert mine()[0] < 4 and len(jobs) == 1
    shutil.copy(own, release)
    assert mine()[0] == 4 and len(jobs) == 1
    # If it is lost, it is graded anew.
    losses.append(grader.NotGraded("the examiner's process ended"))
    points, graded, before = mine()
    assert points == 4 and graded > before != set() and len(jobs) == 2
    source.write_text(source.read_text().replace("'banana') == 3", "'banana') == 4"))
    source.write_text(source.read_text().replace("return sum(", "return 1 + sum("))
    points, graded, before = mine()
    assert points == 0 and graded == before != set()
    with open(tmp_path / "nbgrader_config.py", "a") as file:
        file.write("c.GradeNotebook.cell_seconds = 7.0\n")
    points, graded, before = mine()
    assert points == 0 and graded - before and before
    noted.write_text("damaged")
    assert mine()[::2] == (0, set())


def test_code_is_not_run_without_sandbox_because_it_was_the_last_time(tmp_path, monkeypatch):
    notebook = tmp_path / "release" / "2-letters" / "01_vowels.ipynb"
    noted = tmp_path / ".evenhand" / "rehearsed" / "2-letters" / "01_vowels.job"
    for path in (notebook, noted):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps([{"sandbox": False}, {}, 0.0]))
    begun = []
    monkeypatch.setattr(grader.Grader, "begin", lambda _, job: begun.append(job))
    asked = ["--course", str(tmp_path), "--mine", str(notebook)]
    head_start.begin(asked)
    assert not begun
    head_start.begin([*asked, "--without-sandbox"])
    assert len(begun) == 1
    assert head_start.taken(Options()) is None
    head_start.remove_copies()


def test_nbgrader_is_imported_behind_long_grading_where_two_processors_are(tmp_path, monkeypatch):
    small_class.write_sources(tmp_path)
    release = tmp_path / "release" / "2-letters"
    release.mkdir(parents=True)
    asked = ["--course", str(tmp_path), "--mine", str(release / "01_vowels.ipynb")]

    sleeps = '__import__("time").sleep(0.5)'
    slow = small_class.write_submission(tmp_path, "one", "2-letters", "01_vowels", sleeps)
    shutil.copy(slow, release)

    def waits(processors):
        """Grade the notebook; return whether the next time waits for the grader's imports."""
        assert evenhand_command(["grade", "--workers", "1", *asked, *SANDBOX]) == 0
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
        head_start.begin(asked)
        [(_, one)] = head_start._begun
        assert not one._begun[1].done()
        waited = one.processes is not None
        assert head_start.taken(Options()) is None  # it ends
        head_start.remove_copies()
        return waited

    assert waits(processors=2)
    assert not waits(processors=3)
    monkeypatch.setattr(head_start, "_LONG", 60)
    assert not waits(processors=2)


@pytest.fixture
def postgres():
    """The address of a PostgreSQL server of this test's own."""
    programs = shutil.which("initdb") or next(
        iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None
    )
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    programs = Path(programs).resolve().parent
    # The server refuses to run as root, and a socket's path must be short.
    user = {}
    folder = Path(tempfile.mkdtemp(prefix="evenhand-pg-"))
    if os.getuid() == 0:
        try:
            nobody = pwd.getpwnam("postgres")
        except KeyError:
            nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **user}
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "grader"], check=True, **quiet
    )
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="], **quiet
    )
    url = f"postgresql+psycopg://grader@/postgres?host={folder}"
    try:
        engine = sa.create_engine(url)
        for _ in range(100):
            try:
                engine.connect().close()
                break
            except sa.exc.OperationalError:
                time.sleep(0.1)
        engine.dispose()
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_gradebook_on_a_postgresql_server(ungraded, graded, postgres):
    config = ungraded / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.CourseDirectory.db_url = {postgres!r}\n")
    both = [start_grading(ungraded) for _ in range(2)]
    ended = [run.finish() for run in both]
    assert [status for status, _, _ in ended] == [0, 0], ended
    assert grades(postgres) == grades(gradebook_of(graded))
    with Recorder(Course.open(ungraded)) as recorder:
        there = [stored.result for stored in recorder.stored()]
    with Recorder(Course.open(graded)) as recorder:
        assert there == [stored.result for stored in recorder.stored()]


@pytest.fixture
def cluster(tmp_path):
    """A Dask cluster of two workers: the scheduler's address, and the workers' processes."""
    place = tmp_path / "scheduler.json"

    def start(name: str, *options: str) -> subprocess.Popen:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.dask_{name}"),
                *("--scheduler-file", str(place), "--dashboard-address", "127.0.0.1:0", *options),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    programs = [start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")]
    try:
        for number in range(2):
            folder = str(tmp_path / f"worker-{number}")
            programs.append(
                start("worker", "--no-nanny", "--nthreads", "1", "--local-directory", folder)
            )
        deadline = time.monotonic() + 60
        while not place.is_file() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield json.loads(place.read_text())["address"], programs[1:]
    finally:
        for program in programs[::-1]:
            program.kill()
            program.wait()


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker(ungraded, graded, cluster):
    address, workers = cluster
    grader = start_grading(ungraded, "--scheduler", address)
    while grader.poll() is None and len(recorded(ungraded)) < 5:
        time.sleep(0.02)
    assert grader.poll() is None, grader.finish()
    workers[0].kill()
    status, *said = grader.finish()
    assert status == 0, said
    assert grades(gradebook_of(ungraded)) == grades(gradebook_of(graded))


@pytest.mark.slow
def test_what_the_course_itself_fails_on_a_cluster_is_told(ungraded, cluster):
    path = ungraded / "source" / "2-letters" / "01_vowels.ipynb"
    path.write_text(path.read_text().replace("== 3, 'Each", "== 4, 'Each"))
    grader = start_grading(ungraded, "--scheduler", cluster[0], "--student", "student-00[01]")
    status, said, _ = grader.finish()
    assert status == 1, said
    assert "vowels--1: the course's own solution gets 0 of 4 points" in said
    assert {key[1] for key in recorded(ungraded)} == {"1-words", "2-letters"}


def test_nobody_at_the_schedulers_address(ungraded, capsys):
    assert grade(ungraded, "--scheduler", "tcp://127.0.0.1:1") == 2
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err
