"""All weights in a model folder: which files hold some, and which belong together.

Whether a file holds weights is decided by its content (see `formats`); names decide only the
order. The sets come as from_pretrained would choose among them: model.safetensors, then the
sharded safetensors, then pytorch_model.bin, then its shards, then every other weight file in
order of its path: other names, variants such as model.fp16.safetensors, subfolders.

What is decided here:

- A set whose file is damaged stays in its rank, with no tensors and `readable` false, because
  from_pretrained would choose it and fail.
- Shards belong to the index that names them and are not sets of their own. Shards without an
  index are put together all the same, with a finding.
- A torch file without a single tensor (a saved dictionary of settings) is no weight file.
- A file is told of once: what has a finding of its own (a foreign format, a link) is not among
  the `other` files again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Optional

from validators.findings import Finding
from validators.model.formats import Format, Recognised, is_trainer_file, recognise
from validators.model.model_files import ModelFile, files_in, open_file, unreadable
from validators.model.reader_codes import FORMAT, MISNAMED, NOT_OPENED, NOT_WEIGHTS
from validators.model.records import WeightSet
from validators.model.safetensors import read_safetensors
from validators.model.shards import (
    Index,
    combine,
    combine_without_index,
    read_index,
    without_index,
)
from validators.model.torch_file import read_torch
from validators.model.torch_legacy import open_torch_legacy
from validators.model.torch_zip import open_torch_zip

_WEIGHT_FILES = 200
_INDEX_SUFFIX = ".index.json"
_TORCH = frozenset({".bin", ".pt", ".pth", ".ckpt"})
PREFERRED = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
"""What from_pretrained looks for, in its order."""


@dataclass(frozen=True)
class WeightFiles:
    """The weight sets of a folder, the one that from_pretrained prefers first.

    `other` are the remaining files by path within the folder, with their sizes in bytes.
    """

    sets: tuple[WeightSet, ...]
    other: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Read:
    """What looking at one file gave: a weight set, a finding, or nothing (another file)."""

    file: ModelFile
    weights: Optional[WeightSet] = None
    findings: tuple[Finding, ...] = ()


def read_weights(folder: Path, name: str) -> WeightFiles:
    """The weights in the folder, which findings call `name`; only headers are read."""
    files, findings = files_in(folder, name)
    read: list[_Read] = []
    indexes: list[Index] = []
    weight_files = 0
    for file in files:
        if file.relative.endswith(_INDEX_SUFFIX):
            index, troubles = read_index(file)
            indexes += [] if index is None else [index]
            read.append(_Read(file, _broken(file, troubles)))
        elif weight_files >= _WEIGHT_FILES and not is_trainer_file(file.relative, file.size):
            message = f"is one of more than {_WEIGHT_FILES} weight files; it was not read."
            remedy = "Hand in only the model's files."
            read.append(_Read(file, None, (NOT_OPENED.at(file.place, message, remedy),)))
        else:
            read.append(_read_file(file))
            weight_files += read[-1].weights is not None
    found = findings + tuple(finding for part in read for finding in part.findings)
    return WeightFiles(
        _in_order(read, indexes),
        tuple((part.file.relative, part.file.size) for part in read if _is_other(part)),
        found,
    )


def _broken(file: ModelFile, troubles: tuple[Finding, ...]) -> Optional[WeightSet]:
    return WeightSet((file.name,), (), troubles, readable=False) if troubles else None


def _is_other(part: _Read) -> bool:
    known = part.weights is not None or part.findings
    return not known and not part.file.relative.endswith(_INDEX_SUFFIX)


def _read_file(file: ModelFile) -> _Read:
    if is_trainer_file(file.relative, file.size):
        return _Read(file)
    try:
        with open_file(file.path) as stream:
            recognised = recognise(file, stream)
            stream.seek(0)
            if recognised.format is Format.SAFETENSORS:
                return _named(_Read(file, read_safetensors(file, stream)), "safetensors")
            if recognised.format is Format.TORCH_ZIP:
                return _named(_Read(file, read_torch(file, stream, open_torch_zip)), "torch")
            if recognised.format is Format.TORCH_LEGACY:
                return _named(_Read(file, read_torch(file, stream, open_torch_legacy)), "torch")
    except OSError as error:
        return _Read(file, None, (unreadable(file.name, error),))
    return _unread(file, recognised)


def _named(read: _Read, kind: str) -> _Read:
    """The same, with a finding where the name of the weights says another format."""
    suffix = PurePosixPath(read.file.relative).suffix.lower()
    says = "safetensors" if suffix == ".safetensors" else "torch" if suffix in _TORCH else kind
    if says == kind or read.weights is None or not read.weights.readable:
        return read
    message = f"is a {kind} file, and its name says {says}."
    return replace(read, findings=(MISNAMED.at(read.file.place, message),))


def _unread(file: ModelFile, recognised: Recognised) -> _Read:
    if recognised.format is Format.FOREIGN:
        message = f"is {recognised.title}; expected safetensors or a file of torch.save."
        return _Read(file, None, (FORMAT.at(file.place, message, bytes=file.size),))
    if recognised.format is Format.NOT_WEIGHTS:
        finding = NOT_WEIGHTS.at(file.place, f"{recognised.title}; expected weights.")
        return _Read(file, _broken(file, (finding,)))
    return _Read(file)


def _in_order(read: list[_Read], indexes: list[Index]) -> tuple[WeightSet, ...]:
    """The sets by preference, then by path; shards under the index that names them."""
    single = {part.file.relative: part.weights for part in read if part.weights is not None}
    sets: dict[str, WeightSet] = {}
    taken: set[str] = set()
    for index in indexes:
        folder = PurePosixPath(index.file.relative).parent
        paths = {shard: (folder / shard).as_posix() for shard in index.shards}
        there = {shard: single[path] for shard, path in paths.items() if path in single}
        sets[index.file.relative] = combine(index, there)
        # A file of a preferred name is loaded by itself, whatever an index says of it.
        taken.update(path for path in paths.values() if path not in PREFERRED)
    rest = [path for path in single if path not in taken]
    for missing, shards in without_index(rest).items():
        name = PurePosixPath(missing).name
        sets[missing] = combine_without_index(name, [single[path] for path in shards])
        taken.update(shards)
    sets.update((path, single[path]) for path in rest if path not in taken)
    return tuple(sets[path] for path in sorted(sets, key=_rank))


def _rank(path: str) -> tuple[int, list[str]]:
    known = PREFERRED.index(path) if path in PREFERRED else len(PREFERRED)
    return known, path.split("/")
