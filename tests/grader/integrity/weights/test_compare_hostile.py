"""Models that can't be compared, or shouldn't be: nothing breaks, and nobody else is concerned."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.integrity.records import Inspection, WeightTraits, Work
from grader.integrity.weights.compare import compare_weights
from tests.grader.integrity.weights.test_compare import DONOR, RULES, compare, found_of
from tests.integrity_sets.weights.toys import HONEST, Toy, honest, honest_works, work_of


def everywhere(value: float) -> Callable[[Any], Any]:
    return lambda values: np.full(values.shape, value, np.float32)


HOSTILE: dict[str, Callable[[Any], Any]] = {
    "zeros": everywhere(0),
    "huge": everywhere(3e38),
    "huge and small": lambda values: np.where(values > 0, 3e38, -1e-45).astype(np.float32),
    "undefined": everywhere(np.nan),
    "endless": lambda values: np.where(values > 0, np.inf, values).astype(np.float32),
    "tiny": everywhere(1e-45),
    "ones": everywhere(1),
    "times a million": lambda values: values * np.float32(1e6),
    "negative": lambda values: -values,
}


@pytest.mark.parametrize("several", [1, 2])
@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_no_numbers_break_anything_or_anybody_else(kind: str, several: int) -> None:
    own = honest(Toy("", 99))
    arrays = {name: HOSTILE[kind](values) for name, values in own.items()}
    hostile = [work_of(f"zz-{number}", arrays) for number in range(several)]
    result = compare([*honest_works(), *hostile])
    assert not result.faults
    assert {each.name for each in result.found} <= {work.name for work in hostile}
    numbers = [getattr(spread, name) for spread in result.spreads
               for name in ("median", "percentile_95", "highest")]  # fmt: skip
    assert np.isfinite(numbers).all()


def test_other_shapes_and_missing_layers_are_left_out() -> None:
    arrays = dict(itertools.islice(honest(HONEST[0]).items(), 20))
    small = {name: values[:1] for name, values in honest(HONEST[0]).items() if values.ndim > 1}
    result = compare([*honest_works(), work_of("y", arrays), work_of("z", small)])
    assert found_of(result, "weights.shared") == [DONOR, "y"]
    assert '"z": no layer has the form of the released model\'s.' in result.notes


def test_works_without_weights_are_noted_and_broken_samples_are_our_fault() -> None:
    works = [
        *honest_works(),
        Work("lost", WeightTraits(trouble="there is no folder pruned_model")),
        Work("nothing", WeightTraits()),
        Work("broken", WeightTraits(), b"weights1" + b"\xff" * 40),
    ]
    result = compare(works)
    assert not result.found
    assert '"lost": there is no folder pruned_model.' in result.notes
    assert '"nothing": nothing is known of its weights.' in result.notes
    ((name, fault),) = result.faults
    assert (name, fault.code) == ("broken", "fault.inspect")


def test_without_a_released_model_nothing_is_told() -> None:
    for base in (None, Work("released model", WeightTraits(trouble="there is none"))):
        result = compare_weights(honest_works(), base, (), RULES)
        assert result.found == result.pairs == result.facts == ()
        assert any("no released model that can be read" in note for note in result.notes)
    assert compare(()) == Inspection(notes=("Fewer than two trained models could be compared.",))
