"""Texts as words, and runs of words as numbers that are the same on every machine.

A word is a run of letters and digits of any script, in small letters. Punctuation and spaces are
passed over: a file in which commas became full stops is still the same file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

MOST_WORDS = 2_000
"""So many words of a row are looked at; a model's longest text has far fewer."""

_WORD = re.compile(r"\w+")
_WORD_CHARACTERS = 40
# Odd numbers without a pattern: each place of a run of words weighs differently.
_WEIGHTS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Cut:
    """Texts cut into words: the hash of each word, and where each text begins among them."""

    hashes: Hashes
    starts: Places

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, row: int) -> Hashes:
        """The words of one text."""
        return self.hashes[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> Places:
        """How many words each text has."""
        return np.diff(self.starts)

    def grams(self, size: int) -> tuple[Hashes, Places]:
        """All runs of so many words (2, 4 or 8) inside a text, and the text of each."""
        rows = np.repeat(np.arange(len(self)), self.lengths)
        if len(self.hashes) < size:
            return self.hashes[:0], rows[:0]
        inside = rows[: len(rows) - size + 1] == rows[size - 1 :]
        return _runs(self.hashes, size)[inside], rows[: len(inside)][inside]


class _Known(dict[str, int]):
    """The hash of each word, made when the word is first met."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        found = self[word] = int.from_bytes(digest, "little")
        return found


def words_of(text: str, most: int = MOST_WORDS) -> list[str]:
    """The first words of a text; beyond many characters there are none, however long they are."""
    return _WORD.findall(text[: most * _WORD_CHARACTERS].lower())[:most]


def cut(texts: Iterable[Sequence[str]]) -> Cut:
    """Texts, each given as its words, as hashes."""
    known, found, starts = _Known(), [], [0]
    for words in texts:
        found += list(map(known.__getitem__, words))
        starts.append(len(found))
    return Cut(np.array(found, dtype=np.uint64), np.array(starts, dtype=np.int64))


def mixed(values: Hashes) -> Hashes:
    """The values with their bits spread, so that neighbours lie far apart."""
    found = (values ^ (values >> _HALF)) * _MIX
    return np.asarray(found ^ (found >> _HALF), dtype=np.uint64)


def _runs(hashes: Hashes, size: int) -> Hashes:
    """The hash of each run of so many words, whether or not a text ends inside."""
    if size > len(_WEIGHTS):
        halves = _runs(hashes, size // 2)
        first, second = halves[: -size // 2], halves[size // 2 :]
        return mixed(first * np.uint64(_WEIGHTS[0]) + second * np.uint64(_WEIGHTS[1]))
    count = len(hashes) - size + 1
    found = np.zeros(count, dtype=np.uint64)
    for place, weight in enumerate(_WEIGHTS[:size]):
        found += hashes[place : place + count] * np.uint64(weight)
    return mixed(found)
