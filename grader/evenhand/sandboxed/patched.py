"""Functions of modules that a test has replaced, while the learner's code runs."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator


@contextlib.contextmanager
def patched(patches: Iterable[tuple[str, str, Callable]]) -> Iterator[None]:
    """Put functions in the place of others, given by module and name, and put those back."""
    before = []
    try:
        for module, name, function in patches:
            there = sys.modules.get(module)
            if hasattr(there, name):
                before.append((there, name, getattr(there, name)))
                setattr(there, name, function)
        yield
    finally:
        for there, name, function in reversed(before):
            setattr(there, name, function)
