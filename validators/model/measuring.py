"""A model folder measured: its weights counted, its configuration read, nothing judged yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Optional

from validators.findings import Finding
from validators.model.architecture import Reference, t5_reference
from validators.model.counting import Tally, count_parameter
from validators.model.lone_tensors import Allowance, count_values, is_binary
from validators.model.model_config import ModelConfig, read_config
from validators.model.model_files import unreadable
from validators.model.records import (
    DTYPE_BYTES,
    Count,
    GroupCount,
    StoredTensor,
    WeightSet,
    WeightSetCount,
)
from validators.model.repeats import told_once
from validators.model.streaming import Progress, Reader, file_bytes
from validators.model.weight_files import WeightFiles, read_weights
from validators.model.wiring import Loose, Wiring, identity, sort_out

# Tied layers whose count is a view of other values, not a part of the total, stand in this group.
HEAD = "head"
# How often the bytes of the files are read at most, when tensors share them.
_TIMES = 4
# And how many bytes for one of the released parameters: dense values, masks and copies need 32.
_BYTES_EACH = 64
_SMALL = 100_000_000


@dataclass(frozen=True)
class Unknown:
    """A tensor that the released model doesn't have, and the non-zero values that it adds."""

    tensor: StoredTensor
    nonzero: int


@dataclass(frozen=True)
class LooseMask:
    """A mask that acts on no weight, and why."""

    tensor: StoredTensor
    reason: Loose


@dataclass(frozen=True)
class SetMeasure:
    """One weight set, counted; `wiring` and `count` are None where nothing could be read."""

    weights: WeightSet
    wiring: Optional[Wiring] = None
    tallies: tuple[Tally, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    loose: tuple[LooseMask, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def file(self) -> str:
        """The file that stands for the set in findings."""
        return self.weights.files[0]

    @property
    def counted(self) -> bool:
        """Whether its values were read."""
        return self.wiring is not None

    @property
    def whole(self) -> bool:
        """Whether nothing kept us from reading all of it."""
        return self.counted and not any(finding.blocks for finding in self.findings)

    @property
    def fits(self) -> bool:
        """Whether any tensor of it belongs to the released model."""
        return any(tally.wired.copies for tally in self.tallies)

    def same_as(self, other: SetMeasure) -> bool:
        """Whether both hold the same values, as far as they could be read."""
        own = [tally.fingerprint for tally in self.tallies]
        return None not in own and own == [tally.fingerprint for tally in other.tallies]

    @cached_property
    def count(self) -> WeightSetCount:
        """Both countings of the set, whole and by group."""
        groups: dict[str, Count] = {}
        for tally in self.tallies:
            parameter = tally.wired.parameter
            groups[parameter.group] = _plus(
                groups.get(parameter.group, Count(0, 0, 0)),
                Count(parameter.elements, tally.handout, tally.strict),
            )
        total = Count(0, 0, 0)
        for count in groups.values():
            total = _plus(total, count)
        rows = [GroupCount(group, groups[group]) for group in sorted(groups)]
        rows += [
            GroupCount(HEAD, Count(part.elements, tally.through, tally.through), part.group)
            for tally in self.tallies
            for part in (tally.wired.parameter,)
            if tally.through is not None
        ]
        return WeightSetCount(self.weights.files, total, tuple(rows))


@dataclass(frozen=True)
class Measure:
    """Everything that is known of a model folder before the rules are asked."""

    name: str
    reference: Reference
    files: WeightFiles
    sets: tuple[SetMeasure, ...]
    config: ModelConfig

    @cached_property
    def counted(self) -> tuple[SetMeasure, ...]:
        """The sets whose values were read: first the one that is loaded by default.

        One that holds nothing of the released model (an adapter) is never the first of several.
        """
        return tuple(
            sorted((each for each in self.sets if each.counted), key=lambda each: not each.fits)
        )

    @property
    def read_findings(self) -> tuple[Finding, ...]:
        """What was found while the files were read."""
        found = (finding for each in self.sets for finding in each.findings)
        return told_once((*self.files.findings, *found))

    @cached_property
    def declared(self) -> Reference:
        """The tensors of the architecture that config.json declares; the released one's if none."""
        sizes = self.config.sizes
        if sizes is None or "shared.weight" not in self.reference.by_name:
            return self.reference
        return t5_reference(sizes)


def measure(folder: Path, name: str, reference: Reference, progress: Progress) -> Measure:
    """The folder read and all its weight sets counted; findings call the folder `name`."""
    files = read_weights(folder, name)
    readable = [each for each in files.sets if each.readable and each.tensors]
    total = sum(_bytes(tensor) for each in readable for tensor in each.tensors)
    sets = []
    with Reader(progress, total) as reader:
        for weights in files.sets:
            if weights.readable and weights.tensors:
                sets.append(_measure_set(weights, reference, reader, len(readable) > 1))
            else:
                sets.append(SetMeasure(weights, findings=weights.findings))
    progress(total, total)
    # The configuration of a model in a subfolder lies beside it.
    inner = PurePosixPath(files.sets[0].files[0]).parent if files.sets else PurePosixPath(name)
    steps = inner.parts[len(PurePosixPath(name).parts) :]
    config = read_config(folder.joinpath(*steps), inner.as_posix())
    return Measure(name, reference, files, tuple(sets), config)


def _measure_set(
    weights: WeightSet, reference: Reference, reader: Reader, with_fingerprints: bool
) -> SetMeasure:
    wiring = sort_out(weights.tensors, reference)
    try:
        most = _TIMES * file_bytes(weights.tensors)
        allowance = Allowance(min(most, _BYTES_EACH * reference.total + _SMALL))
        tallies = tuple(
            count_parameter(part, reader, allowance, with_fingerprints) for part in wiring.parts
        )
        loose, strange = _loose_masks(wiring, tallies, reader, allowance)
        known = {identity(copy.tensor) for tally in tallies for copy in tally.wired.copies}
        unknown = []
        for tensor in (*wiring.unknown, *strange):
            # Another name of values that are counted already adds none.
            new = identity(tensor) not in known
            nonzero = count_values(tensor, reader, allowance) if new else 0
            known.add(identity(tensor))
            unknown.append(Unknown(tensor, nonzero))
    except OSError as error:
        finding = unreadable(weights.files[0], error)
        return SetMeasure(weights, findings=(*weights.findings, finding))
    return SetMeasure(weights, wiring, tallies, tuple(unknown), loose, weights.findings)


def _loose_masks(
    wiring: Wiring, tallies: tuple[Tally, ...], reader: Reader, allowance: Allowance
) -> tuple[tuple[LooseMask, ...], tuple[StoredTensor, ...]]:
    """Masks that act on nothing; those that aren't even binary are just tensors with values."""
    found = [(tensor, Loose.ALONE) for tensor in wiring.loose]
    found += [pair for tally in tallies for pair in tally.wired.loose]
    loose, strange = [], []
    for tensor, reason in found:
        if reason is Loose.VALUES or is_binary(tensor, reader, allowance):
            loose.append(LooseMask(tensor, reason))
        else:
            strange.append(tensor)
    return tuple(loose), tuple(strange)


def _plus(one: Count, other: Count) -> Count:
    return replace(
        one,
        parameters=one.parameters + other.parameters,
        handout=one.handout + other.handout,
        strict=one.strict + other.strict,
    )


def _bytes(tensor: StoredTensor) -> int:
    return tensor.stored * DTYPE_BYTES.get(tensor.dtype, 0)
