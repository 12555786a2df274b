"""The warm process: imports libraries once, then forks a child for each notebook.

Started by `evenhand.sandbox` as ``python -m evenhand.sandboxed SOCKET SETTINGS``.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Iterable
from typing import Any

from evenhand.sandboxed.isolation import (
    LIBC,
    NOBODY,
    close_off,
    close_others,
    fork_apart,
    run_as_init,
    set_limits,
)
from evenhand.sandboxed.session import Session
from evenhand.sandboxed.settled import settle, uncollected
from evenhand.sandboxed.shell import make_shell
from evenhand.sandboxed.system_calls import made_filter
from evenhand.sandboxed.watching import Started


def main() -> None:
    """Make the shell, then serve requests on the control socket."""
    settings = json.loads(sys.argv[2])
    control = socket.socket(fileno=int(sys.argv[1]))
    if settings["isolated"]:
        with contextlib.suppress(OSError):  # the first notebook's process says so
            made_filter()
    else:
        # Whatever a notebook starts stays a descendant of this process, so its use is counted.
        LIBC.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    shell = make_shell()
    shell.run_cell("1 + 1", silent=True, store_history=False)  # as any first cell has to
    getattr(shell, "logger", None)  # made at the first use
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    shut = unreadable() if settings["isolated"] and os.getuid() == 0 else []
    control.send(json.dumps(shut[:50]).encode() if shut else b"ready")
    serve(shell, settings, control)


def serve(shell: Any, settings: dict, control: socket.socket) -> None:
    """Fork a child for each request, from a process with the libraries that it wants.

    What is imported makes each fork dearer. So each set of libraries that notebooks want has a
    process of its own, forked from this one when a request without file descriptors names the set.
    Does not return.
    """
    others: dict[tuple[str, ...], socket.socket] = {}
    started = Started()
    settle()
    while True:
        try:
            data, fds, _, _ = socket.recv_fds(control, 2**20, 3)
        except InterruptedError:
            continue
        if not data:
            os._exit(0)
        asked = json.loads(data)
        wanted = tuple(asked["imports"])
        other = others.get(wanted)
        if not fds:
            if other is not None and select.select([other], [], [], 0)[0]:  # it has ended
                others.pop(wanted).close()
            if wanted and wanted not in others:
                _prepare(shell, settings, wanted, control, others)
            control.send(b"ready")
            continue
        if other is not None:
            socket.send_fds(other, [data], fds)
        else:
            try:
                child = fork_apart() if settings["isolated"] else os.fork()
            except OSError:  # the grader sees that there is no process
                traceback.print_exc()
                child = -1
            if child == 0:
                try:
                    _close([control, *others.values()])
                    start(shell, {**settings, **asked}, fds, started)
                except BaseException:
                    traceback.print_exc()
                finally:
                    os._exit(70)
            if child > 0 and not settings["isolated"]:
                os.waitpid(child, 0)  # it has ended: what it started belongs to this process
        for fd in fds:
            os.close(fd)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _prepare(
    shell: Any, settings: dict, wanted: tuple[str, ...], control: socket.socket, others: dict
) -> None:
    """Add to `others` a process that has imported what is wanted, and serves requests."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        try:
            _close([control, ours, *others.values()])
            _import(wanted)
            theirs.send(b"ready")
            serve(shell, settings, theirs)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(70)
    theirs.close()
    if ours.recv(16):
        others[wanted] = ours
    else:  # a library ended it: each notebook imports them for itself
        ours.close()


def _close(sockets: Iterable[socket.socket]) -> None:
    for one in sockets:
        one.close()


def _import(names: Iterable[str]) -> None:
    """Import libraries, and do once what every notebook's first figure would have to do."""
    for name in names:
        with contextlib.suppress(Exception), warnings.catch_warnings(), uncollected(frozen=True):
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    if "matplotlib.pyplot" in sys.modules:
        pyplot = sys.modules["matplotlib.pyplot"]
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure, axes = pyplot.subplots()
            axes.plot([0, 1], label="x")
            axes.legend()
            figure.savefig(io.BytesIO(), format="png")
            pyplot.close("all")


def unreadable() -> list[str]:
    """Return the packages on Python's path that *nobody*, the user who runs notebooks, cannot read.

    A umask of 077 or 027 leaves packages like that. `os.access` asks for the real user.
    """
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(NOBODY, -1, -1)
    os.setresuid(NOBODY, -1, -1)
    found = []
    for folder in filter(os.path.isdir, sys.path):
        if not os.access(folder, os.R_OK | os.X_OK):
            found.append(folder)
            continue
        for entry in os.scandir(folder):
            name, _, kind = entry.name.partition(".")
            if not name.isidentifier() or not (entry.is_dir() or kind.endswith(("py", "so"))):
                continue
            how = os.R_OK | os.X_OK if entry.is_dir() else os.R_OK
            inner = os.path.join(entry.path, "__init__.py")
            if not os.access(entry.path, how) or (
                os.path.exists(inner) and not os.access(inner, os.R_OK)
            ):
                found.append(entry.path)
    os.setresuid(0, -1, -1)
    os.setresgid(0, -1, -1)
    os.setgroups(groups)
    return found


def start(shell: Any, settings: dict, fds: list[int], started: Started) -> None:
    """Become the process tree of one notebook; does not return."""
    main_fd, lifeline_fd, *group = fds
    for fd in group:
        with contextlib.suppress(OSError):  # if it cannot join, the grader watches its memory
            os.write(fd, b"0")  # join the control group that limits it
        os.close(fd)
    if settings["isolated"]:
        close_off(settings)
    elif os.fork():
        os._exit(0)
    if os.fork():
        os.close(main_fd)
        run_as_init(lifeline_fd, settings["isolated"])
    os.close(lifeline_fd)
    os.setsid()
    set_limits(settings)
    close_others({main_fd})
    folder = settings["folder"]
    os.makedirs(folder, exist_ok=True)
    os.makedirs(os.environ.get("HOME", folder), exist_ok=True)
    os.chdir(folder)
    Session(shell, settings, socket.socket(fileno=main_fd), started).serve()
    os._exit(0)


if __name__ == "__main__":
    main()
