"""The class at a glance: one HTML page that loads nothing else.

It shows scores, exercises, mistakes and who made them, who may need help, and everyone's points.
"""

import base64
import hashlib
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from evenhand.attempts import Attempt
from evenhand.class_summary import LATE, ClassSummary, Column, SharedMistake
from evenhand.pages import points, render
from evenhand.quoting import alphabetical, labels, one_line
from evenhand.results import Status

COMMON = 0.25
"""Share of those who handed in, from which on a mistake is worth talking about."""

LOW = 0.5
"""Share of a part's points below which somebody may need help."""

FEWEST = 10
"""With fewer students than this, no discrimination is given: it would be chance."""

SOME = 5
"""A variant of fewer students than this has no statistics of its own."""

_NO_TRY = (Status.MISSING, Status.NOT_ATTEMPTED, Status.NOT_JUDGED)

_Mistake = tuple[int, Column, SharedMistake]
"""Of how many who tried, in which exercise, what."""


def html_page(
    summary: ClassSummary,
    title: str,
    names: Mapping[str, str] | None = None,
    page_of: Callable[[str, str, str], str] | None = None,
    attempts: Mapping[str, Sequence[Attempt]] | None = None,
    variants: Mapping[str, str] | None = None,
) -> str:
    """Write the class report.

    Parameters
    ----------
    summary : ClassSummary
        The whole class.
    title : str
        The page's title.
    names : mapping, optional
        Student -> name, as far as names are known, including those who handed in nothing.
    page_of : callable, optional
        Returns the address of the feedback page for a student, part and notebook; empty if there
        is none.
    attempts : mapping, optional
        Part -> attempts in order of time.
    variants : mapping, optional
        Student -> variant, where the course has some; see `evenhand.variants`.
    """
    names = names or {}
    absent = [student for student in names if student not in summary.cells]
    people = _people([*summary.cells, *absent], names)
    mistakes = _mistakes(summary)
    script = files("evenhand").joinpath("templates/report.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return render(
        "report.html",
        one_line,
        title=title,
        summary=summary,
        people=people,
        absent=sorted(absent, key=alphabetical),
        script=Markup(script),  # noqa: S704 - our own, and the only one that may run: see its hash
        script_digest=digest,
        exercises=sum(column[2] != LATE for column in summary.maximum),
        scores=_scores(summary),
        items=item_statistics(summary),
        variants=by_variant(summary, variants or {}),
        mistakes=mistakes,
        topics=_topics(summary, mistakes),
        helped=_may_need_help(summary),
        attempts={
            part: [attempt for attempt in some if attempt.student in summary.cells]
            for part, some in (attempts or {}).items()
        },
        parts=[
            (part, columns, _rows(summary, part, columns, page_of or (lambda *_: "")))
            for part, columns in summary.parts.items()
        ],
    )


def _people(students: Iterable[str], names: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return each student's name, and a pseudonym that is always the same."""
    shown = labels(students)
    called: dict[str, list[str]] = {}
    for student in shown:
        called.setdefault(names.get(student, ""), []).append(student)
    found, taken = {}, set()
    for student, label in shown.items():
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
        length = next(n for n in range(4, 65) if digest[:n] not in taken)
        taken.add(digest[:length])
        name = names.get(student, "")
        if name:
            name = name if len(called[name]) == 1 else f"{name} ({label})"
        found[student] = (name or label, f"student {digest[:length]}")
    return found


def _scores(summary: ClassSummary) -> list[tuple[str, list[int], str]]:
    """Return the distribution of each part's points among those who handed in any of it.

    Returns
    -------
    list of (part, counts, text)
        How many students have up to 10, 20, … 100 % of the part's points, and a summary.
    """
    found = []
    for part, columns in summary.parts.items():
        best = sum(summary.maximum[column] for column in columns)
        who = [student for student in summary.cells if summary.handed_in(student, part)]
        if not best or not who:
            continue
        shares = [100 * summary.total(student, part) / best for student in who]
        counts = [0] * 10
        for share in shares:  # with extra credit, a person may have more than all points
            counts[max(0, min(int(share // 10), 9))] += 1
        text = (
            f"{len(who)} student{'s' * (len(who) != 1)}: median {statistics.median(shares):.0f} %"
        )
        if len(shares) > 3:
            low, _, high = statistics.quantiles(shares, method="inclusive")
            text += f", the middle half from {low:.0f} to {high:.0f} %"
        if absent := len(summary.cells) - len(who):
            text += f"; {absent} handed in nothing and are not counted"
        found.append((part, counts, text))
    return found


def _mistakes(summary: ClassSummary, most: int = 5) -> list[_Mistake]:
    """Return how many students made each mistake in each exercise, the commonest first."""
    rows = [
        (len(summary.tried(column)), column, mistake)
        for column, mistakes in summary.mistakes.items()
        for mistake in sorted(
            mistakes.values(), key=lambda mistake: (-len(mistake.students), mistake.sentence)
        )[:most]
    ]
    return sorted(rows, key=lambda row: (-len(row[2].students), row[1]))


def _topics(summary: ClassSummary, mistakes: Iterable[_Mistake], most: int = 5) -> list[_Mistake]:
    """Return the commonest mistakes of the latest part that anybody handed in."""
    handed_in = [
        part
        for part in summary.parts
        if any(summary.handed_in(student, part) for student in summary.cells)
    ]
    return [
        (tried, column, mistake)
        for tried, column, mistake in mistakes
        if column[0] == handed_in[-1]
        and len(mistake.students) > 1
        and len(mistake.students) >= COMMON * tried
    ][:most]


def _may_need_help(summary: ClassSummary) -> list[tuple[str, list[str]]]:
    """Return students with the reasons why they may need help, most reasons first."""
    found = []
    parts = [
        (
            part,
            columns,
            sum(summary.maximum[column] for column in columns),
            sum(summary.handed_in(student, part) for student in summary.cells),
        )
        for part, columns in summary.parts.items()
    ]
    for student, row in summary.cells.items():
        reasons = []
        for part, columns, best, handed_in in parts:
            if not summary.handed_in(student, part):
                if handed_in > len(summary.cells) / 2:
                    reasons.append(f"{part}: handed in nothing, and {handed_in} others did")
                continue
            share = summary.total(student, part) / best if best else 1.0
            if share < LOW:
                reasons.append(f"{part}: {100 * share:.0f} % of the points")
            untried = sum(row[c][1] is Status.NOT_ATTEMPTED for c in columns if c in row)
            if untried > 1 and untried >= len(columns) / 3:
                reasons.append(f"{part}: {untried} of {len(columns)} exercises not attempted")
        if reasons:
            found.append((student, reasons))
    return sorted(found, key=lambda entry: -len(entry[1]))


def _rows(
    summary: ClassSummary,
    part: str,
    columns: list[Column],
    page_of: Callable[[str, str, str], str],
) -> Iterator[tuple[str, list[tuple[str, str, str, str]], float | None]]:
    """Yield a student, the cells of the table, and the sum; None where nothing was handed in."""
    for student, row in summary.cells.items():
        cells = [
            (*_cell(row.get(c), summary.maximum[c]), page_of(student, *c[:2]) if c in row else "")
            for c in columns
        ]
        total = summary.total(student, part) if summary.handed_in(student, part) else None
        yield student, cells, total


def _cell(cell: tuple[float, Status] | None, maximum: float) -> tuple[str, str, str]:
    """Return a cell's points, word and colour; no points if nothing was handed in or judged."""
    if cell is None:
        return "", "", ""
    earned, status = cell
    if status is Status.MISSING or (status is Status.NOT_JUDGED and not earned):
        return "", status, ""
    share = earned / maximum if maximum else 1
    # Darker is less; the number beside it says the same.
    colour = f"rgb({255 - 25 * (1 - share):.0f}, {255 - 60 * (1 - share):.0f}, 255)"
    return points(earned), status if status.mark or status is Status.LATE else "", colour


@dataclass(frozen=True)
class ItemStatistics:
    """Statistics of one exercise.

    Attributes
    ----------
    tried, not_attempted, missing, not_judged
        Numbers of students, among those who handed in anything of the part.
    difficulty
        Mean share of the points among those who tried; small is hard. None if nobody did.
    discrimination
        Correlation of that share with the points for the rest of the part. None if too few tried,
        or all got the same.
    """

    tried: int
    not_attempted: int
    missing: int
    not_judged: int
    difficulty: float | None
    discrimination: float | None


def item_statistics(summary: ClassSummary) -> dict[Column, ItemStatistics]:
    """Return the statistics of each exercise that has points, in the course's order."""
    found = {}
    for columns in summary.parts.values():
        items = [c for c in columns if summary.maximum[c] and c[2] != LATE]
        for column in items:
            cells = [row[column] for row in summary.cells.values() if column in row]
            rows = [
                row
                for row in summary.cells.values()
                if column in row and row[column][1] not in _NO_TRY
            ]
            shares = [row[column][0] / summary.maximum[column] for row in rows]
            rest = [sum(row[c][0] for c in items if c != column and c in row) for row in rows]
            statuses = [status for _, status in cells]
            found[column] = ItemStatistics(
                tried=len(rows),
                not_attempted=statuses.count(Status.NOT_ATTEMPTED),
                missing=statuses.count(Status.MISSING),
                not_judged=statuses.count(Status.NOT_JUDGED),
                difficulty=statistics.fmean(shares) if shares else None,
                discrimination=_correlation(shares, rest) if len(rows) >= FEWEST else None,
            )
    return found


def by_variant(
    summary: ClassSummary, variants: Mapping[str, str]
) -> dict[str, dict[Column, ItemStatistics]]:
    """Return the statistics of each variant's students, where at least `SOME` of them handed in."""
    groups: dict[str, set[str]] = {}
    for student in summary.cells:
        groups.setdefault(variants.get(student, ""), set()).add(student)
    return {
        name: item_statistics(summary.only(students.__contains__, lambda part: True))
        for name, students in sorted(groups.items(), key=lambda group: alphabetical(group[0]))
        if name and len(students) >= SOME
    }


def _correlation(some: list[float], others: list[float]) -> float | None:
    try:
        return statistics.correlation(some, others)
    except statistics.StatisticsError:  # one of them does not vary
        return None
