"""An answer of the TA that takes the place of what was somebody's anyway is shown first."""

from __future__ import annotations

import pytest

from grader.grading.moves import bereft
from grader.matching.clues import DECISION, TEAM_ID
from grader.outcomes import Case, Figure, Judged, State
from grader.records import Entrant, Student, Submission, Team

WORD, KEY = (DECISION,), (TEAM_ID,)


def state(team: str, team_by: tuple[str, ...], package: str, by: tuple[str, ...]) -> State:
    entrant = Entrant(
        Student("1"), "E-1", Submission(package, "zip", ()), by,
        team=Team(team, "a team") if team else None, team_by=team_by,
    )  # fmt: skip
    case = Case(entrant, figure=Figure("0.2", "private", "kaggle"))
    return State("private", 1, (Judged(case, "accepted", (), 1, "80.00"),))


@pytest.mark.parametrize(
    ("before", "after", "loses"),
    [
        (("7", KEY, "a.zip", KEY), ("8", WORD, "a.zip", KEY), True),
        (("7", KEY, "a.zip", KEY), ("7", KEY, "b.zip", WORD), True),
        (("7", KEY, "a.zip", KEY), ("7", WORD, "a.zip", WORD), False),  # the same, confirmed
        (("7", KEY, "a.zip", KEY), ("7", KEY, "b.zip", KEY), False),  # handed in again
        (("7", WORD, "a.zip", WORD), ("8", WORD, "b.zip", WORD), False),  # another word
        (("", (), "a.zip", KEY), ("8", WORD, "a.zip", KEY), False),  # the question is answered
    ],
)
def test_what_gives_way_to_a_word_is_a_loss(
    before: tuple[str, tuple[str, ...], str, tuple[str, ...]],
    after: tuple[str, tuple[str, ...], str, tuple[str, ...]],
    loses: bool,
) -> None:
    assert bereft(state(*before), state(*after)) == (("1",) if loses else ())
