"""The helper package of a course in which you build a neural network from scratch.

A notebook needs three names: ``nnlib.lesson``, ``nnlib.datasets`` and ``nnlib.plotting``.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a copy of this folder may meet an older Python
    raise RuntimeError(
        f"This course needs Python 3.11 or newer; this is {sys.version.partition(' ')[0]}. "
        "Install a newer Python and make the environment again (see README.md)."
    )

from nnlib import datasets, functions, plotting
from nnlib.lesson import lesson

__all__ = ["datasets", "functions", "lesson", "plotting"]
