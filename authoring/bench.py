"""The command `nnlib bench-grade`: how fast a class is graded, compared with stock nbgrader.

In: the example class, multiplied. Out: tables in the terminal, as docs/grading.md has them. First
come the ratios: the same notebooks graded by stock nbgrader and by `nnlib grade`, one after the
other, and single steps against what they cannot do without. Then a class on a busy machine, where
it has to come to the same grades. Last, `nnlib grade` alone grades growing classes, to see whether
memory and the time per notebook stay the same.

Run it on a machine that does nothing else: both use all cores that they can get, and processor time
is that of the whole machine. On two cores the ratios take about eight minutes, of which stock
nbgrader takes five; ``--sizes 1000 10000`` takes ten minutes more for every 10,000 notebooks.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from evenhand.course import Course, CourseError
from evenhand.jobs import Job, find_jobs
from evenhand.pool import LocalGraders
from rich.console import Console
from rich.table import Table

LEAVE_OUT = ("eve-infinite-loop", "O'Neill, Ines")
"""Students whom stock nbgrader waits for by the minute, or does not grade at all."""

ONE = ("2-hidden-layer", "05_cost")
"""The part and notebook that each of a class of thirty hands in."""

LOAD = 8
"""Processes that keep the machine busy in the last part."""

_SLOW = "import time\n_end = time.process_time() + 6\nwhile time.process_time() < _end: pass\n"
_BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"


@dataclass(frozen=True)
class Timing:
    """What one run needed.

    Attributes
    ----------
    notebooks : int
    wall, cpu : float
        Seconds; `cpu` of all processors together.
    memory : float
        The most that all processes had at once, in MB, shared pages counted once.
    """

    notebooks: int
    wall: float
    cpu: float
    memory: float


def main(argv: Sequence[str]) -> int:
    """Run ``nnlib bench-grade`` and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="nnlib bench-grade",
        description=__doc__.split("\n")[0],
        epilog="Example: nnlib bench-grade --notebooks 20 --stock 10 --sizes 100",
    )
    parser.add_argument("--notebooks", type=int, default=60, help="in the comparison")
    parser.add_argument(
        "--stock",
        type=int,
        default=30,
        help="of these, graded by stock nbgrader; the rest is reckoned",
    )
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[100, 1000], help="of the growing classes"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(argv[1:])
    console = Console(highlight=False, markup=False)
    load = os.getloadavg()[0]
    if load > 0.5:
        console.print(f"This machine is busy (load {load:.1f}): times will be too long.")
    with tempfile.TemporaryDirectory(prefix="nnlib-bench-") as scratch:
        try:
            same = _bench(Path(scratch), options, console)
        except CourseError as error:
            print(error, file=sys.stderr)
            return 2
    return 0 if same else 1


def _bench(scratch: Path, options: argparse.Namespace, console: Console) -> bool:
    """Run every part; say whether the busy machine came to the same grades."""
    model = scratch / "model"
    _run([sys.executable, "-m", "nnlib", "example-class", str(model)])
    bench = _Bench(scratch, model, options.workers, console)
    mixed = _hand_ins(model)
    part, notebook = ONE
    same_notebook = [
        (who, part, [path])
        for who, name, paths in mixed
        for path in paths
        if (name, path.stem) == (part, notebook)
    ]
    count = options.notebooks
    ratios = [
        *bench.compare(f"{count} notebooks of the example class", mixed, count, options.stock, 40),
        *bench.compare("a class of thirty, one notebook each", same_notebook, 30, 15, 10),
        *bench.compare("three hand-ins of one notebook", same_notebook, 3, 3, 2),
    ]
    ratios += bench.where_time_goes()
    ratios += bench.one_notebook(mixed)
    _print_table(("measure", "goal", "measured"), ratios, console)
    bench.table()
    same = bench.busy(mixed, min(20, count))
    for size in options.sizes:
        bench.grow(mixed, size)
    bench.table()
    return same


class _Bench:
    """The parts of the bench, and the rows of its table.

    Parameters
    ----------
    scratch, model : Path
        Where to write classes, and the one that they are made of.
    workers : int
        Notebooks graded at once.
    console : Console
        Where to say how far it is.
    """

    def __init__(self, scratch: Path, model: Path, workers: int, console: Console) -> None:
        self.scratch, self.model, self.workers, self.console = scratch, model, workers, console
        self.rows: list[tuple[str, Timing]] = []
        self.compared: Path | None = None

    def compare(self, what: str, hand_ins: list, count: int, fewer: int, goal: int) -> list:
        """Grade a class with stock nbgrader, and twice with `nnlib grade`; return the ratios."""
        folder, other = self._folder(), self._folder()
        count = _class_of(folder, self.model, hand_ins, count)
        fewer = _class_of(other, self.model, hand_ins, min(fewer, count))
        self.console.print(f"{what}: stock nbgrader grades {fewer} …")
        stock = _reckoned(*_stock(other, fewer), count)
        reckoned = f" ({fewer} of them; the rest is reckoned)" if fewer < count else ""
        self.console.print(f"{what}: `nnlib grade` …")
        new = self._ours(folder, count)
        _remove_graded(folder)
        again = self._graded(folder, count)
        self.rows += [
            (f"{what}: nbgrader as it comes{reckoned}", stock),
            ("… `nnlib grade`, the first time in a course", new),
            ("… `nnlib grade`, the sources rehearsed before", again),
        ]
        _compare_points(other / "stock.db", folder, self.console)
        if self.compared is None:
            self.compared = folder
            self.rows.append(("… `nnlib grade` again, nothing new", self._graded(folder, count)))
        return [
            (f"{what}, against stock nbgrader", f"≥ {goal} ×", f"{stock.wall / again.wall:.1f} ×"),
            ("… the first time in a course", "", f"{stock.wall / new.wall:.1f} ×"),
        ]

    def one_notebook(self, hand_ins: list) -> list:
        """Time one notebook of a course graded before, against the imports that it needs."""
        folder = self._folder()
        _class_of(folder, self.model, hand_ins, 1)
        self._ours(folder, 1, workers=1)
        imports = "import numpy, matplotlib.pyplot, sklearn"
        alone, graded = [], []
        for _ in range(5):
            with _measured(1) as runs:
                _run([sys.executable, "-c", imports])
            alone.append(runs[0].wall)
            shutil.rmtree(folder / "autograded")
            graded.append(self._graded(folder, 1, workers=1).wall)
        took = f"{min(graded):.1f} s, {min(graded) / min(alone):.1f} ×"
        return [(f"one notebook, against `python -c '{imports}'`", "≤ 2.5 ×", took)]

    def where_time_goes(self) -> list:
        """Split a notebook's time, and compare it with its cells run alone in a warm process."""
        folder, workers = self.compared, self.workers
        course = Course.open(folder)
        options = course.options(**{} if shutil.which("bwrap") else {"sandbox": False})
        jobs, _ = find_jobs(course.submissions(), course.sources(), options)
        jobs = [job for job in jobs if job.submission]
        first = {job.source: job for job in jobs}
        nothing = [Job("", one.part, one.notebook, None, path, "") for path, one in first.items()]

        began = time.perf_counter()
        with contextlib.closing(LocalGraders(options, workers, list(first))) as graders:
            list(graders.grade(nothing))
            warming = time.perf_counter() - began
            began, before = time.perf_counter(), processor_seconds()
            for _ in graders.grade(jobs):
                pass
            wall, grading = time.perf_counter() - began, processor_seconds() - before
        alone = _cells_alone(jobs, workers)
        each = 1000 / len(jobs)
        grid = Table("with all cores at work", "ms", title=f"{workers} workers")
        once = "a source: its own solution graded, once a run, with the graders' start"
        grid.add_row(once, f"{warming * 1000 / len(first):.0f}")
        grid.add_section()
        grid.add_row("a notebook, core time: its cells in a warm process", f"{alone * each:.0f}")
        grid.add_row("… graded", f"{grading * each:.0f}")
        grid.add_row("… graded, wall-clock time of a worker", f"{wall * workers * each:.0f}")
        self.console.print(grid)
        ratio = f"{grading / alone:.1f} ×"
        return [("a notebook of a class, core time, against its cells alone", "≤ 2.5 ×", ratio)]

    def busy(self, hand_ins: list, count: int) -> bool:
        """Grade on a machine that has nothing else to do, and on one that is kept busy.

        Among what is graded are honest solutions that take more than half of the time they may.
        """
        folder = self._folder()
        count = _class_of(folder, self.model, hand_ins, count)
        slow = _slowed(folder)
        self.console.print(f"A busy machine: {count} notebooks, {slow} of them slow …")
        self._ours(folder, count)
        idle = _points(folder / "gradebook.db")
        started = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(LOAD)]
        try:
            run = self._ours(folder, count)
        finally:
            for one in started:
                one.kill()
                one.wait()
        busy = _points(folder / "gradebook.db")
        differ = [key for key in idle.keys() | busy.keys() if idle.get(key) != busy.get(key)]
        self.console.print(
            f"With {LOAD} busy processes: the same points in {len(idle) - len(differ)} of "
            f"{len(idle)} notebooks, in {run.wall:.0f} s."
        )
        for key in sorted(differ):
            told = f"idle {idle.get(key)}, busy {busy.get(key)}"
            self.console.print(f"  {' · '.join(key)}: {told}")
        return not differ and bool(slow)

    def grow(self, hand_ins: list, size: int) -> None:
        """Grade a class of some size, and once more, where nothing is new."""
        folder = self._folder()
        count = _class_of(folder, self.model, hand_ins, size)
        self.console.print(f"`nnlib grade`: {count} notebooks …")
        with _progress(folder, count, self.console):
            self.rows.append(("`nnlib grade`", self._ours(folder, count)))
        self.rows.append(("… again, nothing new", self._graded(folder, count)))
        shutil.rmtree(folder)

    def table(self) -> None:
        """Print the table of docs/grading.md."""
        head = ("", "notebooks", "seconds", "notebooks/s", "CPU s/notebook", "peak MB")
        rows = [
            (
                *(name, f"{run.notebooks}", f"{run.wall:.1f}", f"{run.notebooks / run.wall:.2f}"),
                *(f"{run.cpu / run.notebooks:.2f}", f"{run.memory:.0f}"),
            )
            for name, run in self.rows
        ]
        _print_table(head, rows, self.console)
        self.rows.clear()

    def _folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.scratch), "class")

    def _ours(self, folder: Path, count: int, workers: int | None = None) -> Timing:
        """Grade a class from the start."""
        _remove(folder / ".evenhand")
        _remove_graded(folder)
        return self._graded(folder, count, workers)

    def _graded(self, folder: Path, count: int, workers: int | None = None) -> Timing:
        command = [sys.executable, "-m", "nnlib", "grade", "--course", str(folder)]
        command += ["--workers", str(workers or self.workers)]
        if not shutil.which("bwrap"):
            command.append("--without-sandbox")
        with _measured(count) as runs:
            _run(command)
        return runs[0]


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    """Print a table as Markdown."""
    for row in (head, ["---"] * len(head), *rows):
        console.print(f"| {' | '.join(row)} |", soft_wrap=True)


def _slowed(folder: Path) -> int:
    """Make three honest hand-ins slow, and return how many solutions are."""
    slow = 0
    for path in sorted(folder.glob("submitted/ada-*/*/*.ipynb"))[:3]:
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = _SLOW + "".join(cell["source"])
                slow += 1
                break
        path.write_text(json.dumps(notebook), "utf-8")
    return slow


@contextlib.contextmanager
def _progress(folder: Path, count: int, console: Console) -> Iterator[None]:
    """Say how much is graded, a tenth of the class at a time."""
    stop = threading.Event()

    def watch() -> None:
        told = 0
        while not stop.wait(5):
            done = sum(1 for _ in folder.glob("autograded/*/*/*.ipynb"))
            if done * 10 // count > told:
                told = done * 10 // count
                console.print(f"  {done} of {count}")

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _hand_ins(model: Path) -> list[tuple[str, str, list[Path]]]:
    """List what the students handed in: student, part, notebooks."""
    found = []
    for folder in sorted((model / "submitted").glob("*/*")):
        if folder.parent.name not in LEAVE_OUT:
            found.append((folder.parent.name, folder.name, sorted(folder.glob("*.ipynb"))))
    return found


def _class_of(folder: Path, model: Path, hand_ins: list, count: int) -> int:
    """Write a class by copying hand-ins again and again; return the number of notebooks."""
    folder.mkdir()
    text = (model / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(text.replace(repr(str(model)), repr(str(folder))))
    written = again = 0
    while written < count:
        for student, part, notebooks in hand_ins:
            if written >= count:
                break
            target = folder / "submitted" / f"{student}-{again:03d}" / part
            target.mkdir(parents=True)
            for path in notebooks[: count - written]:
                shutil.copy(path, target)
                written += 1
        again += 1
    return written


def _remove_graded(folder: Path) -> None:
    for name in ("gradebook.db", "autograded", "feedback"):
        _remove(folder / name)


def _stock(folder: Path, count: int) -> tuple[Timing, Timing]:
    """Grade with stock nbgrader: its own steps, one submission after the other.

    The second is what of that went to starting it.
    """
    course = Course.open(folder)
    parts = sorted(course.submissions())
    config = folder / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(
        f"{text}\nfor name in ('Autograde', 'GenerateFeedback'):\n    c.pop(name, None)\n"
        # Here `carry` finds the course's own versions, since each notebook stands alone there, too.
        f"import os\nos.environ['NNLIB_GRADING'] = {course.coursedir.source_directory!r}\n"
        f"c.CourseDirectory.release_directory = {str(folder / 'release')!r}\n"
    )
    program = [sys.executable, "-m", "nbgrader"]
    try:
        for part in parts:
            _run([*program, "generate_assignment", part], cwd=folder)
        with _measured(count) as runs:
            for part in parts:
                _run([*program, "autograde", part], cwd=folder, check=False)
        with _measured(1) as starts:
            _run([*program, "autograde", "--help"], cwd=folder)
    finally:
        config.write_text(text)
    _remove(folder / "stock.db")
    (folder / "gradebook.db").rename(folder / "stock.db")
    [start] = starts
    return runs[0], Timing(0, start.wall * len(parts), start.cpu * len(parts), start.memory)


def _points(database: Path) -> dict[tuple[str, str, str], float]:
    """Read the points of a gradebook: student, part, notebook -> points."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{database}") as gradebook:
        return {
            (s.student.id, assignment.name, notebook.name): notebook.score
            for assignment in gradebook.assignments
            for s in assignment.submissions
            for notebook in s.notebooks
        }


def _compare_points(stocks: Path, folder: Path, console: Console) -> None:
    """Say where the two disagree: stock nbgrader runs each exercise with the learner's others."""
    stock, ours = _points(stocks), _points(folder / "gradebook.db")
    files = stocks.parent.glob("submitted/*/*/*.ipynb")
    both = [key for path in files if (key := (*path.parts[-3:-1], path.stem)) in ours]
    differ = [key for key in both if stock.get(key) != ours[key]]
    console.print(f"Same points in {len(both) - len(differ)} of {len(both)} notebooks.")
    for key in differ[:10]:
        console.print(f"  {' · '.join(key)}: stock {stock.get(key)}, ours {ours[key]}")


def _reckoned(run: Timing, start: Timing, count: int) -> Timing:
    """Return what a run would need for more notebooks; what starting it takes is needed once."""
    more = count / run.notebooks
    wall = start.wall + (run.wall - start.wall) * more
    return Timing(count, wall, start.cpu + (run.cpu - start.cpu) * more, run.memory)


def _cells_alone(jobs: Sequence, workers: int) -> float:
    """Return the core time of each notebook's code cells, in seconds.

    Each runs in a child of a warm process, with no protection at all, as many at once as are graded
    at once: two cores that share parts of a processor are slower than one alone.
    """
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import sklearn.linear_model  # noqa: F401

    os.environ["NNLIB_GRADING"] = str(jobs[0].source.parents[1])
    began = processor_seconds()
    for number, job in enumerate(jobs):
        if number >= workers:
            os.wait()
        if os.fork() == 0:
            with contextlib.suppress(BaseException):
                _run_cells(job)
            os._exit(0)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    return processor_seconds() - began


def _run_cells(job) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    source = json.loads(job.source.read_text("utf-8"))
    tests = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    names = {"__name__": "__main__"}
    for cell in json.loads(job.submission.read_text("utf-8"))["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code" or "demo" in cell["metadata"].get("tags", []):
            continue
        text = tests.get(about.get("grade_id"), "".join(cell["source"]))
        with contextlib.suppress(Exception):
            exec(text, names)


@contextlib.contextmanager
def _measured(count: int) -> Iterator[list[Timing]]:
    """Measure what this machine uses while the body runs."""
    most = 0
    stop = threading.Event()
    root = psutil.Process()

    def watch() -> None:
        nonlocal most
        pause = 0.5
        while not stop.wait(pause):
            memory = 0
            for process in root.children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    memory += process.memory_full_info().pss
            most = max(most, memory)
            pause = 2  # to look takes 30 ms, which count as the grader's

    thread = threading.Thread(target=watch)
    runs: list[Timing] = []
    before, began = processor_seconds(), time.perf_counter()
    thread.start()
    try:
        yield runs
    finally:
        wall, cpu = time.perf_counter() - began, processor_seconds() - before
        stop.set()
        thread.join()
    runs.append(Timing(count, wall, cpu, most / 2**20))


def processor_seconds() -> float:
    """Return the seconds for which this machine's processors have been busy so far.

    That is right where nothing else runs. What processes say of themselves leaves out those that
    are killed with the namespace they are in, as every learner's process is.
    """
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def _run(command: list[str], cwd: Path | None = None, check: bool = True) -> None:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, errors="replace"
    )
    if check and done.returncode:
        raise CourseError(
            f"{' '.join(command[2:5])} failed:\n{(done.stderr or done.stdout)[-2000:]}"
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
