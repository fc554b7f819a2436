"""torch's old format, plain pickles, and where in a pickle the weights are: without torch."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases.torch_writer import MAGIC, SYSTEM_CALL, TorchWriter, dumps
from validators.model.torch_tree import find_weights
from validators.model.weight_files import WeightFiles, read_weights
from validators.pickles import Call, Global, read_pickle

FACTS = {"little_endian": True}
ORDERED = Global("collections", "OrderedDict")
TENSOR = Call(Global("torch._utils", "_rebuild_tensor_v2"), ())


def read(folder: Path, data: bytes, name: str = "model.pth") -> WeightFiles:
    (folder / name).write_bytes(data)
    return read_weights(folder, "pruned_model")


def said(found: WeightFiles) -> str:
    findings = (*found.findings, *(one for part in found.sets for one in part.findings))
    return " | ".join(str(finding) for finding in findings)


def good(value: Any = None) -> bytes:
    writer = TorchWriter()
    tensors = {"a": writer.tensor(np.arange(6, dtype="float32")), "b": writer.tensor(np.ones(3))}
    return writer.legacy(tensors if value is None else value, {"1": 8})


def test_the_old_format_made_without_torch(tmp_path: Path) -> None:
    data = good()
    (weights,) = read(tmp_path, data).sets
    assert weights.findings == ()
    first, second = weights.tensors
    assert np.frombuffer(data, "<f4", 6, first.offset).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.frombuffer(data, "<f8", 3, second.offset).tolist() == [1, 1, 1]


def row(*values: Any, more: bytes = b"") -> bytes:
    return b"".join(map(dumps, values)) + more


BAD: dict[str, tuple[bytes, str]] = {
    "cut off in its data": (good()[:-1], "is cut off: 1 bytes are missing"),
    "cut off in its keys": (good()[:-70], "can't be read: the pickle ends"),
    "another version": (row(MAGIC, 1002, FACTS, {}, []), "an unknown version"),
    "another byte order": (
        row(MAGIC, 1001, {"little_endian": False}, {}, []),
        "another byte order",
    ),
    "no facts": (row(MAGIC, 1001, 7, {}, []), "another byte order"),
    "no list of keys": (row(MAGIC, 1001, FACTS, {"a": TENSOR}, 7), "no list of its storages"),
    "keys of nothing": (row(MAGIC, 1001, FACTS, {"a": TENSOR}, ["7"]), "lists 1 storages"),
    "other lengths": (
        good().replace(struct.pack("<q", 6), struct.pack("<q", 5), 1),
        'storage "0" has 5 values; its tensors need 6',
    ),
    "much behind the data": (good() + bytes(70_000), "68.3 kB of it are neither weights"),
    "a call in place of the magic number": (row(SYSTEM_CALL), 'would call "posix.system"'),
    "a call among the weights": (good({"a": SYSTEM_CALL}), 'would call "posix.system"'),
    "a call before damaged keys": (
        row(MAGIC, 1001, FACTS, {"a": TENSOR, "b": SYSTEM_CALL}, more=b"\xff"),
        'would call "posix.system"',
    ),
    "a call among the facts": (
        row(MAGIC, 1001, {"little_endian": SYSTEM_CALL}, {}, []),
        'would call "posix.system"',
    ),
    "a call in a file of settings": (
        row(MAGIC, 1001, FACTS, {"epochs": 3}, SYSTEM_CALL),
        'would call "posix.system"',
    ),
    "a call among the keys": (
        row(MAGIC, 1001, FACTS, {"a": TENSOR}, SYSTEM_CALL),
        'would call "posix.system"',
    ),
    "a plain pickle": (row({"a": 1}), "a plain pickle, not written by torch.save"),
    "text": (b"(these are no weights", "can't be read"),
}


@pytest.mark.parametrize("title", BAD)
def test_a_damaged_file_is_told_in_words(title: str, tmp_path: Path) -> None:
    data, reason = BAD[title]
    told = said(read(tmp_path, data))
    assert reason in told, told


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_of_settings_is_no_weight_file(zipped: bool, tmp_path: Path) -> None:
    writer = TorchWriter()
    data = writer.zipped({"epochs": 3}) if zipped else writer.legacy({"epochs": 3}, {})
    found = read(tmp_path, data, "settings.pt")
    assert (found.sets, found.other, found.findings) == ((), (("settings.pt", len(data)),), ())


def module(**parts: Any) -> Call:
    call = Call(Global("torch.nn.modules.module", "Module"), ())
    call.state = {"training": True, "_parameters": {}, "_buffers": {}, "_modules": {}, **parts}
    return call


def ordered(**pairs: Any) -> Call:
    call = Call(ORDERED, ())
    call.pairs = list(pairs.items())
    return call


INNER = module(_parameters={"weight": TENSOR, "bias": None}, _buffers={"mask": TENSOR})
PASSING = module(
    _buffers={"kept": TENSOR, "passing": TENSOR},
    _non_persistent_buffers_set=Call(Global("builtins", "set"), (["passing"],)),
)
TREES: dict[str, tuple[Any, str, list[str]]] = {
    "a tensor": (TENSOR, "", ["tensor"]),
    "a dictionary": ({"a": TENSOR, "b": TENSOR, "n": 3}, "", ["a", "b"]),
    "an OrderedDict": (ordered(a=TENSOR, b=TENSOR), "", ["a", "b"]),
    "an OrderedDict of pairs": (Call(ORDERED, ([("a", TENSOR)],)), "", ["a"]),
    "a key twice": (Call(ORDERED, ([("a", 1), ("a", TENSOR)],)), "", ["a"]),
    "a list": ([TENSOR, 3, TENSOR], "", ["0", "2"]),
    "numbers for names": ({0: TENSOR, 7: TENSOR}, "", ["0", "7"]),
    "a checkpoint": ({"epoch": 1, "net": {"a": TENSOR}}, "net", ["a"]),
    "deep in a checkpoint": ({"a": {"b": [{"w": TENSOR}]}}, "a.b.0", ["w"]),
    "the model before what comes first": (
        {"ema": {"a": TENSOR}, "state_dict": {"b": TENSOR}},
        "state_dict",
        ["b"],
    ),
    "the outermost": ({"state_dict": {"x": {"b": TENSOR}}, "ema": {"a": TENSOR}}, "ema", ["a"]),
    "dictionaries among tensors": ({"a": TENSOR, "b": {"c": TENSOR}}, "", ["a", "b.c"]),
    "a module": (INNER, "", ["weight", "mask"]),
    "modules in a module": (module(_modules={"one": INNER}), "", ["one.weight", "one.mask"]),
    "a module in a checkpoint": ({"m": module(_modules={"i": INNER})}, "m", ["i.weight", "i.mask"]),
    "buffers that aren't saved": (PASSING, "", ["kept"]),
    "a module that is another's attribute": (
        module(_modules={"one": INNER}, spare=INNER),
        "",
        ["one.weight", "one.mask"],
    ),
    "nothing": ({"a": [1, ("b",)]}, "", []),
}


@pytest.mark.parametrize("title", TREES)
def test_the_weights_are_found_under_the_names_of_state_dict(title: str) -> None:
    value, root, names = TREES[title]
    found = find_weights(read_pickle(dumps(value)).value)
    if not names:
        assert found is None
        return
    assert found is not None
    assert (".".join(found.root), [name for name, _ in found.tensors]) == (root, names)
