"""Import this before nbgrader or nbformat: a second and a half less, in each process.

jsonschema, which both import, builds the grammar of web addresses for checks that notebooks do not
have: more work than all other imports together. nbgrader imports setuptools, for a tenth of a
second, in case that something is to be unpacked: here it is imported then.
"""

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)


def _real(name: str) -> Any:
    if name.startswith("__"):  # as whoever looks through all modules asks for
        raise AttributeError(name)
    if sys.modules.get(_UNPACKING.__name__) is _UNPACKING:
        del sys.modules[_UNPACKING.__name__]
    return getattr(importlib.import_module(_UNPACKING.__name__), name)


def _imported_when_called(name: str) -> Callable[..., Any]:
    return lambda *args, **kwargs: _real(name)(*args, **kwargs)


_UNPACKING = types.ModuleType("setuptools.archive_util")
_UNPACKING.__getattr__ = _real  # for whoever wants another of its names
for _name in ("unpack_archive", "unpack_tarfile", "unpack_zipfile"):
    setattr(_UNPACKING, _name, _imported_when_called(_name))
sys.modules.setdefault(_UNPACKING.__name__, _UNPACKING)
