"""The contract between this package and whoever grades notebooks; no other module knows of graders.

A grader sets the environment variable `VARIABLE` to a folder with the course's own versions of the
lessons. That folder holds their sources, as ``solutions/`` does, or a file ``<part>/<lesson>.bin``
for each lesson that the notebook carries from: a list of code objects, written by `marshal`. While
the variable is set, a check raises what it would have shown, `carry` gives the course's versions,
and no progress is recorded.

A function that the grader hands to a check or a hidden test may be a handle on a function in
another process: `mistakes.remote` says what such a handle tells.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "NNLIB_GRADING"


def graded() -> bool:
    """Whether a notebook is being graded."""
    return VARIABLE in os.environ


def course_folder() -> Path | None:
    """Return the folder that the grader gives; None outside of grading."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given else None
