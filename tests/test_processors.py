"""What is stored, and what hidden tests say, is the same on every processor."""

import os
import platform
import subprocess
import sys

import pytest
from test_runner import cells_of

from authoring import build, case_files
from authoring.cases import AuthorError, read_cases
from authoring.moving import MOVES
from authoring.source import read_lesson
from nnlib import course

# Kernels of NumPy and OpenBLAS for processors without AVX-512, and without AVX. `make test` looks
# at those that this processor chooses in `check-build`.
SETTINGS = {
    "AVX2": ("Haswell", "X86_V4 AVX512_ICL AVX512_SPR"),
    "SSE": ("Nehalem", "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"),
}
HELD_AGAINST_ITS_SOURCE = """
from authoring.case_files import stale_cases
from authoring.source import all_lessons, read_lesson
from authoring.trial import grade

for lesson in map(read_lesson, all_lessons()):
    print(*stale_cases(lesson), sep="\\n", end="")
    print(*grade(lesson, {}, seconds=60).lost(), end="")
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="kernels of x86-64")
@pytest.mark.parametrize("setting", SETTINGS)
def test_cases_and_hidden_tests_are_the_same_on_other_kernels(setting):
    core, without = SETTINGS[setting]
    environment = {**os.environ, "OPENBLAS_CORETYPE": core, "NPY_DISABLE_CPU_FEATURES": without}
    done = subprocess.run(
        [sys.executable, "-c", HELD_AGAINST_ITS_SOURCE],
        env=environment,
        cwd=build.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_the_numbers_of_a_training_that_diverges_are_not_stored():
    lesson = read_lesson("3-softmax/02_gradients")
    exercise = read_cases(lesson.cases_path)["build_model"]
    uphill, fixed = (
        next(m for m in exercise.misconceptions if m.sentence.startswith(words))
        for words in ("The steps go uphill", "The number of passes is fixed")
    )
    arguments = ("X", "y", "nn_hdim", "num_passes", "epsilon", "reg_lambda")
    code = uphill.code("build_model", cells_of(lesson.name)["build_model"])
    case_files._stable(lesson, code, exercise, arguments, "one of the two", MOVES)
    with pytest.raises(AuthorError, match=r"build_model: what both gives on example 5 depends on"):
        both = fixed.code("build_model", code)
        case_files._stable(lesson, both, exercise, arguments, "both", MOVES)
    stored = [m.sentences for m in course.cases("3-softmax", "build_model").mistakes]
    assert (uphill.sentence,) in stored
    assert (uphill.sentence, fixed.sentence) not in stored
