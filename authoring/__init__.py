"""Turn `solutions/` into everything that is generated, and try a lesson before it is."""

from authoring.cases import Example, Exercise
from nnlib.values import Instance

__all__ = ["Example", "Exercise", "Instance"]
