"""Damaged safetensors files: read_weights answers with findings, and places nothing outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from validators.display import clean
from validators.model.records import DTYPE_BYTES, StoredTensor
from validators.model.weight_files import WeightFiles, read_weights


def safetensors(header: Any, data: bytes = b"") -> bytes:
    """A safetensors file of this header, which may be anything that JSON can say."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(begin: int, end: int, shape: list[Any], dtype: str = "F32") -> dict[str, Any]:
    """One tensor of a header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


SEEDS: tuple[bytes, ...] = (
    safetensors({"a": entry(0, 24, [2, 3]), "b": entry(24, 28, [])}, bytes(28)),
    safetensors(
        {"__metadata__": {"format": "pt"}, "w": entry(0, 8, [4], "BF16"), "e": entry(8, 8, [0, 3])},
        bytes(range(8)),
    ),
    safetensors({f"layer.{n}.weight": entry(n, n + 1, [1], "U8") for n in range(20)}, bytes(20)),
    safetensors({"a": entry(0, 8, [2**62, 2**62])}, bytes(8)),
    safetensors(b'{"a":' * 400 + b"1" + b"}" * 400),
    safetensors(b'{"a":' + b"[" * 5000),
    safetensors(b'{"a":1e999,"a":-0,"b":' + b"9" * 300 + b"}"),
)


def run_one(data: bytes, folder: Path) -> None:
    """Read the bytes as model.safetensors and hold the answer against what is promised."""
    (folder / "model.safetensors").write_bytes(data)
    check_promises(read_weights(folder, "pruned_model"), {"pruned_model/model.safetensors"})


def check_promises(found: WeightFiles, names: set[str]) -> None:
    """Every tensor lies within its file, and everything that is said can be shown."""
    for weights in found.sets:
        assert set(weights.files) <= names
        assert weights.readable or weights.findings
        assert not (weights.tensors and not weights.readable and len(weights.files) == 1)
        assert len({tensor.name for tensor in weights.tensors}) == len(weights.tensors)
        for tensor in weights.tensors:
            check_tensor(tensor)
    findings = (*found.findings, *(one for part in found.sets for one in part.findings))
    for finding in findings:
        assert clean(str(finding)) == str(finding)
        assert len(str(finding)) < 2_000
        assert finding.message.endswith(".")


def check_tensor(tensor: StoredTensor) -> None:
    """The tensor's bytes are in its file, from the first element to the last."""
    size = tensor.path.stat().st_size
    width = DTYPE_BYTES[tensor.dtype]
    last = tensor.stored
    if not tensor.sparse:
        assert len(tensor.strides) == len(tensor.shape)
        reach = ((length - 1) * stride for length, stride in zip(tensor.shape, tensor.strides))
        last = 0 if 0 in tensor.shape else 1 + sum(reach)
        assert tensor.stored <= min(tensor.elements, last)
    assert tensor.offset >= 0
    assert tensor.stored >= 0
    assert tensor.offset + last * width <= size
    assert all(isinstance(number, int) and number >= 0 for number in tensor.shape)
