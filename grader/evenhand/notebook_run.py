"""Run the plan of one notebook: its cells in the learner's process, the source's tests here."""

from __future__ import annotations

import ast
import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from evenhand.bridge import Bridge
from evenhand.evidence import Evidence
from evenhand.examiner import Examiner
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.outputs import OUTPUTS, clean_outputs
from evenhand.planning import Plan, Step
from evenhand.quoting import sentence
from evenhand.rehearsal import Way
from evenhand.results import STOPPED, Flag, FlagKind, Status, TestResult
from evenhand.sandboxed.stopwatch import in_words
from evenhand.source import Source
from evenhand.syntax import below, defined, definitions, imported_names, names_in, parse
from evenhand.verdicts import UNCLEAR, Verdict
from evenhand.working_folder import WorkingFolder

# The most characters of JSON that one cell's outputs may take in the graded notebook, and the most
# pixels that are decoded for it. docs/grading.md gives the sums.
_CELL = 1_000_000
_PIXELS = 100_000_000

_MOST_RESTARTS = 6  # for one exercise
_MOST_PARTS = 20  # of one cell
_TRIED_AGAIN = (Status.WRONG, Status.ERROR, Status.NOT_ATTEMPTED)
_ADDED = " added"  # no exercise has this name


class NotebookRun:
    """One notebook being graded."""

    def __init__(
        self,
        source: Source,
        todo: Plan,
        options: Options,
        process: LearnerProcess,
        ways: Mapping[str, Way],
        folder: WorkingFolder | None = None,
    ) -> None:
        self.source = source
        self.ways = ways
        self.todo = todo
        self.options = options
        self.process = process
        self.bridge = Bridge(process, source.names, options, self._revive, folder)
        self.examiner = Examiner(self.bridge, options)
        self.flags: list[Flag] = list(todo.flags)
        self.evidence = Evidence()
        self._exercise = ""
        process.heard = lambda signs: self.heard(signs, self._exercise)
        self.for_instructor: list[str] = []
        self.for_learner: list[str] = []
        self.outputs: dict[int, list[dict]] = {}
        self.verdicts: dict[int, Verdict] = {}
        self.imports: frozenset[str] = frozenset()  # the libraries used, where that is noted
        self.errors: dict[str, dict] = {}  # exercise -> what went wrong in its cell
        self._done: list[tuple[int, str]] = []
        self._given: set[int] = set()
        self._account = _ADDED  # the exercise that is charged
        self._restarts: Counter[str] = Counter()
        self._spent: Counter[str] = Counter()
        self._worked: Counter[str] = Counter()
        self._room = OUTPUTS
        self._pixels = _PIXELS
        self._kept = self._needed_later()
        self._imports = self._imported()
        self._for_a_person: set[int] = set()

    def way(self, step: Step) -> Way:
        """Return how a test is judged."""
        return self.ways.get(self.source.cells[step.source].name, Way.APART)

    def all(self) -> None:
        """Run every step."""
        for cell in self.source.cells:
            if cell.sets_up(self.options.setup_tag) and cell.kind == "code":
                self.examiner.setup(cell.text)
        self.process.start()
        for index, step in enumerate(self.todo.steps):
            self._exercise = step.exercise
            if step.kind == "cell" or (step.kind == "manual" and step.text):
                self._cell(index, step)
            elif step.kind == "test":
                if self.way(step) is Way.APART:
                    self._test(index, step)
                self._import(index)
        for index in sorted(self.todo.again & self.verdicts.keys()):
            step, before = self.todo.steps[index], self.verdicts[index]
            self._exercise = step.exercise
            if before.status not in _TRIED_AGAIN:
                continue
            self._test(index, step)
            if self.verdicts[index].points <= before.points:
                self.verdicts[index] = before
            else:
                name = self.source.cells[step.source].name
                told = "stood above something that it needs; it was run again at the end."
                self.flags.append(Flag(FlagKind.REPAIRED, f"The test {name} {told}", step.exercise))
        self._exercise = ""
        with contextlib.suppress(ProcessLost):
            self.process.ask({"op": "evidence"}, seconds=5)

    # Cells

    def _open_account(self, step: Step) -> float:
        """Charge what follows to a step's exercise; return the seconds that it has left.

        Each exercise has time and restarts of its own, so that none can use up another's. Cells
        that the learner added share an account, as do those that belong to no exercise.
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
        """Return why an exercise was stopped: it has no time left."""
        if self._worked[self._account] < self.options.exercise_seconds:
            self.process.doubts.append(f"{self._account or 'the notebook'} waited for too long")
        if self._account == _ADDED:
            return "the cells that you added took longer than allowed together"
        return "the cells and tests of this exercise took longer than allowed together"

    def _cell(self, index: int, step: Step) -> None:
        if self._open_account(step) <= 0:
            self._failed_cell(index, step, {"kind": Status.TIMEOUT, "text": self._too_long()})
            return
        with self._charged():
            self._run_cell(index, step)
            if step.exercise:
                self._complete(index, step)

    def _run_cell(self, index: int, step: Step, more: int = _MOST_PARTS) -> None:
        """Run a cell. If a line fails, run the lines below it too, up to `more` times."""
        try:
            if not self.process.running:
                self._revive()
            reply = self.bridge.run_cell(index, step.text)
        except ProcessLost as lost:
            text = {
                Status.TIMEOUT: f"it did not end after {in_words(self.options.cell_seconds)}",
                Status.MEMORY: "it wanted more memory than allowed",
            }.get(lost.kind, f"it ended the process ({lost.detail})")
            self._failed_cell(index, step, {"kind": lost.kind, "text": text})
            with contextlib.suppress(ProcessLost):
                self._revive()
            return
        self._done.append((index, step.text))
        mine = self.source.cells[step.source] if step.source >= 0 else None
        if mine is not None and not mine.sets_up(self.options.setup_tag):
            self.examiner.rebound(mine.text)
        self.outputs[index], decoded = clean_outputs(
            reply.get("outputs"), min(_CELL, self._room), self._pixels
        )
        self._pixels -= decoded
        if self.outputs[index]:
            self._room -= len(json.dumps(self.outputs[index]))
        error = reply.get("error")
        if isinstance(error, dict):
            self._note_error(step, error)
            # A cell that was stopped for time or memory is not resumed.
            if more and not error.get("kind"):
                self._run_part(index, step, below(step.text, error.get("at")), more - 1)

    def _complete(self, index: int, step: Step) -> None:
        """Run the definitions of an exercise's cell by themselves, if the cell stopped."""
        error = self.errors.get(step.exercise)
        stopped = error is not None and bool(error.get("kind"))
        missing = defined(step.text) & self.bridge.not_functions
        if stopped or missing:
            self._run_part(index, step, definitions(step.text))
        if not self._has_functions(step.exercise):
            return
        if error is None:
            self._note_rebound(missing, step.exercise)
        elif stopped or below(step.text, error.get("at")):
            told = f"{_stops(step.exercise, error)} The rest of the cell was run all the same."
            self._note(told, told, step.exercise)

    def _has_functions(self, exercise: str) -> bool:
        """Whether all names of an exercise that should be functions are."""
        wanted = frozenset(self.source.names.exercises.get(exercise, ()))
        return bool(wanted & self.bridge.were_functions) and not wanted & self.bridge.not_functions

    def _note_rebound(self, names: frozenset[str], exercise: str) -> None:
        """Report that a line below a function has reused its name."""
        for name in sorted(names.intersection(self.source.names.exercises.get(exercise, ()))):
            self._note(
                f"A line below {name} gives its name to something else; the function was tested.",
                f"A line below your function {name} gives its name to something else, as "
                f"`{name} = {name}(…)` does. Your function was graded. Take another name there.",
                exercise,
            )

    def _note(self, evidence: str, told: str, exercise: str) -> None:
        flag = Flag(FlagKind.REPAIRED, evidence, exercise)
        if flag not in self.flags:
            self.flags.append(flag)
            self.for_learner.append(told)

    def _run_part(self, index: int, step: Step, text: str, more: int = _MOST_PARTS) -> None:
        """Run part of a cell again, and append its outputs."""
        if text.strip():
            shown = self.outputs[index]
            self._run_cell(index, replace(step, text=text), more)
            if self.outputs[index] != shown:
                self.outputs[index] = shown + self.outputs[index]

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
        """Start a new process, and run again every cell that did not end the old one."""
        self._restarts[self._account] += 1
        self.bridge.names.forget()
        if self._restarts[self._account] > _MOST_RESTARTS:
            self.process.stop()
            raise ProcessLost(Status.CRASHED, False, "it ended too often")
        # Running other exercises again is charged to nobody.
        before = self.process.busy, self.process.spent
        try:
            self.process.start()
            for index, text in list(self._done):
                try:
                    self.bridge.run_cell(index, text)
                except ProcessLost:
                    # It worked once but ends the process now: leave it out.
                    self._done.remove((index, text))
                    self._revive()
                    return
        finally:
            self.process.busy, self.process.spent = before

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
            bound, loaded = names_in(step.text)
            needed = (needed | loaded) - bound
        return found

    def _imported(self) -> dict[int, str]:
        """Return the imports in tests that learners can see and that cells below them use."""
        needed: set[str] = set()
        found: dict[int, str] = {}
        for index in range(len(self.todo.steps) - 1, -1, -1):
            step = self.todo.steps[index]
            if step.kind != "test":
                needed |= names_in(step.text)[1]
                continue
            imports = [
                node
                for node in getattr(parse(step.shown), "body", ())
                if isinstance(node, (ast.Import, ast.ImportFrom))
                and needed & dict(imported_names(node)).keys()
            ]
            if imports:
                found[index] = ast.unparse(ast.Module(imports, []))
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
            self.verdicts[index] = Verdict(
                0, Status.TIMEOUT, sentence(self._too_long().capitalize())
            )
            return
        try:
            if not self.process.running:
                self._revive()
            # In the source's order, wherever the submission has them.
            for j in sorted(self.source.given.keys() - self._given):
                if j < step.source:
                    self._given.add(j)
                    text, names = self.source.cells[j].text, self.source.given[j]
                    self.examiner.give(text, names)
            with self._charged():
                verdict = self.examiner.run(
                    step.text,
                    cell.name,
                    step.exercise,
                    self._kept.get(index, frozenset()),
                    self._waiting(index),
                    left,
                )
            self._note_rebound(self.bridge.overwritten, step.exercise)
        except ProcessLost as lost:
            verdict = Verdict(0, lost.kind, f"Your notebook's process ended ({lost.detail}).")
        self.verdicts[index] = self._judged(verdict, step)

    def _import(self, index: int) -> None:
        """Import what a test imports and the cells below it use."""
        text = self._imports.get(index)
        if text:
            self._done.append((index, text))
            with contextlib.suppress(ProcessLost):
                self.bridge.run_cell(index, text)

    def _judged(self, verdict: Verdict, step: Step) -> Verdict:
        """Say why a test failed, if the cause is in the exercise's own cell."""
        if verdict.points > 0 or verdict.status in (Status.FULL, "number", *UNCLEAR):
            return verdict
        if step.exercise in self.todo.untouched:
            told = f"{step.exercise} is not written yet."
            return replace(verdict, points=0, status=Status.NOT_ATTEMPTED, message=told, call="")
        error = self.errors.get(step.exercise)
        if error is not None and verdict.status in (Status.ERROR, Status.WRONG):
            told = _stops(step.exercise, error)
            verdict = replace(verdict, points=0, detail=told)
            if self._has_functions(step.exercise):
                return replace(verdict, message=f"{verdict.message} {told}")
            kind = error.get("kind")
            status = Status(kind) if kind in STOPPED else Status.ERROR
            return replace(verdict, status=status, message=told, call="")
        return verdict

    def heard(self, signs: list, exercise: str) -> None:
        """Turn what a learner's process reports about itself into flags."""
        self.flags += self.evidence.flags(signs, exercise)

    # Tests beside the learner's code

    def left(self) -> list[int]:
        """Return the tests to be run beside the learner's code.

        Those that always are, and those that could not examine what this learner's code returned.
        """
        unseen = {index for index, verdict in self.verdicts.items() if verdict.unseen}
        if self.options.beside == "person":
            self._for_a_person |= unseen
            return []
        return [
            index
            for index, step in enumerate(self.todo.steps)
            if step.kind == "test" and (index in unseen or self.way(step) is Way.BESIDE)
        ]

    def take(self, found: Mapping[int, Verdict]) -> None:
        """Take the verdicts on tests that ran beside the learner's code.

        They can be forged. So if others pass such a test apart, and this learner only beside, a
        person gives the points.
        """
        for index, verdict in found.items():
            step, before = self.todo.steps[index], self.verdicts.get(index)
            self.verdicts[index] = self._judged(verdict, step)
            if before is not None and self.verdicts[index].points > 0:
                self._for_a_person.add(index)
                name = self.source.cells[step.source].name
                self.for_instructor.append(
                    f"{name} passes beside the learner's code, and could not be judged apart from "
                    f"it ({before.detail}): see whether it is right."
                )

    # What comes of it

    def by_name(self) -> dict[str, Verdict]:
        """What each test came to, by its name."""
        steps = self.todo.steps
        return {
            self.source.cells[steps[i].source].name: verdict for i, verdict in self.verdicts.items()
        }

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
                if cell.name in self.todo.untouched:
                    status, told = Status.NOT_ATTEMPTED, ""
                else:
                    status, told = Status.NOT_JUDGED, "A person will look at this."
                found.append(TestResult(*common, 0.0, cell.points, status, told, True))
                continue
            if index in self._for_a_person or self.way(self.todo.steps[index]) is Way.PERSON:
                if exercise in self.todo.untouched:
                    told = f"{exercise} is not written yet."
                    result = TestResult(*common, 0.0, cell.points, Status.NOT_ATTEMPTED, told)
                else:
                    told = "A person will look at this."
                    result = TestResult(*common, 0.0, cell.points, Status.NOT_JUDGED, told, True)
                found.append(result)
                continue
            verdict = self.verdicts[index]
            earned, status = verdict.earned(cell.points)
            result = TestResult(
                *common, earned, cell.points, status, verdict.message, call=verdict.call
            )
            if exercise in self.todo.unjudged and result.points < cell.points:
                said = "A cell of yours was too large to be graded; a person will look at this."
                result = TestResult(*common, 0.0, cell.points, Status.NOT_JUDGED, said, True)
            found.append(result)
        return found


def _stops(exercise: str, error: dict) -> str:
    """Say where the cell of an exercise stops, and why."""
    line = str(error.get("line") or "")
    where = f" in the line `{line}`" if line else ""
    text, name = str(error.get("text") or ""), str(error.get("type") or "")
    told = f"{name}: {text}" if name and error.get("kind") not in STOPPED else text
    return sentence(f"The cell of {exercise} stops{where}: {told}")
