"""The bytes of one entry of a zip, unpacked piece by piece and held to what was declared."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from validators.display import size as shown_size
from validators.package.zip_directory import DEFLATED, STORED, Located
from validators.package.zip_end import Source

PIECE_BYTES = 1 << 20
# Packed bytes are fetched in smaller pieces: what zlib has not used yet is copied each time.
_PACKED_PIECE_BYTES = 1 << 17
METHODS = frozenset({STORED, DEFLATED})


class BrokenEntryError(Exception):
    """Why the bytes of an entry can't be what was packed."""


def pieces(source: Source, located: Located) -> Iterator[bytes]:
    """The unpacked bytes; BrokenEntryError when they are more, fewer or others than declared."""
    member = located.member
    unpack = _deflated if member.method == DEFLATED else _stored
    crc, seen = 0, 0
    for piece in unpack(source, located):
        seen += len(piece)
        if seen > member.unpacked:
            raise BrokenEntryError("it unpacks to more bytes than it declares")
        crc = zlib.crc32(piece, crc)
        yield piece
    if seen != member.unpacked:
        declared = shown_size(member.unpacked)
        raise BrokenEntryError(f"it unpacks to {shown_size(seen)} where {declared} are declared")
    if crc != member.crc:
        raise BrokenEntryError("its bytes don't fit its checksum (CRC)")


def _stored(source: Source, located: Located) -> Iterator[bytes]:
    at, left = located.data_at, located.member.packed
    while left:
        piece = source.at(at, min(PIECE_BYTES, left))
        if not piece:
            return
        yield piece
        at, left = at + len(piece), left - len(piece)


def _deflated(source: Source, located: Located) -> Iterator[bytes]:
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    at, left = located.data_at, located.member.packed
    packed = b""
    try:
        while not decoder.eof:
            if not packed and left:
                packed = source.at(at, min(_PACKED_PIECE_BYTES, left))
                at, left = at + len(packed), left - len(packed)
            piece = decoder.decompress(packed, PIECE_BYTES)
            if not piece and not packed and not decoder.eof:
                raise BrokenEntryError("its packed bytes are cut off")
            packed = decoder.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise BrokenEntryError("its packed bytes can't be unpacked") from error
    if left or decoder.unused_data:
        raise BrokenEntryError("there are bytes behind its packed ones")
