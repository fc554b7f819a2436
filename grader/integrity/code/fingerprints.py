"""Fingerprints of a work's tokens: digests of so many tokens in a row, thinned by winnowing.

Of each window of neighbours the smallest digest is kept (the last one of equals), so that two works
that share a long enough run keep the same ones of it, wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.code.arrays import Tokens, token_code
from grader.integrity.code.lexing import KEYWORDS
from grader.integrity.code.normal import LITERAL, OWN_NAME

GRAM, WINDOW = 12, 4
"""How many tokens a fingerprint is of, and of how many neighbours one is kept."""

LEAST_TELLING = 2
"""So many different names of libraries, or keywords, make a fingerprint worth comparing."""

REPEATED = 4 * GRAM
"""A run of so many tokens that an earlier file of the same work has counts only once."""

Digests = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

_FACTOR = 0x9E3779B97F4A7C15
_NONE = np.uint64(2**64 - 1)
_MARKS = "= ( [ { , + - * / // % ** @ & | ^ ~ < > <= >= == != << >> ... := += -= *= /= //= **= !"
_SAYS_LITTLE = np.array(
    sorted(map(token_code, (*_MARKS.split(), OWN_NAME, LITERAL, *(KEYWORDS - {"with", "try"})))),
    np.uint32,
)


@dataclass(frozen=True)
class Prints:
    """A work's digests of GRAM tokens, one beginning at each token; what doesn't count is False.

    `usable` are those within one file that say enough to be compared.
    """

    tokens: Tokens
    grams: Digests
    whole: Mask
    usable: Mask


def prints_of(tokens: Tokens) -> Prints:
    """The digests of a work's tokens."""
    grams, whole = grams_of(tokens, GRAM)
    return Prints(tokens, grams, whole, whole & _telling(tokens.codes, len(grams)))


def grams_of(tokens: Tokens, size: int) -> tuple[Digests, Mask]:
    """The digest of every `size` tokens in a row, and whether they are of one file."""
    count = max(0, len(tokens.codes) - size + 1)
    grams = np.zeros(count, np.uint64)
    codes = mixed(tokens.codes.astype(np.uint64))
    for step in range(size):
        grams = grams * np.uint64(_FACTOR) + codes[step : step + count]
    ends = tokens.files[size - 1 : size - 1 + count]
    return mixed(grams), tokens.files[:count] == ends


def mixed(values: Digests) -> Digests:
    """The numbers with every bit of each depending on all its bits."""
    values = (values ^ (values >> np.uint64(31))) * np.uint64(0x7FB5D329728EA185)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x81DADEF4BC2DD44D)
    return values ^ (values >> np.uint64(33))


def _telling(codes: npt.NDArray[np.uint32], count: int) -> Mask:
    """Whether the tokens of each digest have enough different names that say something."""
    positions = np.arange(len(codes))
    says = ~np.isin(codes, _SAYS_LITTLE)
    # A name is counted where it stands first among the tokens of a digest.
    order = np.lexsort((positions, codes))
    before = np.full(len(codes), -1, np.int64)
    same = codes[order][1:] == codes[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    different = np.zeros(count, np.int64)
    starts = np.arange(count)
    for step in range(GRAM):
        here = slice(step, step + count)
        different += says[here] & (before[here] < starts)
    return different >= LEAST_TELLING


def covered(starts: Mask, size: int, length: int) -> Mask:
    """The tokens that lie within `size` from one of the starts."""
    change = np.zeros(length + 1, np.int64)
    at = np.flatnonzero(starts)
    np.add.at(change, at, 1)
    np.add.at(change, np.minimum(at + size, length), -1)
    return np.cumsum(change[:-1]) > 0


def known(digests: Digests, among: Digests) -> Mask:
    """Which of the digests are among these, which are sorted."""
    if not len(among):
        return np.zeros(len(digests), bool)
    at = np.minimum(np.searchsorted(among, digests), len(among) - 1)
    found: Mask = among[at] == digests
    return found


def repeats(tokens: Tokens) -> Mask:
    """The tokens of long runs that an earlier file of the same work has already."""
    grams, whole = grams_of(tokens, REPEATED)
    again = np.zeros(len(grams), bool)
    if len(tokens.paths) > 1 and len(grams):
        files = tokens.files[: len(grams)]
        _, first, back = np.unique(grams, return_index=True, return_inverse=True)
        again = whole & (files[first[back]] < files)
    return covered(again, REPEATED, len(tokens.codes))


def winnowed(grams: Digests, counted: Mask) -> Counts:
    """Where the fingerprints begin: of each window of digests that count the smallest, the last."""
    values = np.where(counted, grams, _NONE)
    if len(values) < WINDOW:
        values = np.concatenate([values, np.full(WINDOW - len(values), _NONE)])
    windows = np.lib.stride_tricks.sliding_window_view(values, WINDOW)[:, ::-1]
    picked = np.unique(np.arange(len(windows)) + WINDOW - 1 - np.argmin(windows, axis=1))
    found: Counts = picked[values[picked] != _NONE]
    return found
