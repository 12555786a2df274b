"""A lesson may draw with a seed of the student's own, if what it says holds for every seed."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from evenhand.course import Course
from evenhand.roster import Person, Roster

from authoring import release as releasing
from authoring.cases import AuthorError
from authoring.release import leaks, release
from authoring.source import SOLUTIONS, all_lessons, read_lesson
from nnlib import datasets

PART = "2-hidden-layer"
OWN = [n for n in all_lessons() if "own_seed" in (SOLUTIONS / f"{n}.py").read_text("utf-8")]


def test_a_seed_is_the_courses_or_the_students_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert datasets.own_seed(1) == 1
    seeds = []
    for variant in ("", "1", "1\n", "2"):
        (tmp_path / "variant.txt").write_text(variant)
        seeds.append(datasets.own_seed(1))
        assert seeds[-1] == datasets.own_seed(1) < 2**32
    assert seeds[0] == 1 and seeds[1] == seeds[2] and len(set(seeds)) == 3
    assert datasets.own_seed(1) != datasets.own_seed(2)


@pytest.mark.parametrize("variant", ["1", "2"])
@pytest.mark.parametrize("name", OWN)
def test_what_a_lesson_says_holds_for_every_variant(name, variant, tmp_path, monkeypatch):
    """Its cells run up to the claim after the last seed of the student's own."""
    monkeypatch.setenv("NNLIB_GRADING", str(SOLUTIONS))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "variant.txt").write_text(variant)
    drawn: dict[int, int] = {}
    own = datasets.own_seed

    def noted(seed):
        if Path.cwd() != tmp_path:  # the course's own versions of earlier lessons are carried
            return own(seed)
        return drawn.setdefault(seed, own(seed))

    monkeypatch.setattr(datasets, "own_seed", noted)
    cells = [c for c in read_lesson(name).cells if c.kind not in ("markdown", "manual", "test")]
    last = max(i for i, cell in enumerate(cells) if "own_seed" in cell.text)
    end = next(i for i, cell in enumerate(cells) if i > last and cell.kind == "claim")
    with contextlib.redirect_stdout(io.StringIO()):
        namespace = {"__name__": "__main__"}
        for cell in cells[: end + 1]:
            exec(compile(cell.text, f"<{name}>", "exec"), namespace)
    assert drawn and all(seed != given for seed, given in drawn.items())


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder of its own for the roster and the table."""
    monkeypatch.setattr(releasing, "ROOT", tmp_path)
    monkeypatch.setattr(releasing, "stale", lambda names: [])
    return tmp_path


def test_each_student_gets_a_zip_of_one_variant(course, monkeypatch):
    with pytest.raises(AuthorError, match=r"Variants need roster\.csv"):
        release(PART, course / "dist", 0)
    roster = course / "roster.csv"
    roster.write_text("id,first_name\nada,Ada\nben,Ben\n", "utf-8")
    assert Roster.of(Course.open(course)).people["ada"] == Person("ada", "Ada")
    told = release(PART, course / "dist", 0)
    assert "2 zips, one for each student; variants.csv says who has which" in told[-1]
    table = course / "variants.csv"
    assert table.read_text("utf-8").split() == ["id,variant", "ada,1", "ben,2"]
    for student, variant in (("ada", "1"), ("ben", "2")):
        content = _content(course / "dist" / PART / f"{student}.zip")
        assert content[f"notebooks/{PART}/variant.txt"] == variant.encode()
        marks = {
            json.loads(data)["metadata"].get("variant")
            for name, data in content.items()
            if name.endswith(".ipynb")
        }
        assert marks == {variant}
        assert leaks(all_lessons(), content) == []
    # Apart from that it is what all get; who has a variant keeps it.
    plain = _content(course / "dist" / f"{PART}.zip")
    assert content.keys() - plain.keys() == {f"notebooks/{PART}/variant.txt"}
    roster.write_text("id,first_name\ncleo,Cleo\ndan,Dan\nben,Ben\n", "utf-8")
    release(PART, course / "dist", 2)
    rows = table.read_text("utf-8").split()
    assert rows == ["id,variant", "ada,1", "ben,2", "cleo,1", "dan,2"]


def _content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as made:
        return {name.partition("/")[2]: made.read(name) for name in made.namelist()}


def test_without_variants_there_is_neither_table_nor_mark(course):
    release(PART, course / "dist")
    assert not (course / "variants.csv").exists() and not (course / "dist" / PART).exists()
    content = _content(course / "dist" / f"{PART}.zip")
    assert f"notebooks/{PART}/variant.txt" not in content
