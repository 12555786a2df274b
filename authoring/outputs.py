"""Hold the stored outputs of the solutions against those of a fresh kernel, with nbval."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

from authoring.build import GOOD, ROOT, changed, remember_good, states
from authoring.source import SOLUTIONS, all_lessons

_KERNELS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "XLA_FLAGS")


def check_outputs(names: Iterable[str] = ()) -> bool:
    """Run notebooks anew and say whether their outputs are the stored ones.

    Parameters
    ----------
    names
        Lessons to run in any case. If empty, all but those whose outputs were as stored on the
        same kernels of NumPy, OpenBLAS and XLA, and that nothing has changed for since.
    """
    where = repr([_SETTINGS.read_text("utf-8"), *map(os.environ.get, _KERNELS)])
    todo = list(names) or changed(all_lessons(), _OUTPUTS, where)
    if not todo:
        print("Nothing has changed that the stored outputs depend on.")
        return True
    before = states(todo, where)
    seen = _Seen()
    arguments = ["-q", "-n", "logical", "--dist", "loadfile", "-p", "no:cacheprovider", "--nbval"]
    arguments += ["--nbval-sanitize-with", str(_SETTINGS)]
    arguments += ["--rootdir", str(SOLUTIONS.parent)]
    arguments += [str(SOLUTIONS / f"{name}.ipynb") for name in todo]
    status = pytest.main(arguments, plugins=[seen])
    if status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):  # and was not broken off
        as_stored = (name for name in todo if seen.passed.get(f"{SOLUTIONS.name}/{name}.ipynb"))
        remember_good({name: before[name] for name in as_stored}, _OUTPUTS)
    return status == pytest.ExitCode.OK


_OUTPUTS = GOOD.with_name("check-outputs.json")
_SETTINGS = ROOT / "tests" / "nbval.cfg"


class _Seen:
    """Which notebooks passed in every cell, for pytest to fill."""

    def __init__(self) -> None:
        self.passed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        path = report.nodeid.partition("::")[0]
        self.passed[path] = self.passed.get(path, True) and not report.failed
