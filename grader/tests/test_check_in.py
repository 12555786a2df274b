"""Before the deadline: what is missing is said, and a small slip is offered to be mended."""

from __future__ import annotations

import builtins
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from evenhand.attempts import attempts
from evenhand.commands import main
from evenhand.course import Course

from . import small_class
from .harness import SANDBOX

PART, NOTEBOOK = "2-letters", "01_vowels"
RIGHT, WRONG, _ = small_class.COURSE[PART][NOTEBOOK]["vowels"]
RENAMED = f"def count_vowels(text):\n    {RIGHT}"

# Student -> what stands in the place of the exercise's cell.
WORK = {
    "ann": RENAMED + "\n\nprint(count_vowels('see'))",
    "bo": f"def count_vowels(text):\n    {WRONG}",
    "cy": f"def count_vowels(word):\n    text = word\n    {RIGHT}",
    "di": f"def vowels(text):\n    {RIGHT}",
    "ed": f"{RENAMED}\n\ndef other(text):\n    return 3",
    "flo": f"def count_vowels(text)\n    {RIGHT}",
    "guy": f"def vowels(text):\n    {small_class.STUB}",
}


@pytest.fixture
def course(tmp_path) -> Path:
    folder = tmp_path / "course"
    small_class.write_sources(folder)
    for student, text in WORK.items():
        path = small_class.write_submission(folder, student, PART, NOTEBOOK, "right")
        made = json.loads(path.read_text("utf-8"))
        made["cells"][1]["source"] = text
        path.write_text(json.dumps(made), "utf-8")
    for student in ("ann", "hal"):  # two names are lost: no small slip
        path = small_class.write_submission(folder, student, "1-words", "01_count", "right")
        path.write_text(path.read_text("utf-8").replace("def ", "def my_"), "utf-8")
    (folder / "roster.csv").write_text("id,first_name,last_name,email\nida,Ida,Berg,\n")
    return folder


def check_in(course: Path, *words: str) -> int:
    return main(["check-in", *words, "--course", str(course), "--workers", "1", *SANDBOX])


def submitted(course: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(course)): path.read_bytes()
        for folder in ("submitted", "attempts")
        for path in (course / folder).rglob("*.ipynb")
    }


def test_what_there_is_to_mend_is_said_and_offered_and_taken_by_a_person(
    course, tmp_path, monkeypatch, capsys
):
    before = submitted(course)
    assert check_in(course) == 0
    said = capsys.readouterr().out
    where = f"{PART}/{NOTEBOOK}"
    offer = f"ann · {where}: count_vowels has the signature of vowels, and under that name all of"
    assert f"{offer} its 4 points\nNothing was written." in said
    assert said.count("has the signature of") == 1
    for student in ("ann", "bo", "cy", "ed"):
        assert f"{student} · {where}: there is no function vowels\n" in said
    assert f"flo · {where}: Python cannot read the cell vowels\n" in said
    assert "hal · 1-words/01_count: there is no function longest_word\n" in said
    assert not any(f"{student} ·" in said for student in ("di", "guy"))
    assert f"{PART}: nothing from Ida Berg (ida)\n" in said
    assert "1-words: not all notebooks from ann, hal\n" in said
    assert submitted(course) == before and not (course / "gradebook.db").exists()

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question: "n")
    assert check_in(course, "2-*") == 0
    assert submitted(course) == before
    monkeypatch.setattr(builtins, "input", lambda question: "y")
    assert check_in(course, "2-*") == 0
    after = submitted(course)
    name = f"submitted/ann/{where}.ipynb"
    [kept] = after.keys() - before.keys()
    assert kept.endswith(f" before repair/{NOTEBOOK}.ipynb") and after.pop(kept) == before[name]
    assert {key for key in before if after[key] != before[key]} == {name}
    text = "".join(json.loads(after[name])["cells"][1]["source"])
    assert text == (
        f"def vowels(text):\n    {RIGHT}\n\nprint(count_vowels('see'))\n\n"
        "count_vowels = vowels  # renamed by your instructor\n"
    )

    # Collected once more, what was repaired stays so; it is no attempt of its own.
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(f"ann/{NOTEBOOK}.ipynb", before[name])
    (tmp_path / "again.zip").write_bytes(file.getvalue())
    assert main(["collect", str(tmp_path / "again.zip"), "--course", str(course)]) == 0
    assert submitted(course)[name] == after[name]
    assert attempts(Course.open(course)) == {}


def test_a_part_that_nobody_handed_in_is_one_sentence(course, capsys):
    assert check_in(course, "9-*") == 2
    assert capsys.readouterr().err == "Nobody handed in such a part.\n"
