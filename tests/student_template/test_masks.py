"""Choosing an exact number, and holding zeros at zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=40), st.integers(0, 45))
def test_the_highest_are_kept_and_of_equals_the_first(scores: list[int], keep: int) -> None:
    import torch

    from compress.masks import largest

    told = largest(torch.tensor(scores, dtype=torch.float32), keep)
    assert told.tolist() == naive.keep_highest([float(one) for one in scores], keep)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_one_threshold_for_several_layers(seed: int, keep: int) -> None:
    import torch

    from compress.masks import largest_together

    parts = [toys.random_weight(shape, seed, 0.5) for shape in ((3, 4), (5, 2), (1, 20))]
    told = largest_together({str(i): torch.from_numpy(p) for i, p in enumerate(parts)}, keep)
    for at, mask in enumerate(naive.global_masks(parts, keep)):
        assert np.array_equal(told[str(at)].numpy(), mask)


def test_no_layers_have_no_masks() -> None:
    from compress.masks import largest_together

    assert largest_together({}, 0) == {}


def test_each_row_has_a_number_of_its_own() -> None:
    import torch

    from compress.masks import largest_in_rows

    scores = torch.tensor([[1.0, 3.0, 2.0], [5.0, 5.0, 5.0], [1.0, 1.0, 2.0]])
    told = largest_in_rows(scores, torch.tensor([2, 1, 0]))
    assert told.tolist() == [[False, True, True], [True, False, False], [False] * 3]


def masked(model: Any) -> Any:
    """Masks that keep every other value."""
    import torch

    from compress.layers import layers
    from compress.masks import Masks

    return Masks(
        {
            layer.name: (torch.arange(layer.weight.numel()) % 2 == 0).reshape(layer.weight.shape)
            for layer in layers(model)
        }
    )


def test_what_is_not_kept_is_zero_under_both_names_of_a_tied_weight() -> None:
    import torch

    model = toys.t5()
    masks = masked(model)
    before = {name: values.clone() for name, values in model.state_dict().items()}
    masks.apply(model)
    for name, values in model.state_dict().items():
        mask = masks.by_layer.get("shared.weight" if "embed" in name or "head" in name else name)
        expected = before[name] if mask is None else before[name] * mask
        assert torch.equal(values, expected), name
    assert model.lm_head.weight is model.shared.weight


def test_not_a_number_becomes_zero_too() -> None:
    model = toys.t5()
    model.shared.weight.data[0, 1] = float("nan")
    masked(model).apply(model)
    assert model.shared.weight[0, 1] == 0


def test_zeros_get_no_gradient_until_they_are_released() -> None:
    import torch

    model = toys.t5()
    masks = masked(model)
    masks.apply(model)
    handles = masks.hold(model)
    told = toys.batch(toys.rows([(9, 5), (7, 4)]))

    def gradients() -> dict[str, Any]:
        model.zero_grad()
        model(**told).loss.backward()
        return {name: weight.grad.clone() for name, weight in model.named_parameters()}

    held = gradients()
    handles.release()
    free = gradients()
    for name, mask in masks.by_layer.items():
        assert held[name][~mask].abs().max() == 0
        assert torch.equal(held[name][mask], free[name][mask])
    assert free["shared.weight"][~masks.by_layer["shared.weight"]].abs().max() > 0
    norm = "encoder.final_layer_norm.weight"
    assert torch.equal(held[norm], free[norm])


def test_an_infinite_gradient_does_not_get_through() -> None:
    import torch
    from torch import nn

    from compress.masks import Masks

    model = nn.Linear(2, 1, bias=False)
    handles = Masks({"weight": torch.tensor([[True, False]])}).hold(model)
    model(torch.tensor([[1.0, float("inf")]])).sum().backward()
    assert model.weight.grad is not None
    assert model.weight.grad.tolist() == [[1.0, 0.0]]
    handles.release()


def test_a_frozen_weight_needs_no_hook() -> None:
    model = toys.t5()
    model.shared.weight.requires_grad_(False)
    assert len(masked(model).hold(model).hooks) == len(masked(model).by_layer) - 1


@pytest.mark.parametrize("wrong", ["no.such.weight", "shared.weight"])
def test_masks_of_another_model_are_told(wrong: str) -> None:
    import torch

    from compress.masks import Masks

    masks = Masks({wrong: torch.ones(2, 2, dtype=torch.bool)})
    with pytest.raises(ValueError, match="another model's"):
        masks.apply(toys.t5())
