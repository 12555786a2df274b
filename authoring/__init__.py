"""Generate everything that comes from `solutions/`, and try out and prove lessons."""

import evenhand.without_grammar  # noqa: F401

from authoring.cases import Example, Exercise
from mistakes.values import Instance

__all__ = ["Example", "Exercise", "Instance"]
