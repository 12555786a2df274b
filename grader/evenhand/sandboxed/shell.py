"""The IPython shell that runs cells, and the outputs it collects."""

from __future__ import annotations

import base64
import builtins
import io
import sys
from typing import Any

from evenhand.sandboxed.errors import error_output
from evenhand.sandboxed.watching import CELL


class Stream(io.TextIOBase):
    """The ``sys.stdout`` or ``sys.stderr`` of a cell."""

    def __init__(self, name: str) -> None:
        self._name = name

    encoding = "utf-8"
    errors = "strict"

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    @property
    def buffer(self) -> Stream:
        return self

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        if isinstance(text, (bytes, bytearray, memoryview)):
            text = bytes(text).decode("utf-8", "replace")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if Current.collector is not None:
            Current.collector.stream(self._name, text)
        return len(text)

    def flush(self) -> None:
        pass


class Collector:
    """The outputs of one cell in nbformat's form; output beyond the limit is dropped."""

    def __init__(self, limit: int) -> None:
        self.outputs: list[dict] = []
        self._left = limit
        self._pictures = 8_000_000  # characters of base64: all outputs must fit into one message

    def stream(self, name: str, text: str) -> None:
        room = max(0, self._left)
        kept = text[:room]
        if kept:
            last = self.outputs[-1] if self.outputs else None
            if last is not None and last.get("name") == name:
                last["parts"].append(kept)
            else:
                self.outputs.append({"output_type": "stream", "name": name, "parts": [kept]})
        self._left -= len(text)

    def data(self, kind: str, data: dict, count: int | None = None) -> None:
        kept = {}
        for mime in ("text/plain", "image/png", "text/markdown", "text/latex", "text/html"):
            if mime in data:
                value = data[mime]
                if isinstance(value, bytes):
                    value = base64.b64encode(value).decode("ascii")
                if isinstance(value, str):
                    kept[mime] = value
        picture = kept.get("image/png", "")
        self._pictures -= len(picture)
        if self._pictures < 0:
            self._pictures += len(picture)
            del kept["image/png"]
            kept["text/plain"] = "[a picture was left out: the cell's pictures are too large]"
        texts = {mime: value for mime, value in kept.items() if mime != "image/png"}
        size = sum(map(len, texts.values()))
        kept |= {mime: value[: max(0, self._left)] for mime, value in texts.items()}
        output = {"output_type": kind, "data": kept, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
        if len(self.outputs) < 200:
            self.outputs.append(output)
        self._left -= size

    def error(self, record: dict) -> None:
        self.outputs.append({"output_type": "error", **record})

    def said(self) -> list[list[str]]:
        """Return what was printed since this was last asked: pairs of stream and text."""
        found = []
        for output in self.outputs:
            parts = output.get("parts", ())
            new = "".join(parts[output.get("told", 0) :])
            if new:
                found.append([output["name"], new])
                output["told"] = len(parts)
        return found

    def finished(self) -> list[dict]:
        for output in self.outputs:
            if "parts" in output:
                output.pop("told", None)
                output["text"] = "".join(output.pop("parts"))
        if self._left < 0:
            text = "[the rest of the output was left out]\n"
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        return self.outputs


class Current:
    """Where outputs go at present; nowhere if None."""

    collector: Collector | None = None


def make_shell() -> Any:
    """Return an IPython shell whose outputs go to `Current.collector`."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.error import StdinNotImplementedError
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, **_):
            if Current.collector is not None:
                Current.collector.data("display_data", data)

        def clear_output(self, wait=False):
            if Current.collector is not None:
                Current.collector.outputs.clear()

    class Hook(DisplayHook):
        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict, md_dict=None):
            if Current.collector is not None:
                Current.collector.data("execute_result", format_dict, self.prompt_count)

        def finish_displayhook(self) -> None:
            pass

    class ZMQInteractiveShell(InteractiveShell):
        """Named like Jupyter's shell: libraries look for that name to detect a notebook."""

        def showtraceback(self, exc_tuple=None, *_, **__):
            # IPython's own takes 50 ms and reveals paths of this machine.
            error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
            if Current.collector is not None and error is not None:
                Current.collector.error(error_output(error))

        def showsyntaxerror(self, filename=None, running_compiled_code=False):
            if Current.collector is not None:
                Current.collector.error(error_output(sys.exc_info()[1]))

        def _format_exception_for_storage(self, exception, *_, **__) -> list[str]:
            # IPython formats a traceback for its history, too: as much work as ten cells.
            return []

        def ask_exit(self) -> None:
            pass

        def enable_gui(self, gui=None):
            pass

        def enable_matplotlib(self, gui=None):
            # There are no windows or widgets here: figures are always drawn inline.
            return super().enable_matplotlib("inline")

        def get_code_name(self) -> str:
            return CELL

    def no_input(prompt: object = "") -> str:
        raise StdinNotImplementedError("input() has nobody to ask while a notebook is graded.")

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.display_page = True
    config.InteractiveShell.cache_size = 100
    ZMQInteractiveShell.display_pub_class = Publisher
    ZMQInteractiveShell.displayhook_class = Hook
    shell = ZMQInteractiveShell.instance(config=config)
    InteractiveShell._instance = shell
    shell.set_custom_exc((), None)
    builtins.input = no_input
    shell.builtin_trap.auto_builtins["input"] = no_input
    import getpass

    getpass.getpass = no_input
    shell.display_formatter.active_types = [
        *("text/plain", "image/png", "text/html", "text/markdown", "text/latex"),
    ]
    return shell
