"""Run a function, such as the command itself, in a process that has imported everything already.

A new interpreter takes four seconds of the processor's time to import nbgrader.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["evenhand.commands", "nbgrader.apps"])


class Forked:
    """A function at work in a process of its own; what it returns is the exit status.

    Parameters
    ----------
    function, arguments
        What to call; the function stands in a module.
    encoding
        Of the standard streams, as in PYTHONIOENCODING.
    environment
        Variables besides those of this process.
    """

    def __init__(
        self,
        function: Callable[..., int | None],
        *arguments: Any,
        encoding: str = "utf-8:strict",
        environment: dict[str, str] | None = None,
    ) -> None:
        self._encoding = encoding
        self._files = [tempfile.NamedTemporaryFile() for _ in range(2)]
        names = [file.name for file in self._files]
        environment = {**os.environ, **(environment or {})}
        self._process = _CONTEXT.Process(
            target=_run, args=(function, arguments, names, encoding, environment)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def finish(self, timeout: float = 300) -> tuple[int, str, str]:
        """Wait for its end; return its exit status and what it wrote to stdout and stderr."""
        self._process.join(timeout)
        assert self._process.exitcode is not None, "it takes too long"
        encoding = self._encoding.partition(":")[0]
        said = [file.read().decode(encoding) for file in self._files]
        return self._process.exitcode, *said


def _run(function, arguments, names, encoding, environment) -> None:
    for number, name in enumerate(names, 1):
        with open(name, "wb", buffering=0) as file:
            os.dup2(file.fileno(), number)
    name, _, errors = encoding.partition(":")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=name, errors=errors)
    os.environ.clear()
    os.environ.update(environment)
    # Where the tests themselves run in the background, Ctrl-C is ignored, and that is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(function(*arguments))
