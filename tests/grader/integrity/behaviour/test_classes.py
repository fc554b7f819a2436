"""Whole made classes: nobody honest is found, every planted breach is, and nothing beside it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from grader.integrity.behaviour.compare import compare_behaviour
from grader.integrity.records import Inspection
from grader.store.codec import decode, encode
from tests.integrity_sets.behaviour.accounts import LIMIT, daily_most, rolling_most
from tests.integrity_sets.behaviour.breaches import BREACHES, SAME, SECOND, Expected
from tests.integrity_sets.behaviour.made import Made, honest_class
from validators.findings import Code
from validators.integrity_codes import behaviour as codes
from validators.rules import load_rules

pytestmark = pytest.mark.once

HW4 = load_rules()
WITHOUT_SNAPSHOTS = {"too many in all", "never again after the opening"}


def inspected(made: Made) -> Inspection:
    return compare_behaviour(made.works(), made.given(), HW4)


def found(inspection: Inspection) -> Expected:
    return {(each.name, each.finding.code) for each in inspection.found}


@pytest.mark.parametrize("seed", range(100, 104))
def test_nobody_honest_is_found(seed: int) -> None:
    made = honest_class(seed)
    assert max(map(daily_most, made.accounts)) == LIMIT
    # What must not be judged by: so many send more than the limit within some 24 hours.
    assert sum(rolling_most(each) > LIMIT for each in made.accounts) > 60
    inspection = inspected(made)
    assert inspection.found == ()
    assert inspection.pairs == ()
    assert [spread.flagged for spread in inspection.spreads] == [0, 0]
    assert inspection.spreads[0].highest <= LIMIT


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_found_and_nothing_else(name: str) -> None:
    made = honest_class(200, 80)
    expected = BREACHES[name](made)
    if {code for _, code in expected} <= {SAME, SECOND}:
        made.moments = {}  # files and names need no snapshots
    inspection = inspected(made)
    assert found(inspection) == expected
    for each in inspection.found:
        assert each.finding.message.endswith(".")
        assert all(word in each.finding.remedy for word in ("Innocent: ", "Next: "))
        assert any(letter.isdigit() for letter in each.finding.remedy)


def test_all_breaches_at_once_are_found_each() -> None:
    made = honest_class(201)
    names = ("the same weights", *(n for n in BREACHES if not n.startswith("the ")))
    planted = [BREACHES[name](made) for name in names if name not in WITHOUT_SNAPSHOTS]
    inspection = inspected(made)
    assert found(inspection) == set().union(*planted)
    (cluster,) = inspection.clusters
    assert len(cluster.names) == 4


def test_the_order_makes_no_difference_and_all_of_it_can_be_stored() -> None:
    made = honest_class(202, 80)
    for name in ("seven in a day", "a ring of four", "an account in two teams"):
        BREACHES[name](made)
    files, given = made.works(), made.given()
    whole = compare_behaviour(files, given, HW4)
    assert decode(encode(whole), Inspection) == whole
    turns = random.Random(1)
    turned = replace(
        given,
        entrants=tuple(turns.sample(given.entrants, len(given.entrants))),
        teams=given.teams[::-1],
        boards=tuple(
            replace(each, standings=tuple(turns.sample(each.standings, len(each.standings))))
            for each in given.boards[::-1]
        ),
        snapshots=tuple(
            replace(each, standings=each.standings[::-1]) for each in given.snapshots[::-1]
        ),
    )
    turned_files = [(source, seen[::-1]) for source, seen in turns.sample(files, len(files))]
    assert compare_behaviour(turned_files, turned, HW4) == whole


def test_nothing_that_is_found_tells_who_the_other_one_is() -> None:
    made = honest_class(203, 80)
    made.moments = {}
    BREACHES["a ring of four"](made)
    BREACHES["the same package"](made)
    BREACHES["the same weights"](made)
    BREACHES["the id in two names"](made)
    inspection = inspected(made)
    for each in inspection.found:
        own = each.name[len("HW4_") :]
        told = f"{each.finding} {each.finding.evidence!r}"
        assert each.labels
        assert all(label in told for label in each.labels)
        for account in (*made.accounts, *made.guests):
            if account.student and not own.startswith(account.student):
                assert account.student not in told
        assert "_nobody" not in told
        assert ("pytorch_model.bin" in told) == (each.name.endswith("131.zip") and "weight" in told)


def test_every_code_of_this_part_is_planted() -> None:
    made = honest_class(204, 80)
    names = {code for plant in BREACHES.values() for _, code in plant(made)}
    assert names == {each.name for each in vars(codes).values() if isinstance(each, Code)}
    assert all(each.accuses for each in vars(codes).values() if isinstance(each, Code))


def test_an_empty_class_is_no_trouble() -> None:
    inspection = compare_behaviour((), replace(honest_class(1, 8).given(), entrants=()), HW4)
    assert (inspection.found, inspection.pairs, inspection.facts) == ((), (), ())
