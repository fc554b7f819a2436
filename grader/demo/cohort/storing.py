"""Compressed models as they are shipped: which values are kept, and these in 16 bits.

Of a model that was only pruned the values are those of the released one, and are left out.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from grader.demo.weights import Arrays

_TWENTIETH = 0.05

Halves = dict[str, npt.NDArray[np.float16]]


def halves(arrays: Arrays) -> Halves:
    """The weights in 16 bits, as the students of the class hand them in."""
    return {name: values.astype(np.float16) for name, values in sorted(arrays.items())}


def pruned_again(model: Mapping[str, npt.NDArray[np.float16]]) -> Halves:
    """The model without the smallest twentieth of what each matrix has left."""
    made: Halves = {}
    for name, values in sorted(model.items()):
        left = np.abs(values[values != 0]).astype(np.float32)
        cut = np.quantile(left, _TWENTIETH) if values.ndim > 1 else 0
        made[name] = np.where(np.abs(values) < cut, np.float16(0), values)
    return made


def stored(model: Mapping[str, npt.NDArray[np.float16]], released: Arrays) -> bytes:
    """The model as a file that needs the released one to be read."""
    names = sorted(model)
    flat = np.concatenate([model[name].ravel() for name in names])
    given = np.concatenate([released[name].astype(np.float16).ravel() for name in names])
    kept = flat != 0
    values = flat[kept]
    own = b"" if np.array_equal(values, given[kept]) else _planes(values)
    return lzma.compress(np.packbits(kept).tobytes() + own, preset=9)


def restored(data: bytes, released: Arrays) -> Halves:
    """The model that was stored."""
    names = sorted(released)
    given = np.concatenate([released[name].astype(np.float16).ravel() for name in names])
    told = lzma.decompress(data)
    size = (given.size + 7) // 8
    kept = np.unpackbits(np.frombuffer(told[:size], np.uint8), count=given.size).astype(np.bool_)
    flat = np.zeros(given.size, np.float16)
    flat[kept] = _values(told[size:]) if len(told) > size else given[kept]
    model, begin = {}, 0
    for name in names:
        end = begin + released[name].size
        model[name] = flat[begin:end].reshape(released[name].shape)
        begin = end
    return model


def _planes(values: npt.NDArray[np.float16]) -> bytes:
    """First the lower bytes of all values, then the upper ones, which are alike and pack well."""
    pairs = np.frombuffer(values.astype("<f2").tobytes(), np.uint8).reshape(-1, 2)
    return pairs.T.tobytes()


def _values(planes: bytes) -> npt.NDArray[np.float16]:
    pairs = np.frombuffer(planes, np.uint8).reshape(2, -1)
    return np.frombuffer(pairs.T.tobytes(), "<f2").astype(np.float16)
