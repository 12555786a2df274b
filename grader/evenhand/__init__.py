"""Grading of other people's notebooks: safe, fair and fast.

What only an instructor runs. It knows nothing of a particular lesson; it plugs into nbgrader
from ``nbgrader_config.py``.

Start at :func:`evenhand.grader.grade_notebook`: one submitted notebook in, one
:class:`evenhand.results.NotebookResult` out.
"""
