"""Weights without torch: safetensors read into numpy, pruned layer by layer, and packed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[np.float32]]
Masks = dict[str, npt.NDArray[np.bool_]]
_TYPES: dict[str, npt.DTypeLike] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
_DENSE = "relative_attention_bias"
"""Never pruned: the few numbers by which attention knows places."""


def read_safetensors(data: bytes) -> Arrays:
    """The tensors of a file of ours, in 32 bits; not for files that somebody else made."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    body = memoryview(data)[8 + size :]
    arrays: Arrays = {}
    for name, entry in sorted(header.items()):
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(body[begin:end], _TYPES[entry["dtype"]])
            arrays[name] = values.reshape(entry["shape"]).astype(np.float32)
    return arrays


def parameters(arrays: Mapping[str, npt.NDArray[np.float32]]) -> int:
    """How many values they hold."""
    return sum(values.size for values in arrays.values())


def nonzero(arrays: Mapping[str, npt.NDArray[np.float32]]) -> int:
    """How many of the values are not zero."""
    return sum(int(np.count_nonzero(values)) for values in arrays.values())


def layer_masks(arrays: Arrays, ratio: Fraction) -> Masks:
    """Where each matrix has its largest values: the same share of each, so that `ratio` is kept.

    Norms and the biases of places stay whole, and count. Of equal values the first are kept.
    """
    matrices = {name: values for name, values in arrays.items() if _prunable(name, values)}
    total, prunable = parameters(arrays), parameters(matrices)
    share = (ratio * total - (total - prunable)) / prunable
    masks: Masks = {}
    for name, values in matrices.items():
        order = np.argsort(-np.abs(values).ravel(), kind="stable")
        mask = np.zeros(values.size, dtype=np.bool_)
        mask[order[: math.floor(share * values.size)]] = True
        masks[name] = mask.reshape(values.shape)
    return masks


def masked(arrays: Arrays, masks: Masks) -> Arrays:
    """The weights with zeros where the masks leave them out."""
    return {
        name: np.where(masks[name], values, np.float32(0)) if name in masks else values
        for name, values in arrays.items()
    }


def packed(arrays: Arrays, masks: Masks) -> dict[str, npt.NDArray[np.float16]]:
    """What the masks keep, in 16 bits and in a row; with the masks it can be unpacked."""
    return {
        name: (values[masks[name]] if name in masks else values).astype(np.float16)
        for name, values in arrays.items()
    }


def unpacked(kept: Arrays, masks: Masks) -> Arrays:
    """The whole weights of what was packed under these masks."""
    arrays: Arrays = {}
    for name, values in kept.items():
        if name in masks:
            whole = np.zeros(masks[name].shape, dtype=np.float32)
            whole[masks[name]] = values
            values = whole
        arrays[name] = values
    return arrays


def _prunable(name: str, values: npt.NDArray[np.float32]) -> bool:
    return values.ndim == 2 and _DENSE not in name
