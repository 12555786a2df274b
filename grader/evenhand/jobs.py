"""What is to be graded: a job for each notebook that students handed in or left out."""

import functools
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from evenhand import fingerprint, releases
from evenhand.handins import links, look_into, matched, submitted_at
from evenhand.options import Options
from evenhand.quoting import alphabetical, labels, quoted
from evenhand.rehearsal import Rehearsal
from evenhand.results import Flag, NotebookResult
from evenhand.variants import read_variants

LONGEST_NAME = 128
"""The most characters of a student's name that fit into the gradebook."""


class GradingFailed(Exception):
    """No notebook can be graded, for lack of a sandbox, say; the message says why."""


@dataclass(frozen=True)
class Job:
    """One notebook to grade.

    Attributes
    ----------
    student, part, notebook : str
        Whose notebook it is, and which.
    submission : Path or None
        The file handed in; None if the student handed in the part without this notebook.
    source : Path
        The instructor's notebook.
    fingerprint : str
        Changes with everything that the grade depends on. The first half is about what the
        student handed in, with the files beside it; the second about the tests, the course's
        files, the settings, the grader, Python and the installed packages.
    timestamp : datetime or None
        When it was handed in, in UTC.
    note : str
        What the instructor should know about how the file was found.
    flags : tuple of Flag
        Evidence about what was handed in besides the file.
    rehearsal : Rehearsal or None
        How each test is judged, if it is known.
    variant : str or None
        The student's, or an empty text; None where the course has none.
    """

    student: str
    part: str
    notebook: str
    submission: Path | None
    source: Path
    fingerprint: str
    timestamp: datetime | None = None
    note: str = ""
    flags: tuple[Flag, ...] = ()
    rehearsal: Rehearsal | None = None
    variant: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.student, self.part, self.notebook)

    @property
    def handed_in(self) -> str:
        """The half of the fingerprint that is about what the student handed in."""
        return self.fingerprint[:32]


@dataclass(frozen=True)
class Done:
    """A finished job: its result, or why there is none, and how its tests were judged."""

    job: Job
    result: NotebookResult | None
    failure: str = ""
    rehearsal: Rehearsal | None = None


class Graders(Protocol):
    """Whoever grades: jobs go in, batches of `Done` come out in any order."""

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]: ...

    def close(self) -> None: ...


def find_jobs(
    submissions: Mapping[str, Mapping[str, Path]],
    sources: Mapping[str, Mapping[str, Path]],
    options: Options | None = None,
) -> tuple[list[Job], list[str]]:
    """List every notebook that students handed in, or left out of a part that they handed in.

    Parameters
    ----------
    submissions : mapping
        part -> student -> folder, as `Course.submissions` gives it.
    sources : mapping
        part -> notebook -> path, as `Course.sources` gives it.
    options : Options, optional
        How they will be graded.

    Returns
    -------
    jobs : list of Job
        Student by student.
    problems : list of str
        A line for each folder or file that is not graded, with the reason.

    Raises
    ------
    OptionsError
        If the course's table of variants cannot be read.
    """
    options = options or Options()
    jobs, problems = [], []
    paths = (path for some in sources.values() for path in some.values())
    root = next((releases.root_of(path, options) for path in paths), Path())
    released, table = releases.load(root), read_variants(root)
    tests = {
        (part, notebook): fingerprint.of_tests(path, options, released.get(f"{part}/{notebook}"))
        for part in submissions.keys() & sources.keys()
        for notebook, path in sources[part].items()
    }
    shown = labels(student for folders in submissions.values() for student in folders)
    problems += _alike(shown)
    for part_name, folders in submissions.items():
        if part_name not in sources:
            problems.append(
                f"{labels([part_name])[part_name]}: the course has no such part; "
                f"{len(folders)} submission{'s' * (len(folders) != 1)} left alone"
            )
            continue
        for student_name, folder in folders.items():
            where = f"{shown[student_name]} · {part_name}"
            unfit = ""
            if not student_name.isprintable():
                # It would appear in nbgrader's database and pages, too.
                unfit = "has characters that cannot be shown"
            elif len(student_name) > LONGEST_NAME:
                unfit = f"is longer than {LONGEST_NAME} characters"
            if unfit:
                problems.append(f"{where}: the folder's name {unfit}; not graded: rename it")
                continue
            timestamp, complaint = submitted_at(folder)
            variant = None if table is None else table.get(student_name, "")
            files, lines = matched(folder, sources[part_name], root / ".evenhand")
            problems += [f"{where}: {line}" for line in [*complaint, *lines]]
            others = functools.cache(fingerprint.of_files_beside)
            told = links(folder, student_name, root)
            for notebook, source in sources[part_name].items():
                submission, note = files.get(notebook, (None, ""))
                if submission is None and _cannot_be_read(folder):
                    continue  # it may be there: a line says what could not be read
                # A link with a notebook's name is reported there, others with the first notebook.
                mine = [name for name in told if name.rpartition("/")[2] == f"{notebook}.ipynb"]
                if notebook == next(iter(sources[part_name])):
                    names = {f"{one}.ipynb" for one in sources[part_name]}
                    mine += [name for name in told if name.rpartition("/")[2] not in names]
                flags = tuple(told[name] for name in mine)
                try:
                    handed_in = fingerprint.of_hand_in(
                        submission, others(submission.parent) if submission else [], flags
                    )
                except OSError as error:
                    problems.append(
                        f"{where}: {quoted(os.path.relpath(submission, folder))} cannot be read "
                        f"({error.strerror}); not graded: see that you may read it, and run again"
                    )
                    continue
                jobs.append(
                    Job(
                        student_name,
                        part_name,
                        notebook,
                        submission,
                        source,
                        handed_in + fingerprint.of_variant(tests[part_name, notebook], variant),
                        timestamp,
                        note,
                        flags,
                        variant=variant,
                    )
                )
    jobs.sort(key=lambda job: (alphabetical(job.student), job.key))
    return jobs, problems


def is_as_it_was(job: Job) -> bool:
    """Whether what was handed in is still what a job is about."""
    if job.submission is None:
        return True
    try:
        others = fingerprint.of_files_beside(job.submission.parent)
        handed_in = fingerprint.of_hand_in(job.submission, others, job.flags)
    except OSError:
        return False
    return handed_in == job.handed_in


def of_python(jobs: Sequence[Job]) -> tuple[list[Job], list[str]]:
    """Leave out the notebooks for other kernels; return the rest, and a line for each of those."""
    names = {job.source: f"{job.part}/{job.notebook}" for job in jobs}
    told = {source: releases.other_kernel(source) for source in names}
    lines = [f"{names[source]}: {why}; not graded" for source, why in told.items() if why]
    return [job for job in jobs if not told[job.source]], lines


def _cannot_be_read(folder: Path) -> bool:
    """Say whether there is anything in a folder that this program may not look into."""
    return any(why.startswith("cannot") for why in look_into(folder).left_out.values())


def _alike(shown: Mapping[str, str]) -> list[str]:
    """Say which students' names look the same but consist of different characters."""
    groups: dict[str, list[str]] = {}
    for name in shown:
        groups.setdefault(unicodedata.normalize("NFKC", name), []).append(name)
    return [
        f"{' and '.join(sorted(shown[name] for name in group))} look the same and are "
        f"{len(group)} folders: if they are one student, put their work into one of them"
        for group in groups.values()
        if len(group) > 1
    ]
