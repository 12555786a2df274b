"""One notebook at a time: a submission in, a verdict out; and the way into nbgrader.

``grade_notebook`` is the whole pipeline. It reads the instructor's source notebook (the solution
version, with hidden tests) and one submitted notebook, and never writes to either.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nnlib.grading.results import NotebookResult

__all__ = ["Options", "grade_notebook"]


@dataclass(frozen=True)
class Options:
    """How to grade. Plain data, hashable, the same for every notebook of a run.

    Attributes
    ----------
    sandbox
        False runs the learner's code without bubblewrap: only for code that is trusted.
    """

    sandbox: bool = True


def grade_notebook(
    submission: Path | None, source: Path, *, options: Options | None = None
) -> NotebookResult:
    """Grade one submitted notebook.

    Parameters
    ----------
    submission
        The submitted file; None, or a path where nothing is, gives status ``missing``.
    source
        The instructor's notebook ``<…>/<part>/<notebook>.ipynb``, with hidden tests.
    options
        See `Options`. The first call starts warm processes, which later calls with equal options
        in the same process use again; they end with the process.

    Returns
    -------
    NotebookResult
        Whatever was handed in: a submission cannot make this function raise.

    Raises
    ------
    SandboxMissing
        Where bubblewrap is not to be had and ``options.sandbox`` is True.
    """
    raise NotImplementedError("being written")
