"""A test is mended: whose points change is shown first, and told when it is written."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from evenhand.commands import main
from nbgrader.api import Gradebook

from . import small_class
from .harness import SANDBOX

WRONG, RIGHT = "vowels('banana') == 2", "vowels('banana') == 3"


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A class graded by a test that asks for the wrong number."""
    folder = tmp_path_factory.mktemp("course")
    small_class.write_sources(folder)
    path = folder / "source" / "2-letters" / "01_vowels.ipynb"
    path.write_text(path.read_text().replace(RIGHT, WRONG))
    for student, kind in (("ann", "right"), ("bo", "return 2"), ("cy", "return 7")):
        small_class.write_submission(folder, student, "2-letters", "01_vowels", kind)
    assert run(folder, "grade") == 1  # the course's own solution fails it
    path.write_text(path.read_text().replace(WRONG, RIGHT))
    return folder


@pytest.fixture
def course(graded, tmp_path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "course"))


def run(folder: Path, command: str, *words: str) -> int:
    return main([command, *words, "--course", str(folder), "--workers", "1", *SANDBOX])


def scores(folder: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "words") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions("2-letters")}


def files_of(folder: Path) -> dict[Path, bytes]:
    """Return what a course has, but for what may be deleted at any time."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".evenhand" not in path.parts and path.name != "released.json"
    }


@pytest.mark.parametrize(
    "words", [("regrade", "2-letters"), ("rehearse", "2-letters"), ("grade",)], ids=lambda w: w[0]
)
def test_what_was_released_cannot_be_kept(course, words, capsys):
    (course / "released.json").unlink()
    (course / "released.json").mkdir()
    assert run(course, *words) == 2
    [said] = capsys.readouterr().err.splitlines()
    assert said.endswith("released.json cannot be written: Is a directory.")


def test_it_is_shown_first_and_then_written_and_told(course, capsys):
    before = files_of(course)
    assert run(course, "regrade", "2-letters", "--because", "The test miscounted.") == 0
    said = capsys.readouterr().out
    assert "ann · 2-letters/01_vowels: 0 → 4 of 4 (vowels 0 → 4)\n" in said
    assert "bo · 2-letters/01_vowels: 4 → 0 of 4 (vowels 4 → 0)\n" in said
    assert "cy ·" not in said
    assert "3 students: 1 have more points, 1 have less, 1 have the same." in said
    assert "Nothing was written." in said
    assert files_of(course) == before

    with Gradebook(f"sqlite:///{course}/gradebook.db", "words") as gradebook:
        gradebook.find_grade("vowels--1", "01_vowels", "2-letters", "bo").manual_score = 3
        gradebook.db.commit()
    assert run(course, "regrade", "2-*", "--because", "The test miscounted.", "--yes") == 0
    assert scores(course) == {"ann": 4, "bo": 3, "cy": 0}  # what a person gave stands
    with (course / "regrades.csv").open(newline="") as file:
        [row] = list(csv.DictReader(file))
    assert (row["student"], row["before"], row["after"]) == ("ann", "0", "4")
    assert row["because"] == "The test miscounted."
    pages = {
        who: (course / "feedback" / who / "2-letters" / "01_vowels.html").read_text()
        for who in ("ann", "cy")
    }
    assert "0 points became 4. The test miscounted." in pages["ann"]
    assert "4 of 4 points" in pages["ann"] and "became" not in pages["cy"]
    capsys.readouterr()
    assert run(course, "grade") == 0
    assert "0 to grade" in capsys.readouterr().out
    assert run(course, "regrade", "2-letters") == 0
    assert "Nothing to grade again" in capsys.readouterr().out


def test_a_part_that_nobody_handed_in_is_one_sentence(course, capsys):
    assert run(course, "regrade", "9-*") == 2
    assert capsys.readouterr().err == "Nobody handed in 9-*.\n"
