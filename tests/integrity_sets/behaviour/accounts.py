"""Honest accounts on Kaggle: when they submit, day by day, within the limit of each of its days."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Optional

DAY = timedelta(days=1)
OPENS = datetime(2024, 4, 26, 16, tzinfo=timezone.utc)
"""27 April, midnight in Taipei."""
CLOSES = datetime(2024, 5, 14, 15, 59, 59, tzinfo=timezone.utc)
LIMIT = 5
SLOWEST_SCORING = timedelta(minutes=10)
_SCRIPTS = (
    "王小明", "陳怡君", "陳怡安", "佐藤和真", "Amy", "Ami", "amy2", "Zoë", "Zoe\u0308", "Олег",
    "Ольга", "Νίκος", "김민준", "Amy_Lin", "ming", "ming chen", "team", "李", "Trần Văn An",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One submission: when it was sent, and when it stood on the board."""

    at: datetime
    seen: datetime


@dataclass
class Account:
    """One account and its team, which may be changed to plant a breach."""

    number: int
    student: str
    name: str
    sent: list[Sent] = field(default_factory=list)
    members_more: list[str] = field(default_factory=list)
    """Further members of the team, from its beginning."""
    took_in: Optional[tuple[datetime, Account]] = None
    """Which other team came into this one, and when."""
    gone: Optional[datetime] = None
    """When the team went into another one."""

    @property
    def team_id(self) -> str:
        return str(12_400_000 + self.number)

    @property
    def member(self) -> str:
        return f"account{self.number:04}"

    def members(self, moment: datetime) -> tuple[str, ...]:
        """Who is in the team at the moment."""
        other = self._taken_in(moment)
        more = () if other is None else other.members(moment)
        return (self.member, *self.members_more, *more)

    def seen_by(self, moment: datetime) -> list[Sent]:
        """What stands on the board at the moment, with that of a team that came in."""
        own = [each for each in self.sent if each.seen <= moment]
        other = self._taken_in(moment)
        return own if other is None else [*own, *other.seen_by(moment)]

    def is_gone(self, moment: datetime) -> bool:
        """Whether the team is in another one at the moment."""
        return self.gone is not None and moment >= self.gone

    def _taken_in(self, moment: datetime) -> Optional[Account]:
        if self.took_in is None or moment < self.took_in[0]:
            return None
        return self.took_in[1]

    def send(self, turns: random.Random, *moments: datetime) -> None:
        """Send submissions, each scored some minutes later."""
        for at in moments:
            seen = at + timedelta(seconds=turns.randrange(int(SLOWEST_SCORING.total_seconds())))
            self.sent.append(Sent(at, seen))
        self.sent.sort(key=lambda each: each.at)


def honest_accounts(turns: random.Random, students: int) -> list[Account]:
    """So many accounts with ids in a row, as a university gives them; no two teams share a name."""
    accounts = []
    for number in range(students):
        student = f"{9_900_100 + number:07}"
        account = Account(number, student, f"{student}_{turns.choice(_SCRIPTS)}")
        bursts = turns.random() < 0.4
        keenness = turns.uniform(0.2, 1.0)
        for day in days():
            account.send(turns, *_of_a_day(turns, day, keenness, bursts))
        accounts.append(account)
    return accounts


def days() -> list[datetime]:
    """The midnights (UTC) at which Kaggle's days of the competition begin."""
    first = OPENS.replace(hour=0)
    return [first + n * DAY for n in range((CLOSES - first).days + 1)]


def _of_a_day(turns: random.Random, day: datetime, keenness: float, bursts: bool) -> list[datetime]:
    """At most five moments of one of Kaggle's days; a burst is near the midnights around it."""
    if turns.random() > keenness:
        return []
    moments = []
    for _ in range(LIMIT if bursts else turns.randint(1, LIMIT)):
        seconds = turns.uniform(0, 86_399)
        if bursts:
            seconds = turns.choice((turns.uniform(0, 1800), turns.uniform(84_600, 86_399)))
        moments.append(day + timedelta(seconds=seconds))
    return [each for each in moments if OPENS <= each <= CLOSES]


def rolling_most(account: Account) -> int:
    """The most that the account sent within any 24 hours."""
    sent = [each.at for each in account.sent if each.at <= CLOSES]
    return max(
        (sum(start <= each < start + DAY for each in sent) for start in sent), default=0
    )  # fmt: skip


def daily_most(account: Account) -> int:
    """The most that the account sent in one of Kaggle's days."""
    dates = [each.at.date() for each in account.sent if each.at <= CLOSES]
    return max((dates.count(each) for each in dates), default=0)
