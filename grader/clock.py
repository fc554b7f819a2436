"""The clock: the one place that asks what time it is. Only commands ask; all else is told."""

from __future__ import annotations

import os
from datetime import datetime, timezone

import click

FIXED_BY = "SOURCE_DATE_EPOCH"
"""The environment variable that sets the time in seconds since 1970 (reproducible builds)."""

_MOST_DIGITS = 12  # the year 9999 has twelve


def now() -> datetime:
    """The present moment in UTC and whole seconds, or the one that SOURCE_DATE_EPOCH names.

    Raises click.UsageError when the variable holds something else; an empty one counts as unset.
    """
    told = os.environ.get(FIXED_BY, "")
    if not told:
        return datetime.now(timezone.utc).replace(microsecond=0)
    try:
        if not (told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS):
            raise ValueError("not a plain number of seconds")
        return datetime.fromtimestamp(int(told), timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError(
            f"{FIXED_BY}: found {told[:40]!a}; expected whole seconds since 1970, such as "
            "1715731140. Mend it, or unset it to use the present time."
        ) from error


def stamp(moment: datetime) -> str:
    """The moment as ISO text with its offset: `2024-05-14T23:59:00+08:00`."""
    if moment.utcoffset() is None:
        raise ValueError("a time without an offset names no moment")
    return moment.isoformat(timespec="seconds")
