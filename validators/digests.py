"""SHA-256 digests of what was checked, so that it can be compared with what arrived."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class FileDigest:
    """One file's name as the student knows it, its size and its SHA-256."""

    file: str
    bytes: int
    sha256: str


def digest_file(path: Path, name: str) -> FileDigest:
    """The digest of a regular file; anything else is refused, a link included."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(f"{name} is not a regular file")
        sha, total = hashlib.sha256(), 0
        while piece := stream.read(PIECE_BYTES):
            sha.update(piece)
            total += len(piece)
    return FileDigest(name, total, sha.hexdigest())
