"""The changes to try on one expression of a learner's function, and a sentence for each."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mistakes.hooking import (
    ACTS,
    AXES,
    SIGNS,
    SIGNS_FOR,
    Act,
    Hooked,
    Seen,
    is_array,
    is_leaf,
    is_literal,
    is_number,
)

_ALIKE = "sum mean max min|argmax argmin|exp expm1 log log2 log10 log1p|dot multiply|var std"
_ALIKE = [family.split() for family in (_ALIKE + "|vstack hstack|zeros ones|randn rand").split("|")]

#: What is said of a change, and what does it.
Change = tuple[str, Act]


def _softmax(z: Any) -> Any:
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


_FUNCTIONS: dict[str, Callable] = {
    "tanh": np.tanh,
    "the sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "ReLU": lambda z: np.maximum(z, 0),
    "the slope of ReLU": lambda z: (z > 0) * 1.0,
    "the slope of tanh, worked out from the output": lambda a: 1 - a**2,
    "the slope of tanh": lambda z: 1 - np.tanh(z) ** 2,
    "the slope of the sigmoid, worked out from the output": lambda a: a * (1 - a),
    "the square": lambda z: z**2,
    "softmax along the rows": _softmax,
    "the exponential": np.exp,
    "the logarithm": np.log,
    "the complement to 1": lambda a: 1 - a,
}
_DECISION: dict[str, Callable] = {"the comparison with one half": lambda a: (a > 0.5) * 1}


def _at_hand(hooked: Hooked, names: Mapping) -> dict[str, tuple[Any, Callable]]:
    """Return the values in reach by how they are written, each with what looks it up."""
    found: dict[str, tuple[Any, Callable]] = {}
    known: set[Any] = set()

    def add(label: str, get: Callable[[Mapping], Any]) -> None:
        value = get(names)
        # One value may have several names: the shortest comes first.
        key = id(value) if is_array(value) else value if is_number(value) else None
        if key is not None and key not in known:
            known.add(key)
            found[label] = (value, get)

    getters = {name: operator.itemgetter(name) for name in names}
    for name in getattr(names.get("self"), "__dict__", ()):
        getters[f"self.{name}"] = lambda n, name=name: getattr(n["self"], name)
    for label, get in getters.items():
        add(label, get)
    for label, get in getters.items():
        value = get(names)
        if isinstance(value, dict) and len(value) <= 8:
            for key in value:
                add(f"{label}[{key!r}]", lambda n, get=get, key=key: get(n)[key])
        elif is_array(value) and label in hooked.arguments:
            for axis in range(value.ndim):
                add(f"{label}.shape[{axis}]", lambda n, get=get, axis=axis: get(n).shape[axis])
    return found


def replacements(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield what may belong in the place of an expression."""
    node, value, plain = hooked.nodes[at], seen.value, hooked.plain[at]
    text = f"`{ast.unparse(node)}`"
    match node:
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            sign, act, others = SIGNS[type(op)]
            if sign in ("-", "/", "@", "**"):
                # A difference only changes its sign, which may also have gone wrong further on.
                also = ", or a sign is turned further on" if sign == "-" else ""
                words = f"the two sides of {text} are exchanged{also}"
                yield words, lambda o, k, n: act(o[1], o[0])
            for other in others if isinstance(node, ast.Compare) else hooked.written(node, others):
                words = f"`{sign}` stands where `{other}` belongs, in {text}"
                yield words, lambda o, k, n, act=ACTS[other]: act(*o)
            yield from _regrouped(hooked, node, left, right, sign)
            if isinstance(node, ast.BinOp):
                yield from _respelled(hooked, node)
                yield from _as_matrices(text, left, right, sign, seen.operands)
                words = "`{} {}` should not be there, in {}"
                yield words.format(sign, ast.unparse(right), text), lambda o, k, n: o[0]
                yield words.format(ast.unparse(left), sign, text), lambda o, k, n: o[1]
        case ast.UnaryOp():
            yield f"the minus sign of {text} should not be there", lambda o, k, n: o[0]
        case ast.Call():
            yield from _replaced_call(node, hooked, seen)
        case ast.Subscript(of):
            held = seen.operands[0]
            keys = range(len(held)) if isinstance(held, tuple) else held
            for key in list(keys)[:8] if isinstance(held, (tuple, dict)) else ():
                words = hooked.stands(node, f"{ast.unparse(of)}[{key!r}]", held[key])
                if isinstance(held, tuple) and not isinstance(seen.operands[1], int):
                    words += f": `{ast.unparse(of)}` is a tuple of {len(held)}"
                yield words, lambda o, k, n, key=key: o[0][key]
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield f"{text} should not be transposed", lambda o, k, n: o[0].T
    elif is_array(value) and value.ndim == 2:
        yield f"{text} should be transposed", lambda o, k, n: plain(*o, **k).T
    # A number that the solution holds may be right here.
    known = not hooked.sure and is_literal(node) and value in hooked.numbers
    if is_number(value) and is_literal(node) and not known:
        for number in [n for n in dict.fromkeys([0, *hooked.numbers]) if n != value]:
            words = f"{text} stands where `{number:g}` belongs"
            yield words, lambda o, k, n, number=number: number
    if not known:
        yield from _instead(at, hooked, seen, _shape(value).__eq__)


def _regrouped(
    hooked: Hooked, node: ast.expr, left: ast.expr, right: ast.expr, sign: str
) -> Iterator[Change]:
    """Yield the values that another place of a bracket gives."""
    words = f"a bracket is misplaced in `{ast.unparse(node)}`"
    for a, put_a in [(left, None), *_edge(hooked, left, 1)]:
        for b, put_b in [(right, None), *_edge(hooked, right, 0)]:
            if put_a or put_b:

                def changed(o, k, n, put_a=put_a, put_b=put_b):
                    put_a = put_a or (lambda value: value(o[0]))
                    put_b = put_b or (lambda value: value(o[1]))
                    return put_a(lambda v: put_b(lambda w: ACTS[sign](v, w)))

                both = f"`{ast.unparse(a)} {sign} {ast.unparse(b)}`"
                yield f"{words}: {both} belongs together", changed


def _respelled(hooked: Hooked, node: ast.BinOp) -> Iterator[Change]:
    """Yield the values that another operator gives, where it changes how the others bind."""
    if hooked.in_chain(node):
        return
    parts, signs = hooked.chain(node)
    for i, sign in enumerate(signs):
        sides = [ast.unparse(part[0]) for part in parts[i : i + 2]]
        for other in SIGNS_FOR[sign] if len(signs) > 1 else ():
            before, after = (_parsed(signs[:i] + [s] + signs[i + 1 :]) for s in (sign, other))
            if _order(before) == _order(after):
                continue
            if other == "**" and not is_literal(parts[i + 1][0]):
                continue
            code = compile(ast.Expression(after), "<a change>", "eval")

            def changed(o, k, n, code=code):
                values = (hooked.last[id(of)][side] for _, of, side in parts)
                return eval(code, {}, {f"x{j}": value for j, value in enumerate(values)})

            where = "between `{}` and `{}`".format(*sides)
            yield f"`{sign}` stands where `{other}` belongs, {where}", changed


def _parsed(signs: Sequence[str]) -> ast.expr:
    text = "x0" + "".join(f" {sign} x{i}" for i, sign in enumerate(signs, 1))
    return ast.parse(text, mode="eval").body


def _order(node: ast.expr) -> Any:
    return (_order(node.left), _order(node.right)) if isinstance(node, ast.BinOp) else node.id


def _as_matrices(
    text: str, left: ast.expr, right: ast.expr, sign: str, operands: Sequence
) -> Iterator[Change]:
    """Yield products of matrices, and sums to divide by."""
    if not all(is_array(one) and one.ndim == 2 for one in operands[: 1 + (sign == "*")]):
        return
    a, b = ast.unparse(left), ast.unparse(right)
    if sign == "*":
        words = "`{} @ {}` belongs in the place of " + text
        yield words.format(a, f"{b}.T"), lambda o, k, n: o[-2] @ o[-1].T
        yield words.format(f"{a}.T", b), lambda o, k, n: o[-2].T @ o[-1]
    elif sign == "/":
        for axis in (1, 0):
            words = f"`{b}` stands where `np.sum({a}, axis={axis}, keepdims=True)` belongs"
            yield words, lambda o, k, n, axis=axis: o[0] / np.sum(o[0], axis=axis, keepdims=True)


def _edge(hooked: Hooked, node: ast.expr, side: int) -> Iterator[tuple[ast.expr, Callable]]:
    """Yield the expressions along one edge of another, each with what puts a value in its place."""
    match node:
        case ast.BinOp(left, op, right):
            act = SIGNS[type(op)][1]
            inner = (left, right)[side]

            def put(value: Callable) -> Any:
                operands = list(hooked.last[id(node)])
                operands[side] = value(operands[side])
                return act(*operands)

        case ast.Call(_, [inner]) if side:

            def put(value: Callable) -> Any:
                function, operand = hooked.last[id(node)]
                return function(value(operand))

        case _:
            return
    yield inner, put
    for deeper, rebuilt in _edge(hooked, inner, side):
        yield deeper, lambda value, r=rebuilt: put(lambda _: r(value))


def replacements_of_another_shape(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield the values of another shape that may belong in the place of this one."""
    return _instead(at, hooked, seen, _shape(seen.value).__ne__)


def _instead(at: int, hooked: Hooked, seen: Seen, fits: Callable) -> Iterator[Change]:
    node = hooked.nodes[at]
    for label, (value, get) in _at_hand(hooked, seen.names).items() if is_leaf(node) else ():
        kind = is_array if is_array(value) else is_number
        trivial = is_literal(node) and is_number(value) and value in (0, 1) and "shape" not in label
        if not trivial and label != ast.unparse(node) and kind(seen.value) and fits(_shape(value)):
            yield hooked.stands(node, label, value), lambda o, k, n, get=get: get(n)


def _replaced_call(node: ast.Call, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    text = f"`{ast.unparse(node)}`"
    function, *operands = seen.operands
    name, own = getattr(function, "__name__", ""), getattr(function, "__self__", None)
    method = isinstance(own, np.ndarray)
    for other in next((family for family in _ALIKE if name in family), ()):
        if other != name and hasattr(own if method else np, other):

            def renamed(o, k, n, other=other):
                return getattr(o[0].__self__ if method else np, other)(*o[1:], **k)

            yield f"`{name}` stands where `{other}` belongs, in {text}", renamed
    if name == "multiply" and len(operands) == 2:
        yield from _as_matrices(text, *node.args, "*", operands)
    for i, j in itertools.combinations(range(len(operands)), 2) if len(operands) < 5 else ():
        if any(getattr(operands[at], "dtype", 0) is np.dtype(bool) for at in (i, j)):
            continue  # a condition belongs nowhere else
        first, second = (ast.unparse(node.args[at]) for at in (i, j))

        def exchanged(o, k, n, i=i, j=j):
            given = list(o[1:])
            given[i], given[j] = given[j], given[i]
            return o[0](*given, **k)

        yield f"the arguments `{first}` and `{second}` of `{name}` are exchanged", exchanged
    given = {k: seen.keywords[k] for k in ("axis", "keepdims") if k in seen.keywords}
    if name in ("sum", "mean", "max", "argmax", "std", "min"):
        means = (False, True) if name == "sum" and not method else (False,)
        keeps = ({}, {"keepdims": True}) if name != "argmax" else ({},)
        for also, axis, keep in itertools.product(means, (0, 1, None), keeps):
            new = {**({} if axis is None else {"axis": axis}), **keep}
            if new != given:
                wanted = ", ".join(f"{k}={v}" for k, v in new.items()) or "no axis"
                mean = ", and the mean in place of the sum" if also else ""

                def act(o, k, n, new=new, also=also):
                    rest = {a: b for a, b in k.items() if a not in AXES}
                    return (np.mean if also else o[0])(*o[1:], **rest, **new)

                yield f"{text} needs `{wanted}`{mean}", act
    if len(operands) == 1 and isinstance(node.args[0], ast.BinOp) and not method:
        op, right = node.args[0].op, node.args[0].right
        if type(op) in SIGNS:
            sign, act, _ = SIGNS[type(op)]

            def outside(o, k, n):
                first, second = hooked.last[id(node.args[0])]
                return act(o[0](first, **k), second)

            words = f"a bracket is misplaced in {text}: `{sign} {ast.unparse(right)}`"
            yield f"{words} belongs outside", outside
    if method or (operands and (is_array(operands[0]) or is_number(operands[0]))):
        words = f"`{name}` should not be there, in {text}"
        yield words, lambda o, k, n: o[0].__self__ if method else o[1]


def additions(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield what may be missing around a whole value or an argument."""
    node, value, plain = hooked.nodes[at], seen.value, hooked.plain[at]
    if is_array(value) and (np.ndim(value) or isinstance(node, ast.BinOp)):
        words = f"`1 -` is missing before `{ast.unparse(node)}`"
        yield words, lambda o, k, n: 1 - plain(*o, **k)
    if not (is_array(value) or is_number(value)):
        return
    text = f"`{ast.unparse(node)}`"

    def change(words: str, act: Callable[[Any, Mapping], Any]) -> Change:
        return words, lambda o, k, n: act(plain(*o, **k), n)

    argument = hooked.tops.get(id(node))
    if is_leaf(node) and not argument:
        yield from _beside(node, hooked, seen, change) if hooked.sure else ()
    if argument is None or (is_leaf(node) and not argument):
        return
    yield change(f"the minus sign is missing before {text}", lambda v, n: -v)
    # On whole numbers, such as labels and sizes, many functions agree.
    broken = hooked.sure and bool((np.asarray(value) % 1).any())
    for words, factor in (("half", 2), ("twice", 0.5)) if broken else ():
        yield change(f"{text} is {words} of what it should be", lambda v, n, f=factor: v * f)
    for number in hooked.numbers:
        words = f"{text} is not multiplied by {number:g}"
        yield change(words, lambda v, n, number=number: v * number)
    for label, (other, get) in _at_hand(hooked, seen.names).items():
        if is_number(other) and other not in (0, 1) and not label.startswith("self."):
            words = hooked.called(label, other).rstrip(",")
            yield change(f"{text} is not divided by {words}", lambda v, n, g=get: v / g(n))
            yield change(f"{text} is not multiplied by {words}", lambda v, n, g=get: v * g(n))
        elif is_array(other) and (
            _fits(_shape(value), other.shape) or other.size == np.size(value)
        ):
            known = _known_as(value, label, other)
            functions = _FUNCTIONS if hooked.sure else _DECISION
            # The name of the exercise itself says nothing, but for what it is taken for.
            functions = {
                k: f for k, f in functions.items() if known or hooked.name not in k.lower()
            }
            if other.size != np.size(value) or other.size == 1 or not (other % 1).any():
                functions = {}
            signs = []
            for sign in "+-*":
                words = f"`{sign} {label}` is missing after {text}"
                signs.append(change(words, lambda v, n, g=get, act=ACTS[sign]: act(v, g(n))))
            words = f"`{label} -` is missing before {text}"
            signs.append(change(words, lambda v, n, g=get: g(n) - v))
            yield from () if known else signs
            for what, f in functions.items():
                words = f"{what} of `{label}` belongs in the place of {text}{known}"
                yield change(words, lambda v, n, g=get, f=f: f(g(n)))
                for wrong, g in _FUNCTIONS.items() if "slope" in what else ():
                    if "slope" in wrong and f is not g:
                        words = f"{text} has {wrong} of `{label}` where {what} belongs"
                        yield change(words, lambda v, n, x=get, f=f, g=g: v / g(x(n)) * f(x(n)))
                if "slope" in what:
                    words = f"{text} is not multiplied by {what} of `{label}`"
                    yield change(words, lambda v, n, g=get, f=f: v * f(g(n)))
            yield from signs if known else ()
    for what, f in _FUNCTIONS.items() if broken else ():
        yield change(f"{what} of {text} belongs there", lambda v, n, f=f: f(v))


def _beside(node: ast.expr, hooked: Hooked, seen: Seen, change: Callable) -> Iterator[Change]:
    """Yield what may be missing beside a name: a step, or a factor where it is a term of a sum."""
    value, text = seen.value, f"`{ast.unparse(node)}`"
    hand = _at_hand(hooked, seen.names).items()
    numbers = [(label, get) for label, (other, get) in hand if is_number(other) and other != 1]
    arrays = [(label, other, get) for label, (other, get) in hand if is_array(other)]
    if id(node) in hooked.tops and is_array(value):
        for rate, by in numbers:
            for label, other, get in arrays if rate in hooked.arguments else ():
                if other.shape == value.shape and label != ast.unparse(node):
                    for sign in "-+":
                        words = f"`{sign} {rate} * {label}` is missing after {text}"
                        act = ACTS[sign]
                        yield change(words, lambda v, n, a=act, b=by, g=get: a(v, b(n) * g(n)))
    around = hooked.around[node]
    if isinstance(around, ast.BinOp) and isinstance(around.op, (ast.Add, ast.Sub)):
        factors = [] if is_literal(node) else numbers
        factors = factors + [(label, get) for label, _, get in arrays if is_number(value)]
        for label, get in factors:
            words = f"{text} is not multiplied by `{label}`"
            yield change(words, lambda v, n, g=get: v * g(n))


def _known_as(value: Any, label: str, other: np.ndarray) -> str:
    """Say which function of another array an array is, where it is one that is known."""
    for what, f in _FUNCTIONS.items():
        if _shape(other) == _shape(value) and np.array_equal(f(other), value):
            return f", which is {what} of `{label}`"
    return ""


def _fits(shape: tuple, other: tuple) -> bool:
    try:
        return np.broadcast_shapes(shape, other) == shape
    except ValueError:
        return False


def _shape(value: Any) -> tuple:
    return getattr(value, "shape", ())
