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
import signal
import sys
import time
import types
import warnings
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.bridge import Bridge
from evenhand.learner_error import TestOvertime
from evenhand.learner_process import LearnerProcess, ProcessLost
from evenhand.magics import plain_python
from evenhand.namespace import Namespace, imported
from evenhand.options import Options
from evenhand.quoting import sentence
from evenhand.results import Status
from evenhand.sandboxed import codec
from evenhand.source_names import SourceNames
from evenhand.stand_ins import StandIn
from evenhand.verdicts import NO_TOTAL, Verdict

__all__ = ["Examiner", "compiled", "test_file"]


class Examiner:
    """Runs the test cells of one notebook against one learner's process.

    Parameters
    ----------
    kernel
        The learner's process.
    course
        What the source notebook says about names.
    options
        The limits.
    """

    def __init__(self, kernel: LearnerProcess, source: SourceNames, options: Options) -> None:
        self.bridge = Bridge(kernel, source, options)
        self.namespace = Namespace(self.bridge)
        self._options = options
        self._given: dict[str, Any] = {}
        self._course: dict[str, Any] = {"__name__": "__main__"}

    def costs(self) -> tuple[float, float]:
        """Return the processor time, and what it cost in all, of the tests and of their calls."""
        mine = time.process_time()
        return self.bridge.kernel.busy + mine, self.bridge.kernel.spent + mine

    def setup(self, source: str) -> None:
        """Run a trusted cell of the source notebook in the tests' namespace."""
        exec(compile(plain_python(source), "<setup>", "exec"), self.namespace)

    def give(self, source: str, names: frozenset[str], folder: Path) -> None:
        """Run a locked cell of the source: tests get its names from here, not from the learner.

        Where it cannot be run here, or gives what solutions may change or what cannot cross, the
        learner's stay in place.

        Parameters
        ----------
        source
            The cell.
        names
            Those that tests use.
        folder
            Of the source notebook.
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
                contextlib.chdir(folder),
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                exec(compile(plain_python(source), "<given>", "exec"), self._course)
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
            Of the test; seeds the generators.
        exercise
            That it tests.
        keep
            Names that later test cells use: if one of them stands for something that lives in
            the learner's process, the process is left as the test has left it.
        waiting
            Exercises that have a test to come: the learner's process must not get the course's
            versions of them.
        seconds
            What it may cost, if that is less than the limit of a test.

        Returns
        -------
        Verdict
            With ``points`` the share that was earned; a number at the end of the cell counts as
            points, and is returned as such with the status ``number``. Where the cell ends in
            something else, the status is ``other``, or ``false``: what that means depends on what
            the source's own answers give there.
        """
        bridge = self.bridge
        for one, value in self._given.items():
            dict.__setitem__(self.namespace, one, copy.deepcopy(value))
        bridge.begin(name, exercise, waiting)
        verdict = None
        try:
            seconds = min(seconds, self._options.test_seconds)
            verdict = self._verdict(source, name, exercise, seconds)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
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
        shown = io.StringIO()
        busy, spent = self.costs()

        def look(*_: Any) -> None:
            if self.costs()[1] - spent > seconds + 1:
                bridge.kernel.interrupt(TestOvertime())

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
        try:
            with (
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                value = execute(source, test_file(name), self.namespace)
                if isinstance(value, np.ndarray) and value.size == 1:
                    value = value.item()
        except TestOvertime:
            if self.costs()[0] - busy < seconds and not bridge.trouble:
                bridge.kernel.doubts.append(f"the test {name} waited for too long")
            return Verdict(
                0, bridge.trouble or Status.TIMEOUT, "The test took longer than allowed."
            )
        except ProcessLost as lost:
            return Verdict(0, lost.kind, "The process of your notebook ended.")
        except BaseException as error:  # noqa: BLE001
            return self._failed(error, exercise)
        advice = list(dict.fromkeys(bridge.advice))[:3]
        message = " ".join(f"Advice: {text}." for text in advice)
        real = isinstance(value, (numbers.Real, Decimal))
        if real and not isinstance(value, (bool, np.bool_)):
            number = float(value)
            return Verdict(number if math.isfinite(number) else 0.0, "number", message)
        if isinstance(value, (complex, np.generic, np.ndarray)) and not isinstance(value, np.bool_):
            return Verdict(0, Status.WRONG, NO_TOTAL)
        if value is None or value is True or (isinstance(value, np.bool_) and value):
            return Verdict(1, Status.FULL, message)
        return Verdict(1, "false" if isinstance(value, (bool, np.bool_)) else "other", message)

    def _failed(self, error: BaseException, exercise: str) -> Verdict:
        bridge = self.bridge
        last = bridge.last_error
        missing = getattr(last, "learner_unwritten", "")
        if missing:
            if last.learner_called != missing:
                told = f"{last.learner_called} calls {missing}, which is not written yet"
                return Verdict(0, Status.ERROR, f"{told}: write {missing} first.")
            own = missing in bridge.source.exercises.get(exercise, ())
            status = Status.NOT_ATTEMPTED if own else Status.ERROR
            return Verdict(0, status, f"{missing} is not written yet.")
        status = bridge.trouble or (Status.WRONG if bridge.last_error is None else Status.ERROR)
        if isinstance(error, NameError) and not getattr(error, "from_learner", False):
            name = error.name or ""
            return Verdict(
                0,
                Status.ERROR,
                f"There is no {name} in the notebook: the name must be exactly this.",
            )
        if getattr(error, "from_learner", False):
            kind = type(error).__name__
            text = str(error)
            where = f" in the line `{error.learner_line}`" if error.learner_line else ""
            if error.learner_kind:
                status = {"not plain": Status.WRONG}.get(error.learner_kind, error.learner_kind)
                return Verdict(0, status, sentence(f"{text}{where}"))
            shown = f"{kind}: {text}" if text and kind != "LearnerError" else text or kind
            return Verdict(0, Status.ERROR, sentence(f"Your code stops{where} with {shown}"))
        if isinstance(error, AssertionError):
            text = str(error).strip()
            if not text or _raised_by_library(error):
                text = "This property does not hold yet."
            return Verdict(0, status, sentence(text))
        if isinstance(error, MemoryError):
            return Verdict(
                0, Status.MEMORY, "The test needs too much memory for what your code gives back."
            )
        told = f"{type(error).__name__}"
        if isinstance(error, (KeyError, AttributeError, TypeError, IndexError)):
            told += f": {str(error)[:200]}"
        return Verdict(
            0,
            status,
            sentence(f"The test cannot work with what your code gives back ({told})"),
        )


def _is_constant(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(map(_is_constant, value))
    return value is None or isinstance(value, (numbers.Number, str, bytes))


def test_file(name: str) -> str:
    """Return what stands in the place of a file name in a test's code."""
    return f"<test {name}>"


def execute(source: str, file: str, namespace: dict) -> Any:
    """Run a cell; return the value of its last line where that is an expression."""
    body, last = compiled(source, file)
    exec(body, namespace)
    return None if last is None else eval(last, namespace)


@lru_cache(maxsize=1024)
def compiled(source: str, file: str) -> tuple[types.CodeType, types.CodeType | None]:
    """Return the code of a trusted cell, and that of its last line if it is an expression."""
    tree = ast.parse(plain_python(source), file)
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


def _raised_by_library(error: BaseException) -> bool:
    """Whether the sentence is a library's own: NumPy's shows the values that the test expects."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    module = trace.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in ("numpy", "unittest", "pandas", "scipy", "pytest")
