"""Blinded sets: drawn by a seed, nothing real in the label column, twins apart, canaries new."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.decoys import decoys, owners_of, private_words
from grader.rerun.draws import Draws
from grader.rerun.records import Bill, BlindSet
from grader.rerun.rows import draw, twins_of


def bills(count: int, topic: str = "bill") -> tuple[Bill, ...]:
    return tuple(
        Bill(" ".join(f"{topic}{row} word{n}" for n in range(60)), f"real {row}", f"{topic} {row}")
        for row in range(count)
    )


TEST, OTHERS = bills(40), bills(12, "other")


def digest(blind: BlindSet) -> str:
    return hashlib.sha256(json.dumps([astuple(row) for row in blind.rows]).encode()).hexdigest()


def test_the_same_seed_gives_the_same_set_in_every_python() -> None:
    """A golden digest: another one means that old samples can't be drawn again."""
    made = digest(draw(TEST, OTHERS, 10, "seed", "decoys"))
    assert made == digest(draw(TEST, OTHERS, 10, "seed", "decoys"))
    assert made != digest(draw(TEST, OTHERS, 10, "seed 2", "decoys"))
    assert made[:16] == "5ab7fe7c611fa15b"


@given(
    st.integers(1, 12),
    st.integers(1, 15),
    st.integers(0, 5),
    st.integers(0, 5),
    st.text(max_size=9),
)
def test_every_set_has_what_was_asked_for(
    of_rows: int, rows: int, twins: int, canaries: int, seed: str
) -> None:
    blind = draw(TEST[:of_rows], OTHERS, rows, seed, "decoys", twins, canaries)
    sources = [blind.rows[place].source for place in blind.at("sample")]
    assert len(sources) == len(set(sources)) == min(rows, of_rows)
    assert len(blind.at("canary")) == canaries
    alone = len(sources) + canaries == 1
    assert len(blind.at("twin")) == (0 if alone else min(twins, len(sources)))
    assert blind.of_rows == of_rows
    for one, other in twins_of(blind):
        assert abs(one - other) > 1
        assert blind.rows[one].bill.text == blind.rows[other].bill.text
        assert blind.rows[one].bill.summary != blind.rows[other].bill.summary
    for row in blind.rows:
        assert row.kind == "canary" or row.bill.text == TEST[row.source].text
        assert "real" not in row.bill.summary


def test_rows_are_drawn_evenly_and_stand_in_a_new_order() -> None:
    sets = [draw(TEST, (), 10, str(seed), "none", 0, 0) for seed in range(400)]
    drawn = Counter(row.source for blind in sets for row in blind.rows)
    firsts = Counter(blind.rows[0].source for blind in sets)
    assert set(drawn) == set(range(40))
    assert min(drawn.values()) > 60
    assert max(drawn.values()) < 145
    assert max(firsts.values()) < 30  # 10 expected
    in_order = sum(row.source == place for blind in sets for place, row in enumerate(blind.rows))
    assert in_order < 200  # 100 expected


def test_a_full_set_has_all_rows_and_the_others_too() -> None:
    blind = draw(TEST, OTHERS, 1000, "s", "decoys", 4, 4)
    assert sorted(blind.rows[place].source for place in blind.at("sample")) == list(range(40))
    assert (len(blind.at("twin")), len(blind.at("canary"))) == (4, 4)


def test_canaries_are_never_bills_of_the_test_split() -> None:
    mixed = (*(Bill(f" {bill.text}\n") for bill in TEST), *OTHERS[:2], Bill("  "))
    blind = draw(TEST, mixed, 10, "s", "none", 0, 4)
    texts = {blind.rows[place].bill.text for place in blind.at("canary")}
    assert texts == {bill.text for bill in OTHERS[:2]}


def test_spliced_canaries_are_new_and_leave_out_the_beginnings() -> None:
    blind = draw(TEST, (), 10, "s", "none", 0, 4)
    public = {bill.text for bill in TEST}
    canaries = [blind.rows[place].bill.text for place in blind.at("canary")]
    assert len(set(canaries)) == 4
    for text in canaries:
        assert text not in public
        assert "word0 " not in text
        assert "word59" not in text
        assert len({word for word in text.split() if word.startswith("bill")}) == 3
    assert draw(TEST[:1], (), 1, "s", "none", 0, 2).at("canary")
    assert not draw((Bill(""),), (), 1, "s", "none", 0, 2).at("canary")


def test_without_labels_nothing_stands_there() -> None:
    assert {row.bill.summary for row in draw(TEST, OTHERS, 10, "s", "none").rows} == {""}


def test_decoys_share_no_private_word_with_anything() -> None:
    made = decoys(300, (), Draws("s", "decoys"))
    assert len(owners_of(made)) == 6 * 300
    assert all(len(private_words(text)) == 6 for text in made)
    taken = decoys(20, made, Draws("s", "decoys"))  # the same words would be drawn first
    assert not owners_of(made).keys() & owners_of(taken).keys()
    for text in made[:20]:  # also when a text is cut early
        assert len(private_words(" ".join(text.split()[:4]))) >= 2


def test_ordinary_words_are_nobodys() -> None:
    text = (
        "Directs the Secretary of the Treasury to establish a program; 2-(ethoxy)phenol, Zzyzx Rd."
    )
    assert private_words(text) == frozenset()
    assert private_words(decoys(1, (), Draws("s", "x"))[0].upper())


def test_no_row_is_refused() -> None:
    for test, rows in (((), 3), (TEST, 0)):
        with pytest.raises(ValueError, match="at least one row"):
            draw(test, OTHERS, rows, "s", "none")


def test_draws_are_fair_and_pinned() -> None:
    numbers = Draws("seed", "purpose")
    assert [numbers.below(1000) for _ in range(5)] == [365, 447, 128, 959, 704]
    counts = Counter(Draws("s", str(n)).below(3) for n in range(3000))
    assert all(abs(count - 1000) < 120 for count in counts.values())
    assert Draws("a", "bc").below(10**9) != Draws("ab", "c").below(10**9)
    with pytest.raises(ValueError, match="at least 1"):
        numbers.below(0)


def test_a_sample_is_drawn_among_the_rows_that_there_are() -> None:
    few = [row for row in range(len(TEST)) if row % 3]
    blind = draw(TEST, OTHERS, 10, "seed", "decoys", among=few[::-1])
    sources = {blind.rows[place].source for place in blind.at("sample")}
    assert sources <= set(few)
    assert blind.of_rows == len(few)
    assert blind == draw(TEST, OTHERS, 10, "seed", "decoys", among=few)
    everybody = draw(TEST, OTHERS, 10, "seed", "decoys", among=range(len(TEST)))
    assert everybody == draw(TEST, OTHERS, 10, "seed", "decoys")
