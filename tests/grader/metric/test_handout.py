from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from grader.metric import handout_row
from grader.metric.handout import HandoutReference
from tests.grader.metric.plain import FEW, plain_handout, random_text, texts

pytestmark = pytest.mark.once

ROWS = [
    ("", "", 0.0),
    ("", "a bill", 0.0),
    ("...", "a", 0.0),
    ("a bill", "", 0.0),
    ("a. .. bill", "...", 0.0),
    ("...a bill...", "..a..bill..", 0.5),
    ("A bill.", "a BILL", 1.0),
    ("Hello!", "hello", 0.0),
    ("a b c d", "a c d b", 0.75),
    # A number and an abbreviation are cut at the dot.
    ("pays 1.5", "pays 1", 2 / 3),
    # One sentence of the prediction may serve several of the reference, repeated ones too.
    ("a b. a b", "a b", 1.0),
    ("a b. b a", "a b", 0.75),
    # What is in no single sentence of the prediction is not joined from two.
    ("a b", "a. b", 0.5),
    # Split before lowering: the last sigma of a sentence is its own letter.
    ("ΑΣ.B", "ας", 0.5),
    ("ΑΣ.B", "ασ", 0.0),
    ("\u212a", "k", 1.0),
    ("a\u00a0b", "a b", 1.0),
    # Doubled quotes and commas are part of the text.
    ('""a"", b', "a b", 0.5),
]


@pytest.mark.parametrize(("reference", "prediction", "value"), ROWS)
def test_a_row(reference: str, prediction: str, value: float) -> None:
    assert handout_row(reference, prediction) == value
    assert plain_handout(reference, prediction) == value


@settings(max_examples=8000, deadline=None)
@given(texts(), texts())
def test_equals_the_plain_table(reference: str, prediction: str) -> None:
    expected = repr(plain_handout(reference, prediction))
    assert repr(handout_row(reference, prediction)) == expected
    assert repr(HandoutReference(reference).recall(prediction)) == expected


@settings(max_examples=6000, deadline=None)
@given(texts(FEW, 60), texts(FEW, 60))
def test_equals_the_plain_table_where_tokens_repeat(reference: str, prediction: str) -> None:
    expected = plain_handout(reference, prediction)
    assert handout_row(reference, prediction) == expected
    assert HandoutReference(reference).recall(prediction) == expected


def test_equals_the_plain_table_on_long_texts_of_hundreds_of_sentences() -> None:
    random_ = random.Random(5)
    for vocabulary in (3, 60, 5000):
        reference = random_text(random_, 2500, vocabulary, ". ")
        prepared = HandoutReference(reference)
        for words in (0, 1, 120, 900):
            prediction = random_text(random_, words, vocabulary, ". ")
            expected = plain_handout(reference, prediction)
            assert handout_row(reference, prediction) == expected
            assert prepared.recall(prediction) == expected


def test_a_prepared_reference_scores_again_and_again() -> None:
    prepared = HandoutReference("the act pays. the act ends")
    first = [prepared.recall(text) for text in ("the act", "ends", "the act")]
    assert first == [4 / 6, 1 / 6, 4 / 6]
