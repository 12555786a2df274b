"""Grade one's own notebooks: nothing is recorded."""

import argparse
import contextlib
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from evenhand import exports, feedback
from evenhand.arguments import graders_for, opened, wanted
from evenhand.course import CourseError
from evenhand.graded_files import replace_file
from evenhand.head_start import copied, remove_copies
from evenhand.jobs import find_jobs, of_python
from evenhand.options import Options
from evenhand.pages import points, render
from evenhand.quoting import one_line
from evenhand.source import read_source
from evenhand.terminal import near, one_by_one, own_table, say


def grade_own(arguments: argparse.Namespace, console: Console) -> int:
    """Grade one's own notebooks; return the command's exit status."""
    course, options, sources = opened(arguments)
    part = wanted(arguments.part)
    released = Path(course.coursedir.format_path(course.coursedir.release_directory, ".", ""))
    if arguments.mine:
        sources = _asked(arguments.mine, sources, released)
    with contextlib.ExitStack() as end:
        end.callback(remove_copies)
        submissions = {
            name: {"": copied(released / name, name)}
            for name in filter(part, sources)
            if (released / name).is_dir()
        }
        if not submissions:
            raise CourseError(f"There are no notebooks to grade in {released}.")
        used = [
            path
            for name in submissions
            for notebook, path in sources[name].items()
            if (released / name / f"{notebook}.ipynb").is_file()
        ]
        workers = min(arguments.workers, max(len(used), 1))
        graders = graders_for(arguments, options, sources, workers, used, unrecorded=True)
        end.enter_context(contextlib.closing(graders))
        jobs, _ = find_jobs(submissions, sources, options)  # while the graders start
        jobs, others = of_python([job for job in jobs if job.submission])
        say(console, "yellow", *others)
        if not jobs:
            raise CourseError(f"There are no notebooks of this course in {released}.")
        answers = {(job.part, job.notebook): _solutions(job.source, options) for job in jobs}
        graded = list(one_by_one(graders.grade(jobs), len(jobs), console))
    failures = [done for done in graded if done.result is None]
    results = [done.result for done in graded if done.result]
    results.sort(key=lambda result: (result.part, result.notebook))
    folder = course.root / "my-work"
    for result in results:
        path = folder / result.part / f"{result.notebook}.html"
        solutions = answers[result.part, result.notebook]
        page = feedback.page(result, result.document, solutions=solutions)
        replace_file(path, page, 0o644)
    earned, best = (sum(getattr(r, name) for r in results) for name in ("points", "max_points"))
    about = {"title": "Your work", "results": results, "earned": earned, "best": best}
    index = folder / "index.html"
    replace_file(index, render("own.html", one_line, **about), 0o644)
    own_table(results, console)
    console.print(f"{points(earned)} of {points(best)} points")
    console.print(f"With your code and what it showed: {near(index)}", soft_wrap=True)
    if console.is_terminal:  # somebody sits here
        webbrowser.open(index.as_uri())
    for done in failures:
        say(console, "red", f"{done.job.part}/{done.job.notebook}: {done.failure}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            exports.write_json([replace(result, student="you") for result in results], file)
    return 1 if failures else 0


def _solutions(source: Path, options: Options) -> dict[str, str]:
    """Return the code of each exercise in an instructor's notebook, without its marks."""
    marks = (options.begin_solution, options.end_solution)
    return {
        cell.name: "\n".join(
            line for line in cell.text.splitlines() if not line.strip(" #").startswith(marks)
        )
        for cell in read_source(source, options).cells
        if cell.solution and cell.kind == "code"
    }


def _asked(
    notebooks: Sequence[Path], sources: Mapping[str, Mapping[str, Path]], released: Path
) -> dict[str, dict[str, Path]]:
    """Return part -> notebook -> source of the notebooks that are asked for."""
    places = {
        (released / part / f"{notebook}.ipynb").resolve(): (part, notebook)
        for part, some in sources.items()
        for notebook in some
    }
    found: dict[str, dict[str, Path]] = {}
    for path in notebooks:
        if (place := path.resolve()) not in places or not place.is_file():
            known = ", ".join("/".join(places[one]) for one in places if one.is_file())
            raise CourseError(f"{path} is no notebook of this course. There are: {known}.")
        part, notebook = places[place]
        found.setdefault(part, {})[notebook] = sources[part][notebook]
    return found
