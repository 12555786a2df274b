"""Grade one notebook: run the plan, turn what happens into results and a graded notebook."""

from __future__ import annotations

import ast
import contextlib
import html
import json
import os
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evenhand.evidence import Evidence
from evenhand.examiner import ADDRESS, NO_TOTAL, Examiner, Verdict, _sentence
from evenhand.handins import beside
from evenhand.kernels import Kernel, KernelLost
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.pictures import PictureError, redrawn
from evenhand.quoting import stripped
from evenhand.reading import (
    Plan,
    Source,
    Step,
    Submission,
    below,
    defined,
    definitions,
    plan,
    read_source,
    read_submission,
)
from evenhand.results import Flag, NotebookResult, TestResult, weightiest_first

__all__ = ["NotCertain", "grade", "without_submission"]

# What the graded notebook shows of one that was handed in, in characters of JSON: outputs, the
# learner's cells, either of one cell; and pixels that are decoded. docs/grading.md gives the sums.
_OUTPUTS = 2_000_000
_TEXT = 1_000_000
_CELL = 1_000_000
_PIXELS = 100_000_000

_MOST_TRIES = 3
_MOST_RESTARTS = 6  # for one exercise
_MOST_PARTS = 20  # of one cell
_TRIED_AGAIN = ("wrong", "error", "not attempted")
_ADDED = " added"  # no exercise has this name
_UNCLEAR = ("other", "false")
_STOPPED = ("timeout", "memory", "crashed")


class NotCertain(Exception):
    """What a notebook earns cannot be told for certain; the text says why."""


def grade(
    submission: Path | None,
    source: Source,
    options: Options,
    *,
    control: socket.socket,
    warm_pid: int,
    folder: str,
    companions: dict[str, bytes],
) -> NotebookResult:
    """Grade one notebook, in a process of its own.

    Parameters
    ----------
    submission
        The submitted file, or None.
    source
        The instructor's notebook.
    options
        Limits and conventions.
    control, warm_pid, folder
        Of the warm process in the sandbox: see `evenhand.kernels.Kernel`.
    companions
        Files that the course gives the notebook.

    Raises
    ------
    NotCertain
        If each try comes to other points.
    """
    began = time.perf_counter()
    if submission is None or not submission.is_file():
        return without_submission(
            source.path,
            options,
            source=source,
            status="missing",
            document=False,
            for_instructor=("No notebook of this name was handed in.",),
            for_learner=("You have not handed in this notebook.",),
        )
    if submission.is_symlink() and not submission.resolve().is_relative_to(
        submission.parent.resolve()
    ):
        return without_submission(
            source.path,
            options,
            source=source,
            status="missing",
            for_instructor=("The file is a link to somewhere else and was not followed.",),
            for_learner=("You handed in a link and not a notebook: hand in the file itself.",),
        )
    try:
        read = read_submission(submission)
    except OSError as error:
        # What is in it may be right: that it cannot be read here is not the learner's fault.
        raise NotCertain(f"the file cannot be read ({error.strerror})") from None
    if not read.readable:
        return without_submission(
            source.path,
            options,
            source=source,
            status="missing",
            for_instructor=read.for_instructor,
            for_learner=read.for_learner,
            seconds=time.perf_counter() - began,
        )
    warm = (control, warm_pid, folder)
    run, tries = _run(submission, read, source, options, warm, companions)
    unclear = {i: v.status for i, v in run.verdicts.items() if v.status in _UNCLEAR}
    if unclear:
        # What a cell that ends in a text, a list or False is worth, the source's own answers show.
        mine = read_submission(source.path)
        own, _ = _run(source.path, mine, source, options, warm, companions)
        ends = {own.todo.steps[i].source: v.status for i, v in own.verdicts.items()}
        for index, status in unclear.items():
            run.settle(index, status, ends[run.todo.steps[index].source])
    return NotebookResult(
        part=source.path.parent.name,
        notebook=source.path.stem,
        tests=tuple(run.results()),
        flags=weightiest_first(run.flags),
        for_instructor=(*read.for_instructor, *run.for_instructor),
        for_learner=(*read.for_learner, *run.for_learner),
        document=run.document(),
        seconds=time.perf_counter() - began,
        tries=tries,
    )


def _run(
    path: Path,
    read: Submission,
    source: Source,
    options: Options,
    warm: tuple[socket.socket, int, str],
    companions: dict[str, bytes],
) -> tuple[_Run, int]:
    """Run what was handed in, as often as it takes to be certain of what it earns.

    A run is certain where every process that was lost or stopped had used up a limit of its own.
    Any other may have been lost by the grader; it counts where another run comes to the same.

    Returns
    -------
    run
        One that is certain.
    tries
        How many it took.

    Raises
    ------
    NotCertain
        If there is none among the first few.
    """
    before: list[list[tuple]] = []
    doubts: list[str] = []
    for number in range(1, _MOST_TRIES + 1):
        try:
            run = _run_once(path, read, source, options, warm, companions)
        except KernelLost as lost:
            doubts.append(lost.detail)
            continue
        if not run.kernel.doubts:
            return run, number
        doubts.append(run.kernel.doubts[0])
        outcome = [(test.name, test.points, test.status) for test in run.results()]
        if outcome in before:
            return run, number
        before.append(outcome)
    raise NotCertain(
        f"its process was lost in each of {_MOST_TRIES} tries, and no two came to the same points "
        f"({'; '.join(dict.fromkeys(doubts))})"
    )


def _run_once(
    path: Path,
    read: Submission,
    source: Source,
    options: Options,
    warm: tuple[socket.socket, int, str],
    companions: dict[str, bytes],
) -> _Run:
    """Run what was handed in, with the files beside it, in a process forked for it."""
    control, warm_pid, folder = warm
    todo = plan(source, read, options)
    environment = {}
    files, _ = beside(source.path.parent, options.ignore)
    own, left_out = beside(path.parent, ("*.pyc",))
    files = {**own, **files}
    if options.environment:
        # Inside, "where the course's versions are" means its companions and nothing else.
        environment[options.environment] = f"{folder}-course"
        files |= {f"../{Path(folder).name}-course/{k}": v for k, v in companions.items()}
        files[f"../{Path(folder).name}-course/.course"] = b""
    kernel = Kernel(
        control, warm_pid, {"folder": folder, "environment": environment}, files, options.memory
    )
    run = _Run(source, todo, options, kernel)
    run.for_instructor += left_out
    try:
        run.all()
    finally:
        kernel.stop()
    return run


def without_submission(
    path: Path,
    options: Options,
    *,
    status: str,
    for_instructor: tuple[str, ...],
    for_learner: tuple[str, ...],
    source: Source | None = None,
    document: bool = True,
    seconds: float = 0.0,
) -> NotebookResult:
    """Return the result where there is nothing to grade: every test, no points."""
    source = source or read_source(path, options)
    tests = [
        TestResult(
            cell.name,
            source.exercise[j],
            source.title(j),
            0.0,
            cell.points,
            status,
            for_learner[0] if for_learner else "",
            bool(cell.manual),
        )
        for j, cell in enumerate(source.cells)
        if cell.graded
    ]
    return NotebookResult(
        part=path.parent.name,
        notebook=path.stem,
        tests=tuple(tests),
        for_instructor=for_instructor,
        for_learner=for_learner,
        document=_blank_document(source, tests, for_learner) if document else "",
        seconds=seconds,
    )


def _blank_document(source: Source, tests: list[TestResult], notes: tuple[str, ...]) -> str:
    """Return the released notebook with a notice, in the place of one that cannot be read."""
    results = {test.name: test for test in tests}
    cells: list[dict] = [
        {"cell_type": "markdown", "id": "notice", "metadata": {}, "source": "\n\n".join(notes)}
    ]
    for j, cell in enumerate(source.cells):
        kind = "test" if cell.test else "manual" if cell.manual else "text"
        step = Step(kind, "", source.released[j], j)
        cells.append(_document_cell(source, step, j, None, results))
    return _notebook_text(source, cells)


def _notebook_text(source: Source, cells: list[dict]) -> str:
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    spec = source.metadata.get("kernelspec")
    if isinstance(spec, dict):
        metadata["kernelspec"] = spec
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1)


class _Run:
    """One notebook being graded."""

    def __init__(self, source: Source, todo: Plan, options: Options, kernel: Kernel) -> None:
        self.source = source
        self.todo = todo
        self.options = options
        self.kernel = kernel
        self.examiner = Examiner(kernel, source.course, options)
        self.examiner.bridge.revive = self._revive
        self.flags: list[Flag] = list(todo.flags)
        self.evidence = Evidence()
        self._exercise = ""
        kernel.heard = self._heard
        self.for_instructor: list[str] = []
        self.for_learner: list[str] = []
        self.outputs: dict[int, list[dict]] = {}
        self.verdicts: dict[int, Verdict] = {}
        self.errors: dict[str, dict] = {}  # exercise -> what went wrong in its cell
        self._done: list[tuple[int, str]] = []
        self._given: set[int] = set()
        self._account = _ADDED  # the exercise that what is done now is for
        self._restarts: Counter[str] = Counter()
        self._spent: Counter[str] = Counter()
        self._worked: Counter[str] = Counter()
        self._room = _OUTPUTS
        self._pixels = _PIXELS
        self._kept = self._needed_later()
        # Of the exercises' functions, those that are none now, and those that were there once.
        self._none = source.course.functions
        self._made: frozenset[str] = frozenset()

    def all(self) -> None:
        """Run every step."""
        for cell in self.source.cells:
            if cell.locked and self.options.setup_tag in cell.tags and cell.kind == "code":
                self.examiner.setup(cell.text)
        self._start()
        for index, step in enumerate(self.todo.steps):
            self._exercise = step.exercise
            if step.kind == "cell" or (step.kind == "manual" and step.text):
                self._cell(index, step)
            elif step.kind == "test":
                self._test(index, step)
        for index in sorted(self.todo.again):
            self._exercise = self.todo.steps[index].exercise
            if self.verdicts[index].status in _TRIED_AGAIN:
                before = self.verdicts[index]
                self._test(index, self.todo.steps[index])
                if self.verdicts[index].points <= before.points:
                    self.verdicts[index] = before
                else:
                    name = self.source.cells[self.todo.steps[index].source].name
                    self.flags.append(
                        Flag(
                            "repaired",
                            f"The test {name} stood above something that it needs; it was run "
                            "again at the end.",
                            self.todo.steps[index].exercise,
                        )
                    )
        self._exercise = ""
        with contextlib.suppress(KernelLost):
            self.kernel.ask({"op": "evidence"}, seconds=5)

    # Cells

    def _start(self) -> None:
        self.kernel.start()

    def _open_account(self, step: Step) -> float:
        """Let what is done now be for a step's exercise; return what that may still cost.

        Each exercise has time and restarts of its own, so that whatever it does is done to no
        other. What the learner added has some, and so has what belongs to no exercise.
        """
        self._account = step.exercise if step.source >= 0 else _ADDED
        return self.options.exercise_seconds - self._spent[self._account]

    @contextlib.contextmanager
    def _charged(self) -> Iterator[None]:
        busy, spent = self.examiner.costs()
        try:
            yield
        finally:
            now_busy, now_spent = self.examiner.costs()
            self._worked[self._account] += now_busy - busy
            self._spent[self._account] += now_spent - spent

    def _too_long(self) -> str:
        """Say that an exercise has no time left."""
        if self._worked[self._account] < self.options.exercise_seconds:
            self.kernel.doubts.append(f"{self._account or 'the notebook'} waited for too long")
        if self._account == _ADDED:
            return "the cells that you added took longer than allowed together"
        return "the cells and tests of this exercise took longer than allowed together"

    def _cell(self, index: int, step: Step) -> None:
        if self._open_account(step) <= 0:
            self._failed_cell(index, step, {"kind": "timeout", "text": self._too_long()})
            return
        with self._charged():
            self._run_cell(index, step)
            if step.exercise:
                self._complete(index, step)

    def _run_cell(self, index: int, step: Step, more: int = _MOST_PARTS) -> None:
        """Run a cell; where a line of it fails, run what stands below it, up to `more` times."""
        try:
            if not self.kernel.running:
                self._revive()
            reply = self._send(index, step.text)
        except KernelLost as lost:
            text = {
                "timeout": f"it did not end after {self.options.cell_seconds:g} seconds",
                "memory": "it wanted more memory than allowed",
            }.get(lost.kind, f"it ended the process ({lost.detail})")
            self._failed_cell(index, step, {"kind": lost.kind, "text": text})
            with contextlib.suppress(KernelLost):
                self._revive()
            return
        self._done.append((index, step.text))
        self.examiner.bridge.changed()
        self.outputs[index], decoded = _clean_outputs(
            reply.get("outputs"), min(_CELL, self._room), self._pixels
        )
        self._pixels -= decoded
        if self.outputs[index]:
            self._room -= len(json.dumps(self.outputs[index]))
        error = reply.get("error")
        if isinstance(error, dict):
            self._note_error(step, error)
            # What was stopped, for time or memory, is not gone on with.
            if more and not error.get("kind"):
                self._run_part(index, step, below(step.text, error.get("at")), more - 1)

    def _complete(self, index: int, step: Step) -> None:
        """See to it that what an exercise's cell defines is there, whatever else it does."""
        error = self.errors.get(step.exercise)
        stopped = error is not None and bool(error.get("kind"))
        missing = defined(step.text) & self._none
        if stopped or missing:
            self._run_part(index, step, definitions(step.text))
        wanted = self.source.course.exercises.get(step.exercise, ())
        if self._none.intersection(wanted) or not self._made.intersection(wanted):
            return
        if error is None:
            self._note_rebound(missing, step.exercise)
        elif stopped or below(step.text, error.get("at")):
            told = f"{_stops(step.exercise, error)} The rest of the cell was run all the same."
            self._note(told, told, step.exercise)

    def _note_rebound(self, names: frozenset[str], exercise: str) -> None:
        """Say that a line has made something else of an exercise's name."""
        for name in sorted(names.intersection(self.source.course.exercises.get(exercise, ()))):
            self._note(
                f"A line below {name} gives its name to something else; the function was tested.",
                f"A line below your function {name} gives its name to something else, as "
                f"`{name} = {name}(…)` does. Your function was graded. Take another name there.",
                exercise,
            )

    def _note(self, evidence: str, told: str, exercise: str) -> None:
        flag = Flag("repaired", evidence, exercise)
        if flag not in self.flags:
            self.flags.append(flag)
            self.for_learner.append(told)

    def _run_part(self, index: int, step: Step, text: str, more: int = _MOST_PARTS) -> None:
        """Run more of a cell, and show its outputs below those that are there."""
        if text.strip():
            shown = self.outputs[index]
            self._run_cell(index, replace(step, text=text), more)
            if self.outputs[index] != shown:
                self.outputs[index] = shown + self.outputs[index]

    def _send(self, index: int, text: str) -> dict:
        seconds = self.options.cell_seconds
        message = {
            "op": "cell",
            "index": index,
            "source": text,
            "seconds": seconds,
            "hangers": self.examiner.bridge.hangers,
            "functions": sorted(self.source.course.functions),
        }
        reply, _ = self.kernel.ask(message, seconds=seconds)
        functions, none = self.source.course.functions, reply.get("no functions")
        names = none if isinstance(none, list) else ()
        self._none = functions.intersection(name for name in names if isinstance(name, str))
        self._made |= functions - self._none
        self.examiner.bridge.rebound = self._none & self._made
        return reply

    def _failed_cell(self, index: int, step: Step, error: dict) -> None:
        self.outputs[index] = [
            {
                "output_type": "error",
                "ename": error["kind"].capitalize(),
                "evalue": f"This cell was stopped: {error['text']}.",
                "traceback": [f"This cell was stopped: {error['text']}."],
            }
        ]
        self._note_error(step, error)

    def _note_error(self, step: Step, error: dict) -> None:
        if step.exercise and step.source >= 0:
            self.errors.setdefault(step.exercise, error)

    def _revive(self) -> None:
        """Start the learner's process anew and run again what did not end it."""
        self._restarts[self._account] += 1
        self.examiner.bridge.changed()
        if self._restarts[self._account] > _MOST_RESTARTS:
            self.kernel.stop()
            raise KernelLost("crashed", False, "it ended too often")
        # What others did is done again at nobody's cost.
        before = self.kernel.busy, self.kernel.spent
        try:
            self._start()
            for index, text in list(self._done):
                try:
                    self._send(index, text)
                except KernelLost:
                    # It went well once, and ends the process now: leave it out.
                    self._done.remove((index, text))
                    self._revive()
                    return
        finally:
            self.kernel.busy, self.kernel.spent = before

    # Tests

    def _needed_later(self) -> dict[int, frozenset[str]]:
        """Return, for each test, the names that later tests use and do not bind themselves."""
        needed: frozenset[str] = frozenset()
        found: dict[int, frozenset[str]] = {}
        for index in range(len(self.todo.steps) - 1, -1, -1):
            step = self.todo.steps[index]
            if step.kind != "test":
                continue
            found[index] = needed
            try:
                tree = ast.parse(plain_python(step.text))
            except (SyntaxError, ValueError):
                continue
            names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
            stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
            loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            needed = (needed - stored) | (loaded - stored)
        return found

    def _waiting(self, now: int) -> frozenset[str]:
        """Return the exercises that have another test to come, for the first or second time."""
        second = now in self.verdicts
        return frozenset(
            step.exercise
            for index, step in enumerate(self.todo.steps)
            if step.kind == "test"
            and (
                (index > now and not second)
                or (
                    index in self.todo.again
                    and (index > now or not second)
                    and index in self.verdicts
                    and self.verdicts[index].status in _TRIED_AGAIN
                )
            )
        )

    def _test(self, index: int, step: Step) -> None:
        cell = self.source.cells[step.source]
        left = self._open_account(step)
        if left <= 0:
            self.verdicts[index] = Verdict(0, "timeout", _sentence(self._too_long().capitalize()))
            return
        try:
            if not self.kernel.running:
                self._revive()
            # In the source's order, wherever the submission has them.
            for j in sorted(self.source.given.keys() - self._given):
                if j < step.source:
                    self._given.add(j)
                    text, names = self.source.cells[j].text, self.source.given[j]
                    self.examiner.give(text, names, self.source.path.parent)
            with self._charged():
                verdict = self.examiner.run(
                    step.text,
                    cell.name,
                    step.exercise,
                    self._kept.get(index, frozenset()),
                    self._waiting(index),
                    left,
                )
            self._note_rebound(self.examiner.bridge.rebound, step.exercise)
        except KernelLost as lost:
            verdict = Verdict(0, lost.kind, f"Your notebook's process ended ({lost.detail}).")
        self.verdicts[index] = self._judged(verdict, step)

    def settle(self, index: int, status: str, ends: str) -> None:
        """Decide on a test that ended in no number, by how the source's own answers end it."""
        before = self.verdicts[index]
        if ends == "number":
            self.verdicts[index] = Verdict(0, "wrong", NO_TOTAL)
        elif status == "false" and ends not in _UNCLEAR:
            self.verdicts[index] = Verdict(0, "wrong", "This property does not hold yet.")
        else:
            self.verdicts[index] = Verdict(1, "full", before.message)

    def _judged(self, verdict: Verdict, step: Step) -> Verdict:
        """Say what a failed test means, where the cause lies in the exercise's own cell."""
        if verdict.points > 0 or verdict.status in ("full", "number", *_UNCLEAR):
            return verdict
        if step.exercise in self.todo.untouched:
            return Verdict(0, "not attempted", f"{step.exercise} is not written yet.")
        error = self.errors.get(step.exercise)
        if error is not None and verdict.status in ("error", "wrong"):
            told = _stops(step.exercise, error)
            wanted = self.source.course.exercises.get(step.exercise, ())
            if self._made.intersection(wanted) and not self._none.intersection(wanted):
                return Verdict(0, verdict.status, f"{verdict.message} {told}")
            kind = error.get("kind")
            return Verdict(0, kind if kind in _STOPPED else "error", told)
        return verdict

    def _heard(self, signs: list) -> None:
        self.flags += self.evidence.flags(signs, self._exercise)

    # What comes of it

    def results(self) -> list[TestResult]:
        """The results of all grade cells, in the source's order."""
        by_source = {
            step.source: index
            for index, step in enumerate(self.todo.steps)
            if step.kind in ("test", "manual")
        }
        found = []
        for j, cell in enumerate(self.source.cells):
            if not cell.graded:
                continue
            exercise = self.source.exercise[j]
            common = (cell.name, exercise, self.source.title(j))
            index = by_source.get(j)
            if cell.manual:
                status = "not attempted" if cell.name in self.todo.untouched else "full"
                found.append(TestResult(*common, 0.0, cell.points, status, "", True))
                continue
            result = self._result(common, cell.points, self.verdicts[index])
            if exercise in self.todo.unjudged and result.points < cell.points:
                said = "A cell of yours was too large to be graded; a person will look at this."
                result = TestResult(*common, 0.0, cell.points, "not judged", said, True)
            found.append(result)
        return found

    def _result(self, common: tuple, points: float, verdict: Verdict) -> TestResult:
        status, earned = verdict.status, verdict.points * points
        if status == "number":
            earned = min(max(verdict.points, 0.0), points)
            status = "full" if earned == points else "partial" if earned else "wrong"
        return TestResult(*common, earned, points, status, verdict.message)

    def document(self) -> str:
        """The graded notebook as JSON text."""
        results = {test.name: test for test in self.results()}
        cells = []
        room = _TEXT
        for index, step in enumerate(self.todo.steps):
            cell = _document_cell(self.source, step, index, self.outputs.get(index), results)
            if step.cell is not None:
                cell["source"] = _cut(cell["source"], min(room, _TEXT // 4))
                room -= len(json.dumps(cell["source"])) + 100
                if room < 0 and step.source < 0 and not cell.get("outputs"):
                    continue
            cells.append(cell)
        return _notebook_text(self.source, cells)


def _stops(exercise: str, error: dict) -> str:
    """Say where the cell of an exercise stops, and why."""
    line = str(error.get("line") or "")
    where = f" in the line `{line}`" if line else ""
    text, name = str(error.get("text") or ""), str(error.get("type") or "")
    told = f"{name}: {text}" if name and error.get("kind") not in _STOPPED else text
    return _sentence(f"The cell of {exercise} stops{where}: {told}")


def _cut(text: str, room: int) -> str:
    """Return a cell's text, or its beginning where the whole takes more than `room` as JSON."""
    whole = len(text)
    while len(json.dumps(text)) > max(room, 2):
        text = text[: len(text) // 2]
    return text if len(text) == whole else f"{text}\n\n# … (cut here)"


def _document_cell(
    source: Source, step: Step, index: int, outputs: list[dict] | None, results: dict
) -> dict[str, Any]:
    mine = source.cells[step.source] if step.source >= 0 else None
    kind = step.cell.kind if step.cell is not None else "code"
    if mine is not None and (step.kind == "test" or step.cell is None or mine.solution):
        kind = mine.kind
    if step.kind == "cell":
        kind = "code"
    text = step.shown
    cell: dict[str, Any] = {"cell_type": kind, "id": f"graded-{index}", "metadata": {}}
    if mine is not None and mine.about:
        about = {key: mine.about[key] for key in _ABOUT if key in mine.about}
        cell["metadata"]["nbgrader"] = {**about, "cell_type": mine.kind}
    if kind == "code":
        shown = outputs or []
        if step.kind == "test" and mine is not None:
            shown = _verdict_outputs(results[mine.name])
        elif step.kind == "skip":
            shown = []
        cell |= {"execution_count": None, "outputs": shown}
    else:
        text = clean_markdown(text)
    cell["source"] = text
    return cell


_ABOUT = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task")


def _verdict_outputs(test: TestResult) -> list[dict]:
    """Return outputs from which nbgrader reads the points that the test gave."""
    outputs: list[dict] = []
    if test.points >= test.max_points:
        if test.message:
            outputs.append({"output_type": "stream", "name": "stdout", "text": test.message})
        return outputs
    if test.points > 0:
        if test.message:
            outputs.append({"output_type": "stream", "name": "stdout", "text": test.message})
        outputs.append(
            {
                "output_type": "execute_result",
                "execution_count": None,
                "metadata": {},
                "data": {"text/plain": repr(float(test.points))},
            }
        )
        return outputs
    return [
        {
            "output_type": "error",
            "ename": test.status.capitalize(),
            "evalue": test.message,
            "traceback": [f"{test.title}: {test.status}.", *test.message.splitlines()],
        }
    ]


# What the learner's process sent is data for people to read, and nothing that a browser runs.


def _clean_outputs(outputs: Any, room: int, pixels: int) -> tuple[list[dict], int]:
    """Return outputs of at most `room` characters of JSON, and how many pixels were decoded."""
    cleaned: list[dict] = []
    decoded = 0
    for output in outputs[:300] if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        made, more = _clean_output(output, pixels - decoded)
        decoded += more
        size = len(json.dumps(made)) if made else 0
        if size > room:
            cleaned.append(_stream("[the rest of the output was left out]\n"))
            break
        if made is not None:
            cleaned.append(made)
            room -= size
    return cleaned, decoded


def _stream(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def _clean_output(output: dict, pixels: int) -> tuple[dict | None, int]:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _stream(_text(output.get("text")), name), 0
    if kind == "error":
        trace = output.get("traceback")
        trace = trace if isinstance(trace, list) else []
        return {
            "output_type": "error",
            "ename": _text(output.get("ename"))[:200],
            "evalue": _text(output.get("evalue")),
            "traceback": [_text(line) for line in trace[:40]],
        }, 0
    if kind in ("display_data", "execute_result"):
        data = output.get("data")
        data = data if isinstance(data, dict) else {}
        kept: dict[str, str] = {}
        image = data.get("image/png")
        decoded = 0
        if isinstance(image, str):
            try:
                kept["image/png"], decoded = redrawn(image, pixels)
            except PictureError as error:
                kept["text/plain"] = str(error)
        for mime in ("text/plain", "text/markdown", "text/latex", "text/html"):
            if isinstance(data.get(mime), str) and "text/plain" not in kept:
                kept["text/plain"] = _text(data[mime])
        made: dict[str, Any] = {"output_type": "display_data", "data": kept, "metadata": {}}
        if kind == "execute_result":
            made |= {"output_type": kind, "execution_count": None}
        return (made if kept else None), decoded
    return None, 0


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    text = stripped(value)
    for path in _PLACES:
        text = text.replace(path, "…")
    text = ADDRESS.sub("", text)
    return text[:1_000_000]


# Where things are on the instructor's machine is nobody's business.
_PLACES = sorted(
    {
        place
        for place in (
            *(sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix)),
            *(str(Path(__file__).parents[2]), os.path.realpath(Path(__file__).parents[2])),
            *(os.path.expanduser("~"), os.getcwd()),
        )
        if len(place) > 4
    },
    key=len,
    reverse=True,
)


# Markup that may stay: it has no attributes, but for an address on the web.
_SAFE = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|ins|kbd|"
    r"li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|"
    r"u|ul|var)\s*/?>|<a href=\"https?://[^\"<>\s]*\">|<https?://[^<>\s\"'`=]*>",
    re.I,
)
_OPENING = re.compile(r"<(?=[a-z/!?])", re.I)
_SCHEME = re.compile(r"(javascript|vbscript|data(?=[\s\\]*:[\w\\]*[/;,]))[\s\\]*:", re.I)
_LINKING = re.compile(r"\\(?=href|html|require|csname|cssId|class|style)", re.I)


def clean_markdown(text: str) -> str:
    """Return Markdown in which nothing can run in the browser of whoever reads it.

    A ``<`` that opens more than plain markup gets a space after it, so that it is text, and so
    does what would make a link run code.
    """
    text = stripped(text.encode("utf-8", "replace").decode("utf-8"))
    plain = text
    for _ in range(5):
        plain = html.unescape(plain)
    plain = stripped(plain)
    if _SCHEME.search(re.sub(r"[\s\\]", "", plain)):
        text = plain = _SCHEME.sub(r"\1 :", plain.replace("\t", " "))
    if _LINKING.search(plain):
        # MathJax would make links and styles of these.
        text = _LINKING.sub(r"\\ ", plain)
    return _OPENING.sub(
        lambda found: "<" if _SAFE.match(text, found.start()) else "< ",
        text,
    )
