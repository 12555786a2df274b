"""Messages over a socket between the grader and the sandbox."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from evenhand.sandboxed.forms import Limits, NotPlain, ProtocolError

_HEADER = struct.Struct("!II")
_SMALL = 2**20
_FRAMES = 200


class ChannelClosed(ConnectionError):
    """The other side is gone."""


class ChannelTimeout(TimeoutError):
    """The other side did not answer in time."""


def check_stack() -> None:
    """Raise `RecursionError` if there are too few frames left to ask a question in.

    Calls can lead to calls in the other direction until a stack is full. In the middle of a
    message that would leave one side waiting for an answer that never comes.
    """
    most = sys.getrecursionlimit()
    with contextlib.suppress(ValueError):  # the stack is not as deep
        sys._getframe(max(most - _FRAMES, most // 2))
        raise RecursionError("maximum recursion depth exceeded")


class Channel:
    """Messages over a socket, with a limit on their size and a deadline for each.

    A message is a dictionary that ``json`` can write (values in it as trees) and its buffers.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.setblocking(False)
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def send(
        self, message: dict, buffers: list[bytes] = (), *, timeout: float | None = 600.0
    ) -> None:
        """Send one message within `timeout` seconds; None waits as long as it takes.

        Raises
        ------
        NotPlain
            If it is too long.
        ChannelClosed, ChannelTimeout
            If the other side is gone, or does not read.
        """
        head = json.dumps([message, [len(b) for b in buffers]], separators=(",", ":")).encode()
        size = sum(map(len, buffers))
        if len(head) > Limits.text or size > Limits.size:
            raise NotPlain("a value that is too long")
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        start = [_HEADER.pack(len(head), size), head]
        if size < _SMALL:
            self._send(b"".join([*start, *buffers]), deadline)
            return
        self._send(b"".join(start), deadline)
        for one in buffers:  # joined, they would be in memory twice
            self._send(one, deadline)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ChannelTimeout from None
                select.select([], [self.sock], [], min(left, 1.0))
            except OSError:
                raise ChannelClosed from None

    def receive(
        self,
        timeout: float | None,
        *,
        while_waiting: Callable[[], None] | None = None,
    ) -> tuple[dict, list[memoryview]]:
        """Wait for one message.

        Parameters
        ----------
        timeout
            Seconds until the whole message must be here; None for no limit.
        while_waiting
            Called several times a second; may raise.

        Raises
        ------
        ChannelClosed, ChannelTimeout, ProtocolError
            If the other side is gone, late, or sends what is no message.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        text, size = _HEADER.unpack(self._read(_HEADER.size, deadline, while_waiting))
        if text > Limits.text or size > Limits.size:
            raise ProtocolError("a message that is too long")
        head = self._read(text, deadline, while_waiting)
        body = memoryview(self._read(size, deadline, while_waiting)).toreadonly()
        try:
            message, sizes = json.loads(head)
            if not isinstance(message, dict) or sum(sizes) != size or min(sizes, default=0) < 0:
                raise ProtocolError("not a message")
            buffers = []
            at = 0
            for length in sizes:
                buffers.append(body[at : at + length])
                at += length
        except ProtocolError:
            raise
        except (ValueError, TypeError, RecursionError, MemoryError):
            raise ProtocolError("not a message") from None
        return message, buffers

    def _read(self, count: int, deadline: float | None, while_waiting: Any) -> bytearray:
        # It grows with what comes: the other side may announce more than it sends.
        found = bytearray()
        while count:
            try:
                data = self.sock.recv(min(count, 2**20))
            except BlockingIOError:
                step = None if while_waiting is None else 0.1
                if deadline is not None:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise ChannelTimeout from None
                    step = left if step is None else min(left, step)
                if not self._poll.poll(None if step is None else max(1, int(step * 1000))):
                    if while_waiting is not None:
                        while_waiting()
                continue
            except OSError:
                raise ChannelClosed from None
            if not data:
                raise ChannelClosed
            found += data
            count -= len(data)
        return found

    def send_fds(self, fds: list[int]) -> None:
        """Send file descriptors, after a message that announces them."""
        self.sock.setblocking(True)
        try:
            socket.send_fds(self.sock, [b"f"], fds)
        except OSError:
            raise ChannelClosed from None
        finally:
            self.sock.setblocking(False)

    def receive_fds(self, count: int) -> list[int]:
        """Receive what `send_fds` sent.

        Raises
        ------
        OSError
            If this process may not open that many files.
        """
        self._poll.poll()
        _, fds, _, _ = socket.recv_fds(self.sock, 1, count)
        if len(fds) != count:
            for fd in fds:
                os.close(fd)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return fds

    @property
    def ready(self) -> bool:
        """Whether there is something to receive, or the other side is gone."""
        return bool(self._poll.poll(0))

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()
