"""Starting the layer: every part puts its hooks in place."""

from __future__ import annotations

import atexit
import os

from grader.rerun.inside import (
    devices,
    metrics,
    models,
    real_datasets,
    small_datasets,
    stand_ins,
    training,
    watching,
)
from grader.rerun.inside.config import Config
from grader.rerun.inside.layer import Layer

PARTS = (devices, metrics, models, real_datasets, small_datasets, stand_ins, training, watching)
"""The parts that put hooks in place, each by its `install`."""


def start(path: str) -> Layer:
    """The layer by the config in this file, at work from now on."""
    layer = Layer.of(Config.read(path))
    for part in PARTS:
        part.install(layer)
    layer.hooks.install()
    layer.stand_ins.install()
    atexit.register(layer.journal.finish)
    os.register_at_fork(after_in_child=layer.journal.forget)
    return layer
