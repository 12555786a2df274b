"""The report: what it sums up, and what it does in a browser, with a thousand students."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from evenhand import feedback
from evenhand.attempts import Attempt
from evenhand.by_hand import ByHand, Given
from evenhand.class_summary import ClassSummary
from evenhand.pages import render
from evenhand.quoting import one_line, stripped
from evenhand.report import html_page, item_statistics
from evenhand.results import Flag, FlagKind, NotebookResult, TestResult
from evenhand.similar import Pair
from evenhand.terminal import own_table
from playwright.sync_api import sync_playwright
from rich.console import Console

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


def result(student: str, part: str = "p", notebook: str = "n", **points) -> NotebookResult:
    """Return a result; exercise -> its points of 4, a status without points, or a sentence."""
    tests = []
    for name, earned in points.items():
        status, message = "full" if earned == 4 else "wrong", ""
        if earned in ("missing", "not attempted", "not judged"):
            status, earned = earned, 0
        elif isinstance(earned, str):
            message, earned = earned, 0
        tests.append(TestResult(f"{name}--1", name, "t", earned, 4, status, message))
    return NotebookResult(part, notebook, tuple(tests), student=student)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", page).split())


def test_difficulty_is_of_those_who_tried_and_missing_is_not_zero():
    results = [result(f"s{n:02}", x=4 * (n % 2), y=2 + 2 * (n % 2)) for n in range(12)]
    results += [
        result("t1", x="not attempted", y="not judged"),
        result("t2", x="missing", y="missing"),
    ]
    item = item_statistics(ClassSummary.of(results))
    x, y = item[("p", "n", "x")], item[("p", "n", "y")]
    assert (x.tried, x.not_attempted, x.missing, x.not_judged) == (12, 1, 1, 0)
    assert (y.tried, y.not_attempted, y.missing, y.not_judged) == (12, 0, 1, 1)
    assert x.difficulty == 0.5 and y.difficulty == 0.75
    assert x.discrimination == pytest.approx(1) and y.discrimination == pytest.approx(1)
    few = item_statistics(ClassSummary.of(results[:9]))
    assert few[("p", "n", "x")].discrimination is None
    same = item_statistics(ClassSummary.of([result(f"{n}", x=4, y=n % 3) for n in range(12)]))
    assert same[("p", "n", "x")].discrimination is None


def test_an_exercise_that_the_weak_solve_and_the_strong_do_not_is_seen():
    results = [
        result(f"{n:02}", x=4 * (n % 2 == 0), y=4 * (n % 2), z=2 * (n % 2)) for n in range(12)
    ]
    item = item_statistics(ClassSummary.of(results))
    assert item[("p", "n", "x")].discrimination == pytest.approx(-1)


def test_a_mistake_is_one_whatever_its_numbers_with_who_made_it():
    said = "The shape is ({}, 1), and should be (1, {})."
    results = [result(f"s{n}", x=said.format(n, n)) for n in (3, 4, 4)] + [result("s5", x=4)]
    results[2] = result("s9", x=said.format(4, 4))
    page = html_page(ClassSummary.of(results), "t")
    table = page[page.index("What went wrong") :]
    assert table.count("The shape is") == 1 and "(4, 1)" in table  # the commonest
    [details] = re.findall(r"<details><summary>(.*?)</details>", table, re.S)
    assert text_of(details) == "3 of 4 s3 , s4 , s9" and "</span>, <span" in details
    lecture = text_of(page[page.index("For the next lecture") : page.index("<h2>Exercises")])
    assert "n · x: 3 of 4 were told: The shape is (4, 1), and should be (1, 4)." in lecture


def test_who_may_need_help_is_told_with_the_reason():
    results = [result(f"s{n}", part, x=4, y=4) for n in range(4) for part in ("a", "b")]
    results += [result("weak", "a", x=1, y=0), result("weak", "b", x="missing", y="missing")]
    results += [result("few", "a", x=4, y="not attempted", z="not attempted")]
    page = html_page(ClassSummary.of(results), "t", {"weak": "Ann Lee"})
    told = re.findall(r'<li class="student">(.*?)</li>', page, re.S)
    assert [text_of(line) for line in told] == [
        "few : a: 33 % of the points; a: 2 of 3 exercises not attempted; "
        "b: handed in nothing, and 4 others did",
        "Ann Lee : a: 8 % of the points; b: handed in nothing, and 4 others did",
    ]


def test_missing_is_told_apart_from_zero_and_namesakes_from_each_other():
    results = [result("a1", x=0, y="missing"), result("a2", x="missing", y="missing")]
    page = html_page(
        ClassSummary.of(results),
        "t",
        {"a1": "Ann Lee", "a2": "Ann Lee"},
        lambda *where: f"../feedback/{'/'.join(where)}.html",
    )
    table = page[page.index("Students by exercises") :]
    first, second = re.findall(r'<tr class="student">(.*?)</tr>', table, re.S)
    assert text_of(first) == "Ann Lee (a1) 0 missing 0"
    assert text_of(second) == "Ann Lee (a2) missing missing"
    assert '<a href="../feedback/a1/p/n.html">0</a>' in first and "<a" not in second
    assert "1 handed in nothing and are not counted" in page


def test_what_waits_for_a_person_is_no_zero_anywhere():
    waits = TestResult("a--1", "a", "an answer", 0, 4, "not judged", "A person will look.", True)
    one = NotebookResult("p", "n", (waits,), student="s")
    table = html_page(ClassSummary.of([one]), "t").partition("Students by exercises")[2]
    [row] = re.findall(r'<tr class="student">(.*?)</tr>', table, re.S)
    assert text_of(row).startswith("s not judged")
    page = text_of(feedback.page(one))
    assert "an answer – / 4 A person will look." in page
    assert page.count("0 of 4 points; 4 of them wait for a person") == 2  # in all, and here
    given = ByHand({"a--1": Given(points=3.0)}, {"a": "Well argued."})
    page = text_of(feedback.page(given.applied_to(one), by_hand=given))
    assert "an answer 3 / 4 Your instructor gave 3." in page and "a person" not in page.lower()
    assert "Comment from your instructor Well argued." in page


def test_who_handed_in_nothing_at_all_is_named():
    names = {"a": "Ann Lee", "b": "Bo Lind"}
    page = html_page(ClassSummary.of([result("a", x=4)]), "t", names)
    absent = page[page.index("Who handed in nothing at all") : page.index("<h2>Exercises")]
    assert re.findall(r">([^<>]+)</span>", absent) == ["Bo Lind"]
    page = html_page(ClassSummary.of([result("a", x=4)]), "t", {"a": "Ann Lee"})
    assert "nothing at all" not in page


def test_nothing_but_the_reports_own_script_may_run():
    page = html_page(ClassSummary.of([result("<script>x</script>", x="</script><b>")]), "t")
    assert page.count("<script") == 1
    policy = re.search(r'content="(default-src[^"]*)"', page)[1]
    [script] = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html.unescape(policy)
    assert "unsafe-inline" not in policy.partition("script-src")[2]


def test_attempts_are_listed_in_the_order_of_time():
    some = [
        Attempt("b", "2026-11-20 10:00:00", 1, 2),
        Attempt("a", "2026-11-21 10:00:00", 1, 1),
        Attempt("b", "", 2, 2, (("n", "x"), ("n", "<y>"))),
        Attempt("never graded", "", 1, 1),
    ]
    results = [result("a", x=4), result("b", x=1)]
    page = html_page(ClassSummary.of(results), "t", {"a": "Ann Lee"}, attempts={"p": some})
    table = page[page.index("In the order of time") : page.index("What went wrong")]
    assert [text_of(row) for row in re.findall(r'<tr class="student">(.*?)</tr>', table, re.S)] == [
        "2026-11-20 10:00:00 b 1 of 2",
        "2026-11-21 10:00:00 Ann Lee 1 of 1",
        "not known b 2 of 2 n · x, n · &lt;y&gt;",
    ]
    assert "In the order" not in html_page(ClassSummary.of(results), "t", attempts={})


@pytest.fixture(scope="module")
def browser():
    if not BROWSER:
        pytest.skip("there is no Chromium")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(browser):
    """A page of a phone's width, whose console says nothing."""
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    said = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    tab.close()
    assert said == []


LONG = f"    return '{'x' * 87}'"  # a hundred columns
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


def full_report() -> str:
    """Return a report with everything that one may have in it."""
    results = [
        result(f"s{n:02}", x=n % 5, y="The shape is (3,) and not (3, 1).", z="not attempted")
        for n in range(12)
    ]
    results += [result("t", x="missing", y="missing", z="missing")]
    results[3] = replace(
        results[3],
        flags=tuple(Flag(kind, f"A line of {kind}.", "x") for kind in FlagKind),
        penalty=0.5,
    )
    some = {"p": [Attempt("s01", "2026-11-20 10:00:00", 1, 2), Attempt("s01", "", 2, 2)]}
    names = {"s01": "Ann Lee", "gone": "Bo Lind"}
    page_of = lambda *where: "#page"  # noqa: E731
    return html_page(ClassSummary.of(results), "Class report: c", names, page_of, some)


def full_page() -> str:
    """Return a learner's page with everything that one may have on it."""
    tests = (
        TestResult("a--1", "a", "plain", 1, 2, "partial", "It is off by one."),
        TestResult("a--2", "a", "beyond", 0, 1, "wrong", "No.", call="a(array of shape (2, 5))"),
        TestResult("b--1", "b", "an answer", 0, 4, "not judged", "A person will look.", True),
    )
    one = NotebookResult("p", "n", tests, for_learner=("Hello.",), student="s", penalty=0.25)
    cells = [
        {
            "cell_type": "code",
            "source": f"def a(x):\n{LONG}",
            "metadata": {"nbgrader": {"solution": True}},
            "outputs": [
                {"output_type": "stream", "name": "stderr", "text": f"{LONG}: a warning"},
                {"output_type": "error", "traceback": ["ValueError: no"]},
                {"output_type": "display_data", "data": {"text/plain": "A.", "image/png": PIXEL}},
            ],
        }
    ]
    given = ByHand({"a--1": Given(1.0, 0.5, 0.0)}, {"a": "Well done.", "other": "See me."})
    seen = feedback.ShownTests(True, {"a--1": "assert a(1) == 2"})
    return feedback.page(given.applied_to(one), json.dumps({"cells": cells}), given, seen)


def alike_page() -> str:
    sides = ([("x = 1", False), (LONG, True)], [(LONG, True), ("", False)])
    pairs = [Pair("p/n", ("s", "t"), 0.75, sides)]
    names = {"s": "s", "t": "t"}
    return render("similar.html", stripped, title="Alike: c", pairs=pairs, names=names)


def own_page() -> str:
    """Return what one's own work came to, as ``--mine`` shows it."""
    about = {"title": "Your work", "results": [result("", x=4, y=1)], "earned": 5, "best": 8}
    return render("own.html", one_line, **about)


def test_ones_own_points_come_with_one_sentence_an_exercise(capsys):
    def test(title, earned, message):
        status = "full" if earned else "wrong"
        return TestResult(title, "cost", title, earned, 1, status, message)

    def said(*tests):
        own_table([NotebookResult("p", "n", tests)], Console(width=200))
        return " ".join(capsys.readouterr().out.split())

    right, praised = test("check", 1, ""), test("large inputs", 1, "Advice: overflow.")
    wrong, alike = test("one sample", 0, "cost: The sum is no mean."), test("check", 0, "Beyond.")
    assert said(right, praised).endswith("2 / 2 full")
    assert said(right, wrong, praised).endswith("2 / 3 one sample: The sum is no mean.")
    assert said(alike, alike, wrong).endswith("0 / 3 Beyond. (The page says 1 more.)")


def test_advice_is_left_out_beside_what_is_wrong():
    advice = "Advice: RuntimeWarning: overflow."
    praised = TestResult("a--1", "a", "the shape", 1, 1, "full", advice)
    wrong = TestResult("a--2", "a", "the values", 0, 1, "wrong", "The sign is turned.")
    elsewhere = TestResult("b--1", "b", "the values", 0, 1, "wrong", "It is the sum.")
    page = feedback.page(NotebookResult("p", "n", (praised, wrong)))
    assert "The sign is turned." in page and advice not in page
    assert advice in feedback.page(NotebookResult("p", "n", (praised, elsewhere)))


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


@pytest.mark.slow
@pytest.mark.parametrize("page", [full_report, full_page, alike_page, own_page])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_a_page(browser, tmp_path, page, scheme):
    """axe-core finds nothing serious; a phone shows all of it, and so does paper."""
    path = tmp_path / "page.html"
    path.write_text(page())
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    tab = context.new_page()
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert tab.evaluate(FITS), "the page is wider than a phone"
    found = Axe().run(tab).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    told = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in serious]
    assert told == [], told
    context.close()


CUT = """() => [...document.querySelectorAll("body *")].filter((one) =>
    getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth
).map((one) => one.outerHTML.slice(0, 99))"""


@pytest.mark.slow
@pytest.mark.parametrize("page", [full_report, full_page, alike_page, own_page])
def test_on_paper_nothing_is_cut_off_or_dark(browser, tmp_path, page):
    path = tmp_path / "page.html"
    path.write_text(page())
    context = browser.new_context(color_scheme="dark", viewport={"width": 794, "height": 1123})
    tab = context.new_page()
    tab.goto(path.as_uri())
    tab.emulate_media(media="print")
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(ground) == "rgb(255, 255, 255)"
    assert not tab.locator("#tools").is_visible()
    assert tab.evaluate(CUT) == []
    if page is not full_report:  # a table of many columns is as wide as it has to be
        assert tab.evaluate(FITS)
    assert tab.pdf().startswith(b"%PDF")
    context.close()


@pytest.mark.slow
def test_a_thousand_students_are_sorted_searched_and_hidden(tab, tmp_path):
    results = [
        result(f"s{n:04}", x=n % 5 if n % 7 else "missing", y=f"Number {n} is wrong.")
        for n in range(1000)
    ]
    names = {f"s{n:04}": f"Person {n}" for n in range(1000)}
    page = tmp_path / "index.html"
    text = html_page(ClassSummary.of(results), "t", names, lambda *where: "#page")
    page.write_text(text)
    tab.goto(page.as_uri())

    def run(script):
        return tab.evaluate(f"() => {{ {script} }}")

    shown = (
        "return [...document.querySelectorAll('tr.student')].filter((row) => !row.hidden)"
        ".map((row) => row.innerText.split(/\\s*\\t/))"
    )
    by_x = "document.querySelectorAll('table.sortable')[1].querySelectorAll('th button')[1]"
    run(f"{by_x}.click(); {by_x}.click()")
    rows = run(shown)
    assert len(rows) == 1000
    points = [row[1] for row in rows]
    assert points[0] == "4" and points[-1] == "missing"  # whichever way round
    numbers = [int(one) for one in points if one != "missing"]
    assert numbers == sorted(numbers, reverse=True)
    run(
        "const search = document.getElementById('search'); search.value = 'person 99';"
        "search.dispatchEvent(new Event('input'))"
    )
    assert {row[0] for row in run(shown)} == {
        "Person 99",
        *(f"Person 99{n}" for n in range(10)),
    }
    run("document.getElementById('search').value = ''; document.getElementById('hide').click()")
    assert "Person" not in run("return document.body.innerText")
    aliases = [row[0] for row in run(shown)]
    assert len(set(aliases)) == 1000 and all(re.match("student [0-9a-f]{4}", a) for a in aliases)
    assert not run("return document.querySelectorAll('td a[href]').length")
    tab.reload()
    run("document.getElementById('hide').click()")
    assert {row[0] for row in run(shown)} == set(aliases)  # the same each time
    assert tab.evaluate(FITS), "the page is wider than a phone"
    colours = "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
    light = run(colours)
    tab.emulate_media(color_scheme="dark")
    assert run(colours) != light
