"""Magnitudes: in each layer by itself, and over all layers by one threshold."""

from __future__ import annotations

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch

SHAPES = [(1, 1), (4, 7), (16, 16), (3, 50)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("step", [None, 0.5])
def test_the_mask_of_a_layer(shape: tuple[int, int], seed: int, step: float | None) -> None:
    import torch

    from compress.magnitude import scores
    from compress.masks import largest

    weight = toys.random_weight(shape, seed, step)
    for keep in {0, 1, weight.size // 3, weight.size - 1, weight.size}:
        told = largest(scores(torch.from_numpy(weight)), keep).numpy()
        assert np.array_equal(told, naive.layer_mask(np.abs(weight.astype(np.float64)), keep))
        assert told.sum() == keep


def test_a_sign_does_not_matter_and_half_precision_is_compared_as_it_is() -> None:
    import torch

    from compress.magnitude import scores

    weight = torch.tensor([[-3.0, 2.0], [-0.0, 1.0]], dtype=torch.float16)
    assert scores(weight).tolist() == [[3.0, 2.0], [0.0, 1.0]]
    assert scores(weight).dtype == torch.float32
