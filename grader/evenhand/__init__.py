"""Grading of other people's notebooks: safe, fair and fast.

What only an instructor runs. It knows nothing of a particular lesson; it plugs into nbgrader
from ``nbgrader_config.py``.

It promises to grade any nbgrader course, not only one whose answers are numbers and arrays. Tests
run unchanged, in a process of their own, and what the learner wrote stays in the sandbox. So
whatever a test may do with an answer has to work between two processes: operators on a class that
the learner wrote, generators in both directions, callbacks, arguments changed in place, figures,
exceptions, and values such as Fraction, Decimal and deque. `evenhand.contract` says what a course's
own package may rely on.

Start at :func:`evenhand.grader.grade_notebook`: one submitted notebook in, one
:class:`evenhand.results.NotebookResult` out.
"""
