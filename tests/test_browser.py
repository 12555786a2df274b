"""What a learner sees, in JupyterLab, in a real browser."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from evenhand.commands import main as grade
from nbgrader.api import Gradebook

from authoring.example_class import write_class
from authoring.source import SOLUTIONS

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

pytestmark = pytest.mark.slow

NOTEBOOKS = SOLUTIONS.parent / "notebooks"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
PATIENCE = 120

RIGHT = "def sigmoid(z):\n    return (1 + np.tanh(np.asarray(z) / 2)) / 2"
TURNED = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
RAISES = "def sigmoid(z):\n    return z @ z"
UNKNOWN = "def sigmoid(z):\n    z = np.abs(z)\n    return 0.3 * z"

# What is open in JupyterLab, and its cells.
HERE = (
    "const panel = window.jupyterapp?.shell?.currentWidget; const cells = panel?.content?.widgets;"
)


@contextlib.contextmanager
def jupyterlab(root: Path, folder: Path):
    """Serve a folder, with settings and programs' own files in `root`; yield address and token."""
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = {**os.environ, **{name: str(root / place) for name, place in places.items()}}
    # nbgrader starts alembic by its bare name.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--port", "0", "--ip", "127.0.0.1", "--expose-app-in-browser"),
                "--LabApp.news_url=",
            ],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := list((root / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None and time.monotonic() < deadline, (
                root / "log"
            ).read_text()[-3000:]
            time.sleep(0.2)
        about = json.loads(found[0].read_text())
        yield about["url"], about["token"]
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a JupyterLab on a copy of the notebooks."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with jupyterlab(root, root / "notebooks") as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None or DRIVER is None:
        pytest.skip("There is no Chromium (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{argument}")
    options.add_argument("--window-size=1280,1000")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_script_timeout(PATIENCE)
    yield driver
    driver.quit()


class Notebook:
    """An open notebook, used with the mouse and the keyboard."""

    def __init__(self, browser, server, path: str) -> None:
        self.browser = browser
        url, token = server
        browser.get(f"{url}lab/tree/{path}?reset&token={token}")
        self._wait(
            f"{HERE} return !!(cells?.length && panel.context.isReady"
            " && panel.context.sessionContext.session?.kernel?.status === 'idle')"
        )

    def find(self, start: str) -> int:
        """Return the number of the code cell that begins so."""
        sources = self._do(
            f"{HERE} return cells.map(c => c.model.type === 'code' ?"
            " c.model.sharedModel.getSource() : '')"
        )
        found = [i for i, source in enumerate(sources) if source.startswith(start)]
        assert found, start
        return found[0]

    def element(self, number: int):
        """Scroll to a cell and return it."""
        self.browser.execute_async_script(
            f"const done = arguments[1]; {HERE} panel.content.activeCellIndex = arguments[0];"
            "Promise.resolve(panel.content.scrollToItem(arguments[0], 'start'))"
            ".then(() => setTimeout(done, 200))",
            number,
        )
        return self._do(f"{HERE} return cells[arguments[0]].node", number)

    def write(self, number: int, text: str) -> None:
        """Replace the text of a cell."""
        self._editor(number).click()
        self._press("a")
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def run(self, number: int):
        """Run a cell and return what stands below it."""
        count = f"{HERE} return cells[arguments[0]].model.executionCount"
        before = self._do(count, number)
        self._editor(number).click()
        self._press(Keys.ENTER)
        self._wait(
            f"{HERE} const model = cells[arguments[0]].model; return model.executionCount !== null"
            " && model.executionCount !== arguments[1] && model.executionState !== 'running'",
            *(number, before),
        )
        time.sleep(0.3)
        return self.element(number).find_element(By.CSS_SELECTOR, ".jp-Cell-outputWrapper")

    def panel(self, number: int):
        """Run a cell and return the one panel that it shows."""
        (found,) = self.run(number).find_elements(By.CSS_SELECTOR, "[role=status]")
        return found

    def theme(self, name: str) -> None:
        self._do(
            "const {commands} = window.jupyterapp;"
            "return commands.execute('apputils:change-theme', {theme: arguments[0]})",
            name,
        )
        kind = "false" if "Dark" in name else "true"
        self._wait(f"return document.body.dataset.jpThemeLight === '{kind}'")

    def _editor(self, number: int):
        return self.element(number).find_element(By.CSS_SELECTOR, ".cm-content")

    def _press(self, key: str) -> None:
        chain = webdriver.ActionChains(self.browser)
        chain.key_down(Keys.CONTROL).send_keys(key).key_up(Keys.CONTROL).perform()

    def _do(self, script: str, *arguments):
        return self.browser.execute_script(script, *arguments)

    def _wait(self, script: str, *arguments) -> None:
        WebDriverWait(self.browser, PATIENCE, 0.2).until(lambda _: self._do(script, *arguments))


@pytest.fixture(scope="module")
def neuron(browser, server):
    """The first notebook of the course, its setup done."""
    notebook = Notebook(browser, server, "1-one-neuron/01_neuron.ipynb")
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
    assert "Not attempted: sigmoid is still empty." in below.text
    assert below.text.splitlines()[-1] == "The check of sigmoid has not passed yet: see above."
    assert "Traceback" not in below.text and "AssertionError" not in below.text

    said = answered(neuron, TURNED).text
    assert said.startswith("✘ Not yet: sigmoid does not pass its check.\nThe sign in the exponent")

    said = answered(neuron, RAISES).text
    assert "stopped in your line return z @ z with ValueError" in said

    said = answered(neuron, UNKNOWN).text
    assert said.splitlines()[1].startswith("sigmoid(0.7): the result is not the value")
    assert "(you returned 0.21, expected 0.668188)" in said

    panel = answered(neuron, RIGHT)
    assert panel.text == "✔ Right: sigmoid passes its check."
    assert neuron.run(check).find_elements(By.CSS_SELECTOR, "[data-mime-type*=stderr]") == []


def test_hints_and_progress(neuron):
    answered(neuron, RIGHT)
    # Ways to ask that a learner finds in README: in any cell.
    cell = neuron.find("def sigmoid")
    try:
        for number in (1, 2, 3):
            neuron.write(cell, "lesson.hint(sigmoid)")
            assert f"→ Hint: sigmoid, {number} of" in neuron.panel(cell).text
        neuron.write(cell, "lesson.progress()")
        panel = neuron.panel(cell)
        assert "exercises have passed their check." in panel.text
        rows = panel.find_elements(By.TAG_NAME, "li")
        assert "One neuron" in rows[0].text and "1 of 4" in rows[0].text
    finally:
        neuron.write(cell, RIGHT)


def test_the_status_is_in_words_and_not_in_colour_alone(neuron):
    for text, word in ((TURNED, "Not yet:"), (RIGHT, "Right:")):
        panel = answered(neuron, text)
        assert panel.get_attribute("role") == "status"
        spoken = panel.find_element(By.TAG_NAME, "strong").get_attribute("textContent")
        assert spoken.endswith(word)
        sign = panel.find_element(By.CSS_SELECTOR, "[aria-hidden=true]").text
        assert sign and spoken == f"{sign} {word}"


# The ratio of two colours' contrast, as WCAG 2 defines it, of each piece of text and its ground.
CONTRASTS = """
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
return [arguments[0], ...arguments[0].querySelectorAll('*')].map(node => {
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
});
"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_text_is_readable_in_both_themes(neuron, theme):
    neuron.theme(theme)
    try:
        panel = answered(neuron, RAISES)
        assert min(neuron.browser.execute_script(CONTRASTS, panel)) >= 4.5
    finally:
        neuron.theme("JupyterLab Light")


def test_nothing_is_cut_off_at_200_percent(neuron):
    """At 200 %, the window has half as many pixels each way, of twice the size."""
    size = {"width": 640, "height": 500, "deviceScaleFactor": 2, "mobile": False}
    neuron.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for text in (TURNED, RAISES, RIGHT):
            assert cut_off(neuron.browser, answered(neuron, text)) == []
        cell = neuron.find("def sigmoid")
        neuron.write(cell, "lesson.progress()")
        panel = neuron.panel(cell)
        assert cut_off(neuron.browser, panel) == []
        counts = panel.find_elements(By.XPATH, ".//li/span/span[last()]")
        heights = {count.size["height"] for count in counts}
        assert len(heights) == 1, "each count stands on one line"
    finally:
        neuron.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        neuron.write(neuron.find("lesson.progress()"), RIGHT)


def cut_off(browser, panel) -> list[str]:
    """Name the elements, from the panel outwards, whose content is wider than they are."""
    return browser.execute_script(
        """
        const found = [];
        for (let node = arguments[0]; ; node = node.parentElement) {
          const [needs, has] = [node.scrollWidth, node.clientWidth];
          if (has && needs > has + 1) found.push(`${node.className}: ${needs} in ${has}`);
          if (node.classList.contains('jp-Cell')) return found;
        }
        """,
        panel,
    )


def test_carry_names_the_notebook_to_go_back_to(browser, server):
    notebook = Notebook(browser, server, "2-hidden-layer/04_forward_propagation.ipynb")
    notebook.run(notebook.find("import numpy"))
    said = notebook.run(notebook.find("layer_sizes, initialize_parameters = lesson.carry")).text
    assert said.startswith("Your ") and "is not written yet. Go back to that notebook" in said
    assert "Traceback" not in said


def test_the_map_opens_a_notebook(browser, server):
    url, token = server
    browser.get(f"{url}lab/tree/index.ipynb?reset&token={token}")
    wait = WebDriverWait(browser, PATIENCE, 0.2)
    link = (By.PARTIAL_LINK_TEXT, "One neuron")
    wait.until(lambda driver: driver.find_elements(*link))[0].click()
    wait.until(
        lambda driver: (
            driver.execute_script(f"{HERE} return panel?.context?.path")
            == "1-one-neuron/01_neuron.ipynb"
        )
    )


def test_the_gallery_shows_each_panel_in_both_themes(browser):
    browser.get((NOTEBOOKS.parent / "docs" / "panels.html").as_uri())
    titles = browser.find_elements(By.TAG_NAME, "h2")
    pairs = browser.find_elements(By.CSS_SELECTOR, ".both")
    assert len(titles) == len(pairs) >= 12
    for pair in pairs:
        light, dark = (pair.find_element(By.CLASS_NAME, kind).text for kind in ("light", "dark"))
        assert light and light == dark


COUNT_STARTS = """<script>
let starts = 0;
const repeat = setInterval;
window.setInterval = (...arguments) => { starts += 1; return repeat(...arguments); };
</script>"""


def open_animation(browser, folder, lesson):
    """Show the first animation of a lesson on a page by itself; return its parts."""
    notebook = json.loads((SOLUTIONS / f"{lesson}.ipynb").read_text("utf-8"))
    sources = [
        "".join(output["data"]["text/html"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    source = next(source for source in sources if "const stored" in source)
    page = folder / "animation.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{COUNT_STARTS}{source}", "utf-8")
    browser.get(page.as_uri())
    wait = WebDriverWait(browser, PATIENCE, 0.1)
    button = wait.until(lambda driver: driver.find_elements(By.TAG_NAME, "button"))[0]
    slider = browser.find_element(By.TAG_NAME, "input")
    canvas = browser.find_element(By.TAG_NAME, "canvas")
    assert canvas.get_attribute("aria-label")
    return wait, button, slider, canvas


def move(browser, slider, number):
    browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'));",
        slider,
        number,
    )


def test_steps_wait_for_their_slider_and_say_what_they_show(browser, tmp_path):
    _, _, slider, canvas = open_animation(browser, tmp_path, "2-hidden-layer/06_backpropagation")
    said, drawn = [], []
    for number in (1, 2, int(slider.get_attribute("max"))):
        if number > 1:
            move(browser, slider, number)
        label = slider.get_attribute("aria-valuetext")
        assert label in browser.find_element(By.TAG_NAME, "body").text
        said.append(label)
        drawn.append(browser.execute_script("return arguments[0].toDataURL()", canvas))
    assert said[0].startswith("The first sample") and said[1].startswith("Forward: z₁")
    assert said[2].startswith("Back: ") and len({*drawn}) == 3
    assert browser.execute_script("return starts") == 0  # nothing plays by itself


def test_an_animation_plays_pauses_and_follows_its_slider(browser, tmp_path):
    wait, button, slider, canvas = open_animation(browser, tmp_path, "1-one-neuron/03_learning")

    def shown():
        return int(slider.get_attribute("value"))

    frames = int(slider.get_attribute("max"))
    wait.until(lambda driver: button.text == "Play" and driver.execute_script("return starts"))
    assert frames > 5 and shown() == frames  # it played by itself, once

    button.click()
    assert button.text == "Pause"
    wait.until(lambda _: 1 < shown() < frames)
    button.click()
    assert button.text == "Play"
    paused = shown()
    time.sleep(1)
    assert shown() == paused < frames
    assert browser.execute_script("return starts") == 2

    def frame(number):
        move(browser, slider, number)
        return browser.execute_script("return arguments[0].toDataURL()", canvas)

    last, first = frame(frames), frame(1)
    assert len({first, frame(frames // 2), last}) == 3
    assert frame(frames) == last and frame(1) == first


SPY = """
import os
seen = [name for name in ("gradebook.db", "submitted") if os.path.exists(f"@COURSE@/{name}")]
print("outside:", seen, os.path.exists("@SOLUTIONS@"), len(os.listdir("/proc/net")) > 0)
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="there is no bubblewrap")
def test_formgraders_button_grades_in_the_sandbox(browser, tmp_path):
    """An instructor presses the button; points are those of `nnlib grade`, the walls the same."""
    folder = tmp_path / "class"
    write_class(folder)
    part, student = "2-hidden-layer", "hugo-mistakes"
    assert grade(["grade", "--course", str(folder), "--part", part, "--student", student]) == 0
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        expected = gradebook.find_submission(part, student).score
    assert expected > 0

    pressed = folder / "submitted" / "pressed" / part
    shutil.copytree(folder / "submitted" / student / part, pressed)
    (pressed / "timestamp.txt").write_text("last Tuesday")
    path = pressed / "02_architecture.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    spy = SPY.replace("@COURSE@", str(folder)).replace("@SOLUTIONS@", str(SOLUTIONS))
    notebook["cells"].append(
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "spy",
            "metadata": {},
            "outputs": [],
            "source": spy,
        }
    )
    path.write_text(json.dumps(notebook), "utf-8")

    with jupyterlab(tmp_path, folder) as (url, token):
        browser.get(f"{url}lab?reset&token={token}")  # signs in; formgrader by itself does not
        browser.get(f"{url}formgrader/manage_submissions/{part}")
        wait = WebDriverWait(browser, PATIENCE, 0.2)
        row = "//tr[td[contains(., 'pressed')]]//td[contains(@class, 'autograde')]/a"
        wait.until(lambda driver: driver.find_elements(By.XPATH, row))[0].click()
        success = f"Successfully autograded '{part}' for student 'pressed'."
        said = (By.CSS_SELECTOR, "#success-modal, #error-modal")
        wait.until(lambda driver: any(success in one.text for one in driver.find_elements(*said)))
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        assert gradebook.find_submission(part, "pressed").score == expected
    graded = (folder / "autograded" / "pressed" / part / "02_architecture.ipynb").read_text("utf-8")
    assert "outside: [] False" in graded
