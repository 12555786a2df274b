"""The instructor's notebook, which is trusted."""

import ast
import functools
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evenhand import releases
from evenhand.cells import Cell, cells_of
from evenhand.options import Options
from evenhand.source_names import SourceNames
from evenhand.syntax import (
    add_classes,
    altered,
    bindings,
    defined,
    global_reads,
    imported_names,
    names_in,
    parse,
)


@dataclass(frozen=True)
class Source:
    """The instructor's notebook.

    Attributes
    ----------
    path, part
        Where it is, and the part that it belongs to.
    cells
        All its cells.
    stored, released
        The text of each cell as nbgrader's gradebook keeps it, without solutions, and as it was
        released to learners, without hidden tests.
    exercise
        The exercise that each cell belongs to: the solution cell before it, or itself.
    names
        What it says about names.
    given
        Index of a locked cell from which tests take names -> those names; see `_given`.
    metadata
        The notebook's metadata.
    before
        The locked cells, by name, of each known version that learners were given.
    demonstrated
        Name -> the demonstrations that bind it, where no other cell does.
    """

    path: Path
    part: str
    cells: tuple[Cell, ...]
    stored: tuple[str, ...]
    released: tuple[str, ...]
    exercise: tuple[str, ...]
    names: SourceNames
    given: dict[int, frozenset[str]] = field(hash=False, compare=False, default_factory=dict)
    metadata: dict[str, Any] = field(hash=False, compare=False, default_factory=dict)
    before: tuple[dict[str, Cell], ...] = field(hash=False, compare=False, default=())
    demonstrated: dict[str, set[int]] = field(hash=False, compare=False, default_factory=dict)

    @functools.cached_property
    def given_out(self) -> list[list[Cell]]:
        """Each cell as learners may have been given it, by this source or an earlier one."""
        return [
            [replace(cell, text=text), *(one[cell.name] for one in self.before if cell.name in one)]
            for cell, text in zip(self.cells, self.released, strict=True)
        ]

    def title(self, index: int) -> str:
        """What a test tests, in the words that learners see in its cell."""
        cell = self.cells[index]
        for line in self.released[index].splitlines():
            words = re.sub(r"^#+\s*", "", line) if line.lstrip().startswith("#") else ""
            words = re.sub(r"^hidden tests?:\s*", "", words, flags=re.I)
            words = re.sub(r"\s*\([\d.]+ points?\).*$", "", words).strip().rstrip(".")
            if words:
                return words[:120]
        name = cell.name
        exercise = self.exercise[index]
        if exercise and name.startswith(exercise):
            name = name[len(exercise) :]
        return re.sub(r"[-_]+", " ", name).strip() or cell.name


def read_source(path: Path, options: Options, prepared: str = "") -> Source:
    """Read the instructor's notebook.

    Parameters
    ----------
    path, options
        Where it is, and the course's options.
    prepared
        What `releases.prepared` returns for it, if the caller knows that.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, which is the course's fault and no learner's.
    """
    data = json.loads(prepared or releases.prepared(path, options))
    cells = tuple(cells_of(data["cells"]))
    released = tuple(data["released"])
    exercise: list[str] = []
    now = ""
    for cell in cells:
        if cell.solution:
            now = cell.name
        # A test that has no solution cell before it is an exercise of its own.
        exercise.append(now or cell.name if cell.graded or cell.solution else "")
    exercises: dict[str, tuple[str, ...]] = {}
    names: set[str] = set()
    mentioned: set[str] = set()
    imports: dict[str, tuple[str, str | None]] = {}
    modules: set[str] = set()
    classes: dict[str, frozenset[str]] = {}
    demonstrated: dict[str, set[int]] = {}
    others: set[str] = set()
    for index, (cell, given) in enumerate(zip(cells, released, strict=True)):
        tree = parse(cell.text) if cell.kind == "code" and not cell.test else None
        if tree is None:
            continue
        bound = bindings(tree)
        names.update(bound)
        if cell.solution:
            exercises[cell.name] = tuple(dict.fromkeys(bound))
            mentioned.update(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
        imported = dict(imported_names(tree))
        if options.demo_tag not in cell.tags:
            modules.update(module for module, _ in imported.values())
            others.update(bound, imported)
        else:
            for name in {*bound, *imported}:
                demonstrated.setdefault(name, set()).add(index)
        # What only a solution imports, the learner has to import.
        imports.update(imported_names(parse(given) or ast.Module([], [])))
        add_classes(tree, classes)
    for name in [name for bound in exercises.values() for name in bound]:
        imports.pop(name, None)
    solutions = [cell.text for cell in cells if cell.solution and cell.kind == "code"]
    functions = frozenset(name for text in solutions for name in defined(text))
    reads = frozenset(name for text in solutions for name in global_reads(text))
    known_names = SourceNames(
        exercises,
        frozenset(names),
        imports,
        frozenset(modules),
        classes,
        frozenset(mentioned),
        functions,
        reads,
        "\n".join(cell.text for cell in cells if cell.kind == "code" and not cell.test),
    )
    part = releases.part_of(path, options)
    given = _given(cells, set(imports), options.setup_tag)
    known = releases.load(releases.root_of(path, options)).get(f"{part}/{path.stem}", ())
    before = tuple(
        {name: Cell(one["kind"], one["text"], name, "", one["about"]) for name, one in v.items()}
        for v in known
    )
    return Source(
        path,
        part,
        cells,
        tuple(data["stored"]),
        released,
        tuple(exercise),
        known_names,
        given,
        data["metadata"],
        before,
        {name: cells for name, cells in demonstrated.items() if name not in others},
    )


def _given(cells: tuple[Cell, ...], imports: set[str], setup_tag: str) -> dict[int, frozenset[str]]:
    """Return the locked cells that define names tests use and depend on nothing the learner wrote.

    The examiner runs these cells itself, so that their names are the course's, whatever the learner
    makes of them. Left out are setup cells, which it has already run; cells that make a class,
    since objects of it have to cross to the learner's process; and cells whose helpers run or open
    what they are given, since tests give them what comes from learners.
    """
    binds: dict[int, set[str]] = {}
    uses: dict[int, set[str]] = {}
    wanted: set[str] = set()
    theirs: set[str] = set()
    for j, cell in enumerate(cells):
        tree = parse(cell.text) if cell.kind == "code" else None
        if tree is None or cell.sets_up(setup_tag):
            continue
        bound = {*bindings(tree), *dict(imported_names(tree))} - imports
        _, loaded = names_in(cell.text)
        made: dict[str, frozenset[str]] = {}
        add_classes(tree, made)
        declared = (node for node in ast.walk(tree) if isinstance(node, ast.Global))
        theirs |= {name for node in declared for name in node.names}
        kept = cell.locked and not cell.graded and not cell.solution
        if kept and not made and not loaded & {"eval", "exec", "compile", "open", "__import__"}:
            binds[j], uses[j] = bound, loaded
        else:
            theirs |= bound.union(altered(tree))
            wanted |= loaded if cell.test else set()
    theirs -= imports
    while True:
        dependent = {j for j in binds if (binds[j] | uses[j]) & theirs}
        if not dependent:
            break
        for j in dependent:
            theirs |= binds.pop(j)
    found: dict[int, frozenset[str]] = {}
    before: dict[int, frozenset[str]] | None = None
    while before != found:
        before = found
        found = {j: frozenset(bound & wanted) for j, bound in binds.items() if bound & wanted}
        wanted |= {name for j in found for name in uses[j]}
    return found
