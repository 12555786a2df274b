"""What LMSs give comes into submitted/: whose, which notebook, which attempt; nothing is lost."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from evenhand.attempts import attempts
from evenhand.collect import collected
from evenhand.commands import main
from evenhand.course import Course
from evenhand.lms_layouts import METADATA as METADATA_FILE
from evenhand.record import Recorder
from evenhand.roster import Roster, people_in

from . import small_class

VOWELS, COUNT = ("2-letters", "01_vowels"), ("1-words", "01_count")


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    small_class.write_sources(folder)
    return folder


@pytest.fixture
def course(sources, tmp_path) -> Path:
    return Path(shutil.copytree(sources, tmp_path / "course"))


def book(where=VOWELS, kind="right") -> bytes:
    """Return the text of a notebook that somebody handed in."""
    with pytest.MonkeyPatch.context() as patch:
        made: list[bytes] = []
        patch.setattr(Path, "write_text", lambda self, text, *_: made.append(text.encode()))
        patch.setattr(Path, "mkdir", lambda self, **_: None)
        small_class.write_submission(Path("/nowhere"), "x", *where, kind)
    return made[0]


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def given(folder: Path, files: dict[str, bytes], as_zip: bool) -> Path:
    """Write what an LMS gives, as a zip or unpacked."""
    if as_zip:
        path = folder / "given.zip"
        path.write_bytes(zipped(files))
        return path
    for name, data in files.items():
        path = folder / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "given"


def collect(course: Path, *words: object) -> int:
    return main(["collect", "--course", str(course), *map(str, words)])


def submitted(course: Path) -> dict[str, bytes]:
    root = course / "submitted"
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


ROSTER = (
    "id,first_name,last_name,email,lms_user_id,login,number\n"
    "jose,José,Çelik,jose@u.edu,7,jcelik,0017\n"
    "ann1,Ann,Lee,ann1@u.edu,8,alee1,0018\n"
    "ann2,Ann,Lee,ann2@u.edu,9,alee2,0019\n"
    "zoe,Zoë,Ahn,zoe@u.edu,10,zahn,0020\n"
)

METADATA = b"""submission_501:
  :submitters:
  - :name: Jos\xc3\xa9 \xc3\x87elik
    :sid: '0017'
    :email: jose@u.edu
  :created_at: 2026-11-20 14:03:22.123456000 -08:00
submission_502:
  :submitters:
  - :name: Ann Lee
    :sid: '0018'
    :email: ann1@u.edu
  - :name: Ann Lee
    :sid: '0019'
    :email: ann2@u.edu
"""

# What an LMS gives -> whose notebook it is, with the roster and without.
LAYOUTS = {
    "canvas": (
        {
            "\u00e7elikjos\u00e9_LATE_7_900_01_vowels-1.ipynb": book(),
            "leeann_8_901_homework.ipynb": book(),
            "leeann_9_902_01_vowels.zip": zipped({"hw/01_vowels.ipynb": book()}),
        },
        {"jose", "ann1", "ann2"},
        {"\u00e7elikjos\u00e9_7", "leeann_8", "leeann_9"},
    ),
    "moodle": (
        {
            "José Çelik_101_assignsubmission_file_/01_vowels.ipynb": book(),
            "Ann Lee_102_assignsubmission_file_/work.zip": zipped({"01_vowels.ipynb": book()}),
            "Ann Lee_103_assignsubmission_file/01_vowels.ipynb": book(),
            "Zoë Ahn_104_assignsubmission_file_01_vowels.ipynb": book(),
        },
        {"jose", "Ann Lee_102", "Ann Lee_103", "zoe"},
        {"José Çelik_101", "Ann Lee_102", "Ann Lee_103", "Zoë Ahn_104"},
    ),
    "gradescope": (
        {
            "assignment_9_export/submission_metadata.yml": METADATA,
            "assignment_9_export/submission_501/01_vowels.ipynb": book(),
            "assignment_9_export/submission_502/deep/01_vowels.ipynb": book(),
        },
        {"jose", "ann1", "ann2"},
        {"0017", "0018", "0019"},
    ),
    "classroom": (
        {"José Çelik - 01_vowels.ipynb": book(), "Zoë Ahn - Copy of vowels.ipynb": book()},
        {"jose", "zoe"},
        {"José Çelik", "Zoë Ahn"},
    ),
    "folders": (
        {"jose/01_vowels.ipynb": book(), "zahn/2-letters/my.ipynb": book()},
        {"jose", "zoe"},
        {"jose", "zahn"},
    ),
    "parts": (
        {"2-letters/jose/01_vowels.ipynb": book(), "2-letters/zoe/x.ipynb": book()},
        {"jose", "zoe"},
        {"jose", "zoe"},
    ),
    "wrapped": (
        {"all/jose/01_vowels.ipynb": book(), "all/zoe/01_vowels.ipynb": book()},
        {"jose", "zoe"},
        {"jose", "zoe"},
    ),
    "one student": (
        {"jose/2-letters/01_vowels.ipynb": book(), "jose/2-letters/data.csv": b"1"},
        {"jose"},
        {"jose"},
    ),
}


@pytest.mark.parametrize("as_zip", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("roster", [True, False], ids=["roster", "strangers"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_whose_and_which_comes_from_how_it_was_given(course, tmp_path, layout, roster, as_zip):
    files, known, strangers = LAYOUTS[layout]
    if roster:
        (course / "roster.csv").write_text(ROSTER)
    path = given(tmp_path, files, as_zip)
    before = {p: p.read_bytes() for p in [path, *path.rglob("*")] if p.is_file()}
    assert collect(course, path, "--dry-run") == 0
    assert submitted(course) == {} and collected(Course.open(course)) == []
    assert collect(course, path) == 0
    assert {p: p.read_bytes() for p in before} == before
    there = submitted(course)
    books = {name: data for name, data in there.items() if name.endswith(".ipynb")}
    who = known if roster else strangers
    assert books == {f"{one}/2-letters/01_vowels.ipynb": book() for one in who}
    assert {one.student for one in collected(Course.open(course))} == who


def test_times_and_lateness_are_kept(course, tmp_path, capsys):
    (course / "roster.csv").write_text(ROSTER)
    assert collect(course, given(tmp_path, LAYOUTS["gradescope"][0], True)) == 0
    stamp = submitted(course)["jose/2-letters/timestamp.txt"]
    assert stamp == b"2026-11-20 22:03:22.123456 UTC\n"
    capsys.readouterr()
    assert collect(course, given(tmp_path, LAYOUTS["canvas"][0], True)) == 0
    said = capsys.readouterr().out
    small_class.write_submission(course, "zoe", "2-letters", "01_vowels", "right")
    assert collect(course, tmp_path / "given.zip") == 0
    assert "nothing from" not in capsys.readouterr().out  # it came another way
    assert "late, as the LMS says, which does not say how much: José Çelik (jose)." in said
    assert "  nothing from Zoë Ahn (zoe)\n" in said
    assert "2-letters: 3 notebooks of 3 students\n" in said
    [late] = [one for one in collected(Course.open(course)) if one.late]
    assert (late.student, late.prefix) == ("jose", "\u00e7elikjos\u00e9_LATE_7_900_")


def test_moodles_worksheet_tells_namesakes_apart_and_when(course, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    (course / "roster.csv").write_text(ROSTER)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        "Participant 102,Ann Lee,ann2@u.edu,Submitted for grading,,100.00,Yes,"
        '"Friday, 20 November 2026, 2:03 PM",-,\n'
    )
    assert collect(course, given(tmp_path, LAYOUTS["moodle"][0], True), sheet) == 0
    there = submitted(course)
    assert "ann2/2-letters/01_vowels.ipynb" in there
    assert there["ann2/2-letters/timestamp.txt"].startswith(b"2026-11-20 14:03:00")


def test_of_several_attempts_the_newest_counts_and_the_others_are_kept(course, tmp_path, capsys):
    files = {
        "jose/01_vowels.ipynb": book(kind="untouched"),
        "jose/01_vowels-1.ipynb": book(kind="wrong"),
        "jose/01_vowels-2.ipynb": book(),
    }
    path = given(tmp_path, files, True)
    assert collect(course, path) == 0
    said = capsys.readouterr().out
    assert "jose: '01_vowels-2.ipynb' is the newest of 3 attempts" in said
    assert submitted(course) == {"jose/2-letters/01_vowels.ipynb": book()}
    assert collect(course, path) == 0
    assert not (course / "attempts").exists()  # the same again replaces nothing
    assert collect(course, given(tmp_path, {"jose/01_vowels.ipynb": book(kind="wrong")}, True)) == 0
    assert "replaces 1 earlier files, which are kept in attempts/" in capsys.readouterr().out
    [kept] = (course / "attempts" / "jose" / "2-letters").rglob("*.ipynb")
    assert kept.read_bytes() == book()
    assert submitted(course)["jose/2-letters/01_vowels.ipynb"] == book(kind="wrong")
    first, second = attempts(Course.open(course))["2-letters"]
    assert first.when.startswith("replaced 2") and second.when == ""
    assert (first.number, first.of, first.changed) == (1, 2, ())
    assert (second.number, second.changed) == (2, (("01_vowels", "vowels"),))


def test_who_stops_it_leaves_nothing_half_written(course, tmp_path, monkeypatch):
    path = given(tmp_path, {"jose/a.ipynb": book(COUNT), "zoe/b.ipynb": book()}, True)
    copy, copied = shutil.copyfile, []

    def stopped(source, target, **more):
        if "submitted" in Path(target).parts:
            copied.append(target)
            if len(copied) == 2:
                Path(target).write_bytes(Path(source).read_bytes()[:100])
                raise KeyboardInterrupt
        return copy(source, target, **more)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", stopped)
        assert collect(course, path) == 130
    assert submitted(course) == {"jose/1-words/01_count.ipynb": book(COUNT)}
    assert collect(course, path) == 0
    assert submitted(course)["zoe/2-letters/01_vowels.ipynb"] == book()
    assert not (course / "attempts").exists()
    assert {one.student for one in collected(Course.open(course))} == {"jose", "zoe"}


def test_attempts_are_known_in_the_order_of_time(course, tmp_path):
    def handed_in(day: int, who: str, kind: str) -> dict[str, bytes]:
        about = f"s_5:\n  :submitters:\n  - :sid: {who}\n  :created_at: 2026-11-{day} 10:00:00\n"
        return {METADATA_FILE: about.encode(), "s_5/hw.ipynb": book(COUNT, kind)}

    assert attempts(Course.open(course)) == {}
    for day, *work in ((20, "zoe", "wrong"), (21, "ann", "right"), (22, "zoe", "right")):
        assert collect(course, given(tmp_path, handed_in(day, *work), True)) == 0
    found = attempts(Course.open(course))
    assert [(one.when[:10], one.student, one.number, one.of) for one in found["1-words"]] == [
        ("2026-11-20", "zoe", 1, 2),
        ("2026-11-21", "ann", 1, 1),
        ("2026-11-22", "zoe", 2, 2),
    ]
    assert {name for _, name in found["1-words"][2].changed} == {"count_words", "longest_word"}


def test_the_time_that_is_there_is_that_of_the_work_there(course, tmp_path, capsys):
    (course / "roster.csv").write_text(ROSTER)

    def handed_in(day: int, kind: str) -> dict[str, bytes]:
        about = f"s_5:\n  :submitters:\n  - :sid: '0017'\n  :created_at: 2026-11-{day} 10:00:00\n"
        return {METADATA_FILE: about.encode(), "s_5/01_vowels.ipynb": book(kind=kind)}

    assert collect(course, given(tmp_path, handed_in(20, "right"), True)) == 0
    before = submitted(course)
    assert before["jose/2-letters/timestamp.txt"] == b"2026-11-20 10:00:00 UTC\n"
    assert collect(course, given(tmp_path, handed_in(19, "wrong"), True)) == 0
    assert submitted(course) == before
    assert "newer (2026-11-20 10:00:00 UTC); left as it is" in capsys.readouterr().out
    assert collect(course, given(tmp_path, {"jose/01_vowels.ipynb": book(kind="wrong")}, True)) == 0
    assert submitted(course) == {"jose/2-letters/01_vowels.ipynb": book(kind="wrong")}
    kept = {path.name: path.read_bytes() for path in (course / "attempts").rglob("*.*")}
    assert kept["timestamp.txt"] == before["jose/2-letters/timestamp.txt"]
    assert kept["01_vowels.ipynb"] == book()


def test_notebooks_of_several_parts_and_files_beside_them(course, tmp_path):
    files = {
        "jose/a.ipynb": book(COUNT),
        "jose/b.ipynb": book(),
        "jose/data.csv": b"1,2",
        "zoe/hw.zip": zipped({"w/b.ipynb": book(), "w/data.csv": b"3"}),
    }
    assert collect(course, given(tmp_path, files, True)) == 0
    there = submitted(course)
    assert there["jose/1-words/01_count.ipynb"] == book(COUNT)
    assert there["jose/2-letters/01_vowels.ipynb"] == book()
    assert b"1,2" in there.values()
    assert there["zoe/2-letters/data.csv"] == b"3"
    assert there["zoe/2-letters/01_vowels.ipynb"] == book()


def test_what_cannot_be_used_is_said(course, tmp_path, capsys):
    (course / "roster.csv").write_text(ROSTER)
    files = {
        "Zoë Ahn_104_assignsubmission_file_/essay.docx": b"PK",
        "José Çelik_101_assignsubmission_file_/hw.zip": b"PK\3\4",
        "01_vowels.ipynb": book(),
        "jcelik_vowels.ipynb": book(),
    }
    assert collect(course, given(tmp_path, files, False)) == 1
    said = capsys.readouterr().out
    assert "'01_vowels.ipynb': whose it is cannot be told; not collected" in said
    assert "zoe: gave 'essay.docx', and no notebook of this course" in said
    assert set(submitted(course)) == {"jose/2-letters/01_vowels.ipynb"}


EARLY = {"timestamp.txt": b"2020-01-01 00:00 UTC"}
OWN_TIME = {
    "beside it": {"01_vowels.ipynb": book(), **EARLY},
    "in the part's folder": {
        "2-letters/01_vowels.ipynb": book(),
        "2-letters/timestamp.txt": EARLY["timestamp.txt"],
    },
    "in an archive": {"hw.zip": zipped({"w/01_vowels.ipynb": book(), "w/Timestamp.txt": b"2020"})},
    "in the same archive": {"hw.zip": zipped({"01_vowels.ipynb": book(), **EARLY})},
}


@pytest.mark.parametrize("place", OWN_TIME)
def test_nobody_writes_their_own_time(course, tmp_path, place):
    files = {f"Zoë Ahn_104_assignsubmission_file_/{k}": v for k, v in OWN_TIME[place].items()}
    assert collect(course, given(tmp_path, files, True)) == 0
    assert set(submitted(course)) == {"Zoë Ahn_104/2-letters/01_vowels.ipynb"}


FORGED = {
    "gradescope": ("assignment_9_export/submission_501", "submission_502"),
    "moodle": ("José Çelik_101_assignsubmission_file_", "Ann Lee_103_assignsubmission_file"),
    "folders": ("jose", "2-letters"),
}


@pytest.mark.parametrize("layout", FORGED)
def test_nobody_says_whose_the_work_of_others_is(course, tmp_path, layout):
    (course / "roster.csv").write_text(ROSTER)
    files, known, _ = LAYOUTS[layout]
    own, other = FORGED[layout]
    forged = f"{other}:\n  :submitters:\n  - :sid: '0017'\n".encode()
    path = given(tmp_path, files | {f"{own}/{METADATA_FILE}": forged}, True)
    assert collect(course, path) == 0
    assert {one.student for one in collected(Course.open(course))} == known


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing.zip"], "There is no nothing.zip."),
        (["bad.zip"], "bad.zip cannot be unpacked: it is damaged."),
        (["bad.csv"], "is no grading worksheet of Moodle's"),
        (["bad.csv", "--part", "9-*"], "No part of the course has that name."),
    ],
)
def test_what_is_not_there_or_damaged_is_one_sentence(
    course, tmp_path, monkeypatch, capsys, words, told
):
    monkeypatch.chdir(tmp_path)
    for name in ("bad.zip", "bad.csv"):
        Path(name).write_text("name\nx\n")
    assert collect(course, *words) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Letters (55),Current Score\n"
    ",,,,,Manual Posting,\n"
    "    Points Possible,,,,,4.00,(read only)\n"
    '"Çelik, José",7,0017,jcelik,A,,\n'
    '"Lee, Ann",8,0018,alee1,A,,\n'
    '"Lee, Ann",9,0019,alee2,"A, B",,\n'
    '"Student, Test",99,,x,A,,\n'
)
MOODLE = (
    "First name;Last name;ID number;Email address\n"
    "José;Çelik;0017;jose@u.edu\nZoë;Ahn;0020;zoe@u.edu\n"
)


def test_the_roster_is_made_of_what_canvas_and_moodle_export(course, tmp_path, capsys):
    (tmp_path / "canvas.csv").write_text(CANVAS)
    (tmp_path / "moodle.csv").write_text(MOODLE)
    lists = [str(tmp_path / name) for name in ("canvas.csv", "moodle.csv")]
    assert main(["roster", "--course", str(course), *lists]) == 0
    assert "roster.csv: 4 students, 4 new." in capsys.readouterr().out
    people = Roster.of(Course.open(course)).people
    assert set(people) == {"jcelik", "alee1", "alee2", "0020"}
    jose = people["jcelik"]
    assert (jose.first_name, jose.last_name, jose.email) == ("José", "Çelik", "jose@u.edu")
    assert (jose.number, jose.lms_user_id) == ("0017", "7")  # ids stay text
    with Recorder(Course.open(course)) as recorder:
        assert recorder.names()["alee2"] == "Ann Lee"
    with (course / "roster.csv").open(newline="") as file:  # what nbgrader's own import reads
        assert {"id", "first_name", "last_name", "email"} <= set(csv.DictReader(file).fieldnames)
    before = (course / "roster.csv").read_bytes()
    assert main(["roster", "--course", str(course), *lists]) == 0
    assert (course / "roster.csv").read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "id,email\n../x,a\n", "id,email\nx,a\nx,b\n", "Student,ID\n,\n"]
)
def test_a_list_that_is_none_is_one_sentence(course, tmp_path, capsys, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    assert main(["roster", "--course", str(course), str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (course / "roster.csv").exists()


def test_a_person_is_found_by_any_mark_and_any_spelling(tmp_path):
    (tmp_path / "r.csv").write_text(ROSTER)
    roster = Roster(people_in(tmp_path / "r.csv"))
    for name in ("jose çelik", "Çelik, José", "CELIK JOSE", "çelikjosé"):
        assert roster.find(name).id == "jose"
    assert roster.find("Ann Lee") is None
    assert roster.find("Ann Lee", "ANN2@u.edu").id == "ann2"
