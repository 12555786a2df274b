"""What is too large is left out by itself, and what comes out has a bound."""

from __future__ import annotations

import base64
import copy
import io
import json
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from evenhand import document, feedback, outputs, submission
from evenhand.cells import LARGEST_CELL
from evenhand.outputs import BYTES, SIDE, PictureError, redrawn
from evenhand.submission import parse_submission, read_submission
from PIL import Image

from . import course
from .harness import points


def png(width: int, height: int, mode: str = "L") -> str:
    """Return a picture of one colour, written without making it."""
    # Ten lines, repeated: 1.6 billion pixels take seconds to compress.
    assert height % 10 == 0
    packer = zlib.compressobj(9, wbits=-15)
    lines = packer.compress(b"\0" * 10 * (width + 1)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = struct.pack(">HH", height * (width + 1) % 65521, 1)  # Adler-32 of as many zeros
    body = b"\x78\xda" + lines * (height // 10) + b"\x03\0" + check

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


def encoded(picture: Image.Image, **about) -> str:
    file = io.BytesIO()
    picture.save(file, "png", **about)
    return base64.b64encode(file.getvalue()).decode()


def decoded(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_picture_is_drawn_anew():
    from PIL.PngImagePlugin import PngInfo

    secret = PngInfo()
    secret.add_text("comment", "<script>")
    picture = Image.effect_noise((300, 200), 60).convert("RGB")
    data, pixels = redrawn(encoded(picture, pnginfo=secret))
    assert pixels == 60_000 and b"<script>" not in base64.b64decode(data)
    assert decoded(data).tobytes() == picture.tobytes()
    for mode in ("1", "P", "LA", "RGBA", "I;16"):
        image = Image.new(mode, (4, 3))
        assert decoded(redrawn(encoded(image))[0]).size == (4, 3)


@pytest.mark.parametrize("size", [(40_000, 40_000), (40_000, 1000), (6000, 5000)])
def test_a_picture_of_many_pixels_is_not_decoded(size):
    data = png(*size)  # not while tests are collected, which each worker does
    assert len(data) < 3_000_000
    with pytest.raises(PictureError, match=r"A picture of \d+ × \d+ pixels was left out"):
        redrawn(data)


@pytest.mark.parametrize("data", ["", "?", "iVBORw0KGgo=", png(10, 10)[:60], "R0lGODlhAQABAAAA"])
def test_what_is_no_picture_is_left_out(data):
    with pytest.raises(PictureError):
        redrawn(data)


def test_a_large_picture_becomes_a_small_one():
    data, _ = redrawn(encoded(Image.effect_noise((2400, 1200), 90).convert("RGB")))
    assert len(base64.b64decode(data)) <= BYTES
    assert max(decoded(redrawn(png(4000, 2000))[0]).size) == SIDE


def _cell(made, name):
    return next(
        c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def _extra(text, kind="code", **more):
    return {"cell_type": kind, "id": "extra", "metadata": {}, "source": text, **more}


def _answers():
    return copy.deepcopy(course.answers("01_words"))


def _full(result, but=()):
    for name, (earned, most) in points(result).items():
        assert earned == (0 if name in but else most), name


def test_a_pasted_cell_of_17_megabytes_costs_nothing(classroom):
    made = _answers()
    made["cells"].insert(3, _extra("numbers = [" + "1, " * 5_700_000 + "]"))
    result = classroom.grade("01_words", made)
    _full(result)
    [line] = [line for line in result.for_instructor if "too large" in line]
    assert line == "Cell 4 is too large (17.1 million characters); it was left out."
    assert any("Cell 4 of your notebook" in line for line in result.for_learner)
    assert "too large to be graded" in result.document


def test_who_uses_a_cell_that_was_left_out_is_not_judged(classroom):
    made = _answers()
    made["cells"].insert(1, _extra("ones = [" + "1, " * 400_000 + "]"))
    cell = _cell(made, "word_count")
    cell["source"] += "\nword_count('a')\nones[0]"  # the function is there all the same
    cell = _cell(made, "mean")
    cell["source"] = cell["source"].replace(":\n", ":\n    ones[0]\n", 1)
    result = classroom.grade("01_words", made)
    lost = {test.exercise for test in result.tests if test.status == "not judged"}
    assert lost == {"mean"}
    assert all(t.manual and not t.points for t in result.tests if t.exercise == "mean")
    assert {e.status for e in result.exercises if e.name == "mean"} == {"not judged"}


def test_a_solution_that_is_mostly_comment_is_graded(classroom):
    made = _answers()
    cell = _cell(made, "word_count")
    cell["source"] = "# one \"two 'three\n" * 600_000 + cell["source"] + "\n# '''" + "x" * 10**6
    result = classroom.grade("01_words", made)
    _full(result)
    assert any("(word_count) is too large" in line for line in result.for_instructor)
    assert len(result.document) < 500_000


def test_a_solution_that_is_too_large_is_left_to_a_person(classroom):
    made = _answers()
    _cell(made, "word_count")["source"] += "\ntable = '" + "x" * LARGEST_CELL + "'"
    result = classroom.grade("01_words", made)
    _full(result, but=["word_count"])
    for test in result.tests:
        assert (test.status == "not judged") == (test.exercise == "word_count")
    assert "is not written yet" not in str(result.tests)


READING = """
import sys
from pathlib import Path
from evenhand.submission import read_submission
status = Path("/proc/self/status").read_text
peak = lambda: int(status().partition("VmHWM:")[2].split()[0])
before = peak()
cells = read_submission(Path(sys.argv[1])).cells
print(len(cells), peak() - before)
"""


def _read_elsewhere(path):
    """Read a file in a process of its own; return its cells, the bytes it took, and its size."""
    done = subprocess.run(
        [sys.executable, "-c", READING, str(path)], capture_output=True, text=True, check=True
    )
    cells, kilobytes = map(int, done.stdout.split())
    size = path.stat().st_size
    path.unlink()
    return cells, kilobytes * 1024, size


STDOUT = {"output_type": "stream", "name": "stdout"}


@pytest.mark.parametrize(
    ("make", "more"),
    [  # not made while tests are collected, which each worker does
        (lambda: {"outputs": [{**STDOUT, "text": ["epoch 12, cost 0.123\n"] * 7_500_000}]}, 0.5),
        (lambda: {"attachments": {"a.png": {"image/png": "x" * 150_000_000}}}, 0.5),
        (lambda: {"source": "# " + "x" * 150_000_000 + "\nx = 1"}, 4),
        (lambda: {"source": ["# 'a\n"] * 15_000_000}, 4),
    ],
    ids=["lines", "attachment", "comment", "comments"],
)
def test_reading_takes_no_multiple_of_a_files_size(tmp_path, make, more):
    path = tmp_path / "notebook.ipynb"
    made, cell = _answers(), make()
    made["cells"].insert(1, _extra("", **{"outputs": [], **cell}) | cell)
    path.write_text(json.dumps(made))
    cells, peak, size = _read_elsewhere(path)
    assert cells == len(made["cells"])
    # The file itself is mapped, which counts once; then comes what is kept of it.
    assert peak < (1 + more) * size + 50e6


def test_a_large_file_that_breaks_off_is_read_as_far_as_it_goes():
    made = _answers()
    made["cells"][4]["outputs"] = [{"output_type": "stream", "text": "x" * 20_000_000}]
    whole = parse_submission(json.dumps(made).encode())
    assert len(whole.cells) == len(made["cells"])
    cut = parse_submission(json.dumps(made).encode()[:15_000_000])
    assert len(cut.cells) in (4, 5) and "breaks off" in str(cut.for_instructor)
    for codec in ("utf-16", "utf-16-le", "utf-8-sig"):
        again = parse_submission(json.dumps(made).encode(codec))
        assert [c.text for c in again.cells] == [c.text for c in whole.cells]


def test_a_notebook_of_many_cells_is_graded():
    made = _answers()
    made["cells"][:0] = [_extra(f"x = {n}") for n in range(10_000)]
    read = parse_submission(json.dumps(made).encode())
    names = {cell.name for cell in read.cells}
    assert {"word_count", "mean"} <= names and len(read.cells) < 2100
    assert "cells beyond 2000 were left out" in str(read.for_instructor)


def test_many_small_cells_take_no_multiple_of_a_files_size(tmp_path):
    made = _answers()
    for cell in made["cells"]:  # as nbgrader writes it
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["cell_type"] = cell["cell_type"]
    own = len(made["cells"])
    made["cells"][:0] = [
        _extra([f"x_{n} = {n}\n", "print(x)"], outputs=[], execution_count=None)
        for n in range(200_000)
    ]
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(made))
    names = {cell.name for cell in read_submission(path).cells}
    assert {"word_count", "mean"} <= names
    cells, peak, size = _read_elsewhere(path)
    assert 2000 < cells <= 2000 + own
    # The file is mapped, copied as bytes, and then as text.
    assert peak < 3 * size + 50e6


def test_text_without_end_is_read_in_part(monkeypatch):
    made = _answers()
    made["cells"] += [_extra(f"x = {n}", outputs=[]) for n in range(100_000)]
    monkeypatch.setattr(submission, "_MOST_TEXT", 5_000_000)
    read = parse_submission(json.dumps(made).encode())
    assert {"word_count", "mean"} <= {cell.name for cell in read.cells}
    assert any("The file is too large: " in line for line in read.for_instructor)
    assert any("take out what is not needed" in line for line in read.for_learner)


SHOW = """
import base64
from IPython.display import display, HTML
for n in range(300):
    display({"image/png": PICTURE, "text/plain": "'" * 5000}, raw=True)
print("'" * 3_000_000)
"""


def test_what_is_written_for_one_hand_in_has_a_bound(classroom):
    """Four megabytes in autograded/, three in feedback/, beyond the course's own text."""
    made = _answers()
    noise = encoded(Image.effect_noise((500, 400), 90).convert("RGB"))
    for number in range(8):
        picture = noise if number % 2 else png(20_000, 2000)
        made["cells"].append(_extra(f"PICTURE = {picture!r}\n{SHOW}"))
    for name in ("word_count", "running_total", "unit", "mean"):
        _cell(made, name)["source"] += "\n#" + "\U0001f600'" * 200_000
    made["cells"] += [_extra("é'<" * 200_000, "markdown") for _ in range(5)]
    made["cells"] += [_extra("# '") for _ in range(1500)]
    _cell(made, "sort_rows")["source"] += f"\nPICTURE = {noise!r}\n{SHOW}"
    result = classroom.grade("01_words", made)
    _full(result)
    plain = classroom.grade("01_words", _answers())
    page = feedback.page(result, result.document)
    assert len(result.document.encode()) - len(plain.document.encode()) < 4_000_000
    assert len(page.encode()) - len(feedback.page(plain, plain.document).encode()) < 3_100_000
    for text in (result.document, page):
        pictures = re.findall(r'(?:base64,|"image/png": ")([A-Za-z0-9+/=]+)"', text)
        assert pictures and {decoded(data).size for data in pictures} == {(500, 400)}


def test_pictures_in_text_reach_nobody(classroom):
    made = _answers()
    data = png(100, 100)
    made["cells"].append(
        _extra(
            f"![a](data:image/png;base64,{data}) ![b](attachment:b.png)",
            "markdown",
            attachments={"b.png": {"image/png": data}},
        )
    )
    result = classroom.grade("01_words", made)
    shown = json.loads(result.document)["cells"]
    assert not any("attachments" in cell for cell in shown)
    assert "](data:" not in result.document and "data :" in result.document


def test_the_bounds_are_those_that_the_documents_state():
    text = (Path(__file__).parents[2] / "docs" / "grading.md").read_text()
    assert outputs.OUTPUTS + document.TEXT <= 4_000_000
    assert "4 MB in `autograded/` and 3 MB in `feedback/`" in " ".join(text.split())
