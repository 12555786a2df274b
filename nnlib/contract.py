"""The contract between this package and whoever grades notebooks; no other module knows of graders.

A grader sets the environment variable `VARIABLE` to a folder with the course's own versions of the
lessons. That folder holds their sources, as ``solutions/`` does, or a file ``<part>/<lesson>.bin``
for each lesson that the notebook carries from: a list of code objects, written by `marshal`. While
the variable is set, a check raises what it would have shown, `carry` gives the course's versions,
and no progress is recorded.

A function that the grader hands to a check or a hidden test may be a handle on a function in
another process. Attributes then say what only that process knows:

- of the function: ``learner_warnings``, the warnings of its last call;
- of an exception that it raises: ``learner_line``, the learner's line that failed; and, for a
  NotImplementedError, ``learner_unwritten``, the name of the function that is not written yet.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

VARIABLE = "NNLIB_GRADING"


def graded() -> bool:
    """Whether a notebook is being graded."""
    return VARIABLE in os.environ


def course_folder() -> Path | None:
    """Return the folder that the grader gives; None outside of grading."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given else None


def warnings_of(function: Callable) -> tuple[str, ...]:
    """Return the warnings of a function's last call, where it ran in another process."""
    return tuple(getattr(function, "learner_warnings", ()))


def line_of(error: BaseException) -> str | None:
    """Return the learner's line that failed; None where this process ran it."""
    return getattr(error, "learner_line", None)


def unwritten_of(error: BaseException) -> str | None:
    """Return the function that is not written yet, or ""; None where this process ran it."""
    return getattr(error, "learner_unwritten", None)
