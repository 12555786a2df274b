"""The process in which one learner's notebook runs: ask it, go back to a checkpoint, end it.

A Jupyter kernel would cost five sockets, a handshake, and a message for each call: about a second
for a notebook and ten milliseconds for a call. Its messages would also carry whatever the learner's
code puts into them. Here the cells run in the same IPython shell (with magics and ``display``,
figures at the end of a cell, and ``input`` refused), driven over one socket, and only the codec's
plain values come back.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from evenhand.memory import Limit, below
from evenhand.results import Status
from evenhand.sandboxed.channel import Channel, ChannelClosed, ChannelTimeout
from evenhand.sandboxed.codec import ProtocolError
from evenhand.sandboxed.stopwatch import MORE_PATIENCE, Stopwatch, held_up, in_words
from evenhand.sandboxed.turns import Turns

LONGEST = 600
"""Seconds of wall-clock time after which an answer is given up. Its limit of processor time stops
it long before: see `evenhand.sandboxed.stopwatch`."""


#: Questions whose answers change what names stand for, and those whose answers change nothing.
_NAMING = ("bind", "unbind", "restore")
_LOOKING = ("look", "names", "signature", "code")


class ProcessLost(Exception):
    """The learner's process ended, or had to be ended.

    Attributes
    ----------
    kind
        One of `evenhand.results.STOPPED`.
    restored
        Whether the state of the last checkpoint is back; else a new process must be started.
    """

    def __init__(self, kind: Status, restored: bool, detail: str = "") -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.restored = restored
        self.detail = detail


@contextlib.contextmanager
def preparing(control: socket.socket, imports: Collection[str]) -> Iterator[None]:
    """Have the warm process make one that has imported some libraries, and wait for it at the end.

    If the warm process has ended, starting a notebook's process says so.
    """
    with contextlib.suppress(OSError):
        control.send(json.dumps({"imports": imports}).encode())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            control.recv(16)


@dataclass
class LearnerProcess:
    """The process in which one notebook of a learner's runs.

    Parameters
    ----------
    control
        The warm process's socket.
    warm_pid
        The outermost process that all learners' processes descend from.
    settings
        For the child: ``folder``, ``environment``; ``imports``, the libraries that are to be
        imported already; ``note``, those to be told of if the notebook imports them.
    files
        Relative path -> content: what it finds in its folder.
    memory
        Megabytes that all processes of the notebook may have together.
    answer
        Called with a callback's message and buffers; returns the reply and its buffers.
    also
        A second name of its folder, which the tests' process uses; empty for none.
    heard
        Called with what the process notes about itself; see `evenhand.evidence`.

    Attributes
    ----------
    doubts
        A text for each time that the process was lost or stopped without reaching one of its
        limits. It may be the grader's fault: what was graded in the meantime is not certain.
    busy, spent
        Processor time that the answers took, and what they cost in all, in seconds: see
        `evenhand.sandboxed.stopwatch.Stopwatch`. An answer within a tenth of a second costs a
        twentieth of its wall-clock time: to measure it would take longer.
    """

    control: socket.socket
    warm_pid: int
    settings: dict
    files: dict[str, bytes]
    memory: int
    answer: Callable[[dict, list[bytes]], tuple[dict, list[bytes]]] | None = None
    heard: Callable[[list], None] = lambda signs: None
    also: str = ""
    doubts: list[str] = field(default_factory=list)
    busy: float = 0.0
    spent: float = 0.0
    _epoch: int = 0
    _number: int = 0
    _channel: Channel | None = None
    # The checkpoint's own channel, and the socket that says what is to become of it.
    _checkpoint: tuple[Channel, socket.socket] | None = None
    # Whether what comes is to be undone without a checkpoint so far, and whether names have changed
    # meanwhile. Once the process was lost so, there is always a checkpoint.
    _light: bool = False
    _bound: bool = False
    _careful: bool = False
    _spoilt: bool = False  # what happened can only be undone by starting anew
    _occupied: bool = False
    _interruption: BaseException | None = None
    _last_loss: ProcessLost | None = None
    _open: list[int] = field(default_factory=list)  # the numbers of unanswered questions
    _turns: Turns = field(default_factory=Turns)

    def start(self) -> None:
        """Start a fresh process; an earlier one ends.

        Raises
        ------
        ProcessLost
            If it does not come up.
        """
        self.stop()
        (main, theirs), (self._lifeline, its) = socket.socketpair(), socket.socketpair()
        self._epoch += 1
        settings = {"imports": [], **self.settings, "epoch": self._epoch}
        # It must be there before the notebook's own processes are, which are counted.
        with preparing(self.control, settings["imports"]):
            pass
        self._limit = Limit(self.warm_pid, self.memory)
        fds = [theirs.fileno(), its.fileno()]
        if self._limit.door is not None:
            fds.append(self._limit.door)
        socket.send_fds(self.control, [json.dumps(settings).encode()], fds)
        theirs.close()
        its.close()
        self._channel = Channel(main)
        self._living = {self._epoch}
        if self.files or self.also:
            question = {"op": "files", "names": list(self.files), "also": self.also}
            self.ask(question, list(self.files.values()), seconds=20)

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._channel is not None

    def stop(self) -> None:
        """End the process, and everything it started."""
        self.commit()
        if self._channel is not None:
            self._channel.close()
            self._lifeline.shutdown(socket.SHUT_WR)  # a process that a test forked may hold it, too
            self._lifeline.close()
            self._channel = None
            self._limit.close()

    def holds(self, handle: str) -> bool:
        """Whether a handle belongs to the state that the process is in now."""
        return int(handle.partition(".")[0]) in self._living

    # Checkpoints

    def begin(self) -> None:
        """Be ready to undo what comes, until `commit` or `rollback`.

        A checkpoint costs more than most calls. So it is made before the first question that may
        change more than names: see `evenhand.sandboxed.pure`.
        """
        if self._bound:  # and lost since, in a checkpoint that was made after it
            self._light = self._bound = False
            self.ask({"op": "undo"}, seconds=5)
        if self._careful:
            self.checkpoint()
        elif self._channel is None:
            raise self._lost(Status.CRASHED, False, "there is no process")
        else:
            self._light = True

    def checkpoint(self) -> None:
        """Remember the state as it is now, until `commit` or `rollback`.

        The process forks. Its other half answers on a socket of its own, so that whatever becomes
        of that, nothing half read or half written is left to the checkpoint.
        """
        if self._channel is None:
            raise self._lost(Status.CRASHED, False, "there is no process")
        self._light = False
        self._epoch += 1
        self._living.add(self._epoch)
        (ours, theirs), (word, its) = socket.socketpair(), socket.socketpair()
        before, self._channel = self._channel, Channel(ours)
        self._checkpoint = before, word
        self._number += 1
        question = {"op": "fork", "epoch": self._epoch, "number of": self._number}
        with self._uninterrupted():
            with contextlib.suppress(ChannelClosed, ChannelTimeout):
                before.send(question)
                before.send_fds([theirs.fileno(), its.fileno()])
            theirs.close()
            its.close()
            self._answered(self._number, seconds=10)

    def commit(self) -> None:
        """Keep what happened since the checkpoint."""
        self._light = self._bound = self._spoilt = False
        if self._checkpoint is not None:
            for end in self._checkpoint:
                end.close()
            self._checkpoint = None

    @property
    def only_names(self) -> bool:
        """Whether what came since `begin` has changed nothing but what names stand for."""
        return self._light

    def rollback(self) -> bool:
        """Undo what happened since the checkpoint, or since `begin`; return `only_names`.

        Raises
        ------
        ProcessLost
            If the state cannot be restored.
        """
        bound, light = self._bound, self._light
        self._light = self._bound = False
        if self._spoilt:
            self.stop()
            raise ProcessLost(Status.CRASHED, False, "it starts anew")
        if not light:
            if self._checkpoint is None:
                self.stop()
                raise self._lost(Status.CRASHED, False, "there is nothing to go back to")
            with self._uninterrupted():
                if self._restored() is None:
                    raise self._lost(Status.CRASHED, False, "it could not be restored")
        if bound:
            self.ask({"op": "undo"}, seconds=5)
        return light

    def _restored(self) -> dict | None:
        """Go back to the checkpoint; return what it says, or None where it does not come back."""
        if self._checkpoint is not None:
            channel, word = self._checkpoint
            with contextlib.suppress(OSError):
                word.send(b"r")
            with contextlib.suppress(OSError, ProtocolError):
                message, _ = channel.receive(LONGEST)
                if message.get("event") == "restored":
                    word.close()
                    self._channel.close()
                    self._channel, self._checkpoint = channel, None
                    self._living.discard(self._epoch)
                    return message
        self.stop()
        return None

    def _lost(
        self, kind: Status, restored: bool, detail: str, certain: bool = False
    ) -> ProcessLost:
        self._careful = True
        if not certain:
            self.doubts.append(detail)
        self._last_loss = ProcessLost(kind, restored, detail)
        return self._last_loss

    def _stopped(self, kind: Status, detail: str, certain: bool) -> ProcessLost:
        """End what goes on, and return the loss to raise."""
        return self._lost(kind, self._restored() is not None, detail, certain)

    @property
    def _too_much(self) -> str:
        return f"more than {self.memory} MB"

    def _ended(self) -> ProcessLost:
        """Find out how the process ended, and return the loss to raise."""
        if self._checkpoint is not None:
            # The checkpoint has noticed it, or will in a moment.
            with contextlib.suppress(OSError):
                select.select([self._checkpoint[0].sock], [], [], 10)
        exceeded = self._limit.exceeded
        message = self._restored()
        if exceeded:
            self._limit.again()
            return self._lost(Status.MEMORY, message is not None, self._too_much, certain=True)
        if message is None:
            return self._lost(Status.CRASHED, False, "the process is gone")
        if isinstance(message.get("why"), str):
            return self._lost(Status.CRASHED, True, f"it cannot go on: {message['why'][:200]}")
        kind, detail = _cause(message.get("status"))
        return self._lost(kind, True, detail, certain=kind is Status.TIMEOUT)

    # Questions

    def ask(
        self, message: dict, buffers: list[bytes] = (), *, seconds: float
    ) -> tuple[dict, list[bytes]]:
        """Ask one question and wait for its answer, answering callbacks meanwhile.

        Parameters
        ----------
        message, buffers
            The question.
        seconds
            What the answer may cost: see `evenhand.sandboxed.stopwatch.Stopwatch`.

        Raises
        ------
        ProcessLost
            If there is no answer: the process died, hangs, or talks nonsense.
        """
        if self._channel is None:
            raise self._lost(Status.CRASHED, False, "there is no process")
        with self._turns.one(), self._uninterrupted():
            if self._light:
                return self._asked_lightly(message, buffers, seconds)
            return self._asked(message, buffers, seconds)

    def _asked_lightly(
        self, message: dict, buffers: list[bytes], seconds: float
    ) -> tuple[dict, list[bytes]]:
        """Ask without a checkpoint, or make one first if the answer may change something."""
        op = message["op"]
        if op == "call":
            if message["method"] is None and not message.keys() & {"patches", "files"}:
                reply, out = self._asked({**message, "if pure": True}, buffers, seconds)
                if "impure" not in reply:
                    return reply, out
        elif op in _NAMING:
            first, self._bound = not self._bound, True
            return self._asked({**message, "mark": first}, buffers, seconds)
        elif op in _LOOKING:
            return self._asked(message, buffers, seconds)
        if self._open:
            # There can be no checkpoint in the middle of a call: what it leaves behind is undone by
            # starting anew.
            self._light, self._spoilt, self._careful = False, True, True
        else:
            self.checkpoint()
        return self._asked(message, buffers, seconds)

    def _asked(
        self, message: dict, buffers: list[bytes], seconds: float
    ) -> tuple[dict, list[bytes]]:
        self._number += 1
        try:
            self._channel.send({**message, "number of": self._number}, buffers)
        except ChannelTimeout:
            raise self._stopped(Status.TIMEOUT, "it does not listen", certain=False) from None
        except ChannelClosed:
            raise self._ended() from None
        return self._answered(self._number, seconds)

    def interrupt(self, error: BaseException) -> None:
        """Raise `error` from a signal handler, as soon as that leaves nothing half done.

        That is at once or, while a question is open, when it is answered or can be given up. After
        that, only `rollback` makes sense.
        """
        if not self._occupied:
            raise error
        self._interruption = error

    @contextlib.contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        nested, self._occupied = self._occupied, True
        try:
            yield
        finally:
            self._occupied = nested
            if self._interruption is not None and not nested:
                error, self._interruption = self._interruption, None
                raise error

    def _answered(self, number: int, seconds: float) -> tuple[dict, list[bytes]]:
        # The process stops itself in time if it can; this is for when it cannot.
        most = seconds + 1.5
        clock: Stopwatch | None = None

        def watch() -> None:
            nonlocal clock
            if self._checkpoint is not None and self._checkpoint[0].ready:
                raise ChannelClosed  # it has ended, though not all that it started
            if self._interruption is not None and (self._checkpoint is not None or self._light):
                if self._light:
                    self._light, self._spoilt, self._careful = False, True, True
                raise self._interruption
            if clock is None:
                clock = Stopwatch(lambda: _times_below(self.warm_pid))
            else:
                count()
                if clock.spent > most:
                    raise ChannelTimeout
            if self._limit.exceeded:
                raise _TooMuchMemory

        def count() -> None:
            if clock is not None:
                busy, spent = clock.busy, clock.spent
                clock.lap()
                self.busy += clock.busy - busy
                self.spent += clock.spent - spent

        asked = time.monotonic()
        deadline = asked + LONGEST + 20 * seconds
        channel = self._channel
        self._open.append(number)
        try:
            while True:
                left = max(0.0, deadline - time.monotonic())
                reply, buffers = channel.receive(left, while_waiting=watch)
                if reply.get("op") == "callback" and self.answer is not None:
                    began = time.monotonic()
                    count()
                    self._occupied = False
                    level = self._turns.begin()
                    answer, buffers = self.answer(reply, buffers)
                    with self._turns.ended(level):
                        pass
                    self._occupied = True
                    if self._channel is not channel:
                        # Whoever is to answer has ended in a call that the callback made.
                        loss = self._last_loss
                        raise self._stopped(loss.kind, loss.detail, certain=True)
                    asked += time.monotonic() - began
                    deadline += time.monotonic() - began
                    if clock is not None:
                        clock.skip()
                    channel.send(answer, buffers)
                    continue
                answered = reply.get("number of")
                if answered != number:
                    if answered in self._open:  # nobody will answer that a second time
                        raise ProtocolError("an answer before its turn")
                    continue  # an answer to nothing that was asked now
                self._limit.confirm()
                if self._limit.exceeded:
                    raise _TooMuchMemory
                signs = reply.get("evidence")
                if isinstance(signs, list):
                    self.heard(signs)
                error = reply.get("error")
                if isinstance(error, dict) and error.get("waited"):
                    self.doubts.append(f"it waited for more than {in_words(seconds)}")
                count()
                if clock is None:
                    self.spent += (time.monotonic() - asked) / MORE_PATIENCE
                return reply, buffers
        except ChannelTimeout:
            certain = clock is not None and clock.busy >= seconds
            detail = f"no answer after {in_words(seconds)}"
            raise self._stopped(Status.TIMEOUT, detail, certain) from None
        except ChannelClosed:
            raise self._ended() from None
        except ProtocolError:
            detail = "the process sent what is no answer"
            raise self._stopped(Status.CRASHED, detail, certain=False) from None
        except _TooMuchMemory:
            self._limit.again()
            raise self._stopped(Status.MEMORY, self._too_much, certain=True) from None
        finally:
            self._open.pop()


class _TooMuchMemory(Exception):
    pass


def _cause(status: Any) -> tuple[Status, str]:
    """Return how a process ended, from its exit status, and what to say about it."""
    if not isinstance(status, int):
        return Status.CRASHED, "it let go of the grader"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return Status.TIMEOUT, "too much CPU time"
        with contextlib.suppress(ValueError):
            return Status.CRASHED, f"ended by {signal.Signals(number).name}"
        return Status.CRASHED, f"ended by signal {number}"
    return Status.CRASHED, f"ended itself with status {os.WEXITSTATUS(status)}"


def _times_below(pid: int) -> tuple[float, float | None]:
    """Return the processor time of a process and its descendants.

    Returns
    -------
    busy
        Seconds of processor time so far, including those of processes that have ended.
    held_up
        Seconds for which the living ones were ready to run but had no processor; None if the
        system does not say.
    """
    ticks = 0
    waits: list[float] = []
    for one in below(pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{one}/stat") as file:
                used = file.read().rpartition(")")[2].split()
            ticks += sum(map(int, used[11:15]))
            wait = held_up(one)
            if wait is not None:
                waits.append(wait)
    return ticks / _TICKS, sum(waits) if waits else None


_TICKS = os.sysconf("SC_CLK_TCK")
