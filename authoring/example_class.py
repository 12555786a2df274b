"""The command `nnlib example-class`: a small class to try grading on.

From the release notebooks, the solutions and the cases it makes a course folder with what nine
students "handed in", each with a story. It is made when needed and never stored, so it always fits
the current course.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from authoring.cases import AuthorError, read_cases
from authoring.source import SOLUTIONS
from nnlib.statements import grade_id, without_markers

NOTEBOOKS = SOLUTIONS.parent / "notebooks"

STORIES = {
    "ada-all-right": "solved everything so far",
    "bo-untouched": "handed in what was handed out",
    "cleo-half-way": "solved the first half of a part",
    "dev-syntax-error": "left a syntax error in one exercise",
    "eve-infinite-loop": "wrote a loop that never ends in one exercise",
    "finn-deleted-test": "deleted the check cell of one exercise, and solved it",
    "gita-renamed": "gave the function of one exercise another name",
    "hugo-mistakes": "made three typical mistakes",
    "O'Neill, Ines": "solved a little, and handed in copies of two notebooks",
}
"""Student -> what they did."""

NAMES = {
    "ada-all-right": "Okoro, Ada",
    "bo-untouched": "Lind, Bo",
    "cleo-half-way": "Marsh, Cleo",
    "dev-syntax-error": "Rao, Dev",
    "eve-infinite-loop": "Moreau, Eve",
    "finn-deleted-test": "Quinn, Finn",
    "gita-renamed": "Shah, Gita",
    "hugo-mistakes": "Çelik, Hugo",
    "O'Neill, Ines": "O'Neill, Ines",
    "ida-late": "Berg, Ida",
}
"""Student -> name in Canvas; the last handed in only there."""

MARKER = "example-class.txt"


@dataclass(frozen=True)
class SolvedExercise:
    """One exercise of the course: where it is, and its solution."""

    part: str
    notebook: str
    name: str
    solution: str


def main(argv: Sequence[str]) -> int:
    """Run ``nnlib example-class DIR`` and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="nnlib example-class",
        description="Make a course folder with a small class, to grade with nnlib grade --course.",
        epilog="Example: nnlib example-class class-example",
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    options = parser.parse_args(argv[1:])
    try:
        write_class(options.folder)
    except AuthorError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.folder}: {len(STORIES)} students")
    width = max(map(len, STORIES))
    for student, story in STORIES.items():
        print(f"  {student:<{width}}  {story}")
    return 0


def write_class(folder: Path) -> None:
    """Write the class. What earlier grading wrote into the folder stays.

    Raises
    ------
    AuthorError
        If the folder holds something else, or the course is not built.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise AuthorError(f"{folder} is not empty. Name a new folder for the example class.")
    exercises = _exercises()
    if not exercises:
        raise AuthorError("There are no notebooks yet. Run `make build` first.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(
        "Made by `nnlib example-class`.\n\n"
        + "".join(f"{student}: {story}\n" for student, story in STORIES.items())
    )
    (folder / "nbgrader_config.py").write_text(_configuration(folder.resolve()))
    submitted = folder / "submitted"
    written = set()
    for student, part, name, text in _hand_ins(exercises):
        path = submitted / student / part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
        written.add(path)
    _write_lms(folder / "lms", exercises)
    for path in submitted.rglob("*.ipynb"):
        if path not in written:  # of a class made from an earlier state of the course
            path.unlink()


def _write_lms(folder: Path, exercises: Sequence[SolvedExercise]) -> None:
    """Write what Canvas would export: its gradebook, and the work of one who handed in there."""
    folder.mkdir(exist_ok=True)
    parts = {"1-one-neuron": "One neuron (501)", "2-hidden-layer": "Hidden layer (502)"}
    most = {part: _points(part) for part in parts}
    with (folder / "gradebook.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        who = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        writer.writerow([*who, *parts.values()])
        writer.writerow(["    Points Possible", "", "", "", "", *most.values()])
        for number, (student, name) in enumerate(NAMES.items(), 101):
            writer.writerow([name, number, f"{number:06}", student, "A", "", ""])
    part, names = (
        "2-hidden-layer",
        dict.fromkeys(e.notebook for e in exercises if e.part == "2-hidden-layer"),
    )
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        for number, name in enumerate(list(names)[:2], 9001):
            answers = {
                e.name: e.solution for e in exercises if (e.part, e.notebook) == (part, name)
            }
            text = _notebook(part, name, answers)
            archive.writestr(f"bergida_LATE_110_{number}_{name}-1.ipynb", text)


def _released(part: str = "*") -> list[Path]:
    """Return the notebooks that have a solution: a copy that a learner made of one has none."""
    found = sorted(NOTEBOOKS.glob(f"{part}/*.ipynb"))
    return [path for path in found if (SOLUTIONS / path.relative_to(NOTEBOOKS)).is_file()]


def _points(part: str) -> float:
    """Return the points of a part, with those that a person gives."""
    cells = (
        cell["metadata"].get("nbgrader", {})
        for path in _released(part)
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    )
    return sum(about["points"] for about in cells if about.get("grade"))


def _exercises() -> list[SolvedExercise]:
    found = []
    for path in _released():
        part, notebook = path.parent.name, path.stem
        solution = json.loads((SOLUTIONS / part / path.name).read_text("utf-8"))
        for cell in solution["cells"]:
            if name := grade_id(cell):
                text = without_markers("".join(cell["source"])).rstrip("\n")
                found.append(SolvedExercise(part, notebook, name, text))
    return found


def _configuration(folder: Path) -> str:
    course = SOLUTIONS.parent
    return (
        "# Made by `nnlib example-class`: the course's own settings, for this class.\n"
        "c = get_config()  # noqa: F821\n"
        f'load_subconfig("nbgrader_config.py", path={str(course)!r})  # noqa: F821\n'
        f"c.CourseDirectory.root = {str(folder)!r}\n"
        f"c.CourseDirectory.source_directory = {str(SOLUTIONS)!r}\n"
        f"c.CourseDirectory.release_directory = {str(NOTEBOOKS)!r}\n"
    )


def _hand_ins(exercises: Sequence[SolvedExercise]) -> Iterator[tuple[str, str, str, str]]:
    """Yield student, part, file name and text of everything that is handed in."""
    (ada, bo, cleo, dev, eve, finn, gita, hugo, ines) = STORIES
    parts: dict[str, dict[str, list[SolvedExercise]]] = {}
    for exercise in exercises:
        parts.setdefault(exercise.part, {}).setdefault(exercise.notebook, []).append(exercise)
    main_part = max(parts, key=lambda part: len(parts[part]))
    notebooks = list(parts[main_part])
    of_part = [e for e in exercises if e.part == main_part]

    def some(start: int, count: int) -> list[str]:
        """Return a few notebooks of the main part, from `start` on, wrapping around at its end."""
        return [notebooks[(start + i) % len(notebooks)] for i in range(min(count, len(notebooks)))]

    def hand_in(student, names, answers, spoil=lambda name, cells: cells):
        for name in names:
            cells = {e.name: answers(e) for e in parts[main_part][name]}
            yield student, main_part, f"{name}.ipynb", _notebook(main_part, name, cells, spoil)

    def solved(exercise: SolvedExercise) -> str | None:
        return exercise.solution

    for part in list(parts)[: list(parts).index(main_part) + 1]:
        for name, contents in parts[part].items():
            cells = {e.name: e.solution for e in contents}
            yield ada, part, f"{name}.ipynb", _notebook(part, name, cells)

    yield from hand_in(bo, some(0, 4), lambda exercise: None)

    first_half = of_part[: len(of_part) // 2]
    yield from hand_in(cleo, notebooks, lambda e: e.solution if e in first_half else None)

    # One exercise each is spoiled, in a notebook that has another beside it where there is one.
    double = next((name for name in notebooks if len(parts[main_part][name]) > 1), notebooks[0])
    broken = parts[main_part][double][0]
    yield from hand_in(
        dev, dict.fromkeys([double, *some(4, 2)]), _but(broken, _with_syntax_error(broken.solution))
    )

    names = some(3, 3)
    endless = parts[main_part][names[0]][-1]  # it has few tests, each of which waits for it
    yield from hand_in(eve, names, _but(endless, _with_endless_loop(endless.solution)))

    names = some(6, 3)
    deleted = f"{parts[main_part][names[0]][0].name}--check"
    yield from hand_in(
        finn, names, solved, lambda name, cells: [c for c in cells if c["id"] != deleted]
    )

    names = some(2, 3)
    renamed = parts[main_part][names[1]][0]
    yield from hand_in(
        gita,
        names,
        _but(renamed, re.sub(rf"\b{renamed.name}\b", f"my_{renamed.name}", renamed.solution)),
    )

    mistaken = [parts[main_part][name][-1] for name in some(1, 8)[::3][:3]]
    wrong = {(e.notebook, e.name): _typical_mistake(e) for e in mistaken}
    yield from hand_in(hugo, some(1, 8), lambda e: wrong.get((e.notebook, e.name), e.solution))

    for number, entry in enumerate(hand_in(ines, some(0, 3), solved)):
        student, part, name, text = entry
        yield student, part, name.replace(".ipynb", " (1).ipynb") if number < 2 else name, text


def _but(spoiled: SolvedExercise, text: str) -> Callable[[SolvedExercise], str]:
    """Answer everything right but one exercise."""
    return lambda exercise: text if exercise == spoiled else exercise.solution


def _with_syntax_error(text: str) -> str:
    """Forget the colon after the first ``def``."""
    return _changed(r"^(def .*?\)):", r"\1", text)


def _with_endless_loop(text: str) -> str:
    """Wait forever where the function should return."""
    return _changed(r"^( +)return .*", r"\1while True:\n\1    pass", text)


def _changed(pattern: str, replacement: str, text: str) -> str:
    new = re.sub(pattern, replacement, text, count=1, flags=re.M | re.S)
    if new == text:
        raise AuthorError(f"This solution has no {pattern!r} to spoil:\n{text}")
    return new


def _typical_mistake(exercise: SolvedExercise) -> str:
    """Write the exercise with the first misconception in its cases."""
    cases = read_cases(SOLUTIONS / exercise.part / f"{exercise.notebook}_cases.py")
    return cases[exercise.name].misconceptions[0].code(exercise.name, exercise.solution)


def _notebook(
    part: str,
    name: str,
    answers: Mapping[str, str | None],
    spoil: Callable[[str, list], list] = lambda name, cells: cells,
) -> str:
    """Fill in a release notebook; None leaves an exercise as it was."""
    notebook = json.loads((NOTEBOOKS / part / f"{name}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        answer = answers.get(grade_id(cell))
        if answer is not None:
            cell["source"] = answer
    notebook["cells"] = spoil(name, notebook["cells"])
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
