"""How much every two works share, from an index of fingerprints: no two texts are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.integrity.code.fingerprints import GRAM, Counts
from grader.integrity.code.own import Owned


def shared_tokens(works: Sequence[Owned]) -> Counts:
    """For every two works how many rare tokens of the first lie under fingerprints of both.

    In row i and column j stand the tokens of i; the smaller of both ways is what they share.
    """
    count = len(works)
    found = np.zeros((count, count), np.int64)
    if not count:
        return found
    sizes = [len(work.starts) for work in works]
    digests = np.concatenate([work.prints.grams[work.starts] for work in works])
    owner = np.repeat(np.arange(count), sizes)
    _, number = np.unique(digests, return_inverse=True)
    holders, first = _holders(number, owner, count)
    ends = np.cumsum(sizes)
    for place, work in enumerate(works):
        own = number[ends[place] - sizes[place] : ends[place]]
        found[place] = _shared_with_each(work, own, holders, first, count)
    np.fill_diagonal(found, 0)
    return found


def _holders(number: Counts, owner: Counts, count: int) -> tuple[Counts, Counts]:
    """The works that have each fingerprint, one after the other, and where each begins."""
    both = np.unique(number * count + owner)
    kept = both // count
    first = np.searchsorted(kept, np.arange(int(kept.max(initial=-1)) + 2))
    return both % count, first


def _shared_with_each(
    work: Owned, own: Counts, holders: Counts, first: Counts, count: int
) -> Counts:
    """How many tokens of the work lie under the fingerprints that each other work has too."""
    how_many = first[own + 1] - first[own]
    own, starts, how_many = own[how_many > 1], work.starts[how_many > 1], how_many[how_many > 1]
    steps = np.arange(how_many.sum()) - np.repeat(np.cumsum(how_many) - how_many, how_many)
    other = holders[np.repeat(first[own], how_many) + steps]
    start = np.repeat(starts, how_many)
    order = np.argsort(other, kind="stable")  # the starts of each other work stay in their order
    other, start = other[order], start[order]
    end = start + GRAM
    # What the fingerprint before covers already is not counted again.
    before = np.zeros(len(end), np.int64)
    before[1:] = np.where(other[1:] == other[:-1], end[:-1], 0)
    rare = np.concatenate([[0], np.cumsum(work.rare)])
    tokens = rare[end] - rare[np.maximum(start, before)]
    found: Counts = np.bincount(other, weights=tokens, minlength=count).astype(np.int64)
    return found
