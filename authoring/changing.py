"""Change every number that a plain value holds, or that a stand-in gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mistakes.values import Instance


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a plain value with `change` applied to each array and number in it."""
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(changed(item, change) for item in value)
    if isinstance(value, Instance):
        attributes = changed(dict(value.attributes), change)
        return Instance(value.of, changed(value.init, change), attributes)
    return change(value)


def stand_ins_changed(given: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Return an example's stand-ins, with `change` applied to what each of them gives."""

    def stand_in(value: Any) -> Any:
        if not callable(value):
            return change(value)
        return lambda *args, **named: change(value(*args, **named))

    return {name: stand_in(value) for name, value in given.items()}
