"""Grade one notebook, as often as it takes to be certain of its points."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from evenhand import variants
from evenhand.beside import BesideRun
from evenhand.cells import Cell
from evenhand.document import blank_document, graded_document
from evenhand.handins import beside
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.notebook_run import NotebookRun
from evenhand.options import Options
from evenhand.planning import plan
from evenhand.regrade_requests import regrade_requests
from evenhand.rehearsal import Rehearsal, Way, decided, is_apart, with_state_for
from evenhand.results import Flag, NotebookResult, Status, TestResult, weightiest_first
from evenhand.source import Source
from evenhand.submission import Submission, read_submission
from evenhand.verdicts import UNCLEAR, Verdict
from evenhand.working_folder import WorkingFolder

_MOST_TRIES = 3
_WORD = re.compile(r"\w+")


class NotCertain(Exception):
    """It is not certain what a notebook earns; the message says why."""


class Warm(NamedTuple):
    """A warm process, as `evenhand.sandbox.WarmProcess` has it.

    Attributes
    ----------
    control
        The socket on which it takes requests.
    pid
        Of the outermost process.
    folder
        Where notebooks run, as they see it.
    """

    control: socket.socket
    pid: int
    folder: str


def grade(
    submission: Path | None,
    source: Source,
    options: Options,
    warm: Warm,
    companions: dict[str, bytes],
    rehearsal: Rehearsal,
    variant: str | None = None,
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
    warm
        The process that the notebook's is forked from.
    companions
        Files that the course gives the notebook.
    rehearsal
        How each test is judged.
    variant
        The student's, or an empty text; None where the course has none. See `evenhand.variants`.

    Raises
    ------
    NotCertain
        If each try comes to other points.
    """
    began = time.perf_counter()
    if submission is None or not submission.is_file():
        return _nothing(
            source,
            ("No notebook of this name was handed in.",),
            ("You have not handed in this notebook.",),
            document=False,
        )
    here = submission.parent.resolve()
    if submission.is_symlink() and not submission.resolve().is_relative_to(here):
        return _nothing(
            source,
            ("The file is a link to somewhere else and was not followed.",),
            ("You handed in a link and not a notebook: hand in the file itself.",),
        )
    try:
        read = read_submission(submission)
    except OSError as error:
        # Its content may be right: that it cannot be read is not the learner's fault.
        raise NotCertain(f"the file cannot be read ({error.strerror})") from None
    if not read.readable:
        result = _nothing(source, read.for_instructor, read.for_learner)
        return replace(result, seconds=time.perf_counter() - began)
    imports = rehearsal.imports
    if _packages(mentioned(read.cells, source, options)) - _packages(imports):
        imports = options.libraries
    desk = _Desk(source, options, warm, companions, imports, variant)
    how = rehearsal.ways, rehearsal.also
    run, tries = _certain(lambda: desk.run(read, submission.parent, *how))
    unclear = [i for i, v in run.verdicts.items() if v.status in UNCLEAR]
    if unclear:
        # How the source's own answers end these cells shows what a text, a list or False is worth.
        left_out = {name: Way.PERSON for name, way in rehearsal.ways.items() if way != Way.APART}
        ends = desk.own(left_out).by_name()
        for index in unclear:
            name = source.cells[run.todo.steps[index].source].name
            run.verdicts[index] = run.verdicts[index].settled(ends[name].status)
    tests = run.results()
    asked = regrade_requests(read.cells, set(source.exercise))
    return NotebookResult(
        part=source.part,
        notebook=source.path.stem,
        tests=tuple(tests),
        flags=weightiest_first([*run.flags, *asked, *_foreign(read, submission, variant)]),
        for_instructor=(*read.for_instructor, *run.for_instructor),
        for_learner=(*read.for_learner, *run.for_learner),
        document=graded_document(source, run.todo.steps, run.outputs, tests),
        seconds=time.perf_counter() - began,
        tries=tries,
    )


def _foreign(read: Submission, submission: Path, variant: str | None) -> list[Flag]:
    """Return a flag for each other student's variant that the hand-in says it is."""
    if variant is None:
        return []
    beside_it, _ = beside(submission.parent, ("*.pyc",))
    said = beside_it.get(variants.MARK, b"").decode("utf-8", "replace").strip()
    return variants.foreign([read.variant, said], variant)


def _certain(once: Callable[[], NotebookRun]) -> tuple[NotebookRun, int]:
    """Run what was handed in, as often as it takes to be certain of its points.

    A run is certain if every process that was lost or stopped had reached a limit of its own. Any
    other loss may be the grader's fault; then a run counts if another one comes to the same.

    Returns
    -------
    run
        One that is certain.
    tries
        How many it took.

    Raises
    ------
    NotCertain
        If none of the first few is.
    """
    before: list[list[tuple]] = []
    doubts: list[str] = []
    for number in range(1, _MOST_TRIES + 1):
        try:
            run = once()
        except ProcessLost as lost:
            doubts.append(lost.detail)
            continue
        if not run.process.doubts:
            return run, number
        doubts.append(run.process.doubts[0])
        outcome = [(test.name, test.points, test.status) for test in run.results()]
        if outcome in before:
            return run, number
        before.append(outcome)
    raise NotCertain(
        f"its process was lost in each of {_MOST_TRIES} tries, and no two came to the same points "
        f"({'; '.join(dict.fromkeys(doubts))})"
    )


class _Desk(NamedTuple):
    """What every run of a source's notebook needs."""

    source: Source
    options: Options
    warm: Warm
    companions: dict[str, bytes]
    imports: tuple[str, ...]
    variant: str | None = None
    notes_imports: bool = False

    def run(
        self,
        read: Submission,
        folder: Path | None,
        ways: Mapping[str, Way],
        also: Collection[str] | None = None,
    ) -> NotebookRun:
        """Run what was handed in, with the files beside it, in processes forked for it.

        Parameters
        ----------
        read, folder
            What was handed in, and what it lay in.
        ways
            How each test is judged; those that are missing here, apart.
        also
            Other tests to run beside the learner's code, because the rest need what they define;
            None for all.
        """
        source, options = self.source, self.options
        todo = plan(source, read, options)
        given, _ = beside(source.path.parent, options.ignore)
        if self.variant is not None:
            given[variants.MARK] = self.variant.encode()
        own, left_out = beside(folder, ("*.pyc",)) if folder else ({}, [])
        files = {**own, **given}
        process = self._process(files, self.warm.folder)
        working = WorkingFolder(source.path.parent, given)
        run = NotebookRun(source, todo, options, process, ways, working)
        run.for_instructor += left_out
        with working.entered():
            process.also = working.path
            try:
                run.all()
                if self.notes_imports:
                    reply, _ = process.ask({"op": "imports"}, seconds=5)
                    run.imports = frozenset(reply["imports"])
            finally:
                process.stop()
        left = run.left()
        if left:
            # Without a sandbox, one process would find the other's files.
            folder_there = self.warm.folder + ("" if options.sandbox else "-beside")
            there = self._process(files, folder_there, process.doubts)
            if also is None or any(index in run.verdicts for index in left):
                also = self.tests
            run.take(BesideRun(source, todo, options, there, run.heard).verdicts(left, also))
        return run

    def _process(
        self, files: dict[str, bytes], folder: str, doubts: list[str] | None = None
    ) -> LearnerProcess:
        """Return a process of the learner's, not started yet."""
        environment = {}
        if self.options.environment:
            # In the sandbox, the folder of the course's versions holds its companions alone.
            environment[self.options.environment] = f"{folder}-course"
            beside_it = f"../{Path(folder).name}-course"
            given = {f"{beside_it}/{name}": data for name, data in self.companions.items()}
            files = {**files, **given, f"{beside_it}/.course": b""}
        settings = {"folder": folder, "environment": environment, "imports": self.imports}
        if self.notes_imports:
            settings["note"] = self.options.libraries
        doubts = [] if doubts is None else doubts
        return LearnerProcess(
            self.warm.control, self.warm.pid, settings, files, self.options.memory, doubts=doubts
        )

    @property
    def tests(self) -> list[str]:
        """The names of all tests."""
        return [cell.name for cell in self.source.cells if cell.test]

    def own(self, ways: Mapping[str, Way], also: Collection[str] | None = None) -> NotebookRun:
        """Run the source's own solution until it is certain what it earns."""
        path = self.source.path
        return _certain(lambda: self.run(read_submission(path), path.parent, ways, also))[0]

    def blank(self, ways: Mapping[str, Way]) -> NotebookRun:
        """Run the source as it is released until it is certain what it earns."""
        cells = zip(self.source.cells, self.source.released, strict=True)
        read = Submission(tuple(replace(cell, text=text) for cell, text in cells))
        return _certain(lambda: self.run(read, None, ways))[0]


def mentioned(cells: Iterable[Cell], source: Source, options: Options) -> frozenset[str]:
    """Return those of the settings' libraries whose package some code names that is run."""
    shown = {cell.text for cell in source.cells if options.demo_tag in cell.tags}
    run = [cell.text for cell in cells if cell.kind == "code" and cell.text not in shown]
    words = {word for text in run for word in _WORD.findall(text)}
    return frozenset(name for name in options.libraries if name.partition(".")[0] in words)


def _packages(modules: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def to_import(used: Collection[str], source: Source, options: Options) -> tuple[str, ...]:
    """Return what to import beforehand for notebooks that use some of the settings' libraries.

    That is what the source imports of their packages, or else the library as the settings name it.
    """
    found: list[str] = []
    for library in options.libraries:
        if library in used:
            package = {library.partition(".")[0]}
            mine = sorted(name for name in source.names.modules if package == _packages([name]))
            found += mine or [library]
    return tuple(dict.fromkeys(found))


def _settled(verdicts: dict[str, Verdict], own: dict[str, Verdict]) -> dict[str, Verdict]:
    """Settle verdicts on tests that end in something unclear, by the source's own answers."""
    return {
        name: verdict.settled(own[name].status) if verdict.status in UNCLEAR else verdict
        for name, verdict in verdicts.items()
    }


def solve(
    source: Source, options: Options, warm: Warm, companions: dict[str, bytes]
) -> NotebookRun:
    """Run the source's own solution, with each test apart, and note which libraries it imports.

    Raises
    ------
    NotCertain
        If it is not certain what it earns.
    """
    imports = to_import(mentioned(source.cells, source, options), source, options)
    alone = replace(options, beside="person")
    return _Desk(source, alone, warm, companions, imports, notes_imports=True).own({})


def rehearse(
    source: Source,
    options: Options,
    warm: Warm,
    companions: dict[str, bytes],
    solution: NotebookRun,
) -> Rehearsal:
    """Find out how each test is judged, on the source's own solution and its blank release.

    `solution` is what `solve` came to.

    Raises
    ------
    NotCertain
        If it is not certain, or if the cause is not the course's.
    """
    # Apart only: what cannot be judged there is not run beside right away.
    named = mentioned(source.cells, source, options)
    imports = to_import(named | solution.imports, source, options)
    apart = _Desk(source, replace(options, beside="person"), warm, companions, imports)
    everywhere = dict.fromkeys(apart.tests, Way.BESIDE)
    full = all(verdict.points == 1 for verdict in solution.verdicts.values())
    if imports != to_import(named, source, options) and not full:
        solution = apart.own({})  # without the time that importing them takes
    beside = apart._replace(options=replace(options, beside="allow"))
    ends = solution.by_name()
    own = {Way.APART: _settled(ends, ends)}
    blank = {
        Way.APART: _settled(apart.blank({}).by_name(), ends),
        Way.BESIDE: beside.blank(everywhere).by_name(),
    }
    tests = [cell for cell in source.cells if cell.test]
    if all(is_apart(cell, own, blank) for cell in tests):
        return Rehearsal(tuple(decided(cell, own, blank) for cell in tests), imports=imports)
    there = beside.own(everywhere)
    own[Way.BESIDE] = there.by_name()
    ways: dict[str, Way] = {}
    while True:
        found = Rehearsal(tuple(decided(cell, own, blank) for cell in tests), imports=imports)
        if found.ways == ways:
            break
        # Tests that stay apart have to work without what the others define.
        ways = found.ways
        own[Way.APART] |= _settled(apart.own(ways).by_name(), ends)
        blank[Way.APART] |= _settled(apart.blank(ways).by_name(), ends)
    if any(test.own < test.points for test in found.tests):
        _blame_ourselves([solution, there], source.path.parents[2])
    if options.beside == "person":
        return found.without_beside()
    found = replace(found, also=with_state_for(source.cells, ways))
    points = own_points(source, beside.options, warm, companions, found)
    if any(points[t.name] != t.own for t in found.tests if t.way is Way.BESIDE):
        found = replace(found, also=tuple(apart.tests))
    return found


def own_points(
    source: Source,
    options: Options,
    warm: Warm,
    companions: dict[str, bytes],
    rehearsal: Rehearsal,
) -> dict[str, float]:
    """Return the points that the source's own solution gets in each test that no person judges."""
    desk = _Desk(source, options, warm, companions, rehearsal.imports)
    return points_of(desk.own(rehearsal.ways, rehearsal.also), source)


def points_of(solution: NotebookRun, source: Source) -> dict[str, float]:
    """Return what a run of the source's own solution got in each test."""
    ends = solution.by_name()
    found = _settled(ends, ends)
    points = {cell.name: cell.points for cell in source.cells}
    return {name: verdict.earned(points[name])[0] for name, verdict in found.items()}


def _blame_ourselves(runs: list[NotebookRun], course: Path) -> None:
    """Refuse to go on if a package is installed here but missing in the sandbox."""
    said = json.dumps([run.outputs for run in runs])
    said += str([verdict for run in runs for verdict in run.verdicts.values()])
    for name in re.findall(r"No module named '(\w+)", said):
        with contextlib.suppress(ImportError, ValueError):
            found = importlib.util.find_spec(name)
            # A file of the course that learners do not get would be missing in nbgrader, too.
            if found is not None and not str(found.origin).startswith(f"{course}/"):
                raise NotCertain(
                    f"{name} is installed, but notebooks cannot import it: name it in "
                    "GradeNotebook.packages, or see that everybody may read it"
                )


def _nothing(
    source: Source,
    for_instructor: tuple[str, ...],
    for_learner: tuple[str, ...],
    document: bool = True,
) -> NotebookResult:
    """Return the result where there is nothing to grade: every test, no points."""
    tests = [
        TestResult(
            cell.name,
            source.exercise[j],
            source.title(j),
            0.0,
            cell.points,
            Status.MISSING,
            for_learner[0] if for_learner else "",
            bool(cell.manual),
        )
        for j, cell in enumerate(source.cells)
        if cell.graded
    ]
    return NotebookResult(
        part=source.part,
        notebook=source.path.stem,
        tests=tuple(tests),
        for_instructor=for_instructor,
        for_learner=for_learner,
        document=blank_document(source, tests, for_learner) if document else "",
    )
