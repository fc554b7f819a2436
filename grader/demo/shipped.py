"""The demo's model and what it wrote, as they are shipped; `grader.demo.train` makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from grader.demo.sample import safetensors_bytes
from grader.demo.weights import Arrays, layer_masks, masked, read_safetensors, unpacked

Compression = Literal["dense", "one-shot", "recovered"]
"""The released model; its largest weights only; and these after some more training."""

COMPRESSIONS: tuple[Compression, ...] = ("dense", "one-shot", "recovered")
RATIO = Fraction(299, 1000)
"""How much of the released model the compressed ones keep: a little less than the limit."""

SIZES = {
    "vocab_size": 2_000, "d_model": 128, "d_kv": 32, "d_ff": 256, "num_layers": 2,
    "num_decoder_layers": 2, "num_heads": 4, "relative_attention_num_buckets": 32,
}  # fmt: skip
"""The sizes of the demo's T5, as `config.json` names them."""

DENSE, RECOVERED, WRITTEN = "dense.safetensors", "recovered.safetensors", "written.json"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
CONFIG = {
    "architectures": ["T5ForConditionalGeneration"], "model_type": "t5", **SIZES,
    "dropout_rate": 0.0, "feed_forward_proj": "relu", "initializer_factor": 1.0,
    "is_encoder_decoder": True, "layer_norm_epsilon": 1e-06,
    "relative_attention_max_distance": 128, "tie_word_embeddings": True, "use_cache": True,
    "decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1,
}  # fmt: skip
"""The model's `config.json`."""

_GENERATION = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0}


@dataclass(frozen=True)
class Written:
    """What one compression of the model wrote about the test split, in the order of the rows."""

    compression: Compression
    texts: tuple[str, ...]


def weights(compression: Compression) -> Arrays:
    """The weights of the released model, or of a compression of it."""
    dense = read_safetensors(_read(DENSE))
    if compression == "dense":
        return dense
    masks = layer_masks(dense, RATIO)
    if compression == "one-shot":
        return masked(dense, masks)
    return unpacked(read_safetensors(_read(RECOVERED)), masks)


def written(compression: Compression) -> Written:
    """What that compression wrote, as `grader.demo.train` had it write."""
    return Written(compression, tuple(json.loads(_read(WRITTEN))[compression]))


def model_files(arrays: Mapping[str, npt.NDArray[np.floating[Any]]]) -> dict[str, bytes]:
    """The files of a folder that `from_pretrained` loads: weights, configuration, tokenizer."""
    return {
        **tokenizer_files(),
        "generation_config.json": _json_bytes(_GENERATION),
        "model.safetensors": safetensors_bytes(dict(sorted(arrays.items()))),
    }


def tokenizer_files() -> dict[str, bytes]:
    """The tokenizer, and the `config.json` by which it is found to be one of T5."""
    return {**{name: _read(name) for name in TOKENIZER}, "config.json": _json_bytes(CONFIG)}


def write_files(folder: Path, found: Mapping[str, bytes]) -> None:
    """The files, in a folder that is made for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        (folder / name).write_bytes(data)


def _json_bytes(values: Mapping[str, object]) -> bytes:
    return (json.dumps(values, indent=2) + "\n").encode()


@lru_cache(maxsize=4)
def _read(name: str) -> bytes:
    return files("grader.demo").joinpath("model", name).read_bytes()
