"""Find the functions that a test has replaced and that the learner's code may call."""

import builtins
import random
import sys
import time
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np

from evenhand.sandboxed.unchanged import Before


class Patches:
    """Finds functions of modules that a test has replaced, and a replaced standard input.

    Parameters
    ----------
    imported
        Names of the modules that the source imports, which are looked at besides some of Python's.
    """

    def __init__(self, imported: Iterable[str]) -> None:
        self._imported = frozenset(imported)
        self._before: list[tuple[ModuleType, Before]] = []
        self._stdin: Any = None

    def begin(self) -> None:
        """Remember the modules as they are before a test."""
        modules = [builtins, random, time, np.random]
        modules += [sys.modules[name] for name in sorted(self._imported) if name in sys.modules]
        self._before = [(module, _before(module)) for module in dict.fromkeys(modules)]
        self._stdin = sys.stdin

    def now(self) -> list[tuple[str, str, Callable]]:
        """Return module, name and replacement of each function that is replaced at present."""
        found = []
        for module, before in self._before:
            if before.is_same():
                continue
            found += [
                (module.__name__, name, value)
                for name, value in list(before.names.items())
                if value is not before.values.get(name)
                and callable(value)
                and callable(before.values.get(name))
            ]
        if sys.stdin is not self._stdin and not any(name == "input" for _, name, _ in found):
            found.append(("builtins", "input", _read_line))
        return found


_KNOWN: dict[ModuleType, Before] = {}


def _before(module: ModuleType) -> Before:
    """Return what a module holds; most have not changed since the process was forked."""
    if module not in _KNOWN or not _KNOWN[module].is_untouched():
        _KNOWN[module] = Before(vars(module))
    return _KNOWN[module]


def _read_line(prompt: object = "") -> str:
    sys.stdout.write(str(prompt))
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.removesuffix("\n")
