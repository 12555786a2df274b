"""`check-build` looks again only at what something changed for, and never passes over that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from authoring import build
from authoring.commands import main

FIRST, SECOND = build.all_lessons()[:2]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The generated notebooks, to be changed, and nothing found good yet."""
    monkeypatch.setattr(build, "GOOD", tmp_path / "good.json")
    for lesson in (FIRST, SECOND):
        path = tmp_path / "notebooks" / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build.NOTEBOOKS / f"{lesson}.ipynb", path)
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path / "notebooks")
    return tmp_path / "notebooks" / f"{FIRST}.ipynb"


def test_one_lesson_is_checked_and_not_again_until_it_changes(copy, capsys, monkeypatch):
    assert set(build.changed([FIRST, SECOND])) == {FIRST, SECOND}
    assert main(["check-build", FIRST]) == 0
    assert "1 of 1" in capsys.readouterr().out
    assert build.changed([FIRST, SECOND]) == [SECOND]
    good = copy.read_text("utf-8")
    copy.write_text(good.replace("sigmoid", "sigmoids", 1), "utf-8")
    assert build.changed([FIRST]) == [FIRST]
    with monkeypatch.context() as patch:
        patch.setattr(build, "ROOT", Path("/"))  # since the copy lies elsewhere
        assert main(["check-build", FIRST]) == 1
    assert f"{FIRST}.ipynb is not what" in capsys.readouterr().out
    assert build.changed([FIRST]) == [FIRST]
    copy.write_text(good, "utf-8")
    assert build.changed([FIRST]) == []


def test_what_changes_while_it_is_looked_at_is_looked_at_again(copy, monkeypatch):
    def looked(work, names):
        copy.write_text(copy.read_text("utf-8") + "\n", "utf-8")
        return iter([[]])

    monkeypatch.setattr(build, "_on_all_cores", looked)
    assert main(["check-build", FIRST]) == 0
    assert build.changed([FIRST]) == [FIRST]


def test_what_a_lesson_uses_of_earlier_ones_makes_it_checked_again(copy, tmp_path, monkeypatch):
    build.GOOD.write_text("{}")
    sources = tmp_path / "solutions"
    shutil.copytree(build.SOLUTIONS, sources)
    monkeypatch.setattr(build, "SOLUTIONS", sources)
    before = build.states([FIRST, SECOND])
    path = sources / f"{SECOND}.py"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    after = build.states([FIRST, SECOND])
    assert after[FIRST] == before[FIRST] and after[SECOND] != before[SECOND]
    path = sources / f"{FIRST}.py"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    last = build.states([FIRST, SECOND])
    assert last[FIRST] != after[FIRST] and last[SECOND] != after[SECOND]


OUTPUTS_OF_ONE = """
import sys
from pathlib import Path
from authoring import build, outputs

build.SOLUTIONS = outputs.SOLUTIONS = Path(sys.argv[1], "solutions")
outputs._OUTPUTS = Path(sys.argv[1], "good.json")
outputs.all_lessons = lambda: ["1-one-neuron/04_recap"]
outputs._SETTINGS = Path(sys.argv[1], "nbval.cfg")
print("as stored:", outputs.check_outputs())
"""


def test_stored_outputs_are_held_against_a_fresh_run_until_they_are_found_good(tmp_path):
    shutil.copytree(build.SOLUTIONS, tmp_path / "solutions")
    settings = shutil.copy(build.ROOT / "tests" / "nbval.cfg", tmp_path)
    path = tmp_path / "solutions" / "1-one-neuron" / "04_recap.ipynb"
    good = path.read_text("utf-8")

    def said():
        command = [sys.executable, "-c", OUTPUTS_OF_ONE, str(tmp_path)]
        return subprocess.run(command, cwd=build.ROOT, capture_output=True, text=True).stdout

    wrong = good.replace("✔ Right: train_neuron passes its check.", "✔ Right: it does.")
    path.write_text(wrong, "utf-8")
    told = said()
    assert "1 failed" in told and told.endswith("as stored: False\n")
    assert not json.loads((tmp_path / "good.json").read_text())
    path.write_text(good, "utf-8")
    assert "passed" in (told := said()) and told.endswith("as stored: True\n")
    assert said() == "Nothing has changed that the stored outputs depend on.\nas stored: True\n"
    with open(settings, "a") as file:
        file.write("\n[numbers]\nregex: [0-9]+\nreplace: N\n")
    assert "passed" in said()
