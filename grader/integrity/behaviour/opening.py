"""Submissions before the opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from grader.integrity.behaviour.counting import rows_of
from grader.integrity.behaviour.moments import is_dated, latest, opens, submitted_at, told
from grader.integrity.behaviour.records import Teams, certain_teams, name_of
from grader.integrity.records import Found, Inspection
from grader.records import Team
from leaderboard.kaggle import Standing
from validators.display import quoted
from validators.findings import Finding, Place
from validators.integrity_codes.behaviour import BEFORE_OPENING
from validators.rules import Rules


@dataclass(frozen=True)
class Early:
    """The earliest that shows a team before the opening: a snapshot, or the date in a row."""

    moment: datetime
    seen: str
    sha256: str = ""


def early_teams(given: Teams, rules: Rules) -> Mapping[str, Early]:
    """The teams that submitted before the opening, by id; the host's rows are none of them."""
    start = opens(rules)
    hosts = {row.team_id for board in given.boards for row in board.standings if row.benchmark}
    found: dict[str, Early] = {}
    for team, early in _seen(given, start):
        if team in hosts:
            continue
        known = found.get(team)
        if known is None or _order(early) < _order(known):
            found[team] = early
    return found


def before_opening(given: Teams, early: Mapping[str, Early], rules: Rules) -> Inspection:
    """A finding for each of these teams that is a student's."""
    own = list(certain_teams(given))
    return Inspection(
        tuple(
            Found(name_of(entrant), _finding(team, early[team.id], len(early), len(own), rules))
            for entrant, team in own
            if team.id in early
        )
    )


def _seen(given: Teams, start: datetime) -> Iterator[tuple[str, Early]]:
    for snapshot in given.snapshots:
        if is_dated(snapshot) and latest(snapshot) < start:
            for team, row in rows_of(snapshot).items():
                if row.submissions != 0:
                    yield team, Early(snapshot.taken, _standing(row), snapshot.sha256)
    rows = [row for board in given.boards for row in board.standings]
    rows += [row for snapshot in given.snapshots for row in snapshot.standings]
    for row in rows:
        submitted = submitted_at(row.submitted)
        if submitted is not None and submitted < start:
            yield row.team_id, Early(submitted, "")


def _standing(row: Standing) -> str:
    count = row.submissions
    if count is None:
        return "a score"
    return f"{count} submission{'s' if count > 1 else ''}"


def _order(early: Early) -> tuple[bool, datetime, str, str]:
    # A leaderboard of that time says more than a date in a later one.
    return not early.seen, early.moment, early.seen, early.sha256


def _finding(team: Team, early: Early, all_early: int, teams: int, rules: Rules) -> Finding:
    at, start = told(early.moment, rules), told(opens(rules), rules)
    seen = f"stood on the leaderboard with {early.seen} at {at}"
    says = seen if early.seen else f"the leaderboard dates a submission {at}"
    digest: Optional[str] = early.sha256 or None
    return BEFORE_OPENING.at(
        Place(f"team {quoted(team.name)}"),
        f"{says}; expected none before the opening at {start}.",
        f"Teams of this class that show this: {all_early} of {max(teams, all_early)}. Innocent: "
        "Kaggle's page was open earlier than the handout says, or a trial that the course itself "
        "asked for. Next: look at the page's dates on Kaggle, and ask what was sent.",
        moment=early.moment.isoformat(), opens=opens(rules).isoformat(), sha256=digest,
    )  # fmt: skip
