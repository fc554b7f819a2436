"""Drawing on a terminal: nothing steers it, nothing is wider than it, no colour is needed."""

from __future__ import annotations

import unicodedata

import click
from hypothesis import example, given
from hypothesis import strategies as st

from grader.integrity.showing.aligned import Cell, Row, fit
from grader.integrity.showing.drawing import prose, room, side_by_side, wrapped
from leaderboard.terminal import display_width
from validators.display import clean

TEXT = st.text(st.characters(codec="utf-8"), max_size=120)


@given(TEXT, st.integers(8, 60))
@example("0\U00016f51\U00018d09", 8)
def test_a_text_is_broken_into_pieces_that_fit(text: str, width: int) -> None:
    shown = fit(text)
    pieces = wrapped(shown, width)
    assert all(display_width(piece) <= width for piece in pieces)
    kept = [x for x in "".join(pieces) if not unicodedata.combining(x)]
    assert kept == [x for x in shown if not unicodedata.combining(x)]


def test_a_letter_keeps_three_of_the_marks_over_it() -> None:
    assert wrapped("a" + "\u0301" * 5_000 + "b", 10) == ["a\u0301\u0301\u0301b"]


@given(TEXT, TEXT)
def test_two_columns_fit_the_window_and_hold_nothing_that_steers(left: str, right: str) -> None:
    row = Row(Cell(fit(left), 99_999), Cell(fit(right), 7))
    for line in side_by_side((row,), (left, right), 80):
        plain = click.unstyle(line)
        assert display_width(plain) <= 80
        harmful = {unicodedata.category(x) for x in plain} & {"Cc", "Cs", "Co", "Cn"}
        assert not harmful


def test_marks_say_what_matches_without_colour() -> None:
    rows = (
        Row(Cell("same", 1), Cell("same", 2), True),
        Row(Cell("one", 3), Cell("two", 4)),
        Row(None, Cell("alone", 5)),
        Row(Cell("around", 4, False), Cell("around", 6, False)),
    )
    lines = [click.unstyle(line) for line in side_by_side(rows, ("a.py:1", "b.py:2"), 40)]
    assert lines == [
        "a.py:1             | b.py:2",
        "-------------------+-------------------",
        "    1 > same       =     2 > same",
        "    3 > one        ~     4 > two",
        "                   |     5 > alone",
        "    4   around     |     6   around",
    ]


def test_the_window_decides_between_80_and_160() -> None:
    assert [room(each) for each in (None, 40, 100, 400)] == [80, 80, 100, 160]


@given(TEXT)
def test_prose_fits_as_far_as_its_words_do(text: str) -> None:
    for line in prose(text, 30, "  "):
        assert line == clean(line)
