"""Team names that are not as the course asks."""

from __future__ import annotations

from tests.cases.case import Case

ROSTER = frozenset({"0240309", "9900940"})


def _leave(sample: object) -> None:
    """The sample stays as it is: only the team name is wrong."""


CASES = (
    Case("name without an id", _leave, ("team.form",), team="TransformersFans"),
    Case("id with a dash", _leave, ("team.form",), team="9900940-王小明"),
    Case("id without a name", _leave, ("team.form",), team="9900940_"),
    Case("id too short", _leave, ("team.form",), team="990094_王小明"),
    Case("order swapped", _leave, ("team.form",), team="王小明_9900940"),
    Case("full-width digits", _leave, ("team.spelling",), team="９９００９４０_王小明"),
    Case(
        "id not on the roster", _leave, ("team.unknown-id",), team="9900941_王小明", roster=ROSTER
    ),
    Case(
        "id of another package",
        lambda sample: sample.packed(),
        ("team.other-id",),
        team="0240309_佐藤和真",
    ),
)
