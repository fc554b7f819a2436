"""The longest common subsequence of two token lists, a whole row of its table at once.

The table of `lengths[i][j]`, for the first i tokens of one list and the first j of the other,
grows by 0 or 1 from one cell to the next. A row is therefore kept as one integer, `row`, with a
bit for each token of the first list: 0 where the length grows there, 1 where it doesn't. With
`mask` the bits where the first list holds the next token of the second, the next row is

    met = row & mask
    row = (row + met) | (row ^ met)

The addition finds, in each run of ones, the first place where the new token fits, and moves the
growth there; its carry out of a place says that the length grew down the column that ends there
(the cell's rule, `grew down = row and (match or grew down before)`, is the carry of a full
adder). `row ^ met` keeps the ones that met no token. (As `met` is part of `row` it equals
`row - met`, but has no borrow to wait for, and so is faster on long integers.)

A carry out of the top place says that the whole list's length grew by one. With nothing but
zeros above, the recurrence turns its carries into a unary number there: 0, 1, 11, 111, ... That
number is the length that one looks for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable


def masks_of(tokens: Iterable[str]) -> dict[str, int]:
    """For each token the places where it stands, as the bits of one integer."""
    masks: dict[str, int] = {}
    seen = masks.get
    bit = 1
    for token in tokens:
        masks[token] = seen(token, 0) | bit
        bit += bit
    return masks


def advanced(row: int, masks: Iterable[int]) -> int:
    """The row of the table after the tokens whose masks are given."""
    for mask in masks:
        met = row & mask
        row = (row + met) | (row ^ met)
    return row


def lcs_length(masks: dict[str, int], width: int, tokens: Iterable[str]) -> int:
    """The length of the longest common subsequence of `tokens` and a list of `width` tokens.

    A token that the list lacks leaves a row as it is, so it is passed over.
    """
    row = advanced((1 << width) - 1, filter(None, map(masks.get, tokens)))
    return (row >> width).bit_length()


# Python 3.9 has no int.bit_count.
if sys.version_info >= (3, 10):
    ones_of = int.bit_count
else:

    def ones_of(bits: int) -> int:
        """How many bits are set."""
        return bin(bits).count("1")
