"""How finely a model's numbers are stored, and numbers rounded to that: what coincides by itself.

A file may say 32 bits and hold numbers that had 16: so the numbers are asked, not the file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grader.integrity.weights.places import Floats

WHOLE, HALF, BRAIN = 0, 1, 2
"""32 bits, float16 and bfloat16: the later, the coarser."""

NAMES = ("float32", "float16", "bfloat16")
"""What these are called."""

_HALF_TAIL, _BRAIN_TAIL = np.uint32(2**13 - 1), np.uint32(2**16 - 1)
_NEARLY_ALL = 0.99
_EXPONENT = np.uint32(0x7F800000)


def fineness(values: Floats) -> int:
    """The coarsest format that nearly all of the values fit."""
    bits = values.view("<u4")
    if not bits.size:
        return WHOLE
    for kind, tail in ((BRAIN, _BRAIN_TAIL), (HALF, _HALF_TAIL)):
        if np.count_nonzero(bits & tail == 0) >= _NEARLY_ALL * bits.size:
            return kind
    return WHOLE


def rounded(values: Floats, kind: int) -> Floats:
    """The values as they are after being stored in that format, in 32 bits again."""
    if kind == HALF:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return values.astype(np.float16).astype(np.float32)
    if kind == BRAIN:
        bits = np.ascontiguousarray(values).view("<u4")
        # To the nearest, and of two as near to the even one; what is not finite stays.
        odd = (bits >> np.uint32(16)) & np.uint32(1)
        near = (bits + np.uint32(0x7FFF) + odd) & ~_BRAIN_TAIL
        kept = np.where(bits & _EXPONENT == _EXPONENT, bits, near)
        return np.asarray(kept.view("<f4"))
    return values


def moved(values: Floats, base: Floats, kind: int) -> npt.NDArray[np.bool_]:
    """Where values differ from what they began with by more than a little of their last digits.

    Two that moved by a few last digits only are easily at the same value by chance.
    """
    if kind != WHOLE:
        return np.asarray(values != base)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.abs(values - base) > _LAST_DIGITS * np.abs(base))


_LAST_DIGITS = np.float32(2.0**-17)
