"""The settings that are tried where none are declared, the most probable first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from grader.rerun.records import Settings

INPUTS = (("summarize: ", 1024), ("summarize: ", 512), ("", 1024), ("", 512))
"""How bills are read: what stands before them, and after how many tokens they are cut."""

# Each choice with how improbable it is: what a trial's choices add up to is its turn.
_RARE_INPUTS = (0, 2, 3, 4)
_BEAMS = ((1, 0), (4, 1), (5, 2), (2, 3), (8, 3), (10, 3))
# Length penalty and early stopping go together in what people copy from examples.
_ENDS = ((1.0, False, 0), (1.0, True, 1), (2.0, True, 2))


def trials(lengths: Sequence[int], blocking: Sequence[int]) -> tuple[Settings, ...]:
    """All settings to try, in turn. A greedy one stands for every length: one run shows them all.

    `lengths` and `blocking` are the likely ones, the likeliest first.
    """
    found: list[tuple[int, Settings]] = []
    inputs = tuple(zip(INPUTS, _RARE_INPUTS))
    for ((prefix, most), rare), (beams, few), (place, size) in product(
        inputs, _BEAMS, tuple(enumerate(blocking))
    ):
        # A greedy run is cheap and shows every length: none of them comes late.
        turn = rare + few + (place if beams == 1 else 2 * place)
        for number, length in enumerate(lengths[:1] if beams == 1 else lengths):
            for penalty, early, odd in _ENDS[:1] if beams == 1 else _ENDS:
                settings = Settings(length, beams, size, penalty, early, prefix, most)
                found.append((turn + number + odd, settings))
    # The sort keeps the order above among those of one turn.
    return tuple(settings for _, settings in sorted(found, key=lambda pair: pair[0]))
