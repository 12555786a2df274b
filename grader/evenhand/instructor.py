"""The commands around grading: what comes in, what goes out, what is asked of it."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from evenhand import check_in, collect, lms_export, lms_feedback, lti, people, regrading, similar

# Command -> its module, and an example. What `run` does, its help says in the words of `run`.
_COMMANDS = {
    "collect": (collect, "submissions.zip --part 2-hidden-layer --dry-run"),
    "check-in": (check_in, "2-hidden-layer"),
    "roster": (people, "gradebook-export.csv"),
    "export": (lms_export, "--lms canvas gradebook-export.csv --part 2-hidden-layer"),
    "feedback": (lms_feedback, "--lms moodle --part 2-hidden-layer"),
    "lti": (lti, "grades --part 2-hidden-layer --dry-run"),
    "regrade": (
        regrading,
        "2-hidden-layer --because 'The test of the cost asked for the wrong sign.'",
    ),
    "similar": (similar, "2-hidden-layer"),
}


def run(argv: Sequence[str], console: Console) -> int:
    """Run the command that the first word names; return its exit status."""
    module, example = _COMMANDS[argv[0]]
    parser = argparse.ArgumentParser(
        prog=f"evenhand {argv[0]}",
        description=module.run.__doc__,
        epilog=f"Example: evenhand {argv[0]} {example}",
    )
    module.add_arguments(parser)
    parser.add_argument("--course", default=".", metavar="DIR", help="course folder (default: .)")
    return module.run(parser.parse_args(argv[1:]), console)
