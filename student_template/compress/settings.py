"""Everything that can be turned, as records; `settings.toml` explains each.

`settings_file.py` reads the file. Neither needs torch, so a slip is told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
"""The ways to choose which weights become zero."""

SCHEDULES = ("one-shot", "iterative", "cubic")
"""The ways to go from the whole model to the final ratio."""


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

    @property
    def at_once(self) -> bool:
        """Whether it is pruned once, before training. Of a pattern there is no first half."""
        return self.schedule == "one-shot" or bool(self.pattern)


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
    patterns: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ("one-shot", "cubic")
    train_steps: int = 200
    distill_weights: tuple[float, ...] = (0.0,)
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


@dataclass(frozen=True)
class Pattern:
    """`keep` of every `of` neighbours."""

    keep: int
    of: int


def read_pattern(text: str) -> Pattern:
    """The pattern of a text such as "2:4". Raises SettingsError."""
    told = re.fullmatch(r"([0-9]{1,4}):([0-9]{1,4})", text)
    if told is None:
        raise SettingsError(f'The pattern is "{text}"; expected two numbers such as "2:4".')
    pattern = Pattern(int(told[1]), int(told[2]))
    if not 0 < pattern.keep <= pattern.of:
        raise SettingsError(f'The pattern is "{text}"; expected 1 or more, of as many or more.')
    return pattern
