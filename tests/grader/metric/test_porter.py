from __future__ import annotations

import functools
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.metric import porter
from grader.metric.porter import STEMS, stem

pytestmark = pytest.mark.once

ENDINGS_TEXT = """
ational tional enci anci izer bli alli entli eli ousli fulli ization ation ator alism iveness
fulness ousness aliti iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic
able ible ant ement ment ent sion tion ion ou ism ate iti ous ive ize s es ss sses ies ied ed eed
ing y e ll
"""
BEGINNINGS_TEXT = """
a b y ye by tr tro troubl oat fl sk hop fail fil hiss fizz geo 1 at2 controll
"""
ENDINGS, BEGINNINGS = ENDINGS_TEXT.split(), BEGINNINGS_TEXT.split()
LETTERS = "aeioubcdhlnstwxyz1"


@functools.cache
def published() -> Any:
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()


def test_every_ending_after_every_beginning_stems_as_published() -> None:
    words = [*porter._IRREGULAR, *porter._IRREGULAR.values()]
    for start, one, other in itertools.product(BEGINNINGS, ["", *ENDINGS], ENDINGS):
        words.append(start + one + other)
    assert len(words) > 60_000
    assert [word for word in words[::2] if stem(word) != published().stem(word)] == []


@settings(max_examples=6000, deadline=None)
@given(
    st.binary(max_size=6).map(lambda data: "".join(LETTERS[b % len(LETTERS)] for b in data)),
    st.sampled_from(["", *ENDINGS]),
)
def test_words_stem_as_published(start: str, ending: str) -> None:
    assert stem(start + ending) == published().stem(start + ending)


def test_short_words_and_runs_of_y_are_stemmed_without_trouble() -> None:
    for word in ("", "a", "ab", "sky", "yyy"):
        assert stem(word) == published().stem(word)
    assert len(stem("y" * 100_000)) == 100_000


def test_the_cache_leaves_short_tokens_alone_and_has_an_end() -> None:
    stems = type(STEMS)()
    assert stems["ties"] == "tie"
    assert stems["yes"] == "yes"
    assert "ties" in stems
    long = "x" * 41
    assert stems[long] == long
    assert long not in stems


def test_the_cache_does_not_grow_beyond_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(porter, "_MOST_CACHED", 2)
    stems = type(STEMS)()
    assert [stems[word] for word in ("bills", "acts", "laws")] == ["bill", "act", "law"]
    assert len(stems) == 2
