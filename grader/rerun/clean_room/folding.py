"""Stored weights as the arrays that the released architecture computes with.

Which array a layer gets is not always one answer. A head that is stored apart from the embedding
that it is tied to is another model in each version of transformers: the head as stored, the
embedding in its place, or the head in the embedding's. And where a weight is stored both plain and
with its mask, loading decides. Every answer is a folding; the most usual comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np

from grader.rerun.clean_room.trouble import CannotFold
from grader.rerun.clean_room.values import Array, mask_of, values_of
from validators.display import listed, quoted
from validators.model.architecture import Reference, t5_reference
from validators.model.numbers import counted
from validators.model.records import StoredTensor, WeightSet
from validators.model.streaming import Reader, file_bytes
from validators.model.wiring import Stored, sort_out
from validators.rules.model import T5Architecture

HEAD = "lm_head.weight"
"""The name of the layer that may be tied to the embedding."""

# A model that claims more parameters than this many times the released one is not built.
_LARGEST = 2
_EMBEDDING = "shared.weight"


@dataclass(frozen=True)
class Folded:
    """One set of weights as arrays by the released parameter's name, all float32.

    `HEAD` is among them when the head is an array of its own; else it is the embedding. `stored`
    is the one number format of all weights, empty when there are several.
    """

    arrays: Mapping[str, Array]
    how: str
    stored: str


@dataclass(frozen=True)
class _Layer:
    """What one layer computes with, plain and through its mask, as far as it is stored."""

    plain: Optional[StoredTensor]
    orig: Optional[StoredTensor]
    mask: Optional[StoredTensor]

    @property
    def twice(self) -> bool:
        """Whether loading decides which of two versions it is."""
        return self.plain is not None and self.orig is not None and self.mask is not None


def references(released: Reference, sizes: Optional[T5Architecture]) -> tuple[Reference, ...]:
    """The architectures to fold into: the one that config.json declares, then the released one."""
    declared = released if sizes is None else t5_reference(sizes)
    # Only the names and shapes matter here, not which of them are tied.
    if _shapes(declared) == _shapes(released) or declared.total > _LARGEST * released.total:
        return (released,)
    return declared, released


def _shapes(reference: Reference) -> dict[str, tuple[int, ...]]:
    return {name: tensor.shape for name, tensor in reference.by_name.items()}


def folded(weights: WeightSet, reference: Reference) -> Iterator[Folded]:
    """Every way in which the set is a model of this architecture, the most usual first.

    Raises CannotFold, with the first of them, where the set is no such model, and OSError where
    its files can't be read.
    """
    parts = sort_out(weights.tensors, reference).parts
    _check_complete(parts)
    twice = any(_layer(part, names).twice for part in parts for names in part.parameter.layers)
    formats = {tensor.dtype for part in parts for tensor in _weights(part)}
    stored = formats.pop() if len(formats) == 1 else ""
    with Reader(_unwatched, file_bytes(weights.tensors)) as reader:
        for masked in (True, False) if twice else (True,):
            version = ("through masks" if masked else "without masks") if twice else ""
            arrays, head = _arrays(parts, masked, reader)
            for way, found in _heads(arrays, head):
                how = ", ".join(each for each in (version, way) if each) or "as stored"
                yield Folded(found, how, stored)


def equal(one: Folded, other: Folded) -> bool:
    """Whether both compute with the same values."""
    return one.arrays.keys() == other.arrays.keys() and all(
        np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays
    )


def _unwatched(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _weights(part: Stored) -> tuple[StoredTensor, ...]:
    return (*part.plain.values(), *part.orig.values())


def _check_complete(parts: tuple[Stored, ...]) -> None:
    missing = [part.parameter.name for part in parts if not _weights(part)]
    if len(missing) == len(parts):
        raise CannotFold("it holds no weight of the released model")
    if missing:
        shown = listed(tuple(missing), len(missing), limit=3)
        lack = f"it lacks {counted(len(missing), 'weight')}"
        raise CannotFold(f"{lack}: {shown}")
    for part in parts:
        for tensor in (*_weights(part), *part.mask.values()):
            if tensor.shape != part.parameter.shape:
                have, want = _shape(tensor.shape), _shape(part.parameter.shape)
                raise CannotFold(f"{quoted(tensor.name)} is {have}; the architecture has {want}")


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{length:,}" for length in shape) or "a single number"


def _layer(part: Stored, names: tuple[str, ...]) -> _Layer:
    """The tensors of one layer; of several paths to it the parameter's own name counts first."""

    def first(table: Mapping[str, StoredTensor]) -> Optional[StoredTensor]:
        return next((table[name] for name in names if name in table), None)

    return _Layer(first(part.plain), first(part.orig), first(part.mask))


def _arrays(
    parts: tuple[Stored, ...], masked: bool, reader: Reader
) -> tuple[dict[str, Array], Optional[Array]]:
    """Each parameter's array, and what the tied head computes with where it has its own."""
    arrays: dict[str, Array] = {}
    head: Optional[Array] = None
    for part in parts:
        name = part.parameter.name
        tables = (part.plain, part.orig)
        first = next(
            table[each] for each in part.parameter.names for table in tables if each in table
        )
        own, *others = (_layer(part, names) for names in part.parameter.layers)
        found = _seen(own, first, masked, reader)
        arrays[name] = _finite(values_of(first, reader) if found is None else found, name)
        for layer in others:
            head = _seen(layer, first, masked, reader)
            if head is None and own.mask is not None:
                # Saved once, the embedding's mask is not the head's: that sees the bare values.
                head = values_of(first, reader)
            head = head if head is None else _finite(head, HEAD)
    return arrays, head


def _seen(layer: _Layer, first: StoredTensor, masked: bool, reader: Reader) -> Optional[Array]:
    """What the layer computes with; None where nothing is stored for it."""
    hooked = layer.mask is not None and (layer.orig is not None or layer.plain is None)
    if hooked and (masked or layer.plain is None):
        assert layer.mask is not None
        values = values_of(layer.orig or first, reader)
        # As torch does it, so that a masked negative is a zero with a sign there and here.
        return np.multiply(values, mask_of(layer.mask, reader), out=values)
    bare = layer.plain or layer.orig
    return None if bare is None else values_of(bare, reader)


def _finite(values: Array, name: str) -> Array:
    wrong = values.size - int(np.count_nonzero(np.isfinite(values)))
    if wrong:
        raise CannotFold(f"{quoted(name)} has {counted(wrong, 'infinite or undefined value')}")
    return values


def _heads(
    arrays: dict[str, Array], head: Optional[Array]
) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """The arrays with each head that a version of transformers would give them."""
    if head is None or np.array_equal(head, arrays[_EMBEDDING]):
        yield "", arrays
        return
    yield "the head apart from the embedding", {**arrays, HEAD: head}
    yield "the embedding as the head", arrays
    yield "the head as the embedding", {**arrays, _EMBEDDING: head}
