"""Start the warm process inside bubblewrap: what it sees is all that learners' code can see.

The system read-only, the Python installation, the named packages without their hidden folders, an
empty ``/tmp``; no network, no home, no course, no submissions. Each notebook's process, forked
from it, goes into namespaces of its own on top (`evenhand.sandboxed`).
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from evenhand import memory
from evenhand.options import Options

#: Where a notebook runs, inside the sandbox.
FOLDER = "/tmp/notebook"

_TOOLS = "/opt/grading"


#: Forks stay cheap, and results do not depend on the machine.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
#: The processor that libraries shall take this one for: tests show with it that no verdict depends
#: on the processor.
PROCESSOR = {
    name: os.environ[name]
    for name in ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")
    if name in os.environ
}


class SandboxMissing(RuntimeError):
    """There is no sandbox for the learner's code; the message says what to do."""


@functools.cache
def bubblewrap() -> str:
    """Return the path of a bubblewrap that works.

    Raises
    ------
    SandboxMissing
        If there is none.
    """
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxMissing(
            "Learners' code is run in a sandbox, and bubblewrap (bwrap) is not installed here: "
            "install the package bubblewrap, or, if you trust the code, say --without-sandbox "
            "(to evenhand grade) or c.GradeNotebook.sandbox = False (in nbgrader_config.py)."
        )
    tried = subprocess.run(
        [path, *_isolation(), "--ro-bind", "/", "/", "--dev", "/dev", "/bin/true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode != 0:
        raise refused(tried.stderr)
    return path


def refused(said: str) -> SandboxMissing:
    """Return the exception that says how to allow what the system refused with the words `said`."""
    reason = said.strip().rpartition("\n")[2] or "no reason given"
    switch = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if "uid map" in reason or (switch.is_file() and switch.read_text().strip() == "1"):
        way = (
            "This system, like Ubuntu since 24.04, lets only programs that it knows make user "
            "namespaces. Allow bubblewrap to, as docs/grading.md says, or until the next start "
            "with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    else:
        way = "Allow this user to make user namespaces."
    return SandboxMissing(
        f"Learners' code is run in a sandbox, and the system refuses it ({reason}). Nothing was "
        f"graded. {way} If you trust the code, you can do without: --without-sandbox (to evenhand "
        "grade) or c.GradeNotebook.sandbox = False (in nbgrader_config.py)."
    )


def _unreadable(paths: list[str]) -> SandboxMissing:
    """Return the exception that says what to do if the user nobody cannot read the packages."""
    mend = []
    for path in paths:
        package, _, rest = path.removeprefix(f"{_TOOLS}/packages/").partition("/")
        if path.startswith(f"{_TOOLS}/packages/"):
            mend.append(str(_folder_of(package) / rest))
        else:
            mend += [prefix for prefix in _prefixes() if path.startswith(prefix + "/")][:1] or [
                path
            ]
    mend = list(dict.fromkeys(mend))
    return SandboxMissing(
        "Nothing was graded: where root grades, learners' code runs as the user nobody, who may "
        f"not read {', '.join(mend)}, probably installed with umask 077 or 027. Let everyone read "
        f"it, with: chmod -R go+rX {' '.join(mend)} (or grade as an ordinary user)."
    )


def _isolation() -> list[str]:
    # Root needs no user namespace, and without one the notebooks can be run as nobody.
    user = [] if os.getuid() == 0 else ["--unshare-user"]
    return [*user, "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts"]


def shut_in(folder: Path) -> list[str]:
    """Return the start of a command that can write to one folder alone and has no network.

    It can read whatever its user can.
    """
    command = [bubblewrap(), *_isolation(), "--cap-drop", "ALL", "--die-with-parent"]
    command += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return [*command, "--bind", str(folder), str(folder), "--chdir", str(folder)]


def _command(options: Options) -> list[str]:
    """Return the bubblewrap command up to the program to run."""
    command = [bubblewrap(), *_isolation(), "--die-with-parent", "--new-session"]
    for path in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime"):
        command += ["--ro-bind-try", path, path]
    command += ["--tmpfs", "/tmp", "--dev", "/dev", "--tmpfs", "/dev/shm"]
    # The system's own /proc: only where that is visible may the notebooks mount one of theirs.
    command += ["--dev-bind", "/proc", "/proc"]
    for path in _prefixes():
        command += [*_way_to(path), "--ro-bind", path, path]
    for path in _passed():
        command += _way_to(os.path.join(os.path.realpath(path), "any"))
    for path, again in _below_tmp().items():
        command += [*_way_to(again), "--ro-bind", path, again]
    here = Path(__file__).with_name("sandboxed")
    command += _way_to(f"{_TOOLS}/packages/evenhand/any")
    command += ["--ro-bind", str(here), f"{_TOOLS}/packages/evenhand/sandboxed"]
    for package in options.packages:
        folder = _folder_of(package)
        target = f"{_TOOLS}/packages/{package}"
        command += ["--ro-bind", str(folder), target]
        for hidden in options.hidden:
            for path in sorted(folder.parent.glob(hidden)):
                if path.is_dir() and path.is_relative_to(folder):
                    inside = f"{_TOOLS}/packages/{path.relative_to(folder.parent)}"
                    command += ["--tmpfs", inside, "--remount-ro", inside]
    command += _way_to("/tmp/matplotlib/any")
    for path in _font_lists():
        command += ["--ro-bind", str(path), f"/tmp/matplotlib/{path.name}"]
    command += ["--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
    for name, value in _environment(f"{_TOOLS}/packages").items():
        command += ["--setenv", name, value]
    return command


def _prefixes() -> list[str]:
    """Return the folders of Python and its packages outside of the system's own."""
    found: list[str] = []
    for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix):
        for path in dict.fromkeys((prefix, os.path.realpath(prefix))):
            if ".." in Path(path).parts:
                continue
            if not any(path == s or path.startswith(s + "/") for s in ("/usr", *found)):
                found.append(path)
    return found


def _passed() -> list[str]:
    """Return the folders that paths to Python go into and leave again by ``..``."""
    ways = [sys.executable, sys.prefix, sys.base_prefix]
    for way in ways:
        if os.path.islink(way) and len(ways) < 40:
            ways.append(os.path.join(os.path.dirname(way), os.readlink(way)))
    parts = [Path(way).parts for way in ways]
    return [os.path.join(*p[:i]) for p in parts for i, part in enumerate(p) if part == ".."]


def _below_tmp() -> dict[str, str]:
    """Return the prefixes that a notebook's own /tmp would hide -> where they are shown instead."""
    covered = [path for path in _prefixes() if path.startswith("/tmp/")]
    return {path: f"{_TOOLS}/prefix{number}" for number, path in enumerate(covered)}


def _way_to(path: str) -> list[str]:
    """Return the options that make the folders above `path` for everyone to pass through.

    Those that bubblewrap makes by itself are closed to others.
    """
    above = [str(folder) for folder in reversed(Path(path).parents)][1:]
    return [word for folder in above for word in ("--perms", "0755", "--dir", folder)]


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"There is no package {package} to show to learners' code.")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _font_lists() -> list[Path]:
    """Return matplotlib's list of fonts, if there is one: it takes a second to make."""
    folder = os.environ.get("MPLCONFIGDIR")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    base = Path(folder) if folder else Path(cache) / "matplotlib"
    return sorted(base.glob("fontlist-*.json"))


def _environment(packages: str) -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",
        "TMPDIR": "/tmp",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "PYTHONPATH": packages,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        **ONE_THREAD,
        **PROCESSOR,
    }


class WarmProcess:
    """The process from which each notebook's process is forked.

    Parameters
    ----------
    options
        What to show, how much to allow.
    meanwhile
        Called with this object once the process is started, before it is ready.

    Attributes
    ----------
    control
        The socket on which it takes requests.
    pid
        The number of the outermost process, from which all that learners' code starts descends.
    """

    def __init__(
        self, options: Options, meanwhile: Callable[[WarmProcess], None] = lambda warm: None
    ) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        settings = json.dumps(_settings(options))
        self._temporary: tempfile.TemporaryDirectory | None = None
        if options.sandbox:
            command = _command(options)
            environment = {}
        else:
            command = []
            self._temporary = tempfile.TemporaryDirectory(prefix="grading-")
            folders = [str(Path(__file__).parents[1])]
            folders += [str(_folder_of(package).parent) for package in options.packages]
            environment = _environment(":".join(folders))
            environment = {
                **environment,
                **{
                    name: self._temporary.name + value.removeprefix("/tmp")
                    for name, value in environment.items()
                    if value.startswith("/tmp")
                },
            }
        command = [*memory.scope(), *command]
        command += [sys.executable, "-sPm", "evenhand.sandboxed"]
        command += [str(theirs.fileno()), settings]
        self._said = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=environment or None,
            start_new_session=True,
        )
        theirs.close()
        self.pid = self._process.pid
        self.control = ours
        meanwhile(self)
        ours.settimeout(600)  # only a safety net
        try:
            word = ours.recv(2**16)
        except OSError:
            word = b""
        if word != b"ready":
            self._process.kill()
            self._process.wait()
            if word:
                raise _unreadable(json.loads(word))
            raise RuntimeError(f"The warm process did not start: {self.said()[-2000:]}")
        ours.setblocking(True)
        # Files in the temporary folders count as memory, too, and have a limit of their own.
        memory.make_group(self.pid, options.memory + 2 * options.disk, 2 * options.processes)

    @property
    def folder(self) -> str:
        """Where notebooks run, as they see it."""
        return FOLDER if self._temporary is None else f"{self._temporary.name}/notebook"

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def said(self) -> str:
        """Return what it wrote to stderr, to find a fault in the grader."""
        self._said.seek(0)
        return self._said.read(100_000).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End it, and with it all that descends from it."""
        self.control.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        memory.close_group(self.pid)
        self._said.close()
        if self._temporary is not None:
            self._temporary.cleanup()


def _settings(options: Options) -> dict:
    return {
        "isolated": options.sandbox,
        "below_tmp": _below_tmp() if options.sandbox else {},
        "memory": options.memory,
        "disk": options.disk,
        "processes": options.processes,
        "files": options.files,
        "cpu": options.cpu,
        "output": options.output,
    }
