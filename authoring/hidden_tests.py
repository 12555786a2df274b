"""Judge a learner's function on its own step, against the course's: for hidden tests.

Call these functions in a test cell, whose globals have the `lesson` and the learner's functions.
CONTRIBUTING.md says which to use when.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from authoring.cases import number_of_examples
from authoring.changing import changed, stand_ins_changed
from mistakes.calling import ITSELF, Run, generators_kept, replaced, run, said_of, unwritten
from mistakes.checking import calls_unwritten, differences, examine, no_function
from mistakes.comparing import Difference, compare
from mistakes.values import Figure, Instance
from nnlib import course


def same(
    function: Callable,
    *args: Any,
    given: Mapping[str, Any] | None = None,
    read: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
    start: Sequence[Any] = (),
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Assert that a call gives what the course's function gives.

    Parameters
    ----------
    given : mapping, optional
        Names to be replaced during the call, by functions or by the value to return.
    read : tuple of str
        Attributes of the first argument to be compared after the call.
    parts : tuple of str
        Compare only these parts of the result.
    start : sequence, optional
        Arguments for which a training function returns what it starts from, such as no steps. If
        it starts from weights of its own instead of those `given`, it is compared from there.
    rtol, atol : float
        As in `numpy.isclose`.
    """
    step = _Step(function, sys._getframe(1).f_globals)
    step.judge(args, given, read, parts, {"rtol": rtol, "atol": atol}, start)


def keeps(
    function: Callable,
    *args: Any,
    given: Mapping[str, Any] | None = None,
    plain: Sequence[Any] = (),
) -> None:
    """Assert that a call leaves its arguments as they were.

    A wrong result is accepted, since other tests judge it. But it has to be an answer, that is,
    finite numbers that depend on the arguments and are not just the arguments handed back. With
    `plain`, the arguments of the plain case, the result of that call has to be an answer.
    """
    step = _Step(function, sys._getframe(1).f_globals)
    options = {"given": given, "arguments": step.cases.arguments}
    plain = plain or args
    calls = [args, plain, _varied(plain), _varied(_varied(plain))]
    want, *wants = step.wanted(calls, options)
    said = ""
    for _ in step.settings():
        one = step.run(args, options)
        found = differences(one, want.outcome, step.cases.parts)
        spoilt = [d for d in found if d.kind == "changed"]
        if not found or (not spoilt and _answers(step.runs(calls[1:], options), wants, plain)):
            return
        said = said or " ".join(f"{d.summary}." for d in spoilt)
    if said:
        raise step.failed(f"{step.name}: {said}", args)
    step.judge(args, given, (), (), {})


def beyond(
    function: Callable,
    *args: Any,
    plain: Sequence[Sequence[Any]],
    follows: Callable = lambda own: own,
    given: Mapping[str, Any] | None = None,
    read: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Assert what a call beyond the plain case gives, whatever the plain case gives.

    The result is right if it is what the course's function gives, as in `same`. Where the function
    is wrong in the plain case, which other tests judge, the result is also right if it follows from
    the function's own plain answers, up to their shape.

    Parameters
    ----------
    plain : sequence of tuples
        The arguments of calls of the plain case.
    follows : callable
        Takes the results of these calls (with `read`, the dictionaries of attributes) and
        returns what the call beyond it should give.
    """
    step = _Step(function, sys._getframe(1).f_globals)
    say = step.fault(args, given, read, parts, {"rtol": rtol, "atol": atol})
    if say is None:
        return
    options = {"given": given, "read": read, "arguments": step.cases.arguments}
    calls = [*plain, _varied(plain[0]), _varied(_varied(plain[0]))]
    want, *wants = step.wanted([args, *calls], options)
    for _ in step.settings():
        one = step.run(args, options)
        if one.error is not None:
            continue
        own = step.runs(calls, options)
        if not any(step.differ(r, w, parts) for r, w in zip(own, wants, strict=True)):
            continue
        if not _answers(own, wants, calls[0]):
            continue
        try:
            got, *results = (
                _shaped(_given_by(r, read), _given_by(w, read))
                for r, w in zip([one, *own[:-2]], [want, *wants[:-2]], strict=True)
            )
            found = compare(got, follows(*results), names=step.cases.parts, rtol=rtol, atol=atol)
        except Exception:  # noqa: BLE001, S112 - nothing follows from such answers
            continue
        if not _of_parts(found, parts):
            return
    raise step.failed(say(), args)


def call(
    function: Callable,
    *args: Any,
    given: Mapping[str, Any] | None = None,
    read: tuple[str, ...] = (),
) -> Any:
    """Return the result of a call on copies of `args`; with `read`, also those attributes.

    The other exercises are the course's versions during the call, so that an assertion about its
    result judges this step alone.

    Raises
    ------
    AssertionError
        If the call ends in an error, both with the course's versions and with the learner's own.
        The error is its cause.
    """
    step = _Step(function, sys._getframe(1).f_globals)
    options = {"given": given, "read": read}
    with replaced(step.namespace, step.lesson.others(step.name)):
        one = step.run(args, options)
    if one.error is not None:
        own = step.run(args, options)
        one = one if own.error is not None else own
    if one.error is not None:
        raise step.failed(_said_of_error(step.name, one), args) from one.error
    result = one.outcome.result
    return (result, dict(one.outcome.attributes)) if read else result


def answers(function: Callable, *args: Any, other: Sequence[Any], given: Mapping[str, Any]) -> None:
    """Assert that a call gives other numbers for `other` arguments, or for other `given` values.

    For properties that a constant would have as well, such as a shape.
    """
    step = _Step(function, sys._getframe(1).f_globals)
    calls = [(args, given), (other, given), (args, stand_ins_changed(given, _varied))]
    with replaced(step.namespace, step.lesson.others(step.name)):
        one, *rest = (step.run(values, {"given": names}) for values, names in calls)
    if one.error is not None:
        raise step.failed(_said_of_error(step.name, one), args) from one.error
    numbers = _numbers(one.outcome.result)
    if all(_equal(numbers, _numbers(run.outcome.result)) for run in rest):
        told = f"{step.name} gives the same numbers whatever it is called with."
        raise step.failed(told, args)


class _Step:
    """An exercise, as a test cell finds it."""

    def __init__(self, function: Callable, namespace: MutableMapping[str, Any]) -> None:
        self.function = function
        self.namespace = namespace
        self.lesson = namespace["lesson"]
        self.name = course.exercise_name(function, tuple(self.lesson.info.exercises), namespace)
        if not callable(function):
            raise AssertionError(no_function(self.name, function))
        self.cases = course.cases(self.lesson.info.name, self.name)
        self._restore = generators_kept()

    def run(self, args: Sequence[Any], options: dict) -> Run:
        """Call the learner's function on copies of the arguments."""
        return run(self.function, args, self.namespace, **options, restore=self._restore)

    def runs(self, calls: Sequence[Sequence[Any]], options: dict) -> list[Run]:
        """Call it again and again, up to an error: then there is no need to look further."""
        found: list[Run] = []
        for args in calls:
            found.append(self.run(args, options))
            if found[-1].error is not None:
                break
        return found

    def wanted(self, calls: Sequence[Sequence[Any]], options: dict) -> list[Run]:
        """Return the same calls of the course's function."""
        versions = self.lesson.versions()
        # Whatever settings of NumPy the learner changes, the course's code runs under the defaults.
        with np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
            options = {**options, "restore": self._restore}
            wants = [run(versions[self.name], args, versions, **options) for args in calls]
        for want in wants:
            if want.error is not None:
                raise RuntimeError(f"the course's {self.name} fails: {want.error}") from want.error
        return wants

    def settings(self) -> Iterator[None]:
        """Yield once as the notebook is, then with the course's versions of the other exercises.

        A function that is right in either case has no fault of its own.
        """
        yield
        others = self.lesson.others(self.name)
        if others:
            with replaced(self.namespace, {**others, **_aliases(self.namespace, others)}):
                yield

    def differ(
        self, one: Run, want: Run, parts: Sequence[str] = (), m: int | None = None, **tolerance
    ) -> list[Difference]:
        """Return how two results differ, not counting changed arguments."""
        found = differences(one, want.outcome, self.cases.parts, m, **tolerance)
        if want.outcome.result is ITSELF:  # whether it returns itself is asked by a test of its own
            found = [d for d in found if d.part or d.kind == "error"]
        return [d for d in _of_parts(found, parts) if d.kind != "changed"]

    def failed(self, told: str, args: Sequence[Any]) -> AssertionError:
        """Return the error for a call that is wrong; a grader may show the arguments' shapes."""
        error = AssertionError(told)
        # The object of a method stands before its name.
        error.learner_call = self.function, tuple(a for a in args if not isinstance(a, Instance))
        return error

    def judge(self, args: Sequence[Any], *call: Any) -> None:
        """Assert that a call gives what the course's function gives; see `fault`."""
        say = self.fault(args, *call)
        if say is not None:
            raise self.failed(say(), args)

    def fault(self, args, given, read, parts, tolerance, start=()) -> Callable[[], str] | None:
        """Return None if a call gives what the course's function gives.

        Else return a function that says why not: that takes time, as it looks for the mistake.
        """
        options = {"given": given, "read": read, "arguments": self.cases.arguments}
        m = number_of_examples(self.cases.arguments, args)
        (want,) = self.wanted([args], options)
        result = _given_by(want, read)
        known = {*self.cases.parts, *(result if isinstance(result, dict) else ())}
        if not isinstance(result, Figure) and (unknown := set(parts) - known):
            raise ValueError(f"The result has no part {' or '.join(unknown)}; it has {known}.")
        found: list[Difference] = []
        for _ in self.settings():
            one = self.run(args, options)
            found = self.differ(one, want, parts, m, **tolerance)
            if not found:
                return None
            if start and one.error is None:
                began = self.run(start, options)
                other = self.run(start, {**options, "given": stand_ins_changed(given, _varied)})
                if self.differ(began, other, parts, **tolerance):
                    continue  # it starts from what it is given
                (from_there,) = self.wanted([args], self._from(began, start, options))
                moved = self.differ(began, from_there, parts, **tolerance)
                if moved and not self.differ(one, from_there, parts, m, **tolerance):
                    return None
        if one.error is not None:
            return functools.partial(_said_of_error, self.name, one)
        return functools.partial(self._said_of, found)

    def _said_of(self, found: Sequence[Difference]) -> str:
        named = self._named() or [f"{d.summary}.".replace("?.", "?") for d in found]
        return f"{self.name}: {' '.join(named)}"

    _last: ClassVar[tuple[Any, ...]] = (None, None, ())

    def _named(self) -> Sequence[str]:
        """Return the sentences for the function's mistake. Every test asks for them: kept."""
        function, cases, named = self._last
        if function is not self.function or cases is not self.cases:
            with replaced(self.namespace, self.lesson.others(self.name)):
                named = examine(self.function, self.cases, self.namespace).named
            _Step._last = (self.function, self.cases, named)
        return named

    def _from(self, began: Run, start: Sequence[Any], options: dict) -> dict:
        """Return options that make the course's function start where the learner's does."""
        (want,) = self.wanted([start], options)
        found = differences(began, want.outcome)
        if any(d.kind != "value" for d in found):
            return options
        return {**options, "given": dict.fromkeys(options["given"], began.outcome.result)}


def _lookup(namespace: Mapping[str, Any], name: str) -> Any:
    owner, _, method = name.rpartition(".")
    try:
        return getattr(namespace[owner], method, None) if owner else namespace[name]
    except Exception:  # noqa: BLE001 - a grader's lookup may fail in many ways
        return None


def _aliases(namespace: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return the course's versions under other names that the learner gave these functions."""
    mine = {key: value for key in others if callable(value := _lookup(namespace, key))}
    found = {}
    for name in list(namespace):
        value = None if name in others else _lookup(namespace, name)
        if callable(value) and not isinstance(value, type):
            for key in [key for key, function in mine.items() if value == function]:
                found[name] = others[key]
    return found


def _of_parts(found: Sequence[Difference], parts: Sequence[str]) -> list[Difference]:
    wanted = {"", *parts}
    return [d for d in found if not parts or {d.part, d.part.partition("[")[0]} & wanted]


def _given_by(one: Run, read: Sequence[str]) -> Any:
    return dict(one.outcome.attributes) if read else one.outcome.result


def _answers(own: Sequence[Run], wants: Sequence[Run], args: Sequence[Any] = ()) -> bool:
    """Whether results are answers at all, right or wrong.

    Answers are finite numbers that differ between calls if the course's do, and that are not just
    `args` handed back.
    """
    if any(one.error is not None for one in own):
        return False
    try:
        numbers = [_numbers([one.outcome.result, one.outcome.attributes]) for one in own]
    except Exception:  # noqa: BLE001 - an object of the learner's may fail at anything
        return False
    right = [_numbers([want.outcome.result, want.outcome.attributes]) for want in wants]
    if not all(n.size and np.isfinite(n).all() for n in numbers):
        return False
    pairs = list(itertools.combinations(range(len(own)), 2))
    alike = [(i, j) for i, j in pairs if numbers[i].shape == numbers[j].shape]
    judged = [(i, j) for i, j in alike if not _equal(right[i], right[j])]
    if all(_equal(numbers[i], numbers[j]) for i, j in judged) and (judged or alike == pairs):
        return False
    back = [
        _handed_back([of[0].outcome.result, of[0].outcome.attributes], args) for of in (own, wants)
    ]
    return back != [True, False]


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=1e-12)


def _arrays(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays and numbers that a value holds."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Instance):
        value = [*value.init, *value.attributes.values()]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, np.ndarray):
        if value.dtype.kind in "biuf":
            yield np.ma.filled(value.astype(float), np.nan)
    elif isinstance(value, (Real, np.bool_)):
        with contextlib.suppress(OverflowError):
            yield np.asarray(float(value))


def _numbers(value: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0), *(np.ravel(array) for array in _arrays(value))])


def _handed_back(result: Any, args: Sequence[Any]) -> bool:
    mine = [array for array in _arrays(result) if array.ndim]
    given = list(_arrays(list(args)))
    return bool(mine) and all(any(_equal(one, other) for other in given) for one in mine)


def _varied(value: Any) -> Any:
    """Return arguments of the same types and shapes with other numbers in their arrays."""
    turn = itertools.count(1)

    def vary(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        # Another sign and size in each place; but a probability stays a probability.
        rolled = np.roll(value, next(turn))
        scale = 0.75 + 0.2 * np.cos(np.arange(value.size)).reshape(value.shape)
        return rolled * scale if value.dtype.kind == "f" else rolled

    return changed(value, vary)


def _shaped(value: Any, like: Any) -> Any:
    """Reshape the arrays of a result like those of another, where the sizes allow it."""
    if isinstance(like, Mapping) and isinstance(value, Mapping):
        return {key: _shaped(value[key], like[key]) for key in like if key in value}
    if isinstance(like, (list, tuple)) and isinstance(value, (list, tuple)):
        if len(value) == len(like):
            return type(like)(map(_shaped, value, like))
    elif isinstance(like, np.ndarray) and np.size(value) == like.size:
        return np.reshape(value, like.shape)
    elif isinstance(value, np.ndarray) and value.size == 1:
        return value.item()
    return value


def _said_of_error(name: str, one: Run) -> str:
    where = f", in the line `{one.line}`" if one.line else ""
    text = said_of(one.error)
    missing = unwritten(one.error)
    if missing:
        return f"{name} is not written yet." if missing == name else calls_unwritten(name, missing)
    return f"{name} ended in an error{where}: {text}"
