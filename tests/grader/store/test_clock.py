"""The clock: aware, whole seconds, and set by SOURCE_DATE_EPOCH."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import click
import pytest

from grader.clock import FIXED_BY, now, stamp


def test_now_is_the_present_moment_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    for unset in (None, ""):
        monkeypatch.delenv(FIXED_BY, raising=False)
        if unset is not None:
            monkeypatch.setenv(FIXED_BY, unset)
        before = datetime.now(timezone.utc)
        found = now()
        assert timedelta(seconds=-1) < found - before < timedelta(seconds=60)
        assert found.microsecond == 0
        assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("0", "1970-01-01T00:00:00+00:00"),
        ("1715731140", "2024-05-14T23:59:00+00:00"),
        ("0001715731140"[1:], "2024-05-14T23:59:00+00:00"),
        ("253402300799", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_the_time_can_be_set(monkeypatch: pytest.MonkeyPatch, told: str, shown: str) -> None:
    monkeypatch.setenv(FIXED_BY, told)
    assert stamp(now()) == shown


@pytest.mark.parametrize(
    "told",
    ["x", "1.5", "-1", " 1", "1 ", "1_0", "0x10", "1e9", "\u0661", "\u00b2", "253402300800",
     "9" * 5000, "\udc80", "+1", "\x1b[2J"],
)  # fmt: skip
def test_a_bad_time_is_told(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(FIXED_BY, told)
    with pytest.raises(click.UsageError, match="expected whole seconds since 1970") as caught:
        now()
    assert FIXED_BY in caught.value.message
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_a_stamp_says_its_offset() -> None:
    zone = timezone(timedelta(hours=8))
    assert stamp(datetime(2024, 5, 14, 23, 59, 1, 999, zone)) == "2024-05-14T23:59:01+08:00"
    with pytest.raises(ValueError, match="offset"):
        stamp(datetime(2024, 5, 14))
