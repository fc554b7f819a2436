"""A file of torch.save as a weight set: its pickle judged, its tensors found and placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Callable, Optional

from validators.display import listed, quoted, size
from validators.findings import Finding, Place
from validators.model.model_files import ModelFile
from validators.model.reader_codes import (
    HIDDEN_BYTES,
    NESTED_WEIGHTS,
    PACKED,
    PICKLE_CODE,
    TENSOR_KIND,
    TORCH_FILE,
    WHOLE_OBJECT,
)
from validators.model.records import StoredTensor, WeightSet
from validators.model.torch_names import NameKind, kind_of
from validators.model.torch_storages import (
    Located,
    Storage,
    TorchFile,
    bytes_unused,
    storages_of,
)
from validators.model.torch_tensors import View, view_of
from validators.model.torch_tree import Found, find_weights
from validators.model.trouble import WeightsTrouble
from validators.pickles import Global, PickleTrouble

_HIDDEN_BYTES = 64 * 1024
# Tied weights name the same bytes two to four times; reading them more often is not honest work.
_REPEATS = 16

Opener = Callable[[BinaryIO, int], TorchFile]


def read_torch(file: ModelFile, stream: BinaryIO, opener: Opener) -> Optional[WeightSet]:
    """The tensors of the file, with findings about what else it asks for.

    None where it is in order and has no tensor: torch.save writes other things than weights too.
    """
    findings: list[Finding] = []
    try:
        opened = opener(stream, file.size)
        findings += _asked_for(opened.pickle.globals, file)
        storages = storages_of(opened.pickle)
        # Even a file without tensors is read to its end: what else it asks for is part of it.
        located = opened.locate(storages)
        found = find_weights(opened.pickle.value)
        if found is None:
            return _without_tensors(file, findings)
        tensors, views, strange = _placed(found, located, file)
        _check_repeats(views, file)
    except PickleTrouble as trouble:
        findings += _asked_for(trouble.globals, file)
        findings.append(TORCH_FILE.at(file.place, f"can't be read: {trouble}."))
        return WeightSet((file.name,), (), tuple(findings), readable=False)
    except WeightsTrouble as trouble:
        findings.append(trouble.at(file.place))
        return WeightSet((file.name,), (), tuple(findings), readable=False)
    findings += strange
    findings += _remarks(found, views, file)
    findings += _hidden(storages, views, located, file)
    return WeightSet((file.name,), tuple(tensors), tuple(findings))


def _without_tensors(file: ModelFile, findings: list[Finding]) -> Optional[WeightSet]:
    return WeightSet((file.name,), (), tuple(findings), readable=False) if findings else None


def _asked_for(names: Sequence[Global], file: ModelFile) -> Iterator[Finding]:
    """What loading would import: unknown names one by one in a finding, classes in another."""
    kinds = {name: kind_of(name) for name in names}
    foreign = sorted(str(name) for name, kind in kinds.items() if kind is NameKind.FOREIGN)
    objects = sorted(str(name) for name, kind in kinds.items() if kind is NameKind.OBJECT)
    if foreign:
        message = f"loading it would call {_names(foreign)}"
        yield PICKLE_CODE.at(
            file.place,
            f"{message}; expected nothing but tensors.",
            names=tuple(foreign[:50]),
            count=len(foreign),
        )
    if objects:
        message = f"holds whole objects: {_names(objects)}"
        yield WHOLE_OBJECT.at(
            file.place,
            f"{message}; expected a state dictionary.",
            names=tuple(objects[:50]),
            count=len(objects),
        )


def _names(names: Sequence[str]) -> str:
    """The first three names in full, and how many more there are: a cut name says nothing."""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(quoted(name, 120) for name in names[:3]) + more


def _placed(
    found: Found, located: Located, file: ModelFile
) -> tuple[list[StoredTensor], list[tuple[str, View]], list[Finding]]:
    """The tensors with their places in the file, and findings about those that have none."""
    tensors: dict[str, StoredTensor] = {}
    views: list[tuple[str, View]] = []
    strange: list[tuple[str, WeightsTrouble]] = []
    for name, call in found.tensors:
        try:
            view = view_of(call)
        except WeightsTrouble as trouble:
            if trouble.code is not TENSOR_KIND:
                raise WeightsTrouble(trouble.code, f"{quoted(name)} {trouble.message}") from None
            strange.append((name, trouble))
            continue
        views.append((name, view))
        if name in tensors:
            raise WeightsTrouble(TORCH_FILE, f"has two tensors that are called {quoted(name)}.")
        tensors[name] = _stored(name, view, located.starts, file)
    return list(tensors.values()), views, _strange_findings(strange, file)


def _stored(name: str, view: View, starts: Mapping[str, int], file: ModelFile) -> StoredTensor:
    begin = view.begin
    storage = f"{file.name}#{view.storage.key}:{begin}-{begin + view.reached}"
    return StoredTensor(
        name,
        view.dtype,
        view.shape,
        view.strides,
        view.stored,
        file.path,
        file.name,
        starts[view.storage.key] + begin,
        storage,
        view.layout,
        tuple((starts[part.key] + part.begin, part.end - part.begin) for part in view.used[1:]),
    )


def _strange_findings(strange: list[tuple[str, WeightsTrouble]], file: ModelFile) -> list[Finding]:
    """One finding for each way of being strange, at the first tensor that is so."""
    kinds: dict[str, list[str]] = {}
    for name, trouble in strange:
        kinds.setdefault(trouble.message, []).append(name)
    findings = []
    for message, names in kinds.items():
        more = f" So are {len(names) - 1:,} more." if len(names) > 1 else ""
        place = Place(file.name, tensor=names[0])
        findings.append(TENSOR_KIND.at(place, message + more, tensors=len(names)))
    return findings


def _check_repeats(views: Sequence[tuple[str, View]], file: ModelFile) -> None:
    """All tensors together reach over not many more bytes than the file has."""
    reached = sum(view.reached for _, view in views)
    if reached > _REPEATS * file.size:
        message = f"its tensors reach over {size(reached)} and the file has {size(file.size)}"
        raise WeightsTrouble(TORCH_FILE, f"{message}: the same bytes under many names.")


def _remarks(found: Found, views: Sequence[tuple[str, View]], file: ModelFile) -> Iterator[Finding]:
    """What can be said of tensors that were read all the same."""
    packed = tuple(name for name, view in views if view.storage.packed)
    if packed:
        shown = listed(packed, len(packed), limit=3)
        count = f"{len(packed):,} tensors are" if len(packed) > 1 else "1 tensor is"
        message = f"{count} quantised: {shown}; expected float numbers."
        yield PACKED.at(file.place, message, tensors=len(packed))
    if found.root:
        where = ".".join(found.root)
        message = f"its {len(found.tensors):,} tensors lie under {quoted(where)}."
        yield NESTED_WEIGHTS.at(file.place, message, under=where)


def _hidden(
    storages: Mapping[str, Storage],
    views: Sequence[tuple[str, View]],
    located: Located,
    file: ModelFile,
) -> Iterator[Finding]:
    unused = bytes_unused(storages, (part for _, view in views for part in view.used))
    if unused > _HIDDEN_BYTES:
        message = f"{size(unused)} of its values belong to no tensor of the weights."
        yield HIDDEN_BYTES.at(file.place, message, unused_bytes=unused)
    if located.beside > _HIDDEN_BYTES:
        message = f"{size(located.beside)} of it are neither weights nor what torch.save adds."
        yield HIDDEN_BYTES.at(file.place, message, unused_bytes=located.beside)
