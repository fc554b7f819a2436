"""N of every M neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("pattern", [(2, 4), (4, 8), (1, 4), (2, 8), (3, 5), (1, 1), (7, 7)])
@pytest.mark.parametrize("shape", [(3, 16), (5, 13), (1, 3), (4, 40)])
@pytest.mark.parametrize("step", [None, 0.8])
def test_the_mask_is_the_naive_one(
    pattern: tuple[int, int], shape: tuple[int, int], step: float | None
) -> None:
    import torch

    from compress.patterns import pattern_mask
    from compress.settings import Pattern

    scores = np.abs(toys.random_weight(shape, 3, step))
    told = pattern_mask(torch.from_numpy(scores), Pattern(*pattern)).numpy()
    assert np.array_equal(told, naive.pattern_mask(scores, *pattern))
    keep, of = pattern
    whole = shape[1] // of * of
    counts = told[:, :whole].reshape(-1, of).sum(1)
    assert (counts == keep).all()
    assert (told[:, whole:].sum(1) == min(keep, shape[1] - whole)).all()


def test_a_pattern_is_read() -> None:
    from compress.settings import Pattern, read_pattern

    assert read_pattern("2:4") == Pattern(2, 4)
    assert read_pattern("16:16") == Pattern(16, 16)


@pytest.mark.parametrize(
    "text", ["", "2", "2:", ":4", "2:4:8", "4:2", "0:4", "0:0", "-2:4", "2 : 4", "2/4", "²:4"]
)
def test_what_is_no_pattern_is_told(text: str) -> None:
    from compress.settings import SettingsError, read_pattern

    with pytest.raises(SettingsError, match="The pattern is"):
        read_pattern(text)
