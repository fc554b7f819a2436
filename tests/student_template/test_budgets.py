"""Budgets in whole numbers: never over the limit, and no value less than it allows."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.budgets import kept, pools, shared_out
from compress.settings import GROUPS, SettingsError

ENCODER, ACROSS = "encoder-attention", "decoder-cross-attention"


def layer(name: str, group: str, size: int) -> Any:
    return SimpleNamespace(name=name, group=group, weight=SimpleNamespace(numel=lambda: size))


LAYERS = st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(1, 5000)), min_size=1).map(
    lambda rows: [layer(f"layer {at}", *row) for at, row in enumerate(rows)]
)
SHARES = st.dictionaries(st.sampled_from(GROUPS), st.floats(0, 1), max_size=6)


def sizes(layers: list[Any]) -> dict[str, int]:
    return {one.name: one.weight.numel() for one in layers}


@given(LAYERS, st.integers(0, 500), st.floats(0, 1, exclude_min=True), st.integers(0, 9999))
def test_without_shares_the_limit_is_met_to_the_last_value(
    layers: list[Any], dense: int, ratio: float, more: int
) -> None:
    whole = sizes(layers)
    total = dense + sum(whole.values()) + more  # the released model may be larger
    allowed = int(Fraction(str(ratio)) * total)
    if allowed < dense:
        with pytest.raises(SettingsError, match="are never pruned"):
            kept(layers, dense, total, ratio, {})
        return
    counts = kept(layers, dense, total, ratio, {})
    assert list(counts) == list(whole)
    assert dense + sum(counts.values()) == min(allowed, dense + sum(whole.values()))
    even = Fraction(sum(counts.values()), sum(whole.values()))
    assert all(abs(counts[name] - even * size) < 1 for name, size in whole.items())
    assert all(0 <= counts[name] <= size for name, size in whole.items())


@given(LAYERS, st.integers(0, 500), st.floats(0, 1, exclude_min=True), SHARES)
def test_with_shares_each_group_has_its_own_and_the_rest_is_even(
    layers: list[Any], dense: int, ratio: float, shares: dict[str, float]
) -> None:
    there = {one.group for one in layers}
    shares = {group: share for group, share in shares.items() if group in there}
    whole = sizes(layers)
    total = dense + sum(whole.values())
    allowed = int(Fraction(str(ratio)) * total)
    groups = {g: [o.name for o in layers if o.group == g] for g in there}
    own = {
        g: int(Fraction(str(share)) * sum(whole[n] for n in groups[g]))
        for g, share in shares.items()
    }
    if allowed < dense + sum(own.values()):
        with pytest.raises(SettingsError, match="Choose a larger ratio or smaller shares"):
            kept(layers, dense, total, ratio, shares)
        return
    counts = kept(layers, dense, total, ratio, shares)
    for group, number in own.items():
        assert sum(counts[name] for name in groups[group]) == number
    rest = [one.name for one in layers if one.group not in shares]
    left = sum(counts[name] for name in rest)
    assert left == min(allowed - dense - sum(own.values()), sum(whole[name] for name in rest))
    for name in rest:
        assert abs(counts[name] - Fraction(left * whole[name], sum(whole[n] for n in rest))) < 1


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=30))
def test_a_number_is_shared_out_without_loss(count: int, parts: list[int]) -> None:
    told = shared_out(count, parts)
    whole = sum(parts)
    assert sum(told) == (count if whole else 0)
    assert all(abs(one - Fraction(count * part, whole or 1)) < 1 for one, part in zip(told, parts))


def test_a_ratio_is_the_number_that_is_written() -> None:
    """0.29 * 100 is 28.999999999999996 in binary, and 0.3 is a little less than 3/10."""
    assert kept([layer("a", ENCODER, 100)], 0, 100, 0.29, {}) == {"a": 29}
    assert kept([layer("a", ENCODER, 10)], 0, 10, 0.3, {}) == {"a": 3}
    assert kept([layer("a", ENCODER, 10**6)], 0, 10**6, 1e-5, {}) == {"a": 10}


def test_what_is_never_pruned_is_paid_for_first() -> None:
    layers = [layer("a", ENCODER, 60), layer("b", ACROSS, 30)]
    assert kept(layers, 10, 100, 0.4, {}) == {"a": 20, "b": 10}
    assert kept(layers, 10, 100, 0.4, {ACROSS: 0.5}) == {"a": 15, "b": 15}
    assert kept(layers, 10, 100, 0.1, {}) == {"a": 0, "b": 0}


def test_the_pools_of_a_threshold() -> None:
    layers = [layer("a", ENCODER, 60), layer("b", ACROSS, 30), layer("c", ENCODER, 10)]
    told = pools(layers, 0, 100, 0.4, {ACROSS: 0.5})
    assert [([one.name for one in pool.layers], pool.keep) for pool in told] == [
        (["b"], 15),
        (["a", "c"], 25),
    ]


@pytest.mark.parametrize(
    ("dense", "ratio", "shares", "told"),
    [
        (41, 0.4, {}, r"ratio 0.4 allows 40 of 100 values, but 41 are never pruned"),
        (0, 0.4, {ENCODER: 0.9}, r"shares in \[prune.keep\] take 54"),
        (0, 0.4, {"embedding": 0.1}, 'no weights in the group "embedding"'),
        (0, 0.4, {ENCODER: 1.1}, "share of encoder-attention is 1.1; expected 0 to 1"),
        (0, -0.1, {}, "allows -10 of 100"),
    ],
)
def test_what_can_not_be_done_is_told(
    dense: int, ratio: float, shares: dict[str, float], told: str
) -> None:
    layers = [layer("a", ENCODER, 60), layer("b", ACROSS, 30)]
    with pytest.raises(SettingsError, match=told):
        kept(layers, dense, 100, ratio, shares)
