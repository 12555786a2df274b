"""One notebook's process: answers questions such as "run this cell", "call this function".

The question ``fork`` splits the process in two: the child goes on answering, the parent sleeps as
a checkpoint. It comes with two sockets. On one the child answers; on the other the grader tells the
checkpoint to roll back (it kills the child and goes on from there) or closes it (the checkpoint
exits). If the child dies, the checkpoint goes on as well. Each process has its own socket, so one
that is killed leaves nothing half read or half written for the other.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import inspect
import linecache
import operator
import os
import random
import re
import resource
import select
import signal
import socket
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from evenhand.sandboxed import codec
from evenhand.sandboxed.changes import changes, merge, snapshot
from evenhand.sandboxed.channel import Channel, ChannelClosed, check_stack
from evenhand.sandboxed.deadline import Deadline
from evenhand.sandboxed.errors import (
    Stopped,
    error_output,
    error_record,
    line_in,
    not_plain,
    raised_in,
)
from evenhand.sandboxed.facts import annotations_of, code_of, derived, left, members
from evenhand.sandboxed.figures import OpenFigures
from evenhand.sandboxed.folder import MirroredFolder
from evenhand.sandboxed.handles import Handles
from evenhand.sandboxed.imports import NotedImports
from evenhand.sandboxed.patched import patched
from evenhand.sandboxed.pure import is_pure
from evenhand.sandboxed.shell import Collector, Current, Stream
from evenhand.sandboxed.turns import Turns
from evenhand.sandboxed.watching import CELL, TEST, Started, Watch

#: What the grader may do with an object besides calling its methods.
_METHODS: dict[str, Callable] = {
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "dir": lambda thing: [name for name in dir(thing) if not name.startswith("__")],
    "next": next,
    "isinstance": lambda kind, thing: bool(isinstance(thing, kind)),
    "issubclass": lambda kind, other: bool(issubclass(other, kind)),
    "members": members,
    "derive": lambda kind, *parts: derived(*parts),
    "mro": lambda kind: list(kind.__mro__),
    "list": list,
    "getitem": operator.getitem,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "leave": left,
}


#: Names that IPython binds itself.
_OF_IPYTHON = re.compile(r"_+|_i+|_i?\d+|_[iod]h|_exit_code|__.*__")


class Session:
    """Answers the grader's questions about one notebook, one at a time."""

    def __init__(self, shell: Any, settings: dict, sock: socket.socket, started: Started) -> None:
        self._shell = shell
        self._settings = settings
        self._channel = Channel(sock)
        self._handles = Handles(settings["folder"], str(settings["epoch"]), self._ask)
        # Without a question the main thread reads from the channel, and no other may.
        self._turns = Turns()
        self._functions: dict[str, Any] = {}
        self._names: dict[str, Any] = {}
        self._state: tuple = (0, None, None)  # its number, NumPy's and Python's
        self._deadline = Deadline()
        self._figures = OpenFigures()
        self._folder = MirroredFolder(settings["folder"])
        self._out = Stream("stdout")
        self._err = Stream("stderr")
        self._imports = NotedImports(settings["note"]) if "note" in settings else None
        self._prepare(started)

    def _prepare(self, started: Started) -> None:
        sys.stdout, sys.stderr = self._out, self._err
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.close(null)
        os.environ.update(self._settings["environment"])
        self._shell.user_ns["In"].clear()
        self._shell.user_ns["Out"].clear()
        self._shell.execution_count = 1
        sys.argv = ["kernel"]
        sys.path[:] = ["", *filter(None, sys.path)]
        own = self._settings["folder"], os.path.expanduser("~")
        self._watch = Watch(self._shell, own, started)
        random.seed(0)
        np.random.seed(0)

    def serve(self) -> None:
        """Answer until the grader is gone."""
        self._turns.keep_first()
        while True:
            try:
                message, buffers = self._channel.receive(None)
                self._answer(message, buffers)
            except ChannelClosed:
                return
            except Stopped:
                continue

    def _answer(self, message: dict, buffers: list[bytes]) -> None:
        """Answer one question; an error is an answer, too."""
        level = self._turns.begin()
        out: list[bytes] = []
        try:
            reply = getattr(self, f"_on_{message['op']}")(message, buffers, out)
        except ChannelClosed:
            raise
        except codec.NotPlain as error:
            reply, out = {"error": not_plain(error)}, []
        except BaseException as error:
            reply, out = {"error": error_record(error)}, []
        finally:
            self._deadline.stop()
        if reply is None:
            self._turns.drop(level)
            return
        number = {"number of": message.get("number of")}
        with self._turns.ended(level):
            try:
                self._channel.send({**reply, **number}, out, timeout=None)
            except codec.NotPlain as error:
                self._channel.send({"error": not_plain(error), **number}, timeout=None)

    def _on_files(self, message: dict, buffers: list[bytes], _: Any) -> dict:
        """Write files into the notebook's folder, before the first cell."""
        self._folder.take(dict(zip(message["names"], buffers, strict=True)))
        here = message.get("also")
        if here and not os.path.lexists(here):
            os.makedirs(os.path.dirname(here), exist_ok=True)
            os.symlink(self._settings["folder"], here)
        return {"ok": True}

    # Checkpoints

    def _on_fork(self, message: dict, _: Any, __: Any) -> dict | None:
        fds: list[int] = []
        try:
            # A cell may have opened as many files as it is allowed to.
            bound = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (bound[1], bound[1]))
            fds = self._channel.receive_fds(2)
            child = os.fork()
        except OSError as error:
            for fd in fds:
                os.close(fd)
            self._channel.send({"event": "restored", "why": str(error)}, timeout=None)
            return None
        main, word = fds
        if child == 0:
            os.close(word)
            self._channel.close()
            self._channel = Channel(socket.socket(fileno=main))
            resource.setrlimit(resource.RLIMIT_NOFILE, bound)
            if not self._settings["isolated"]:
                os.setpgid(0, 0)
            self._handles.begin(str(message["epoch"]))
            self._turns.forked()
            # The thread that `%%bash` and the like wait for is not in this process either.
            scripts = self._shell.magics_manager.registry.get("ScriptMagics")
            if scripts is not None:
                scripts.event_loop = None
            return {"ok": True}
        os.close(main)
        self._guard(child, word)
        resource.setrlimit(resource.RLIMIT_NOFILE, bound)
        return None

    def _guard(self, child: int, word: int) -> None:
        """Sleep until the child is to be kept or undone, or has died."""
        pidfd = os.pidfd_open(child)
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(word, select.POLLIN)
        if word in dict(poll.poll()) and os.read(word, 1) != b"r":
            os._exit(0)
        died = bool(select.select([pidfd], [], [], 0)[0])
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        if self._settings["isolated"]:
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)  # all but the init process and this one
        else:
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)
        status = 0
        with contextlib.suppress(ChildProcessError):
            _, status = os.waitpid(child, 0)
        os.close(pidfd)
        os.close(word)
        event = {"event": "restored", "status": status if died else None}
        self._channel.send(event, timeout=None)

    # Cells

    def _on_cell(self, message: dict, _: Any, out: list) -> dict:
        source, file = str(message["source"]), f"{CELL}{message['index']}>"
        outputs, error = self._run(source, file, message)
        reply = {"outputs": outputs, "error": None}
        if error is not None:
            reply["error"] = {**error_record(error), "at": line_in(file, error)}
        # In case a later line rebinds an exercise's name.
        space = self._shell.user_ns
        values = {name: space.get(name) for name in message.get("functions", ())}
        self._functions |= {name: value for name, value in values.items() if callable(value)}
        reply["no functions"] = [name for name, value in values.items() if not callable(value)]
        self._watch.compare(source)
        reply["evidence"] = self._watch.signs()
        encoder = codec.Encoder()
        self._add_files(reply, encoder)
        out.extend(encoder.buffers)
        return reply

    def _on_test(self, message: dict, _: Any, __: Any) -> dict:
        """Run a test of the course's in the shell, as nbgrader does.

        The token comes with the question: whatever else answers does not know it.
        """
        token, source = message.pop("token"), message.pop("source")
        file = f"{TEST}{message['index']}>"
        self._watch.testing = True
        self._watch.probe(*message.pop("probe"))
        outputs, error = self._run(source, file, message)
        reply: dict[str, Any] = {"token": token, "outputs": outputs, "error": None}
        if error is not None:
            reply["error"] = {**error_record(error), "at": line_in(file, error)}
            reply["error"]["module"] = raised_in(error)
        self._deadline.start(1.0, ())
        with contextlib.suppress(BaseException):
            self._watch.compare()
            self._watch.try_classes()
        self._watch.testing = False
        reply["evidence"] = self._watch.signs()
        return reply

    def _run(
        self, source: str, file: str, message: dict
    ) -> tuple[list[dict], BaseException | None]:
        """Run a cell in the shell; return its outputs, and what it raised."""
        collector = self._collect(self._settings["output"] * 1000)
        shell = self._shell
        shell.compile.get_code_name = lambda raw, transformed, number: file
        self._deadline.start(message["seconds"], message.get("hangers", ()))
        error = None
        try:
            with warnings.catch_warnings():
                result = shell.run_cell(source, store_history=True, silent=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as stray:
            error = stray
            collector.error(error_output(stray))
        finally:
            self._deadline.stop()
            self._collect(None)
        return collector.finished(), error

    def _add_files(self, reply: dict, encoder: codec.Encoder) -> None:
        """Add the files that were written to an answer."""
        changed = self._folder.changed()
        if changed:
            with contextlib.suppress(codec.NotPlain):  # too much, together with a large result
                reply["files"] = encoder.encode(changed)

    def _on_restore(self, message: dict, _: Any, __: Any) -> dict:
        """Bind names again to the last functions they stood for."""
        self._mark(message)
        for name in message["names"]:
            if name in self._functions:
                self._shell.user_ns[name] = self._functions[name]
        return {"ok": True}

    def _collect(self, limit: int | None) -> Collector | None:
        Current.collector = collector = None if limit is None else Collector(limit)
        self._watch.running = collector is not None
        # A cell may have replaced them and not put them back.
        if limit is not None:
            sys.stdout, sys.stderr = self._out, self._err
        return collector

    # Names and objects

    def _on_names(self, _: dict, __: Any, ___: Any) -> dict:
        hidden = self._shell.user_ns_hidden
        names = [
            name
            for name, value in self._shell.user_ns.items()
            if type(name) is str
            and not _OF_IPYTHON.fullmatch(name)
            and not (name in hidden and hidden[name] is value)
        ]
        return {"names": names[:5000]}

    def _on_look(self, message: dict, _: Any, out: list) -> dict:
        name = message["name"]
        namespace = self._shell.user_ns
        if name not in namespace:
            return {"missing": True}
        value = namespace[name]
        if isinstance(value, types.ModuleType):
            return {"module": value.__name__}
        encoder = codec.Encoder(self._handles.handle_made)
        tree = encoder.encode(value)
        out.extend(encoder.buffers)
        return {"value": tree}

    def _mark(self, message: dict) -> None:
        """Remember what the names stand for, before the first question that changes one."""
        if message.get("mark"):
            self._names = dict(self._shell.user_ns)

    def _on_undo(self, _: dict, __: Any, ___: Any) -> dict:
        """Have the names stand for what they stood for."""
        self._shell.user_ns.clear()
        self._shell.user_ns.update(self._names)
        return {"ok": True}

    def _on_bind(self, message: dict, buffers: list[bytes], _: Any) -> dict:
        self._mark(message)
        decoder = codec.Decoder(buffers, self._handles.resolve)
        self._shell.user_ns[str(message["name"])] = decoder.decode(message["value"])
        return {"ok": True}

    def _on_unbind(self, message: dict, _: Any, __: Any) -> dict:
        self._mark(message)
        self._shell.user_ns.pop(str(message["name"]), None)
        return {"ok": True}

    def _on_code(self, message: dict, _: Any, out: list) -> dict:
        encoder = codec.Encoder()
        reply = {"code": encoder.encode(code_of(self._handles.resolve(message["target"])))}
        out.extend(encoder.buffers)
        return reply

    def _on_signature(self, message: dict, _: Any, out: list) -> dict:
        parameters = []
        encoder = codec.Encoder()
        target = self._handles.resolve(message["target"])
        signature = inspect.signature(target)
        for parameter in signature.parameters.values():
            default: Any = None
            if parameter.default is not parameter.empty:
                try:
                    default = ["t", encoder.encode(parameter.default)]
                except codec.NotPlain:
                    default = ["t", ["E"]]
            parameters.append([parameter.name, int(parameter.kind), default])
        annotations = encoder.encode(annotations_of(target))
        out.extend(encoder.buffers)
        return {"parameters": parameters, "annotations": annotations}

    def _on_call(self, message: dict, buffers: list[bytes], out: list) -> dict:
        nested = Current.collector
        try:
            return self._called(message, buffers, out, nested is not None)
        finally:
            if nested is None:
                self._collect(None)

    def _called(self, message: dict, buffers: list[bytes], out: list, nested: bool) -> dict:
        held: list[Any] = []

        def resolve(tree: list) -> Any:
            held.append(self._handles.resolve(tree))
            return held[-1]

        decoder = codec.Decoder(buffers, resolve)
        target = decoder.decode(message["target"])
        arguments = decoder.decode(message["args"])
        keywords = decoder.decode(message["kwargs"])
        given = list(decoder.containers)
        state = message.get("state")
        if isinstance(state, list) and not self._take_state(*state, decoder):
            return {"stateless": True}
        pure = bool(message.get("if pure"))
        if pure and not all(is_pure(one, self._handles.is_stub) for one in held):
            return {"impure": True}
        before = snapshot(given)
        method = message.get("method")
        patches = [(*place, decoder.decode(tree)) for *place, tree in message.get("patches", ())]
        files = decoder.decode(message.get("files"))
        if files:
            self._folder.take(files)
        caught: list[Any] = []
        self._watch.testing = True
        if not nested:
            self._collect(self._settings["output"] * 1000)
            self._seed(state)
            self._deadline.start(message["seconds"], message.get("hangers", ()))
        try:
            with (
                warnings.catch_warnings(record=True) as caught,
                self._figures.kept(),
                patched(patches),
            ):
                warnings.simplefilter("default")
                warnings.simplefilter("ignore", ResourceWarning)  # as in a notebook
                result = self._apply(target, method, arguments, keywords)
                figures = self._figures.descriptions()
        except ChannelClosed:
            raise
        except BaseException as error:
            record = error_record(error)
            encoder = codec.Encoder(self._handles.handle, given)
            if isinstance(error, StopIteration):
                with contextlib.suppress(codec.NotPlain):
                    record["value"] = encoder.encode(error.value)
            record["warnings"] = self._warned(caught)
            reply = {"error": record, "evidence": self._watch.signs()}
            self._add_asides(reply, encoder, caught, pure)
            out.extend(encoder.buffers)
            return reply
        finally:
            self._watch.testing = nested
            if not nested:
                self._deadline.stop()
        constructed = isinstance(target, type) and method is None
        handle = self._handles.handle_made if constructed else self._handles.handle
        encoder = codec.Encoder(handle, given)
        reply = {}
        if figures:
            reply["figures"] = encoder.encode(figures)  # first, since the result may be part of one
        reply["value"] = encoder.encode(result)
        changed = changes(encoder, given, before)
        if changed:
            reply["changed"] = changed
        if caught:
            reply["warnings"] = self._warned(caught)
        self._add_asides(reply, encoder, caught, pure)
        found = self._watch.signs()
        if found:
            reply["evidence"] = found
        out.extend(encoder.buffers)
        return reply

    def _add_asides(self, reply: dict, encoder: codec.Encoder, caught: Any, pure: bool) -> None:
        """Add what a call printed, warned of and wrote to its answer."""
        if Current.collector is not None:
            said = Current.collector.said()
            if said:
                reply["said"] = said
        warned = [
            [[base.__name__ for base in one.category.__mro__], str(one.message)[:2000], one.lineno]
            for one in list(caught or ())[:50]
        ]
        if warned:
            reply["warned"] = warned
        if not pure:  # such a function writes none
            self._add_files(reply, encoder)

    def _apply(self, target: Any, method: str | None, arguments: tuple, keywords: dict) -> Any:
        if method is None:
            return target(*arguments, **keywords)
        if method in _METHODS:
            return _METHODS[method](target, *arguments)
        if method.startswith("__"):
            # Like Python itself, look special methods up on the class, not on the object.
            return getattr(type(target), method)(target, *arguments, **keywords)
        return getattr(target, method)(*arguments, **keywords)

    def _take_state(self, state: Any, number: int, decoder: codec.Decoder) -> bool:
        """Take the state of the generators that a call brings; return whether it is here.

        A call that says "again" brings none: an earlier one may have brought it.
        """
        if state == "again":
            return self._state[0] == number
        (name, key, *rest), (version, numbers, gauss) = decoder.decode(state)
        # NumPy takes the numbers of a list several times as fast as those of an array.
        numpys = (name, key.tolist(), *rest)
        self._state = number, numpys, (version, tuple(numbers.tolist()), gauss)
        return True

    def _seed(self, state: Any) -> None:
        if isinstance(state, int):
            random.seed(state)
            np.random.seed(state)
        elif state is not None:
            _, numpys, pythons = self._state
            np.random.set_state(numpys)
            random.setstate(pythons)

    @staticmethod
    def _warned(caught: Any) -> list[str]:
        texts = []
        for item in list(caught or ())[:20]:
            with contextlib.suppress(Exception):
                line = linecache.getline(item.filename, item.lineno).strip()
                where = f" in the line `{line}`" if item.filename.startswith(CELL) and line else ""
                texts.append(f"{item.category.__name__}{where}: {item.message}"[:500])
        return list(dict.fromkeys(texts))

    def _ask(self, number: int, args: tuple, kwargs: dict) -> Any:
        """Call one of the grader's functions."""
        check_stack()
        with self._turns.one():
            return self._asked(number, args, kwargs)

    def _asked(self, number: int, args: tuple, kwargs: dict) -> Any:
        encoder = codec.Encoder(self._handles.handle)
        message = {
            "op": "callback",
            "number": number,
            "args": encoder.encode(args),
            "kwargs": encoder.encode(kwargs),
        }
        if Current.collector is not None:
            message["said"] = Current.collector.said()
        with self._deadline.paused():
            self._channel.send(message, encoder.buffers, timeout=None)
            while True:
                reply, buffers = self._channel.receive(None)
                if "op" not in reply:
                    break
                self._answer(reply, buffers)
        if "raise" in reply:
            kind = getattr(builtins, reply["raise"], RuntimeError)
            if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                kind = RuntimeError
            raise kind(reply["text"])
        decoder = codec.Decoder(buffers, self._handles.resolve, encoder.containers)
        value = decoder.decode(reply["value"])
        for index, tree in reply.get("changed", ()):
            merge(encoder.containers[index], decoder.decode(tree))
        return value

    def _on_evidence(self, _: dict, __: Any, ___: Any) -> dict:
        """Report changes that the learner's code left behind outside of a cell."""
        self._watch.compare()
        return {"evidence": self._watch.signs()}

    def _on_imports(self, _: dict, __: Any, ___: Any) -> dict:
        """Say which libraries the notebook has imported."""
        return {"imports": self._imports.names()}
