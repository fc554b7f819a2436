"""Damaged pickles and torch files: a trouble or findings, never an exception, nothing outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.cases.torch_writer import SYSTEM_CALL, TorchWriter, dumps, view
from tests.fuzz.fuzz_safetensors import check_promises
from validators.display import clean
from validators.model.weight_files import read_weights
from validators.pickles import Call, Global, PickleTrouble, read_pickle


def _state(writer: TorchWriter) -> dict[str, Call]:
    shared = writer.storage(np.arange(12, dtype="float32"))
    sparse = (
        Call(Global("torch.serialization", "_get_layout"), ("torch.sparse_coo",)),
        (
            writer.tensor(np.zeros((2, 3), "int64")),
            writer.tensor(np.ones(3, "float32")),
            Call(Global("torch", "Size"), ((4, 5),)),
        ),
    )
    return {
        "a": view(shared, (3, 4), (4, 1)),
        "b": view(shared, (4, 3), (1, 4)),
        "c": view(shared, (2, 9), (1, 0), offset=3),
        "p": Call(Global("torch._utils", "_rebuild_parameter"), (view(shared, (), ()), True, {})),
        "s": Call(Global("torch._utils", "_rebuild_sparse_tensor"), sparse),
    }


def _module() -> Call:
    module = Call(Global("torch.nn.modules.linear", "Linear"), ())
    module.state = {"_parameters": {}, "_buffers": {}, "_modules": {"inner": None}, "n": [1, (2,)]}
    return module


def _seeds() -> tuple[bytes, ...]:
    zipped, legacy = TorchWriter(), TorchWriter()
    state = _state(legacy)
    return (
        zipped.zipped({"model": _state(zipped), "epoch": 3}),
        legacy.legacy(state, {"1": 8}),
        dumps(_state(TorchWriter())),
        dumps({"call": SYSTEM_CALL, "module": _module()}),
        b"(dp0\nS'a'\np1\n(lp2\nI1\naL2L\naF1.5\nasVtext\np3\n(ia\nb\nsg1\ng3\ns.",
        b"\x80\x05\x95\x1c\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94\x8f\x94(K\x01K\x02\x90\x8c\x01b\x94C\x02hiu.",
        b"]q\x00" + b"h\x00a" * 40 + b".",
        b"\x80\x02)" + b"2\x86" * 60 + b".",
    )


SEEDS: tuple[bytes, ...] = _seeds()
_NAMES = {"pruned_model/pytorch_model.bin", "pruned_model/wrapped.pth"}


def run_one(data: bytes, folder: Path) -> None:
    """Read the bytes as a pickle, as a torch file, and as the pickle inside a torch file."""
    try:
        found = read_pickle(data)
        assert found.end <= len(data)
        assert len(repr(found)) < 10_000_000
    except PickleTrouble as trouble:
        assert clean(str(trouble)) == str(trouble)  # noqa: PT017 - what it says is what is tested
    (folder / "pytorch_model.bin").write_bytes(data)
    writer = TorchWriter()
    _state(writer)
    (folder / "wrapped.pth").write_bytes(writer.zipped(None, **{"data.pkl": data}))
    check_promises(read_weights(folder, "pruned_model"), _NAMES)
