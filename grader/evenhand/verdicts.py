"""What one test came to: points, a status and a sentence for the learner."""

import contextlib
import math
import numbers
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from evenhand.learner_error import is_unseen
from evenhand.quoting import one_line, sentence
from evenhand.results import Status
from evenhand.sandboxed.codec import NotPlain
from evenhand.sandboxed.errors import NOT_PLAIN, raised_in

#: The ends of a test that say nothing about points: see `Verdict.settled`.
UNCLEAR = ("other", "false")

_NO_TOTAL = "The points of this test do not add up to a number."
_STAND_IN = re.compile(r"\bLearner(Function|Class|Instance)\b")
NOT_YET = "This property does not hold yet."


@dataclass(frozen=True)
class Verdict:
    """What one test came to.

    Attributes
    ----------
    points
        A share of the test's points from 0 to 1; with the status ``number``, points.
    status
        A `Status`, ``number``, or one of `UNCLEAR`.
    message
        A sentence for the learner, or empty.
    detail
        What ended the test, for the instructor: it may quote hidden tests.
    unseen
        Whether the test could not examine what the learner's code returned: the grader's limit, not
        the learner's fault.
    call
        The call on which the test failed, by the shapes of its arguments; empty where that is not
        certain.
    """

    points: float
    status: str
    message: str = ""
    detail: str = ""
    unseen: bool = False
    call: str = ""

    def settled(self, ends: str) -> "Verdict":
        """Settle a test that did not end in a number, by how the source's own answers end it."""
        if ends == "number":
            return Verdict(0, Status.WRONG, _NO_TOTAL)
        if self.status == "false" and ends not in UNCLEAR:
            return Verdict(0, Status.WRONG, NOT_YET)
        return Verdict(1, Status.FULL, self.message)

    def earned(self, points: float) -> tuple[float, str]:
        """Return the points earned by a test that gives `points`, and its status."""
        if self.status != "number":
            return self.points * points, self.status
        earned = min(max(self.points, 0.0), points)
        return earned, Status.of(earned, points, Status.WRONG)


def verdict_of_value(value: Any, warned: Sequence[str]) -> Verdict:
    """Judge a test that ran to its end.

    Parameters
    ----------
    value
        The value of the expression in its last line; None if that is a statement.
    warned
        The warnings that calls of the learner's functions gave.
    """
    advice = list(dict.fromkeys(warned))[:3]
    message = " ".join(f"Advice: {sentence(text)}" for text in advice)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    if value is None:
        return Verdict(1, Status.FULL, message)
    if isinstance(value, (bool, np.bool_)):
        return Verdict(1, Status.FULL if value else "false", message)
    if isinstance(value, (numbers.Real, Decimal)):
        with contextlib.suppress(OverflowError, ValueError):
            number = float(value)
            if math.isfinite(number):
                return Verdict(number, "number", message)
        return Verdict(0, "number", message)
    if isinstance(value, (complex, np.generic, np.ndarray)):
        return Verdict(0, Status.WRONG, _NO_TOTAL)
    return Verdict(1, "other", message)


def verdict_of_error(
    error: BaseException, last: BaseException | None, trouble: str, own: Sequence[str]
) -> Verdict:
    """Judge a test that an exception ended.

    Parameters
    ----------
    error
        The exception.
    last
        What the learner's code raised last, if anything.
    trouble
        What the learner's process ran into: ``timeout``, ``memory``, ``crashed``, or empty.
    own
        The names that the exercise has to define.
    """
    text = str(error)
    stand_in = isinstance(error, (TypeError, AttributeError)) and _STAND_IN.search(text)
    stand_in = stand_in or isinstance(error, NotPlain)  # given back to the learner's code
    return replace(
        _of_error(error, last, trouble, own),
        detail=f"{type(error).__name__}: {one_line(text)[:300]}".removesuffix(": "),
        unseen=bool(stand_in) or any(is_unseen(one) for one in (error, last)),
    )


def _of_error(
    error: BaseException, last: BaseException | None, trouble: str, own: Sequence[str]
) -> Verdict:
    missing = getattr(last, "learner_unwritten", "")
    if missing:
        if last.learner_called != missing:
            told = f"{last.learner_called} calls {missing}, which is not written yet"
            return Verdict(0, Status.ERROR, f"{told}: write {missing} first.")
        status = Status.NOT_ATTEMPTED if missing in own else Status.ERROR
        return Verdict(0, status, f"{missing} is not written yet.")
    if hasattr(error, "learner_kind"):
        return _verdict_of_learners(error)
    if isinstance(error, NameError):
        told = f"There is no {error.name or ''} in the notebook: the name must be exactly this."
        return Verdict(0, Status.ERROR, told)
    status = trouble or (Status.ERROR if last is not None else Status.WRONG)
    if isinstance(error, AssertionError):
        text = str(error).strip()
        if not text or is_library(raised_in(error)):
            text = NOT_YET
        return Verdict(0, status, sentence(text))
    if isinstance(error, MemoryError):
        told = "The test needs too much memory for what your code gives back."
        return Verdict(0, Status.MEMORY, told)
    told = type(error).__name__
    if isinstance(error, (KeyError, AttributeError, TypeError, IndexError)):
        told += f": {str(error)[:200]}"
    told = f"The test cannot work with what your code gives back ({told})"
    return Verdict(0, status, sentence(told))


def _verdict_of_learners(error: BaseException) -> Verdict:
    """Judge an exception of the learner's code that the test let through."""
    kind, text = type(error).__name__, str(error)
    where = f" in the line `{error.learner_line}`" if error.learner_line else ""
    if error.learner_kind:
        status = Status.WRONG if error.learner_kind == NOT_PLAIN else error.learner_kind
        return Verdict(0, status, sentence(f"{text}{where}"))
    shown = f"{kind}: {text}" if text and kind != "LearnerError" else text or kind
    return Verdict(0, Status.ERROR, sentence(f"Your code stops{where} with {shown}"))


def is_library(module: str) -> bool:
    """Whether a module is a library whose messages may show the values that a test expects."""
    return module.partition(".")[0] in ("numpy", "unittest", "pandas", "scipy", "pytest")
