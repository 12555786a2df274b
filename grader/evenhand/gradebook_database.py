"""Open the gradebook's database: wait for other programs, and let in one grader at a time."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import nbgrader.api
import sqlalchemy as sa

WAIT = 60
"""Seconds to wait for another program that is writing to a SQLite gradebook."""


def patient(url: str) -> str:
    """Return an address with which SQLite waits for its turn; other databases do so anyway."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": str(WAIT)})
    return parsed.render_as_string(hide_password=False)


def guard(engine: sa.Engine) -> sa.Connection | None:
    """Keep graders on other machines out, for as long as the connection is open.

    A database on a server is shared by machines that `Course.lock`, a file, may not reach.
    """
    if engine.dialect.name != "postgresql":
        return None
    connection = engine.connect()
    connection.execute(sa.text("SELECT pg_advisory_lock(hashtext('evenhand grade'))"))
    connection.commit()  # the lock belongs to the session, not to the transaction
    return connection


@contextlib.contextmanager
def without_waiting(allowed: bool) -> Iterator[None]:
    """Turn off SQLite's waiting for the disk, while there are no grades to lose.

    nbgrader needs hundreds of small transactions to register a part.
    """

    def hurry(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    if not allowed:
        yield
        return
    sa.event.listen(sa.Engine, "connect", hurry)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "connect", hurry)


@contextlib.contextmanager
def no_program_asked() -> Iterator[None]:
    """Tell nbgrader the version of its tables, for which it would start a program.

    The program takes seconds, and is found only if its folder is on the path.
    """

    def version() -> str | None:
        from alembic.script import ScriptDirectory  # slow to import, and seldom needed

        return ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic")).get_current_head()

    with mock.patch.object(nbgrader.api, "get_alembic_version", version):
        yield
