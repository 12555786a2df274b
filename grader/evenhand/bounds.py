"""Count graded versions of each notebook, and limit how many `grade --watch` grades."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

_metadata = sa.MetaData()
_attempts = sa.Table(
    "evenhand_attempt",
    _metadata,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("part", sa.String(128), primary_key=True),
    sa.Column("notebook", sa.String(128), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("handed_in", sa.String(32), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)
_KEY = sa.tuple_(_attempts.c.student, _attempts.c.part, _attempts.c.notebook)


@dataclass(frozen=True)
class GradedVersion:
    """The last version of a notebook that was graded.

    Attributes
    ----------
    number : int
        How many versions have been graded, including this one.
    at : datetime
        When it was graded, in UTC.
    handed_in : str
        A hash of what was handed in.
    """

    number: int
    at: datetime
    handed_in: str


@dataclass(frozen=True)
class Bounds:
    """How often one student's notebook is graded while they wait.

    Attributes
    ----------
    most : int, optional
        The highest number of versions; no limit if None.
    wait : timedelta
        The shortest time between two.
    """

    most: int | None = None
    wait: timedelta = timedelta(0)

    def next(self, last: GradedVersion) -> datetime | None:
        """Return when another version may be graded, in UTC; None if none may be."""
        if self.most is not None and last.number >= self.most:
            return None
        return last.at + self.wait

    def told(self, last: GradedVersion, newer: bool = False) -> str:
        """Tell the learner which attempt this was, and what happens to the next one.

        `newer` says that the next one has been handed in.
        """
        if self == Bounds():
            return ""
        then = self.next(last)
        said = f"Attempt {last.number}" + (f" of {self.most}" if self.most is not None else "")
        if newer:
            said += ". You have handed in a newer version, which "
            if then is None:
                return f"{said}is not graded: no attempt is left."
            return f"{said}will be graded after {then:%Y-%m-%d %H:%M} UTC."
        if then is None:
            return f"{said}: a version that you hand in now is kept, but not graded."
        if self.wait:
            return f"{said}. The next one is graded after {then:%Y-%m-%d %H:%M} UTC."
        return f"{said}."


class GradedVersions:
    """The table of attempts in a gradebook.

    Parameters
    ----------
    engine, db
        The gradebook's; a missing table is created. The caller commits.
    """

    def __init__(self, engine: sa.Engine, db: Session) -> None:
        _metadata.create_all(engine)
        self._db = db

    def count(self, handed_in: Mapping[tuple[str, str, str], str]) -> None:
        """Count graded versions, but for those that are the same as the last one."""
        before = self.of(handed_in)
        new = [
            key
            for key, version in handed_in.items()
            if key not in before or before[key].handed_in != version
        ]
        if not new:
            return
        now = datetime.now(UTC).replace(tzinfo=None)
        last = {key: before[key].number if key in before else 0 for key in new}
        rows = [(*key, last[key] + 1, now, handed_in[key], "") for key in new]
        rows = [dict(zip(_attempts.c.keys(), row, strict=True)) for row in rows]
        self._db.execute(sa.delete(_attempts).where(_KEY.in_(new)))
        self._db.connection().execute(sa.insert(_attempts), rows)

    def of(self, keys: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], GradedVersion]:
        """Return the last graded version of each of some notebooks, if it has any."""
        rows = self._db.execute(sa.select(_attempts).where(_KEY.in_(list(keys))))
        return {tuple(row[:3]): GradedVersion(*row[3:6]) for row in rows}

    def tell(self, said: Mapping[tuple[str, str, str], str]) -> None:
        """Store what the feedback pages of some notebooks say about attempts."""
        for key, text in said.items():
            self._db.execute(sa.update(_attempts).where(_KEY.in_([key])).values(told=text))

    def told(
        self, only: Collection[tuple[str, str]] | None = None
    ) -> dict[tuple[str, str, str], str]:
        """Return what pages say about attempts, for all pairs of student and part or some."""
        query = sa.select(_attempts).where(_attempts.c.told != "")
        if only is not None:
            theirs = sa.tuple_(_attempts.c.student, _attempts.c.part)
            query = query.where(theirs.in_(list(only)))
        return {tuple(row[:3]): row.told for row in self._db.execute(query)}
