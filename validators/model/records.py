"""What is known of a submitted model: stored tensors, weight sets, and their counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Optional

from validators.findings import Finding

# Bytes of one element, by the format names that safetensors uses.
DTYPE_BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "C64": 8, "C128": 16,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip


@dataclass(frozen=True)
class StoredTensor:
    """One tensor as a file holds it: its form, and where its bytes lie (nothing is loaded).

    A dense tensor's element [i, j, …] lies at `offset + bytes(dtype) * (i*strides[0] + …)`.
    Of a sparse one (it has a `layout`), `stored` consecutive values lie there and `strides` is
    empty; `indices` are the offsets and lengths, in bytes, of what says where its values belong.
    Two tensors with the same `storage` share their bytes.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    stored: int
    path: Path
    file: str
    offset: int
    storage: str
    layout: str = ""
    indices: tuple[tuple[int, int], ...] = ()

    @property
    def sparse(self) -> bool:
        """Whether only some of its values are stored."""
        return bool(self.layout)

    @property
    def elements(self) -> int:
        """How many values the tensor has, stored or not."""
        return math.prod(self.shape)

    @property
    def contiguous(self) -> bool:
        """Whether its elements lie one after the other in the order of its shape."""
        expected, step = [], 1
        for length in reversed(self.shape):
            expected.append(step)
            step *= length
        pairs = zip(self.shape, self.strides, reversed(expected))
        return not self.sparse and all(size == 1 or have == want for size, have, want in pairs)


@dataclass(frozen=True)
class WeightSet:
    """One complete set of weights in a model folder: a file, or shards that belong together."""

    files: tuple[str, ...]
    tensors: tuple[StoredTensor, ...]
    findings: tuple[Finding, ...] = ()
    readable: bool = True


@dataclass(frozen=True)
class Count:
    """Non-zero values by both countings, out of so many parameters."""

    parameters: int
    handout: int
    strict: int

    @property
    def handout_ratio(self) -> Fraction:
        """Non-zero ÷ parameters as the tutorial counts; 0 where there are no parameters."""
        return Fraction(self.handout, self.parameters) if self.parameters else Fraction(0)

    @property
    def strict_ratio(self) -> Fraction:
        """Non-zero ÷ parameters of what inference really uses."""
        return Fraction(self.strict, self.parameters) if self.parameters else Fraction(0)


@dataclass(frozen=True)
class GroupCount:
    """The count of one group of tensors; `encoder/self-attention` is a part of `encoder`.

    With `shares`, the row shows the values of that other group once more, as a tied layer sees
    them through its own mask; it adds nothing to the total.
    """

    group: str
    count: Count
    shares: str = ""


@dataclass(frozen=True)
class WeightSetCount:
    """The count of one weight set."""

    files: tuple[str, ...]
    count: Count
    groups: tuple[GroupCount, ...]


@dataclass(frozen=True)
class ModelCount:
    """The ratio of a model folder by both countings, with every finding on the way.

    `total` is the count of the weight set that transformers would load; None when no
    weights of the released model could be read. `sets` has all of them, that one first.
    """

    total: Optional[Count]
    sets: tuple[WeightSetCount, ...]
    findings: tuple[Finding, ...]
