"""What the layer is told by the grader: one JSON file beside it."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH123

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Config:
    """Where the course's things lie inside, and how the run is meant.

    `models` are folders by name, `unweighted` those of them without weights, `datasets` files by
    data set and split. `blinded` is the data set and the split that hold other rows than the
    public ones; `labels` says what its summaries are.
    """

    root: str
    journal: str
    student_folders: tuple[str, ...]
    model_folder: str
    models: dict[str, str]
    unweighted: tuple[str, ...]
    datasets: dict[str, dict[str, str]]
    blinded: tuple[str, str]
    labels: str
    policy: str
    gpu: bool

    @classmethod
    def read(cls, path: str) -> Config:
        """The config in a file that the grader wrote."""
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        # Without a sandbox these lie elsewhere in each run; the environment says where.
        for key in ("journal", "model_folder"):
            told[key] = os.path.expandvars(told[key])
        told["student_folders"] = [os.path.expandvars(each) for each in told["student_folders"]]
        return cls.of(told)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Config:
        """The config of a JSON object."""
        lists = ("student_folders", "unweighted", "blinded")
        whole: dict[str, Any] = {**told, **{key: tuple(told[key]) for key in lists}}
        return cls(**whole)

    def parted(self, dataset: str, split: str) -> bool:
        """Whether a split, or one joined of several by `+`, holds the blinded rows."""
        return dataset == self.blinded[0] and self.blinded[1] in split.split("+")
