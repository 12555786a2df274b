"""Pages from the templates beside this file: whatever is put into them is shown as text."""

import functools
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def points(value: float) -> str:
    """Write points as people do: 3, 2.5, 0.33."""
    return f"{round(value, 2):g}"


def render(template: str, shown: Callable[[str], str], **values: Any) -> Markup:
    """Return a template with values in it.

    Parameters
    ----------
    template : str
        Its name in the folder `templates`.
    shown : callable
        How text is shown, such as `evenhand.quoting.one_line`. The result is escaped.
    **values
        The template's variables. A `Markup` is what was rendered before, and stays as it is.
    """
    return Markup(_environment(shown).get_template(template).render(values))


@functools.cache
def _environment(shown: Callable[[str], str]) -> Environment:
    environment = Environment(
        loader=PackageLoader("evenhand"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: (
            shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    environment.filters["points"] = points
    return environment
