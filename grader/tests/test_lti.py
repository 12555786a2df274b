"""Roster and grades over LTI 1.3, with a platform that refuses what is not the protocol."""

from __future__ import annotations

import csv
import json
import shutil
import stat
import sys
from pathlib import Path

import pytest
from evenhand.commands import main
from evenhand.course import Course
from evenhand.record import Entry, Recorder
from evenhand.results import NotebookResult, TestResult

from . import small_class
from .lti_platform import Platform

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def member(user: str, name: str, role: str = LEARNER, **more: str) -> dict:
    first, _, last = name.partition(" ")
    about = {"given_name": first, "family_name": last, "name": name} if name else {}
    return {"user_id": user, "status": "Active", "roles": [role], **about, **more}


MEMBERS = [
    member("u-1", "Ann Lee", lis_person_sourcedid="0017", email="ann@x.org"),
    member("u-2", "Ada Kern", TEACHER, email="ada@x.org"),
    member("u-3", "Bo Lind", email="bo@x.org"),
    member("u-4", "Cy Gone", email="cy@x.org") | {"status": "Inactive"},
    member("u-5", ""),
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A course in whose gradebook stands what some earned."""
    folder = tmp_path_factory.mktemp("lti")
    small_class.write_sources(folder)
    course = Course.open(folder)

    def entry(student: str, part: str, notebook: str, name: str, points, most, status) -> Entry:
        exercise = name.partition("--")[0]
        test = TestResult(name, exercise, "t", points, most, status, manual=status == "not judged")
        return Entry(NotebookResult(part, notebook, (test,), student=student), "f" * 64)

    with Recorder(course) as recorder:
        for part, books in course.sources().items():
            recorder.register(part, books)
        vowels, shout = ("2-letters", "01_vowels", "vowels--1"), ("1-words", "02_shout", "shout--1")
        recorder.record(
            [
                entry("0017", *vowels, 3, 4, "partial"),
                entry("bo@x.org", *vowels, 0, 4, "wrong"),
                entry("u-5", *vowels, 0, 4, "missing"),
                entry("stranger", *vowels, 4, 4, "full"),
                entry("0017", *shout, 0, 2, "not judged"),
            ]
        )
    return folder


@pytest.fixture
def platform():
    made = Platform(MEMBERS)
    yield made
    made.close()


@pytest.fixture
def course(recorded, tmp_path, platform, capsys) -> Path:
    """The course, introduced to the platform as its instructor does it."""
    folder = Path(shutil.copytree(recorded, tmp_path / "course"))
    assert lti(folder, "setup") == 0
    said = capsys.readouterr().out
    platform.public_key = said[said.index("-----BEGIN") : said.index("{")]
    (folder / "lti.json").write_text(json.dumps(platform.settings()))
    return folder


def lti(course: Path, *words: str) -> int:
    return main(["lti", *words, "--course", str(course)])


def test_the_key_is_nobody_elses_and_made_once(course, capsys):
    key = course / "lti-key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes(), (course / "lti.json").read_bytes()
    assert lti(course, "setup") == 0
    assert (key.read_bytes(), (course / "lti.json").read_bytes()) == before
    said = capsys.readouterr().out
    public = json.loads(said[said.index("{") :])
    assert (public["kty"], public["use"], public["alg"]) == ("RSA", "sig", "RS256")
    assert public["kid"] and "d" not in public and "PRIVATE" not in said


def test_the_roster_is_who_learns_page_by_page(course, capsys):
    assert lti(course, "roster") == 0
    with (course / "roster.csv").open(newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"0017", "bo@x.org", "u-5"}
    assert rows["0017"]["last_name"] == "Lee" and rows["0017"]["number"] == "0017"
    assert "3 students, 3 new" in capsys.readouterr().out


def test_grades_are_sent_to_whom_they_belong(course, platform, capsys):
    assert lti(course, "roster") == 0
    assert lti(course, "grades", "--dry-run") == 0
    assert (platform.items, platform.scores) == ([], [])
    assert "2-letters: 2 students' points would be sent, of 4" in capsys.readouterr().out
    assert lti(course, "grades") == 0
    said = capsys.readouterr().out
    assert "2-letters: not in the LMS, so not sent: stranger" in said
    assert "2-letters: 2 students' points sent, of 4" in said
    assert [(item["tag"], item["scoreMaximum"]) for item in platform.items] == [
        ("1-words", 2),
        ("2-letters", 4),
    ]
    sent = {
        (tag, s["userId"]): (s["scoreGiven"], s["gradingProgress"]) for tag, s in platform.scores
    }
    assert sent == {
        ("1-words", "u-1"): (0, "PendingManual"),
        ("2-letters", "u-1"): (3, "FullyGraded"),
        ("2-letters", "u-3"): (0, "FullyGraded"),  # who is missing keeps what the LMS has
    }
    assert lti(course, "grades", "--part", "2-*") == 0
    assert len(platform.items) == 2 and len(platform.scores) == 5  # the same columns again


def test_who_is_there_twice_is_told_and_gets_nothing(course, platform, capsys):
    assert lti(course, "roster") == 0
    platform.members = [*MEMBERS, member("u-9", "Bo Lind", email="bo@x.org")]
    assert lti(course, "grades", "--part", "2-*") == 0
    assert "2-letters: twice in the LMS, so not sent: Bo Lind (bo@x.org)" in capsys.readouterr().out
    assert [score["userId"] for _, score in platform.scores] == ["u-1"]


def spoil(**settings: str):
    def change(course: Path, platform: Platform) -> None:
        (course / "lti.json").write_text(json.dumps({**platform.settings(), **settings}))

    return change


def other_key(course: Path, platform: Platform) -> None:
    (course / "lti-key.pem").unlink()
    assert lti(course, "setup") == 0


def nonsense(course: Path, platform: Platform) -> None:
    platform.members = [{"name": "no id"}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda course, _: (course / "lti.json").unlink(), "`evenhand lti setup` makes one"),
        (lambda course, _: (course / "lti.json").write_text("{"), "is not what `lti setup` made"),
        (lambda course, _: (course / "lti-key.pem").unlink(), "Run `lti setup`."),
        (lambda course, _: (course / "lti-key.pem").write_text("x"), "is no key."),
        (spoil(client_id=""), "does not say client_id yet."),
        (spoil(client_id="other"), "refuses: 400 "),
        (spoil(token_url="http://lms.org/token"), "token_url should begin with https://."),
        (spoil(memberships="http://127.0.0.1:1/members"), "does not answer (ConnectionError)."),
        (other_key, "refuses: 401 "),
        (
            lambda _, platform: setattr(platform, "elsewhere", "https://evil.org/x"),
            "another server.",
        ),
        (nonsense, "The platform's answer is not LTI's: "),
    ],
)
def test_what_goes_wrong_is_one_sentence(course, platform, capsys, change, told):
    change(course, platform)
    capsys.readouterr()
    assert lti(course, "roster") == 2
    said = capsys.readouterr()
    assert told in said.err and said.err.count("\n") == 1 and said.err.endswith(".\n")
    assert not (course / "roster.csv").exists()


def test_without_the_package_it_says_what_to_install(course, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pylti1p3.assignments_grades", None)
    assert lti(course, "grades") == 2
    assert "pip install 'evenhand[lti]'" in capsys.readouterr().err
