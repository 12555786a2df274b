"""nbgrader's own exchange hands out the feedback pages that grading wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from evenhand.commands import main
from evenhand.course import Course
from evenhand.gradebook_database import no_program_asked
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect, ExchangeFetchFeedback, ExchangeSubmit

from . import small_class
from .harness import SANDBOX

PART = "2-letters"


@pytest.fixture
def course(tmp_path) -> Path:
    folder = tmp_path / "course"
    small_class.write_sources(
        folder,
        f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
        f"c.Exchange.cache = {str(tmp_path / 'cache')!r}\n"
        "c.ExchangeCollect.check_owner = False\n",  # all of it is the tests'
    )
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    return folder


def run(kind, opened: Course, folder: Path, student: str = "*") -> None:
    """Run one of the exchange's programs in a folder: as a student does, or for all of them."""
    coursedir = CourseDirectory(config=opened.config)
    coursedir.root, coursedir.assignment_id, coursedir.student_id = str(folder), PART, student
    made = kind(coursedir=coursedir, authenticator=Authenticator(), config=opened.config)
    made.assignment_dir = str(folder)
    made.start()


def test_the_exchange_releases_feedback_and_students_fetch_it(course, tmp_path, monkeypatch):
    opened = Course.open(course)
    api = NbGraderAPI(opened.coursedir, Authenticator(), config=opened.config)
    blank = small_class.write_submission(tmp_path, "nobody", PART, "01_vowels", "untouched")
    shutil.copytree(blank.parent, course / "release" / PART)
    assert api.release_assignment(PART)["success"]
    home = tmp_path / "home"
    small_class.write_submission(home, "me", PART, "01_vowels", "right")
    shutil.move(home / "submitted" / "me" / PART, home / PART)
    monkeypatch.chdir(home)
    run(ExchangeSubmit, opened, home, "me")
    with no_program_asked():
        run(ExchangeCollect, opened, course)
    # Two who handed in another way, one of them nothing of use.
    small_class.write_submission(course, "by-mail", PART, "01_vowels", "wrong")
    (course / "submitted" / "empty" / PART).mkdir(parents=True)
    assert main(["grade", "--course", str(course), "--workers", "1", *SANDBOX]) == 0
    released = api.release_feedback(PART)
    assert released["success"], released
    assert len(list((tmp_path / "exchange" / "words" / "feedback").glob("*.html"))) == 3
    run(ExchangeFetchFeedback, opened, home, "me")
    [page] = (home / PART / "feedback").rglob("01_vowels.html")
    assert "4 of 4 points" in page.read_text()
    # Released twice, a page keeps its place.
    assert main(["grade", "--course", str(course), "--workers", "1", *SANDBOX]) == 0
    assert api.release_feedback(PART)["success"]
    assert len(list((tmp_path / "exchange" / "words" / "feedback").glob("*.html"))) == 3
