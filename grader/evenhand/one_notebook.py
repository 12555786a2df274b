"""Grade one notebook: as often as it takes to be certain of what it earns."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from evenhand.document import blank_document, graded_document
from evenhand.handins import beside
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.notebook_run import NotebookRun
from evenhand.options import Options
from evenhand.planning import plan
from evenhand.results import NotebookResult, Status, TestResult, weightiest_first
from evenhand.source import Source
from evenhand.submission import Submission, read_submission
from evenhand.verdicts import UNCLEAR

__all__ = ["NotCertain", "Warm", "grade"]

_MOST_TRIES = 3


class NotCertain(Exception):
    """What a notebook earns cannot be told for certain; the text says why."""


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
        # What is in it may be right: that it cannot be read here is not the learner's fault.
        raise NotCertain(f"the file cannot be read ({error.strerror})") from None
    if not read.readable:
        result = _nothing(source, read.for_instructor, read.for_learner)
        return replace(result, seconds=time.perf_counter() - began)
    run, tries = _certain(lambda: _run(submission, read, source, options, warm, companions))
    unclear = [i for i, v in run.verdicts.items() if v.status in UNCLEAR]
    if unclear:
        # What a cell that ends in a text, a list or False is worth, the source's own answers show.
        mine = read_submission(source.path)
        own, _ = _certain(lambda: _run(source.path, mine, source, options, warm, companions))
        ends = {own.todo.steps[i].source: v.status for i, v in own.verdicts.items()}
        for index in unclear:
            ends_there = ends[run.todo.steps[index].source]
            run.verdicts[index] = run.verdicts[index].settled(ends_there)
    tests = run.results()
    return NotebookResult(
        part=source.path.parent.name,
        notebook=source.path.stem,
        tests=tuple(tests),
        flags=weightiest_first(run.flags),
        for_instructor=(*read.for_instructor, *run.for_instructor),
        for_learner=(*read.for_learner, *run.for_learner),
        document=graded_document(source, run.todo.steps, run.outputs, tests),
        seconds=time.perf_counter() - began,
        tries=tries,
    )


def _certain(once: Callable[[], NotebookRun]) -> tuple[NotebookRun, int]:
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


def _run(
    path: Path,
    read: Submission,
    source: Source,
    options: Options,
    warm: Warm,
    companions: dict[str, bytes],
) -> NotebookRun:
    """Run what was handed in, with the files beside it, in a process forked for it."""
    todo = plan(source, read, options)
    environment = {}
    files, _ = beside(source.path.parent, options.ignore)
    own, left_out = beside(path.parent, ("*.pyc",))
    files = {**own, **files}
    if options.environment:
        # Inside, "where the course's versions are" means its companions and nothing else.
        environment[options.environment] = f"{warm.folder}-course"
        beside_it = f"../{Path(warm.folder).name}-course"
        files |= {f"{beside_it}/{name}": data for name, data in companions.items()}
        files[f"{beside_it}/.course"] = b""
    settings = {"folder": warm.folder, "environment": environment}
    process = LearnerProcess(warm.control, warm.pid, settings, files, options.memory)
    run = NotebookRun(source, todo, options, process)
    run.for_instructor += left_out
    try:
        run.all()
    finally:
        process.stop()
    return run


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
        part=source.path.parent.name,
        notebook=source.path.stem,
        tests=tuple(tests),
        for_instructor=for_instructor,
        for_learner=for_learner,
        document=blank_document(source, tests, for_learner) if document else "",
    )
