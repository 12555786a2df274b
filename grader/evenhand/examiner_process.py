"""The examiner's process: imports once, then forks a child for each notebook to be graded.

Started by `evenhand.grader`, and trusted. Each notebook has a process of its own, so that no
submission can affect the next, and a test that hangs can be ended.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import numpy as np

from evenhand import examiner, one_notebook
from evenhand.facts import show_sources
from evenhand.learner_process import preparing
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.rehearsal import Rehearsal, Way
from evenhand.sandboxed.isolation import (
    LIBC,
    NEW_NETWORK,
    NEW_USER,
    address_space,
    set_limit,
    unshare,
)
from evenhand.sandboxed.settled import settle, uncollected
from evenhand.source import Source, read_source


def main() -> None:
    """Answer requests until the other side is gone."""
    arguments = json.loads(sys.argv[1])
    end_with_parent(arguments["parent"])
    options = Options(**arguments["options"])
    requests = socket.socket(fileno=arguments["socket"])
    control = socket.socket(fileno=arguments["control"])
    plain_python("%pwd")  # imports IPython, which each notebook's process would do otherwise
    refuse_empty()
    show_sources()
    settle()
    warm = one_notebook.Warm(control, arguments["warm_pid"], arguments["folder"])
    # Tests run in folders below this one; a child that is killed leaves its own behind.
    tempfile.tempdir = folders = arguments["scratch"]
    while True:
        data, fds, _, _ = socket.recv_fds(requests, 2**20, 1)
        for left in os.scandir(folders):
            shutil.rmtree(left, ignore_errors=True)
        if not data:
            os._exit(0)
        with socket.socket(fileno=os.dup(fds[0])) as asked, asked.makefile("rb") as file:
            job = json.load(file)
        path = Path(job["source"])
        submission = job["submission"] and Path(job["submission"])
        rehearsal = job["rehearsal"] and Rehearsal.from_dict(job["rehearsal"])
        reply: dict = {}
        try:
            key = path, path.stat().st_mtime_ns, options, job["prepared"]
            if submission is None and rehearsal and not rehearsal.tests:
                source, files = read(*key), {}  # nothing of it is run
            else:
                with preparing(control, rehearsal.imports if rehearsal else ()):  # meanwhile
                    source = read(*key)
                    warm_up(*key)
                    with contextlib.suppress(OSError):
                        os.write(fds[0], b" ")  # its imports are done
                    files = companions(*key[:3])
        except Exception as error:  # noqa: BLE001
            reply = {"invalid source": f"{path}: {type(error).__name__}: {error}"}
        else:
            about = source, options, warm, files
            if rehearsal is None:
                reply = answer(solve, key, *about)
                todo, about = rehearse, (*about, reply.pop("solution", None))
            else:
                checked = job["checked"] or not rehearsal.tests
                reply = {} if checked else answer(check, key, *about, rehearsal)
                todo, about = grade, (submission, *about, rehearsal, job["variant"])
                if submission is None:
                    reply = reply or answer(todo, *about)
        if reply:
            with contextlib.suppress(OSError), socket.socket(fileno=fds[0]) as asked:
                asked.sendall(json.dumps(reply).encode())
            continue
        parent, child = os.getpid(), os.fork()
        if child == 0:
            try:
                requests.close()
                asked = socket.socket(fileno=fds[0])
                with contextlib.suppress(OSError):  # where the system lets us
                    unshare(NEW_NETWORK | (NEW_USER if os.getuid() else 0))
                # A test that needs too much memory for an answer fails by itself.
                set_limit(resource.RLIMIT_AS, address_space(options.memory))
                end_with_parent(parent)
                reply = answer(todo, *about)
                asked.sendall(json.dumps(reply).encode())
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(fds[0])
        os.waitpid(child, 0)


def answer(grading: Callable[..., dict], *arguments: Any) -> dict:
    """Return what `grading` returns for a notebook, or why it fails."""
    try:
        return grading(*arguments)
    except one_notebook.NotCertain as error:
        return {"uncertain": str(error)}
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        return {"failure": f"{type(error).__name__}: {error}"}


def grade(*arguments: Any) -> dict:
    """Grade one notebook; see `evenhand.one_notebook.grade`."""
    return {"result": one_notebook.grade(*arguments).to_dict()}


@lru_cache(maxsize=256)
def read(path: Path, _: int, options: Options, prepared: str) -> Source:
    """Read a source notebook."""
    return read_source(path, options, prepared)


@lru_cache(maxsize=64)
def warm_up(path: Path, stamp: int, options: Options, prepared: str) -> None:
    """Do once what each submission to a source would do first."""
    if options.environment:
        os.environ[options.environment] = str(path.parents[1])
    source = read(path, stamp, options, prepared)
    for module in source.names.modules:
        with contextlib.suppress(Exception), warnings.catch_warnings(), uncollected(frozen=True):
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    for cell in source.cells:
        if cell.test:
            with contextlib.suppress(SyntaxError):
                examiner.compiled(cell.text, examiner.test_file(cell.name))
        if cell.sets_up(options.setup_tag):
            with contextlib.suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(plain_python(cell.text), {"__name__": "__main__"})


EARNED: dict[tuple, dict[str, float]] = {}


def solve(key: tuple, source: Source, *about: Any) -> dict:
    """Run the source's own solution in this process, with each test apart; see `check`."""
    solution = one_notebook.solve(source, *about)
    EARNED[key] = one_notebook.points_of(solution, source)
    return {"solution": solution}


def rehearse(*arguments: Any) -> dict:
    """Find out how each test is judged; see `evenhand.one_notebook.rehearse`."""
    return {"rehearsal": one_notebook.rehearse(*arguments).to_dict()}


CHECKED: dict[tuple, dict] = {}


def check(
    key: tuple,
    source: Source,
    options: Options,
    warm: one_notebook.Warm,
    files: dict[str, bytes],
    rehearsal: Rehearsal,
) -> dict:
    """Grade the source itself in this process, the first time that it is needed.

    The process of each notebook then inherits what the tests load and compute once, such as the
    course's own functions. If the course's own solution does not get the points here that it got
    when it was rehearsed, no submission can be judged by these tests: return a sentence on what
    it lost.
    """
    if (key, rehearsal) not in CHECKED:
        if key in EARNED and all(test.way is Way.APART for test in rehearsal.tests):
            got = EARNED[key]
        else:
            got = one_notebook.own_points(source, options, warm, files, rehearsal)
        settle()
        CHECKED[key, rehearsal] = _lost(got, rehearsal)
    return CHECKED[key, rehearsal]


def _lost(got: Mapping[str, float], rehearsal: Rehearsal) -> dict:
    lost = [t.name for t in rehearsal.tests if got.get(t.name, t.own) != t.own]
    if not lost:
        return {}
    some = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
    told = "the course's own solution does not get here what it got when it was rehearsed"
    return {"uncertain": f"{told}: {some}"}


@lru_cache(maxsize=64)
def companions(path: Path, _: int, options: Options) -> dict[str, bytes]:
    """Return the files that the course gives a notebook, if any."""
    return {str(key): bytes(value) for key, value in options.companions_of()(path).items()}


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends, however it ends."""
    LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def refuse_empty() -> None:
    """Make ``np.isclose`` and ``np.allclose`` false if exactly one side is empty.

    NumPy broadcasts the empty side, and ``all([])`` is true: a test would pass without an answer.
    """
    for name, nothing in (("isclose", np.False_), ("allclose", False)):
        original = getattr(np, name)

        @wraps(original)
        def strict(a, b, *args, _original=original, _nothing=nothing, **kwargs):
            if (np.asarray(a).size == 0) != (np.asarray(b).size == 0):
                return _nothing
            return _original(a, b, *args, **kwargs)

        setattr(np, name, strict)


if __name__ == "__main__":
    main()
