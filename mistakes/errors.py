"""Say what an error of Python or NumPy means for the learner's own line that raised it."""

from __future__ import annotations

import ast
import contextlib
import difflib
import functools
import inspect
import itertools
import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Mapping
from types import FrameType
from typing import Any

import numpy as np

from mistakes.comparing import kind_of

# Names that NumPy had once, and what to write today.
_TODAY = (
    "mat matrix: np.array; float int bool str object: Python's own, without `np.`; "
    "asscalar: `x.item()`; product: np.prod; cumproduct: np.cumprod; alltrue: np.all; "
    "sometrue: np.any; float_: np.float64; infty Inf: np.inf; NaN: np.nan; row_stack: np.vstack; "
    "in1d: np.isin"
)


@functools.lru_cache(1024)
def is_learners(file: str) -> bool:
    """Whether a file belongs to no package, nor to Python itself."""
    if not os.path.isabs(file):
        return not file.startswith("<frozen ")
    package = os.path.isfile(os.path.join(os.path.dirname(file), "__init__.py"))
    return not (package or "site-packages" in file or file.startswith(_PYTHON))


_PYTHON = os.path.join(sysconfig.get_path("stdlib"), "")


def line_of(error: BaseException) -> str:
    """Return the last line of the learner's own code that an exception passed through."""
    lines = [
        linecache.getline(frame.f_code.co_filename, number).strip()
        for frame, number in traceback.walk_tb(error.__traceback__)
        if is_learners(frame.f_code.co_filename)
    ]
    return next((line for line in reversed(lines) if line), "")


@functools.lru_cache(256)
def operation(part: ast.AST | str | None) -> frozenset[str]:
    """Return what a piece of code does, and to what: operators, calls, attributes, names, keys.

    Names that it gives a value itself are left out. Operators end in "Op", and calls in "()".
    """
    nodes = list(ast.walk(_parsed(part) if isinstance(part, str) else part)) if part else []
    own = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    found = set()
    for node in nodes:
        match node:
            case ast.operator() | ast.unaryop() | ast.cmpop() | ast.boolop() | ast.AugAssign():
                found.add(type(node).__name__ + "Op")
            case ast.Call(ast.Name(name)) | ast.Call(ast.Attribute(_, name)):
                found.add(name + "()")
            case ast.Attribute(_, name):
                found.add("." + name)
            case ast.Name(name) if name not in own and name not in ("np", "numpy"):
                found.add(name)
            case ast.Constant(value) if not isinstance(value, str) or len(value) < 20:
                found.add(repr(value))
    return frozenset(found)


def is_doing(term: str) -> bool:
    """Whether a term of `operation` is an operator, a call or a number, and not a name."""
    return term.endswith(("Op", "()")) or term[0].isdigit()


@functools.lru_cache(32)
def _parsed(text: str) -> ast.Module:
    """Return the syntax tree of a text or a line, which may open a block; empty if it has none."""
    for form in (text, text + "\n    pass", "if x: pass\n" + text + "\n    pass"):
        with contextlib.suppress(SyntaxError, ValueError):
            return ast.parse(form)
    return ast.Module([], [])


def _tree(file: str) -> ast.Module:
    return _parsed("".join(linecache.getlines(file)))


def place(error: BaseException) -> tuple[ast.AST | None, FrameType | None]:
    """Return the expression of the learner's that failed, and the frame that it failed in."""
    tb, last = error.__traceback__, None
    while tb:
        last = tb if is_learners(tb.tb_frame.f_code.co_filename) else last
        tb = tb.tb_next
    if last is None:
        return None, None
    code = last.tb_frame.f_code
    where = next(itertools.islice(code.co_positions(), last.tb_lasti // 2, None), (None,) * 4)
    node = None if None in where else _by_position(_tree(code.co_filename)).get(where)
    return getattr(node, "iter", node), last.tb_frame


@functools.lru_cache(32)
def _by_position(tree: ast.Module) -> dict[tuple, ast.AST]:
    """Return the outermost piece of code at each position."""
    found: dict[tuple, ast.AST] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr):
            found.setdefault(tuple(getattr(node, name, None) for name in _POSITION), node)
    return found


_POSITION = ("lineno", "end_lineno", "col_offset", "end_col_offset")


def definition(function: Any) -> ast.FunctionDef | None:
    """Return the syntax tree of a function whose source can be read; None for any other."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_freevars or not is_learners(code.co_filename):
        return None
    return _definitions(_tree(code.co_filename)).get((code.co_name, code.co_firstlineno))


@functools.lru_cache(32)
def _definitions(tree: ast.Module) -> dict[tuple[str, int], ast.FunctionDef]:
    """Return the functions by name and first line, which is that of a decorator if there is one."""
    return {
        (node.name, min([node.lineno, *(d.lineno for d in node.decorator_list)])): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def meaning(error: BaseException) -> str:
    """Return a sentence or two in plain words; nothing where there is nothing true to add."""
    if line_of(error).startswith("raise "):
        return "That is your own `raise`."
    with contextlib.suppress(Exception):  # a learner's object may fail at being looked at
        # The first form that fits is the one that is used.
        for kinds, form, text in _FORMS:
            found = re.search(form, str(error)) if isinstance(error, kinds) else None
            if found:
                at = _Failed(error, found)
                return text(at) if callable(text) else text.format_map(at)
    return ""


class _Failed(dict):
    """An error with the expression that raised it; looks up what a sentence says about it.

    `it` is the expression; `a` and `b` are its first two operands, `A` and `B` what they hold;
    `g1`, `g2` … are the groups of the form.
    """

    def __init__(self, error: BaseException, found: re.Match) -> None:
        self.error, self.found = error, found
        self.node, self.frame = place(error)

    def __missing__(self, key: str) -> str:
        if key[1:].isdigit():
            return self.found[int(key[1:])]
        if key == "it":
            return self.text(self.node)
        operand = self.operands["ab".index(key.lower())]
        return self.text(operand) if key.islower() else kind_of(self.value(operand))

    @staticmethod
    def text(node: ast.AST | None) -> str:
        text = " ".join(ast.unparse(node).split()) if node else ""
        return f"`{text}`" if 0 < len(text) < 80 else "this line"

    @functools.cached_property
    def operands(self) -> list[ast.AST]:
        match self.node:
            case ast.Call(ast.Attribute(value), args) if ast.unparse(value) not in ("np", "numpy"):
                return [value, *args]
            case ast.Call(_, args):
                return args
            case ast.Compare(left, _, others):
                return [left, *others]
            case ast.AugAssign(target, _, value):
                return [ast.parse(ast.unparse(target), mode="eval").body, value]
        inner = [getattr(self.node, name, None) for name in ("left", "right", "operand", "value")]
        return [node for node in inner if isinstance(node, ast.expr)]

    def value(self, node: ast.AST) -> Any:
        """Evaluate a part of the line again, if it calls nothing but NumPy."""
        for inner in ast.walk(node):
            if isinstance(inner, (ast.NamedExpr, ast.Yield, ast.Await)) or (
                isinstance(inner, ast.Call) and not re.match(r"np\.\w+\(", ast.unparse(inner))
            ):
                raise ValueError("has effects")
        code = compile(ast.Expression(node), "<again>", "eval")
        return eval(code, self.frame.f_globals, self.frame.f_locals)


def _matrices(at: _Failed) -> str:
    a, b = (np.shape(at.value(operand)) for operand in at.operands[:2])
    if not a or not b:
        return f"{at['it']}: a matrix product needs two arrays, and one of these is one number."
    return (
        f"{at['it']} multiplies shapes {a} by {b}: the {a[-1]} and the {b[-2:][0]} do not fit. "
        "A matrix product needs as many columns on the left as there are rows on the right."
    )


def _broadcast(at: _Failed) -> str:
    shapes = re.findall(r"\(([\d,]*)\)", at.found[0])[:2]
    a, b = (tuple(int(n) for n in shape.split(",") if n) for shape in shapes)
    pairs = zip(reversed(a), reversed(b), strict=False)
    p, q = next((p, q) for p, q in pairs if p != q and 1 not in (p, q))
    return (
        f"{at['it']} puts shapes {a} and {b} together entry by entry: the {p} and the {q} do not "
        "fit. Shapes are lined up from the right, and only a 1 is stretched."
    )


def _truth(at: _Failed) -> str:
    if isinstance(at.node, ast.Call) and ast.unparse(at.node.func) in ("max", "min"):
        name = ast.unparse(at.node.func)
        return f"Python's `{name}` compares whole arrays; np.{name}imum compares entry by entry."
    return (
        f"{at['it']} has {np.size(at.value(at.node))} answers, and `if`, `while`, `and`, `or` and "
        "`not` need a single one. np.where or a mask decides entry by entry."
    )


def _none(at: _Failed) -> str:
    if isinstance(at.node, ast.Tuple):
        return f"The right side is None, so there is nothing to put into {at['it']}."
    unknown = []
    for operand in at.operands or [at.node]:
        if isinstance(operand, ast.Constant) and operand.value is None:
            return f"`None` is a placeholder in {at['it']}. What belongs there?"
        try:
            if at.value(operand) is None:
                return f"{at.text(operand)} is None here. Which line should give it a value?"
        except ValueError:
            unknown.append(at.text(operand))
    if len(unknown) == 1:
        return f"{unknown[0]} gave None: is there a `return` in what it calls?"
    return ""


def _held(at: _Failed) -> str:
    value = at.value(at.operands[0])
    parts = ", ".join(map(kind_of, value[:5])) if isinstance(value, (tuple, list)) else ""
    return (
        f"{at['a']} holds {at['A']}{': ' * bool(parts)}{parts}. Take the part that you mean first."
    )


def _not_iterable(at: _Failed) -> str:
    if isinstance(at.node, ast.Tuple):
        return f"The right side is one thing, and {at['it']} asks for several."
    value = at.value(at.node)
    if isinstance(value, (int, np.integer)):
        return f"{at['it']} is the number {value}. `range({at['it'][1:-1]})` counts up to it."
    return f"{at['it']} is {kind_of(value)}, which has nothing to go through."


def _name(at: _Failed) -> str:
    name, own = at.found[1], at.frame.f_locals
    if isinstance(at.error, UnboundLocalError):
        return f"`{name}` is used before a line of this function has given it a value."
    held = [k for k, v in own.items() if isinstance(v, Mapping) and name in v]
    near = difflib.get_close_matches(name, {*own, *at.frame.f_globals}, 1)
    also = f" Is `{near[0]}` meant?" if near else ""
    if held:
        also = f" There is `{held[0]}[{name!r}]`."
    elif at.frame.f_globals.get("np") is np and (name == "numpy" or hasattr(np, name)):
        also = " NumPy is `np` here." if name == "numpy" else f" NumPy has `np.{name}`."
    return f"No line gives `{name}` a value here.{also}"


def _arguments(at: _Failed) -> str:
    name = at.found[1].rpartition(".")[2]
    if at.frame is None:
        return f"The check calls {name} as its first line was handed out. Has that line changed?"
    function = at.frame.f_globals.get(name)
    takes = f" It takes {inspect.signature(function)}." if callable(function) else ""
    return f"{at['it']} does not give {name} the arguments that it needs.{takes}"


def _index(at: _Failed) -> str:
    value = at.value(at.operands[0])
    if isinstance(value, np.ndarray):
        return f"{at['a']} has the shape {value.shape}: its axes are {value.ndim}."
    return f"{at['a']} is {value}: it has {len(value)} parts, numbered from 0."


def _attribute(at: _Failed) -> str:
    for names, today in (row.split(": ") for row in _TODAY.split("; ")):
        if at.found[1] in names.split():
            return f"NumPy has no `np.{at.found[1]}` any more. Today: {today}."
    return ""


def _asserted(at: _Failed) -> str:
    line = line_of(at.error)
    if not line.startswith("assert"):
        return ""
    test = _parsed(line).body[0].test
    if not isinstance(test, ast.Call) or ast.unparse(test.func) != "isinstance":
        return "Your own `assert` does not hold."
    value = at.value(test.args[0])
    number = ": float(…) makes one number of it" if np.size(value) == 1 else ""
    return f"Your own `assert` does not hold. {at.text(test.args[0])} is {kind_of(value)}{number}."


_FORMS = (
    (AssertionError, "", _asserted),
    (ValueError, r"matmul: |shapes .* not aligned", _matrices),
    (ValueError, r"could not be broadcast .*shapes? \([\d,]*\).*?\([\d,]*\)", _broadcast),
    (ValueError, "truth value of an array", _truth),
    ((TypeError, AttributeError), "NoneType", _none),
    (TypeError, r"(tuple|list) indices must be|not subscriptable", _held),
    (TypeError, "is not iterable|cannot unpack non-iterable", _not_iterable),
    (
        KeyError,
        "(.*)",
        lambda at: (
            f"{at['a']} has no key {at.found[1]}; it has "
            f"{', '.join(map(repr, at.value(at.operands[0]))) or 'none'}."
        ),
    ),
    (NameError, r"(?:name|variable) '(\w+)'", _name),
    (TypeError, r"([\w.]+)\(\) (missing|takes|got an unexpected|got multiple)", _arguments),
    (
        ValueError,
        r"values to unpack \(expected (\d+)(, got \d+)?\)",
        "The right side does not have {g1} parts for {it}.",
    ),
    (
        IndexError,
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "In {it}, axis {g2} has {g3} places, numbered from 0; there is no place {g1}.",
    ),
    (IndexError, "too many indices|index out of range", _index),
    (
        ValueError,
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "{it} asks for axis {g1}; the array has {g2}, numbered from 0.",
    ),
    (
        TypeError,
        "only (length-1|0-dimensional|size-1) arrays can be converted",
        "{a} holds {A}, and {it} takes one number. `.astype(int)` turns each entry.",
    ),
    (
        ValueError,
        r"cannot reshape array of size (\d+) into shape \(([\d,]*)\)",
        "There are {g1} values, which do not fill the shape ({g2}).",
    ),
    (AttributeError, r"(?:module 'numpy' has no attribute '|^`np.)(\w+)", _attribute),
    (AttributeError, r"object has no attribute '(\w+)'", "{a} is {A}, which has no `.{g1}`."),
    (
        TypeError,
        r"unsupported operand type\(s\) for \^|'bitwise_xor'",
        "`^` compares bits; a power is written `**`.",
    ),
    (TypeError, "unsupported operand|not supported between", "{a} is {A} and {b} is {B}."),
    (TypeError, "object is not callable", lambda at: f"{at.text(at.node.func)} is not a function."),
    (
        TypeError,
        "as a data type",
        "{it}: the shape is one tuple, in brackets of its own; a second argument is a data type.",
    ),
)
