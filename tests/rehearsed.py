"""What tests find out of the course's sources by rehearsing them, they find out once."""

from __future__ import annotations

from pathlib import Path

from authoring.source import SOLUTIONS


def share(folder: Path) -> None:
    """Let grading in a new course folder keep and find its rehearsals where the course does."""
    kept = SOLUTIONS.parent / ".evenhand" / "rehearsed"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / ".evenhand").mkdir()
    (folder / ".evenhand" / "rehearsed").symlink_to(kept)
