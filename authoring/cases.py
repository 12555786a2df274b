"""What a `NN_topic_cases.py` is made of: examples, misconceptions, variants, hints."""

from __future__ import annotations

import ast
import inspect
import runpy
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class AuthorError(Exception):
    """Something in a lesson's source has to be mended; the message says where, and how."""


class Example:
    """One call: its arguments by position.

    Parameters
    ----------
    *args
        The arguments: plain values, functions of `nnlib.functions`, or an `Instance`.
    beyond : str
        What the example asks beyond the plain case, in a few words. Empty for the plain case.
    given : mapping, optional
        Names of the notebook that return this value while the example runs.
    read : sequence of str
        Attributes of the first argument that are compared after the call.
    """

    def __init__(
        self,
        *args: Any,
        beyond: str = "",
        given: Mapping[str, Any] | None = None,
        read: Sequence[str] = (),
    ) -> None:
        self.args, self.beyond, self.given, self.read = args, beyond, dict(given or {}), tuple(read)


@dataclass(frozen=True)
class Version:
    """Another way to write an exercise: a wrong one has a `sentence`, a right one none.

    It is given by `edits` of the solution's text or by the `source` of a whole function.
    """

    sentence: str
    edits: tuple[tuple[str, str], ...]
    source: str
    line: int

    def code(self, exercise: str, solution: str) -> str:
        """Return the text of the exercise's cell in this version.

        Raises
        ------
        AuthorError
            If the text that an edit replaces does not occur in `solution`.
        """
        if self.source:
            return _renamed(self.source, exercise)
        text = solution
        for old, new in self.edits:
            if old not in text:
                raise AuthorError(
                    f"{exercise}: the solution has no {old!r} to replace (line {self.line} "
                    "of the cases)."
                )
            text = text.replace(old, new)
        return text


@dataclass
class Exercise:
    """All cases of one exercise.

    Parameters
    ----------
    name : str
        The name of the function.
    examples : sequence of Example
        At least one of them is plain.
    parts : sequence of str
        The names of the items of a returned tuple.
    hints : sequence of str
        Three or more, from a nudge to nearly there.
    random : sequence of str
        Parts of the result that are random: judged by shape and spread, not by value.
    """

    name: str
    examples: Sequence[Example]
    hints: Sequence[str]
    parts: Sequence[str] = ()
    random: Sequence[str] = ()
    misconceptions: list[Version] = field(default_factory=list)
    variants: list[Version] = field(default_factory=list)

    def misconception(self, sentence: str, *edits: tuple[str, str]) -> Callable[[Any], Any]:
        """Add a wrong version: by edits, or as the decorator of a whole function."""
        return self._add(self.misconceptions, sentence, edits)

    def variant(self, *edits: tuple[str, str]) -> Callable[[Any], Any]:
        """Add another right version: by edits, or as the decorator of a whole function."""
        return self._add(self.variants, "", edits)

    def _add(self, to: list[Version], sentence: str, edits: tuple) -> Callable[[Any], Any]:
        line = sys._getframe(2).f_lineno
        if edits:
            to.append(Version(sentence, edits, "", line))

        def decorate(thing: Any) -> Any:
            to.append(Version(sentence, (), textwrap.dedent(inspect.getsource(thing)), line))
            return thing

        return decorate


def number_of_examples(arguments: Sequence[str], args: Sequence[Any]) -> int | None:
    """Return m, from the labels ``Y`` or ``y``, of shape (n_y, m), (m, 1) or (m,); else None."""
    for name, value in zip(arguments, args, strict=False):
        if name in ("Y", "y") and hasattr(value, "shape") and value.shape:
            column = len(value.shape) == 2 and value.shape[1] == 1
            return int(value.shape[0] if column else value.shape[-1])
    return None


def _renamed(source: str, exercise: str) -> str:
    """Return a decorated function or class as the exercise's own cell."""
    tree = ast.parse(source)
    node = tree.body[0]
    node.decorator_list = [
        d for d in node.decorator_list if ast.unparse(d).startswith("lesson.method")
    ]
    own = node.name
    # An instance of a class with `__call__` can be a version, too.
    tail = f"\n\n{exercise} = {own}()" if isinstance(node, ast.ClassDef) else ""
    if isinstance(node, ast.FunctionDef):
        node.name = exercise
    return ast.unparse(tree) + tail


def read_cases(path: Path) -> dict[str, Exercise]:
    """Run a lesson's cases file and return its exercises by name.

    Raises
    ------
    AuthorError
        If there is none, or it fails.
    """
    if not path.is_file():
        raise AuthorError(f"{path.name} is missing: each lesson has one beside it.")
    names = runpy.run_path(str(path))
    return {thing.name: thing for thing in names.values() if isinstance(thing, Exercise)}
