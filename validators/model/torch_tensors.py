"""Tensors as a torch pickle describes them: a view on a storage, in numbers.

Nothing here trusts the numbers: each view is checked to lie within its storage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Optional

from validators.display import quoted
from validators.model.reader_codes import TENSOR_KIND, TORCH_FILE
from validators.model.records import DTYPE_BYTES
from validators.model.torch_names import FROM_TYPE, dtype_of, is_rebuild
from validators.model.torch_storages import Storage, Stretch, is_size, storage_of
from validators.model.trouble import WeightsTrouble
from validators.pickles import Call, Global, PickledDict

_DIMENSIONS = 32
_WRAPPERS = 8
_ELEMENTS = 10**12


@dataclass(frozen=True)
class View:
    """A tensor as numbers: how its elements lie in its storage, counted in elements.

    `used` are the stretches of storages that it needs; a sparse one has several.
    """

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    reach: int
    layout: str = ""
    used: tuple[Stretch, ...] = ()

    @property
    def sparse(self) -> bool:
        """Whether only some of its values are stored."""
        return bool(self.layout)

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


def is_tensor(value: object) -> bool:
    """Whether the value is a call that gives a tensor."""
    return isinstance(value, Call) and is_rebuild(value.function)


def view_of(value: object, depth: int = _WRAPPERS) -> View:
    """The tensor that the call gives; WeightsTrouble where it can't be told."""
    if not isinstance(value, Call) or not isinstance(value.function, Global) or depth == 0:
        raise _unknown()
    name, arguments = value.function.name, value.arguments
    if not _is_as_made(value):
        message = "is changed after it was made; expected an ordinary tensor."
        raise WeightsTrouble(TENSOR_KIND, message)
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
    if name in _DENSE:
        asked = arguments[6:7] if name == "_rebuild_tensor_v3" else ()
        return _dense(arguments, *asked)
    if name == "_rebuild_sparse_tensor":
        return _sparse(arguments, depth)
    raise _unknown(str(value.function))


_WITH_STATE = "_rebuild_parameter_with_state"
# Functions whose first argument is the tensor itself.
_INNER = frozenset({"_rebuild_parameter", _WITH_STATE, "_rebuild_device_tensor_from_cpu_tensor"})
_DENSE = frozenset(
    {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor"}
)


def _is_as_made(call: Call) -> bool:
    """Whether nothing is done to the tensor afterwards that could give it other values."""
    with_state = call.function in (FROM_TYPE, Global("torch._utils", _WITH_STATE))
    states = (call.state, *(call.arguments[3:] if with_state else ()))
    added = (call.keywords, call.pairs, call.members)
    return all(map(_is_harmless, states)) and all(each is None for each in added)


def _is_harmless(state: object) -> bool:
    """Whether attributes leave a tensor's values alone: one called `data` would replace them."""
    if isinstance(state, tuple) and len(state) == 2:  # attributes and slots
        return all(part is None or isinstance(part, PickledDict) for part in state) and all(
            map(_is_harmless, state)
        )
    if not isinstance(state, PickledDict):
        return state is None
    plain = (bool, int, float, str, type(None))
    return all(isinstance(value, plain) for _, value in state.pairs)


def _unknown(name: str = "") -> WeightsTrouble:
    what = f"made by {name}" if name else "described in a way that is not understood"
    return WeightsTrouble(TENSOR_KIND, f"is {what}; expected an ordinary tensor.")


def _dense(arguments: tuple[object, ...], asked: Optional[object] = None) -> View:
    if len(arguments) < 4:
        raise _unknown()
    storage, offset = storage_of(arguments[0]), arguments[1]
    shape, strides = _sizes(arguments[2]), _sizes(arguments[3])
    if storage is None or shape is None or strides is None or len(shape) != len(strides):
        raise _unknown()
    dtype = storage.dtype if asked is None else dtype_of(asked)
    if not dtype:
        shown = quoted(str(asked)) if isinstance(asked, Global) else "not told"
        raise WeightsTrouble(TENSOR_KIND, f"its number format is {shown}; that can't be counted.")
    if not isinstance(offset, int) or not is_size(offset):
        raise _unknown()
    _check_elements(shape)
    empty = 0 in shape
    reach = 0 if empty else 1 + sum((n - 1) * step for n, step in zip(shape, strides))
    if not empty and (offset + reach) * DTYPE_BYTES[dtype] > storage.size:
        message = f"reaches to byte {(offset + reach) * DTYPE_BYTES[dtype]:,} of its storage"
        raise WeightsTrouble(TORCH_FILE, f"{message}, which has {storage.size:,}.")
    if empty:
        offset = 0
    each = DTYPE_BYTES[dtype]
    begin, used = offset * each, min(math.prod(shape), reach) * each
    part = Stretch(storage.key, begin, begin + reach * each, used)
    return View(storage, dtype, offset, shape, strides, reach, used=(part,))


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
    used = tuple(part for view in (values, *indices) for part in view.used)
    return replace(values, shape=shape, strides=(), layout=layout, used=used)


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
    if not all(is_size(number) for number in value):
        return None
    return tuple(value)
