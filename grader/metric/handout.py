"""The course's dialect: how much of each reference sentence one prediction sentence recalls.

All sentences of one text lie in one integer, each followed by a guard field of its own width,
zeros at first. A sentence's carries leave it into its guard field, where they stand as a unary
number: the LCS of that sentence with the tokens that have been met (see `bitlcs`). It can't grow
beyond the sentence's own width, so no sentence disturbs the next. Of several unary numbers the
largest is their OR.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.metric.bitlcs import advanced, ones_of
from grader.metric.tokens import handout_sentences

# Up to so many prediction sentences, a single row is faster with the prediction packed.
_FEW = 8


class _Packed(NamedTuple):
    """A text's sentences in one integer."""

    masks: dict[str, int]
    fresh: int
    # Of each sentence where its guard field starts, and as many ones as it is wide.
    guards: list[tuple[int, int]]


class HandoutReference:
    """A reference made ready to score any number of predictions.

    Its sentences are packed; after each prediction sentence the row is OR-ed to what is kept. In
    the end the ones in the guard fields are the sum of the sentences' best matches.
    """

    __slots__ = ("_fresh", "_guards", "_masks", "_tokens")

    def __init__(self, reference: str) -> None:
        sentences = handout_sentences(reference)
        self._masks, self._fresh, guards = _packed(sentences)
        self._guards = sum([ones << place for place, ones in guards])
        self._tokens = sum(map(len, sentences))

    def recall(self, prediction: str) -> float:
        """The share of the reference's tokens that are matched; 0.0 for an empty reference."""
        return self.recall_by(handout_sentences(prediction))

    def recall_by(self, sentences: Iterable[Sequence[str]]) -> float:
        """The same for a prediction that is cut into sentences already."""
        if not self._tokens:
            return 0.0
        fresh, find = self._fresh, self._masks.get
        best = 0
        for sentence in sentences:
            best |= advanced(fresh, filter(None, map(find, sentence)))
        return ones_of(best & self._guards) / self._tokens


def handout_row(reference: str, prediction: str) -> float:
    """The value of one row in the course's dialect of ROUGE-Lsum: recall by sentence."""
    theirs = handout_sentences(prediction)
    if len(theirs) > _FEW:
        return HandoutReference(reference).recall_by(theirs)
    return _recall_by_few(handout_sentences(reference), theirs)


def _recall_by_few(ours: Sequence[Sequence[str]], theirs: Iterable[Sequence[str]]) -> float:
    """The same with the prediction's sentences packed: most reference tokens then cost nothing.

    Each reference sentence starts a fresh row, and its best match is the largest guard field.
    """
    masks, fresh, guards = _packed(theirs)
    find = masks.get
    hits = tokens = 0
    for sentence in ours:
        tokens += len(sentence)
        row = advanced(fresh, filter(None, map(find, sentence)))
        if row != fresh:
            best = 0
            for place, ones in guards:
                best |= row >> place & ones
            hits += best.bit_length()
    return hits / tokens if tokens else 0.0


def _packed(sentences: Iterable[Sequence[str]]) -> _Packed:
    masks: dict[str, int] = {}
    seen = masks.get
    guards: list[tuple[int, int]] = []
    fresh, offset = 0, 0
    for sentence in sentences:
        bit = first = 1 << offset
        for token in sentence:
            masks[token] = seen(token, 0) | bit
            bit <<= 1
        fresh |= bit - first
        offset += len(sentence)
        guards.append((offset, (1 << len(sentence)) - 1))
        offset += len(sentence)
    return _Packed(masks, fresh, guards)
