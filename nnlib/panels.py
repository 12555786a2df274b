"""The short panels that a notebook shows: HTML in a notebook, the same words as text elsewhere."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from nnlib.languages import local

# Okabe-Ito colours, dark enough as an edge on white and bright enough on black. The word and the
# sign beside it say the same, so nothing depends on the colour.
_KINDS = {
    "right": ("✔", "Right", "#009E73"),
    "wrong": ("✘", "Not yet", "#D55E00"),
    "not attempted": ("○", "Not attempted", "#8c8c8c"),
    "hint": ("→", "Hint", "#0072B2"),
    "note": ("i", "Note", "#0072B2"),
    "progress": ("▤", "Progress", "#0072B2"),
}


@dataclass(frozen=True)
class Panel:
    """A panel: its kind, a title, and lines of text in which backquotes mark code.

    `bars` are rows of (label, done, of), drawn as bars; a label may be a link, as in Markdown.
    `folds` are pairs of a title and a long text, such as code, that opens on a click. Sentences
    that the learner's language has are shown in it.
    """

    kind: str
    title: str
    lines: Sequence[str] = ()
    advice: Sequence[str] = ()
    bars: Sequence[tuple[str, int, int]] = ()
    folds: Sequence[tuple[str, str]] = ()

    def __repr__(self) -> str:
        sign, word, _ = _KINDS[self.kind]
        rows = [f"{sign} {local(word)}: {local(self.title)}"]
        dot = "• " if len(self.lines) > 1 else ""
        rows += [f"  {dot}{_unlinked(local(line))}" for line in self.lines]
        labels = [_unlinked(label) for label, _, _ in self.bars]
        width = max(map(len, labels), default=0)
        for label, (_, done, of) in zip(labels, self.bars, strict=True):
            filled = round(10 * done / of) if of else 0
            count = local(f"{done} of {of}")
            rows.append(f"  {label:<{width}}  {'█' * filled}{'·' * (10 - filled)}  {count}")
        rows += [f"  {local('Advice')}: {local(text)}" for text in self.advice]
        for title, text in self.folds:
            rows += [f"  {local(title)}", *(f"    {line}" for line in text.splitlines())]
        return "\n".join(rows)

    def _repr_html_(self) -> str:
        sign, word, colour = _KINDS[self.kind]
        body = ""
        if len(self.lines) == 1:
            body += f"<p style='margin:.4em 0 0'>{_inline(local(self.lines[0]))}</p>"
        elif self.lines:
            items = "".join(
                f"<li style='margin:.2em 0'>{_inline(local(line))}</li>" for line in self.lines
            )
            body += f"<ul style='margin:.4em 0 0;padding-left:1.4em'>{items}</ul>"
        if self.bars:
            body += _bars(self.bars, colour)
        for text in self.advice:
            said = f"<em>{local('Advice')}.</em> {_inline(local(text))}"
            body += f"<p style='margin:.5em 0 0'>{said}</p>"
        for title, text in self.folds:
            body += (
                f"<details style='margin:.5em 0 0'><summary>{_inline(local(title))}</summary>"
                "<pre style='margin:.3em 0 0;white-space:pre-wrap'>"
                f"<code>{html.escape(text, quote=False)}</code></pre></details>"
            )
        # No text or page colour of our own: the panel takes the theme's, light or dark.
        return (
            f"<div role='status' style='border-left:.35em solid {colour};padding:.5em .9em;"
            "margin:.3em 0;max-width:46em;line-height:1.45;overflow-wrap:anywhere'>"
            f"<strong><span aria-hidden='true'>{sign}</span> {local(word)}:</strong> "
            f"{_inline(local(self.title))}{body}</div>"
        )


class Told(Exception):
    """An error that shows its message without a traceback: as a panel, and as a line for logs."""

    kind = "wrong"
    _shown = False  # IPython asks more than once

    def _render_traceback_(self) -> list[str]:
        if not self._shown:
            self._shown = True
            show(Panel(self.kind, str(self)))
        return [local(str(self))]


def show(panel: Panel) -> None:
    """Display a panel in IPython; print it elsewhere."""
    if in_ipython():
        from IPython.display import display

        display(panel)
    else:
        print(panel)


def in_ipython() -> bool:
    """Return whether this runs in an IPython shell."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


_LINK = re.compile(r"\[([^\]]+)\]\(([\w./-]+\.ipynb)\)")


def _unlinked(text: str) -> str:
    return _LINK.sub(r"\1", text)


def _inline(text: str) -> str:
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return _LINK.sub(r"<a href='\2' style='color:inherit'>\1</a>", text)


def _bars(bars: Sequence[tuple[str, int, int]], colour: str) -> str:
    # Rows that wrap, and no table: in a narrow window, or at 200 %, the bar goes below its label.
    row = "display:flex;flex-wrap:wrap;align-items:center;gap:0 1em;margin:.2em 0"
    frame = "width:8em;height:.8em;border:1px solid currentColor"
    items = []
    for label, done, of in bars:
        share = 100 * done / of if of else 0
        fill = f"display:block;width:{share:.0f}%;height:100%;background:{colour}"
        items.append(
            f"<li style='{row}'><span style='flex:1 1 18em'>{_inline(label)}</span> "
            "<span style='flex:none;display:flex;align-items:center;gap:.8em'>"
            f"<span aria-hidden='true' style='{frame}'><span style='{fill}'></span></span> "
            f"<span style='width:4em;white-space:nowrap'>"
            f"{local(f'{done} of {of}')}</span></span></li>"
        )
    # Without its dots a list is no list to some screen readers, unless it is called one.
    style = "list-style:none;margin:.5em 0 0;padding:0"
    return f"<ul role='list' style='{style}'>{''.join(items)}</ul>"
