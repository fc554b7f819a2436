"""Which matrices are pruned, in which group, and how parameters are counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.student_template import toys

pytestmark = pytest.mark.torch


def groups(model: Any) -> dict[str, str]:
    from compress.layers import layers

    return {layer.name: layer.group for layer in layers(model)}


def test_the_layers_of_a_tied_t5() -> None:
    from compress.layers import layers

    model = toys.t5()
    found = {layer.name: layer for layer in layers(model)}
    assert len(found) == 1 + 2 * (4 + 2) + 2 * (8 + 2)
    shared = found["shared.weight"]
    assert shared.weight is model.lm_head.weight
    assert (shared.group, shared.modules, shared.looked_up) == ("embedding", ("lm_head",), True)
    q = found["encoder.block.0.layer.0.SelfAttention.q.weight"]
    assert q.modules == ("encoder.block.0.layer.0.SelfAttention.q",)
    assert not q.looked_up
    assert q.weight is model.encoder.block[0].layer[0].SelfAttention.q.weight
    named = [name for name, _ in model.named_parameters() if name in found]
    assert list(found) == named
    assert not any("relative" in name or "norm" in name for name in found)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("shared.weight", "embedding"),
        ("encoder.block.1.layer.0.SelfAttention.o.weight", "encoder-attention"),
        ("encoder.block.1.layer.1.DenseReluDense.wi.weight", "encoder-feed-forward"),
        ("decoder.block.0.layer.0.SelfAttention.k.weight", "decoder-self-attention"),
        ("decoder.block.0.layer.1.EncDecAttention.v.weight", "decoder-cross-attention"),
        ("decoder.block.0.layer.2.DenseReluDense.wo.weight", "decoder-feed-forward"),
    ],
)
def test_the_groups_of_t5(name: str, group: str) -> None:
    assert groups(toys.t5())[name] == group


def test_an_untied_head_is_a_layer_of_its_own() -> None:
    from compress.layers import layers

    found = {layer.name: layer for layer in layers(toys.t5(tied=False))}
    shared, head = found["shared.weight"], found["lm_head.weight"]
    assert (shared.modules, shared.looked_up) == ((), True)
    assert (head.modules, head.looked_up) == (("lm_head",), False)
    assert shared.group == head.group == "embedding"


def test_a_decoder_only() -> None:
    found = groups(toys.llama())
    assert found["model.embed_tokens.weight"] == found["lm_head.weight"] == "embedding"
    assert found["model.layers.0.self_attn.q_proj.weight"] == "decoder-self-attention"
    assert found["model.layers.1.mlp.down_proj.weight"] == "decoder-feed-forward"
    assert len(found) == 2 + 2 * 7


def test_an_encoder_only() -> None:
    found = groups(toys.bert())
    assert found["embeddings.word_embeddings.weight"] == "embedding"
    assert found["encoder.layer.0.attention.self.query.weight"] == "encoder-attention"
    assert found["encoder.layer.1.output.dense.weight"] == "encoder-feed-forward"
    assert found["pooler.dense.weight"] == "encoder-feed-forward"
    assert "embeddings.token_type_embeddings.weight" not in found


def test_cross_attention_by_other_names() -> None:
    from transformers import BartConfig, BartForConditionalGeneration

    from compress.layers import layers

    config = BartConfig(
        vocab_size=50, d_model=16, encoder_layers=1, decoder_layers=1, encoder_ffn_dim=16,
        decoder_ffn_dim=16, encoder_attention_heads=2, decoder_attention_heads=2,
        max_position_embeddings=20,
    )  # fmt: skip
    found = {one.name: one for one in layers(BartForConditionalGeneration(config))}
    decoder = "model.decoder.layers.0"
    across = found[f"{decoder}.encoder_attn.k_proj.weight"]
    assert across.group == "decoder-cross-attention"
    assert found[f"{decoder}.self_attn.k_proj.weight"].group == "decoder-self-attention"
    assert found[f"{decoder}.fc1.weight"].group == "decoder-feed-forward"
    assert found["model.shared.weight"].modules == ("lm_head",)


def test_any_module_of_torch_has_layers() -> None:
    from torch import nn

    from compress.layers import layers

    model = nn.Sequential(nn.Embedding(200, 64), nn.Linear(64, 8), nn.Embedding(9, 9))
    assert [(one.name, one.group) for one in layers(model)] == [
        ("0.weight", "embedding"),
        ("1.weight", "encoder-feed-forward"),
    ]


def test_one_module_under_two_names_is_one_layer() -> None:
    from torch import nn

    from compress.layers import layers, parameter_count

    twice = nn.Linear(3, 4)
    model = nn.ModuleDict({"a": twice, "b": twice})
    assert [layer.modules for layer in layers(model)] == [("a",)]
    assert parameter_count(model) == 16


def test_one_weight_of_two_modules_is_one_layer() -> None:
    from torch import nn

    from compress.layers import layers, parameter_count

    model = nn.ModuleDict({"a": nn.Linear(3, 4, bias=False), "b": nn.Linear(3, 4, bias=False)})
    model["b"].weight = model["a"].weight
    assert [layer.modules for layer in layers(model)] == [("a", "b")]
    assert parameter_count(model) == 12


def test_parameters_are_counted_once() -> None:
    from compress.layers import layers, nonzero_count, parameter_count

    tied, untied = toys.t5(), toys.t5(tied=False)
    assert parameter_count(untied) - parameter_count(tied) == toys.WORDS * toys.WIDTH
    before = nonzero_count(tied)
    assert before == parameter_count(tied)
    layers(tied)[0].weight.data[:3] = 0
    layers(tied)[0].weight.data[3, 0] = -0.0
    layers(tied)[0].weight.data[3, 1] = 1e-40  # too small for a normal float, and not zero
    assert nonzero_count(tied) == before - 3 * toys.WIDTH - 1
