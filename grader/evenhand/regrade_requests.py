"""What a learner asks a person to look at again, in the notebook's last cell.

One line for each exercise, in a cell of any kind: ``Regrade request: the_exercise: why``.
"""

import re
from collections.abc import Collection, Iterable

from evenhand.cells import Cell
from evenhand.quoting import quoted
from evenhand.results import Flag, FlagKind

_REQUEST = re.compile(
    r"^[#>*\s]*regrade request\W*?[:*]\W*(?P<exercise>\w+)\W*?[:,–—-]\s*(?P<why>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)


def regrade_requests(cells: Iterable[Cell], exercises: Collection[str]) -> list[Flag]:
    """Return a flag for each request: of the exercise where there is one of that name."""
    texts = [cell.text for cell in cells if cell.text.strip()]
    known = {name.casefold(): name for name in exercises if name}
    found = []
    for match in list(_REQUEST.finditer(texts[-1][:20_000]))[:20] if texts else ():
        name, why = match["exercise"], quoted(match["why"].strip(), 500)
        exercise = known.get(name.casefold(), "")
        told = why if exercise else f"{quoted(name, 60)}, which is no exercise here: {why}"
        found.append(Flag(FlagKind.REQUEST, told, exercise))
    return found
