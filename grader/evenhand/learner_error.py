"""The exceptions that a test sees if the learner's code fails; the grader makes them."""

import builtins
import contextlib
import sys
from typing import Any

from evenhand.contract import KINDS, annotate
from evenhand.quoting import one_line, strings
from evenhand.results import Status
from evenhand.sandboxed import codec
from evenhand.sandboxed.errors import NOT_PLAIN

#: The end of a sentence about an object that cannot leave the learner's process.
UNSEEN = "which no test can look into"

#: Built-in exceptions that learners' code may raise in a test; not those that end a program.
EXCEPTIONS: dict[str, type[Exception]] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}


class LearnerError(Exception):
    """An exception of the learner's code that has no built-in counterpart.

    `evenhand.contract` lists the attributes that it has once it is raised.
    """


def is_unseen(error: BaseException | None) -> bool:
    """Whether an error says that a library's object cannot leave the learner's process."""
    return getattr(error, "learner_kind", "") == NOT_PLAIN and UNSEEN in str(error)


class TestOvertime(BaseException):
    """The test as a whole takes too long. Not an Exception: no test may go on after it."""

    __test__ = False  # not a pytest class


class LearnerErrors:
    """Builds exceptions from their records; the same name always gives the same class."""

    def __init__(self) -> None:
        self._types: dict[str, type] = {}

    def type_of(self, name: str, bases: list[str]) -> type:
        """Return a class of the grader's own for an exception class of the learner's."""
        if name not in self._types:
            known = [EXCEPTIONS[b] for b in bases if b in EXCEPTIONS and b != "Exception"]
            own = [b for b in known if not any(o is not b and issubclass(o, b) for o in known)]
            self._types[name] = type(name, (LearnerError,), {})
            for parents in ((LearnerError, *own), (LearnerError, *own[:1])):
                with contextlib.suppress(TypeError):
                    self._types[name] = type(name, parents, {})
                    break
        return self._types[name]

    def warning_of(self, names: list[str]) -> type[Warning]:
        """Return the class of a warning, by the names of its own class and of its bases."""
        kinds = [EXCEPTIONS[name] for name in names if name in EXCEPTIONS]
        kind = next((one for one in kinds if issubclass(one, Warning)), UserWarning)
        if not names or names[0] == kind.__name__:
            return kind
        made = self.type_of(names[0], names[1:])
        return made if issubclass(made, Warning) else kind

    def made(self, record: dict, name: str, value: Any = None) -> BaseException:
        """Return the exception that a record describes.

        Parameters
        ----------
        record
            What the learner's process says about it; not trusted.
        name
            The name of what was called.
        value
            The value of a StopIteration.
        """
        kind = next((known for known in KINDS if known == record.get("kind")), "")
        error = self._of_kind(kind, record, name, value)
        called = [*strings(record.get("functions")), ""][0]
        annotate(
            error,
            learner_line=str(record.get("line", ""))[:300],
            learner_unwritten=one_line(str(record.get("unwritten", "")))[:100],
            learner_called=one_line(called)[:100],
            learner_kind=kind,
            learner_warnings=strings(record.get("warnings")),
        )
        return error

    def _of_kind(self, kind: str, record: dict, name: str, value: Any = None) -> BaseException:
        text = str(record.get("text", ""))[:2000]
        if kind == NOT_PLAIN:
            return LearnerError(f"{name} gives back {text}, {UNSEEN}")
        if kind == Status.TIMEOUT:
            return TimeoutError(f"{name} {text}")
        if kind == Status.MEMORY:
            return MemoryError(f"{name} wanted more memory than allowed")
        own, bases = str(record.get("type", "")), strings(record.get("bases"))
        if own == "StopIteration":
            return StopIteration(value)
        error = self._raised(own, bases, str(record.get("module", "")), text)
        _complete(error, record.get("attributes"), text)
        cause = record.get("cause")
        if isinstance(cause, dict):
            error.__cause__ = self._of_kind("", {**cause, "cause": None}, name)
        return error

    def _raised(self, own: str, bases: list[str], module: str, text: str) -> Exception:
        found = vars(sys.modules.get(module, object)).get(own)
        if _is_librarys(found, module):
            error = found.__new__(found, text)
            error.args = (text,)
            return error
        try:
            if own in EXCEPTIONS:
                return EXCEPTIONS[own](text) if text else EXCEPTIONS[own]()
            if own in self._types or any(base in EXCEPTIONS for base in bases):
                return self.type_of(own, bases)(text)
        except TypeError:
            pass  # it wants other arguments, as UnicodeDecodeError does
        return LearnerError(f"{own}: {text}")


def _is_librarys(kind: Any, module: str) -> bool:
    """Whether something is an exception class of a library, which tests may use, too."""
    mine = module in ("builtins", "__main__") or module.partition(".")[0] == "evenhand"
    return isinstance(kind, type) and issubclass(kind, Exception) and not mine


def _complete(error: Exception, trees: Any, text: str) -> None:
    """Give an exception the arguments and attributes of the learner's, as far as possible."""
    for name, tree in trees.items() if isinstance(trees, dict) else ():
        with contextlib.suppress(Exception):
            value = codec.Decoder([]).decode(tree)
            if name == "args":
                if type(value) is tuple and type(error) is not LearnerError:
                    before, error.args = error.args, value
                    if str(error) != text:
                        error.args = before
            elif name.isidentifier() and not name.startswith(("_", "learner_")):
                if isinstance(error, LearnerError) or not hasattr(type(error), name):
                    setattr(error, name, value)
