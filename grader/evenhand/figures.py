"""The figures that the learner's code drew, redrawn for the tests."""

import base64
import json
from typing import Any

from evenhand.sandboxed import codec
from evenhand.sandboxed.figures import part_of, redraw


class Figures:
    """The figures that the learner's code drew in a test, redrawn here, by their numbers."""

    def __init__(self) -> None:
        self._figures: dict[Any, Any] = {}
        self._looked_at: dict[str, Any] = {}
        self._drawn: set[Any] = set()

    def clear(self) -> None:
        """Forget all of them."""
        self._figures.clear()
        self._looked_at.clear()

    def drawn_by_call(self, descriptions: Any) -> None:
        """Redraw what a call drew: its result may be a part of that."""
        self._drawn = set()
        for description in descriptions:
            self._draw(description)

    def part(self, where: Any) -> Any:
        """Return a figure, axes or an artist that the learner's code gives back.

        Raises
        ------
        ValueError, TypeError, LookupError, AttributeError, ArithmeticError
            If `where` names none.
        """
        drawn = json.dumps([where["is"], where["figure"], where["buffers"]])
        buffers = [base64.b64decode(text) for text in where["buffers"]]
        description = codec.Decoder(buffers).decode(where["figure"])
        if description["number"] is not None:
            figure = self._draw(description)
        else:
            # As long as a figure does not change, its parts are parts of one figure here, too.
            if drawn not in self._looked_at:
                self._looked_at[drawn] = redraw(description)
            figure = self._looked_at[drawn]
        return part_of(figure, where["part"])

    def _draw(self, description: dict) -> Any:
        number = description["number"]
        if number is None or number not in self._drawn:
            self._figures[number] = redraw(description)
            self._drawn.add(number)
        return self._figures[number]
