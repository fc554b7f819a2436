"""How texts that were made again compare with others, row by row.

`benchmarks/rerun_agreement.py` measures what the rule for a close row is chosen by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Optional

from grader.metric.bitlcs import lcs_length, masks_of
from grader.rerun.canonical import canonical
from grader.rerun.records import Agreement, BlindSet

CLOSE = Fraction(9, 10)
"""A row is close when so many words of the longer text are in the other, in the same order."""

TOLERANCE = Fraction(3, 20)
"""How many rows may differ by other arithmetic: float16 gave up to 6 % where it was measured."""

UNLIKE_BELOW, UNLIKE_BEGIN = Fraction(1, 2), 3
"""A row is unlike when fewer words are shared, and the texts part within so many words.

Rounding shows late in a text. In float16 up to 0.6 % of the measured rows were unlike.
"""

UNLIKE_ROWS, UNLIKE_SHARE = 3, Fraction(1, 30)
"""So many unlike rows, and more than this share, are not what rounding does."""

Likeness = Literal["exact", "close", "different", "missing"]


@dataclass(frozen=True)
class ComparedRow:
    """How one row compares: its new ID, its row in the test split, and what the texts share.

    `shared` is the share of words of the longer text that both have in the same order, `begun`
    how many words they share before they part.
    """

    place: int
    source: int
    likeness: Likeness
    shared: Fraction = Fraction(0)
    begun: int = 0

    @property
    def unlike(self) -> bool:
        """Whether the texts have so little in common that rounding can't be the reason."""
        little = self.shared < UNLIKE_BELOW and self.begun < UNLIKE_BEGIN
        return self.likeness == "different" and little


@dataclass(frozen=True)
class Comparison:
    """All sampled rows compared, and what they add up to."""

    agreement: Agreement
    rows: tuple[ComparedRow, ...]

    @property
    def made(self) -> int:
        """How many rows have a text on both sides."""
        return self.agreement.rows - self.agreement.missing

    @property
    def unlike(self) -> tuple[ComparedRow, ...]:
        """The rows that have next to nothing in common."""
        return tuple(row for row in self.rows if row.unlike)

    @property
    def differs(self) -> bool:
        """Whether more rows differ, or differ more, than other arithmetic makes them."""
        unlike = len(self.unlike)
        many = self.agreement.different > TOLERANCE * self.made
        return many or (unlike >= UNLIKE_ROWS and unlike > UNLIKE_SHARE * self.made)

    @property
    def holds(self) -> bool:
        """Whether the texts are the same but for what other arithmetic explains."""
        all_but = self.agreement.agree >= (1 - TOLERANCE) * self.agreement.rows
        return self.made > 0 and all_but and not self.differs


def agreement(
    made: Sequence[Optional[str]], blind: BlindSet, submitted: Mapping[int, str]
) -> Agreement:
    """How many of the sampled rows agree; twins and canaries have nothing to agree with."""
    return compare(made, blind, submitted).agreement


def compare(
    made: Sequence[Optional[str]], blind: BlindSet, submitted: Mapping[int, str]
) -> Comparison:
    """The texts by new ID beside the submitted ones by row of the test split."""
    rows = []
    for place in blind.at("sample"):
        source = blind.rows[place].source
        ours = made[place] if place < len(made) else None
        theirs = submitted.get(source)
        if ours is None or theirs is None:
            rows.append(ComparedRow(place, source, "missing"))
        else:
            rows.append(ComparedRow(place, source, *likeness(ours, theirs)))
    kinds = [row.likeness for row in rows]
    counts = Agreement(
        rows=len(rows),
        exact=kinds.count("exact"),
        close=kinds.count("close"),
        different=kinds.count("different"),
        missing=kinds.count("missing"),
        of_rows=blind.of_rows,
    )
    return Comparison(counts, tuple(rows))


def compare_runs(
    first: Sequence[Optional[str]], second: Sequence[Optional[str]], blind: BlindSet
) -> Comparison:
    """Two runs of one program beside each other: its own randomness."""
    again = {
        blind.rows[place].source: text
        for place in blind.at("sample")
        for text in second[place : place + 1]
        if text is not None
    }
    return compare(first, blind, again)


def likeness(one: str, other: str) -> tuple[Likeness, Fraction, int]:
    """How two texts compare, the share of their words in common, and after how many they part."""
    ours, theirs = canonical(one), canonical(other)
    left, right = ours.split(), theirs.split()
    if ours == theirs:
        return "exact", Fraction(1), len(left)
    longest = max(len(left), len(right))
    shared = Fraction(lcs_length(masks_of(left), len(left), right), longest)
    return ("close" if shared >= CLOSE else "different"), shared, _begun(left, right)


def _begun(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = enumerate(zip(left, right))
    return next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))
