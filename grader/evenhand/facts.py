"""Ask the learner's process about functions and classes: signatures, code, source."""

from __future__ import annotations

import inspect
import types
from functools import wraps
from typing import TYPE_CHECKING, Any

from evenhand.sandboxed import codec
from evenhand.sandboxed.facts import NAMES, NUMBERS
from evenhand.stand_ins import StandIn

if TYPE_CHECKING:
    from evenhand.bridge import Bridge

_SECONDS = 5


class Facts:
    """Asks the learner's process about functions and classes; see `evenhand.bridge`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def signature(self, thing: StandIn) -> inspect.Signature:
        """Ask for the parameters of a callable, and for its annotations."""
        message = {"op": "signature", "target": self._bridge.own(thing)}
        reply, buffers = self._bridge.ask(message, (), _SECONDS)
        if "error" in reply:
            raise ValueError("no signature found")
        decoder = codec.Decoder(buffers)
        parameters = []
        with self._bridge.readable():
            trees = [default for _, _, default in reply["parameters"]]
            defaults = [tree and decoder.decode(tree) for tree in trees]
            kinds = dict(decoder.decode(reply.get("annotations")) or ())
            for (name, kind, _), default in zip(reply["parameters"], defaults, strict=True):
                more = {"annotation": kinds[name]} if name in kinds else {}
                if default is not None:
                    (more["default"],) = default
                parameters.append(inspect.Parameter(str(name), kind, **more))
            returned = kinds.get("return", inspect.Signature.empty)
            return inspect.Signature(parameters, return_annotation=returned)

    def code(self, thing: StandIn) -> types.CodeType:
        """Return a code object with the same facts as a function's; it does nothing."""
        facts = self._code(thing)
        with self._bridge.readable():
            names = {f"co_{one}": tuple(map(str, facts[one])) for one in NAMES}
            numbers = {f"co_{one}": facts[one] for one in NUMBERS}
            return (lambda: None).__code__.replace(
                **(names | numbers),
                co_nlocals=len(names["co_varnames"]),
                co_consts=tuple(facts["consts"]),
                co_name=str(facts["name"]),
                co_filename="<learner>",
            )

    def source(self, thing: StandIn) -> str:
        """Ask for the source of a function or class.

        Raises
        ------
        OSError, TypeError
            If there is none, as for functions that the course provides.
        """
        facts = self._code(thing)
        if isinstance(facts.get("source"), str):
            return facts["source"]
        kind = TypeError if "TypeError" in facts.get("no source", ()) else OSError
        raise kind("the source code is not available")

    def _code(self, thing: StandIn) -> dict:
        message = {"op": "code", "target": self._bridge.own(thing)}
        reply, buffers = self._bridge.ask(message, (), _SECONDS)
        facts = self._bridge.decode(reply.get("code"), buffers)
        with self._bridge.readable():
            return dict(facts)


def show_sources() -> None:
    """Make `inspect.getsource` ask the learner's process about what is the learner's."""
    getsource, getsourcelines = inspect.getsource, inspect.getsourcelines

    @wraps(getsource)
    def source(thing: Any) -> str:
        if isinstance(thing, StandIn):
            return thing.__remote__.bridge.facts.source(thing)
        return getsource(thing)

    @wraps(getsourcelines)
    def lines(thing: Any) -> tuple[list[str], int]:
        if isinstance(thing, StandIn):
            return source(thing).splitlines(keepends=True), 1
        return getsourcelines(thing)

    inspect.getsource, inspect.getsourcelines = source, lines
