"""The bytes of a pickle, handed out piece by piece and never more than allowed."""

from __future__ import annotations

from typing import BinaryIO, Optional

from validators.pickles.values import PickleTrouble

BYTES = 64 * 1024 * 1024
"""The longest pickle, or row of pickles, that is read."""

# Text takes up to four times its bytes in memory, so all text of a pickle together is bounded.
_TEXT_BYTES = 16 * 1024 * 1024
_PIECE = 64 * 1024


class Source:
    """Bytes with a position: all of `data`, or as much of a file as is asked for."""

    def __init__(self, data: bytes = b"", file: Optional[BinaryIO] = None) -> None:
        self._data = data
        self._file = file
        self._text_left = _TEXT_BYTES
        self.position = 0
        if len(data) > BYTES:
            raise PickleTrouble(f"the pickle has {len(data):,} bytes; at most {BYTES:,} are read")

    def take(self, count: int) -> bytes:
        """The next so many bytes."""
        end = self.position + count
        if end > len(self._data):
            self._fill(end)
            if end > len(self._data):
                raise PickleTrouble("the pickle ends in the middle of a value")
        piece = self._data[self.position : end]
        self.position = end
        return piece

    def byte(self) -> int:
        """The next byte as a number."""
        position = self.position
        if position >= len(self._data):
            self._fill(position + 1)
            if position >= len(self._data):
                raise PickleTrouble("the pickle ends before its last operation")
        self.position = position + 1
        return self._data[position]

    def number(self, width: int, signed: bool = False) -> int:
        """The next bytes as a little-endian number."""
        return int.from_bytes(self.take(width), "little", signed=signed)

    def line(self, limit: int) -> bytes:
        """The bytes up to the next line feed, which is passed over."""
        last = self.position + limit + 1
        found = self._data.find(b"\n", self.position, last)
        if found < 0 and last > len(self._data):
            self._fill(last)
            found = self._data.find(b"\n", self.position, last)
        if found < 0:
            raise PickleTrouble(f"a line of the pickle does not end within {limit:,} bytes")
        piece = self._data[self.position : found]
        self.position = found + 1
        return piece

    def spend(self, text: bytes) -> bytes:
        """The same bytes, counted against what a pickle may hold as text."""
        self._text_left -= len(text)
        if self._text_left < 0:
            raise PickleTrouble(f"the pickle holds more than {_TEXT_BYTES:,} bytes of text")
        return text

    def left(self, count: int) -> bool:
        """Whether so many bytes are left."""
        end = self.position + count
        if end > len(self._data):
            self._fill(end)
        return end <= len(self._data)

    def _fill(self, end: int) -> None:
        """Read on until the buffer reaches `end`, where the file and the limit allow it."""
        if self._file is None:
            return
        if end > BYTES:
            # A claim beyond the limit is not worth reading up to the limit for.
            self._file = None
            return
        have = len(self._data)
        # At least doubling the buffer keeps all copying together linear.
        wanted = min(max(end, 2 * have, _PIECE), BYTES) - have
        piece = self._file.read(wanted)
        if len(piece) < wanted:
            self._file = None
        self._data += piece
