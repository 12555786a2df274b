"""Grade made-up submissions of the small course, and hold the result against what must happen.

A case is a small file: Python for one cell, with a docstring that says what it tries, and lines
``# key: value``. Everything else in the notebook is solved.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.gradebook_database import no_program_asked
from evenhand.grader import Options, grade_notebook
from evenhand.results import NotebookResult
from nbgrader.apps import NbGraderApp

from . import course
from .forked import Forked

HERE = Path(__file__).parent
CANARY = "CANARY-7f3a"
SANDBOX = [] if shutil.which("bwrap") else ["--without-sandbox"]
"""What a command is told where there is no bubblewrap."""

OPTIONS = Options(
    preload=("numpy", "matplotlib.pyplot"),
    cell_seconds=1,
    call_seconds=0.7,
    test_seconds=3,
    exercise_seconds=10,
    memory=300,
    stub="raise NotImplementedError",
)
"""What never ends uses its limits up, in processor time, and honest answers take milliseconds."""


@dataclass(frozen=True)
class Case:
    """One file of a corpus.

    Attributes
    ----------
    name
        What it tries.
    code
        What stands in the learner's cell.
    notebook, cell
        Where that is.
    keys
        The other lines ``# key: value``.
    controls
        What it does where no walls are, in the words of `test_controls`.
    """

    name: str
    code: str
    notebook: str
    cell: str
    keys: dict[str, str] = field(hash=False, compare=False)
    slow: bool = False
    controls: tuple[str, ...] = ()

    def notebook_in(self, folder: Path | str) -> dict:
        """Return a solved notebook, of the course in a folder, in which one cell is the case's."""
        made = copy.deepcopy(course.answers(self.notebook))
        for cell in made["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == self.cell:
                cell["source"] = self.code.replace("@COURSE@", str(folder))
        return made


def cases(folder: str) -> list[Case]:
    """Read all files of a corpus."""
    found = []
    for path in sorted((HERE / folder).glob("*.txt")):
        text = path.read_text("utf-8")
        controls = tuple(re.findall(r"^# control: (.+)$", text, re.M))
        # What a control looks for is not to be found in the cell because the cell says so.
        text = re.sub(r"^# control: .+\n", "", text, flags=re.M)
        keys = dict(re.findall(r"^# (\w+): (.+)$", text, re.M))
        found.append(
            Case(
                path.stem,
                text.partition("\n")[2],
                keys.pop("notebook"),
                keys.pop("cell"),
                keys,
                "\n# slow\n" in text,
                controls,
            )
        )
    return found


class Classroom:
    """A course folder with a gradebook, other people's work, and a place to hand in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = course.write_course(folder)
        (folder / "gradebook.db").write_text(f"{CANARY} gradebook")
        self.mine = folder / "submitted" / "me" / course.PART
        self.mine.mkdir(parents=True)
        other = folder / "submitted" / "other" / course.PART
        other.mkdir(parents=True)
        for name in course.NOTEBOOKS:
            text = json.dumps(course.answers(name))
            text = text.replace('"metadata"', f'"{CANARY}":0,"metadata"', 1)
            (other / f"{name}.ipynb").write_text(text)
        self._before = self._files()

    def _files(self) -> dict[str, bytes]:
        # What grading itself keeps of each source.
        kept = {
            self.folder / ".evenhand" / what / course.PART / f"{n}.json"
            for n in course.NOTEBOOKS
            for what in ("prepared", "rehearsed")
        }
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.parent != self.mine and path not in kept
        }

    def untouched(self) -> bool:
        """Whether nothing outside the submission was changed."""
        return self._files() == self._before

    def grade(
        self, name: str, data: dict | bytes | None, options: Options = OPTIONS
    ) -> NotebookResult:
        """Hand a notebook in and grade it; the file stays as it was handed in."""
        path = self.mine / f"{name}.ipynb"
        path.unlink(missing_ok=True)
        raw = data if isinstance(data, bytes) or data is None else json.dumps(data).encode()
        if raw is not None:
            path.write_bytes(raw)
        result = grade_notebook(path, self.source / f"{name}.ipynb", options=options)
        if raw is not None:
            assert path.read_bytes() == raw, "the submission was changed"
        return result

    def grade_case(self, case: Case, options: Options = OPTIONS) -> NotebookResult:
        """Hand in a solved notebook in which one cell is the case's."""
        return self.grade(case.notebook, case.notebook_in(self.folder), options)


def named(cell: Any, grade_id: str, **flags: Any) -> Any:
    """Return a cell of nbformat's with nbgrader's metadata."""
    about = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {**about, "grade_id": grade_id, "schema_version": 3, **flags}
    return cell


def nbgrader(folder: Path, *words: str, status: int = 0) -> str:
    """Run a command of nbgrader's own, which is to end with `status`; return what it writes."""
    came, said, errors = Forked(_nbgrader, folder, words).finish()
    assert came == status, errors[-4000:]
    return said + errors


def _nbgrader(folder: Path, words: tuple[str, ...]) -> None:
    os.chdir(folder)
    with no_program_asked():  # it is alembic, which takes seconds
        NbGraderApp.launch_instance(list(words))


def points(result: NotebookResult) -> dict[str, tuple[float, float]]:
    """Return exercise -> (points, at most)."""
    return {
        exercise.name: (exercise.points, exercise.max_points)
        for exercise in result.exercises
        if not exercise.tests[0].manual
    }
