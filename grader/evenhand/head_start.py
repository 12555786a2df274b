"""For one's own notebook: a grader that gets ready while this process still imports nbgrader.

It gets ready for what the last run asked of it. Where that is something else by now, it ends
unused.
"""

import argparse
import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evenhand.grader import Grader
from evenhand.options import Options
from evenhand.rehearsal import last_job

_begun: list[tuple[Options, Grader]] = []


def begin(argv: Sequence[str]) -> None:
    """Have a grader get ready, if these arguments of ``grade`` name one notebook graded before."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--course", default=".")
    parser.add_argument("--mine", nargs="*", type=Path, default=())
    with contextlib.suppress(Exception):  # what is wrong is said once nbgrader is imported
        asked, _ = parser.parse_known_args(argv)
        [notebook] = asked.mine
        settings, job = last_job(Path(asked.course), notebook.resolve())
        options = Options(**settings)
        grader = Grader(options, unrecorded=True)
        _begun.append((options, grader))
        threading.Thread(target=_get_ready, args=(grader, job), daemon=True).start()


def _get_ready(grader: Grader, job: dict[str, Any]) -> None:
    with contextlib.suppress(Exception):  # as above
        grader.start()
        grader.processes.ask(job)
    threading.Event().wait()  # its processes end with this thread


def taken(options: Options) -> Grader | None:
    """Return the grader that gets ready, if it has these options; else it ends."""
    while _begun:
        known, grader = _begun.pop()
        if known == options:
            return grader
        grader.close()
    return None
