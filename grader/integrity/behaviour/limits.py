"""The daily limit: what the counts of a leaderboard prove, and what they only leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Optional

from grader.integrity.behaviour.counting import Chain, Counts, Span, beyond, rows_of, spans
from grader.integrity.behaviour.moments import closes, is_dated, latest, opens, submitted_at, told
from grader.integrity.behaviour.records import Board, Teams, certain_teams, name_of
from grader.integrity.records import Fact, Found, Inspection, Spread
from grader.records import Entrant, Team
from leaderboard.kaggle import Standing
from validators.display import quoted
from validators.findings import Finding, Place
from validators.integrity_codes.behaviour import DAILY_LIMIT
from validators.rules import Rules

_A_DAY = timedelta(days=1)
_INNOCENT = (
    "Innocent: a higher limit set on Kaggle, a merger of teams that the leaderboard doesn't show, "
    "a wrong time in the name of a leaderboard file."
)
_NEXT = "Next: look at both figures in the leaderboard files and at the limit on Kaggle, then ask."


@dataclass(frozen=True)
class Total:
    """A count of all of a team's submissions, and how many of Kaggle's days there were for them."""

    board: str
    end: datetime
    count: int
    days: int
    sure: bool
    """Whether nothing but submissions since the opening, made by this team, is in the count."""


class Limits:
    """The daily limit of a class."""

    def __init__(self, given: Teams, rules: Rules, early: frozenset[str]) -> None:
        """`early` are the teams that submitted before the opening, which their totals hold."""
        self._given, self._rules, self._early = given, rules, early
        self._limit = rules.competition.submissions_per_day
        self._opens, self._closes = opens(rules), closes(rules)
        self._within_by_team: dict[str, tuple[Chain, ...]] = {}
        dated = [each for each in given.snapshots if is_dated(each)]
        self._counts = Counts(sorted(dated, key=lambda each: each.taken))

    def inspection(self) -> Inspection:
        """The findings about the limit, the facts beside them, and where the class lies."""
        own = list(certain_teams(self._given))
        found = [
            Found(name_of(entrant), finding)
            for entrant, team in own
            if (finding := self._finding(team)) is not None
        ]
        facts = [fact for entrant, team in own for fact in self._facts(entrant, team)]
        spread = () if self._spread is None else (self._spread,)
        return Inspection(tuple(found), spreads=spread, facts=tuple(facts))

    def is_beyond(self, team: str) -> bool:
        """Whether the team has passed the limit beyond doubt."""
        return self._beyond(team) is not None or self._too_many(team) is not None

    def _finding(self, team: Team) -> Optional[Finding]:
        span = self._beyond(team.id)
        if span is not None:
            return self._of_span(team, span)
        total = self._too_many(team.id)
        return None if total is None else self._of_total(team, total)

    def _of_span(self, team: Team, span: Span) -> Finding:
        start, end = span.before.taken, span.after.taken
        part = f"{span.days} of Kaggle's days" if span.days > 1 else "one of Kaggle's days"
        return DAILY_LIMIT.at(
            Place(f"team {quoted(team.name)}"),
            f"at least {span.growth} submissions between {told(start, self._rules)} and "
            f"{told(end, self._rules)}, which touches {part} (they begin at midnight UTC); "
            f"expected at most {self._limit * span.days}.",
            self._remedy(),
            submissions=span.growth, days=span.days, limit=self._limit,
            start=start.isoformat(), end=end.isoformat(),
            sha256=(span.before.sha256, span.after.sha256),
        )  # fmt: skip

    def _of_total(self, team: Team, total: Total) -> Finding:
        start = self._opens
        return DAILY_LIMIT.at(
            Place(f"team {quoted(team.name)}"),
            f"{total.count} submissions in all, from the opening at {told(start, self._rules)} to "
            f"{told(total.end, self._rules)}, which touches {total.days} of Kaggle's days (they "
            f"begin at midnight UTC); expected at most {self._limit * total.days}.",
            self._remedy(),
            submissions=total.count, days=total.days, limit=self._limit,
            start=start.isoformat(), end=total.end.isoformat(),
        )  # fmt: skip

    def _remedy(self) -> str:
        """Where the class lies, what may explain it, and what to look at next."""
        spread = self._spread
        fine = [
            max(each.count for each in totals)
            for team, totals in self._totals.items()
            if not self.is_beyond(team)
        ]
        lies = (
            "Without snapshots only total counts were compared. Of the "
            f"{len(fine):,} other teams the most is {max(fine, default=0):,}."
        )
        if spread is not None:
            lies = (
                f"Of the {spread.compared - spread.flagged:,} other teams the most between two "
                f"snapshots is {spread.highest:.1f} submissions for each of Kaggle's days (median "
                f"{spread.median:.1f})."
            )
        return f"{lies} {_INNOCENT} {_NEXT}"

    def _beyond(self, team: str) -> Optional[Span]:
        return beyond(self._chains(team), self._limit)

    def _chains(self, team: str) -> tuple[Chain, ...]:
        """The chains within the competition: what is sent before and after it has no limit."""
        found = self._within_by_team.get(team)
        if found is None:
            found = tuple(map(self._within, self._counts.chains(team)))
            self._within_by_team[team] = found
        return found

    def _within(self, chain: Chain) -> Chain:
        before = [each for each in chain if each.snapshot.taken <= self._opens]
        # A board of after the closing tells the same as one of then if nothing was sent late.
        inner = [
            each
            for each in chain[len(before) :]
            if latest(each.snapshot) <= self._closes or self._in_time(each.submitted)
        ]
        return (*before[-1:], *inner)

    def _in_time(self, submitted: Optional[datetime]) -> bool:
        return submitted is not None and submitted <= self._closes

    def _too_many(self, team: str) -> Optional[Total]:
        """The total that is furthest beyond what its days allow; None if none surely is."""
        beyond_it = [
            each
            for each in self._totals.get(team, ())
            if each.sure and each.count > self._limit * each.days
        ]
        return min(
            beyond_it,
            key=lambda each: (self._limit * each.days - each.count, each.end, each.board),
            default=None,
        )

    @cached_property
    def _totals(self) -> dict[str, list[Total]]:
        """The totals of each team by its id, those of the leaderboards and of dated snapshots."""
        found: dict[str, list[Total]] = {}
        boards = [*self._given.boards]
        for each in self._given.snapshots:
            if is_dated(each) and each.taken > self._opens:
                boards.append(Board(each.file_name, tuple(rows_of(each).values()), each.taken))
        for board in boards:
            for row in board.standings:
                total = None if row.benchmark else self._total(board, row)
                if total is not None:
                    found.setdefault(row.team_id, []).append(total)
        return found

    def _total(self, board: Board, row: Standing) -> Optional[Total]:
        if row.submissions is None:
            return None
        end = min(board.taken or self._closes, self._closes)
        days = end.date().toordinal() - self._opens.date().toordinal() + 1
        # A board of after the closing, or of no known time, may have late submissions in it.
        in_time = board.taken is not None and board.taken <= self._closes
        sure = (
            (in_time or self._in_time(submitted_at(row.submitted)))
            and len(row.members) == 1
            and row.team_id not in self._counts.merged
            and row.team_id not in self._early
        )
        return Total(board.name, end, row.submissions, max(1, days), sure)

    def _facts(self, entrant: Entrant, team: Team) -> Iterator[Fact]:
        """What is no proof: how many there are, and what lies beyond the limit but may be fine."""
        totals = self._totals.get(team.id, ())
        if totals:
            most = max(totals, key=lambda each: (each.count, each.end, each.board))
            allowed = f"{self._limit} a day allow {self._limit * most.days}"
            possible = most.count > self._limit * most.days and not self.is_beyond(team.id)
            doubt = "; more, but not beyond doubt" if possible else ""
            yield Fact(name_of(entrant), "Kaggle submissions", f"{most.count} ({allowed}{doubt})")
        span = None if self.is_beyond(team.id) else self._open(team.id)
        if span is not None:
            start, end = told(span.before.taken, self._rules), told(span.after.taken, self._rules)
            yield Fact(
                name_of(entrant),
                f"more than {self._limit} Kaggle submissions in a row",
                f"{span.growth} between {start} and {end}: {span.days} of Kaggle's days allow "
                f"{self._limit * span.days}, so this proves nothing",
            )

    def _open(self, team: str) -> Optional[Span]:
        """The span of a day at most that has more than one day's limit, and is allowed to."""
        found = [
            span
            for chain in self._chains(team)
            for span in spans(chain)
            if span.growth > self._limit and span.after.taken - span.before.taken <= _A_DAY
        ]
        return max(found, key=lambda each: (each.growth, each.after.taken), default=None)

    @cached_property
    def _spread(self) -> Optional[Spread]:
        """Where the teams lie by the most they sent for each of Kaggle's days between snapshots."""
        rates = {}
        for team in sorted({each.id for each in self._given.teams}):
            between = [span for chain in self._chains(team) for span in spans(chain)]
            if between:
                rates[team] = max(Fraction(span.growth, span.days) for span in between)
        fine = sorted(rate for team, rate in rates.items() if self._beyond(team) is None)
        if not fine:
            return None
        return Spread(
            "behaviour", "most submissions for each of Kaggle's days between two snapshots",
            len(rates), len(rates) - len(fine), float(median(fine)), float(_percentile(fine, 95)),
            float(fine[-1]), float(self._limit),
        )  # fmt: skip


def _percentile(ordered: Sequence[Fraction], share: int) -> Fraction:
    """The lowest value that so many in a hundred of the values don't pass."""
    return ordered[-(-len(ordered) * share // 100) - 1]
