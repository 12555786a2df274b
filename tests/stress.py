"""Grade the course's own solutions again and again on a busy machine: every grade must be full.

``make stress`` does so 2,000 times; `test_stress.py` a few times.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evenhand.jobs import Job
from evenhand.options import Options
from evenhand.pool import LocalGraders

SOURCES = sorted(Path(__file__).parents[1].glob("solutions/*/*.ipynb"))
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"


@dataclass
class Tally:
    """What came of it: how many gradings, a line for each that was not full, and the repeats."""

    graded: int = 0
    differences: list[str] = field(default_factory=list)
    repeats: int = 0

    def __str__(self) -> str:
        return (
            f"{self.graded} gradings, {len(self.differences)} differences, {self.repeats} repeats"
        )


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def stress(
    sources: Sequence[Path],
    gradings: int,
    seconds: float,
    workers: int,
    busy: int,
    tell=lambda tally: None,
) -> Tally:
    """Grade solutions in turn on a busy machine, until there are enough or the time is over.

    The sources are rehearsed before it gets busy.
    """
    options = Options.of_course(sources[0].parents[2])

    def job(number: int, path: Path, submission: Path | None) -> Job:
        return Job(str(number), path.parent.name, path.stem, submission, path, "")

    def jobs() -> Iterator[Job]:
        ends = time.monotonic() + seconds
        for number, path in zip(range(gradings), itertools.cycle(sources), strict=False):
            if time.monotonic() > ends:
                return
            yield job(number, path, path)

    tally = Tally()
    with contextlib.ExitStack() as stack:
        graders = stack.enter_context(contextlib.closing(LocalGraders(options, workers, sources)))
        for _ in graders.grade(job(0, path, None) for path in sources):
            pass
        stack.enter_context(load(busy))
        for done in itertools.chain.from_iterable(graders.grade(jobs())):
            result = done.result
            tally.graded += 1
            where = f"{done.job.part}/{done.job.notebook}"
            if result is None:
                tally.differences.append(f"{where}: {done.failure}")
            else:
                tally.repeats += result.tries - 1
                lost = [f"{t.name} {t.status}: {t.message}" for t in result.tests]
                lost = [
                    line
                    for line, test in zip(lost, result.tests, strict=True)
                    if test.points != test.max_points and not test.manual
                ]
                if lost or result.flags:
                    lost += [flag.evidence for flag in result.flags]
                    tally.differences.append(f"{where}: {'; '.join(lost)}")
            tell(tally)
    return tally


def main() -> int:
    """Run the command; the exit status is 1 where a grade was not full."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gradings", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most")
    parser.add_argument("--busy", type=int, default=8, help="busy processes a core")
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    began = told = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal told
        if time.monotonic() - told > 10:
            told = time.monotonic()
            left = (told - began) / tally.graded * (arguments.gradings - tally.graded)
            print(f"{tally}; about {left / 60:.0f} minutes left", flush=True)

    busy = arguments.busy * cores
    tally = stress(SOURCES, arguments.gradings, arguments.seconds, cores, busy, tell)
    for line in tally.differences:
        print(line)
    print(
        f"{tally} on {cores} cores with {arguments.busy} busy processes each, "
        f"in {(time.monotonic() - began) / 60:.1f} minutes"
    )
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
