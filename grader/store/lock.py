"""The lock of a work folder: one process at a time writes there.

The lock is the kernel's, on the file `grade.lock`, so it goes when its holder ends in whatever way;
a file that is left over means nothing. What the file says about the holder is only for people.

A program that the holder starts does not get the lock (the handle is closed on exec), and a forked
copy of the holder closes it at once. So neither keeps the folder when it outlives the holder.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.store.trouble import HeldError, StoreError
from validators.display import clean

_MOST_BYTES = 4096
_MOST_COMMAND = 200
_TRIES = 10
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_FAR = 1 << 30  # where Windows locks: a locked byte can't be read there, and these must be

_handles: set[int] = set()


@contextmanager
def held(path: Path, command: str, since: str) -> Iterator[None]:
    """Hold the lock while the block runs. Raises HeldError when somebody else does, at once."""
    try:
        handle = _taken(path)
    except OSError as error:
        reason = error.strerror or "it can't be locked"
        raise StoreError(
            f"{clean(str(path))}: {reason}. Grading needs a folder that it may write to, on a "
            "disk that knows locks: name another one with --work."
        ) from error
    _handles.add(handle)
    try:
        _introduce(handle, path, command, since)
        yield
    finally:
        if handle in _handles:  # a forked copy has no part in the lock
            _handles.discard(handle)
            _release(handle)


def _taken(path: Path) -> int:
    """A handle that has the lock on the file which is at the path now."""
    for _ in range(_TRIES):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock(handle):
                raise HeldError(_told(handle, path))
            if _is_at(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # somebody removed the file meanwhile: that lock keeps nobody out
    raise StoreError(f"{clean(str(path))}: is replaced again and again. Leave it alone.")


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _introduce(handle: int, path: Path, command: str, since: str) -> None:
    """Write into the file who holds it."""
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": since,
        "command": clean(command)[:_MOST_COMMAND],
    }
    try:
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, json.dumps(holder).encode())
    except OSError as error:
        reason = error.strerror or "it can't be written"
        raise StoreError(
            f"{clean(str(path))}: {reason}. Free some space, or see --work."
        ) from error


def _told(handle: int, path: Path) -> str:
    """Who holds the folder, as far as the file says."""
    folder = clean(str(path.parent))
    advice = "wait until it ends, or stop it."
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        holder = json.loads(os.read(handle, _MOST_BYTES))
        who = f"process {int(holder['pid'])} on host {clean(str(holder['host']))}"
        since, command = clean(str(holder["since"])), clean(str(holder["command"]))
    except (OSError, ValueError, TypeError, KeyError):
        # Between taking the lock and telling so, or another program's lock.
        return f"{folder} is held by another process: {advice}"
    since = f" since {since}" if since else ""
    return f"{folder} is held by {who}{since} ({command}): {advice}"


def _forget() -> None:
    """In a forked copy: give the handles back, or the copy would hold the lock as well."""
    for handle in _handles:
        os.close(handle)
    _handles.clear()


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def _release(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        os.close(handle)
else:
    import fcntl

    os.register_at_fork(after_in_child=_forget)

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)
