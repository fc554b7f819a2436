"""Models and tokenizers, from a folder or from the hub; the tutorial's masks are folded in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Union

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig
from transformers.utils import logging

from compress.folding import ModelError, folded_weights, place

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["ModelError", "device_of", "load_model", "load_tokenizer", "moved"]


def device_of(name: str) -> torch.device:
    """The device that is called so; `auto` is the first of cuda, mps and cpu that is there."""
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(each for each, found in there.items() if found)
    if not there.get(name, False):
        have = ", ".join(each for each, found in there.items() if found)
        raise ModelError(f'There is no device "{name}" here; there is {have}. Or choose "auto".')
    if name == "cuda":
        # cuBLAS reads this before its first sum: then it adds in the same order each time.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    return torch.device(name)


def load_model(name: Union[str, Path]) -> PreTrainedModel:
    """The model of a folder or of the hub, in 32 bits, ready to predict.

    Weights with masks beside them are multiplied, so that it predicts what the tutorial's loading
    would. Raises ModelError where weights are missing or don't fit.
    """
    # transformers' own bars, for loading and for saving: each takes a second.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = Path(name)
    weights = folded_weights(folder) if folder.is_dir() else None
    try:
        model = _plain(name) if weights is None else _masked(folder, weights)
    except ModelError:
        raise
    except (OSError, ValueError) as trouble:  # what transformers raises where nothing is found
        raise ModelError(f'There is no model "{name}": {_first_line(trouble)}') from None
    model.float().eval()  # type: ignore[no-untyped-call]
    return model


def moved(model: PreTrainedModel, device: torch.device) -> PreTrainedModel:
    """The model, on this device now."""
    model.to(device)  # type: ignore[arg-type]  # transformers' decorator hides what it takes
    return model


def load_tokenizer(name: Union[str, Path]) -> PreTrainedTokenizerBase:
    """The tokenizer of a folder or of the hub. Raises ModelError."""
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(str(name))
    except (OSError, ValueError) as trouble:
        raise ModelError(f'There is no tokenizer "{name}": {_first_line(trouble)}') from None
    return tokenizer


def _plain(name: Union[str, Path]) -> PreTrainedModel:
    """A model as transformers loads it."""
    loaded = AutoModelForSeq2SeqLM.from_pretrained(str(name), output_loading_info=True)
    model: PreTrainedModel = loaded[0]
    kinds = ("missing_keys", "unexpected_keys", "mismatched_keys")
    lost = sorted(str(key) for kind in kinds for key in loaded[1][kind])
    if lost:
        told = f"{name}: {len(lost)} weights are missing or don't fit, as {lost[0]}"
        raise ModelError(f"{told}. Save the model and its config.json together.")
    return model


def _masked(folder: Path, weights: Mapping[str, Tensor]) -> PreTrainedModel:
    """A model that transformers wouldn't load as it is meant, with these weights."""
    config = AutoConfig.from_pretrained(str(folder))
    model: PreTrainedModel = AutoModelForSeq2SeqLM.from_config(config)  # type: ignore[no-untyped-call]
    place(model, weights, folder)
    if (folder / "generation_config.json").is_file():
        model.generation_config = GenerationConfig.from_pretrained(str(folder))
    return model


def _first_line(trouble: Exception) -> str:
    return str(trouble).strip().split("\n")[0]
