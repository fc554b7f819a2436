from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from leaderboard.cli import leaderboard
from leaderboard.kaggle import LeaderboardError, Standing, read_kaggle

CURRENT = (
    "\ufeffRank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames\r\n"
    '1,11,"9900940_王, 小明",2024-05-01 10:00:00,0.31,7,"ming,wang"\r\n'
)
OLDER = "TeamId,TeamName,SubmissionDate,Score\n11,a,2024-05-01,0.2\n11,a,2024-05-02,0.3\n"
COMMAND_LINE = (
    "Next Page Token = CfDJ8\nteamId,teamName,submissionDate,score\n11,a,2024-05-01,0.2\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "board.csv"
    path.write_bytes(text.encode())
    return path


def test_the_current_form_is_read_whole(tmp_path: Path) -> None:
    assert read_kaggle(written(tmp_path, CURRENT)) == (
        Standing(
            "11", "9900940_王, 小明", "2024-05-01 10:00:00", Decimal("0.31"), 7, ("ming", "wang")
        ),
    )


@pytest.mark.parametrize(("text", "rows"), [(OLDER, 2), (COMMAND_LINE, 1)])
def test_older_and_command_line_forms_are_read(tmp_path: Path, text: str, rows: int) -> None:
    standings = read_kaggle(written(tmp_path, text))
    assert len(standings) == rows
    assert standings[0] == Standing("11", "a", "2024-05-01", Decimal("0.2"), None, ())


def test_the_zip_that_kaggle_makes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "hw4.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("hw4-publicleaderboard-2024-05-15T00:00:00.csv", CURRENT)
    assert read_kaggle(path)[0].team_id == "11"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID,Predict\n0,x\n", "no row names TeamId"),
        ("", "no row names TeamId"),
        (OLDER + "12,b,2024-05-01,high\n", "board.csv:4: score or count"),
        (OLDER + "12,b,2024-05-01,NaN\n", "board.csv:4: score or count is out of range"),
        (CURRENT + "2,12,b,2024-05-01,0.1,-3,x\n", "board.csv:3: score or count is out of range"),
        (OLDER + "12,b\n", "board.csv:4: 2 fields"),
        (OLDER + "1" * 200_000, "board.csv:4: not a CSV row"),
    ],
)
def test_what_is_no_leaderboard_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(LeaderboardError, match=expected):
        read_kaggle(written(tmp_path, text))


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_bytes(CURRENT.encode("utf-16"))
    with pytest.raises(LeaderboardError, match="not UTF-8"):
        read_kaggle(path)


@pytest.mark.parametrize("change", ["locked", "method", "damaged"])
def test_a_zip_that_cant_be_read_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "board.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("board.csv", CURRENT * 50)
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    if change == "locked":
        data[6] = data[directory + 8] = 1
    elif change == "method":
        data[8] = data[directory + 10] = 99
    else:
        data[45:60] = b"\xff" * 15
    path.write_bytes(data)
    with pytest.raises(LeaderboardError, match=r"board\.zip: can't be read"):
        read_kaggle(path)


def test_a_file_that_is_far_too_large_is_refused_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaderboard.kaggle.MAX_BYTES", 100)
    with pytest.raises(LeaderboardError, match="over 100 bytes"):
        read_kaggle(written(tmp_path, CURRENT * 2))


def test_a_terminal_without_the_letters_still_gets_its_table(tmp_path: Path) -> None:
    code, path = "from leaderboard.cli import main; main()", str(written(tmp_path, CURRENT))
    done = subprocess.run(
        [sys.executable, "-c", code, "kaggle", path],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert b"9900940_\\u738b, \\u5c0f\\u660e" in done.stdout


def test_a_name_can_not_steer_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, OLDER.replace("11,a,2024-05-02", "12,\x1b[31mred,2024-05-02"))
    shown = CliRunner().invoke(leaderboard, ["kaggle", str(path)])
    assert shown.exit_code == 0
    assert "\x1b" not in shown.output
    assert "\\x1b[31mred" in shown.output
