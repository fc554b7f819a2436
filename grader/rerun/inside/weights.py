"""The handed-in weights, brought into a model that the program has built."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH112, PTH118, PTH119, PTH120, PTH123, PTH208

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Optional

_SAFE, _INDEX = "model.safetensors", "model.safetensors.index.json"
_PICKLED = (".bin", ".pth", ".pt")


def load_into(model: Any, folder: str) -> str:
    """What was loaded, in words; nothing is changed where no file has most of the model.

    Of several files the one that fills most of the model is taken, and of equals the first, which
    is what `from_pretrained` would take.
    """
    wanted = model.state_dict()
    best: dict[str, Any] = {}
    chosen, troubles = "", []
    for name in _files(folder):
        try:
            found = _matching(wanted, _tensors(os.path.join(folder, name)))
        except Exception as trouble:  # a damaged file of the student's; the next may do
            troubles.append(f"{name} can't be read ({type(trouble).__name__})")
            continue
        if len(found) > len(best):
            best, chosen = found, name
    spared = _tied(wanted)
    filled = sum(name in best or name in spared for name in wanted)
    if 2 * filled <= len(wanted) or not best:
        return "; ".join(["nothing loaded", *troubles])
    model.load_state_dict(best, strict=False)
    return f"the handed-in weights were loaded ({chosen}, {filled} of {len(wanted)} tensors)"


def _files(folder: str) -> list[str]:
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    first = [name for name in (_SAFE, _INDEX) if name in names][:1]
    others = [name for name in names if name.endswith(_PICKLED)]
    # The usual name comes before a state dict that was saved beside it.
    return first + sorted(others, key=lambda name: (name != "pytorch_model.bin", name))


def _tensors(path: str) -> dict[str, Any]:
    import torch

    if path.endswith(_PICKLED):
        # The program would load this file in the same way; it is in its own sandbox.
        found = torch.load(path, map_location="cpu", weights_only=True)
        return dict(found)
    from safetensors.torch import load_file

    if not path.endswith(_INDEX):
        return dict(load_file(path))
    with open(path, encoding="utf-8") as file:
        shards = sorted(set(json.load(file)["weight_map"].values()))
    folder = os.path.dirname(path)
    tensors: dict[str, Any] = {}
    for shard in shards:
        tensors.update(load_file(os.path.join(folder, os.path.basename(shard))))
    return tensors


def _matching(wanted: dict[str, Any], tensors: dict[str, Any]) -> dict[str, Any]:
    spared = _tied(wanted)
    found = {}
    for name, there in wanted.items():
        value = _value(name, tensors)
        # A tied name that has masks of its own in the file would overwrite the embedding.
        if value is not None and value.shape == there.shape and (
            name not in spared or name in tensors
        ):  # fmt: skip
            found[name] = value.to(there.dtype)
    return found


def _value(name: str, tensors: dict[str, Any]) -> Optional[Any]:
    """A tensor as this name means it: masked and folded files serve models of either kind."""
    if name in tensors:
        return tensors[name]
    if name + "_orig" in tensors and name + "_mask" in tensors:
        return tensors[name + "_orig"] * tensors[name + "_mask"]
    if name.endswith("_orig"):
        return tensors.get(name[: -len("_orig")])
    if name.endswith("_mask"):
        folded = tensors.get(name[: -len("_mask")])
        return None if folded is None else folded != 0
    return None


def _tied(wanted: dict[str, Any]) -> frozenset[str]:
    """The names that share their values with an earlier one."""
    return frozenset(_later(wanted))


def _later(wanted: dict[str, Any]) -> Iterator[str]:
    seen = set()
    for name, tensor in wanted.items():
        key = (tensor.data_ptr(), tuple(tensor.shape))
        if tensor.numel() and key in seen:
            yield name
        seen.add(key)
