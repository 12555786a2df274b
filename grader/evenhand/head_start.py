"""For one's own notebook: a grader that begins while this process still imports nbgrader.

It does what the last run asked of it, with the notebook as it is now. Where something else is asked
by now, what came of it is not used.
"""

import argparse
import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evenhand.grader import Grader
from evenhand.options import Options
from evenhand.rehearsal import last_job

#: Seconds of grading from which on it is faster to import nbgrader meanwhile, not before.
_LONG = 0.4

_begun: list[tuple[Options, Grader]] = []
_copied: dict[tuple[Path, str], tempfile.TemporaryDirectory] = {}


def begin(argv: Sequence[str]) -> None:
    """Have a grader begin, if these arguments of ``grade`` name one notebook graded before."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--course", default=".")
    parser.add_argument("--mine", nargs="*", type=Path, default=())
    parser.add_argument("--without-sandbox", action="store_true")
    with contextlib.suppress(Exception):  # what is wrong is said once nbgrader is imported
        asked, _ = parser.parse_known_args(argv)
        [notebook] = (path.resolve() for path in asked.mine)
        settings, job, seconds = last_job(Path(asked.course), notebook)
        options = Options(**settings)
        if not (options.sandbox or asked.without_sandbox):
            return  # to run code with one's own rights is asked for each time
        copy = copied(notebook.parent, notebook.parent.name)
        grader = Grader(options, unrecorded=True)
        _begun.append((options, grader))
        imported = grader.begin({**job, "submission": str(copy / notebook.name)})
        if seconds > _LONG and len(os.sched_getaffinity(0)) < 3:
            imported.wait(5)  # both processes of the grader import now, and tests need but one


def copied(folder: Path, part: str) -> Path:
    """Return a copy of a learner's folder, so that grading cannot touch what they work on."""
    key = folder.resolve(), part
    if key not in _copied:
        scratch = tempfile.TemporaryDirectory(prefix="evenhand-mine-")
        shutil.copytree(folder, Path(scratch.name, part), ignore=shutil.ignore_patterns(".*"))
        _copied[key] = scratch
    return Path(_copied[key].name, part)


def remove_copies() -> None:
    """Remove what `copied` made."""
    while _copied:
        _copied.popitem()[1].cleanup()


def taken(options: Options) -> Grader | None:
    """Return the grader that gets ready, if it has these options; else it ends."""
    while _begun:
        known, grader = _begun.pop()
        if known == options:
            return grader
        grader.close()
    return None
