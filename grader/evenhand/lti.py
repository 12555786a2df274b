"""Roster and grades over LTI 1.3 (Names and Roles, Assignments and Grades), with `pylti1p3`.

Only these services are used, when a person gives the command. Since evenhand is no web page that
the platform launches, the addresses that a launch would send are in ``lti.json``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rich.console import Console

from evenhand.arguments import add_part
from evenhand.course import Course, CourseError
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import replace_file
from evenhand.lms_export import grades_of
from evenhand.pages import points
from evenhand.people import merge
from evenhand.quoting import called, quoted
from evenhand.roster import Person, Roster, check_folder
from evenhand.terminal import followed, say

if TYPE_CHECKING:
    from pylti1p3.assignments_grades import AssignmentsGradesService
    from pylti1p3.service_connector import ServiceConnector

SETTINGS, KEY = "lti.json", "lti-key.pem"
"""In the course folder: where the platform is, and the key that is nobody else's."""

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_SCOPES = [f"{_AGS}lineitem", f"{_AGS}score"]
_PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Settings:
    """The platform's settings, from ``lti.json``.

    Attributes
    ----------
    client_id, token_url
        From the registration with the platform.
    lineitems, memberships
        This course's addresses for the two services.
    audience
        The audience that the platform expects in a request for a token, if not `token_url`.
    """

    client_id: str = ""
    token_url: str = ""
    lineitems: str = ""
    memberships: str = ""
    audience: str = ""

    @classmethod
    def of(cls, course: Course) -> Settings:
        """Read the settings.

        Raises
        ------
        CourseError
            If something is missing, or an address is not encrypted.
        """
        path = course.root / SETTINGS
        if not path.is_file():
            raise CourseError(f"There is no {path}. `evenhand lti setup` makes one to fill in.")
        try:
            made = cls(**json.loads(path.read_text("utf-8-sig")))
        except (ValueError, TypeError) as error:
            raise CourseError(f"{path} is not what `lti setup` made: {error}.") from None
        for name in ("client_id", "token_url", "lineitems", "memberships"):
            value = getattr(made, name)
            if not isinstance(value, str) or not value:
                raise CourseError(f"{path} does not say {name} yet.")
            local = urlsplit(value).hostname in ("localhost", "127.0.0.1")
            if name != "client_id" and not (value.startswith("https://") or local):
                raise CourseError(f"{path}: {name} should begin with https://.")
        return made


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("setup", "roster", "grades"),
        help=f"setup: make a key and {SETTINGS}, and say what the LMS wants to know; roster: read "
        "who is in the class; grades: send the points of each part",
    )
    add_part(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="with grades: say what would be sent"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read the roster from the LMS, and send grades to it, over LTI 1.3."""
    try:
        from pylti1p3.assignments_grades import AssignmentsGradesService
    except ModuleNotFoundError:
        raise CourseError(
            "LTI needs the package pylti1p3: pip install 'evenhand[lti]', or pip install pylti1p3."
        ) from None
    course = Course.open(arguments.course)
    if arguments.what == "setup":
        return _set_up(course, console)
    settings = Settings.of(course)
    with course.lock(), in_sentences(course):
        with console.status("Asking the LMS …"), _answered():
            connector = _connector(course, settings)
            members = list(_learners(settings, connector))
        if arguments.what == "roster":
            return merge(course, [_person(member) for member in members], console)
        service = AssignmentsGradesService(
            connector, {"scope": _SCOPES, "lineitems": settings.lineitems}
        )
        return _send(course, service, members, arguments, console)


def _set_up(course: Course, console: Console) -> int:
    from jwcrypto.jwk import JWK

    key, settings = course.root / KEY, course.root / SETTINGS
    if not key.is_file():
        made = JWK.generate(kty="RSA", size=2048)
        # Nobody else may read it, even for a moment.
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made.export_to_pem(True, None))
    if not settings.is_file():
        replace_file(settings, json.dumps(vars(Settings()), indent=1) + "\n", 0o644)
    public = _public(key)
    about = {**json.loads(JWK.from_pem(public.encode()).export_public()), "alg": "RS256"}
    console.print(f"Fill in {settings}. The LMS wants the public key, as PEM or as a JWK:")
    console.print(public, soft_wrap=True)
    console.print(json.dumps({**about, "use": "sig"}), soft_wrap=True)
    return 0


def _public(key: Path) -> str:
    from jwcrypto.jwk import JWK

    try:
        return JWK.from_pem(key.read_bytes()).export_to_pem().decode()
    except ValueError:
        raise CourseError(f"{key} is no key. Move it away and run `lti setup`.") from None
    except OSError as error:
        raise CourseError(f"{key} cannot be read: {error.strerror}. Run `lti setup`.") from None


def _connector(course: Course, settings: Settings) -> ServiceConnector:
    import requests
    from pylti1p3.registration import Registration
    from pylti1p3.service_connector import ServiceConnector

    hosts = {urlsplit(url).netloc for url in (settings.lineitems, settings.memberships)}

    class Patient(requests.Session):
        def request(self, *args: Any, **options: Any) -> requests.Response:
            return super().request(*args, **{"timeout": _PATIENCE, **options})

    class Connector(ServiceConnector):
        def make_service_request(self, scopes: Any, url: str, *args: Any, **options: Any) -> Any:
            if urlsplit(url).netloc not in hosts:  # it would receive the token
                raise CourseError(f"The platform points to {quoted(url, 200)}, another server.")
            answer = super().make_service_request(scopes, url, *args, **options)
            # pylti1p3 lower-cases the address of the next page.
            links = {name.lower(): value for name, value in answer["headers"].items()}
            found = requests.utils.parse_header_links(links.get("link", ""))
            following = (link["url"] for link in found if link.get("rel") == "next")
            return {**answer, "next_page_url": next(following, None)}

    key = course.root / KEY
    registration = (
        Registration()
        .set_client_id(settings.client_id)
        .set_auth_token_url(settings.token_url)
        .set_auth_audience(settings.audience)
        .set_tool_public_key(_public(key))
        .set_tool_private_key(key.read_text())
    )
    return Connector(registration, Patient())


@contextlib.contextmanager
def _answered() -> Iterator[None]:
    """Turn errors of the platform and of the network into sentences."""
    import requests
    from pylti1p3.exception import LtiException, LtiServiceException

    try:
        yield
    except LtiServiceException as error:
        answer = error.response
        said = f"{answer.status_code} {quoted(answer.text, 200)}"
        raise CourseError(f"{urlsplit(answer.url).netloc} refuses: {said}.") from error
    except requests.RequestException as error:
        raise CourseError(f"The platform does not answer ({type(error).__name__}).") from error
    except (LtiException, KeyError, TypeError, AttributeError, ValueError) as error:
        raise CourseError(
            f"The platform's answer is not LTI's: {quoted(str(error), 200)}."
        ) from error


def _learners(settings: Settings, connector: ServiceConnector) -> Iterator[dict]:
    from pylti1p3.names_roles import NamesRolesProvisioningService

    service = {"context_memberships_url": settings.memberships}
    for member in NamesRolesProvisioningService(connector, service).get_members():
        learns = any(role.rpartition("#")[2] == "Learner" for role in member["roles"])
        if learns and member.get("status", "Active") == "Active":
            yield member


def _person(member: dict) -> Person:
    first, last = member.get("given_name", ""), member.get("family_name", "")
    number, email = member.get("lis_person_sourcedid", ""), member.get("email", "")
    name = number or email or str(member["user_id"])
    check_folder(name)
    return Person(name, first or member.get("name", ""), last, email, number=number)


def _send(
    course: Course,
    service: AssignmentsGradesService,
    members: list[dict],
    arguments: argparse.Namespace,
    console: Console,
) -> int:
    """Send the points of those who handed in; return the command's exit status."""
    from pylti1p3.grade import Grade
    from pylti1p3.lineitem import LineItem

    grades, roster = grades_of(course, arguments.part), Roster.of(course)
    known = Roster([*roster.people.values(), *map(Person, grades.earned.keys() - roster.people)])
    students = {}
    for member in members:
        person = _person(member)
        found = known.find(person.name, person.number, person.email, str(member["user_id"]))
        if found:
            students[str(member["user_id"])] = found.id
    twice = {student for student, count in Counter(students.values()).items() if count > 1}
    users = {student: user for user, student in students.items() if student not in twice}
    for part, most in grades.most.items():
        earned = {who: row[part] for who, row in grades.earned.items() if row.get(part) is not None}
        for who, why in (
            (earned.keys() - users - twice, "not in"),
            (earned.keys() & twice, "twice in"),
        ):
            if who:
                told = ", ".join(called(sorted(who), roster.names).values())
                say(console, "yellow", f"{part}: {why} the LMS, so not sent: {told}")
        todo = sorted(earned.keys() & users.keys())
        if not arguments.dry_run and todo:
            with _answered():
                item = LineItem().set_tag(part).set_label(part).set_score_maximum(most)
                item = service.find_or_create_lineitem(item)
                for who in followed(todo, part, console):
                    waits = (who, part) in grades.pending
                    grade = (
                        Grade()
                        .set_user_id(users[who])
                        .set_score_given(max(earned[who], 0.0))
                        .set_score_maximum(most)
                        .set_timestamp(datetime.now(UTC).isoformat(timespec="milliseconds"))
                        .set_activity_progress("Submitted" if waits else "Completed")
                        .set_grading_progress("PendingManual" if waits else "FullyGraded")
                    )
                    service.put_grade(grade, item)
        sent = "would be sent" if arguments.dry_run else "sent"
        console.print(f"{part}: {len(todo)} students' points {sent}, of {points(most)}")
    return 0
