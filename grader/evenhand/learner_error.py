"""What a test sees raised where the learner's code fails."""

from __future__ import annotations

import builtins

__all__ = ["EXCEPTIONS", "LearnerError", "TestOvertime"]


class LearnerError(Exception):
    """Something in the learner's code that has no built-in exception of its own.

    Attributes
    ----------
    learner_line : str
        The learner's own line that failed, where there is one.
    learner_warnings : list of str
        The warnings that the call gave.
    learner_kind : str
        ``""``, or ``timeout``, ``memory``, ``crashed``, ``not plain``.
    """

    learner_line = ""
    learner_warnings: list[str] = []
    learner_kind = ""


class TestOvertime(BaseException):
    """The test as a whole takes too long. Not an Exception: no test may go on after it."""

    __test__ = False  # not a pytest class


#: Built-in exceptions that learners' code may raise in a test; not those that end a program.
EXCEPTIONS: dict[str, type[Exception]] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
