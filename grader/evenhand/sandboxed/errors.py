"""What the grader is told about an exception in the learner's code."""

from __future__ import annotations

import contextlib
import inspect
import linecache

from evenhand.sandboxed.codec import Encoder, NotPlain
from evenhand.sandboxed.watching import CELL

#: The kinds of failure that are not the learner's own exceptions: code that took too long, wanted
#: too much memory, or returned a value that cannot be sent.
TIMEOUT, MEMORY, NOT_PLAIN = "timeout", "memory", "not plain"


class Stopped(BaseException):
    """The learner's code took too long and was stopped.

    Attributes
    ----------
    waited
        Whether it was stopped for waiting, rather than for the processor time that it used.
    """

    def __init__(self, text: str, waited: bool) -> None:
        super().__init__(text)
        self.waited = waited


def frames_of(error: BaseException) -> list[tuple[str, int, str]]:
    """Return file, line number and function of each frame in a cell that an error passed."""
    found = []
    trace = error.__traceback__
    steps = 0
    while trace is not None and steps < 5000:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(("<cell ", "<ipython-input")):
            found.append((code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
        steps += 1
    return found


def line_in(file: str, error: BaseException) -> int:
    """Return the number of the line of a cell in which an error arose, or 0."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def raised_in(error: BaseException) -> str:
    """Return the name of the module that raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", ""))[:100] if trace is not None else ""


def text_of(error: BaseException) -> str:
    """Return the message of an exception, shortened; empty if its class cannot say it."""
    try:
        text = str(error)
    except BaseException:
        return ""
    return text[:2000] if type(text) is str else ""


def error_output(error: BaseException) -> dict:
    """Return an exception as an nbformat output that shows only frames in cells."""
    lines = []
    if isinstance(error, SyntaxError):
        lines.append(f"line {error.lineno}: {(error.text or '').strip()}")
    for file, number, function in frames_of(error)[-20:]:
        lines.append(f"line {number} in {function}: {linecache.getline(file, number).strip()}")
    name = "Stopped" if isinstance(error, Stopped) else type(error).__name__
    text = text_of(error)
    return {
        "ename": str(name)[:200],
        "evalue": text,
        "traceback": [line[:500] for line in lines] + [f"{name}: {text}"],
    }


def error_record(error: BaseException) -> dict:
    """Return what the grader needs to know about an exception."""
    frames = frames_of(error)
    line = ""
    if frames:
        file, number, _ = frames[-1]
        line = linecache.getline(file, number).strip()
    elif isinstance(error, SyntaxError):
        line = (error.text or "").strip()
    kind = ""
    if isinstance(error, Stopped):
        kind = TIMEOUT
    elif isinstance(error, MemoryError):
        kind = MEMORY
    return {
        **_named(error),
        "cause": None if error.__cause__ is None else _named(error.__cause__),
        "line": line[:300],
        "functions": list(dict.fromkeys(name for _, _, name in frames))[-20:],
        "unwritten": _unwritten(error),
        "kind": kind,
        "waited": isinstance(error, Stopped) and error.waited,
    }


def _named(error: BaseException) -> dict:
    """Return the class and the message of an exception."""
    return {
        "module": str(getattr(type(error), "__module__", ""))[:200],
        "type": str(getattr(type(error), "__name__", "?"))[:100],
        "bases": [
            base.__name__
            for base in type(error).__mro__
            if base.__module__ == "builtins" and issubclass(base, BaseException)
        ],
        "text": text_of(error),
        "attributes": _attributes(error),
    }


def _attributes(error: BaseException) -> dict:
    """Return the arguments and attributes of an exception that are numbers or text, as a tree."""
    found = {"args": error.args, **getattr(error, "__dict__", {})}
    trees = {}
    for name, value in list(found.items())[:30]:
        encoder = Encoder()
        with contextlib.suppress(NotPlain):
            tree = encoder.encode(value)
            if not encoder.buffers and len(str(tree)) < 2000:
                trees[str(name)[:100]] = tree
    return trees


def not_plain(error: Exception) -> dict:
    """Return the record of a value that cannot be sent."""
    return {"type": "NotPlain", "text": str(error), "kind": NOT_PLAIN}


def _unwritten(error: BaseException) -> str:
    """Return the learner's function, if any, that only raises this NotImplementedError."""
    trace = error.__traceback__
    if not isinstance(error, NotImplementedError) or trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    arguments = code.co_argcount + code.co_kwonlyargcount
    arguments += bool(code.co_flags & inspect.CO_VARARGS)
    arguments += bool(code.co_flags & inspect.CO_VARKEYWORDS)
    bare = code.co_names == ("NotImplementedError",) and code.co_nlocals == arguments
    return code.co_name[:100] if bare and code.co_filename.startswith(CELL) else ""
