"""The folder in which a notebook's tests run: the course's files, and what learners' code writes.

It is a copy, in which tests may write as they like. The folder of the source comes first on the
import path while they run. What learners' code writes is data: nothing that Python could import is
taken over, and while such files are there, no test may unpickle or start anything.
"""

import contextlib
import importlib.machinery
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evenhand.sandboxed.folder import TEMPORARY, MirroredFolder

_CODE = (*importlib.machinery.all_suffixes(), ".pth", ".egg", ".zip", ".whl")
_SHORT = 15  # a text of no more characters may occur in anybody's code
_STARTING = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn")
_PLAIN = {  # the names in a pickle of plain values and arrays
    "builtins": {"set", "frozenset", "complex", "bytearray", "range", "slice"},
    "collections": {"OrderedDict", "deque", "Counter"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "numpy": {"ndarray", "dtype"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "_codecs": {"encode"},
}


class WorkingFolder:
    """The working folder of one notebook's tests.

    Parameters
    ----------
    source
        The folder of the source notebook.
    files
        Relative path -> content: the course's files.

    Attributes
    ----------
    path
        Where it is, in this process.
    """

    def __init__(self, source: Path, files: Mapping[str, bytes]) -> None:
        self._source = source.resolve()
        self._files = {name: data for name, data in files.items() if not name.startswith("../")}
        self._pending: dict[str, bytes | None] = {}
        self.path = ""
        self._folder = MirroredFolder("")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make it the current folder and the one for temporary files, with the source's imports."""
        before, temporary, path = os.getcwd(), tempfile.tempdir, list(sys.path)
        self.path = tempfile.mkdtemp(prefix="evenhand-")
        self._folder = MirroredFolder(self.path)
        hidden = self._hide_modules()
        modules = len(sys.modules)
        try:
            os.mkdir(os.path.join(self.path, TEMPORARY))
            self._folder.take(self._files)
            os.chdir(self.path)
            tempfile.tempdir = os.path.join(self.path, TEMPORARY)
            sys.path.insert(0, str(self._source))
            sys.path_importer_cache.pop(sys.path[0], None)  # a file may have come meanwhile
            yield
        finally:
            _Guard.written.clear()
            sys.path[:] = path
            tempfile.tempdir = temporary
            os.chdir(before)
            if len(sys.modules) != modules:
                self._forget_modules()
            sys.modules.update(hidden)
            shutil.rmtree(self.path, ignore_errors=True)

    def take(self, files: Any) -> None:
        """Repeat here what the learner's code has written or removed; it is not trusted."""
        if not isinstance(files, dict):
            return
        taken = {name: data for name, data in files.items() if self._is_taken(name, data)}
        if taken:
            for data in taken.values():
                if data:
                    _Guard.note(data)
            self._folder.take(taken)

    def _is_taken(self, name: Any, data: Any) -> bool:
        if not isinstance(name, str) or not (data is None or isinstance(data, bytes)):
            return False
        parts = name.rstrip("/").split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\0" in name or len(name) > 500:
            return False
        if name in self._files or name.lower().endswith(_CODE):
            return False  # the course's own, or code
        above = os.path.realpath(os.path.join(self.path, *parts[:-1]))
        return f"{above}/".startswith(f"{os.path.realpath(self.path)}/")

    def given(self, source: str, arguments: Any) -> dict[str, bytes | None]:
        """Return what a test has written since the last call and this call may read.

        Parameters
        ----------
        source, arguments
            The source's text and the call's arguments: a file that the learner's code may open is
            named in one of them.
        """
        self._pending |= self._folder.changed()
        if not self._pending:
            return {}
        mentioned = f"{source}\n{_texts_of(arguments)}"
        chosen = {
            name: data
            for name, data in self._pending.items()
            if any(part in mentioned for part in name.split("/") if part and part != TEMPORARY)
        }
        for name in chosen:
            del self._pending[name]
        above = {f"{name.rpartition('/')[0]}/" for name in chosen if "/" in name.rstrip("/")}
        return {name: b"" for name in sorted(above)} | chosen

    def _hide_modules(self) -> dict[str, Any]:
        """Unload the modules whose names the source's folder has, too, and return them."""
        try:
            entries = list(os.scandir(self._source))
        except OSError:
            return {}
        names = {entry.name.removesuffix(".py") for entry in entries if _is_module(entry)}
        names -= sys.stdlib_module_names | {"evenhand", "numpy"}
        if not any(name in sys.modules for name in names):
            return {}  # to look at each copies memory that processes share
        ours = [one for one in sys.modules if one.partition(".")[0] in names]
        return {one: sys.modules.pop(one) for one in ours}

    def _forget_modules(self) -> None:
        here = f"{self._source}/"
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(here):
                del sys.modules[name]


def _texts_of(value: Any, depth: int = 3) -> str:
    """Return the texts and paths among arguments, one per line."""
    if isinstance(value, (str, os.PathLike)):
        return str(value)
    if depth and isinstance(value, (list, tuple, dict)):
        parts = value.values() if isinstance(value, dict) else value
        return "\n".join(_texts_of(one, depth - 1) for one in itertools.islice(parts, 100))
    return ""


def _is_module(entry: os.DirEntry) -> bool:
    return entry.name.endswith(".py") or os.path.isfile(os.path.join(entry.path, "__init__.py"))


class _Guard:
    """Refuses to run what the learner's code has written, by an audit hook of Python's."""

    written: list[bytes] = []
    _set = False

    @classmethod
    def note(cls, data: bytes) -> None:
        if not cls._set:
            cls._set = True
            sys.addaudithook(cls.check)
        cls.written.append(data.strip())

    @classmethod
    def check(cls, event: str, arguments: tuple) -> None:
        if not cls.written:
            return
        if event == "pickle.find_class":
            module, name = arguments
            refused = name not in _PLAIN.get(module, ())
        elif event == "compile":
            text, file = arguments
            text = text.encode() if isinstance(text, str) else text
            ours = str(file).startswith(("<test ", "<given", "<setup"))
            refused = isinstance(text, bytes) and not ours and cls._is_written(text.strip())
        else:
            refused = event in _STARTING
        if refused:
            raise PermissionError(
                "a test may run nothing while files that a learner wrote are there"
            )

    @classmethod
    def _is_written(cls, text: bytes) -> bool:
        if not text:
            return False
        return any(text in one or len(one) > _SHORT and one in text for one in cls.written)
