"""Generate everything that comes from `solutions/`, and try out and prove lessons."""

import sys

# jsonschema, which nbformat imports, builds the grammar of web addresses for a second, for checks
# that notebooks do not have.
sys.modules.setdefault("rfc3987_syntax", None)

from authoring.cases import Example, Exercise  # noqa: E402
from mistakes.values import Instance  # noqa: E402

__all__ = ["Example", "Exercise", "Instance"]
