"""Say whether notebooks can be opened, run and graded on this machine."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nnlib import course

ROOT = course.CASES.parents[1]
_OK, _WRONG, _NOTE = "✔", "✘", "i"


def report() -> int:
    """Print a line for each thing that was examined; return 1 if notebooks cannot run."""
    signs = set()
    for sign, said in _lines():
        signs.add(sign)
        print(f"{sign} {said}")
    return int(_WRONG in signs)


def _lines() -> Iterator[tuple[str, str]]:
    yield _OK, f"Python {sys.version.partition(' ')[0]}, in {sys.prefix}"
    yield from _packages()
    yield _kernel()
    yield from _folder()
    yield _sandbox()


def _packages() -> Iterator[tuple[str, str]]:
    path = ROOT / "requirements.txt"
    if not path.is_file():
        yield _NOTE, f"There is no {path}, so the packages' versions are not known."
        return
    wanted = dict(re.findall(r"^([\w-]+)==(\S+)", path.read_text("utf-8"), re.M))
    have = {name: _version(name) for name in wanted}
    missing = [name for name, version in have.items() if not version]
    for name in missing:
        yield _WRONG, f"{name} is missing: `{sys.executable} -m pip install -r {path}` gets it."
    for name, version in have.items():
        if version and version != wanted[name]:
            yield _NOTE, f"{name} is {version}; the course was made with {wanted[name]}."
    if not missing:
        yield _OK, f"All {len(wanted)} packages of requirements.txt are there"
    if not (_version("keras") and _version("jax")):
        yield _NOTE, "Keras and JAX are not there. Part 5 needs them, and says how to get them."


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _kernel() -> tuple[str, str]:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ModuleNotFoundError:
        return _WRONG, "Jupyter is missing, so no notebook runs."
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return _WRONG, f"There is no kernel: `{sys.executable} -m pip install ipykernel` gets it."
    found = shutil.which(program)
    if not found:
        return _WRONG, f"The kernel python3 starts {program}, which is not there."
    if "python" in Path(program).name and Path(found).parent != Path(sys.executable).parent:
        if Path(program).is_absolute():
            return _NOTE, f"The kernel python3 is another Python than this one: {found}."
    return _OK, "The kernel python3 is there"


def _folder() -> Iterator[tuple[str, str]]:
    folder = ROOT / "notebooks"
    names = [info.name for info in course.lessons()]
    gone = [name for name in names if not (folder / f"{name}.ipynb").is_file()]
    if gone:
        yield _NOTE, f"Not in {folder}: {', '.join(gone)}. Notebooks stay under their own names."
    else:
        yield _OK, f"All {len(names)} notebooks are in {folder}"
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        yield _OK, "Notebooks and progress can be saved there"
    except OSError as error:
        yield _WRONG, f"Nothing can be saved in {folder}: {error.strerror}."


def _sandbox() -> tuple[str, str]:
    if sys.platform != "linux":
        return _NOTE, "Grading needs Linux (on Windows, WSL); learning does not."
    if not (program := shutil.which("bwrap")):
        return _NOTE, "There is no bubblewrap (Debian: apt install bubblewrap); grading needs it."
    command = [program, "--ro-bind", "/", "/", "--unshare-all", "true"]
    if subprocess.run(command, capture_output=True).returncode:
        return _NOTE, "bubblewrap is there and may not run here; docs/grading.md says what helps."
    return _OK, "bubblewrap is there: notebooks are graded in a sandbox"
