"""The daily limit: what proves that it was passed, and what only looks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from grader.integrity.behaviour.compare import Teams
from grader.integrity.behaviour.counting import Counts, beyond
from grader.integrity.behaviour.moments import SCORING, submitted_at
from leaderboard.snapshots import Snapshot
from tests.grader.integrity.behaviour.hand import (
    at,
    codes,
    given,
    inspected,
    only,
    row,
    snapshot,
    without,
)

OLD = row(1, "9", "other", submitted="2024-05-01 00:00:00")


def days(*shown: tuple[str, int], known: str = "kaggle") -> tuple[Snapshot, ...]:
    return tuple(snapshot(moment, row(count), known=known) for moment, count in shown)


# Snapshots, whether they prove that more than five a day were sent.
WINDOWS: list[tuple[str, tuple[Snapshot, ...], bool]] = [
    ("six in one day", days(("7 01:00:00", 2), ("7 23:00:00", 8)), True),
    ("five in one day", days(("7 01:00:00", 2), ("7 23:00:00", 7)), False),
    ("six across midnight", days(("7 20:00:00", 2), ("8 04:00:00", 8)), False),
    ("ten across midnight", days(("7 20:00:00", 2), ("8 04:00:00", 12)), False),
    ("eleven across midnight", days(("7 20:00:00", 2), ("8 04:00:00", 13)), True),
    ("up to midnight itself", days(("7 01:00:00", 2), ("8 00:00:00", 8)), True),
    ("a second beyond midnight", days(("7 01:00:00", 2), ("8 00:00:01", 8)), False),
    ("sent before midnight, scored after it", days(("7 00:05:00", 2), ("7 23:00:00", 8)), False),
    ("long enough after midnight", days(("7 00:15:00", 2), ("7 23:00:00", 8)), True),
    ("neither window alone, but both",
     days(("6 23:00:00", 0), ("7 01:00:00", 10), ("7 23:00:00", 15)), True),
    ("the allowed in both", days(("6 23:00:00", 0), ("7 01:00:00", 10), ("7 23:00:00", 10)), False),
    ("sixteen in three days", days(("6 20:00:00", 0), ("8 20:00:00", 16)), True),
    ("a moment that was told", days(("7 01:00:00", 2), ("7 23:00:00", 8), known="told"), True),
    ("told, near midnight", days(("7 01:00:00", 2), ("7 23:50:00", 8), known="told"), False),
    ("told, soon after midnight", days(("7 00:20:00", 2), ("7 23:00:00", 8), known="told"), False),
    ("only a file's time", days(("7 01:00:00", 2), ("7 23:00:00", 8), known="file"), False),
    ("one snapshot", days(("7 23:00:00", 8)), False),
    ("no counts", (snapshot("7 01:00:00", row(None)), snapshot("7 23:00:00", row(8))), False),
    ("a count that falls and comes back",
     days(("7 01:00:00", 20), ("7 02:00:00", 10), ("7 23:00:00", 20)), False),
    ("a fall, and six beyond the old count",
     days(("7 01:00:00", 20), ("7 02:00:00", 10), ("7 23:00:00", 26)), True),
    ("a merger that the members show",
     (snapshot("7 01:00:00", row(2), row(7, "2", "you")),
      snapshot("7 23:00:00", row(9, members="me You"))), False),
    ("a member who came without a team",
     (snapshot("7 01:00:00", row(2)), snapshot("7 23:00:00", row(9, members="me you"))), True),
    ("six after a merger",
     (snapshot("7 01:00:00", row(2), row(7, "2", "you")),
      snapshot("7 02:00:00", row(9, members="me you")),
      snapshot("7 23:00:00", row(15, members="me you"))), True),
    ("a merger while the team was not shown",
     (snapshot("7 01:00:00", row(2), row(7, "2", "you")), snapshot("7 01:30:00", OLD),
      snapshot("7 23:00:00", row(9, members="me you"))), False),
    ("nobody says who was in a team that has gone",
     (snapshot("7 01:00:00", row(2, members=""), row(7, "2", "")),
      snapshot("7 23:00:00", row(9, members=""))), False),
    ("no members, and nobody has gone",
     (snapshot("7 01:00:00", row(2, members="")), snapshot("7 23:00:00", row(9, members=""))),
     True),
    ("not there, and then six",
     (snapshot("7 01:00:00", OLD), snapshot("7 23:00:00", OLD, row(6))), True),
    ("not on a board that lacks others",
     (snapshot("6 01:00:00", OLD, row(1, "8", "else")), snapshot("7 01:00:00", OLD),
      snapshot("7 23:00:00", OLD, row(6))), False),
    ("not on a board that lacks others, as their dates say",
     (snapshot("7 01:00:00", OLD),
      snapshot("7 23:00:00", OLD, row(6),
               row(2, "8", "else", submitted="2024-05-03 10:00:00"))), False),
    ("a rescoring in which counts fell unseen",
     (snapshot("7 01:00:00", row(4), row(9, "8", "x"), row(9, "7", "y")),
      snapshot("7 02:00:00", row(4), row(3, "8", "x"), row(3, "7", "y")),
      snapshot("7 23:00:00", row(4 + 6), row(9, "8", "x"), row(9, "7", "y"))), True),
    ("a rescoring that has no earlier snapshot",
     (snapshot("6 23:00:00", row(0), row(9, "8", "x"), row(9, "7", "y")),
      snapshot("7 02:00:00", row(2), row(3, "8", "x"), row(3, "7", "y")),
      snapshot("7 23:00:00", row(2 + 8), row(9, "8", "x"), row(9, "7", "y"))), False),
    ("late submissions",
     (snapshot("14 12:00:00", row(2, submitted="2024-05-14 11:00:00")),
      snapshot("14 23:00:00", row(30, submitted="2024-05-14 20:00:00"))), False),
    ("the last day, seen after the closing",
     (snapshot("14 12:00:00", row(2)),
      snapshot("14 23:00:00", row(8, submitted="2024-05-14 15:00:00"))), True),
]  # fmt: skip


@pytest.mark.parametrize(("snapshots", "proven"), [each[1:] for each in WINDOWS],
                         ids=[each[0] for each in WINDOWS])  # fmt: skip
def test_what_proves_that_the_limit_was_passed(
    snapshots: tuple[Snapshot, ...], proven: bool
) -> None:
    assert codes(inspected(given(snapshots))) == ["daily-limit"] * proven


def test_a_proof_says_when_in_both_zones_and_how_many_are_allowed() -> None:
    found = only(inspected(given(days(("7 01:00:00", 2), ("7 22:00:00", 8), ("7 23:00:00", 9)))))
    assert found.name == "HW4_9900940.zip"
    assert found.finding.message == (
        "at least 7 submissions between 2024-05-07 01:00:00 UTC (2024-05-07 09:00:00 in "
        "Asia/Taipei) and 2024-05-07 23:00:00 UTC (2024-05-08 07:00:00 in Asia/Taipei), which "
        "touches one of Kaggle's days (they begin at midnight UTC); expected at most 5."
    )
    assert dict(found.finding.evidence)["sha256"] == ("sha of 7 01:00:00", "sha of 7 23:00:00")


def test_who_handed_nothing_in_is_called_by_id() -> None:
    teams = without(given(days(("7 01:00:00", 2), ("7 23:00:00", 8))))
    assert only(inspected(teams)).name == "entrant 9900940"


def test_what_is_possible_is_a_fact_and_no_finding() -> None:
    inspection = inspected(given(days(("7 20:00:00", 2), ("8 04:00:00", 9))))
    assert inspection.found == ()
    (fact,) = [each for each in inspection.facts if "in a row" in each.says]
    assert fact.value.startswith("7 between 2024-05-07 20:00:00 UTC (2024-05-08 04:00:00 in")
    assert fact.value.endswith("2 of Kaggle's days allow 10, so this proves nothing")


CLOSED = at("14 23:00:00")
# The row of the last board, when that was made, and whether it proves too many in 19 days.
TOTALS = [
    (row(96, submitted="2024-05-14 15:00:00"), CLOSED, True),
    (row(95, submitted="2024-05-14 15:00:00"), CLOSED, False),
    (row(96, submitted="2024-05-14 15:00:00"), None, True),
    (row(96, submitted="2024-05-14 17:00:00"), CLOSED, False),
    (row(96, submitted="2024-05-14"), None, False),
    (row(96, submitted="2024-05-14"), at("14 12:00:00"), True),
    (row(26, submitted="2024-04-30"), at("1 00:10:00"), False),
    (row(31, submitted="2024-04-30"), at("1 00:10:00"), True),
    (row(96, members="me you"), CLOSED, False),
    (row(96, members=""), CLOSED, False),
    (row(96, submitted="2024-04-20 15:00:00"), CLOSED, False),
]


@pytest.mark.parametrize(("last", "taken", "proven"), TOTALS)
def test_totals(last: object, taken: object, proven: bool) -> None:
    teams = given((), last, taken=taken)  # type: ignore[arg-type]
    inspection = inspected(teams)
    assert ("daily-limit" in codes(inspection)) is proven
    doubt = any("not beyond doubt" in each.value for each in inspection.facts)
    count = last.submissions  # type: ignore[attr-defined]
    assert doubt is (not proven and count == 96)


def test_teams_of_nobody_are_told_in_a_note_by_their_number() -> None:
    lone: Teams = replace(given(days(("7 01:00:00", 2), ("7 23:00:00", 8))), entrants=())
    inspection = inspected(lone)
    assert inspection.found == ()
    assert "The team 1 on Kaggle, which is nobody's, passes the daily limit." in inspection.notes


START = datetime(2024, 5, 3, tzinfo=timezone.utc)
seconds = st.integers(0, 3 * 86_400)


@settings(max_examples=200, deadline=None)
@for_all(
    st.lists(st.tuples(seconds, st.integers(0, int(SCORING.total_seconds()))), max_size=60),
    st.lists(seconds, min_size=2, max_size=12, unique=True),
    st.integers(1, 5),
)
def test_nobody_who_keeps_the_limit_is_ever_beyond_it(
    sent: list[tuple[int, int]], looks: list[int], limit: int
) -> None:
    kept: list[datetime] = []
    used: dict[object, int] = {}
    for at_second, delay in sorted(sent):
        moment = START + timedelta(seconds=at_second)
        if used.get(moment.date(), 0) < limit:
            used[moment.date()] = used.get(moment.date(), 0) + 1
            kept.append(moment + timedelta(seconds=delay))
    shots = []
    for look in sorted(looks):
        taken = START + timedelta(seconds=look)
        count = sum(each <= taken for each in kept)
        rows = (OLD, row(count)) if count else (OLD,)
        shots.append(Snapshot(taken, "kaggle", "hw4.zip", "", rows))
    assert beyond(Counts(shots).chains("1"), limit) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-07 12:00:00", at("7 12:00:00")),
        ("2024-05-07T12:00:00Z", at("7 12:00:00")),
        (" 2024-05-07 12:00:00.1234567 ", at("7 12:00:00")),
        ("2024-05-07 12:00:00+00:00", at("7 12:00:00")),
        ("2024-05-07 12:00:00 UTC", at("7 12:00:00")),
        ("2024-05-07", None),
        ("2024-05-07 12:00:00+08:00", None),
        ("2024-02-30 12:00:00", None),
        ("5/7/2024 12:00:00 PM", None),
        ("٢٠٢٤-05-07 12:00:00", None),
        ("", None),
    ],
)
def test_moments_of_a_leaderboard(text: str, expected: object) -> None:
    assert submitted_at(text) == expected
