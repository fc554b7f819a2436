"""A made class: honest accounts with the mishaps of a real course, and breaches planted in it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Optional

from grader.integrity.behaviour.records import Teams
from grader.integrity.records import FileSeen
from grader.matching import teams_of
from grader.records import Entrant, Student, Submission, Team
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot
from tests.integrity_sets.behaviour import boards
from tests.integrity_sets.behaviour.accounts import CLOSES, DAY, OPENS, Account, honest_accounts
from tests.integrity_sets.behaviour.packages import Files, packages


@dataclass
class Made:
    """A class that can still be changed; `guests` are teams that are nobody's."""

    turns: random.Random
    accounts: list[Account]
    files: Files
    moments: Mapping[datetime, str]
    guests: list[Account] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=dict)
    """Digests of packages that are no longer those of their student alone."""
    asked: tuple[str, ...] = ()

    def source(self, account: Account) -> str:
        return f"HW4_{account.student}.zip"

    def given(self) -> Teams:
        """What the grader has of the class."""
        everybody = [*self.accounts, *self.guests]
        turns = random.Random(7)
        snapshots = boards.snapshots(turns, everybody, self.moments)
        last = boards.boards(everybody)
        teams = teams_of(row for board in last for row in board.standings)
        by_id = {team.id: team for team in teams}
        entrants = tuple(self._entrant(each, by_id.get(each.team_id)) for each in self.accounts)
        return Teams(entrants, teams, last, tuple(_fallen(snapshots)), self.asked)

    def works(self) -> list[tuple[str, tuple[FileSeen, ...]]]:
        return sorted(self.files.items())

    def _entrant(self, account: Account, team: Optional[Team]) -> Entrant:
        source = self.source(account)
        digest = self.packages.get(source, f"sha of {source}")
        submission = Submission(source, "zip", (source,), digest=digest)
        student = Student(account.student, account.name)
        if source not in self.files:
            submission = None  # type: ignore[assignment]
        return Entrant(student, f"E-{account.number}", submission, team=team)


def honest_class(seed: int, students: int = 120) -> Made:
    """Nobody here did anything wrong, whatever it looks like.

    Some merge, of one the count falls and comes back, some submit late or never, and guests have
    names near to those of students.
    """
    turns = random.Random(seed)
    accounts = honest_accounts(turns, students)
    made = Made(turns, accounts, {}, boards.moments(turns))
    made.files = packages(turns, [made.source(each) for each in accounts[:-3]])
    for late in turns.sample(accounts, students // 10):
        late.send(turns, *(CLOSES + DAY * turns.random() / 20 for _ in range(40)))
    guest = Account(students, "", "Amy Ling")
    guest.send(turns, CLOSES - 3 * DAY)
    made.guests.append(guest)
    _merge(accounts[5], accounts[6])
    return made


def _merge(first: Account, second: Account) -> None:
    """One team takes in another: from then on the sum of both stands on the board."""
    at = OPENS + 9 * DAY
    second.sent = [each for each in second.sent if each.seen < at]
    first.took_in, second.gone = (at, second), at


def _fallen(snapshots: tuple[Snapshot, ...]) -> Iterator[Snapshot]:
    """The snapshots, of which some in the middle lack three submissions of each third team."""
    for place, each in enumerate(snapshots):
        if place % 9 == 4:
            yield replace(each, standings=tuple(map(_fewer, each.standings)))
        else:
            yield each


def _fewer(row: Standing) -> Standing:
    assert row.submissions is not None
    if int(row.team_id) % 3:
        return row
    return replace(row, submissions=max(1, row.submissions - 3))
