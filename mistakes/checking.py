"""Run a learner's function on the examples of its exercise, and find out what it got wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mistakes import errors, mending, reading
from mistakes.calling import Run, generators_kept, run, said_of, unwritten
from mistakes.cases import Cases, Outcome, StoredExample
from mistakes.comparing import Difference, compare, describe, kind_of
from mistakes.recognising import recognised
from mistakes.values import Instance, Raised


@dataclass(frozen=True)
class Problem:
    """An example that came out wrong."""

    example: StoredExample
    call: str
    run: Run
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class CheckResult:
    """What `examine` found.

    Attributes
    ----------
    status : str
        ``"right"``, ``"wrong"`` or ``"not attempted"``.
    problems : tuple of Problem
        The examples that came out wrong, in order.
    named : tuple of str
        The sentences of the misconception that gives these very results, where one does.
    advice : tuple of str
        Warnings that the calls gave. They cost nothing.
    seen : tuple of str
        What the code of a wrong function shows by itself.
    left : frozenset of str
        The wrong parts of the result that `named` does not explain.
    change : Mended, optional
        What the learner's code would have to do otherwise, where that is what `named` says.
    """

    status: str
    problems: tuple[Problem, ...] = ()
    named: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    left: frozenset[str] = frozenset()
    change: mending.Mended | None = None

    @property
    def plain(self) -> bool:
        """Whether the plain case is right, whatever lies beyond it, as unchanged inputs do."""
        return self.status != "not attempted" and all(
            p.example.beyond or all(d.kind == "changed" for d in p.differences)
            for p in self.problems
        )


def examine(function: Callable, cases: Cases, namespace: MutableMapping[str, Any]) -> CheckResult:
    """Call `function` on every example and compare.

    Parameters
    ----------
    function : callable
        The learner's function.
    cases : Cases
        The cases of its exercise.
    namespace : mutable mapping
        The learner's globals. Examples may need a class from there, or replace a name.
    """
    runs: list[Run] = []
    hung, restore = None, generators_kept()
    for example in cases.examples:
        # What did not end is not called again, unless that was beyond the plain case.
        if hung and (example.beyond or not hung.beyond):
            runs.append(runs[-1])
            continue
        one = run(
            function,
            example.args,
            namespace,
            given=example.given,
            read=example.read,
            arguments=cases.arguments,
            restore=restore,
        )
        hung = example if isinstance(one.error, TimeoutError) else None
        runs.append(one)
    advice = tuple(dict.fromkeys(text for one in runs for text in one.advice))
    own = (cases.exercise, getattr(function, "__name__", cases.exercise))
    if all(unwritten(one.error) in own for one in runs):
        return CheckResult("not attempted")
    problems = []
    for example, one in zip(cases.examples, runs, strict=True):
        found = differences(one, example.outcome, cases.parts, example.m)
        if found:
            call = _call(cases, example)
            problems.append(Problem(example, call, one, tuple(found)))
    tree = errors.definition(function)
    outside = tuple(reading.from_outside(function, tree)) if tree else ()
    if not problems:
        return CheckResult("right", advice=advice + outside)
    doing = errors.operation(tree) if tree else None
    named = () if outside else recognised([one.outcome for one in runs], cases, doing)
    if tree is None:
        return CheckResult("wrong", tuple(problems), named, advice)
    # An authored sentence may hold for the plain case alone; what is wrong beyond is told too.
    left = frozenset(
        d.part or "the result" for p in problems if p.example.beyond for d in p.differences
    )
    seen = reading.observed(function, tree, cases)
    # The learner's own `assert` or `raise` already says what is wrong.
    if not named and not runs[0].line.startswith(("assert", "raise")):
        # A learner's object may raise an exception at any operation, even `repr`.
        with contextlib.suppress(Exception):
            # Beyond the plain case, an error or NaN has a cause of its own.
            lost = [
                id(p.example)
                for p in problems
                if p.example.beyond and {d.kind for d in p.differences} & {"error", "finite"}
            ]
            kept = [e for e in cases.examples if id(e) not in lost or len(lost) == len(problems)]
            change = mending.mended(function, tree, cases, kept, namespace)
            if change.said:
                return CheckResult(
                    "wrong", tuple(problems), change.said, advice, seen, change.left, change
                )
    return CheckResult("wrong", tuple(problems), named, advice, seen, left)


def differences(
    one: Run, want: Outcome, parts: Sequence[str] = (), m: int | None = None, **tolerance: float
) -> list[Difference]:
    """List how a run differs from the right outcome: result, attributes, changed arguments."""
    if one.error is not None and not isinstance(want.result, Raised):
        return [Difference("", "error", "the call ended in an error", said_of(one.error))]
    found = []
    try:
        found += compare(one.outcome.result, want.result, names=parts, m=m, **tolerance)
        for name, value in want.attributes.items():
            found += compare(
                one.outcome.attributes.get(name), value, part=f"self.{name}", m=m, **tolerance
            )
    except Exception as error:  # noqa: BLE001 - an object of the learner's may fail at anything
        text = f"the result cannot be looked at: {said_of(error)}"
        found.append(Difference("", "type", text))
    for name in one.outcome.changed:
        if name not in want.changed:
            text = f"your function changes {name}, which belongs to the caller"
            found.append(Difference(name, "changed", text))
    return found


def _call(cases: Cases, example: StoredExample) -> str:
    shown, shapes = [], []
    for i, value in enumerate(example.args):
        name = cases.arguments[i] if i < len(cases.arguments) else f"argument {i + 1}"
        if isinstance(value, Instance):
            continue
        if isinstance(value, np.ndarray) and value.size > 8:
            shown.append(name)
            shapes.append(f"{name} has the shape {value.shape}")
        elif isinstance(value, Mapping):
            shown.append(name)
        else:
            shown.append(describe(value))
    prefix = "self." if cases.method else ""
    where = f", where {' and '.join(shapes)}" if shapes else ""
    return f"`{prefix}{cases.exercise}({', '.join(shown)})`{where}"


def no_function(name: str, thing: Any) -> str:
    """Say that the name of an exercise is bound to something that cannot be called."""
    return (
        f"{name} is {kind_of(thing)} now, not a function: a line gives its name to something "
        f"else, as `{name} = {name}(…)` does. Take another name there, run the cell of {name} "
        "again, and then this one."
    )


def calls_unwritten(name: str, missing: str) -> str:
    """Say that an exercise calls another that is not written yet."""
    return f"{name} calls {missing}, which is not written yet: write {missing} first."
