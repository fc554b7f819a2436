"""How many submissions each team made at least, from one snapshot to a later one.

Only what can't be otherwise is counted. A team's count begins anew where teams may have merged,
which adds up what both had. Nothing is counted from a snapshot in which counts had fallen: what
comes back after a removal or a rescoring was not sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import Optional

from grader.integrity.behaviour.moments import SCORING, first_day, last_day, submitted_at
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot


@dataclass(frozen=True)
class Point:
    """How many submissions a snapshot shows of a team, and the last of them.

    `first_day` and `last_day` are the first of Kaggle's days that a span from here has a part in,
    and the last one of a span up to here. It `starts` spans unless its count may be too low.
    """

    snapshot: Snapshot
    count: int
    submitted: Optional[datetime]
    first_day: int
    last_day: int
    starts: bool = True

    @classmethod
    def at(cls, snapshot: Snapshot, count: int, row: Optional[Standing] = None) -> Point:
        """The point of a team with this count; without a row where it was not on the board."""
        submitted = None if row is None else submitted_at(row.submitted)
        return cls(snapshot, count, submitted, first_day(snapshot), last_day(snapshot))


Chain = tuple[Point, ...]
"""The points of one team between which its count only grew by submissions."""


@dataclass(frozen=True)
class Span:
    """So many submissions at least between two snapshots, and the days of Kaggle they touch."""

    before: Snapshot
    after: Snapshot
    growth: int
    days: int


class Counts:
    """The chains of every team, by its id; snapshots are given by their moment."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self._chains: dict[str, list[list[Point]]] = {}
        self._last: dict[str, tuple[int, Standing]] = {}
        self._teams_of: dict[str, set[str]] = {}
        self.merged: set[str] = set()
        """The teams that may have taken in others."""
        whole = _whole(snapshots)
        for place, snapshot in enumerate(snapshots):
            before = snapshots[place - 1] if place and whole[place - 1] else None
            self._take(place, snapshot, before)
        self._unsettled = _unsettled(self._chains.values())

    def chains(self, team: str) -> tuple[Chain, ...]:
        """The chains of the team, the earliest first."""
        return tuple(tuple(self._settled(each)) for each in self._chains.get(team, ()))

    def _settled(self, points: Sequence[Point]) -> Iterator[Point]:
        """The points, those that may be too low marked as no start."""
        for point, peak in zip(points, _peaks(points)):
            low = point.count < peak or (point.count and point.snapshot.taken in self._unsettled)
            yield replace(point, starts=not low)

    def _take(self, place: int, snapshot: Snapshot, before: Optional[Snapshot]) -> None:
        rows = rows_of(snapshot)
        gone = [found for team, found in self._last.items() if team not in rows]
        for team in sorted(rows):
            chains = self._chains.setdefault(team, [[]])
            if self._merged(place, rows[team], gone):
                chains.append([])
                self.merged.add(team)
            elif team not in self._last and before is not None:
                # The board was whole and the team not on it, so it had made none that counts.
                chains.append([Point.at(before, 0)])
            count = rows[team].submissions
            if count is not None:
                chains[-1].append(Point.at(snapshot, count, rows[team]))
        for team, row in rows.items():
            self._last[team] = place, row
            for member in _members(row):
                self._teams_of.setdefault(member, set()).add(team)

    def _merged(self, place: int, row: Standing, gone: Sequence[tuple[int, Standing]]) -> bool:
        """Whether others may have come into the team since it was last seen."""
        seen, old = self._last.get(row.team_id, (place - 1, None))
        new = _members(row) - (_members(old) if old is not None else frozenset())
        if any(self._teams_of.get(member, set()) - {row.team_id} for member in new):
            return True
        # Nobody says who was in one of them: a team that has gone since then may be in this one.
        since = [other for last, other in gone if last >= seen]
        return any(not _members(row) or not _members(other) for other in since)


def rows_of(snapshot: Snapshot) -> Mapping[str, Standing]:
    """A row of each team by id; of several the one with the largest count."""
    found: dict[str, Standing] = {}
    for row in sorted(snapshot.standings, key=_order):
        found[row.team_id] = row
    return found


def spans(chain: Chain) -> Iterator[Span]:
    """The spans between each two points that follow each other."""
    yield from (_span(one, other) for one, other in zip(chain, chain[1:]) if one.starts)


def beyond(chains: Iterable[Chain], limit: int) -> Optional[Span]:
    """The span that shows most plainly that a limit for each day was passed; None if none does.

    The fewest days come first, then the most beyond what they allow, then the earliest.
    """
    found = [
        span
        for chain in chains
        if _is_beyond(chain, limit)
        for place, one in enumerate(chain)
        for other in chain[place + 1 :]
        if one.starts and (span := _span(one, other)).growth > limit * span.days
    ]
    return min(
        found,
        key=lambda each: (
            each.days, limit * each.days - each.growth, each.before.taken, each.after.taken
        ),
        default=None,
    )  # fmt: skip


def _is_beyond(chain: Chain, limit: int) -> bool:
    """Whether any two points are further apart than the limit allows, told in one go."""
    lowest: Optional[int] = None
    for point in chain:
        end = point.count - limit * point.last_day
        if lowest is not None and end - lowest > limit:
            return True
        if point.starts:
            start = point.count - limit * point.first_day
            lowest = start if lowest is None else min(lowest, start)
    return False


def _span(one: Point, other: Point) -> Span:
    days = other.last_day - one.first_day + 1
    return Span(one.snapshot, other.snapshot, other.count - one.count, days)


def _peaks(points: Sequence[Point]) -> list[int]:
    """The highest count up to each of the points."""
    return list(accumulate((each.count for each in points), max))


def _unsettled(teams: Iterable[Sequence[Sequence[Point]]]) -> frozenset[datetime]:
    """When the counts of several teams had fallen that came back later, as in a rescoring.

    Counts of others may have fallen as well, unseen beside what they had sent meanwhile.
    """
    low: Counter[datetime] = Counter()
    for points in (each for chains in teams for each in chains):
        fallen: list[datetime] = []
        for point, peak in zip(points, _peaks(points)):
            if point.count < peak:
                fallen.append(point.snapshot.taken)
            else:
                low.update(fallen)
                fallen.clear()
    return frozenset(taken for taken, teams_fallen in low.items() if teams_fallen > 1)


def _whole(snapshots: Sequence[Snapshot]) -> list[bool]:
    """Of each snapshot whether every team that had submitted by then stands on it.

    One that lacks a team is a part of a board: its first page, or a damaged copy.
    """
    found = []
    submitted = _submitted(snapshots)
    last: dict[str, Standing] = {}
    for snapshot, by in zip(snapshots, submitted):
        rows = rows_of(snapshot)
        members = frozenset().union(*map(_members, rows.values()))
        lacking = (last[team] for team in last if team not in rows)
        # A team whose members all stand there in others was merged into them.
        merged = (bool(_members(row)) and _members(row) <= members for row in lacking)
        found.append(by <= set(rows) and all(merged))
        last.update(rows)
    return found


def _submitted(snapshots: Sequence[Snapshot]) -> list[set[str]]:
    """The teams that later snapshots say had submitted, long enough before, by each one."""
    found = []
    first: dict[str, datetime] = {}
    for snapshot in reversed(snapshots):
        found.append({team for team, by in first.items() if by <= snapshot.taken - SCORING})
        for row in snapshot.standings:
            by = submitted_at(row.submitted)
            if by is not None:
                first[row.team_id] = min(by, first.get(row.team_id, by))
    return found[::-1]


def _members(row: Standing) -> frozenset[str]:
    return frozenset(name.casefold() for name in row.members)


def _order(row: Standing) -> tuple[str, int, str, str, str]:
    count = -1 if row.submissions is None else row.submissions
    return row.team_id, count, row.submitted, row.team_name, ",".join(row.members)
