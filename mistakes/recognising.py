"""Recognise a mistake that the author described, by what a function gives on the examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from mistakes.calling import ITSELF
from mistakes.cases import Cases, Mistake, Outcome
from mistakes.comparing import wrong_parts
from mistakes.errors import is_doing
from mistakes.values import Raised, Random


def recognised(
    outcomes: Sequence[Outcome], cases: Cases, doing: frozenset[str] | None = None
) -> tuple[str, ...]:
    """Return the sentences of the mistake that gives these outcomes; none where that is in doubt.

    `doing` are the operations of the learner's code, where it can be read: it must not hold an
    operator that the mistake leaves out. Outcomes with next to nothing in them, such as all zeros,
    come from many mistakes. There the code also has to do what this mistake does, nothing that this
    mistake leaves out, and nothing unusual.
    """
    plain = [i for i, example in enumerate(cases.examples) if not example.beyond]
    everywhere = range(len(cases.examples))
    for where in (everywhere, plain):
        found = [
            mistake.sentences
            for mistake in cases.mistakes
            if all(_same(outcomes[i], mistake.outcomes[i]) for i in where)
            and all(
                # Beyond the plain case, all that this mistake spoils is wrong, and is not trivial.
                not poor(outcomes[i])
                and _covers(outcomes[i], mistake.outcomes[i], cases.examples[i].outcome)
                for i in everywhere
                if i not in where and not _same(outcomes[i], mistake.outcomes[i])
            )
            and not all(_same(outcomes[i], cases.examples[i].outcome) for i in where)
            and _does(
                doing,
                mistake,
                cases,
                all(poor(outcomes[i]) or drawn(cases.examples[i].outcome) for i in where),
            )
        ]
        if found:
            # Where several fit the plain case alone, one mistake is likelier than two; between
            # two single ones nothing is said rather than something wrong.
            fewest = min(map(len, found))
            likely = [sentences for sentences in found if len(sentences) == fewest]
            return likely[0] if len({*likely}) == 1 or where is everywhere else ()
    return ()


def poor(outcome: Outcome) -> bool:
    """Whether an outcome holds next to nothing: nothing at all, zeros and ones, sizes, a word."""
    result = outcome.result
    if isinstance(result, str) and result == ITSELF:
        result = None  # what the method did stands in the attributes
    if outcome.changed or (result is None and not outcome.attributes):
        return True
    if isinstance(result, tuple):
        return all(isinstance(part, (Integral, str)) for part in result)
    classes = isinstance(result, np.ndarray) and np.isin(result, (0, 1)).all()
    return bool(classes) or isinstance(result, (Integral, str))


def drawn(outcome: Outcome) -> bool:
    """Whether an outcome holds random numbers, of which only shape and spread can be compared."""
    parts = outcome.result.values() if isinstance(outcome.result, Mapping) else [outcome.result]
    return any(isinstance(part, Random) for part in [*parts, *outcome.attributes.values()])


def _covers(got: Outcome, mistake: Outcome, right: Outcome) -> bool:
    """Whether all parts that a mistake spoils are wrong, in any way."""
    mine, theirs = (
        wrong_parts([one.result, one.attributes], [right.result, right.attributes])
        for one in (got, mistake)
    )
    ended = isinstance(got.result, Raised)
    return ended or (theirs <= mine and {*mistake.changed} <= {*got.changed})


def _does(doing: frozenset[str] | None, mistake: Mistake, cases: Cases, poor: bool) -> bool:
    if doing is None:
        return True
    strange = doing - {*cases.usual} - mistake.done
    if not poor:
        left_out = {term for term in mistake.undone if term.endswith("Op")}
        return not left_out & doing and not strange & _SOMETIMES
    return mistake.done <= doing and not mistake.undone & doing and not any(map(is_doing, strange))


# Operators that leave some numbers unchanged, so that they may not show.
_SOMETIMES = {"ModOp", "FloorDivOp"}


def _same(got: Outcome, want: Outcome) -> bool:
    if isinstance(want.result, Raised) or isinstance(got.result, Raised):
        # A type of error alone says nothing: the same operation has to fail in the same way.
        one, other = got.result, want.result
        if type(one) is not type(other) or (one.error, one.said) != (other.error, other.said):
            return False
        # What failed after the function's end is nothing that its own code did.
        return other.done <= one.done and bool(other.done) == bool(one.done)
    if {*got.changed} != {*want.changed} or (want.result is None) != (got.result is None):
        return False
    pairs = [(got.result, want.result)]
    pairs += [(got.attributes.get(name), value) for name, value in want.attributes.items()]
    try:
        return all(_as_exact(*pair) and not any(wrong_parts(*pair)) for pair in pairs)
    except Exception:  # noqa: BLE001 - an object of the learner's may fail at anything
        return False


def _as_exact(got: Any, want: Any) -> bool:
    """Whether shapes and keys are the same too: `compare` is more lenient."""
    if isinstance(want, np.ndarray) or isinstance(got, np.ndarray):
        return np.shape(got) == np.shape(want)
    if isinstance(want, Mapping) and isinstance(got, Mapping):
        return set(got) == set(want) and all(_as_exact(got[k], want[k]) for k in want)
    if isinstance(want, (tuple, list)) and isinstance(got, (tuple, list)):
        return len(got) == len(want) and all(map(_as_exact, got, want))
    return True
