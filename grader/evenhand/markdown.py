"""Make Markdown that a learner wrote harmless in the browser of whoever reads it."""

import html
import re

from evenhand.quoting import stripped

# Markup that may stay: it has no attributes except for an address on the web.
_SAFE = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|ins|kbd|"
    r"li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|"
    r"u|ul|var)\s*/?>|<a href=\"https?://[^\"<>\s]*\">|<https?://[^<>\s\"'`=]*>",
    re.I,
)
_OPENING = re.compile(r"<(?=[a-z/!?])", re.I)
_SCHEME = re.compile(r"(javascript|vbscript|data(?=[\s\\]*:[\w\\]*[/;,]))[\s\\]*:", re.I)
_LINKING = re.compile(r"\\(?=href|html|require|csname|cssId|class|style)", re.I)


def clean_markdown(text: str) -> str:
    """Return Markdown in which nothing can run in the browser of whoever reads it.

    A ``<`` that opens anything but plain markup gets a space after it, which makes it text. So
    does the scheme of a link that would run code.
    """
    text = stripped(text.encode("utf-8", "replace").decode("utf-8"))
    plain = text
    for _ in range(5):
        plain = html.unescape(plain)
    plain = stripped(plain)
    if _SCHEME.search(re.sub(r"[\s\\]", "", plain)):
        text = plain = _SCHEME.sub(r"\1 :", plain.replace("\t", " "))
    if _LINKING.search(plain):
        # MathJax would make links and styles of these.
        text = _LINKING.sub(r"\\ ", plain)
    return _OPENING.sub(
        lambda found: "<" if _SAFE.match(text, found.start()) else "< ",
        text,
    )
