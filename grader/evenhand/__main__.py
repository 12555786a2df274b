"""The command `evenhand`, also `python -m evenhand`."""

import sys
from collections.abc import Sequence

COMMANDS = (
    *("grade", "rehearse", "collect", "check-in", "roster", "export", "feedback", "regrade"),
    *("similar", "lti"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, such as ``evenhand grade …``, and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if not argv or argv[0] not in COMMANDS:
        asked = argv[:1] in (["-h"], ["--help"])
        print(f"Usage: evenhand {'|'.join(COMMANDS)}; see evenhand grade --help", file=sys.stderr)
        return 0 if asked else 2
    if sys.platform != "linux":
        print(
            "Grading needs Linux: on Windows use WSL, elsewhere a container or a virtual machine. "
            "The checks in the notebooks work everywhere.",
            file=sys.stderr,
        )
        return 2
    from evenhand.sandboxed.settled import uncollected

    with uncollected(frozen=True):
        if argv[0] == "grade" and "--mine" in argv:
            from evenhand import head_start

            head_start.begin(argv[1:])
        import evenhand.quick_imports  # noqa: F401
        from evenhand import commands  # which imports what only Linux has
    return commands.main(argv)


if __name__ == "__main__":
    sys.exit(main())
