"""The values of stored tensors as numpy arrays of float32, in the order of their shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.rerun.clean_room.trouble import CannotFold
from validators.display import quoted
from validators.model.bits import Bits
from validators.model.lone_tensors import keeps
from validators.model.records import StoredTensor
from validators.model.streaming import Reader, is_dense, readable

Array = npt.NDArray[np.float32]
_FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
_INDEX_BYTES = (4, 8)
_Places = npt.NDArray[np.integer[Any]]


def values_of(tensor: StoredTensor, reader: Reader) -> Array:
    """The tensor's values; CannotFold where they can't be told."""
    if tensor.dtype not in _FLOATS and tensor.dtype != "BF16":
        raise CannotFold(f"{quoted(tensor.name)} is stored as {tensor.dtype}, not as floats")
    if not readable(tensor, tensor.elements):
        raise CannotFold(f"{quoted(tensor.name)} is too scattered in its file to be read")
    if tensor.sparse:
        return _dense_from_sparse(tensor, reader)
    flat = np.empty(tensor.elements, dtype=np.float32)
    done = 0
    for (bits,) in reader.blocks([tensor]):
        flat[done : done + bits.size] = _floats(bits, tensor.dtype)
        done += bits.size
    return _in_shape(flat, tensor)


def mask_of(tensor: StoredTensor, reader: Reader) -> npt.NDArray[np.bool_]:
    """Where the mask is one; CannotFold where it holds anything but zeros and ones."""
    if not readable(tensor, tensor.elements):
        raise CannotFold(f"{quoted(tensor.name)} can't be read as a mask")
    flat = np.empty(tensor.elements, dtype=np.bool_)
    done = 0
    for (bits,) in reader.blocks([tensor]):
        keep, binary = keeps(bits, tensor.dtype, reader.scratch)
        if not binary:
            raise CannotFold(f"{quoted(tensor.name)} holds other numbers than 0 and 1")
        flat[done : done + bits.size] = keep
        done += bits.size
    return np.asarray(_in_shape(flat, tensor))


def _floats(bits: Bits, dtype: str) -> Array:
    if dtype == "BF16":
        wide: Array = (bits.astype("<u4") << np.uint32(16)).view("<f4")
        return wide
    with np.errstate(over="ignore", invalid="ignore"):
        # What is too large for float32 becomes infinite, and is refused when all is folded.
        return bits.view(_FLOATS[dtype]).astype(np.float32)


def _in_shape(flat: npt.NDArray[Any], tensor: StoredTensor) -> npt.NDArray[Any]:
    """The values in their shape: the reader gives those that lie densely in the file's order."""
    if tensor.contiguous or not is_dense(tensor):
        return flat.reshape(tensor.shape)
    strides = tensor.strides
    outward = sorted(range(len(strides)), key=lambda axis: (-strides[axis], axis))
    stored = flat.reshape([tensor.shape[axis] for axis in outward])
    return np.ascontiguousarray(stored.transpose(np.argsort(outward)))


def _dense_from_sparse(tensor: StoredTensor, reader: Reader) -> Array:
    """The whole of a tensor of which only some values are stored."""
    values = np.empty(tensor.stored, dtype=np.float32)
    done = 0
    for (bits,) in reader.blocks([tensor]):
        values[done : done + bits.size] = _floats(bits, tensor.dtype)
        done += bits.size
    if tensor.layout == "sparse_coo":
        places = _coordinates(tensor, reader)
    elif tensor.layout in ("sparse_csr", "sparse_csc") and len(tensor.shape) == 2:
        places = _compressed(tensor, reader)
    else:
        raise CannotFold(f"{quoted(tensor.name)} is stored as {tensor.layout or 'sparse'}")
    dense = np.zeros(tensor.shape, dtype=np.float32)
    # A place that is named twice has the sum of its values, as torch reads it.
    np.add.at(dense, tuple(places), values)
    return dense


def _coordinates(tensor: StoredTensor, reader: Reader) -> Sequence[_Places]:
    """The places of a tensor in coordinate form, one array for each axis.

    Its indices lie row by row or, as torch often makes them, column by column; which it is shows
    in that the places are within the shape and in order.
    """
    axes = len(tensor.shape)
    (flat,) = _indices(tensor, reader, (axes * tensor.stored,))
    ways = [flat.reshape(axes, tensor.stored), flat.reshape(tensor.stored, axes).T]
    inside = [way for way in ways if _within(way, tensor.shape)]
    ordered = [way for way in inside if _ascending(way, tensor.shape)]
    found = ordered or inside
    if not found or (len(found) > 1 and not np.array_equal(found[0], found[1])):
        raise CannotFold(f"where the values of {quoted(tensor.name)} belong can't be told")
    return tuple(found[0])


def _compressed(tensor: StoredTensor, reader: Reader) -> Sequence[_Places]:
    """The places of a tensor whose rows (or columns) are compressed."""
    by_rows = tensor.layout == "sparse_csr"
    lines, across = tensor.shape if by_rows else tensor.shape[::-1]
    starts, inner = _indices(tensor, reader, (lines + 1, tensor.stored))
    steps = np.diff(starts)
    right = starts[0] == 0 and starts[-1] == tensor.stored and bool((steps >= 0).all())
    if not right or not _within(inner[None], (across,)):
        raise CannotFold(f"where the values of {quoted(tensor.name)} belong can't be told")
    outer = np.repeat(np.arange(lines), steps)
    return (outer, inner) if by_rows else (inner, outer)


def _indices(tensor: StoredTensor, reader: Reader, counts: Sequence[int]) -> list[_Places]:
    """The whole numbers that say where values belong, as many as are expected of each kind."""
    if len(tensor.indices) != len(counts):
        raise CannotFold(f"the indices of {quoted(tensor.name)} are not what its layout has")
    found = []
    for (offset, length), count in zip(tensor.indices, counts):
        size, rest = divmod(length, count) if count else (8, length)
        if rest or size not in _INDEX_BYTES:
            raise CannotFold(f"the indices of {quoted(tensor.name)} do not fit its values")
        data = b"".join(bytes(part) for part in reader.parts(tensor.path, offset, length))
        found.append(np.frombuffer(data, dtype=f"<i{size}"))
    return found


def _within(places: _Places, shape: Sequence[int]) -> bool:
    return all(
        not line.size or (int(line.min()) >= 0 and int(line.max()) < length)
        for line, length in zip(places, shape)
    )


def _ascending(places: _Places, shape: Sequence[int]) -> bool:
    """Whether the places are in order, none of them twice."""
    flat = np.ravel_multi_index(tuple(places), tuple(shape))
    return bool((np.diff(flat) > 0).all())
