"""Test cells that run beside the learner's code, in the learner's own process, as in nbgrader.

Such a process runs the notebook once more, from its first cell, with each test cell in its place.
Its output is thrown away, so that no cell can show the text of a test above it. What it reports
about a test can be forged; `docs/threat-model.md` says how.
"""

import ast
import builtins
import contextlib
import math
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any

from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.planning import Plan, Step
from evenhand.quoting import one_line, sentence
from evenhand.results import Status
from evenhand.sandboxed.errors import MEMORY, TIMEOUT
from evenhand.source import Source
from evenhand.syntax import parse
from evenhand.verdicts import NOT_YET, Verdict, is_library

_MOST_RESTARTS = 6  # for one exercise


class BesideRun:
    """One notebook, run once more with its test cells.

    Parameters
    ----------
    source, todo
        The instructor's notebook, and the plan of what was handed in.
    options
        The limits: each cell and each test has its own, and each exercise.
    process
        Not started yet.
    heard
        Called with signs of what the learner's code does, and the exercise; see
        `evenhand.evidence`.
    """

    def __init__(
        self,
        source: Source,
        todo: Plan,
        options: Options,
        process: LearnerProcess,
        heard: Callable[[list, str], None],
    ) -> None:
        self._exercise = ""
        self._heard = heard
        process.heard = lambda signs: heard(signs, self._exercise)
        self._source = source
        self._todo = todo
        self._options = options
        self._process = process
        self._done: list[int] = []
        self._account = ""  # the exercise that is charged
        self._spent: Counter[str] = Counter()
        self._restarts: Counter[str] = Counter()

    def verdicts(self, wanted: Collection[int], also: Collection[str]) -> dict[int, Verdict]:
        """Return what tests came to.

        Parameters
        ----------
        wanted
            The indices of the tests' steps.
        also
            Names of other tests to run, because these need what they define.
        """
        found: dict[int, Verdict] = {}
        tests = {
            index
            for index, step in enumerate(self._todo.steps)
            if step.kind == "test"
            and (index in wanted or self._source.cells[step.source].name in also)
        }
        self._process.start()
        try:
            for index, step in enumerate(self._todo.steps[: max(wanted) + 1]):
                self._exercise = step.exercise
                if index in tests:
                    found[index] = self._test(index, step)
                elif step.kind == "cell" or (step.kind == "manual" and step.text):
                    self._cell(index, step)
        except ProcessLost as lost:
            verdict = Verdict(0, lost.kind, f"Your notebook's process ended ({lost.detail}).")
            found = dict.fromkeys(wanted, verdict) | found
        finally:
            self._process.stop()
        return {index: found[index] for index in wanted}

    @contextlib.contextmanager
    def _charged(self, step: Step) -> Iterator[float]:
        """Charge what follows to a step's exercise; yield the seconds that it has left."""
        self._account = step.exercise if step.source >= 0 else " added"
        before = self._process.spent
        try:
            yield self._options.exercise_seconds - self._spent[self._account]
        finally:
            self._spent[self._account] += self._process.spent - before

    def _cell(self, index: int, step: Step) -> None:
        seconds = self._options.cell_seconds
        with self._charged(step) as left:
            if left <= 0:
                return
            try:
                self._revive()
                self._process.ask(_question(index, step, seconds), seconds=seconds)
                self._done.append(index)
            except ProcessLost:
                with contextlib.suppress(ProcessLost):
                    self._revive()

    def _test(self, index: int, step: Step) -> Verdict:
        name = self._source.cells[step.source].name
        with self._charged(step) as left:
            if left <= 0:
                return Verdict(0, Status.TIMEOUT, "The exercise took longer than allowed.")
            seconds = min(self._options.test_seconds, left)
            question = _question(index, step, seconds)
            try:
                self._revive()
            except ProcessLost as lost:
                return Verdict(0, lost.kind, f"The process of your notebook ended ({lost.detail}).")
            try:
                self._process.checkpoint()
                reply, _ = self._process.ask(question, seconds=seconds)
            except ProcessLost as lost:
                if lost.kind == Status.CRASHED:
                    self._heard([["ended", name, ""]], step.exercise)
                with contextlib.suppress(ProcessLost):
                    self._revive()
                return Verdict(0, lost.kind, "The process of your notebook ended.")
            self._process.commit()
            self._done.append(index)
        if reply.get("token") != question["token"]:
            self._heard([["answers", name, ""]], step.exercise)
            return Verdict(0, Status.CRASHED, "The process of your notebook gave no answer.")
        return self._verdict(step, reply)

    def _revive(self) -> None:
        """Where there is no process, start one, and run again whatever did not end the old one.

        Running other exercises again is charged to nobody.
        """
        before = self._process.spent
        while not self._process.running:
            self._restarts[self._account] += 1
            if self._restarts[self._account] > _MOST_RESTARTS:
                raise ProcessLost(Status.CRASHED, False, "it ended too often")
            self._process.start()
            for index in list(self._done):
                step, seconds = self._todo.steps[index], self._options.test_seconds
                try:
                    self._process.ask(_question(index, step, seconds), seconds=seconds)
                except ProcessLost:
                    self._done.remove(index)
                    break
        self._process.spent = before

    def _verdict(self, step: Step, reply: dict) -> Verdict:
        points = self._source.cells[step.source].points
        earned = points_shown(reply.get("outputs"), points)
        if earned == points:
            return Verdict(1, Status.FULL)
        if earned is not None:
            return Verdict(earned, "number")
        error = reply.get("error")
        return self._failed(step, error if isinstance(error, dict) else {})

    def _failed(self, step: Step, error: dict) -> Verdict:
        """Judge a test that an exception ended.

        The text of the exception comes from the learner's process. If a part of the test is hidden,
        only what is in the test or in the learner's own cells is repeated.
        """
        kind, name = error.get("kind"), one_line(str(error.get("type", "")))[:100]
        if kind in (TIMEOUT, MEMORY):
            told = {TIMEOUT: "took longer than allowed", MEMORY: "needs more memory than allowed"}
            return Verdict(0, Status(kind), f"The test {told[kind]}.")
        hidden = step.text.strip() != step.shown.strip()
        if hidden and not self._is_known(name):
            name = "an exception"
        text = "" if hidden else one_line(str(error.get("text", "")))[:300]
        line = str(error.get("line", "")).strip()
        detail = f"{name}: {one_line(str(error.get('text', '')))[:300]}".removesuffix(": ")
        unwritten = one_line(str(error.get("unwritten", "")))[:100]
        own = self._source.names.exercises.get(step.exercise, ())
        if unwritten in own:
            return Verdict(0, Status.NOT_ATTEMPTED, f"{unwritten} is not written yet.", detail)
        if line and self._is_learners(line):
            told = f"Your code stops in the line `{line}` with {name}{text and f': {text}'}"
            return Verdict(0, Status.ERROR, sentence(told), detail)
        if name == "AssertionError":
            told = _said_at(step.text, error.get("at")) or text
            if is_library(str(error.get("module", ""))):
                told = ""
            return Verdict(0, Status.WRONG, sentence(told or NOT_YET), detail)
        told = f"The test stops with {name}{text and f': {text}'}"
        return Verdict(0, Status.WRONG, sentence(told), detail)

    def _is_learners(self, text: str) -> bool:
        """Whether a text appears in a cell that is not a test."""
        return any(text in step.text for step in self._todo.steps if step.kind != "test")

    def _is_known(self, name: str) -> bool:
        """Whether an exception's name is Python's, or appears in a cell that is not a test."""
        return isinstance(getattr(builtins, name, None), type) or self._is_learners(name)


def _question(index: int, step: Step, seconds: float) -> dict[str, Any]:
    """Return the question that makes the learner's process run a step."""
    question = {"op": "cell", "index": index, "source": step.text, "seconds": seconds}
    if step.kind == "test":
        question |= {
            "op": "test",
            "token": secrets.token_hex(16),
            "probe": [secrets.randbelow(1000), 1000 + secrets.randbelow(1000)],
        }
    return question


def points_shown(outputs: Any, points: float) -> float | None:
    """Return the points that nbgrader reads from a test's outputs; None if one is an error.

    Unlike in nbgrader, writing to standard error costs nothing, and the points are kept between 0
    and `points`.
    """
    if not isinstance(outputs, list):
        return None
    for output in outputs:
        if not isinstance(output, dict):
            return None
        kind = output.get("output_type")
        if kind == "error":
            return None
        if kind == "execute_result":
            data = output.get("data")
            text = data.get("text/plain") if isinstance(data, dict) else None
            try:
                number = float(str(text))
            except ValueError:
                return points
            return min(max(number, 0.0), points) if math.isfinite(number) else 0.0
    return points


def _said_at(text: str, line: Any) -> str:
    """Return the message of the assertion on a line of a test, with … for what is computed."""
    for node in ast.walk(parse(text) or ast.Module([], [])):
        if isinstance(node, ast.Assert) and node.lineno == line:
            if isinstance(node.msg, ast.Constant):
                return str(node.msg.value)
            if isinstance(node.msg, ast.JoinedStr):
                return "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.msg.values
                )
    return ""
