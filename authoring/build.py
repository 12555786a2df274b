"""Generate a lesson's files: cases, the executed solution, the notebook that is released."""

from __future__ import annotations

import hashlib
import itertools
import json
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from evenhand.fingerprint import installed
from nbformat.v4 import new_code_cell, new_markdown_cell

from authoring import case_files, drawing, notebooks
from authoring.case_files import alike, read_json, stale_cases, write_cases, write_json
from authoring.source import SOLUTIONS, all_lessons, read_lesson
from nnlib import course

ROOT = SOLUTIONS.parent
NOTEBOOKS = ROOT / "notebooks"


def build(names: Iterable[str]) -> None:
    """Write everything that is generated from these lessons, and the map of the course."""
    names = list(names)
    began = time.perf_counter()
    write_map()
    _remember(names)
    for number, line in enumerate(_on_all_cores(_build_one, names), 1):
        print(f"[{number}/{len(names)}] {line}", flush=True)
    print(f"All of them: {time.perf_counter() - began:.0f} s")
    index = _index()
    if index is not None:
        notebooks.write(NOTEBOOKS / "index.ipynb", index)
    drawing.PAGE.write_text(drawing.drawing(), "utf-8")


def _remember(names: list[str]) -> None:
    """Record the released notebooks before they are replaced: the grader has to know them."""
    if sys.platform != "linux":  # nobody grades here
        return
    from evenhand.options import Options
    from evenhand.releases import released_version, remember

    released = {name: NOTEBOOKS / f"{name}.ipynb" for name in names}
    seen = {name: [released_version(p, Options())] for name, p in released.items() if p.is_file()}
    remember(ROOT, seen)


def _build_one(name: str) -> str:
    began = time.perf_counter()
    lesson = read_lesson(name)
    write_cases(lesson)
    notebook = notebooks.executed(lesson, notebooks.solution(lesson))
    notebooks.write(SOLUTIONS / f"{name}.ipynb", notebook)
    release = notebooks.released(lesson, notebook)
    kept = notebooks.keep_work(NOTEBOOKS / f"{name}.ipynb", release)
    notebooks.write(NOTEBOOKS / f"{name}.ipynb", release)
    return f"{name}: {time.perf_counter() - began:.1f} s{kept}"


def _on_all_cores(work: Callable[[str], Any], names: list[str]) -> Iterator[Any]:
    if len(names) == 1:
        yield work(names[0])
        return
    # If a process is killed, this raises; a multiprocessing.Pool would wait for ever. None is
    # forked from this one, where JAX may have started threads.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("forkserver")) as pool:
        yield from pool.map(work, names)


def stale(only: Iterable[str] = ()) -> list[str]:
    """Return a sentence for each generated file that a rebuild would change.

    The outputs in solutions are not compared here: nbval does that, with a fresh run. A lesson that
    was up to date is not checked again until something that it depends on changes.

    Parameters
    ----------
    only
        Lessons to check in any case. If empty, all that have changed, and all other files.
    """
    if only:
        return list(itertools.chain(*_stale_lessons(list(only)).values()))
    found = []
    names = all_lessons()
    if not alike(read_json(case_files.CASES / "course.json"), _map()):
        found.append("nnlib/cases/course.json is not what solutions/ says")
    if not drawing.PAGE.is_file() or drawing.PAGE.read_text("utf-8") != drawing.drawing():
        found.append("docs/house.md is not what the code says")
    expected = {case_files.CASES / "course.json"}
    expected |= {path for name in names for path in _case_files(name)}
    for sentences in _stale_lessons(changed(names)).values():
        found += sentences
    index = _index()
    if index is not None and (
        not (NOTEBOOKS / "index.ipynb").is_file()
        or notebooks.read(NOTEBOOKS / "index.ipynb") != index
    ):
        found.append("notebooks/index.ipynb is not what solutions/index.py says")
    for path in sorted(case_files.CASES.rglob("*.json")):
        if path not in expected:
            found.append(f"{path.relative_to(ROOT)} belongs to no exercise")
    for folder in (SOLUTIONS, NOTEBOOKS):
        for path in sorted(folder.glob("*-*/*.ipynb")):
            if f"{path.parent.name}/{path.stem}" not in names:
                found.append(f"{path.relative_to(ROOT)} belongs to no lesson")
    return found


def _stale_lessons(names: list[str]) -> dict[str, list[str]]:
    """Return what is stale in each of these lessons, and remember those that are up to date."""
    before = states(names)  # so that a change in the meantime is noticed
    found = {}
    for number, (name, one) in enumerate(
        zip(names, _on_all_cores(_stale_one, names), strict=True), 1
    ):
        print(f"\rchecking the generated files: {number} of {len(names)}", end="", flush=True)
        found[name] = one
    print(end="\n" if names else "")
    remember_good({name: before[name] for name, sentences in found.items() if not sentences})
    return found


def _stale_one(name: str) -> list[str]:
    lesson = read_lesson(name)
    found = stale_cases(lesson)
    solution = notebooks.solution(lesson)
    path = SOLUTIONS / f"{name}.ipynb"
    if not path.is_file() or notebooks.without_outputs(
        notebooks.read(path)
    ) != notebooks.without_outputs(solution):
        found.append(f"{path.relative_to(ROOT)} is not what {lesson.path.name} says")
    path = NOTEBOOKS / f"{name}.ipynb"
    if not path.is_file() or notebooks.read(path) != notebooks.released(lesson, solution):
        found.append(f"{path.relative_to(ROOT)} is not what {lesson.path.name} says")
    return found


# What was up to date


GOOD = ROOT / ".cache" / "check-build.json"


def changed(names: Iterable[str], record: Path | None = None, where: str = "") -> list[str]:
    """Return the lessons that have changed since they were last found good.

    Parameters
    ----------
    record
        What remembers that; `GOOD` if None.
    where
        What else it depends on.
    """
    good = read_json(record or GOOD) or {}
    return [name for name, state in states(names, where).items() if good.get(name) != state]


def remember_good(found: dict[str, str], record: Path | None = None) -> None:
    """Remember the states in which lessons were found good."""
    path = record or GOOD
    path.parent.mkdir(exist_ok=True)
    write_json(path, (read_json(path) or {}) | found)


def states(names: Iterable[str], where: str = "") -> dict[str, str]:
    """Return a digest of all that each lesson depends on.

    That is its own files, generated ones included; the lessons before it, whose functions it may
    use; the map; the code that generates; and the versions of Python and of all packages.
    """
    common = hashlib.sha256(json.dumps([sys.version, where, _map()]).encode())
    common.update(repr(installed()).encode())
    patterns = ("authoring/*.py", "mistakes/*.py", "nnlib/*", "nnlib/data/*")
    tools = [path for pattern in patterns for path in ROOT.glob(pattern)]
    for path in [*sorted(tools), ROOT / "nbgrader_config.py"]:
        if path.is_file():
            common.update(path.read_bytes())
    found = {}
    for name in all_lessons():
        for path in (SOLUTIONS / f"{name}.py", SOLUTIONS / f"{name}_cases.py"):
            common.update(path.read_bytes() if path.is_file() else b"-")
        own = common.copy()
        for folder in (SOLUTIONS, NOTEBOOKS):
            path = folder / f"{name}.ipynb"
            own.update(path.read_bytes() if path.is_file() else b"-")
        for path in _case_files(name):
            own.update(path.read_bytes() if path.is_file() else b"-")
        found[name] = own.hexdigest()
    return {name: found[name] for name in names}


def _case_files(name: str) -> list[Path]:
    part = name.partition("/")[0]
    return [case_files.CASES / part / f"{one}.json" for one in read_lesson(name).exercises]


# The map


def _map() -> list[dict[str, Any]]:
    keys = ("name", "title", "summary", "minutes", "exercises")
    return [{key: getattr(one, key) for key in keys} for one in map(read_lesson, all_lessons())]


def write_map() -> None:
    """Write `nnlib/cases/course.json`, which knows every lesson and exercise."""
    case_files.CASES.mkdir(exist_ok=True)
    write_json(case_files.CASES / "course.json", _map(), indent=1)
    course.lessons.cache_clear()


def _index() -> nbformat.NotebookNode | None:
    import jupytext

    path = SOLUTIONS / "index.py"
    if not path.is_file():
        return None
    notebook = jupytext.reads(path.read_text("utf-8"), fmt="py:percent")
    hours = str(round(sum(info.minutes for info in course.lessons()) / 60))
    given = {"{map}": _map_table(), "{alt}": alt_of_flower(), "{hours}": hours}
    cells = []
    for number, cell in enumerate(notebook.cells):
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        source = cell.source
        for mark, text in given.items():
            source = source.replace(mark, text)
        cells.append(make(source, id=f"cell-{number:02d}"))
    return notebooks.new(cells)


def alt_of_flower() -> str:
    """Return what is seen in `notebooks/flower.png`, as README.md says it."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (alt,) = re.findall(r"!\[(.*?)\]\(notebooks/flower.png\)", readme)
    return alt


def _map_table() -> str:
    rows = []
    for part, infos in itertools.groupby(course.lessons(), key=lambda info: info.part):
        rows += [f"**{part}**", "", "| notebook | what it is about | minutes | points |"]
        rows.append("| --- | --- | --- | --- |")
        for info in infos:
            number = info.name.partition("/")[2][:2]
            rows.append(
                f"| [{number} · {info.title}]({info.name}.ipynb) | {info.summary} "
                f"| {info.minutes} | {read_lesson(info.name).points:g} |"
            )
        rows.append("")
    points = sum(read_lesson(info.name).points for info in course.lessons())
    rows.append(f"In all {points:g} points.")
    return "\n".join(rows).strip()
