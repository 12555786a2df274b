"""The statements of a notebook, and those that a name depends on."""

from __future__ import annotations
import __future__

import ast
import contextlib
import json
import re
import symtable
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from nnlib.panels import Told

# nbgrader's markers, as nbgrader_config.py leaves them.
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS.*?^### END HIDDEN TESTS$", re.M | re.S)
_EXERCISE = re.compile(r'^[^\n]*\bexercise="(\w+)"')


#: Each code cell's exercise (empty if it has none) and its text.
Cells = tuple[tuple[str, str], ...]


IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


class CarryError(Told):
    """A function cannot be carried over; the message says which notebook to go back to."""


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

    @cached_property
    def defines(self) -> bool:
        """Whether it binds what other lessons may use: an import, a definition, a constant."""
        constant = isinstance(self.node, ast.Assign) and _is_literal(self.node.value)
        return isinstance(self.node, IMPORTS + _DEFINITIONS) or constant or bool(carried(self.node))

    def makes(self, name: str) -> bool:
        """Whether it defines a function or a class of this name."""
        found = [node for node in ast.walk(self.node) if isinstance(node, _DEFINITIONS)]
        return name in self.binds and any(node.name == name for node in found)

    def calls(self, name: str) -> bool:
        """Whether it calls what it binds, as ``layer_sizes = layer_sizes(X, Y)`` does."""
        return not self.makes(name) and any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
            for node in ast.walk(self.node)
        )


def cells_of(lesson: str, folder: Path, own: bool = False) -> Cells:
    """Return the code cells of a lesson in `folder`: of its source text or else of its notebook.

    With `own`, the notebook comes first.

    Raises
    ------
    CarryError
        If there is neither, or it cannot be read.
    """
    text = folder / f"{lesson}.py"
    path = folder / f"{lesson}.ipynb"
    # Beside a learner's notebook, a .py file is an export. While solutions are built, it is all.
    if text.is_file() and not (own and path.is_file()):
        return _cells_in(text.read_text("utf-8"))
    try:
        notebook = json.loads(path.read_text("utf-8-sig"))
        return tuple(
            (grade_id(cell), "".join(cell["source"]))
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        )
    except FileNotFoundError:
        raise CarryError(
            f"The notebook {lesson}.ipynb is not beside this one. Put it there, or open the "
            "notebooks inside the course's folder notebooks/, where all of them lie together."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise CarryError(
            f"The notebook {lesson}.ipynb cannot be read as a notebook. Open it in JupyterLab, "
            "repair or replace it, and save it again."
        ) from None


@lru_cache(maxsize=64)
def _cells_in(text: str) -> Cells:
    cells = re.split(r"^# %%", HIDDEN.sub("pass", text), flags=re.M)
    ungraded = (" demo=true", " claim=true", " [markdown]")
    kept = [cell for cell in cells if not cell.startswith(ungraded)]
    return tuple(((_EXERCISE.match(cell) or ("", ""))[1], f"#{cell}") for cell in kept)


def without_markers(text: str) -> str:
    """Return a cell's text without the lines that mark its solution."""
    return re.sub(rf"^ *({BEGIN}|{END})\n?", "", text, flags=re.M)


def grade_id(cell: dict[str, Any]) -> str:
    """Return the exercise of a notebook's cell; empty if it is no answer."""
    about = cell.get("metadata", {}).get("nbgrader", {})
    return str(about.get("grade_id", "")) if about.get("solution") else ""


@lru_cache(maxsize=64)
def statements_of(cells: Cells) -> tuple[Statement, ...]:
    """Return the statements of all cells that are Python, in order."""
    found = []
    for number, (_, text) in enumerate(cells):
        try:
            body = ast.parse(as_ipython_runs(text)).body
        except (SyntaxError, ValueError, RuntimeError, MemoryError):
            continue
        for node in body:
            with contextlib.suppress(SyntaxError, RecursionError):
                table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
                binds, uses = _names(table)
                found.append(Statement(node, number, binds, uses, *_changes(node)))
    return tuple(found)


@lru_cache(maxsize=1024)
def as_ipython_runs(cell: str) -> str:
    """Return a cell with its magics and shell lines as calls; ``%time`` leaves its statement."""
    plain = re.sub(r"\A\s*\n", "", cell)
    with contextlib.suppress(SyntaxError, ValueError, RuntimeError, MemoryError):
        ast.parse(plain)
        return plain
    from IPython.core.inputtransformer2 import TransformerManager  # slow to import

    first, _, rest = cell.lstrip().partition("\n")
    if re.match(r"%%(capture|prun|time)\b", first):
        return as_ipython_runs(rest)
    return _TIMED.sub(_statement_of, TransformerManager().transform_cell(cell))


_TIMED = re.compile(r"get_ipython\(\)\.run_line_magic\('time', (.*)\)$", re.M)


def _statement_of(timed: re.Match) -> str:
    with contextlib.suppress(SyntaxError, ValueError):
        statement = ast.literal_eval(timed[1])
        ast.parse(statement)
        return statement
    return timed[0]


class NoShell:
    """Stands in for IPython's shell while cells are carried over: every method returns None."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_kwargs: None


def _names(table: symtable.SymbolTable) -> tuple[frozenset[str], frozenset[str]]:
    """Return the global names that some code binds, and those that it reads."""
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
        # A function binds its globals only when it is called.
        (binds if child.get_name() in _COMPREHENSIONS else uses).update(inner_binds)
    return frozenset(binds), frozenset(uses)


_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def _changes(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names whose values a statement changes, and those whose methods it calls."""
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
        # An empty list is there to be filled, by statements that would be carried along with it.
        return ast.literal_eval(node) not in ([], {})
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


def carried(node: ast.stmt) -> list[str]:
    """Return the names in ``… = lesson.carry("a", "b")``; none for any other statement."""
    call = getattr(node, "value", None)
    if (
        isinstance(node, ast.Assign)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "carry"
    ):
        return [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return []


def needed(
    cells: Cells, wanted: Collection[str], exercises: Collection[str], anywhere: bool = False
) -> list[Statement]:
    """Return, in order, the statements that define `wanted`, and all that these depend on.

    An exercise is what its own cell makes of it, whatever later cells do with the name; all other
    names have the values that they had there. With `anywhere`, an exercise is what the last cell
    that defines it makes of it, and that cell is run as a whole.
    """
    return list(_needed(cells, frozenset(wanted), frozenset(exercises), anywhere))


@lru_cache(maxsize=256)
def _needed(
    cells: Cells, wanted: frozenset[str], exercises: frozenset[str], anywhere: bool
) -> tuple[Statement, ...]:
    statements = statements_of(cells)
    own: dict[str, int] = {}
    for name in {*wanted, *exercises}:
        binders = [s for s in statements if name in s.binds]
        mine = [s.cell for s in binders if not anywhere and cells[s.cell][0] == name]
        made = mine or [s.cell for s in binders if s.makes(name)] or [s.cell for s in binders]
        meant = [cell for cell, (exercise, _) in enumerate(cells) if exercise == name]
        own[name] = max(made or meant, default=-1)
    last = max((own[name] for name in wanted), default=-1)
    before = frozenset().union(*(s.binds for s in statements if s.cell <= last))
    imported = frozenset().union(*(s.binds for s in statements if isinstance(s.node, IMPORTS)))
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
        everything = isinstance(s.node, IMPORTS) and any(a.name == "*" for a in s.node.names)
        return bool(everything or s.stores & needs or s.asks & (needs - imported))

    growing = True
    while growing:
        growing = False
        for index, statement in enumerate(statements):
            if index not in chosen and is_needed(statement):
                chosen.add(index)
                needs |= statement.uses - {"lesson"}
                growing = True
    return tuple(statements[index] for index in sorted(chosen))


def future_flags(statements: Iterable[Statement]) -> int:
    """Return the compiler's flags for ``from __future__``, which apply to later cells, too."""
    found = 0
    for statement in statements:
        if isinstance(statement.node, ast.ImportFrom) and statement.node.module == "__future__":
            for alias in statement.node.names:
                found |= getattr(__future__, alias.name).compiler_flag
    return found
