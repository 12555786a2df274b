"""Functions of a test that the learner's code may call while it runs."""

from collections.abc import Callable, Iterator
from typing import Any

from evenhand.learner_error import EXCEPTIONS, TestOvertime
from evenhand.sandboxed import codec
from evenhand.sandboxed.changes import changes, snapshot


class Callbacks:
    """Functions and iterators that were handed to the learner's code, by number."""

    def __init__(self) -> None:
        self._number_of: dict[int, int] = {}
        self._things: dict[int, Any] = {}  # which keeps them alive while their numbers are used

    def clear(self) -> None:
        """Forget all of them."""
        self._number_of.clear()
        self._things.clear()

    def original(self, number: Any) -> Any:
        """Return what a number stands for."""
        return self._things[number]

    def handle(self, value: Any) -> list:
        """Return the handle that is sent in place of a value.

        Raises
        ------
        codec.NotPlain
            If it is neither a function nor an iterator.
        """
        if _is_stream(value):
            kind = name = "stream"
        elif callable(value):
            kind, name = "callback", getattr(value, "__name__", "") or type(value).__name__
        else:
            raise codec.NotPlain(f"an object of type {type(value).__name__}")
        number = self._number_of.setdefault(id(value), len(self._things) + 1)
        self._things[number] = value
        return ["h", number, kind, str(name), None]

    def answer(
        self, message: dict, buffers: list[bytes], standin: Callable, handle: Callable
    ) -> tuple[dict, list[bytes]]:
        """Call a function for the learner's code, and return what to answer.

        Parameters
        ----------
        message, buffers
            The question.
        standin, handle
            How to read handles, and how to write them.
        """
        try:
            thing = self._things.get(message.get("number"))
            if thing is None:
                raise LookupError("this function is no longer there")
            decoder = codec.Decoder(buffers, standin)
            args = decoder.decode(message["args"])
            kwargs = decoder.decode(message["kwargs"])
            before = snapshot(decoder.containers)
            result = _next_of(thing) if _is_stream(thing) else thing(*args, **kwargs)
            encoder = codec.Encoder(handle, decoder.containers)
            reply = {"value": encoder.encode(result)}
            changed = changes(encoder, decoder.containers, before)
            if changed:
                reply["changed"] = changed
            return reply, encoder.buffers
        except TestOvertime:
            raise
        except Exception as error:  # noqa: BLE001
            kinds = [base.__name__ for base in type(error).__mro__]
            kind = next((name for name in kinds if name in EXCEPTIONS), "RuntimeError")
            return {"raise": kind, "text": str(error)[:2000]}, []


def _is_stream(thing: Any) -> bool:
    return isinstance(thing, Iterator) and not callable(thing)  # a mock is both


def _next_of(iterator: Iterator) -> tuple | None:
    try:
        return (next(iterator),)
    except StopIteration:
        return None
