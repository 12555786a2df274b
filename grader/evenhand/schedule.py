"""Many notebooks at once: what is to be graded, and who grades it.

In: a course and what its gradebook already holds. Out: batches of `Done`, as they come. Every
notebook is graded in a process of its own kind, apart from the one that writes the gradebook, on
this machine (`LocalGraders`) or on the workers of a Dask cluster (`DaskGraders`). A process that
dies takes one notebook with it, which another process tries once more.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import importlib.util
import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from . import releases
from .execute import NET, Options, environment, python
from .handins import beside, links, look_into, matched, submitted_at
from .quoting import labels, quoted
from .results import Flag, NotebookResult

__all__ = [
    "DaskGraders",
    "Done",
    "Graders",
    "GradingFailed",
    "Job",
    "LocalGraders",
    "find_jobs",
]

PATIENCE = 2 * NET
"""Seconds after which a grading process that answers nothing is ended: it should have given up."""

ATTEMPTS = 2
"""How often a notebook is tried whose grading process died."""

LONGEST_NAME = 128
"""Characters that the gradebook has room for in a student's name."""


class GradingFailed(Exception):
    """No notebook can be graded, such as where there is no sandbox; the message says why."""


@dataclass(frozen=True)
class Job:
    """One notebook to grade.

    Attributes
    ----------
    student, part, notebook : str
        Whose, and which.
    submission : Path or None
        The file handed in; None where the student handed in the part without this notebook.
    source : Path
        The instructor's notebook.
    fingerprint : str
        Changes with everything that the grade depends on. The first half is about what the
        student handed in, with the files beside it; the second about the tests, the course's
        files, the settings, the grader, Python and the installed packages.
    timestamp : datetime or None
        When it was handed in, in UTC.
    note : str
        What the instructor should know about how the file was found.
    flags : tuple of Flag
        Evidence about what was handed in besides the file.
    """

    student: str
    part: str
    notebook: str
    submission: Path | None
    source: Path
    fingerprint: str
    timestamp: datetime | None = None
    note: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.student, self.part, self.notebook)


@dataclass(frozen=True)
class Done:
    """A job's end: its result, or a sentence why it has none."""

    job: Job
    result: NotebookResult | None
    failure: str = ""


class Graders(Protocol):
    """Whoever grades: jobs go in, batches of `Done` come out in any order."""

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]: ...

    def close(self) -> None: ...


def find_jobs(
    submissions: Mapping[str, Mapping[str, Path]],
    sources: Mapping[str, Mapping[str, Path]],
    options: Options | None = None,
) -> tuple[list[Job], list[str]]:
    """List every notebook that students handed in, or left out of a part that they handed in.

    Parameters
    ----------
    submissions : mapping
        part -> student -> folder, as `Course.submissions` gives it.
    sources : mapping
        part -> notebook -> path, as `Course.sources` gives it.
    options : Options, optional
        How they will be graded.

    Returns
    -------
    jobs : list of Job
        Student by student.
    problems : list of str
        A line for each folder or file that is left alone, and why.
    """
    options = options or Options()
    jobs, problems = [], []
    grader = _grader(options)
    given_out = functools.cache(releases.load)
    tests = {
        (part, notebook): _digest_of(
            [
                *(_digest(path), _course_files(path, options), grader),
                given_out(path.parents[2]).get(f"{part}/{notebook}"),
            ]
        )
        for part in submissions.keys() & sources.keys()
        for notebook, path in sources[part].items()
    }
    shown = labels(student for folders in submissions.values() for student in folders)
    problems += _alike(shown)
    for part_name, folders in submissions.items():
        if part_name not in sources:
            problems.append(
                f"{labels([part_name])[part_name]}: the course has no such part; "
                f"{len(folders)} submission{'s' * (len(folders) != 1)} left alone"
            )
            continue
        for student_name, folder in folders.items():
            where = f"{shown[student_name]} · {part_name}"
            if not (student_name.isprintable() or student_name == ""):
                # nbgrader's database and pages, too, would show what is in such a name.
                problems.append(
                    f"{where}: the folder's name has characters that cannot be shown; not graded: "
                    "rename it"
                )
                continue
            if len(student_name) > LONGEST_NAME:
                problems.append(
                    f"{where}: the folder's name is longer than {LONGEST_NAME} characters; "
                    "not graded: rename it"
                )
                continue
            timestamp, complaint = submitted_at(folder)
            files, lines = matched(folder, sources[part_name])
            problems += [f"{where}: {line}" for line in [*complaint, *lines]]
            others = functools.cache(lambda parent: _digests(beside(parent, ("*.pyc",))[0]))
            root = next(iter(sources[part_name].values())).parents[2]
            told = links(folder, student_name, root)
            for notebook, source in sources[part_name].items():
                submission, note = files.get(notebook, (None, ""))
                if submission is None and _cannot_be_read(folder):
                    continue  # it may be there: a line says what could not be read
                try:
                    seen = [_digest(submission), others(submission.parent)] if submission else None
                except OSError as error:
                    problems.append(
                        f"{where}: {quoted(os.path.relpath(submission, folder))} cannot be read "
                        f"({error.strerror}); not graded: see that you may read it, and run again"
                    )
                    continue
                # A link under a notebook's name is told there, any other with the first notebook.
                mine = [name for name in told if name.rpartition("/")[2] == f"{notebook}.ipynb"]
                if notebook == next(iter(sources[part_name])):
                    names = {f"{one}.ipynb" for one in sources[part_name]}
                    mine += [name for name in told if name.rpartition("/")[2] not in names]
                flags = tuple(told[name] for name in mine)
                jobs.append(
                    Job(
                        student_name,
                        part_name,
                        notebook,
                        submission,
                        source,
                        _digest_of([seen, flags] if flags else seen) + tests[part_name, notebook],
                        timestamp,
                        note,
                        flags,
                    )
                )
    jobs.sort(key=lambda job: job.key)
    return jobs, problems


def _cannot_be_read(folder: Path) -> bool:
    """Say whether there is anything in a folder that this program may not look into."""
    return any(why.startswith("cannot") for why in look_into(folder).left_out.values())


def _alike(shown: Mapping[str, str]) -> list[str]:
    """Say which students have names that look the same and are stored in different characters."""
    groups: dict[str, list[str]] = {}
    for name in shown:
        groups.setdefault(unicodedata.normalize("NFKC", name), []).append(name)
    return [
        f"{' and '.join(sorted(shown[name] for name in group))} look the same and are "
        f"{len(group)} folders: if they are one student, put their work into one of them"
        for group in groups.values()
        if len(group) > 1
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(data: object) -> str:
    """Return the first half of a digest of plain data and bytes."""
    return hashlib.sha256(repr(data).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@functools.lru_cache(maxsize=4)
def _grader(options: Options) -> list[object]:
    """Return what a grade depends on besides files of the course: settings, programs, versions."""
    settings = options.to_dict()
    del settings["sandbox"]
    installed = sorted(
        f"{made.name} {made.version}" for made in importlib.metadata.distributions() if made.name
    )
    packages: dict[str, str] = {}
    for name in sorted({"evenhand", *options.packages}):
        found = importlib.util.find_spec(name.partition(".")[0])
        for place in (found.submodule_search_locations or ()) if found else ():
            packages |= {
                str(path.relative_to(place)): _digest(path)
                for path in sorted(Path(place).rglob("*"))
                if path.is_file() and path.suffix != ".pyc"
            }
    return [sys.version, settings, installed, packages]


def _course_files(source: Path, options: Options) -> list[object]:
    """Return what the course gives a notebook besides its own cells."""
    files, _ = beside(source.parent, options.ignore)
    given: dict[str, bytes] = {}
    module, _, name = options.companions.partition(":")
    if module:
        with contextlib.suppress(Exception):  # grading says what is wrong with it
            given = getattr(importlib.import_module(module), name)(source)
    return [_digests(files), _digests(given)]


def _digests(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    return sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())


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
                "from evenhand.schedule import _serve; _serve(*sys.argv[1:])",
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
    from . import execute
    from .sandbox import SandboxMissing

    options, source = jobs.recv()
    with contextlib.suppress(Exception):  # whatever is wrong, the first job will say it
        execute.grade_notebook(None, source, options=options)
    while True:
        try:
            submission, source = jobs.recv()
        except EOFError:
            return
        try:
            if submission is not None and not os.path.lexists(submission):
                raise execute.NotGraded("the file is gone")
            answer = execute.grade_notebook(submission, source, options=options)
        except SandboxMissing as error:
            answer = GradingFailed(str(error))
        except execute.NotGraded as error:
            answer = f"not graded: {error}; nothing is recorded, and the next run tries again"
        except Exception as error:
            answer = f"the grader failed on it ({type(error).__name__}: {error})"
        jobs.send(answer)


def _end_with(lifeline: int) -> None:
    """Kill this process and its children once nobody holds the other end of the pipe."""
    with contextlib.suppress(OSError):
        os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


class DaskGraders:
    """The workers of a Dask cluster, each with this package installed.

    Nothing needs to be shared with them: sources and submissions are sent along.

    Parameters
    ----------
    options : Options
        How to grade.
    address : str
        The scheduler's address, such as ``tcp://10.0.0.1:8786``.
    sources : mapping
        part -> notebook -> path; all of them, since later notebooks carry over earlier functions.

    Raises
    ------
    GradingFailed
        Where Dask is not installed, or nobody answers at that address.
    """

    def __init__(
        self, options: Options, address: str, sources: Mapping[str, Mapping[str, Path]]
    ) -> None:
        try:
            import distributed
        except ImportError:
            raise GradingFailed(
                "--scheduler needs Dask: pip install distributed, here and on every worker."
            ) from None
        self._options = options
        try:
            self._client = distributed.Client(address, timeout=10, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise GradingFailed(f"No Dask scheduler answers at {address} ({error}).") from None
        bundle = _pack(sources, options)
        self._name = f"evenhand-sources-{hashlib.sha256(bundle).hexdigest()[:20]}"
        # A plugin reaches the workers that join later, too.
        self._client.register_plugin(_plugin(self._name, bundle))

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]:
        """Grade jobs; yield what is finished whenever something is."""
        from distributed import KilledWorker, as_completed

        jobs = iter(jobs)
        running: dict[str, Job] = {}
        completed = as_completed(loop=self._client.loop)
        lost: list[Done] = []

        def fill() -> None:
            threads = sum(self._client.nthreads().values())
            while len(running) < max(2 * threads, 2):
                job = next(jobs, None)
                if job is None:
                    return
                data, others = None, {}
                try:
                    if job.submission:
                        data = job.submission.read_bytes()
                        others, _ = beside(job.submission.parent, ("*.pyc",))
                except OSError as error:  # it was there a moment ago
                    lost.append(Done(job, None, f"cannot be read ({error.strerror}); run it again"))
                    continue
                future = self._client.submit(
                    _grade_remotely,
                    self._name,
                    data,
                    others,
                    f"{job.part}/{job.notebook}",
                    self._options,
                    pure=False,
                )
                running[future.key] = job
                completed.add(future)

        fill()
        while running:
            batch = []
            for future in completed.next_batch(block=True):
                job = running.pop(future.key)
                error = future.exception()
                if isinstance(error, KilledWorker):
                    batch.append(Done(job, None, "the workers that graded it died; run it again"))
                elif error is not None:
                    if type(error).__name__ == "GradingFailed":
                        raise GradingFailed(str(error))
                    sentence = f"the grader failed on it ({type(error).__name__}: {error})"
                    batch.append(Done(job, None, sentence))
                else:
                    answer = future.result()
                    if isinstance(answer, str):
                        batch.append(Done(job, None, answer))
                    else:
                        result = NotebookResult.from_dict(answer)
                        batch.append(Done(job, replace(result, student=job.student)))
                future.release()
            fill()
            yield batch
        if lost:
            yield lost

    def close(self) -> None:
        """Say goodbye to the cluster, which goes on running."""
        self._client.close()


def _pack(sources: Mapping[str, Mapping[str, Path]], options: Options) -> bytes:
    """Zip the sources, the files beside them, and what is known of releases.

    The same files make the same bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        known = next(path.parents[2] for some in sources.values() for path in some.values())
        if (known / releases.FILE).is_file():
            bundle.writestr(zipfile.ZipInfo(releases.FILE), (known / releases.FILE).read_bytes())
        for part, notebooks in sorted(sources.items()):
            for notebook, path in sorted(notebooks.items()):
                inside = zipfile.ZipInfo(f"source/{part}/{notebook}.ipynb")
                bundle.writestr(inside, path.read_bytes())
            for folder in {path.parent for path in notebooks.values()}:
                for name, data in sorted(beside(folder, options.ignore)[0].items()):
                    bundle.writestr(zipfile.ZipInfo(f"source/{part}/{name}"), data)
    return buffer.getvalue()


def _plugin(name: str, bundle: bytes):
    """Make the Dask plugin that unpacks the sources on each worker."""
    from distributed import WorkerPlugin

    class Sources(WorkerPlugin):
        def setup(self, worker) -> None:
            folder = Path(worker.local_directory, name)
            with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
                archive.extractall(folder)
            # By its import: the plugin travels by value, and would bring a dictionary of its own.
            from evenhand import schedule

            schedule._unpacked[name] = folder

    plugin = Sources()
    plugin.name = name
    return plugin


_unpacked: dict[str, Path] = {}
_remote_graders: dict[Options, LocalGraders] = {}
_one_at_a_time = threading.Lock()


def _grade_remotely(
    name: str,
    submission: bytes | None,
    others: dict[str, bytes],
    notebook: str,
    options: Options,
) -> dict | str:
    """Grade one notebook on a Dask worker; return the result as plain data, or why there is none.

    The worker hands it to a grading process of its own, as `LocalGraders` does: a Dask worker
    runs tasks in threads, and its own death must not be a notebook's doing.
    """
    source = _unpacked[name] / "source" / f"{notebook}.ipynb"
    # In the worker's own folder, which Dask clears away even after a worker that was killed.
    place = _unpacked[name].parent
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="submission-", dir=place) as folder:
        path = None
        if submission is not None:
            for other, data in others.items():
                spot = Path(folder, other)
                spot.parent.mkdir(parents=True, exist_ok=True)
                spot.write_bytes(data)
            path = Path(folder, source.name)
            path.write_bytes(submission)
        if options not in _remote_graders:
            _remote_graders[options] = LocalGraders(options, 1, source)
        job = Job("", source.parent.name, source.stem, path, source, "")
        [[done]] = list(_remote_graders[options].grade([job]))
        return done.result.to_dict() if done.result else done.failure
