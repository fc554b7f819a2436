"""Fingerprints of values: copies and weight sets are compared without being held in memory."""

from __future__ import annotations

import hashlib

import numpy as np

from validators.model.bits import FORMATS, Bits, Flags
from validators.model.records import StoredTensor
from validators.model.streaming import Reader


class Fingerprint:
    """The fingerprint of the values that are seen of a parameter, and of where they are."""

    def __init__(self) -> None:
        # Two, so that it does not matter how the values were cut into blocks.
        self._places, self._values = hashlib.blake2b(), hashlib.blake2b()

    def add(self, bits: Bits, seen: Flags) -> None:
        """The next values of one copy: those that are seen."""
        self.add_places(seen)
        self._values.update(bits[seen].data)

    def add_places(self, flags: Flags) -> None:
        """The next positions at which something holds."""
        self._places.update(np.packbits(flags).data)

    def add_whole(self, digest: bytes) -> None:
        """Something that has a digest of its own."""
        self._places.update(digest)

    def digest(self) -> bytes:
        """The fingerprint of all that was added."""
        return self._places.digest() + self._values.digest()


def sparse_digest(tensor: StoredTensor, reader: Reader) -> bytes:
    """Equal for two sparse tensors with the same values at the same places."""
    form = (tensor.dtype, tensor.shape, tensor.stored, tensor.layout)
    digest = hashlib.blake2b(repr(form).encode())
    values = (tensor.offset, tensor.stored * FORMATS[tensor.dtype].bytes)
    for offset, length in (values, *tensor.indices):
        for part in reader.parts(tensor.path, offset, length):
            digest.update(part)
    return digest.digest()
