"""What broke on our side, told in one line and without anybody's content."""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

from validators.report import Fault

_DISK_FULL = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT") if hasattr(errno, name)}


def disk_is_full(error: Exception) -> bool:
    """Whether the disk, or what one may have of it, is used up."""
    return isinstance(error, OSError) and error.errno in _DISK_FULL


def fault_of(part: str, error: Exception) -> Fault:
    """The exception as a fault of this part."""
    message = f"the {part} part broke ({what_broke(error)})."
    if disk_is_full(error):
        remedy = "Free some disk space, or name a roomier folder in TMPDIR, and check again."
        return Fault(f"fault.{part}", part, message, remedy)
    return Fault(f"fault.{part}", part, message)


def what_broke(error: Exception) -> str:
    """The kind of the exception, the system's reason where there is one, and the line of code."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    kind = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        # The exception's own text may name folders of the machine; the system's never does.
        return f"{kind}, {os.strerror(error.errno)}, at {where}"
    return f"{kind} at {where}"
