"""Dated copies of a Kaggle leaderboard: what they hold, and how each is read and written."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Optional

from leaderboard.cells import harmless
from leaderboard.kaggle import Standing, standings_of

KNOWN_BY = ("kaggle", "told", "file")
"""How the moment is known: by Kaggle's own file name, by the caller, by the file's time."""
_MARK = "Leaderboard snapshot 1"
_HEADER = (
    "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount", "TeamMemberUserNames"
)  # fmt: skip
# Kaggle writes the moment in UTC without saying so; systems without ":" in names put another sign.
_KAGGLE_TIME = re.compile(
    r"leaderboard-(\d{4})-(\d{2})-(\d{2})T(\d{2})[:_.-]?(\d{2})[:_.-]?(\d{2})", re.IGNORECASE
)
_NAME_TIME = "%Y-%m-%dT%H%M%SZ"


class SnapshotError(ValueError):
    """A snapshot that can't be kept or read; the text says why and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """The leaderboard at one moment."""

    taken: datetime
    """In UTC, to the second."""
    known_by: str
    """One of `KNOWN_BY`."""
    original: str
    """The name of the file that it was made of."""
    sha256: str
    """Of that file's bytes."""
    standings: tuple[Standing, ...]

    @property
    def file_name(self) -> str:
        """Under which it is kept: the moment in UTC, on any system."""
        return f"{self.taken.strftime(_NAME_TIME)}.csv"


def moment(text: str) -> datetime:
    """The moment that a caller wrote, in UTC; one without a zone could be any of 38 hours."""
    try:
        found = datetime.fromisoformat(re.sub(r"[zZ]\Z", "+00:00", text.strip()))
        offset = found.utcoffset()
    except ValueError as error:
        raise SnapshotError(f'"{text}" is no time such as 2024-05-01T12:00+08:00.') from error
    if offset is None:
        raise SnapshotError(f'"{text}" has no time zone. Write it behind, such as {text}+08:00.')
    return whole_seconds(found)


def whole_seconds(found: datetime) -> datetime:
    """The moment in UTC without its fraction of a second."""
    return found.astimezone(timezone.utc).replace(microsecond=0)


def kaggle_time(names: tuple[str, ...]) -> Optional[datetime]:
    """The moment in the first of the names that has one, as Kaggle writes it."""
    for name in names:
        found = _KAGGLE_TIME.search(name)
        if found is not None:
            try:
                year, month, day, hour, minute, second = map(int, found.groups())
                return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
            except ValueError:
                continue
    return None


def as_file(snapshot: Snapshot) -> bytes:
    """The snapshot as a CSV: a first line about it, then its rows in Kaggle's columns.

    Text that a spreadsheet would execute gets a `'` in front; so does text that begins with one,
    so that reading can take it off again. The digest that ends the first line is of all the rest.
    """
    lines = [_HEADER, *map(_cells, snapshot.standings)]
    body = _csv([tuple(map(_kept, line)) for line in lines])
    about = (
        _MARK,
        snapshot.taken.isoformat(),
        snapshot.known_by,
        _kept(snapshot.original),
        snapshot.sha256,
    )
    return (_csv([(*about, _digest(about, body))]) + body).encode()


def from_file(name: str, data: bytes) -> Optional[Snapshot]:
    """The snapshot in the bytes, or nothing where they are no file of ours."""
    head, _, body = data.partition(b"\n")
    if not head.startswith(_MARK.encode()):
        return None
    try:
        about = tuple(next(csv.reader([head.decode()])))
        _, taken, known_by, original, sha256, digest = about
        standings = standings_of(name, body.decode())
        found = datetime.fromisoformat(taken)
    except (ValueError, StopIteration, csv.Error) as error:
        raise _damaged(name) from error
    whole = _digest(about[:-1], body.decode()) == digest and known_by in KNOWN_BY
    if not whole or found.tzinfo is None:
        raise _damaged(name)
    return Snapshot(found, known_by, _read(original), sha256, tuple(map(_standing, standings)))


def _digest(about: tuple[str, ...], body: str) -> str:
    return hashlib.sha256((_csv([about]) + body).encode()).hexdigest()


def _damaged(name: str) -> SnapshotError:
    return SnapshotError(
        f"{name}: was cut or changed after it was kept. Take it out of the folder, and keep the "
        "original again."
    )


def _cells(standing: Standing) -> tuple[str, ...]:
    count = "" if standing.submissions is None else str(standing.submissions)
    members = ",".join(standing.members)
    score = format(standing.score, "f")
    return standing.team_id, standing.team_name, standing.submitted, score, count, members


def _standing(read: Standing) -> Standing:
    members = _read(",".join(read.members)).split(",")
    return Standing(
        _read(read.team_id),
        _read(read.team_name),
        _read(read.submitted),
        read.score,
        read.submissions,
        tuple(filter(None, members)),
    )


def _kept(text: str) -> str:
    return f"'{text}" if text.startswith("'") else harmless(text)


def _read(text: str) -> str:
    return text[1:] if text.startswith("'") else text


def _csv(lines: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()
