"""Whether what a check names is so: on inputs that it has not seen, it must hold as well.

A check knows a mistake by what it gives on a few stored examples. Here the examples are drawn anew,
several times. A change that is said to put something right has to do so there. What a known mistake
gives is worked out for these examples, and the version has to give the same; or it is named there
again, wherever it is wrong, and the mistake shows. A sentence that a version earned by chance does
not stand, nor one that goes by the type of an error alone.
"""

from __future__ import annotations

import functools
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

import numpy as np

from authoring.case_files import cases_with, encode
from authoring.cases import Example, read_cases
from authoring.changing import changed
from authoring.mutants import mutants
from authoring.source import LessonSource
from authoring.trial import examine_version, limit, quiet, unmended
from mistakes.cases import Cases, Outcome
from mistakes.checking import CheckResult
from mistakes.comparing import compare
from mistakes.mending import ENDED, Mended
from mistakes.values import Raised
from nnlib import course

DRAWS = 4
# Where few numbers come out, a mistake may not show in these; then as many more.
MORE = 16
SECONDS = 1.0


def namings(lesson: LessonSource, exercise: str) -> dict[str, Any]:
    """Say what the check makes of every mutant of an exercise, and what it names wrongly.

    What is named wrongly may have two slips, too: a mutant of a mutant, of a misconception, of a
    variant. These are drawn, always the same ones. `checks` says of each mutant whether the check
    fails, and whether it is wrong in the plain case without an error that ends it; `explained`
    counts the errors that have no name and of which the check says what they mean for the line.
    """
    witness = Witness(lesson, exercise)
    checks, wrongly, rightly, explained = {}, {}, 0, 0
    for mutant in mutants(witness.solution):
        verdict = witness.seen(mutant.code)
        ends = verdict is None or any(p.run.error is not None for p in verdict.problems)
        fails = verdict is None or verdict.status != "right"
        checks[mutant.code] = fails, not ends and not verdict.plain
        if verdict is None or not verdict.named:
            explained += verdict is not None and any(p.run.meaning for p in verdict.problems)
            continue
        if witness.confirms(mutant.code, verdict):
            rightly += 1
        else:
            wrongly[f"{mutant.old} → {mutant.new}"] = " ".join(verdict.named)
    twice = _slips(lesson, witness)
    for true, once, code in twice:
        verdict = witness.seen(code)
        named = verdict.named if verdict else ()
        if named and named != (true,) and not witness.confirms(code, verdict, once):
            wrongly[code] = " ".join(named)
    return {
        "checks": checks,
        "rightly": rightly,
        "explained": explained,
        "slips": len(twice),
        "wrongly": wrongly,
    }


class Witness:
    """Sees all versions of one exercise, on the stored examples and on fresh ones."""

    def __init__(self, lesson: LessonSource, exercise: str) -> None:
        self._lesson, self.exercise = lesson, read_cases(lesson.cases_path)[exercise]
        (cell,) = [c for c in lesson.cells if (c.kind, c.exercise) == ("exercise", exercise)]
        self.solution = cell.text
        self._wrongs: dict[tuple[str, int], frozenset[str]] = {}
        self._stored = course.cases(lesson.name, exercise)
        self._fresh = [self._drawn(draw) for draw in range(1, DRAWS + 1)]

    @functools.cache  # noqa: B019 - a witness lives as long as its exercise is looked at
    def _drawn(self, draw: int) -> Cases:
        examples = _fresh_examples(self._lesson, self.exercise.name, draw)
        return cases_with(self._lesson, self.exercise, examples)

    def seen(self, code: str, cases: Cases | None = None) -> CheckResult | None:
        """What the check says; None where a version takes too long, or fails before."""
        try:
            return examine_version(self._lesson, self.exercise.name, code, SECONDS, cases)
        except Exception:  # noqa: BLE001 - a version may fail in any way
            return None

    def confirms(self, code: str, verdict: CheckResult, once: str = "") -> bool:
        """Whether what is named of a version holds on the fresh examples.

        A change may leave what is wrong with the version `once` without its second slip.
        """
        if verdict.change:
            before, after = self._wrong(verdict.change, self._stored)
            put_right = before - after
            for fresh in self._fresh:
                before, after = self._wrong(verdict.change, fresh)
                bad = (after & put_right) | (after - before)
                if bad and not bad <= self._wrong_of(once, fresh):
                    return False
            return True
        # Where the version with one slip shows more than it does here, that slip is seen as well.
        known = self._wrong_of(once, self._stored)
        wrong = []
        for draw in range(1, DRAWS + MORE + 1):
            if draw > DRAWS and wrong:
                break
            fresh = self._drawn(draw)
            if self._wrong_of(once, fresh) <= known:
                again = self.seen(code, fresh)
                # Where it comes right by chance, nothing can be named.
                wrong += [(fresh, again)] if not again or again.status != "right" else []
        return bool(wrong) and all(
            again
            and (
                self._is(verdict.named, again, fresh)
                or again.named == verdict.named
                and all(self._shows(sentence, again, fresh) for sentence in again.named)
            )
            for fresh, again in wrong
        )

    @staticmethod
    def _is(named: tuple[str, ...], verdict: CheckResult, cases: Cases) -> bool:
        """Whether a version gives what a mistake of the cases gives on all plain examples."""
        found = {id(problem.example): problem.run.outcome for problem in verdict.problems}
        plain = [(n, e) for n, e in enumerate(cases.examples) if not e.beyond]
        return any(
            all(
                _alike(_parts(found.get(id(e), e.outcome)), _parts(mistake.outcomes[n]))
                for n, e in plain
            )
            for mistake in cases.mistakes
            if mistake.sentences == named
        )

    def _wrong_of(self, code: str, cases: Cases) -> frozenset[str]:
        """Return what of a version is wrong in the plain case."""
        key = code, id(cases)
        if key not in self._wrongs:
            with unmended():
                self._wrongs[key] = self._plainly_wrong(self.seen(code, cases) if code else None)
        return self._wrongs[key]

    @staticmethod
    def _plainly_wrong(verdict: CheckResult | None) -> frozenset[str]:
        return frozenset(
            ENDED if d.kind == "error" else d.part or "the result"
            for problem in (verdict.problems if verdict else ())
            if not problem.example.beyond
            for d in problem.differences
        )

    @staticmethod
    def _wrong(change: Mended, cases: Cases) -> tuple[frozenset[str], frozenset[str]]:
        """Return what is wrong in the plain case without the changes, and with them."""
        plain = [example for example in cases.examples if not example.beyond]
        with quiet(), limit(SECONDS):
            return tuple(
                frozenset().union(*(change.wrong(example, acts) for example in plain))
                for acts in ({}, change.acts)
            )

    @staticmethod
    def _shows(sentence: str, verdict: CheckResult, cases: Cases) -> bool:
        """Whether a mistake of the cases shows wherever it should, in some part at least."""
        found = {id(problem.example): problem.run.outcome for problem in verdict.problems}
        known = [
            mistake.outcomes
            for mistake in cases.mistakes
            if sentence in mistake.sentences and {*mistake.sentences} <= {*verdict.named}
        ]
        plain = [n for n, example in enumerate(cases.examples) if not example.beyond]
        for outcomes in known:
            shown = True
            for n in plain:
                example = cases.examples[n]
                right, theirs = _parts(example.outcome), _parts(outcomes[n])
                mine = _parts(found.get(id(example), example.outcome))
                wrong = [k for k in theirs if k not in right or not _same(theirs[k], right[k])]
                if wrong and not any(k in mine and _same(mine[k], theirs[k]) for k in wrong):
                    shown = False
            if shown:
                return True
        return False


def _parts(outcome: Outcome) -> dict[Any, Any]:
    """Return the parts of an outcome: the items of its result, the attributes, what it changed."""
    result = outcome.result
    if isinstance(result, (tuple, list)):
        result = dict(enumerate(result))
    elif not isinstance(result, dict):
        result = {"": result}
    return {**result, **outcome.attributes, "changed": sorted(outcome.changed)}


def _alike(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Raised) and isinstance(other, Raised):
        return _form(one) == _form(other)
    return one is other if other is None else not compare(one, other)


def _form(error: Raised) -> tuple[str, str]:
    """Return what an error says, whatever its sizes and its operator are."""
    return error.error, re.sub(r"'[^'\w]+'|\d+", "…", error.said)


def _slips(lesson: LessonSource, witness: Witness) -> list[tuple[str, str, str]]:
    """Draw versions with two slips: each with a sentence known to be so, or none, and with one."""
    name, text = witness.exercise.name, witness.solution
    drawn = random.Random(zlib.crc32(f"{lesson.name} {name}".encode()))
    wrong = [(v.sentence, v.code(name, text)) for v in witness.exercise.misconceptions]
    right = [("", v.code(name, text)) for v in witness.exercise.variants]
    once = [("", m.code) for m in mutants(text)]
    # Many mutants of a few: it takes long to find all mutants of a version.
    return [
        (sentence, code, mutant.code)
        for versions, few, many in ((wrong, 1, 5), (right, 1, 5), (once, 2, 9))
        for sentence, code in _some(drawn, versions, few)
        for mutant in _some(drawn, mutants(code), many)
    ]


def _some(drawn: random.Random, of: Sequence, number: int) -> list:
    return drawn.sample(of, min(len(of), number))


def _fresh_examples(lesson: LessonSource, exercise: str, number: int) -> Iterator[Example]:
    """Draw the examples of an exercise anew; change the numbers of those that are not drawn."""
    stored = read_cases(lesson.cases_path)[exercise].examples
    draw = np.random.default_rng
    with mock.patch.object(np.random, "default_rng", lambda seed=0: draw([seed, number])):
        drawn = read_cases(lesson.cases_path)[exercise].examples
    rng = draw(number)
    for old, new in zip(stored, drawn, strict=True):
        args = new.args
        if encode(list(old.args)) == encode(list(args)):
            # Whole numbers may have to fit the rest, as a number of classes does: half of the
            # draws keep them.
            args = changed(args, functools.partial(_other, rng, number % 2 == 0))
        yield Example(*args, beyond=new.beyond, given=new.given, read=new.read)


def _other(rng: np.random.Generator, keep: bool, value: Any) -> Any:
    """Return another value of the same kind; what lies between 0 and 1 stays there.

    With `keep`, whole numbers stay as they are.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.ndarray)):
        return value
    if isinstance(value, int):
        return value if keep else value + int(rng.integers(1, 3))
    if isinstance(value, float):
        return value * rng.uniform(0.7, 1.3)
    if value.dtype.kind != "f" or (value == np.round(value)).all():
        # Whole columns, so that those which are alike on purpose stay so.
        return rng.permutation(value, axis=int(np.argmax(value.shape))) if value.ndim else value
    moved = rng.permutation(value.ravel()).reshape(value.shape)
    if value.min() >= 0 and value.max() <= 1:
        return moved ** rng.uniform(0.7, 1.3, value.shape)
    return moved * rng.uniform(0.7, 1.3, value.shape)
