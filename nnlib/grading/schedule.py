"""Many notebooks at once: what is to be graded, and who grades it.

In: a course and what its gradebook already holds. Out: batches of `Done`, as they come. Every
notebook is graded in a process of its own kind, apart from the one that writes the gradebook, on
this machine (`LocalGraders`) or on the workers of a Dask cluster (`DaskGraders`). A process that
dies takes one notebook with it, which another process tries once more.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from . import releases
from .execute import Options, environment, python
from .results import NotebookResult

__all__ = [
    "DaskGraders",
    "Done",
    "Graders",
    "GradingFailed",
    "Job",
    "LocalGraders",
    "find_jobs",
    "submitted_at",
]

PATIENCE = 1800
"""Seconds after which a grading process that answers nothing is ended."""

ATTEMPTS = 2
"""How often a notebook is tried whose grading process died."""

LARGEST = 200_000_000
"""Bytes of a submitted file beyond which it is not read to look for its name's notebook."""


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
        Changes when the submission or its tests do.
    timestamp : datetime or None
        When it was handed in, in UTC.
    note : str
        What the instructor should know about how the file was found.
    """

    student: str
    part: str
    notebook: str
    submission: Path | None
    source: Path
    fingerprint: str
    timestamp: datetime | None = None
    note: str = ""

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
    submissions: Mapping[str, Mapping[str, Path]], sources: Mapping[str, Mapping[str, Path]]
) -> tuple[list[Job], list[str]]:
    """List every notebook that students handed in, or left out of a part that they handed in.

    Parameters
    ----------
    submissions : mapping
        part -> student -> folder, as `Course.submissions` gives it.
    sources : mapping
        part -> notebook -> path, as `Course.sources` gives it.

    Returns
    -------
    jobs : list of Job
        Student by student.
    problems : list of str
        A line for each file that cannot be told a notebook.
    """
    jobs, problems = [], []
    prints = {
        name: {notebook: _digest(path) for notebook, path in notebooks.items()}
        for name, notebooks in sources.items()
    }
    for part_name, folders in submissions.items():
        if part_name not in sources:
            problems.append(
                f"{part_name}: the course has no such part; "
                f"{len(folders)} submission{'s' * (len(folders) != 1)} left alone"
            )
            continue
        for student_name, folder in folders.items():
            where = f"{student_name} · {part_name}"
            if not _is_text(student_name):
                problems.append(f"{ascii(where)}: the folder's name is no text; not graded")
                continue
            timestamp, complaint = submitted_at(folder)
            files, lines = matched(folder, sources[part_name])
            problems += [f"{where}: {line}" for line in [*complaint, *lines]]
            for notebook, source in sources[part_name].items():
                submission, note = files.get(notebook, (None, ""))
                seen = _digest(submission) if submission else "missing"
                fingerprint = hashlib.sha256(
                    f"{seen} {prints[part_name][notebook]}".encode()
                ).hexdigest()
                jobs.append(
                    Job(
                        student_name,
                        part_name,
                        notebook,
                        submission,
                        source,
                        fingerprint,
                        timestamp,
                        note,
                    )
                )
    jobs.sort(key=lambda job: job.key)
    return jobs, problems


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:  # grading it will say so, too, and hold up nobody else
        return f"unreadable: {error.strerror}"


def _is_text(name: str) -> bool:
    """Say whether a file's name can be written to a database at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def submitted_at(folder: Path) -> tuple[datetime | None, list[str]]:
    """Read when a folder was handed in.

    Returns
    -------
    timestamp : datetime or None
        In UTC; None where nothing, or no date, stands there.
    problems : list of str
        A line where it is no date.
    """
    from nbgrader.utils import parse_utc  # slow, and of no use in a grading process

    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file():
            return None, []
        text = path.read_bytes()[:200].decode().strip()
        return (parse_utc(text) if text else None), []
    except (ValueError, OverflowError, OSError, AttributeError, TypeError):
        return None, ["timestamp.txt holds no date; taken as handed in on time"]


def matched(
    folder: Path, sources: Mapping[str, Path]
) -> tuple[dict[str, tuple[Path, str]], list[str]]:
    """Find the file of each notebook: by its name, else by what is in it.

    Returns
    -------
    files : dict
        notebook -> (file, note for the instructor).
    problems : list of str
        A line for each file left over.
    """
    files: dict[str, tuple[Path, str]] = {}
    problems: list[str] = []
    left: list[Path] = []
    for path in _notebooks_in(folder):
        if path.is_symlink() or not path.is_file():
            what = "is a link, not a file" if path.is_symlink() else "is no ordinary file"
            problems.append(f"{path.name} {what}; not graded")
        elif path.stem in sources and path.parent == folder and path.suffix == ".ipynb":
            files[path.stem] = (path, "")
        else:
            left.append(path)
    if not left:
        return files, problems
    cells = {name: _cell_names(path) for name, path in sources.items() if name not in files}
    claims = []
    for path in left:
        inside = _cell_names(path)
        for name, wanted in cells.items():
            shared = len(inside & wanted) / len(wanted) if wanted else 0.0
            named = _plain(path.stem) == _plain(name)
            if named or shared >= 0.5:
                claims.append((named, shared, path.stat().st_size, str(path), name))
    taken = set()
    for *_, path, name in sorted(claims, reverse=True):
        if name not in files and path not in taken:
            relative = os.path.relpath(path, folder)
            files[name] = (Path(path), f"handed in as {relative}, taken for {name}")
            taken.add(path)
    problems += [
        f"{os.path.relpath(path, folder)} is no notebook of this part, or one too many; not graded"
        for path in left
        if str(path) not in taken
    ]
    return files, problems


def _notebooks_in(folder: Path) -> list[Path]:
    """List the notebooks of a folder and of its subfolders, links to folders left out."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(parent, name)
            for name in sorted(names)
            if name.lower().endswith(".ipynb") and not name.startswith(".")
        ]
    return found


def _plain(name: str) -> str:
    """Strip what copying and downloading add to a name: `05_cost (1)`, `05 cost-Copy2`."""
    name = re.sub(r"(\s*\(\d+\)|[-_ ]*copy[-_ ]*\d*|[-_ ]*final)+$", "", name.strip().lower())
    return re.sub(r"[\W_]+", "_", name)


def _cell_names(path: Path) -> set[str]:
    """Collect the names that nbgrader gave the cells of a notebook, however damaged it is."""
    try:
        if path.stat().st_size > LARGEST:
            return set()
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return set()
    return set(re.findall(r'"grade_id"\s*:\s*"([^"\\]{1,200})"', text))


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
                "from nnlib.grading.schedule import _serve; _serve(*sys.argv[1:])",
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
            answer = execute.grade_notebook(submission, source, options=options)
        except SandboxMissing as error:
            answer = GradingFailed(str(error))
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
        bundle = _pack(sources)
        self._name = f"nnlib-sources-{hashlib.sha256(bundle).hexdigest()[:20]}"
        # A plugin reaches the workers that join later, too.
        self._client.register_plugin(_plugin(self._name, bundle))

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]:
        """Grade jobs; yield what is finished whenever something is."""
        from distributed import KilledWorker, as_completed

        jobs = iter(jobs)
        running: dict[str, Job] = {}
        completed = as_completed(loop=self._client.loop)

        def fill() -> None:
            threads = sum(self._client.nthreads().values())
            while len(running) < max(2 * threads, 2):
                job = next(jobs, None)
                if job is None:
                    return
                future = self._client.submit(
                    _grade_remotely,
                    self._name,
                    job.submission.read_bytes() if job.submission else None,
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

    def close(self) -> None:
        """Say goodbye to the cluster, which goes on running."""
        self._client.close()


def _pack(sources: Mapping[str, Mapping[str, Path]]) -> bytes:
    """Zip the sources and what is known of releases, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        known = next(path.parents[2] for some in sources.values() for path in some.values())
        if (known / releases.FILE).is_file():
            bundle.writestr(zipfile.ZipInfo(releases.FILE), (known / releases.FILE).read_bytes())
        for part, notebooks in sorted(sources.items()):
            for notebook, path in sorted(notebooks.items()):
                inside = zipfile.ZipInfo(f"source/{part}/{notebook}.ipynb")
                bundle.writestr(inside, path.read_bytes())
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
            from nnlib.grading import schedule

            schedule._unpacked[name] = folder

    plugin = Sources()
    plugin.name = name
    return plugin


_unpacked: dict[str, Path] = {}
_remote_graders: dict[Options, LocalGraders] = {}
_one_at_a_time = threading.Lock()


def _grade_remotely(
    name: str, submission: bytes | None, notebook: str, options: Options
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
            path = Path(folder, source.name)
            path.write_bytes(submission)
        if options not in _remote_graders:
            _remote_graders[options] = LocalGraders(options, 1, source)
        job = Job("", source.parent.name, source.stem, path, source, "")
        [[done]] = list(_remote_graders[options].grade([job]))
        return done.result.to_dict() if done.result else done.failure
