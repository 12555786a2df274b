"""Find the small change of a learner's own function that would make it right, and say it.

Each expression of the function gets a hook. With one expression done otherwise, the function runs
on the examples of the check again. A change is told only where parts of the result that were wrong
come right on every plain example and no other part goes wrong: what is said is true of this very
function, and needs no list of mistakes.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import operator
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnlib.calling import called, made, replaced, stand_ins, undisturbed
from nnlib.comparing import wrong_parts
from nnlib.course import Cases, StoredExample
from nnlib.hooking import (
    ACTS,
    AXES,
    SIGNS,
    Act,
    Hooked,
    Seen,
    is_array,
    is_leaf,
    is_literal,
    is_number,
)
from nnlib.recognising import drawn, poor
from nnlib.values import Instance

# How much may be tried, in calls, so that what is said hangs on no machine; and how many mistakes.
BUDGET = 600_000
MOST = 4

_ALIKE = "sum mean|max min|argmax argmin|log log2 log10 log1p|dot multiply|var std|vstack hstack"
_ALIKE = [family.split() for family in (_ALIKE + "|zeros ones|randn rand|exp expm1").split("|")]


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


@dataclass
class Mended:
    """What a function would have to do otherwise.

    Attributes
    ----------
    said : tuple of str
        A sentence for each change.
    left : frozenset of str
        The parts of the result that stay wrong with all of them.
    """

    function: Callable
    hooked: Hooked
    cases: Cases
    namespace: MutableMapping[str, Any]
    acts: dict[int, Act] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    left: frozenset[str] = frozenset()

    def wrong(self, example: StoredExample, acts: dict[int, Act] | None = None) -> frozenset[str]:
        """Return what of an example's result is wrong with these changes: "error" alone of one."""
        try:
            result, attributes = self.call(example, self.acts if acts is None else acts)
        except (Exception, SystemExit):  # noqa: BLE001 - not the change, then
            return frozenset({"error"})
        want = example.outcome
        found = wrong_parts(result, want.result, names=self.cases.parts)
        return found.union(
            *(wrong_parts(attributes[n], v, f"self.{n}") for n, v in want.attributes.items())
        )

    def call(self, example: StoredExample, acts: dict[int, Act]) -> tuple[Any, dict[str, Any]]:
        self.hooked.changes = acts
        with replaced(self.namespace, stand_ins(example.given)):
            args = [made(value, self.namespace) for value in example.args]
            return called(self.hooked.made(self.function), args, example.read)


def mended(
    function: Callable,
    tree: ast.FunctionDef,
    cases: Cases,
    examples: Sequence[StoredExample],
    namespace: MutableMapping[str, Any],
) -> Mended:
    """Find the changes that, one after the other, make `function` right.

    Parameters
    ----------
    function : callable
        The learner's, of which `tree` is the syntax tree.
    examples : sequence of StoredExample
        Those of `cases` that are tried. The plain ones have to come right; those beyond the plain
        case only tell which change is the likelier.
    """
    examples = sorted(examples, key=lambda example: bool(example.beyond))
    # Whether the results hold so much that no other change gives the same by chance. Where they do
    # not, as classes, nothing is said unless one change alone comes into question.
    sure = not all(
        poor(e.outcome) or drawn(e.outcome) or all(map(_whole, e.args)) for e in examples
    )
    hooked = Hooked(function.__code__.co_filename, tree, cases.numbers, examples[0].m, sure)
    found = Mended(function, hooked, cases, namespace)
    if not any(isinstance(n, (ast.While, ast.Yield, ast.YieldFrom)) for n in ast.walk(tree)):
        # A change of a loop might never end.
        with undisturbed(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            _search(found, examples)
    return found


def _search(found: Mended, examples: Sequence[StoredExample]) -> None:
    hooked, sure, acts = found.hooked, found.hooked.sure, found.acts

    def tried(changes: dict[int, Act], number: int) -> frozenset[str]:
        return found.wrong(examples[number], changes)

    left = [tried({}, i) for i in range(len(examples))]
    said: list[str] = []
    budget = BUDGET
    plain = sum(not example.beyond for example in examples)
    may_lack = any(left[:plain])
    plain = plain if may_lack else len(examples)
    while any(left[:plain]) and len(said) < MOST:
        at = next(i for i, parts in enumerate(left) if parts)
        hooked.seen = {}
        tried(acts, at)
        seen, hooked.seen = hooked.seen, None
        cost = 120 + _events(lambda at=at, now=dict(acts): found.call(examples[at], now))
        # Numbers first: one that is fixed, or another than the solution's, is the commonest slip.
        nodes = sorted(set(seen) - set(acts), key=lambda n: (not is_literal(hooked.nodes[n]), n))
        if left[at] == {"error"}:
            nodes.sort(reverse=True)
        else:
            # What right parts rest on is left alone: to change it would spoil them.
            may = left[at] | {"error"}
            nodes = [n for n in nodes if tried({**acts, n: _shake(hooked, n)}, at) <= may]
            budget -= cost * len(seen)
        best: list[Any] = []
        rivals: dict[str, int] = {}
        # What is right in the plain case lacks no term: there a value is another.
        for kind in (_otherwise, _around, _far) if may_lack else (_otherwise,):
            for n in nodes if not (sure and best) else ():
                for words, act in kind(n, hooked, seen[n]):
                    budget -= cost
                    if budget < 0 or (sure and best and best[0] == (0, 0)):
                        break
                    changes = {**acts, **dict.fromkeys(hooked.twins(n), act)}
                    if tried(changes, at) < left[at]:
                        now = [tried(changes, i) for i in range(len(examples))]
                        size = sum(map(len, now[:plain])), sum(map(len, now[plain:]))
                        fits = all(a <= b for a, b in zip(now[:plain], left, strict=False))
                        # What comes right here and not in another example comes so by chance.
                        gone = left[at] - now[at]
                        fits = fits and not any(gone & parts for parts in now[:plain])
                        # A value that fits by chance, such as one near 0, does not beyond.
                        if not sure or is_leaf(hooked.nodes[n]):
                            fits = fits and not any((gone | {"error"}) & p for p in now[plain:])
                        if fits and not size[0]:
                            rivals.setdefault(words, hooked.nodes[n].lineno)
                        if fits and (not best or size < best[0]):
                            best = [size, now, n, words, act]
        if not best:
            break
        if not sure and len(rivals) > 1 and not is_literal(hooked.nodes[best[2]]):
            if len({*rivals.values()}) > 1:
                break
            best[3] = ", or ".join([*rivals][:2])
        before, (_, left, n, words, act) = left, best
        acts |= dict.fromkeys(hooked.twins(n), act)
        mended_parts = sorted(frozenset().union(*before) - frozenset().union(*left))
        line = hooked.lines[hooked.nodes[n].lineno - 1].strip()
        parts = [part for part in mended_parts if part not in ("error", "the result")]
        also = f" With that, {' and '.join(parts)} would be right." if 0 < len(parts) < 4 else ""
        said.append(f"In your line `{line}`: {words}.{also}")
    found.said, found.left = tuple(said), frozenset().union(*left)


def _shake(hooked: Hooked, n: int) -> Act:
    plain = hooked.plain[n]

    def act(operands: tuple, keywords: dict, _: Mapping) -> Any:
        value = plain(*operands, **keywords)
        if isinstance(value, int):
            return value + 1
        return value * 1.37 + 0.11 if is_array(value) or is_number(value) else value

    return act


def _events(call: Callable[[], Any]) -> int:
    """Return how many calls a call comes to."""
    if sys.getprofile():
        return 1000  # somebody else is counting
    events: list[int] = []
    sys.setprofile(lambda *_: events.append(1))
    try:
        call()
    except (Exception, SystemExit):  # noqa: BLE001 - as it did before
        pass
    finally:
        sys.setprofile(None)
    return len(events)


def _at_hand(hooked: Hooked, names: Mapping) -> dict[str, tuple[Any, Callable]]:
    """Return the values at hand by how they are written, each with what gets it from the names."""
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


def _otherwise(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield what may be done otherwise in one expression."""
    node, value, plain = hooked.nodes[at], seen.value, hooked.plain[at]
    text = f"`{ast.unparse(node)}`"
    match node:
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            sign, act, others = SIGNS[type(op)]
            if sign in ("-", "/", "@", "**"):
                # Of a difference only the sign turns, which may also have happened further on.
                also = ", or a sign is turned further on" if sign == "-" else ""
                words = f"the two sides of {text} are exchanged{also}"
                yield words, lambda o, k, n: act(o[1], o[0])
            for other in others if isinstance(node, ast.Compare) else hooked.written(node, others):
                words = f"`{sign}` stands where `{other}` belongs, in {text}"
                yield words, lambda o, k, n, act=ACTS[other]: act(*o)
            yield from _regrouped(hooked, node, left, right, sign)
            if isinstance(node, ast.BinOp):
                words = "`{} {}` should not be there, in {}"
                yield words.format(sign, ast.unparse(right), text), lambda o, k, n: o[0]
                yield words.format(ast.unparse(left), sign, text), lambda o, k, n: o[1]
        case ast.UnaryOp():
            yield f"the minus sign of {text} should not be there", lambda o, k, n: o[0]
        case ast.Call():
            yield from _called_otherwise(node, hooked, seen)
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
    # What the solution is written with may stand here rightly.
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
    """Yield what comes of it if a bracket stands elsewhere."""
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


def _edge(hooked: Hooked, node: ast.expr, side: int) -> Iterator[tuple[ast.expr, Callable]]:
    """Yield the expressions along one edge of another, each with what puts a new value there."""
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


def _far(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield the values of another shape that may belong in the place of this one."""
    return _instead(at, hooked, seen, _shape(seen.value).__ne__)


def _instead(at: int, hooked: Hooked, seen: Seen, fits: Callable) -> Iterator[Change]:
    node = hooked.nodes[at]
    for label, (value, get) in _at_hand(hooked, seen.names).items() if is_leaf(node) else ():
        kind = is_array if is_array(value) else is_number
        trivial = is_literal(node) and is_number(value) and value in (0, 1) and "shape" not in label
        if not trivial and label != ast.unparse(node) and kind(seen.value) and fits(_shape(value)):
            yield hooked.stands(node, label, value), lambda o, k, n, get=get: get(n)


def _called_otherwise(node: ast.Call, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    text = f"`{ast.unparse(node)}`"
    function, *operands = seen.operands
    name, own = getattr(function, "__name__", ""), getattr(function, "__self__", None)
    method = isinstance(own, np.ndarray)
    for other in next((family for family in _ALIKE if name in family), ()):
        if other != name and hasattr(own if method else np, other):

            def renamed(o, k, n, other=other):
                return getattr(o[0].__self__ if method else np, other)(*o[1:], **k)

            yield f"`{name}` stands where `{other}` belongs, in {text}", renamed
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


def _around(at: int, hooked: Hooked, seen: Seen) -> Iterator[Change]:
    """Yield what may be missing around a whole value or an argument."""
    node, value, plain = hooked.nodes[at], seen.value, hooked.plain[at]
    if is_array(value) and (np.ndim(value) or isinstance(node, ast.BinOp)):
        words = f"`1 -` is missing before `{ast.unparse(node)}`"
        yield words, lambda o, k, n: 1 - plain(*o, **k)
    argument = hooked.tops.get(id(node))
    if argument is None or (is_leaf(node) and not argument):
        return
    if not (is_array(value) or is_number(value)):
        return
    text = f"`{ast.unparse(node)}`"

    def change(words: str, act: Callable[[Any, Mapping], Any]) -> Change:
        return words, lambda o, k, n: act(plain(*o, **k), n)

    yield change(f"the minus sign is missing before {text}", lambda v, n: -v)
    # Of whole numbers, such as labels and sizes, many functions come to the same.
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


def _whole(value: Any) -> bool:
    return not isinstance(value, (Mapping, Instance)) and bool(
        isinstance(value, str) or callable(value) or np.array_equal(value, np.rint(value))
    )
