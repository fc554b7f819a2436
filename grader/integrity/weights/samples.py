"""Samples of one model's weights as bytes that can be stored, and read again layer by layer.

A header in JSON, then for each layer two compressed pieces: the values at the sampled places as
32-bit floats, and the bits of the sampled values as 32-bit whole numbers, all little-endian.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.integrity.weights.places import Floats, Shape, Words

_MAGIC = b"weights1"
_LENGTH_BYTES = 4
_ITEM_BYTES = 4
_FAST = 1
Key = tuple[str, Shape]
"""A layer: the parameter's name and shape."""


@dataclass(frozen=True)
class Layer:
    """One parameter's samples: the values at the sampled places, and the bits of some values."""

    name: str
    shape: Shape
    placed: Floats
    values: Words


@dataclass(frozen=True)
class _Pieces:
    """Where a layer's two pieces lie, and how many items each has."""

    start: int
    middle: int
    end: int
    placed: int
    values: int


def packed(layers: Sequence[Layer], digest: str) -> bytes:
    """The samples as bytes; `digest` is that of all the model's values."""
    pieces: list[bytes] = []
    entries = []
    for layer in layers:
        placed = zlib.compress(layer.placed.astype("<f4").tobytes(), _FAST)
        values = zlib.compress(layer.values.astype("<u4").tobytes(), _FAST)
        pieces += (placed, values)
        sizes = (layer.placed.size, layer.values.size, len(placed), len(values))
        entries.append([layer.name, list(layer.shape), *sizes])
    head = json.dumps({"digest": digest, "layers": entries}).encode("ascii")
    length = len(head).to_bytes(_LENGTH_BYTES, "little")
    return b"".join((_MAGIC, length, head, *pieces))


class Samples:
    """The samples of one model, unpacked where they are asked for.

    Raises ValueError where the bytes are none that `packed` made.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        start = len(_MAGIC) + _LENGTH_BYTES
        if not data.startswith(_MAGIC):
            raise ValueError("these are no samples of weights")
        end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
        head = json.loads(data[start:end])
        self.digest: str = head["digest"]
        self._pieces = _pieces(head["layers"], end)
        if max((each.end for each in self._pieces.values()), default=end) != len(data):
            raise ValueError("the samples are cut off")

    @cached_property
    def keys(self) -> frozenset[Key]:
        """The layers that there are samples of."""
        return frozenset(self._pieces)

    def check(self) -> None:
        """Unpack everything once, so that later nothing breaks."""
        for key in self._pieces:
            self.placed(key)
            self.values(key)

    def placed(self, key: Key) -> Floats:
        """The values at the sampled places; what is no finite number counts as pruned."""
        each = self._pieces[key]
        raw = _unpacked(self._data[each.start : each.middle], each.placed)
        values = np.frombuffer(raw, "<f4")
        return np.where(np.isfinite(values), values, np.float32(0))

    def values(self, key: Key) -> Words:
        """The bits of the values in the residue class, in order."""
        each = self._pieces[key]
        raw = _unpacked(self._data[each.middle : each.end], each.values)
        return np.frombuffer(raw, "<u4")


def _pieces(entries: Sequence[Sequence[object]], start: int) -> Mapping[Key, _Pieces]:
    pieces: dict[Key, _Pieces] = {}
    for name, shape, placed, values, placed_bytes, values_bytes in entries:
        assert isinstance(name, str)
        assert isinstance(shape, list)
        assert isinstance(placed, int)
        assert isinstance(values, int)
        assert isinstance(placed_bytes, int)
        assert isinstance(values_bytes, int)
        middle = start + placed_bytes
        end = middle + values_bytes
        pieces[name, tuple(shape)] = _Pieces(start, middle, end, placed, values)
        start = end
    return pieces


def _unpacked(data: bytes, items: int) -> bytes:
    try:
        raw = zlib.decompressobj().decompress(data, items * _ITEM_BYTES + 1)
    except zlib.error as error:
        raise ValueError("a piece of the samples is damaged") from error
    if len(raw) != items * _ITEM_BYTES:
        raise ValueError("a piece of the samples has another length")
    return raw
