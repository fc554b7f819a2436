"""What the tutorial's checkpoints really hold: masks multiplied into the weights that they act on.

`torch.nn.utils.prune` keeps a pruned weight as two tensors, `weight_orig` and `weight_mask`, and
multiplies them at each step. `from_pretrained` knows nothing of that: it would leave every such
layer at random. Multiplied once, the model is the same and twice as fast.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from compress.settings import SettingsError

ORIG, MASK = "_orig", "_mask"
TIED = (
    "shared.weight",
    "encoder.embed_tokens.weight",
    "decoder.embed_tokens.weight",
    "lm_head.weight",
)
"""The names of T5's one embedding; a checkpoint may hold it under any of them."""

_OF_THE_TRAINER = ("training_args", "optimizer", "scheduler", "scaler", "rng_state")


class ModelError(SettingsError):
    """A model that can't be used; the text says why, and what to do."""


def folded_weights(folder: Path) -> Optional[dict[str, Tensor]]:
    """The weights of a folder that `from_pretrained` would not load as they are meant.

    None where it would: one weight file, no masks. Several files must hold the same model. Raises
    ModelError.
    """
    files = _weight_files(folder)
    if len(files) == 1 and files[0].suffix != ".pth" and not _has_masks(files[0]):
        return None
    found: Optional[dict[str, Tensor]] = None
    for file in files:
        weights = folded(_read(file), file)
        if found is not None and not _same(found, weights):
            told = f"{files[0].name} and {file.name} in {folder} hold different models"
            raise ModelError(f"{told}. Keep the one that you mean.")
        found = weights
    return found


def folded(state: Mapping[str, Tensor], file: Path) -> dict[str, Tensor]:
    """The weights with their masks multiplied in; T5's embedding under each of its names.

    The tutorial prunes the head, not the embedding that is tied to it. Then the two differ.
    """
    plain = {name: value for name, value in state.items() if not name.endswith((ORIG, MASK))}
    originals = _ending(state, ORIG)
    masks = _ending(state, MASK)
    weights = {**plain, **originals}
    tied = [weights[name] for name in TIED if name in weights]
    if any(not torch.equal(each, tied[0]) for each in tied):
        raise ModelError(f"{file}: the head and the embedding differ, and T5 ties them.")
    weights.update({name: tied[0] for name in TIED if tied})
    for name in sorted(originals.keys() | masks.keys()):
        if name in originals and name in plain:
            raise ModelError(f"{file}: there are both {name} and {name}{ORIG}. Keep one.")
        if name not in masks or name not in weights:
            there, other = (ORIG, MASK) if name in originals else (MASK, ORIG)
            raise ModelError(f"{file}: there is {name}{there}, and no {name}{other}.")
    return {
        name: value * masks[name].to(value.dtype) if name in masks else value
        for name, value in weights.items()
    }


def place(model: nn.Module, weights: Mapping[str, Tensor], folder: Path) -> None:
    """Give the model these weights; a name of a tied weight that has other values is untied.

    Raises ModelError where a weight is missing, or isn't of this model.
    """
    own = dict(model.named_parameters(remove_duplicate=False))
    missing, unknown = sorted(set(own) - set(weights)), sorted(set(weights) - set(own))
    if missing or unknown:
        told = f"has no {missing[0]}" if missing else f"has {unknown[0]}, which config.json hasn't"
        raise ModelError(f"{folder}: {told}. Save the model and its config.json together.")
    firsts: dict[int, str] = {}
    for name, parameter in own.items():
        value = weights[name]
        if value.shape != parameter.shape:
            told = f"{name} is {tuple(value.shape)}, and {tuple(parameter.shape)} by config.json"
            raise ModelError(f"{folder}: {told}.")
        first = firsts.setdefault(id(parameter), name)
        if first == name:
            parameter.data.copy_(value)
        elif not torch.equal(value, weights[first]):
            module, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(module), attribute, nn.Parameter(value.float()))


def _weight_files(folder: Path) -> list[Path]:
    """The files that hold a model, one for each model; shards are named by their index."""
    files = []
    for stem in ("model.safetensors", "pytorch_model.bin"):
        names = [stem, f"{stem}.index.json"]
        files += [folder / name for name in names if (folder / name).is_file()][:1]
    others = [*folder.glob("*.pth"), *folder.glob("*.pt"), *folder.glob("*.bin")]
    files += sorted(
        file for file in others if not file.name.startswith(("pytorch_model", *_OF_THE_TRAINER))
    )
    if not files:
        raise ModelError(f"{folder}: holds no weights; expected model.safetensors.")
    return files


def _has_masks(file: Path) -> bool:
    if file.suffix == ".safetensors":
        with safe_open(str(file), framework="pt") as opened:
            names = list(opened.keys())
    elif file.name.endswith(".index.json"):
        names = list(json.loads(file.read_text("utf-8"))["weight_map"])
    else:
        names = list(_read(file))
    return any(name.endswith(MASK) for name in names)


def _read(file: Path) -> dict[str, Tensor]:
    if file.name.endswith(".index.json"):
        shards = sorted(set(json.loads(file.read_text("utf-8"))["weight_map"].values()))
        return {
            name: value for shard in shards for name, value in _read(file.parent / shard).items()
        }
    if file.suffix == ".safetensors":
        return load_file(str(file))
    try:
        # Only tensors are read: a file that would run code when it is opened is refused.
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as trouble:
        reason = str(trouble).strip().split("\n")[0]
        told = f"{file}: can't be read as tensors ({reason})"
        raise ModelError(f"{told}. Save model.state_dict(), or take the file away.") from None
    if not isinstance(state, dict) or not all(isinstance(each, Tensor) for each in state.values()):
        raise ModelError(f"{file}: is no state_dict. Save model.state_dict(), or take it away.")
    return state


def _ending(state: Mapping[str, Tensor], end: str) -> dict[str, Tensor]:
    """The tensors whose names end so, by the name without that end."""
    return {name[: -len(end)]: value for name, value in state.items() if name.endswith(end)}


def _same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        torch.equal(value, other[name]) for name, value in one.items()
    )
