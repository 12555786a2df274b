"""Notebooks that run at once find no way to each other, or out.

The list follows what `isolate`, the sandbox of programming contests, looks at. Each attempt is made
twice: between two sandboxes, where it must fail, and between two processes without walls, where it
must work, so that an attempt that has gone stale is seen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from evenhand import grader, sandbox
from evenhand.learner_process import LearnerProcess
from evenhand.options import Options
from evenhand.sandbox import SandboxMissing, WarmProcess
from evenhand.sandboxed import isolation, system_calls

from . import course

TOGETHER = """
import ctypes, errno, fcntl, os, signal, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
FILE = os.path.realpath(os.__file__)
ARM = os.uname().machine == "aarch64"
def lock(kind):
    return struct.pack("hhqqi4x", kind, 0, 0, 0, 0)
def all_named(name):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if open(f"/proc/{pid}/comm").read().strip() == name:
                found.append(int(pid))
        except OSError:
            pass
    if not found:
        raise ProcessLookupError(name)
    return found
def named(name):
    return all_named(name)[0]
def call(x86, arm, *arguments):
    done = libc.syscall(arm if ARM else x86, *arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), "")
    return done
"""

#: What it tries -> the cells, in turn in one notebook, the other, and the first again. The last one
#: fails, or prints OPEN.
CHANNELS = {
    "flock": [
        "held = open(FILE); fcntl.flock(held, fcntl.LOCK_EX)",
        """
try:
    fcntl.flock(open(FILE), fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("OPEN")
""",
    ],
    "record lock": [
        "held = open('/dev/null', 'r+'); fcntl.lockf(held, fcntl.LOCK_EX)",
        """
try:
    fcntl.lockf(open("/dev/null", "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("OPEN")
""",
    ],
    "asking for record locks": [
        "held = open(FILE); fcntl.lockf(held, fcntl.LOCK_SH)",
        """
found = fcntl.fcntl(open(FILE), fcntl.F_GETLK, lock(fcntl.F_WRLCK))
print("OPEN" if found[:2] != lock(fcntl.F_WRLCK)[:2] or found[24:28] != bytes(4) else "")
""",
    ],
    "lock of an open file": [
        "held = open(FILE); fcntl.fcntl(held, 37, lock(fcntl.F_RDLCK))",
        """
if any(f":{os.stat(FILE).st_ino} " in line for line in open("/proc/locks") if "OFD" in line):
    print("OPEN")
fcntl.fcntl(open(FILE), 36, lock(fcntl.F_WRLCK))
print("OPEN")
""",
    ],
    "inotify": [
        """
watch = libc.inotify_init1(os.O_NONBLOCK)
libc.inotify_add_watch(watch, FILE.encode(), 0x20)
""",
        "open(FILE)",
        "print('OPEN' if os.read(watch, 1000) else '')",
    ],
    "fanotify": ["print('OPEN' if libc.fanotify_init(0x200, 0) >= 0 else '')"],
    "dnotify": [
        # The notice is a signal that ends who does not ask for another, whoever reads a file there.
        "signal.signal(signal.SIGIO, signal.SIG_IGN)\n"
        "fcntl.fcntl(os.open(os.path.dirname(FILE), os.O_RDONLY), 1026, 0x1)\nprint('OPEN')"
    ],
    "lease": ["fcntl.fcntl(open(FILE), fcntl.F_GETLEASE)\nprint('OPEN')"],
    "write hints": [
        "fcntl.fcntl(os.open(FILE, os.O_RDONLY), 1035, bytes(8))\nprint('OPEN')",
    ],
    "sockets beyond the network": [
        """
for family in (40, 38):  # AF_VSOCK, AF_ALG
    try:
        socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_SEQPACKET)
        print("OPEN", family)
    except OSError:
        pass
"""
    ],
    "abstract socket": [
        "held = socket.socket(socket.AF_UNIX); held.bind('\\0evenhand-walls'); held.listen()",
        "socket.socket(socket.AF_UNIX).connect('\\0evenhand-walls'); print('OPEN')",
    ],
    "loopback": [
        "held = socket.socket(); held.bind(('127.0.0.1', 45917)); held.listen()",
        "socket.create_connection(('127.0.0.1', 45917), timeout=2); print('OPEN')",
    ],
    "keyring": [
        "call(248, 217, b'user', b'evenhand-walls', b'x', 1, -4)",
        "call(250, 219, 10, -4, b'user', b'evenhand-walls', 0); print('OPEN')",
        "call(250, 219, 9, call(250, 219, 10, -4, b'user', b'evenhand-walls', 0), -4)",
    ],
    "System V memory": [
        "number = call(29, 194, 459171, 4096, 0o1666)",
        "call(29, 194, 459171, 0, 0); print('OPEN')",
        "call(31, 195, number, 0, 0)",
    ],
    "System V queue": [
        "number = call(68, 186, 459171, 0o1666)",
        "call(68, 186, 459171, 0); print('OPEN')",
        "call(71, 187, number, 0, 0)",
    ],
    "System V semaphore": [
        "number = call(64, 190, 459171, 1, 0o1666)",
        "call(64, 190, 459171, 0, 0); print('OPEN')",
        "call(66, 191, number, 0, 0, 0)",
    ],
    "POSIX queue": [
        "call(240, 180, b'evenhand-walls', 0o102, 0o666, None)",
        "call(240, 180, b'evenhand-walls', 0, 0, None); print('OPEN')",
        "call(241, 181, b'evenhand-walls')",
    ],
    "/dev/shm": [
        "open('/dev/shm/evenhand-walls', 'w').close()",
        "os.stat('/dev/shm/evenhand-walls'); print('OPEN')",
        "os.remove('/dev/shm/evenhand-walls')",
    ],
    "/tmp": [
        "open('/tmp/evenhand-walls', 'w').close()",
        "os.stat('/tmp/evenhand-walls'); print('OPEN')",
        "os.remove('/tmp/evenhand-walls')",
    ],
    "processes and signals": [
        """
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
libc.prctl(15, b"even-signals")
""",
        # The same in a sandbox, of the test before, may still be there.
        "[os.kill(pid, signal.SIGUSR1) for pid in all_named('even-signals')]",
        "print('OPEN' if seen else '')",
    ],
    "affinity and priority": [
        "libc.prctl(15, b'evenhand-walls')",
        """
pid = named("evenhand-walls")
os.sched_getaffinity(pid), os.getpriority(os.PRIO_PROCESS, pid)
print("OPEN")
""",
    ],
    "memory of others": [
        "libc.prctl(15, b'evenhand-memory')",
        """
pid = named("evenhand-memory")
print("OPEN" if open(f"/proc/{pid}/maps").read() else "")
""",
    ],
    "io_uring": ["call(425, 425, 4, ctypes.create_string_buffer(120)); print('OPEN')"],
    "userfaultfd": ["call(323, 282, 1); print('OPEN')"],
    "perf": [
        """
about = ctypes.create_string_buffer(struct.pack("IIQQQQQ", 1, 64, 0, 0, 0, 0, 0x60), 64)
call(298, 241, about, 0, -1, -1, 0)
print("OPEN")
"""
    ],
    "bpf": [
        "call(321, 280, 0, ctypes.create_string_buffer(struct.pack('IIII', 2, 4, 4, 1), 120), "
        "120); print('OPEN')"
    ],
    "file without a name": ["os.memfd_create('x'); print('OPEN')"],
    "namespaces by clone": [
        """
pid = call(56, 220, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
print("OPEN")
"""
    ],
    "namespaces by clone3": [
        """
about = ctypes.create_string_buffer(64)
about[:8] = struct.pack("Q", 0x10000000)
about[32:40] = struct.pack("Q", signal.SIGCHLD)
pid = call(435, 435, about, 64)
if pid == 0:
    os._exit(0)
print("OPEN")
"""
    ],
    "32-bit calls": [
        """
import mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(b"\\x53\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\x5b\\xc3")  # getpid by int 0x80
run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
pid = os.fork()
if pid == 0:
    os._exit(0 if run() == os.getpid() else 1)
print("OPEN" if os.waitpid(pid, 0)[1] == 0 else "")
"""
    ],
    "x32 calls": ["print('OPEN' if libc.syscall(0x40000000 + 39) == os.getpid() else '')"],
    "/sys": ["print('OPEN' if os.listdir('/sys') else '')"],
    "settings of the system": ["open('/proc/sys/vm/overcommit_memory', 'r+'); print('OPEN')"],
}

#: What a system may lack by itself, so that there is nothing to wall off, and why.
LACKING = {
    "sockets beyond the network": "neither AF_VSOCK nor AF_ALG",
    "io_uring": "no io_uring",
    "32-bit calls": "no 32-bit calls",
    "x32 calls": "no x32 calls",
    "userfaultfd": "not for everyone",
    "perf": "not for everyone",
    "keyring": "no keyrings",
    "bpf": "not for everyone",
    "settings of the system": "not for everyone",
    "fanotify": "no fanotify",
    "write hints": "no hints",
}


def _pair(sandbox):
    options = Options(sandbox=sandbox, preload=())
    with contextlib.ExitStack() as stack:
        pair = []
        for _ in range(2):
            warm = stack.enter_context(contextlib.closing(WarmProcess(options)))
            settings = {"folder": warm.folder, "environment": {}}
            pair.append(LearnerProcess(warm.control, warm.pid, settings, {}, 1000))
            stack.callback(pair[-1].stop)
        yield pair


@pytest.fixture(scope="module")
def walled():
    yield from _pair(True)


@pytest.fixture(scope="module")
def bare():
    yield from _pair(False)


def _tell(kernel, source):
    reply, _ = kernel.ask({"op": "cell", "index": 0, "source": source, "seconds": 10}, seconds=10)
    text = "".join(output.get("text", "") for output in reply["outputs"])
    return text, reply["error"]


def _open(pair, cells):
    """Try a channel between two fresh processes; return whether it worked, and the last error."""
    for kernel in pair:
        kernel.start()
        assert _tell(kernel, TOGETHER)[1] is None
    said, error = "", None
    for number, cell in enumerate(cells):
        text, error = _tell(pair[number % 2], cell)
        said += text
    return "OPEN" in said, error


@pytest.mark.parametrize("name", CHANNELS)
def test_closed(name, walled):
    is_open, _ = _open(walled, CHANNELS[name])
    assert not is_open


@pytest.mark.parametrize("name", CHANNELS)
def test_open_without_walls(name, bare):
    is_open, error = _open(bare, CHANNELS[name])
    if not is_open and name in LACKING:
        pytest.skip(f"this system has {LACKING[name]}" + (f": {error}" if error else ""))
    assert is_open, error


APART = """
import json, os, sys, threading
from evenhand.sandboxed.isolation import fork_apart

NAMESPACES = "user", "pid", "mnt", "net", "ipc", "uts"

def state():
    read = lambda name: open(f"/proc/self/{name}").read().split()
    spaces = [os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES]
    return [os.getresuid(), os.getresgid(), read("uid_map"), read("gid_map"), spaces]

if "beside a thread" in sys.argv:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
before, (ours, theirs) = state(), os.pipe()
child = fork_apart()
if child == 0:
    if os.fork() == 0:
        os.write(theirs, json.dumps([os.getpid(), os.getppid()]).encode() + b"\\n")
        os._exit(0)
    os.wait()
    named = os.getpid(), os.getppid(), os.getgroups(), threading.active_count()
    os.write(theirs, json.dumps([*state(), named]).encode())
    os._exit(0)
os.close(theirs)
try:
    os.waitpid(child, 0)
    its_own = True
except ChildProcessError:
    its_own = False
print(open(ours).read(), json.dumps([before, state(), its_own]), sep="\\n")
"""


@pytest.mark.parametrize("how", ["alone", "beside a thread"])
def test_a_notebook_starts_as_the_first_process_of_its_namespaces(how):
    """Where this process has one thread, with a system call of its own; else with `os.fork`."""
    command = [sys.executable, "-c", APART, how]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if "Operation not permitted" in run.stderr and os.getuid() != 0:
        pytest.skip("a plain user may make no namespaces here but by bubblewrap")
    assert run.stderr == ""
    pair, there, (before, after, its_own) = map(json.loads, run.stdout.splitlines())
    uids, gids, uid_map, gid_map, spaces, (pid, parent, groups, threads) = there
    uid, gid = (os.getuid(), os.getgid()) if os.getuid() else (65534, 65534)
    assert (uids, gids, groups if os.getuid() == 0 else []) == ([uid] * 3, [gid] * 3, [])
    assert (uid_map, gid_map) == ([str(uid)] * 2 + ["1"], [str(gid)] * 2 + ["1"])
    assert ([pid, parent, threads], pair) == ([1, 0, 1], [2, 1])
    assert its_own is (how == "alone")
    assert before == after and not set(spaces) & set(before[4]) and len(set(spaces)) == 6


def test_refuses_where_the_filter_cannot_be_put_up():
    with pytest.raises(OSError, match="no filter of system calls for the processor riscv64"):
        system_calls.filter_code("riscv64")

    class Refusing:
        def __getattr__(self, name):
            return lambda *arguments: -1 if arguments[:1] == (22,) else 0

    with pytest.raises(OSError, match="the filter of system calls"):
        isolation.drop_privileges(Refusing())


def test_grading_says_why_there_is_no_wall(monkeypatch, tmp_path):
    inside = shutil.copytree(Path(system_calls.__file__).parent, tmp_path / "grading" / "sandboxed")
    path = inside / "system_calls.py"
    path.write_text(path.read_text().replace("os.uname().machine", "'riscv64'"))
    monkeypatch.setattr(sandbox, "__file__", str(inside.parent / "sandbox.py"))
    source = course.write_course(tmp_path) / "01_words.ipynb"
    # Processes with other settings are not there already.
    with pytest.raises(SandboxMissing, match="for the processor riscv64"):
        grader.grade_notebook(None, source, options=Options(preload=("colorsys",)))


def test_the_filter_is_well_formed_on_every_processor():
    # One of them cannot be run here, but every jump lands on an instruction.
    for machine in ("x86_64", "aarch64"):
        code = system_calls.filter_code(machine)
        assert len(code) < 4096
        for place, (kind, yes, no, _) in enumerate(code):
            if kind & 7 == 5:
                assert place + 1 + max(yes, no) < len(code)
        assert code[-1] == (6, 0, 0, 0x7FFF0000)


def test_locks_are_granted_to_honest_work(walled):
    work = """
import sqlite3, fcntl
with open("mine", "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
base = sqlite3.connect("numbers.db")
base.execute("create table t (x)")
base.executemany("insert into t values (?)", [(1,), (2,)])
base.commit()
print(sqlite3.connect("numbers.db").execute("select sum(x) from t").fetchone())
import subprocess, multiprocessing
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(sum(pool.map(abs, range(-3, 3))))
import asyncio, threading
asyncio.run(asyncio.sleep(0))
threading.Thread(target=print, args=("thread",)).start()
"""
    walled[0].start()
    text, error = _tell(walled[0], work)
    assert error is None
    assert text.split() == ["(3,)", "child", "9", "thread"]
