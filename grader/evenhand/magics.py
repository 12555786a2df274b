"""Python without what only IPython understands: magics, shell lines and help."""

import ast
import re
import warnings

# Cell magics whose body runs in the notebook's own names.
_TRANSPARENT = ("capture", "prun", "time")

# What IPython may read differently from Python. Most cells have none of it, and skip IPython.
_SPECIAL = re.compile(
    r"\A\s*[ \t]|^[ \t]*(?:[%!?,;/]|>>>|In \[)|=[ \t]*[%!]|\?[ \t]*$|get_ipython\(", re.M
)

# The most characters that IPython reads of a cell, which it rereads for each magic in it.
_MOST_READ = 5_000_000

_CALLS = ("getoutput", "run_cell_magic", "run_line_magic", "system")

# Line magics that change only how something is shown.
_SHOW = (
    *("autoreload", "config", "load_ext", "matplotlib", "pinfo", "pinfo2", "precision"),
    *("pdoc", "psearch", "reload_ext", "time"),
)


def plain_python(cell: str, keep: bool = False) -> str:
    """Return the Python of a cell: ``None`` for each magic, shell line or question in it.

    ``%time statement`` becomes the statement. IPython itself decides what is a magic: a line that
    begins with ``%`` within an expression or a string is not. A cell whose magic runs something
    else, such as ``%%bash``, becomes empty. Text that is not Python is returned as it is.

    Parameters
    ----------
    cell
        The text of the cell.
    keep
        Keep magics that do more than show something, as calls of IPython's shell, which fail if
        there is none.
    """
    first, _, rest = cell.lstrip().partition("\n")
    if first.startswith("%%"):
        name, *options = first[2:].split(maxsplit=1) or [""]
        if name in _TRANSPARENT and not (keep and name == "capture" and options):
            return plain_python(rest, keep)
        return f"get_ipython().run_cell_magic({name!r}, '', '')" if keep else ""
    found = len(_SPECIAL.findall(cell))
    if not found or found * len(cell) > _MOST_READ:
        return cell
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():  # IPython's, about odd line breaks
            warnings.simplefilter("ignore")
            text = TransformerManager().transform_cell(cell)
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, RuntimeError):
        return cell
    lines = text.encode().splitlines(keepends=True)
    calls = [node for node in ast.walk(tree) if _is_ipython_call(node)]
    calls = [node for node in calls if not keep or _only_shows(node)]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        before = lines[node.lineno - 1][: node.col_offset]
        after = lines[node.end_lineno - 1][node.end_col_offset :]
        lines[node.lineno - 1 : node.end_lineno] = [before + _instead(node).encode() + after]
    return b"".join(lines).decode()


def _instead(call: ast.Call) -> str:
    """Return what replaces a call: ``None`` or, for ``%time statement``, the statement."""
    match call.args:
        case [ast.Constant("time"), ast.Constant(str(statement))]:
            try:
                ast.parse(statement)
            except (SyntaxError, ValueError):
                return "None"
            return statement or "None"
    return "None"


def _only_shows(call: ast.Call) -> bool:
    match call:
        case ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant(name), *_]):
            return name in _SHOW
    return False


def _is_ipython_call(node: ast.AST) -> bool:
    """Whether a node is ``get_ipython().run_line_magic(…)`` or the like."""
    match node:
        case ast.Call(func=ast.Attribute(ast.Call(ast.Name("get_ipython")), attr)):
            return attr in _CALLS
    return False
