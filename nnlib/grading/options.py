"""How to grade: limits, and what the course says of itself. Plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """How to grade. Plain, hashable, the same for every notebook of a run.

    Attributes
    ----------
    sandbox
        False runs the learner's code without bubblewrap: only for code that is trusted.
    cell_seconds, call_seconds, test_seconds, notebook_seconds
        Seconds for one cell of the learner's, one call from a test, one test, one notebook. The
        first two count processor time, so that a busy machine costs no marks, and three times as
        long by the clock; the last two are by the clock.
    memory, disk
        Megabytes: of all processes of a notebook together, above what the warm process has (a
        test that works on what they gave may take as much again, and 1024); of each temporary
        folder.
    processes, files, cpu
        Processes at once, open files of a process, CPU seconds of a process.
    output
        Thousands of characters of one cell's output that are kept; 26 times as many stop it.
    figures
        Whether the learner's figures are drawn for the graded notebook.
    preload
        Modules that the warm processes import.
    packages, hidden
        Packages (import names) that the sandbox shows besides the installed ones, and the folders
        of theirs, such as ``"package/answers"`` or ``"package/answers/*"``, that it does not.
    companions
        ``"module:function"``, called with the source notebook's path; returns relative path to
        bytes: files that the notebook may need from the course. Empty: none.
    environment
        Name of the environment variable that says where they are: inside the sandbox, the folder
        of the companions; in the grader, the folder of the source notebooks.
    setup_tag, demo_tag
        Cell tags in the source: run in the grader too; not run when graded, unless changed.
    begin_solution, end_solution, begin_hidden, end_hidden, stub
        nbgrader's markers, and what stands in a released solution's place.
    ignore
        Patterns of files beside the source notebooks that learners do not get.
    """

    sandbox: bool = True
    cell_seconds: float = 10.0
    call_seconds: float = 5.0
    test_seconds: float = 60.0
    notebook_seconds: float = 300.0
    memory: int = 1536
    disk: int = 64
    processes: int = 64
    files: int = 256
    cpu: int = 400
    output: int = 200
    figures: bool = True
    preload: tuple[str, ...] = ("numpy", "matplotlib.pyplot")
    packages: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    companions: str = ""
    environment: str = ""
    setup_tag: str = "setup"
    demo_tag: str = "demo"
    begin_solution: str = "BEGIN SOLUTION"
    end_solution: str = "END SOLUTION"
    begin_hidden: str = "BEGIN HIDDEN TESTS"
    end_hidden: str = "END HIDDEN TESTS"
    stub: str = "# YOUR CODE HERE\nraise NotImplementedError()"
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc")

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``json`` can write; ``from_dict`` is the way back."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: Any, **changes: Any) -> Options:
        """Options from the section ``GradeNotebook`` of a loaded nbgrader configuration."""
        section = dict(config["GradeNotebook"]) if "GradeNotebook" in config else {}
        if "CourseDirectory" in config and isinstance(config.CourseDirectory.get("ignore"), list):
            section.setdefault("ignore", list(config.CourseDirectory["ignore"]))
        if "ClearSolutions" in config:
            stubs = config.ClearSolutions.get("code_stub")
            if isinstance(stubs, dict) and isinstance(stubs.get("python"), str):
                section.setdefault("stub", stubs["python"])
        return replace(cls.from_dict(section), **changes)

    def completed(self, source: Path) -> Options:
        """Take from the course what these options leave at their defaults.

        The course says it in the ``nbgrader_config.py`` above its source notebooks.
        """
        default = Options()
        course = _of_course(source.parents[2] / "nbgrader_config.py")
        own = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != getattr(default, field.name)
        }
        return replace(course, **own)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Options:
        """Options from plain data; unknown names are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in data.items()
                if name in known
            }
        )


@lru_cache(maxsize=16)
def _of_course(path: Path) -> Options:
    from traitlets.config.loader import PyFileConfigLoader

    if not path.is_file():
        return Options()
    loader = PyFileConfigLoader(path.name, path=str(path.parent))
    return Options.from_config(loader.load_config())
