"""Both ways of counting equal values count the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.weights import equal_values
from grader.integrity.weights.equal_values import equal_counts


@given(st.integers(1, 9), st.integers(0, 30), st.integers(1, 40), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_counts_are_those_of_comparing_pair_by_pair(
    models: int, places: int, different: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    seen = random.integers(-different, different, (models, places)).astype(np.float32)
    seen[random.random(seen.shape) < 0.2] = np.nan
    wanted = np.zeros((models, models), dtype=np.int64)
    for first in range(models):
        for second in range(first + 1, models):
            wanted[first, second] = np.count_nonzero(seen[first] == seen[second])
    few = equal_values._sorted_counts(seen, models * models * places)
    assert few is not None
    for found in (equal_counts(seen), equal_values._plain_counts(seen), few):
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize(("most", "counts"), [(2, False), (3, True)])
def test_only_so_many_pairs_are_counted_one_by_one(most: int, counts: bool) -> None:
    seen = np.array([[1.0], [1.0], [1.0]], dtype=np.float32)
    assert (equal_values._sorted_counts(seen, most) is not None) is counts


def test_zeros_of_either_sign_are_equal() -> None:
    assert equal_counts(np.array([[0.0, 1], [-0.0, 2]], dtype=np.float32))[0, 1] == 1
