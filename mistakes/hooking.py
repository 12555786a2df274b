"""Run a learner's function with one of its expressions changed."""

from __future__ import annotations

import ast
import linecache
import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

SIGNS = {
    ast.Add: ("+", operator.add, "-*/"),
    ast.Sub: ("-", operator.sub, "+*/"),
    ast.Mult: ("*", operator.mul, ["@", "/", "+", "-", "**"]),
    ast.MatMult: ("@", operator.matmul, "*"),
    ast.Div: ("/", operator.truediv, "*-+"),
    ast.FloorDiv: ("//", operator.floordiv, "/*-+"),
    ast.Mod: ("%", operator.mod, "/*-+"),
    ast.Pow: ("**", operator.pow, "*-+/"),
    ast.Gt: (">", operator.gt, ["==", "<", ">="]),
    ast.Lt: ("<", operator.lt, ["==", ">", "<="]),
    ast.GtE: (">=", operator.ge, ["==", ">", "<"]),
    ast.LtE: ("<=", operator.le, ["==", "<", ">"]),
    ast.Eq: ("==", operator.eq, ["!=", ">", "<"]),
    ast.NotEq: ("!=", operator.ne, ["==", ">", "<"]),
}
# The operators to try in place of another; a power only before a literal.
SIGNS_FOR = {sign: [*others, "**"] for sign, _, others in SIGNS.values() if "**" not in others}
SIGNS_FOR |= {"*": SIGNS[ast.Mult][2], "**": SIGNS[ast.Pow][2]}
ACTS = {sign: act for sign, act, _ in SIGNS.values()}

Act = Callable[[tuple, dict, Mapping], Any]


@dataclass
class Seen:
    """The operands and the value of an expression, the first time that it ran."""

    operands: tuple
    keywords: dict
    names: dict
    value: Any = None


class Hooked:
    """A function in which any expression can be changed while it runs."""

    def __init__(
        self, file: str, tree: ast.FunctionDef, numbers: Sequence[float], samples: Any, sure: bool
    ) -> None:
        self.lines = linecache.getlines(file)
        self.numbers, self.samples, self.sure = numbers, samples, sure
        self.name = tree.name
        self.arguments = [a.arg for a in tree.args.args]
        self.nodes: list[ast.expr] = []
        self._numbers: dict[int, int] = {}
        self.around = {child: n for n in ast.walk(tree) for child in ast.iter_child_nodes(n)}
        self.plain: list[Callable] = []
        # Whole values, and arguments (True): a term or a factor may be missing there.
        self.tops: dict[int, bool] = {}
        self.changes: dict[int, Act] = {}
        self.seen: dict[int, Seen] | None = None
        # Each expression's operands in this run, for brackets that are moved.
        self.last: dict[int, tuple] = {}
        copy = ast.FunctionDef(tree.name, tree.args, [self._statement(s) for s in tree.body], [])
        module = ast.fix_missing_locations(ast.Module([copy], []))
        constants = compile(module, "<a change>", "exec").co_consts
        self.code = next(c for c in constants if getattr(c, "co_name", "") == tree.name)

    def made(self, like: Callable) -> Callable:
        """Return the function with the globals and defaults that `like` has now."""
        names = {**like.__globals__, "__at__": self.at}
        function = FunctionType(self.code, names, like.__name__, like.__defaults__)
        function.__kwdefaults__ = like.__kwdefaults__
        return function

    def at(self, n: int, *operands: Any, **keywords: Any) -> Any:
        self.last[id(self.nodes[n])] = operands
        act = self.changes.get(n)
        if act is not None:
            return act(operands, keywords, sys._getframe(1).f_locals)
        if self.seen is None or n in self.seen:
            return self.plain[n](*operands, **keywords)
        self.seen[n] = Seen(operands, keywords, dict(sys._getframe(1).f_locals))
        self.seen[n].value = self.plain[n](*operands, **keywords)
        return self.seen[n].value

    def twins(self, n: int) -> list[int]:
        """Return all places of a number, unless it is a common one; else only the node's own."""
        node = self.nodes[n]
        if not isinstance(node, ast.Constant) or node.value in (0, 1, 2, 0.5):
            return [n]
        return [m for m, other in enumerate(self.nodes) if ast.dump(other) == ast.dump(node)]

    def over(self, n: int) -> int | None:
        """Return the index of the closest expression around one."""
        node = self.nodes[n]
        while (node := self.around.get(node)) is not None:
            if id(node) in self._numbers:
                return self._numbers[id(node)]
        return None

    def steers(self, n: int) -> bool:
        """Whether an expression is part of the condition of an `if` or a `while`."""
        node = self.nodes[n]
        while (around := self.around.get(node)) is not None:
            if getattr(around, "test", None) is node:
                return True
            node = around
        return False

    def written(self, node: ast.BinOp, signs: Iterable[str]) -> Iterator[str]:
        """Yield the operators that bind in the learner's line as they do in the tree."""
        around, parts = self.around[node], (node.left, node.right)
        outer = -1 if self._in_brackets(node) else _binds(around, -1)
        outer += getattr(around, "right", None) is node
        inner = [9 if self._in_brackets(part) else _binds(part, 9) for part in parts]
        for sign in signs:
            if outer <= _BINDS[sign] <= min(inner[0], inner[1] - 1):
                yield sign

    def in_chain(self, node: ast.BinOp) -> bool:
        """Whether no bracket separates an operation from the one around it."""
        return isinstance(self.around[node], ast.BinOp) and not self._in_brackets(node)

    def chain(self, node: ast.BinOp) -> tuple[list[tuple[ast.expr, ast.BinOp, int]], list[str]]:
        """Return the operands of such a chain, each with its operation and side, and the signs."""
        parts: list[tuple[ast.expr, ast.BinOp, int]] = []
        signs: list[str] = []
        for side, part in enumerate((node.left, node.right)):
            if isinstance(part, ast.BinOp) and type(part.op) in SIGNS and self.in_chain(part):
                inner, own = self.chain(part)
                parts += inner
                signs += own
            else:
                parts.append((part, node, side))
            signs += [SIGNS[type(node.op)][0]] if not side else []
        return parts, signs

    def _in_brackets(self, node: ast.expr) -> bool:
        before = self.lines[node.lineno - 1].encode()[: node.col_offset]
        after = self.lines[node.end_lineno - 1].encode()[node.end_col_offset :]
        return before.rstrip().endswith(b"(") and after.lstrip().startswith(b")")

    def called(self, label: str, value: Any) -> str:
        """Return how a sentence calls a value."""
        m = ", the number of samples," if is_number(value) and value == self.samples else ""
        return f"`{label}`{m}"

    def stands(self, node: ast.expr, label: str, value: Any) -> str:
        """Say that one value stands where another belongs."""
        text, of = f"`{ast.unparse(node)}`", label.partition(".shape[")[0]
        if isinstance(node, ast.Constant):
            return f"the number {text} is fixed; {self.called(label, value)} belongs there"
        if text in (f"`{of}.shape[0]`", f"`{of}.shape[1]`"):
            sides = ("rows", "columns") if text.endswith("[0]`") else ("columns", "rows")
            count = "{} counts the {} of `{}`; {} counts its {}, and belongs there"
            return count.format(text, sides[0], of, self.called(label, value), sides[1])
        return f"{text} stands where {self.called(label, value)} belongs"

    # The hooks go into a copy: sentences quote the learner's own tree.

    def _statement(self, node: ast.stmt) -> ast.stmt:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assert, ast.Raise)):
            return node
        fields = dict(ast.iter_fields(node))
        for name, value in fields.items():
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                fields[name] = [self._statement(one) for one in value]
            elif isinstance(value, ast.expr) and name != "target":
                fields[name] = self._top(value)
        return type(node)(**fields)

    def _top(self, node: ast.expr, argument: bool = False) -> ast.expr:
        self.tops[id(node)] = argument
        return self._expression(node)

    def _expression(self, node: ast.expr) -> ast.expr:
        on = self._expression
        match node:
            case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]) if type(op) in SIGNS:
                return self._hook(node, SIGNS[type(op)][1], on(left), on(right))
            case ast.Compare(left, signs, others):
                return ast.Compare(on(left), signs, [on(other) for other in others])
            case ast.BoolOp(sign, values):
                return ast.BoolOp(sign, [on(value) for value in values])
            case ast.IfExp(test, body, other):
                return ast.IfExp(on(test), on(body), on(other))
            case ast.UnaryOp(ast.USub(), operand):
                inner = operand if isinstance(operand, ast.Constant) else on(operand)
                return self._hook(node, operator.neg, inner)
            case ast.UnaryOp(sign, operand):
                return ast.UnaryOp(sign, on(operand))
            case ast.Subscript(value, ast.Constant() | ast.Name() as key):
                return self._hook(node, operator.getitem, on(value), key)
            case ast.Subscript(value, ast.Tuple(items) as key, ctx):
                key = ast.Tuple([on(item) for item in items], key.ctx)
                return ast.Subscript(on(value), key, ctx)
            case ast.Subscript(value, key, ctx):
                return ast.Subscript(on(value), on(key), ctx)
            case ast.Slice(start, stop, step):
                return ast.Slice(*[end and on(end) for end in (start, stop, step)])
            case ast.Starred(value, ctx):
                return ast.Starred(on(value), ctx)
            case ast.Attribute(value, name):
                on = on if name != "shape" else _itself
                return self._hook(node, _itself, ast.Attribute(on(value), name, node.ctx))
            case ast.Name() | ast.Constant(int() | float()):
                return self._hook(node, _itself, node)
            case ast.Tuple(items) | ast.List(items):
                return type(node)([self._top(item) for item in items], node.ctx)
            case ast.Dict(keys, values):
                return ast.Dict(keys, [self._top(value) for value in values])
            case ast.DictComp(key, value, loops):
                return ast.DictComp(key, self._top(value), [self._loop(loop) for loop in loops])
            case ast.ListComp(value, loops) | ast.GeneratorExp(value, loops):
                return type(node)(self._top(value), [self._loop(loop) for loop in loops])
            case ast.Call(func, args, keywords):
                name = ast.unparse(func)
                if name in ("zip", "enumerate"):
                    return ast.Call(func, [on(arg) for arg in args], keywords)
                if name in _LEFT or any(isinstance(a, ast.Starred) for a in args):
                    return node
                inner = ast.unparse(func.value) if isinstance(func, ast.Attribute) else "np"
                if inner.split(".")[0] != "np" and inner not in ("self", "plt", "plotting"):
                    func = ast.Attribute(on(func.value), func.attr, func.ctx)
                keywords = [
                    ast.keyword(k.arg, k.value if k.arg in AXES else on(k.value)) for k in keywords
                ]
                called = self._hook(node, _called, func, *[self._top(a, True) for a in args])
                return ast.Call(called.func, called.args, keywords)
        return node

    def _loop(self, loop: ast.comprehension) -> ast.comprehension:
        on = self._expression
        return ast.comprehension(loop.target, on(loop.iter), [*map(on, loop.ifs)], loop.is_async)

    def _hook(self, node: ast.expr, plain: Callable, *operands: ast.expr) -> ast.Call:
        self._numbers[id(node)] = len(self.nodes)
        self.nodes.append(node)
        self.plain.append(plain)
        number = ast.Constant(len(self.nodes) - 1)
        return ast.Call(ast.Name("__at__", ast.Load()), [number, *operands], [])


# How tightly an operator binds; the minus sign of a negative value is 3.
_BINDS = {"+": 1, "-": 1, "*": 2, "@": 2, "/": 2, "//": 2, "%": 2, "**": 4}


def _binds(node: ast.AST, other: int) -> int:
    if isinstance(node, ast.UnaryOp):
        return 3
    if not isinstance(node, ast.BinOp):
        return other
    return _BINDS[SIGNS[type(node.op)][0]] if type(node.op) in SIGNS else 0


_LEFT = ("print", "range", "super", "locals", "isinstance")
AXES = ("axis", "keepdims", "dtype", "initial")


def _called(function: Callable, *operands: Any, **keywords: Any) -> Any:
    return function(*operands, **keywords)


def _itself(value: Any) -> Any:
    return value


def is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf"


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def is_leaf(node: ast.expr) -> bool:
    return is_literal(node) or isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or isinstance(getattr(node, "operand", 0), ast.Constant)
