"""Safetensors files: a JSON header that says where each tensor's bytes lie, then the bytes.

Only the header is read. The library refuses files whose tensors overlap, leave holes or don't
reach the end, and so do we: such bytes would be carried along uncounted. Our header limit is
lower than the library's 100 MB: 16 MiB hold more tensors than are read, 50,000.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import BinaryIO, Optional

from validators.display import quoted, size
from validators.findings import Finding, Place
from validators.model.bounded_json import JsonTrouble, read_json
from validators.model.model_files import ModelFile
from validators.model.reader_codes import DTYPE_UNKNOWN, HIDDEN_BYTES, SAFETENSORS
from validators.model.records import DTYPE_BYTES, StoredTensor, WeightSet
from validators.model.trouble import WeightsTrouble

_HEADER_BYTES = 16 * 1024 * 1024
_TENSORS = 50_000
_NAME_LENGTH = 1_000
_DIMENSIONS = 32
_HIDDEN_BYTES = 64 * 1024
# An entry of a header needs about 130 bytes.
_ENTRY_BYTES = 256
_METADATA = "__metadata__"
_ENTRY_KEYS = {"dtype", "shape", "data_offsets"}


@dataclass(frozen=True)
class _Entry:
    """One entry of a header; the place is counted from the end of the header."""

    name: str
    dtype: object
    shape: tuple[int, ...]
    begin: int
    end: int


def read_safetensors(file: ModelFile, stream: BinaryIO) -> WeightSet:
    """The tensors of the file, or why it can't be read."""
    try:
        header, start = _header(file, stream)
        findings = _hidden_findings(header.pop(_METADATA, {}), len(header), start, file)
        if len(header) > _TENSORS:
            raise _trouble(f"names {len(header):,} tensors; at most {_TENSORS:,} are read.")
        entries = [_entry(name, entry) for name, entry in header.items()]
        _check_layout(entries, file.size - start)
        tensors = []
        for entry in entries:
            try:
                tensors.append(_tensor(file, start, entry))
            except WeightsTrouble as trouble:
                if trouble.code is not DTYPE_UNKNOWN:
                    raise
                findings.append(trouble.at(Place(file.name, tensor=entry.name)))
    except WeightsTrouble as trouble:
        return WeightSet((file.name,), (), (trouble.at(file.place),), readable=False)
    return WeightSet((file.name,), tuple(tensors), tuple(findings))


def _trouble(message: str) -> WeightsTrouble:
    return WeightsTrouble(SAFETENSORS, message)


def _header(file: ModelFile, stream: BinaryIO) -> tuple[dict[str, object], int]:
    """The header's entries, and where the data starts."""
    head = stream.read(8)
    length = int.from_bytes(head, "little")
    if len(head) < 8 or length > file.size - 8:
        claim = f"its header claims {length:,} bytes" if len(head) == 8 else "it has no header"
        raise _trouble(f"is cut off: {claim}, the file has {file.size:,}.")
    if length > _HEADER_BYTES:
        raise _trouble(f"has a header of {size(length)}; at most {size(_HEADER_BYTES)} are read.")
    data = stream.read(length)
    if len(data) < length:
        raise _trouble("is cut off in its header.")
    try:
        header = read_json(data)
    except JsonTrouble as trouble:
        raise _trouble(f"its header can't be read: {trouble}.") from None
    if not isinstance(header, dict):
        raise _trouble("its header is no JSON object; expected one entry for each tensor.")
    return header, 8 + length


def _hidden_findings(
    metadata: object, tensors: int, header_bytes: int, file: ModelFile
) -> list[Finding]:
    """What the header says beyond the places of tensors."""
    if not isinstance(metadata, dict) or not all(
        isinstance(value, str) for value in metadata.values()
    ):
        raise _trouble("its __metadata__ is not a table of texts.")
    length = sum(
        len(text.encode("utf-8", "surrogatepass")) for pair in metadata.items() for text in pair
    )
    if length > _HIDDEN_BYTES:
        message = f"its metadata has {size(length)} of text; a few hundred bytes are usual."
        return [HIDDEN_BYTES.at(file.place, message, metadata_bytes=length)]
    if header_bytes > _HIDDEN_BYTES + _ENTRY_BYTES * tensors:
        message = f"its header has {size(header_bytes)} for {tensors:,} tensors."
        return [HIDDEN_BYTES.at(file.place, message, header_bytes=header_bytes)]
    return []


def _entry(name: str, entry: object) -> _Entry:
    """The header entry, its form checked."""
    if len(name) > _NAME_LENGTH:
        raise _trouble(f"has a tensor whose name is {len(name):,} characters long.")
    if not isinstance(entry, dict) or set(entry) != _ENTRY_KEYS:
        raise _trouble(f"the entry of {quoted(name)} has not just dtype, shape and data_offsets.")
    shape, offsets = _sizes(entry["shape"], _DIMENSIONS), _sizes(entry["data_offsets"], 2)
    if shape is None or offsets is None or len(offsets) != 2:
        raise _trouble(f"the shape or the place of {quoted(name)} is no list of whole numbers.")
    return _Entry(name, entry["dtype"], shape, offsets[0], offsets[1])


def _tensor(file: ModelFile, start: int, entry: _Entry) -> StoredTensor:
    """The tensor of the entry; its bytes must be just those that dtype and shape need."""
    dtype, shape = entry.dtype, entry.shape
    if not isinstance(dtype, str) or dtype not in DTYPE_BYTES:
        shown = quoted(dtype) if isinstance(dtype, str) else "no text"
        known = ", ".join(DTYPE_BYTES)
        raise WeightsTrouble(DTYPE_UNKNOWN, f"its dtype is {shown}; known are {known}.")
    stored, have = math.prod(shape), entry.end - entry.begin
    needed = stored * DTYPE_BYTES[dtype]
    if have != needed:
        form = f"{dtype} of shape {list(shape)}"
        raise _trouble(f"{quoted(entry.name)} has {have:,} bytes; {form} needs {needed:,}.")
    storage = f"{file.name}#{entry.begin}-{entry.end}"
    offset = start + entry.begin
    strides = row_major(shape)
    return StoredTensor(
        entry.name, dtype, shape, strides, stored, file.path, file.name, offset, storage
    )


def _sizes(value: object, longest: int) -> Optional[tuple[int, ...]]:
    """The value as non-negative whole numbers that fit 63 bits, or None."""
    if not isinstance(value, list) or len(value) > longest:
        return None
    if not all(type(number) is int and 0 <= number < 2**63 for number in value):
        return None
    return tuple(value)


def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a tensor whose elements lie one after the other."""
    strides, step = [], 1
    for length in reversed(shape):
        strides.append(step)
        step *= length
    return tuple(reversed(strides))


def _check_layout(entries: list[_Entry], length: int) -> None:
    """The tensors lie one after the other, from the end of the header to the end of the file."""
    if not entries:
        raise _trouble("holds no tensor.")
    needed = max(entry.end for entry in entries)
    if needed > length:
        raise _trouble(f"is cut off: its tensors need {needed:,} bytes, {length:,} are there.")
    position = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin < position or entry.end < entry.begin:
            raise _trouble(f"{quoted(entry.name)} lies over another tensor's bytes.")
        if entry.begin > position:
            hole = entry.begin - position
            raise _trouble(f"{hole:,} bytes before {quoted(entry.name)} belong to no tensor.")
        position = entry.end
    if position < length:
        raise _trouble(f"the last {length - position:,} bytes belong to no tensor.")
