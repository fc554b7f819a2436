"""Number formats as bit patterns: what is zero, tiny, one or not finite, whatever the format.

Values are compared as unsigned integers. So a denormal is no zero even where the processor
flushes denormals, NaN is a value like any other, and float32 goes as fast as bfloat16.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.unsignedinteger[Any]]
Flags = npt.NDArray[np.bool_]

# Below this absolute value, and not zero, a weight is as good as pruned, but not pruned.
TINY = 1e-20


@dataclass(frozen=True)
class Format:
    """One number format, read as an unsigned integer of `bytes` bytes.

    `value` are the bits without the sign; `tiny` is the first pattern that is not tiny any more,
    and `endless` the first that is infinite or NaN (None where the format has none).
    """

    bytes: int
    value: int
    one: int
    tiny: Optional[int] = None
    endless: Optional[int] = None

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """The numpy type of the bit patterns, in the byte order of the files."""
        return np.dtype(f"<u{self.bytes}")

    @cached_property
    def unsigned(self) -> Any:
        """The mask that takes the sign away."""
        return self.scalar(self.value)

    @property
    def signed(self) -> bool:
        """Whether there is a zero with a sign."""
        return self.value != int(256**self.bytes) - 1

    def scalar(self, pattern: int) -> Any:
        """The pattern as numpy's number of this type, so that nothing is widened."""
        return self.dtype.type(pattern)


def _whole(length: int) -> Format:
    return Format(length, 256**length - 1, 1)


def _pattern(value: float, kind: str) -> int:
    bits = np.array([value], dtype=f"<f{kind}").view(f"<u{kind}")
    return int(bits[0])


FORMATS = {
    "F64": Format(8, 2**63 - 1, 0x3FF << 52, _pattern(TINY, "8"), 0x7FF << 52),
    "F32": Format(4, 2**31 - 1, 0x7F << 23, _pattern(TINY, "4"), 0xFF << 23),
    "BF16": Format(2, 2**15 - 1, 0x7F << 7, _pattern(TINY, "4") >> 16, 0xFF << 7),
    "F16": Format(2, 2**15 - 1, 0x0F << 10, None, 0x1F << 10),
    "F8_E5M2": Format(1, 2**7 - 1, 0x0F << 2, None, 0x1F << 2),
    "F8_E4M3": Format(1, 2**7 - 1, 0x07 << 3, None, 0x7F),
    "I64": _whole(8), "U64": _whole(8), "I32": _whole(4), "U32": _whole(4),
    "I16": _whole(2), "U16": _whole(2), "I8": _whole(1), "U8": _whole(1), "BOOL": _whole(1),
}  # fmt: skip


@dataclass
class Oddities:
    """How many values of a tensor are zeros with a sign, tiny, or not finite."""

    negative_zeros: int = 0
    tiny: int = 0
    not_finite: int = 0

    def add(self, other: Oddities) -> None:
        """Count the other's values here too."""
        self.negative_zeros += other.negative_zeros
        self.tiny += other.tiny
        self.not_finite += other.not_finite


def magnitudes(bits: Bits, form: Format, out: Bits) -> Bits:
    """The bits without their sign, written into the start of `out`."""
    return np.asarray(np.bitwise_and(bits, form.unsigned, out=out[: bits.size]))


def count_oddities(bits: Bits, size: Bits, nonzero: int, form: Format, scratch: Flags) -> Oddities:
    """The unusual values among the bits; `size` are their magnitudes.

    The usual block has few, which a maximum and a minimum show; only else is more looked at.
    """
    found = Oddities()
    # Taken as a whole number with a sign, -0.0 is the least there is.
    if form.signed and int(bits.view(f"<i{form.bytes}").min(initial=0)) == -form.value - 1:
        found.negative_zeros = int(np.count_nonzero(bits)) - nonzero
    if form.endless is not None and int(size.max(initial=0)) >= form.endless:
        found.not_finite = int(np.count_nonzero(size >= form.scalar(form.endless)))
    if form.tiny is not None:
        below = np.less(size, form.scalar(form.tiny), out=scratch[: size.size])
        found.tiny = int(np.count_nonzero(below)) - (size.size - nonzero)
    return found
