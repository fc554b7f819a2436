"""Small classes on Kaggle, made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import Optional

from grader.integrity.behaviour.compare import Board, Teams, compare_behaviour
from grader.integrity.records import FileSeen, Found, Inspection
from grader.matching import teams_of
from grader.records import Entrant, Student, Submission, Team
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot
from validators.rules import load_rules

HW4 = load_rules()
ID = "9900940"


def at(text: str) -> datetime:
    """A moment of May 2024 in UTC: `7 23:59:30`."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2024-05-{int(day):02} {clock}").replace(tzinfo=timezone.utc)


def row(
    count: Optional[int], team: str = "1", members: str = "me", name: str = f"{ID}_a",
    submitted: str = "2024-05-07 12:00:00", benchmark: bool = False,
) -> Standing:  # fmt: skip
    """A row of a leaderboard."""
    return Standing(team, name, submitted, Decimal("0.2"), count, tuple(members.split()), benchmark)


def snapshot(moment: str, *rows: Standing, known: str = "kaggle") -> Snapshot:
    """A snapshot; the moment is of May, or has its own month: `2024-04-26 11:00:00`."""
    taken = at(moment) if len(moment) < 12 else datetime.fromisoformat(f"{moment}+00:00")
    return Snapshot(taken, known, "hw4.zip", f"sha of {moment}", rows)


def entrant(student: str = ID, *teams: Team, source: str = "", digest: str = "") -> Entrant:
    """An entrant with a package and the first of the teams, the others being further ones."""
    source = source or f"HW4_{student}.zip"
    submission = Submission(source, "zip", (source,), digest=digest or f"sha of {source}")
    team = teams[0] if teams else None
    return Entrant(Student(student), f"E-{student}", submission, team=team, other_teams=teams[1:])


def given(
    snapshots: Iterable[Snapshot] = (), *rows: Standing, taken: Optional[datetime] = None
) -> Teams:
    """A class of one, whose team is the one numbered 1, with a board of these rows."""
    shown = rows or (row(3),)
    boards = (Board("board.csv", shown, taken),)
    teams = teams_of([row(1), *(each for each in shown if each.team_id != "1")])
    mine = next(each for each in teams if each.id == "1")
    return Teams((entrant(ID, mine),), teams, boards, tuple(snapshots))


def inspected(teams: Teams, files: Optional[Mapping[str, Iterable[FileSeen]]] = None) -> Inspection:
    """The class, compared."""
    works = [(source, tuple(seen)) for source, seen in (files or {}).items()]
    return compare_behaviour(works, teams, HW4)


def codes(inspection: Inspection) -> list[str]:
    """What was found, sorted."""
    return sorted(each.finding.code.partition(".")[2] for each in inspection.found)


def only(inspection: Inspection) -> Found:
    """The one finding that there is."""
    (found,) = inspection.found
    return found


def without(entrants: Teams) -> Teams:
    """The same with nothing handed in."""
    return replace(
        entrants, entrants=tuple(replace(each, submission=None) for each in entrants.entrants)
    )
