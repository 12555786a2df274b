"""Formgrader in a real browser: an instructor's week by its buttons, on the project of part 2."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from evenhand.commands import main
from evenhand.course import Course
from in_browser import chromium, jupyterlab, opened
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchFeedback, ExchangeSubmit

from authoring.source import SOLUTIONS, read_lesson

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("bwrap"), reason="there is no bubblewrap"),
]

PART, NOTEBOOK, STUDENT = "2-hidden-layer", "13_project", "kim"
MATHJAX = """
const nothing = () => {};
window.MathJax = {Hub: {Config: nothing, Queue: nothing, Startup: {signal: {Interest: nothing}}}};
"""
SPY = """
import os
seen = [name for name in ("gradebook.db", "submitted") if os.path.exists(f"@COURSE@/{name}")]
print("outside:", seen, os.path.exists("@SOLUTIONS@"), len(os.listdir("/proc/net")) > 0)
"""


def write_course(root: Path) -> Path:
    """Write a course of this course's sources, with one notebook, and an exchange."""
    folder = root / "class"
    folder.mkdir()
    (root / "exchange").mkdir()
    shutil.copytree(SOLUTIONS, root / "solutions", ignore=shutil.ignore_patterns("*.ipynb"))
    shutil.copy(SOLUTIONS / PART / f"{NOTEBOOK}.ipynb", root / "solutions" / PART)
    (root / "exchange").chmod(0o777)
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f'load_subconfig("nbgrader_config.py", path={str(SOLUTIONS.parent)!r})\n'
        f"c.CourseDirectory.root = {str(folder)!r}\n"
        f"c.CourseDirectory.source_directory = {str(root / 'solutions')!r}\n"
        "c.CourseDirectory.release_directory = 'release'\n"
        f"c.Exchange.root = {str(root / 'exchange')!r}\n"
        f"c.Exchange.cache = {str(root / 'cache')!r}\n"
        "c.ExchangeCollect.check_owner = False\n"  # all of it is the test's
    )
    return folder


def answer(folder: Path, course: Path) -> None:
    """Answer a released notebook: one exercise wrong, the report written, and a cell that spies."""
    path = folder / f"{NOTEBOOK}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    solution = json.loads((SOLUTIONS / PART / path.name).read_text("utf-8"))
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in solution["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            text = re.sub(
                r"^ *### (BEGIN|END) SOLUTION\n?", "", answers[about["grade_id"]], flags=re.M
            )
            cell["source"] = text
        if about.get("grade_id") == "choose_units":
            cell["source"] = "def choose_units(sizes, accuracies):\n    return sizes[0]\n"
        if about.get("grade_id") == "report":
            rubric = answers["report"].partition("### BEGIN SOLUTION")[0]
            cell["source"] = f"{rubric}Sixteen units do it; Kim's report."
    sources = str(course.parent / "solutions")
    spy = SPY.replace("@COURSE@", str(course)).replace("@SOLUTIONS@", sources)
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    notebook["cells"].append({**empty, "id": "spy", "source": spy})
    path.write_text(json.dumps(notebook), "utf-8")


def as_student(kind, course: Path, folder: Path) -> None:
    """Run one of the exchange's programs as the student does, in a folder."""
    config = Course.open(course).config
    coursedir = CourseDirectory(config=config)
    coursedir.root, coursedir.assignment_id, coursedir.student_id = str(folder), PART, STUDENT
    made = kind(coursedir=coursedir, authenticator=Authenticator(), config=config)
    made.assignment_dir = str(folder)
    made.start()


def score(course: Path) -> float:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return gradebook.find_submission(PART, STUDENT).score


def test_the_week_by_formgraders_buttons(tmp_path, monkeypatch):
    course = write_course(tmp_path)
    lesson = read_lesson(f"{PART}/{NOTEBOOK}")
    with (
        jupyterlab(tmp_path, course) as (url, token),
        chromium() as browser,
        opened(browser) as page,
    ):
        # Formgrader loads MathJax from elsewhere: with a network or without, the test is the same.
        page.route("**/cdnjs.cloudflare.com/**", lambda route: route.fulfill(body=MATHJAX))

        def press(column: str, said: str) -> None:
            """Press the button in a column of the part's row, and close what it says."""
            page.locator(f"tr:has-text('{PART}'), tr:has-text('{STUDENT}')").locator(
                f"td.{column} a"
            ).first.click()
            page.locator("#success-modal, #error-modal").wait_for()
            assert said in page.inner_text(".modal-body")
            page.locator(".modal-footer button").click()
            page.locator(".modal").wait_for(state="detached")

        def assignments() -> None:
            page.goto(f"{url}formgrader/manage_assignments")

        # Formgrader by itself does not sign in.
        page.goto(f"{url}login?token={token}&next=/formgrader/manage_assignments")
        press("assign", f"Successfully created the student version of '{PART}'")
        released = json.loads((course / "release" / PART / f"{NOTEBOOK}.ipynb").read_text("utf-8"))
        text = "".join("".join(cell["source"]) for cell in released["cells"])
        assert "raise NotImplementedError" in text and "BEGIN" not in text
        press("release", f"Successfully released '{PART}'")

        page.locator(f"tr:has-text('{PART}') td.edit a").click()
        page.locator(".modal-duedate").fill("2099-01-01T10:00")
        page.locator(".modal button.save").click()
        page.locator("td.duedate:has-text('2099')").wait_for()

        home = tmp_path / "home"
        [outbound] = (tmp_path / "exchange").rglob(f"outbound/{PART}")
        (home / PART).mkdir(parents=True)
        shutil.copy(outbound / f"{NOTEBOOK}.ipynb", home / PART)
        answer(home / PART, course)
        monkeypatch.chdir(home)
        as_student(ExchangeSubmit, course, home)
        press("collect", f"Successfully collected submissions of '{PART}'")

        page.goto(f"{url}formgrader/manage_submissions/{PART}")
        press("autograde", f"Successfully autograded '{PART}' for student '{STUDENT}'.")
        page.get_by_text("needs manual grading").wait_for()
        by_button = score(course)
        wrong = sum(cell.points for cell in lesson.cells if cell.exercise == "choose_units")
        assert 0 < by_button <= lesson.points - 5 - 0.5 * wrong
        graded = course / "autograded" / STUDENT / PART / f"{NOTEBOOK}.ipynb"
        assert "outside: [] False" in graded.read_text("utf-8")

        # The report, with its rubric, waits for a person.
        page.goto(f"{url}formgrader/gradebook/{PART}/{NOTEBOOK}")
        page.get_by_text("Submission #1").click()
        page.get_by_text("Kim's report.").wait_for()
        page.get_by_text("which baseline, and how both sides were tuned").first.wait_for()
        page.locator("input.needs_manual_grade[id='report']").wait_for()
        for at, given in (
            ("input[id='report']", "4"),
            ("input[id='report_extra_credit']", "0.5"),
            ("textarea[id='report-comment']", "Clear; say what you would try next."),
        ):
            with page.expect_response(lambda answer: "/formgrader/api/" in answer.url):
                page.locator(at).fill(given)
                page.keyboard.press("Tab")
        page.reload()
        page.wait_for_function("document.getElementById('report')?.value === '4'")
        assert score(course) == by_button + 4.5

        assignments()
        press("generate-feedback", f"Successfully generated feedback of '{PART}'")
        press("release-feedback", f"Successfully released feedback of '{PART}'")
        as_student(ExchangeFetchFeedback, course, home)
        [fetched] = (home / PART / "feedback").rglob(f"{NOTEBOOK}.html")
        assert "Clear; say what you would try next." in fetched.read_text("utf-8")

        # Our own command gives the same, and keeps what the person gave.
        assert main(["grade", "--course", str(course), "--part", PART, "--workers", "1"]) == 0
        assert score(course) == by_button + 4.5
        page.goto((course / "feedback" / STUDENT / PART / f"{NOTEBOOK}.html").as_uri())
        page.get_by_text("Comment from your instructor").wait_for()
        text = page.inner_text("body")
        assert "Clear; say what you would try next." in text
        assert "Your instructor gave 4. Your instructor gave 0.5 as extra credit." in text
        page.goto((course / "report" / "index.html").as_uri())
        assert STUDENT in page.inner_text("body")
