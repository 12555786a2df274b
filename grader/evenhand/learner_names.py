"""What the learner's names stand for, and what tests bind them to instead."""

from __future__ import annotations

import builtins
import contextlib
import dis
import functools
import importlib
import types
from typing import TYPE_CHECKING, Any
from unittest import mock

from evenhand.contract import annotate
from evenhand.learner_error import EXCEPTIONS, LearnerError
from evenhand.quoting import strings
from evenhand.sandboxed import codec
from evenhand.sandboxed.errors import NOT_PLAIN
from evenhand.source_names import SourceNames
from evenhand.stand_ins import (
    LearnerClass,
    LearnerFunction,
    LearnerInstance,
    StandIn,
    class_stand_in,
)

if TYPE_CHECKING:
    from evenhand.bridge import Bridge

_GONE = object()
_OF_THE_SHELL = ("In", "Out")  # among the learner's names, though none of theirs


def is_stub(value: Any) -> bool:
    """Whether a test's function returns a constant, and so gives nothing away."""
    if isinstance(value, mock.NonCallableMock):
        effect = value.side_effect
        raises = isinstance(effect, type) and issubclass(effect, BaseException)
        return value._mock_wraps is None and (raises or not callable(effect))
    if not isinstance(value, types.FunctionType):
        return False
    return _is_constant(value.__code__)


@functools.lru_cache(maxsize=1024)
def _is_constant(code: types.CodeType) -> bool:
    """Whether code reads no variable and uses no name but those of exceptions."""
    reads = ("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")
    if any(one.opname.startswith(reads) for one in dis.get_instructions(code)):
        return False
    return {*code.co_names} <= EXCEPTIONS.keys()


def _is_library(value: Any) -> bool:
    """Whether a value is a function or class that a test has imported."""
    module = getattr(value, "__module__", None)
    return callable(value) and module not in ("__main__", None, "unittest.mock")


class LearnerNames:
    """The names of the learner's notebook.

    Attributes
    ----------
    bound
        Name -> what the running test has bound it to.
    """

    def __init__(self, bridge: Bridge, source: SourceNames) -> None:
        self.bound: dict[str, Any] = {}
        self._bridge = bridge
        self._source = source
        self._by_name: dict[str, StandIn] = {}
        self._fresh: set[str] = set()
        self._missing: set[str] = set()
        self._names: frozenset[str] | None = None

    def forget(self) -> None:
        """Forget what names stood for: it may have changed."""
        self.called()
        self._fresh.clear()

    def called(self) -> None:
        """Take into account that a call may have defined names."""
        self._names = None
        self._missing.clear()

    def undone(self) -> None:
        """Take into account that names stand for what they did before the test bound some."""
        self.called()
        self._fresh -= self.bound.keys()

    def all(self) -> frozenset[str]:
        """The names that the learner's notebook has defined so far."""
        if self._names is None:
            reply, _ = self._bridge.ask({"op": "names"}, (), 5)
            self._names = frozenset(strings(reply.get("names")))
        return self._names

    def look(self, name: str) -> Any:
        """Return what a name of the learner's stands for. Raises KeyError if it is not defined."""
        if name in self._fresh:
            return self._by_name[name]
        known = self._names is None or name in self._names or name in _OF_THE_SHELL
        if name in self._missing or not known:
            raise KeyError(name)
        reply, buffers = self._bridge.ask({"op": "look", "name": name}, (), 5)
        if reply.get("missing"):
            self._missing.add(name)
            raise KeyError(name)
        if "module" in reply:
            # Importing it may be the exercise. Any other module is not ours to import.
            if reply["module"] in self._source.modules:
                return importlib.import_module(reply["module"])
            error = LearnerError(f"{name} is a module that this course does not import")
            annotate(error, learner_kind=NOT_PLAIN)
            raise error
        if "error" in reply:
            self._bridge.raise_error(reply["error"], buffers, name)
        value = self._bridge.decode(reply["value"], buffers)
        if isinstance(value, (LearnerFunction, LearnerClass)):
            known = self._by_name.get(name)
            mine = value.__remote__
            same = known is not None and type(known) is type(value) and known is not value
            if same and known.__remote__.more.get("special") == mine.more.get("special"):
                # The same stand-in for the same name, whatever stands behind it now.
                if not self._of_another(name, value):
                    self._bridge.stands_for(mine.number, known)
                known.__remote__.move_to(mine)
                value = known
            elif self._of_another(name, value):
                # Each name has a stand-in of its own, even if two are for one function.
                common = self._bridge, mine.number, mine.name, mine.more
                if isinstance(value, LearnerClass):
                    value = class_stand_in(*common, strings(mine.more.get("special")))
                else:
                    value = LearnerFunction(*common)
            self._by_name[name] = value
            self._fresh.add(name)
        return value

    def _of_another(self, name: str, value: StandIn) -> bool:
        return any(one is value for other, one in self._by_name.items() if other != name)

    def is_learners(self, name: str, value: Any) -> bool:
        """Whether a value is the stand-in for what the name was in the learner's notebook."""
        return isinstance(value, StandIn) and (
            self._by_name.get(name) is value or name in self.bound
        )

    def stands_for(self, name: str, value: Any) -> frozenset[str]:
        """Return the source names that this name is, or is an alias of."""
        # In this order: to ask a stand-in for its module needs a checkpoint.
        if (
            name in self._source.bound
            or (name in self._source.reads and not _is_library(value))
            or (hasattr(builtins, name) and is_stub(value))
        ):
            return frozenset({name})
        if not callable(value) or name not in self.all():
            return frozenset()
        with contextlib.suppress(KeyError, LearnerError):
            mine = self.look(name)
            if isinstance(mine, LearnerFunction):
                # A value, such as an array of records, may refuse to be compared.
                theirs = {other: self.look(other) for other in self._source.solved & self.all()}
                return frozenset(
                    other
                    for other, thing in theirs.items()
                    if isinstance(thing, LearnerFunction) and thing == mine
                )
        return frozenset()

    def remove(self, name: str) -> None:
        """Take a name of the learner's away, until the test ends."""
        self.bound[name] = _GONE
        self._bridge.ask({"op": "unbind", "name": name}, (), 5)
        self.forget()

    def bind(self, name: str, value: Any) -> None:
        """Replace what a name of the learner's stands for, until the test ends."""
        self.bound[name] = value
        encoder = codec.Encoder(self._bridge.handle)
        tree = encoder.encode(value)
        self._bridge.ask({"op": "bind", "name": name, "value": tree}, encoder.buffers, 5)
        self._missing.discard(name)
        if self._by_name.get(name) is not value:
            self._fresh.discard(name)
        if self._names is not None:
            self._names |= {name}

    def unbind(self, name: str) -> None:
        """Remove a name that `bind` made."""
        self.bound.pop(name, None)
        self._bridge.ask({"op": "unbind", "name": name}, (), 5)
        self.forget()

    def is_of_source(self, thing: LearnerClass) -> bool:
        """Whether a class is what a name of a class in the source notebook stands for."""
        return any(self._by_name.get(name) is thing for name in self._source.classes)

    def is_of_source_class(self, thing: LearnerInstance) -> bool:
        """Whether an object is of such a class."""
        return thing.__remote__.made or self._source_name(self._class_of(thing)) is not None

    def special_of(self, thing: LearnerInstance) -> frozenset[str]:
        """Return the special methods that the source gives an object's class."""
        return self._source.classes.get(self._source_name(self._class_of(thing)), frozenset())

    @staticmethod
    def _class_of(thing: LearnerInstance) -> Any:
        tree = thing.__remote__.more.get("class")
        return tree[1] if isinstance(tree, list) and len(tree) > 1 else None

    def _source_name(self, number: Any) -> str | None:
        for name in self._source.classes:
            with contextlib.suppress(KeyError, LearnerError):
                found = self.look(name)
                if isinstance(found, LearnerClass) and found.__remote__.number == number:
                    return name
        return None

    def bind_again(self) -> None:
        """Bind again what the test had bound, after the process was lost."""
        again, self.bound = self.bound, {}
        for name, value in again.items():
            if value is _GONE:
                self.remove(name)
                continue
            with contextlib.suppress(codec.NotPlain):
                self.bind(name, value)

    def found_again(self, thing: StandIn) -> bool:
        """Look up a lost stand-in by its name; return whether it stands for something again."""
        name = thing.__remote__.name
        if self._by_name.get(name) is not thing:
            return False
        self._fresh.discard(name)
        with contextlib.suppress(KeyError):
            return self.look(name) is thing
        return False
