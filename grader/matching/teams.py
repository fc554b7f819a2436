"""Teams from Kaggle's leaderboards, the public and the private one together."""

from __future__ import annotations

from collections.abc import Iterable

from grader.records import Team
from leaderboard.kaggle import Standing


def teams_of(standings: Iterable[Standing]) -> tuple[Team, ...]:
    """Each team once, by id; older exports have a row for every submission of a team.

    The host's benchmarks are no teams.
    """
    teams: dict[str, Team] = {}
    for row in standings:
        if row.benchmark:
            continue
        known = teams.get(row.team_id)
        members = {*row.members, *(known.members if known else ())}
        # The last name in the order of names, so that the order of the rows makes no difference.
        name = max(row.team_name, known.name) if known else row.team_name
        teams[row.team_id] = Team(row.team_id, name, tuple(sorted(members)))
    return tuple(teams[number] for number in sorted(teams))
