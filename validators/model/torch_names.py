"""The closed list of names that a file of torch.save may ask for, and what each stands for.

Loading a file imports and calls the names in its pickle. Tensors need few: those of the
functions that put tensors together, of their storages and number formats, and of plain
containers. Any other name is a finding. Names of torch.nn, transformers, numpy and the like
are told apart from the rest, because they are an honest mistake: a whole model was saved.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from validators.pickles import Global


class NameKind(enum.Enum):
    """What asking for a name means."""

    PLAIN = "plain"
    OBJECT = "object"
    FOREIGN = "foreign"


_STORAGES = {
    "DoubleStorage": "F64", "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8",
    "ByteStorage": "U8", "BoolStorage": "BOOL", "ComplexFloatStorage": "C64",
    "ComplexDoubleStorage": "C128", "QInt8Storage": "I8", "QUInt8Storage": "U8",
    "QInt32Storage": "I32", "QUInt4x2Storage": "U8", "QUInt2x4Storage": "U8",
    "UntypedStorage": "U8", "_UntypedStorage": "U8", "TypedStorage": "U8", "_TypedStorage": "U8",
}  # fmt: skip
_DTYPES = {
    "float64": "F64", "double": "F64", "float32": "F32", "float": "F32", "float16": "F16",
    "half": "F16", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2",
    "int64": "I64", "long": "I64", "int32": "I32", "int": "I32", "int16": "I16", "short": "I16",
    "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8",
    "bool": "BOOL", "complex64": "C64", "cfloat": "C64", "complex128": "C128", "cdouble": "C128",
}  # fmt: skip
# Names of number formats and schemes that are understood but can't be counted.
_NAMED_ONLY = {
    "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2", "complex32",
    "chalf", "qint8", "quint8", "qint32", "quint4x2", "quint2x4", "per_tensor_affine",
    "per_tensor_symmetric", "per_channel_affine", "per_channel_symmetric",
    "per_channel_affine_float_qparams", "strided", "sparse_coo", "sparse_csr", "sparse_csc",
    "sparse_bsr", "sparse_bsc", "contiguous_format", "preserve_format", "channels_last",
    "Size", "device", "dtype", "Tensor",
}  # fmt: skip
REBUILDS = frozenset({
    "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
    "_rebuild_parameter_with_state", "_rebuild_sparse_tensor", "_rebuild_qtensor",
    "_rebuild_nested_tensor", "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass",
    "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_device_tensor_from_numpy",
    "_rebuild_xla_tensor",
})  # fmt: skip
"""The functions of torch._utils whose calls are tensors."""

FROM_TYPE = Global("torch._tensor", "_rebuild_from_type_v2")
"""Wraps another rebuilding for tensors that are subclasses or carry attributes."""

_BUILTINS = {
    "set", "frozenset", "dict", "list", "tuple", "int", "float", "bool", "str", "bytes",
    "bytearray", "complex",
}  # fmt: skip
_PLAIN: Mapping[str, frozenset[str]] = {
    "torch": frozenset({*_STORAGES, *_DTYPES, *_NAMED_ONLY}),
    "torch.cuda": frozenset(_STORAGES),
    "torch.storage": frozenset(_STORAGES),
    "torch._utils": REBUILDS,
    "torch._tensor": frozenset({FROM_TYPE.name, "Tensor"}),
    "torch.nn.parameter": frozenset({"Parameter", "Buffer"}),
    "torch.serialization": frozenset({"_get_layout"}),
    "collections": frozenset({"OrderedDict", "defaultdict", "Counter"}),
    "builtins": frozenset(_BUILTINS),
    "_codecs": frozenset({"encode"}),
}
_OBJECT_PACKAGES = frozenset({"transformers", "tokenizers", "accelerate", "numpy", "peft"})
_OBJECT_MODULES = ("torch.nn", "torch.ao", "torch.quantization", "torch.optim")
_ORDERED = Global("collections", "OrderedDict")
_MAPPINGS = frozenset({_ORDERED, Global("collections", "defaultdict"), Global("builtins", "dict")})


def kind_of(asked: Global) -> NameKind:
    """Whether the name belongs to plain tensors, to a saved object, or to neither."""
    if asked.name in _PLAIN.get(asked.module, ()):
        return NameKind.PLAIN
    inside = tuple(f"{module}." for module in _OBJECT_MODULES)
    if asked.module in _OBJECT_MODULES or asked.module.startswith(inside):
        return NameKind.OBJECT
    if asked.module.partition(".")[0] in _OBJECT_PACKAGES:
        return NameKind.OBJECT
    return NameKind.FOREIGN


def storage_dtype(asked: object) -> str:
    """The number format of a storage class; "" where it is no storage class."""
    if isinstance(asked, Global) and asked.module in ("torch", "torch.cuda", "torch.storage"):
        return _STORAGES.get(asked.name, "")
    return ""


def is_packed_storage(asked: object) -> bool:
    """Whether the storage class holds quantised numbers."""
    return isinstance(asked, Global) and asked.name.startswith(("QInt", "QUInt"))


def dtype_of(asked: object) -> str:
    """The number format that a name such as torch.bfloat16 stands for; "" where none we know."""
    if isinstance(asked, Global) and asked.module == "torch":
        return _DTYPES.get(asked.name, "")
    return ""


def is_mapping_class(asked: object) -> bool:
    """Whether the name is a dictionary class."""
    return isinstance(asked, Global) and asked in _MAPPINGS


def is_rebuild(asked: object) -> bool:
    """Whether the name is a function that gives a tensor."""
    if not isinstance(asked, Global):
        return False
    return asked == FROM_TYPE or (asked.module == "torch._utils" and asked.name in REBUILDS)
