"""The course's dialect: how much of each reference sentence one prediction sentence recalls.

All sentences of the reference lie in one integer, each followed by a guard field of its own
width, zeros at first. A sentence's carries leave it into its guard field, where they stand as a
unary number: the LCS of that sentence with the tokens that have been met (see `bitlcs`). It
can't grow beyond the sentence's own width, so no sentence disturbs the next. Of several unary
numbers the largest is their OR: after each prediction sentence the row is OR-ed to what is kept,
and in the end the ones in the guard fields are the sum of the sentences' best matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from grader.metric.bitlcs import advanced, ones_of
from grader.metric.tokens import handout_sentences


class HandoutReference:
    """A reference made ready to score any number of predictions."""

    __slots__ = ("_fresh", "_masks", "_tokens")

    def __init__(self, reference: str) -> None:
        sentences = handout_sentences(reference)
        self._masks, self._fresh = _packed(sentences)
        self._tokens = sum(map(len, sentences))

    def recall(self, prediction: str) -> float:
        """The share of the reference's tokens that are matched; 0.0 for an empty reference."""
        if not self._tokens:
            return 0.0
        return _hits(self._masks, self._fresh, handout_sentences(prediction)) / self._tokens


def handout_row(reference: str, prediction: str) -> float:
    """The value of one row in the course's dialect of ROUGE-Lsum: recall by sentence.

    A token that only one of the texts has is in no common subsequence. With one prediction to
    score, those of the reference can be left out before they cost anything, and the integers
    become shorter.
    """
    ours, theirs = handout_sentences(reference), handout_sentences(prediction)
    tokens = sum(map(len, ours))
    if not tokens:
        return 0.0
    wanted = set(chain.from_iterable(theirs)).__contains__
    masks, fresh = _packed([filter(wanted, sentence) for sentence in ours])
    return _hits(masks, fresh, theirs) / tokens


def _packed(sentences: Iterable[Iterable[str]]) -> tuple[dict[str, int], int]:
    """The places of each token, and the places of all tokens; the guard fields lie between."""
    masks: dict[str, int] = {}
    seen = masks.get
    fresh, bit = 0, 1
    for sentence in sentences:
        first = bit
        for token in sentence:
            masks[token] = seen(token, 0) | bit
            bit += bit
        fresh |= bit - first
        bit <<= bit.bit_length() - first.bit_length()
    return masks, fresh


def _hits(masks: dict[str, int], fresh: int, sentences: Iterable[Sequence[str]]) -> int:
    """The sum of the packed sentences' best matches; what isn't `fresh` is guard field."""
    find = masks.get
    best = fresh
    for sentence in sentences:
        best |= advanced(fresh, filter(None, map(find, sentence)))
    return ones_of(best ^ fresh)
