"""The end of a zip: where its directory lies, found before any count in it is trusted."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from validators.display import size as shown_size
from validators.package import codes
from validators.package.troubles import UnreadableError

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
END_MARK, _LOCATOR_MARK, _END64_MARK = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
DIRECTORY_MARK, LOCAL_MARK = b"PK\x01\x02", b"PK\x03\x04"
_MAX_COMMENT = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_TWO_ENDS = "it has two ends, one inside the comment of the other; expected one."
_ARCHIVES = ("archive", "gzip", "bzip2", "xz", "zstd", "cabinet")

_KINDS = (
    (b"Rar!\x1a\x07", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"), (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"MSCF", "a Windows cabinet"), (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"), (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"), (b"MZ", "a Windows program"), (b"\x7fELF", "a program"),
    (b"{", "a text that begins like JSON"), (b"\x80\x02", "a pickle"),
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """An open file that is read by offset; past its end there is nothing."""

    file: BinaryIO
    length: int

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from the offset."""
        if not 0 <= offset < self.length:
            return b""
        self.file.seek(offset)
        return self.file.read(min(count, self.length - offset))


@dataclass(frozen=True)
class End:
    """What the end of a zip says: how many entries, where its directory is, what is around it.

    `shift` is how many bytes stand before the archive: every offset in it is that much too low.
    """

    count: int
    directory_at: int
    directory_bytes: int
    shift: int
    bytes_after: int


def find_end(source: Source) -> End:
    """The end of the archive, or UnreadableError when it is no zip or not a whole one."""
    start = max(0, source.length - _END.size - _MAX_COMMENT)
    tail = source.at(start, _END.size + _MAX_COMMENT)
    at, after = _last_end(tail)
    if at < 0:
        raise _no_end(source)
    fields = _END.unpack_from(tail, at)
    _, disk, directory_disk, here, count, length, offset, _ = fields
    end_at = start + at
    limit = end_at
    if source.at(end_at - _LOCATOR.size, 4) == _LOCATOR_MARK:
        limit, (here, count, length, offset) = _wide(source, end_at, (here, count, length, offset))
    if (disk or directory_disk or here != count) and disk != _FULL16:
        raise UnreadableError(
            codes.SPLIT, f"this is part {disk + 1} of a split zip; expected a whole."
        )
    shift = limit - length - offset
    if shift < 0:
        raise UnreadableError(
            codes.DAMAGED,
            f"its directory should take {length:,} bytes from byte {offset:,}, which is more than "
            f"the {source.length:,} bytes of the file; expected a whole zip.",
        )
    _refuse_second_end(tail, limit - start, at)
    if length and source.at(offset + shift, 4) != DIRECTORY_MARK:
        raise UnreadableError(
            codes.DAMAGED, "its directory is not where its end says; expected it."
        )
    return End(count, offset + shift, length, shift, after)


def _last_end(tail: bytes) -> tuple[int, int]:
    """Where the last end record stands, and how many bytes follow its comment; -1 for none."""
    exact, loose = [], (-1, 0)
    at = tail.rfind(END_MARK)
    while at >= 0:
        if at + _END.size <= len(tail):
            after = len(tail) - at - _END.size - _END.unpack_from(tail, at)[7]
            if after == 0:
                exact.append(at)
            elif after > 0 and loose[0] < 0:
                loose = (at, after)
        at = tail.rfind(END_MARK, 0, at)
    if len(exact) > 1:
        raise UnreadableError(codes.AMBIGUOUS, _TWO_ENDS)
    return (exact[0], 0) if exact else loose


def _wide(
    source: Source, end_at: int, short: tuple[int, int, int, int]
) -> tuple[int, tuple[int, int, int, int]]:
    """The same fields from the zip64 record, which counts only where a short field is full."""
    _, _, record_at, _ = _LOCATOR.unpack(source.at(end_at - _LOCATOR.size, _LOCATOR.size))
    for at in (record_at, end_at - _LOCATOR.size - _END64.size):
        record = source.at(at, _END64.size) if at < end_at - _END64.size else b""
        if len(record) == _END64.size and record.startswith(_END64_MARK):
            break
    else:
        raise UnreadableError(codes.DAMAGED, "its zip64 end record is missing; expected one.")
    here, count, length, offset = _END64.unpack(record)[6:10]
    full = (_FULL16, _FULL16, _FULL32, _FULL32)
    wide = (here, count, length, offset)
    if any(old not in (most, new) for old, most, new in zip(short, full, wide)):
        raise UnreadableError(
            codes.AMBIGUOUS, "its two end records give different directories; expected one."
        )
    return at, wide


def _refuse_second_end(tail: bytes, directory_end: int, chosen: int) -> None:
    at = tail.find(END_MARK, max(0, directory_end))
    while at >= 0:
        if at != chosen and at + _END.size <= len(tail):
            raise UnreadableError(codes.AMBIGUOUS, _TWO_ENDS)
        at = tail.find(END_MARK, at + 1)


def _no_end(source: Source) -> UnreadableError:
    head = source.at(0, 512)
    if head.startswith((LOCAL_MARK, b"PK\x07\x08")):
        return UnreadableError(
            codes.DAMAGED,
            f"it begins as a zip, but is cut off after {shown_size(source.length)}: the directory "
            "at its end is missing; expected the whole file.",
            bytes=source.length,
        )
    kind = _kind(head)
    # Who packed with another program has to pack anew; who has something else sent the wrong file.
    other = "" if any(word in kind for word in _ARCHIVES) else "Hand in the zip itself."
    return UnreadableError(codes.NOT_A_ZIP, f"it is {kind}; expected a zip.", other, kind=kind)


def _kind(head: bytes) -> str:
    """What bytes that are no zip seem to be."""
    if not head:
        return "an empty file"
    for mark, kind in _KINDS:
        if head.startswith(mark):
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive"
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")):
        return "a web page (perhaps a login page that was saved instead of the file)"
    if not head.strip(b"\0"):
        return "nothing but zero bytes (an interrupted download or copy)"
    return "a text" if b"\0" not in head and head.isascii() else "something unknown"
