"""Whose a file is, as the path tells under which an LMS gives it.

Canvas, Moodle, Gradescope and Google Classroom each have a way of their own; the others are
folders, one a student.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import yaml

METADATA = "submission_metadata.yml"
"""Gradescope's file that names who handed in each folder."""

# mod/assign: "Full Name_123_assignsubmission_file_", since 4.1 without the last underscore.
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?", re.S
)
# lib/content_zipper.rb: "name_LATE_userid_fileid_display-name"; anonymous ones have another id.
_CANVAS = re.compile(
    r"(?:(?P<name>[^\W_]+)_(?P<late>LATE_)?(?P<id>\d+)|(?P<late2>LATE_)?(?P<anon>anon_\w+?))"
    r"_(?P<file>\d+)_(?P<rest>.+)",
    re.S,
)
_CLASSROOM = re.compile(r"(?P<name>.+?) - (?P<rest>.+)", re.S)


@dataclass(frozen=True)
class Origin:
    """Whose a file is, as far as its path tells.

    Attributes
    ----------
    lms
        ``moodle``, ``canvas``, ``gradescope``, ``classroom`` or ``folder``.
    name, marks
        The person's name, and ids or addresses.
    prefix
        How the LMS marks the person's files, which feedback has to bear to find its way back.
    rest
        The path of the file as the person handed it in.
    late
        Whether the LMS says so.
    when
        When it was handed in, in UTC, where that is told.
    """

    lms: str
    name: str
    marks: tuple[str, ...]
    prefix: str
    rest: str
    late: bool = False
    when: datetime | None = None


def given_by(path: str, gradescope: Mapping[str, list[Origin]]) -> list[Origin]:
    """Return whose a file is: nobody's, one person's, or that of each of a group.

    Parameters
    ----------
    path : str
        As in the LMS's zip or folder, with ``/``.
    gradescope : mapping
        What `gradescope_people` says.
    """
    parts = path.split("/")
    for number, part in enumerate(parts):
        rest = "/".join(parts[number + 1 :])
        if rest and part in gradescope:
            return [replace(person, rest=rest) for person in gradescope[part]]
        if found := _MOODLE.fullmatch(part):
            rest = "/".join(filter(None, [found["rest"], rest]))
            if rest:
                prefix = part.removesuffix(found["rest"] or "")
                marks = (f"moodle:{found['id']}",)
                return [Origin("moodle", found["name"], marks, prefix, rest)]
    if found := _CANVAS.fullmatch(parts[-1]):
        prefix = parts[-1].removesuffix(found["rest"])
        return [
            Origin(
                "canvas",
                found["name"] or "",
                (found["id"] or found["anon"],),
                prefix,
                found["rest"],
                late=bool(found["late"] or found["late2"]),
            )
        ]
    if found := _CLASSROOM.fullmatch(parts[-1]):
        return [Origin("classroom", found["name"], (), "", found["rest"])]
    if len(parts) > 1:
        return [Origin("folder", parts[0], (parts[0],), "", "/".join(parts[1:]))]
    return []


def gradescope_people(text: str) -> dict[str, list[Origin]]:
    """Read Gradescope's metadata: folder -> who handed it in; nothing where it is damaged."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    found: dict[str, list[Origin]] = {}
    for folder, about in data.items() if isinstance(data, dict) else ():
        if not isinstance(about, dict) or not isinstance(about.get(":submitters"), list):
            continue
        when, folder = _utc(about.get(":created_at")), str(folder)
        for person in filter(lambda one: isinstance(one, dict), about[":submitters"]):
            marks = tuple(str(person[key]) for key in (":sid", ":email") if person.get(key))
            name = str(person.get(":name") or "")
            given = Origin("gradescope", name, marks, folder, "", when=when)
            found.setdefault(folder, []).append(given)
    return found


def _utc(when: Any) -> datetime | None:
    if not isinstance(when, datetime):
        return None
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
