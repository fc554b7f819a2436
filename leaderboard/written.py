"""Files that are whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

# What a file system says that can't sync a folder, or a folder that may be written but not read.
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF}
_BINARY = getattr(os, "O_BINARY", 0)


def write(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Put the bytes at the path; whoever reads it meanwhile sees the old file or the new one.

    `mode` says who may read it, less the umask. When it returns, the new one outlives a power cut,
    as far as the file system can promise it.
    """
    # Not tempfile's: its files are for their owner alone, and a page is for whoever may read it.
    name = path.parent / f".leaderboard-{secrets.token_hex(8)}"
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        name.replace(path)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Get the rename itself onto the disk: it is a change of the folder, not of the file."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows, which has no way to ask for it
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
