"""The tables of pairs are what plain arithmetic gives, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.weights.formats import BRAIN, HALF, WHOLE, rounded
from grader.integrity.weights.lineage import lineage_of, values_of
from grader.integrity.weights.pairing import Model, by_one_factor
from grader.integrity.weights.samples import Layer, Samples, packed
from grader.integrity.weights.sharing import (
    Shared,
    Trained,
    difference,
    shared_weights,
    trained_values,
)
from tests.integrity_sets.weights.toys import HONEST, honest, released, samples_of

SHAPES = ((20, 30), (40, 10))
NAMES = ("a", "b")


def layers_of(values: Sequence[Any], bits: Sequence[Any] = ()) -> Samples:
    several = bits or [np.empty(0, "<u4")] * len(values)
    layers = [
        Layer(name, shape, each.reshape(-1).astype(np.float32), np.asarray(own, "<u4"))
        for name, shape, each, own in zip(NAMES, SHAPES, values, several)
    ]
    return Samples(packed(layers, ""))


def drawn(count: int, seed: int) -> tuple[list[Samples], Samples]:
    """Models with masks of their own around what all have learnt."""
    random = np.random.default_rng(seed)
    base = [random.standard_normal(shape).astype(np.float32) for shape in SHAPES]
    learnt = [0.1 * random.standard_normal(shape) for shape in SHAPES]
    models = []
    for _ in range(count):
        models.append(
            layers_of([
                (each + more + 0.1 * random.standard_normal(each.shape))
                * (random.random(each.shape) < 0.6)
                for each, more in zip(base, learnt)
            ])
        )  # fmt: skip
    return models, layers_of(base)


def plainly(models: list[Samples], base: Samples, first: int, second: int) -> tuple[float, ...]:
    """Likeness, residual and how much the others explain of the first, by the book."""
    rows = [
        np.concatenate([
            difference(model.placed(key), base.placed(key), WHOLE).astype(np.float64)
            for key in sorted(base.keys)
        ])
        for model in models
    ]  # fmt: skip
    alive = [np.concatenate([m.placed(k) != 0 for k in sorted(base.keys)]) for m in models]
    here = alive[first] & alive[second]
    others = [number for number in range(len(models)) if number not in (first, second)]
    counts = sum(alive[number] for number in others)
    mean = sum(rows[number] for number in others) / np.maximum(counts, 1)
    one, two, middle = rows[first][here], rows[second][here], np.asarray(mean)[here]
    left = [each - (each @ middle) / (middle @ middle) * middle for each in (one, two)]
    return (
        float(one @ two / np.sqrt((one @ one) * (two @ two))),
        float(left[0] @ left[1] / np.sqrt((left[0] @ left[0]) * (left[1] @ left[1]))),
        float(one @ middle / np.sqrt((one @ one) * (middle @ middle))),
    )


def tables_of(models: Sequence[Samples], base: Samples, kind: int = WHOLE) -> Shared:
    return shared_weights([Trained(model, kind) for model in models], base)


@given(st.integers(3, 7), st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_residual_is_what_is_left_of_each_pair(count: int, seed: int) -> None:
    models, base = drawn(count, seed)
    tables = tables_of(models, base)
    for first in range(count):
        for second in range(count):
            if first != second:
                wanted = plainly(models, base, first, second)
                names = ("likeness", "residual", "explained")
                found = [getattr(tables, name)[first, second] for name in names]
                assert found == pytest.approx(wanted, abs=2e-4)


@pytest.mark.parametrize("kinds", [(0, 0, 0), (0, 1, 0), (0, 2, 1), (2, 2, 2)])
def test_equal_values_are_counted_in_the_coarser_format(kinds: tuple[int, ...]) -> None:
    models, base = drawn(3, 5)
    stored = [
        layers_of([rounded(model.placed(key), kind) for key in sorted(base.keys)])
        for model, kind in zip([models[0], models[0], models[1]], kinds)
    ]
    tables = shared_weights([Trained(each, kind) for each, kind in zip(stored, kinds)], base)
    for first in range(3):
        for second in range(first):
            kind = max(kinds[first], kinds[second])
            same = both = 0
            for key in sorted(base.keys):
                one, two = (
                    trained_values(stored[number].placed(key), base.placed(key), kind)
                    for number in (first, second)
                )
                both += int((~np.isnan(one) & ~np.isnan(two)).sum())
                same += int((one == two).sum())
            assert (tables.equal[first, second], tables.both[first, second]) == (same, both)
            assert tables.equal[second, first] == same
    same_two = HALF not in kinds or BRAIN not in kinds
    assert tables.equal_share[0, 1] == 1.0 if same_two else tables.equal_share[0, 1] > 0.95


def test_values_in_common_are_counted_wherever_they_lie() -> None:
    zeros = [np.zeros(shape) for shape in SHAPES]
    own = [np.arange(100, 200), np.arange(300, 350)]
    other = [np.arange(150, 260), np.arange(100, 150)]
    third = [np.arange(900, 910), np.arange(0)]
    base = layers_of(zeros, [np.arange(150, 160), np.arange(0)])
    models = [layers_of(zeros, bits) for bits in (own, other, third)]
    tables = tables_of(models, base)
    assert tables.values[0, 1] == 40  # 150 to 199 without those of the released model
    assert tables.fewest[0, 1] == 90 + 50
    assert not tables.values[0, 2]
    assert not tables_of(models, base, BRAIN).values.any()


def test_chance_is_what_unrelated_values_have_in_common() -> None:
    """Of all numbers of one size, each model has drawn many: so they meet by themselves."""
    shape = (4096, 512)
    random = np.random.default_rng(0)
    kept = random.integers(0x3F800000, 0x40000000, (2, 200_000)).astype(np.uint32)
    base = Samples(packed([Layer("a", shape, np.zeros(1), np.empty(0, "<u4"))], ""))
    # All values of a model fall into one residue class of 4,096: spread the drawn ones so.
    models = [
        Samples(packed([Layer("a", shape, np.zeros(1), np.unique(each >> 12 << 12))], ""))
        for each in kept
    ]
    tables = tables_of(models, base)
    assert tables.chance[0, 1] == pytest.approx(tables.values[0, 1], rel=0.05)
    assert tables.value_share[0, 1] < 0.05


def test_permuted_channels_show_the_same_values_at_other_places() -> None:
    toy = honest(HONEST[0])
    random = np.random.default_rng(3)
    moved = {name: random.permuted(values, axis=0) for name, values in toy.items()}
    models = [Samples(samples_of(each)) for each in (toy, moved, honest(HONEST[1]))]
    tables = tables_of(models, Samples(samples_of(released())))
    assert tables.value_share[0, 1] == 1.0
    assert tables.equal_share[0, 1] < 0.1
    assert tables.value_share[0, 2] < 0.01


def decayed(seed: int, reached: float) -> dict[str, Any]:
    """Weight decay alone for most weights, training for the others."""
    random = np.random.default_rng(seed)
    arrays = {}
    for name, values in released().items():
        trained = random.standard_normal(values.shape).astype(np.float32) * np.float32(0.01)
        trained *= random.random(values.shape) < reached
        arrays[name] = (values * np.float32(0.997) + trained).astype(np.float32)
    return arrays


@pytest.mark.parametrize("reached", [0.05, 0.2])
def test_decay_alone_is_nothing_that_two_share(reached: float) -> None:
    base = Samples(samples_of(released()))
    keys = sorted(base.keys)
    models = []
    for seed in (1, 2):
        samples = Samples(samples_of(decayed(seed, reached)))
        values = values_of(samples, keys)
        models.append(Model(samples, lineage_of(values, values_of(base, keys), ())))
    tables = tables_of([each.samples for each in models], base)
    assert tables.equal_share[0, 1] > 0.5
    assert by_one_factor(models[0], models[1], base, True)
    assert abs(tables.likeness[0, 1]) < 0.05


def test_a_copy_is_not_taken_for_decay() -> None:
    base = Samples(samples_of(released()))
    keys = sorted(base.keys)
    samples = Samples(samples_of(honest(HONEST[0])))
    model = Model(samples, lineage_of(values_of(samples, keys), values_of(base, keys), ()))
    assert not by_one_factor(model, model, base, True)
