"""Weights in numpy: read, pruned to the exact count, packed and unpacked."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.demo.sample import write_safetensors
from grader.demo.weights import (
    Arrays,
    layer_masks,
    masked,
    nonzero,
    packed,
    parameters,
    read_safetensors,
    unpacked,
)


def arrays(seed: int = 0, rows: int = 7, columns: int = 11) -> Arrays:
    random = np.random.default_rng(seed)
    shapes = {
        "a.weight": (rows, columns), "b.weight": (columns, rows), "norm.weight": (columns,),
        "x.relative_attention_bias.weight": (3, 2),
    }  # fmt: skip
    return {
        name: random.standard_normal(shape).astype(np.float16).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_what_was_written_is_read(tmp_path: Path, dtype: type) -> None:
    given_arrays = arrays()
    path = tmp_path / "model.safetensors"
    write_safetensors(path, {name: each.astype(dtype) for name, each in given_arrays.items()})
    found = read_safetensors(path.read_bytes())
    assert list(found) == sorted(given_arrays)
    for name, values in given_arrays.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], values)


@given(
    st.integers(0, 9), st.integers(1, 12), st.integers(1, 12),
    st.fractions(Fraction(1, 2), 1, max_denominator=1000),
)  # fmt: skip
def test_no_more_is_kept_than_the_ratio_allows(
    seed: int, rows: int, columns: int, share: Fraction
) -> None:
    whole = arrays(seed, rows, columns)
    dense = parameters(whole) - 2 * rows * columns
    ratio = (dense + share * 2 * rows * columns) / parameters(whole)
    masks = layer_masks(whole, ratio)
    pruned = masked(whole, masks)
    kept = sum(int(mask.sum()) for mask in masks.values()) + dense
    assert nonzero(pruned) <= kept <= ratio * parameters(whole) < kept + 2
    assert set(masks) == {"a.weight", "b.weight"}


def test_the_largest_are_kept_and_of_equals_the_first() -> None:
    whole: Arrays = {"a.weight": np.array([[1, -3, 2], [3, -1, 1]], dtype=np.float32)}
    (mask,) = layer_masks(whole, Fraction(4, 6)).values()
    np.testing.assert_array_equal(mask, [[True, True, True], [True, False, False]])


@pytest.mark.parametrize("ratio", [Fraction(1, 2), Fraction(999, 1000)])
def test_packing_loses_nothing_but_the_zeros(ratio: Fraction) -> None:
    whole = arrays()
    masks = layer_masks(whole, ratio)
    pruned = masked(whole, masks)
    kept = {name: values.astype(np.float32) for name, values in packed(pruned, masks).items()}
    assert sum(values.size for values in kept.values()) <= ratio * parameters(whole)
    back = unpacked(kept, masks)
    for name, values in pruned.items():
        np.testing.assert_array_equal(back[name], values)
