"""Run a command; where it cannot go on, say in a sentence why."""

import contextlib
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from evenhand.arguments import parse
from evenhand.class_grading import grade_class
from evenhand.comparison import compare_with_stock
from evenhand.course import CourseError
from evenhand.jobs import GradingFailed
from evenhand.nbgrader_steps import Refused
from evenhand.options import OptionsError
from evenhand.own_notebooks import grade_own
from evenhand.quoting import quoted
from evenhand.rehearsing import rehearse_course


def main(argv: Sequence[str]) -> int:
    """Run a command, which the first word names, and return its exit status."""
    arguments = parse(argv) if argv[0] in ("grade", "rehearse") else None
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot encode must not end a run.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")
    console = Console(highlight=False, markup=False, emoji=False)
    try:
        if arguments is None:
            from evenhand import instructor  # with what `grade` does not need

            return instructor.run(argv, console)
        if argv[0] == "rehearse":
            return rehearse_course(arguments, console)
        if arguments.compare_with_stock:
            return compare_with_stock(arguments, console)
        if arguments.watch:
            from evenhand.arrivals import watch_class  # with what the other commands do not need

            return watch_class(arguments, console)
        return (grade_class if arguments.mine is None else grade_own)(arguments, console)
    except (CourseError, GradingFailed, OptionsError, Refused) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if not error.filename:
            raise
        print(f"{quoted(os.fsdecode(error.filename))}: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What is done is kept; the next run goes on from here.", file=sys.stderr)
        return 130
