"""Grade on this machine: a few processes, each of which grades one notebook after another.

A process that dies takes one notebook with it, which another process tries once more.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

from .grader import NET, NotGraded, environment, grade_notebook, python
from .jobs import Done, GradingFailed, Job
from .options import Options
from .sandbox import SandboxMissing

__all__ = ["LocalGraders"]

PATIENCE = 2 * NET
"""Seconds after which a grading process that answers nothing is ended: it should have given up."""

ATTEMPTS = 2
"""How often a notebook is tried whose grading process died."""


class LocalGraders:
    """Processes on this machine.

    Parameters
    ----------
    options : Options
        How to grade.
    workers : int
        How many processes. They start at once.
    source : Path
        Any of the notebooks to be graded by: the processes warm up on it while they wait.
    """

    def __init__(self, options: Options, workers: int, source: Path) -> None:
        self._start = lambda: _Grader(options, source)
        self._graders = [self._start() for _ in range(workers)]

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]:
        """Grade jobs; yield what is finished whenever something is.

        Raises
        ------
        GradingFailed
            Where no notebook can be graded.
        """
        jobs = iter(jobs)
        again: deque[Job] = deque()
        attempts: dict[tuple, int] = {}
        while True:
            for grader in self._graders:
                # One more than it works on, so that it never waits for the gradebook's writer.
                while len(grader.jobs) < 2:
                    job = again.popleft() if again else next(jobs, None)
                    if job is None:
                        break
                    grader.give(job)
            busy = {grader.connection: grader for grader in self._graders if grader.jobs}
            if not busy:
                return
            done = []
            ready = wait(list(busy), timeout=10)
            for connection in ready:
                grader = busy[connection]
                try:
                    done.append(grader.take())
                except (EOFError, OSError):
                    done += self._replace(grader, again, attempts, "its process ended")
            for connection, grader in busy.items():
                if connection not in ready and grader.silent_for() > PATIENCE:
                    done += self._replace(grader, again, attempts, "it took far too long")
            if done:
                yield done

    def _replace(
        self, grader: _Grader, again: deque[Job], attempts: dict[tuple, int], why: str
    ) -> list[Done]:
        """Start another process in place of one that died; its notebook gets a second try."""
        suspect, *others = grader.jobs
        again.extend(others)
        why = ": ".join(filter(None, [why, grader.last_words()]))
        grader.close()
        self._graders[self._graders.index(grader)] = self._start()
        attempts[suspect.key] = attempts.get(suspect.key, 0) + 1
        if attempts[suspect.key] < ATTEMPTS:
            again.append(suspect)
            return []
        return [Done(suspect, None, f"the grader failed on it ({why}); run it again")]

    def close(self) -> None:
        """End the processes."""
        for grader in self._graders:
            grader.close()


class _Grader:
    """One process that grades the jobs it is given, one after another."""

    def __init__(self, options: Options, source: Path) -> None:
        ours, theirs = socket.socketpair()
        lifeline, end = os.pipe()
        self.connection = Connection(ours.detach())
        self.jobs: deque[Job] = deque()
        self._since = time.monotonic()
        # The pipe's other end closes when this process ends, however it ends; see `_serve`.
        self._lifeline = end
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            python(
                "from evenhand.pool import _serve; _serve(*sys.argv[1:])",
                str(theirs.fileno()),
                str(lifeline),
            ),
            env=environment(),
            pass_fds=(theirs.fileno(), lifeline),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,
        )
        theirs.close()
        os.close(lifeline)
        self.connection.send((options, source))

    def give(self, job: Job) -> None:
        if not self.jobs:
            self._since = time.monotonic()
        self.jobs.append(job)
        with contextlib.suppress(OSError):  # a dead process is noticed where it should answer
            self.connection.send((job.submission, job.source))

    def take(self) -> Done:
        """Read the oldest job's end.

        Raises
        ------
        EOFError, OSError
            Where the process is dead.
        GradingFailed
            Where it says that it cannot grade anything.
        """
        answer = self.connection.recv()
        if isinstance(answer, GradingFailed):
            raise answer
        job = self.jobs.popleft()
        self._since = time.monotonic()
        if isinstance(answer, str):
            return Done(job, None, answer)
        return Done(job, replace(answer, student=job.student))

    def last_words(self) -> str:
        """Return the last line that the process wrote to stderr, such as why it could not start."""
        self._errors.seek(0)
        lines = self._errors.read()[-2000:].decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def silent_for(self) -> float:
        return time.monotonic() - self._since

    def close(self) -> None:
        idle = not self.jobs
        self.connection.close()
        if idle:  # it ends by itself, and cleans up
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        with contextlib.suppress(OSError):
            os.close(self._lifeline)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._errors.close()


def _serve(connection: str, lifeline: str) -> None:
    """Grade in this process until the one that started it ends."""
    threading.Thread(target=_end_with, args=(int(lifeline),), daemon=True).start()
    jobs = Connection(int(connection))
    options, source = jobs.recv()
    with contextlib.suppress(Exception):  # whatever is wrong, the first job will say it
        grade_notebook(None, source, options=options)
    while True:
        try:
            submission, source = jobs.recv()
        except EOFError:
            return
        try:
            if submission is not None and not os.path.lexists(submission):
                raise NotGraded("the file is gone")
            answer = grade_notebook(submission, source, options=options)
        except SandboxMissing as error:
            answer = GradingFailed(str(error))
        except NotGraded as error:
            answer = f"not graded: {error}; nothing is recorded, and the next run tries again"
        except Exception as error:
            answer = f"the grader failed on it ({type(error).__name__}: {error})"
        jobs.send(answer)


def _end_with(lifeline: int) -> None:
    """Kill this process and its children once nobody holds the other end of the pipe."""
    with contextlib.suppress(OSError):
        os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)
