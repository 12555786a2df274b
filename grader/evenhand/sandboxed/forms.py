"""The form of each kind of plain value: how it is written, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from evenhand.sandboxed.codec import Decoder, Encoder


class NotPlain(TypeError):
    """A value that cannot be sent; the message names its type."""


class ProtocolError(ValueError):
    """What came from the other side is not a message."""


class Limits:
    """The most that one message may carry.

    Attributes
    ----------
    depth
        Containers within containers.
    items
        Values of all kinds, array elements not counted.
    size
        Bytes of all buffers together.
    text
        Bytes of the JSON text.
    """

    depth = 60
    items = 500_000
    size = 256 * 2**20
    text = 16 * 2**20


class Form(NamedTuple):
    """How values of one type are sent.

    ``encode`` returns what follows the tag, and ``decode`` takes it. A ``shared`` value keeps its
    identity within a message, and the other side may change it in place. Of a ``whole`` value, no
    part is shared.
    """

    tag: str
    type: Any
    encode: Callable[[Encoder, Any], list] | None
    decode: Callable[[Decoder, list], Any]
    shared: bool = False
    whole: bool = False


def position(number: Any) -> int:
    """Return `number` if it can index a list.

    Raises
    ------
    ProtocolError
        If it is not an int, or is negative.
    """
    if type(number) is not int or number < 0:
        raise ProtocolError("not a number of something")
    return number


def integers(decoder: Decoder, trees: list) -> list[int]:
    """Return the values of trees, if all are of the type int."""
    values = list(decoder.parts(trees))
    if any(type(value) is not int for value in values):
        raise ProtocolError("not an int")
    return values


def texts(decoder: Decoder, trees: list) -> list[str]:
    """Return the values of trees, if all are of the type str."""
    values = list(decoder.parts(trees))
    if any(type(value) is not str for value in values):
        raise ProtocolError("not a text")
    return values
