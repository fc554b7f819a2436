"""A model file of T5-small's size, made from nothing in pieces, without torch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from validators.model.architecture import Reference, ReferenceTensor, reference_of
from validators.rules import load_rules

Part = tuple[str, npt.NDArray[np.float32]]
KEEP = 0.28
_SIZES = (
    "vocab_size", "d_model", "d_kv", "d_ff", "num_layers", "num_decoder_layers", "num_heads",
    "relative_attention_num_buckets",
)  # fmt: skip


def write_folder(folder: Path, masked: bool, seed: int = 0) -> Path:
    """A model folder as the tutorial's student hands it in; its weight file is returned.

    `masked` keeps `_orig` and `_mask` side by side (484 MB), else zeros are baked in (242 MB).
    """
    model = load_rules().model
    assert model is not None
    folder.mkdir(parents=True, exist_ok=True)
    sizes = model.architecture.model_dump(include=set(_SIZES))
    config = {"model_type": "t5", **sizes}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    path = folder / "model.safetensors"
    _write(path, reference_of(model), masked, seed)
    return path


def _write(path: Path, reference: Reference, masked: bool, seed: int) -> None:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in _names(reference, masked):
        end = offset + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(seed)
    with path.open("wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for tensor in reference.tensors:
            for _, values in _parts(tensor, masked, random):
                out.write(values.tobytes())


def _names(reference: Reference, masked: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    for tensor in reference.tensors:
        for name in _stored_as(tensor, masked):
            yield name, tensor.shape


def _stored_as(tensor: ReferenceTensor, masked: bool) -> tuple[str, ...]:
    if not masked or len(tensor.shape) == 1 or "relative_attention_bias" in tensor.name:
        return (tensor.name,)
    if tensor.aliases:  # the embedding stays dense; its tied head has the mask
        return (tensor.name, f"{tensor.aliases[-1]}_mask")
    return (f"{tensor.name}_orig", f"{tensor.name}_mask")


def _parts(tensor: ReferenceTensor, masked: bool, random: np.random.Generator) -> Iterator[Part]:
    values = random.standard_normal(tensor.shape, dtype=np.float32)
    names = _stored_as(tensor, masked)
    keep = random.random(tensor.shape, dtype=np.float32) < KEEP
    if len(names) == 2:
        yield names[0], values
        yield names[1], keep.astype(np.float32)
    else:
        yield names[0], np.where(keep, values, np.float32(0)) if values.ndim > 1 else values
