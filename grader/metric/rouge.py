"""The reference dialect: ROUGE as `rouge-score` 0.1.2 defines it, equal to the last bit."""

from __future__ import annotations

from collections import Counter
from typing import Callable, NamedTuple, TypeVar

from grader.metric.bitlcs import lcs_length, masks_of
from grader.metric.rouge_text import RougeText
from grader.metric.tokens import LINE_BREAK
from grader.metric.union import union_hits

Counted = TypeVar("Counted")


class Rouge(NamedTuple):
    """One ROUGE figure of one row; a row without tokens has whole zeros, as in `rouge-score`."""

    precision: float
    recall: float
    fmeasure: float


_NOTHING = Rouge(0, 0, 0)


def rouge_1(reference: RougeText, prediction: RougeText) -> Rouge:
    """Tokens in common."""
    hits = _in_common(reference.words, prediction.words)
    return _figure(hits, reference.size, prediction.size)


def rouge_2(reference: RougeText, prediction: RougeText) -> Rouge:
    """Pairs of neighbouring tokens in common."""
    hits = _in_common(reference.pairs, prediction.pairs)
    return _figure(hits, reference.size - 1, prediction.size - 1)


def rouge_l(reference: RougeText, prediction: RougeText) -> Rouge:
    """The longest common subsequence of the whole texts."""
    if not reference.size or not prediction.size:
        return _NOTHING
    one = reference.lines == 1
    masks = reference.masks if one else masks_of([LINE_BREAK, *reference.tokens])
    hits = lcs_length(masks, reference.size + 1, prediction.tokens)
    return _figure(hits, reference.size, prediction.size)


def rouge_lsum(reference: RougeText, prediction: RougeText) -> Rouge:
    """The union, over the prediction's lines, of the longest common subsequences of lines.

    With one line on each side no token can be in it more often than the prediction has it,
    so the length of the subsequence is the figure.
    """
    if not reference.size or not prediction.size:
        return _NOTHING
    if reference.lines == prediction.lines == 1:
        return rouge_l(reference, prediction)
    return _figure(union_hits(reference, prediction), reference.size, prediction.size)


def _in_common(ours: Counter[Counted], theirs: Counter[Counted]) -> int:
    find = theirs.get
    return sum([min(count, find(item, 0)) for item, count in ours.items()])


def _figure(hits: int, reference_size: int, prediction_size: int) -> Rouge:
    precision = hits / max(prediction_size, 1)
    recall = hits / max(reference_size, 1)
    if not hits:
        return Rouge(precision, recall, 0.0)
    return Rouge(precision, recall, 2 * precision * recall / (precision + recall))


ROUGE: dict[str, Callable[[RougeText, RougeText], Rouge]] = {
    "rouge1": rouge_1,
    "rouge2": rouge_2,
    "rougeL": rouge_l,
    "rougeLsum": rouge_lsum,
}


def rouge_row(reference: str, prediction: str, *, stemmer: bool = False) -> dict[str, Rouge]:
    """Precision, recall and F-measure of rouge1, rouge2, rougeL and rougeLsum."""
    ours = RougeText(reference, stemmer=stemmer)
    theirs = RougeText(prediction, stemmer=stemmer)
    return {name: figure(ours, theirs) for name, figure in ROUGE.items()}
