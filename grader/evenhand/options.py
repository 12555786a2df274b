"""The settings of grading: limits, and facts about the course."""

import difflib
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from evenhand import nbgrader_steps

#: Options that a course does not set: they follow from its folders and nbgrader's settings.
NOT_SET = ("root", "layout", "release")

# nbgrader's own settings that grading depends on, as nbgrader spells them -> ours.
_NBGRADERS = {
    "ClearSolutions": {
        "begin_solution_delimeter": "begin_solution",
        "end_solution_delimeter": "end_solution",
        "text_stub": "text_stub",
    },
    "ClearHiddenTests": {
        "begin_test_delimeter": "begin_hidden",
        "end_test_delimeter": "end_hidden",
    },
    "ClearMarkScheme": {
        "begin_mark_scheme_delimeter": "begin_scheme",
        "end_mark_scheme_delimeter": "end_scheme",
    },
}
# Other settings that may appear in those sections and in ours.
_OTHERS = (
    *("check_attachment_leakage", "code_stub", "comment_mark", "default_language"),
    *("display_data_priority", "enabled", "enforce_metadata"),
)


class OptionsError(ValueError):
    """A setting has to be mended; the message says which, and how."""


@dataclass(frozen=True)
class Options:
    """How to grade: plain, hashable, the same for every notebook of a run.

    A value of the wrong type raises `OptionsError`.

    Attributes
    ----------
    sandbox
        False runs the learner's code without bubblewrap: only for code that is trusted.
    cell_seconds, call_seconds, test_seconds, exercise_seconds
        Seconds for one cell of the learner's, one call from a test, one test, one exercise with its
        cells and tests. They count processor time, and three seconds of waiting as one; what a
        busy machine makes it wait for a processor costs nothing.
    beside
        What becomes of a test that works only in the learner's own process: ``allow`` runs it
        there, as nbgrader does; ``person`` leaves it to a person.
    memory, disk
        Megabytes: of all processes of a notebook together, above what the warm process has (a
        test that works on what they gave may take as much again, and 1024); of each temporary
        folder.
    processes, files, cpu
        Processes at once, open files of a process, CPU seconds of a process.
    output
        Thousands of characters of one cell's output that are kept; what is beyond is dropped.
    preload
        Modules that are imported once, and not by each notebook that uses them.
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
        Cell tags in the source: run in the grader too; not run when graded, unless changed or
        needed by what the learner wrote.
    begin_solution, end_solution, begin_hidden, end_hidden, begin_scheme, end_scheme
        nbgrader's markers.
    stub, text_stub
        What stands in the place of a released solution, in code and in text.
    ignore
        Patterns of files beside the source notebooks that learners do not get.
    root, layout, release
        Not for ``GradeNotebook``: the course folder; a regular expression for the folders of
        source notebooks; the steps by which nbgrader releases a notebook, see
        `evenhand.nbgrader_steps`. Empty: two folders above a source's own, in a folder that has the
        part's name, by nbgrader's default.
    """

    sandbox: bool = True
    cell_seconds: float = 10.0
    call_seconds: float = 5.0
    test_seconds: float = 60.0
    exercise_seconds: float = 120.0
    beside: str = "allow"
    memory: int = 1536
    disk: int = 64
    processes: int = 64
    files: int = 256
    cpu: int = 400
    output: int = 200
    preload: tuple[str, ...] = ()
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
    begin_scheme: str = "BEGIN MARK SCHEME"
    end_scheme: str = "END MARK SCHEME"
    stub: str = "# YOUR CODE HERE\nraise NotImplementedError()"
    text_stub: str = "YOUR ANSWER HERE"
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache")
    root: str = ""
    layout: str = ""
    release: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = _checked(field.name, getattr(self, field.name), field.default)
            object.__setattr__(self, field.name, value)

    @classmethod
    def from_config(cls, config: Any, **changes: Any) -> "Options":
        """Options from a loaded nbgrader configuration, its section ``GradeNotebook`` above all.

        Raises
        ------
        OptionsError
            If there is no such setting, or if its value is of the wrong kind.
        """
        known = {field.name for field in fields(cls)} - set(NOT_SET)
        sections = {"GradeNotebook": {name: name for name in known}, **_NBGRADERS}
        for name in config:
            if name not in sections and (near := _nearest(name, sections, 0.85)):
                raise OptionsError(f"nbgrader_config.py: there is no section {name}.{near}")
        data: dict[str, Any] = {}
        if "CourseDirectory" in config and "ignore" in config.CourseDirectory:
            data["ignore"] = _whole(config.CourseDirectory["ignore"], cls.ignore)
        if "ClearSolutions" in config and "code_stub" in config.ClearSolutions:
            stubs = _whole(config.ClearSolutions["code_stub"], {"python": cls.stub})
            data["stub"] = stubs.get("python", cls.stub) if isinstance(stubs, dict) else stubs
        for section in reversed(sections):  # our own section has the last word
            for name, value in dict(config[section] if section in config else {}).items():
                if name in sections[section]:
                    ours = sections[section][name]
                    data[ours] = _whole(value, getattr(cls, ours))
                elif name not in _OTHERS:
                    near = _nearest(name, sections[section], 0.6)
                    raise OptionsError(
                        f"nbgrader_config.py: {section} has no setting {name}.{near}"
                    )
        data["release"] = nbgrader_steps.steps_of(config)
        return cls(**{**data, **changes})

    @classmethod
    def of_course(cls, folder: Path, **changes: Any) -> "Options":
        """Options from the ``nbgrader_config.py`` in a course folder, if there is one.

        Raises
        ------
        OptionsError
            As `from_config` does.
        """
        return replace(_of_course(Path(folder, "nbgrader_config.py")), **changes)

    def nbgraders(self) -> dict[str, dict[str, Any]]:
        """Return the settings among these that are nbgrader's own: section -> name -> value."""
        sections = {
            section: {name: getattr(self, ours) for name, ours in names.items()}
            for section, names in _NBGRADERS.items()
        }
        sections["ClearSolutions"]["code_stub"] = {"python": self.stub}
        return sections

    def companions_of(self) -> Callable[[Path], dict[str, bytes]]:
        """Return the function that `companions` names.

        Raises
        ------
        OptionsError
            If there is none of that name.
        """
        if not self.companions:
            return lambda source: {}
        module, _, name = self.companions.partition(":")
        told = f"GradeNotebook.companions is {self.companions!r}, but"
        try:
            found = importlib.import_module(module)
        except (ImportError, ValueError) as error:
            missing = getattr(error, "name", None) or module
            if not f"{module}.".startswith(f"{missing}."):
                raise OptionsError(f"{told} importing {module} fails: {error}") from error
            near = _nearest(module, _modules_beside(module), 0.6)
            raise OptionsError(f"{told} there is no module {module!r}.{near}") from error
        function = getattr(found, name, None)
        if not callable(function):
            near = _nearest(name, [n for n in vars(found) if callable(getattr(found, n))], 0.6)
            raise OptionsError(f"{told} {module} has no function {name!r}.{near}")
        return function

    @property
    def libraries(self) -> tuple[str, ...]:
        """What is imported once for all notebooks that use it."""
        return tuple(dict.fromkeys([*self.preload, "matplotlib.pyplot"]))

    def check(self) -> None:
        """Make sure that everything that these options name is there.

        Raises
        ------
        OptionsError
            If something is not.
        """
        self.companions_of()
        for setting in ("preload", "packages"):
            for name in getattr(self, setting):
                top = name.partition(".")[0]
                if importlib.util.find_spec(top) is None:
                    near = _nearest(top, [module.name for module in pkgutil.iter_modules()], 0.6)
                    raise OptionsError(
                        f"GradeNotebook.{setting}: nothing named {top!r} is installed.{near}"
                    )
        for pattern in self.hidden:
            package = pattern.partition("/")[0]
            spec = importlib.util.find_spec(package) if package in self.packages else None
            places = (spec and spec.submodule_search_locations) or ()
            if not any(any(Path(place).parent.glob(pattern)) for place in places):
                raise OptionsError(
                    f"GradeNotebook.hidden: {pattern!r} is no folder of GradeNotebook.packages, "
                    "so nothing would be hidden."
                )


def _whole(value: Any, default: Any) -> Any:
    """Return a setting's value, even if the configuration only appends to its default."""
    if not hasattr(value, "get_value"):
        return value
    return value.get_value(list(default) if isinstance(default, tuple) else default)


def _checked(name: str, value: Any, default: Any) -> Any:
    """Return a setting's value, checked to be of the same type as its default."""
    if isinstance(default, bool):
        good, kind = isinstance(value, bool), "True or False"
    elif isinstance(default, (int, float)):
        numbers = (int, float) if isinstance(default, float) else int
        good = isinstance(value, numbers) and not isinstance(value, bool) and value > 0
        kind = "a number above 0" if isinstance(default, float) else "a whole number above 0"
    elif name == "beside":
        good, kind = value in ("allow", "person"), "'allow' or 'person'"
    elif isinstance(default, str):
        good, kind = isinstance(value, str), "a text"
    else:
        good = isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
        kind = "a list of texts"
        value = tuple(value) if good else value
    if not good:
        raise OptionsError(f"The setting {name} is {value!r}; it should be {kind}.")
    return value


def _nearest(name: str, names: Iterable[str], cutoff: float) -> str:
    """Return " Did you mean …?", or nothing where no name is near."""
    found = difflib.get_close_matches(name, list(names), 1, cutoff)
    return f" Did you mean {found[0]}?" if found else ""


def _modules_beside(module: str) -> list[str]:
    """Return the names of the modules in the same package."""
    package = module.rpartition(".")[0]
    try:
        path = importlib.import_module(package).__path__ if package else None
    except (ImportError, AttributeError):
        return []
    return [f"{package}.{found.name}".lstrip(".") for found in pkgutil.iter_modules(path)]


@lru_cache(maxsize=16)
def _of_course(path: Path) -> Options:
    from traitlets.config.loader import PyFileConfigLoader

    if not path.is_file():
        return Options()
    loader = PyFileConfigLoader(path.name, path=str(path.parent))
    return Options.from_config(loader.load_config())
