"""Writing the zip: the same bytes for the same files, and whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Callable

from validators.package.workspace import Workspace
from validators.packing.records import Selection

MARK = b"check-submission pack 1 "
"""How the comment of a zip begins that `pack` made; the digest of its directory follows."""

_PIECE_BYTES = 1 << 20
# The earliest time that a zip can say: what is packed has no time of its own.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
# From this size on an entry is written in the form for large files.
_LARGE_BYTES = (1 << 31) - 1


def write_zip(selection: Selection, path: Path, progress: Callable[[int, int], None]) -> None:
    """Write what was selected as a zip; what lay at the path is replaced when it is whole."""
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=path.parent) as scratch:
        written = Path(scratch) / "package.zip"
        _write(selection, written, progress)
        written.replace(path)


def made_by_pack(path: Path) -> bool:
    """Whether the file is a zip that `pack` made and that nobody has changed since."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or not _is_marked(path):
            return False
        with zipfile.ZipFile(path) as opened:
            return opened.comment == _comment(opened.infolist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False


def _write(selection: Selection, path: Path, progress: Callable[[int, int], None]) -> None:
    entries = tuple(sorted((each.entry for each in selection.packed), key=lambda each: each.path))
    files = Workspace(selection.root.name, selection.root, entries=entries)
    done = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, _TIME)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, _MODE
            info.create_system = _UNIX
            large = entry.bytes > _LARGE_BYTES
            with files.open(entry) as source, out.open(info, "w", force_zip64=large) as target:
                while piece := source.read(_PIECE_BYTES):
                    target.write(piece)
                    done += len(piece)
                    progress(min(done, selection.bytes), selection.bytes)
        out.comment = _comment(out.infolist())
    _flush(path)


def _comment(entries: Iterable[zipfile.ZipInfo]) -> bytes:
    """The mark with a digest over names, sizes and checksums of all entries."""
    told = hashlib.sha256()
    for entry in entries:
        told.update(f"{entry.CRC:08x} {entry.file_size} {entry.filename}\n".encode())
    return MARK + told.hexdigest().encode()


def _is_marked(path: Path) -> bool:
    """Whether the file ends with the mark, so that nothing else of it need be read."""
    length = len(MARK) + 2 * hashlib.sha256().digest_size
    with path.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) < length:
            return False
        stream.seek(-length, os.SEEK_END)
        return stream.read(len(MARK)) == MARK


def _flush(path: Path) -> None:
    """Have the system keep the bytes before the file gets its name."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
