"""What is given up on the way would have differed, and what an end decides is not judged early."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.canonical import canonical
from grader.rerun.clean_room.following import Following, Shown
from grader.rerun.records import Settings

Ids = tuple[int, ...]
LONG = "the bill of the people who wrote it"


def text(tokens: Sequence[int]) -> str:
    return "".join(map(chr, tokens))


def ids(written: str) -> Ids:
    return tuple(map(ord, written))


def failed(settings: Settings, wanted: str, *live: str, ended: bool = False) -> Following:
    """One row, of which these beginnings were there one after the other."""
    found = Following({0: wanted}, 0, text)
    for written in live:
        found.hopeless({0: [ids(written)]})
    if ended:
        found.missed(0)
    assert found.failed
    return found


@given(st.text("ab,.'n t\"!?", max_size=40), st.lists(st.text("ab ", max_size=40), max_size=3))
def test_a_text_that_comes_out_is_never_given_up(written: str, others: list[str]) -> None:
    for most in (0, 1):
        following = Following({7: canonical(written)}, most, text)
        for step in range(1, len(written) + 10):
            beams = [ids(each[:step]) for each in (*others, written)]
            assert not following.hopeless({7: beams})
        # It ended, and was kept: what the other beams come to says nothing any more.
        assert not following.hopeless({7: [ids("z" * 60)]})
        assert not following.hopeless({7: []})


def test_too_many_lost_rows_end_it_and_one_that_may_differ_does_not() -> None:
    following = Following({0: LONG, 1: LONG, 2: LONG}, 1, text)
    other = [ids("another text altogether")]
    assert not following.hopeless({0: other, 1: [ids(LONG[:20])]})
    assert following.hopeless({0: other})
    assert not following.failed
    assert following.hopeless({1: other, 2: []})
    assert (following.lost, following.failed) == ({0, 1}, True)


def test_a_text_is_lost_only_when_no_beam_has_its_beginning() -> None:
    following = Following({0: LONG}, 0, text)
    assert not following.hopeless({0: [ids("x" * 20), ids(LONG[:20])]})
    assert not following.hopeless({0: []})
    # The last letters of what is not whole yet may change.
    assert not following.hopeless({0: [ids(LONG[:12] + "x" * 8)]})
    assert following.hopeless({0: [ids(LONG[:12] + "x" * 9)]})


def test_a_text_that_goes_on_after_the_submitted_one_has_passed_it() -> None:
    following = Following({0: "the"}, 0, text)
    assert not following.hopeless({0: [ids("the")]})
    assert not following.hopeless({0: [ids(LONG)]})
    assert Following({0: "the"}, 0, text).hopeless({0: [ids(LONG)]})


@pytest.mark.parametrize(
    ("other", "ruled_out"),
    [
        (Settings(64, 4), True),
        (Settings(150, 4, length_penalty=2.0, early_stopping=True), True),
        (Settings(64, 5), False),
        (Settings(64, 4, no_repeat_ngram=3), False),
        (Settings(64, 4, prefix=""), False),
        (Settings(64, 4, max_input_tokens=512), False),
    ],
)
def test_what_the_beams_lost_is_lost_with_every_end(other: Settings, ruled_out: bool) -> None:
    shown, tried = Shown(), Settings(64, 4)
    shown.keep(tried, failed(tried, LONG, "x" * 30))
    assert shown.rules_out(other, 0) is ruled_out
    assert shown.lost(other) == ({0} if ruled_out else set())


@pytest.mark.parametrize(
    ("other", "ruled_out"),
    [
        (Settings(64, 4), True),
        (Settings(65, 4), True),
        (Settings(63, 4), False),
        (Settings(150, 4, early_stopping=True), False),
        (Settings(150, 5), False),
    ],
)
def test_texts_that_ended_by_themselves_are_the_same_with_more_room(
    other: Settings, ruled_out: bool
) -> None:
    shown, tried = Shown(), Settings(64, 4)
    shown.keep(tried, failed(tried, LONG, LONG[:20], ended=True))
    assert shown.rules_out(other, 0) is ruled_out


def test_texts_that_were_cut_may_be_others_with_more_room() -> None:
    shown, tried = Shown(), Settings(21, 4)
    shown.keep(tried, failed(tried, LONG, LONG[:20], ended=True))
    assert not shown.rules_out(Settings(22, 4), 0)


def test_greedy_texts_show_every_length_and_rule_none_out() -> None:
    shown = Shown()
    shown.keep(Settings(64), failed(Settings(64), LONG, "x" * 30))
    assert not shown.rules_out(Settings(64), 0)
