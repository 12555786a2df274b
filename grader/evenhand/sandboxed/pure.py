"""Functions whose calls leave nothing behind in their process, so that there is nothing to undo.

A function counts as pure here if its code shows that all it can change is what it is given. What it
prints and warns of, and the random numbers that it draws, do not matter: they belong to a call.
"""

from __future__ import annotations

import builtins
import dis
import functools
import inspect
import math
import random
import types
from collections.abc import Callable
from typing import Any

import numpy as np

#: Not what derives from them, which may hold more.
_CONSTANTS = {type(None), type(...), bool, int, float, complex, str, bytes}
_CONSTANTS |= {np.dtype(code).type for code in np.typecodes["All"] if code not in "OV"}
_MODULES = (np, np.linalg, np.random, math, random)
_BUILTINS = {
    getattr(builtins, name)
    for name in (
        "abs all any bin bool bytes chr complex dict divmod enumerate filter float format "
        "frozenset hex int isinstance issubclass iter len list map max min next oct ord pow print "
        "range repr reversed round set slice sorted str sum tuple zip"
    ).split()
}
_BUILTINS |= {
    one for one in vars(builtins).values() if isinstance(one, type) and issubclass(one, Exception)
}

#: What changes more than what a function is given. Names are bound and imported as in a cell.
_CHANGING = ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "IMPORT", "LOAD_BUILD",
             "STORE_NAME", "DELETE_NAME", "LOAD_NAME", "GET_AWAITABLE", "GET_AITER")  # fmt: skip
#: NumPy's settings, and what writes or maps files.
_SETTINGS = frozenset(
    "seterr seterrcall setbufsize set_string_function set_numeric_ops set_printoptions "
    "printoptions errstate set_state setflags "
    "save savez savez_compressed savetxt tofile dump load loadtxt genfromtxt fromfile memmap "
    "open_memmap DataSource frompyfunc vectorize nditer".split()
)


def is_pure(function: Any, stands_elsewhere: Callable[[Any], bool]) -> bool:
    """Return whether a call of a function leaves its process as it was.

    Parameters
    ----------
    function
        Anything.
    stands_elsewhere
        Says whether a function runs in another process.
    """
    return _Look(stands_elsewhere).is_pure(function)


class _Look:
    """One look at a function and those that it calls."""

    def __init__(self, stands_elsewhere: Callable[[Any], bool]) -> None:
        self._stands_elsewhere = stands_elsewhere
        self._seen: set[int] = set()

    def is_pure(self, function: Any) -> bool:
        if type(function) is not types.FunctionType:
            return False
        if id(function) in self._seen or self._stands_elsewhere(function):
            return True
        self._seen.add(id(function))
        code, space = function.__code__, function.__globals__
        defaults = (function.__defaults__ or (), *(function.__kwdefaults__ or {}).values())
        if function.__closure__ or function.__dict__ or not _is_constant(defaults):
            return False
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            return False
        names = _read(code)
        if names is None or "__builtins__" in names[0]:
            return False
        loaded = [space.get(name, getattr(builtins, name, None)) for name in names[0]]
        return all(self._is_harmless(value, names[1]) for value in loaded)

    def _is_harmless(self, value: Any, attributes: frozenset[str]) -> bool:
        """Whether a function that reads a global value, and these attributes, cannot change it."""
        if isinstance(value, types.ModuleType):
            inside = (getattr(value, name, None) for name in attributes)
            return value in _MODULES and not any(map(_can_change, inside))
        if isinstance(value, (type, types.BuiltinFunctionType)):
            return value in _BUILTINS or getattr(math, value.__name__, None) is value
        return isinstance(value, np.ufunc) or _is_constant(value) or self.is_pure(value)


def _is_constant(value: Any) -> bool:
    if type(value) is tuple:
        return all(map(_is_constant, value))
    return type(value) in _CONSTANTS


def _can_change(value: Any) -> bool:
    return isinstance(value, (list, dict, set, np.ndarray))


@functools.lru_cache(maxsize=1024)
def _read(code: types.CodeType) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the global names and the attributes that code reads; None if it changes more."""
    names: set[str] = set()
    attributes: set[str] = set()
    for one in dis.get_instructions(code):
        if one.opname.startswith(_CHANGING):
            return None
        if one.opname == "LOAD_GLOBAL":
            names.add(one.argval)
        elif one.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            attributes.add(one.argval)
    if attributes & _SETTINGS or any(name.startswith("_") for name in attributes):
        return None
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found = _read(inner)
            if found is None:
                return None
            names |= found[0]
            attributes |= found[1]
    return frozenset(names), frozenset(attributes)
