"""Signs in the predictions themselves that something else than the bill made them.

Each function gives what it counted. What that means is said in `weighing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Optional

from grader.rerun.canonical import canonical
from grader.rerun.comparing import likeness
from grader.rerun.decoys import betrayed, owners_of
from grader.rerun.records import BlindSet
from grader.rerun.rows import twins_of

BETRAYING_WORDS = 2
"""So many private words of one decoy in a text are no accident; one could be a model's babble."""

_DECOY_SHARED, _DECOY_WORDS = Fraction(3, 5), 8
_ECHO_WORDS = 12
_HOLLOW_AT_MOST = Fraction(1, 10)
_HOLLOW_CANARIES = 2

Texts = Sequence[Optional[str]]


@dataclass(frozen=True)
class FromLabel:
    """A prediction with the words of a made-up summary: its new ID, whose summary, which words."""

    place: int
    owner: int
    words: int
    text: str


def from_labels(made: Texts, blind: BlindSet) -> tuple[FromLabel, ...]:
    """The predictions that were made from the label column."""
    decoys = [row.bill.summary for row in blind.rows]
    if not any(decoys):
        return ()
    owners = owners_of(decoys)
    found = []
    for place, text in enumerate(made[: len(decoys)]):
        if text is None:
            continue
        counts = betrayed(text, owners)
        owner = max(counts, key=lambda row: (counts[row], row == place, -row), default=place)
        words = counts.get(owner, 0)
        if words >= BETRAYING_WORDS or _copies(text, decoys[place]):
            found.append(FromLabel(place, owner, words, text))
    return tuple(found)


def by_place(made: Texts, blind: BlindSet, submitted: Mapping[int, str]) -> tuple[int, ...]:
    """The new IDs whose text is what was submitted for the row of that number.

    Rows where that is also the text of their own bill, and texts that were submitted for several
    rows, show nothing and are passed over.
    """
    theirs = {row: canonical(text) for row, text in submitted.items()}
    often = Counter(theirs.values())
    found = []
    for place, row in enumerate(blind.rows):
        text = made[place] if place < len(made) else None
        if text is None or place not in theirs or canonical(text) != theirs[place]:
            continue
        if often[theirs[place]] > 1:
            continue
        if row.kind == "canary" or row.source != place:
            found.append(place)
    return tuple(found)


def parted_twins(made: Texts, blind: BlindSet) -> tuple[tuple[int, int], ...]:
    """The pairs of new IDs of one bill whose texts differ by more than rounding."""
    return tuple(
        (one, other)
        for one, other in twins_of(blind)
        if max(one, other) < len(made) and _differ(made[one], made[other])
    )


def hollow_canaries(
    made: Texts, blind: BlindSet, submitted: Mapping[int, str]
) -> tuple[tuple[int, str], ...]:
    """The canaries without a text of their own, when the other rows have one: new ID and how.

    Such a text is missing, blank, the same for several canaries, the bill's own words, or what
    was submitted for another bill. A program that treats its other rows so is left alone: that
    is how its model writes.
    """
    canaries = blind.at("canary")
    often = Counter(map(canonical, submitted.values()))
    said = Counter(canonical(made[place] or "") for place in canaries if place < len(made))
    found = []
    for place in canaries:
        text = made[place] if place < len(made) else None
        how = _hollow(text, blind.rows[place].bill.text)
        if not how and said[canonical(text or "")] > 1:
            how = "the same as another's"
        if not how and often[canonical(text or "")] == 1:
            how = "what was submitted for another bill"
        if how:
            found.append((place, how))
    samples = [(made[place], blind.rows[place].bill.text) for place in blind.at("sample")
               if place < len(made)]  # fmt: skip
    usual = sum(bool(_hollow(*each)) for each in samples)
    repeated = len(samples) - len({canonical(text or "") for text, _ in samples})
    if usual + repeated > _HOLLOW_AT_MOST * len(samples) or 2 * len(found) < len(canaries):
        return ()
    return tuple(found) if len(found) >= _HOLLOW_CANARIES else ()


def _hollow(text: Optional[str], bill: str) -> str:
    """Why a text says nothing of its own; empty when it does."""
    if text is None:
        return "missing"
    plain = canonical(text)
    if not plain.strip(" -."):
        return "blank"
    copied = len(plain.split()) >= _ECHO_WORDS and plain in canonical(bill)
    return "the bill's own words" if copied else ""


def _copies(text: str, decoy: str) -> bool:
    """Whether the text is the made-up summary, perhaps without the words that give it away."""
    if not decoy or len(text.split()) < _DECOY_WORDS:
        return False
    return likeness(text, decoy)[1] >= _DECOY_SHARED


def _differ(one: Optional[str], other: Optional[str]) -> bool:
    if one is None or other is None:
        return False
    return likeness(one, other)[0] == "different"
