"""What is kept of one model folder, so that its weights can be compared without being read again.

The same for students' models, the released one and known ones. Only one parameter is in memory at
a time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Union

import numpy as np

from grader.integrity.records import WeightTraits
from grader.integrity.weights.places import places, sampled_values
from grader.integrity.weights.samples import Layer, packed
from grader.rerun.clean_room.folding import folded, references
from grader.rerun.clean_room.trouble import CannotFold
from grader.rerun.clean_room.values import Array
from validators.display import clean
from validators.model.architecture import Reference, reference_of
from validators.model.model_config import read_config
from validators.model.model_files import reason_of
from validators.model.numbers import counted
from validators.model.records import WeightSet
from validators.model.weight_files import read_weights
from validators.model.wiring import Stored, sort_out
from validators.rules.records import ModelRules, T5Architecture


def weight_traits(folder: Path, name: str, rules: ModelRules) -> tuple[WeightTraits, bytes]:
    """What is kept of the folder's model, and its samples; messages call the folder `name`.

    Of several sets of weights it is the one that from_pretrained prefers, as far as it can be
    read and holds weights of the released model. Where only some parameters can be read, the
    trouble says so and the others are kept.
    """
    shown = clean(name)
    if not folder.is_dir():
        return WeightTraits(trouble=f"there is no folder {shown}"), b""
    sets = read_weights(folder, name).sets
    if not sets:
        return WeightTraits(trouble=f"{shown} holds no weights that can be read"), b""
    reasons = []
    for weights in sets:
        found = _of_set(weights, folder, name, rules)
        if not isinstance(found, str):
            return found
        reasons.append(f"{clean(weights.files[0])}: {found}")
    return WeightTraits(trouble="; ".join(reasons[:3])), b""


def _of_set(
    weights: WeightSet, folder: Path, name: str, rules: ModelRules
) -> Union[tuple[WeightTraits, bytes], str]:
    """The samples of one set of weights, or why there are none."""
    if not weights.readable or not weights.tensors:
        found = weights.findings[0].message if weights.findings else "it holds no tensor"
        return found.rstrip(".")
    reason = "it holds no weight of the released model"
    for reference in _references(weights, folder, name, rules):
        reading = _Reading(weights)
        reading.read(reference)
        if reading.layers:
            return reading.traits(len(reference.tensors)), packed(reading.layers, reading.digest)
        reason = reading.troubles[0] if reading.troubles else reason
    return reason


def _references(
    weights: WeightSet, folder: Path, name: str, rules: ModelRules
) -> tuple[Reference, ...]:
    """The architectures that the set may be of: the declared one first."""
    released = reference_of(rules)
    if not isinstance(rules.architecture, T5Architecture):
        return (released,)
    # The configuration of a model in a subfolder lies beside it.
    inner = PurePosixPath(weights.files[0]).parent
    steps = inner.parts[len(PurePosixPath(name).parts) :]
    config = read_config(folder.joinpath(*steps), name)
    return references(released, config.sizes)


class _Reading:
    """One set of weights while it is read, parameter by parameter."""

    def __init__(self, weights: WeightSet) -> None:
        self.layers: list[Layer] = []
        self.troubles: list[str] = []
        self._weights = weights
        self._formats: set[str] = set()
        self._hash = hashlib.blake2b(digest_size=32)

    @property
    def digest(self) -> str:
        """Equal for two models with the same values."""
        return self._hash.hexdigest()

    def read(self, reference: Reference) -> None:
        """Sample every parameter of the architecture that the set holds."""
        for part in sort_out(self._weights.tensors, reference).parts:
            name = part.parameter.name
            try:
                values, stored = self._values(part)
            except CannotFold as reason:
                self.troubles.append(f"{clean(name)}: {reason}")
            except OSError as error:
                self.troubles.append(f"{clean(name)}: {reason_of(error)}")
            else:
                self._formats.add(stored)
                self._keep(name, values)

    def _values(self, part: Stored) -> tuple[Array, str]:
        """The parameter's values as the usual way of loading makes them, and their format."""
        if not part.plain and not part.orig:
            raise CannotFold("no such weight is there")
        # An architecture of this one parameter: so no other is in memory beside it.
        alone = WeightSet(self._weights.files, part.tensors)
        with np.errstate(all="ignore"):
            first = next(folded(alone, Reference((part.parameter,))))
        return first.arrays[part.parameter.name], first.stored

    def _keep(self, name: str, values: Array) -> None:
        # A masked negative is a zero with a sign; where zeros are baked in, it has none.
        values = np.add(values, np.float32(0), out=values)
        flat = values.reshape(-1)
        self._hash.update(f"{name}\0{values.shape}\0".encode("utf-8", "surrogatepass"))
        self._hash.update(np.ascontiguousarray(flat, "<f4").data)
        placed = flat[places(name, values.shape)]
        self.layers.append(Layer(name, values.shape, placed, sampled_values(flat, values.shape)))

    def traits(self, parameters: int) -> WeightTraits:
        """What is told of the set beside its samples."""
        trouble = ""
        if self.troubles:
            left = counted(len(self.troubles), "parameter")
            trouble = f"{left} of {parameters:,} can't be compared, such as {self.troubles[0]}"
        layers = tuple(
            (each.name, each.placed.size, int(np.count_nonzero(each.placed)))
            for each in self.layers
        )
        formats = " and ".join(sorted(each for each in self._formats if each))
        files = tuple(clean(file) for file in self._weights.files)
        return WeightTraits(files, formats, layers, trouble)
