"""Lines in a window: nothing is lost, nothing is wider, and commands stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.showing.folding import folded
from leaderboard.terminal import display_width

LONG = "  warns   ratio.over  pruned_model/: " + "thirty words that say something " * 6


def test_what_goes_on_stands_under_where_it_began() -> None:
    lines = list(folded([LONG], 80))
    assert len(lines) > 2
    assert all(line.startswith(" " * 10) and line[10] != " " for line in lines[1:])


def test_a_line_without_columns_goes_on_two_further_in() -> None:
    lines = list(folded(["    " + "word " * 40], 60))
    assert all(line.startswith(" " * 6) for line in lines[1:])


def test_a_command_is_one_line_however_long() -> None:
    command = "      → grade decide 9900122 rerun.looked-up --confirm --why " + "x" * 90
    assert list(folded([command], 60)) == [command]


def test_a_file_gets_the_lines_as_they_are() -> None:
    assert list(folded([LONG, ""], None)) == [LONG, ""]


@given(st.lists(st.text("ab王 é", max_size=200), max_size=4), st.integers(60, 120))
def test_no_word_is_lost_and_no_line_too_wide(lines: list[str], width: int) -> None:
    found = list(folded(lines, width))
    assert " ".join(found).split() == " ".join(lines).split()
    for line in found:
        assert display_width(line) <= width or len(line.split()) <= 2


@pytest.mark.parametrize("width", [1, 20, 59])
def test_a_very_narrow_window_is_taken_for_a_wider_one(width: int) -> None:
    assert all(display_width(line) <= 60 for line in folded([LONG], width))
