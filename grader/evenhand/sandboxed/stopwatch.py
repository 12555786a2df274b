"""The cost of work: processor time, plus waiting at a discount; the same on a busy machine.

Used on both sides of the sandbox; it needs nothing else of this package.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

#: Seconds of waiting that count as one second of work.
PATIENCE = 3
#: The same if the system does not tell waiting for a processor from other waiting.
MORE_PATIENCE = 20

# A cell may replace them.
_clock = time.monotonic
_open, _read, _close, _list = os.open, os.read, os.close, os.listdir


class Stopwatch:
    """Measures the cost of work, in seconds.

    That is processor time, and a third of the time in which the work neither used a processor nor
    was kept from one by others: asleep, or waiting for what does not come.

    Parameters
    ----------
    times
        Returns the processor time so far, and the time spent ready but without a processor (None
        if unknown); both in seconds.

    Attributes
    ----------
    busy, spent
        Processor time since `start`, and the whole cost.
    """

    def __init__(self, times: Callable[[], tuple[float, float | None]]) -> None:
        self._times = times
        self.start()

    def start(self, busy: float = 0.0) -> None:
        """Begin from zero, or from so many seconds of processor time."""
        self.busy = self.spent = busy
        self.skip()

    def skip(self) -> None:
        """Leave out the time since the last `lap`."""
        self._last = (_clock(), *self._times())

    def lap(self) -> float:
        """Add the cost since the last `lap`, `skip` or `start`, and return the total."""
        then, busy_then, held_then = self._last
        self.skip()
        now, busy_now, held_now = self._last
        busy = max(0.0, busy_now - busy_then)
        idle, patience = now - then - busy, MORE_PATIENCE
        if held_then is not None and held_now is not None:
            idle, patience = idle - max(0.0, held_now - held_then), PATIENCE
        self.busy += busy
        self.spent += busy + max(0.0, idle) / patience
        return self.spent


def in_words(seconds: float) -> str:
    """Return ``1 second``, ``0.5 seconds`` or ``10 seconds``."""
    return f"{seconds:g} second{'s' * (seconds != 1)}"


def held_up(process: int | str) -> float | None:
    """Return the seconds for which a process was ready to run but had no processor.

    Parameters
    ----------
    process
        Its number, or ``"self"``. The result is None if the system does not say.
    """
    found = None
    try:
        tasks = _list(f"/proc/{process}/task")
    except OSError:
        return None
    for task in tasks[:64]:
        try:
            file = _open(f"/proc/{process}/task/{task}/schedstat", os.O_RDONLY)
        except OSError:  # it has just ended
            continue
        try:
            found = (found or 0.0) + int(_read(file, 100).split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            continue
        finally:
            _close(file)
    return found
