"""Run test cells in the grader's process, with stand-ins for what the learner wrote.

A test cell is executed as it is, in a namespace where each name that neither the test nor the
trusted setup cell defines is looked up in the learner's process: functions and classes become
stand-ins that send their arguments there and bring the result back, data comes as copies. Tests,
expected values and verdicts never leave this process.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import math
import numbers
import os
import signal
import sys
import time
import types
import warnings
from dataclasses import replace
from functools import lru_cache
from typing import Any

from evenhand.bridge import Bridge
from evenhand.learner_error import TestOvertime
from evenhand.learner_process import ProcessLost
from evenhand.magics import plain_python
from evenhand.namespace import MainModule, Namespace, imported
from evenhand.options import Options
from evenhand.results import Status
from evenhand.sandboxed import codec
from evenhand.stand_ins import StandIn
from evenhand.syntax import bindings, parse
from evenhand.verdicts import Verdict, verdict_of_error, verdict_of_value


class Examiner:
    """Runs the test cells of one notebook against one learner's process.

    Parameters
    ----------
    bridge
        What carries questions to the learner's process.
    options
        The limits.
    """

    def __init__(self, bridge: Bridge, options: Options) -> None:
        self.bridge = bridge
        self.namespace = Namespace(bridge)
        self._main = MainModule(self.namespace)
        self._options = options
        self._given: dict[str, Any] = {}
        self._course: dict[str, Any] = {"__name__": "__main__"}

    def costs(self) -> tuple[float, float]:
        """Return the processor time, and the cost in all, of the tests and their calls."""
        mine = time.process_time()
        return self.bridge.process.busy + mine, self.bridge.process.spent + mine

    def setup(self, source: str) -> None:
        """Run a trusted cell of the source notebook in the tests' namespace."""
        exec(compile(plain_python(source), "<setup>", "exec"), self.namespace)

    def rebound(self, source: str) -> None:
        """Forget the names that an earlier test bound and a cell of the source rebinds."""
        for name in bindings(parse(source)):
            dict.pop(self.namespace, name, None)

    def give(self, source: str, names: frozenset[str]) -> None:
        """Run a locked cell of the source: tests get its names from here, not from the learner.

        If it cannot be run here, or makes what solutions may change or what cannot be sent, the
        learner's names are used.

        Parameters
        ----------
        source
            The cell.
        names
            The names that tests use.
        """
        source_names = self.bridge.source
        for name in source_names.imports.keys() - self._course.keys():
            with contextlib.suppress(ImportError):
                self._course[name] = imported(*source_names.imports[name])
        for name in dict.keys(self.namespace) - self._course.keys():
            self._course[name] = dict.__getitem__(self.namespace, name)
        shown = io.StringIO()
        signal.signal(signal.SIGPROF, _overtime)
        signal.setitimer(signal.ITIMER_PROF, self._options.cell_seconds)  # of processor time
        try:
            with (
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                exec(compile(plain_python(source, True), "<given>", "exec"), self._course)
        except BaseException:  # noqa: BLE001
            return
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            _close_figures()
        for name in names & self._course.keys():
            value = self._course[name]
            with contextlib.suppress(codec.NotPlain):
                if not isinstance(value, types.FunctionType):
                    codec.Encoder().encode(value)
                    if name in source_names.mentioned and not _is_constant(value):
                        continue
                self._given[name] = value

    def run(
        self,
        source: str,
        name: str,
        exercise: str,
        keep: frozenset[str],
        waiting: frozenset[str] = frozenset(),
        seconds: float = math.inf,
    ) -> Verdict:
        """Run one test cell.

        Parameters
        ----------
        source
            The cell.
        name
            The test's name, which seeds the generators.
        exercise
            The exercise that it tests.
        keep
            Names that later test cells use: if one of them stands for something in the learner's
            process, that process stays as the test leaves it.
        waiting
            Exercises that have a test to come: the learner's process must not get the course's
            versions of them.
        seconds
            The seconds that it may cost, if fewer than the limit of a test.

        Returns
        -------
        Verdict
            Its ``points`` are the share that was earned. A number at the end of the cell counts as
            points, and is returned as such with the status ``number``. If the cell ends in
            something else, the status is ``other`` or ``false``: what that means depends on how the
            source's own answers end it.
        """
        bridge = self.bridge
        for one, value in self._given.items():
            dict.__setitem__(self.namespace, one, copy.deepcopy(value))
        bridge.begin(name, exercise, waiting, test_file(name))
        main, sys.modules["__main__"] = sys.modules["__main__"], self._main
        verdict = None
        try:
            seconds = min(seconds, self._options.test_seconds)
            verdict = self._verdict(source, name, exercise, seconds)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.modules["__main__"] = main
            if sys.modules.get("__mp_main__") is self._main:  # multiprocessing was imported
                sys.modules["__mp_main__"] = main
            _close_figures()
            live = verdict is not None and verdict.status != Status.TIMEOUT
            live = live and any(
                isinstance(dict.get(self.namespace, one), (StandIn, types.GeneratorType))
                for one in keep
            )
            with contextlib.suppress(ProcessLost):
                bridge.end(keep=live)
        return verdict

    def _verdict(self, source: str, name: str, exercise: str, seconds: float) -> Verdict:
        bridge = self.bridge
        busy, spent = self.costs()

        def look(*_: Any) -> None:
            if self.costs()[1] - spent > seconds + 1:
                bridge.process.interrupt(TestOvertime())

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
        try:
            with (
                open(os.devnull, "w") as nowhere,
                contextlib.redirect_stdout(nowhere),
                contextlib.redirect_stderr(nowhere),
                warnings.catch_warnings(),
            ):
                warnings.resetwarnings()
                warnings.simplefilter("default")
                warnings.simplefilter("ignore", ResourceWarning)
                value = execute(source, test_file(name), self.namespace)
        except TestOvertime:
            if self.costs()[0] - busy < seconds and not bridge.trouble:
                bridge.process.doubts.append(f"the test {name} waited for too long")
            return Verdict(
                0, bridge.trouble or Status.TIMEOUT, "The test took longer than allowed."
            )
        except ProcessLost as lost:
            return Verdict(0, lost.kind, "The process of your notebook ended.")
        except BaseException as error:  # noqa: BLE001
            own = bridge.source.exercises.get(exercise, ())
            verdict = verdict_of_error(error, bridge.last_error, bridge.trouble, own)
            call = bridge.calls.told(error, plain_python(source, keep=True))
            return replace(verdict, call=call)
        return verdict_of_value(value, bridge.advice)


def _is_constant(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(map(_is_constant, value))
    return value is None or isinstance(value, (numbers.Number, str, bytes))


def test_file(name: str) -> str:
    """Return what a test's code has in place of a file name."""
    return f"<test {name}>"


def execute(source: str, file: str, namespace: dict) -> Any:
    """Run a cell; return the value of its last line if that is an expression."""
    body, last = compiled(source, file)
    exec(body, namespace)
    return None if last is None else eval(last, namespace)


@lru_cache(maxsize=1024)
def compiled(source: str, file: str) -> tuple[types.CodeType, types.CodeType | None]:
    """Return the code of a trusted cell, and that of its last line if it is an expression."""
    # There is no IPython shell here: what needs one fails, and is reported as such.
    tree = ast.parse(plain_python(source, keep=True), file)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return compile(tree, file, "exec"), None
    tree.body.pop()
    return compile(tree, file, "exec"), compile(ast.Expression(last.value), file, "eval")


def _overtime(*_: Any) -> None:
    raise TestOvertime


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
