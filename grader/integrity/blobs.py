"""The arrays of a submission's traits: one piece of bytes for each part, in one."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping

_LENGTH = struct.Struct(">Q")


def packed_parts(parts: Mapping[str, bytes]) -> bytes:
    """All parts in one, in the order of their names."""
    names = sorted(parts)
    head = json.dumps([(name, len(parts[name])) for name in names]).encode("ascii")
    return b"".join((_LENGTH.pack(len(head)), head, *(parts[name] for name in names)))


def part_of(blob: bytes, wanted: str) -> bytes:
    """One part again; empty where there is none. Raises ValueError for other bytes."""
    if not blob:
        return b""
    if len(blob) < _LENGTH.size:
        raise ValueError("these bytes hold no parts")
    start = _LENGTH.size + _LENGTH.unpack_from(blob)[0]
    for name, length in json.loads(blob[_LENGTH.size : start]):
        if name == wanted:
            if start + length > len(blob):
                raise ValueError("these bytes end within a part")
            return blob[start : start + length]
        start += length
    return b""
