"""Weights of a class in small: a released model, and what students who trained alone make of it.

Training is stood in for by what it leaves behind: a change that all have in common, for they all
train on the same bills, and one of each student's own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grader.demo.sample import Arrays
from validators.model.architecture import Reference

_COMMON, _OWN, _KEPT = 0.06, 0.05, 0.28
_MATRIX = 2


def released(reference: Reference) -> Arrays:
    """The weights that everybody starts from."""
    return _drawn(reference, 0, 1.0)


def trained(reference: Reference, seed: int) -> Arrays:
    """The weights of one student, with zeros where they pruned."""
    start, common = released(reference), _drawn(reference, 1, _COMMON)
    own = _drawn(reference, 1_000 + seed, _OWN)
    return {name: _pruned(start[name] + common[name] + own[name], _KEPT) for name in start}


def pruned_again(arrays: Arrays) -> Arrays:
    """The weights with a tenth of what is left taken away."""
    return {name: _pruned(values, 0.9 * _KEPT) for name, values in arrays.items()}


def _drawn(reference: Reference, seed: int, size: float) -> Arrays:
    random = np.random.default_rng(seed)
    return {
        tensor.name: random.standard_normal(tensor.shape, dtype=np.float32) * np.float32(size)
        for tensor in reference.tensors
    }


def _pruned(values: npt.NDArray[np.float32], keep: float) -> npt.NDArray[np.float32]:
    if values.ndim < _MATRIX:
        return values
    cut = np.quantile(np.abs(values), 1 - keep)
    return np.where(np.abs(values) > cut, values, np.float32(0))
