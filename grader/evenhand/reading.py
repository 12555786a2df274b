"""Read notebooks: the instructor's, which is trusted, and a submission, which may be anything.

Out comes a `Plan`: the learner's cells and the source's test cells in the order in which they are
to run, with a sentence for everything that had to be put right.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import io
import json
import mmap
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from json.decoder import scanstring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand import releases
from evenhand.evidence import SIGNS
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.quoting import quoted
from evenhand.results import Flag
from evenhand.sandboxed.watching import sign_of_command
from evenhand.source_names import SourceNames

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

__all__ = [
    "Cell",
    "Plan",
    "Source",
    "Step",
    "Submission",
    "plan",
    "read_source",
    "read_submission",
    "released_version",
    "remember_releases",
]

# Bytes of a file, beyond which it is not read; beyond which its outputs are skipped unread; and of
# what is left then.
_LARGEST = 2**30
_LARGE = 8 * 2**20
_MOST_TEXT = 2**28
# Characters of a cell that is run, and cells without a name of the course's.
LARGEST_CELL = 1_000_000
_MOST_CELLS = 2000
#: Lines of a notebook that are told for the same sign.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Cell:
    """One cell of any notebook.

    Attributes
    ----------
    kind
        ``code``, ``markdown`` or ``raw``.
    text
        Its source.
    name
        nbgrader's ``grade_id``, or empty.
    mark
        nbformat's cell id, or empty.
    about
        nbgrader's metadata.
    tags
        Cell tags. Those of a submission are believed nowhere.
    shown
        Kind and text of its stored outputs, as far as they are text; believed nowhere, too.
    size
        Characters that it had, where it was too large: its comments are left out, or, where that
        did not help, all of its source.
    bound
        Names that it seems to define, where all of its source is left out.
    """

    kind: str
    text: str
    name: str = ""
    mark: str = ""
    about: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    tags: tuple[str, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    size: int = 0
    bound: tuple[str, ...] = ()

    @property
    def visible(self) -> str:
        """What the graded notebook shows of it."""
        return f"# {self.size} characters: too large to be graded" if self.left_out else self.text

    @property
    def left_out(self) -> bool:
        """Whether it is too large to be graded."""
        return self.size > 0 and not self.text

    @property
    def solution(self) -> bool:
        """Whether the learner writes here."""
        return self.about.get("solution") is True

    @property
    def graded(self) -> bool:
        """Whether it has points."""
        return self.about.get("grade") is True or self.about.get("task") is True

    @property
    def locked(self) -> bool:
        """Whether the learner is not to change it."""
        return self.about.get("locked") is True

    @property
    def manual(self) -> bool:
        """Whether a person grades it."""
        return self.graded and (self.solution or self.kind != "code" or self.about.get("task"))

    @property
    def test(self) -> bool:
        """Whether it is an autograder test."""
        return self.graded and not self.manual

    @property
    def points(self) -> float:
        """The points it gives."""
        points = self.about.get("points", 0)
        return float(points) if isinstance(points, (int, float)) else 0.0


@dataclass(frozen=True)
class Source:
    """The instructor's notebook.

    Attributes
    ----------
    path
        Where it lies.
    cells
        All of them.
    released
        The text of each cell as it was released to learners.
    exercise
        The exercise that each cell belongs to: the solution cell before it, or itself.
    names
        What it says about names.
    given
        Index of a locked cell from which tests take names -> those names; see `_given`.
    metadata
        Of the notebook.
    before
        Locked cells, by name, of each version that learners were given, as far as it is known.
    """

    path: Path
    cells: tuple[Cell, ...]
    released: tuple[str, ...]
    exercise: tuple[str, ...]
    names: SourceNames
    given: dict[int, frozenset[str]] = field(hash=False, compare=False, default_factory=dict)
    metadata: dict[str, Any] = field(hash=False, compare=False, default_factory=dict)
    before: tuple[dict[str, Cell], ...] = field(hash=False, compare=False, default=())

    def given_out(self, index: int) -> list[Cell]:
        """Return a cell as learners may have been given it, by this source or an earlier one."""
        cell = self.cells[index]
        now = replace(cell, text=self.released[index])
        return [now, *(version[cell.name] for version in self.before if cell.name in version)]

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


@dataclass(frozen=True)
class Submission:
    """What was handed in, as far as it can be read.

    Attributes
    ----------
    cells
        Its cells; empty where nothing can be read.
    for_instructor, for_learner
        What had to be put right, a sentence each.
    readable
        Whether it is a notebook at all.
    """

    cells: tuple[Cell, ...]
    for_instructor: tuple[str, ...] = ()
    for_learner: tuple[str, ...] = ()
    readable: bool = True


@dataclass(frozen=True)
class Step:
    """One thing to do: run a cell of the learner's, or test.

    Attributes
    ----------
    kind
        ``cell`` (run), ``test``, ``manual`` (leave to a person), ``text`` (nothing to run),
        ``skip`` (a demonstration as released: not run).
    text
        What to run: of a test, the source's, with hidden code.
    shown
        What the graded notebook shows.
    source
        Index of the source cell that it stands for, or -1.
    exercise
        The exercise that it belongs to, or empty.
    cell
        The cell as handed in, where there is one.
    """

    kind: str
    text: str
    shown: str
    source: int = -1
    exercise: str = ""
    cell: Cell | None = None


@dataclass(frozen=True)
class Plan:
    """What to run, in order.

    Attributes
    ----------
    steps
        In order.
    flags
        Repairs, and changes of tests.
    untouched
        Exercises whose solution cell is as released, or gone, with nothing else in its place.
    unjudged
        Exercises whose solution cell was too large to be graded, or uses a cell that was: for a
        person to look at.
    again
        Tests (indices into ``steps``) that deserve a second try at the end of the notebook, since
        something that they may need is defined below them.
    """

    steps: tuple[Step, ...]
    flags: tuple[Flag, ...]
    untouched: frozenset[str]
    unjudged: frozenset[str]
    again: frozenset[int]


# The source


def read_source(path: Path, options: Options) -> Source:
    """Read the instructor's notebook.

    Raises
    ------
    OSError, ValueError
        If it is not to be read: the fault is the course's, and not a learner's.
    """
    data = json.loads(path.read_text("utf-8-sig"))
    cells = tuple(_cells(data))
    released = tuple(_released(cell, options) for cell in cells)
    exercise: list[str] = []
    now = ""
    for cell in cells:
        if cell.solution:
            now = cell.name
        exercise.append(now if cell.graded or cell.solution else "")
    exercises: dict[str, tuple[str, ...]] = {}
    names: set[str] = set()
    mentioned: set[str] = set()
    imports: dict[str, tuple[str, str | None]] = {}
    classes: dict[str, frozenset[str]] = {}
    for cell in cells:
        if cell.kind != "code":
            continue
        tree = _parse(cell.text)
        if tree is None:
            continue
        if not cell.test:
            bound = bindings(tree)
            names.update(bound)
            if cell.solution:
                exercises[cell.name] = tuple(dict.fromkeys(bound))
                mentioned.update(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
            imports.update(_imports(tree))
            _add_classes(tree, classes)
    for name in [name for bound in exercises.values() for name in bound]:
        imports.pop(name, None)
    # A test that has no solution cell before it is an exercise of its own.
    exercise = [
        cell.name if cell.graded and not belongs else belongs
        for cell, belongs in zip(cells, exercise, strict=True)
    ]
    solutions = [cell.text for cell in cells if cell.solution and cell.kind == "code"]
    functions = frozenset(name for text in solutions for name in defined(text))
    known_names = SourceNames(
        exercises, frozenset(names), imports, classes, frozenset(mentioned), functions
    )
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    given = _given(cells, set(imports), options.setup_tag)
    known = releases.load(path.parents[2]).get(f"{path.parent.name}/{path.stem}", ())
    before = tuple(
        {name: Cell(one["kind"], one["text"], name, "", one["about"]) for name, one in v.items()}
        for v in known
    )
    return Source(path, cells, released, tuple(exercise), known_names, given, metadata, before)


def remember_releases(
    coursedir: CourseDirectory, sources: Mapping[str, Mapping[str, Path]], options: Options
) -> None:
    """Keep what learners were given of a course, as its sources and its release folder say.

    Parameters
    ----------
    coursedir
        nbgrader's description of the course's folders.
    sources
        part -> notebook -> source.
    options
        The course's.
    """
    seen: dict[str, list[releases.Version]] = {}
    for part, notebooks in sources.items():
        folder = coursedir.format_path(coursedir.release_directory, ".", part)
        for name, source in notebooks.items():
            for path in (Path(folder, f"{name}.ipynb"), source):
                # What cannot be read is told where it is graded by.
                with contextlib.suppress(OSError, ValueError):
                    version = released_version(path, options)
                    seen.setdefault(f"{part}/{name}", []).append(version)
    releases.remember(Path(coursedir.root), seen)


def released_version(path: Path, options: Options) -> releases.Version:
    """Return the locked cells of a notebook, a source or a released one, as learners get them.

    Raises
    ------
    OSError, ValueError
        If it cannot be read.
    """
    return {
        cell.name: {
            "kind": cell.kind,
            "text": _released(cell, options),
            "about": {key: cell.about.get(key) for key in _ABOUT},
        }
        for cell in _cells(json.loads(path.read_text("utf-8-sig")))
        if cell.name and cell.locked and not cell.solution
    }


_ABOUT = ("grade", "solution", "points", "locked", "task")


def _given(cells: tuple[Cell, ...], imports: set[str], setup_tag: str) -> dict[int, frozenset[str]]:
    """Return the locked cells that tests take names from and that hang on nothing of a learner's.

    Cells for setting up are not among them: the examiner has run them before.

    Their names are the course's, whatever the learner makes of them: the examiner runs them itself.
    A cell that makes a class is not among them, since objects of it are to cross; nor is one whose
    helpers run or open what they are given, since what tests give them comes from learners.
    """
    binds: dict[int, set[str]] = {}
    uses: dict[int, set[str]] = {}
    wanted: set[str] = set()
    theirs: set[str] = set()
    for j, cell in enumerate(cells):
        tree = _parse(cell.text) if cell.kind == "code" else None
        if tree is None or (cell.locked and setup_tag in cell.tags):
            continue
        bound = {*bindings(tree), *dict(_imports(tree))} - imports
        nodes = list(ast.walk(tree))
        loaded = {
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        made: dict[str, frozenset[str]] = {}
        _add_classes(tree, made)
        theirs |= {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        kept = cell.locked and not cell.graded and not cell.solution
        if kept and not made and not loaded & {"eval", "exec", "compile", "open", "__import__"}:
            binds[j], uses[j] = bound, loaded
        else:
            theirs |= bound
            wanted |= loaded if cell.test else set()
    theirs -= imports
    while True:
        hung = {j for j in binds if (binds[j] | uses[j]) & theirs}
        if not hung:
            break
        for j in hung:
            theirs |= binds.pop(j)
    found: dict[int, frozenset[str]] = {}
    before: dict[int, frozenset[str]] | None = None
    while before != found:
        before = found
        found = {j: frozenset(bound & wanted) for j, bound in binds.items() if bound & wanted}
        wanted |= {name for j in found for name in uses[j]}
    return found


def _released(cell: Cell, options: Options) -> str:
    """Return a source cell's text as nbgrader releases it."""
    ends = {
        options.begin_solution: options.end_solution,
        options.begin_hidden: options.end_hidden,
        options.begin_scheme: options.end_scheme,
    }
    stub = options.stub if cell.kind == "code" else options.text_stub
    lines: list[str] = []
    inside = ""
    replaced = False
    for line in cell.text.split("\n"):
        begin = next((marker for marker in ends if marker in line), "")
        if inside:
            inside = "" if inside in line else inside
        elif begin:
            inside = ends[begin]
            if begin == options.begin_solution:
                replaced = True
                indent = line[: len(line) - len(line.lstrip())]
                lines += textwrap.indent(stub, indent).split("\n")
        else:
            lines.append(line)
    if cell.solution and not replaced:
        return stub
    return "\n".join(lines)


def bindings(tree: ast.AST) -> list[str]:
    """Return the names that a cell binds at its top level, methods of its classes included."""
    found: list[str] = []

    def visit(nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append(node.name)
            elif isinstance(node, ast.ClassDef):
                found.append(node.name)
                found.extend(
                    inner.name
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("__")
                )
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    found.extend(n.id for n in ast.walk(target) if isinstance(n, ast.Name))
            elif isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
                if isinstance(node, ast.For):
                    found.extend(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
                for part in ("body", "orelse", "finalbody"):
                    visit(getattr(node, part, ()))

    visit(getattr(tree, "body", ()))
    return found


#: Calls that make a class.
_MAKERS = {"namedtuple", "NamedTuple", "make_dataclass", "new_class", "type", "Enum"}


def _add_classes(tree: ast.AST, classes: dict[str, frozenset[str]]) -> None:
    """Add the classes that a cell makes, with their special methods; ``*`` where more may be."""
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.ClassDef):
            found: set[str] = set(classes.get(node.name, ()))
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    found.add(inner.name)
                elif isinstance(inner, ast.Assign):
                    found.update(n.id for n in inner.targets if isinstance(n, ast.Name))
            for base in node.bases:
                if getattr(base, "id", "") != "object":
                    found |= classes.get(getattr(base, "id", ""), {"*"})
            if node.decorator_list or node.keywords:
                found.add("*")
            classes[node.name] = frozenset(n for n in found if n == "*" or n.startswith("__"))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = node.value.func
            if getattr(maker, "id", getattr(maker, "attr", "")) in _MAKERS:
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        classes[target.id] = frozenset("*")


def _imports(tree: ast.AST) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, (alias.name, None)
                else:
                    top = alias.name.partition(".")[0]
                    yield top, (top, None)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name != "*":
                    yield alias.asname or alias.name, (node.module, alias.name)


@lru_cache(maxsize=4096)
def _parse(text: str) -> ast.Module | None:
    """Return a cell's syntax tree without magic and shell lines; None where there is none."""
    plain = plain_python(text)
    if text and not plain:
        return None
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# A submission


def read_submission(path: Path) -> Submission:
    """Read what was handed in, as far as a patient person could.

    Never raises for what is in the file; `OSError` where the file itself cannot be read.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        return Submission(
            (),
            (f"The file is larger than {_LARGEST // 2**20} MB and was not read.",),
            ("Your file is far too large: clear all outputs, save it and hand it in again.",),
            False,
        )
    with path.open("rb") as file:
        if size < _LARGE:
            return parse_submission(file.read())
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return parse_submission(data)


def parse_submission(data: bytes | mmap.mmap) -> Submission:
    """Read a submission from its bytes; see `read_submission`."""
    instructor: list[str] = []
    learner: list[str] = []
    cut = False
    if len(data) >= _LARGE:
        data = _lightened(data, instructor)
        cut = len(data) > _MOST_TEXT
        del data[_MOST_TEXT:]
    text = _decoded(data, instructor)
    del data
    if not text.strip("\ufeff\x00 \t\r\n"):
        return Submission(
            (),
            ("The file is empty.",),
            ("The file that you handed in is empty: save your notebook and hand it in again.",),
            False,
        )
    raw: list[Any] | None = None
    try:
        notebook = json.loads(text, object_hook=_few_cells())
    except (ValueError, RecursionError, MemoryError):
        notebook = None
        raw = _salvaged(text)
        if raw:
            why = "is too large" if cut else "breaks off or is damaged"
            what = "take out what is not needed" if cut else "save your notebook"
            instructor.append(f"The file {why}: {len(raw)} cells could be read and are graded.")
            learner.append(
                f"The file that you handed in {why}, so only its first {len(raw)} cells could be "
                f"read: {what} and hand it in again."
            )
    else:
        raw = _raw_cells(notebook)
        if raw is not None and isinstance(notebook, dict):
            version = notebook.get("nbformat")
            if isinstance(version, int) and version < 4:
                instructor.append(f"The notebook has the old format {version}; it was read.")
    if not raw:
        return Submission(
            (),
            ("The file is not a notebook, or has no cells.",),
            (
                "What you handed in cannot be read as a notebook: open it in Jupyter, save it "
                "and hand it in again.",
            ),
            False,
        )
    cells: list[Cell] = []
    names: set[str] = set()
    left = raw.count(_SURPLUS)
    for number, entry in enumerate(raw, 1):
        cell = next(_cells_of([entry]), None)
        if cell is None:
            continue
        if len(cells) >= _MOST_CELLS and (not cell.name or cell.name in names):
            left += 1
            continue
        names.add(cell.name)
        cells.append(cell)
        if cell.size:
            which = f"Cell {number}{f' ({cell.name})' if cell.name else ''}"
            much = f"is too large ({cell.size / 1e6:.1f} million characters)"
            what = "it was" if cell.left_out else "its comments were"
            instructor.append(f"{which} {much}; {what} left out.")
            learner.append(f"{which} of your notebook {much}; {what} left out.")
    if left:
        text = f"{left} cells beyond {_MOST_CELLS} were left out."
        instructor.append(text)
        learner.append(text)
    return Submission(tuple(cells), tuple(instructor), tuple(learner), bool(cells))


_SURPLUS = object()


def _few_cells() -> Callable[[dict], Any]:
    """Return a hook for reading JSON which drops the cells beyond those that are graded.

    As objects they would take ten times as much memory as their text.
    """
    names: set[str] = set()
    count = 0

    def kept(made: dict) -> Any:
        nonlocal count
        if "cell_type" not in made or not made.keys() & {"source", "input"}:
            return made  # such as nbgrader's metadata, which say the type, too
        count += 1
        if count <= _MOST_CELLS:
            return made
        name = next((cell.name for cell in _cells_of([made])), "")
        if not name or name in names or len(names) >= _MOST_CELLS:
            return _SURPLUS
        names.add(name)
        return made

    return kept


_HEAVY = re.compile(rb'"(attachments|outputs|widgets|source|input)"\s*:\s*(?=[\[{"])')
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_TO_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING.pattern + rb'[^"\[\]{}]*+)*+', re.S)


def _lightened(data: bytes | mmap.mmap, notes: list[str]) -> bytearray:
    """Return a large file's text without what is not graded: outputs, pictures, long comments.

    Nothing of it is made into objects, which would take ten times as much memory.
    """
    size = len(data)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or data[:200].count(0) > 50:
        data = _decoded(data[:], notes).encode("utf-8", "replace")
    made = bytearray()
    done = at = kept = 0
    while len(made) <= _MOST_TEXT and (found := _HEAVY.search(data, at)):
        at = _end_of_value(data, found.end())
        value = b"null"
        if found[1] in (b"source", b"input"):
            if at - found.end() <= LARGEST_CELL:
                continue
            value = _smaller(data, found.end(), at)
        elif at - found.end() <= 50_000 and kept < _LARGE:
            kept += at - found.end()
            continue
        made += data[done : found.end()]
        made += value
        done = at
    made += data[done : done + _MOST_TEXT + 1]
    notes.append(f"The file has {size // 10**6} MB; large outputs stored in it were not read.")
    return made


def _end_of_value(data: bytes | mmap.mmap, at: int) -> int:
    """Return where a JSON value ends that begins at a place; the text's end if it breaks off."""
    depth = 0
    for _ in range(3_000_000):
        if not depth and data[at : at + 1] == b'"':
            found = _STRING.match(data, at)
            return found.end() if found else len(data)
        at = _TO_BRACKET.match(data, at).end()
        sign = data[at : at + 1]
        if sign not in (b"[", b"]", b"{", b"}"):
            break
        depth += 1 if sign in b"[{" else -1
        at += 1
        if depth <= 0:
            return at
    return len(data)


def _smaller(data: bytes | mmap.mmap, start: int, end: int) -> bytes:
    """Return a cell's source as JSON text: without comments, or else only how large it was."""
    size = end - start
    bound: tuple[str, ...] = ()
    if size <= 2**28:
        with memoryview(data) as view, view[start:end] as part:
            raw = str(part, "utf-8", "replace")
        text = io.StringIO()
        at = raw.find('"')
        try:
            while at >= 0:
                piece, at = scanstring(raw, at + 1, False)
                text.write(piece)
                at = raw.find('"', at)
        except ValueError:  # it breaks off
            return b"null"
        size = text.tell()
        stripped, bound = _without_comments(text.getvalue())
        if stripped:
            return b'%b, "too large": [%d]' % (json.dumps(stripped).encode(), size)
    return b'"", "too large": %b' % json.dumps([size, *bound]).encode()


_COMMENTS = re.compile(
    r"""("{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
    r"""|(?:^[ \t]*+(?:\#[^\n]*+)?\n)++|[ \t]*+\#[^\n]*+""",
    re.S | re.M,
)


def _without_comments(text: str) -> tuple[str, tuple[str, ...]]:
    """Return code that is too large without its comments.

    Where that does not help, the first is empty, and the second has the names that it defines.
    """
    stripped = _COMMENTS.sub(r"\1", text)
    if len(stripped) <= LARGEST_CELL and _parse(stripped) is not None:
        return stripped, ()
    bound = re.findall(r"^(?:def |class )?([^\W\d]\w{0,99})\s*[=(:,]", text, re.M)
    return "", tuple(dict.fromkeys(bound))[:200]


def _decoded(data: bytes | bytearray, notes: list[str]) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            notes.append(f"The file is stored as {name}; it was read as such.")
            return data.decode(name, "replace")
    head = data[:200]
    if head.count(0) > len(head) // 4:
        name = "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"
        notes.append(f"The file is stored as {name}; it was read as such.")
        return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" or data.count(b"\xc3") > 3:
            return data.decode("utf-8", "replace")
        notes.append("The file is not stored as UTF-8; it was read as Windows-1252.")
        return data.decode("cp1252", "replace")


def _salvaged(text: str) -> list[Any]:
    """Return the cells at the beginning of a broken file that are whole."""
    start = re.search(r'"cells"\s*:\s*\[', text)
    if start is None:
        return []
    decoder = json.JSONDecoder(object_hook=_few_cells())
    cells: list[Any] = []
    at = start.end()
    while True:
        gap = re.compile(r"[\s,]*").match(text, at)
        at = gap.end()
        if at >= len(text) or text[at] != "{":
            break
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError, MemoryError):
            half = _half_cell(text[at:])
            if half is not None:
                cells.append(half)
            break
        cells.append(cell)
    return cells


def _half_cell(text: str) -> dict | None:
    """Return a cell that breaks off, where all of its source is there."""
    found = re.search(r'"source"\s*:\s*', text)
    kind = re.search(r'"cell_type"\s*:\s*"(\w+)"', text)
    if found is None or kind is None:
        return None
    try:
        source, _ = json.JSONDecoder().raw_decode(text, found.end())
        about = re.search(r'"nbgrader"\s*:\s*', text)
        metadata = {}
        if about is not None:
            metadata = {"nbgrader": json.JSONDecoder().raw_decode(text, about.end())[0]}
    except (ValueError, RecursionError, MemoryError):
        return None
    return {"cell_type": kind[1], "source": source, "metadata": metadata}


def _raw_cells(notebook: Any) -> list[Any] | None:
    if isinstance(notebook, list):
        return notebook
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        return [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    return None


def _cells(notebook: dict) -> Iterator[Cell]:
    yield from _cells_of(_raw_cells(notebook) or [])


def _cells_of(raw: list[Any]) -> Iterator[Cell]:
    for entry in raw:
        if not isinstance(entry, dict):
            continue
        kind = entry.get("cell_type")
        text = entry.get("source", entry.get("input", ""))
        if isinstance(text, list):
            text = "".join(part for part in text if isinstance(part, str))
        if not isinstance(text, str):
            text = ""
        size, bound = 0, ()
        match entry.get("too large"):
            case [int(size), *names] if all(isinstance(name, str) for name in names):
                bound = tuple(names)
        if len(text) > LARGEST_CELL:
            size = len(text)
            text, bound = _without_comments(text)
        if kind not in ("code", "markdown", "raw"):
            kind = "markdown" if kind == "heading" else "raw" if kind != "code" else kind
        metadata = entry.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        about = metadata.get("nbgrader")
        about = about if isinstance(about, dict) else {}
        name = about.get("grade_id")
        mark = entry.get("id")
        tags = metadata.get("tags")
        tags = tags if isinstance(tags, list) else []
        yield Cell(
            kind,
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""),
            name if isinstance(name, str) else "",
            mark if isinstance(mark, str) else "",
            about,
            tuple(tag for tag in tags if isinstance(tag, str)),
            tuple(_shown(entry.get("outputs"))),
            size,
            bound,
        )


def _shown(outputs: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of stored outputs, the first few and not at length."""
    for output in outputs[:20] if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        text = data.get("text/plain") if isinstance(data, dict) else output.get("text")
        if isinstance(text, list):
            text = "".join(part for part in text[:20] if isinstance(part, str))
        if isinstance(text, str):
            yield str(output.get("output_type")), text[:200].strip()


# The plan


def plan(source: Source, submission: Submission, options: Options) -> Plan:
    """Decide what to run, in which order.

    The learner's cells keep their order. The source's tests come where the submission has them,
    but never above the solution they test; whatever is locked comes from the source.
    """
    return _Planner(source, submission, options).plan()


class _Planner:
    def __init__(self, source: Source, submission: Submission, options: Options) -> None:
        self.source = source
        self.options = options
        self.cells = submission.cells
        self.flags: list[Flag] = []
        self._named: Counter[str] = Counter()
        # submission index -> source index
        self.match: dict[int, int] = {}
        self._match()

    def _match(self) -> None:
        source = self.source.cells
        by_name = {cell.name: i for i, cell in enumerate(source) if cell.name}
        by_mark = {cell.mark: i for i, cell in enumerate(source) if cell.mark}
        taken: set[int] = set()
        for i, cell in enumerate(self.cells):
            if cell.name in by_name:
                self.match[i] = by_name[cell.name]
                taken.add(by_name[cell.name])
        for i, cell in enumerate(self.cells):
            j = by_mark.get(cell.mark)
            if i not in self.match and j is not None and j not in taken:
                # A cell id alone is no proof: a cell that was split, or pasted over, keeps it.
                if source[j].solution or self._as_given(cell, j):
                    self.match[i] = j
                    taken.add(j)
        for i, cell in enumerate(self.cells):
            if i in self.match or not cell.text.strip():
                continue
            for j in range(len(source)):
                if j in taken or source[j].kind != cell.kind:
                    continue
                if self._as_given(cell, j) or _alike(cell.text, source[j].text):
                    self.match[i] = j
                    taken.add(j)
                    break
        # A solution whose metadata is lost: the cell that defines what it should.
        for j, cell in enumerate(source):
            names = self.source.names.exercises.get(cell.name, ())
            if j in taken or not cell.solution or not names:
                continue
            for i, mine in enumerate(self.cells):
                if i in self.match or mine.kind != "code":
                    continue
                tree = _parse(mine.text)
                if tree is not None and set(bindings(tree)) & set(names):
                    self.match[i] = j
                    taken.add(j)
                    break

    def plan(self) -> Plan:
        source = self.source
        items: list[tuple[tuple[float, float], Step]] = []
        place: dict[int, float] = {}  # source index -> position of the last cell matched to it
        for i, j in self.match.items():
            place[j] = max(place.get(j, -1.0), float(i))
        first = {j: min(i for i, k in self.match.items() if k == j) for j in place}
        for i, cell in enumerate(self.cells):
            j = self.match.get(i, -1)
            step = self._own_step(cell, i, j, first)
            if step is not None and step.kind == "cell":
                self._note_names(step)
            if step is not None:
                items.append(((float(i), 0.0), step))
        before = -1.0
        order = {j: k for k, j in enumerate(range(len(source.cells)))}
        base: dict[str, float] = {}
        for j, cell in enumerate(source.cells):
            if cell.solution and cell.kind == "code":
                base[cell.name] = max(
                    place.get(j, -1.0),
                    base.get(cell.name, -1.0),
                    self._defined(cell.name) if j not in place else -1.0,
                )
        for j, cell in enumerate(source.cells):
            fresh = cell.test or (cell.locked and not cell.graded and not cell.solution)
            if not fresh:
                before = max(before, place.get(j, before))
                continue
            exercise = source.exercise[j]
            at = place.get(j)
            if cell.test:
                lowest = base.get(exercise, -1.0)
                if at is None:
                    at = max(before, lowest)
                    if self._always_there(j):
                        told = f"The test cell {cell.name} is gone; it was put back."
                        self._note("repaired", told, exercise)
                elif at < lowest:
                    at = lowest
                    self._note(
                        "repaired",
                        f"The test cell {cell.name} stood above the solution; it was run below it.",
                        exercise,
                    )
                self._compare_test(j, exercise)
                step = Step("test", cell.text, source.released[j], j, exercise)
            else:
                if self._is_setup(cell):
                    at = -1.0
                elif at is None:
                    at = before
                    if self._always_there(j):
                        told = f"The locked cell {cell.name} is gone; it was put back."
                        self._note("repaired", told)
                if cell.kind == "code":
                    step = Step("cell", cell.text, source.released[j], j)
                else:
                    step = Step("text", "", source.released[j], j)
                self._compare_locked(j)
            items.append(((at, 1.0 + order[j]), step))
            before = max(before, at)
        items.sort(key=lambda item: item[0])
        for j, cell in enumerate(source.cells):
            if cell.manual and j not in place:
                shown = source.released[j]
                items.append(((before, 1e9), Step("manual", "", shown, j, source.exercise[j])))
        steps = tuple(step for _, step in items)
        lost = {name for cell in self.cells for name in cell.bound}
        unjudged = {
            source.cells[j].name
            for i, j in self.match.items()
            if source.cells[j].solution
            and (self.cells[i].left_out or lost & set(re.findall(r"\w+", self.cells[i].text)))
        }
        for name, bound in source.names.exercises.items():
            if lost & set(bound):
                unjudged.add(name)
        untouched = self._untouched() - unjudged
        return Plan(steps, tuple(self.flags), untouched, frozenset(unjudged), self._again(steps))

    def _own_step(self, cell: Cell, i: int, j: int, first: dict[int, int]) -> Step | None:
        """Return the step for a submitted cell, or None where the source's takes its place."""
        source = self.source
        if j < 0:
            if cell.kind != "code":
                return Step("text", "", cell.visible, cell=cell)
            if any(
                cell.text.strip() == text.strip()
                for text in (source.released[k] for k, c in enumerate(source.cells) if c.test)
            ):
                return None  # a copy of a test cell
            return Step("cell", cell.text, cell.visible, cell=cell)
        mine = source.cells[j]
        if mine.test or (mine.locked and not mine.graded and not mine.solution):
            # What the learner wrote there is run, too: a second cell under the same name, an import
            # added to a locked cell, code below the comment that stands for a hidden test.
            added = not self._as_given(cell, j) and not _alike(cell.text, mine.text)
            if mine.test:
                added = added and (first[j] != i or not self._had_code(j))
            if added and cell.kind == "code":
                return Step("cell", cell.text, cell.visible, cell=cell)
            return None
        if mine.manual:
            shown = cell.visible if mine.solution else source.released[j]
            kind = "manual" if first[j] == i else "text"
            return Step(
                kind,
                cell.text if mine.kind == "code" and mine.solution else "",
                shown,
                j if first[j] == i else -1,
                source.exercise[j],
                cell,
            )
        if mine.solution:
            kind = cell.kind
            if kind != "code" and mine.kind == "code" and _parse(cell.text) is not None:
                self._note(
                    "repaired",
                    f"The solution cell {mine.name} was no code cell any more; it was run as one.",
                    source.exercise[j],
                )
                kind = "code"
            if kind != "code":
                return Step("text", "", cell.visible, cell=cell)
            index = j if first[j] == i else -1
            return Step("cell", cell.text, cell.visible, index, source.exercise[j], cell)
        if cell.kind != "code":
            return Step("text", "", cell.visible, j, cell=cell)
        if self.options.demo_tag in mine.tags and _alike(cell.text, source.released[j]):
            return Step("skip", "", cell.visible, j, cell=cell)
        return Step("cell", cell.text, cell.visible, j, cell=cell)

    def _as_given(self, cell: Cell, j: int) -> bool:
        """Whether a cell's text is one that learners were given."""
        return any(_alike(cell.text, one.text) for one in self.source.given_out(j))

    def _had_code(self, j: int) -> bool:
        """Whether a cell had code in it in whatever version learners were given."""
        return all(_has_code(one.text) for one in self.source.given_out(j))

    def _always_there(self, j: int) -> bool:
        """Whether every version that learners were given had a cell."""
        return all(self.source.cells[j].name in version for version in self.source.before)

    def _is_setup(self, cell: Cell) -> bool:
        return cell.locked and self.options.setup_tag in cell.tags

    def _defined(self, exercise: str) -> float:
        """Return the position of the last cell that defines what an exercise should."""
        names = set(self.source.names.exercises.get(exercise, ()))
        found = -1.0
        for i, cell in enumerate(self.cells):
            if cell.kind == "code" and names:
                tree = _parse(cell.text)
                if tree is not None and names & set(bindings(tree)):
                    found = float(i)
        return found

    def _compare_test(self, j: int, exercise: str) -> None:
        """Note what was changed about a test cell."""
        mine = self.source.cells[j]
        seen = [self.cells[i] for i, k in self.match.items() if k == j]
        if len(seen) > 1:
            self._note(
                "repaired",
                f"The test cell {mine.name} is there {len(seen)} times; it was run once.",
                exercise,
            )
        for cell in seen:
            if not self._as_given(cell, j) and not _alike(cell.text, mine.text):
                kind, told = "tampering", "was changed; the source's was run"
                texts = [version.text for version in self.source.given_out(j)]
                if not self._had_code(j):
                    kind, told = "repaired", "was written into; that was run, and then the test"
                elif any(_is_in(text, cell.text) for text in texts):
                    kind, told = "repaired", "was written into; the source's was run"
                elif any(_is_in(cell.text, text) for text in texts):
                    kind, told = "repaired", "has lost lines; the source's was run"
                line = _first_other(texts, cell.text) if kind == "tampering" else ""
                where = f", in the line {quoted(line)}" if line else ""
                self._note(kind, f"The text of the test cell {mine.name} {told}{where}.", exercise)
            if not cell.name:
                continue
            changed = [
                key
                for key in ("grade", "solution", "points", "locked")
                if key in cell.about
                and all(cell.about[key] != one.about.get(key) for one in self.source.given_out(j))
            ]
            if changed:
                self._note(
                    "tampering",
                    f"The metadata of the test cell {mine.name} was changed "
                    f"({', '.join(changed)}); the source's was used.",
                    exercise,
                )
            for kind, text in cell.shown:
                if _VERDICT.search(text) and not _could_show(cell.text, kind):
                    told = f"has a stored output that nothing in it gives: {quoted(text)}"
                    self._note("odd", f"The test cell {mine.name} {told}.", exercise)
            # Who wants all cells to run although a test fails tags it so, too.
            for tag, kind in (("skip-execution", "odd"), ("raises-exception", "noticed")):
                if tag in cell.tags and tag not in mine.tags:
                    told = f"The test cell {mine.name} was tagged {tag}; tags are not followed."
                    self._note(kind, told, exercise)
            if all(cell.kind != one.kind for one in self.source.given_out(j)):
                self._note(
                    "repaired",
                    f"The test cell {mine.name} was no code cell any more; it was run as one.",
                    exercise,
                )

    def _compare_locked(self, j: int) -> None:
        mine = self.source.cells[j]
        for i, k in self.match.items():
            if k == j and not self._as_given(self.cells[i], j):
                self._note(
                    "repaired",
                    f"The locked cell {mine.name} was changed; it was run, and then the source's.",
                )

    def _note_names(self, step: Step) -> None:
        """Note where the text goes for others' files: a process of its own would not say so."""
        commands = _commands(step.text)
        for line in step.text.splitlines():
            sign = sign_of_command(line) if line in commands else ""
            if not sign and "gradebook.db" in line and not line.lstrip().startswith("#"):
                sign = "names"
            if sign and self._named[sign] < _MOST_NAMED:
                self._named[sign] += 1
                kind, told = SIGNS[sign]
                told = told.format(quoted(line.strip()))
                self._note(kind, f"The notebook {told}.", step.exercise)

    def _note(self, kind: str, evidence: str, exercise: str = "") -> None:
        flag = Flag(kind, evidence, exercise)
        if flag not in self.flags and sum(one.kind == kind for one in self.flags) < 200:
            self.flags.append(flag)

    def _untouched(self) -> frozenset[str]:
        found = set()
        for j, cell in enumerate(self.source.cells):
            if not cell.solution:
                continue
            mine = [self.cells[i] for i, k in self.match.items() if k == j]
            names = set(self.source.names.exercises.get(cell.name, ()))
            as_released = all(
                not one.text.strip() or _alike(one.text, self.source.released[j]) for one in mine
            )
            elsewhere = False
            for i, one in enumerate(self.cells):
                if self.match.get(i) != j and one.kind == "code" and names:
                    tree = _parse(one.text)
                    if tree is not None and names & set(bindings(tree)):
                        elsewhere = True
            if as_released and not elsewhere:
                found.add(cell.name)
        return frozenset(found)

    def _again(self, steps: tuple[Step, ...]) -> frozenset[int]:
        """Return the tests that stand above something that they may need."""
        found = set()
        late = False
        lowest = len(self.source.cells)
        for index in range(len(steps) - 1, -1, -1):
            step = steps[index]
            if step.kind == "test" and (late or lowest < step.source):
                found.add(index)
            if step.kind != "cell":
                continue
            if step.source >= 0:
                lowest = min(lowest, step.source)
            else:
                tree = _parse(step.text)
                late = late or (
                    tree is not None
                    and any(
                        isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
                        or (isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda))
                        for n in tree.body
                    )
                )
        return frozenset(found)


def defined(text: str) -> frozenset[str]:
    """Return the names of the functions and classes that a cell defines at its top level."""
    tree = _parse(text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(n.name for n in (tree.body if tree else ()) if isinstance(n, kinds))


def definitions(text: str) -> str:
    """Return what a cell imports and defines, and its constants, without the rest.

    Names of its functions stand for these, whatever else the cell makes of them.
    """
    tree = _parse(text)
    functions = defined(text)
    kept = []
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Assign):
            names = {n.id for target in node.targets for n in ast.walk(target) if _is_name(n)}
            try:
                ast.literal_eval(node.value)
            except ValueError:
                if not isinstance(node.value, ast.Lambda):
                    continue
            if names & functions:
                continue
        elif not isinstance(
            node,
            (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
        ):
            continue
        kept.append(ast.unparse(node))
    return "\n\n".join(kept)


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def below(text: str, line: Any) -> str:
    """Return what stands in a cell below the statement in a line, with the same line numbers.

    Of several statements in that line, the first is left out.
    """
    tree = _parse(text)
    if tree is None or not isinstance(line, int) or line < 1:
        return ""
    # IPython does not count empty lines at the top.
    plain = plain_python(text)
    line += plain[: len(plain) - len(plain.lstrip())].count("\n")
    left = [node for node in tree.body if _begins(node) > line]
    same = [node for node in tree.body if _begins(node) <= line <= (node.end_lineno or 0)]
    left = same[1:] + left
    if not left:
        return ""
    first = _begins(left[0])
    lines = plain.split("\n")
    column = left[0].col_offset if len(same) > 1 else 0
    lines[:first] = [*["#"] * (first - 1), lines[first - 1].encode()[column:].decode()]
    return "\n".join(lines)


def _begins(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _is_in(one: str, other: str) -> bool:
    """Whether all statements of one cell are in another, in order; its imports in any order.

    Editors sort imports, and write several as one or one as several.
    """
    wanted, found = _parse(one), _parse(other)
    if wanted is None or found is None:
        return False
    imports, rest = _statements(wanted)
    others, left = _statements(found)
    statements = iter(left)
    return imports <= others and all(statement in statements for statement in rest)


def _statements(tree: ast.Module) -> tuple[set[str], list[str]]:
    """Return what a cell imports, name by name, and its other statements in order."""
    imports: set[str] = set()
    rest: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports |= {f"import {alias.name} as {alias.asname}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = f"from {'.' * node.level}{node.module}"
            imports |= {f"{source} import {alias.name} as {alias.asname}" for alias in node.names}
        else:
            rest.append(ast.dump(node))
    return imports, rest


#: What nbgrader, or a person, would take for points or a verdict.
_VERDICT = re.compile(
    r"^[-+]?[\d.]+$|\d\s*(/|of|out of)\s*\d"
    r"|\b(points?|scores?|passe[sd]|full|correct|graded)\b",
    re.I,
)


def _could_show(text: str, kind: str) -> bool:
    """Whether a cell could have such an output: any where it has code, a value where it ends so."""
    tree = _parse(text)
    if tree is None or not tree.body:
        return tree is None
    return kind != "execute_result" or isinstance(tree.body[-1], ast.Expr)


def _commands(text: str) -> list[str]:
    """Return the lines of a cell that go to a shell."""
    lines = text.strip().splitlines()
    if lines and re.match(r"%%(!|(bash|sh|script|system|sx)\b)", lines[0]):
        return lines[1:]
    return [line for line in lines if re.match(r"\s*([\w, ]+=\s*)?(!|%(sx|system)\b)", line)]


def _first_other(released: list[str], text: str) -> str:
    """Return the first line of a changed cell that no released one has."""
    known = {"".join(line.split()) for one in released for line in one.splitlines()}
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and "".join(line.split()) not in known), "")


def _has_code(text: str) -> bool:
    tree = _parse(text)
    return tree is None or bool(tree.body)


def _alike(one: str, other: str) -> bool:
    """Whether two cells are the same but for white space and comments."""
    if "".join(one.split()) == "".join(other.split()):
        return True
    a, b = _parse(one), _parse(other)
    if a is None or b is None or bool(a.body) != bool(b.body):
        return False
    if len(a.body) != len(b.body):
        return False
    try:
        return _dump(one) == _dump(other)
    except RecursionError:
        return False


@lru_cache(maxsize=4096)
def _dump(text: str) -> str:
    return ast.dump(_parse(text))
