"""The settings of `settings.toml` as records; a misspelt one is told with what was meant."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from compress.trouble import Trouble

GROUPS = (
    "embedding",
    "encoder-attention",
    "encoder-feed-forward",
    "decoder-self-attention",
    "decoder-cross-attention",
    "decoder-feed-forward",
)
"""The groups of weights that may have a share of their own."""

METHODS = ("magnitude-global", "magnitude", "lamp", "wanda", "sparsegpt")
SCHEDULES = ("one-shot", "iterative", "cubic")
_CHOICES = {
    "method": METHODS,
    "schedule": SCHEDULES,
    "device": ("auto", "cuda", "mps", "cpu"),
    "precision": ("auto", "bf16", "fp16", "fp32"),
    "runtime": ("torch", "onnx"),
}
_Record = TypeVar("_Record")


class SettingsError(Trouble, ValueError):
    """A setting that can't be used; the text says which, and what to write."""


@dataclass(frozen=True)
class Student:
    """Who hands in."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Model:
    """Which model is compressed, how far, and where it goes."""

    released: str = "t5small_TextSummarization"
    tokenizer: str = "t5-small"
    output: str = "pruned_model"
    max_ratio: float = 0.3
    device: str = "auto"
    seed: int = 1


@dataclass(frozen=True)
class Data:
    """Which bills, and how they become tokens."""

    dataset: str = "billsum"
    validation_rows: int = 200
    train_rows: int = 0
    input_tokens: int = 1024
    target_tokens: int = 128
    prefix: str = "summarize: "


@dataclass(frozen=True)
class Prune:
    """Which weights become zero, and in how many steps."""

    method: str = "magnitude"
    schedule: str = "cubic"
    steps: int = 8
    ratio: float = 0.295
    pattern: str = ""
    calibration_rows: int = 64
    keep: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Recover:
    """How the remaining weights are trained."""

    train_steps: int = 2000
    learning_rate: float = 5e-4
    warmup_steps: int = 50
    weight_decay: float = 0.0
    batch_tokens: int = 4096
    accumulate: int = 4
    precision: str = "auto"
    evaluate_every: int = 250
    evaluate_rows: int = 64
    checkpoint_every: int = 250


@dataclass(frozen=True)
class Distill:
    """How much is learned from the released model's answers."""

    weight: float = 0.0
    temperature: float = 2.0
    hidden_weight: float = 0.0
    attention_weight: float = 0.0


@dataclass(frozen=True)
class Predict:
    """How summaries are written."""

    max_length: int = 64
    num_beams: int = 1
    no_repeat_ngram_size: int = 3
    batch_tokens: int = 16384
    runtime: str = "torch"


@dataclass(frozen=True)
class Sweep:
    """What `python prune.py --sweep` tries."""

    methods: tuple[str, ...] = METHODS
    ratios: tuple[float, ...] = (0.5, 0.3, 0.2, 0.1)
    schedules: tuple[str, ...] = ("one-shot", "cubic")
    train_steps: int = 200
    evaluate_rows: int = 64


@dataclass(frozen=True)
class Settings:
    """All of them."""

    student: Student = field(default_factory=Student)
    model: Model = field(default_factory=Model)
    data: Data = field(default_factory=Data)
    prune: Prune = field(default_factory=Prune)
    recover: Recover = field(default_factory=Recover)
    distill: Distill = field(default_factory=Distill)
    predict: Predict = field(default_factory=Predict)
    sweep: Sweep = field(default_factory=Sweep)


def read_settings(path: Path) -> Settings:
    """The settings of the file. Raises SettingsError."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as trouble:
        raise SettingsError(f"{path}: can't be read ({trouble.strerror or trouble}).") from None
    except ValueError as trouble:  # not TOML, or not UTF-8
        raise SettingsError(f"{path}: is no TOML: {trouble}.") from None
    settings = _record(Settings, told, str(path))
    _refuse(settings, str(path))
    return settings


def _record(kind: type[_Record], told: dict[str, Any], place: str) -> _Record:
    """The table as a record."""
    kinds = get_type_hints(kind)
    values = {}
    for key, value in told.items():
        if key not in kinds:
            near = difflib.get_close_matches(key, kinds, 1)
            meant = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(kinds)}."
            raise SettingsError(f'{place}: there is no setting "{key}". {meant}')
        values[key] = _value(kinds[key], value, f"{place}: {key}")
    return kind(**values)


def _value(kind: Any, value: Any, place: str) -> Any:
    if is_dataclass(kind):
        if not isinstance(value, dict):
            raise SettingsError(f"{place} is {value!r}; expected a table.")
        return _record(kind, value, place)  # type: ignore[arg-type]
    if kind == dict[str, float]:
        if not isinstance(value, dict):
            raise SettingsError(f"{place} is {value!r}; expected a table.")
        return {group: _value(float, share, f"{place}.{group}") for group, share in value.items()}
    if kind in (tuple[str, ...], tuple[float, ...]):
        if not isinstance(value, list):
            raise SettingsError(f"{place} is {value!r}; expected a list.")
        one = str if kind == tuple[str, ...] else float
        return tuple(_value(one, each, place) for each in value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        expected = {str: "a text in quotes", int: "a whole number", float: "a number"}[kind]
        raise SettingsError(f"{place} is {value!r}; expected {expected}.")
    return value


def _refuse(settings: Settings, place: str) -> None:
    """Raise SettingsError for a value that nothing can be done with."""
    for name, value, choices in _choices(settings):
        if value not in choices:
            raise SettingsError(f"{place}: {name} is {value!r}; choose from {', '.join(choices)}.")
    for group, share in settings.prune.keep.items():
        if not 0 <= share <= 1:
            raise SettingsError(f"{place}: prune.keep.{group} is {share}; expected 0 to 1.")
    for ratio in (settings.prune.ratio, *settings.sweep.ratios):
        if not 0 < ratio <= 1:
            raise SettingsError(f"{place}: a ratio is {ratio}; expected 0 to 1.")


def _choices(settings: Settings) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every setting that is one of a few words: its name, the word, the words to choose from."""
    for table in fields(settings):
        for name, value in vars(getattr(settings, table.name)).items():
            if name in _CHOICES:
                yield f"{table.name}.{name}", value, _CHOICES[name]
    yield from (("sweep.methods", method, METHODS) for method in settings.sweep.methods)
    yield from (("sweep.schedules", each, SCHEDULES) for each in settings.sweep.schedules)
    yield from (("prune.keep", group, GROUPS) for group in settings.prune.keep)
