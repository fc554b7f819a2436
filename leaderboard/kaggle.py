"""Kaggle's leaderboard exports, in every form that its pages and its command line have given."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Optional

MAX_BYTES = 64 << 20
# Each field under the names that the forms give it, compared in lower case.
_FIELDS = {
    "rank": ("rank",),
    "team_id": ("teamid",),
    "team_name": ("teamname",),
    "submitted": ("lastsubmissiondate", "submissiondate"),
    "score": ("score",),
    "submissions": ("submissioncount",),
    "members": ("teammemberusernames",),
}
# What zipfile raises for damaged bytes, a password, a method that Python lacks.
_UNREADABLE = (
    OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError
)  # fmt: skip
_NEEDED = ("team_id", "team_name", "submitted", "score")


class LeaderboardError(ValueError):
    """A file that is no Kaggle leaderboard; the text says what it lacks."""


@dataclass(frozen=True)
class Standing:
    """One row of a Kaggle leaderboard; older exports have several rows a team."""

    team_id: str
    team_name: str
    submitted: str
    score: Decimal
    submissions: Optional[int]
    members: tuple[str, ...]
    benchmark: bool = False
    """Whether it is a figure of the host's, which has rank 0."""


def read_kaggle(path: Path) -> tuple[Standing, ...]:
    """The rows of a leaderboard CSV, or of the zip that Kaggle wraps it in, in their order."""
    return read_leaderboard(path)[1]


def read_leaderboard(path: Path) -> tuple[str, tuple[Standing, ...]]:
    """The name of the CSV, in its zip or by itself, and its rows in their order."""
    name, text = _text(path)
    return name, standings_of(path.name, text)


def standings_of(name: str, text: str) -> tuple[Standing, ...]:
    """The rows of a leaderboard's text; the name is for what is told of a wrong one."""
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        columns = _columns(name, rows)
        return tuple(_standing(name, rows.line_num, row, columns) for row in rows if any(row))
    except csv.Error as error:
        raise LeaderboardError(f"{name}:{rows.line_num}: not a CSV row ({error}).") from error


def _text(path: Path) -> tuple[str, str]:
    try:
        name, data = _zipped(path) if zipfile.is_zipfile(path) else (path.name, _plain(path))
    except _UNREADABLE as error:
        raise LeaderboardError(f"{path.name}: can't be read ({error}).") from error
    if len(data) > MAX_BYTES:
        raise LeaderboardError(f"{path.name}: its CSV is over {MAX_BYTES:,} bytes.")
    try:
        return name, data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LeaderboardError(f"{path.name}: not UTF-8, which Kaggle's exports are.") from error


def _plain(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _zipped(path: Path) -> tuple[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        tables = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
        if len(tables) != 1:
            raise LeaderboardError(f"{path.name}: holds {len(tables)} CSV files; expected one.")
        with archive.open(tables[0]) as stream:
            return tables[0].filename, stream.read(MAX_BYTES + 1)


def _columns(name: str, rows: Iterator[list[str]]) -> dict[str, int]:
    """Where each field stands, by the first row that has the needed names.

    Kaggle's command line may print lines such as `Next Page Token = …` before it.
    """
    for row in rows:
        names = [name.strip().lower() for name in row]
        found = {
            field: names.index(spelling)
            for field, spellings in _FIELDS.items()
            for spelling in spellings
            if spelling in names
        }
        if all(field in found for field in _NEEDED):
            return found
    raise LeaderboardError(f"{name}: no row names TeamId, TeamName, a date and Score.")


def _standing(name: str, line: int, row: list[str], columns: dict[str, int]) -> Standing:
    if len(row) <= max(columns.values()):
        raise LeaderboardError(f"{name}:{line}: {len(row)} fields, fewer than the header.")
    value = {field: row[position] for field, position in columns.items()}
    try:
        score = Decimal(value["score"])
        count = int(value["submissions"]) if value.get("submissions") else None
    except (InvalidOperation, ValueError) as error:
        raise LeaderboardError(f"{name}:{line}: score or count is not a number.") from error
    if not score.is_finite() or (count is not None and count < 0):
        raise LeaderboardError(f"{name}:{line}: score or count is out of range.")
    members = tuple(
        member.strip() for member in value.get("members", "").split(",") if member.strip()
    )
    benchmark = value.get("rank", "").strip() == "0"
    return Standing(
        value["team_id"], value["team_name"], value["submitted"], score, count, members, benchmark
    )
