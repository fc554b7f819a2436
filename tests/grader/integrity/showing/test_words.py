"""The words of evidence: where a figure alone doesn't decide, and plurals."""

from __future__ import annotations

import pytest

from grader.integrity.predictions.standing_out import PAIR_FIGURES
from grader.integrity.records import Inspection, Spread
from grader.integrity.showing.words import CONDITIONS, HALVED, legend, spread_sentence
from tests.grader.integrity.showing import made


def spread(figure: str, flagged: int, highest: float, threshold: float) -> Spread:
    return Spread("predictions", figure, 20, flagged, 0.02, 0.1, highest, threshold)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (spread("equal rows", 1, 0.1, 0.5), ["1 stands out", "threshold of 0.500 has 0.100"]),
        (spread("equal rows", 2, 0.1, 0.5), ["2 stand out", "threshold of 0.500 has 0.100"]),
        (spread("shared deviation", 1, 0.231, 0.1),
         ["the highest has 0.231", "from 0.100 on it must also be twice what is usual"]),
        (spread("something new", 0, 0.6, 0.5), ["from 0.500 on more is asked than this figure"]),
        (spread("equal rows", 20, 0.0, 0.5), ["20 stand out. From 0.500 on it stands out."]),
    ],
)  # fmt: skip
def test_a_sentence_never_calls_the_nearest_what_lies_beyond(told: Spread, says: list[str]) -> None:
    sentence = spread_sentence(told)
    assert [part for part in says if part not in sentence] == []
    assert ("nearest" in sentence) is (told.highest < told.threshold and told.flagged < 20)


def test_the_legend_says_where_more_is_asked_and_why_a_limit_is_not_the_rule() -> None:
    spreads = (spread("equal rows", 1, 0.1, 0.5), spread("shared 4-grams", 1, 0.1, 0.35),
               spread("shared deviation", 1, 0.231, 0.1))  # fmt: skip
    first, *more = legend(made.evidence(Inspection(spreads=spreads)))
    assert first.startswith("next: ")
    assert [each.partition(":")[0] for each in more] == ["shared 4-grams", "shared deviation"]
    assert "0.350 is half of the rule's 0.7" in more[0]
    whole = Inspection(spreads=(spread("shared 4-grams", 1, 0.1, 0.7),))
    assert "half" not in " ".join(legend(made.evidence(whole)))


def test_the_figures_with_words_of_their_own_are_figures_of_the_inspection() -> None:
    assert {*CONDITIONS, *HALVED} <= {*PAIR_FIGURES}
    assert {*HALVED.values()} <= {name for name, _ in made.evidence().rules}
