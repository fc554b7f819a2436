"""Growth between snapshots: never more than what a window proves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Optional

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.cli import leaderboard
from leaderboard.growth import TeamGrowth, window, windows
from leaderboard.kaggle import Standing
from leaderboard.snapshots import Snapshot, as_file

START = datetime(2024, 5, 1, 4, tzinfo=timezone.utc)


def team(number: str, count: Optional[int], *members: str) -> Standing:
    return Standing(number, f"team\x1b {number}", "2024-05-01", Decimal("0.3"), count, members)


def snapshot(hours: int, *standings: Standing) -> Snapshot:
    return Snapshot(START + timedelta(hours=hours), "kaggle", "hw4.zip", "0" * 64, standings)


def grown(before: tuple[Standing, ...], after: tuple[Standing, ...]) -> TeamGrowth:
    (found,) = window(snapshot(0, *before), snapshot(5, *after)).teams
    return found


CASES = [
    ((team("1", 3),), (team("1", 8),), (3, 8, 5, 5, False)),
    ((), (team("1", 6, "a"),), (0, 6, 6, 6, False)),
    ((team("1", 3),), (team("1", 2),), (3, 2, -1, 0, False)),
    ((team("1", None),), (team("1", 2),), (None, 2, None, None, False)),
    ((team("1", 3),), (team("1", None),), (3, None, None, None, False)),
    # A merger adds the counts of both teams, which is no submission.
    (
        (team("1", 3, "a"), team("2", 4, "B")),
        (team("1", 7, "a", "b"),),
        (7, 7, 0, 0, True),
    ),
    ((team("2", 4, "a"),), (team("9", 6, "A"),), (4, 6, 2, 2, True)),
    (
        (team("1", 3, "a"), team("2", None, "b")),
        (team("1", 9, "a", "b"),),
        (None, 9, None, None, True),
    ),
    # Older exports have a row for every better score: the largest count is the team's.
    ((team("1", 2), team("1", 1)), (team("1", 3), team("1", 1)), (2, 3, 1, 1, False)),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_the_growth_of_a_team(
    before: tuple[Standing, ...],
    after: tuple[Standing, ...],
    expected: tuple[Optional[int], Optional[int], Optional[int], Optional[int], bool],
) -> None:
    found = grown(before, after)
    assert (found.before, found.after, found.growth, found.at_least, found.merged) == expected


@pytest.mark.parametrize(
    ("start", "hours", "days"),
    [(0, 19, 1), (0, 20, 1), (0, 21, 2), (0, 24, 2), (-4, 24, 1), (-4, 25, 2), (0, 72, 4)],
)
def test_a_window_counts_kaggles_days_that_it_has_a_part_in(
    start: int, hours: int, days: int
) -> None:
    assert window(snapshot(start), snapshot(start + hours)).days == days


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=8), st.randoms())
def test_the_order_of_rows_changes_nothing(counts: list[tuple[int, int]], turns: object) -> None:
    rows = [team(str(number), count, f"m{number}") for number, count in counts]
    turned = list(rows)
    turns.shuffle(turned)  # type: ignore[attr-defined]
    assert window(snapshot(0, *rows), snapshot(1, *turned)) == window(
        snapshot(0, *turned), snapshot(1, *rows)
    )


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6))
def test_the_windows_add_up_to_the_whole(steps: list[int]) -> None:
    totals = [sum(steps[: n + 1]) for n in range(len(steps))]
    taken = tuple(snapshot(n, team("1", total, "a")) for n, total in enumerate(totals))
    proven = sum(each.teams[0].at_least or 0 for each in windows(taken))
    assert proven == totals[-1] - totals[0]


def kept(folder: Path) -> None:
    for each in (
        snapshot(0, team("1", 3, "a"), team("2", 1, "b"), team("3", None)),
        snapshot(24, team("1", 9, "a"), team("2", 1, "b"), team("3", None)),
        snapshot(30, team("1", 10, "a", "b"), team("3", None)),
    ):
        (folder / each.file_name).write_bytes(as_file(each))


def test_the_command_lists_snapshots_and_growth(tmp_path: Path) -> None:
    kept(tmp_path)
    done = CliRunner().invoke(leaderboard, ["snapshots", str(tmp_path)])
    assert done.exit_code == 0
    assert "2024-05-01T04:00:00+00:00" in done.output
    assert "a part of 2 of Kaggle's days" in done.output
    assert "+6" in done.output
    assert "of 1 team Kaggle gave no number" in done.output
    assert "no growth" in done.output, "a merger is no submission"
    assert "team\\x1b 1" in done.output


def test_the_command_answers_as_json(tmp_path: Path) -> None:
    kept(tmp_path)
    done = CliRunner().invoke(leaderboard, ["snapshots", str(tmp_path), "--json"])
    answer = json.loads(done.stdout)
    assert [each["submissions"] for each in answer["snapshots"]] == [4, 10, 10]
    assert [each["days"] for each in answer["windows"]] == [2, 1]
    first = answer["windows"][0]["teams"][0]
    assert (first["team_id"], first["growth"], first["at_least"]) == ("1", 6, 6)


def test_an_empty_folder_is_no_trouble(tmp_path: Path) -> None:
    done = CliRunner().invoke(leaderboard, ["snapshots", str(tmp_path)])
    assert (done.exit_code, done.output) == (0, "no snapshot\n")
