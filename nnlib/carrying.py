"""Take functions out of earlier notebooks: what they need is run, and nothing else."""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import io
import json
import linecache
import marshal
import os
import random
import re
import symtable
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from nnlib import contract, course
from nnlib.checking import said_of

__all__ = [
    "CarryError",
    "Found",
    "Statement",
    "attach",
    "carried",
    "cells_of",
    "course_folder",
    "course_namespace",
    "find",
    "future_flags",
    "home_of",
    "methods_of",
    "namespace_of",
    "needed",
    "statements_of",
]

_HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS.*?^### END HIDDEN TESTS$", re.M | re.S)
_EXERCISE = re.compile(r'^[^\n]*\bexercise="(\w+)"')


#: The exercise that a cell is for, or an empty text, and what stands in it; of all code cells.
Cells = tuple[tuple[str, str], ...]


class CarryError(Exception):
    """A function cannot be carried over; the sentence says which notebook to go back to."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Found:
    """A name of an earlier notebook.

    Attributes
    ----------
    value
        What it stands for.
    home
        The lesson where it was found.
    namespace
        The names that its notebook has made for it.
    trouble
        A sentence on a line that it may need and that failed; else empty.
    """

    value: Any
    home: str
    namespace: dict[str, Any]
    trouble: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a notebook.

    Attributes
    ----------
    node
        Its syntax tree.
    cell
        The number of its cell.
    binds, uses
        Names that it binds, and that it or a function in it reads.
    stores, asks
        Names whose values it changes, as in ``a[0] = 1``, or may change: ``a.append(1)``.
    """

    node: ast.stmt
    cell: int
    binds: frozenset[str]
    uses: frozenset[str]
    stores: frozenset[str]
    asks: frozenset[str]

    @property
    def defines(self) -> bool:
        """Whether it imports, defines, carries or names a constant: what a lesson gives others."""
        kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
        constant = isinstance(self.node, ast.Assign) and _is_literal(self.node.value)
        return isinstance(self.node, kinds) or constant or bool(carried(self.node))

    def makes(self, name: str) -> bool:
        """Whether it has a function or a class of this name."""
        kinds = (ast.FunctionDef, ast.ClassDef)
        found = [node for node in ast.walk(self.node) if isinstance(node, kinds)]
        return name in self.binds and any(node.name == name for node in found)

    def calls(self, name: str) -> bool:
        """Whether it calls what it binds, as ``layer_sizes = layer_sizes(X, Y)`` does."""
        return not self.makes(name) and any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
            for node in ast.walk(self.node)
        )


def course_folder() -> Path | None:
    """Return the folder with the course's own versions, where it is at hand.

    That is the folder that a grader gives, or in a clone of the course, `solutions/`.
    """
    folder = contract.course_folder() or Path(__file__).parents[1] / "solutions"
    return folder if folder.is_dir() else None


# Reading


def cells_of(lesson: str, folder: Path, own: bool = False) -> Cells:
    """Return the code cells of a lesson in `folder`, of its text source or its notebook.

    With `own`, the notebook comes first.

    Raises
    ------
    CarryError
        If there is neither, or it cannot be read.
    """
    text = folder / f"{lesson}.py"
    path = folder / f"{lesson}.ipynb"
    # A text beside a learner's notebook is an export; where a solution is built, there is no other.
    if text.is_file() and not (own and path.is_file()):
        cells = re.split(r"^# %%", _HIDDEN.sub("pass", text.read_text("utf-8")), flags=re.M)
        kept = [cell for cell in cells if not cell.startswith((" demo=true", " [markdown]"))]
        return tuple(((_EXERCISE.match(cell) or ("", ""))[1], f"#{cell}") for cell in kept)
    try:
        notebook = json.loads(path.read_text("utf-8-sig"))
        return tuple(
            (_grade_id(cell), "".join(cell["source"]))
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        )
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


def _grade_id(cell: dict[str, Any]) -> str:
    about = cell.get("metadata", {}).get("nbgrader", {})
    return str(about.get("grade_id", "")) if about.get("solution") else ""


@lru_cache(maxsize=64)
def statements_of(cells: Cells) -> tuple[Statement, ...]:
    """Return the statements of all cells that are Python, in order."""
    found = []
    for number, (_, text) in enumerate(cells):
        try:
            body = _without_magics(text).body
        except (SyntaxError, ValueError, RuntimeError, MemoryError):
            continue
        for node in body:
            with contextlib.suppress(SyntaxError, RecursionError):
                table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
                binds, uses = _names(table)
                found.append(Statement(node, number, binds, uses, *_changes(node)))
    return tuple(found)


def _as_ipython_runs(cell: str) -> str:
    """Return a cell with its magics and shell lines as calls, and below a line like ``%%time``."""
    from IPython.core.inputtransformer2 import TransformerManager  # slow to import

    first, _, rest = cell.lstrip().partition("\n")
    if re.match(r"%%(capture|prun|time)\b", first):
        return _as_ipython_runs(rest)
    return TransformerManager().transform_cell(cell)


def _without_magics(cell: str) -> ast.Module:
    """Parse a cell with None in the place of each magic, and of ``%time``, what it times."""
    return _Magics().visit(ast.parse(_as_ipython_runs(cell)))


class _Magics(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> Any:
        timed = _timed(node.value)
        if timed is None:
            return self.generic_visit(node)
        return [ast.increment_lineno(one, node.lineno - 1) for one in ast.parse(timed).body]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node.func:
            case ast.Attribute(ast.Call(ast.Name("get_ipython"))):
                return ast.parse(_timed(node) or "None", mode="eval").body
        return self.generic_visit(node)


def _timed(node: ast.AST) -> str | None:
    """Return the code in ``get_ipython().run_line_magic('time', code)``."""
    match node:
        case ast.Call(
            ast.Attribute(ast.Call(ast.Name("get_ipython"))),
            [ast.Constant("time"), ast.Constant(str(code))],
        ):
            return code
    return None


def _names(table: symtable.SymbolTable) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the notebook that some code binds, and those that it reads."""
    binds: set[str] = set()
    uses: set[str] = set()
    for symbol in table.get_symbols():
        if table.get_type() == "module" or symbol.is_global():
            if symbol.is_assigned() or symbol.is_imported():
                binds.add(symbol.get_name())
            if symbol.is_referenced():
                uses.add(symbol.get_name())
    for child in table.get_children():
        inner_binds, inner_uses = _names(child)
        uses |= inner_uses
        # What a function makes global, it makes when it is called.
        (binds if child.get_name() in _COMPREHENSIONS else uses).update(inner_binds)
    return frozenset(binds), frozenset(uses)


_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def _changes(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names whose values a statement stores something in, and calls something of."""
    stores, asks = set(), set()
    parts = list(ast.walk(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        parts = [part for decorator in node.decorator_list for part in ast.walk(decorator)]
        asks |= {getattr(part, "id", "") for part in parts}
    for part in parts:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            asks.add(_root(part.func))
        elif isinstance(part, ast.Call) and getattr(part.func, "id", "") == "setattr":
            stores |= {_root(part.args[0])} if part.args else set()
        elif isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(
            part.ctx, ast.Load
        ):
            stores.add(_root(part))
    return frozenset(stores - {""}), frozenset(asks - {""})


def _root(node: ast.AST) -> str:
    """Return the `a` of ``a.b[c]``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return getattr(node, "id", "")


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def carried(node: ast.stmt) -> list[str]:
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


# Choosing


def needed(
    cells: Cells,
    wanted: Collection[str],
    exercises: Collection[str],
    anywhere: bool = False,
) -> list[Statement]:
    """Return the statements that make `wanted`, and what these need, in order.

    An exercise is what its own cell makes of it, whatever a later cell makes of its name, and
    other names are what they were there. With `anywhere`, it is what the last cell that defines
    it makes, all of which is run.
    """
    statements = statements_of(cells)
    imports = (ast.Import, ast.ImportFrom)
    own: dict[str, int] = {}
    for name in {*wanted, *exercises}:
        binders = [s for s in statements if name in s.binds]
        mine = [s.cell for s in binders if not anywhere and cells[s.cell][0] == name]
        made = mine or [s.cell for s in binders if s.makes(name)] or [s.cell for s in binders]
        meant = [cell for cell, (exercise, _) in enumerate(cells) if exercise == name]
        own[name] = max(made or meant, default=-1)
    last = max((own[name] for name in wanted), default=-1)
    before = frozenset().union(*(s.binds for s in statements if s.cell <= last))
    imported = frozenset().union(*(s.binds for s in statements if isinstance(s.node, imports)))
    needs = set(wanted)
    chosen: set[int] = set()

    def is_needed(s: Statement) -> bool:
        if anywhere and any(s.cell == own[name] and not s.calls(name) for name in wanted):
            return True
        for name in s.binds & needs:
            if name in own:
                if s.cell <= own[name] and not s.calls(name):
                    return True
            elif s.cell <= last or name not in before:
                return True
        if s.cell > last:
            return False
        everything = isinstance(s.node, imports) and any(a.name == "*" for a in s.node.names)
        return bool(everything or s.stores & needs or s.asks & (needs - imported))

    growing = True
    while growing:
        growing = False
        for index, statement in enumerate(statements):
            if index not in chosen and is_needed(statement):
                chosen.add(index)
                needs |= statement.uses - {"lesson"}
                growing = True
    return [statements[index] for index in sorted(chosen)]


# Running


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
    """Return a decorator that makes a function a method of `cls` and leaves it a function too."""

    def decorate(function: Any) -> Any:
        setattr(cls, function.__name__, function)
        return function

    return decorate


def _file(lesson: str, cell: int) -> str:
    return f"<{lesson}, cell {cell + 1}>"


def future_flags(statements: Iterable[Statement]) -> int:
    """Return what ``from __future__`` says in any cell: it holds for those after it, too."""
    found = 0
    for statement in statements:
        if isinstance(statement.node, ast.ImportFrom) and statement.node.module == "__future__":
            for alias in statement.node.names:
                found |= getattr(__future__, alias.name).compiler_flag
    return found


def _execute(
    lesson: str,
    cells: Cells,
    chosen: list[Statement],
    wanted: set[str],
    namespace: dict[str, Any],
) -> list[tuple[Statement, Exception]]:
    """Run statements in order; return those that failed.

    What is to be carried stays a function, whatever the same cell makes of its name afterwards.
    """
    failed: list[tuple[Statement, Exception]] = []
    flags = future_flags(statements_of(cells))
    for cell in {statement.cell for statement in chosen}:
        # For the line that a check names.
        text = _as_ipython_runs(cells[cell][1])
        file = _file(lesson, cell)
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    for statement in chosen:
        before = {n: namespace[n] for n in statement.binds & wanted if callable(namespace.get(n))}
        try:
            tree = ast.Module([statement.node], [])
            file = _file(lesson, statement.cell)
            exec(compile(tree, file, "exec", flags, dont_inherit=True), namespace)
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


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[None]:
    """Let code run as in `folder`, without a word, a figure, a question or a random number."""
    here = Path.cwd()
    elsewhere = folder.is_dir() and folder.resolve() != here.resolve()
    # Each folder may have a `helpers.py` of its own.
    names = {path.stem for path in folder.iterdir()} if elsewhere else set()
    mine = {n: m for n, m in _modules_in(here).items() if n.partition(".")[0] in names}
    for name in mine:
        del sys.modules[name]
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = set(pyplot.get_fignums()) if pyplot else set()
    states = random.getstate(), np.random.get_state()
    path, ask = sys.path[:], builtins.input
    builtins.input = _refuse
    with contextlib.ExitStack() as stack:
        if elsewhere:
            stack.enter_context(contextlib.chdir(folder))
        sys.path.insert(0, str(folder.resolve()))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.path[:], builtins.input = path, ask
            random.setstate(states[0])
            np.random.set_state(states[1])
            pyplot = sys.modules.get("matplotlib.pyplot")
            for number in set(pyplot.get_fignums()) - figures if pyplot else ():
                pyplot.close(number)
            if elsewhere:
                for name in _modules_in(folder):
                    del sys.modules[name]
                sys.modules.update(mine)


def _modules_in(folder: Path) -> dict[str, Any]:
    """Return the modules that lie in a folder."""
    inside = str(folder.resolve()) + os.sep
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name != "__main__"
        and str(getattr(module, "__file__", None) or "").startswith(inside)
        and "site-packages" not in str(module.__file__)
    }


def _refuse(prompt: object = "") -> str:
    raise EOFError("input() is not asked while functions are carried over")


def namespace_of(lesson: str, folder: Path, seen: dict[Any, Any] | None = None) -> dict[str, Any]:
    """Return all that the course's version of a lesson in `folder` imports and defines.

    `seen` holds what this carry has run already: each lesson is run once, although many later
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
    # As in a notebook; dataclasses, for one, look for the module of that name.
    return {"__name__": "__main__", "lesson": _Carrier(lesson, folder, seen, use)}


def _trouble(lesson: str, cells: Cells, statement: Statement, error: Exception) -> str:
    if isinstance(error, CarryError):
        return str(error)
    line, text = _line(cells, statement), said_of(error).rstrip(".")
    return f"In {lesson}.ipynb, the line `{line}` stops with {text}."


def _line(cells: Cells, statement: Statement) -> str:
    lines = _as_ipython_runs(cells[statement.cell][1]).splitlines()
    return lines[statement.node.lineno - 1].strip()


@cache
def course_namespace(lesson: str, folder: Path) -> dict[str, Any]:
    """Return the names of the course's own version of a lesson, loaded once."""
    return namespace_of(lesson, folder)


def find(
    name: str,
    lesson: str,
    folder: Path,
    seen: dict[Any, Any] | None = None,
    use: str = "course",
) -> Found:
    """Find the latest earlier notebook that binds `name`.

    Parameters
    ----------
    use : str
        ``"course"`` for the course's versions in `folder`; ``"own"`` for what the exercise's cell
        makes in a learner's notebook there; ``"last"`` for what the last cell there makes that
        defines it.

    Raises
    ------
    CarryError
        If no earlier notebook has it.
    """
    seen = {} if seen is None else seen
    home, short = home_of(name, lesson, folder, use)
    if use == "course":
        namespace = namespace_of(home, folder, seen)
        if short not in namespace:
            raise CarryError(f"The course's {home} has no {short}.")
        return Found(namespace[short], home, namespace)
    if (home, short) not in seen:
        seen[home, short] = _own(short, home, folder, seen, use)
    return seen[home, short]


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
    # An exercise lives in its own notebook; only what is no exercise is looked for by text.
    homes = [home for home in known if short in course.lesson_info(home).exercises]
    homes = homes or [home for home in known if _binds(home, folder, short, use)]
    if not homes:
        raise CarryError(f"No notebook before {lesson} in {part} defines {short}.")
    return homes[-1], short


def _own(name: str, home: str, folder: Path, seen: dict[Any, Any], use: str) -> Found:
    """Take a name out of a learner's notebook."""
    cells = cells_of(home, folder, own=True)
    part, exercises = home.partition("/")[0], course.lesson_info(home).exercises
    wanted = {name, *methods_of(name, home)}
    namespace = _fresh(home, folder, seen, use)
    chosen = needed(cells, wanted, exercises, anywhere=use == "last")
    with _aside(folder / part):
        failed = _execute(home, cells, chosen, wanted, namespace)
    trouble = _trouble(home, cells, *failed[0]) if failed else ""
    if name in namespace:
        return Found(namespace[name], home, namespace, trouble)
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
    part, exercises = home.partition("/")[0], course.lesson_info(home).exercises
    if name in exercises:
        return []
    return [one for one in exercises if course.cases(part, one).method == name]


def _unreadable(name: str, cells: Cells) -> str:
    """Say why the cell of an exercise is no Python, where that is so."""
    for exercise, text in cells:
        if exercise == name:
            try:
                ast.parse(_as_ipython_runs(text))
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
    imports = (ast.Import, ast.ImportFrom)
    return any(name in s.binds and not isinstance(s.node, imports) for s in statements)
