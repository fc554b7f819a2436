"""The values of a score's rows as a few kilobytes, and back."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence

_BYTES_OF_ONE = 8


def packed_rows(rows: Sequence[float]) -> bytes:
    """The values, exact to the last bit; the same bytes on every machine."""
    values = array("d", rows)
    if sys.byteorder == "big":
        values.byteswap()
    return zlib.compress(values.tobytes(), 6)


def unpacked_rows(packed: bytes, most: int) -> tuple[float, ...]:
    """The values again. Raises ValueError for other bytes, and for more than `most` values."""
    if not packed:
        return ()
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(packed, most * _BYTES_OF_ONE + 1)
    except zlib.error as error:
        raise ValueError("these bytes hold no rows") from error
    if len(data) % _BYTES_OF_ONE or not reader.eof or reader.unused_data:
        raise ValueError("these bytes hold no rows, or too many")
    values = array("d", data)
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(values)
