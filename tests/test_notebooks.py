"""The stored notebooks: run in order, quiet, small, linked, described."""

import json
import re
from pathlib import Path

import pytest

from authoring.source import SOLUTIONS, all_lessons

ROOT = SOLUTIONS.parent
SOLVED = [SOLUTIONS / f"{name}.ipynb" for name in all_lessons()]
RELEASED = [ROOT / "notebooks" / f"{name}.ipynb" for name in ["index", *all_lessons()]]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def cells(path):
    return json.loads(path.read_text("utf-8"))["cells"]


def text_of(cell):
    return "".join(cell["source"])


@pytest.mark.parametrize("path", SOLVED, ids=name_of)
def test_was_run_in_order_from_a_clean_kernel(path):
    counts = [c["execution_count"] for c in cells(path) if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", SOLVED, ids=name_of)
def test_holds_no_warning_and_no_error(path):
    for cell in cells(path):
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
            assert "Warning" not in "".join(output.get("text", ()))


@pytest.mark.parametrize("path", SOLVED + RELEASED, ids=name_of)
def test_is_under_one_and_a_half_megabytes(path):
    assert path.stat().st_size < 1_500_000


@pytest.mark.parametrize("path", SOLVED, ids=name_of)
def test_every_figure_has_alt_text(path):
    for cell in cells(path):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            page = "".join(data.get("text/html", ()))
            if "image/png" in data:
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                assert alt.strip() or 'alt="' in page, text_of(cell)[-200:]
            for tag in re.findall(r"<img\b[^>]*>", page):
                assert re.search(r"""alt=["'][^"']{10,}""", tag), tag[:200]


@pytest.mark.parametrize("path", RELEASED, ids=name_of)
def test_every_link_to_a_file_resolves(path):
    for cell in cells(path):
        if cell["cell_type"] != "markdown":
            continue
        # A formula such as $a^{[2](i)}$ is no link: Jupyter sets mathematics apart first.
        prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text_of(cell), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            # A link out of notebooks/ would be dead in the student's bundle.
            wanted = (path.parent / target.partition("#")[0]).resolve()
            assert wanted.is_file(), f"{target} in {name_of(path)}"
            assert wanted.is_relative_to(ROOT / "notebooks"), target


# Pages to read, without anything to run.
PAGES = {"notebooks/5-comparison/08_where_next.ipynb"}


@pytest.mark.parametrize("path", RELEASED[1:], ids=name_of)
def test_has_every_element_of_a_lesson(path):
    if name_of(path) in PAGES:
        assert {cell["cell_type"] for cell in cells(path)} == {"markdown"}
        return
    text = "\n".join(text_of(c) for c in cells(path))
    assert re.match(r"# \d\d · ", text_of(cells(path)[0]))
    assert "By the end you will be able to" in text
    assert re.search(r"\*\*Time:\*\* about \d+ minutes · \*\*Points:\*\* \d+", text)
    assert text.count("<details>") >= 3 and text.count("<details>") == text.count("</details>")
    assert re.search(r"draw_(network|page)\(", text)
    assert re.search(r"\|.*shape.*\|", text, re.I)
    assert re.search(r"paper", text, re.I)
    assert re.search(r"[Ee]xperiment", text)
    assert "](../index.ipynb)" in text


def test_a_hidden_test_is_one_line_to_a_learner():
    shown = [text_of(c) for path in RELEASED for c in cells(path) if "# Hidden test:" in text_of(c)]
    assert len(shown) > 200
    assert not [text for text in shown if "\n" in text]


def test_no_path_of_a_machine_is_stored():
    for path in [*SOLVED, *RELEASED]:
        text = path.read_text("utf-8")
        assert not re.search(r"/(home|root|Users|tmp|work)/", text), name_of(path)
        assert str(Path.home()) not in text


def test_what_a_check_says_before_the_setup_ran_stands_where_one_begins():
    index, first = RELEASED[:2]
    check = next(t for t in map(text_of, cells(first)) if t.startswith("lesson.check("))
    with pytest.raises(NameError) as raised:
        exec(check, {})
    for path in (index, first):
        prose = [text_of(c) for c in cells(path) if c["cell_type"] == "markdown"]
        assert f"`{raised.value}`" in " ".join(" ".join(prose).split()), name_of(path)
