"""What a move changes of findings, decisions, score and offences, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.grading.moves import Move
from grader.outcomes import Judged, Offence, Ruling
from tests.grader.grading.test_needs import MORE, SAYS, WAITS, judged

SET = Ruling("mark.rank", "confirmed", "e", 2)
APPEALED = replace(WAITS, standing="appealed", decision=1)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (judged(), judged(), ()),
        (judged(), judged(verdict="rejected", rank=None, total="0.00"), ()),
        (judged(rulings=(replace(APPEALED, standing="confirmed"),)), judged(rulings=(APPEALED,)),
         (f"{SAYS.code} confirmed → appealed",)),
        (judged(rulings=(APPEALED,)), judged(rulings=(replace(APPEALED, decision=3),)),
         (f"{SAYS.code} appealed anew, decision 3",)),
        (judged(rulings=(WAITS,)), judged(rulings=(replace(WAITS, evidence="f"),)),
         (f"{SAYS.code} rests on other evidence",)),
        (judged(), judged(rulings=(SET,)), ("mark.rank undecided → set",)),
        (judged(rulings=(SET,)), judged(), ("mark.rank set → undecided",)),
        (judged(), judged(case={"findings": (SAYS,)}), (f"{SAYS.code} new",)),
        (judged(case={"findings": (SAYS,)}), judged(), (f"{SAYS.code} gone",)),
        (judged(), judged(case={"findings": (SAYS, MORE)}, rulings=(WAITS,)),
         (f"{SAYS.code} new (waits)",)),
        (judged(case={"figure": None}), judged(), ("score none → 0.2",)),
        (judged(), judged(offences=(Offence("late", 1, "halve", ()),)),
         ("late, no. 1: none → halve",)),
    ],
)  # fmt: skip
def test_what_a_move_changes_is_told(
    before: Judged, after: Judged, changes: tuple[str, ...]
) -> None:
    assert Move("1", before, after).changes == changes
    assert Move("1", None, after).changes == Move("1", before, None).changes == ()
