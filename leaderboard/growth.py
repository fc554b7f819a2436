"""How many submissions each team made at least between two snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot


@dataclass(frozen=True)
class TeamGrowth:
    """One team's counts at both ends of a window; nothing where Kaggle gave none."""

    team_id: str
    team_name: str
    before: Optional[int]
    """Of the team, or of all teams that its members were in before: a merger adds their counts."""
    after: Optional[int]
    merged: bool
    """Whether members came from another team."""

    @property
    def growth(self) -> Optional[int]:
        """By how many the count grew; it falls where Kaggle removed submissions."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def at_least(self) -> Optional[int]:
        """How many submissions the window proves; a count that fell proves none."""
        return None if self.growth is None else max(0, self.growth)


@dataclass(frozen=True)
class Window:
    """What happened between two snapshots."""

    start: datetime
    end: datetime
    teams: tuple[TeamGrowth, ...]
    """Of every team in the later snapshot, by team id."""

    @property
    def days(self) -> int:
        """How many days of Kaggle, which begin at midnight UTC, the window has a part in.

        A daily limit allows so many times its number; a window inside one day proves the most.
        """
        last = self.end - timedelta(microseconds=1)
        return max(1, (last.date() - self.start.date()).days + 1)


def windows(snapshots: tuple[Snapshot, ...]) -> tuple[Window, ...]:
    """The window between each two snapshots that follow each other, given in their order."""
    return tuple(map(window, snapshots, snapshots[1:]))


def window(before: Snapshot, after: Snapshot) -> Window:
    """The growth of every team that the later snapshot has."""
    old, new = _teams(before), _teams(after)
    return Window(
        before.taken, after.taken, tuple(_grown(team, old) for _, team in sorted(new.items()))
    )


def _teams(snapshot: Snapshot) -> dict[str, Standing]:
    """The teams by id; older exports have several rows a team, and the largest count is theirs."""
    found: dict[str, Standing] = {}
    for row in sorted(snapshot.standings, key=_order):
        found[row.team_id] = row
    return found


def _order(row: Standing) -> tuple[str, int, str, str, str]:
    count = -1 if row.submissions is None else row.submissions
    return row.team_id, count, row.submitted, row.team_name, ",".join(row.members)


def _grown(team: Standing, old: dict[str, Standing]) -> TeamGrowth:
    members = {name.casefold() for name in team.members}
    sources = {
        row.team_id: row
        for row in old.values()
        if row.team_id == team.team_id or members & {name.casefold() for name in row.members}
    }
    counts = [row.submissions for row in sources.values()]
    known = [count for count in counts if count is not None]
    # A team that was not there had made none that counts: it stands there from its first on.
    before = sum(known) if len(known) == len(counts) else None
    merged = any(source != team.team_id for source in sources)
    return TeamGrowth(team.team_id, team.team_name, before, team.submissions, merged)
