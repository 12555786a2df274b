"""What to run and in which order: the learner's cells and the source's tests, as a `Plan`.

With a sentence for everything that had to be put right.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass, replace

from evenhand.cells import Cell
from evenhand.evidence import SIGNS
from evenhand.options import Options
from evenhand.quoting import quoted
from evenhand.results import Flag, FlagKind
from evenhand.sandboxed.watching import sign_of_command
from evenhand.source import Source
from evenhand.submission import Submission
from evenhand.syntax import (
    alike,
    bindings,
    global_reads,
    has_code,
    imported_names,
    is_in,
    parse,
)

#: The most lines of a notebook that are reported for one sign.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Step:
    """One thing to do: run a cell of the learner's, or test.

    Attributes
    ----------
    kind
        ``cell`` (run), ``test``, ``manual`` (leave to a person), ``text`` (nothing to run),
        ``skip`` (a demonstration as released of which nothing is needed: not run).
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
        source, match = self.source.cells, self.match
        by_name = {cell.name: i for i, cell in enumerate(source) if cell.name}
        by_mark = {cell.mark: i for i, cell in enumerate(source) if cell.mark}
        for i, cell in enumerate(self.cells):
            if cell.name in by_name:
                match[i] = by_name[cell.name]
        for i, cell in enumerate(self.cells):
            j = by_mark.get(cell.mark)
            if i not in match and j in self._unmatched():
                # A cell id alone is no proof: a cell that was split, or pasted over, keeps it.
                if source[j].solution or self._as_given(cell, j):
                    match[i] = j
        for i, cell in enumerate(self.cells):
            if i in match or not cell.text.strip():
                continue
            for j in self._unmatched():
                if source[j].kind != cell.kind:
                    continue
                if self._as_given(cell, j) or alike(cell.text, source[j].text):
                    match[i] = j
                    break
        # A solution whose metadata is lost: the cell that defines what it should.
        for j in self._unmatched():
            if source[j].solution:
                found = [i for i in self._defining(source[j].name) if i not in match]
                match |= dict.fromkeys(found[:1], j)

    def _unmatched(self) -> list[int]:
        matched = set(self.match.values())
        return [j for j in range(len(self.source.cells)) if j not in matched]

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
        base: dict[str, float] = {}
        for j, cell in enumerate(source.cells):
            if cell.solution and cell.kind == "code":
                base[cell.name] = max(
                    place.get(j, -1.0),
                    base.get(cell.name, -1.0),
                    max(self._defining(cell.name), default=-1.0) if j not in place else -1.0,
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
                        self._tell(j, FlagKind.REPAIRED, "is gone; it was put back")
                elif at < lowest:
                    at = lowest
                    told = "stood above the solution; it was run below it"
                    self._tell(j, FlagKind.REPAIRED, told)
                self._compare_test(j)
                step = Step("test", cell.text, source.released[j], j, exercise)
            else:
                if cell.sets_up(self.options.setup_tag):
                    at = -1.0
                elif at is None:
                    at = before
                    if self._always_there(j):
                        self._tell(j, FlagKind.REPAIRED, "is gone; it was put back")
                kind, text = ("cell", cell.text) if cell.kind == "code" else ("text", "")
                step = Step(kind, text, source.released[j], j)
                self._compare_locked(j)
            items.append(((at, 1.0 + j), step))
            before = max(before, at)
        items.sort(key=lambda item: item[0])
        for j, cell in enumerate(source.cells):
            if cell.manual and j not in place:
                shown = source.released[j]
                items.append(((before, 1e9), Step("manual", "", shown, j, source.exercise[j])))
        steps = self._with_needed([step for _, step in items])
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

    def _with_needed(self, steps: list[Step]) -> tuple[Step, ...]:
        """Have demonstrations run, too, that alone bind what cells of the learner's use.

        What a changed demonstration uses is not run: the others may train for minutes.
        """
        given, tag = self.source.demonstrated, self.options.demo_tag
        at = {step.source: index for index, step in enumerate(steps) if step.kind == "skip"}
        todo = [
            (index, step.text)
            for index, step in enumerate(steps)
            if step.kind == "cell"
            and step.cell is not None
            and (step.exercise or tag not in step.cell.tags)
            and not given.keys().isdisjoint(re.findall(r"\w+", step.text))
        ]
        trees = [parse(text) or ast.Module([], []) for _, text in todo]
        mine = {name for one in trees for name in (*bindings(one), *dict(imported_names(one)))}
        while todo:
            below, text = todo.pop()
            for name in given.keys() & global_reads(text, run=True) - mine:
                above = [at[j] for j in given[name] if at.get(j, below) < below]
                if above and steps[max(above)].kind == "skip":
                    step = steps[max(above)]
                    steps[max(above)] = replace(step, kind="cell", text=step.cell.text)
                    todo.append((max(above), step.cell.text))
        return tuple(steps)

    def _own_step(self, cell: Cell, i: int, j: int, first: dict[int, int]) -> Step | None:
        """Return the step for a submitted cell, or None where the source's takes its place."""
        source = self.source
        if j < 0:
            if cell.kind != "code":
                return Step("text", "", cell.visible, cell=cell)
            tests = (source.released[k] for k, c in enumerate(source.cells) if c.test)
            if cell.text.strip() in map(str.strip, tests):
                return None  # a copy of a test cell
            return Step("cell", cell.text, cell.visible, cell=cell)
        mine = source.cells[j]
        if mine.test or (mine.locked and not mine.graded and not mine.solution):
            # What the learner wrote there is run, too: a second cell under the same name, an import
            # added to a locked cell, code below the comment that stands for a hidden test.
            added = not self._as_given(cell, j) and not alike(cell.text, mine.text)
            if mine.test:
                added = added and (first[j] != i or not self._had_code(j))
            if added and cell.kind == "code":
                return Step("cell", cell.text, cell.visible, cell=cell)
            return None
        index = j if first[j] == i else -1
        if mine.manual:
            kind = "manual" if index == j else "text"
            text = cell.text if mine.kind == "code" and mine.solution else ""
            shown = cell.visible if mine.solution else source.released[j]
            return Step(kind, text, shown, index, source.exercise[j], cell)
        if mine.solution:
            if cell.kind != "code":
                if mine.kind != "code" or parse(cell.text) is None:
                    return Step("text", "", cell.visible, cell=cell)
                told = "was no code cell any more; it was run as one"
                self._tell(j, FlagKind.REPAIRED, told)
            return Step("cell", cell.text, cell.visible, index, source.exercise[j], cell)
        if cell.kind != "code":
            return Step("text", "", cell.visible, j, cell=cell)
        if self.options.demo_tag in mine.tags and alike(cell.text, source.released[j]):
            return Step("skip", "", cell.visible, j, cell=cell)
        return Step("cell", cell.text, cell.visible, j, cell=cell)

    def _as_given(self, cell: Cell, j: int) -> bool:
        """Whether a cell's text is one that learners were given."""
        return any(alike(cell.text, one.text) for one in self.source.given_out[j])

    def _had_code(self, j: int) -> bool:
        """Whether a cell had code in it in whatever version learners were given."""
        return all(has_code(one.text) for one in self.source.given_out[j])

    def _always_there(self, j: int) -> bool:
        """Whether every version that learners were given had a cell."""
        return all(self.source.cells[j].name in version for version in self.source.before)

    def _defining(self, exercise: str) -> list[int]:
        """Return the positions of the cells that define what an exercise should."""
        names = set(self.source.names.exercises.get(exercise, ()))
        return [
            i
            for i, cell in enumerate(self.cells)
            if names and cell.kind == "code" and names & set(bindings(parse(cell.text)))
        ]

    def _compare_test(self, j: int) -> None:
        """Note what was changed about a test cell."""
        mine, given = self.source.cells[j], self.source.given_out[j]
        seen = [self.cells[i] for i, k in self.match.items() if k == j]
        if len(seen) > 1:
            self._tell(j, FlagKind.REPAIRED, f"is there {len(seen)} times; it was run once")
        for cell in seen:
            if not self._as_given(cell, j) and not alike(cell.text, mine.text):
                kind, told = FlagKind.REPAIRED, "was written into; the source's was run"
                texts = [version.text for version in given]
                if not self._had_code(j):
                    told = "was written into; that was run, and then the test"
                elif not any(is_in(text, cell.text) for text in texts):
                    told = "has lost lines; the source's was run"
                    if not any(is_in(cell.text, text) for text in texts):
                        kind, told = FlagKind.TAMPERING, "was changed; the source's was run"
                        line = _first_other(texts, cell.text)
                        told += f", in the line {quoted(line)}" if line else ""
                self._tell(j, kind, told, "The text of the")
            if not cell.name:
                continue
            changed = [
                key
                for key in ("grade", "solution", "points", "locked")
                if key in cell.about and all(cell.about[key] != v.about.get(key) for v in given)
            ]
            if changed:
                told = f"was changed ({', '.join(changed)}); the source's was used"
                self._tell(j, FlagKind.TAMPERING, told, "The metadata of the")
            for kind, text in cell.shown:
                if _VERDICT.search(text) and not _could_show(cell.text, kind):
                    told = f"has a stored output that nothing in it gives: {quoted(text)}"
                    self._tell(j, FlagKind.ODD, told)
            # The second tag also serves to run all cells although a test fails.
            for tag, kind in (
                ("skip-execution", FlagKind.ODD),
                ("raises-exception", FlagKind.NOTICED),
            ):
                if tag in cell.tags and tag not in mine.tags:
                    self._tell(j, kind, f"was tagged {tag}; tags are not followed")
            if all(cell.kind != one.kind for one in given):
                told = "was no code cell any more; it was run as one"
                self._tell(j, FlagKind.REPAIRED, told)

    def _compare_locked(self, j: int) -> None:
        for i, k in self.match.items():
            if k == j and not self._as_given(self.cells[i], j):
                told = "was changed; it was run, and then the source's"
                self._tell(j, FlagKind.REPAIRED, told)

    def _note_names(self, step: Step) -> None:
        """Note lines that reach for others' files; what they start would not report it."""
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

    def _tell(self, j: int, kind: FlagKind, told: str, what: str = "The") -> None:
        """Note something about a cell of the source's."""
        cell = self.source.cells[j]
        which = "test" if cell.test else "solution" if cell.solution else "locked"
        told = f"{what} {which} cell {cell.name} {told}."
        self._note(kind, told, self.source.exercise[j])

    def _note(self, kind: FlagKind, evidence: str, exercise: str = "") -> None:
        flag = Flag(kind, evidence, exercise)
        if flag not in self.flags and sum(one.kind == kind for one in self.flags) < 200:
            self.flags.append(flag)

    def _untouched(self) -> frozenset[str]:
        found = set()
        for j, cell in enumerate(self.source.cells):
            if not cell.solution:
                continue
            mine = [self.cells[i] for i, k in self.match.items() if k == j]
            if cell.manual:  # as nbgrader's checksum has it: a person looks at any other text
                if all(one.text == self.source.stored[j] for one in mine):
                    found.add(cell.name)
                continue
            as_released = all(
                not one.text.strip() or alike(one.text, self.source.released[j]) for one in mine
            )
            # What the source gives may bind the name too, as a method of another class.
            elsewhere = any(
                self.match.get(i) != j
                and not (i in self.match and self._as_given(self.cells[i], self.match[i]))
                for i in self._defining(cell.name)
            )
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
                tree = parse(step.text)
                late = late or (
                    tree is not None
                    and any(
                        isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
                        or (isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda))
                        for n in tree.body
                    )
                )
        return frozenset(found)


#: What nbgrader, or a person, would take for points or a verdict.
_VERDICT = re.compile(
    r"^[-+]?[\d.]+$|\d\s*(/|of|out of)\s*\d"
    r"|\b(points?|scores?|passe[sd]|full|correct|graded)\b",
    re.I,
)


def _could_show(text: str, kind: str) -> bool:
    """Whether a cell could have such an output: a value only if it ends in an expression."""
    tree = parse(text)
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
    """Return the first line of a changed cell that is in no released version."""
    known = {"".join(line.split()) for one in released for line in one.splitlines()}
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and "".join(line.split()) not in known), "")
