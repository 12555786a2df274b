"""The helper package of a course in which you build a neural network from scratch.

A notebook needs three names: ``nnlib.lesson``, ``nnlib.datasets`` and ``nnlib.plotting``.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a copy of this folder may meet an older Python
    raise RuntimeError(
        f"This course needs Python 3.11 or newer; this is {sys.version.partition(' ')[0]}. "
        "Install a newer Python and make the environment again (see README.md)."
    )

try:
    from nnlib import datasets, functions, plotting
    from nnlib.lesson import Lesson as lesson
    from nnlib.lesson import NotInstalled
except ModuleNotFoundError as error:
    if (error.name or "").startswith("nnlib"):
        raise
    raise ImportError(
        f"The package {error.name} is missing. Run `pip install -r requirements.txt` in the "
        "course folder, in the environment that runs this notebook."
    ) from None

#: The language of panels, such as "de"; empty: that of the environment. Lessons are in English.
language = ""

__all__ = ["NotInstalled", "datasets", "functions", "language", "lesson", "plotting"]
