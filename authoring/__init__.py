"""Generate everything that comes from `solutions/`, and try out and prove lessons."""

from authoring.cases import Example, Exercise
from nnlib.values import Instance

__all__ = ["Example", "Exercise", "Instance"]
