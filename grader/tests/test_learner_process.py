"""The learner's process may end at any moment; what it had remembered is whole."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import json
import mmap
import os
import re
import select
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from evenhand import grader, one_notebook, sandboxed
from evenhand.grader import grade_notebook
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.memory import below
from evenhand.sandbox import WarmProcess
from evenhand.sandboxed import codec
from evenhand.sandboxed.deadline import Deadline
from evenhand.sandboxed.errors import Stopped
from evenhand.sandboxed.stopwatch import Stopwatch

from . import course
from .harness import OPTIONS


@pytest.fixture(scope="module")
def warm():
    process = WarmProcess(OPTIONS)
    yield process
    process.close()


@pytest.fixture
def kernel(warm):
    kernel = LearnerProcess(
        warm.control,
        warm.pid,
        {"folder": warm.folder, "environment": {}, "imports": OPTIONS.libraries},
        {},
        900,
    )
    kernel.start()
    run(kernel, "state = 'before'")
    yield kernel
    kernel.stop()


def run(kernel, source, seconds=3):
    message = {"op": "cell", "index": 1, "source": source, "seconds": seconds}
    return kernel.ask(message, seconds=seconds)[0]


def state(kernel):
    reply, buffers = kernel.ask({"op": "look", "name": "state"}, seconds=5)
    return codec.Decoder(buffers).decode(reply["value"])


def test_no_traceback_is_formatted_for_nobody(kernel):
    """IPython keeps one for its history, which takes longer than most cells."""
    run(
        kernel,
        "from IPython.core import ultratb\nstate = []\n"
        "ultratb.TBTools.structured_traceback = lambda *_, **__: state.append('made') or []\n"
        "ultratb.VerboseTB.structured_traceback = ultratb.TBTools.structured_traceback\n"
        "ultratb.AutoFormattedTB.structured_traceback = ultratb.TBTools.structured_traceback",
    )
    assert run(kernel, "1 / 0")["error"]["type"] == "ZeroDivisionError"
    assert state(kernel) == []


def test_what_is_forked_lies_in_large_pages(warm, kernel):
    """Each small page is counted in every fork; not every system gives others.

    `kernel` has been forked, so the warm process is ready.
    """
    with mmap.mmap(-1, 4 * 2**20, mmap.MAP_PRIVATE) as some:
        some.write(b"x" * len(some))
        start = ctypes.addressof(ctypes.c_char.from_buffer(some))
        page = ctypes.c_void_p(-(-start // 2**21) * 2**21)
        given = ctypes.CDLL(None).madvise(page, ctypes.c_size_t(2**21), 25) == 0
    if not given:
        pytest.skip("this system gives no large page to who asks for one")
    there = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in below(warm.pid)]
    sizes = [int(re.search(r"AnonHugePages: +(\d+)", text)[1]) for text in there]
    assert max(sizes) >= 2048


def test_it_ends_though_a_process_that_a_test_forked_lives_on(warm):
    """That process holds both sockets, so closing them says nothing to the other side."""
    kernel = LearnerProcess(
        warm.control, warm.pid, {"folder": warm.folder, "environment": {}}, {}, 900
    )
    before = set(_below(warm.pid))
    kernel.start()
    run(kernel, "state = 'before'")
    its_processes = [os.pidfd_open(pid) for pid in set(_below(warm.pid)) - before]
    assert its_processes
    read, write = os.pipe()
    forked = os.fork()
    if forked == 0:
        os.close(write)
        os.read(read, 1)  # until the test is over
        os._exit(0)
    os.close(read)
    stopping = threading.Thread(target=kernel.stop)
    stopping.start()
    try:
        stopping.join(60)
        assert not stopping.is_alive()
        for pidfd in its_processes:
            assert select.select([pidfd], [], [], 60)[0]
            os.close(pidfd)
    finally:
        os.close(write)
        os.waitpid(forked, 0)
        stopping.join()


def test_half_a_question_is_not_left_to_the_checkpoint(kernel):
    for size in (1, 3, 8, 40):
        kernel.checkpoint()
        run(kernel, "state = 'after'")
        kernel._channel.sock.send(b"\0" * size)
        kernel.rollback()
        assert state(kernel) == "before"
    assert not kernel.doubts


def test_modules_of_ours_hide_none_of_the_learners(kernel):
    names = [path.stem for path in Path(sandboxed.__file__).parent.glob("[a-z]*.py")]
    cell = f"""
for name in {names}:
    open(name + ".py", "w").write("mine = True")
import {", ".join(names)}
state = [m.mine for m in ({", ".join(names)})]
"""
    assert "codec" in names and run(kernel, cell)["error"] is None
    assert state(kernel) == [True] * len(names)


HALF_AN_ANSWER = """
import os, socket, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            os.write(fd, bytes([0, 0, 0, 50, 0, 0, 0, 0, 0]))
    except OSError:
        pass
os._exit(7)
"""


def test_half_an_answer_of_a_process_that_ends_is_dropped(kernel):
    kernel.checkpoint()
    run(kernel, "state = 'after'")
    with pytest.raises(ProcessLost) as lost:
        run(kernel, HALF_AN_ANSWER)
    assert (lost.value.kind, lost.value.restored) == ("crashed", True)
    assert lost.value.detail == "ended itself with status 7"
    assert state(kernel) == "before"
    assert kernel.doubts == ["ended itself with status 7"]


def test_what_is_kept_may_be_remembered_again_at_once(kernel):
    for number in range(50):
        kernel.checkpoint()
        run(kernel, f"state = {number}")
        kernel.commit()
        kernel.checkpoint()
        run(kernel, "state = 'after'")
        kernel.rollback()
        assert state(kernel) == number
    assert not kernel.doubts


def test_open_files_leave_room_for_a_checkpoint(kernel):
    run(
        kernel,
        "files = []\ntry:\n    while True: files.append(open('/dev/null'))\nexcept OSError: 0",
    )
    kernel.checkpoint()
    kernel.rollback()
    assert state(kernel) == "before"


def test_a_process_that_used_up_its_time_leaves_no_doubt(kernel):
    kernel.checkpoint()
    with pytest.raises(ProcessLost, match="no answer") as lost:
        run(kernel, "sum(range(10**13))", seconds=0.5)
    assert (lost.value.kind, lost.value.restored) == ("timeout", True)
    assert not kernel.doubts
    kernel.checkpoint()
    assert run(kernel, "import time\ntime.sleep(1000)", seconds=0.5)["error"]["kind"] == "timeout"
    assert kernel.doubts
    error = run(kernel, "while True: pass", seconds=1)["error"]
    assert error["text"] == "took longer than 1 second"


def test_what_is_used_is_seen_without_the_sandbox_too():
    options = dataclasses.replace(OPTIONS, sandbox=False)
    warm = WarmProcess(options)
    settings = {"folder": warm.folder, "environment": {}, "imports": OPTIONS.libraries}
    kernel = LearnerProcess(warm.control, warm.pid, settings, {}, 100)
    kernel.start()
    run(kernel, "import time\nwhile time.process_time() < 1: pass")
    assert 0.5 < kernel.busy <= kernel.spent < 2
    kernel.stop()
    warm.close()


def test_libraries_are_there_whatever_becomes_of_the_process_that_imported_them(warm):
    def imported(name):
        settings = {"folder": warm.folder, "environment": {}, "imports": [name]}
        kernel = LearnerProcess(warm.control, warm.pid, settings, {}, 100)
        kernel.start()
        run(kernel, f"import sys\nstate = {name!r} in sys.modules")
        found = state(kernel)
        kernel.stop()
        return found

    def living():
        found = set()
        for one in below(warm.pid):
            with contextlib.suppress(OSError):  # it is gone
                about = Path(f"/proc/{one}/stat").read_text()
                if about.rpartition(")")[2].split()[0] != "Z":
                    found.add(one)
        return found

    before = living()
    assert imported("colorsys")
    [process] = living() - before
    assert imported("colorsys") and living() - before == {process}
    ended = os.pidfd_open(process)
    os.kill(process, signal.SIGKILL)
    select.select([ended], [], [])
    os.close(ended)
    assert imported("colorsys") and process not in living()
    assert not imported("unittest.__main__")  # which ends the process
    assert not imported("colorsys.nothing")


def test_only_waiting_for_a_processor_costs_nothing(monkeypatch):
    now = {"clock": 0.0, "busy": 0.0, "held up": 0.0}
    monkeypatch.setattr("evenhand.sandboxed.stopwatch._clock", lambda: now["clock"])
    watch = Stopwatch(lambda: (now["busy"], now["held up"]))
    now |= {"clock": 90.0, "busy": 5.0, "held up": 85.0}
    assert watch.lap() == watch.busy == 5
    now |= {"clock": 100.0, "busy": 6.0, "held up": 85.0}
    assert (watch.lap(), watch.busy) == (9, 6)
    now |= {"clock": 200.0}
    watch.skip()
    now |= {"clock": 220.0, "held up": None}
    assert (watch.lap(), watch.busy) == (10, 6)


@pytest.mark.parametrize("works", [True, False])
def test_what_was_worked_before_the_first_look_counts(works):
    """As in a call into a library, which no signal interrupts. Waiting does not count so far."""
    deadline = Deadline()
    before = signal.getsignal(signal.SIGALRM)
    deadline.start(0.3, ())
    deadline.stop()
    signal.signal(signal.SIGALRM, before)
    until = time.process_time() + 0.4
    while works and time.process_time() < until:
        pass
    time.sleep(0 if works else 2)
    with pytest.raises(Stopped) if works else contextlib.nullcontext():
        deadline._check(signal.SIGALRM, None)


# Repeats

DOUBT = "ended by SIGKILL"


def tries(*runs):
    """Let each try come to the points of one of the runs; None stands for no doubt."""
    left = iter(runs)

    def once():
        doubt, earned = next(left)
        test = SimpleNamespace(name="test", points=earned, status="full")
        process = SimpleNamespace(doubts=[doubt] if doubt else [])
        return SimpleNamespace(process=process, results=lambda: [test])

    run, number = one_notebook._certain(once)
    return run.results()[0].points, number


def test_a_loss_counts_only_where_it_comes_again():
    assert tries(("", 3)) == (3, 1)
    assert tries((DOUBT, 0), ("", 3)) == (3, 2)
    assert tries((DOUBT, 0), (DOUBT, 0)) == (0, 2)
    assert tries((DOUBT, 0), (DOUBT, 1), (DOUBT, 0)) == (0, 3)
    with pytest.raises(one_notebook.NotCertain, match="no two came to the same points.*SIGKILL"):
        tries((DOUBT, 0), (DOUBT, 1), (DOUBT, 2))


def _below(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            found += [int(word) for word in file.read().split()]
    return [pid for child in found for pid in (child, *_below(child))]


def test_a_process_that_somebody_kills_costs_nothing(tmp_path):
    source = course.write_course(tmp_path) / "01_words.ipynb"
    made = course.answers("01_words")
    made["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": "import time\ntime.sleep(2)", "outputs": []}
    )
    path = tmp_path / "01_words.ipynb"
    path.write_text(json.dumps(made))
    grade_notebook(None, source, options=OPTIONS)
    mine = grader._GRADERS[os.getpid(), OPTIONS]
    idle = set(_below(mine.processes.sandbox.pid))

    def kill():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.01)
            with contextlib.suppress(OSError):
                running = set(_below(mine.processes.sandbox.pid)) - idle
                if len(running) >= 2:  # the first, which keeps the others, and the notebook's
                    time.sleep(0.5)
                    os.kill(max(running), signal.SIGKILL)
                    return

    thread = threading.Thread(target=kill)
    thread.start()
    result = grade_notebook(path, source, options=OPTIONS)
    thread.join()
    assert result.tries == 2
    assert result.points == result.max_points, result.tests
