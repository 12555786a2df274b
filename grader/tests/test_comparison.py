"""``--compare-with-stock`` lists where the two differ, why, and which is right."""

from __future__ import annotations

import re

import pytest
from evenhand.commands import main

from . import small_class
from .forked import Forked


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which stock nbgrader goes wrong in two ways."""
    root = tmp_path_factory.mktemp("compared")
    small_class.write_sources(root, "c.ClearSolutions.code_stub['octave'] = ''\n")
    small_class.write_submission(root, "ada", "1-words", "02_shout", "wrong")
    for student in ("bo", "cy"):  # a warning is no mistake
        warns = "import sys; print('hm', file=sys.stderr); return text.upper()"
        small_class.write_submission(root, student, "1-words", "02_shout", warns)
    small_class.write_submission(root, "di", "1-words", "01_count", "right").write_text("{")
    escape = f"open({str(root / 'escaped')!r}, 'w').write('x'); return text.upper()"
    small_class.write_submission(root, "eve", "1-words", "02_shout", escape)
    handed_in = small_class.write_submission(root, "ada", "2-letters", "01_vowels", "wrong")
    for path in (handed_in, root / "source" / "2-letters" / "01_vowels.ipynb"):
        other = path.read_text().replace('"language": "python"', '"language": "octave"')
        path.with_name("02_other.ipynb").write_text(other.replace("vowels", "other"))
    return root


def compare(course, part: str) -> tuple[int, str]:
    arguments = ["grade", "--compare-with-stock", "--course", str(course), "--part", part]
    status, said, errors = Forked(main, arguments).finish(600)
    return status, said + errors


def test_each_difference_is_listed_with_its_cause(course):
    before = _files(course)
    status, said = compare(course, "1-words")
    assert status == 1, said
    [line] = re.findall(r".*02_shout · .*", said)
    assert "shout--1: nbgrader 0, evenhand 2 (bo, cy)" in line
    assert "standard error" in line and line.endswith("So evenhand is right.")
    [line] = re.findall(r".*nbgrader nothing.*", said)
    assert line.startswith("1-words/01_count: ") and "(di)" in line
    assert "cells of 5 notebooks compared, 3 differences." in said, said
    # Neither the course nor anything else is changed, not even by a hand-in that tries.
    assert _files(course) == before


def _files(course) -> dict:
    """What may be deleted at any time is left out."""
    paths = (path for path in course.rglob("*") if path.is_file() and ".evenhand" not in path.parts)
    return {path: path.read_bytes() for path in paths}


def test_no_difference_ends_with_0(course):
    status, said = compare(course, "2-letters")
    assert (status, "1 cells of 1 notebooks compared, no differences." in said) == (0, True), said
    assert "2-letters/02_other: its kernel is python3 (language: octave)" in said
