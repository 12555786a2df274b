"""One notebook at a time: a submission in, a verdict out; and the way into nbgrader.

``grade_notebook`` is the whole pipeline. It reads the instructor's source notebook (the solution
version, with hidden tests) and one submitted notebook, and never writes to either.

Three processes take part. This one asks; a warm *examiner* forks a child for each notebook, which
reads the submission, runs the tests and judges; a warm process in the sandbox forks the child
that runs the learner's cells.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from evenhand.options import Options
from evenhand.releases import texts_of
from evenhand.results import NotebookResult
from evenhand.sandbox import ONE_THREAD, PROCESSOR, SandboxMissing, WarmProcess, refused

__all__ = ["NotGraded", "Options", "SandboxMissing", "close", "grade_notebook"]

#: Seconds by the clock after which the grading of a notebook is given up: it is stopped long before
#: by what it costs, unless something is wrong with the grader or the machine.
NET = 3600


class NotGraded(Exception):
    """The grader came to no certain result; the text says why. No fault of the notebook's."""


def grade_notebook(
    submission: Path | None, source: Path, *, options: Options | None = None
) -> NotebookResult:
    """Grade one submitted notebook.

    Parameters
    ----------
    submission
        The submitted file; None, or a path where nothing is, gives status ``missing``.
    source
        The instructor's notebook ``<…>/<part>/<notebook>.ipynb``, with hidden tests.
    options
        See `Options`; what is not given to them comes from the course's ``nbgrader_config.py``,
        two folders above the source. The first call starts warm processes,
        which later calls with equal options in the same process use again; they end with it.

    Returns
    -------
    NotebookResult
        One that is certain.

    Raises
    ------
    NotGraded
        Where there is none: the process was lost again and again in other places, or the course's
        own solution does not get full marks here.
    SandboxMissing
        Where bubblewrap is not to be had and ``options.sandbox`` is True.
    OSError, ValueError
        If the source cannot be read.
    OptionsError
        If a setting of the course has to be mended.
    """
    source = Path(source).resolve()
    if not source.is_file():
        raise FileNotFoundError(f"There is no source notebook {source}.")
    path = None if submission is None else Path(os.path.abspath(submission))
    return _grader((options or Options()).completed(source)).grade(path, source)


def close() -> None:
    """End the warm processes of this process. The next call starts new ones."""
    with _LOCK:
        while _GRADERS:
            _, grader = _GRADERS.popitem()
            if grader.owner == os.getpid():
                grader.close()


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs `code` in a new interpreter, with this package to import.

    Neither the folder that it runs in nor the user's own packages are on its path. To be run with
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


#: What tests may depend on is set below; the rest of the instructor's environment stays outside.
_INHERITED = (
    *("PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH"),
    *("XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR"),  # where caches are
    *("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),  # where systemd is
)


def environment() -> dict[str, str]:
    """Return the environment of the grader's own processes, whoever starts them and how."""
    import matplotlib

    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **kept,
        **PROCESSOR,
        **ONE_THREAD,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": os.path.join(matplotlib.get_data_path(), "matplotlibrc"),
    }


_LOCK = threading.RLock()
_GRADERS: dict[tuple[int, Options], _Grader] = {}


def _grader(options: Options) -> _Grader:
    with _LOCK:
        key = (os.getpid(), options)
        if key not in _GRADERS:
            if not _GRADERS:
                atexit.register(close)
            _GRADERS[key] = _Grader(options)
        return _GRADERS[key]


class _Grader:
    """The warm processes, and how to ask them."""

    def __init__(self, options: Options) -> None:
        self.owner = os.getpid()
        self._options = options
        self._lock = threading.Lock()
        self._warm: WarmProcess | None = None
        self._examiner: subprocess.Popen | None = None
        self._start()

    def _start(self) -> None:
        self._warm = WarmProcess(self._options)
        _probe(self._warm)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control = self._warm.control.fileno()
        arguments = {
            "socket": theirs.fileno(),
            "control": control,
            "warm_pid": self._warm.pid,
            "folder": self._warm.folder,
            "options": self._options.to_dict(),
        }
        self._said = tempfile.TemporaryFile()
        self._examiner = subprocess.Popen(
            python("from evenhand.examiner_process import main; main()", json.dumps(arguments)),
            pass_fds=[theirs.fileno(), control],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=environment(),
            start_new_session=True,
        )
        theirs.close()
        self._socket = ours

    def grade(self, submission: Path | None, source: Path) -> NotebookResult:
        with self._lock:
            for _ in range(3):
                if not (self._warm.alive and self._examiner.poll() is None):
                    self.close()
                    self._start()
                reply = self._ask(submission, source)
                if "result" in reply and self._warm.alive:
                    return NotebookResult.from_dict(reply["result"])
                if "invalid source" in reply:
                    raise ValueError(reply["invalid source"])
                if "uncertain" in reply:
                    break
                # What goes wrong for no fault of the notebook's does not go wrong again.
                self.close()
                self._start()
            raise NotGraded(reply.get("uncertain") or reply.get("failure") or "no reason given")

    def _ask(self, submission: Path | None, source: Path) -> dict[str, Any]:
        job = {
            "submission": submission and str(submission),
            "source": str(source),
            "released": texts_of(source, source.stat().st_mtime_ns, self._options),
        }
        ours, theirs = socket.socketpair()
        with ours:
            try:
                socket.send_fds(self._socket, [b"job"], [theirs.fileno()])
                ours.sendall(json.dumps(job).encode())
                ours.shutdown(socket.SHUT_WR)
            except OSError:
                return {}
            finally:
                theirs.close()
            deadline = time.monotonic() + NET
            parts: list[bytes] = []
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    self.close()
                    self._start()
                    return {"uncertain": f"there was no result after {NET // 60} minutes"}
                if not select.select([ours], [], [], left)[0]:
                    continue
                try:
                    data = ours.recv(2**20)
                except ConnectionResetError:  # it ended before it read the job
                    data = b""
                if not data:
                    break
                parts.append(data)
            try:
                return json.loads(b"".join(parts))
            except ValueError:
                return {"failure": "the examiner's process ended"}

    def said(self) -> str:
        """What the warm processes wrote to stderr: for whoever looks for a fault in the grader."""
        self._said.seek(0)
        return self._said.read(100_000).decode("utf-8", "replace") + self._warm.said()

    def close(self) -> None:
        self._socket.close()
        if self._examiner.poll() is None:
            os.killpg(self._examiner.pid, signal.SIGKILL)  # with the one that it forked
        self._examiner.wait()
        self._said.close()
        self._warm.close()


def _probe(warm: WarmProcess) -> None:
    """Run one line in the sandbox, so that a wall that cannot be built costs nobody a mark.

    Raises
    ------
    SandboxMissing
        If notebooks cannot be run there.
    """
    from evenhand.learner_process import LearnerProcess, ProcessLost

    kernel = LearnerProcess(
        warm.control, warm.pid, {"folder": warm.folder, "environment": {}}, {}, 2**20
    )
    try:
        kernel.start()
        kernel.ask({"op": "cell", "index": 0, "source": "1 + 1", "seconds": 20}, seconds=20)
    except ProcessLost:
        said = warm.said()
        warm.close()
        raise refused(said) from None
    finally:
        kernel.stop()
