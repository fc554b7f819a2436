"""A T5 as three ONNX graphs, which onnxruntime computes faster on a CPU than torch does.

    encoder   the tokens of a bill → what the encoder makes of them
    cross     that → the keys and values that each decoder layer looks at, once for each bill
    step      the last token, and what was kept of those before it → the scores of the next one

The arithmetic of T5 (Raffel et al. 2020) is written out here in plain torch around the model's own
layers, so the graphs are the same ones whichever version of transformers has loaded the model.
"""

from __future__ import annotations

import inspect
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

GRAPHS = ("encoder", "cross", "step")
"""The graphs of one model; each is a file of this name."""

OPSET = 17
"""The version of ONNX's operators: every onnxruntime since 1.12 knows it."""

_MASKED = torch.finfo(torch.float32).min


class Encoder(nn.Module):
    """Tokens of bills, without padding, to hidden states."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.stack = model.encoder
        self.register_buffer("bias", _bias_table(self.stack, bidirectional=True))

    def forward(self, ids: Tensor) -> Tensor:
        """Hidden states (rows, length, width) of the ids (rows, length)."""
        hidden = self.stack.embed_tokens(ids)
        places = torch.arange(ids.shape[1])
        bias = _bias(self.bias, places[None, :] - places[:, None])
        for block in self.stack.block:
            layer, own = block.layer[0], block.layer[0].SelfAttention
            normed = _normed(layer.layer_norm, hidden)
            keys, values = _parted(own, own.k(normed)), _parted(own, own.v(normed))
            hidden = hidden + _attended(own, normed, keys, values, bias)
            hidden = _fed_forward(block.layer[1], hidden)
        return _normed(self.stack.final_layer_norm, hidden)


class Cross(nn.Module):
    """Hidden states to the keys and values of each decoder layer's cross-attention."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.blocks = model.decoder.block

    def forward(self, hidden: Tensor) -> tuple[Tensor, ...]:
        """Keys and values (rows, heads, length, width of a head), two for each layer."""
        made: list[Tensor] = []
        for block in self.blocks:
            other = block.layer[1].EncDecAttention
            made += [_parted(other, other.k(hidden)), _parted(other, other.v(hidden))]
        return tuple(made)


class Step(nn.Module):
    """The scores of the next token, and what the step after it needs."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.stack, self.head = model.decoder, model.lm_head
        # A head that is tied to the embedding computes at another scale: T5's own rule.
        tied = getattr(model.config, "scale_decoder_outputs", model.config.tie_word_embeddings)
        self.scale = model.config.d_model**-0.5 if tied else 1.0
        self.register_buffer("bias", _bias_table(self.stack, bidirectional=False))

    def forward(self, ids: Tensor, mask: Tensor, *held: Tensor) -> tuple[Tensor, ...]:
        """Scores (rows, words) after the ids (rows, 1), then keys and values of all so far.

        The mask (rows, length) has a 1 for each token of the bill. `held` is the keys and values
        of the tokens before (none in the first step: their length is 0), then those of the bill.
        """
        before, bill = held[: len(held) // 2], held[len(held) // 2 :]
        hidden = self.stack.embed_tokens(ids)
        length = before[0].shape[2] + 1
        bias = _bias(self.bias, torch.arange(length)[None, :] - (length - 1))
        hiding = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * _MASKED
        kept: list[Tensor] = []
        for number, block in enumerate(self.stack.block):
            layer, own = block.layer[0], block.layer[0].SelfAttention
            normed = _normed(layer.layer_norm, hidden)
            keys = torch.cat([before[2 * number], _parted(own, own.k(normed))], dim=2)
            values = torch.cat([before[2 * number + 1], _parted(own, own.v(normed))], dim=2)
            kept += [keys, values]
            hidden = hidden + _attended(own, normed, keys, values, bias)
            layer, other = block.layer[1], block.layer[1].EncDecAttention
            normed = _normed(layer.layer_norm, hidden)
            looked = _attended(other, normed, bill[2 * number], bill[2 * number + 1], hiding)
            hidden = _fed_forward(block.layer[2], hidden + looked)
        hidden = _normed(self.stack.final_layer_norm, hidden)
        return (self.head(hidden[:, -1] * self.scale), *kept)


def export(model: Any, folder: Path) -> None:
    """Write the graphs into the folder, all of them or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".onnx-", dir=folder.parent))
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter speaks of its successor
            _export_all(model, made)
        shutil.rmtree(folder, ignore_errors=True)
        made.replace(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _export_all(model: Any, folder: Path) -> None:
    """Trace each graph with a small example; what may have another length has a name."""
    config = model.config
    layers = config.num_decoder_layers
    rows, length = 2, 3
    held = torch.zeros(rows, config.num_heads, length, config.d_kv)
    hidden = torch.zeros(rows, length, config.d_model)
    ids, mask = torch.zeros(rows, length, dtype=torch.long), torch.ones(rows, length).long()
    before = [f"before.{number}" for number in range(2 * layers)]
    bill = [f"bill.{number}" for number in range(2 * layers)]
    kept = [f"kept.{number}" for number in range(2 * layers)]
    _trace(Encoder(model), (ids,), ["ids"], ["hidden"], folder / "encoder.onnx")
    _trace(Cross(model), (hidden,), ["hidden"], bill, folder / "cross.onnx")
    _trace(
        Step(model),
        (ids[:, :1], mask, *[held] * (4 * layers)),
        ["last", "mask", *before, *bill],
        ["scores", *kept],
        folder / "step.onnx",
    )


_AXES = {
    "ids": {0: "rows", 1: "length"},
    "last": {0: "rows"},
    "mask": {0: "rows", 1: "length"},
    "hidden": {0: "rows", 1: "length"},
    "scores": {0: "rows"},
    "bill": {0: "rows", 2: "length"},
    "before": {0: "rows", 2: "tokens"},
    "kept": {0: "rows", 2: "tokens + 1"},
}


def _trace(
    module: nn.Module, example: tuple[Tensor, ...], takes: list[str], gives: list[str], path: Path
) -> None:
    options: dict[str, Any] = {}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:  # older ones know one only
        options["dynamo"] = False
    torch.onnx.export(
        module.eval(),
        example,
        str(path),
        input_names=takes,
        output_names=gives,
        dynamic_axes={name: _AXES[name.partition(".")[0]] for name in (*takes, *gives)},
        opset_version=OPSET,
        **options,
    )


def _bias_table(stack: Any, bidirectional: bool) -> Tensor:
    """What each head adds by distance (distances, heads), from the farthest before to after.

    T5 puts distances into buckets; all from `max_distance` on share the last one.
    """
    config, own = stack.config, stack.block[0].layer[0].SelfAttention
    farthest = config.relative_attention_max_distance
    with torch.no_grad():
        buckets = own._relative_position_bucket(
            torch.arange(-farthest, farthest + 1),
            bidirectional=bidirectional,
            num_buckets=config.relative_attention_num_buckets,
            max_distance=farthest,
        )
        weight = own.relative_attention_bias.weight
        return weight[buckets]  # type: ignore[no-any-return]


def _bias(table: Any, distances: Tensor) -> Tensor:
    """What is added to the scores (1, heads, queries, keys) by these distances."""
    farthest = table.shape[0] // 2
    found = table[distances.clamp(-farthest, farthest) + farthest]
    return found.permute(2, 0, 1).unsqueeze(0)  # type: ignore[no-any-return]


def _normed(norm: Any, hidden: Tensor) -> Tensor:
    """T5's layer norm: only scaled, neither shifted nor centred."""
    size = hidden.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon
    return norm.weight * (hidden / torch.sqrt(size))  # type: ignore[no-any-return]


def _parted(attention: Any, projected: Tensor) -> Tensor:
    """One head beside the other: (rows, heads, length, width of a head)."""
    rows, length, _ = projected.shape
    heads, width = attention.n_heads, attention.key_value_proj_dim
    return projected.view(rows, length, heads, width).transpose(1, 2)


def _attended(attention: Any, asks: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    """What the queries find; T5 doesn't divide the scores by anything."""
    queries = _parted(attention, attention.q(asks))
    scores = torch.matmul(queries, keys.transpose(2, 3)) + bias
    found = torch.matmul(torch.softmax(scores, dim=-1), values).transpose(1, 2)
    return attention.o(found.reshape(asks.shape[0], asks.shape[1], -1))  # type: ignore[no-any-return]


def _fed_forward(layer: Any, hidden: Tensor) -> Tensor:
    return hidden + layer.DenseReluDense(_normed(layer.layer_norm, hidden))  # type: ignore[no-any-return]
