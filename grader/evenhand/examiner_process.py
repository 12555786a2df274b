"""The examiner's process: imports once, then forks a child for each notebook to be graded.

Started by `evenhand.grader`. Trusted; but each notebook has a process of its own, so that nothing
that one submission brings about can reach the next, and a test that hangs can be ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import traceback
import warnings
from functools import lru_cache, wraps
from pathlib import Path

import numpy as np

from evenhand import examiner, one_notebook
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.sandboxed.isolation import NEW_NETWORK, NEW_USER, address_space, set_limit, unshare
from evenhand.source import Source, read_source


def main() -> None:
    """Answer requests until the other side is gone."""
    arguments = json.loads(sys.argv[1])
    end_with_parent(arguments["parent"])
    options = Options(**arguments["options"])
    requests = socket.socket(fileno=arguments["socket"])
    control = socket.socket(fileno=arguments["control"])
    for name in options.preload:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    plain_python("%pwd")  # imports IPython, which each notebook's process would do otherwise
    refuse_empty()
    gc.collect()
    gc.freeze()
    wrong: dict[tuple[Path, int], str] = {}
    while True:
        data, fds, _, _ = socket.recv_fds(requests, 2**20, 1)
        if not data:
            os._exit(0)
        with socket.socket(fileno=os.dup(fds[0])) as asked, asked.makefile("rb") as file:
            job = json.load(file)
        path = Path(job["source"])
        try:
            source = warmed(path, path.stat().st_mtime_ns, options, tuple(job["released"]))
            files = companions(path, path.stat().st_mtime_ns, options)
            version = (path, path.stat().st_mtime_ns)
        except Exception as error:  # noqa: BLE001
            source, files = error, {}
        else:
            if version not in wrong:
                try:
                    wrong[version] = rehearse(source, files, options, control, arguments)
                except Exception as error:  # noqa: BLE001
                    source = error if isinstance(error, one_notebook.NotCertain) else Failed(error)
            if wrong.get(version):
                source = one_notebook.NotCertain(wrong[version])
        parent, child = os.getpid(), os.fork()
        if child == 0:
            try:
                requests.close()
                answer = socket.socket(fileno=fds[0])
                with contextlib.suppress(OSError):  # where the system lets us
                    unshare(NEW_NETWORK | (NEW_USER if os.getuid() else 0))
                # A test that makes too much of an answer fails here, not in the machine.
                set_limit(resource.RLIMIT_AS, address_space(options.memory))
                end_with_parent(parent)
                reply = grade(job, source, files, options, control, arguments)
                answer.sendall(json.dumps(reply).encode())
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(fds[0])
        os.waitpid(child, 0)


class Failed(Exception):
    """The grader failed on the source itself."""


def grade(
    job: dict, source: object, files: dict, options: Options, control: socket.socket, given: dict
) -> dict:
    """Grade one notebook and return what is to be said of it."""
    if isinstance(source, one_notebook.NotCertain):
        return {"uncertain": str(source)}
    if isinstance(source, Failed):
        return {"failure": f"{type(source.args[0]).__name__}: {source.args[0]}"}
    if isinstance(source, Exception):
        return {"invalid source": f"{job['source']}: {type(source).__name__}: {source}"}
    submission = job["submission"] and Path(job["submission"])
    try:
        result = one_notebook.grade(
            submission,
            source,
            options,
            control=control,
            warm_pid=given["warm_pid"],
            folder=given["folder"],
            companions=files,
        )
    except one_notebook.NotCertain as error:
        return {"uncertain": str(error)}
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        return {"failure": f"{type(error).__name__}: {error}"}
    return {"result": result.to_dict()}


@lru_cache(maxsize=64)
def warmed(path: Path, _: int, options: Options, released: tuple[str, ...]) -> Source:
    """Read a source notebook, and do once what each of its notebooks would do first."""
    if options.environment:
        os.environ[options.environment] = str(path.parents[1])
    source = read_source(path, options, released)
    for cell in source.cells:
        if cell.test:
            with contextlib.suppress(SyntaxError):
                examiner.compiled(cell.text, examiner.test_file(cell.name))
        if cell.locked and options.setup_tag in cell.tags:
            with contextlib.suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(plain_python(cell.text), {"__name__": "__main__"})
    return source


def rehearse(
    source: Source,
    files: dict,
    options: Options,
    control: socket.socket,
    given: dict,
) -> str:
    """Grade the source itself in this process, when it comes up first.

    Whatever its tests load and compute once, such as the course's own functions, every notebook's
    process then inherits. And where the course's own solution does not get full marks, no
    submission can be held against these tests here: return what it lost, in a sentence.
    """
    result = one_notebook.grade(
        source.path,
        source,
        options,
        control=control,
        warm_pid=given["warm_pid"],
        folder=given["folder"],
        companions=files,
    )
    gc.collect()
    gc.freeze()
    lost = [t for t in result.tests if not t.manual and t.points != t.max_points]
    if not lost:
        return ""
    told = [f"{test.name} ({test.message or test.status})" for test in lost[:5]]
    told += [f"{len(lost) - 5} more"] if len(lost) > 5 else []
    return f"the course's own solution does not get full marks here: it fails {', '.join(told)}"


@lru_cache(maxsize=64)
def companions(path: Path, _: int, options: Options) -> dict[str, bytes]:
    """Return the files that the course gives a notebook; none where it says nothing."""
    return {str(key): bytes(value) for key, value in options.companions_of()(path).items()}


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends, however it ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def refuse_empty() -> None:
    """Let no empty array be close to one that has something in it.

    NumPy broadcasts it, and all of nothing is true: tests would pass for no answer at all.
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
