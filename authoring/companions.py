"""The files that a learner's notebook gets while it is graded; see `nnlib.contract`."""

from __future__ import annotations

import ast
import marshal
from collections.abc import Iterable
from pathlib import Path

from nnlib import course
from nnlib.carrying import home_of, methods_of
from nnlib.statements import Statement, carried, cells_of, future_flags, needed, statements_of


def companions(source: Path) -> dict[str, bytes]:
    """Return the course's versions of what a notebook may carry over, as files.

    They are compiled, without docstrings and line numbers: the learner's code runs in the same
    process, and could print the source.

    Parameters
    ----------
    source : Path
        The instructor's notebook, such as ``solutions/2-hidden-layer/08_model.ipynb``.

    Returns
    -------
    dict
        Relative path to bytes: the statements of each earlier lesson that it needs.
    """
    folder = source.resolve().parents[1]
    wanted: dict[str, set[str]] = {}

    def collect(lesson: str, statements: Iterable[Statement]) -> None:
        for name in [name for s in statements for name in carried(s.node)]:
            home, short = home_of(name, lesson, folder)
            if short not in wanted.setdefault(home, set()):
                wanted[home] |= {short, *methods_of(short, home)}
                collect(home, chosen(home))

    def chosen(home: str) -> list[Statement]:
        exercises = course.lesson_info(home).exercises
        return needed(cells_of(home, folder), wanted[home], exercises)

    lesson = f"{source.parent.name}/{source.stem}"
    collect(lesson, statements_of(cells_of(lesson, folder)))
    return {f"{home}.bin": _without_source(chosen(home)) for home in wanted}


def _without_source(statements: list[Statement]) -> bytes:
    flags = future_flags(statements)
    found = []
    for statement in statements:
        tree = ast.parse(ast.unparse(statement.node))
        for node in ast.walk(tree):
            if hasattr(node, "lineno"):
                node.lineno = node.end_lineno = 1
                node.col_offset = node.end_col_offset = 0
        found.append(compile(tree, "<course>", "exec", flags, True, optimize=2))
    return marshal.dumps(found, 2)  # from 3 on, the same code may give other bytes in another run
