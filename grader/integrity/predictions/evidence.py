"""What two files of predictions have in common: numbers that only they decide, and rows to read.

Nothing here depends on the rest of the class, so that a decision about a pair stays bound to what
was decided on when somebody else hands in again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np

from grader.integrity.predictions.arrays import Kept, Sampled
from grader.integrity.predictions.extract import START_WORDS
from grader.integrity.predictions.likeness import jaccard
from grader.integrity.predictions.words import cut, words_of

MOST_ROWS = 20
"""So many rows of a pair are shown."""

_LEAST_ALIKE = 0.3


@dataclass(frozen=True)
class InCommon:
    """What two files have in common in the rows where both say something of their own.

    `starts` counts rows that begin alike where both leave the released model's text; None where
    nobody said what that model writes.
    """

    rows: int
    equal: int
    starts: Optional[int]
    grams: float


def in_common(first: Kept, second: Kept, full: Optional[Kept]) -> InCommon:
    """The numbers of one pair; rows with the released model's own text are left out."""
    told = (first.texts > 0) & (second.texts > 0) & (first.near == 0) & (second.near == 0)
    if full is not None:
        told &= (first.texts != full.texts) & (second.texts != full.texts)
        told &= (first.continued == 0) & (second.continued == 0)
    equal = int(np.count_nonzero(told & (first.texts == second.texts)))
    starts = None
    if full is not None:
        apart = told & (first.starts > 0) & (first.starts != full.starts)
        starts = int(np.count_nonzero(apart & (first.starts == second.starts)))
    grams = jaccard(first.own_sketch, second.own_sketch)
    return InCommon(int(np.count_nonzero(told)), equal, starts, grams)


def shown_rows(first: Kept, second: Kept) -> tuple[tuple[str, ...], ...]:
    """The sampled rows that are alike, the most alike first, with both texts.

    A text that stands in another row of the other file is shown with both rows' IDs.
    """
    ours = {each.row: each for each in first.sampled}
    theirs = {each.row: each for each in second.sampled}
    found = [
        (*_rank(ours[row], theirs[row]), ours[row], theirs[row])
        for row in sorted({*ours} & {*theirs})
    ]
    alike = sorted((each for each in found if each[0] >= 0), key=lambda each: (-each[0], each[1]))
    rows = [(one.id, one.text, two.text) for _, _, one, two in alike]
    return (*rows, *_moved(first, second))[:MOST_ROWS]


def _rank(one: Sampled, two: Sampled) -> tuple[float, int]:
    """How alike two texts are, below 0 where there is no use in showing them, and the row."""
    ours, theirs = words_of(one.text), words_of(two.text)
    if not ours or not theirs:
        return -1.0, one.row
    if ours == theirs:
        return 2.0, one.row
    grams = [set(map(int, cut([words]).grams(2)[0])) for words in (ours, theirs)]
    share = len(grams[0] & grams[1]) / max(len(grams[0] | grams[1]), 1)
    begins = ours[:START_WORDS] == theirs[:START_WORDS]
    return (1.0 + share if begins else share if share >= _LEAST_ALIKE else -1.0), one.row


def _moved(first: Kept, second: Kept) -> Iterator[tuple[str, ...]]:
    """Sampled texts that both files have, in different rows."""
    theirs = {int(second.texts[each.row]): each for each in reversed(second.sampled)}
    for one in first.sampled:
        digest = int(first.texts[one.row])
        two = theirs.get(digest) if digest else None
        if two is not None and two.row != one.row and second.texts[one.row] != digest:
            yield (f"{one.id} / {two.id}", one.text, two.text)
