"""Break a solution in every small way: with cosmic-ray's operators and our own for array code."""

from __future__ import annotations

import ast
import functools
import pickle
from collections.abc import Iterator
from dataclasses import dataclass

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor

from nnlib.statements import BEGIN, END

# Bit operators and shifts fail at once on floats, and would only pad the count.
_BITS = ("RShift", "LShift", "BitOr", "BitAnd", "BitXor", "Invert")

_SIBLINGS = {
    "sum": ["mean", "max"],
    "mean": ["sum", "median"],
    "exp": ["log", "exp2"],
    "log": ["exp", "log2", "log10"],
    "tanh": ["sinh", "arctan"],
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "max": ["min"],
    "min": ["max"],
    "argmax": ["argmin"],
    "zeros": ["ones"],
    "zeros_like": ["ones_like"],
    "ones": ["zeros"],
    "ones_like": ["zeros_like"],
    "dot": ["multiply"],
    "matmul": ["multiply"],
    "multiply": ["matmul"],
    "randn": ["rand"],
    "standard_normal": ["random"],
    "sqrt": ["square"],
    "square": ["abs"],
    "abs": ["square"],
    "clip": ["add"],
    "hstack": ["vstack"],
    "vstack": ["hstack"],
    "concatenate": ["stack"],
    "arange": ["zeros"],
    "round": ["ceil", "floor"],
    "rint": ["ceil", "floor"],
    "var": ["std"],
    "std": ["var"],
}


@dataclass(frozen=True)
class Mutant:
    """A solution with one thing changed."""

    operator: str
    code: str
    old: str
    new: str


@functools.lru_cache(maxsize=1024)
def mutants(cell: str) -> tuple[Mutant, ...]:
    """Return every mutant of an exercise's cell that differs from it and from those before.

    Changes are made only between the solution's markers, if it has any, and not in statements that
    only print: what is printed, and when, is up to the learner.
    """
    return tuple(_mutants(cell))


def _mutants(cell: str) -> Iterator[Mutant]:
    lines = cell.split("\n")
    inside: set[int] = set()
    within = BEGIN not in cell
    for number, line in enumerate(lines, 1):
        within = (within or BEGIN in line) and END not in line
        if within:
            inside.add(number)
    inside -= _printing(ast.parse(cell))
    seen = {ast.dump(ast.parse(cell))}
    for operator, code in [*_from_library(cell), *_from_arrays(cell, inside)]:
        changed = _changed(lines, code.split("\n"))
        if changed is None or not changed[0] <= inside:
            continue
        try:
            shape = ast.dump(ast.parse(code))
        except SyntaxError:
            continue
        if shape in seen:
            continue
        seen.add(shape)
        yield Mutant(operator, code, changed[1], changed[2])


# Non-answers: call the solution with copies of the arguments, and return something else.
_HOLLOW = {
    "nothing": ("None", "None"),
    "empty containers": ("SOLVED", "type(value)() if type(value) in (dict, list, tuple) else None"),
    "empty arrays": ("SOLVED", "_hollow(value, lambda leaf: _np.empty((0, 1)))"),
    "NaN": ("SOLVED", "_hollow(value, lambda leaf: _np.full(_np.shape(leaf), _np.nan)[()])"),
    "one number": ("SOLVED", "_hollow(value, lambda leaf: _np.full(_np.shape(leaf), 0.37)[()])"),
}
_HOLLOWED = """
import copy as _copy
import functools as _functools
import numpy as _np


class _NoAnswer(Exception):
    pass


def _hollow(value, leaf):
    if isinstance(value, dict):
        return {key: _hollow(item, leaf) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_hollow(item, leaf) for item in value])
    if value is None:
        raise _NoAnswer
    return leaf(value)


def _hollowed(solve):
    @_functools.wraps(solve)
    def answer(*args, **kwargs):
        try:
            value = SOLVE
        except Exception:
            raise _NoAnswer from None
        return ANSWER

    return answer


NAME = _hollowed(NAME)
"""


def hollow(name: str, cell: str) -> Iterator[tuple[str, str]]:
    """Yield versions of an exercise that give no answer, each with what it gives instead."""
    for kind, (solve, answer) in _HOLLOW.items():
        solve = solve.replace("SOLVED", "solve(*_copy.deepcopy(args), **_copy.deepcopy(kwargs))")
        code = _HOLLOWED.replace("SOLVE", solve).replace("ANSWER", answer)
        yield kind, cell + code.replace("NAME", name)


def _printing(tree: ast.AST) -> set[int]:
    """Return the lines of statements that do nothing but print."""

    def prints(node: ast.stmt) -> bool:
        if isinstance(node, ast.If):
            return all(map(prints, node.body)) and not node.orelse
        call = getattr(node, "value", None)
        return (
            isinstance(node, ast.Expr)
            and isinstance(call, ast.Call)
            and (getattr(call.func, "id", "") == "print")
        )

    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and prints(node)
        for line in range(node.lineno, node.end_lineno + 1)
    }


def _changed(before: list[str], after: list[str]) -> tuple[set[int], str, str] | None:
    """Return the numbers of the changed lines, and what they said before and say after."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old:
        return None
    numbers = set(range(start + 1, len(before) - end + 1))
    return numbers, _one_line(old), _one_line(new)


def _one_line(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)


def _from_library(cell: str) -> Iterator[tuple[str, str]]:
    tree = get_ast(cell)
    nodes, kept = list(ast_nodes(tree)), pickle.dumps(tree)
    for name in plugins.operator_names():
        if not name.startswith("core/") or any(word in name for word in _BITS):
            continue
        try:
            operator = plugins.get_operator(name)()
        except TypeError:
            continue  # an operator that wants arguments of its own
        for occurrence in range(sum(len([*operator.mutation_positions(n)]) for n in nodes)):
            # To parse anew takes seven times as long.
            changed = MutationVisitor(occurrence, operator).walk(pickle.loads(kept))
            yield name.removeprefix("core/"), changed.get_code()


def _from_arrays(cell: str, inside: set[int]) -> Iterator[tuple[str, str]]:
    offsets = [0]
    for line in cell.split("\n"):
        offsets.append(offsets[-1] + len(line.encode()) + 1)
    raw = cell.encode()

    def span(node: ast.AST) -> tuple[int, int]:
        return (
            offsets[node.lineno - 1] + node.col_offset,
            offsets[node.end_lineno - 1] + node.end_col_offset,
        )

    def text(node: ast.AST) -> str:
        start, end = span(node)
        return raw[start:end].decode()

    def put(node: ast.AST, new: str) -> str:
        start, end = span(node)
        return (raw[:start] + new.encode() + raw[end:]).decode()

    def rebuilt(node: ast.AST) -> str:
        return ast.unparse(ast.fix_missing_locations(node))

    for node in ast.walk(ast.parse(cell)):
        if getattr(node, "lineno", None) not in inside:
            continue
        if isinstance(node, ast.Call):
            yield from ((n, put(node, c)) for n, c in _calls(node, text, rebuilt))
        elif isinstance(node, ast.BinOp):
            yield from ((n, put(node, c)) for n, c in _products(node, text))
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            yield "transpose dropped", put(node, text(node.value))
        elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
            for i in range(len(node.elts) - 1):
                parts = [text(e) for e in node.elts]
                parts[i], parts[i + 1] = parts[i + 1], parts[i]
                closed = "()" if isinstance(node, ast.Tuple) else "[]"
                yield "items swapped", put(node, closed[0] + ", ".join(parts) + closed[1])
        elif isinstance(node, ast.Dict) and None not in node.keys:
            for i in range(len(node.values) - 1):
                values = [text(v) for v in node.values]
                values[i], values[i + 1] = values[i + 1], values[i]
                pairs = [f"{text(k)}: {v}" for k, v in zip(node.keys, values, strict=True)]
                yield "values swapped", put(node, "{" + ", ".join(pairs) + "}")
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.For, ast.If, ast.Expr)):
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                yield "statement deleted", put(node, "pass")
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
                sign = {ast.Sub: "-=", ast.Add: "+="}.get(type(node.value.op))
                target = text(node.targets[0])
                if sign and target == text(node.value.left):
                    yield "in place", put(node, f"{target} {sign} {text(node.value.right)}")
        elif isinstance(node, ast.Constant) and node.value in ("W1", "W2", "b1", "b2", "A1", "Z1"):
            other = node.value[0] + ("2" if node.value[1] == "1" else "1")
            yield "other layer", put(node, repr(other))
        elif (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id[-1:] in ("1", "2")
            and len(node.id) in (2, 3)
        ):
            other = node.id[:-1] + ("2" if node.id[-1] == "1" else "1")
            if other in cell:
                yield "other layer", put(node, other)


def _calls(node: ast.Call, text, rebuilt) -> Iterator[tuple[str, str]]:
    for keyword in node.keywords:
        rest = [k for k in node.keywords if k is not keyword]
        if keyword.arg in ("axis", "keepdims"):
            yield f"{keyword.arg} dropped", rebuilt(ast.Call(node.func, node.args, rest))
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
            other = ast.keyword("axis", ast.Constant(0 if keyword.value.value else 1))
            yield "axis changed", rebuilt(ast.Call(node.func, node.args, [*rest, other]))
    func = node.func
    if isinstance(func, ast.Attribute):
        for sibling in _SIBLINGS.get(func.attr, ()):
            # A method such as `x.sum()` has siblings only among the methods.
            changed = ast.Attribute(func.value, sibling, ast.Load())
            yield (f"{func.attr} → {sibling}", rebuilt(ast.Call(changed, node.args, node.keywords)))
        if func.attr == "copy" and not node.args:
            yield "copy dropped", text(func.value)
        if func.attr in ("copy", "deepcopy", "array") and len(node.args) == 1:
            yield "copy dropped", text(node.args[0])
    elif isinstance(func, ast.Name) and func.id in ("dict", "list") and len(node.args) == 1:
        yield "copy dropped", text(node.args[0])
    if len(node.args) == 2 and not node.keywords:
        swapped = [node.args[1], node.args[0]]
        yield "arguments swapped", rebuilt(ast.Call(func, swapped, []))


def _products(node: ast.BinOp, text) -> Iterator[tuple[str, str]]:
    left, right = text(node.left), text(node.right)
    if isinstance(node.op, ast.MatMult):
        yield "@ → *", f"({left} * {right})"
        yield "transpose added", f"(({left}).T @ {right})"
        yield "transpose added", f"({left} @ ({right}).T)"
    elif isinstance(node.op, ast.Mult):
        yield "* → @", f"({left} @ {right})"
        yield "factor dropped", f"({left})"
        yield "factor dropped", f"({right})"
    elif isinstance(node.op, ast.Div):
        yield "divisor dropped", f"({left})"
    elif isinstance(node.op, (ast.Add, ast.Sub)):
        yield "term dropped", f"({left})"
        yield "term dropped", f"({right})"
    elif isinstance(node.op, ast.Pow):
        yield "power dropped", f"({left})"
