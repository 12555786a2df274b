"""A class summed up: points, statuses, flags, and how often each sentence was given."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from evenhand.quoting import labels, one_line
from evenhand.results import NO_RESPONSE, FlagKind, NotebookResult, Status

Column = tuple[str, str, str]
"""Part, notebook, exercise."""

LATE = str(Status.LATE)
"""The name of the column with late penalties, so that a row adds up to its total."""


@dataclass
class SharedMistake:
    """What several students were told in the same words, apart from numbers.

    Attributes
    ----------
    sentences
        Sentence -> how often.
    students
        Those who were told, as keys.
    """

    sentences: Counter[str] = field(default_factory=Counter)
    students: dict[str, None] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The commonest of the sentences."""
        return min(self.sentences, key=lambda sentence: (-self.sentences[sentence], sentence))


@dataclass
class ClassSummary:
    """Points and sentences of a whole class, without anything that grows with the notebooks' size.

    Attributes
    ----------
    maximum : dict
        Column -> points, in the course's order; 0 for what is taken off for handing in late.
    cells : dict
        Student -> column -> (points, status).
    mistakes : dict
        Column -> sentence without its numbers -> the mistake.
    flags : dict of FlagKind
        Kind of evidence -> a line for each piece of it.
    """

    maximum: dict[Column, float] = field(default_factory=dict)
    cells: dict[str, dict[Column, tuple[float, Status]]] = field(default_factory=dict)
    mistakes: dict[Column, dict[str, SharedMistake]] = field(default_factory=dict)
    flags: dict[FlagKind, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, results: Iterable[NotebookResult]) -> "ClassSummary":
        """Sum up the results of a class."""
        summary = cls()
        flags: list[tuple[FlagKind, str, str]] = []
        for result in results:
            row = summary.cells.setdefault(result.student, {})
            for exercise in result.exercises:
                column = (result.part, result.notebook, exercise.name)
                summary.maximum[column] = exercise.max_points
                row[column] = (exercise.points, exercise.status)
                if exercise.status not in NO_RESPONSE:
                    said = summary.mistakes.setdefault(column, {})
                    for message in dict.fromkeys(exercise.messages):
                        mistake = said.setdefault(_general(message), SharedMistake())
                        mistake.sentences[message.strip()] += 1
                        mistake.students[result.student] = None
            for flag in result.flags:
                about = f" · {flag.exercise}" if flag.exercise else ""
                line = f"{result.part}/{result.notebook}{about}: {flag.evidence}"
                flags.append((flag.kind, result.student, line))
            if result.penalty:
                column = (result.part, result.notebook, LATE)
                summary.maximum[column] = 0.0
                row[column] = (-result.penalty, Status.LATE)
        shown = summary.labels
        for kind, student, line in flags:
            summary.flags.setdefault(kind, []).append(one_line(f"{shown[student]} · {line}"))
        # Notebooks sort by name; exercises keep the order in which the notebook has them.
        order = sorted(summary.maximum, key=lambda column: column[:2])
        summary.maximum = {column: summary.maximum[column] for column in order}
        return summary

    def only(self, student: Callable[[str], bool], part: Callable[[str], bool]) -> "ClassSummary":
        """Return the points of some students and parts."""
        cells = {
            who: {column: cell for column, cell in row.items() if part(column[0])}
            for who, row in self.cells.items()
            if student(who)
        }
        cells = {who: row for who, row in cells.items() if row}
        maximum = {
            column: most
            for column, most in self.maximum.items()
            if any(column in row for row in cells.values())
        }
        return ClassSummary(maximum, cells)

    @property
    def parts(self) -> dict[str, list[Column]]:
        """The columns of each part."""
        columns = itertools.groupby(self.maximum, key=lambda column: column[0])
        return {part: list(group) for part, group in columns}

    @property
    def labels(self) -> dict[str, str]:
        """How to show each student's name."""
        return labels(self.cells)

    def handed_in(self, student: str, part: str) -> bool:
        """Say whether a student handed in anything of a part."""
        return any(
            column[0] == part and status not in (Status.MISSING, Status.LATE)
            for column, (_, status) in self.cells[student].items()
        )

    def total(self, student: str, part: str | None = None) -> float:
        """Return a student's points, of one part or of all."""
        return sum(
            earned
            for column, (earned, _) in self.cells[student].items()
            if part is None or column[0] == part
        )

    def tried(self, column: Column) -> list[dict[Column, tuple[float, Status]]]:
        """Return the rows of those students who handed in an exercise."""
        return [
            row
            for row in self.cells.values()
            if column in row and row[column][1] is not Status.MISSING
        ]


def _general(sentence: str) -> str:
    """Leave out the numbers, so that the same mistake with other numbers counts as one."""
    return re.sub(r"-?\b\d+(\.\d+)?(e[-+]?\d+)?\b", "…", sentence.strip())
