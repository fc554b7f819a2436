"""torch files that are damaged or dishonest: each is told in words, without torch."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.torch_writer import SYSTEM_CALL, TorchWriter, dumps, view, write_torch
from tests.fuzz.fuzz_pickle import SEEDS, run_one
from validators.model.weight_files import WeightFiles, read_weights
from validators.pickles import Call, Global, PersistentId

ONES = np.ones(8, "float32")


def read(folder: Path, data: bytes, name: str = "pytorch_model.bin") -> WeightFiles:
    (folder / name).write_bytes(data)
    return read_weights(folder, "pruned_model")


def said(found: WeightFiles) -> str:
    findings = (*found.findings, *(one for part in found.sets for one in part.findings))
    return " | ".join(str(finding) for finding in findings)


def test_a_state_dictionary_made_without_torch(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype="float32").reshape(2, 3), "b": np.ones((), "float16")}
    write_torch(tmp_path / "pytorch_model.bin", arrays)
    (weights,) = read_weights(tmp_path, "pruned_model").sets
    assert weights.findings == ()
    data = (tmp_path / "pytorch_model.bin").read_bytes()
    for tensor in weights.tensors:
        own = arrays[tensor.name]
        values = np.frombuffer(data, own.dtype, own.size, tensor.offset).reshape(tensor.shape)
        np.testing.assert_array_equal(values, own)


def repacked(change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> bytes:
    """A good file, written again by `change`."""
    writer = TorchWriter()
    out = io.BytesIO()
    plain = zipfile.ZipFile(io.BytesIO(writer.zipped({"w": writer.tensor(ONES)})))
    with plain, zipfile.ZipFile(out, "w") as target:
        change(plain, target)
    return out.getvalue()


def renamed(old: str, new: str) -> Callable[[zipfile.ZipFile, zipfile.ZipFile], None]:
    def change(plain: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
        for name in plain.namelist():
            target.writestr(zipfile.ZipInfo(name.replace(old, new)), plain.read(name))

    return change


def made(make: Callable[[TorchWriter], Any], **changes: bytes) -> bytes:
    writer = TorchWriter()
    return writer.zipped(make(writer), **changes)


def patched(data: bytes, old: bytes, new: bytes, which: int = 0) -> bytes:
    """The data with one occurrence of `old` replaced."""
    parts = data.split(old)
    assert len(parts) > which + 1
    return old.join(parts[: which + 1]) + new + old.join(parts[which + 1 :])


def rebuilt(function: str, *arguments: Any) -> Call:
    return Call(Global("torch._utils", function), arguments)


def first_storage(writer: TorchWriter) -> PersistentId:
    """Always the first storage of the file."""
    if not writer.data:
        writer.storage(np.ones(999, "float32"))
    return PersistentId(("storage", Global("torch", "FloatStorage"), "0", "cpu", 999))


def nested(function: str, value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = rebuilt(function, value, True, {})
    return value


GOOD = made(lambda writer: {"w": writer.tensor(ONES)})
BAD: dict[str, tuple[bytes, str]] = {
    "cut off": (GOOD[:200], "directory can't be read"),
    "bytes in its directory": (GOOD[:-200] + b"x" * 99 + GOOD[-200:], "bad magic number"),
    "a comment": (GOOD[:-2] + b"\x02\0hi", "does not end with its zip directory"),
    "no data.pkl in a folder": (repacked(renamed("archive/", "")), "holds 0 data.pkl|zip archive"),
    "two folders": (
        repacked(renamed("archive/version", "other/version")),
        'beside "archive/": "other/version"',
    ),
    "a storage less": (repacked(renamed("data/0", "data/7")), 'storage "0" has 0 bytes'),
    "another name in its own header": (
        patched(GOOD, b"archive/data.pkl", b"archive/data.xyz"),
        "another header than the directory",
    ),
    "encrypted": (patched(GOOD, b"\x14\0\0\0\0\0", b"\x14\0\x01\0\0\0"), "is encrypted"),
    "big endian": (made(lambda writer: {"w": writer.tensor(ONES)}, byteorder=b"big"), "byte order"),
    "a storage too short": (
        made(lambda writer: {"w": writer.tensor(ONES)}, **{"data/0": b"\0" * 12}),
        'storage "0" has 12 bytes; its tensors need 32',
    ),
    "an unknown storage class": (
        made(lambda writer: {"w": view(writer.storage(ONES, "StringStorage"), (8,), (1,))}),
        'storage of kind "torch.StringStorage"',
    ),
    "two sizes of one storage": (
        made(
            lambda _: [
                PersistentId(("storage", Global("torch", "FloatStorage"), "0", "cpu", size))
                for size in (1, 2)
            ]
        ),
        "two sizes: 4 and 8 bytes",
    ),
    "a storage in a storage": (
        made(
            lambda _: PersistentId(
                ("storage", Global("torch", "FloatStorage"), "0", "cpu", 1, ("1", 0, 1))
            )
        ),
        "a part of another",
    ),
    "a storage of negative length": (
        made(lambda _: PersistentId(("storage", Global("torch", "FloatStorage"), "0", "cpu", -1))),
        "without a name or a length",
    ),
    "a view beyond its storage": (
        made(lambda writer: {"w": view(writer.storage(ONES), (8,), (1,), offset=1)}),
        '"w" reaches to byte 36 of its storage, which has 32',
    ),
    "strides beyond its storage": (
        made(lambda writer: {"w": view(writer.storage(ONES), (2, 4), (5, 1))}),
        "reaches to byte 36",
    ),
    "negative strides": (
        made(lambda writer: {"w": view(writer.storage(ONES), (8,), (-1,))}),
        "not understood",
    ),
    "a trillion values of one": (
        made(lambda writer: {"w": view(writer.storage(ONES), (2**41, 1), (0, 1))}),
        "no model has as many",
    ),
    "one storage under many names": (
        made(lambda writer: {str(n): view(first_storage(writer), (999,), (1,)) for n in range(99)}),
        "the same bytes under many names",
    ),
    "a tensor of no arguments": (
        made(lambda _: {"w": rebuilt("_rebuild_tensor_v2")}),
        "not understood",
    ),
    "a parameter in a parameter in …": (
        made(lambda writer: {"w": nested("_rebuild_parameter", writer.tensor(ONES), 20)}),
        "not understood",
    ),
    "a nested tensor": (
        made(lambda writer: {"w": rebuilt("_rebuild_nested_tensor", writer.tensor(ONES))}),
        "made by torch._utils._rebuild_nested_tensor",
    ),
    "a sparse tensor of an unknown layout": (
        made(lambda _: {"w": rebuilt("_rebuild_sparse_tensor", "torch.strided", ())}),
        "not understood",
    ),
    "a name of a thousand letters": (
        made(lambda writer: {"n" * 1001: writer.tensor(ONES)}),
        "a name of over 1,000",
    ),
    "a call for a name": (
        made(lambda writer: {SYSTEM_CALL: 1, "w": writer.tensor(ONES)}),
        'would call "posix.system"',
    ),
    "a call, then damage": (
        made(lambda _: 0, **{"data.pkl": dumps(SYSTEM_CALL)[:-1]}),
        'would call "posix.system"',
    ),
    "numpy scalars": (
        made(lambda writer: {"loss": Call(Global("numpy._core.multiarray", "scalar"), ()),
                             "w": writer.tensor(ONES)}),
        'whole objects: "numpy._core.multiarray.scalar"',
    ),
    "much beside the weights": (
        made(lambda writer: {"w": writer.tensor(ONES)}, secret=bytes(70_000)),
        "69.7 kB of it are neither weights",
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", BAD)
def test_a_damaged_file_is_told_in_words(title: str, tmp_path: Path) -> None:
    data, reason = BAD[title]
    told = said(read(tmp_path, data))
    assert any(part in told for part in reason.split("|")), told


def test_the_table_starts_from_a_good_file(tmp_path: Path) -> None:
    assert said(read(tmp_path, GOOD)) == ""
    assert said(read(tmp_path, repacked(renamed("nothing", "else")))) == ""


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    writer = TorchWriter()
    value = {"a": writer.tensor(ONES), "b": writer.tensor(ONES)}
    data = writer.zipped(value)
    central = [data.rindex(b"archive/data/0"), data.rindex(b"archive/data/1")]
    # The place of the header stands just before the name in the directory.
    first = data[central[0] - 4 : central[0]]
    both = data[: central[1] - 4] + first + data[central[1] :]
    assert "does not begin where" in said(read(tmp_path, both))


def test_a_million_calls_in_a_torch_file_are_soon_done_with(tmp_path: Path) -> None:
    start = time.process_time()
    lists = b"]q\x00" + b"]q\x01(" + b"h\x00" * 900 + b"eh\x01q\x000" * 1 + b"h\x00a" * 90_000
    assert said(read(tmp_path, made(lambda _: 0, **{"data.pkl": b"\x80\x02" + lists + b"."}))) == ""
    # Each dictionary holds the one before it twice: two to the power of sixty names.
    doubled = b"}q\x00" + b"".join(
        b"}q\x01(X\1\0\0\0ah\x00X\1\0\0\0bh\x00uh\x01q\x000" for _ in range(60)
    )
    tensor = dumps(rebuilt("_rebuild_tensor_v2"))[2:-1]
    bomb = b"\x80\x02" + doubled + b"(X\1\0\0\0t" + tensor + b"u."
    assert "too intricate" in said(read(tmp_path, made(lambda _: 0, **{"data.pkl": bomb})))
    assert time.process_time() - start < 10


@pytest.mark.parametrize("data", SEEDS)
def test_seeds_of_the_fuzzer_keep_its_promises(data: bytes, tmp_path: Path) -> None:
    run_one(data, tmp_path)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_files_keep_the_promises(data: bytes, draw: Any) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = draw.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        run_one(bytes(damaged), Path(folder))
