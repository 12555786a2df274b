"""Text from a hand-in is one printable line wherever it is shown."""

from __future__ import annotations

import ast
import csv
import io
import unicodedata

import pytest
from evenhand.quoting import csv_cell, labels, one_line, quoted
from hypothesis import given
from hypothesis import strategies as st

NASTY = {
    "a line break": "a\nalice · 1-words: tampering",
    "a carriage return": "a\ralice",
    "a line separator": "a\u2028b\x85c\u2029d",
    "terminal colours": "\x1b[2J\x1b[31mred",
    "C1 controls": "\x9b31mred\x9d0;title\x9c",
    "turned round": "\u202ebypi.krow\u202c\u2066x\u2069",
    "nothing to see": "a\u200b\u200d\ufeff\u00adb",
    "no UTF-8": "caf\udce9",
    "NUL and bell": "\x00\x07",
    "quotation marks": "'\"`\\",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_text_is_shown_in_one_printable_line(text):
    for shown in (quoted(text), one_line(text), csv_cell(text), *labels([text]).values()):
        assert shown.isprintable() and len(shown.splitlines()) == 1, shown
        shown.encode()


@given(st.text())
def test_any_text_is_shown_in_one_printable_line_and_can_be_read_back(text):
    assert quoted(text).isprintable() and one_line(text).isprintable()
    assert one_line(one_line(text)) == one_line(text)
    assert ast.literal_eval(quoted(text, len(text))) == text


@given(st.sets(st.text(max_size=6), max_size=8))
def test_no_two_names_look_the_same(names):
    shown = labels(names)
    assert shown.keys() == names
    seen = [unicodedata.normalize("NFKC", label) for label in shown.values()]
    assert len(set(seen)) == len(seen)


def test_ordinary_names_stay_as_they_are():
    names = ["Zoë O'Neill-Łukasz, Jr. (2)", "李小龍", "प्रिया", "student-004", "a.b+c@d.org"]
    assert labels(names) == {name: name for name in names}
    assert labels(["alice · 1-words"]) == {"alice · 1-words": "'alice · 1-words'"}


def test_the_same_name_stored_in_two_ways_is_shown_as_two():
    composed, decomposed = "Jos\u00e9", "Jose\u0301"
    assert labels([composed]) == {composed: composed}
    assert labels([composed, decomposed]) == {
        composed: "'Jos\\xe9'",
        decomposed: "'Jose\\u0301'",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\uff1d"])
def test_no_cell_of_a_table_is_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"
    file = io.StringIO()
    csv.writer(file).writerow([csv_cell(text), csv_cell("Ines = 1")])
    [row] = csv.reader(io.StringIO(file.getvalue()))
    assert row[0][0] == "'" and row[1] == "Ines = 1"
