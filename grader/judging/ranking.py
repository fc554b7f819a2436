"""Ranks: who stands where by score, and what a rank is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from validators.rules.marking import MarkRules


@dataclass(frozen=True)
class Rank:
    """A rank as it is shown: the best of those that `sharing` share, of `ranked` in all."""

    best: int
    sharing: int
    ranked: int

    def counting(self, ties: str) -> Fraction:
        """The rank that gives the points: the best, the mean or the worst of the shared ones."""
        last = self.best + self.sharing - 1
        return {
            "best": Fraction(self.best),
            "mean": Fraction(self.best + last, 2),
            "worst": Fraction(last),
        }[ties]


def rank_all(scores: Mapping[str, Decimal]) -> dict[str, Rank]:
    """The rank of each name by its score: the higher the better, equal numbers share."""
    # Compared as they are: negating or subtracting would round a Decimal of many digits.
    ordered = sorted(scores.items(), key=lambda pair: pair[1], reverse=True)
    ranks: dict[str, Rank] = {}
    for _, tied in groupby(ordered, key=lambda pair: pair[1]):
        names = [name for name, _ in tied]
        rank = Rank(len(ranks) + 1, len(names), len(scores))
        ranks.update(dict.fromkeys(names, rank))
    return ranks


def rank_points(rank: Rank, marks: MarkRules) -> Fraction:
    """What the rank is worth: spread evenly, the first gets all and the last the minimum."""
    if rank.ranked == 1:
        return Fraction(marks.single_rank_points)
    most, least = Fraction(marks.rank_points), Fraction(marks.last_rank_points)
    behind = rank.ranked - rank.counting(marks.ties)
    return least + (most - least) * behind / (rank.ranked - 1)


def rank_told(rank: Rank, marks: MarkRules) -> str:
    """The rank in words for the student."""
    if rank.ranked == 1:
        return "rank 1 of 1, the only one ranked"
    if rank.sharing == 1:
        return f"rank {rank.best} of {rank.ranked}"
    shared = f"{rank.sharing} share rank {rank.best} of {rank.ranked}"
    if marks.ties == "best":
        return f"{shared}; ties count as the best of the shared ranks"
    counting = rank.counting(marks.ties)
    shown = str(counting) if counting.denominator == 1 else f"{float(counting):.1f}"
    return f"{shared}; ties count as the {marks.ties} of the shared ranks, {shown}"
