"""Whether names still stand for the same objects, without a look at each object."""

from __future__ import annotations

import ctypes
import operator
import sys
from typing import Any

#: Whether this Python numbers each change of a dict, in the word behind its length (PEP 509).
_NUMBERED = (
    sys.implementation.name == "cpython"
    and sys.version_info < (3, 13)
    and dict.__basicsize__ == 6 * ctypes.sizeof(ctypes.c_uint64)
)
_PLACE = 3 * ctypes.sizeof(ctypes.c_uint64)


class Before:
    """What the names of a namespace stood for.

    Python counts references in the objects themselves: in a process that was forked, to compare an
    object is to copy the page it lies on. So nothing is compared while the dict has not changed.

    Parameters
    ----------
    names
        The namespace; not a copy.
    functions
        Whether only what can be called and has a public name matters.

    Attributes
    ----------
    names
        The namespace as it is now.
    values
        What those that matter stood for.
    """

    def __init__(self, names: dict[str, Any], functions: bool = False) -> None:
        self.names = names
        self.values = {
            name: value
            for name, value in names.items()
            if not functions or callable(value) and not name.startswith("_")
        }
        self._changes = ctypes.c_uint64.from_address(id(names) + _PLACE) if _NUMBERED else None
        self._number = self._changes.value if self._changes is not None else None

    def is_untouched(self) -> bool:
        """Whether the dict is surely as it was; where Python does not say, it is not."""
        return self._changes is not None and self._changes.value == self._number

    def is_same(self) -> bool:
        """Whether each name that was there stands for the same object."""
        now, before = self.names, self.values
        # Several times as fast as a loop.
        return self.is_untouched() or _ALL(_MAP(_IS, _MAP(now.get, before), before.values()))


_ALL, _MAP, _IS = all, map, operator.is_  # of before a learner's code or a test may replace them
