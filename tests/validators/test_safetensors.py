"""The safetensors reader: what it accepts is what the library accepts, and read the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.demo.sample import write_safetensors
from tests.fuzz.fuzz_safetensors import SEEDS, entry, run_one, safetensors
from validators.model.bounded_json import JsonTrouble, read_json
from validators.model.weight_files import WeightFiles, read_weights

SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
KINDS = st.sampled_from(["float64", "float32", "float16", "uint16"])


def read(folder: Path, data: bytes) -> WeightFiles:
    (folder / "model.safetensors").write_bytes(data)
    return read_weights(folder, "pruned_model")


def said(found: WeightFiles) -> str:
    return " | ".join(str(finding) for part in found.sets for finding in part.findings)


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.tuples(SHAPES, KINDS), min_size=1))
@settings(max_examples=100, deadline=None)
def test_tensors_are_where_the_writer_put_them(forms: dict[str, Any]) -> None:
    forms.pop("__metadata__", None)
    random = np.random.default_rng(0)
    arrays = {
        name: random.integers(0, 99, shape).astype(kind) for name, (shape, kind) in forms.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        write_safetensors(path, arrays)
        (weights,) = read_weights(Path(folder), "pruned_model").sets
        data = path.read_bytes()
    assert weights.findings == ()
    assert [tensor.name for tensor in weights.tensors] == list(arrays)
    for tensor in weights.tensors:
        own = arrays[tensor.name]
        assert (tensor.shape, tensor.elements, tensor.contiguous) == (own.shape, own.size, True)
        values = np.frombuffer(data, own.dtype, own.size, tensor.offset).reshape(own.shape)
        np.testing.assert_array_equal(values, own)


BAD: dict[str, tuple[bytes, str]] = {
    "too short": (b"\x05\0\0\0", "which no weight file does|has no header"),
    "header beyond the end": (b"\xff\0\0\0\0\0\0\0{}", "claims 255 bytes"),
    "a long header": ((17 << 20).to_bytes(8, "little") + b"{" + b" " * (17 << 20), "at most 16.8"),
    "no object": (safetensors([1]), "no JSON object"),
    "not UTF-8": (safetensors(b'{"\xff":1}'), "not UTF-8"),
    "cut JSON": (safetensors(b'{"a":'), "not JSON at line 1"),
    "no tensor": (safetensors({}), "holds no tensor"),
    "a key twice": (safetensors(b'{"a":1,"a":2}'), 'has the key "a" twice'),
    "deep": (safetensors(b'{"a":' + b"[" * 50_000), "nested too deeply"),
    "many lists": (safetensors(b'{"a":[' + b"[]," * 700_000 + b"1]}"), "more parts than any"),
    "many digits": (safetensors(b'{"a":' + b"9" * 5000 + b"}"), "a number of 5,000 digits"),
    "NaN": (safetensors(b'{"a":NaN}'), "NaN"),
    "metadata is a list": (safetensors({"__metadata__": []}), "__metadata__"),
    "metadata holds a number": (safetensors({"__metadata__": {"a": 1}}), "__metadata__"),
    "an entry is a number": (safetensors({"a": 1}), "not just dtype, shape"),
    "an entry lacks its shape": (
        safetensors({"a": {"dtype": "F32", "data_offsets": [0, 0]}}),
        "not just dtype, shape",
    ),
    "an entry has more": (
        safetensors({"a": {**entry(0, 4, [1]), "more": 1}}, bytes(4)),
        "not just dtype, shape",
    ),
    "a negative size": (safetensors({"a": entry(0, 4, [-1])}, bytes(4)), "no list of whole"),
    "a true size": (safetensors({"a": entry(0, 4, [True])}, bytes(4)), "no list of whole"),
    "half a size": (safetensors({"a": entry(0, 4, [0.5])}, bytes(4)), "no list of whole"),
    "three offsets": (
        safetensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 4]}}, bytes(4)),
        "no list of whole",
    ),
    "40 dimensions": (safetensors({"a": entry(0, 4, [1] * 40)}, bytes(4)), "no list of whole"),
    "another size": (safetensors({"a": entry(0, 8, [1])}, bytes(8)), "has 8 bytes; F32 of shape"),
    "huge shape": (safetensors({"a": entry(0, 8, [2**62] * 9)}, bytes(8)), "F32 of shape [46"),
    "cut data": (safetensors({"a": entry(0, 8, [2])}, bytes(5)), "need 8 bytes, 5 are there"),
    "overlap": (
        safetensors({"a": entry(0, 8, [2]), "b": entry(4, 12, [2])}, bytes(12)),
        '"b" lies over another',
    ),
    "twice the same bytes": (
        safetensors({"a": entry(0, 8, [2]), "b": entry(0, 8, [2])}, bytes(8)),
        "lies over another",
    ),
    "end before begin": (
        safetensors({"a": entry(0, 8, [2]), "b": entry(8, 4, [0])}, bytes(8)),
        "lies over another",
    ),
    "a hole": (
        safetensors({"a": entry(0, 4, [1]), "b": entry(8, 12, [1])}, bytes(12)),
        '4 bytes before "b" belong to no tensor',
    ),
    "data behind": (safetensors({"a": entry(0, 4, [1])}, bytes(9)), "last 5 bytes belong"),
    "a long name": (safetensors({"a" * 2000: entry(0, 4, [1])}, bytes(4)), "2,000 characters"),
    "an unknown dtype": (safetensors({"a": entry(0, 4, [1], "F99")}, bytes(4)), 'dtype is "F99"'),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_a_damaged_file_is_told_in_words(data: bytes, reason: str, tmp_path: Path) -> None:
    found = read(tmp_path, data)
    assert [part.tensors for part in found.sets] == [()]
    assert any(part in said(found) for part in reason.split("|"))


# Bounds of our own, and forms that the library overlooks.
OURS_ALONE = {"no tensor", "an entry has more", "40 dimensions", "a long name"}


@pytest.mark.torch
@pytest.mark.parametrize("title", BAD)
def test_the_library_refuses_what_we_refuse(title: str, tmp_path: Path) -> None:
    import safetensors as library

    path = tmp_path / "model.safetensors"
    path.write_bytes(BAD[title][0])
    try:
        with library.safe_open(path, "np"):
            refused = False
    except library.SafetensorError:
        refused = True
    assert refused == (title not in OURS_ALONE)


def test_an_unknown_number_format_leaves_the_others(tmp_path: Path) -> None:
    header = {"a": entry(0, 4, [1], "F99"), "b": entry(4, 8, [1])}
    (weights,) = read(tmp_path, safetensors(header, bytes(8))).sets
    assert [tensor.name for tensor in weights.tensors] == ["b"]
    assert weights.readable
    assert [(finding.code, finding.place.tensor) for finding in weights.findings] == [
        ("model.dtype-unknown", "a")
    ]


def test_metadata_is_bounded(tmp_path: Path) -> None:
    tensor = {"a": entry(0, 4, [1])}
    usual = {"__metadata__": {"format": "pt"}, **tensor}
    assert said(read(tmp_path, safetensors(usual, bytes(4)))) == ""
    long = {"__metadata__": {"notes": "é" * 40_000}, **tensor}
    assert "80.0 kB of text" in said(read(tmp_path, safetensors(long, bytes(4))))


@pytest.mark.parametrize("data", SEEDS)
def test_seeds_of_the_fuzzer_keep_its_promises(data: bytes, tmp_path: Path) -> None:
    run_one(data, tmp_path)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_files_keep_the_promises(data: bytes, draw: Any) -> None:
    damaged = bytearray(data[: draw.draw(st.integers(0, 600))])
    for _ in range(draw.draw(st.integers(0, 3))):
        if damaged:
            at = draw.draw(st.integers(0, len(damaged) - 1))
            damaged[at] = draw.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        run_one(bytes(damaged), Path(folder))


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_bounded_json_reads_json(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


def test_bounded_json_names_a_key_that_comes_twice() -> None:
    with pytest.raises(JsonTrouble, match='the key "b" twice'):
        read_json(b'{"a": {"b": 1, "c": 2, "b": 3}}')
