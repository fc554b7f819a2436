"""What submitted texts show of their settings, and in which order settings are tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.clean_room.grid import trials
from grader.rerun.clean_room.texts import (
    MOST_LENGTH,
    Fit,
    fit,
    length_of,
    likely_blocking,
    likely_lengths,
)


def spelled(tokens: Sequence[int]) -> str:
    """One letter a token; the third is a space, which no text shows at its end."""
    return "".join("ab cdefgh"[token] for token in tokens)


@pytest.mark.parametrize(
    ("counts", "first"),
    [
        ([19] * 30, 20),  # Hugging Face's old default, the start token included
        ([20] * 30, 21),  # the new one
        ([63] * 20 + [40, 50], 64),
        ([64] * 20 + [40, 50], 65),
        ([63] * 10 + [62, 61, 62], 64),  # a few were counted short
        ([62] * 10, 64),  # usual, and nearer than chance
        ([30, 41, 50, 12, 33, 44, 21, 9, 17, 25, 38], 64),  # all of them ended by themselves
        ([], 20),
        ([0, 0], 20),
    ],
)
def test_the_longest_length_is_read_off_the_counts(counts: list[int], first: int) -> None:
    assert likely_lengths(counts)[0] == first


@given(st.lists(st.integers(0, 3000), max_size=30))
def test_lengths_to_try_are_few_and_bounded(counts: list[int]) -> None:
    found = likely_lengths(counts)
    assert 1 <= len(found) <= 5
    assert len(set(found)) == len(found)
    assert all(1 <= length <= MOST_LENGTH for length in found)


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([[1, 2, 1, 2]] * 5, (0, 3)),  # pairs repeat: only longer ones can be kept from it
        ([[1, 2, 3, 1, 2, 3]] * 5, (0,)),
        ([list(range(40))] * 5, (3, 2, 0)),  # long, and nothing repeats
        ([list(range(10))] * 5, (0, 3, 2)),  # too short to say
        ([list(range(40))] * 5 + [[7, 7, 7, 7]], (3, 2, 0)),  # one row may be misread
    ],
)
def test_what_repeats_was_not_kept_from_it(rows: list[list[int]], order: tuple[int, ...]) -> None:
    assert likely_blocking(rows) == order


def test_a_greedy_text_shows_where_it_was_cut() -> None:
    tokens = [0, 1, 2, 3, 4]  # "ab cd"
    assert fit(tokens, 6, "ab c", spelled) == Fit(frozenset({5}))
    assert fit(tokens, 6, "ab", spelled) == Fit(frozenset({3, 4}))
    assert fit(tokens, 6, "ab cd", spelled) == Fit(frozenset({6}))  # cut, as far as one can see
    assert fit(tokens, 9, "ab cd", spelled) == Fit(frozenset(), 6)  # it ended by itself
    assert fit(tokens, 9, "ab d", spelled) == Fit()


def test_the_length_is_one_that_the_rows_allow() -> None:
    cut, ended = Fit(frozenset({64, 65})), Fit(frozenset(), 30)
    assert length_of([cut, ended, cut], 3, ()) == 64  # the usual one of two
    assert length_of([cut, Fit(), cut], 3, ()) is None
    assert length_of([cut, Fit(), cut], 2, ()) == 64
    assert length_of([ended, ended], 2, ()) in (32, 64)
    assert length_of([cut, Fit(frozenset({33}))], 2, ()) is None
    assert length_of([Fit(), Fit()], 1, ()) is None


def test_of_the_lengths_that_the_rows_allow_the_other_texts_choose() -> None:
    cut, ended = Fit(frozenset({64, 65})), Fit(frozenset(), 30)
    assert length_of([ended, ended], 2, (100, 120)) == 100  # other texts are longer than these
    assert length_of([ended, ended], 2, (77, 64)) == 77
    assert length_of([cut, ended], 2, (65, 64)) == 65
    assert length_of([cut, ended], 2, (100,)) == 64  # no guess stands against a row
    assert length_of([ended, ended], 2, (20,)) in (32, 64)


def test_trials_are_in_turn_and_never_twice() -> None:
    found = trials((64, 65), (3, 0))
    assert len(set(found)) == len(found)
    assert found[0].beams == 1
    assert found[0].no_repeat_ngram == 3
    four = next(place for place, each in enumerate(found) if each.beams == 4)
    ten = next(place for place, each in enumerate(found) if each.beams == 10)
    bare = next(place for place, each in enumerate(found) if not each.prefix)
    assert four < bare < len(found)
    assert four < ten
    assert {each.max_length for each in found if each.beams == 1} == {64}
    assert {each.max_length for each in found if each.beams == 4} == {64, 65}
