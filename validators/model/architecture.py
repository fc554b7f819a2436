"""The released model's tensors: names, shapes, groups, and which names share their values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from validators.rules.records import ModelRules, T5Architecture

Shape = tuple[int, ...]


@dataclass(frozen=True)
class ReferenceTensor:
    """One parameter of the released model; `aliases` are other names of the same values.

    `paths` are those aliases that lead to the very same layer as `name`; each of the others is a
    layer of its own (such as the tied head), which can have a pruning mask of its own.
    """

    name: str
    shape: Shape
    group: str
    aliases: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def elements(self) -> int:
        """How many values it holds."""
        return math.prod(self.shape)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that its values may be saved under."""
        return (self.name, *self.aliases)

    @property
    def layers(self) -> tuple[tuple[str, ...], ...]:
        """The names, grouped by the layer that each belongs to; the parameter's own first."""
        others = tuple((alias,) for alias in self.aliases if alias not in self.paths)
        return ((self.name, *self.paths), *others)


@dataclass(frozen=True)
class Reference:
    """What the ratio is counted against: the released model's parameters."""

    tensors: tuple[ReferenceTensor, ...]

    @cached_property
    def total(self) -> int:
        """The number of unique parameters."""
        return sum(tensor.elements for tensor in self.tensors)

    @cached_property
    def by_name(self) -> dict[str, ReferenceTensor]:
        """Each parameter under its own name and under every alias."""
        own = {tensor.name: tensor for tensor in self.tensors}
        other = {alias: tensor for tensor in self.tensors for alias in tensor.aliases}
        return {**other, **own}


def reference_of(rules: ModelRules) -> Reference:
    """The released model's parameters as the rules state them."""
    architecture = rules.architecture
    if isinstance(architecture, T5Architecture):
        return t5_reference(architecture)
    return Reference(
        tuple(
            ReferenceTensor(tensor.name, tensor.shape, tensor.group, tensor.aliases)
            for tensor in architecture.tensors
        )
    )


def t5_reference(sizes: T5Architecture) -> Reference:
    """The parameters of a T5 of these sizes, named as transformers saves them."""
    embedding = (sizes.vocab_size, sizes.d_model)
    paths = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    aliases: tuple[str, ...] = paths
    tensors = []
    if sizes.tied:
        aliases = (*paths, "lm_head.weight")
    else:
        tensors.append(ReferenceTensor("lm_head.weight", embedding, "head"))
    tensors.append(ReferenceTensor("shared.weight", embedding, "embedding", aliases, paths))
    for stack, layers in (("encoder", sizes.num_layers), ("decoder", sizes.num_decoder_layers)):
        for block in range(layers):
            tensors += _block(sizes, stack, block)
        name = f"{stack}.final_layer_norm.weight"
        tensors.append(ReferenceTensor(name, (sizes.d_model,), f"{stack}/norms"))
    return Reference(tuple(tensors))


def _block(sizes: T5Architecture, stack: str, block: int) -> list[ReferenceTensor]:
    layers = ["SelfAttention", "EncDecAttention", "DenseReluDense"]
    if stack == "encoder":
        layers.remove("EncDecAttention")
    tensors = []
    for number, layer in enumerate(layers):
        prefix = f"{stack}.block.{block}.layer.{number}"
        norm = ReferenceTensor(f"{prefix}.layer_norm.weight", (sizes.d_model,), f"{stack}/norms")
        shapes = _feed_forward(sizes) if layer == "DenseReluDense" else _attention(sizes)
        if layer == "SelfAttention" and block == 0:
            bias = (sizes.relative_attention_num_buckets, sizes.num_heads)
            shapes["relative_attention_bias"] = bias
        group = f"{stack}/{_GROUPS[layer]}"
        tensors += [
            ReferenceTensor(f"{prefix}.{layer}.{part}.weight", shape, group)
            for part, shape in shapes.items()
        ]
        tensors.append(norm)
    return tensors


_GROUPS = {
    "SelfAttention": "self-attention",
    "EncDecAttention": "cross-attention",
    "DenseReluDense": "feed-forward",
}


def _attention(sizes: T5Architecture) -> dict[str, Shape]:
    inner = sizes.num_heads * sizes.d_kv
    inward, outward = (inner, sizes.d_model), (sizes.d_model, inner)
    return {"q": inward, "k": inward, "v": inward, "o": outward}


def _feed_forward(sizes: T5Architecture) -> dict[str, Shape]:
    inward, outward = (sizes.d_ff, sizes.d_model), (sizes.d_model, sizes.d_ff)
    if sizes.gated:
        return {"wi_0": inward, "wi_1": inward, "wo": outward}
    return {"wi": inward, "wo": outward}
