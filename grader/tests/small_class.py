"""A course of two parts about words, and a class that handed in something, for the tests.

Everything is written by nbformat into a folder of the test's own; nothing of it is stored.
"""

from __future__ import annotations

import random
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from .harness import named

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

# part -> notebook -> exercise -> (right line, wrong line, [(title, test, points)])
COURSE = {
    "1-words": {
        "01_count": {
            "count_words": (
                "return len(text.split())",
                "return len(text.split(' '))",
                [
                    ("a sentence", "assert count_words('a b c') == 3, 'three words'", 2),
                    ("no words", "assert count_words('') == 0, 'An empty text has no words.'", 1),
                ],
            ),
            "longest_word": (
                "return max(text.split(), key=len)",
                "return max(text.split())",
                [("a sentence", "assert longest_word('bb c aaa') == 'aaa'", 3)],
            ),
        },
        "02_shout": {
            "shout": (
                "return text.upper()",
                "return text.title()",
                [("a word", "assert shout('ab') == 'AB', 'Every letter is a capital.'", 2)],
            ),
        },
    },
    "2-letters": {
        "01_vowels": {
            "vowels": (
                "return sum(letter in 'aeiou' for letter in text)",
                "return len(set(text) & set('aeiou'))",
                [("a word", "assert vowels('banana') == 3, 'Each vowel counts.'", 4)],
            ),
        },
    },
}

STUB = "raise NotImplementedError"


def write_sources(root: Path, configuration: str = "") -> None:
    """Write the instructor's side of the course."""
    for part, notebooks in COURSE.items():
        for name, exercises in notebooks.items():
            lines = {
                exercise: f"### BEGIN SOLUTION\n    {right}\n    ### END SOLUTION"
                for exercise, (right, _, _) in exercises.items()
            }
            _write(root / "source" / part / f"{name}.ipynb", name, exercises, lines, True)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'words'\n"
        f"c.ClearSolutions.code_stub = {{'python': '{STUB}'}}\n{configuration}"
    )


def write_submission(root: Path, student: str, part: str, name: str, kinds, file: str = "") -> Path:
    """Write one notebook as a student hands it in.

    Parameters
    ----------
    kinds : mapping or str
        Exercise -> ``"right"``, ``"wrong"``, ``"untouched"``, or a line of Python; or one of
        these for all.
    file : str, optional
        Another file name.
    """
    exercises = COURSE[part][name]
    lines = {}
    for exercise, (right, wrong, _) in exercises.items():
        kind = kinds if isinstance(kinds, str) else kinds[exercise]
        lines[exercise] = {"right": right, "wrong": wrong, "untouched": STUB}.get(kind, kind)
    path = root / "submitted" / student / part / (file or f"{name}.ipynb")
    _write(path, name, exercises, lines, False)
    return path


def write_class(root: Path, students: int) -> None:
    """Write a class of mixed quality, the same every time; the first student has all wrong."""
    generator = random.Random(1)
    for number in range(students):
        for part, notebooks in COURSE.items():
            if number % 5 == 3 and part == "2-letters":
                continue
            for name, exercises in notebooks.items():
                if number % 7 == 4 and name == "02_shout":
                    continue
                kinds = {
                    exercise: generator.choice(["right", "right", "wrong", "untouched"])
                    if number
                    else "wrong"
                    for exercise in exercises
                }
                write_submission(root, f"student-{number:03d}", part, name, kinds)


def _write(path: Path, name: str, exercises, lines, source: bool) -> None:
    cells = [new_markdown_cell(f"# {name}", id="title")]
    for exercise, (_, _, tests) in exercises.items():
        cells.append(
            _cell(f"def {exercise}(text):\n    {lines[exercise]}", exercise, solution=True)
        )
        for number, (title, test, points) in enumerate(tests, 1):
            hidden = f"\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS" if source else ""
            text = f"# Hidden test: {title}{hidden}"
            grade_id = f"{exercise}--{number}"
            cells.append(_cell(text, grade_id, grade=True, locked=True, points=points))
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    path.write_text(nbformat.writes(notebook) + "\n", "utf-8")


def _cell(source: str, grade_id: str, **flags):
    return named(new_code_cell(source, id=grade_id), grade_id, **flags)
