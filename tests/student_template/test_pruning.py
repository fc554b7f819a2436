"""Whole models pruned by each method: masks and values beside the naive derivation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.student_template import naive, toys

pytestmark = pytest.mark.torch

MAKERS = {
    "tied t5": lambda: toys.t5(),
    "untied t5": lambda: toys.t5(tied=False),
    "decoder": toys.llama,
    "encoder": toys.bert,
}


def seen_by(model: Any) -> dict[str, Any]:
    """The inputs of each layer, every row read alone."""
    from compress.layers import layers

    seen = toys.seen(model, toys.ROWS, model.config.is_encoder_decoder)
    return {
        one.name: np.concatenate([seen[module] for module in one.modules])
        for one in layers(model)
        if one.modules
    }


def counts(model: Any, ratio: float) -> dict[str, int]:
    """How many values each layer keeps when all keep the same share, counted by hand."""
    sizes = {name: weight.size for name, weight in toys.weights(model).items()}
    total = sum(weight.numel() for weight in model.parameters())
    allowed = int(Fraction(str(ratio)) * total) - (total - sum(sizes.values()))
    ends = np.cumsum(list(sizes.values())).tolist()
    cut = [0] + [allowed * end // sum(sizes.values()) for end in ends]
    return {name: cut[at + 1] - cut[at] for at, name in enumerate(sizes)}


def same_masks(told: Any, expected: dict[str, Any]) -> None:
    assert list(told.by_layer) == list(expected)
    for name, mask in expected.items():
        assert np.array_equal(told.by_layer[name].numpy(), mask), name


@pytest.mark.parametrize("maker", MAKERS)
def test_magnitude_in_each_layer(maker: str) -> None:
    model = MAKERS[maker]()
    before, keep = toys.weights(model), counts(model, 0.4)
    told = toys.prune(model, "magnitude")
    same_masks(told, {n: naive.layer_mask(np.abs(w), keep[n]) for n, w in before.items()})
    for name, weight in toys.weights(model).items():
        assert np.array_equal(weight, before[name] * told.by_layer[name].numpy())


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("method", ["magnitude-global", "lamp"])
def test_one_threshold_for_the_whole_model(maker: str, method: str) -> None:
    model = MAKERS[maker]()
    before, keep = toys.weights(model), sum(counts(model, 0.4).values())
    told = toys.prune(model, method)
    scored = [np.abs(w) if method != "lamp" else lamp(w) for w in before.values()]
    same_masks(told, dict(zip(before, naive.global_masks(scored, keep))))
    if method == "magnitude-global":
        kept = [np.abs(w)[told.by_layer[n].numpy()].min() for n, w in before.items()]
        gone = [np.abs(w)[~told.by_layer[n].numpy()].max() for n, w in before.items()]
        assert min(kept) >= max(gone)


def lamp(weight: Any) -> Any:
    """LAMP's formula for a matrix of different values, in one sweep."""
    squares = np.sort(weight.astype(np.float64).ravel() ** 2)
    rest = np.cumsum(squares[::-1])[::-1]
    own = weight.astype(np.float64) ** 2
    return own / rest[np.searchsorted(squares, own)]


def test_the_two_ways_to_lamp_agree() -> None:
    weight = toys.random_weight((9, 12), 3)
    assert np.allclose(lamp(weight), naive.lamp_scores(weight), rtol=1e-12)


@pytest.mark.parametrize("maker", MAKERS)
def test_wanda(maker: str) -> None:
    model = MAKERS[maker]()
    before, keep, seen = toys.weights(model), counts(model, 0.4), seen_by(model)
    told = toys.prune(model, "wanda")
    expected = {
        name: naive.wanda_mask(weight, seen[name], keep[name])
        if name in seen
        else naive.layer_mask(np.abs(weight), keep[name])
        for name, weight in before.items()
    }
    same_masks(told, expected)
    for name, weight in toys.weights(model).items():
        assert np.array_equal(weight, before[name] * expected[name])


def surgeon(weight: Any, seen: Any, name: str, keep: int, pattern: Any = None) -> tuple[Any, Any]:
    """Mask and values; a table that is looked up keeps its values."""
    if "embed" in name or "shared" in name:
        scores = np.abs(weight) if seen is None else naive.surgeon_scores(weight, seen)
        pruned = naive.pattern_mask(scores, *pattern) if pattern else naive.layer_mask(scores, keep)
        return pruned, weight * pruned
    return naive.sparsegpt(weight, seen, keep, pattern, 128)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("pattern", [None, (2, 4)])
def test_sparsegpt(maker: str, pattern: Any) -> None:
    model = MAKERS[maker]()
    before, keep, seen = toys.weights(model), counts(model, 0.4), seen_by(model)
    told = toys.prune(model, "sparsegpt", pattern="2:4" if pattern else "")
    after, changed = toys.weights(model), 0
    for name, weight in before.items():
        mask, values = surgeon(weight, seen.get(name), name, keep[name], pattern)
        assert np.array_equal(told.by_layer[name].numpy(), mask), name
        assert np.allclose(after[name], values, rtol=1e-2, atol=2e-3 * np.abs(weight).max()), name
        changed += int((after[name] != weight * mask).any())
    assert changed == len(before) - sum("embed" in name or "shared" in name for name in before)


@pytest.mark.parametrize("method", ["magnitude", "magnitude-global", "lamp", "wanda"])
def test_a_pattern_with_every_methods_scores(method: str) -> None:
    model = toys.t5()
    before, seen = toys.weights(model), seen_by(model)
    told = toys.prune(model, method, pattern="4:8")
    for name, weight in before.items():
        scores = np.abs(weight)
        if method == "wanda":
            scores = naive.wanda_scores(weight, seen[name])
        expected = naive.pattern_mask(scores, 4, 8)
        assert np.array_equal(told.by_layer[name].numpy(), expected), name


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("method", toys.METHODS)
@pytest.mark.parametrize("ratio", [0.9, 0.3])
def test_the_ratio_is_met_to_the_last_value(maker: str, method: str, ratio: float) -> None:
    from compress.layers import layers, nonzero_count, parameter_count

    model = MAKERS[maker]()
    with_zeros = sum(int((weight == 0).sum()) for weight in model.parameters())
    masks = toys.prune(model, method, ratio)
    dense = parameter_count(model) - sum(one.weight.numel() for one in layers(model))
    kept = dense + sum(int(mask.sum()) for mask in masks.by_layer.values())
    assert kept == int(Fraction(str(ratio)) * parameter_count(model))
    assert kept - with_zeros <= nonzero_count(model) <= kept  # biases are zero in a new model
    if method in ("magnitude", "wanda", "sparsegpt"):
        expected = counts(model, ratio)
        assert {n: int(m.sum()) for n, m in masks.by_layer.items()} == expected


@pytest.mark.parametrize("method", toys.METHODS)
def test_groups_have_their_shares(method: str) -> None:
    from compress.layers import layers

    model = toys.t5()
    shares = {"embedding": 0.25, "decoder-cross-attention": 0.75}
    masks = toys.prune(model, method, 0.4, keep=shares)
    for group, share in shares.items():
        mine = [masks.by_layer[one.name] for one in layers(model) if one.group == group]
        assert sum(int(m.sum()) for m in mine) == int(share * sum(m.numel() for m in mine))


@pytest.mark.parametrize("method", toys.METHODS)
def test_twice_the_same(method: str) -> None:
    import torch

    one, other = toys.t5(), toys.t5()
    first, second = toys.prune(one, method), toys.prune(other, method)
    for name, mask in first.by_layer.items():
        assert torch.equal(mask, second.by_layer[name])
    for name, values in one.state_dict().items():
        assert torch.equal(values, other.state_dict()[name])


@pytest.mark.parametrize("method", ["magnitude", "magnitude-global", "lamp", "wanda"])
def test_what_is_zero_stays_zero_in_the_next_step(method: str) -> None:
    model = toys.t5()
    first = toys.prune(model, method, 0.6)
    second = toys.prune(model, method, 0.3)
    for name, mask in second.by_layer.items():
        assert not (mask & ~first.by_layer[name]).any()
