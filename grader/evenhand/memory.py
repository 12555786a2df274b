"""Measure the memory of a notebook's processes, and hold them to their limit.

If possible, the kernel does so, for a control group with all processes of the notebook: one that
systemd delegates or, under cgroup v1, one below root's own. Otherwise a thread looks twenty times a
second and kills the largest processes.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path

_INTERVAL = 0.05
_ROOT = Path("/sys/fs/cgroup")
_V2 = (_ROOT / "cgroup.controllers").is_file()
_EVENTS = "memory.events" if _V2 else "memory.oom_control"


# With a control group


@functools.cache
def scope() -> tuple[str, ...]:
    """Return the command that runs another one in a control group of its own; empty if none can.

    It is systemd's, which delegates the group to the user who runs it.
    """
    run = shutil.which("systemd-run")
    if not _V2 or run is None:
        return ()
    command = (run, *(() if os.getuid() == 0 else ("--user",)), "--scope", "--quiet", "--collect")
    command = (*command, "-p", "Delegate=yes")
    try:
        tried = subprocess.run(
            [*command, "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def _place(pid: int) -> Path | None:
    """Return the control group that `pid` is in, where its memory is counted."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if _V2 and not controllers:
                return Path(f"{_ROOT}{path}")
            if not _V2 and "memory" in controllers.split(","):
                return Path(f"{_ROOT}/memory{path}")
    return None


def _group(warm_pid: int) -> Path | None:
    """Return the control group for the notebooks of a warm process; it may not exist."""
    place = _place(warm_pid)
    if place is None:
        return None
    # In version 2, a group with groups in it has no processes: the warm one is beside them.
    return place.parent / "notebook" if _V2 else place / f"notebook-{warm_pid}"


def make_group(warm_pid: int, megabytes: int, processes: int) -> None:
    """Make the control group for the notebooks of a warm process, if the system allows it."""
    place = _place(warm_pid)
    if place is None or (_V2 and (not scope() or place == _place(os.getpid()))):
        return
    with contextlib.suppress(OSError):
        if _V2:
            (place / "warm").mkdir()
            for pid in (place / "cgroup.procs").read_text().split():
                (place / "warm" / "cgroup.procs").write_text(pid)
            (place / "cgroup.subtree_control").write_text("+memory +pids")
            group = place / "notebook"
            settings = {
                "memory.max": megabytes * 2**20,
                "memory.swap.max": 0,
                "pids.max": processes,
            }
        else:
            for left in place.glob("notebook-*"):
                if not Path("/proc", left.name.removeprefix("notebook-")).exists():
                    with contextlib.suppress(OSError):  # another grader was faster
                        left.rmdir()
            group = place / f"notebook-{warm_pid}"
            limits = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
            settings = dict.fromkeys(limits, megabytes * 2**20)
        group.mkdir()
        try:
            for name, value in settings.items():
                if "sw" not in name or (group / name).exists():  # where swap is counted
                    (group / name).write_text(str(value))
        except OSError:
            group.rmdir()


def close_group(warm_pid: int) -> None:
    """Remove what `make_group` made for a process that has ended. systemd does it by itself."""
    group = _group(os.getpid())
    if _V2 or group is None:
        return
    group = group.with_name(f"notebook-{warm_pid}")
    for _ in range(100):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:  # the last of its processes is about to go
            time.sleep(0.02)


@functools.cache
def held_by_the_kernel() -> bool:
    """Say whether notebooks started from here are held to their limit by the kernel."""
    if _V2:
        return bool(scope())
    place = _place(os.getpid())
    return place is not None and os.access(place, os.W_OK) and (place / _EVENTS).is_file()


def told() -> str:
    """Say in a line what holds notebooks to their memory."""
    if held_by_the_kernel():
        return "The kernel holds each notebook to its memory (in a control group)."
    return "The grader watches each notebook's memory (no control group is to be had here)."


class Limit:
    """Holds one notebook's processes to their limit while they live.

    Parameters
    ----------
    warm_pid
        The outermost process that the notebook's processes descend from.
    megabytes
        The most that they may have together, beyond what is there before they start.

    Attributes
    ----------
    door
        Where to write ``0`` to be let into the control group: a file descriptor, or None.
    """

    def __init__(self, warm_pid: int, megabytes: int) -> None:
        self._pid = warm_pid
        self._most = megabytes * 2**20
        self._over = self._entered = False
        self._kills = 0
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None
        self.door: int | None = None
        self._events: int | None = None
        self._group = _group(warm_pid)
        with contextlib.suppress(OSError, TypeError):
            # As a single task, a process need not wait until none anywhere is forking: that takes
            # ten milliseconds.
            door = self._group / ("cgroup.procs" if _V2 else "tasks")
            self.door = os.open(door, os.O_WRONLY | os.O_CLOEXEC)
            with contextlib.suppress(FileNotFoundError):
                self._events = os.open(self._group / _EVENTS, os.O_RDONLY | os.O_CLOEXEC)
            # The last notebook's processes, which are about to end, must not count for this one.
            deadline = time.monotonic() + 600  # only a safety net
            while (self._group / "cgroup.procs").read_text() and time.monotonic() < deadline:
                time.sleep(0.002)
            self._kills = self._killed()
        self._before = set(below(warm_pid))
        self._shared = _used(self._before, exact=False)
        if self.door is None:
            self._start_watch()

    def _start_watch(self) -> None:
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def confirm(self) -> None:
        """Start watching if the process has answered and is not in its control group."""
        if self.door is None or self._entered:
            return
        with contextlib.suppress(OSError):
            self._entered = bool((self._group / "cgroup.procs").read_text())
        if not self._entered:
            os.close(self.door)
            self.door = None
            self._start_watch()

    @property
    def exceeded(self) -> bool:
        """Whether something was killed for taking too much since the start, or `again`."""
        return self._over if self.door is None else self._killed() > self._kills

    def again(self) -> None:
        """Forget what was exceeded so far."""
        self._over = False
        if self.door is not None:
            self._kills = self._killed()

    def close(self) -> None:
        """Wait until the processes, which have ended or are about to, are gone.

        Else their memory would count for the next notebook, or not at all.
        """
        self._ended.set()
        if self._watch is not None:
            self._watch.join()
        for end in (self.door, self._events):
            if end is not None:
                os.close(end)
        self.door = self._events = None
        for pid in set(below(self._pid)) - self._before:
            with contextlib.suppress(OSError):  # it has ended
                process = os.pidfd_open(pid)
                try:
                    select.select([process], [], [], 600)  # only a safety net
                finally:
                    os.close(process)

    def _killed(self) -> int:
        with contextlib.suppress(OSError, TypeError):
            # It is asked after each answer.
            found = re.search(rb"^oom_kill (\d+)", os.pread(self._events, 4096, 0), re.M)
            return int(found[1]) if found else 0
        return 0

    def _look(self) -> None:
        cost = 0.0
        while not self._ended.wait(max(_INTERVAL, 10 * cost)):
            began = time.thread_time()
            self._hold()
            cost = time.thread_time() - began

    def _hold(self) -> None:
        """Kill the notebook's largest processes until the others have no more than they may."""
        pids = below(self._pid)
        mine = [pid for pid in pids if pid not in self._before]
        buffers = _buffers(mine)
        if _used(mine, exact=False) + buffers <= self._most:
            return  # even though shared memory counts several times
        sizes = {pid: _used([pid], exact=True) for pid in pids}
        total = sum(sizes.values()) - self._shared + buffers
        for pid in sorted(mine, key=lambda pid: sizes[pid] + _buffers([pid]), reverse=True):
            if total <= self._most:
                return
            self._over = True
            total -= sizes[pid] + _buffers([pid])
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


# What processes use


def below(pid: int) -> list[int]:
    """List a process and all that descend from it."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task")[:64]:
                with open(f"/proc/{one}/task/{task}/children") as file:
                    found += map(int, file.read().split())
        if len(found) > 2000:
            break
    return list(dict.fromkeys(found))  # one whose parent has just ended may be found twice


def _used(pids: list[int] | set[int], exact: bool) -> int:
    """Return the bytes of memory that processes have, swapped out or not, without mapped files.

    With `exact`, memory that several share is divided among them; otherwise it counts for each of
    them, which is faster to find out.
    """
    total = 0
    for pid in pids:
        if exact and _is_about_to_run(pid):
            continue
        ways = [("status", r"^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB")]
        if exact:
            ways.insert(0, ("smaps_rollup", r"^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB"))
        for name, wanted in ways:
            with contextlib.suppress(OSError):  # it has ended, or may not be looked into
                with open(f"/proc/{pid}/{name}") as file:
                    total += sum(map(int, re.findall(wanted, file.read(), re.M))) * 1024
                break
    return total


def _is_about_to_run(pid: int) -> bool:
    """Whether a process has its parent's memory, as between `vfork` and the start of a program."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/stat") as file:
            parent = int(file.read().rpartition(")")[2].split()[1])
        return _libc.syscall(_KCMP, pid, parent, 1, 0, 0) == 0  # KCMP_VM
    return False


def _buffers(pids: list[int]) -> int:
    """Return how many bytes may wait in sockets and pipes: no process is charged for them."""
    ends: dict[str, tuple[int, int]] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    ends[os.readlink(f"/proc/{pid}/fd/{fd}")] = pid, int(fd)
    return sum(
        max(_SOCKET, _waiting(*where))
        if end.startswith("socket:")
        else _PIPE
        if end.startswith("pipe:")
        else 0
        for end, where in ends.items()
    )


def _waiting(pid: int, fd: int) -> int:
    """Return the bytes in the buffers of a process's socket; 0 if they cannot be seen."""
    with contextlib.suppress(OSError):
        process = os.pidfd_open(pid)
        try:
            copy = _libc.syscall(438, process, fd, 0)  # pidfd_getfd
        finally:
            os.close(process)
        if copy < 0:
            return 0
        with socket.socket(socket.AF_UNIX, fileno=copy) as end:
            took = struct.unpack("9I", end.getsockopt(socket.SOL_SOCKET, 55, 36))  # SO_MEMINFO
            inside = struct.unpack("i", fcntl.ioctl(end, termios.FIONREAD, bytes(4)))
            return max(took[0] + took[2], *inside)
    return 0


def _setting(name: str, otherwise: int) -> int:
    try:
        return int(Path("/proc/sys", name).read_text())
    except (OSError, ValueError):
        return otherwise


_libc = ctypes.CDLL(None)
_KCMP = 312 if os.uname().machine == "x86_64" else 272
# Nobody can change these in the sandbox; without it, a socket's buffers may be larger.
_SOCKET = _setting("net/core/wmem_default", 212992)
_PIPE = 16 * os.sysconf("SC_PAGE_SIZE")
