"""What a TA sees of a class on Kaggle: dated snapshots with their faults, and the last boards."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from grader.integrity.behaviour.records import Board
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot
from tests.integrity_sets.behaviour.accounts import CLOSES, DAY, OPENS, Account, days

_BENCHMARK = Standing("1", "baseline.csv", "2024-04-20 08:00:00", Decimal("0.1134"), 1, (), True)
_FEW = 20


def rows(accounts: Iterable[Account], moment: datetime) -> tuple[Standing, ...]:
    """The board at a moment: everybody who has a score by then."""
    found = []
    for account in accounts:
        seen = account.seen_by(moment)
        if account.is_gone(moment):
            continue
        if seen:
            score = Decimal(1000 + (account.number * 37) % 900) / 10_000
            last = f"{max(each.at for each in seen):%Y-%m-%d %H:%M:%S}"
            found.append(
                Standing(
                    account.team_id, account.name, last, score, len(seen), account.members(moment)
                )
            )
    return tuple(sorted(found, key=lambda row: (-row.score, row.team_id)))


def snapshot(moment: datetime, standings: tuple[Standing, ...], known: str = "kaggle") -> Snapshot:
    """A snapshot as the folder keeps it, which doesn't keep who is a benchmark."""
    kept = tuple(replace(row, benchmark=False) for row in standings)
    digest = hashlib.sha256(repr((moment, kept)).encode()).hexdigest()
    return Snapshot(moment.replace(microsecond=0), known, "hw4.zip", digest, kept)


def moments(turns: random.Random) -> dict[datetime, str]:
    """When the TA looked, and how that is known: daily, at midnights, often towards the end."""
    found = {OPENS - timedelta(hours=5): "kaggle"}
    for day in days():
        found[day + timedelta(seconds=turns.randrange(86_400))] = "kaggle"
        found[day + timedelta(seconds=turns.choice((0, 1, 20, 300)))] = "kaggle"
        found[day + timedelta(hours=turns.randrange(1, 23), seconds=7)] = "told"
        found[day + timedelta(hours=turns.randrange(1, 23), seconds=9)] = "file"
    for hour in range(1, 48):
        found[CLOSES - timedelta(hours=hour)] = "kaggle"
    found[CLOSES + DAY] = "kaggle"
    return {moment: found[moment] for moment in sorted(found)}


def snapshots(
    turns: random.Random, accounts: Sequence[Account], at: Mapping[datetime, str]
) -> tuple[Snapshot, ...]:
    """The snapshots: some are a first page only, some moments were told or are a file's time."""
    found = []
    for moment, known in at.items():
        standings = (_BENCHMARK, *rows(accounts, moment))
        if turns.random() < 0.05:
            standings = standings[:_FEW]
        shown = moment
        if known == "told":
            shown += timedelta(minutes=turns.uniform(-10, 10))
        if known == "file":
            shown += timedelta(hours=turns.uniform(-30, 30))
        if len(standings) > 1:
            found.append(snapshot(shown, standings, known))
    return tuple(sorted(found, key=lambda each: (each.taken, each.sha256)))


def boards(accounts: Sequence[Account]) -> tuple[Board, ...]:
    """Both leaderboards after the end; of the private one's moment the file says nothing."""
    after = CLOSES + timedelta(hours=3)
    last = (_BENCHMARK, *rows(accounts, after))
    return Board("public.zip", last, after), Board("private.csv", last)
