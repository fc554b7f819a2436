"""The config.json beside the weights: which architecture it declares, and what else it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from validators.display import quoted, size
from validators.findings import Finding, Place
from validators.model import codes
from validators.model.bounded_json import JsonTrouble, read_json
from validators.model.model_files import open_file, reason_of
from validators.rules.model import T5Architecture

_NAME = "config.json"
_MOST_BYTES = 1_000_000
_MOST = {"vocab_size": 10_000_000, "num_layers": 256, "num_decoder_layers": 256}
_MOST_OTHERWISE = 1_000_000
# What T5Config takes for a size that config.json leaves out.
_DEFAULTS = {
    "vocab_size": 32128, "d_model": 512, "d_kv": 64, "d_ff": 2048, "num_layers": 6,
    "num_heads": 8, "relative_attention_num_buckets": 32,
}  # fmt: skip
_CODE_KEYS = ("auto_map", "trust_remote_code", "custom_pipelines")


@dataclass(frozen=True)
class ModelConfig:
    """What config.json says; `sizes` are those of a T5, None when it declares none (or wrongly)."""

    name: str
    present: bool = False
    family: Optional[str] = None
    sizes: Optional[T5Architecture] = None
    findings: tuple[Finding, ...] = ()

    @property
    def place(self) -> Place:
        """The file as a place of findings."""
        return Place(self.name)


def read_config(folder: Path, name: str) -> ModelConfig:
    """The config.json of the folder, which findings call `name`."""
    path, shown = folder / _NAME, f"{name}/{_NAME}"
    place = Place(shown)
    try:
        with open_file(path) as stream:
            data = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ModelConfig(shown)
    except OSError as error:
        return _broken(shown, f"can't be read: {reason_of(error)}.")
    if len(data) > _MOST_BYTES:
        return _broken(shown, f"has more than {size(_MOST_BYTES)}; a few kilobytes are usual.")
    try:
        config = read_json(data)
    except JsonTrouble as trouble:
        return _broken(shown, f"can't be read: {trouble}.")
    if not isinstance(config, dict):
        return _broken(shown, "is no JSON object; expected the settings of a model.")
    family = config.get("model_type")
    findings = tuple(_requests(config, place))
    if not isinstance(family, str):
        return ModelConfig(shown, True, None, None, findings)
    sizes = None
    if family == "t5":
        sizes, wrong = _t5_sizes(config, place)
        findings += wrong
    return ModelConfig(shown, True, family, sizes, findings)


def _broken(name: str, message: str) -> ModelConfig:
    return ModelConfig(name, True, findings=(codes.CONFIG_BROKEN.at(Place(name), message),))


def _requests(config: Mapping[str, object], place: Place) -> Iterator[Finding]:
    """What it asks for beyond sizes."""
    asked = [key for key in _CODE_KEYS if config.get(key)]
    if asked:
        entries = ", ".join(quoted(key) for key in asked)
        yield codes.CONFIG_CODE.at(place, f"has {entries}; expected no code.", keys=asked)
    if config.get("quantization_config"):
        message = 'has "quantization_config"; expected plain weights.'
        yield codes.QUANTIZED.at(place, message)


def _t5_sizes(
    config: Mapping[str, object], place: Place
) -> tuple[Optional[T5Architecture], tuple[Finding, ...]]:
    """The sizes of a T5, or what is impossible about them."""
    values = {key: config.get(key, default) for key, default in _DEFAULTS.items()}
    # save_pretrained of a model with as many layers in both stacks may write null.
    decoder = config.get("num_decoder_layers")
    values["num_decoder_layers"] = values["num_layers"] if decoder is None else decoder
    for key, value in values.items():
        most = _MOST.get(key, _MOST_OTHERWISE)
        if type(value) is not int or not 1 <= value <= most:
            shown = str(value) if isinstance(value, (int, float)) else quoted(str(value))
            message = f"{key} is {shown}; expected a whole number from 1 to {most:,}."
            return None, (codes.CONFIG_BROKEN.at(place, message, key=key),)
    gated = str(config.get("feed_forward_proj", "relu")).startswith("gated-")
    tied = bool(config.get("tie_word_embeddings", True))
    sizes = {key: value for key, value in values.items() if isinstance(value, int)}
    return T5Architecture(family="t5", gated=gated, tied=tied, **sizes), ()
