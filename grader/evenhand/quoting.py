"""Make text that comes from a hand-in fit to be shown to people.

Names of files and folders, and whatever a learner's process says, may hold line breaks, terminal
control sequences and characters that reverse the direction of writing. Shown as they are, they can
forge lines about somebody else. So whatever shows such text uses these functions.
"""

import os
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

# Escape sequences of terminals; then single characters: controls except tab and line feed, marks
# for the direction of writing, line separators, surrogates.
_UNSEEN = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

# The address of an object in memory, which differs from run to run.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{8,}")
_PATH = re.compile(r"(?<![\w.])(?:/[\w.@+-]+){2,}/?|[A-Za-z]:\\[^\s'\"]+")


def quoted(text: str, most: int = 200) -> str:
    """Return text from a hand-in as one printable line in quotation marks, cut if it is long.

    What is not printable is written as Python writes it: ``\\n``, ``\\x1b``, ``\\u202e``.
    """
    return repr(text[:most]) + "…" * (len(text) > most)


def one_line(text: str) -> str:
    """Return a sentence as one printable line; parts of it may come from a hand-in.

    White space becomes one space; what is not printable is written as `quoted` writes it.
    """
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def stripped(text: str) -> str:
    """Return text of several lines, such as code or its output, without invisible characters."""
    return _UNSEEN.sub("", text)


def sentence(text: str) -> str:
    """Return a message fit for a learner: no control characters, no paths, not too long."""
    text = _ADDRESS.sub("", stripped(text))
    text = _PATH.sub(lambda match: match[0].rstrip("/").rpartition("/")[2], text).strip()
    if len(text) > 1500:
        text = text[:1500] + " …"
    return text if text.endswith((".", "!", "?", "…", "`")) else f"{text}."


def printed(text: object) -> str:
    """Return what a cell printed, without invisible characters and the grader's own paths."""
    if not isinstance(text, str):
        return ""
    text = stripped(text)
    for place in _places():
        text = text.replace(place, "…")
    return _ADDRESS.sub("", text)[:1_000_000]


@cache
def _places() -> list[str]:
    """Return the folders of the instructor's machine that learners are not to see."""
    root = Path(__file__).parents[2]
    places = {sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix), str(root)}
    places |= {os.path.realpath(root), os.path.expanduser("~"), os.getcwd()}
    return sorted((place for place in places if len(place) > 4), key=len, reverse=True)


def strings(value: object) -> list[str]:
    """Return the strings in a list, each cut at 500 characters; none if it is not a list."""
    return [one[:500] for one in value if isinstance(one, str)] if isinstance(value, list) else []


# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                          "ı": "i"})  # fmt: skip


def alphabetical(name: str) -> tuple:
    """Return a sort key for a name, the same everywhere: letters first, then marks, then case.

    So Çelik comes between Cem and José, and student-9 before student-10.
    """
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    pieces = re.split(r"([0-9]+)", plain)
    return [int(p) if number % 2 else p for number, p in enumerate(pieces)], folded, name


def labels(names: Iterable[str], odd: Callable[[str], str] = quoted) -> dict[str, str]:
    """Return how to show each of some names, so that no two look the same.

    A name of letters, digits and the usual signs stays as it is; `odd` says how to write any other.
    Names that differ in how their characters are stored, as in NFC and NFD, are shown in ASCII.
    """
    alike = defaultdict(set)
    for name in names:
        alike[unicodedata.normalize("NFKC", name)].add(name)
    return {
        name: ascii(name) if len(group) > 1 else name if _is_plain(name) else odd(name)
        for group in alike.values()
        for name in group
    }


def called(students: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return how to show each of some students: the name, where there is one, with the label."""
    return {
        student: f"{one_line(names[student])} ({label})" if names.get(student) else label
        for student, label in labels(students).items()
    }


def _is_plain(name: str) -> bool:
    usual = all(unicodedata.category(c)[0] in "LMN" or c in " _.,@+'()-" for c in name)
    return usual and name.isprintable() and " ".join(name.split()) == name


def csv_cell(text: str) -> str:
    """Return a line of text for a cell that a spreadsheet will not take for a formula.

    In a spreadsheet, a leading apostrophe says that text follows.
    """
    risky = re.match(r"[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]", text)
    return ("'" if risky else "") + one_line(text)
