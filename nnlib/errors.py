"""Say what an error of Python or NumPy means for the learner's own line that raised it."""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import itertools
import linecache
import re
import traceback
from collections.abc import Mapping
from types import FrameType
from typing import Any

import numpy as np

from nnlib.comparing import kind_of

__all__ = ["definition", "is_learners", "line_of", "meaning", "operation", "parsed"]

# Names that NumPy had once, and what to write today.
_TODAY = {
    **dict.fromkeys(("mat", "matrix"), "np.array"),
    **dict.fromkeys(("float", "int", "bool", "str", "object"), "Python's own, without `np.`"),
    "asscalar": "`x.item()` or `float(x)`",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
    "float_": "np.float64",
    "infty": "np.inf",
    "Inf": "np.inf",
    "NaN": "np.nan",
    "row_stack": "np.vstack",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
}


def is_learners(file: str) -> bool:
    return "site-packages" not in file and "nnlib" not in file.replace("\\", "/").split("/")


def line_of(error: BaseException) -> str:
    """Return the last line of the learner's own code that an exception passed through."""
    lines = [
        linecache.getline(frame.f_code.co_filename, number).strip()
        for frame, number in traceback.walk_tb(error.__traceback__)
        if is_learners(frame.f_code.co_filename)
    ]
    return next((line for line in reversed(lines) if line), "")


def operation(part: ast.AST | str | None) -> frozenset[str]:
    """Return what a piece of code does, and to what: operators, calls, attributes, names, keys.

    Names that it gives a value itself are left out. Operators end in "Op", and calls in "()".
    """
    nodes = list(ast.walk(parsed(part) if isinstance(part, str) else part)) if part else []
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


def parsed(text: str) -> ast.AST | None:
    """Return the syntax tree of a line; of one that opens a block, too."""
    for form in (text, text + "\n    pass", "if x: pass\n" + text + "\n    pass"):
        try:
            return ast.parse(form)
        except (SyntaxError, ValueError):
            continue
    return None


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
    for node in ast.walk(_tree("".join(linecache.getlines(code.co_filename)))):
        found = [getattr(node, name, None) for name in _POSITION]
        if found == [*where] and None not in where and not isinstance(node, ast.Expr):
            return getattr(node, "iter", node), last.tb_frame
    return None, last.tb_frame


_POSITION = ("lineno", "end_lineno", "col_offset", "end_col_offset")


@functools.lru_cache(8)
def _tree(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def definition(function: Any) -> ast.FunctionDef | None:
    """Return the syntax tree of a function whose source can be read; None for any other."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_freevars or not is_learners(code.co_filename):
        return None
    for node in ast.walk(_tree("".join(linecache.getlines(code.co_filename)))):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def meaning(error: BaseException) -> str:
    """Return a sentence or two in plain words; nothing where there is nothing true to add."""
    try:
        if line_of(error).startswith("raise "):
            return "That is your own `raise`."
        node, frame = place(error)
        said = str(error)
        for kind, form, explain in _FORMS:
            found = re.search(form, said) if isinstance(error, kind) else None
            if found:
                return explain(_Failed(error, node, frame), found)
    except Exception:  # noqa: BLE001 - a learner's object may fail at being looked at
        pass
    return ""


class _Failed:
    """An error with the expression that raised it."""

    def __init__(self, error: BaseException, node: ast.AST | None, frame: Any) -> None:
        self.error, self.node, self.frame = error, node, frame

    def text(self, node: ast.AST | None = None) -> str:
        node = node or self.node
        text = " ".join(ast.unparse(node).split()) if node else "this line"
        return f"`{text}`" if node and len(text) < 80 else "this line"

    def value(self, node: ast.AST) -> Any:
        """Work out a part of the line again, if it calls nothing but NumPy."""
        for call in ast.walk(node):
            if isinstance(call, (ast.NamedExpr, ast.Yield, ast.Await)) or (
                isinstance(call, ast.Call) and not re.match(r"np\.\w+\(", ast.unparse(call))
            ):
                raise ValueError("has effects")
        code = compile(ast.Expression(node), "<again>", "eval")
        return eval(code, self.frame.f_globals, self.frame.f_locals)

    def operands(self) -> list[ast.AST]:
        node = self.node
        if isinstance(node, ast.Call):
            own = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            return [n for n in [*own, *node.args] if ast.unparse(n) not in ("np", "numpy")]
        if isinstance(node, ast.Compare):
            return [node.left, *node.comparators]
        if isinstance(node, ast.AugAssign):
            return [ast.parse(ast.unparse(node.target), mode="eval").body, node.value]
        return [n for n in (getattr(node, k, None) for k in _INNER) if isinstance(n, ast.expr)]


_INNER = ("left", "right", "operand", "value", "slice")


def _matrices(at: _Failed, _: re.Match) -> str:
    one, other = at.operands()[:2]
    a, b = np.shape(at.value(one)), np.shape(at.value(other))
    if not a or not b:
        return f"{at.text()}: a matrix product needs two arrays, and one of these is one number."
    inner = (a[-1], b[-2] if len(b) > 1 else b[0])
    return (
        f"{at.text()} multiplies shapes {a} by {b}: the {inner[0]} and the {inner[1]} do not fit. "
        "A matrix product needs as many columns on the left as there are rows on the right."
    )


def _broadcast(at: _Failed, found: re.Match) -> str:
    shapes = re.findall(r"\(([\d,]*)\)", found[0])[:2]
    a, b = (tuple(int(n) for n in shape.split(",") if n) for shape in shapes)
    pairs = zip(reversed(a), reversed(b), strict=False)
    p, q = next((p, q) for p, q in pairs if p != q and 1 not in (p, q))
    return (
        f"{at.text()} puts shapes {a} and {b} together entry by entry: the {p} and the {q} do not "
        "fit. Shapes are held together from the right, and only a 1 is stretched."
    )


def _truth(at: _Failed, _: re.Match) -> str:
    if isinstance(at.node, ast.Call) and ast.unparse(at.node.func) in ("max", "min"):
        name = ast.unparse(at.node.func)
        return (
            f"Python's `{name}` holds whole arrays against one another; np.{name}imum, each entry."
        )
    size = next((np.size(at.value(at.node)) for _ in [0] if at.node), 0)
    many = f"has {size} answers" if size > 1 else "has an answer for each entry"
    return (
        f"{at.text()} {many}, and `if`, `while`, `and`, `or` and `not` need a single one. "
        "A comparison with an array decides entry by entry: np.where or a mask goes on from there."
    )


def _none(at: _Failed, _: re.Match) -> str:
    names = [n for n in at.operands() if _is_none(at, n)]
    if isinstance(at.node, ast.Tuple):
        return f"The right side is None, so there is nothing to put into {at.text()}."
    name = names[0] if names else at.node
    if isinstance(name, ast.Call):
        return f"{at.text(name)} gave None: is there a `return` in what it calls?"
    return f"{at.text(name)} is None here. Which line should give it a value?" if name else ""


def _is_none(at: _Failed, node: ast.AST) -> bool:
    try:
        return at.value(node) is None
    except Exception:  # noqa: BLE001 - not to be worked out again
        return False


def _held(at: _Failed, _: re.Match) -> str:
    thing = at.operands()[0] if isinstance(at.node, ast.Subscript) else at.node
    value = at.value(thing)
    if isinstance(value, (tuple, list)):
        parts = ", ".join(kind_of(item) for item in value[:5])
        return (
            f"{at.text(thing)} holds {kind_of(value)}: {parts}. Take the part that you mean first."
        )
    return f"{at.text(thing)} holds {kind_of(value)}."


def _not_iterable(at: _Failed, _: re.Match) -> str:
    if isinstance(at.node, ast.Tuple):
        return f"The right side is one thing, and {at.text()} asks for several."
    value = at.value(at.node)
    if isinstance(value, (int, np.integer)):
        return f"{at.text()} is the number {value}. `range({at.text()[1:-1]})` counts up to it."
    return f"{at.text()} is {kind_of(value)}, which has nothing to go through."


def _key(at: _Failed, _: re.Match) -> str:
    thing = at.operands()[0]
    have = ", ".join(map(repr, at.value(thing)))
    return f"{at.text(thing)} has no key {at.error.args[0]!r}; it has {have or 'none'}."


def _name(at: _Failed, found: re.Match) -> str:
    name = found[1]
    if isinstance(at.error, UnboundLocalError):
        return f"`{name}` is used before a line of this function has given it a value."
    near = difflib.get_close_matches(name, {*at.frame.f_locals, *at.frame.f_globals}, 1)
    holders = [
        f"`{holder}[{name!r}]`"
        for holder, value in at.frame.f_locals.items()
        if isinstance(value, Mapping) and name in value
    ]
    also = f" There is {holders[0]}." if holders else f" Is `{near[0]}` meant?" if near else ""
    return f"No line gives `{name}` a value here.{also}"


def _arguments(at: _Failed, found: re.Match) -> str:
    name = found[1].rpartition(".")[2]
    function = at.frame.f_globals.get(name) if at.frame else None
    if at.frame is None:
        return f"The check calls {name} as its first line was handed out. Has that line changed?"
    takes = f" It takes {inspect.signature(function)}." if callable(function) else ""
    return f"{at.text()} does not give {name} the arguments that it needs.{takes}"


def _unpacked(at: _Failed, found: re.Match) -> str:
    wanted = found["n"]
    got = f" It has {found['got']}." if found["got"] else ""
    return f"The right side does not have {wanted} parts for {at.text()}.{got}"


def _index(at: _Failed, found: re.Match) -> str:
    if found["at"]:
        at_, axis, size = found["at"], found["axis"], int(found["size"])
        places = f"has {size} places, numbered 0 to {size - 1}" if size else "is empty"
        return f"In {at.text()}, axis {axis} {places}; there is no place {at_}."
    thing = at.operands()[0]
    value = at.value(thing)
    if isinstance(value, np.ndarray):
        return f"{at.text(thing)} has the shape {value.shape}: it has {_axes(value.ndim)}."
    return f"{at.text(thing)} is {value}: it has {len(value)} parts, numbered from 0."


def _axes(count: int) -> str:
    return f"{count} axis" if count == 1 else f"{count} axes"


def _axis(at: _Failed, found: re.Match) -> str:
    return f"{at.text()} asks for axis {found[1]}, and the array has {_axes(int(found[2]))}."


def _one_number(at: _Failed, _: re.Match) -> str:
    node, value = at.operands()[-1], at.value(at.operands()[-1])
    how = "`.astype(int)` turns each entry" if "int(" in at.text() else "`.item()` takes one out"
    return f"{at.text(node)} holds {np.size(value)} values, and {at.text()} takes one. {how}."


def _reshaped(at: _Failed, found: re.Match) -> str:
    shape = [int(n) for n in found[2].split(",") if n]
    places = " × ".join(map(str, shape))
    return f"{places} is {np.prod(shape)} places, and there are {found[1]} values."


def _attribute(at: _Failed, found: re.Match) -> str:
    name = found["name"] or found["old"]
    if found["kind"] is None:
        today = _TODAY.get(name)
        return f"NumPy has no `np.{name}` any more. Today: {today}." if today else ""
    thing = at.operands()[0]
    return f"{at.text(thing)} is {kind_of(at.value(thing))}, which has no `.{name}`."


def _operands(at: _Failed, _: re.Match) -> str:
    kinds = [f"{at.text(n)} is {kind_of(at.value(n))}" for n in at.operands()[:2]]
    return f"{' and '.join(kinds)}."


def _called(at: _Failed, _: re.Match) -> str:
    func = at.node.func
    mark = (
        "square brackets take an item"
        if not isinstance(func, ast.Constant)
        else "is a `*` missing?"
    )
    return f"{at.text(func)} is {kind_of(at.value(func))} and no function: {mark}."


def _asserted(at: _Failed, _: re.Match) -> str:
    line = line_of(at.error)
    if not line.startswith("assert"):
        return ""
    why = ""
    test = parsed(line).body[0].test
    if isinstance(test, ast.Call) and ast.unparse(test.func) == "isinstance":
        value = at.value(test.args[0])
        why = f" {at.text(test.args[0])} is {kind_of(value)}"
        why += ": float(…) makes one number of it." if np.size(value) == 1 else "."
    return f"Your own `assert` does not hold.{why}"


# In order: the first form that fits speaks.
_FORMS = (
    (AssertionError, "", _asserted),
    (ValueError, r"matmul: |shapes .* not aligned", _matrices),
    (ValueError, r"could not be broadcast .*shapes? \([\d,]*\).*?\([\d,]*\)", _broadcast),
    (ValueError, "truth value of an array", _truth),
    (TypeError, "NoneType", _none),
    (AttributeError, "'NoneType' object", _none),
    (TypeError, r"(tuple|list) indices must be|not subscriptable", _held),
    (TypeError, "is not iterable|cannot unpack non-iterable", _not_iterable),
    (KeyError, "", _key),
    (NameError, r"(?:name|variable) '(\w+)'", _name),
    (TypeError, r"([\w.]+)\(\) (missing|takes|got an unexpected|got multiple)", _arguments),
    (ValueError, r"values to unpack \(expected (?P<n>\d+)(, got (?P<got>\d+))?\)", _unpacked),
    (
        IndexError,
        r"index (?P<at>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)"
        r"|too many indices|index out of range",
        _index,
    ),
    (ValueError, r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _axis),
    (TypeError, "only (length-1|0-dimensional|size-1) arrays can be converted", _one_number),
    (ValueError, r"cannot reshape array of size (\d+) into shape \(([\d,]*)\)", _reshaped),
    (
        AttributeError,
        r"(module 'numpy'|'(?P<kind>[\w.]+)' object) has no attribute '(?P<name>\w+)'"
        r"|^`np.(?P<old>\w+)` was removed",
        _attribute,
    ),
    (TypeError, r"unsupported operand|not supported between", _operands),
    (TypeError, "object is not callable", _called),
)
