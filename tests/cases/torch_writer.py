"""Files as torch.save writes them, made without torch; and pickles that ask for anything."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from validators.model.safetensors import row_major
from validators.pickles import Call, Global, PersistentId

STORAGES = {
    "float64": "DoubleStorage", "float32": "FloatStorage", "float16": "HalfStorage",
    "uint16": "BFloat16Storage", "int64": "LongStorage", "int8": "CharStorage",
    "bool": "BoolStorage", "uint8": "ByteStorage",
}  # fmt: skip
MAGIC = 0x1950A86A20F9469CFC6C
SYSTEM_CALL = Call(Global("posix", "system"), ("true",))


def dumps(value: Any, protocol: int = 2) -> bytes:
    """The value as a pickle; `Global`, `Call` and `PersistentId` stand for themselves."""
    return b"\x80" + bytes([protocol]) + _encoded(value) + b"."


def _encoded(value: Any) -> bytes:
    if value is None or isinstance(value, bool):
        return {None: b"N", True: b"\x88", False: b"\x89"}[value]
    if isinstance(value, int):
        length = value.bit_length() // 8 + 1
        return b"\x8a" + bytes([length]) + value.to_bytes(length, "little", signed=True)
    if isinstance(value, str):
        return b"X" + struct.pack("<I", len(value.encode())) + value.encode()
    if isinstance(value, tuple):
        return b"(" + b"".join(map(_encoded, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(_encoded, value)) + b"e"
    if isinstance(value, dict):
        return b"}" + _filled(value)
    if isinstance(value, Global):
        return f"c{value.module}\n{value.name}\n".encode()
    if isinstance(value, PersistentId):
        return _encoded(value.value) + b"Q"
    assert isinstance(value, Call)
    made = _encoded(value.function) + _encoded(value.arguments) + b"R"
    made += b"" if value.pairs is None else _filled(dict(value.pairs))
    return made + (b"" if value.state is None else _encoded(value.state) + b"b")


def _filled(pairs: Mapping[Any, Any]) -> bytes:
    return b"(" + b"".join(_encoded(part) for pair in pairs.items() for part in pair) + b"u"


class TorchWriter:
    """Collects storages while tensors are described, then writes the file around a value."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    def storage(self, values: Any, kind: str = "") -> PersistentId:
        """A reference to the values as a storage of this file."""
        values = np.ascontiguousarray(values)
        key = str(len(self.data))
        self.data[key] = values.tobytes()
        name = kind or STORAGES[values.dtype.name]
        return PersistentId(("storage", Global("torch", name), key, "cpu", values.size))

    def tensor(self, values: Any) -> Call:
        """A dense tensor that has a storage of its own."""
        values = np.asarray(values)
        return view(self.storage(values), values.shape, row_major(values.shape))

    def tensors(self, arrays: Mapping[str, Any]) -> dict[str, Call]:
        """All arrays as tensors."""
        return {name: self.tensor(values) for name, values in arrays.items()}

    def zipped(self, value: Any, **changes: bytes) -> bytes:
        """The file in the zip format; `changes` replace or add entries (`_` stands for `/`)."""
        entries = {"data.pkl": dumps(value), "byteorder": b"little"}
        entries.update({f"data/{key}": data for key, data in self.data.items()})
        entries.update({"version": b"3\n", **changes})
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in entries.items():
                archive.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
        return out.getvalue()

    def legacy(self, value: Any, sizes: Mapping[str, int]) -> bytes:
        """The file in the format before torch 1.6; `sizes` are bytes of one value, by key."""
        facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
        out = b"".join(map(dumps, (MAGIC, 1001, facts, value, sorted(self.data))))
        for key in sorted(self.data):
            data = self.data[key]
            out += struct.pack("<q", len(data) // sizes.get(key, 4)) + data
        return out


def view(
    storage: PersistentId,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    offset: int = 0,
    function: str = "_rebuild_tensor_v2",
) -> Call:
    """A tensor as torch describes it: a view on a storage."""
    hooks = Call(Global("collections", "OrderedDict"), ())
    arguments = (storage, offset, tuple(shape), tuple(strides), False, hooks)
    return Call(Global("torch._utils", function), arguments)


def write_torch(path: Path, arrays: Mapping[str, Any]) -> None:
    """The arrays as a state dictionary in torch's zip format."""
    writer = TorchWriter()
    path.write_bytes(writer.zipped(writer.tensors(arrays)))
