"""Run a notebook as stock nbgrader does: in one IPython process, the hidden tests in their cells.

Nothing of the grader stands between the learner's code and the tests. A bare bubblewrap keeps the
machine safe: namespaces of its own, everything read-only but an empty /tmp with a copy of a course
folder in it. This file is both sides: `Unwalled` starts it as the first process inside, which forks
one process a notebook and watches it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import marshal
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

#: Where the notebook finds the course folder.
COURSE = "/tmp/course"

_MEMORY = 400  # MB that a notebook's process may map
_TOGETHER = 600  # MB of all its processes
_DISK = 50  # MB
_PROCESSES = 60
_SECONDS = 60
_OUTPUT = 10**7  # characters
_ABOVE_ATTACKS = 1000  # none closes or writes to such a file descriptor
_PORT = 8888


class Unwalled:
    """The first process in bubblewrap, ready to run notebooks.

    Parameters
    ----------
    course
        The folder of which each notebook gets a copy.
    folder
        Where in it notebooks run, relative to it.
    """

    def __init__(self, course: Path, folder: str) -> None:
        here = os.path.realpath(__file__)
        python = (sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix)
        command = ["bwrap", "--unshare-all", "--uid", "0", "--gid", "0", "--as-pid-1"]
        command += ["--cap-drop", "ALL"]
        command += ["--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
        for hidden in ("/home", "/root", "/run", "/tmp"):
            command += ["--tmpfs", hidden]
        for path in dict.fromkeys((*python, os.path.dirname(here))):
            command += ["--ro-bind", path, path]
        command += ["--ro-bind", str(course), "/run/course", "--dev", "/dev", "--proc", "/proc"]
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": "/tmp/home",
            "IPYTHONDIR": "/run/ipython",
            "MPLCONFIGDIR": "/run/matplotlib",
            "MPLBACKEND": "Agg",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(
            [*command, sys.executable, "-s", here, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, cells: list[tuple[str, str]], patience: float) -> dict:
        """Run a notebook's cells, (name, source); return what became of them.

        Parameters
        ----------
        patience
            Seconds of the processor's time for one cell, after which it is interrupted.

        Returns
        -------
        dict
            cells
                Of each that ended: name, names of its error's classes, text, types of its
                displays, and its value if that is a number.
            at
                The name of the cell that did not end.
            effects
                What happened besides, in the words of `test_controls`.
        """
        print(json.dumps([cells, patience]), file=self._process.stdin, flush=True)
        reply = self._process.stdout.readline()
        assert reply, "the first process has ended"
        return json.loads(reply)

    def close(self) -> None:
        """End it, and all that it started."""
        self._process.kill()
        self._process.communicate()


# From here on: inside.


def _serve(folder: str) -> None:
    requests, replies = (
        os.fdopen(fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ATTACKS), mode)
        for number, mode in ((0, "r"), (1, "w"))
    )
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    shell = _shell()
    kept = set(os.listdir("/tmp"))  # where Python or this file lie in there
    # What a grader beside the notebook might have: a socket by a name, and a web server.
    with socket.socket(socket.AF_UNIX) as named, socket.create_server(("127.0.0.1", _PORT)):
        named.bind("\0grader")
        named.listen()
        for line in requests:
            shutil.copytree("/run/course", COURSE)
            os.mkdir("/tmp/home")
            os.chdir(f"{COURSE}/{folder}")
            print(json.dumps(_watch(shell, kept, *json.loads(line))), file=replies, flush=True)
            os.chdir("/")
            for path in _ours(kept):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


def _shell():
    import matplotlib.pyplot  # noqa: F401
    import numpy  # noqa: F401
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = CapturingDisplayPublisher()
    sys.path[0] = ""  # as in a kernel
    return shell


def _watch(shell, kept: set[str], cells: list[list[str]], patience: float) -> dict:
    before, warm = _files(kept), _resident(os.getpid())
    # The grader's end of a connection, for those who write to all that is open; and the reports.
    ours, theirs = socket.socketpair()
    reports, reporting = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    high = fcntl.fcntl(reporting, fcntl.F_DUPFD, _ABOVE_ATTACKS)
    reporting.close()
    parent = os.fork()
    if parent == 0:
        ours.close()
        reports.close()
        child = os.fork()
        if child == 0:
            _notebook(shell, cells, high)
        theirs.close()
        os.waitpid(child, 0)
        os._exit(0)
    theirs.close()
    os.close(high)
    done: list = []
    effects: set[str] = set()
    child = spent = interrupted = ended = status = 0
    forks, started = len(os.listdir("/proc")) + _PROCESSES, time.monotonic()
    while not ended:
        select.select([reports], [], [], 0.005)
        ended, status = os.waitpid(parent, os.WNOHANG)
        while select.select([reports], [], [], 0)[0] and (report := reports.recv(2**18)):
            what = marshal.loads(report)
            if type(what) is int:
                child = what
            elif type(what) is str:
                effects.add(what)
            else:
                done.append(what)
            spent = _processor_time(child)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            if ours.recv(4096, socket.MSG_DONTWAIT):
                effects.add("writes to the socket")
            elif child in _others():
                effects.add("closes the socket")
        if len(os.listdir("/proc")) > forks:
            effects.add("forks without end")
            break
        if sum(max(0, _resident(pid) - warm) for pid in _others()) > _TOGETHER * 2**20:
            effects.add("takes memory")
            break
        if shutil.disk_usage("/tmp").used > _DISK * 2**20:
            effects.add("fills the disk")
            break
        if time.monotonic() > started + _SECONDS:
            effects.add("takes too long")
            break
        used = _processor_time(child) - spent
        if interrupted and len(done) >= interrupted:
            break
        if used > patience and not interrupted:
            effects.add("never ends")
            interrupted = len(done) + 1
            os.kill(child, signal.SIGINT)
        elif used > 1.5 * patience:
            effects.add("ignores the interrupt")
            break
    if ended and os.WIFSIGNALED(status):
        effects.add("kills its parent")
    elif ended and len(done) < len(cells) and "prints without end" not in effects:
        effects.add("ends the process")
    elif ended and _others():
        time.sleep(0.2)  # a command on its way to another gets there
        effects |= {f"leaves {_read(pid, 'cmdline')}" for pid in _others()}
    while _others():
        os.kill(-1, signal.SIGKILL)
        time.sleep(0.001)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0):
            pass
    ours.close()
    reports.close()
    after = _files(kept)
    effects |= {f"changes {path}" for path in after if after[path] != before.get(path)}
    at = interrupted - 1 if interrupted else len(done)
    return {
        "cells": done,
        "at": cells[at][0] if at < len(cells) else None,
        "effects": sorted(effects),
    }


def _others() -> list[int]:
    """Return the processes that live, but for this one."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if pid != os.getpid() and _stat(pid)[0] not in "ZX"]


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _stat(pid: int) -> list[str]:
    """Return the fields of its stat from its state on, of a dead one if it is gone."""
    return _read(pid, "stat").rpartition(")")[2].split() or ["X"]


def _processor_time(pid: int) -> float:
    used = _stat(pid)[11:13] if pid else []
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    pages = _read(pid, "statm").split()[1:2]
    return int(*pages) * resource.getpagesize()


def _ours(kept: set[str]) -> list[str]:
    return [f"/tmp/{name}" for name in os.listdir("/tmp") if name not in kept]


def _files(kept: set[str]) -> dict[str, tuple[int, int]]:
    """Return the size and the time of each file that a notebook may write."""
    paths = [path for path in _ours(kept) if not os.path.isdir(path)]
    for ours in _ours(kept):
        paths += [os.path.join(top, name) for top, _, names in os.walk(ours) for name in names]
    return {path: (os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in paths}


class _Output(io.StringIO):
    """What one cell prints."""

    def __init__(self, report) -> None:
        super().__init__()
        self._report = report

    def write(self, text: str) -> int:
        if self.tell() > _OUTPUT:
            self._report("prints without end")
            os._exit(0)
        return super().write(text)


def _notebook(shell, cells: list[list[str]], high: int) -> None:
    # Nothing in here is looked up where the learner's code may have changed it.
    send, dumps, number = os.write, marshal.dumps, float
    numbers = (int, float, __import__("numpy").float64)

    def report(what):
        send(high, dumps(what))

    bound = int(_read(os.getpid(), "statm").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (bound + _MEMORY * 2**20,) * 2)
    report(os.getpid())
    for name, source in cells:
        said = sys.stdout = sys.stderr = _Output(report)
        shell.display_pub.outputs.clear()
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        names = [kind.__name__ for kind in type(error).__mro__] if error is not None else []
        types = [kind for output in shell.display_pub.outputs for kind in output["data"]]
        value = result.result
        value = number(value) if type(value) in numbers else None
        report((name, names, said.getvalue()[:40_000], types, value))
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
