"""What a notebook says to the course: check, hint, carry, progress."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from numbers import Real
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from nnlib import carrying, course
from nnlib.checking import (
    CheckFailed,
    Problem,
    Run,
    Verdict,
    cases_of,
    described,
    differences,
    examine,
    exercise_name,
    no_function,
    number_of_examples,
    replaced,
    run,
    said_of,
    unwritten,
)
from nnlib.comparing import Difference, compare
from nnlib.course import Cases
from nnlib.panels import Panel, show
from nnlib.values import Instance

__all__ = ["Lesson", "lesson"]

_PROGRESS = ".progress.json"


def lesson(name: str) -> Lesson:
    """Return the lesson of this name, such as ``"2-hidden-layer/04_forward_propagation"``.

    Raises
    ------
    ValueError
        If the course has no such lesson.
    """
    return Lesson(name)


class Lesson:
    """One notebook's line to the course.

    In the notebook: `check`, `hint`, `carry`, `progress` and `method`. In hidden tests: `same`,
    `beyond`, `keeps`, `call`, `instance` and `course`.
    """

    def __init__(self, name: str) -> None:
        self.info = course.lesson_info(name)
        self._hints_given: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"lesson {self.info.name}: {self.info.title}"

    # For the learner

    def check(self, function: Callable) -> None:
        """Run your function on the examples of its exercise and show what came of it.

        Parameters
        ----------
        function : callable
            Your function, under the name of the exercise.

        Raises
        ------
        CheckFailed
            If something is not right yet. The panel says what.
        """
        namespace = sys._getframe(1).f_globals
        name = self._name(function, namespace)
        graded = carrying.GRADING in os.environ
        if not callable(function):
            self._note(name, "wrong")
            if not graded:
                show(Panel("wrong", no_function(name, function)))
            raise CheckFailed(no_function(name, function))
        verdict = self._examine(name, function, namespace)
        panel = self._panel(name, verdict, namespace)
        self._note(name, verdict.status)
        passed = verdict.status == "right" or (graded and verdict.plain)
        if not graded:
            show(panel)
        if not passed:
            # A mistake with a name is told in the same words by the check and by every test.
            said = verdict.named or panel.lines or [panel.title]
            raise CheckFailed(
                f"{name}: {' '.join(said)}"
                if graded
                else f"The check of {name} has not passed yet: see above."
            )

    def hint(self, function: Callable | str) -> None:
        """Show the next hint for an exercise: first a nudge, then closer, then nearly there."""
        name = self._name(function, sys._getframe(1).f_globals)
        hints = cases_of(self.info.name, name).hints
        given = min(self._hints_given.get(name, 0) + 1, len(hints))
        self._hints_given[name] = given
        more = "" if given < len(hints) else "This is the last hint."
        title = f"{name}, {given} of {len(hints)}. {hints[given - 1]}"
        show(Panel("hint", title, [more] if more else []))

    def carry(self, *names: str, use: str = "own") -> Any:
        """Bring functions over from your own earlier notebooks.

        Parameters
        ----------
        *names : str
            The functions; ``"2-hidden-layer/nn_model"`` for one of another part.
        use : str
            ``"own"``, or ``"course"`` for the course's versions, where they are at hand.

        Returns
        -------
        function, or tuple of functions in the order of `names`

        Raises
        ------
        CarryError
            If a function is missing or does not pass its check; it names the notebook to go to.
        """
        if use not in ("own", "course"):
            raise ValueError(f'use is "own" or "course", not {use!r}.')
        graded = carrying.GRADING in os.environ
        if graded or use == "course":
            folder = carrying.course_folder()
            if folder is None:
                raise carrying.CarryError(
                    'There are no solutions/ here, so use="course" has nothing to give. '
                    "Solve the earlier notebooks first; hint() helps."
                )
        else:
            folder = self._notebooks()
        found = []
        seen: dict[Any, Any] = {}
        for name in names:
            if graded or use == "course":
                found.append(carrying.find(name, self.info.name, folder, seen).value)
                continue
            try:
                found.append(self._verified(name, folder, seen, "own"))
            except carrying.CarryError as error:
                try:
                    # It may stand in another cell than the one that is meant for it.
                    found.append(self._verified(name, folder, {}, "last"))
                except carrying.CarryError:
                    raise error from None
        if use == "course" and not graded:
            plural = "s" if len(names) > 1 else ""
            show(Panel("note", f"The course's version{plural} of {', '.join(names)}, not yours."))
        return found[0] if len(found) == 1 else tuple(found)

    def progress(self) -> None:
        """Show which exercises of the course have passed their check, a bar a notebook."""
        done = self._passed()
        bars = [
            (
                f"{info.name} {info.title}",
                sum(name in done.get(info.name, ()) for name in info.exercises),
                len(info.exercises),
            )
            for info in course.lessons()
        ]
        passed, of = sum(b[1] for b in bars), sum(b[2] for b in bars)
        title = f"{passed} of {of} exercises have passed their check."
        show(Panel("progress", title, bars=[bar for bar in bars if bar[2]]))

    @staticmethod
    def method(cls: type) -> Any:
        """Decorate a function that takes `self`: it becomes a method of `cls`."""
        return carrying.attach(cls)

    # For hidden tests

    @property
    def course(self) -> SimpleNamespace:
        """The course's own functions of this lesson. There where `solutions/` is, or a grader."""
        return SimpleNamespace(**self._course())

    @staticmethod
    def instance(of: str, *init: Any, **attributes: Any) -> Instance:
        """Describe an object of the learner's class: what to call it with, what to set then."""
        return Instance(of, init, attributes)

    def same(
        self,
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
            Compare these parts of the result only.
        start : sequence, optional
            Arguments for which a training function returns what it starts from. Where it starts
            from weights of its own and not from those `given`, it is compared from these.
        rtol, atol : float
            As in `numpy.isclose`.
        """
        namespace = sys._getframe(1).f_globals
        tolerance = {"rtol": rtol, "atol": atol}
        self._judge(function, args, namespace, given, read, parts, tolerance, start=start)

    def keeps(
        self,
        function: Callable,
        *args: Any,
        given: Mapping[str, Any] | None = None,
        plain: Sequence[Any] = (),
    ) -> None:
        """Assert that a call leaves its arguments as they were.

        A wrong result does as well: other tests judge it. But it has to be one, that is, finite
        numbers that depend on the arguments and are not just the arguments handed back. Where
        `plain` are the arguments of the plain case, the result of that call has to be one.
        """
        namespace = sys._getframe(1).f_globals
        name = self._name(function, namespace)
        if not callable(function):
            raise AssertionError(no_function(name, function))
        cases = cases_of(self.info.name, name)
        options = {"given": given, "arguments": cases.arguments}
        plain = plain or args
        calls = [args, plain, _varied(plain), _varied(_varied(plain))]
        want, *wants = self._wanted(name, calls, options)
        said = ""
        for _ in self._settings(name, namespace):
            one, *own = (run(function, a, namespace, **options) for a in calls)
            found = differences(one, want.outcome, cases.parts)
            changed = [d for d in found if d.kind == "changed"]
            if not found or (not changed and _answers(own, wants, plain)):
                return
            said = said or " ".join(f"{d.summary}." for d in changed)
        if said:
            raise AssertionError(f"{name}: {said}")
        self._judge(function, args, namespace, given, (), (), {})

    def beyond(
        self,
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

        It is right if it is what the course's function gives, as in `same`. If the function is
        wrong in the plain case, which other tests judge, it is also right if it is what follows
        from the function's own plain answers, up to their shape.

        Parameters
        ----------
        plain : sequence of tuples
            The arguments of calls of the plain case.
        follows : callable
            Takes the results of these calls (with `read`, the dictionaries of attributes) and
            returns what the call should give.
        """
        namespace = sys._getframe(1).f_globals
        try:
            self._judge(function, args, namespace, given, read, parts, {"rtol": rtol, "atol": atol})
            return
        except AssertionError as raised:
            error = raised
        name = self._name(function, namespace)
        cases = cases_of(self.info.name, name)
        options = {"given": given, "read": read, "arguments": cases.arguments}
        calls = [*plain, _varied(plain[0]), _varied(_varied(plain[0]))]
        want, *wants = self._wanted(name, [args, *calls], options)
        for _ in self._settings(name, namespace):
            one, *own = (run(function, a, namespace, **options) for a in (args, *calls))
            if not any(self._differ(r, w, cases, parts) for r, w in zip(own, wants, strict=True)):
                continue
            if one.error is not None or not _answers(own, wants, calls[0]):
                continue
            try:
                got, *results = (
                    _shaped(_given_by(r, read), _given_by(w, read))
                    for r, w in zip([one, *own[:-2]], [want, *wants[:-2]], strict=True)
                )
                found = compare(got, follows(*results), names=cases.parts, rtol=rtol, atol=atol)
            except Exception:  # noqa: BLE001, S112 - from such answers, nothing follows
                continue
            if not _of_parts(found, parts):
                return
        raise error

    def call(
        self,
        function: Callable,
        *args: Any,
        given: Mapping[str, Any] | None = None,
        read: tuple[str, ...] = (),
    ) -> Any:
        """Return what a call on copies of `args` gives; with `read`, attributes as well.

        The call is made among the course's versions of the other exercises, so that an assertion
        about its result judges this step alone.

        Raises
        ------
        AssertionError
            If the call ends in an error, among the learner's own functions and the course's. The
            error is its cause.
        """
        namespace = sys._getframe(1).f_globals
        name = self._name(function, namespace)
        if not callable(function):
            raise AssertionError(no_function(name, function))
        options = {"given": given, "read": read}
        with replaced(namespace, self._others(name)):
            one = run(function, args, namespace, **options)
        if one.error is not None:
            own = run(function, args, namespace, **options)
            one = one if own.error is not None else own
        if one.error is not None:
            raise AssertionError(_said_of_error(name, one)) from one.error
        result = one.outcome.result
        return (result, dict(one.outcome.attributes)) if read else result

    # What these share

    def _name(self, function: Any, namespace: Mapping[str, Any]) -> str:
        return exercise_name(function, tuple(self.info.exercises), namespace)

    def _course(self) -> dict[str, Any]:
        folder = carrying.course_folder()
        if folder is None:
            raise FileNotFoundError("The course's solutions are not at hand: run this in a clone.")
        return carrying.course_namespace(self.info.name, folder)

    def _others(self, name: str) -> dict[str, Any]:
        """The course's versions of every other exercise of this notebook."""
        versions = self._course()
        found = {}
        for other in self.info.exercises:
            if other != name and other in versions:
                owner = cases_of(self.info.name, other).method
                found[f"{owner}.{other}" if owner else other] = versions[other]
        return found

    def _examine(
        self, name: str, function: Callable, namespace: MutableMapping[str, Any]
    ) -> Verdict:
        cases = cases_of(self.info.name, name)
        verdict = examine(function, cases, namespace)
        if carrying.GRADING in os.environ and not verdict.plain:
            others = self._others(name)
            if others:
                with replaced(namespace, others):
                    verdict = examine(function, cases, namespace)
        return verdict

    def _wanted(self, name: str, calls: Sequence[Sequence[Any]], options: dict) -> list[Run]:
        """Return what the course's function gives."""
        versions = self._course()
        wants = [run(versions[name], args, versions, **options) for args in calls]
        for want in wants:
            if want.error is not None:
                raise RuntimeError(f"the course's {name} fails: {want.error}") from want.error
        return wants

    def _settings(self, name: str, namespace: MutableMapping[str, Any]) -> Iterator[None]:
        """Call a function as it is, and then among the course's versions of the others.

        It is not this exercise's fault if it is right there.
        """
        yield
        others = self._others(name)
        if others:
            with replaced(namespace, {**others, **_aliases(namespace, others)}):
                yield

    @staticmethod
    def _differ(
        one: Run, want: Run, cases: Cases, parts: Sequence[str] = (), m: int | None = None, **tol
    ) -> list[Difference]:
        found = differences(one, want.outcome, cases.parts, m, **tol)
        return [d for d in _of_parts(found, parts) if d.kind != "changed"]

    def _judge(self, function, args, namespace, given, read, parts, tolerance, start=()):
        name = self._name(function, namespace)
        if not callable(function):
            raise AssertionError(no_function(name, function))
        cases = cases_of(self.info.name, name)
        options = {"given": given, "read": read, "arguments": cases.arguments}
        m = number_of_examples(cases.arguments, args)
        (want,) = self._wanted(name, [args], options)
        found: list[Difference] = []
        for _ in self._settings(name, namespace):
            one = run(function, args, namespace, **options)
            found = self._differ(one, want, cases, parts, m, **tolerance)
            if not found:
                return
            if start and one.error is None:
                began = run(function, start, namespace, **options)
                other = run(function, start, namespace, **{**options, "given": _other(given)})
                if self._differ(began, other, cases, parts, **tolerance):
                    continue  # it starts from what it is given
                (from_there,) = self._wanted(name, [args], self._from(began, name, start, options))
                moved = self._differ(began, from_there, cases, parts, **tolerance)
                if moved and not self._differ(one, from_there, cases, parts, m, **tolerance):
                    return
        if one.error is not None:
            raise AssertionError(_said_of_error(name, one))
        with replaced(namespace, self._others(name)):
            named = examine(function, cases, namespace).named
        sentences = named or [f"{d.summary}.".replace("?.", "?") for d in found]
        raise AssertionError(f"{name}: {' '.join(sentences)}")

    def _from(self, began: Run, name: str, start: Sequence[Any], options: dict) -> dict:
        """Give the course's function the start of the learner's, where it is one."""
        (want,) = self._wanted(name, [start], options)
        found = differences(began, want.outcome)
        if any(d.kind != "value" for d in found):
            return options
        return {**options, "given": dict.fromkeys(options["given"], began.outcome.result)}

    def _verified(self, name: str, folder: Path, seen: dict[Any, Any], use: str) -> Any:
        """Return a function of the learner's that passes its check at its home."""
        found = carrying.find(name, self.info.name, folder, seen, use)
        name, home, namespace = name.rpartition("/")[2], found.home, found.namespace
        exercises = course.lesson_info(home).exercises
        names = [name] if name in exercises else [n for n in exercises if n in namespace]
        if isinstance(found.value, type):
            names = [n for n in exercises if cases_of(home, n).method == name]
        for one in names:
            if one not in namespace:
                status = "is missing"
            elif not callable(namespace[one]):
                status = f"is {described(namespace[one])} and no function"
            else:
                verdict = examine(namespace[one], cases_of(home, one), namespace)
                if verdict.plain:
                    continue
                status = (
                    "is not written yet"
                    if verdict.status == "not attempted"
                    else "does not pass its check"
                )
            trouble = f" {found.trouble}" if found.trouble else ""
            raise carrying.CarryError(
                f"Your {one} in {home}.ipynb {status}.{trouble} Go back to that notebook, "
                "finish it until its check passes, save it, and run this cell again."
            )
        return found.value

    def _panel(self, name: str, verdict: Verdict, namespace: Mapping[str, Any]) -> Panel:
        if verdict.status == "not attempted":
            return Panel(
                "not attempted",
                f"{name} is still empty. Replace `raise NotImplementedError` by your own lines.",
            )
        if verdict.status == "right":
            return Panel("right", f"{name} passes its check.", advice=verdict.advice)
        lines = list(verdict.named)
        if not verdict.named:
            lines += self._suspects(name, verdict, namespace)
        lines += _said_of(name, verdict.problems[: 1 if verdict.named else 3])
        title = f"{name} does not pass its check."
        if verdict.plain:
            title = f"{name} is right for the plain case; there is more to it."
        return Panel("wrong", title, list(dict.fromkeys(lines)), verdict.advice)

    def _suspects(self, name: str, verdict: Verdict, namespace: Mapping[str, Any]) -> list[str]:
        """Say which other exercise, called by this one, does not pass its own check."""
        code = getattr(namespace.get(name), "__code__", None)
        found = []
        told = {name, *(unwritten(problem.run.error) for problem in verdict.problems)}
        for other in self.info.exercises:
            called = code is not None and other in code.co_names and other in namespace
            if called and other not in told:
                cases = cases_of(self.info.name, other)
                if not examine(namespace[other], cases, dict(namespace)).plain:
                    found.append(f"It calls your {other}, which does not pass its own check yet.")
        return found

    def _notebooks(self) -> Path:
        """The learner's folder of notebooks: the parent of the one that this notebook lies in."""
        here = Path.cwd()
        if here.name != self.info.part:
            raise carrying.CarryError(
                f"This notebook does not lie in the course's folder {self.info.part}, so your "
                "earlier notebooks cannot be found. Open it from notebooks/ in the course folder."
            )
        return here.parent

    def _passed(self) -> dict[str, list[str]]:
        for folder in (Path.cwd().parent, Path.cwd()):
            try:
                return json.loads((folder / _PROGRESS).read_text("utf-8"))
            except (OSError, ValueError):
                continue
        return {}

    def _note(self, name: str, status: str) -> None:
        """Write down that a check passed, in a file beside the notebooks."""
        if carrying.GRADING in os.environ or Path.cwd().name != self.info.part:
            return
        done = self._passed()
        passed = set(done.get(self.info.name, ()))
        passed = passed | {name} if status == "right" else passed - {name}
        if sorted(passed) == done.get(self.info.name, []):
            return
        done[self.info.name] = sorted(passed)
        try:
            (Path.cwd().parent / _PROGRESS).write_text(json.dumps(done, indent=1), "utf-8")
        except OSError:
            show(Panel("note", "Your progress could not be saved: this folder is read-only."))


def _lookup(namespace: Mapping[str, Any], name: str) -> Any:
    owner, _, method = name.rpartition(".")
    try:
        return getattr(namespace[owner], method, None) if owner else namespace[name]
    except Exception:  # noqa: BLE001 - what a grader cannot look up is no function either
        return None


def _aliases(namespace: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """The course's versions for the learner's second names of the same functions."""
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
    """Whether results are answers at all, be they right or wrong.

    That is, finite numbers, which differ between calls for which the course's differ, and are not
    just `args`.
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


def _varied(value: Any, turn: Iterator[int] | None = None) -> Any:
    """Return arguments of the same kinds and shapes with other numbers in their arrays."""
    turn = turn or itertools.count(1)
    if isinstance(value, np.ndarray):
        # Other signs in each place, and other sizes; but a probability stays one.
        moved = np.roll(value, next(turn))
        scale = 0.75 + 0.2 * np.cos(np.arange(value.size)).reshape(value.shape)
        return moved * scale if value.dtype.kind == "f" else moved
    if isinstance(value, dict):
        return {key: _varied(item, turn) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_varied(item, turn) for item in value])
    if isinstance(value, Instance):
        return Instance(value.of, value.init, _varied(dict(value.attributes), turn))
    return value


def _other(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return stand-ins that give other numbers."""

    def stand_in(value: Any) -> Any:
        if not callable(value):
            return _varied(value)
        return lambda *args, **named: _varied(value(*args, **named))

    return {name: stand_in(value) for name, value in given.items()}


def _shaped(value: Any, like: Any) -> Any:
    """Give the arrays of a result the shapes that they should have, where they fit in."""
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
        return f"{name} is not written yet." if missing == name else _calls(name, missing)
    return f"{name} ended in an error{where}: {text}"


def _calls(name: str, missing: str) -> str:
    return f"{name} calls {missing}, which is not written yet: write {missing} first."


def _said_of(name: str, problems: Sequence[Problem]) -> list[str]:
    """Return a line for each difference, with the first example that shows it."""
    lines: dict[str, str] = {}
    for problem in problems:
        beyond = f" ({problem.example.beyond})" if problem.example.beyond else ""
        for d in problem.differences:
            missing = unwritten(problem.run.error)
            if missing:
                key, line = missing, _calls(name, missing)
            elif d.kind == "error":
                where = f" in your line `{problem.run.line}`" if problem.run.line else ""
                key = problem.run.line + d.detail.partition(":")[0]
                line = f"{problem.call}{beyond} stopped{where} with `{d.detail}`."
            else:
                # The same thing said with another example's sizes is the same thing.
                key = d.part + d.kind
                detail = f" ({d.detail})" if d.detail else ""
                line = f"{problem.call}{beyond}: {d.summary}{detail}."
            lines.setdefault(key, line.replace("?.", "?"))
    return list(lines.values())
