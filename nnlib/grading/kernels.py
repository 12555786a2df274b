"""One notebook's process, seen from the grader: questions, checkpoints, and its deaths.

Not a Jupyter kernel. A Jupyter kernel costs five sockets, a handshake and an execute request a
call (about a second a notebook, ten milliseconds a call), and its messages carry whatever the
learner's code puts into them. Here the learner's cells run in the same IPython shell (magics,
``display``, ``input`` refused, figures shown at the end of a cell), driven over one socket, and
only the codec's plain values come back.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nnlib.grading import codec

__all__ = ["Kernel", "KernelLost"]

#: How many times a limit in seconds of processor time may pass by the clock: see `inside`.
PATIENCE = 3


class KernelLost(Exception):
    """The learner's process ended, or had to be ended.

    Attributes
    ----------
    kind
        ``timeout``, ``crashed``, ``memory`` or ``output``.
    restored
        Whether the state of the last checkpoint is back; else a new process must be started.
    """

    def __init__(self, kind: str, restored: bool, detail: str = "") -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.restored = restored
        self.detail = detail


@dataclass
class Kernel:
    """The process in which one notebook of a learner's runs.

    Parameters
    ----------
    control
        The warm process's socket.
    warm_pid
        The outermost process that all learners' processes descend from.
    settings
        For the child: ``folder``, ``environment``.
    files
        Relative path -> content: what it finds in its folder.
    memory
        Megabytes that all processes of the notebook may have together.
    answer
        Called with a callback's message and buffers; returns the reply and its buffers.
    heard
        Called with what the process notes about itself; see `nnlib.grading.evidence`.
    """

    control: socket.socket
    warm_pid: int
    settings: dict
    files: dict[str, bytes]
    memory: int
    answer: Callable[[dict, list[bytes]], tuple[dict, list[bytes]]] | None = None
    heard: Callable[[list], None] = lambda signs: None
    _epoch: int = 0
    _number: int = 0
    _busy: float | None = None
    _busy_at_most: float = 0.0
    _checkpoint: bool = False
    _channel: codec.Channel | None = None

    def start(self) -> None:
        """Start a fresh process; an earlier one ends."""
        self.stop()
        pairs = [socket.socketpair() for _ in range(3)]
        theirs = [pair[1].fileno() for pair in pairs]
        self._epoch += 1
        settings = {**self.settings, "epoch": self._epoch}
        socket.send_fds(self.control, [json.dumps(settings).encode()], theirs)
        for _, end in pairs:
            end.close()
        main, self._words, self._lifeline = (pair[0] for pair in pairs)
        self._channel = codec.Channel(main)
        self._checkpoint = False
        self._living = {self._epoch}
        if self.files:
            names = list(self.files)
            self.ask({"op": "files", "names": names}, list(self.files.values()), seconds=20)

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._channel is not None

    def stop(self) -> None:
        """End the process, and everything it started."""
        if self._channel is not None:
            self._channel.close()
            self._words.close()
            self._lifeline.close()
            self._channel = None

    def holds(self, handle: str) -> bool:
        """Whether a handle belongs to the state that the process is in now."""
        return int(handle.partition(".")[0]) in self._living

    # Checkpoints

    def checkpoint(self) -> None:
        """Remember the state as it is now, until `commit` or `rollback`."""
        self._epoch += 1
        self.ask({"op": "fork", "epoch": self._epoch}, seconds=10)
        self._living.add(self._epoch)
        self._checkpoint = True

    def commit(self) -> None:
        """Keep what happened since the checkpoint."""
        with contextlib.suppress(OSError):
            self._words.send(b"c")
        self._checkpoint = False

    def rollback(self) -> None:
        """Undo what happened since the checkpoint.

        Raises
        ------
        KernelLost
            If the state cannot be restored.
        """
        self._restore("crashed", "it could not be restored", expected=True)

    def _restore(self, kind: str, detail: str, expected: bool = False) -> None:
        """Wake the checkpoint up. Raises `KernelLost` unless that is what was `expected`."""
        restored = False
        if self._checkpoint:
            try:
                self._words.send(b"r")
                # It takes milliseconds; but a loaded machine must not cost anybody a mark.
                deadline = time.monotonic() + 10
                while not restored:
                    message, _ = self._channel.receive(deadline - time.monotonic())
                    restored = message.get("event") in ("restored", "died")
            except (OSError, ValueError):
                restored = False
        if restored:
            self._restored()
        else:
            self.stop()
        if not (expected and restored):
            raise KernelLost(kind, restored, detail)

    def _restored(self) -> None:
        self._checkpoint = False
        self._living.discard(self._epoch)

    # Questions

    def ask(
        self, message: dict, buffers: list[bytes] = (), *, seconds: float
    ) -> tuple[dict, list[bytes]]:
        """Ask one question and wait for its answer, answering callbacks meanwhile.

        Raises
        ------
        KernelLost
            If there is no answer: the process died, hangs, or talks nonsense.
        """
        if self._channel is None:
            raise KernelLost("crashed", False, "there is no process")
        # The process stops itself in time, if it can; this is for when it cannot.
        deadline = time.monotonic() + PATIENCE * seconds + 1.5
        self._busy = None
        self._busy_at_most = seconds + 1.5
        self._number += 1
        number = self._number
        try:
            self._channel.send({**message, "number of": number}, buffers)
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise codec.ChannelTimeout
                reply, buffers = self._channel.receive(left, while_waiting=self._watch)
                if reply.get("op") == "callback" and self.answer is not None:
                    began = time.monotonic()
                    answer, buffers = self.answer(reply, buffers)
                    deadline += time.monotonic() - began
                    self._channel.send(answer, buffers)
                    continue
                if reply.get("event") == "died":
                    self._restored()
                    raise KernelLost(*_cause(reply.get("status")))
                if reply.get("number of") != number:
                    continue  # an answer to nothing that was asked now
                signs = reply.get("evidence")
                if isinstance(signs, list):
                    self.heard(signs)
                return reply, buffers
        except codec.ChannelTimeout:
            self._restore("timeout", f"no answer after {seconds:g} seconds")
        except codec.ChannelClosed:
            self.stop()
            raise KernelLost("crashed", False, "the process is gone") from None
        except codec.ProtocolError:
            self._restore("crashed", "the process sent what is no answer")
        except _TooMuchMemory:
            self._restore("memory", f"more than {self.memory} MB")
        raise AssertionError("unreachable")

    def tell(self, message: dict, buffers: list[bytes] = ()) -> None:
        """Send what needs no answer.

        Raises
        ------
        KernelLost
            If the process is gone, or does not read.
        """
        if self._channel is None:
            raise KernelLost("crashed", False, "there is no process")
        try:
            self._channel.send({**message, "quiet": True}, buffers, timeout=10)
        except codec.ChannelTimeout:
            self._restore("timeout", "it does not listen")
        except codec.ChannelClosed:
            self.stop()
            raise KernelLost("crashed", False, "the process is gone") from None

    def _watch(self) -> None:
        memory, busy = _use_below(self.warm_pid)
        if memory > self.memory * 2**20:
            raise _TooMuchMemory
        if self._busy is None:
            self._busy = busy
        elif busy - self._busy > self._busy_at_most:
            raise codec.ChannelTimeout


class _TooMuchMemory(Exception):
    pass


def _cause(status: Any) -> tuple[str, bool, str]:
    if not isinstance(status, int):
        return "crashed", True, ""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "timeout", True, "too much CPU time"
        with contextlib.suppress(ValueError):
            return "crashed", True, f"ended by {signal.Signals(number).name}"
        return "crashed", True, f"ended by signal {number}"
    code = os.WEXITSTATUS(status)
    if code == 71:
        return "output", True, "it did not stop printing"
    return "crashed", True, f"ended itself with status {code}"


def _use_below(pid: int) -> tuple[int, float]:
    """Return the bytes that the processes below `pid` have of their own, and their CPU seconds.

    Pages that a forked process shares with the warm one count in both; so the smallest of their
    sizes is taken off each.
    """
    sizes: list[int] = []
    common: list[int] = []
    ticks = 0

    def visit(one: int) -> None:
        nonlocal ticks
        try:
            with open(f"/proc/{one}/statm") as file:
                words = file.read().split()
            sizes.append((int(words[1]) - int(words[2])) * _PAGE)
            with open(f"/proc/{one}/status") as file:
                found = re.search(r"RssShmem:\s+(\d+) kB", file.read())
            # Memory that processes share counts in each: none of it is free.
            common.append(int(found[1]) * 1024 if found else 0)
            with open(f"/proc/{one}/stat") as file:
                used = file.read().rpartition(")")[2].split()
            ticks += int(used[11]) + int(used[12])
            tasks = os.listdir(f"/proc/{one}/task")
            for task in tasks[:64]:
                with open(f"/proc/{one}/task/{task}/children") as file:
                    children = file.read().split()
                for child in children:
                    if len(sizes) < 2000:
                        visit(int(child))
        except (OSError, IndexError, ValueError):
            return

    visit(pid)
    big = [size for size in sizes if size > 20 * 2**20]
    shared = min(big, default=0)
    own = sum(size - shared for size in big) + sum(s for s in sizes if s <= 20 * 2**20)
    return own + sum(common), ticks / _TICKS


_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
