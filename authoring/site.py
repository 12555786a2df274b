"""Make the course's site: pages to read, and the course itself, running in the browser.

The pages come from the notebooks that learners get, with the pictures that the solutions made,
and from `docs/`. Sphinx and MyST-NB build them; every formula is drawn by the MathJax beside
them, so that the site also works from a folder, with no network. JupyterLite runs the course
itself, with Python compiled for browsers by Pyodide.
"""

from __future__ import annotations

import copy
import html
import importlib.util
import io
import os
import re
import shutil
from pathlib import Path

import nbformat
from evenhand.sandboxed.settled import uncollected
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from sphinx.application import Sphinx

from authoring import launch
from authoring.build import alt_of_flower
from authoring.lite import make_lite
from authoring.source import SOLUTIONS, all_lessons
from nnlib import course
from nnlib.statements import without_markers

ROOT = SOLUTIONS.parent
PAGES = (
    *("docs/instructor", "docs/grading", "docs/own-course", "docs/differences"),
    *("docs/threat-model", "docs/jupyterhub", "docs/accessibility"),
)
_SOURCES = ROOT / ".cache" / "site"

_SETTINGS = {
    "project": "A neural network from scratch",
    "copyright": "the authors of the course, under CC BY 4.0",
    "language": "en",
    "extensions": ["myst_nb", "sphinx.ext.mathjax"],
    "html_theme": "furo",
    "html_title": "A neural network from scratch",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    # It would be fetched from the pages, which a browser does not do in a folder.
    "html_show_search_summary": False,
    "html_static_path": [str(_SOURCES / "static")],
    "html_css_files": [("paper.css", {"media": "print"})],
    "mathjax_path": "mathjax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full",
    "mathjax_options": {"defer": "defer"},
    "mathjax2_config": {
        "tex2jax": {"inlineMath": [["\\(", "\\)"]], "displayMath": [["\\[", "\\]"]]},
        # The one font that the package brings.
        "HTML-CSS": {
            **{"availableFonts": [], "imageFont": None, "webFont": "STIX-Web"},
            # Its own is the address about:blank, which browsers refuse and say so.
            "styles": {"@font-face": {"src": "local('')"}},
        },
        "messageStyle": "none",
        "showMathMenu": False,
    },
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "myst_update_mathjax": False,
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",
    # A solution is reached from its lesson alone.
    "suppress_warnings": ["myst.header", "toc.not_included"],
}

# The theme cuts long lines of code, leaves the rest of a page empty rather than begin code on it,
# and lays its link to the content over the text.
_ON_PAPER = """
pre { white-space: pre-wrap !important; overflow-wrap: anywhere; break-inside: auto !important; }
.skip-to-content { display: none; }
"""

_FRONT = """# A neural network from scratch

In this course you build a neural network with nothing but NumPy, one step a notebook. Every step
is checked at once, and the check names the mistake.

![{alt}](notebooks/flower.png)

{start}- **Read** it here, from [the first lesson]({first}.ipynb); [the map](notebooks/index.ipynb)
  has the time and the points of each.
- **Have it on your machine**: [two commands](docs/start.md).
"""
_START = """- **Open, and start**: <a href="{lite}">the course in your browser</a>, with nothing to
  install. What you write stays in this browser; the map there has a cell to download it, and one to
  bring it back.
"""
_TREE = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""
_SERVED = "Where this page came from a folder and not from a server, that link cannot work."


def make_site(target: Path, pyodide: Path | None = None, solutions: bool = True) -> list[str]:
    """Write the site into the folder `target`.

    Parameters
    ----------
    target
        Is emptied first.
    pyodide
        The unpacked release of Pyodide; without it, the site is for reading only.
    solutions
        Whether each lesson links to a page with its solution.

    Returns
    -------
    list of str
        What Sphinx found wrong, a line each.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(_SOURCES, ignore_errors=True)
    _write_sources(pyodide is not None, solutions)
    # Imported, it would import Jupyter's server.
    (mathjax,) = importlib.util.find_spec("jupyter_server_mathjax").submodule_search_locations
    without = shutil.ignore_patterns("localization", "a11y", "mhchem3")
    shutil.copytree(Path(mathjax, "static"), _SOURCES / "static" / "mathjax", ignore=without)
    (_SOURCES / "static" / "paper.css").write_text(_ON_PAPER, "utf-8")
    log = io.StringIO()
    with uncollected():  # to collect takes a fifth of the time; uncollected, it is 0.3 GB
        Sphinx(
            _SOURCES,
            None,
            target,
            _SOURCES / ".doctrees",
            "html",
            confoverrides=_SETTINGS,
            status=None,
            warning=log,
        ).build()
    for page in target.rglob("*.html"):
        page.write_text(_for_all_readers(page.read_text("utf-8")), "utf-8")
    if pyodide:
        make_lite(target / "lite", pyodide)
    return [line for line in log.getvalue().splitlines() if line.strip()]


def _for_all_readers(page: str) -> str:
    """Return a page with what Sphinx leaves out: captions' levels, code to scroll by keyboard."""
    page = page.replace(
        'class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"'
    )
    return page.replace("<pre>", '<pre tabindex="0">')


def _write_sources(lite: bool, solutions: bool) -> None:
    for name in ["index", *all_lessons()]:
        released = _read("notebooks", name)
        solved = _read("solutions", name) if name != "index" else released
        pages = {"notebooks": _as_page(released, solved)}
        if solutions and name != "index":
            pages["solutions"] = _as_page(_solution(solved), solved)
            link = f"When you have tried: [the solution](../../solutions/{name}.ipynb)."
            pages["notebooks"].cells.append(new_markdown_cell(link))
            back = f"The solution of [this lesson](../../notebooks/{name}.ipynb)."
            pages["solutions"].cells.insert(1, new_markdown_cell(back))
        ways = [_lite_link(name)] if lite else []
        ways += filter(None, [launch.colab(name)])
        if ways and name != "index":
            pages["notebooks"].cells.insert(1, new_markdown_cell(" · ".join(ways)))
        for folder, page in pages.items():
            path = _SOURCES / folder / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(page, path)
    (_SOURCES / "docs").mkdir()
    for name in (*PAGES, "README"):
        text = (ROOT / f"{name}.md").read_text("utf-8")
        (_SOURCES / f"{name}.md").write_text(_within(text, name), "utf-8")
    readme = (_SOURCES / "README.md").read_text("utf-8")
    commands = readme.partition("## Two commands\n")[2].partition("\n## ")[0]
    (_SOURCES / "docs" / "start.md").write_text(f"# On your machine\n{commands}", "utf-8")
    (_SOURCES / "README.md").unlink()
    (_SOURCES / "index.md").write_text(make_front(lite), "utf-8")
    for name in ("docs/panels.html", "notebooks/flower.png"):
        shutil.copy(ROOT / name, _SOURCES / name)


def make_front(lite: bool) -> str:
    """Return the first page: what this is, the ways to begin, and the tree of all pages."""
    first = f"notebooks/{all_lessons()[0]}"
    start = _START.format(lite="lite/notebooks/index.html?path=index.ipynb") if lite else ""
    trees = {"The course": ["The map <notebooks/index>", "docs/start"]}
    for info in course.lessons():
        trees.setdefault(f"Part {info.part}", []).append(f"notebooks/{info.name}")
    trees["For instructors"] = list(PAGES)
    if link := launch.binder():
        start += f"- {link}: on a server of others, with nothing to install.\n"
    text = _FRONT.format(alt=alt_of_flower(), start=start, first=first)
    for caption, pages in trees.items():
        text += _TREE.format(caption=caption.replace("-", " "), pages="\n".join(pages))
    return text


def _read(folder: str, name: str) -> NotebookNode:
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def _lite_link(name: str) -> str:
    href = f"../../lite/notebooks/index.html?path={name}.ipynb"
    return f'<a href="{href}" title="{_SERVED}">Run this lesson in your browser</a>'


def _as_page(notebook: nbformat.NotebookNode, solved: nbformat.NotebookNode) -> NotebookNode:
    """Return a notebook with the solution's pictures, and its hidden tests told in one line."""
    outputs = {cell.id: cell.get("outputs", []) for cell in solved.cells}
    page, hidden = new_notebook(metadata=notebook.metadata), []
    for cell in notebook.cells:
        if cell.id in ("doctor", launch.CELL):
            continue  # for a notebook, not for a page
        about = cell.metadata.get("nbgrader", {})
        if told := re.match(r"# Hidden test: (.*)\.$", cell.source, re.MULTILINE):
            hidden.append(told[1])
            continue
        if hidden:
            page.cells.append(new_markdown_cell(_folded(hidden)))
            hidden = []
        if cell.cell_type == "code":
            # What a check answers is for the learner's own function.
            cell.outputs = [] if about else outputs.get(cell.id, [])
        cell.metadata.pop("nbgrader", None)
        page.cells.append(cell)
    return page


def _folded(hidden: list[str]) -> str:
    tests = "".join(f"<li>{html.escape(title)}</li>" for title in hidden)
    what = "Hidden tests look at" if len(hidden) > 1 else "A hidden test looks at"
    return f"<details><summary>{what} …</summary><ul>{tests}</ul></details>"


def _solution(solved: NotebookNode) -> NotebookNode:
    """Return a solution that its title calls so, without marks and what asserts its claims."""
    notebook = copy.deepcopy(solved)
    notebook.cells = [c for c in notebook.cells if "claim" not in c.metadata.get("tags", ())]
    for cell in notebook.cells:
        cell.source = without_markers(cell.source)
    title, rest = notebook.cells[0].source.split("\n", 1)
    notebook.cells[0].source = f"{title} (solution)\n{rest}"
    return notebook


def _within(text: str, name: str) -> str:
    """Return the text of a page without links to what is not on the site."""

    def kept(link: re.Match) -> str:
        goal = link[2].partition("#")[0]
        path = os.path.normpath(os.path.join(os.path.dirname(name), goal))
        there = not goal or "://" in goal or path in {f"{page}.md" for page in PAGES}
        there = there or path.endswith((".png", ".html"))
        return link[0] if there else link[1]

    return re.sub(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)\)", kept, text)
