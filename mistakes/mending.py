"""Find the small change of a learner's own function that would make it right, and say it.

Each expression of the function gets a hook. With one expression changed, the function runs on the
examples of the check again. A change is told only if it puts wrong parts of the result right on
every plain example and spoils no other part. So what is said is true of this very function, and no
list of mistakes is needed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mistakes.calling import called, made, replaced, stand_ins, undisturbed
from mistakes.cases import Cases, StoredExample
from mistakes.changes import additions, replacements, replacements_of_another_shape
from mistakes.comparing import wrong_parts
from mistakes.hooking import Act, Hooked, is_array, is_leaf, is_literal, is_number
from mistakes.recognising import drawn, poor
from mistakes.values import Instance

# How much is tried, in calls and not in seconds: the answer is the same on every machine.
BUDGET = 450_000
MOST = 4  # mistakes that are named
# What is wrong where a call ended in an error; no part of a result has this name.
ENDED = "(ended)"


@dataclass
class Mended:
    """The changes that would make a function right.

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
        """Return what of a result is wrong with these changes: `ENDED` alone after an error."""
        try:
            result, attributes = self.call(example, self.acts if acts is None else acts)
        except (Exception, SystemExit):  # noqa: BLE001 - a wrong change may do anything
            return frozenset({ENDED})
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
    # Whether the results hold enough that no other change gives the same by chance. Classes do not:
    # there something is said only if a single change comes into question.
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

    # A function that trains for long cannot be tried often enough.
    if _events(lambda: found.call(examples[0], {}), BUDGET // 20) > BUDGET // 20:
        return
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
        cost = 120 + _events(lambda at=at, now=dict(acts): found.call(examples[at], now), BUDGET)
        # Numbers first: a wrong or a fixed number is the commonest slip.
        nodes = sorted(set(seen) - set(acts), key=lambda n: (not is_literal(hooked.nodes[n]), n))
        if left[at] == {ENDED}:
            nodes.sort(reverse=True)
        else:
            # What right parts rest on is left alone: changing it would spoil them.
            may = left[at] | {ENDED}
            rests: dict[int, bool] = {}
            for n in sorted(nodes, reverse=True):
                # A part of an expression acts only through the whole.
                over = hooked.over(n)
                if over in rests and _moves(seen[over].value):
                    rests[n] = rests[over]
                else:
                    rests[n] = not tried({**acts, n: _shake(hooked, n)}, at) <= may
                    budget -= cost
            nodes = [n for n in nodes if not rests[n]]
        best: list[Any] = []
        rivals: dict[str, int] = {}
        # Where the plain case is right, no term is missing: some value is wrong.
        kinds = [replacements]
        kinds += [additions, replacements_of_another_shape] if may_lack else []
        for kind in kinds:
            for n in nodes if not (sure and best) else ():
                for words, act in kind(n, hooked, seen[n]):
                    budget -= cost
                    if budget < 0 or (sure and best and best[0] == (0, 0)):
                        break
                    changes = {**acts, **dict.fromkeys(hooked.twins(n), act)}
                    gone = left[at] - tried(changes, at)
                    now: list[frozenset[str]] = []
                    while gone and len(now) < len(examples):
                        here = tried(changes, len(now))
                        # What helps here and not in another example helps by chance. A value that
                        # fits by chance, such as one near 0, does not fit beyond the plain case.
                        if len(now) < plain:
                            bad = gone & here or not here <= left[len(now)]
                        else:
                            bad = (gone | {ENDED}) & here
                            bad = bad and (not sure or is_leaf(hooked.nodes[n]))
                        gone = frozenset() if bad else gone
                        now.append(here)
                    # A condition has two outcomes: some parts come right by chance, all hardly do.
                    if gone and not (hooked.steers(n) and any(now[:plain])):
                        size = sum(map(len, now[:plain])), sum(map(len, now[plain:]))
                        if not size[0]:
                            rivals.setdefault(words, hooked.nodes[n].lineno)
                        if not best or size < best[0]:
                            best = [size, now, n, words, act]
        if not best or (not sure and budget < 0):
            break
        if not sure and len(rivals) > 1 and not is_literal(hooked.nodes[best[2]]):
            if len({*rivals.values()}) > 1:
                break
            best[3] = ", or ".join([*rivals][:2])
        before, (_, left, n, words, act) = left, best
        acts |= dict.fromkeys(hooked.twins(n), act)
        mended_parts = sorted(frozenset().union(*before) - frozenset().union(*left))
        line = hooked.lines[hooked.nodes[n].lineno - 1].strip()
        parts = [part for part in mended_parts if part not in (ENDED, "the result")]
        also = f" With that, {' and '.join(parts)} would be right." if 0 < len(parts) < 4 else ""
        said.append(f"In your line `{line}`: {words}.{also}")
    found.said, found.left = tuple(said), frozenset().union(*left)


def _shake(hooked: Hooked, n: int) -> Act:
    plain = hooked.plain[n]

    def act(operands: tuple, keywords: dict, _: Mapping) -> Any:
        value = plain(*operands, **keywords)
        if isinstance(value, int):
            return value + 1
        return value * 1.37 + 0.11 if _moves(value) else value

    return act


def _moves(value: Any) -> bool:
    return is_array(value) or is_number(value)


def _events(call: Callable[[], Any], most: int) -> int:
    """Return how many calls a call makes; it is ended after `most`."""
    if sys.getprofile():
        return 1000  # a profiler is at work
    events: list[int] = []

    def count(*_: Any) -> None:
        events.append(1)
        if len(events) > most:
            raise TimeoutError

    sys.setprofile(count)
    try:
        call()
    except (Exception, SystemExit):  # noqa: BLE001 - as it did before
        pass
    finally:
        sys.setprofile(None)
    return len(events)


def _whole(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_whole, value))  # its rows may differ in length
    return not isinstance(value, (Mapping, Instance)) and bool(
        isinstance(value, str) or callable(value) or np.array_equal(value, np.rint(value))
    )
