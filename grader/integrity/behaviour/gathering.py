"""Reading what the behaviour of a class is judged by: leaderboards, snapshots, the matching."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from grader.integrity.behaviour.records import Board, Teams
from grader.matching import Matching
from grader.matching import teams_of as teams_on
from leaderboard.kaggle import LeaderboardError, read_leaderboard
from leaderboard.snapshot_folder import read_snapshots
from leaderboard.snapshots import SnapshotError, kaggle_time


def teams_of(
    matching: Matching,
    public: Optional[Path],
    private: Optional[Path],
    snapshots: Optional[Path],
) -> Teams:
    """The class on Kaggle, from the files that `[kaggle]` of `grading.toml` names.

    Raises LeaderboardError for what the TA gave and must mend.
    """
    boards = tuple(_board(path) for path in (public, private) if path is not None)
    asked = (each.subject for each in matching.open if each.about == "team")
    try:
        dated = () if snapshots is None else read_snapshots(snapshots)
    except SnapshotError as error:
        raise LeaderboardError(str(error)) from error
    return Teams(
        matching.entrants,
        teams_on(row for board in boards for row in board.standings),
        boards,
        dated,
        tuple(sorted(asked)),
    )


def _board(path: Path) -> Board:
    name, standings = read_leaderboard(path)
    return Board(path.name, standings, kaggle_time((name, path.name)))
