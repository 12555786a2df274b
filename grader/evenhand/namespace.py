"""The names that a test cell sees: its own, and the learner's where it has none."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evenhand.learner_names import is_stub
from evenhand.sandboxed import codec

if TYPE_CHECKING:
    from evenhand.bridge import Bridge


class Namespace(dict):
    """The globals of the test cells: their own names first, then the learner's.

    Of `bridge`, it uses `names`, `source`, `testing` and `withheld`.
    """

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._bridge = bridge

    def __missing__(self, name: str) -> Any:
        source = self._bridge.source
        if name not in source.solved:
            if name in source.imports:
                value = imported(*source.imports[name])
                dict.__setitem__(self, name, value)
                return value
            if hasattr(builtins, name):
                raise KeyError(name)
        return self._bridge.names.look(name)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self._bridge.names.all()

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __setitem__(self, name: str, value: Any) -> None:
        bridge = self._bridge
        stands_for = bridge.names.stands_for(name, value) if bridge.testing else frozenset()
        if stands_for:
            if bridge.names.is_learners(name, value):
                bridge.names.bind(name, value)
                dict.pop(self, name, None)
                return
            mine = callable(value) and (not stands_for & bridge.withheld or is_stub(value))
            theirs = bridge.source.solved | bridge.source.reads
            if mine or (name in theirs and not callable(value)):
                with contextlib.suppress(codec.NotPlain):
                    bridge.names.bind(name, value)
        dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            dict.__delitem__(self, name)
            if name in self._bridge.names.bound:
                self._bridge.names.unbind(name)
        elif name in self._bridge.names.all():
            self._bridge.names.remove(name)
        else:
            raise KeyError(name)

    def pop(self, name: Any, *default: Any) -> Any:
        value = dict.pop(self, name, *default)
        if name in self._bridge.names.bound:
            self._bridge.names.unbind(name)
        return value

    def keys(self) -> Any:
        return dict.fromkeys([*dict.keys(self), *self._bridge.names.all()]).keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def items(self) -> Any:
        return [(name, self[name]) for name in self.keys() if name in self]

    def values(self) -> Any:
        return [value for _, value in self.items()]


class MainModule(types.ModuleType):
    """The module ``__main__`` of the tests, whose attributes are their names."""

    def __init__(self, names: Namespace) -> None:
        super().__init__("__main__")
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._names[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._names[name]
        except KeyError:
            raise AttributeError(name) from None


def imported(module: str, attribute: str | None) -> Any:
    found = importlib.import_module(module)
    if attribute is None:
        return found
    if hasattr(found, attribute):
        return getattr(found, attribute)
    return importlib.import_module(f"{module}.{attribute}")
