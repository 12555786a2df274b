"""The learner's side: what runs inside the sandbox.

Started as a script by `evenhand.sandbox`; it needs `codec.py` and `stopwatch.py` beside it
and nothing else of this package. It is not trusted with anything: tests, expected values and
verdicts never come here.

The warm process imports the libraries once and waits. For each notebook it forks a child, which
enters namespaces of its own (user, mounts, processes, network, …), gives up every privilege, and
then answers questions over a socket: run this cell, look up this name, call this function.

``fork`` splits the answering process in two: the new one goes on, the old one sleeps as a
checkpoint. The question brings two sockets: one on which the new process answers, and one on which
the grader tells the checkpoint to roll back (the new process is killed, the checkpoint goes on from
there) or lets go of it (the checkpoint ends). The checkpoint also goes on when the new process
dies. Each process has sockets of its own, so that one that is killed leaves nothing half read or
half written to another.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import ctypes
import errno
import fcntl
import functools
import gc
import importlib
import inspect
import io
import json
import linecache
import os
import random
import resource
import select
import signal
import socket
import struct
import sys
import time
import traceback
import types
import warnings
from typing import Any

if __package__:
    from evenhand import codec, stopwatch
    from evenhand.watching import CELL, Watch
else:
    import codec
    import stopwatch
    from watching import CELL, Watch

    del sys.modules["stopwatch"]  # a learner may have a module of this name

import numpy as np

_busy = time.process_time  # a cell may replace it


class Stopped(BaseException):
    """The learner's code took too long and is stopped.

    Attributes
    ----------
    waited
        Whether it was stopped for waiting, rather than for the processor time that it used.
    """

    def __init__(self, text: str, waited: bool) -> None:
        super().__init__(text)
        self.waited = waited


# The warm process


def main() -> None:
    """Import what notebooks need, then fork a child for each request on the control socket."""
    settings = json.loads(sys.argv[2])
    control = socket.socket(fileno=int(sys.argv[1]))
    if not settings["isolated"]:
        # What a notebook starts stays below this process, where what it uses is looked at.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    shell = make_shell(settings)
    for name in settings["preload"]:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    _settle(shell)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    shut = unreadable() if settings["nobody"] and os.getuid() == 0 else []
    control.send(json.dumps(shut[:50]).encode() if shut else b"ready")
    while True:
        try:
            data, fds, _, _ = socket.recv_fds(control, 2**20, 3)
        except InterruptedError:
            continue
        if not data:
            os._exit(0)
        child = os.fork()
        if child == 0:
            try:
                control.close()
                start(shell, {**settings, **json.loads(data)}, fds)
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                os._exit(70)
        for fd in fds:
            os.close(fd)
        os.waitpid(child, 0)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def unreadable() -> list[str]:
    """Return what notebooks may want to import and *nobody*, who runs them, may not read.

    A umask of 077 or 027 leaves packages like that. `os.access` asks for the real user.
    """
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(65534, -1, -1)
    os.setresuid(65534, -1, -1)
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


def _settle(shell: Any) -> None:
    """Do once, before the forks, what the first cell would otherwise do every time."""
    shell.run_cell("1 + 1", silent=True, store_history=False)
    if "matplotlib.pyplot" in sys.modules:
        pyplot = sys.modules["matplotlib.pyplot"]
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure, axes = pyplot.subplots()
            axes.plot([0, 1], label="x")
            axes.legend()
            figure.savefig(io.BytesIO(), format="png")
            pyplot.close("all")


def start(shell: Any, settings: dict, fds: list[int]) -> None:
    """Become the process tree of one notebook; does not return."""
    main_fd, lifeline_fd, *group = fds
    for fd in group:
        with contextlib.suppress(OSError):  # then the grader watches its memory
            os.write(fd, b"0")  # into the control group that limits it
        os.close(fd)
    if settings["isolated"]:
        enter(settings)
    elif os.fork():
        os._exit(0)
    if os.fork():
        os.close(main_fd)
        keep(lifeline_fd, settings["isolated"])
    os.close(lifeline_fd)
    os.setsid()
    limit(settings)
    _close_others({main_fd})
    folder = settings["folder"]
    os.makedirs(folder, exist_ok=True)
    os.makedirs(os.environ.get("HOME", folder), exist_ok=True)
    os.chdir(folder)
    Session(shell, settings, socket.socket(fileno=main_fd)).serve()
    os._exit(0)


def keep(lifeline: int, isolated: bool) -> None:
    """Be the first process: collect the dead, and end everything when the grader lets go."""
    libc = ctypes.CDLL(None)
    libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: nobody may look into this process
    if not isolated:
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
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
            if not isolated:
                _kill_descendants(os.getpid())
            os._exit(0)


def _kill_descendants(pid: int) -> None:
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(word) for word in file.read().split()]
        for child in children:
            _kill_descendants(child)
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def _close_others(keep: set[int]) -> None:
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else range(64):
        if int(name) > 2 and int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def enter(settings: dict) -> None:
    """Enter fresh namespaces and give up every privilege.

    Raises
    ------
    OSError
        If the system does not allow it; then nothing is run.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: Any) -> None:
        if getattr(libc, name)(*arguments) != 0:
            error = ctypes.get_errno()
            raise OSError(error, f"{name}: {os.strerror(error)}")

    if os.getuid() == 0 and settings["nobody"]:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, lost by the change, needed for uid_map
    uid, gid = os.getuid(), os.getgid()
    # user, mounts, processes, IPC, host name, network, cgroup
    call(
        "unshare",
        0x10000000 | 0x00020000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x40000000 | 0x02000000,
    )
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    child = os.fork()
    if child:
        os._exit(0)
    nosuid, nodev, noexec = 2, 4, 8
    call("mount", b"none", b"/", None, 0x4000 | 0x40000, None)  # private, recursively
    size = f"size={settings['disk'] * 2**20},nr_inodes=20000,mode=700".encode()
    call("mount", b"tmpfs", b"/tmp", b"tmpfs", nosuid | nodev, size)
    call("mount", b"tmpfs", b"/dev/shm", b"tmpfs", nosuid | nodev, size)
    for path, again in settings["below_tmp"].items():
        os.makedirs(path)
        call("mount", again.encode(), path.encode(), None, 0x1000 | 0x4000, None)  # bind
    if libc.mount(b"proc", b"/proc", b"proc", nosuid | nodev | noexec, None) != 0:
        # Inside some containers /proc may not be mounted again: then there is none.
        call("mount", b"tmpfs", b"/proc", b"tmpfs", nosuid | nodev | noexec, b"size=4096")
    drop_privileges(libc)


def drop_privileges(libc: Any) -> None:
    """Lose all capabilities for good, and the system calls that no notebook needs.

    Raises
    ------
    OSError
        If the system does not do it; then nothing is run.
    """
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; fails beyond the last there is
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if (
        libc.prctl(47, 4, 0, 0, 0) != 0  # PR_CAP_AMBIENT_CLEAR_ALL
        or libc.prctl(38, 1, 0, 0, 0) != 0  # PR_SET_NO_NEW_PRIVS
        or libc.capset(header, nothing) != 0
    ):
        raise OSError(f"privileges cannot be given up: {os.strerror(ctypes.get_errno())}")
    forbid(libc)


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
    # They tell who opens a file that notebooks share.
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


def forbid(libc: Any) -> None:
    """Install a filter under which the calls of ``_FORBIDDEN`` fail with EPERM.

    For most a second wall: what they reach is out of reach by namespaces and lost privileges. File
    locks, watches on files and some families of sockets know no namespaces: for them, the only one.

    Raises
    ------
    OSError
        If the system takes no filter, or the processor is one whose calls are not known here.
    """
    raw = b"".join(struct.pack("HBBI", *line) for line in _filter(os.uname().machine))
    buffer = ctypes.create_string_buffer(raw, len(raw))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    program = Program(len(raw) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:  # PR_SET_SECCOMP, a filter
        raise OSError(f"the filter of system calls: {os.strerror(ctypes.get_errno())}")


def _filter(machine: str) -> list[tuple[int, int, int, int]]:
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

    # Any other: AF_VSOCK and its like do not stop at the network's namespace.
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
    only_families = [argument(0), *choose(families, allow), fail(errno.EAFNOSUPPORT)]
    namespaces = 0x7E020000
    special = {
        (435, 435): [fail(errno.ENOSYS)],  # clone3: its flags are out of sight, and libc asks clone
        (56, 220): [argument(0), (any_bit, 0, 1, namespaces), deny, allow],  # clone
        (41, 198): only_families,  # socket
        (53, 199): only_families,  # socketpair
        # A lock is granted and not taken: what notebooks share they cannot write, and files of
        # its own only one of them has. SQLite, for one, wants locks.
        (73, 32): [pretend],  # flock
        (72, 25): [  # fcntl: also leases, F_NOTIFY, hints, asking for others' locks, larger pipes
            argument(1),
            *choose((fcntl.F_SETLK, fcntl.F_SETLKW), pretend),
            *choose((*range(5), *range(8, 18), 1030, 1032), allow),
            deny,
        ],
        # setsockopt: buffers keep the size that the memory's watch counts them at.
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


def limit(settings: dict) -> None:
    """Set the limits of one process."""
    size = 2**30
    with contextlib.suppress(OSError), open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    bounds = {
        # Libraries reserve more than they use; what is used is watched from outside.
        resource.RLIMIT_AS: size + (settings["memory"] + 1024) * 2**20,
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
    # To open a few files more for a checkpoint; to say why the process ends, before it must.
    more = {resource.RLIMIT_NOFILE: 16, resource.RLIMIT_CPU: 5}
    for which, bound in bounds.items():
        hard = bound + more.get(which, 0)
        before = resource.getrlimit(which)[1]
        if before != resource.RLIM_INFINITY:
            hard = min(hard, before)
        resource.setrlimit(which, (min(bound, hard), hard))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")


# The shell


class Stream(io.TextIOBase):
    """What ``sys.stdout`` and ``sys.stderr`` are in a cell."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.collector: Collector | None = None

    encoding = "utf-8"
    errors = "strict"

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    @property
    def buffer(self) -> Stream:
        return self

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        if isinstance(text, (bytes, bytearray, memoryview)):
            text = bytes(text).decode("utf-8", "replace")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.collector is not None:
            self.collector.stream(self._name, text)
        return len(text)

    def flush(self) -> None:
        pass


class Collector:
    """The outputs of one cell, as nbformat has them; what is beyond a limit is dropped."""

    def __init__(self, limit: int) -> None:
        self.outputs: list[dict] = []
        self._left = limit
        self._pictures = 8_000_000  # in base64: with the rest, they have to fit in one message

    def stream(self, name: str, text: str) -> None:
        room = max(0, self._left)
        kept = text[:room]
        if kept:
            last = self.outputs[-1] if self.outputs else None
            if last is not None and last.get("name") == name:
                last["parts"].append(kept)
            else:
                self.outputs.append({"output_type": "stream", "name": name, "parts": [kept]})
        self._left -= len(text)

    def data(self, kind: str, data: dict, count: int | None = None) -> None:
        kept = {}
        for mime in ("text/plain", "image/png", "text/markdown", "text/latex", "text/html"):
            if mime in data:
                value = data[mime]
                if isinstance(value, bytes):
                    value = base64.b64encode(value).decode("ascii")
                if isinstance(value, str):
                    kept[mime] = value
        picture = kept.get("image/png", "")
        self._pictures -= len(picture)
        if self._pictures < 0:
            self._pictures += len(picture)
            del kept["image/png"]
            kept["text/plain"] = "[a picture was left out: the cell's pictures are too large]"
        texts = {mime: value for mime, value in kept.items() if mime != "image/png"}
        size = sum(map(len, texts.values()))
        kept |= {mime: value[: max(0, self._left)] for mime, value in texts.items()}
        output = {"output_type": kind, "data": kept, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
        if len(self.outputs) < 200:
            self.outputs.append(output)
        self._left -= size

    def error(self, record: dict) -> None:
        self.outputs.append({"output_type": "error", **record})

    def finished(self) -> list[dict]:
        for output in self.outputs:
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
        if self._left < 0:
            text = "[the rest of the output was left out]\n"
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        return self.outputs


class _Current:
    """Where outputs go now."""

    collector: Collector | None = None


def make_shell(settings: dict) -> Any:
    """Return an IPython shell that keeps its outputs to itself."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.error import StdinNotImplementedError
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, **_):  # noqa: ANN001, ANN202
            if _Current.collector is not None:
                _Current.collector.data("display_data", data)

        def clear_output(self, wait=False):  # noqa: ANN001, ANN202
            if _Current.collector is not None:
                _Current.collector.outputs.clear()

    class Hook(DisplayHook):
        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict, md_dict=None):  # noqa: ANN001, ANN202
            if _Current.collector is not None:
                _Current.collector.data("execute_result", format_dict, self.prompt_count)

        def finish_displayhook(self) -> None:
            pass

    class ZMQInteractiveShell(InteractiveShell):
        """The name is the one that libraries ask for to find out whether this is a notebook."""

        def showtraceback(self, exc_tuple=None, *_, **__):  # noqa: ANN001, ANN202
            # IPython's own takes 50 ms, and shows where things are on this machine.
            error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
            if _Current.collector is not None and error is not None:
                _Current.collector.error(error_output(error))

        def showsyntaxerror(self, filename=None, running_compiled_code=False):  # noqa: ANN001, ANN202
            if _Current.collector is not None:
                _Current.collector.error(error_output(sys.exc_info()[1]))

        def ask_exit(self) -> None:
            pass

        def enable_gui(self, gui=None):  # noqa: ANN001, ANN202
            pass

        def enable_matplotlib(self, gui=None):  # noqa: ANN001, ANN202
            # There are no windows and no widgets here; figures are drawn all the same.
            return super().enable_matplotlib("inline")

        def get_code_name(self) -> str:
            return CELL

    def no_input(prompt: object = "") -> str:
        raise StdinNotImplementedError("input() has nobody to ask while a notebook is graded.")

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.display_page = True
    config.InteractiveShell.cache_size = 100
    ZMQInteractiveShell.display_pub_class = Publisher
    ZMQInteractiveShell.displayhook_class = Hook
    shell = ZMQInteractiveShell.instance(config=config)
    InteractiveShell._instance = shell
    shell.set_custom_exc((), None)
    builtins.input = no_input
    shell.builtin_trap.auto_builtins["input"] = no_input
    import getpass

    getpass.getpass = no_input
    shell.display_formatter.active_types = [
        *("text/plain", "image/png", "text/html", "text/markdown", "text/latex"),
    ]
    return shell


# What was raised


def frames_of(error: BaseException) -> list[tuple[str, int, str]]:
    """Return (file, line number, function) of the frames in cells that an error went through."""
    found = []
    trace = error.__traceback__
    steps = 0
    while trace is not None and steps < 5000:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(("<cell ", "<ipython-input")):
            found.append((code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
        steps += 1
    return found


def text_of(error: BaseException) -> str:
    """Return what an exception says, at a bearable length, whatever its class does."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001
        return ""
    return text[:2000] if type(text) is str else ""


def error_output(error: BaseException) -> dict:
    """Return an exception as nbformat shows it: the frames in cells only."""
    lines = []
    if isinstance(error, SyntaxError):
        lines.append(f"line {error.lineno}: {(error.text or '').strip()}")
    for file, number, function in frames_of(error)[-20:]:
        lines.append(f"line {number} in {function}: {linecache.getline(file, number).strip()}")
    name = "Stopped" if isinstance(error, Stopped) else type(error).__name__
    text = text_of(error)
    return {
        "ename": str(name)[:200],
        "evalue": text,
        "traceback": [line[:500] for line in lines] + [f"{name}: {text}"],
    }


def error_record(error: BaseException) -> dict:
    """Return what the grader wants to know of an exception."""
    frames = frames_of(error)
    line, where = "", ""
    if frames:
        file, number, where = frames[-1]
        line = linecache.getline(file, number).strip()
    elif isinstance(error, SyntaxError):
        line = (error.text or "").strip()
    bases = [
        base.__name__
        for base in type(error).__mro__
        if base.__module__ == "builtins" and issubclass(base, BaseException)
    ]
    kind = ""
    text = text_of(error)
    if isinstance(error, Stopped):
        kind = "timeout"
    elif isinstance(error, MemoryError):
        kind = "memory"
    return {
        "type": str(getattr(type(error), "__name__", "?"))[:100],
        "bases": bases,
        "text": text,
        "line": line[:300],
        "function": str(where)[:100],
        "functions": list(dict.fromkeys(name for _, _, name in frames))[-20:],
        "unwritten": _unwritten(error),
        "kind": kind,
        "waited": isinstance(error, Stopped) and error.waited,
    }


def _unwritten(error: BaseException) -> str:
    """Return the name of the learner's function that does nothing but raise this error, or ""."""
    trace = error.__traceback__
    if not isinstance(error, NotImplementedError) or trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    arguments = code.co_argcount + code.co_kwonlyargcount
    arguments += bool(code.co_flags & inspect.CO_VARARGS)
    arguments += bool(code.co_flags & inspect.CO_VARKEYWORDS)
    bare = code.co_names == ("NotImplementedError",) and code.co_nlocals == arguments
    return code.co_name[:100] if bare and code.co_filename.startswith(CELL) else ""


# Figures


def describe_figure(figure: Any) -> dict:
    """Return a figure as plain data."""
    return {
        "suptitle": figure.get_suptitle() if hasattr(figure, "get_suptitle") else "",
        "size": [float(v) for v in figure.get_size_inches()],
        "axes": [describe_axes(axes) for axes in figure.axes[:50]],
        "texts": [text.get_text() for text in figure.texts[:100]],
    }


def describe_axes(axes: Any) -> dict:
    """Return axes as plain data: labels, limits, and artists with what they show."""
    from matplotlib import colors
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Rectangle

    def numbers(values: Any) -> Any:
        values = np.ma.filled(np.ma.asarray(values), np.nan)
        if values.dtype.kind == "O":
            values = values.astype(float)
        return np.array(values)

    def drawn(line: Any, name: str) -> Any:
        """What was given to be drawn; dates and the like as the numbers that they stand for."""
        read = getattr(line, f"get_{name}data")
        try:
            values = np.asarray(read())
            return numbers(values) if values.dtype.kind not in "mM" else numbers(read(orig=False))
        except (TypeError, ValueError):
            return numbers(read(orig=False))

    def place(text: Any) -> tuple[float, float]:
        x, y = text.get_position()
        try:
            return float(text.convert_xunits(x)), float(text.convert_yunits(y))
        except (TypeError, ValueError):
            return 0.0, 0.0

    def colour(value: Any) -> str:
        with contextlib.suppress(ValueError, TypeError):
            return colors.to_hex(value, keep_alpha=True)
        return ""

    lines = [
        {
            "x": drawn(line, "x"),
            "y": drawn(line, "y"),
            "label": str(line.get_label()),
            "color": colour(line.get_color()),
            "linestyle": str(line.get_linestyle()),
            "linewidth": float(line.get_linewidth()),
            "marker": str(line.get_marker()),
        }
        for line in axes.lines[:500]
    ]
    collections = []
    for item in axes.collections[:500]:
        entry = {
            "kind": type(item).__name__,
            "label": str(item.get_label()),
            "offsets": numbers(item.get_offsets()) if isinstance(item, PathCollection) else None,
            "values": None if item.get_array() is None else numbers(item.get_array()),
            "facecolors": numbers(item.get_facecolor()) if item.get_array() is None else None,
            "sizes": numbers(item.get_sizes()) if isinstance(item, PathCollection) else None,
        }
        collections.append(entry)
    patches = [
        {
            "x": float(patch.get_x()),
            "y": float(patch.get_y()),
            "width": float(patch.get_width()),
            "height": float(patch.get_height()),
            "label": str(patch.get_label()),
            "color": colour(patch.get_facecolor()),
        }
        for patch in axes.patches[:5000]
        if isinstance(patch, Rectangle)
    ]
    images = [numbers(image.get_array()) for image in axes.images[:20]]
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "xlim": [float(v) for v in axes.get_xlim()],
        "ylim": [float(v) for v in axes.get_ylim()],
        "xscale": axes.get_xscale(),
        "yscale": axes.get_yscale(),
        "xticks": [str(label.get_text()) for label in axes.get_xticklabels()[:200]]
        if axes.patches
        else [],
        "lines": lines,
        "collections": collections,
        "patches": patches,
        "images": images,
        "texts": [
            {"x": place(t)[0], "y": place(t)[1], "s": t.get_text()} for t in axes.texts[:500]
        ],
        "legend": None if legend is None else [text.get_text() for text in legend.get_texts()],
    }


# The session


class Session:
    """Answers the grader's questions about one notebook, one at a time."""

    def __init__(self, shell: Any, settings: dict, sock: socket.socket) -> None:
        self._shell = shell
        self._settings = settings
        self._channel = codec.Channel(sock)
        self._handles: dict[str, Any] = {}
        self._numbers: dict[int, str] = {}
        self._epoch = str(settings["epoch"])
        self._count = 0
        self._stubs: dict[int, tuple[Any, list]] = {}
        self._functions: dict[str, Any] = {}
        self._clock = stopwatch.Stopwatch(self._times)
        self._hangers: set[str] = set()
        self._figures: list[dict] = []
        self._out = Stream("stdout")
        self._err = Stream("stderr")
        self._prepare()

    def _prepare(self) -> None:
        sys.stdout, sys.stderr = self._out, self._err
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.close(null)
        environment = self._settings["environment"]
        os.environ.update(environment)
        signal.signal(signal.SIGALRM, self._alarm)
        self._shell.user_ns["In"].clear()
        self._shell.user_ns["Out"].clear()
        self._shell.execution_count = 1
        sys.argv = ["kernel"]
        sys.path[:] = ["", *[p for p in sys.path if p != os.path.dirname(__file__)]]
        self._watch = Watch(self._shell, (self._settings["folder"], os.path.expanduser("~")))
        random.seed(0)
        np.random.seed(0)

    def serve(self) -> None:
        """Answer until the grader is gone."""
        while True:
            try:
                message, buffers = self._channel.receive(None)
                self._answer(message, buffers)
            except codec.ChannelClosed:
                return
            except Stopped:
                continue

    def _answer(self, message: dict, buffers: list[bytes]) -> None:
        """Answer one question. Whatever goes wrong becomes an answer too."""
        out: list[bytes] = []
        try:
            reply = getattr(self, f"_on_{message['op']}")(message, buffers, out)
        except codec.ChannelClosed:
            raise
        except codec.NotPlain as error:
            reply, out = (
                {"error": {"type": "NotPlain", "text": str(error), "kind": "not plain"}},
                [],
            )
        except BaseException as error:  # noqa: BLE001
            reply, out = {"error": error_record(error)}, []
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if reply is None:
            return
        number = {"number of": message.get("number of")}
        try:
            self._channel.send({**reply, **number}, out, timeout=None)
        except codec.NotPlain as error:
            record = {"type": "NotPlain", "text": str(error), "kind": "not plain"}
            self._channel.send({"error": record, **number}, timeout=None)

    def _on_files(self, message: dict, buffers: list[bytes], _: Any) -> dict:
        """Put files where the notebook finds them; asked before the first cell only."""
        for name, content in zip(message["names"], buffers, strict=True):
            path = os.path.join(self._settings["folder"], name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        return {"ok": True}

    # Checkpoints

    def _on_fork(self, message: dict, _: Any, __: Any) -> dict | None:
        fds: list[int] = []
        try:
            # A cell may have used up the files that it may open.
            bound = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (bound[1], bound[1]))
            fds = self._channel.receive_fds(2)
            child = os.fork()
        except OSError as error:
            for fd in fds:
                os.close(fd)
            self._channel.send({"event": "restored", "why": str(error)}, timeout=None)
            return None
        main, word = fds
        if child == 0:
            os.close(word)
            self._channel.close()
            self._channel = codec.Channel(socket.socket(fileno=main))
            resource.setrlimit(resource.RLIMIT_NOFILE, bound)
            if not self._settings["isolated"]:
                os.setpgid(0, 0)
            self._epoch = str(message["epoch"])
            self._count = 0
            return {"ok": True}
        os.close(main)
        self._guard(child, word)
        resource.setrlimit(resource.RLIMIT_NOFILE, bound)
        return None

    def _guard(self, child: int, word: int) -> None:
        """Sleep beside a new process until it is to be kept, is to be undone, or has died."""
        pidfd = os.pidfd_open(child)
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(word, select.POLLIN)
        if word in dict(poll.poll()) and os.read(word, 1) != b"r":
            os._exit(0)
        died = bool(select.select([pidfd], [], [], 0)[0])
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        if self._settings["isolated"]:
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)  # all but the first process and this one
        else:
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)
        status = 0
        with contextlib.suppress(ChildProcessError):
            _, status = os.waitpid(child, 0)
        os.close(pidfd)
        os.close(word)
        event = {"event": "restored", "status": status if died else None}
        self._channel.send(event, timeout=None)

    # Cells

    def _on_cell(self, message: dict, _: Any, __: Any) -> dict:
        collector = self._collect(self._settings["output"] * 1000)
        source = str(message["source"])
        file = f"{CELL}{message['index']}>"
        shell = self._shell
        shell.compile.get_code_name = lambda raw, transformed, number: file
        self._start_clock(message["seconds"], message.get("hangers", ()))
        error = None
        try:
            with warnings.catch_warnings():
                result = shell.run_cell(source, store_history=True, silent=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as stray:  # noqa: BLE001
            error = stray
            collector.error(error_output(stray))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._collect(None)
        reply = {"outputs": collector.finished(), "error": None}
        if error is not None:
            reply["error"] = error_record(error)
            lines = [number for name, number, _ in frames_of(error) if name == file]
            reply["error"]["at"] = lines[0] if lines else 0
        # For the case that a later line makes something else of the name of an exercise.
        values = {name: shell.user_ns.get(name) for name in message.get("functions", ())}
        self._functions |= {name: value for name, value in values.items() if callable(value)}
        reply["no functions"] = [name for name, value in values.items() if not callable(value)]
        self._watch.compare(source)
        reply["evidence"] = self._watch.signs()
        return reply

    def _on_restore(self, message: dict, _: Any, __: Any) -> dict:
        """Let names stand for the functions that they stood for last."""
        for name in message["names"]:
            if name in self._functions:
                self._shell.user_ns[name] = self._functions[name]
        return {"ok": True}

    def _collect(self, limit: int | None) -> Collector | None:
        collector = None if limit is None else Collector(limit)
        _Current.collector = self._out.collector = self._err.collector = collector
        self._watch.running = collector is not None
        # A cell may have put something else there, and forgotten it.
        if limit is not None:
            sys.stdout, sys.stderr = self._out, self._err
        return collector

    def _start_clock(self, seconds: float, hangers: Any) -> None:
        self._clock.start()
        self._seconds = float(seconds)
        self._hangers = set(hangers)
        signal.signal(signal.SIGALRM, self._alarm)
        signal.setitimer(signal.ITIMER_REAL, min(1.0, float(seconds)), 0.25)

    @staticmethod
    def _times() -> tuple[float, float | None]:
        """Return the processor time of this process, and how long it was kept from a processor."""
        return _busy(), stopwatch.held_up("self")

    def _alarm(self, _: int, frame: Any) -> None:
        bound = self._seconds
        while frame is not None and self._hangers:
            code = frame.f_code
            if code.co_name in self._hangers and code.co_filename.startswith(CELL):
                bound = min(bound, 1.0)
            frame = frame.f_back
        if self._clock.lap() >= bound:
            text = f"took longer than {self._seconds:g} seconds"
            raise Stopped(text, waited=self._clock.busy < bound)

    # Names and things

    def _on_names(self, _: dict, __: Any, ___: Any) -> dict:
        hidden = self._shell.user_ns_hidden
        names = [
            name
            for name, value in self._shell.user_ns.items()
            if type(name) is str
            and not name.startswith("_")
            and not (name in hidden and hidden[name] is value)
        ]
        return {"names": names[:5000]}

    def _on_look(self, message: dict, _: Any, out: list) -> dict:
        name = message["name"]
        namespace = self._shell.user_ns
        if name not in namespace:
            return {"missing": True}
        value = namespace[name]
        if isinstance(value, types.ModuleType):
            return {"module": value.__name__}
        encoder = codec.Encoder(functools.partial(self._handle, constructing=True))
        tree = encoder.encode(value)
        out.extend(encoder.buffers)
        return {"value": tree}

    def _on_bind(self, message: dict, buffers: list[bytes], _: Any) -> dict:
        decoder = codec.Decoder(buffers, self._resolve)
        self._shell.user_ns[str(message["name"])] = decoder.decode(message["value"])
        return {"ok": True}

    def _on_unbind(self, message: dict, _: Any, __: Any) -> dict:
        self._shell.user_ns.pop(str(message["name"]), None)
        return {"ok": True}

    def _on_signature(self, message: dict, _: Any, out: list) -> dict:
        parameters = []
        encoder = codec.Encoder()
        for parameter in inspect.signature(self._resolve(message["target"])).parameters.values():
            default: Any = None
            if parameter.default is not parameter.empty:
                try:
                    default = ["t", encoder.encode(parameter.default)]
                except codec.NotPlain:
                    default = ["t", ["E"]]
            parameters.append([parameter.name, int(parameter.kind), default])
        out.extend(encoder.buffers)
        return {"parameters": parameters}

    def _on_call(self, message: dict, buffers: list[bytes], out: list) -> dict:
        decoder = codec.Decoder(buffers, self._resolve)
        target = decoder.decode(message["target"])
        arguments = decoder.decode(message["args"])
        keywords = decoder.decode(message["kwargs"])
        given = list(decoder.containers)
        before = codec.snapshot(given)
        method = message.get("method")
        constructing = isinstance(target, type) and method is None
        nested = _Current.collector
        self._figures = []
        caught: list[Any] = []
        self._watch.testing = True
        if nested is None:
            self._collect(self._settings["output"] * 1000)
            self._seed(message.get("state"), decoder)
            self._start_clock(message["seconds"], message.get("hangers", ()))
        try:
            with warnings.catch_warnings(record=True) as caught, self._plots():
                warnings.simplefilter("default")
                result = self._apply(target, method, arguments, keywords)
                figures = self._open_figures()
        except codec.ChannelClosed:
            raise
        except BaseException as error:  # noqa: BLE001
            record = error_record(error)
            if isinstance(error, StopIteration):
                encoder = codec.Encoder(self._handle, given)
                with contextlib.suppress(codec.NotPlain):
                    record["value"] = encoder.encode(error.value)
                    out.extend(encoder.buffers)
            record["warnings"] = self._warned(caught)
            return {"error": record, "evidence": self._watch.signs()}
        finally:
            self._watch.testing = nested is not None
            if nested is None:
                signal.setitimer(signal.ITIMER_REAL, 0)
                self._collect(None)
        handle = functools.partial(self._handle, constructing=constructing)
        encoder = codec.Encoder(handle, given)
        reply = {}
        if figures:
            reply["figures"] = encoder.encode(figures)  # first, since the result may be in one
        reply["value"] = encoder.encode(result)
        changed = codec.changes(encoder, given, before)
        if changed:
            reply["changed"] = changed
        if caught:
            reply["warnings"] = self._warned(caught)
        found = self._watch.signs()
        if found:
            reply["evidence"] = found
        out.extend(encoder.buffers)
        return reply

    def _apply(self, target: Any, method: str | None, arguments: tuple, keywords: dict) -> Any:
        if method is None:
            return target(*arguments, **keywords)
        if method == "getattr":
            return getattr(target, *arguments)
        if method == "setattr":
            return setattr(target, *arguments)
        if method == "delattr":
            return delattr(target, *arguments)
        if method == "dir":
            return [name for name in dir(target) if not name.startswith("__")]
        if method == "next":
            return next(target)
        if method == "iter":
            return iter(target)
        if method == "isinstance":
            return bool(isinstance(arguments[0], target))
        if method == "issubclass":
            return bool(issubclass(arguments[0], target))
        if method.startswith("__"):
            # As the language does: looked up on the class, not on the object.
            return getattr(type(target), method)(target, *arguments, **keywords)
        return getattr(target, method)(*arguments, **keywords)

    def _seed(self, state: Any, decoder: codec.Decoder) -> None:
        if isinstance(state, int):
            random.seed(state)
            np.random.seed(state)
        elif state is not None:
            numpy_state, python_state = decoder.decode(state)
            np.random.set_state(numpy_state)
            random.setstate(python_state)

    @staticmethod
    def _warned(caught: Any) -> list[str]:
        texts = []
        for item in list(caught or ())[:20]:
            with contextlib.suppress(Exception):
                line = linecache.getline(item.filename, item.lineno).strip()
                where = f" in the line `{line}`" if item.filename.startswith(CELL) and line else ""
                texts.append(f"{item.category.__name__}{where}: {item.message}"[:500])
        return list(dict.fromkeys(texts))

    @contextlib.contextmanager
    def _plots(self) -> Any:
        """Keep figures open that a function shows, until they have been described."""
        module = sys.modules.get("matplotlib_inline.backend_inline")
        pyplot = sys.modules.get("matplotlib.pyplot")
        if module is None or pyplot is None:
            yield
            return
        # pyplot keeps what it calls in a class of its own.
        places = [module, pyplot._get_backend_mod()]
        before = [place.show for place in places]

        def show(*_: Any, **__: Any) -> None:
            self._open_figures(remember=True)

        vars(show).update(vars(before[0]))
        for place in places:
            place.show = show
        try:
            yield
        finally:
            for place, original in zip(places, before, strict=True):
                place.show = original

    def _open_figures(self, remember: bool = False) -> list[dict]:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return []
        # In the order in which they were current: the last one is.
        managers = list(sys.modules["matplotlib._pylab_helpers"].Gcf.figs.values())[-20:]
        if not managers:
            return self._figures
        found = {one.num: describe_figure(one.canvas.figure) for one in managers}
        if remember:
            known = {entry["number"]: entry for entry in self._figures}
            known.update({n: {"number": n, **figure} for n, figure in found.items()})
            self._figures = list(known.values())
            return self._figures
        kept = [entry for entry in self._figures if entry["number"] not in found]
        return kept + [{"number": n, **figure} for n, figure in found.items()]

    # Handles and callbacks

    def _handle(self, value: Any, constructing: bool = False) -> list:
        stub = self._stubs.get(id(value))
        if stub is not None:
            return stub[1]
        kind, name, more = self._kind(value, constructing)
        number = self._numbers.get(id(value))
        if number is None:
            self._count += 1
            number = f"{self._epoch}.{self._count}"
            self._handles[number] = value
            self._numbers[id(value)] = number
        return ["h", number, kind, name, more]

    def _kind(self, value: Any, constructing: bool) -> tuple[str, str, Any]:
        kind = type(value)
        if kind.__module__.startswith(("matplotlib.", "mpl_toolkits.")):
            found = self._plot_kind(value)
            if found:
                return found
        if isinstance(value, type):
            if not self._is_own(value):
                raise codec.NotPlain
            bases = [b.__name__ for b in value.__mro__ if b.__module__ == "builtins"]
            return "class", value.__name__, {"bases": bases, "doc": _doc(value)}
        own = self._is_own(kind)
        plain = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
        if isinstance(value, (*plain, np.ndarray, np.generic)):
            if own and constructing:
                return "instance", kind.__name__, self._class_of(value)
            raise codec.NotPlain
        if isinstance(value, types.GeneratorType):
            return "generator", getattr(value, "__name__", "generator"), None
        if own:
            return "instance", kind.__name__, self._class_of(value)
        if hasattr(kind, "__next__"):
            return "generator", kind.__name__, None
        if callable(value):
            name = getattr(value, "__name__", "") or kind.__name__
            return "function", str(name)[:100], {"doc": _doc(value)}
        raise codec.NotPlain

    def _is_own(self, kind: type) -> bool:
        """Whether a class was defined in the notebook, carried into it, or in a file beside it."""
        name = kind.__module__
        module = sys.modules.get(name)
        if name == "__main__" or module is None:
            return True
        file = getattr(module, "__file__", None)
        return isinstance(file, str) and file.startswith(self._settings["folder"] + "/")

    def _class_of(self, value: Any) -> dict:
        kind = type(value)
        return {
            "class": self._handle(kind),
            "callable": callable(value),
            "special": [
                name
                for name in dir(kind)
                if name.startswith("__") and callable(getattr(kind, name, None))
            ][:200],
        }

    @staticmethod
    def _plot_kind(value: Any) -> tuple[str, str, Any] | None:
        from matplotlib.artist import Artist
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure

        figure = None
        index: Any = None

        def whole(part: Any) -> Any:
            while part.figure is not part:  # a part of a figure is in the figure
                part = part.figure
            return part

        if isinstance(value, Figure):
            figure = value
        elif isinstance(value, Axes):
            figure = whole(value)
            index = ["axes", figure.axes.index(value)]
        elif isinstance(value, Artist) and getattr(value, "axes", None) is not None:
            axes = value.axes
            figure = whole(axes)
            for name in ("lines", "collections", "patches", "texts"):
                items = list(getattr(axes, name))
                if value in items:
                    index = ["artist", figure.axes.index(axes), name, items.index(value)]
        if figure is None or (figure is not value and index is None):
            return None
        number = getattr(figure, "number", None)
        manager = sys.modules["matplotlib._pylab_helpers"].Gcf.figs.get(number)
        if manager is None or manager.canvas.figure is not figure:
            number = None  # closed; another figure may have its number by now
        encoder = codec.Encoder()
        tree = encoder.encode(describe_figure(figure))
        buffers = [base64.b64encode(b).decode("ascii") for b in encoder.buffers]
        return (
            "figure",
            type(value).__name__,
            {
                "figure": tree,
                "buffers": buffers,
                "part": index,
                "number": number,
            },
        )

    def _resolve(self, tree: list) -> Any:
        """Return what a handle in a question stands for."""
        kind = tree[2]
        if kind == "own":
            if tree[1] not in self._handles:
                raise LookupError("this object belongs to an earlier state of the notebook")
            return self._handles[tree[1]]
        if kind == "name":
            name = tree[1]
            if name not in self._shell.user_ns:
                raise NameError(f"name '{name}' is not defined")
            return self._shell.user_ns[name]
        if kind == "callback":
            return self._stub(tree)
        if kind == "stream":
            return self._pull(self._stub(tree))
        raise LookupError("an unknown handle")

    def _stub(self, tree: list) -> Any:
        for stub, known in self._stubs.values():
            if known[1] == tree[1]:
                return stub
        number = tree[1]

        def stub(*args: Any, **kwargs: Any) -> Any:
            return self._ask(number, args, kwargs)

        stub.__name__ = stub.__qualname__ = str(tree[3])
        self._stubs[id(stub)] = (stub, ["h", number, "callback", tree[3], None])
        return stub

    @staticmethod
    def _pull(stub: Any) -> Any:
        while True:
            item = stub()
            if item is None:
                return
            yield item[0]

    def _ask(self, number: int, args: tuple, kwargs: dict) -> Any:
        """Call one of the grader's functions."""
        encoder = codec.Encoder(self._handle)
        message = {
            "op": "callback",
            "number": number,
            "args": encoder.encode(args),
            "kwargs": encoder.encode(kwargs),
        }
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._clock.lap()
        try:
            self._channel.send(message, encoder.buffers, timeout=None)
            while True:
                reply, buffers = self._channel.receive(None)
                if "op" not in reply:
                    break
                self._answer(reply, buffers)
        finally:
            self._clock.skip()
            signal.setitimer(signal.ITIMER_REAL, 0.25, 0.25)
        if "raise" in reply:
            kind = getattr(builtins, reply["raise"], RuntimeError)
            if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                kind = RuntimeError
            raise kind(reply["text"])
        decoder = codec.Decoder(buffers, self._resolve, encoder.containers)
        value = decoder.decode(reply["value"])
        for index, tree in reply.get("changed", ()):
            codec.merge(encoder.containers[index], decoder.decode(tree))
        return value

    def _on_evidence(self, _: dict, __: Any, ___: Any) -> dict:
        """Say what the learner's code has left changed that no cell was seen to change."""
        self._watch.compare()
        return {"evidence": self._watch.signs()}


def _doc(value: Any) -> str:
    doc = getattr(value, "__doc__", None)
    return doc[:5000] if type(doc) is str else ""


if __name__ == "__main__":
    main()
