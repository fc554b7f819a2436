from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from leaderboard.audience import Audience, view_of
from leaderboard.board_file import write_board
from leaderboard.cli import leaderboard
from leaderboard.exporting import Exported, Given, Source
from leaderboard.moodle import worksheet
from leaderboard.raw_csv import SheetError, parsed
from tests.leaderboard.example import board

SHEET = (
    '\ufeffIdentifier,"Full name","ID number","Email address",成績,"Maximum Grade"'
    ',Locked,"Feed, back"\r\n'
    'Participant 1,"=A ""x""",9900940,s0@example.edu,,"100,00",是,"a\r\nb"\r\n'
    "Participant 2,B,,S1@Example.edu,93.330,100.00,Yes,\r\n"
    "Participant 3,C,9900942,,,100.00,否,\r\n"
    "Participant 4,D,9900943,,,100.00,Yes,\r\n"
    "Participant 5,E,9900944,,,50,Yes,\r\n"
    "Participant 6,F,9900940,s1@example.edu,,100,Yes,\r\n"
    "Participant 7,G,1,,,100,Yes,"
).encode()


def fill(data: bytes, **given: Any) -> Exported:
    view = view_of(board(), Audience.TA)
    return worksheet(view, Given(worksheet=Source("g.csv", data), **given))


def test_only_the_grade_changes_and_every_other_row_is_named() -> None:
    filled = fill(SHEET)
    before, after = b's0@example.edu,,"100,00"', b's0@example.edu,"93,33","100,00"'
    assert filled.files[0][1] == SHEET.replace(before, after)
    assert filled.said == (
        "1 grade changed",
        "line 3, Participant 2: unchanged at 93.33",
        "line 4, Participant 3: is locked",
        "line 5, Participant 4: has no mark yet",
        "line 6, Participant 5: 93.33 is out of range; at most 50",
        "line 7, Participant 6: is two entrants of the board",
        "line 8, Participant 7: is no entrant of the board",
    )


def test_an_entrant_without_a_row_is_named() -> None:
    head = SHEET[: SHEET.index(b"Participant 1")]
    said = fill(head).said
    assert said[1] == "9900940: has a mark, but no row on the worksheet"
    assert len(said) == 5


@pytest.mark.parametrize("data", [b"", b"a,b\n", b'a"b', b'"a', b"\xff", b"Grade,Grade,a,b"])
def test_what_is_no_worksheet_is_refused(data: bytes) -> None:
    with pytest.raises(SheetError, match=r"g\.csv"):
        fill(data)


@pytest.mark.parametrize("data", [b"", b"a", b"a,\n", b'"a\n""b",c\r\n\r\nd', SHEET[3:]])
def test_a_sheet_comes_back_byte_for_byte(data: bytes) -> None:
    assert parsed("g.csv", data).data == data


def test_the_command_fills_a_copy_for_the_teaching_side_only(tmp_path: Path) -> None:
    source, sheet, out = (tmp_path / name for name in ("b.json", "g.csv", "out.csv"))
    write_board(board(), source)
    sheet.write_bytes(SHEET)
    given = ["export", str(source), "--format", "moodle-worksheet", "--output", str(out)]
    given += ["--worksheet", str(sheet)]
    assert CliRunner().invoke(leaderboard, given).exit_code == 2
    assert not out.exists()
    done = CliRunner().invoke(leaderboard, [*given, "--audience", "ta"])
    assert done.exit_code == 0
    assert "1 grade changed" in done.output
    assert out.read_bytes() != sheet.read_bytes() == SHEET
