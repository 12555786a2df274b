"""The command `evenhand`, also `python -m evenhand`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``evenhand grade …`` and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # nbgrader calls `alembic` by name, which an environment that is not activated does not offer.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    if argv[:1] != ["grade"]:
        asked = argv[:1] in (["-h"], ["--help"])
        print("Usage: evenhand grade [options]; see evenhand grade --help", file=sys.stderr)
        return 0 if asked else 2
    from evenhand import commands

    return commands.main(argv)


if __name__ == "__main__":
    sys.exit(main())
