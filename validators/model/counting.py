"""The count of one weight set: per parameter, what is zero by both countings.

For one position of a parameter, with its copies and masks as `wiring` found them:

- *seen*: a copy is seen where some layer looks at it bare or through a mask that is 1 there.
- *strict*: the number of different non-zero values among the copies that are seen.
- *handout*: the same, and none where a masked layer (the tied head as well) that looks at these
  values has its mask 0. A head stored apart with other values masks its own values only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from validators.model.bits import (
    FORMATS,
    Bits,
    Flags,
    Oddities,
    count_oddities,
    magnitudes,
)
from validators.model.fingerprints import Fingerprint, sparse_digest
from validators.model.lone_tensors import Allowance, keeps
from validators.model.records import StoredTensor
from validators.model.streaming import Reader, Scratch, readable_together
from validators.model.wiring import Copy, Mask, Stored, Wired, tied_row, wire


@dataclass(frozen=True)
class Tally:
    """What one parameter comes to.

    `through` is what a tied layer still sees through its mask (None without one); `unread` are
    tensors that were taken as all non-zero; `differing` positions have copies that disagree;
    `fingerprint` is equal for two tallies of the same values (None where none was made).
    """

    wired: Wired
    handout: int
    strict: int
    through: Optional[int]
    differing: int
    oddities: Oddities
    unread: tuple[StoredTensor, ...] = ()
    fingerprint: Optional[bytes] = None


@dataclass
class _Sums:
    """The tally while it is being counted."""

    fingerprint: Optional[Fingerprint]
    handout: int = 0
    strict: int = 0
    through: Optional[int] = None
    differing: int = 0
    oddities: Oddities = field(default_factory=Oddities)
    unread: list[StoredTensor] = field(default_factory=list)
    not_binary: set[str] = field(default_factory=set)
    sparse: set[bytes] = field(default_factory=set)


def count_parameter(
    stored: Stored, reader: Reader, allowance: Allowance, with_fingerprint: bool = False
) -> Tally:
    """The tally of one parameter; a mask that isn't binary is refused and all counted anew."""
    refused: frozenset[str] = frozenset()
    while True:
        wired = wire(stored, refused)
        sums = _Sums(Fingerprint() if with_fingerprint else None)
        for copies, masks in _groups(wired):
            tensors = [copy.tensor for copy in copies] + [mask.tensor for mask in masks]
            elements = stored.parameter.elements
            if not (readable_together(tensors, elements) and allowance.covers(tensors)):
                # Nothing is known of the values: none of them is taken for zero.
                sums.unread += tensors
                sums.strict += sum(copy.tensor.elements for copy in copies)
                sums.handout += sum(copy.tensor.elements for copy in copies)
            elif not tensors[0].sparse or _is_new(tensors[0], reader, sums):
                _count_group(wired, copies, masks, reader, sums)
        if not sums.not_binary:
            break
        refused |= sums.not_binary
    if len({copy.tensor.shape for copy in wired.copies}) > 1:
        sums.differing = max(sums.differing, stored.parameter.elements)
    made = None if sums.fingerprint is None or sums.unread else sums.fingerprint.digest()
    return Tally(
        wired, sums.handout, sums.strict, sums.through, sums.differing, sums.oddities,
        tuple(sums.unread), made,
    )  # fmt: skip


def _is_new(tensor: StoredTensor, reader: Reader, sums: _Sums) -> bool:
    """Whether the sparse tensor is none that was counted: tied ones are saved one by one."""
    digest = sparse_digest(tensor, reader)
    if digest in sums.sparse:
        return False
    sums.sparse.add(digest)
    if sums.fingerprint is not None:
        sums.fingerprint.add_whole(digest)
    return True


def _groups(wired: Wired) -> list[tuple[list[Copy], list[Mask]]]:
    """The copies that can be compared position by position, with the masks of their shape."""
    shapes: dict[object, tuple[list[Copy], list[Mask]]] = {}
    for number, copy in enumerate(wired.copies):
        key = ("sparse", number) if copy.tensor.sparse else copy.tensor.shape
        shapes.setdefault(key, ([], []))[0].append(copy)
    for mask in wired.masks:
        shapes[mask.tensor.shape][1].append(mask)
    return list(shapes.values())


def _count_group(
    wired: Wired, copies: list[Copy], masks: list[Mask], reader: Reader, sums: _Sums
) -> None:
    counter = _Counter(wired, copies, masks, sums, reader.scratch)
    tensors = [copy.tensor for copy in copies] + [mask.tensor for mask in masks]
    plain = len(tensors) == 1
    for blocks in reader.blocks(tensors):
        if plain:
            counter.add_plain(blocks[0])
        else:
            counter.add(blocks[: len(copies)], blocks[len(copies) :])
        if sums.not_binary:
            return


class _Counter:
    """Counts the blocks of one group of copies and masks into its sums."""

    def __init__(
        self,
        wired: Wired,
        copies: list[Copy],
        masks: list[Mask],
        sums: _Sums,
        scratch: Scratch,
    ) -> None:
        numbers = {id(copy): number for number, copy in enumerate(wired.copies)}
        self.copies = [(numbers[id(copy)], copy) for copy in copies]
        self.masks = masks
        self.sums = sums
        # The masks of each always-masked layer, as far as they are of this group.
        own = {mask.name: place for place, mask in enumerate(masks)}
        self.layers = [
            [own[wired.masks[n].name] for n in layer if wired.masks[n].name in own]
            for layer in wired.layers
        ]
        self.tied = [own[mask.name] for mask in tied_row(wired) if mask.name in own]
        self.scratch = scratch

    def add_plain(self, bits: Bits) -> None:
        """One copy that somebody sees bare: the quick way, without flags."""
        room = self.scratch.nonzero[: bits.size]
        nonzero = self._values(bits, self.copies[0][1].tensor.dtype, room)
        if self.sums.fingerprint is not None:
            self.sums.fingerprint.add(bits, room)
        self.sums.strict += nonzero
        self.sums.handout += nonzero

    def add(self, values: list[Bits], masks: list[Bits]) -> None:
        """Copies and masks in step."""
        kept = []
        for mask, bits in zip(self.masks, masks):
            keep, binary = keeps(bits, mask.tensor.dtype, self.scratch)
            kept.append(keep)
            if not binary:
                self.sums.not_binary.add(mask.tensor.name)
        if self.sums.not_binary:
            return
        nonzeros, seen = [], []
        for (number, copy), bits in zip(self.copies, values):
            nonzero = np.empty(bits.size, dtype=np.bool_)
            self._values(bits, copy.tensor.dtype, nonzero)
            nonzeros.append(nonzero)
            if copy.bare:
                seen.append(nonzero)
            else:
                through = [k for k, mask in zip(kept, self.masks) if mask.copy == number]
                seen.append(nonzero & _any(through))
        self._compare(values, nonzeros, seen, kept)
        if self.tied:
            self._tied(nonzeros, kept)

    def _values(self, bits: Bits, dtype: str, flags: Flags) -> int:
        """How many values are not zero; `flags` are set to which."""
        form = FORMATS[dtype]
        size = magnitudes(bits, form, self.scratch.bits(form))
        # Flags are counted twice as fast as the values themselves.
        nonzero = int(np.count_nonzero(np.not_equal(size, 0, out=flags)))
        self.sums.oddities.add(count_oddities(bits, size, nonzero, form, self.scratch.flags))
        return nonzero

    def _allowed(self, this: int, values: list[Bits], kept: list[Flags]) -> Optional[Flags]:
        """Where no masked layer has a zero for this copy's values; None without such a layer."""
        allowed: Optional[Flags] = None
        for layer in self.layers:
            if layer:
                keep = _any([kept[place] for place in layer])
                others = {self._place(self.masks[place].copy) for place in layer}
                if this not in others:
                    keep = keep | ~_any([self._equal(values, this, other) for other in others])
                allowed = keep if allowed is None else allowed & keep
        return allowed

    def _place(self, number: int) -> int:
        """Where the copy of this number stands in the group."""
        return [number for number, _ in self.copies].index(number)

    def _compare(
        self,
        values: list[Bits],
        nonzeros: list[Flags],
        seen: list[Flags],
        masks: list[Flags],
    ) -> None:
        """Count what is seen, equal values of several copies once."""
        differs: Optional[Flags] = None
        for this, shown in enumerate(seen):
            flags = shown
            for other in range(this):
                equal = self._equal(values, this, other)
                # Copies that differ only by a mask, or only behind it, are no contradiction.
                apart = _apart(nonzeros[this], nonzeros[other], equal)
                apart &= _apart(shown, seen[other], equal)
                differs = apart if differs is None else differs | apart
                flags = flags & ~(seen[other] & equal)
            strict = int(np.count_nonzero(flags))
            allowed = self._allowed(this, values, masks) if strict else None
            kept = flags if allowed is None else flags & allowed
            self.sums.strict += strict
            self.sums.handout += int(np.count_nonzero(kept))
            if self.sums.fingerprint is not None and strict:
                self.sums.fingerprint.add(values[this], flags)
                self.sums.fingerprint.add_places(kept)
        if differs is not None:
            self.sums.differing += int(np.count_nonzero(differs))

    def _equal(self, values: list[Bits], one: int, other: int) -> Flags:
        """Where two copies hold the same bits; in two number formats they never count as equal."""
        if self.copies[one][1].tensor.dtype == self.copies[other][1].tensor.dtype:
            return np.asarray(values[one] == values[other])
        return np.zeros(values[one].size, dtype=np.bool_)

    def _tied(self, nonzeros: list[Flags], kept: list[Flags]) -> None:
        through = 0
        for place in self.tied:
            copy = nonzeros[self._place(self.masks[place].copy)]
            through += int(np.count_nonzero(copy & kept[place]))
        self.sums.through = (self.sums.through or 0) + through


def _apart(one: Flags, other: Flags, equal: Flags) -> Flags:
    return (one | other) & ~(one & other & equal)


def _any(flags: list[Flags]) -> Flags:
    found = flags[0]
    for other in flags[1:]:
        found = found | other
    return found
