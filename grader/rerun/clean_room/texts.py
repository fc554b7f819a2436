"""What submitted texts show of the settings that they were written with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

from grader.rerun.canonical import canonical

KNOWN = (20, 64, 128, 150, 200, 256, 32, 48, 50, 60, 80, 96, 100, 120, 142, 160, 180, 250, 300, 512)
"""Lengths that people write, the most usual first."""

MOST_LENGTH = 520
"""The longest text, in tokens, that is looked for."""

# So many rows at least, and this share of them, have the longest length where there is a limit.
_ROWS, _SHARE = 2, 0.1
# Tokens are counted again from text, which may be off by this much.
_NEAR = 2


def likely_lengths(counts: Sequence[int]) -> tuple[int, ...]:
    """Longest lengths (with the start token) that fit these token counts, the likeliest first."""
    longest = max(counts, default=0)
    top = Counter(count for count in counts if longest - count <= _NEAR)
    if longest and sum(top.values()) >= max(_ROWS, _SHARE * len(counts)):
        most = min(top, key=lambda count: (-top[count], -count))
        near = [most + 1 + step for step in (0, 1, -1, 2, -2)]
        # A usual length that is one off is likelier than an odd one that fits to the token.
        likely = near[:1] + sorted(near[1:], key=lambda length: not _is_usual(length))
        if not _is_usual(near[0]) and _is_usual(likely[1]):
            likely[0], likely[1] = likely[1], likely[0]
    else:
        likely = [length for length in KNOWN if length > longest + 1][:2]
    kept = [length for length in likely if 2 <= length <= MOST_LENGTH]
    return tuple(kept) or (min(longest + 1, MOST_LENGTH),)


def _is_usual(length: int) -> bool:
    """Whether somebody would write it, as the longest length or as the number of new tokens."""
    return length in KNOWN or length - 1 in KNOWN


def likely_blocking(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Lengths of n-grams that may have been kept from repeating, 0 for none; likeliest first.

    What repeats in the submitted texts was not kept from it; one row more or less is allowed for,
    because tokens are made again from text.
    """
    repeated = {size: sum(_repeats(row, size) for row in rows) for size in (2, 3)}
    possible = [size for size in (3, 2) if repeated[size] <= _ROWS - 1]
    # Long texts in which nothing repeats are rare where repeating is allowed.
    long = sum(len(row) > 30 for row in rows)
    return (*possible, 0) if possible and long > len(rows) // 2 else (0, *possible)


def _repeats(row: Sequence[int], size: int) -> bool:
    pieces = [tuple(row[start : start + size]) for start in range(len(row) - size + 1)]
    return len(set(pieces)) < len(pieces)


@dataclass(frozen=True)
class Fit:
    """The longest lengths with which a greedy text is the submitted one.

    `exact` are those that cut it there; from `at_least` on the text ends by itself.
    """

    exact: frozenset[int] = frozenset()
    at_least: Optional[int] = None

    def allows(self, length: int) -> bool:
        """Whether the text is the submitted one with this longest length."""
        by_itself = self.at_least is not None and length >= self.at_least
        return by_itself or length in self.exact


def fit(
    tokens: Sequence[int], most: int, submitted: str, text: Callable[[Sequence[int]], str]
) -> Fit:
    """Where the tokens, written greedily up to length `most`, give the submitted canonical text."""
    same = [
        length for length in range(len(tokens) + 1) if canonical(text(tokens[:length])) == submitted
    ]
    ended = len(tokens) + 1 < most
    exact = frozenset(length + 1 for length in same if length < len(tokens) or not ended)
    return Fit(exact, len(tokens) + 1 if ended and len(tokens) in same else None)


def length_of(fits: Sequence[Fit], needed: int, likely: Sequence[int]) -> Optional[int]:
    """The longest length that at least so many of these rows allow, the most rows first.

    Of several it is the likeliest by all submitted texts: these few rows may all end by themselves
    before a length at which others are cut. Then the more usual one.
    """
    lengths = {length for each in fits for length in each.exact}
    open_ended = [each.at_least for each in fits if each.at_least is not None]
    if open_ended:
        longest = max(open_ended)
        lengths |= {length for length in (*KNOWN, *likely) if length >= longest} | {longest}
    allowed = {length: sum(each.allows(length) for each in fits) for length in lengths}
    turns = {length: turn for turn, length in reversed(list(enumerate(likely)))}

    def turn(length: int) -> tuple[int, int, int, int]:
        likeliest = turns.get(length, len(likely))
        return -allowed[length], likeliest, _usual_place(length), length

    possible = [length for length in lengths if allowed[length] >= needed]
    return min(possible, key=turn, default=None)


def _usual_place(length: int) -> int:
    if length in KNOWN:
        return 0
    return 1 if length - 1 in KNOWN else 2
