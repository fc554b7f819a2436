"""The values of stored tensors, block by block, several tensors in step, in bounded memory.

Blocks are small enough to stay in the processor's cache, so that the passes over one cost little
more than one. Files are read, not mapped: mapped pages would count as our memory.
"""

from __future__ import annotations

import errno
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Callable, Optional, cast

import numpy as np

from validators.model.bits import FORMATS, Bits, Flags, Format
from validators.model.model_files import open_file
from validators.model.records import StoredTensor

BLOCK_BYTES = 512 * 1024
# Tensors whose elements lie crosswise are read whole; larger ones are not read at all.
GATHER_BYTES = 160 * 1024 * 1024
_OPEN_FILES = 8
_PROGRESS_BYTES = 4 * 1024 * 1024

Progress = Callable[[int, int], None]
Source = Callable[[int, int], Bits]


def extent(tensor: StoredTensor) -> int:
    """How many elements of the file the tensor reaches over, from its first to its last."""
    if tensor.sparse:
        return tensor.stored
    if not tensor.elements:
        return 0
    return 1 + sum((length - 1) * step for length, step in zip(tensor.shape, tensor.strides))


def is_dense(tensor: StoredTensor) -> bool:
    """Whether it fills its place in the file, each element once, in whatever order."""
    if tensor.sparse:
        return False
    steps = sorted((step, size) for size, step in zip(tensor.shape, tensor.strides) if size > 1)
    want = 1
    for step, size in steps:
        if step != want:
            return False
        want *= size
    return True


def in_step(tensors: Sequence[StoredTensor]) -> bool:
    """Whether the tensors can be read in the order of the file and still fit each other."""
    orders = {tuple(s for n, s in zip(t.shape, t.strides) if n > 1) for t in tensors}
    return len(orders) == 1 and all(is_dense(tensor) for tensor in tensors)


def readable(tensor: StoredTensor, most_elements: int) -> bool:
    """Whether its values can be read: a known format, not too scattered, not endlessly repeated."""
    if tensor.dtype not in FORMATS:
        return False
    if tensor.sparse or is_dense(tensor):
        return True
    if any(step < 0 for step in tensor.strides):
        return False
    return tensor.elements <= max(extent(tensor), most_elements) and cost(tensor) <= GATHER_BYTES


def readable_together(tensors: Sequence[StoredTensor], most_elements: int) -> bool:
    """Whether tensors of one shape can be read side by side within our memory."""
    if not all(readable(tensor, most_elements) for tensor in tensors):
        return False
    crosswise = [tensor for tensor in tensors if not tensor.contiguous]
    return in_step(tensors) or sum(map(cost, crosswise)) <= GATHER_BYTES


def cost(tensor: StoredTensor) -> int:
    """The bytes that reading the tensor takes."""
    return extent(tensor) * FORMATS[tensor.dtype].bytes


class Scratch:
    """Room for one block's results, made once: new memory costs more than counting in it."""

    def __init__(self) -> None:
        self.flags: Flags = np.empty(BLOCK_BYTES, dtype=np.bool_)
        self.nonzero: Flags = np.empty(BLOCK_BYTES, dtype=np.bool_)
        self._bits: dict[int, Bits] = {}

    def bits(self, form: Format) -> Bits:
        """Room for a block of values of this format."""
        if form.bytes not in self._bits:
            self._bits[form.bytes] = np.empty(BLOCK_BYTES // form.bytes, dtype=form.dtype)
        return self._bits[form.bytes]


class Reader:
    """Reads tensors and says how far it is; a context that closes its files."""

    def __init__(self, progress: Progress, total_bytes: int) -> None:
        self.scratch = Scratch()
        self._progress = progress
        self._total = total_bytes
        self._done = self._told = 0
        self._files: OrderedDict[Path, BinaryIO] = OrderedDict()
        self._buffers: dict[int, bytearray] = {}

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        while self._files:
            self._files.popitem()[1].close()

    def blocks(self, tensors: Sequence[StoredTensor]) -> Iterator[list[Bits]]:
        """The next values of all the tensors, as bits; they must have one shape (or be alone).

        A block is only valid until the next one is asked for.
        """
        linear = in_step(tensors) or (len(tensors) == 1 and tensors[0].sparse)
        widest = max(FORMATS[tensor.dtype].bytes for tensor in tensors)
        step = BLOCK_BYTES // widest
        sources = [
            self._linear(tensor, number) if linear or tensor.contiguous else self._gathered(tensor)
            for number, tensor in enumerate(tensors)
        ]
        total = tensors[0].stored if tensors[0].sparse else tensors[0].elements
        for start in range(0, total, step):
            length = min(step, total - start)
            yield [source(start, length) for source in sources]

    def parts(self, path: Path, offset: int, length: int) -> Iterator[memoryview[Any]]:
        """Bytes of a file, piece by piece; each is only valid until the next one is asked for."""
        view = self._buffer(0)
        for start in range(0, length, BLOCK_BYTES):
            part = view[: min(BLOCK_BYTES, length - start)]
            self._fill(path, offset + start, part)
            yield part

    def _buffer(self, number: int) -> memoryview[Any]:
        if number not in self._buffers:
            self._buffers[number] = bytearray(BLOCK_BYTES)
        return memoryview(self._buffers[number])

    def _linear(self, tensor: StoredTensor, number: int) -> Source:
        form = FORMATS[tensor.dtype]
        view = self._buffer(number)

        def read(start: int, length: int) -> Bits:
            part = view[: length * form.bytes]
            self._fill(tensor.path, tensor.offset + start * form.bytes, part)
            return np.frombuffer(part, dtype=form.dtype)

        return read

    def _gathered(self, tensor: StoredTensor) -> Source:
        form = FORMATS[tensor.dtype]
        stored: Bits = np.empty(extent(tensor), dtype=form.dtype)
        self._fill(tensor.path, tensor.offset, stored.view(np.uint8).data)
        strides = tuple(step * form.bytes for step in tensor.strides)
        seen = np.lib.stride_tricks.as_strided(stored, tensor.shape, strides, writeable=False)

        def read(start: int, length: int) -> Bits:
            return np.asarray(seen.flat[start : start + length])

        return read

    def _fill(self, path: Path, offset: int, part: memoryview[Any]) -> None:
        """Read exactly the part's bytes, or raise OSError: the file may change while we read."""
        stream = self._open(path)
        # Past the stream's own buffer: what is read goes straight to its place.
        raw = cast(RawIOBase, getattr(stream, "raw", stream))
        raw.seek(offset)
        filled = 0
        while filled < len(part):
            size = raw.readinto(part[filled:])
            if not size:
                raise OSError(errno.EIO, "it ends before its last tensor")
            filled += size
        self._done += filled
        if self._done - self._told >= _PROGRESS_BYTES:
            self._told = self._done
            self._progress(min(self._done, self._total), self._total)

    def _open(self, path: Path) -> BinaryIO:
        if path in self._files:
            self._files.move_to_end(path)
            return self._files[path]
        if len(self._files) >= _OPEN_FILES:
            self._files.popitem(last=False)[1].close()
        self._files[path] = open_file(path)
        return self._files[path]


def file_bytes(tensors: Sequence[StoredTensor]) -> int:
    """The sizes of all files that the tensors lie in."""
    return sum(path.stat().st_size for path in sorted({tensor.path for tensor in tensors}))
