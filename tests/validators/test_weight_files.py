"""Which files of a folder are weights, which belong together, and in which order they count."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.demo.sample import write_safetensors
from tests.cases.torch_writer import SYSTEM_CALL, dumps, write_torch
from validators.catalogue import code_names
from validators.model import reader_codes
from validators.model.model_files import open_file
from validators.model.weight_files import WeightFiles, read_weights

ARRAYS = {"a": np.ones(3, "float32"), "b": np.zeros((2, 2), "float32")}


def write(folder: Path, *names: str) -> None:
    """The same two tensors under each name, in the format that the name says."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".safetensors"):
            write_safetensors(path, ARRAYS)
        else:
            write_torch(path, ARRAYS)


def index(path: Path, placed: dict[str, str]) -> None:
    path.write_text(json.dumps({"weight_map": placed}))


def names_of(found: WeightFiles) -> list[str]:
    return [part.files[0] for part in found.sets]


def codes_of(found: WeightFiles) -> list[str]:
    findings = (*found.findings, *(one for part in found.sets for one in part.findings))
    return sorted(finding.code for finding in findings)


def test_sets_come_in_the_order_of_from_pretrained(tmp_path: Path) -> None:
    write(tmp_path, "pytorch_model.bin", "model.fp16.safetensors", "model.safetensors",
          "x-00001-of-00001.safetensors", "y-00001-of-00001.bin", "best/model.safetensors",
          "final.pth", "weights")  # fmt: skip
    shard = dict.fromkeys(ARRAYS, "x-00001-of-00001.safetensors")
    index(tmp_path / "model.safetensors.index.json", shard)
    shard = dict.fromkeys(ARRAYS, "y-00001-of-00001.bin")
    index(tmp_path / "pytorch_model.bin.index.json", shard)
    found = read_weights(tmp_path, "m")
    assert names_of(found) == [
        "m/model.safetensors",
        "m/model.safetensors.index.json",
        "m/pytorch_model.bin",
        "m/pytorch_model.bin.index.json",
        "m/best/model.safetensors",
        "m/final.pth",
        "m/model.fp16.safetensors",
        "m/weights",
    ]
    assert codes_of(found) == []
    assert all(part.readable and len(part.tensors) == 2 for part in found.sets)
    assert found.other == ()


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "notes.txt", ARRAYS)
    write_torch(tmp_path / "vocab.json", ARRAYS)
    (tmp_path / "data.bin").write_bytes(b"just some bytes")
    (tmp_path / "weights.pkl").write_bytes(dumps({"a": 1}))
    found = read_weights(tmp_path, "m")
    assert names_of(found) == ["m/notes.txt", "m/vocab.json"]
    assert [name for name, _ in found.other] == ["data.bin", "weights.pkl"]
    assert codes_of(found) == []


def test_what_the_trainer_leaves_is_not_even_opened(tmp_path: Path) -> None:
    names = ["optimizer.pt", "rng_state.pth", "rng_state_0.pth", "scaler.pt", "scheduler.pt",
             "training_args.bin"]  # fmt: skip
    for name in names:
        (tmp_path / name).write_bytes(dumps(SYSTEM_CALL))
    found = read_weights(tmp_path, "m")
    assert found.sets == ()
    assert [name for name, _ in found.other] == names
    assert codes_of(found) == []


def test_a_damaged_preferred_file_keeps_its_rank(tmp_path: Path) -> None:
    write(tmp_path, "pytorch_model.bin", "model.safetensors")
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    found = read_weights(tmp_path, "m")
    assert names_of(found) == ["m/model.safetensors", "m/pytorch_model.bin"]
    assert [part.readable for part in found.sets] == [False, True]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ggml.gguf", b"GGUF"),
        ("large.bin", b"GGUF" * 300_000),
        ("model.onnx", b"\x08\x07"),
        ("flax_model.msgpack", b"\x81"),
        ("large.npz", b"PK\x03\x04" + bytes(1_000_000)),
        ("weights.tar", bytes(257) + b"ustar" + bytes(1_000_000)),
    ],
)
def test_foreign_formats_are_told_once(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    found = read_weights(tmp_path, "m")
    assert codes_of(found) == ["model.format"]
    assert (found.sets, found.other) == ((), ())


def test_a_large_plain_pickle_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "arrays.pkl").write_bytes(dumps([SYSTEM_CALL, "x" * 1_000_000]))
    assert codes_of(read_weights(tmp_path, "m")) == ["model.pickle-code", "model.torch-file"]


@pytest.mark.parametrize(
    ("placed", "code"),
    [
        ({"a": "x.safetensors"}, "model.shards"),
        ({"a": "x.safetensors", "b": "y.safetensors"}, "model.shards"),
        ({"a": "x.safetensors", "b": "x.safetensors", "c": "x.safetensors"}, "model.shards"),
        ({"a": "../x.safetensors", "b": "x.safetensors"}, "model.shard-index"),
        ({"a": "/x.safetensors", "b": "x.safetensors"}, "model.shard-index"),
        ({"a": "C:x.safetensors", "b": "x.safetensors"}, "model.shard-index"),
        ({"a": "d\\x.safetensors", "b": "x.safetensors"}, "model.shard-index"),
        ({"a": "..", "b": "x.safetensors"}, "model.shard-index"),
        ({"a": 7}, "model.shard-index"),
        ({}, "model.shard-index"),
        ({str(number): f"{number}.bin" for number in range(300)}, "model.shard-index"),
    ],
)
def test_an_index_must_say_what_is_there(placed: dict[str, str], code: str, tmp_path: Path) -> None:
    write(tmp_path, "x.safetensors")
    index(tmp_path / "model.safetensors.index.json", placed)
    found = read_weights(tmp_path, "m")
    assert set(codes_of(found)) == {code}
    assert names_of(found)[0] == "m/model.safetensors.index.json"


def test_an_index_in_a_subfolder_means_its_own_folder(tmp_path: Path) -> None:
    write(tmp_path, "best/x.safetensors", "x.safetensors")
    index(
        tmp_path / "best" / "model.safetensors.index.json", dict.fromkeys(ARRAYS, "x.safetensors")
    )
    found = read_weights(tmp_path, "m")
    assert [part.files for part in found.sets] == [
        ("m/best/model.safetensors.index.json", "m/best/x.safetensors"),
        ("m/x.safetensors",),
    ]
    assert codes_of(found) == []


def test_an_index_does_not_take_a_file_that_is_loaded_by_itself(tmp_path: Path) -> None:
    write(tmp_path, "model.safetensors")
    index(tmp_path / "pytorch_model.bin.index.json", dict.fromkeys(ARRAYS, "model.safetensors"))
    assert names_of(read_weights(tmp_path, "m"))[0] == "m/model.safetensors"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_links_and_special_files_are_not_opened(tmp_path: Path) -> None:
    write(tmp_path, "outside/model.safetensors")
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "model.safetensors").symlink_to(tmp_path / "outside" / "model.safetensors")
    (folder / "inner").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "pytorch_model.bin")
    found = read_weights(folder, "m")
    assert codes_of(found) == ["model.not-opened"] * 3
    assert (found.sets, found.other) == ((), ())
    for name in ("model.safetensors", "pytorch_model.bin"):
        with pytest.raises(OSError, match=r"not a plain file|symbolic|links"):
            open_file(folder / name)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert codes_of(read_weights(tmp_path / "absent", "m")) == ["model.not-opened"]


def test_no_more_files_are_read_than_a_model_has(tmp_path: Path) -> None:
    write(tmp_path, *(f"{number:03}.safetensors" for number in range(203)))
    found = read_weights(tmp_path, "m")
    assert len(found.sets) == 200
    assert codes_of(found) == ["model.not-opened"] * 3


def test_an_endless_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validators.model.model_files._ENTRIES", 5)
    for number in range(9):
        (tmp_path / str(number)).write_text("")
    found = read_weights(tmp_path, "m")
    assert codes_of(found) == ["model.not-opened"]
    assert len(found.other) == 5


def test_the_codes_are_in_the_catalogue() -> None:
    own = {code.name for code in vars(reader_codes).values() if isinstance(code, reader_codes.Code)}
    assert own
    assert own <= set(code_names())
