"""What a notebook calls: check, hint, solution, carry, progress, doctor."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import json
import re
import sys
import textwrap
import zlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mistakes.calling import replaced, time_limit, unwritten
from mistakes.checking import (
    CheckResult,
    calls_unwritten,
    examine,
    no_function,
)
from mistakes.comparing import kind_of
from mistakes.errors import line_of
from mistakes.values import Instance
from nnlib import carrying, contract, course
from nnlib.languages import local
from nnlib.panels import Panel, Told, show
from nnlib.statements import cells_of, without_markers

_FAILED = "The check of {} has not passed yet."
# JupyterLite parses a file that ends in .json while it is still empty, and never answers again.
_PROGRESS = ".progress.txt" if sys.platform == "emscripten" else ".progress.json"
_LAST = "last"  # in that file: the lesson of the last check


class CheckFailed(AssertionError):
    """A check did not pass. The panel above it has said why, so no traceback is shown."""

    def _render_traceback_(self) -> list[str]:
        return [str(self).partition("\n")[0]]


class Misused(Told, ValueError):
    """A method of the lesson was called in a way that makes no sense; the message says why."""

    kind = "note"


class NotInstalled(Told, ImportError):
    """A library that part 5 compares with is missing; the sentence says how to get it."""

    kind = "note"

    def __init__(self, library: str | None) -> None:
        super().__init__(_IN_BROWSER if sys.platform == "emscripten" else _GET.format(library))


_GET = (
    "{} is not installed. Part 5 compares with Keras on JAX: run "
    "`%pip install keras==3.15.1 jax==0.10.2` in a cell, then restart the kernel. "
    "The exercises work without it."
)
_IN_BROWSER = (
    "Keras is for the course on a machine of your own: no browser has it. "
    "The exercises work without it; the cells that use it are for there."
)


_GROWN = (
    "The course has grown since it was installed here: run `pip install -r requirements.txt` again "
    "in the course folder, and restart the kernel."
)


class Lesson:
    """A lesson by its name, such as ``"2-hidden-layer/04_forward_propagation"``.

    Notebooks call `check`, `hint`, `solution`, `carry`, `progress`, `doctor`, `method`, and recaps
    `quiz` and `code_of`; hidden tests use `course`, `versions`, `others` and `instance`.

    Raises
    ------
    ValueError
        If the course has no lesson of this name.
    """

    def __init__(self, name: str) -> None:
        self.info = course.lesson_info(name)
        self._hints_given: dict[str, int] = {}
        self._last = ""  # the exercise that was asked about last
        self._tried: set[str] = set()

    def __repr__(self) -> str:
        return f"lesson {self.info.name}: {self.info.title}"

    # For the learner

    def check(self, function: Any = ...) -> None:
        """Run your function on the examples of its exercise and show how it did.

        Parameters
        ----------
        function : callable
            Your function, under the name of the exercise.

        Raises
        ------
        CheckFailed
            If something is not right yet. The panel says what.
        """
        if function is ... or (isinstance(function, str) and function in self.info.exercises):
            name = next(iter(self.info.exercises), "name") if function is ... else function
            raise Misused(f"check takes the function itself: lesson.check({name}).")
        namespace = sys._getframe(1).f_globals
        name = self._name(function, namespace)
        graded = contract.graded()
        if not callable(function):
            self._note(name, "wrong")
            if not graded:
                show(Panel("wrong", no_function(name, function)))
            raise CheckFailed(no_function(name, function))
        try:
            with contextlib.nullcontext() if graded else time_limit():
                verdict = self._examine(name, function, namespace)
        except KeyboardInterrupt as stopped:
            if graded:
                raise
            raise self._stopped(name, stopped) from None
        panel = self._panel(name, verdict, namespace)
        if failed := _not_run(name, namespace):
            panel = replace(panel, lines=[failed, *panel.lines])
        self._note(name, verdict.status)
        passed = verdict.status == "right" or (graded and verdict.plain)
        if not graded:
            show(panel)
        if not passed:
            # The check and every hidden test describe a known mistake in the same words.
            said = verdict.named or panel.lines[:4] or [panel.title]
            if graded:
                raise CheckFailed(f"{name}: {' '.join(said)}")
            # Its first sentence again, for whoever sees no panel: nbgrader's Validate, a log.
            raise CheckFailed(f"{local(_FAILED.format(name))} {local(said[0])}")

    def hint(self, function: Callable | str | None = None) -> None:
        """Show the next hint for an exercise: first a nudge, then closer, then nearly there.

        Without a function, for the exercise that was asked about last.
        """
        name = self._meant(function, sys._getframe(1).f_globals)
        hints = course.cases(self.info.name, name).hints
        given = min(self._hints_given.get(name, 0) + 1, len(hints))
        self._hints_given[name] = given
        more = []
        if given == len(hints):
            more = ["This is the last hint."]
            if self._course_text(name):
                more = [f"{more[0]} After a try, `lesson.solution({name})` shows the course's."]
        title = f"{name}, {given} of {len(hints)}. {hints[given - 1]}"
        show(Panel("hint", title, more))

    def solution(self, function: Callable | str | None = None) -> None:
        """Show your code and the course's, one below the other, once you have tried the exercise.

        Without a function, for the exercise that was asked about last.
        """
        namespace = sys._getframe(1).f_globals
        name = self._meant(function, namespace)
        text = self._course_text(name)
        if not text:
            show(Panel("note", "The course's solutions are not at hand here."))
        elif name not in self._tried and name not in self._passed().get(self.info.name, ()):
            show(Panel("note", f"Try {name} first, and run its check: then this shows both."))
        else:
            own = ""
            with contextlib.suppress(OSError, TypeError):  # its source is not at hand
                own = inspect.getsource(inspect.unwrap(namespace[name]))
            folds = [("Your code", own)] if own else []
            show(Panel("note", f"{name}, two ways.", folds=[*folds, ("The course's code", text)]))

    def doctor(self) -> None:
        """Say what would go wrong when this notebook, as it is saved, is graded."""
        if contract.graded():
            return
        try:
            # Imported when it is asked for: nnlib works without nntools.
            doctor = importlib.import_module("nntools.doctor")
        except ModuleNotFoundError as error:
            if error.name != "nntools":
                raise
            show(Panel("note", _GROWN))
        else:
            doctor.look(self.info, sys._getframe(1).f_globals)

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
            raise Misused(f'use is "own" or "course", not {use!r}.')
        for name in names or (self.carry,):
            if not isinstance(name, str):
                shown = getattr(name, "__name__", "name") if names else "name"
                raise Misused(f'carry takes names, in quotation marks: lesson.carry("{shown}").')
        own = use == "own" and not contract.graded()
        folder = self._notebooks() if own else carrying.course_folder()
        if folder is None:
            raise carrying.CarryError(
                'There are no solutions/ here, so use="course" has nothing to give. '
                "Solve the earlier notebooks first; hint() helps."
            )
        seen: dict[Any, Any] = {}
        if own:
            found = [self._own(name, folder, seen) for name in names]
        else:
            here = self.info.name
            found = [carrying.find(name, here, folder, seen, "course").value for name in names]
        if use == "course" and not contract.graded():
            plural = "s" if len(names) > 1 else ""
            show(Panel("note", f"The course's version{plural} of {', '.join(names)}, not yours."))
        return found[0] if len(found) == 1 else tuple(found)

    def progress(self) -> None:
        """Show which exercises of the course have passed their check, and where to go on."""
        done = self._passed()
        up = "" if Path(self.info.part).is_dir() else "../"
        links, bars, left = {}, [], []
        for info in course.lessons():
            link = f"[{info.name} {info.title}]({up}{info.name}.ipynb)"
            links[info.name] = link
            to_do = [name for name in info.exercises if name not in done.get(info.name, ())]
            left += [f"Next: {name}, in {link}." for name in to_do]
            if of := len(info.exercises):
                bars.append((link, of - len(to_do), of))
        passed, of = sum(b[1] for b in bars), sum(b[2] for b in bars)
        title = f"{passed} of {of} exercises have passed their check."
        lines = []
        if last := links.get(str(done.get(_LAST))):
            lines.append(f"You were last in {last}.")
        if passed:
            lines += left[:1]
        if up and Path.cwd().name != self.info.part:
            lines.append(f"Checks count in notebooks that lie in their folder, {self.info.part}.")
        show(Panel("progress", title, lines, bars=bars))

    def quiz(self, answers: Mapping[int, str], keys: Sequence[int], places: Sequence[str]) -> None:
        """Say which letters of a quiz are right, and where to look for the others.

        Parameters
        ----------
        answers : dict
            A letter for the number of each question, or an empty text.
        keys : sequence of int
            What `quiz_keys` makes of the right letters.
        places : sequence of str
            For each question the notebook that explains it.
        """
        if not isinstance(answers, Mapping):
            raise Misused('Write your letters between the quotation marks: {1: "a", 2: "", …}.')
        given = [re.sub(r"\W", "", str(answers.get(n + 1, ""))).lower() for n in range(len(keys))]
        rows = [*zip(given, self.quiz_keys(given), keys, places, strict=True)]
        right = sum(own == key for _, own, key, _ in rows)
        lines = [
            f"Question {number}: not yet. Look at notebook {place}."
            for number, (letter, own, key, place) in enumerate(rows, 1)
            if letter and own != key
        ]
        if empty := [str(number) for number, letter in enumerate(given, 1) if not letter]:
            lines.append(f"No answer yet: {', '.join(empty)}.")
        kind = "right" if right == len(keys) else "progress"
        show(Panel(kind, f"{right} of {len(keys)} answers are right.", lines))

    def quiz_keys(self, letters: Sequence[str]) -> list[int]:
        """Return the numbers that stand for letters in a notebook, which does not tell them."""
        texts = [f"part {self.info.part[0]}, {n}{letter}" for n, letter in enumerate(letters, 1)]
        return [zlib.crc32(text.encode()) % 1000 for text in texts]

    @staticmethod
    def code_of(*functions: Callable) -> str:
        """Return the code of functions, without their decorators and docstrings."""
        texts = []
        for function in functions:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
            tree.body[0].decorator_list = []
            if ast.get_docstring(tree.body[0]):
                del tree.body[0].body[0]
            texts.append(ast.unparse(tree))
        return "\n\n\n".join(texts)

    @staticmethod
    def method(cls: type) -> Any:
        """Decorate a function that takes `self`: it becomes a method of `cls`."""
        return carrying.attach(cls)

    # For hidden tests

    @property
    def course(self) -> SimpleNamespace:
        """The course's own functions of this lesson; needs `solutions/` or a grader."""
        return SimpleNamespace(**self.versions())

    def versions(self) -> dict[str, Any]:
        """Return the names of this lesson's solution.

        Raises
        ------
        FileNotFoundError
            If there is no `solutions/` here.
        """
        folder = carrying.course_folder()
        if folder is None:
            raise FileNotFoundError("The course's solutions are not at hand: run this in a clone.")
        return carrying.course_namespace(self.info.name, folder)

    def others(self, name: str) -> dict[str, Any]:
        """Return the course's versions of every other exercise of this notebook."""
        versions = self.versions()
        found = {}
        for other in self.info.exercises:
            if other != name and other in versions:
                owner = course.cases(self.info.name, other).method
                found[f"{owner}.{other}" if owner else other] = versions[other]
        return found

    @staticmethod
    def instance(of: str, *init: Any, **attributes: Any) -> Instance:
        """Describe an object of the learner's class: its arguments, then attributes to be set."""
        return Instance(of, init, attributes)

    # Shared by these

    def _name(self, function: Any, namespace: Mapping[str, Any]) -> str:
        try:
            self._last = course.exercise_name(function, tuple(self.info.exercises), namespace)
        except ValueError as error:
            raise Misused(str(error)) from None
        return self._last

    def _meant(self, function: Any, namespace: Mapping[str, Any]) -> str:
        """Return the exercise that is meant: by name, or the one asked about last, or the next."""
        done = self._passed().get(self.info.name, ())
        names = [*self.info.exercises]
        if not names:
            raise Misused("This notebook has no exercise.")
        if function is None:
            function = self._last or next((n for n in names if n not in done), names[0])
        return self._name(function, namespace)

    def _course_text(self, name: str) -> str:
        """Return the code of the course's solution of an exercise; empty where there is none."""
        path = Path(__file__).parents[1] / "solutions" / f"{self.info.name}.py"
        if not path.is_file():
            return ""
        cells = cells_of(self.info.name, path.parents[1])
        text = next((text for exercise, text in cells if exercise == name), "")
        return without_markers(text.partition("\n")[2]).strip()  # below its header

    def _stopped(self, name: str, stopped: BaseException) -> CheckFailed:
        """Show that a check was stopped, and in which of the learner's lines."""
        line = line_of(stopped)
        where = f", in your line `{line}`" if line else ""
        self._note(name, "wrong")
        title = f"The check of {name} was stopped{where}."
        show(Panel("wrong", title, ["Does a loop never end, or does it do more than it has to?"]))
        return CheckFailed(local(_FAILED.format(name)))

    def _examine(
        self, name: str, function: Callable, namespace: MutableMapping[str, Any]
    ) -> CheckResult:
        cases = course.cases(self.info.name, name)
        verdict = examine(function, cases, namespace)
        if contract.graded() and not verdict.plain:
            others = self.others(name)
            if others:
                with replaced(namespace, others):
                    verdict = examine(function, cases, namespace)
        return verdict

    def _own(self, name: str, folder: Path, seen: dict[Any, Any]) -> Any:
        try:
            return self._verified(name, folder, seen, "own")
        except carrying.CarryError:
            # The function may be in another cell than the exercise's.
            with contextlib.suppress(carrying.CarryError):
                return self._verified(name, folder, {}, "last")
            raise

    def _verified(self, name: str, folder: Path, seen: dict[Any, Any], use: str) -> Any:
        """Return what is found if every exercise in it passes its check."""
        found = carrying.find(name, self.info.name, folder, seen, use)
        if isinstance(found.value, type):
            # Several notebooks may add methods to a class; each carried it from the one before.
            for earlier in [one for one in seen.values() if one.name == found.name]:
                self._verify(earlier)
        else:
            self._verify(found)
        return found.value

    @staticmethod
    def _verify(found: carrying.Found) -> None:
        home, namespace = found.home, found.namespace
        exercises = course.lesson_info(home).exercises
        names = (
            [found.name] if found.name in exercises else [n for n in exercises if n in namespace]
        )
        if isinstance(found.value, type):
            names = carrying.methods_of(found.name, home)
        for one in names:
            if one not in namespace:
                status = "is missing"
            elif not callable(namespace[one]):
                status = f"is {kind_of(namespace[one])}, not a function"
            else:
                verdict = examine(namespace[one], course.cases(home, one), namespace)
                if verdict.plain:
                    continue
                untouched = verdict.status == "not attempted"
                status = "is not written yet" if untouched else "does not pass its check"
            trouble = f" {found.trouble}" if found.trouble else ""
            raise carrying.CarryError(
                f"Your {one} in {home}.ipynb {status}.{trouble} Go back to that notebook, "
                "finish it until its check passes, save it, and run this cell again."
            )

    def _panel(self, name: str, verdict: CheckResult, namespace: MutableMapping[str, Any]) -> Panel:
        if verdict.status == "not attempted":
            return Panel(
                "not attempted",
                f"{name} is still empty. Replace `raise NotImplementedError` by your own lines.",
            )
        if verdict.status == "right":
            return Panel("right", f"{name} passes its check.", advice=verdict.advice)
        # Where another exercise is to blame, naming a mistake in this one would be wrong. A grader
        # calls with the course's versions of the others.
        spoilt = [] if contract.graded() else self._suspects(name, verdict, namespace)
        if spoilt:
            verdict = replace(verdict, named=())
        lines = [*spoilt, *verdict.named, *verdict.seen, *_said_of(name, verdict)]
        title = f"{name} does not pass its check."
        advice = [f"Stuck? `lesson.hint({name})` gives a hint."]
        if verdict.plain:
            title = f"{name} is right for the plain case; there is more to it."
            advice = [*verdict.advice, *advice]
        printed = next((p for p in verdict.problems if p.run.printed), None)
        folds = [(f"What it printed: {printed.call}", printed.run.printed)] if printed else []
        return Panel("wrong", title, list(dict.fromkeys(lines)), advice, folds=folds)

    def _suspects(
        self, name: str, verdict: CheckResult, namespace: MutableMapping[str, Any]
    ) -> list[str]:
        """Say which exercises that this one calls may be to blame for its failure."""
        code = getattr(namespace.get(name), "__code__", None)
        found = []
        told = {name, *(unwritten(problem.run.error) for problem in verdict.problems)}
        for other in self.info.exercises:
            called = code is not None and other in code.co_names and other in namespace
            if called and other not in told:
                # In its own names, not in a copy: there its examples replace what it calls.
                own = examine(namespace[other], course.cases(self.info.name, other), namespace)
                changes = any(d.kind == "changed" for p in own.problems for d in p.differences)
                beyond = own.status == "wrong" and (verdict.plain or changes)
                if beyond or not own.plain:
                    found.append(f"It calls your {other}, which does not pass its own check yet.")
        return found

    def _notebooks(self) -> Path:
        """Return the learner's folder of notebooks, in which this part's folder lies."""
        here, part = Path.cwd(), self.info.part
        if here.name == part:
            return here.parent
        if (here / part).is_dir():  # as in Colab, where a notebook lies in no folder of its own
            return here
        told = (
            f"This notebook does not lie in the course's folder {part}, so your earlier notebooks "
            "cannot be found. "
        )
        if "google.colab" in sys.modules:
            raise carrying.CarryError(
                f"{told}Make a folder {part} with `!mkdir {part}`, upload them into it on the left "
                "under Files, and run this cell again. Or mount your Drive there, and go to where "
                "your folders of parts lie with `%cd`."
            )
        raise carrying.CarryError(f"{told}Open it from notebooks/ in the course folder.")

    def _passed(self) -> dict[str, Any]:
        for folder in (Path.cwd().parent, Path.cwd()):
            try:
                return json.loads((folder / _PROGRESS).read_text("utf-8"))
            except (OSError, ValueError):
                continue
        return {}

    def _note(self, name: str, status: str) -> None:
        """Record whether a check passed, in a file beside the notebooks."""
        self._tried |= {name} if status != "not attempted" else set()
        if contract.graded() or Path.cwd().name != self.info.part:
            return
        done = self._passed()
        passed = set(done.get(self.info.name, ()))
        passed = passed | {name} if status == "right" else passed - {name}
        if sorted(passed) == done.get(self.info.name, []) and done.get(_LAST) == self.info.name:
            return
        done |= {self.info.name: sorted(passed), _LAST: self.info.name}
        try:
            (Path.cwd().parent / _PROGRESS).write_text(json.dumps(done, indent=1), "utf-8")
        except OSError:
            show(Panel("note", "Your progress could not be saved: this folder is read-only."))


def _said_of(name: str, verdict: CheckResult) -> list[str]:
    """Return a line for each difference, with the smallest example that shows it.

    A named mistake is shown by one difference; those that it does not explain follow.
    """
    lines: dict[str, str] = {}
    problems = sorted(verdict.problems, key=lambda p: (bool(p.example.beyond), p.example.size))
    for problem in problems[:3]:
        beyond = f" ({problem.example.beyond})" if problem.example.beyond else ""
        for d in problem.differences:
            if verdict.named and lines and (d.part or "the result") not in verdict.left:
                continue
            missing = unwritten(problem.run.error)
            if missing:
                key, line = missing, calls_unwritten(name, missing)
            elif d.kind == "error":
                where = f" in your line `{problem.run.line}`" if problem.run.line else ""
                key = problem.run.line + d.detail.partition(":")[0]
                line = f"{problem.call}{beyond} stopped{where} with `{d.detail}`."
                line += " " * bool(problem.run.meaning) + problem.run.meaning
            else:
                # The same thing said with another example's sizes is the same thing.
                key = d.part + d.kind
                detail = f" ({d.detail})" if d.detail else ""
                line = f"{problem.call}{beyond}: {d.summary}{detail}."
            lines.setdefault(key, line.replace("?.", "?"))
    return list(lines.values())


def _not_run(name: str, namespace: Mapping[str, Any]) -> str:
    """Say if the last cell that defines `name` has a syntax error, so that an older one is judged.

    Return an empty text if it has none.
    """
    for text in reversed(namespace.get("In") or ()):
        if re.search(rf"^\s*def {name}\b", text, re.MULTILINE):
            try:
                compile(text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            except SyntaxError as error:
                line = f" in the line `{error.text.strip()}`" if error.text else ""
                return (
                    f"The last cell with `def {name}` did not run: {error.msg}{line}. Mend it and "
                    "run it first: what is checked here is the version before."
                )
            return ""
    return ""
