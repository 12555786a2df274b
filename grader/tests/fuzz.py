"""Fuzz the codec and the notebook reader with atheris: ``python -m tests.fuzz SECONDS``.

Coverage-guided, so it finds its way deeper than the property tests. Whatever is found fails with
a traceback; nothing found ends quietly.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["evenhand.sandboxed.codec", "evenhand.submission", "evenhand.planning"]
):
    from evenhand.options import Options
    from evenhand.planning import plan
    from evenhand.sandboxed import codec
    from evenhand.source import read_source
    from evenhand.submission import parse_submission

from . import course

SOURCE = read_source(course.write_course(Path(tempfile.mkdtemp())) / "01_words.ipynb", Options())


def one(data: bytes) -> None:
    """Try one input: as a submission, and as a message."""
    plan(SOURCE, parse_submission(data), Options())
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        value = codec.Decoder([data[:64], bytes(8)]).decode(tree)
    except codec.ProtocolError:
        return
    encoder = codec.Encoder()
    try:
        encoder.encode(value)
    except codec.NotPlain:
        return


def main() -> None:
    """Run for the given number of seconds, from the small course's notebooks."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "10"
    seeds = Path(tempfile.mkdtemp())
    (seeds / "answers").write_text(json.dumps(course.answers("01_words")))
    for i, tree in enumerate(
        [["a", "<f8", [1], 1], ["d", "k", ["l", 1]], ["t", ["n", "<i4", 0], ["R", 0], ["i", "f"]]]
    ):
        (seeds / str(i)).write_text(json.dumps(tree))
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-timeout=20",
            "-rss_limit_mb=4096",
            str(seeds),
        ],
        one,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
