"""A notebook's processes stay within their memory, whoever holds them to it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from evenhand import memory
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.sandbox import WarmProcess

MOST = 300
OPTIONS = Options(preload=(), memory=MOST, disk=16)


@pytest.fixture(
    scope="module", params=["kernel", "watch", "kernel without walls", "watch without walls"]
)
def warm(request):
    if "kernel" in request.param and not memory.held_by_the_kernel():
        pytest.skip("no control group is to be had here: the watch does it")
    with pytest.MonkeyPatch.context() as patch:
        if "watch" in request.param:
            patch.setattr(memory, "make_group", lambda *_: None)
        warm = WarmProcess(replace(OPTIONS, sandbox="without walls" not in request.param))
    with contextlib.closing(warm):
        yield warm


@pytest.fixture
def kernel(warm, request):
    settings = {"folder": warm.folder, "environment": {}}
    kernel = LearnerProcess(warm.control, warm.pid, settings, {}, MOST)
    kernel.start()
    assert (kernel._limit.door is not None) == ("kernel" in request.node.callspec.id)
    yield kernel
    kernel.stop()


def _ask(kernel, source):
    reply, _ = kernel.ask({"op": "cell", "index": 0, "source": source, "seconds": 20}, seconds=20)
    assert reply["error"] is None, reply["error"]
    return "".join(output.get("text", "") for output in reply["outputs"])


def _taken(kernel):
    return memory._used(memory.below(kernel.warm_pid), exact=True) // 2**20


TOGETHER = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        hoard = []
        for _ in range(20):
            hoard.append(b"x" * 10_000_000)
            time.sleep(0.1)
        time.sleep(60)
        os._exit(0)
print("answered")
"""


def test_between_questions(kernel):
    """Three processes, none of them too large, that grow after the cell has answered."""
    before = _taken(kernel)
    assert _ask(kernel, TOGETHER) == "answered\n"
    most, deadline = 0, time.monotonic() + 60
    while not kernel._limit.exceeded and time.monotonic() < deadline:
        most = max(most, _taken(kernel) - before)
        time.sleep(0.01)
    time.sleep(0.3)
    # Above: files in memory, and what the watch may miss in a twentieth of a second.
    assert most < MOST + 150
    assert _taken(kernel) - before < MOST + 150
    with pytest.raises(ProcessLost) as lost:
        for _ in range(2):
            _ask(kernel, "1")
    assert lost.value.kind == "memory"


def test_one_large_process_falls_back_to_the_checkpoint(kernel):
    _ask(kernel, "kept = 41")
    kernel.checkpoint()
    with pytest.raises(ProcessLost) as lost:
        _ask(kernel, "hoard = [b'x' * 10_000_000 for _ in range(100)]")
    assert (lost.value.kind, lost.value.restored) == ("memory", True)
    assert _ask(kernel, "print(kept)") == "41\n"
    kernel.checkpoint()
    assert _ask(kernel, "print(kept + 1)") == "42\n"


def test_what_is_shared_with_a_checkpoint_counts_once(kernel):
    """Honest work with much data: its checkpoint, which has the same data, costs nothing."""
    _ask(kernel, "data = b'x' * 170_000_000")
    for _ in range(3):
        kernel.checkpoint()
        assert _ask(kernel, "print(len(data))") == "170000000\n"
        time.sleep(0.2)
        assert not kernel._limit.exceeded
        kernel.commit()


STARTING = """
import os, time
os.mkfifo("door")
if os.fork() == 0:
    time.sleep(0.5)
    open("door", "w").close()
    os._exit(0)
data = b"x" * 180_000_000
opens = (os.POSIX_SPAWN_OPEN, 0, "door", os.O_RDONLY, 0)
os.waitpid(os.posix_spawn("/bin/true", ["true"], {}, file_actions=[opens]), 0)
print("started")
"""


def test_what_is_shared_with_a_program_being_started_counts_once(kernel):
    """Between `vfork` and the program's start, two processes have the same memory."""
    assert _ask(kernel, STARTING) == "started\n"
    assert not kernel._limit.exceeded


LEFT = """
import subprocess, threading
hoard = b"x" * 200_000_000
started = threading.Event()
def start():
    subprocess.Popen(["sleep", "60"])
    started.set()
    threading.Event().wait()
threading.Thread(target=start, daemon=True).start()
started.wait()
print("answered")
"""


def _lives(pid):
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] not in "ZX"
    return False


def test_nothing_of_a_notebook_is_left_for_the_next(kernel):
    assert _ask(kernel, LEFT) == "answered\n"
    there = set(memory.below(kernel.warm_pid)) - kernel._limit._before
    assert len(there) > 2 and all(map(_lives, there))
    kernel.stop()
    assert not any(map(_lives, there))


SOCKETS = """
import os, socket, time
def fill():
    ends = []
    try:
        while True:
            ends += socket.socketpair()
            for end in ends[-2:]:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 100_000_000)
                end.setblocking(False)
                with open(os.devnull) as _:
                    try:
                        while True:
                            end.send(b"x" * 50_000)
                    except BlockingIOError:
                        pass
    except OSError:
        time.sleep(60)
for _ in range(12):
    if os.fork() == 0:
        try:
            fill()
        finally:
            os._exit(0)
print("answered")
"""


def test_memory_in_sockets(kernel):
    """Data that waits in sockets belongs to no process, and counts all the same."""
    with pytest.raises(ProcessLost) as lost:
        _ask(kernel, SOCKETS)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            _ask(kernel, "1")
            time.sleep(0.1)
    assert lost.value.kind == "memory"


def test_small_work_with_sockets_and_processes_is_left_alone(kernel):
    work = """
import asyncio, multiprocessing, subprocess
async def main():
    made = await asyncio.create_subprocess_exec("echo", "x", stdout=asyncio.subprocess.PIPE)
    await made.communicate()
for _ in range(3):
    asyncio.run(main())
with multiprocessing.get_context("fork").Pool(4) as pool:
    print(sum(pool.map(abs, range(100))))
"""
    assert _ask(kernel, work) == "4950\n"
    assert not kernel._limit.exceeded


@pytest.fixture
def held():
    """A warm process whose notebooks the kernel holds to their memory."""
    if not memory.held_by_the_kernel():
        pytest.skip("no control group is to be had here: the watch does it")
    with contextlib.closing(WarmProcess(OPTIONS)) as warm:
        yield warm


def test_a_group_that_lets_nobody_in_is_replaced_by_the_watch(held, monkeypatch):
    opened = os.open
    monkeypatch.setattr(
        memory.os,
        "open",
        lambda path, *how: opened(
            os.devnull if str(path).endswith(("tasks", ".procs")) else path, *how
        ),
    )
    kernel = LearnerProcess(
        held.control, held.pid, {"folder": held.folder, "environment": {}}, {}, MOST
    )
    kernel.start()
    try:
        _ask(kernel, "1")
        assert kernel._limit.door is None
        with pytest.raises(ProcessLost) as lost:
            _ask(kernel, TOGETHER)
            time.sleep(5)
            _ask(kernel, "1")
        assert lost.value.kind == "memory"
    finally:
        kernel.stop()


def test_what_is_written_for_a_control_group_of_systemds(tmp_path, monkeypatch):
    """The names of version 2: a kernel that has both versions counts memory in the first."""
    place = tmp_path / "run-1.scope"
    place.mkdir()
    (place / "cgroup.procs").write_text("11\n12\n")
    monkeypatch.setattr(memory, "_V2", True)
    monkeypatch.setattr(memory, "scope", lambda: ("systemd-run",))
    monkeypatch.setattr(memory, "_place", lambda pid: None if pid == os.getpid() else place)
    memory.make_group(11, 100, 7)
    assert (place / "warm" / "cgroup.procs").read_text() == "12"
    assert (place / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (place / "notebook" / "memory.max").read_text() == str(100 * 2**20)
    assert (place / "notebook" / "pids.max").read_text() == "7"
    monkeypatch.setattr(memory, "_place", lambda pid: place / "warm")
    assert memory._group(11) == place / "notebook"


def test_a_group_is_made_where_another_grader_removes_what_is_left(tmp_path, monkeypatch):
    (tmp_path / "notebook-99999999").mkdir()  # of a process that has ended

    def gone(self):
        os.rmdir(self)
        raise FileNotFoundError(self)

    monkeypatch.setattr(memory, "_V2", False)
    monkeypatch.setattr(memory, "_place", lambda pid: tmp_path)
    monkeypatch.setattr(Path, "rmdir", gone)
    memory.make_group(11, 100, 7)
    limit = tmp_path / "notebook-11" / "memory.limit_in_bytes"
    assert limit.read_text() == str(100 * 2**20)


@pytest.fixture
def delegated():
    """A control group of version 2 of this test's own, as systemd delegates one."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    root = next((Path(place) for _, place, kind, *_ in mounts if kind == "cgroup2"), None)
    if root is None or not os.access(root, os.W_OK):
        pytest.skip("there is no hierarchy of control groups of version 2 to write to")
    place = root / f"evenhand-{os.getpid()}.scope"
    place.mkdir()
    yield root, place
    for folder in (place / "notebook", place / "warm", place):
        for _ in range(500):  # the last of its processes is about to go
            with contextlib.suppress(OSError):
                folder.rmdir()
            if not folder.exists():
                break
            time.sleep(0.02)
    assert not place.exists()


def test_notebooks_enter_a_control_group_of_version_2(delegated, monkeypatch):
    root, place = delegated
    into = ("sh", "-c", f'echo $$ > {place}/cgroup.procs && exec "$@"', "sh")
    monkeypatch.setattr(memory, "_ROOT", root)
    monkeypatch.setattr(memory, "_V2", True)
    monkeypatch.setattr(memory, "_EVENTS", "memory.events")
    monkeypatch.setattr(memory, "scope", lambda: into)
    with contextlib.closing(WarmProcess(OPTIONS)) as warm:
        assert memory._place(warm.pid) == place / "warm"
        assert (place / "cgroup.procs").read_text() == ""
        group = memory._group(warm.pid)
        counted = "memory" in (place / "cgroup.controllers").read_text().split()
        assert group.is_dir() == counted, "where version 1 counts memory, the watch does it"
        group.mkdir(exist_ok=True)
        with subprocess.Popen(["sleep", "0.3"]) as left:
            (group / "cgroup.procs").write_text(str(left.pid))
            memory.Limit(warm.pid, MOST).close()
            assert left.poll() == 0, "the next began before the last had left"
        before = set(memory.below(warm.pid))
        settings = {"folder": warm.folder, "environment": {}}
        kernel = LearnerProcess(warm.control, warm.pid, settings, {}, MOST)
        with contextlib.ExitStack() as stack:
            stack.callback(kernel.stop)
            for _ in range(2):
                kernel.start()
                _ask(kernel, "import subprocess\nsubprocess.Popen(['sleep', '60'])")
                kernel.checkpoint()
                assert kernel._limit.door is not None
                there = set(map(int, (group / "cgroup.procs").read_text().split()))
                assert there == set(memory.below(warm.pid)) - before and len(there) > 3
            if counted:
                with pytest.raises(ProcessLost) as lost:
                    _ask(kernel, "hoard = [b'x' * 10_000_000 for _ in range(100)]")
                assert lost.value.kind == "memory"


def test_no_control_group_is_left_behind(warm):
    group = memory._group(os.getpid())
    with contextlib.closing(WarmProcess(OPTIONS)) as other:
        pid = other.pid
    assert group is None or not group.with_name(f"notebook-{pid}").exists()
