"""Pruning at its limits: dead inputs, half precision, broken models, and groups on their way."""

from __future__ import annotations

import numpy as np
import pytest

from tests.student_template import toys

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("method", toys.METHODS)
def test_dead_inputs_make_no_trouble(method: str) -> None:
    import torch

    model = toys.t5()
    for block in model.decoder.block:  # nothing comes out of the first, so the second sees zeros
        block.layer[-1].DenseReluDense.wi.weight.data.zero_()
    model.decoder.final_layer_norm.weight.data[:3] = 0
    toys.prune(model, method)
    assert all(torch.isfinite(weight).all() for weight in model.parameters())
    assert torch.isfinite(model(**toys.batch(toys.ROWS)).loss)


@pytest.mark.parametrize("method", toys.METHODS)
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_gives_the_masks_of_the_same_values(method: str, precision: str) -> None:
    import torch

    from compress.calibration import inputs_of
    from compress.layers import layers, parameter_count
    from compress.pruning import prune as template
    from compress.settings import Prune

    half = toys.t5().to(getattr(torch, precision))
    single = toys.t5().to(getattr(torch, precision)).float()
    seen = inputs_of(single, layers(single), [toys.batch(toys.ROWS)], products=True)
    settings, total = Prune(method=method), parameter_count(half)
    told = template(half, settings, 0.4, total, seen)
    expected = template(single, settings, 0.4, total, seen)
    for name, mask in expected.by_layer.items():
        assert torch.equal(told.by_layer[name], mask)
    for name, weight in half.named_parameters():
        assert weight.dtype == getattr(torch, precision)
        exact = single.get_parameter(name).to(weight.dtype)
        assert torch.equal(weight, exact)


def test_gradients_are_not_recorded() -> None:
    model = toys.t5()
    toys.prune(model, "sparsegpt")
    assert all(w.requires_grad and w.is_leaf and w.grad is None for w in model.parameters())


@pytest.mark.parametrize("method", toys.CALIBRATED)
def test_without_calibration_it_is_told(method: str) -> None:
    from compress.pruning import prune as template
    from compress.settings import Prune, SettingsError

    with pytest.raises(SettingsError, match=f"{method} needs calibration rows.*shared.weight"):
        template(toys.t5(), Prune(method=method), 0.4, 40_000, None)


@pytest.mark.parametrize("method", toys.METHODS)
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_broken_model_is_told_and_not_touched(method: str, value: float) -> None:
    model = toys.t5()
    model.shared.weight.data[1, 1] = value
    before = toys.weights(model)
    with pytest.raises(ValueError, match=r"shared.weight holds values that are no numbers"):
        toys.prune(model, method)
    assert all(np.array_equal(w, before[n], equal_nan=True) for n, w in toys.weights(model).items())


def test_inputs_that_overflowed_are_told() -> None:
    from compress.calibration import inputs_of
    from compress.layers import layers
    from compress.pruning import prune as template
    from compress.settings import Prune

    model = toys.t5()
    seen = inputs_of(model, layers(model), [toys.batch(toys.ROWS)], products=False)
    seen["shared.weight"].squares[0] = float("inf")
    with pytest.raises(ValueError, match=r"inputs of shared.weight are no numbers: .* fp32"):
        template(model, Prune(method="wanda"), 0.4, 40_000, seen)


def test_too_small_a_ratio_is_told_before_anything_is_changed() -> None:
    model = toys.t5()
    before = toys.weights(model)
    with pytest.raises(ValueError, match="are never pruned"):
        toys.prune(model, "sparsegpt", 0.001)
    assert all(np.array_equal(weight, before[name]) for name, weight in toys.weights(model).items())


@pytest.mark.parametrize(
    ("ratio", "expected"), [(1.0, 1.0), (0.75, 0.8), (0.5, 0.6), (0.25, 0.6), (2.0, 1.0)]
)
def test_shares_come_down_together_with_the_ratio(ratio: float, expected: float) -> None:
    from compress.pruning import shares_on_the_way
    from compress.settings import Prune

    settings = Prune(ratio=0.5, keep={"embedding": 0.6})
    assert shares_on_the_way(settings, ratio) == {"embedding": pytest.approx(expected)}
    assert shares_on_the_way(settings, 0.5) == {"embedding": 0.6}


def test_a_schedule_takes_every_group_down_to_its_share() -> None:
    from compress.layers import layers, nonzero_count, parameter_count
    from compress.schedules import ratios

    model = toys.t5()
    group, share, before = "encoder-attention", 0.05, 1.0
    for ratio in ratios("cubic", 1.0, 0.4, 5):
        masks = toys.prune(model, "magnitude", ratio, ratio=0.4, keep={group: share})
        mine = [masks.by_layer[one.name] for one in layers(model) if one.group == group]
        part = sum(int(mask.sum()) for mask in mine) / sum(mask.numel() for mask in mine)
        assert share * 0.99 < part < before
        assert nonzero_count(model) == int(ratio * parameter_count(model))
        before = part
    assert part == pytest.approx(share, abs=1e-3)
