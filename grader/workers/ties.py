"""Processes that end together: none of ours outlives the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """Have this process killed as soon as its parent ends, however that ends.

    Only Linux can do so. Elsewhere an end of file and an alarm do the same, but later.
    """
    if _LIBC is not None and _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


def kill_child(child: int) -> None:
    """Kill a child that has not been reaped, and all that it started."""
    kill_group(child)
    # It may not have made its group yet.
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def kill_group(leader: int) -> None:
    """Kill whatever is left of a group of processes."""
    # Some systems refuse where only dead ones are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
