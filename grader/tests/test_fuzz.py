"""A short run of the coverage-guided fuzzer; a long one is ``python -m tests.fuzz 600``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_fuzzer_finds_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "20", f"-artifact_prefix={tmp_path}/"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
