"""The helper package of a course in which you build a neural network from scratch.

A notebook needs three names: ``nnlib.lesson``, ``nnlib.datasets`` and ``nnlib.plotting``.
"""

from nnlib import datasets, functions, plotting
from nnlib.lesson import lesson

__all__ = ["datasets", "functions", "lesson", "plotting"]
