"""A board and a table in a window: nothing wider than it, and nothing of a reader's own is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.audience import Audience, view_of
from leaderboard.terminal import blocks, cut, display_width, fits, laid_out, page, wrap
from tests.leaderboard.example import HOSTILE, board, example

NOTE = "a note that says at length what became of this one, and why it did " * 2
TEXT = st.text("ab王 é./-e\u0301", max_size=60)


def told(audience: Audience, width: int, names: tuple[str, ...] = HOSTILE) -> list[str]:
    tree = example(names)
    for entry in tree["entries"]:
        entry["notes"] = [NOTE.strip()]
        entry["quality"] = [{"name": "own score", "value": "0.88 (0.87 to 0.89) on 300 rows"}]
    own = "9900940" if audience is Audience.STUDENT else None
    return page(view_of(board(tree), audience, own), width).split("\n")


@given(TEXT, st.integers(2, 40))
def test_wrapping_loses_no_letter_and_no_line_is_too_wide(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(display_width, lines)) <= room


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=4), st.integers(28, 90))
def test_a_table_fits_the_window_and_keeps_every_letter(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    headers = ("part", "points", "why")
    drawn = blocks(headers, rows, width, [("why", 20), ("part", 10)], ["points"])
    assert len(drawn) == len(rows) + 1
    assert all(fits(block, width) for block in drawn)
    for row, block in zip(rows, drawn[1:]):
        assert sorted("".join(block.split())) == sorted("".join("".join(row).split()))


def test_what_gives_way_first_is_the_caller_s_word() -> None:
    row = ("one two three four", "five six seven eight", "12")
    text = laid_out(("a", "b", "c"), [row], 36, [("b", 10)], ["c"])
    assert text.splitlines() == [
        "a                   b              c",
        "------------------  ------------  --",
        "one two three four  five six      12",
        "                    seven eight",
    ]


def test_words_are_broken_last_and_after_a_mark() -> None:
    assert wrap("pruned_model/model.safetensors", 20) == ["pruned_model/model.", "safetensors"]
    assert wrap("a " + "b" * 9, 6) == ["a", "bbbbbb", "bbb"]
    assert laid_out(("x",), [("decoder.block.0",)], 10).splitlines()[2:] == ["decoder.", "block.0"]


def test_a_word_without_end_does_not_squeeze_the_other_columns() -> None:
    text = laid_out(("what", "why"), [("x" * 500, "one two three four five")], 80)
    assert "one two three four five" in text
    assert fits(text, 80)


@pytest.mark.parametrize("audience", [Audience.STUDENT, Audience.TA])
def test_own_figures_and_notes_stand_whole_below_a_board_that_is_too_wide(
    audience: Audience,
) -> None:
    lines = told(audience, 80)
    whole = " ".join(" ".join(lines).split())
    count = 1 if audience is Audience.STUDENT else 5
    assert whole.count(NOTE.strip()) == count
    assert whole.count("own score: 0.88 (0.87 to 0.89) on 300 rows") == count
    assert ("Your mark:" in whole) == (audience is Audience.STUDENT)
    assert max(map(display_width, lines)) <= 80


def test_every_entry_of_the_teaching_side_is_named_above_its_figures() -> None:
    heads = [line for line in told(Audience.TA, 80) if line.endswith(":") and line[:1] != " "]
    assert [any(f"990094{at}" in head for head in heads) for at in range(5)] == [True] * 5


def test_names_keep_room_where_figures_can_go_below() -> None:
    name = "Siobhán Ní Bhriain the Second"
    lines = told(Audience.STUDENT, 80, (name, *HOSTILE[1:]))
    assert any(cut(name, 16)[:-1] in line for line in lines)


def test_the_head_is_folded_and_a_wide_window_has_all_in_columns() -> None:
    assert max(map(display_width, told(Audience.PUBLIC, 30)[:4])) <= 30
    lines = told(Audience.STUDENT, 400)
    assert sum(NOTE.strip() in line for line in lines) == 1
