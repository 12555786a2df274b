"""Take functions out of earlier notebooks: definitions and imports only, nothing else is run."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nnlib import course
from nnlib.magics import plain_python

__all__ = ["CarryError", "companions", "course_folder", "definitions", "namespace_of"]

# While a notebook is graded, this names the folder of the course's own versions.
GRADING = "NNLIB_GRADING"

_HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS.*?^### END HIDDEN TESTS$", re.M | re.S)
_MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$", re.M)


class CarryError(Exception):
    """A function cannot be carried over; the sentence says which notebook to go back to."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def course_folder() -> Path | None:
    """Return the folder with the course's own versions, where it is at hand.

    While a notebook is graded, that is the folder that the grader provides; in a clone of the
    course, `solutions/`.
    """
    given = os.environ.get(GRADING)
    folder = Path(given) if given else Path(__file__).parents[1] / "solutions"
    return folder if folder.is_dir() else None


def source_of(lesson: str, folder: Path) -> str:
    """Return the code of a lesson in `folder`: of its text source, else of its notebook.

    Raises
    ------
    CarryError
        If there is neither, or it cannot be read.
    """
    text = folder / f"{lesson}.py"
    if text.is_file():
        # Figures and experiments define nothing that is carried, and import slow things.
        cells = re.split(r"^# %%", _HIDDEN.sub("pass", text.read_text("utf-8")), flags=re.M)
        return "\n#".join(cell for cell in cells if not cell.startswith(" demo=true"))
    path = folder / f"{lesson}.ipynb"
    try:
        notebook = json.loads(path.read_text("utf-8-sig"))
        cells = [
            "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
        ]
    except FileNotFoundError:
        raise CarryError(
            f"The notebook {lesson}.ipynb is not beside this one. Open the notebooks inside the "
            "course's folder notebooks/, where all of them lie together."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise CarryError(
            f"The notebook {lesson}.ipynb cannot be read as a notebook. Open it in JupyterLab, "
            "repair or replace it, and save it again."
        ) from None
    return "\n".join(_parsable(cell) for cell in cells)


def _parsable(cell: str) -> str:
    """Return a cell without shell and magic lines; nothing where it is no Python all the same."""
    kept = plain_python(cell)
    try:
        ast.parse(kept)
    except (SyntaxError, ValueError):
        return ""
    return kept


def definitions(source: str, names: Iterable[str] = ()) -> list[ast.stmt]:
    """Return the statements of `source` that define and import, and what they carry over.

    Literal constants count, and so does any assignment to one of `names`: an answer may be a
    lambda, or an object that can be called.
    """
    wanted = set(names)
    kept: list[ast.stmt] = []
    for node in ast.parse(source).body:
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
            kept.append(node)
        elif isinstance(node, ast.Assign):
            bound = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            if _carried(node) or _is_literal(node.value) or bound & wanted:
                kept.append(node)
    return kept


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _carried(node: ast.stmt) -> list[str]:
    """Return the names in ``… = lesson.carry("a", "b")``, and nothing for another statement."""
    call = getattr(node, "value", None)
    if (
        isinstance(node, ast.Assign)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "carry"
    ):
        return [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return []


def bound_names(nodes: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements define or carry over, imports aside."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return found


class _Carrier:
    """Stands in for `lesson` while an earlier notebook's definitions are run."""

    def __init__(self, lesson: str, folder: Path, seen: dict[str, dict[str, Any]]) -> None:
        self._lesson, self._folder, self._seen = lesson, folder, seen

    def carry(self, *names: str, use: str = "own") -> Any:
        found = [find(name, self._lesson, self._folder, self._seen)[0] for name in names]
        return found[0] if len(found) == 1 else tuple(found)

    @staticmethod
    def method(cls: type) -> Any:
        return attach(cls)


def attach(cls: type) -> Any:
    """Return a decorator that makes a function a method of `cls` and leaves it a function too."""

    def decorate(function: Any) -> Any:
        setattr(cls, function.__name__, function)
        return function

    return decorate


def namespace_of(
    lesson: str, folder: Path, seen: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Run the definitions of a lesson's notebook in `folder` and return its names.

    `seen` holds the notebooks that this carry has run already: each is run once, although many
    later ones carry from it.
    """
    seen = {} if seen is None else seen
    if lesson in seen:
        return seen[lesson]
    wanted = tuple(course.lesson_info(lesson).exercises)
    namespace: dict[str, Any] = {"__name__": lesson, "lesson": _Carrier(lesson, folder, seen)}
    for code, bound in _compiled(source_of(lesson, folder), wanted, lesson):
        try:
            exec(code, namespace)
        except CarryError:
            raise
        except Exception as error:  # noqa: BLE001 - a learner's line may fail in any way
            names = ", ".join(sorted(bound)) or "an import"
            raise CarryError(
                f"{names} in {lesson}.ipynb cannot be carried over: "
                f"{type(error).__name__}: {error}. Go back to that notebook and mend it."
            ) from None
    seen[lesson] = namespace
    return namespace


@lru_cache(maxsize=128)
def _compiled(source: str, names: tuple[str, ...], lesson: str) -> list[tuple[Any, set[str]]]:
    return [
        (compile(ast.Module([node], []), f"<{lesson}>", "exec"), bound_names([node]))
        for node in definitions(source, names)
    ]


@cache
def course_namespace(lesson: str, folder: Path) -> dict[str, Any]:
    """Return the names of the course's own version of a lesson, loaded once."""
    return namespace_of(lesson, folder)


def find(
    name: str, lesson: str, folder: Path, seen: dict[str, dict[str, Any]] | None = None
) -> tuple[Any, str, dict[str, Any]]:
    """Find the latest earlier notebook that binds `name`.

    Returns
    -------
    value, home, namespace
        What the name stands for, the lesson where it was found, and all names of that lesson.

    Raises
    ------
    CarryError
        If no earlier notebook has it.
    """
    part, _, short = name.rpartition("/")
    part = part or lesson.partition("/")[0]
    known = [info.name for info in course.lessons() if info.part == part]
    if lesson in known:
        known = known[: known.index(lesson)]
    # An exercise lives in its own notebook; only what is no exercise is looked for by text.
    homes = [home for home in known if short in course.lesson_info(home).exercises]
    homes = homes or [home for home in known if _binds(home, folder, short)]
    if not homes:
        raise CarryError(f"No notebook before {lesson} in {part} defines {short}.")
    namespace = namespace_of(homes[-1], folder, seen)
    if short not in namespace:
        raise CarryError(
            f"There is no {short} in {homes[-1]}.ipynb. Go back to that notebook: "
            f"its function must be called {short}."
        )
    return namespace[short], homes[-1], namespace


def _binds(lesson: str, folder: Path, name: str) -> bool:
    exercises = tuple(course.lesson_info(lesson).exercises)
    try:
        compiled = _compiled(source_of(lesson, folder), exercises, lesson)
    except CarryError:
        return False
    return any(name in bound for _, bound in compiled)


def companions(source: Path) -> dict[str, bytes]:
    """Return the course's versions of what a notebook may carry over, as files.

    Parameters
    ----------
    source : Path
        The instructor's notebook, such as ``solutions/2-hidden-layer/08_model.ipynb``.

    Returns
    -------
    dict
        Relative path to text: the definitions of each earlier lesson that it needs.
    """
    folder = source.resolve().parents[1]
    found: dict[str, bytes] = {}

    def collect(lesson: str) -> None:
        exercises = course.lesson_info(lesson).exercises
        for node in definitions(source_of(lesson, folder), exercises):
            for name in _carried(node):
                home = find(name, lesson, folder)[1]
                if f"{home}.py" not in found:
                    inner = definitions(source_of(home, folder), course.lesson_info(home).exercises)
                    text = ast.unparse(ast.Module(inner, []))
                    found[f"{home}.py"] = text.encode()
                    collect(home)

    collect(f"{source.parent.name}/{source.stem}")
    return found
