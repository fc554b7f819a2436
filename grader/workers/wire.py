"""Messages over a pipe: two lengths, a header of JSON, and bytes. Nothing is ever unpickled."""

from __future__ import annotations

import struct
from typing import NamedTuple, Optional

# Far more than the findings and row values of any submission; a child that tells more is stopped.
MOST_BYTES = 64 << 20
_LENGTHS = struct.Struct(">QQ")


class Message(NamedTuple):
    """One whole message."""

    header: bytes
    body: bytes


class TooLongError(ValueError):
    """A message that says it is longer than any may be."""


class Incoming:
    """What came over a pipe so far; whole messages are taken off its front."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        """Take in what was read."""
        self._data += data

    def message(self) -> Optional[Message]:
        """The first whole message, taken off; None while there is none. Raises TooLongError."""
        start = _LENGTHS.size
        if len(self._data) < start:
            return None
        header, body = _LENGTHS.unpack_from(self._data)
        if header + body > self._most:
            raise TooLongError(f"{header + body} bytes")
        end = start + header + body
        if len(self._data) < end:
            return None
        found = Message(
            bytes(self._data[start : start + header]), bytes(self._data[start + header : end])
        )
        del self._data[:end]
        return found


def packed(header: bytes, body: bytes = b"") -> bytes:
    """The message as it goes over a pipe."""
    return _LENGTHS.pack(len(header), len(body)) + header + body
