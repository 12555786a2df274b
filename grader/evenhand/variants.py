"""Variants: whose copy of the course draws its data with which seeds.

``variants.csv`` in the course folder has a row for each student: id, variant. A copy says which
variant it is in a file beside the notebooks, and in each notebook's metadata. While a notebook is
graded, that file holds what the table says, whatever the learner's own said.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from evenhand.options import OptionsError
from evenhand.quoting import quoted
from evenhand.results import Flag, FlagKind

#: The table, in the course folder.
FILE = "variants.csv"
#: The file beside the notebooks: the variant, or nothing for the course's own data.
MARK = "variant.txt"


def read_variants(root: Path) -> dict[str, str] | None:
    """Return the variant of each student; None where the course has no variants.

    Raises
    ------
    OptionsError
        If the table cannot be read.
    """
    path = root / FILE
    if not path.is_file():
        return None
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        found = {row["id"].strip(): row["variant"].strip() for row in rows}
    except (OSError, ValueError, KeyError, AttributeError, csv.Error):
        told = f"{path} cannot be read: it should have the columns id, variant."
        raise OptionsError(told) from None
    if len(found) < len(rows):
        raise OptionsError(f"{path}: somebody stands there twice.")
    return found


def deal(root: Path, students: Iterable[str], kinds: int = 0) -> dict[str, str]:
    """Give each student a variant, keep it in the table, and return all of them.

    Who has one keeps it.

    Parameters
    ----------
    kinds
        How many variants there are; 0 for one of each student's own.

    Raises
    ------
    OptionsError
        If the table cannot be read or written.
    """
    found = read_variants(root) or {}
    for student in students:
        if student not in found:
            of = Counter(found.values())
            numbers = map(str, range(1, (kinds or len(found) + 1) + 1))
            found[student] = min(numbers, key=lambda number: of[number])
    try:
        with (root / FILE).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("id", "variant"), *found.items()])
    except OSError as error:
        raise OptionsError(f"{root / FILE} cannot be written: {error.strerror}.") from error
    return found


def foreign(said: Iterable[str], own: str) -> list[Flag]:
    """Return a flag for each variant, other than the student's own, that a hand-in says it is."""
    has = f"this student has {own}" if own else "this student has none"
    return [
        Flag(
            FlagKind.ODD,
            f"The notebook was handed out as variant {quoted(one, 20)}, and {has}: {FILE} says "
            "whose it is.",
        )
        for one in dict.fromkeys(said)
        if one not in ("", own)
    ]
