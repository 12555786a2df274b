"""Turn lessons into what is generated: case files, executed solutions, release notebooks."""

from __future__ import annotations

import itertools
import json
import logging
import math
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from authoring.cases import AuthorError, Exercise, read_cases
from authoring.moving import MOVES, moved, stand_ins_moved
from authoring.source import SOLUTIONS, Cell, LessonSource, all_lessons, read_lesson
from authoring.trial import _limit, _quiet
from nnlib import carrying, course
from nnlib.checking import number_of_examples, run
from nnlib.course import Outcome
from nnlib.values import Raised, Random, encode

__all__ = ["build", "stale", "stale_cases", "write_cases", "write_map"]

ROOT = SOLUTIONS.parent
NOTEBOOKS = ROOT / "notebooks"
CASES = course.CASES


def build(names: Iterable[str]) -> None:
    """Write everything that is generated from these lessons, and the map of the course."""
    names = list(names)
    began = time.perf_counter()
    write_map()
    _remember(names)
    for number, line in enumerate(_on_both_cores(_build_one, names), 1):
        print(f"[{number}/{len(names)}] {line}", flush=True)
    print(f"All of them, two at a time: {time.perf_counter() - began:.0f} s")
    index = _index()
    if index is not None:
        _write_notebook(NOTEBOOKS / "index.ipynb", index)


def _remember(names: list[str]) -> None:
    """Keep what learners were given before it is written anew, for the grader to know it."""
    if sys.platform != "linux":  # nobody grades here
        return
    from evenhand import releases
    from evenhand.options import Options
    from evenhand.reading import released_version

    released = {name: NOTEBOOKS / f"{name}.ipynb" for name in names}
    seen = {name: [released_version(p, Options())] for name, p in released.items() if p.is_file()}
    releases.remember(ROOT, seen)


def _build_one(name: str) -> str:
    began = time.perf_counter()
    lesson = read_lesson(name)
    write_cases(lesson)
    notebook = _executed(lesson, _solution(lesson))
    _write_notebook(SOLUTIONS / f"{name}.ipynb", notebook)
    release = _released(lesson, notebook)
    kept = _keep_work(NOTEBOOKS / f"{name}.ipynb", release)
    _write_notebook(NOTEBOOKS / f"{name}.ipynb", release)
    return f"{name}: {time.perf_counter() - began:.1f} s{kept}"


def _on_both_cores(work: Callable[[str], Any], names: list[str]) -> Iterator[Any]:
    with multiprocessing.Pool(2) as pool:
        yield from pool.imap(work, names)


def stale() -> list[str]:
    """Return a sentence for each generated file that a rebuild would change.

    Outputs of the solutions are not looked at: nbval holds them against a fresh run.
    """
    found = []
    names = all_lessons()
    if not _alike(_read_json(CASES / "course.json"), _map()):
        found.append("nnlib/cases/course.json is not what solutions/ says")
    expected = {CASES / "course.json"}
    for number, (files, sentences) in enumerate(_on_both_cores(_stale_one, names), 1):
        print(f"\rchecking the generated files: {number} of {len(names)}", end="", flush=True)
        expected |= files
        found += sentences
    print()
    index = _index()
    if index is not None and (
        not (NOTEBOOKS / "index.ipynb").is_file() or _read(NOTEBOOKS / "index.ipynb") != index
    ):
        found.append("notebooks/index.ipynb is not what solutions/index.py says")
    for path in sorted(CASES.rglob("*.json")):
        if path not in expected:
            found.append(f"{path.relative_to(ROOT)} belongs to no exercise")
    for folder in (SOLUTIONS, NOTEBOOKS):
        for path in sorted(folder.glob("*-*/*.ipynb")):
            if f"{path.parent.name}/{path.stem}" not in names:
                found.append(f"{path.relative_to(ROOT)} belongs to no lesson")
    return found


def _stale_one(name: str) -> tuple[set[Path], list[str]]:
    lesson = read_lesson(name)
    expected, found = stale_cases(lesson)
    solution = _solution(lesson)
    path = SOLUTIONS / f"{name}.ipynb"
    if not path.is_file() or _without_outputs(_read(path)) != _without_outputs(solution):
        found.append(f"{path.relative_to(ROOT)} is not what {lesson.path.name} says")
    path = NOTEBOOKS / f"{name}.ipynb"
    if not path.is_file() or _read(path) != _released(lesson, solution):
        found.append(f"{path.relative_to(ROOT)} is not what {lesson.path.name} says")
    return expected, found


def stale_cases(lesson: LessonSource) -> tuple[set[Path], list[str]]:
    """Return a lesson's case files, and a sentence for each that is not what its source says."""
    expected, found = set(), []
    for exercise, data in _cases(lesson).items():
        path = CASES / lesson.name.partition("/")[0] / f"{exercise}.json"
        expected.add(path)
        if not _alike(_read_json(path), data):
            found.append(f"{path.relative_to(ROOT)} is not what {lesson.cases_path.name} says")
    return expected, found


# The map


def _map() -> list[dict[str, Any]]:
    rows = []
    for name in all_lessons():
        lesson = read_lesson(name)
        rows.append(
            {
                "name": name,
                "title": lesson.title,
                "summary": lesson.summary,
                "minutes": lesson.minutes,
                "exercises": lesson.exercises,
            }
        )
    return rows


def write_map() -> None:
    """Write `nnlib/cases/course.json`, which knows every lesson and exercise."""
    CASES.mkdir(exist_ok=True)
    _write_json(CASES / "course.json", _map(), indent=1)
    course.lessons.cache_clear()


def _index() -> nbformat.NotebookNode | None:
    import jupytext

    path = SOLUTIONS / "index.py"
    if not path.is_file():
        return None
    notebook = jupytext.reads(path.read_text("utf-8"), fmt="py:percent")
    cells = []
    for number, cell in enumerate(notebook.cells):
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        cells.append(make(cell.source.replace("{map}", _map_table()), id=f"cell-{number:02d}"))
    return _notebook(cells)


def _map_table() -> str:
    rows = []
    for part, infos in itertools.groupby(course.lessons(), key=lambda info: info.part):
        rows += [f"**{part}**", "", "| notebook | what it is about | minutes | points |"]
        rows.append("| --- | --- | --- | --- |")
        for info in infos:
            number = info.name.partition("/")[2][:2]
            rows.append(
                f"| [{number} · {info.title}]({info.name}.ipynb) | {info.summary} "
                f"| {info.minutes} | {info.points:g} |"
            )
        rows.append("")
    return "\n".join(rows).strip()


# The cases


def write_cases(lesson: LessonSource) -> None:
    """Write the case file of each exercise of a lesson."""
    folder = CASES / lesson.name.partition("/")[0]
    folder.mkdir(parents=True, exist_ok=True)
    for exercise, data in _cases(lesson).items():
        path = folder / f"{exercise}.json"
        # Not for last digits, which each processor has its own.
        if not _alike(_read_json(path), data):
            _write_json(path, data)
    course.cases.cache_clear()


def _cases(lesson: LessonSource) -> dict[str, dict[str, Any]]:
    exercises = read_cases(lesson.cases_path)
    cells = {c.exercise: c for c in lesson.cells if c.kind == "exercise"}
    unknown = cells.keys() ^ exercises.keys()
    if unknown:
        raise AuthorError(
            f"{lesson.name}: {', '.join(sorted(unknown))} stands in only one of the lesson "
            "and its cases."
        )
    return {name: _case(lesson, cells[name], exercises[name]) for name in cells}


def _case(lesson: LessonSource, cell: Cell, exercise: Exercise) -> dict[str, Any]:
    arguments, method = _signature(cell)
    right = _stable(lesson, cell.text, exercise, arguments, "the solution")
    for example, outcome in zip(exercise.examples, right, strict=True):
        if isinstance(outcome.result, Raised):
            raise AuthorError(
                f"{lesson.name}: the solution of {exercise.name} ends in {outcome.result.error} "
                f"on an example{' (' + example.beyond + ')' if example.beyond else ''}."
            )
    mistakes = []
    for wrong in exercise.misconceptions:
        code = wrong.code(exercise.name, cell.text)
        which = f"the misconception in line {wrong.line}"
        outcomes = _stable(lesson, code, exercise, arguments, which)
        mistakes.append(([wrong.sentence], outcomes))
    mistakes += _pairs(lesson, cell, exercise, arguments, [right, *(o for _, o in mistakes)])
    return {
        "exercise": exercise.name,
        "lesson": lesson.name,
        "arguments": list(arguments),
        "parts": list(exercise.parts),
        "method": method,
        "examples": [
            {
                "args": encode(list(example.args)),
                "outcome": _plain(outcome),
                "given": encode(example.given),
                "beyond": example.beyond,
                "read": list(example.read),
                "m": number_of_examples(arguments, example.args),
            }
            for example, outcome in zip(exercise.examples, right, strict=True)
        ],
        "mistakes": [
            {"sentences": sentences, "outcomes": [_plain(o) for o in outcomes]}
            for sentences, outcomes in mistakes
        ],
        "hints": list(exercise.hints),
    }


# Pairs are made of the misconceptions that stand first, which are the commonest.
_COMMONEST = 8


def _pairs(
    lesson: LessonSource,
    cell: Cell,
    exercise: Exercise,
    arguments: tuple[str, ...],
    known: list[list[Outcome]],
) -> list[tuple[list[str], list[Outcome]]]:
    """Return what two mistakes made together come to, where that tells which two they are."""
    made = []
    first = [wrong for wrong in exercise.misconceptions if wrong.edits][:_COMMONEST]
    for one, other in itertools.combinations(first, 2):
        code = one.code(exercise.name, cell.text)
        if any(old not in code for old, _ in other.edits):
            continue
        try:
            code = other.code(exercise.name, code)
            outcomes = _stable(lesson, code, exercise, arguments, "a pair of misconceptions")
        except AuthorError:
            continue  # each is sound; together they are no Python, or come to chance numbers
        if not any(isinstance(o.result, Raised) for o in outcomes):
            made.append(([one.sentence, other.sentence], outcomes))
    plain = [[_plain(o) for o in outcomes] for outcomes in known]
    plain += [[_plain(o) for o in outcomes] for _, outcomes in made]
    # Two together that look like one, or like another two, could be named wrongly.
    return [
        pair
        for pair, mine in zip(made, plain[len(known) :], strict=True)
        if sum(_alike(mine, other) for other in plain) == 1
    ]


def _signature(cell: Cell) -> tuple[tuple[str, ...], str]:
    """Return the argument names of an exercise and, for a method, the class it belongs to."""
    import ast

    for node in ast.parse(cell.text).body:
        if isinstance(node, ast.FunctionDef) and node.name == cell.exercise:
            method = ""
            for decorator in node.decorator_list:
                text = ast.unparse(decorator)
                if text.startswith("lesson.method("):
                    method = text[len("lesson.method(") : -1]
            return tuple(a.arg for a in node.args.args), method
    raise AuthorError(f"The cell of the exercise {cell.exercise} does not define {cell.exercise}.")


def _stable(
    lesson: LessonSource, code: str, exercise: Exercise, arguments: tuple[str, ...], which: str
) -> list[Outcome]:
    """Return the outcomes of a version of an exercise, each the same on every processor.

    Raises
    ------
    AuthorError
        If one moves by more than a check allows where its inputs move by a part in 10**12.
    """
    found = _outcomes(lesson, code, exercise, arguments)
    for move in MOVES:
        other = _outcomes(lesson, code, exercise, arguments, move)
        for number, (here, there) in enumerate(zip(found, other, strict=True), 1):
            if not _alike(_plain(here), _plain(there), **TOLERANCE):
                raise AuthorError(
                    f"{lesson.name}: {exercise.name}: what {which} gives on example {number} hangs "
                    "on rounding: it changes where the inputs are moved by a part in 10**12. "
                    "Choose another example, with fewer steps or away from the border."
                )
    return found


def _outcomes(
    lesson: LessonSource,
    code: str,
    exercise: Exercise,
    arguments: tuple[str, ...],
    move: float = 0,
) -> list[Outcome]:
    namespace = carrying.namespace_of(lesson.name, SOLUTIONS)
    outcomes = []
    with _quiet():
        try:
            exec(compile(code, f"<{exercise.name}>", "exec"), namespace)
        except SyntaxError as error:
            raise AuthorError(f"{lesson.name}: a version of {exercise.name}: {error}") from None
        for example in exercise.examples:
            with _limit(10):
                one = run(
                    namespace[exercise.name],
                    moved(example.args, move) if move else example.args,
                    namespace,
                    given=stand_ins_moved(example.given, move) if move else example.given,
                    read=example.read,
                    arguments=arguments,
                )
            outcome = one.outcome
            if exercise.random:
                outcome = Outcome(
                    _randomised(outcome.result, exercise.random, exercise.parts),
                    _randomised(dict(outcome.attributes), exercise.random, ()),
                    outcome.changed,
                )
            outcomes.append(outcome)
    return outcomes


def _randomised(value: Any, names: Iterable[str], parts: Iterable[str]) -> Any:
    """Return `value` with every random part replaced by its description."""
    if isinstance(value, dict):
        return {
            key: Random.of(item)
            if key in names and isinstance(item, np.ndarray)
            else _randomised(item, names, ())
            for key, item in value.items()
        }
    if isinstance(value, tuple):
        labels = [*parts, *([""] * len(value))]
        return tuple(
            Random.of(item)
            if label in names and isinstance(item, np.ndarray)
            else _randomised(item, names, ())
            for label, item in zip(labels, value, strict=False)
        )
    if "result" in names and isinstance(value, np.ndarray):
        return Random.of(value)
    return value


def _plain(outcome: Outcome) -> dict[str, Any]:
    try:
        result = encode(outcome.result)
    except TypeError:
        # A wrong answer may return anything, such as a function: what matters is that it is wrong.
        result = {"raised": f"a {type(outcome.result).__name__}"}
    attributes = {}
    for name, value in outcome.attributes.items():
        try:
            attributes[name] = encode(value)
        except TypeError:
            attributes[name] = {"raised": f"a {type(value).__name__}"}
    return {
        "result": result,
        "attributes": {"dict": [[k, v] for k, v in attributes.items()]},
        "changed": list(outcome.changed),
    }


# The notebooks


def _solution(lesson: LessonSource) -> nbformat.NotebookNode:
    """Return a lesson as the notebook that nbgrader calls the source, not yet executed."""
    cells = []
    for number, cell in enumerate(lesson.cells):
        if cell.kind == "markdown":
            text = cell.text.replace("{minutes}", str(lesson.minutes))
            text = text.replace("{points}", f"{sum(lesson.exercises.values()):g}")
            cells.append(new_markdown_cell(text, id=f"cell-{number:02d}"))
        else:
            cells.append(_code_cell(cell, number))
    cells.append(new_markdown_cell(_navigation(lesson.name), id="navigation"))
    return _notebook(cells)


def _code_cell(cell: Cell, number: int) -> nbformat.NotebookNode:
    text = cell.text
    slug = re.sub(r"[^a-z0-9]+", "-", cell.title.lower()).strip("-")
    grade_id = {
        "exercise": cell.exercise,
        "check": f"{cell.exercise}--check",
        "test": f"{cell.exercise}--{slug}",
    }.get(cell.kind, f"cell-{number:02d}")
    if cell.kind == "test":
        plural = "" if cell.points == 1 else "s"
        text = (
            f"# Hidden test: {cell.title} ({cell.points:g} point{plural}).\n"
            f"# It runs when your notebook is graded.\n{text}"
        )
    made = new_code_cell(text, id=re.sub(r"[^A-Za-z0-9_-]", "-", grade_id)[:64])
    if cell.kind in ("setup", "demo", "carry"):
        made.metadata["tags"] = [cell.kind]
    if cell.kind not in ("plain", "demo"):
        graded = bool(cell.points)
        made.metadata["nbgrader"] = {
            "grade": graded,
            "grade_id": grade_id,
            "locked": cell.kind != "exercise",
            "schema_version": 3,
            "solution": cell.kind == "exercise",
            "task": False,
        }
        if graded:
            made.metadata["nbgrader"]["points"] = cell.points
    return made


# From a solution; a release notebook has the map beside its folder.
_MAP_LINK = "../../notebooks/index.ipynb"


def _navigation(name: str) -> str:
    names = [info.name for info in course.lessons()]
    here = names.index(name)
    links = []
    if here:
        before = course.lessons()[here - 1]
        links.append(f"[← {before.title}](../{before.name}.ipynb)")
    links.append(f"[Map of the course]({_MAP_LINK})")
    if here + 1 < len(names):
        after = course.lessons()[here + 1]
        links.append(f"[{after.title} →](../{after.name}.ipynb)")
    return "---\n\n" + " · ".join(links)


def _notebook(cells: list) -> nbformat.NotebookNode:
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )


def _executed(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run a solution in a fresh kernel, in a copy of solutions/.

    Raises
    ------
    AuthorError
        If a cell fails, or writes to stderr.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(
            SOLUTIONS, f"{scratch}/course", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__")
        )
        folder = f"{scratch}/course/{lesson.name.partition('/')[0]}"
        client = NotebookClient(
            notebook,
            timeout=600,
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
        )
        try:
            client.execute(env={k: v for k, v in os.environ.items() if k != carrying.GRADING})
        except CellExecutionError as error:
            raise AuthorError(f"{lesson.name}: {error}") from None
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.execution_count:
            raise AuthorError(f"{lesson.name}: the kernel did not run {cell.source[:40]!r}.")
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise AuthorError(f"{lesson.name}: a cell writes to stderr: {output['text'][:300]}")
    return notebook


def _released(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return what nbgrader releases to students."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    part, _, short = lesson.name.partition("/")
    with tempfile.TemporaryDirectory() as scratch:
        config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config())
        config.CourseDirectory.root = scratch
        config.CourseDirectory.source_directory = "source"
        config.CourseDirectory.release_directory = "release"
        # Making a gradebook takes nbgrader longer than all else.
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        folder = Path(scratch, "source", part)
        folder.mkdir(parents=True)
        _write_notebook(folder / f"{short}.ipynb", notebook)
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        result = api.generate_assignment(part)
        released = Path(scratch, "release", part, f"{short}.ipynb")
        if not result["success"] or not released.is_file():
            raise AuthorError(f"{lesson.name}: nbgrader could not release it: {result}")
        notebook = _read(released)
    notebook.cells[-1].source = notebook.cells[-1].source.replace(_MAP_LINK, "../index.ipynb")
    return notebook


def _keep_work(path: Path, release: nbformat.NotebookNode) -> str:
    """Put a notebook aside in which a learner has written, before it is written anew."""
    if not path.is_file():
        return ""
    ours = {c.metadata.nbgrader.grade_id for c in release.cells if _is_exercise(c)}
    for cell in _read(path).cells:
        if _is_exercise(cell) and cell.metadata.nbgrader.grade_id in ours:
            if "raise NotImplementedError" not in cell.source:
                aside = path.with_name(f"{path.stem}.mine-{time.strftime('%Y%m%d-%H%M%S')}.ipynb")
                shutil.copy(path, aside)
                return f" (the work in it is kept as {aside.name})"
    return ""


def _is_exercise(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    bare = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    return bare


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _write_notebook(path: Path, notebook: nbformat.NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def _write_json(path: Path, data: Any, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    text = json.dumps(data, ensure_ascii=False, indent=indent, separators=separators)
    path.write_text(text + "\n", "utf-8")


# Of a check. What is stable moves by less where inputs move by 1e-12; by rounding, far less.
TOLERANCE = {"rtol": 1e-6, "atol": 1e-8}


def _alike(one: Any, other: Any, rtol: float = 1e-7, atol: float = 1e-9) -> bool:
    """Whether two JSON values are equal, numbers up to what another processor may change."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[k], other[k], rtol, atol) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _alike(a, b, rtol, atol) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and math.isclose(one, other, rel_tol=rtol, abs_tol=atol)
    if isinstance(one, str) and isinstance(other, str):
        return _rounded(one) == _rounded(other)
    return one == other


def _rounded(text: str) -> str:
    """Return a text with its decimal numbers in six digits: a wrong answer may hold some."""
    return re.sub(r"\d+\.\d+(e[+-]?\d+)?", lambda found: f"{float(found[0]):.6g}", text)
