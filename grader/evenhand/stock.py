"""Grade a copy of a course with stock nbgrader, and read the points it gave.

Its kernels run what learners wrote with the rights of whoever starts it. So it runs in a sandbox of
its own that can write to the copy alone and has no network.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from evenhand.course import Course
from evenhand.options import Options
from evenhand.sandbox import ONE_THREAD, shut_in

Cell = tuple[str, str, str, str]
"""Student, part, notebook, grade_id."""

LARGEST = 10 * 2**20
"""The most bytes of a file in the course folder itself that nbgrader gets to see."""


_NBGRADER = """
import evenhand.quick_imports
from evenhand.gradebook_database import no_program_asked
from nbgrader.apps import NbGraderApp

with no_program_asked():
    NbGraderApp.launch_instance()
"""


@dataclass(frozen=True)
class Mark:
    """What stock nbgrader made of one grade cell.

    Attributes
    ----------
    points
        None if it asks a person.
    error
        The exception that the cell ended with, as "name: text"; empty if it ended well.
    wrote
        Whether it wrote to standard error, which costs all points.
    shown
        The value that it showed, which may be points; empty for none.
    """

    points: float | None
    error: str = ""
    wrote: bool = False
    shown: str = ""


@dataclass(frozen=True)
class StockResult:
    """What stock nbgrader did.

    Attributes
    ----------
    marks
        Cell -> mark, of the hand-ins that it graded.
    problems
        (student, part) -> why it graded nothing of that.
    """

    marks: dict[Cell, Mark] = field(default_factory=dict)
    problems: dict[tuple[str, str], str] = field(default_factory=dict)


def grade_as_stock(
    course: Course,
    options: Options,
    hand_ins: Mapping[str, Mapping[str, Path]],
    scratch: Path,
    advance: Callable[[int], None] = lambda count: None,
) -> StockResult:
    """Grade hand-ins with nbgrader's own commands in a copy.

    Parameters
    ----------
    course, options
        What to grade by; neither is changed. If ``options.sandbox`` is False, learners' code runs
        with the rights of the caller.
    hand_ins
        part -> student -> folder, as `Course.submissions` gives it.
    scratch
        An empty folder for the copy.
    advance
        Called with the number of notebooks graded since the last call.

    Raises
    ------
    SandboxMissing
        Where there is no sandbox.
    """
    _copy(course, options, hand_ins, scratch)
    result = StockResult()
    for part, folders in hand_ins.items():
        status, said = _run(scratch, options, ["generate_assignment", part])
        if status:
            why = f"it does not take the sources: {_why(said)}"
            result.problems.update({(student, part): why for student in folders})
            continue
        _, said = _run(scratch, options, ["autograde", part], advance)
        for student in folders:
            if not any((scratch / "autograded" / student / part).glob("*.ipynb")):
                result.problems[student, part] = _why(said, f"submitted/{student}/{part}")
    result.marks.update(_marks(scratch))
    return result


def _copy(
    course: Course, options: Options, hand_ins: Mapping[str, Mapping[str, Path]], scratch: Path
) -> None:
    directory = course.coursedir
    ignored = shutil.ignore_patterns(".ipynb_checkpoints", ".evenhand")
    for part, folders in hand_ins.items():
        source = directory.format_path(directory.source_directory, ".", part)
        shutil.copytree(source, scratch / "source" / part, ignore=ignored)
        for student, folder in folders.items():
            target = scratch / "submitted" / student / part
            shutil.copytree(folder, target, symlinks=True, ignore=ignored)
    for path in (*course.root.iterdir(), *Path(source).parent.glob("*.ipynb")):
        if path.is_file() and path.suffix != ".db" and path.stat().st_size <= LARGEST:
            inside = scratch / "source" if path.parent == Path(source).parent else scratch
            shutil.copy(path, inside)
    settings = course.root / "nbgrader_config.py"
    lines = [
        "import sys",
        "import evenhand.preprocessors as plugged_in",
        "# What plugs the sandbox in does nothing here.",
        "plugged_in.grade_with_evenhand = plugged_in.tolerate_submissions = lambda *_: None",
        f"sys.path.insert(0, {str(course.root)!r})",
        f"load_subconfig({settings.name!r}, path={str(course.root)!r})"
        if settings.exists()
        else "",
        "c = get_config()",
        f"c.CourseDirectory.root = {str(scratch)!r}",
        "c.CourseDirectory.directory_structure = '{nbgrader_step}/{student_id}/{assignment_id}'",
        *(
            f"c.CourseDirectory.{step}_directory = {step!r}"
            for step in ("source", "release", "submitted", "autograded", "feedback")
        ),
        f"c.CourseDirectory.db_url = 'sqlite:///{scratch / 'gradebook.db'}'",
    ]
    (scratch / "nbgrader_config.py").write_text("\n".join(lines) + "\n", "utf-8")
    for name in ("home", "tmp"):
        (scratch / name).mkdir(exist_ok=True)


def _run(
    scratch: Path,
    options: Options,
    words: Sequence[str],
    advance: Callable[[int], None] = lambda count: None,
) -> tuple[int, list[str]]:
    """Run one of nbgrader's commands; return its status and the lines that it logged."""
    home, temporary = scratch / "home", scratch / "tmp"
    environment = {
        **os.environ,
        **ONE_THREAD,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "JUPYTER_RUNTIME_DIR": str(temporary),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    if options.environment:
        environment[options.environment] = str(scratch / "source")
    command = [*(shut_in(scratch) if options.sandbox else []), sys.executable, "-c", _NBGRADER]
    started = False
    lines: list[str] = []
    with subprocess.Popen(
        [*command, *words],
        cwd=scratch,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stderr:
            lines.append(line.rstrip())
            if "] Autograding " in line:
                advance(int(started))
                started = True
        process.wait()
    advance(int(started))
    return process.returncode, lines


def _why(said: Sequence[str], where: str = "") -> str:
    """Return the last line of the first traceback after a line that names `where`."""
    after = [number for number, line in enumerate(said) if where in line][:1]
    lines = [line.strip() for line in said[after[0] if after else 0 :]]
    errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception|Entry)\b", line)]
    return [*errors, *lines[-1:], "it does not say why"][0]


def _marks(scratch: Path) -> dict[Cell, Mark]:
    marks = {}
    with Gradebook(f"sqlite:///{scratch / 'gradebook.db'}") as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                for notebook in submission.notebooks:
                    where = (submission.student.id, assignment.name, notebook.name)
                    path = Path(scratch, "autograded", *where[:2], f"{notebook.name}.ipynb")
                    outputs = dict(_outputs(path)) if path.is_file() else None
                    for grade in notebook.grades if outputs is not None else ():
                        points = None if grade.needs_manual_grade else grade.auto_score
                        marks[(*where, grade.cell.name)] = Mark(
                            points, **outputs.get(grade.cell.name, {})
                        )
    return marks


def _outputs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield grade_id and what that cell's outputs say, as `Mark` has it."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        said: dict[str, Any] = {}
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                said["error"] = f"{output['ename']}: {output['evalue']}"
            elif output.get("name") == "stderr":
                said["wrote"] = True
            elif output["output_type"] == "execute_result":
                said["shown"] = "".join(output["data"].get("text/plain", ""))
        yield name, said
