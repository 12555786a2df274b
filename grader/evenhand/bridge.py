"""Calls between a test and the learner's code, one at a time."""

from __future__ import annotations

import contextlib
import copy
import itertools
import re
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from evenhand.callbacks import Callbacks
from evenhand.contract import annotate
from evenhand.facts import Facts
from evenhand.failing_call import Calls
from evenhand.figures import Figures
from evenhand.learner_error import UNSEEN, LearnerError, LearnerErrors, TestOvertime
from evenhand.learner_names import LearnerNames, is_stub
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.options import Options
from evenhand.patches import Patches
from evenhand.quoting import strings
from evenhand.results import STOPPED, Status
from evenhand.sandboxed import codec
from evenhand.sandboxed.changes import merge
from evenhand.sandboxed.channel import check_stack
from evenhand.sandboxed.errors import NOT_PLAIN
from evenhand.seeding import Seeding
from evenhand.source_names import SourceNames
from evenhand.stand_ins import (
    LearnerClass,
    LearnerFunction,
    LearnerInstance,
    StandIn,
    class_stand_in,
    instance_of,
)
from evenhand.working_folder import WorkingFolder

_NUMBERS = itertools.count(1)  # of states, in whatever process


class Bridge:
    """Carries calls to the learner's process and callbacks from it.

    Parameters
    ----------
    process
        The learner's process.
    source
        What the source notebook says about names.
    options
        The limits.
    revive
        Called if the process and its state are gone; starts it again and brings the state back.
    folder
        Where the tests run; None if they have no folder of their own.
    """

    def __init__(
        self,
        process: LearnerProcess,
        source: SourceNames,
        options: Options,
        revive: Callable[[], None] = lambda: None,
        folder: WorkingFolder | None = None,
    ) -> None:
        self.process = process
        self.source = source
        self.testing = False
        self.withheld: frozenset[str] = frozenset()
        self.trouble = ""
        self.last_error: BaseException | None = None
        self.advice: list[str] = []
        self.hangers: list[str] = []
        # Names of exercises' functions: those that are no function now, and those that were once.
        self.not_functions = source.functions
        self.were_functions: frozenset[str] = frozenset()
        self.names = LearnerNames(self, source)
        self.facts = Facts(self)
        self.calls = Calls()
        self._revive = revive
        self._options = options
        self._standins: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()
        self._callbacks = Callbacks()
        self._errors = LearnerErrors()
        self._figures = Figures()
        self._seeding = Seeding()
        self._state: tuple = (None, 0)  # the last one that was sent, and its number
        self._patches = Patches(source.modules)
        self._folder = folder
        self._lost = 0
        self._steps: list[tuple] = []
        self._repeating = False
        self._noting = False
        process.answer = self._answer

    @property
    def overwritten(self) -> frozenset[str]:
        """The names of exercises' functions that have been bound to something else."""
        return self.not_functions & self.were_functions

    def run_cell(self, index: int, text: str) -> dict:
        """Run a cell of the learner's notebook.

        Returns
        -------
        dict
            ``outputs``, and ``error`` where it raised one. Not trusted.

        Raises
        ------
        ProcessLost
            If the process ended, or had to be ended.
        """
        seconds, functions = self._options.cell_seconds, self.source.functions
        message = {
            "op": "cell",
            "index": index,
            "source": text,
            "seconds": seconds,
            "hangers": self.hangers,
            "functions": sorted(functions),
        }
        reply, buffers = self.process.ask(message, seconds=seconds)
        self._written(reply, buffers)
        self.not_functions = functions.intersection(strings(reply.get("no functions")))
        self.were_functions |= functions - self.not_functions
        self.names.forget()
        return reply

    # One test

    def begin(self, name: str, exercise: str, waiting: frozenset[str], file: str = "") -> None:
        """Start a test, whose code is in `file`: remember the learner's state, seed generators."""
        self.process.begin()
        self._restore()
        self.testing = True
        # Files survive a rollback, so never give out an answer whose test is still to come.
        others = (self.source.exercises.get(one, ()) for one in waiting)
        self.withheld = self.source.not_before(exercise).union(*others)
        self.names.bound = {}
        self.trouble, self.last_error, self.advice = "", None, []
        self._lost, self._steps = 0, []
        self._seeding.begin(name)
        self._patches.begin()
        self.calls.begin(file)

    def _restore(self) -> None:
        """Give overwritten function names their functions back, until the test ends."""
        if self.overwritten:
            self.ask({"op": "restore", "names": sorted(self.overwritten)}, (), 5)
            self.names.forget()

    def end(self, keep: bool) -> None:
        """End a test, and undo what it did to the learner's state unless `keep`."""
        self.testing = False
        self.calls.begin("")
        self._callbacks.clear()
        self._figures.clear()
        if keep:
            self.process.commit()
            return
        only_names = False
        try:
            only_names = self.process.rollback()
        finally:
            if not only_names:
                self.names.forget()
            elif self.names.bound:
                self.names.undone()

    # Questions

    def set_attribute(self, thing: StandIn, name: str, value: Any) -> None:
        """Set an attribute in the learner's process."""
        foreign = callable(value) and not isinstance(value, StandIn)
        withheld = name in self.withheld and not is_stub(value)
        if isinstance(thing, LearnerClass) and foreign and withheld:
            return
        self.call(thing, (name, value), {}, "setattr")

    def copied(self, thing: LearnerInstance, how: str) -> Any:
        """Copy an object in the learner's process; a copy of what the test made is the test's."""
        if not self.testing or self._noting:
            return thing
        copied = self.call(thing, (), {}, how)
        mine, its = getattr(copied, "__remote__", None), thing.__remote__
        if mine is not None and mine is not its and not mine.returned:
            mine.made = its.made and not its.returned
        return copied

    def leave(self, thing: LearnerInstance, error: BaseException | None) -> bool:
        """Leave a ``with`` block. The traces and messages of tests stay here."""
        kinds = [base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins"]
        text = "" if isinstance(error, AssertionError) else str(error)[:500]
        name = None if error is None else kinds[0]
        return self.call(thing, (name, text), {}, "leave") is True

    def not_plain(self, thing: LearnerInstance) -> LearnerError:
        """Return the error for an object that stands where a test works with plain values."""
        name, module = thing.__remote__.name, thing.__remote__.more.get("module")
        told = f"an object of your class {name} came back where a plain value is expected"
        if module:
            # A library's object may be right, but asking it would make it the judge.
            told = f"an object of type {module}.{name} came back, {UNSEEN}"
        return self._noted(LearnerError(told), learner_kind=NOT_PLAIN)

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
        encoder = codec.Encoder(self.handle)
        self.last_error = None
        state = self._seeding.of_call() if self.testing else 0
        seconds = self._options.call_seconds
        if thing.__remote__.name in self.hangers:
            seconds = min(seconds, 1.0)
        message = {
            "op": "call",
            "target": self.own(thing),
            "method": method,
            "args": encoder.encode(tuple(args)),
            "kwargs": encoder.encode(dict(kwargs)),
            "state": state if isinstance(state, int) else ["again", self._number_of(state)],
            "seconds": seconds,
            "hangers": self.hangers,
        }
        if self.testing:
            self._add_surroundings(message, encoder, args, kwargs)
            if method is None and not self._repeating:
                self.calls.note(thing.__remote__.name, args, kwargs)
        known = len(encoder.containers)
        try:
            reply, buffers = self.ask(message, encoder.buffers, seconds)
            if "stateless" in reply and isinstance(state, tuple):
                message["state"] = [encoder.encode(state), message["state"][1]]
                reply, buffers = self.ask(message, encoder.buffers, seconds)
        except TimeoutError:
            self._hangs(thing.__remote__.name)
            raise
        if not self.process.only_names:
            self.names.called()
        self._written(reply, buffers)
        self._said(reply)
        thing.learner_warnings = strings(reply.get("warnings"))
        self.advice += thing.learner_warnings
        if "error" in reply:
            try:
                self.raise_error(reply["error"], buffers, thing.__remote__.name)
            except StopIteration:
                if method in ("next", "send", "__next__"):
                    raise
                # From anything else, it would end a loop of the test's.
                raise self._noted(LearnerError("StopIteration")) from None
            finally:
                self._warned(reply)
        self._warned(reply)
        originals = encoder.containers[:known]
        decoder = codec.Decoder(buffers, self._standin, originals)
        with self.readable():
            self._figures.drawn_by_call(decoder.decode(reply.get("figures")) or ())
            value = decoder.decode(reply.get("value"))
            for index, tree in reply.get("changed") or ():
                merge(originals[index], decoder.decode(tree))
        if self.testing and not self._repeating:
            if method == "setattr" or isinstance(value, StandIn):
                self._note(thing, args, kwargs, method, value)
        return value

    def _add_surroundings(
        self, message: dict, encoder: codec.Encoder, args: tuple, kwargs: dict
    ) -> None:
        """Add what the test has changed around a call: patched functions, and files."""
        patches = []
        for module, name, function in self._patches.now():
            with contextlib.suppress(codec.NotPlain):
                patches.append([module, name, encoder.encode(function)])
        if patches:
            message["patches"] = patches
        if self._folder is not None:
            files = self._folder.given(self.source.text, (args, kwargs))
            if files:
                with contextlib.suppress(codec.NotPlain):
                    message["files"] = encoder.encode(files)

    def _written(self, reply: dict, buffers: list) -> None:
        """Write here the files that the learner's code has written."""
        if self._folder is not None and "files" in reply:
            with contextlib.suppress(codec.ProtocolError):
                self._folder.take(codec.Decoder(buffers).decode(reply["files"]))

    def _said(self, message: dict) -> None:
        """Print here what the learner's code printed."""
        said = message.get("said")
        if self.testing and not self._repeating and isinstance(said, list):
            for one in said:
                if isinstance(one, list) and len(one) == 2 and isinstance(one[1], str):
                    (sys.stderr if one[0] == "stderr" else sys.stdout).write(one[1])

    def _warned(self, reply: dict) -> None:
        """Repeat here the warnings that the learner's code gave."""
        warned = reply.get("warned")
        if not self.testing or self._repeating or not isinstance(warned, list):
            return
        for one in warned[:50]:
            if isinstance(one, list) and len(one) == 3 and type(one[2]) is int:
                kind = self._errors.warning_of(strings(one[0]))
                warnings.warn_explicit(str(one[1]), kind, "<learner>", one[2], "__main__")

    def ask(self, message: dict, buffers: Any, seconds: float) -> tuple[dict, list[bytes]]:
        """Ask the learner's process. If it is lost, restore it and raise an error in the test."""
        check_stack()
        try:
            reply, out = self.process.ask(message, buffers, seconds=seconds)
        except ProcessLost as lost:
            raise self._recovered(lost) from None
        if not isinstance(reply.get("error", {}), dict):
            reply["error"] = {}
        return reply, out

    def _hangs(self, *names: str) -> None:
        """Remember functions that took too long: from now on they get less time."""
        self.hangers = list(dict.fromkeys([*self.hangers, *names]))[:20]

    def _recovered(self, lost: ProcessLost) -> Exception:
        """Restore the learner's state after its process was lost; return what the test sees."""
        # A crash is repaired at once; a loss that takes time to repair may happen less often.
        self._lost += 15 if lost.kind is Status.TIMEOUT or not lost.restored else 1
        self.trouble = lost.kind
        if self.testing:
            if not lost.restored:
                self._revive()
            self.process.begin()
            self._restore()
            self.names.forget()
            self.names.bind_again()
            self._repeat()
        if self._lost > 60:
            raise TestOvertime
        error = {
            Status.TIMEOUT: TimeoutError("it took longer than allowed and had to be ended"),
            Status.MEMORY: MemoryError("it wanted more memory than allowed"),
        }.get(lost.kind, LearnerError(f"the process of your notebook ended ({lost.detail})"))
        return self._noted(error, learner_kind=lost.kind)

    def _note(self, *step: Any) -> None:
        """Record a call that made or changed an object of the learner's."""
        self._noting = True
        with contextlib.suppress(Exception):
            thing, args, kwargs, method, value = step
            self._steps.append((thing, copy.deepcopy(args), dict(kwargs), method, value))
        self._noting = False

    def _repeat(self) -> None:
        """Repeat recorded calls, to make the objects of a lost process again."""
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

    def _number_of(self, state: tuple) -> int:
        """Return a number under which the learner's process may have a state already."""
        if state is not self._state[0]:
            self._state = state, next(_NUMBERS)
        return self._state[1]

    def stands_for(self, number: str, thing: StandIn) -> None:
        """Use a stand-in for a handle from now on."""
        self._standins[number] = thing

    # What comes back

    @contextlib.contextmanager
    def readable(self) -> Iterator[None]:
        """Turn the errors from a malformed answer into one that the learner sees."""
        try:
            yield
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise self._noted(LearnerError(f"what came back cannot be read: {error}")) from None

    def decode(self, tree: Any, buffers: list[bytes]) -> Any:
        """Return the value of a tree in an answer."""
        with self.readable():
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
            if "BaseException" in bases and "module" not in more:
                standin = self._errors.type_of(name, bases)
            else:
                special = strings(more.get("special"))
                standin = class_stand_in(self, number, name, more, special)
        elif kind == "instance":
            tree = more.get("class")
            of = self._standin(tree) if isinstance(tree, list) else None
            standin = instance_of(of, self, number, name, more, strings(more.get("special")))
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

    def raise_error(self, record: dict, buffers: list[bytes], name: str) -> None:
        """Raise in the test what the learner's code raised."""
        value = self.decode(record["value"], buffers) if "value" in record else None
        error = self._errors.made(record, name, value)
        if error.learner_kind in STOPPED:
            self.trouble = error.learner_kind
        if error.learner_kind is Status.TIMEOUT:
            self._hangs(*strings(record.get("functions"))[-1:])
        self._note_error(error)
        raise error

    def _noted(self, error: Exception, **known: Any) -> Exception:
        """Return an error with its attributes, and remember it as the last that the test saw."""
        annotate(error, **known)
        self._note_error(error)
        return error

    def _note_error(self, error: BaseException) -> None:
        if not isinstance(error, StopIteration):
            self.last_error = error

    # What goes there

    def own(self, thing: StandIn) -> list:
        """Return the handle that is sent in place of a stand-in."""
        held = self.process.holds(thing.__remote__.number)
        if not held and not self.names.found_again(thing):
            told = "this object was lost when the learner's process had to be ended"
            raise self._noted(LearnerError(told))
        return ["h", thing.__remote__.number, "own", "", None]

    def handle(self, value: Any) -> list:
        """Return the handle that is sent in place of a stand-in, a function or an iterator."""
        if isinstance(value, StandIn):
            return self.own(value)
        return self._callbacks.handle(value)

    def _answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, list[bytes]]:
        self._said(message)
        return self._callbacks.answer(message, buffers, self._standin, self.handle)
