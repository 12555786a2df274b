"""What one test came to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NO_TOTAL", "Verdict"]

NO_TOTAL = "The points of this test do not add up to a number."


@dataclass(frozen=True)
class Verdict:
    """What one test came to: a share of its points from 0 to 1, a status, a sentence."""

    points: float
    status: str
    message: str = ""
