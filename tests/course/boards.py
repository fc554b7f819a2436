"""Kaggle's two leaderboards: the public one in the zip that Kaggle makes, the private one bare."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.course.records import Person, Score

BOARDS = {"public": "hw4-publicleaderboard.zip", "private": "hw4-privateleaderboard.csv"}
_INNER = "hw4-publicleaderboard-2024-05-15T00:05:00.csv"
_FIRST_TEAM = 12_400_101
_HEADER = (
    "Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
    "TeamMemberUserNames",
)  # fmt: skip


@dataclass(frozen=True)
class TeamRow:
    """One team: its number on Kaggle, its name, whose it is, and what Kaggle shows for it."""

    team_id: str
    name: str
    student: str
    score: Score
    benchmark: bool


def rows_of(people: Iterable[Person]) -> tuple[TeamRow, ...]:
    """The teams of these people, numbered in their order."""
    found = [(person, team) for person in people for team in person.teams]
    return tuple(
        TeamRow(
            str(_FIRST_TEAM + number),
            team.name.replace("{id}", person.id).replace("{name}", person.name),
            person.id,
            team.score,
            team.benchmark,
        )
        for number, (person, team) in enumerate(found)
    )


def write_boards(folder: Path, teams: Sequence[TeamRow]) -> None:
    """Both leaderboards, in UTF-8 with a byte order mark as Kaggle gives them."""
    public, private = _board(teams, 0), _board(teams, 1)
    with zipfile.ZipFile(folder / BOARDS["public"], "w") as archive:
        archive.writestr(zipfile.ZipInfo(_INNER), public)
    (folder / BOARDS["private"]).write_bytes(private)


def _board(teams: Sequence[TeamRow], part: int) -> bytes:
    """The best first; equal scores in the order in which they were sent."""
    ordered = sorted(teams, key=lambda team: (-Decimal(team.score[part]), team.team_id))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    rank = 0
    for team in ordered:
        rank += not team.benchmark
        number = int(team.team_id) - _FIRST_TEAM
        date = f"2024-05-{1 + number % 14:02} {number % 24:02}:{number % 60:02}:07"
        members = "" if team.benchmark else f"member{number:03}"
        shown = 0 if team.benchmark else rank
        count = 1 + number % 40
        writer.writerow((shown, team.team_id, team.name, date, team.score[part], count, members))
    return out.getvalue().encode("utf-8-sig")
