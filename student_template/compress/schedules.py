"""How far each pruning step goes, from the whole model down to the final ratio.

A model that loses everything at once (`one-shot`) forgets how to write. In small steps, with
training in between, it learns to do without. `iterative` removes the same amount in each step.
`cubic` is the schedule of Zhu and Gupta, "To prune, or not to prune" (2017): large steps first,
while there is much that nobody misses, and small ones at the end.
"""

from __future__ import annotations


def ratios(schedule: str, start: float, final: float, steps: int) -> list[float]:
    """The ratio after each step; the last one is exactly `final`."""
    if steps < 1:
        raise ValueError(f"A schedule has at least one step; {steps} were asked for.")
    if final > start:
        raise ValueError(f"Pruning can't lead up from the ratio {start} to {final}.")
    if schedule == "one-shot":
        return [final]
    powers = {"iterative": 1, "cubic": 3}
    if schedule not in powers:
        raise ValueError(f'There is no schedule "{schedule}": one-shot, iterative or cubic.')
    left = [(1 - step / steps) ** powers[schedule] for step in range(1, steps)]
    return [final + (start - final) * share for share in left] + [final]
