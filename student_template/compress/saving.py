"""Saving: plain weights with zeros in them, read back from the disk and counted again.

No masks are saved, so `from_pretrained` loads the model anywhere. T5's embedding is saved once,
though two layers use it. A file of zeros is as large as any other: `packed_bytes` tells what the
model would take if one bit for each place said where the other values belong, in 16 bits each.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import torch
from safetensors import safe_open

from compress.folders import refuse_strangers
from compress.layers import nonzero_count, parameter_count
from compress.settings import SettingsError
from compress.trouble import Trouble

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class SavingError(Trouble, RuntimeError):
    """The file on the disk is not the model in memory; the text has both figures."""


@dataclass(frozen=True)
class Saved:
    """A saved model as it was read back. `ratio` is by the released model's parameters."""

    parameters: int
    nonzero: int
    ratio: float
    dense_bytes: int
    packed_bytes: int


def check_model(model: PreTrainedModel) -> None:
    """Raise SettingsError for a model that would be another one when it is loaded again.

    The tutorial's masked head has other values than the embedding, which T5's config ties to it.
    Saved so, it is loaded in three ways by three versions of transformers.
    """
    head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    words = model.get_input_embeddings()
    config = model.config
    tied = config.tie_word_embeddings and getattr(config, "scale_decoder_outputs", True)
    if tied and head is not None and head.weight is not words.weight:
        told = "The head has values of its own, but the model's config ties it to the embedding"
        raise SettingsError(f"{told}. Start from the released model, not from a masked one.")


def save(
    model: PreTrainedModel,
    tokenizer: Optional[PreTrainedTokenizerBase],
    folder: Path,
    total: int,
) -> Saved:
    """Save the model, read the file back and count it.

    A model that is in the folder already is replaced by the new one, when that is whole. `total`
    is the number of the released model's parameters. Raises SavingError.
    """
    check_model(model)
    part = folder.with_name(f"{folder.name}.part")
    if part.exists():
        shutil.rmtree(part)
    _clean(model)
    model.save_pretrained(str(part))
    if tokenizer is not None:
        tokenizer.save_pretrained(str(part))
    saved = counted(part, total)
    expected = (parameter_count(model), nonzero_count(model))
    if (saved.parameters, saved.nonzero) != expected:
        raise SavingError(
            f"{part} holds {saved.nonzero:,} non-zero values of {saved.parameters:,}, but the "
            f"model in memory has {expected[1]:,} of {expected[0]:,}. Don't hand it in."
        )
    _replace(part, folder)
    return saved


def counted(folder: Path, total: int) -> Saved:
    """What the weight files of a folder hold, by their bytes on the disk."""
    parameters = nonzero = packed = size = 0
    for path in sorted(folder.glob("*.safetensors")):
        size += path.stat().st_size
        with safe_open(str(path), framework="pt") as opened:
            for name in opened.keys():  # noqa: SIM118 - it is no dict
                values = opened.get_tensor(name)
                kept = int(torch.count_nonzero(values))
                parameters += values.numel()
                nonzero += kept
                packed += (values.numel() + 7) // 8 + 2 * kept
    return Saved(parameters, nonzero, nonzero / total, size, packed)


@torch.no_grad()
def _clean(model: PreTrainedModel) -> None:
    """Make each zero a plain one (-0.0 is none), and each weight one run of memory."""
    for weight in model.parameters():
        weight.masked_fill_(weight == 0, 0.0)
        weight.data = weight.data.contiguous()


def _replace(part: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one."""
    old = folder.with_name(f"{folder.name}.old")
    if folder.exists():
        refuse_strangers(folder)
        if old.exists():
            shutil.rmtree(old)
        folder.rename(old)
    part.rename(folder)
    if old.exists():
        shutil.rmtree(old)
