"""Whose turn it is to ask, where the threads of a process share one channel."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Turns:
    """One thread at a time asks: a lock for all, and one inside it for each answer being made."""

    def __init__(self) -> None:
        self._locks = [threading.RLock()]

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Wait until no other thread's question is open but those that wait for this answer."""
        while True:
            lock = self._locks[-1]
            if lock.acquire(timeout=0.1):
                try:
                    if lock is self._locks[-1]:  # else that question was answered meanwhile
                        yield
                        return
                finally:
                    lock.release()

    def begin(self) -> int:
        """Begin an answer, for which threads may ask; return its level."""
        self._locks.append(threading.RLock())
        return len(self._locks) - 1

    @contextlib.contextmanager
    def ended(self, level: int) -> Iterator[None]:
        """End an answer once what threads asked for it is answered; nobody asks meanwhile."""
        with self._locks[level]:
            yield
            self.drop(level)

    def drop(self, level: int) -> None:
        """End an answer at once."""
        del self._locks[level:]

    def keep_first(self) -> None:
        """Let no other thread ask while nothing is being answered."""
        self._locks[0].acquire()

    def forked(self) -> None:
        """Forget the threads that asked: they are not in this process."""
        self._locks = [threading.RLock() for _ in self._locks]
        self.keep_first()
