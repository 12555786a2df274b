"""A process made cheap to fork: what it holds is not looked at again, and lies in large pages."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

_LARGE = 2 * 2**20
_COLLAPSE = 25  # MADV_COLLAPSE, of Linux 6.1


@contextlib.contextmanager
def uncollected(frozen: bool = False) -> Iterator[None]:
    """Do not look for garbage meanwhile, where next to all that is made stays, as in an import.

    With `frozen`, what is there then is not looked at later either, or when the program ends:
    otherwise the first thing that is made afterwards has all of it looked at.
    """
    gc.disable()
    try:
        yield
    finally:
        if frozen:
            gc.freeze()
        gc.enable()


def settle() -> None:
    """Prepare for forks: a fork copies an entry for each page, and a large page has one entry.

    Where the system has no large pages, nothing else changes.
    """
    gc.collect()
    gc.freeze()
    libc = ctypes.CDLL(None)
    with contextlib.suppress(OSError), open("/proc/self/maps") as file:
        for line in file.readlines():
            place, access, *_, inode = line.split(maxsplit=5)[:5]
            if access == "rw-p" and inode == "0":
                start, end = (int(one, 16) for one in place.split("-"))
                for page in range(-(-start // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE):
                    libc.madvise(ctypes.c_void_p(page), ctypes.c_size_t(_LARGE), _COLLAPSE)
