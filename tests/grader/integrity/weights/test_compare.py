"""A class of models: what is found of whom, and that nothing is found of the honest."""

from __future__ import annotations

import random as drawing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.integrity.records import Inspection, WeightTraits, Work
from grader.integrity.weights.compare import compare_weights
from grader.integrity.weights.formats import BRAIN, HALF, rounded
from tests.integrity_sets.weights.sharers import CHANGES, Arrays, Change, on_a_grid, permuted, soup
from tests.integrity_sets.weights.toys import (
    FILE,
    HONEST,
    Toy,
    honest,
    honest_works,
    onward,
    released,
    released_work,
    student,
    work_of,
)
from validators.catalogue import all_codes
from validators.rules.inspecting import WeightRules

RULES = WeightRules()
DONOR = "same-1"
TWIN = "zz-twin"
MADE = {
    **CHANGES,
    "half of two": soup(honest(HONEST[7])),
    "trained on": lambda arrays, _: onward(arrays, Toy("", 99, steps=10, rate=0.02)),
}  # fmt: skip
ACCUSED = ("exact", "pruned again", "permuted", "bfloat16", "float16")
ALIKE = ("noise 1e-2", "noise 5e-2", "8-bit grid", "half of two", "trained on")
CODES = {code.name: code for code in all_codes()}


def compare(works: Any, *known: Work[WeightTraits], rules: WeightRules = RULES) -> Inspection:
    return compare_weights(works, released_work(), known, rules)


def with_twin(arrays: Arrays) -> Inspection:
    return compare([*honest_works(), work_of(TWIN, arrays)])


def changed(kind: str) -> Arrays:
    change: Change = MADE[kind]
    return change(honest(HONEST[0]), np.random.default_rng(0))


def found_of(result: Inspection, code: str) -> list[str]:
    return [each.name for each in result.found if each.finding.code == code]


def test_nothing_is_found_of_an_honest_class() -> None:
    result = compare(honest_works())
    assert not result.found
    assert not result.pairs
    assert not result.clusters
    assert not result.faults
    likeness = {fact.name: fact.value for fact in result.facts if "likeness" in fact.says}
    assert likeness.keys() == {toy.name for toy in HONEST}
    unchanged = [fact for fact in result.facts if fact.value == "100.0 %: pruned only"]
    assert [fact.name for fact in unchanged] == ["pruned-only", "pruned-only-too"]
    assert result.notes == (
        "Models that are pruned only coincide by themselves and were not compared with each"
        " other: 2.",
    )
    equal, values, residual = result.spreads[1:]
    assert equal.compared == values.compared == residual.compared == 12 * 11 // 2
    assert equal.highest < 0.001
    assert values.highest < 0.01
    assert residual.highest < 0.3


@pytest.mark.parametrize("kind", [HALF, BRAIN])
def test_nothing_is_found_of_an_honest_class_in_16_bits(kind: int) -> None:
    works = [
        work_of(toy.name, {name: rounded(each, kind) for name, each in honest(toy).items()})
        for toy in HONEST
    ]
    result = compare(works)
    assert not result.found
    # In the demo's class honest pairs came to 0.19; the toys move farther and meet less.
    assert result.spreads[1].figure.endswith("16-bit numbers")
    assert 0 < result.spreads[1].highest < 0.25


@pytest.mark.parametrize("kind", ACCUSED)
def test_trained_values_in_common_are_found_of_both(kind: str) -> None:
    result = with_twin(changed(kind))
    assert found_of(result, "weights.shared") == [DONOR, TWIN]
    (pair,) = result.pairs
    assert (pair.first, pair.second) == (DONOR, TWIN)
    assert pair.figures[0][1] > 0.99
    assert result.clusters[0].names == (DONOR, TWIN)
    assert [len(row) for row in pair.rows] == [len(pair.headers)] * len(released())
    for each in result.found:
        if each.finding.code == "weights.shared":
            assert each.labels == (pair.label,)
            assert CODES[each.finding.code].accuses
            told = f"{each.finding.message} {each.finding.evidence} {each.finding.remedy}"
            assert pair.label in told
            assert not any(toy.name in told for toy in HONEST)
            assert TWIN not in told
            assert "pairs of trained models of the class were compared" in each.finding.remedy
            assert "Innocent explanations" in each.finding.remedy
            assert each.finding.place.file == FILE


@pytest.mark.parametrize("kind", ALIKE)
def test_changes_in_common_are_noted_and_accuse_nobody(kind: str) -> None:
    result = with_twin(changed(kind))
    assert {DONOR, TWIN} <= set(found_of(result, "weights.alike"))
    assert not [each for each in result.found if CODES[each.finding.code].accuses]
    assert result.pairs[0].figures[0][0] == "likeness of changes beyond the class's own"


def test_what_is_rounded_to_a_very_coarse_grid_is_missed() -> None:
    assert not with_twin(changed("4-bit grid")).found


def test_a_decision_stays_bound_when_one_more_hands_in() -> None:
    copy = changed("pruned again")
    few = compare([*honest_works()[:6], work_of(TWIN, copy)])
    many = with_twin(copy)
    for one in few.found:
        (other,) = [each for each in many.found if each.name == one.name]
        assert one.finding.message == other.finding.message
        assert one.finding.evidence == other.finding.evidence


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_works_changes_nothing(seed: int) -> None:
    works = [*honest_works(), *(work_of(f"z-{kind}", changed(kind)) for kind in ACCUSED)]
    known = [work_of("foreign", released(1), True), work_of("other", released(2), True)]
    wanted = compare(works, *known)
    drawing.Random(seed).shuffle(works)
    assert compare(works, *reversed(known)) == wanted


def test_an_earlier_works_side_of_a_pair_has_no_finding() -> None:
    copy = changed("exact")
    works = [replace(each, reference=each.name == DONOR) for each in honest_works()]
    result = compare([*works, work_of(TWIN, copy)])
    assert found_of(result, "weights.shared") == [TWIN]
    assert DONOR not in {fact.name for fact in result.facts}
    older = [replace(each, reference=True) for each in [*works, work_of(TWIN, copy)]]
    quiet = compare(older)
    assert not quiet.found
    assert not quiet.pairs


def test_pruning_only_is_nothing_that_two_share() -> None:
    works = [work_of(f"s{number}", honest(HONEST[-1])) for number in range(12)]
    result = compare(works)
    assert not result.found
    assert any(note.endswith("were not compared with each other: 12.") for note in result.notes)


@pytest.mark.parametrize("levels", [7, 15])
def test_a_pruned_model_that_is_rounded_only_is_not_trained(levels: int) -> None:
    """All who round to the same grid get the same numbers."""
    rounded_only = on_a_grid(levels)(honest(HONEST[-1]), np.random.default_rng(0))
    works = [work_of("y", rounded_only), work_of(TWIN, rounded_only)]
    result = compare([*honest_works(), *works])
    assert not result.found
    assert any(note.endswith("were not compared with each other: 4.") for note in result.notes)


def test_decay_alone_makes_no_twins() -> None:
    decayed = {name: values * np.float32(0.997) for name, values in released().items()}
    result = compare([*honest_works(), work_of("y", decayed), work_of(TWIN, decayed)])
    assert found_of(result, "weights.dense") == ["y", TWIN]
    assert len(result.found) == 2


def test_what_a_quarter_of_the_class_has_in_common_is_nobodys_own() -> None:
    copies = [work_of(f"c{number}", changed("exact")) for number in range(5)]
    result = compare([*honest_works(), *copies])
    assert not result.found
    assert len(result.pairs) == 15
    assert any(note.startswith("6 models hang together") for note in result.notes)
    fewer = compare([*honest_works(), *copies[:3]])
    assert len(found_of(fewer, "weights.shared")) == 12


def test_with_few_others_directions_are_not_compared() -> None:
    works = [*honest_works()[:9], work_of(TWIN, changed("noise 1e-2"))]
    assert found_of(compare(works), "weights.alike")
    result = compare([*works[:8], works[-1]])
    assert not result.found
    assert any("7 other trained models beside it, and 8 are needed" in n for n in result.notes)
    bits = compare([honest_works()[7], work_of(TWIN, honest(HONEST[7]))])
    assert found_of(bits, "weights.shared") == [HONEST[7].name, TWIN]


def test_too_few_who_prune_alike_are_not_held_against_two() -> None:
    """Two who prune otherwise than the rest move alike: the same weights make up for the same."""
    random = np.random.default_rng(4)
    other = {name: random.random(values.shape) < 0.3 for name, values in released().items()}
    works = list(honest_works())
    for number, seed in enumerate((71, 72)):
        start = {
            name: np.where(other[name], values, 0).astype(np.float32) if values.ndim > 1 else values
            for name, values in released().items()
        }
        toy = Toy("", seed, steps=60, rate=0.02, batch=256)
        works.append(work_of(f"other-{number}", onward(start, toy)))
    result = compare(works)
    assert not found_of(result, "weights.shared")
    alike = [each for each in result.found if each.name.startswith("other")]
    assert not alike
    assert any("too few others prune and train like these" in note for note in result.notes)


def origin(seed: int, steps: int) -> Arrays:
    return student(Toy("", 5, steps=steps), seed)


@pytest.mark.parametrize("steps", [0, 10])
def test_another_models_child_is_told(steps: int) -> None:
    foreign = work_of("foreign one", released(3), True)
    works = [*honest_works(), work_of(TWIN, origin(3, steps))]
    for known in ((), (foreign,)):
        result = compare(works, *known)
        (found,) = result.found
        assert (found.name, found.finding.code) == (TWIN, "weights.other-model")
        assert dict(found.finding.evidence)["nearest"] == ("foreign one" if known else "")


def near(size: float) -> Arrays:
    """A known model near the released one, such as what that was trained from."""
    random = np.random.default_rng(8)
    return {
        name: values + np.float32(size) * random.standard_normal(values.shape, dtype=np.float32)
        for name, values in released().items()
    }


def test_a_known_model_near_the_released_one_is_told_apart() -> None:
    base = near(0.02)
    pruned = {
        name: np.where(np.abs(each) > 0.1, each, np.float32(0)) for name, each in base.items()
    }
    known = work_of("public base", base, True)
    works = [*honest_works(), work_of(TWIN, pruned)]
    assert not compare(works).found
    (found,) = compare(works, known).found
    assert (found.name, found.finding.code) == (TWIN, "weights.other-model")
    assert "public base" in found.finding.message
    assert not compare(honest_works(), known).found


def test_two_who_pruned_the_same_other_model_share_nothing() -> None:
    known = work_of("public base", near(0.02), True)
    pruned = {
        name: np.where(np.abs(each) > 0.1, each, np.float32(0)) for name, each in near(0.02).items()
    }
    result = compare([*honest_works(), work_of("y", pruned), work_of(TWIN, pruned)], known)
    assert found_of(result, "weights.other-model") == ["y", TWIN]
    assert not found_of(result, "weights.shared")


@pytest.mark.parametrize("kind", [0, HALF, BRAIN])
def test_the_released_model_under_another_name_is_no_other_model(kind: int) -> None:
    same = {name: rounded(values, kind) for name, values in released().items()}
    result = compare(honest_works(), work_of("copy", same, True))
    assert not result.found
    assert 'The known model "copy" is the released one.' in result.notes


def test_channels_in_another_order_are_no_other_model() -> None:
    pruned = permuted(honest(HONEST[-1]), np.random.default_rng(0))
    result = with_twin(pruned)
    assert not result.found
    assert any("its channels are in another order" in note for note in result.notes)


def test_a_dense_model_is_noted() -> None:
    (found,) = with_twin(released()).found
    assert (found.name, found.finding.code) == (TWIN, "weights.dense")
    assert not CODES["weights.dense"].accuses
