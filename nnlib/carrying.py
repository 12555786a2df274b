"""Carry functions over from earlier notebooks, running only the statements that they need."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import linecache
import marshal
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from mistakes.calling import said_of, undisturbed
from nnlib import contract, course
from nnlib.statements import (
    IMPORTS,
    CarryError,
    Cells,
    NoShell,
    Statement,
    as_ipython_runs,
    cells_of,
    future_flags,
    needed,
    statements_of,
)


@dataclass(frozen=True)
class Found:
    """A name from an earlier notebook, with the namespace that it was made in.

    Attributes
    ----------
    name, home : str
        The name without its part, and the lesson where it was found.
    namespace : dict
        The globals of the statements that were run for it.
    trouble : str
        A sentence about a failed line that it may need; else empty.
    """

    name: str
    home: str
    namespace: dict[str, Any]
    trouble: str = ""

    @property
    def value(self) -> Any:
        return self.namespace[self.name]


def course_folder() -> Path | None:
    """Return the folder with the course's own versions, or None.

    A grader gives one; in a clone of the course it is `solutions/`.
    """
    folder = contract.course_folder() or Path(__file__).parents[1] / "solutions"
    return folder if folder.is_dir() else None


class _Carrier:
    """Stands in for `lesson` while statements of an earlier notebook are run."""

    def __init__(self, lesson: str, folder: Path, seen: dict[Any, Any], use: str) -> None:
        self._where = (lesson, folder, seen, use)

    def carry(self, *names: str, use: str = "own") -> Any:
        found = [find(name, *self._where).value for name in names]
        return found[0] if len(found) == 1 else tuple(found)

    @staticmethod
    def method(cls: type) -> Any:
        return attach(cls)


def attach(cls: type) -> Any:
    """Return a decorator that makes a function a method of `cls`, and keeps it a function too."""

    def decorate(function: Any) -> Any:
        setattr(cls, function.__name__, function)
        return function

    return decorate


def _execute(
    lesson: str, cells: Cells, chosen: list[Statement], wanted: set[str], namespace: dict[str, Any]
) -> list[tuple[Statement, Exception]]:
    """Run statements in order; return those that failed.

    A wanted name stays a function, whatever the same cell binds it to afterwards.
    """
    failed: list[tuple[Statement, Exception]] = []
    flags = future_flags(statements_of(cells))
    files = {s.cell: f"<{lesson}, cell {s.cell + 1}>" for s in chosen}
    for cell, file in files.items():
        text = as_ipython_runs(cells[cell][1])
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)  # for checks
    for statement in chosen:
        before = {n: namespace[n] for n in statement.binds & wanted if callable(namespace.get(n))}
        try:
            exec(_code(statement, files[statement.cell], flags), namespace)
        except KeyboardInterrupt:
            names = " and ".join(sorted(wanted))
            raise CarryError(
                f"Carrying was stopped in the line `{_line(cells, statement)}` of {lesson}.ipynb, "
                f"which {names} needs. A function that gets all it needs as arguments is carried "
                "at once."
            ) from None
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may fail in any way
            failed.append((statement, error))
        namespace.update({n: v for n, v in before.items() if not callable(namespace.get(n))})
    return failed


@lru_cache(maxsize=4096)
def _code(statement: Statement, file: str, flags: int) -> CodeType:
    return compile(ast.Module([statement.node], []), file, "exec", flags, dont_inherit=True)


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[None]:
    """Run code as if in `folder`, without output, figures, `input` or drawing random numbers."""
    here = Path.cwd()
    elsewhere = folder.is_dir() and folder.resolve() != here.resolve()
    # Each folder may have a `helpers.py` of its own.
    names = {path.stem for path in folder.iterdir()} if elsewhere else set()
    mine = _modules_in(here, names)
    for name in mine:
        del sys.modules[name]
    path, ask = sys.path[:], builtins.input
    builtins.input = _refuse
    sys.path.insert(0, str(folder.resolve()))
    with (
        contextlib.chdir(folder if elsewhere else here),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        undisturbed(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.path[:], builtins.input = path, ask
            if elsewhere:
                for name in _modules_in(folder, names):
                    del sys.modules[name]
                sys.modules.update(mine)


def _modules_in(folder: Path, names: set[str]) -> dict[str, Any]:
    """Return the loaded modules and packages of these names that come from a folder."""
    names = {name for name in names if name in sys.modules}
    if not names:
        return {}
    inside = str(folder.resolve()) + os.sep
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in names
        and name != "__main__"
        and str(getattr(module, "__file__", None) or "").startswith(inside)
        and "site-packages" not in str(module.__file__)
    }


def _refuse(prompt: object = "") -> str:
    raise EOFError("input() asks nothing while functions are carried over")


def namespace_of(lesson: str, folder: Path, seen: dict[Any, Any] | None = None) -> dict[str, Any]:
    """Return all that the course's version of a lesson in `folder` imports and defines.

    `seen` holds the lessons that this carry has already run: each is run once, however many later
    ones carry from it.
    """
    seen = {} if seen is None else seen
    if lesson in seen:
        return seen[lesson]
    seen[lesson] = namespace = _fresh(lesson, folder, seen, "course")
    compiled = folder / f"{lesson}.bin"
    if compiled.is_file():
        for code in marshal.loads(compiled.read_bytes()):
            exec(code, namespace)
        return namespace
    cells = cells_of(lesson, folder)
    exercises = course.lesson_info(lesson).exercises
    given = {name for s in statements_of(cells) if s.defines for name in s.binds}
    chosen = needed(cells, given | {*exercises}, exercises)
    with _aside(folder / lesson.rpartition("/")[0]):
        failed = _execute(lesson, cells, chosen, set(), namespace)
    for statement, error in failed:
        raise CarryError(_trouble(lesson, cells, statement, error)) from error
    return namespace


def _fresh(lesson: str, folder: Path, seen: dict[Any, Any], use: str) -> dict[str, Any]:
    # As in a notebook: dataclasses, for one, look up the module of that name.
    carrier = _Carrier(lesson, folder, seen, use)
    return {"__name__": "__main__", "lesson": carrier, "get_ipython": NoShell}


def _trouble(lesson: str, cells: Cells, statement: Statement, error: Exception) -> str:
    if isinstance(error, CarryError):
        return str(error)
    line, text = _line(cells, statement), said_of(error).rstrip(".")
    return f"In {lesson}.ipynb, the line `{line}` stops with {text}."


def _line(cells: Cells, statement: Statement) -> str:
    lines = as_ipython_runs(cells[statement.cell][1]).splitlines()
    return lines[statement.node.lineno - 1].strip()


@cache
def course_namespace(lesson: str, folder: Path) -> dict[str, Any]:
    """Return the names of the course's own version of a lesson, loaded once."""
    return namespace_of(lesson, folder)


def find(name: str, lesson: str, folder: Path, seen: dict[Any, Any], use: str) -> Found:
    """Find the latest earlier notebook that binds `name`.

    Parameters
    ----------
    seen : dict
        What this carry has already run; see `namespace_of`.
    use : str
        ``"course"`` for the course's version in `folder`. In a learner's notebook there, ``"own"``
        for what the exercise's cell makes of it, ``"last"`` for what the last cell that defines
        it does.

    Raises
    ------
    CarryError
        If no earlier notebook has it.
    """
    home, short = home_of(name, lesson, folder, use)
    if use != "course":
        if (home, short) not in seen:
            seen[home, short] = _own(short, home, folder, seen, use)
        return seen[home, short]
    namespace = namespace_of(home, folder, seen)
    if short not in namespace:
        raise CarryError(f"The course's {home} has no {short}.")
    return Found(short, home, namespace)


def home_of(name: str, lesson: str, folder: Path, use: str = "course") -> tuple[str, str]:
    """Return the latest lesson before this one that binds `name`, and the name without its part.

    Raises
    ------
    CarryError
        If there is none.
    """
    part, _, short = name.rpartition("/")
    part = part or lesson.partition("/")[0]
    known = [info.name for info in course.lessons() if info.part == part]
    if lesson in known:
        known = known[: known.index(lesson)]
    # An exercise has one notebook; other names are looked for in the text of all.
    homes = [home for home in known if short in course.lesson_info(home).exercises]
    homes = homes or [home for home in known if _binds(home, folder, short, use)]
    if not homes:
        raise CarryError(f"No notebook before {lesson} in {part} defines {short}.")
    return homes[-1], short


def _own(name: str, home: str, folder: Path, seen: dict[Any, Any], use: str) -> Found:
    """Take a name from a learner's notebook."""
    cells = cells_of(home, folder, own=True)
    part, exercises = home.partition("/")[0], course.lesson_info(home).exercises
    wanted = {name, *methods_of(name, home)}
    namespace = _fresh(home, folder, seen, use)
    chosen = needed(cells, wanted, exercises, anywhere=use == "last")
    with _aside(folder / part):
        failed = _execute(home, cells, chosen, wanted, namespace)
    trouble = _trouble(home, cells, *failed[0]) if failed else ""
    if name in namespace:
        return Found(name, home, namespace, trouble)
    for _, error in failed:
        if isinstance(error, CarryError):
            raise error
    if trouble:
        raise CarryError(
            f"{name} cannot be carried over. {trouble} Go back to that notebook and mend it."
        )
    raise CarryError(
        f"There is no {name} in {home}.ipynb. Go back to that notebook: "
        f"its function must be called {name}{_unreadable(name, cells)}."
    )


def methods_of(name: str, home: str) -> list[str]:
    """Return the exercises that are methods of a class; they have cells of their own."""
    exercises = course.lesson_info(home).exercises
    if name in exercises:
        return []
    return [one for one in exercises if course.cases(home, one).method == name]


def _unreadable(name: str, cells: Cells) -> str:
    """Say why the cell of an exercise is not valid Python, if it is not."""
    for exercise, text in cells:
        if exercise == name:
            try:
                ast.parse(as_ipython_runs(text))
            except SyntaxError as error:
                return f", and Python cannot read its cell ({error.msg}, line {error.lineno})"
    return ""


def _binds(lesson: str, folder: Path, name: str, use: str) -> bool:
    if (folder / f"{lesson}.bin").is_file():
        return name in namespace_of(lesson, folder)
    try:
        statements = statements_of(cells_of(lesson, folder, own=use != "course"))
    except CarryError:
        return False
    return any(name in s.binds and not isinstance(s.node, IMPORTS) for s in statements)
