"""A likeness of changes beside stated seeds: which of three things is told, and nothing of whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.integrity.records import Fact, Inspection
from grader.integrity.weights.compare import compare_weights
from grader.integrity.weights.seeded import with_seeds
from grader.integrity.weights.telling import SHOWS_NOTHING
from tests.integrity_sets.weights.sharers import noise
from tests.integrity_sets.weights.toys import HONEST, honest, honest_works, released_work, work_of
from validators.integrity_codes.weights import ALIKE, DERIVED
from validators.rules.inspecting import WeightRules

DONOR, TWIN = "same-1", "zz-twin"
Seeds = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def alike() -> Inspection:
    """A class with two whose changes are alike."""
    twin = noise(0.01)(honest(HONEST[0]), np.random.default_rng(0))
    works = [*honest_works(), work_of(TWIN, twin)]
    result = compare_weights(works, released_work(), (), WeightRules())
    assert {each.finding.code for each in result.found} == {ALIKE.name}
    return result


@pytest.mark.parametrize(
    ("seeds", "code", "says"),
    [
        ({DONOR: ("4711",), TWIN: ("4712",)}, DERIVED, "One seed is not the reason"),
        ({DONOR: ("4711", "5"), TWIN: ("4712", "6")}, DERIVED, "One seed is not the reason"),
        ({DONOR: ("4711", "5"), TWIN: ("4712", "5")}, ALIKE, "The same seed stated"),
        ({DONOR: ("4711",), TWIN: ("4711",)}, ALIKE, "The same seed stated"),
        ({DONOR: ("4711",), TWIN: ()}, ALIKE, "No seeds stated"),
        ({DONOR: ("4711",)}, ALIKE, "No seeds stated"),
        ({}, ALIKE, "No seeds stated"),
    ],
)
def test_the_note_says_which_of_the_three_holds(
    seeds: Seeds, code: object, says: str, alike: Inspection
) -> None:
    told = with_seeds(alike, seeds)
    assert [each.name for each in told.found] == [DONOR, TWIN]
    for before, each in zip(alike.found, told.found):
        finding = each.finding
        assert finding.code == getattr(code, "name", "")
        assert (finding.place, each.labels) == (before.finding.place, before.labels)
        assert finding.evidence == before.finding.evidence
        assert says in finding.remedy
        assert (SHOWS_NOTHING in finding.remedy) is (code is ALIKE)
        assert "other trained models have in common" in finding.remedy
        shown = f"{finding.message} {finding.remedy} {finding.evidence}"
        assert not any(word in shown for word in (DONOR, TWIN, "4711", "4712"))
    assert (told.pairs, told.clusters, told.spreads) == (alike.pairs, alike.clusters, alike.spreads)


def test_the_numbers_of_a_class_are_not_what_a_decision_is_bound_to(alike: Inspection) -> None:
    (first, _) = with_seeds(alike, {DONOR: ("1",), TWIN: ("2",)}).found
    assert "seeds" in first.finding.message
    assert "11 other trained models" in first.finding.remedy
    assert "11" not in first.finding.message


def test_only_who_is_found_has_the_own_seeds_told(alike: Inspection) -> None:
    told = with_seeds(alike, {DONOR: ("7", "8"), TWIN: (), "same-2": ("9",)})
    facts = [each for each in told.facts if each not in alike.facts]
    assert facts == [Fact(DONOR, "seeds that the code states", "7, 8")]


def test_other_findings_stay_as_they_are(alike: Inspection) -> None:
    twin = work_of(TWIN, honest(HONEST[0]))
    exact = compare_weights([*honest_works(), twin], released_work(), (), WeightRules())
    assert with_seeds(exact, {DONOR: ("1",), TWIN: ("2",)}) == exact
    assert with_seeds(Inspection(), {DONOR: ("1",)}) == Inspection()
    without = replace(alike, pairs=())
    assert with_seeds(without, {DONOR: ("1",), TWIN: ("2",)}).found == alike.found
