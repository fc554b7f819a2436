"""The storages of a torch file: which its pickle introduces, and how much of them is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Callable, Optional

from validators.display import quoted
from validators.model.reader_codes import TORCH_FILE
from validators.model.records import DTYPE_BYTES
from validators.model.torch_names import is_packed_storage, storage_dtype
from validators.model.trouble import WeightsTrouble
from validators.pickles import Global, PersistentId, Pickle

_LARGEST = 2**63
_KEY_LENGTH = 100


@dataclass(frozen=True)
class Storage:
    """A run of numbers in the file: its key, number format, and how many there are."""

    key: str
    dtype: str
    values: int
    packed: bool

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.values * DTYPE_BYTES[self.dtype]


@dataclass(frozen=True)
class Stretch:
    """A part of a storage that a tensor reaches over, with the bytes of it that it can use."""

    key: str
    begin: int
    end: int
    used: int


@dataclass(frozen=True)
class Located:
    """The first byte of each storage in the file.

    `beside` counts the bytes of the file that are neither storages nor what describes them.
    """

    starts: Mapping[str, int]
    beside: int


@dataclass(frozen=True)
class TorchFile:
    """A file of torch.save once opened: its pickle, and how to find its storages."""

    pickle: Pickle = field(repr=False)
    locate: Callable[[Mapping[str, Storage]], Located] = field(repr=False)


def storages_of(pickle: Pickle) -> dict[str, Storage]:
    """Every storage that the pickle refers to, by its key in the file."""
    found: dict[str, Storage] = {}
    for reference in pickle.persistent:
        storage = storage_of(reference)
        if storage is None:
            continue
        known = found.setdefault(storage.key, storage)
        if known.size != storage.size:
            message = f"gives storage {quoted(storage.key)} two sizes"
            raise WeightsTrouble(
                TORCH_FILE, f"{message}: {known.size:,} and {storage.size:,} bytes."
            )
    return found


def storage_of(reference: object) -> Optional[Storage]:
    """The storage that a persistent id names, or None where it names something else."""
    if not isinstance(reference, PersistentId) or not isinstance(reference.value, tuple):
        return None
    value = reference.value
    if len(value) < 5 or not isinstance(value[0], str) or value[0] != "storage":
        return None
    kind, key, numbers = value[1], value[2], value[4]
    dtype = storage_dtype(kind)
    if not dtype:
        shown = str(kind) if isinstance(kind, Global) else "no class"
        raise WeightsTrouble(TORCH_FILE, f"has a storage of kind {quoted(shown)}.")
    if not isinstance(key, str) or len(key) > _KEY_LENGTH or not is_size(numbers):
        raise WeightsTrouble(TORCH_FILE, "has a storage without a name or a length.")
    if len(value) > 5 and value[5] is not None:
        message = "has a storage that is a part of another, as torch before 0.4 wrote them."
        raise WeightsTrouble(TORCH_FILE, message)
    assert isinstance(numbers, int)
    return Storage(key, dtype, numbers, is_packed_storage(kind))


def is_size(value: object) -> bool:
    """Whether the value is a whole number that a size can be."""
    return type(value) is int and 0 <= value < _LARGEST


def bytes_unused(storages: Mapping[str, Storage], stretches: Iterable[Stretch]) -> int:
    """How many bytes of the storages no tensor reaches, at least."""
    reached, used = dict.fromkeys(storages, 0), dict.fromkeys(storages, 0)
    ends = dict.fromkeys(storages, 0)
    for part in sorted(set(stretches), key=lambda part: (part.key, part.begin)):
        reached[part.key] += max(0, part.end - max(part.begin, ends[part.key]))
        ends[part.key] = max(part.end, ends[part.key])
        used[part.key] += part.used
    return sum(
        storage.size - min(reached[key], used[key], storage.size)
        for key, storage in storages.items()
    )
