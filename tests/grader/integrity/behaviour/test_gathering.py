"""What the grader has of a class on Kaggle, read from the TA's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.integrity.behaviour.gathering import teams_of
from grader.matching import make_register, match_all
from grader.records import Student, Team
from leaderboard.kaggle import LeaderboardError
from tests.grader.integrity.behaviour.hand import HW4, at

HEADER = "Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames"
ROWS = (
    "1,11,9900101_a,2024-05-07 12:00:00,0.3,7,amy", "0,12,baseline,2024-04-01 12:00:00,0.1,1,",
    "2,13,9999999_x,2024-05-07 12:00:00,0.2,3,bob",
)  # fmt: skip


def board(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def test_boards_snapshots_and_open_questions(tmp_path: Path) -> None:
    public = board(tmp_path / "hw4-publicleaderboard-2024-05-15T00:05:00.csv", *ROWS)
    private = board(tmp_path / "private.csv", *ROWS)
    shots = tmp_path / "snapshots"
    shots.mkdir()
    board(shots / "hw4-publicleaderboard-2024-05-08T01:00:00.csv", ROWS[0])
    register = make_register([Student("9900101")], (), (), HW4)
    on_kaggle = [Team("11", "9900101_a", ("amy",)), Team("13", "9999999_x", ("bob",))]
    matching = match_all((), register, on_kaggle, HW4, b"s" * 32)
    found = teams_of(matching, public, private, shots)
    assert found.entrants == matching.entrants
    assert found.teams == tuple(on_kaggle)
    assert found.asked == ("13",)
    assert [each.taken for each in found.boards] == [at("15 00:05:00"), None]
    assert [row.benchmark for row in found.boards[0].standings] == [False, True, False]
    assert [(each.taken, each.known_by) for each in found.snapshots] == [
        (at("8 01:00:00"), "kaggle")
    ]
    nothing = teams_of(matching, None, None, None)
    assert (nothing.boards, nothing.snapshots, nothing.teams) == ((), (), ())


def test_a_snapshot_that_cant_be_read_is_the_tas_to_mend(tmp_path: Path) -> None:
    board(tmp_path / "undated.csv", *ROWS)
    matching = match_all((), make_register([Student("1")], (), (), HW4), (), HW4, b"s" * 32)
    with pytest.raises(LeaderboardError, match=r"undated\.csv"):
        teams_of(matching, None, None, tmp_path)
