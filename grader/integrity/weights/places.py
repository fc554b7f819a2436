"""Where a model's weights are sampled: the same places in every model, by name and shape alone.

Two samples are taken of each parameter. One is of places. The other is of values, wherever they
lie: those whose hash falls into one residue class, so that a copy with its channels in another
order shows the same values.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Shape = tuple[int, ...]
Floats = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint32]

_PLACES, _VECTOR_PLACES = 1024, 128
_PLACES_SHARE = 2048
"""Large parameters give one place of so many; all others a fixed number."""

_VALUES = 512
_VALUES_SHARE = 4096
_BLOCK = 1 << 18
_SPREAD = 0x9E3779B1


@lru_cache(maxsize=2048)
def places(name: str, shape: Shape) -> npt.NDArray[np.int64]:
    """The sampled places of a parameter, in its flat order."""
    elements = math.prod(shape)
    usual = _PLACES if len(shape) > 1 else _VECTOR_PLACES
    wanted = max(usual, elements // _PLACES_SHARE)
    if elements <= 2 * wanted:
        return np.arange(elements)
    # Our own arithmetic: what numpy's generators draw may change from version to version.
    told = f"{name}\0{shape}".encode("utf-8", "surrogatepass")
    seed = int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "little")
    drawn = _mixed(np.arange(wanted, dtype=np.uint64) + np.array([seed], dtype=np.uint64))
    return np.unique(drawn % np.uint64(elements)).astype(np.int64)


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers in a row become numbers all over the range (the finaliser of SplitMix64)."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def class_bits(shape: Shape) -> int:
    """The binary logarithm of the number of residue classes of which the values of one are kept."""
    elements = math.prod(shape)
    wanted = max(_VALUES, elements // _VALUES_SHARE)
    return max(0, math.ceil(math.log2(max(1, elements) / wanted)))


def sampled_values(values: npt.NDArray[Any], shape: Shape) -> Words:
    """The bits of the values in the residue class, each once and in order; zeros are left out."""
    bits = class_bits(shape)
    flat = values.reshape(-1).view("<u4")
    found = [_in_class(flat[start : start + _BLOCK], bits) for start in range(0, flat.size, _BLOCK)]
    return np.unique(np.concatenate([np.empty(0, "<u4"), *found]))


def _in_class(bits: Words, class_bits: int) -> Words:
    if class_bits == 0:
        return np.asarray(bits[bits & np.uint32(0x7FFFFFFF) != 0])
    hashed = bits * np.uint32(_SPREAD)
    hashed >>= np.uint32(32 - class_bits)
    # Zero, which pruned weights are, hashes to class 0.
    return np.asarray(bits[hashed == np.uint32(1)])
