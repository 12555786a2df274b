"""What a learner sees, in JupyterLab, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from in_browser import Notebook, chromium, jupyterlab, opened, picture, serious
from PIL import Image
from test_playground import SETUP

from authoring.source import SOLUTIONS
from nnlib import datasets
from nnlib.__main__ import main as nnlib_command

pytestmark = pytest.mark.slow

NOTEBOOKS = SOLUTIONS.parent / "notebooks"
RIGHT = "def sigmoid(z):\n    return (1 + np.tanh(np.asarray(z) / 2)) / 2"
TURNED = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
RAISES = "def sigmoid(z):\n    return z @ z"
UNKNOWN = "def sigmoid(z):\n    z = np.abs(z)\n    return 0.3 * z"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a learner's own course: its notebooks, and what `make lab` sets."""
    root = tmp_path_factory.mktemp("lab")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"load_subconfig('nbgrader_config.py', path={str(NOTEBOOKS.parent)!r})\n"
        f"c.CourseDirectory.root = {str(root)!r}\n"
        f"c.CourseDirectory.source_directory = {str(SOLUTIONS)!r}\n"
    )
    shown = subprocess.run(
        ["make", "-n", "--no-print-directory", "lab"],
        cwd=SOLUTIONS.parent,
        capture_output=True,
        text=True,
    )
    settings = re.findall(r"echo '(.*)' \\\n\s*> \S*(/labconfig/\S*)", shown.stdout)
    assert len(settings) == 2
    # Its root is the course's: solutions and what grade-mine wrote are within reach.
    assert shown.stdout.rstrip().endswith(
        "jupyter lab --ServerApp.root_dir=. notebooks/index.ipynb"
    )
    (root / "config" / "labconfig").mkdir(parents=True)
    for text, place in settings:
        (root / f"config{place}").write_text(text)
    shutil.copytree(NOTEBOOKS, root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return root


@pytest.fixture(scope="module")
def server(course):
    """The address of a JupyterLab on the notebooks."""
    with jupyterlab(course, course) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page(browser, server):
    """A page, which is closed before the server is: else its last questions find nobody."""
    with opened(browser) as found:
        yield found


@pytest.fixture(scope="module")
def made_lab(page, server):
    """The map of the course, as `make lab` opens it."""
    return open_notebook(page, server, "index.ipynb")


def test_make_lab_leaves_out_what_is_for_teachers(made_lab):
    """Create Assignment and Formgrader are nothing for a learner; Validate stays."""
    has = "name => window.jupyterapp.hasPlugin(`@jupyter/nbgrader:${name}`)"
    assert made_lab.page.evaluate(has, "validate-assignment")
    for name in ("create-assignment", "formgrader", "course-list"):
        assert not made_lab.page.evaluate(has, name)


def test_what_was_only_opened_is_not_left_unsaved(made_lab):
    """JupyterLab completes a notebook's metadata; it must not ask about that on closing."""
    made_lab.wait("return panel.context.model.getMetadata('language_info').version")
    made_lab.wait("return !panel.context.model.dirty")


def test_the_map_has_a_picture_and_a_large_start(made_lab):
    picture = made_lab.page.get_by_role("img", name="400 points in the shape of a flower")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 800
    with Image.open(NOTEBOOKS / "flower.png") as flower:  # it moves, once and not for long
        times = [flower.seek(n) or flower.info.get("duration", 0) for n in range(flower.n_frames)]
        assert len(times) > 10 and sum(times[1:]) < 5000 and flower.info["loop"] == 1
        first, last = (
            flower.seek(n) or flower.convert("RGB").tobytes() for n in (0, len(times) - 1)
        )
        assert first == last  # where nothing moves, it is the end that is seen
    start = made_lab.page.get_by_role("link", name="Start here: 01 · One neuron")
    text = made_lab.page.get_by_role("paragraph").filter(has_text="In this course")
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert start.evaluate(size) >= 1.5 * text.evaluate(size)
    # One run of the one cell near it says where to go on.
    below = made_lab.run(made_lab.find("import nnlib"))
    below.get_by_role("status").filter(has_text="Progress: 0 of").wait_for()
    start.click()
    made_lab.wait("return panel.context.path === 'notebooks/1-one-neuron/01_neuron.ipynb'")


def open_notebook(page, server, path):
    url, token = server
    return Notebook(page, f"{url}lab/tree/notebooks/{path}?reset&token={token}")


@pytest.fixture(scope="module")
def neuron(page, server):
    """The first notebook of the course, its setup done."""
    notebook = open_notebook(page, server, "1-one-neuron/01_neuron.ipynb")
    notebook.run(notebook.find("import numpy"))
    return notebook


def answered(notebook: Notebook, text: str):
    """Write sigmoid, run it and its check, and return the panel."""
    exercise = notebook.find("def sigmoid")
    notebook.write(exercise, text)
    notebook.run(exercise)
    return notebook.panel(notebook.find("lesson.check(sigmoid)"))


def test_an_exercise_from_untouched_to_right(neuron):
    exercise, check = neuron.find("def sigmoid"), neuron.find("lesson.check(sigmoid)")
    neuron.run(exercise)
    below = neuron.run(check)
    said = below.inner_text()
    assert "Not attempted: sigmoid is still empty." in said
    assert said.splitlines()[-1] == (
        "The check of sigmoid has not passed yet. sigmoid is still empty. "
        "Replace `raise NotImplementedError` by your own lines."
    )
    assert "Traceback" not in said and "AssertionError" not in said

    said = answered(neuron, TURNED).inner_text()
    assert said.startswith("✘ Not yet: sigmoid does not pass its check.\nThe sign in the exponent")

    said = answered(neuron, RAISES).inner_text()
    assert "stopped in your line return z @ z with ValueError" in said

    said = answered(neuron, UNKNOWN).inner_text()
    assert said.split("\n\n")[1].startswith("sigmoid(0.7): the result is not the value")
    assert "(you returned 0.21, expected 0.668188)" in said

    panel = answered(neuron, RIGHT)
    assert panel.inner_text() == "✔ Right: sigmoid passes its check."
    assert neuron.run(check).locator("[data-mime-type*=stderr]").count() == 0


def test_hints_and_progress(neuron):
    answered(neuron, RIGHT)
    # Ways to ask that a learner finds in README: in any cell.
    cell = neuron.find("def sigmoid")
    try:
        for number in (1, 2, 3):
            neuron.write(cell, "lesson.hint(sigmoid)")
            assert f"→ Hint: sigmoid, {number} of" in neuron.panel(cell).inner_text()
        neuron.write(cell, "lesson.progress()")
        panel = neuron.panel(cell)
        assert "exercises have passed their check." in panel.inner_text()
        row = panel.locator("ul[role=list] li").first
        assert "One neuron" in row.inner_text() and "1 of 4" in row.inner_text()
        assert "You were last in 1-one-neuron/01_neuron One neuron." in panel.inner_text()
        assert row.get_by_role("link").count() == 1
    finally:
        neuron.write(cell, RIGHT)


def test_the_status_is_in_words_and_not_in_colour_alone(neuron):
    for text, word in ((TURNED, "Not yet:"), (RIGHT, "Right:")):
        panel = answered(neuron, text)
        assert panel.get_attribute("role") == "status"
        spoken = panel.locator("strong").first.text_content()
        assert spoken.endswith(word)
        sign = panel.locator("[aria-hidden=true]").first.inner_text()
        assert sign and spoken == f"{sign} {word}"


# The ratio of two colours' contrast, as WCAG 2 defines it, of each piece of text and its ground.
CONTRASTS = """panel => {
const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const parse = text => text.match(/[\\d.]+/g).map(Number);
const ground = node => {
  for (; node; node = node.parentElement) {
    const c = parse(getComputedStyle(node).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
return [panel, ...panel.querySelectorAll('*')].map(node => {
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
});
}"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_text_is_readable_in_both_themes(neuron, theme):
    change_theme(neuron, theme)
    try:
        assert min(answered(neuron, RAISES).evaluate(CONTRASTS)) >= 4.5
        assert serious(neuron.page, "[role=status]") == []
        cell = neuron.find("def sigmoid")
        for text in ("lesson.progress()", "lesson.hint()", "lesson.carry(3)"):
            neuron.write(cell, text)
            neuron.run(cell)
            assert serious(neuron.page, "[role=status]") == []
    finally:
        change_theme(neuron, "JupyterLab Light")
        neuron.write(neuron.find("lesson.carry(3)"), RIGHT)


def change_theme(notebook, name):
    notebook.do(
        "return window.jupyterapp.commands.execute('apputils:change-theme', {theme: given})", name
    )
    kind = "false" if "Dark" in name else "true"
    notebook.wait(f"return document.body.dataset.jpThemeLight === '{kind}'")


def test_nothing_is_cut_off_at_200_percent(neuron):
    """At 200 %, the window has half as many pixels each way, of twice the size."""
    size = neuron.page.viewport_size
    neuron.page.set_viewport_size({"width": size["width"] // 2, "height": size["height"] // 2})
    try:
        for text in (TURNED, RAISES, RIGHT):
            assert cut_off(answered(neuron, text)) == []
        cell = neuron.find("def sigmoid")
        neuron.write(cell, "lesson.progress()")
        panel = neuron.panel(cell)
        assert cut_off(panel) == []
        counts = panel.locator("li > span > span:last-child").all()
        assert len({count.bounding_box()["height"] for count in counts}) == 1, "each on one line"
    finally:
        neuron.page.set_viewport_size(size)
        neuron.write(neuron.find("lesson.progress()"), RIGHT)


def cut_off(panel) -> list[str]:
    """Name the elements, from the panel outwards, whose content is wider than they are."""
    return panel.evaluate(
        """panel => {
        const found = [];
        for (let node = panel; ; node = node.parentElement) {
          const [needs, has] = [node.scrollWidth, node.clientWidth];
          if (has && needs > has + 1) found.push(`${node.className}: ${needs} in ${has}`);
          if (node.classList.contains('jp-Cell')) return found;
        }
        }"""
    )


def saved(neuron, text):
    """Write the exercise, and save it; when JupyterLab saves by itself is a matter of chance."""
    neuron.write(neuron.find("def sigmoid"), text)
    neuron.page.keyboard.press("Control+s")
    neuron.wait("return !panel.context.model.dirty")


def test_the_last_cell_says_what_would_go_wrong(neuron):
    exercise, doctor = neuron.find("def sigmoid"), neuron.find("lesson.doctor()")
    autosave = "return window.jupyterapp.commands.execute('docmanager:toggle-autosave')"
    saved(neuron, TURNED)
    neuron.do(autosave)
    neuron.wait("return !window.jupyterapp.commands.isToggled('docmanager:toggle-autosave')")
    neuron.write(exercise, RIGHT)
    neuron.run(exercise)
    assert "The sigmoid that ran last is not what is saved" in neuron.panel(doctor).inner_text()
    neuron.do(autosave)
    saved(neuron, RIGHT)
    said = neuron.panel(doctor).inner_text()
    assert "Nothing stands in the way of grading this notebook." in said
    assert "Not written yet: layer_sizes, initialize_parameters, forward_propagation." in said


def test_grade_mine_sets_the_courses_code_beside_ones_own(browser, neuron, course, monkeypatch):
    saved(neuron, TURNED)
    monkeypatch.chdir(course)
    assert nnlib_command(["grade-mine", "notebooks/1-one-neuron/01_neuron.ipynb"]) == 0
    with opened(browser) as page:
        page.goto((course / "my-work" / "index.html").as_uri())
        page.get_by_role("link", name="1-one-neuron/01_neuron").click()
        page.get_by_role("cell", name="The sign in the exponent is turned").first.wait_for()
        course_code = page.get_by_text("decay = np.exp(-np.abs(z))")
        assert page.get_by_role("heading", name="sigmoid partial").count() == 1
        assert not course_code.is_visible()
        page.get_by_text("Your code beside the course's").click()
        assert course_code.is_visible() and serious(page) == []
        picture(page)


CUT = "node => node.scrollWidth > node.clientWidth"


def test_the_playground_answers_its_buttons(neuron):
    """Each step is told; the cost, the picture and the line of code follow."""
    cell = neuron.find("def sigmoid")
    neuron.write(cell, SETUP + "playground.show()")
    try:
        below = neuron.run(cell)
        for name, told in (("Backward", "Backward: the lengths"), ("Update", "Update 1:")):
            below.get_by_role("button", name=name, exact=True).click()
            below.get_by_text(told).wait_for()
        assert below.get_by_role("img", name="The border").count() == 1
        labels = below.locator(".widget-label").all()
        assert not [one.inner_text() for one in labels if one.evaluate(CUT)]
        picture(neuron.page)
        place = "jp-Cell-outputWrapper"
        below.evaluate(f"node => node.closest('.{place}').id = 'the-playground'")
        for name in ("units", "learning rate", "reg lambda", "seed"):
            assert below.get_by_role("slider", name=name).count() == 1
        assert serious(neuron.page, "#the-playground") == []
    finally:
        neuron.write(cell, RIGHT)


def test_a_neuron_follows_its_sliders(neuron):
    """Its line, its cost and its count, with no kernel asked; keys move it, too."""
    neuron.run(neuron.find("X_blobs, Y_blobs ="))
    below = neuron.run(neuron.find("plotting.show_neuron"))
    sliders = below.get_by_role("slider")
    line, told = below.locator("svg line"), below.locator("output")
    assert [one.get_attribute("type") for one in sliders.all()] == ["range"] * 3
    before = line.evaluate("line => line.outerHTML"), told.inner_text()
    X, Y = datasets.load_blobs()
    for weights in ((-1, 1, 0.5), (3, 2, 0), (1.5, 1, 0), (0, 0, -2)):
        for slider, value in zip(sliders.all(), weights, strict=True):
            slider.fill(str(value))
        Z = weights[0] * X[0] + weights[1] * X[1] + weights[2]
        cost = np.mean(np.logaddexp(0, Z) - Z * Y[0])
        right = np.sum((Z > 0) == (Y[0] == 1))
        assert f"J = {cost:.3f}; {right} of 200 points are on their side." in told.inner_text()
    assert (line.evaluate("line => line.outerHTML"), told.inner_text()) != before
    sliders.first.press("ArrowRight")
    assert told.inner_text().startswith("z = 0.1 · x₁ + 0.0 · x₂ − 2.0.")
    place = "jp-Cell-outputWrapper"
    sliders.first.evaluate(f"slider => slider.closest('.{place}').id = 'the-neuron'")
    assert serious(neuron.page, "#the-neuron") == []


def test_carry_names_the_notebook_to_go_back_to(page, server):
    notebook = open_notebook(page, server, "2-hidden-layer/04_forward_propagation.ipynb")
    notebook.run(notebook.find("import numpy"))
    carry = notebook.find("layer_sizes, initialize_parameters = lesson.carry")
    said = notebook.panel(carry).inner_text()
    assert said.startswith("✘ Not yet: Your ")
    assert "is not written yet. Go back to that notebook" in said
    assert "Traceback" not in notebook.run(carry).inner_text()


def test_the_gallery_shows_each_panel_in_both_themes(page):
    page.goto((NOTEBOOKS.parent / "docs" / "panels.html").as_uri())
    pairs = page.locator(".both").all()
    assert page.locator("h2").count() == len(pairs) >= 12
    for pair in pairs:
        light, dark = (pair.locator(f".{kind}").inner_text() for kind in ("light", "dark"))
        assert light and light == dark and "Traceback" not in light
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert serious(page) == []


COUNT_STARTS = """<script>
let starts = 0;
const repeat = setInterval;
window.setInterval = (...arguments) => { starts += 1; return repeat(...arguments); };
</script>"""


def open_animation(page, folder, lesson):
    """Show the first animation of a lesson on a page by itself; return its parts."""
    notebook = json.loads((SOLUTIONS / f"{lesson}.ipynb").read_text("utf-8"))
    sources = [
        "".join(output["data"]["text/html"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    source = next(source for source in sources if "const stored" in source)
    file = folder / "animation.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{COUNT_STARTS}{source}", "utf-8")
    page.goto(file.as_uri())
    button, slider, canvas = (page.locator(kind) for kind in ("button", "input", "canvas"))
    assert canvas.get_attribute("aria-label")
    return button, slider, canvas


def frame(canvas, slider, number):
    """Move the slider and return the picture."""
    slider.fill(str(number))
    return canvas.evaluate("canvas => canvas.toDataURL()")


def test_steps_wait_for_their_slider_and_say_what_they_show(page, tmp_path):
    _, slider, canvas = open_animation(page, tmp_path, "2-hidden-layer/06_backpropagation")
    said, drawn = [], []
    for number in (1, 2, int(slider.get_attribute("max"))):
        drawn.append(frame(canvas, slider, number))
        said.append(slider.get_attribute("aria-valuetext"))
        assert said[-1] in page.locator("body").inner_text()
    assert said[0].startswith("The first sample") and said[1].startswith("Forward: z₁")
    assert said[2].startswith("Back: ") and len({*drawn}) == 3
    assert page.evaluate("starts") == 0  # nothing plays by itself


def test_an_animation_plays_pauses_and_follows_its_slider(page, tmp_path):
    button, slider, canvas = open_animation(page, tmp_path, "1-one-neuron/03_learning")
    frames = int(slider.get_attribute("max"))

    def wait(condition):
        page.wait_for_function(
            "([button, slider]) => { const text = button.innerText, shown = Number(slider.value);"
            f" return {condition} }}",
            arg=[button.element_handle(), slider.element_handle()],
        )

    wait(f"text === 'Play' && starts && shown === {frames}")  # it played by itself, once
    assert frames > 5

    button.click()
    assert button.inner_text() == "Pause"
    wait(f"1 < shown && shown < {frames}")
    button.click()
    assert button.inner_text() == "Play"
    paused = slider.input_value()
    page.wait_for_timeout(1000)
    assert slider.input_value() == paused and int(paused) < frames
    assert page.evaluate("starts") == 2

    last, first = frame(canvas, slider, frames), frame(canvas, slider, 1)
    assert len({first, frame(canvas, slider, frames // 2), last}) == 3
    assert frame(canvas, slider, frames) == last and frame(canvas, slider, 1) == first
