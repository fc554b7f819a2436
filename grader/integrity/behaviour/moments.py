"""Moments: when Kaggle says that something was submitted, and Kaggle's days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Optional
from zoneinfo import ZoneInfo

from leaderboard.snapshots import Snapshot
from validators.rules import Rules

SCORING = timedelta(minutes=15)
"""So long after it was sent a submission may stand on the board for the first time."""
TOLD = timedelta(minutes=15)
"""So far off a moment may be that a person wrote."""
# Kaggle writes moments in UTC, mostly without saying so. A date alone could be any zone's.
_SUBMITTED = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d*)?\s*(?:Z|UTC|\+00:?00)?",
    re.ASCII | re.IGNORECASE,
)


@lru_cache(maxsize=1 << 16)
def submitted_at(text: str) -> Optional[datetime]:
    """The moment in a leaderboard's column of dates; None for what isn't one beyond doubt."""
    found = _SUBMITTED.fullmatch(text.strip())
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def opens(rules: Rules) -> datetime:
    """When the competition opens, in UTC."""
    return rules.competition.moment(rules.competition.opens).astimezone(timezone.utc)


def closes(rules: Rules) -> datetime:
    """When the competition closes, in UTC."""
    return rules.competition.moment(rules.competition.closes).astimezone(timezone.utc)


def is_dated(snapshot: Snapshot) -> bool:
    """Whether the snapshot's moment proves anything: any copy changes the time of a file."""
    return snapshot.known_by != "file"


def first_day(snapshot: Snapshot) -> int:
    """The earliest of Kaggle's days of which submissions may be missing in the snapshot.

    One that was sent before midnight may be scored after it, and is counted only then.
    """
    return (snapshot.taken - SCORING - _doubt(snapshot)).date().toordinal()


def last_day(snapshot: Snapshot) -> int:
    """The latest of Kaggle's days of which submissions may be in the snapshot."""
    return (latest(snapshot) - timedelta(microseconds=1)).date().toordinal()


def latest(snapshot: Snapshot) -> datetime:
    """The latest moment at which the snapshot may have been taken."""
    return snapshot.taken + _doubt(snapshot)


def told(moment: datetime, rules: Rules) -> str:
    """The moment in UTC, which is Kaggle's, and in the course's zone."""
    zone = rules.competition.time_zone
    local = moment.astimezone(ZoneInfo(zone))
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC ({local:%Y-%m-%d %H:%M:%S} in {zone})"


def _doubt(snapshot: Snapshot) -> timedelta:
    return TOLD if snapshot.known_by == "told" else timedelta(0)
