"""Whose seeds a notebook is run with is in the course's table, whatever was handed in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from evenhand.class_summary import ClassSummary
from evenhand.commands import main
from evenhand.course import Course
from evenhand.options import OptionsError
from evenhand.record import Recorder
from evenhand.report import html_page
from evenhand.variants import deal, read_variants

from . import small_class
from .harness import SANDBOX, nbgrader

PART, NOTEBOOK = "2-letters", "01_vowels"
# Right for variant 3 and for the course's own data alone.
LINE = (
    "import os; return int(open('variant.txt').read() or 0) if os.path.exists('variant.txt') else 3"
)
CONFIGURATION = "from evenhand.preprocessors import grade_with_evenhand\ngrade_with_evenhand(c)\n"
MANY = ["ada", "bea", "cem", "dan", "eva"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    small_class.write_sources(folder, CONFIGURATION)
    for student in [*MANY, "fox", "gil"]:
        path = small_class.write_submission(folder, student, PART, NOTEBOOK, LINE)
        mark(path, "3")
    (path.parent / "variant.txt").write_text("3")
    rows = [f"{student},3" for student in MANY]
    (folder / "variants.csv").write_text("\n".join(["id,variant", *rows, "fox,4"]))
    assert grade(folder) == 0
    return folder


def mark(path: Path, variant: str) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"]["variant"] = variant
    path.write_text(json.dumps(notebook), "utf-8")


def grade(folder: Path) -> int:
    return main(["grade", "--course", str(folder), "--workers", "1", *SANDBOX])


def results(folder: Path) -> dict:
    with Recorder(Course.open(folder)) as recorder:
        return {stored.result.student: stored.result for stored in recorder.stored()}


def test_the_table_says_what_a_notebook_is_run_with(graded):
    found = results(graded)
    assert [found[student].points for student in MANY] == [4] * 5
    assert found["fox"].points == found["gil"].points == 0
    assert not any(found[student].flags for student in MANY)


def test_another_ones_variant_is_told(graded):
    found = results(graded)
    has = {"fox": "has 4", "gil": "has none"}
    for student, text in has.items():
        [flag] = found[student].flags
        assert flag.kind == "odd" and flag.evidence == (
            f"The notebook was handed out as variant '3', and this student {text}: variants.csv "
            "says whose it is."
        )


def test_the_report_shows_exercises_by_variant(graded):
    page = (graded / "report" / "index.html").read_text("utf-8")
    table = page.partition("<h2>Variants</h2>")[2].partition("</table>")[0]
    assert "Variant 3" in table and "Variant 4" not in table
    assert "100 % of 5" in table
    summary = ClassSummary.of(results(graded).values())
    assert "<h2>Variants</h2>" not in html_page(summary, "t")


def test_another_table_is_another_grade(graded, tmp_path, capsys):
    folder = Path(shutil.copytree(graded, tmp_path / "course"))
    table = folder / "variants.csv"
    table.write_text(table.read_text().replace("fox,4", "fox,3"))
    assert grade(folder) == 0
    assert "1 to grade, 6 as they were" in " ".join(capsys.readouterr().out.split())
    found = results(folder)["fox"]
    assert found.points == 4 and not found.flags


def test_nbgraders_own_commands_know_the_table(graded, tmp_path):
    folder = Path(shutil.copytree(graded, tmp_path / "course"))
    said = nbgrader(folder, "autograde", PART, "--student", "fox", "--force")
    assert "handed out as variant '3', and this student has 4" in said


def test_who_has_a_variant_keeps_it(tmp_path):
    assert read_variants(tmp_path) is None
    assert deal(tmp_path, ["b", "a"]) == {"b": "1", "a": "2"}
    assert deal(tmp_path, ["c", "a", "d"]) == {"b": "1", "a": "2", "c": "3", "d": "4"}
    assert deal(tmp_path, "efg", 2) | {} == read_variants(tmp_path)
    assert list(read_variants(tmp_path).values())[-3:] == ["1", "2", "1"]


@pytest.mark.parametrize("text", ["who,what\na,1\n", "id,variant\na,1\na,2\n", "id,variant\na\n"])
def test_a_table_that_cannot_be_read_is_one_sentence(text, graded, tmp_path, capsys):
    folder = Path(shutil.copytree(graded, tmp_path / "course"))
    (folder / "variants.csv").write_text(text)
    with pytest.raises(OptionsError, match=r"variants\.csv(:| cannot be read).*\."):
        read_variants(folder)
    assert grade(folder) == 2
    said = capsys.readouterr()
    assert "variants.csv" in said.out + said.err and "Traceback" not in said.out + said.err
