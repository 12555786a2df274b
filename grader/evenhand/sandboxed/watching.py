"""Signs of suspicious behaviour, noted in the learner's own process.

It runs beside the learner's code, which can hide from it: what it notes is evidence, not a wall.
`evenhand.evidence` says what each sign means and how much it weighs.
"""

from __future__ import annotations

import contextlib
import gc
import linecache
import os
import re
import sys
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any

from evenhand.sandboxed.unchanged import Before

CELL, TEST = "<cell ", "<test "
#: The most signs of one kind that are kept until the next answer.
MOST = 10

#: Audit events that are signs by themselves -> sign, and how many frames up a cell may be.
_DIRECT = {
    "code.__new__": ("code object", 1),
    "ctypes.addressof": ("raw memory", 3),
    "ctypes.string_at": ("raw memory", 3),
    "os.fork": ("fork", 1),
    "os.forkpty": ("fork", 1),
    "sys.addaudithook": ("audit hook", 1),
}
_NETWORK = {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto"}
_HEAP = {"gc.get_objects", "gc.get_referrers", "gc.get_referents"}
_STACK = {"sys._getframe", "sys._current_frames"}
_TRACE = {"sys.settrace", "sys.setprofile"}
#: Events that change the paths in their arguments.
_WRITING = {
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"),
    *("os.chmod", "os.chown", "sqlite3.connect"),
}
_COMMANDS = {"os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"}
_REACHING = {
    *("ptrace", "process_vm_readv", "process_vm_writev", "unshare", "setns", "mount", "umount"),
    *("umount2", "pivot_root", "chroot", "bpf", "keyctl", "kexec_load", "init_module"),
}
_WATCHED = {
    *_DIRECT, *_NETWORK, *_HEAP, *_STACK, *_TRACE, *_WRITING, *_COMMANDS,
    *("open", "os.kill", "os.killpg", "ctypes.dlopen", "ctypes.dlsym"),
}  # fmt: skip

#: Files of the course and of others, as nbgrader lays them out.
_OTHERS = re.compile(
    r"/gradebook\.db[^/]*$|/nbgrader_config\.py$"
    r"|/(submitted|autograded|feedback|source|release|solutions)/(.*/)?[^/]*\.ipynb$"
    r"|/submitted/(.*/)?timestamp\.txt$|/feedback/(.*/)?[^/]*\.html$"
)
_SECRETS = re.compile(r"^/etc/shadow$|/\.ssh/|/(evenhand|authoring)/")
_PROCESS = re.compile(r"^/proc/(\d+|self|thread-self)/(task/\d+/)?(mem|environ|maps|root|cwd|fd)\b")
#: Programs that may change a file, and the sign that a shell writes one.
_CHANGING = re.compile(
    r">|\b(sqlite3|rm|mv|cp|tee|dd|truncate|sed|chmod|ln|install|python[\d.]*)\b"
)
#: Stands for the notebook's own folder when paths in a command are resolved.
_HERE = "/a/b/c/d/e/f"

#: Functions that tests compare with. Replacing others, such as `numpy.load`, is harmless.
_JUDGING = re.compile(
    r"numpy\.testing\.|numpy\.(allclose|isclose|array_equal|array_equiv)$"
    r"|builtins\.(AssertionError|isinstance|all|any)$"
)
_MODULES = ("builtins", "numpy", "numpy.linalg", "numpy.testing", "math")
_HARMLESS = {
    *("builtins.display", "builtins.get_ipython", "builtins.input", "builtins.print"),
    *("numpy.test", "numpy.bool"),  # importlib.reload makes another
}
_RUNNING = ("run_cell", "run_cell_async", "run_ast_nodes", "run_code", "transform_cell")


class Started:
    """Python and its modules before the learner's first line: noted before the notebook's fork."""

    def __init__(self) -> None:
        modules = [name for name in _MODULES if name in sys.modules]
        self.functions = {name: Before(vars(sys.modules[name]), True) for name in modules}
        self.modules = Before(sys.modules)


class Watch:
    """Watches what one notebook's code does besides its exercises.

    Made before the learner's first line.

    Parameters
    ----------
    shell
        The IPython shell.
    own
        Folders that belong to the notebook.
    started
        What is compared with what the learner's code leaves.
    """

    def __init__(self, shell: Any, own: tuple[str, ...], started: Started) -> None:
        self.testing = False
        self.running = False
        self._shell = shell
        self._own = tuple(folder.rstrip("/") + "/" for folder in own)
        self._packages = tuple(folder.rstrip("/") + "/" for folder in sys.path if folder)
        self._signs: list[list[str]] = []
        self._busy = False
        self._tracing: str | None = None
        self._started = started
        self._known = [value for _, value in self._rewriters() + self._hooks()]
        self._runners = self._running()
        self._young = [self]  # among the new objects, unless the learner's code freezes those
        sys.addaudithook(self._audit)

    def signs(self) -> list[list[str]]:
        """Return what was noted since the last call: sign, detail, the learner's line."""
        if self._tracing is not None:
            if _traced():
                self._note("trace", "", self._tracing)
            self._tracing = None
        found, self._signs = self._signs, []
        return found

    def _note(self, sign: str, detail: str, line: str) -> None:
        entry = [sign, detail[:300], line[:300]]
        if entry not in self._signs and sum(one[0] == sign for one in self._signs) < MOST:
            self._signs.append(entry)

    def _is_own(self, value: Any) -> bool:
        """Whether an object comes from the notebook or a file beside it, not from a package."""
        file = getattr(sys.modules.get(_module(value)), "__file__", None)
        return not (isinstance(file, str) and file.startswith(self._packages))

    # While code runs

    def _audit(self, event: str, arguments: tuple) -> None:
        if event not in _WATCHED or self._busy or not self.running:
            return
        self._busy = True
        try:
            self._consider(event, arguments, sys._getframe(1))
        finally:
            self._busy = False

    def _consider(self, event: str, arguments: tuple, frame: FrameType) -> None:
        if event == "open":
            self._open(arguments[0], arguments[2], frame)
        elif event in _WRITING:
            for path in arguments:
                self._path(path, True, frame)
        elif event in _COMMANDS:
            self._command(event, arguments, frame)
        elif event in _DIRECT:
            sign, depth = _DIRECT[event]
            self._note_from(frame, depth, sign)
        elif event in _NETWORK:
            # Sockets that are files do not leave the machine.
            if event == "socket.getaddrinfo" or type(arguments[1]) is tuple:
                self._note_from(frame, 50, "network in a test" if self.testing else "network")
        elif event in _HEAP:
            self._note_from(frame, 1, "heap in a test" if self.testing else "heap", event)
        elif event in _STACK:
            names = _names(frame.f_code)
            deep = "f_back" in names and names & {"f_locals", "f_globals"}
            self._note_from(frame, 1, "stack variables" if deep else "stack", event)
        elif event in _TRACE:
            # Whether one was set or removed shows only afterwards.
            self._tracing = _line(frame, 1)
        elif event.startswith("os.kill"):
            sign = self._signal(event, *arguments)
            if sign:
                self._note_from(frame, 50 if sign == "kills" else 1, sign)
        else:
            name = arguments[1] if event == "ctypes.dlsym" else arguments[0]
            name = name if type(name) is str else ""
            sign = "reaches out" if name in _REACHING else "c library"
            self._note_from(frame, 3, "system call" if name == "syscall" else sign, name)

    def _note_from(self, frame: FrameType, depth: int, sign: str, detail: str = "") -> None:
        line = _line(frame, depth)
        if line is not None:
            self._note(sign, detail, line)

    def _open(self, path: Any, flags: Any, frame: FrameType) -> None:
        writes = type(flags) is int and flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC)
        self._path(path, bool(writes), frame)

    def _path(self, path: Any, writes: bool, frame: FrameType) -> None:
        if type(path) is bytes or isinstance(path, PurePath):
            path = os.fsdecode(path)
        if type(path) is not str:
            return
        with contextlib.suppress(OSError, ValueError):
            name, _, how = path.removeprefix("file:").partition("?")
            full = os.path.abspath(name)
            writes = writes and "mode=ro" not in how
            process = _PROCESS.search(full)
            if full.startswith(self._own):
                if writes and os.path.basename(full) == "gradebook.db":
                    self._note_from(frame, 50, "own gradebook", path)
            elif _OTHERS.search(full):
                self._note_from(frame, 50, "writes" if writes else "reads", path)
            elif process:
                mine = process[1] in ("self", "thread-self", str(os.getpid()))
                if writes and process[3] == "mem" and not mine:
                    self._note_from(frame, 4, "foreign memory", path)
                elif process[3] == "mem" or not mine:
                    self._note_from(frame, 4, "reads", path)
            elif _SECRETS.search(full):
                self._note_from(frame, 4, "reads", path)

    def _command(self, event: str, arguments: tuple, frame: FrameType) -> None:
        words = arguments[1] if event != "os.system" else arguments[0]
        words = words if isinstance(words, (list, tuple)) else [words]
        texts = [os.fsdecode(w) if isinstance(w, (bytes, os.PathLike)) else str(w) for w in words]
        text = " ".join(texts)
        sign = sign_of_command(text)
        if sign:
            self._note_from(frame, 50, sign, text)

    def _signal(self, event: str, target: Any, number: Any) -> str:
        if type(target) is not int or number == 0:
            return ""
        if event == "os.killpg" or target < -1:
            target = abs(target)
            if target == os.getpgrp():
                return "signal"
        if target in (-1, 1, os.getppid()):
            return "kills"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = target
            while pid > 1 and pid != os.getpid():
                with open(f"/proc/{pid}/stat") as file:
                    pid = int(file.read().rpartition(")")[2].split()[1])
            if target and pid != os.getpid():
                return "kills"
        return "signal"

    # Where a test runs beside the learner's code

    def probe(self, one: int, other: int) -> None:
        """Note what would keep the test that comes from failing."""
        self._shell.compile.get_code_name = lambda raw, transformed, number: f"{TEST}0>"
        if _traced():
            self._note("trace in a test", "", "")
        # If a hook looks for a test, let it find this one.
        done = self._shell.run_cell(f"assert {one} == {other}", silent=True)
        if type(done.error_in_exec) is not AssertionError:
            self._note("forgiving", "", "")

    def try_classes(self) -> None:
        """Note each class of the notebook's own whose objects equal anything."""
        new = self._new_classes()
        for kind in _all_classes() if new is None else new:
            method = vars(kind).get("__eq__")
            file = getattr(getattr(method, "__code__", None), "co_filename", "")
            if file.startswith(CELL):
                with contextlib.suppress(Exception):
                    if method(kind.__new__(kind), object()) is True:
                        line = linecache.getline(file, method.__code__.co_firstlineno)
                        self._note("equal to all", kind.__name__, line.strip())

    def _new_classes(self) -> list[type] | None:
        """Return the classes that were made since the warm process froze what it has.

        To look at all of them would copy most of this process's memory. None if the learner's code
        has frozen some of the new ones.
        """
        new = gc.get_objects()
        if not any(one is self._young for one in new):
            return None
        return [one for one in new if issubclass(type(one), type)]

    # After a cell

    def compare(self, source: str = "") -> None:
        """Note lasting changes that a cell made to Python, NumPy or the shell."""
        self._busy = True
        try:
            for module, before in self._started.functions.items():
                self._compare_module(module, before, source)
            self._compare_modules(source)
            self._compare_shell(source)
        finally:
            self._busy = False

    def _compare_module(self, module: str, started: Before, source: str) -> None:
        now = vars(sys.modules[module]) if module in sys.modules else {}
        if now is started.names and started.is_same():
            return
        before = started.values
        changed = [name for name, value in before.items() if now.get(name) is not value]
        names: dict[str, list[str]] = {}
        for name in changed:
            before[name] = now.get(name)
            full = f"{module}.{name}"
            if full not in _HARMLESS:
                names.setdefault("judging" if _JUDGING.match(full) else "replaced", []).append(name)
        for sign, some in names.items():
            shown = ", ".join(f"{module}.{name}" for name in some[:5])
            self._note(sign, shown, _line_in(source, some))

    def _compare_modules(self, source: str) -> None:
        started = self._started.modules
        if sys.modules is started.names and started.is_same():
            return
        for name, before in started.values.items():
            now = sys.modules.get(name, before)
            if now is not before and name not in sys.builtin_module_names:
                started.values[name] = now
                file = getattr(now, "__file__", None)
                # A module that was reloaded still comes from a package.
                if not (isinstance(file, str) and file.startswith(self._packages)):
                    self._note("module", name, _line_in(source, [name]))

    def _compare_shell(self, source: str) -> None:
        for what, value in self._rewriters():
            if not any(value is one for one in self._known):
                self._known.append(value)
                sign = "rewriting" if self._is_own(value) else "foreign rewriting"
                detail = what if self._is_own(value) else _module(value)
                self._note(sign, detail, _line_in(source, [what.removesuffix("s")]))
        for event, value in self._hooks():
            if not any(value is one for one in self._known):
                self._known.append(value)
                if self._is_own(value):
                    code = getattr(value, "__code__", None)
                    reads = code is not None and "raw_cell" in _names(code)
                    line = _line_in(source, [event])
                    self._note("reads cells" if reads else "hook", "", line)
        now = self._running()
        for name, value in now.items():
            if value != self._runners[name]:
                self._note("running", name.rpartition(" ")[2], _line_in(source, [name.split()[-1]]))
        self._runners = now

    def _rewriters(self) -> list[tuple[str, Any]]:
        manager = self._shell.input_transformer_manager
        return [
            *(("input_transformers", one) for one in self._shell.input_transformers_post),
            *(("input_transformers", one) for one in manager.cleanup_transforms),
            *(("input_transformers", one) for one in manager.line_transforms),
            *(("ast_transformers", one) for one in self._shell.ast_transformers),
        ]

    def _hooks(self) -> list[tuple[str, Any]]:
        return [
            (name, one)
            for name in ("pre_run_cell", "pre_execute")
            for one in self._shell.events.callbacks[name]
        ]

    def _running(self) -> dict[str, Any]:
        kind = type(self._shell)
        return {
            **{f"class {name}": getattr(kind, name, None) for name in _RUNNING},
            **{f"own {name}": vars(self._shell).get(name) for name in _RUNNING},
        }


def _all_classes() -> set[type]:
    todo: list[type] = [object]
    seen: set[type] = set()
    while todo:
        for kind in type.__subclasses__(todo.pop()):
            if kind not in seen:
                seen.add(kind)
                todo.append(kind)
    return seen


def _traced() -> bool:
    return sys.gettrace() is not None or sys.getprofile() is not None


def sign_of_command(text: str) -> str:
    """Return the sign of a shell command that names the gradebook or others' files, or ""."""
    words = re.split(r"[\s\"'`;|&<>()=]+", text)
    paths = [os.path.normpath(os.path.join(_HERE, word)) for word in words]
    if not any(_OTHERS.search(path) for path in paths if not path.startswith(_HERE)):
        return ""
    return "changing command" if _CHANGING.search(text) else "command"


def _names(code: CodeType) -> set[str]:
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return {*code.co_names, *(name for one in inner for name in _names(one))}


def _line(frame: FrameType | None, depth: int) -> str | None:
    """Return the line of the cell within `depth` frames that caused an event, or None."""
    while frame is not None and depth:
        file = frame.f_code.co_filename
        if file.startswith(CELL):
            return linecache.getline(file, frame.f_lineno).strip()
        frame = frame.f_back
        depth -= 1
    return None


def _line_in(source: str, words: list[str]) -> str:
    """Return a line of a cell that has one of the words; preferably one that changes something."""
    word = rf"\b({'|'.join(map(re.escape, words))})"
    lines = [line.strip() for line in source.splitlines() if re.search(word, line)]
    assigned = rf"{word}\w*['\"]?\s*(\[[^]]*\]\s*)?=[^=]"
    changing = rf"{assigned}|{word}.*\.(append|insert|extend)|setattr|register"
    changes = [line for line in lines if re.search(changing, line)]
    return changes[-1] if changes else next(iter(lines), "")


def _module(value: Any) -> str:
    name = getattr(value, "__module__", None)
    return name if type(name) is str else type(value).__module__
