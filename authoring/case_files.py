"""Work out the cases of a lesson's exercises: what each example and each misconception gives."""

from __future__ import annotations

import ast
import itertools
import json
import linecache
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from authoring.cases import AuthorError, Example, Exercise, number_of_examples, read_cases
from authoring.moving import MOVES, moved, stand_ins_moved
from authoring.source import SOLUTIONS, LessonCell, LessonSource
from authoring.trial import limit, quiet, solved_names
from mistakes.calling import generators_kept, run
from mistakes.cases import Outcome
from mistakes.comparing import wrong_parts
from mistakes.errors import is_doing, operation
from mistakes.values import Figure, Instance, Raised, Random
from nnlib import course

CASES = course.CASES


def write_cases(lesson: LessonSource) -> None:
    """Write the case file of each exercise of a lesson."""
    folder = CASES / lesson.name.partition("/")[0]
    folder.mkdir(parents=True, exist_ok=True)
    for exercise, data in _cases(lesson).items():
        path = folder / f"{exercise}.json"
        # Not if only last digits change: those differ between processors.
        if not alike(read_json(path), data):
            write_json(path, data)
    course.cases.cache_clear()


def _cases(lesson: LessonSource) -> dict[str, dict[str, Any]]:
    exercises = read_cases(lesson.cases_path)
    cells = {c.exercise: c for c in lesson.cells if c.kind == "exercise"}
    unknown = cells.keys() ^ exercises.keys()
    if unknown:
        raise AuthorError(
            f"{lesson.name}: {', '.join(sorted(unknown))} stands in only one of the lesson "
            "and its cases."
        )
    return {name: _case(lesson, cells[name], exercises[name]) for name in cells}


def cases_with(
    lesson: LessonSource, exercise: Exercise, examples: Iterable[Example]
) -> course.Cases:
    """Work out the cases of an exercise for other examples, except those without an answer."""
    cell = next(c for c in lesson.cells if (c.kind, c.exercise) == ("exercise", exercise.name))
    arguments, _ = _signature(cell)
    other = replace(exercise, examples=list(examples))
    right = _outcomes(_defined(lesson, cell.text, other), other, arguments)
    kept = [e for e, o in zip(other.examples, right, strict=True) if _answers(o)]
    return course.cases_from(_case(lesson, cell, replace(other, examples=kept), stable=False))


def _answers(outcome: Outcome) -> bool:
    return not isinstance(outcome.result, Raised) and '"nan"' not in json.dumps(_plain(outcome))


def _case(
    lesson: LessonSource, cell: LessonCell, exercise: Exercise, stable: bool = True
) -> dict[str, Any]:
    arguments, method = _signature(cell)
    moves = MOVES if stable else ()
    right = _stable(lesson, cell.text, exercise, arguments, "the solution", moves)
    for example, outcome in zip(exercise.examples, right, strict=True):
        if isinstance(outcome.result, Raised):
            raise AuthorError(
                f"{lesson.name}: the solution of {exercise.name} ends in {outcome.result.error} "
                f"on an example{' (' + example.beyond + ')' if example.beyond else ''}."
            )
    mistakes = []
    for wrong in exercise.misconceptions:
        code = wrong.code(exercise.name, cell.text)
        which = f"the misconception in line {wrong.line}"
        outcomes = _stable(lesson, code, exercise, arguments, which, moves)
        mistakes.append(([wrong.sentence], outcomes, code))
    known = [right, *(outcomes for _, outcomes, _ in mistakes)]
    mistakes += _pairs(lesson, cell, exercise, arguments, known, moves)
    own = operation(cell.text)
    return {
        "exercise": exercise.name,
        "lesson": lesson.name,
        "arguments": list(arguments),
        "parts": list(exercise.parts),
        "method": method,
        "examples": [
            {
                "args": encode(list(example.args)),
                "outcome": _plain(outcome),
                "given": encode(example.given),
                "beyond": example.beyond,
                "read": list(example.read),
                "m": number_of_examples(arguments, example.args),
            }
            for example, outcome in zip(exercise.examples, right, strict=True)
        ],
        "mistakes": [
            {
                "sentences": sentences,
                "outcomes": [_plain(o) for o in outcomes],
                "done": sorted(operation(code) - own),
                "undone": sorted(filter(is_doing, own - operation(code))),
            }
            for sentences, outcomes, code in mistakes
        ],
        "hints": list(exercise.hints),
        "numbers": _numbers(cell),
        **_reading(cell, exercise, arguments),
    }


# Only the first misconceptions, which are the most common, are paired.
_COMMONEST = 8


def _pairs(
    lesson: LessonSource,
    cell: LessonCell,
    exercise: Exercise,
    arguments: tuple[str, ...],
    known: list[list[Outcome]],
    moves: Iterable[float],
) -> list[tuple[list[str], list[Outcome], str]]:
    """Return the outcomes of two mistakes made together, where these show which two they are."""
    made = []
    right, *single = ([o.result for o in outcomes] for outcomes in known)
    first = [
        (wrong, set(wrong_parts(results, right)))
        for wrong, results in zip(exercise.misconceptions, single, strict=True)
        if wrong.edits
    ]
    for (one, its), (other, others) in itertools.combinations(first[:_COMMONEST], 2):
        code = one.code(exercise.name, cell.text)
        if any(old not in code for old, _ in other.edits):
            continue
        try:
            code = other.code(exercise.name, code)
            which = "a pair of misconceptions"
            outcomes = _stable(lesson, code, exercise, arguments, which, moves)
        except AuthorError:
            continue  # each is sound; together they are not Python, or give chance numbers
        # Where one mends what the other spoils, neither sentence is true.
        spoilt = set(wrong_parts([o.result for o in outcomes], right))
        if its | others <= spoilt and not any(isinstance(o.result, Raised) for o in outcomes):
            made.append(([one.sentence, other.sentence], outcomes, code))
    plain = [[_plain(o) for o in outcomes] for outcomes in known]
    plain += [[_plain(o) for o in outcomes] for _, outcomes, _ in made]
    # Two together that look like one, or like another two, could be named wrongly.
    return [
        pair
        for pair, mine in zip(made, plain[len(known) :], strict=True)
        if sum(alike(mine, other) for other in plain) == 1
    ]


def _signature(cell: LessonCell) -> tuple[tuple[str, ...], str]:
    """Return the argument names of an exercise and, for a method, the class it belongs to."""
    for node in ast.parse(cell.text).body:
        if isinstance(node, ast.FunctionDef) and node.name == cell.exercise:
            method = ""
            for decorator in node.decorator_list:
                text = ast.unparse(decorator)
                if text.startswith("lesson.method("):
                    method = text[len("lesson.method(") : -1]
            return tuple(a.arg for a in node.args.args), method
    raise AuthorError(f"The cell of the exercise {cell.exercise} does not define {cell.exercise}.")


def _reading(
    cell: LessonCell, exercise: Exercise, arguments: tuple[str, ...]
) -> dict[str, list[str]]:
    """Return the operations of any right version, and the arguments and names that each uses."""
    texts = [right.code(exercise.name, cell.text) for right in exercise.variants]
    found = [operation(text) for text in [cell.text, *texts]]
    given = {name for example in exercise.examples for name in example.given}
    wanted = {*arguments, *(name.rpartition(".")[2] for name in given)} - {"self"}
    return {
        "usual": sorted(frozenset().union(*found)),
        "needed": sorted(wanted & frozenset.intersection(*found)),
    }


def _numbers(cell: LessonCell) -> list[float]:
    """Return the numeric constants in the solution's code."""
    tree = ast.parse(cell.text)
    found = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    return sorted(n for n in found if type(n) in (int, float))


def _stable(
    lesson: LessonSource,
    code: str,
    exercise: Exercise,
    arguments: tuple[str, ...],
    which: str,
    moves: Iterable[float],
) -> list[Outcome]:
    """Return the outcomes of a version of an exercise, each the same on every processor.

    Raises
    ------
    AuthorError
        If one moves by more than a check allows when its inputs move by a part in 10**12.
    """
    namespace = _defined(lesson, code, exercise)
    found = _outcomes(namespace, exercise, arguments)
    plain = [_plain(outcome) for outcome in found]
    for move in moves:
        other = _outcomes(namespace, exercise, arguments, move)
        for number, (here, there) in enumerate(zip(plain, other, strict=True), 1):
            if not alike(here, _plain(there), **TOLERANCE):
                raise AuthorError(
                    f"{lesson.name}: {exercise.name}: what {which} gives on example {number} "
                    "depends on rounding: it changes if the inputs are moved by a part in 10**12. "
                    "Choose another example, with fewer steps or away from the border."
                )
    return found


def _defined(lesson: LessonSource, code: str, exercise: Exercise) -> dict[str, Any]:
    """Return the names of a solved lesson in which one exercise is written as `code`."""
    namespace = solved_names(lesson)
    with quiet():
        try:
            # With the text at hand, an error can say which expression raised it.
            file = f"<{lesson.name} {exercise.name}>"
            linecache.cache[file] = (len(code), None, code.splitlines(True), file)
            exec(compile(code, file, "exec"), namespace)
        except SyntaxError as error:
            raise AuthorError(f"{lesson.name}: a version of {exercise.name}: {error}") from None
    return namespace


def _outcomes(
    namespace: dict[str, Any], exercise: Exercise, arguments: tuple[str, ...], move: float = 0
) -> list[Outcome]:
    outcomes = []
    restore = generators_kept()
    with quiet():
        for example in exercise.examples:
            with limit(10):
                one = run(
                    namespace[exercise.name],
                    moved(example.args, move) if move else example.args,
                    namespace,
                    given=stand_ins_moved(example.given, move) if move else example.given,
                    read=example.read,
                    arguments=arguments,
                    restore=restore,
                )
            outcome = one.outcome
            if exercise.random:
                outcome = Outcome(
                    _randomised(outcome.result, exercise.random, exercise.parts),
                    _randomised(dict(outcome.attributes), exercise.random, ()),
                    outcome.changed,
                )
            outcomes.append(outcome)
    return outcomes


def _randomised(value: Any, names: Iterable[str], parts: Iterable[str]) -> Any:
    """Return `value` with every random part replaced by its description."""

    def inner(label: str, item: Any) -> Any:
        random = label in names and isinstance(item, np.ndarray)
        return _described(item) if random else _randomised(item, names, ())

    if isinstance(value, dict):
        return {key: inner(key, item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(inner, [*parts, *([""] * len(value))], value))
    random = "result" in names and isinstance(value, np.ndarray)
    return _described(value) if random else value


def _described(array: np.ndarray) -> Random:
    array = array.astype(float)
    return Random(array.shape, float(array.mean()), float(array.std()))


def _plain(outcome: Outcome) -> dict[str, Any]:
    attributes = [[name, _encoded(value)] for name, value in outcome.attributes.items()]
    return {
        "result": _encoded(outcome.result),
        "attributes": {"dict": attributes},
        "changed": list(outcome.changed),
    }


def _encoded(value: Any) -> Any:
    try:
        return encode(value)
    except TypeError:
        # A wrong version may return anything, even a function; that it is wrong is all we need.
        return {"raised": f"a {type(value).__name__}"}


def encode(value: Any) -> Any:
    """Return `value` as the JSON data that `mistakes.values.decode` reads.

    Raises
    ------
    TypeError
        If it is not a plain value.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case np.bool_() | np.integer():
            return value.item()
        case float() | np.floating():
            return float(value) if math.isfinite(value) else {"float": str(float(value))}
        case list():
            return [encode(item) for item in value]
        case tuple():
            return {"tuple": encode([*value])}
        case Mapping():
            return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
        case np.ndarray():
            if value.dtype.kind not in "biuf":
                raise TypeError(f"an array of dtype {value.dtype} cannot stand in a case")
            flat = encode(value.ravel().tolist())
            return {"array": flat, "shape": [*value.shape], "dtype": str(value.dtype)}
        case Instance(of, init, attributes):
            made = {"init": encode([*init]), "attributes": encode(attributes)}
            return {"instance": of, **made}
        case Raised(error, said, done):
            return {"raised": error, "said": said, "done": sorted(done)}
        case Random(shape, mean, std):
            return {"random": [*shape], "mean": mean, "std": std}
        case Figure(xlabel, ylabel, lines):
            return {"figure": [xlabel, ylabel], "lines": encode([*lines])}
    if callable(value) and getattr(value, "__module__", "").startswith("nnlib."):
        return {"function": f"{value.__module__}:{value.__qualname__}"}
    if hasattr(value, "get_lines") and hasattr(value, "get_xlabel"):
        return encode(Figure.of(value))
    raise TypeError(f"a {type(value).__name__} is not a plain value")


def stale_cases(lesson: LessonSource) -> list[str]:
    """Return a sentence for each case file of a lesson that is not what its source says."""
    found = []
    for exercise, data in _cases(lesson).items():
        path = CASES / lesson.name.partition("/")[0] / f"{exercise}.json"
        if not alike(read_json(path), data):
            found.append(
                f"{path.relative_to(SOLUTIONS.parent)} is not what {lesson.cases_path.name} says"
            )
    return found


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def write_json(path: Path, data: Any, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    text = json.dumps(data, ensure_ascii=False, indent=indent, separators=separators)
    path.write_text(text + "\n", "utf-8")


# As in a check. If inputs move by 1e-12, stable results stay well within this.
TOLERANCE = {"rtol": 1e-6, "atol": 1e-8}


def alike(one: Any, other: Any, rtol: float = 1e-7, atol: float = 1e-9) -> bool:
    """Whether two JSON values are equal, numbers up to what another processor may change."""
    if one == other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k], rtol, atol) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            alike(a, b, rtol, atol) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and math.isclose(one, other, rel_tol=rtol, abs_tol=atol)
    if isinstance(one, str) and isinstance(other, str):
        return _rounded(one) == _rounded(other)
    return one == other


def _rounded(text: str) -> str:
    """Round the decimal numbers in a text to six digits, such as those in an error message."""
    return re.sub(r"\d+\.\d+(e[+-]?\d+)?", lambda found: f"{float(found[0]):.6g}", text)
