"""Nothing that a learner writes in Markdown runs in the browser of whoever grades."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from evenhand.document import clean_markdown
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune


class _Active(HTMLParser):
    """Collects what could run."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "svg", "math", "style", "form", "base"):
            self.found.append(tag)
        for name, value in attrs:
            scheme = "".join((value or "").split()).lower().partition(":")[0]
            if name.startswith("on") or name in ("style", "srcdoc", "action", "formaction"):
                self.found.append(name)
            if name in ("href", "src") and scheme in ("javascript", "vbscript", "data"):
                self.found.append(value)


def active(text):
    parser = _Active()
    parser.feed(markdown2html_mistune(text))
    parser.close()
    return parser.found


MATH = [
    r"$\def\y#1{\href{java#1:alert(1)}{click}}\y{script}$",
    r"$$&#92;href{java}{click}$$",
    r"\\(\HTML{x}\\)",
    r"$\require{html}\style{color:red}{x}$",
]


@pytest.mark.parametrize("text", MATH)
def test_no_formula_makes_a_link(text):
    shown = markdown2html_mistune(clean_markdown(text)).lower()
    assert not re.search(r"\\(href|html|require|style|class|cssid)", shown), shown


def test_other_formulas_stay_as_they_are():
    text = r"$\frac{1}{m} \sum_i \hat y^{(i)} \times \mathrm{d}Z_2$"
    assert clean_markdown(text) == text


ATTACKS = [
    "<script>alert(1)</script>",
    '<details title=">" open ontoggle="alert(1)">x</details>',
    'text <b title=">" onmouseover="alert(1)">x</b>',
    '<a href="java&Tab;script:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="https://a.org" onclick="alert(1)">x</a>',
    "<xss autofocus tabindex=1 onfocus=alert(1)>",
    "<svg><animate onbegin=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&amp;colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html,hi)",
    "![x](javascript:alert(1))",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x]\n\n[x]: <vbscript:alert(1)>",
    "<javascript:alert(1)>",
    "| a |\n|--|\n| <img src=x onerror=alert(1)> |",
    "# <b onclick=alert(1)>",
    '<div>\n<https://x/style="animation-name:fadeIn"/onanimationstart="alert(1)">\n</div>',
    "\\(<img src=x onerror=alert(1)>\\)",
]


NEARLY = [
    "<b/onmouseover=alert(1)>x</b>",
    "[x](java&Tab;script:alert(1))",
    "[x](\x01javascript:alert(1))",
]


@pytest.mark.parametrize("text", [*ATTACKS, *NEARLY])
def test_nothing_runs(text):
    assert text in NEARLY or active(text), "no attack: it does not run as it is"
    assert not active(clean_markdown(text))


PIECES = [
    *(
        "<",
        ">",
        '"',
        "'",
        "=",
        "/",
        "\\",
        "&lt;",
        "&Tab;",
        "&colon;",
        "&#x3a;",
        "`",
        "$",
        "\n",
        " ",
    ),
    *("script", "a href", "b ", "img src", "onclick", "onerror", "javascript", "data", "text/html"),
    *(":", "(", ")", "[x]", "!", "alert(1)", "\t", "\x00", "details", "-->", "<!--", "]: ", "java"),
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_runs_whatever_is_put_together(text):
    assert not active(clean_markdown(text))


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nWords with **bold**, `code < 3`, a [link](https://example.org/?a=1&b=2).",
        "> quoted\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "$a < b$ and $$\\frac{1}{2} \\leq x$$ &mdash; here",
        'H<sub>2</sub>O<br>next<br/>line, <b>bold</b>, <a href="https://example.org">a link</a>',
        "Look at the data:\n\n- rows",
        "```python\nif a < b and c > d:\n    print('&')\n```",
    ],
)
def test_honest_text_stays_as_it_is(text):
    assert clean_markdown(text) == text
