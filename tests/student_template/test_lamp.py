"""LAMP's scores beside their formula."""

from __future__ import annotations

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("shape", [(1, 1), (4, 7), (16, 9)])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("step", [None, 0.5])
def test_the_scores(shape: tuple[int, int], seed: int, step: float | None) -> None:
    import torch

    from compress.lamp import scores

    weight = toys.random_weight(shape, seed, step)
    told = scores(torch.from_numpy(weight)).numpy()
    assert np.allclose(told, naive.lamp_scores(weight), rtol=1e-12, atol=0)
    assert told.max() == (1 if weight.any() else 0)


@pytest.mark.parametrize("step", [None, 0.5])
def test_the_masks_of_layers_of_very_different_size(step: float | None) -> None:
    import torch

    from compress.lamp import scores
    from compress.masks import largest_together

    weights = [toys.random_weight((6, 5 + at), at, step) * 10**at for at in range(4)]
    told = {str(at): scores(torch.from_numpy(one)) for at, one in enumerate(weights)}
    masks = largest_together(told, 40)
    expected = naive.global_masks([naive.lamp_scores(one) for one in weights], 40)
    for at, mask in enumerate(expected):
        assert np.array_equal(masks[str(at)].numpy(), mask)
        assert mask.any()


def test_a_layer_of_zeros_scores_nothing() -> None:
    import torch

    from compress.lamp import scores

    assert scores(torch.zeros(2, 3)).tolist() == [[0.0] * 3] * 2


def test_half_precision_does_not_overflow() -> None:
    import torch

    from compress.lamp import scores

    weight = torch.tensor([[60000.0, 300.0, 1e-7]], dtype=torch.float16)
    expected = naive.lamp_scores(weight.double().numpy())
    assert np.allclose(scores(weight).numpy(), expected, rtol=1e-9)
