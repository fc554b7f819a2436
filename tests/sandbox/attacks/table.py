"""All attacks, in the order of their groups."""

from __future__ import annotations

from tests.sandbox.attacks import (
    bombs,
    forging,
    kernel,
    network,
    outputs,
    processes,
    reading,
    streams,
    writing,
)

ATTACKS = (
    *network.ATTACKS,
    *reading.ATTACKS,
    *writing.ATTACKS,
    *outputs.ATTACKS,
    *streams.ATTACKS,
    *bombs.ATTACKS,
    *processes.ATTACKS,
    *kernel.ATTACKS,
    *forging.ATTACKS,
    *forging.NOTEBOOKS,
)
BY_NAME = {attack.name: attack for attack in ATTACKS}
