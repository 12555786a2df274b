"""What may lie in submitted/: whatever it is, it ends no run and speaks for nobody else."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from evenhand import archives, cluster, commands, fingerprint, handins, terminal
from evenhand.course import Course, layout_of
from evenhand.handins import beside, look_into, matched, submitted_at
from evenhand.jobs import Job, find_jobs
from evenhand.options import Options
from evenhand.pool import LocalGraders
from evenhand.quoting import one_line
from evenhand.quoting import stripped as stripped_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from . import small_class
from .forked import Forked
from .harness import SANDBOX, nbgrader


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    small_class.write_sources(folder)
    return folder


@pytest.fixture
def course(sources, tmp_path) -> Path:
    """A course to which nobody has handed in anything."""
    return Path(shutil.copytree(sources, tmp_path / "course"))


def found(folder: Path) -> tuple[dict[tuple, Job], list[str]]:
    """Return the jobs of a course by their keys, and all that is said about the others."""
    opened = Course.open(folder)
    options = Options(root=str(folder), layout=layout_of(opened.coursedir))
    jobs, problems = find_jobs(opened.submissions(), opened.sources(), options)
    problems = opened.refused() + problems
    assert all(one_line(line).isprintable() for line in problems)
    return {job.key: job for job in jobs}, [one_line(line) for line in problems]


def nest(folder: Path, depth: int) -> None:
    """Make folders in one another, more than a path has room for."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def unnest(folder: Path) -> None:
    """Take them away again, which shutil cannot."""
    subprocess.run(["rm", "-rf", folder], check=True)


# Folders


def test_folders_in_one_another_without_end(course):
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    small_class.write_submission(course, "y", "2-letters", "01_vowels", "right")
    nest(path.parent, 1500)
    try:
        jobs, problems = found(course)
        files, lines = beside(path.parent)
    finally:
        unnest(path.parent / "d")
    assert {key[0] for key in jobs} == {"x", "y"}
    assert jobs["x", "2-letters", "01_vowels"].submission == path
    [line] = problems
    assert line.startswith("x · 2-letters: 'd/d/d/") and "30 folders deep" in line
    assert files == {} and "30 folders deep" in lines[0]


@pytest.mark.parametrize(
    ("link", "target"), [("bob", "alice"), ("bob/2-letters", "../alice/2-letters")]
)
def test_a_link_to_another_students_folder_earns_nothing(course, link, target):
    small_class.write_submission(course, "alice", "2-letters", "01_vowels", "right")
    path = course / "submitted" / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)
    jobs, problems = found(course)
    assert {key[0] for key in jobs} == {"alice"}
    assert problems == [f"'submitted/{link}' is a link and was not followed; not graded"]


LINKS = {
    "another student's notebook":
        ("01_vowels.ipynb", "../../alice/2-letters/01_vowels.ipynb", "tampering"),
    "another student's folder": ("hers", "../../alice", "tampering"),
    "the sources": ("01_vowels.ipynb", "../../../source/2-letters/01_vowels.ipynb", "tampering"),
    "the gradebook": ("data.csv", "../../../gradebook.db", "tampering"),
    "somewhere else": ("01_vowels.ipynb", "/etc/hostname", "odd"),
    "nowhere": ("01_vowels.ipynb", "/home/bob/work/01_vowels.ipynb", "odd"),
    "one's own": ("01_vowels.ipynb", "../1-words/01_count.ipynb", "noticed"),
    "a Python": ("env/bin/python", "/usr/bin/python3", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", LINKS)
def test_a_link_in_a_hand_in_is_told_with_its_notebook(course, what):
    name, target, kind = LINKS[what]
    small_class.write_submission(course, "alice", "2-letters", "01_vowels", "right")
    link = course / "submitted" / "bob" / "2-letters" / name
    link.parent.mkdir(parents=True)
    before = found(course)[0]
    link.symlink_to(target)
    jobs = found(course)[0]
    told = {key: job.flags for key, job in jobs.items() if job.flags}
    assert all(job.fingerprint == before[key].fingerprint for key, job in jobs.items()
               if key not in told)  # fmt: skip
    if not kind:
        assert told == {}
        return
    notebook = name.removesuffix(".ipynb") if name.endswith(".ipynb") else "01_vowels"
    [((student, _, told_with), [flag])] = told.items()
    assert (student, told_with, flag.kind) == ("bob", notebook, kind)
    assert repr(name) in flag.evidence and repr(target) in flag.evidence
    assert jobs["bob", "2-letters", notebook].fingerprint != before.get(
        ("bob", "2-letters", notebook)).fingerprint  # fmt: skip


@pytest.fixture
def public():
    """A folder that anybody may look into."""
    with tempfile.TemporaryDirectory(prefix="evenhand-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def find_as_nobody(folder: Path) -> None:
    course = Course.open(folder)
    find_jobs(course.submissions(), course.sources())  # what is imported on the way may be root's
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    jobs, problems = find_jobs(course.submissions(), course.sources())
    for line in course.refused() + problems:
        print(line)
    print(sorted(job.student for job in jobs))


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize(
    ("what", "mode", "said"),
    [
        ("x", 0o000, "'submitted/x' cannot be looked into"),
        ("x", 0o744, "'submitted/x' cannot be looked into"),
        ("x/2-letters", 0o744, "x · 2-letters: '01_vowels.ipynb' cannot be read"),
        ("x/2-letters", 0o000, "x · 2-letters: the folder cannot be looked into"),
        ("x/2-letters/01_vowels.ipynb", 0o000, "x · 2-letters: '01_vowels.ipynb' cannot be read"),
        ("x/2-letters/deeper", 0o744, "x · 2-letters: 'deeper/a.ipynb' cannot be read"),
    ],
)
def test_what_may_not_be_opened_holds_up_nobody_else(course, public, what, mode, said):
    course = course.rename(public / "course")
    course.chmod(0o755)
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    small_class.write_submission(course, "y", "2-letters", "01_vowels", "right")
    (path.parent / "deeper").mkdir()
    (path.parent / "deeper" / "a.ipynb").write_text("{}")
    (course / "submitted" / what).chmod(mode)
    status, told, errors = Forked(find_as_nobody, course).finish()
    (course / "submitted" / what).chmod(0o755)
    assert status == 0, errors
    assert said in told
    assert "'y'" in told.splitlines()[-1]
    if what != "x/2-letters/deeper":  # a file that nobody could read is not graded as missing
        assert "'x'" not in told.splitlines()[-1]


def test_folders_and_parts_with_the_signs_of_patterns(course, tmp_path):
    odd = course.rename(tmp_path / "c [1] *?")
    (odd / "source" / "2-letters").rename(odd / "source" / "2-[letters]")
    small_class.write_submission(odd, "a [b]", "2-letters", "01_vowels", "right")
    (odd / "submitted" / "a [b]" / "2-letters").rename(odd / "submitted" / "a [b]" / "2-[letters]")
    jobs, problems = found(odd)
    assert list(jobs) == [("a [b]", "2-[letters]", "01_vowels")]
    assert problems == []


def test_the_same_name_stored_in_two_ways(course):
    for name in ("Jos\u00e9", "Jose\u0301"):
        small_class.write_submission(course, name, "2-letters", "01_vowels", "right")
    jobs, [line] = found(course)
    assert len(jobs) == 2
    assert line.startswith("'Jos\\xe9' and 'Jose\\u0301' look the same and are 2 folders")


# Names


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=()), min_size=1, max_size=20
).filter(lambda name: name not in (".", "..") and len(os.fsencode(_stored(name))) < 200)


def _stored(name: str) -> str:
    """Return the name as a file system gives it back: any bytes are one."""
    return os.fsdecode(name.encode("utf-8", "surrogatepass"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=4))
@example([("alice · 2-letters/01_vowels: suspicious", "x\ny", "a.ipynb")])
@example([("a\nalice · 2-letters/01_vowels: suspicious", "2-letters", "01_vowels.ipynb")])
@example([("x", "2-letters", "\x1b[2J\n.ipynb"), ("x", "2-letters", "\u202e.ipynb")])
@example([("x", "2-letters", "caf\udce9.ipynb"), ("\u009b1m", "2-letters", "a.zip")])
def test_no_name_ends_a_run_or_forges_a_line(course, names):
    submitted = course / "submitted"
    shutil.rmtree(submitted, ignore_errors=True)
    small_class.write_submission(course, "honest", "2-letters", "01_vowels", "right")
    for student, part, file in names:
        folder = os.fsencode(submitted) + b"/" + os.fsencode(_stored(student))
        folder += b"/" + os.fsencode(_stored(part))
        try:
            os.makedirs(folder, exist_ok=True)
            with open(folder + b"/" + os.fsencode(_stored(file)), "w") as made:
                made.write('{"cells": [{"metadata": {"nbgrader": {"grade_id": "vowels"}}}]}')
        except OSError:  # one of them is another's file
            continue
    jobs, problems = found(course)
    assert ("honest", "2-letters", "01_vowels") in jobs
    assert all(key[0].isprintable() for key in jobs)
    for line in problems:
        assert not line.startswith("alice · ")


# Which notebook


def renamed(course: Path, name: str, change=lambda text: text) -> tuple[Path, Path]:
    """Hand in `01_vowels` under another name; return its file and the part's folder."""
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    data = change(path.read_text())
    path.unlink()
    path = path.with_name(name)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path, path.parent


def stripped(text: str) -> str:
    """Take out all metadata and ids, as tools that clean notebooks do."""
    made = json.loads(text)
    for cell in made["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return json.dumps({**made, "metadata": {}, "nbformat_minor": 4})


CHANGES = {
    "as it was": lambda text: text,
    "without metadata": stripped,
    "in UTF-16": lambda text: text.encode("utf-16"),
    "in UTF-16 without a mark and metadata": lambda text: stripped(text).encode("utf-16-le"),
    "with a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "damaged": lambda text: text[: text.rindex('"metadata"', 0, text.rindex("kernelspec"))],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("name", ["homework.ipynb", "x.ipynb.txt", "x.ipynb.json", "x.json"])
def test_a_notebook_is_found_by_what_is_in_it(course, name, change):
    path, folder = renamed(course, name, change)
    files, problems = matched(folder, Course.open(course).sources()["2-letters"], course)
    assert files == {"01_vowels": (path, f"handed in as '{name}', taken for 01_vowels")}
    assert problems == []


def test_a_large_notebook_is_found_by_its_names_in_little_memory(course):
    def large(text):
        made = json.loads(text)
        output = {"output_type": "stream", "name": "stdout", "text": "x" * 8 * handins.STRAY}
        made["cells"].insert(0, {"cell_type": "code", "outputs": [output], "source": "1"})
        return json.dumps(made).encode("utf-16")

    path, folder = renamed(course, "homework.ipynb", large)
    sources = Course.open(course).sources()["2-letters"]
    tracemalloc.start()
    try:
        files, _ = matched(folder, sources, course)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert files["01_vowels"][0] == path
    assert peak < path.stat().st_size / 2


def test_other_notebooks_are_not_read_where_none_is_missing(course, monkeypatch):
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    shutil.copy(path, path.with_name("notes.ipynb"))
    for reading in ("_traces_of", "_traces_of_source"):
        monkeypatch.delattr(handins, reading)
    files, problems = matched(path.parent, Course.open(course).sources()["2-letters"], course)
    assert files == {"01_vowels": (path, "")}
    assert problems == ["'notes.ipynb' is no notebook of this part, or one too many; not graded"]


@pytest.mark.parametrize("end", [".ipynb.txt", ".ipynb.json", ".html", ".py", ".pdf"])
def test_what_is_no_notebook_is_not_passed_over_in_silence(course, end):
    _, folder = renamed(course, f"01_vowels{end}", lambda text: b"PK\3\4 no notebook")
    files, problems = matched(folder, Course.open(course).sources()["2-letters"], course)
    assert files == {}
    assert problems == [
        f"01_vowels was not handed in, but '01_vowels{end}' was, which is no notebook; "
        "ask for the file 01_vowels.ipynb itself"
    ]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """Write a zip; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize(("write", "end"), [(zipped, ".ZIP"), (tarred, ".tar.gz")])
def test_an_archive_is_opened_and_left_as_it_was(course, write, end):
    notebook = small_class.write_submission(course, "y", "2-letters", "01_vowels", "right")
    inner = zipped(course / "inner.zip", {"hw/01_vowels.ipynb": notebook.read_bytes()})
    files = {"deep/inner.zip": inner.read_bytes(), "deep/data.csv": b"1"}
    # One folder above the course, from where archives are unpacked; and the same as a whole path.
    files |= {f"{'../' * 5}up.txt": b"2", f"{course.parent}/whole.txt": b"3"}
    given = write(course / "submitted" / "x" / "2-letters" / f"homework{end}", files)
    before = given.read_bytes()
    jobs, problems = found(course)
    job = jobs["x", "2-letters", "01_vowels"]
    assert problems == []
    assert job.submission.read_bytes() == notebook.read_bytes()
    assert job.submission.is_relative_to(course / ".evenhand")
    name = f"homework{end}/deep/inner.zip/hw/01_vowels.ipynb"
    assert job.note == f"handed in as '{name}', taken for 01_vowels"
    assert given.read_bytes() == before and os.listdir(given.parent) == [given.name]
    for name in ("up.txt", "whole.txt"):
        [place] = course.parent.rglob(name)
        assert place.is_relative_to(course / ".evenhand")


UNFIT = {
    "damaged": (b"PK\3\4", "cannot be unpacked: it is damaged"),
    "nothing of it": (b"", "cannot be unpacked: it is damaged"),
    "something else": (None, "has none of them"),
    "of another kind": (b"Rar!", "was handed in, which is not unpacked here"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_an_archive_that_helps_nobody_is_not_passed_over_in_silence(course, kind):
    data, words = UNFIT[kind]
    name = "hw.rar" if kind == "of another kind" else "hw.zip"
    path = zipped(course / "submitted" / "x" / "2-letters" / name, {"notes.txt": b"later"})
    if data is not None:
        path.write_bytes(data)
    _, problems = found(course)
    assert problems == [
        f"x · 2-letters: notebooks are missing, and '{name}' {words}; "
        "ask for the notebooks themselves"
    ]


@pytest.mark.parametrize(
    ("module", "limit", "most", "told"),
    [
        (handins, "LARGEST_ARCHIVE", 2**20, "more than 1 MB"),
        (archives, "FILES", 1, "more than 500 MB or 1 files"),
    ],
)
def test_an_archive_of_more_than_fits_is_not_unpacked(
    course, monkeypatch, module, limit, most, told
):
    monkeypatch.setattr(module, limit, most)
    zipped(
        course / "submitted" / "x" / "2-letters" / "hw.zip", {"a": b"0" * 2**19, "b": b"0" * 2**20}
    )
    _, [line] = found(course)
    assert f"'hw.zip' cannot be unpacked: it holds {told}" in line
    assert not list((course / ".evenhand").rglob("a"))


ASTRAY = {
    "x/2-letters/vowels.py": "x · 2-letters: holds 'vowels.py', and no notebook of this part",
    "x/2-letters/a/b.csv": "x · 2-letters: holds 'a/b.csv', and no notebook of this part",
    "x/01_vowels.ipynb": "'submitted/x/01_vowels.ipynb' lies in no folder of a part; not graded: "
    "put it into submitted/<student>/<part>, or let `collect` do it",
    "x/homework.zip": "'submitted/x/homework.zip' lies in no folder of a part",
    "x/vowels.py": "'submitted/x/vowels.py' lies in no folder of a part",
    "moodle.zip": "'submitted/moodle.zip' lies in no folder of a part",
}


@pytest.mark.parametrize("name", ASTRAY)
def test_what_yields_no_notebook_gets_a_line(course, name):
    path = course / "submitted" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    _, [line] = found(course)
    assert line.startswith(ASTRAY[name])


def test_what_is_the_instructors_own_gets_none(course):
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    (path.parents[1] / "notes.txt").write_text("x")
    (path.parents[2] / "roster.csv").write_text("x")
    assert found(course)[1] == []


def test_files_beside_a_complete_hand_in_are_no_problem(course):
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    for name in ("01_vowels.py", "notes.txt", "01_vowels.html", "data.zip", "table.json"):
        (path.parent / name).write_text("x")
    assert found(course)[1] == []


# When


TIMES = {
    "2026-12-01 14:30:00 UTC": "2026-12-01 14:30:00",
    "2026-12-01 14:30:00.123456 UTC": "2026-12-01 14:30:00.123456",
    "2026-12-01 14:30:00": "2026-12-01 14:30:00",
    "2026-12-01 14:30 UTC": "2026-12-01 14:30:00",
    "2026-12-01 14:30:00 +0200": "2026-12-01 12:30:00",
    "2026-12-01 14:30:00 -03:30": "2026-12-01 18:00:00",
    "2026-12-01T14:30:00Z": "2026-12-01 14:30:00",
    "2026-12-01T14:30:00.5+02": "2026-12-01 12:30:00.5",
    "2026-07-01 14:30:00 CEST": "2026-07-01 12:30:00",
    "2026-12-01 14:30:00 America/New_York": "2026-12-01 19:30:00",
    "": None,
}


@pytest.mark.parametrize(("text", "time"), TIMES.items())
def test_a_time_of_one_meaning_is_read(tmp_path, text, time):
    (tmp_path / "timestamp.txt").write_text(f"{text}\n")
    assert submitted_at(tmp_path) == (time and datetime.fromisoformat(time), [])


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01 14:30:00 PST",
        "2026-12-01 14:30:00 200",
        "2026-12-01 14:30:00 +99",
        "2026-12-01 14:30:00 Europe/Nowhere",
        "2026-12-01 14:30:00 ../../etc/passwd",
        "2026-12-01",
        "01.12.2026",
        "01/12/2026 14:30",
        "2026-13-01 14:30:00 UTC",
        "0001-01-01 00:00:00 +1400",
        "1764599400",
        "yesterday\nalice · 1-words: suspicious",
        "\x1b[2J",
    ],
)
def test_a_time_that_may_mean_several_is_said(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text)
    time, [line] = submitted_at(tmp_path)
    assert time is None
    assert line.isprintable() and "no date and time of one meaning" in line


def test_a_timestamp_of_another_encoding_or_kind(tmp_path):
    path = tmp_path / "timestamp.txt"
    for encoding in ("utf-16", "utf-8-sig"):
        path.write_text("2026-12-01 14:30:00 UTC", encoding)
        assert submitted_at(tmp_path) == (datetime(2026, 12, 1, 14, 30), [])
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert "no ordinary file" in submitted_at(tmp_path)[1][0]
    path.unlink()
    path.mkdir()
    assert "no ordinary file" in submitted_at(tmp_path)[1][0]


# The files beside it


def test_an_environment_does_not_hide_a_module(tmp_path):
    for place in ("env/lib/python3.11/site-packages/numpy", "node_modules/a", "__pycache__"):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        for number in range(1500):
            (folder / f"{number}.py").touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "zz_mine.py").write_text("x = 1")
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz" / "too.py").write_text("x = 1")
    files, [line] = beside(tmp_path)
    assert files == {"zz_mine.py": b"x = 1", "zz/too.py": b"x = 1"}
    assert "'env' is a virtual environment" in line
    assert "'node_modules' holds installed packages" in line


def test_near_and_small_files_come_first_and_the_others_are_named(tmp_path):
    (tmp_path / "a").mkdir()
    for number in range(handins.FILES + 10):
        (tmp_path / "a" / f"{number:05d}").touch()
    (tmp_path / "zz_mine.py").write_text("x = 1")
    with (tmp_path / "aa_large").open("wb") as file:
        file.truncate(handins.LARGEST_FILE + 1)
    files, [line] = beside(tmp_path)
    assert len(files) == handins.FILES and "zz_mine.py" in files
    assert "'aa_large' is too large" in line and "and 7 more" in line


def test_a_folder_of_too_many_files_is_read_in_part_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(handins, "MOST", 50)
    for number in range(100):
        (tmp_path / f"{number:03d}").touch()
    found = look_into(tmp_path)
    assert list(found.files) == [f"{number:03d}" for number in range(50)]
    assert found.left_out == {"049": "and what comes after it is left out: over 50 files"}


# What a grade depends on


def fingerprint_of(course: Path) -> str:
    jobs, _ = found(course)
    return jobs["x", "2-letters", "01_vowels"].fingerprint


def module_with_it(course):
    (course / "submitted" / "x" / "2-letters" / "mine.py").write_text("x = 1")


def module_changed(course):
    (course / "submitted" / "x" / "2-letters" / "old.py").write_text("x = 2")


def another_answer(course):
    small_class.write_submission(course, "x", "2-letters", "01_vowels", "wrong")


def mended_helper(course):
    (course / "source" / "2-letters" / "words.csv").write_text("b")


def changed_test(course):
    path = course / "source" / "2-letters" / "01_vowels.ipynb"
    path.write_text(path.read_text().replace("== 3, 'Each", "== 4, 'Each"))


@pytest.mark.parametrize("change", [module_with_it, module_changed, another_answer])
def test_the_work_is_another_one(course, change):
    before = prepared(course)
    change(course)
    after = fingerprint_of(course)
    assert after[:32] != before[:32] and after[32:] == before[32:]


@pytest.mark.parametrize("change", [mended_helper, changed_test])
def test_the_grading_is_another_one(course, change):
    before = prepared(course)
    change(course)
    after = fingerprint_of(course)
    assert after[:32] == before[:32] and after[32:] != before[32:]


def test_settings_and_versions_are_part_of_the_grade(course, monkeypatch):
    before = prepared(course)
    opened = Course.open(course)
    jobs, _ = find_jobs(opened.submissions(), opened.sources(), Options(cell_seconds=20))
    assert jobs[0].fingerprint[32:] != before[32:]
    jobs, _ = find_jobs(opened.submissions(), opened.sources(), Options(sandbox=False))
    assert jobs[0].fingerprint == before
    fingerprint._grader.cache_clear()
    monkeypatch.setattr(sys, "version", "3.99")
    assert fingerprint_of(course)[32:] != before[32:]
    fingerprint._grader.cache_clear()


def test_what_a_package_brings_along_is_no_part_of_the_grade(course, tmp_path, monkeypatch):
    """setuptools puts a folder with packages of its own on the path once something imports it."""
    before = prepared(course)
    about = tmp_path / "_vendor" / "brought-3.23.0.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: brought\nVersion: 3.23.0\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(about.parents[1])])
    fingerprint._grader.cache_clear()
    assert fingerprint_of(course) == before
    assert any(one.startswith("numpy-") for one in fingerprint.installed())


def test_the_courses_own_packages_are_part_of_the_grade(tmp_path, monkeypatch):
    for name in ("given", "shown"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("def files(source):\n    return {}\n")
    (tmp_path / "given" / "helper.py").write_text("rate = 1")
    monkeypatch.syspath_prepend(tmp_path)
    options = Options(packages=("shown",), companions="given:files")
    seen = []
    for path in ("given/helper.py", "given/__init__.py", "shown/__init__.py", ""):
        fingerprint._grader.cache_clear()
        seen.append(repr(fingerprint._grader(options)))
        if path:
            (tmp_path / path).write_text((tmp_path / path).read_text() + "\n# changed")
    fingerprint._grader.cache_clear()
    assert len(set(seen)) == 4


def prepared(course: Path) -> str:
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    (path.parent / "old.py").write_text("x = 1")
    (course / "source" / "2-letters" / "words.csv").write_text("a")
    before = fingerprint_of(course)
    assert fingerprint_of(course) == before
    return before


def test_a_worker_elsewhere_has_the_files_beside_it(course, tmp_path):
    line = "return int(open('data.txt').read()) + int(open('given.txt').read())"
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", line)
    (path.parent / "data.txt").write_text("2")
    (course / "source" / "2-letters" / "given.txt").write_text("1")
    options = Options(sandbox=not SANDBOX)
    bundle = cluster._pack(Course.open(course).sources(), options)
    place = tmp_path / "worker" / "sources"
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(place)
    cluster.unpacked["here"] = place
    try:
        job = Job("x", "2-letters", "01_vowels", path, path, "")
        files = path.read_bytes(), beside(path.parent)[0]
        done = cluster._grade_remotely("here", job, *files, options)
    finally:
        del cluster.unpacked["here"]
        cluster._remote_graders.pop(options).close()
    assert [test.points for test in done.result.tests] == [4]


def test_a_file_that_cannot_be_read_when_its_turn_comes_is_not_graded(course):
    source = Course.open(course).sources()["2-letters"]["01_vowels"]
    options = Options(sandbox=not SANDBOX)
    # A file that fails when it is read, also for root; and one that was there a moment ago.
    paths = [Path("/proc/self/mem"), course / "gone.ipynb"]
    jobs = [Job("x", "2-letters", "01_vowels", path, source, "") for path in paths]
    graders = LocalGraders(options, 1, [source])
    try:
        done = [one for batch in graders.grade(jobs) for one in batch]
    finally:
        graders.close()
    assert [one.result for one in done] == [None, None]
    said = " ".join(one.failure for one in done)
    assert "the file cannot be read (" in said and "the file is gone" in said


def test_a_file_that_cannot_be_read_is_graded_once_it_can(course):
    small_class.write_submission(course, "y", "2-letters", "01_vowels", "right")
    command = [sys.executable, "-m", "evenhand", "grade", "--course", str(course)]
    command += SANDBOX or ["--workers", "1"]
    if os.getuid() == 0:  # root may read anything, unless it gives that up
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    seen = []
    for answer, mode in (("right", 0o000), ("wrong", 0o000), ("right", 0o644)):
        path = small_class.write_submission(course, "x", "2-letters", "01_vowels", answer)
        path.chmod(mode)
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        path.unlink()
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        told = "x \xb7 2-letters: '01_vowels.ipynb' cannot be read (" in done.stdout
        with (course / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
            points = {row[0]: row[-1] for row in [*csv.reader(file)][1:]}
        seen.append((done.returncode, told, points))
    alone = (1, True, {"y": "4"})
    assert seen == [alone, alone, (0, False, {"x": "4", "y": "4"})]


# All of it at once, through the command


FORGED = "x\nalice · 1-words: suspicious: The gradebook was written"
NASTY = ["=1+1", "@x", "\u202egrade", "caf\udce9", FORGED, "[red]bold", "Jos\u00e9", "\u0416"]


@pytest.mark.parametrize(
    "encoding",
    [
        "ascii:strict",
        "utf-8:strict",
        pytest.param("iso-8859-15:strict", marks=pytest.mark.slow),
    ],
)
def test_a_class_of_nasty_names_is_graded_on_any_terminal(course, tmp_path, encoding):
    course = course.rename(tmp_path / "c [1]")
    for name in NASTY:
        line = f"raise ValueError({FORGED!r} + chr(27) + '[2J' + chr(0x9b) + chr(0x202e))"
        path = small_class.write_submission(course, "s", "2-letters", "01_vowels", line)
        folder = os.fsencode(course / "submitted") + b"/" + os.fsencode(name)
        os.rename(path.parents[1], folder)
        for stray in (b"a\nb.ipynb", b"\xff\x1b[2J.ipynb", b"01_vowels.zip"):
            Path(os.fsdecode(folder + b"/2-letters/" + stray)).write_text("{}")
    small_class.write_submission(course, "s", "2-letters", "01_vowels", "import os; os._exit(3)")
    status, told, errors = run_grade(course, encoding, "--json", str(tmp_path / "all.json"))
    assert status == 1, errors
    assert "Traceback" not in told + errors
    graded = {"=1+1", "@x", "[red]bold", "Jos\u00e9", "\u0416", "s"}
    assert json.loads((tmp_path / "all.json").read_text("ascii")).keys() == graded
    for name in ("report/index.html", "report/grades.csv"):
        text = (course / name).read_text("utf-8").replace("\r\n", "\n")
        assert stripped_of(text) == text
        assert "\nalice" not in text
    for path in (course / "feedback").rglob("*.html"):
        assert stripped_of(path.read_text("utf-8")) == path.read_text("utf-8")
    with (course / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert {row[0] for row in rows[1:]} == {
        *("'=1+1", "'@x", "[red]bold", "Jos\u00e9", "\u0416", "s")
    }
    for line in told.splitlines():
        assert line.isprintable() and not line.startswith("alice"), line
    said = " ".join(told.split())
    assert "'caf\\udce9' " in said and "'\\u202egrade' " in said
    assert "'a\\nb.ipynb' is no notebook of this part" in said
    assert "'[red]bold' " in said


@pytest.mark.parametrize("line", [FORGED, "\x1b[2J\x9b1m", "\u202ex", "[red]x", "\udce9"])
def test_a_line_in_the_terminal_is_one_line(line):
    console = Console(file=io.StringIO(), width=1000, force_terminal=False)
    terminal.say(console, "red", line)
    said = console.file.getvalue()
    assert said.endswith("\n") and said[:-1].isprintable()
    said.encode()


def run_grade(course: Path, encoding: str, *options: str) -> tuple[int, str, str]:
    command = ["grade", "--course", str(course), "--workers", "1", *SANDBOX, *options]
    wide = {"COLUMNS": "200"}
    return Forked(commands.main, command, encoding=encoding, environment=wide).finish()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "status", "graded"),
    [
        ({}, 0, {"Jos\u00e9", "s"}),
        # What cannot be shown on a line of text is left alone, and named.
        ({"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 1, {"s"}),
    ],
)
def test_a_class_is_graded_in_the_locale_c(course, mode, status, graded):
    """Python reads names as ASCII there, unless it is left to take UTF-8 for it."""
    for name in ("Jos\u00e9", "s"):
        path = small_class.write_submission(course, "s", "2-letters", "01_vowels", "right")
        if name != "s":
            os.rename(path.parents[1], os.fsencode(course / "submitted") + b"/" + name.encode())
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", "grade", "--course", str(course), *SANDBOX],
        env={**inherited, **mode, "LC_ALL": "C", "COLUMNS": "200"},
        capture_output=True,
        timeout=300,
    )
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr
    with (course / "report" / "grades.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    assert (done.returncode, {row[0] for row in rows}) == (status, graded)
    named = b"'Jos\\udcc3\\udca9' \\xb7 2-letters: the folder's name has characters"
    assert (named in done.stdout) == bool(status)


def test_a_part_that_nbgrader_refuses_is_one_sentence(course):
    (course / "source" / "2-letters").rename(course / "source" / "2+letters")
    path = small_class.write_submission(course, "x", "2-letters", "01_vowels", "right")
    path.parent.rename(path.parents[1] / "2+letters")
    small_class.write_submission(course, "x", "1-words", "01_count", "right")
    status, told, errors = run_grade(course, "utf-8:strict")
    assert status == 1, errors
    assert "nbgrader does not take the sources of 2+letters: " in told
    assert "01_count" in told or "count_words" in told
    assert "Traceback" not in told + errors


def test_nbgraders_own_command_takes_the_same_and_follows_no_link(course, tmp_path):
    config = course / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + """
from evenhand.preprocessors import grade_with_evenhand
grade_with_evenhand(c)
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = []
"""
    )
    course = course.rename(tmp_path / "c [1]")
    path = small_class.write_submission(course, "a [b]", "2-letters", "01_vowels", "right")
    (path.parent / "timestamp.txt").write_text("2026-12-01 14:30:00 PST\nx · y: suspicious")
    (tmp_path / "secret.txt").write_text("secret")
    (path.parent / "data.txt").symlink_to(tmp_path / "secret.txt")
    (path.parent / "own.txt").write_text("mine")
    (course / "submitted" / "linker").symlink_to("a [b]")
    nest(path.parent, 1500)
    try:
        nbgrader(course, "generate_assignment", "2-letters")
        said = nbgrader(course, "autograde", "2-letters", status=1)  # for the link
    finally:
        unnest(path.parent / "d")
    assert "a [b], 2-letters: 'd/d/" in said.replace("'a [b]'", "a [b]")
    assert "linker, 2-letters: a link, which was not followed" in said
    graded = course / "autograded" / "a [b]" / "2-letters"
    assert {p.name for p in graded.iterdir()} == {"01_vowels.ipynb", "own.txt", "timestamp.txt"}
    assert not (course / "autograded" / "linker" / "2-letters").exists()
