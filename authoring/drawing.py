"""Draw packages, modules, imports and processes from the code, as Mermaid in Markdown.

Nothing is imported or run: the drawing comes from the syntax trees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from authoring.source import SOLUTIONS

ROOT = SOLUTIONS.parent
PAGE = ROOT / "docs" / "house.md"
PACKAGES = {name: ROOT / name for name in ("nnlib", "mistakes", "nntools", "authoring")}
PACKAGES["evenhand"] = ROOT / "grader" / "evenhand"

_HEAD = """# The house

Drawn from the code by `.venv/bin/python -m nnlib drawing`; `make check-build` says when it is
stale.

An arrow means "imports". Where A imports B and B imports C, the arrow from A to C is left out.

"""


def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by the module's name."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in modules()}


def imports(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which of our modules each of them imports, wherever in it."""
    return {name: _imported(name, tree, trees.keys()) for name, tree in trees.items()}


def drawing() -> str:
    """Return the page."""
    all_trees = trees()
    arrows = imports(all_trees)
    parts = [_HEAD, "## Packages\n\n", _between_packages(arrows)]
    parts += ["## Processes\n\nEach box is a program, under the module that it starts in.\n\n"]
    parts.append(_processes(all_trees))
    for package in PACKAGES:
        names = [name for name in all_trees if name.split(".")[0] == package]
        inner = {name: arrows[name] & set(names) for name in names}
        parts += [f"## {package}\n\n", _mermaid(_reduced(inner), package)]
        parts.append(_table(names, all_trees))
    return "".join(parts).rstrip("\n") + "\n"


def modules() -> Iterable[tuple[str, Path]]:
    """Return every module: its name and its file."""
    for package in PACKAGES:
        yield from _modules(package)


def _modules(package: str) -> Iterable[tuple[str, Path]]:
    folder = PACKAGES[package]
    for path in sorted(folder.rglob("*.py")):
        words = [package, *path.relative_to(folder).with_suffix("").parts]
        yield ".".join(words[:-1] if words[-1] == "__init__" else words), path


def _imported(name: str, tree: ast.Module, known: Iterable[str]) -> set[str]:
    found = set()
    # Imports for annotations alone do not happen at run time.
    aside = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in aside:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if inner in known else base)
    return (found & set(known)) - {name}


def _reduced(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out each arrow to a module that a longer path reaches."""

    def reach(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        nearer = arrows[name] - seen
        return nearer.union(*(reach(other, seen | {name, other}) for other in nearer))

    return {
        name: {
            other
            for other in others
            if not any(other in reach(third, frozenset({name})) for third in others - {other})
        }
        for name, others in arrows.items()
    }


def _between_packages(imports: dict[str, set[str]]) -> str:
    arrows: dict[str, set[str]] = {package: set() for package in PACKAGES}
    for name, others in imports.items():
        arrows[name.split(".")[0]] |= {other.split(".")[0] for other in others}
    return _mermaid({name: others - {name} for name, others in arrows.items()}, "")


def _processes(trees: dict[str, ast.Module]) -> str:
    """Draw which program starts which, and which ones fork."""
    starts: set[tuple[str, str]] = set()
    forks: set[str] = set()
    for name, tree in trees.items():
        calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        if "subprocess.Popen" in calls:
            for text in texts:
                found = re.findall(r"(?:^|from )(\w+(?:\.\w+)+)", text) if type(text) is str else ()
                starts |= {(name, started) for started in found if started in trees}
        if "os.fork" in calls:
            forks.add(name)
    programs = {started for _, started in starts}

    def program(module: str) -> str:
        """Return the program that a module is part of: one that is started, or the command."""
        parts = [p for p in programs if module == p or module.startswith(f"{p}.")]
        command = "evenhand" if module.startswith("evenhand.") else "nnlib"
        return parts[0] if parts else f"{command}.__main__"

    arrows = {(program(one), "starts", other) for one, other in starts}
    arrows |= {(program(name), "forks", program(name)) for name in forks}
    lines = [f'    {_id(a)}["{a}"] -- {how} --> {_id(b)}["{b}"]' for a, how, b in sorted(arrows)]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", "", ""])


def _mermaid(arrows: dict[str, set[str]], package: str) -> str:
    def label(name: str) -> str:
        return name.removeprefix(f"{package}.") if package else name

    lines = [f'    {_id(name)}["{label(name)}"]' for name in sorted(arrows)]
    lines += [
        f"    {_id(name)} --> {_id(other)}"
        for name in sorted(arrows)
        for other in sorted(arrows[name])
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", "", ""])


def _id(name: str) -> str:
    return name.replace(".", "_")


def _table(names: list[str], trees: dict[str, ast.Module]) -> str:
    rows = ["| module | what it does |", "| --- | --- |"]
    for name in names:
        said = (ast.get_docstring(trees[name]) or "").partition("\n\n")[0]
        rows.append(f"| `{name}` | {' '.join(said.split())} |")
    return "\n".join([*rows, "", ""])
