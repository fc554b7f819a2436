"""No cell of ours is executed by a spreadsheet, and no number is damaged."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.audience import Audience, view_of
from leaderboard.cells import harmless
from leaderboard.display import apart, clean, line_of
from leaderboard.exports import PAGES
from leaderboard.raw_csv import SheetError, parsed
from tests.leaderboard.example import HOSTILE, board, example

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1+", "－1-", "＠x",
    " =1", "\u3000=1", "\u00a0=1", '"=1"', "'=1", '" =1', "﹦1", "\n \"'=1", "-", "+5 6", "-2\n=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-5", "-5.25", "5", "0.30", "-12%", "a=b", "", "x -1", "王", "'a"]
)
def test_other_text_and_negative_numbers_stay(text: str) -> None:
    assert harmless(text) == text


@given(st.text(max_size=12))
def test_nothing_that_begins_like_a_formula_gets_through(text: str) -> None:
    found = harmless(text)
    assert found in (text, f"'{text}")
    first = unicodedata.normalize("NFKC", found.lstrip())[:1]
    number = found.lstrip("-").rstrip("%").replace(".", "", 1)
    assert first not in tuple("=+-@") or (number.isascii() and number.isdigit())


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("kind", ["csv", "kaggle-style"])
def test_no_cell_of_an_export_is_a_formula(kind: str, name: str) -> None:
    tree = example((name, *HOSTILE[1:]))
    for entry in tree["entries"]:
        entry["quality"] = [{"name": "=gap", "value": "-0.5"}]
    data = PAGES[kind](view_of(board(tree), Audience.TA)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+@\t\r\n")]
    assert [cell for cell in cells if cell[:1] == "-"] == ["-0.5"] * (5 * (kind == "csv"))


@given(st.text(max_size=40))
def test_no_text_steers_a_display(text: str) -> None:
    seen = clean(text)
    assert clean(seen) == seen
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in seen)
    assert clean(apart(text).strip("\u2068\u2069")) == seen


def test_a_value_is_one_line() -> None:
    assert line_of(("a\n", "b")) == "a\\n, b"
    assert line_of(None) == ""
    assert line_of(7) == "7"


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=4),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_sheet_comes_back_byte_for_byte_and_says_its_cells(
    rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    out = io.StringIO()
    # The header decides which delimiter it is.
    rows = [["Identifier", "Grade"], *rows]
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode(encoding)
    sheet = parsed("g.csv", data)
    assert sheet.data == data
    assert sheet.delimiter == delimiter
    assert [[cell.text for cell in row] for row in sheet.rows] == rows


def test_a_sheet_in_big5_comes_back_byte_for_byte() -> None:
    data = 'Identifier,"許功蓋",成績\r\n1,"a""許",\r\n'.encode("cp950")
    sheet = parsed("g.csv", data)
    assert sheet.data == data
    assert sheet.rows[0][1].text == "許功蓋"
    assert not sheet.holds("é")


def test_big5_that_would_come_back_as_other_bytes_is_not_touched() -> None:
    twice = next(
        pair
        for high in range(0xA1, 0xFE)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        if (pair := bytes((high, low))).decode("cp950", "ignore").encode("cp950") not in (b"", pair)
    )
    with pytest.raises(SheetError, match="Save it as CSV in UTF-8"):
        parsed("g.csv", b"Identifier,Grade\n" + twice + b",\n")
