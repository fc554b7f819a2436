"""Looks that hang, eat memory or crash, to see whether this machine's limits hold."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from pathlib import Path
from typing import Any

from grader.looking import Look, Want
from grader.outcomes import Checked
from grader.records import Submission

_PIECE = 64 << 20


def hang(
    submission: Submission, root: Path, scratch: Path, rules: Any, key: Any,
    wants: Collection[Want],
) -> Look:  # fmt: skip
    """Never answer."""
    while True:
        signal.pause()


def eat_memory(
    submission: Submission, root: Path, scratch: Path, rules: Any, key: Any,
    wants: Collection[Want],
) -> Look:  # fmt: skip
    """Take more memory than any limit that a probe sets; answer if nothing stops that."""
    eaten = [bytearray(_PIECE) for _ in range(32)]
    return Look(Checked() if eaten else None)


def crash(
    submission: Submission, root: Path, scratch: Path, rules: Any, key: Any,
    wants: Collection[Want],
) -> Look:  # fmt: skip
    """End without a word, as a broken library would."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Look()
