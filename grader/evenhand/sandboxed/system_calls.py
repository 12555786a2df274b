"""The seccomp filter against system calls that no notebook needs."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import functools
import os
import socket
import struct
from typing import Any

# Numbers of system calls: (x86-64, arm64).
_FORBIDDEN = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # Memory that no file system and no process is charged for.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    # They would tell one notebook which shared files another opens.
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "acct": (163, 89),
}
_PROCESSORS = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def install_filter(libc: Any) -> None:
    """Install a filter under which the calls of ``_FORBIDDEN`` fail with EPERM.

    For most of them it is a second wall: namespaces and dropped privileges already keep them from
    doing harm. For file locks, watches on files and some families of sockets, which ignore
    namespaces, it is the only one.

    Raises
    ------
    OSError
        If the system takes no filter, or the processor is one whose calls are not known here.
    """
    if libc.prctl(22, 2, ctypes.byref(made_filter()), 0, 0) != 0:  # PR_SET_SECCOMP, a filter
        raise OSError(f"the filter of system calls: {os.strerror(ctypes.get_errno())}")


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


@functools.cache
def made_filter() -> _Program:
    """Return the filter as the kernel takes it, which is made once.

    Raises
    ------
    OSError
        If the processor is one whose calls are not known here.
    """
    raw = b"".join(struct.pack("HBBI", *line) for line in filter_code(os.uname().machine))
    code = ctypes.create_string_buffer(raw, len(raw))
    made = _Program(len(raw) // 8, ctypes.cast(code, ctypes.c_void_p))
    made.kept = code
    return made


def filter_code(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the filter as instructions of classic BPF: (code, jump if true, if false, value)."""
    if machine not in _PROCESSORS:
        raise OSError(f"there is no filter of system calls for the processor {machine}")
    column, audit = _PROCESSORS[machine]
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, allow = (give, 0, 0, 0x80000000), (give, 0, 0, 0x7FFF0000)

    def fail(number: int) -> tuple[int, int, int, int]:
        return (give, 0, 0, 0x00050000 | number)

    deny = fail(errno.EPERM)
    pretend = fail(0)

    def argument(index: int) -> tuple[int, int, int, int]:
        return (load, 0, 0, 16 + 8 * index)

    def choose(values: Any, then: tuple) -> list[tuple]:
        return [line for value in values for line in ((equal, 0, 1, value), then)]

    # No others: AF_VSOCK and its like ignore network namespaces.
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
    only_families = [argument(0), *choose(families, allow), fail(errno.EAFNOSUPPORT)]
    namespaces = 0x7E020000
    special = {
        # clone3: a filter cannot see its flags; libc falls back on clone.
        (435, 435): [fail(errno.ENOSYS)],
        (56, 220): [argument(0), (any_bit, 0, 1, namespaces), deny, allow],  # clone
        (41, 198): only_families,  # socket
        (53, 199): only_families,  # socketpair
        # Locks seem to be granted and are never taken. SQLite, for one, needs them to be; shared
        # files are read-only, and files of its own no other notebook has.
        (73, 32): [pretend],  # flock
        (72, 25): [  # fcntl: also leases, F_NOTIFY, hints, asking for others' locks, larger pipes
            argument(1),
            *choose((fcntl.F_SETLK, fcntl.F_SETLKW), pretend),
            *choose((*range(5), *range(8, 18), 1030, 1032), allow),
            deny,
        ],
        # setsockopt: buffers keep the size at which the memory watch counts them.
        (54, 208): [
            argument(1),
            (equal, 1, 0, socket.SOL_SOCKET),
            allow,
            argument(2),
            *choose((socket.SO_SNDBUF, socket.SO_RCVBUF), pretend),
            allow,
        ],
    }
    code = [(load, 0, 0, 4), (equal, 1, 0, audit), kill, (load, 0, 0, 0)]
    if machine == "x86_64":
        code += [(at_least, 0, 1, 0x40000000), deny]  # the x32 calls
    code += choose((pair[column] for pair in _FORBIDDEN.values() if pair[column] is not None), deny)
    for pair, block in special.items():
        code += [(equal, 0, len(block), pair[column]), *block]
    return [*code, allow]
