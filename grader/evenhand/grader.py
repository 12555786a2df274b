"""Grade one notebook: a submission in, a result out.

`grade_notebook` is the whole pipeline. It reads the instructor's source notebook (the solution
version, with hidden tests) and one submitted notebook, and never writes to either.

Three processes take part. This one asks. The examiner's process forks a child for each notebook,
which reads the submission, runs the tests and judges. The process in the sandbox forks the child
that runs the learner's cells.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evenhand import fingerprint, releases
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.rehearsal import Rehearsal, is_checked, keep, load, note_checked, note_job
from evenhand.results import NotebookResult
from evenhand.sandbox import ONE_THREAD, PROCESSOR, SandboxMissing, WarmProcess, refused

__all__ = ["Grader", "NotGraded", "SandboxMissing", "close", "grade_notebook", "rehearse_notebook"]

TRIES = 3
"""How often to try a notebook whose processes die."""

LONGEST = 3600
"""Seconds of wall-clock time after which a notebook is given up. Its limits of processor time stop
it long before, unless something is wrong with the grader or the machine."""


class NotGraded(Exception):
    """There is no certain result, through no fault of the notebook; the message says why."""


def grade_notebook(
    submission: Path | None,
    source: Path,
    *,
    options: Options | None = None,
    variant: str | None = None,
) -> NotebookResult:
    """Grade one submitted notebook.

    Parameters
    ----------
    submission
        The submitted file; None, or a path where nothing is, gives status ``missing``.
    source
        The instructor's notebook ``<…>/<part>/<notebook>.ipynb``, with hidden tests.
    options
        None: those of the course, whose folder is two above the source's own; see
        `Options.of_course`. The first call starts a `Grader`, which later calls with equal options
        in the same process use again; it ends with the process.
    variant
        The student's, where the course has variants; see `evenhand.variants`.

    Returns
    -------
    NotebookResult
        One that is certain.

    Raises
    ------
    NotGraded, SandboxMissing, OSError, ValueError
        See `Grader.grade`.
    OptionsError
        If a setting of the course has to be mended.
    """
    return _grader(source, options).grade(submission, source, variant=variant)


def rehearse_notebook(source: Path, *, options: Options | None = None) -> Rehearsal:
    """Find out how the tests of a source are judged; see `Grader.rehearsal`."""
    return _grader(source, options).rehearsal(source)


def _grader(source: Path, options: Options | None) -> Grader:
    options = options or Options.of_course(Path(source).resolve().parents[2])
    key = (os.getpid(), options)
    with _LOCK:
        if not _GRADERS:
            atexit.register(close)
        if key not in _GRADERS:
            _GRADERS[key] = Grader(options)
    return _GRADERS[key]


def close() -> None:
    """End the graders of `grade_notebook` in this process. The next call starts new ones."""
    with _LOCK:
        while _GRADERS:
            (owner, _), grader = _GRADERS.popitem()
            if owner == os.getpid():
                grader.close()


_LOCK = threading.RLock()
_GRADERS: dict[tuple[int, Options], Grader] = {}
_REHEARSED: dict[str, Rehearsal] = {}
_TURNS: dict[str, threading.Lock] = {}


class Grader:
    """Grades one notebook after another in two warm processes, and replaces them if they die.

    They start when they are first needed, and end with the thread that needed them.

    Parameters
    ----------
    options : Options
        All settings: nothing is read from the course.
    unrecorded : bool
        Nothing is recorded of what is graded. A source that is as it was when its own solution got
        its points, on this machine since it started, is then not graded again beforehand.
    """

    def __init__(self, options: Options, unrecorded: bool = False) -> None:
        self._options = options
        self._unrecorded = unrecorded
        self._marks: dict[Path, tuple[Path, str]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._begun: tuple[dict[str, Any], Future[dict[str, Any]]] | None = None
        self.processes: Processes | None = None

    def grade(
        self,
        submission: Path | None,
        source: Path,
        rehearsal: Rehearsal | None = None,
        variant: str | None = None,
    ) -> NotebookResult:
        """Grade one submitted notebook.

        Parameters
        ----------
        submission, source, variant
            See `grade_notebook`.
        rehearsal
            How each test is judged, if the caller knows it.

        Raises
        ------
        NotGraded
            If no result is certain: the process was lost in each try, in different places, or the
            course's own solution does not get the points here that it got when it was rehearsed.
        SandboxMissing
            If bubblewrap is not available and ``options.sandbox`` is True.
        OSError, ValueError
            If the source cannot be read.
        """
        rehearsal = rehearsal or self.rehearsal(source)
        job = self._job(source)
        checked = self._unrecorded and is_checked(*self._kept(job["source"]), self._options.sandbox)
        job |= {
            "submission": submission and os.path.abspath(submission),
            "rehearsal": rehearsal.to_dict(),
            "checked": checked,
            "variant": variant,
        }
        result = NotebookResult.from_dict(self._reply(job, "result"))
        if self._unrecorded:
            kept = self._kept(job["source"])
            if not checked:
                note_checked(*kept, self._options.sandbox)
            job |= {"submission": None, "checked": True}
            note_job(kept[0], self._options, job, result.seconds)
        return result

    def rehearsal(self, source: Path) -> Rehearsal:
        """Return how each test of a source is judged; found out once for each fingerprint.

        Raises
        ------
        NotGraded, SandboxMissing, OSError, ValueError
            As `grade` does.
        """
        job = self._job(source)
        file, mark = self._kept(job["source"])
        with _LOCK:
            turn = _TURNS.setdefault(mark, threading.Lock())
        with turn:  # the others wait for what the first finds out
            found = load(file, mark)
            if found is None:
                found = _REHEARSED.get(mark)
                if found is None:
                    asked = {**job, "submission": None, "rehearsal": None}
                    found = Rehearsal.from_dict(self._reply(asked, "rehearsal"))
                keep(file, mark, found)
            _REHEARSED[mark] = found
        return found

    def _kept(self, path: str) -> tuple[Path, str]:
        """Return where the rehearsal of a source is kept, and the source's fingerprint."""
        source = Path(path)
        if source in self._marks:
            return self._marks[source]
        root = releases.root_of(source, self._options)
        name = f"{releases.part_of(source, self._options)}/{source.stem}"
        # What was released before decides about hand-ins alone.
        mark = fingerprint.of_tests(source, self._options, None)
        kept = root / ".evenhand" / "rehearsed" / f"{name}.json", mark
        if self._unrecorded:
            self._marks[source] = kept
        return kept

    def start(self) -> None:
        """Start the processes, if they do not run."""
        with self._lock:
            if not self._closed:
                self.processes = self.processes or Processes(self._options)

    def begin(self, job: dict[str, Any]) -> threading.Event:
        """Begin to grade a notebook, in another thread, before `grade` is asked for it.

        What comes of it is used if `grade` then has the very same job to send. Returns an event
        that is set once the processes have imported what they need, or failed.
        """
        imported = threading.Event()
        self._begun = job, Future()
        arguments = *self._begun, imported
        threading.Thread(target=self._grade_begun, args=arguments, daemon=True).start()
        return imported

    def _grade_begun(
        self, job: dict[str, Any], reply: Future[dict[str, Any]], imported: threading.Event
    ) -> None:
        try:
            self.start()
            reply.set_result(self.processes.ask(job, imported))
        except Exception as error:  # noqa: BLE001 - for whoever asks for it
            reply.set_exception(error)
        imported.set()
        threading.Event().wait()  # the processes end with this thread

    def _reply_to_begun(self, job: dict[str, Any]) -> Future[dict[str, Any]] | None:
        """Wait for the reply to a job, if it has begun, and return it; else None."""
        if self._begun is None or json.dumps(self._begun[0]) != json.dumps(job):
            return None
        (_, reply), self._begun = self._begun, None
        reply.exception()
        return reply

    def _job(self, source: Path) -> dict[str, Any]:
        source = Path(source).resolve()
        if not source.is_file():
            raise FileNotFoundError(f"There is no source notebook {source}.")
        return {"source": str(source), "prepared": releases.prepared(source, self._options)}

    def _reply(self, job: dict[str, Any], wanted: str) -> dict[str, Any]:
        """Send a job to the examiner's process, again if it fails; return its reply."""
        problem: Exception | None = None
        begun = self._reply_to_begun(job)
        with self._lock:
            for _ in range(TRIES):
                if self._closed:
                    raise NotGraded("the grader was stopped")
                try:
                    self.processes = self.processes or Processes(self._options)
                    reply = begun.result() if begun else self.processes.ask(job)
                except (NotGraded, RuntimeError) as error:
                    problem = error
                else:
                    if "invalid source" in reply:
                        raise ValueError(reply["invalid source"])
                    if "uncertain" in reply:
                        raise NotGraded(reply["uncertain"])
                    if self.processes.alive and wanted in reply:
                        return reply[wanted]
                    problem = NotGraded(reply.get("failure", "a process of the grader ended"))
                begun = None
                # New processes: what was no fault of the notebook's will not happen again.
                self._end()
                if isinstance(problem, TooLong):
                    break
        raise problem

    def close(self) -> None:
        """End the processes, and whatever they are grading."""
        self._closed = True
        if processes := self.processes:
            processes.interrupt()
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self.processes is not None:
            self.processes.close()
            self.processes = None


class TooLong(NotGraded):
    """There is no result after `LONGEST`."""


class Processes:
    """A warm process in the sandbox, and the examiner's process.

    Parameters
    ----------
    options : Options
        All settings.

    Attributes
    ----------
    sandbox : WarmProcess
    examiner : subprocess.Popen
    """

    def __init__(self, options: Options) -> None:
        with contextlib.ExitStack() as undo:

            def started(sandbox: WarmProcess) -> None:
                self._start_examiner(sandbox, options)
                undo.callback(self._end_examiner)

            # Both at once: each imports for a second.
            self.sandbox = WarmProcess(options, started)
            undo.callback(self.sandbox.close)
            _probe(self.sandbox)
            undo.pop_all()

    def _start_examiner(self, sandbox: WarmProcess, options: Options) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control = sandbox.control.fileno()
        # The examiner's process is killed in the end, so it cannot remove it itself.
        self._scratch = tempfile.TemporaryDirectory(prefix="evenhand-")
        arguments = {
            "parent": os.getpid(),
            "socket": theirs.fileno(),
            "control": control,
            "warm_pid": sandbox.pid,
            "folder": sandbox.folder,
            "scratch": self._scratch.name,
            "options": asdict(options),
        }
        self._said = tempfile.TemporaryFile()
        with theirs:
            self.examiner = subprocess.Popen(
                python("from evenhand.examiner_process import main; main()", json.dumps(arguments)),
                pass_fds=[theirs.fileno(), control],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=environment(),
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether both still run."""
        return self.sandbox.alive and self.examiner.poll() is None

    def ask(self, job: dict[str, Any], imported: threading.Event | None = None) -> dict[str, Any]:
        """Have a notebook graded; return what the examiner's process says of it.

        `imported` is set once that has imported what the tests need.

        Raises
        ------
        NotGraded
            If it says nothing.
        """
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    socket.send_fds(self._socket, [b"job"], [theirs.fileno()])
                ours.settimeout(LONGEST)
                ours.sendall(json.dumps(job).encode())
                ours.shutdown(socket.SHUT_WR)
                with ours.makefile("rb") as file:
                    begun = file.read(1)
                    if imported:
                        imported.set()
                    return json.loads(begun + file.read())
            except TimeoutError:
                minutes = LONGEST // 60
                raise TooLong(f"there was no result after {minutes} minutes") from None
            except (OSError, ValueError):
                told = ": ".join(["the examiner's process ended", *self._said_last()])
                raise NotGraded(told) from None

    def interrupt(self) -> None:
        """End what is being graded, from another thread; `ask` fails."""
        if self.examiner.poll() is None:
            os.killpg(self.examiner.pid, signal.SIGKILL)  # with the one that it forked

    def close(self) -> None:
        """End both, with all that descends from them."""
        self._end_examiner()
        self.sandbox.close()

    def _end_examiner(self) -> None:
        self._socket.close()
        self.interrupt()
        self.examiner.wait()
        self._said.close()
        self._scratch.cleanup()

    def said(self) -> str:
        """Return what both wrote to stderr, to find a fault in the grader."""
        self._said.seek(0)
        return self._said.read(100_000).decode("utf-8", "replace") + self.sandbox.said()

    def _said_last(self) -> list[str]:
        """Return the last line that the examiner's process wrote, such as why it cannot start."""
        self._said.seek(0)
        lines = self._said.read()[-2000:].decode("utf-8", "replace").split("\n")
        return [line.strip() for line in lines if line.strip()][-1:]


def _probe(warm: WarmProcess) -> None:
    """Run one line in the sandbox: one that does not work must not cost a learner points.

    Raises
    ------
    SandboxMissing
        If notebooks cannot be run there.
    """
    settings = {"folder": warm.folder, "environment": {}}
    process = LearnerProcess(warm.control, warm.pid, settings, {}, 2**20)
    try:
        process.start()
        process.ask({"op": "cell", "index": 0, "source": "1 + 1", "seconds": 20}, seconds=20)
    except (ProcessLost, OSError):
        raise refused(warm.said()) from None
    finally:
        process.stop()


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs `code` in a new interpreter, with this package to import.

    Neither its working folder nor the user's own packages are on its path. Run it with
    `environment`.
    """
    package = Path(__file__).with_name("__init__.py")
    start = (
        "import importlib.util as u, sys; "
        f"s = u.spec_from_file_location('evenhand', {str(package)!r}, "
        f"submodule_search_locations=[{str(package.parent)!r}]); "
        "m = sys.modules['evenhand'] = u.module_from_spec(s); s.loader.exec_module(m); "
    )
    return [sys.executable, "-s", "-P", "-c", start + code, *arguments]


#: Tests see nothing else of the instructor's environment.
_INHERITED = (
    *("PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH"),
    *("XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR"),  # where caches are
    *("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),  # where systemd is
)


def environment() -> dict[str, str]:
    """Return the environment of the grader's own processes, the same whoever starts them."""
    # Without importing it, which takes a tenth of a second.
    matplotlib = Path(importlib.util.find_spec("matplotlib").origin)
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **kept,
        **PROCESSOR,
        **ONE_THREAD,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": str(matplotlib.with_name("mpl-data") / "matplotlibrc"),
    }
