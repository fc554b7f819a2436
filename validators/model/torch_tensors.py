"""Tensors as a torch pickle describes them: a view on a storage, in numbers.

Nothing here trusts the numbers: each view is checked to lie within its storage, and each
storage to be one that the pickle has introduced.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Callable, Optional

from validators.display import quoted
from validators.model.reader_codes import TENSOR_KIND, TORCH_FILE
from validators.model.records import DTYPE_BYTES
from validators.model.torch_names import (
    FROM_TYPE,
    dtype_of,
    is_packed_storage,
    is_rebuild,
    storage_dtype,
)
from validators.model.trouble import WeightsTrouble
from validators.pickles import Call, Global, PersistentId, Pickle

_DIMENSIONS = 32
_WRAPPERS = 8
_LARGEST = 2**63
_ELEMENTS = 10**12
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
class View:
    """A tensor as numbers: how its elements lie in its storage, counted in elements.

    `used` names each storage that it needs (a sparse one has several), with the bytes reached.
    """

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    reach: int
    sparse: bool = False
    used: tuple[tuple[str, int], ...] = ()

    @property
    def stored(self) -> int:
        """How many numbers of the storage it can have at most."""
        return self.reach if self.sparse else min(math.prod(self.shape), self.reach)

    @property
    def begin(self) -> int:
        """The first byte of the storage that belongs to the tensor."""
        return self.offset * DTYPE_BYTES[self.dtype]

    @property
    def reached(self) -> int:
        """From that byte on, how many bytes the tensor reaches over."""
        return self.reach * DTYPE_BYTES[self.dtype]


@dataclass(frozen=True)
class Located:
    """The first byte of each storage in the file.

    `beside` counts the bytes of the file that are neither storages nor what torch.save adds.
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
        storage = _storage(reference)
        if storage is None:
            continue
        known = found.setdefault(storage.key, storage)
        if known.size != storage.size:
            message = f"gives storage {quoted(storage.key)} two sizes"
            raise WeightsTrouble(
                TORCH_FILE, f"{message}: {known.size:,} and {storage.size:,} bytes."
            )
    return found


def is_tensor(value: object) -> bool:
    """Whether the value is a call that gives a tensor."""
    return isinstance(value, Call) and is_rebuild(value.function)


def view_of(value: object, depth: int = _WRAPPERS) -> View:
    """The tensor that the call gives; WeightsTrouble where it can't be told."""
    if not isinstance(value, Call) or not isinstance(value.function, Global) or depth == 0:
        raise _unknown()
    name, arguments = value.function.name, value.arguments
    if value.function == FROM_TYPE:
        if len(arguments) < 3 or not isinstance(arguments[2], tuple):
            raise _unknown()
        return view_of(Call(arguments[0], arguments[2]), depth - 1)
    if not is_rebuild(value.function):
        raise _unknown(str(value.function))
    if name in _INNER:
        if not arguments:
            raise _unknown()
        return view_of(arguments[0], depth - 1)
    if name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_qtensor"):
        return _dense(arguments)
    if name == "_rebuild_tensor_v3":
        return _dense(arguments, arguments[6] if len(arguments) > 6 else None)
    if name == "_rebuild_sparse_tensor":
        return _sparse(arguments, depth)
    raise _unknown(str(value.function))


# Functions whose first argument is the tensor itself.
_INNER = frozenset(
    {
        "_rebuild_parameter",
        "_rebuild_parameter_with_state",
        "_rebuild_device_tensor_from_cpu_tensor",
    }
)


def _unknown(name: str = "") -> WeightsTrouble:
    what = f"made by {name}" if name else "described in a way that is not understood"
    return WeightsTrouble(TENSOR_KIND, f"is {what}; expected an ordinary tensor.")


def _storage(reference: object) -> Optional[Storage]:
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
    if not isinstance(key, str) or len(key) > _KEY_LENGTH or not _is_size(numbers):
        raise WeightsTrouble(TORCH_FILE, "has a storage without a name or a length.")
    if len(value) > 5 and value[5] is not None:
        message = "has a storage that is a part of another, as torch before 0.4 wrote them."
        raise WeightsTrouble(TORCH_FILE, message)
    assert isinstance(numbers, int)
    return Storage(key, dtype, numbers, is_packed_storage(kind))


def _dense(arguments: tuple[object, ...], asked: Optional[object] = None) -> View:
    if len(arguments) < 4:
        raise _unknown()
    storage, offset = _storage(arguments[0]), arguments[1]
    shape, strides = _sizes(arguments[2]), _sizes(arguments[3])
    if storage is None or shape is None or strides is None or len(shape) != len(strides):
        raise _unknown()
    dtype = storage.dtype if asked is None else dtype_of(asked)
    if not dtype:
        shown = quoted(str(asked)) if isinstance(asked, Global) else "not told"
        raise WeightsTrouble(TENSOR_KIND, f"its number format is {shown}; that can't be counted.")
    if not isinstance(offset, int) or not _is_size(offset):
        raise _unknown()
    _check_elements(shape)
    empty = 0 in shape
    reach = 0 if empty else 1 + sum((n - 1) * step for n, step in zip(shape, strides))
    if not empty and (offset + reach) * DTYPE_BYTES[dtype] > storage.size:
        message = f"reaches to byte {(offset + reach) * DTYPE_BYTES[dtype]:,} of its storage"
        raise WeightsTrouble(TORCH_FILE, f"{message}, which has {storage.size:,}.")
    if empty:
        offset = 0
    used = ((storage.key, min(math.prod(shape), reach) * DTYPE_BYTES[dtype]),)
    return View(storage, dtype, offset, shape, strides, reach, used=used)


def _sparse(arguments: tuple[object, ...], depth: int) -> View:
    """A sparse tensor: the view of its values, under the shape of the whole."""
    if len(arguments) != 2 or not isinstance(arguments[1], tuple):
        raise _unknown()
    layout, data = _layout(arguments[0]), arguments[1]
    # COO has indices, values, size; the compressed layouts have two rows of indices.
    first = {"sparse_coo": 1}.get(layout, 2)
    if layout not in _SPARSE_LAYOUTS or len(data) < first + 2:
        raise _unknown()
    values = view_of(data[first], depth - 1)
    indices = [view_of(part, depth - 1) for part in data[:first]]
    shape = _sizes(data[first + 1])
    if shape is None or values.sparse or not _is_run(values):
        raise _unknown()
    _check_elements(shape)
    used = tuple(part for view in (*indices, values) for part in view.used)
    return replace(values, shape=shape, strides=(), sparse=True, used=used)


_SPARSE_LAYOUTS = frozenset({"sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc"})


def _layout(value: object) -> str:
    """The name of a layout, given as torch.sparse_coo or as the call that looks it up."""
    if isinstance(value, Call) and len(value.arguments) == 1:
        value = value.arguments[0]
    shown = str(value) if isinstance(value, (str, Global)) else ""
    return shown.partition("torch.")[2]


def _check_elements(shape: tuple[int, ...]) -> None:
    if math.prod(shape) > _ELEMENTS:
        raise WeightsTrouble(TORCH_FILE, f"claims over {_ELEMENTS:,} values; no model has as many.")


def _is_run(view: View) -> bool:
    """Whether the elements lie one after the other, in the order of the shape."""
    step = 1
    for length, stride in zip(reversed(view.shape), reversed(view.strides)):
        if length != 1 and stride != step:
            return 0 in view.shape
        step *= length
    return True


def _sizes(value: object) -> Optional[tuple[int, ...]]:
    """Non-negative whole numbers from a tuple, a list or a torch.Size; None for anything else."""
    if isinstance(value, Call) and len(value.arguments) == 1:
        value = value.arguments[0]
    if not isinstance(value, (tuple, list)) or len(value) > _DIMENSIONS:
        return None
    if not all(_is_size(number) for number in value):
        return None
    return tuple(value)


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST


def bytes_unused(storages: Mapping[str, Storage], views: Iterable[View]) -> int:
    """How many bytes of the storages no tensor reaches, at least."""
    used = dict.fromkeys(storages, 0)
    for view in views:
        for key, reached in view.used:
            used[key] = min(storages[key].size, used[key] + reached)
    return sum(storages[key].size - reached for key, reached in used.items())
