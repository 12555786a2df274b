"""The commands around grading: what comes in, what goes out, what is asked of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console

from evenhand import check_in, collect, lms_export, lms_feedback, lti, people, regrading, similar


@dataclass(frozen=True)
class _Command:
    """What a command says of itself, takes and does."""

    about: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    work: Callable[[argparse.Namespace, Console], int]


_COMMANDS = {
    "collect": _Command(
        "Bring what an LMS gives into submitted/. Nothing that was given is changed.",
        "collect submissions.zip --part 2-hidden-layer --dry-run",
        collect.add_arguments,
        collect.collect,
    ),
    "check-in": _Command(
        "Before the deadline: say who handed in what, what cannot be read, and which function only "
        "has another name. Nothing is graded.",
        "check-in 2-hidden-layer",
        check_in.add_arguments,
        check_in.check_in,
    ),
    "roster": _Command(
        "Read who is in the class from what Canvas or Moodle exports, into roster.csv and the "
        "gradebook.",
        "roster gradebook-export.csv",
        people.add_arguments,
        people.read_people,
    ),
    "export": _Command(
        "Write grades as Canvas or Moodle imports them, into a copy of what it exports.",
        "export --lms canvas gradebook-export.csv --part 2-hidden-layer",
        lms_export.add_arguments,
        lms_export.export,
    ),
    "feedback": _Command(
        "Write the feedback pages as a zip for the LMS's bulk upload.",
        "feedback --lms moodle --part 2-hidden-layer",
        lms_feedback.add_arguments,
        lms_feedback.feedback_for_lms,
    ),
    "lti": _Command(
        "Read the roster from the LMS, and send grades to it, over LTI 1.3.",
        "lti grades --part 2-hidden-layer --dry-run",
        lti.add_arguments,
        lti.lti,
    ),
    "regrade": _Command(
        "Grade a part again after a test was mended, and show whose points change, before anything "
        "is written.",
        "regrade 2-hidden-layer --because 'The test of the cost asked for the wrong sign.'",
        regrading.add_arguments,
        regrading.regrade,
    ),
    "similar": _Command(
        "Show hand-ins that are alike in what is neither the course's nor the class's: a hint for "
        "a person.",
        "similar 2-hidden-layer",
        similar.add_arguments,
        similar.similar,
    ),
}


def run(argv: Sequence[str], console: Console) -> int:
    """Run the command that the first word names; return its exit status."""
    command = _COMMANDS[argv[0]]
    parser = argparse.ArgumentParser(
        prog=f"evenhand {argv[0]}",
        description=command.about,
        epilog=f"Example: evenhand {command.example}",
    )
    command.arguments(parser)
    parser.add_argument("--course", default=".", metavar="DIR", help="course folder (default: .)")
    return command.work(parser.parse_args(argv[1:]), console)
