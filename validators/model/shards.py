"""Sharded weights: an index says which tensor is in which of several files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from validators.display import listed, quoted, size
from validators.findings import Finding, Place
from validators.model.bounded_json import JsonTrouble, read_json
from validators.model.model_files import ModelFile, open_file, unreadable
from validators.model.reader_codes import SHARD_INDEX, SHARDS
from validators.model.records import StoredTensor, WeightSet
from validators.model.trouble import WeightsTrouble

_INDEX_BYTES = 16 * 1024 * 1024
_SHARDS = 200
_SHARD_NAME = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<count>\d{5})(?P<suffix>\.\w+)")


@dataclass(frozen=True)
class Index:
    """An index file that was read: tensor names by shard, in its order."""

    file: ModelFile
    weight_map: Mapping[str, str]

    @property
    def shards(self) -> tuple[str, ...]:
        """The shards' file names, sorted."""
        return tuple(sorted(set(self.weight_map.values())))


def read_index(file: ModelFile) -> tuple[Optional[Index], tuple[Finding, ...]]:
    """The index, or the finding that says why it can't be used."""
    try:
        if file.size > _INDEX_BYTES:
            shown = f"{size(file.size)}; at most {size(_INDEX_BYTES)} are read"
            raise WeightsTrouble(SHARD_INDEX, f"has {shown}.")
        with open_file(file.path) as stream:
            value = read_json(stream.read(_INDEX_BYTES))
        return Index(file, _weight_map(value)), ()
    except OSError as error:
        return None, (unreadable(file.name, error),)
    except JsonTrouble as trouble:
        return None, (SHARD_INDEX.at(file.place, f"can't be read: {trouble}."),)
    except WeightsTrouble as trouble:
        return None, (trouble.at(file.place),)


def _weight_map(value: object) -> dict[str, str]:
    weight_map = value.get("weight_map") if isinstance(value, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise WeightsTrouble(SHARD_INDEX, "has no weight_map that gives each tensor its file.")
    named: dict[str, str] = {}
    for tensor, shard in weight_map.items():
        if not isinstance(shard, str) or not _is_plain_name(shard):
            shown = quoted(shard) if isinstance(shard, str) else "no text"
            message = f"places {quoted(tensor)} in {shown}; expected a file of the same folder."
            raise WeightsTrouble(SHARD_INDEX, message)
        named[tensor] = shard
    if len(set(named.values())) > _SHARDS:
        message = f"names {len(set(named.values())):,} files; at most {_SHARDS} are read."
        raise WeightsTrouble(SHARD_INDEX, message)
    return named


def _is_plain_name(name: str) -> bool:
    return name not in ("", ".", "..") and not any(mark in name for mark in "/\\:\0")


def combine(index: Index, shards: Mapping[str, WeightSet]) -> WeightSet:
    """The shards as one set; `shards` are those that are there, by file name."""
    found = [shards[name] for name in index.shards if name in shards]
    missing = tuple(name for name in index.shards if name not in shards)
    findings = [finding for part in found for finding in part.findings]
    findings += _disagreements(index, shards, missing)
    files = (index.file.name, *(file for part in found for file in part.files))
    readable = not missing and all(part.readable for part in found)
    return WeightSet(files, _once(found), tuple(findings), readable)


def _disagreements(
    index: Index, shards: Mapping[str, WeightSet], missing: tuple[str, ...]
) -> Iterator[Finding]:
    place = index.file.place
    if missing:
        message = f"{len(missing):,} of {len(index.shards):,} files are missing"
        yield SHARDS.at(place, f"{message}: {listed(missing, len(missing))}.", missing=missing)
    there = {
        (tensor.name, name)
        for name in index.shards
        if name in shards
        for tensor in shards[name].tensors
    }
    unread = {name for name in index.shards if name not in shards or not shards[name].readable}
    expected = {pair for pair in index.weight_map.items() if pair[1] not in unread}
    absent = tuple(tensor for tensor, _ in sorted(expected - there))
    if absent:
        message = f"{len(absent):,} tensors are not in the file that the index names"
        yield SHARDS.at(place, f"{message}: {listed(absent, len(absent))}.", tensors=len(absent))
    strangers = tuple(tensor for tensor, _ in sorted(there - expected))
    if strangers:
        message = f"{len(strangers):,} tensors are in a file where the index has them not"
        shown = listed(strangers, len(strangers))
        yield SHARDS.at(place, f"{message}: {shown}.", tensors=len(strangers))


def without_index(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Shards that no index names, grouped by the index that they lack; paths within the folder."""
    groups: dict[str, list[str]] = {}
    for name in names:
        match = _SHARD_NAME.fullmatch(name)
        if match is not None:
            index = f"{match['stem']}{match['suffix']}.index.json"
            groups.setdefault(index, []).append(name)
    return {index: tuple(group) for index, group in groups.items()}


def combine_without_index(index: str, shards: Sequence[WeightSet]) -> WeightSet:
    """Shards whose index is missing as one set, with the finding that says so."""
    files = tuple(file for part in shards for file in part.files)
    count = f"{len(shards):,} shard{'' if len(shards) == 1 else 's'}"
    message = f"{count} without the index {quoted(index)}; from_pretrained can't load them."
    finding = SHARDS.at(Place(files[0]), message)
    findings = (finding, *(finding for part in shards for finding in part.findings))
    return WeightSet(files, _once(shards), findings, all(part.readable for part in shards))


def _once(parts: Sequence[WeightSet]) -> tuple[StoredTensor, ...]:
    """Each tensor under its name once, from the first shard that has it."""
    tensors: dict[str, StoredTensor] = {}
    for part in parts:
        for tensor in part.tensors:
            tensors.setdefault(tensor.name, tensor)
    return tuple(tensors.values())
