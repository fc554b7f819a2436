"""Submissions before the opening: 27 April, midnight in Taipei, so 16:00 UTC the day before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.integrity.behaviour.compare import Board, Teams
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot
from tests.grader.integrity.behaviour.hand import codes, given, inspected, only, row, snapshot

SEEN = (row(1),)
# What the TA has, and whether it shows a submission before the opening.
CASES: list[tuple[str, tuple[Snapshot, ...], tuple[Standing, ...], bool]] = [
    ("on a board before it", (snapshot("2024-04-26 15:59:59", row(1)),), SEEN, True),
    ("on the board at it", (snapshot("2024-04-26 16:00:00", row(1)),), SEEN, False),
    ("with a score and no count", (snapshot("2024-04-20 00:00:00", row(None)),), SEEN, True),
    ("with no submission", (snapshot("2024-04-20 00:00:00", row(0)),), SEEN, False),
    ("on a board of a moment told too near",
     (snapshot("2024-04-26 15:50:00", row(1), known="told"),), SEEN, False),
    ("on a board of a moment told",
     (snapshot("2024-04-26 15:40:00", row(1), known="told"),), SEEN, True),
    ("on a board with only a file's time",
     (snapshot("2024-04-20 00:00:00", row(1), known="file"),), SEEN, False),
    ("somebody else on a board before it",
     (snapshot("2024-04-20 00:00:00", row(1, "2")),), SEEN, False),
    ("dated before it", (), (row(1, submitted="2024-04-26 15:59:59"),), True),
    ("dated at it", (), (row(1, submitted="2024-04-26 16:00:00"),), False),
    ("dated by a day alone", (), (row(1, submitted="2024-04-20"),), False),
    ("one of several rows dated before it", (),
     (row(1), row(1, submitted="2024-04-20 10:00:00")), True),
    ("dated before it on a later snapshot of unknown moment",
     (snapshot("7 00:00:00", row(1, submitted="2024-04-20 10:00:00"), known="file"),), SEEN, True),
    ("the host's row", (snapshot("2024-04-20 00:00:00", row(1)),), (row(1, benchmark=True),),
     False),
]  # fmt: skip


@pytest.mark.parametrize(("snapshots", "rows", "found"), [each[1:] for each in CASES],
                         ids=[each[0] for each in CASES])  # fmt: skip
def test_before_the_opening(
    snapshots: tuple[Snapshot, ...], rows: tuple[Standing, ...], found: bool
) -> None:
    assert codes(inspected(given(snapshots, *rows))) == ["before-opening"] * found


def test_the_earliest_board_is_told_and_a_later_one_changes_nothing() -> None:
    early = snapshot("2024-04-20 00:00:00", row(2))
    later = snapshot("2024-04-21 00:00:00", row(4))
    dated = row(4, submitted="2024-04-19 10:00:00")
    found = only(inspected(given((early, later), dated)))
    assert found.finding.message == (
        "stood on the leaderboard with 2 submissions at 2024-04-20 00:00:00 UTC (2024-04-20 "
        "08:00:00 in Asia/Taipei); expected none before the opening at 2024-04-26 16:00:00 UTC "
        "(2024-04-27 00:00:00 in Asia/Taipei)."
    )
    alone = only(inspected(given((early,), row(4))))
    assert (found.finding.message, found.finding.evidence) == (
        alone.finding.message, alone.finding.evidence
    )  # fmt: skip


def test_a_team_that_is_asked_about_is_nobodys_finding_yet() -> None:
    teams = given((snapshot("2024-04-20 00:00:00", row(2)),))
    assert codes(inspected(replace(teams, asked=("1",)))) == []


def test_a_course_without_kaggle_misses_no_snapshots() -> None:
    board = Board("b.csv", ())
    notes = [inspected(Teams((), (), boards)).notes for boards in ((), (board,))]
    assert [any("snapshots" in each for each in told) for told in notes] == [False, True]


def test_what_could_not_be_compared_is_said() -> None:
    shots = (snapshot("7 00:00:00", row(2), known="file"),)
    board = Board("b.csv", (row(None, "2", submitted="yesterday"),))
    notes = " ".join(inspected(Teams((), (), (board,), shots)).notes)
    assert "There are no dated snapshots" in notes
    assert "Of 1 snapshots only the file's time is known" in notes
    assert "Of 1 teams no leaderboard says how many submissions they made" in notes
    assert "1 of 2 dates of submissions could not be read" in notes
