from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from grader.metric import rouge_row, union
from grader.metric.rouge_text import RougeText, narrowed
from tests.grader.metric.plain import FEW, published, random_text, rouge_score, texts

pytestmark = pytest.mark.once

ROWS = [
    ("", ""),
    ("", "a"),
    ("a", ""),
    ("\n\n", "a"),
    ("...", "?!"),
    ("x", "y"),
    ("a", "a"),
    ("the act", "act the"),
    ("a b c\nb c d", "b c\nc b a"),
    # A line that the prediction repeats may be counted as often.
    ("a b\na b", "a b"),
    ("a b\na b", "a b\na b"),
    # An unmatched token of the prediction decides where the walk goes on.
    ("a b c b", "b x c x b"),
    ("a\nb\nc", "c b a"),
    ("\n a \n\n b \n", "b\n\n\na"),
    ("İstanbul \u212aelvin ΑΣ", "i stanbul kelvin"),
    ("relational conditions", "relation condition"),
    ("a|b", "a | b"),
]


def ours(reference: str, prediction: str, *, stemmer: bool) -> dict[str, str]:
    found = rouge_row(reference, prediction, stemmer=stemmer)
    return {name: repr(tuple(figure)) for name, figure in found.items()}


@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize(("reference", "prediction"), ROWS)
def test_a_row_equals_the_published_one(reference: str, prediction: str, stemmer: bool) -> None:
    expected = published(reference, prediction, stemmer=stemmer)
    assert ours(reference, prediction, stemmer=stemmer) == expected


@settings(max_examples=6000, deadline=None)
@given(texts(), texts())
def test_equals_the_published_one(reference: str, prediction: str) -> None:
    expected = published(reference, prediction, stemmer=False)
    assert ours(reference, prediction, stemmer=False) == expected


@settings(max_examples=4000, deadline=None)
@given(texts(), texts())
def test_equals_the_published_one_with_stems(reference: str, prediction: str) -> None:
    expected = published(reference, prediction, stemmer=True)
    assert ours(reference, prediction, stemmer=True) == expected


@settings(max_examples=6000, deadline=None)
@given(texts(FEW, 60), texts(FEW, 60))
def test_equals_the_published_one_where_tokens_repeat(reference: str, prediction: str) -> None:
    expected = published(reference, prediction, stemmer=False)
    assert ours(reference, prediction, stemmer=False) == expected


@settings(max_examples=3000, deadline=None)
@given(texts(FEW, 50), texts(FEW, 50))
def test_both_ways_to_the_union_agree(reference: str, prediction: str) -> None:
    first, second = RougeText(reference), RougeText(prediction.replace("\n", " "))
    if first.size and second.size:
        by_reference = union.by_reference_token(first, second)
        assert by_reference == union.by_prediction_token(first, second)


@settings(max_examples=2000, deadline=None)
@given(texts(FEW, 50), texts(FEW[:5], 50))
def test_the_union_is_the_same_without_what_the_prediction_lacks(
    reference: str, prediction: str
) -> None:
    whole, other = RougeText(reference), RougeText(prediction)
    part = narrowed(whole, set(other.marked))
    assert part.lines == whole.lines
    if part.size and other.size:
        hits = union.by_prediction_token(whole, other)
        assert union.by_prediction_token(part, other) == hits


@pytest.mark.parametrize("kept_bytes", [1, 1000, 4_000_000])
def test_equals_the_published_one_on_long_texts(
    kept_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(union, "_KEPT_BYTES", kept_bytes)
    random_ = random.Random(kept_bytes)
    for vocabulary, breaks in ((3, "\n"), (40, "\n"), (2000, "\n"), (40, " ")):
        reference = random_text(random_, 500, vocabulary, "\n")
        prediction = random_text(random_, 300, vocabulary, breaks)
        found = rouge_row(reference, prediction)
        expected = rouge_score(False).score(reference, prediction)
        assert {name: tuple(figure) for name, figure in found.items()} == expected


def test_the_figures_have_names() -> None:
    figure = rouge_row("the act pays", "the act")["rouge1"]
    assert (figure.precision, figure.recall, figure.fmeasure) == (1.0, 2 / 3, 0.8)
    assert tuple(figure) == (1.0, 2 / 3, 0.8)
