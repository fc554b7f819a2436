"""torch.save's present format: a zip without compression, with a pickle and one entry a storage.

The standard library reads the zip's directory, through a wrapper that bounds how much of it.
Two readers of one file must not see two contents. So the directory lies where its one end says
and nothing follows, each entry's own header is what the directory says, no two entries share
bytes, and no two names differ by case alone (torch's reader does not tell those apart).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Optional

from validators.display import listed, quoted
from validators.model.reader_codes import TORCH_COMPRESSED, TORCH_FILE, TORCHSCRIPT
from validators.model.torch_storages import Located, Storage, TorchFile
from validators.model.trouble import WeightsTrouble
from validators.pickles import BYTES, read_pickle

_DIRECTORY_BYTES = 4 * 1024 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_END, _LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sLQL")
_WIDE_END = struct.Struct("<4sQ2H2L4Q")
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_UNKNOWN_SIZE = 0xFFFFFFFF
# A storage's headers, the padding that aligns it and its tensors' part of the pickle need less.
_STORAGE_OVERHEAD = 1024
# What the standard library raises on a damaged zip.
_ZIP_TROUBLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OverflowError,
    EOFError, IndexError, struct.error, OSError,
)  # fmt: skip


class _Bounded(io.BufferedIOBase):
    """A file that hands out at most so many bytes at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: Optional[int] = -1, /) -> bytes:
        """The bytes asked for; a directory of unusual length is not read."""
        wanted = _DIRECTORY_BYTES + 1 if size is None or size < 0 else size
        if wanted > _DIRECTORY_BYTES + 1:
            raise zipfile.BadZipFile("its directory is too long")
        return self._stream.read(wanted)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As the file itself does."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As the file itself does."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class _Entry:
    """An entry whose header was read: where its bytes lie."""

    start: int
    size: int


def entry_names(stream: BinaryIO) -> tuple[str, ...]:
    """The names of the entries; none where the file is no readable zip."""
    try:
        return tuple(info.orig_filename for info in _directory(stream))
    except WeightsTrouble:
        return ()


def open_torch_zip(stream: BinaryIO, file_size: int) -> TorchFile:
    """The file opened; WeightsTrouble or PickleTrouble where it is not as torch.save writes it."""
    directory = _directory(stream)
    names = [info.orig_filename for info in directory]
    prefix = _prefix(names)
    if any(name.startswith((f"{prefix}code/", f"{prefix}constants.pkl")) for name in names):
        raise WeightsTrouble(TORCHSCRIPT, "is a TorchScript archive; expected a state dictionary.")
    entries = _entries(stream, directory, file_size)
    own = {name[len(prefix) :]: entry for name, entry in entries.items()}
    pickle = read_pickle(_read(stream, own["data.pkl"], BYTES))
    return TorchFile(pickle, lambda storages: _located(stream, own, storages, file_size))


def _located(
    stream: BinaryIO, own: Mapping[str, _Entry], storages: Mapping[str, Storage], file_size: int
) -> Located:
    order = own.get("byteorder")
    if order is not None and _read(stream, order, 16) != b"little":
        raise WeightsTrouble(TORCH_FILE, 'its byte order is not "little".')
    starts: dict[str, int] = {}
    for key, storage in storages.items():
        entry = own.get(f"data/{key}")
        have = 0 if entry is None else entry.size
        if entry is None or have != storage.size:
            message = f"storage {quoted(key)} has {have:,} bytes; its tensors need"
            raise WeightsTrouble(TORCH_FILE, f"{message} {storage.size:,}.")
        starts[key] = entry.start
    explained = sum(storage.size + _STORAGE_OVERHEAD for storage in storages.values())
    return Located(starts, max(0, file_size - explained))


def _directory(stream: BinaryIO) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(_Bounded(stream)) as opened:
            directory, start = opened.infolist(), opened.start_dir
        whole = _ends_with(stream, len(directory), start)
    except _ZIP_TROUBLE as error:
        reason = str(error) if isinstance(error, zipfile.BadZipFile) else "it is damaged"
        message = f"its zip directory can't be read: {reason.rstrip('.').lower()} (cut off?)."
        raise WeightsTrouble(TORCH_FILE, message) from None
    if not whole:
        message = "does not end with its zip directory; expected nothing behind or around it."
        raise WeightsTrouble(TORCH_FILE, message)
    return directory


def _ends_with(stream: BinaryIO, entries: int, start: int) -> bool:
    """Whether the file ends with a directory of so many entries, which begins at `start`."""
    end_at = stream.seek(0, io.SEEK_END) - _END.size
    stream.seek(end_at)
    mark, *_, count, length, offset, comment = _END.unpack(stream.read(_END.size))
    limit, wide_at = end_at, end_at - _LOCATOR.size - _WIDE_END.size
    if wide_at > 0:
        stream.seek(wide_at)
        record = _WIDE_END.unpack(stream.read(_WIDE_END.size))
        locator = _LOCATOR.unpack(stream.read(_LOCATOR.size))
        if locator[0] == b"PK\x06\x07":
            if record[0] != b"PK\x06\x06" or locator[2] != wide_at:
                return False
            limit, (count, length, offset) = wide_at, record[7:]
    found = (mark, comment, count, offset, offset + length)
    return found == (b"PK\x05\x06", 0, entries, start, limit)


def _prefix(names: list[str]) -> str:
    """The folder of the archive that holds data.pkl: there is just one, and all is in it."""
    found = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(found) != 1:
        raise WeightsTrouble(TORCH_FILE, f"holds {len(found):,} data.pkl; expected one.")
    prefix = found[0][: -len("data.pkl")]
    strangers = tuple(name for name in names if not name.startswith(prefix))
    if strangers:
        message = f"holds entries beside {quoted(prefix)}: {listed(strangers, len(strangers))}."
        raise WeightsTrouble(TORCH_FILE, message)
    if len({name.lower() for name in names}) != len(names):
        raise WeightsTrouble(TORCH_FILE, "holds two entries of one name (small or large letters).")
    return prefix


def _entries(
    stream: BinaryIO, directory: list[zipfile.ZipInfo], file_size: int
) -> Mapping[str, _Entry]:
    """Every entry by name, its header compared with the directory and with its neighbours."""
    entries: dict[str, _Entry] = {}
    position = 0
    for info in sorted(directory, key=lambda info: info.header_offset):
        if info.header_offset < position or (position == 0 and info.header_offset != 0):
            raise _entry_trouble(info, "does not begin where the one before it ends")
        entry = _entry(stream, info)
        position = entry.start + entry.size
        if position > file_size:
            raise _entry_trouble(info, "ends behind the end of the file")
        entries[info.orig_filename] = entry
    return entries


def _entry(stream: BinaryIO, info: zipfile.ZipInfo) -> _Entry:
    stream.seek(info.header_offset)
    head = stream.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size:
        raise _entry_trouble(info, "has no header of its own")
    signature, _, flags, method, _, _, _, packed, plain, name, extra = _LOCAL_HEADER.unpack(head)
    own_name = stream.read(name).decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if signature != b"PK\x03\x04" or own_name != info.orig_filename:
        raise _entry_trouble(info, "has another header than the directory says")
    if (flags | info.flag_bits) & _ENCRYPTED:
        message = f"its part {quoted(own_name)} is encrypted; expected as torch.save stores it."
        raise WeightsTrouble(TORCH_COMPRESSED, message)
    if method != zipfile.ZIP_STORED or info.compress_type != zipfile.ZIP_STORED:
        message = f"its part {quoted(own_name)} is compressed; expected as torch.save stores it."
        raise WeightsTrouble(TORCH_COMPRESSED, message)
    expected = {_UNKNOWN_SIZE, info.file_size} | ({0} if flags & _SIZES_FOLLOW else set())
    if info.compress_size != info.file_size or not {packed, plain} <= expected:
        raise _entry_trouble(info, "has two sizes")
    return _Entry(info.header_offset + _LOCAL_HEADER.size + name + extra, info.file_size)


def _entry_trouble(info: zipfile.ZipInfo, reason: str) -> WeightsTrouble:
    return WeightsTrouble(TORCH_FILE, f"its part {quoted(info.orig_filename)} {reason}.")


def _read(stream: BinaryIO, entry: _Entry, limit: int) -> bytes:
    if entry.size > limit:
        message = f"has a part of {entry.size:,} bytes where at most {limit:,} are usual."
        raise WeightsTrouble(TORCH_FILE, message)
    stream.seek(entry.start)
    return stream.read(entry.size)
