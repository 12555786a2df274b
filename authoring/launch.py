"""Links that open the course in Binder and Colab, once its repository is public.

Set ``repository`` in the table ``tool.course`` of pyproject.toml to ``owner/name`` on GitHub. While
it is empty there are no links, and no cell that installs the package.
"""

from __future__ import annotations

import tomllib

from authoring.source import SOLUTIONS

_PROJECT = tomllib.loads((SOLUTIONS.parent / "pyproject.toml").read_text("utf-8"))
REPOSITORY: str = _PROJECT["tool"]["course"]["repository"]
#: The bundle as a wheel, as `make bundle` names it and a release on GitHub holds it.
WHEEL = f"nnlib-{_PROJECT['project']['version']}-py3-none-any.whl"
#: The id of the cell that installs the package.
CELL = "get-nnlib"

_GET = """# In Colab, or where this notebook came alone: get the course's package.
try:
    import nnlib
except ImportError:
    %pip install --quiet https://github.com/{repository}/releases/latest/download/{wheel}"""


def binder() -> str:
    """Return a Markdown link that opens the map of the course in Binder, or nothing."""
    if not REPOSITORY:
        return ""
    address = f"https://mybinder.org/v2/gh/{REPOSITORY}/HEAD?labpath=notebooks/index.ipynb"
    return f"[Open the course in Binder]({address})"


def colab(name: str) -> str:
    """Return a Markdown link that opens a lesson in Colab, or nothing."""
    if not REPOSITORY:
        return ""
    address = "https://colab.research.google.com/github"
    return f"[Open in Colab]({address}/{REPOSITORY}/blob/HEAD/notebooks/{name}.ipynb)"


def getting_cell() -> str:
    """Return the code of the cell that installs the package, or nothing."""
    return _GET.format(repository=REPOSITORY, wheel=WHEEL) if REPOSITORY else ""
