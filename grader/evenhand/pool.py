"""Grade on this machine with a few `Grader`, each served by a thread."""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

from evenhand.grader import Grader, NotGraded, SandboxMissing
from evenhand.head_start import taken
from evenhand.jobs import Done, GradingFailed, Job
from evenhand.nbgrader_steps import Refused
from evenhand.options import Options


class LocalGraders:
    """Graders on this machine.

    Parameters
    ----------
    options : Options
        All settings: nothing is read from the course.
    workers : int
        How many notebooks to grade at once.
    sources : sequence of Path
        The source notebooks that will be used. The graders prepare for them at once.
    unrecorded : bool
        See `Grader`.
    """

    def __init__(
        self, options: Options, workers: int, sources: Sequence[Path], unrecorded: bool = False
    ) -> None:
        begun = taken(options) if unrecorded else None
        self.graders = [begun] if begun else []
        self.graders += [Grader(options, unrecorded) for _ in range(workers - len(self.graders))]
        self._idle = deque(self.graders)
        self._seen: dict[Grader, set[Path]] = {grader: set() for grader in self.graders}
        self._choosing = threading.Lock()
        # The graders' processes end with the thread that started them: these live until `close`.
        self._threads = ThreadPoolExecutor(workers)
        for source in () if begun else sources:
            self._threads.submit(self._warm_up, source)

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]:
        """Grade jobs; yield what is finished whenever something is.

        Raises
        ------
        GradingFailed
            If no notebook can be graded.
        """
        waiting: dict[Path, deque[Job]] = {}
        all_here = isinstance(jobs, Sequence)
        for job in jobs if all_here else ():
            waiting.setdefault(job.source, deque()).append(job)
        coming = iter(jobs)
        running: set[Future[Done]] = set()
        while True:
            # One more for each than it works on, so that none waits for the gradebook's writer.
            while len(running) < 2 * len(self.graders) and (job := next(coming, None)):
                if not all_here:
                    with self._choosing:
                        waiting.setdefault(job.source, deque()).append(job)
                running.add(self._threads.submit(self._grade_one, waiting))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield [future.result() for future in done]

    def _grade_one(self, waiting: dict[Path, deque[Job]]) -> Done:
        with self._grader() as grader:
            return self._graded(grader, self._chosen(grader, waiting))

    def _chosen(self, grader: Grader, waiting: dict[Path, deque[Job]]) -> Job:
        """Take the job that a grader has to prepare least for.

        A source that it has seen, or else one that no other has: for each source that it has not
        seen, a grader first grades the course's own solution.
        """
        with self._choosing:
            mine = self._seen[grader]
            others = set().union(*self._seen.values())
            source = min(waiting, key=lambda one: 0 if one in mine else 1 + (one in others))
            mine.add(source)
            job = waiting[source].popleft()
            if not waiting[source]:
                del waiting[source]
            return job

    @contextlib.contextmanager
    def _grader(self) -> Iterator[Grader]:
        grader = self._idle.pop()
        try:
            yield grader
        finally:
            self._idle.append(grader)

    def _warm_up(self, source: Path) -> None:
        # If something is wrong, the first job will say so.
        with contextlib.suppress(Exception), self._grader() as grader:
            self._seen[grader].add(source)
            grader.start()  # before its fingerprint, which takes a while too
            grader.grade(None, source)

    @staticmethod
    def _graded(grader: Grader, job: Job) -> Done:
        try:
            if job.submission is not None and not os.path.lexists(job.submission):
                raise NotGraded("the file is gone")
            rehearsal = job.rehearsal or grader.rehearsal(job.source)
            result = grader.grade(job.submission, job.source, rehearsal, job.variant)
        except SandboxMissing as error:
            raise GradingFailed(str(error)) from error
        except NotGraded as error:
            why = f"not graded: {error}; nothing is recorded, and the next run tries again"
            return Done(job, None, why)
        except Refused as error:
            return Done(job, None, f"nbgrader would not release the source {error}")
        except Exception as error:
            return Done(job, None, f"the grader failed on it ({type(error).__name__}: {error})")
        return Done(job, replace(result, student=job.student), rehearsal=rehearsal)

    def close(self) -> None:
        """End the graders, and what they are grading."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for grader in self.graders:
            grader.close()
        self._threads.shutdown()
