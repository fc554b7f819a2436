"""The handout's counting is the figure that the tutorial prints, on models that torch made."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.demo.sample import SIZES, competition_text
from validators import model
from validators.model.architecture import Reference, reference_of
from validators.rules import load_rules

pytestmark = pytest.mark.torch


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    path = tmp_path / "competition.toml"
    path.write_text(competition_text(), encoding="utf-8")
    rules = load_rules(path).model
    assert rules is not None
    return reference_of(rules)


@pytest.fixture
def toy() -> Any:
    """A toy T5 of the sample's sizes."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(4)
    return T5ForConditionalGeneration(T5Config(**SIZES, decoder_start_token_id=0))


def pruned_layers(toy: Any) -> list[tuple[Any, str]]:
    import torch

    return [(part, "weight") for part in toy.modules() if isinstance(part, torch.nn.Linear)]


def prune_all(toy: Any, amount: float) -> None:
    """As the tutorial does it: every Linear, the tied head too."""
    from torch.nn.utils import prune

    layers = pruned_layers(toy)
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=amount)


def printed_by_the_tutorial(toy: Any) -> Fraction:
    """Its own formula: mask zeros are taken off the number of parameters."""
    parameters = sum(each.numel() for each in toy.parameters())
    zeros = sum(int((buffer == 0).sum()) for name, buffer in toy.named_buffers() if "mask" in name)
    return Fraction(parameters - zeros, parameters)


def test_the_masked_checkpoint_counts_as_the_tutorial_prints_it(
    toy: Any, reference: Reference, tmp_path: Path
) -> None:
    import torch

    prune_all(toy, 0.7)
    toy.save_pretrained(tmp_path / "m")
    torch.save(toy.state_dict(), tmp_path / "m" / "pruned_model_state_dict.pth")
    found = model.count(tmp_path / "m", reference, name="m")
    assert len(found.sets) == 2
    dense = int(torch.count_nonzero(toy.shared.weight))
    for each in found.sets:
        assert each.count.handout_ratio == printed_by_the_tutorial(toy)
        rows = {group.group: group for group in each.groups}
        assert rows["embedding"].count.strict == dense
        assert rows["head"].count.handout == int(toy.lm_head.weight_mask.sum())
        assert rows["head"].shares == "embedding"
    codes = {finding.code for finding in found.findings}
    assert codes == {"model.masked", "ratio.sets-agree"}


def test_folding_the_masks_makes_both_countings_the_same(
    toy: Any, reference: Reference, tmp_path: Path
) -> None:
    from torch.nn.utils import prune

    prune_all(toy, 0.6)
    before = printed_by_the_tutorial(toy)
    for part, name in pruned_layers(toy):
        prune.remove(part, name)
    toy.tie_weights()
    toy.save_pretrained(tmp_path / "m")
    found = model.count(tmp_path / "m", reference)
    assert found.total is not None
    zeros = sum(int((each == 0).sum()) for each in toy.parameters())
    total = sum(each.numel() for each in toy.parameters())
    assert found.total.handout_ratio == found.total.strict_ratio == Fraction(total - zeros, total)
    # Folding the head's mask makes the embedding sparse as well: the tutorial's figure, for true.
    assert found.total.strict_ratio == before
    assert {finding.code for finding in found.findings} == {"ratio.negative-zero"}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("shard_bytes", [10_000, 10_000_000])
def test_zeros_baked_into_any_format_are_counted(
    dtype: str, shard_bytes: int, toy: Any, reference: Reference, tmp_path: Path
) -> None:
    import torch

    with torch.no_grad():
        for each in toy.parameters():
            each[torch.rand_like(each) < 0.75] = 0
    toy = toy.to(getattr(torch, dtype))
    toy.save_pretrained(tmp_path / "m", max_shard_size=shard_bytes)
    found = model.count(tmp_path / "m", reference)
    expected = sum(int(torch.count_nonzero(each)) for each in toy.parameters())
    assert found.total is not None
    assert (found.total.handout, found.total.strict) == (expected, expected)
    assert (len(found.sets[0].files) > 1) == (shard_bytes < 100_000)
    assert found.findings == ()


def test_a_state_dict_moved_from_a_gpu_is_still_tied(
    toy: Any, reference: Reference, tmp_path: Path
) -> None:
    """Copying every tensor by itself unties them in the file, but not in what they say."""
    import torch

    prune_all(toy, 0.7)
    (tmp_path / "m").mkdir()
    copied = {name: values.clone() for name, values in toy.state_dict().items()}
    torch.save(copied, tmp_path / "m" / "weights.pth")
    toy.config.save_pretrained(tmp_path / "m")
    found = model.count(tmp_path / "m", reference)
    assert found.total is not None
    assert found.total.handout_ratio == printed_by_the_tutorial(toy)
    assert found.findings == ()


def test_transposed_sparse_and_wrapped_tensors_are_counted(
    toy: Any, reference: Reference, tmp_path: Path
) -> None:
    import torch

    with torch.no_grad():
        for each in toy.parameters():
            each[torch.rand_like(each) < 0.75] = 0
    weights = {f"module.{name}": values for name, values in toy.state_dict().items()}
    name = "module.encoder.block.0.layer.0.SelfAttention.q.weight"
    weights[name] = weights[name].t().contiguous().t()
    name = "module.decoder.block.1.layer.2.DenseReluDense.wi.weight"
    weights[name] = weights[name].to_sparse_coo()
    (tmp_path / "m").mkdir()
    torch.save(weights, tmp_path / "m" / "weights.pth")
    toy.config.save_pretrained(tmp_path / "m")
    found = model.count(tmp_path / "m", reference)
    expected = sum(int(torch.count_nonzero(each)) for each in toy.parameters())
    assert found.total is not None
    assert (found.total.handout, found.total.strict) == (expected, expected)
    assert {finding.code for finding in found.findings} == {"model.prefix"}
