"""What is kept of one file of predictions to compare it with others, as bytes and back.

The bytes are compressed: a line of JSON with the sizes and the sampled texts, then the arrays as
little-endian integers. Nothing in them is ever executed when they are read.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

Digests = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Sketch = npt.NDArray[np.uint64]

_FORMAT = "predictions 1"
_MOST_BYTES = 1 << 28
_DTYPES = {
    "texts": "<u4",
    "starts": "<u4",
    "continued": "<u1",
    "near": "<u1",
    "sketch": "<u8",
    "own_sketch": "<u8",
}


@dataclass(frozen=True)
class Sampled:
    """One row of which the text is kept, cut after some characters; `row` counts from 0."""

    row: int
    id: str
    text: str


@dataclass(frozen=True)
class Kept:
    """The arrays of one file of predictions.

    `texts` and `starts` have a digest for each row, of its words and of its first words; 0 where
    the row says nothing that could be compared. `continued` is 1 where the row's text or the
    released model's goes on where the other ends, and `near` where it lies near the answer: two
    who are right are alike without knowing of each other. The sketches hold the smallest hashes
    among all runs of four words: of the whole file, and of the work's own, which neither the
    released model writes nor a row near the answer has.
    """

    texts: Digests
    starts: Digests
    continued: Flags
    near: Flags
    sketch: Sketch
    own_sketch: Sketch
    sampled: tuple[Sampled, ...] = ()
    near_key: tuple[str, ...] = ()
    """The IDs of the first rows that lie near the answer."""
    released: tuple[float, float] = (0.0, 0.0)
    """The released model's own share of rows near the answer, and its run of the answer's words."""

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return len(self.texts)


@dataclass(frozen=True)
class _Head:
    format: str
    counts: dict[str, int]
    sampled: tuple[Sampled, ...]
    near_key: tuple[str, ...]
    released: tuple[float, float]


def packed(kept: Kept) -> bytes:
    """The arrays as bytes, the same on every machine."""
    arrays = {name: getattr(kept, name) for name in _DTYPES}
    counts = {name: len(values) for name, values in arrays.items()}
    head = _Head(_FORMAT, counts, kept.sampled, kept.near_key, kept.released)
    told = json.dumps(asdict(head)).encode("ascii")
    parts = [values.astype(_DTYPES[name]).tobytes() for name, values in arrays.items()]
    return zlib.compress(b"\n".join((told, b"".join(parts))), 1)


def unpacked(data: bytes) -> Kept:
    """The arrays again. Raises ValueError for other bytes."""
    told, _, body = _inflated(data).partition(b"\n")
    try:
        head = _head_reader().validate_json(told)
    except ValidationError as error:
        raise ValueError("these bytes hold no predictions") from error
    sizes = {name: np.dtype(dtype).itemsize for name, dtype in _DTYPES.items()}
    wanted = sum(size * head.counts.get(name, -1) for name, size in sizes.items())
    if head.format != _FORMAT or wanted != len(body) or min(head.counts.values()) < 0:
        raise ValueError("these bytes hold no predictions of this format")
    arrays: dict[str, Any] = {}
    place = 0
    for name, dtype in _DTYPES.items():
        count = head.counts[name]
        values = np.frombuffer(body, dtype=dtype, count=count, offset=place)
        arrays[name] = values.astype(values.dtype.newbyteorder("="))
        place += values.nbytes
    return Kept(**arrays, sampled=head.sampled, near_key=head.near_key, released=head.released)


@lru_cache(maxsize=1)
def _head_reader() -> TypeAdapter[_Head]:
    return TypeAdapter(_Head)


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise ValueError("these bytes hold no predictions") from error
    if not reader.eof or reader.unused_data:
        raise ValueError("these bytes hold no predictions, or too many")
    return found
