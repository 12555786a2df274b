"""Generate everything that comes from `solutions/`, and try out and prove lessons."""

import evenhand.quick_imports  # noqa: F401

from authoring.cases import Example, Exercise
from mistakes.values import Instance

__all__ = ["Example", "Exercise", "Instance"]
