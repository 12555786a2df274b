"""The time limit of a cell or a call."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterable, Iterator
from typing import Any

from evenhand.sandboxed.errors import Stopped
from evenhand.sandboxed.stopwatch import Stopwatch, held_up, in_words
from evenhand.sandboxed.watching import CELL

_busy = time.process_time  # a cell may replace it
_SOON = 0.02  # seconds until the first look; most calls have ended by then and cost none


class Deadline:
    """Raises `Stopped` in the learner's code when it exceeds its limit."""

    def __init__(self) -> None:
        self._cost = Stopwatch(lambda: (_busy(), held_up("self")))
        self._began: float | None = None  # processor time, until the first look
        self._seconds = 0.0
        self._hangers: set[str] = set()

    def start(self, seconds: float, hangers: Iterable[str]) -> None:
        """Allow so many seconds from now on, but only one in functions known to hang."""
        self._began = _busy()
        self._seconds = float(seconds)
        self._hangers = set(hangers)
        signal.signal(signal.SIGALRM, self._check)
        signal.setitimer(signal.ITIMER_REAL, _SOON, 0.25)

    def stop(self) -> None:
        """Lift the limit."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the time that the grader's own functions take."""
        self.stop()
        self._spent()
        try:
            yield
        finally:
            self._cost.skip()
            signal.setitimer(signal.ITIMER_REAL, 0.25, 0.25)

    def _spent(self) -> float:
        """Return the cost so far; up to the first look, that is processor time alone."""
        if self._began is None:
            return self._cost.lap()
        self._cost.start(_busy() - self._began)
        self._began = None
        return self._cost.spent

    def _check(self, _: int, frame: Any) -> None:
        bound = self._seconds
        while frame is not None and self._hangers:
            code = frame.f_code
            if code.co_name in self._hangers and code.co_filename.startswith(CELL):
                bound = min(bound, 1.0)
            frame = frame.f_back
        if self._spent() >= bound:
            text = f"took longer than {in_words(self._seconds)}"
            raise Stopped(text, waited=self._cost.busy < bound)
