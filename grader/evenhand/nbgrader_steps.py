"""Run nbgrader's own steps, from a source notebook to what learners are given, on one notebook."""

import contextlib
import importlib.util
import json
import logging
import os
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# A `list` of steps: import string, and the settings that are not the default.
Steps = list[tuple[str, dict[str, Any]]]


class Refused(ValueError):
    """nbgrader would not release this notebook; the text says why, and how to mend it."""


def steps_of(config: Any) -> str:
    """Return the steps of ``nbgrader generate_assignment`` under a configuration, as JSON.

    Empty for the defaults. Settings that are not plain data, such as functions, are left out.
    """
    steps = _steps(config)
    return "" if steps == _steps(None) else json.dumps(steps)


def _steps(config: Any) -> Steps:
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells
    from traitlets.utils.importstring import import_item

    steps: Steps = []
    for kind in GenerateAssignment(config=config).preprocessors:
        kind = import_item(kind) if isinstance(kind, str) else kind
        if kind is SaveCells:
            steps.append((_SAVE, {}))  # without the gradebook
            continue
        made, default = kind(config=config), kind()
        settings = {}
        for name in sorted(kind.class_trait_names(config=True)):
            value = getattr(made, name)
            if value != getattr(default, name):
                with contextlib.suppress(TypeError):
                    settings[name] = json.loads(json.dumps(value))
        steps.append((f"{kind.__module__}.{kind.__qualname__}", settings))
    return json.loads(json.dumps(steps))


_SAVE = "save"


def files_of(root: Path, steps: str) -> list[Path]:
    """Return the files in the course folder that these steps read, if they exist."""
    names = {AUTOTESTS}
    for _, settings in json.loads(steps or "[]"):
        names |= {settings.get(name, "") for name in ("header", "footer", "autotest_filename")}
    return [path for name in sorted(names - {""}) if (path := root / name).is_file()]


def own_steps(steps: str) -> list[Path]:
    """Return the source files of those steps that are not nbgrader's own."""
    found = []
    for module in sorted({name.rpartition(".")[0] for name, _ in json.loads(steps or "[]")} - {""}):
        with contextlib.suppress(ImportError, ValueError):  # reported once it is needed
            spec = importlib.util.find_spec(module)
            if spec and spec.has_location and not module.startswith("nbgrader."):
                found.append(Path(spec.origin))
    return found


AUTOTESTS = "autotests.yml"
_SILENT = logging.Logger("nbgrader", logging.CRITICAL + 1)


def run(path: Path, root: Path, steps: str, settings: Mapping[str, Mapping[str, Any]]) -> dict:
    """Run the steps on a source notebook.

    Parameters
    ----------
    path, root
        The notebook, and the course folder.
    steps
        What `steps_of` gives.
    settings
        Preprocessor -> setting -> value; these override the steps' own.

    Returns
    -------
    dict
        The notebook with header, footer and generated tests, as JSON data without outputs. Beside
        it, lists with an entry for each cell: ``stored``, the text that the gradebook keeps, with
        hidden tests and without solutions, and ``released``, the text that learners are given.

    Raises
    ------
    OSError, Refused
        If it cannot be read, or nbgrader would not release it.
    """
    from nbconvert.exporters import NotebookExporter
    from traitlets.config import Config
    from traitlets.utils.importstring import import_item

    kept: dict[str, Any] = {}

    def keep(name: str) -> Any:
        def kept_as(nb: Any, resources: Any) -> tuple[Any, Any]:
            kept[name] = json.loads(json.dumps(nb))
            return nb, resources

        return kept_as

    # Whether the result is a valid notebook is looked at once, and not after each of a dozen steps.
    checks = {"default_preprocessors": [], "optimistic_validation": True}
    exporter = NotebookExporter(config=Config({"Exporter": checks}))
    listed = json.loads(steps) if steps else _steps(None)
    for name, mine in listed:
        if name == _SAVE:
            exporter.register_preprocessor(keep("stored"))
            continue
        kind = import_item(name)
        if kind.__name__ == "ClearSolutions":
            exporter.register_preprocessor(keep("source"))
        mine = {**mine, **_placed(kind.__name__, mine, path, root)}
        for setting, value in settings.get(kind.__name__, {}).items():
            before = mine.get(setting, getattr(kind(), setting))
            mine[setting] = {**before, **value} if isinstance(value, dict) else value
        config = Config({kind.__name__: mine})
        exporter.register_preprocessor(kind(config=config, log=_SILENT))
    exporter.register_preprocessor(keep("released"))
    with _refusals(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat's, about cells without an id
        exporter.from_filename(str(path))
    released = kept["released"]
    source, stored = kept.get("source", released), kept.get("stored", released)
    if not len(source["cells"]) == len(stored["cells"]) == len(released["cells"]):
        raise Refused("GenerateAssignment.preprocessors adds or removes cells after ClearSolutions")
    for cell in source["cells"]:
        cell.pop("outputs", None)
    texts = {"stored": stored, "released": released}
    return {
        **source,
        **{name: [cell["source"] for cell in one["cells"]] for name, one in texts.items()},
    }


def _placed(kind: str, settings: dict[str, Any], path: Path, root: Path) -> dict[str, str]:
    """Return the settings that name files, with paths into the course, where nbgrader runs."""
    if kind == "IncludeHeaderFooter":
        names = ("header", "footer")
        return {name: os.path.join(root, settings[name]) for name in names if settings.get(name)}
    name = settings.get("autotest_filename", AUTOTESTS)
    if kind == "InstantiateTests" and not (path.parent / name).is_file():
        return {"autotest_filename": os.path.join(root, name)}
    return {}


@contextlib.contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turn nbgrader's exceptions into a sentence."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.filename == str(path):
            raise
        where = ""
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if kernel := frame.f_locals.get("km"):  # which nbgrader leaves running
                kernel.shutdown_kernel(now=True)
            cell = frame.f_locals.get("cell")
            if frame.f_code.co_name == "preprocess_cell" and cell is not None:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                where = f"the cell {name or cell.source[:40]!r}: "
        raise Refused(where + _sentence(error, path)) from error


def _sentence(error: BaseException, path: Path) -> str:
    from nbclient.exceptions import CellExecutionError
    from nbformat.reader import NotJSONError
    from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

    while isinstance(error.__context__, ValidationError):
        error = error.__context__  # nbgrader's own says only that there is one
    match error:
        case NotJSONError() | json.JSONDecodeError() | UnicodeDecodeError() | AttributeError():
            return "it is no notebook, or its file is damaged: open it in Jupyter and save it"
        case SchemaTooOldError():
            told = f"its nbgrader metadata is of version {error.actual_version}"
            command = f"nbgrader update {str(path)!r}"
            return f"{told}, which is outdated: keep a copy of the course, then run {command}"
        case SchemaTooNewError():
            told = f"its nbgrader metadata is of version {error.actual_version}"
            return f"{told}, which this nbgrader does not know yet: update nbgrader"
        case OSError():
            return f"{error.filename}: {error.strerror}"
        case CellExecutionError():
            return f"the code above a generated test stops with {error.ename}: {error.evalue}"
    text = " ".join(str(getattr(error, "message", "") or error).split())
    if where := getattr(error, "absolute_path", None):  # of nbgrader's metadata
        text = f"{'.'.join(map(str, where))}: {text}"
    return text[:300] or type(error).__name__
