"""SparseGPT beside Optimal Brain Surgeon with a new inverse for every column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch


def run(
    weight: Any, seen: Any, keep: int, pattern: tuple[int, int] | None = None
) -> tuple[Any, Any]:
    import torch

    from compress import sparsegpt
    from compress.settings import Pattern

    asked = Pattern(*pattern) if pattern else None
    mask, values = sparsegpt.pruned(torch.from_numpy(weight), toys.inputs(seen), keep, asked)
    return mask.numpy(), values.numpy()


def close(told: Any, expected: Any) -> bool:
    return np.allclose(told, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("shape", [(1, 1), (4, 7), (12, 16), (5, 33)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("block", [4, 8, 128])
def test_masks_and_values(
    shape: tuple[int, int], seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import sparsegpt

    monkeypatch.setattr(sparsegpt, "BLOCK", block)
    weight = toys.random_weight(shape, seed)
    seen = toys.random_inputs(20, shape[1], seed)  # fewer rows than some have features
    for keep in {0, 1, weight.size // 3, weight.size - 1, weight.size}:
        mask, values = run(weight, seen, keep)
        expected_mask, expected = naive.sparsegpt(weight, seen, keep, None, block)
        assert np.array_equal(mask, expected_mask)
        assert close(values, expected)
        assert mask.sum() == np.count_nonzero(values) == keep


@pytest.mark.parametrize("pattern", [(2, 4), (4, 8), (1, 3), (3, 5), (2, 9)])
@pytest.mark.parametrize("shape", [(4, 7), (6, 24)])
@pytest.mark.parametrize("block", [4, 128])
def test_patterns(
    pattern: tuple[int, int], shape: tuple[int, int], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import sparsegpt

    monkeypatch.setattr(sparsegpt, "BLOCK", block)
    weight = toys.random_weight(shape, 7)
    seen = toys.random_inputs(50, shape[1], 7, dead=(2,))
    mask, values = run(weight, seen, 0, pattern)
    expected_mask, expected = naive.sparsegpt(weight, seen, 0, pattern, block)
    assert np.array_equal(mask, expected_mask)
    assert close(values, expected)


def test_more_columns_than_one_block() -> None:
    weight = toys.random_weight((4, 150), 1)
    seen = toys.random_inputs(300, 150, 1)
    mask, values = run(weight, seen, 200)
    expected_mask, expected = naive.sparsegpt(weight, seen, 200, None, 128)
    assert np.array_equal(mask, expected_mask)
    assert close(values, expected)


@pytest.mark.parametrize("seed", range(3))
def test_it_loses_less_than_wanda_and_wanda_less_than_magnitude(seed: int) -> None:
    weight = toys.random_weight((24, 32), seed)
    seen = toys.random_inputs(400, 32, seed)
    keep = weight.size // 2

    def lost(values: Any) -> float:
        return float(np.square(seen @ (values - weight).T).sum())

    _, values = run(weight, seen, keep)
    by_wanda = lost(weight * naive.wanda_mask(weight, seen, keep))
    by_size = lost(weight * naive.layer_mask(np.abs(weight), keep))
    assert lost(values) < 0.85 * by_wanda
    assert by_wanda < by_size


@pytest.mark.parametrize("dead", [(0, 3, 7), tuple(range(8))])
def test_features_that_are_always_zero_go_first(dead: tuple[int, ...]) -> None:
    weight, seen = toys.random_weight((6, 8), 2), toys.random_inputs(30, 8, 2, dead)
    keep = weight.size - 6 * len(dead) or 11
    mask, values = run(weight, seen, keep)
    expected_mask, expected = naive.sparsegpt(weight, seen, keep, None, 128)
    assert np.array_equal(mask, expected_mask)
    assert close(values, expected)
    assert mask.sum() == keep
    if len(dead) < 8:
        assert not mask[:, list(dead)].any()
        assert np.array_equal(values[mask], weight[mask])  # nothing had to be made up for


def test_the_scores_of_a_value_alone() -> None:
    import torch

    from compress import sparsegpt

    weight, seen = toys.random_weight((5, 9), 4), toys.random_inputs(30, 9, 4, dead=(1,))
    told = sparsegpt.scores(torch.from_numpy(weight), toys.inputs(seen)).numpy()
    assert np.allclose(told, naive.surgeon_scores(weight, seen), rtol=1e-4)
    assert (told[:, 1] == 0).all()


def test_equal_scores_are_settled_by_position() -> None:
    weight, seen = np.ones((2, 3), dtype=np.float32), np.eye(3, dtype=np.float32)
    mask, _ = run(weight, seen, 4)
    assert mask.tolist() == [[True] * 3, [True, False, False]]


def test_half_precision_is_computed_in_single_and_given_back_in_half() -> None:
    import torch

    from compress import sparsegpt

    weight = torch.from_numpy(toys.random_weight((6, 8), 5)).half()
    seen = toys.inputs(toys.random_inputs(30, 8, 5))
    mask, values = sparsegpt.pruned(weight, seen, 20, None)
    whole, exact = sparsegpt.pruned(weight.float(), seen, 20, None)
    assert values.dtype == torch.float16
    assert torch.equal(mask, whole)
    assert torch.equal(values, exact.half())


def test_the_weight_itself_and_the_sums_stay_as_they_are() -> None:
    import torch

    from compress import sparsegpt

    weight, seen = torch.from_numpy(toys.random_weight((6, 8), 5)), toys.random_inputs(30, 8, 5)
    before, sums = weight.clone(), toys.inputs(seen)
    first = sparsegpt.pruned(weight, sums, 20, None)
    second = sparsegpt.pruned(weight, sums, 20, None)
    assert torch.equal(weight, before)
    assert torch.equal(sums.products, toys.inputs(seen).products)
    assert all(torch.equal(one, other) for one, other in zip(first, second))


def test_without_products_it_is_told() -> None:
    import torch

    from compress import sparsegpt
    from compress.calibration import Inputs

    with pytest.raises(ValueError, match="products=True"):
        sparsegpt.scores(torch.ones(1, 2), Inputs(1, torch.ones(2), None))
