"""No attack earns a point that it did not earn, or touches anything outside."""

from __future__ import annotations

import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from .harness import CANARY, cases, points

ATTACKS = cases("attacks")


def test_there_are_enough():
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else [])
        for case in ATTACKS
    ],
)
def test_attack(case, classroom):
    result = classroom.grade_case(case)
    earned = points(result)
    most = float(case.keys.get("earns", 0))
    assert earned[case.cell][0] <= most, result.tests
    for exercise, (got, of) in earned.items():
        # Who sabotages the whole process loses the rest as well.
        if exercise != case.cell and "others" not in case.keys:
            assert got == of, (exercise, result.tests)
    if "flags" in case.keys:
        assert case.keys["flags"] in {flag.kind for flag in result.flags}, result.flags
    shown = result.document + json.dumps(result.to_dict()["tests"])
    for word in ("STOLEN CANARY", f"{CANARY} ", "WROTE ", "ESCAPED ", "CONNECTED ", "READ 1 "):
        outputs = _outputs(result.document)
        assert word not in outputs, outputs
    if "shows" in case.keys:
        assert case.keys["shows"] in outputs
    assert 'are wrong.\\"' not in shown and "BEGIN HIDDEN" not in shown
    for output in _all_outputs(result.document):
        assert set(output.get("data", {})) <= {"text/plain", "image/png"}
    assert classroom.untouched()


def test_nothing_is_left_running(classroom):
    [case] = [case for case in ATTACKS if case.name == "leaves_processes_behind"]
    graded = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        seen = thread.submit(lambda: any(_left() for _ in iter(graded.is_set, True)))
        classroom.grade_case(replace(case, code=f"{case.code}\nimport time\ntime.sleep(2)"))
        graded.set()
    assert seen.result(), "it never ran"
    assert not _left()


def _left():
    listed = subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True)
    return "sleep 4242" in listed.stdout.splitlines()


def _all_outputs(document):
    for cell in json.loads(document)["cells"]:
        yield from cell.get("outputs", [])


def _outputs(document):
    return json.dumps(list(_all_outputs(document)))
