"""The command `nnlib deadline`: the night before a deadline, for a class of 10,000.

In: ``docs/deadline.json``, what grading takes of a processor, written by ``nnlib deadline
--measure``. Out: the figure and the table of ``docs/deadline.md``.

Students hand in as people do before a deadline; a cluster grades what arrives, first come, first
served; one process collects, records and writes pages, as ``nnlib grade --watch`` does. Times are
those of this machine's processor.
"""

from __future__ import annotations

import argparse
import heapq
import json
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from evenhand.class_grading import keep, not_graded, registered, renew_all, unless_replaced
from evenhand.course import Course
from evenhand.jobs import Done, find_jobs
from evenhand.pool import LocalGraders
from evenhand.record import Recorder
from rich.console import Console

from authoring import example_class
from authoring.bench import processor_seconds

DOCS = Path(__file__).parents[1] / "docs"
MEASURED, PAGE, FIGURE = (DOCS / f"deadline.{kind}" for kind in ("json", "md", "svg"))

DAY = 24 * 3600.0
"""Seconds before the deadline at which it begins."""

CORES = (2, 4, 8, 16)
"""How many cores grade, in the table."""

USUAL = 10_000, 5, 2.0
"""Students, notebooks that each of them hands in, and newer versions, as on the page."""


STUDENTS = ("dev-syntax-error", "finn-deleted-test", "gita-renamed", "hugo-mistakes")
"""Those of the example class whose hand-ins are measured: with mistakes, and with an end."""


@dataclass(frozen=True)
class Costs:
    """Seconds of a processor.

    Attributes
    ----------
    graders : array
        For each of some notebooks, in the graders' processes.
    turn, each : float
        In the process that records: what it does once for all that has come, and a notebook.
    """

    graders: np.ndarray
    turn: float
    each: float


def arrivals(
    students: int, notebooks: int, versions: float, rng: np.random.Generator
) -> np.ndarray:
    """Return when notebooks arrive, in seconds from the day's beginning, sorted.

    Each student hands in all notebooks at a time whose density is that of one over the time left:
    Alfi, Parisi and Pietronero, "Conference registration: how people react to a deadline", Nature
    Physics 3 (2007). Five minutes are added to the time left, so that it has an end. After that
    come newer versions of one notebook each, `versions` on average and twenty minutes apart, as
    far as there is time.
    """
    soft = 300.0
    left = soft * (1 + DAY / soft) ** rng.random(students) - soft
    first = DAY - left
    count = rng.poisson(versions, students)
    gaps = rng.exponential(1200.0, (students, max(1, count.max())))
    again = first[:, None] + np.cumsum(gaps, axis=1)
    again = again[(np.arange(gaps.shape[1]) < count[:, None]) & (again < DAY)]
    return np.sort(np.concatenate([np.repeat(first, notebooks), again]))


def graded(times: np.ndarray, costs: Costs, cores: int, rng: np.random.Generator) -> np.ndarray:
    """Return when what arrives at some times is recorded, and its page written.

    First come, first served; what is recorded at one time is what has been graded until then.
    """
    takes = rng.choice(costs.graders, len(times))
    free = [0.0] * cores
    done = np.empty(len(times))
    for number, (comes, needs) in enumerate(zip(times, takes, strict=True)):
        done[number] = max(comes, heapq.heappop(free)) + needs
        heapq.heappush(free, done[number])
    order = np.argsort(done, kind="stable")
    ready = done[order]
    recorded = np.empty(len(times))
    now, start = 0.0, 0
    while start < len(ready):
        now = max(now, ready[start])
        stop = int(np.searchsorted(ready, now, "right"))
        now += costs.turn + costs.each * (stop - start)
        recorded[order[start:stop]] = now
        start = stop
    return recorded


def table(times: np.ndarray, costs: Costs) -> tuple[str, dict[int, np.ndarray]]:
    """Return the table as Markdown, and for each number of cores when all is recorded."""
    lines = [
        "| cores | longest queue | median wait | 95 % within | longest wait | within a minute |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    found = {}
    for cores in CORES:
        found[cores] = ends = graded(times, costs, cores, np.random.default_rng(1))
        waits = ends - times
        longest = int(queue(times, ends, np.sort(ends)).max() + 1)
        median, most, last = np.quantile(waits, [0.5, 0.95, 1])
        share = np.mean(waits <= 60)
        lines.append(
            f"| {cores} | {longest:,} | {in_words(median)} | {in_words(most)} | {in_words(last)} "
            f"| {100 * share:.0f} % |"
        )
    return "\n".join(lines), found


def queue(times: np.ndarray, ends: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how many notebooks have arrived and are not recorded yet."""
    return np.searchsorted(times, at, "right") - np.searchsorted(np.sort(ends), at, "right")


def in_words(seconds: float) -> str:
    """Write a time in a unit that suits it."""
    if seconds < 1.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def measure() -> Costs:
    """Measure what grading some hand-ins of the example class takes, in its parts."""
    with tempfile.TemporaryDirectory(prefix="nnlib-deadline-") as scratch:
        folder = Path(scratch, "class")
        example_class.main(["example-class", str(folder)])
        course = Course.open(folder)
        jobs, _ = find_jobs(course.submissions(), course.sources(), course.options())
        jobs = [job for job in jobs if job.submission and job.student in STUDENTS]
        first = {job.source: job for job in jobs}
        graders = LocalGraders(course.options(), 1, list(first))
        try:
            list(graders.grade(first.values()))  # sources are rehearsed
            found, done = [], []
            for job in jobs:
                before = processor_seconds()
                [batch] = graders.grade([job])
                found.append(round(processor_seconds() - before, 3))
                done += batch
        finally:
            graders.close()
        return Costs(np.array(found), *of_recording(course, done))


def of_recording(course: Course, done: Sequence[Done]) -> tuple[float, float]:
    """Measure what it takes to look at what has come, and to record one of several notebooks.

    Both are those of ``grade --watch``; all is recorded once before.
    """
    jobs, sources = [one.job for one in done], course.sources()
    folders = {(job.student, job.part) for job in jobs}
    one = {jobs[0].part: {jobs[0].student: jobs[0].submission.parent}}
    shown = {job.student: job.student for job in jobs}
    for _ in range(2):
        before = time.process_time()
        with course.lock(), Recorder(course) as recorder:
            some, _ = find_jobs(one, sources, course.options())
            some, _ = registered(recorder, sources, some)
            not_graded(course, recorder.graded(), some)
        with course.lock(), Recorder(course) as recorder:
            registered(recorder, sources, jobs)
            opened = time.process_time()
            keep(
                course, recorder, [unless_replaced(one) for one in done], shown, Console(quiet=True)
            )
            renew_all(course, recorder, jobs, folders)
        ended = time.process_time()
    return round(opened - before, 3), round((ended - opened) / len(done), 4)


def draw(times: np.ndarray, found: dict[int, np.ndarray]) -> None:
    """Draw arrivals and queues of the last hour, and what comes after."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "deadline"
    import matplotlib.pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, figsize=(7, 5), sharex=True, layout="constrained")
    minutes = np.arange(-60, 16)
    per_minute, _ = np.histogram((times - DAY) / 60, minutes)
    above.stairs(per_minute, minutes, color="black")
    above.set_ylabel("notebooks a minute")
    at = DAY + 60 * np.arange(-60, 15, 1 / 12)
    styles = ("-", "--", "-.", ":")
    for (cores, ends), style in zip(found.items(), styles, strict=True):
        most = queue(times, ends, at).reshape(-1, 12).max(axis=1)  # in each minute
        below.plot(minutes[:-1], most, style, color="black", label=f"{cores} cores")
    below.set_yscale("symlog", linthresh=10)
    below.set_ylim(bottom=0)
    below.set_ylabel("notebooks that wait")
    below.set_xlabel("minutes after the deadline")
    below.legend(frameon=False, loc="upper left")
    for one in (above, below):
        one.spines[["top", "right"]].set_visible(False)
    figure.savefig(FIGURE, facecolor="white", metadata={"Date": None})
    plt.close(figure)


def main(argv: Sequence[str]) -> int:
    """Run ``nnlib deadline`` and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="nnlib deadline",
        description=__doc__.split("\n")[0],
        epilog="Example: nnlib deadline --students 1000",
    )
    parser.add_argument("--students", type=int, default=USUAL[0])
    parser.add_argument(
        "--notebooks", type=int, default=USUAL[1], help="that each of them hands in"
    )
    parser.add_argument(
        "--versions", type=float, default=USUAL[2], help="of notebooks, after the first"
    )
    parser.add_argument("--measure", action="store_true", help="measure this machine first")
    options = parser.parse_args(argv[1:])
    if options.measure:
        costs = measure()
        kept = {"graders": costs.graders.tolist(), "turn": costs.turn, "each": costs.each}
        MEASURED.write_text(json.dumps(kept) + "\n", "utf-8")
    text, times, found = simulated(options.students, options.notebooks, options.versions)
    print(text)
    if (options.students, options.notebooks, options.versions) == USUAL:
        PAGE.write_text(with_text(PAGE.read_text("utf-8"), text), "utf-8")
        draw(times, found)
    return 0


def simulated(
    students: int, notebooks: int, versions: float
) -> tuple[str, np.ndarray, dict[int, np.ndarray]]:
    """Return what is to be said of such a class, its arrivals, and when they are recorded."""
    kept = json.loads(MEASURED.read_text("utf-8"))
    costs = Costs(np.array(kept["graders"]), kept["turn"], kept["each"])
    times = arrivals(students, notebooks, versions, np.random.default_rng(1))
    lines, found = table(times, costs)
    hour, minutes = (np.mean(times > DAY - 60 * one) for one in (60, 5))
    busiest = np.histogram(times, np.arange(0, DAY + 1, 60))[0].max()
    mean, longest = costs.graders.mean(), costs.graders.max()
    said = [
        f"{students:,} students hand in {len(times):,} notebooks in a day: {100 * hour:.0f} % in",
        f"the last hour, {100 * minutes:.0f} % in the last five minutes, {busiest:,} in the",
        f"busiest minute. A notebook takes {1000 * mean:.0f} ms of a core to grade, the longest",
        f"{in_words(longest)}; the process that records takes {1000 * costs.turn:.0f} ms for all",
        f"that has come at one time, and {1000 * costs.each:.0f} ms a notebook.",
    ]
    return "\n".join([*said, "", lines, ""]), times, found


def with_text(page: str, text: str) -> str:
    """Return the page with another text between its marks."""
    return re.sub(r"(<!-- simulated -->\n).*(<!-- end -->)", rf"\g<1>{text}\g<2>", page, flags=re.S)
