"""What the behaviour of a class is judged by: teams, boards, snapshots, and who is who."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from grader.records import Entrant, Team
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot


@dataclass(frozen=True)
class Board:
    """A leaderboard as the TA has it: its file's name, its rows, and when it was made, if known."""

    name: str
    standings: tuple[Standing, ...]
    taken: Optional[datetime] = None


@dataclass(frozen=True)
class Teams:
    """The class on Kaggle: everybody matched or not, the leaderboards, and the dated snapshots.

    `teams` are all teams of the leaderboards, `asked` the ids of those of which `matches.csv` asks
    whose they are: nothing is found of these before that is answered.
    """

    entrants: tuple[Entrant, ...] = ()
    teams: tuple[Team, ...] = ()
    boards: tuple[Board, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    asked: tuple[str, ...] = ()


def name_of(entrant: Entrant) -> str:
    """What an entrant is called in an inspection: their submission, or who they are."""
    if entrant.submission is None:
        return f"entrant {entrant.student.id}"
    return entrant.submission.source


def certain_teams(given: Teams) -> Iterator[tuple[Entrant, Team]]:
    """Every entrant with each team that is theirs beyond question, in the order of the ids."""
    asked = set(given.asked)
    for entrant in sorted(given.entrants, key=lambda each: each.student.id):
        own = (*((entrant.team,) if entrant.team else ()), *entrant.other_teams)
        for team in sorted(own, key=lambda each: each.id):
            if team.id not in asked:
                yield entrant, team


def of_nobody(given: Teams) -> tuple[Team, ...]:
    """The teams that are no student's, whether that is still asked or not."""
    matched = {
        team.id
        for each in given.entrants
        for team in (*((each.team,) if each.team else ()), *each.other_teams)
    }
    left = (each for each in given.teams if each.id not in matched)
    return tuple(sorted(left, key=lambda each: each.id))
