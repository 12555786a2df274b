"""The command `nnlib`, also `python -m nnlib`: one door to the course's commands."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

_COMMANDS = {
    "grade": ("evenhand.__main__", "grade submissions; grade-mine: your own notebooks"),
    "doctor": ("nntools.doctor", "say what would go wrong in grading, or on this machine"),
    "rehearse": ("evenhand.__main__", "say how each test is judged, and why"),
    "collect": ("evenhand.__main__", "bring what an LMS gives into submitted/"),
    "check-in": ("evenhand.__main__", "say what is missing or slipped, before the deadline"),
    "roster": ("evenhand.__main__", "read who is in the class from an LMS's lists"),
    "export": ("evenhand.__main__", "write grades as an LMS imports them"),
    "feedback": ("evenhand.__main__", "write feedback pages as a zip for an LMS"),
    "lti": ("evenhand.__main__", "read the roster and send grades over LTI 1.3"),
    "regrade": ("evenhand.__main__", "show whose points a mended test changes, and change them"),
    "similar": ("evenhand.__main__", "show hand-ins that are alike: a hint for a person"),
    "bench-grade": ("authoring.bench", "time grading against stock nbgrader"),
    "deadline": ("authoring.deadline", "simulate the night before the deadline of a large class"),
    "example-class": ("authoring.example_class", "make a small class to try grading on"),
    "try": ("authoring.commands", "try lessons fast, without a kernel"),
    "build": ("authoring.commands", "write everything that is generated from solutions/"),
    "check-build": ("authoring.commands", "say which generated files are stale"),
    "check-outputs": ("authoring.commands", "hold stored outputs against those of a fresh run"),
    "bundle": ("authoring.commands", "make the zip that students get"),
    "release": ("authoring.commands", "release a part: its zip, and nbgrader's exchange"),
    "site": ("authoring.commands", "make the site: pages to read, and the course in the browser"),
    "gallery": ("authoring.commands", "make docs/panels.html: every panel of a check"),
    "drawing": ("authoring.commands", "make docs/house.md: packages, imports and processes"),
    "prove": ("authoring.commands", "measure how good the tests are"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:1] == ["grade-mine"]:  # as make calls it
        argv[:1] = ["grade", "--mine"]
    if not argv or argv[0] not in _COMMANDS:
        if argv and argv[0] not in ("-h", "--help"):
            print(f"nnlib has no command {argv[0]!r}. It has:", file=sys.stderr)
        for name, (_, what) in _COMMANDS.items():
            print(f"  nnlib {name:<14} {what}")
        return 0 if argv[:1] in (["-h"], ["--help"]) else 2
    try:
        return importlib.import_module(_COMMANDS[argv[0]][0]).main(argv)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("authoring", "evenhand"):
            print(f"nnlib {argv[0]} is not part of the student's bundle.", file=sys.stderr)
        else:
            print(
                f"The package {error.name} is missing. Run `make env`, or "
                "`pip install -r requirements.txt`, and try again.",
                file=sys.stderr,
            )
        return 2


if __name__ == "__main__":
    sys.exit(main())
