"""Plain values across a boundary that one side does not trust.

A message is one JSON text and a run of raw buffers. Values become JSON trees: scalars stand for
themselves, everything else is a list that begins with a tag. Nothing is ever evaluated, imported
or unpickled, and what comes out is made of exact types of Python, NumPy and pandas, whatever
subclass went in.

`TABLE` lists the tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from evenhand.sandboxed.arrays import ARRAYS, form_of_array
from evenhand.sandboxed.forms import Form, Limits, NotPlain, ProtocolError, position
from evenhand.sandboxed.standard import (
    STANDARD,
    TYPE_NAMES,
    form_of_standard,
    form_of_subclass,
    plainer,
)
from evenhand.sandboxed.tables import TABLES, form_of_table

_SMALL = 2**63


class Encoder:
    """Turn values into one message's trees and buffers.

    Parameters
    ----------
    handle
        Called with a value that is not plain; returns its ``["h", …]`` tree or raises `NotPlain`.
    originals
        Containers that the other side already has: they are sent by number, without contents.
    """

    def __init__(
        self,
        handle: Callable[[Any], list] | None = None,
        originals: list[Any] | None = None,
    ) -> None:
        self.buffers: list[bytes] = []
        self.containers: list[Any] = []
        self._handle = handle
        self._known: dict[int, list] = {}
        for number, container in enumerate(originals or ()):
            self._known[id(container)] = ["O", number]
        self._items = 0
        self._size = 0
        self._depth = 0
        self._whole = False

    def encode(self, value: Any) -> Any:
        """Return the tree of `value`.

        Raises
        ------
        NotPlain
            If it, or a part of it, is not plain, or there is too much of it.
        """
        self._depth, self._whole = 0, False
        try:
            return self.part(value)
        except RecursionError:
            raise NotPlain("a value that is nested too deeply") from None

    def content(self, container: Any) -> Any:
        """Return the full tree of a container that the other side has, as it is now."""
        known = self._known.pop(id(container), None)
        try:
            return self.encode(container)
        finally:
            if known is not None:
                self._known[id(container)] = known

    def part(self, value: Any) -> Any:
        """Return the tree of a value within the one being encoded."""
        kind = type(value)
        self._items += 1
        if value is None or kind is bool or kind is float:
            return value
        if kind is str:
            self.count(len(value))
            return value
        if kind is int and -_SMALL < value < _SMALL:
            return value
        if self._items > Limits.items:
            raise NotPlain(f"a value with more than {Limits.items} parts")
        if self._depth > Limits.depth:
            raise NotPlain("a value that is nested too deeply")
        known = self._known.get(id(value))
        if known is not None:
            return known
        form = _form_of(value)
        return self._other(value) if form is None else self._formed(form, value)

    def _formed(self, form: Form, value: Any) -> list:
        if form.shared and not self._whole:
            self._known[id(value)] = ["R", len(self.containers)]
            self.containers.append(value)
        outer, self._whole = self._whole, self._whole or form.whole
        self._depth += 1
        tree = [form.tag, *form.encode(self, value)]
        self._depth -= 1
        self._whole = outer
        return tree

    def parts(self, values: Iterable) -> list:
        """Return the trees of several values within it."""
        if type(values) in (list, tuple) and _are_numbers(values):
            self._items += len(values)
            return list(values)
        return [self.part(value) for value in values]

    def buffer(self, data: bytes) -> int:
        """Add a buffer; return its number."""
        self.count(len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def count(self, size: int) -> None:
        """Count `size` bytes towards the limit of the message."""
        self._size += size
        if self._size > Limits.size:
            raise NotPlain(f"a value of more than {Limits.size // 2**20} MB")

    def _other(self, value: Any) -> Any:
        if self._handle is not None:
            try:
                return self._handle(value)
            except NotPlain:
                pass
        form = form_of_subclass(value)
        if form is not None:
            return self._formed(form, value)
        # A subclass of a plain type is read by the base class, never by its own methods.
        plain = plainer(value)
        if plain is not None:
            return self.part(plain[0])
        raise NotPlain(f"an object of type {_name(type(value))}")


def _are_numbers(values: list | tuple) -> bool:
    """Whether each is its own tree, as far as that is soon told: a generator's state has 625."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return -_SMALL < min(values) and max(values) < _SMALL
    return kinds == {float}


class Decoder:
    """Turn one message's trees back into values, trusting nothing in it.

    Parameters
    ----------
    buffers
        The message's buffers.
    handle
        Called with an ``["h", …]`` tree; returns the value it stands for.
    originals
        The containers that ``["O", n]`` names.
    """

    def __init__(
        self,
        buffers: list[bytes],
        handle: Callable[[list], Any] | None = None,
        originals: list[Any] | None = None,
    ) -> None:
        self.containers: list[Any] = []
        self.originals = originals or []
        self._buffers = buffers
        self._handle = handle
        self._depth = 0
        self._whole = False

    def decode(self, tree: Any) -> Any:
        """Return the value of a tree.

        Raises
        ------
        ProtocolError
            If it is not one.
        """
        self._depth, self._whole = 0, False
        try:
            return self.part(tree)
        except ProtocolError:
            raise
        except (
            *(TypeError, ValueError, IndexError, KeyError, AttributeError),
            *(ArithmeticError, RecursionError, MemoryError),
        ) as error:
            raise ProtocolError(f"not a value: {type(error).__name__}") from None

    def part(self, tree: Any) -> Any:
        """Return the value of a tree within the one being decoded."""
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise ProtocolError("not a value: a bare object")
            return tree
        if self._depth > Limits.depth + 2:
            raise ProtocolError("nested too deeply")
        form = _BY_TAG.get(tree[0])
        if form is None:
            raise ProtocolError("an unknown tag")
        outer, number = self._whole, len(self.containers)
        if form.whole and not outer:
            self._whole = True
            if form.shared:
                self.containers.append(None)
        self._depth += 1
        value = form.decode(self, tree[1:])
        self._depth -= 1
        if form.whole and not outer:
            self._whole = False
            if form.shared:
                self.containers[number] = value
        return value

    def parts(self, trees: list) -> Iterator[Any]:
        """Return the values of several trees within it."""
        return map(self.part, trees)

    def keep(self, container: Any) -> Any:
        """Number a container, before its contents are decoded: they may refer to it."""
        if not self._whole:
            self.containers.append(container)
        return container

    def buffer(self, number: Any) -> bytes:
        """Return one of the message's buffers."""
        return self._buffers[position(number)]

    def handle(self, rest: list) -> Any:
        """Return the value that a handle stands for."""
        if self._handle is None:
            raise ProtocolError("a handle where none may be")
        return self._handle(["h", *rest])


TABLE = (
    *STANDARD,
    *ARRAYS,
    *TABLES,
    # A container already in this message, or in the question that this one answers; a handle.
    Form("R", None, None, lambda d, rest: d.containers[position(rest[0])]),
    Form("O", None, None, lambda d, rest: d.originals[position(rest[0])]),
    Form("h", None, None, Decoder.handle),
)
_BY_TAG = {form.tag: form for form in TABLE}
_BY_TYPE = {form.type: form for form in TABLE if form.type is not None}


def _form_of(value: Any) -> Form | None:
    kind = type(value)
    if kind is type and value not in TYPE_NAMES:
        return None
    form = _BY_TYPE.get(kind) if kind is not list and kind is not np.ndarray else None
    return form or form_of_standard(value) or form_of_array(value) or form_of_table(value)


def _name(kind: type) -> str:
    name = getattr(kind, "__qualname__", "?")
    module = getattr(kind, "__module__", "")
    return f"{module}.{name}" if module not in ("builtins", "__main__", "") else name
