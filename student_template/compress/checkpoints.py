"""Checkpoints: all that training needs to go on as if it had never been stopped."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import torch
from torch import Tensor

from compress.batches import Example
from compress.masks import Masks
from compress.resuming import model_digest
from compress.settings import Settings, SettingsError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_FILE, _UNFINISHED = "training.pt", "training.pt.part"
_FREE = ("evaluate_every", "evaluate_rows", "checkpoint_every")
"""Settings of `[recover]` that change no weight: they may be turned between two runs."""


class CheckpointError(SettingsError):
    """A checkpoint that can't be read; the text says what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """Where training stands after `step` optimizer steps."""

    step: int
    weights: dict[str, Tensor]
    masks: dict[str, Tensor]
    optimizer: dict[str, Any]
    scaler: dict[str, Any]
    random: Tensor
    best: list[float]
    """The best score and its step; empty while there is none."""


def run_digest(
    model: PreTrainedModel, masks: Masks, examples: Sequence[Example], settings: Settings
) -> str:
    """A digest of all that decides how training ends: a checkpoint of another run is not used."""
    recover = {key: each for key, each in asdict(settings.recover).items() if key not in _FREE}
    told = [settings.model.seed, asdict(settings.prune), recover, asdict(settings.distill)]
    found = hashlib.sha256(repr([told, settings.model.released, model_digest(model)]).encode())
    for name in sorted(masks.by_layer):
        found.update(name.encode())
        found.update(_bytes(masks.by_layer[name]))
    for example in examples:
        found.update(_bytes(example.input_ids) + b"|" + _bytes(example.labels) + b"|")
    return found.hexdigest()


def save_checkpoint(folder: Path, digest: str, checkpoint: Checkpoint) -> None:
    """Write it in place of the last one; a run that is killed meanwhile leaves the last one."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"digest": digest, **vars(checkpoint)}, folder / _UNFINISHED)
    (folder / _UNFINISHED).replace(folder / _FILE)


def load_checkpoint(folder: Path, digest: str) -> Optional[Checkpoint]:
    """The last checkpoint of this run; None where there is none. Raises CheckpointError."""
    path = folder / _FILE
    if not path.is_file():
        return None
    try:
        told = torch.load(path, map_location="cpu", weights_only=True)
        if told.pop("digest") != digest:
            return None
        return Checkpoint(**told)
    except (OSError, EOFError, RuntimeError, KeyError, TypeError, pickle.UnpicklingError):
        what = f"{path}: is no checkpoint that can be read"
        raise CheckpointError(f"{what}. Delete it to start from the beginning.") from None


def remove_checkpoint(folder: Path) -> None:
    """Forget the last checkpoint: the model is saved, or is to be made anew."""
    for name in (_FILE, _UNFINISHED):
        (folder / name).unlink(missing_ok=True)


def _bytes(values: Tensor) -> bytes:
    return values.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
