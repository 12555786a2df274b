"""A notebook in a real browser, used with the mouse and the keyboard."""

from __future__ import annotations

import collections
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
PATIENCE = 240_000  # milliseconds
SCREENS = Path(__file__).parents[1] / "dist" / "screens"
# A spinner that turns while a kernel starts takes a fifth of a processor's time to draw.
STILL = """const still = new CSSStyleSheet();
still.replaceSync("*, ::before, ::after { animation: none !important; }");
document.adoptedStyleSheets.push(still);"""
_steps = collections.defaultdict(lambda: itertools.count(1))  # test -> numbers of its steps

# What is open in JupyterLab, and its cells.
HERE = (
    "const panel = window.jupyterapp?.shell?.currentWidget; const cells = panel?.content?.widgets;"
)


def picture(page) -> None:
    """Keep what is seen now, in `dist/screens`, by the test's name and the number of the step."""
    test = re.sub(r"\W+", "-", os.environ["PYTEST_CURRENT_TEST"].split("::")[1].split(" ")[0])
    page.screenshot(path=SCREENS / f"{test.strip('-')}-{next(_steps[test]):02}.png")


@contextlib.contextmanager
def chromium():
    """Start the browser, or skip."""
    if CHROMIUM is None:
        pytest.skip("There is no Chromium (Debian: apt-get install chromium)")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(browser, height=1000, may_fail=()):
    """Open a page of 1280 pixels' width; in the end it may have no error of ours in its console.

    `may_fail` holds parts of addresses that may be missing.
    """
    context = browser.new_context(viewport={"width": 1280, "height": height})
    context.set_default_timeout(PATIENCE)
    context.add_init_script(STILL)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def listen(said):
        missing = said.text.startswith("Failed to load resource") and any(
            part in said.location["url"] for part in may_fail
        )
        if said.type == "error" and not missing:
            errors.append(f"{said.text} ({said.location['url']})")

    page.on("console", listen)
    yield page
    context.close()
    assert not errors, errors


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
        deadline = time.monotonic() + PATIENCE / 1000
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


def serious(page, within=None, only=None) -> list[str]:
    """Return what axe-core finds, by all rules or `only` some, that shuts people out, and where."""
    # It would fetch the style sheets once more, which a browser does not do in a folder.
    options = {"resultTypes": ["violations"], "preload": False}
    if only:
        options["runOnly"] = only
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


class Notebook:
    """An open notebook."""

    def __init__(self, page, address: str) -> None:
        self.page = page
        page.goto(address)
        self.wait(
            "return !!(cells?.length && panel.context.isReady"
            " && panel.context.sessionContext.session?.kernel?.status === 'idle')"
        )

    def find(self, start: str) -> int:
        """Return the number of the code cell that begins so."""
        sources = self.do(
            "return cells.map(c => c.model.type === 'code' ? c.model.sharedModel.getSource() : '')"
        )
        found = [i for i, source in enumerate(sources) if source.startswith(start)]
        assert found, start
        return found[0]

    def cell(self, number: int):
        """Scroll to a cell and return it."""
        self.do(
            "panel.content.activeCellIndex = given;"
            "return Promise.resolve(panel.content.scrollToItem(given, 'start'))",
            number,
        )
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{number}"]')

    def write(self, number: int, text: str) -> None:
        """Replace the text of a cell."""
        self._edit(number, "a")
        self.page.keyboard.insert_text(text)

    def run(self, number: int):
        """Run a cell and return what stands below it."""
        count = "return cells[given].model.executionCount"
        before = self.do(count, number)
        self._edit(number, "Enter")
        self.wait(
            "const model = cells[given[0]].model; return model.executionCount !== null"
            " && model.executionCount !== given[1] && model.executionState !== 'running'",
            [number, before],
        )
        self.wait(
            "const area = cells[given].outputArea;"
            "const shown = [...area.node.querySelectorAll('.jp-OutputArea-output')];"
            "return area.widgets.length === area.model.length"
            " && shown.every(node => node.childNodes.length)",
            number,
        )
        below = self.cell(number).locator(".jp-Cell-outputWrapper")
        picture(self.page)
        return below

    def panel(self, number: int):
        """Run a cell and return the one panel that it shows."""
        found = self.run(number).locator("[role=status]")
        assert found.count() == 1
        return found

    def do(self, script: str, given=None):
        """Run a script that knows `panel`, `cells` and `given`."""
        return self.page.evaluate(f"given => {{ {HERE} {script} }}", given)

    def wait(self, script: str, given=None) -> None:
        # Else it asks, and the page is drawn, sixty times a second.
        self.page.wait_for_function(f"given => {{ {HERE} {script} }}", arg=given, polling=50)

    def _edit(self, number: int, key: str) -> None:
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press(f"Control+{key}")
