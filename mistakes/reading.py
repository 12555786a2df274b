"""Say what a learner's code shows without being run: what is missing, unused, or from outside."""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from mistakes.cases import Cases


def observed(function: Callable, tree: ast.FunctionDef, cases: Cases) -> tuple[str, ...]:
    """Return a sentence for each thing that a wrong function's code shows by itself."""
    nodes = list(_inside(tree.body))
    found = [*from_outside(function, tree)]
    returns = [n for n in nodes if isinstance(n, ast.Return)]
    loads = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    if not any(n.value for n in returns) and cases.examples[0].outcome.result is not None:
        also = " `print` shows a value and gives none back." if "print" in loads else ""
        found.append(f"It has no `return`, so what it works out is lost.{also}")
    needed = _arguments(tree, cases)
    for name in needed:
        if name not in loads:
            numbers = _numbers(nodes)
            also = f" Numbers are fixed in it: {', '.join(numbers)}." if numbers else ""
            found.append(f"It never uses its argument `{name}`.{also}")
    for name in cases.needed:
        if name not in cases.arguments and name not in loads | {
            n.attr for n in nodes if isinstance(n, ast.Attribute)
        }:
            found.append(f"It does not call `{name}`, which the check relies on.")
    for node in [node for node in nodes if isinstance(node, ast.Dict)]:
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        for key in sorted({key for key in keys if isinstance(key, str) and keys.count(key) > 1}):
            found.append(f"The key {key!r} stands twice in `{_line(function, node)}`.")
    for node in [node for node in nodes if isinstance(node, ast.Assign)]:
        line = _line(function, node)
        used = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        if _none(node.value):
            found.append(f"A placeholder is left: `{line}`.")
        elif node in tree.body:
            names = {getattr(target, "id", "") for target in node.targets} - used
            for name in sorted(names & {*needed}):
                found.append(f"Its argument `{name}` is overwritten in the line `{line}`.")
    return tuple(dict.fromkeys(found))


def _arguments(tree: ast.FunctionDef, cases: Cases) -> list[str]:
    """Return the arguments that every right version uses, under the names that they have here."""
    places = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args) if a.arg != "self"]
    given = dict(zip(cases.arguments, places, strict=False))
    own = {*places, *(a.arg for a in tree.args.kwonlyargs)}
    needed = [name for name in cases.needed if name in cases.arguments]
    return [name if name in own else given[name] for name in needed if name in own or name in given]


def from_outside(function: Callable, tree: ast.FunctionDef) -> Iterator[str]:
    """Yield a sentence for each value of the notebook that a function reads.

    When the function is graded, that value is another.
    """
    names: Mapping[str, Any] = function.__globals__
    told = set()
    for node in _from_elsewhere(tree):
        name = node.id
        if name in told or hasattr(builtins, name):
            continue
        value = names.get(name)
        if name in names and not callable(value) and not isinstance(value, ModuleType):
            told.add(name)
            yield (
                f"`{name}` is not made in this function: it comes from the notebook, and will be "
                f"another when graded (in the line `{_line(function, node)}`)."
            )


@functools.lru_cache(32)
def _from_elsewhere(tree: ast.FunctionDef) -> tuple[ast.Name, ...]:
    """Return the names in a function, in order, that it does not give a value itself."""
    nodes = list(ast.walk(tree))
    own = {n.arg for n in nodes if isinstance(n, ast.arg)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return tuple(n for n in _inside(tree.body) if isinstance(n, ast.Name) and n.id not in own)


def _inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield pieces of code and all that they consist of, in order."""
    for node in nodes:
        yield node
        yield from _inside(ast.iter_child_nodes(node))


def _none(value: ast.expr) -> bool:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(part, ast.Constant) and part.value is None for part in parts)


def _numbers(nodes: list[ast.AST]) -> list[str]:
    found = [n.value for n in nodes if isinstance(n, ast.Constant)]
    whole = {v for v in found if isinstance(v, int) and not isinstance(v, bool) and v > 1}
    return [str(v) for v in sorted(whole)]


def _line(function: Callable, node: ast.AST) -> str:
    return linecache.getline(function.__code__.co_filename, node.lineno).strip()
