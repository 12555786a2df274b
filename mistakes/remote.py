"""What a handle on a function in another process tells of its calls.

A function that is checked may run elsewhere, and what is called is then a handle on it. Attributes
say what only that other process knows:

- of the function: ``learner_warnings``, the warnings of its last call;
- of an exception that it raises: ``learner_line``, the learner's line that failed; and, for a
  NotImplementedError, ``learner_unwritten``, the name of the function that is not written yet.
"""

from __future__ import annotations

from collections.abc import Callable


def warnings_of(function: Callable) -> tuple[str, ...]:
    """Return the warnings of a function's last call, where it ran in another process."""
    return tuple(getattr(function, "learner_warnings", ()))


def line_of(error: BaseException) -> str | None:
    """Return the learner's line that failed; None where this process ran it."""
    return getattr(error, "learner_line", None)


def unwritten_of(error: BaseException) -> str | None:
    """Return the function that is not written yet, or ""; None where this process ran it."""
    return getattr(error, "learner_unwritten", None)
