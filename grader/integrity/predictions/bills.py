"""The bills' runs of words, to tell what a prediction takes from its bill as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.predictions.words import Hashes, cut, words_of

COPIED_WORDS = 8
"""A run of so many words that the bill has, too, counts as copied from it."""


@dataclass(frozen=True)
class Bills:
    """The runs of words of each bill: sorted, one bill after the other."""

    grams: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]

    def holds(self, row: int, grams: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """For each of the runs of words whether the bill of that row has it."""
        own = self.grams[self.starts[row] : self.starts[row + 1]]
        if not len(own):
            return np.zeros(len(grams), dtype=np.bool_)
        places = np.minimum(np.searchsorted(own, grams), len(own) - 1)
        return np.asarray(own[places] == grams, dtype=np.bool_)


def bills_of(bills: Sequence[str]) -> Bills:
    """The runs of words of each bill."""
    # A few bills at a time: the words of all of them together would take much memory.
    grams, counts = [], []
    for first in range(0, len(bills), 64):
        some = cut(_all_words(text) for text in bills[first : first + 64])
        found, rows = some.grams(COPIED_WORDS)
        for row in range(len(some)):
            own = np.unique(short_grams(found[rows == row]))
            grams.append(own)
            counts.append(len(own))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Bills(np.concatenate(grams), starts)


def short_grams(grams: Hashes) -> npt.NDArray[np.uint32]:
    """Half of each hash: enough within one bill, and half the memory for all bills."""
    return (grams >> np.uint64(32)).astype(np.uint32)


def _all_words(text: str) -> list[str]:
    return words_of(text, len(text))
