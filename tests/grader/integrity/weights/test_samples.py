"""The same places in every model, and samples that survive being stored."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.weights.formats import BRAIN, HALF, WHOLE, fineness, moved, rounded
from grader.integrity.weights.places import class_bits, places, sampled_values
from grader.integrity.weights.samples import Layer, Samples, packed
from validators.model.architecture import reference_of
from validators.rules import load_rules

SHAPES = st.lists(st.integers(1, 4000), min_size=1, max_size=2).map(tuple)


def normal(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def test_the_places_never_change() -> None:
    """Samples that are stored are compared with those of a later version and another numpy."""
    found = places("encoder.block.0.layer.0.SelfAttention.q.weight", (512, 512))
    assert found[:5].tolist() == [581, 922, 1806, 1915, 1930]
    assert found.size == 1023
    assert class_bits((512, 512)) == 9
    bits = np.arange(1, 20_000, dtype=np.uint32).view(np.float32)
    assert sampled_values(bits, (512, 512)).tolist()[:4] == [466, 843, 1453, 1830]


@given(st.text(max_size=20), SHAPES)
@settings(max_examples=60, deadline=None)
def test_places_are_within_and_each_once(name: str, shape: tuple[int, ...]) -> None:
    found = places(name, shape)
    elements = math.prod(shape)
    assert found.size == min(elements, found.size) > 0
    assert (np.diff(found) > 0).all()
    assert 0 <= found[0] <= found[-1] < elements


def test_a_model_of_t5_smalls_size_has_enough_places_and_few_bytes() -> None:
    rules = load_rules().model
    assert rules is not None
    tensors = reference_of(rules).tensors
    counts = [places(tensor.name, tensor.shape).size for tensor in tensors]
    values = [tensor.elements >> class_bits(tensor.shape) for tensor in tensors]
    assert 64_000 <= sum(counts) <= 128_000
    assert 4 * (sum(counts) + sum(values)) < 1_000_000  # even of a dense model
    assert min(counts) >= 100


def test_the_sample_of_values_knows_no_place() -> None:
    shape = (300, 200)
    values = normal(shape)
    values[::3] = 0
    values[1::3] *= -1
    shuffled = np.random.default_rng(1).permutation(values.reshape(-1))
    one, other = sampled_values(values, shape), sampled_values(shuffled, shape)
    assert one.tolist() == other.tolist()
    expected = np.count_nonzero(values) / 2 ** class_bits(shape)
    assert expected * 0.8 < one.size < expected * 1.2
    assert 0 not in one
    assert sampled_values(np.zeros(10, np.float32), (10,)).size == 0
    assert sampled_values(np.full(10, -0.0, np.float32), (10,)).size == 0


def stored(count: int = 3) -> bytes:
    layers = [
        Layer(f"ü{number}", (10, number + 1), normal((10,), number), np.arange(5, dtype="<u4"))
        for number in range(count)
    ]
    return packed(layers, "digest")


def test_samples_come_back_layer_by_layer() -> None:
    samples = Samples(stored())
    assert samples.digest == "digest"
    assert samples.keys == {("ü0", (10, 1)), ("ü1", (10, 2)), ("ü2", (10, 3))}
    assert samples.placed(("ü2", (10, 3))).tolist() == normal((10,), 2).tolist()
    assert samples.values(("ü1", (10, 2))).tolist() == [0, 1, 2, 3, 4]
    assert Samples(stored(0)).keys == frozenset()


def test_what_is_no_finite_number_counts_as_pruned() -> None:
    values = np.array([1, np.nan, np.inf, -np.inf, 3e38], dtype=np.float32)
    samples = Samples(packed([Layer("x", (5,), values, np.empty(0, "<u4"))], ""))
    found = samples.placed(("x", (5,)))
    assert found[[0, 4]].tolist() == values[[0, 4]].tolist()
    assert not found[1:4].any()


@pytest.mark.parametrize("length", range(0, len(stored()), 7))
def test_samples_that_are_cut_off_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Samples(stored()[:length])


def test_a_damaged_piece_is_refused() -> None:
    data = bytearray(stored())
    data[-12:] = b"\0" * 12
    with pytest.raises(ValueError, match=r".+"):
        Samples(bytes(data)).check()


@pytest.mark.torch
@pytest.mark.parametrize(("kind", "name"), [(HALF, "float16"), (BRAIN, "bfloat16")])
def test_rounding_is_torchs(kind: int, name: str) -> None:
    import torch

    values = np.concatenate([normal((5000,)) * scale for scale in (1e-30, 1e-7, 1, 1e4, 3e37)])
    values = np.concatenate([values, np.array([0, -0.0, np.inf, 65504, 65520], np.float32)])
    wanted = torch.from_numpy(values).to(getattr(torch, name)).float().numpy()
    assert np.array_equal(rounded(values, kind), wanted)


@pytest.mark.parametrize("kind", [WHOLE, HALF, BRAIN])
def test_the_numbers_tell_how_finely_they_are_stored(kind: int) -> None:
    values = rounded(normal((1000,)), kind)
    assert fineness(values) == kind
    assert np.array_equal(rounded(values, kind), values)
    assert fineness(np.empty(0, np.float32)) == WHOLE


def test_a_few_last_digits_are_no_training() -> None:
    base = np.full(4, 16, dtype=np.float32)
    values = base + np.array([0, 2e-6, 1e-5, 1e-3], dtype=np.float32)
    assert moved(values, base, WHOLE).tolist() == [False, False, False, True]
    assert moved(values, base, BRAIN).tolist() == [False, True, True, True]
