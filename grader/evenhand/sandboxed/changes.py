"""In-place changes: detected where a call was made, repeated where its arguments came from."""

from __future__ import annotations

import io
import random
from collections import deque
from types import SimpleNamespace
from typing import Any

import numpy as np

from evenhand.sandboxed.codec import Encoder, ProtocolError
from evenhand.sandboxed.tables import is_table


def snapshot(containers: list[Any]) -> list[Any]:
    """Record the current contents of each container, for `changes`."""
    return [_contents(container) for container in containers]


def changes(encoder: Encoder, containers: list[Any], before: list[Any]) -> list:
    """Return number and tree of each container whose contents have changed since `snapshot`."""
    return [
        [number, encoder.content(container)]
        for number, container in enumerate(containers)
        if not _as_before(_contents(container), before[number])
    ]


def merge(container: Any, value: Any) -> None:
    """Replace the contents of a container by those of another of the same type, in place.

    Raises
    ------
    ProtocolError
        If the two are of different kinds.
    """
    if type(container) is not type(value):
        raise ProtocolError("a change of kind")
    if isinstance(container, np.ndarray):
        if container.size == value.size and container.dtype == value.dtype:
            if container.shape != value.shape:
                container.shape = value.shape
            if container.flags.writeable:
                container[...] = value
        # An array that changed its size or dtype in place is left alone: NumPy allows that only
        # for an array that nobody else holds.
    elif isinstance(container, (list, bytearray)):
        container[:] = value
    elif isinstance(container, deque):
        container.clear()
        container.extend(value)
    elif isinstance(container, np.random.Generator):
        container.bit_generator.state = value.bit_generator.state
    elif isinstance(container, np.random.RandomState):
        container.set_state(value.get_state())
    elif isinstance(container, random.Random):
        container.setstate(value.getstate())
    elif isinstance(container, (io.StringIO, io.BytesIO)):
        container.seek(0)
        container.truncate()
        container.write(value.getvalue())
        container.seek(value.tell())
    elif isinstance(container, SimpleNamespace):
        vars(container).clear()
        vars(container).update(vars(value))
    elif is_table(container):
        container.__init__(value)
    else:
        container.clear()
        container.update(value)


def _contents(container: Any) -> Any:
    if isinstance(container, np.ndarray):
        if container.dtype.kind == "O":
            return container.shape, container.ravel().tolist()
        return container.shape, container.dtype.str, container.tobytes()
    if isinstance(container, dict):
        return list(container.items())
    if isinstance(container, SimpleNamespace):
        return list(vars(container).items())
    if isinstance(container, (io.StringIO, io.BytesIO)):
        return container.getvalue(), container.tell()
    if isinstance(container, (np.random.Generator, np.random.RandomState, random.Random)):
        return object()  # taken for changed: as a rule, it has been drawn from
    if is_table(container):
        return container.copy()
    if isinstance(container, set):
        return set(container)
    return list(container)


def _as_before(now: Any, before: Any) -> bool:
    """Compare by identity, since the learner's objects may define equality as they like."""
    if now is before:
        return True
    kind = type(now)
    if kind is not type(before):
        return False
    if kind in (list, tuple):
        return len(now) == len(before) and all(map(_as_before, now, before))
    if kind in (int, str, bytes, float, bool):
        return now == before or now != now
    if kind is set:
        return len(now) == len(before) and all(any(a is b for b in before) for a in now)
    return is_table(now) and _same_table(now, before)


def _same_table(now: Any, before: Any) -> bool:
    axes = zip(now.axes, before.axes, strict=True)
    names = getattr(now, "name", None), getattr(before, "name", None)
    return (
        now.equals(before)
        and _as_before(*names)
        and all(one.identical(other) for one, other in axes)
    )
