"""Find the functions that a test has replaced and that the learner's code may call."""

import builtins
import operator
import random
import sys
import time
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np


class Patches:
    """Finds functions of modules that a test has replaced, and a replaced standard input.

    Parameters
    ----------
    imported
        Names of the modules that the source imports, which are looked at besides some of Python's.
    """

    def __init__(self, imported: Iterable[str]) -> None:
        self._imported = frozenset(imported)
        self._before: list[tuple[ModuleType, dict]] = []
        self._stdin: Any = None

    def begin(self) -> None:
        """Remember the modules as they are before a test."""
        modules = [builtins, random, time, np.random]
        modules += [sys.modules[name] for name in sorted(self._imported) if name in sys.modules]
        self._before = [(module, dict(vars(module))) for module in dict.fromkeys(modules)]
        self._stdin = sys.stdin

    def now(self) -> list[tuple[str, str, Callable]]:
        """Return module, name and replacement of each function that is replaced at present."""
        found = []
        for module, before in self._before:
            now = vars(module)
            if len(now) == len(before) and all(map(operator.is_, now.values(), before.values())):
                continue
            found += [
                (module.__name__, name, value)
                for name, value in list(now.items())
                if value is not before.get(name) and callable(value) and callable(before.get(name))
            ]
        if sys.stdin is not self._stdin and not any(name == "input" for _, name, _ in found):
            found.append(("builtins", "input", _read_line))
        return found


def _read_line(prompt: object = "") -> str:
    sys.stdout.write(str(prompt))
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.removesuffix("\n")
