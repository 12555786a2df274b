"""``grade --watch``: keep the graders running, and grade submissions as they arrive.

Only one thread writes to the gradebook and the course folder. For each batch of arrivals, another
thread asks the graders and puts their results into a queue.
"""

import argparse
import contextlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue

from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.exchange.default import ExchangeCollect
from rich.console import Console
from rich.text import Text
from watchfiles import watch

from evenhand import memory
from evenhand.arguments import chosen, graders_of, opened, wanted
from evenhand.bounds import Bounds
from evenhand.class_grading import keep, not_graded, registered, renew_all, show_class
from evenhand.course import Course, CourseError
from evenhand.gradebook_database import no_program_asked
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import remember
from evenhand.jobs import Done, Job, find_jobs, is_as_it_was, of_python
from evenhand.pages import points
from evenhand.quoting import labels
from evenhand.record import Key, Recorder
from evenhand.rehearsing import rehearse
from evenhand.terminal import near, say

SETTLED = 0.2
"""Seconds without a change after which something counts as written."""

PATIENCE = 10.0
"""Seconds to wait for the rest of a notebook whose text ends in its middle."""

MOST = 500
"""How much to look at in one turn: databases limit the values in one statement."""

_LARGE = 20_000_000
_TICK = 100  # milliseconds

Folder = tuple[str, str]


def watch_class(arguments: argparse.Namespace, console: Console) -> int:
    """Grade what is handed in until Ctrl-C; return the command's exit status."""
    try:
        while True:  # again whenever the course has changed
            with Arrivals(arguments, console) as arrivals:
                arrivals.work()
    except KeyboardInterrupt:
        console.print("\nStopped. What is done is kept; the next run goes on from here.")
    course, _, _ = opened(arguments)
    student, part = wanted(arguments.student), wanted(arguments.part)
    with course.lock(), in_sentences(course), Recorder(course) as recorder:
        summary = renew_all(course, recorder, [])
        show_class(course, recorder, summary, student, part, arguments.json, console)
    return 0


class Arrivals:
    """What has arrived and is not graded yet. Use it as a context manager.

    Parameters
    ----------
    arguments, console
        The command's arguments, and where it prints.
    """

    def __init__(self, arguments: argparse.Namespace, console: Console) -> None:
        self._arguments = arguments
        self._console = console
        self.course, self._options, self._sources = opened(arguments)
        part = wanted(arguments.part)
        self._sources = {name: some for name, some in self._sources.items() if part(name)}
        self._submitted = _submitted(self.course)
        root, self._inbound = _exchange(self.course)
        if arguments.release and not root.is_dir():
            raise CourseError(
                f"There is no exchange to release to ({root}): set Exchange.root in "
                "nbgrader_config.py, or leave out --release."
            )
        if self._inbound or arguments.release:  # it complains of a missing exchange
            coursedir, config = self.course.coursedir, self.course.config
            self._exchange = NbGraderAPI(coursedir, Authenticator(), config=config)
        minutes = timedelta(minutes=arguments.wait or 0)
        self._bounds = Bounds(arguments.attempts, minutes)
        # When something in it last changed, by the monotonic clock.
        self._changed: dict[Folder, float] = {}
        self._inside: dict[str, float] = {}
        self._waiting: dict[Folder, datetime] = {}  # until when, in UTC
        self._graded_now: Counter[Folder] = Counter()
        self._done: SimpleQueue[list[Done] | BaseException] = SimpleQueue()
        self._said: set[str] = set()

    def __enter__(self) -> "Arrivals":
        self._stamp = self._source_files()
        jobs = [
            Job("", part, notebook, None, path, "")
            for part, notebooks in self._sources.items()
            for notebook, path in notebooks.items()
        ]
        jobs, others = of_python(jobs)
        self._say(others, "yellow")
        if not self._arguments.scheduler:
            self._console.print(memory.told(), style="dim")
        self._graders = graders_of(self._arguments, self._options, self._sources, jobs, more=True)
        try:
            with self.course.lock(lambda: self._console.print("Waiting for another grader …")):
                remember(self.course, self._sources, self._options)
            self._came = rehearse(self._graders, jobs, self._console)
        except BaseException:
            self._graders.close()
            raise
        self._say([f"Nothing of {name} is graded." for name in sorted(self._came.broken)], "red")
        return self

    def __exit__(self, *exception: object) -> None:
        self._graders.close()

    def work(self) -> None:
        """Grade what arrives, until a source changes."""
        folders = [self._submitted, *filter(None, [self._inbound])]
        sources = {path.parent for some in self._sources.values() for path in some.values()}
        for number, paths in enumerate(_changes(*folders, *sources)):
            if number == 0:  # from now on, no change is missed
                self.notice([str(folder) for folder in folders])
                told = " and ".join(near(folder) for folder in folders)
                self._console.print(f"Watching {told}. Ctrl-C ends it.", soft_wrap=True)
            self.notice(paths)
            if any(Path(path).parent in sources for path in paths):
                if self._source_files() != self._stamp:
                    self._console.print("The course has changed: starting anew.")
                    return
            self.turn()

    def turn(self) -> None:
        """Collect, record what is graded, and start grading what has arrived."""
        self._collect()
        now = datetime.now(UTC).replace(tzinfo=None)
        for folder in [one for one, then in self._waiting.items() if then <= now]:
            self._changed[folder] = -PATIENCE
            del self._waiting[folder]
        batch = self._finished()
        ready = (one for one, when in self._changed.items() if self._is_ready(one, when))
        ready = list(islice(ready, MOST))
        if not batch and not ready:
            return
        with self.course.lock(), in_sentences(self.course), Recorder(self.course) as recorder:
            self._record(recorder, batch)
            for folder in ready:
                del self._changed[folder]
            self._start(recorder, set(ready), now)

    def notice(self, paths: Iterable[str]) -> None:
        """Note changes in the watched folders."""
        now = time.monotonic()
        above = []
        for path in paths:
            if self._inbound and Path(path).is_relative_to(self._inbound):
                inside = (
                    [path] if Path(path) != self._inbound else map(str, self._inbound.iterdir())
                )
                for name in inside:
                    self._inside |= {part: now for part in self._sources if f"+{part}+" in name}
            elif folder := self.course.whose(path):
                self._changed[folder] = now
            elif Path(path).is_relative_to(self._submitted):
                above.append(path)
        if above:  # such as a student's folder that was moved here with its content
            for part, folders in self.course.submissions().items():
                for student, folder in folders.items():
                    if any(folder.is_relative_to(path) for path in above):
                        self._changed.setdefault((student, part), now)
            self._say(self.course.refused(), "yellow")

    def _is_ready(self, folder: Folder, when: float) -> bool:
        quiet = time.monotonic() - when
        if quiet < SETTLED or self._graded_now[folder]:
            return False
        return quiet >= PATIENCE or all(map(_is_whole, self.course.submitted(*folder).glob("*")))

    def _collect(self) -> None:
        """Bring submissions from the exchange into `submitted/`, with nbgrader's own code."""
        now = time.monotonic()
        for part, when in list(self._inside.items()):
            # nbgrader's `submit` writes its secret last.
            there = [entry for entry in self._inbound.iterdir() if f"+{part}+" in entry.name]
            whole = all(_size(entry / "submission_secret.txt") for entry in there)
            if now - when < SETTLED or not (whole or now - when >= PATIENCE):
                continue
            del self._inside[part]
            with self.course.lock(), no_program_asked():
                self._say_of("collect", self._exchange.collect(part))

    def _finished(self) -> list[Done]:
        batch: list[Done] = []
        with contextlib.suppress(Empty):
            while len(batch) < MOST:
                some = self._done.get_nowait()
                if isinstance(some, BaseException):
                    raise some
                batch += some
        return batch

    def _record(self, recorder: Recorder, batch: Sequence[Done]) -> None:
        """Record and show what is graded."""
        fresh = []
        for done in batch:
            folder = done.job.student, done.job.part
            self._graded_now[folder] -= 1
            if is_as_it_was(done.job):
                fresh.append(done)
            else:
                self._changed.setdefault(folder, time.monotonic())
        shown = labels(done.job.student for done in fresh)
        keep(self.course, recorder, fresh, shown, self._console)
        graded = [done for done in fresh if done.result is not None]
        told = self._tell(recorder, [done.job for done in graded if done.job.submission])
        for done in graded:
            if done.job.submission:
                result = done.result
                earned = f"{points(result.points)} of {points(result.max_points)}"
                self._row(done.job, shown, earned, told.get(done.job.key, ""))
        self._give_back(recorder, [done.job for done in graded])

    def _start(self, recorder: Recorder, ready: set[Folder], now: datetime) -> None:
        """Start grading what is new and may be graded now."""
        students = wanted(self._arguments.student)
        found = self.course.submissions(dict.fromkeys(student for student, _ in ready))
        found = chosen(found, students, wanted(self._arguments.part))
        some = {
            part: {who: folder for who, folder in folders.items() if (who, part) in ready}
            for part, folders in found.items()
        }
        jobs, problems = find_jobs(some, self._sources, self._options)
        jobs, _ = of_python(jobs)
        jobs, unfit = registered(recorder, self._sources, jobs)
        self._say([*problems, *unfit], "yellow")
        todo = self._came.ready(not_graded(self.course, recorder.graded(), jobs))
        attempts = recorder.attempts.of(job.key for job in jobs)
        later: dict[Key, Job] = {}
        for job in todo:
            last = attempts.get(job.key)
            if job.submission and last and last.handed_in != job.handed_in:
                then = self._bounds.next(last)
                if then is None or then > now:
                    later[job.key] = job
                    if then is not None:
                        self._waiting[job.student, job.part] = then
        todo = [job for job in todo if job.key not in later]
        started = {job.key for job in todo}
        stay = [job for job in jobs if job.key not in started]
        told = self._tell(recorder, stay, later.keys())
        self._give_back(recorder, [job for job in stay if job.key in told])
        shown = labels(job.student for job in later.values())
        for job in later.values():
            self._row(job, shown, "–", told.get(job.key, ""))
        if todo:
            self._graded_now.update((job.student, job.part) for job in todo)
            threading.Thread(target=self._grade, args=(todo,), daemon=True).start()

    def _grade(self, jobs: Sequence[Job]) -> None:
        try:
            for batch in self._graders.grade(jobs):
                self._done.put(batch)
        except BaseException as error:  # noqa: BLE001 - the thread that writes raises it
            self._done.put(error)

    def _tell(
        self, recorder: Recorder, jobs: Sequence[Job], newer: Collection[Key] = ()
    ) -> dict[Key, str]:
        """Put notes about attempts on the notebooks' pages; return the new ones."""
        attempts = recorder.attempts.of(job.key for job in jobs)
        before = recorder.attempts.told({(job.student, job.part) for job in jobs})
        told = {key: self._bounds.told(last, key in newer) for key, last in attempts.items()}
        told = {key: text for key, text in told.items() if text != before.get(key, "")}
        recorder.tell(told)
        return told

    def _give_back(self, recorder: Recorder, jobs: Sequence[Job]) -> None:
        """Write the students' pages, and release them if that was asked for."""
        folders = {(job.student, job.part) for job in jobs}
        if not folders:
            return
        renew_all(self.course, recorder, jobs, folders)
        if self._arguments.release:
            for student, part in sorted(folders):
                said = self._exchange.release_feedback(part, student)
                self._say_of("release the feedback", said)

    def _source_files(self) -> list[tuple[str, int, int]]:
        files = (
            file
            for some in self._sources.values()
            for folder in {path.parent for path in some.values()}
            for file in folder.glob("*")
        )
        return sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)

    def _row(self, job: Job, shown: dict[str, str], earned: str, told: str) -> None:
        where = f"{job.part}/{job.notebook}"
        row = f"{datetime.now():%H:%M:%S}  {shown[job.student]:<20}  {where:<32}  {earned:>12}"
        self._console.print(Text(f"{row}  {told}".rstrip()), soft_wrap=True)

    def _say(self, told: Iterable[str], style: str) -> None:
        """Say each sentence once."""
        for line in told:
            if line not in self._said:
                self._said.add(line)
                say(self._console, style, line)

    def _say_of(self, what: str, said: dict) -> None:
        """Print nbgrader's warnings, and why it failed."""
        _, *records = re.split(r"^\[([A-Z]+)\] ", said.get("log") or "", flags=re.M)
        warned = [text for kind, text in zip(*[iter(records)] * 2, strict=True) if kind != "INFO"]
        self._say([" ".join(text.split()) for text in warned], "yellow")
        if not said["success"]:
            last = (said.get("error") or "").strip().rpartition("\n")[2]
            self._say([f"nbgrader could not {what}: {last}"], "red")


def _changes(*folders: Path) -> Iterator[list[str]]:
    """Yield the paths that have changed, ten times a second, even if there are none."""
    quickly = {"debounce": 4 * _TICK, "step": _TICK // 2, "rust_timeout": _TICK}
    try:
        for some in watch(*folders, watch_filter=None, yield_on_timeout=True, **quickly):
            yield [path for _, path in some]
    except (OSError, RuntimeError) as error:
        raise CourseError(
            f"The system does not tell of changes in {folders[0]} ({error}). Look for "
            "them instead: set WATCHFILES_FORCE_POLLING=1."
        ) from error


def _submitted(course: Course) -> Path:
    """Return the folder of all hand-ins, and make it if it is missing."""
    pattern = course.submitted("*", "*")
    parts = pattern.parts
    folder = Path(*parts[: next(n for n, part in enumerate(parts) if "*" in part)])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _exchange(course: Course) -> tuple[Path, Path | None]:
    """Return nbgrader's exchange, and the folder of hand-ins in it, if there is one."""
    root = Path(ExchangeCollect(coursedir=course.coursedir, config=course.config).root)
    folder = root / course.coursedir.course_id / "inbound"
    return root, folder if course.coursedir.course_id and folder.is_dir() else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_whole(path: Path) -> bool:
    """Return False for a notebook that is cut off, as while it is being written."""
    if path.suffix != ".ipynb" or path.is_symlink() or _size(path) > _LARGE:
        return True
    try:
        if time.time() - path.stat().st_mtime < 60:
            json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        return isinstance(error, OSError)
    return True
