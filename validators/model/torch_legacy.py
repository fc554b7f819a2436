"""torch.save's format before version 1.6: five pickles in a row, then the storages' bytes.

Magic number, protocol version, facts about the machine, the object, the storages' keys; then
for each key the number of values (8 bytes) and the values. torch.load unpickles whatever it
finds in place of the magic number too, so a plain pickle is read just as carefully.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from validators.display import quoted
from validators.model.reader_codes import TORCH_FILE
from validators.model.torch_storages import Located, Storage, TorchFile
from validators.model.trouble import WeightsTrouble
from validators.pickles import PickledDict, PickleTrouble, Source, read_next_pickle

MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_PLAIN_OPERATIONS = 1_000
_KEY_OPERATIONS = 300_000
_STORAGE_TEXT = 1024


def open_torch_legacy(stream: BinaryIO, file_size: int) -> TorchFile:
    """The file opened; WeightsTrouble or PickleTrouble where it is not as torch.save wrote it."""
    stream.seek(0)
    source = Source(file=stream)
    first = read_next_pickle(source)
    if type(first.value) is not int or first.value != MAGIC:
        raise PickleTrouble("it is a plain pickle, not written by torch.save", first.globals)
    protocol = _plain(source, _PLAIN_OPERATIONS)
    if type(protocol) is not int or protocol != _PROTOCOL:
        raise WeightsTrouble(TORCH_FILE, "is of an unknown version of torch's old format.")
    machine = _plain(source, _PLAIN_OPERATIONS)
    facts = machine.pairs if isinstance(machine, PickledDict) else []
    little = [value for key, value in facts if isinstance(key, str) and key == "little_endian"]
    if len(little) != 1 or little[0] is not True:
        raise WeightsTrouble(TORCH_FILE, "was written on a machine of another byte order.")
    pickle = read_next_pickle(source)
    return TorchFile(pickle, lambda storages: _located(stream, source, storages, file_size))


def _plain(source: Source, operations: int) -> object:
    """The next pickle's value, where only numbers and text belong."""
    pickle = read_next_pickle(source, operations)
    if pickle.globals:
        raise PickleTrouble("it asks for names where torch.save writes none", pickle.globals)
    return pickle.value


def _located(
    stream: BinaryIO, source: Source, storages: Mapping[str, Storage], file_size: int
) -> Located:
    keys = _plain(source, _KEY_OPERATIONS)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise WeightsTrouble(TORCH_FILE, "has no list of its storages.")
    if len(set(keys)) != len(keys) or set(keys) != set(storages):
        message = f"lists {len(keys):,} storages; its tensors lie in {len(storages):,}."
        raise WeightsTrouble(TORCH_FILE, message)
    starts: dict[str, int] = {}
    position = source.position
    for key in keys:
        stream.seek(position)
        have, needed = int.from_bytes(stream.read(8), "little"), storages[key].values
        if have != needed:
            message = f"storage {quoted(key)} has {have:,} values; its tensors need {needed:,}."
            raise WeightsTrouble(TORCH_FILE, message)
        starts[key] = position + 8
        position += 8 + storages[key].size
        if position > file_size:
            over = position - file_size
            raise WeightsTrouble(TORCH_FILE, f"is cut off: {over:,} bytes are missing.")
    # The pickles are torch.save's as far as they describe the storages.
    described = source.position - _STORAGE_TEXT * len(storages)
    return Located(starts, max(0, file_size - position + described))
