"""Say what would go wrong when a notebook is graded, and mend its form before it is handed in.

The file is read, never run. Only what would really go wrong is reported. What is mended is which
cell belongs to which exercise, and a cell's kind; the learner's code stays as it is.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnlib import course
from nnlib.panels import Panel, show
from nnlib.statements import IMPORTS, Statement, as_ipython_runs, grade_id, statements_of
from nntools import machine

#: What notebooks may import, beside Python's own modules and files in their folder.
_PACKAGES = {
    *("numpy", "matplotlib", "mpl_toolkits", "sklearn", "scipy", "nnlib", "IPython", "ipywidgets"),
    *("PIL", "keras", "jax"),
}
_NAMED = re.compile(r"""nnlib\.lesson\(\s*["']([\w/-]+)["']""")


@dataclass(frozen=True)
class Fault:
    """What would go wrong, in a sentence, and a function that mends it, if one can."""

    said: str
    mend: Callable[[], None] | None = None


@dataclass(frozen=True)
class Findings:
    """What was found in a notebook: faults, exercises that are not written, and its JSON."""

    faults: tuple[Fault, ...]
    unwritten: tuple[str, ...] = ()
    notebook: dict[str, Any] | None = None


def main(argv: Sequence[str]) -> int:
    """Examine notebooks, or the machine; return 1 if something is left to be done."""
    parser = argparse.ArgumentParser(
        prog="nnlib doctor",
        description="Say what would go wrong when a notebook is graded.",
        epilog="Example: nnlib doctor notebooks/1-one-neuron/01_neuron.ipynb",
    )
    parser.add_argument("notebook", nargs="*", type=Path, help="the machine is looked at if none")
    paths = parser.parse_args(argv[1:]).notebook
    if not paths:
        return machine.report()
    return max(_looked_at(path) for path in paths)


def _looked_at(path: Path) -> int:
    if not path.is_file():
        print(f"{path}: there is no such file.")
        return 1
    found = examine(path)
    mended = [fault for fault in found.faults if fault.mend]
    if mended:
        backup = path.with_name(f"{path.name}.bak")
        shutil.copy2(path, backup)
        for fault in mended:
            fault.mend()
        written = json.dumps(found.notebook, indent=1, ensure_ascii=False) + "\n"
        aside = path.with_name(f".{path.name}.new")
        aside.write_text(written, "utf-8")
        os.replace(aside, path)
        for fault in mended:
            print(f"{path}: mended. {fault.said}")
        print(f"{path}: as it was, it is kept in {backup.name}. Load it anew where it is open.")
    left = [fault.said for fault in found.faults if not fault.mend]
    for said in left:
        print(f"{path}: {said}")
    for said in _told(found):
        print(f"{path}: {said}")
    return 1 if left else 0


def look(info: course.LessonInfo, namespace: Mapping[str, Any]) -> None:
    """Show what would go wrong with the notebook that calls this, as it is saved."""
    name = f"{info.name.partition('/')[2]}.ipynb"
    # The notebook's real name, if the server tells its kernels.
    session = Path(os.environ.get("JPY_SESSION_NAME", name)).name
    path = Path.cwd() / (session if session.endswith(".ipynb") else name)
    if not path.is_file():
        show(Panel("note", f"There is no file {name} here: this looks at the saved notebook."))
        return
    found = examine(path, namespace.get("In", ()))
    said = [fault.said for fault in found.faults]
    if any(fault.mend for fault in found.faults):
        command = f"`nnlib doctor {info.part}/{path.name}`"
        said.append(f"Close this notebook and run {command} in a terminal: it mends what it can.")
    if said:
        show(Panel("wrong", "Something would go wrong when this notebook is graded.", said))
    else:
        show(Panel("right", "Nothing stands in the way of grading this notebook.", _told(found)))


def _told(found: Findings) -> list[str]:
    names = ", ".join(found.unwritten)
    return [f"Not written yet: {names}."] if names else []


def examine(path: Path, history: Sequence[str] = ()) -> Findings:
    """Return what would go wrong with the notebook in a file.

    Parameters
    ----------
    history
        The cells that the kernel has run, if the notebook itself asks.
    """
    try:
        notebook = json.loads(path.read_text("utf-8-sig"))
        cells = notebook["cells"]
        for cell in cells:
            _text(cell), grade_id(cell), cell["cell_type"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Findings((_unreadable(path),))
    info, faults = _lesson_of(path, cells)
    if info is None:
        return Findings(tuple(faults))
    faults += _of_cells(info, cells)
    code = [c for c in cells if c["cell_type"] == "code" or grade_id(c) in info.exercises]
    statements = statements_of(tuple((grade_id(cell), _text(cell)) for cell in code))
    faults += _of_code(info, code, statements)
    faults += _of_imports(path, statements)
    faults += _unsaved(info, code, history)
    unwritten = [
        name for name in info.exercises if "raise NotImplementedError" in _exercise(code, name)
    ]
    return Findings(tuple(faults), tuple(unwritten), notebook)


def _unreadable(path: Path) -> Fault:
    kept = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    try:
        json.loads(kept.read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return Fault("The file cannot be read as a notebook: save it anew from Jupyter.")
    return Fault(
        f"The file cannot be read as a notebook. Jupyter kept an earlier copy: {kept}. Look at "
        "that one, and put it in this one's place."
    )


def _lesson_of(path: Path, cells: list[dict]) -> tuple[course.LessonInfo | None, list[Fault]]:
    """Return the lesson of a notebook, by its path or else by its code, and what is wrong there."""
    known = {info.name: info for info in course.lessons()}
    here = path.resolve()
    info = known.get(f"{here.parent.name}/{here.stem}")
    if info:
        return info, []
    named = [name for cell in cells for name in _NAMED.findall(_text(cell))]
    info = next((known[name] for name in named if name in known), None)
    if info is None:
        return None, [Fault("This is no notebook of the course: it names none of its lessons.")]
    part, _, short = info.name.partition("/")
    if here.stem != short:
        said = f"A grader looks for {short}.ipynb, and this file is {here.name}: rename it."
        return info, [Fault(said)]
    said = f"A grader looks for this notebook in the folder {part}, and it lies in another."
    return info, [Fault(said)]


def _of_cells(info: course.LessonInfo, cells: list[dict]) -> Iterator[Fault]:
    """Yield what is wrong with the form of the exercises' cells."""
    for name in info.exercises:
        own = [cell for cell in cells if grade_id(cell) == name]
        for cell in own:
            if cell["cell_type"] != "code":
                yield Fault(
                    f"The cell of {name} is a cell of text, so its code does not run.",
                    lambda cell=cell: cell.update(
                        cell_type="code", outputs=[], execution_count=None
                    ),
                )
        for cell in own[:-1]:
            yield Fault(
                f"The cell of {name} is there more than once: the last one counts.",
                lambda cell=cell: cell["metadata"].pop("nbgrader"),
            )
        makers = [cell for cell in cells if re.search(rf"^ *def {name}\b", _text(cell), re.M)]
        if not own and makers:
            yield Fault(
                f"The cell of {name} has lost the mark by which a grader knows it.",
                lambda cell=makers[-1], name=name: cell.setdefault("metadata", {}).update(
                    nbgrader=_mark(name)
                ),
            )


def _mark(name: str) -> dict[str, Any]:
    about = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3}
    return {**about, "solution": True, "task": False}


def _of_code(
    info: course.LessonInfo, code: list[dict], statements: Sequence[Statement]
) -> Iterator[Fault]:
    """Yield what stops the code of exercises: it cannot be read, or lacks what it needs."""
    made = frozenset().union(*(s.binds for s in statements))
    hidden = any(
        isinstance(s.node, ast.ImportFrom) and any(a.name == "*" for a in s.node.names)
        for s in statements
    ) or any("get_ipython" in s.uses for s in statements)
    for name in info.exercises:
        cell = _exercise(code, name)
        if error := _syntax_error(cell):
            yield Fault(
                f"Python cannot read the cell of {name} ({error.msg}, line {error.lineno}): "
                "nothing in it is graded."
            )
        elif name not in made:
            yield Fault(f"No cell defines {name}: write `def {name}` in a cell, and save.")
        makers = [s for s in statements if s.makes(name)]
        for used in sorted(makers[-1].uses - made) if makers and not hidden else ():
            if not hasattr(builtins, used) and not used.startswith("__"):
                yield Fault(
                    f"{name} uses `{used}`, which no cell of the saved notebook makes: a grader "
                    "starts from the saved cells alone."
                )
        if makers and any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "input"
            for node in ast.walk(makers[-1].node)
        ):
            yield Fault(f"{name} asks with `input()`, and nobody answers while it is graded.")


def _of_imports(path: Path, statements: Sequence[Statement]) -> Iterator[Fault]:
    there = sys.stdlib_module_names | _PACKAGES | {p.stem for p in path.parent.iterdir()}
    nodes = [s.node for s in statements if isinstance(s.node, IMPORTS)]
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    for name in sorted({module.partition(".")[0] for module in modules} - there - {""}):
        yield Fault(f"It imports `{name}`, which is not among the course's packages.")


def _unsaved(info: course.LessonInfo, code: list[dict], history: Sequence[str]) -> Iterator[Fault]:
    """Yield the exercises whose code that ran last is not what is saved."""
    saved = {_plain(_text(cell)) for cell in code}
    for name in info.exercises:
        ran = [text for text in history if re.search(rf"^ *def {name}\b", text, re.M)]
        if ran and _plain(ran[-1]) not in saved:
            yield Fault(f"The {name} that ran last is not what is saved: save with Ctrl + S.")


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _syntax_error(text: str) -> SyntaxError | None:
    try:
        ast.parse(as_ipython_runs(text))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None


def _exercise(code: list[dict], name: str) -> str:
    """Return the text of an exercise's cell; empty where there is none."""
    return next((_text(cell) for cell in reversed(code) if grade_id(cell) == name), "")


def _text(cell: dict) -> str:
    return "".join(cell["source"])
