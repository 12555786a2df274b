"""Who wrote alike is shown side by side; what everybody has is no sign of anything."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from evenhand.commands import main

from . import small_class

OWN = """seen = []
    for position, letter in enumerate(text):
        if letter in 'aeiou' and position >= 0:
            seen.append((letter, position * 2))
    total = sum(1 for _ in seen)
    return total"""
RENAMED = OWN.replace("seen", "found").replace("position", "i").replace("letter", "c") + "  # mine"
OTHER = """result, rest = 0, list(text)
    while rest:
        result += rest.pop() in {'a', 'e', 'i', 'o', 'u'}
    if result < 0:
        raise ValueError('never')
    return int(result) + 0"""


@pytest.fixture
def course(tmp_path) -> Path:
    folder = tmp_path / "course"
    small_class.write_sources(folder)
    for number in range(20):
        small_class.write_submission(folder, f"s{number}", "2-letters", "01_vowels", "right")
    return folder


def pairs(course: Path) -> list[str]:
    assert main(["similar", "2-*", "--course", str(course)]) == 0
    page = (course / "report" / "similar.html").read_text("utf-8")
    found = re.findall(r"<summary>(.*?)</summary>", page, re.S)
    return [" ".join(html.unescape(one).split()) for one in found]


def test_what_everybody_has_is_no_sign(course):
    assert pairs(course) == []
    for student in ("ann", "bo", "cy", "di"):  # a fifth of the class, from the lecture
        small_class.write_submission(course, student, "2-letters", "01_vowels", OWN)
    assert pairs(course) == []


def test_two_alike_but_for_names_are_side_by_side(course):
    for student, text in (("ann", OWN), ("bo", RENAMED), ("cy", OTHER)):
        small_class.write_submission(course, student, "2-letters", "01_vowels", text)
    assert pairs(course) == ["100 % · 2-letters/01_vowels · ann and bo"]
    page = html.unescape((course / "report" / "similar.html").read_text("utf-8"))
    assert "<mark>            seen.append((letter, position * 2))</mark>" in page
    assert "<mark>            found.append((c, i * 2))</mark>" in page
    assert "rest.pop" not in page


def test_what_cannot_be_read_is_compared_with_nobody(course):
    for student in ("ann", "bo"):
        path = small_class.write_submission(course, student, "2-letters", "01_vowels", "'''")
        if student == "bo":
            path.write_text("nothing")
    assert pairs(course) == []


def test_a_notebook_for_another_kernel_is_passed_over(course):
    path = course / "source" / "2-letters" / "01_vowels.ipynb"
    path.write_text(path.read_text().replace('"language": "python"', '"language": "R"'))
    assert pairs(course) == []


def test_a_source_that_cannot_be_released_is_one_sentence(course, capsys):
    path = course / "source" / "2-letters" / "01_vowels.ipynb"
    path.write_text(path.read_text().replace("### END SOLUTION", ""))
    assert main(["similar", "2-*", "--course", str(course)]) == 2
    error = capsys.readouterr().err
    assert "01_vowels.ipynb" in error and error.count("\n") == 1


def test_a_part_that_nobody_handed_in_is_one_sentence(course, capsys):
    assert main(["similar", "9", "--course", str(course)]) == 2
    assert capsys.readouterr().err == "Nobody handed in such a part.\n"
