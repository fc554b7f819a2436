"""What of each work is its own: without base code, and without what much of the class has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from grader.integrity.code.arrays import unpacked
from grader.integrity.code.fingerprints import (
    GRAM,
    Counts,
    Digests,
    Mask,
    Prints,
    covered,
    grams_of,
    known,
    prints_of,
    repeats,
    winnowed,
)
from grader.integrity.records import CodeTraits, Work

LEAST_IN_COMMON = 8
"""What so many works or fewer have is never taken for everybody's, however small the class is."""


@dataclass(frozen=True)
class Owned:
    """A work with what is its own.

    `own` are the tokens outside the base code, once each; `rare` those of them that less than the
    common share of the class has. `free` are the digests that hold something outside the base
    code, and `starts` is where the fingerprints of what is rare begin.
    """

    name: str
    reference: bool
    prints: Prints
    own: Mask
    rare: Mask
    free: Mask
    starts: Counts

    @property
    def own_tokens(self) -> int:
        """How many tokens are the work's own."""
        return int(self.own.sum())

    @property
    def rare_tokens(self) -> int:
        """How many of these not much of the class has."""
        return int(self.rare.sum())


@dataclass(frozen=True)
class Class:
    """All works with what is their own, and how many works of this class have each digest."""

    works: tuple[Owned, ...]
    digests: Digests
    had_by: Counts
    base_tokens: int

    def works_with(self, digests: Digests) -> Counts:
        """How many works of this class have each of these."""
        if not len(self.digests):
            return np.zeros(len(digests), np.int64)
        at = np.minimum(np.searchsorted(self.digests, digests), len(self.digests) - 1)
        return np.where(self.digests[at] == digests, self.had_by[at], 0)


@dataclass(frozen=True)
class _Base:
    """The digests of the base code, and its tokens."""

    digests: Digests
    tokens: int


def class_of(
    works: Sequence[Work[CodeTraits]], base: Sequence[Work[CodeTraits]], common_share: Fraction
) -> Class:
    """The works, by their names, with what is their own."""
    given = _base_of(base)
    begun = [
        (work, *_outside(prints_of(unpacked(work.arrays)), given))
        for work in sorted(works, key=lambda work: (work.name, work.reference, work.arrays))
    ]
    students = [
        np.unique(prints.grams[free]) for work, prints, _, free in begun if not work.reference
    ]
    digests, had_by = np.unique(np.concatenate([*students, _no_digests()]), return_counts=True)
    most = max(Fraction(LEAST_IN_COMMON), common_share * len(students))
    common = digests[had_by > int(most)]
    owned = tuple(_owned(work, prints, own, free, common) for work, prints, own, free in begun)
    return Class(owned, digests, had_by.astype(np.int64), given.tokens)


def _no_digests() -> Digests:
    return np.zeros(0, np.uint64)


def _base_of(base: Sequence[Work[CodeTraits]]) -> _Base:
    found = [unpacked(work.arrays) for work in base]
    grams = [grams[whole] for grams, whole in (grams_of(tokens, GRAM) for tokens in found)]
    return _Base(
        np.unique(np.concatenate([*grams, _no_digests()])),
        sum(len(tokens.codes) for tokens in found),
    )


def _outside(prints: Prints, base: _Base) -> tuple[Prints, Mask, Mask]:
    """The digests, the tokens outside the base code, and the digests that hold some of these."""
    count = len(prints.tokens.codes)
    given = prints.whole & known(prints.grams, base.digests)
    again = repeats(prints.tokens)
    own = ~covered(given, GRAM, count) & ~again
    free = prints.whole & ~given & ~again[: len(prints.grams)]
    return prints, own, free


def _owned(work: Work[CodeTraits], prints: Prints, own: Mask, free: Mask, common: Digests) -> Owned:
    shared_by_many = free & known(prints.grams, common)
    rare = own & ~covered(shared_by_many, GRAM, len(own))
    starts = winnowed(prints.grams, prints.usable & free & ~shared_by_many)
    return Owned(work.name, work.reference, prints, own, rare, free, starts)
