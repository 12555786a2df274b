"""Measure how good the checks and the hidden tests are, and record it.

Every solution is mutated; each mutant should fail its hidden tests and its visible check, and cost
no other exercise a point. Non-answers (None, empty, NaN) should earn no points.
`tests/equivalent_mutants.toml` lists, with reasons, the mutants that are no mistakes. The findings
for a lesson are cached in `.cache/prove` until something that they depend on changes.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import multiprocessing
import os
import random
import resource
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from rich.progress import track

from authoring.cases import read_cases
from authoring.mutants import hollow, mutants
from authoring.naming import namings
from authoring.shortfalls import shortfalls
from authoring.source import SOLUTIONS, LessonSource, all_lessons, read_lesson
from authoring.trial import Trial, grading_of, regrade

ROOT = SOLUTIONS.parent
JSON = ROOT / "tests" / "PROOF.json"
TABLE = ROOT / "tests" / "PROOF.md"
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.toml"
CACHE = ROOT / ".cache" / "prove"

GOAL_CHECK = 0.95
GOAL_EQUIVALENT = 0.05
GRADINGS = 200
# How long a version may take for one cell: now and then a mutant loops forever.
SECONDS = 1.0
MEMORY = 4 << 30


def prove(names: Iterable[str] = (), write: bool = True) -> dict[str, Any]:
    """Prove these lessons and return the findings; without names, prove all and write PROOF.*."""
    names = list(names)
    lessons = [read_lesson(name) for name in names or all_lessons()]
    proof: dict[str, Any] = {}
    jobs = []
    for lesson in lessons:
        kept = CACHE / f"{_key(lesson)}.json"
        if kept.is_file():
            proof[lesson.name] = json.loads(kept.read_text("utf-8"))
        else:
            jobs += _jobs(lesson)
    # Once for all workers, and not within a version's time: an import that the limit ends leaves
    # half of it behind, on which the next lesson fails.
    for module in ("sklearn.utils.estimator_checks", "matplotlib.pyplot", "nbgrader.preprocessors"):
        importlib.import_module(module)
    gc.freeze()  # no worker looks for garbage in what was imported
    with multiprocessing.Pool(None, _bounded, maxtasksperchild=150) as pool:
        done = pool.imap_unordered(_work, jobs)
        rows = list(track(done, description="prove", total=len(jobs)))
    for lesson in lessons:
        if lesson.name not in proof:
            proof[lesson.name] = _summary(lesson, [r for n, r in rows if n == lesson.name])
            CACHE.mkdir(parents=True, exist_ok=True)
            text = json.dumps(proof[lesson.name], indent=1, ensure_ascii=False)
            (CACHE / f"{_key(lesson)}.json").write_text(text, "utf-8")
    proof = {lesson.name: proof[lesson.name] for lesson in lessons}
    if write and not names:
        JSON.write_text(json.dumps(proof, indent=1, ensure_ascii=False) + "\n", "utf-8")
        TABLE.write_text(_table(proof), "utf-8")
    return proof


def written() -> dict[str, Any] | None:
    """Return the last proof that was written."""
    return json.loads(JSON.read_text("utf-8")) if JSON.is_file() else None


def falls_short(proof: dict[str, Any]) -> list[str]:
    """Return a sentence for each goal that a proof misses."""
    found = []
    total = checked = equivalent = 0
    for lesson, row in proof.items():
        found += [f"{lesson}: {sentence}" for sentence in row["shortfalls"]]
        if row["fairness"]["lost"]:
            found.append(
                f"{lesson}: {row['fairness']['lost']} of {row['fairness']['gradings']} gradings "
                "of the solution lost points."
            )
        for name, of in row["exercises"].items():
            found += [f"{lesson}: {name}: hidden tests let pass: {m}" for m in of["survivors"]]
            found += [f"{lesson}: {name}: costs points elsewhere: {m}" for m in of["elsewhere"]]
            found += [
                f"{lesson}: {name}: named wrongly: {m}: {said}"
                for m, said in of["named_wrongly"].items()
            ]
            found += [f"{lesson}: {name}: no such mutant any more: {m}" for m in of["unknown"]]
            found += [
                f"{lesson}: {name}: earns points without an answer: {m}" for m in of["hollow"]
            ]
            total += of["mutants"]
            equivalent += of["equivalent"]
            checked += of["killed_by_check"]
    real = total - equivalent
    if real and checked < GOAL_CHECK * real:
        found.append(f"The visible checks kill {checked} of {real} mutants.")
    if equivalent > GOAL_EQUIVALENT * total:
        found.append(f"{equivalent} of {total} mutants are listed as equivalent.")
    return found


# Mutants per job: few enough to keep all cores busy, and the progress bar moving.
_AT_ONCE = 24


def _jobs(lesson: LessonSource) -> list[tuple]:
    jobs: list[tuple] = [(lesson.name, "shortfalls"), (lesson.name, "fairness")]
    for cell in lesson.cells:
        if cell.kind == "exercise":
            found = [(m.operator, m.code, m.old, m.new) for m in mutants(cell.text)]
            none = tuple(hollow(cell.exercise, cell.text))
            for start in range(0, len(found) or 1, _AT_ONCE):
                part = tuple(found[start : start + _AT_ONCE])
                jobs.append((lesson.name, "versions", cell.exercise, part, none))
                none = ()
            jobs.append((lesson.name, "namings", cell.exercise))
    # The long ones first, so that no core waits for one at the end.
    return sorted(jobs, key=lambda job: job[1] == "versions")


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _work(job: tuple) -> tuple[str, tuple]:
    name, kind, *rest = job
    lesson = read_lesson(name)
    if kind == "shortfalls":
        return name, (kind, list(shortfalls(lesson)))
    if kind == "fairness":
        return name, (kind, _fairness(lesson))
    if kind == "namings":
        return name, (kind, *rest, namings(lesson, *rest))
    return name, (kind, *_versions(lesson, *rest))


def _fairness(lesson: LessonSource) -> int:
    """Grade the solution again and again under other seeds; return how often it lost a point."""

    def seed(number: int) -> None:
        random.seed(number)
        np.random.seed(number)

    return sum(bool(trial.lost()) for trial in regrade(lesson, GRADINGS, seed))


def _versions(
    lesson: LessonSource, exercise: str, changed: Iterable, none: Iterable
) -> tuple[str, list[dict[str, Any]], list[str]]:
    """Try mutants and non-answers; return what came of each mutant, and the non-answers' passes."""
    graded = grading_of(lesson, exercise, SECONDS)
    tried = [_try(lesson, exercise, graded, *one) for one in changed]
    passed = [
        f"{kind} → {title}"
        for kind, code in none
        for title, _, message in graded(code, alone=True).tests[exercise]
        if not message
    ]
    return exercise, tried, passed


def _try(
    lesson: LessonSource,
    exercise: str,
    graded: Callable[..., Trial],
    operator: str,
    code: str,
    old: str,
    new: str,
) -> dict[str, Any]:
    trial = graded(code, brief=True)  # `namings` sees what the check says
    failed = {title for title, _, message in trial.tests[exercise] if message}
    return {
        "mutant": f"{old} → {new}",
        "operator": operator,
        "code": code,
        "hidden": bool(failed),
        "properties": sorted(failed & lesson.properties(exercise)),
        "elsewhere": sorted(set(trial.lost()) - {exercise}),
    }


def _summary(lesson: LessonSource, rows: list[tuple]) -> dict[str, Any]:
    exercises: dict[str, Any] = {}
    listed = _equivalents(lesson.name)
    cases = read_cases(lesson.cases_path)
    for name in lesson.exercises:
        mine = [row[2:] for row in rows if row[:2] == ("versions", name)]
        found = [m for tried, _ in mine for m in tried]
        reasons = listed.get(name, {})
        real = [m for m in found if m["mutant"] not in reasons]
        same = [m for m in found if m["mutant"] in reasons]
        naming = next(row[2] for row in rows if row[:2] == ("namings", name))
        for m in found:
            m["check"], plainly = naming["checks"][m["code"]]
            if not plainly:  # What ends in an error has no property.
                m["properties"] = None
        nothing = [m for _, passed in mine for m in passed]
        exercises[name] = {
            "mutants": len(found),
            "equivalent": len(same),
            "killed_by_hidden_tests": sum(m["hidden"] for m in real),
            "killed_by_check": sum(m["check"] for m in real),
            "survivors": sorted(m["mutant"] for m in real if not m["hidden"]),
            "passes_check": sorted(m["mutant"] for m in real if not m["check"]),
            "wrong_in_plain": sum(m["properties"] is not None for m in found),
            "cost_twice": sum(len(m["properties"] or ()) > 1 for m in found),
            "elsewhere": sorted(m["mutant"] for m in found if m["elsewhere"]),
            "unknown": sorted(set(reasons) - {m["mutant"] for m in found} - {*nothing}),
            "hollow": [m for m in nothing if m not in reasons],
            "named_rightly": naming["rightly"],
            "explained": naming["explained"],
            "named_wrongly": naming["wrongly"],
            "two_slips": naming["slips"],
            "misconceptions": len(cases[name].misconceptions),
            "variants": len(cases[name].variants),
        }
    return {
        "exercises": exercises,
        "shortfalls": next(row[1] for row in rows if row[0] == "shortfalls"),
        "fairness": {
            "gradings": GRADINGS,
            "lost": next(row[1] for row in rows if row[0] == "fairness"),
        },
    }


def _equivalents(lesson: str) -> dict[str, dict[str, str]]:
    """Return, for each exercise of a lesson, the mutants that are no mistakes, with the reason."""
    found: dict[str, dict[str, str]] = {}
    for row in tomllib.loads(EQUIVALENT.read_text("utf-8")).get("mutant", []):
        if row["lesson"] == lesson:
            found.setdefault(row["exercise"], {})[row["mutant"]] = row["reason"]
    return found


def _key(lesson: LessonSource) -> str:
    """Return a hash of all that a lesson's proof depends on."""
    part = lesson.name.partition("/")[0]
    files = [
        # Earlier lessons supply what is carried over.
        *(
            SOLUTIONS / f"{name}.py"
            for name in all_lessons()
            if name <= lesson.name and (name.startswith(part) or "5-" in part)
        ),
        lesson.cases_path,
        EQUIVALENT,
        *sorted((ROOT / "nnlib").glob("*.py")),
        *sorted((ROOT / "mistakes").glob("*.py")),
        *sorted((ROOT / "authoring").glob("*.py")),
    ]
    digest = hashlib.sha256()
    for name in ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"):
        digest.update(os.environ.get(name, "").encode() + b"\0")
    for path in files:
        text = path.read_bytes()
        if path == EQUIVALENT:
            text = json.dumps(_equivalents(lesson.name), sort_keys=True).encode()
        digest.update(path.name.encode() + b"\0" + text)
    return digest.hexdigest()[:32]


def _table(proof: dict[str, Any]) -> str:
    rows = [
        "# How good the tests are",
        "",
        "Made by `make prove`; `make test` fails where this falls short. Each solution is changed",
        "in every small way that cosmic-ray's operators and those of `authoring/mutants.py`",
        "know. A mutant is *killed* when a test fails. Those that are no mistakes are listed, with",
        "the reason, in `equivalent_mutants.toml`.",
        "",
        "| lesson | exercise | mutants | equivalent | killed by hidden tests | killed by check "
        "| named rightly by check | misconceptions named | variants accepted |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    counts = "mutants equivalent killed_by_hidden_tests killed_by_check named_rightly".split()
    total = dict.fromkeys(counts, 0)
    for lesson, row in proof.items():
        for name, of in row["exercises"].items():
            real = of["mutants"] - of["equivalent"]
            rows.append(
                f"| {lesson} | `{name}` | {of['mutants']} | {of['equivalent']} "
                f"| {_share(of['killed_by_hidden_tests'], real)} "
                f"| {_share(of['killed_by_check'], real)} "
                f"| {_share(of['named_rightly'], real)} "
                f"| {of['misconceptions']} | {of['variants']} |"
            )
            for key in total:
                total[key] += of[key]
    real = total["mutants"] - total["equivalent"]
    rows.append(
        f"| **all** | | **{total['mutants']}** | **{total['equivalent']}** "
        f"| **{_share(total['killed_by_hidden_tests'], real)}** "
        f"| **{_share(total['killed_by_check'], real)}** "
        f"| **{_share(total['named_rightly'], real)}** | | |"
    )
    lost = sum(row["fairness"]["lost"] for row in proof.values())
    short = falls_short(proof)
    exercises = [of for row in proof.values() for of in row["exercises"].values()]
    plain, twice = (sum(of[key] for of in exercises) for key in ("wrong_in_plain", "cost_twice"))
    rows += [
        "",
        f"**Fairness:** each correct notebook was graded under {GRADINGS} seeds, a test that draws "
        "nothing once; "
        f"{lost} gradings lost a point.",
        "",
        "**Localisation:** mutants that cost another exercise a point: "
        f"{sum(len(e['elsewhere']) for r in proof.values() for e in r['exercises'].values())}.",
        "",
        f"**One mistake costs once:** of {plain} mutants that are wrong in the plain case and end "
        f"in no error, {twice} cost more than one property beyond it.",
        "",
        "**Certainty:** a name is right if it holds on examples drawn anew: a change that is told "
        "puts right there what it puts right here, a version gives there what its known mistake "
        "gives, or is named by it again, and an error it is given for is the mistake's own. "
        f"Of those without a name, {sum(of['explained'] for of in exercises)} end in an error "
        "of which the check says what it means for the line. Mutants, and "
        f"{sum(of['two_slips'] for of in exercises)} drawn versions with two slips, that are named "
        f"wrongly: {sum(len(of['named_wrongly']) for of in exercises)}.",
        "",
        "**Non-answers:** tests in which a version earns points by returning nothing, "
        "empty containers, empty arrays, NaN or one number in every place: "
        f"{sum(len(e['hollow']) for r in proof.values() for e in r['exercises'].values())}.",
        "",
        "**Short of its goals:** " + ("nothing." if not short else ""),
        *(f"- {sentence}" for sentence in short),
    ]
    return "\n".join(rows) + "\n"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if part != whole else f"all {whole}"
