"""How many tokens are in the union of the lines' longest common subsequences (ROUGE-Lsum).

`rouge-score` reads one longest common subsequence of a reference line and a prediction line out
of their table, from the last cell on: on equal tokens it takes the token and goes up and left;
else it goes left, in the prediction, exactly when the length grew from the row above, and up,
in the reference, otherwise. Which of several longest ones it finds depends on that, so we walk
the same way; but over the rows of `bitlcs`, and a whole run of steps at once. A token of the
union then counts as often as the prediction has it, at most.

There are two ways, with the same result: the table's bits run along the prediction or along the
reference, and the time goes with the tokens of the other. A short prediction is fastest gone
through token by token; but then the reference has to be indexed, which pays when it is prepared
for many predictions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Callable

from grader.metric.bitlcs import ones_of
from grader.metric.rouge_text import RougeText, narrowed
from grader.metric.tokens import LINE_BREAK

_Advance = Callable[[int, Iterable[int]], tuple[int, list[int]]]

# Rows of so many bytes are kept at once; larger tables are gone through twice instead.
_KEPT_BYTES = 4_000_000
# A step of `by_prediction_token` costs as much as so many of `by_reference_token`.
_STEP_RATIO = 3


def union_hits(reference: RougeText, prediction: RougeText) -> int:
    """The tokens of the union, each counted at most as often as the prediction has it."""
    few = not reference.indexed or reference.size < _STEP_RATIO * prediction.size
    if prediction.lines == 1 and few:
        return by_reference_token(reference, prediction)
    if not reference.indexed:
        # What the prediction lacks is gone up over by every walk, so it need not be there.
        reference = narrowed(reference, set(prediction.marked))
    return by_prediction_token(reference, prediction)


def by_reference_token(reference: RougeText, prediction: RougeText) -> int:
    """The hits of a prediction of one line, its tokens being the bits.

    The length grew from the row above where the addition carried out of a place. One goes left,
    then, over the places that carried without a match. In such a place the row had a one, the
    match none, and a carry came in: it is in `row ^ met` but no longer in `row + met`. So the
    places to pass over are `((row + met) | (row ^ met)) ^ (row + met)`, and each reference token
    takes one step: down over the run of passed places, which always ends at a match or at a
    place to go up from. A reference token that the prediction lacks changes no row and passes
    over nothing, so it is left out.
    """
    masks = prediction.masks
    tokens = list(filter(masks.__contains__, reference.marked))
    steps = list(map(masks.__getitem__, tokens))
    last, line_break = 1 << prediction.size, masks[LINE_BREAK]
    fresh = 2 * last - 2
    place = last
    found: list[str] = []
    kept = _kept(partial(_passed_places, fresh=fresh, restart=line_break), steps, fresh)
    for token, mask, passed in zip(reversed(tokens), reversed(steps), kept):
        if mask == line_break:
            place = last
            continue
        if passed & place:
            below = 2 * place - 1
            place = 1 << ((below | passed) ^ passed).bit_length() - 1
        if mask & place:
            found.append(token)
            place >>= 1
    repeated = [(token, count) for token, count in Counter(found).items() if count > 1]
    return len(found) - sum(max(count - ones_of(masks[token]), 0) for token, count in repeated)


def by_prediction_token(reference: RougeText, prediction: RougeText) -> int:
    """The hits of any prediction, the tokens of all reference lines being the bits.

    Seen from this side, one goes up over the places where the row has a one and the token has no
    match, and each prediction token takes one step; one that the reference lacks counts, since
    it may go up, but a run of them goes no further than its first. All lines are to step at
    once, which only an addition can do, and its carries go towards higher bits. So rows and
    masks are mirrored, and the guard bit below a line's first token, now above it, is where a
    walk ends that has used up its line.
    """
    masks, words, mirror = reference.masks, prediction.words, reference.mirror
    fields = ((1 << len(reference.marked)) - 1) ^ masks[LINE_BREAK]
    ends = mirror(fields & ~(fields >> 1))
    found, last, rising = 0, fields, mirror(fields)
    for line in _lines(prediction.marked):
        tokens = _without_runs(line, masks)
        places = ends
        steps = [masks.get(token, 0) for token in tokens]
        for token, row in zip(
            reversed(tokens), _kept(partial(_rows, fields=fields), steps, fields)
        ):
            if row is not last:
                last, rising = row, mirror(row)
            mask = reference.mirrored(token) if token else 0
            passed = (rising | mask) ^ mask
            # The sum carries each walk over its run of passed places to where it stops.
            places = ((passed + places) | passed) ^ passed
            hits = places & mask
            if hits:
                found |= hits
                places += hits
    ours = reference.words
    often = [t for t, count in words.items() if ours.get(t, 0) > count]
    over = [ones_of(found & reference.mirrored(t)) - words[t] for t in often]
    return ones_of(found) - sum([count for count in over if count > 0])


def _lines(marked: Sequence[str]) -> Iterable[Sequence[str]]:
    """The tokens of each line: none of its steps depends on another line."""
    start = 1
    for _ in range(marked.count(LINE_BREAK) - 1):
        end = marked.index(LINE_BREAK, start)
        yield marked[start:end]
        start = end + 1
    yield marked[start:]


def _without_runs(line: Sequence[str], masks: dict[str, int]) -> list[str]:
    """The tokens, with "" for a run of those that have no mask, and none where the line begins."""
    tokens: list[str] = []
    for token in line:
        if token in masks:
            tokens.append(token)
        elif tokens and tokens[-1]:
            tokens.append("")
    return tokens


def _kept(advance: _Advance, masks: Sequence[int], fresh: int) -> Iterable[int]:
    """What `advance` keeps of each row of a table that starts as `fresh`, the last row first."""
    size = _KEPT_BYTES // (fresh.bit_length() // 8 + 64) + 1
    if len(masks) <= size:
        return reversed(advance(fresh, masks)[1])
    blocks = [masks[first : first + size] for first in range(0, len(masks), size)]
    rows = [fresh]
    for block in blocks[:-1]:
        rows.append(advance(rows[-1], block)[0])
    again = zip(reversed(rows), reversed(blocks))
    return chain.from_iterable(reversed(advance(row, block)[1]) for row, block in again)


def _passed_places(
    row: int, masks: Iterable[int], fresh: int, restart: int
) -> tuple[int, list[int]]:
    """Of one line: what is carried out of it stays above it, where no walk comes by."""
    kept = []
    for mask in masks:
        if mask == restart:
            row = fresh
            kept.append(0)
            continue
        met = row & mask
        total = row + met
        row = total | (row ^ met)
        kept.append(row ^ total)
    return row, kept


def _rows(row: int, masks: Iterable[int], fields: int) -> tuple[int, list[int]]:
    """Of many lines: what is carried out of one is wiped before it reaches the next."""
    kept = []
    for mask in masks:
        if mask:
            met = row & mask
            row = ((row + met) | (row ^ met)) & fields
        kept.append(row)
    return row, kept
