"""The arguments of the commands, and what they choose: names, options, graders."""

import argparse
import fnmatch
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evenhand.cluster import DaskGraders
from evenhand.course import Course
from evenhand.jobs import Graders, Job
from evenhand.options import Options
from evenhand.pool import LocalGraders


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the arguments of ``grade`` or ``rehearse``, the first word, or end the program."""
    if argv[0] == "rehearse":
        parser = argparse.ArgumentParser(
            prog="evenhand rehearse",
            description="Say for each test how it is judged, why, and what to change so that it is "
            "judged apart from the learner's code. Nothing is graded.",
            epilog="Example: evenhand rehearse 2-hidden-layer",
        )
        parser.add_argument(
            "part",
            nargs="*",
            metavar="ASSIGNMENT",
            help="only this one, such as '2-*' (default: all)",
        )
        _common(parser)
        return parser.parse_args(argv[1:])
    parser = argparse.ArgumentParser(
        prog="evenhand grade",
        description="Grade every submission that is new or has changed, write nbgrader's gradebook "
        "and the feedback pages, and show the class. May be stopped and started at any time.",
        epilog="Example: evenhand grade --part '2-*'",
    )
    add_part(parser)
    parser.add_argument(
        "--student", action="append", metavar="NAME", help="only this student; repeatable"
    )
    parser.add_argument("--json", metavar="FILE", help="also write all results to this file")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--dry-run", action="store_true", help="say what would be graded, and write nothing"
    )
    instead.add_argument(
        "--mine",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        help="grade your own notebooks/ with the hidden tests, all or these; nothing is recorded",
    )
    instead.add_argument(
        "--compare-with-stock",
        action="store_true",
        help="grade as stock nbgrader does, too, in a copy, and list every difference with its "
        "cause; nothing is recorded, and the exit status is 1 where there is one",
    )
    instead.add_argument(
        "--watch",
        action="store_true",
        help="stay, and grade what is handed in as it arrives, until Ctrl-C",
    )
    watching = parser.add_argument_group("with --watch")
    watching.add_argument(
        "--attempts",
        type=_positive,
        metavar="N",
        help="grade at most so many versions of a student's notebook",
    )
    watching.add_argument(
        "--wait",
        type=_minutes,
        metavar="MINUTES",
        help="grade a newer version only so long after the last one",
    )
    watching.add_argument(
        "--release", action="store_true", help="release the feedback to nbgrader's exchange"
    )
    _common(parser)
    arguments = parser.parse_args(argv[1:])
    if not arguments.watch:
        for name in ("attempts", "wait", "release"):
            if getattr(arguments, name):
                parser.error(f"--{name} goes with --watch")
    return arguments


def _common(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that both commands take."""
    parser.add_argument("--course", default=".", metavar="DIR", help="course folder (default: .)")
    add_graders(parser)


def add_part(parser: argparse.ArgumentParser) -> None:
    """Add the argument that chooses parts."""
    parser.add_argument(
        "--part", action="append", metavar="NAME", help="only this part, such as '2-*'; repeatable"
    )


def add_graders(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say who grades, and how."""
    parser.add_argument(
        "--workers",
        type=_positive,
        default=os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count(),
        metavar="N",
        help="notebooks graded at once on this machine (default: one per core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="grade on the Dask cluster at this address"
    )
    parser.add_argument(
        "--without-sandbox",
        action="store_true",
        help="run the students' code with your own rights: only for code that you trust",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("there must be at least one")
    return number


def _minutes(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError("minutes are a number above 0")
    return number


def wanted(patterns: Sequence[str] | None) -> Callable[[str], bool]:
    """Return a function that says whether a name matches a pattern; without patterns, all do."""
    if not patterns:
        return lambda name: True
    return lambda name: any(name == p or fnmatch.fnmatchcase(name, p) for p in patterns)


def chosen(
    submissions: Mapping[str, Mapping[str, Path]],
    student: Callable[[str], bool],
    part: Callable[[str], bool],
) -> dict[str, dict[str, Path]]:
    """Return part -> student -> folder, of the students and parts that are wanted."""
    kept = {
        name: {who: folder for who, folder in folders.items() if student(who)}
        for name, folders in submissions.items()
        if part(name)
    }
    return {name: folders for name, folders in kept.items() if folders}


def opened(
    arguments: argparse.Namespace,
) -> tuple[Course, Options, dict[str, dict[str, Path]]]:
    """Return the course, its options as the arguments change them, and its sources.

    Raises
    ------
    CourseError, OptionsError
        If one of them has to be mended.
    """
    course = Course.open(arguments.course)
    options = course.options(**{"sandbox": False} if arguments.without_sandbox else {})
    options.check()
    return course, options, course.sources()


def graders_of(
    arguments: argparse.Namespace,
    options: Options,
    sources: Mapping[str, Mapping[str, Path]],
    jobs: Sequence[Job],
    more: bool = False,
) -> Graders:
    """Return the graders to use for some jobs, on this machine or on a cluster.

    `more` are to come.
    """
    # What was not handed in takes no time, unless it is sources that are rehearsed.
    handed_in = [job for job in jobs if job.submission] or jobs
    workers = arguments.workers if more else min(arguments.workers, len(handed_in))
    return graders_for(arguments, options, sources, workers, [job.source for job in handed_in])


def graders_for(
    arguments: argparse.Namespace,
    options: Options,
    sources: Mapping[str, Mapping[str, Path]],
    workers: int,
    used: Sequence[Path],
    unrecorded: bool = False,
) -> Graders:
    """Return `workers` graders on this machine for the sources that are `used`, or a cluster's."""
    if arguments.scheduler:
        return DaskGraders(options, arguments.scheduler, sources)
    return LocalGraders(options, workers, list(dict.fromkeys(used)), unrecorded)
