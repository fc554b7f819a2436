"""What can be told of one tensor by itself: its non-zero values, whether it is a mask.

All reading of values is paid for from an allowance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from validators.model.bits import FORMATS, Bits, Flags, magnitudes
from validators.model.records import StoredTensor
from validators.model.streaming import Reader, Scratch, readable


class Allowance:
    """How many bytes may still be read, so that a thousand views of one storage end soon."""

    def __init__(self, total_bytes: int) -> None:
        self._left = total_bytes

    def covers(self, tensors: Sequence[StoredTensor]) -> bool:
        """Whether the tensors may still be read; if so, they are taken off."""
        needed = sum(_reading(tensor) for tensor in tensors)
        if needed > self._left:
            return False
        self._left -= needed
        return True


def _reading(tensor: StoredTensor) -> int:
    """The bytes to be read for a tensor; those of a sparse one may have to be compared as well."""
    values = 2 * tensor.stored if tensor.sparse else tensor.elements
    return values * FORMATS[tensor.dtype].bytes + sum(length for _, length in tensor.indices)


def count_values(tensor: StoredTensor, reader: Reader, allowance: Allowance) -> int:
    """The non-zero values of a tensor by itself; all of them where it can't be read."""
    if not readable(tensor, 0) or not allowance.covers([tensor]):
        return tensor.elements
    form, total = FORMATS[tensor.dtype], 0
    scratch = reader.scratch.bits(form)
    for (bits,) in reader.blocks([tensor]):
        total += int(np.count_nonzero(magnitudes(bits, form, scratch)))
    return total


def is_binary(tensor: StoredTensor, reader: Reader, allowance: Allowance) -> bool:
    """Whether the tensor holds zeros and ones only; no where it can't be read."""
    if not readable(tensor, 0) or not allowance.covers([tensor]):
        return False
    blocks = reader.blocks([tensor])
    return all(keeps(bits, tensor.dtype, reader.scratch)[1] for (bits,) in blocks)


def keeps(bits: Bits, dtype: str, scratch: Scratch) -> tuple[Flags, bool]:
    """Where a mask is one, and whether it is zero everywhere else."""
    form = FORMATS[dtype]
    keep = np.asarray(bits == form.scalar(form.one))
    ones = int(np.count_nonzero(keep))
    if int(np.count_nonzero(np.not_equal(bits, 0, out=scratch.flags[: bits.size]))) == ones:
        return keep, True
    # A zero with a sign is a zero here too; that is rare enough to look twice.
    return keep, int(np.count_nonzero(magnitudes(bits, form, scratch.bits(form)))) == ones
