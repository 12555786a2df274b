"""Facts about the learner's functions and classes, as text and numbers."""

from __future__ import annotations

import builtins
import inspect
import types
from typing import Any

from evenhand.sandboxed import codec

#: The attributes of a code object that are sent, without ``co_``.
NUMBERS = ("argcount", "posonlyargcount", "kwonlyargcount", "flags", "stacksize")
NAMES = ("varnames", "names", "freevars", "cellvars")
_LONGEST = 200_000  # of a function's source, in characters


def code_of(function: Any) -> dict:
    """Return the facts in a function's code object, and its source if there is one.

    Functions that the course provides have none.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    facts: dict[str, Any] = {}
    if isinstance(code, types.CodeType):
        facts |= {name: getattr(code, f"co_{name}") for name in (*NUMBERS, *NAMES, "name")}
        facts["consts"] = tuple(one for one in code.co_consts if _is_plain(one))
    try:
        facts["source"] = inspect.getsource(function)[:_LONGEST]
    except (OSError, TypeError) as error:
        facts["no source"] = type(error).__name__, str(error)[:200]
    return facts


def annotations_of(thing: Any) -> dict:
    """Return the annotations of a callable that are plain; the others as text."""
    found = getattr(thing, "__annotations__", None)
    if not isinstance(found, dict):
        return {}
    return {name: kind if _is_plain(kind) else str(kind) for name, kind in found.items()}


def members(kind: type) -> dict:
    """Return what a class defines: functions, properties and plain values by their names."""
    kinds = (types.FunctionType, property, staticmethod, classmethod)
    return {
        name: value
        for name, value in vars(kind).items()
        if isinstance(value, kinds) or _is_plain(value)
    }


def derived(name: str, bases: tuple, body: dict) -> type:
    """Make a class for a test: its functions are the test's."""
    body = {**body, "__module__": "__main__"}
    return types.new_class(name, bases, {}, lambda space: space.update(body))


def left(thing: Any, name: str | None, text: str) -> bool:
    """Leave a ``with`` block of a test, by an exception of this name or by none."""
    kind = getattr(builtins, str(name), Exception)
    about = (None, None, None) if name is None else (kind, kind(text), None)
    return bool(type(thing).__exit__(thing, *about))


def _is_plain(value: Any) -> bool:
    try:
        codec.Encoder().encode(value)
    except codec.NotPlain:
        return False
    return True
