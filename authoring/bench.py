"""The command `nnlib bench-grade`: how fast a class is graded, compared with stock nbgrader.

In: the example class, multiplied. Out: tables in the terminal, the last of them as docs/grading.md
has it. Stock nbgrader and `nnlib grade` grade the same notebooks in one run, one after the other;
then `nnlib grade` alone grades growing classes, to see whether memory and the time per notebook
stay the same, and a class on a busy machine, where it has to come to the same grades.

Run it on a machine that does nothing else: both use all cores that they can get. On two cores it
takes about eight minutes; ``--sizes 10000`` takes longer.
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
from evenhand.jobs import find_jobs
from evenhand.options import Options
from evenhand.pool import LocalGraders
from rich.console import Console
from rich.table import Table

LEAVE_OUT = ("eve-infinite-loop", "O'Neill, Ines")
"""Students whom stock nbgrader waits for by the minute, or does not grade at all."""

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
        Seconds; `cpu` of all processes together.
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
        epilog="Example: nnlib bench-grade --notebooks 20 --sizes 10",
    )
    parser.add_argument("--notebooks", type=int, default=60, help="in the comparison, at least")
    parser.add_argument(
        "--stock",
        type=int,
        default=30,
        help="of these, graded by stock nbgrader; the rest is reckoned",
    )
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[10, 100, 1000], help="of the growing classes"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--without-stock", action="store_true", help="only nnlib grade")
    options = parser.parse_args(argv[1:])
    console = Console(highlight=False)
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
    hand_ins = _hand_ins(model)

    folder = scratch / "compared"
    count = _class_of(folder, model, hand_ins, options.notebooks)
    rows = []
    stock = None
    if not options.without_stock:
        other = scratch / "stock"
        fewer = _class_of(other, model, hand_ins, min(options.stock, count))
        console.print(f"Stock nbgrader autograde: {fewer} notebooks …")
        stock = _reckoned(*_stock(other, fewer), count)
        reckoned = f" ({fewer} of them; the rest is reckoned)" if fewer < count else ""
        rows.append((f"nbgrader as it comes{reckoned}", stock))
    console.print(f"nnlib grade: {count} notebooks, {options.workers} workers …")
    ours = _ours(folder, count, options.workers)
    rows.append(("`nnlib grade`, same notebooks", ours))
    if not options.without_stock:
        _compare_points(other / "stock.db", folder, console)
    _where_time_goes(folder, ours, options.workers, console)
    _one_notebook(scratch / "one", model, hand_ins, console)
    for size in options.sizes:
        folder = scratch / f"class-{size}"
        count = _class_of(folder, model, hand_ins, size)
        console.print(f"nnlib grade: {count} notebooks …")
        rows.append(("`nnlib grade`", _ours(folder, count, options.workers)))
        rows.append(("… again, nothing new", _graded(folder, count, options.workers)))
        shutil.rmtree(folder)
    count = min(20, options.notebooks)
    same = _busy(scratch / "busy", model, hand_ins, count, options.workers, console)
    _table(rows)
    if stock:
        print(
            f"\n{stock.wall / ours.wall:.0f} times as fast as nbgrader, with "
            f"{stock.cpu / ours.cpu:.0f} times less of the processor."
        )
    return same


def _table(rows: Sequence[tuple[str, Timing]]) -> None:
    """Print the table of docs/grading.md."""
    print("\n| | notebooks | seconds | notebooks/s | CPU s/notebook | peak MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, run in rows:
        speed, cpu = run.notebooks / run.wall, run.cpu / run.notebooks
        print(
            f"| {name} | {run.notebooks} | {run.wall:.1f} | {speed:.2f} | {cpu:.2f} "
            f"| {run.memory:.0f} |"
        )


def _busy(
    folder: Path, model: Path, hand_ins: list, count: int, workers: int, console: Console
) -> bool:
    """Grade on a machine that has nothing else to do, and on one that is kept busy.

    Among what is graded are honest solutions that take more than half of the time they may.
    """
    count = _class_of(folder, model, hand_ins, count)
    slow = 0
    for path in sorted(folder.glob("submitted/ada-*/*/*.ipynb"))[:3]:
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = _SLOW + "".join(cell["source"])
                slow += 1
                break
        path.write_text(json.dumps(notebook), "utf-8")
    console.print(f"A busy machine: {count} notebooks, {slow} of them slow …")
    _ours(folder, count, workers)
    idle = _points(folder / "gradebook.db")
    started = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(LOAD)]
    try:
        run = _ours(folder, count, workers)
    finally:
        for one in started:
            one.kill()
            one.wait()
    busy = _points(folder / "gradebook.db")
    differ = [key for key in idle.keys() | busy.keys() if idle.get(key) != busy.get(key)]
    console.print(
        f"With {LOAD} busy processes: the same points in {len(idle) - len(differ)} of {len(idle)} "
        f"notebooks, in {run.wall:.0f} s."
    )
    for key in sorted(differ):
        console.print(f"  {' · '.join(key)}: idle {idle.get(key)}, busy {busy.get(key)}")
    return not differ and bool(slow)


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


def _ours(folder: Path, count: int, workers: int) -> Timing:
    for name in ("gradebook.db", "autograded", "feedback", ".evenhand"):
        _remove(folder / name)
    return _graded(folder, count, workers)


def _graded(folder: Path, count: int, workers: int) -> Timing:
    command = [sys.executable, "-m", "nnlib", "grade", "--course", str(folder)]
    command += ["--workers", str(workers)]
    if not shutil.which("bwrap"):
        command.append("--without-sandbox")
    with _measured(count) as runs:
        _run(command)
    return runs[0]


def _one_notebook(folder: Path, model: Path, hand_ins: list, console: Console) -> None:
    """Time one notebook of a course that was graded before, against the imports that it needs."""
    _class_of(folder, model, hand_ins, 1)
    _ours(folder, 1, 1)
    imports = "import numpy, matplotlib.pyplot, sklearn"
    alone, graded = [], []
    for _ in range(5):
        with _measured(1) as runs:
            _run([sys.executable, "-c", imports])
        alone.append(runs[0].wall)
        shutil.rmtree(folder / "autograded")
        graded.append(_graded(folder, 1, 1).wall)
    console.print(
        f"One notebook, from command to feedback page: {min(graded):.1f} s, "
        f"{min(graded) / min(alone):.1f} times as long as python -c '{imports}'."
    )


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


def _where_time_goes(folder: Path, ours: Timing, workers: int, console: Console) -> None:
    """Split a notebook's time, and compare it with its cells run alone in a warm process."""
    course = Course.open(folder)
    jobs, _ = find_jobs(course.submissions(), course.sources())
    jobs = [job for job in jobs if job.submission]
    options = Options.from_config(course.config, sandbox=bool(shutil.which("bwrap")))
    graders = LocalGraders(options, workers, [jobs[0].source])
    with contextlib.closing(graders):
        first = iter(jobs)
        warming = time.perf_counter()
        list(graders.grade([next(first) for _ in range(workers)]))
        warming = time.perf_counter() - warming
        began = time.perf_counter()
        inside = sum(
            done.result.seconds for batch in graders.grade(jobs) for done in batch if done.result
        )
        grading = time.perf_counter() - began
    alone = _cells_alone(jobs)
    each = 1000 / len(jobs)
    grid = Table("a notebook's milliseconds", "ms", title=f"{workers} workers")
    grid.add_row("its cells, run alone in a warm process", f"{alone * each:.0f}")
    grid.add_row("graded: sandbox, cells, tests, verdicts", f"{inside * each:.0f}")
    grid.add_row("… per worker, with hand-over", f"{grading * workers * each:.0f}")
    grid.add_row("… as a multiple of its cells alone", f"{grading * workers / alone:.1f}")
    grid.add_row(
        "the whole command, per notebook of wall time", f"{1000 * ours.wall / len(jobs):.0f}"
    )
    console.print(grid)
    console.print(
        f"Once a run: {warming:.1f} s until the graders are warm; "
        f"{max(ours.wall - warming - grading, 0):.1f} s for start-up, registering the sources, "
        "gradebook, pages and report."
    )


def _cells_alone(jobs: Sequence) -> float:
    """Run each notebook's code cells in a child of a warm process, with no protection at all."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import sklearn.linear_model  # noqa: F401

    os.environ["NNLIB_GRADING"] = str(jobs[0].source.parents[1])
    began = time.perf_counter()
    for job in jobs:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                _run_cells(job)
            os._exit(0)
        os.waitpid(child, 0)
    return time.perf_counter() - began


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
    """Measure what this process's children use while the body runs."""
    peak = {"cpu": 0.0, "memory": 0.0}
    stop = threading.Event()
    root = psutil.Process()

    def watch() -> None:
        while not stop.wait(0.25):
            cpu = memory = 0.0
            for process in root.children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    # What a process's dead children used is in its own account.
                    cpu += sum(process.cpu_times()[:4])
                    memory += process.memory_full_info().pss
            peak["memory"] = max(peak["memory"], memory)
            if cpu > peak["cpu"]:
                peak["cpu"] = cpu

    before = sum(os.times()[2:4])
    thread = threading.Thread(target=watch)
    runs: list[Timing] = []
    began = time.perf_counter()
    thread.start()
    try:
        yield runs
    finally:
        wall = time.perf_counter() - began
        stop.set()
        thread.join()
    # The larger of two accounts: neither the watcher nor the kernel sees all of what is killed.
    cpu = max(peak["cpu"], sum(os.times()[2:4]) - before)
    runs.append(Timing(count, wall, cpu, peak["memory"] / 2**20))


def processor_seconds() -> float:
    """Return the processor time of all processes below this one so far, dead ones too."""
    spent = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            spent += sum(process.cpu_times()[:4])
    return spent


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
