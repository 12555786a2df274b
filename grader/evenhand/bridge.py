"""Calls from a test to what the learner wrote, and back: one question at a time."""

from __future__ import annotations

import contextlib
import copy
import inspect
import re
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from evenhand.callbacks import Callbacks
from evenhand.contract import annotate
from evenhand.figures import Figures
from evenhand.learner_error import LearnerError, LearnerErrors, TestOvertime
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.quoting import strings
from evenhand.results import STOPPED, Status
from evenhand.sandboxed import codec
from evenhand.sandboxed.errors import NOT_PLAIN
from evenhand.seeding import Seeding
from evenhand.source_names import SourceNames
from evenhand.stand_ins import (
    LearnerClass,
    LearnerFunction,
    LearnerInstance,
    StandIn,
    instance_type,
)

__all__ = ["Bridge"]


class Bridge:
    """Carries calls to the learner's process and callbacks from it.

    Parameters
    ----------
    kernel
        The learner's process.
    source
        What the source notebook says about names.
    options
        The limits.
    revive
        Called where the process is gone, and its state with it: starts it anew and brings the
        state back.
    """

    def __init__(
        self,
        kernel: LearnerProcess,
        source: SourceNames,
        options: Options,
        revive: Callable[[], None] = lambda: None,
    ) -> None:
        self.kernel = kernel
        self.source = source
        self.testing = False
        self.withheld: frozenset[str] = frozenset()
        self.bound: dict[str, Any] = {}
        self.trouble = ""
        self.last_error: BaseException | None = None
        self.advice: list[str] = []
        self.hangers: list[str] = []
        self.rebound: frozenset[str] = frozenset()  # names of functions that are none any more
        self._revive = revive
        self._options = options
        self._standins: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()
        self._by_name: dict[str, StandIn] = {}
        self._fresh: set[str] = set()
        self._names: frozenset[str] | None = None
        self._callbacks = Callbacks()
        self._errors = LearnerErrors()
        self._figures = Figures()
        self._seeding = Seeding()
        self._lost = 0
        self._steps: list[tuple] = []
        self._repeating = False
        kernel.answer = self._answer

    # One test

    def begin(self, name: str, exercise: str, waiting: frozenset[str]) -> None:
        """Start a test: remember the learner's state, seed the generators."""
        self.kernel.checkpoint()
        self._restore()
        self.testing = True
        # A file outlives the test: what it says of an exercise that waits would be its answer.
        others = (self.source.exercises.get(one, ()) for one in waiting)
        self.withheld = self.source.not_before(exercise).union(*others)
        self.bound, self.trouble, self.last_error, self.advice = {}, "", None, []
        self._lost, self._steps = 0, []
        self._seeding.begin(name)

    def _restore(self) -> None:
        """Let names that stood for functions stand for them again, until the test ends."""
        if self.rebound:
            self._ask({"op": "restore", "names": sorted(self.rebound)}, (), 5)
            self.changed()

    def end(self, keep: bool) -> None:
        """End a test: what it did to the learner's state is undone, unless `keep`."""
        self.testing = False
        self._callbacks.clear()
        self._figures.clear()
        if keep:
            self.kernel.commit()
        else:
            self.changed()
            self.kernel.rollback()

    def changed(self) -> None:
        """Note that names may stand for something else now."""
        self._names = None
        self._fresh.clear()

    # Questions

    def names(self) -> frozenset[str]:
        """The names that the learner's notebook has defined so far."""
        if self._names is None:
            reply, _ = self._ask({"op": "names"}, (), 5)
            self._names = frozenset(strings(reply.get("names")))
        return self._names

    def look(self, name: str) -> Any:
        """Return what a name of the learner's stands for. Raises KeyError if it is not defined."""
        if name in self._fresh:
            return self._by_name[name]
        if name not in self.names():
            raise KeyError(name)
        reply, buffers = self._ask({"op": "look", "name": name}, (), 5)
        if reply.get("missing"):
            raise KeyError(name)
        if "module" in reply:
            raise LearnerError(f"{name} is a module, and no value of the learner's")
        if "error" in reply:
            self._raise(reply["error"], buffers, name)
        value = self._decode(reply["value"], buffers)
        if isinstance(value, (LearnerFunction, LearnerClass)):
            known = self._by_name.get(name)
            if known is not None and type(known) is type(value) and known is not value:
                # The same stand-in for the same name, whatever stands behind it now.
                known.__remote__.move_to(value.__remote__)
                value = known
            elif any(one is value for other, one in self._by_name.items() if other != name):
                # Each name has a stand-in of its own, also where two names are for one function.
                mine = value.__remote__
                value = type(value)(self, mine.number, mine.name, mine.more)
            self._by_name[name] = value
            self._fresh.add(name)
        return value

    def is_learners(self, name: str, value: StandIn) -> bool:
        """Whether a stand-in is what the name stood for in the learner's notebook."""
        return self._by_name.get(name) is value or name in self.bound

    def stands_for(self, name: str, value: Any) -> frozenset[str]:
        """Return the names of the source that a name is of: itself, or those it is a second for."""
        if name in self.source.bound:
            return frozenset({name})
        if not callable(value) or name not in self.names():
            return frozenset()
        with contextlib.suppress(KeyError, LearnerError):
            mine = self.look(name)
            if isinstance(mine, LearnerFunction):
                return frozenset(
                    other for other in self.source.solved & self.names() if self.look(other) == mine
                )
        return frozenset()

    def signature(self, thing: StandIn) -> inspect.Signature:
        """Ask for the parameters of a callable."""
        reply, buffers = self._ask({"op": "signature", "target": self._own(thing)}, (), 5)
        if "error" in reply:
            raise ValueError("no signature found")
        decoder = codec.Decoder(buffers)
        parameters = []
        for name, kind, default in reply["parameters"]:
            value = inspect.Parameter.empty if default is None else decoder.decode(default)[0]
            parameters.append(
                inspect.Parameter(str(name), inspect._ParameterKind(kind), default=value)
            )
        return inspect.Signature(parameters)

    def bind(self, name: str, value: Any) -> None:
        """Make a name of the learner's stand for something of the grader's, until the test ends."""
        self.bound[name] = value
        encoder = codec.Encoder(self._handle)
        tree = encoder.encode(value)
        self._ask({"op": "bind", "name": name, "value": tree}, encoder.buffers, 5)
        if self._by_name.get(name) is not value:
            self._fresh.discard(name)
        if self._names is not None:
            self._names |= {name}

    def unbind(self, name: str) -> None:
        """Remove a name that `bind` made."""
        self.bound.pop(name, None)
        self._ask({"op": "unbind", "name": name}, (), 5)
        self.changed()

    def set_attribute(self, thing: StandIn, name: str, value: Any) -> None:
        """Set an attribute in the learner's process."""
        foreign = callable(value) and not isinstance(value, StandIn)
        if isinstance(thing, LearnerClass) and foreign and name in self.withheld:
            return
        self.call(thing, (name, value), {}, "setattr")

    def is_of_source(self, thing: LearnerClass) -> bool:
        """Whether a class is what a name of a class in the source notebook stands for."""
        return any(self._by_name.get(name) is thing for name in self.source.classes)

    def is_of_source_class(self, thing: LearnerInstance) -> bool:
        """Whether an object is of such a class."""
        return thing.__remote__.made or self._source_name(self._class_of(thing)) is not None

    def special_of(self, thing: LearnerInstance) -> frozenset[str]:
        """Return the special methods that the source gives an object's class."""
        return self.source.classes.get(self._source_name(self._class_of(thing)), frozenset())

    def not_plain(self, thing: LearnerInstance) -> LearnerError:
        """Return the error for an object that stands where a test works with plain values."""
        name = thing.__remote__.name
        told = f"an object of your class {name} came back where a plain value is expected"
        return self._noted(LearnerError(told), learner_kind=NOT_PLAIN)

    @staticmethod
    def _class_of(thing: LearnerInstance) -> Any:
        tree = thing.__remote__.more.get("class")
        return tree[1] if isinstance(tree, list) and len(tree) > 1 else None

    def _source_name(self, number: Any) -> str | None:
        for name in self.source.classes:
            with contextlib.suppress(KeyError, LearnerError):
                found = self.look(name)
                if isinstance(found, LearnerClass) and found.__remote__.number == number:
                    return name
        return None

    def call(
        self,
        thing: StandIn,
        args: tuple,
        kwargs: dict[str, Any],
        method: str | None = None,
    ) -> Any:
        """Call something of the learner's and return what comes back.

        An object that comes back and that the test knows already is marked as returned.

        Raises
        ------
        Exception
            What the learner's code raised: the built-in exception of the same name, or
            `LearnerError`.
        """
        encoder = codec.Encoder(self._handle)
        self.last_error = None
        seconds = self._options.call_seconds
        if thing.__remote__.name in self.hangers:
            seconds = min(seconds, 1.0)
        message = {
            "op": "call",
            "target": self._own(thing),
            "method": method,
            "args": encoder.encode(tuple(args)),
            "kwargs": encoder.encode(dict(kwargs)),
            "state": self._state(encoder),
            "seconds": seconds,
            "hangers": self.hangers,
        }
        known = len(encoder.containers)
        try:
            reply, buffers = self._ask(message, encoder.buffers, seconds)
        except TimeoutError:
            self._hangs(thing.__remote__.name)
            raise
        thing.learner_warnings = strings(reply.get("warnings"))
        self.advice += thing.learner_warnings
        if "error" in reply:
            try:
                self._raise(reply["error"], buffers, thing.__remote__.name)
            except StopIteration:
                if method in ("next", "send", "__next__"):
                    raise
                # From anything else, it would end a loop of the test's.
                raise self._noted(LearnerError("StopIteration")) from None
        originals = encoder.containers[:known]
        decoder = codec.Decoder(buffers, self._standin, originals)
        with self._readable():
            self._figures.drawn_by_call(decoder.decode(reply.get("figures")) or ())
            value = decoder.decode(reply.get("value"))
            for index, tree in reply.get("changed") or ():
                codec.merge(originals[index], decoder.decode(tree))
        if self.testing and not self._repeating:
            if method == "setattr" or isinstance(value, StandIn):
                self._note(thing, args, kwargs, method, value)
        return value

    def _ask(self, message: dict, buffers: Any, seconds: float) -> tuple[dict, list[bytes]]:
        try:
            reply, out = self.kernel.ask(message, buffers, seconds=seconds)
        except ProcessLost as lost:
            self._recover(lost)
            raise AssertionError("unreachable") from None
        if not isinstance(reply.get("error", {}), dict):
            reply["error"] = {}
        return reply, out

    def _hangs(self, *names: str) -> None:
        """Note functions that took too long once: they get less time from now on."""
        self.hangers = list(dict.fromkeys([*self.hangers, *names]))[:20]

    def _recover(self, lost: ProcessLost) -> None:
        """Bring the learner's state back after its process was lost, and raise in the test."""
        # A crash is mended in no time; what has to be waited for is not tried as often.
        self._lost += 15 if lost.kind is Status.TIMEOUT or not lost.restored else 1
        self.trouble = lost.kind
        if self.testing:
            if not lost.restored:
                self._revive()
            self.kernel.checkpoint()
            self._restore()
            self.changed()
            again, self.bound = self.bound, {}
            for name, value in again.items():
                with contextlib.suppress(codec.NotPlain):
                    self.bind(name, value)
            self._repeat()
        if self._lost > 60:
            raise TestOvertime
        sentence = {
            Status.TIMEOUT: "it took longer than allowed and had to be ended",
            Status.MEMORY: "it wanted more memory than allowed",
        }.get(lost.kind, f"the process of your notebook ended ({lost.detail})")
        error: Exception = LearnerError(sentence)
        if lost.kind is Status.TIMEOUT:
            error = TimeoutError(sentence)
        elif lost.kind is Status.MEMORY:
            error = MemoryError(sentence)
        raise self._noted(error, learner_kind=lost.kind)

    def _note(self, *step: Any) -> None:
        """Remember a step of the test that made or changed an object of the learner's."""
        with contextlib.suppress(Exception):
            thing, args, kwargs, method, value = step
            self._steps.append((thing, copy.deepcopy(args), dict(kwargs), method, value))

    def _repeat(self) -> None:
        """Make the objects again that the test had, after the process that held them was lost."""
        steps, self._steps = self._steps, []
        self._repeating = True
        try:
            for thing, args, kwargs, method, old in steps:
                with contextlib.suppress(Exception):
                    new = self.call(thing, args, kwargs, method)
                    if isinstance(old, StandIn) and type(new) is type(old):
                        old.__remote__.move_to(new.__remote__)
                        self._standins[new.__remote__.number] = old
                    self._steps.append((thing, args, kwargs, method, old))
        finally:
            self._repeating = False

    def _state(self, encoder: codec.Encoder) -> Any:
        """Say how the learner's generators are to be set for a call."""
        state = self._seeding.of_call() if self.testing else 0
        return encoder.encode(state) if isinstance(state, tuple) else state

    # What comes back

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Say so where what the learner's process sent is no message."""
        try:
            yield
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._noted(LearnerError(f"what came back cannot be read: {error}")) from None

    def _decode(self, tree: Any, buffers: list[bytes]) -> Any:
        with self._readable():
            return codec.Decoder(buffers, self._standin).decode(tree)

    def _standin(self, tree: list) -> Any:
        number, kind, name, more = tree[1:5]
        if kind == "callback":
            return self._callbacks.original(number)
        if not isinstance(number, str) or not re.fullmatch(r"\d{1,9}\.\d{1,12}", number):
            raise codec.ProtocolError("not a handle")
        if kind == "figure":
            return self._figures.part(more)
        known = self._standins.get(number)
        if known is not None:
            if isinstance(known, LearnerInstance):
                known.__remote__.returned = True
            return known
        name = str(name)[:100]
        if not isinstance(more, dict):
            more = {}
        if kind == "class":
            bases = strings(more.get("bases"))
            if "BaseException" in bases:
                standin = self._errors.type_of(name, bases)
            else:
                standin = LearnerClass(self, number, name, more)
        elif kind == "instance":
            special = strings(more.get("special"))
            standin = instance_type(special)(self, number, name, more)
        elif kind == "generator":
            return self._generator(StandIn(self, number, name, more))
        elif kind == "function":
            standin = LearnerFunction(self, number, name, more)
        else:
            raise codec.ProtocolError("an unknown handle")
        with contextlib.suppress(TypeError):
            self._standins[number] = standin
        return standin

    def _generator(self, inner: StandIn) -> Any:
        def values() -> Any:
            sent = None
            while True:
                try:
                    if sent is None:
                        item = self.call(inner, (), {}, "next")
                    else:
                        item = self.call(inner, (sent,), {}, "send")
                except StopIteration as stop:
                    return stop.value
                sent = yield item

        generator = values()
        generator.__name__ = inner.__remote__.name
        return generator

    def _raise(self, record: dict, buffers: list[bytes], name: str) -> None:
        """Raise in the test what the learner's code raised."""
        value = self._decode(record["value"], buffers) if "value" in record else None
        error = self._errors.made(record, name, value)
        if error.learner_kind in STOPPED:
            self.trouble = error.learner_kind
        if error.learner_kind is Status.TIMEOUT:
            self._hangs(*strings(record.get("functions"))[-1:])
        self._note_error(error)
        raise error

    def _noted(self, error: Exception, **known: Any) -> Exception:
        """Return an error with its attributes, which is the last that the test has seen."""
        annotate(error, **known)
        self._note_error(error)
        return error

    def _note_error(self, error: BaseException) -> None:
        if not isinstance(error, StopIteration):
            self.last_error = error

    # What goes there

    def _own(self, thing: StandIn) -> list:
        number = thing.__remote__.number
        if not self.kernel.holds(number):
            if self._by_name.get(thing.__remote__.name) is thing:
                self._fresh.discard(thing.__remote__.name)
                with contextlib.suppress(KeyError):
                    if self.look(thing.__remote__.name) is thing:
                        return ["h", thing.__remote__.number, "own", "", None]
            raise self._noted(
                LearnerError("this object was lost when the learner's process had to be ended")
            )
        return ["h", number, "own", "", None]

    def _handle(self, value: Any) -> list:
        if isinstance(value, StandIn):
            return self._own(value)
        return self._callbacks.handle(value)

    def _answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, list[bytes]]:
        return self._callbacks.answer(message, buffers, self._standin, self._handle)
