"""``grade --watch``: what arrives is graded at once, and once, whatever happens meanwhile."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import distributed
import pytest
import sqlalchemy as sa
from evenhand import arrivals, cluster
from evenhand.arguments import parse
from evenhand.arrivals import Arrivals
from evenhand.commands import main
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.exchange.default import ExchangeFetchFeedback, ExchangeSubmit
from rich.console import Console
from watchfiles import watch

from . import small_class
from .forked import Forked
from .harness import SANDBOX
from .test_class_grading import gradebook_of, grades, recorded
from .test_exchange import PART, course, run  # noqa: F401 - the fixture

NAME = "01_vowels"
RIGHT = small_class.COURSE[PART][NAME]["vowels"][0]


def until(folder: Path, holds, run: Forked) -> None:
    """Wait for something that a run does in a folder."""
    soon = {"debounce": 100, "step": 20, "rust_timeout": 1000}
    for _ in watch(folder, watch_filter=None, yield_on_timeout=True, **soon):
        if holds():
            return
        assert run.poll() is None, run.finish()


def page(folder: Path, student: str) -> str:
    path = folder / "feedback" / student / PART / f"{NAME}.html"
    return path.read_text() if path.is_file() else ""


def points_of(folder: Path) -> dict[str, float]:
    """Student -> points, as the gradebook has them."""
    return {key[0]: one[0] for key, one in grades(gradebook_of(folder)).items() if len(one) == 3}


def hand_in(folder: Path, student: str, kinds) -> Path:
    return small_class.write_submission(folder, student, PART, NAME, kinds)


def start(folder: Path, *options: str) -> Forked:
    words = ["grade", "--watch", "--course", str(folder), "--workers", "1", *SANDBOX, *options]
    return Forked(main, words)


def test_a_student_hands_in_and_fetches_feedback_while_it_is_watched(course, tmp_path, monkeypatch):  # noqa: F811
    opened = arrivals.Course.open(course)
    blank = hand_in(tmp_path, "nobody", "untouched")
    shutil.copytree(blank.parent, course / "release" / PART)
    api = NbGraderAPI(opened.coursedir, Authenticator(), config=opened.config)
    assert api.release_assignment(PART)["success"]
    home = tmp_path / "home"
    hand_in(home, "me", "right")
    shutil.move(home / "submitted" / "me" / PART, home / PART)
    watching = start(course, "--release", "--part", PART)
    monkeypatch.chdir(home)
    run(ExchangeSubmit, opened, home, "me")
    released = tmp_path / "exchange" / "words" / "feedback"
    until(tmp_path / "exchange", lambda: list(released.glob("*[!p].html")), watching)
    run(ExchangeFetchFeedback, opened, home, "me")
    [fetched] = (home / PART / "feedback").rglob(f"{NAME}.html")
    assert "4 of 4 points" in fetched.read_text()
    # A test that is mended meanwhile grades what was graded by the one before.
    source = course / "source" / PART / f"{NAME}.ipynb"
    source.write_text(source.read_text().replace("== 3", "== 4"))
    pages = lambda: "".join(path.read_text() for path in released.glob("*[!p].html"))  # noqa: E731
    until(tmp_path / "exchange", lambda: "0 of 4 points" in pages(), watching)
    os.kill(watching.pid, signal.SIGINT)
    status, said, errors = watching.finish()
    assert status == 0 and not errors, errors
    rows = [" ".join(line.split()[1:]) for line in said.split("\n") if f"{PART}/{NAME} " in line]
    assert rows == [f"me {PART}/{NAME} {earned} of 4" for earned in (4, 0)]
    assert said.count("Watching ") == 2 and "The course has changed: starting anew." in said
    assert "Stopped. What is done is kept" in said and "For the LMS: " in said
    assert (course / "report" / "index.html").is_file()


def test_a_burst_that_is_killed_in_its_middle_is_graded_whole(tmp_path):
    """Most of it holds no notebook: what is tested here is not how cells are run."""
    folder = tmp_path / "course"
    small_class.write_sources(folder)
    watching = start(folder, "--part", PART)
    for number in range(200):
        path = hand_in(folder, f"student-{number:03d}", "right")
        if number % 10:
            path.write_text("[]")
    until(folder, lambda: len(recorded(folder)) > 20, watching)
    watching.kill()
    before = recorded(folder)
    assert 20 < len(before) < 200
    # A folder that is moved here, with all that is in it.
    hand_in(tmp_path / "elsewhere", "late", "right")
    watching = start(folder, "--part", PART)
    (tmp_path / "elsewhere" / "submitted" / "late").rename(folder / "submitted" / "late")
    until(folder, lambda: len(recorded(folder)) == 201, watching)
    os.kill(watching.pid, signal.SIGINT)
    assert watching.finish()[0] == 0
    assert {key: recorded(folder)[key] for key in before} == before, "graded twice"
    expected = {f"student-{n:03d}": 0 if n % 10 else 4 for n in range(200)} | {"late": 4}
    assert points_of(folder) == expected


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A function that starts to watch a course; each turn of it is the test's."""
    folder = tmp_path / "course"
    small_class.write_sources(folder)
    monkeypatch.setattr(arrivals, "SETTLED", 0.0)
    made = []

    def start(*options: str) -> tuple[Path, Arrivals]:
        words = ["grade", "--watch", "--course", str(folder), "--part", PART, "--workers", "1"]
        arguments = parse([*words, *SANDBOX, *options])
        made.append(Arrivals(arguments, Console(highlight=False, markup=False)))
        return folder, made[-1].__enter__()

    yield start
    for one in made:
        one.__exit__()


def turn(desk: Arrivals, *paths: Path, holds=lambda: False) -> None:
    """Tell of changes, and let it work until something holds or nothing is left to do."""
    desk.notice([str(path) for path in paths])
    desk.turn()
    while not holds() and (any(desk._graded_now.values()) or desk._done.qsize()):
        time.sleep(0.01)
        desk.turn()


def test_a_large_class_is_looked_at_bit_by_bit(watched, monkeypatch):
    """SQLite takes only so many values in one statement: 32,766, if nobody asked for more."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 100)

    monkeypatch.setattr(arrivals, "MOST", 20)
    folder, desk = watched("--attempts", "1")
    sa.event.listen(sa.Engine, "connect", limit)
    try:
        for number in range(40):
            hand_in(folder, f"student-{number:02d}", "right").write_text("[]")
        turn(desk, folder / "submitted")
    finally:
        sa.event.remove(sa.Engine, "connect", limit)
    assert points_of(folder) == {f"student-{number:02d}": 0 for number in range(40)}


def test_a_notebook_that_is_being_written_is_waited_for(watched, monkeypatch):
    folder, desk = watched("--attempts", "1")
    half, whole = hand_in(folder, "half", "right"), hand_in(folder, "whole", "right")
    text = half.read_text()
    half.write_text(text[: len(text) // 2])
    turn(desk, half, whole)
    assert points_of(folder) == {"whole": 4}
    half.write_text(text)
    turn(desk, half)
    assert points_of(folder) == {"whole": 4, "half": 4}
    assert "Attempt 1 of 1" in page(folder, "half")
    # What stays like that is graded like that.
    monkeypatch.setattr(arrivals, "PATIENCE", 0.0)
    other = hand_in(folder, "other", "right")
    other.write_text(text[: len(text) // 4])
    turn(desk, other)
    assert points_of(folder) == {"whole": 4, "half": 4, "other": 0}


@pytest.mark.parametrize(("before", "after"), [("wrong", "right"), ("right", "wrong")])
def test_what_is_replaced_while_it_is_graded_is_graded_as_it_is_now(watched, before, after, capsys):
    folder, desk = watched("--attempts", "1")
    path = hand_in(folder, "me", before)
    turn(desk, path, holds=lambda: True)
    assert any(desk._graded_now.values())
    hand_in(folder, "me", after)
    turn(desk, path)
    turn(desk)
    assert points_of(folder) == {"me": 4 if after == "right" else 0}
    assert "Attempt 1 of 1: a version that you hand in now" in page(folder, "me")
    assert capsys.readouterr().out.count(f"{PART}/{NAME} ") == 1, "graded twice"


def test_attempts_are_bounded_and_told(watched, capsys):
    folder, desk = watched("--attempts", "2")
    for kinds, earned, told in (
        ("untouched", 0, "Attempt 1 of 2."),
        ("wrong", 0, "Attempt 2 of 2: a version that you hand in now is kept, but not graded."),
        ("right", 0, "Attempt 2 of 2. You have handed in a newer version, which is not graded: no"),
        ("wrong", 0, "Attempt 2 of 2: a version that you hand in now is kept, but not graded."),
        ("right", 0, "Attempt 2 of 2. You have handed in a newer version, which is not graded: no"),
    ):
        turn(desk, hand_in(folder, "me", kinds))
        assert points_of(folder) == {"me": earned}
        assert told in page(folder, "me"), page(folder, "me")
    assert re.search(rf"me +{PART}/{NAME} +– +Attempt 2 of 2\. You have", capsys.readouterr().out)
    # A test that is mended is no attempt, and without bounds the last version is graded.
    assert main(["grade", "--course", str(folder), "--workers", "1", *SANDBOX]) == 0
    assert points_of(folder) == {"me": 4} and "Attempt" not in page(folder, "me")


def test_a_newer_version_waits_for_its_time(watched):
    folder, desk = watched("--wait", "30")
    turn(desk, hand_in(folder, "me", "wrong"))
    then = re.search(r"Attempt 1\. The next one is graded after (.*) UTC\.", page(folder, "me"))
    turn(desk, hand_in(folder, "me", "right"))
    assert f"which will be graded after {then[1]} UTC." in page(folder, "me")
    assert points_of(folder) == {"me": 0}
    # Half an hour later, in another run.
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.execute("UPDATE evenhand_attempt SET at = datetime(at, '-31 minutes') || '.0'")
    _, desk = watched("--wait", "30")
    turn(desk, folder / "submitted")
    assert points_of(folder) == {"me": 4} and "Attempt 2." in page(folder, "me")


def test_a_cluster_grades_what_arrives(watched):
    here = {"processes": False, "dashboard_address": None, "threads_per_worker": 1}
    with distributed.LocalCluster(n_workers=1, **here) as made:
        try:
            folder, desk = watched("--scheduler", made.scheduler_address)
            turn(desk, hand_in(folder, "me", "right"), hand_in(folder, "you", "wrong"))
            assert points_of(folder) == {"me": 4, "you": 0}
            desk.__exit__()
        finally:
            for graders in cluster._remote_graders.values():
                graders.close()
            cluster._remote_graders.clear()


def test_bounds_without_watching_are_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["grade", "--attempts", "2"])
    assert "--attempts goes with --watch" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["grade", "--watch", "--wait", "-1"])
    assert "minutes are a number above 0" in capsys.readouterr().err


def test_stopped_before_anything_came(watched, monkeypatch, capsys):
    def stopped(self):
        raise KeyboardInterrupt

    folder, _ = watched()
    monkeypatch.setattr(Arrivals, "work", stopped)
    words = ["grade", "--watch", "--course", str(folder), "--workers", "1", *SANDBOX]
    assert main(words) == 0
    assert "Stopped. What is done is kept" in capsys.readouterr().out
    assert (folder / "report" / "index.html").is_file()


def test_without_an_exchange_nothing_is_released(watched, capsys):
    folder, _ = watched()
    assert main(["grade", "--watch", "--release", "--course", str(folder)]) == 2
    assert "There is no exchange to release to (" in capsys.readouterr().err
