"""Feedback for an LMS: the pages, under the names that it gave to what students handed in."""

import argparse
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from evenhand.arguments import add_part, wanted
from evenhand.collect import COLLECTED, Collected, collected
from evenhand.course import Course, CourseError
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import replacement
from evenhand.quoting import alphabetical, labels
from evenhand.record import Recorder
from evenhand.results import NotebookResult, Status
from evenhand.terminal import followed, near, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--lms", required=True, choices=("moodle", "canvas", "gradescope"))
    add_part(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the feedback pages as a zip for the LMS's bulk upload."""
    course = Course.open(arguments.course)
    part = wanted(arguments.part)
    known = {
        one.key: one for one in collected(course) if one.lms == arguments.lms and part(one.part)
    }
    if not known:
        raise CourseError(
            f"{COLLECTED} has nothing that came from {arguments.lms.capitalize()}. Bring it with "
            "`collect`, so that pages can be named as the LMS named what was handed in."
        )
    parts: dict[str, list[tuple[Collected, NotebookResult]]] = defaultdict(list)
    nobody: dict[str, set[str]] = defaultdict(set)
    with (
        course.lock(),
        in_sentences(course),
        Recorder(course) as recorder,
        console.status("Reading the gradebook …"),
    ):
        for stored in recorder.stored():
            result = stored.result
            if not part(result.part):
                continue
            one = known.get((result.student, result.part, result.notebook))
            if one:
                parts[one.part].append((one, result))
            elif any(test.status is not Status.MISSING for test in result.tests):
                nobody[result.part].add(result.student)
    for name, some in nobody.items():
        told = ", ".join(labels(sorted(some, key=alphabetical)).values())
        why = "work that did not come from the LMS, without a page"
        say(console, "yellow", f"{name}: {why}: {told}")
    for name, some in followed(sorted(parts.items()), "Packing", console):
        to = course.root / "report" / f"feedback-{arguments.lms}-{name}.zip"
        _write_zip(course, arguments.lms, some, to)
        console.print(f"{name}: {len(some)} pages in {near(to)}", soft_wrap=True)
    return 0


def _write_zip(
    course: Course, lms: str, some: Iterable[tuple[Collected, NotebookResult]], to: Path
) -> None:
    results: dict[str, list[NotebookResult]] = defaultdict(list)
    with replacement(to) as new, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as made:
        for one, result in some:
            page = course.feedback(one.student, one.part) / f"{one.notebook}.html"
            if lms == "gradescope":
                results[one.prefix].append(result)
                continue
            # Moodle has a folder for each student; Canvas puts ids before the file's name.
            between = "/" if lms == "moodle" else ""
            made.write(page, f"{one.prefix}{between}{one.notebook}.html")
        for folder, group in results.items():
            text = json.dumps(gradescope_results(group), indent=1)
            made.writestr(f"{folder}/results.json", text)


def gradescope_results(results: Iterable[NotebookResult]) -> dict:
    """Return one hand-in's ``results.json``, as Gradescope's autograders write it."""
    tests = []
    total = 0.0
    for result in results:
        total += result.points
        tests += [
            {
                "name": f"{result.notebook}: {test.exercise}: {test.title}",
                "score": test.points,
                "max_score": test.max_points,
                "status": "passed" if test.points >= test.max_points else "failed",
                "output": test.message,
                "visibility": "after_published",
            }
            for test in result.tests
        ]
    return {"score": total, "visibility": "after_published", "tests": tests}
