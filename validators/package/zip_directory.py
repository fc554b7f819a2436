"""The directory of a zip, entry by entry, as the file itself gives it.

Python's own reader differs from version to version in what it refuses, gives up on the whole
archive for one bad name, and builds every entry before anyone can count them. So the directory
is read here, under limits, and only the decompression is left to zlib.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple, Optional

from validators.display import size as shown_size
from validators.package import codes
from validators.package.troubles import UnreadableError
from validators.package.zip_end import DIRECTORY_MARK, LOCAL_MARK, End, Source

_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL32 = 0xFFFFFFFF
# Names of 400 bytes and more for every entry are no honest directory.
_ENTRY_BYTES, _DIRECTORY_BYTES = 512, 1 << 20

_ZIP64, _UNIX, _ASI_UNIX, _UNICODE_PATH = 0x0001, 0x000D, 0x756E, 0x7075
_DOS_SYSTEMS = frozenset({0, 10, 14})  # FAT, NTFS, VFAT: their attributes are those of Windows
_DOS_FOLDER = 0x10
ENCRYPTED, SIZES_FOLLOW, UTF8, MASKED = 0x1, 0x8, 0x800, 0x2000
STORED, DEFLATED, AES = 0, 8, 99


class Member(NamedTuple):
    """One entry of the directory."""

    raw_name: bytes
    system: int
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    attributes: int
    local_at: int
    extra: bytes

    @property
    def locked(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & (ENCRYPTED | MASKED)) or self.method == AES

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder."""
        dos = self.system in _DOS_SYSTEMS and self.attributes & _DOS_FOLDER and not self.unpacked
        return bool(dos) or self.raw_name.endswith((b"/", b"\\")) or stat.S_ISDIR(self._mode)

    @property
    def special(self) -> str:
        """What it is when neither a file nor a folder, such as "a symbolic link"; else empty."""
        extras = _extras(self.extra)
        if len(extras.get(_UNIX, b"")) > 12:
            return "a hard or symbolic link"
        asi = extras.get(_ASI_UNIX, b"")
        modes = [self._mode] + ([int.from_bytes(asi[4:6], "little")] if len(asi) >= 6 else [])
        for mode in modes:
            if stat.S_ISLNK(mode):
                return "a symbolic link"
            if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
                return "a device, pipe or socket"
        return ""

    @property
    def _mode(self) -> int:
        return self.attributes >> 16


class Located(NamedTuple):
    """An entry with the place of its bytes, or with what keeps it from having one."""

    member: Member
    data_at: int
    trouble: str


def read_members(source: Source, end: End, max_entries: int) -> list[Member]:
    """Every entry of the directory, or UnreadableError when it is too long or broken."""
    longest = max(_DIRECTORY_BYTES, max_entries * _ENTRY_BYTES)
    if end.count > max_entries:
        raise _too_many(f"it holds {end.count:,} entries", max_entries)
    if end.directory_bytes > longest:
        shown = shown_size(end.directory_bytes)
        raise _too_many(f"its directory alone takes {shown}", max_entries)
    data = source.at(end.directory_at, end.directory_bytes)
    members: list[Member] = []
    at = 0
    while at < len(data):
        if len(members) == max_entries:
            raise _too_many(f"it holds more entries than the {end.count:,} it gives", max_entries)
        member, at = _member(data, at, end.shift)
        members.append(member)
    if len(members) != end.count:
        raise UnreadableError(
            codes.DAMAGED,
            f"its directory lists {len(members):,} entries, its end says {end.count:,}; expected "
            "the same number.",
        )
    return members


def locate(source: Source, members: Sequence[Member], end: End) -> list[Located]:
    """Each entry with the place of its bytes; UnreadableError when two entries share bytes."""
    located = [_located(source, member, end) for member in members]
    spans = sorted(
        (entry.member.local_at, entry.data_at + entry.member.packed)
        for entry in located
        if entry.data_at
    )
    shared = sum(later[0] < former[1] for former, later in zip(spans, spans[1:]))
    if shared:
        raise UnreadableError(
            codes.BOMB,
            f"{shared:,} of its {len(members):,} entries use bytes of another one; expected each "
            "to have its own.",
            overlapping=shared,
        )
    return located


def decoded_name(member: Member, legacy: str) -> tuple[str, str]:
    """The name, and the encoding that had to be guessed for it ("" when it was stated)."""
    raw = member.raw_name
    named = _extras(member.extra).get(_UNICODE_PATH, b"")
    if named[:1] == b"\x01" and int.from_bytes(named[1:5], "little") == zlib.crc32(raw):
        raw = named[5:]
    for encoding in ("utf-8", legacy, "cp437"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return name, "" if encoding == "utf-8" else encoding
    raise AssertionError("cp437 has a character for every byte")


def _member(data: bytes, at: int, shift: int) -> tuple[Member, int]:
    if at + _ENTRY.size > len(data):
        raise UnreadableError(codes.DAMAGED, "its directory is cut off; expected whole entries.")
    fields = _ENTRY.unpack_from(data, at)
    mark, made_by, _, flags, method, _, _, crc, packed, unpacked = fields[:10]
    name_bytes, extra_bytes, comment_bytes, _, _, attributes, local_at = fields[10:]
    name_at = at + _ENTRY.size
    extra_at = name_at + name_bytes
    following = extra_at + extra_bytes + comment_bytes
    if mark != DIRECTORY_MARK or following > len(data):
        raise UnreadableError(
            codes.DAMAGED, "its directory holds something else; expected entries."
        )
    extra = data[extra_at : extra_at + extra_bytes]
    wide = _wide(extra, (unpacked, packed, local_at))
    if wide is None:
        raise UnreadableError(codes.DAMAGED, "an entry's zip64 sizes are missing; expected them.")
    unpacked, packed, local_at = wide
    name = data[name_at:extra_at]
    system = made_by >> 8
    member = Member(
        name, system, flags, method, crc, packed, unpacked, attributes, local_at + shift, extra
    )
    return member, following


def _wide(extra: bytes, short: tuple[int, int, int]) -> Optional[tuple[int, int, int]]:
    """The sizes and the offset, from the zip64 field where the short ones are full."""
    if _FULL32 not in short:
        return short
    field, values = _extras(extra).get(_ZIP64, b""), []
    for value in short:
        if value == _FULL32:
            if len(field) < 8:
                return None
            value, field = int.from_bytes(field[:8], "little"), field[8:]
        values.append(value)
    return values[0], values[1], values[2]


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields by number, the first of each; what is cut off is left out."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        if at + 4 + length <= len(extra):
            fields.setdefault(number, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def _located(source: Source, member: Member, end: End) -> Located:
    head = source.at(member.local_at, _LOCAL.size + len(member.raw_name))
    if len(head) < _LOCAL.size or not head.startswith(LOCAL_MARK):
        return Located(member, 0, "nothing is where the directory says it is")
    _, _, flags, method, _, _, crc, packed, unpacked, name_bytes, extra_bytes = _LOCAL.unpack_from(
        head
    )
    data_at = member.local_at + _LOCAL.size + name_bytes + extra_bytes
    if data_at + member.packed > end.directory_at:
        return Located(member, 0, "its size leads past the end of the archive")
    trouble = ""
    masked = member.flags & MASKED
    if not masked and head[_LOCAL.size :][:name_bytes] != member.raw_name:
        trouble = "its own header gives another name than the directory"
    elif method != member.method or (flags ^ member.flags) & ENCRYPTED:
        trouble = "its own header gives another method than the directory"
    elif not flags & SIZES_FOLLOW and not masked:
        pairs = ((crc, member.crc), (packed, member.packed), (unpacked, member.unpacked))
        if any(own not in (0, _FULL32, given) for own, given in pairs):
            trouble = "its own header gives other sizes than the directory"
    return Located(member, data_at, trouble)


def _too_many(found: str, most: int) -> UnreadableError:
    return UnreadableError(codes.TOO_MANY, f"{found}; at most {most:,} allowed.", limit=most)
