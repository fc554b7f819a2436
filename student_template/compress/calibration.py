"""What goes into each layer while the model reads and writes a few training rows.

Wanda and SparseGPT prune by what a layer really sees. A hook on each linear module adds up its
inputs; nothing else is kept, so memory doesn't grow with the number of rows. Padding is left out:
a bill of 300 tokens in a batch of 1,024 counts 300 times.

The module `lm_head` stands for a tied embedding: its inputs are the decoder's last states, after
T5 has scaled them down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

import torch
from torch import Tensor, nn

from compress.batches import NO_LABEL
from compress.layers import Layer


@dataclass(frozen=True)
class Inputs:
    """What one layer saw, added up over all positions."""

    rows: int
    """How many positions."""
    squares: Tensor
    """For each input feature, the sum of its squares."""
    products: Optional[Tensor]
    """For each two features, the sum of their products; None where nobody asked for it."""


@dataclass
class _Sums:
    """The sums so far."""

    rows: int = 0
    squares: Optional[Tensor] = None
    products: Optional[Tensor] = None

    def add(self, seen: Tensor, products: bool) -> None:
        """Add these positions, one in each row."""
        squares = seen.square().sum(0)
        self.rows += seen.shape[0]
        self.squares = squares if self.squares is None else self.squares + squares
        if products:
            if self.products is None:
                self.products = seen.new_zeros(seen.shape[1], seen.shape[1])
            self.products.addmm_(seen.T, seen)


@dataclass
class _Batch:
    """Which positions of the present batch are real, in the bills and in the summaries."""

    source: Optional[Tensor] = None
    target: Optional[Tensor] = None


@torch.no_grad()
def inputs_of(
    model: nn.Module,
    layers: Sequence[Layer],
    batches: Iterable[Mapping[str, Tensor]],
    products: bool,
) -> dict[str, Inputs]:
    """The inputs of each layer that a linear module multiplies with, by the layer's name."""
    sums = {layer.name: _Sums() for layer in layers if layer.modules}
    batch, paired = _Batch(), _is_paired(model)
    hooks = [
        model.get_submodule(module).register_forward_pre_hook(
            _hook(sums[layer.name], batch, _reads_source(layer, module), products)
        )
        for layer in layers
        for module in layer.modules
    ]
    device, was_training = next(model.parameters()).device, model.training
    model.eval()  # dropout would make the inputs a matter of chance
    try:
        for tensors in batches:
            moved = {key: value.to(device) for key, value in tensors.items()}
            batch.source, batch.target = _real_positions(moved, paired)
            model(**moved)
    finally:
        for hook in hooks:
            hook.remove()
        model.train(was_training)
    return {
        name: Inputs(told.rows, told.squares, told.products)
        for name, told in sums.items()
        if told.squares is not None
    }


def _hook(
    sums: _Sums, batch: _Batch, reads_source: bool, products: bool
) -> Callable[[nn.Module, tuple[Any, ...]], None]:
    """A hook that adds a module's input to the sums."""

    def add(_module: nn.Module, arguments: tuple[Any, ...]) -> None:
        masks = [batch.source, batch.target] if reads_source else [batch.target, batch.source]
        sums.add(_real(arguments[0], masks).float(), products)

    return add


def _real(seen: Tensor, masks: Sequence[Optional[Tensor]]) -> Tensor:
    """The input at real positions, one in each row, by the first mask that fits.

    What fits none is not one row for each position (the first word of each text, for example):
    then all of it counts.
    """
    flat = seen.detach().reshape(-1, seen.shape[-1])
    for mask in masks:
        if mask is not None and mask.numel() == flat.shape[0]:
            return flat[mask.reshape(-1).bool()]
    return flat


def _reads_source(layer: Layer, module: str) -> bool:
    """Whether the module reads the bill. In cross-attention, keys and values do."""
    own = module.split(".")[-1]
    across = layer.group == "decoder-cross-attention" and own[:1] in ("k", "v")
    return across or layer.group.startswith("encoder")


def _real_positions(
    batch: Mapping[str, Tensor], paired: bool
) -> tuple[Optional[Tensor], Optional[Tensor]]:
    """The masks of the bills and of the summaries."""
    source = batch.get("attention_mask")
    if source is None and "input_ids" in batch:
        source = torch.ones_like(batch["input_ids"])
    if not paired:
        return source, source
    if "decoder_attention_mask" in batch:
        return source, batch["decoder_attention_mask"]
    if "labels" in batch:
        return source, batch["labels"] != NO_LABEL
    target = batch.get("decoder_input_ids")
    return source, None if target is None else torch.ones_like(target)


def _is_paired(model: nn.Module) -> bool:
    """Whether it has an encoder and a decoder."""
    return bool(getattr(getattr(model, "config", None), "is_encoder_decoder", False))
