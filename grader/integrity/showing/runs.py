"""What two sequences have in common, in the order of both: in linear time, whatever they hold.

Runs grow from pieces that stand once in each of the two. Where nothing does, as in a text that
says one thing a thousand times, there is nothing to tell which belongs to which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

# How many in a row are looked for: long pieces first, short ones between what they gave.
_PIECES = (8, 4)


class Run(NamedTuple):
    """So many from this place of the one are the same as those from that place of the other."""

    left: int
    right: int
    size: int


@dataclass(frozen=True)
class _Span:
    """Parts of both: from, and up to but without."""

    left: int
    left_end: int
    right: int
    right_end: int


def common_runs(left: Sequence[str], right: Sequence[str]) -> list[Run]:
    """The runs that both have, none over another, each after the one before it in both."""
    runs: list[Run] = []
    for run in _within(left, right, _Span(0, len(left), 0, len(right)), _PIECES):
        before = runs[-1] if runs else Run(-1, -1, 0)
        if (before.left + before.size, before.right + before.size) == run[:2]:
            runs[-1] = Run(before.left, before.right, before.size + run.size)
        else:
            runs.append(run)
    return runs


def _within(
    left: Sequence[str], right: Sequence[str], span: _Span, pieces: Sequence[int]
) -> Iterator[Run]:
    """The runs of a span: what begins alike, what grows from its pieces, what ends alike."""
    start = _alike(left, right, span, 1)
    inner = _Span(span.left + start, span.left_end, span.right + start, span.right_end)
    end = _alike(left, right, inner, -1)
    inner = _Span(inner.left, inner.left_end - end, inner.right, inner.right_end - end)
    if start:
        yield Run(span.left, span.right, start)
    if pieces and inner.left < inner.left_end and inner.right < inner.right_end:
        yield from _grown(left, right, inner, pieces)
    if end:
        yield Run(inner.left_end, inner.right_end, end)


def _grown(
    left: Sequence[str], right: Sequence[str], span: _Span, pieces: Sequence[int]
) -> Iterator[Run]:
    at, other = span.left, span.right
    for one, two in _anchors(left, right, span, pieces[0]):
        if one < at or two < other:
            continue  # a run that has grown over it
        gap = _Span(at, one, other, two)
        yield from _within(left, right, gap, pieces[1:])
        size = _alike(left, right, _Span(one, span.left_end, two, span.right_end), 1)
        yield Run(one, two, size)
        at, other = one + size, two + size
    yield from _within(
        left, right, _Span(at, span.left_end, other, span.right_end), pieces[1:]
    )  # fmt: skip


def _alike(left: Sequence[str], right: Sequence[str], span: _Span, step: int) -> int:
    """How many are the same from the beginning of a span, or (step -1) from its end."""
    most = min(span.left_end - span.left, span.right_end - span.right)
    one, two = (span.left, span.right) if step > 0 else (span.left_end - 1, span.right_end - 1)
    count = 0
    while count < most and left[one + step * count] == right[two + step * count]:
        count += 1
    return count


def _anchors(
    left: Sequence[str], right: Sequence[str], span: _Span, size: int
) -> list[tuple[int, int]]:
    """Where pieces stand that each of both has once; as many as follow each other in both."""
    ours = _once(left, span.left, span.left_end, size)
    theirs = _once(right, span.right, span.right_end, size)
    pairs = [(at, theirs[piece]) for piece, at in ours.items() if piece in theirs]
    return _rising(sorted(pairs))


def _once(tokens: Sequence[str], start: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], Optional[int]] = {}
    for at in range(start, end - size + 1):
        piece = tuple(tokens[at : at + size])
        found[piece] = None if piece in found else at
    return {piece: at for piece, at in found.items() if at is not None}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest selection of the pairs, sorted by the one, that rises in the other, too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect_left(ends, other)
        if at == len(ends):
            ends.append(other)
            last.append(number)
        else:
            ends[at], last[at] = other, number
        before.append(last[at - 1] if at else -1)
    chosen: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]
