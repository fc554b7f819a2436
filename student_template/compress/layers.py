"""Which weights of a model are pruned, and how many there are.

Almost all of a transformer is matrices: the weights of its linear layers and the table with one
row for each word. Those are pruned. What is left dense is small: norms, biases, and the table of
relative distances in T5's attention.

T5-small uses its word table twice: to look words up, and as `lm_head` to choose the next word.
That is one parameter under two names ("tied"). It is found, pruned and counted once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Optional

import torch
from torch import nn

BIG_TABLE = 10_000
"""An embedding with fewer values is left dense, unless it holds the model's words. T5's table of
relative distances has 32 x heads of them, and every one matters."""


@dataclass(frozen=True)
class Layer:
    """One matrix that is pruned."""

    name: str
    """The parameter's own name, such as `encoder.block.0.layer.0.SelfAttention.q.weight`."""
    group: str
    """One of `settings.GROUPS`."""
    weight: nn.Parameter
    modules: tuple[str, ...]
    """The linear modules that multiply with it; of a tied embedding: `lm_head`."""
    looked_up: bool = False
    """Whether an embedding reads its rows, so that its values mean something by themselves."""


@dataclass
class _Found:
    """What is known of one parameter while the model is walked through."""

    group: str
    modules: list[str] = field(default_factory=list)
    looked_up: bool = False


def layers(model: nn.Module) -> tuple[Layer, ...]:
    """Every matrix that is pruned, each parameter once, in the model's order."""
    found = _found(model)
    return tuple(
        Layer(name, entry.group, weight, tuple(entry.modules), entry.looked_up)
        for name, weight in model.named_parameters()
        if (entry := found.get(id(weight))) is not None
    )


def parameter_count(model: nn.Module) -> int:
    """How many parameters the model has; a tied one counts once."""
    return sum(weight.numel() for weight in model.parameters())


def nonzero_count(model: nn.Module) -> int:
    """How many of them are not exactly zero; a tied one counts once."""
    return sum(int(torch.count_nonzero(weight)) for weight in model.parameters())


def _found(model: nn.Module) -> dict[int, _Found]:
    """What is pruned, by the identity of the parameter, so that a tied one is found once."""
    words, head = _part(model, "get_input_embeddings"), _part(model, "get_output_embeddings")
    side = "decoder" if _writes(model) else "encoder"
    found: dict[int, _Found] = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            group = "embedding" if module is head else _group(name, side)
            found.setdefault(id(module.weight), _Found(group)).modules.append(name)
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            key = id(module.weight)
            if module is words or key in found or module.weight.numel() >= BIG_TABLE:
                entry = found.setdefault(key, _Found("embedding"))
                entry.group, entry.looked_up = "embedding", True
    return found


def _group(name: str, side: str) -> str:
    """The group of a linear module, by its name; `side` is for names that don't tell it."""
    parts = name.split(".")
    side = next((part for part in parts if part in ("encoder", "decoder")), side)
    attention = [part.lower() for part in parts if "attention" in part.lower() or "attn" in part]
    if not attention:
        return f"{side}-feed-forward"
    if side == "encoder":
        return "encoder-attention"
    # T5 says EncDecAttention, BART encoder_attn, others cross_attn or crossattention.
    across = any("enc" in part or "cross" in part for part in attention)
    return "decoder-cross-attention" if across else "decoder-self-attention"


def _writes(model: nn.Module) -> bool:
    """Whether it writes text, as a decoder does."""
    can_generate: Optional[Callable[[], bool]] = getattr(model, "can_generate", None)
    return can_generate is not None and can_generate()


def _part(model: nn.Module, getter: str) -> Optional[nn.Module]:
    """The module that a transformers model names by this method, if there is one."""
    find: Optional[Callable[[], Optional[nn.Module]]] = getattr(model, getter, None)
    try:
        return None if find is None else find()
    except NotImplementedError:  # transformers' way to say that the model has none
        return None
