"""Turn what the learner's process reports about itself into flags for a person to judge.

`evenhand.sandboxed.watching` sends signs: a key of `SIGNS`, a detail, and the learner's line. They
are not trusted: the sentences are made here, and detail and line are quoted.
"""

from collections import Counter
from typing import Any

from evenhand.quoting import quoted
from evenhand.results import Flag, FlagKind

#: The most flags of one kind that a notebook can get from its own process.
MOST = 20

_NOTICED, _ODD, _TAMPERING = FlagKind.NOTICED, FlagKind.ODD, FlagKind.TAMPERING

#: Sign -> kind of flag and what is said; the detail, quoted, takes the place of ``{}``.
SIGNS: dict[str, tuple[FlagKind, str]] = {
    "code object": (_NOTICED, "builds code objects"),
    "c library": (_NOTICED, "uses a C library through ctypes: {}"),
    "raw memory": (_NOTICED, "reads raw memory with ctypes"),
    "fork": (_NOTICED, "forks the process"),
    "heap": (_NOTICED, "looks at all objects in memory with {}"),
    "hook": (_NOTICED, "has IPython call a function before each cell"),
    "network": (_NOTICED, "tries to reach the network"),
    "replaced": (_NOTICED, "replaces {}"),
    "foreign rewriting": (_NOTICED, "uses a package that changes how cells are read or run: {}"),
    "signal": (_NOTICED, "sends a signal to a process"),
    "stack": (_NOTICED, "looks at the call stack with {}"),
    "trace": (_NOTICED, "leaves a trace or profile function set"),
    "ended": (_ODD, "ends its process in a test that runs beside it: {}"),
    "trace in a test": (_ODD, "has a trace or profile function set while it is tested"),
    "equal to all": (_ODD, "has a class whose objects equal anything: {}"),
    "module": (_ODD, "puts something else in the place of a module: {}"),
    "audit hook": (_ODD, "adds an audit hook"),
    "heap in a test": (_ODD, "looks at all objects in memory with {} while it is tested"),
    "network in a test": (_ODD, "tries to reach the network while it is tested"),
    "reads": (_ODD, "tries to open {}"),
    "command": (_ODD, "runs a command that names the gradebook or others' files: {}"),
    "names": (_ODD, "names the gradebook: {}"),
    "own gradebook": (_ODD, "writes a file in its own folder under the gradebook's name: {}"),
    "reads cells": (_ODD, "has IPython hand it the text of later cells"),
    "stack variables": (_ODD, "reads the variables of its callers through {}"),
    "system call": (_ODD, "makes system calls by number through ctypes"),
    "writes": (_TAMPERING, "tries to write or remove {}"),
    "changing command": (_TAMPERING, "runs a command that may change others' files: {}"),
    "foreign memory": (_TAMPERING, "tries to write another process's memory: {}"),
    "kills": (_TAMPERING, "sends a signal to a process that is not its own"),
    "reaches out": (_TAMPERING, "calls {}, which reaches for other processes or for privileges"),
    "answers": (_TAMPERING, "answers in the place of a test that runs beside it: {}"),
    "forgiving": (_TAMPERING, "keeps an assertion that does not hold from failing"),
    "judging": (_TAMPERING, "replaces what results are compared with: {}"),
    "rewriting": (_TAMPERING, "rewrites the code of later cells with {}"),
    "running": (_TAMPERING, "replaces how the shell runs cells: {}"),
}


class Evidence:
    """The flags of one notebook that come from its own process, a bounded number of each kind."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str, str]] = set()
        self._count: Counter[str] = Counter()

    def flags(self, signs: Any, exercise: str) -> list[Flag]:
        """Return flags for the signs that are new, at most `MOST` of a kind in all."""
        found = []
        for sign in signs if isinstance(signs, list) else ():
            if not (isinstance(sign, list) and [type(part) for part in sign] == [str] * 3):
                continue
            word, detail, line = sign
            if word not in SIGNS or tuple(sign) in self._seen:
                continue
            kind, text = SIGNS[word]
            self._count[kind] += 1
            if self._count[kind] > MOST:
                continue
            self._seen.add(tuple(sign))
            if self._count[kind] == MOST:
                found.append(Flag(kind, "There is more of this kind; it was left out.", exercise))
                continue
            text = text.format(quoted(detail)) if detail else text.replace(": {}", "")
            where = f", in the line {quoted(line)}" if line else ""
            found.append(Flag(kind, f"The notebook {text}{where}.", exercise))
        return found
