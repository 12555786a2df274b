"""What the Python of a cell says: the names it binds, what it imports, whether two are alike."""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from evenhand.magics import plain_python


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.Module | None:
    """Return a cell's syntax tree without magic and shell lines; None if it is not Python."""
    plain = plain_python(text)
    if text and not plain:
        return None
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=4096)
def bindings(tree: ast.Module | None) -> tuple[str, ...]:
    """Return the names that a cell binds at its top level, methods of its classes included."""
    found: list[str] = []

    def visit(nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append(node.name)
            elif isinstance(node, ast.ClassDef):
                found.append(node.name)
                found.extend(
                    inner.name
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("__")
                )
            else:
                targets = [node.target] if hasattr(node, "target") else []
                for target in getattr(node, "targets", targets):
                    found.extend(_stored(target))
                for part in ("body", "orelse", "finalbody"):
                    visit(getattr(node, part, ()))

    visit(getattr(tree, "body", ()))
    return tuple(found)


def _stored(target: ast.AST) -> Iterator[str]:
    """Yield the names that a target binds: `plt.rcParams["…"]` binds none."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def altered(tree: ast.AST) -> Iterator[str]:
    """Yield the names of things that a cell sets an item or an attribute of."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            while isinstance(node, (ast.Attribute, ast.Subscript)):
                node = node.value
            if isinstance(node, ast.Name):
                yield node.id


def global_reads(text: str, run: bool = False) -> set[str]:
    """Return the names that functions of a cell read and do not bind: the notebook's.

    With `run`, add those that the cell itself reads, and leave out all that it binds.
    """
    try:
        tables = [symtable.symtable(plain_python(text), "<cell>", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: set[str] = set()
    for table in tables:  # grows meanwhile
        tables += table.get_children()
        if table.get_type() == "function":
            symbols = (one for one in table.get_symbols() if one.is_referenced())
            found |= {one.get_name() for one in symbols if one.is_global()}
    if run:
        names = tables[0].get_symbols()
        bound = {one.get_name() for one in names if one.is_assigned() or one.is_imported()}
        found = (found | {one.get_name() for one in names if one.is_referenced()}) - bound
    return found


#: Calls that make a class.
_MAKERS = {"namedtuple", "NamedTuple", "make_dataclass", "new_class", "type", "Enum"}


def add_classes(tree: ast.AST, classes: dict[str, frozenset[str]]) -> None:
    """Add the classes that a cell makes, with their special methods; ``*`` for unknown ones."""
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.ClassDef):
            found: set[str] = set(classes.get(node.name, ()))
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    found.add(inner.name)
                elif isinstance(inner, ast.Assign):
                    found.update(n.id for n in inner.targets if isinstance(n, ast.Name))
            for base in node.bases:
                if getattr(base, "id", "") != "object":
                    found |= classes.get(getattr(base, "id", ""), {"*"})
            if node.decorator_list or node.keywords:
                found.add("*")
            classes[node.name] = frozenset(n for n in found if n == "*" or n.startswith("__"))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = node.value.func
            if getattr(maker, "id", getattr(maker, "attr", "")) in _MAKERS:
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        classes[target.id] = frozenset("*")


def imported_names(tree: ast.AST) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, (alias.name, None)
                else:
                    top = alias.name.partition(".")[0]
                    yield top, (top, None)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name != "*":
                    yield alias.asname or alias.name, (node.module, alias.name)


@lru_cache(maxsize=4096)  # a source's tests are asked about for each notebook
def names_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a cell binds, wherever it does, and those that it uses."""
    bound: set[str] = set()
    loaded: set[str] = set()
    tree = parse(text)
    if tree is None:
        return frozenset(), frozenset(re.findall(r"\w+", text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return frozenset(bound), frozenset(loaded)


def defined(text: str) -> frozenset[str]:
    """Return the names of the functions and classes that a cell defines at its top level."""
    tree = parse(text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(n.name for n in (tree.body if tree else ()) if isinstance(n, kinds))


def definitions(text: str) -> str:
    """Return what a cell imports and defines, and its constants, without the rest.

    The name of a function keeps its function, whatever else the cell binds it to.
    """
    tree = parse(text)
    functions = defined(text)
    kept = []
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Assign):
            names = set(bindings(ast.Module([node], [])))
            try:
                ast.literal_eval(node.value)
            except ValueError:
                if not isinstance(node.value, ast.Lambda):
                    continue
            if names & functions:
                continue
        elif not isinstance(
            node,
            (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
        ):
            continue
        kept.append(ast.unparse(node))
    return "\n\n".join(kept)


def below(text: str, line: Any) -> str:
    """Return what stands in a cell below the statement in a line, with the same line numbers.

    Of several statements in that line, the first is left out.
    """
    tree = parse(text)
    if tree is None or not isinstance(line, int) or line < 1:
        return ""
    # IPython does not count empty lines at the top.
    plain = plain_python(text)
    line += plain[: len(plain) - len(plain.lstrip())].count("\n")
    left = [node for node in tree.body if _begins(node) > line]
    same = [node for node in tree.body if _begins(node) <= line <= (node.end_lineno or 0)]
    left = same[1:] + left
    if not left:
        return ""
    first = _begins(left[0])
    lines = plain.split("\n")
    column = left[0].col_offset if len(same) > 1 else 0
    lines[:first] = [*["#"] * (first - 1), lines[first - 1].encode()[column:].decode()]
    return "\n".join(lines)


def _begins(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def is_in(one: str, other: str) -> bool:
    """Whether all statements of one cell are in another, in order; its imports in any order.

    Editors sort imports, and write several as one or one as several.
    """
    wanted, found = parse(one), parse(other)
    if wanted is None or found is None:
        return False
    imports, rest = _statements(wanted)
    others, left = _statements(found)
    statements = iter(left)
    return imports <= others and all(statement in statements for statement in rest)


def _statements(tree: ast.Module) -> tuple[set[str], list[str]]:
    """Return what a cell imports, name by name, and its other statements in order."""
    imports: set[str] = set()
    rest: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports |= {f"import {alias.name} as {alias.asname}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = f"from {'.' * node.level}{node.module}"
            imports |= {f"{source} import {alias.name} as {alias.asname}" for alias in node.names}
        else:
            rest.append(ast.dump(node))
    return imports, rest


def has_code(text: str) -> bool:
    tree = parse(text)
    return tree is None or bool(tree.body)


def alike(one: str, other: str) -> bool:
    """Whether two cells are the same apart from white space and comments."""
    if _squeezed(one) == _squeezed(other):
        return True
    a, b = parse(one), parse(other)
    if a is None or b is None or len(a.body) != len(b.body):
        return False
    try:
        return _dump(one) == _dump(other)
    except RecursionError:
        return False


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return "".join(text.split())


@lru_cache(maxsize=4096)
def _dump(text: str) -> str:
    return ast.dump(parse(text))
