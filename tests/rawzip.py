"""Zips written byte by byte, so that every field in them can be a lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.demo.sample import Sample


@dataclass(frozen=True)
class Raw:
    """One entry; what is None is filled in truthfully."""

    name: bytes
    data: bytes = b"x"
    method: int = 8
    flags: int = 0x800
    system: int = 3
    mode: int = 0o100644
    dos: int = 0
    extra: bytes = b""
    payload: Optional[bytes] = None
    crc: Optional[int] = None
    unpacked: Optional[int] = None
    packed: Optional[int] = None
    local_name: Optional[bytes] = None
    local_sizes: Optional[tuple[int, int, int]] = None
    local_at: Optional[int] = None

    @property
    def stream(self) -> bytes:
        if self.payload is not None:
            return self.payload
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    @property
    def sizes(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.data) if self.crc is None else self.crc,
            len(self.stream) if self.packed is None else self.packed,
            len(self.data) if self.unpacked is None else self.unpacked,
        )

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        sizes = self.sizes if self.local_sizes is None else self.local_sizes
        head = struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, self.flags, self.method, 0, 33, *sizes, len(name), 0
        )
        return head + name + self.stream

    def central(self, at: int) -> bytes:
        made_by, attributes = self.system << 8 | 20, self.mode << 16 | self.dos
        at = at if self.local_at is None else self.local_at
        head = struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", made_by, 20, self.flags, self.method, 0, 33,
            *self.sizes, len(self.name), len(self.extra), 0, 0, 0, attributes, at,
        )  # fmt: skip
        return head + self.name + self.extra


def zip_bytes(
    entries: Sequence[Raw],
    *,
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: Optional[int] = None,
    disk: int = 0,
    zip64: bool = False,
) -> bytes:
    """The entries as a zip; the keywords are what stands around them and what its end claims."""
    body, directory = b"", b""
    for entry in entries:
        directory += entry.central(len(body))
        body += entry.local()
    number = len(entries) if count is None else count
    middle = b""
    length, offset = len(directory), len(body)
    if zip64:
        middle = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, number, number, length, offset
        )
        at = len(before) + len(body) + len(directory)
        middle += struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
        number, length, offset = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", disk, disk, number, number, length, offset, len(comment)
    )
    return before + body + directory + middle + end + comment + after


def files_of(folder: Path) -> tuple[Raw, ...]:
    """A folder's files as entries."""
    return tuple(
        Raw(path.relative_to(folder).as_posix().encode(), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def repacked(sample: Sample, *more: Raw, name: str = "HW4_9900940_王小明.zip") -> Path:
    """The sample's folder and more entries as a zip."""
    return written(sample, zip_bytes((*files_of(sample.folder), *more)), name)


def written(sample: Sample, data: bytes, name: str = "HW4_9900940_王小明.zip") -> Path:
    """The bytes as the sample's zip."""
    path = sample.folder.parent / name
    path.write_bytes(data)
    return path
