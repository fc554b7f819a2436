"""The bytes of a file that a student gave: regular files only, and no more than asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

# Neither flag exists everywhere: no link is followed, and a pipe without writer does not block.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_KINDS = (
    (stat.S_ISLNK, "is a link"),
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISSOCK, "is a socket"),
)


class UnreadableError(Exception):
    """A path that can't be read as a file; the text says why, without the path."""


def read_start(path: Path, limit: int) -> tuple[bytes, int]:
    """At most the first `limit` bytes of a regular file, and how many it has in all."""
    try:
        _refuse_special(os.lstat(path).st_mode)
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableError(_reason(error)) from error
    # The path may have been swapped since lstat, so what was opened is looked at again.
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        _refuse_special(found.st_mode)
        try:
            return stream.read(limit), found.st_size
        except OSError as error:
            raise UnreadableError(_reason(error)) from error


def _refuse_special(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((text for test, text in _KINDS if test(mode)), "is a device")
    raise UnreadableError(f"{kind}; expected a file")


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there; expected a file"
    detail = error.strerror if isinstance(error, OSError) else None
    return f"can't be read ({detail or 'not a path'}); expected a readable file"
