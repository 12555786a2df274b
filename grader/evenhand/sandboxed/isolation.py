"""The walls around one notebook's processes: namespaces, dropped privileges, limits."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import traceback
from collections.abc import Iterator
from typing import Any

from evenhand.sandboxed.system_calls import install_filter

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of `unshare`."""

# Made once: in a process that was just forked, each new object copies pages.
LIBC = ctypes.CDLL(None, use_errno=True)
_VERSION = (ctypes.c_uint32 * 2)(0x20080522, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()
# As `os.fork` does, it is called without letting go of the interpreter's lock.
_SYSTEM_CALL = ctypes.PyDLL(None, use_errno=True).syscall
_SYSTEM_CALL.argtypes, _SYSTEM_CALL.restype = (ctypes.c_long,) * 6, ctypes.c_long
_CLONE = {"x86_64": 56, "aarch64": 220}.get(os.uname().machine)

NOBODY = 65534
# mounts, processes, IPC, host name
_NAMESPACES = NEW_USER | NEW_NETWORK | 0x00020000 | 0x20000000 | 0x08000000 | 0x04000000
_NEW_CGROUP = 0x02000000


def run_as_init(lifeline: int, isolated: bool) -> None:
    """Reap the notebook's processes, and end them all once the grader closes the lifeline."""
    LIBC.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: no other process may inspect this one
    if not isolated:
        LIBC.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    while True:
        ready, _, _ = select.select([lifeline], [], [], 0.25)
        alive = True
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            alive = False
        if ready or not alive:
            with contextlib.suppress(ChildProcessError):
                while not isolated:  # until all are gone, also those that were started meanwhile
                    _kill_descendants(os.getpid())
                    os.waitpid(-1, 0)
            os._exit(0)


def _kill_descendants(pid: int) -> None:
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(word) for word in file.read().split()]
        for child in children:
            _kill_descendants(child)
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def close_others(keep: set[int]) -> None:
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else range(64):
        if int(name) > 2 and int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def unshare(namespaces: int) -> None:
    """Enter new namespaces, with the same user id in a new user namespace.

    Raises
    ------
    OSError
        If the system does not allow it.
    """
    uid, gid = os.getuid(), os.getgid()
    if LIBC.unshare(namespaces) != 0:
        raise _error("unshare")
    if namespaces & NEW_USER:
        _map_user(uid, gid)


def _map_user(uid: int, gid: int) -> None:
    maps = {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
    for name, text in maps.items():
        _write(f"/proc/self/{name}", text)


def fork_apart() -> int:
    """Fork, with the child as the first process in new namespaces and with nobody's rights.

    Where this process is root, the child becomes the user *nobody*.

    Returns
    -------
    int
        As of `os.fork`.

    Raises
    ------
    OSError
        If the system does not allow it. The child raises nothing: it ends.
    """
    if _CLONE and len(os.listdir("/proc/self/task")) == 1:
        return _fork_into(*_unprivileged())
    # The C library's own fork is the one that is safe beside other threads, and `unshare` puts only
    # children into new namespaces of processes: that takes one process more.
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return child
    with _ending():
        uid, gid = _unprivileged()
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        LIBC.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, lost by the change, needed for uid_map
        unshare(_NAMESPACES)
        if os.fork():
            os._exit(0)
    return 0


def _unprivileged() -> tuple[int, int]:
    """Give up all further groups; return the user and the group that notebooks run as."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    os.setgroups([])
    return NOBODY, NOBODY


def _fork_into(uid: int, gid: int) -> int:
    before = os.geteuid(), os.getegid()
    os.setegid(gid)  # the owner of new namespaces is who makes them
    os.seteuid(uid)
    ctypes.pythonapi.PyOS_BeforeFork()
    child = _SYSTEM_CALL(_CLONE, _NAMESPACES | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        with _ending():
            LIBC.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, lost by the change, needed for uid_map
            _map_user(uid, gid)
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    os.seteuid(before[0])
    os.setegid(before[1])
    if child < 0:
        raise _error("clone")
    return child


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    """End this process at an error: it must not go on as its parent does."""
    try:
        yield
    except BaseException:
        traceback.print_exc()
        os._exit(70)


def _write(path: str, text: str) -> None:
    """Write to a file of the kernel's; Python's own files copy far more pages."""
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def close_off(settings: dict) -> None:
    """Mount what a notebook may see, and drop every privilege; `fork_apart` made the namespaces.

    Raises
    ------
    OSError
        If the system does not allow it; nothing may be run then.
    """

    def mount(source: bytes, target: bytes, kind: bytes | None, flags: int, data: Any) -> None:
        if LIBC.mount(source, target, kind, flags, data) != 0:
            raise _error("mount")

    unshare(_NEW_CGROUP)  # now that it has joined its own
    nosuid, nodev, noexec = 2, 4, 8
    mount(b"none", b"/", None, 0x4000 | 0x40000, None)  # private, recursively
    size = f"size={settings['disk'] * 2**20},nr_inodes=20000,mode=700".encode()
    mount(b"tmpfs", b"/tmp", b"tmpfs", nosuid | nodev, size)
    mount(b"tmpfs", b"/dev/shm", b"tmpfs", nosuid | nodev, size)
    for path, again in settings["below_tmp"].items():
        os.makedirs(path)
        mount(again.encode(), path.encode(), None, 0x1000 | 0x4000, None)  # bind
    try:
        mount(b"proc", b"/proc", b"proc", nosuid | nodev | noexec, None)
    except OSError:
        # Some containers do not let /proc be mounted again: go without.
        mount(b"tmpfs", b"/proc", b"tmpfs", nosuid | nodev | noexec, b"size=4096")
    drop_privileges(LIBC)


def _error(call: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{call}: {os.strerror(number)}")


def drop_privileges(libc: Any) -> None:
    """Drop all capabilities for good, and every system call that no notebook needs.

    Raises
    ------
    OSError
        If the system does not allow it; nothing may be run then.
    """
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; fails for numbers not in use
    if (
        libc.prctl(47, 4, 0, 0, 0) != 0  # PR_CAP_AMBIENT_CLEAR_ALL
        or libc.prctl(38, 1, 0, 0, 0) != 0  # PR_SET_NO_NEW_PRIVS
        or libc.capset(_VERSION, _NO_CAPABILITIES) != 0
    ):
        raise OSError(f"privileges cannot be given up: {os.strerror(ctypes.get_errno())}")
    install_filter(libc)


def set_limits(settings: dict) -> None:
    """Set the resource limits of the notebook's process."""
    bounds = {
        resource.RLIMIT_AS: address_space(settings["memory"]),
        resource.RLIMIT_NOFILE: settings["files"],
        resource.RLIMIT_FSIZE: settings["disk"] * 2**20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(settings["cpu"]),
        resource.RLIMIT_NPROC: settings["processes"],
        resource.RLIMIT_STACK: 64 * 2**20,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if not settings["isolated"]:
        del bounds[resource.RLIMIT_NPROC], bounds[resource.RLIMIT_MSGQUEUE]
    # A checkpoint opens a few more files; SIGXCPU comes before SIGKILL and says why.
    more = {resource.RLIMIT_NOFILE: 16, resource.RLIMIT_CPU: 5}
    for which, bound in bounds.items():
        set_limit(which, bound, more.get(which, 0))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        _write("/proc/self/oom_score_adj", "1000")


def set_limit(which: int, bound: int, more: int = 0) -> None:
    """Set a soft limit, and a hard one that is higher by `more`; never raise either."""
    hard, before = bound + more, resource.getrlimit(which)[1]
    if before != resource.RLIM_INFINITY:
        hard = min(hard, before)
    resource.setrlimit(which, (min(bound, hard), hard))


def address_space(megabytes: int) -> int:
    """Return a limit, in bytes, that lets this process use so many megabytes more.

    It is generous, since libraries reserve more than they use; real use is watched from outside.
    """
    size = 2**30
    with contextlib.suppress(OSError), open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    return size + (megabytes + 1024) * 2**20
