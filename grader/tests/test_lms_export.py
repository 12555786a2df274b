"""What goes back to an LMS: grades in its own file, and feedback as it names hand-ins."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from evenhand.commands import main
from evenhand.course import Course
from evenhand.lms_export import LmsExport
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp

from . import small_class
from .harness import SANDBOX
from .test_collect import ROSTER, book, given

CANVAS = {
    "leeann_8_901_01_vowels.ipynb": book(),
    "çelikjosé_LATE_7_900_01_vowels-1.ipynb": book(kind="wrong"),
}
MOODLE = {
    "José Çelik_101_assignsubmission_file_/01_vowels.ipynb": book(kind="wrong"),
    "Zoë Ahn_104_assignsubmission_file/my homework.ipynb": book(),
}
GRADESCOPE = {
    "e/submission_metadata.yml": b"submission_5:\n  :submitters:\n  - :sid: '0020'\n"
    b"submission_6:\n  :submitters:\n  - :sid: '0018'\n",
    "e/submission_5/01_vowels.ipynb": book(kind="wrong"),
    "e/submission_6/01_vowels.ipynb": book(),
}


def grade(course: Path) -> int:
    return main(["grade", "--course", str(course), "--workers", "1", *SANDBOX])


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> dict[str, Path]:
    """A course with a roster, for each LMS what it gave, collected and graded."""
    made = {}
    for lms, files in (("canvas", CANVAS), ("moodle", MOODLE), ("gradescope", GRADESCOPE)):
        folder = made[lms] = tmp_path_factory.mktemp(lms)
        small_class.write_sources(folder / "course")
        (folder / "course" / "roster.csv").write_text(ROSTER)
        path = given(folder, files, True)
        assert main(["collect", "--course", str(folder / "course"), str(path)]) == 0
        # Graded, and nothing handed in: that is missing, too.
        (folder / "course" / "submitted" / "ann2" / "2-letters").mkdir(parents=True)
        assert grade(folder / "course") == 0
    return {lms: folder / "course" for lms, folder in made.items()}


@pytest.fixture
def course(graded, tmp_path) -> Path:
    return Path(shutil.copytree(graded["canvas"], tmp_path / "course"))


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))


def export(course: Path, *words: object) -> int:
    return main(["export", "--course", str(course), *map(str, words)])


HEADING = "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (54),Letters (55),Current Score\n"
ROWS = (
    ",,,,,,Manual Posting,\n"
    "    Points Possible,,,,,10.00,4.00,(read only)\n"
    '"Çelik, José",7,0017,jcelik,A,3,,\n'
    '"Lee, Ann",8,0018,alee1,"A, B",,1,\n'
    '"Lee, Ann",9,0019,alee2,=1+1,,,\n'
    '"Ahn, Zoë",10,0020,zahn,A,,EX,\n'
    '"Stranger, A",11,,x,A,,2,\n'
)


def test_canvas_takes_its_own_file_back(course, tmp_path, capsys):
    path = tmp_path / "canvas.csv"
    path.write_text("\ufeff" + HEADING + ROWS)
    assert export(course, "--lms", "canvas", path) == 0
    assert table(course / "report" / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Letters (55)"],
        ["", "", "", "", "", "Manual Posting"],
        ["    Points Possible", "", "", "", "", "4.00"],
        ["Çelik, José", "7", "0017", "jcelik", "A", "0"],  # wrong is 0
        ["Lee, Ann", "8", "0018", "alee1", "A, B", "4"],
        ["Lee, Ann", "9", "0019", "alee2", "'=1+1", ""],  # missing is empty
        ["Ahn, Zoë", "10", "0020", "zahn", "A", "EX"],  # excused stays excused
        ["Stranger, A", "11", "", "x", "A", "2"],  # who is not in the course keeps what is there
    ]


def test_what_a_person_gave_and_what_is_taken_off_is_exported(course, tmp_path):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "words") as gradebook:
        gradebook.find_grade("vowels--1", "01_vowels", "2-letters", "ann1").manual_score = 2.5
        gradebook.update_or_create_assignment("2-letters", duedate="2026-01-01 00:00 UTC")
        gradebook.db.commit()
    config = course / "nbgrader_config.py"
    config.write_text(
        config.read_text() + 'c.AssignLatePenalties.plugin_class = "evenhand.late.LatePolicy"\n'
    )
    stamp = course / "submitted" / "ann1" / "2-letters" / "timestamp.txt"
    stamp.write_text("2026-01-01 01:00 UTC")
    assert grade(course) == 0
    (tmp_path / "canvas.csv").write_text(HEADING + ROWS.replace("4.00", "100.00"))
    assert export(course, "--lms", "canvas", tmp_path / "canvas.csv") == 1
    [row] = [row for row in table(course / "report" / "canvas.csv") if row[1] == "8"]
    assert row[-1] == "2.25"  # a day has begun: 10 % less


def test_another_maximum_and_people_who_are_not_there_are_told(course, tmp_path, capsys):
    rows = ROWS.replace("4.00", "100.00").replace('"Lee, Ann",8,0018,alee1,"A, B",,1,\n', "")
    (tmp_path / "canvas.csv").write_text(HEADING + rows)
    assert export(course, "--lms", "canvas", tmp_path / "canvas.csv") == 1
    said = capsys.readouterr().out
    assert "2-letters has 4 points, and 100 in Canvas" in said
    assert "canvas.csv does not have 1 students: 'ann1'; see roster.csv" in said


def test_a_column_that_is_not_clear_is_asked_for(course, tmp_path, capsys):
    (tmp_path / "canvas.csv").write_text(HEADING.replace("Letters", "Homework 2") + ROWS)
    assert export(course, "--lms", "canvas", tmp_path / "canvas.csv") == 2
    error = capsys.readouterr().err
    assert "Say which: --column '2-letters=HEADING'." in error and error.count("\n") == 1
    named = ("--column", "2-letters=Homework 2 (55)")
    assert export(course, "--lms", "canvas", tmp_path / "canvas.csv", *named) == 0
    assert table(course / "report" / "canvas.csv")[3][-1] == "0"


def test_moodles_worksheet_and_gradebook(graded, tmp_path):
    course = Path(shutil.copytree(graded["moodle"], tmp_path / "course"))
    sheet = tmp_path / "sheet.csv"
    row = "Participant 10{},{},{},Submitted,{},4.00,Yes,Monday,-,{}\n"
    sheet.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        + row.format(1, "José Çelik", "jose@u.edu", "", "")
        + row.format(2, "Ann Lee", "ann1@u.edu", "", "")
        + row.format(3, "Ann Lee", "ann2@u.edu", "", "")
        + row.format(4, "Zoë Ahn", "zoe@u.edu", "1.00", "@SUM(A1)")
    )
    assert export(course, "--lms", "moodle", sheet) == 0
    made = table(course / "report" / "moodle.csv")
    assert made[0] == table(sheet)[0]
    assert [(row[0], row[4]) for row in made[1:]] == [
        ("Participant 101", "0"), ("Participant 102", ""), ("Participant 103", ""),
        ("Participant 104", "4"),
    ]  # fmt: skip
    assert made[4][-1] == "'@SUM(A1)"
    sheet.write_text(
        "First name,Last name,ID number,Email address,Assignment: Letters (Real),Course total\n"
        "José,Çelik,0017,jose@u.edu,-,-\nAnn,Lee,0018,ann1@u.edu,-,-\n"
        "Ann,Lee,0019,ann2@u.edu,-,-\nZoë,Ahn,0020,zoe@u.edu,-,-\n"
    )
    assert export(course, "--lms", "moodle", sheet, "--to", tmp_path / "out.csv") == 0
    assert table(tmp_path / "out.csv") == [
        ["First name", "Last name", "ID number", "Email address", "Assignment: Letters (Real)"],
        ["José", "Çelik", "0017", "jose@u.edu", "0"],
        ["Ann", "Lee", "0018", "ann1@u.edu", "-"],
        ["Ann", "Lee", "0019", "ann2@u.edu", "-"],
        ["Zoë", "Ahn", "0020", "zoe@u.edu", "4"],
    ]


def test_plain_csv_tells_missing_from_zero(course):
    assert export(course, "--lms", "csv") == 0
    assert table(course / "report" / "csv.csv") == [
        ["id", "last_name", "first_name", "email", "2-letters"],
        ["jose", "Çelik", "José", "jose@u.edu", "0"],
        ["ann1", "Lee", "Ann", "ann1@u.edu", "4"],
        ["ann2", "Lee", "Ann", "ann2@u.edu", ""],
        ["zoe", "Ahn", "Zoë", "zoe@u.edu", ""],
    ]


def test_nbgraders_own_export_does_the_same(course, tmp_path):
    (tmp_path / "canvas.csv").write_text(HEADING + ROWS)
    opened = Course.open(course)
    app = ExportApp(config=opened.config)
    app.coursedir = opened.coursedir
    plugin = LmsExport(parent=app, lms="canvas", table=str(tmp_path / "canvas.csv"))
    plugin.to = str(tmp_path / "made.csv")
    with Gradebook(opened.db_url, "words") as gradebook:
        plugin.export(gradebook)
        assert export(course, "--lms", "canvas", tmp_path / "canvas.csv") == 0
        assert table(tmp_path / "made.csv") == table(course / "report" / "canvas.csv")
        plugin.student = ["ann1"]
        plugin.export(gradebook)
    assert [row[-1] for row in table(tmp_path / "made.csv")[3:]] == ["", "4", "", "EX", "2"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--lms", "canvas"], "Give the file that the LMS exports"),
        (["--lms", "canvas", "roster.csv"], "is no export of Canvas's grades"),
        (["--lms", "csv", "--part", "9-*"], "Nothing of such a part is graded."),
        (["--lms", "csv", "--column", "Letters"], "--column 'Letters' should be like"),
        (["--lms", "csv", "--column", "letters=A"], "nothing is graded of a part 'letters'."),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(course, monkeypatch, capsys, words, told):
    monkeypatch.chdir(course)
    assert export(course, *words) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["export", "--lms", "csv"], ["feedback", "--lms", "canvas"], ["similar"]]
)
def test_what_is_stopped_while_writing_leaves_what_was_there(course, monkeypatch, words):
    report = course / "report"
    assert main([*words, "--course", str(course)]) == 0
    for path in report.iterdir():
        path.write_bytes(b"what was there")
    before = {path.name: path.read_bytes() for path in report.iterdir()}
    monkeypatch.setattr(Path, "replace", _stopped)
    assert main([*words, "--course", str(course)]) == 130
    assert {path.name: path.read_bytes() for path in report.iterdir()} == before


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


ZIPS = {
    "canvas": {"leeann_8_901_01_vowels.html", "çelikjosé_LATE_7_900_01_vowels.html"},
    "moodle": {
        "José Çelik_101_assignsubmission_file_/01_vowels.html",
        "Zoë Ahn_104_assignsubmission_file/01_vowels.html",
    },
}


@pytest.mark.parametrize("lms", ZIPS)
def test_pages_bear_the_names_that_the_lms_gave(graded, lms, capsys):
    course = graded[lms]
    small_class.write_submission(course, "by-mail", "2-letters", "01_vowels", "right")
    assert grade(course) == 0
    assert main(["feedback", "--course", str(course), "--lms", lms]) == 0
    assert "did not come from the LMS, without a page: by-mail" in capsys.readouterr().out
    with zipfile.ZipFile(course / "report" / f"feedback-{lms}-2-letters.zip") as made:
        assert set(made.namelist()) == ZIPS[lms]
        pages = {name: made.read(name).decode() for name in made.namelist()}
    shutil.rmtree(course / "submitted" / "by-mail")
    for name, page in pages.items():
        wrong = name.startswith(("José", "çelik"))
        assert ("0 of 4 points" if wrong else "4 of 4 points") in page


def test_gradescope_gets_its_results(graded):
    course = graded["gradescope"]
    assert main(["feedback", "--course", str(course), "--lms", "gradescope"]) == 0
    with zipfile.ZipFile(course / "report" / "feedback-gradescope-2-letters.zip") as made:
        results = {name: json.loads(made.read(name)) for name in made.namelist()}
    for number, score, status, output in (
        (5, 0, "failed", "Each vowel counts."),
        (6, 4, "passed", ""),
    ):
        result = results.pop(f"submission_{number}/results.json")
        assert result["score"] == score
        assert result["tests"] == [
            {
                "name": "01_vowels: vowels: a word",
                "score": score,
                "max_score": 4,
                "status": status,
                "output": output,
                "visibility": "after_published",
            }
        ]
    assert results == {}


def test_feedback_needs_to_know_how_work_came(course, capsys):
    assert main(["feedback", "--course", str(course), "--lms", "moodle"]) == 2
    assert "has nothing that came from Moodle" in capsys.readouterr().err


def test_a_damaged_list_of_what_came_is_one_sentence(course, capsys):
    path = course / "collected.csv"
    path.write_text(path.read_text("utf-8").replace("student,", "pupil,", 1), "utf-8")
    assert main(["feedback", "--course", str(course), "--lms", "canvas"]) == 2
    error = capsys.readouterr().err
    assert "has other columns than it was given" in error and error.count("\n") == 1
