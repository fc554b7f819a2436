"""Wanda's scores and masks beside the paper's formula."""

from __future__ import annotations

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("shape", [(1, 1), (4, 7), (16, 16), (33, 5)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("dead", [(), (0,)])
def test_scores_and_masks(shape: tuple[int, int], seed: int, dead: tuple[int, ...]) -> None:
    import torch

    from compress import wanda

    weight = toys.random_weight(shape, seed)
    seen = toys.random_inputs(25, shape[1], seed, dead)
    scores = wanda.scores(torch.from_numpy(weight), toys.inputs(seen))
    assert np.allclose(scores.numpy(), naive.wanda_scores(weight, seen), rtol=1e-5)
    for keep in {0, 1, weight.size // 3, weight.size - 1, weight.size}:
        told = wanda.mask(scores, keep).numpy()
        assert np.array_equal(told, naive.wanda_mask(weight, seen, keep))
        assert told.sum() == keep
        rows = told.sum(1)
        assert rows.max() - rows.min() <= 1


def test_a_large_value_with_a_small_input_goes_first() -> None:
    import torch

    from compress import wanda

    seen = toys.inputs(np.array([[0.1, 3.0], [0.1, 4.0]], dtype=np.float32))
    scores = wanda.scores(torch.tensor([[10.0, 1.0]]), seen)
    assert scores.tolist()[0] == pytest.approx([10 * 0.02**0.5, 5.0])
    assert wanda.mask(scores, 1).tolist() == [[False, True]]


def test_equal_scores_are_settled_by_position() -> None:
    import torch

    from compress import wanda

    told = wanda.mask(torch.ones(3, 4), 5)
    assert told.tolist() == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, False, False],
    ]


def test_inputs_that_are_all_zero_leave_numbers() -> None:
    import torch

    from compress import wanda

    scores = wanda.scores(torch.ones(2, 3), toys.inputs(np.zeros((4, 3), dtype=np.float32)))
    assert scores.tolist() == [[0.0] * 3] * 2
    assert wanda.mask(scores, 4).sum() == 4


def test_half_precision_is_computed_in_single() -> None:
    import torch

    from compress import wanda

    weight = torch.tensor([[1000.0]], dtype=torch.float16)
    seen = toys.inputs(np.full((10, 1), 1000.0, dtype=np.float32))
    assert wanda.scores(weight, seen).item() == pytest.approx(1e6 * 10**0.5)
